r"""Tokens to trees: recursive descent, with choice points where maths is ambiguous.

One layer a module, each above the one before: :mod:`.cursor`, :mod:`.products`, :mod:`.scripts`,
:mod:`.naming`, :mod:`.application`, :mod:`.calculus`, and here what commands and environments
begin. Where a page leaves open what is meant (``\sin x y``, ``a/bc``), the parser asks
:class:`~.choices.Choices`, and is run again with every other answer. It never guesses: what is not
known raises :class:`NotReadError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from derivcheck.documents.maths import keys
from derivcheck.documents.maths.calculus import Calculus
from derivcheck.documents.maths.choices import Choices, explored
from derivcheck.documents.maths.commands import COMPARISONS
from derivcheck.documents.maths.cursor import DOTS, FRACTIONS, ONE, ZERO
from derivcheck.documents.maths.fields import field_of
from derivcheck.documents.maths.functions import COMMANDS, NAMES
from derivcheck.documents.maths.gaps import leaves_gap
from derivcheck.documents.maths.keys import DECORATIONS, DOTTING
from derivcheck.documents.maths.kinds import Kinds
from derivcheck.documents.maths.subscripts import EXCEPT, names_places
from derivcheck.documents.maths.tokens import Kind, Token, canonical, tokenize
from derivcheck.documents.maths.tree import NotReadError, SilentError, Tree, matrix, summed_along

_MATRICES = frozenset(("pmatrix", "bmatrix", "Bmatrix", "matrix", "smallmatrix", "array"))
_CASES = frozenset(("cases", "dcases", "rcases"))
_BINOMIALS = frozenset(("binom", "dbinom", "tbinom"))
_EXAMPLES = re.compile(
    r"(mini-?)?batch(es)?|examples?|samples?|instances?|observations?|data|rows?|col(umn)?s?"
)
"""Words below a sum by which it is one over what stands in the rows, or columns, of a layer."""
_SILENT = {
    "lim": "a limit", "limsup": "a limit", "liminf": "a limit", "int": "an integral",
    "iint": "an integral", "oint": "an integral", "iiint": "an integral", "mathbb": "",
    "Pr": "a probability", "argmin": "an arg min", "argmax": "an arg max", "sup": "a supremum",
}  # fmt: skip


_NOTHING = frozenset((
    "undefined", "not defined", "undef", "does not exist", "dne", "nicht definiert", "未定义",
    "不存在",
))  # fmt: skip
"""What stands for the value of a function where it has none."""


class _Parser(Calculus):
    """All layers together: reads commands, big operators and environments."""

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
        if name in _BINOMIALS:
            above, below = self.whole(self.group()), self.whole(self.group())
            if self.choices.ask("binomial"):  # a column of two
                return matrix([[above], [below]], token.at)
            return Tree("call", (above, below), name="binomial", at=token.at)
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

    def rest(self) -> Tree:
        """The same; a sum of unit vectors is a column."""
        known = self.kinds.is_known("\\mathbf{i}")
        column = None if known else field_of(self.tokens[self.i :], self.whole)
        if column is None:
            return super().rest()
        self.i = len(self.tokens)
        return column

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
        return matrix([[self.whole(cell)] for cell in cells], first.at)

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

    # -- sums over an index, cases and matrices ----------------------------------------

    def big(self, token: Token) -> Tree:
        """A sum or product over an index, or over several (``\\sum_{i, j}``, ``\\sum_{ij}``)."""
        indices: list[str] = []
        without: list[tuple[Tree, Tree]] = []
        low: list[Token] = []
        high: list[Token] = []
        if token.text == "sum" and (lines := self.sum_of_lines()):
            return lines
        while self.is_sign("_", "^"):
            if self.take().text == "_":
                inner, without = self.excepted(self.group(), token)
                parts = self.split_at(inner, "=")
                indices = self.index_names(parts[0])
                is_over = {one.name for one, _ in without} <= {*indices}
                if not all(indices) or len(parts) > 2 or not is_over:
                    raise NotReadError("a sum over what is no index", token.at)
                low = parts[1] if len(parts) == 2 else []
            else:
                high = self.group()
        if not indices:
            raise NotReadError("a sum without an index", token.at)
        if self.is_sign("-"):
            self.take()
            body = first = Tree("neg", (self.term(),), at=token.at)
        else:
            first = self.factor()
            body = self.term(first)
        if self.is_sign("+", "-") and any(map(self.stands_behind, indices)):
            raise NotReadError("the reach of a sum: its index stands behind `+` as well", token.at)
        if (
            token.text == "prod"
            and body is not first
            and not names_places(body.args[-1], indices)  # \prod_{j \ne k} x_j^2 \cdot 2 x_k
        ):
            raise NotReadError("the reach of a product: its index does not stand behind", token.at)
        nothing = replace(ZERO if token.text == "sum" else ONE, at=token.at)
        for pair in without:
            differ = Tree("rel", pair, name="!=", at=token.at)
            otherwise = Tree("const", name="true", at=token.at)
            body = Tree("cases", (body, differ, nothing, otherwise), name=EXCEPT, at=token.at)
        bounds: list[Tree] = []
        if low or high:
            bounds += [self.whole(low) if low else ONE]
            bounds += [self.whole(high)] if high else []
        for index in reversed(indices):
            body = Tree(token.text, (body, *bounds), name=index, at=token.at)
        return body

    def sum_of_lines(self) -> Tree | None:
        r"""A sum of the rows or columns of a gradient: over words, ``\sum_{\text{batch}}``, or over
        nothing that is said."""
        start = self.i
        below = self.below() or ()
        is_said = _EXAMPLES.fullmatch(word := "".join(t.text for t in below).lower())
        body = self.factor() if (is_said or not below) and self.starts_factor() else None
        if body is None or body.op not in ("deriv", "sym") or self.is_sign("^"):
            self.i = start
            return None
        axis = {"row": 0, "col": 1}.get(word[:3])
        return summed_along(body, self.choices.ask("axis") if axis is None else axis)

    def excepted(
        self, tokens: list[Token], at: Token
    ) -> tuple[list[Token], list[tuple[Tree, Tree]]]:
        r"""What a sum runs over, and what it leaves out: ``j \ne k``, ``j = 1, j \ne k``."""
        is_stacked = bool(tokens) and tokens[0].is_command("substack")
        parts = self.split_at(tokens[2:-1], "\\\\") if is_stacked else self.split_at(tokens, ",")
        over: list[list[Token]] = []
        running: list[Token] = []
        without: list[tuple[Tree, Tree]] = []
        for part in parts:
            signs = [t.text for t in part if t.is_command("ne", "neq")]
            if not signs:
                over.append(part)
                continue
            sides = self.split_at(part, signs[0])
            names = [self.index_name(side) for side in sides]
            if len(names) != 2 or not all(names):
                raise NotReadError("a sum over what is no index", at.at)
            one, other = (Tree("sym", name=name, at=at.at) for name in names)
            without.append((one, other))
            running = running or sides[0]
        if not without:
            return tokens, []
        if len(over) > 1:
            raise NotReadError("a sum over what is no index", at.at)
        return (over[0] if over else running), without

    def index_names(self, tokens: Sequence[Token]) -> list[str]:
        """The keys of what a sum runs over; an empty one for what is no index."""
        parts = self.split_at(tokens, ",")
        if 1 < len(tokens) < 4 and all(t.kind is Kind.LETTER for t in tokens):
            parts = [[letter] for letter in tokens]
        found = list(map(self.index_name, parts))
        return found if len(set(found)) == len(found) else [""]

    def index_name(self, tokens: Sequence[Token]) -> str:
        """The key of a letter, which may have a subscript of its own; empty for anything else."""
        if not tokens or tokens[0].kind is not Kind.LETTER:
            return ""
        if len(tokens) == 1:
            return tokens[0].text
        reader = self.inner(tokens[1:])
        sub = canonical(reader.below() or ())
        return keys.key(tokens[0].text, sub) if reader.token is None and sub else ""

    def stands_behind(self, index: str) -> bool:
        """Whether an index occurs in the terms behind, up to another big operator."""
        letter, _, _ = keys.parts(index)
        j = self.i
        while j < len(self.tokens):
            t = self.tokens[j]
            if t.is_command("sum", "prod", "int"):
                return False
            if t.kind is Kind.LETTER and t.text == letter:
                return True
            # a column of its own, ``(x_k)_{k = 1}^n``, has its own index
            end = self.match.get(j, -1)
            following = [t.text for t in self.tokens[end + 1 : end + 5]]
            is_column = end > 0 and following[:1] == ["_"] and following[2:] == [letter, "="]
            j = self.match[end + 2] + 1 if is_column else j + 1
        return False

    def environment(self) -> Tree:
        token = self.token
        assert token is not None
        name = token.text.rstrip("*")
        inner = self.contents()
        rows = [self.split_at(row, "&") for row in self.split_at(inner, "\\\\")]
        rows = [row for row in rows if any(row)]
        if any(t.is_command(*DOTS) for t in inner):
            raise NotReadError("a matrix with dots", token.at)
        is_told = all(len(row) == 2 for row in rows) and any(self.compares(row[1]) for row in rows)
        if name in _CASES or is_told:
            return self.cases(rows, token)
        if name in _MATRICES or name == "vmatrix":
            made = tuple(
                Tree("row", tuple(self.whole(cell) for cell in row), at=token.at) for row in rows
            )
            # a list of entries, (x_i)_{i=1}^n, fills its row
            lists = [[cell.op for cell in row.args] == ["column"] for row in made]
            lengths = {
                len(row.args) for row, is_list in zip(made, lists, strict=True) if not is_list
            }
            if not rows or len(lengths) > 1:
                raise NotReadError("rows of different length", token.at)
            matrix = Tree("matrix", made, at=token.at)
            return Tree("call", (matrix,), name="det", at=token.at) if name[0] == "v" else matrix
        if name in ("aligned", "split", "gathered", "multlined"):
            return self.whole([t for t in inner if t.kind is not Kind.ROW and not t.is_sign("&")])
        raise NotReadError(f"an environment `{token.text}`", token.at)

    def cases(self, rows: list[list[list[Token]]], token: Token) -> Tree:
        args: list[Tree] = []
        for row in rows:
            cells = [*(_trimmed(cell) for cell in row if cell), []]
            if args and all(map(_is_word, cells[0])):
                said = "".join(t.text for t in cells[0]).strip(" .,").lower()
                where = self.condition(cells[1], token)
                if said in _NOTHING and (where.op, where.name) == ("rel", "=="):
                    continue  # nothing is said of one point
            value = self.whole(cells[0])
            args += [value, self.condition(cells[1], token)]
        if len(args) > 2 and leaves_gap(args[1::2]):
            raise NotReadError("cases that say nothing of a stretch between them", token.at)
        return Tree("cases", tuple(args), at=token.at)

    def is_told(self, token: Token) -> bool:
        """Whether a word belongs to the sentence: ``if``, but no function or name."""
        if token.kind is Kind.WORD:
            return token.text not in NAMES and not self.kinds.is_known(token.text)
        return token.kind is Kind.TEXT

    def condition(self, cell: Sequence[Token], token: Token) -> Tree:
        words = {"if", "for", "when", "where", "whenever", "if ", "wenn", "falls", "otherwise"}
        cell = [*_opened(cell)]
        texts = [t for t in self.top(cell) if self.is_told(t)]
        said = " ".join(t.text for t in texts).strip(" ,.").lower()
        words_at = {id(t) for t in texts}
        cell = _trimmed([t for t in cell if id(t) not in words_at and t.kind is not Kind.SPACE])
        if not cell:
            if said in ("otherwise", "else", "sonst", "other", ""):
                return Tree("const", name="true", at=token.at)
            raise NotReadError(f"a condition in words: `{said}`", token.at)
        if said and said not in words:
            raise NotReadError(f"a condition in words: `{said}`", token.at)
        for sign in ("lor", "land"):
            parts = self.split_at(cell, sign)
            if len(parts) > 1:
                made = tuple(self.condition(part, token) for part in parts)
                return Tree("or" if sign == "lor" else "and", made, at=token.at)
        if cell[0].is_command("lnot") and [t.text for t in (cell[1], cell[-1])] == ["(", ")"]:
            return Tree("not", (self.condition(cell[2:-1], token),), at=token.at)
        members: list[list[Token]] = [[]]
        signs: list[str] = []
        inside = {id(t) for t in self.top(cell)}
        for t in cell:
            if t.is_sign("=") and signs[-1:] in (["<"], [">"]) and not members[-1]:
                signs[-1] += "="  # as programs have it: x <= 0
            elif id(t) in inside and t.text in COMPARISONS and t.kind in (Kind.SIGN, Kind.COMMAND):
                signs.append(COMPARISONS[t.text])
                members.append([])
            else:
                members[-1].append(t)
        if not 1 <= len(signs) <= 2:
            raise NotReadError("a condition that is no comparison", token.at)
        sides = tuple(self.whole(member) for member in members)
        return Tree("rel", sides, name=" ".join(signs), at=token.at)


def _opened(cell: Sequence[Token]) -> Iterator[Token]:
    r"""The tokens of a cell with the maths in its words: ``\text{if $x > 0$}``."""
    for token in cell:
        parts = token.text.split("$") if token.kind is Kind.TEXT else []
        if len(parts) != 3:
            yield token
            continue
        before, inner, behind = parts
        if before.strip():
            yield replace(token, text=before.strip())
        yield from (replace(one, at=token.at) for one in tokenize(inner, {}))
        if behind.strip():
            yield replace(token, text=behind.strip())


def _is_word(token: Token) -> bool:
    return token.kind in (Kind.TEXT, Kind.WORD)


def parse(
    tokens: Sequence[Token], kinds: Kinds, choices: Choices | None = None, is_head: bool = False
) -> Tree:
    """The tree of one member, in the first way to read it unless choices say otherwise. Raises
    :class:`NotReadError`."""
    if not tokens:
        raise NotReadError("there is nothing on one side", 0)
    parser = _Parser(tokens, kinds, choices or Choices(), is_head)
    column = None if is_head else parser.column_of_all()
    return parser.rest() if column is None else column


def parsed(
    tokens: Sequence[Token], kinds: Kinds, choices: Choices | None = None, is_head: bool = False
) -> Tree | None:
    """The same, None where it can't be read."""
    try:
        return parse(tokens, kinds, choices, is_head)
    except NotReadError:
        return None


def parse_all(tokens: Sequence[Token], kinds: Kinds) -> tuple[tuple[Tree, ...], bool]:
    """The trees in which a side can be read, and whether these are all; the first problem is
    raised where there is none."""
    found, is_complete = explored(lambda choices: parse(tokens, kinds, choices))
    return tuple(dict.fromkeys(found)), is_complete


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    found = list(tokens)
    while found and (found[-1].is_sign(",", ".", ";") or found[-1].kind is Kind.SPACE):
        found.pop()
    while found and (found[0].is_sign(",") or found[0].kind is Kind.SPACE):
        found.pop(0)
    return found
