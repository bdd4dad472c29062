r"""LaTeX to tokens: macros expanded, fonts and spacing settled, every token with its offset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum
from itertools import takewhile

from derivcheck.documents.maths.commands import (
    BOLD,
    CLASSES,
    DROPPED,
    FONTS,
    GREEK,
    IGNORED,
    KEPT_LAST,
    OPENING,
    SAME_GREEK,
    SIZES,
    TEXTUAL,
    THIN,
    UPRIGHT,
)
from derivcheck.documents.maths.expansion import (
    MAX_TOKENS,
    Raw,
    behind_arguments,
    behind_comma,
    behind_spaces,
    behind_star,
    check_blank,
    check_braces,
    expanded,
    fractions,
    group_at,
    has_relation,
    lex,
    modern,
    signs,
    space,
    word_of,
)
from derivcheck.documents.maths.tree import NotReadError
from derivcheck.documents.scan.inline import COUNTED
from derivcheck.documents.source import Macro
from derivcheck.records import record

MAX_LENGTH = 40_000


class Kind(Enum):
    """What a token is."""

    LETTER = "letter"
    r"""A letter with its font, ``x``, ``\alpha``, ``\mathbf{x}``: the base of a name."""
    WORD = "word"
    r"""Upright letters that belong together: ``\operatorname{tr}``, ``\mathrm{loss}``."""
    NUMBER = "number"
    COMMAND = "command"
    SIGN = "sign"
    OPEN = "open"
    r"""``{``, and ``}`` closes it."""
    CLOSE = "close"
    LEFT = "left"
    r"""``\left`` with its bracket."""
    RIGHT = "right"
    BEGIN = "begin"
    END = "end"
    ROW = "row"
    TEXT = "text"
    SPACE = "space"
    r"""Space that separates: ``\quad``."""


@record()
class Token:
    """``glued``: nothing stands between it and the token before."""

    kind: Kind
    text: str
    at: int
    glued: bool = False

    def is_sign(self, *signs: str) -> bool:
        """Whether it is one of these signs."""
        return self.kind is Kind.SIGN and self.text in signs

    def is_command(self, *names: str) -> bool:
        """Whether it is one of these commands."""
        return self.kind is Kind.COMMAND and self.text in names


def canonical(tokens: Sequence[Token]) -> str:
    """A script as it goes into a key."""
    return "".join(
        t.text if t.kind is not Kind.COMMAND else f"\\{t.text}"
        for t in tokens
        if t.kind not in (Kind.OPEN, Kind.CLOSE)
    )


def group_end(tokens: Sequence[Token], i: int) -> int:
    """The index behind the group that opens at ``i``, or behind the one token there."""
    depth = 0
    for j in range(i, len(tokens)):
        depth += (tokens[j].kind is Kind.OPEN) - (tokens[j].kind is Kind.CLOSE)
        if depth <= 0:
            return j + 1
    return len(tokens)


_TOKENS = {
    **dict.fromkeys(("cr", "newline", "tabularnewline"), (Kind.ROW, "\\\\")),
    **{name: (Kind.SPACE, name) for name in ("quad", "qquad", "enspace", "enskip")},
    **{name: (Kind.TEXT, name) for name in "%&$#_"},
    **{sign[1:]: (Kind.SIGN, read) for sign, read in OPENING.items() if sign[0] == "\\"},
    "lvert": (Kind.LEFT, "|"), "rvert": (Kind.RIGHT, "|"),
    "lVert": (Kind.LEFT, "\\|"), "rVert": (Kind.RIGHT, "\\|"),
    "prime": (Kind.SIGN, "'"), "colon": (Kind.SIGN, ":"), "cdotp": (Kind.SIGN, "."),
    "ast": (Kind.SIGN, "*"),
}  # fmt: skip
"""Commands that are one token, whatever stands around them."""
_WIDE = 6.0
"""Points of a space that separates."""


def tokenize(latex: str, macros: Mapping[str, Macro]) -> tuple[Token, ...]:
    r"""The tokens of a piece of maths. Raises :class:`NotReadError`.

    ``macros`` are by their name with the backslash.
    """
    if len(latex) > MAX_LENGTH:
        raise NotReadError(f"over {MAX_LENGTH} characters", 0)
    raw = lex(latex)
    check_braces(raw)
    settler = _Settler()
    settler.settle(fractions(signs(expanded(raw, macros))), "")
    return tuple(settler.found)


class _Settler:
    """Raw tokens to tokens: numbers joined, fonts applied, what means nothing dropped."""

    def __init__(self) -> None:
        self.found: list[Token] = []
        self.apart = False
        """A space was dropped: what follows is not glued to what was before."""
        self.bars: list[str] = []
        """Left ones that nothing closed yet."""
        self.is_equation = False

    def add(self, kind: Kind, text: str, raw: Raw) -> None:
        self.found.append(Token(kind, text, raw.at, raw.glued and not self.apart))
        self.is_equation |= text == "="
        self.apart = False
        if len(self.found) > MAX_TOKENS:
            raise NotReadError(f"more than {MAX_TOKENS} tokens", raw.at)

    def settle(self, raw: list[Raw], font: str, depth: int = 0) -> None:
        """Append the tokens of ``raw``, its letters set in ``font``."""
        if depth > 40:
            raise NotReadError("nested more than 40 deep", raw[0].at if raw else 0)
        i = 0
        while i < len(raw):
            token = raw[i]
            text = token.text
            if text[0] == "\\" and len(text) > 1:
                i = self.command(raw, i, font, depth)
                continue
            if (text.isdecimal() and text.isascii()) or self.begins_decimals(raw, i):
                i = self.number(raw, i, font)
                continue
            if text == "{" and (found := modern(raw, i)):
                self.settle(found[0], font, depth + 1)
                i = found[1]
                continue
            if text == "{":
                self.add(Kind.OPEN, text, token)
            elif text == "}":
                self.close(token)
            elif text.isalpha():
                self.letter(text, token, font)
            else:
                self.add(Kind.SIGN, text, token)
            i += 1

    def close(self, raw: Raw) -> None:
        r"""End a group; without its braces where maths is the same without them:
        ``f^{\prime}(x)``, ``{\partial} f``."""
        primes = [*takewhile(lambda one: one.is_sign("'"), reversed(self.found))]
        opened = self.found[-len(primes) - 2 :][:2]
        if primes and [one.text for one in opened] == ["^", "{"]:
            self.found[-len(primes) - 2 :] = reversed(primes)
        elif [one.text for one in self.found[-3:]] == ["{", "{", "partial"]:
            del self.found[-2]
        else:
            self.add(Kind.CLOSE, raw.text, raw)

    def letter(self, text: str, token: Raw, font: str) -> None:
        if not text.isascii() and not text.startswith("\\"):
            self.add(Kind.TEXT, text, token)
            return
        self.add(Kind.LETTER, rf"\{font}{{{text}}}" if font else text, token)

    def begins_decimals(self, raw: list[Raw], i: int) -> bool:
        """Whether a dot begins a number, ``.5``, and is neither the end of anything nor a product:
        it follows a sign, an opening bracket, nothing, or a space behind a brace."""
        if raw[i].text != "." or i + 1 == len(raw):
            return False
        digit, last = raw[i + 1], self.found[-1] if self.found else None
        is_first = last is None or last.kind in (Kind.OPEN, Kind.LEFT) or last.is_sign(*"=+-*/([&")
        is_first = is_first or (last is not None and last.kind is Kind.CLOSE and not raw[i].glued)
        return is_first and digit.glued and digit.text.isdecimal() and digit.text.isascii()

    def number(self, raw: list[Raw], i: int, font: str) -> int:
        first = raw[i]
        text = "0." if first.text == "." else first.text
        i += 1
        while i < len(raw) and raw[i].glued:
            piece = raw[i].text
            following = raw[i + 1] if i + 1 < len(raw) else None
            if piece.isdecimal() and piece.isascii():
                text += piece
            elif (
                piece == "."
                and "." not in text
                and following is not None
                and following.glued
                and following.text.isdecimal()
            ):
                text += "."
            elif "." not in text and (digits := behind_comma(raw, i)):
                if len(digits) == 3 and text != "0":
                    break  # 1{,}500 may be a thousand and more
                text += f".{digits}"
                i += 2 + len(digits)
            else:
                break
            i += 1
        if (font == "mathbf" and text in "01") or (font == "mathbb" and text == "1"):
            self.add(Kind.LETTER, rf"\mathbf{{{text}}}", first)
        else:
            self.add(Kind.NUMBER, text, first)
        return i

    def command(self, raw: list[Raw], i: int, font: str, depth: int) -> int:
        token = raw[i]
        name = token.text[1:]
        i += 1
        if name == "\\":
            i = behind_star(raw, i)
            if i < len(raw) and raw[i].text == "[" and raw[i].glued:
                end = next((j for j in range(i, min(i + 12, len(raw))) if raw[j].text == "]"), i)
                size = "".join(t.text for t in raw[i + 1 : end])
                if size[-2:] in ("pt", "em", "ex", "mm", "cm", "in"):
                    i = end + 1
            self.add(Kind.ROW, "\\\\", token)
        elif name in _TOKENS:
            self.bar(*_TOKENS[name], token)
        elif name in ("hspace", "hskip", "mskip", "kern", "mkern"):
            width, i = space(raw, i)
            if width > _WIDE:
                self.add(Kind.SPACE, "hspace", token)
        elif name in IGNORED | THIN:
            self.apart = True
            i = self.thin(raw, i - 1) if name in THIN else i
        elif name in ("eqno", "leqno"):
            i = len(raw)  # what is behind it is the number of the display
        elif name in CLASSES:
            self.apart = True
            if i < len(raw) and raw[i].text == "{":
                group, end = group_at(raw, i)
                if found := modern(raw, i):  # \\mathop{\\rm tr}
                    self.settle(found[0], font, depth + 1)
                elif group:
                    is_sign = name in ("mathbin", "mathrel") or has_relation(group)
                    self.grouped(group, font, token, depth, is_group=not is_sign)
                if group or end == len(raw) or raw[end].text not in "_^":
                    i = end
        elif name in DROPPED:
            i = behind_star(raw, i)
            aligns = all(t.kind is Kind.ROW or t.is_sign("&") for t in self.found[-1:])
            check_blank(name, [] if aligns else group_at(raw, i)[0], token.at)
            for _ in range(DROPPED[name]):
                _, i = group_at(raw, i)
        elif name == "underline" and "".join(t.text for t in self.found[-2:]).endswith(("^", "^{")):
            raise NotReadError("an underlined superscript: a falling factorial", token.at)
        elif name in KEPT_LAST:
            kept: list[Raw] = []
            for _ in range(KEPT_LAST[name]):
                kept, i = group_at(raw, i)
            check_blank(name, kept, token.at)
            # a box round a whole statement is no group
            self.grouped(kept, font, token, depth, is_group=not has_relation(kept))
        elif name in ("left", "right", "middle") or name in SIZES:
            i = self.delimiter(raw, i, token, name)
        elif name in ("begin", "end"):
            group, i = group_at(raw, i)
            kind = Kind.BEGIN if name == "begin" else Kind.END
            environment = "".join(t.text for t in group)
            self.add(kind, environment, token)
            if name == "begin":
                i = behind_arguments(raw, i, environment.rstrip("*") in COUNTED)
        elif name in BOLD or name in FONTS:
            group, i = group_at(raw, i)
            self.fonted(group, "mathbf" if name in BOLD else name, token, depth)
        elif name in UPRIGHT:
            group, i = group_at(raw, behind_star(raw, i))
            self.upright(group, name, token, depth)
        elif name in GREEK:
            self.letter(f"\\{SAME_GREEK.get(name, name)}", token, font)
        else:
            self.add(Kind.COMMAND, name, token)
        return i

    def grouped(
        self, raw: list[Raw], font: str, token: Raw, depth: int, is_group: bool = True
    ) -> None:
        """The argument of a command, in braces unless it is no group, or the d of a
        differential."""
        start = len(self.found)
        if is_group:
            self.add(Kind.OPEN, "{", token)
        self.settle(raw, font, depth + 1)
        if is_group and len(self.found) == start + 2 and self.found[-1].text == "d":
            self.found[start:] = [replace(self.found[-1], glued=self.found[start].glued)]
        elif is_group:
            self.add(Kind.CLOSE, "}", token)

    def thin(self, raw: list[Raw], i: int) -> int:
        """Skip narrow spaces; they may separate a condition from what it is said of."""
        end, separates, is_open = behind_spaces(raw, i)
        if end > i + 2 and self.found and self.found[-1].is_sign("="):
            check_blank("boxed", [], raw[i].at)
        values = (Kind.LETTER, Kind.NUMBER, Kind.CLOSE, Kind.RIGHT, Kind.END)
        if any(t.kind in values or t.is_sign(")", "]") for t in self.found[-1:]):
            if is_open and self.is_equation:
                raise NotReadError("a space before a statement: is it a product?", raw[i].at)
            if separates:
                self.add(Kind.SPACE, "thin", raw[i])
        return end

    def delimiter(self, raw: list[Raw], i: int, token: Raw, name: str) -> int:
        if i >= len(raw) or raw[i].text not in OPENING:
            if name in SIZES:
                return i
            raise NotReadError(f"`\\{name}` without a bracket", token.at)
        sign = OPENING[raw[i].text]
        if name in ("left", "right"):
            self.add(Kind.LEFT if name == "left" else Kind.RIGHT, sign, token)
        elif sign in ("|", "\\|") and name[-1] in "lr":
            self.bar(Kind.LEFT if name[-1] == "l" else Kind.RIGHT, sign, token)
        elif name == "middle":
            self.add(Kind.COMMAND, "middle", token)
        elif name not in SIZES or sign != ".":
            self.add(Kind.SIGN, sign, token)
        return i + 1

    def bar(self, kind: Kind, sign: str, token: Raw) -> None:
        r"""A token that may be a bar with a side; a right one that closes nothing is a bar like
        others: ``x^2\bigr|_{x=1}``."""
        if kind is Kind.LEFT:
            self.bars.append(sign)
        elif kind is Kind.RIGHT and sign in self.bars:
            self.bars.remove(sign)
        elif kind is Kind.RIGHT:
            kind = Kind.SIGN
        self.add(kind, sign, token)

    def fonted(self, group: list[Raw], font: str, token: Raw, depth: int) -> None:
        word = word_of(group)
        if font == "mathtt" and len(word) > 1 and word.isascii() and word.isidentifier():
            # a name of many letters, as programs have them
            self.add(Kind.WORD, word, token)
            return
        raw = [Raw(t.text, t.at, token.glued if not n else t.glued) for n, t in enumerate(group)]
        self.grouped(raw, font, token, depth, is_group=len(group) > 1)

    def upright(self, group: list[Raw], name: str, token: Raw, depth: int) -> None:
        if [one.text for one in group[:2]] == ["{", "}"]:
            group = group[2:]  # \\mathrm{{}d}: for the space in front
        word = "".join(t.text for t in group if t.text not in ("\\,", "\\ ", "\\!"))
        is_letter = name not in TEXTUAL or word == "d"
        if len(word) == 1 and word.isalpha() and word.isascii() and is_letter:
            self.add(Kind.LETTER, word, token)
        elif word == "grad" and name.startswith("operatorname"):
            self.add(Kind.COMMAND, "nabla", token)
        elif word.isalpha() and word.isascii():
            spaced = any(not t.glued for t in group[1:]) and name in TEXTUAL
            self.add(Kind.TEXT if spaced else Kind.WORD, word, token)
        elif name in TEXTUAL or any(not t.text.isascii() for t in group):
            text = "".join(f"{'' if t.glued else ' '}{t.text}" for t in group).strip()
            if text:
                self.add(Kind.TEXT, text, token)
        elif name.startswith("operatorname") and word.isascii() and word_of(group).isidentifier():
            self.add(Kind.WORD, word_of(group), token)
        else:
            self.grouped(group, "", token, depth)
