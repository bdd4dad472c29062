"""What every check of a part of a file has in common: its problems, texts, keys and names.

A text is never looked into here: what stands inside an expression is the language's business.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from itertools import islice
from typing import Any, TypeGuard

from derivcheck.collection import format as fmt
from derivcheck.collection.raw import Mark, Value, location, place_of
from derivcheck.collection.spelled import spelled_key
from derivcheck.collection.split import split_text
from derivcheck.model import Diagnostic

KNOWN_KEYS = frozenset(fmt.FORMULA_KEYS)
_MOST_ITEMS = 200
"""A text has fewer commas than that."""

_MOST_WORD = 60
"""A longer word is no slip of the pen."""

_MOST_PROBLEMS = 100
"""Problems of one formula, or of the header, that are told."""


class Enough(Exception):
    """So many problems are told that no more are looked for."""


def suggest(word: str, known: Iterable[str]) -> str | None:
    """``did you mean ...?`` for a misspelt word."""
    if len(word) > _MOST_WORD:
        return None
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else None


def kind_of(value: Value) -> str:
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


def child(mark: Mark, step: str | int) -> Mark:
    if isinstance(step, int):
        return mark[step + 1] if isinstance(mark, list) and step + 1 < len(mark) else mark
    return mark[step][1] if isinstance(mark, dict) and step in mark else mark


def misspelt(key: str, keys: Iterable[str]) -> bool:
    """Whether an unknown key is this one misspelt: then it is not missing as well."""
    strange = (other for other in keys if other not in KNOWN_KEYS and len(other) <= _MOST_WORD)
    unknown = list(islice(strange, _MOST_PROBLEMS))
    return bool(get_close_matches(key, unknown, n=1, cutoff=0.6))


KeyCheck = Callable[[Any, Value, Mark, str], None]
"""What looks at the value under a key: the value, its mark and its path."""


class Checks:
    """Finds problems, each at its own place."""

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
            raise Enough
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
        message = f"`{at}` takes {wanted}, not {kind_of(value)}"
        self.problem("schema-type", message, mark, at, hint)

    # -- what several parts share ----------------------------------------------------------

    def each(
        self, value: dict[str, Value], mark: Mark, at: str, checks: dict[str, KeyCheck]
    ) -> None:
        """What stands under the keys of a mapping, each by its own check."""
        for key, check in checks.items():
            if key in value:
                check(self, value[key], child(mark, key), f"{at}.{key}" if at else key)

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
            where, path = child(mark, i), f"{at}[{i}]"
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
            if key not in known and not self.split(value, mark, key, at):
                place = f" in `{at}`" if at else ""
                hint = spelled_key(key, known) or suggest(key, known)
                hint = below_empty(value, key) or hint or f"the keys are {', '.join(known)}"
                path = f"{at}.{key}" if at else key
                message = f"unknown key `{key}`{place}"
                # what a patch puts there has one place for all its keys
                where = mark[key][0] if isinstance(mark, dict) else mark
                self.problem("schema-unknown-key", message, where, path, hint)

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
            if key not in value and not misspelt(key, value):
                self.problem("schema-missing-key", f"{what} has no `{key}`", mark, key)

    def one_of(self, value: Value, known: tuple[str, ...], mark: Mark, at: str) -> None:
        if not isinstance(value, str):
            self.wrong_type(value, f"one of {', '.join(known)}", mark, at)
        elif value not in known:
            hint = suggest(value, known) or f"one of {', '.join(known)}"
            self.problem("schema-value", f"`{at}` can't be `{value}`", mark, at, hint)
