"""Forward mode on a tape: the tangent of an operation is again an operation. A long module: there
is a rule for each kind of operation.

Method: A. Griewank and A. Walther, *Evaluating Derivatives*, chapters 3 and 13.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from derivcheck.lang import nodes as N
from derivcheck.lang.nodes import Node
from derivcheck.numeric.intervals.rules import partial

if TYPE_CHECKING:
    from derivcheck.numeric.intervals.tape import Tape

Seeds = dict[int, int | None]
"""Tangents by operation; None stands for zero."""

PLACES = tuple(N.Sym(f"${k}", shape=()) for k in range(6))
"""Placeholders for the arguments in the rules of functions."""


def _at_zero(tape: Tape, args: tuple[int, ...]) -> int:
    """As a power of the last argument by the first one, the order."""
    return tape.call("#off_edge", args[-1], args[0])


def _at_one(tape: Tape, args: tuple[int, ...]) -> int:
    less = tape.add(tape.number(1), tape.mul(tape.number(-1), args[-1]))
    return tape.call("#off_edge", less, tape.number(Fraction(1, 2)))


_EDGES: dict[str, Callable[[Tape, tuple[int, ...]], int]] = {
    **dict.fromkeys(("besselj", "besseli", "uppergamma", "lowergamma"), _at_zero),
    "expint": lambda tape, args: tape.call("#off_edge", args[1], tape.number(Fraction(1, 2))),
    **dict.fromkeys(("polylog", "hyp2f1"), _at_one),
}
"""Functions that are real on one side of a number alone although they have a finite slope there
(DLMF 8.2, 8.19, 10.2, 15.2, 25.12): 1, but undefined there."""
_NEVER_NEGATIVE = ("abs", "exp", "hypot", "cosh", "sech", "sigmoid", "softplus")


@lru_cache(maxsize=256)
def rule_of(function: str, arity: int, position: int) -> Node:
    """The partial derivative of a function in the placeholders ``$0``, ``$1``..."""
    return partial(function, PLACES[:arity], position)


def _along(rule: Callable[[Tangent, int, int, int], int]) -> Callable[[Tangent, int], int | None]:
    """A rule for an operation whose first argument alone varies, from that and its tangent."""

    def along(self: Tangent, arg: int) -> int | None:
        of = self.tape.args[arg][0]
        inner = self(of)
        return None if inner is None else rule(self, arg, of, inner)

    return along


class Tangent:
    """The tangents of operations, given those of some; None stands for zero."""

    def __init__(self, tape: Tape, seeds: Seeds) -> None:
        self.tape = tape
        self.memo: Seeds = dict(seeds)
        self.mask = 0
        for seed in seeds:
            self.mask |= tape.bit(tape.data[seed])

    def __call__(self, arg: int) -> int | None:
        tape = self.tape
        if not tape.varies[arg] & self.mask:
            return None
        memo = self.memo
        if arg in memo:
            return memo[arg]
        result = _TANGENTS[tape.codes[arg]](self, arg)
        if result is not None:
            result = tape.spread(result, tape.shapes[arg])
        memo[arg] = result
        return result

    def _moving(self, parts: Iterable[int]) -> Iterator[tuple[int, int]]:
        """The places of the parts that vary, and their tangents."""
        for place, part in enumerate(parts):
            inner = self(part)
            if inner is not None:
                yield place, inner

    def _terms(self, terms: list[int]) -> int | None:
        return self.tape.add(*terms) if terms else None

    def _var(self, arg: int) -> int | None:
        return self(self.tape.args[arg][0])

    def _add(self, arg: int) -> int | None:
        return self._terms([inner for _, inner in self._moving(self.tape.args[arg])])

    def _mul(self, arg: int) -> int | None:
        tape, args = self.tape, self.tape.args[arg]
        moving = self._moving(args)
        return self._terms([tape.mul(*args[:k], *args[k + 1 :], inner) for k, inner in moving])

    def _pow(self, arg: int) -> int | None:
        tape, terms = self.tape, []
        base, exponent = tape.args[arg]
        below, above = self(base), self(exponent)
        value = tape.value(exponent)
        if below is not None and value != 0:
            if value is not None:
                less = tape.number(value - 1)
            else:
                less = tape.add(exponent, tape.number(-1))
            term = tape.mul(exponent, tape.power(base, less), below)
            if value is None or value.denominator != 1:
                term = tape.off_cut(term, "pow", (base,))
                off_edge = None if tape.names is not None else self._off_edge(base, exponent)
                if off_edge is not None:
                    term = tape.mul(term, off_edge)
            terms.append(term)
        if above is not None:
            terms.append(tape.mul(arg, tape.call("log", base), above))
        return self._terms(terms)

    def _off_edge(self, base: int, exponent: int) -> int | None:
        """1, but undefined where a power is real on one side of its base alone, as ``x**(5/2)`` is
        at 0; None where no base is negative."""
        tape = self.tape
        if self._is_square(base):
            return None
        if tape.codes[base] == "select":
            condition, *branches = tape.args[base]
            one = tape.number(1)
            parts = (self._off_edge(branch, exponent) for branch in branches)
            chosen = tuple(one if part is None else part for part in parts)
            return tape.put("select", None, (condition, *chosen), tape.shapes[base])
        return tape.call("#off_edge", base, exponent)

    def _is_square(self, arg: int) -> bool:
        """Whether an operation is never negative, to be seen at a glance."""
        tape = self.tape
        code, data, args = tape.codes[arg], tape.data[arg], tape.args[arg]
        if code in ("add", "mul", "sum", "spread"):
            return all(map(self._is_square, args))
        if code == "num":
            return bool(data[0] >= 0)
        if code == "pow":
            exponent = tape.value(args[1])
            is_even = exponent is not None and exponent.denominator == 1 and exponent % 2 == 0
            return is_even or self._is_square(args[0])
        if code == "call" and data == "max":
            return any(map(self._is_square, args))
        return code == "call" and data in _NEVER_NEGATIVE

    def _call(self, arg: int) -> int | None:
        tape, terms = self.tape, []
        slopes: list[int] = []
        function, args = tape.data[arg], tape.args[arg]
        if function in ("conj", "re", "im", "arg") and tape.names is not None:
            return self._real_linear(function, args[0])
        for k, inner in self._moving(args):
            rule = tape.lifted(rule_of(function, len(args), k), args)
            term = tape.off_cut(tape.mul(rule, inner), function, args)
            if tape.names is None and function in _EDGES:
                term = tape.mul(term, _EDGES[function](tape, args))
            terms.append(term)
            slopes.append(inner)
        if function == "abs" or (len(slopes) == 1 and function in ("max", "min")):
            return self._still(tape.add(*terms), slopes, tape.shapes[arg]) if terms else None
        if len(slopes) == 2 and function in ("max", "min"):
            # max(x[i], x[j]) at i = j changes as both do
            shape = tape.shapes[arg]
            rest = tape.add(slopes[0], tape.mul(tape.number(-1), slopes[1]))
            away = tape.add(tape.add(*terms), tape.mul(tape.number(-1), slopes[0]))
            return tape.add(slopes[0], self._still(away, [rest], shape))
        return self._terms(terms)

    def _still(self, value: int, slopes: list[int], shape: N.Shape) -> int:
        """The value, or zero where all slopes are zero: ``abs(x[i] - x[j])`` has the derivative
        0 at i = j, where its rule has a jump. Right for functions that change no faster than
        their arguments."""
        return self.tape.put("still", None, (value, *slopes), shape)

    def _of_still(self, arg: int) -> int | None:
        tape = self.tape
        value, *slopes = tape.args[arg]
        inner = self(value)
        if inner is None:
            return None
        bends = [bend for _, bend in self._moving(slopes)]
        return self._still(inner, [*slopes, *bends], tape.shapes[arg])

    def _real_linear(self, function: str, part: int) -> int | None:
        """What is linear over the real numbers, and the argument: im(u'/u)."""
        tape = self.tape
        inner = self(part)
        if inner is None:
            return None
        if function != "arg":
            return tape.call(function, inner)
        ratio = tape.mul(inner, tape.power(part, tape.number(-1)))
        return tape.off_cut(tape.call("im", ratio), function, (part,))

    def _apply(self, arg: int) -> int | None:
        tape, terms = self.tape, []
        (function, orders), args = tape.data[arg], tape.args[arg]
        for k, inner in self._moving(args):
            raised = (*orders[:k], orders[k] + 1, *orders[k + 1 :])
            rule = tape.put("apply", (function, raised), args, tape.shapes[arg])
            terms.append(tape.mul(rule, inner))
        return self._terms(terms)

    def _bilinear(self, arg: int) -> int | None:
        tape, terms = self.tape, []
        left, right = tape.args[arg]
        for one, other in ((self(left), right), (left, self(right))):
            if one is not None and other is not None:
                terms.append(tape.put(tape.codes[arg], None, (one, other), tape.shapes[arg]))
        return self._terms(terms)

    def _linear(self, arg: int) -> int | None:
        tape = self.tape
        inner = self(tape.args[arg][0])
        if inner is None:
            return None
        rest = tape.args[arg][1:]
        return tape.put(tape.codes[arg], tape.data[arg], (inner, *rest), tape.shapes[arg])

    def _either(self, arg: int) -> int | None:
        tape = self.tape
        one, other, *positive = tape.args[arg]
        first, second = self(one), self(other)
        if first is None or second is None:
            return None
        return tape.put("either", None, (first, second, *positive), tape.shapes[arg])

    @_along
    def _entry(self, arg: int, of: int, inner: int) -> int:
        return self.tape.entry(self.tape.data[arg], inner)

    @_along
    def _over(self, arg: int, of: int, inner: int) -> int:
        tape = self.tape
        return tape.over(tape.codes[arg], tape.data[arg], (inner,), tape.shapes[arg])

    def _prod_index(self, arg: int) -> int | None:
        """``prodindex(b, d1, ..., dm)`` is the coefficient of t1*...*tm in the product of
        ``b + t1*d1 + ... + tm*dm`` over the index: linear in each di, so closed under tangents."""
        tape, terms = self.tape, []
        body, *slopes = tape.args[arg]
        for k, inner in self._moving((body, *slopes)):
            new = (*slopes, inner) if k == 0 else (*slopes[: k - 1], inner, *slopes[k:])
            terms.append(tape.over("prodindex", tape.data[arg], (body, *new), ()))
        return self._terms(terms)

    def _stack(self, arg: int) -> int | None:
        tape = self.tape
        args = tape.args[arg]
        found = [self(part) for part in args]
        if all(part is None for part in found):
            return None
        parts = tuple(
            tape.number(0, tape.shapes[old]) if new is None else new
            for old, new in zip(args, found, strict=True)
        )
        return tape.put("stack", tape.data[arg], parts, tape.shapes[arg])

    @_along
    def _cholesky(self, arg: int, of: int, inner: int) -> int:
        """``L @ half(inv(L) @ dS @ inv(L).T)``: I. Murray (2016), equation 8.

        ``half`` keeps the lower triangle with half the diagonal; dS is what the lower half of
        the argument changes by, as a symmetric matrix.
        """
        tape = self.tape
        shape = tape.shapes[arg]
        change = tape.put("mirror", None, (inner,), shape)
        inverse = tape.put("inv", None, (arg,), shape)
        flipped = tape.put("transpose", None, (inverse,), shape)
        middle = tape.matmul(tape.matmul(inverse, change), flipped)
        return tape.matmul(arg, tape.put("half", None, (middle,), shape))

    def _matrix_function(self, arg: int) -> int | None:
        """The corner of ``f([[A, E], [0, A]])``: R. Mathias (1996), theorem 1.1.

        f is the exponential (Al-Mohy and Higham 2009, theorem 2.1) or a power.
        """
        tape = self.tape
        of, *exponent = tape.args[arg]
        inner = self(of)
        if inner is None:
            return None
        shape = tape.shapes[arg]
        twice = N.rows_of(shape) + N.rows_of(shape)
        wide = (N.rows_of(shape), twice)
        zero = tape.number(0, shape)
        above = tape.put("stack", 1, (of, inner), wide)
        below = tape.put("stack", 1, (zero, of), wide)
        both = tape.put("stack", 0, (above, below), (twice, twice))
        whole = tape.put(tape.codes[arg], None, (both, *exponent), (twice, twice))
        return tape.put("corner", None, (whole,), shape)

    @_along
    def _pinv(self, arg: int, of: int, inner: int) -> int:
        """G. Golub and V. Pereyra (1973), for matrices of full rank::

        dP = -P dX P + P P' dX' (1 - X P) + (1 - P X) dX' P' P
        """
        tape = self.tape
        shape = tape.shapes[of]
        minus = tape.number(-1)

        def flip(part: int) -> int:
            turned = (N.columns_of(tape.shapes[part]), N.rows_of(tape.shapes[part]))
            return tape.put("transpose", None, (part,), turned)

        def left_over(dim: N.Dim, product: int) -> int:
            eye = tape.put("eye", (dim, dim), (), (dim, dim))
            return tape.add(eye, tape.mul(minus, product))

        times = tape.matmul
        terms = [tape.mul(minus, times(times(arg, inner), arg))]
        rest = left_over(N.rows_of(shape), times(of, arg))
        terms.append(times(times(times(arg, flip(arg)), flip(inner)), rest))
        rest = left_over(N.columns_of(shape), times(arg, of))
        terms.append(times(times(rest, flip(inner)), times(flip(arg), arg)))
        return tape.add(*terms)

    @_along
    def _by_entry(self, arg: int, of: int, inner: int) -> int:
        tape = self.tape
        name, layout, shape, whole = tape.data[arg]
        return tape.by_entry(tape.put("unit", name, (), shape), layout, inner, whole)

    @_along
    def _det(self, arg: int, of: int, inner: int) -> int:
        tape = self.tape
        inverse = tape.put("inv", None, (of,), tape.shapes[of])
        return tape.mul(arg, tape.put("trace", None, (tape.matmul(inverse, inner),), ()))

    @_along
    def _inv(self, arg: int, of: int, inner: int) -> int:
        tape = self.tape
        return tape.mul(tape.number(-1), tape.matmul(tape.matmul(arg, inner), arg))

    @_along
    def _extreme(self, arg: int, of: int, inner: int) -> int:
        return self.tape.put("pick", self.tape.data[arg], (of, inner), self.tape.shapes[arg])

    def _pick(self, arg: int) -> int | None:
        tape = self.tape
        of, tangent = tape.args[arg]
        inner = self(tangent)
        if inner is None:
            return None
        return tape.put("pick", tape.data[arg], (of, inner), tape.shapes[arg])

    def _select(self, arg: int) -> int | None:
        tape = self.tape
        condition, then, otherwise = tape.args[arg]
        one, other = self(then), self(otherwise)
        varying = tape.varies[condition] & self.mask
        if one is None and other is None and not varying:
            return None
        if varying:
            condition = tape.strict(condition)
        zero = tape.number(0, tape.shapes[arg])
        parts = (condition, zero if one is None else one, zero if other is None else other)
        return tape.put("select", None, parts, tape.shapes[arg])


_TANGENTS: dict[str, Callable[[Tangent, int], int | None]] = {
    **dict.fromkeys(("matmul", "kron"), Tangent._bilinear),
    **dict.fromkeys(("transpose", "sum", "trace", "diag", "spread", "guard"), Tangent._linear),
    **dict.fromkeys(("place", "vec", "mirror", "half", "corner"), Tangent._linear),
    **dict.fromkeys(("expm", "matpower"), Tangent._matrix_function),
    **dict.fromkeys(("sumindex", "build"), Tangent._over),
    "var": Tangent._var,
    "add": Tangent._add,
    "mul": Tangent._mul,
    "pow": Tangent._pow,
    "call": Tangent._call,
    "apply": Tangent._apply,
    "either": Tangent._either,
    "still": Tangent._of_still,
    "entry": Tangent._entry,
    "prodindex": Tangent._prod_index,
    "stack": Tangent._stack,
    "cholesky": Tangent._cholesky,
    "pinv": Tangent._pinv,
    "byentry": Tangent._by_entry,
    "det": Tangent._det,
    "inv": Tangent._inv,
    "extreme": Tangent._extreme,
    "pick": Tangent._pick,
    "select": Tangent._select,
}
