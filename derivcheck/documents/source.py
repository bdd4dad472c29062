"""What a document holds for whoever reads its formulas: equations, each in its context.

``text -> Page -> Source``: a scanner takes a document apart (:mod:`derivcheck.documents.scan`),
:mod:`derivcheck.documents.context` says of each equation where it stands and what is said about
it. Nothing here knows what maths means.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import field

from derivcheck.collection.raw import Value
from derivcheck.documents.scan.inline import tag_of
from derivcheck.model import Diagnostic, Location
from derivcheck.records import record


@record()
class Macro:
    r"""A command of the page: ``\newcommand{\dd}[2][x]{\frac{d#2}{d#1}}``.

    ``default`` is that of the first argument, None where it has none. Where the page defines a
    name anew, ``since`` is the number of the equation from which that holds; else 0. One that
    stands for itself is none any longer.
    """

    name: str
    """With its backslash."""
    arguments: int
    body: str
    default: str | None = None
    since: int = 0
    is_own: bool = False
    """Whether ``body`` is a command of LaTeX, whatever the page calls so: ``\\let\\old\\sin``."""


def in_force(macros: Iterable[Macro]) -> dict[str, Macro]:
    """The last macro of each name."""
    last = {macro.name: macro for macro in macros}
    return {name: macro for name, macro in last.items() if macro.body != name}


@record()
class Declared:
    """A name of an annotation, what it is declared to be, and where both stand.

    ``value`` is as in a formula file: for ``symbols`` a kind, an interval, a list of dimensions
    or the long form; for ``functions`` ``elementwise`` or ``scalar(...)``; for ``where`` and
    the others maths as the page writes it. ``name`` is written as on the page, empty for
    what is no mapping.
    """

    name: str
    value: Value
    location: Location
    value_location: Location


_ADDED = ("symbols", "functions", "where", "assume", "identically", "macros")
_SAID_ONCE = ("log", "layout", "values", "upstream")
"""Keys of an annotation to which a later one adds, and those that it says anew."""


@record()
class Annotation:
    """The keys of one block. None and empty: the block does not say so; ``wrt: ()`` unsets it."""

    symbols: tuple[Declared, ...] = ()
    functions: tuple[Declared, ...] = ()
    where: tuple[Declared, ...] = ()
    assume: tuple[Declared, ...] = ()
    identically: tuple[Declared, ...] = ()
    macros: tuple[Macro, ...] = ()
    wrt: tuple[Declared, ...] | None = None
    log: str = ""
    """The base of a bare logarithm: ``e``, ``10`` or ``2``."""
    layout: str = ""
    values: str = ""
    upstream: tuple[Declared, ...] = ()
    """One at most."""

    def joined(self, later: Annotation) -> Annotation:
        """Both as one block, of which ``later`` are the last lines."""
        added = {name: getattr(self, name) + getattr(later, name) for name in _ADDED}
        said = {name: getattr(later, name) or getattr(self, name) for name in _SAID_ONCE}
        return Annotation(**added, **said, wrt=self.wrt if later.wrt is None else later.wrt)

    @property
    def size(self) -> int:
        """How many names and conditions it holds."""
        return sum(len(getattr(self, name)) for name in _ADDED)


@record()
class Said:
    """What a comment says: ``word`` is ``block``, ``next``, ``skip``, ``claim``, ``wrong``,
    ``off`` or ``on``; ``rows`` are those of ``skip 2,3``, from 1."""

    word: str
    offset: int
    location: Location
    rows: tuple[int, ...] = ()
    annotation: Annotation | None = None


@record()
class Cell:
    """Where maths stands in a table."""

    table: int
    """The number of its first row."""
    column: int
    alone: bool
    """Whether nothing else stands in its cell."""
    title: str
    """The words of the cell that heads its column, in lower case."""


_OTHER_TABLES = (".tex", ".ltx", ".latex", ".rst")


@record()
class Equation:
    """One piece of maths of a document, with all that its reading may depend on.

    Paths are equal where two equations stand in the same section, list item or table row; a path
    that continues another one is nested in it.
    """

    number: int
    """Its place among the equations of the document, from 0."""
    text: str
    """The maths without delimiters; with the rows of a bare environment, without its begin and
    end, which ``environment`` names (``align*``)."""
    display: bool
    environment: str
    tag: str
    r"""Its first ``\tag``, else its label, else nothing."""
    section: tuple[int, ...]
    titles: tuple[str, ...]
    item: tuple[int, ...]
    row: int | None
    paragraph: int
    line: int
    """Line and column of its opening delimiter; in a notebook those of its cell."""
    column: int
    last_line: int
    before: str
    """What the paragraph says before it, where that is nothing the paragraph before."""
    after: str
    between: str
    """What stands between the equation before in its section and this one, or the end of that."""
    blocks: tuple[Annotation, ...] = ()
    """The annotations in force, in their order: a later one adds and overrides."""
    skip: tuple[int, ...] | None = None
    """Rows that are not to be read, from 1; all of them where it is empty."""
    claim: bool = False
    wrong: bool = False
    off: bool = False
    table: Cell | None = None
    cell: int | None = None
    file: str = ""
    starts: tuple[int, ...] = ()
    """Offsets in ``text`` at which its lines begin."""
    columns: tuple[tuple[int, int], ...] = ()
    """Line and column in the document of each of these lines."""

    @property
    def is_in_pipes(self) -> bool:
        r"""Whether it stands in a table of Markdown, where a bar is written ``\|``."""
        return self.row is not None and not self.file.lower().endswith(_OTHER_TABLES)

    def place(self, index: int) -> Location:
        """Where a character of ``text`` stands in the document."""
        at = max(0, bisect_right(self.starts, max(index, 0)) - 1)
        line, column = self.columns[at]
        return Location(self.file, line, column + max(index, 0) - self.starts[at], self.cell)

    @property
    def location(self) -> Location:
        """Where its opening delimiter stands."""
        return Location(self.file, self.line, self.column, self.cell)


def sees(definition: Equation, equation: Equation) -> bool:
    """Whether a definition is in force at an equation."""
    section, item = definition.section, definition.item
    return (
        equation.section[: len(section)] == section
        and equation.item[: len(item)] == item
        and (definition.row is None or definition.row == equation.row)
    )


def is_near(definition: Equation, equation: Equation) -> bool:
    """Whether it stands in the same display, table row, list item or line."""
    if definition.number == equation.number:
        return True
    if definition.section != equation.section:
        return False
    if definition.row is not None or equation.row is not None:
        return definition.row == equation.row
    if definition.cell != equation.cell:
        return False
    if definition.item and definition.item == equation.item:
        return equation.number - definition.number <= 3
    return definition.line == equation.line or (
        definition.paragraph == equation.paragraph
        and equation.line - definition.last_line <= 1
        and equation.number - definition.number <= 3
    )


def is_close(definition: Equation, equation: Equation, last: int = -1) -> bool:
    """Whether it is near, or stands a few lines before: in the same paragraph, or in the one that
    a display ends, or at most two equations before, or as the last one that states something."""
    if is_near(definition, equation):
        return True
    if (definition.section, definition.cell) != (equation.section, equation.cell):
        return False
    if definition.item != equation.item or definition.row is not None or equation.row is not None:
        return False
    is_same = equation.paragraph - definition.paragraph <= equation.display
    is_next = is_same or equation.number - definition.number <= 2 or definition.number == last
    return is_next and equation.line - definition.last_line <= 6


def tag_at(equation: Equation, start: int, end: int) -> str:
    """The tag or label of what stands between two offsets: of its rows, where several have one."""
    rows = equation.text.split(r"\\")
    tags = [tag_of(row) for row in rows]
    if len([tag for tag in tags if tag]) < 2:
        return equation.tag
    first, last = (equation.text.count(r"\\", 0, offset) for offset in (start, end))
    return next((tag for tag in tags[first : last + 1] if tag), "")


@record()
class Source:
    """A document, ready to be read."""

    file: str
    equations: tuple[Equation, ...]
    macros: tuple[Macro, ...] = ()
    """Of the document and of what it loads, in their order: of a name the last that holds."""
    packages: frozenset[str] = frozenset()
    """The LaTeX packages that the document loads."""
    problems: tuple[Diagnostic, ...] = ()
    """Broken annotations, a file that can't be read: exit code 2."""
    parts: tuple[str, ...] = ()
    r"""Documents that it ``\input``s: macros are taken from them, and nothing else."""
    lines: tuple[str, ...] = field(default=(), repr=False)
