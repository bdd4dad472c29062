"""Exponentials, powers and Cholesky factors of matrices, by their entries.

``expm(M)`` commutes with what it is an exponential of, products of exponentials of multiples of
one matrix add their exponents (Higham 2008, theorem 10.2), ``expm(M).T`` is ``expm(M.T)``, and the
derivative of ``tr(expm(M))`` is ``tr(expm(M) @ dM)``. Powers whose exponent is no number have the
same rules: of one matrix they add, and the derivative of ``tr(matrix_power(M, k))`` is
``k*tr(matrix_power(M, k - 1) @ dM)`` (ibid., theorem 3.6). ``L @ L.T`` of a Cholesky factor is the
matrix, twice the sum of the logarithms on its diagonal the logarithm of the determinant.
"""

from __future__ import annotations

from fractions import Fraction

from derivcheck.symbolic.matrix.atoms import Atom, Kind, Monomial, Polynomial, frees_of, freeze
from derivcheck.symbolic.matrix.determinants import Determinants
from derivcheck.symbolic.matrix.indices import STEP, Part
from derivcheck.symbolic.matrix.inverses import order
from derivcheck.symbolic.matrix.ring import plus, scaled, single
from derivcheck.symbolic.matrix.substitution import Change
from derivcheck.symbolic.matrix.sums import Rewritten

EXPM, POWER_OF, CHOLESKY = "expm", "matrix_power", "cholesky"
TRACES = {EXPM: "tr expm", POWER_OF: "tr matrix_power"}
OF_TRACE = {trace: name for name, trace in TRACES.items()}


class MatrixFunctions(Part):
    """Functions of whole matrices that have no closed form in their entries."""

    def __init__(self, determinants: Determinants) -> None:
        inverses = determinants.inverses
        super().__init__(inverses.indices)
        self.symbols = inverses.symbols
        self.inverses = inverses
        self.determinants = determinants
        self.functions = determinants.functions
        self.spells = inverses.strategy.expand_literals
        inverses.sums.rules.insert(0, self.rewritten)
        self.substitution.on(Kind.MATRIX, self._anew)

    def _anew(self, atom: Atom, change: Change) -> Polynomial:
        name, dim = atom.head
        formals, [matrix, *exponent] = self.substitution.opened(atom, (dim, dim), change)
        return self.matrix_function(name, matrix, formals, change.places(atom), *exponent)

    def of_matrix_in(
        self, atom: Atom, name: str, places: tuple[int, ...], *exponent: Polynomial
    ) -> Polynomial:
        """An entry of a function (or a trace) of the matrix that an atom is made of."""
        formals, matrix = self.substitution.matrix_in(atom)
        return self.matrix_function(name, matrix, formals, places, *exponent)

    def matrix_function(
        self,
        name: str,
        matrix: Polynomial,
        formals: tuple[int, ...],
        places: tuple[int, ...],
        exponent: Polynomial | None = None,
    ) -> Polynomial:
        """An entry of a function of ``matrix[formals]`` (or a trace: no places)."""
        row, column = formals
        dim = self.space.dim(row)
        nothing = not matrix if exponent is None else not exponent
        if name != CHOLESKY and nothing:
            return (
                self.indices.delta(*places)
                if places
                else self.ring.size(self.space.dim_of_name(dim))
            )
        diagonal = self.inverses.without_delta(matrix, formals) if exponent is None else None
        if diagonal is not None and places:
            inside = self.substitution.rename(diagonal, {min(formals): places[0]})
            root = self.powers.power(inside, Fraction(1, 2)) if name == CHOLESKY else None
            entry = self.functions.exp(inside) if root is None else root
            return self.ring.times(self.indices.delta(*places), entry)
        scale: Polynomial = {(): 1}
        if exponent is not None:
            if not matrix:
                return self.functions.general_power({}, exponent)
            outside, matrix = self.inverses.scalar_content(matrix, formals)
            scale = self.functions.general_power(outside, exponent)
            found = single(matrix)
            if found and found[0].kind == Kind.INVERSE and set(found[0].indices) == {row, column}:
                ends = places if found[0].indices == formals else places[::-1]
                back = self.of_matrix_in(found[0], name, ends, scaled(exponent, -1))
                return self.ring.times(scale, back)
        elif name == EXPM and places:
            scale, matrix = self._without_multiple_of_identity(matrix, formals)
        if name == CHOLESKY:
            if self._is_above(*places):
                return {}
            outside, core = self.inverses.scalar_content(matrix, formals)
            if self.powers.sign_of(outside) == 1:
                scale, matrix = self.powers.power(outside, Fraction(1, 2)), core
        bound, [straight] = self.substitution.bind((row, column), matrix)
        symmetric = False
        if name != CHOLESKY:
            [turned] = self.substitution.bind((column, row), matrix)[1]
            symmetric = straight == turned
            if not symmetric and order(turned) < order(straight):
                straight, places = turned, places[::-1]
            if symmetric:
                places = tuple(sorted(places))
        polys = (straight,) if exponent is None else (straight, freeze(exponent))
        atom = self.space.atom(Kind.MATRIX, (name, dim), places, bound, polys, symmetric=symmetric)
        return self.ring.times(scale, {((atom, 1),): 1})

    def _without_multiple_of_identity(
        self, matrix: Polynomial, formals: tuple[int, ...]
    ) -> tuple[Polynomial, Polynomial]:
        """``exp(c)`` and M for the exponential of ``M + c*eye(n)``."""
        delta = next(iter(self.indices.delta(*formals)))[0]
        own = {m: c for m, c in matrix.items() if delta in m}
        share = self.inverses.without_delta(own, formals)
        if not own or share is None or not frees_of(share).isdisjoint(formals):
            return {(): 1}, matrix
        return self.functions.exp(share), {m: c for m, c in matrix.items() if m not in own}

    def _is_above(self, row: int, column: int) -> bool:
        """Whether a place is certainly above the diagonal."""
        if row < 0 and column < 0:
            return column < row  # places count from -1 downwards
        if not (self.indices.facts or self.indices.placed) or not all(
            i < 0 or self.space.has_dim(i) for i in (row, column)
        ):
            return False
        gap = plus(self.indices.value(column), scaled(self.indices.value(row), -1))
        return self.indices.condition(STEP, gap) == {(): 1}

    def rewritten(self, bound: tuple[int, ...], monomial: Monomial) -> Rewritten | None:
        """A sum in which such functions meet."""
        turned = self._turned_round(bound, monomial)
        if turned is not None:
            return turned
        for atom, exponent in monomial:
            is_entry = atom.kind == Kind.MATRIX and atom.indices
            if is_entry and atom.head[0] != CHOLESKY and exponent == 1:
                found = self._trace(bound, monomial, atom)
                found = self._exponential(bound, monomial, atom) if found is None else found
                if found is not None:
                    return found
        return None

    def _turned_round(self, bound: tuple[int, ...], monomial: Monomial) -> Rewritten | None:
        """A sum over exponents counted backwards, where at the first free index it would fall."""
        for turn in bound:
            holders = [atom for atom, _ in monomial if turn in atom.frees]
            is_counted = all(
                atom.kind == Kind.MATRIX
                and atom.head[0] == POWER_OF
                and turn not in (*atom.indices, *frees_of(dict(atom.polys[0])))
                for atom in holders
            )
            ends = {i: atom for atom in holders for i in atom.indices if i not in bound}
            places = [i for atom in holders for i in atom.indices if i not in bound]
            if not is_counted or not ends or places.count(min(ends)) > 1:
                continue
            value = self.indices.value(turn)
            first = ends[min(ends)]
            if len(first.polys) == 2 and dict(first.polys[1]).get(next(iter(value)), 0) < 0:
                last = plus(self.ring.size(self.space.dim_of(turn)), {(): -1})
                place = plus(last, scaled(value, -1))
                return [(bound, self.indices.with_value(self.ring.product(monomial), turn, place))]
        return None

    def _trace(self, bound: tuple[int, ...], monomial: Monomial, atom: Atom) -> Rewritten | None:
        """The sum over the diagonal."""
        index = atom.indices[0]
        if index != atom.indices[1] or index not in bound:
            return None
        rest = [f for f in monomial if f[0] is not atom]
        if any(index in a.frees for a, _ in rest):
            return None
        exponent = [dict(poly) for poly in atom.polys[1:]]
        trace = self.of_matrix_in(atom, TRACES[atom.head[0]], (), *exponent)
        left = tuple(k for k in bound if k != index)
        return [(left, self.ring.times(self.ring.product(rest), trace))]

    def _exponential(
        self, bound: tuple[int, ...], monomial: Monomial, atom: Atom
    ) -> Rewritten | None:
        for middle in set(atom.indices) & set(bound):
            if atom.indices[0] == atom.indices[1]:
                continue
            touching = [a for a, e in monomial if middle in a.frees and a is not atom]
            if len(touching) != 1 or dict(monomial)[touching[0]] != 1:
                continue
            [other] = touching
            rest = self.ring.product(
                [f for f in monomial if f[0] is not atom and f[0] is not other]
            )
            if other.kind == Kind.MATRIX and other.head == atom.head:
                product = self._multiplied(atom, other, middle)
            elif other.kind == Kind.ELEMENT and len(other.indices) == 2 and not self.spells:
                product = self._moved(atom, other, middle)
            else:
                continue
            if product is None:
                continue
            left = tuple(k for k in bound if k != middle)
            keep = bound if middle in {i for m in product for a, _ in m for i in a.frees} else left
            return [(keep, self.ring.times(rest, product))]
        return None

    def _end(self, atom: Atom, middle: int) -> int:
        i, j = atom.indices
        return j if i == middle else i

    def _oriented(self, atom: Atom, middle: int, *, left: bool) -> tuple[int, int, Polynomial]:
        """(row, column, argument) so that the atom is ``F[x, middle]`` or ``F[middle, y]``."""
        (row, column), argument = self.substitution.matrix_in(atom)
        straight = (atom.indices[1] == middle) == left
        return (row, column, argument) if straight else (column, row, argument)

    def _multiplied(self, one: Atom, other: Atom, middle: int) -> Polynomial | None:
        """The product of exponentials of multiples of one matrix."""
        if other.indices[0] == other.indices[1]:
            return None
        row, column, first = self._oriented(one, middle, left=True)
        r, c, second = self._oriented(other, middle, left=False)
        second = self.substitution.rename(second, {r: row, c: column})
        (a, core), (b, core2) = (
            self.inverses.scalar_content(poly, (row, column)) for poly in (first, second)
        )
        if freeze(core) != freeze(core2):
            return None
        places = (self._end(one, middle), self._end(other, middle))
        if one.head[0] == POWER_OF:
            total = plus(*(dict(atom.polys[1]) for atom in (one, other)))
            return self.matrix_function(POWER_OF, first, (row, column), places, total)
        total = self.ring.times(plus(a, b), core)
        return self.matrix_function(EXPM, total, (row, column), places)

    def _moved(self, atom: Atom, element: Atom, middle: int) -> Polynomial | None:
        """``A @ expm(t*A)`` as ``expm(t*A) @ A``; ``A @ matrix_power(A, k)`` as one power."""
        is_power = atom.head[0] == POWER_OF
        if middle != atom.indices[0] and not is_power:
            return None  # it stands to the right already
        if is_power:
            return self._one_more(atom, element, middle)
        row, column, argument = self._oriented(atom, middle, left=False)
        core = single(self.inverses.scalar_content(argument, (row, column))[1])
        if (
            core is None
            or core[1] != 1
            or core[0].kind != Kind.ELEMENT
            or core[0].head != element.head
        ):
            return None
        if element.indices[0] == element.indices[1] or atom.symmetric:
            return None
        if set(element.indices) == set(atom.indices):
            return None  # a trace: either order is the same
        start, end = self._end(element, middle), self._end(atom, middle)
        straight = core[0].indices == (row, column)
        if element.indices != ((start, middle) if straight else (middle, start)):
            return None  # the transposed matrix
        moved = self.matrix_function(EXPM, argument, (row, column), (start, middle))
        pair = (middle, end) if straight else (end, middle)
        return self.ring.times(moved, self.symbols.element(element.head, pair))

    def _one_more(self, atom: Atom, element: Atom, middle: int) -> Polynomial | None:
        """The power of one matrix times that matrix, which stands on either side."""
        if element.indices[0] == element.indices[1]:
            return None
        row, column, base = self._oriented(atom, middle, left=True)
        places = (row if i == middle else column for i in element.indices)
        if base != self.symbols.element(element.head, tuple(places)):
            return None
        ends = (self._end(atom, middle), self._end(element, middle))
        exponent = plus(dict(atom.polys[1]), {(): 1})
        return self.matrix_function(POWER_OF, base, (row, column), ends, exponent)

    def is_symmetric(self, atom: Atom) -> bool:
        """Whether the matrix is that an atom is a function of."""
        (row, column), matrix = self.substitution.matrix_in(atom)
        return self.substitution.at(atom, (column, row)) == matrix
