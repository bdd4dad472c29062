"""How commands and their options are declared with typer: one command a module, options shared.

Options that go together are the fields of a record; a parameter that is one stands for all of them.
Help is plain text (``rich_markup_mode=None``): drawing it in boxes takes longer than checking
ten formulas. Choices and time limits have parsers of their own: what is allowed comes from the
table that has it, and a message says what was expected.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer
from typer.core import TyperCommand

from derivcheck.cli import complete
from derivcheck.records import record

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 80}

MOST_SECONDS = 100_000
"""The longest time limit: more overflows what the operating system counts in."""


def command(
    name: str, cls: type[TyperCommand] = TyperCommand
) -> Callable[[Callable[..., None]], TyperCommand]:
    """Make a function a command: its parameters are the options, its docstring the help."""

    def wrap(function: Callable[..., None]) -> TyperCommand:
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(name, cls=cls, context_settings=CONTEXT)(_spread(function))
        made = typer.main.get_command(single)
        assert isinstance(made, TyperCommand)
        return made

    return wrap


def _spread(function: Callable[..., None]) -> Callable[..., None]:
    """The function with parameters for the fields of a record in place of the record."""
    signature = inspect.signature(function, eval_str=True)
    groups: dict[str, Any] = {}
    spread: list[inspect.Parameter] = []
    for one in signature.parameters.values():
        if not is_dataclass(one.annotation):
            spread.append(one.replace(kind=one.KEYWORD_ONLY))
            continue
        groups[one.name] = one.annotation
        hints = get_type_hints(one.annotation, include_extras=True)
        spread += [
            inspect.Parameter(f.name, one.KEYWORD_ONLY, default=f.default, annotation=hints[f.name])
            for f in fields(one.annotation)
        ]

    @wraps(function)
    def gather(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{f.name: given.pop(f.name) for f in fields(group)})
        function(**given)

    gather.__signature__ = signature.replace(parameters=spread)  # type: ignore[attr-defined]
    return gather


def choice(names: Iterable[str]) -> dict[str, Any]:
    """The part of a ``typer.Option`` that makes it one of these words."""
    words = tuple(names)

    def parse(value: str) -> str:
        if value not in words:
            raise typer.BadParameter(f"{value!r} is not one of {', '.join(words)}.")
        return value

    def suggest(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return {"parser": parse, "metavar": f"[{'|'.join(words)}]", "autocompletion": suggest}


def formats(names: Iterable[str], help: str) -> Any:
    """The option ``--format``, one of these."""
    return typer.Option("--format", **choice(names), help=help)


def _seconds(value: str | float) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= MOST_SECONDS:
        raise typer.BadParameter(f"{value!r} is no number of seconds up to {MOST_SECONDS}.")
    return seconds


Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[TARGET]...",
        help="A collection, an id, a range, a file or a directory.",
        autocompletion=complete.targets,
        show_default=False,
    ),
]
"""The argument of the commands that work on any number of formulas."""

Preambles = Annotated[
    list[str] | None,
    typer.Option("--preamble", metavar="FILE", help="Macros that documents use; may be repeated."),
]


@record()
class Effort:
    """The options that say how hard judges work."""

    timeout: Annotated[
        float, typer.Option(parser=_seconds, metavar="SECONDS", help="Time limit of one formula.")
    ] = 10.0
    seed: Annotated[int, typer.Option(metavar="N", help="Same seed and input: same result.")] = 0
    samples: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Points that numeric judges look at.")
    ] = None


Only = Annotated[
    str | None, typer.Option(**choice(("symbolic", "numeric")), help="Let only these work.")
]
Judges = Annotated[
    str | None,
    typer.Option(
        **choice(("all",)), help="Ask every judge that applies: SymPy proves scalar claims, too."
    ),
]
Keyword = Annotated[
    str | None, typer.Option("-k", metavar="EXPR", help="Filter: 'tanh or not matrix'.")
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Check everything anew.")]
