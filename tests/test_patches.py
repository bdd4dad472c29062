"""Errata as patches."""

from __future__ import annotations

import pytest
from formula_files import formula

from derivcheck.collection.loader import load_text
from derivcheck.collection.parts import Declaration
from derivcheck.collection.patches import patched, show_value
from derivcheck.collection.raw import Raw
from derivcheck.errors import PatchError

PATCHED = formula(
    "derivation:\n  - {to: x + x, by: 3}\n"
    "errata:\n"
    "  - {kind: wrong-derivative, at: derivative, printed: 2 * x, correct: 3*x}\n"
    "  - {kind: wrong-reference, at: 'derivation[0].by', printed: 3, correct: 4}\n"
    "  - {kind: naming, note: two names}\n",
    derivative="2 *  x",
)


def test_errata_apply_in_order_and_leave_the_entry_alone() -> None:
    (entry,), problems = load_text(PATCHED, "f.yaml")
    assert problems == ()
    fixed = entry
    for erratum in entry.errata[:2]:
        fixed = patched(fixed, erratum.at, erratum.correct, erratum.printed)
    assert (fixed.text_at("derivative"), fixed.text_at("derivation[0].by")) == ("3*x", "4")
    assert (entry.text_at("derivative"), entry.text_at("derivation[0].by")) == ("2 *  x", "3")


def test_a_patch_may_add_a_key() -> None:
    (entry,), _ = load_text(PATCHED)
    assert patched(entry, "assume", ["x > 0"]).assume == ("x > 0",)
    assert patched(entry, "symbols.y", "real").symbols == dict.fromkeys("xy", Declaration("real"))


@pytest.mark.parametrize(
    ("at", "correct", "printed", "message"),
    [
        ("derivative", "1", "3*x", "8:17: `derivative` is `2 *  x`, not `3*x` [erratum-printed]"),
        (
            "derivation[5].by",
            "1",
            None,
            "4:5: `derivation[5].by` leads nowhere in this formula [erratum-path]",
        ),
        ("where.A.B", "1", None, "4:5: `where.A.B` leads nowhere in this formula [erratum-path]"),
        (
            "layout",
            "both",
            None,
            "4:5: `layout` can't be `both` (one of denominator, numerator) [schema-value]",
        ),
        (
            "equals",
            "1",
            None,
            "4:5: `derivative` and `equals`: a formula makes exactly one claim [schema-claim]",
        ),
        (
            "symbols.x",
            {"domain": "real", "domian": "positive"},
            None,
            "5:18: unknown key `domian` in `symbols.x` (did you mean `domain`?) "
            "[schema-unknown-key]",
        ),
    ],
    ids=["printed", "list", "mapping", "value", "claims", "unknown-key"],
)
def test_a_patch_that_does_not_fit(
    at: str, correct: Raw, printed: str | None, message: str
) -> None:
    (entry,), _ = load_text(PATCHED, "f.yaml")
    with pytest.raises(PatchError) as error:
        patched(entry, at, correct, printed)
    assert str(error.value) == f"f.yaml:{message}"


def test_show_value() -> None:
    assert show_value({"A": ["n", "m"], "x": "real"}) == "{A: [n, m], x: real}"
