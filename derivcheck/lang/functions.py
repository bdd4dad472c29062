"""The one table of elementwise functions: what each means, how it is written, what it is elsewhere.

Adding a function is adding a row. Derivative rules are not here on purpose: the provers
(``symbolic/rules.py``) and interval arithmetic (``numeric/intervals/rules.py``) have one text
each, so that a wrong rule in one cannot hide in the other.
Functions that change shapes (``tr``, ``softmax``, ``diag`` ...) are handlers in
:mod:`derivcheck.lang.shaped`. A long module: it is one table.

Texts in a row are expressions of the language in the row's parameters. Meaning, branches and
conventions are those of the NIST Digital Library of Mathematical Functions (dlmf.nist.gov) and of
SymPy; elliptic integrals take the parameter m = k**2.
"""

from __future__ import annotations

from re import fullmatch

from derivcheck.records import record

Exact = tuple[int, int]
ORIGIN: Exact = (0, 0)


@record()
class Function:
    """An elementwise function of the language.

    ``parameters``
        The arguments' names, in which the row's texts are written and messages speak.
    ``latex``, ``text``
        Its head in LaTeX and in plain letters (terminal, MathML); ``indexed`` says how many of the
        first arguments are an index, ``powers`` that ``sin² x`` is written.
    ``real``
        Comparisons that all hold where it is real and defined, but for single points; a strict one
        also says that it is undefined on its boundary.
    ``definition``
        What it is by other functions; ``spelled`` rows are only a name for that, and no judge
        meets them: the definition stands in their place once shapes are known.
    ``parity``
        ``odd`` or ``even`` in its only argument.
    ``symmetric``
        Whether its arguments may come in any order.
    ``kinks``, ``jumps``, ``poles``
        Expressions that vanish where it has one inside the real line. ``NONPOSITIVE_INTEGERS``
        are the poles of the gamma family.
    ``whole``
        Parameters that take whole numbers only: there is no derivative by them.
    ``smooth``, ``entire``
        Whether it has every derivative at every real, at every complex point.
    ``meromorphic``
        Whether it is real at real points and has no branch cut: conj(f(z)) is f(conj(z)).
    ``exact``
        One argument with a rational value, and that value.
    ``numpy``, ``scipy``, ``math``, ``sympy``, ``arb``
        Its name in NumPy, ``scipy.special``, Python's ``math``, SymPy, and as a method of flint's
        ``arb`` (empty where it has none with this meaning).
    ``lists``
        How many of the first arguments are written as a first and as a second list.
    ``cost``
        Evaluations of an ordinary special function that one of it takes, roughly.
    ``kin``
        Functions that are written in its place by mistake, the likeliest first.
    """

    name: str
    parameters: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    latex: str = ""
    text: str = ""
    indexed: int = 0
    powers: bool = False
    real: tuple[str, ...] = ()
    definition: str = ""
    spelled: bool = False
    parity: str = ""
    symmetric: bool = False
    kinks: str = ""
    jumps: str = ""
    poles: str = ""
    whole: tuple[str, ...] = ()
    smooth: bool = False
    entire: bool = False
    meromorphic: bool = False
    exact: Exact | None = None
    numpy: str = ""
    scipy: str = ""
    math: str = ""
    sympy: str = ""
    arb: str = ""
    lists: tuple[int, int] | None = None
    cost: int = 1
    kin: str = ""
    note: str = ""

    @property
    def arity(self) -> int:
        """Number of arguments."""
        return len(self.parameters)

    @property
    def breaks(self) -> tuple[str, ...]:
        """Expressions that vanish where it is not smooth inside the real line."""
        return tuple(filter(None, (self.kinks, self.jumps, self.poles)))


NONPOSITIVE_INTEGERS = "nonpositive integers"
"""``poles`` of the gamma family."""


def _row(name: str, parameters: str = "z", aliases: str = "", **facts: object) -> Function:
    """A row; LaTeX, plain text and SymPy's name follow from the name where they are not given."""
    facts.setdefault("text", name)
    facts.setdefault("latex", rf"\operatorname{{{facts['text']}}}")
    facts.setdefault("sympy", name)
    facts.setdefault("smooth", "entire" in facts)
    facts.setdefault("meromorphic", "entire" in facts)
    names = tuple(parameters.split())
    return Function(name, names, tuple(aliases.split()), **facts)  # type: ignore[arg-type]


def _shared(name: str, **facts: object) -> Function:
    """A row of a function that has its own name in NumPy, ``math`` and flint."""
    for library in ("numpy", "math", "arb"):
        facts.setdefault(library, name)
    return _row(name, **facts)  # type: ignore[arg-type]


def _spelled(
    name: str, definition: str, aliases: str = "", parameters: str = "z", **facts: object
) -> Function:
    """A row that is only a name for an expression in its parameters."""
    facts.setdefault("sympy", "")
    return _row(name, parameters, aliases, definition=definition, spelled=True, **facts)


def _hyper(above: int, below: int) -> Function:
    """``hyper([a1, ...], [b1, ...], z)`` with so many parameters above and below."""
    names = [*(f"a{k + 1}" for k in range(above)), *(f"b{k + 1}" for k in range(below)), "z"]
    lists = (above, below)
    return _row(f"hyper_{above}_{below}", " ".join(names), text="hyper", lists=lists, sympy="",
                cost=4)  # fmt: skip


_BEYOND_ONE = ("z**2 >= 1",)

ROWS: tuple[Function, ...] = (
    # exponential and logarithm (log to a base is log(x)/log(a) by the time judges see it)
    _shared("exp", latex=r"\exp", entire=True, exact=(0, 1)),
    _shared("log", aliases="ln", latex=r"\ln", text="ln", powers=True, real=("z > 0",),
            exact=(1, 0), kin="exp"),
    _row("cbrt", parity="odd", kinks="z", exact=ORIGIN, numpy="cbrt", math="cbrt"),
    # absolute value, sign
    _row("abs", aliases="fabs absolute Abs", parity="even", kinks="z", exact=ORIGIN,
         numpy="absolute", math="fabs", sympy="Abs"),
    # of real numbers they are that number and 0; claims about complex ones keep them
    _row("conj", aliases="conjugate", sympy="conjugate", numpy="conjugate"),
    _row("re", aliases="real", numpy="real"),
    _row("im", aliases="imag", numpy="imag"),
    _row("arg", aliases="angle", jumps="z", numpy="angle"),
    _row("sign", aliases="sgn", parity="odd", jumps="z", exact=ORIGIN, numpy="sign"),
    # names for expressions
    _spelled("log2", "log(z)/log(2)", numpy="log2"),
    _spelled("log10", "log(z)/log(10)", numpy="log10"),
    _spelled("log1p", "log(1 + z)", numpy="log1p"),
    _spelled("exp2", "2**z", numpy="exp2"),
    _spelled("expm1", "exp(z) - 1", numpy="expm1"),
    _spelled("square", "z**2", numpy="square"),
    _spelled("sigmoid", "1/(1 + exp(-z))", "expit logistic", scipy="expit"),
    _spelled("logit", "log(z/(1 - z))", scipy="logit"),
    _spelled("softplus", "log(1 + exp(z))"),
    _spelled("relu", "max(z, 0)"),
    _spelled("heaviside", "(1 + sign(z))/2", "Heaviside", note="1/2 at 0"),
    # trigonometric
    _shared("sin", latex=r"\sin", powers=True, parity="odd", entire=True, exact=ORIGIN,
            kin="cos sinh"),
    _shared("cos", latex=r"\cos", powers=True, parity="even", entire=True, exact=(0, 1),
            kin="sin cosh"),
    _shared("tan", aliases="tg", latex=r"\tan", powers=True, parity="odd", poles="cos(z)",
            exact=ORIGIN, kin="cot tanh sec", meromorphic=True),
    _row("cot", aliases="ctg cotan", latex=r"\cot", powers=True, definition="1/tan(z)",
         parity="odd", poles="sin(z)", arb="cot", kin="tan coth csc", meromorphic=True),
    _row("sec", latex=r"\sec", powers=True, definition="1/cos(z)", parity="even", poles="cos(z)",
         exact=(0, 1), arb="sec", kin="csc sech tan", meromorphic=True),
    _row("csc", aliases="cosec", latex=r"\csc", powers=True, definition="1/sin(z)", parity="odd",
         poles="sin(z)", arb="csc", kin="sec csch cot", meromorphic=True),
    _shared("asin", aliases="arcsin", latex=r"\arcsin", text="arcsin", real=("z <= 1", "z >= -1"),
            parity="odd", exact=ORIGIN, numpy="arcsin", kin="acos asinh"),
    _shared("acos", aliases="arccos", latex=r"\arccos", text="arccos", real=("z <= 1", "z >= -1"),
            exact=(1, 0), numpy="arccos", kin="asin acosh"),
    _shared("atan", aliases="arctan arctg", latex=r"\arctan", text="arctan", parity="odd",
            smooth=True, exact=ORIGIN, numpy="arctan", kin="acot atanh"),
    _row("acot", aliases="arccot arcctg arccotan", text="arccot", definition="atan(1/z)",
         parity="odd", jumps="z"),
    _row("sinc", definition="sin(z)/z", parity="even", entire=True, exact=(0, 1), arb="sinc",
         note="1 at 0"),
    _row("asec", aliases="arcsec", text="arcsec", definition="acos(1/z)", real=_BEYOND_ONE,
         exact=(1, 0)),
    _row("acsc", aliases="arccsc arccosec", text="arccsc", definition="asin(1/z)",
         real=_BEYOND_ONE, parity="odd"),
    _row("atan2", "y x", "arctan2", jumps="where(x > 0, 1, y)", numpy="arctan2", math="atan2",
         arb="atan2"),
    _row("hypot", "x y", definition="sqrt(x**2 + y**2)", symmetric=True, kinks="x**2 + y**2",
         numpy="hypot", math="hypot", sympy=""),
    # hyperbolic
    _shared("sinh", aliases="sh", latex=r"\sinh", powers=True, parity="odd", entire=True,
            exact=ORIGIN, kin="cosh sin"),
    _shared("cosh", aliases="ch", latex=r"\cosh", powers=True, parity="even", entire=True,
            exact=(0, 1), kin="sinh cos"),
    _shared("tanh", aliases="th", latex=r"\tanh", powers=True, parity="odd", smooth=True,
            exact=ORIGIN, kin="coth tan sech", meromorphic=True),
    _row("coth", aliases="cth", latex=r"\coth", powers=True, definition="1/tanh(z)", parity="odd",
         poles="z", arb="coth", kin="tanh cot csch", meromorphic=True),
    _row("sech", powers=True, definition="1/cosh(z)", parity="even", smooth=True, exact=(0, 1),
         arb="sech", kin="csch sec tanh", meromorphic=True),
    _row("csch", aliases="cosech", powers=True, definition="1/sinh(z)", parity="odd", poles="z",
         arb="csch", kin="sech csc coth", meromorphic=True),
    _shared("asinh", aliases="arcsinh arsinh arsh", text="arsinh", parity="odd", smooth=True,
            exact=ORIGIN, numpy="arcsinh"),
    _shared("acosh", aliases="arccosh arcosh arch", text="arcosh", real=("z >= 1",), exact=(1, 0),
            numpy="arccosh"),
    _shared("atanh", aliases="arctanh artanh arth", text="artanh", real=("z < 1", "z > -1"),
            parity="odd", exact=ORIGIN, numpy="arctanh"),
    _row("acoth", aliases="arccoth arcoth arcth", text="arcoth", definition="atanh(1/z)",
         real=("z**2 > 1",), parity="odd"),
    _row("asech", aliases="arcsech arsech", text="arsech", definition="acosh(1/z)",
         real=("z > 0", "z <= 1"), exact=(1, 0)),
    _row("acsch", aliases="arccsch arcsch", text="arcsch", definition="asinh(1/z)", parity="odd",
         poles="z"),
    # several arguments, elementwise
    _row("max", "x y", "maximum", latex=r"\max", symmetric=True, kinks="x - y", numpy="maximum",
         sympy="Max"),
    _row("min", "x y", "minimum", latex=r"\min", symmetric=True, kinks="x - y", numpy="minimum",
         sympy="Min"),
    # error functions
    _row("erf", parity="odd", entire=True, exact=ORIGIN, scipy="erf", math="erf", arb="erf",
         kin="erfc erfi"),
    _row("erfc", entire=True, exact=(0, 1), scipy="erfc", math="erfc", arb="erfc", kin="erf"),
    _row("erfi", parity="odd", entire=True, exact=ORIGIN, scipy="erfi", arb="erfi"),
    _row("erfinv", real=("z < 1", "z > -1"), parity="odd", exact=ORIGIN, scipy="erfinv",
         arb="erfinv"),
    # gamma family
    _row("gamma", latex=r"\Gamma", text="Γ", poles=NONPOSITIVE_INTEGERS, exact=(1, 1),
         scipy="gamma", math="gamma", arb="gamma", meromorphic=True),
    _row("loggamma", aliases="lgamma gammaln", latex=r"\ln\Gamma", real=("z > 0",), exact=(1, 0),
         scipy="gammaln", math="lgamma", arb="lgamma"),
    _row("digamma", aliases="psi", latex=r"\psi", text="ψ", poles=NONPOSITIVE_INTEGERS,
         scipy="digamma", arb="digamma", meromorphic=True),
    _row("polygamma", "n z", latex=r"\psi", whole=("n",), scipy="polygamma", cost=3,
         note="n-th derivative of digamma, n a natural number"),
    _row("beta", "a b", latex=r"\mathrm{B}", text="B", symmetric=True, scipy="beta"),
    _row("lowergamma", "a z", latex=r"\gamma", text="γ", arb="gamma_lower"),
    _row("betainc", "a b x", latex=r"\mathrm{B}", arb="beta_lower", sympy="",
         note="not regularized: the integral from 0 to x"),
    _row("betainc_regularized", "a b x", latex="I", scipy="betainc", sympy=""),
    _row("uppergamma", "a z", latex=r"\Gamma", text="Γ", arb="gamma_upper"),
    # Bessel and Airy
    _row("besselj", "n z", latex="J", text="J", indexed=1, scipy="jv", arb="bessel_j",
         kin="bessely besseli"),
    _row("bessely", "n z", latex="Y", text="Y", indexed=1, real=("z > 0",), scipy="yv",
         arb="bessel_y", kin="besselj besselk"),
    _row("besseli", "n z", latex="I", text="I", indexed=1, scipy="iv", arb="bessel_i"),
    _row("besselk", "n z", latex="K", text="K", indexed=1, real=("z > 0",), scipy="kv",
         arb="bessel_k", cost=2),
    _row("airyai", latex=r"\operatorname{Ai}", text="Ai", entire=True, arb="airy_ai",
         kin="airybi airyaiprime"),
    _row("airybi", latex=r"\operatorname{Bi}", text="Bi", entire=True, arb="airy_bi",
         kin="airyai airybiprime"),
    _row("airyaiprime", latex=r"\operatorname{Ai}'", smooth=True, meromorphic=True),
    _row("airybiprime", latex=r"\operatorname{Bi}'", smooth=True, meromorphic=True),
    # integrals
    _row("Ei", poles="z", scipy="expi", arb="ei"),
    _row("li", real=("z > 0",), arb="li"),
    _row("Si", parity="odd", entire=True, exact=ORIGIN, arb="si", kin="Ci Shi"),
    _row("Ci", real=("z > 0",), arb="ci", kin="Si Chi"),
    _row("Shi", parity="odd", entire=True, exact=ORIGIN, arb="shi"),
    _row("Chi", real=("z > 0",), arb="chi"),
    _row("expint", "n z", latex="E", scipy="expn", arb="expint"),
    _row("fresnels", latex="S", text="S", parity="odd", entire=True, exact=ORIGIN,
         arb="fresnel_s"),
    _row("fresnelc", latex="C", text="C", parity="odd", entire=True, exact=ORIGIN,
         arb="fresnel_c"),
    # others
    _row("polylog", "s z", latex=r"\operatorname{Li}", text="Li", indexed=1,
         arb="polylog", cost=8),
    _row("lambertw", aliases="LambertW", latex="W", text="W", exact=ORIGIN, scipy="lambertw",
         sympy="LambertW", arb="lambertw", note="the principal branch"),
    _row("zeta", latex=r"\zeta", text="ζ", poles="z - 1", scipy="zeta", arb="zeta", cost=3,
         meromorphic=True),
    _row("zeta_hurwitz", "s a", latex=r"\zeta", text="ζ", scipy="zeta", sympy="zeta", cost=3),
    # hypergeometric functions
    _row("hyp0f1", "b z", scipy="hyp0f1", sympy="", arb="hypgeom_0f1"),
    _row("hyp1f1", "a b z", scipy="hyp1f1", sympy="", arb="hypgeom_1f1", cost=2),
    _row("hyp2f1", "a b c z", scipy="hyp2f1", sympy="", arb="hypgeom_2f1", cost=3),
    *(_hyper(p, q) for q in (2, 3) for p in range(q + 2)),
    _row("appellf1", "a b1 b2 c x y", latex="F_1", cost=20),
    # orthogonal polynomials, and what they are for other degrees
    _row("legendre", "n x", latex="P", text="P", indexed=1, scipy="eval_legendre",
         arb="legendre_p"),
    _row("chebyshevt", "n x", latex="T", text="T", indexed=1, scipy="eval_chebyt",
         arb="chebyshev_t"),
    _row("chebyshevu", "n x", latex="U", text="U", indexed=1, scipy="eval_chebyu",
         arb="chebyshev_u"),
    _row("hermite", "n x", latex="H", text="H", indexed=1, scipy="eval_hermite", arb="hermite_h"),
    _row("laguerre", "n x", latex="L", text="L", indexed=1, scipy="eval_laguerre",
         arb="laguerre_l"),
    # Jacobi's elliptic functions of the parameter m
    _row("jacobisn", "u m", latex=r"\operatorname{sn}", text="sn", sympy="", cost=2),
    _row("jacobicn", "u m", latex=r"\operatorname{cn}", text="cn", sympy="", cost=2),
    _row("jacobidn", "u m", latex=r"\operatorname{dn}", text="dn", sympy="", cost=2),
    _row("ellipk", "m", latex="K", real=("m < 1",), scipy="ellipk", sympy="elliptic_k"),
    # ellipe has one argument (complete) or two (incomplete, phi first), ellippi two or three
    _row("ellipe", "m", latex="E", real=("m <= 1",), exact=(1, 1), scipy="ellipe",
         sympy="elliptic_e"),
    _row("ellipe_inc", "phi m", latex="E", text="ellipe", scipy="ellipeinc", sympy="elliptic_e"),
    _row("ellipf", "phi m", latex="F", scipy="ellipkinc", sympy="elliptic_f"),
    _row("ellippi_inc", "n phi m", latex=r"\Pi", text="ellippi", sympy="elliptic_pi", cost=3),
    _row("ellippi", "n m", latex=r"\Pi", real=("n < 1", "m < 1"), sympy="elliptic_pi", cost=3),
    # names of tables for expressions with special functions (DLMF 5.2, 7.2, 10.47, 11.2, 13.14,
    # 18.5): by series that are defined wherever they are
    _spelled("logaddexp", "log(exp(x) + exp(y))", parameters="x y", symmetric=True),
    _spelled("factorial", "gamma(n + 1)", parameters="n"),
    _spelled("binomial", "gamma(n + 1)/(gamma(k + 1)*gamma(n - k + 1))", "binom", "n k"),
    _spelled("pochhammer", "gamma(a + n)/gamma(a)", "poch rf", "a n"),
    _spelled("betaln", "log(beta(a, b))", "lbeta", "a b", symmetric=True),
    _spelled("trigamma", "polygamma(1, z)"),
    _spelled("harmonic", "digamma(z + 1) - digamma(1)"),
    _spelled("erfcx", "exp(z**2)*erfc(z)"),
    _spelled("erfcinv", "erfinv(1 - z)"),
    _spelled("dawson", "sqrt(pi)/2*exp(-z**2)*erfi(z)", "dawsn"),
    _spelled("spherical_jn", "sqrt(pi)/2*(z/2)**n/gamma(n + 3/2)*hyp0f1(n + 3/2, -z**2/4)",
             parameters="n z"),
    _spelled("spherical_in", "sqrt(pi)/2*(z/2)**n/gamma(n + 3/2)*hyp0f1(n + 3/2, z**2/4)",
             parameters="n z"),
    _spelled("struveh",
             "2*(z/2)**(n + 1)/(sqrt(pi)*gamma(n + 3/2))*hyper([1], [3/2, n + 3/2], -z**2/4)",
             "struve", "n z"),
    _spelled("struvel",
             "2*(z/2)**(n + 1)/(sqrt(pi)*gamma(n + 3/2))*hyper([1], [3/2, n + 3/2], z**2/4)",
             "modstruve", "n z"),
    _spelled("whitm", "exp(-z/2)*z**(m + 1/2)*hyp1f1(m - k + 1/2, 1 + 2*m, z)",
             parameters="k m z"),
    _spelled("gegenbauer",
             "gamma(n + 2*a)/(gamma(2*a)*gamma(n + 1))*hyp2f1(-n, n + 2*a, a + 1/2, (1 - x)/2)",
             parameters="n a x"),
    _spelled("jacobi",
             "gamma(n + a + 1)/(gamma(n + 1)*gamma(a + 1))"
             "*hyp2f1(-n, n + a + b + 1, a + 1, (1 - x)/2)", parameters="n a b x"),
    _spelled("laguerre_of_order",
             "gamma(n + a + 1)/(gamma(n + 1)*gamma(a + 1))*hyp1f1(-n, a + 1, x)",
             "assoc_laguerre genlaguerre", "n a x", text="laguerre"),
)  # fmt: skip

FUNCTIONS: dict[str, Function] = {row.name: row for row in ROWS}

OF_RECIPROCAL: dict[str, str] = {
    row.name: row.definition.removesuffix("(1/z)")
    for row in ROWS
    if row.definition.endswith("(1/z)")
}
"""Functions that are another one of ``1/z``."""

RECIPROCALS: dict[str, str] = {
    row.name: found[1] for row in ROWS if (found := fullmatch(r"1/(\w+)\(z\)", row.definition))
}
"""Functions that are the reciprocal of another one."""

_OVERLOADS: dict[tuple[str, int], str] = {
    ("ellipe", 2): "ellipe_inc",
    ("ellippi", 3): "ellippi_inc",
    ("zeta", 2): "zeta_hurwitz",
    ("laguerre", 3): "laguerre_of_order",
}
"""Names whose meaning depends on the number of arguments (as in SymPy)."""

_BY_NAME: dict[str, Function] = {
    spelling: row
    for row in ROWS
    if row.lists is None
    for spelling in (row.name, *row.aliases)
    if spelling not in _OVERLOADS.values()
}


def lookup(name: str, arguments: int | None = None) -> Function | None:
    """The function written ``name`` (any spelling); ``arguments`` picks among overloads."""
    row = _BY_NAME.get(name)
    if row is not None and arguments is not None:
        other = _OVERLOADS.get((row.name, arguments))
        if other is not None:
            return FUNCTIONS[other]
    return row


def derivative_of(name: str, position: int, arity: int) -> str:
    """The canonical name of the derivative of a function by one argument, no closed form known.

    ``besselj`` becomes ``besselj#1,0``, and that ``besselj#2,0``: the orders stand behind ``#``.
    """
    base, orders = orders_of(name, arity)
    raised = (*orders[:position], orders[position] + 1, *orders[position + 1 :])
    return f"{base}#{','.join(map(str, raised))}"


def orders_of(name: str, arity: int) -> tuple[str, tuple[int, ...]]:
    """The function that a canonical name is a derivative of, and its order by each argument."""
    base, mark, orders = name.partition("#") if not name.startswith("#") else (name, "", "")
    return base, tuple(map(int, orders.split(","))) if mark else (0,) * arity


def spelling(name: str) -> str:
    """How a user writes the function of a canonical name."""
    row = FUNCTIONS.get(name)
    if row is not None and row.lists is not None:
        return "hyper"
    return next((written for (written, _), other in _OVERLOADS.items() if other == name), name)


def spellings() -> tuple[str, ...]:
    """Every name a user may write, for "did you mean" hints."""
    return tuple(_BY_NAME)


def named(fact: str) -> tuple[str, ...]:
    """The functions of which a fact (the name of a field) is told."""
    return tuple(row.name for row in ROWS if getattr(row, fact))
