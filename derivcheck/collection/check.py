"""The shape of a file's header and of one formula, checked by hand.

Every problem is found in one pass, each at its own place. One class, a method a key: this is where
each key of the format says what is wrong.
"""

from __future__ import annotations

import contextlib
import re

from derivcheck.collection import format as fmt
from derivcheck.collection.checks import (
    KNOWN_KEYS,
    Checks,
    Enough,
    KeyCheck,
    child,
    kind_of,
    misspelt,
    suggest,
)
from derivcheck.collection.raw import Mark, Value
from derivcheck.collection.spelled import spelled_kind
from derivcheck.collection.split import closed
from derivcheck.model import Diagnostic


def check_formula(raw: Value, mark: Mark, file: str) -> tuple[Diagnostic, ...]:
    """All problems of one item of ``formulas``; none means that it is an entry."""
    check = _Check(file)
    with contextlib.suppress(Enough):
        check.formula(raw, mark)
    return tuple(check.found)


def check_header(
    raw: Value, mark: Mark, file: str, is_broken: bool = False
) -> tuple[Diagnostic, ...]:
    """All problems of the mapping around the formulas.

    ``is_broken``: a part of the file can't be read, so what is missing is not missed.
    """
    check = _Check(file)
    with contextlib.suppress(Enough):
        check.header(raw, mark, is_broken)
    return tuple(check.found)


def check_symbol(raw: Value, mark: Mark, file: str, at: str) -> tuple[Diagnostic, ...]:
    """All problems of what one symbol is declared to be."""
    check = _Check(file)
    check.symbol(raw, mark, at)
    return tuple(check.found)


_SPLIT = "YAML split it at a comma: quote the text"


class _Check(Checks):
    # -- the file --------------------------------------------------------------------------

    def header(self, raw: Value, mark: Mark, is_broken: bool) -> None:
        if is_broken and not isinstance(raw, dict):
            return
        if not isinstance(raw, dict) or not {"derivcheck", "collection", "formulas"} & raw.keys():
            what = "empty" if raw is None else kind_of(raw)
            detail = "" if isinstance(raw, dict) else f" (it is {what})"
            self.problem(
                "schema-file",
                f"not a formula file{detail}",
                mark,
                hint="it begins with `derivcheck: 1`, `collection: NAME` and `formulas:`",
            )
            return
        self.keys(raw, mark, fmt.FILE_KEYS, "")
        if not is_broken:
            self.required(raw, mark, ("derivcheck", "collection", "formulas"), "the file")
        if "derivcheck" in raw and raw["derivcheck"] != str(fmt.FORMAT_VERSION):
            self.problem(
                "schema-version",
                f"`derivcheck` is the version of the format, which is {fmt.FORMAT_VERSION}",
                child(mark, "derivcheck"),
                "derivcheck",
            )
        if "collection" in raw:
            self.collection_name(raw["collection"], child(mark, "collection"))
        self.each(raw, mark, "", {"title": _Check.text, "source": _Check.source})
        if "formulas" in raw and not isinstance(raw["formulas"], list):
            self.wrong_type(
                raw["formulas"], "a list of formulas", child(mark, "formulas"), "formulas"
            )

    def source(self, value: Value, mark: Mark, at: str) -> None:
        if self.mapping(value, mark, at, fmt.SOURCE_KEYS):
            self.each(value, mark, at, dict.fromkeys(value, _Check.text))

    def collection_name(self, value: Value, mark: Mark) -> None:
        if not isinstance(value, str):
            self.wrong_type(value, "a name", mark, "collection")
        elif value == "all" or not fmt.is_collection_name(value):
            message = f"`{value}` can't name a collection"
            hint = "letters, digits, `.`, `_` and `-`; `all` is taken"
            self.problem("schema-value", message, mark, "collection", hint)

    # -- a formula -------------------------------------------------------------------------

    def formula(self, raw: Value, mark: Mark) -> None:
        if not isinstance(raw, dict):
            self.problem("schema-type", f"a formula is a mapping, not {kind_of(raw)}", mark)
            return
        for key, value in raw.items():
            check = _FORMULA_CHECKS.get(key)
            if check is None:
                continue
            if check is _Check.text and type(value) is str and value:
                continue  # by far the most frequent case
            check(self, value, child(mark, key), key)
        if not raw.keys() <= KNOWN_KEYS:
            self.keys(raw, mark, fmt.FORMULA_KEYS, "")
        self.required(raw, mark, ("id", "expression"), "the formula")
        self.claim(raw, mark)

    def claim(self, raw: dict[str, Value], mark: Mark) -> None:
        claims = [key for key in fmt.CLAIM_KEYS if key in raw]
        if not claims and any(misspelt(key, raw) for key in fmt.CLAIM_KEYS):
            return
        if not claims:
            names = ", ".join(f"`{key}`" for key in fmt.CLAIM_KEYS)
            self.problem("schema-claim", f"no claim: one of {names} is needed", mark)
            return
        if len(claims) > 1 and isinstance(mark, dict):
            names = " and ".join(f"`{key}`" for key in claims)
            message = f"{names}: a formula makes exactly one claim"
            self.problem("schema-claim", message, mark[claims[1]][0], claims[1])
            return
        claim = claims[0]
        if claim != "equals" and "wrt" not in raw and not misspelt("wrt", raw):
            message = f"`{claim}` needs `wrt`: by which symbol?"
            place = mark[claim][0] if isinstance(mark, dict) else mark
            self.problem("schema-missing-key", message, place, claim)
        wrt = raw.get("wrt")
        if claim == "derivative" and isinstance(wrt, list) and len(wrt) > 1:
            message = "a derivative is taken by one symbol; `differential` takes a list"
            hint = None
            if wrt[0] == wrt[1]:
                hint = f"a second derivative is `wrt: {wrt[0]}` with `order: {len(wrt)}`"
            elif isinstance(expression := raw.get("expression"), str):
                by = ", ".join(map(str, wrt))
                hint = (
                    f"a mixed derivative is `expression: diff({expression:.60}, {by})` with the "
                    "claim under `equals`; derivatives by several symbols are several formulas"
                )
            self.problem("schema-claim", message, child(mark, "wrt"), "wrt", hint)
        if "upstream" in raw and claim != "derivative" and isinstance(mark, dict):
            message = f"`upstream` belongs to `derivative`, not to `{claim}`"
            self.problem("schema-claim", message, mark["upstream"][0], "upstream")
        if "order" in raw and isinstance(mark, dict):
            other = "upstream" if "upstream" in raw else claim
            if other != "derivative":
                message = f"`order` belongs to `derivative`, not to `{other}`"
                self.problem("schema-claim", message, mark["order"][0], "order")

    # -- the parts of a formula ------------------------------------------------------------

    def text(self, value: Value, mark: Mark, at: str) -> None:
        self.is_text(value, "a text", mark, at)

    def entry_id(self, value: Value, mark: Mark, at: str) -> None:
        if not isinstance(value, str):
            self.wrong_type(value, "a number or a name", mark, at)
        elif (
            len(value) > fmt.MAX_ID_LENGTH or not fmt.is_entry_id(value) or not value.isprintable()
        ):
            message = f"`{value}` can't be an id"
            hint = "no spaces, no `:`, no `-` in front, at most 200 characters"
            self.problem("schema-value", message, mark, at, hint)

    def texts(self, value: Value, mark: Mark, at: str) -> None:
        """One text or a list of them."""
        if not isinstance(value, list):
            self.is_text(value, "a text or a list of texts", mark, at)
            return
        if not value:
            self.problem("schema-empty", f"`{at}` is an empty list", mark, at)
        for i, item in enumerate(value):
            where, path = child(mark, i), f"{at}[{i}]"
            if isinstance(item, dict) and not closed(", ".join(item)):
                message = f"`{path}` takes a text, not a mapping"
                self.problem("schema-split", message, where, path, _SPLIT)
            else:
                self.text(item, where, path)

    def order(self, value: Value, mark: Mark, at: str) -> None:
        if not isinstance(value, str):
            self.wrong_type(value, "a whole number", mark, at)
        elif not value.isascii() or not value.isdigit() or not 1 <= int(value) <= fmt.MAX_ORDER:
            message = f"`{value}` is no order of a derivative"
            self.problem("schema-value", message, mark, at, f"a number from 1 to {fmt.MAX_ORDER}")

    def symbols(self, value: Value, mark: Mark, at: str) -> None:
        if self.mapping(value, mark, at):
            for name, declared in value.items():
                is_plain = type(declared) is str and declared in _KINDS
                if is_plain and name.isascii() and name.isidentifier():
                    continue  # by far the most frequent case
                if self.names(value, mark, at, name):
                    self.symbol(declared, child(mark, name), f"{at}.{name}")

    def symbol(self, value: Value, mark: Mark, at: str) -> None:
        if isinstance(value, list):
            self.shape(value, mark, at)
        elif isinstance(value, dict):
            self.keys(value, mark, fmt.SYMBOL_KEYS, at)
            if "index" in value:
                self.index(value, mark, at)
            self.each(value, mark, at, _SYMBOL_CHECKS)
        else:
            self.domain(value, mark, at)

    def index(self, value: dict[str, Value], mark: Mark, at: str) -> None:
        """``{index: n}``: any one of 0 ... n-1."""
        dim = value["index"]
        if not isinstance(dim, str) or not fmt.is_dimension(dim):
            self.wrong_type(dim or None, "a dimension", child(mark, "index"), f"{at}.index")
        if len(value) > 1:
            other = next(key for key in value if key != "index")
            message = f"`{at}`: an index has no `{other}`"
            self.problem("schema-claim", message, child(mark, other), f"{at}.{other}")

    def shape(self, value: Value, mark: Mark, at: str) -> None:
        if not isinstance(value, list):
            self.wrong_type(value, "a list of dimensions", mark, at)
            return
        texts = [item if isinstance(item, str) else "" for item in value]
        if not 1 <= len(value) <= 2 or not all(map(fmt.is_dimension, texts)):
            shown = ", ".join(texts)
            hint = "dimensions are names or positive numbers: [n] a column, [m, n] a matrix"
            if len(texts) == 2:
                hint += f'; an interval is quoted: "[{shown}]"'
            elif len(texts) > 2:
                hint = "there are no tensors of order three and more: [n] a column, [m, n] a matrix"
            self.problem("schema-value", f"[{shown}] is no shape", mark, at, hint)

    def domain(self, value: Value, mark: Mark, at: str) -> None:
        if not self.is_text(value, "a kind, an interval or a shape", mark, at):
            return
        if value not in _KINDS and not fmt.is_interval(value):
            hint = suggest(value, fmt.KINDS) or spelled_kind(value, fmt.STRUCTURES)
            if value in fmt.STRUCTURES:
                hint = f"a structure belongs to a shape: {{shape: [n, n], structure: {value}}}"
            elif hint is None and fmt.is_dimension(value):
                hint = (
                    f"a column of {value} entries is [{value}]; kinds are {', '.join(fmt.KINDS)}, "
                    'or an interval such as "(-1, 1)"'
                )
            elif hint is None and value[0] == "[" and value[-1] == "]":
                hint = f"a shape is a list, without quotes: {value}"
            elif hint is None and fmt.is_dimension(value.strip("()[] ")):
                hint = f"a shape is a list, without quotes: [{value.strip('()[] ')}]"
            elif hint is None and (sizes := _IN_BRACKETS.search(value)) and value[-1] not in ")]":
                hint = f"a shape is a list: [{sizes[1]}, {sizes[2]}]"
            elif hint is None and value[0] in "([":
                hint = 'YAML cuts an interval at its comma: quote it, as in "[0, oo)"'
            message = f"`{value}` is no kind of symbol"
            self.problem(
                "schema-value",
                message,
                mark,
                at,
                hint or f'one of {", ".join(fmt.KINDS)}, or an interval such as "(-1, 1)"',
            )

    def structure(self, value: Value, mark: Mark, at: str) -> None:
        if isinstance(value, list):
            for i, item in enumerate(value):
                self.one_of(item, fmt.STRUCTURES, child(mark, i), f"{at}[{i}]")
        else:
            self.one_of(value, fmt.STRUCTURES, mark, at)

    def function(self, value: Value, mark: Mark, at: str) -> None:
        if self.is_text(value, "a text", mark, at) and not fmt.is_function(value):
            hint = (
                "`elementwise`, `scalar(x)` or `scalar(x, y)`; an expression stands under "
                "`where` and is used by its name alone"
            )
            message = f"`{value}` is no kind of function"
            self.problem("schema-value", message, mark, at, hint if closed(value) else _SPLIT)

    def derivation(self, value: Value, mark: Mark, at: str) -> None:
        for step, where, path in self.mappings(value, mark, at, fmt.STEP_KEYS):
            self.required(step, where, ("to",), f"`{path}`")
            self.each(step, where, path, _STEP_CHECKS)
            if "with" in step and "by" not in step and isinstance(where, dict):
                message = "`with` instantiates what `by` cites, and there is no `by`"
                self.problem("schema-missing-key", message, where["with"][0], path)

    def reference(self, value: Value, mark: Mark, at: str) -> None:
        if self.is_text(value, "an id or COLLECTION:ID", mark, at) and not fmt.is_reference(value):
            message = f"`{value}` can't be an id"
            self.problem("schema-value", message, mark, at, "an id, or COLLECTION:ID")

    def errata(self, value: Value, mark: Mark, at: str) -> None:
        for erratum, where, path in self.mappings(value, mark, at, fmt.ERRATUM_KEYS):
            kind = erratum.get("kind")
            needed = ("kind",) if kind in fmt.NOTED_KINDS else ("kind", "at", "correct")
            self.required(erratum, where, needed, f"`{path}`")
            self.each(erratum, where, path, _ERRATUM_CHECKS)

    def anything(self, value: Value, mark: Mark, at: str) -> None:
        if value is None:
            self.wrong_type(None, "a value", mark, at)

    def path(self, value: Value, mark: Mark, at: str) -> None:
        if not isinstance(value, str):
            self.wrong_type(value, "a path inside the formula", mark, at)
            return
        top = value.partition("[")[0].partition(".")[0]
        if not fmt.is_path(value) or top not in KNOWN_KEYS:
            message = f"`{value}` is no path inside the formula"
            hint = suggest(top, fmt.FORMULA_KEYS) or "such as `derivation[0].by` or `symbols.x`"
            self.problem("schema-value", message, mark, at, hint)


_IN_BRACKETS = re.compile(r"[(\[]\s{0,9}(\w{1,40})\s{0,9},\s{0,9}(\w{1,40})\s{0,9}[)\]]")
_KINDS = frozenset(fmt.KINDS)


def _named(check: KeyCheck) -> KeyCheck:
    """What stands under the names of a mapping, all by the same check."""

    def named(self: _Check, value: Value, mark: Mark, at: str) -> None:
        if self.mapping(value, mark, at):
            for name, item in value.items():
                if self.names(value, mark, at, name):
                    check(self, item, child(mark, name), f"{at}.{name}")

    return named


def _one_of(known: tuple[str, ...]) -> KeyCheck:
    """One of some words."""
    return lambda self, value, mark, at: self.one_of(value, known, mark, at)


_NAMED_TEXTS = _named(_Check.text)
_SYMBOL_CHECKS: dict[str, KeyCheck] = {
    "shape": _Check.shape,
    "domain": _Check.domain,
    "structure": _Check.structure,
    "not": _Check.texts,
}
_STEP_CHECKS = {"to": _Check.text, "by": _Check.reference, "with": _NAMED_TEXTS}
_ERRATUM_CHECKS: dict[str, KeyCheck] = {
    "kind": _one_of(fmt.ERRATUM_KINDS),
    "at": _Check.path,
    "note": _Check.text,
    "printed": _Check.anything,
    "correct": _Check.anything,
}
_FORMULA_CHECKS: dict[str, KeyCheck] = {
    **dict.fromkeys(("name", "section", "item", "latex", "note"), _Check.text),
    **dict.fromkeys(("expression", "upstream"), _Check.text),
    **dict.fromkeys(("tags", "assume", "identically", "wrt", *fmt.CLAIM_KEYS), _Check.texts),
    "id": _Check.entry_id,
    "symbols": _Check.symbols,
    "functions": _named(_Check.function),
    "where": _NAMED_TEXTS,
    "values": _one_of(fmt.VALUES),
    "order": _Check.order,
    "layout": _one_of(fmt.LAYOUTS),
    "derivation": _Check.derivation,
    "errata": _Check.errata,
}
