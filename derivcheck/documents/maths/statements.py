r"""Tokens to statements: rows, columns and separators undone, relations found.

A statement is a chain of members with relations between. It may run over ``\\``, ``&=``, comment
columns (``&& \text{...}``) and ``\intertext``; one that begins with a relation continues the
display before.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import accumulate

from derivcheck.documents.maths.cursor import DOTS
from derivcheck.documents.maths.kinds import ALWAYS_FUNCTIONS
from derivcheck.documents.maths.relations import is_binary, relation_at
from derivcheck.documents.maths.rows import CLOSING, SAYING, joined, rows, step
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.maths.tree import SilentError
from derivcheck.records import record

_MATHS = re.compile(r"\s*[-+*/=^]\s*(?:\$|\d|[A-Za-z]?\s*$)|\s*\$?\s*[-+*/=^]\s*\d")
"""A text that is a part of an expression: ``2x \\text{+ 1}``."""
_SEPARATORS = frozenset(
    (
        *("Rightarrow", "implies", "Longrightarrow", "iff", "Leftrightarrow", "land", "lor"),
        *("Longleftrightarrow", "therefore", "because", "Longleftarrow", "impliedby", "qedhere"),
        *("item", "par", "forall", "exists", "bullet", "vdots", "checkmark", "square"),
        *("blacksquare", "middle"),
    )
)
_WORDS = frozenset((
    "and", "or", "where", "with", "for", "if", "so", "hence", "thus", "then", "since",
    "because", "when", "whenever", "otherwise", "but", "also", "therefore", "given", "that",
    "as", "assuming", "provided", "unless", "except", "für", "falls", "wenn", "mit", "und", "oder",
    "pour", "avec", "et", "para", "cuando",
))  # fmt: skip


@record(frozen=False)
class Statement:
    """Members and the relations between them (``=``, ``:=``, or the name of another).

    ``continues`` says that its left side stands in the display before, ``is_next`` that only a
    sign, a space or the end of a row is before it; ``words`` are the texts beside it.
    """

    members: list[list[Token]]
    relations: list[str]
    continues: bool = False
    is_next: bool = True
    words: list[str] = field(default_factory=list)

    def take(self, piece: Statement) -> None:
        """Go on with the relations of a piece; its first member is one of this already."""
        self.relations += piece.relations
        self.members += piece.members[1:]
        self.words += piece.words

    @property
    def is_bare(self) -> bool:
        """Whether it is an expression alone, neither a statement nor a remark beside one."""
        if self.relations or self.words or not self.is_next:
            return False
        tokens = self.members[0]
        ends = [step(token) for token in (tokens[0], tokens[-1])]
        if ends == [1, -1]:  # (1): the number of an equation
            inside = tokens[1:-1]
            if any(token.kind is Kind.TEXT for token in inside):
                return False  # (treat y as a constant)
            if len(inside) == 1 or any(token.is_sign(".", "*") for token in inside):
                return False
            if all(map(_is_of_numbers, inside)):  # [0, 1]: where something holds
                return False
        return any(token.kind in (Kind.NUMBER, Kind.LETTER) for token in tokens)

    @property
    def is_dots(self) -> bool:
        """Whether it is the middle of a list: ``i = 1, \\dots, n``."""
        return not self.relations and [t.text in DOTS for t in self.members[0]] == [True]

    def leave_out(self, places: Container[int]) -> bool:
        """Drop the members of which something stands there; False where the first one does."""
        out = [any(token.at in places for token in member) for member in self.members]
        pairs = list(zip(["", *self.relations], self.members, out, strict=True))
        self.relations = [relation for relation, _, is_out in pairs[1:] if not is_out]
        self.members = [member for _, member, is_out in pairs if not is_out]
        return not out[0]

    @property
    def at(self) -> int:
        """Offset of its first token."""
        return next((m[0].at for m in self.members if m), 0)

    @property
    def end(self) -> int:
        """Offset of its last token."""
        return max((m[-1].at for m in self.members if m), default=0)


def statements(
    tokens: Sequence[Token], environment: str = "", skip: Sequence[int] = ()
) -> list[Statement]:
    """The statements of one piece of maths, without what stands in the rows of ``skip``.

    Raises :class:`NotReadError` for wrong nesting.
    """
    found: list[Statement] = []
    left_out: set[int] = set()
    begin = 0
    """The last statement with which a row begins."""
    for lines, row in rows(tokens, environment):
        if any(line in skip for line in lines):
            left_out.update(token.at for cell in row for token in cell)
        line = joined(row)
        if found and "=" in found[-1].relations:
            line = _behind_arrow(line)
        for i, piece in enumerate(_pieces(line)):
            goes_on = not i and piece.relations and not piece.members[0]
            said = found[begin + 1 :]
            if goes_on and said and all(map(_says_what, said)):
                found[begin].take(piece)
                continue
            if goes_on and any(map(_is_remark, said)):
                # of = a, x > 0 \\ = b, x < 0 each row goes on from the left side
                piece.members[0] = found[begin].members[0]
            _take(found, piece, fresh=not i)
            begin = begin if i else max(0, len(found) - 1)
    if left_out:
        found = [s for s in found if s.leave_out(left_out)]
    kept = [s for s in found if any(s.members)]
    return [one for number, s in enumerate(kept) for one in (_unwrapped(s) if number else [s])]


def _behind_arrow(line: list[Token]) -> list[Token]:
    r"""A row that begins with an arrow, ``\\to dy/dx = 2x``, as what it is in one row: a statement
    of its own."""
    relation = relation_at(line, 0) if line else None
    if not relation or relation[0] not in _ARROWS or not any(t.is_sign("=") for t in line):
        return line
    return [replace(line[0], kind=Kind.SPACE, text="&"), *line[relation[1] :]]


def _unwrapped(statement: Statement) -> list[Statement]:
    """What a remark in brackets says, ``(x > 0)``: it is said of what stands before it."""
    inside = statement.members[0]
    depths = [*accumulate(step(token) for token in inside)]
    is_bracket = not statement.relations and depths[-1:] == [0] and 0 not in depths[:-1]
    if not is_bracket or not any(relation_at(inside, i) for i in range(1, len(inside) - 1)):
        return [statement]
    found = [*_pieces(inside[1:-1])]
    for one in found:
        one.words.append("for")
        one.is_next = False
    return found


def _says_what(statement: Statement) -> bool:
    r"""Whether a statement says beside a row what a name is: ``&& \text{with } u = x^2``."""
    first = statement.members[0]
    is_name = [token.kind for token in first] == [Kind.LETTER] and statement.relations == ["="]
    return is_name and not {*SAYING}.isdisjoint(statement.words)


def _is_remark(statement: Statement) -> bool:
    """Whether a statement is said of the one before it: a comparison, a case, something in
    brackets."""
    first, *others = statement.members
    is_value = all(t.kind is Kind.NUMBER or t.is_sign("-") for one in others for t in one)
    is_compared = any(relation != "=" for relation in statement.relations)
    if not others:
        return step(first[0]) == 1
    return is_compared or (is_value and len(first) == 1)


def is_list(behind: Sequence[Statement]) -> bool:
    """Whether a statement goes on as a list, by the pieces behind it: an expression alone, or one
    behind dots."""
    rest = behind[1:] if behind and behind[0].is_dots else behind
    return bool(rest) and rest[0].is_bare


def listed_before(found: Sequence[Statement], number: int) -> list[Statement]:
    """The expressions that are listed right before the first member of a statement."""
    start = number
    while start and found[start].is_next and found[start - 1].is_bare:
        start -= 1
    return [*found[start:number]]


def _pieces(tokens: list[Token]) -> Iterator[Statement]:
    """The pieces of a row between separators at its own depth, each split at its relations."""
    piece = Statement([[]], [])
    word: Token | None = None
    depth = i = 0
    while i < len(tokens):
        token = tokens[i]
        depth += step(token)
        if depth == 0 and not (token.kind is Kind.SIGN and token.text in CLOSING):
            relation = relation_at(tokens, i)
            if relation and relation[0] in _ARROWS and "=" in piece.relations:
                # y = x^2 -> dy/dx = 2x: two statements
                yield piece
                piece = Statement([[]], [])
                i += relation[1]
                continue
            if relation:
                if not piece.members[-1] and word is not None and not piece.relations:
                    piece.members[-1].append(word)
                word = None
                piece.relations.append(relation[0])
                piece.members.append([])
                i += relation[1]
                continue
            if _separates(token):
                if token.is_sign(",") and _joins_digits(tokens, i):
                    raise SilentError("a comma inside a number, or a list", token.at)
                if token.is_sign(".") and _is_inside(tokens, i):
                    raise SilentError("a dot in the middle: is it a product?", token.at)
                if token.is_sign(":") and piece.relations and _is_ratio(tokens, i):
                    raise SilentError("a colon: is it a ratio?", token.at)
                if token.kind is Kind.TEXT and _MATHS.match(token.text):
                    raise SilentError("maths in words", token.at)
                if token.kind in (Kind.TEXT, Kind.WORD):
                    word = token
                    piece.words.append(token.text)
                    if piece.relations and not piece.members[-1]:
                        piece.members[-1].append(token)
                        word = None
                if piece.relations or piece.members[0]:
                    yield piece
                    piece = Statement([[]], [])
                    piece.words += [token.text] if word is token else []
                piece.is_next = piece.is_next and token.kind in (Kind.SIGN, Kind.SPACE)
                i += 1
                continue
        piece.members[-1].append(token)
        word = None
        i += 1
    if piece.relations or piece.members[0] or piece.words:
        yield piece


def _joins_digits(tokens: Sequence[Token], i: int) -> bool:
    """Whether a sign stands between digits without a space: ``1,500``."""
    around = (*tokens[max(i - 1, 0) : i], *tokens[i + 1 : i + 2])
    kinds = [one.kind for one in around]
    return kinds == [Kind.NUMBER, Kind.NUMBER] and tokens[i].glued and around[1].glued


def _is_inside(tokens: Sequence[Token], i: int) -> bool:
    """Whether a dot is followed by more of its expression: ``a.b``, ``1 + ... + n``, but not
    ``i = 1,...n``."""
    if i + 1 == len(tokens) or _separates(tokens[i + 1]):
        return False
    return not (i and tokens[i - 1].is_sign(".")) or is_binary(tokens[i + 1])


def _is_of_numbers(token: Token) -> bool:
    """Whether a token may stand in an interval between numbers."""
    is_sign = token.is_sign(",", "-", "+") or token.is_command("infty")
    return token.kind is Kind.NUMBER or is_sign or token.text == "\\pi"


def composed(
    members: Sequence[Sequence[Token]], functions: Mapping[str, tuple[str, ...] | None]
) -> list[Sequence[Token]]:
    r"""The members of ``h = f \circ g`` with the argument that they leave out: ``h(x) = f(g(x))``;
    of anything else as they are."""
    head, *rest = members
    chains = [[t.text for t in one[::2]] for one in rest]
    is_said = len(head) == 1 and any(len(one) > 1 for one in rest)
    if not is_said or not all(
        not {*chain}.isdisjoint(ALWAYS_FUNCTIONS | functions.keys())
        and all(map(str.islower, chain))
        and len(one) % 2
        and all(t.is_command("circ") for t in one[1::2])
        for one, chain in zip(rest, chains, strict=True)
    ):
        return [*members]
    own = functions.get(chains[0][-1]) or ("x",)

    def called(names: Sequence[Token]) -> list[Token]:
        last = names[-1]
        opened, closed = (replace(last, kind=Kind.SIGN, text=text) for text in "()")
        argument = replace(last, kind=Kind.LETTER, text=own[0], glued=False)
        inside = [one for name in names for one in (name, opened)]
        return [*inside, argument, *[closed] * len(names)]

    return [called(one[::2]) for one in members] if len(own) == 1 else [*members]


def _is_ratio(tokens: Sequence[Token], i: int) -> bool:
    """Whether only an expression follows a colon: ``2x : 3``, but not ``2x : x > 0``."""
    depth = 0
    for at in range(i + 1, len(tokens)):
        depth += step(tokens[at])
        if depth == 0 and relation_at(tokens, at):
            return False
        if depth == 0 and _separates(tokens[at]):
            return at > i + 1
    return i + 1 < len(tokens)


_ARROWS = frozenset(("rightarrow", "to", "longrightarrow", "mapsto", "leadsto"))


def _separates(token: Token) -> bool:
    if token.kind in (Kind.TEXT, Kind.SPACE):
        return True
    if token.kind is Kind.WORD:
        return token.text.lower() in _WORDS
    if token.kind is Kind.SIGN:
        return token.text in (",", ";", ".", ":", "?", "\\mid")
    return token.kind is Kind.COMMAND and token.text in _SEPARATORS


def _take(found: list[Statement], piece: Statement, fresh: bool) -> None:
    """Put a piece where it belongs: to the statement before it, or as one of its own."""
    before = found[-1] if found and fresh else None
    first = piece.members[0]
    if not piece.relations and not first:
        if found:
            found[-1].words += piece.words
        return
    if piece.relations and not first:
        if before is not None:
            before.take(piece)
            return
        piece.continues = not found
        found.append(piece)
        return
    if before is not None:
        last = before.members[-1]
        if last and last[-1].is_sign("-") and first[0].is_sign("-"):
            raise SilentError(
                "a minus at the end of a row and at the start of the next", first[0].at
            )
        is_open = (before.relations and not last) or (last and is_binary(last[-1]))
        goes_on = not piece.relations and is_binary(first[0]) and bool(before.relations)
        if is_open or goes_on:
            last += first
            before.take(piece)
            return
    found.append(piece)
