"""Finding how a cited formula's left side occurs in a step: one-sided matching of typed nodes.

A match is only a proposal: the citation check instantiates the formula with it and lets the
judges decide, so matching may be incomplete but can't make a wrong citation right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import islice, permutations

from derivcheck.lang import nodes as N
from derivcheck.lang.nodes import Node, Sym
from derivcheck.records import record

_MOST_PERMUTED = 4
_MOST_PROPOSALS = 24


@record()
class FunctionValue:
    """What an abstract function stands for: ``body`` as a function of ``variables``."""

    variables: tuple[Node, ...]
    body: Node


Value = Node | FunctionValue
Bindings = dict[str, Value]


def contexts(before: Node, after: Node) -> Iterator[tuple[Node, Node]]:
    """Pairs of sub-terms such that replacing the first by the second turns before into after.

    The whole line first, then ever smaller parts. Terms that two sums have in common are
    dropped.
    """
    yield before, after
    if before is after:
        return
    if isinstance(before, N.Add | N.Mul):
        yield from _among_operands(before, after)
        return
    if isinstance(before, N.MatMul):
        yield from _inside_product(before, after)
        return
    if type(before) is not type(after):
        return
    if isinstance(before, N.Derivative) and isinstance(after, N.Derivative):
        yield from _inside_binder(before, after)
        return
    mine_below, theirs_below = N.children(before), N.children(after)
    if len(mine_below) != len(theirs_below):
        return
    different = [(a, b) for a, b in zip(mine_below, theirs_below, strict=True) if a is not b]
    if len(different) == 1:
        yield from contexts(*different[0])


def _among_operands(before: N.Add | N.Mul, after: Node) -> Iterator[tuple[Node, Node]]:
    """Contexts among the operands that two sums or two products do not share.

    Where ``after`` has nothing left, what stood there has become 0 or 1.
    """
    alike = type(after) is type(before) and after.shape == before.shape
    theirs_all = after.args if isinstance(after, N.Add | N.Mul) and alike else (after,)
    mine, theirs = _difference(before.args, theirs_all), _difference(theirs_all, before.args)
    make = N.add if isinstance(before, N.Add) else N.mul
    if isinstance(before, N.Mul) and len(mine) > 1 and _coefficient(mine[0]):
        # -f(x) that became g stands for f(x) that became -g
        product = N.mul(N.reciprocal(mine[0]), *theirs)
        theirs = [*product.args] if isinstance(product, N.Mul) else [product]
        mine = mine[1:]
    if mine and len(mine) < len(before.args):
        here = make(*mine)
        unit = 0 if isinstance(before, N.Add) else 1
        yield from contexts(here, make(*theirs) if theirs else N.number(unit, here.shape))
    if isinstance(before, N.Mul) and not before.shape and len(mine) == len(before.args) > 1:
        # D(u)(x)*x that became 1 stands for D(u)(x) that became 1/x
        for i, a in enumerate(mine):
            if any(isinstance(below, N.Derivative) for below in N.walk(a)):
                others = map(N.reciprocal, (*mine[:i], *mine[i + 1 :]))
                yield a, N.mul(make(*theirs), *others)
    if len(mine) != len(theirs):
        return
    for i, a in enumerate(mine):
        rest = mine[:i] + mine[i + 1 :]
        for j, b in enumerate(theirs):
            if rest == theirs[:j] + theirs[j + 1 :]:
                yield from contexts(a, b)


def _coefficient(node: Node) -> bool:
    return isinstance(node, N.Num) and not node.shape and node.value != 0


def _difference(mine: tuple[Node, ...], theirs: tuple[Node, ...]) -> list[Node]:
    """The operands that are not among ``theirs``, each counted as often as it occurs."""
    spare = list(theirs)
    result = []
    for node in mine:
        if node in spare:
            spare.remove(node)
        else:
            result.append(node)
    return result


def _inside_product(before: N.MatMul, after: Node) -> Iterator[tuple[Node, Node]]:
    """Contexts between the factors with which two matrix products begin and end alike."""
    own, mine = _chain(before)
    factors, theirs = _chain(after)
    if _difference(tuple(own), tuple(factors)):
        return
    scalars = _difference(tuple(factors), tuple(own))
    start = 0
    while start < min(len(mine), len(theirs)) - 1 and mine[start] is theirs[start]:
        start += 1
    end = 0
    while end < min(len(mine), len(theirs)) - start - 1 and mine[-1 - end] is theirs[-1 - end]:
        end += 1
    if not (start or end):
        return
    inner = reduce(N.matmul, theirs[start : len(theirs) - end])
    here = reduce(N.matmul, mine[start : len(mine) - end])
    yield from contexts(here, N.mul(*scalars, inner) if scalars else inner)


def _chain(node: Node) -> tuple[list[Node], list[Node]]:
    """Scalars in front, and the factors of a matrix product, however it is bracketed."""
    if isinstance(node, N.MatMul):
        first, left = _chain(node.left)
        second, right = _chain(node.right)
        return first + second, left + right
    if isinstance(node, N.Mul):
        scalars = [arg for arg in node.args if not arg.shape]
        shaped = [arg for arg in node.args if arg.shape]
        if not node.shape:  # a 1-by-1 product is itself a scalar
            shaped = [arg for arg in scalars if isinstance(arg, N.MatMul)]
            scalars = [arg for arg in scalars if not isinstance(arg, N.MatMul)]
        if len(shaped) == 1:
            inner, factors = _chain(shaped[0])
            return scalars + inner, factors
    return [], [node]


def _inside_binder(before: N.Derivative, after: N.Derivative) -> Iterator[tuple[Node, Node]]:
    """Contexts in the bodies of two derivatives by the same variables.

    What holds for every value holds under the derivative too, so the bound variables are
    replaced by what they are taken at.
    """
    mapping = N.bound_at(before)
    ways = [d.directions if isinstance(d, N.Jvp) else () for d in (before, after)]
    if ways[0] != ways[1] or list(mapping.items()) != list(N.bound_at(after).items()):
        return
    yield from contexts(N.substitute(before.body, mapping), N.substitute(after.body, mapping))


def is_open(node: Node) -> bool:
    """Whether a part was cut out from under a binder and mentions its variable."""
    bound: set[Node] = set()
    used: set[Node] = set()
    for below in N.walk(node):
        if isinstance(below, N.Derivative):
            bound.update(N.bound_at(below))
        elif isinstance(below, N.Sym) and "#" in below.name:
            used.add(below)
    return bool(used - bound)


def proposals(pattern: Node, subject: Node, functions: frozenset[str]) -> tuple[Bindings, ...]:
    """Ways in which ``pattern``'s symbols and ``functions`` may stand for parts of ``subject``."""
    return tuple(islice(_Matcher(functions).match(pattern, subject, {}, {}), _MOST_PROPOSALS))


Bound = dict[Node, Node]
"""Bound variables of the pattern, and those of the subject."""
Found = Iterator[Bindings]


class _Matcher:
    """Every way to go on from some bindings so that a pattern is a subject."""

    def __init__(self, functions: frozenset[str]) -> None:
        self.functions = functions

    def match(self, pattern: Node, subject: Node, bound: Bound, bindings: Bindings) -> Found:
        """The ways for one pair of nodes."""
        if isinstance(pattern, Sym):
            if pattern in bound:
                if bound[pattern] is subject:
                    yield bindings
                return
            known = bindings.get(pattern.name)
            if known is None:
                yield {**bindings, pattern.name: subject}
            elif known is subject:
                yield bindings
            return
        if isinstance(pattern, N.Apply) and pattern.function in self.functions:
            yield from self._function(pattern, subject, bound, bindings)
            return
        if (
            isinstance(pattern, N.Pow)
            and isinstance(subject, N.Mul)
            and pattern.exponent == N.number(len(subject.args))
            and len(set(subject.args)) == 1
        ):
            # x**2 against y*y
            yield from self.match(pattern.base, subject.args[0], bound, bindings)
            return
        if isinstance(pattern, N.Add | N.Mul):
            yield from self._operands(pattern, subject, bound, bindings)
            return
        if type(pattern) is not type(subject):
            return
        if isinstance(pattern, N.Derivative) and isinstance(subject, N.Derivative):
            yield from self._binder(pattern, subject, bound, bindings)
            return
        for name in type(pattern).field_names:
            mine, theirs = getattr(pattern, name), getattr(subject, name)
            plain = not isinstance(mine, Node) and not (
                isinstance(mine, tuple) and mine and isinstance(mine[0], Node)
            )
            if plain and name != "shape" and mine != theirs:
                return
        mine_below, theirs_below = N.children(pattern), N.children(subject)
        if len(mine_below) == len(theirs_below):
            yield from self._all(mine_below, theirs_below, bound, bindings)

    def _operands(
        self, pattern: N.Add | N.Mul, subject: Node, bound: Bound, bindings: Bindings
    ) -> Found:
        """Operands in any order; two of them may share out more, or one be a 0 or 1 left unwritten.

        The unwritten one only beside an operand with a form of its own: by u + 0 and u*1 the sum
        and the product rule would justify everything.
        """
        mine = pattern.args
        alike = type(subject) is type(pattern)
        theirs = subject.args if isinstance(subject, N.Add | N.Mul) and alike else (subject,)
        if len(mine) == len(theirs):
            orders = permutations(theirs) if len(mine) <= _MOST_PERMUTED else iter([theirs])
            for order in orders:
                yield from self._all(mine, order, bound, bindings)
            return
        if len(mine) != 2 or len(theirs) > _MOST_PERMUTED:
            return
        make = N.mul if isinstance(pattern, N.Mul) else N.add
        unit = N.ONE_NODE if isinstance(pattern, N.Mul) else N.ZERO_NODE
        for choice in range(1 << len(theirs)):
            first = [arg for i, arg in enumerate(theirs) if choice >> i & 1]
            second = [arg for i, arg in enumerate(theirs) if not choice >> i & 1]
            other = mine[1] if not first else mine[0]
            if not (first and second) and isinstance(other, N.Sym | N.Apply):
                continue
            parts = tuple(make(*part) if part else unit for part in (first, second))
            yield from self._all(mine, parts, bound, bindings)

    def _all(
        self, patterns: Sequence[Node], subjects: Sequence[Node], bound: Bound, bindings: Bindings
    ) -> Found:
        if not patterns:
            yield bindings
            return
        for found in self.match(patterns[0], subjects[0], bound, bindings):
            yield from self._all(patterns[1:], subjects[1:], bound, found)

    def _function(self, pattern: N.Apply, subject: Node, bound: Bound, bindings: Bindings) -> Found:
        if pattern.function in bindings or any(pattern.orders):
            # verified later, by instantiating
            yield bindings
            return
        variables = []
        for arg in pattern.args:
            variable = bound.get(arg, arg if isinstance(arg, Sym) and not arg.shape else None)
            if variable is None:
                yield from self._outer(pattern, arg, subject, bound, bindings)
                return
            variables.append(variable)
        value: FunctionValue | None = FunctionValue(tuple(variables), subject)
        if pattern.shape:
            value = _of_one_entry(subject, variables[0])
        if value is not None:
            yield {**bindings, pattern.function: value}

    def _outer(
        self, pattern: N.Apply, arg: Node, subject: Node, bound: Bound, bindings: Bindings
    ) -> Found:
        """``f(g(x))`` against ``sin(...)``: f is the outer function."""
        if not isinstance(subject, N.Call | N.Apply) or len(subject.args) != 1:
            return
        (inside,) = subject.args
        if not arg.shape and isinstance(inside, Sym):
            return
        elementwise = subject.shape == inside.shape
        slot = Sym(f"{pattern.function}#slot", shape=() if elementwise else inside.shape)
        body: Node
        if isinstance(subject, N.Apply):
            body = N.Apply(subject.function, (slot,), subject.orders, shape=())
        else:
            body = N.call(subject.function, slot)
        inner = {**bindings, pattern.function: FunctionValue((slot,), body)}
        yield from self.match(arg, inside, bound, inner)

    def _binder(
        self, pattern: N.Derivative, subject: N.Derivative, bound: Bound, bindings: Bindings
    ) -> Found:
        if isinstance(pattern, N.Jvp) and isinstance(subject, N.Jvp):
            if pattern.directions[0] is not N.ONE_NODE:
                # d(F(X)): X may stand for whatever is inside, and varies with it
                mine, theirs = (
                    N.substitute(one.body, N.bound_at(one)) for one in (pattern, subject)
                )
                yield from self.match(mine, theirs, bound, bindings)
                return
            if len(subject.variables) != 1 or subject.directions[0] is not N.ONE_NODE:
                return
            inner = {**bound, pattern.variables[0]: subject.variables[0]}
            starts = self._all(pattern.at, subject.at, bound, bindings)
        elif isinstance(pattern, N.Jvp) or isinstance(subject, N.Jvp):
            return
        else:
            inner = {**bound, pattern.variable: subject.variable}
            starts = self.match(pattern.at, subject.at, bound, bindings)
        for start in starts:
            yield from self.match(pattern.body, subject.body, inner, start)


def same_operation(node: Node, operands: Sequence[Node]) -> Node | None:
    """What a node does entry by entry, done to other operands; None of any other node."""
    match node:
        case N.Add():
            return N.add(*operands)
        case N.Mul():
            return N.mul(*operands)
        case N.Pow():
            return N.power(*operands)
        case N.Call():
            return N.call(node.function, *operands)
        case N.Apply():
            return N.Apply(node.function, tuple(operands), node.orders, shape=operands[0].shape)
    return None


def _of_one_entry(body: Node, array: Node) -> FunctionValue | None:
    """The function of a number that a body applies to every entry of an array alike; None where
    it does not."""
    slot = Sym("entry#slot", shape=())

    def visit(node: Node) -> Node | None:
        if node is array:
            return slot
        if not node.shape and array not in N.walk(node):
            return node
        if isinstance(node, N.Num):
            return N.number(node.value)
        if isinstance(node, N.Apply) and node.shape != array.shape:
            return None
        below = [child for part in N.children(node) if (child := visit(part)) is not None]
        return same_operation(node, below) if len(below) == len(N.children(node)) else None

    entry = visit(body)
    return None if entry is None else FunctionValue((slot,), entry)
