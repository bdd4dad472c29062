"""Annotations as they are read: what they declare, define and assume, each block once."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from derivcheck.documents.bindings import Binding, Declarations, kinds_of, learn, read_key, shape_of
from derivcheck.documents.emission.calculus import Emitter
from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.commands import COMPARISONS
from derivcheck.documents.maths.kinds import Kinds
from derivcheck.documents.maths.parser import parse, parse_all
from derivcheck.documents.maths.statements import statements
from derivcheck.documents.maths.subscripts import check_definition
from derivcheck.documents.maths.tokens import tokenize
from derivcheck.documents.maths.tree import NotReadError, Tree
from derivcheck.documents.source import Annotation, Declared, Macro
from derivcheck.model import Diagnostic

_NAME = re.compile(r"[A-Za-z]\w*")
"""A name in a dimension such as ``n + 1``."""
_SHOWN = 80
"""Characters that a message quotes."""


class Annotations:
    """What the annotations of a page say, each read once behind those in force where it stands.

    What of them can't be read is left out, and is a problem.
    """

    def __init__(self, macros: Mapping[str, Macro], packages: Container[str] = ()) -> None:
        self.problems: list[Diagnostic] = []
        nothing = Declarations(macros=dict(macros), physics="physics" in packages)
        self._read: list[tuple[Annotation, Declarations]] = [(Annotation(), nothing)]
        """The blocks that were asked for last, each with what is known behind it."""

    def at(self, blocks: Sequence[Annotation]) -> Declarations:
        """All blocks in force as one. Pages ask in their order: mostly it is one block more."""
        read = self._read
        same = 1
        for (block, _), other in zip(read[1:], blocks, strict=False):
            if block is not other:
                break
            same += 1
        del read[same:]
        for block in blocks[same - 1 :]:
            found = read[-1][1].copied()
            reading = _Block(block, found)
            reading.read()
            self.problems += reading.problems
            read.append((block, found))
        return read[-1][1]


class _Block:
    """A block that is added to what is declared; what of it can't be read is a problem."""

    def __init__(self, block: Annotation, found: Declarations) -> None:
        self.block, self.found = block, found
        self.problems: list[Diagnostic] = []

    @contextmanager
    def reading(self, one: Declared, is_name: bool = False) -> Iterator[None]:
        """Note why a name, or its value, is not read."""
        reason = "it is nested too deep"
        try:
            yield
            return
        except NotReadError as error:
            reason = error.message
        except RecursionError:
            pass
        text = one.name if is_name else str(one.value)
        place = one.location if is_name else one.value_location
        text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
        message = f"`{text}` can't be read: {reason}"
        self.problems.append(Diagnostic("annotation-maths", message, place))

    def read(self) -> None:
        """Add all that it says."""
        block, found = self.block, self.found
        found.is_empty = False
        found.macros |= {macro.name: macro for macro in block.macros}
        for one in block.symbols:
            with self.reading(one, is_name=True):
                self.symbol(one)
        for one in block.functions:
            with self.reading(one, is_name=True):
                key, _ = read_key(one.name, found.macros)
                found.bind(_function(key, str(one.value), found))
        if block.wrt is not None:
            varying: list[str] = []
            for one in block.wrt:
                with self.reading(one):
                    varying.append(read_key(str(one.value), found.macros)[0])
            found.wrt = tuple(varying)
        found.log = block.log or found.log
        found.layout = block.layout or found.layout
        found.values = block.values or found.values
        kinds = kinds_of((), found)
        for one in block.where:
            with self.reading(one, is_name=True):
                self.definition(one, kinds)
        for source, target in (
            (block.assume, found.assume),
            (block.identically, found.identically),
        ):
            for one in source:
                with self.reading(one):
                    target.append(read_relation(str(one.value), found, kinds))
        for one in block.upstream:
            with self.reading(one):
                found.upstream = read_maths(str(one.value), found, kinds)[0][0]

    def symbol(self, one: Declared) -> None:
        """Declare a symbol, with the dimensions that its shape names."""
        found = self.found
        key, _ = read_key(one.name, found.macros)
        shape = shape_of(one.value)
        found.bind(Binding(key, "symbol", one.value, shape, location=one.location))
        dims = one.value.get("shape") if isinstance(one.value, dict) else one.value
        if isinstance(dims, list):
            found.dims |= {str(dim) for dim in dims if not str(dim).isdigit()}
            found.dims |= {name for dim in dims for name in _NAME.findall(str(dim))}

    def definition(self, one: Declared, kinds: Kinds) -> None:
        """Define a name; what it was before is forgotten even where this can't be read."""
        found = self.found
        key, names = read_key(one.name, found.macros)
        found.bindings.pop(key, None)
        for known in (found.kinds, kinds):
            known.forget(key)
        with self.reading(one):
            trees, complete = read_maths(str(one.value), found, kinds, names or ())
            for tree in trees:
                check_definition(key, tree)
            made = Binding(key, "where", arguments=names, trees=trees, is_complete=complete)
            found.bind(replace(made, shape=shape_below(made, found.bindings, found)))
            learn(kinds, found.bindings[key])


def _function(key: str, text: str, found: Declarations) -> Binding:
    """What ``elementwise`` or ``scalar(x, y)`` declares."""
    if text == "elementwise":
        return Binding(key, "elementwise")
    arguments: list[str] = []
    for name in text[text.find("(") + 1 : text.rfind(")")].split(","):
        try:
            arguments.append(read_key(name, found.macros)[0])
        except NotReadError:
            arguments.append(name.strip())
    return Binding(key, "function", raw=text, arguments=tuple(arguments))


def shape_below(
    binding: Binding, bindings: Mapping[str, Binding], declarations: Declarations
) -> tuple[str, ...]:
    """The shape of what a name of ``where`` or a definition stands for, where it can be told."""
    if not declarations.dims or binding.tree is None:
        return ()
    if bindings.get(binding.key) is not binding:
        bindings = {**bindings, binding.key: binding}
    emitter = Emitter(bindings, declarations, Choices(), varying=("?",))
    try:
        return emitter.require(binding.key, binding, 0).shape
    except (NotReadError, RecursionError):
        return ()


def read_maths(
    latex: str, found: Declarations, kinds: Kinds, names: Sequence[str] = ()
) -> tuple[tuple[Tree, ...], bool]:
    """Maths of an annotation in each way it can be read, and whether these are all ways."""
    outside = {name: kinds.shapes[name] for name in names if name in kinds.shapes}
    kinds.shapes |= dict.fromkeys(names, ())
    try:
        return parse_all(tokenize(latex, found.macros), kinds)
    finally:
        for name in names:
            kinds.shapes.pop(name, None)
        kinds.shapes |= outside


def read_relation(latex: str, found: Declarations, kinds: Kinds) -> tuple[Tree, str, Tree]:
    """``Y^T 1 = 1``, ``x > a`` or ``sum(Y) == 1``."""
    said = statements(tokenize(latex, found.macros))
    sign = COMPARISONS.get(said[0].relations[0]) if len(said) == 1 and said[0].relations else None
    if sign is None or len(said[0].members) != 2:
        raise NotReadError("it is no equation and no comparison")
    left, right = (parse(m, kinds) for m in said[0].members)
    return left, sign, right
