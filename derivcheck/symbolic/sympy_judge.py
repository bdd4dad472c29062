"""SymPy as a second, independent prover: its own derivative, exp and log forms, and ``cancel``.

Asked for what the exact prover leaves open, and for every claim where all judges are asked.
``simplify`` is avoided: slow and no stronger on such claims. What does not close is unknown.
"""

from __future__ import annotations

import sys
from typing import Any

from derivcheck.lang.equation import Equation, Settings
from derivcheck.limits import unlimited
from derivcheck.model import Evidence, Finding, Strength

NAME = "SymPy"
METHOD = "derivative, exp and log, cancel"
MAX_NODES = 300
MAX_OPERATIONS = 600
MAX_EXPONENT = 100


def load_sympy() -> Any:
    """SymPy with our builder, imported as a whole or not at all; that is on nobody's clock.

    What else breaks an import off, an interrupt or too little memory, would leave half a package
    behind, which every later import would take for the whole one.
    """
    try:
        with unlimited():
            import sympy

            from derivcheck.symbolic import sympy_build
    except BaseException:
        for name in [m for m in sys.modules if m.split(".")[0] == "sympy"]:
            del sys.modules[name]
        sys.modules.pop("derivcheck.symbolic.sympy_build", None)
        raise
    assert sympy_build is not None
    return sympy


def judge(equation: Equation, settings: Settings) -> Evidence:
    """HOLDS where SymPy reduces the difference to exactly 0, else unknown with the reason.

    Assumptions about symbols are the declared ones; the caller bounds the time.
    """
    if not equation.is_scalar:
        return _evidence(Finding.UNKNOWN, reason="not a scalar claim")
    if equation.context.is_complex:
        return _evidence(Finding.UNKNOWN, reason="a claim about complex numbers")
    if len({*equation.nodes}) > MAX_NODES:
        return _evidence(Finding.UNKNOWN, reason="the expression is too large for SymPy")
    load_sympy()
    from derivcheck.symbolic.sympy_build import GIVES_UP, Builder, Unbuildable
    from derivcheck.symbolic.sympy_limits import conditions

    builder = Builder(equation.context)
    try:
        reason = _reduce(equation, builder)
    except Unbuildable as error:
        reason = str(error)
    except GIVES_UP as error:
        reason = f"SymPy gave up: {type(error).__name__}: {error}"
    if reason:
        return _evidence(Finding.UNKNOWN, reason=reason)
    return _evidence(Finding.HOLDS, conditions=conditions(equation, builder))


def _reduce(equation: Equation, builder: Any) -> str:
    """Empty where the difference reduces to 0, else the reason why that is open."""
    sympy = load_sympy()
    difference = builder.of(equation.left) - builder.of(equation.right)
    if difference.has(sympy.nan, sympy.zoo, sympy.oo):
        return "SymPy meets an undefined value"
    if difference.has(sympy.Derivative, sympy.Subs, sympy.DiracDelta):
        difference = difference.doit()
    if difference == 0:
        return ""
    if difference.count_ops() > MAX_OPERATIONS:
        return "the difference is too large for SymPy"
    if is_steep(difference):
        return "exponents are too large for SymPy"
    for form in (difference, difference.rewrite(sympy.exp)):
        closed = sympy.cancel(sympy.together(form))
        if closed == 0 or sympy.expand(closed) == 0:
            return ""
    return "SymPy does not reduce the difference to zero"


def _evidence(finding: Finding, reason: str = "", conditions: tuple[str, ...] = ()) -> Evidence:
    return Evidence(NAME, METHOD, finding, Strength.PROOF, reason=reason, conditions=conditions)


def is_steep(expression: Any) -> bool:
    """Whether polynomials in it would have so high a degree that factoring, which no time limit
    interrupts, may not end: ``exp(10000*x)`` is one of degree 10000."""
    sympy = load_sympy()
    return any(
        max(abs(number.p), number.q) > MAX_EXPONENT
        for power in expression.atoms(sympy.Pow, sympy.exp)
        for number in power.exp.atoms(sympy.Rational)
    )
