"""Sums over an index, cases and matrices."""

from __future__ import annotations

from collections.abc import Sequence

from derivcheck.documents.maths import keys
from derivcheck.documents.maths.calculus import Calculus
from derivcheck.documents.maths.cursor import DOTS, ONE
from derivcheck.documents.maths.functions import NAMES
from derivcheck.documents.maths.tokens import Kind, Token, canonical
from derivcheck.documents.maths.tree import NotReadError, Tree

_MATRICES = frozenset(("pmatrix", "bmatrix", "Bmatrix", "matrix", "smallmatrix", "array"))
_CASES = frozenset(("cases", "dcases", "rcases"))
_COMPARE = {"<": "<", ">": ">", "le": "<=", "leq": "<=", "ge": ">=", "geq": ">=", "=": "==",
            "ne": "!=", "neq": "!=", "leqslant": "<=", "geqslant": ">="}  # fmt: skip


class Environments(Calculus):
    """Reads big operators and environments."""

    def big(self, token: Token) -> Tree:
        """A sum or product over an index, or over several (``\\sum_{i, j}``, ``\\sum_{ij}``)."""
        indices: list[str] = []
        low: list[Token] = []
        high: list[Token] = []
        while self.is_sign("_", "^"):
            if self.take().text == "_":
                inner = self.group()
                parts = self.split_at(inner, "=")
                indices = self.index_names(parts[0])
                if not all(indices) or len(parts) > 2:
                    raise NotReadError("a sum over what is no index", token.at)
                low = parts[1] if len(parts) == 2 else []
            else:
                high = self.group()
        if not indices:
            raise NotReadError("a sum without an index", token.at)
        if self.is_sign("-"):
            self.take()
            body = Tree("neg", (self.term(),), at=token.at)
        else:
            body = self.term()
        if self.is_sign("+", "-") and any(map(self.stands_behind, indices)):
            raise NotReadError("the reach of a sum: its index stands behind `+` as well", token.at)
        bounds: list[Tree] = []
        if low or high:
            bounds += [self.whole(low) if low else ONE]
            bounds += [self.whole(high)] if high else []
        for index in reversed(indices):
            body = Tree(token.text, (body, *bounds), name=index, at=token.at)
        return body

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
        if not reader.is_sign("_"):
            return ""
        reader.take()
        sub = canonical(reader.group())
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
            cells = [_trimmed(cell) for cell in row if cell]
            if len(cells) == 1:
                cells.append([])
            value = self.whole(cells[0])
            args += [value, self.condition(cells[1], token)]
        return Tree("cases", tuple(args), at=token.at)

    def is_told(self, token: Token) -> bool:
        """Whether a word belongs to the sentence: ``if``, but no function or name."""
        if token.kind is Kind.WORD:
            return token.text not in NAMES and not self.kinds.is_known(token.text)
        return token.kind is Kind.TEXT

    def condition(self, cell: Sequence[Token], token: Token) -> Tree:
        words = {"if", "for", "when", "where", "whenever", "if ", "wenn", "falls", "otherwise"}
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
        members: list[list[Token]] = [[]]
        signs: list[str] = []
        inside = {id(t) for t in self.top(cell)}
        for t in cell:
            if id(t) in inside and t.text in _COMPARE and t.kind in (Kind.SIGN, Kind.COMMAND):
                signs.append(_COMPARE[t.text])
                members.append([])
            else:
                members[-1].append(t)
        if not 1 <= len(signs) <= 2:
            raise NotReadError("a condition that is no comparison", token.at)
        sides = tuple(self.whole(member) for member in members)
        return Tree("rel", sides, name=" ".join(signs), at=token.at)


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    found = list(tokens)
    while found and (found[-1].is_sign(",", ".", ";") or found[-1].kind is Kind.SPACE):
        found.pop()
    while found and (found[0].is_sign(",") or found[0].kind is Kind.SPACE):
        found.pop(0)
    return found
