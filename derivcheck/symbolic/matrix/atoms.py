"""Atoms of index notation, and the space that interns and counts them.

A tensor is a polynomial in *atoms* whose indices are integers:

* free indices and freshly opened bound ones are numbers from :meth:`Space.fresh`;
* a fixed position k (``x[0]``) is the negative number ``-1 - k``;
* a bound index *inside* an atom has a reserved number ``height << 32 | position``, where the
  height of an atom exceeds that of everything it holds. Binders are thus never nested under
  equal numbers, and substituting an outer index cannot capture one.

Atoms are interned per space, so structural equality is identity. Numbers are ``int`` where
possible and ``Fraction`` otherwise; nothing here is ever a float.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from derivcheck import work
from derivcheck.lang.nodes import Dim

Rational = int | Fraction
Monomial = tuple[tuple["Atom", Rational], ...]
Polynomial = dict[Monomial, Rational]
Frozen = tuple[tuple[Monomial, Rational], ...]


class Kind:
    """What an atom is; a number, since kinds are compared more often than anything else."""

    ELEMENT, DELTA, SIZE, PRIME, CONSTANT, EXP, POWER, GENERAL_POWER, FUNCTION, INVERSE = range(10)
    DETERMINANT, ABSTRACT, EXTREME, SUM, VALUE, APART, PRODUCT, MATRIX, CONDITION = range(10, 19)


COMPARING = frozenset((Kind.VALUE, Kind.APART, Kind.CONDITION))
"""Kinds that say something of the values of indices."""

_SPELLED = 4
"""Dimensions up to this number may be written out."""
_STEP = 10
"""Units of work for a step."""


class Undecided(Exception):
    """The prover gives up; the message is the reason shown to the user."""


class Atom:
    """One interned factor; see :mod:`derivcheck.symbolic.matrix.atoms` for its indices.

    ``mask`` identifies the structure with all index numbers erased: equal for two atoms that
    differ in the names of indices only. ``symmetric`` says that ``indices`` are unordered,
    ``watch`` that its powers may reduce or that it changes what it is multiplied with.
    """

    __slots__ = (
        "bound",
        "frees",
        "head",
        "height",
        "indices",
        "kind",
        "mask",
        "polys",
        "serial",
        "symmetric",
        "watch",
    )

    def __init__(
        self,
        serial: int,
        kind: int,
        head: Any,
        indices: tuple[int, ...],
        bound: tuple[int, ...],
        polys: tuple[Frozen, ...],
    ) -> None:
        self.serial = serial
        self.kind = kind
        self.head = head
        self.indices = indices
        self.bound = bound
        self.polys = polys
        self.symmetric = False
        self.mask = 0
        self.watch = False
        inner = [atom for poly in polys for monomial, _ in poly for atom, _ in monomial]
        own = frozenset(i for i in indices if i > 0)
        self.frees: frozenset[int] = own.union(*(a.frees for a in inner)).difference(bound)
        self.height: int = max((a.height for a in inner), default=0) + bool(bound)


def whole(value: Rational) -> Rational:
    """``value`` as an int when it is one."""
    if type(value) is int:
        return value
    return value.numerator if value.denominator == 1 else value


def divide(a: Rational, b: Rational) -> Rational:
    """Exact quotient."""
    return whole(Fraction(a) / b)


def reserved(height: int, position: int) -> int:
    """The number of a bound index inside an atom of that height."""
    return (height << 32) | position


def monomial_key(monomial: Monomial) -> tuple[tuple[int, Rational], ...]:
    """Order of monomials within one space."""
    return tuple((atom.serial, exponent) for atom, exponent in monomial)


def freeze(poly: Polynomial) -> Frozen:
    """A hashable form with one order of terms."""
    if len(poly) == 1:
        return tuple(poly.items())
    return tuple(sorted(poly.items(), key=lambda item: monomial_key(item[0])))


def frees_of(poly: Polynomial) -> frozenset[int]:
    """The free indices of a polynomial."""
    found: set[int] = set()
    for monomial in poly:
        for atom, _ in monomial:
            found |= atom.frees
    return frozenset(found)


def atoms_in(poly: Polynomial) -> Iterator[Atom]:
    """The atoms of a polynomial and those inside them, each once."""
    waiting = [atom for monomial in poly for atom, _ in monomial]
    seen: set[Atom] = set()
    while waiting:
        atom = waiting.pop()
        if atom not in seen:
            seen.add(atom)
            yield atom
            waiting += (a for p in atom.polys for m, _ in p for a, _ in m)


class Space:
    """Interns atoms, hands out indices and counts steps.

    Raises :class:`Undecided` when ``steps`` are used up.
    """

    def __init__(self, steps: int = 20_000) -> None:
        self._atoms: dict[Any, Atom] = {}
        self._masks: dict[Any, int] = {}
        self._dims: dict[int, str] = {}
        self._dim_table: dict[str, Dim] = {}
        self._next = 1
        self.watched: set[object] = set()
        """Kinds of atoms, and heads of functions, whose products may have a simpler form."""
        self.steps = self.steps_left = steps

    def fresh(self, dim: Dim | str) -> int:
        """A new index over ``dim``."""
        number = self._next
        self._next += 1
        if isinstance(dim, Dim):
            name = str(dim)
            self._dim_table[name] = dim
            dim = name
        self._dims[number] = dim
        return number

    def renewed(self, dims: tuple[str, ...]) -> tuple[int, ...]:
        """New indices for a binder: distinct from all others, so nothing is captured."""
        return tuple(self.fresh(dim) for dim in dims)

    def fresh_like(self, index: int) -> int:
        """A new index over the same dimension."""
        return self.fresh(self.dim(index))

    def dim(self, index: int) -> str:
        """The name of the dimension that an index runs over."""
        name = self._dims.get(index)
        if name is None:
            raise Undecided("index notation: a fixed position where an index is needed")
        return name

    def has_dim(self, index: int) -> bool:
        """Whether it is an index in use now: neither a fixed place nor bound inside an atom."""
        return index in self._dims

    def dim_of_name(self, name: str) -> Dim:
        """The dimension written ``name``."""
        return self._dim_table[name]

    def dim_of(self, index: int) -> Dim:
        """The dimension that an index runs over."""
        return self._dim_table[self.dim(index)]

    def literal_size(self, index: int) -> int:
        """The size of an index over a dimension that is a small number, else 0."""
        name = self._dims.get(index, "")
        return int(name) if name.isdecimal() and int(name) <= _SPELLED else 0

    def lend(self, bound: tuple[int, ...], dims: tuple[str, ...]) -> None:
        """Dimensions for the numbers that bound indices have inside an atom, for a while."""
        self._dims.update(zip(bound, dims, strict=True))

    def take_back(self, bound: tuple[int, ...]) -> None:
        """The end of that while."""
        for index in bound:
            del self._dims[index]

    @property
    def steps_used(self) -> int:
        """Steps spent so far."""
        return self.steps - self.steps_left

    def spend(self, amount: int = 1) -> None:
        """Count work; past the budget the proof is given up."""
        self.steps_left -= amount
        work.spend(_STEP * amount)
        if self.steps_left < 0 or work.is_over():
            raise Undecided("index notation: the proof needs more steps than its budget")

    def atom(
        self,
        kind: int,
        head: Any,
        indices: tuple[int, ...] = (),
        bound: tuple[int, ...] = (),
        polys: tuple[Frozen, ...] = (),
        *,
        symmetric: bool = False,
    ) -> Atom:
        """The one atom of this structure."""
        key = (kind, head, indices, bound, polys, symmetric)
        atom = self._atoms.get(key)
        if atom is None:
            atom = Atom(len(self._atoms) + 1, kind, head, indices, bound, polys)
            atom.symmetric = symmetric
            atom.watch = (head if kind == Kind.FUNCTION else kind) in self.watched
            atom.mask = self._mask(atom)
            self._atoms[key] = atom
        return atom

    def _mask(self, atom: Atom) -> int:
        indices = atom.indices
        fixed: object = len(indices)
        if indices and min(indices) < 0:
            fixed = tuple(min(i, 0) for i in indices)
        polys = tuple(
            tuple(sorted((self.monomial_mask(m), c) for m, c in poly)) for poly in atom.polys
        )
        key = (atom.kind, atom.head, atom.symmetric, fixed, polys)
        return self._masks.setdefault(key, len(self._masks) + 1)

    @staticmethod
    def monomial_mask(monomial: Monomial) -> tuple[tuple[int, Rational], ...]:
        """A monomial with all index numbers erased."""
        return tuple(sorted((atom.mask, exponent) for atom, exponent in monomial))
