"""Derivatives that SymPy carries out, as text and nodes of our language: for hints and display."""

from __future__ import annotations

from typing import Any

from derivcheck.lang.equation import Equation
from derivcheck.lang.nodes import Dim, DimSize, Grad, Jacobian, Jvp, Node, Sym, substitute, walk
from derivcheck.symbolic.sympy_judge import GIVES_UP, MAX_NODES, is_steep, load_sympy

_MAX_TEXT_OPERATIONS = 80


def derivative_forms(equation: Equation) -> tuple[Node, ...]:
    """Equal forms of the true left side by SymPy, the shortest text first."""
    if not equation.is_scalar or not isinstance(equation.left, Jvp | Grad | Jacobian):
        return ()
    if len(walk(equation.left)) > MAX_NODES:
        return ()
    sympy = load_sympy()
    from derivcheck.lang.printer import node_text
    from derivcheck.symbolic.sympy_build import Builder, Unbuildable, to_node

    # to SymPy a dimension is a symbol like any other
    sizes: dict[Node, Node] = {
        Sym(name, shape=()): DimSize(Dim(1, (name,)), shape=()) for name in equation.context.dims
    }
    found: dict[Node, str] = {}
    try:
        for form in _forms(Builder(equation.context).of(equation.left)):
            if form.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I):
                continue
            try:
                node = to_node(form)
            except Unbuildable:
                continue
            if not sizes.keys().isdisjoint(walk(node)):
                node = substitute(node, sizes)
            found[node] = node_text(node)
    except (Unbuildable, *GIVES_UP):
        return ()
    return tuple(sorted(found, key=lambda node: len(found[node])))


def _forms(derivative: Any) -> list[Any]:
    sympy = load_sympy()
    forms = [derivative]
    if derivative.count_ops() <= _MAX_TEXT_OPERATIONS and not is_steep(derivative):
        for change in (sympy.factor_terms, sympy.powsimp, sympy.cancel, sympy.factor):
            try:
                forms.append(change(derivative))
            except sympy.PolynomialError:
                continue
    return forms
