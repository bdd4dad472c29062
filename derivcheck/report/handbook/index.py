"""The index: every formula on one page, with a search box and filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivcheck.model import FormulaResult, Outcome, Report, Verdict
from derivcheck.report.escape import plain
from derivcheck.report.handbook.html import Child, Html, el
from derivcheck.report.handbook.pages import badge, page
from derivcheck.report.handbook.statement import View
from derivcheck.report.words import plural


def index_page(
    title: str,
    report: Report,
    views: Mapping[tuple[str, str], View],
    addresses: Mapping[tuple[str, str], str],
) -> str:
    """The index page; ``addresses`` are those of the formulas' pages from its folder."""
    titles = dict(report.collections)
    groups: list[Child] = []
    for collection in dict.fromkeys(r.collection for r in report.results):
        results = [r for r in report.results if r.collection == collection]
        groups.append(
            el(
                "section",
                el("h2", titles.get(collection) or collection),
                [
                    _section(
                        section, [r for r in results if r.section == section], views, addresses
                    )
                    for section in dict.fromkeys(r.section for r in results)
                ],
                data_group=True,
            )
        )
    return page(
        title,
        el("header", el("h1", title), el("p", _summary(report), class_="lead")),
        el(
            "main",
            _tools(report),
            groups,
            el("p", "No formula matches.", id="none", class_="none", hidden=True),
        ),
        el("footer", f"Checked by derivcheck {report.version}".strip()),
    )


def _summary(report: Report) -> str:
    parts = [plural(len(report.results), "formula")]
    parts += [f"{report.count(v)} {v.value}" for v in Verdict if report.count(v)]
    errata = report.count(Outcome.ERRATUM)
    if errata:
        parts.append(f"{errata} with documented errata")
    return " · ".join(parts)


def _tools(report: Report) -> Html:
    present = [v.value for v in Verdict if report.count(v)]
    if report.count(Outcome.ERRATUM):
        present.append("erratum")
    chips = [el("button", "all", type="button", data_filter="", aria_pressed="true")]
    chips += [
        el("button", word, type="button", data_filter=word, aria_pressed="false")
        for word in present
    ]
    options: list[Child] = [el("option", "All sections", value="")]
    for collection in dict.fromkeys(r.collection for r in report.results):
        sections = dict.fromkeys(r.section for r in report.results if r.collection == collection)
        inside = [
            el("option", section or "(no section)", value=_key(collection, section))
            for section in sections
        ]
        options.append(el("optgroup", inside, label=collection))
    return el(
        "div",
        el(
            "div",
            el(
                "input",
                type="search",
                id="search",
                placeholder="Search names, ids, expressions",
                aria_label="Search",
                autocomplete="off",
                spellcheck="false",
            ),
            el("select", options, id="section", aria_label="Section"),
            class_="first",
        ),
        el("div", chips, el("output", "", id="count"), class_="chips"),
        class_="tools",
    )


def _key(collection: str, section: str) -> str:
    return f"{collection}/{section}"


def _section(
    section: str,
    results: Sequence[FormulaResult],
    views: Mapping[tuple[str, str], View],
    addresses: Mapping[tuple[str, str], str],
) -> Html:
    return el(
        "section",
        el("h3", section) if section else None,
        el("ul", [_row(r, views, addresses) for r in results], class_="list"),
        data_group=True,
    )


def _row(
    result: FormulaResult,
    views: Mapping[tuple[str, str], View],
    addresses: Mapping[tuple[str, str], str],
) -> Html:
    key = result.collection, result.id
    view = views.get(key)
    verdicts = result.verdict.value
    if result.outcome is Outcome.ERRATUM:
        verdicts += " erratum"
    return el(
        "li",
        el(
            "a",
            el("span", result.id, class_="id"),
            el("span", result.name or result.id, class_="name"),
            el("span", view.short if view else el("code", result.expression), class_="math"),
            badge(result),
            href=addresses[key],
        ),
        data_search=search_text(result),
        data_verdict=verdicts,
        data_section=_key(result.collection, result.section),
    )


def search_text(result: FormulaResult) -> str:
    """What the search box looks into, in small letters."""
    parts = (
        result.collection,
        result.id,
        result.name,
        result.section,
        *result.tags,
        result.expression,
        *(claim.claim for claim in result.claims),
    )
    return " ".join(plain(part) for part in parts if part).lower()
