"""What is known of names before anything is parsed: kinds that decide how maths is read."""

from __future__ import annotations

from copy import copy
from dataclasses import field, fields
from functools import cache
from typing import Any, TypeVar, cast

from derivcheck.documents.maths import keys
from derivcheck.records import record

VARIABLES = frozenset("abcknmxyzt")
"""Letters that a bracket behind them multiplies, unless something says that they are functions."""
DEVIATIONS = frozenset(("\\sigma", "s", "\\tau", "r"))
"""Letters whose squares are variances, or that of a radius: names of their own where something is
differentiated by them, or where they are defined."""
OFTEN_FUNCTIONS = frozenset(("\\sigma", "\\phi", "\\psi", "\\varphi"))
"""Letters that a bracket behind them may multiply where they stand without one elsewhere."""
ALWAYS_FUNCTIONS = frozenset("fghFGH")
COUNTS = frozenset("nmNMKTBSdp")
"""Letters that say how many there are of something."""
NOISES = frozenset(("\\epsilon", "\\varepsilon", "\\eta", "\\xi", "\\nu", "w", "v"))
"""Letters of noise."""
RUNNING = frozenset("xyzt")
"""Letters that primes are by."""


Known = TypeVar("Known")


def copied(known: Known) -> Known:
    """A record with what it holds copied, to be added to."""
    same, kind = copy(known), cast("Any", type(known))
    for name in _names(kind):
        value = getattr(same, name)
        if isinstance(value, (dict, set, list)):
            setattr(same, name, value.copy())
    return same


@cache
def _names(record_: Any) -> tuple[str, ...]:
    return tuple(part.name for part in fields(record_))


@record(frozen=False)
class Seen:
    """What the maths and the words of a section show of its names."""

    singles: set[str] = field(default_factory=set)
    """Letters that stand alone somewhere."""
    indexed: set[str] = field(default_factory=set)
    """Letters whose superscript is an index."""
    arrays: set[str] = field(default_factory=set)
    """Letters that are seen to be vectors or matrices, though nothing declares them."""
    normed: set[str] = field(default_factory=set)
    r"""Those of them that nothing but bars shows to be arrays: ``\\|x\\|``."""
    entrywise: set[str] = field(default_factory=set)
    r"""Functions that are applied to each entry: ``\odot \sigma'(z)``."""
    symmetric: set[str] = field(default_factory=set)
    """Letters that words call symmetric matrices."""
    called: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Letters that words call a function of the language (the sigmoid), and where they do."""
    factors: set[str] = field(default_factory=set)
    """Letters of functions that stand somewhere without a bracket behind them."""
    sums: set[str] = field(default_factory=set)
    """Names that the page calls means, totals or norms."""
    rates: set[tuple[str, str]] = field(default_factory=set)
    """Letters that are differentiated somewhere, and by which; primes are by any."""
    dotted: set[str] = field(default_factory=set)
    r"""Letters whose dot is a variable of its own: ``\partial L/\partial \dot q``."""
    moving: set[str] = field(default_factory=set)
    """Letters that have a dot somewhere."""
    noises: set[str] = field(default_factory=set)
    r"""Letters of noise that are said to be drawn: ``\epsilon \sim N(0, 1)``."""
    differentials: bool = False
    """Whether ``d(F)`` is a differential."""
    counted: bool = False
    r"""Whether d is a number: ``\mathbb{R}^d``, ``\sum_{i=1}^d``, ``\frac{d}{2}``."""

    def join(self, other: Seen) -> None:
        """What another section around shows, too."""
        for name in _names(Seen):
            setattr(self, name, getattr(self, name) | getattr(other, name))


@record(frozen=False)
class Kinds(Seen):
    """The kinds of the names in scope at one equation, and what its section shows.

    ``shapes`` holds every declared or defined name that is no function, with its shape (rows and
    columns; empty: a scalar; None: not known); ``functions`` the page's own, with the keys of
    their arguments where they are defined (``f(x) = x^2``), None where they are abstract.
    """

    shapes: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    functions: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    arguments: dict[str, int] = field(default_factory=dict)
    """How many arguments an abstract function takes."""
    log: str = ""
    symbols: set[str] = field(default_factory=set)
    """Keys that an annotation declares."""
    physics: bool = False
    """Whether the LaTeX package `physics` is loaded, with its derivatives."""
    is_in_pipes: bool = False
    r"""Whether it stands in a table of Markdown, where a bar is written ``\|``."""
    families: set[str] = field(default_factory=set)
    """Functions whose first argument is written as an index: ``J_n(x)``."""
    depending: set[str] = field(default_factory=set)
    """Names that may be written with a symbol that they depend on: f(x) for f."""
    partials: dict[str, frozenset[str]] = field(default_factory=dict)
    """Names that are defined by a formula in several variables, with these: ``z_x``, ``z = xy``."""

    def forget(self, key: str) -> None:
        """Take away what was known of a name."""
        for known in (self.shapes, self.functions, self.arguments, self.partials):
            known.pop(key, None)
        self.symbols.discard(key)
        self.families.discard(key)

    def is_known(self, key: str) -> bool:
        """Whether a key is declared or defined."""
        return key in self.shapes or key in self.functions

    def is_array(self, key: str) -> bool:
        """Whether a key is a declared vector or matrix."""
        return bool(self.shapes.get(key))

    def array_of(self, base: str, sup: str, sub: str) -> str | None:
        """The array of which ``base`` with a subscript is an entry: itself, or its capital.

        Of a matrix X, ``x_i`` is no entry: a row or a column, or another name.
        """
        name = keys.key(base, "", sup)
        if self.is_array(name):
            return name
        if len(base) == 1 and base.islower():
            name = keys.key(base.upper(), "", sup)
            takes_one = "1" in (self.shapes.get(name) or ())
            if len(sub) == 1 and not takes_one:
                return None
            if self.is_array(name) and keys.key(base, "", sup) not in self.shapes:
                return name
        return None
