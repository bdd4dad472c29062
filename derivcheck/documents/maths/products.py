"""Sums, products and brackets: how factors stand side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derivcheck.documents.maths.commands import COMPARISONS
from derivcheck.documents.maths.cursor import MAX_DEPTH, ONE, ZERO, Cursor
from derivcheck.documents.maths.kinds import ALWAYS_FUNCTIONS
from derivcheck.documents.maths.relations import is_binary
from derivcheck.documents.maths.rows import OPENING
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.maths.tree import NotReadError, Tree, entrywise, is_number, matrix, sym

_OPERATORS = frozenset(("cdot", "times", "odot", "div", "oslash", "otimes"))
_NO_FACTORS = _OPERATORS | {"pm", "mp", "mid", "circ", "in", "middle"}

_INDICATORS = frozenset(("\\mathbb{1}", "\\mathbf{1}", "\\mathbb{I}", "\\mathbf{I}", "I"))
"""Signs of an indicator, where a comparison stands behind them."""


class Products(Cursor):
    """Reads sums and products."""

    # what layers above read: what is attached to a factor, names, words, what stands between begin
    # and end, what a command begins, and comparisons
    scripted: Callable[[Tree], Tree]
    letters: Callable[[], Tree]
    word: Callable[[], Tree]
    environment: Callable[[], Tree]
    command: Callable[[], Tree]
    condition: Callable[[Sequence[Token], Token], Tree]

    def sum(self) -> Tree:
        """Terms with ``+`` and ``-`` between."""
        left = self.signed()
        while self.is_sign("+", "-"):
            sign = self.take()
            right = self.term() if not self.is_sign("+", "-") else self.signed()
            left = Tree("add" if sign.text == "+" else "sub", (left, right), at=sign.at)
        if self.is_command("pm", "mp"):
            raise self.fail("`\\pm` stands for two equations")
        return left

    def signed(self) -> Tree:
        """A term with a sign before it."""
        if self.is_sign("+"):
            self.take()
            return self.term()
        if self.is_sign("-"):
            at = self.take().at
            if self.is_sign("-", "+"):
                raise self.fail("two signs follow one another")
            return Tree("neg", (self.term(),), at=at)
        return self.term()

    def operator(self) -> str | None:
        """The sign of a product or quotient here."""
        token = self.token
        if token is None:
            return None
        if token.kind is Kind.COMMAND and token.text in _OPERATORS:
            return token.text
        if token.kind is Kind.SIGN and token.text in "*/":
            return token.text
        return None

    def term(self, first: Tree | None = None) -> Tree:
        """A product: factors side by side, and runs of them with signs between.

        Its first factor may be read already.
        """
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"nested more than {MAX_DEPTH} deep")
        left = self.run() if first is None else self.juxtaposed(first)[0]
        while (sign := self.operator()) is not None:
            at = self.take().at
            if self.token is None:
                raise self.fail("a factor is missing")
            if sign in ("/", "div", "oslash"):
                left = self.divided(left, at, sign)
                continue
            negative = self.is_sign("-")
            if negative:
                self.take()
            right, joined = self.juxtaposed(self.factor())
            if negative:
                right, joined = Tree("neg", (right,), at=at), 0
            if sign == "otimes":
                left = Tree("call", (left, right), name="kron", order=1, at=at)
                continue
            name = {"*": "times"}.get(sign, sign)
            if name == "odot":
                left, right = entrywise(left), entrywise(right)
            left = Tree("mul", (left, right), name, joined if name == "odot" else 0, at)
        self.depth -= 1
        return left

    def divided(self, left: Tree, at: int, sign: str) -> Tree:
        start = self.i
        if self.is_sign("-"):
            self.take()
            right = Tree("neg", (self.factor(),), at=at)
        else:
            right = self.factor()
        name = "odot" if sign == "oslash" else ""
        more = self.starts_factor()
        if more and self.choices.ask("slash"):
            self.i = start
            return Tree("div", (left, self.run()), name=name, at=at)
        found = Tree("div", (left, right), name=name, at=at)
        return Tree("mul", (found, self.run()), at=at) if more else found

    def run(self) -> Tree:
        """Factors side by side."""
        return self.juxtaposed(self.factor())[0]

    def juxtaposed(self, left: Tree) -> tuple[Tree, int]:
        """A factor with those that stand beside it, and how many."""
        joined = 0
        while self.starts_factor():
            at = self.at()
            if self.begins_with_sign():
                raise self.fail("braces that begin with a sign: a term, or a factor?")
            right = self.factor()
            is_mixed = left.op == "num" and right.op == "div" and is_number(right)
            # 2\\frac12 is a half more than two, if it is not half of it
            op = "add" if is_mixed and self.choices.ask("mixed") else "mul"
            left = Tree(op, (left, right), at=at)
            joined += 1
        return left, joined

    def begins_with_sign(self) -> bool:
        """Whether braces follow that set a sign as if it stood outside: ``2x {+ 1}``."""
        i = self.i
        while i < len(self.tokens) and (
            self.tokens[i].kind is Kind.OPEN or self.tokens[i].is_command("underbrace", "overbrace")
        ):
            i += 1
        return self.i < i < len(self.tokens) and is_binary(self.tokens[i])

    def starts_factor(self) -> bool:
        token = self.token
        if token is None:
            return False
        if token.kind is Kind.NUMBER:
            # 1\\,000 is one number, and no product of two
            return not self.i or self.tokens[self.i - 1].kind is not Kind.NUMBER
        if token.kind in (Kind.LETTER, Kind.WORD, Kind.OPEN, Kind.LEFT, Kind.BEGIN):
            return True
        if token.kind is Kind.SIGN:
            return token.text in OPENING or token.text in ("|", "\\|")
        return token.kind is Kind.COMMAND and token.text not in _NO_FACTORS

    def factor(self) -> Tree:
        """An atom with its scripts, primes and values."""
        if self.token is None:
            raise self.fail("a factor is missing")
        return self.scripted(self.atom())

    def atom(self) -> Tree:
        token = self.token
        assert token is not None
        kind = token.kind
        if kind is Kind.NUMBER and token.text == "1" and (found := self.indicated()) is not None:
            return found
        if kind is Kind.NUMBER:
            text = token.text[self.split :]
            at, self.split = token.at + self.split, 0
            self.i += 1
            return Tree("num", name=text, at=at)
        if kind is Kind.OPEN:
            end = self.match[self.i]
            if end == self.i + 1:
                self.i = end + 1
                if self.starts_factor():
                    return self.atom()
                raise self.fail("an empty group")
            inner = self.tokens[self.i + 1 : end]
            self.i = end + 1
            return self.whole(inner)
        if kind is Kind.LEFT or (kind is Kind.SIGN and token.text in OPENING):
            return self.bracket()
        if kind is Kind.SIGN and token.text in ("|", "\\|"):
            return self.bars(token)
        if kind is Kind.LETTER:
            found = self.indicated() if token.text in _INDICATORS else None
            return self.letters() if found is None else found
        if kind is Kind.WORD:
            return self.word()
        if kind is Kind.BEGIN:
            return self.environment()
        if kind is Kind.TEXT:
            raise self.fail(f"words stand in the maths: `{token.text}`")
        if kind is Kind.COMMAND:
            return self.command()
        if token.is_sign("!"):
            raise self.fail("a factorial")
        raise self.unexpected(token)

    def bracket(self) -> Tree:
        token = self.token
        assert token is not None
        closing = self.tokens[self.match[self.i]]
        if token.kind is Kind.LEFT and token.text in ("|", "\\|"):
            if closing.text != token.text:
                raise self.fail("bars that do not belong together")
            name = "bars" if token.text == "|" else "norm"
            return self.barred(self.contents(), name, token.at)
        if token.text == "\\langle" and closing.text == "\\rangle":
            parts = self.split_at(self.contents(), ",")
            if len(parts) != 2:
                raise NotReadError("angle brackets round what is no pair", token.at)
            both = tuple(self.whole(part) for part in parts)
            return Tree("call", both, name="inner", at=token.at)
        if token.kind is Kind.LEFT and (token.text == "." or closing.text == "|"):
            inner = self.contents()
            if closing.text == "|":
                return self.at_point(self.whole(inner), token.at)
            raise NotReadError("a one-sided bracket", token.at)
        if OPENING.get(token.text) != closing.text:
            if closing.text == "." and token.text == "\\{":
                inner = self.contents()
                if inner and inner[0].kind is Kind.BEGIN:
                    return self.whole(inner)
            raise NotReadError("brackets that do not belong together", token.at)
        start = self.i
        inner = self.contents()
        if token.text == "[" and self.compares(inner):
            return self.indicator(inner, token)
        if any(t.is_sign(",", ";") for t in self.top(inner)):
            return self.listed(inner, start, token)
        parts = self.split_at(inner, "circ")
        if len(parts) > 1:
            return self.composed(parts, token.at)
        if token.text == "\\{" and any(t.kind is Kind.SPACE for t in inner):
            raise NotReadError("a set", token.at)
        return self.whole(inner)

    def listed(self, inner: Sequence[Token], start: int, token: Token) -> Tree:
        """``(2x, 3y)`` and ``(2x, 3y)^T``, where that is all that stands here: a column."""
        behind = [t.text for t in self.tokens[self.i :] if t.text not in ("{", "}")]
        is_turned = behind in (["^", "T"], ["^", "top"])
        parts = self.split_at(inner, ",")
        is_all = not start and token.text in ("(", "[") and (is_turned or not behind)
        if self.is_head or not is_all or not all(parts):
            raise NotReadError("a list in brackets", token.at)
        entries = tuple(self.whole(part) for part in parts)
        return matrix([entries] if is_turned else [[one] for one in entries], token.at)

    def compares(self, inner: Sequence[Token]) -> bool:
        """Whether a comparison stands here."""
        return any(
            t.text in COMPARISONS and t.kind in (Kind.SIGN, Kind.COMMAND) and not t.is_sign("=")
            for t in self.top(inner)
        )

    def indicator(self, inner: Sequence[Token], token: Token) -> Tree:
        """Iverson's bracket: 1 where the condition holds, else 0."""
        otherwise = Tree("const", name="true", at=token.at)
        condition = self.condition(inner, token)
        return Tree("cases", (ONE, condition, ZERO, otherwise), at=token.at)

    def indicated(self) -> Tree | None:
        r"""``\mathbb{1}(x > 0)``, ``\mathbf{1}_{x > 0}``: what is said behind the 1 or I."""
        start, split = self.i, self.split
        token = self.take()
        below = self.below() if token.kind is Kind.LETTER else None
        inner = below or []
        if below is None and (self.bracket_follows(0) or self.is_sign("\\{")):
            inner = self.contents()
        is_one = len(inner) > 1 and len(list(self.top(inner))) == 1
        if is_one and inner[0].is_sign("\\{", "(", "["):
            inner = inner[1:-1]
        # I(t = 0) is a current at that time
        is_equal = token.text != "I" and any(t.is_sign("=") for t in self.top(inner))
        if inner and (is_equal or self.compares(inner)):
            return self.indicator(inner, token)
        self.i, self.split = start, split
        return None

    def composed(self, parts: Sequence[Sequence[Token]], at: int) -> Tree:
        r"""``(f \circ g)(x)``, ``(f \circ g)'(x)``: functions one after the other."""
        functions = [self.whole(part) for part in parts]
        named = [one.args[0] if one.op == "prime" and len(one.args) == 1 else one
                 for one in functions]  # fmt: skip
        for name in named:
            is_function = name.op == "apply" and not name.args
            if not is_function and (name.op != "sym" or name.name not in ALWAYS_FUNCTIONS):
                raise NotReadError("`\\circ` between what are no functions", at)

        def applied(body: Tree, count: int) -> Tree:
            for name, one in reversed([*zip(named, functions, strict=True)][:count]):
                body = Tree("apply", (body,), name=name.name, order=one.order, at=at)
            return body

        order = self.primes()
        if not self.bracket_follows(0):
            bare = applied(functions[-1], len(functions) - 1)
            return Tree("prime", (bare,), order=order, at=at) if order else bare
        arguments = self.arguments()
        if len(arguments) != 1:
            raise NotReadError("a composition of several arguments", at)
        (argument,) = arguments
        if not order:
            return applied(argument, len(functions))
        return self.derivative_at(lambda v: applied(v, len(functions)), argument, order, at)

    def derivative_at(
        self, function: Callable[[Tree], Tree], argument: Tree, order: int, at: int
    ) -> Tree:
        """The derivative of a function, at its argument."""
        variable = argument if argument.op == "sym" else sym("\\,", at)
        derivative = Tree("deriv", (function(variable), *[variable] * order), name="d", at=at)
        if variable is argument:
            return derivative
        return Tree("at", (derivative, variable, argument), at=at)

    def bars(self, token: Token) -> Tree:
        """``|x|`` and ``\\|x\\|`` with equal signs on both sides: up to the next at this depth;
        ``||x||`` is a length."""
        is_double = self.are_bars(self.i)
        start = self.i + 1 + is_double
        j = start
        while j < len(self.tokens):
            t = self.tokens[j]
            if t.is_sign(token.text):
                break
            if j in self.match:
                j = self.match[j]
            j += 1
        else:
            raise self.fail("bars with nothing between" if is_double else "a bar is never closed")
        inner = self.tokens[start:j]
        if not inner or (is_double and not self.are_bars(j)):
            raise self.fail("bars with nothing between")
        self.i = j + 1 + is_double
        name = "norm" if is_double or token.text != "|" else "bars"
        if token.text != "|" and self.kinds.is_in_pipes and not self.is_sign("_"):
            # in a table of Markdown \| is a bar to most
            name = ("norm", "bars")[self.choices.ask("pipe")]
        return self.barred(inner, name, token.at)

    def are_bars(self, i: int) -> bool:
        """Whether two single bars stand close together."""
        first, *second = self.tokens[i : i + 2]
        return first.is_sign("|") and any(one.is_sign("|") and one.glued for one in second)

    def barred(self, inner: Sequence[Token], name: str, at: int) -> Tree:
        body = self.whole(inner)
        below = self.below() if name == "norm" else None
        if below is not None:
            kind = "".join(t.text for t in below if t.text not in "{}")
            if kind not in ("2", "F", "1", "infty", "Fro", "fro", "f"):
                raise self.fail(f"a norm `{kind}`")
            kind = {"Fro": "F", "fro": "F", "f": "F", "infty": "oo"}.get(kind, kind)
            return Tree("norm", (body,), name=kind, at=at)
        return Tree(name, (body,), at=at)

    def at_point(self, body: Tree, at: int) -> Tree:
        """``\\left. F \\right|_{x=a}``."""
        below = self.below()
        if below is None:
            raise self.fail("a bar without a point")
        parts = self.split_at(below, "=")
        if len(parts) != 2 or not parts[0] or not parts[1]:
            raise self.fail("a point is written `x=a`")
        variable = self.whole(parts[0])
        if variable.op != "sym":
            raise self.fail("a point of something that is no name")
        return Tree("at", (body, variable, self.whole(parts[1])), at=at)

    def arguments(self) -> tuple[Tree, ...]:
        """The arguments in the bracket that opens here."""
        inner = self.contents()
        parts = self.split_at(inner, ",")
        if not inner:
            raise self.fail("a call without an argument")
        return tuple(self.passed(part) for part in parts)

    def is_list(self, part: Sequence[Token]) -> bool:
        """Whether an argument is ``[a, b]``."""
        inner = part[1:-1]
        return (
            part[0].text == "["
            and part[-1].text == "]"
            and any(t.is_sign(",") for t in self.top(inner))
            and not any(t.text in "[]" for t in inner)
        )

    def passed(self, part: Sequence[Token]) -> Tree:
        """One argument; ``axis = 1`` is told by its name."""
        if len(part) > 2 and part[1].is_sign("=") and part[0].text == "axis":
            return Tree("axis", (self.whole(part[2:]),), at=part[0].at)
        if part and self.is_list(part):
            cells = self.split_at(part[1:-1], ",")
            return Tree("list", tuple(self.whole(cell) for cell in cells), at=part[0].at)
        return self.whole(part)
