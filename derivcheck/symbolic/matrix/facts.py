"""What is known at the point: domains, structures and assumptions, told to a compiler.

They constrain the point, never the variation, so assumptions and structures count in the last
pass only, after every derivative has been taken. Domains are open conditions and count always.
"""

from __future__ import annotations

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Domain, Equation
from derivcheck.lang.nodes import Node
from derivcheck.symbolic.matrix.atoms import Kind, Polynomial, Undecided, divide, freeze
from derivcheck.symbolic.matrix.compiler import Compiler
from derivcheck.symbolic.matrix.exponentials import MARK
from derivcheck.symbolic.matrix.known import ElementRule, Known
from derivcheck.symbolic.matrix.ring import number_of, plus, scaled, single
from derivcheck.symbolic.matrix.rules import Pattern
from derivcheck.symbolic.matrix.slots import flat


def _number(node: Node | None) -> float | None:
    if isinstance(node, N.Num):
        return float(node.value)
    return {"pi": 3.0, "e": 2.0}.get(node.name) if isinstance(node, N.Const) else None


def sign_of_domain(domain: Domain) -> int | None:
    """1 for a positive domain, 0 for a nonnegative one, else None."""
    limits = domain.bounds
    low = _number(limits.low)
    if low is None or low < 0:
        return None
    return 1 if low > 0 or not limits.low_closed else 0


def declare(known: Known, equation: Equation) -> None:
    """Note the domains and structures of symbols.

    Raises :class:`Undecided` for complex symbols: the rules of powers are those of the reals.
    """
    for symbol in equation.context.symbols:
        if symbol.domain.kind == "complex":
            raise Undecided("index notation: complex symbols are outside its reach")
        sign = sign_of_domain(symbol.domain)
        if sign == 1:
            known.positive.add(symbol.name)
        elif sign == 0:
            known.nonnegative.add(symbol.name)
        if symbol.structure:
            known.structures[symbol.name] = symbol.structure
    for side in (equation.left, equation.right):
        for node in N.certain(side):
            if isinstance(node, N.Inv) and isinstance(node.arg, N.Sym):
                known.inverted.add(node.arg.name)


def assume(compiler: Compiler, equation: Equation) -> None:
    """Turn assumptions into positivity facts and rewriting patterns.

    Call after differentiation. What cannot be used is left out: the proof is then one without
    that assumption.
    """
    facts = equation.context.assume
    for name, structure in compiler.known.structures.items():
        if "orthogonal" in structure:
            _orthogonal(compiler, equation, name)
    for node in facts:
        if not isinstance(node, N.Compare):
            continue
        if node.operator in ("<", ">"):
            _inequality(compiler, node)
    equal = [f for f in facts if isinstance(f, N.Compare) and f.operator == "=="]
    # symmetry and replacements first: the patterns are then compiled with them
    patterns = [node for node in equal if not _as_symbol(compiler, node)]
    compiler.forget()
    for node in patterns:
        _equality(compiler, node)


def _inequality(compiler: Compiler, node: N.Compare) -> None:
    big, small = (node.left, node.right) if node.operator == ">" else (node.right, node.left)
    if big.shape or small.shape:
        return
    gap = plus(compiler.compile(big), scaled(compiler.compile(small), -1))
    if len(gap) > 1:
        inside = compiler.powers.split_content(gap, sign=False)[1]
        compiler.known.positive_atoms.add(
            compiler.space.atom(Kind.POWER, "", polys=(freeze(inside),))
        )
        return
    found = single(gap)
    if found and found[1] == 1:
        atom = found[0]
        if atom.kind == Kind.ELEMENT and not atom.indices:
            compiler.known.positive.add(atom.head)
        elif not atom.frees:
            compiler.known.positive_atoms.add(atom)


def _as_symbol(compiler: Compiler, node: N.Compare) -> bool:
    """Use ``X == expression`` as a replacement, and ``X == X.T`` as symmetry."""
    for left, right in ((node.left, node.right), (node.right, node.left)):
        if not isinstance(left, N.Sym) or "#" in left.name:
            continue
        if isinstance(right, N.Transpose) and right.arg is left:
            old = compiler.known.structures.get(left.name, frozenset())
            compiler.known.structures[left.name] = old | {"symmetric"}
            return True
        if left in N.walk(right) or left.name in compiler.known.replacements:
            continue
        if any(s.name in compiler.known.replacements for s in N.symbols_in(right)):
            continue
        if left.shape == right.shape and left.name not in compiler.known.structures:
            entry = compiler.entries_of(right)
            if left.name.endswith(MARK):
                entry = _given_places(compiler, left, entry)
            compiler.known.replacements[left.name] = entry
            return True
    return False


def _given_places(compiler: Compiler, symbol: N.Sym, entry: ElementRule) -> ElementRule:
    """What entries at given places are; elsewhere whether the matrix is skew-symmetric counts."""
    size = range(N.rows_of(symbol.shape).factor)
    is_skew = not N.rows_of(symbol.shape).names and all(
        not plus(entry(symbol.name, (-1 - i, -1 - j)), entry(symbol.name, (-1 - j, -1 - i)))
        for i in size
        for j in size
    )

    def rule(name: str, places: tuple[int, ...]) -> Polynomial:
        if all(place < 0 for place in places):
            return entry(name, places)
        if not is_skew or places[0] < places[1]:
            return {((compiler.space.atom(Kind.ELEMENT, name, places), 1),): 1}
        return scaled(rule(name, places[::-1]), -1) if places[0] != places[1] else {}

    return rule


def _equality(compiler: Compiler, node: N.Compare) -> None:
    shape = node.left.shape or node.right.shape
    row, column = (compiler.slots.slot(dim) for dim in (N.rows_of(shape), N.columns_of(shape)))
    left, right = (compiler.compile(side, row, column) for side in (node.left, node.right))
    gap = plus(left, scaled(right, -1))
    formals = flat(row, column)
    _rooted(compiler, left, right)
    _pattern(compiler, gap, formals)
    if (
        isinstance(node.left, N.MatMul)
        and isinstance(node.right, N.Eye)
        and node.left.left.shape == (shape and (shape[0], shape[1]))
        and node.left.right.shape == node.left.left.shape
    ):
        turned = compiler.compile(
            N.MatMul(node.left.right, node.left.left, shape=shape), row, column
        )
        _pattern(compiler, plus(turned, scaled(right, -1)), formals)


def _rooted(compiler: Compiler, left: Polynomial, right: Polynomial) -> None:
    """``S**(1/2) == c`` with c > 0 also says ``S == c**2`` (a norm that is known)."""
    for side, other in ((left, right), (right, left)):
        found, value = single(side), number_of(other)
        if found and value is not None and value > 0 and divide(1, found[1]) == 2:
            gap = plus(compiler.powers.value_of(found[0]), {(): -value * value})
            _pattern(compiler, gap, ())


def _pattern(compiler: Compiler, gap: Polynomial, formals: tuple[int, ...]) -> None:
    if len(gap) == 0:
        return
    lead, coefficient, rest = compiler.algebra.rules.leading(gap)
    if not lead or any(e < 0 for _, e in lead):
        return
    opened, private = compiler.algebra.rules.opened(lead, frozenset(formals), everything=True)
    if not private or not frozenset(formals) <= {i for a, _ in opened for i in a.frees}:
        return
    body = scaled(rest, divide(-1, coefficient))
    compiler.algebra.rules.patterns.append(Pattern(opened, private, formals, freeze(body)))


def _orthogonal(compiler: Compiler, equation: Equation, name: str) -> None:
    symbol = equation.context.symbol(name)
    if symbol is None or not symbol.shape:
        return
    i, j, k = (compiler.space.fresh(symbol.shape[0]) for _ in range(3))
    for first, second in (((k, i), (k, j)), ((i, k), (j, k))):
        poly = compiler.ring.times(
            compiler.symbols.element(name, first), compiler.symbols.element(name, second)
        )
        if len(poly) == 1:
            [lead] = poly
            identity = freeze(compiler.indices.delta(i, j))
            compiler.algebra.rules.patterns.append(Pattern(lead, (k,), (i, j), identity))
