"""Functions that change shapes or are spelled out in others: one handler a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from derivcheck.lang import complexes, functions
from derivcheck.lang import nodes as N
from derivcheck.lang import syntax as S
from derivcheck.lang.affine import size_node
from derivcheck.lang.handlers import Handler, handler
from derivcheck.lang.nodes import ONE, Dim, Node, make_shape, shape_text
from derivcheck.lang.scope import Environment
from derivcheck.lang.shapes import Elaborator
from derivcheck.lang.wording import check_count, fail, refuse, short


def square_argument(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """The one argument, which must be a square matrix (or a scalar)."""
    (arg,) = builder.arguments(syntax, 1, 1, env)
    if arg.shape and arg.shape[0] != arg.shape[1]:
        refuse(
            "shape",
            syntax,
            f" needs a square matrix: `{short(syntax.args[0])}` is {shape_text(arg.shape)}",
        )
    return arg


def _size(shape: N.Shape, axis: int | None) -> Dim:
    rows, columns = N.rows_of(shape), N.columns_of(shape)
    return rows * columns if axis is None else rows if axis == 0 else columns


def _ones(rows: Dim, columns: Dim) -> Node:
    return N.number(1, make_shape(rows, columns))


def _spread(reduced: Node, like: Node, axis: int | None) -> Node:
    """A reduction along an axis, repeated back to the shape it came from."""
    if axis is None or not reduced.shape or reduced.shape == like.shape:
        return reduced
    if axis == 0:
        return N.matmul(_ones(N.rows_of(like.shape), ONE), reduced)
    return N.matmul(reduced, _ones(ONE, N.columns_of(like.shape)))


@handler("sqrt")
def square_root(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """Principal square root."""
    (arg,) = builder.arguments(syntax, 1, 1, env)
    return N.square_root(arg)


@handler("log", "ln")
def logarithm(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """Natural logarithm, or to a base."""
    args = builder.arguments(syntax, 1, 2, env)
    if len(args) == 1:
        return N.call("log", args[0])
    builder.combine(syntax, "combines", *zip(syntax.args, args, strict=True))
    return N.divide(N.call("log", args[0]), N.call("log", args[1]))


@handler("max", "maximum", "min", "minimum")
def extreme(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """Elementwise of several arguments; of one, over its entries or along an axis."""
    name = short(syntax.function)[:3]
    args = builder.arguments(syntax, 1, 16, env, axis=True)
    axis = builder.axis(syntax)
    if len(args) == 1:
        arg = args[0]
        if not arg.shape:
            return arg
        shape = () if axis is None else N.total(arg, axis).shape
        return arg if shape == arg.shape else N.Extreme(name, arg, axis, shape=shape)
    if axis is not None:
        refuse("call", syntax, ": an axis goes with one argument")
    builder.combine(syntax, "compares", *zip(syntax.args, args, strict=True))
    result = args[0]
    for arg in args[1:]:
        result = N.call(name, result, arg)
    return result


@handler("mean")
def mean(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """The sum over the number of entries."""
    (arg,) = builder.arguments(syntax, 1, 1, env, axis=True)
    axis = builder.axis(syntax)
    return N.divide(N.total(arg, axis), size_node(_size(arg.shape, axis)))


@handler("logsumexp")
def logsumexp(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """log(sum(exp(Z)))."""
    (arg,) = builder.arguments(syntax, 1, 1, env, axis=True)
    return N.call("log", N.total(N.call("exp", arg), builder.axis(syntax)))


@handler("softmax")
def softmax(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """exp(Z)/sum(exp(Z)), along an axis of a matrix."""
    (arg,) = builder.arguments(syntax, 1, 1, env, axis=True)
    axis = builder.axis(syntax)
    if axis is None and arg.shape and ONE not in arg.shape:
        refuse(
            "axis",
            syntax,
            f": softmax of a matrix {shape_text(arg.shape)} needs an axis",
            "axis=0 normalises each column, axis=1 each row",
        )
    weights = N.call("exp", arg)
    inverse = N.reciprocal(N.total(weights, axis))
    return N.mul(weights, _spread(inverse, arg, axis))


def _of_square(
    meaning: str, of_matrix: Callable[[Node], Node], of_number: Callable[[Node], Node]
) -> Handler:
    """The handler of a function of a square matrix, and of what it is of a scalar."""

    def build(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
        arg = square_argument(builder, syntax, env)
        return of_matrix(arg) if arg.shape else of_number(arg)

    build.__doc__ = meaning
    return build


_Row = tuple[str, str, Callable[[Node], Node], Callable[[Node], Node]]
_OF_SQUARE: tuple[_Row, ...] = (
    ("tr trace", "Trace.", lambda a: N.Trace(a, shape=()), lambda a: a),
    ("det", "Determinant.", lambda a: N.Det(a, shape=()), lambda a: a),
    ("inv", "Inverse.", lambda a: N.Inv(a, shape=a.shape), N.reciprocal),
    (
        "logdet",
        "``log(det(X))``; undefined where the determinant is not positive.",
        lambda a: N.call("log", N.Det(a, shape=())),
        lambda a: N.call("log", a),
    ),
    (
        "cholesky",
        "The lower factor of a positive definite matrix (Murray 2016, *Differentiation of the "
        "Cholesky decomposition*).",
        lambda a: N.Cholesky(a, shape=a.shape),
        N.square_root,
    ),
    (
        "expm",
        "The matrix exponential (Al-Mohy and Higham 2009).",
        lambda a: N.Expm(a, shape=a.shape),
        lambda a: N.call("exp", a),
    ),
)
"""Names, meaning, and the nodes of a matrix and of a scalar."""

for _names, _meaning, _of_matrix, _of_number in _OF_SQUARE:
    handler(*_names.split())(_of_square(_meaning, _of_matrix, _of_number))


@handler("transpose")
def transposed(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """Transpose."""
    (arg,) = builder.arguments(syntax, 1, 1, env)
    return N.transpose(arg)


@handler("hyper")
def hyper(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``hyper([a, b], [c], z)``: the generalised hypergeometric function pFq."""
    lists = [arg for arg in syntax.args[:2] if isinstance(arg, S.Listed)]
    if len(syntax.args) != 3 or len(lists) != 2 or syntax.keywords:
        fail("arity", syntax, "`hyper` takes two lists and an argument", "`hyper([a, b], [c], z)`")
    written = (*lists[0].items, *lists[1].items, syntax.args[2])
    args = tuple(builder.node(arg, env) for arg in written)
    builder.combine(syntax, "combines", *zip(written, args, strict=True))
    above, below = len(lists[0].items), len(lists[1].items)
    *parameters, z = args
    match above, below:
        case 0, 0:
            return N.call("exp", z)
        case 1, 0:
            base = N.subtract(N.ONE_NODE, z)
            return N.power(base, N.negative(parameters[0]))
        case (0 | 1 | 2, 1):
            return N.call(f"hyp{above}f1", *args)
    if f"hyper_{above}_{below}" not in functions.FUNCTIONS:
        refuse("call", syntax, ": at most 3 parameters below, and one more above, are known")
    return N.call(f"hyper_{above}_{below}", *args)


@handler("diag")
def diagonal(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """A vector to a diagonal matrix, a square matrix to its diagonal."""
    (arg,) = builder.arguments(syntax, 1, 1, env)
    if not arg.shape:
        return arg
    if N.rows_of(arg.shape) == ONE:
        arg = N.transpose(arg)
    rows, columns = N.rows_of(arg.shape), N.columns_of(arg.shape)
    if columns == ONE:
        return N.Diag(arg, shape=(rows, rows))
    if rows != columns:
        refuse("shape", syntax, f" takes a vector or a square matrix, not {shape_text(arg.shape)}")
    return N.Diag(arg, shape=make_shape(rows, ONE))


@handler("norm")
def norm(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """Euclidean or Frobenius norm; ``norm(x, 1)`` and ``norm(x, oo)`` of a vector."""
    order = syntax.args[1] if len(syntax.args) == 2 else S.Number(Fraction(2))
    (arg,) = builder.arguments(replace(syntax, args=syntax.args[:1]), 1, 1, env)
    if order not in (S.Name("oo"), S.Number(Fraction(1)), S.Number(Fraction(2))):
        refuse("call", syntax, ": the norms are 1, 2 and oo")
    if len(syntax.args) == 2 and arg.shape and ONE not in arg.shape:
        inside = short(syntax.args[0])
        other = "sum" if order == S.Number(Fraction(1)) else "max"
        hint = f"by entries it is `{other}(abs({inside}))`"
        if order == S.Number(Fraction(2)):
            hint = f"the Frobenius norm is `norm({inside})`; there is no spectral norm"
        refuse(
            "shape", syntax, f" is a norm of vectors: `{inside}` is {shape_text(arg.shape)}", hint
        )
    if not arg.shape:
        return builder.function("abs", (arg,))
    if order == S.Number(Fraction(1)):
        return N.total(builder.function("abs", (arg,)))
    if order == S.Name("oo"):
        return N.Extreme("max", builder.function("abs", (arg,)), None, shape=())
    two = N.number(2)
    squares = N.power(arg, two)
    if builder.scope.is_complex:
        squares = complexes.even_power(builder.function("abs", (arg,)), two) or squares
    return N.square_root(N.total(squares))


def vector_argument(syntax: S.Call, position: int, node: Node) -> Node:
    """An argument that must be a vector, as a column."""
    if node.shape and ONE not in node.shape:
        part = short(syntax.args[position])
        refuse(
            "shape",
            syntax,
            f" takes vectors: `{part}` is {shape_text(node.shape)}",
            "the matrix product is `A @ B`",
        )
    return N.transpose(node) if N.rows_of(node.shape) == ONE else node


@handler("dot")
def dot(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """Inner product of two vectors."""
    args = builder.arguments(syntax, 2, 2, env)
    left, right = (vector_argument(syntax, i, arg) for i, arg in enumerate(args))
    if left.shape != right.shape:
        refuse(
            "shape",
            syntax,
            f" takes vectors of one length: {shape_text(left.shape)} and {shape_text(right.shape)}",
        )
    return N.total(N.mul(left, right))


@handler("outer")
def outer(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """Outer product of two vectors."""
    args = builder.arguments(syntax, 2, 2, env)
    left, right = (vector_argument(syntax, i, arg) for i, arg in enumerate(args))
    return N.matmul(left, N.transpose(right))


@handler("kron")
def kronecker(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """Kronecker product, (m, n) by (p, q) to (m*p, n*q)."""
    left, right = builder.arguments(syntax, 2, 2, env)
    if not left.shape or not right.shape:
        return N.mul(left, right)
    shape = make_shape(left.shape[0] * right.shape[0], left.shape[1] * right.shape[1])
    return N.Kron(left, right, shape=shape)


@handler("eye")
def identity(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """Identity matrix."""
    _dims(syntax, 1, 1)
    dim = builder.dimension(syntax.args[0])
    return N.number(1) if dim == ONE else N.Eye(shape=(dim, dim))


@handler("ones", "zeros")
def constant(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """A column or a matrix of ones or zeros."""
    _dims(syntax, 1, 2)
    dims = [builder.dimension(arg) for arg in syntax.args]
    shape = make_shape(dims[0], dims[1] if len(dims) == 2 else ONE)
    return N.number(1 if short(syntax.function) == "ones" else 0, shape)


def _dims(syntax: S.Call, least: int, most: int) -> None:
    if syntax.keywords or not least <= len(syntax.args) <= most:
        wanted = "one dimension" if most == 1 else "one or two dimensions"
        fail("arity", syntax, f"`{short(syntax.function)}` takes {wanted}")


@handler("where")
def select(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``where(condition, a, b)``."""
    check_count(syntax, 3)
    condition = builder.condition(syntax.args[0], env)
    parts = (condition, *(builder.node(arg, env) for arg in syntax.args[1:]))
    shape = builder.combine(syntax, "combines", *zip(syntax.args, parts, strict=True))
    return N.Select(*parts, shape=shape)
