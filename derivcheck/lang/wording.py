"""How problems of names and shapes are told: sub-expression, both shapes, the likely mistake."""

from __future__ import annotations

from typing import Never

from derivcheck.lang import nodes as N
from derivcheck.lang import syntax as S
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Node, Shape
from derivcheck.lang.printer import to_text


def short(syntax: S.Syntax) -> str:
    """A sub-expression as messages quote it."""
    text = to_text(syntax)
    return text if len(text) <= 60 else f"{text[:57]}..."


def fail(rule: str, syntax: S.Syntax, message: str, hint: str | None = None) -> Never:
    """Raise the :class:`LanguageError` for a sub-expression."""
    raise LanguageError(rule, message, syntax.start, syntax.end, hint)


def refuse(rule: str, syntax: S.Syntax, said: str, hint: str | None = None) -> Never:
    """Raise the :class:`LanguageError` that begins with the sub-expression it speaks of."""
    fail(rule, syntax, f"`{short(syntax)}`{said}", hint)


def check_count(syntax: S.Call, count: int) -> None:
    """Raise unless a call has so many arguments and no keywords."""
    if len(syntax.args) != count or syntax.keywords:
        takes = f"`{short(syntax.function)}` takes {count} argument{'s' * (count > 1)}"
        fail("arity", syntax, f"{takes}, not {len(syntax.args)}")


def plain_name(name: str) -> str:
    """The symbol of a name to differentiate by: ``z`` for ``conj(z)``."""
    return name[5:-1].strip() if name.startswith("conj(") and name.endswith(")") else name


def did_you_mean(name: str, known: tuple[str, ...]) -> str | None:
    """A hint with a known name that is one slip of the keyboard away."""
    close = [k for k in known if k.lower() == name.lower()]
    close = close or [k for k in known if _one_slip(name, k)]
    return f"did you mean `{close[0]}`?" if close else None


def _one_slip(a: str, b: str) -> bool:
    """Whether one letter is added, lost or another, or two beside each other are exchanged."""
    if abs(len(a) - len(b)) > 1 or a == b or max(len(a), len(b)) < 3:
        return False  # of two letters every name is near some other
    i = 0
    while i < min(len(a), len(b)) and a[i] == b[i]:
        i += 1
    rest, other = a[i:], b[i:]
    return (
        rest[1:] == other
        or rest == other[1:]
        or rest[1:] == other[1:]
        or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    )


def as_matrix(node: Node) -> str:
    return f"({N.rows_of(node.shape)}, {N.columns_of(node.shape)})"


def factor(syntax: S.Syntax) -> str:
    """A sub-expression as messages quote it before `.T` or beside `@`."""
    text = short(syntax)
    is_one = isinstance(syntax, S.Name | S.Call | S.Subscript | S.Transposed)
    return text if is_one else f"({text})"


def product_hint(
    whole: S.Syntax, left: S.Syntax, a: Shape, right: S.Syntax, b: Shape
) -> str | None:
    """The matrix product that ``*`` stands for where others use it so."""
    is_product = isinstance(whole, S.Binary) and whole.operator == "*"
    if not is_product or not a or not b or a[1] != b[0]:
        return None
    return f"the matrix product is `{factor(left)} @ {factor(right)}`"


def broadcast_hint(left: S.Syntax, a: Shape, right: S.Syntax, b: Shape) -> str | None:
    """What to write instead of a broadcast, or that a transpose is missing."""
    if not a or not b:
        return None
    if a == (b[1], b[0]):
        if isinstance(right, S.Transposed):
            return f"is the `.T` too much: `{short(right.operand)}`?"
        return f"is a `.T` missing: `{factor(right)}.T`?"
    if N.ONE not in (*a, *b) and a[1] == b[0]:
        return f"the matrix product is `{factor(left)} @ {factor(right)}`"
    for small, shape, big in ((right, b, a), (left, a, b)):
        if shape == (big[0], N.ONE):
            return f"columns do not broadcast; `{factor(small)} @ ones({big[1]}).T`?"
        if shape == (N.ONE, big[1]):
            return f"rows do not broadcast; `ones({big[0]}) @ {factor(small)}`?"
    return None
