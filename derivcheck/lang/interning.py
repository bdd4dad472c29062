"""Classes whose equal instances are one object.

A class statement with annotated fields is enough, as for a dataclass; the methods that
dataclasses compile for every class, at every start, are written here once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from operator import attrgetter
from typing import Any, NoReturn, dataclass_transform
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


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
class Interned(type):
    """Metaclass that returns the one existing instance for equal constructor arguments.

    Every class has a ``shape``, given by keyword, and the fields that it annotates.
    """

    positional: tuple[tuple[str, Any], ...]
    """Names and defaults of the positional arguments."""
    field_names: tuple[str, ...]
    setters: tuple[Callable[[Any, Any], None], ...]
    """What sets each field in its slot, in the order of ``field_names``."""
    node_fields: tuple[tuple[str, bool], ...]
    """Fields that hold nodes: name, and whether it is a tuple of them."""
    below: Callable[[Any], tuple[Any, ...]]
    """Lists the nodes directly below one of this class, in order."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Interned:
        own = {
            field_name: str(kind)
            for field_name, kind in namespace.get("__annotations__", {}).items()
            if not str(kind).startswith("ClassVar")
        }
        defaults = {field_name: namespace.pop(field_name, _MISSING) for field_name in own}
        positional = [pair for base in bases for pair in getattr(base, "positional", ())]
        positional += [(part, value) for part, value in defaults.items() if part != "shape"]
        names = tuple(part for part, _ in positional)
        namespace |= {"__slots__": tuple(own), "__match_args__": names}
        cls = super().__new__(mcs, name, bases, namespace)
        cls.positional = tuple(positional)
        cls.field_names = ("shape", *names)
        inherited = [pair for base in bases for pair in getattr(base, "node_fields", ())]
        for part, kind in own.items():
            if kind not in _NODES and kind not in _VALUES:
                raise TypeError(f"{name}.{part}: is `{kind}` a node or a value? list it")
        cls.node_fields = tuple(
            inherited + [(part, kind in _MANY) for part, kind in own.items() if kind in _NODES]
        )
        cls.below = staticmethod(_below(cls.node_fields))
        cls.setters = tuple(
            getattr(cls, part).__set__ for part in cls.field_names if hasattr(cls, part)
        )
        return cls

    def __call__(cls, *args: Any, shape: Any, **named: Any) -> Any:
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
        for put, value in zip(cls.setters, (shape, *args), strict=True):
            put(record, value)
        reference = _Reference(record, forget)
        reference.key = key
        _TABLE[key] = reference
        return record


_new: Callable[[Any], Any] = object.__new__
_MANY = ("tuple[Node, ...]", "tuple[Sym, ...]")
_NODES = ("Node", "Sym", *_MANY)
_VALUES = (
    *("Shape", "Dim", "Index", "Index | int", "Index | None", "Fraction"),
    *("bool", "int", "int | None", "str", "tuple[int, ...]"),
)
"""Annotations, as they are written, of fields that hold no nodes."""


class Record:
    """What interned instances have in common: they can't be changed, and copies are themselves."""

    __slots__ = ("__weakref__",)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

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
