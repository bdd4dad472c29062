"""docs/language.md: its tables are those of the language, and every example does what it says."""

from __future__ import annotations

import re

import pytest
from language_page import PAGE, written

import derivcheck
from derivcheck.model import Outcome, Verdict

TEXT = PAGE.read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_the_tables_are_up_to_date() -> None:
    assert written(TEXT) == TEXT


@pytest.mark.parametrize("block", BLOCKS, ids=[f"block {i}" for i in range(1, len(BLOCKS) + 1)])
def test_the_examples_do_what_they_say(block: str) -> None:
    head = "derivcheck: 1\ncollection: page\nformulas:\n"
    entries = derivcheck.load(text=head + block)
    expected = re.match(r"# (refuted|invalid)\n", block)
    for result in derivcheck.verify(entries, use_cache=False):
        if expected:
            assert result.verdict is Verdict(expected[1]), result.id
        else:
            assert result.outcome is Outcome.PASS, (result.id, result.claims)
