"""What a proof may use, and what it met on its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from derivcheck.records import record
from derivcheck.symbolic.matrix.atoms import Atom, Polynomial

OWN, SHARED = "own", "shared"
ElementRule = Callable[[str, tuple[int, ...]], Polynomial]
"""(symbol, indices) -> what an entry of it is."""
Jump = tuple[str, Polynomial]
"""A function that jumps (``usgn``, ``step``, ``zero``) and its argument."""


@record()
class Strategy:
    """Choices that decide what is proved, never whether a proof is right."""

    expand_literals: bool = False
    """Write out sums over dimensions that are small numbers."""
    cyclic_determinants: bool = False
    """Look for ``det(I + A @ B)`` under the name ``det(I + B @ A)``."""
    ranges_from_zero: bool = True
    """Sums from other numbers are sums from 0 and single terms, which may not exist: 1/k."""


@record(frozen=False, eq=False)
class Known:
    """Facts about symbols; those about the point alone count once ``at_point`` is set."""

    at_point: bool = False
    positive: set[str] = field(default_factory=set)
    nonnegative: set[str] = field(default_factory=set)
    inverted: set[str] = field(default_factory=set)
    """Matrices whose inverse the claim names."""
    positive_atoms: set[Atom] = field(default_factory=set)
    structures: dict[str, frozenset[str]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    """The symbols at which the derivative by a bound variable is taken."""
    replacements: dict[str, ElementRule] = field(default_factory=dict)
    switches: set[int] = field(default_factory=set)
    """Masks of the signs at which derivatives were taken piecewise."""

    def sign_of_entry(self, name: str, indices: tuple[int, ...]) -> int | None:
        """1 for a positive entry of a symbol, 0 for one that is not negative, else None.

        A diagonal matrix has its domain on the diagonal; beside it there are zeros.
        """
        name = self.aliases.get(name, name)
        if name in self.positive:
            structure = self.structures.get(name, frozenset())
            return 0 if "diagonal" in structure and len(set(indices)) > 1 else 1
        return 0 if name in self.nonnegative else None


@record(frozen=False, eq=False)
class Met:
    """What a proof leaned on: it decides about the conditions of the proof."""

    kinks: list[Jump] = field(default_factory=list)
    """Jumps that were differentiated as if there were none, at the places of derivatives; of each,
    whether a line along the variable meets several values of the indices summed over."""
    jumps: list[Jump] = field(default_factory=list)
    """Jumps that the claim itself says."""
    inner_jumps: list[Jump] = field(default_factory=list)
    """Those that a variable meets in what is differentiated."""
    nonzero: dict[int, Polynomial] = field(default_factory=dict)
    """Arguments of signs whose square was taken for 1."""
    units: set[str] = field(default_factory=set)
    """Varying symbols whose derivatives are taken entry by entry."""
    lines: list[tuple[str, tuple[int, ...]] | None] = field(default_factory=list)
    """The entries by which derivatives are taken (None: several at once)."""
    claim_indices: frozenset[int] = frozenset()
    """The free indices of the claim, and those of the entry that is looked at."""
    extremes: dict[object, bool] = field(default_factory=dict)
    """Largest and smallest entries that were differentiated, and whether a line along a variable
    meets one only of all that have this form."""
    varied_determinants: bool = False
    """Whether a determinant was differentiated: that brought in the inverse of its matrix."""
    multiplied: bool = False
    """Whether a difference was multiplied by the matrix of one of its inverses."""
    divided_products: bool = False
    """Whether a derivative divided by the factors of a product over an index."""
