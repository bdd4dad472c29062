"""``derivcheck check``: one formula from the command line, without a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from derivcheck.cli.common import give_up, say, wants_color, width

if TYPE_CHECKING:
    from derivcheck.collection.entry import Entry, Value

_PLACE = "<command line>"


def check(
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The expression.")],
    claims: Annotated[
        list[str], typer.Argument(metavar="CLAIM...", help="What its derivative is claimed to be.")
    ],
    wrt: Annotated[
        list[str] | None,
        typer.Option(
            "--wrt", metavar="SYMBOL", help="By which symbol; repeatable with --differential."
        ),
    ] = None,
    symbols: Annotated[
        list[str] | None,
        typer.Option(
            "--symbol", metavar="'NAME: KIND'", help="Declare a symbol: 'X: [m, n]', 'a: positive'."
        ),
    ] = None,
    functions: Annotated[
        list[str] | None,
        typer.Option("--function", metavar="'NAME: KIND'", help="Declare one: 'u: scalar(x)'."),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="'NAME: EXPR'", help="Name an intermediate expression."),
    ] = None,
    assume: Annotated[
        list[str] | None,
        typer.Option("--assume", metavar="COND", help="A side condition: 'x > a'."),
    ] = None,
    upstream: Annotated[
        str | None, typer.Option(metavar="EXPR", help="Claim a vector-Jacobian product.")
    ] = None,
    layout: Annotated[
        str | None, typer.Option(metavar="denominator|numerator", help="Layout of a Jacobian.")
    ] = None,
    differential: Annotated[
        bool, typer.Option("--differential", help="CLAIM is the differential, in dX.")
    ] = False,
    equals: Annotated[
        bool, typer.Option("--equals", help="CLAIM equals EXPR; no derivative is taken.")
    ] = False,
    timeout: Annotated[float, typer.Option(min=0.01, metavar="SECONDS", help="Time limit.")] = 10.0,
    seed: Annotated[int, typer.Option(help="Same seed and input: same result.")] = 0,
    samples: Annotated[
        int | None, typer.Option(min=1, help="Points at which the numeric judges look.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Tracebacks of defects.")
    ] = False,
) -> None:
    """Check one formula without a file.

    Example: derivcheck check "tanh(x)" "1 - tanh(x)**2" --wrt x

    A CLAIM that begins with a minus sign stands after `--`: derivcheck check --wrt x --
    "cos(x)" "-sin(x)". Exit codes: those of verify.
    """
    if differential and equals:
        give_up(["--differential and --equals exclude one another"])
    kind = "differential" if differential else "equals" if equals else "derivative"
    if kind != "equals" and not wrt:
        give_up(["--wrt is missing: by which symbol?"])
    raw: dict[str, Value] = {"id": "check"}
    declared = {name: "real" for name in wrt or [] if name.isidentifier()}
    named = _mapping(where, "--where")
    raw["symbols"] = {
        **{n: k for n, k in declared.items() if n not in named},
        **_mapping(symbols, "--symbol"),
    }
    optional: dict[str, Value] = {
        "functions": _mapping(functions, "--function"),
        "where": named,
        "assume": [*(assume or [])],
        "upstream": upstream,
        "layout": layout,
    }
    raw.update({key: value for key, value in optional.items() if value})
    raw["expression"] = expression
    if wrt:
        raw["wrt"] = wrt[0] if len(wrt) == 1 and kind == "derivative" else list(wrt)
    raw[kind] = claims[0] if len(claims) == 1 else list(claims)
    entry = _entry(raw)

    from derivcheck import engine
    from derivcheck.cli.run import exit_code
    from derivcheck.cli.view import View
    from derivcheck.equation import Settings
    from derivcheck.model import Report

    settings = Settings(seed=seed, samples=samples or Settings().samples, timeout=timeout)
    results = tuple(engine.verify([entry], settings))
    say(View(width(), wants_color(sys.stdout)).render(entry, results[0]))
    raise typer.Exit(exit_code(Report(results)))


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
    for option in options or []:
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
