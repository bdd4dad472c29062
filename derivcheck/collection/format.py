"""The vocabulary of the file format, in one place: keys, kinds, and the patterns of names.

The loader checks files against it, ``schema.json`` beside this module describes the same for
editors, and a test keeps the two in agreement.
"""

from __future__ import annotations

import re
from pathlib import Path

SCHEMA_FILE = Path(__file__).with_name("schema.json")
"""The JSON Schema (draft 2020-12) of a formula file."""

FORMAT_VERSION = 1
MAX_DEPTH = 32
MAX_PROBLEMS = 1000

FILE_KEYS = ("derivcheck", "collection", "title", "source", "formulas")
SOURCE_KEYS = ("title", "url", "license")

CLAIM_KEYS = ("derivative", "differential", "equals", "antiderivative")
FORMULA_KEYS = (
    "id",
    "name",
    "section",
    "tags",
    "item",
    "latex",
    "symbols",
    "functions",
    "where",
    "assume",
    "identically",
    "values",
    "expression",
    "wrt",
    "order",
    "upstream",
    "layout",
    *CLAIM_KEYS,
    "derivation",
    "errata",
    "note",
)
SYMBOL_KEYS = ("shape", "domain", "structure", "not", "index")
STEP_KEYS = ("to", "by", "with")
ERRATUM_KEYS = ("kind", "at", "printed", "correct", "note")

KINDS = (
    "real",
    "positive",
    "negative",
    "nonnegative",
    "nonzero",
    "integer",
    "natural",
    "complex",
)
STRUCTURES = ("symmetric", "spd", "hermitian", "invertible", "diagonal", "orthogonal")
LAYOUTS = ("denominator", "numerator")
VALUES = ("real", "complex")
MAX_ORDER = 8
"""Highest derivative that `order` claims."""
ERRATUM_KINDS = (
    "wrong-derivative",
    "wrong-step",
    "wrong-reference",
    "dangling-reference",
    "shape",
    "condition",
    "notation",
    "numbering",
    "naming",
)
NOTED_KINDS = ("naming",)
"""Kinds that no machine can decide: they need no patch."""

IDENTIFIER = r"^[^\W\d]\w*$"
INTERVAL = r"^[\[(].*,.*[\])]$"
FUNCTION = r"^(elementwise|scalar\(\s*[^\W\d]\w*(\s*,\s*[^\W\d]\w*)*\s*\))$"
DIMENSION = r"^([^\W\d]\w*|[1-9]\d*)(\s*[-+*]\s*([^\W\d]\w*|[1-9]\d*))*$"
REFERENCE = r"^[^\s:]+(:[^\s:]+)?$"
ENTRY_ID = r"^[^\s:-][^\s:]*$"
COLLECTION_NAME = r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$"
PATH = r"^[^\W\d]\w*(\[\d+\]|\.[^\W\d]\w*)*$"
MAX_ID_LENGTH = 200

is_identifier = re.compile(IDENTIFIER).match


def is_interval(text: str) -> bool:
    """Whether a text reads like ``INTERVAL``; the pattern itself would go back at every comma."""
    text = text.removesuffix("\n")
    return len(text) > 2 and text[0] in "[(" and text[-1] in ")]" and "," in text[1:-1]


is_function = re.compile(FUNCTION).match
is_dimension = re.compile(DIMENSION).match
is_reference = re.compile(REFERENCE).match
is_entry_id = re.compile(ENTRY_ID).match
is_collection_name = re.compile(COLLECTION_NAME).match
is_path = re.compile(PATH).match
