"""What a judge is handed: an equation between typed nodes, with everything it depends on.

Every claim becomes one: the left side holds the operator (Grad, Jvp, Jacobian) whose value is
the truth, the right side what is claimed. Judges need no other knowledge of claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from derivcheck.lang import nodes as N
from derivcheck.lang.nodes import Dim as Dim
from derivcheck.lang.nodes import Node, Shape
from derivcheck.model import Settings as Settings
from derivcheck.records import record


@record()
class Interval:
    """A real interval; a bound is a constant node (numbers, pi, e) or None for infinity."""

    low: Node | None = None
    high: Node | None = None
    low_closed: bool = False
    high_closed: bool = False


_OF_KIND = {"positive": ">", "negative": "<", "nonnegative": ">=", "nonzero": "!=", "natural": ">"}
"""How the numbers of a kind compare to zero."""


@record()
class Domain:
    """Values a symbol (or each entry of a matrix) may take.

    ``kind`` is ``real positive negative nonnegative nonzero integer natural complex interval``;
    ``interval`` is set for ``interval`` only; ``excluded`` are constant nodes.
    """

    kind: str = "real"
    interval: Interval | None = None
    excluded: tuple[Node, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether it holds whole numbers only."""
        return self.kind in ("integer", "natural")

    @property
    def bounds(self) -> Interval:
        """The interval of values, for kinds that have a name as well."""
        return self.interval or _BOUNDS.get(self.kind, Interval())

    def conditions(self, value: Node) -> tuple[N.Compare, ...]:
        """What it says of a value: comparisons with constants; not that a number is whole."""
        found = [("!=", node) for node in self.excluded]
        if self.kind in _OF_KIND:
            found.append((_OF_KIND[self.kind], N.ZERO_NODE))
        limits = self.interval or Interval()
        for sign, end, closed in (
            (">", limits.low, limits.low_closed),
            ("<", limits.high, limits.high_closed),
        ):
            if end is not None:
                found.append((f"{sign}=" if closed else sign, end))
        return tuple(N.Compare(sign, value, node, shape=value.shape) for sign, node in found)


_BOUNDS = {
    "positive": Interval(low=N.ZERO_NODE),
    "natural": Interval(low=N.ZERO_NODE),
    "nonnegative": Interval(low=N.ZERO_NODE, low_closed=True),
    "negative": Interval(high=N.ZERO_NODE),
}
REAL = Domain()


@record()
class Symbol:
    """A declared symbol (or a differential dX, which is real and has ``differential`` set).

    ``structure`` is a subset of symmetric, spd, hermitian, invertible, diagonal, orthogonal: the
    point has that structure, the variation is free.
    """

    name: str
    shape: Shape = ()
    domain: Domain = REAL
    structure: frozenset[str] = frozenset()
    differential: bool = False

    @property
    def conditions(self) -> tuple[N.Compare, ...]:
        """What its domain says of it."""
        return self.domain.conditions(N.Sym(self.name, shape=self.shape))


@record()
class AbstractFunction:
    """A declared function. ``kind`` is ``elementwise`` or ``scalar``; ``arity`` its arguments."""

    name: str
    kind: str
    arity: int = 1


@record()
class Context:
    """What surrounds the equations of one formula.

    ``symbols`` and ``functions`` are the declared ones that the equations may mention;
    ``assume`` are Compare/Logic nodes that constrain the point (not the variation), conjunctions
    taken apart;
    ``identically`` are equalities that hold for all values of what varies (the names in
    ``varying``), so that their derivatives hold, too;
    ``dims`` are the names of dimensions; ``seed`` is a stable hash of the entry.
    """

    symbols: tuple[Symbol, ...] = ()
    functions: tuple[AbstractFunction, ...] = ()
    assume: tuple[Node, ...] = ()
    dims: tuple[str, ...] = ()
    seed: int = 0
    identically: tuple[N.Compare, ...] = ()
    varying: tuple[str, ...] = ()
    is_complex: bool = False
    """Whether points count at which values are complex, though no symbol may be."""

    @property
    def given(self) -> frozenset[str]:
        """The functions that equations give."""
        return frozenset[str]().union(*map(N.functions_in, self.identically))

    def symbol(self, name: str) -> Symbol | None:
        """The declared symbol of that name."""
        return next((s for s in self.symbols if s.name == name), None)


@record()
class Equation:
    """``left == right`` wherever both are defined, for all values of ``indices``.

    ``left`` and ``right`` have the same shape, or ``right`` is the scalar number 0, which
    stands for zero of any shape. Free indices occur in both sides by name.
    Within one equation a bound variable (``x#1``) has the same ``at`` wherever it occurs.
    """

    left: Node
    right: Node
    context: Context
    indices: tuple[N.Index, ...] = ()
    text: str = ""
    wrt: tuple[str, ...] = ()
    """Symbols the derivative is taken by (names), for hints and reports."""

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every node of both sides; what stands in both comes twice."""
        return (*N.walk(self.left), *N.walk(self.right))

    @property
    def all_nodes(self) -> tuple[Node, ...]:
        """Every node of both sides and of the side conditions, once."""
        found = dict.fromkeys(self.nodes)
        for condition in self.context.assume:
            found.update(dict.fromkeys(N.walk(condition)))
        return tuple(found)

    def with_values(self, values: Mapping[str, Node]) -> Equation:
        """The equation with scalar symbols replaced everywhere; they are declared no more.

        What varies in equations that hold identically varies on there.
        """
        put: dict[Node, Node] = {N.Sym(name, shape=()): value for name, value in values.items()}
        context = self.context
        fixed: dict[Node, Node] = {
            N.Sym(name, shape=()): value
            for name, value in values.items()
            if name not in context.varying
        }
        return replace(
            self,
            left=N.substitute(self.left, put),
            right=N.substitute(self.right, put),
            context=replace(
                context,
                symbols=tuple(s for s in context.symbols if s.name not in values),
                assume=tuple(N.substitute(condition, put) for condition in context.assume),
                identically=tuple(
                    N.Compare(
                        one.operator,
                        N.substitute(one.left, fixed),
                        N.substitute(one.right, fixed),
                        shape=one.shape,
                    )
                    for one in context.identically
                ),
            ),
        )

    @property
    def is_scalar(self) -> bool:
        """Whether no matrix occurs anywhere: the scalar provers apply."""
        return not self.indices and _are_scalar(self.left, self.right)


@lru_cache(maxsize=8)
def _are_scalar(*sides: Node) -> bool:
    return all(
        not node.shape and not isinstance(node, N.Entry | N.SumIndex | N.ProdIndex | N.Pick)
        for side in sides
        for node in N.walk(side)
    )
