"""One formula from the command line: its options, and the entry that they make."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperOption

from derivcheck.cli.common import exit_unusable
from derivcheck.cli.options import choice
from derivcheck.collection import format as fmt
from derivcheck.records import record

_FUNCTION = re.compile(r"`functions: \{(.+)\}`")
"""How a hint declares a function in a file."""

if TYPE_CHECKING:
    from derivcheck.collection.formula import Formula
    from derivcheck.collection.raw import Value
    from derivcheck.model import Diagnostic

PLACE = "<command line>"


class TextCommand(TyperCommand):
    """A command whose texts may begin with a minus sign, as derivatives do."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Sort options from texts: ``-sin(x)`` is no option, for none is called so."""
        options = [p for p in self.get_params(ctx) if isinstance(p, TyperOption)]
        short = {flag for option in options for flag in option.opts if flag[:2] != "--"}
        valued = {flag for option in options if not option.is_flag for flag in option.opts}
        found: list[str] = []
        texts: list[str] = []
        rest = list(args)
        while rest:
            text = rest.pop(0)
            if text == "--":
                texts += rest
                break
            if text not in short and not text.startswith("--"):
                texts.append(text)
                continue
            found.append(text)
            if text in valued:
                if not rest:
                    return super().parse_args(ctx, args)  # it says what is missing
                found.append(rest.pop(0))
        return super().parse_args(ctx, [*found, "--", *texts])


@record()
class Declared:
    """The options that declare a formula, as they were typed."""

    wrt: Annotated[
        list[str] | None,
        typer.Option(metavar="SYMBOL", help="By which symbol (several, as X,Y: --differential)."),
    ] = None
    symbols: Annotated[
        list[str] | None,
        typer.Option(
            "--symbol", metavar="'NAME: KIND'", help="Declare a symbol: 'X: [m, n]', 'a: positive'."
        ),
    ] = None
    functions: Annotated[
        list[str] | None,
        typer.Option(
            "--function", metavar="'NAME: KIND'", help="Declare a function: 'u: scalar(x)'."
        ),
    ] = None
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="'NAME: EXPR'", help="Name an intermediate expression."),
    ] = None
    assume: Annotated[
        list[str] | None, typer.Option(metavar="COND", help="A side condition: 'x > a'.")
    ] = None
    upstream: Annotated[
        str | None, typer.Option(metavar="EXPR", help="The vector-Jacobian product with EXPR.")
    ] = None
    layout: Annotated[
        str | None, typer.Option(**choice(fmt.LAYOUTS), help="Layout of the derivative.")
    ] = None

    @property
    def varying(self) -> list[str]:
        """The names behind ``--wrt``."""
        return [name.strip() for listed in self.wrt or () for name in listed.split(",")]


def entry_of(name: str, kind: str, expression: str, claims: list[str], given: Declared) -> Formula:
    """The entry that the options make; exits with 2 where they make none."""
    from derivcheck.collection.in_memory import made_formula, problems_of
    from derivcheck.model import Diagnostic

    names = given.varying
    if kind != "equals" and not names:
        exit_unusable(["--wrt is missing: by which symbol?"])
    made = made_formula(
        expression,
        claims[0] if len(claims) == 1 else [*claims],
        kind=kind,
        wrt=names[0] if len(names) == 1 and kind == "derivative" else names,
        symbols=mapping(given.symbols, "--symbol"),
        id=name,
        functions=mapping(given.functions, "--function"),
        where=mapping(given.where, "--where"),
        assume=given.assume,
        upstream=given.upstream,
        layout=given.layout,
    )
    problems = problems_of(made)
    if problems:
        exit_unusable(Diagnostic(p.rule, p.message, hint=p.hint) for p in problems)
    return made


def in_options(problem: Diagnostic) -> Diagnostic:
    """A problem with a hint for the command line in place of one for a file."""
    from derivcheck.lang.errors import DECLARE, QUOTE

    hints = {DECLARE: "declare it: --symbol 'NAME: KIND'", QUOTE: None}
    hint = hints.get(problem.hint or "", problem.hint)
    return replace(problem, hint=_FUNCTION.sub(r"--function '\1'", hint) if hint else hint)


def mapping(options: list[str] | None, flag: str) -> dict[str, Value]:
    """``NAME: VALUE`` options as a mapping; the value reads as in a file, quotes not needed."""
    from derivcheck.collection.format import is_interval
    from derivcheck.collection.reader import read_pieces

    found: dict[str, Value] = {}
    for option in options or ():
        name, colon, text = option.partition(":")
        name, text = name.strip(), text.strip()
        if not colon or not name or not text:
            exit_unusable([f"{flag} {option!r}: write 'NAME: VALUE'"])
        if name in found:
            exit_unusable([f"{flag} {option!r}: `{name}` is declared twice"])
        interval = is_interval(text) and not (text[0] == "[" and text[-1] == "]")
        value: Value = text
        if not interval and text[0] in "[{\"'":
            pieces = list(read_pieces(f"value: {text}\n", PLACE))
            problems = [p for piece in pieces for p in piece.problems]
            if problems:
                exit_unusable([f"{flag} {option!r}: {problems[0].message}"])
            rest = pieces[-1].value
            value = rest.get("value") if isinstance(rest, dict) else None
        found[name] = value
    return found
