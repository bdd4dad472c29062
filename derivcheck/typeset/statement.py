"""What an entry claims, as boxes: left side and forms, definitions, steps."""

from __future__ import annotations

from derivcheck.collection.formula import Formula
from derivcheck.lang import syntax as S
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.parser import parse
from derivcheck.lang.printer import to_text
from derivcheck.statements.claims import Statement, prepare
from derivcheck.statements.sides import along, columns_target
from derivcheck.typeset import boxes as B
from derivcheck.typeset import special
from derivcheck.typeset.boxes import Style
from derivcheck.typeset.layout import Layout


class Typesetter:
    """Lays out the texts of one entry, with the shapes and names that it declares."""

    def __init__(self, entry: Formula, statement: Statement | None = None) -> None:
        self.entry = entry
        self.statement = prepare(entry) if statement is None else statement
        scope = self.statement.scope
        self.declared = frozenset((*scope.symbols, *scope.functions, *scope.where))
        self.numbers = self.declared | scope.dims | {"pi", "e", "I", "oo"}
        self.layout = Layout(self.is_array, self.declared, self.is_index)
        self._arrays: dict[S.Syntax, bool] = {}
        self._subscripts = self._met_in_subscripts()

    def is_array(self, syntax: S.Syntax) -> bool:
        """Whether the typed expression is a vector or matrix; what has no type is not."""
        found = self._arrays.get(syntax)
        if found is None:
            builder = self.statement.builder
            try:
                found = builder is not None and bool(builder.node(syntax).shape)
            except LanguageError:
                found = False
            self._arrays[syntax] = found
        return found

    def _met_in_subscripts(self) -> frozenset[str]:
        entry = self.entry
        texts = [entry.expression, *entry.wrt, *entry.claims, *(step.to for step in entry.steps)]
        found = [self.parsed(text) for text in texts]
        found += self.statement.scope.where.values()
        return frozenset().union(*(self.layout.counted(s) for s in found if s is not None))

    def is_index(self, name: str) -> bool:
        """Whether a name stands for a place in an array."""
        scope = self.statement.scope
        return name in scope.indices or (name in self._subscripts and name not in self.numbers)

    def parsed(self, text: str) -> S.Syntax | None:
        """The text's syntax; None where it is no expression."""
        try:
            return parse(text)
        except LanguageError:
            return None

    def math(self, text: str) -> B.Box:
        """The text as mathematics, or verbatim where it is no expression."""
        syntax = self.parsed(text)
        if syntax is None:
            return B.Text(text, Style.VERBATIM)
        self._subscripts |= self.layout.counted(syntax)
        return self.layout.expression(syntax)

    def forms(self) -> tuple[B.Box, ...]:
        """What is claimed, a box a form."""
        return tuple(self.math(text) for text in self.entry.claims)

    def left(self) -> B.Box:
        """What the forms are claimed to be equal to: the derivative, differential, integral."""
        expression = self.parsed(self.entry.expression)
        if expression is None:
            return B.Text(self.entry.expression, Style.VERBATIM)
        kind, layout = self.statement.kind, self.layout
        wrt = [self.math(name) for name in self.statement.wrt]
        if kind == "equals":
            return layout.expression(expression)
        if kind == "differential":
            return B.row(B.Prefix("d"), layout.operand(expression))
        if kind == "antiderivative":
            return B.row(B.Prefix("∫"), layout.operand(expression), B.Prefix("d"), *wrt)
        if self.entry.upstream:
            pair = B.between([self.math(self.entry.upstream), layout.expression(expression)], ",")
            nabla = B.Script(B.Text("∇", Style.UPRIGHT), below=B.between(wrt, ","))
            return B.row(nabla, B.brackets(pair, "⟨", "⟩"))
        order = self.entry.order
        by = [(box, order) for box in wrt]
        sign = "d" if len(self.statement.scope.symbols) == 1 else "∂"
        if isinstance(expression, S.Name):
            return special.partial(layout.expression(expression), by, sign)
        return B.row(special.partial(None, by, sign), layout.operand(expression))

    def text(self, form: str) -> str:
        """The claim of a form in the language's own text: an equation that says the same."""
        if self.statement.kind == "antiderivative":
            return f"diff({form}, {', '.join(self.entry.wrt)}) == {self.entry.expression}"
        by_columns = columns_target(self.entry.wrt) if self.statement.kind == "derivative" else None
        jacobian = self.parsed(form)
        if by_columns is not None and jacobian is not None:
            differential = to_text(along(jacobian, by_columns, self.entry.layout))
            return f"d({self.entry.expression}) == {differential}"
        return f"{self.left_text()} == {form}"

    def left_text(self) -> str:
        """What the forms are compared with in the language's own text."""
        entry, kind = self.entry, self.statement.kind
        wrt, expression = ", ".join(entry.wrt), entry.expression
        if kind == "differential":
            return f"d({expression})"
        if kind != "derivative":
            return expression
        if entry.upstream:
            name, bracket, entry_of_it = wrt.partition("[")
            return f"vjp({expression}, {name}, {entry.upstream}){bracket}{entry_of_it}"
        by, of = self.parsed(wrt), self.parsed(expression)
        numerator = entry.layout == "numerator"
        if by is not None and of is not None and self.is_array(by):
            if entry.order > 1:
                return f"hessian({expression}, {wrt})"
            if self.is_array(of):
                return f"jacobian({expression}, {wrt}){'' if numerator else '.T'}"
            return f"grad({expression}, {wrt}){'.T' if numerator else ''}"
        order = f", {entry.order}" if entry.order > 1 else ""
        return f"diff({expression}, {wrt}{order})"

    def equation(self) -> B.Box:
        """The claim in one row: ``left = form = form``."""
        parts = [self.left()]
        for form in self.forms():
            parts += [B.Sign("="), form]
        return B.row(*parts)
