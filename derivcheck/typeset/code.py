"""Syntax as NumPy and as SymPy code, to be copied; None where a form would mislead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

from derivcheck.lang import syntax as S
from derivcheck.lang.functions import Function, lookup
from derivcheck.lang.parser import parse
from derivcheck.lang.printer import to_text


class _NoForm(Exception):
    """The library has no form of this."""


def numpy_code(syntax: S.Syntax, declared: frozenset[str] = frozenset()) -> str | None:
    """The expression for NumPy (and ``scipy.special`` where NumPy has no function).

    ``declared`` names win over built-in ones.
    """
    try:
        return to_text(_rename(syntax, _numpy_call, declared))
    except _NoForm:
        return None


def sympy_code(
    syntax: S.Syntax, is_matrix: Callable[[S.Syntax], bool], declared: frozenset[str] = frozenset()
) -> str | None:
    """The expression for SymPy; scalars only, since ``*`` is another product there."""
    try:
        if is_matrix(syntax):
            return None
        return to_text(_rename(syntax, _sympy_call, declared))
    except _NoForm:
        return None


_Renamer = Callable[[str, tuple[S.Syntax, ...], tuple[tuple[str, S.Syntax], ...]], S.Syntax]


def _rename(
    node: S.Syntax,
    call: _Renamer,
    declared: frozenset[str],
    places: Mapping[str, S.Syntax] = MappingProxyType({}),
) -> S.Syntax:
    """The syntax with the library's names, and ``places`` filled in (they are renamed already)."""

    def inner(part: S.Syntax) -> S.Syntax:
        return _rename(part, call, declared, places)

    match node:
        case S.Name() if node.id in places:
            return places[node.id]
        case S.Name():
            constants = _NUMPY_CONSTANTS if call is _numpy_call else {"e": "E"}
            return S.Name(node.id if node.id in declared else constants.get(node.id, node.id))
        case S.Number():
            return node
        case S.Unary(operator="-" | "+"):
            return S.Unary(node.operator, inner(node.operand))
        case S.Binary():
            if node.operator == "@" and call is _sympy_call:
                raise _NoForm
            return S.Binary(node.operator, inner(node.left), inner(node.right))
        case S.Comparison() if len(node.operators) == 1:
            return S.Comparison(node.operators, tuple(inner(x) for x in node.operands))
        case S.Transposed() if call is _numpy_call:
            return S.Transposed(inner(node.operand))
        case S.Subscript() if call is _numpy_call and all(
            isinstance(i, S.Number) for i in node.indices
        ):
            return S.Subscript(inner(node.operand), node.indices)
        case S.Call() if isinstance(node.function, S.Name) and node.function.id not in declared:
            args = tuple(inner(a) for a in node.args)
            if not args:
                raise _NoForm  # nothing in the language is called so: the entry is invalid
            keywords = tuple((k, inner(v)) for k, v in node.keywords)
            return call(node.function.id, args, keywords)
        case S.Logical() | S.Comparison() | S.Call() | S.Transposed() | S.Subscript() | S.Unary():
            raise _NoForm
    raise _NoForm


def _f(name: str, *args: S.Syntax, **keywords: S.Syntax) -> S.Call:
    return S.Call(S.Name(name), args, tuple(keywords.items()))


_ZERO = S.Number(Fraction(0), "0")
_ONE = S.Number(Fraction(1), "1")
_NUMPY_CONSTANTS = {"pi": "np.pi", "e": "np.e", "oo": "np.inf", "I": "1j"}
_NUMPY_SHAPED = {
    "sqrt": "np.sqrt", "where": "np.where", "tr": "np.trace", "trace": "np.trace",
    "det": "np.linalg.det", "inv": "np.linalg.inv", "norm": "np.linalg.norm",
    "transpose": "np.transpose", "kron": "np.kron", "outer": "np.outer", "eye": "np.eye",
}  # fmt: skip
_ALONG_AXES = {
    "sum": "np.sum", "mean": "np.mean", "prod": "np.prod", "logsumexp": "scipy.special.logsumexp",
    "max": "np.max", "maximum": "np.max", "min": "np.min", "minimum": "np.min",
}  # fmt: skip


def _numpy_call(
    name: str, args: tuple[S.Syntax, ...], keywords: tuple[tuple[str, S.Syntax], ...]
) -> S.Syntax:
    row = lookup(name, len(args))
    if name == "logsumexp" or (name in _ALONG_AXES and len(args) == 1):
        # in one argument NumPy's maximum has another name; axes stay, as here
        keep = (("keepdims", S.Name("True")),) if keywords else ()
        return S.Call(S.Name(_ALONG_AXES[name]), args, keywords + keep)
    if name in ("sum", "prod") or (keywords and name != "softmax"):
        raise _NoForm
    if name in ("ones", "zeros"):
        columns = args[1] if len(args) == 2 else _ONE
        return _f(f"np.{name}", S.Name(f"({to_text(args[0])}, {to_text(columns)})"))
    if name in _NUMPY_SHAPED:
        return S.Call(S.Name(_NUMPY_SHAPED[name]), args)
    if name == "softplus":
        return _f("np.logaddexp", _ZERO, *args)
    if name == "relu":
        return _f("np.maximum", *args, _ZERO)
    if row and row.name == "log" and len(args) == 2:
        return S.Binary("/", _f("np.log", args[0]), _f("np.log", args[1]))
    if row and row.numpy:
        # of three arguments of np.maximum the third is where the result goes
        first, *rest = args
        if row.arity != 2:
            return S.Call(S.Name(f"np.{row.numpy}"), args)
        for one in rest:
            first = _f(f"np.{row.numpy}", first, one)
        return first
    scipy = row.scipy if row else "softmax" if name == "softmax" else ""
    if scipy:
        return S.Call(S.Name(f"scipy.special.{scipy}"), args, keywords)
    if row:
        return _defined(row, args, _numpy_call)
    raise _NoForm


def _defined(row: Function, args: tuple[S.Syntax, ...], call: _Renamer) -> S.Syntax:
    """A function written out, where the library has no name for it."""
    if not row.definition or len(args) != row.arity:
        raise _NoForm
    named = dict(zip(row.parameters, args, strict=True))
    return _rename(parse(row.definition), call, frozenset(row.parameters), named)


def _sympy_call(
    name: str, args: tuple[S.Syntax, ...], keywords: tuple[tuple[str, S.Syntax], ...]
) -> S.Syntax:
    if keywords:
        raise _NoForm
    if name == "sqrt":
        return S.Call(S.Name("sqrt"), args)
    row = lookup(name, len(args))
    if row is None or len(args) != row.arity:
        if name in ("log", "ln") and len(args) == 2:
            return S.Call(S.Name("log"), args)
        raise _NoForm
    return S.Call(S.Name(row.sympy), args) if row.sympy else _defined(row, args, _sympy_call)
