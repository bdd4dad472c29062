"""Dataclasses whose methods are not compiled before they are needed.

:mod:`dataclasses` writes and compiles half a dozen methods for every class at every start, which
takes longer than most commands take for their work. Of a record, a function that is the same for
all does what it can; ``__init__``, which has to be fast, is written when the first instance is
made. A record is a dataclass to everybody else: ``fields``, ``replace`` and ``match`` know it.

Among our own modules mypy refuses to change a frozen record. What users get refuses it itself: then
``__init__``, too, has to go round what refuses, which takes five times as long.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import Field, FrozenInstanceError, dataclass, field, make_dataclass
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

Made = TypeVar("Made")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(
    *, frozen: bool = True, eq: bool = True, guarded: bool = False
) -> Callable[[type[Made]], type[Made]]:
    """``@dataclass(frozen=True, slots=True)``, made at a tenth of its cost.

    A ``guarded`` one refuses every change while it runs. What a class defines itself stays.
    """

    def make(cls: type[Made]) -> type[Made]:
        own = frozenset(vars(cls))
        if cls.__doc__ is None:
            cls.__doc__ = cls.__name__  # dataclasses would write a signature
        made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
        parts: tuple[Field[Any], ...] = tuple(made.__dataclass_fields__.values())
        methods = {"__init__": _first_init(made, parts, guarded), "__repr__": _repr}
        if guarded:
            methods |= {"__setattr__": _refuse, "__delattr__": _keep}
        if frozen:
            methods |= _pickling(parts)
        if eq:
            methods |= _comparing([part.name for part in parts if part.compare], frozen)
        for name, method in methods.items():
            if name not in own:
                setattr(made, name, method)
        found: type[Made] = made
        return found

    return make


def _first_init(cls: Any, parts: tuple[Field[Any], ...], guarded: bool) -> Callable[..., None]:
    """An ``__init__`` that lets dataclasses write the real one, and is replaced by it."""

    def __init__(self: Any, *args: Any, **named: Any) -> None:
        own: dict[str, Any] = {"__doc__": cls.__doc__}  # dataclasses would write a signature
        if hasattr(cls, "__post_init__"):
            own["__post_init__"] = cls.__post_init__
        fields = [(part.name, Any, copy(part)) for part in parts]
        same: Any = make_dataclass(
            cls.__name__, fields, namespace=own, frozen=guarded, repr=False, eq=False
        )
        made = same.__init__
        made.__qualname__ = f"{cls.__qualname__}.__init__"
        cls.__init__ = made
        made(self, *args, **named)

    return __init__


def _comparing(names: list[str], frozen: bool) -> dict[str, Any]:
    values = _values(names)

    def __eq__(self: Any, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self is other or bool(values(self) == values(other))

    def __hash__(self: Any) -> int:
        return hash(values(self))

    return {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}


def _repr(self: Any) -> str:
    parts = self.__dataclass_fields__.values()
    shown = ", ".join(f"{p.name}={getattr(self, p.name)!r}" for p in parts if p.repr)
    return f"{type(self).__qualname__}({shown})"


def _refuse(self: Any, name: str, value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _keep(self: Any, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _pickling(parts: tuple[Field[Any], ...]) -> dict[str, Any]:
    """How a record travels: made anew from its values, where they are all given in order."""
    values = _values([part.name for part in parts])

    def __reduce__(self: Any) -> tuple[Any, ...]:
        return type(self), values(self)

    def __getstate__(self: Any) -> tuple[Any, ...]:
        return values(self)

    def __setstate__(self: Any, state: tuple[Any, ...]) -> None:
        for part, value in zip(parts, state, strict=True):
            object.__setattr__(self, part.name, value)

    if all(part.init and not part.kw_only for part in parts):
        return {"__reduce__": __reduce__}
    return {"__getstate__": __getstate__, "__setstate__": __setstate__}


def _values(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What reads these fields."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple([getattr(self, name) for name in names])
