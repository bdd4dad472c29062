"""A small handbook that holds every kind of page, hostile text included."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from report_sample import HOSTILE, REPORT

from derivcheck.checking.curves import curves
from derivcheck.collection.formula import Formula
from derivcheck.collection.loader import load_text
from derivcheck.model import (
    CitationFinding,
    CitationResult,
    ClaimResult,
    FormulaResult,
    Outcome,
    Report,
    Verdict,
)
from derivcheck.report.handbook import build
from derivcheck.report.plot import Curves

FORMULAS = """\
derivcheck: 1
collection: sample
title: A sample of everything
formulas:
  - id: 1
    name: sine
    section: elementary functions
    latex: "(\\\\sin x)' = \\\\cos x"
    symbols: {x: real}
    expression: sin(x)
    wrt: x
    derivative: cos(x)
    derivation:
      - {to: cos(x), by: 2, with: {u: "1", v: "1 + exp(-x)"}}
  - id: 2
    name: Bessel function
    symbols: {x: positive}
    expression: besselj(0, x)
    wrt: x
    derivative: -besselj(1, x)
  - id: 3
    name: two forms
    symbols: {x: "(-1, 1)", a: {domain: positive, not: 1}}
    expression: tanh(x)
    wrt: x
    derivative: ["1 - tanh(x)**2", "1 + tanh(x)**2"]
  - id: 10
    name: matrices
    section: matrices
    symbols: {A: [n, n], X: {shape: [n, n], structure: symmetric}, B: [n, n]}
    functions: {sigma: elementwise, C: "scalar(a, b)"}
    where: {Z: A*X}
    assume: sum(A) == 1
    expression: sigma(Z)
    wrt: X
    upstream: B
    derivative: B*D(sigma)(Z)*A
    note: "a `note` with code"
  - id: 11
    name: "</title><script>window.pwned = 1</script>"
    section: "\\"><img src=x onerror=window.pwned=1>"
    tags: ["<b>"]
    latex: "</code></pre><script>window.pwned=1</script>"
    symbols: {x: real}
    expression: where(x > 0, x, where(x < -1, sqrt(abs(x)), 0)) + cbrt(x)
    wrt: x
    derivative: "<script>window.pwned=1</script>"
    note: "<svg onload=window.pwned=1>"
  - id: A.b
    name: two ids that differ in case only
    symbols: {X: [n, n], Y: [n, n]}
    expression: X @ Y
    wrt: [X, Y]
    differential: dX @ Y + X @ dY
  - id: a.B
    name: identity
    symbols: {x: real}
    expression: cosh(x)**2 - sinh(x)**2
    equals: 1
"""


def entries() -> tuple[Formula, ...]:
    """The formulas above."""
    found, problems = load_text(FORMULAS, "formulas/sample/one.yaml")
    assert not problems
    return found


def report() -> Report:
    """Results of every kind, for the entries above and for formulas without an entry."""
    plain = {r.id: r for r in REPORT.results}
    results = []
    for entry in entries():
        known = (
            plain[entry.id]
            if entry.id in plain
            else FormulaResult(
                outcome=Outcome.PASS,
                verdict=Verdict.PROVED,
                note=entry.note,
                claims=tuple(
                    ClaimResult(text, Verdict.PROVED, at="derivative") for text in entry.claims
                ),
                citations=(CitationResult("derivation[0].by", "1", CitationFinding.HOLDS),),
                **entry.identity,
            )
        )
        steps = tuple(
            ClaimResult(step.to, Verdict.PROVED, at=f"{step.at}.to") for step in entry.steps
        )
        claims = (*known.claims, *steps)
        results.append(replace(known, name=entry.name, section=entry.section, claims=claims))
    rest = [r for r in REPORT.results if (r.collection, r.id) not in {("sample", i) for i in "123"}]
    return replace(REPORT, results=(*results, *rest))


def drawn() -> dict[tuple[str, str], tuple[Curves, ...]]:
    """The plots of the entries; one has a hostile text."""
    found = {(e.collection, e.id): curves(e) for e in entries()}
    hostile = [replace(c, text=HOSTILE, variable=HOSTILE) for c in found["sample", "1"]]
    found["sample", "3"] = (*found["sample", "3"], *hostile)
    return found


def build_sample(directory: Path) -> tuple[Path, ...]:
    """Write the sample handbook; its files, the index first."""
    return build(report(), entries(), directory, drawn())
