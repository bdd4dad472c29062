"""Whether two expressions are one, up to how a person writes them down.

For citations of identities: by value every true step equals every other, so ``tr(A @ B)`` to
``tr(B.T @ A.T)`` would pass as the cyclic rule. Two expressions are alike here when ring
arithmetic makes them so: order of sums and elementwise products, collected terms, products
multiplied out, associativity of ``@``, numbers and scalars pulled through, transposes pushed
down. Functions, traces, inverses and derivatives are opaque; only their arguments are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.dims import Dim
from derivcheck.lang.nodes import Node, Sym

Term = tuple[tuple[tuple[str, Fraction], ...], tuple[str, ...]]
"""Scalars with exponents, then the factors of a matrix product (one for a single matrix)."""
Form = dict[Term, Fraction]

_MOST_TERMS = 64
_UNIT: Form = {((), ()): Fraction(1)}


def same_expression(one: Node, other: Node) -> bool:
    """Whether two nodes of one shape are the same expression, written differently at most."""
    if one is other:
        return True
    return one.shape == other.shape and _form(one, False, 0) == _form(other, False, 0)


def _atom(node: Node, turned: bool, depth: int) -> Form:
    """An opaque node, by its kind, its own data and its arguments."""
    inner: dict[Node, Node] = {}
    if isinstance(node, N.Jvp):
        inner = {v: Sym(f"#{depth}.{i}", shape=v.shape) for i, v in enumerate(node.variables)}
    elif isinstance(node, N.Grad | N.Jacobian):
        inner = {node.variable: Sym(f"#{depth}.0", shape=node.variable.shape)}
    parts: list[object] = [type(node).__name__, str(node.shape)]
    for name in type(node).field_names[1:]:
        value = getattr(node, name)
        several = value if isinstance(value, tuple) else (value,)
        for item in several:
            if isinstance(item, Node):
                item = N.substitute(item, inner) if inner else item
                parts.append(_text(_form(item, False, depth + 1)))
            else:
                parts.append(str(item))
    text = repr(parts)
    if node.shape:
        return {((), (f"{text}.T" if turned else text,)): Fraction(1)}
    return {(((text, Fraction(1)),), ()): Fraction(1)}


def _text(form: Form) -> str:
    return repr(sorted((term, str(c)) for term, c in form.items()))


def _form(node: Node, turned: bool, depth: int) -> Form:
    """The node (transposed where ``turned``) as a sum of terms."""
    match node:
        case N.Num() if not node.shape:
            return {((), ()): node.value} if node.value else {}
        case N.DimSize(dim=dim) if dim.sum or dim.factor != 1 or len(dim.names) != 1:
            sizes = (
                N.mul(N.number(factor), *(N.DimSize(Dim(1, (n,)), shape=()) for n in names))
                for factor, names in dim.terms
            )
            return _form(N.add(*sizes), turned, depth)
        case N.Add():
            if all(arg.shape == node.shape for arg in node.args):
                return _collected(
                    pair for arg in node.args for pair in _form(arg, turned, depth).items()
                )
        case N.Mul():
            return _elementwise(node, turned, depth)
        case N.Pow() if not node.shape and isinstance(node.exponent, N.Num):
            return _power(node, node.exponent.value, depth)
        case N.Transpose():
            return _form(node.arg, not turned, depth)
        case N.MatMul():
            sides = (node.right, node.left) if turned else (node.left, node.right)
            product = _multiplied(*(_form(side, turned, depth) for side in sides))
            if product is not None:
                return product if node.shape else _closed(product)
        case N.Eye():
            return {((), (f"Eye{node.shape}",)): Fraction(1)}
    return _atom(node, turned, depth)


def _elementwise(node: N.Mul, turned: bool, depth: int) -> Form:
    scalars = [arg for arg in node.args if not arg.shape]
    others = [arg for arg in node.args if arg.shape]
    result: Form | None = dict(_UNIT)
    for scalar in scalars:
        result = _multiplied(result, _form(scalar, False, depth)) if result is not None else None
    if result is None:
        return _atom(node, turned, depth)
    if not others:
        return result
    if len(others) == 1:
        body: Form = _form(others[0], turned, depth)
    else:
        texts = sorted(_text(_form(arg, turned, depth)) for arg in others)
        body = {((), (repr(["Hadamard", *texts]),)): Fraction(1)}
    return _multiplied(result, body) or _atom(node, turned, depth)


def _power(node: N.Pow, exponent: Fraction, depth: int) -> Form:
    base = _form(node.base, False, depth)
    if exponent.denominator == 1 and 0 < exponent <= 4 and len(base) > 1:
        result: Form | None = dict(_UNIT)
        for _ in range(int(exponent)):
            result = _multiplied(result, base) if result is not None else None
        if result is not None:
            return result
    if len(base) == 1 and exponent.denominator == 1:
        [((scalars, chain), coefficient)] = base.items()
        if not chain and coefficient:
            return {
                (tuple((k, e * exponent) for k, e in scalars), ()): coefficient ** int(exponent)
            }
    return {(((_text(base), exponent),), ()): Fraction(1)}


def _multiplied(one: Form, other: Form) -> Form | None:
    """The product (matrix product of chains), or None where it grows too long."""
    if len(one) * len(other) > _MOST_TERMS:
        return None
    return _collected(
        ((_powers(*mine, *theirs), tuple(_without_identities(left + right))), a * b)
        for (mine, left), a in one.items()
        for (theirs, right), b in other.items()
    )


def _collected(terms: Iterable[tuple[Term, Fraction]]) -> Form:
    """A sum of terms, those that are one added up."""
    result: Form = {}
    for term, coefficient in terms:
        result[term] = result.get(term, Fraction(0)) + coefficient
    return {term: c for term, c in result.items() if c}


def _powers(*factors: tuple[str, Fraction]) -> tuple[tuple[str, Fraction], ...]:
    """A product of scalars, those that are one with their exponents added up."""
    found: dict[str, Fraction] = {}
    for key, exponent in factors:
        found[key] = found.get(key, Fraction(0)) + exponent
    return tuple(sorted((key, exponent) for key, exponent in found.items() if exponent))


def _without_identities(chain: tuple[str, ...]) -> Iterator[str]:
    """The chain without identity matrices, unless nothing else is left."""
    kept = [key for key in chain if not key.startswith("Eye")]
    yield from kept or chain[:1]


def _closed(form: Form) -> Form:
    """1-by-1 products: each chain is a scalar, and its own transpose."""
    terms = []
    for (scalars, chain), coefficient in form.items():
        back = tuple(k[:-2] if k.endswith(".T") else f"{k}.T" for k in reversed(chain))
        scalar = (repr(min(chain, back)), Fraction(1))
        terms.append(((_powers(*scalars, scalar), ()), coefficient))
    return _collected(terms)
