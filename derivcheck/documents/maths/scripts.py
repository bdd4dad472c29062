"""What stands above, below and behind a factor: powers, transposes, primes, values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derivcheck.documents.maths import keys
from derivcheck.documents.maths.cursor import FRACTIONS, MINUS_ONE, ONE
from derivcheck.documents.maths.kinds import ALWAYS_FUNCTIONS
from derivcheck.documents.maths.products import Products
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.maths.tree import (
    NotReadError,
    Tree,
    is_constant,
    names_in,
    rebuilt,
    sym,
    walk,
)

_COUNTS = frozenset("ijklmnpqrNMK")
_ORDER = re.compile(r"\([1-9]\)")
"""A superscript that says how many primes it stands for."""


class Scripts(Products):
    """Reads what is attached to a factor."""

    def scripted(self, tree: Tree) -> Tree:
        """Powers, transposes, primes, subscripts and values behind an atom that is complete."""
        while self.token is not None:
            at = self.at()
            if self.is_sign("'"):
                order = self.primes()
                tree = self.primed(tree, order, at)
            elif self.is_sign("^"):
                tree = self.raised(tree)
            elif self.is_sign("_"):
                closed = self.i and self.tokens[self.i - 1].text in (")", "]")
                if tree.op in ("num", "sym", "const") and not closed:
                    raise self.fail("a subscript that belongs to nothing")
                start = self.i
                self.take()
                inner = self.group()
                if any(t.is_sign("=") for t in self.top(inner)):
                    column = self.column(tree, inner, start, at)
                    if column is None:
                        self.i = start
                    tree = column or self.at_point(tree, at)
                elif tree.op == "deriv" and closed and self.are_held(inner):
                    names = tuple(sym(t.text, t.at) for t in inner if not t.is_sign(","))
                    # what is differentiated by is not held: (f_x)_x is f_{xx}
                    again = self.is_subscripted(start - 1) or set(names) & set(tree.args[1:])
                    by = ("deriv", "partial") if again else ("held", "")
                    tree = Tree(by[0], (tree, *names), name=by[1], at=at)
                else:
                    tree = self.entry(tree, inner, at)
            elif self.is_sign("!"):
                tree = self.factorial(tree)
            elif self.is_sign("|") and any(t.is_sign("_") for t in self.tokens[self.i + 1 :][:1]):
                self.take()  # F\\Big|_{x=a}
                tree = self.at_point(tree, at)
            else:
                break
        return tree

    def factorial(self, tree: Tree) -> Tree:
        """``n!``: the gamma function, one further on; behind anything else it may be a shout."""
        at = self.take().at
        if self.is_sign("!"):
            raise self.fail("a double factorial")
        counts = tree.op == "sym" and (keys.letter(tree.name) in _COUNTS or "_" in tree.name)
        if not (counts or tree.op in ("num", "add", "sub")):
            raise NotReadError("a factorial of what is no number", at)
        return Tree("call", (Tree("add", (tree, ONE), at=at),), name="gamma", at=at)

    def is_subscripted(self, closing: int) -> bool:
        """Whether a derivative in brackets is written as a subscript: ``(f_x)``, so that one below
        the bracket is another one."""
        opening = next(i for i, end in self.match.items() if end == closing)
        inside = self.tokens[opening:closing]
        return not any(t.is_command("partial", *FRACTIONS) for t in inside)

    def are_held(self, inner: Sequence[Token]) -> bool:
        """Whether letters below a partial derivative are symbols, on which nothing depends."""
        names = [t.text for t in inner if not t.is_sign(",")]
        known = [name for name in names if self.kinds.is_known(name)]
        are_letters = all(t.kind is Kind.LETTER or t.is_sign(",") for t in inner)
        return are_letters and self.kinds.symbols.issuperset(known)

    def column(self, tree: Tree, inner: Sequence[Token], start: int, at: int) -> Tree | None:
        """``(x_i^2)_{i=1}^n``: the column of these entries; None for a value at a point."""
        parts = self.split_at(inner, "=")
        closes = start > 0 and self.tokens[start - 1].text == ")"
        if not (closes and self.is_sign("^") and len(parts) == 2):
            return None
        (index, first) = parts
        if len(index) != 1 or index[0].kind is not Kind.LETTER or [t.text for t in first] != ["1"]:
            return None
        self.take()
        return Tree("column", (tree, self.whole(self.group())), name=index[0].text, at=at)

    def primed(self, tree: Tree, order: int, at: int) -> Tree:
        """What is primed, perhaps by a variable below: ``y'_x``, ``f'_x(x, y)``."""
        if tree.op == "apply" and not tree.args and tree.order:
            # {u'}'(x): one more
            arguments = self.arguments() if self.bracket_follows(0) else ()
            return Tree("apply", arguments, name=tree.name, order=tree.order + order, at=at)
        if (below := self.below()) is not None:
            variable = self.whole(below)
            if variable.op != "sym" or order != 1:
                raise self.fail("a prime by something that is no name")
            if tree.op in ("sym", "apply") and not tree.args and self.bracket_follows(0):
                tree = Tree("apply", self.arguments(), name=tree.name, at=tree.at)
            return Tree("prime", (tree, variable), order=1, at=at)
        return self.combined(tree, order, at) or Tree("prime", (tree,), order=order, at=at)

    def combined(self, tree: Tree, order: int, at: int) -> Tree | None:
        """``(f + g)'(x)``: the derivative of what is made of functions, at their argument; None
        for anything else, ``(x^2)'(x)`` say."""
        if not tree.args or not self.bracket_follows(0):
            return None
        inverses = (
            one.args[0] for one in walk(tree) if one.op == "pow" and one.args[1] == MINUS_ONE
        )
        if any(one.op in ("sym", "apply") and not one.args for one in inverses):
            raise NotReadError("the inverse of a function", at)
        start = self.i
        (argument, *others) = self.arguments()

        def call(node: Tree) -> Tree | None:
            is_function = node.op == "apply" or node.name in ALWAYS_FUNCTIONS
            is_bare = node.op in ("sym", "apply") and not node.args and is_function
            return Tree("apply", (argument,), node.name, node.order, node.at) if is_bare else None

        body = rebuilt(tree, call)
        is_other = argument.op == "sym" and argument.name not in names_in(tree)
        if not others and (argument.op == "num" or (is_other and body == tree)):
            raise NotReadError("a prime or differential at a point", at)  # (x^2)'(3) = 6
        if others or argument.op != "sym" or argument.name in names_in(tree) or body == tree:
            self.i = start
            return None
        return Tree("deriv", (body, *[argument] * order), name="d", at=at)

    def raised(self, tree: Tree) -> Tree:
        """What a superscript does to what stands before it."""
        at = self.at()
        is_closed = self.i > 0 and self.tokens[self.i - 1].text in (")", "]", "\\}")
        inner = self.above()
        kind = self.superscript(inner)
        order = "".join(t.text for t in inner)
        if is_closed and _ORDER.fullmatch(order):
            return self.primed(tree, int(order[1]), at)  # (uv)^{(2)}
        if kind == "transpose" and not is_constant(tree):
            return Tree("transpose", (tree,), at=at)
        if kind == "inverse-transpose":
            return Tree("transpose", (Tree("pow", (tree, MINUS_ONE), at=at),), at=at)
        if kind == "hermitian":
            return Tree("hermitian", (tree,), at=at)
        if kind.startswith("'"):
            return self.primed(tree, len(kind), at)
        if kind == "refused":
            raise NotReadError("a superscript that is no power", at)
        if inner and inner[0].is_command("circ") and len(inner) > 1:
            return Tree("pow", (tree, self.whole(inner[1:])), name="odot", at=at)
        return Tree("pow", (tree, self.whole(inner)), at=at)

    def superscript(self, inner: Sequence[Token]) -> str:
        """Whether a superscript is a transpose, primes, or else; empty: a power or an index."""
        words = [t.text for t in inner]
        if inner and all(t.is_sign("'") for t in inner):
            return "'" * len(inner)
        if len(inner) == 1:
            t = inner[0]
            if t.is_command("top", "intercal", "transp", "transpose"):
                return "transpose"
            if t.text in ("T", "\\mathsf{T}", "\\mathbf{T}", "\\mathcal{T}", "t_") and (
                t.text != "T" or not self.kinds.is_known("T")
            ):
                return "transpose"
            if t.text in ("H", "\\mathsf{H}") and not self.kinds.is_known("H"):
                return "hermitian"
            if t.is_command("dagger"):
                return "hermitian"
            if t.is_command("circ", "star", "ast", "dagger", "perp", "degree", "pm") or t.is_sign(
                "*", "+", "-"
            ):
                return "refused"
        if words in (["-", "T"], ["-", "top"]) and not self.kinds.is_known("T"):
            return "inverse-transpose"
        return ""

    def entry(self, base: Tree, inner: Sequence[Token], at: int) -> Tree:
        """An entry of an array: ``X_{ij}``, ``(AB)_{ij}``."""
        indices = self.indices(inner)
        if not 1 <= len(indices) <= 2:
            raise NotReadError("an entry takes one or two indices", at)
        apart = any(t.is_sign(",") for t in self.top(inner))
        return Tree("entry", (base, *indices), name="," if apart else "", at=at)

    def place(self, part: Sequence[Token]) -> Tree:
        """A subscript, or a stretch of them: ``2:n``."""
        ends = self.split_at(part, ":")
        if len(ends) != 2:
            return self.whole(part)
        name = ":".join(mark if end else "" for mark, end in zip("lh", ends, strict=True))
        at = part[0].at
        return Tree("slice", tuple(self.whole(end) for end in ends if end), name=name, at=at)

    def indices(self, inner: Sequence[Token]) -> list[Tree]:
        parts = self.split_at(inner, ",")
        if len(parts) > 1 or any(t.is_sign(":") for t in self.top(inner)):
            return [self.place(part) for part in parts]
        simple = all(t.kind in (Kind.LETTER, Kind.NUMBER) for t in inner)
        if not simple:
            return [self.whole(inner)]
        found: list[Tree] = []
        for t in inner:
            if t.kind is Kind.NUMBER:
                digits = list(t.text) if len(t.text) == 2 or len(inner) > 1 else [t.text]
                found += [Tree("num", name=d, at=t.at) for d in digits]
            else:
                found.append(sym(t.text, t.at))
        return found
