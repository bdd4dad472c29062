"""The one table of elementwise functions: adding a function is adding a row.

A row says how each part of derivcheck writes the function. Derivative rules are not here on
purpose: each judge has its own, so that a wrong rule in one cannot hide in the others.
Functions that change shapes (``tr``, ``softmax``, ``diag`` ...) are rows of
:data:`derivcheck.lang.shapes.SHAPED`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Function:
    """An elementwise function of the language.

    ``parameters`` are the names messages use; ``domain`` gives, for each parameter, the real
    interval outside which the function is not real or not defined (None: all reals);
    ``sympy`` is a class of ``sympy.functions``; ``numpy`` a ufunc name, empty where NumPy has
    none (then balls give the value); ``ball`` a method of ``flint.acb`` (or ``arb``), empty
    where the numeric judges build it from others.
    """

    name: str
    aliases: tuple[str, ...]
    parameters: tuple[str, ...]
    latex: str
    sympy: str
    numpy: str = ""
    ball: str = ""
    domain: tuple[str | None, ...] = ()
    note: str = ""

    @property
    def arity(self) -> int:
        """Number of arguments."""
        return len(self.parameters)


def _one(
    name: str,
    aliases: str = "",
    *,
    latex: str = "",
    sympy: str = "",
    numpy: str = "",
    ball: str = "",
    domain: str | None = None,
) -> Function:
    return Function(
        name,
        tuple(aliases.split()),
        ("z",),
        latex or rf"\operatorname{{{name}}}",
        sympy or name,
        numpy,
        ball or name,
        (domain,),
    )


def _many(
    name: str,
    parameters: str,
    *,
    aliases: str = "",
    latex: str = "",
    sympy: str = "",
    numpy: str = "",
    ball: str = "",
    domain: tuple[str | None, ...] = (),
    note: str = "",
) -> Function:
    names = tuple(parameters.split())
    return Function(
        name,
        tuple(aliases.split()),
        names,
        latex or rf"\operatorname{{{name}}}",
        sympy or name,
        numpy,
        ball,
        domain or (None,) * len(names),
        note,
    )


ROWS: tuple[Function, ...] = (
    # exponential and logarithm (log to a base is log(x)/log(a) by the time judges see it)
    _one("exp", latex=r"\exp", numpy="exp"),
    _one("log", "ln", latex=r"\ln", numpy="log", domain="(0, oo)"),
    _one("cbrt", latex=r"\operatorname{cbrt}", numpy="cbrt", ball=""),
    # absolute value, sign
    _one("abs", "fabs absolute Abs", latex=r"\operatorname{abs}", sympy="Abs", numpy="absolute"),
    _one("sign", "sgn", latex=r"\operatorname{sign}", numpy="sign", ball="sgn"),
    # trigonometric
    _one("sin", latex=r"\sin", numpy="sin"),
    _one("cos", latex=r"\cos", numpy="cos"),
    _one("tan", "tg", latex=r"\tan", numpy="tan"),
    _one("cot", "ctg cotan", latex=r"\cot"),
    _one("sec", latex=r"\sec"),
    _one("csc", "cosec", latex=r"\csc"),
    _one("asin", "arcsin", latex=r"\arcsin", numpy="arcsin", domain="[-1, 1]"),
    _one("acos", "arccos", latex=r"\arccos", numpy="arccos", domain="[-1, 1]"),
    _one("atan", "arctan arctg", latex=r"\arctan", numpy="arctan"),
    _one("acot", "arccot arcctg arccotan", latex=r"\operatorname{arccot}", ball=""),
    _one("asec", "arcsec", latex=r"\operatorname{arcsec}", ball=""),
    _one("acsc", "arccsc arccosec", latex=r"\operatorname{arccsc}", ball=""),
    _many("atan2", "y x", aliases="arctan2", numpy="arctan2", ball="atan2"),
    _many("hypot", "x y", numpy="hypot", note="sqrt(x**2 + y**2)"),
    # hyperbolic
    _one("sinh", "sh", latex=r"\sinh", numpy="sinh"),
    _one("cosh", "ch", latex=r"\cosh", numpy="cosh"),
    _one("tanh", "th", latex=r"\tanh", numpy="tanh"),
    _one("coth", "cth", latex=r"\coth"),
    _one("sech", latex=r"\operatorname{sech}"),
    _one("csch", "cosech", latex=r"\operatorname{csch}"),
    _one("asinh", "arcsinh arsinh arsh", latex=r"\operatorname{arsinh}", numpy="arcsinh"),
    _one(
        "acosh",
        "arccosh arcosh arch",
        latex=r"\operatorname{arcosh}",
        numpy="arccosh",
        domain="[1, oo)",
    ),
    _one(
        "atanh",
        "arctanh artanh arth",
        latex=r"\operatorname{artanh}",
        numpy="arctanh",
        domain="(-1, 1)",
    ),
    _one("acoth", "arccoth arcoth arcth", latex=r"\operatorname{arcoth}", ball=""),
    _one("asech", "arcsech arsech", latex=r"\operatorname{arsech}", ball="", domain="(0, 1]"),
    _one("acsch", "arccsch arcsch", latex=r"\operatorname{arcsch}", ball=""),
    # several arguments, elementwise
    Function("max", ("maximum",), ("x", "y"), r"\max", "Max", "maximum", "max", (None, None)),
    Function("min", ("minimum",), ("x", "y"), r"\min", "Min", "minimum", "min", (None, None)),
    # error functions
    _one("erf"),
    _one("erfc"),
    _one("erfi"),
    _one("erfinv", ball="", domain="(-1, 1)"),
    # gamma family
    _one("gamma", latex=r"\Gamma"),
    _one("loggamma", "lgamma gammaln", latex=r"\ln\Gamma", ball="lgamma", domain="(0, oo)"),
    _one("digamma", "psi", latex=r"\psi"),
    _many("polygamma", "n z", latex=r"\psi", note="n-th derivative of digamma, n a natural number"),
    _many("beta", "a b", latex=r"\mathrm{B}"),
    _many("uppergamma", "a z", latex=r"\Gamma", ball="gamma_upper", domain=(None, "(0, oo)")),
    # Bessel and Airy
    _many("besselj", "n z", latex="J", ball="bessel_j"),
    _many("bessely", "n z", latex="Y", ball="bessel_y", domain=(None, "(0, oo)")),
    _many("besseli", "n z", latex="I", ball="bessel_i"),
    _many("besselk", "n z", latex="K", ball="bessel_k", domain=(None, "(0, oo)")),
    _one("airyai", latex=r"\operatorname{Ai}", ball="airy_ai"),
    _one("airybi", latex=r"\operatorname{Bi}", ball="airy_bi"),
    _one("airyaiprime", latex=r"\operatorname{Ai}'", ball="airy_ai"),
    _one("airybiprime", latex=r"\operatorname{Bi}'", ball="airy_bi"),
    # integrals
    _one("Ei", ball="ei"),
    _one("li", ball="li", domain="(0, oo)"),
    _one("Si", ball="si"),
    _one("Ci", ball="ci", domain="(0, oo)"),
    _one("Shi", ball="shi"),
    _one("Chi", ball="chi", domain="(0, oo)"),
    _many("expint", "n z", latex="E", ball="expint", domain=(None, "(0, oo)")),
    _one("fresnels", latex="S", ball="fresnel_s"),
    _one("fresnelc", latex="C", ball="fresnel_c"),
    # others
    _many("polylog", "s z", latex=r"\operatorname{Li}", ball="polylog"),
    _one("lambertw", "LambertW", latex="W", sympy="LambertW", ball="lambertw"),
    _one("zeta", latex=r"\zeta", ball="zeta"),
    _one("ellipk", latex="K", sympy="elliptic_k", ball="elliptic_k", domain="(-oo, 1)"),
    # ellipe has one argument (complete) or two (incomplete, phi first)
    _one("ellipe", latex="E", sympy="elliptic_e", ball="elliptic_e", domain="(-oo, 1]"),
    _many("ellipe_inc", "phi m", latex="E", sympy="elliptic_e", ball="elliptic_e_inc"),
    _many("ellipf", "phi m", latex="F", sympy="elliptic_f", ball="elliptic_f"),
    _many("ellippi_inc", "n phi m", latex=r"\Pi", sympy="elliptic_pi", ball="elliptic_pi_inc"),
    _many("ellippi", "n m", latex=r"\Pi", sympy="elliptic_pi", ball="elliptic_pi"),
)

FUNCTIONS: dict[str, Function] = {row.name: row for row in ROWS}

_OVERLOADS: dict[tuple[str, int], str] = {
    ("ellipe", 2): "ellipe_inc",
    ("ellippi", 3): "ellippi_inc",
}
"""Names whose meaning depends on the number of arguments (as in SymPy)."""

_BY_NAME: dict[str, Function] = {
    spelling: row for row in ROWS for spelling in (row.name, *row.aliases) if "_inc" not in spelling
}


def lookup(name: str, arguments: int | None = None) -> Function | None:
    """The function written ``name`` (any spelling); ``arguments`` picks among overloads."""
    row = _BY_NAME.get(name)
    if row is not None and arguments is not None:
        other = _OVERLOADS.get((row.name, arguments))
        if other is not None:
            return FUNCTIONS[other]
    return row


def spellings() -> tuple[str, ...]:
    """Every name a user may write, for "did you mean" hints."""
    return tuple(_BY_NAME)
