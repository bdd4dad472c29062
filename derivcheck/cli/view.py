"""One formula for a person: its mathematics, what was claimed, what was found and why."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence

import typer

from derivcheck.collection.formula import Formula
from derivcheck.collection.parts import Declaration
from derivcheck.model import ClaimResult, FormulaResult, Outcome
from derivcheck.records import record
from derivcheck.report import words
from derivcheck.report.errata_sheet import KINDS
from derivcheck.report.escape import plain
from derivcheck.report.lines import wrapped
from derivcheck.typeset import terminal
from derivcheck.typeset.statement import Typesetter

_LABEL = 12


@record(frozen=False)
class View:
    """Writes one formula as text of at most ``columns`` columns where text can be broken."""

    columns: int = 80
    color: bool = False
    verbose: bool = False
    """Give the evidence of every judge on every claim and step."""

    def render(
        self,
        entry: Formula,
        result: FormulaResult,
        cites: Sequence[str] = (),
        cited_by: Sequence[str] = (),
    ) -> str:
        """The whole page."""
        lines = self._head(entry, result) if entry.collection else []
        about = [plain(entry.section)] if entry.section else []
        about += [f"tags: {', '.join(map(plain, entry.tags))}"] if entry.tags else []
        lines += ["; ".join(about)] if about else []
        lines += [f"{plain(entry.file)}:{entry.line}"] if entry.collection else []
        lines += [*([""] if lines else []), *self.mathematics(entry), ""]
        if entry.latex:
            lines += self._field("as printed", entry.latex)
        lines += self._list("symbols", _symbols(entry))
        lines += self._list("where", [f"{name} = {text}" for name, text in entry.where.items()])
        lines += self._list("assume", list(entry.assume))
        claims = [c for c in result.claims if not c.at.startswith("derivation")]
        steps = [c for c in result.claims if c.at.startswith("derivation")]
        for claim in claims:
            lines += self._claim("claim", claim)
        for number, step in enumerate(steps, 1):
            lines += self._claim(f"step {number}", step, brief=step.verdict.passes)
        for problem in result.diagnostics:
            hint = f" ({problem.hint})" if problem.hint else ""
            lines += self._field("problem", f"{problem.message}{hint}")
        lines += self._list("cites", cites)
        lines += self._list("cited by", cited_by)
        for erratum in result.errata:
            kind = KINDS.get(erratum.kind, erratum.kind)
            lines += self._field("erratum", f"{kind} ({erratum.status.value}), at {erratum.at}")
            for label, text in (
                ("printed", erratum.printed),
                ("correct", erratum.correct),
                ("note", erratum.note),
                ("checked", erratum.detail),
            ):
                lines += self._wrapped(f"{label}: {text}", _LABEL + 2) if text else []
        if entry.note:
            lines += self._field("note", entry.note)
        if result.reason:
            lines += self._field("reason", result.reason)
        meaning = words.VERDICTS[result.verdict]
        known = ", a documented erratum" if result.outcome is Outcome.ERRATUM else ""
        if result.outcome is Outcome.FAIL and result.verdict.passes:
            known = ", but the formula fails for what is told above"
        word = result.verdict.value
        closing = self._field("verdict", f"{word}{known}: {meaning}")
        closing[0] = closing[0].replace(word, self._styled(word, words.COLORS[result.verdict]), 1)
        lines += ["", *closing]
        return "\n".join(lines) + "\n"

    def mathematics(self, entry: Formula) -> list[str]:
        """What is claimed, as mathematics; in one line of text each where it does not fit."""
        typesetter = Typesetter(entry)
        left = typesetter.left()
        lines: list[str] = []
        texts = entry.claims
        for form, text in zip(typesetter.forms(), texts, strict=True):
            found = terminal.equation(left, form, self.columns - 4)
            if found is None:
                found = self._wrapped(typesetter.text(text), 0)
            lines += [*([""] if lines else []), *(f"    {line}" for line in found)]
        if entry.upstream:
            lines += ["", f"    the gradient of sum({plain(entry.upstream)} * expression)"]
        return lines

    def _head(self, entry: Formula, result: FormulaResult) -> list[str]:
        word = result.verdict.value
        room = self.columns - len(word) - 2
        title = f"{plain(entry.label)}  {plain(entry.name)}"
        first, *rest = [title] if len(title) <= room else wrapped(title, room)
        gap = " " * (self.columns - len(first) - len(word))
        head = (
            self._styled(first, bold=True) + gap + self._styled(word, words.COLORS[result.verdict])
        )
        return [head, *(self._styled(line, bold=True) for line in rest)]

    def _claim(self, label: str, claim: ClaimResult, brief: bool = False) -> list[str]:
        """A claim with its verdict, and unless ``brief`` with what that rests on."""
        lines = self._field(label, claim.claim)
        why = "" if brief else words.rests_on(claim)
        said = self._wrapped(f"{claim.verdict.value}{'. ' if why else ''}{why}", _LABEL)
        word = claim.verdict.value
        said[0] = said[0].replace(word, self._styled(word, words.COLORS[claim.verdict]), 1)
        lines += said
        details: list[tuple[str, str]] = []
        if claim.counterexample is not None:
            details += [
                ("at", words.point(claim.counterexample)),
                ("value", words.values(claim.counterexample)),
            ]
        for problem in claim.diagnostics:
            details.append(("because", words.cause(problem)))
            details += [("hint", problem.hint)] if problem.hint else []
        details += [("hint", claim.hint)] if claim.hint else []
        details += [("because", claim.reason)] if claim.reason and not brief else []
        indent = _LABEL + 2 + max((len(label) for label, _ in details), default=0)
        for label, text in details:
            first, *rest = self._wrapped(text, indent, hanging=0)
            lines += [" " * _LABEL + label.ljust(indent - _LABEL) + first[indent:], *rest]
        for evidence in claim.evidence if self.verbose else ():
            lines += self._wrapped(words.evidence_line(evidence), _LABEL + 2)
        return lines

    def _field(self, label: str, text: str) -> list[str]:
        lines = self._wrapped(text, _LABEL)
        return [label.ljust(_LABEL) + lines[0][_LABEL:], *lines[1:]]

    def _list(self, label: str, items: Sequence[str]) -> list[str]:
        lines: list[str] = []
        for i, item in enumerate(items):
            lines += self._field(label if i == 0 else "", item)
        return lines

    def _wrapped(self, text: str, indent: int, hanging: int = 2) -> list[str]:
        blank = " " * indent
        room = max(self.columns - indent, 20)
        if indent in (0, _LABEL) or not hanging:
            return [blank + line for line in wrapped(plain(text), room)]
        return textwrap.wrap(
            plain(text),
            indent + room,
            initial_indent=blank,
            subsequent_indent=blank + " " * hanging,
            break_on_hyphens=False,
        ) or [blank]

    def _styled(self, text: str, color: str | None = None, bold: bool = False) -> str:
        return typer.style(text, fg=color, bold=bold) if self.color else text


def citations(
    entry: Formula, result: FormulaResult, library: Callable[[str], Sequence[Formula]]
) -> tuple[list[str], list[str]]:
    """What a formula cites, and which formulas of its collection cite it, each in a line."""
    cites = []
    for citation in result.citations:
        collection, _, id_ = citation.cites.rpartition(":")
        others = library(collection or entry.collection)
        name = next((other.name for other in others if other.id == id_), "")
        remark = words.FINDINGS[citation.finding]
        if citation.justified_by:
            remark += f"; justified by {words.justifiers(citation)}"
        cites.append(f"{_named(citation.cites, name)}: {remark}, {citation.at}")
    cited_by = [
        _named(other.id, other.name)
        for other in library(entry.collection)
        if {entry.id, entry.label} & {step.by for step in other.steps}
    ]
    return cites, cited_by


def _named(label: str, name: str) -> str:
    return f"{label} {name}" if name else label


def _symbols(entry: Formula) -> list[str]:
    lines = [f"{name}: {_declaration(declared)}" for name, declared in entry.symbols.items()]
    for name, function in entry.functions.items():
        what = "any smooth function, entry by entry"
        if not function.is_elementwise:
            what = f"any smooth scalar function of {', '.join(function.arguments)}"
        lines.append(f"{name}: {what}")
    return lines


def _declaration(declared: Declaration) -> str:
    """A symbol's declaration in words."""
    parts = [*declared.structure]
    if len(declared.shape) == 1:
        parts.append(f"column of {declared.shape[0]}")
    elif declared.shape:
        parts.append(f"{declared.shape[0]} by {declared.shape[1]} matrix")
    if declared.domain:
        domain = f"in {declared.domain}" if declared.domain[0] in "([" else declared.domain
        parts.append(f"entries {domain}" if declared.shape else domain)
    if declared.excluded:
        parts.append("not " + ", ".join(declared.excluded))
    return ", ".join(parts) or "real"
