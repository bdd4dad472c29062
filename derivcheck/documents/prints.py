"""The ``latex`` of an entry as one statement: its sides as tokens, and the marks on its names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from derivcheck.documents.maths.statements import statements
from derivcheck.documents.maths.tokens import Kind, Token, tokenize
from derivcheck.documents.maths.tree import NotReadError
from derivcheck.records import record


@record()
class Printed:
    """The statement that the print makes, as tokens."""

    head: Sequence[Token]
    members: tuple[Sequence[Token], ...]
    integrand: Sequence[Token] = ()


def printed_in(latex: str) -> Printed:
    """The print as one statement; an integral is taken as what it integrates, and by what."""
    tokens = tokenize(latex, {})
    found = [s for s in statements(tokens, "align") if s.relations]
    if len(found) != 1:
        raise NotReadError("not one equation")
    [one] = found
    if any(r not in ("=", ":=") for r in one.relations):
        raise NotReadError("no equality")
    head, *members = one.members
    members = [m for m in members if m]
    if not members:
        raise NotReadError("no right side")
    if head and head[0].is_command("int"):
        return Printed((), tuple(members), _integrand(head))
    return Printed(head, tuple(members))


def _integrand(head: Sequence[Token]) -> Sequence[Token]:
    r"""What ``\int f\,dx`` or ``\int \frac{dx}{f}`` integrates."""
    if head[-2].text == "d":
        return head[1:-2] or _one(head[0])
    for i in range(2, min(12, len(head) - 2)):
        if head[i].text == "d" and head[i + 2].kind is Kind.CLOSE:
            one = [] if head[i - 1].kind is not Kind.OPEN else _one(head[i])
            return [*head[1:i], *one, *head[i + 2 :]]
    raise NotReadError("an integral that is not understood", head[0].at)


def _one(token: Token) -> list[Token]:
    return [Token(Kind.NUMBER, "1", token.at)]


def adjoints(part: Sequence[Token]) -> dict[str, str]:
    r"""Names under a bar, which stands for the adjoint, ``\bar y``, and what they are that of."""
    return {
        f"\\bar{{{below.text}}}": below.text
        for bar, below in pairwise(part)
        if bar.is_command("bar") and below.kind is Kind.LETTER
    }


def layers_of(printed: Printed) -> tuple[set[str], set[str]]:
    """The superscripts that are layers of a network (``l``, ``L-1``), and the numbers above
    subscripts, which may be."""
    found: set[str] = set()
    numbers: set[str] = set()
    for part in (printed.head, *printed.members):
        for i, token in enumerate(part[:-1]):
            if not token.is_sign("^"):
                continue
            inner = part[i + 1 : i + 6]
            end = next((j for j, t in enumerate(inner) if t.kind is Kind.CLOSE), 1)
            text = "".join(t.text for t in inner[:end] if t.kind is not Kind.OPEN)
            if text[:1] in ("l", "L"):
                found.add(text)
            elif text.isdigit() and any(t.is_sign("_") for t in part[max(0, i - 5) : i]):
                numbers.add(text)
    return found, numbers
