"""Derivatives as nodes: gradients, Jacobians and directional derivatives to index polynomials.

A derivative is taken by a bound variable whose entries all vary freely, and only then taken at
its point: at a declared symbol in the last pass, where the structure of the symbol and the
assumptions count, at any other expression at once.
"""

from __future__ import annotations

from derivcheck.lang import nodes as n
from derivcheck.lang.nodes import Node
from derivcheck.symbolic.matrix.atoms import Polynomial, Undecided
from derivcheck.symbolic.matrix.calculus import Seeds
from derivcheck.symbolic.matrix.expressions import Expressions, Slot
from derivcheck.symbolic.matrix.matrices import ElementRule


class Compiler(Expressions):
    """The whole prover's language: expressions and derivatives of them."""

    def operator(self, node: n.Jvp | n.Grad | n.Jacobian, row: Slot, column: Slot) -> Polynomial:
        """The entry (row, column) of a derivative."""
        if isinstance(node, n.Jvp):
            return self._jvp(node, row, column)
        if isinstance(node, n.Grad):
            return self._grad(node, row, column)
        return self._jacobian(node, row, column)

    def _bind_variable(self, variable: n.Sym, at: Node) -> bool:
        """Note where a bound variable is taken; whether it is simply a symbol's own point."""
        if isinstance(at, n.Sym) and "#" not in at.name:
            self.aliases[variable.name] = at.name
            if at.name in self.positive_names:
                self.positive_names.add(variable.name)
            if at.name in self.nonnegative_names:
                self.nonnegative_names.add(variable.name)
            return True
        return False

    def _taken_at(self, poly: Polynomial, points: dict[n.Sym, Node]) -> Polynomial:
        """Replace bound variables by the points where the derivative is taken."""
        if not points:
            return poly
        rules = {v.name: self.entries_of(at) for v, at in points.items()}

        def rule(name: str, indices: tuple[int, ...]) -> Polynomial:
            found = rules.get(name)
            return self.element(name, indices) if found is None else found(name, indices)

        return self.replace_elements(poly, rule)

    def entries_of(self, node: Node) -> ElementRule:
        def entry(_: str, indices: tuple[int, ...]) -> Polynomial:
            rest = list(indices)
            row = None if n.rows_of(node.shape) == n.ONE else rest.pop(0)
            column = None if n.columns_of(node.shape) == n.ONE else rest.pop(0)
            return self.compile(node, row, column)

        return entry

    def _differentiate(
        self, body: Polynomial, seeds: Seeds, variables: tuple[n.Sym, ...], at: tuple[Node, ...]
    ) -> Polynomial:
        names = {v.name for v in variables}
        for monomial in body:
            for atom, _ in monomial:
                for name in self.symbols_of(atom):
                    if "|" in name and name.split("|")[0] in names:
                        raise Undecided("index notation: derivative by entries split by kron")
        known = len(self.kinks)
        change = self.derivative(body, seeds)
        moved = {
            v: point for v, point in zip(variables, at, strict=True) if v.name not in self.aliases
        }
        for k in range(known, len(self.kinks)):
            name, base = self.kinks[k]
            self.kinks[k] = (name, self._taken_at(base, moved))
        return self._taken_at(change, moved)

    def _jvp(self, node: n.Jvp, row: Slot, column: Slot) -> Polynomial:
        for variable, at in zip(node.variables, node.at, strict=True):
            self._bind_variable(variable, at)
        body = self.compile(node.body, row, column)
        seeds: Seeds = {
            v.name: self.entries_of(d) for v, d in zip(node.variables, node.directions, strict=True)
        }
        alone = len(node.variables) == 1 and not node.variables[0].shape
        self.lines.append((node.variables[0].name, ()) if alone else None)
        return self._differentiate(body, seeds, node.variables, node.at)

    def _unit(self, variable: n.Sym, row: Slot, column: Slot) -> ElementRule:
        """The differential of an entry when the entry (row, column) of the variable varies."""
        targets = self.flat(row, column)
        self.units.add(variable.name)
        self.lines.append((variable.name, targets))

        def entry(_: str, indices: tuple[int, ...]) -> Polynomial:
            return self.product_of(
                *(self.delta(i, t) for i, t in zip(indices, targets, strict=True))
            )

        return entry

    def _grad(self, node: n.Grad, row: Slot, column: Slot) -> Polynomial:
        if isinstance(row, tuple) or isinstance(column, tuple):
            raise Undecided("index notation: gradient over a dimension split by kron")
        self._bind_variable(node.variable, node.at)
        body = self.compile(node.body)
        seeds = {node.variable.name: self._unit(node.variable, row, column)}
        return self._differentiate(body, seeds, (node.variable,), (node.at,))

    def _jacobian(self, node: n.Jacobian, row: Slot, column: Slot) -> Polynomial:
        if isinstance(row, tuple) or isinstance(column, tuple):
            raise Undecided("index notation: Jacobian over a dimension split by kron")
        self._bind_variable(node.variable, node.at)
        output, entry = (row, column) if node.layout == "numerator" else (column, row)
        tall = n.columns_of(node.body.shape) == n.ONE
        body = self.compile(node.body, *((output, None) if tall else (None, output)))
        upright = n.columns_of(node.variable.shape) == n.ONE
        places = (entry, None) if upright else (None, entry)
        seeds = {node.variable.name: self._unit(node.variable, *places)}
        return self._differentiate(body, seeds, (node.variable,), (node.at,))
