"""``derivcheck check``: one formula from the command line, without a file."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated

import typer

from derivcheck.cli import adhoc, common
from derivcheck.cli.options import Effort, Judges, Only, command


@command("check", cls=adhoc.TextCommand)
def check(
    expression: Annotated[
        str, typer.Argument(metavar="EXPR", help="What is differentiated, or an equation in LaTeX.")
    ],
    claims: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CLAIM...", help="What is claimed; several forms, each. None: EXPR is LaTeX."
        ),
    ] = None,
    *,
    given: adhoc.Declared,
    differential: Annotated[
        bool, typer.Option("--differential", help="CLAIM is the differential, in dX.")
    ] = False,
    equals: Annotated[
        bool, typer.Option("--equals", help="CLAIM equals EXPR; no derivative is taken.")
    ] = False,
    antiderivative: Annotated[
        bool, typer.Option("--antiderivative", help="CLAIM is a function whose derivative EXPR is.")
    ] = False,
    effort: Effort,
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
    derivcheck check '\\frac{d}{dx}\\tanh x = 1 - \\tanh^2 x'

    An equation in LaTeX is read as in a document, and it is told how. A claim of `-v` or `-h`
    stands behind `--`, with all claims after it.

    Exit codes: those of verify.
    """
    kinds = {"differential": differential, "equals": equals, "antiderivative": antiderivative}
    chosen = [name for name, is_set in kinds.items() if is_set]
    if len(chosen) > 1:
        common.exit_unusable([f"--{chosen[0]} and --{chosen[1]} exclude each other"])
    kind = chosen[0] if chosen else "derivative"
    settings = common.judge_settings(effort, only, judges)
    if not claims and "=" not in expression:
        common.exit_unusable(
            ["CLAIM is missing: what is claimed? (an equation in LaTeX holds a `=`)"]
        )
    if not claims:
        from derivcheck.cli.latex import check_latex

        if chosen:
            common.exit_unusable(
                [f"--{chosen[0]} goes with CLAIM: an equation in LaTeX says what it claims"]
            )
        check_latex(expression, given, settings)
    entry = adhoc.entry_of("check", kind, expression, claims or [], given)

    from derivcheck.cli.view import View
    from derivcheck.model import Report
    from derivcheck.running import engine

    (result,) = engine.verify([entry], settings, warm=True)
    in_options = tuple(
        replace(claim, diagnostics=tuple(map(adhoc.in_options, claim.diagnostics)))
        for claim in result.claims
    )
    common.write_out(
        View(common.width(), common.wants_color(sys.stdout)).render(
            entry, replace(result, claims=in_options)
        )
    )
    common.exit_with(Report((result,)).exit_code)
