"""Long runs of the provers against exact values: ``python -m tests.soundness 10000``.

Random claims about piecewise polynomials, about functions with poles, narrow pieces and assumed
equations, many of them wrong at single points only; rewritings that hold on some pieces of the
domain; about complex numbers, wrong on branch cuts;
about arrays, wrong where entries are equal or zero and for single sizes; that something does not
matter. A claim that is proved without conditions and wrong
somewhere is printed, and the exit code is 1. With ``--judges`` all judges speak on the claims of
the second and the last kind, and what is refuted must be wrong at the point told.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import array_oracle
import array_random
import complex_arrays
import complex_oracle
import point_claims
import rewrite_claims
import sameness_claims
import special_oracle
from matrix_oracle import disagreement
from switch_oracle import counterexample, random_claim, random_vector_claim

from derivcheck.checking.verdict import decide
from derivcheck.lang.equation import Equation, Settings
from derivcheck.lang.printer import node_text
from derivcheck.model import Evidence, Finding
from derivcheck.numeric.intervals.judge import judge as enclose
from derivcheck.symbolic.matrix.judge import judge as prove_all_dimensions
from derivcheck.symbolic.scalar.judge import judge as prove


def main() -> int:
    """Judge the claims of a range of seeds; 1 when a wrong one was proved."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.soundness")
    parser.add_argument("claims", type=int, help="how many of each kind")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--judges", action="store_true", help="ask every judge, at points")
    parser.add_argument("--kinds", nargs="+", choices=_KINDS, default=list(_KINDS))
    given = parser.parse_args()
    counts: Counter[tuple[str, str, str]] = Counter()
    for seed in range(given.first, given.first + given.claims):
        for kind in given.kinds:
            counts[kind, *_KINDS[kind](seed, given.judges)] += 1
    for (kind, said, truth), count in sorted(counts.items()):
        print(f"{count:7d} {kind}: {said}, {truth}")
    return int(any((said, truth) in _DEFECTS for _, said, truth in counts))


_DEFECTS = (("proved", "wrong"), ("refuted", "true"), ("contradiction", ""), ("crash", ""))


def _at_points(seed: int, every: bool, claim: Equation) -> tuple[str, str]:
    """The same of a claim aimed at single points; with every judge, of refutations, too."""
    if not every:
        return _weighed(seed, prove(claim, Settings()), claim, point_claims.counterexample)
    found = decide(claim, Settings())
    said, text = found.verdict.value, f"{node_text(claim.left)} = {node_text(claim.right)}"
    if found.contradiction or found.defect:
        print(f"{seed}: {text}: {found.reason} {found.defect}")
        return "contradiction", ""
    if found.counterexample is not None:
        differs = point_claims.differs_at(claim, dict(found.counterexample.point))
        if differs is False:
            print(f"{seed}: {text} is not wrong at {found.counterexample.point}")
        return said, {True: "wrong", False: "true", None: "not known"}[differs]
    point = point_claims.counterexample(claim)
    if point is not None and said == "proved":
        print(f"{seed}: {text} is wrong at {point}")
    return said, "true" if point is None else "wrong"


def _complex(
    seed: int, random_claim: Callable[[int], complex_oracle.ComplexClaim], tries: int = 60
) -> tuple[str, str]:
    """A claim about complex numbers, on branch cuts as well, with its refutations."""
    claim = random_claim(seed)
    proof = prove(claim.equation, Settings())
    text = f"{claim.left.text} = {claim.right.text}"
    point = complex_oracle.counterexample(claim, seed, tries)
    if proof.finding is Finding.HOLDS and not proof.conditions:
        if point is not None and complex_oracle.compared(claim, point, _MANY_DIGITS) is False:
            point = None
        if point is not None:
            print(f"{seed}: {text} is wrong at {point}")
        return "proved", "true" if point is None else "wrong"
    found = enclose(claim.equation, Settings())
    if found.witness is None:
        return "unknown", "true" if point is None else "wrong"
    differs = complex_oracle.compared_at(claim, found.witness.point)
    if differs is False and not _is_seen(found):
        differs = None
    if differs is False:
        print(f"{seed}: {text} is not wrong at {found.witness.point}")
    return "refuted", {True: "wrong", False: "true", None: "not known"}[differs]


_MANY_DIGITS = 640
_RESOLUTION = 1e-18
"""Smaller relative differences are none to the oracle."""


def _is_seen(found: Evidence) -> bool:
    """Whether the oracle would see the difference of a counterexample.

    It knows pi to some digits only, so that no point at pi lies on a cut, and nor does it tell a
    small imaginary part beside a large real one.
    """
    assert found.witness is not None
    is_exact = not any("pi" in value for _, value in found.witness.point)
    return is_exact and (found.measured is None or found.measured > _RESOLUTION)


def _entries(seed: int) -> tuple[str, str]:
    """A claim about complex numbers, told of the entries of columns."""
    claim = replace(complex_oracle.random_claim(seed), assume="")
    proof = prove_all_dimensions(claim.of_entries, Settings())
    if proof.finding is not Finding.HOLDS or proof.conditions:
        return "unknown", ""
    point = complex_oracle.counterexample(claim, seed)
    if point is not None and complex_oracle.compared(claim, point, _MANY_DIGITS) is False:
        point = None
    if point is not None:
        print(f"{seed}: {claim.left.text} = {claim.right.text} is wrong at {point}")
    return "proved", "true" if point is None else "wrong"


def _vector(seed: int) -> tuple[str, str]:
    gradient, claim = random_vector_claim(seed)
    return _weighed(seed, prove_all_dimensions(gradient, Settings()), claim)


def _arrays(
    seed: int, random_claim: Callable[[int], Equation | None] = array_random.random_claim
) -> tuple[str, str]:
    """A claim about vectors and matrices, at points where entries are equal, zero and the like."""
    claim = random_claim(seed)
    if claim is None:
        return "no claim", ""
    proof = prove_all_dimensions(claim, Settings())
    try:
        return _weighed(
            seed, proof, claim, lambda equation: array_oracle.counterexample(equation, seed) or None
        )
    except array_oracle.Unread:
        return "not known", ""


def _scalar(seed: int) -> tuple[str, str]:
    claim = random_claim(seed)
    return _weighed(seed, prove(claim, Settings()), claim)


def same(seed: int, every: bool) -> tuple[str, str]:
    """A claim that something does not matter; of complex numbers the judges are the oracle."""
    claim = sameness_claims.random_claim(seed)
    if claim is None:
        return "no claim", ""
    try:
        proof = prove_all_dimensions(claim, Settings())
    except Exception as error:
        print(f"{seed}: {claim.text}: {error!r}")
        return "crash", ""
    is_proved = proof.finding is Finding.HOLDS and not proof.conditions
    is_complex = any(symbol.domain.kind == "complex" for symbol in claim.context.symbols)
    if every or (is_proved and is_complex):
        found = decide(claim, Settings())
        if found.contradiction or found.defect:
            print(f"{seed}: {claim.text}: {found.reason} {found.defect}")
            return "contradiction", ""
    if not is_proved:
        return "unknown", ""
    differs = math.nan if is_complex else disagreement(claim, points=3, seed=seed)
    if differs > _FALSE:
        print(f"{seed}: {claim.text} is wrong by {differs:.2g}")
    return "proved", "not known" if math.isnan(differs) else "wrong" if differs > _FALSE else "true"


_FALSE = 1e-3
"""Relative differences beyond what central differences make of rounding."""

_KINDS: dict[str, Callable[[int, bool], tuple[str, str]]] = {
    "scalar": lambda seed, every: _scalar(seed),
    "points": lambda seed, every: _at_points(seed, every, point_claims.random_claim(seed)),
    "roots": lambda seed, every: _at_points(seed, every, point_claims.random_root_claim(seed)),
    "pieces": lambda seed, every: _at_points(seed, every, rewrite_claims.random_claim(seed)),
    "complex": lambda seed, every: _complex(seed, complex_oracle.random_claim),
    "entries": lambda seed, every: _entries(seed),
    "special": lambda seed, every: _complex(seed, special_oracle.random_claim, 10),
    "slopes": lambda seed, every: _complex(seed, special_oracle.random_derivative, 10),
    "vector": lambda seed, every: _vector(seed),
    "arrays": lambda seed, every: _arrays(seed),
    "complex-arrays": lambda seed, every: _arrays(seed, complex_arrays.random_claim),
    "sameness": same,
}


def _weighed(
    seed: int,
    proof: Evidence,
    claim: Equation,
    oracle: Callable[[Equation], object] = counterexample,
) -> tuple[str, str]:
    """What the prover says and what the oracle finds; both told where they contradict."""
    said = "unknown"
    if proof.finding is Finding.HOLDS:
        said = "proved under conditions" if proof.conditions else "proved"
    point = oracle(claim)
    if said == "proved" and point is not None:
        print(f"{seed}: {node_text(claim.left)} = {node_text(claim.right)} is wrong at {point}")
    return said, "true" if point is None else "wrong"


if __name__ == "__main__":
    sys.exit(main())
