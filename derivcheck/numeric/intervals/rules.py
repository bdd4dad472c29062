"""Partial derivatives of the elementwise functions, typed for interval arithmetic alone.

The provers' table (``symbolic/rules.py``) was written apart from this one; where a second form
of a derivative exists it stands here, so that a slip in either shows as a contradiction.
Sources: the NIST Digital Library of Mathematical Functions (dlmf.nist.gov), chapters 4 to 25;
for elliptic integrals sections 19.4 and 19.18 with parameter m = k**2. The tests compare each
rule with a difference quotient of the enclosed values themselves.
"""

from __future__ import annotations

from derivcheck.lang.nodes import Node
from derivcheck.lang.texts import Rules


class Unsupported(Exception):
    """A derivative or function outside the reach of interval arithmetic; says which."""


HELPERS = {"strict_sign": 1, "zero": 1, "step": 1, "zeta_slope": 2}
"""Functions of this table alone, enclosed in :mod:`derivcheck.numeric.intervals.functions`:
sign and step undefined at 0, zero off 0, and the n-th derivative of zeta."""

RULES = Rules(
    {
        "exp(z)": "exp(z)",
        "log(z)": "1/z",
        "cbrt(z)": "1/(3*cbrt(z)**2)",
        "abs(z)": "strict_sign(z)",
        "sign(z)": "zero(z)",
        "strict_sign(z)": "zero(z)",
        "zero(z)": "zero(z)",
        "step(z)": "zero(z)",
        "max(x, y)": ("step(x - y)", "step(y - x)"),
        "min(x, y)": ("step(y - x)", "step(x - y)"),
        "sin(z)": "cos(z)",
        "cos(z)": "-sin(z)",
        "tan(z)": "1/cos(z)**2",
        "cot(z)": "-1/sin(z)**2",
        "sec(z)": "sin(z)/cos(z)**2",
        "csc(z)": "-cos(z)/sin(z)**2",
        "asin(z)": "1/sqrt(1 - z**2)",
        "acos(z)": "-1/sqrt(1 - z**2)",
        "atan(z)": "1/(1 + z**2)",
        "acot(z)": "-1/(1 + z**2)",
        "asec(z)": "1/(z**2*sqrt(1 - 1/z**2))",
        "acsc(z)": "-1/(z**2*sqrt(1 - 1/z**2))",
        "atan2(y, x)": ("x/(x**2 + y**2)", "-y/(x**2 + y**2)"),
        "hypot(x, y)": ("x/hypot(x, y)", "y/hypot(x, y)"),
        "sinh(z)": "cosh(z)",
        "cosh(z)": "sinh(z)",
        "tanh(z)": "1/cosh(z)**2",
        "coth(z)": "-1/sinh(z)**2",
        "sech(z)": "-sinh(z)/cosh(z)**2",
        "csch(z)": "-cosh(z)/sinh(z)**2",
        "asinh(z)": "1/sqrt(z**2 + 1)",
        "acosh(z)": "1/(sqrt(z - 1)*sqrt(z + 1))",
        "atanh(z)": "1/(1 - z**2)",
        "acoth(z)": "1/(1 - z**2)",
        "asech(z)": "-1/(z*sqrt(1 - z**2))",
        "acsch(z)": "-1/(z**2*sqrt(1 + 1/z**2))",
        "erf(z)": "2*exp(-z**2)/sqrt(pi)",
        "erfc(z)": "-2*exp(-z**2)/sqrt(pi)",
        "erfi(z)": "2*exp(z**2)/sqrt(pi)",
        "erfinv(z)": "sqrt(pi)*exp(erfinv(z)**2)/2",
        "gamma(z)": "gamma(z)*digamma(z)",
        "loggamma(z)": "digamma(z)",
        "digamma(z)": "polygamma(1, z)",
        "polygamma(n, z)": (None, "polygamma(n + 1, z)"),
        "beta(a, b)": (
            "beta(a, b)*(digamma(a) - digamma(a + b))",
            "beta(a, b)*(digamma(b) - digamma(a + b))",
        ),
        "uppergamma(a, z)": (None, "-z**(a - 1)*exp(-z)"),
        "besselj(n, z)": (None, "(besselj(n - 1, z) - besselj(n + 1, z))/2"),
        "bessely(n, z)": (None, "(bessely(n - 1, z) - bessely(n + 1, z))/2"),
        "besseli(n, z)": (None, "(besseli(n - 1, z) + besseli(n + 1, z))/2"),
        "besselk(n, z)": (None, "-(besselk(n - 1, z) + besselk(n + 1, z))/2"),
        "airyai(z)": "airyaiprime(z)",
        "airybi(z)": "airybiprime(z)",
        "airyaiprime(z)": "z*airyai(z)",
        "airybiprime(z)": "z*airybi(z)",
        "Ei(z)": "exp(z)/z",
        "li(z)": "1/log(z)",
        "Si(z)": "sin(z)/z",
        "Ci(z)": "cos(z)/z",
        "Shi(z)": "sinh(z)/z",
        "Chi(z)": "cosh(z)/z",
        "expint(n, z)": (None, "-expint(n - 1, z)"),
        "fresnels(z)": "sin(pi*z**2/2)",
        "fresnelc(z)": "cos(pi*z**2/2)",
        "lambertw(z)": "1/(z + exp(lambertw(z)))",
        "polylog(s, z)": (None, "polylog(s - 1, z)/z"),
        "zeta(z)": "zeta_slope(1, z)",
        "zeta_slope(n, z)": (None, "zeta_slope(n + 1, z)"),
        "ellipk(m)": "(ellipe(m) - (1 - m)*ellipk(m))/(2*m*(1 - m))",
        "ellipe(m)": "(ellipe(m) - ellipk(m))/(2*m)",
        "ellipe(phi, m)": (
            "sqrt(1 - m*sin(phi)**2)",
            "(ellipe(phi, m) - ellipf(phi, m))/(2*m)",
        ),
        "ellipf(phi, m)": (
            "1/sqrt(1 - m*sin(phi)**2)",
            "ellipe(phi, m)/(2*m*(1 - m)) - ellipf(phi, m)/(2*m)"
            " - sin(2*phi)/(4*(1 - m)*sqrt(1 - m*sin(phi)**2))",
        ),
        "ellippi(n, m)": (
            "(ellipe(m) + (m - n)*ellipk(m)/n + (n**2 - m)*ellippi(n, m)/n)"
            "/(2*(m - n)*(n - 1))",
            "(ellipe(m)/(m - 1) + ellippi(n, m))/(2*(n - m))",
        ),
        "ellippi(n, phi, m)": (
            "(ellipe(phi, m) + (m - n)*ellipf(phi, m)/n + (n**2 - m)*ellippi(n, phi, m)/n"
            " - n*sqrt(1 - m*sin(phi)**2)*sin(2*phi)/(2*(1 - n*sin(phi)**2)))"
            "/(2*(m - n)*(n - 1))",
            "1/(sqrt(1 - m*sin(phi)**2)*(1 - n*sin(phi)**2))",
            "(ellipe(phi, m)/(m - 1) + ellippi(n, phi, m)"
            " - m*sin(2*phi)/(2*(m - 1)*sqrt(1 - m*sin(phi)**2)))/(2*(n - m))",
        ),
    },
    HELPERS,
)  # fmt: skip

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def partial(function: str, args: tuple[Node, ...], position: int) -> Node:
    """Derivative of a function by one argument; :class:`Unsupported` when there is no rule."""
    found = RULES.partial(function, args, position)
    if found is None:
        raise Unsupported(
            f"the derivative of {function} by its {_ORDINALS[position]} argument is outside"
            " the reach of balls"
        )
    return found
