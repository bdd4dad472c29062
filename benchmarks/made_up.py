"""As many distinct formulas as one likes, every one of them true."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

INNER = (
    ("{a}*x + {b}", "{a}"),
    ("x**2 + {a}*x + {b}", "(2*x + {a})"),
    ("exp({a}*x/{b})", "{a}/{b}*exp({a}*x/{b})"),
    ("{a}*sin({b}*x)", "{a}*{b}*cos({b}*x)"),
    ("{a}/({b} + x**2)", "(-2*{a}*x/({b} + x**2)**2)"),
)
OUTER = (
    ("sin({u})", "cos({u})*{d}"),
    ("tanh({u})", "(1 - tanh({u})**2)*{d}"),
    ("log(1 + ({u})**2)", "2*({u})/(1 + ({u})**2)*{d}"),
    ("({u})**3", "3*({u})**2*{d}"),
    ("atan({u})", "1/(1 + ({u})**2)*{d}"),
    ("sigmoid({u})", "sigmoid({u})*(1 - sigmoid({u}))*{d}"),
)


def formulas() -> Iterator[tuple[str, str]]:
    """(expression, derivative) pairs without end, no two alike."""
    for n in count(1):
        for a in range(1, n + 1):
            b = n + 1 - a
            for inner, slope in INNER:
                u, d = inner.format(a=a, b=b), slope.format(a=a, b=b)
                for outer, derivative in OUTER:
                    yield outer.format(u=u, d=d), derivative.format(u=u, d=d)


def write(path: Path, number: int) -> Path:
    """A formula file with ``number`` of them."""
    lines = ["derivcheck: 1", "collection: made-up", "formulas:"]
    for i, (expression, derivative) in enumerate(islice(formulas(), number), 1):
        lines += [
            f"  - id: {i}",
            "    symbols: {x: real}",
            f'    expression: "{expression}"',
            "    wrt: x",
            f'    derivative: "{derivative}"',
        ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def write_page(path: Path, number: int, file: Path) -> Path:
    """A Markdown page with ``number`` of them as equations, in sections of twenty; ``file`` is
    where the formula file of the same goes."""
    from derivcheck.api import load
    from derivcheck.typeset.latex import latex
    from derivcheck.typeset.statement import Typesetter

    lines = ["# Derivatives", ""]
    for i, entry in enumerate(load(write(file, number))):
        if i % 20 == 0:
            lines += [f"## Part {i // 20 + 1}", ""]
        lines += ["The next one follows from the chain rule.", ""]
        lines += [f"$$ {latex(Typesetter(entry).equation())} $$", ""]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
