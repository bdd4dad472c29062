"""The Python API: load, verify, check, derive.

>>> import derivcheck
>>> result = derivcheck.check("tanh(x)", "1 - tanh(x)**2", wrt="x")
>>> result.verdict.value, result.outcome.value
('proved', 'pass')
>>> result = derivcheck.check("tanh(x)", "1 + tanh(x)**2", wrt="x")
>>> result.verdict.value, result.claims[0].hint
('refuted', 'the sign of the term `tanh(x)**2` is wrong: `1 - tanh(x)**2` (proved)')
>>> entries = derivcheck.load("ai-edu:1-3")
>>> [result.outcome.value for result in derivcheck.verify(entries, use_cache=False)]
['pass', 'pass', 'pass']

Everything returned is a frozen record of :mod:`derivcheck.model`; what could not be decided is
a result like any other, with its reason, never an exception.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from os import PathLike, fspath
from typing import Any, Literal

from derivcheck.collection.formula import Formula
from derivcheck.errors import CollectionError
from derivcheck.model import ClaimResult, Diagnostic, FormulaResult

Targets = str | PathLike[str] | Iterable[str | PathLike[str]]
"""What the command line takes: a collection, an id, a range, a file, a directory; or several."""


def load(targets: Targets = "all", *, text: str | None = None) -> tuple[Formula, ...]:
    """The formulas that ``targets`` name, or those of a formula file's ``text``.

    Raises :class:`~derivcheck.errors.TargetError` where a target names nothing, and
    :class:`~derivcheck.errors.CollectionError`, with every problem and its place, where a file
    is not a formula file.

    >>> [entry.label for entry in load("ai-edu:1-3")]
    ['ai-edu:1', 'ai-edu:2', 'ai-edu:3']
    """
    from derivcheck.collection import loader
    from derivcheck.collection import targets as selecting

    if text is not None:
        entries, problems = loader.load_text(text)
    else:
        selections = selecting.resolve(_names(targets))
        entries, problems = loader.partition(selecting.load(selections))
    if problems:
        raise CollectionError(*problems)
    return entries


def verify(
    formulas: Targets | Iterable[Formula] = "all",
    *,
    jobs: int = 1,
    seed: int = 0,
    samples: int | None = None,
    timeout: float = 10.0,
    only: Literal["", "symbolic", "numeric"] = "",
    strict: bool = False,
    use_cache: bool = True,
) -> Iterator[FormulaResult]:
    """Check formulas (targets, or entries of :func:`load`); results come in their order.

    Every formula is checked in one of ``jobs`` worker processes with ``timeout`` seconds and
    bounded memory. Citations look into the files that the formulas come from, into those beside
    them and into the bundled collections. Closing the iterator ends the workers. Raises like
    :func:`load`.

    >>> failing = [r.id for r in verify("calculus", jobs=2) if r.outcome.value == "fail"]
    >>> failing
    []
    """
    from derivcheck.lang.equation import Settings
    from derivcheck.running import engine
    from derivcheck.running.cache import Cache
    from derivcheck.running.library import FileLibrary

    entries = _entries(formulas)
    settings = Settings(
        seed=seed,
        samples=Settings().samples if samples is None else samples,
        timeout=timeout,
        only=only,
        strict=strict,
    )
    library = FileLibrary(one.file for one in entries if not one.file.startswith("<"))
    cache = Cache() if use_cache else None
    try:
        with closing(engine.verify(entries, settings, jobs, library, cache=cache)) as results:  # type: ignore[type-var]
            yield from results
    finally:
        if cache is not None:
            cache.close()


def check(
    expression: str,
    claim: str | list[str],
    *,
    wrt: str | list[str] | None = None,
    symbols: Mapping[str, object] | None = None,
    functions: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    assume: str | list[str] | None = None,
    upstream: str | None = None,
    layout: Literal["numerator", "denominator"] | None = None,
    kind: Literal["derivative", "differential", "equals", "antiderivative"] = "derivative",
    seed: int = 0,
    samples: int | None = None,
    timeout: float = 10.0,
    only: Literal["", "symbolic", "numeric"] = "",
    strict: bool = False,
) -> FormulaResult:
    """Check one formula that is in no file, in this process.

    ``expression``, ``claim`` (one form or several) and the declarations mean what they mean in
    a formula file; a name in ``wrt`` that is not declared is a real scalar. What the claim has
    wrong is in the result (``verdict`` is ``invalid``), not raised. ``timeout`` (seconds) is
    shared among the judges; without a worker around it, a loop inside a C library may exceed it.

    >>> result = check("x.T @ A @ x", "(A + A.T) @ x", wrt="x",
    ...                symbols={"x": ["n"], "A": ["n", "n"]})
    >>> result.verdict.value
    'proved'
    >>> check("x.T @ A @ x", "2*A @ x", wrt="x",
    ...       symbols={"x": ["n"], "A": ["n", "n"]}).verdict.value
    'refuted'
    """
    from derivcheck.checking.checker import Checker
    from derivcheck.collection.in_memory import made_formula
    from derivcheck.lang.equation import Settings

    entry = made_formula(
        expression,
        claim,
        wrt=wrt,
        symbols=symbols,
        kind=kind,
        functions=functions,
        where=where,
        assume=assume,
        upstream=upstream,
        layout=layout,
    )
    settings = Settings(
        seed=seed,
        samples=Settings().samples if samples is None else samples,
        timeout=timeout,
        only=only,
        strict=strict,
    )
    return Checker(settings).check(entry)


def derive(
    expression: str,
    *,
    wrt: str | list[str],
    symbols: Mapping[str, object] | None = None,
    functions: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    assume: str | list[str] | None = None,
    upstream: str | None = None,
    layout: Literal["numerator", "denominator"] | None = None,
    differential: bool = False,
    seed: int = 0,
    timeout: float = 10.0,
) -> ClaimResult | None:
    """The derivative (or differential) itself, in the shortest form that the judges confirm.

    Its text is the result's ``claim``. None where no form was found; where the expression means
    nothing, the diagnostics are raised as a :class:`~derivcheck.errors.CollectionError`.

    >>> derive("x.T @ A @ x", wrt="x", symbols={"x": ["n"], "A": ["n", "n"]}).claim
    '(A + A.T) @ x'
    """
    from derivcheck.checking.checker import Checker
    from derivcheck.checking.derive import best, forms
    from derivcheck.collection.in_memory import made_formula
    from derivcheck.lang.equation import Settings
    from derivcheck.statements.claims import prepare

    def entry(claim: str | list[str]) -> Formula:
        return made_formula(
            expression,
            claim,
            wrt=wrt,
            symbols=symbols,
            kind="differential" if differential else "derivative",
            functions=functions,
            where=where,
            assume=assume,
            upstream=upstream,
            layout=layout,
        )

    statement = prepare(entry("0"))
    if statement.left is None or statement.diagnostics:
        raise CollectionError(*statement.diagnostics)
    texts = forms(statement)
    if not texts:
        return None
    return best(Checker(Settings(seed=seed, timeout=timeout)).check(entry([*texts])))


def _names(targets: Targets) -> list[str]:
    if isinstance(targets, str | PathLike):
        return [fspath(targets)]
    return [fspath(target) for target in targets]


def _entries(formulas: Any) -> tuple[Formula, ...]:
    if isinstance(formulas, str | PathLike):
        return load(formulas)
    given = list(formulas)
    entries = [item for item in given if isinstance(item, Formula)]
    if entries and len(entries) != len(given):
        raise TypeError("give targets or entries, not both")
    return tuple(entries) if entries else load(given) if given else ()


__all__ = ["Diagnostic", "Formula", "FormulaResult", "check", "derive", "load", "verify"]
