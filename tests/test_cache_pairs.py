"""What the cache answers after a change is what a run without it answers.

Each pair is a run before a change and one after it: of a file, of what is cited, of an option.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner

from derivcheck.cli.app import app
from derivcheck.collection import stored
from derivcheck.collection.stored import LIBRARIES, fingerprint

HEAD = "derivcheck: 1\ncollection: c\ntitle: t\nformulas:\n"
OTHER = HEAD.replace("collection: c", "collection: o")

SQUARE = "- {id: sq, symbols: {x: real}, expression: x**2, wrt: x, derivative: 2*x}\n"
BASE = SQUARE.replace("id: sq", "id: base")
FALSE = BASE.replace("2*x", "3*x")
CITES = SQUARE.replace("2*x}", "2*x, derivation: [{to: 2*x, by: base}]}")
RULE = (
    "- {id: base, symbols: {x: real}, functions: {u: scalar(x)}, expression: u(x)**2, wrt: x, "
    "derivative: 2*u(x)*D(u)(x)}\n"
)
WITH = (
    "- {id: w, symbols: {x: real}, expression: x**2, wrt: x, derivative: 2*x, "
    "derivation: [{to: 2*x*diff(x, x), by: base, with: {u: x}}]}\n"
)
WRONG_STEP = (
    "- {id: sq, symbols: {x: real}, expression: x**2, wrt: x, derivative: 2*x, "
    "derivation: [{to: 3*x}], errata: [{kind: wrong-step, at: 'derivation[0]', "
    "printed: {to: 3*x}, correct: {to: 2*x, by: REFERENCE}}]}\n"
)
WHOLE = WRONG_STEP.replace("'derivation[0]'", "derivation").replace(
    "printed: {to: 3*x}, correct: {to: 2*x, by: REFERENCE}",
    "printed: [{to: 3*x}], correct: [{to: 2*x, by: REFERENCE}]",
)
DANGLING = (
    "- {id: sq, symbols: {x: real}, expression: x**2, wrt: x, derivative: 2*x, "
    "derivation: [{to: 2*x, by: nowhere}], errata: [{kind: dangling-reference, "
    "at: 'derivation[0].by', printed: nowhere, correct: REFERENCE}]}\n"
)
MATRIX = "- {id: m, symbols: {X: [m, n], b: [n], a: [m]}, expression: a.T @ X @ b, wrt: X, KIND}\n"
GRADIENT = MATRIX.replace("KIND", "derivative: a @ b.T")

Files = Mapping[str, str | None]
"""Texts by names; None is no such file."""


@dataclass(frozen=True)
class Pair:
    """What changes: the files, or the arguments of the command."""

    before: Files
    after: Files = field(default_factory=dict)
    was: Sequence[str] = ("a.yaml",)
    now: Sequence[str] | None = None


def one(before: str, after: str) -> Pair:
    """A change of the only formula."""
    return Pair({"a.yaml": HEAD + before}, {"a.yaml": HEAD + after})


def option(*now: str, text: str = SQUARE + FALSE) -> Pair:
    """The same files, another command."""
    return Pair({"a.yaml": HEAD + text}, {}, now=("a.yaml", *now))


def cited(citing: str, before: str | None, after: str | None, head: str = HEAD) -> Pair:
    """A change of what is cited, in a file beside; only the first file is asked for."""
    reference = "o:base" if head == OTHER else "base"
    text = citing.replace("REFERENCE", reference).replace("by: base", f"by: '{reference}'")
    texts = [None if part is None else head + part for part in (before, after)]
    asked = ("a.yaml", "b.yaml") if head == OTHER else ("a.yaml",)
    return Pair({"a.yaml": HEAD + text, "b.yaml": texts[0]}, {"b.yaml": texts[1]}, asked)


PAIRS: dict[str, Pair] = {
    "the claim": one(SQUARE, SQUARE.replace("2*x", "3*x")),
    "the claim back": one(SQUARE.replace("2*x", "3*x"), SQUARE),
    "the expression": one(SQUARE, SQUARE.replace("x**2", "x**3")),
    "the domain": one(
        SQUARE.replace("x**2", "abs(x)").replace("2*x", "'1'").replace("real", "positive"),
        SQUARE.replace("x**2", "abs(x)").replace("2*x", "'1'"),
    ),
    "the name": one(SQUARE, SQUARE.replace("id: sq", "id: sq, name: square")),
    "the id": one(SQUARE, SQUARE.replace("id: sq", "id: other")),
    "the section": one(SQUARE, SQUARE.replace("id: sq", "id: sq, section: s, tags: [t]")),
    "the item": one(SQUARE, SQUARE.replace("id: sq", "id: sq, item: 7")),
    "the LaTeX": one(SQUARE, SQUARE.replace("id: sq", "id: sq, latex: 'y = (x^2'")),
    "a note": one(SQUARE, SQUARE.replace("id: sq", "id: sq, note: n")),
    "a where": one(
        SQUARE.replace("expression: x**2", "where: {y: x}, expression: x*y"),
        SQUARE.replace("expression: x**2", "where: {y: 2*x}, expression: x*y"),
    ),
    "a side condition": one(
        SQUARE.replace("derivative: 2*x", "derivative: 2*abs(x), assume: x > 0"),
        SQUARE.replace("derivative: 2*x", "derivative: 2*abs(x), assume: x < 0"),
    ),
    "the kind of claim": one(SQUARE, SQUARE.replace("wrt: x, derivative", "equals")),
    "the layout": one(GRADIENT, GRADIENT.replace("wrt: X", "wrt: X, layout: numerator")),
    "the upstream": one(
        GRADIENT.replace("a.T @ X @ b", "X @ b").replace("wrt: X", "wrt: X, upstream: a"),
        GRADIENT.replace("a.T @ X @ b", "X @ b").replace("wrt: X", "wrt: X, upstream: 2*a"),
    ),
    "a shape": one(GRADIENT, GRADIENT.replace("b: [n]", "b: [m]")),
    "a derivation": one(SQUARE, SQUARE.replace("2*x}", "2*x, derivation: [{to: x + x}]}")),
    "a step": one(
        SQUARE.replace("2*x}", "2*x, derivation: [{to: x + x}]}"),
        SQUARE.replace("2*x}", "2*x, derivation: [{to: x*x}]}"),
    ),
    "a moved formula": one(SQUARE + FALSE, "\n# remark\n\n" + SQUARE + "\n" + FALSE),
    "the order": one(SQUARE + FALSE, FALSE + SQUARE),
    "the indentation": one(FALSE, FALSE.replace("- {id", "  - {id")),
    "the collection": Pair({"a.yaml": HEAD + FALSE}, {"a.yaml": OTHER + FALSE}),
    "the title": Pair({"a.yaml": HEAD + FALSE}, {"a.yaml": HEAD.replace("title: t", "") + FALSE}),
    "broken YAML": one(SQUARE, SQUARE.replace("}", "")),
    "mended YAML": one(SQUARE.replace("}", ""), SQUARE),
    "a broken formula beside": one(SQUARE, SQUARE + "- {id: two}\n"),
    "a file that is gone": Pair({"a.yaml": HEAD + SQUARE}, {"a.yaml": None}),
    "another file": Pair({"a.yaml": HEAD + FALSE, "b.yaml": HEAD + FALSE}, {}, now=("b.yaml",)),
    "two files": Pair(
        {"a.yaml": HEAD + SQUARE, "b.yaml": OTHER + FALSE}, {}, now=("a.yaml", "b.yaml")
    ),
    "one formula": option("-k", "base"),
    "the seed": option("--seed", "1"),
    "the samples": option("--samples", "5"),
    "the time limit": option("--timeout", "5"),
    "only proofs": option("--only", "symbolic"),
    "only numbers": option("--only", "numeric"),
    "strictness": option("--strict", text=DANGLING.replace("REFERENCE", "base") + BASE),
    "less said": option("-q"),
    "what is cited": cited(CITES, BASE, FALSE),
    "what is cited, mended": cited(CITES, FALSE, BASE),
    "what is cited appears": cited(CITES, None, BASE),
    "what is cited goes": cited(CITES, BASE, None),
    "what is cited has another id": cited(CITES, BASE, BASE.replace("base", "bass")),
    "what is cited has another domain": cited(CITES, BASE, BASE.replace("real", "positive")),
    "what is cited, in another collection": cited(CITES, BASE, FALSE, OTHER),
    "what is cited with values": cited(WITH, RULE, RULE.replace("2*u(x)", "3*u(x)")),
    "what an erratum's step cites": cited(WRONG_STEP, BASE, FALSE),
    "what an erratum's step cites, mended": cited(WRONG_STEP, FALSE, BASE),
    "what an erratum's step cites, elsewhere": cited(WRONG_STEP, BASE, FALSE, OTHER),
    "what an erratum's derivation cites": cited(WHOLE, BASE, FALSE),
    "what an erratum's derivation cites, elsewhere": cited(WHOLE, BASE, FALSE, OTHER),
    "what an erratum's reference cites": cited(DANGLING, BASE, FALSE),
    "what an erratum's reference cites, elsewhere": cited(DANGLING, BASE, FALSE, OTHER),
    "what an erratum's reference cites goes": cited(DANGLING, BASE, None),
    "a circle, two files away": Pair(
        {
            "a.yaml": HEAD + CITES.replace("by: base", "by: 'o:base'"),
            "b.yaml": OTHER + BASE.replace("2*x}", "2*x, derivation: [{to: 2*x, by: 'p:end'}]}"),
            "d.yaml": OTHER.replace(": o", ": p") + BASE.replace("id: base", "id: end"),
        },
        {
            "d.yaml": OTHER.replace(": o", ": p")
            + BASE.replace("id: base", "id: end").replace(
                "2*x}", "2*x, derivation: [{to: 2*x, by: 'c:sq'}]}"
            ),
        },
        ("a.yaml", "b.yaml", "d.yaml"),
    ),
    "which formula would justify a step": cited(
        CITES.replace("by: base", "by: nowhere"), BASE, FALSE + BASE.replace("base", "late")
    ),
}


def told(arguments: Sequence[str]) -> tuple[int, str]:
    """The exit code, and everything on both streams but for the seconds."""
    result = CliRunner().invoke(app, ["verify", "-j", "1", *arguments])
    return result.exit_code, re.sub(r"\d+\.\d\d s", "N s", result.output)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_cached_is_fresh(pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DERIVCHECK_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "100")

    def write(files: Files) -> None:
        for name, text in files.items():
            if text is None:
                Path(name).unlink(missing_ok=True)
            else:
                Path(name).write_text(text, "utf-8")

    write(pair.before)
    told([*pair.was, "-v"])
    write(pair.after)
    asked = list(pair.was if pair.now is None else pair.now)
    if "-q" not in asked:
        asked.append("-v")
    fresh = told([*asked, "--no-cache"])
    assert told(asked) == fresh
    assert told(asked) == fresh


@pytest.fixture
def own_fingerprint() -> object:
    """The fingerprint is computed once a process: here, once a test and once more after it."""
    fingerprint.cache_clear()
    yield
    fingerprint.cache_clear()


@pytest.mark.usefixtures("own_fingerprint")
@pytest.mark.parametrize("library", LIBRARIES)
def test_another_version_of_a_library_is_another_key(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = set()
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / library).mkdir()
    for version in ("1.14.0", "1.13.3"):
        for name in ("__init__", "release", "version"):
            (tmp_path / library / f"{name}.py").write_text(f"__version__ = '{version}'\n")
        sys.path_importer_cache.clear()
        fingerprint.cache_clear()
        found.add(fingerprint())
    assert len(found) == 2
    assert library in sys.modules or not (tmp_path / library / "__pycache__").exists()


@pytest.mark.usefixtures("own_fingerprint")
@pytest.mark.parametrize("name", ["version", "platform"])
def test_another_python_is_another_key(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    monkeypatch.setattr(stored.sys, name, "another")
    fingerprint.cache_clear()
    assert fingerprint() != before
