"""The pages: an index, and one page for each formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivcheck.model import (
    CitationFinding,
    ClaimResult,
    ErratumStatus,
    Evidence,
    FormulaResult,
    Outcome,
)
from derivcheck.records import record
from derivcheck.report import words
from derivcheck.report.escape import plain
from derivcheck.report.handbook.assets import POLICY, SCRIPT, STYLE
from derivcheck.report.handbook.html import Child, Html, el, join
from derivcheck.report.handbook.statement import Step, View
from derivcheck.report.handbook.svg import plot
from derivcheck.report.messages import citation_text
from derivcheck.report.plot import Curves

_ERRATA = {
    ErratumStatus.VERIFIED: "wrong as printed, right as corrected: both sides were checked",
    ErratumStatus.STALE: "stale: the correction does not make the difference it claims to make",
    ErratumStatus.NOTED: "noted: no machine can decide this",
}


@record()
class Paper:
    """Everything that links: where each formula's page stands, and who cites it."""

    title: str
    links: Mapping[tuple[str, str], str]
    """(collection, id) to the page's address from the folder of a formula's page."""
    cited_by: Mapping[tuple[str, str], Sequence[FormulaResult]]

    def link(self, collection: str, identifier: str, label: str = "") -> Html:
        """A link to a formula, or plain text where there is no page of it."""
        address = self.links.get((collection, identifier))
        shown = label or identifier
        return el("a", shown, href=address) if address else el("span", shown)


def prose(text: str) -> Html:
    """Text in which `backticks` mark code."""
    return join([el("code", part) if is_code else part for part, is_code in words.marked(text)])


def page(title: str, *body: Child) -> str:
    """A whole document."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        Html(f"<style>{STYLE}</style>"),
    )
    document = el("html", head, el("body", *body, Html(f"<script>{SCRIPT}</script>")), lang="en")
    return f"<!doctype html>\n{document}\n"


def badge(result: FormulaResult) -> Html:
    """The verdict as a coloured word."""
    word = result.verdict.value
    if result.outcome is Outcome.ERRATUM:
        return el("span", f"erratum, {word}", class_="badge erratum")
    return el("span", word, class_=f"badge {word}")


def formula_page(
    paper: Paper,
    result: FormulaResult,
    shown: View | None,
    curves: Sequence[Curves] = (),
    before: FormulaResult | None = None,
    after: FormulaResult | None = None,
) -> str:
    """The page of one formula."""
    name = result.name or result.id
    crumbs: list[Child] = [el("a", paper.title, href="../../index.html"), " / ", result.collection]
    if result.section:
        crumbs += [" / ", result.section]
    body: list[Child] = [
        el(
            "header",
            el("nav", crumbs, class_="crumbs"),
            el("h1", name),
            el("p", el("span", result.id, class_="id"), " ", badge(result), class_="lead"),
        ),
        el(
            "main",
            _statement(shown, result),
            _verdict(result),
            _plots(curves),
            _derivation(paper, result, shown),
            _cited_by(paper, result),
            _errata(result),
            _copies(shown),
            _turn(paper, before, after),
        ),
        el("footer", f"{result.collection}:{result.id}, {result.file}:{result.line}"),
    ]
    return page(f"{name} ({result.id})", *body)


def _statement(shown: View | None, result: FormulaResult) -> list[Child]:
    if shown is None:
        return [el("div", el("code", result.expression), class_="statement")]
    parts: list[Child] = [el("div", shown.statement, class_="statement")]
    for title, facts in (
        ("where", shown.definitions),
        ("for", shown.symbols),
        ("assuming", shown.assumptions),
    ):
        if facts:
            parts += [el("h3", title), el("ul", [el("li", f) for f in facts], class_="facts")]
    parts += [el("p", remark, class_="note") for remark in shown.remarks]
    if result.note:
        parts.append(el("p", prose(result.note), class_="note"))
    return parts


def _verdict(result: FormulaResult) -> list[Child]:
    verdict = result.verdict
    sentence = words.VERDICTS[verdict]
    parts: list[Child] = [
        el("h2", "Verdict"),
        el("p", el("strong", verdict.value.capitalize(), class_=verdict.value), f": {sentence}."),
    ]
    if result.reason:
        parts.append(el("p", prose(result.reason), class_="note"))
    parts += [_diagnostic(d.message, d.hint) for d in result.diagnostics]
    claims = [c for c in result.claims if not c.at.startswith("derivation")]
    if claims and not verdict.passes and all(c.verdict.passes for c in claims):
        parts.append(el("p", "That is a step of the derivation: the claim itself holds."))
    for claim in claims:
        parts += _claim(claim, many=len(claims) > 1, said=result.reason)
    return parts


def _diagnostic(message: str, hint: str | None) -> Html:
    said = el("p", prose(message))
    more = el("p", prose(hint), class_="by") if hint else None
    return el("div", said, more, class_="box invalid")


def _claim(claim: ClaimResult, many: bool, said: str = "") -> list[Child]:
    """One claim: what is wrong with it, then every judge. ``said`` needs no second mention."""
    parts: list[Child] = []
    if many:
        word = claim.verdict.value
        parts.append(el("p", el("code", claim.claim), " ", el("span", word, class_=word)))
    parts += [_diagnostic(d.message, d.hint) for d in claim.diagnostics]
    if claim.defect:
        parts.append(_diagnostic(f"A defect of derivcheck: {claim.defect}.", None))
    if claim.reason and claim.reason != said:
        parts.append(el("p", prose(claim.reason), class_="note"))
    if claim.counterexample:
        witness = claim.counterexample
        parts.append(
            el(
                "div",
                el("p", el("strong", "Counterexample")),
                el(
                    "dl",
                    el("dt", "at"),
                    el("dd", el("code", words.point(witness))),
                    el("dt", "value"),
                    el("dd", el("code", words.values(witness))),
                ),
                class_="box refuted",
            )
        )
    if claim.hint:
        parts.append(el("p", el("strong", "Hint"), ": ", prose(claim.hint)))
    parts.append(_judges(claim))
    return parts


def _judges(claim: ClaimResult) -> Html | None:
    if not claim.evidence:
        return None
    return el("ul", [_judge(e) for e in claim.evidence], class_="judges")


def _judge(evidence: Evidence) -> Html:
    small = "; ".join(
        part
        for part in (
            words.method(evidence),
            words.measured(evidence),
            plain(evidence.detail),
            plain(evidence.reason),
        )
        if part
    )
    return el("li", words.sentence(evidence), el("small", small))


def _plots(curves: Sequence[Curves]) -> list[Child]:
    parts: list[Child] = []
    for index, one in enumerate(curves):
        drawn = plot(one, index)
        if not drawn:
            continue
        held = ", ".join(f"{name} = {value}" for name, value in one.fixed)
        parts.append(
            el(
                "figure",
                drawn,
                el(
                    "figcaption",
                    el("ul", _legend(), class_="legend"),
                    el("p", el("code", one.text), f", at {held}" if held else "", class_="by"),
                ),
            )
        )
    return [el("h2", "Plot"), *parts] if parts else []


def _legend() -> list[Html]:
    return [
        el("li", el("i", class_=f"k-{key}"), label)
        for key, label in (
            ("f", "f"),
            ("claim", "the claim"),
            ("dot", "measured derivative"),
            ("error", "error"),
            ("allowed", "allowed"),
        )
    ]


def _derivation(paper: Paper, result: FormulaResult, shown: View | None) -> list[Child]:
    if not shown or not shown.steps:
        return []
    verdicts = {claim.at: claim for claim in result.claims}
    found = {citation.at: citation for citation in result.citations}
    lines = []
    for step in shown.steps:
        claim = verdicts.get(f"{step.at}.to")
        citation = found.get(f"{step.at}.by")
        by = _by(paper, result, step)
        if by and citation and citation.finding is not CitationFinding.HOLDS:
            by = join(by, ": ", el("span", citation_text(citation), class_="refuted"))
        elif by and citation:
            by = join(by, f", which {words.FINDINGS[citation.finding]}")
        word = "" if claim is None else claim.verdict.value
        lines.append(
            el(
                "li",
                el("div", step.math, class_="scroll"),
                el(
                    "p",
                    el("span", word, class_=word) if word else None,
                    " · " if word and by else None,
                    by,
                    class_="by",
                ),
                None if claim is None else _step_evidence(claim),
            )
        )
    return [el("h2", "Derivation"), el("ol", lines, class_="steps")]


def _step_evidence(claim: ClaimResult) -> Child:
    """Folded away where the step holds."""
    if not claim.verdict.passes:
        return _claim(claim, many=False)
    return el("details", el("summary", "evidence"), _judges(claim)) if claim.evidence else None


def _by(paper: Paper, result: FormulaResult, step: Step) -> Html | None:
    if not step.cites:
        return None
    collection, _, identifier = step.cites.rpartition(":")
    parts: list[Child] = [
        "by ",
        paper.link(collection or result.collection, identifier, step.cites),
    ]
    for index, (name, value) in enumerate(step.instances):
        parts += [", " if index else " with ", name, " = ", value]
    return join(parts)


def _cited_by(paper: Paper, result: FormulaResult) -> list[Child]:
    citing = paper.cited_by.get((result.collection, result.id), ())
    if not citing:
        return []
    links: list[Child] = []
    for one in citing:
        label = one.name or one.id
        links += [", " if links else None, paper.link(one.collection, one.id, label)]
    return [el("h2", "Cited by"), el("p", links)]


def _errata(result: FormulaResult) -> list[Child]:
    if not result.errata:
        return []
    boxes = []
    for erratum in result.errata:
        pairs: list[Child] = []
        for label, value, code in (
            ("where", erratum.at, True),
            ("printed", erratum.printed, True),
            ("correct", erratum.correct, True),
            ("note", erratum.note, False),
            ("checked", _ERRATA[erratum.status], False),
        ):
            if value:
                pairs += [el("dt", label), el("dd", el("code", value) if code else value)]
        title = erratum.kind.replace("-", " ").capitalize()
        boxes.append(el("div", el("p", el("strong", title)), el("dl", pairs), class_="box erratum"))
    return [el("h2", "Errata"), *boxes]


def _copies(shown: View | None) -> list[Child]:
    if not shown or not shown.codes:
        return []
    lines = [
        el(
            "div",
            el("span", label),
            el("code", text),
            el("button", "Copy", type="button", data_copy=True, aria_label=f"Copy {label}"),
            class_="copy",
        )
        for label, text in shown.codes
    ]
    return [el("h2", "Copy"), *lines]


def _turn(paper: Paper, before: FormulaResult | None, after: FormulaResult | None) -> Html | None:
    links = [
        paper.link(other.collection, other.id, arrow.format(other.name or other.id))
        for other, arrow in ((before, "← {}"), (after, "{} →"))
        if other is not None
    ]
    return el("nav", links, class_="turn") if links else None
