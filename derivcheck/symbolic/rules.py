"""Derivatives of the elementwise functions, for the provers: one line each, in our own language.

Interval arithmetic has a table of its own (:mod:`derivcheck.numeric.intervals.rules`), typed apart
and in another form where there is one, and SymPy has its rules: three that share nothing.
After DLMF chapters 4 to 10, 19 and 25; elliptic integrals in the parameter m after Byrd and
Friedman, 710.
"""

from __future__ import annotations

from derivcheck.lang.texts import Rules, hypergeometric_rules

RULES = Rules(
    {
        # exponential, logarithm, roots (DLMF 4)
        "exp(u)": "exp(u)",
        "log(u)": "1/u",
        "cbrt(u)": "1/3*cbrt(u)**(-2)",
        "abs(u)": "sign(u)",
        # of real arguments; complex ones are differentiated in `derivative`
        "conj(u)": "1",
        "re(u)": "1",
        "im(u)": "0",
        "arg(u)": "0",
        "sign(u)": "0",
        "max(u, v)": ("where(u > v, 1, 0)", "where(u > v, 0, 1)"),
        "min(u, v)": ("where(u > v, 0, 1)", "where(u > v, 1, 0)"),
        # trigonometric (4.20, 4.24)
        "sin(u)": "cos(u)",
        "cos(u)": "-sin(u)",
        "tan(u)": "cos(u)**(-2)",
        "cot(u)": "-sin(u)**(-2)",
        "sec(u)": "sec(u)*tan(u)",
        "csc(u)": "-csc(u)*cot(u)",
        "asin(u)": "(1 - u**2)**(-1/2)",
        "acos(u)": "-(1 - u**2)**(-1/2)",
        "atan(u)": "1/(1 + u**2)",
        "acot(u)": "-1/(1 + u**2)",
        # as acos and asin of 1/u: right on both sides, with |u|
        "asec(u)": "u**(-2)*(1 - u**(-2))**(-1/2)",
        "acsc(u)": "-u**(-2)*(1 - u**(-2))**(-1/2)",
        "sinc(u)": "(cos(u) - sinc(u))/u",
        "atan2(y, x)": ("x/(x**2 + y**2)", "-y/(x**2 + y**2)"),
        "hypot(x, y)": ("x/sqrt(x**2 + y**2)", "y/sqrt(x**2 + y**2)"),
        # hyperbolic (4.34, 4.38)
        "sinh(u)": "cosh(u)",
        "cosh(u)": "sinh(u)",
        "tanh(u)": "1 - tanh(u)**2",
        "coth(u)": "1 - coth(u)**2",
        "sech(u)": "-sech(u)*tanh(u)",
        "csch(u)": "-csch(u)*coth(u)",
        "asinh(u)": "(u**2 + 1)**(-1/2)",
        "acosh(u)": "(u - 1)**(-1/2)*(u + 1)**(-1/2)",
        "atanh(u)": "1/(1 - u**2)",
        "acoth(u)": "1/(1 - u**2)",
        "asech(u)": "-u**(-2)*(1/u - 1)**(-1/2)*(1/u + 1)**(-1/2)",
        "acsch(u)": "-u**(-2)*(1 + u**(-2))**(-1/2)",
        # error functions (7.2)
        "erf(u)": "2*pi**(-1/2)*exp(-u**2)",
        "erfc(u)": "-2*pi**(-1/2)*exp(-u**2)",
        "erfi(u)": "2*pi**(-1/2)*exp(u**2)",
        "erfinv(u)": "sqrt(pi)/2*exp(erfinv(u)**2)",
        # gamma family (5.2, 5.12, 5.15, 8.8.13)
        "gamma(u)": "gamma(u)*digamma(u)",
        "loggamma(u)": "digamma(u)",
        "digamma(u)": "polygamma(1, u)",
        "polygamma(n, u)": (None, "polygamma(n + 1, u)"),
        "beta(a, b)": (
            "beta(a, b)*(digamma(a) - digamma(a + b))",
            "beta(b, a)*(digamma(b) - digamma(b + a))",
        ),
        "uppergamma(a, u)": (None, "-u**(a - 1)*exp(-u)"),
        "lowergamma(a, u)": (
            "gamma(a)*digamma(a) - diff(uppergamma(a, u), a)",
            "u**(a - 1)*exp(-u)",
        ),
        # incomplete beta (8.17)
        "betainc(a, b, x)": (None, None, "x**(a - 1)*(1 - x)**(b - 1)"),
        "betainc_regularized(a, b, x)": (
            "diff(betainc(a, b, x), a)/beta(a, b)"
            " - betainc_regularized(a, b, x)*(digamma(a) - digamma(a + b))",
            "diff(betainc(a, b, x), b)/beta(a, b)"
            " - betainc_regularized(a, b, x)*(digamma(b) - digamma(a + b))",
            "x**(a - 1)*(1 - x)**(b - 1)/beta(a, b)",
        ),
        # Bessel (10.6.1, 10.29.1) and Airy (9.2.1)
        "besselj(n, u)": (None, "1/2*(besselj(n - 1, u) - besselj(n + 1, u))"),
        "bessely(n, u)": (None, "1/2*(bessely(n - 1, u) - bessely(n + 1, u))"),
        "besseli(n, u)": (None, "1/2*(besseli(n - 1, u) + besseli(n + 1, u))"),
        "besselk(n, u)": (None, "1/2*(-besselk(n - 1, u) - besselk(n + 1, u))"),
        "airyai(u)": "airyaiprime(u)",
        "airybi(u)": "airybiprime(u)",
        "airyaiprime(u)": "u*airyai(u)",
        "airybiprime(u)": "u*airybi(u)",
        # integrals (6.2, 7.2.7, 8.19.13)
        "Ei(u)": "exp(u)/u",
        "li(u)": "1/log(u)",
        "Si(u)": "sin(u)/u",
        "Ci(u)": "cos(u)/u",
        "Shi(u)": "sinh(u)/u",
        "Chi(u)": "cosh(u)/u",
        "expint(n, u)": (None, "-expint(n - 1, u)"),
        "fresnels(u)": "sin(pi*u**2/2)",
        "fresnelc(u)": "cos(pi*u**2/2)",
        # not W/(u*(1 + W)), which is undefined at 0 (4.13.4)
        "lambertw(u)": "exp(-lambertw(u))/(1 + lambertw(u))",
        "polylog(s, u)": (None, "polylog(s - 1, u)/u"),
        # Hurwitz zeta (25.11.17)
        "zeta(s, a)": (None, "-s*zeta(s + 1, a)"),
        # hypergeometric functions (15.5.1, 13.3.15, 16.3.1, 16.14)
        "hyp0f1(b, u)": (None, "hyp0f1(b + 1, u)/b"),
        "hyp1f1(a, b, u)": (None, None, "a/b*hyp1f1(a + 1, b + 1, u)"),
        "hyp2f1(a, b, c, u)": (None, None, None, "a*b/c*hyp2f1(a + 1, b + 1, c + 1, u)"),
        **hypergeometric_rules("{slope}*{raised}"),
        "appellf1(a, b1, b2, c, x, y)": (
            *(None, None, None, None),
            "a*b1/c*appellf1(a + 1, b1 + 1, b2, c + 1, x, y)",
            "a*b2/c*appellf1(a + 1, b1, b2 + 1, c + 1, x, y)",
        ),
        # orthogonal polynomials (18.9, 14.10.5)
        "legendre(n, x)": (None, "n*(x*legendre(n, x) - legendre(n - 1, x))/(x**2 - 1)"),
        "chebyshevt(n, x)": (None, "n*chebyshevu(n - 1, x)"),
        "chebyshevu(n, x)": (
            None,
            "((n + 1)*chebyshevt(n + 1, x) - x*chebyshevu(n, x))/(x**2 - 1)",
        ),
        "hermite(n, x)": (None, "2*n*hermite(n - 1, x)"),
        "laguerre(n, x)": (None, "n*(laguerre(n, x) - laguerre(n - 1, x))/x"),
        # Jacobi's elliptic functions (22.13)
        "jacobisn(u, m)": ("jacobicn(u, m)*jacobidn(u, m)", None),
        "jacobicn(u, m)": ("-jacobisn(u, m)*jacobidn(u, m)", None),
        "jacobidn(u, m)": ("-m*jacobisn(u, m)*jacobicn(u, m)", None),
        # elliptic integrals (19.4, 19.5)
        "ellipk(m)": "(ellipe(m) - (1 - m)*ellipk(m))/(2*m*(1 - m))",
        "ellipe(m)": "(ellipe(m) - ellipk(m))/(2*m)",
        "ellipe(phi, m)": (
            "sqrt(1 - m*sin(phi)**2)",
            "(ellipe(phi, m) - ellipf(phi, m))/(2*m)",
        ),
        "ellipf(phi, m)": (
            "(1 - m*sin(phi)**2)**(-1/2)",
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
    }
)  # fmt: skip
"""Function in its arguments to the partial derivative by each; None: no closed form is known."""
