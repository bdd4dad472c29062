"""Calculus inside expressions: ``diff``, ``grad``, ``vjp``, ``d`` and ``D``.

Each binds a fresh variable in place of the symbol (or ``where`` name) it differentiates by, so
that a derivative is total through ``where``, and judges see plain operators. They are one long
module since the two things they have in common, fresh variables and what ``where`` makes of them,
are most of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivcheck.lang import complexes
from derivcheck.lang import nodes as N
from derivcheck.lang import syntax as S
from derivcheck.lang.errors import DECLARE, LanguageError
from derivcheck.lang.handlers import handler
from derivcheck.lang.nodes import Entry, Grad, Jacobian, Jvp, Node, Sym, shape_text
from derivcheck.lang.scope import Environment
from derivcheck.lang.shapes import Elaborator
from derivcheck.lang.subscripts import place_node, subscripted
from derivcheck.lang.wording import check_count, did_you_mean, fail, plain_name, refuse, short


def bind(
    builder: Elaborator, names: tuple[str, ...], env: Environment, held: Node | None = None
) -> tuple[tuple[Sym, ...], tuple[Node, ...], Environment]:
    """Fresh variables for ``names``, the nodes they are taken at, and the inner environment.

    They are others than those of derivatives in what is ``held`` inside.
    """
    depth = len(env.bindings)
    at = []
    for name in names:
        node = builder.resolve(name, env)
        if node is None:
            raise LanguageError(
                "undeclared",
                f"undeclared symbol `{name}`",
                hint=did_you_mean(name, builder.scope.names()) or DECLARE,
            )
        at.append(node)
    names = tuple(map(plain_name, names))
    taken = set(() if held is None else N.walk(held))
    variables: tuple[Sym, ...] = ()
    while not variables or not taken.isdisjoint(variables):
        variables = tuple(
            builder.fresh.variable(name, node, depth) for name, node in zip(names, at, strict=True)
        )
        depth += 1
    return variables, tuple(at), env.bind(tuple(zip(names, variables, strict=True)))


def finished(builder: Elaborator, node: Jvp | Grad | Jacobian, name: str) -> Node:
    """A derivative by one name; by a complex one it is Wirtinger's."""
    at = node.at[0] if isinstance(node, Jvp) else node.at
    conjugated = plain_name(name) != name
    if not builder.scope.is_complex or complexes.is_real(at, builder.scope.complex_names()):
        if conjugated:
            raise LanguageError(
                "wrt",
                f"`{plain_name(name)}` is real: a derivative by its conjugate has no meaning",
                hint=f"declare it: `{plain_name(name)}: complex`",
            )
        return node
    return complexes.by_complex(node, conjugated)


def variable_name(builder: Elaborator, syntax: S.Syntax, env: Environment) -> str:
    """The symbol or ``where`` name that a derivative is taken by, or ``conj(z)`` of a symbol."""
    if (
        isinstance(syntax, S.Call)
        and syntax.function == S.Name("conj")
        and len(syntax.args) == 1
        and not syntax.keywords
    ):
        return f"conj({variable_name(builder, syntax.args[0], env)})"
    if not isinstance(syntax, S.Name):
        refuse("wrt", syntax, " is not a symbol to differentiate by", "name it under `where`")
    if builder.resolve(syntax.id, env) is None:
        fail(
            "undeclared",
            syntax,
            f"undeclared symbol `{syntax.id}`",
            did_you_mean(syntax.id, builder.scope.names()) or DECLARE,
        )
    return syntax.id


def gradient(
    builder: Elaborator, body: S.Syntax, name: str, env: Environment, upstream: Node | None = None
) -> Node:
    """The gradient of a scalar body, or of sum(upstream * body), shaped like the variable."""
    variables, at, inner = bind(builder, (name,), env, upstream)
    node = builder.node(body, inner)
    if upstream is not None:
        node = N.total(N.mul(upstream, node))
    if not at[0].shape:
        plain = Jvp(node, variables, at, (N.ONE_NODE,), shape=())
        return finished(builder, plain, name)
    return finished(builder, Grad(node, variables[0], at[0], shape=at[0].shape), name)


def jacobian(builder: Elaborator, body: S.Syntax, name: str, env: Environment, layout: str) -> Node:
    """The Jacobian of a vector body by a vector variable, in a layout."""
    variables, at, inner = bind(builder, (name,), env)
    node = builder.node(body, inner)
    rows, columns = _length(node), _length(at[0])
    shape = (rows, columns) if layout == "numerator" else (columns, rows)
    return finished(builder, Jacobian(node, variables[0], at[0], layout, shape=shape), name)


def _length(node: Node) -> N.Dim:
    assert node.shape
    return node.shape[0] if node.shape[1] == N.ONE else node.shape[1]


def differential(
    builder: Elaborator, body: S.Syntax, names: tuple[str, ...], env: Environment
) -> Node:
    """d(body) when ``names`` vary, with ``dX`` as direction for each."""
    variables, at, inner = bind(builder, names, env)
    node = builder.node(body, inner)
    directions = []
    for name in names:
        direction = builder.resolve(f"d{name}", env)
        assert direction is not None
        directions.append(direction)
    if node in variables:  # d(X) and dX are one thing
        return directions[variables.index(node)]
    return Jvp(node, variables, at, tuple(directions), shape=node.shape)


@handler("diff")
def diff(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``diff(f, x)``, ``diff(f, x, 2)``, ``diff(f, x, y)``; ``diff(f, X[i, j])`` for scalar f."""
    if len(syntax.args) < 2 or syntax.keywords:
        fail("arity", syntax, "`diff` takes an expression and the symbols to differentiate by")
    names: list[S.Syntax] = []
    for arg in syntax.args[1:]:
        if isinstance(arg, S.Number):
            names += names[-1:] * (_order(arg, is_open=bool(names)) - 1)
        else:
            names.append(arg)
    if len(names) == 1 and isinstance(names[0], S.Subscript):
        return by_entry(builder, syntax.args[0], names[0], env)
    if any(isinstance(name, S.Subscript) for name in names):
        # one after the other, the last one outermost
        inner = S.Call(syntax.function, (syntax.args[0], *names[:-1]))
        return diff(builder, S.Call(syntax.function, (inner, names[-1])), env)
    for name in names:
        wanted = variable_name(builder, name, env)
        at = builder.resolve(wanted, env)
        if at is not None and at.shape:
            refuse(
                "shape",
                syntax,
                f" differentiates by `{wanted}`, which is {shape_text(at.shape)}",
                f"write `grad(f, {wanted})`, `vjp(F, {wanted}, B)` or `diff(f, {wanted}[i, j])`",
            )
    return nested(builder, syntax.args[0], [short(n) for n in names], env)


def nested(builder: Elaborator, body: S.Syntax, names: Sequence[str], env: Environment) -> Node:
    """Repeated partial derivatives by scalars, shaped like the body: the last name is the
    outermost."""
    if not names:
        return builder.node(body, env)
    *others, name = names
    variables, at, inner = bind(builder, (name,), env)
    node = nested(builder, body, others, inner)
    return finished(builder, Jvp(node, variables, at, (N.ONE_NODE,), shape=node.shape), name)


def hessian(builder: Elaborator, body: S.Syntax, name: str, env: Environment) -> Node:
    """The second derivatives of a scalar body by a vector variable, as a square matrix."""
    variables, at, inner = bind(builder, (name,), env)
    if N.ONE not in at[0].shape:
        raise LanguageError(
            "shape",
            f"the Hessian by `{name}` {shape_text(at[0].shape)} is no matrix",
            hint="`hessian` is taken by a vector",
        )
    node = gradient(builder, body, name, inner)
    length = _length(at[0])
    whole = Jacobian(node, variables[0], at[0], "numerator", shape=(length, length))
    return finished(builder, whole, name)


def _order(syntax: S.Syntax, is_open: bool = True) -> int:
    """An order of differentiation, where there may be one."""
    value = syntax.value if isinstance(syntax, S.Number) and is_open else None
    if value is None or value.denominator != 1 or not 1 <= value <= 8:
        refuse("call", syntax, " is not an order of differentiation (1 to 8)")
    return int(value)


def by_entry(builder: Elaborator, body: S.Syntax, target: S.Subscript, env: Environment) -> Node:
    """The derivative of ``body`` (of any shape) by one entry of a symbol, shaped like ``body``."""
    name = variable_name(builder, target.operand, env)
    value = builder.node(body, env)
    at = builder.resolve(name, env)
    assert at is not None
    if not value.shape:
        whole = gradient(builder, body, name, env)
        return whole if not whole.shape else place(builder, target, whole, env)
    found = place(builder, target, at, env)
    if not at.shape:
        return nested(builder, body, [name], env)
    variables, points, inner = bind(builder, (name,), env)
    unit = unit_at(found, at.shape)
    if builder.scope.is_complex and not complexes.is_real(at, builder.scope.complex_names()):
        refuse("wrt", target, f" is complex: differentiate by all of `{name}`")
    return Jvp(builder.node(body, inner), variables, points, (unit,), shape=value.shape)


def place(builder: Elaborator, target: S.Subscript, arg: Node, env: Environment) -> Node:
    """The entry of ``arg`` at the subscripts of ``target``."""
    found = subscripted(builder, target, arg, env)
    if found.shape:
        refuse(
            "wrt",
            target,
            f" is {shape_text(found.shape)}, not one entry",
            "a derivative is taken by a symbol or by one of its entries",
        )
    return found


def unit_at(place: Node, shape: N.Shape) -> Node:
    """The matrix that is 1 at an entry's place and 0 elsewhere."""
    conditions: list[Node] = []
    loops: list[N.Index | None] = []
    for axis, dim in enumerate(shape):
        if dim == N.ONE:
            loops.append(None)
            continue
        loop = N.Index(f"{'ij'[axis]}#u", dim)
        loops.append(loop)
        if isinstance(place, Entry):
            where = (place.row, place.column)[axis]
            value = N.number(where) if isinstance(where, int) else place_node(where)
        else:
            assert isinstance(place, N.Pick)
            value = (place.row, place.column)[axis]
        here = N.IndexValue(loop, shape=())
        conditions.append(N.Compare("==", here, value, shape=()))
    both = N.all_of(conditions)
    one = N.Select(both, N.ONE_NODE, N.ZERO_NODE, shape=())
    return N.Build(one, loops[0], loops[1], shape=shape)


@handler("grad")
def grad(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``grad(f, X)``: the gradient of a scalar, shaped like X."""
    check_count(syntax, 2)
    body, by = syntax.args
    if isinstance(by, S.Subscript):
        return by_entry(builder, body, by, env)
    name = variable_name(builder, by, env)
    if isinstance(body, S.Name) and body.id in builder.scope.functions:
        refuse("call", syntax, f": write `{body.id}({name})`, the function's value")
    value = builder.node(body, env)
    if value.shape:
        fail(
            "shape",
            syntax,
            f"`{short(body)}` is not a scalar: shape {shape_text(value.shape)}",
            f"`vjp({short(body)}, {name}, B)` is the gradient of sum(B * F)",
        )
    return gradient(builder, body, name, env)


def _taken(builder: Elaborator, syntax: S.Call, env: Environment) -> tuple[str, Node, Node]:
    """The name that an operator's expression is differentiated by, its value and its place."""
    name = variable_name(builder, syntax.args[1], env)
    value, at = builder.node(syntax.args[0], env), builder.resolve(name, env)
    assert at is not None
    return name, value, at


@handler("jacobian")
def jacobian_inside(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``jacobian(F, x)``: entry (i, j) is dF_i/dx_j."""
    check_count(syntax, 2)
    name, value, at = _taken(builder, syntax, env)
    for what, node in ((short(syntax.args[0]), value), (name, at)):
        if node.shape and N.ONE not in node.shape:
            refuse(
                "shape",
                syntax,
                f" takes vectors: `{what}` is {shape_text(node.shape)}",
                "`vjp(F, X, B)` is the gradient of sum(B * F)",
            )
    if not at.shape:
        by_scalar = nested(builder, syntax.args[0], [name], env)
        row = by_scalar.shape and by_scalar.shape[0] == N.ONE
        return N.transpose(by_scalar) if row else by_scalar
    if not value.shape:
        found = gradient(builder, syntax.args[0], name, env)
        row = N.rows_of(found.shape) == N.ONE
        return found if row else N.transpose(found)
    return jacobian(builder, syntax.args[0], name, env, "numerator")


@handler("hessian")
def hessian_inside(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``hessian(f, x)``: the second derivatives of a scalar by a vector."""
    check_count(syntax, 2)
    name, value, at = _taken(builder, syntax, env)
    if value.shape:
        fail(
            "shape", syntax, f"`{short(syntax.args[0])}` is not a scalar: {shape_text(value.shape)}"
        )
    if not at.shape:
        return nested(builder, syntax.args[0], [name, name], env)
    return hessian(builder, syntax.args[0], name, env)


@handler("vjp")
def vjp(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``vjp(F, X, B)``: the gradient by X of sum(B * F), B held."""
    check_count(syntax, 3)
    name, value, _ = _taken(builder, syntax, env)
    upstream = builder.node(syntax.args[2], env)
    if upstream.shape != value.shape:
        fail(
            "shape",
            syntax,
            f"`{short(syntax.args[2])}` is {shape_text(upstream.shape)}, but "
            f"`{short(syntax.args[0])}` is {shape_text(value.shape)}: they must be alike",
        )
    return gradient(builder, syntax.args[0], name, env, upstream)


@handler("d")
def total_differential(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``d(F)``: the differential when the symbols of ``wrt`` vary."""
    check_count(syntax, 1)
    if not builder.scope.varying:
        refuse("wrt", syntax, ": nothing varies", "list what varies under `wrt`")
    return differential(builder, syntax.args[0], builder.scope.varying, env)


@handler("D")
def prime(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``D(f)(x)``, ``D(f, 2)(x)``, ``D(D(f))(x)``; ``D(u)`` of a named expression."""
    if isinstance(syntax.function, S.Call):
        inner = syntax.function
        partial_of = _partial_orders(builder, inner)
        if partial_of is not None:
            return builder.apply(syntax, *partial_of, env)
        name, order = _primed(builder, inner)
        if name in builder.scope.functions:
            return builder.apply(syntax, name, order, env)
        if not _is_at_wrt(builder, syntax):
            fail("call", syntax, f"`{name}` is an expression, not a function", f"write `D({name})`")
        return _derivative_of_name(builder, inner, name, order, env)
    name, order = _primed(builder, syntax)
    if name in builder.scope.functions:
        refuse("call", syntax, " is a function", f"write its value: `{short(syntax)}(...)`")
    return _derivative_of_name(builder, syntax, name, order, env)


def _partial_orders(builder: Elaborator, syntax: S.Call) -> tuple[str, tuple[int, ...]] | None:
    """Name and orders of ``D(F, 1, 0)`` of a function of several arguments; None elsewhere."""
    args = syntax.args
    if not args or not isinstance(args[0], S.Name) or syntax.function != S.Name("D"):
        return None
    function = builder.scope.functions.get(args[0].id)
    if function is None or function.arity < 2 or len(args) < 2:
        return None
    orders = [
        int(arg.value)
        for arg in args[1:]
        if isinstance(arg, S.Number) and arg.value.denominator == 1 and 0 <= arg.value <= 8
    ]
    if len(orders) != function.arity or len(orders) != len(args) - 1:
        refuse(
            "call",
            syntax,
            f": `{function.name}` has {function.arity} arguments, "
            "an order is needed for each of them",
            "`D(F, 1, 0)(x, y)` is the derivative of F by its first argument",
        )
    return function.name, tuple(orders)


def _primed(builder: Elaborator, syntax: S.Call) -> tuple[str, int]:
    """Name and order of ``D(f)``, ``D(f, 2)``, ``D(D(f))``."""
    args = syntax.args
    if not isinstance(syntax.function, S.Name) or syntax.function.id != "D":
        refuse("call", syntax, " is not a function", "`D(f)(x)` is f'(x)")
    if not 1 <= len(args) <= 2 or syntax.keywords:
        fail("arity", syntax, "`D` takes a function and perhaps an order: `D(f)(x)`, `D(f, 2)(x)`")
    order = _order(args[1]) if len(args) == 2 else 1
    if isinstance(args[0], S.Call):
        if isinstance(args[0].function, S.Name) and args[0].function.id == "D":
            name, inner = _primed(builder, args[0])
            return name, inner + order
        called = short(args[0].function)
        refuse(
            "call",
            syntax,
            ": `D` takes the function's name",
            f"write `D({called})({', '.join(short(a) for a in args[0].args)})`",
        )
    if not isinstance(args[0], S.Name):
        refuse("call", syntax, ": `D` takes a name", "write `diff(f, x)`")
    name = args[0].id
    if name not in builder.scope.functions and name not in builder.scope.where:
        fail(
            "undeclared",
            args[0],
            f"`{name}` is not a declared function",
            did_you_mean(name, tuple(builder.scope.functions)) or "write `diff(f, x)`",
        )
    return name, order


def _derivative_of_name(
    builder: Elaborator, syntax: S.Call, name: str, order: int, env: Environment
) -> Node:
    """``D(u)`` of a ``where`` or ``with`` name: its derivative by the formula's ``wrt``."""
    wrt = builder.scope.wrt
    if wrt is None:
        refuse("wrt", syntax, ": the formula has no single scalar `wrt`")
    at = builder.resolve(wrt, env)
    if at is None or at.shape:
        refuse("wrt", syntax, f": `{wrt}` is not a scalar", "write `grad(f, X)`")
    return nested(builder, S.Name(name), [wrt] * order, env)


def _is_at_wrt(builder: Elaborator, syntax: S.Call) -> bool:
    wrt = builder.scope.wrt
    return wrt is not None and syntax.args == (S.Name(wrt),)


@handler("step function")
def named_call(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``u(x)`` where u is a named expression and x the formula's ``wrt``: u itself."""
    assert isinstance(syntax.function, S.Name)
    name = syntax.function.id
    if name in builder.scope.where and _is_at_wrt(builder, syntax):
        return builder.node(syntax.function, env)
    hint = builder.entry_hint(syntax) or f"a product is `{name}*(...)`"
    fail("call", syntax, f"`{name}` is a symbol, not a function", hint)
