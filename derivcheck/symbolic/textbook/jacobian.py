"""Jacobians of columns by columns, in matrix notation: J[i, j] = dy_i/dx_j."""

from __future__ import annotations

from derivcheck.lang.nodes import rows_of
from derivcheck.lang.parser import parse
from derivcheck.lang.syntax import (
    Binary,
    Call,
    Listed,
    Name,
    Subscript,
    Syntax,
    Transposed,
    Unary,
)
from derivcheck.symbolic.textbook.arrays import array_jacobian
from derivcheck.symbolic.textbook.forward import NoForm
from derivcheck.symbolic.textbook.monomial import ONE, chain
from derivcheck.symbolic.textbook.reverse import Adjoint


def jacobian(book: Adjoint, node: Syntax, value: Syntax | None = None) -> Syntax:
    """The Jacobian of a column by the name of ``book``; ``value`` is its name, if it has one."""
    algebra = book.algebra
    rows = parse(str(rows_of(book.shape(node))))
    if not book.depends(node):
        return Call(Name("zeros"), (rows, parse(str(rows_of(book.shape(Name(book.wrt)))))))
    if not book.is_array(node):
        return algebra.transposed(book.gradient(node))
    match node:
        case Name() if node.id == book.wrt:
            return Call(Name("eye"), (rows,))
        case Name():
            return jacobian(book, book.where[node.id], node)
        case Unary(operator="-"):
            return algebra.negative(jacobian(book, node.operand))
        case Binary(operator="+" | "-"):
            parts = [_wide(book, node.left, node)] if book.depends(node.left) else []
            if book.depends(node.right):
                part = _wide(book, node.right, node)
                parts.append(part if node.operator == "+" else algebra.negative(part))
            return algebra.total(*parts)
        case Binary(operator="@"):
            *first, last = chain(node)
            if not first or any(map(book.depends, first)):
                return _outer(book, node)
            found = jacobian(book, last)
            for factor in reversed(first):
                found = algebra.matmul(factor, found)
            return found
        case Binary(operator="*" | "/"):
            return _product(book, node)
        case Binary(operator="**") if not book.depends(node.right):
            less = algebra.total(node.right, Unary("-", ONE))
            slope = algebra.product(node.right, algebra.power(node.left, less))
            return _scaled(book, slope, node.left)
        case Call() | Listed() | Subscript():
            here = node if value is None else value
            whole = array_jacobian(book, node, here, lambda part: jacobian(book, part))
            if whole is not None:
                return whole
            if isinstance(node, Call):
                return _call(book, node, here)
    raise NoForm


def _wide(book: Adjoint, side: Syntax, node: Syntax) -> Syntax:
    """The Jacobian of a term; a scalar stands in every entry."""
    if book.is_array(side):
        return jacobian(book, side)
    ones = Call(Name("ones"), (parse(str(rows_of(book.shape(node)))),))
    return book.algebra.matmul(ones, book.algebra.transposed(book.gradient(side)))


def _outer(book: Adjoint, node: Binary) -> Syntax:
    """``(a @ b.T) @ c`` is ``a*(b.T @ c)`` where the last three are columns and a row."""
    *first, middle, last = chain(node)
    if len(first) == 1 and isinstance(middle, Transposed):
        inner = Binary("@", middle, last)
        if not book.is_array(inner):
            return _product(book, Binary("*", inner, first[0]))
    raise NoForm


def _product(book: Adjoint, node: Binary) -> Syntax:
    algebra, left, right = book.algebra, node.left, node.right
    parts = []
    if book.depends(left):
        slope = right if node.operator == "*" else algebra.quotient(ONE, right)
        parts.append(_term(book, slope, left))
    if book.depends(right):
        slope = left
        if node.operator == "/":
            slope = algebra.negative(algebra.quotient(left, algebra.power(right, parse("2"))))
        parts.append(_term(book, slope, right))
    return algebra.total(*parts)


def _term(book: Adjoint, slope: Syntax, moving: Syntax) -> Syntax:
    if book.is_array(moving):
        return _scaled(book, slope, moving)
    return book.algebra.matmul(slope, book.algebra.transposed(book.gradient(moving)))


def _scaled(book: Adjoint, slope: Syntax, inside: Syntax) -> Syntax:
    """Entries times slopes: ``diag(slope) @ J``."""
    inner = jacobian(book, inside)
    if not book.is_array(slope):
        return book.algebra.product(slope, inner)
    return book.algebra.matmul(Call(Name("diag"), (slope,)), inner)


def _call(book: Adjoint, node: Call, value: Syntax) -> Syntax:
    algebra, name = book.algebra, book.call_name(node)
    if name == "softmax" and len(node.args) == 1:
        outer = algebra.matmul(value, Transposed(value))
        whole = algebra.total(Call(Name("diag"), (value,)), algebra.negative(outer))
        return algebra.matmul(whole, jacobian(book, node.args[0]))
    if name == "grad" and len(node.args) == 2:
        return _hessian(book, node)
    if name == "cross" and len(node.args) == 2:
        u, v = node.args
        parts = []
        if book.depends(v):
            parts.append(algebra.matmul(Call(Name("skew"), (u,)), jacobian(book, v)))
        if book.depends(u):
            turned = algebra.matmul(Call(Name("skew"), (v,)), jacobian(book, u))
            parts.append(algebra.negative(turned))
        return algebra.total(*parts)
    return _scaled(book, book.slope(node, value), node.args[0])


def _hessian(book: Adjoint, node: Call) -> Syntax:
    """The Jacobian of a gradient by the same name."""
    if node.args[1] != Name(book.wrt):
        raise NoForm
    return jacobian(book, book.gradient(node.args[0]))
