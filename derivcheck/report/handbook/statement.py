"""What an entry states, as mathematics: its claims, symbols, definitions and steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from derivcheck.collection.formula import Formula
from derivcheck.collection.parts import Declaration, Function
from derivcheck.lang.syntax import Syntax
from derivcheck.records import record
from derivcheck.report.handbook import mathml
from derivcheck.report.handbook.html import Child, Html, el, join
from derivcheck.report.handbook.mathml import operator
from derivcheck.statements.claims import prepare
from derivcheck.typeset.boxes import Box
from derivcheck.typeset.code import numpy_code, sympy_code
from derivcheck.typeset.latex import latex
from derivcheck.typeset.statement import Typesetter

_SETS = {"real": "ℝ", "integer": "ℤ", "natural": "ℕ", "complex": "ℂ"}
_RELATIONS = {"positive": ">", "negative": "<", "nonnegative": "≥", "nonzero": "≠"}


@record()
class Step:
    """A line of a derivation: its maths, its text, what it cites."""

    at: str
    math: Html
    cites: str
    instances: tuple[tuple[Html, Html], ...]


class View:
    """What a page shows of what an entry states, as mathematics; what cannot be parsed is shown as
    it is written."""

    def __init__(self, entry: Formula) -> None:
        self.entry = entry
        self.prepared = prepare(entry)
        self.typesetter = Typesetter(entry, self.prepared)

    # --- maths ------------------------------------------------------------------------------

    def math(self, text: str) -> Html:
        """The text as maths, or verbatim where it is no expression."""
        return mathml.mathml(self.typesetter.math(text))

    def name(self, name: str) -> Html:
        """A declared name."""
        return mathml.mathml(self.typesetter.layout.name(name))

    @property
    def statement(self) -> Html:
        """The displayed claim; its sides are pieces, which stand below one another on a phone."""
        sides = self.sides()
        return el("div", map(mathml.line, sides), class_="one" if len(sides) == 2 else "several")

    @property
    def short(self) -> Html:
        """The claim in a line of text."""
        return join(*map(mathml.inline, self.sides()))

    def sides(self) -> list[Html]:
        """The left side, then every form behind its sign."""
        left = mathml.mathml(self.typesetter.left())
        return [left, *map(self._equals, self.typesetter.forms())]

    def _equals(self, form: Box) -> Html:
        return _row(operator("=", form="infix"), mathml.mathml(form))

    # --- declarations -----------------------------------------------------------------------

    @property
    def symbols(self) -> list[Html]:
        """Each symbol with its domain, then the abstract functions."""
        found = [self.symbol(name, one) for name, one in self.entry.symbols.items()]
        found += [self.function(name, one) for name, one in self.entry.functions.items()]
        return found

    def symbol(self, name: str, declared: Declaration) -> Html:
        """``X ∈ ℝ^(m×n)``, positive, symmetric."""
        domain = declared.domain or "real"
        words = [*declared.structure]
        shown = self.name(name)
        if declared.shape:
            sizes = _sizes(declared.shape)
            math = _row(shown, operator("∈"), el("msup", el("mi", "ℝ"), sizes))
            if domain != "real":
                words.insert(0, f"every entry {domain}")
        elif domain in _SETS:
            math = _row(shown, operator("∈"), el("mi", _SETS[domain]))
        elif domain in _RELATIONS:
            math = _row(shown, operator(_RELATIONS[domain]), el("mn", "0"))
        else:
            math = _row(shown, operator("∈"), el("mtext", domain.replace("oo", "∞")))
        for value in declared.excluded:
            math = _row(math, operator(","), shown, operator("≠"), self.math(value))
        return join(mathml.inline(math), "".join(f", {word}" for word in words))

    def function(self, name: str, declared: Function) -> Html:
        """An abstract function, in words."""
        if declared.is_elementwise:
            return join(mathml.inline(self.name(name)), ": any smooth function, elementwise")
        parts = [self.name(argument) for argument in declared.arguments]
        listed: list[Child] = []
        for part in parts:
            listed += [operator(","), part] if listed else [part]
        call = _row(self.name(name), mathml.APPLIED, operator("("), listed, operator(")"))
        return join(mathml.inline(call), ": any smooth scalar function")

    @property
    def definitions(self) -> list[Html]:
        """The ``where`` lines."""
        return [
            mathml.inline(_row(self.name(name), operator("="), self.math(text)))
            for name, text in self.entry.where.items()
        ]

    @property
    def assumptions(self) -> list[Html]:
        """The side conditions."""
        return [mathml.inline(self.math(text)) for text in self.entry.assume]

    @property
    def remarks(self) -> list[str]:
        """What the formula leaves to convention."""
        found = []
        if self.entry.upstream:
            found.append(
                "A vector-Jacobian product: the gradient of the sum of the entries of "
                f"{self.entry.upstream} times those of the expression."
            )
        layout = self.entry.layout
        if layout:
            found.append(f"{layout.capitalize()} layout.")
        if self.prepared.kind == "differential" and self.prepared.wrt:
            found.append(f"Varying: {', '.join(self.prepared.wrt)}.")
        return found

    @cached_property
    def steps(self) -> list[Step]:
        """The derivation, a line a step."""
        found = []
        for step in self.entry.steps:
            instances = tuple(
                (mathml.inline(self.name(name)), mathml.inline(self.math(text)))
                for name, text in step.instances
            )
            line = mathml.line(self._equals(self.typesetter.math(step.to)))
            found.append(Step(step.at, line, step.by, instances))
        return found

    # --- code -------------------------------------------------------------------------------

    @cached_property
    def codes(self) -> list[tuple[str, str]]:
        """What can be copied, with labels: LaTeX, NumPy and SymPy forms of the claim."""
        found = []
        declared, is_array = self.typesetter.declared, self.typesetter.is_array
        if self.entry.latex:
            found.append(("LaTeX, as printed", self.entry.latex))
        claims = self.entry.claims
        many = len(claims) > 1
        writers: tuple[tuple[str, Callable[[Syntax], str | None]], ...] = (
            ("LaTeX", lambda syntax: latex(self.typesetter.layout.expression(syntax))),
            ("NumPy", lambda syntax: numpy_code(syntax, declared)),
            ("SymPy", lambda syntax: sympy_code(syntax, is_array, declared)),
        )
        for i, text in enumerate(claims):
            syntax = self.typesetter.parsed(text)
            if syntax is None:
                continue
            number = f", form {i + 1}" if many else ""
            for label, writer in writers:
                code = writer(syntax)
                if code:
                    found.append((f"{label}{number}", code))
        return found


def _sizes(shape: tuple[str, ...]) -> Html:
    parts: list[Child] = []
    for size in shape:
        part = el("mn" if size.isdigit() else "mi", size)
        parts += [operator("×"), part] if parts else [part]
    return _row(parts)


def _row(*children: Child) -> Html:
    return el("mrow", *children)
