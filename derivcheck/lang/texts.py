"""Short texts of derivcheck's own tables, as typed scalar nodes in placeholders.

Derivative rules, definitions and conditions of functions are written in the language that users
write, so that a person can hold them against a book; they are read when they are first needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from derivcheck.lang.elaborate import read
from derivcheck.lang.functions import FUNCTIONS, NONPOSITIVE_INTEGERS, lookup
from derivcheck.lang.nodes import Compare, Node, subtract
from derivcheck.lang.templates import at


class Rules:
    """A table of partial derivatives: ``"hypot(x, y)"`` to ``("x/hypot(x, y)", ...)``.

    A rule of one argument stands alone; None says that no closed form is known.
    """

    def __init__(
        self,
        table: Mapping[str, str | tuple[str | None, ...]],
        helpers: Mapping[str, int] | None = None,
    ) -> None:
        self.helpers = dict(helpers or {})
        self.rows: dict[str, tuple[tuple[str, ...], tuple[str | None, ...]]] = {}
        for head, rules in table.items():
            name, _, rest = head.partition("(")
            parameters = tuple(rest.rstrip(")").split(", "))
            row = lookup(name, len(parameters)) or FUNCTIONS.get(name)
            known = row.name if row is not None else f"#{name}"
            self.rows[known] = (parameters, (rules,) if isinstance(rules, str) else rules)
        self._read: dict[tuple[str, int], Node] = {}

    def partial(self, function: str, args: tuple[Node, ...], position: int) -> Node | None:
        """The partial derivative by one argument, at ``args``; None where there is no rule."""
        row = self.rows.get(function)
        if row is None:
            return None
        parameters, rules = row
        text = rules[position] if position < len(rules) else None
        if text is None:
            return None
        template = self._read.get((function, position))
        if template is None:
            template = self._read[function, position] = read(text, parameters, self.helpers)
        return at(template, parameters, args)


def hypergeometric_rules(form: str) -> dict[str, tuple[str | None, ...]]:
    """Rows of a table of rules for every pFq that is written with lists, DLMF 16.3.1.

    ``form`` is the rule by z in terms of ``{slope}``, the quotient of the parameters, and
    ``{raised}``, the function with all parameters raised by 1.
    """
    found: dict[str, tuple[str | None, ...]] = {}
    for row in FUNCTIONS.values():
        if row.lists is None:
            continue
        *names, z = row.parameters
        above, below = names[: row.lists[0]], names[row.lists[0] :]
        lists = [", ".join(f"{name} + 1" for name in part) for part in (above, below)]
        slope = f"({'*'.join(above) or '1'})/({'*'.join(below)})"
        rule = form.format(slope=slope, raised=f"hyper([{lists[0]}], [{lists[1]}], {z})")
        found[f"{row.name}({', '.join(row.parameters)})"] = (*[None] * len(names), rule)
    return found


@cache
def _row_text(function: str, text: str) -> Node:
    return read(text, FUNCTIONS[function].parameters)


def expression(function: str, text: str, args: tuple[Node, ...]) -> Node:
    """A text of a row of the table of functions, at arguments."""
    return at(_row_text(function, text), FUNCTIONS[function].parameters, args)


def definition(function: str, args: tuple[Node, ...]) -> Node | None:
    """What a function is by others, at arguments; None where the table says nothing."""
    row = FUNCTIONS.get(function)
    return expression(function, row.definition, args) if row and row.definition else None


def margins(function: str, args: tuple[Node, ...]) -> tuple[tuple[Node, bool], ...]:
    """What is not negative where the function is real, each with whether zero is left out."""
    row = FUNCTIONS.get(function)
    found = []
    for text in row.real if row is not None else ():
        condition = expression(function, text, args)
        assert isinstance(condition, Compare)
        left, right, sign = condition.left, condition.right, condition.operator
        margin = subtract(left, right) if sign[0] == ">" else subtract(right, left)
        found.append((margin, len(sign) == 1))
    return tuple(found)


def breaks(function: str, args: tuple[Node, ...], *facts: str) -> tuple[Node, ...]:
    """What vanishes where the function is not smooth inside the real line, of ``kinks``, ``jumps``
    and ``poles`` those that are named; what is no one expression is left out."""
    row = FUNCTIONS.get(function)
    texts = [getattr(row, fact) for fact in facts] if row is not None else []
    return tuple(
        expression(function, text, args) for text in texts if text and text != NONPOSITIVE_INTEGERS
    )
