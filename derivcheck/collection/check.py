"""The shape of a file's header and of one formula, checked by hand.

Every problem is found in one pass, each at its own place. A text is never looked into here:
what stands inside an expression is the language's business. One class, a method a key, longer
than most: the format has that many keys, and this is where each of them says what is wrong.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from itertools import islice
from typing import TypeAlias, TypeGuard

from derivcheck.collection import format as fmt
from derivcheck.collection.raw import Mark, Value, location, place_of
from derivcheck.collection.spelled import spelled_key, spelled_kind
from derivcheck.collection.split import closed, split_text
from derivcheck.model import Diagnostic


def check_formula(raw: Value, mark: Mark, file: str) -> tuple[Diagnostic, ...]:
    """All problems of one item of ``formulas``; none means that it is an entry."""
    check = _Check(file)
    with contextlib.suppress(_Enough):
        check.formula(raw, mark)
    return tuple(check.found)


def check_header(
    raw: Value, mark: Mark, file: str, is_broken: bool = False
) -> tuple[Diagnostic, ...]:
    """All problems of the mapping around the formulas.

    ``is_broken``: a part of the file can't be read, so what is missing is not missed.
    """
    check = _Check(file)
    with contextlib.suppress(_Enough):
        check.header(raw, mark, is_broken)
    return tuple(check.found)


def check_symbol(raw: Value, mark: Mark, file: str, at: str) -> tuple[Diagnostic, ...]:
    """All problems of what one symbol is declared to be."""
    check = _Check(file)
    check.symbol(raw, mark, at)
    return tuple(check.found)


_MOST_ITEMS = 200
"""A text has fewer commas than that."""

_MOST_WORD = 60
"""A longer word is no slip of the pen."""

_MOST_PROBLEMS = 100
"""Problems of one formula, or of the header, that are told."""

_SPLIT = "YAML split it at a comma: quote the text"


class _Enough(Exception):
    """So many problems are told that no more are looked for."""


def suggest(word: str, known: Iterable[str]) -> str | None:
    """``did you mean ...?`` for a misspelt word."""
    if len(word) > _MOST_WORD:
        return None
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else None


def _kind_of(value: Value) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, list):
        return "a list"
    return "a mapping" if isinstance(value, dict) else "a text"


def below_empty(value: dict[str, Value], key: str) -> str | None:
    """For a key that stands beside the one under which it belongs: ``where:``, then ``a: x``."""
    keys = list(islice(value, _MOST_ITEMS))
    before = keys[keys.index(key) - 1] if key in keys[1:] else ""
    is_open = before in ("symbols", "functions", "where", "source") and value[before] is None
    return f"indent it, so that it stands under `{before}`" if is_open else None


def _child(mark: Mark, step: str | int) -> Mark:
    if isinstance(step, int):
        return mark[step + 1] if isinstance(mark, list) and step + 1 < len(mark) else mark
    return mark[step][1] if isinstance(mark, dict) and step in mark else mark


def _misspelt(key: str, keys: Iterable[str]) -> bool:
    """Whether an unknown key is this one misspelt: then it is not missing as well."""
    strange = (other for other in keys if other not in _KNOWN_KEYS and len(other) <= _MOST_WORD)
    unknown = list(islice(strange, _MOST_PROBLEMS))
    return bool(get_close_matches(key, unknown, n=1, cutoff=0.6))


_KeyCheck: TypeAlias = "Callable[[_Check, Value, Mark, str], None]"
"""What looks at the value under a key: the value, its mark and its path."""


class _Check:
    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Diagnostic] = []
        self._positions: tuple[object, dict[str, int]] = (None, {})
        """The mapping last asked about, and at which place each of its keys stands."""

    # -- reporting -------------------------------------------------------------------------

    def problem(
        self, rule: str, message: str, mark: Mark, at: str = "", hint: str | None = None
    ) -> None:
        where = location(self.file, place_of(mark))
        if len(self.found) == _MOST_PROBLEMS:
            message = f"more than {_MOST_PROBLEMS} problems: the rest is not looked at"
            self.found.append(Diagnostic("file-problems", message, where))
            raise _Enough
        self.found.append(Diagnostic(rule, message, where, hint, at or None))

    def wrong_type(self, value: Value, wanted: str, mark: Mark, at: str) -> None:
        if value is None:
            self.problem("schema-empty", f"`{at}` is empty: it takes {wanted}", mark, at)
            return
        hint = None
        if isinstance(value, bool):
            hint = "quote it if it is meant as a text"
        elif at == "formulas" and isinstance(value, dict):
            hint = "each formula begins with a dash: `- id: ...`"
        elif at == "symbols" or at.endswith(".symbols"):
            hint = "each name with its kind or shape: `symbols: {x: real, A: [m, n]}`"
        message = f"`{at}` takes {wanted}, not {_kind_of(value)}"
        self.problem("schema-type", message, mark, at, hint)

    # -- the file --------------------------------------------------------------------------

    def header(self, raw: Value, mark: Mark, is_broken: bool) -> None:
        if is_broken and not isinstance(raw, dict):
            return
        if not isinstance(raw, dict) or not {"derivcheck", "collection", "formulas"} & raw.keys():
            what = "empty" if raw is None else _kind_of(raw)
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
                _child(mark, "derivcheck"),
                "derivcheck",
            )
        if "collection" in raw:
            self.collection_name(raw["collection"], _child(mark, "collection"))
        self.each(raw, mark, "", {"title": _Check.text, "source": _Check.source})
        if "formulas" in raw and not isinstance(raw["formulas"], list):
            self.wrong_type(
                raw["formulas"], "a list of formulas", _child(mark, "formulas"), "formulas"
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
            self.problem("schema-type", f"a formula is a mapping, not {_kind_of(raw)}", mark)
            return
        for key, value in raw.items():
            check = _FORMULA_CHECKS.get(key)
            if check is None:
                continue
            if check is _Check.text and type(value) is str and value:
                continue  # by far the most frequent case
            check(self, value, _child(mark, key), key)
        if not raw.keys() <= _KNOWN_KEYS:
            self.keys(raw, mark, fmt.FORMULA_KEYS, "")
        self.required(raw, mark, ("id", "expression"), "the formula")
        self.claim(raw, mark)

    def claim(self, raw: dict[str, Value], mark: Mark) -> None:
        claims = [key for key in fmt.CLAIM_KEYS if key in raw]
        if not claims and any(_misspelt(key, raw) for key in fmt.CLAIM_KEYS):
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
        if claim != "equals" and "wrt" not in raw and not _misspelt("wrt", raw):
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
            self.problem("schema-claim", message, _child(mark, "wrt"), "wrt", hint)
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
            where, path = _child(mark, i), f"{at}[{i}]"
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
                    self.symbol(declared, _child(mark, name), f"{at}.{name}")

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
            self.wrong_type(dim or None, "a dimension", _child(mark, "index"), f"{at}.index")
        if len(value) > 1:
            other = next(key for key in value if key != "index")
            message = f"`{at}`: an index has no `{other}`"
            self.problem("schema-claim", message, _child(mark, other), f"{at}.{other}")

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
                self.one_of(item, fmt.STRUCTURES, _child(mark, i), f"{at}[{i}]")
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
        if not fmt.is_path(value) or top not in _KNOWN_KEYS:
            message = f"`{value}` is no path inside the formula"
            hint = suggest(top, fmt.FORMULA_KEYS) or "such as `derivation[0].by` or `symbols.x`"
            self.problem("schema-value", message, mark, at, hint)

    # -- what several parts share ----------------------------------------------------------

    def each(
        self, value: dict[str, Value], mark: Mark, at: str, checks: dict[str, _KeyCheck]
    ) -> None:
        """What stands under the keys of a mapping, each by its own check."""
        for key, check in checks.items():
            if key in value:
                check(self, value[key], _child(mark, key), f"{at}.{key}" if at else key)

    def is_text(self, value: Value, wanted: str, mark: Mark, at: str) -> TypeGuard[str]:
        """Whether it is a text that is not empty; a problem where it is none."""
        if isinstance(value, str) and value:
            return True
        self.wrong_type(value or None, wanted, mark, at)
        return False

    def mappings(
        self, value: Value, mark: Mark, at: str, known: tuple[str, ...]
    ) -> Iterator[tuple[dict[str, Value], Mark, str]]:
        """Each mapping of a list, with its mark and its path."""
        if not isinstance(value, list):
            self.wrong_type(value, "a list", mark, at)
            return
        for i, item in enumerate(value):
            where, path = _child(mark, i), f"{at}[{i}]"
            if self.mapping(item, where, path, known):
                yield item, where, path

    def mapping(
        self, value: Value, mark: Mark, at: str, known: tuple[str, ...] | None = None
    ) -> TypeGuard[dict[str, Value]]:
        if not isinstance(value, dict):
            self.wrong_type(value, "a mapping", mark, at)
            return False
        if known is not None:
            self.keys(value, mark, known, at)
        return True

    def keys(self, value: dict[str, Value], mark: Mark, known: tuple[str, ...], at: str) -> None:
        for key in value:
            if key not in known and isinstance(mark, dict) and not self.split(value, mark, key, at):
                place = f" in `{at}`" if at else ""
                hint = spelled_key(key, known) or suggest(key, known)
                hint = below_empty(value, key) or hint or f"the keys are {', '.join(known)}"
                path = f"{at}.{key}" if at else key
                message = f"unknown key `{key}`{place}"
                self.problem("schema-unknown-key", message, mark[key][0], path, hint)

    def names(self, value: dict[str, Value], mark: Mark, at: str, name: str) -> bool:
        """Whether a key of ``symbols``, ``functions``, ``where`` or ``with`` is a name."""
        if fmt.is_identifier(name) and unicodedata.is_normalized("NFKC", name):
            return True
        if isinstance(mark, dict) and not self.split(value, mark, name, at):
            plain = unicodedata.normalize("NFKC", name)
            hint = "letters, digits and `_`, a letter in front"
            head = name.partition("(")[0].strip()
            if at == "where" and name.endswith(")") and fmt.is_identifier(head):
                hint = f"a name alone: `{head}: ...`, and `{head}` where it is used"
            elif (parts := name.split()) and fmt.is_identifier(parts[0]) and len(parts) > 1:
                hint = f"`: ` stands between a name and its value: `{parts[0]}: {parts[1]}`"
            elif fmt.is_identifier(plain):
                hint = f"write it with ordinary letters: `{plain}`"
            message = f"`{name}` in `{at}` is no name"
            self.problem("schema-name", message, mark[name][0], f"{at}.{name}", hint)
        return False

    def split(self, value: dict[str, Value], mark: Mark, key: str, at: str) -> bool:
        """Report a key that is the rest of a text which YAML split at a comma."""
        if value[key] is not None or not isinstance(mark, dict):
            return False
        if self._positions[0] is not value:
            self._positions = (value, {other: i for i, other in enumerate(value)})
        texts = (
            text if isinstance(text, str) else other if text is None else ""
            for other, text in value.items()
        )
        # those before it are only passed over: for a mapping of many, look at the first ones
        position = self._positions[1][key]
        text = split_text(texts, position) if position <= _MOST_ITEMS else None
        if text is None:
            return False
        place = f" in `{at}`" if at else ""
        self.problem(
            "schema-split",
            f"`{key}`{place} is the rest of a text that YAML split at a comma",
            mark[key][0],
            f"{at}.{key}" if at else key,
            f'quote the whole text: "{text}"',
        )
        return True

    def required(
        self, value: dict[str, Value], mark: Mark, needed: tuple[str, ...], what: str
    ) -> None:
        for key in needed:
            if key not in value and not _misspelt(key, value):
                self.problem("schema-missing-key", f"{what} has no `{key}`", mark, key)

    def one_of(self, value: Value, known: tuple[str, ...], mark: Mark, at: str) -> None:
        if not isinstance(value, str):
            self.wrong_type(value, f"one of {', '.join(known)}", mark, at)
        elif value not in known:
            hint = suggest(value, known) or f"one of {', '.join(known)}"
            self.problem("schema-value", f"`{at}` can't be `{value}`", mark, at, hint)


_IN_BRACKETS = re.compile(r"[(\[]\s{0,9}(\w{1,40})\s{0,9},\s{0,9}(\w{1,40})\s{0,9}[)\]]")
_KINDS = frozenset(fmt.KINDS)
_KNOWN_KEYS = frozenset(fmt.FORMULA_KEYS)


def _named(check: _KeyCheck) -> _KeyCheck:
    """What stands under the names of a mapping, all by the same check."""

    def named(self: _Check, value: Value, mark: Mark, at: str) -> None:
        if self.mapping(value, mark, at):
            for name, item in value.items():
                if self.names(value, mark, at, name):
                    check(self, item, _child(mark, name), f"{at}.{name}")

    return named


def _one_of(known: tuple[str, ...]) -> _KeyCheck:
    """One of some words."""
    return lambda self, value, mark, at: self.one_of(value, known, mark, at)


_NAMED_TEXTS = _named(_Check.text)
_SYMBOL_CHECKS: dict[str, _KeyCheck] = {
    "shape": _Check.shape,
    "domain": _Check.domain,
    "structure": _Check.structure,
    "not": _Check.texts,
}
_STEP_CHECKS = {"to": _Check.text, "by": _Check.reference, "with": _NAMED_TEXTS}
_ERRATUM_CHECKS: dict[str, _KeyCheck] = {
    "kind": _one_of(fmt.ERRATUM_KINDS),
    "at": _Check.path,
    "note": _Check.text,
    "printed": _Check.anything,
    "correct": _Check.anything,
}
_FORMULA_CHECKS: dict[str, _KeyCheck] = {
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
