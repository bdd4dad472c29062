"""The declared domain with its edges: where a polynomial vanishes in it, with which signs beside.

Signs of :mod:`~derivcheck.symbolic.scalar.signs` hold almost everywhere. Whether something
vanishes at no point at all, or takes both signs next to each of its zeros, depends on the edges
too: ``x >= 0`` holds its edge, ``x > 0`` does not. False always means "not known". A long module:
every question is answered from the same edges and signs, which nobody else keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Domain
from derivcheck.lang.functions import named
from derivcheck.symbolic.scalar.field import Element, Field, Poly
from derivcheck.symbolic.scalar.linear import Rows, infeasible
from derivcheck.symbolic.scalar.thin import vanishes_thinly
from derivcheck.symbolic.scalar.translate import LOST, Translator

WITH_JUMPS = named("jumps")
"""Functions that jump where they are defined."""
_SIZE = 24
"""Kernels of a field without some symbol."""
_MAX_DEPTH = 3
_MAX_LINEAR_TERMS = 12


class Region:
    """The points of the declared domain at which both sides of a claim may be defined.

    ``real`` are nodes that are at least 0 wherever they are, with whether 0 is left out
    (:func:`~derivcheck.symbolic.where_real.bounds`).
    """

    def __init__(self, translator: Translator, real: Iterable[tuple[N.Node, bool]] = ()) -> None:
        self.translator = translator
        self.field = translator.field
        self.signs = translator.signs
        self.bounds: list[tuple[Element, bool]] = []
        """What is positive (strict) or nonnegative in the region."""
        self.declared: dict[int, int] = {}
        """Signs of symbols that a bound of their own tells."""
        self.apart: set[str] = set()
        """Keys of irreducible polynomials that vanish nowhere in it."""
        self.edges: dict[str, Poly] = {}
        """Irreducible polynomials that vanish on edges that belong to it."""
        self.squares: set[str] = set()
        """Keys of irreducible polynomials squared in an edge: they may vanish at points of it
        that lie apart from all others."""
        self.vague: set[int] = set()
        """Symbols under conditions that no inequality tells."""
        self.has_unseen_edges = False
        """Whether some inequality makes an edge in other terms than the symbols' own."""
        for symbol in translator.context.symbols:
            if not symbol.shape:
                self._symbol(symbol.name, symbol.domain)
        for condition in translator.context.assume:
            self._condition(condition)
        # what is complex has no such edges
        known = () if translator.context.is_complex else tuple(real)
        touched = self._touched([node for node, strict in known if not strict])
        for node, strict in known:
            if node in touched:
                continue
            self._bound(node, 1, strict)
            try:
                self.signs.assume(translator.of(node))
            except LOST:
                continue

    def without(self, name: str) -> Translator:
        """A translator into a field of its own, to which a symbol and what is said of it are
        unknown."""
        context, symbol = self.translator.context, N.Sym(name, shape=())
        rest = replace(
            context,
            symbols=tuple(s for s in context.symbols if s.name != name),
            assume=tuple(a for a in context.assume if symbol not in N.symbols_in(a)),
        )
        return self.translator.afresh(Field(_SIZE), rest)

    # -- what is declared -------------------------------------------------------------------

    def _symbol(self, name: str, domain: Domain) -> None:
        if domain.kind == "complex":
            parts = (name, f"{name}.re", f"{name}.im")
            known = (self.field.index.get(("symbol", part)) for part in parts)
            self.vague.update(
                index for index in known if index is not None and not self.translator.in_parts
            )
            return
        index = self.field.index["symbol", name]
        element = self.field.gen(index)
        if domain.kind == "nonzero":
            self._exclude(element)
        limits, of = domain.bounds, self.translator.of
        if limits.low is not None:
            self._add(element - of(limits.low), strict=not limits.low_closed)
        if limits.high is not None:
            self._add(of(limits.high) - element, strict=not limits.high_closed)
        for value in domain.excluded:
            found = self.translator.known(value)
            if found is not None:
                self._exclude(element - found)

    def _condition(self, condition: N.Node) -> None:
        match condition:
            case N.Compare(operator="<" | "<=" | ">" | ">=" as operator, left=left, right=right):
                sign, is_strict = 1 if operator[0] == ">" else -1, len(operator) == 1
                self._bound(N.subtract(left, right), sign, is_strict, assumed=True)
            case N.Compare(operator="!=", left=left, right=right):
                found = self.translator.known(N.subtract(left, right))
                if found is not None:  # to leave out more makes no edge
                    self._exclude(found)
            case _:
                self._blur(condition)

    def _bound(self, node: N.Node, sign: int, strict: bool, assumed: bool = False) -> None:
        """A node has that sign, or is 0 unless strict.

        The sign of what is ``assumed`` is known for that alone, also where its zeros are edges.
        """
        element = self.translator.known(node)
        if element is None:
            self._blur(node)
            return
        # where something jumps, an element is its value almost everywhere only, and what is zero
        # on a whole piece of the region is positive nowhere in it
        element = element.scale(sign)
        jumps = _may_jump(node) or not (
            strict
            or vanishes_thinly(node, self.translator.context)
            or self.is_plain(self.plainer(element).num)
        )
        plain = self.is_plain(element.num)
        if assumed and not plain:
            element = self._without_positive(element)
        if not (jumps or strict or plain or assumed) and self.signs.of(element) > 0:
            return  # what is positive almost everywhere and has no jumps is never negative
        if not jumps:
            element = element if self.is_plain(element.num) else self.plainer(element)
            self._add(element, strict)
            self.signs.assume(element)
        # an edge in other terms than the symbols' own is an edge nobody sees from them
        unseen = not strict and not self.is_plain(element.num)
        odd = unseen and any(e % 2 for _, e in self.field.factors(element)[1])
        if jumps or odd:
            self._blur(node)
            self.has_unseen_edges = True

    def _without_positive(self, element: Element) -> Element:
        """An element without those factors that are positive at every point: ``exp(y)*x >= 0``."""
        for poly, exponent in self.field.factors(element)[1]:
            part = self.field.of_poly(poly)
            if self.certain_sign(part) > 0 and self.never_zero(part):
                element = element / part**exponent
        return element

    def _touched(self, nodes: Sequence[N.Node]) -> set[N.Node]:
        """Pairs of a positive constant sum, 1 - u and 1 + u, whose product has no negative values:
        their zeros are touched, never crossed, and make no edge."""
        known: list[tuple[N.Node, Element]] = []
        for node in nodes:
            element = self.translator.known(node)
            if element is not None and not (self.is_plain(element.num) or _may_jump(node)):
                known.append((node, element))
        found: set[N.Node] = set()
        for (one, f), (other, g) in combinations(known, 2):
            total = (f + g).constant
            if total is not None and total > 0 and self._is_positive(f * g):
                found |= {one, other}
        return found

    def _is_positive(self, element: Element) -> bool:
        """Whether an element is positive almost everywhere, by itself or with one declared bound
        as a factor of it."""
        declared = [self.field.one, *(bound for bound, strict in self.bounds if strict)]
        return any(self.signs.of(element * factor) > 0 for factor in declared)

    def _add(self, element: Element, strict: bool) -> None:
        self.bounds.append((element, strict))
        used = self.field.used(element.num)
        if len(used) == 1 and len(element.num) == 1 and element.den.is_one():
            odd = element.num.degrees()[used[0]] % 2
            if odd:
                self.declared[used[0]] = 1 if element.num.leading_coefficient() > 0 else -1
        if len(used) == 1 and len(element.num) == 2 and element.den.is_one():
            self._add_beyond_zero(element.num, used[0])
        for poly, exponent in self.field.factors(element)[1] if not element.is_zero else ():
            key = self.field.of_poly(poly).key
            if strict or exponent < 0:
                self.apart.add(key)
            elif exponent % 2 and key not in self.apart:
                self.edges[key] = poly
            else:
                self.squares.add(key)

    def _add_beyond_zero(self, poly: Poly, index: int) -> None:
        """``a - 2 > 0`` tells that a is positive, ``-2 - a > 0`` that it is negative."""
        symbol = self.field.gens[index]
        slope = poly.leading_coefficient()
        offset = poly - slope * symbol
        if offset.is_constant() and offset.leading_coefficient() < 0:
            self.declared[index] = 1 if slope > 0 else -1
            self.apart.add(self.field.of_poly(symbol).key)

    def _exclude(self, element: Element) -> None:
        self.apart.update(part.key for part in self.vanishing_parts(element))

    def vanishing_parts(self, element: Element) -> list[Element]:
        """The irreducible polynomials whose zeros are those of an element."""
        if element.is_zero:
            return []
        factors = self.field.factors(element)[1]
        return [self.field.of_poly(poly) for poly, exponent in factors if exponent > 0]

    def is_nonzero(self, element: Element, depth: int = 0) -> bool:
        """Whether an element certainly vanishes at no point of the region."""
        return not element.is_zero and all(
            self.never_zero(part, depth) for part in self.vanishing_parts(element)
        )

    def _blur(self, condition: N.Node) -> None:
        """Give up on all symbols under a condition that inequalities do not tell."""
        for symbol in N.symbols_in(condition):
            index = self.field.index.get(("symbol", symbol.name))
            if index is not None:
                self.vague.add(index)

    # -- what vanishes nowhere --------------------------------------------------------------

    def never_zero(self, part: Element, depth: int = 0) -> bool:
        """Whether an irreducible polynomial certainly vanishes at no point of the region."""
        if part.key in self.apart:
            return True
        if depth > _MAX_DEPTH or not part.den.is_one():
            return False
        used = self.field.used(part.num)
        if len(part.num) == 1 and all(self._kernel_is_nonzero(i, depth) for i in used):
            return True
        if self.signs.has_value(part.num):
            return True
        return (
            self._by_terms(part.num, depth)
            or self._by_one_variable(part, used)
            or self._by_bounds(part)
            or self._by_substitution(part, depth)
        )

    def _kernel_is_nonzero(self, index: int, depth: int) -> bool:
        kernel = self.field.kernels[index]
        if kernel.kind in ("size", "pi", "I", "unity"):
            return True
        if kernel.kind in ("exp", "gamma"):  # neither has a zero
            return self._is_finite(kernel.payload[0], depth)
        if self.field.gen(index).key in self.apart:
            return True
        if index in self.signs.values:
            return 0 not in self.signs.values[index]
        relation = self.field.relations.get(index)
        if kernel.kind == "root" and relation is not None:
            degree, poly = relation
            radicand = self.field.of_poly(self.field.gens[index] ** degree - poly)
            return self.is_nonzero(radicand, depth + 1)
        return False

    def is_power_of_zero(self, index: int) -> bool:
        """Whether a kernel is an exponential that may vanish: no polynomial ties it to its base."""
        return self.field.kernels[index].kind == "exp" and not self._kernel_is_nonzero(index, 0)

    def is_power_to_positive(self, index: int) -> bool:
        """Whether an exponential is w**a with a > 0 (or 0 at single points): finite at w = 0."""
        exponent = self.field.kernels[index].payload[0]
        logs = [i for i in self.field.used(exponent.num) if self.field.kernels[i].kind == "log"]
        if len(logs) != 1:
            return False
        slope = exponent.num.derivative(logs[0])
        if slope * self.field.gens[logs[0]] != exponent.num:
            return False
        return self.signs.of(self.field.normal(slope, exponent.den)) > 0

    def _is_finite(self, exponent: Element, depth: int) -> bool:
        """Whether no logarithm in an exponent is one of zero: x**a is exp(a*log(x))."""
        kernels = (self.field.kernels[index] for index in exponent.used)
        return all(
            self.is_nonzero(kernel.payload, depth + 1) for kernel in kernels if kernel.kind == "log"
        )

    def _kernel_sign(self, index: int) -> int:
        """The sign of a kernel at every point (where it is not 0), by what it is or declared."""
        if self.field.kernels[index].kind in ("exp", "size", "pi", "root"):
            return self.signs.sign.get(index, 0)
        return self.declared.get(index, 0)

    def _by_terms(self, poly: Poly, depth: int) -> bool:
        """A sum of terms of one sign, one of which is never zero."""
        return (
            depth <= _MAX_DEPTH
            and bool(self._weak_sign(poly))
            and any(
                all(self._kernel_is_nonzero(i, depth) for i, e in enumerate(exponents) if e)
                for exponents, _ in poly.terms()
            )
        )

    def _by_one_variable(self, part: Element, used: tuple[int, ...]) -> bool:
        """A polynomial of known sign in one symbol: its simple roots lie on no closed edge."""
        return bool(
            len(used) == 1
            and self.field.kernels[used[0]].kind == "symbol"
            and not self.vague
            and part.key not in self.edges
            and part.key not in self.squares
            and all(self.field.used(edge) == used for edge in self._sharing({used[0]}))
            and self.signs.of(part)
        )

    def _sharing(self, symbols: set[int]) -> list[Poly]:
        return [
            edge for edge in self.edges.values() if not symbols.isdisjoint(self.field.used(edge))
        ]

    def certain_sign(self, part: Element, depth: int = 0) -> int:
        """The sign of a polynomial at every single point of the region, 0 if unknown."""
        sign = self.signs.of(part)
        return sign if self._by_terms(part.num, depth) or self._by_bounds(part) else 0

    def is_nonnegative(self, element: Element) -> bool:
        """Whether an element is nowhere negative because its terms are, by declared signs."""
        return self._weak_sign(element.num) * self._weak_sign(element.den) > 0

    def _weak_sign(self, poly: Poly) -> int:
        found = 0
        for exponents, coefficient in poly.terms():
            sign = 1 if coefficient > 0 else -1
            for i, exponent in enumerate(exponents):
                if exponent and i not in self.signs.real:
                    return 0
                if exponent % 2:
                    sign *= self._kernel_sign(i)
            if not sign or (found and sign != found):
                return 0
            found = sign
        return found

    def _by_bounds(self, part: Element) -> bool:
        """Linear arithmetic over the declared inequalities, closed where they are."""
        sign = self.signs.of(part)
        if not sign or len(part.num) > _MAX_LINEAR_TERMS:
            return False
        rows = Rows()
        system = [(rows.of(e.num), strict) for e, strict in self.bounds if e.den.is_one()]
        return infeasible([*system, (rows.of(part.num * -sign), False)])

    def _by_substitution(self, part: Element, depth: int) -> bool:
        """Whether a declared inequality is false wherever the polynomial vanishes."""
        for element, strict in self.bounds:
            if not element.den.is_one():
                continue
            rest = self.field.of_poly(element.num % part.num)
            is_weakly = strict and self._weak_sign(rest.num) < 0
            if is_weakly or self.certain_sign(rest, depth + 1) < 0:
                return True
        return False

    def never_meet(self, one: Poly, other: Poly, depth: int = 0) -> bool:
        """Whether two polynomials certainly have no zero of the region in common."""
        if max(len(one), len(other)) > _MAX_LINEAR_TERMS:
            return False
        rows = Rows()
        system = [(rows.of(e.num), strict) for e, strict in self.bounds if e.den.is_one()]
        for exponents in {e for poly in (one, other) for e in poly.monoms() if sum(e) > 1}:
            product = self.field.of_poly(self.field.ctx.from_dict({exponents: 1}))
            sign = self.certain_sign(product)
            if sign:
                system.append((rows.of(product.num * sign), True))
        zeros = [(rows.of(p), False) for p in (one, -one, other, -other)]
        if infeasible([*system, *zeros]):
            return True
        # where both vanish, so does the rest of one divided by the other
        for divided, by in ((one, other), (other, one)):
            rest = self.field.of_poly(divided % by)
            if not rest.is_zero and all(
                self.never_zero(part) or (depth < 1 and self.never_meet(part.num, by, depth + 1))
                for part in self.vanishing_parts(rest)
            ):
                return True
        return False

    def plainer(self, part: Element) -> Element:
        """An element of the same sign: ``v - 1`` for log v, ``u**2 - 1`` for ``abs(u) - 1``."""
        field, signs = self.field, self.signs
        while True:
            used = field.used(part.num)
            if len(used) == 1 and used[0] in signs.links and part.num == field.gens[used[0]]:
                inner, offset = signs.links[used[0]]
                part = inner - field.number(offset)
                continue
            for index in used:
                if field.kernels[index].kind == "sign" and part.den.is_one():
                    slope = field.of_poly(part.num.derivative(index))
                    inside = field.kernels[index].payload
                    rest = part - slope * field.gen(index)
                    sign = signs.of(slope * inside)
                    vanishes_with_it = inside.den.is_one() and (slope.num % inside.num).is_zero()
                    if sign and vanishes_with_it and signs.of(rest) == -sign:
                        part = (slope * slope - rest * rest).scale(sign)
                        break
            else:
                return part

    # -- what kind of polynomial ------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether no edge belongs to it."""
        return not self.vague and not self.edges

    def is_plain(self, poly: Poly) -> bool:
        """Whether it is a polynomial in symbols (and pi, which is transcendental)."""
        return all(self.field.kernels[i].kind in ("symbol", "pi") for i in self.field.used(poly))

    def is_blurred(self, poly: Poly) -> bool:
        """Whether nothing is known of what lies beside its zeros."""
        return not self.vague.isdisjoint(self.field.used(poly)) or not self.is_plain(poly)

    def moves(self, poly: Poly, index: int) -> bool:
        """Whether a symbol moves a polynomial off zero at once: with all else fixed, it is nowhere
        the zero polynomial."""
        moving = [i for i in self.field.used(poly) if self._depends(i, index)]
        if len(moving) != 1 or not self._is_plain_kernel(moving[0], index):
            return False
        return any(
            self.is_nonzero(self.field.of_poly(found))
            for found in self.field.by_powers(poly, moving[0]).values()
        )

    def _depends(self, kernel: int, index: int) -> bool:
        """Whether a kernel may depend on a symbol."""
        if kernel == index:
            return True
        found = self.field.kernels[kernel]
        if found.kind in ("symbol", "size", "pi", "I", "unity"):
            return False
        payload = found.payload if isinstance(found.payload, tuple) else (found.payload,)
        inner = [part for part in payload if isinstance(part, Element)]
        return not inner or any(self._depends(i, index) for part in inner for i in part.used)

    def _is_plain_kernel(self, kernel: int, index: int) -> bool:
        """Whether a kernel is a symbol, or a root of a polynomial that it moves off any value."""
        if kernel == index:
            return True
        found = self.field.kernels[kernel]
        if found.kind != "root" or not found.payload[0].den.is_one():
            return False
        radicand = found.payload[0].num
        if not self.is_plain(radicand):
            return False
        return any(
            power and self.is_nonzero(self.field.of_poly(part))
            for (power,), part in self.field.by_powers(radicand, index).items()
        )

    def symbols(self, poly: Poly) -> set[int]:
        """The symbols in a polynomial, as kernels."""
        return {i for i in self.field.used(poly) if self.field.kernels[i].kind == "symbol"}


def _may_jump(root: N.Node) -> bool:
    has_choices = any(isinstance(node, N.Compare | N.Select) for node in N.walk(root))
    return has_choices or not N.called_in(root).isdisjoint(WITH_JUMPS)
