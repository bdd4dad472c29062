"""The definitions of a page that are in force, and those that were."""

from __future__ import annotations

from collections import deque
from dataclasses import field, replace

from derivcheck.documents import meanings
from derivcheck.documents.bindings import Binding
from derivcheck.documents.maths.tree import names_in
from derivcheck.documents.sayings import last_words
from derivcheck.documents.source import Equation, sees
from derivcheck.records import record

MOST_NAMES = 300
"""Definitions of one section that are in force at once: of more, the oldest are forgotten."""

_MOST_CLAIMS = 64


@record(frozen=False)
class Page:
    """The definitions of a page so far: each lives in its section (nested ones included), list item
    or table row; the last one wins, and one that could not be read takes the name away.

    Sections, items and rows never come back once they are left: so what an equation does not see,
    no later one does, and it goes.
    """

    found: dict[str, list[Binding]] = field(default_factory=dict)
    ended: dict[str, frozenset[str]] = field(default_factory=dict)
    """What sections that are left defined, and the names that it was made of."""
    left: dict[str, list[Binding]] = field(default_factory=dict)
    """What items that are left defined in a section that is not."""
    states: int = -1
    """The last equation that defines something, or claims a derivative."""
    claims: deque[int] = field(default_factory=lambda: deque(maxlen=_MOST_CLAIMS))
    """The last equations that claim a derivative."""
    _context: tuple[object, ...] = ()

    def add(self, binding: Binding) -> None:
        """A definition (or its death) at its place."""
        kept = self.found.pop(binding.key, [])
        self.found[binding.key] = [*kept[-3:], replace(binding, behind=self.states)]
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

    def beside(self, key: str) -> list[Binding]:
        """The definition of a name right before the one in force, which does not say that it takes
        its place: "company A: $C = q^2$, company B: $C = q^3$"."""
        if key not in self.found:
            return []
        kept = self.found[key][-1]
        last = kept.equation
        return [
            one
            for one in self.before(key)[-1:]
            if last is not None and one.equation is not None and one.tree is not None
            if not (last.display or one.equation.display) and one.arguments == kept.arguments
            if one.equation.paragraph == last.paragraph
            and one.equation.number in (kept.behind, last.number)
            and not meanings.takes_place(f"{last_words(last.before)} {last.between}")
        ]

    def uses(self, key: str) -> bool:
        """Whether a definition in force is made of a name."""
        trees = (tree for kept in self.found.values() for tree in kept[-1].trees)
        return any(key in names_in(tree) for tree in trees)

    def copied(self) -> Page:
        """The same, to try something."""
        found = {key: list(kept) for key, kept in self.found.items()}
        return replace(self, found=found, ended=dict(self.ended), left=dict(self.left))

    def end(self, binding: Binding, equation: Equation) -> None:
        """A definition goes with its section or item."""
        there = binding.equation
        if binding.tree is None or there is None:
            return
        if there.section == equation.section:
            self.left[binding.key] = [*self.left.pop(binding.key, [])[-3:], binding]
            if len(self.left) > MOST_NAMES:
                del self.left[next(iter(self.left))]
            return
        self.ended[binding.key] = frozenset(names_in(binding.tree))
        if len(self.ended) > MOST_NAMES:
            del self.ended[next(iter(self.ended))]

    def killed(self) -> dict[str, bool]:
        """The names whose last definition was taken away, and whether it says nothing: it was not
        read, or is ``y = y(x)``."""
        last = {key: kept[-1] for key, kept in self.found.items()}
        return {key: not one.is_complete for key, one in last.items() if one.kind == "dead"}

    def is_of_another(self, key: str, equation: Equation) -> bool:
        """Whether words beside an equation speak of an earlier definition of a name, of which
        nothing was claimed before that in force: "the marginal cost of firm A"."""
        last = self.found[key][-1].equation if key in self.found else None
        others = (one.equation for one in (*self.before(key), *self.left.get(key, [])))
        return last not in (None, equation) and any(
            meanings.speaks_of(equation, other, last)
            for other in others
            if other is not None and other.section == last.section
            if not any(other.number <= claim < last.number for claim in self.claims)
        )

    def before(self, key: str) -> list[Binding]:
        """The definitions of a name that the last one took the place of, at most two."""
        return [b for b in self.found.get(key, [])[-3:-1] if b.kind != "dead"]
