"""Kernels with their flags, signs, and positive factors that may leave a logarithm or root."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import field, fields
from fractions import Fraction
from typing import Any

import flint

from derivcheck.records import record
from derivcheck.symbolic.scalar.denest import square_root_of_sum, square_root_on_circle
from derivcheck.symbolic.scalar.field import (
    Element,
    Field,
    Poly,
    Unprovable,
    precision,
    to_fraction,
)
from derivcheck.symbolic.scalar.signs import PRECISION, NeedSign, Signs

MAX_CONSTANT_BITS = 100

Atom = tuple[str, Any, int]
"""("prime", p, exponent), ("value", positive element, exponent) or ("kernel", index, exponent)."""


@record(frozen=False)
class Rests:
    """What a normal form rests on at single points: elements by their keys."""

    exponents_of_zero: dict[str, Element] = field(default_factory=dict)
    """Symbolic exponents, positive almost everywhere, with which a power of zero was zero."""
    turned_about: dict[str, Element] = field(default_factory=dict)
    """Lower parameters that must be no nonpositive integers: beside such, where an upper one is
    one too, a hypergeometric function is a polynomial, and no limit of those beside it."""
    cuts: dict[str, Element] = field(default_factory=dict)
    """What must keep off the negative real axis."""
    margins: dict[str, Element] = field(default_factory=dict)
    """What must be positive at every point, not only almost everywhere."""
    nonzero: dict[str, Element] = field(default_factory=dict)
    """What must not vanish at any point, since arg(0) is 0."""

    def keep(self, other: Rests) -> None:
        """Remember what another normal form rests on."""
        for part in fields(self):
            getattr(self, part.name).update(getattr(other, part.name))


class Factoring(ABC):
    """Naming kernels and splitting elements within one cell."""

    def __init__(
        self,
        field: Field,
        signs: Signs,
        functions: frozenset[str] = frozenset(),
        is_complex: bool = False,
    ) -> None:
        self.field = field
        self.signs = signs
        self.functions = functions
        """Functions that occur in the claim: relations between two are used only then."""
        self.is_complex = is_complex
        """Whether the claim is about complex numbers, so that nothing is real by being defined."""
        self.splitting = False
        """Whether an unknown sign may end this attempt with :class:`NeedSign`."""
        self.uncertain = False
        """Whether knowing more signs might have led further."""
        self.integers: set[int] = set()
        self.denesting = False
        self.expansions: dict[tuple[int | None, bool], Callable[[Fraction], Element | None]] = {}
        """exp(c*g), or exp(c*I*g), of a kernel g that is itself a kind of logarithm."""
        self.partners: list[Element] = []
        """What stands under square roots met so far, where it holds other kernels' relations."""
        self.square_roots: dict[str, Element] = {}
        """Positive kernels by the normal form of their square."""
        self.logarithms: dict[str, Callable[[], Element]] = {}
        """Logarithms of positive kernels that have a form of their own."""
        self.rests = Rests()
        self.halves: dict[int, tuple[int, int]] = {}
        """Signs of the real and imaginary parts of complex symbols at every point, 0: unknown."""
        self._unit: Element | None = None

    # -- kernels ----------------------------------------------------------------------------

    def kernel(
        self,
        kind: str,
        *key: Any,
        payload: Any = None,
        relation: Callable[[], tuple[int, Poly]] | None = None,
        real: bool = False,
        sign: int = 0,
        link: tuple[Element, int] | None = None,
        value: Callable[[], Any] | None = None,
    ) -> Element:
        """The kernel of that kind and key as an element, with its flags in this cell."""
        index = self.field.generator(kind, key, payload, relation)
        signs = self.signs
        if real and index not in signs.real:
            signs.real.add(index)
            signs.reset_cache()
        if sign and signs.sign.get(index) != sign:
            signs.sign[index] = sign
            signs.reset_cache()
        if link is not None and index not in signs.links:
            signs.links[index] = link
            signs.reset_cache()
        if value is not None and index not in signs.values:
            with precision(PRECISION):
                signs.values[index] = value()
        return self.field.gen(index)

    def opaque(self, function: str, *arguments: Element, **flags: Any) -> Element:
        """The kernel of a function at arguments: what it is known by, and its payload."""
        return self.kernel(function, *(u.key for u in arguments), payload=arguments, **flags)

    @property
    def i(self) -> Element:
        """The imaginary unit."""
        if self._unit is None:
            self._unit = self.kernel("I", relation=lambda: (2, self.field.ctx.constant(-1)))
            self.signs.imaginary_unit = self.field.index["I",]
        return self._unit

    @property
    def pi(self) -> Element:
        """The number pi."""
        return self.kernel("pi", real=True, sign=1, value=flint.arb.pi)

    def number(self, value: Fraction | int) -> Element:
        """A rational number."""
        return self.field.number(value)

    # -- absolute value and sign ------------------------------------------------------------

    def sign(self, element: Element) -> Element:
        """sign(f) of a real element, 1 or -1 (almost everywhere)."""
        if element.is_zero:
            return self.field.zero
        parts = self.signs.parts(element)
        if parts is None:
            raise Unprovable("the sign of an expression that may not be real")
        total, factors = parts
        result = self.field.one
        for part, exponent in factors:
            if exponent % 2:
                known = self.signs.of(part)
                if known:
                    total *= known
                else:
                    self.uncertain = True
                    result = result * self._sign_kernel(part)
        return result.scale(total)

    def _sign_kernel(self, part: Element) -> Element:
        return self.kernel(
            "sign",
            part.key,
            payload=part,
            relation=lambda: (2, self.field.unit),
            real=True,
            link=(part, 0),
        )

    def abs(self, element: Element) -> Element:
        """The absolute value of a real element."""
        return element * self.sign(element)

    def indicator(self, element: Element) -> Element:
        """1 where the real element is positive, 0 where it is negative."""
        return (self.sign(element) + 1) / 2

    def need(self, part: Element) -> NeedSign:
        """The sign to ask for: first those of absolute values inside, then the part's own."""
        for index in self.field.used(part.num):
            kernel = self.field.kernels[index]
            if kernel.kind == "sign" and not self.signs.of(kernel.payload):
                return self.need(kernel.payload)
        return NeedSign(part)

    # -- splitting into positive factors ----------------------------------------------------

    def split(self, element: Element) -> tuple[list[Atom], Element]:
        """Positive atoms with exponents, and the rest: 1, -1, or of unknown sign or complex.

        An atom is a prime number, a positive element, or a kernel that is a real exponential
        or a positive root.
        """
        field, signs = self.field, self.signs
        content, factors, twisted = signs.real_factors(element)
        atoms: list[Atom] = list(self._prime_atoms(abs(content)))
        total = 1 if content > 0 else -1
        odd: list[Element] = []
        for part, exponent in factors:
            alone = self._alone(part)
            if alone is not None:
                atoms.append(("kernel", alone, exponent))
                continue
            sign = signs.of(part)
            for turned in (sign,) if sign else (1, -1):
                inner = part.scale(turned)
                nested = square_root_of_sum(self, inner) or square_root_on_circle(self, inner)
                if nested is not None:
                    sign = turned
                    atoms.append(("value", nested, 2 * exponent))
                    break
            else:
                self._place(part, exponent, sign, atoms, odd)
            if sign < 0 and exponent % 2:
                total = -total
        rest = field.number(total)
        if not twisted.is_one:
            rest = rest * self._twisted(twisted, atoms)
        if self.splitting and odd:
            raise self.need(odd[0])
        for part in odd:
            rest = rest * part
        return atoms, rest

    def _place(
        self, part: Element, exponent: int, sign: int, atoms: list[Atom], odd: list[Element]
    ) -> None:
        """A real factor of that sign among the atoms, or among the odd ones of unknown sign."""
        if sign:
            atoms.append(("value", part.scale(sign), exponent))
            return
        self.uncertain = True
        even = exponent - exponent % 2
        if even:
            atoms.append(("value", part * self._sign_kernel(part), even))
        if exponent % 2:
            odd.append(part)

    def _alone(self, part: Element) -> int | None:
        """The kernel that an element is, if it is one real exponential or positive root."""
        index = part.alone
        if index is None or self.field.kernels[index].kind not in ("exp", "root"):
            return None
        return index if self.signs.sign.get(index, 0) > 0 else None

    def _prime_atoms(self, value: Fraction) -> list[Atom]:
        bits = value.numerator.bit_length() + value.denominator.bit_length()
        if bits > MAX_CONSTANT_BITS:
            return [("value", self.field.number(value), 1)]
        atoms: list[Atom] = []
        for number, sign in ((value.numerator, 1), (value.denominator, -1)):
            if number > 1:
                atoms.extend(
                    ("prime", int(prime), sign * int(e)) for prime, e in flint.fmpz(number).factor()
                )
        return atoms

    def _twisted(self, whole: Element, atoms: list[Atom]) -> Element:
        """A product of factors that are not real, less what is a real square."""
        field, signs = self.field, self.signs
        half = field.one
        for poly, exponent in field.factors(whole)[1]:
            half = half * field.of_poly(poly) ** (exponent // 2)
        rest = whole
        if signs.is_real(whole):
            for candidate in (half, half * self.i):
                if candidate.constant is None and signs.is_real(candidate):
                    sign = signs.of(candidate)
                    self.uncertain = self.uncertain or not sign
                    size = candidate.scale(sign) if sign else self.abs(candidate)
                    atoms.append(("value", size, 2))
                    rest = whole / (candidate * candidate)
                    break
        lead = to_fraction(rest.num.leading_coefficient())
        atoms.extend(self._prime_atoms(abs(lead)))
        rest = rest.scale(1 / abs(lead))
        if rest.constant is not None:
            return rest
        sign = signs.of(rest)
        if sign:
            atoms.append(("value", rest.scale(sign), 1))
            return field.number(sign)
        self.uncertain = True
        parts = signs.parts(rest)
        if self.splitting and parts is not None:
            raise self.need(parts[1][0][0])
        return rest

    @abstractmethod
    def rational_power(self, base: Element, exponent: Fraction) -> Element:
        """The principal power with a rational exponent."""
