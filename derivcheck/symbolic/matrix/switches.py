"""Switches at which derivatives were taken piecewise, and those that users write, at the point."""

from __future__ import annotations

from derivcheck.symbolic.matrix.algebra import Algebra
from derivcheck.symbolic.matrix.atoms import Kind, Polynomial, atoms_in, frees_of
from derivcheck.symbolic.matrix.known import Jump
from derivcheck.symbolic.matrix.places import placed_picks
from derivcheck.symbolic.matrix.ring import scaled, single
from derivcheck.symbolic.matrix.vanishing import spelled_out

_INSTANCES = 64
"""Places at which a switch is looked at, at most."""


def prepare_jumps(algebra: Algebra) -> None:
    """Bring switches to the point, so that a user's conditions on them are recognised."""
    met = algebra.met
    every = (met.kinks, met.jumps, met.inner_jumps)
    places = _places([jump for jumps in every for jump in jumps])
    for jumps in every:
        jumps[:] = _at_places(algebra, jumps, places)
    algebra.known.at_point = True
    for jumps in every:
        for k, (name, base) in enumerate(jumps):
            poly = algebra.substitution.replace_elements(base, algebra.symbols.element)
            jumps[k] = (name, poly)
            atom = switch_of(algebra, poly) if jumps is met.kinks else None
            if atom is not None:
                algebra.known.switches.add(atom)
    algebra.known.at_point = False


def _places(jumps: list[Jump]) -> list[int]:
    """The fixed places of entries in switches."""
    atoms = (atom for _, poly in jumps for atom in atoms_in(poly))
    return sorted({i for atom in atoms for i in atom.indices if i < 0})


def _at_places(algebra: Algebra, jumps: list[Jump], places: list[int]) -> list[Jump]:
    """Switches, and what they are at fixed places of others: ``x[i]`` is one with ``x[0]``; where
    sums are written out, at each place; and at computed places that may be none, where they are."""
    found: list[Jump] = []
    for name, poly in jumps:
        parts = spelled_out(algebra, poly)
        for index in sorted(frees_of(poly)):
            if len(parts) * (1 + len(places)) > _INSTANCES:
                parts = [{}]  # nothing is known of it
                break
            rename = algebra.substitution.rename
            parts += [rename(part, {index: place}) for part in parts for place in places]
        for part in list(parts):
            with placed_picks(algebra, part, anywhere=True) as placed:
                parts += [placed] if placed is not part else []
        found += ((name, part) for part in parts if part or len(parts) == 1)
    return found


def switch_of(algebra: Algebra, poly: Polynomial) -> int | None:
    """The mask of sgn(P), blind to the sign of P."""
    if not poly:
        return None
    found = single(algebra.functions.function("sgn", (poly,)))
    if found is None:
        found = single(scaled(algebra.functions.function("sgn", (poly,)), -1))
    return found[0].mask if found and found[0].kind == Kind.FUNCTION else None
