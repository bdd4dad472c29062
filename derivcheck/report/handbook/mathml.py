"""Syntax to MathML (Core), as a textbook would set it. Mirrors ``lang.printer.to_latex``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from derivcheck.lang.functions import lookup
from derivcheck.lang.printer import name_latex
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
from derivcheck.report.handbook.html import Child, Html, el

IsMatrix = Callable[[Syntax], bool]
_LOGIC, _COMPARE, _SUM, _PRODUCT, _APPLY, _POWER, _ATOM = range(7)
_LEVEL = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "@": _PRODUCT}
_RELATION = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
_GREEK_NAMES = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"),
    *("lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi"),
    *("omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi"),
    *("Psi", "Omega"),
)
_GREEK = dict(zip(_GREEK_NAMES, "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", strict=True))
_TEXTBOOK = frozenset(
    (
        *("sin", "cos", "tan", "cot", "sec", "csc", "log"),
        *("sinh", "cosh", "tanh", "coth", "sech", "csch"),
    )
)
"""Functions whose powers are written ``sin² x``."""
_SHOWN = {
    "log": "ln", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "acot": "arccot",
    "asec": "arcsec", "acsc": "arccsc", "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh",
    "acoth": "arcoth", "asech": "arsech", "acsch": "arcsch", "gamma": "Γ", "digamma": "ψ",
    "polygamma": "ψ", "beta": "B", "zeta": "ζ", "besselj": "J", "bessely": "Y", "besseli": "I",
    "besselk": "K", "airyai": "Ai", "airybi": "Bi", "expint": "E", "fresnels": "S",
    "fresnelc": "C", "polylog": "Li", "lambertw": "W", "ellipk": "K", "ellipe": "E",
    "ellipe_inc": "E", "ellipf": "F", "ellippi": "Π", "ellippi_inc": "Π", "uppergamma": "Γ",
}  # fmt: skip
_INDEXED = frozenset(("besselj", "bessely", "besseli", "besselk", "expint", "polylog"))
"""Functions whose first argument is written as an index."""

# invisible characters from files are made visible; these two are ours
APPLIED = Html("<mo>&#x2061;</mo>")
TIMES = Html("<mo>&#x2062;</mo>")
THIN = el("mspace", width="0.17em")


def scalars_only(syntax: Syntax) -> bool:
    """An :data:`IsMatrix` for scalar formulas."""
    return False


def display(*children: Child) -> Html:
    """A displayed formula."""
    return el("math", *children, display="block", xmlns="http://www.w3.org/1998/Math/MathML")


def line(*children: Child) -> Html:
    """A displayed formula that begins at the left."""
    return el("math", *children, displaystyle="true", xmlns="http://www.w3.org/1998/Math/MathML")


def inline(*children: Child) -> Html:
    """A formula in a line of text."""
    return el("math", *children, xmlns="http://www.w3.org/1998/Math/MathML")


def is_differential(identifier: str) -> bool:
    """Whether a name reads as a differential, ``dX``."""
    # the printer decides what a differential is; ask it rather than repeat the rule
    return name_latex(identifier).startswith(r"\mathrm{d}")


def name(identifier: str) -> Html:
    """A name: Greek by name, digits and parts after ``_`` as subscripts, ``dX`` as d X."""
    head, _, tail = identifier.partition("_")
    stem = head.rstrip("0123456789")
    digits = head[len(stem) :]
    differential = is_differential(identifier)
    if differential:
        stem = stem[1:]
    stem = _GREEK.get("lambda" if stem == "lam" else stem, stem)
    base = el("mi", stem or head)
    subscript = ", ".join(_GREEK.get(p, p) for p in (digits, *tail.split("_")) if p)
    if subscript:
        base = el("msub", base, el("mrow", el("mi" if subscript.isalpha() else "mn", subscript)))
    return row(el("mi", "d", mathvariant="normal"), base) if differential else base


def row(*children: Child) -> Html:
    """Children side by side."""
    return el("mrow", *children)


def operator(sign: str, **attributes: str) -> Html:
    """An operator."""
    return el("mo", sign, **attributes)


def brackets(content: Child, left: str = "(", right: str = ")") -> Html:
    """Content inside stretching brackets."""
    return row(
        operator(left, form="prefix", fence="true"),
        row(content),
        operator(right, form="postfix", fence="true"),
    )


class Writer:
    """Writes syntax; ``is_matrix`` tells which operands of ``*`` are matrices (written ⊙).

    ``declared`` names win over built-in ones.
    """

    def __init__(
        self, is_matrix: IsMatrix = scalars_only, declared: frozenset[str] = frozenset()
    ) -> None:
        self.is_matrix = is_matrix
        self.declared = declared

    def math(self, syntax: Syntax) -> Html:
        """The expression as one MathML element."""
        return self._math(syntax)[0]

    def group(self, syntax: Syntax, level: int) -> Html:
        """The expression, in brackets where it binds more loosely than ``level``."""
        markup, own = self._math(syntax)
        return markup if own >= level else brackets(markup)

    def factor(self, syntax: Syntax) -> Html:
        """The expression as what an operator such as ∇ applies to."""
        return self.group(syntax, _APPLY)

    def _math(self, node: Syntax) -> tuple[Html, int]:
        match node:
            case Number():
                return self._number(node)
            case Name():
                special = {} if node.id in self.declared else {"oo": "∞"}
                if node.id in special:
                    return el("mi", special[node.id]), _ATOM
                return name(node.id), _APPLY if is_differential(node.id) else _ATOM
            case Unary(operator="not"):
                return row(operator("¬"), self.group(node.operand, _COMPARE)), _LOGIC
            case Unary():
                sign = "−" if node.operator == "-" else node.operator
                body = self.group(node.operand, _PRODUCT)
                return row(operator(sign, form="prefix"), body), _SUM
            case Binary():
                return self._binary(node)
            case Comparison():
                parts: list[Html] = [self.group(node.operands[0], _SUM)]
                for sign, operand in zip(node.operators, node.operands[1:], strict=True):
                    parts += [operator(_RELATION[sign]), self.group(operand, _SUM)]
                return row(parts), _COMPARE
            case Logical():
                sign = "∧" if node.operator == "and" else "∨"
                told = [self.group(x, _COMPARE) for x in node.operands]
                return _between(told, operator(sign)), _LOGIC
            case Transposed():
                return self._transposed(node.operand), _POWER
            case Subscript():
                inside = _commas(self.math(i) for i in node.indices)
                base = self.group(node.operand, _ATOM)
                if not isinstance(node.operand, Name):
                    base = brackets(self.math(node.operand), "[", "]")
                return el("msub", base, inside), _ATOM
            case Call():
                return self._call(node)
        return el("mtext", type(node).__name__), _ATOM

    def _number(self, node: Number) -> tuple[Html, int]:
        value = node.value
        if node.text or value.denominator == 1:
            return el("mn", node.text or str(value)), _ATOM if value >= 0 else _SUM
        fraction = el("mfrac", el("mn", str(value.numerator)), el("mn", str(value.denominator)))
        return fraction, _ATOM

    def _binary(self, node: Binary) -> tuple[Html, int]:
        left, right = node.left, node.right
        if node.operator in "*/" and isinstance(left, Unary) and left.operator == "-":
            # -a/b reads as -(a/b), with the sign in front of the fraction
            return self._math(Unary("-", Binary(node.operator, left.operand, right)))
        if node.operator == "/":
            return el("mfrac", row(self.math(left)), row(self.math(right))), _PRODUCT
        if node.operator == "**":
            return self._power(left, right), _POWER
        level = _LEVEL[node.operator]
        if node.operator in "+-":
            first = self.group(left, level)
            second = self.group(right, _SUM if node.operator == "+" else _PRODUCT)
            if isinstance(right, Unary):
                second = brackets(self.math(right))
            return row(first, operator("−" if node.operator == "-" else "+"), second), _SUM
        first = self._before_factor(left)
        second = self.group(right, _APPLY)
        if isinstance(right, Binary) and right.operator == "/":
            second = self.math(right)
        return row(first, self._times(node), second), _PRODUCT

    def _before_factor(self, left: Syntax) -> Html:
        """A factor that others follow: (dX)Y, since dXY would read as d(XY)."""
        if isinstance(left, Binary) and left.operator in ("*", "@"):
            closed = self._before_factor(left.right)
            return row(self._before_factor(left.left), self._times(left), closed)
        called = left.function if isinstance(left, Call) else None
        if (isinstance(left, Name) and is_differential(left.id)) or (
            isinstance(called, Name)
            and called.id in ("d", "grad", "diff")
            and called.id not in self.declared
            and not (
                called.id == "diff" and isinstance(left, Call) and isinstance(left.args[0], Name)
            )
        ):
            return brackets(self.math(left))
        return self.group(left, _PRODUCT)

    def _times(self, node: Binary) -> Html:
        if node.operator == "@":
            return TIMES
        if self.is_matrix(node.left) and self.is_matrix(node.right):
            return operator("⊙")
        last = node.left
        while isinstance(last, Binary) and last.operator == "*":
            last = last.right
        quiet = isinstance(node.right, Name | Call | Binary | Transposed | Subscript) and not (
            isinstance(node.right, Binary) and _leads_with_number(node.right)
        )
        if not quiet:
            return operator("⋅")
        words = isinstance(last, Call) or isinstance(node.right, Call)
        return Html(f"{TIMES}{THIN}") if words else TIMES

    def _power(self, base: Syntax, exponent: Syntax) -> Html:
        told = self.math(exponent)
        if (
            isinstance(base, Call)
            and isinstance(base.function, Name)
            and len(base.args) == 1
            and isinstance(exponent, Number)
            and exponent.value > 0
        ):
            found = lookup(base.function.id)
            if found and found.name in _TEXTBOOK:
                head = el("msup", el("mi", _SHOWN.get(found.name, found.name)), told)
                return self._applied(head, base)
        return el("msup", self.group(base, _ATOM), told)

    def _transposed(self, operand: Syntax) -> Html:
        return el("msup", self.group(operand, _ATOM), el("mi", "⊤", mathvariant="normal"))

    def _applied(self, head: Html, node: Call) -> Html:
        inside = [self.math(a) for a in node.args]
        inside += [row(el("mi", k), operator("="), self.math(v)) for k, v in node.keywords]
        bare = len(inside) == 1 and isinstance(node.args[0], Name) and not node.keywords
        if bare and _is_word(head):
            return row(head, APPLIED, THIN, inside[0])
        return row(head, APPLIED, brackets(_commas(inside)))

    def _call(self, node: Call) -> tuple[Html, int]:
        if isinstance(node.function, Call):
            inner = node.function
            base = self.math(inner.args[0]) if inner.args else el("mi", "D")
            primed = el("msup", base, operator("′" * _order(inner)))
            return self._applied(primed, node), _APPLY
        called = node.function.id if isinstance(node.function, Name) else ""
        if called in self.declared:
            return self._applied(name(called), node), _APPLY
        written = self._special(called, node)
        if written is not None:
            return written
        found = lookup(called, len(node.args))
        if found is None:
            return self._applied(name(called), node), _APPLY
        shown = _SHOWN.get(found.name, found.name)
        if found.name in _INDEXED and len(node.args) == 2:
            head = el("msub", el("mi", shown), self.math(node.args[0]))
            return self._applied(head, Call(node.function, node.args[1:])), _APPLY
        if found.name == "polygamma":
            head = el("msup", el("mi", shown), brackets(self.math(node.args[0])))
            return self._applied(head, Call(node.function, node.args[1:])), _APPLY
        return self._applied(el("mi", shown), node), _APPLY

    def _special(self, called: str, node: Call) -> tuple[Html, int] | None:
        args = node.args
        one = len(args) == 1 and not node.keywords
        if called in ("sqrt", "abs", "fabs", "norm", "exp", "inv", "transpose") and one:
            return self._one(called, args[0])
        match called, args:
            case "cbrt", (a,):
                return el("mroot", row(self.math(a)), el("mn", "3")), _ATOM
            case "log" | "ln", (a, b):
                head = el("msub", el("mi", "log"), self.math(b))
                return self._applied(head, Call(node.function, (a,))), _APPLY
            case "eye", (n,):
                return el("msub", el("mi", "I"), self.math(n)), _ATOM
            case "ones" | "zeros", _:
                sizes = _between([self.math(a) for a in args], operator("×"))
                digit = el("mn", "𝟏" if called == "ones" else "𝟎")
                return el("msub", digit, sizes), _ATOM
            case "kron", (a, b):
                told = [self.group(a, _POWER), self.group(b, _POWER)]
                return _between(told, operator("⊗")), _PRODUCT
            case "diff", (f, x, *more):
                return self._partial(f, x, more), _APPLY
            case "grad", (f, x):
                return row(el("msub", operator("∇"), self.math(x)), self.factor(f)), _APPLY
            case "d", (f,):
                return row(el("mi", "d", mathvariant="normal"), self.factor(f)), _APPLY
            case "D", (f,):
                return el("msup", self.math(f), operator("′")), _ATOM
            case "where", (condition, then, otherwise):
                return self._cases(condition, then, otherwise), _ATOM
            case "sum", (body, *indices) if indices and not node.keywords:
                below = _commas(self.math(i) for i in indices)
                sign = el("munder", operator("∑", movablelimits="false"), below)
                return row(sign, self.group(body, _PRODUCT)), _PRODUCT
        return None

    def _one(self, called: str, a: Syntax) -> tuple[Html, int]:
        match called:
            case "sqrt":
                return el("msqrt", self.math(a)), _ATOM
            case "abs" | "fabs":
                return brackets(self.math(a), "|", "|"), _ATOM
            case "norm":
                return brackets(self.math(a), "‖", "‖"), _ATOM
            case "exp":
                if self.is_matrix(a) or _depth(a) > 3:
                    return row(
                        el("mi", "exp"),
                        APPLIED,
                        brackets(self.math(a)),
                    ), _APPLY
                return el("msup", el("mi", "e"), row(self.math(a))), _POWER
            case "inv":
                minus_one = row(operator("−", form="prefix"), el("mn", "1"))
                return el("msup", self.group(a, _ATOM), minus_one), _POWER
        return self._transposed(a), _POWER

    def _partial(self, f: Syntax, x: Syntax, more: list[Syntax]) -> Html:
        below: list[Html] = [row(operator("∂"), self.math(v)) for v in (x, *more)]
        order = el("mn", str(1 + len(more)))
        above = el("msup", operator("∂"), order) if more else operator("∂")
        if isinstance(f, Name):
            return el("mfrac", row(above, self.math(f)), row(below))
        return row(el("mfrac", row(above), row(below)), THIN, self.factor(f))

    def _cases(self, condition: Syntax, then: Syntax, otherwise: Syntax) -> Html:
        lines = []
        rest: Syntax = Call(Name("where"), (condition, then, otherwise))
        while (
            isinstance(rest, Call)
            and isinstance(rest.function, Name)
            and rest.function.id == "where"
            and len(rest.args) == 3
        ):
            test, value, rest = rest.args
            lines.append(
                (self.math(value), row(el("mtext", "if\N{NO-BREAK SPACE}"), self.math(test)))
            )
        lines.append((self.math(rest), el("mtext", "otherwise")))
        cells = [el("mtr", [el("mtd", cell) for cell in line]) for line in lines]
        table = el("mtable", cells, class_="cases")
        return row(operator("{", form="prefix", fence="true"), table)


def _commas(parts: Iterable[Child]) -> Html:
    return _between(parts, operator(","))


def _between(parts: Iterable[Child], sign: Html) -> Html:
    found: list[Child] = []
    for part in parts:
        if found:
            found.append(sign)
        found.append(part)
    return row(found)


_WORD = re.compile(r"(?:<msu[bp]>)?<mi>[a-zA-Z]{2,}</mi>")


def _is_word(head: Html) -> bool:
    """Whether the head is a function's word, which needs no bracket before one letter."""
    return _WORD.match(head) is not None


def _order(node: Call) -> int:
    order = node.args[1] if len(node.args) == 2 else None
    return int(order.value) if isinstance(order, Number) else 1


def _leads_with_number(node: Syntax) -> bool:
    while isinstance(node, Binary) and node.operator in ("*", "**", "@"):
        node = node.left
    return isinstance(node, Number)


def _depth(node: Syntax) -> int:
    """Levels of fractions and powers: deep ones are unreadable as an exponent."""
    match node:
        case Binary():
            inner = max(_depth(node.left), _depth(node.right))
            return inner + (2 if node.operator == "/" else node.operator == "**")
        case Unary() | Transposed():
            return _depth(node.operand)
        case Call():
            return max(map(_depth, node.args), default=0) + 1
    return 0
