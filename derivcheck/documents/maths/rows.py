r"""Tokens to statements: rows, columns and separators undone, relations found.

A statement is a chain of members with relations between. It may run over ``\\``, ``&=``, comment
columns (``&& \text{...}``) and ``\intertext``; one that begins with a relation continues the
display before.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import field, replace

from derivcheck.documents.maths.tokens import Kind, Token, group_end
from derivcheck.documents.maths.tree import NotReadError, SilentError
from derivcheck.documents.scan.inline import ENVIRONMENTS
from derivcheck.records import record

ALIGNMENTS = frozenset(
    (*ENVIRONMENTS, "array", "subequations", "empheq", "prompt", "question", "solution")
)
"""Environments whose rows are those of the display."""
_COLUMNS = frozenset(
    ("align", "aligned", "alignat", "alignedat", "split", "eqnarray", "flalign", "array",
     "IEEEeqnarray")
)  # fmt: skip
_RELATIONS = frozenset(
    (
        *("approx", "neq", "ne", "le", "leq", "ge", "geq", "lt", "gt", "ll", "gg", "sim", "simeq"),
        *("cong", "propto", "in", "notin", "subset", "subseteq", "leftarrow", "gets", "mapsto"),
        *("to", "rightarrow", "longrightarrow", "doteq", "leqslant", "geqslant", "ni", "mid"),
        *("longmapsto", "Leftarrow", "perp", "parallel", "asymp", "lesssim", "gtrsim", "not"),
        *("leftrightarrow", "hookrightarrow", "rightharpoonup", "prec", "succ", "stackrel_"),
        *("rightsquigarrow", "leadsto", "longleftarrow", "xrightarrow_", "curvearrowright"),
    )
)
_DEFINING = frozenset(("equiv", "coloneqq", "triangleq", "coloneq", "eqqcolon", "defeq"))
_SEPARATORS = frozenset(
    (
        *("Rightarrow", "implies", "Longrightarrow", "iff", "Leftrightarrow", "land", "lor"),
        *("Longleftrightarrow", "therefore", "because", "Longleftarrow", "impliedby", "qedhere"),
        *(
            "item",
            "par",
            "forall",
            "exists",
            "bullet",
            "vdots",
            "checkmark",
            "square",
            "blacksquare",
            "middle",
        ),
    )
)
_WORDS = frozenset((
    "and", "or", "where", "with", "for", "if", "so", "hence", "thus", "then", "since",
    "because", "when", "whenever", "otherwise", "but", "also", "therefore", "given", "that",
    "as",
))  # fmt: skip
OPENING = {"(": ")", "[": "]", "\\{": "\\}", "\\langle": "\\rangle"}
_CLOSING = frozenset(OPENING.values())
_OPENS = (Kind.OPEN, Kind.LEFT, Kind.BEGIN)
_CLOSES = (Kind.CLOSE, Kind.RIGHT, Kind.END)
_BINARY = frozenset(("cdot", "times", "odot", "ast", "div", "otimes", "pm", "mp", "circ"))


def step(token: Token) -> int:
    """1 for what opens a group or bracket, -1 for what closes one."""
    if token.kind is Kind.SIGN:
        return (token.text in OPENING) - (token.text in _CLOSING)
    return (token.kind in _OPENS) - (token.kind in _CLOSES)


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
        if ends == [1, -1]:  # (1), (x > 0): a number of an equation, a condition
            inside = tokens[1:-1]
            is_number = len(inside) == 1 or any(token.is_sign(".", "*") for token in inside)
            if is_number or any(_relation(inside, i) for i in range(len(inside))):
                return False
        return any(token.kind in (Kind.NUMBER, Kind.LETTER) for token in tokens)

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
    columns = environment.rstrip("*") in _COLUMNS
    tokens = tuple(map(_or_more, tokens, (None, *tokens), (*tokens[1:], None)))
    tokens = _unbroken(_without_nothing(tokens))
    for number, row in enumerate(_rows(tokens, columns), 1):
        if number in skip:
            left_out.update(token.at for cell in row for token in cell)
        fresh = True
        for piece in _pieces(_joined(row)):
            _take(found, piece, fresh)
            fresh = False
    if left_out:
        found = [s for s in found if s.leave_out(left_out)]
    return [s for s in found if any(s.members)]


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
            if before is not None and _is_around(kept, len(kept) - 1):
                is_space = behind is None or not behind.is_sign("_", "^")  # {}_1F_2
            else:
                is_space = (before is None or _is_break(before) or before.kind is Kind.LEFT) and (
                    behind is None or _is_break(behind) or _is_around(tokens, i + 2)
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


def _is_around(tokens: Sequence[Token], i: int) -> bool:
    """Whether a sign stands there that has a space on both sides."""
    return _is_binary(tokens[i]) or _relation(tokens, i) is not None


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
            signs = [token for token in tokens[j : j + 1] if _is_binary(token)]
            opened = tokens[j + len(signs)] if j + len(signs) < len(tokens) else None
            is_broken = any(token.kind is Kind.ROW for token in tokens[i + 1 : j])
            if is_broken and opened is not None and opened.kind is Kind.LEFT and opened.text == ".":
                kept += signs
                i = j + len(signs) + 1
                continue
        kept.append(tokens[i])
        i += 1
    return kept


def _rows(tokens: Sequence[Token], columns: bool) -> Iterator[list[list[Token]]]:
    """Rows of cells, at the depth of the display; braces and brackets are matched on the way."""
    row: list[list[Token]] = [[]]
    is_broken = False  # in a bracket, by the end of a row
    stack: list[Token] = []
    """What is open, but for the ``outer`` environments of rows around everything; in the ``inner``
    ones, and in groups, rows and columns are theirs."""
    outer = inner = 0
    for token in tokens:
        kind, name = token.kind, token.text.rstrip("*")
        if kind is Kind.BEGIN and not stack and name in ALIGNMENTS:
            outer += 1
            columns = columns or name in _COLUMNS
            continue
        if kind is Kind.END and outer and not stack:
            outer -= 1
            continue
        if not inner and kind is Kind.ROW:
            is_broken = bool(stack)
            if not stack:
                yield row
                row = [[]]
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
    yield row


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


def _joined(cells: list[list[Token]]) -> list[Token]:
    """The cells of a row as one line; a comment column (behind an empty cell) goes."""
    if len(cells) == 1:
        return cells[0]
    while len(cells) > 3 and not cells[0] and not cells[1]:
        cells = cells[2:]  # pushed to the right: && a &= b
    for i in range(2, len(cells)):
        if not cells[i]:
            cells = cells[:i]
            break
    joined = [token for cell in cells[:2] for token in cell]
    rest = cells[2:]
    if rest and len(cells[1]) == 1 and _relation(cells[1], 0):
        joined += rest.pop(0)  # a & = & b
    elif rest and not any(_relation(cells[1], i) for i in range(len(cells[1]))):
        joined += rest.pop(0)
    if rest and any(rest):
        joined.append(Token(Kind.SPACE, "&", next(c[0].at for c in rest if c)))
        joined += [token for cell in rest for token in cell]
    return joined


def _relation(tokens: Sequence[Token], i: int) -> tuple[str, int] | None:
    """The relation that begins at ``i``, and how many tokens it takes."""
    token = tokens[i]
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if token.kind is Kind.SIGN:
        if token.text == ":" and following is not None and following.is_sign("="):
            return ":=", 2
        if token.text == "=":
            return ("==", 2) if following is not None and following.is_sign("=") else ("=", 1)
        if token.text in "<>":
            return token.text, 1
        return None
    if token.kind is Kind.COMMAND:
        if token.text in _DEFINING:
            return ":=", 1
        if token.text in _RELATIONS:
            skip = 2 if token.text == "not" and following is not None else 1
            return token.text, skip
        if token.text in ("stackrel", "overset", "underset", "xlongequal"):
            return _stacked(tokens, i)
    return None


def _stacked(tokens: Sequence[Token], i: int) -> tuple[str, int] | None:
    r"""``\overset{\text{def}}{=}``: what stands above says what kind of equation it is."""
    spans: list[Sequence[Token]] = []
    at = i + 1
    while len(spans) < 2 and at < len(tokens):
        start, at = at, group_end(tokens, at)
        is_group = tokens[start].kind is Kind.OPEN
        spans.append(tokens[start + 1 : at - 1] if is_group else tokens[start:at])
    if len(spans) < 2 or [t.text for t in spans[1]] != ["="]:
        return None
    above = "".join(t.text for t in spans[0])
    if "!" in above or "?" in above or "set" in above:
        return "!", at - i
    return (":=" if "def" in above.lower() or "triangle" in above else "="), at - i


def _pieces(tokens: list[Token]) -> Iterator[Statement]:
    """The pieces of a row between separators at its own depth, each split at its relations."""
    piece = Statement([[]], [])
    word: Token | None = None
    depth = i = 0
    while i < len(tokens):
        token = tokens[i]
        depth += step(token)
        if depth == 0 and not (token.kind is Kind.SIGN and token.text in _CLOSING):
            relation = _relation(tokens, i)
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
    return not (i and tokens[i - 1].is_sign(".")) or _is_binary(tokens[i + 1])


def _is_ratio(tokens: Sequence[Token], i: int) -> bool:
    """Whether only an expression follows a colon: ``2x : 3``, but not ``2x : x > 0``."""
    depth = 0
    for at in range(i + 1, len(tokens)):
        depth += step(tokens[at])
        if depth == 0 and _relation(tokens, at):
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
        is_open = (before.relations and not last) or (last and _is_binary(last[-1]))
        goes_on = not piece.relations and _is_binary(first[0]) and bool(before.relations)
        if is_open or goes_on:
            last += first
            before.take(piece)
            return
    found.append(piece)


def _is_binary(token: Token) -> bool:
    return token.is_sign("+", "-", "*", "/") or (
        token.kind is Kind.COMMAND and token.text in _BINARY
    )
