"""The two sides of a claim, typed: the truth that a formula asks for, and what it claims of it."""

from __future__ import annotations

import re
from functools import reduce
from operator import mul
from typing import Never

from derivcheck.collection.formula import Formula
from derivcheck.lang import nodes as N
from derivcheck.lang import syntax as S
from derivcheck.lang.calculus import by_entry, differential, gradient, hessian, jacobian, nested
from derivcheck.lang.elaborate import Elaborator
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Node, shape_text
from derivcheck.lang.parser import parse
from derivcheck.lang.scope import Environment
from derivcheck.lang.subscripts import subscripted
from derivcheck.lang.wording import factor, plain_name, refuse, short


def left_side(
    builder: Elaborator,
    formula: Formula,
    env: Environment | None = None,
    expression: S.Syntax | None = None,
    value: Node | None = None,
) -> Node:
    """The typed truth that a formula's claims are compared with, in an environment.

    ``expression`` stands in for the formula's own; ``value`` is that expression typed, where it
    has been. Raises :class:`LanguageError` where the
    derivative has no meaning.
    """
    env = env or Environment()
    syntax = parse(formula.expression) if expression is None else expression
    if formula.kind == "derivative":
        return _derivative(builder, formula, syntax, formula.wrt, env, value)
    if formula.kind == "differential":
        if not formula.wrt:
            _fail("wrt", "a differential needs `wrt`: the list of symbols that vary")
        return differential(builder, syntax, formula.wrt, env)
    return value or builder.node(syntax, env)


def claimed_side(
    builder: Elaborator,
    kind: str,
    syntax: S.Syntax,
    wrt: tuple[str, ...],
    env: Environment | None = None,
    layout: str | None = None,
) -> Node:
    """The typed claim that stands beside :func:`left_side`: of an antiderivative, its derivative.

    Raises :class:`LanguageError` where the claim has no meaning.
    """
    env = env or Environment()
    columns = columns_target(wrt) if kind == "derivative" else None
    if columns is not None:
        _check_free(builder.node(syntax, env), columns)
        return builder.node(along(syntax, columns, layout), env)
    if kind != "antiderivative":
        return builder.node(syntax, env)
    if len(wrt) != 1:
        _fail("wrt", "an antiderivative is taken by one symbol: `wrt: x`")
    at = builder.resolve(wrt[0], env)
    if at is not None and at.shape:
        _fail("wrt", f"an antiderivative is taken by a scalar: `{wrt[0]}` is none")
    return nested(builder, syntax, [wrt[0]], env)


def _derivative(
    builder: Elaborator,
    formula: Formula,
    syntax: S.Syntax,
    wrt: tuple[str, ...],
    env: Environment,
    value: Node | None = None,
) -> Node:
    if len(wrt) != 1:
        _fail(
            "wrt",
            "a derivative is taken by one symbol: `wrt: x`",
            "several symbols vary in a `differential`",
        )
    name = wrt[0]
    columns = columns_target(wrt)
    if columns is not None:
        return _by_columns(builder, formula, syntax, columns, env, value)
    target = entry_target(name)
    if target is not None:
        return _by_entry(builder, formula, syntax, target, env)
    value = value or builder.node(syntax, env)
    at = builder.resolve(name, env)
    assert at is not None
    layout = formula.layout or "denominator"
    text = formula.upstream
    if text:
        upstream = builder.node(parse(text), env)
        if upstream.shape != value.shape:
            _fail(
                "shape",
                f"`upstream: {text}` is {shape_text(upstream.shape)}, but the "
                f"expression is {shape_text(value.shape)}: they must be alike",
            )
        return gradient(builder, syntax, name, env, upstream)
    order = formula.order
    if not at.shape:
        return nested(builder, syntax, [name] * order, env)
    if order > 1:
        if order > 2 or value.shape:
            _fail(
                "order",
                f"`order: {order}` of `{short(syntax)}` {shape_text(value.shape)} by `{name}` "
                f"{shape_text(at.shape)} is no matrix",
                "`order: 2` of a scalar by a vector is its Hessian",
            )
        return hessian(builder, syntax, name, env)
    if not value.shape:
        result = gradient(builder, syntax, name, env)
        return N.transpose(result) if layout == "numerator" else result
    if N.ONE in value.shape and N.ONE in at.shape:
        return jacobian(builder, syntax, name, env, layout)
    refuse(
        "shape",
        syntax,
        f" is not a scalar: shape {shape_text(value.shape)}",
        f"its derivative by `{name}` {shape_text(at.shape)} is no matrix; name an `upstream` "
        f"for the vector-Jacobian product, or take its Jacobian: `wrt: vec({name})`",
    )


def columns_target(wrt: tuple[str, ...]) -> str | None:
    """The matrix of a derivative by all its entries in one column: ``wrt: vec(X)``."""
    found = re.fullmatch(r"vec\(\s*(\w+)\s*\)", wrt[0].strip()) if len(wrt) == 1 else None
    return found[1] if found is not None else None


def _by_columns(
    builder: Elaborator,
    formula: Formula,
    syntax: S.Syntax,
    name: str,
    env: Environment,
    value: Node | None,
) -> Node:
    """The differential, which a Jacobian J by ``vec(X)`` claims to be ``J @ vec(dX)``."""
    value = value or builder.node(syntax, env)
    if value.shape and value.shape[1] != N.ONE:
        refuse(
            "shape",
            syntax,
            f" is no column: shape {shape_text(value.shape)}",
            f"its Jacobian by `vec({name})` is that of `vec({short(syntax)})`",
        )
    if formula.order > 1 or formula.upstream:
        _fail(
            "wrt",
            f"a derivative by `vec({name})` is a Jacobian, without `order` and `upstream`",
            f"by `{name}` itself both have a meaning",
        )
    _check_free(value, name)
    return differential(builder, syntax, (name,), env)


def _check_free(node: Node, name: str) -> None:
    """Raise where something speaks of the direction along which a Jacobian is compared."""
    if f"d{name}" in {symbol.name for symbol in N.symbols_in(node)}:
        _fail("wrt", f"by `vec({name})` nothing may be called `d{name}`: it is the differential")


def along(syntax: S.Syntax, name: str, layout: str | None) -> S.Syntax:
    """A claim as it is compared: a Jacobian by ``vec(X)`` along every ``vec(dX)``."""
    if isinstance(syntax, S.Number) and syntax.value == 0:
        return syntax
    rows = syntax if layout == "numerator" else S.Transposed(syntax)
    return S.Binary("@", rows, S.Call(S.Name("vec"), (S.Name(f"d{name}"),)))


def entry_target(wrt: str) -> S.Subscript | None:
    """The subscript that a derivative by an entry (``wrt: X[i, j]``) is taken by."""
    if "[" not in wrt:
        return None
    syntax = parse(wrt)
    return syntax if isinstance(syntax, S.Subscript) else None


def base_name(wrt: str) -> str:
    """The symbol of a ``wrt``, which may be one of its entries, or all of them."""
    return columns_target((wrt,)) or plain_name(wrt.partition("[")[0].strip())


def _by_entry(
    builder: Elaborator, formula: Formula, syntax: S.Syntax, target: S.Subscript, env: Environment
) -> Node:
    """The derivative by an entry: a scalar's, or one shaped like the expression."""
    if formula.order > 1:
        _fail(
            "order", "`order` is for derivatives by a symbol, not by one entry", "name it `hessian`"
        )
    if formula.upstream:
        if not isinstance(target.operand, S.Name):
            _fail("wrt", f"`{short(target)}` is not an entry of a symbol")
        whole = _derivative(builder, formula, syntax, (target.operand.id,), env)
        return subscripted(builder, target, whole, env)
    return builder.settled(target, lambda: by_entry(builder, syntax, target, env))


def stated(syntax: S.Syntax, name: str, layout: str | None) -> S.Syntax | None:
    """The Jacobian that :func:`along` made a claim of; None where it is none."""
    direction = S.Call(S.Name("vec"), (S.Name(f"d{name}"),))
    if not (isinstance(syntax, S.Binary) and syntax.operator == "@" and syntax.right == direction):
        return None
    if layout == "numerator":
        return syntax.left
    return (
        syntax.left.operand if isinstance(syntax.left, S.Transposed) else S.Transposed(syntax.left)
    )


def claimed_along(
    builder: Elaborator,
    syntax: S.Syntax,
    before: Node | None,
    name: str,
    layout: str | None,
    at: str,
) -> S.Syntax:
    """A Jacobian by ``vec(X)`` as it is compared, where its shape and its names are right."""
    node = builder.node(syntax)
    _check_free(node, name)
    target = builder.resolve(name, Environment())
    if before is not None and target is not None:
        length = reduce(mul, target.shape, N.ONE)
        shape = (N.rows_of(before.shape), length)
        wanted = N.make_shape(*(shape if layout == "numerator" else shape[::-1]))
        check_shapes(N.Sym(name, shape=wanted), syntax, node, "derivative", at)
    return along(syntax, name, layout)


def check_shapes(before: Node, syntax: S.Syntax, node: Node, kind: str, at: str) -> None:
    """Raise unless both sides of an equation have one shape (the literal 0 has every shape)."""
    if node.shape == before.shape or (isinstance(syntax, S.Number) and syntax.value == 0):
        return
    if N.is_zero(before) and not before.shape:
        return
    what = f"the {kind if kind in ('derivative', 'differential') else 'expression'}"
    if at.startswith("derivation"):
        what = "the line before"
    hint = None
    if node.shape and before.shape == (node.shape[1], node.shape[0]):
        hint = f"is a `.T` missing, or the other `layout` meant: `{factor(syntax)}.T`?"
        if isinstance(syntax, S.Transposed):
            hint = f"is the `.T` too much, or the other `layout` meant: `{short(syntax.operand)}`?"
    said = f" is {shape_text(node.shape)}, {what} is {shape_text(before.shape)}"
    refuse("shape", syntax, said, hint)


def _fail(rule: str, message: str, hint: str | None = None) -> Never:
    raise LanguageError(rule, message, 0, 0, hint)
