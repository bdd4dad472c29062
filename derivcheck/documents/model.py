"""What is made of the equations of a document: readings, and what the judges found.

The scanners yield :class:`~derivcheck.documents.source.Equation`, the reader answers each with
a :class:`Read`, and :mod:`derivcheck.documents.verdicts` with a :class:`Judged` once the
readings have gone through the ordinary judges. "Not read, because ..." is a value, shown in
every output.
"""

from __future__ import annotations

from dataclasses import replace

from derivcheck.collection.formula import Formula
from derivcheck.documents.source import Equation
from derivcheck.model import EquationStatus as Status
from derivcheck.model import FormulaResult, Location
from derivcheck.records import record

FAR = "its definition stands too far away"
INFERRED = "its shapes or subscripts are inferred"
UNBROKEN = "two statements may stand there without a break"
"""Why a refutation says nothing, unless another member of the chain, or another claim on the same
definitions, vouches for the reading."""


@record()
class Problem:
    """Why something is not read, and where."""

    message: str
    location: Location

    def __str__(self) -> str:
        return f"{self.message} ({self.location.line}:{self.location.column})"


@record()
class Grade:
    """How surely a claim is meant, and what a refutation of it is worth."""

    anchored: bool
    """Whether every symbol is declared, or its left side is closed."""
    near: bool
    """Its definitions stand in the same display, row, item or line: it may be corroborated."""
    pass_only: str
    """Why a refutation says nothing (a function was invented, a condition to be solved)."""
    identity: bool
    """No derivative in it: it may be an equation to be solved."""
    solves: int
    """How many members at the end are constants: values at a point, unless they hold."""
    supposed: bool
    """Its shapes are inferred, or said without the structure that they may have."""
    far: tuple[tuple[str, int], ...] = ()
    """The definitions that it rests on and that stand far away: key, and equation."""

    def unsure(self, reason: str) -> Grade:
        """The same where a reason keeps a refutation from counting."""
        return replace(self, anchored=False, pass_only=self.pass_only or reason)

    def guessed(self) -> Grade:
        """The same with shapes that are inferred."""
        return replace(self, anchored=False, supposed=True)


@record()
class Claim:
    """One claim of an equation: a left side, and one right side or a chain of them.

    ``readings`` are entries, each a whole formula: the members that were read are the forms of
    its claim, compared with the head, and the steps of its ``derivation``, compared with the
    member before. One proved reading is enough, a refutation needs all of them.
    """

    id: str
    latex: str
    """The claim as the page writes it."""
    location: Location
    readings: tuple[Formula, ...]
    grade: Grade
    members: tuple[Location, ...] = ()
    """Where the members that were read begin."""
    carried: bool = False
    """The first step repeats the last member of the display before, of which nothing is said."""
    guessed: tuple[str, ...] = ()
    """Names of the entries of which nothing says that they may be negative."""
    places: tuple[str, ...] = ()
    """Free indices of the entries: it may be meant for places that differ, or for inner ones."""
    normalised: bool = False
    """Something may be said to sum to 1 where it stands."""
    structured: bool = False
    """A matrix may be said to be symmetric or orthogonal where it stands."""
    conditions: frozenset[str] = frozenset()
    """Of what kind the conditions may be that are said of it and not read."""
    may_be_conditional: bool = False
    """Words near it may say where it holds."""
    doubts: tuple[Formula, ...] = ()
    """The same under earlier definitions of its names, or with what a partial derivative may
    hold: where one holds, a refutation is none."""
    meant: tuple[Formula, ...] = ()
    """The same where what is said near it holds: a refutation counts if it is one there, too."""
    rivals: tuple[Formula, ...] = ()
    """The same with what definitions go on with: a claim says nothing where these differ."""
    turned: tuple[Formula, ...] = ()
    """The same in numerator layout, where an annotation says none: what fails may be meant so."""
    unread: tuple[Problem, ...] = ()
    """Members that were not read: such a claim is proved in part."""
    signs: tuple[frozenset[tuple[str, int]], ...] = ()
    """What each reading takes signs with several meanings for."""
    is_wrong: bool = False
    """An annotation says that it is meant to be wrong."""
    rests: tuple[tuple[str, int], ...] = ()
    """The page's definitions that it rests on, none of them far away: key, and equation."""
    names: tuple[tuple[str, str], ...] = ()
    """Names of the entries, and what the page writes for them."""


@record()
class Read:
    """What the reader makes of one equation."""

    equation: Equation
    status: Status
    reason: str = ""
    """Why it is silent or not read."""
    location: Location | None = None
    """Where that could not be read, if somewhere in particular."""
    claims: tuple[Claim, ...] = ()
    reading: str = ""
    """A definition as it is understood, ``y = x**2``; a claim's are its entries."""
    unread: tuple[Problem, ...] = ()
    """Its statements that are not read, where others are: rows of a display."""


@record()
class Judged:
    """An equation when its claims are decided: the status may have become silent."""

    read: Read
    status: Status
    reason: str = ""
    results: tuple[FormulaResult, ...] = ()
