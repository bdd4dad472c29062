"""From index polynomials back to matrix notation, where a term is a simple chain of products.

``derivative_text`` prints the true derivative of an equation as a user would write it. It is a
suggestion, not a proof: whoever shows it checks it like any other claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation
from derivcheck.lang.functions import FUNCTIONS
from derivcheck.records import record
from derivcheck.symbolic.matrix.algebra import Algebra
from derivcheck.symbolic.matrix.atoms import (
    Atom,
    Kind,
    Monomial,
    Polynomial,
    Rational,
    Undecided,
    frees_of,
    whole,
)
from derivcheck.symbolic.matrix.prover import compiler_of, difference_of
from derivcheck.symbolic.matrix.slots import Slot, flat

_SUM_LEVEL, _TIMES, _MATMUL, _POWER_LEVEL, _ATOM = range(5)
_MOST_TERMS = 6
_LONGEST = 240


@record()
class Piece:
    """A factor in matrix notation; ``places`` are its row and column index (or fewer)."""

    text: str
    level: int
    places: tuple[int, ...] = ()
    divisor: str = ""
    """For ``1/divisor``: so that a product of it prints as a quotient."""
    symmetric: bool = False

    def at(self, level: int) -> str:
        """The text, in brackets where it binds less than ``level``."""
        return self.text if self.level >= level else f"({self.text})"


def derivative_text(equation: Equation) -> str | None:
    """The left side of ``equation`` in matrix notation, or None where that is not simple."""
    algebra = Algebra(6_000)
    try:
        left = replace(equation, right=N.ZERO_NODE)
        poly = difference_of(compiler_of(algebra), left)
        frees = sorted(frees_of(poly))
        shape = equation.left.shape
        sizes = [N.rows_of(shape), N.columns_of(shape)]
        slots = iter(range(1, 3))
        row, column = (None if d == N.ONE else next(slots) for d in sizes)
        if any(i not in (row, column) for i in frees):
            return None
        text = Notation(algebra).matrix(poly, row, column)
    except (Undecided, RecursionError):
        return None
    return text.text if len(text.text) <= _LONGEST else None


class Notation:
    """Prints polynomials; raises :class:`Undecided` where there is no simple form."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra

    def matrix(self, poly: Polynomial, row: Slot, column: Slot) -> Piece:
        """The array with entries ``poly`` at (row, column)."""
        places = flat(row, column)
        if len(poly) > _MOST_TERMS:
            raise Undecided("too many terms")
        if not poly:
            return Piece(self._zeros(row, column), _ATOM, places)
        spread = any(a.frees.intersection(places) for m in poly for a, _ in m)
        parts = []
        for monomial, coefficient in poly.items():
            # a scalar term combines with every entry of the others
            scalar = spread and not any(a.frees for a, _ in monomial)
            where = (None, None) if scalar else (row, column)
            parts.append(self._term(monomial, coefficient, *where))
        parts.sort(key=lambda part: part[1].startswith("-"))
        text = parts[0][1]
        for _, part in parts[1:]:
            text += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
        return Piece(text, _SUM_LEVEL if len(parts) > 1 or text[0] == "-" else parts[0][0], places)

    def _zeros(self, row: Slot, column: Slot) -> str:
        sizes = [self.algebra.space.dim(i) for i in flat(row, column)]
        return f"zeros({', '.join(sizes)})" if sizes else "0"

    # one term

    def _term(
        self, monomial: Monomial, coefficient: Rational, row: Slot, column: Slot
    ) -> tuple[int, str]:
        wanted = flat(row, column)
        bound: list[int] = []
        above: list[Piece] = []
        below: list[str] = []
        deltas: list[Atom] = []
        stack = list(monomial)
        while stack:
            atom, exponent = stack.pop()
            if atom.kind == Kind.DELTA:
                deltas.append(atom)
            elif atom.kind == Kind.SUM and exponent == 1:
                new, body = self.algebra.sums.open_sum(atom)
                bound.extend(new)
                [(inside, weight)] = body.items()
                if weight != 1:
                    raise Undecided("a weighted sum")
                stack.extend(inside)
            else:
                piece = self._factor(atom, exponent)
                if not piece.places and exponent < 0:
                    below.append(self._factor(atom, -exponent).at(_POWER_LEVEL))
                else:
                    above.append(piece)
        pieces = self._contracted(above, bound, wanted)
        scalars = [p for p in pieces if not p.places]
        arrays = [p for p in pieces if p.places]
        shaped = self._shaped(arrays, deltas, row, column)
        number = Fraction(coefficient)
        front = [str(abs(number.numerator))] if abs(number.numerator) != 1 else []
        if number.denominator != 1:
            below.append(str(number.denominator))
        top = front + [p.at(_MATMUL) for p in scalars]
        level = _TIMES
        if shaped is not None:
            alone = not top and not below
            top.append(shaped.text if alone else shaped.at(_MATMUL))
            level = shaped.level if alone else _TIMES
            if len(top) > 1 and shaped.level == _MATMUL:
                # `2*A @ B` is read from the left, which scales the product all the same
                top[-1] = shaped.text
                level = _MATMUL if not below else _TIMES
                if below:
                    top[-1] = f"({shaped.text})"
        text = "*".join(top) or "1"
        if below:
            divisor = below[0] if len(below) == 1 else f"({'*'.join(below)})"
            text = f"({text})" if level in (_SUM_LEVEL, _MATMUL) else text
            text = f"{text}/{divisor}"
            level = _TIMES
        return level, ("-" if number < 0 else "") + text

    def _factor(self, atom: Atom, exponent: Rational) -> Piece:
        piece = self._atom(atom)
        if exponent == 1:
            return piece
        norm = self._norm(atom)
        if norm:
            piece, exponent = norm, whole(exponent * 2)
        if exponent == 1:
            return piece
        if atom.frees and isinstance(exponent, int) and exponent < 0:
            divisor = piece if exponent == -1 else self._raised(piece, -exponent)
            text = divisor.at(_POWER_LEVEL)
            return Piece(f"1/{text}", _TIMES, piece.places, text)
        return self._raised(piece, exponent)

    def _norm(self, atom: Atom) -> Piece | None:
        """norm(X) for the sum of squares of all entries of a symbol."""
        if atom.kind != Kind.SUM:
            return None
        inside = atom.polys[0][0][0]
        if len(inside) != 1 or inside[0][1] != 2:
            return None
        squared = inside[0][0]
        if squared.kind != Kind.ELEMENT or atom.frees or len(squared.indices) != len(atom.bound):
            return None
        return Piece(f"norm({squared.head})", _ATOM)

    def _raised(self, piece: Piece, exponent: Rational) -> Piece:
        if exponent == Fraction(1, 2):
            return Piece(f"sqrt({piece.text})", _ATOM, piece.places)
        shown = f"({exponent})" if not isinstance(exponent, int) else str(exponent)
        return Piece(f"{piece.at(_ATOM)}**{shown}", _POWER_LEVEL, piece.places)

    def _atom(self, atom: Atom) -> Piece:
        kind = atom.kind
        if any(i < 0 for i in atom.indices):
            raise Undecided("a fixed entry")
        if kind in (Kind.ELEMENT, Kind.INVERSE) and len(atom.indices) == 2:
            square = atom.head if kind == Kind.ELEMENT else f"inv({self._square(atom).text})"
            text = str(square)
            if atom.indices[0] == atom.indices[1]:
                return Piece(f"diag({text})", _ATOM, atom.indices[:1])
            return Piece(text, _ATOM, atom.indices, symmetric=atom.symmetric)
        if kind == Kind.ELEMENT:
            return Piece(atom.head, _ATOM, atom.indices)
        if kind in (Kind.SIZE, Kind.PRIME, Kind.CONSTANT):
            return Piece(str(atom.head), _ATOM)
        if kind == Kind.DETERMINANT:
            return Piece(f"det({self._square(atom).text})", _ATOM)
        row, column = self._slots(atom)
        if kind == Kind.SUM:
            level, text = self._term(((atom, 1),), 1, row, column)
            return Piece(text, level, flat(row, column))
        if kind in (Kind.EXP, Kind.POWER, Kind.FUNCTION):
            inner = self.matrix(dict(atom.polys[0]), row, column)
            if kind == Kind.POWER:
                return inner
            name = "exp" if kind == Kind.EXP else atom.head[0]
            name = {"sgn": "sign", "usgn": "sign"}.get(name, name)
            if name not in FUNCTIONS or len(atom.polys) != 1:
                raise Undecided("a function without a plain name")
            if kind == Kind.FUNCTION and atom.head[1] != ():
                raise Undecided("an abstract function")
            return Piece(f"{name}({inner.text})", _ATOM, inner.places)
        raise Undecided("a factor without matrix notation")

    def _slots(self, atom: Atom) -> tuple[Slot, Slot]:
        places = sorted(atom.frees)
        if len(places) > 2:
            raise Undecided("a factor with three indices")
        return (places[0] if places else None), (places[1] if len(places) == 2 else None)

    def _square(self, atom: Atom) -> Piece:
        pair, entries = self.algebra.substitution.matrix_in(atom)
        return self.matrix(entries, *pair)

    # contractions

    def _contracted(
        self, pieces: list[Piece], bound: list[int], wanted: tuple[int, ...]
    ) -> list[Piece]:
        while True:
            pieces = self._merged(pieces, bound)
            inner = sorted(i for i in bound if any(i in p.places for p in pieces))
            if not inner:
                return pieces
            choice = min(inner, key=lambda i: self._cost(i, pieces, wanted))
            pieces = self._eliminated(choice, pieces, wanted)

    @staticmethod
    def _cost(index: int, pieces: list[Piece], wanted: tuple[int, ...]) -> tuple[int, int]:
        touching = [p for p in pieces if index in p.places]
        near = any(i in wanted for p in touching for i in p.places)
        return (abs(len(touching) - 2), 0 if near else 1)

    def _merged(self, pieces: list[Piece], bound: list[int]) -> list[Piece]:
        groups: dict[tuple[int, ...], list[Piece]] = {}
        for piece in pieces:
            groups.setdefault(tuple(sorted(piece.places)), []).append(piece)
        result: list[Piece] = []
        for places, group in groups.items():
            if not places or len(group) == 1:
                result.extend(group)
                continue
            lonely = len(places) == 1 and places[0] in bound
            if lonely and len(group) == 2 and not self._elsewhere(places[0], pieces, group):
                left, right = group
                text = f"{self._turned(left)} @ {right.at(_MATMUL)}"
                if any(p.divisor for p in group):
                    text = f"sum({left.at(_POWER_LEVEL)}*{right.at(_POWER_LEVEL)})"
                result.append(Piece(text, _MATMUL))
                continue
            target = group[0].places
            turned = [self._oriented(p, target) for p in group]
            text = "*".join(p.at(_POWER_LEVEL) for p in turned if not p.divisor) or "1"
            text += "".join(f"/{p.divisor}" for p in turned if p.divisor)
            result.append(Piece(text, _TIMES, target))
        return result

    @staticmethod
    def _elsewhere(index: int, pieces: Iterable[Piece], group: list[Piece]) -> bool:
        return any(index in p.places for p in pieces if p not in group)

    def _turned(self, piece: Piece) -> str:
        text = piece.at(_ATOM)
        return text[:-2] if text.endswith(".T") and text[:-2].isidentifier() else f"{text}.T"

    def _oriented(self, piece: Piece, places: tuple[int, ...]) -> Piece:
        """The piece with rows and columns in this order."""
        if piece.places == places:
            return piece
        if piece.symmetric:
            return replace(piece, places=places)
        return Piece(self._turned(piece), _ATOM, places)

    def _eliminated(self, index: int, pieces: list[Piece], wanted: tuple[int, ...]) -> list[Piece]:
        touching = [p for p in pieces if index in p.places]
        others = [p for p in pieces if index not in p.places]
        if len(touching) == 1:
            [piece] = touching
            if len(piece.places) == 1:
                if piece.text.startswith("diag(") and piece.level == _ATOM:
                    return [*others, Piece(f"tr({piece.text[5:-1]})", _ATOM)]
                return [*others, Piece(f"sum({piece.text})", _ATOM)]
            alone = not any(set(piece.places) & set(p.places) for p in others)
            if alone and not set(piece.places) & set(wanted):
                return [*others, Piece(f"sum({piece.text})", _ATOM)]
            [kept] = [i for i in piece.places if i != index]
            turned = self._oriented(piece, (kept, index))
            return [*others, Piece(f"sum({turned.text}, axis=1)", _ATOM, (kept,))]
        places: tuple[int, ...]
        vectors = [p for p in touching if len(p.places) == 1]
        matrices = [p for p in touching if len(p.places) == 2]
        if len(touching) == 3 and len(vectors) == 1:
            matrices[0] = self._weighted(matrices[0], vectors[0], index)
            vectors = []
        if len(vectors) + len(matrices) != 2:
            raise Undecided("an index in more than two factors")
        if vectors:
            [matrix] = matrices
            [kept] = [i for i in matrix.places if i != index]
            left, right = self._oriented(matrix, (kept, index)), vectors[0]
            places = (kept,)
        else:
            first, second = matrices
            ends = [next(i for i in m.places if i != index) for m in matrices]
            if ends[1] in wanted[:1] or (ends[0] in wanted[1:] and ends[1] not in wanted[1:]):
                first, second, ends = second, first, ends[::-1]
            left = self._oriented(first, (ends[0], index))
            right = self._oriented(second, (index, ends[1]))
            places = (ends[0], ends[1])
        return [*others, Piece(f"{left.at(_MATMUL)} @ {right.at(_MATMUL)}", _MATMUL, places)]

    def _weighted(self, matrix: Piece, vector: Piece, index: int) -> Piece:
        [kept] = [i for i in matrix.places if i != index]
        turned = self._oriented(matrix, (kept, index))
        text = f"{turned.at(_MATMUL)} @ diag({vector.text})"
        return Piece(text, _MATMUL, (kept, index))

    # the result

    def _shaped(
        self, arrays: list[Piece], deltas: list[Atom], row: Slot, column: Slot
    ) -> Piece | None:
        """One piece of the wanted shape; None for a scalar."""
        by_row = [p for p in arrays if p.places == (row,)]
        by_column = [p for p in arrays if p.places == (column,)]
        both = [p for p in arrays if len(p.places) == 2]
        if len(by_row) + len(by_column) + len(both) != len(arrays) or len(both) > 1:
            raise Undecided("factors that do not fit the shape")
        if row is None and column is None:
            return None
        if deltas:
            if len(deltas) > 1 or both or by_column or row is None or column is None:
                raise Undecided("an identity matrix among other factors")
            size = self.algebra.space.dim(flat(row)[0])
            text = f"diag({by_row[0].text})" if by_row else f"eye({size})"
            return Piece(text, _ATOM)
        if row is None or column is None:
            [place] = flat(row, column)
            vector = (
                by_row or by_column or [Piece(f"ones({self.algebra.space.dim(place)})", _ATOM)]
            )[0]
            return vector if column is None else Piece(self._turned(vector), _ATOM)
        rows, columns = (self.algebra.space.dim(i) for i in flat(row, column))
        if both:
            piece = self._oriented(both[0], flat(row, column))
            if by_row:
                piece = Piece(f"diag({by_row[0].text}) @ {piece.at(_MATMUL)}", _MATMUL)
            if by_column:
                piece = Piece(f"{piece.at(_MATMUL)} @ diag({by_column[0].text})", _MATMUL)
            return piece
        if not by_row and not by_column:
            return Piece(f"ones({rows}, {columns})", _ATOM)
        left = by_row[0].at(_MATMUL) if by_row else f"ones({rows})"
        right = self._turned(by_column[0]) if by_column else f"ones(1, {columns})"
        return Piece(f"{left} @ {right}", _MATMUL)
