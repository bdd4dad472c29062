"""Kinds and shapes as people of other tools write them, and how a formula file says it."""

from __future__ import annotations

import re

_COLUMN, _MATRIX = "a column of n entries is [n]", "a matrix is [m, n]"
_KINDS = {
    "vector": _COLUMN, "column": _COLUMN, "array": f"{_COLUMN}, {_MATRIX}", "matrix": _MATRIX,
    "tensor": f"{_COLUMN}, {_MATRIX}", "scalar": "write `real`", "float": "write `real`",
    "number": "write `real`", "double": "write `real`", "R": "write `real`", "ℝ": "write `real`",
    "int": "write `integer`", "ℤ": "write `integer`", "Z": "write `integer`",
    "ℕ": "write `natural`", "N": "write `natural`", "ℂ": "write `complex`", "C": "write `complex`",
    "probability": 'write "(0, 1)"',
}  # fmt: skip
_SIGNS = {
    ">": "positive", ">=": "nonnegative", "≥": "nonnegative", "<": "negative", "!=": "nonzero",
    "≠": "nonzero",
}  # fmt: skip
_SIGN = re.compile(r"\w*\s*(>=|>|<|!=|≥|≠)\s*0")
_REALS = r"(?:\\mathbb\s*\{?\s*R\s*\}?|\\?R|ℝ)"
_SPACE = re.compile(_REALS + r"\s*\^\s*[{(]?\s*(\w+)(?:\s*(?:×|x|\*|\\times|,)\s*(\w+))?\s*[})]?")
_SIZE = re.compile(r"(\w+)\s*(?:×|\s[xX]\s|\sby\s|\*)\s*(\w+)")
_STRUCTURED = re.compile(r"(?:(\w+) )?\[(\w+), *(\w+)\](?: (\w+))?")


_KEYS = {
    "expression": "expr formula function f lhs input",
    "wrt": "by variable var respect with_respect_to differentiate_by",
    "derivative": "gradient grad jacobian result claim answer output rhs df solution expected",
    "antiderivative": "integral primitive",
    "equals": "equal identity equation is",
    "symbols": "variables vars names domains domain shapes shape types inputs parameters params",
    "where": "let definitions define defs intermediates with",
    "assume": "assumptions conditions condition assuming given",
    "functions": "func funcs abstract",
    "name": "title label",
    "note": "comment comments notes description",
}
"""Keys of a formula, and what others call them."""
_DIMENSIONS = "sizes stand in the shapes: `x: [n]`, or `x: [3]` where it is a number"


def spelled_key(key: str, known: tuple[str, ...]) -> str | None:
    """What a key is called here; None where it is unknown."""
    lower = key.lower().replace("-", "_")
    if key == "<<":
        return "there are no merge keys: write each key out"
    if ":" in key:
        return f"a colon needs a space behind it: `{key.partition(':')[0]}: ...`"
    if lower in ("dims", "dim", "dimensions", "sizes", "size") and "symbols" in known:
        return _DIMENSIONS
    found = next((name for name, others in _KEYS.items() if lower in others.split()), None)
    return f"it is called `{found}`" if found in known else None


def spelled_kind(value: str, structures: tuple[str, ...]) -> str | None:
    """What to write for a kind or a shape that is spelled otherwise; None where it is unknown."""
    reals = "R" if re.fullmatch(_REALS, value) else value
    known = _KINDS.get(reals) or _KINDS.get(value.lower())
    if known is not None:
        return known
    if found := _SIGN.fullmatch(value):
        return f"write `{_SIGNS[found[1]]}`"
    if found := _SPACE.fullmatch(value) or _SIZE.fullmatch(value):
        rows, columns = found[1], found[2]
        return (
            f"a shape is a list: [{rows}]"
            if columns in (None, "1")
            else (f"a shape is a list: [{rows}, {columns}]")
        )
    found = _STRUCTURED.fullmatch(value)
    structure = (found[1] or found[4]) if found else None
    if found and structure in structures:
        return f"write {{shape: [{found[2]}, {found[3]}], structure: {structure}}}"
    return None
