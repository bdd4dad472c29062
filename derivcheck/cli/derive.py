"""``derivcheck derive``: the derivative itself, with its proof."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from derivcheck.cli import adhoc, common
from derivcheck.cli.forms import of_claim
from derivcheck.cli.options import Effort, command, formats

if TYPE_CHECKING:
    from derivcheck.collection.formula import Formula

FORMATS = ("text", "latex", "numpy", "json")


@command("derive", cls=adhoc.TextCommand)
def derive(
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="What is differentiated.")],
    *,
    given: adhoc.Declared,
    differential: Annotated[
        bool, typer.Option("--differential", help="The differential, in dX.")
    ] = False,
    format: Annotated[str, formats(FORMATS, "How it is written.")] = "text",
    effort: Effort,
) -> None:
    """The derivative of an expression, in the shortest form found, with its proof.

    \b
    derivcheck derive "tanh(x)" --wrt x
    derivcheck derive "x.T @ A @ x" --wrt x --symbol "x: [n]" --symbol "A: [n, n]"

    The first line is the derivative, ready to be copied; what it rests on follows (beside
    latex and numpy, on standard error).

    Exit codes: 0 where it is proved or supported, 1 where no form was found, 2 where the
    expression means nothing.
    """
    from derivcheck.checking.derive import best, forms
    from derivcheck.limits import TimeIsUp, time_limit
    from derivcheck.report.words import VERDICTS, cause, sentence
    from derivcheck.running import engine
    from derivcheck.statements.claims import prepare

    kind = "differential" if differential else "derivative"
    entry = adhoc.entry_of("derive", kind, expression, ["0"], given)
    statement = prepare(entry)
    problems = [*statement.diagnostics]
    if statement.left is None or problems:
        shown = problems or [d for part in statement.parts for d in part.diagnostics]
        for problem in map(adhoc.in_options, shown):
            hint = f" ({problem.hint})" if problem.hint else ""
            common.write_error(f"derivcheck: {cause(problem)}{hint}")
        common.exit_with(2)
    try:
        with time_limit(effort.timeout):
            texts = forms(statement)
    except (TimeIsUp, RecursionError):
        texts = ()
    claim = None
    if texts:
        tried = adhoc.entry_of("derive", kind, expression, [*texts], given)
        (result,) = engine.verify([tried], common.judge_settings(effort), warm=True)
        claim = best(result)
    if claim is None:
        common.write_error("derivcheck: no form of this derivative was found that could be proved")
        common.exit_with(1)
    summary = f"{claim.verdict.value}: {VERDICTS[claim.verdict]}"
    if format == "json":
        import json

        common.write_out(
            json.dumps(_document(entry, claim.claim, claim.verdict.value), indent=1) + "\n"
        )
    elif format == "text":
        lines = [claim.claim, "", *textwrap.wrap(summary, common.width(), break_on_hyphens=False)]
        for evidence in claim.evidence:
            lines += textwrap.wrap(
                sentence(evidence),
                common.width(),
                initial_indent="  ",
                subsequent_indent="    ",
                break_on_hyphens=False,
            )
        common.write_out("\n".join(lines) + "\n")
    else:
        written = of_claim(format, entry, claim.claim)
        if written is None:
            common.write_error(f"derivcheck: {format} has no form of `{claim.claim}`")
            common.exit_with(1)
        common.write_out(f"{written}\n")
        if sys.stderr.isatty():
            common.write_error(summary)
    common.exit_with(0)


def _document(entry: Formula, text: str, verdict: str) -> dict[str, str | None]:
    return {
        "expression": entry.expression,
        "derivative": text,
        "verdict": verdict,
        "latex": of_claim("latex", entry, text),
        "numpy": of_claim("numpy", entry, text),
    }
