"""The file format as pydantic models, from which editors get their JSON Schema.

Files are checked by :mod:`derivcheck.collection.check`, without pydantic, whose import costs
more than reading a collection; a test holds the two together.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from derivcheck.collection import format as fmt


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


Text = Annotated[str, Field(min_length=1)]
Integer = Annotated[int, Field(strict=True)]
Number = Integer | Annotated[float, Field(strict=True)]
Expression = Annotated[
    Text | Number,
    Field(
        description="An expression: Python's syntax, NumPy's meaning. Quote it if it holds a comma "
        "inside [...] or {...}, a colon followed by a blank, or begins with a quote.",
        examples=["1 - tanh(x)**2", "A.T @ B", "log(x, a)"],
    ),
]
Expressions = Annotated[
    Expression | Annotated[list[Expression], Field(min_length=1)],
    Field(description="One form, or a list of forms that are each claimed."),
]
Identifier = Annotated[str, Field(pattern=fmt.IDENTIFIER)]
Id = Annotated[
    Annotated[str, Field(pattern=fmt.ENTRY_ID, max_length=fmt.MAX_ID_LENGTH)]
    | Annotated[int, Field(strict=True, ge=0)]
    | Annotated[float, Field(strict=True, ge=0)],
    Field(description="A number or a name without blanks or `:`.", examples=[71, "log-base"]),
]
Reference = Annotated[
    Annotated[str, Field(pattern=fmt.REFERENCE)] | Annotated[int, Field(strict=True)],
    Field(description="The id of a formula of the same collection, or COLLECTION:ID."),
]
Dimension = Annotated[str, Field(pattern=fmt.DIMENSION)] | Annotated[int, Field(strict=True, ge=1)]
Shape = Annotated[
    list[Dimension],
    Field(
        min_length=1,
        max_length=2,
        description="[n] is a column (n by 1), [m, n] a matrix; a dimension is a name or a number.",
        examples=[["n"], ["m", "n"], [3, 3]],
    ),
]
Kind = Literal[
    "real", "positive", "negative", "nonnegative", "nonzero", "integer", "natural", "complex"
]
Interval = Annotated[str, Field(pattern=fmt.INTERVAL, examples=["(-1, 1)", "[0, oo)"])]
Domain = Annotated[
    Kind | Interval, Field(description='A kind of number, or a quoted interval: "[0, oo)".')
]
Structure = Literal["symmetric", "spd", "invertible", "diagonal", "orthogonal"]
Anything = Annotated[
    str | int | float | list[Any] | dict[str, Any],
    Field(description="What stands at the path: a text, a list or a mapping."),
]


class Symbol(_Strict):
    """A symbol in its long form."""

    shape: Shape | None = Field(None, description="A scalar if absent.")
    domain: Domain | None = Field(None, description="`real` if absent.")
    structure: Structure | list[Structure] | None = Field(
        None, description="The point has this structure; its entries vary freely."
    )
    not_: Expressions | None = Field(None, alias="not", description="Excluded values.")


class Step(_Strict):
    """A line of a derivation, equal to the line before it."""

    to: Expression
    by: Reference | None = Field(None, description="The formula that justifies the step.")
    with_: dict[Identifier, Expression] | None = Field(
        None, alias="with", description="What the cited formula's symbols stand for."
    )


class Patch(_Strict):
    """A documented mistake of the source, as a patch whose two sides are both checked."""

    kind: Literal[
        "wrong-derivative",
        "wrong-step",
        "wrong-reference",
        "dangling-reference",
        "shape",
        "condition",
        "notation",
        "numbering",
    ]
    at: Annotated[str, Field(pattern=fmt.PATH)] = Field(
        description="A path inside the formula.", examples=["derivation[0].by", "symbols.x"]
    )
    correct: Anything
    printed: Anything | None = Field(None, description="What stands there, to be compared.")
    note: Text | None = None


class Naming(_Strict):
    """A mistake that no machine can decide: noted, never verified."""

    kind: Literal["naming"]
    at: Annotated[str, Field(pattern=fmt.PATH)] | None = None
    correct: Anything | None = None
    printed: Anything | None = None
    note: Text | None = None


class Formula(_Strict):
    """A formula with exactly one of `derivative`, `differential` and `equals`."""

    id: Id
    name: Text | None = Field(None, description="A short name.", examples=["quotient rule"])
    section: Text | None = Field(None, description="Where the source has it.")
    tags: Text | list[Text] | None = Field(None, description="Words to filter by.")
    item: Text | int | None = Field(
        None, description="The number in the source's own list, where it differs from the tag."
    )
    latex: Text | None = Field(
        None, description="As the source prints it. In single quotes.", examples=["y = \\log_a x"]
    )
    symbols: dict[Identifier, Domain | Shape | Symbol] | None = Field(
        None, examples=[{"x": "positive", "A": ["m", "n"], "a": {"domain": "positive", "not": 1}}]
    )
    functions: dict[Identifier, Annotated[str, Field(pattern=fmt.FUNCTION)]] | None = Field(
        None,
        description="Abstract functions.",
        examples=[{"u": "scalar(x)", "sigma": "elementwise"}],
    )
    where: dict[Identifier, Expression] | None = Field(
        None, description="Names of intermediate expressions, in order."
    )
    assume: Expressions | None = Field(
        None, description="Side conditions on the point.", examples=[["sum(Y) == 1", "x > a"]]
    )
    expression: Expression
    wrt: Text | Annotated[list[Text], Field(min_length=1)] | None = Field(
        None, description="By which symbol; for a differential, the list of those that vary."
    )
    upstream: Expression | None = Field(
        None, description="B, shaped like the expression: claims the gradient of sum(B * ...)."
    )
    layout: Literal["denominator", "numerator"] | None = Field(
        None, description="`denominator` if absent."
    )
    derivative: Expressions | None = Field(None, description="The derivative by `wrt`.")
    differential: Expressions | None = Field(None, description="The differential, in dX.")
    equals: Expressions | None = Field(None, description="The expression itself.")
    derivation: list[Step] | None = Field(None, description="A chain of equal lines.")
    errata: list[Patch | Naming] | None = None
    note: Text | None = None


class Source(_Strict):
    """Where a collection comes from."""

    title: Text | None = None
    url: Text | None = None
    license: Text | None = None


class FormulaFile(_Strict):
    """One collection of derivative formulas, or a part of one."""

    derivcheck: Literal[1] = Field(description="The version of the format.")
    collection: Annotated[str, Field(pattern=fmt.COLLECTION_NAME)] = Field(
        description="Files may share a collection; ids are unique in it.", examples=["ai-edu"]
    )
    title: Text | None = None
    source: Source | None = None
    formulas: list[Formula]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a formula file."""
    schema = FormulaFile.model_json_schema(by_alias=True)
    schema = _without_null(schema)
    formula = schema["$defs"]["Formula"]
    formula["oneOf"] = [{"required": [key]} for key in fmt.CLAIM_KEYS]
    formula["dependentRequired"] = {
        "derivative": ["wrt"],
        "differential": ["wrt"],
        "upstream": ["derivative"],
    }
    schema["$defs"]["Step"]["dependentRequired"] = {"with": ["by"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "derivcheck formula file",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def _without_null(schema: Any) -> Any:
    """The same schema without what only says that a key may be absent (an empty one may not)."""
    if isinstance(schema, list):
        return [_without_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {}
    for key, value in schema.items():
        if key == "default" and value is None:
            continue
        if key == "anyOf":
            kinds = [_without_null(kind) for kind in value if kind != {"type": "null"}]
            if len(kinds) == 1:
                found.update(kinds[0])
                continue
            value = kinds
        if key == "title" and isinstance(value, str):
            continue  # pydantic's titles only repeat the key
        found[key] = _without_null(value)
    return found
