"""``derivcheck init``: a commented formula file to start from."""

from __future__ import annotations

import os
import re
from typing import Annotated

import typer

from derivcheck.cli.common import exit_unusable, write_out, writing
from derivcheck.cli.options import command
from derivcheck.report.escape import plain

STARTER = """\
# yaml-language-server: $schema=derivcheck.schema.json
# The line above gives completion in editors: derivcheck schema > derivcheck.schema.json
derivcheck: 1                    # version of this format
collection: {collection}
title: My formulas
formulas:
  - id: 1                        # a number or a name, unique in the collection
    name: sigmoid
    latex: '\\sigma''(x) = \\sigma(x) (1 - \\sigma(x))'   # as your source prints it; optional
    symbols: {{x: real}}           # kinds: real, positive, nonzero, "(-1, 1)", ... or [m, n]
    where: {{s: 1/(1 + exp(-x))}}  # names for intermediate results; optional
    expression: s
    wrt: x
    derivative: s*(1 - s)        # the claim; a list of several forms claims each of them

  - id: 2
    name: quadratic form
    symbols: {{A: [n, n], x: [n]}}  # a matrix and a column vector; n means every size
    expression: x.T @ A @ x      # @ is the matrix product, * works entry by entry
    wrt: x
    derivative: (A + A.T) @ x

  - id: 3
    name: trace of a product
    symbols: {{X: [m, n], Y: [n, m]}}
    expression: tr(X @ Y)
    wrt: [X, Y]                  # both vary
    differential: tr(dX @ Y) + tr(X @ dY)
"""


@command("init")
def init(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Ends in .yaml.")],
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite the file if it exists.")
    ] = False,
) -> None:
    """Write a commented formula file to start from."""
    from derivcheck.collection.targets import SUFFIXES
    from derivcheck.files import write_whole

    if not file.endswith(SUFFIXES):
        exit_unusable([f"`{plain(file)}` should end in .yaml"])
    if os.path.lexists(file) and not force:
        exit_unusable([f"`{plain(file)}` exists already (--force overwrites it)"])
    stem = os.path.splitext(os.path.basename(file))[0]
    collection = re.sub(r"[^A-Za-z0-9_.-]+", "-", stem).strip("-.") or "mine"
    if collection == "all":
        collection = "mine"
    with writing(file):
        write_whole(file, STARTER.format(collection=collection))
    write_out(f"wrote {plain(file)}; check it with: derivcheck verify {plain(file)}\n")
