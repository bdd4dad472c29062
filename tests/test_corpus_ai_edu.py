"""The collection ``ai-edu`` against the page it was read from.

The page displays 102 equations, 55 of them with a tag; the list here gives them in reading
order, so that a forgotten equation, a lost tag or a stray entry fails by name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parent.parent / "formulas" / "ai-edu"

TAGS = [*range(1, 22), *range(30, 34), 40, 41, *range(50, 53), *range(60, 65), 70, 71]
TAGS += [*range(80, 84), *range(90, 104)]

DISPLAYED = """
    1 2 3 3.a 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21
    30 31 32 33 40 41 50 51 52 52.y 60 61 62 63 64
    70 70.a 70.b 70.c 71 71.a 71.b 71.c 71.d 80 81 82 83
    net.e net.a3 net.z3 net.a2 net.z2
    net.w2_11 net.w2_12 net.w1_11 net.w1_11.b net.w1_12 net.w1_12.b net.deltaL net.deltaL1
    def.df def.tr 90 91 92.a 92 93 94 95 96 97 98 99 100 94.a 94.b 94.c 94.d 94.e
    101.a 101.b 101.c 101.d 101 fc.Y fc.y fc.yI fc.dX fc.delta fc.yIw fc.dw
    sm.l sm.softmax 102 103.a 103.b 103 sm.dl sm.dZ
""".split()

IN_THE_TEXT = ["16.y", "17.y", "18.y", "19.y", "20.y", "21.y"]
"""Definitions that the page gives within a line, not displayed."""

SECOND_READINGS = ["83.net", "98.f"]
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
