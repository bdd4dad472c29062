"""The exact prover: an exact proof that both sides are the same function.

Two attempts. The first uses declared domains only and splits nothing. The second works where
every sub-expression is real (elsewhere a claim about real quantities says nothing) and proves
each combination of signs on its own, so that |x|, sqrt(x**2) and arcsec come out right. A long
module: both attempts and the split into signs are one proof with one account of its conditions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from derivcheck import work
from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import Evidence, Finding, Strength
from derivcheck.symbolic.derivative import NoDerivative, expand
from derivcheck.symbolic.scalar import identities
from derivcheck.symbolic.scalar.algebra import Refine
from derivcheck.symbolic.scalar.factoring import Rests
from derivcheck.symbolic.scalar.field import Element, Field, OutOfKernels, Undefined, Unprovable
from derivcheck.symbolic.scalar.identity_by_derivative import holds_by_continuation
from derivcheck.symbolic.scalar.points.boundary import are_positive, exceptions
from derivcheck.symbolic.scalar.points.cuts import open_cuts
from derivcheck.symbolic.scalar.points.switches import Claim
from derivcheck.symbolic.scalar.points.zeros import vanishes_under
from derivcheck.symbolic.scalar.signs import NeedSign
from derivcheck.symbolic.scalar.thin import is_piecewise_rational, vanishes_thinly
from derivcheck.symbolic.scalar.translate import Translator
from derivcheck.symbolic.scalar.values import by_values
from derivcheck.symbolic.where_real import bounds, strip

METHOD = "polynomial identity"
_SIZE = 24
"""Kernels of a question beside the claim's own."""
_SIZES = (8, _SIZE, 80)
"""Kernels to try: most claims need few, and factors are found in half the time among few."""
_MAX_REFINEMENTS = 12
_MAX_CELLS = 40
_FURTHER_DERIVATIVES = 2
"""How often equations are differentiated beyond what the claim mentions, and once more."""
_WORK = 1_500_000
"""Units of work that this judge may use."""
NAME = "exact prover"


def judge(equation: Equation, settings: Settings) -> Evidence:
    """Prove ``left == right`` on the whole declared domain, or say why not.

    Never refutes: a difference that does not reduce to zero is unknown.
    """
    if not equation.is_scalar:
        return _unknown("not a scalar claim")
    with work.within(_WORK):
        found = _prove(equation)
        if found.finding is Finding.UNKNOWN and equation.context.assume:
            return _for_each_value(equation, found)
    return found


def _for_each_value(equation: Equation, found: Evidence) -> Evidence:
    """One proof for each value that an assumed equation leaves to a symbol, else ``found``."""
    cases = by_values(equation)
    proofs = [_prove(case) for case in cases]
    if not proofs or any(proof.finding is not Finding.HOLDS for proof in proofs):
        return found
    return replace(
        found,
        finding=Finding.HOLDS,
        reason="",
        detail=f"for each of the {len(cases)} values that the side conditions leave",
        conditions=tuple(dict.fromkeys(c for proof in proofs for c in proof.conditions)),
    )


def _prove(equation: Equation) -> Evidence:
    """Evidence of one claim as it is."""
    try:
        sides = expand(equation.left), expand(equation.right)
        found = _run(equation, sides)
        if equation.context.is_complex:
            return _in_parts(equation, sides, found)
        if found.finding is Finding.UNKNOWN:
            return _continued(equation, found)
        return found
    except NoDerivative as error:
        return _unknown(str(error))
    except RecursionError:
        return _unknown("the expression is nested too deeply")


def _run(equation: Equation, sides: tuple[N.Node, N.Node], in_parts: bool = False) -> Evidence:
    """A proof with as few kernels as do."""
    for size in _SIZES:
        try:
            return _Proof(Field(size), equation, *sides, in_parts).run()
        except OutOfKernels:
            continue
        except Unprovable as error:
            return _unknown(str(error))
    return _unknown("too many independent parts (roots, exponentials, logarithms, ...)")


def _in_parts(equation: Equation, sides: tuple[N.Node, N.Node], found: Evidence) -> Evidence:
    """A proof about complex numbers; the second attempt writes every symbol as x + I*y."""
    holds = found.finding is Finding.HOLDS
    has_complex = any(s.domain.kind == "complex" for s in equation.context.symbols)
    if not has_complex or (holds and not found.conditions):
        return found
    again = _run(equation, sides, in_parts=True)
    better = again.finding is Finding.HOLDS and (not holds or not again.conditions)
    return again if better else found


def _continued(equation: Equation, found: Evidence) -> Evidence:
    """A proof by one derivative and one value, where the sides are no derivatives themselves."""

    def proves(flat: Equation) -> bool:
        field = Field(_SIZE)
        return _Proof(field, flat, flat.left, flat.right).run().finding is Finding.HOLDS

    if holds_by_continuation(equation, proves):
        detail = "equal derivatives, and one equal value, on each piece between single points"
        return replace(found, finding=Finding.HOLDS, reason="", detail=detail)
    return found


def _unknown(reason: str) -> Evidence:
    return Evidence(NAME, METHOD, Finding.UNKNOWN, Strength.PROOF, reason=reason)


Cell = tuple[tuple[Element, int], ...]
"""Signs taken in one case."""


class _Proof:
    """One equation, one field of kernels."""

    def __init__(
        self, field: Field, equation: Equation, left: N.Node, right: N.Node, in_parts: bool = False
    ) -> None:
        self.field = field
        self.equation = equation
        self.stated = (equation.left, equation.right)
        self.known = tuple(
            _residual(condition)
            for condition in equation.context.assume
            if isinstance(condition, N.Compare) and condition.operator == "=="
        )
        """What vanishes by assumed equations."""
        self.left = left
        self.right = right
        self.facts: tuple[N.Node, ...] = ()
        """What is positive almost everywhere where all sub-expressions are real."""
        self.pieces: tuple[N.Node, ...] = ()
        """What is so in each case of signs, unless it is zero there."""
        self.is_partial = False
        self.conditions: tuple[str, ...] = ()
        self.rests = Rests()
        self.in_parts = in_parts
        self.functions = N.called_in(left, right)

    def run(self) -> Evidence:
        """First without cases, then case by case."""
        reason = "the difference does not reduce to zero"
        try:
            translator, difference = self._attempt((), splitting=False)
        except Unprovable as error:
            reason = str(error)
        else:
            if self._vanishes(translator, difference):
                self.rests.keep(translator.algebra.rests)
                return self._holds(translator, "")
            if not translator.algebra.uncertain:
                return _unknown(reason)
        context = self.equation.context
        if context.is_complex:
            return self._by_cases(reason)
        known = bounds(*self.stated)
        self.facts = tuple(n for n, out in known if out or vanishes_thinly(n, context))
        self.pieces = tuple(
            n for n, _ in known if n not in self.facts and is_piecewise_rational(strip(n))
        )
        return self._by_cases(reason)

    def _by_cases(self, reason: str) -> Evidence:
        pending: list[Cell] = [()]
        proved, met = 0, 0
        translator: Translator | None = None
        while pending:
            cell = pending.pop()
            met += 1
            if met > _MAX_CELLS:
                return _unknown(f"more than {_MAX_CELLS} cases of signs")
            try:
                found = self._attempt(cell, splitting=True)
            except NeedSign as need:
                pending.extend((*cell, (need.element, sign)) for sign in (-1, 1))
                continue
            except _EmptyCell:
                continue
            if not self._vanishes(*found):
                element = _open_sign(*found)
                if element is None:
                    return _unknown(reason)
                pending.extend((*cell, (element, sign)) for sign in (-1, 1))
                continue
            translator = found[0]
            self.rests.keep(translator.algebra.rests)
            proved += 1
        if translator is None:
            return _unknown("both sides are defined nowhere")
        cases = f"{proved} cases of signs" if proved > 1 else ""
        real = "where every sub-expression is real" if self.facts or self.pieces else ""
        return self._holds(translator, "; ".join(filter(None, (real, cases))))

    def _attempt(self, cell: Cell, splitting: bool) -> tuple[Translator, Element]:
        for _ in range(_MAX_REFINEMENTS):
            try:
                return self._difference(cell, splitting)
            except Refine:
                continue
        raise Unprovable("exponents with too many denominators")

    def _difference(self, cell: Cell, splitting: bool) -> tuple[Translator, Element]:
        translator = Translator(self.field, self.equation.context, self.in_parts, self.functions)
        signs = translator.signs
        if signs.forms and signs.is_infeasible():
            raise Unprovable("the declared domain has no interior")
        if splitting:
            for element, sign in cell:
                signs.set(element, sign)
            for node in self.facts:
                try:
                    signs.assume(translator.of(node))
                except (Unprovable, NeedSign):
                    continue
                translator.memo.clear()
            for node in self.pieces:
                self._assume_piece(translator, node)
            if signs.is_infeasible():
                raise _EmptyCell
            translator.algebra.splitting = True
            translator.memo.clear()
        try:
            right = translator.of(self.right)
        except Undefined as error:
            if splitting:
                self.is_partial = True
                raise _EmptyCell from error
            raise
        return translator, translator.of(self.left) - right

    @staticmethod
    def _assume_piece(translator: Translator, node: N.Node) -> None:
        """Take a fact whose signs are known to be positive, unless it is zero; ask for unknown
        ones."""
        element = translator.known(node)
        if element is None or element.is_zero:
            return
        signs = translator.signs
        for index in element.used:
            kernel = translator.field.kernels[index]
            if kernel.kind == "sign" and not signs.of(kernel.payload):
                raise translator.algebra.need(kernel.payload)
        signs.assume(element)
        translator.memo.clear()

    def _vanishes(self, translator: Translator, difference: Element) -> bool:
        if difference.is_zero:
            return True
        if self.equation.context.identically:
            try:
                return self._vanishes_identically(translator, difference)
            except NeedSign:
                return False
        sides = (self.left, self.right)
        return bool(self.known) and vanishes_under(translator, sides, self.known)

    def _vanishes_identically(self, translator: Translator, difference: Element) -> bool:
        """Whether a difference vanishes modulo the equations that hold identically."""
        context = self.equation.context
        if translator.algebra.uncertain or any(
            isinstance(n, N.Pow) and not isinstance(n.exponent, N.Num) and N.functions_in(n.base)
            for side in (self.left, self.right)
            for n in N.walk(side)
        ):
            return False
        known = (translator.of(node).num for node in self.known)
        at = tuple(poly for poly in known if not poly.is_constant())
        for further in range(_FURTHER_DERIVATIVES):
            equations = identities.identities(context, further, self.left, self.right)
            reduction = identities.reduce(translator, difference, equations, at)
            if reduction.rest.is_zero():
                break
        else:
            return False
        if identities.open_divisors(translator, reduction, at, *self.stated):
            self.conditions = ("the equations can be solved for the derivatives",)
        return True

    def _holds(self, translator: Translator, detail: str) -> Evidence:
        if translator.algebra.uncertain and self.known:
            return _unknown("signs may vanish under the side conditions")
        claim = Claim(self.stated, self.left, self.right)
        points = exceptions(claim, translator, self.is_partial, bool(self.facts or self.pieces))
        conditions = tuple(points.conditions)
        for elements, condition in (
            (self.rests.exponents_of_zero, "zero is raised to positive powers only"),
            (self.rests.turned_about, "no lower parameter is 0 or a negative integer"),
        ):
            if not are_positive(translator, elements.values()):
                conditions += (condition,)
        conditions += self.conditions
        if self.equation.context.is_complex:
            is_limit = isinstance(self.equation.left, N.Jvp | N.Wirtinger)
            limit = self.right if is_limit else None
            conditions += open_cuts(self.rests, translator, self.stated, limit)
        return Evidence(
            NAME,
            METHOD,
            Finding.HOLDS,
            Strength.PROOF,
            detail="; ".join(filter(None, (detail, points.text))),
            conditions=conditions,
        )


def _residual(condition: N.Compare) -> N.Node:
    """What vanishes under an equality; of a modulus, its square."""
    left, right = condition.left, condition.right
    if isinstance(left, N.Pow) and isinstance(right, N.Num) and right.value >= 0:
        exponent = left.exponent
        if isinstance(exponent, N.Num) and exponent.value == Fraction(1, 2):
            return N.subtract(left.base, N.number(right.value**2))
    return N.subtract(left, right)


def _open_sign(translator: Translator, difference: Element) -> Element | None:
    """The simplest element whose unknown sign is left in a difference."""
    field, signs = translator.field, translator.signs

    def unknown(indices: Iterable[int]) -> list[Element]:
        kernels = [field.kernels[i] for i in indices]
        return [k.payload for k in kernels if k.kind == "sign" and not signs.of(k.payload)]

    # perhaps inside an argument, where no polynomial shows them
    found = unknown(difference.used) or unknown(field.kernels)
    if not found:
        return None
    chosen = min(found, key=lambda e: (len(field.used(e.num)), len(e.num), e.key))
    for index in field.used(chosen.num):
        # exp(x) - 1 has the sign of x, which decides more
        exponent = signs.exponents.get(index)
        for inner in field.used(exponent.num) if exponent is not None else ():
            part = field.gen(inner)
            if field.kernels[inner].kind == "symbol" and not signs.of(part):
                return part
    return chosen


class _EmptyCell(Exception):
    """This combination of signs occurs nowhere, or the claim is undefined throughout it."""
