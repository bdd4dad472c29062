r"""Tokens to trees: recursive descent, with choice points where maths is ambiguous.

One layer a module, each above the one before: :mod:`.cursor`, :mod:`.products`, :mod:`.scripts`,
:mod:`.called`, :mod:`.naming`, :mod:`.runs`, :mod:`.application`, :mod:`.calculus`,
:mod:`.environments`. Where a page leaves open what is meant (``\sin x y``, ``a/bc``), the parser
asks :class:`~.choices.Choices`, and is run again with every other answer. It never guesses: what
is not known raises :class:`NotReadError`.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivcheck.documents.maths.choices import Choices, explored
from derivcheck.documents.maths.cursor import DOTS, FRACTIONS, ONE
from derivcheck.documents.maths.environments import Environments
from derivcheck.documents.maths.functions import COMMANDS, NAMES
from derivcheck.documents.maths.keys import DECORATIONS, DOTTING
from derivcheck.documents.maths.kinds import Kinds
from derivcheck.documents.maths.tokens import Token
from derivcheck.documents.maths.tree import NotReadError, SilentError, Tree

_SILENT = {
    "lim": "a limit", "limsup": "a limit", "liminf": "a limit", "int": "an integral",
    "iint": "an integral", "oint": "an integral", "iiint": "an integral", "mathbb": "",
    "Pr": "a probability", "argmin": "an arg min", "argmax": "an arg max", "sup": "a supremum",
}  # fmt: skip


class _Parser(Environments):
    """All layers together: reads commands."""

    def command(self) -> Tree:
        token = self.take()
        name = token.text
        if name in FRACTIONS:
            return self.fraction(token)
        if name == "sqrt":
            return self.root(token)
        if name in DECORATIONS and not (name in COMMANDS and self.is_sign("(")):
            return self.decorated(token)
        if name in COMMANDS:
            return self.applied(NAMES[name], token.at)
        if name in DOTTING:
            return self.dotted(token)
        if name in ("sum", "prod"):
            return self.big(token)
        if name == "nabla":
            return self.nabla(token)
        if name == "partial":
            return self.partial(token)
        if name == "infty":
            return Tree("const", name="oo", at=token.at)
        if name in ("underbrace", "overbrace"):
            inner = self.group()
            while self.is_sign("_", "^"):
                self.take()
                self.group()
            return self.whole(inner)
        if name in ("dv", "pdv", "dd", "grad") and self.kinds.physics:
            return self.physics(token)
        if name in _SILENT:
            raise SilentError(_SILENT[name] or f"`\\{name}`", token.at)
        if name in DOTS:
            raise NotReadError("dots", token.at)
        raise NotReadError(f"unknown command `\\{name}`", token.at)

    def column_of_all(self) -> Tree | None:
        r"""A member that is nothing but ``(a, b)`` or ``\langle a, b \rangle``: a column.

        A pair in angle brackets may be an inner product, too.
        """
        first, last = self.tokens[0], self.tokens[-1]
        pair = (first.text, last.text)
        if pair not in (("(", ")"), ("\\langle", "\\rangle")) or self.match[0] + 1 < len(
            self.tokens
        ):
            return None
        inner = self.tokens[1:-1]
        cells = self.split_at(inner, ",")
        if len(cells) < 2 or not all(cells) or any(t.is_sign(";") for t in self.top(inner)):
            return None
        if first.text != "(" and len(cells) == 2 and self.choices.ask("angles"):
            return None
        rows = tuple(Tree("row", (self.whole(cell),), at=cell[0].at) for cell in cells)
        return Tree("matrix", rows, at=first.at)

    def root(self, token: Token) -> Tree:
        degree: list[Token] = []
        if self.is_sign("["):
            degree = self.contents()
        body = self.whole(self.group())
        if not degree or [t.text for t in degree] == ["2"]:
            return Tree("call", (body,), name="sqrt", at=token.at)
        if [t.text for t in degree] == ["3"]:
            return Tree("call", (body,), name="cbrt", at=token.at)
        exponent = Tree("div", (ONE, self.whole(degree)), at=token.at)
        return Tree("pow", (body, exponent), at=token.at)


def parse(
    tokens: Sequence[Token], kinds: Kinds, choices: Choices | None = None, is_head: bool = False
) -> Tree:
    """The tree of one member, in the first way to read it unless choices say otherwise. Raises
    :class:`NotReadError`."""
    if not tokens:
        raise NotReadError("there is nothing on one side", 0)
    parser = _Parser(tokens, kinds, choices or Choices(), is_head)
    column = None if is_head else parser.column_of_all()
    if column is not None:
        return column
    tree = parser.sum()
    if parser.i < len(tokens):
        raise parser.fail(f"`{parser.peek_text()}` is not expected here")
    return tree


def parsed(tokens: Sequence[Token], kinds: Kinds, is_head: bool = False) -> Tree | None:
    """The same, None where it can't be read."""
    try:
        return parse(tokens, kinds, is_head=is_head)
    except NotReadError:
        return None


def parse_all(tokens: Sequence[Token], kinds: Kinds) -> tuple[tuple[Tree, ...], bool]:
    """The trees in which a side can be read, and whether these are all; the first problem is
    raised where there is none."""
    found, is_complete = explored(lambda choices: parse(tokens, kinds, choices))
    return tuple(dict.fromkeys(found)), is_complete
