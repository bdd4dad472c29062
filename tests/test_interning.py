"""Nodes know which of their fields are nodes."""

from __future__ import annotations

import pytest

from derivcheck.lang.nodes import Node, Num, Sym, number


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
