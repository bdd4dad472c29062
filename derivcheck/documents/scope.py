"""What names mean at an equation: annotations in force, and definitions of the page.

A definition lives in its section (nested ones included), list item or table row; the last one
wins, and one that could not be read takes the name away. What an annotation binds stays bound.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace

from derivcheck.documents.bindings import Binding, Declarations, read_key, shape_of
from derivcheck.documents.emit import Emitter
from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.kinds import Kinds
from derivcheck.documents.maths.parser import parse, parse_all
from derivcheck.documents.maths.problems import NotReadError
from derivcheck.documents.maths.rows import statements
from derivcheck.documents.maths.tokens import tokenize
from derivcheck.documents.maths.tree import Tree, names_in, walk
from derivcheck.documents.source import Annotation, Declared, Equation, Macro
from derivcheck.model import Diagnostic
from derivcheck.records import record

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
            self.problems += _read_block(block, found)
            read.append((block, found))
        return read[-1][1]


def _read_block(block: Annotation, found: Declarations) -> list[Diagnostic]:
    """Add what a block says; what of it can't be read is the answer."""
    problems: list[Diagnostic] = []

    @contextmanager
    def reading(one: Declared, is_name: bool = False) -> Iterator[None]:
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
        problems.append(Diagnostic("annotation-maths", message, place))

    found.is_empty = False
    for macro in block.macros:
        found.macros[macro.name] = macro
    bindings = found.bindings
    for one in block.symbols:
        with reading(one, is_name=True):
            key, _ = read_key(one.name, found.macros)
            bindings[key] = Binding(
                key, "symbol", one.value, shape_of(one.value), location=one.location
            )
            shape = one.value.get("shape") if isinstance(one.value, dict) else one.value
            if isinstance(shape, list):
                found.dims |= {str(dim) for dim in shape if not str(dim).isdigit()}
                found.dims |= {name for dim in shape for name in _NAME.findall(str(dim))}
    for one in block.functions:
        with reading(one, is_name=True):
            key, _ = read_key(one.name, found.macros)
            bindings[key] = _function(key, str(one.value), found)
    if block.wrt is not None:
        varying: list[str] = []
        for one in block.wrt:
            with reading(one):
                varying.append(read_key(str(one.value), found.macros)[0])
        found.wrt = tuple(varying)
    found.log = block.log or found.log
    found.layout = block.layout or found.layout
    found.values = block.values or found.values
    kinds = kinds_of(bindings.values(), found)
    for one in block.where:
        with reading(one, is_name=True):
            key, names = read_key(one.name, found.macros)
            bindings.pop(key, None)
            kinds.forget(key)
            with reading(one):
                trees, complete = read_maths(str(one.value), found, kinds, names or ())
                made = Binding(
                    key,
                    "where",
                    arguments=names,
                    tree=trees[0],
                    readings=trees,
                    is_complete=complete,
                )
                bindings[key] = made
                bindings[key] = replace(made, shape=shape_below(made, bindings, found))
                _learn(kinds, bindings[key])
    for source, target in ((block.assume, found.assume), (block.identically, found.identically)):
        for one in source:
            with reading(one):
                target.append(read_relation(str(one.value), found, kinds))
    for one in block.upstream:
        with reading(one):
            found.upstream = read_maths(str(one.value), found, kinds)[0][0]
    return problems


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
    if len(said) != 1 or len(said[0].members) != 2:
        raise NotReadError("it is no equation and no comparison")
    sign = {"=": "==", "==": "==", "<": "<", ">": ">", "le": "<=", "leq": "<=", "ge": ">=",
            "geq": ">=", "ne": "!=", "neq": "!="}.get(said[0].relations[0])  # fmt: skip
    if sign is None:
        raise NotReadError("it is no equation and no comparison")
    left, right = (parse(m, kinds, Choices()) for m in said[0].members)
    return left, sign, right


_VARIABLES = frozenset(("x", "y", "z", "t", "r", "s", "\\theta", "\\phi"))


def kinds_of(bindings: Iterable[Binding], declarations: Declarations) -> Kinds:
    """What the parser has to know of names."""
    kinds = Kinds(log=declarations.log, physics=declarations.physics)
    for binding in bindings:
        _learn(kinds, binding)
    for name in declarations.wrt:
        if name not in kinds.shapes and name not in kinds.functions:
            kinds.shapes[name] = ()
    kinds.differentials = bool(declarations.wrt) and any(
        kinds.is_array(name) for name in declarations.wrt
    )
    return kinds


def _learn(kinds: Kinds, binding: Binding) -> None:
    """Add what one name is, whatever it was before."""
    key = binding.key
    kinds.forget(key)
    if binding.kind == "symbol":
        kinds.shapes[key] = binding.shape
        kinds.symbols.add(key)
    elif binding.kind in ("index", "constant"):
        kinds.shapes[key] = binding.shape
    elif binding.kind == "elementwise":
        kinds.functions[key] = None
        kinds.elementwise.add(key)
    elif binding.kind in ("alias", "family"):
        kinds.functions[key] = None
        if binding.kind == "family":
            kinds.families.add(key)
    elif binding.kind == "function":
        kinds.functions[key] = None
        kinds.arguments[key] = len(binding.arguments or ())
    elif binding.kind in ("where", "definition"):
        if binding.arguments:
            kinds.functions[key] = binding.arguments
        else:
            kinds.shapes[key] = binding.shape or None
            names = {n.name for n in walk(binding.tree) if n.op == "sym"} if binding.tree else ()
            if len(variables := _VARIABLES & {*names}) > 1:
                kinds.partials[key] = variables


def sees(definition: Equation, equation: Equation) -> bool:
    """Whether a definition is in force at an equation."""
    section, item = definition.section, definition.item
    return (
        equation.section[: len(section)] == section
        and equation.item[: len(item)] == item
        and (definition.row is None or definition.row == equation.row)
    )


MOST_NAMES = 300
"""Definitions of one section that are in force at once: of more, the oldest are forgotten."""


def is_near(definition: Equation, equation: Equation) -> bool:
    """Whether it stands in the same display, table row, list item or line."""
    if definition.number == equation.number:
        return True
    if definition.section != equation.section:
        return False
    if definition.row is not None or equation.row is not None:
        return definition.row == equation.row
    if definition.cell != equation.cell:
        return False
    if definition.item and definition.item == equation.item:
        return equation.number - definition.number <= 3
    return definition.line == equation.line or (
        definition.paragraph == equation.paragraph
        and equation.line - definition.last_line <= 1
        and equation.number - definition.number <= 3
    )


def is_close(definition: Equation, equation: Equation) -> bool:
    """Whether it is near, or stands at most two equations and a few lines before."""
    if is_near(definition, equation):
        return True
    if (definition.section, definition.cell) != (equation.section, equation.cell):
        return False
    if definition.item != equation.item or definition.row is not None or equation.row is not None:
        return False
    return equation.number - definition.number <= 2 and equation.line - definition.last_line <= 6


@record(frozen=False)
class Page:
    """The definitions of a page so far.

    Sections, items and rows never come back once they are left: so what an equation does not see,
    no later one does, and it goes.
    """

    found: dict[str, list[Binding]] = field(default_factory=dict)
    ended: dict[str, frozenset[str]] = field(default_factory=dict)
    """What sections that are left defined, and the names that it was made of."""
    _context: tuple[object, ...] = ()

    def add(self, binding: Binding) -> None:
        """A definition (or its death) at its place."""
        kept = self.found.pop(binding.key, [])
        self.found[binding.key] = [*kept[-3:], binding]
        if len(self.found) > MOST_NAMES:
            del self.found[next(iter(self.found))]

    def at(self, equation: Equation) -> dict[str, Binding]:
        """The definitions in force at an equation, the last one of each name."""
        context = (equation.section, equation.item, equation.row)
        if context != self._context:
            self._context = context
            for key in list(self.found):
                kept = [b for b in self.found[key] if b.equation and sees(b.equation, equation)]
                for one in self.found[key]:
                    if one not in kept:
                        self.end(one, equation)
                if kept:
                    self.found[key] = kept
                else:
                    del self.found[key]
        return {key: kept[-1] for key, kept in self.found.items() if kept[-1].kind != "dead"}

    def copied(self) -> Page:
        """The same, to try something."""
        found = {key: list(kept) for key, kept in self.found.items()}
        return replace(self, found=found, ended=dict(self.ended))

    def end(self, binding: Binding, equation: Equation) -> None:
        """A definition goes with its section."""
        there = binding.equation
        if binding.tree is None or there is None or there.section == equation.section:
            return
        self.ended[binding.key] = frozenset(names_in(binding.tree))
        if len(self.ended) > MOST_NAMES:
            del self.ended[next(iter(self.ended))]

    def killed(self) -> frozenset[str]:
        """The names whose last definition was not read."""
        return frozenset(key for key, kept in self.found.items() if kept[-1].kind == "dead")

    def unsure(self) -> frozenset[str]:
        """The names whose definition says nothing: it was not read, or is ``y = y(x)``."""
        return frozenset(
            key
            for key, kept in self.found.items()
            if kept[-1].kind == "dead" and not kept[-1].is_complete
        )

    def before(self, key: str) -> list[Binding]:
        """The definitions of a name that the last one took the place of, at most two."""
        return [b for b in self.found.get(key, [])[-3:-1] if b.kind != "dead"]
