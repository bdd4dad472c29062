"""Questions that notation leaves open, and every way to answer them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from itertools import product
from typing import TypeVar

from derivcheck.documents.maths.tree import NotReadError
from derivcheck.records import record

SIGNS = ("inverse", "log", "order", "sinc")
r"""Questions about what a sign means: ``\sin^{-1} x``, ``\log x``."""
MAX_READINGS = 12
Read = TypeVar("Read")


@record(frozen=False)
class Choices:
    """The answers to questions that the notation leaves open, one for each kind of question."""

    answers: dict[str, int] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)

    @property
    def signs(self) -> frozenset[tuple[str, int]]:
        """The answers to those of them that a page answers in one way."""
        return frozenset((one, self.answers.get(one, 0)) for one in SIGNS if one in self.asked)

    def ask(self, question: str, options: int = 2) -> int:
        """Which of the options this reading takes."""
        self.asked[question] = max(options, self.asked.get(question, 0))
        return min(self.answers.get(question, 0), options - 1)


@record(frozen=False)
class Exploration:
    """All ways to read something, one after the other: iterating yields the answers to try.

    A reading may raise questions that the first one did not; ``complete`` says in the end
    whether every combination was tried.
    """

    asked: dict[str, int] = field(default_factory=dict)
    complete: bool = True

    def __iter__(self) -> Iterator[Choices]:
        tried: set[frozenset[tuple[str, int]]] = set()
        news = True
        while news:
            news = False
            for numbers in product(*(range(options) for options in self.asked.values())):
                answers = dict(zip(self.asked, numbers, strict=True))
                key = frozenset((name, number) for name, number in answers.items() if number)
                if key in tried:
                    continue
                if len(tried) == MAX_READINGS:
                    self.complete = False
                    return
                tried.add(key)
                choices = Choices(answers, {})
                yield choices
                if not choices.asked.items() <= self.asked.items():
                    merged = {**self.asked, **choices.asked}
                    most = {n: max(k, self.asked.get(n, 0)) for n, k in merged.items()}
                    news = most != self.asked
                    self.asked = most
                    if news:
                        break


def explored(read: Callable[[Choices], Read]) -> tuple[list[Read], bool]:
    """What something is read as with each set of answers, and whether these are all; the first
    problem is raised where nothing can be read."""
    found: list[Read] = []
    first: NotReadError | None = None
    exploration = Exploration()
    for choices in exploration:
        try:
            found.append(read(choices))
        except NotReadError as error:
            first = first or error
    if not found:
        assert first is not None
        raise first
    return found, exploration.complete
