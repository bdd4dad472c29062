"""The points of an equation, handed out one after the other: every judge looks at the same ones."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import islice

from derivcheck import work
from derivcheck.lang.equation import Equation
from derivcheck.numeric.sampling.conditions import Unmet
from derivcheck.numeric.sampling.points import Point, Sampler
from derivcheck.numeric.sampling.values import domain_range

_FEW_VALUES = 4
_DRAW = 50
"""Units of work for a point, beside what its side conditions take."""
_ATTEMPTS = 12
"""Draws in a row that may miss the side conditions before the domain is called empty."""


def stream(equation: Equation, seed: int = 0) -> Points:
    """Points without end, as long as the side conditions can be met; same input, same points."""
    source = _recent.get(seed)
    if source is None or source.equation is not equation:
        _recent.clear()
        source = _recent[seed] = Points(equation, seed)
    return source


def few_values(equation: Equation, seen: Iterable[Mapping[str, Hashable]]) -> tuple[str, ...]:
    """What agreement at these values is limited to: symbols that had less than four, sizes of 1.

    ``x**2 == 2*x`` holds at 2, where one point is, and where nothing but 2 meets what is assumed.
    """
    found = []
    for symbol in equation.context.symbols:
        values = _values(symbol.name, seen)
        if 0 < len(values) < _FEW_VALUES:
            among = "one of few values" if symbol.shape else " or ".join(sorted(map(str, values)))
            found.append(f"{symbol.name} is {among}")
    found += [f"{dim} is 1" for dim in equation.context.dims if _values(dim, seen) == {1}]
    return tuple(found)


def _values(name: str, seen: Iterable[Mapping[str, Hashable]]) -> set[Hashable]:
    """The first few values of a name."""
    values: set[Hashable] = set()
    for point in seen:
        if name in point:
            values.add(point[name])
        if len(values) == _FEW_VALUES:
            break
    return values


class Points:
    """The points of an equation, kept as they are drawn: every judge looks at the same ones.

    ``reason`` says why there are no more; it is empty as long as there may be.
    """

    def __init__(self, equation: Equation, seed: int) -> None:
        self.equation = equation
        self.seed = seed
        self.reason = ""
        self.points: list[Point] = []
        self._number = 0
        self._alike: dict[Hashable, list[Point]] = {}
        """Those that differ by their functions alone, found without a look at each."""
        self._is_varied = True
        for symbol in equation.context.symbols:
            if domain_range(symbol.domain).empty:
                self.reason = f"empty domain? The interval declared for {symbol.name} is empty"
                return
        self._sampler = Sampler(equation, seed)

    def __iter__(self) -> Iterator[Point]:
        number = 0
        while (point := self._point(number)) is not None:
            yield point
            number += 1

    def first(self, count: int) -> tuple[Point, ...]:
        """So many points, or as many as there are."""
        return tuple(islice(self, count))

    def _point(self, number: int) -> Point | None:
        """The point of that number; None where the points end."""
        while len(self.points) <= number:
            if self.reason:
                return None
            try:
                self._draw()
            except BaseException:
                _recent.clear()  # interrupted: what comes next would depend on when
                raise
        return self.points[number]

    def _draw(self) -> None:
        again: Point | None = None
        for _ in range(_ATTEMPTS):
            self._number += 1
            work.spend(_DRAW)
            try:
                point = self._sampler.draw(self._number - 1)
            except Unmet as error:
                reason = str(error)
                continue
            alike = self._alike.setdefault(_numbers(point), []) if self._is_varied else []
            if point in alike:
                again = point
                continue
            alike.append(point)
            self.points.append(point)
            return
        if again is None:
            self.reason = reason
        else:  # a small domain: from here on points repeat
            self._is_varied = False
            self.points.append(again)


def _numbers(point: Point) -> Hashable:
    return tuple(frozenset(part.items()) for part in (point.sizes, point.values, point.indices))


_recent: dict[int, Points] = {}
"""The last equation asked for, by the seed: the judges come one after the other."""
