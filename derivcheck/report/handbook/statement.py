"""What an entry states, as mathematics: its claims, symbols, definitions and steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from derivcheck.collection.formula import Formula
from derivcheck.collection.raw import Raw
from derivcheck.lang.syntax import Syntax
from derivcheck.report.handbook import mathml
from derivcheck.report.handbook.html import Child, Html, el, join
from derivcheck.report.handbook.mathml import operator
from derivcheck.statements.claims import Statement, prepare
from derivcheck.typeset.boxes import Box
from derivcheck.typeset.code import numpy_code, sympy_code
from derivcheck.typeset.latex import latex
from derivcheck.typeset.statement import Typesetter

_SHAPE = re.compile(r"\[\s*(\w+)\s*(?:,\s*(\w+)\s*)?\]")
_SETS = {"real": "ℝ", "integer": "ℤ", "natural": "ℕ", "complex": "ℂ"}
_RELATIONS = {
    "positive": ">",
    "negative": "<",
    "nonnegative": "≥",
    "nonzero": "≠",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a derivation: its maths, its text, what it cites."""

    at: str
    math: Html
    cites: str
    instances: tuple[tuple[Html, Html], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Text to copy."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class View:
    """Everything a page shows of what an entry states."""

    statement: Html
    short: Html
    symbols: tuple[Html, ...]
    definitions: tuple[Html, ...]
    assumptions: tuple[Html, ...]
    remarks: tuple[str, ...]
    steps: tuple[Step, ...]
    codes: tuple[Code, ...]
    kind: str


def view(entry: Formula) -> View:
    """The entry as mathematics; what cannot be parsed is shown as it is written."""
    return _Viewer(entry, prepare(entry)).view()


class _Viewer:
    def __init__(self, entry: Formula, statement: Statement) -> None:
        self.entry = entry
        self.raw = entry.raw
        self.prepared = statement
        self.typesetter = Typesetter(entry, statement)

    def view(self) -> View:
        claims = self.entry.texts(self.prepared.kind)
        return View(
            statement=self.statement(),
            short=mathml.inline(mathml.mathml(self.typesetter.equation())),
            symbols=tuple(self.symbols()),
            definitions=tuple(self.definitions()),
            assumptions=tuple(mathml.inline(self.math(t)) for t in self.entry.texts("assume")),
            remarks=tuple(self.remarks()),
            steps=tuple(self.steps()),
            codes=tuple(self.codes(claims)),
            kind=self.prepared.kind,
        )

    # --- maths ------------------------------------------------------------------------------

    def math(self, text: str) -> Html:
        """The text as maths, or verbatim where it is no expression."""
        return mathml.mathml(self.typesetter.math(text))

    def name(self, name: str) -> Html:
        """A declared name."""
        return mathml.mathml(self.typesetter.layout.name(name))

    def statement(self) -> Html:
        """The displayed claim, a line for each of its forms."""
        forms = self.typesetter.forms()
        if len(forms) == 1:
            return mathml.display(mathml.mathml(self.typesetter.equation()))
        left = mathml.mathml(self.typesetter.left())
        lines = [
            el("mtr", *[el("mtd", cell) for cell in (left if i == 0 else "", self._equals(form))])
            for i, form in enumerate(forms)
        ]
        return mathml.display(el("mtable", lines, class_="forms", displaystyle="true"))

    def _equals(self, form: Box) -> Html:
        return _row(operator("=", form="infix"), mathml.mathml(form))

    # --- declarations -----------------------------------------------------------------------

    def symbols(self) -> list[Html]:
        """Each symbol with its domain, then the abstract functions."""
        symbols = self.raw.get("symbols")
        functions = self.raw.get("functions")
        found = []
        if isinstance(symbols, dict):
            found += [self.symbol(name, value) for name, value in symbols.items()]
        if isinstance(functions, dict):
            found += [self.function(name, str(kind)) for name, kind in functions.items()]
        return found

    def symbol(self, name: str, declared: Raw) -> Html:
        """``X ∈ ℝ^(m×n)``, positive, symmetric."""
        shape = _shape(declared)
        domain, excluded, words = "real", "", []
        if isinstance(declared, dict):
            shape = _shape(declared.get("shape", ""))
            domain = str(declared.get("domain", "real"))
            excluded = str(declared.get("not", ""))
            structure = declared.get("structure", [])
            words = [structure] if isinstance(structure, str) else [str(s) for s in structure]
        elif isinstance(declared, str) and not shape:
            domain = declared
        shown = self.name(name)
        if shape:
            math = _row(shown, operator("∈"), el("msup", el("mi", "ℝ"), _sizes(shape)))
            if domain != "real":
                words.insert(0, f"every entry {domain}")
        elif domain in _SETS:
            math = _row(shown, operator("∈"), el("mi", _SETS[domain]))
        elif domain in _RELATIONS:
            math = _row(shown, operator(_RELATIONS[domain]), el("mn", "0"))
        else:
            math = _row(shown, operator("∈"), el("mtext", domain.replace("oo", "∞")))
        if excluded:
            math = _row(math, operator(","), shown, operator("≠"), self.math(excluded))
        return join(mathml.inline(math), "".join(f", {word}" for word in words))

    def function(self, name: str, kind: str) -> Html:
        """An abstract function, in words."""
        if kind == "elementwise":
            return join(mathml.inline(self.name(name)), ": any smooth function, elementwise")
        arguments = kind.partition("(")[2].rstrip(")")
        parts = [self.name(a.strip()) for a in arguments.split(",") if a.strip()]
        listed: list[Child] = []
        for part in parts:
            listed += [operator(","), part] if listed else [part]
        call = _row(self.name(name), mathml.APPLIED, operator("("), listed, operator(")"))
        return join(mathml.inline(call), ": any smooth scalar function")

    def definitions(self) -> list[Html]:
        """The ``where`` lines."""
        where = self.raw.get("where")
        if not isinstance(where, dict):
            return []
        return [
            mathml.inline(_row(self.name(name), operator("="), self.math(str(text))))
            for name, text in where.items()
        ]

    def remarks(self) -> list[str]:
        """What the formula leaves to convention."""
        found = []
        if self.entry.text("upstream"):
            found.append(
                "A vector-Jacobian product: the gradient of the sum of the entries of "
                f"{self.entry.text('upstream')} times those of the expression."
            )
        layout = self.entry.text("layout")
        if layout:
            found.append(f"{layout.capitalize()} layout.")
        if self.prepared.kind == "differential" and self.prepared.wrt:
            found.append(f"Varying: {', '.join(self.prepared.wrt)}.")
        return found

    def steps(self) -> list[Step]:
        """The derivation, a line a step."""
        steps = self.raw.get("derivation")
        found = []
        for i, step in enumerate(steps if isinstance(steps, list) else []):
            if not isinstance(step, dict):
                continue
            given = step.get("with")
            instances = tuple(
                (mathml.inline(self.name(name)), mathml.inline(self.math(str(text))))
                for name, text in (given.items() if isinstance(given, dict) else ())
            )
            line = mathml.line(self._equals(self.typesetter.math(str(step.get("to", "")))))
            found.append(Step(f"derivation[{i}]", line, str(step.get("by", "")), instances))
        return found

    # --- code -------------------------------------------------------------------------------

    def codes(self, claims: tuple[str, ...]) -> list[Code]:
        """What can be copied: LaTeX, NumPy and SymPy forms of the claim."""
        found = []
        declared, is_array = self.typesetter.declared, self.typesetter.is_array
        if self.entry.latex:
            found.append(Code("LaTeX, as printed", self.entry.latex))
        many = len(claims) > 1
        writers: tuple[tuple[str, Callable[[Syntax], str | None]], ...] = (
            ("LaTeX", lambda syntax: latex(self.typesetter.layout.expression(syntax))),
            ("NumPy", lambda syntax: numpy_code(syntax, declared)),
            (
                "SymPy",
                lambda syntax: sympy_code(syntax, is_array, declared),
            ),
        )
        for i, text in enumerate(claims):
            syntax = self.typesetter.parsed(text)
            if syntax is None:
                continue
            number = f", form {i + 1}" if many else ""
            for label, writer in writers:
                code = writer(syntax)
                if code:
                    found.append(Code(f"{label}{number}", code))
        return found


def _shape(declared: Raw) -> tuple[str, ...]:
    if isinstance(declared, list):
        return tuple(str(d) for d in declared)
    match = _SHAPE.fullmatch(declared.strip()) if isinstance(declared, str) else None
    return tuple(part for part in match.groups() if part) if match else ()


def _sizes(shape: tuple[str, ...]) -> Html:
    parts: list[Child] = []
    for size in shape:
        part = el("mn" if size.isdigit() else "mi", size)
        parts += [operator("×"), part] if parts else [part]
    return _row(parts)


def _row(*children: Child) -> Html:
    return el("mrow", *children)
