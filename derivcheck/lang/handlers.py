"""Functions that change shapes or take derivatives: how a call of each becomes a typed node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivcheck.lang.nodes import Node
from derivcheck.lang.scope import Environment

Handler = Callable[[Any, Any, Environment], Node]
"""Of an ``Elaborator``, the syntax of the call and the names in force."""

HANDLERS: dict[str, Handler] = {}
"""By spelling; filled by the modules that define them (:mod:`derivcheck.lang.elaborate`)."""


def handler(*names: str) -> Callable[[Handler], Handler]:
    """Register a handler under every spelling of its name."""

    def register(function: Handler) -> Handler:
        for name in names:
            HANDLERS[name] = function
        return function

    return register
