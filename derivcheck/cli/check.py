"""``derivcheck check``: one formula from the command line, without a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperOption

from derivcheck.cli.common import (
    give_up,
    judge_settings,
    leave,
    say,
    wants_color,
    width,
)
from derivcheck.cli.options import Judges, Only, Samples, Seed, Timeout, choice, command
from derivcheck.collection import format as fmt

if TYPE_CHECKING:
    from derivcheck.collection.entry import Entry, Value

_PLACE = "<command line>"


class _Check(TyperCommand):
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


@command("check", cls=_Check)
def check(
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="What is differentiated.")],
    claims: Annotated[
        list[str], typer.Argument(metavar="CLAIM...", help="What is claimed; several forms, each.")
    ],
    wrt: Annotated[
        list[str] | None,
        typer.Option(metavar="SYMBOL", help="By which symbol (several, as X,Y: --differential)."),
    ] = None,
    symbols: Annotated[
        list[str] | None,
        typer.Option(
            "--symbol",
            metavar="'NAME: KIND'",
            help="Declare a symbol: 'X: [m, n]', 'a: positive'.",
        ),
    ] = None,
    functions: Annotated[
        list[str] | None,
        typer.Option(
            "--function", metavar="'NAME: KIND'", help="Declare a function: 'u: scalar(x)'."
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="'NAME: EXPR'", help="Name an intermediate expression."),
    ] = None,
    assume: Annotated[
        list[str] | None, typer.Option(metavar="COND", help="A side condition: 'x > a'.")
    ] = None,
    upstream: Annotated[
        str | None, typer.Option(metavar="EXPR", help="Claim a vector-Jacobian product.")
    ] = None,
    layout: Annotated[
        str | None, typer.Option(**choice(fmt.LAYOUTS), help="Layout of the derivative.")
    ] = None,
    differential: Annotated[
        bool, typer.Option("--differential", help="CLAIM is the differential, in dX.")
    ] = False,
    equals: Annotated[
        bool, typer.Option("--equals", help="CLAIM equals EXPR; no derivative is taken.")
    ] = False,
    antiderivative: Annotated[
        bool, typer.Option("--antiderivative", help="CLAIM is a function whose derivative EXPR is.")
    ] = False,
    timeout: Timeout = 10.0,
    seed: Seed = 0,
    samples: Samples = None,
    only: Only = None,
    judges: Judges = None,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Tracebacks of defects.")
    ] = False,
) -> None:
    """Check one formula without a file.

    \b
    derivcheck check "tanh(x)" "1 - tanh(x)**2" --wrt x
    derivcheck check "x.T @ A @ x" "(A + A.T) @ x" --wrt x \\
        --symbol "x: [n]" --symbol "A: [n, n]"

    A claim of `-v` or `-h` stands behind `--`, with all claims after it.

    Exit codes: those of verify.
    """
    kinds = {
        "differential": differential,
        "equals": equals,
        "antiderivative": antiderivative,
    }
    chosen = [name for name, is_set in kinds.items() if is_set]
    if len(chosen) > 1:
        give_up([f"--{chosen[0]} and --{chosen[1]} exclude each other"])
    names = [name.strip() for listed in wrt or () for name in listed.split(",")]
    kind = chosen[0] if chosen else "derivative"
    if kind != "equals" and not names:
        give_up(["--wrt is missing: by which symbol?"])
    raw: dict[str, Value] = {"id": "check"}
    declared = {name: "real" for name in names if name.isidentifier()}
    named = _mapping(where, "--where")
    raw["symbols"] = {
        **{n: k for n, k in declared.items() if n not in named},
        **_mapping(symbols, "--symbol"),
    }
    optional: dict[str, Value] = {
        "functions": _mapping(functions, "--function"),
        "where": named,
        "assume": [*(assume or ())],
        "upstream": upstream,
        "layout": layout,
    }
    raw.update({key: value for key, value in optional.items() if value})
    raw["expression"] = expression
    if names:
        raw["wrt"] = names[0] if len(names) == 1 and kind == "derivative" else [*names]
    raw[kind] = claims[0] if len(claims) == 1 else [*claims]
    entry = _entry(raw)

    from derivcheck.cli.view import View
    from derivcheck.model import Report
    from derivcheck.running import engine

    settings = judge_settings(timeout, seed, samples, only, judges)
    results = tuple(engine.verify([entry], settings, warm=True))
    say(View(width(), wants_color(sys.stdout)).render(entry, results[0]))
    leave(Report(results).exit_code)


def _entry(raw: dict[str, Value]) -> Entry:
    """The options as an entry; exits with 2 where they are none."""
    from derivcheck.collection.check import check_formula
    from derivcheck.collection.entry import Entry
    from derivcheck.model import Diagnostic

    problems = check_formula(raw, 0, _PLACE)
    if problems:
        give_up(Diagnostic(p.rule, p.message, hint=p.hint) for p in problems)
    return Entry("", "", _PLACE, 1, 1, "check", raw)  # type: ignore[arg-type]  # checked above


def _mapping(options: list[str] | None, flag: str) -> dict[str, Value]:
    """``NAME: VALUE`` options as a mapping; the value reads as in a file, quotes not needed."""
    from derivcheck.collection.format import is_interval
    from derivcheck.collection.reader import read_pieces

    found: dict[str, Value] = {}
    for option in options or ():
        name, colon, text = option.partition(":")
        name, text = name.strip(), text.strip()
        if not colon or not name or not text:
            give_up([f"{flag} {option!r}: write 'NAME: VALUE'"])
        interval = is_interval(text) and not (text[0] == "[" and text[-1] == "]")
        value: Value = text
        if not interval and text[0] in "[{\"'":
            pieces = list(read_pieces(f"value: {text}\n", _PLACE))
            problems = [p for piece in pieces for p in piece.problems]
            if problems:
                give_up([f"{flag} {option!r}: {problems[0].message}"])
            rest = pieces[-1].value
            value = rest.get("value") if isinstance(rest, dict) else None
        found[name] = value
    return found
