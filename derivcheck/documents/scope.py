"""What the page itself defines, and where that holds.

A definition lives in its section (nested ones included), list item or table row; the last one
wins, and one that could not be read takes the name away.
"""

from __future__ import annotations

from dataclasses import field, replace

from derivcheck.documents.bindings import Binding
from derivcheck.documents.maths.tree import names_in
from derivcheck.documents.source import Equation
from derivcheck.records import record


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
    """Whether it is near, or stands a few lines before: in the same paragraph, or in the one that
    a display ends, or at most two equations before."""
    if is_near(definition, equation):
        return True
    if (definition.section, definition.cell) != (equation.section, equation.cell):
        return False
    if definition.item != equation.item or definition.row is not None or equation.row is not None:
        return False
    is_same = equation.paragraph - definition.paragraph <= equation.display
    is_next = is_same or equation.number - definition.number <= 2
    return is_next and equation.line - definition.last_line <= 6


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

    def uses(self, key: str) -> bool:
        """Whether a definition in force is made of a name."""
        trees = (tree for kept in self.found.values() for tree in kept[-1].trees)
        return any(key in names_in(tree) for tree in trees)

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
