"""The same claims put to others: SymPy's simplify, torch's gradcheck, jax's check_grads.

What each can be asked differs, and the table says so: simplify is asked whether
``diff(expression) - claim`` is 0; the two gradient checkers never see a claim, they compare the
library's own derivative with differences at one random point, so a wrong formula in a book can't
be put to them at all: they are timed on the functions alone.
"""

from __future__ import annotations

import importlib.util
import random
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

LIMIT = 5.0
CORPUS = Path(__file__).parent.parent / "tests" / "corpus" / "holds"


@dataclass(frozen=True, slots=True)
class Score:
    """How one did: claims decided of those asked, median milliseconds by the clock, how often time
    ran out, and how many seconds of the processor all of them took."""

    name: str
    asked: int
    decided: int
    milliseconds: float
    timeouts: int
    note: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Claim:
    """A scalar claim of a bundled collection, as an equation and as texts."""

    label: str
    equation: Any


def bundled_claims() -> tuple[Claim, ...]:
    """The scalar derivative claims of the bundled collections, without abstract functions."""
    return _claims("all")


def corpus_claims() -> tuple[Claim, ...]:
    """Those of the tests' true formulas: tables, integrals, traps."""
    return _claims(CORPUS)


def _claims(target: str | Path, least: int = 200) -> tuple[Claim, ...]:
    from derivcheck.api import load
    from derivcheck.statements.claims import prepare

    claims = []
    for entry in load(target):
        if entry.kind != "derivative" or entry.errata:
            continue
        for part in prepare(entry).claims:
            equation = part.equation
            if equation is not None and equation.is_scalar and not equation.context.functions:
                claims.append(Claim(f"{entry.label} {part.at}", equation))
    if len(claims) < least:
        raise SystemExit(f"only {len(claims)} scalar claims in {target}, {least} are needed")
    return tuple(claims)


class _TimeIsUp(Exception):
    pass


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Of the processor, so that a busy machine changes no answer."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise _TimeIsUp

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def score(name: str, items: list[Any], ask: Callable[[Any], bool | None], note: str = "") -> Score:
    """Ask for each item; None is "does not apply"."""
    times, decided, timeouts, asked = [], 0, 0, 0
    first = time.process_time()
    for item in items:
        start = time.perf_counter()
        answer: bool | None = False
        try:
            with _limit(LIMIT):
                answer = ask(item)
        except _TimeIsUp:
            timeouts += 1
        except Exception:
            answer = False
        if answer is None:
            continue
        asked += 1
        decided += answer
        times.append((time.perf_counter() - start) * 1000)
    median = statistics.median(times) if times else 0.0
    return Score(name, asked, decided, median, timeouts, note, time.process_time() - first)


def run_derivcheck(claims: tuple[Claim, ...], only: str = "") -> Score:
    """Every judge, as ``verify`` asks them, or one kind of them alone."""
    from derivcheck.checking.verdict import decide
    from derivcheck.lang.equation import Settings
    from derivcheck.model import Verdict

    settings = Settings(timeout=LIMIT, only=only)
    decide(claims[0].equation, settings)  # imports are in another table

    def ask(claim: Claim) -> bool:
        return decide(claim.equation, settings).verdict is Verdict.PROVED

    name = f"derivcheck ({f'{only} judges' if only else 'all judges'})"
    return score(name, list(claims), ask, "proved")


def run_simplify(claims: tuple[Claim, ...]) -> Score:
    """``sympy.simplify(diff - claim) == 0``, the obvious script."""
    import sympy

    from derivcheck.symbolic.sympy_build import Builder

    sympy.simplify(sympy.Symbol("x"))

    def ask(claim: Claim) -> bool:
        # SymPy differentiates: the left side is built as a derivative that is carried out
        builder = Builder(claim.equation.context)
        difference = builder.of(claim.equation.left) - builder.of(claim.equation.right)
        return bool(sympy.simplify(difference) == 0)

    return score("sympy.simplify(diff - claim) == 0", list(claims), ask, "reduced to 0")


FUNCTIONS = ("tanh", "exp", "sin", "cos", "atan", "sinh", "cosh", "asinh", "erf", "sigmoid")
ARRAY = 8


def run_gradcheck() -> Score | None:
    """torch.autograd.gradcheck of elementwise functions on arrays of float64."""
    if importlib.util.find_spec("torch") is None:
        return None
    import torch

    def ask(name: str) -> bool | None:
        function = getattr(torch, name, None)
        if function is None:
            return None
        generator = torch.Generator().manual_seed(0)
        x = torch.randn(ARRAY, dtype=torch.float64, generator=generator, requires_grad=True)
        return bool(torch.autograd.gradcheck(function, (x,)))

    return score("torch.autograd.gradcheck", list(FUNCTIONS), ask, "agree at 8 points; no claim")


def run_check_grads() -> Score | None:
    """jax.test_util.check_grads of the same functions."""
    if importlib.util.find_spec("jax") is None:
        return None
    import jax
    import jax.numpy as jnp
    from jax.test_util import check_grads

    jax.config.update("jax_enable_x64", True)

    def ask(name: str) -> bool | None:
        function = getattr(jnp, name, None) or getattr(jax.scipy.special, name, None)
        function = function or getattr(jax.nn, name, None)
        if function is None:
            return None
        noise = random.Random(0)
        x = jnp.array([noise.gauss(0, 1) for _ in range(ARRAY)])
        check_grads(function, (x,), order=1)
        return True

    return score("jax.test_util.check_grads", list(FUNCTIONS), ask, "agree at 8 points; no claim")


def run_same_functions() -> Score:
    """derivcheck on the functions that the gradient checkers are timed on."""
    from derivcheck.checking.checker import Checker
    from derivcheck.collection.in_memory import made_formula
    from derivcheck.lang.equation import Settings
    from derivcheck.model import Verdict

    derivatives = {
        "tanh": "1 - tanh(x)**2",
        "exp": "exp(x)",
        "sin": "cos(x)",
        "cos": "-sin(x)",
        "atan": "1/(1 + x**2)",
        "sinh": "cosh(x)",
        "cosh": "sinh(x)",
        "asinh": "1/sqrt(x**2 + 1)",
        "erf": "2*exp(-x**2)/sqrt(pi)",
        "sigmoid": "sigmoid(x)*(1 - sigmoid(x))",
    }
    checker = Checker(Settings(timeout=LIMIT))

    def ask(name: str) -> bool:
        entry = made_formula(f"{name}(x)", derivatives[name], kind="derivative", wrt="x")
        return checker.check(entry).verdict is Verdict.PROVED

    return score("derivcheck on the same functions", list(FUNCTIONS), ask, "claim proved for all x")
