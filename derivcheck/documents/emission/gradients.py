"""Gradients, Hessians and Jacobians by several numbers: as columns and matrices of derivatives."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from derivcheck.documents.bindings import reached
from derivcheck.documents.emission.calls import Calls
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.tree import NotReadError, Tree, matrix, num, sym, total, walk

_RADII, _ANGLES = frozenset(("r", "\\rho")), frozenset(("\\theta", "\\phi", "\\varphi"))
"""Letters of coordinates that are not Cartesian."""
_FURTHER = frozenset("tsuvw")
"""Letters that may be one of two coordinates where x or y is missing."""
_FORMULAS = frozenset(("add", "sub", "mul", "div", "pow", "neg", "call"))
_MOST_SECOND = 20
"""Names by which second derivatives are written out, each by each."""


class Gradients(Calls):
    """What a nabla, or a derivative by a tuple, stands for."""

    def by_tuple(self, tree: Tree) -> Tree:
        r"""The matrix of partial derivatives that ``\frac{\partial f}{\partial \mathbf{x}}`` is
        where ``\mathbf{x} = (x, y)^T``: a row for each entry of f, or a column for a number f."""
        if tree.op != "deriv" or len(tree.args) != 2 or tree.order > 1 or self.declarations.wrt:
            return tree
        body, by = tree.args
        names = self.entries_of(by)
        if names is None or any(name.op != "sym" for name in names):
            return tree
        entries = self.entries_of(body)
        known = [name.name for name in names]

        def partial(one: Tree, name: Tree) -> Tree:
            return self.partial(one, name.name, known, tree.at)

        if entries is None:
            return self.turned([[partial(body, name)] for name in names], tree.at)
        return self.turned([[partial(one, name) for name in names] for one in entries], tree.at)

    def partial(self, one: Tree, by: str, names: Sequence[str], at: int) -> Tree:
        """A partial derivative by one of several names, of a number and of each of them as well."""
        if one.op in ("num", "const") or (one.op == "sym" and one.name in names):
            return num(int(one.op == "sym" and one.name == by))
        return Tree("deriv", (one, sym(by, at)), name="partial", at=at)

    def turned(self, rows: Sequence[Sequence[Tree]], at: int) -> Tree:
        """A matrix of derivatives; pages write its rows as columns, too."""
        if not self.declarations.layout and self.choices.ask("gradient"):
            rows = [*zip(*rows, strict=True)]
        return matrix(rows, at)

    def entries_of(self, tree: Tree) -> list[Tree] | None:
        """The entries of a name that the page defines as a column or a tuple."""
        binding = self.bound(tree)
        if binding is None or binding.kind != "definition" or not binding.trees:
            return None
        found = binding.reading(self.choices)
        if found.op == "transpose":
            found = found.args[0]
        if found.op != "matrix":
            return None
        self.used[tree.name] = binding
        rows = [row.args for row in found.args]
        is_column = all(len(row) == 1 for row in rows)
        return [row[0] for row in rows] if is_column else [*rows[0]] if len(rows) == 1 else None

    def partials_of(self, tree: Tree) -> Tree | None:
        r"""The column of partial derivatives that ``\nabla f`` is for an f of several numbers."""
        body = tree.args[0]
        names = self.arguments_of(body)
        if len(names) == 1 and body.args in ((), (sym(names[0]),)):
            body = replace(body, args=())
            names = self.listed(body, names[0])
        if not names and (body.op in _FORMULAS or (body.op in ("sym", "apply") and not body.args)):
            names = self.coordinates(body)
        if self.declarations.wrt or tree.order > 2:
            return None
        if len(names) < 2 or any(map(self.is_no_number, names)):
            return None
        if not (_RADII.isdisjoint(names) or _ANGLES.isdisjoint(names)):
            raise NotReadError("a gradient in curved coordinates", tree.at)
        variables = [sym(name, body.at) for name in names]
        if tree.order == 2:
            return self.second_partials(body, variables)
        own, given = _bare(body)
        if given not in ([], [*names]) and not self.is_list_of(given, names):
            parts = [Tree("partial_at", (body, by), at=body.at) for by in variables]
        else:
            parts = [self.slope(own, by) for by in variables]
        return self.turned([[part] for part in parts], tree.at)

    def slope(self, body: Tree, *by: Tree) -> Tree:
        """A partial derivative of a name by coordinates: zero where its definition lacks one."""
        if self.is_held(body, by):
            return num(0, body.at)
        return Tree("deriv", (body, *by), name="partial", at=body.at)

    def is_held(self, body: Tree, by: Sequence[Tree]) -> bool:
        """Whether a name is defined without one of some coordinates: ``F_2 = x^2``, by y."""
        binding = self.bindings.get(body.name) if body.op == "sym" else None
        is_defined = binding is not None and binding.kind == "definition" and bool(binding.trees)
        below = self.free_names(body) if is_defined else set()
        is_plain = bool(below) and below.isdisjoint(_FURTHER | _RADII | _ANGLES | {*"fgh"})
        return is_plain and not {one.name for one in by} <= below

    def coordinates(self, body: Tree) -> tuple[str, ...]:
        """x, y and perhaps z, where a number without arguments is made of them and another member
        is a column of so many; none elsewhere."""
        trees = [node for tree in self.context[1:] for node in walk(tree)]
        known = (self.bindings.get(one.name) for one in trees if one.op in ("sym", "apply"))
        columns = [*trees, *(one.tree for one in known if one is not None and one.tree is not None)]
        names = ("x", "y", "z")[: next((len(c.args) for c in columns if c.op == "matrix"), 0)]
        below = self.free_names(body)
        if not below or not below <= {*names}:
            return ()
        self.check_coordinates(below, names, body.at)
        return names

    def check_coordinates(self, below: Set[str], names: Sequence[str], at: int) -> None:
        """Refuse what may be by other coordinates than these, or where one is made of others."""
        made = [name for name in names if name in self.bindings]
        is_partly = len(names) == 2 and not below >= {*names}
        if is_partly and (others := below & _FURTHER):
            raise NotReadError(f"`{min(others)}` may be a coordinate", at)
        other = (below & (_RADII | _ANGLES | {"x", "y", "z"})) - {*names}
        if made and self.bindings[made[0]].kind == "definition":
            raise NotReadError(f"`{made[0]}` is a coordinate, and defined", at)
        if other:
            raise NotReadError(f"whether `{min(other)}` is a coordinate is not said", at)

    def field(self, tree: Tree) -> Tree:
        r"""The partial derivatives of components that ``\nabla \cdot F`` and ``\nabla \times F``
        are for an F of so many components as arguments."""
        (body,) = tree.args
        parts = self.entries_of(body) or []
        names = ("x", "y", "z")[: len(parts)]
        given = [arg.name for arg in body.args]
        is_field = len(parts) in (2, 3) and given in ([], [*names])
        if not is_field or self.arguments_of(body) not in ((), names):
            raise NotReadError("a divergence or curl of what is no field by x, y, z", tree.at)
        self.check_coordinates({n for part in parts for n in self.free_names(part)}, names, tree.at)

        def slope(part: int, by: int) -> Tree:
            if self.is_held(parts[part], [sym(names[by])]):
                return num(0)
            return self.partial(parts[part], names[by], names, tree.at)

        def turn(one: int, other: int) -> Tree:
            return Tree("sub", (slope(other, one), slope(one, other)), at=tree.at)

        if tree.name == "cdot":
            return total((slope(axis, axis) for axis in range(len(parts))), tree.at)
        if len(parts) == 2:
            return matrix([[num(0)], [num(0)], [turn(0, 1)]], tree.at)
        return matrix([[turn(1, 2)], [turn(2, 0)], [turn(0, 1)]], tree.at)

    def listed(self, body: Tree, name: str) -> tuple[str, ...]:
        """What the only argument of a function stands for: x_1 and x_2 of ``f(x) = x_1 x_2``."""
        below = self.free_names(body)
        parts = [keys.parts(one)[1] for one in below if keys.parts(one)[0] == keys.letter(name)]
        found = tuple(f"{keys.letter(name)}_{{{n}}}" for n in range(1, len(parts) + 1))
        is_all = name not in below and name not in self.bindings and below.issuperset(found)
        return found if is_all and len(found) > 1 else (name,)

    def is_list_of(self, given: Sequence[str], names: Sequence[str]) -> bool:
        """Whether a name stands for all arguments of a function: x for x_1, x_2, x_3."""
        numbers = [str(i) for i in range(1, len(names) + 1)]
        (name, *others) = given
        is_free = not others and name not in self.bindings
        return is_free and [keys.parts(one)[:2] for one in names] == [(name, n) for n in numbers]

    def second_partials(self, body: Tree, variables: Sequence[Tree]) -> Tree | None:
        r"""What ``\nabla^2 f`` is of several numbers: a matrix beside another one, else the sum
        of the second derivatives in the plane or in space."""
        names = [variable.name for variable in variables]
        own, given = _bare(body)
        if given not in ([], names) and not self.is_list_of(given, names):
            return None
        if len(names) > _MOST_SECOND:
            raise NotReadError("a Hessian by very many names", body.at)

        def second(one: Tree, other: Tree) -> Tree:
            return self.slope(own, one, other)

        if any(node.op == "matrix" for tree in self.context for node in walk(tree)):
            rows = [[second(one, other) for other in variables] for one in variables]
            return matrix(rows, body.at)
        if not {*names} <= {"x", "y", "z"}:
            return None
        return total((second(one, one) for one in variables), body.at)

    def is_no_number(self, name: str) -> bool:
        """Whether a name is an array, for all that is known."""
        binding = self.bindings.get(name)
        is_array = name in self.arrays or keys.is_bold(name) or name.startswith("\\vec")
        return is_array or (binding is not None and bool(binding.shape))

    def gradient_variable(self, body: Tree, at: int) -> Tree:
        """What a bare nabla differentiates by: what is declared, or the only argument."""
        for names in (self.declarations.wrt, self.arguments_of(body)):
            if len(names) == 1:
                return sym(names[0], at)
        raise NotReadError("a gradient by nothing said", at)

    def layout(self) -> str:
        """The layout of Jacobians: as declared, else one reading each."""
        if self.declarations.layout:
            return self.declarations.layout
        return ("denominator", "numerator")[self.choices.ask("layout")]

    def free_names(self, tree: Tree) -> set[str]:
        """The names that a tree depends on once definitions are followed."""
        names = {n for n, node in reached([tree], self.bindings).items() if node.op == "sym"}
        return {n for n in names if n not in self.bindings or self.bindings[n].kind == "symbol"}


def _bare(body: Tree) -> tuple[Tree, list[str]]:
    """A name without what it is given, and that; a formula as it is."""
    if body.op in _FORMULAS:
        return body, []
    return sym(body.name, body.at), [arg.name for arg in body.args]
