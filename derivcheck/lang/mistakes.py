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
_UNFINISHED = re.compile(r"([-+*/@<>=,]{1,2}|\b(and|or|not))\s*\Z")
_ADJACENT = re.compile(r"(?<!\w)([^\W\d]\w*)\s+([^\W\d]\w*|\d+)")
_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_DOTTED = re.compile(r"\s{0,9}(?:\.([*/^])|\.\s{1,9}([*/^]))\s{0,9}")
_VALUE = re.compile(r"[\w.(\[]")
_OPEN = "([,+-*/@<>="
"""What a value follows."""
_JOINING = "*/@<>=,)]"
"""What follows a value."""
_SIGNS = {"|": "an absolute value is `abs(x)`", "!": "a factorial is `gamma(x + 1)`"}


def explain(text: str, error: SyntaxError) -> LanguageError:
    """The mistake behind what Python calls a syntax error."""
    found = next(filter(None, (rule(text) for rule in _RULES)), None)
    if found is not None:
        return found
    at = max(0, min((error.offset or 1) - 1, len(text)))
    if last := _UNFINISHED.search(text):
        return LanguageError("syntax", f"a value is missing behind `{last[1]}`", *last.span(1))
    if at >= len(text.rstrip()):
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


def _misplaced(text: str, sign: str, hint: str) -> LanguageError:
    """A sign that no expression has."""
    at = text.index(sign)
    return LanguageError(
        "syntax", f"`{sign}` has no place in an expression", at, at + len(sign), hint
    )


def _written(
    pattern: str, hint: str, said: str = " has no place in an expression", rule: str = "syntax"
) -> Rule:
    """What to write for a pattern: the group ``sign`` is the mistake, the hint shows the others."""

    def explained(text: str) -> LanguageError | None:
        found = re.search(pattern, text)  # compiled when a text is wrong
        if found is None:
            return None
        parts = {name: part.strip() for name, part in found.groupdict().items()}
        start, end = found.span("sign")
        return LanguageError(rule, f"`{found['sign']}`{said}", start, end, hint.format(**parts))

    return explained


def _left_division(text: str) -> LanguageError | None:
    """MATLAB's ``A\\b``."""
    before, sign, behind = text.partition("\\")
    matrix = re.search(r"(?<!\w)[A-Za-z]\w{0,20}\s{0,5}\Z", before[-30:])
    if not sign or matrix is None or not re.match(r"\s{0,5}([A-Za-z](?!\w)|\()", behind):
        return None
    hint = f"the solution of a linear system is `inv({matrix[0].strip()}) @ b`"
    return _misplaced(text, "\\", hint)


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


def _power_of_function(text: str) -> LanguageError | None:
    written = powers_of_functions(text)
    if written is None:
        return None
    return _misplaced(text, "^" if "^" in text else "**", f"write `{written:.80}`")


def _curly(text: str) -> LanguageError | None:
    r"""``max{0, x}``."""
    found = re.search(r"\b([a-z]\w*)\{([^{}]*)\}", text)
    if found is None or not is_function(found[1]):
        return None
    return _misplaced(text, "{", f"functions take round brackets: `{found[1]}({found[2]:.60})`")


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
    elif is_function(second):
        hint = f"write `{first}*{second}(...)`"
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
    _written(r"(?P<sign>\$)", "LaTeX is read by `derivcheck check 'LATEX'`, without its dollars"),
    _left_division,
    _written(r"(?P<sign>\\)", f"this is LaTeX: {_LATEX}", rule="latex"),
    _rows_of_numbers,
    _equals,
    _dotted_operator,
    _power_of_function,
    _transpose,
    _written("(?P<sign>['\"])", PRIME),
    # x -> x**2
    _written(
        r"\A\w+\s*(?P<sign>->)\s*(?P<body>.+)", "an expression is the body alone, `{body:.60}`"
    ),
    # C's x > 0 ? x : 0
    _written(
        r"\A(?P<test>[^?]+)(?P<sign>\?)\s*(?P<then>[^:\s][^:]*):\s*(?P<other>\S.*)",
        "write `where({test}, {then}, {other})`",
    ),
    # <x, y>
    _written(
        r"\A(?P<sign><)\s*(?P<left>\w+)\s*,\s*(?P<right>\w+)\s*>\Z",
        "an inner product is written `{left}.T @ {right}`",
    ),
    _written("(?P<sign>&&)", "conditions are joined by `and` and `or`"),
    _written(
        r"(?<![\w.])(?P<sign>0+(?P<number>\d+))(?![\w.])",
        "write `{number}`",
        ": a number begins with no zero",
    ),
    _curly,
    # d/dx sin(x)
    _written(
        r"\Ad\s*(?P<sign>/)\s*d(?P<name>\w+)\s+(?P<body>.+)",
        "a derivative is written `diff({body:.60}, {name})`",
    ),
    _written(
        r"(?<![\w.])(?P<sign>(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"
        r"\s*(?P<factor>[^\W\d]\w*|\())",
        "write `{number}*{factor}`",
        ": a product needs its sign",
    ),
    _written(r"(?P<sign>\|\|)(?P<inside>\s*[^|\s].*?)\|\|", "a norm is `norm({inside:.60})`"),
    # x.T y
    _written(
        r"(?<!\w)(?P<sign>(?P<left>\w+\.T)\s+(?!(?:and|or)\b)(?P<right>[^\W\d]\w*))",
        "write `{left} @ {right}`",
        ": an operator is missing",
    ),
    _adjacent,
    _foreign_sign,
)
