r"""Tokens to rows: cells and columns undone, brackets matched, what only sets the page dropped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from derivcheck.documents.maths.commands import COMPARISONS
from derivcheck.documents.maths.relations import is_around, is_binary, relation_at
from derivcheck.documents.maths.tokens import Kind, Token, group_end
from derivcheck.documents.maths.tree import NotReadError
from derivcheck.documents.scan.inline import ENVIRONMENTS

_ALIGNMENTS = frozenset(
    (*ENVIRONMENTS, "array", "subequations", "empheq", "prompt", "question", "solution")
)
"""Environments whose rows are those of the display."""
_COLUMNS = frozenset(
    ("align", "aligned", "alignat", "alignedat", "split", "eqnarray", "flalign", "array",
     "IEEEeqnarray")
)  # fmt: skip
OPENING = {"(": ")", "[": "]", "\\{": "\\}", "\\langle": "\\rangle"}
CLOSING = frozenset(OPENING.values())
_OPENS = (Kind.OPEN, Kind.LEFT, Kind.BEGIN)
_CLOSES = (Kind.CLOSE, Kind.RIGHT, Kind.END)


def step(token: Token) -> int:
    """1 for what opens a group or bracket, -1 for what closes one."""
    if token.kind is Kind.SIGN:
        return (token.text in OPENING) - (token.text in CLOSING)
    return (token.kind in _OPENS) - (token.kind in _CLOSES)


def rows(tokens: Sequence[Token], environment: str) -> Iterator[tuple[range, list[list[Token]]]]:
    """Rows of cells, at the depth of the display, with the lines that each stands on (a bracket may
    run over several); braces and brackets are matched on the way.

    Raises :class:`NotReadError` for wrong nesting.
    """
    while len(tokens) > 2 and tokens[0].kind is Kind.OPEN and group_end(tokens, 0) == len(tokens):
        tokens = tokens[1:-1]
    tokens = tuple(map(_or_more, tokens, (None, *tokens), (*tokens[1:], None)))
    return _rows(_unbroken(_without_nothing(tokens)), environment.rstrip("*") in _COLUMNS)


def _or_more(token: Token, before: Token | None, behind: Token | None) -> Token:
    r"""What makes another number of the one before, ``4\%``, ``0.\overline{3}``, as a command that
    is not read: the end of a sentence would be taken for the number's."""
    if before is None or before.kind is not Kind.NUMBER:
        return token
    is_part = token.kind is Kind.TEXT and token.text.lstrip().startswith(("%", "‰"))
    if behind is not None and token.is_sign("."):
        is_bracket = behind.is_sign("(") and behind.glued
        is_part = is_bracket or behind.is_command("overline", "bar", "dot")
    return replace(token, kind=Kind.COMMAND, text="more of a number") if is_part else token


def _without_nothing(tokens: Sequence[Token]) -> list[Token]:
    """Tokens without the empty groups that set the space around a sign: ``{} + 2x``."""
    kept: list[Token] = []
    i = 0
    while i < len(tokens):
        if [token.kind for token in tokens[i : i + 2]] == [Kind.OPEN, Kind.CLOSE]:
            before = kept[-1] if kept else None
            behind = tokens[i + 2] if i + 2 < len(tokens) else None
            if before is not None and is_around(kept, len(kept) - 1):
                is_space = behind is None or not behind.is_sign("_", "^")  # {}_1F_2
            else:
                is_space = (before is None or _is_break(before) or before.kind is Kind.LEFT) and (
                    behind is None or _is_break(behind) or is_around(tokens, i + 2)
                )
            if is_space:
                i += 2
                continue
        kept.append(tokens[i])
        i += 1
    return kept


def _is_break(token: Token) -> bool:
    """Whether a row or cell may begin or end there."""
    return token.kind in (Kind.ROW, Kind.SPACE) or token.is_sign("&")


def _unbroken(tokens: Sequence[Token]) -> list[Token]:
    r"""Tokens without the invisible brackets that let a bracket run over rows: ``\left( a \right.
    \\ + \left. b \right)`` is ``( a + b )``."""
    kept: list[Token] = []
    i = 0
    while i < len(tokens):
        j = i + 1
        if tokens[i].kind is Kind.RIGHT and tokens[i].text == ".":
            while j < len(tokens) and _is_break(tokens[j]):
                j += 1
            signs = [token for token in tokens[j : j + 1] if is_binary(token)]
            opened = tokens[j + len(signs)] if j + len(signs) < len(tokens) else None
            is_broken = any(token.kind is Kind.ROW for token in tokens[i + 1 : j])
            if is_broken and opened is not None and opened.kind is Kind.LEFT and opened.text == ".":
                kept += [*tokens[i + 1 : j], *signs]
                i = j + len(signs) + 1
                continue
        kept.append(tokens[i])
        i += 1
    return kept


def _rows(tokens: Sequence[Token], columns: bool) -> Iterator[tuple[range, list[list[Token]]]]:
    row: list[list[Token]] = [[]]
    is_broken = False  # in a bracket, by the end of a row
    stack: list[Token] = []
    """What is open, but for the ``outer`` environments of rows around everything; in the ``inner``
    ones, and in groups, rows and columns are theirs."""
    outer = inner = 0
    first = line = 1
    for token in tokens:
        kind, name = token.kind, token.text.rstrip("*")
        if kind is Kind.BEGIN and not stack and name in _ALIGNMENTS:
            outer += 1
            columns = columns or name in _COLUMNS
            continue
        if kind is Kind.END and outer and not stack:
            outer -= 1
            continue
        if not inner and kind is Kind.ROW:
            is_broken = bool(stack)
            line += 1
            if not stack:
                yield range(first, line), row
                row, first = [[]], line
            continue
        if not inner and token.is_sign("&"):
            if not columns:
                raise NotReadError("a stray `&` outside an environment", token.at)
            if not stack:
                row.append([])
            continue
        if is_broken and kind is Kind.SPACE:
            continue
        is_broken = False
        if step(token) > 0:
            stack.append(token)
            inner += kind in (Kind.BEGIN, Kind.OPEN)
        elif step(token) < 0:
            if not stack or not _is_pair(stack[-1], token):
                raise _wrong(stack, token)
            stack.pop()
            inner -= kind in (Kind.END, Kind.CLOSE)
        row[-1].append(token)
    if stack:
        raise _wrong(stack, None)
    yield range(first, line + 1), row


def _is_pair(opened: Token, closing: Token) -> bool:
    """Whether two brackets belong together: half-open intervals mix them, ( ] is a pair, too."""
    if closing.kind is Kind.END:
        return opened.kind is Kind.BEGIN and opened.text == closing.text
    kinds = {Kind.CLOSE: Kind.OPEN, Kind.RIGHT: Kind.LEFT, Kind.SIGN: Kind.SIGN}
    return opened.kind is kinds[closing.kind]


def _wrong(stack: list[Token], token: Token | None) -> NotReadError:
    if stack:
        opened = stack[-1]
        commands = {Kind.LEFT: f"\\left{opened.text}", Kind.BEGIN: f"\\begin{{{opened.text}}}"}
        return NotReadError(
            f"`{commands.get(opened.kind, opened.text)}` is never closed", opened.at
        )
    assert token is not None
    name = f"\\end{{{token.text}}}" if token.kind is Kind.END else token.text
    return NotReadError(f"`{name}` closes nothing", token.at)


def joined(cells: list[list[Token]]) -> list[Token]:
    """The cells of a row as one line; a comment column (behind an empty cell) goes, but for
    one that says where the row holds: ``&& \\text{for } x > 0``."""
    if len(cells) == 1:
        return cells[0]
    while len(cells) > 3 and not cells[0] and not cells[1]:
        cells = cells[2:]  # pushed to the right: && a &= b
    if len(cells) > 3 and not cells[0] and len(cells[2]) == 1 and relation_at(cells[2], 0):
        cells = cells[1:]  # & a & = & b
    for i in range(2, len(cells)):
        if not cells[i]:
            comment = [token for cell in cells[i:] for token in cell]
            if comment and (is_binary(comment[0]) or relation_at(comment, 0)):
                cells = [*cells[: i - 1], [*cells[i - 1], *comment]]  # a &= b && + c
            else:
                cells = [*cells[:i], kept] if (kept := _condition(comment)) else cells[:i]
            break
    joined = [token for cell in cells[:2] for token in cell]
    if _compares(cells[0]) and _compares(cells[1]):  # f'(x) = 1 & x > 0
        joined.insert(len(cells[0]), Token(Kind.SPACE, "&", cells[1][0].at))
    rest = cells[2:]
    if rest and len(cells[1]) == 1 and relation_at(cells[1], 0):
        joined += rest.pop(0)  # a & = & b
    elif rest and not any(relation_at(cells[1], i) for i in range(len(cells[1]))):
        joined += rest.pop(0)
    if rest and any(rest):
        joined.append(Token(Kind.SPACE, "&", next(c[0].at for c in rest if c)))
        for i, cell in enumerate(rest):
            if cell and i and not i % 2 and _compares([*rest[i - 2], *rest[i - 1]]):
                joined.append(Token(Kind.SPACE, "&", cell[0].at))  # a &= b & c &= d & e &= f
            joined += cell
    return joined


SAYING = ("with", "where", "since", "as", "let")
"""Words before what a name is said to be."""


def _condition(comment: list[Token]) -> list[Token]:
    """What a comment says of where its row holds, a comparison, or a case behind a word, or what it
    says a name to be, ``y = x^2``; nothing of any other one, ``A = A^T``."""
    signs = {found[0] for i in range(len(comment)) if (found := relation_at(comment, i))}
    if not signs or not signs <= COMPARISONS.keys():
        return []
    word = comment[0].text.strip("( ").lower()
    if "=" not in signs or word in ("for", "if", "when"):
        return comment
    name = comment[1:] if word in SAYING else comment
    if comment[0].is_sign("(") and comment[-1].is_sign(")"):
        name = comment[1:-1]
    is_named = len(name) > 2 and name[0].kind is Kind.LETTER and name[1].is_sign("=")
    if not is_named or any(token.text == name[0].text for token in name[1:]):
        return []
    return [Token(Kind.WORD, SAYING[0], name[0].at), *name]


def _compares(cell: Sequence[Token]) -> bool:
    """Whether a cell is a whole statement, with something on both sides of a relation."""
    places = [i for i in range(len(cell)) if relation_at(cell, i)]
    return bool(places) and places[0] > 0 and places[-1] < len(cell) - 1 and not is_binary(cell[0])
