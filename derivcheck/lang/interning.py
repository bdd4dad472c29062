"""Classes whose equal instances are one object.

A class statement with annotated fields is enough, as for a dataclass; the methods that
dataclasses compile for every class, at every start, are written here once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from operator import attrgetter
from typing import Any, ClassVar, NoReturn, dataclass_transform
from weakref import ref

_MISSING: Any = object()


class _Reference(ref["Record"]):
    """A weak reference to a record that knows what the table calls it."""

    __slots__ = ("key",)
    key: tuple[Any, ...]


_TABLE: dict[tuple[Any, ...], _Reference] = {}


def forget(reference: _Reference) -> None:
    """Drop a record that nothing refers to any more."""
    if _TABLE.get(reference.key) is reference:
        del _TABLE[reference.key]


_new: Callable[[Any], Any] = object.__new__
_put: Callable[[Any, str, Any], None] = object.__setattr__
_MANY = ("tuple[Node, ...]", "tuple[Sym, ...]")
_NODES = ("Node", "Sym", *_MANY)
_VALUES = (
    *("Shape", "Dim", "Index", "Index | int", "Index | None", "Fraction"),
    *("bool", "int", "int | None", "str", "tuple[int, ...]"),
)
"""Annotations, as they are written, of fields that hold no nodes."""


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
class Record:
    """Returns the one existing instance for equal arguments; none can be changed, and copies are
    themselves.

    Every class has a ``shape``, given by keyword, and the fields that it annotates. It has no
    metaclass, since ``isinstance`` takes three times as long with one.
    """

    __slots__ = ("__weakref__",)

    positional: ClassVar[tuple[tuple[str, Any], ...]] = ()
    """Names and defaults of the positional arguments."""
    field_names: ClassVar[tuple[str, ...]]
    node_fields: ClassVar[tuple[tuple[str, bool], ...]] = ()
    """Fields that hold nodes: name, and whether it is a tuple of them."""
    below: ClassVar[Callable[[Any], tuple[Any, ...]]]
    """Lists the nodes directly below one of this class, in order."""

    def __init_subclass__(cls) -> None:
        own = {name: str(kind) for name, kind in vars(cls).get("__annotations__", {}).items()}
        for name, kind in own.items():
            if kind not in _NODES and kind not in _VALUES:
                raise TypeError(f"{cls.__name__}.{name}: is `{kind}` a node or a value? list it")
        defaults = {name: vars(cls).get(name, _MISSING) for name in own}
        for name in own.keys() & vars(cls).keys():
            delattr(cls, name)
        cls.positional += tuple(pair for pair in defaults.items() if pair[0] != "shape")
        names = tuple(name for name, _ in cls.positional)
        cls.__match_args__ = names  # type: ignore[attr-defined, misc]
        cls.field_names = ("shape", *names)
        cls.node_fields += tuple((n, kind in _MANY) for n, kind in own.items() if kind in _NODES)
        cls.below = staticmethod(_below(cls.node_fields))

    def __new__(cls, *args: Any, shape: Any, **named: Any) -> Any:
        positional = cls.positional
        if len(args) < len(positional):
            args += tuple(named.get(name, default) for name, default in positional[len(args) :])
            if _MISSING in args:
                raise TypeError(f"{cls.__name__} needs {positional[args.index(_MISSING)][0]}")
        key = (cls, shape, args)
        known = _TABLE.get(key)
        if known is not None:
            found = known()
            if found is not None:
                return found
        record: Any = _new(cls)
        for name, value in zip(cls.field_names, (shape, *args), strict=True):
            _put(record, name, value)
        reference = _Reference(record, forget)
        reference.key = key
        _TABLE[key] = reference
        return record

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __repr__(self) -> str:
        kind: Any = type(self)
        parts = (f"{name}={getattr(self, name)!r}" for name in kind.field_names)
        return f"{kind.__name__}({', '.join(parts)})"

    def __reduce__(self) -> tuple[Any, ...]:
        kind: Any = type(self)
        shape, *values = (getattr(self, name) for name in kind.field_names)
        return _interned, (kind, shape, tuple(values))


def _interned(kind: Any, shape: Any, values: tuple[Any, ...]) -> Any:
    return kind(*values, shape=shape)


def _below(node_fields: tuple[tuple[str, bool], ...]) -> Callable[[Any], tuple[Any, ...]]:
    """The function that lists the nodes directly below one of a class, in order."""
    names = [name for name, _ in node_fields]
    several = [many for _, many in node_fields]
    if not names:
        return lambda node: ()
    get: Callable[[Any], Any] = attrgetter(*names)
    if several == [True] or (len(names) > 1 and not any(several)):
        return get
    if len(names) == 1:
        return lambda node: (get(node),)

    def mixed(node: Any) -> tuple[Any, ...]:
        found: list[Any] = []
        for value, many in zip(get(node), several, strict=True):
            if many:
                found.extend(value)
            else:
                found.append(value)
        return tuple(found)

    return mixed
