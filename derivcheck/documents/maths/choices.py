"""Questions that notation leaves open, and every way to answer them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from itertools import islice, product

from derivcheck.records import record

MAX_READINGS = 12


@record(frozen=False)
class Choices:
    """The answers to questions that the notation leaves open, one for each kind of question."""

    answers: dict[str, int] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)

    def ask(self, question: str, options: int = 2) -> int:
        """Which of the options this reading takes."""
        self.asked[question] = max(options, self.asked.get(question, 0))
        return min(self.answers.get(question, 0), options - 1)


def all_choices(asked: dict[str, int]) -> Iterator[dict[str, int]]:
    """Every combination of answers but the first, as far as there may be readings."""
    names = list(asked)
    combinations = product(*(range(asked[name]) for name in names))
    for answers in islice(combinations, 1, MAX_READINGS):
        yield dict(zip(names, answers, strict=True))
