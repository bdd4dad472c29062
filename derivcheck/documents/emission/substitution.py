"""Other trees in the place of names, in what is defined by these names too.

Where ``y = u^2`` and ``u = x^2 + 1``, the y at x = 1 is ``(1^2 + 1)^2``: a name that depends on one
that is replaced is written out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from derivcheck.documents.bindings import Binding, reached
from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.tree import NotReadError, Tree, rebuilt, sym
from derivcheck.records import record

_MOST = 200
"""Names that are written out in one formula."""


@record(frozen=False)
class Substitution:
    """Replaces names."""

    bindings: Mapping[str, Binding]
    choices: Choices
    """What definitions are read as."""
    open: list[str] = field(default_factory=list)
    """Names that are being written out."""
    used: dict[str, Binding] = field(default_factory=dict)
    """What was written out."""
    count: int = 0

    def made(self, tree: Tree, values: Mapping[str, Tree]) -> Tree:
        """The tree with its names replaced. Raises :class:`NotReadError`."""

        def change(node: Tree) -> Tree | None:
            if node.op in ("sym", "apply") and node.name in values:
                # the x of x(t) is written out as a function without its argument
                if node.args or node.order:
                    raise NotReadError(f"`{node.name}` is a function and an argument", node.at)
                return values[node.name]
            if node.op in ("sum", "prod") and node.name in values:
                raise NotReadError("an index and an argument of one name", node.at)
            if node.op in ("sym", "apply"):
                return self.written_out(node, values)
            by_what = node.op == "diffl" or (node.op == "prime" and len(node.args) == 1)
            if by_what and not reached([node], self.bindings).keys().isdisjoint(values):
                raise NotReadError("a prime or differential at a point", node.at)
            return None

        return rebuilt(tree, change)

    def written_out(self, node: Tree, values: Mapping[str, Tree]) -> Tree | None:
        """What a name stands for where that depends on what is replaced; None where it doesn't."""
        binding = self.bindings.get(node.name)
        if binding is None or not (binding.tree is not None or binding.kind == "function"):
            return None
        names = binding.arguments or ()
        bare = sym(node.name)
        outside = reached([bare], self.bindings).keys() - ({*names} if node.args else set())
        if outside.isdisjoint(values):
            return None
        if node.order or node.name in self.open:
            raise NotReadError(f"`{node.name}` below a point", node.at)
        self.count += 1
        if self.count > _MOST:
            raise NotReadError("too long once it is written out", node.at)
        if binding.tree is None:
            given = [values.get(name, sym(name, node.at)) for name in names]
            return None if node.args else Tree("apply", tuple(given), name=node.name, at=node.at)
        self.used[node.name] = binding
        inner = dict(values)
        if node.args:
            if len(node.args) != len(names):
                raise NotReadError(f"`{node.name}` takes {len(names)} arguments", node.at)
            given = [self.made(arg, values) for arg in node.args]
            inner |= zip(names, given, strict=True)
        self.open.append(node.name)
        try:
            return self.made(binding.reading(self.choices), inner)
        finally:
            self.open.pop()
