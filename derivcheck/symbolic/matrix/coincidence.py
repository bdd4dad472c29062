"""Switches that are zero because two indices are equal: ``x[i] - x[j]`` where i is j."""

from __future__ import annotations

from itertools import combinations

from derivcheck.symbolic.matrix.atoms import COMPARING, Kind, Polynomial, atoms_in, frees_of
from derivcheck.symbolic.matrix.indices import Indices

_MOST = 5
"""Indices in a switch of which each may be equal to another, at most."""


def unless_equal(indices: Indices, poly: Polynomial) -> Polynomial | None:
    """1, or 0 where P is zero for all values of its symbols because two indices are equal
    (``x[i] - x[j]``); None where that is not so plain.

    What holds wherever P is not zero says nothing about such places.
    """
    atoms = list(atoms_in(poly))
    fixed = {i for atom in atoms for i in atom.indices if i < 0}
    places = sorted(frees_of(poly) | fixed)
    dim = indices.space.dim
    pairs = [(i, j) for i, j in combinations(places, 2) if j > 0 and (i < 0 or dim(i) == dim(j))]
    if len(places) > _MOST or any(a.kind == Kind.DELTA or a.kind in COMPARING for a in atoms):
        return None
    if not pairs:
        return {(): 1}
    rename = indices.substitution.rename
    merged = {pair: rename(poly, {pair[1]: pair[0]}) for pair in pairs}
    gone = [pair for pair, rest in merged.items() if not rest]
    if len(gone) > 1:
        return None
    result: Polynomial = indices.apart(*gone[0]) if gone else {(): 1}
    for pair, rest in merged.items():
        if rest and unless_equal(indices, rest) != rename(result, {pair[1]: pair[0]}):
            return None
    return result
