"""An entry taken in other ways that pages mean without saying so: where one holds, a refutation of
the entry is none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from derivcheck.collection.formula import Formula
from derivcheck.collection.raw import Raw

_CIRCULAR = re.compile(r"\b(sin|cos|tan|cot|sec|csc)\b")
_BRANCHES = re.compile(
    r"\b(abs|sqrt|sign|max|min|where|relu|log\w*|a(sin|cos|tan|cot|sec|csc)h?|norm|floor|ceil)\b|"
    r"\*\*\(?-?[a-z\d]+/"
)
"""What is not the same formula everywhere on the line."""
_NAME = re.compile(r"[^\W\d]\w*")


def positive(entry: Formula, names: Iterable[str]) -> Iterator[Formula]:
    """The same where some real symbols are positive, and where parameters are below 1 as well:
    ``max(a*x, x)`` of a leaky ReLU."""
    written: dict[str, Raw] = {name: one.written for name, one in entry.symbols.items()}
    real = [name for name in names if written.get(name) == "real"]
    if real:
        yield entry.changed(symbols=written | dict.fromkeys(real, "positive"))
    parameters = [name for name in real if name not in entry.wrt]
    if parameters:
        yield entry.changed(symbols=written | dict.fromkeys(parameters, "(0, 1)"))


_REGIONS = ("positive", "negative", "(0, 1)")
_ANGLES = ("(0, pi/2)", "(0, pi)")
_VALUES = (0, 1, 2)
_MOST_PARAMETERS = 2


def under_conditions(entry: Formula, kinds: Collection[str]) -> Iterator[Formula]:
    """The same under conditions that pages state in many ways: on an interval ("in the first
    quadrant") and, where they are of these ``kinds``, for `whole`, even and odd numbers, and for
    one of two values of a `label`."""
    written: dict[str, Raw] = {name: one.written for name, one in entry.symbols.items()}
    real = [name for name, kind in written.items() if kind == "real"]
    said = " ".join((entry.expression, *entry.where.values()))
    regions = (*_REGIONS, *(_ANGLES if _CIRCULAR.search(said) else ()))
    has_branches = real and _BRANCHES.search(" ".join((said, *entry.claims)))
    for region in regions if has_branches else ():
        varied = [name for name in real if name in entry.wrt]
        for names in (real, varied) if varied not in ([], real) else (real,):
            yield entry.changed(symbols=written | dict.fromkeys(names, region))
    for name in _parameters(entry) if kinds else ():
        rest: dict[str, Raw] = {other: kind for other, kind in written.items() if other != name}
        if "whole" in kinds:
            yield entry.changed(symbols=written | {name: "integer"})
            half = f"{name}_half"
            for whole in (f"2*{half}", f"2*{half} + 1"):
                where: dict[str, Raw] = {name: whole, **entry.where}
                yield entry.changed(symbols=rest | {half: "integer"}, where=where)
        for condition in (f"{name}**2 == 1", f"{name}**2 == {name}") if "label" in kinds else ():
            yield entry.changed(assume=[*entry.assume, condition])
    lists = [n for n, kind in written.items() if isinstance(kind, list) and len(kind) == 1]
    for name in [n for n in lists if n not in entry.wrt] if "label" in kinds else ():
        side = f"{name}_side"
        listed = {n: kind for n, kind in written.items() if n != name} | {side: written[name]}
        for other in (-1, 0):
            given: dict[str, Raw] = {name: f"where({side} > 0, 1, {other})", **entry.where}
            yield entry.changed(symbols=listed, where=given)


def at_values(entry: Formula) -> Iterator[Formula]:
    """The same with a number for what the claim leaves out: "if the exponent is two"."""
    given = {*_NAME.findall(" ".join((*entry.claims, *entry.where.values())))}
    written: dict[str, Raw] = {name: one.written for name, one in entry.symbols.items()}
    for name in _parameters(entry):
        rest: dict[str, Raw] = {other: kind for other, kind in written.items() if other != name}
        for value in () if name in given else _VALUES:
            where: dict[str, Raw] = {name: str(value), **entry.where}
            yield entry.changed(symbols=rest, where=where)


def _parameters(entry: Formula) -> list[str]:
    """The first real symbols of an expression that it is not differentiated by."""
    said = {*_NAME.findall(" ".join((entry.expression, *entry.where.values())))}
    written = {name: one.written for name, one in entry.symbols.items()}
    real = [name for name, kind in written.items() if kind == "real" and name in said]
    return [name for name in real if name not in entry.wrt][:_MOST_PARAMETERS]


def by_convention(entry: Formula) -> Iterator[Formula]:
    """The same for what pages say in words: symmetric, square or orthogonal matrices, columns
    that sum to 1, and the other layout."""
    written: dict[str, Raw] = {name: one.written for name, one in entry.symbols.items()}
    layouts = [entry]
    if entry.kind == "derivative" and entry.layout != "numerator":
        layouts.append(entry.changed(layout="numerator"))
    yield from layouts[1:]
    square, joined = _squared(written), _joined(written)
    seen = [written]
    for symbols in (
        *(square, _structured(written), _structured(square), _structured(square, "QRUV")),
        *(joined, _structured(joined), _structured(joined, "QRUV")),
    ):
        if symbols not in seen:
            seen.append(symbols)
            yield from (one.changed(symbols=symbols) for one in layouts)


def orthonormal(entry: Formula) -> Iterator[Formula]:
    """The same where the columns of one matrix are orthonormal."""
    for name, one in entry.symbols.items():
        if isinstance(one.written, list) and len(one.written) == 2 and name not in entry.wrt:
            met: list[Raw] = [f"{name}.T @ {name} == eye({one.written[1]})"]
            yield entry.changed(assume=[*entry.assume, *met])


def normalised(entry: Formula) -> Iterator[Formula]:
    """The same where each column, and each row of a matrix, sums to 1, but for those that the
    derivative is by."""
    by = {*entry.wrt, *re.findall(r", (\w+)\)", entry.expression)}
    sums: list[Raw] = []
    for name, one in entry.symbols.items():
        shape = one.written.get("shape") if isinstance(one.written, dict) else one.written
        if isinstance(shape, list) and name not in by:
            rows, columns = [*map(str, shape), "1"][:2]
            is_column = columns == "1"
            sums.append(
                f"sum({name}) == 1" if is_column else f"{name} @ ones({columns}) == ones({rows})"
            )
    if sums:
        yield entry.changed(assume=[*entry.assume, *sums])


def where_places(entry: Formula, pairs: Sequence[tuple[str, str]], sign: str) -> Formula:
    """The same where some places differ, or are the same."""
    return _only_where(entry, [f"{one} {sign} {other}" for one, other in pairs])


def _only_where(entry: Formula, conditions: Sequence[str]) -> Formula:
    """The same where some conditions hold, and 0 = 0 elsewhere."""
    claims: Raw = [_where(conditions, one) for one in entry.claims]
    said: dict[str, Raw] = {"expression": _where(conditions, entry.expression)}
    return entry.changed("derivation", **{**said, entry.kind: claims})


def at_places(entry: Formula, places: Sequence[str]) -> Iterator[Formula]:
    """The same at some places only, which pages say in many ways ("for $i \\ne j$", "off the
    diagonal", "inside"): where free indices differ, in order, or away from the ends."""
    if not places or entry.kind not in ("derivative", "equals"):
        return
    dims = {
        str(dim)
        for one in entry.symbols.values()
        for dim in (one.written if isinstance(one.written, list) else ())
        if str(dim).isidentifier()
    }
    apart = [f"{one} != {other}" for one, other in combinations(places, 2)]
    some = [apart] if apart else []
    if len(places) == 2:
        some += [[f"{places[0]} {sign} {places[1]}"] for sign in ("<", "<=", ">", ">=")]
    first = [f"{place} != 0" for place in places]
    last = [f"{place} != {dim} - 1" for place in places for dim in sorted(dims)]
    for conditions in (*some, first, last, first + last):
        yield _only_where(entry, conditions)


def _where(conditions: Sequence[str], text: str) -> str:
    """An expression where some conditions hold, and 0 elsewhere."""
    for condition in conditions:
        text = f"where({condition}, {text}, 0)"
    return text


def _structured(written: Mapping[str, Raw], rotations: str = "") -> dict[str, Raw]:
    """Square matrices symmetric, or orthogonal."""
    return {
        name: {"shape": one, "structure": "orthogonal" if name in rotations else "symmetric"}
        if isinstance(one, list) and len(one) == 2 and one[0] == one[1]
        else one
        for name, one in written.items()
    }


def _joined(written: Mapping[str, Raw]) -> dict[str, Raw]:
    """Matrices square where one of their dimensions is inferred: both are the other one."""
    said: dict[str, str] = {}
    for one in written.values():
        if isinstance(one, list) and len(one) == 2:
            rows, columns = (said.get(str(dim), str(dim)) for dim in one)
            if rows != columns and "1" not in (rows, columns):
                inferred, other = (rows, columns) if rows.endswith("_") else (columns, rows)
                if inferred.endswith("_"):
                    said[inferred] = other
    return {
        name: [said.get(str(dim), dim) for dim in one] if isinstance(one, list) else one
        for name, one in written.items()
    }


def _squared(written: Mapping[str, Raw]) -> dict[str, Raw]:
    """All inferred dimensions one, whose names end so that no page writes them."""
    return {
        name: ["n_" if str(dim).endswith("_") else dim for dim in one]
        if isinstance(one, list)
        else one
        for name, one in written.items()
    }
