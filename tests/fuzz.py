"""Fuzzing: ``python -m tests.fuzz --seconds 300``.

Hostile texts go through everything that reads: the parser, the loader, claims, the linter, and
(a few of them) the judges in their workers. What must never happen: an exception that is not
one of ours, anything executed, a hang. A finding is printed with the text that makes it.
"""

from __future__ import annotations

import argparse
import faulthandler
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from adhoc import adhoc_entry
from strategies import HOSTILE

from derivcheck.checking.curves import curves
from derivcheck.cli.view import View
from derivcheck.collection.formula import Formula
from derivcheck.collection.loader import load_text
from derivcheck.lang.equation import Settings
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.parser import parse
from derivcheck.lang.printer import to_text
from derivcheck.lint import lint_text
from derivcheck.model import (
    CitationFinding,
    CitationResult,
    ClaimResult,
    FormulaResult,
    Outcome,
    Report,
    Verdict,
)
from derivcheck.report import handbook, latex_sheet
from derivcheck.report.escape import plain
from derivcheck.running import engine
from derivcheck.statements.claims import prepare
from derivcheck.typeset.latex import latex
from derivcheck.typeset.layout import Layout

ROOT = Path(__file__).parent.parent
PATIENCE = 20.0
"""Seconds after which one text counts as a hang."""
SYMBOLS = {"x": "real", "y": "positive", "A": ["m", "n"], "v": ["n"], "M": ["n", "n"]}
FUNCTIONS = {"u": "scalar(x)", "s": "elementwise"}
WORDS = "x y A v M u s D d sum tr inv det exp log where softmax max diff grad vjp eye ones i j k"
SIGNS = "( ) [ ] + - * ** / @ .T , = == < : ' \" { } # & ! | % . _ 0 1 2 10000 1e400 .5 pi e oo"
PIECES = [*HOSTILE, *WORDS.split(), *SIGNS.split(), " ", "\n", "\ud800", "x" * 300]
YAML_PIECES = [
    *("\n  - ", "\n    ", ": ", "- ", "{", "}", "[", "]", ", ", "&a ", "*a", "<<: *a", "? ", "@"),
    *("!!python/name:os.system ", "!!binary |", "|\n", ">\n", "'", '"', "#", "%YAML 1.2\n---\n"),
    *("---\n", "...\n", "\t", "\0", "\x85", "\ufeff", "\u2028", "~", "null", "yes", "0x1", "`"),
]


class Executed(BaseException):
    """Something that must not run did."""


def forbid() -> None:
    """Make what hostile text would like to reach raise loudly."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in (
            "os.system",
            "subprocess.Popen",
            "os.exec",
            "os.posix_spawn",
        ):
            raise Executed(event, arguments)
        if event == "open" and "passwd" in str(arguments[0]):
            raise Executed(event, arguments)

    sys.addaudithook(hook)


def expression(noise: random.Random) -> str:
    """A text of random pieces."""
    return "".join(noise.choices(PIECES, k=noise.randrange(1, 14)))


def damaged(noise: random.Random, text: str) -> str:
    """A formula file with a few pieces cut, doubled or put in."""
    for _ in range(noise.randrange(1, 6)):
        at = noise.randrange(len(text) + 1)
        match noise.randrange(4):
            case 0:
                text = text[:at] + text[at + noise.randrange(1, 40) :]
            case 1:
                text = text[:at] + noise.choice(YAML_PIECES) + text[at:]
            case 2:
                text = text[:at] + noise.choice(PIECES) + text[at:]
            case _:
                end = at + noise.randrange(1, 200)
                text = text[:end] + text[at:end] + text[end:]
    return text


def try_shown(entry: Formula) -> None:
    """Every way in which an entry is shown: its pages, its LaTeX, its plots, a terminal."""
    forms = [ClaimResult(text, Verdict.INVALID, at="derivative") for text in entry.claims]
    steps = [ClaimResult(s.to, Verdict.PROVED, at=f"{s.at}.to") for s in entry.steps]
    result = FormulaResult(
        outcome=Outcome.FAIL,
        verdict=Verdict.INVALID,
        claims=(*forms, *steps),
        citations=tuple(
            CitationResult(f"{s.at}.by", s.by, CitationFinding.HOLDS) for s in entry.steps if s.by
        ),
        **entry.identity,
    )
    report = Report((result,))
    list(handbook.pages(report, (entry,), {(entry.collection, entry.id): curves(entry)}))
    latex_sheet.render(report, (entry,))
    View().render(entry, result)


def try_expression(text: str) -> None:
    try:
        tree = parse(text)
    except LanguageError as error:
        problem = error
    else:
        problem = None
    if problem is not None:
        assert problem.message.isprintable(), problem.message
        return
    assert parse(to_text(tree)) == tree
    latex(Layout().expression(tree))


def try_claim(text: str) -> None:
    options = {"symbols": SYMBOLS, "functions": FUNCTIONS}
    claimed = adhoc_entry("x", text, wrt=["x", "A"], claim="differential", **options)
    for entry in (
        adhoc_entry(text, "0", wrt="x", **options),
        claimed,
        adhoc_entry("x", "0", claim="equals", assume=text, where={"w": text}, symbols={"x": text}),
    ):
        prepare(entry)
    try_shown(claimed)


def try_file(text: str) -> None:
    entries, problems = load_text(text)
    for entry in entries:
        prepare(entry)
        try_shown(entry)
    for problem in problems:
        assert problem.location is not None
        assert plain(str(problem)).isprintable(), str(problem)


def try_document(text: str) -> None:
    for problem in lint_text(text, "notes.md"):
        assert problem.message.isprintable(), problem.message


def try_judges(texts: list[str]) -> None:
    """Whole formulas in their workers: results for all of them, no process left."""
    options = {"symbols": SYMBOLS, "functions": FUNCTIONS}
    entries = [adhoc_entry(text, text, claim="equals", **options) for text in texts]
    limits = engine.Limits(seconds=5)
    results = list(engine.verify(entries, Settings(timeout=2), 2, limits=limits))
    assert len(results) == len(entries)
    for result in results:
        assert not result.defect, result.defect
        assert not any(claim.contradiction for claim in result.claims), result
    assert not multiprocessing.active_children()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    arguments = parser.parse_args()
    noise = random.Random(arguments.seed)
    files = [p.read_text("utf-8") for p in sorted(ROOT.glob("formulas/*/*.yaml"))]
    files = [f[: noise.randrange(400, 4000)] for f in files]
    forbid()
    findings = tried = 0
    end = time.monotonic() + arguments.seconds

    def attempt(name: str, action: Callable[[], None], text: object) -> None:
        nonlocal findings, tried
        tried += 1
        faulthandler.dump_traceback_later(PATIENCE, exit=True)
        try:
            action()
        except (Exception, Executed) as error:
            findings += 1
            print(f"{name}: {type(error).__name__}: {error}\n  {text!r}", flush=True)
        faulthandler.cancel_dump_traceback_later()

    while time.monotonic() < end:
        for _ in range(400):
            text = expression(noise)
            attempt("expression", lambda text=text: try_expression(text), text)
            attempt("claim", lambda text=text: try_claim(text), text)
        for _ in range(40):
            text = damaged(noise, noise.choice(files))
            attempt("file", lambda text=text: try_file(text), text)
            attempt("document", lambda text=text: try_document(text), text)
        readable = [t for t in (expression(noise) for _ in range(400)) if _readable(t)][:6]
        faulthandler.cancel_dump_traceback_later()
        try:
            try_judges(readable)
        except AssertionError as error:
            findings += 1
            print(f"judges: {error}\n  {readable!r}", flush=True)
    print(f"{tried} texts, {findings} findings, seed {arguments.seed}")
    return 1 if findings else 0


def _readable(text: str) -> bool:
    try:
        parse(text)
    except LanguageError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
