"""The exact prover: what it must prove, what it must never prove, and why."""

from __future__ import annotations

from random import Random

import flint
import mpmath
import pytest
from adhoc import adhoc
from hypothesis import event, example, given
from hypothesis import strategies as st
from scalar_oracle import NotReal, slips, slope, value
from strategies import scalar_nodes

from derivcheck.lang import nodes as n
from derivcheck.lang.equation import Context, Domain, Equation, Settings, Symbol
from derivcheck.lang.printer import node_text
from derivcheck.model import Finding, Strength
from derivcheck.numeric.intervals.judge import judge as balls
from derivcheck.symbolic.derivative import NoDerivative, differentiate
from derivcheck.symbolic.scalar.judge import judge
from derivcheck.symbolic.scalar.linear import infeasible, sample_points

X = {"x": "real"}
POSITIVE = {"x": "positive"}


def evidence(expression, claim, symbols=None, kind="derivative", **options):
    symbols = dict(symbols or X)
    if kind == "derivative":
        options.setdefault("wrt", "x")
    (equation,) = adhoc(expression, claim, symbols=symbols, claim=kind, **options)
    return judge(equation, Settings())


def is_proved(found):
    return found.finding is Finding.HOLDS and found.strength is Strength.PROOF


PARAMETERS = {"x": "positive", "a": "positive", "b": "real", "n": "real"}
WIDE = {"x": "real", "a": "positive", "b": "real"}
UNIT = {"x": "(0, 1)", "m": "(0, 1)", "n": "(0, 1)"}
PAIR = {"x": "real", "y": "real"}
APPELL = {"x": "(-1, 1)", "y": "(-1, 1)", **dict.fromkeys("abcn", "positive")}

TRUE = [
    # algebraic
    ("x**5 - 3*x", "5*x**4 - 3", X),
    ("(x + 1)/(x - 1)", "-2/(x - 1)**2", X),
    ("x**(2/3)", "2/(3*x**(1/3))", X),
    ("cbrt(x)", "1/(3*cbrt(x)**2)", X),
    ("cbrt(x**3)", "1", X),
    ("sqrt(x + sqrt(x))", "(1 + 1/(2*sqrt(x)))/(2*sqrt(x + sqrt(x)))", X),
    ("(x**2 + 1)**(3/2)", "3*x*sqrt(x**2 + 1)", X),
    ("x/sqrt(1 - x**2)", "(1 - x**2)**(-3/2)", X),
    ("sqrt((1 - x)/(1 + x))", "-1/((1 + x)*sqrt(1 - x**2))", X),
    ("(sqrt(2) + sqrt(3))*x", "sqrt(5 + 2*sqrt(6))", X),
    (
        "sqrt(x - 2*sqrt(x - 1))",
        "(1 - 1/sqrt(x - 1))/(2*abs(1 - sqrt(x - 1)))",
        {"x": "(1, oo)"},
    ),
    ("(1 + x)**1000", "1000*(1 + x)**999", X),
    ("sqrt(12)*x", "2*sqrt(3)", X),
    ("sqrt(6)*x", "sqrt(2)*sqrt(3)", X),
    ("x/sqrt(2)", "sqrt(2)/2", X),
    ("x/(1 + sqrt(2))", "sqrt(2) - 1", X),
    # exponential, logarithmic
    ("exp(-x**2)", "-2*x*exp(-x**2)", X),
    ("8**x", "3*log(2)*2**(3*x)", X),
    ("x*2**x", "2**x*(1 + x*log(8)/3)", X),
    ("1/(1 + exp(-x))", "exp(x)/(1 + exp(x))**2", X),
    ("log(log(x))", "1/(x*log(x))", X),
    ("log(x, a)", "log(e, a)/x", PARAMETERS),
    ("x**x", "x**x*(1 + log(x))", POSITIVE),
    ("x**(1/x)", "x**(1/x - 2)*(1 - log(x))", POSITIVE),
    ("exp(x/3)*exp(x/2)", "5*exp(5*x/6)/6", X),
    ("exp(-1.702*x)", "-1.702*exp(-1.702*x)", X),
    ("log(exp(x) + 1) - x", "-1/(1 + exp(x))", X),
    ("e**x", "exp(x)", X),
    ("exp(x/(1 + x))", "exp(1 - 1/(1 + x))/(1 + x)**2", X),
    # symbolic exponents and parameters
    ("x**n", "n*x**(n - 1)", PARAMETERS),
    ("(a*x)**n", "n*a**n*x**n/x", PARAMETERS),
    ("(x**n)**b", "n*b*x**(n*b - 1)", PARAMETERS),
    ("x**(n + 1)/(n + 1)", "x**n", PARAMETERS),
    ("a**(x**2)", "2*x*log(a)*a**(x**2)", PARAMETERS),
    ("(x**2 + a)**n", "2*n*x*(x**2 + a)**(n - 1)", PARAMETERS),
    ("x**n", "n*x**n/x", {"x": "real", "n": "integer"}),
    ("atan(x/a)/a", "1/(x**2 + a**2)", WIDE),
    ("asin(x/a)", "1/sqrt(a**2 - x**2)", WIDE),
    ("log(x + sqrt(x**2 - a**2))", "1/sqrt(x**2 - a**2)", WIDE),
    ("x*sqrt(a**2 - x**2)/2 + a**2*asin(x/a)/2", "sqrt(a**2 - x**2)", WIDE),
    ("exp(a*x)*(a*sin(b*x) - b*cos(b*x))/(a**2 + b**2)", "exp(a*x)*sin(b*x)", WIDE),
    ("exp(-(x - b)**2/(2*a**2))", "(b - x)*exp(-(x - b)**2/(2*a**2))/a**2", WIDE),
    # trigonometric and hyperbolic
    ("tan(x)", "sec(x)**2", X),
    ("sin(x)*cos(x)", "cos(2*x)", X),
    ("tan(x/2)", "1/(1 + cos(x))", X),
    ("log(sec(x) + tan(x))", "sec(x)", X),
    ("log(tan(x/2))", "csc(x)", X),
    ("sin(x)**3", "3*(cos(x) - cos(3*x))/4", X),
    ("sin(x + pi/6)", "(sqrt(3)*cos(x) - sin(x))/2", X),
    ("sin(a*x + b)", "a*(cos(a*x)*cos(b) - sin(a*x)*sin(b))", WIDE),
    ("tanh(x)", "1 - tanh(x)**2", X),
    ("tanh(x)", "4/(exp(x) + exp(-x))**2", X),
    ("log(cosh(x))", "tanh(x)", X),
    ("atan(sinh(x))", "sech(x)", X),
    # inverse
    ("asin(x)", "1/sqrt(1 - x**2)", X),
    ("acosh(x)", "1/sqrt(x**2 - 1)", X),
    ("acosh(x)", "1/sqrt(x**2 - 1)", {"x": "(1, oo)"}),
    ("asec(x)", "1/(abs(x)*sqrt(x**2 - 1))", X),
    ("acsc(x)", "-1/(abs(x)*sqrt(x**2 - 1))", X),
    ("asec(x)", "1/(x*sqrt(x**2 - 1))", {"x": "(1, oo)"}),
    ("asech(x)", "-1/(x*sqrt(1 - x**2))", X),
    ("acsch(x)", "-1/(abs(x)*sqrt(1 + x**2))", X),
    ("acoth(x)", "1/(1 - x**2)", X),
    ("acot(x)", "-1/(1 + x**2)", X),
    ("sin(atan(x))", "(1 + x**2)**(-3/2)", X),
    ("cos(asin(x))", "-x/sqrt(1 - x**2)", X),
    ("2*atan(tanh(x/2))", "sech(x)", X),
    ("atan2(y, x)", "-y/(x**2 + y**2)", PAIR),
    # absolute values, signs, maxima, cases
    ("abs(x)", "sign(x)", X),
    ("abs(x)", "x/abs(x)", X),
    ("sqrt(x**2)", "x/sqrt(x**2)", X),
    ("x*abs(x)", "2*abs(x)", X),
    ("abs(sin(x))", "sin(2*x)/(2*abs(sin(x)))", X),
    ("asinh(tan(x))", "1/abs(cos(x))", X),
    ("sqrt(1 - sin(x)**2)", "-sin(x)*cos(x)/abs(cos(x))", X),
    ("log(abs(x))", "1/x", X),
    ("max(x, 0)", "where(x > 0, 1, 0)", X),
    ("where(abs(x) < 1, x**2/2, abs(x) - 1/2)", "x", {"x": "(-1, 1)"}),
    ("max(x, y)", "where(x > y, 1, 0)", PAIR),
    ("where(x > 0, x, exp(x) - 1)", "where(x > 0, 1, exp(x))", X),
    ("hypot(x, y)", "x/sqrt(x**2 + y**2)", PAIR),
    # special
    ("erf(x)", "2*exp(-x**2)/sqrt(pi)", X),
    ("erfinv(x)", "sqrt(pi)*exp(erfinv(x)**2)/2", X),
    ("gamma(x + 1)", "gamma(x)*(1 + x*digamma(x))", X),
    ("loggamma(x + 1)", "digamma(x) + 1/x", POSITIVE),
    ("polygamma(1, x + 1)", "polygamma(2, x) + 2/x**3", X),
    ("beta(x, a)", "beta(x, a)*(digamma(x) - digamma(x + a))", PARAMETERS),
    ("uppergamma(a, x)", "-x**(a - 1)*exp(-x)", PARAMETERS),
    ("uppergamma(3, x)", "-x**2*exp(-x)", POSITIVE),
    ("gamma(x)*gamma(1 - x)", "-pi**2*cos(pi*x)/sin(pi*x)**2", UNIT),
    ("digamma(1 - x)", "-polygamma(1, 1 - x)", UNIT),
    ("besselj(1/2, x)", "sqrt(2/(pi*x))*(cos(x) - sin(x)/(2*x))", POSITIVE),
    ("besselk(3/2, x)", "-besselk(1/2, x) - 3*besselk(3/2, x)/(2*x)", POSITIVE),
    ("bessely(n, x)/besselj(n, x)", "2/(pi*x*besselj(n, x)**2)", PARAMETERS),
    ("besseli(0, x)*besselk(1, x) + besseli(1, x)*besselk(0, x)", "-1/x**2", POSITIVE),
    ("airybi(x)/airyai(x)", "1/(pi*airyai(x)**2)", X),
    ("besselj(n, x)", "besselj(n - 1, x) - n*besselj(n, x)/x", PARAMETERS),
    ("besselj(n, x)", "n*besselj(n, x)/x - besselj(n + 1, x)", PARAMETERS),
    ("x**n*besselj(n, x)", "x**n*besselj(n - 1, x)", PARAMETERS),
    ("bessely(2, x)", "(bessely(1, x) - bessely(3, x))/2", POSITIVE),
    ("besselj(0, x)", "besselj(-1, x)", X),
    ("besseli(n, x)", "besseli(n + 1, x) + n*besseli(n, x)/x", PARAMETERS),
    ("besselk(n, x)", "-besselk(1 - n, x) - n*besselk(n, x)/x", PARAMETERS),
    ("airyaiprime(x)", "x*airyai(x)", X),
    ("Ei(log(x))", "1/log(x)", POSITIVE),
    ("li(x)", "1/log(x)", POSITIVE),
    ("expint(3, x)", "(x*expint(1, x) - exp(-x))/1", POSITIVE),
    ("fresnels(x)", "sin(pi*x**2/2)", X),
    ("polylog(2, x)", "-log(1 - x)/x", UNIT),
    ("polylog(-1, x)", "(1 + x)/(1 - x)**3", UNIT),
    ("lambertw(x)", "lambertw(x)/(x*(1 + lambertw(x)))", POSITIVE),
    ("lambertw(x)", "1/(x + exp(lambertw(x)))", POSITIVE),
    ("ellipk(x)", "ellipe(x)/(2*x*(1 - x)) - ellipk(x)/(2*x)", UNIT),
    ("ellipe(x, m)", "sqrt(1 - m*sin(x)**2)", UNIT),
    ("ellippi(x, m)", "(ellipe(m) + (m - x)*ellipk(m)/x + (x**2 - m)*ellippi(x, m)/x)"
     "/(2*(m - x)*(x - 1))", UNIT),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "claim", "symbols"), TRUE, ids=lambda v: str(v)[:40])
def test_proves(expression, claim, symbols):
    found = evidence(expression, claim, symbols)
    assert is_proved(found), found.reason
    assert found.conditions == ()


IDENTITIES = [
    (
        "hyp1f1(a, b, x)",
        "exp(x)*hyp1f1(b - a, b, -x)",
        {"a": "real", "b": "positive", "x": "real"},
    ),
    ("hyp1f1(b + 1, b, x)", "exp(x)*(1 + x/b)", {"b": "positive", "x": "real"}),
    ("hyp1f1(1/2, b, x)", "exp(x)*hyp1f1(b - 1/2, b, -x)", {"b": "positive", "x": "real"}),
    ("legendre(n, -x)", "(-1)**n*legendre(n, x)", {"n": "natural", "x": "real"}),
    ("hermite(n - 1, -x)", "(-1)**(n - 1)*hermite(n - 1, x)", {"n": "natural", "x": "real"}),
    ("sqrt(x**2)", "abs(x)", X),
    ("sqrt(x)*sqrt(y)", "sqrt(x*y)", {"x": "positive", "y": "positive"}),
    ("log(x*y)", "log(abs(x)) + log(abs(y))", PAIR),
    ("log(x**2)", "2*log(abs(x))", X),
    ("(x**a)**b", "x**(a*b)", {"x": "positive", "a": "real", "b": "real"}),
    ("exp(log(x))", "x", X),
    ("log(exp(x))", "x", X),
    ("tan(atan(x))", "x", X),
    ("asin(x) + acos(x)", "pi/2", X),
    ("atanh(x)", "log((1 + x)/(1 - x))/2", X),
    ("asinh(x)", "log(x + sqrt(x**2 + 1))", X),
    ("cosh(x)**2 - sinh(x)**2", "1", X),
    ("sqrt(1 - cos(x)**2)", "sin(x)", {"x": "(0, pi)"}),
    ("sqrt((1 - cos(x))/2)", "sin(x/2)", {"x": "(0, pi)"}),
    ("sqrt(1 - x**2)", "sqrt(1 - x)*sqrt(1 + x)", {"x": "(-1, 1)"}),
    ("abs(x - y)", "where(x > y, x - y, y - x)", PAIR),
    ("max(x, y) + min(x, y)", "x + y", PAIR),
    ("cos(n*pi)", "(-1)**n", {"n": "integer"}),
    ("(-1)**(2*n)", "1", {"n": "integer"}),
    ("sin(n*pi)", "0", {"n": "integer"}),
    ("gamma(5)", "24", X),
    ("gamma(1/2)", "sqrt(pi)", X),
    ("exp(z)*exp(-z)", "1", {"z": "complex"}),
    ("sin(z)**2 + cos(z)**2", "1", {"z": "complex"}),
    ("(sqrt(3) - sqrt(2))*(sqrt(3) + sqrt(2))", "1", X),
    ("abs(x)*abs(y)", "abs(x*y)", PAIR),
    ("abs(sin(x)*cos(x))", "abs(sin(x))*abs(cos(x))", X),
    ("log(sin(x)*cos(x))", "log(sin(x)) + log(cos(x))", {"x": "(0, pi/2)"}),
    ("cos(pi/5)", "(1 + sqrt(5))/4", X),
    # special functions that are others: elliptic, gamma, Bessel, orthogonal, hypergeometric
    ("sqrt(1 - jacobisn(x, m)**2)", "jacobicn(x, m)", UNIT),
    ("sqrt(1 - m*jacobisn(x, m)**2)", "jacobidn(x, m)", UNIT),
    ("jacobisn(x, 0)", "sin(x)", X),
    ("jacobisn(x, 1)", "tanh(x)", X),
    ("jacobicn(x, 0)", "cos(x)", X),
    ("jacobidn(x, 0)", "1", X),
    ("jacobicn(x, 1)", "1/cosh(x)", X),
    ("jacobicn(ellipf(x, m), m)", "cos(x)", UNIT),
    ("jacobidn(ellipf(x, m), m)", "sqrt(1 - m*sin(x)**2)", UNIT),
    ("ellipf(x, 0)", "x", X),
    ("ellippi(m, m)", "ellipe(m)/(1 - m)", UNIT),
    ("hyp2f1(1/2, 1/2, 1, m)", "2*ellipk(m)/pi", UNIT),
    ("hyp1f1(1/2, 3/2, -x**2)", "sqrt(pi)*erf(x)/(2*x)", POSITIVE),
    ("hyp1f1(1/2, 3/2, x)", "sqrt(pi)*erfi(sqrt(x))/(2*sqrt(x))", POSITIVE),
    ("hyp2f1(1/2, 1, 3/2, x**2)", "atanh(x)/x", UNIT),
    ("hyp2f1(1/2, 1/2, 3/2, x**2)", "asin(x)/x", UNIT),
    ("hyp2f1(n, m, m, x)", "(1 - x)**(-n)", UNIT),
    ("hyp1f1(a, a + 1, -x)", "a*x**(-a)*lowergamma(a, x)", PARAMETERS),
    ("lowergamma(a, 0)", "0", WIDE),
    ("n*betainc(n, m, x)", "x**n*hyp2f1(n, 1 - m, n + 1, x)", UNIT),
    ("betainc(n, 1, x)", "x**n/n", UNIT),
    ("betainc(1, n, x)", "(1 - (1 - x)**n)/n", UNIT),
    ("betainc(1/2, 1/2, x)", "2*asin(sqrt(x))", UNIT),
    ("betainc(n + 1, m, x)*(n + m)", "n*betainc(n, m, x) - x**n*(1 - x)**m", UNIT),
    ("betainc(n, m, 1) + betainc(n, m, 0)", "beta(n, m)", UNIT),
    ("zeta(x, 1)", "zeta(x)", {"x": "(1, oo)"}),
    ("zeta(x, 1/2)", "(2**x - 1)*zeta(x)", {"x": "(1, oo)"}),
    (
        "loggamma(2*x)",
        "(2*x - 1)*log(2) - log(pi)/2 + loggamma(x) + loggamma(x + 1/2)",
        POSITIVE,
    ),
    ("loggamma(5)", "log(24)", X),
    ("erfinv(erf(x))", "x", X),
    ("bessely(1/2, x)", "-sqrt(2/(pi*x))*cos(x)", POSITIVE),
    ("besseli(1/2, x)", "sqrt(2/(pi*x))*sinh(x)", POSITIVE),
    ("bessely(-a, x)", "sin(pi*a)*besselj(a, x) + cos(pi*a)*bessely(a, x)", PARAMETERS),
    ("legendre(n, 1)", "1", {"n": "natural"}),
    ("legendre(-n - 1, x)", "legendre(n, x)", {"n": "natural", "x": "(-1, 1)"}),
    ("legendre(2, x)", "(3*x**2 - 1)/2", X),
    ("chebyshevu(n, 1) + chebyshevt(n, 1)", "n + 2", {"n": "natural"}),
    ("hyp2f1(-n, n, 1/2, (1 - x)/2)", "chebyshevt(n, x)", {"n": "natural", "x": "(-1, 1)"}),
    ("appellf1(a, b, c, n, 0, x)", "hyp2f1(a, c, n, x)", APPELL),
    ("appellf1(a, b, c, n, x, 0)", "hyp2f1(a, b, n, x)", APPELL),
    ("appellf1(a, b, c, n, x, x)", "hyp2f1(a, b + c, n, x)", APPELL),
    ("appellf1(a, b, c, a, x, y)", "(1 - x)**(-b)*(1 - y)**(-c)", APPELL),
    (
        "appellf1(a, b - 1, c, a + 1, x, y)",
        "appellf1(a, b, c, a + 1, x, y) - a*x/(a + 1)*appellf1(a + 1, b, c, a + 2, x, y)",
        APPELL,
    ),
]


@pytest.mark.parametrize(("left", "right", "symbols"), IDENTITIES, ids=lambda v: str(v)[:40])
def test_proves_identities(left, right, symbols):
    found = evidence(left, right, symbols, kind="equals")
    assert is_proved(found), found.reason
    assert found.conditions == ()


COMPLEX = {"z": "complex", "w": "complex"}
NEVER = [
    # (expression, claim, symbols, kind): false somewhere in the domain, or defined nowhere
    ("cbrt(x**3)", "1/x", X, "derivative"),
    ("(x**3)**(1/3)", "x", {"x": "negative"}, "equals"),
    ("sqrt(z)*sqrt(w)", "sqrt(z*w)", COMPLEX, "equals"),
    ("sqrt(2)*x", "sqrt(3)", X, "derivative"),
    ("sqrt(6)*x", "sqrt(2) + sqrt(3)", X, "derivative"),
    ("(sqrt(2) - sqrt(3))*x", "sqrt(5 - 2*sqrt(6))", X, "derivative"),
    ("sqrt(x - 2*sqrt(x - 1))", "1 - sqrt(x - 1)", {"x": "(1, oo)"}, "equals"),
    # polynomials for a = -3, b = -5, which no series beside them tends to
    (
        "hyp1f1(a, b, x)",
        "exp(x)*hyp1f1(b - a, b, -x)",
        {"a": "real", "b": "real", "x": "real"},
        "equals",
    ),
    (
        "hyp2f1(a, b, c, x)",
        "(1 - x)**(c - a - b)*hyp2f1(c - a, c - b, c, x)",
        {"a": "positive", "b": "real", "c": "real", "x": "(0, 1)"},
        "equals",
    ),
    ("hyp1f1(b + 1, b, x)", "exp(x)*(1 + x/b)", {"b": "real", "x": "real"}, "equals"),
    (
        "hyp1f1(a, 2*a, x)",
        "gamma(a + 1/2)*(x/4)**(1/2 - a)*exp(x/2)*besseli(a - 1/2, x/2)",
        {"a": "real", "x": "positive"},
        "equals",
    ),
    # no polynomials for negative n
    ("legendre(n, -x)", "(-1)**n*legendre(n, x)", {"n": "integer", "x": "(-1, 1)"}, "equals"),
    ("legendre(n, -1)", "(-1)**n", {"n": "integer"}, "equals"),
    ("hermite(n, -x)", "(-1)**n*hermite(n, x)", {"n": "integer", "x": "real"}, "equals"),
    ("sqrt(x**2)", "1", X, "derivative"),
    ("sqrt(x**2)", "x", X, "equals"),
    ("sqrt(x**2)", "1", {"x": "nonzero"}, "derivative"),
    ("abs(x)", "1", X, "derivative"),
    ("abs(x)", "-1", X, "derivative"),
    ("abs(x)", "x", X, "equals"),
    ("log(x**2)", "2*log(x)", {"x": "negative"}, "equals"),
    ("log(z**2)", "2*log(z)", COMPLEX, "equals"),
    ("log(z*w)", "log(z) + log(w)", COMPLEX, "equals"),
    ("log(exp(z))", "z", COMPLEX, "equals"),
    ("(x**a)**b", "x**(a*b)", {"x": "real", "a": "real", "b": "real"}, "equals"),
    ("(x**2)**a", "x**(2*a)", {"x": "real", "a": "real"}, "equals"),
    ("atan(tan(x))", "x", X, "equals"),
    ("acos(cos(x))", "x", X, "equals"),
    ("asin(sin(x))", "x", X, "equals"),
    ("sqrt(1 - x)/sqrt(x - 1)", "1", X, "equals"),
    ("sqrt(1 - x)/sqrt(x - 1)", "sqrt(-1)", X, "equals"),
    ("asec(x)", "1/(x*sqrt(x**2 - 1))", X, "derivative"),
    ("acsc(x)", "-1/(x*sqrt(x**2 - 1))", X, "derivative"),
    ("acsch(x)", "-1/(x*sqrt(1 + x**2))", X, "derivative"),
    ("asin(x/a)", "1/sqrt(a**2 - x**2)", {"x": "real", "a": "real"}, "derivative"),
    ("max(x, 0)", "1", {"x": "nonzero"}, "derivative"),
    ("max(x, y)", "where(x > y, 0, 1)", PAIR, "derivative"),
    ("sqrt(1 - cos(x)**2)", "sin(x)", X, "equals"),
    ("sqrt(1 - sin(x)**2)", "cos(x)", {"x": "(0, pi)"}, "equals"),
    ("x/abs(x)", "1", X, "equals"),
    ("cos(n*pi)", "1", {"n": "integer"}, "equals"),
    ("sin(x) + x/10**30", "cos(x)", X, "derivative"),
    ("sqrt(2/pi)*x", "0.7978845608", X, "derivative"),
    ("x**n", "n*x**(n + 1)", PARAMETERS, "derivative"),
    ("a**x", "x*a**(x - 1)", PARAMETERS, "derivative"),
    ("besselj(n, x)", "besselj(n + 1, x) - n*besselj(n, x)/x", PARAMETERS, "derivative"),
    ("sqrt(x - 1)*sqrt(x + 1)", "-sqrt(x**2 - 1)", X, "equals"),
    ("abs(x - 1) + abs(x + 1)", "2", X, "equals"),
    ("abs(x + abs(x))", "0", X, "equals"),
    ("exp(z)", "exp(abs(z))", COMPLEX, "equals"),
    ("log(x)", "log(-x)", X, "equals"),
    ("uppergamma(a, x)", "x**(a - 1)*exp(-x)", PARAMETERS, "derivative"),
    ("loggamma(x + 1)", "loggamma(x) + log(x)", {"x": "(-1, 0)"}, "equals"),
    ("sign(x)", "1", {"x": "nonnegative"}, "equals"),
    ("1/(abs(x) - x)", "0", {"x": "negative"}, "equals"),
    # a*J(a) where the series ends and J has a pole: they are 1 and 1 - a*x - x/2
    ("appellf1(0, a, 1/2, 1, x, x/2)", "0", {"x": "(0, 1/2)", "a": "positive"}, "equals"),
    ("appellf1(-1, a, 1/2, 1, x, x/2)", "0", {"x": "(0, 1/2)", "a": "positive"}, "equals"),
    # wrong at the closed end -1 only, and undefined beside it
    ("asec(x)", "atan(sqrt(x**2 - 1))", {"x": "[-1, 2]"}, "equals"),
]


@pytest.mark.parametrize(
    ("expression", "claim", "symbols", "kind"), NEVER, ids=lambda v: str(v)[:40]
)
def test_never_proves(expression, claim, symbols, kind):
    found = evidence(expression, claim, symbols, kind)
    assert not is_proved(found) or found.conditions, found.detail


@pytest.mark.parametrize("claim", ["1 + x", "exp(x)"])
def test_what_has_two_meanings_is_neither_proved_nor_refuted(claim):
    (equation,) = adhoc("hyp1f1(-1, -1, x)", claim, symbols=X, claim="equals")
    assert judge(equation, Settings()).finding is Finding.UNKNOWN
    assert balls(equation, Settings()).finding is Finding.UNKNOWN


def test_matrix_claims_are_left_alone():
    (equation,) = adhoc("x.T @ x", "2*x", symbols={"x": ["n"]}, wrt="x")
    found = judge(equation, Settings())
    assert (found.finding, found.reason) == (Finding.UNKNOWN, "not a scalar claim")


CONDITIONS = [
    ("abs(x)", "where(x > 0, 1, where(x < 0, -1, 0))", "derivative", ("x != 0",)),
    ("sign(x)**2", "1", "equals", ("x != 0",)),
    ("where(x == 0, 7, x)", "x", "equals", ("x != 0",)),
    ("x*where(x >= 0, 1, -1)", "where(x >= 0, 1, -1)", "derivative", ()),
    ("x**2", "2*x + 1 - sign(x)**2", "derivative", ("x != 0",)),
    ("x*abs(x)", "2*abs(x) + 1 - sign(x)**2", "derivative", ("x != 0",)),
    ("x**2", "2*x + 1 - sign(x)*sign(3*x)", "derivative", ("x != 0",)),
    ("x**2", "2*x + where(x <= 0, 1, 0)*where(2*x >= 0, 1, 0)", "derivative", ("x != 0",)),
    (
        "x**2",
        "2*x + where(x <= 0, 1, 0)*where(x**3 >= 0, 1, 0)",
        "derivative",
        ("x != 0", "x**3 != 0"),
    ),
    ("x**2", "2*x + sign(x)*(2*where(x > 0, 1, 0) - 1) - 1", "derivative", ("x != 0",)),
    ("x*abs(x)", "x*sign(x) + abs(x)", "derivative", ()),
    ("abs(x)", "x*sign(x)", "equals", ()),
    ("sign(x)**3", "sign(x)", "equals", ()),
    ("abs(x) + abs(x - 1)", "sign(x) + sign(x - 1)", "derivative", ()),
    ("min(max(x, 0), 6)", "where(x > 0, where(x < 6, 1, 0), 0)", "derivative", ()),
]


@pytest.mark.parametrize(("left", "right", "kind", "conditions"), CONDITIONS)
def test_switching_points_are_conditions(left, right, kind, conditions):
    found = evidence(left, right, kind=kind)
    assert is_proved(found)
    assert found.conditions == conditions


XY = {"x": "real", "y": "real"}
EDGES = {"x": "nonnegative", "y": "nonnegative"}
POWER = {"x": "nonnegative", "n": "natural"}
NEAR_ONE = {"x": "nonnegative", "y": "(0, 3/2)"}
BEYOND_SAMPLES = [
    # wrong where no rational point is: only the prover can tell
    ("x", "where((x**3 - 2)**2 > 0, 1, 0)", "derivative", XY, [], "(x**3 - 2)**2 != 0"),
    ("x", "sign((x**3 - 2)**2)", "derivative", XY, [], "(x**3 - 2)**2 != 0"),
    ("where(y**3 > 2, x, -x)", "where(y**3 >= 2, 1, -1)", "derivative", XY, [], "y**3 != 2"),
    ("sign(y**3 - 2)*x", "where(y**3 > 2, 1, -1)", "derivative", XY, [], "y**3 != 2"),
    ("where(x*y > 0, x, -x)", "where(x*y >= 0, 1, -1)", "derivative", XY, [], "x*y != 0"),
    ("x", "where(x**3 > 2, 1, 0)", "derivative", XY, ["x**3 >= 2"], "x**3 != 2"),
    ("where(y > x**2, 5, x)", "where(y >= x**2, 0, 1)", "derivative", XY, [], "y != x**2"),
    ("where(y > -x**2, x, 2*x)", "where(y > -x**2, 1, 2)", "derivative", XY, [], "y != -x**2"),
    ("diff(abs(y - x**2), x, 2)", "-2*sign(y - x**2)", "equals", XY, [], "y - x**2 != 0"),
    ("-2*sign(y - x**2)", "diff(abs(y - x**2), x, 2)", "equals", XY, [], "y - x**2 != 0"),
    ("max(x, y) - abs(x)/2", "where(x > y, 1, 0) - 1/2", "derivative", EDGES, [], "x != y"),
    (
        "x**y",
        "where(x > 0, x**y, 0)",
        "equals",
        EDGES,
        [],
        "x != 0",
    ),
    # x**a is exp(a*log(x)), and yet it vanishes
    ("sign(x**pi)", "1", "equals", EDGES, [], "x**pi != 0"),
    ("where(x**y > 0, 1, 2)", "1", "equals", EDGES, [], "x**y != 0"),
    ("x", "sign(x + x**pi)", "derivative", EDGES, [], "x + x**pi != 0"),
    ("x**n", "n*x**(n - 1)*sign(x**n)", "derivative", POWER, [], "x**n != 0"),
    ("x**(2 - y)/(2 - y)", "where(x > 0, x*x**(-y), 0)", "derivative", NEAR_ONE, [], "x != 0"),
    # x at y = 0, and 0 at all other zeros of x
    (
        "cbrt(x**3 + y**3)",
        "where(x == 0, 0, x**2/cbrt(x**3 + y**3)**2)",
        "derivative",
        XY,
        [],
        "x != 0",
    ),
    (
        "abs(x - 1) + sqrt(x**2*(x - 1))",
        "x - 1 + sqrt(x**2*(x - 1))",
        "equals",
        XY,
        [],
        "the point is no isolated one of the domain",
    ),
    (
        "abs(x - 2)",
        "x - 2",
        "equals",
        XY,
        ["(x**3 - 2)**2*(x - 2) >= 0"],
        "the point is no isolated one of the domain",
    ),
]


@pytest.mark.parametrize(
    ("left", "right", "kind", "symbols", "assume", "condition"), BEYOND_SAMPLES
)
def test_points_that_no_sample_meets_are_conditions(left, right, kind, symbols, assume, condition):
    found = evidence(left, right, symbols, kind=kind, assume=assume)
    assert is_proved(found)
    assert found.conditions == (condition,)


def test_a_line_sees_switches_that_meet_from_two_sides_only():
    body = "abs(x - y) - abs(x)"
    signs = evidence(body, "sign(x - y) - sign(x)", XY)
    alike = evidence(body, "where(x > y, 1, -1) - where(x > 0, 1, -1)", XY)
    other = evidence(body, "where(x >= y, 1, -1) - where(x > 0, 1, -1)", XY)
    assert all(map(is_proved, (signs, alike, other)))
    assert (signs.conditions, alike.conditions) == ((), ())
    assert set(other.conditions) == {"x != 0", "x != y"}


def test_side_conditions_are_facts():
    symbols = {"x": "real", "a": "real"}
    assert is_proved(evidence("abs(x - a)", "1", symbols, assume=["x > a"]))
    assert not is_proved(evidence("abs(x - a)", "1", symbols))
    assert is_proved(
        evidence("sqrt((x - a)**2)", "a - x", symbols, kind="equals", assume=["x < a"])
    )


def test_equal_side_conditions_close_a_difference():
    symbols = {"x": "real", "y": "real"}
    options = {"kind": "equals", "assume": ["x**2 + y**2 == 1"]}
    assert is_proved(evidence("(x + y)**2", "1 + 2*x*y", symbols, **options))
    assert not is_proved(evidence("(x + y)**2", "1 - 2*x*y", symbols, **options))


def test_abstract_functions():
    functions = {"u": "scalar(x)", "v": "scalar(x)", "f": "scalar(s, t)"}
    quotient = "(D(u)(x)*v(x) - u(x)*D(v)(x))/v(x)**2"
    assert is_proved(evidence("u(x)/v(x)", quotient, functions=functions))
    assert not is_proved(evidence("u(x)/v(x)", quotient.replace("-", "+"), functions=functions))
    assert is_proved(evidence("u(v(x))", "D(u)(v(x))*D(v)(x)", functions=functions))
    assert is_proved(
        evidence("f(x, x**2) - f(x**2/x, x*x)", "0", functions=functions, kind="equals")
    )


def test_dimensions_are_positive_unknowns():
    symbols = {"x": "positive", "v": ["n"]}
    (equation,) = adhoc("sqrt(n**2*x)", "n/(2*sqrt(x))", symbols=symbols, wrt="x")
    assert is_proved(judge(equation, Settings()))


def test_no_derivative_is_unknown():
    found = evidence("polygamma(x, 2)", "0")
    assert found.finding is Finding.UNKNOWN
    assert "polygamma" in found.reason


def test_too_large_is_unknown():
    product = "*".join(f"(x + y**{k} + {k})" for k in range(1, 30))
    found = evidence(f"exp({product})", "0", PAIR)
    assert found.finding is Finding.UNKNOWN


X_NODE = n.Sym("x", shape=())


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("x**3", "3*x**2"),
        ("sin(2*x)", "2*cos(2*x)"),
        ("exp(x)", "exp(x)"),
        ("x**x", "x*x**(x - 1) + x**x*log(x)"),
        ("max(x, 0)", "where(x > 0, 1, 0)"),
    ],
)
def test_differentiate(expression, text):
    (equation,) = adhoc(expression, "0", symbols={"x": "real"}, claim="equals")
    assert node_text(differentiate(equation.left, X_NODE)) == text


def test_differentiate_tells_what_has_no_rule():
    (equation,) = adhoc("polygamma(x, 2)", "0", symbols={"x": "real"}, claim="equals")
    with pytest.raises(NoDerivative, match="polygamma by argument 1"):
        differentiate(equation.left, X_NODE)


def test_linear_systems():
    one = flint.fmpq(1)
    between = [({0: one}, True), ({0: -one, -1: one}, True)]
    assert not infeasible(between)
    assert infeasible([*between, ({0: one, -1: -one}, False)])


def test_sample_points_lie_between_the_roots():
    points = sample_points([flint.fmpq_poly([-2, 0, 1]), flint.fmpq_poly([0, 1])])
    assert len(points) == 4
    assert points[0] ** 2 > 2 > points[1] ** 2
    assert points[1] < 0 < points[2]


# -- soundness on random claims -------------------------------------------------------------

DOMAINS = ("real", "positive", "negative", "nonnegative", "nonzero")


def points(kind, seed):
    random = Random(seed)
    for _ in range(12):
        x = mpmath.mpf(random.uniform(0.01, 3))
        x = (
            x
            if kind in ("positive", "nonnegative")
            else -x
            if kind == "negative"
            else x * random.choice((1, -1))
        )
        yield {"x": x}


def differs(body, claim, kind, seed):
    """A point where every sub-expression is real and the claim misses the derivative."""
    for point in points(kind, seed):
        try:
            with mpmath.workdps(40):
                true, claimed = slope(body, "x", point), value(claim, point)
                value(body, point)
        except (NotReal, TypeError, NotImplementedError):
            continue
        if abs(true - claimed) > mpmath.mpf(10) ** -7 * (1 + abs(true) + abs(claimed)):
            return point
    return None


ONE_AT_LAST = n.call("min", n.ONE_NODE, n.divide(X_NODE, X_NODE))


@example(n.add(X_NODE, ONE_AT_LAST), "real", 9)  # whether 1 > x/x the oracle can't tell
@given(scalar_nodes, st.sampled_from(DOMAINS), st.integers(0, 2**32))
def test_random_claims_are_proved_only_when_true(body, kind, seed):
    try:
        true = differentiate(body, X_NODE)
    except NoDerivative:
        return
    bound = n.Sym("x#1", shape=())
    inner = n.substitute(body, {X_NODE: bound})
    left = n.Jvp(inner, (bound,), (X_NODE,), (n.ONE_NODE,), shape=())
    context = Context((Symbol("x", (), Domain(kind)),))
    for claim in (true, slips(true, Random(seed))):
        found = judge(Equation(left, claim, context), Settings())
        if is_proved(found) and not found.conditions:
            point = differs(body, claim, kind, seed)
            assert point is None, f"{node_text(claim)} at {point}: {found.detail}"


def test_the_oracle_would_notice():
    (equation,) = adhoc("sin(x)", "0", symbols=X, claim="equals")
    assert differs(equation.left, n.call("cos", X_NODE), "real", 1) is None
    assert differs(equation.left, n.call("sin", X_NODE), "real", 1) is not None


TWICE = n.call("min", X_NODE, n.number(2))


@example(n.call("max", TWICE, TWICE), "real", 0)  # its pieces are numbers
@given(scalar_nodes, st.sampled_from(DOMAINS), st.integers(0, 2**32))
def test_prover_and_balls_never_contradict(body, kind, seed):
    try:
        true = differentiate(body, X_NODE)
    except NoDerivative:
        return
    bound = n.Sym("x#1", shape=())
    left = n.Jvp(n.substitute(body, {X_NODE: bound}), (bound,), (X_NODE,), (n.ONE_NODE,), shape=())
    context = Context((Symbol("x", (), Domain(kind)),), seed=seed)
    for kind_of_claim, claim in (("true", true), ("slip", slips(true, Random(seed)))):
        equation = Equation(left, claim, context)
        proof = judge(equation, Settings())
        numbers = balls(equation, Settings())
        event(f"{kind_of_claim}: prover {proof.finding.value}, balls {numbers.finding.value}")
        if is_proved(proof) and not proof.conditions:
            assert numbers.finding is not Finding.FAILS, (node_text(claim), numbers.witness)
        # by the rules max(x, 1) + min(x, 1) has the slope 0 at 1, where none of its terms has one
        if kind_of_claim == "true" and not proof.conditions:
            assert numbers.finding is not Finding.FAILS, (node_text(claim), numbers.witness)
