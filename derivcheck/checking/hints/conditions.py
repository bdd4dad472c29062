"""Under which condition that nobody stated a refuted claim is right after all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from derivcheck.checking.hints.search import Search
from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Domain, Equation, Symbol
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import ONE, Index, Node
from derivcheck.lang.parser import parse
from derivcheck.model import HOLDS, Finding, Verdict

_ENOUGH = 4
"""Points at which the rest must be seen to fail, where it may be undefined at most."""
_SIGNED = ("real", "nonzero", "nonnegative")


def holds_only(search: Search) -> str | None:
    """``holds only for x > 0 (proved there)``; "only" where the rest fails wherever one looks.

    A claim that is wrong at x = -2 alone holds for x > 0, but not only there; of structures and of
    indices nobody can say so after a few: ``A[0, 1] == A[1, 0]`` is not for symmetric A only.
    """
    for condition, equation, rest in (
        *_equal_indices(search.equation),
        *_narrowed(search.equation),
    ):
        verdict = search.holds(equation)
        if verdict is not None:
            only = ""
            if rest is not None:
                others = search.spread(rest)
                everywhere = len(others) >= _ENOUGH and {*others} == {Finding.FAILS}
                only = "only " if everywhere and search.fails(rest) else ""
            return f"{HOLDS}{only}for {condition} ({verdict.value} there)"
    return None


def _narrowed(equation: Equation) -> Iterator[tuple[str, Equation, Equation | None]]:
    """Conditions, the equation under each, and under its contrary, if that says enough."""
    for i, symbol in enumerate(equation.context.symbols):
        if symbol.differential:
            continue
        if symbol.domain.kind in _SIGNED:
            positive, negative = (
                _with(equation, i, _within(symbol, kind)) for kind in ("positive", "negative")
            )
            yield f"{symbol.name} > 0", positive, negative
            if symbol.domain.kind != "nonnegative":
                yield f"{symbol.name} < 0", negative, positive
        rows, columns = symbol.shape or (ONE, ONE)
        if symbol.shape and rows == columns and not symbol.structure:
            is_complex = symbol.domain.kind == "complex"
            second = "hermitian" if is_complex else "orthogonal"
            for structure in ("symmetric", second, "diagonal"):
                other = replace(symbol, structure=frozenset({structure}))
                yield f"{structure} {symbol.name}", _with(equation, i, other), None


def _equal_indices(equation: Equation) -> Iterator[tuple[str, Equation, Equation | None]]:
    """Right for equal indices, or for different ones: the case that was left out."""
    pairs: list[tuple[Index, Index]] = []
    for first, second in combinations(equation.indices, 2):
        if first.dim != second.dim or equation.left.shape:
            continue
        pairs.append((first, second))
        same, other = (_where(equation, _compared(sign, first, second)) for sign in ("==", "!="))
        yield f"{first.name} == {second.name}", same, None
        yield f"{first.name} != {second.name}", other, None
    for one, two in combinations(pairs, 2):
        if not set(one) & set(two):  # entries of two matrices
            both = _where(_where(equation, _compared("==", *one)), _compared("==", *two))
            names = " and ".join(f"{a.name} == {b.name}" for a, b in (one, two))
            yield names, both, None


def _compared(sign: str, first: Index, second: Index) -> Node:
    return N.Compare(sign, *(N.IndexValue(i, shape=()) for i in (first, second)), shape=())


def _where(equation: Equation, condition: Node) -> Equation:
    left, right = (
        N.Select(condition, side, N.ZERO_NODE, shape=()) for side in (equation.left, equation.right)
    )
    return replace(equation, left=left, right=right)


def _within(symbol: Symbol, kind: str) -> Symbol:
    return replace(symbol, domain=Domain(kind, None, symbol.domain.excluded))


def _with(equation: Equation, i: int, symbol: Symbol) -> Equation:
    symbols = equation.context.symbols
    symbols = (*symbols[:i], symbol, *symbols[i + 1 :])
    return replace(equation, context=replace(equation.context, symbols=symbols))


def holds_if(search: Search) -> str | None:
    """``holds if `sum(y) == 1` (proved)``: side conditions that pages often forget to print."""
    return _first_condition(search, _likely(search))


def holds_at_one(search: Search) -> str | None:
    """``holds if `y == 1` (proved there)``: a special case that was taken for all."""
    fixed = [s.name for s in search.equation.context.symbols if not s.shape and not s.differential]
    names = [name for name in fixed if name not in search.statement.wrt]
    return _first_condition(search, (f"{name} == 1" for name in names))


def _first_condition(search: Search, texts: Iterable[str]) -> str | None:
    context = search.equation.context
    for text in texts:
        try:
            conditions = N.conjuncts([search.builder.condition(parse(text))])
        except LanguageError:
            continue
        assumed = replace(context, assume=(*context.assume, *conditions))
        if search.holds(replace(search.equation, context=assumed)) is Verdict.PROVED:
            return f"{HOLDS}if `{text}` (proved there)"
    return None


def _likely(search: Search) -> Iterator[str]:
    for symbol in search.equation.context.symbols:
        if symbol.domain.kind == "complex" and not symbol.shape and not symbol.differential:
            # regions that branch cuts keep out of
            yield from (f"{part}({symbol.name}) > 0" for part in ("re", "im"))
            yield f"im({symbol.name}) < 0"
        if symbol.differential or symbol.name in search.statement.wrt or not symbol.shape:
            continue
        if symbol.shape[1] == ONE:
            yield f"sum({symbol.name}) == 1"
            yield f"{symbol.name}.T @ {symbol.name} == 1"
            yield f"sum({symbol.name}) == 0"
        elif symbol.shape[0] != ONE:
            yield f"sum({symbol.name}, axis=1) == 1"
            yield f"sum({symbol.name}, axis=0) == 1"
