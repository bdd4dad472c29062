"""Random claims that a rewriting makes which holds on a part of the domain only.

``abs(f)`` is f and ``asin(sin(f))`` is f on some pieces; roots, logarithms and inverse functions
around it say where everything is real, and may be zero on whole pieces themselves.
"""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from typing import Any

from adhoc import adhoc
from point_claims import _built

from derivcheck.lang import nodes as n
from derivcheck.lang.equation import Equation
from derivcheck.lang.printer import node_text
from derivcheck.symbolic.derivative import NoDerivative, differentiate, expand

_PLAIN = (
    *("x", "x", "x - 1", "x + 1", "2*x", "1 - x", "-x", "x**2 - 1", "x**2", "1 - x**2", "x**3"),
    *("1/x", "x/2", "x - 2", "x + 1/x", "x**2 - x", "x*(1 - x)", "exp(x)", "sin(x)", "cos(x)"),
    *("abs(x)", "sign(x)", "max(x, 0)", "min(x, 1)", "relu(x)", "x - abs(x)", "1 - abs(x)"),
    *("sqrt(x)", "sqrt(x**2)", "x + sqrt(x**2)", "log(x)", "cbrt(x)", "atan(x)", "asin(x)"),
    *("sqrt(x**2 - 1)", "heaviside(x)", "where(x > 0, x, 0)", "atan(1/x)", "tan(x)", "acot(x)"),
    *("abs(x - 1) + abs(x + 1)", "max(x, -x)", "sqrt(1 - x**2)", "acos(x)", "x**(1/3)"),
)
_OF_TWO = ("x*y", "x - y", "x + y", "y", "x/y", "x**2 - y**2", "x*abs(y)", "max(x, y)", "y - x**2")
_RULES: tuple[tuple[str, str], ...] = (
    ("abs({f})", "{f}"),
    ("abs({f})", "-({f})"),
    ("sqrt(({f})**2)", "{f}"),
    ("sqrt(({f})**2)", "abs({f})"),
    ("(({f})**4)**(1/4)", "{f}"),
    ("cbrt(({f})**3)", "{f}"),
    ("(({f})**3)**(1/3)", "{f}"),
    ("(({f})**2)**(1/3)", "({f})**(2/3)"),
    ("({f})**(2/3)", "cbrt({f})**2"),
    ("max({f}, {g})", "{f}"),
    ("max({f}, {g})", "({f} + {g} + abs({f} - ({g})))/2"),
    ("max({f}, {g})", "({f} + {g} + sqrt(({f} - ({g}))**2))/2"),
    ("min({f}, {g})", "{g}"),
    ("relu({f})", "{f}"),
    ("relu({f})", "0"),
    ("relu({f})", "({f})*heaviside({f})"),
    ("sign({f})", "1"),
    ("sign({f})", "({f})/abs({f})"),
    ("heaviside({f})", "1"),
    ("sign({f})**2", "1"),
    ("where({f} > {g}, {f}, {g})", "{f}"),
    ("where({f} > {g}, {f}, {g})", "max({f}, {g})"),
    ("where({f} >= 0, {g}, 0)", "{g}"),
    ("where({f} != 0, {g}, 0)", "{g}"),
    ("log(({f})*({g}))", "log({f}) + log({g})"),
    ("log(({f})/({g}))", "log({f}) - log({g})"),
    ("log(({f})**2)", "2*log({f})"),
    ("log(({f})**2)", "2*log(abs({f}))"),
    ("exp(log({f}))", "{f}"),
    ("exp(log(({f})**2)/2)", "{f}"),
    ("sqrt(({f})*({g}))", "sqrt({f})*sqrt({g})"),
    ("sqrt(({f})/({g}))", "sqrt({f})/sqrt({g})"),
    ("sqrt(({f})**2*({g}))", "({f})*sqrt({g})"),
    ("sqrt({f})**2", "{f}"),
    ("sqrt({f})**2", "abs({f})"),
    ("asin(sin({f}))", "{f}"),
    ("acos(cos({f}))", "{f}"),
    ("atan(tan({f}))", "{f}"),
    ("sin(asin({f}))", "{f}"),
    ("cos(asin({f}))", "sqrt(1 - ({f})**2)"),
    ("tan(atan({f}))", "{f}"),
    ("asin({f})", "pi/2 - acos({f})"),
    ("acos({f})", "asin(sqrt(1 - ({f})**2))"),
    ("asin({f})", "atan(({f})/sqrt(1 - ({f})**2))"),
    ("atan({f}) + atan(1/({f}))", "pi/2"),
    ("acot({f})", "pi/2 - atan({f})"),
    ("acot({f})", "atan(1/({f}))"),
    ("2*atan({f})", "asin(2*({f})/(1 + ({f})**2))"),
    ("2*atan({f})", "acos((1 - ({f})**2)/(1 + ({f})**2))"),
    ("acosh({f})", "log({f} + sqrt(({f})**2 - 1))"),
    ("acosh(abs({f}))", "acosh({f})"),
    ("acosh(cosh({f}))", "{f}"),
    ("asinh({f})", "log({f} + sqrt(({f})**2 + 1))"),
    ("atanh({f})", "log((1 + {f})/(1 - ({f})))/2"),
    ("atanh(tanh({f}))", "{f}"),
    ("asec({f})", "acos(1/({f}))"),
    ("asec({f})", "atan(sqrt(({f})**2 - 1))"),
    ("({f})**2/({f})", "{f}"),
    ("({f})/({f})", "1"),
    ("abs(({f})*({g}))", "({f})*abs({g})"),
    ("sqrt(1 - cos({f})**2)", "sin({f})"),
    ("sqrt(1 - cos({f})**2)", "abs(sin({f}))"),
    ("sqrt(({f}) + abs({f}))", "sqrt(2*({f}))"),
    ("hypot({f}, 0)", "{f}"),
    ("cbrt(({f})*({g}))", "cbrt({f})*cbrt({g})"),
    ("(({f})*({g}))**(3/2)", "({f})**(3/2)*({g})**(3/2)"),
    ("tan(({f})/2)", "sqrt((1 - cos({f}))/(1 + cos({f})))"),
)
_AROUND = (
    *("{u}", "{u}", "{u}", "sqrt({u})", "({u})**(3/2)", "({u})**(1/3)", "asin({u})", "acos({u})"),
    *("acosh({u})", "log({u})", "exp({u})", "1/({u})", "abs({u})", "({u})**2", "cbrt({u})"),
    *("({u})*({h})", "{u} + {h}", "({h})/({u})", "max({u}, {h})", "min({u}, {h})", "atan({u})"),
    *("sqrt({u} + {h})", "where({h} > 0, {u}, {h})", "({u})*sqrt({h})", "({u}) + 0*sqrt({h})"),
    *("({u})*log({h})", "sqrt(({u})*({h}))", "({u}) + asin({h})", "sqrt({h} - ({u}))", "sin({u})"),
    *("({u})*sign({h})", "({u})**(5/2)", "(({u})**2)**(3/4)", "atanh({u})", "({u})*relu({h})"),
)
_DOMAINS = (*("real",) * 6, "positive", "nonnegative", "nonzero", "negative", "(-1, 1)", "[0, oo)")
_CONDITIONS = ("{f} >= 0", "{f} > 0", "{f} <= {g}", "{f} != 0", "{f} >= {g}", "{f}*({g}) >= 0")


def random_claim(seed: int) -> Equation:
    """A claim, reproducible: an identity, or a derivative of one side and that of the other."""
    random = Random(seed)
    while True:
        found = _claim(random)
        if found is not None:
            return found


def _claim(random: Random) -> Equation | None:
    two = random.random() < 0.3
    pool = (*_PLAIN, *_OF_TWO * 3) if two else _PLAIN

    def some() -> str:
        text = random.choice(pool)
        if random.random() < 0.25:
            outer = random.choice(_PLAIN)
            text = outer.replace("exp", "EXP").replace("max", "MAX").replace("x", f"({text})")
            text = text.replace("EXP", "exp").replace("MAX", "max")
        return text

    parts = {name: some() for name in "fgh"}
    left, right = (side.format(**parts) for side in random.choice(_RULES))
    for _ in range(random.choice((0, 1, 1, 2))):
        around = random.choice(_AROUND)
        h = some()
        left, right = around.format(u=left, h=h), around.format(u=right, h=h)
    symbols: dict[str, Any] = {"x": random.choice(_DOMAINS)}
    if two:
        symbols["y"] = random.choice(_DOMAINS)
    assume: list[str] = []
    if random.random() < 0.2:
        assume = [random.choice(_CONDITIONS).format(f=some(), g=some())]
    kind = random.random()
    if kind < 0.4:
        return _built(left, right, symbols, assume=assume)
    if kind < 0.6:
        return _at_place(random, left, right)
    found = _built(left, right, symbols, "derivative", assume)
    return None if found is None else _differentiated(found)


_MOVED = ("(x - y)", "(x + y)", "(x*y)", "(x - 2*y)", "(y - x)")
_PLACES = ("x == 0", "x == y", "x == 1", "x == 2*y", "x == -y", "x**3 == 0", "x*(1 + y**2) == 0")
_NAMES = ("x + y", "x*y", "0*x", "x", "x - y", "x**2", "y**2 - x**2", "sin(y)")


def _at_place(random: Random, left: str, right: str) -> Equation | None:
    """A derivative at a place that other symbols, or a condition, tell."""
    symbols = {"x": "real", "y": "real"}
    if random.random() < 0.5:
        moved = random.choice(_MOVED)  # switches that the other symbol moves
        left, right = (re.sub(r"\bx\b", moved, side) for side in (left, right))
    plain = _built(right, "0", symbols, "derivative")
    if plain is None:
        return None
    try:
        slope = node_text(expand(plain.left))
    except NoDerivative:
        return None
    try:
        if random.random() < 0.5:
            place = random.choice(_PLACES)
            (found,) = adhoc(left, slope, symbols=symbols, wrt="x", assume=[place])
        else:
            body, claim = (re.sub(r"\bx\b", "h", side) for side in (left, slope))
            where = {"h": random.choice(_NAMES)}
            (found,) = adhoc(body, claim, symbols=symbols, wrt="h", where=where)
    except ValueError:
        return None
    return found


def _differentiated(claim: Equation) -> Equation | None:
    """With the derivative of what is claimed for it."""
    try:
        slope = expand(differentiate(claim.right, n.Sym("x", shape=())))
    except NoDerivative:
        return None
    return replace(claim, right=slope)
