"""What the names of one formula mean: symbols, functions, dimensions, ``where`` and bindings."""

from __future__ import annotations

from dataclasses import field

from derivcheck.lang import syntax as S
from derivcheck.lang.affine import Affine
from derivcheck.lang.equation import AbstractFunction, Symbol
from derivcheck.lang.nodes import ZERO, Dim, Index, Node, Shape, Sym
from derivcheck.records import record


@record(frozen=False)
class Scope:
    """The declarations of one formula.

    ``where`` maps names to syntax, in order; ``varying`` names what ``d(F)`` varies and ``wrt``
    what ``D(u)`` of a name of ``where`` differentiates by.
    """

    symbols: dict[str, Symbol] = field(default_factory=dict)
    functions: dict[str, AbstractFunction] = field(default_factory=dict)
    where: dict[str, S.Syntax] = field(default_factory=dict)
    dims: set[str] = field(default_factory=set)
    varying: tuple[str, ...] = ()
    wrt: str | None = None
    dim_values: dict[str, Dim] = field(default_factory=dict)
    """What a dimension's name stands for, where a cited formula is instantiated."""
    indices: dict[str, Dim] = field(default_factory=dict)
    """Declared indices (``{index: n}``) and what they run over."""
    argument_shapes: dict[str, tuple[Shape, ...]] = field(default_factory=dict)
    """Shapes an abstract function was first applied to: later uses must agree."""

    is_complex: bool = False
    """Whether complex numbers occur: a complex symbol, the imaginary unit, ``values: complex``."""

    def complex_names(self) -> frozenset[str]:
        """The names whose values may be complex; of a name of ``where`` nothing is known."""
        if not self.is_complex:
            return frozenset()
        found = {name for name, s in self.symbols.items() if s.domain.kind == "complex"}
        return frozenset((*found, *(f"d{name}" for name in found), *self.where))

    def names(self) -> tuple[str, ...]:
        """Every name a user may mean, for "did you mean"."""
        return (*self.symbols, *self.functions, *self.where, *sorted(self.dims), *self.indices)


@record()
class Environment:
    """Which names are bound to something other than their declaration, and by how many levels.

    ``bindings`` are (name, node) pairs of Grad/Jvp/Jacobian around the current place.
    """

    bindings: tuple[tuple[str, Node], ...] = ()

    def lookup(self, name: str) -> Node | None:
        """The innermost binding of ``name``."""
        for bound, node in reversed(self.bindings):
            if bound == name:
                return node
        return None

    def bind(self, pairs: tuple[tuple[str, Node], ...]) -> Environment:
        """This environment with more bindings inside."""
        return Environment((*self.bindings, *pairs))


@record(frozen=False)
class IndexSlot:
    """An index name in scope; its values are known from its bounds or its first subscript."""

    unique: str
    dim: Dim | None = None
    start: Dim = ZERO
    fixed: bool = False
    """Whether its values are given by a declaration, by bounds or by a comprehension."""
    guarded: bool = False
    """Whether it takes only the values that every subscript allows (a sum without bounds)."""
    bounds: tuple[Affine, Affine] | None = None
    """Least and greatest value, where both are given (and may depend on other indices)."""
    value: Affine | None = None
    """What the name stands for, where the sum runs over the place of a subscript instead."""
    met: S.Name | None = None
    """Where it was first met as a number, before what it runs over was known."""
    ranges: list[tuple[Affine, Dim]] = field(default_factory=list)
    """Subscripts that hold the index, with the dimension that each must fit in."""

    def index(self) -> Index:
        """The typed index; of no values as long as they are not known."""
        return Index(self.unique, ZERO if self.dim is None else self.dim, self.start)


class FreshNames:
    """Unique names for bound variables: one for each (name, place it is taken at, depth).

    So within one formula a bound variable always stands for the same ``at``.
    """

    def __init__(self) -> None:
        self._taken: dict[tuple[str, Node, int], Sym] = {}
        self._counts: dict[str, int] = {}

    def variable(self, name: str, at: Node, depth: int) -> Sym:
        """The bound variable for ``name`` taken at ``at`` under ``depth`` other bindings."""
        key = (name, at, depth)
        found = self._taken.get(key)
        if found is None:
            count = self._counts.get(name, 0) + 1
            self._counts[name] = count
            found = Sym(f"{name}#{count}", shape=at.shape)
            self._taken[key] = found
        return found
