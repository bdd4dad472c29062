"""A place in the tokens of a member, and what is around it: groups, brackets, separators."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.keys import DECORATIONS, DOTTING
from derivcheck.documents.maths.kinds import Kinds
from derivcheck.documents.maths.rows import step
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.maths.tree import NotReadError, Tree

FRACTIONS = frozenset(("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"))
_SIGN, _COMMAND = Kind.SIGN, Kind.COMMAND
MAX_DEPTH = 40
ONE = Tree("num", name="1")
ZERO = Tree("num", name="0")
PI = Tree("const", name="pi")
MINUS_ONE = Tree("neg", (ONE,))
DOTS = frozenset(("dots", "ldots", "cdots", "vdots", "ddots", "dotsc", "dotsb"))


class Cursor:
    """Tokens of one member, and the place in them."""

    # what the layer of products reads: a sum, and one factor without scripts
    sum: Callable[[], Tree]
    atom: Callable[[], Tree]

    def __init__(
        self, tokens: Sequence[Token], kinds: Kinds, choices: Choices, is_head: bool = False
    ) -> None:
        self.tokens = tokens
        self.kinds = kinds
        self.choices = choices
        self.is_head = is_head
        self.i = 0
        self.depth = 0
        self.split = 0
        """Digits of the number at hand that are used up (``\\frac12``)."""
        self.match: dict[int, int] = {}
        """For each opening bracket, the index of the one that closes it."""
        self._match_brackets()

    def _match_brackets(self) -> None:
        stack: list[int] = []
        for i, t in enumerate(self.tokens):
            change = step(t)
            if change > 0:
                stack.append(i)
            elif change < 0:
                if not stack:
                    raise NotReadError(f"`{t.text}` closes nothing", t.at)
                self.match[stack.pop()] = i
        if stack:
            opened = self.tokens[stack[-1]]
            raise NotReadError(f"`{opened.text}` is never closed", opened.at)

    @property
    def token(self) -> Token | None:
        return self.tokens[self.i] if self.i < len(self.tokens) else None

    def at(self) -> int:
        token = self.token or (self.tokens[-1] if self.tokens else None)
        return token.at if token else 0

    def fail(self, message: str) -> NotReadError:
        return NotReadError(message, self.at())

    def unexpected(self, token: Token) -> NotReadError:
        text = f"\\{token.text}" if token.kind is Kind.COMMAND else token.text
        return NotReadError(f"`{text}` is not expected here", token.at)

    @contextmanager
    def looking_ahead(self) -> Iterator[None]:
        """What is taken in here is not taken."""
        start, split = self.i, self.split
        try:
            yield
        finally:
            self.i, self.split = start, split

    def is_sign(self, *signs: str) -> bool:
        token = self.tokens[self.i] if self.i < len(self.tokens) else None
        return token is not None and token.kind is _SIGN and token.text in signs

    def is_command(self, *names: str) -> bool:
        token = self.tokens[self.i] if self.i < len(self.tokens) else None
        return token is not None and token.kind is _COMMAND and token.text in names

    def take(self) -> Token:
        token = self.token
        if token is None:
            raise self.fail("the maths ends too early")
        self.i += 1
        return token

    def inner(self, tokens: Sequence[Token], is_head: bool = False) -> Self:
        if self.depth > MAX_DEPTH:
            raise self.fail(f"nested more than {MAX_DEPTH} deep")
        parser = type(self)(tokens, self.kinds, self.choices, is_head)
        parser.depth = self.depth + 1
        return parser

    def whole(self, tokens: Sequence[Token]) -> Tree:
        """All of these tokens as one expression."""
        if not tokens:
            raise self.fail("a group is empty")
        return self.inner(tokens).rest()

    def rest(self) -> Tree:
        """All that stands from here on as one expression."""
        tree = self.sum()
        if self.token is not None:
            raise self.unexpected(self.token)
        return tree

    def group(self) -> list[Token]:
        """The tokens of an argument: a group, or a single token (one digit of a number)."""
        token = self.token
        if token is None:
            raise self.fail("an argument is missing")
        if token.kind is Kind.OPEN:
            return self.contents()
        if token.kind is Kind.NUMBER and len(token.text) > 1:
            rest = token.text[self.split :]
            digit = Token(Kind.NUMBER, rest[0], token.at + self.split, token.glued)
            self.split += 1
            if self.split >= len(token.text):
                self.i, self.split = self.i + 1, 0
            return [digit]
        if token.kind is Kind.COMMAND and token.text in FRACTIONS | {"sqrt"}:
            start = self.i
            self.atom()
            return list(self.tokens[start : self.i])
        start = self.i
        self.i += 1
        if token.kind is Kind.COMMAND and token.text in DECORATIONS | DOTTING:
            self.group()
        return list(self.tokens[start : self.i])

    def below(self) -> list[Token] | None:
        """The subscript that begins here; None where none does."""
        if not self.is_sign("_"):
            return None
        self.take()
        return self.group()

    def above(self) -> list[Token]:
        """The superscript that begins here; TeX takes one digit of ``x^12``."""
        self.take()
        token = self.token
        if token is not None and token.kind is Kind.NUMBER and len(token.text) > 1:
            raise self.fail(f"TeX sets `^{token.text}` with only its first digit above")
        return self.group()

    def contents(self) -> list[Token]:
        """The tokens inside the bracket that opens here; the parser stands behind it then."""
        end = self.match[self.i]
        found = list(self.tokens[self.i + 1 : end])
        self.i = end + 1
        return found

    def top(self, tokens: Sequence[Token]) -> Iterator[Token]:
        """The tokens at the depth of the list itself."""
        depth = 0
        for t in tokens:
            change = step(t)
            if change < 0:
                depth -= 1
            elif not depth:
                yield t
            depth += change > 0

    def split_at(self, tokens: Sequence[Token], sign: str) -> list[list[Token]]:
        """The parts between a sign at the depth of the list itself."""
        tops = {id(t) for t in self.top(tokens) if t.text == sign}
        found: list[list[Token]] = [[]]
        for t in tokens:
            if id(t) in tops:
                found.append([])
            elif found[-1] or t.kind is not Kind.SPACE or len(found) == 1:
                found[-1].append(t)  # of the space behind a comma nothing is left
        return found

    def bracket_follows(self, offset: int) -> bool:
        j = self.i + offset
        return j < len(self.tokens) and (
            self.tokens[j].is_sign("(", "[") or self.tokens[j].kind is Kind.LEFT
        )

    def primes(self) -> int:
        order = 0
        while self.is_sign("'"):
            self.take()
            order += 1
        return order
