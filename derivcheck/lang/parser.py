"""Text to syntax: Python's own parser, a whitelist, and limits before anything is built.

Nothing is evaluated: :func:`ast.parse` only builds a tree, of which every node outside the
whitelist is an error with a position and the common mistake behind it.
"""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from fractions import Fraction
from functools import lru_cache

from derivcheck.lang.errors import LanguageError
from derivcheck.lang.syntax import (
    Binary,
    Call,
    Comparison,
    Logical,
    Name,
    Number,
    Subscript,
    Syntax,
    Transposed,
    Unary,
)

MAX_LENGTH = 20_000
MAX_DEPTH = 200
MAX_BRACKETS = 60
MAX_NODES = 4_000
MAX_DIGITS = 400
MAX_DECIMAL_EXPONENT = 400

GREEK = "αβγδεζηθικλμξπρστφχψωΓΔΘΛΞΠΣΦΨΩ"
"""Greek letters that look like no Latin one."""

NAME = re.compile(rf"[A-Za-z_{GREEK}][A-Za-z0-9_{GREEK}]*\Z")
_WORD = re.compile(r"[^\W\d]\w*")
_LONG_NUMBER = re.compile(rf"\d{{{MAX_DIGITS + 1},}}")

_LOOKALIKE = {
    "−": "-",
    "–": "-",
    "—": "-",
    "×": "*",
    "·": "*",
    "⋅": "*",
    "∗": "*",
    "÷": "/",
    "^": "**",
    "²": "**2",
    "³": "**3",
    "ᵀ": ".T",
    "⊤": ".T",
    "′": "D(f)(x) for a prime",
    "’": "D(f)(x) for a prime",
    "‘": "D(f)(x) for a prime",
    "√": "sqrt(...)",
    "∞": "oo",
    "⊙": "*",
    "∘": "*",
    "⊗": "kron(A, B)",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "（": "(",
    "）": ")",
    "，": ",",
    "［": "[",
    "］": "]",
    "∂": "diff(f, x)",
    "∇": "grad(f, X)",
    "Σ": "sum(..., k)",
    "∑": "sum(..., k)",
}

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
}
_NOT_BINARY: dict[type[ast.operator], tuple[str, str]] = {
    ast.BitXor: ("^", "`^` is not power here: write `**`"),
    ast.BitOr: ("|", "`|` is not an operator here: write `abs(x)` for an absolute value"),
    ast.BitAnd: ("&", "`&` is not an operator here: write `and`"),
    ast.FloorDiv: ("//", "`//` is not an operator here: write `/`"),
    ast.Mod: ("%", "`%` is not an operator here"),
    ast.LShift: ("<<", "`<<` is not an operator here: write `<`"),
    ast.RShift: (">>", "`>>` is not an operator here: write `>`"),
}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


def visible(text: str) -> str:
    """``text`` with control, invisible and bidirectional characters spelled as ``<U+202E>``."""
    return "".join(c if c.isprintable() and c != "\u00ad" else f"<U+{ord(c):04X}>" for c in text)


def name_problem(name: str) -> str | None:
    """Why ``name`` cannot name a symbol, function or dimension; None if it can."""
    if keyword.iskeyword(name):
        return f"`{name}` is a reserved word of Python: choose another name (`{name[:3]}_`)"
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


def _check_text(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise LanguageError(
            "too-long", f"the expression has {len(text)} characters, the limit is {MAX_LENGTH}"
        )
    if not text.strip():
        raise LanguageError("empty", "the expression is empty")
    depth = deepest = 0
    stack: list[tuple[str, int]] = []
    closing = {")": "(", "]": "[", "}": "{"}
    for i, c in enumerate(text):
        if c in "([{":
            stack.append((c, i))
            depth += 1
            deepest = max(deepest, depth)
            if deepest > MAX_BRACKETS:
                raise LanguageError(
                    "too-deep", f"brackets are nested more than {MAX_BRACKETS} deep", i, i + 1
                )
        elif c in ")]}":
            if not stack or stack[-1][0] != closing[c]:
                raise LanguageError("bracket", f"`{c}` closes nothing", i, i + 1)
            stack.pop()
            depth -= 1
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
        raise LanguageError(
            "bracket",
            f"`{c}` is never closed",
            i,
            i + 1,
            "in YAML, quote an expression that holds a comma inside [...] or {...}"
            if "," not in text
            else None,
        )
    digits = _LONG_NUMBER.search(text)
    if digits:
        # beyond some 4,000 digits Python's own parser gives up
        raise LanguageError(
            "too-large", f"a number has over {MAX_DIGITS} digits", digits.start(), digits.end()
        )
    for match in _WORD.finditer(text):
        word = match.group()
        if keyword.iskeyword(word) and word not in ("and", "or", "not"):
            hint = {
                "if": "write `where(condition, a, b)`",
                "else": "write `where(condition, a, b)`",
                "lambda": "a symbol may be called `lam`",
            }.get(word)
            raise LanguageError(
                "reserved",
                f"`{word}` is a reserved word, not part of expressions",
                match.start(),
                match.end(),
                hint,
            )


_IMPLICIT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(?:\s*)([^\W\d]\w*|\()")
_UNFINISHED = re.compile(r"([-+*/@<>=,]|\b(and|or|not))\s*\Z")
_ADJACENT = re.compile(r"([^\W\d]\w*)\s+([^\W\d]\w*|\d+)")


def _explain(text: str, error: SyntaxError) -> LanguageError:
    """The mistake behind what Python calls a syntax error."""
    at = max(0, min((error.offset or 1) - 1, len(text)))
    match = re.search(r"(?<![=<>!])=(?!=)", text)
    if match and not re.search(r"\baxis\s*=", text):
        return LanguageError(
            "syntax", "`=` is not an operator here", match.start(), match.end(), "write `==`"
        )
    if "'" in text or '"' in text:
        i = min(text.index(c) for c in "'\"" if c in text)
        return LanguageError(
            "syntax",
            f"`{text[i]}` has no place in an expression",
            i,
            i + 1,
            "a prime is written `D(f)(x)` or `diff(f, x)`",
        )
    match = _IMPLICIT.search(text)
    if match:
        return LanguageError(
            "syntax",
            f"`{match.group()}`: a product needs its sign",
            match.start(),
            match.end(),
            f"write `{match.group(1)}*{match.group(2)}`",
        )
    match = next(
        (m for m in _ADJACENT.finditer(text) if not {m[1], m[2]} & {"and", "or", "not"}), None
    )
    if match:
        return LanguageError(
            "syntax",
            f"`{match.group()}`: an operator or brackets are missing",
            match.start(),
            match.end(),
            f"write `{match[1]}({match[2]})` for a function, `{match[1]}*{match[2]}` for a product",
        )
    if at >= len(text.rstrip()) or _UNFINISHED.search(text):
        return LanguageError("syntax", "the expression ends too early", len(text), len(text))
    return LanguageError("syntax", f"cannot be read at `{text[at : at + 12]}`", at, at + 1)


@lru_cache(maxsize=1024)
def parse(text: str) -> Syntax:
    """The syntax of one expression.

    Raises :class:`LanguageError` for anything outside the language or its limits
    (``MAX_LENGTH`` characters, ``MAX_DEPTH`` levels, ``MAX_NODES`` parts).
    """
    flat = text.replace("\n", " ").replace("\r", " ").replace("\t", " ")
    _check_text(flat)
    lead = len(flat) - len(flat.lstrip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(flat.strip(), mode="eval")
    except SyntaxError as error:
        problem = _explain(flat.strip(), error)
        problem.start += lead
        problem.end += lead
        raise problem from None
    except (RecursionError, MemoryError, ValueError):
        raise LanguageError(
            "too-deep", f"the expression is nested more than {MAX_DEPTH} deep"
        ) from None
    return _Converter(flat.strip(), lead).convert(tree.body)


class _Converter:
    """Python's tree to ours, through the whitelist."""

    def __init__(self, text: str, lead: int) -> None:
        self.text = text
        self.lead = lead
        self.nodes = 0
        self.encoded = None if text.isascii() else text.encode()

    def offset(self, column: int) -> int:
        """Character offset of Python's byte column."""
        if self.encoded is not None:
            column = len(self.encoded[:column].decode(errors="ignore"))
        return column

    def span(self, node: ast.expr) -> tuple[int, int]:
        return self.offset(node.col_offset), self.offset(node.end_col_offset or node.col_offset)

    def fail(
        self, node: ast.expr, message: str, hint: str | None = None, rule: str = "syntax"
    ) -> LanguageError:
        start, end = self.span(node)
        return LanguageError(rule, message, start + self.lead, end + self.lead, hint)

    def source(self, node: ast.expr) -> str:
        start, end = self.span(node)
        text = self.text[start:end]
        return text if len(text) <= 60 else text[:57] + "..."

    def convert(self, node: ast.expr, depth: int = 0) -> Syntax:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise self.fail(
                node, f"the expression is nested more than {MAX_DEPTH} deep", rule="too-deep"
            )
        if self.nodes > MAX_NODES:
            raise self.fail(node, f"the expression has over {MAX_NODES} parts", rule="too-long")
        start, end = self.span(node)
        start, end = start + self.lead, end + self.lead
        below = depth + 1
        match node:
            case ast.Constant():
                return self.number(node, start, end)
            case ast.Name():
                problem = name_problem(node.id)
                if problem:
                    raise self.fail(node, problem, rule="name")
                return Name(node.id, start=start, end=end)
            case ast.UnaryOp():
                operators = {ast.USub: "-", ast.UAdd: "+", ast.Not: "not"}
                operator = operators.get(type(node.op))
                if operator is None:
                    raise self.fail(node, "`~` is not an operator here")
                return Unary(operator, self.convert(node.operand, below), start=start, end=end)
            case ast.BinOp():
                operator = _BINARY.get(type(node.op))
                if operator is None:
                    sign, hint = _NOT_BINARY[type(node.op)]
                    raise self.fail(
                        node,
                        f"`{sign}` in `{self.source(node)}` is not an operator of expressions",
                        hint,
                    )
                left = self.convert(node.left, below)
                return Binary(operator, left, self.convert(node.right, below), start=start, end=end)
            case ast.Compare():
                signs = tuple(_COMPARE.get(type(op), "") for op in node.ops)
                if "" in signs:
                    raise self.fail(node, "comparisons are `< <= > >= == !=`")
                operands = tuple(self.convert(x, below) for x in (node.left, *node.comparators))
                return Comparison(signs, operands, start=start, end=end)
            case ast.BoolOp():
                operator = "and" if isinstance(node.op, ast.And) else "or"
                operands = tuple(self.convert(x, below) for x in node.values)
                return Logical(operator, operands, start=start, end=end)
            case ast.Attribute():
                if node.attr != "T":
                    raise self.fail(
                        node,
                        f"`.{node.attr}` in `{self.source(node)}` is not part of the language",
                        "the only attribute is `.T`, the transpose",
                    )
                return Transposed(self.convert(node.value, below), start=start, end=end)
            case ast.Call():
                return self.call(node, start, end, below)
            case ast.Subscript():
                inner = node.slice
                parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                if any(isinstance(p, ast.Slice | ast.Starred) for p in parts):
                    raise self.fail(node, f"`{self.source(node)}`: slices are not supported")
                indices = tuple(self.convert(p, below) for p in parts)
                return Subscript(self.convert(node.value, below), indices, start=start, end=end)
            case ast.Tuple() | ast.List():
                raise self.fail(
                    node,
                    f"`{self.source(node)}` is a list; an expression is one value",
                    "several forms of a claim are a YAML list, each one quoted",
                )
            case _:
                raise self.fail(node, f"`{self.source(node)}` is not an expression of the language")

    def call(self, node: ast.Call, start: int, end: int, depth: int) -> Syntax:
        if not isinstance(node.func, ast.Name | ast.Call):
            self.convert(node.func, depth)
            raise self.fail(
                node, f"`{self.source(node.func)}` is not a function", "a product needs its `*`"
            )
        if any(isinstance(a, ast.Starred) for a in node.args) or any(
            k.arg is None for k in node.keywords
        ):
            raise self.fail(node, "`*` and `**` do not unpack here")
        function = self.convert(node.func, depth)
        if not isinstance(function, Name) and not (
            isinstance(function, Call) and function.function in (Name("D"), Name("d"))
        ):
            raise self.fail(
                node, f"`{self.source(node.func)}` is not a function", "a product needs its `*`"
            )
        args = tuple(self.convert(a, depth) for a in node.args)
        keywords = tuple((k.arg or "", self.convert(k.value, depth)) for k in node.keywords)
        return Call(function, args, keywords, start=start, end=end)

    def number(self, node: ast.Constant, start: int, end: int) -> Syntax:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise self.fail(node, f"`{self.source(node)}` is not a number")
        text = self.text[start - self.lead : end - self.lead]
        plain = text.replace("_", "")
        if not re.fullmatch(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", plain):
            raise self.fail(node, f"`{text}`: numbers are written in decimal")
        mantissa, _, exponent = plain.lower().partition("e")
        if len(mantissa) > MAX_DIGITS:
            raise self.fail(node, f"a number has over {MAX_DIGITS} digits", rule="too-large")
        if len(exponent) > 6 or abs(int(exponent or 0)) > MAX_DECIMAL_EXPONENT:
            raise self.fail(
                node,
                f"`{text}`: decimal exponents are limited to {MAX_DECIMAL_EXPONENT}",
                rule="too-large",
            )
        return Number(Fraction(plain), text, start=start, end=end)
