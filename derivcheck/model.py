"""The records that flow from file to report.

``file text -> Formula -> Equation -> Evidence (one a judge) -> Verdict -> Report -> text``.
All are frozen, with tuples inside. "Could not decide, because ..." is a value (``UNKNOWN``
with a reason) that travels to every output, never an exception and never a pass.
This module imports no judge and no library. It is longer than most, since everything that goes
from one room to another is declared here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field
from enum import Enum, IntEnum
from typing import Literal

from derivcheck.records import record


class Finding(Enum):
    """What a judge found. There is no truth value: unknown is a third answer.

    The type of ``__bool__``, here and below, lets mypy tell whoever asks for one.
    """

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"

    def __bool__(self) -> Literal[False]:
        raise TypeError("a Finding has three values: compare it with `is`")


class Strength(Enum):
    """How a finding was reached."""

    PROOF = "proof"
    ENCLOSURE = "enclosure"
    SAMPLE = "sample"


class Role(Enum):
    """What a judge is asked for (:mod:`derivcheck.checking.verdict`)."""

    PROVES = "proves"
    """Proves what it can, first of all provers."""
    PROVES_TOO = "proves too"
    """An independent prover: asked where the first found nothing, or where all judges are."""
    CERTIFIES = "certifies"
    """Encloses both sides: a refutation is certain. Looks at a few points before anything else."""
    MEASURES = "measures"
    """Compares with numbers alone, within an error bound that it derives."""


class Verdict(Enum):
    """The verdict on a claim or formula (:mod:`derivcheck.checking.verdict` says which when)."""

    PROVED = "proved"
    SUPPORTED = "supported"
    REFUTED = "refuted"
    INVALID = "invalid"
    UNDECIDED = "undecided"

    @property
    def passes(self) -> bool:
        """Whether the claim may be relied on."""
        return self in (Verdict.PROVED, Verdict.SUPPORTED)


class Outcome(Enum):
    """What a run makes of a formula."""

    PASS = "pass"
    ERRATUM = "erratum"
    FAIL = "fail"


class CitationFinding(Enum):
    """What was found of a citation; all but the first fail the formula."""

    HOLDS = "holds"
    """The cited formula, so instantiated, is this very step."""
    DANGLING = "dangling"
    """There is no such formula."""
    MISMATCH = "mismatch"
    """It is something else than this step."""
    REFUTED = "refuted"
    """It is this step, but does not hold itself."""
    CIRCULAR = "circular"
    """It rests on the formula that cites it."""
    UNKNOWN = "unknown"
    """Could not be found out."""


class ErratumStatus(Enum):
    """What became of a documented erratum."""

    VERIFIED = "verified"
    STALE = "stale"
    NOTED = "noted"
    """No machine can decide it."""


class Transcription(Enum):
    """What the print of a formula says beside its claim."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNREAD = "unread"


class EquationStatus(Enum):
    """What an equation of a document was found to be."""

    CLAIM = "claim"
    DEFINITION = "definition"
    SILENT = "silent"
    UNREAD = "unread"


class ExitCode(IntEnum):
    """How a run ends; the help of ``verify`` says what each means."""

    OK = 0
    FAILED = 1
    UNUSABLE = 2
    DEFECT = 3
    INTERRUPTED = 130


@record(guarded=True)
class Location:
    """A place in a file; lines and columns count from 1, in a notebook within the cell."""

    file: str
    line: int = 1
    column: int = 1
    cell: int | None = None
    """The number of a notebook's cell, from 0."""

    def __str__(self) -> str:
        cell = "" if self.cell is None else f"cell {self.cell}:"
        return f"{self.file}:{cell}{self.line}:{self.column}"


@record(guarded=True)
class Diagnostic:
    """A problem with a stable rule id, where it stands, and the common mistake behind it."""

    rule: str
    message: str
    location: Location | None = None
    hint: str | None = None
    at: str | None = None
    """Path inside the entry (``derivation[0].to``)."""
    excerpt: str | None = None
    """The offending sub-expression."""

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.message}{hint} [{self.rule}]"


@record(guarded=True)
class Witness:
    """A counterexample: a point inside the domain and what was found there.

    ``point`` maps names to exact values as text (``-2``, ``7/3``; a matrix as rows of such),
    ``sizes`` the dimensions; ``true_value`` and ``claimed_value`` are enclosures or decimals
    of the named ``entry`` (``[0, 1]``; empty for scalars). ``instances`` says what abstract
    functions stood for.
    """

    point: tuple[tuple[str, str], ...]
    true_value: str
    claimed_value: str
    sizes: tuple[tuple[str, int], ...] = ()
    entry: str = ""
    instances: tuple[tuple[str, str], ...] = ()


@record(guarded=True)
class Evidence:
    """What one judge says of one equation.

    ``judge`` is its title as people read it, ``role`` what it is asked for (both from its row).
    ``measured`` and ``allowed`` are errors in the same unit (the judge says which in
    ``detail``); ``conditions`` are side conditions met on the way ("X invertible");
    ``reason`` says why the finding is unknown.
    """

    judge: str
    method: str
    finding: Finding
    strength: Strength
    measured: float | None = None
    allowed: float | None = None
    samples: int | None = None
    seconds: float = 0.0
    detail: str = ""
    reason: str = ""
    conditions: tuple[str, ...] = ()
    witness: Witness | None = None
    defect: str = ""
    """The judge itself went wrong: what happened, and where in it."""
    role: Role | None = None

    @property
    def kind(self) -> str:
        """``symbolic`` or ``numeric``."""
        return "symbolic" if self.strength is Strength.PROOF else "numeric"


HOLDS = "holds "
"""What the hint of a claim begins with that lacks a condition, perhaps said in words."""


@record(guarded=True)
class ClaimResult:
    """One claim, or one derivation step, with its evidence."""

    claim: str
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    counterexample: Witness | None = None
    hint: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    at: str = ""
    """Path inside the entry: ``derivative``, ``derivative[1]``, ``derivation[0].to``."""
    location: Location | None = None
    reason: str = ""
    """For ``undecided``: why."""
    contradiction: bool = False
    """The judges contradict one another: one kind of defect."""
    defect: str = ""
    """What went wrong in derivcheck itself (exit code 3)."""

    @property
    def where(self) -> str:
        """The counterexample in one line, empty where there is none."""
        point = self.counterexample
        if point is None:
            return ""
        places = ", ".join(f"{name} = {value}" for name, value in point.point)
        return f"at {places}: {point.true_value}, claimed {point.claimed_value}"

    def __bool__(self) -> Literal[False]:
        raise TypeError("a result has no truth value: ask its `.verdict`")

    def __repr__(self) -> str:
        more = "".join(f"; {text}" for text in (self.where, self.hint) if text)
        return f"<ClaimResult {self.claim!r}: {self.verdict.value}{more}>"

    def row(self) -> str:
        """A row of a table in HTML."""
        cells = (f"`{self.claim}`", self.verdict.value, self.where, self.hint or "")
        return f"<tr>{''.join(f'<td>{_html(cell)}</td>' for cell in cells)}</tr>"

    def _repr_html_(self) -> str:
        """In a notebook."""
        return f"<table>{self.row()}</table>"


def _html(text: str) -> str:
    """Words as HTML, what stands in backticks as code."""
    from html import escape

    parts = escape(text).split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


@record(guarded=True)
class CitationResult:
    """One ``by`` of a derivation."""

    at: str
    cites: str
    finding: CitationFinding
    justified_by: tuple[str, ...] = ()
    detail: str = ""
    location: Location | None = None


@record(guarded=True)
class ErratumResult:
    """One documented erratum."""

    kind: str
    at: str
    status: ErratumStatus
    printed: str = ""
    correct: str = ""
    note: str = ""
    detail: str = ""
    location: Location | None = None


@record(guarded=True)
class FormulaResult:
    """Everything found about one formula.

    There is no truth value: a formula that is proved may fail for its citations, so that
    ``.outcome`` or ``.verdict`` has to be asked.
    """

    collection: str
    id: str
    name: str
    file: str
    line: int
    outcome: Outcome
    verdict: Verdict
    seconds: float = 0.0
    section: str = ""
    tags: tuple[str, ...] = ()
    latex: str = ""
    expression: str = ""
    claims: tuple[ClaimResult, ...] = ()
    citations: tuple[CitationResult, ...] = ()
    errata: tuple[ErratumResult, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    column: int = 1
    note: str = ""
    reason: str = ""
    reading: str = ""
    """Of a formula of a document: the entry that it was read as, as YAML text."""
    anchored: bool | None = None
    """Of a formula of a document: whether a refutation fails the run."""
    suspect: bool = False
    """Refuted, but not anchored: shown, and no failure."""
    cell: int | None = None
    """The cell of a notebook, from 0; ``line`` counts in it."""
    transcription: Transcription | None = None
    """Whether the print in ``latex`` agrees with the claim; None where nothing is compared."""
    defect: str = ""
    """What went wrong in derivcheck itself, and the entry to report it with (exit code 3)."""

    @property
    def label(self) -> str:
        """``ai-edu:71``."""
        return f"{self.collection}:{self.id}" if self.collection else self.id

    def __bool__(self) -> Literal[False]:
        raise TypeError("a result has no truth value: ask its `.outcome` or `.verdict`")

    def __repr__(self) -> str:
        return f"<FormulaResult {self.label}: {self.verdict.value}, {self.outcome.value}>"

    def __rich__(self) -> str:
        """In colour where rich prints it, a line a claim."""
        color = "green" if self.outcome is not Outcome.FAIL else "red"
        title = f"{self.label} {self.name}".strip()
        first, *rest = (line.replace("[", r"\[") for line in (title, *map(repr, self.claims)))
        return "\n  ".join([f"{first} [{color}]{self.verdict.value}[/]", *rest])

    def _repr_html_(self) -> str:
        """In a notebook: a row a claim."""
        rows = "".join(claim.row() for claim in self.claims)
        title = _html(f"{self.label} {self.name}".strip())
        return f"<table><caption>{title}: <b>{self.verdict.value}</b></caption>{rows}</table>"


@record(guarded=True)
class Unfinished:
    """Why a formula has no result: its time or memory, or ``defect``: derivcheck itself."""

    reason: str
    defect: bool = False


@record(guarded=True)
class Settings:
    """How hard the judges work; part of the cache key."""

    seed: int = 0
    samples: int = 12
    timeout: float = 10.0
    only: str = ""
    """``symbolic``, ``numeric`` or empty for both."""
    strict: bool = False
    every_judge: bool = False
    """Every judge that applies speaks on every claim and step."""
    hints: bool = True
    """What is refuted is searched for its slip."""

    def __post_init__(self) -> None:
        # callers of the API: the command line has looked at its options already
        for name, (known, wanted) in _SETTINGS.items():
            if not known(getattr(self, name)):
                raise ValueError(f"{name} is {wanted}, not {getattr(self, name)!r}")


_SETTINGS: dict[str, tuple[Callable[[object], bool], str]] = {
    "seed": (lambda value: isinstance(value, int), "a whole number"),
    "samples": (
        lambda value: isinstance(value, int) and value > 0,
        "a whole number from 1 on",
    ),
    "timeout": (
        lambda value: isinstance(value, int | float) and value >= 0,
        "a number of seconds",
    ),
    "only": (lambda value: value in ("", "symbolic", "numeric"), "'symbolic', 'numeric' or ''"),
}
"""What a setting has to be."""


@record(guarded=True)
class EquationResult:
    """What was made of one equation of a document; ``results`` are ids of its claims.

    ``reason`` says why it claims nothing or is not read, ``reading`` how a definition is
    understood. A display of several lines is listed at the line
    on which it opens; each claim in it that begins on a line of its own is listed there once
    more, as a ``part`` of the display that no count counts twice.
    """

    file: str
    line: int
    column: int
    latex: str
    status: EquationStatus
    reason: str = ""
    results: tuple[str, ...] = ()
    cell: int | None = None
    reading: str = ""
    part: bool = False
    location: Location | None = None
    """For what is not read: the place inside it."""


@record(guarded=True)
class Report:
    """A whole run: results in file order, problems of files, and how long it took (seconds)."""

    results: tuple[FormulaResult, ...]
    problems: tuple[Diagnostic, ...] = ()
    """Problems of files (YAML, schema): exit code 2."""
    seconds: float = 0.0
    interrupted: bool = False
    version: str = ""
    collections: tuple[tuple[str, str], ...] = field(default=())
    """(name, title) of every collection met."""
    equations: tuple[EquationResult, ...] = ()
    """The equations of documents, in order."""

    def count(self, value: Outcome | Verdict) -> int:
        """How many formulas have this outcome or verdict."""
        key = "outcome" if isinstance(value, Outcome) else "verdict"
        return sum(getattr(result, key) is value for result in self.results)

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of the run, the same wherever it is told."""
        return exit_code(self.results, self.problems, self.interrupted)


def exit_code(
    results: Iterable[FormulaResult],
    problems: Iterable[Diagnostic] = (),
    interrupted: bool = False,
) -> ExitCode:
    """How a run with these results ends: the gravest of what happened in it.

    :param problems: problems of files, see :class:`Report`.
    """
    if interrupted:
        return ExitCode.INTERRUPTED
    results = tuple(results)
    if any(result.defect for result in results):
        return ExitCode.DEFECT
    if any(True for _ in problems):
        return ExitCode.UNUSABLE
    failed = any(result.outcome is Outcome.FAIL for result in results)
    return ExitCode.FAILED if failed else ExitCode.OK
