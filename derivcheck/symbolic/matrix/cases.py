"""Proofs by cases: free indices that are equal, unequal, before or behind one another.

What a difference says with Kronecker deltas and comparisons of free indices, it says in each
case without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from derivcheck.symbolic.matrix.atoms import APART, DELTA, SUM, Atom, Polynomial
from derivcheck.symbolic.matrix.compiler import Compiler

_DEEPEST = 5
_LEAVES = 40


def vanishes_by_cases(
    prover: Compiler, poly: Polynomial, vanishes: Callable[[Compiler, Polynomial], bool]
) -> bool:
    """Whether the polynomial is zero in every case of its free indices."""
    budget = [_LEAVES]
    return _in_cases(prover, poly, vanishes, _DEEPEST, budget)


def _in_cases(
    prover: Compiler,
    poly: Polynomial,
    vanishes: Callable[[Compiler, Polynomial], bool],
    depth: int,
    budget: list[int],
) -> bool:
    if not poly or vanishes(prover, poly):
        return True
    budget[0] -= 1
    atom = _undecided(prover, poly)
    if atom is None or depth == 0 or budget[0] < 0:
        return False
    return all(
        _in_cases(prover, part, vanishes, depth - 1, budget) for part in _cases(prover, poly, atom)
    )


def _undecided(prover: Compiler, poly: Polynomial) -> Atom | None:
    """A comparison of free indices, wherever it stands; comparisons before deltas."""
    deltas: list[Atom] = []
    waiting = [atom for monomial in poly for atom, _ in monomial]
    seen: set[Atom] = set()
    while waiting:
        atom = waiting.pop()
        if atom in seen:
            continue
        seen.add(atom)
        free = bool(atom.frees) and all(0 < i < 1 << 32 for i in atom.frees)
        if free and (atom.kind == APART or prover.is_condition(atom)):
            return atom
        if free and atom.kind == DELTA:
            deltas.append(atom)
        waiting += (a for p in atom.polys for m, _ in p for a, _ in m)
    return deltas[0] if deltas and any(a.kind == SUM or a.polys for a in seen) else None


def _cases(prover: Compiler, poly: Polynomial, atom: Atom) -> Iterator[Polynomial]:
    if atom.kind in (APART, DELTA):
        i, j = atom.indices
        yield from _equal_or_not(prover, poly, i, j)
        return
    number = dict(atom.polys[0])
    form = prover.affine(number)
    pair = None if form is None else prover.difference_pair(form)
    for low, high in ((1, None), (0, 0), (None, -1)):
        if low == high == 0 and pair is not None:
            yield prover.rename(poly, {max(pair): min(pair)})
            continue
        first = None if form is None else prover.first_place(form)
        if low == high == 0 and first is not None:
            yield prover.rename(poly, {first: -1})
            continue
        apart = pair if pair is not None or first is None else (first, -1)
        with _assumed(prover, (number, low, high), apart if low != high else None):
            yield prover.replace_elements(poly, prover.element)


def _equal_or_not(prover: Compiler, poly: Polynomial, i: int, j: int) -> Iterator[Polynomial]:
    yield prover.rename(poly, {max(i, j): min(i, j)})
    with _assumed(prover, None, (i, j)):
        yield prover.replace_elements(poly, prover.element)


@contextmanager
def _assumed(
    prover: Compiler,
    fact: tuple[Polynomial, int | None, int | None] | None,
    pair: tuple[int, int] | None,
) -> Iterator[None]:
    """Let the prover know a fact about free indices, and forget it afterwards."""
    unequal = set(prover.unequal)
    if fact is not None:
        prover.facts.append(fact)
    if pair is not None:
        prover.unequal = unequal | {frozenset(pair)}
    try:
        yield
    finally:
        if fact is not None:
            prover.facts.pop()
        prover.unequal = unequal
