"""Builders of derivatives: gradients, Jacobians and directional derivatives.

A derivative is taken by a bound variable whose entries all vary freely, and only then taken at
its point: at a declared symbol in the last pass, where the structure of the symbol and the
assumptions count, at any other expression at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from derivcheck.lang import nodes as N
from derivcheck.lang.nodes import Node
from derivcheck.symbolic.matrix.atoms import Polynomial, Undecided, frees_of
from derivcheck.symbolic.matrix.calculus import Seeds
from derivcheck.symbolic.matrix.compiler import Closed, Compiler
from derivcheck.symbolic.matrix.known import OWN, SHARED, ElementRule
from derivcheck.symbolic.matrix.meeting import has_own_entries
from derivcheck.symbolic.matrix.slots import Slot, flat


def _bind_variable(c: Compiler, variable: N.Sym, at: Node) -> None:
    """Note that a bound variable is simply at a symbol's own point."""
    if isinstance(at, N.Sym) and "#" not in at.name:
        c.known.aliases[variable.name] = at.name


def _taken_at(c: Compiler, poly: Polynomial, points: dict[N.Sym, Node]) -> Polynomial:
    """Replace bound variables by the points where the derivative is taken."""
    if not points:
        return poly
    rules = {v.name: c.entries_of(at) for v, at in points.items()}

    def rule(name: str, indices: tuple[int, ...]) -> Polynomial:
        found = rules.get(name)
        return c.symbols.element(name, indices) if found is None else found(name, indices)

    return c.substitution.replace_elements(poly, rule)


def _differentiate(
    c: Compiler,
    compiled: Callable[[], Polynomial],
    seeds: Seeds,
    variables: tuple[N.Sym, ...],
    at: tuple[Node, ...],
) -> Polynomial:
    """The derivative of what is compiled; switches that are met within are placed like it."""
    names = {v.name for v in variables}
    met = c.met
    kinks, jumps, inner = (len(found) for found in (met.kinks, met.jumps, met.inner_jumps))
    body = compiled()
    for jump in met.jumps[jumps:]:
        if any(names & c.symbols.names_in(atom) for m in jump[1] for atom, _ in m):
            met.jumps.remove(jump)
            met.inner_jumps.append(jump)
    for monomial in body:
        for atom, _ in monomial:
            for name in c.symbols.names_in(atom):
                if "|" in name and name.split("|")[0] in names:
                    raise Undecided("index notation: derivative by entries split by kron")
    known = len(met.kinks)
    change = c.calculus.derivative(body, seeds)
    is_alone = names <= met.units
    for k, (_, base) in enumerate(met.kinks[known:], known):
        is_own = is_alone and has_own_entries(c.algebra, base, names)
        met.kinks[k] = (OWN if is_own or not frees_of(base) - met.claim_indices else SHARED, base)
    moved = {
        v: point for v, point in zip(variables, at, strict=True) if v.name not in c.known.aliases
    }
    for found, start in ((met.kinks, kinks), (met.inner_jumps, inner)):
        found[start:] = [(name, _taken_at(c, base, moved)) for name, base in found[start:]]
    return _taken_at(c, change, moved)


def _jvp(c: Compiler, node: N.Jvp, row: Slot, column: Slot) -> Polynomial:
    for variable, at in zip(node.variables, node.at, strict=True):
        _bind_variable(c, variable, at)
    seeds: Seeds = {
        v.name: c.entries_of(d) for v, d in zip(node.variables, node.directions, strict=True)
    }
    alone = len(node.variables) == 1 and not node.variables[0].shape
    c.met.lines.append((node.variables[0].name, ()) if alone else None)
    body = partial(c.compile, node.body, row, column)
    return _differentiate(c, body, seeds, node.variables, node.at)


def _unit(c: Compiler, variable: N.Sym, row: Slot, column: Slot) -> ElementRule:
    """The differential of an entry when the entry (row, column) of the variable varies."""
    targets = flat(row, column)
    c.met.units.add(variable.name)
    c.met.lines.append((variable.name, targets))

    def entry(_: str, indices: tuple[int, ...]) -> Polynomial:
        return c.ring.product_of(
            *(c.indices.delta(i, t) for i, t in zip(indices, targets, strict=True))
        )

    return entry


def _grad(c: Compiler, node: N.Grad, row: Slot, column: Slot) -> Polynomial:
    if isinstance(row, tuple) or isinstance(column, tuple):
        raise Undecided("index notation: gradient over a dimension split by kron")
    _bind_variable(c, node.variable, node.at)
    seeds = {node.variable.name: _unit(c, node.variable, row, column)}
    return _differentiate(c, lambda: c.compile(node.body), seeds, (node.variable,), (node.at,))


def _jacobian(c: Compiler, node: N.Jacobian, row: Slot, column: Slot) -> Polynomial:
    if isinstance(row, tuple) or isinstance(column, tuple):
        raise Undecided("index notation: Jacobian over a dimension split by kron")
    _bind_variable(c, node.variable, node.at)
    output, entry = (row, column) if node.layout == "numerator" else (column, row)
    tall = N.columns_of(node.body.shape) == N.ONE
    ends = (output, None) if tall else (None, output)
    upright = N.columns_of(node.variable.shape) == N.ONE
    places = (entry, None) if upright else (None, entry)
    seeds = {node.variable.name: _unit(c, node.variable, *places)}
    variables, points = (node.variable,), (node.at,)
    return _differentiate(c, lambda: c.compile(node.body, *ends), seeds, variables, points)


CLOSED: dict[type[Node], Closed] = {N.Jvp: _jvp, N.Grad: _grad, N.Jacobian: _jacobian}
