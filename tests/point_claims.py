"""Random claims aimed at single points, and their truth there by mpmath at 50 digits.

Poles and denominators of normal forms, switches, narrow pieces, assumed equations, numbers of
parameters, whole numbers: each claim holds almost everywhere, or nearly so, and often fails at one
point. Shares no code with any judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise, product
from random import Random
from typing import Any

import mpmath
from adhoc import adhoc

from derivcheck.lang import nodes as n
from derivcheck.lang.equation import Domain, Equation

DIGITS = 60
_ZERO = mpmath.mpf(10) ** -45
_STEP = mpmath.mpf(10) ** -18
_APART = mpmath.mpf(10) ** -9


class Nowhere(Exception):
    """No real value there."""


# -- the claims -------------------------------------------------------------------------------

_PLACES = (
    "0",
    "1",
    "-1",
    "2",
    "1/2",
    "-3",
    "pi",
    "sqrt(2)",
    "e",
    "y",
    "2*y",
    "-y",
    "y**2",
    "1 - y",
)
_WHOLE = ("0", "1", "-1", "2", "3")
_FUNCTIONS = (
    *("gamma({})", "1/gamma({})", "digamma({})", "polygamma(1, {})", "loggamma({})"),
    *("exp(lambertw({}))", "lambertw({})", "zeta({})", "Ei({})", "expint(2, {})", "log({})"),
    *("uppergamma(2, {})", "uppergamma(1/2, {})", "besselj(1, {})", "besseli(2, {})", "erf({})"),
    *("besselk(1, {})", "bessely(0, {})", "sqrt({})", "cbrt({})", "atan({})", "asin({})"),
    *("acot({})", "acosh({})", "sin({})/({})", "tan({})", "abs({})", "exp({})", "Si({})", "li({})"),
    *("ellipk({})", "ellipe({})", "polylog(2, {})", "Ci({})", "erfinv({})", "asec({})", "coth({})"),
    *("({0})*log({0})", "({0})**2*sin(1/({0}))", "beta({0}, 2)", "({})**(1/3)", "({0})**({0})"),
    *("beta({0}, 1 - ({0}))", "gamma({0})*gamma(1 - ({0}))", "tanh({})", "log(({})**2)"),
)
_RECURRENCES = (
    ("gamma({0} + 1)", "({0})*gamma({0})"),
    ("gamma({0} + 2)", "({0} + 1)*({0})*gamma({0})"),
    ("gamma({0})", "gamma({0} + 1)/({0})"),
    ("digamma({0} + 1)", "digamma({0}) + 1/({0})"),
    ("polygamma(1, {0} + 1)", "polygamma(1, {0}) - 1/({0})**2"),
    ("exp(lambertw({0}))", "({0})/lambertw({0})"),
    ("lambertw({0})*exp(lambertw({0}))", "{0}"),
    ("expint(3, {0})", "(exp(-({0})) - ({0})*expint(2, {0}))/2"),
    ("uppergamma(3, {0})", "2*uppergamma(2, {0}) + ({0})**2*exp(-({0}))"),
    ("besselj(2, {0})", "2*besselj(1, {0})/({0}) - besselj(0, {0})"),
    ("besselj(0, {0})", "2*besselj(1, {0})/({0}) - besselj(2, {0})"),
    ("besseli(0, {0}) - besseli(2, {0})", "2*besseli(1, {0})/({0})"),
    ("gamma({0})*gamma(1 - ({0}))", "pi/sin(pi*({0}))"),
    ("beta({0}, 2)", "1/(({0})*({0} + 1))"),
    ("loggamma({0} + 1)", "loggamma({0}) + log({0})"),
    ("gamma(2*({0}))*sqrt(pi)", "2**(2*({0}) - 1)*gamma({0})*gamma({0} + 1/2)"),
    ("log(({0})**2)", "2*log(abs({0}))"),
    ("sqrt(({0})**2)", "abs({0})"),
    ("cbrt({0})**3", "{0}"),
    ("tan({0})", "sin({0})/cos({0})"),
    ("sin({0})/({0})*({0})", "sin({0})"),
    ("abs({0})/({0})", "sign({0})"),
    ("acot({0})", "atan(1/({0}))"),
    ("atan({0}) + atan(1/({0}))", "pi/2*sign({0})"),
    ("({0})**2/({0})", "{0}"),
    ("tanh({0})", "1/coth({0})"),
    ("li(exp({0}))", "Ei({0})"),
    ("erf({0}) + erfc({0})", "1"),
    ("polylog(1, {0})", "-log(1 - ({0}))"),
)
_OPERATORS = ("==", "==", "==", "!=", ">", ">=", "<", "<=")
_NUMBERS = ("0", "1", "-1", "2", "1/2", "pi", "1/12", "5")


def random_claim(seed: int) -> Equation:
    """A claim of one of the kinds, reproducible."""
    random = Random(seed)
    make = random.choice((_switched, _switched, _signed, _assumed, _parameters, _pieces, _whole))
    while True:
        found = make(random)
        if found is not None:
            return found


def random_root_claim(seed: int) -> Equation:
    """Such a claim aimed at roots of polynomials, multiples of pi and logarithms."""
    random = Random(seed)
    while True:
        found = _rooted(random)
        if found is not None:
            return found


def _built(
    left: str, right: str, symbols: dict[str, Any], kind: str = "equals", assume: Any = ()
) -> Equation | None:
    options = {"wrt": "x"} if kind == "derivative" else {}
    try:
        (found,) = adhoc(left, right, symbols=symbols, claim=kind, assume=list(assume), **options)
    except Exception:  # a template that makes no sense, such as a constant without x
        return None
    return found


def _inside(random: Random) -> tuple[str, str]:
    """An argument that is a number at some place, and the place."""
    place = random.choice(_PLACES)
    shift = random.choice((0, 0, 1, 1, 2, -1, Fraction(1, 2)))
    scale = random.choice(("", "", "", "2*", "-"))
    return f"({scale}(x - ({place})) + {shift})", place


def _domains(random: Random, text: str) -> dict[str, Any]:
    kinds = ("real", "real", "real", "nonnegative", "[-2, 4]", "nonzero", "positive")
    found: dict[str, Any] = {"x": random.choice(kinds)}
    if "y" in text.replace("bessely", "").replace("polygamma", "").replace("polylog", ""):
        found["y"] = random.choice(kinds)
    return found


def _sides(random: Random, argument: str) -> tuple[str, str]:
    if random.random() < 0.5:
        one, other = random.choice(_RECURRENCES)
        one, other = one.format(argument), other.format(argument)
        return (one, other) if random.random() < 0.5 else (other, one)
    text = random.choice(_FUNCTIONS)
    text = text.format(*[argument] * text.count("{"))
    return text, text


def _switched(random: Random) -> Equation | None:
    """``where(x == c, v, f(x)) == f(x)``."""
    argument, place = _inside(random)
    left, right = _sides(random, argument)
    operator, value = random.choice(_OPERATORS), random.choice(_NUMBERS)
    condition = f"x {operator} {place}"
    branches = [value, left] if operator in ("==", "<", ">") else [left, value]
    if operator in (">", ">=", "<", "<="):
        branches = [random.choice((left, right)), left]
    left = f"where({condition}, {branches[0]}, {branches[1]})"
    if random.random() < 0.3:
        factor = random.choice((f"(x - ({place}))", "x", "exp(x)", "cos(x)", "gamma(x)", "(x - 1)"))
        left, right = f"{factor}*{left}", f"{factor}*{right}"
    if random.random() < 0.2:
        left, right = right, left
    return _built(left, right, _domains(random, left + right))


def _signed(random: Random) -> Equation | None:
    """Signs, absolute values and maxima at their zeros; derivatives with a wrong value there."""
    argument, place = _inside(random)
    left, right = _sides(random, argument)
    gap = f"(x - ({place}))"
    factor = random.choice(
        (
            f"sign({gap})**2",
            f"abs({gap})/abs({gap})",
            f"(1 + sign(abs({gap})))/2",
            f"sign(({gap})**2)",
        )
    )
    kind = random.choice(("equals", "equals", "derivative"))
    if kind == "equals":
        return _built(f"{factor}*{left}", right, _domains(random, left + right + gap))
    power = random.choice((2, 3))
    body = random.choice((f"{gap}**{power}", f"abs({gap})*{gap}", f"sin({gap})", f"{gap}*exp(x)"))
    slope = {
        f"{gap}**{power}": f"{power}*{gap}**{power - 1}",
        f"abs({gap})*{gap}": f"2*abs({gap})",
        f"sin({gap})": f"cos({gap})",
        f"{gap}*exp(x)": f"exp(x)*(1 + {gap})",
    }[body]
    value = random.choice((*_NUMBERS, slope))
    operator = random.choice(("==", "!="))
    branches = (value, slope) if operator == "==" else (slope, value)
    claim = f"where(x {operator} {place}, {branches[0]}, {branches[1]})"
    return _built(body, claim, _domains(random, body), "derivative")


_GAPS = (
    *("x**3 - x - 1", "x**3 - 2", "x**5 - x - 1", "x**4 - 2*x - 1", "x**3 - 3*x + 1", "x**2 - 2"),
    *("(x**2 - 3)*(x**3 - 2)", "x**5 - 2*x**3 - 2*x**2 + 4", "x**6 - 4*x**3 + 4", "x**2 - x - 1"),
    *("2*x**3 - x**2 + 4*x - 2", "(x - 1)*(x**3 + x - 1)", "(x**3 - x - 1)**2", "x**3 - y*x - 1"),
    *("x**3 + x - y", "x**2 - y", "sin(x)", "cos(x)", "sin(2*x) - 1", "2*cos(x) + 1", "tan(x) - 1"),
    *("exp(x) - 2", "log(x) - 1", "sin(x)**3 + sin(x) - 1", "exp(x)**2 - exp(x) - 1", "4*x**2 - 1"),
    *(
        "cos(x) - y",
        "atan(x) - 1",
        "x**4 - 4*x**2 + 1",
        "sqrt(x) - 2",
        "tanh(x) - 1/2",
        "cbrt(x) - 2",
    ),
)


def _rooted(random: Random) -> Equation | None:
    """A value of its own, or a wrong slope, where a polynomial or another function is zero."""
    gap = f"({random.choice(_GAPS)})"
    shift = random.choice((0, 0, 1, 1, 2, -1, Fraction(1, 2)))
    argument = f"({random.choice(('', '', '2*', '-'))}{gap} + {shift})"
    left, right = _sides(random, argument if random.random() < 0.7 else "x")
    value = random.choice((*_NUMBERS, left, right, gap, "x"))
    operator = random.choice(("==", "==", "!=", ">", ">=", "<", "<="))
    switch = random.choice(
        (
            f"where({gap} {operator} 0, {{0}}, {{1}})",
            f"where(abs({gap}) > 0, {{1}}, {{0}})",
            f"where({gap} <= 0 and {gap} >= 0, {{0}}, {{1}})",
            f"({{0}})*(1 - sign({gap})**2) + ({{1}})*abs(sign({gap}))",
            f"where({gap} > 0, {{1}}, where({gap} < 0, {{1}}, {{0}}))",
        )
    )
    if random.random() < 0.5:
        if operator == "!=":
            value, left = left, value
        elif operator != "==":
            value = random.choice((left, right))
        symbols = _domains(random, left + right + gap)
        return _built(switch.format(value, left), right, symbols)
    body, slope = random.choice(
        (
            (f"abs({gap})*{gap}", f"2*abs({gap})*diff({gap}, x)"),
            (f"max({gap}, 0)**2", f"2*max({gap}, 0)*diff({gap}, x)"),
            (f"abs({gap})", f"sign({gap})*diff({gap}, x)"),
            (f"sqrt({gap}**4)", f"2*{gap}*diff({gap}, x)"),
            (f"x**2 + min({gap}, 0)**3", f"2*x + 3*min({gap}, 0)**2*diff({gap}, x)"),
            (f"where({gap} > 0, sin({gap}), {gap})",
             f"where({gap} > 0, cos({gap}), 1)*diff({gap}, x)"),
            (f"where({gap} == 0, 1, sin({gap})/{gap})",
             f"(cos({gap})/{gap} - sin({gap})/{gap}**2)*diff({gap}, x)"),
            (f"acos(1 - {gap}**4)", f"4*{gap}*diff({gap}, x)/sqrt(2 - {gap}**4)"),
            ("exp(x)", "exp(x)"),
        )
    )  # fmt: skip
    other = random.choice((*_NUMBERS, slope, "2*x", "exp(x)"))
    operator = "=="
    return _built(body, switch.format(other, slope), _domains(random, gap), "derivative")


_FACTORS = ("x", "y", "x - 1", "y + 1", "x - y", "x + y", "x**2 - 1", "x - pi", "y - 2")


def _assumed(random: Random) -> Equation | None:
    """Claims that hold modulo an assumed equation, but for infinite functions."""
    one, other = random.sample(_FACTORS, 2)
    text = random.choice(_FUNCTIONS)
    argument = f"({one} + {random.choice((0, 1, 1, 2))})"
    text = text.format(*[argument] * text.count("{"))
    left = f"({other})*{text}"
    if random.random() < 0.3:
        left = f"({one})*{left}"
    right = random.choice(("0", "0", f"({other})", f"({other})*(1 + ({one}))"))
    condition = random.choice((f"({one})*({other}) == 0",) * 3 + (f"{one} == 0", f"{other} == 0"))
    symbols = {"x": "real", "y": random.choice(("real", "real", "nonnegative"))}
    return _built(left, right, symbols, "equals", (condition,))


_RADICANDS = (
    *("y**2*(y - 3)", "(y - 1)**2*(y - 4)", "(y + 2)**2*(y - 1)*(y + 3)", "y**2*(y**2 - 2)"),
    *("(x*y)**2*(y - 2)", "y**2*(y - 1) + 0*x", "x**2*(x - 2)*(1 + y**2)", "(y - pi)**2*(y - 4)"),
    *("x**2*y**2*(x + y - 5)", "-(y**2)*(y + 1)", "(x - y)**2*(y - 2)", "y**4*(y - 1)**3"),
)


def _parameters(random: Random) -> Equation | None:
    """Roots that are real for single numbers of a parameter, and beyond an edge."""
    radicand = random.choice(_RADICANDS)
    root = random.choice(("sqrt({})", "({})**(3/2)", "acosh(1 + {})", "sqrt({})*exp(y)"))
    root = root.format(f"({radicand})" if root.startswith("(") else radicand)
    threshold = random.choice(("1/2", "-1", "2", "0", "sqrt(2)"))
    if random.random() < 0.5 and "x" not in radicand:
        outer = random.choice(("x", "x**2", "sin(x)"))
        slope = {"x": "1", "x**2": "2*x", "sin(x)": "cos(x)"}[outer]
        extra = random.choice(
            (f"(1 - sign(y - {threshold}))/2", f"where(y > {threshold}, 0, 4)", "0", "1")
        )
        return _built(
            f"{outer}*{root}", f"{slope}*{root} + {extra}", {"x": "real", "y": "real"}, "derivative"
        )
    variable = random.choice("xy") if "x" in radicand else "y"
    extra = random.choice(
        (
            f"abs({variable} - {threshold})",
            f"where({variable} > {threshold}, 0, 1)",
            f"abs({variable})",
        )
    )
    other = {"a": f"({variable} - {threshold})", "w": "0"}[extra[0]]
    if extra == f"abs({variable})":
        other = variable
    return _built(f"{root} + {extra}", f"{root} + {other}", {"x": "real", "y": "real"})


def _pieces(random: Random) -> Equation | None:
    """Claims that are wrong in a narrow piece of the domain only."""
    scale = random.choice((10, 50, 100, 1000, 10**6))
    start = random.randint(-5 * scale, -scale)
    width = random.choice((1, 1, 2, 7))
    low, high = f"({scale}*x - {start})", f"({start + width} - {scale}*x)"
    end = random.choice(("1 - x", "2 - x", "(3 - x)*(5 - x)", "1/(1 - x)"))
    inside = f"{low}*{high}*({end})"
    wall = random.choice(("log({})", "sqrt({})", "acosh(1 + {})", "({})**(1/4)")).format(inside)
    left, right = random.choice(
        (
            ("abs(x)", random.choice(("x", "-x"))),
            ("sqrt(x**2)", "x"),
            ("atan(x) + atan(1/x)", random.choice(("pi/2", "-pi/2"))),
            ("sign(x)", "1"),
            ("max(x, -x)", "x"),
            ("where(x > -1/2, x, 0)", "x"),
            ("log(x**2)/2", "log(abs(x))"),
            ("asin(sin(x))", "x"),
        )
    )
    return _built(
        f"{left} + {wall}", f"{right} + {wall}", {"x": random.choice(("real", "(-9, 9)"))}
    )


def _whole(random: Random) -> Equation | None:
    """Integers: trigonometric functions of multiples of pi beside poles."""
    shift = random.choice(("n", "n + 1", "1 - n", "2*n", "n - 1", "-n"))
    text = random.choice(_FUNCTIONS[:20]).format(shift, shift)
    turn = random.choice(("sin(pi*n)", "cos(2*pi*n)", "(-1)**n", "cos(pi*n)", "1", "sin(pi*n)**2"))
    other = {"sin(pi*n)": "0", "cos(2*pi*n)": "1", "cos(pi*n)": "(-1)**n", "sin(pi*n)**2": "0"}
    left, right = f"{turn}*{text}", f"{other.get(turn, turn)}*{text}"
    value, place = random.choice(_NUMBERS), random.choice(_WHOLE)
    form = random.choice((0, 1, 2, 3))
    if form == 0:
        left = f"where(n == {place}, {value}, {left})"
    elif form == 1:
        left = f"where(n > {place}, {left}, {value})"
        right = f"where(n > {place}, {right}, {value} + sin(pi*n)*{text})"
    elif form == 2:
        left = f"sign(n - {place})**2*{left}"
    else:
        one, two = random.choice(_RECURRENCES)
        left, right = one.format(shift), two.format(shift)
    domain = random.choice(("integer", "integer", "natural", {"domain": "integer", "not": 0}))
    return _built(left, right, {"n": domain})


# -- the truth --------------------------------------------------------------------------------


def _special() -> tuple[Any, ...]:
    m = mpmath
    plain = [m.mpf(k) / 2 for k in range(-8, 13)] + [m.mpf(1) / 3, m.mpf(-7) / 5]
    return (
        *plain,
        m.pi + 0,
        m.sqrt(2),
        -m.sqrt(2),
        m.e + 0,
        m.mpf(1) / 12,
        m.mpf("1.1"),
        m.mpf(23),
    )


def counterexample(claim: Equation) -> dict[str, Any] | None:
    """A point of the domain at which both sides are defined and differ; None where none is seen."""
    with mpmath.workdps(DIGITS):
        for point in _points(claim):
            try:
                if not all(_truth(a, point) for a in claim.context.assume):
                    continue
                left, right = value(claim.left, point), value(claim.right, point)
            except Nowhere:
                continue
            if abs(left - right) > _APART * (1 + abs(left) + abs(right)):
                return point
    return None


def differs_at(claim: Equation, point: dict[str, str]) -> bool | None:
    """Whether the sides differ at a point that is told as text; None where that is not known."""
    with mpmath.workdps(DIGITS):
        try:
            # one may be told by the other: y = x**2
            told = {name: text for name, text in point.items() if not re.search(r"\b[xy]\b", text)}
            here = {name: _number(text, {}) for name, text in told.items()}
            here = {name: _number(text, here) for name, text in point.items()}
            left, right = value(claim.left, here), value(claim.right, here)
        except Nowhere:
            return None
        gap = abs(left - right) / (1 + abs(left) + abs(right))
        # 1 beside exp(100)*sqrt(...) is seen by balls, and hardly by so many digits
        return None if 1e-50 < gap <= 1e-30 else bool(gap > 1e-30)


def _number(text: str, others: dict[str, Any]) -> Any:
    """The value of a constant as it is told, ``root(t**3 - t - 1, 1.32)`` by Newton's method."""
    while (found := re.search(r"root\(([^,()]*), ([-+.e\d]+)\)", text)) is not None:
        (equation,) = adhoc(found[1], "0", symbols={"t": "real"}, claim="equals")
        root = mpmath.findroot(lambda t, e=equation: value(e.left, {"t": t}), float(found[2]))
        text = text.replace(found[0], f"({mpmath.nstr(root, DIGITS, min_fixed=-99)})")
    (equation,) = adhoc(
        text, "0", symbols=dict.fromkeys(others or {"x": 0}, "real"), claim="equals"
    )
    return value(equation.left, others)


def _points(claim: Equation) -> Iterator[dict[str, Any]]:
    symbols = [s for s in claim.context.symbols if not s.shape]
    used = {
        node.name
        for side in (claim.left, claim.right)
        for node in n.walk(side)
        if isinstance(node, n.Sym)
    }
    used |= {
        node.name for a in claim.context.assume for node in n.walk(a) if isinstance(node, n.Sym)
    }
    symbols = [s for s in symbols if s.name in used]
    inner = [*_narrow(claim)]
    lists = [
        [
            v
            for v in ((*_special(), *inner) if s.name == "x" else _special())
            if _allowed(v, s.domain)
        ]
        for s in symbols
    ]
    if len(symbols) == 2:  # the places that claims are aimed at
        other = next(s for s in symbols if s.name != "x")
        for y in _special():
            for x in (y, 2 * y, -y, y * y, 1 - y, 5 - y):
                point = {"x": x, other.name: y}
                if all(_allowed(point[s.name], s.domain) for s in symbols):
                    yield point
    for values in product(*lists):
        yield dict(zip([s.name for s in symbols], values, strict=True))


def _narrow(claim: Equation) -> Iterator[Any]:
    """Middles between the zeros of linear factors ``a*x + b``."""
    zeros = []
    for side in (claim.left, claim.right):
        for node in n.walk(side):
            if isinstance(node, n.Add) and {s.name for s in n.symbols_in(node)} == {"x"}:
                try:
                    at = [value(node, {"x": mpmath.mpf(k)}) for k in range(3)]
                except Nowhere:
                    continue
                if at[1] != at[0] and abs(at[2] - 2 * at[1] + at[0]) < _ZERO:
                    zeros.append(-at[0] / (at[1] - at[0]))
    zeros = sorted(set(zeros))
    for low, high in pairwise(zeros):
        yield from ((low + high) / 2, low, high)
    yield from _sought(claim)


def _sought(claim: Equation) -> Iterator[Any]:
    """Where functions of x alone change their sign."""
    grid = [mpmath.mpf(k) / 7 for k in range(-30, 31)]
    sides = dict.fromkeys(node for side in (claim.left, claim.right) for node in n.walk(side))
    gaps = [n.subtract(node.left, node.right) for node in sides if isinstance(node, n.Compare)]
    for node in dict.fromkeys((*sides, *gaps)):
        if isinstance(node, n.Add) and n.symbols_in(node) == (n.Sym("x", shape=()),):
            yield from _sign_changes(node, grid)


def _sign_changes(node: n.Node, grid: list[Any]) -> Iterator[Any]:
    def known(x: Any) -> Any:
        try:
            return value(node, {"x": x})
        except (Nowhere, KeyError):
            return None

    for low, high in pairwise(grid):
        one, other = known(low), known(high)
        if one is None or other is None or one * other >= 0:
            continue
        for _ in range(110):
            middle = (low + high) / 2
            here = known(middle)
            low, high = (middle, high) if here and here * one > 0 else (low, middle)
        # values below 1e-45 are zero, and so are not to be halved: one step of Newton's method
        place, step = (low + high) / 2, mpmath.mpf(10) ** -20
        values = [known(place + k * step) for k in (0, 1, -1)]
        if None not in values and values[1] != values[2]:
            yield place - values[0] * 2 * step / (values[1] - values[2])


def _allowed(value: Any, domain: Domain) -> bool:
    kind = domain.kind
    whole = value == int(value) if kind in ("integer", "natural") else True
    sign = {"positive": value > 0, "natural": value > 0, "negative": value < 0}.get(kind, True)
    sign = (
        sign
        and not (kind == "nonnegative" and value < 0)
        and not (kind == "nonzero" and value == 0)
    )
    if domain.interval is not None:
        low, high = domain.interval.low, domain.interval.high
        sign = (
            sign
            and (low is None or value_of(low) < value)
            and (high is None or value < value_of(high))
        )
    return whole and sign and all(value_of(node) != value for node in domain.excluded)


def value_of(node: n.Node) -> Any:
    """A constant."""
    return value(node, {})


def value(node: n.Node, point: dict[str, Any]) -> Any:
    """The real value; :class:`Nowhere` where it, or a part of it, has none."""
    try:
        found = _value(node, point)
    except (ValueError, ZeroDivisionError, OverflowError, TypeError, ArithmeticError) as error:
        raise Nowhere from error
    except mpmath.libmp.NoConvergence as error:
        raise Nowhere from error
    if isinstance(found, mpmath.mpc):
        if found.imag != 0:
            raise Nowhere
        found = found.real
    if not mpmath.isfinite(found):
        raise Nowhere
    return found


def _value(node: n.Node, point: dict[str, Any]) -> Any:
    match node:
        case n.Num(value=known):
            return mpmath.mpf(known.numerator) / known.denominator
        case n.Const(name="pi" | "e" as name):
            return getattr(mpmath, name) + 0
        case n.Sym(name=name):
            return point[name]
        case n.Add(args=args):
            terms = [value(a, point) for a in args]
            total = mpmath.fsum(terms)
            # sqrt(2) has only so many digits; exp(-500) has all of its own
            nearest, scale = mpmath.nint(total), min(1, max(map(abs, terms)))
            return nearest if abs(total - nearest) < _ZERO * scale else total
        case n.Mul(args=args):
            return mpmath.fprod(value(a, point) for a in args)
        case n.Pow(base=base, exponent=exponent):
            return _power(value(base, point), value(exponent, point), isinstance(exponent, n.Num))
        case n.Call(function=function, args=args):
            return _called(function, [value(a, point) for a in args])
        case n.Select(condition=condition, then=then, otherwise=otherwise):
            return value(then if _truth(condition, point) else otherwise, point)
        case n.Jvp(body=body, variables=(variable,), at=(at,), directions=(direction,)):
            assert isinstance(variable, n.Sym)
            return _slope(body, variable.name, value(at, point), point) * value(direction, point)
    raise Nowhere


def _power(base: Any, exponent: Any, literal: bool) -> Any:
    if base == 0:
        if exponent == 0 and literal:
            return mpmath.mpf(1)
        if exponent <= 0:
            raise Nowhere
        return mpmath.mpf(0)
    if base < 0 and exponent != int(exponent):
        raise Nowhere
    return base**exponent


def _slope(body: n.Node, name: str, at: Any, point: dict[str, Any]) -> Any:
    """The derivative, where differences from both sides agree."""
    here = value(body, {**point, name: at})
    right = [(value(body, {**point, name: at + h}) - here) / h for h in (_STEP, _STEP / 1000)]
    left = [(here - value(body, {**point, name: at - h})) / h for h in (_STEP, _STEP / 1000)]
    middle = (right[1] + left[1]) / 2
    if any(abs(d - middle) > _APART / 100 * (1 + abs(middle)) for d in (*right, *left)):
        raise Nowhere
    return middle


def _truth(node: n.Node, point: dict[str, Any]) -> bool:
    match node:
        case n.Compare(operator=operator, left=left, right=right):
            gap = value(left, point) - value(right, point)
            gap = 0 if abs(gap) < _ZERO else gap
            return bool(
                {"<": gap < 0, "<=": gap <= 0, ">": gap > 0, ">=": gap >= 0}.get(
                    operator, (gap == 0) is (operator == "==")
                )
            )
        case n.Logic(operator="and", args=args):
            return all(_truth(a, point) for a in args)
        case n.Logic(operator="or", args=args):
            return any(_truth(a, point) for a in args)
        case n.Logic(args=(arg,)):
            return not _truth(arg, point)
    raise Nowhere


def _inside_units(x: Any) -> Any:
    if abs(x) > 1:
        raise Nowhere
    return x


def _off_ends(x: Any) -> Any:
    """tanh(64) has so many digits in common with 1 that nothing is left of them."""
    if 1 - abs(x) < _STEP:
        raise Nowhere
    return x


def _positive(x: Any) -> Any:
    if x <= 0:
        raise Nowhere
    return x


def _no_pole(x: Any) -> Any:
    if x <= 0 and x == int(x):
        raise Nowhere
    return x


_SLOW = ("digamma", "polygamma", "zeta", "polylog", "besselj", "bessely", "besseli", "besselk")
"""What takes mpmath minutes at large numbers is known nowhere there."""


def _called(function: str, args: list[Any]) -> Any:
    m = mpmath
    if function in _SLOW and max(map(abs, args)) > 300:
        raise Nowhere
    rule = {
        "exp": m.exp,
        "log": lambda x: m.log(_positive(x)),
        "sin": m.sin,
        "cos": m.cos,
        "tan": m.tan,
        "sinh": m.sinh,
        "cosh": m.cosh,
        "tanh": m.tanh,
        "coth": lambda x: 1 / m.tanh(x),
        "asinh": m.asinh,
        "hypot": m.hypot,
        "atan": m.atan,
        "acot": lambda x: m.atan(1 / x),
        "asin": lambda x: m.asin(_inside_units(x)),
        "acos": lambda x: m.acos(_inside_units(x)),
        "atanh": lambda x: m.atanh(_off_ends(x)),
        "asec": lambda x: m.acos(_inside_units(1 / x)),
        "acosh": lambda x: m.acosh(1 + _not_negative(x - 1)),
        "abs": abs,
        "sign": m.sign,
        "max": max,
        "min": min,
        "cbrt": lambda x: m.sign(x) * m.cbrt(abs(x)),
        "gamma": lambda x: m.gamma(_no_pole(x)),
        "loggamma": lambda x: m.loggamma(_positive(x)),
        "digamma": lambda x: m.digamma(_no_pole(x)),
        "polygamma": lambda k, x: m.polygamma(int(k), _no_pole(x)),
        "beta": lambda a, b: m.gamma(_no_pole(a)) * m.gamma(_no_pole(b)) * m.rgamma(a + b),
        "zeta": lambda x: m.zeta(x) if x != 1 else m.inf,
        "lambertw": m.lambertw,
        "Ei": lambda x: m.ei(x) if x else m.inf,
        "li": lambda x: m.li(_positive(x)) if x != 1 else m.inf,
        "Si": m.si,
        "Ci": lambda x: m.ci(_positive(x)),
        "erf": m.erf,
        "erfc": m.erfc,
        "erfinv": m.erfinv,
        "expint": lambda k, x: m.expint(k, x) if x or k > 1 else m.inf,
        "uppergamma": lambda a, x: m.gammainc(a, x),
        "besselj": m.besselj,
        "besseli": m.besseli,
        "besselk": lambda k, x: m.besselk(k, _positive(x)),
        "bessely": lambda k, x: m.bessely(k, _positive(x)),
        "ellipk": m.ellipk,
        "ellipe": m.ellipe,
        "polylog": m.polylog,
    }.get(function)
    if rule is None:
        raise Nowhere
    found = rule(*args)
    # pi has only so many digits
    return m.mpf(0) if function in ("sin", "cos", "tan", "log") and abs(found) < _ZERO else found


def _not_negative(x: Any) -> Any:
    if x < 0:
        raise Nowhere
    return x
