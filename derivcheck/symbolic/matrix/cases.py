"""Proofs by cases: free indices that are equal, unequal, before or behind one another.

What a difference says with Kronecker deltas and comparisons of free indices, it says in each
case without them.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.symbolic.matrix.algebra import Algebra
from derivcheck.symbolic.matrix.atoms import Atom, Kind, Polynomial, atoms_in
from derivcheck.symbolic.matrix.places import placed_picks, undecided_place
from derivcheck.symbolic.matrix.vanishing import vanishes

_DEEPEST = 5
_LEAVES = 40


def vanishes_by_cases(algebra: Algebra, poly: Polynomial) -> bool:
    """Whether the polynomial is zero in every case of its free indices."""
    budget = [_LEAVES]
    return _in_cases(algebra, poly, _DEEPEST, budget)


def _in_cases(algebra: Algebra, poly: Polynomial, depth: int, budget: list[int]) -> bool:
    if not poly or vanishes(algebra, poly) or algebra.indices.contradictory():
        return True
    with placed_picks(algebra, poly) as placed:
        if placed is not poly:
            return _in_cases(algebra, placed, depth, budget)
    budget[0] -= 1
    atom = _undecided(algebra, poly)
    if atom is None or depth == 0 or budget[0] < 0:
        return False
    return all(_in_cases(algebra, part, depth - 1, budget) for part in _cases(algebra, poly, atom))


def _undecided(algebra: Algebra, poly: Polynomial) -> Atom | None:
    """A comparison of free indices, wherever it stands; comparisons before deltas."""
    atoms = list(atoms_in(poly))
    free = [atom for atom in atoms if all(0 < i < 1 << 32 for i in atom.frees)]
    found = [atom for atom in free if atom.kind in (Kind.APART, Kind.CONDITION)]
    if any(atom.kind == Kind.SUM or atom.polys for atom in atoms):
        found += [atom for atom in free if atom.kind == Kind.DELTA]
    return found[0] if found else undecided_place(algebra, poly)


def _cases(algebra: Algebra, poly: Polynomial, atom: Atom) -> Iterator[Polynomial]:
    if atom.kind in (Kind.APART, Kind.DELTA):
        i, j = atom.indices
        yield from _equal_or_not(algebra, poly, i, j)
        return
    number = dict(atom.polys[0])
    pair = algebra.indices.difference_pair(number)
    for low, high in ((1, None), (0, 0), (None, -1)):
        if low == high == 0 and pair is not None:
            yield algebra.substitution.rename(poly, {max(pair): min(pair)})
            continue
        with algebra.indices.assumed((number, low, high), pair if low != high else None):
            yield algebra.substitution.replace_elements(poly, algebra.symbols.element)


def _equal_or_not(algebra: Algebra, poly: Polynomial, i: int, j: int) -> Iterator[Polynomial]:
    # what is computed from others stays, and so does what is known of it
    kept = max(i, j) if max(i, j) in algebra.indices.placed else min(i, j)
    yield algebra.substitution.rename(poly, {i + j - kept: kept})
    with algebra.indices.assumed(None, (i, j)):
        yield algebra.substitution.replace_elements(poly, algebra.symbols.element)
