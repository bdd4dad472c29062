"""The handbook's pages as text: structure, links, search, and nothing injected.

How they look and behave in a browser is checked by ``tests/browser/check_handbook.py``.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import pytest
from adhoc import adhoc_entry
from handbook_sample import build_sample, entries, report

from derivcheck.checking.curves import curves
from derivcheck.lang.parser import parse
from derivcheck.report.handbook.html import el
from derivcheck.report.handbook.index import search_text
from derivcheck.report.handbook.svg import plot
from derivcheck.report.plot import Curves, terminal, ticks
from derivcheck.typeset.code import numpy_code, sympy_code
from derivcheck.typeset.layout import scalars_only

HTML = {
    *("html", "head", "meta", "title", "style", "script", "body", "header", "main", "footer"),
    *("nav", "section", "h1", "h2", "h3", "p", "a", "span", "strong", "code", "ul", "ol", "li"),
    *("div", "dl", "dt", "dd", "small", "details", "summary", "figure", "figcaption", "i"),
    *("input", "select", "optgroup", "option", "output", "button"),
}
MATHML = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mfrac", "msup", "msub", "msqrt", "mroot"),
    *("mtable", "mtr", "mtd", "munder", "mspace"),
}
SVG = {"svg", "path", "line", "rect", "text", "g", "circle", "clippath", "title"}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "href", "id", "type", "value"),
    *("placeholder", "aria-label", "aria-pressed", "autocomplete", "spellcheck", "label", "hidden"),
    *("data-copy", "data-filter", "data-group", "data-search", "data-section", "data-verdict"),
    *("xmlns", "display", "displaystyle", "mathvariant", "fence", "form", "movablelimits"),
    *("width", "height", "viewbox", "role", "d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy"),
    *("r", "clip-path"),
}


class Page(HTMLParser):
    """What a page consists of; a stray or unclosed tag is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.data: dict[str, list[str]] = {}
        self.searches: list[str] = []
        self.policy = ""
        self._open: list[str] = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")
            if name == "data-search":
                self.searches.append(value or "")
            if name == "content" and ("http-equiv", "Content-Security-Policy") in attrs:
                self.policy = value or ""
        if tag not in ("meta", "input"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.data.setdefault(self._open[-1] if self._open else "", []).append(data)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Page]:
    directory = tmp_path_factory.mktemp("handbook")
    return {path: Page(path.read_text("utf-8")) for path in build_sample(directory)}


def test_one_page_for_each_formula(built: dict[Path, Page]) -> None:
    assert len(built) == 1 + len(report().results)
    names = [str(path).lower() for path in built]
    assert len(set(names)) == len(names)


def test_only_our_own_markup(built: dict[Path, Page]) -> None:
    for path, page in built.items():
        assert page.tags <= HTML | MATHML | SVG, path
        assert page.attributes <= ATTRIBUTES, path
        assert len(page.data["script"]) == 1


def test_ids_are_unique(built: dict[Path, Page]) -> None:
    for page in built.values():
        assert len(page.ids) == len(set(page.ids))


def test_links_resolve_and_stay_inside(built: dict[Path, Page]) -> None:
    pages = {path.resolve() for path in built}
    for path, page in built.items():
        for link in page.links:
            assert re.fullmatch(r"[\w./~-]+\.html", link)
            assert (path.parent / link).resolve() in pages


def test_every_formula_is_linked_from_the_index(built: dict[Path, Page]) -> None:
    index, *rest = built
    assert {(index.parent / link).resolve() for link in built[index].links} == {
        path.resolve() for path in rest
    }


def test_the_search_index_holds_every_formula(built: dict[Path, Page]) -> None:
    index = next(iter(built))
    # a section's formulas stand together, whatever their order in the file
    assert sorted(built[index].searches) == sorted(map(search_text, report().results))
    assert "bessel function" in " ".join(built[index].searches)
    assert "besselj(0, x)" in " ".join(built[index].searches)


def test_the_policy_names_exactly_the_inlined_style_and_script(built: dict[Path, Page]) -> None:
    for page in built.values():
        for tag in ("style", "script"):
            text = "".join(page.data[tag])
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{digest}';" in page.policy
        assert page.policy.startswith("default-src 'none';")
        assert "unsafe" not in page.policy


def test_pages_tell_the_evidence(built: dict[Path, Page]) -> None:
    text = {path.stem: path.read_text("utf-8") for path in built}
    assert "The exact prover proved the claim." in text["1"]
    agreed = "Central differences agreed at 12 points, with a largest relative error of 3.1e-12."
    assert agreed in text["1"]
    assert "measured 3.1e-12, allowed 2e-10" in text["1"]
    assert "Counterexample" in text["3"]
    assert "the sign of tanh(x)**2" in text["3"]
    assert "did you mean <code>V.T @ w</code>?" in text["4"]
    assert "no sample inside the domain" in text["5"]
    assert "wrong as printed, right as corrected" in text["7"]
    assert '<a href="../../formulas/sample/2.html">2</a>' in text["1"]
    assert "Cited by" in text["1"]
    assert "<svg" in text["1"]
    assert "np.cos(x)" in text["1"]
    assert "<mi>A</mi><mo>⊙</mo><mi>X</mi>" in text["10"]


def test_building_again_changes_nothing(tmp_path: Path) -> None:
    first = {path: path.read_bytes() for path in build_sample(tmp_path)}
    assert {path: path.read_bytes() for path in build_sample(tmp_path)} == first
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path not in first]


def test_markup_is_escaped_by_construction() -> None:
    assert el("p", "<b>&\"'", el("i", "x"), None, ["a", "\u202e"]) == (
        "<p>&lt;b&gt;&amp;&quot;&#39;<i>x</i>a\\u202e</p>"
    )
    assert el("a", "x", href='"><script>', data_x=True, id=None) == (
        '<a href="&quot;&gt;&lt;script&gt;" data-x>x</a>'
    )


@pytest.mark.parametrize(
    ("text", "numpy", "sympy"),
    [
        ("1 - tanh(x)**2", "1 - np.tanh(x)**2", "1 - tanh(x)**2"),
        ("log(e, a)/x", "np.log(np.e)/np.log(a)/x", "log(E, a)/x"),
        ("sec(x)**2", "(1/np.cos(x))**2", "sec(x)**2"),
        ("arctan(x)", "np.arctan(x)", "atan(x)"),
        ("sqrt(pi)", "np.sqrt(np.pi)", "sqrt(pi)"),
        ("besselj(1, x)", "scipy.special.jv(1, x)", "besselj(1, x)"),
        ("max(x, y)", "np.maximum(x, y)", "Max(x, y)"),
        ("sum(X, axis=0)", "np.sum(X, axis=0, keepdims=True)", None),
        ("A.T @ inv(X)", "A.T @ np.linalg.inv(X)", None),
        ("ones(n)", "np.ones((n, 1))", None),
        ("D(u)(x)", None, None),
        ("X[i, j]", None, None),
        ("polylog(2, x)", None, "polylog(2, x)"),
        ("max()", None, None),
        ("ones()", None, None),
    ],
)
def test_code(text: str, numpy: str | None, sympy: str | None) -> None:
    syntax = parse(text)
    assert numpy_code(syntax) == numpy
    assert sympy_code(syntax, scalars_only) == sympy


def test_a_declared_name_wins_over_a_constant() -> None:
    assert numpy_code(parse("e*x"), frozenset(("e", "x"))) == "e*x"
    assert sympy_code(parse("e*x"), scalars_only, frozenset(("e", "x"))) == "e*x"


# --- plots --------------------------------------------------------------------------------


def test_curves_of_a_true_claim_stay_within_their_bound() -> None:
    (drawn,) = curves(adhoc_entry("sin(x)", "cos(x)", wrt="x"))
    assert drawn.x[0] < -3.9
    assert all(e <= a for e, a in zip(drawn.error, drawn.allowed, strict=True))
    assert all(
        math.isclose(c, math.cos(x), abs_tol=1e-15)
        for x, c in zip(drawn.x, drawn.claim, strict=True)
    )


def test_curves_of_a_wrong_claim_leave_their_bound() -> None:
    (drawn,) = curves(adhoc_entry("sin(x)", "-cos(x)", wrt="x"))
    outside = [e > a for e, a in zip(drawn.error, drawn.allowed, strict=True)]
    assert sum(outside) > 0.9 * len(outside)


@pytest.mark.parametrize(
    ("expression", "claim", "symbols", "low", "high"),
    [
        ("asin(x)", "1/sqrt(1 - x**2)", {}, -1.05, 1.05),
        ("log(x)", "1/x", {"x": "positive"}, 0, 4),
        ("x**2", "2*x", {"x": "[2, 3]"}, 2, 3),
        ("x**2", "2*x", {"x": "(2, oo)"}, 2, 6),
        ("a*x", "a", {"x": "negative", "a": "positive"}, -4, 0),
    ],
    ids=["defined part", "positive", "interval", "ray", "negative"],
)
def test_curves_are_drawn_where_the_formula_lives(
    expression: str, claim: str, symbols: dict[str, object], low: float, high: float
) -> None:
    (drawn,) = curves(adhoc_entry(expression, claim, wrt="x", symbols=symbols))
    assert low < drawn.x[0] < drawn.x[-1] < high
    assert drawn.x[-1] - drawn.x[0] > 0.9 * (high - low)


@pytest.mark.parametrize(
    ("expression", "claim", "options"),
    [
        ("tr(A.T @ X)", "A", {"wrt": "X", "symbols": {"A": ["m", "n"], "X": ["m", "n"]}}),
        ("x", "1", {"wrt": "x", "symbols": {"x": "integer"}}),
        ("x", "y", {"wrt": "x"}),
        ("x", "x", {"claim": "equals", "symbols": {"x": "real"}}),
        ("sqrt(-1 - x**2)", "1", {"wrt": "x"}),
        ("diff(" * 12 + "exp(sin(x))" + ", x)" * 12, "1", {"wrt": "x"}),
    ],
    ids=["matrix", "integer", "invalid", "identity", "nowhere defined", "beyond all memory"],
)
def test_no_curves_where_there_is_nothing_to_draw(
    expression: str, claim: str, options: dict[str, object]
) -> None:
    assert curves(adhoc_entry(expression, claim, **options)) == ()  # type: ignore[arg-type]


def test_a_plot_breaks_at_a_pole_and_is_valid_xml() -> None:
    (drawn,) = curves(adhoc_entry("1/x", "-1/x**2", wrt="x"))
    root = ElementTree.fromstring(plot(drawn))
    paths = [e.get("d") or "" for e in root.iter("{http://www.w3.org/2000/svg}path")]
    assert len(paths) == 4
    assert paths[0].count("M") == 2
    numbers = [float(n) for path in paths[:2] for n in re.findall(r"-?\d+(?:\.\d+)?", path)]
    assert all(map(math.isfinite, numbers))


def test_nothing_is_drawn_of_nothing() -> None:
    nan = (math.nan,) * 3
    assert plot(Curves("x", (0.0, 1.0, 2.0), nan, nan, nan, nan, nan)) == ""
    told = terminal(Curves("x", (0.0, 1.0, 2.0), nan, nan, nan, nan, nan))
    assert told.count("no value is defined here") == 2


def test_the_terminal_plot_keeps_its_width_and_escapes() -> None:
    (drawn,) = curves(adhoc_entry("tanh(x)", "1 - tanh(x)**2", wrt="x"))
    lines = terminal(drawn, 72).splitlines()
    assert all(len(line) <= 72 for line in lines)
    assert lines[0] == "f (thin) and the claim 1 - tanh(x)**2 (thick)"
    assert any("⠉" in line or "⣀" in line or "⠛" in line for line in lines)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 10, (0, 2, 4, 6, 8, 10)), (-1, 1, (-1, -0.5, 0, 0.5, 1)), (0, 0, ())],
    ids=["ten", "unit", "empty"],
)
def test_ticks(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


def test_the_sample_covers_every_kind_of_claim() -> None:
    assert {entry.kind for entry in entries()} == {"derivative", "differential", "equals"}
