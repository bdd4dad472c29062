"""The collection ``ai-edu`` against the page it was read from.

The page displays 102 equations, 55 of them with a tag; the list here gives them in reading
order, so that a forgotten equation, a lost tag or a stray entry fails by name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from derivcheck.checking.checker import Checker
from derivcheck.collection.formula import Formula
from derivcheck.collection.loader import load_files
from derivcheck.lang.equation import Settings
from derivcheck.model import Evidence, Finding, Outcome, Verdict

FOLDER = Path(__file__).parent.parent / "formulas" / "ai-edu"

TAGS = [*range(1, 22), *range(30, 34), 40, 41, *range(50, 53), *range(60, 65), 70, 71]
TAGS += [*range(80, 84), *range(90, 104)]

READING_ORDER = """
    1 2 3 3.a 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21
    30 31 32 33 40 41 50 51 52 52.y 60 61 62 63 64
    70 70.a 70.b 70.c 71 71.a 71.b 71.c 71.d 80 81 82 83
    net.e net.a3 net.z3 net.a2 net.z2
    net.w2_11 net.w2_12 net.w1_11 net.w1_11.b net.w1_12 net.w1_12.b net.deltaL net.deltaL1
    def.df def.tr 90 91 92.a 92 93 94 95 96 97 98 99 100 94.a 94.b 94.c 94.d 94.e
    101.a 101.b 101.c 101.d 101 fc.Y fc.y fc.yI fc.dX fc.delta fc.yIw fc.dw
    sm.l sm.softmax 102 103.a 103.b 103 sm.dl sm.dZ
"""
DISPLAYED = READING_ORDER.split()

IN_THE_TEXT = ["16.y", "17.y", "18.y", "19.y", "20.y", "21.y"]
"""Definitions that the page gives within a line, not displayed."""

SECOND_READINGS = ["62.m", "63.m", "64.m", "83.net", "98.f"]
"""Tagged equations once more, read as another part of the page would have them."""


def read() -> list[dict[str, Any]]:
    """Every entry of the collection, in file order, all scalars as texts."""
    entries = []
    for path in sorted(FOLDER.glob("*.yaml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        assert content["collection"] == "ai-edu", path
        entries += content["formulas"]
    return entries


ENTRIES = {entry["id"]: entry for entry in read()}


def test_every_displayed_equation_is_an_entry_in_reading_order() -> None:
    assert len(DISPLAYED) == 102
    assert [n for n in ENTRIES if n not in IN_THE_TEXT + SECOND_READINGS] == DISPLAYED


def test_the_integer_ids_are_the_55_tags() -> None:
    numbered = [int(name) for name in ENTRIES if name.isdigit()]
    assert sorted(numbered) == TAGS
    assert len(TAGS) == 55


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_an_entry_says_what_it_is_and_where_it_stands(entry: dict[str, Any]) -> None:
    assert entry["latex"]
    assert entry["name"]
    assert entry["section"]
    assert entry["tags"]


VERIFIED = {
    ("40", "numbering", "item"),
    ("41", "numbering", "item"),
    ("50", "numbering", "item"),
    ("51", "numbering", "item"),
    ("52", "numbering", "item"),
    ("62.m", "shape", "symbols"),
    ("63.m", "shape", "symbols"),
    ("64.m", "shape", "symbols"),
    ("70", "wrong-reference", "derivation[0].by"),
    ("71", "dangling-reference", "derivation[0].by"),
    ("71.d", "notation", "latex"),
    ("83.net", "wrong-derivative", "equals"),
    ("net.w1_12", "wrong-derivative", "derivative[0]"),
    ("net.w1_12", "wrong-derivative", "derivative[1]"),
    ("net.w1_12.b", "wrong-derivative", "derivative"),
    ("def.tr", "shape", "symbols.X"),
    ("98.f", "condition", "functions.f"),
    ("94.e", "wrong-step", "derivation[2].to"),
    ("fc.dX", "wrong-reference", "derivation[0].by"),
    ("fc.dX", "shape", "derivation[0].to"),
    ("fc.dw", "wrong-reference", "derivation[0].by"),
    ("103.a", "wrong-step", "derivation[0].to"),
    ("103.b", "shape", "equals"),
}
"""The page's mistakes that a machine can decide."""


def library(name: str) -> tuple[Formula, ...]:
    return LOADED if name == "ai-edu" else ()


LOADED, PROBLEMS = load_files(sorted(FOLDER.glob("*.yaml")))
BY_ID = {entry.id: entry for entry in LOADED}


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(Settings(), library)


def test_the_files_are_formula_files() -> None:
    assert PROBLEMS == ()
    assert [entry.id for entry in LOADED] == list(ENTRIES)


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_passes_or_its_mistakes_are_verified(checker: Checker, name: str) -> None:
    result = checker.check(BY_ID[name])
    wrong = {(name, e.kind, e.at) for e in result.errata if e.status.value == "verified"}
    assert wrong == {e for e in VERIFIED if e[0] == name}
    assert result.outcome is (Outcome.ERRATUM if wrong else Outcome.PASS), result.reason
    assert all(e.note for e in result.errata if e.status.value == "noted")
    assert not [e for e in result.errata if e.status.value == "stale"]


def test_scalar_claims_are_proved_twice_and_no_judge_objects() -> None:
    every = Checker(Settings(every_judge=True), library)
    twice = 0
    for entry in LOADED:
        result = every.check(entry)
        assert not result.defect
        for claim in result.claims:
            proofs = [e for e in claim.evidence if e.kind == "symbolic"]
            twice += len([e for e in proofs if is_proof(e)]) == 2
            if claim.verdict is Verdict.PROVED:
                # perhaps under a condition: SymPy asks more of switches
                assert all(e.finding is Finding.HOLDS for e in proofs), claim
    assert twice >= 60


def is_proof(evidence: Evidence) -> bool:
    return evidence.finding is Finding.HOLDS and not evidence.conditions


@pytest.mark.parametrize(
    ("name", "right"),
    [("70", "33"), ("71", "33"), ("fc.dw", "101")],
)
def test_the_reference_that_is_meant_is_found(checker: Checker, name: str, right: str) -> None:
    (citation,) = checker.check(BY_ID[name]).citations
    assert citation.finding.value in ("dangling", "mismatch")
    assert right in citation.justified_by


def flipped() -> list[Any]:
    """Every printed claim with its sign turned round, for the claims that are right as printed."""
    cases = []
    for entry in LOADED:
        if any(name == entry.id for name, _, _ in VERIFIED):
            continue
        for i, text in enumerate(entry.claims):
            if text != "0":
                wrong = entry.changed("derivation", "errata", **{entry.kind: f"-({text})"})
                cases.append(pytest.param(wrong, id=f"{entry.id}-{i}"))
    return cases


@pytest.mark.parametrize("entry", flipped())
def test_a_flipped_sign_does_not_pass(checker: Checker, entry: Formula) -> None:
    examined = checker.examine(entry)
    assert not examined.passes
    assert examined.verdict in (Verdict.REFUTED, Verdict.INVALID, Verdict.UNDECIDED)
