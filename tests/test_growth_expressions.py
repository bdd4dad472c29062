"""Reading and printing formulas is linear: twice the expression, about twice the steps.

Text, parts and depth of an expression are capped, so that sizes here stay below the caps.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from adhoc import adhoc, adhoc_entry
from growth import steps

from derivcheck.lang.equation import Settings
from derivcheck.lang.parser import parse
from derivcheck.lang.printer import node_text
from derivcheck.model import Finding
from derivcheck.statements.claims import prepare
from derivcheck.symbolic.matrix.judge import judge
from derivcheck.typeset import terminal
from derivcheck.typeset.latex import latex
from derivcheck.typeset.statement import Typesetter

SMALL, LARGE = 150, 600


def repeated(pattern: str, between: str) -> Callable[[int], str]:
    """``#`` stands for a running number."""
    return lambda n: between.join(pattern.replace("#", str(k)) for k in range(n))


def around(head: str, inner: Callable[[int], str], tail: str) -> Callable[[int], str]:
    return lambda n: head + inner(n) + tail


SYNTAX = {
    "a sum": repeated("x", " + "),
    "a difference": repeated("x", " - "),
    "a product": repeated("x", "*"),
    "matrix products": repeated("X", " @ "),
    "quotients": repeated("x", "/"),
    "signs": around("", repeated("-", ""), "x"),
    "numbers": repeated("1.25e3", " + "),
    "names": repeated("x#", " + "),
    "powers": repeated("x**2", " + "),
    "calls": repeated("sin(x)", " + "),
    "arguments": around("max(", repeated("x", ", "), ")"),
    "entries": around("[", repeated("x", ", "), "]"),
    "rows": around("[", repeated("[x, y]", ", "), "]"),
    "subscripts": repeated("X[i, j]", " + "),
    "slices": repeated("x[1:3]", " + "),
    "conditions": around("where(", repeated("x > #", " and "), ", x, y)"),
    "brackets": lambda n: " + ".join(["(" * 30 + "x" + ")" * 30] * (n // 15)),
    "blanks": lambda n: "x" + " " * n + "+ x",
    "lines": lambda n: "x +\n" * n + "x",
    "unclosed": lambda n: "(" * min(n, 50) + "x + " * n,
    "closed too often": lambda n: "x" + ")" * n,
    "strange letters": lambda n: "x + " + "\u2212" * n,
    "a wrong name": around("", repeated("sni(x)", " + "), ""),
}


@pytest.mark.parametrize("text", SYNTAX.values(), ids=SYNTAX)
def test_parsing_grows_with_the_text(text: Callable[[int], str]) -> None:
    def read(n: int) -> Callable[[], object]:
        def work() -> object:
            try:
                return parse(text(n))
            except Exception as error:
                return str(error)

        return work

    read(3)()
    parse.cache_clear()  # another test may have read the same text
    small, large = steps(read(SMALL)), steps(read(LARGE))
    assert large <= 1.5 * LARGE / SMALL * small + 2_000


X = {"x": "real", "y": "real"}
FORMULAS = {
    "symbols": lambda n: {
        "symbols": {f"x{k}": "real" for k in range(n)},
        "expression": "x0",
    },
    "intervals": lambda n: {"symbols": {"x": f"(0, {'+'.join(['1'] * n)})"}},
    "numbers left out": lambda n: {"symbols": {"x": {"domain": "real", "not": list("12" * n)}}},
    "sums of dimensions": lambda n: {"symbols": {"x": [" + ".join(["n"] * n)]}},
    "products of dimensions": lambda n: {"symbols": {"x": ["*".join(["n"] * n)]}},
    "dimensions": lambda n: {"symbols": {f"x{k}": [f"n{k}"] for k in range(n)} | X},
    "functions": lambda n: {"functions": {f"f{k}": "scalar(x)" for k in range(n)}},
    "arguments": lambda n: {"functions": {"f": f"scalar({', '.join(['x'] * n)})"}},
    "where": lambda n: {"where": {f"w{k}": f"x + {k}" for k in range(n)}},
    "a chain of where": lambda n: {
        "where": {f"w{k}": f"w{k - 1} + x" if k % 10 else "x" for k in range(n)}
    },
    "conditions": lambda n: {"assume": [f"x > -{k}" for k in range(n)]},
    "equations": lambda n: {
        "functions": {"f": "scalar(x)"},
        "identically": [f"D(f)(x) == {k}*f(x)" for k in range(n)],
    },
    "terms": lambda n: {"expression": repeated("sin(#*x)", " + ")(n)},
    "factors": lambda n: {"expression": repeated("(x + #)", "*")(n)},
    "derivatives": lambda n: {"expression": repeated("diff(x**#, x)", " + ")(n)},
    "switches": lambda n: {"expression": repeated("where(x > #, x, y)", " + ")(n)},
    "matrices": lambda n: {
        "symbols": {"A": ["n", "n"], "x": ["n"]},
        "expression": "A @ " * (n // 8) + "x",
        "equals": "x",
    },
    "entries": lambda n: {
        "symbols": {"A": ["n", "n"]},
        "expression": repeated("A[i, j]", " + ")(n),
        "equals": "A[i, j]",
    },
    "blocks": lambda n: {"expression": f"[{', '.join(['x'] * n)}]", "equals": "ones(2)"},
    "forms": lambda n: {"equals": [f"x + {k}" for k in range(n)]},
    "sizes of sizes": lambda n: {
        "symbols": {"x": "complex", "w": "complex"},
        "expression": "abs(w*" * (n // 15) + "x" + ")" * (n // 15),
    },
    "unknown names": lambda n: {"expression": repeated("z#", " + ")(n)},
}


@pytest.mark.parametrize("more", FORMULAS.values(), ids=FORMULAS)
def test_a_formula_is_understood_in_steps_that_grow_with_it(
    more: Callable[[int], dict[str, object]],
) -> None:
    def made(n: int) -> Callable[[], object]:
        given: dict[str, object] = {"symbols": X, "expression": "x", "equals": "x", **more(n)}
        expression, claim = str(given.pop("expression")), given.pop("equals")
        entry = adhoc_entry(expression, claim, claim="equals", **given)  # type: ignore[arg-type]
        return lambda: prepare(entry)

    made(3)()
    small, large = steps(made(SMALL)), steps(made(LARGE))
    assert large <= 1.5 * LARGE / SMALL * small + 20_000


def test_what_is_too_deep_is_said() -> None:
    chain = {f"w{k}": f"w{k - 1} + x" if k else "x" for k in range(300)}
    steep = {f"w{k}": f"{'sin(' * 55}{f'w{k - 1}' if k else 'x'}{')' * 55}" for k in range(60)}
    for where in (chain, steep):
        entry = adhoc_entry(f"w{len(where) - 1}", "x", claim="equals", symbols=X, where=where)
        statement = prepare(entry)
        problems = [d.rule for part in statement.parts for d in part.diagnostics]
        assert "too-deep" in problems


@pytest.mark.parametrize("domain", ["real", "complex"])
def test_what_is_used_thrice_is_proved_in_steps_that_grow_with_it(domain: str) -> None:
    def judged(n: int) -> Callable[[], object]:
        where = {f"w{k}": f"sin(w{k - 1})*cos(w{k - 1}) + w{k - 1}" for k in range(1, n)}
        (equation,) = adhoc(
            f"sum(1/(2 + w{n - 1}**2))",
            f"sum((2 + w{n - 1}**2)**(-1))",
            claim="equals",
            symbols={"x": {"shape": ["n"], "domain": domain}},
            where={"w0": "x", **where},
        )

        def proved() -> None:
            assert judge(equation, Settings()).finding is Finding.HOLDS

        return proved

    judged(3)()
    small, large = steps(judged(8)), steps(judged(32))
    assert large <= 10 * small


PRINTED = (
    *("a sum", "a difference", "a product", "signs", "numbers", "names", "powers", "calls"),
    *("arguments", "entries", "rows", "subscripts", "conditions"),
)


@pytest.mark.parametrize("name", PRINTED)
@pytest.mark.parametrize("form", ["latex", "terminal", "text"])
def test_printing_grows_with_the_formula(form: str, name: str) -> None:
    def printed(n: int) -> Callable[[], object]:
        text = SYNTAX[name](n)
        entry = adhoc_entry(text, "x", claim="equals", symbols={**X, "X": ["n", "n"]})
        if form == "text":
            parts = prepare(entry).parts
            return lambda: [node_text(p.equation.left) for p in parts if p.equation is not None]
        box = Typesetter(entry).left()
        return lambda: latex(box) if form == "latex" else terminal.lines(box)

    printed(3)()
    small, large = steps(printed(SMALL)), steps(printed(LARGE))
    assert large <= 1.5 * LARGE / SMALL * small + 20_000
