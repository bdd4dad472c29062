"""Random claims about special functions at complex points, and their truth by mpmath.

Relations of tables, many of which fail on a branch cut or beyond it, and derivatives along the real
line, where values are complex and arguments may lie on a cut all the way.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from random import Random
from typing import Any

import mpmath
from complex_oracle import ComplexClaim, Point, Term


def _uppergamma(a: Any, z: Any) -> Any:
    """mpmath continues it to gamma(a) at z = 0, where the integral is infinite for a <= 0."""
    if z == 0 and mpmath.re(a) <= 0:
        raise ValueError("infinite")
    return mpmath.gammainc(a, z)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{
        name: getattr(mpmath, name)
        for name in (
            *("exp", "log", "sqrt", "sin", "cos", "asin", "acos", "atan", "asinh", "acosh"),
            *("atanh", "polylog", "ei", "li", "ci", "si", "chi", "shi", "erf", "erfc", "erfi"),
            *("gamma", "loggamma", "digamma", "expint", "besselj", "bessely", "besseli"),
            *("besselk", "lambertw", "hyp0f1", "hyp1f1", "hyp2f1", "ellipk"),
            *("ellipe", "ellipf", "conj"),
        )
    },
    "abs": abs,
    "polygamma": mpmath.psi,
    "uppergamma": _uppergamma,
    "lowergamma": lambda a, z: mpmath.gamma(a) - mpmath.gammainc(a, z),
}
_NAMES = {"Ei": "ei", "Ci": "ci", "Si": "si", "Chi": "chi", "Shi": "shi"}
_OPERATIONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: mpmath.power,
}


def _value(node: ast.expr, point: Point) -> Any:
    match node:
        case ast.Constant(value=value):
            return mpmath.mpf(value)
        case ast.Name(id="pi"):
            return +mpmath.pi
        case ast.Name(id="I"):
            return mpmath.mpc(0, 1)
        case ast.Name(id=name):
            return point[name]
        case ast.UnaryOp(operand=operand):
            return -_value(operand, point)
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATIONS[type(op)](_value(left, point), _value(right, point))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _FUNCTIONS[_NAMES.get(name, name)](*(_value(arg, point) for arg in args))
    raise ValueError(ast.dump(node))


def term(text: str) -> Term:
    """An expression of the language, valued by mpmath."""
    tree = ast.parse(text, mode="eval").body
    return Term(text, lambda point: _value(tree, point))


_ARGUMENTS = (
    *("z", "z", "z", "-z", "z**2", "z + 1", "1 - z", "I*z", "sqrt(z)", "log(z)", "exp(z)", "1/z"),
)
_RELATIONS = (
    ("polylog(1, u)", "-log(1 - u)"),
    ("polylog(1, u)", "log(1/(1 - u))"),
    ("polylog(0, u)", "u/(1 - u)"),
    ("polylog(2, u) + polylog(2, -u)", "polylog(2, u**2)/2"),
    ("li(u)", "Ei(log(u))"),
    ("Chi(u)", "Ei(u) - Shi(u)"),
    ("uppergamma(0, u)", "expint(1, u)"),
    ("expint(1, u)", "-Ei(-u)"),
    ("uppergamma(1/2, u)", "sqrt(pi)*erfc(sqrt(u))"),
    ("uppergamma(s + 1, u)", "s*uppergamma(s, u) + u**s*exp(-u)"),
    ("s*expint(s + 1, u)", "exp(-u) - u*expint(s, u)"),
    ("expint(s, u)", "u**(s - 1)*uppergamma(1 - s, u)"),
    ("lowergamma(1/2, u) + uppergamma(1/2, u)", "sqrt(pi)"),
    ("lowergamma(1/2, u)", "sqrt(pi)*erf(sqrt(u))"),
    ("besselj(s - 1, u) + besselj(s + 1, u)", "2*s*besselj(s, u)/u"),
    ("bessely(s - 1, u) + bessely(s + 1, u)", "2*s*bessely(s, u)/u"),
    ("besseli(s - 1, u) - besseli(s + 1, u)", "2*s*besseli(s, u)/u"),
    ("besselk(s + 1, u) - besselk(s - 1, u)", "2*s*besselk(s, u)/u"),
    ("besselj(-s, u)", "cos(pi*s)*besselj(s, u) - sin(pi*s)*bessely(s, u)"),
    ("besseli(-s, u)", "besseli(s, u)"),
    ("besselk(-s, u)", "besselk(s, u)"),
    ("besselj(s, -u)", "-besselj(s, u)"),
    ("besselk(s, -u)", "besselk(s, u)"),
    ("besselj(1/2, u)", "sqrt(2/(pi*u))*sin(u)"),
    ("besselj(1/2, u)", "sqrt(2/pi)*sin(u)/sqrt(u)"),
    ("besselk(1/2, u)", "sqrt(pi/(2*u))*exp(-u)"),
    ("besselk(3/2, u)", "sqrt(pi/2)*exp(-u)*(1 + 1/u)/sqrt(u)"),
    ("bessely(1/2, u)", "-sqrt(2/pi)*cos(u)/sqrt(u)"),
    ("loggamma(u + 1)", "loggamma(u) + log(u)"),
    ("loggamma(u)", "log(gamma(u))"),
    ("digamma(u + 1)", "digamma(u) + 1/u"),
    ("polygamma(1, u + 1)", "polygamma(1, u) - 1/u**2"),
    ("gamma(u)*gamma(1 - u)", "pi/sin(pi*u)"),
    ("exp(lambertw(u))", "u/lambertw(u)"),
    ("lambertw(u*exp(u))", "u"),
    ("log(lambertw(u))", "log(u) - lambertw(u)"),
    ("erfi(u)", "-I*erf(I*u)"),
    ("hyp2f1(1, 1, 2, u)", "-log(1 - u)/u"),
    ("hyp2f1(1/2, 1, 3/2, u**2)", "atanh(u)/u"),
    ("hyp2f1(1/2, 1/2, 3/2, u**2)", "asin(u)/u"),
    ("hyp2f1(1/2, 1/2, 3/2, u)", "asin(sqrt(u))/sqrt(u)"),
    ("hyp2f1(a, b, b, u)", "(1 - u)**(-a)"),
    ("hyp2f1(a, b, c, u)", "(1 - u)**(c - a - b)*hyp2f1(c - a, c - b, c, u)"),
    ("hyp2f1(a, b, c, u)", "(1 - u)**(-a)*hyp2f1(a, c - b, c, u/(u - 1))"),
    ("hyp2f1(a, b, a + 1, u)", "hyp2f1(a, b - 1, a + 1, u)"
     " + a*u/(a + 1)*hyp2f1(a + 1, b, a + 2, u)"),
    ("hyp1f1(a, c, u)", "exp(u)*hyp1f1(c - a, c, -u)"),
    ("hyp2f1(1/2, 1/2, 1, u)", "2*ellipk(u)/pi"),
    ("ellipf(-u, m)", "-ellipf(u, m)"),
    ("ellipe(-u, m)", "ellipe(u, m)"),
    ("ellipe(u)*ellipk(1 - u) + ellipe(1 - u)*ellipk(u) - ellipk(u)*ellipk(1 - u)", "pi/2"),
)  # fmt: skip
"""What a table calls equal, or nearly."""

_DOMAINS = ("complex", "complex", "complex", "real", "negative", "positive", "(-1, 1)", "(1, oo)")


def _filled(text: str, values: dict[str, str]) -> str:
    """A text with expressions for its names."""

    class Filler(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            if node.id not in values:
                return node
            return ast.parse(values[node.id], mode="eval").body

    return ast.unparse(Filler().visit(ast.parse(text, mode="eval")))


def _parameters(random: Random) -> dict[str, str]:
    orders = ("0", "1", "2", "-1", "1/2", "3/2", "-1/2", "1/3", "-2/3")
    some = ("1/2", "1/3", "-1/4", "2", "5/3")
    return {
        "s": random.choice(orders),
        "a": random.choice(some),
        "b": random.choice(some),
        "c": random.choice(("3/2", "4/3", "5/2", "7/3")),
        "m": random.choice(("1/2", "2", "-1", "1/3", "5")),
    }


def random_claim(seed: int) -> ComplexClaim:
    """The relation of a seed."""
    random = Random(f"special {seed}")
    domain = random.choice(_DOMAINS)
    left, right = random.choice(_RELATIONS)
    if random.random() < 0.2:
        right = random.choice((f"-({right})", f"2*({right})"))
    values = {**_parameters(random), "u": random.choice(_ARGUMENTS)}
    return ComplexClaim(term(_filled(left, values)), term(_filled(right, values)), (("z", domain),))


_SLOPES = (
    ("log(u)", "1/u"),
    ("sqrt(u)", "1/(2*sqrt(u))"),
    ("u**(4/3)", "4/3*u**(1/3)"),
    ("asin(u)", "1/sqrt(1 - u**2)"),
    ("asin(u)", "-I/sqrt(u**2 - 1)"),
    ("acos(u)", "-1/sqrt(1 - u**2)"),
    ("atan(u)", "1/(1 + u**2)"),
    ("atanh(u)", "1/(1 - u**2)"),
    ("asinh(u)", "1/sqrt(1 + u**2)"),
    ("acosh(u)", "1/(sqrt(u - 1)*sqrt(u + 1))"),
    ("acosh(u)", "1/sqrt(u**2 - 1)"),
    ("polylog(3, u)", "polylog(2, u)/u"),
    ("polylog(2, u)", "-log(1 - u)/u"),
    ("Ei(u)", "exp(u)/u"),
    ("li(u)", "1/log(u)"),
    ("Ci(u)", "cos(u)/u"),
    ("uppergamma(s, u)", "-u**(s - 1)*exp(-u)"),
    ("expint(s, u)", "-expint(s - 1, u)"),
    ("besselj(s, u)", "besselj(s - 1, u) - s*besselj(s, u)/u"),
    ("besselk(s, u)", "-besselk(s - 1, u) - s*besselk(s, u)/u"),
    ("lambertw(u)", "lambertw(u)/(u*(1 + lambertw(u)))"),
    ("loggamma(u)", "digamma(u)"),
    ("hyp2f1(a, b, a + 1, u)", "a*((1 - u)**(-b) - hyp2f1(a, b, a + 1, u))/u"),
    ("ellipf(u, m)", "1/sqrt(1 - m*sin(u)**2)"),
    ("ellipe(u, m)", "sqrt(1 - m*sin(u)**2)"),
    ("ellipk(u)", "(ellipe(u) - (1 - u)*ellipk(u))/(2*u*(1 - u))"),
    ("ellipe(u)", "(ellipe(u) - ellipk(u))/(2*u)"),
)  # fmt: skip
"""A function and its derivative by u, as tables have them."""

_INNER = (
    ("x", "1"),
    ("x", "1"),
    ("-x", "-1"),
    ("x + 3", "1"),
    ("x**2", "2*x"),
    ("sqrt(1 + x**2)", "x/sqrt(1 + x**2)"),
    ("exp(x)", "exp(x)"),
    ("1/x", "-1/x**2"),
    ("2*cos(x)", "-2*sin(x)"),
)
_OUTER = (
    ("f", "1"),
    ("f", "1"),
    ("x*f", "x"),
    ("sqrt(f)", "1/(2*sqrt(f))"),
    ("log(f)", "1/f"),
    ("exp(f)", "exp(f)"),
)
_SLIPS = ("-({})", "2*({})", "abs({})", "conj({})", "{} + x")


def random_derivative(seed: int) -> ComplexClaim:
    """A derivative along the real line, where values are complex; differences tell the truth."""
    random = Random(f"derivative {seed}")
    inner, chain = random.choice(_INNER)
    middle, slope = random.choice(_SLOPES)
    outer, last = random.choice(_OUTER)
    values = _parameters(random)
    f = _filled(middle, {**values, "u": inner})
    derivative = _filled(f"({last})*({slope})*({chain})", {**values, "f": f, "u": inner})
    if outer == "x*f":
        derivative = f"{f} + {derivative}"
    if random.random() < 0.35:
        derivative = random.choice(_SLIPS).format(derivative)
    whole = term(_filled(outer, {"f": f}))

    def left(point: Point) -> Any:
        near, wide = (
            mpmath.diff(lambda t: whole.value({**point, "x": t}), point["x"], h=step)
            for step in (mpmath.mpf(10) ** -13, mpmath.mpf(10) ** -11)
        )
        if abs(near - wide) > mpmath.mpf(10) ** -16 * (1 + abs(near)):
            raise ValueError("no derivative")
        return near + (near - wide) / 9999  # the error of a step falls as its square

    domain = random.choice(("real", "real", "negative", "positive", "(-1, 1)", "(1, oo)"))
    return ComplexClaim(Term(f"diff({whole.text}, x)", left), term(derivative), (("x", domain),))
