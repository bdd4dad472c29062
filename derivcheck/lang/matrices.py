"""Functions of matrices beyond products: one handler a function."""

from __future__ import annotations

from functools import reduce

from derivcheck.lang import nodes as N
from derivcheck.lang import syntax as S
from derivcheck.lang.affine import affine_of
from derivcheck.lang.dims import ONE, ZERO, Dim
from derivcheck.lang.handlers import handler
from derivcheck.lang.nodes import Index, Node, make_shape, shape_text
from derivcheck.lang.scope import Environment
from derivcheck.lang.shaped import square_argument, vector_argument
from derivcheck.lang.shapes import Elaborator
from derivcheck.lang.subscripts import placed, whole
from derivcheck.lang.wording import check_count, refuse, short

_LARGEST_POWER = 8


@handler("pinv")
def pinv(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """Moore-Penrose inverse of a matrix of full rank, spelled out where the shape says which."""
    (arg,) = builder.arguments(syntax, 1, 1, env)
    if not arg.shape:
        return N.reciprocal(arg)
    rows, columns = arg.shape
    tall, wide = (rows - columns).least, (columns - rows).least
    if tall is not None and tall >= 0:
        return pinv_spelled(arg, tall=True)
    if wide is not None and wide >= 0:
        return pinv_spelled(arg, tall=False)
    return N.Pinv(arg, shape=make_shape(columns, rows))


def pinv_spelled(arg: Node, *, tall: bool) -> Node:
    """``inv(X.T @ X) @ X.T`` (full column rank) or ``X.T @ inv(X @ X.T)`` (full row rank)."""
    flipped = N.transpose(arg)
    gram = N.matmul(flipped, arg) if tall else N.matmul(arg, flipped)
    inverse = N.Inv(gram, shape=gram.shape) if gram.shape else N.reciprocal(gram)
    return N.matmul(inverse, flipped) if tall else N.matmul(flipped, inverse)


@handler("vec")
def vec(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """The columns below one another (Magnus and Neudecker, section 2.4)."""
    (arg,) = builder.arguments(syntax, 1, 1, env)
    if not arg.shape or arg.shape[1] == ONE:
        return arg
    if arg.shape[0] == ONE:
        return N.transpose(arg)
    return N.Vec(arg, shape=make_shape(arg.shape[0] * arg.shape[1], ONE))


def triangle(rows: Dim, columns: Dim, operator: str, offset: Dim = ZERO) -> Node:
    """The matrix of ones where ``row operator column``, zeros elsewhere."""
    row, column = Index("i#t", rows), Index("j#t", columns)
    one, other = N.IndexValue(row, shape=()), N.IndexValue(column, shape=())
    shifted = N.add(one, N.number(offset.factor))
    here = N.Compare(operator, shifted, other, shape=())
    cell = N.Select(here, N.ONE_NODE, N.ZERO_NODE, shape=())
    return N.Build(cell, row, column, shape=make_shape(rows, columns))


@handler("tril", "triu")
def triangular(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """The part on and below (above) the diagonal; ``tril(X, -1)`` leaves the diagonal out."""
    parts = builder.arguments(syntax, 1, 2, env)
    arg = parts[0]
    offset = ZERO
    if len(parts) == 2:
        found = affine_of(parts[1])
        if found is None or found.terms or found.constant.names:
            refuse("call", syntax.args[1], " is not a whole number")
        offset = found.constant
    operator = ">=" if short(syntax.function) == "tril" else "<="
    if ONE in (N.rows_of(arg.shape), N.columns_of(arg.shape)):
        refuse("shape", syntax, f" takes a matrix, not {shape_text(arg.shape)}")
    rows, columns = N.rows_of(arg.shape), N.columns_of(arg.shape)
    # NumPy's k: the k-th diagonal is where column == row + k
    return N.mul(triangle(rows, columns, operator, offset), arg)


@handler("matrix_power")
def matrix_power(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``A @ A @ ...``; a negative power is one of the inverse, the power 0 the identity."""
    arg, exponent = builder.arguments(syntax, 2, 2, env)
    square_argument(builder, S.Call(syntax.function, syntax.args[:1]), env)
    power = affine_of(exponent)
    if power is None:
        refuse(
            "call",
            syntax.args[1],
            " is not a whole number",
            "a matrix power is a number, an index or a symbol declared `natural`",
        )
    if not arg.shape:
        return N.power(arg, exponent)
    fixed = not power.terms and not power.constant.names
    if not fixed or abs(power.constant.factor) > _LARGEST_POWER:
        return N.MatPower(arg, exponent, shape=arg.shape)
    count = power.constant.factor
    if count == 0:
        return N.Eye(shape=arg.shape)
    base = arg if count > 0 else N.Inv(arg, shape=arg.shape)
    return reduce(N.matmul, [base] * abs(count))


def _three(builder: Elaborator, syntax: S.Call, count: int, env: Environment) -> list[list[Node]]:
    """The entries of vectors of length 3."""
    found: list[list[Node]] = []
    for position, arg in enumerate(builder.arguments(syntax, count, count, env)):
        column = vector_argument(syntax, position, arg)
        if N.rows_of(column.shape) != Dim(3):
            refuse(
                "shape",
                syntax,
                f" takes vectors of length 3: "
                f"`{short(syntax.args[position])}` is {shape_text(arg.shape)}",
            )
        entries: list[Node] = [N.Entry(column, k, 0, shape=()) for k in range(3)]
        found.append(entries)
    return found


@handler("skew")
def skew(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """The matrix with ``skew(w) @ v == cross(w, v)``."""
    [[x, y, z]] = _three(builder, syntax, 1, env)
    zero = N.ZERO_NODE
    rows = (
        (zero, N.negative(z), y),
        (z, zero, N.negative(x)),
        (N.negative(y), x, zero),
    )
    three = Dim(3)
    lines = tuple(N.Stack(row, 1, shape=(ONE, three)) for row in rows)
    return N.Stack(lines, 0, shape=(three, three))


@handler("cross")
def cross(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """The vector product in three dimensions."""
    a, b = _three(builder, syntax, 2, env)
    parts = tuple(
        N.subtract(N.mul(a[i], b[j]), N.mul(a[j], b[i])) for i, j in ((1, 2), (2, 0), (0, 1))
    )
    return N.Stack(parts, 0, shape=(Dim(3), ONE))


@handler("cumsum", "cumprod")
def cumulative(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """Sums (products) of the first entries of a vector, or along an axis of a matrix."""
    (arg,) = builder.arguments(syntax, 1, 1, env, axis=True)
    axis = builder.axis(syntax)
    if not arg.shape:
        return arg
    rows, columns = arg.shape
    if axis is None:
        if ONE not in (rows, columns):
            refuse(
                "axis",
                syntax,
                f": of a matrix {shape_text(arg.shape)} it needs an axis",
                "axis=0 runs down each column, axis=1 along each row",
            )
        axis = 0 if columns == ONE else 1
    if arg.shape[axis] == ONE:
        return arg
    if short(syntax.function) == "cumsum":
        if axis == 0:
            return N.matmul(triangle(rows, rows, ">="), arg)
        return N.matmul(arg, triangle(columns, columns, "<="))
    return _running_product(arg, axis)


def _running_product(arg: Node, axis: int) -> Node:
    depth = sum(bool(N.bound_indices(node)) for node in N.walk(arg))
    loops = [
        None if dim == ONE else Index(f"{'ij'[k]}#r{depth}", dim) for k, dim in enumerate(arg.shape)
    ]
    over = Index(f"k#r{depth}", arg.shape[axis])
    last = loops[axis]
    assert last is not None
    places = [over if k == axis else (0 if loop is None else loop) for k, loop in enumerate(loops)]
    cell = N.Entry(arg, places[0], places[1], shape=())
    here = N.Compare("<=", N.IndexValue(over, shape=()), N.IndexValue(last, shape=()), shape=())
    body = N.Select(here, cell, N.ONE_NODE, shape=())
    return N.Build(N.ProdIndex(body, over, shape=()), loops[0], loops[1], shape=arg.shape)


@handler("clip")
def clip(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``min(max(x, low), high)``."""
    arg, low, high = builder.arguments(syntax, 3, 3, env)
    builder.combine(syntax, "compares", *zip(syntax.args, (arg, low, high), strict=True))
    return N.call("min", N.call("max", arg, low), high)


@handler("onehot")
def onehot(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``onehot(y, n)``: the column that is 1 at place y and 0 elsewhere."""
    check_count(syntax, 2)
    where, name = syntax.args
    dim = builder.dimension(name)
    if isinstance(where, S.Name) and builder.slot(where.id) is None:
        builder.index_names.add(where.id)
        placed(builder, where, dim, env)
    place = whole(builder, where, env)
    if dim == ONE:
        return N.ONE_NODE
    row = Index("i#o", dim)
    here = N.Compare("==", N.IndexValue(row, shape=()), place.node(), shape=())
    cell = N.Select(here, N.ONE_NODE, N.ZERO_NODE, shape=())
    return N.Build(cell, row, None, shape=make_shape(dim, ONE))
