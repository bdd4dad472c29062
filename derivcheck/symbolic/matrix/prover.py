"""The index prover as a judge: matrix claims for all dimensions.

Method: index notation (Laue, Mitterreiter, Giesen, "Computing Higher Order Derivatives of
Matrix and Tensor Expressions", 2018, computes so; here it proves). Both sides become
polynomials in entries, Kronecker deltas, elementwise functions, entries of inverses and sums;
derivatives are taken formally; the claim holds when the difference, with denominators cleared
and multiplied by M wherever inv(M) hangs on a free index, is the zero polynomial.
"""

from __future__ import annotations

from derivcheck.lang import nodes as N
from derivcheck.lang.dims import ZERO
from derivcheck.lang.equation import Equation, Settings
from derivcheck.lang.nodes import Node
from derivcheck.model import Evidence, Finding, Strength
from derivcheck.symbolic.matrix import derivatives, expressions, index_expressions
from derivcheck.symbolic.matrix.algebra import Algebra
from derivcheck.symbolic.matrix.atoms import Polynomial, Undecided
from derivcheck.symbolic.matrix.cases import vanishes_by_cases
from derivcheck.symbolic.matrix.compiler import Compiler, Scope
from derivcheck.symbolic.matrix.conditions import definedness, jump_conditions, placed
from derivcheck.symbolic.matrix.facts import assume, declare
from derivcheck.symbolic.matrix.known import Met, Strategy
from derivcheck.symbolic.matrix.places import place_subscripts, settle_picks
from derivcheck.symbolic.matrix.ring import plus, scaled
from derivcheck.symbolic.matrix.slots import flat, length
from derivcheck.symbolic.matrix.switches import prepare_jumps
from derivcheck.symbolic.matrix.vanishing import spelled_out

_OPEN = {**expressions.OPEN, **index_expressions.OPEN}
_CLOSED = {**expressions.CLOSED, **index_expressions.CLOSED, **derivatives.CLOSED}
METHOD = "index notation, all dimensions"
_STEPS = 12_000


def compiler_of(algebra: Algebra) -> Compiler:
    """A compiler that knows every node of the language."""
    return Compiler(algebra, _OPEN, _CLOSED)


def judge(equation: Equation, settings: Settings) -> Evidence:
    """Prove ``equation`` for every value in its domain and every dimension.

    HOLDS with strength PROOF, or UNKNOWN with a reason; never FAILS. ``detail`` tells where
    both sides are defined; ``conditions`` are those under which alone the proof is valid.
    """
    reason = ""
    for strategy in strategies(equation):
        try:
            compiler = compiler_of(Algebra(_STEPS, strategy))
            conditions = prove(compiler, equation)
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
                detail="where " + ", ".join(where) if where else "",
                conditions=conditions,
            )
        reason = "index notation: the difference does not reduce to zero"
    return unknown(reason)


def unknown(reason: str) -> Evidence:
    """That nothing was proved, and why."""
    return Evidence("symbolic", METHOD, Finding.UNKNOWN, Strength.PROOF, reason=reason)


def strategies(equation: Equation) -> list[Strategy]:
    """Those worth trying for an equation, in order."""
    nodes = equation.nodes
    found = [Strategy()]
    if any(isinstance(node, N.Det) and isinstance(node.arg, N.Add) for node in nodes):
        found.append(Strategy(cyclic_determinants=True))
    if any(isinstance(node, N.SumIndex) and node.index.start != ZERO for node in nodes):
        found.append(Strategy(ranges_from_zero=False))
    dims = {d for node in nodes for d in node.shape} | {i.dim for i in equation.indices}
    if any(not d.names and d.factor > 1 for d in dims):
        found.append(Strategy(expand_literals=True))
    return found


def prove(compiler: Compiler, equation: Equation) -> tuple[str, ...] | None:
    """The conditions of a proof (usually none), or None where the difference stays."""
    difference = difference_of(compiler, equation)
    for part in spelled_out(compiler.algebra, difference):
        if not vanishes_by_cases(compiler.algebra, part):
            return None
    return (
        jump_conditions(compiler.algebra, equation)
        + division_conditions(compiler.met, equation)
        + singular_conditions(compiler.met, equation)
    )


def singular_conditions(met: Met, equation: Equation) -> tuple[str, ...]:
    """What multiplying by a matrix asks for that may be singular where both sides are defined.

    Its inverse stands in a branch of ``where`` only, or comes from the derivative of a determinant.
    Where it is singular, the difference times the matrix may be zero and the difference is not. No
    matter where such points are limits of others: where the matrix has no determinant zero but here
    and there, and no equality confines it.
    """
    if not met.multiplied:
        return ()
    points, nodes = N.points_of(equation.nodes), equation.nodes
    certain = N.certain(equation.left) | N.certain(equation.right)
    inverted = {placed(arg, points) for node in certain if (arg := _inverted_in(node)) is not None}
    kinds = (N.Inv, N.Det) if met.varied_determinants else (N.Inv,)
    others = {placed(node.arg, points) for node in nodes if isinstance(node, kinds)} - inverted
    bound = {s.name for s in equation.context.symbols if "orthogonal" in s.structure}
    if all(_is_free(arg, bound) for arg in others) and not (others and is_confined(equation)):
        return ()
    return ("every matrix that the proof multiplies by is invertible",)


def _inverted_in(node: Node) -> Node | None:
    """The matrix that is invertible wherever a node is defined: inv(M), log(det(M)), 1/det(M)."""
    match node:
        case (
            N.Inv(arg=arg)
            | N.Call(function="log", args=(N.Det(arg=arg),))
            | N.Call(function="log", args=(N.Call(function="abs", args=(N.Det(arg=arg),)),))
        ):
            return arg
        case N.Pow(base=N.Det(arg=arg), exponent=N.Num(value=value)) if value < 0:
            return arg
    return None


def _is_free(node: Node, bound: set[str]) -> bool:
    """Whether a matrix is invertible for almost all values of its symbols."""
    match node:
        case N.Sym(name=name):
            return name not in bound
        case N.Add(args=args):
            alone = (arg for arg in args if isinstance(arg, N.Sym) and _is_free(arg, bound))
            rest = {arg: [other for other in args if other is not arg] for arg in alone}
            return any(all(arg not in N.walk(r) for r in others) for arg, others in rest.items())
        case N.MatMul(left=left, right=right) if left.shape == node.shape:
            return _is_free(left, bound) and _is_free(right, bound)
    return False


def is_confined(equation: Equation) -> bool:
    """Whether an equality is assumed: other points near one may not fulfil it."""
    return any(
        isinstance(node, N.Compare) and node.operator == "=="
        for condition in equation.context.assume
        for node in N.walk(condition)
    )


def division_conditions(met: Met, equation: Equation) -> tuple[str, ...]:
    """What the division by the factors of a product asks for.

    Where no factor is zero, both sides are equal; where one is, they still are if they are
    continuous and such points are limits of others: no jumps, and no equality that confines them.
    """
    if not met.divided_products:
        return ()
    if is_confined(equation) or met.kinks or met.jumps or met.inner_jumps:
        return ("no factor of a product over an index is zero",)
    return ()


def difference_of(compiler: Compiler, equation: Equation) -> Polynomial:
    """left - right at the point, derivatives taken, structures and assumptions applied."""
    declare(compiler.known, equation)
    left, right, slots = equation.left, equation.right, compiler.slots
    row, column = (
        slots.slot(length(left, axis), slots.hint(left, axis) or slots.hint(right, axis))
        for axis in (0, 1)
    )
    compiler.scope = Scope({i.name: compiler.space.fresh(i.dim) for i in equation.indices})
    place_subscripts(compiler, equation)
    own = (*compiler.scope.names.values(), *compiler.indices.placed, *flat(row, column))
    compiler.met.claim_indices = frozenset(own)
    difference = compiler.compile(left, row, column)
    difference = plus(difference, scaled(compiler.compile(right, row, column), -1))
    difference = settle_picks(compiler.algebra, difference)
    if not needs_point(compiler.algebra, equation):
        return difference
    compiler.forget()
    prepare_jumps(compiler.algebra)
    compiler.known.at_point = True
    assume(compiler, equation)
    return compiler.substitution.replace_elements(difference, compiler.symbols.element)


def needs_point(algebra: Algebra, equation: Equation) -> bool:
    """Whether anything is known at the point that was not used while differentiating."""
    return bool(
        algebra.known.aliases
        or algebra.known.structures
        or algebra.met.jumps
        or algebra.met.inner_jumps
        or algebra.met.kinks
        or equation.context.assume
    )
