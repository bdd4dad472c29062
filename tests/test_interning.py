"""Nodes know which of their fields are nodes."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import pytest

from derivcheck.lang.nodes import Node, Num, Sum, Sym, number


def test_children_are_found_by_annotation() -> None:
    class Pair(Node):
        first: Node
        others: tuple[Node, ...]
        name: str

    x, one, two = Sym("x", shape=()), number(1), number(2)
    assert isinstance(one, Num)
    assert Pair.below(Pair(x, (one, two), "p", shape=())) == (x, one, two)


def test_a_field_of_an_unknown_kind_is_refused() -> None:
    message = r"Several.parts: is `list\[Node\]` a node or a value\? list it"
    with pytest.raises(TypeError, match=message):

        class Several(Node):
            parts: list[Node]


def test_classes_of_nodes_are_plain_ones() -> None:
    """``isinstance`` asks a metaclass first, which takes three times as long."""
    assert {type(kind) for kind in (Node, *Node.__subclasses__())} == {type}


def test_equal_nodes_are_one_which_nothing_changes() -> None:
    one = Sum(Sym("x", shape=()), shape=(), axis=None)
    assert one is Sum(Sym("x", shape=()), None, shape=()) is pickle.loads(pickle.dumps(one))
    with pytest.raises(FrozenInstanceError):
        one.axis = 1  # type: ignore[misc]
    with pytest.raises(TypeError, match="Num needs value"):
        Num(shape=())  # type: ignore[call-arg]
