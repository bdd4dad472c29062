"""Where the kernels of a normal form are finite and continuous.

A normal form may have poles that the claim has not: ``gamma(u + 1) = u*gamma(u)`` has one at 0,
``exp(W(u)) = u/W(u)`` divides by W(0) = 0. It has the value of the claim's own expression at a
point, by continuity, only where each of its kernels is continuous and its denominator is not zero.
False always means "not known".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from derivcheck.lang.functions import named
from derivcheck.symbolic.scalar.field import Element
from derivcheck.symbolic.scalar.points.crossing import never_meet
from derivcheck.symbolic.scalar.points.region import Region
from derivcheck.symbolic.scalar.special import is_natural

_SERIES = ("hyper", "D hyper")
_POLES_LIKE_GAMMA = {
    **dict.fromkeys(_SERIES, -2),
    "betainc": 0,
    "zeta_hurwitz": 1,
    "appellf1": 3,
    "appell": 0,
    "next appell": 0,
}
"""Kernels that have the poles of the gamma function in an argument, by its position."""
_GAMMA = ("gamma", "loggamma", "polygamma")
_MAX_DEPTH = 6

_ENTIRE = (
    *(*named("entire"), *named("smooth"), "asin", "lambertw", "ellipe", "apply", "cbrt"),
    *("hermite", "laguerre", "jacobisn", "jacobicn", "jacobidn"),
)
"""Finite for all finite real arguments at which they are defined at all."""


_SINGULAR: dict[str, Callable[..., list[Element]]] = {
    **dict.fromkeys(
        (
            *("log", "atan2", "Ei", "Ci", "Chi", "expint", "uppergamma"),
            *("besselj", "bessely", "besseli", "besselk"),
        ),
        lambda *args: [args[-1]],
    ),
    **dict.fromkeys(("zeta", "polylog", "ellipk"), lambda *args: [args[-1] - 1]),
    "erfinv": lambda u: [u - 1, u + 1],
    # functions with more than one parameter above that below
    **dict.fromkeys(_SERIES, lambda *args: [args[-1] - 1] if len(args) > 3 else []),
    "betainc": lambda a, b, x: [x, x - 1],
    "zeta_hurwitz": lambda s, a: [s - 1],
    **dict.fromkeys(
        ("appellf1", "appell", "next appell"), lambda *args: [args[-2] - 1, args[-1] - 1]
    ),
    # other degrees than whole ones have a logarithm at -1
    **dict.fromkeys(("legendre", "chebyshevt", "chebyshevu"), lambda n, x: [x + 1]),
}
"""What vanishes wherever a kernel is infinite or jumps, by its arguments."""
SINGULAR = frozenset(_SINGULAR).union(_GAMMA) - {"log"}
"""Functions of which a normal form may have poles that the claim has not."""


def _is_whole(order: Element) -> bool:
    value = order.constant
    return value is not None and value.denominator == 1


class Finiteness:
    """What a normal form relies on at the common zeros of some polynomials in a region, or
    throughout the region where there are none.

    ``moving`` are symbols along which single points do not count: beside them, it is finite.
    """

    def __init__(
        self, region: Region, parts: Sequence[Element] = (), moving: Iterable[int] = ()
    ) -> None:
        self.region = region
        self.field = region.field
        self.parts = parts
        self.moving = tuple(moving)

    def is_finite(self, element: Element, depth: int = 0) -> bool:
        """Whether all kernels in a quotient are finite (its denominator is asked for apart)."""
        return all(self._kernel_is_finite(index, depth) for index in element.used)

    def _kernel_is_finite(self, index: int, depth: int) -> bool:
        kernel = self.field.kernels[index]
        kind, payload = kernel.kind, kernel.payload
        if kind in ("symbol", "size", "pi", "I", "unity", "sign"):
            return True
        if depth > _MAX_DEPTH:
            return False
        if kind == "cbrt":
            _, relation = self.field.relations[index]
            return all(
                i == index or self._kernel_is_finite(i, depth + 1)
                for i in self.field.used(relation)
            )
        if kind == "exp":
            exponent = payload[0]
            if self.region.is_power_of_zero(index) and self.region.is_power_to_positive(index):
                return True
            return self._value_is_finite(exponent, depth)
        if kind == "root":
            return self._value_is_finite(payload[0], depth)
        arguments = payload if isinstance(payload, tuple) else (payload,)
        if not arguments or not all(isinstance(a, Element) for a in arguments):
            return False
        if not all(self._value_is_finite(a, depth) for a in arguments):
            return False
        if kind in _ENTIRE or kind == "name":
            return True
        if kind in _GAMMA:
            return self._is_no_pole_of_gamma(arguments[-1])
        if kind in ("besselj", "besseli") and _is_whole(arguments[0]):
            return True
        place = _POLES_LIKE_GAMMA.get(kind)
        if place is not None and not self._is_no_pole_of_gamma(arguments[place]):
            return False
        algebra = self.region.translator.algebra
        if kind in _SERIES and any(is_natural(algebra, -top) for top in arguments[:-2]):
            return True  # a polynomial
        singular = _SINGULAR.get(kind)
        return singular is not None and all(map(self.is_nonzero, singular(*arguments)))

    def _value_is_finite(self, element: Element, depth: int) -> bool:
        return self.is_finite(element, depth + 1) and self.is_nonzero(
            self.field.of_poly(element.den)
        )

    def is_nonzero(self, element: Element) -> bool:
        """Whether an element vanishes nowhere here."""
        if element.is_zero:
            return False
        return all(map(self._is_nonzero_part, self.region.vanishing_parts(element)))

    def _is_nonzero_part(self, part: Element) -> bool:
        if self.region.never_zero(part):
            return True
        if any(self.region.moves(part.num, index) for index in self.moving):
            return True
        used = self.field.used(part.num)
        kernels = [self.field.kernels[index] for index in used]
        if len(part.num) == 1 and all(kernel.kind == "exp" for kernel in kernels):
            # x**n vanishes only where log(x) is infinite
            return all(self._value_is_finite(kernel.payload[0], 0) for kernel in kernels)
        return any(never_meet(self.region, part, other) for other in self.parts)

    def _is_no_pole_of_gamma(self, argument: Element) -> bool:
        """Whether an argument is nowhere 0, -1, -2, ..."""
        if any(self.region.moves(argument.num, index) for index in self.moving):
            return True
        for known in (argument, *(self._at(argument, part) for part in self.parts)):
            if known is None:
                continue
            constant = known.constant
            if constant is not None:
                if constant > 0 or constant.denominator != 1:
                    return True
            elif known.den.is_one() and self.region.certain_sign(known) > 0:
                return True
        return False

    def _at(self, element: Element, part: Element) -> Element | None:
        if not element.den.is_one():
            return None
        return self.field.of_poly(self.field.reduce(element.num % part.num))
