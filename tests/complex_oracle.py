"""Random claims about complex numbers, and their truth by mpmath, which shares nothing with us.

Many are textbook identities that fail on a branch cut or beyond it. A claim is a pair of texts and
of functions of a point; points lie all over the plane and exactly on the axes, where the cuts are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import mpmath
from adhoc import adhoc

from derivcheck.lang.equation import Equation

DIGITS = 40
_BESIDE, _JUMP = mpmath.mpf(10) ** -30, mpmath.mpf(10) ** -9
Point = Mapping[str, Any]


@dataclass(frozen=True)
class Term:
    """An expression as text, and its value at a point."""

    text: str
    value: Callable[[Point], Any]


@dataclass(frozen=True)
class ComplexClaim:
    """``left == right`` for the symbols of ``domains``, under ``assume`` (several by ``;``)."""

    left: Term
    right: Term
    domains: tuple[tuple[str, str], ...]
    assume: str = ""

    @property
    def equation(self) -> Equation:
        """The claim as derivcheck reads it."""
        return self._read(dict(self.domains), "")

    @property
    def of_entries(self) -> Equation:
        """The same claim, of the entries of columns."""
        symbols = {name: {"shape": ["n"], "domain": domain} for name, domain in self.domains}
        # zeros give numbers the shape of the symbols
        return self._read(symbols, "".join(f" + 0*{name}" for name in symbols))

    def _read(self, symbols: dict[str, Any], zeros: str) -> Equation:
        options: dict[str, Any] = {"assume": self.assume.split("; ")} if self.assume else {}
        if all(domain != "complex" for _, domain in self.domains):
            options["values"] = "complex"
        left, right = (side.text + zeros for side in (self.left, self.right))
        return adhoc(left, right, claim="equals", symbols=symbols, **options)[0]


def _arccot(u: Any) -> Any:
    return mpmath.atan(1 / u)


_UNARY: dict[str, Callable[[Any], Any]] = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "sqrt": mpmath.sqrt,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "sinh": mpmath.sinh,
    "tanh": mpmath.tanh,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "asinh": mpmath.asinh,
    "acosh": mpmath.acosh,
    "atanh": mpmath.atanh,
    "acot": _arccot,
    "conj": mpmath.conj,
    "re": mpmath.re,
    "im": mpmath.im,
    "arg": mpmath.arg,
    "abs": abs,
}


def call(name: str, u: Term) -> Term:
    """A function of the language at a term."""
    function = _UNARY[name]
    return Term(f"{name}({u.text})", lambda p: function(u.value(p)))


def number(text: str) -> Term:
    """A constant."""
    known = {"I": mpmath.mpc(0, 1), "pi": None, "e": None}
    if text == "pi":
        return Term(text, lambda p: +mpmath.pi)
    if text in known:
        return Term(text, lambda p: known[text])
    fraction = Fraction(text)
    return Term(
        f"({text})", lambda p: mpmath.mpf(fraction.numerator) / mpmath.mpf(fraction.denominator)
    )


def symbol(name: str) -> Term:
    """A variable."""
    return Term(name, lambda p: p[name])


def plus(a: Term, b: Term) -> Term:
    """Sum."""
    return Term(f"({a.text} + {b.text})", lambda p: a.value(p) + b.value(p))


def minus(a: Term, b: Term) -> Term:
    """Difference."""
    return Term(f"({a.text} - {b.text})", lambda p: a.value(p) - b.value(p))


def times(a: Term, b: Term) -> Term:
    """Product."""
    return Term(f"{a.text}*{b.text}", lambda p: a.value(p) * b.value(p))


def over(a: Term, b: Term) -> Term:
    """Quotient."""
    return Term(f"{a.text}/({b.text})", lambda p: a.value(p) / b.value(p))


def power(a: Term, text: str) -> Term:
    """A rational power."""
    exponent = Fraction(text)
    if exponent.denominator == 1:
        return Term(f"({a.text})**{exponent.numerator}", lambda p: a.value(p) ** int(exponent))
    return Term(
        f"({a.text})**({text})",
        lambda p: mpmath.power(a.value(p), mpmath.mpf(exponent.numerator) / exponent.denominator),
    )


def _inner(random: Random, names: list[str]) -> Term:
    """A small expression, often one that is real somewhere or everywhere."""
    u = symbol(random.choice(names))
    shapes: list[Callable[[], Term]] = [
        lambda: u,
        lambda: u,
        lambda: minus(number("0"), u),
        lambda: power(u, "2"),
        lambda: times(number("I"), u),
        lambda: plus(u, number(random.choice(("1", "-1", "2")))),
        lambda: minus(number("1"), power(u, "2")),
        lambda: times(u, symbol(random.choice(names))),
        lambda: over(number("1"), u),
        lambda: call("exp", times(number("I"), u)),
        lambda: call("conj", u),
        lambda: plus(number("1"), times(number("I"), u)),
        lambda: call("exp", u),
        lambda: call("sqrt", u),
        lambda: call("abs", u),
        lambda: call("re", u),
        lambda: call("re", times(u, symbol(random.choice(names)))),
        lambda: plus(number("1"), call("re", power(u, "2"))),
    ]
    return random.choice(shapes)()


def _product(random: Random, u: Term, v: Term) -> tuple[Term, Term]:
    """A logarithm or root of a product or quotient of linear factors, and of each factor."""
    linear = [
        lambda w: w,
        lambda w: minus(number("0"), w),
        lambda w: plus(number("1"), w),
        lambda w: minus(number("1"), w),
        lambda w: minus(w, number("1")),
        lambda w: minus(number("-1"), w),
        lambda w: plus(number("2"), times(number("3"), w)),
        lambda w: minus(number(random.choice(("0", "4", "-1/2"))), times(number("2"), w)),
        lambda w: plus(w, times(number("2"), v)),
        lambda w: minus(w, v),
    ]
    first, second = (random.choice(linear)(w) for w in (u, random.choice((u, u, v))))
    name = random.choice(("log", "log", "1/2", "1/3", "-1/2"))
    divides = random.random() < 0.4
    whole = over(first, second) if divides else times(first, second)
    if name == "log":
        joined = (minus if divides else plus)(call("log", first), call("log", second))
        return call("log", whole), joined
    one, other = power(first, name), power(second, name)
    return power(whole, name), over(one, other) if divides else times(one, other)


_INVERSES = (
    ("sin", "asin"), ("cos", "acos"), ("tan", "atan"), ("sinh", "asinh"), ("tanh", "atanh"),
    ("exp", "log"),
)  # fmt: skip


def _identity(random: Random, u: Term, v: Term) -> tuple[Term, Term]:
    """Two sides that a textbook of real analysis calls equal, or nearly."""
    name = random.choice(("exp", "log", "sqrt", "sin", "asin", "acos", "atan", "acosh", "tanh"))
    direct, inverse = random.choice(_INVERSES)
    half = number("1/2")
    rows: list[Callable[[], tuple[Term, Term]]] = [
        lambda: (call("log", times(u, v)), plus(call("log", u), call("log", v))),
        lambda: (call("sqrt", times(u, v)), times(call("sqrt", u), call("sqrt", v))),
        lambda: (call("conj", call(name, u)), call(name, call("conj", u))),
        lambda: (call(direct, call(inverse, u)), u),
        lambda: (call(inverse, call(direct, u)), u),
        lambda: (call("abs", times(u, v)), times(call("abs", u), call("abs", v))),
        lambda: (call("arg", times(u, v)), plus(call("arg", u), call("arg", v))),
        lambda: (call("arg", call("conj", u)), minus(number("0"), call("arg", u))),
        lambda: (call("log", over(number("1"), u)), minus(number("0"), call("log", u))),
        lambda: (over(number("1"), call("sqrt", u)), call("sqrt", over(number("1"), u))),
        lambda: (call("sqrt", power(u, "2")), u),
        lambda: (call("sqrt", power(u, "3")), times(u, call("sqrt", u))),
        lambda: (call("log", power(u, "3")), times(number("3"), call("log", u))),
        lambda: (call("conj", call("sqrt", u)), call("sqrt", u)),
        lambda: (call("im", call(random.choice(("sqrt", "log", "abs")), u)), number("0")),
        lambda: (call("re", call("exp", u)), call("abs", call("re", call("exp", u)))),
        lambda: (call("abs", u), u),
        lambda: (power(power(u, "1/3"), "3"), u),
        lambda: (power(power(u, "2"), "1/4"), call("sqrt", u)),
        lambda: (power(u, "3/2"), times(u, call("sqrt", u))),
        lambda: (call("log", power(u, "2")), times(number("2"), call("log", u))),
        lambda: (call("log", call("sqrt", u)), times(half, call("log", u))),
        lambda: (
            call("log", u),
            plus(call("log", call("abs", u)), times(number("I"), call("arg", u))),
        ),
        lambda: (call("re", call("log", u)), call("log", call("abs", u))),
        lambda: (call("im", call("log", u)), call("arg", u)),
        lambda: (plus(call("atan", u), call("acot", u)), times(half, number("pi"))),
        lambda: (plus(call("asin", u), call("acos", u)), times(half, number("pi"))),
        lambda: (
            call("acosh", u),
            call("log", plus(u, call("sqrt", minus(power(u, "2"), number("1"))))),
        ),
        lambda: (
            call("acosh", u),
            call("log", plus(u, times(call("sqrt", minus(u, number("1"))),
                                      call("sqrt", plus(u, number("1")))))),
        ),
        lambda: (
            call("asinh", u),
            call("log", plus(u, call("sqrt", plus(power(u, "2"), number("1"))))),
        ),
        lambda: (
            times(number("2"), times(number("I"), call("atan", u))),
            call("log", over(plus(number("1"), times(number("I"), u)),
                             minus(number("1"), times(number("I"), u)))),
        ),
        lambda: (
            times(number("2"), call("atanh", u)),
            minus(call("log", plus(number("1"), u)), call("log", minus(number("1"), u))),
        ),
        lambda: (call("asinh", times(number("I"), u)), times(number("I"), call("asin", u))),
        lambda: (call("acosh", u), times(number("I"), call("acos", u))),
        lambda: (times(call("exp", u), call("exp", v)), call("exp", plus(u, v))),
        lambda: (
            power(call("abs", u), "2"),
            plus(power(call("re", u), "2"), power(call("im", u), "2")),
        ),
        lambda: (call("log", minus(number("0"), u)),
                 plus(call("log", u), times(number("I"), number("pi")))),
        lambda: (call("sqrt", minus(number("0"), u)), times(number("I"), call("sqrt", u))),
        lambda: (times(call("sqrt", minus(number("1"), u)), call("sqrt", plus(number("1"), u))),
                 call("sqrt", minus(number("1"), power(u, "2")))),
        *(lambda: _product(random, u, v),) * 6,
    ]  # fmt: skip
    return random.choice(rows)()


_DOMAINS = ("complex", "complex", "complex", "real", "negative", "positive", "(-1, 1)", "(1, oo)")
_ASSUME = ("", "", "re(z) > 0", "re(z) >= 0", "im(z) > 0", "im(z) < 0")


def random_claim(seed: int) -> ComplexClaim:
    """The claim of a seed."""
    random = Random(seed)
    first = random.choice(_DOMAINS)
    domains = [("z", first)]
    if random.random() < 0.4:
        domains.append(("w", random.choice(_DOMAINS)))
    names = [name for name, _ in domains]
    left, right = _identity(random, _inner(random, names), _inner(random, names))
    used = [d for d in domains if d[0] in left.text + right.text]
    assume = random.choice(_ASSUME) if ("z", "complex") in used else ""
    if assume and ("w", "complex") in used:
        assume += random.choice(("", "; re(w) > 0"))
    return ComplexClaim(left, right, tuple(used) or (("z", first),), assume)


_REALS = tuple(
    Fraction(text)
    for text in (
        "-3",
        "-2",
        "-3/2",
        "-1",
        "-1/2",
        "-1/5",
        "1/4",
        "1/2",
        "4/5",
        "1",
        "3/2",
        "2",
        "7",
    )
)


def _values(domain: str, random: Random) -> Any:
    if domain == "complex":
        turn = random.random()
        parts = [mpmath.mpf(random.choice(_REALS).numerator) / random.choice((1, 2, 3)), 0]
        other = mpmath.mpf(random.randint(-40, 40)) / 13
        if turn < 0.25:
            return mpmath.mpc(parts[0], 0)
        if turn < 0.4:
            return mpmath.mpc(0, parts[0])
        return mpmath.mpc(parts[0], other)
    allowed = {
        "real": lambda v: True,
        "negative": lambda v: v < 0,
        "positive": lambda v: v > 0,
        "(-1, 1)": lambda v: -1 < v < 1,
        "(1, oo)": lambda v: v > 1,
    }[domain]
    value = random.choice([v for v in _REALS if allowed(v)])
    return mpmath.mpf(value.numerator) / mpmath.mpf(value.denominator)


_HOLDS: dict[str, Callable[[Any], bool]] = {
    ">": lambda value: value > 0,
    ">=": lambda value: value >= 0,
    "<": lambda value: value < 0,
}


def _meets(assume: str, point: Point) -> bool:
    """Whether a point meets conditions such as ``re(z) > 0``."""
    for condition in filter(None, assume.split("; ")):
        head, operator, _ = condition.split(" ")
        value = mpmath.mpmathify(point[head[3]])
        if not _HOLDS[operator](value.real if head.startswith("re") else value.imag):
            return False
    return True


def compared(claim: ComplexClaim, point: Point, digits: int = DIGITS) -> bool | None:
    """Whether both sides are certainly different at a point; None where one has no value.

    What large values leave of a small one may take more digits.
    """
    with mpmath.workdps(digits):
        try:
            left, right = claim.left.value(point), claim.right.value(point)
        except (ZeroDivisionError, ValueError, NotImplementedError, mpmath.libmp.NoConvergence):
            return None
        if not (mpmath.isfinite(left) and mpmath.isfinite(right)):
            return None
        return bool(abs(left - right) > mpmath.mpf(10) ** -20 * (1 + abs(left) + abs(right)))


def compared_at(claim: ComplexClaim, told: tuple[tuple[str, str], ...]) -> bool | None:
    """The same at a point as derivcheck tells it; None beside a cut, too.

    ``exp(I*pi)`` is -1, which lies on a cut; the digits of pi that one has put it beside it.
    """
    point = read_point(told)
    found = compared(claim, point)
    with mpmath.workdps(DIGITS):
        for name, text in told:
            for shift in (_BESIDE, -_BESIDE) if "pi" in text and found is not None else ():
                moved = {**point, name: point[name] + shift}
                for side in (claim.left, claim.right):
                    gap = abs(side.value(moved) - side.value(point))
                    if gap > _JUMP * (1 + abs(side.value(point))):
                        return None
    return found


def differs(claim: ComplexClaim, point: Point) -> bool:
    """Whether both sides are defined at a point, and are certainly different there."""
    return compared(claim, point) is True


def counterexample(claim: ComplexClaim, seed: int, tries: int = 60) -> Point | None:
    """A point of the domain at which the sides differ; None where none is found."""
    random = Random(seed + 1)
    with mpmath.workdps(DIGITS):
        for _ in range(tries):
            point = {name: _values(domain, random) for name, domain in claim.domains}
            if _meets(claim.assume, point) and differs(claim, point):
                return point
    return None


def read_point(told: tuple[tuple[str, str], ...]) -> Point:
    """The point of a counterexample as derivcheck tells it."""
    with mpmath.workdps(DIGITS):
        return {name: _number(text) for name, text in told}


def _number(text: str) -> Any:
    """``-7/3 + 2*I`` or ``-pi/2`` as a number of mpmath."""
    if "pi" in text:
        from special_oracle import term

        return term(text).value({})
    real, sign, imaginary = (*text.split(" "), "", "")[:3]
    parts = [Fraction(real)]
    if sign:
        parts.append(Fraction(imaginary.removesuffix("*I")) * (1 if sign == "+" else -1))
    found = [mpmath.mpf(p.numerator) / p.denominator for p in parts]
    return mpmath.mpc(*found) if sign else found[0]
