"""Whether an index polynomial is zero: denominators cleared, hanging inverses multiplied away."""

from __future__ import annotations

from itertools import product

from derivcheck.symbolic.matrix.algebra import Algebra
from derivcheck.symbolic.matrix.atoms import (
    Atom,
    Kind,
    Monomial,
    Polynomial,
    Rational,
    frees_of,
    whole,
)
from derivcheck.symbolic.matrix.powers import SGN, USGN
from derivcheck.symbolic.matrix.ring import accumulate, plus, scaled
from derivcheck.symbolic.matrix.rules import own_frees

_MULTIPLYING = 3_000
_ROUNDS = 6
_ATTEMPTS = 12
_CHOICES = 3
_TERMS = 60
_MARKS = 4


def spelled_out(algebra: Algebra, difference: Polynomial) -> list[Polynomial]:
    """The difference at each place of free indices over small literal dimensions."""
    parts = [difference]
    if not algebra.strategy.expand_literals:
        return parts
    for index in sorted(frees_of(difference)):
        size = algebra.space.literal_size(index)
        if size:
            parts = [
                algebra.substitution.rename(part, {index: -1 - place})
                for part in parts
                for place in range(size)
            ]
    return parts


def vanishes(algebra: Algebra, difference: Polynomial) -> bool:
    """Whether a polynomial is zero wherever it is defined.

    Where inverses hang on free indices, several orders of multiplying them away are tried.
    """
    algebra.space.steps_left = min(
        algebra.space.steps_left, max(_MULTIPLYING, algebra.space.steps_used)
    )
    waiting = [(difference, 0)]
    for _ in range(_ATTEMPTS):
        if not waiting:
            return False
        poly, depth = waiting.pop()
        poly = clear_denominators(algebra, poly)
        if not poly:
            return True
        if depth == _ROUNDS or len(poly) > _TERMS:
            continue
        for choice in hanging_inverses(algebra, poly):
            algebra.met.multiplied = True
            product = multiplied(algebra, poly, *choice)
            if not product:
                return True
            waiting.append((product, depth + 1))
    return False


def clear_denominators(algebra: Algebra, poly: Polynomial) -> Polynomial:
    """Multiply by every many-term or cosine denominator, until none is left."""
    for _ in range(_ROUNDS):
        least: dict[Atom, Rational] = {}
        for monomial in poly:
            for atom, exponent in monomial:
                if exponent < 0 and (atom.kind == Kind.POWER or atom.watch):
                    least[atom] = min(exponent, least.get(atom, 0))
        least = {atom: e for atom, e in least.items() if _divides_no_zero(algebra, atom, poly)}
        for atom in list(least):
            least[atom] = min(dict(m).get(atom, 0) for m in poly)
        factors = [(atom, whole(-e)) for atom, e in least.items()]
        common = [(atom, -e) for atom, e in shared_powers(poly).items() if atom not in least]
        if not factors and not common:
            return poly
        result: Polynomial = {}
        for monomial, coefficient in poly.items():
            result = plus(result, algebra.ring.product([*monomial, *factors, *common], coefficient))
        poly = result
        if not poly or not factors:
            return poly
    return poly


def _divides_no_zero(algebra: Algebra, atom: Atom, poly: Polynomial) -> bool:
    """Whether a difference is zero if it is times P, of which an atom is a closed power: whether P
    divides no zero.

    ``x + abs(x)`` does: times ``x - abs(x)`` it is 0. So does ``x[i] - x[j]``, times a delta of i
    and j. A branch of ``where`` may have such a divisor, where it is not taken.
    """
    if atom.kind != Kind.POWER:
        return True
    base = dict(atom.polys[0])
    for monomial in poly:
        merged = base
        for mark, _ in monomial:
            if mark.kind == Kind.DELTA:
                keep, drop = mark.indices
                merged = algebra.substitution.rename(merged, {drop: keep})
        if not merged:
            return False
    marks = sorted({a for m in base for a, _ in m if _is_mark(a)}, key=lambda mark: mark.serial)
    return len(marks) <= _MARKS and all(
        _at_marks(base, dict(zip(marks, values, strict=True)))
        for values in product(*((1, -1) if _is_sign(mark) else (1, 0) for mark in marks))
    )


def _is_sign(atom: Atom) -> bool:
    """Whether it is 1 or -1: a sign, the determinant of an orthogonal matrix."""
    if atom.kind == Kind.FUNCTION:
        return atom.head in ((SGN, ()), (USGN, ()))
    return atom.kind == Kind.DETERMINANT and atom.watch


def _is_mark(atom: Atom) -> bool:
    """Whether it has two values only: a sign, or a condition, which is 1 or 0."""
    if atom.kind == Kind.FUNCTION:
        return _is_sign(atom) or atom.head in (("step", ()), ("zero", ()))
    return _is_sign(atom) or atom.kind in (Kind.DELTA, Kind.APART, Kind.CONDITION)


def _at_marks(poly: Polynomial, values: dict[Atom, int]) -> Polynomial:
    """The polynomial where marks have these values."""
    result: Polynomial = {}
    for monomial, coefficient in poly.items():
        rest = tuple(f for f in monomial if f[0] not in values)
        for atom, exponent in monomial:
            value = values.get(atom, 1)
            coefficient = coefficient * value if exponent % 2 or not value else coefficient
        accumulate(result, {rest: coefficient})
    return result


def shared_powers(poly: Polynomial) -> dict[Atom, Rational]:
    """Positive powers of closed powers that every term has: dividing by them is harmless."""
    shared: dict[Atom, Rational] | None = None
    for monomial in poly:
        own = {a: e for a, e in monomial if a.kind == Kind.POWER and e > 0}
        if shared is None:
            shared = own
        else:
            shared = {a: min(e, own[a]) for a, e in shared.items() if a in own}
    return shared or {}


def hanging_inverses(algebra: Algebra, poly: Polynomial) -> list[tuple[Atom, int, int]]:
    """(inverse, position, index) for entries of inverses at free indices, best choice last."""
    found: dict[tuple[Atom, int, int], int] = {}
    for monomial in poly:
        seen: set[tuple[Atom, int, int]] = set()
        for atom, exponent in monomial:
            if exponent != 1:
                continue
            inner = [atom] if atom.kind == Kind.INVERSE else []
            if atom.kind == Kind.SUM:
                inner = [a for a, e in atom.polys[0][0][0] if a.kind == Kind.INVERSE and e == 1]
            for inverse in inner:
                if inverse.indices[0] == inverse.indices[1]:
                    continue
                for position, index in enumerate(inverse.indices):
                    if 0 < index < 1 << 32 and not inverse_holds(inverse, index):
                        seen.add((algebra.inverses.bare(inverse), position, index))
        for key in seen:
            found[key] = found.get(key, 0) + 1

    def weight(key: tuple[Atom, int, int]) -> tuple[int, ...]:
        atom, position, index = key
        return (len(atom.polys[0]) * 100 + atom.height, found[key], -atom.serial, position, index)

    return sorted(found, key=weight)[-_CHOICES:]


def multiplied(
    algebra: Algebra, poly: Polynomial, inverse: Atom, position: int, index: int
) -> Polynomial:
    """``poly`` times the inverted matrix, contracted over the free ``index``.

    sum_index M[new, index] * inv(M)[index, .], or sum_index inv(M)[., index] * M[index, new];
    M is invertible, so the result is zero just where ``poly`` is.
    """
    new = algebra.space.fresh_like(index)
    places = (new, index) if position == 0 else (index, new)
    matrix = algebra.substitution.at(inverse, places)
    result: Polynomial = {}
    for monomial, coefficient in poly.items():
        term = _met_its_inverse(algebra, monomial, inverse, position, index, new)
        if term is None:
            term = algebra.sums.sum_over((index,), algebra.ring.times({monomial: 1}, matrix))
        accumulate(result, term, coefficient)
    return result


def _met_its_inverse(
    algebra: Algebra, monomial: Monomial, inverse: Atom, position: int, index: int, new: int
) -> Polynomial | None:
    """A term times the matrix where its inverse alone holds the index: they are the identity."""
    touching = [(atom, e) for atom, e in monomial if index in atom.frees]
    if len(touching) != 1 or touching[0][1] != 1:
        return None
    [(atom, _)] = touching
    rest = algebra.ring.product([f for f in monomial if f[0] is not atom])
    if atom.kind == Kind.SUM:
        bound, body = algebra.sums.open_sum(atom)
        if len(body) != 1:
            return None
        [(inside, scale)] = body.items()
        found = _met_its_inverse(algebra, inside, inverse, position, index, new)
        if found is None:
            return None
        return algebra.ring.times(scaled(rest, scale), algebra.sums.sum_over(bound, found))
    if atom.kind != Kind.INVERSE or algebra.inverses.bare(atom) is not inverse:
        return None
    ends = atom.indices if position == 0 else atom.indices[::-1]
    if inverse.symmetric and ends[1] == index:
        ends = ends[::-1]
    if ends[0] != index or ends[1] == index:
        return None
    return algebra.ring.times(rest, algebra.indices.delta(new, ends[1]))


def inverse_holds(inverse: Atom, index: int) -> bool:
    """Whether the inverted matrix itself depends on that free index, or on a bound one."""
    frees = own_frees(inverse)
    return index in frees or any(i >> 32 for i in frees)
