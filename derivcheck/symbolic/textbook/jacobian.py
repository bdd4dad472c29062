"""Jacobians of columns by columns, in matrix notation: J[i, j] = dy_i/dx_j."""

from __future__ import annotations

from derivcheck.lang import syntax as S
from derivcheck.lang.nodes import rows_of
from derivcheck.lang.parser import parse
from derivcheck.symbolic.textbook.arrays import array_jacobian
from derivcheck.symbolic.textbook.forward import NoForm, written
from derivcheck.symbolic.textbook.monomial import ONE, chain
from derivcheck.symbolic.textbook.reverse import Adjoint


def jacobian(book: Adjoint, node: S.Syntax, value: S.Syntax | None = None) -> S.Syntax:
    """The Jacobian of a column by the name of ``book``; ``value`` is its name, if it has one."""
    algebra = book.algebra
    rows = written(rows_of(book.shape(node)))
    if not book.depends(node):
        return S.Call(S.Name("zeros"), (rows, written(rows_of(book.shape(S.Name(book.wrt))))))
    if not book.is_array(node):
        return algebra.transposed(book.gradient(node))
    match node:
        case S.Name() if node.id == book.wrt:
            return S.Call(S.Name("eye"), (rows,))
        case S.Name():
            return jacobian(book, book.where[node.id], node)
        case S.Unary(operator="-"):
            return algebra.negative(jacobian(book, node.operand))
        case S.Binary(operator="+" | "-"):
            parts = [_wide(book, node.left, node)] if book.depends(node.left) else []
            if book.depends(node.right):
                part = _wide(book, node.right, node)
                parts.append(part if node.operator == "+" else algebra.negative(part))
            return algebra.total(*parts)
        case S.Binary(operator="@"):
            *first, last = chain(node)
            if not first or any(map(book.depends, first)):
                return _outer(book, node)
            found = jacobian(book, last)
            for factor in reversed(first):
                found = algebra.matmul(factor, found)
            return found
        case S.Binary(operator="*" | "/"):
            return _product(book, node)
        case S.Binary(operator="**") if not book.depends(node.right):
            less = algebra.total(node.right, S.Unary("-", ONE))
            slope = algebra.product(node.right, algebra.power(node.left, less))
            return _scaled(book, slope, node.left)
        case S.Call() | S.Listed() | S.Subscript():
            here = node if value is None else value
            whole = array_jacobian(book, node, here, lambda part: jacobian(book, part))
            if whole is not None:
                return whole
            if isinstance(node, S.Call):
                return _call(book, node, here)
    raise NoForm


def _wide(book: Adjoint, side: S.Syntax, node: S.Syntax) -> S.Syntax:
    """The Jacobian of a term; a scalar stands in every entry."""
    if book.is_array(side):
        return jacobian(book, side)
    ones = S.Call(S.Name("ones"), (written(rows_of(book.shape(node))),))
    return book.algebra.matmul(ones, book.algebra.transposed(book.gradient(side)))


def _outer(book: Adjoint, node: S.Binary) -> S.Syntax:
    """``(a @ b.T) @ c`` is ``a*(b.T @ c)`` where the last three are columns and a row."""
    *first, middle, last = chain(node)
    if len(first) == 1 and isinstance(middle, S.Transposed):
        inner = S.Binary("@", middle, last)
        if not book.is_array(inner):
            return _product(book, S.Binary("*", inner, first[0]))
    raise NoForm


def _product(book: Adjoint, node: S.Binary) -> S.Syntax:
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


def _term(book: Adjoint, slope: S.Syntax, moving: S.Syntax) -> S.Syntax:
    if book.is_array(moving):
        return _scaled(book, slope, moving)
    return book.algebra.matmul(slope, book.algebra.transposed(book.gradient(moving)))


def _scaled(book: Adjoint, slope: S.Syntax, inside: S.Syntax) -> S.Syntax:
    """Entries times slopes: ``diag(slope) @ J``."""
    inner = jacobian(book, inside)
    if not book.is_array(slope):
        return book.algebra.product(slope, inner)
    return book.algebra.matmul(S.Call(S.Name("diag"), (slope,)), inner)


def _call(book: Adjoint, node: S.Call, value: S.Syntax) -> S.Syntax:
    algebra, name = book.algebra, book.call_name(node)
    if name == "grad" and node.args[1:] == (S.Name(book.wrt),):
        return jacobian(book, book.gradient(node.args[0]))
    if name == "cross" and len(node.args) == 2:
        u, v = node.args
        parts = []
        if book.depends(v):
            parts.append(algebra.matmul(S.Call(S.Name("skew"), (u,)), jacobian(book, v)))
        if book.depends(u):
            turned = algebra.matmul(S.Call(S.Name("skew"), (v,)), jacobian(book, u))
            parts.append(algebra.negative(turned))
        return algebra.total(*parts)
    return _scaled(book, book.slope(node, value), node.args[0])
