"""Typed nodes: what the judges read.

The parser yields syntax (:mod:`derivcheck.lang.syntax`); shape inference
(:mod:`derivcheck.lang.shapes`) turns it into these nodes, resolving every name,
so that each node knows its shape and an ill-shaped one cannot exist. The classes and the
functions that make, walk and rebuild them are one module, though long: they are one agreement on
how nodes are written, and every prover and judge relies on all of it.

Nodes are interned: building the same node twice returns the same object, so
equality is identity, hashing is constant time, and a memo table keyed by node
visits a shared sub-expression once. They hold no source positions for that reason.

Conventions
-----------
* A shape is ``()`` for a scalar, else ``(rows, columns)``; 1-by-1 is always ``()``.
* Subtraction, division and negation do not exist: ``a - b`` is ``Add(a, Mul(-1, b))``,
  ``a/b`` is ``Mul(a, Pow(b, -1))``, ``sqrt(a)`` is ``Pow(a, 1/2)`` (principal).
* ``Add``, ``Mul``, ``Pow``, ``Call``, ``Select`` and ``Compare`` are elementwise;
  scalar arguments combine with every entry, all others have the node's own shape.
* Derived functions do not exist either: sigmoid, softplus, relu, softmax, logsumexp,
  mean, norm, dot, outer, log to a base are spelled out while shapes are inferred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeGuard

from derivcheck.lang.dims import ONE as ONE
from derivcheck.lang.dims import SCALAR as SCALAR
from derivcheck.lang.dims import ZERO as ZERO
from derivcheck.lang.dims import Dim as Dim
from derivcheck.lang.dims import Shape as Shape
from derivcheck.lang.dims import columns_of as columns_of
from derivcheck.lang.dims import lengths as lengths
from derivcheck.lang.dims import make_shape as make_shape
from derivcheck.lang.dims import rows_of as rows_of
from derivcheck.lang.dims import shape_text as shape_text
from derivcheck.lang.interning import Record
from derivcheck.records import record


class Node(Record):
    """Base of every typed node; ``shape`` is ``()`` or ``(rows, columns)``."""

    shape: Shape = field(kw_only=True)


class Num(Node):
    """An exact rational number; with a matrix shape, a matrix full of it (ones, zeros)."""

    value: Fraction


class Const(Node):
    """A named constant, scalar: ``pi``, ``e``, ``I`` or ``oo`` (``oo`` in domains only)."""

    name: str


class Root(Node):
    """A real root of a polynomial with whole coefficients, from the constant term up, that is no
    product of others: which of its real roots, counted from the least, and about where, in decimals
    that tell it from the others.

    No text says it; the numeric judges put points there.
    """

    coefficients: tuple[int, ...]
    number: int
    near: Fraction


class DimSize(Node):
    """A dimension used as a scalar, as in ``sum(x)/n``."""

    dim: Dim


class Sym(Node):
    """A variable: a declared symbol, a differential ``dX``, or one bound by Grad/Jvp/Jacobian.

    Bound ones have a ``#`` in their name (``x#1``), which no declared name can have.
    """

    name: str


class Eye(Node):
    """The identity matrix (square shape)."""


class Add(Node):
    """Elementwise sum of two or more terms."""

    args: tuple[Node, ...]


class Mul(Node):
    """Elementwise (Hadamard) product of two or more factors."""

    args: tuple[Node, ...]


class Pow(Node):
    """Elementwise power ``base**exponent``."""

    base: Node
    exponent: Node

    @property
    def whole(self) -> int | None:
        """The exponent, where it is a literal whole number."""
        value = self.exponent.value if isinstance(self.exponent, Num) else None
        return value.numerator if value is not None and value.denominator == 1 else None


class Call(Node):
    """A built-in function of :mod:`derivcheck.lang.functions`, by canonical name, elementwise."""

    function: str
    args: tuple[Node, ...]


class Apply(Node):
    """An abstract function or its derivative of ``orders[i]`` in argument i.

    ``orders`` is all zeros for a function with a matrix argument (its derivatives are
    :class:`Grad` or :class:`Jvp` of an ``Apply``). Elementwise functions have one argument and
    are shaped like it; ``scalar(...)`` functions are scalars.
    """

    function: str
    args: tuple[Node, ...]
    orders: tuple[int, ...]


class MatMul(Node):
    """Matrix product of two non-scalars."""

    left: Node
    right: Node


class Transpose(Node):
    """Matrix transpose."""

    arg: Node


class Sum(Node):
    """Sum of entries: ``axis`` None gives a scalar, 0 a row (1, n), 1 a column (m, 1)."""

    arg: Node
    axis: int | None = None


class Extreme(Node):
    """Largest (``max``) or smallest (``min``) entry over all entries or along an axis."""

    function: str
    arg: Node
    axis: int | None = None


class Trace(Node):
    """Trace of a square matrix."""

    arg: Node


class Det(Node):
    """Determinant of a square matrix."""

    arg: Node


class Inv(Node):
    """Inverse of a square matrix (a point where it is singular is undefined)."""

    arg: Node


class Diag(Node):
    """``diag(v)``: the diagonal matrix of a vector, or the diagonal of a square matrix (n, 1)."""

    arg: Node


class Kron(Node):
    """Kronecker product."""

    left: Node
    right: Node


@record()
class Index:
    """An index name with the dimension it runs over (values 0 .. dim-1).

    Free indices keep the user's name; those bound by :class:`SumIndex` carry a ``#``.
    """

    name: str
    dim: Dim
    start: Dim = ZERO
    """The first value; :class:`Entry` takes only indices that begin at 0."""

    def values(self, sizes: dict[str, int]) -> range:
        """All its values, at sizes of dimensions."""
        first = self.start.size(sizes)
        return range(first, first + self.dim.size(sizes))


class Entry(Node):
    """One entry of a matrix, ``arg[row, column]``: a scalar. Numbers count from 0."""

    arg: Node
    row: Index | int
    column: Index | int


class SumIndex(Node):
    """Sum of a body (of any shape) over all values of a bound index; an empty one is zero."""

    body: Node
    index: Index


class ProdIndex(Node):
    """Product of a scalar body over all values of a bound index; an empty one is 1."""

    body: Node
    index: Index


class IndexValue(Node):
    """An index used as a number, as in ``where(i == j, 1, 0)`` or ``i + 1``."""

    index: Index


class Pick(Node):
    """One entry of a matrix at a computed place, ``x[i + k]``: undefined out of range.

    ``row`` and ``column`` are whole numbers made of :class:`IndexValue`, :class:`DimSize` and
    numbers, sums and multiples of them.
    """

    arg: Node
    row: Node
    column: Node


class InRange(Node):
    """The condition ``0 <= arg < dim`` on a subscript, true for whole numbers only.

    A sum over an index without bounds takes just the values that every subscript allows: its body
    is then a :class:`Select` on such conditions, which printing leaves out.
    """

    arg: Node
    dim: Dim


class Build(Node):
    """The matrix whose entry at (row, column) is the scalar ``body``: slices, comprehensions.

    An axis of length 1 has no index.
    """

    body: Node
    row: Index | None
    column: Index | None


class Stack(Node):
    """Blocks below one another (``axis`` 0) or beside one another (1): ``[a, b]``, ``[[A, B]]``."""

    args: tuple[Node, ...]
    axis: int


class Vec(Node):
    """The columns of a matrix below one another: ``vec(X)[i + m*j] = X[i, j]`` for m rows."""

    arg: Node


class Cholesky(Node):
    """The lower triangular L with positive diagonal and ``L @ L.T == arg`` (lower half of arg).

    Undefined unless the symmetric matrix with that lower half is positive definite.
    """

    arg: Node


class Expm(Node):
    """The matrix exponential, the sum of ``A**k/k!`` over matrix powers."""

    arg: Node


class Pinv(Node):
    """The Moore-Penrose inverse of a matrix of full rank (others are undefined).

    Full column rank: ``inv(X.T @ X) @ X.T``; full row rank: ``X.T @ inv(X @ X.T)``.
    """

    arg: Node


class MatPower(Node):
    """The matrix power of a square matrix to a whole number that depends on an index or size."""

    arg: Node
    exponent: Node


class Compare(Node):
    """Elementwise comparison; ``operator`` is one of ``< <= > >= == !=``."""

    operator: str
    left: Node
    right: Node


class Logic(Node):
    """``and``, ``or`` or ``not`` of conditions."""

    operator: str
    args: tuple[Node, ...]


class Select(Node):
    """``where(condition, then, otherwise)``, elementwise."""

    condition: Node
    then: Node
    otherwise: Node


class Jvp(Node):
    """Directional derivative: d/dt of body at ``variables = at + t*directions``, t = 0.

    Shaped like ``body``. ``diff(f, x)`` is ``Jvp(f, (x,), (x,), (1,))``; ``d(F)`` has one
    variable for each symbol that varies, with ``dX`` as direction. ``body`` is written in the
    bound ``variables``; ``at`` and ``directions`` live outside (they do not vary).
    """

    body: Node
    variables: tuple[Sym, ...]
    at: tuple[Node, ...]
    directions: tuple[Node, ...]


class Grad(Node):
    """Gradient of a scalar ``body`` by the bound ``variable``, taken at ``at``: shaped like it.

    ``vjp(F, X, B)`` is the Grad of ``Sum(B * F)`` with B outside the binding.
    """

    body: Node
    variable: Sym
    at: Node


class Jacobian(Node):
    """Jacobian of a vector ``body`` (n entries) by a vector ``variable`` (m entries) at ``at``.

    ``layout`` numerator: shape (n, m), J[i, j] = dy_i/dx_j; denominator: its transpose.
    """

    body: Node
    variable: Sym
    at: Node
    layout: str


Derivative = Jvp | Grad | Jacobian
"""Derivatives by real variables."""

POLYNOMIAL: tuple[type[Node], ...] = (
    *(Sym, DimSize, Add, Mul, MatMul, Transpose, Sum, Trace, Diag, Kron, Stack, Entry),
)
"""Nodes that are polynomials in their parts: defined and smooth wherever these are."""


def bound_indices(node: Node) -> tuple[Index, ...]:
    """The indices that a node binds in its body."""
    if isinstance(node, SumIndex | ProdIndex):
        return (node.index,)
    if isinstance(node, Build):
        return tuple(index for index in (node.row, node.column) if index is not None)
    return ()


def own_indices(node: Node) -> tuple[Index, ...]:
    """The indices that a node itself (not what is below it) takes the value of."""
    if isinstance(node, Entry):
        return tuple(i for i in (node.row, node.column) if isinstance(i, Index))
    return (node.index,) if isinstance(node, IndexValue) else ()


def sizes_of(node: Node) -> Iterator[Dim]:
    """The dimensions that a node itself names: of its shape, its indices, as a number."""
    yield from node.shape
    for index in (*own_indices(node), *bound_indices(node)):
        yield index.dim
        yield index.start
    if isinstance(node, DimSize | InRange):
        yield node.dim


class Wirtinger(Node):
    """The derivative by a complex ``variable`` with its conjugate held, or the other way round.

    With ``conjugate`` it is taken by the conjugate of the variable. ``layout``: ``scalar`` (the
    variable is one, the result shaped like ``body``), ``gradient`` (of a scalar body, shaped like
    the variable), ``numerator`` or ``denominator`` as in :class:`Jacobian`.
    """

    body: Node
    variable: Sym
    at: Node
    layout: str
    conjugate: bool


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in order (for Jvp/Grad/Jacobian: body, variables, at, ...)."""
    return type(node).below(node)


def number(value: int | Fraction, shape: Shape = ()) -> Num:
    """A rational number node (or a constant matrix)."""
    return Num(value if type(value) is Fraction else Fraction(value), shape=shape)


ZERO_NODE = number(0)
ONE_NODE = number(1)
MINUS_ONE = number(-1)


def is_zero(node: Node) -> bool:
    """Whether a node is the number 0, of any shape."""
    return isinstance(node, Num) and node.value == 0


def _common_shape(args: tuple[Node, ...]) -> Shape:
    for arg in args:
        if arg.shape:
            return arg.shape
    return ()


_MAX_FLAT = 64
"""Terms of a nested sum or product that are taken in; a chain of squares doubles them each time."""


def _opens(arg: Node, kind: type[Add] | type[Mul], shape: Shape) -> TypeGuard[Add | Mul]:
    return isinstance(arg, kind) and arg.shape == shape and len(arg.args) <= _MAX_FLAT


def add(*args: Node) -> Node:
    """Sum; flattens nested sums and folds scalar numbers. Shapes must already agree."""
    shape = _common_shape(args)
    flat: list[Node] = []
    constant: Num | None = None
    for arg in args:
        for term in arg.args if _opens(arg, Add, shape) else (arg,):
            if isinstance(term, Num) and not term.shape:
                constant = term if constant is None else number(constant.value + term.value)
            else:
                flat.append(term)
    if constant is None:
        constant = ZERO_NODE
    if constant is not ZERO_NODE or not flat:
        flat.append(constant)
    return flat[0] if len(flat) == 1 else Add(tuple(flat), shape=shape)


def mul(*args: Node) -> Node:
    """Elementwise product; flattens and folds scalar numbers (0 * x stays: x may be undefined)."""
    shape = _common_shape(args)
    flat: list[Node] = []
    factor: Num | None = None
    for arg in args:
        for term in arg.args if _opens(arg, Mul, shape) else (arg,):
            if isinstance(term, Num) and not term.shape:
                factor = term if factor is None else number(factor.value * term.value)
            else:
                flat.append(term)
    if factor is None:
        factor = ONE_NODE
    if factor is not ONE_NODE or not flat:
        flat.insert(0, factor)
    return flat[0] if len(flat) == 1 else Mul(tuple(flat), shape=shape)


def negative(arg: Node) -> Node:
    """``-arg``."""
    return mul(MINUS_ONE, arg)


def subtract(left: Node, right: Node) -> Node:
    """``left - right``."""
    return add(left, negative(right))


_FOLD_EXPONENT = 64


def power(base: Node, exponent: Node) -> Node:
    """``base**exponent``, elementwise; small integer powers of scalar numbers are folded."""
    if isinstance(exponent, Num) and not exponent.shape and exponent.value == 1:
        return base
    if (
        isinstance(base, Num)
        and not base.shape
        and isinstance(exponent, Num)
        and not exponent.shape
        and exponent.value.denominator == 1
        and abs(exponent.value) <= _FOLD_EXPONENT
        and (base.value != 0 or exponent.value >= 0)
        and base.value.numerator.bit_length() + base.value.denominator.bit_length() <= 128
    ):
        return number(base.value ** int(exponent.value))
    squared = _length_squared(base)
    if squared is not None and isinstance(exponent, Num) and not exponent.shape:
        half = exponent.value / 2
        if half > 0 and half.denominator == 1:
            # a length is not smooth where it is 0, its square is: ``norm(x[i] - x[j])**2`` at i = j
            return power(squared, number(half))
    return Pow(base, exponent, shape=base.shape or exponent.shape)


def _length_squared(node: Node) -> Node | None:
    """s, where the node is ``sqrt(s)`` for a sum s of squares."""
    if (
        isinstance(node, Pow)
        and isinstance(node.exponent, Num)
        and node.exponent.value == Fraction(1, 2)
        and isinstance(node.base, Sum)
        and isinstance(node.base.arg, Pow)
        and node.base.arg.exponent == number(2)
    ):
        return node.base
    return None


def reciprocal(arg: Node) -> Node:
    """``1/arg``, elementwise."""
    return power(arg, MINUS_ONE)


def divide(left: Node, right: Node) -> Node:
    """``left / right``, elementwise."""
    return mul(left, reciprocal(right))


def square_root(arg: Node) -> Node:
    """Principal square root."""
    return power(arg, number(Fraction(1, 2)))


def call(function: str, *args: Node) -> Call:
    """A built-in elementwise function, by canonical name."""
    return Call(function, args, shape=_common_shape(args))


def transpose(arg: Node) -> Node:
    """Transpose; of a scalar, the scalar itself."""
    if not arg.shape:
        return arg
    if isinstance(arg, Transpose):
        return arg.arg
    return Transpose(arg, shape=(arg.shape[1], arg.shape[0]))


def matmul(left: Node, right: Node) -> Node:
    """Matrix product; with a scalar (1-by-1) on either side, the scaled other."""
    if not left.shape or not right.shape:
        return mul(left, right)
    return MatMul(left, right, shape=make_shape(left.shape[0], right.shape[1]))


def total(arg: Node, axis: int | None = None) -> Node:
    """Sum of all entries, or along an axis keeping the dimension."""
    if not arg.shape:
        return arg
    if axis is None:
        return Sum(arg, None, shape=())
    shape = make_shape(ONE, arg.shape[1]) if axis == 0 else make_shape(arg.shape[0], ONE)
    return arg if shape == arg.shape else Sum(arg, axis, shape=shape)


def rebuild(node: Node, visit: Any) -> Node:
    """``node`` with ``visit`` applied to each child; the same object when nothing changed.

    Bound variables of Grad/Jvp/Jacobian are passed to ``visit`` too: it must leave them be.
    """
    kind = type(node)
    changed: dict[str, Any] = {}
    for name, many in kind.node_fields:
        value = getattr(node, name)
        new = tuple([visit(v) for v in value]) if many else visit(value)
        if new is not value and (not many or new != value):
            changed[name] = new
    if not changed:
        return node
    values = [
        changed[name] if name in changed else getattr(node, name) for name, _ in kind.positional
    ]
    result: Node = kind(*values, shape=node.shape)
    return result


def substitute(node: Node, mapping: Mapping[Node, Node]) -> Node:
    """Replace nodes (usually ``Sym``) by others of the same shape, everywhere, sharing kept.

    Bound variables carry unique names, so a replacement cannot be captured as long as the
    replaced symbols are not themselves bound inside.
    """
    memo: dict[Node, Node] = dict(mapping)

    def visit(current: Node) -> Node:
        done = memo.get(current)
        if done is None:
            done = rebuild(current, visit)
            memo[current] = done
        return done

    return visit(node)


def bound_at(node: Derivative | Wirtinger) -> dict[Node, Node]:
    """The bound variables of a derivative, in order, each with what it is taken at."""
    if isinstance(node, Jvp):
        return dict(zip(node.variables, node.at, strict=True))
    return {node.variable: node.at}


def points_of(nodes: Iterable[Node]) -> dict[Node, Node]:
    """The variables by which anything among nodes is differentiated, and where."""
    found: dict[Node, Node] = {}
    for node in nodes:
        if isinstance(node, Derivative):
            found.update(bound_at(node))
    return found


def order_of(node: Node) -> int:
    """How deep derivatives are nested."""
    orders: dict[Node, int] = {}
    for part in walk(node):
        inner = max((orders[child] for child in children(part)), default=0)
        orders[part] = inner + isinstance(part, Derivative)
    return orders[node]


def rewritten(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with every part replaced by what ``change`` makes of it, inner ones first."""
    memo: dict[Node, Node] = {}

    def visit(current: Node) -> Node:
        done = memo.get(current)
        if done is None:
            done = memo[current] = change(rebuild(current, visit))
        return done

    return visit(node)


def all_of(conditions: Sequence[Node]) -> Node:
    """The conjunction of scalar conditions."""
    return conditions[0] if len(conditions) == 1 else Logic("and", tuple(conditions), shape=())


def conjuncts(conditions: Iterable[Node]) -> tuple[Node, ...]:
    """The inverse: conditions with each conjunction taken apart."""
    found: list[Node] = []
    for condition in conditions:
        if isinstance(condition, Logic) and condition.operator == "and":
            found += conjuncts(condition.args)
        else:
            found.append(condition)
    return tuple(found)


@lru_cache(maxsize=32)
def walk(node: Node) -> tuple[Node, ...]:
    """Every distinct node in the expression, children before parents."""
    seen: dict[Node, None] = {}

    def visit(current: Node) -> None:
        for child in type(current).below(current):
            if child not in seen:
                visit(child)
        seen[current] = None

    visit(node)
    return tuple(seen)


def functions_in(node: Node) -> frozenset[str]:
    """The abstract functions that occur in the expression."""
    return frozenset(part.function for part in walk(node) if isinstance(part, Apply))


def called_in(*roots: Node) -> frozenset[str]:
    """The built-in functions that occur in expressions."""
    return frozenset(n.function for root in roots for n in walk(root) if isinstance(n, Call))


def certain(root: Node) -> set[Node]:
    """The nodes that have a value wherever the expression has one: not those in branches of
    ``where``, nor those in sums and products that may be empty."""
    found: set[Node] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node in found:
            continue
        found.add(node)
        if isinstance(node, Select):
            waiting.append(node.condition)
        elif all((index.dim.least or 0) > 0 for index in bound_indices(node)):
            waiting += children(node)
    return found


def symbols_in(node: Node) -> tuple[Sym, ...]:
    """The free variables, in first-met order."""
    return tuple(n for n in walk(node) if isinstance(n, Sym) and "#" not in n.name)


_NO_NAMES: frozenset[str] = frozenset()


def bound_outside(node: Node, memo: dict[Node, frozenset[str]]) -> frozenset[str]:
    """The names of variables and indices in a node that something around it binds: the node has
    one and the same value wherever it stands if there are none."""
    found = memo.get(node)
    if found is not None:
        return found
    names: frozenset[str] = _NO_NAMES
    for child in children(node):
        inner = bound_outside(child, memo)
        if inner:
            names = names | inner
    match node:
        case Sym(name=name) if "#" in name:
            names = frozenset((name,))
        case Entry() | IndexValue():
            names |= {index.name for index in own_indices(node) if "#" in index.name}
        case SumIndex() | ProdIndex() | Build():
            names -= {index.name for index in bound_indices(node)}
        case Jvp() | Grad() | Jacobian() | Wirtinger():
            bound = bound_at(node)
            names = bound_outside(node.body, memo) - {v.name for v in bound if isinstance(v, Sym)}
            for part in children(node)[1:]:
                if part not in bound:
                    names |= bound_outside(part, memo)
    memo[node] = names
    return names
