"""What the words of a page have said so far that counts where a claim stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from derivcheck.documents import sayings
from derivcheck.documents.chains import Place
from derivcheck.documents.neighbours import Neighbours
from derivcheck.documents.source import Equation

_MOST_ANEW = 8
"""Equations over which words are followed."""
_MOST_RULES = 12
"""Sayings that are remembered about the rules of sections."""


class Heard:
    """Words of a page, by the sections in which they count."""

    def __init__(self, near: Neighbours, lines: Iterable[str]) -> None:
        self.near = near
        self.sections = {
            says: {one.section for one in near.equations if says(one)}
            for says in (sayings.tells_apart, sayings.normalises, sayings.structures)
        }
        self.has_binary_logarithms = any(map(sayings.BINARY_LOGARITHMS.search, lines))
        self.asked: Equation | None = None
        """The first equation of an exercise that asks what is true."""
        self.calculi: list[sayings.Calculus] = []
        """What words said of the rules by which sections differentiate."""

    def hear(self, equation: Equation) -> None:
        """Take in what is said around an equation."""
        said = [one for one in sayings.calculi(equation) if one not in self.calculi]
        self.calculi = [*self.calculi, *said][-_MOST_RULES:]
        if sayings.is_asked(equation):
            self.asked = equation

    def has_other_rules(self, equation: Equation, stated: str) -> bool:
        """Whether an entry is one that the page differentiates by rules of its own."""
        return any(one.concerns(equation, stated) for one in self.calculi)

    def is_doubted(self, equation: Equation) -> bool:
        """Whether the page itself says that a claim may be wrong."""
        is_asked = self.asked is not None and self.asked.section == equation.section
        return is_asked or sayings.is_doubted(equation)

    def is_said(self, says: Callable[[Equation], bool], equation: Equation) -> bool:
        """Whether it is said of something in the section of an equation, or around that."""
        section = equation.section
        return any(section[:depth] in self.sections[says] for depth in range(len(section) + 1))

    def is_anew(self, key: str, place: Place) -> bool:
        """Whether words behind the definition of a name may give it another meaning."""
        here, binding = place.equation, place.bindings.get(key)
        there = binding.equation if binding is not None else None
        if there is None or not 0 < here.number - there.number <= _MOST_ANEW:
            return False
        between = self.near.equations[there.number : here.number + 1]
        return any(sayings.is_anew(b.between, key, a.text) for a, b in pairwise(between))
