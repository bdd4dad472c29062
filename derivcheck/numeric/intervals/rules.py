"""Partial derivatives of the elementwise functions, typed for interval arithmetic alone.

The provers' table (``symbolic/rules.py``) was written apart from this one; where a second form
of a derivative exists it stands here, so that a slip in either shows as a contradiction.
Sources: the NIST Digital Library of Mathematical Functions (dlmf.nist.gov), chapters 4 to 25;
for elliptic integrals sections 19.4 and 19.18 with parameter m = k**2. The tests compare each
rule with a difference quotient of the enclosed values themselves.
"""

from __future__ import annotations

from derivcheck.lang.functions import FUNCTIONS, derivative_of, orders_of
from derivcheck.lang.nodes import Node, call
from derivcheck.lang.texts import Rules, hypergeometric_rules


class Unsupported(Exception):
    """A derivative or function outside the reach of interval arithmetic; says which."""


HELPERS = {"strict_sign": 1, "zero": 1, "step": 1, "zeta_slope": 2, "off_edge": 2}
"""Functions of this table alone, enclosed in :mod:`derivcheck.numeric.intervals.functions`:
sign and step undefined at 0, zero off 0, the n-th derivative of zeta, and 1 where a power is real
on both sides of its base, undefined elsewhere."""

RULES = Rules(
    {
        "exp(z)": "exp(z)",
        "log(z)": "1/z",
        "cbrt(z)": "1/(3*cbrt(z)**2)",
        "abs(z)": "strict_sign(z)",
        # of real arguments; complex ones are differentiated in `tangent`
        "conj(z)": "1",
        "re(z)": "1",
        "im(z)": "0",
        "arg(z)": "zero(z)",
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
        "sinc(z)": "-z/3*hyp0f1(5/2, -z**2/4)",  # 10.16.9 and 10.51.3: defined at 0, too
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
        "lowergamma(a, z)": (None, "exp(-z)*z**a/z"),
        "betainc(a, b, x)": (None, None, "x**a*(1 - x)**b/(x*(1 - x))"),
        "betainc_regularized(a, b, x)": (
            None,
            None,
            "gamma(a + b)/(gamma(a)*gamma(b))*x**a*(1 - x)**b/(x*(1 - x))",
        ),
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
        "zeta(s, a)": (None, "-s*zeta(s + 1, a)"),
        "hyp0f1(b, z)": (None, "hyp0f1(b + 1, z)/b"),
        "hyp1f1(a, b, z)": (None, None, "hyp1f1(a + 1, b + 1, z)*a/b"),
        "hyp2f1(a, b, c, z)": (None, None, None, "hyp2f1(a + 1, b + 1, c + 1, z)*a*b/c"),
        **hypergeometric_rules("{raised}*{slope}"),
        "appellf1(a, b1, b2, c, x, y)": (
            *(None, None, None, None),
            "appellf1(a + 1, b1 + 1, b2, c + 1, x, y)*a*b1/c",
            "appellf1(a + 1, b1, b2 + 1, c + 1, x, y)*a*b2/c",
        ),
        # polynomials as hypergeometric functions, 18.5
        "legendre(n, x)": (None, "n*(n + 1)/2*hyp2f1(1 - n, n + 2, 2, (1 - x)/2)"),
        "chebyshevt(n, x)": (None, "n**2*hyp2f1(1 - n, n + 1, 3/2, (1 - x)/2)"),
        "chebyshevu(n, x)": (
            None,
            "n*(n + 1)*(n + 2)/3*hyp2f1(1 - n, n + 3, 5/2, (1 - x)/2)",
        ),
        "hermite(n, x)": (None, "2*x*hermite(n, x) - hermite(n + 1, x)"),
        "laguerre(n, x)": (None, "-n*hyp1f1(1 - n, 2, x)"),
        "jacobisn(u, m)": ("jacobicn(u, m)*jacobidn(u, m)", None),
        "jacobicn(u, m)": ("-jacobisn(u, m)*jacobidn(u, m)", None),
        "jacobidn(u, m)": ("-m*jacobisn(u, m)*jacobicn(u, m)", None),
        "off_edge(x, y)": ("0", "0"),
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


def partial(function: str, args: tuple[Node, ...], position: int) -> Node:
    """Derivative of a function by one argument: a rule, or the derivative by its own name.

    :class:`Unsupported` where the argument takes whole numbers only.
    """
    base, orders = orders_of(function, len(args))
    found = RULES.partial(function, args, position) if not any(orders) else None
    if found is not None:
        return found
    row = FUNCTIONS.get(base)
    if row is None or row.parameters[position] in row.whole:
        raise Unsupported(f"there is no derivative of {base} by its argument {position + 1}")
    return call(derivative_of(function, position, len(args)), *args)
