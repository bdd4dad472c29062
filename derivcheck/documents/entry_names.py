"""The names of an entry as print has them, for the maths reader.

A name of the language may be printed in several ways (``w1_2``, ``lam``); functions have signs of
their own (``\\Gamma``), and an entry that uses one is read with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import replace

from derivcheck.collection.raw import Value
from derivcheck.documents.bindings import Binding, shape_of
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.functions import NAMES
from derivcheck.documents.maths.kinds import Kinds
from derivcheck.documents.maths.parser import parse as parse_maths
from derivcheck.documents.maths.tokens import tokenize
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.functions import lookup
from derivcheck.lang.handlers import HANDLERS
from derivcheck.lang.notation import GREEK, name_parts
from derivcheck.lang.parser import parse
from derivcheck.lang.syntax import Bounds, Comprehension, Name, Subscript, Syntax, walk
from derivcheck.statements.claims import Statement

_ALIASES: dict[str, tuple[str, ...]] = {
    "sigmoid": ("\\sigma",), "gamma": ("\\Gamma",), "digamma": ("\\psi",), "beta": ("B",),
    "ellipk": ("K",), "ellipe": ("E",), "ellipf": ("F",), "lambertw": ("W",),
    "zeta": ("\\zeta",), "airyai": ("Ai",), "airybi": ("Bi",), "Ei": ("Ei",), "li": ("li",),
    "Si": ("Si",), "Ci": ("Ci",), "Shi": ("Shi",), "Chi": ("Chi",), "erf": ("erf",),
    "jacobisn": ("sn",), "jacobicn": ("cn",), "jacobidn": ("dn",), "lowergamma": ("\\gamma",),
    "uppergamma": ("\\Gamma",), "fresnels": ("S",), "fresnelc": ("C",),
}  # fmt: skip
"""Functions of the language that print writes as a name, if the entry has them."""
_FAMILIES = {
    "besselj": "J", "bessely": "Y", "besseli": "I", "besselk": "K", "expint": "E",
    "polylog": "Li", "polygamma": "\\psi", "legendre": "P", "chebyshevt": "T",
    "chebyshevu": "U", "hermite": "H", "laguerre": "L",
}  # fmt: skip


_NORMAL = {
    "\\Phi": "(1 + \\operatorname{erf}(z/\\sqrt{2}))/2",
    "\\phi": "e^{-z^2/2}/\\sqrt{2\\pi}",
}
"""The distribution function and the density of the normal distribution."""


def aliases_of(words: Set[str]) -> dict[str, Binding]:
    """The functions of the entry, of its :func:`words_of`, under the names that print has for
    them."""
    if "loggamma" in words:
        words = words | {"gamma"}
    if "exp" in words and not any("sigmoid" in w for w in words):
        words = words | {"sigmoid"}
    found: dict[str, Binding] = {}
    for name, key in _FAMILIES.items():
        if name in words:
            found[key] = Binding(key, "family", raw_name=name)
    for key, latex in _NORMAL.items() if "erf" in words else ():
        tree = parse_maths(tokenize(latex, {}), Kinds())
        found[key] = Binding(key, "definition", arguments=("z",), trees=(tree,))
    for name, spelled in _ALIASES.items():
        for key in spelled if name in words else ():
            # one sign may stand for two functions: the number of arguments tells
            other = found.get(key)
            raw_name = name if other is None else f"{other.raw_name} {name}"
            if other is not None and other.kind == "family":
                raw_name = f"{name} {other.raw_name}"
            found[key] = Binding(key, "alias", raw_name=raw_name)
    return found


_DIGITS = re.compile(r"([A-Za-z]+?)_?(\d+)\Z")

_LAYERED = re.compile(r"([A-Za-z])(\d)_(\d+)\Z")


def key_of(name: str) -> str:
    """The first key that a name of the language may be printed as."""
    if name == "lam":
        return "\\lambda"
    if name in GREEK:
        return f"\\{name}"
    layered = _LAYERED.match(name)
    if layered:
        return keys.key(key_of(layered[1]), layered[3], layered[2])
    match = _DIGITS.match(name)
    if match:
        return keys.key(key_of(match[1]), match[2])
    stem, _, rest = name.partition("_")
    if rest in ("hat", "bar", "tilde"):
        return f"\\{rest}{{{key_of(stem)}}}"
    return keys.key(key_of(stem), f"\\{rest}" if rest in GREEK else rest) if rest and stem else name


def _keys(name: str) -> Iterator[str]:
    """All of them."""
    key = key_of(name)
    yield key
    base, sub, _ = keys.parts(key)
    if name[-1] in "lL" and (name[:-1] in GREEK or len(name) == 2):
        yield keys.key(key_of(name[:-1]), "", name[-1])
    if sub and sub.isdigit():
        yield keys.key(base, "", f"({sub})")
        yield keys.key(base, "", f"[{sub}]")
    if len(base) == 1:
        yield keys.key(f"\\mathbf{{{base}}}", sub)
    apart = name_parts(name)
    if len(apart.subscripts) > 1:
        yield keys.key(key_of(apart.stem), ",".join(apart.subscripts))


def bindings_of(statement: Statement, words: Set[str]) -> dict[str, Binding]:
    """The entry's names as keys that a page may write; ``words`` are its :func:`words_of`."""
    found: dict[str, Binding] = {}
    builder = statement.builder
    assert builder is not None

    def add(name: str, made: Binding) -> None:
        for key in _keys(name):
            found.setdefault(key, replace(made, key=key))

    for name, declared in statement.entry.symbols.items():
        raw: Value = declared.written  # type: ignore[assignment]  # a list of Raw is one of Value
        add(name, Binding(name, "symbol", raw, shape_of(raw), raw_name=name))
    for name, function in statement.entry.functions.items():
        if function.is_elementwise:
            add(name, Binding(name, "elementwise", raw_name=name))
        else:
            names = tuple(map(key_of, function.arguments))
            add(name, Binding(name, "function", function.text, arguments=names, raw_name=name))
    for name in statement.scope.where:
        with suppress(LanguageError):
            shape = tuple(str(dim) for dim in builder.node(parse(name)).shape)
            add(name, Binding(name, "symbol", "real", shape, raw_name=name))
    for word in words - NAMES.keys() - {"d", "D", "I"}:
        if lookup(word) is not None or word in HANDLERS:
            found.setdefault(word, Binding(word, "alias", raw_name=word))
    for name in sorted(statement.scope.dims):
        found.setdefault(key_of(name), Binding(key_of(name), "constant", raw_name=name))
        if "eye" in words and "besseli" not in words:
            eye = Binding(f"I_{{{name}}}", "constant", "", (name, name), raw_name=f"eye({name})")
            found.setdefault(eye.key, eye)
    parts = list(_parts(statement))
    for name in _indices(statement, parts):
        found.setdefault(key_of(name), Binding(key_of(name), "index", raw_name=name))
    for name in _of_one_entry(statement, parts):
        key = keys.key(key_of(name), "1")
        found.setdefault(key, Binding(key, "symbol", "real", raw_name=f"{name}[0]"))
    if words & {"I", "1j"}:
        found.setdefault("i", Binding("i", "constant", raw_name="1j"))
    return found


def _texts(statement: Statement) -> list[str]:
    """The expressions of the entry."""
    entry = statement.entry
    found = [entry.expression, *entry.wrt, *entry.claims, *entry.where.values()]
    return found + [step.to for step in entry.steps]


def words_of(statement: Statement) -> set[str]:
    """Every name in the expressions of the entry."""
    return set(re.findall(r"1j|[A-Za-z_]\w*", " ".join(_texts(statement))))


def _parts(statement: Statement) -> Iterator[Syntax]:
    for text in _texts(statement):
        with suppress(LanguageError):
            yield from walk(parse(text))


def _of_one_entry(statement: Statement, parts: Sequence[Syntax]) -> list[str]:
    """Names of one row and column that the entry gives an index."""
    assert statement.builder is not None
    found: dict[str, None] = {}
    for part in parts:
        if isinstance(part, Subscript) and isinstance(part.operand, Name):
            with suppress(LanguageError):
                if not statement.builder.node(part.operand).shape:
                    found[part.operand.id] = None
    return list(found)


def _indices(statement: Statement, parts: Sequence[Syntax]) -> set[str]:
    """Free indices, which are declared nowhere, and those that sums and columns bind."""
    places = (i for part in parts if isinstance(part, Subscript) for i in part.indices)
    found = {n.id for place in places for n in walk(place) if isinstance(n, Name)}
    found |= {p.name.id for p in parts if isinstance(p, Bounds | Comprehension)}
    scope = statement.scope
    return found - {*scope.symbols, *scope.functions, *scope.where, *scope.dims, *scope.indices}
