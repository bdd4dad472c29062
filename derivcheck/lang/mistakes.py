"""The common mistake behind text that is no expression: a rule for each, the first that fits.

A rule sees the text and yields what is wrong, where, and what to write; nothing that it offers is
read as an expression by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from derivcheck.lang.errors import LanguageError
from derivcheck.lang.foreign import from_maths, powers_of_functions

Rule = Callable[[str], LanguageError | None]

PRIME = "a prime is written `D(f)(x)` or `diff(f, x)`, the second one `D(f, 2)(x)`"
TRUTH = "write `where(condition, a, b)`: the last value stands for all other cases"

_LATEX = "`derivcheck check 'LATEX'` reads it; in a formula file write `sin(x)`, `a/b`, `sqrt(x)`"
_IMPLICIT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*([^\W\d]\w*|\()")
_UNFINISHED = re.compile(r"([-+*/@<>=,]|\b(and|or|not))\s*\Z")
_ADJACENT = re.compile(r"(?<!\w)([^\W\d]\w*)\s+([^\W\d]\w*|\d+)")
_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_DOTTED = re.compile(r"\s{0,9}(?:\.([*/^])|\.\s{1,9}([*/^]))\s{0,9}")
_VALUE = re.compile(r"[\w.(\[]")
_OPEN = "([,+-*/@<>="
"""What a value follows."""
_JOINING = "*/@<>=,)]"
"""What follows a value."""
_SIGNS = {
    "|": "an absolute value is `abs(x)`",
    "!": "a factorial is `gamma(x + 1)`",
}


def explain(text: str, error: SyntaxError) -> LanguageError:
    """The mistake behind what Python calls a syntax error."""
    found = next(filter(None, (rule(text) for rule in _RULES)), None)
    if found is not None:
        return found
    at = max(0, min((error.offset or 1) - 1, len(text)))
    if at >= len(text.rstrip()) or _UNFINISHED.search(text):
        return LanguageError("syntax", "the expression ends too early", len(text), len(text))
    before, here = text[:at].rstrip(), text[at : at + 12]
    if _VALUE.match(here):
        follows = before[-1:].isalnum() or before[-1:] in (")", "]")
        said = "an operator is missing before" if follows else "cannot be read at"
    elif here[0] in _JOINING and (not before or before[-1] in _OPEN):
        said = "a value is missing before"
    else:
        said = "cannot be read at"
    return LanguageError("syntax", f"{said} `{here}`", at, at + 1)


def is_function(name: str) -> bool:
    """Whether the language has a function of this name."""
    from derivcheck.lang.functions import lookup
    from derivcheck.lang.handlers import HANDLERS

    return lookup(name) is not None or name in HANDLERS


def _misplaced(text: str, sign: str, hint: str, rule: str = "syntax") -> LanguageError:
    """A sign that no expression has."""
    at = text.index(sign)
    return LanguageError(rule, f"`{sign}` has no place in an expression", at, at + len(sign), hint)


def _dollars(text: str) -> LanguageError | None:
    if "$" not in text:
        return None
    return _misplaced(text, "$", "LaTeX is read by `derivcheck check 'LATEX'`, without its dollars")


def _left_division(text: str) -> LanguageError | None:
    """MATLAB's ``A\\b``."""
    before, sign, behind = text.partition("\\")
    matrix = re.search(r"(?<!\w)[A-Za-z]\w{0,20}\s{0,5}\Z", before[-30:])
    if not sign or matrix is None or not re.match(r"\s{0,5}([A-Za-z](?!\w)|\()", behind):
        return None
    hint = f"the solution of a linear system is `inv({matrix[0].strip()}) @ b`"
    return _misplaced(text, "\\", hint)


def _latex(text: str) -> LanguageError | None:
    return _misplaced(text, "\\", "this is LaTeX: " + _LATEX, "latex") if "\\" in text else None


def _equals(text: str) -> LanguageError | None:
    found = re.search(r"(?<![=<>!])=(?!=)", text)
    if not found or re.search(r"\baxis\s*=", text):
        return None
    right = text[found.end() :].strip()
    hint = "a condition is written `==`"
    if right and "=" not in right:
        hint = f"an expression is the right side alone, `{right:.60}`; {hint}"
    return LanguageError("syntax", "`=` is not an operator here", found.start(), found.end(), hint)


def _rows_of_numbers(text: str) -> LanguageError | None:
    """MATLAB's ``[a b; c d]``."""
    found = next((m for m in _BRACKET.finditer(text) if ";" in m[1]), None)
    if found is None:
        return None
    rows = [", ".join(row.replace(",", " ").split()) for row in found[1].split(";")]
    written = "[" + ", ".join(f"[{row}]" for row in rows) + "]"
    return _misplaced(text, ";", f"a matrix is written row by row: `{written:.80}`")


def _dotted_operator(text: str) -> LanguageError | None:
    """MATLAB's ``x.*y``."""
    found = _DOTTED.search(text)
    if found is None:
        return None
    written = _DOTTED.sub(lambda m: (m[1] or m[2]).replace("^", "**"), text)
    hint = f"`*`, `/` and `**` are entry by entry as they are: `{written.strip():.80}`"
    return _misplaced(text, found[0].strip(), hint)


def _transpose(text: str) -> LanguageError | None:
    written = from_maths(text)
    if written is None or not set("'^") & set(text):
        return None
    return _misplaced(
        text,
        text[min(text.index(c) for c in "'^" if c in text)],
        f"a transpose is `.T`, a matrix product `@`: `{written:.80}`; the derivative of a "
        "function is `D(f)(x)`",
    )


def _prime(text: str) -> LanguageError | None:
    found = re.search("['\"]", text)
    return _misplaced(text, found[0], PRIME) if found else None


def _power_of_function(text: str) -> LanguageError | None:
    written = powers_of_functions(text)
    if written is None:
        return None
    return _misplaced(text, "^" if "^" in text else "**", f"write `{written:.80}`")


def _implicit_product(text: str) -> LanguageError | None:
    found = _IMPLICIT.search(text)
    if found is None:
        return None
    return LanguageError(
        "syntax",
        f"`{found.group()}`: a product needs its sign",
        found.start(),
        found.end(),
        f"write `{found.group(1)}*{found.group(2)}`",
    )


def _mapping(text: str) -> LanguageError | None:
    """``x -> x**2``."""
    found = re.match(r"\s*\w+\s*(->)\s*(.+)", text)
    if found is None:
        return None
    return _misplaced(text, found[1], f"an expression is the body alone, `{found[2].strip():.60}`")


def _ternary(text: str) -> LanguageError | None:
    """C's ``x > 0 ? x : 0``."""
    condition, sign, rest = (part.strip() for part in text.partition("?"))
    then, colon, other = (part.strip() for part in rest.partition(":"))
    if not (sign and colon and condition and then and other):
        return None
    return _misplaced(text, "?", f"write `where({condition}, {then}, {other})`")


def _inner(text: str) -> LanguageError | None:
    """``<x, y>``."""
    found = re.fullmatch(r"\s*<\s*(\w+)\s*,\s*(\w+)\s*>\s*", text)
    if found is None:
        return None
    return _misplaced(text, "<", f"an inner product is written `{found[1]}.T @ {found[2]}`")


def _and_or(text: str) -> LanguageError | None:
    if "&&" not in text:
        return None
    return _misplaced(text, "&&", "conditions are joined by `and` and `or`")


def _curly(text: str) -> LanguageError | None:
    r"""``max{0, x}``."""
    found = re.search(r"\b([a-z]\w*)\{([^{}]*)\}", text)
    if found is None or not is_function(found[1]):
        return None
    return _misplaced(text, "{", f"functions take round brackets: `{found[1]}({found[2]:.60})`")


def _quotient_of_differentials(text: str) -> LanguageError | None:
    """``d/dx sin(x)``."""
    found = re.match(r"\s*d\s*/\s*d(\w+)\s+(.+)", text)
    if found is None:
        return None
    return _misplaced(text, "/", f"a derivative is written `diff({found[2]:.60}, {found[1]})`")


def _transposed_beside(text: str) -> LanguageError | None:
    """``x.T y``."""
    found = re.search(r"(?<!\w)(\w+\.T)\s+([^\W\d]\w*)", text)
    if found is None or found[2] in ("and", "or"):
        return None
    return LanguageError(
        "syntax",
        f"`{found[0]}`: an operator is missing",
        found.start(),
        found.end(),
        f"write `{found[1]} @ {found[2]}`",
    )


def _norm(text: str) -> LanguageError | None:
    parts = text.split("||", 2)
    inside = parts[1].strip() if len(parts) == 3 else ""
    return _misplaced(text, "||", f"a norm is `norm({inside:.60})`") if inside else None


def _adjacent(text: str) -> LanguageError | None:
    words = ("and", "or", "not")
    found = next((m for m in _ADJACENT.finditer(text) if not {m[1], m[2]} & set(words)), None)
    if found is None:
        return None
    first, second = found[1], found[2]
    if re.match(r"(sum|prod)_\w", first):
        hint = "a sum over an index is written `sum(x[i], i)`"
    elif is_function(first):
        hint = f"write `{first}({second})`"
    else:
        hint = f"write `{first}({second})` for a function, `{first}*{second}` for a product"
        if first[0].isupper():
            hint += f", `{first} @ {second}` for one of matrices"
    return LanguageError(
        "syntax",
        f"`{found.group()}`: an operator or brackets are missing",
        found.start(),
        found.end(),
        hint,
    )


def _foreign_sign(text: str) -> LanguageError | None:
    found = re.search(r"\||!(?!=)", text)
    return _misplaced(text, found[0], _SIGNS[found[0]]) if found else None


_RULES: tuple[Rule, ...] = (
    _dollars,
    _left_division,
    _latex,
    _rows_of_numbers,
    _equals,
    _dotted_operator,
    _power_of_function,
    _transpose,
    _prime,
    _mapping,
    _ternary,
    _inner,
    _and_or,
    _curly,
    _quotient_of_differentials,
    _implicit_product,
    _norm,
    _transposed_beside,
    _adjacent,
    _foreign_sign,
)
