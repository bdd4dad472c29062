"""What the text of an expression may hold.

Everything here looks at characters only, before Python's parser sees the text: length, nesting,
visible characters, names without look-alikes, reserved words.
"""

from __future__ import annotations

import keyword
import re
from functools import lru_cache

from derivcheck.lang.errors import QUOTE, LanguageError
from derivcheck.lang.mistakes import TRUTH

MAX_LENGTH = 20_000
MAX_DEPTH = 200
MAX_BRACKETS = 60
MAX_DIGITS = 400

GREEK = "αβγδεζηθικλμξπρστφχψωΓΔΘΛΞΠΣΦΨΩ"
"""Greek letters that look like no Latin one."""

NAME = re.compile(rf"[A-Za-z_{GREEK}][A-Za-z0-9_{GREEK}]*\Z")
_MOST_OF_A_HINT = 200
_PYTHON_CASES = re.compile(r"(?P<then>[^?]+?)\bif\b(?P<test>.+?)\belse\b(?P<other>.+)")
_WORDED_CASES = re.compile(r"\s*if\b(?P<test>.+?)\bthen\b(?P<then>.+?)\belse\b(?P<other>.+)")
_WORD = re.compile(r"[^\W\d]\w*")
_LONG_NUMBER = re.compile(rf"\d{{{MAX_DIGITS + 1},}}")

_WRITTEN = {
    "-": "−–—",
    "*": "×·⋅∗⊙∘",
    "/": "÷",
    "**": "^",
    "**2": "²",
    "**3": "³",
    ".T": "ᵀ⊤",
    "**...": "⁰¹⁴⁵⁶⁷⁸⁹⁺⁻ⁿ",
    "D(f)(x)": "’‘′",
    "1/2": "½",
    "1/3": "⅓",
    "1/4": "¼",
    "3/4": "¾",
    "sqrt(...)": "√",
    "oo": "∞",
    "kron(A, B)": "⊗",
    "<=": "≤",
    ">=": "≥",
    "!=": "≠",
    "(": "（",
    ")": "）",
    ",": "，",
    "[": "［",
    "]": "］",
    "diff(f, x)": "∂",
    "grad(f, X)": "∇",
    "sum(..., k)": "Σ∑",
    "prod(..., k)": "∏",
    "norm(x)": "‖",
    "x.T @ y": "⟨⟩",
}
"""How signs are written here, to what people paste for them."""
_LOOKALIKE = {sign: written for written, signs in _WRITTEN.items() for sign in signs}


def visible(text: str) -> str:
    """``text`` with control, invisible and bidirectional characters spelled as ``<U+202E>``."""
    return "".join(c if c.isprintable() and c != "\u00ad" else f"<U+{ord(c):04X}>" for c in text)


@lru_cache(maxsize=1024)
def name_problem(name: str) -> str | None:
    """Why ``name`` cannot name a symbol, function or dimension; None if it can."""
    if keyword.iskeyword(name):
        other = "lam" if name == "lambda" else f"{name}_"
        return f"`{name}` is a reserved word of Python: choose another name (`{other}`)"
    if name.startswith("__"):
        return f"`{visible(name)}` starts with two underscores"
    if not NAME.match(name):
        for character in name:
            if not (character.isascii() and character.isprintable()) and character not in GREEK:
                return (
                    f"`{visible(name)}` contains U+{ord(character):04X}: names are made of "
                    "ASCII letters, digits, `_` and Greek letters that look like no Latin one"
                )
        return f"`{visible(name)}` is not a name: letters, digits and `_`, no digit first"
    if len(name) > 64:
        return f"`{name[:20]}...` is longer than 64 characters"
    return None


_NOTABLE = re.compile(r"[^ -~]|[\[\](){}#]")
"""What is a bracket, a comment, or not a visible character of ASCII."""


def check_text(text: str) -> None:
    """Refuse what is no expression before it is parsed: by its length, its characters, its
    brackets and its words. Raises :class:`LanguageError`."""
    if len(text) > MAX_LENGTH:
        raise LanguageError(
            "too-long", f"the expression has {len(text)} characters, the limit is {MAX_LENGTH}"
        )
    if not text.strip():
        raise LanguageError("empty", "the expression is empty")
    _check_signs(text)
    digits = _LONG_NUMBER.search(text)
    if digits:
        # beyond some 4,000 digits Python's own parser gives up
        raise LanguageError(
            "too-large", f"a number has over {MAX_DIGITS} digits", digits.start(), digits.end()
        )
    for match in _WORD.finditer(text):
        word = match.group()
        if keyword.iskeyword(word) and word not in ("and", "or", "not", "for", "in"):
            raise LanguageError(
                "reserved",
                f"`{word}` is a reserved word, not part of expressions",
                match.start(),
                match.end(),
                _instead_of(word, text),
            )


_CLOSES = {")": "(", "]": "[", "}": "{"}


def _check_signs(text: str) -> None:
    """Refuse brackets that do not match, and characters that have no place."""
    stack: list[tuple[str, int]] = []
    for match in _NOTABLE.finditer(text):
        i, c = match.start(), match.group()
        if c in "([{":
            stack.append((c, i))
            if len(stack) > MAX_BRACKETS:
                raise LanguageError(
                    "too-deep", f"brackets are nested more than {MAX_BRACKETS} deep", i, i + 1
                )
        elif c in _CLOSES:
            if not stack or stack.pop()[0] != _CLOSES[c]:
                raise LanguageError("bracket", f"`{c}` closes nothing", i, i + 1)
        elif c == "#":
            raise LanguageError("syntax", "`#` has no place in an expression", i, i + 1)
        elif c not in "\t\n\r" and not c.isprintable():
            raise LanguageError("character", f"U+{ord(c):04X} is not a visible character", i, i + 1)
        elif not c.isascii() and c not in GREEK:
            write = _LOOKALIKE.get(c)
            raise LanguageError(
                "character",
                f"`{visible(c)}` (U+{ord(c):04X}) is not a character of expressions",
                i,
                i + 1,
                f"write `{write}`" if write else None,
            )
    if stack:
        c, i = stack[-1]
        hint = QUOTE if "," not in text else None
        raise LanguageError("bracket", f"`{c}` is never closed", i, len(text), hint)


_WRITTEN_ELSE = {
    "if": "write `where(condition, a, b)`",
    "else": "write `where(condition, a, b)`",
    "lambda": "a symbol may be called `lam`",
    "True": TRUTH,
    "False": TRUTH,
}


def _instead_of(word: str, text: str) -> str | None:
    """What to write instead of a reserved word in an expression."""
    if word in ("if", "else") and len(text) <= _MOST_OF_A_HINT:
        cases = _PYTHON_CASES.fullmatch(text) or _WORDED_CASES.fullmatch(text)
        if cases:
            given = {name: part.strip() for name, part in cases.groupdict().items()}
            return f"write `where({given['test']}, {given['then']}, {given['other']})`"
    hint = _WRITTEN_ELSE.get(word)
    if "keepdim" in text:
        hint = "with `axis=` the dimension is kept: leave `keepdims` out"
    body = re.match(r"\s*lambda\s+\w+\s*:\s*(.+)", text)
    return f"an expression is the body alone, `{body[1].strip():.60}`; {hint}" if body else hint
