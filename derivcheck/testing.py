"""Assertions for one's own tests.

>>> from derivcheck.testing import assert_derivative
>>> assert_derivative("tanh(x)", "1 - tanh(x)**2", wrt="x")

:func:`check_gradient` compares a hand-written NumPy gradient with differences whose tolerance
is derived, not chosen; :func:`assert_gradient` raises unless it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derivcheck.numeric.differences.callables import assert_gradient, check_gradient

__all__ = ["assert_derivative", "assert_gradient", "check_gradient"]


def assert_derivative(
    expr: str,
    claim: str | list[str],
    *,
    wrt: str | list[str] | None = None,
    symbols: Mapping[str, object] | None = None,
    functions: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    assume: str | list[str] | None = None,
    upstream: str | None = None,
    layout: str | None = None,
    kind: str = "derivative",
    strict: bool = False,
    timeout: float = 10.0,
    seed: int = 0,
) -> None:
    """Raise AssertionError, with derivcheck's own message, unless the claim holds.

    ``expr``, ``claim`` (one form or several) and the rest mean what they mean in a formula
    file; ``kind`` is ``derivative``, ``differential`` or ``equals``. A name in ``wrt`` that is
    not declared is a real scalar. ``strict`` asks for a proof. An undecided claim fails too.
    ``timeout`` is in seconds.
    """
    from derivcheck.checking.checker import Checker
    from derivcheck.collection.in_memory import made_formula
    from derivcheck.lang.equation import Settings
    from derivcheck.model import Outcome
    from derivcheck.report.messages import failure_text

    __tracebackhide__ = True
    entry = made_formula(
        expr,
        claim,
        wrt=wrt,
        symbols={name: _shape(declared) for name, declared in (symbols or {}).items()},
        kind=kind,
        functions=functions,
        where=where,
        assume=assume,
        upstream=upstream,
        layout=layout,
    )
    result = Checker(Settings(seed=seed, timeout=timeout, strict=strict)).check(entry)
    if result.defect or result.outcome is not Outcome.PASS:
        raise AssertionError(failure_text(result) or f"outcome: {result.outcome.value}")


def _shape(declared: object) -> object:
    """``"[m, n]"`` as YAML would read it: the list of its dimensions."""
    if isinstance(declared, str) and declared.strip().startswith("["):
        inside = declared.strip()
        if inside.endswith("]") and "oo" not in inside:
            parts = [part.strip() for part in inside[1:-1].split(",")]
            if all(part.isidentifier() or part.isdigit() for part in parts) and not all(
                part.isdigit() for part in parts
            ):
                return parts
    return declared


def __getattr__(name: str) -> Any:
    # NumPy is imported by those who compare arrays, not by those who check formulas
    if name in ("assert_gradient", "check_gradient"):
        from derivcheck.numeric.differences import callables

        return getattr(callables, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
