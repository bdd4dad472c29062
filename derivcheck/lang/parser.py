"""Text to syntax: Python's own parser, a whitelist, and limits before anything is built.

Nothing is evaluated: :func:`ast.parse` only builds a tree, of which every node outside the
whitelist is an error with a position and the common mistake behind it.
"""

from __future__ import annotations

import ast
import re
import warnings
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache

from derivcheck.lang import syntax as S
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.foreign import (
    advice,
    from_code,
    from_mathematica,
    from_maths,
    powers_of_functions,
)
from derivcheck.lang.mistakes import PRIME, explain, is_function
from derivcheck.lang.text import MAX_DEPTH, MAX_DIGITS, check_text, name_problem

MAX_NODES = 4_000
MAX_DECIMAL_EXPONENT = 400

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


_DECIMAL = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@lru_cache(maxsize=1024)
def parse(text: str) -> S.Syntax:
    """The syntax of one expression.

    Raises :class:`LanguageError` for anything outside the language or its limits
    (``MAX_LENGTH`` characters, ``MAX_DEPTH`` levels, ``MAX_NODES`` parts).
    """
    flat = text.replace("\n", " ").replace("\r", " ").replace("\t", " ")
    check_text(flat)
    lead = len(flat) - len(flat.lstrip())
    try:
        tree = _python(flat.strip())
    except SyntaxError as error:
        problem = explain(flat.strip(), error)
        problem.start += lead
        problem.end += lead
        raise problem from None
    except (RecursionError, MemoryError, ValueError):
        raise LanguageError(
            "too-deep", f"the expression is nested more than {MAX_DEPTH} deep"
        ) from None
    return _Converter(flat, lead, tree.body).convert(tree.body)


_SHOWN = 60
"""Characters of a text too deep that are shown."""
_MAY_WARN = re.compile(r"\d[^\W\d]|\\")


def _python(text: str) -> ast.Expression:
    """Python's tree, without the warnings of what follows a number or a backslash."""
    if not _MAY_WARN.search(text):
        return ast.parse(text, mode="eval")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, mode="eval")


def _operators(node: ast.expr) -> int:
    """How many operators stand in a row: of a sum they are nested to the left."""
    count = 0
    while isinstance(node, ast.BinOp):
        node, count = node.left, count + 1
    return count


class _Converter:
    """Python's tree to ours, through the whitelist."""

    def __init__(self, whole: str, lead: int, root: ast.expr) -> None:
        self.whole = whole
        self.text = whole.strip()
        self.root = root
        self.lead = lead
        self.nodes = 0
        self.encoded = None if whole.isascii() else self.text.encode()

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Where a part stands: Python counts bytes, from the first that is no blank."""
        start, end = node.col_offset, node.end_col_offset or node.col_offset
        if self.encoded is not None:
            start, end = (len(self.encoded[:at].decode(errors="ignore")) for at in (start, end))
        return start + self.lead, end + self.lead

    def fail(
        self, node: ast.expr, message: str, hint: str | None = None, rule: str = "syntax"
    ) -> LanguageError:
        start, end = self.span(node)
        return LanguageError(rule, message, start, end, hint)

    def refuse(self, node: ast.expr, said: str, hint: str | None = None) -> LanguageError:
        """What begins with the text of a part."""
        return self.fail(node, f"`{self.source(node)}`{said}", hint)

    def source(self, node: ast.expr) -> str:
        start, end = self.span(node)
        text = self.whole[start:end]
        return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."

    def convert(self, node: ast.expr, depth: int = 0) -> S.Syntax:
        self.nodes += 1
        start, end = self.span(node)
        if depth > MAX_DEPTH:
            raise LanguageError(
                "too-deep",
                f"the expression is nested more than {MAX_DEPTH} deep",
                start,
                min(end, start + _SHOWN),
                "a sum or a product counts its terms: put brackets around some of them"
                if _operators(self.root) > MAX_DEPTH // 2
                else None,
            )
        if self.nodes > MAX_NODES:
            raise self.fail(node, f"the expression has over {MAX_NODES} parts", rule="too-long")
        below = depth + 1
        match node:
            case ast.Constant():
                return self.number(node, start, end)
            case ast.Name():
                problem = name_problem(node.id)
                if problem:
                    raise self.fail(node, problem, rule="name")
                return S.Name(node.id, start=start, end=end)
            case ast.UnaryOp():
                operators = {ast.USub: "-", ast.UAdd: "+", ast.Not: "not"}
                operator = operators.get(type(node.op))
                if operator is None:
                    raise self.fail(node, "`~` is not an operator here")
                return S.Unary(operator, self.convert(node.operand, below), start=start, end=end)
            case ast.BinOp():
                operator = _BINARY.get(type(node.op))
                if operator is None:
                    sign, hint = _NOT_BINARY[type(node.op)]
                    hint = (self.power() or hint) if sign == "^" else hint
                    raise self.fail(
                        node,
                        f"`{sign}` in `{self.source(node)}` is not an operator of expressions",
                        hint,
                    )
                left = self.convert(node.left, below)
                return S.Binary(
                    operator, left, self.convert(node.right, below), start=start, end=end
                )
            case ast.Compare():
                signs = tuple(_COMPARE.get(type(op), "") for op in node.ops)
                if "" in signs:
                    raise self.fail(node, "comparisons are `< <= > >= == !=`")
                operands = tuple(self.convert(x, below) for x in (node.left, *node.comparators))
                return S.Comparison(signs, operands, start=start, end=end)
            case ast.BoolOp():
                operator = "and" if isinstance(node.op, ast.And) else "or"
                operands = tuple(self.convert(x, below) for x in node.values)
                return S.Logical(operator, operands, start=start, end=end)
            case ast.Attribute():
                if node.attr == "H":
                    adjoint = S.Transposed(self.convert(node.value, below), start=start, end=end)
                    return S.Call(
                        S.Name("conj", start=start, end=end), (adjoint,), start=start, end=end
                    )
                if node.attr != "T":
                    raise self.fail(
                        node,
                        f"`.{node.attr}` in `{self.source(node)}` is not part of the language",
                        f"write `inv({self.source(node.value)})`"
                        if node.attr == "I"
                        else self.translated()
                        or advice(node.attr)
                        or self.dotted(node)
                        or "the attributes are `.T`, the transpose, and `.H`, the conjugate one",
                    )
                return S.Transposed(self.convert(node.value, below), start=start, end=end)
            case ast.Call():
                return self.call(node, start, end, below)
            case ast.Subscript():
                inner = node.slice
                parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                indices = tuple(
                    self.slice(p, below) if isinstance(p, ast.Slice) else self.convert(p, below)
                    for p in parts
                )
                return S.Subscript(self.convert(node.value, below), indices, start=start, end=end)
            case ast.List(elts=[_, *_]):
                items = tuple(self.convert(item, below) for item in node.elts)
                return S.Listed(items, start=start, end=end)
            case ast.ListComp():
                return self.comprehension(node, start, end, below)
            case ast.Tuple() | ast.List():
                raise self.refuse(
                    node,
                    " is a list; an expression is one value",
                    self.translated()
                    or "a column is `[a, b]`; several forms of a claim are a YAML list, each one "
                    "quoted",
                )
            case ast.GeneratorExp(generators=[ast.comprehension(target=ast.Name(id=index))]):
                raise self.refuse(
                    node,
                    " is not an expression of the language",
                    f"over an index it is written `sum({self.source(node.elt)}, {index})`",
                )
            case ast.JoinedStr():
                raise self.refuse(node, ": quotes have no place here", PRIME)
            case _:
                raise self.refuse(node, " is not an expression of the language")

    def dotted(self, node: ast.Attribute) -> str | None:
        """Mathematica's ``A.B``, and ``i = 1..n``."""
        if ".." in self.text:
            return "bounds are written `sum(x[i], (i, 0, n - 1))`; over all entries `sum(x[i], i)`"
        names = (self.source(node.value), node.attr)
        if all(name.isidentifier() and len(name) <= 2 for name in names):
            return f"a matrix product is written `{names[0]} @ {names[1]}`"
        return None

    def power(self) -> str | None:
        """What a text with ``^`` is here, where that is more than a power."""
        for said, translate in (
            ("write", from_mathematica),
            ("write", powers_of_functions),
            ("write", from_maths),
            ("`^` is not power here: write", lambda text: text.replace("^", "**")),
        ):
            written = translate(self.text)
            with suppress(LanguageError):
                if written is not None:
                    parse(written)
                    return f"{said} `{written:.80}`"
        if "{" in self.text:
            return "LaTeX is read by `derivcheck check 'LATEX'`; here a power is `**`"
        return None

    def translated(self) -> str | None:
        """What the text is here if it is code of another library."""
        written = from_code(self.text)
        if written is None or written == self.text:
            return None
        try:
            calls = {c.function for c in S.walk(parse(written)) if isinstance(c, S.Call)}
        except LanguageError:
            return None
        names = {name.id for name in calls if isinstance(name, S.Name)}
        return f"write `{written:.80}`" if all(map(is_function, names)) else None

    def call(self, node: ast.Call, start: int, end: int, depth: int) -> S.Syntax:
        if not isinstance(node.func, ast.Name | ast.Call):
            self.convert(node.func, depth)
            hint = "a product needs its `*`"
            if self.whole[: self.span(node)[0]].rstrip().endswith("**"):
                hint = "a power of a function is written `sin(x)**2`"
            raise self.fail(node, f"`{self.source(node.func)}` is not a function", hint)
        if any(isinstance(a, ast.Starred) for a in node.args) or any(
            k.arg is None for k in node.keywords
        ):
            raise self.fail(node, "`*` and `**` do not unpack here")
        function = self.convert(node.func, depth)
        if not isinstance(function, S.Name) and not (
            isinstance(function, S.Call) and function.function in (S.Name("D"), S.Name("d"))
        ):
            raise self.fail(
                node, f"`{self.source(node.func)}` is not a function", "a product needs its `*`"
            )
        args = tuple(self.argument(function, a, depth) for a in node.args)
        keywords = tuple((k.arg or "", self.convert(k.value, depth)) for k in node.keywords)
        return S.Call(function, args, keywords, start=start, end=end)

    def argument(self, function: S.Syntax, node: ast.expr, depth: int) -> S.Syntax:
        """An argument of a call; ``sum`` and ``prod`` take ``(k, low, high)``."""
        if function == S.Name("hyper") and isinstance(node, ast.List) and not node.elts:
            start, end = self.span(node)
            return S.Listed((), start=start, end=end)
        if not isinstance(node, ast.Tuple) or function not in (S.Name("sum"), S.Name("prod")):
            return self.convert(node, depth)
        if len(node.elts) != 3 or not isinstance(node.elts[0], ast.Name):
            raise self.refuse(
                node,
                ": bounds are written `(k, low, high)`",
                "both ends are included; `sum(f, i, j)` runs over several indices",
            )
        name, low, high = (self.convert(part, depth + 1) for part in node.elts)
        assert isinstance(name, S.Name)
        start, end = self.span(node)
        return S.Bounds(name, low, high, start=start, end=end)

    def slice(self, node: ast.Slice, depth: int) -> S.Syntax:
        if node.step is not None:
            raise self.refuse(
                node.step, ": slices have no step", "`[x[2*i] for i in n]` takes every other entry"
            )
        low = None if node.lower is None else self.convert(node.lower, depth)
        high = None if node.upper is None else self.convert(node.upper, depth)
        start, end = self.span(node)
        return S.Slice(low, high, start=start, end=end)

    def comprehension(self, node: ast.ListComp, start: int, end: int, depth: int) -> S.Syntax:
        loop = node.generators[0]
        plain = len(node.generators) == 1 and not loop.ifs and not loop.is_async
        if not plain or not isinstance(loop.target, ast.Name):
            raise self.refuse(
                node,
                ": a column is written `[f for i in n]`",
                "a matrix is `[[f for j in n] for i in m]`, a condition `where(i < j, f, 0)`",
            )
        name = self.convert(loop.target, depth)
        assert isinstance(name, S.Name)
        body = self.convert(node.elt, depth)
        return S.Comprehension(body, name, self.convert(loop.iter, depth), start=start, end=end)

    def number(self, node: ast.Constant, start: int, end: int) -> S.Syntax:
        if isinstance(node.value, complex):
            text = self.whole[start : end - 1]
            unit = S.Name(S.IMAGINARY_UNIT, start=start, end=end)
            if text == "1":
                return unit
            return S.Binary(
                "*", self.decimal(node, text, start, end - 1), unit, start=start, end=end
            )
        if isinstance(node.value, str) and node.value.lower() in ("fro", "f", "nuc"):
            raise self.refuse(node, ": quotes have no place here", "`norm(X)` is Frobenius'")
        if isinstance(node.value, str):
            raise self.refuse(node, ": quotes have no place here", PRIME)
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise self.refuse(node, " is not a number")
        return self.decimal(node, self.whole[start:end], start, end)

    def decimal(self, node: ast.Constant, text: str, start: int, end: int) -> S.Number:
        plain = text.replace("_", "")
        if not _DECIMAL.fullmatch(plain):
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
        value = int(plain) if plain.isdecimal() else plain
        return S.Number(Fraction(value), text, start=start, end=end)
