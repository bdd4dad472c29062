"""What stands behind a name: a bracket with arguments, primes, the power of a call.

What a juxtaposition means is decided by the kinds of its names (:mod:`.kinds`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derivcheck.documents.maths import keys
from derivcheck.documents.maths.kinds import ALWAYS_FUNCTIONS, VARIABLES
from derivcheck.documents.maths.scripts import Scripts
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.maths.tree import NotReadError, Tree, walk


class Called(Scripts):
    """Reads what a name is applied to."""

    def partial_letters(self, sub: str) -> list[str]:
        return re.findall(r"\\[A-Za-z]+|[A-Za-z]", sub)

    def partial_of(
        self, name: str, sub: str, primes: int, sub_tokens: Sequence[Token], at: int
    ) -> Tree:
        """``f_x``, ``f_{xy}``, ``f_x(x, y)``: partial derivatives of a function."""
        if primes:
            raise self.fail("a prime and a subscript on a function")
        variables = [Tree("sym", name=c, at=at) for c in self.partial_letters(sub)]
        if self.bracket_follows(0):
            arguments = self.arguments()
            body = Tree("apply", arguments, name=name, at=at)
            declared = self.kinds.functions.get(name)
            own = declared is None or [a.name for a in arguments] == list(declared)
            if not own or any(a.op != "sym" for a in arguments):
                if declared is None or len(declared) != len(arguments):
                    raise self.fail("a partial derivative at a point")
                return Tree("partial_at", (body, *variables), at=at)
        else:
            op = "apply" if self.kinds.is_function(name) else "sym"
            body = Tree(op, (), name=name, at=at)
        return Tree("deriv", (body, *variables), name="partial", at=at)

    def callable_name(self, name: str, primes: int, at: int, prime_at: int) -> Tree:
        """A name that may be applied to what follows."""
        is_function = self.kinds.is_function(name)
        if self.bracket_follows(0):
            if primes or is_function:
                if primes and self.is_sign("_"):
                    raise self.fail("a prime and a subscript")
                start = self.i
                arguments = self.arguments()
                if not primes and any(_is_bare(n, name) for one in arguments for n in walk(one)):
                    self.i = start  # P (1 - P/K): no function is in its own argument
                    return Tree("apply", (), name=name, at=at)
                return Tree("apply", arguments, name=name, order=primes, at=at)
            if self.applies(name):
                return Tree("apply", self.arguments(), name=name, at=at)
        if primes and self.is_sign("_"):
            return self.prime_by(name, primes, at, prime_at)
        if is_function:
            return Tree("apply", (), name=name, order=primes, at=at)
        tree = Tree("sym", name=name, at=at)
        return Tree("prime", (tree,), order=primes, at=at) if primes else tree

    def prime_by(self, name: str, primes: int, at: int, prime_at: int) -> Tree:
        """``y'_x`` and ``f'_x(x, y)``."""
        self.take()
        variable = self.whole(self.group())
        if variable.op != "sym" or primes != 1:
            raise self.fail("a prime by something that is no name")
        body = Tree("sym", name=name, at=at)
        if self.bracket_follows(0):
            body = Tree("apply", self.arguments(), name=name, at=at)
        elif self.kinds.is_function(name):
            body = Tree("apply", (), name=name, at=at)
        return Tree("prime", (body, variable), order=1, at=prime_at)

    def applies(self, name: str) -> bool:
        """Whether an unknown name is applied to the bracket behind it, or multiplied."""
        base = keys.letter(name)
        inner = self.tokens[self.i + 1 : self.match[self.i]]
        if name in self.kinds.shapes or base in "01":
            return False
        if base in ALWAYS_FUNCTIONS or any(t.is_sign(",") for t in self.top(inner)):
            return True
        single = len(inner) == 1 and inner[0].kind is Kind.LETTER and inner[0].text != base
        if base in ("\\sigma", "\\phi", "\\psi", "\\varphi"):
            return single or bool(self.choices.ask("paren"))
        if base == "k":
            return bool(self.choices.ask("paren"))
        if base in VARIABLES or base.startswith("\\"):
            return single and bool(self.choices.ask("paren"))
        if len(inner) == 1 and inner[0].kind is Kind.LETTER:
            return True
        return bool(self.choices.ask("paren"))

    def is_power_of_call(self, name: str) -> bool:
        """Whether ``^2(x)`` here is a power of a call rather than of a factor."""
        if self.kinds.is_function(name):
            return not self.sum_follows_power()
        if keys.letter(name) not in ALWAYS_FUNCTIONS | set("uvpq") or self.kinds.is_known(name):
            return False
        _, inner = self.power_ahead()
        return len(inner) == 1 and inner[0].kind is Kind.LETTER

    def sum_follows_power(self) -> bool:
        """Whether the bracket behind ``u^v(...)`` holds a sum: then it is a factor."""
        above, inner = self.power_ahead()
        if any(t.is_sign(",") for t in above):  # the orders of a partial derivative
            return False
        return any(t.is_sign("+", "-") for t in self.top(inner))

    def power_ahead(self) -> tuple[list[Token], list[Token]]:
        """The superscript that begins here, and what the bracket behind it holds."""
        start, split = self.i, self.split
        try:
            self.take()
            return self.group(), self.contents() if self.bracket_follows(0) else []
        finally:
            self.i, self.split = start, split

    def power_of_call(self, name: str, at: int) -> Tree:
        """``v^2(x)``: the power of the call."""
        start = self.i
        inner = self.above()
        if inner and inner[0].text == "(":
            number = "".join(t.text for t in inner[1:-1])
            orders = number.split(",")
            if len(orders) > 1 and all(order.isdigit() for order in orders):
                if not self.bracket_follows(0):
                    raise self.fail("a partial derivative without its arguments")
                counts = Tree("list", tuple(Tree("num", name=n, at=at) for n in orders), at=at)
                return Tree("partials", (counts, *self.arguments()), name=name, at=at)
            if number.isdigit() and 0 < int(number) < 10:
                arguments = self.arguments() if self.bracket_follows(0) else ()
                return Tree("apply", arguments, name=name, order=int(number), at=at)
            raise NotReadError("a derivative of symbolic order", at)
        if not self.bracket_follows(0):
            self.i = start
            return Tree("apply", (), name=name, at=at)
        if [t.text for t in inner] == ["-", "1"]:
            raise NotReadError("the inverse of a function", at)
        exponent = self.whole(inner)
        call = Tree("apply", self.arguments(), name=name, at=at)
        return Tree("pow", (call, exponent), name="odot", at=at)


def _is_bare(node: Tree, function: str) -> bool:
    """Whether a node is a function's name without arguments."""
    return node.op == "apply" and node.name == function and not node.args and not node.order
