"""Records behave as the dataclasses that they save the making of."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import Any

import pytest

from derivcheck import model
from derivcheck.records import record

Kind = Any


@record()
class Point:
    x: int
    y: int = 0
    note: str = field(default="", compare=False, repr=False)


@record(guarded=True)
class Guarded:
    x: int
    y: int = 0
    note: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PlainGuarded:
    x: int
    y: int = 0
    note: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PlainPoint:
    x: int
    y: int = 0
    note: str = field(default="", compare=False, repr=False)


@record()
class Placed:
    at: int = field(default=0, compare=False, kw_only=True)


@record()
class Named(Placed):
    name: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlainPlaced:
    at: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class PlainNamed(PlainPlaced):
    name: str
    others: tuple[str, ...] = ()


@record(frozen=False)
class Tally:
    found: list[int] = field(default_factory=list)
    total: int = field(init=False)
    step: int = 1

    def __post_init__(self) -> None:
        self.total = sum(self.found) * self.step


@dataclass(slots=True)
class PlainTally:
    found: list[int] = field(default_factory=list)
    total: int = field(init=False)
    step: int = 1

    def __post_init__(self) -> None:
        self.total = sum(self.found) * self.step


@record()
class One:
    value: object


@dataclass(frozen=True, slots=True)
class PlainOne:
    value: object


@record()
class Nothing:
    pass


@dataclass(frozen=True, slots=True)
class PlainNothing:
    pass


PAIRS = (
    pytest.param(Point, PlainPoint, id="defaults"),
    pytest.param(Guarded, PlainGuarded, id="guarded"),
    pytest.param(Named, PlainNamed, id="inherited"),
    pytest.param(Tally, PlainTally, id="changeable"),
    pytest.param(One, PlainOne, id="one"),
    pytest.param(Nothing, PlainNothing, id="none"),
)
CALLS: tuple[Callable[[Kind], Any], ...] = (
    lambda kind: kind(),
    lambda kind: kind(1),
    lambda kind: kind(1, 2),
    lambda kind: kind([1, 2]),
    lambda kind: kind([1], 5),
    lambda kind: kind("a", at=3),
    lambda kind: kind(x=1, note="b"),
    lambda kind: kind(1, x=1),
    lambda kind: kind(1, 2, 3, 4),
    lambda kind: kind(unknown=1),
)


def _told(made: Callable[[], Any]) -> str:
    try:
        return repr(made()).replace("Plain", "")
    except TypeError as error:
        return str(error).replace("Plain", "")


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
@pytest.mark.parametrize("call", CALLS)
def test_calls_as_dataclasses(ours: Kind, theirs: Kind, call: Callable[[Kind], Any]) -> None:
    assert _told(lambda: call(ours)) == _told(lambda: call(theirs))


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_is_a_dataclass_to_others(ours: Kind, theirs: Kind) -> None:
    names = [(part.name, part.default, part.kw_only) for part in fields(theirs)]
    assert [(part.name, part.default, part.kw_only) for part in fields(ours)] == names
    assert ours.__match_args__ == theirs.__match_args__
    assert ours.__slots__ == theirs.__slots__


def test_equality_and_hash() -> None:
    assert Point(1, 2, "a") == Point(1, 2, "b")
    assert hash(Point(1, 2, "a")) == hash(Point(1, 2, "b"))
    assert Point(1, 2) != Point(1, 3)
    assert Point(1) != PlainPoint(1)
    assert One([1]) == One([1])
    with pytest.raises(TypeError, match="unhashable type: 'Tally'"):
        hash(Tally())


@pytest.mark.parametrize(
    "made",
    [
        Point(1, 2, "a"),
        Guarded(1, 2, "a"),
        Named("a", ("b",), at=3),
        One(Point(1)),
        Nothing(),
        Tally([1]),
    ],
)
def test_copies(made: Any) -> None:
    for other in (pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):
        assert other == made
        assert repr(other) == repr(made)
    assert pickle.loads(pickle.dumps(Named("a", at=3))).at == 3


def test_frozen() -> None:
    point = Guarded(1)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'x'"):
        del point.x
    assert replace(point, y=5) == Guarded(1, 5)
    # nothing but mypy refuses this, and says so if it ever does not
    Point(1).x = 2  # type: ignore[misc]
    assert replace(Point(1), y=5) == Point(1, 5)
    tally = Tally([1, 2])
    tally.step = 4
    assert replace(tally, step=1) == Tally([1, 2])


RESULTS = [kind for kind in vars(model).values() if is_dataclass(kind)]


@pytest.mark.parametrize("kind", RESULTS, ids=[kind.__name__ for kind in RESULTS])
def test_what_users_get_refuses_every_change(kind: Kind) -> None:
    with pytest.raises(FrozenInstanceError):
        kind.__new__(kind).seconds = 0


def test_own_methods_stay() -> None:
    @record()
    class Own:
        value: int

        def __repr__(self) -> str:
            return f"own {self.value}"

        def __eq__(self, other: object) -> bool:
            return False

        def __hash__(self) -> int:
            return 7

    assert (repr(Own(1)), hash(Own(1)), Own(1) == Own(1)) == ("own 1", 7, False)


def test_identity() -> None:
    @record(eq=False)
    class Thing:
        value: int

    thing = Thing(1)
    assert {thing: 1} == {thing: 1}
    assert thing != Thing(1)
