"""Normal forms of sums with comparisons have the value of what they were made from.

Expressions are made at random together with their value; polynomials are evaluated atom by atom, at
every place of dimensions of one to three, by code that the prover does not share.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from adhoc import adhoc

from derivcheck.lang.equation import Equation
from derivcheck.symbolic.matrix import counting
from derivcheck.symbolic.matrix.algebra import Algebra
from derivcheck.symbolic.matrix.atoms import Atom, Kind, Polynomial
from derivcheck.symbolic.matrix.compiler import Compiler, Scope
from derivcheck.symbolic.matrix.indices import STEP
from derivcheck.symbolic.matrix.prover import compiler_of
from derivcheck.symbolic.matrix.ring import Ring, constant, plus

_EACH = 60
_SYMBOLS = {"x": ["n"], "A": ["n", "n"], "i": {"index": "n"}, "k": {"index": "n"}}
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}

Places = Mapping[str, int]
Entries = Mapping[tuple[Any, ...], int]
Made = tuple[str, Callable[[int, Entries, Places], Any]]
"""A text, and its value for n, the entries of symbols and the values of indices."""


def _number(rnd: random.Random, names: list[str]) -> Made:
    name = rnd.choice(names)
    shift = rnd.choice([0, 0, 1, -1, 2])
    match rnd.randrange(4):
        case 0:
            return f"n - 1 - {name}", lambda n, entries, at: n - 1 - at[name]
        case 1:
            return f"2*{name} + {shift}", lambda n, entries, at: 2 * at[name] + shift
        case _:
            return f"{name} + {shift}", lambda n, entries, at: at[name] + shift


def _condition(rnd: random.Random, names: list[str], depth: int = 1) -> Made:
    if depth and rnd.random() < 0.3:
        word = rnd.choice(["and", "or"])
        one, other = (_condition(rnd, names, depth - 1) for _ in range(2))
        fold = all if word == "and" else any
        return f"({one[0]} {word} {other[0]})", lambda *a: fold((one[1](*a), other[1](*a)))
    sign = rnd.choice(list(_SIGNS))
    compare = _SIGNS[sign]
    if rnd.random() < 0.3:
        first, second, number = rnd.choice(names), rnd.choice(names), rnd.randrange(3)
        return (
            f"abs({first} - {second}) {sign} {number}",
            lambda n, entries, at: compare(abs(at[first] - at[second]), number),
        )
    left, right = _number(rnd, names), _number(rnd, names)
    return f"{left[0]} {sign} {right[0]}", lambda *a: compare(left[1](*a), right[1](*a))


def _expression(rnd: random.Random, names: list[str], depth: int) -> Made:
    kind = rnd.choice(["sum", "sum", "where", "times"]) if depth else "leaf"
    if kind == "sum":
        name = f"j{len(names)}"
        body = _expression(rnd, [*names, name], depth - 1)
        return f"sum({body[0]}, ({name}, 0, n - 1))", lambda n, entries, at: sum(
            body[1](n, entries, {**at, name: k}) for k in range(n)
        )
    if kind == "leaf":
        return _leaf(rnd, names)
    inner = [_expression(rnd, names, max(depth - 1 - k, 0)) for k in range(2)]
    (one, first), (other, second) = inner
    if kind == "where":
        condition, holds = _condition(rnd, names)
        text = f"where({condition}, {one}, {other})"
        return text, lambda *a: first(*a) if holds(*a) else second(*a)
    return f"({one})*({other})", lambda *a: first(*a) * second(*a)


def _leaf(rnd: random.Random, names: list[str]) -> Made:
    place, beside = rnd.choice(names), rnd.choice(names)
    leaves: list[Made] = [
        (f"x[{place}]", lambda n, entries, at: entries["x", at[place]]),
        (f"A[{place}, {beside}]", lambda n, entries, at: entries["A", at[place], at[beside]]),
        (place, lambda n, entries, at: at[place]),
        ("1", lambda n, entries, at: 1),
    ]
    return rnd.choice(leaves)


def _value(poly: Polynomial, n: int, entries: Entries, at: Mapping[int, int]) -> Fraction:
    total = Fraction(0)
    for monomial, coefficient in poly.items():
        term = Fraction(coefficient)
        for atom, exponent in monomial:
            term *= _atom(atom, n, entries, at) ** exponent
        total += term
    return total


def _atom(atom: Atom, n: int, entries: Entries, at: Mapping[int, int]) -> Fraction:
    places = [-1 - i if i < 0 else at[i] for i in atom.indices]
    if atom.kind == Kind.ELEMENT:
        return Fraction(entries[(atom.head, *places)])
    if atom.kind in (Kind.DELTA, Kind.APART):
        return Fraction((places[0] == places[1]) == (atom.kind == Kind.DELTA))
    if atom.kind == Kind.VALUE:
        return Fraction(places[0])
    if atom.kind == Kind.SIZE:
        return Fraction(n)
    [inside] = atom.polys
    if atom.kind == Kind.SUM:
        choices = product(range(n), repeat=len(atom.bound))
        return sum(
            (
                _value(dict(inside), n, entries, {**at, **dict(zip(atom.bound, c, strict=True))})
                for c in choices
            ),
            Fraction(0),
        )
    value = _value(dict(inside), n, entries, at)
    if atom.kind == Kind.CONDITION:
        return Fraction(value > 0 if atom.head == STEP else value == 0)
    assert atom.kind == Kind.POWER
    return value


def _compiled(equation: Equation) -> tuple[Compiler, Polynomial]:
    algebra = Algebra()
    compiler = compiler_of(algebra)
    compiler.scope = Scope({i.name: algebra.space.fresh(i.dim) for i in equation.indices})
    return compiler, compiler.compile(equation.left)


def _wrong(made: Made, rnd: random.Random) -> str | None:
    """Where the normal form of an expression has another value; None where it nowhere has."""
    text, value = made
    (equation,) = adhoc(text, "1", claim="equals", symbols=_SYMBOLS)
    compiler, poly = _compiled(equation)
    for n in (1, 2, 3):
        entries: dict[tuple[Any, ...], int] = {("x", a): rnd.randint(-5, 5) for a in range(n)}
        for a, b in product(range(n), repeat=2):
            entries["A", a, b] = rnd.randint(-5, 5)
        for places in product(range(n), repeat=2):
            at = dict(zip("ik", places, strict=True))
            numbers = {number: at[name] for name, number in compiler.scope.names.items()}
            found, expected = _value(poly, n, entries, numbers), value(n, entries, at)
            if found != expected:
                return f"{text} is {expected} and not {found} for n = {n}, {at}"
    return None


@pytest.mark.parametrize("seed", range(4))
def test_normal_forms_keep_the_value(seed: int) -> None:
    rnd = random.Random(seed)
    for _ in range(_EACH):
        assert _wrong(_expression(rnd, ["i", "k"], 3), rnd) is None


def test_the_guard_notices_a_wrong_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums of the values of an index that count one too many."""
    original = counting._power_sum

    def buggy(ring: Ring, size: Polynomial, exponent: int) -> Polynomial:
        return original(ring, plus(size, constant(1)), exponent)

    monkeypatch.setattr(counting, "_power_sum", buggy)
    rnd = random.Random(0)
    assert any(_wrong(_expression(rnd, ["i", "k"], 3), rnd) for _ in range(_EACH))
