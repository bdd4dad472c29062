"""The index prover as a judge: matrix claims for all dimensions.

Method: index notation (Laue, Mitterreiter, Giesen, "Computing Higher Order Derivatives of
Matrix and Tensor Expressions", 2018, computes so; here it proves). Both sides become
polynomials in entries, Kronecker deltas, elementwise functions, entries of inverses and sums;
derivatives are taken formally; the claim holds when the difference, with denominators cleared
and multiplied by M wherever inv(M) hangs on a free index, is the zero polynomial.
"""

from __future__ import annotations

import time

from derivcheck.lang import nodes as n
from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import Evidence, Finding, Strength
from derivcheck.symbolic.matrix.arithmetic import plus, scaled
from derivcheck.symbolic.matrix.atoms import (
    INVERSE,
    POWER,
    SUM,
    Atom,
    Polynomial,
    Rational,
    Undecided,
    frees_of,
    whole,
)
from derivcheck.symbolic.matrix.cases import vanishes_by_cases
from derivcheck.symbolic.matrix.compiler import Compiler
from derivcheck.symbolic.matrix.conditions import definedness, jump_conditions, prepare_jumps
from derivcheck.symbolic.matrix.facts import assume, declare

METHOD = "index notation, all dimensions"
_STEPS = 12_000
_MULTIPLYING = 3_000
_SECONDS = 2.0
_ROUNDS = 6
_ATTEMPTS = 12
_CHOICES = 3
_TERMS = 60


def judge(equation: Equation, settings: Settings) -> Evidence:
    """Prove ``equation`` for every value in its domain and every dimension.

    HOLDS with strength PROOF, or UNKNOWN with a reason; never FAILS. ``detail`` tells where
    both sides are defined; ``conditions`` are those under which alone the proof is valid.
    """
    start = time.process_time()
    limit = min(settings.timeout, _SECONDS)
    reason = ""
    for way in ways(equation):
        left = limit - (time.process_time() - start)
        prover = Compiler(_STEPS, left)
        prover.longest_first = way != "shortest"
        prover.expand_literals = way == "literal"
        prover.cyclic_determinants = way == "cyclic"
        try:
            conditions = prove(prover, equation)
        except Undecided as error:
            reason = reason or str(error)
            continue
        except RecursionError:
            reason = reason or "index notation: the expression is nested too deeply"
            break
        if conditions is not None:
            where = definedness(equation)
            return Evidence(
                "symbolic",
                METHOD,
                Finding.HOLDS,
                Strength.PROOF,
                seconds=time.process_time() - start,
                detail="where " + ", ".join(where) if where else "",
                conditions=conditions,
            )
        reason = "index notation: the difference does not reduce to zero"
    return Evidence(
        "symbolic",
        METHOD,
        Finding.UNKNOWN,
        Strength.PROOF,
        seconds=time.process_time() - start,
        reason=reason,
    )


def ways(equation: Equation) -> list[str]:
    """The strategies worth trying for an equation, in order."""
    nodes = [node for side in (equation.left, equation.right) for node in n.walk(side)]
    found = ["longest"]
    if any(isinstance(node, n.Inv) and not isinstance(node.arg, n.Sym) for node in nodes):
        found.append("shortest")
    if any(isinstance(node, n.Det) and isinstance(node.arg, n.Add) for node in nodes):
        found.append("cyclic")
    dims = {d for node in nodes for d in node.shape} | {i.dim for i in equation.indices}
    if any(not d.names and d.factor > 1 for d in dims):
        found.append("literal")
    return found


def prove(prover: Compiler, equation: Equation) -> tuple[str, ...] | None:
    """The conditions of a proof (usually none), or None where the difference stays."""
    difference = difference_of(prover, equation)
    for part in spelled_out(prover, difference):
        if not vanishes_by_cases(prover, part, vanishes):
            return None
    return jump_conditions(prover, equation) + division_conditions(prover, equation)


def division_conditions(prover: Compiler, equation: Equation) -> tuple[str, ...]:
    """What the division by the factors of a product asks for.

    Where no factor is zero, both sides are equal; where one is, they still are if they are
    continuous and such points are limits of others: no jumps, and no equality that confines them.
    """
    if not prover.divided_products:
        return ()
    confined = any(
        isinstance(node, n.Compare) and node.operator == "=="
        for condition in equation.context.assume
        for node in n.walk(condition)
    )
    if confined or prover.kinks or prover.user_jumps:
        return ("no factor of a product over an index is zero",)
    return ()


def difference_of(prover: Compiler, equation: Equation) -> Polynomial:
    """left - right at the point, derivatives taken, structures and assumptions applied."""
    declare(prover, equation)
    left, right = equation.left, equation.right
    row = column = None
    for axis in (0, 1):
        dims = (n.rows_of, n.columns_of)[axis](left.shape)
        slot = prover.slot(dims, prover.hint(left, axis) or prover.hint(right, axis))
        row, column = (slot, column) if axis == 0 else (row, slot)
    for index in equation.indices:
        prover.indices[index.name] = prover.fresh(index.dim)
    prover.claim_indices = frozenset((*prover.indices.values(), *prover.flat(row, column)))
    difference = prover.compile(left, row, column)
    prover.left_jumps = len(prover.user_jumps)
    difference = plus(difference, scaled(prover.compile(right, row, column), -1))
    if not needs_point(prover, equation):
        return difference
    prover.forget()
    prepare_jumps(prover)
    prover.at_point = True
    assume(prover, equation)
    return prover.replace_elements(difference, prover.element)


def spelled_out(prover: Compiler, difference: Polynomial) -> list[Polynomial]:
    """The difference at each place of free indices over small literal dimensions."""
    parts = [difference]
    if not prover.expand_literals:
        return parts
    for index in sorted(frees_of(difference)):
        size = prover.literal_size(index)
        if size:
            parts = [
                prover.rename(part, {index: -1 - place}) for part in parts for place in range(size)
            ]
    return parts


def needs_point(prover: Compiler, equation: Equation) -> bool:
    """Whether anything is known at the point that was not used while differentiating."""
    return bool(
        prover.aliases
        or prover.structures
        or prover.user_jumps
        or prover.kinks
        or equation.context.assume
    )


def vanishes(prover: Compiler, difference: Polynomial) -> bool:
    """Whether a polynomial is zero wherever it is defined.

    Where inverses hang on free indices, several orders of multiplying them away are tried.
    """
    prover.steps_left = min(prover.steps_left, max(_MULTIPLYING, prover.steps_used))
    waiting = [(difference, 0)]
    for _ in range(_ATTEMPTS):
        if not waiting:
            return False
        poly, depth = waiting.pop()
        poly = clear_denominators(prover, poly)
        if not poly:
            return True
        if depth == _ROUNDS or len(poly) > _TERMS:
            continue
        for choice in hanging_inverses(prover, poly):
            product = multiplied(prover, poly, *choice)
            if not product:
                return True
            waiting.append((product, depth + 1))
    return False


def clear_denominators(prover: Compiler, poly: Polynomial) -> Polynomial:
    """Multiply by every many-term or cosine denominator, until none is left."""
    for _ in range(_ROUNDS):
        least: dict[Atom, Rational] = {}
        for monomial in poly:
            for atom, exponent in monomial:
                if exponent < 0 and (atom.kind == POWER or atom.watch):
                    least[atom] = min(exponent, least.get(atom, 0))
        for atom in list(least):
            least[atom] = min(dict(m).get(atom, 0) for m in poly)
        factors = [(atom, whole(-e)) for atom, e in least.items()]
        common = [(atom, -e) for atom, e in shared_powers(poly).items() if atom not in least]
        if not factors and not common:
            return poly
        result: Polynomial = {}
        for monomial, coefficient in poly.items():
            result = plus(result, prover.product([*monomial, *factors, *common], coefficient))
        poly = result
        if not poly or not factors:
            return poly
    return poly


def shared_powers(poly: Polynomial) -> dict[Atom, Rational]:
    """Positive powers of closed powers that every term has: dividing by them is harmless."""
    shared: dict[Atom, Rational] | None = None
    for monomial in poly:
        own = {a: e for a, e in monomial if a.kind == POWER and e > 0}
        if shared is None:
            shared = own
        else:
            shared = {a: min(e, own[a]) for a, e in shared.items() if a in own}
    return shared or {}


def hanging_inverses(prover: Compiler, poly: Polynomial) -> list[tuple[Atom, int, int]]:
    """(inverse, position, index) for entries of inverses at free indices, best choice last."""
    found: dict[tuple[Atom, int, int], int] = {}
    for monomial in poly:
        seen: set[tuple[Atom, int, int]] = set()
        for atom, exponent in monomial:
            if exponent != 1:
                continue
            inner = [atom] if atom.kind == INVERSE else []
            if atom.kind == SUM:
                inner = [a for a, e in atom.polys[0][0][0] if a.kind == INVERSE and e == 1]
            for inverse in inner:
                if inverse.indices[0] == inverse.indices[1]:
                    continue
                for position, index in enumerate(inverse.indices):
                    if 0 < index < 1 << 32 and not inverse_holds(inverse, index):
                        seen.add((prover.bare(inverse), position, index))
        for key in seen:
            found[key] = found.get(key, 0) + 1

    def weight(key: tuple[Atom, int, int]) -> tuple[int, ...]:
        atom, position, index = key
        return (len(atom.polys[0]) * 100 + atom.height, found[key], -atom.serial, position, index)

    return sorted(found, key=weight)[-_CHOICES:]


def multiplied(
    prover: Compiler, poly: Polynomial, inverse: Atom, position: int, index: int
) -> Polynomial:
    """``poly`` times the inverted matrix, contracted over the free ``index``.

    sum_index M[new, index] * inv(M)[index, .], or sum_index inv(M)[., index] * M[index, new];
    M is invertible, so the result is zero just where ``poly`` is.
    """
    new = prover.fresh_like(index)
    places = (new, index) if position == 0 else (index, new)
    matrix = prover.rename(dict(inverse.polys[0]), dict(zip(inverse.bound, places, strict=True)))
    return prover.sum_over((index,), prover.times(poly, matrix))


def inverse_holds(inverse: Atom, index: int) -> bool:
    """Whether the inverted matrix itself depends on that free index, or on a bound one."""
    frees = Compiler.own_frees(inverse)
    return index in frees or any(i >> 32 for i in frees)
