r"""Derivatives in every notation: ``\frac{d}{dx}``, ``\partial_x``, ``\nabla``, dots."""

from __future__ import annotations

from collections.abc import Sequence

from derivcheck.documents.maths import keys
from derivcheck.documents.maths.application import Application
from derivcheck.documents.maths.kinds import ALWAYS_FUNCTIONS
from derivcheck.documents.maths.tokens import Kind, Token, canonical, group_end
from derivcheck.documents.maths.tree import NotReadError, Tree, matrix, sym

_LIST = ["partial", "(", ")"]


class Calculus(Application):
    """Reads derivatives."""

    def decorated(self, token: Token) -> Tree:
        inner = self.group()
        is_name = bool(inner) and inner[0].kind is Kind.LETTER
        if not is_name or not (len(inner) == 1 or inner[1].is_sign("_")):
            raise NotReadError(f"`\\{token.text}` over more than a name", token.at)
        name = f"\\{token.text}{{{inner[0].text}}}"
        if len(inner) > 1:
            sub = canonical(inner[2:])
            return self.callable_name(keys.key(name, sub), 0, token.at, token.at)
        return self.named(name, token.at)

    def dotted(self, token: Token) -> Tree:
        order = len(token.text) - len("ot")
        inner = self.group()
        is_scripted = len(inner) > 2 and inner[0].kind is Kind.LETTER and inner[1].is_sign("_")
        if is_scripted and group_end(inner, 2) == len(inner):
            return self.whole([token, *inner])  # \dot{q_i} is \dot q_i
        name = f"\\{token.text}{{{canonical(inner)}}}"
        if self.kinds.is_known(name):
            return self.named(name, token.at)
        if order == 1 and len(inner) == 1 and inner[0].text in self.kinds.dotted:
            return sym(keys.key(name, canonical(self.below() or ())), token.at)
        if len(inner) == 1 and inner[0].kind is Kind.LETTER:
            # \dot{A}_{ij} is the entry of the dotted matrix
            base = inner[0].text
            is_array = self.kinds.is_array(base)
            body = sym(base, token.at) if is_array else self.named(base, token.at)
        else:
            body = self.whole(inner)
        return Tree("prime", (body,), name="dot", order=order, at=token.at)

    def physics(self, token: Token) -> Tree:
        r"""``\dv{f}{x}``, ``\dv{x}``, ``\pdv[2]{f}{x}``, ``\dd{x}``, ``\grad f`` of `physics`."""
        if token.text == "grad":
            return self.nabla(token)
        if token.text == "dd":
            return self.differential(token.at)
        order = self.contents() if self.is_sign("[") else []
        groups: list[list[Token]] = []
        while self.token is not None and self.token.kind is Kind.OPEN and len(groups) < 3:
            groups.append(self.group())
        count = int(order[0].text) if len(order) == 1 and order[0].text.isdigit() else 1
        if not groups or (order and count == 1):
            raise NotReadError(f"`\\{token.text}` that is not understood", token.at)
        over, under = (groups[0], groups[1:]) if len(groups) > 1 else ([], groups)
        wrts = [self.inner(group).denominator() for group in under]
        if len(wrts) == 1:
            wrts *= count
        how = "partial" if token.text == "pdv" else "d"
        if not over:
            return self.operand(wrts, how, token)
        return Tree("deriv", (self.whole(over), *wrts), name=how, at=token.at)

    def fraction(self, token: Token) -> Tree:
        over, under = self.group(), self.group()
        # \frac{dy}{dx} is a derivative even where a symbol is called d
        is_operator = [t.text for t in over[:1]] == ["d"] and len(under) > 1
        if several := self.hessian(over, under, token) or self.jacobian(over, under, token):
            return several
        wrts = self.variables(under, is_operator)
        if wrts is not None:
            found = self.numerator(over, wrts, token, is_operator)
            if found is not None:
                return found
        return Tree("div", (self.whole(over), self.whole(under)), at=token.at)

    def hessian(self, over: Sequence[Token], under: Sequence[Token], token: Token) -> Tree | None:
        r"""``\frac{\partial^2 f}{\partial x \partial x^T}``, with the operand inside or behind."""
        starts = [i for i, one in enumerate(under) if one.is_command("partial")]
        if len(starts) != 2 or starts[0] or [t.text for t in over[:2]] != ["partial", "^"]:
            return None
        first, second = under[1 : starts[1]], under[starts[1] + 1 :]
        turned = [t.text for t in second[len(first) :] if t.kind not in (Kind.OPEN, Kind.CLOSE)]
        is_same = [t.text for t in first] == [t.text for t in second[: len(first)]]
        is_turned = turned in (["'"], ["^", "T"], ["^", "top"], ["^", "'"])
        if not (first and is_same and is_turned):
            return None
        parser = self.inner(over[1:])
        variable = self.only_name(first)
        if parser.order(token) != 2 or variable is None:
            return None
        rest = over[1 + parser.i :]
        body = self.whole(rest) if rest else self.gradient_operand()
        return Tree("deriv", (body, variable), name="nabla", order=2, at=token.at)

    def jacobian(self, over: Sequence[Token], under: Sequence[Token], token: Token) -> Tree | None:
        r"""``\frac{\partial(u, v)}{\partial(x, y)}``: the determinant of a Jacobian, or itself."""
        if any([t.text for t in (*one[:2], *one[-1:])] != _LIST for one in (over, under)):
            return None
        bodies, names = (self.split_at(side[2:-1], ",") for side in (over, under))
        variables = [by for by in map(self.only_name, names) if by]
        if not len(bodies) == len(names) == len(variables) > 1:
            raise self.fail("a Jacobian of lists that do not fit")
        rows = [[(body, by) for by in variables] for body in map(self.whole, bodies)]
        slopes = (
            (Tree("deriv", pair, name="partial", at=token.at) for pair in row) for row in rows
        )
        made = matrix(slopes, token.at)
        is_matrix = self.choices.ask("jacobian")
        return made if is_matrix else Tree("call", (made,), name="det", at=made.at)

    def derivative_operator(self) -> bool:
        """Whether the fraction that begins here is an operator or a derivative."""
        try:
            with self.looking_ahead():
                self.take()
                over, under = self.group(), self.group()
        except NotReadError:
            return False
        return self.variables(under) is not None and bool(over) and self.is_d(over[0])

    def is_d(self, token: Token) -> bool:
        if token.is_command("partial"):
            return True
        return token.kind is Kind.LETTER and token.text == "d" and not self.kinds.is_known("d")

    def variables(self, under: Sequence[Token], surely: bool = False) -> list[Tree] | None:
        """The variables of ``dx``, ``\\partial x \\partial y``, ``dx^2``; None for another one."""
        is_operator = surely and under[0].text == "d"
        if len(under) < 2 or not (self.is_d(under[0]) or is_operator):
            return None
        found: list[Tree] = []
        i = 0
        while i < len(under):
            if not (self.is_d(under[i]) or (is_operator and not i)):
                return None
            i += 1
            end = i
            while end < len(under) and not (end > i and self.is_d(under[end])):
                end = group_end(under, end)
            body = under[i:end]
            if not body:
                return None
            order = 1
            while body[0].kind is Kind.OPEN and group_end(body, 0) == len(body) > 2:
                body = body[1:-1]
            if body[0].is_sign("(") and body[-1].is_sign(")"):
                return None
            parser = self.inner(body)
            try:
                variable = parser.denominator()
            except NotReadError:
                return None
            if parser.is_sign("^"):
                parser.take()
                power = parser.group()
                if len(power) != 1 or power[0].kind is not Kind.NUMBER or len(power[0].text) > 1:
                    return None
                order = int(power[0].text)
            if parser.i < len(body) or not 1 <= order <= 6:
                return None
            found += [variable] * order
            i = end
        return found

    def only_name(self, tokens: Sequence[Token]) -> Tree | None:
        """What to differentiate by, if that is all that stands here."""
        parser = self.inner(tokens)
        variable = parser.denominator()
        return variable if parser.token is None else None

    def denominator(self) -> Tree:
        """A name below: a power behind it is the order of the derivative."""
        token = self.take()
        if token.kind is Kind.OPEN:
            self.i -= 1
            return self.inner(self.group()).denominator()
        if token.kind is Kind.WORD:
            if token.text == "conj" and self.bracket_follows(0):
                name = self.only_name(self.contents())
                if name is None:
                    raise self.fail("no name")
                return Tree("call", (name,), name="conj", at=token.at)
            if not self.kinds.is_known(token.text):
                raise self.fail("no name")
            return self.named(token.text, token.at)
        if token.is_command(*keys.DECORATIONS):
            return self.decorated(token)
        if token.is_command("dot"):
            tree = self.dotted(token)
            if tree.op != "sym":
                raise self.fail("no name")
            return tree
        if token.kind is not Kind.LETTER:
            raise self.fail("no name")
        tree = self.named(token.text, token.at)
        if tree.op == "apply" and not tree.args and not tree.order:
            tree = sym(tree.name, tree.at)
        if tree.op not in ("sym", "entry"):
            raise self.fail("no name")
        return tree

    def numerator(
        self, over: Sequence[Token], wrts: list[Tree], token: Token, surely: bool = False
    ) -> Tree | None:
        if not over or not (self.is_d(over[0]) or surely):
            return None
        how = "partial" if over[0].is_command("partial") else "d"
        i = 1
        order = 1
        if i < len(over) and over[i].is_sign("^"):
            parser = self.inner(over[i:])
            order = parser.order(token)
            i += parser.i
            if parser.split:
                return None
        if order != len(wrts):
            raise NotReadError("the orders above and below differ", token.at)
        rest = over[i:]
        if rest:
            # \partial e^{z} above: all of it is differentiated
            found = Tree("deriv", (self.whole(rest), *wrts), name=how, at=token.at)
            return self.applied_derivative(found)
        return self.operand(wrts, how, token)

    def applied_derivative(self, tree: Tree) -> Tree:
        """``\\frac{dg}{dx}(x)``: the derivative, if the argument is the variable."""
        body = tree.args[0]
        is_name = body.op == "sym" or (body.op == "apply" and not body.args)
        if not (is_name and self.bracket_follows(0)):
            return tree
        inner = self.tokens[self.i + 1 : self.match[self.i]]
        if self.tokens[self.i].is_sign("["):
            return tree  # as printed: a product
        names = [a.name for a in tree.args[1:]]
        if [t.text for t in inner] == names[:1]:
            self.contents()
            return tree
        known_function = body.op == "apply" or body.name in self.kinds.functions
        own = self.kinds.functions.get(body.name)
        if own and len(self.split_at(inner, ",")) == len(own):
            call = Tree("apply", self.arguments(), name=body.name, at=tree.at)
            return Tree("partial_at", (call, *tree.args[1:]), at=tree.at)
        if known_function or body.name[:1] in ALWAYS_FUNCTIONS:
            raise self.fail("a derivative at a point")
        point = self.point(inner) if len(names) == 1 and body.op == "sym" else None
        surely = self.is_head and point is not None and point.op == "num"
        if point is not None and (surely or self.choices.ask("point")):
            self.contents()
            return Tree("at", (tree, tree.args[1], point), at=tree.at)
        return tree

    def point(self, inner: Sequence[Token]) -> Tree | None:
        """What a bracket behind ``dy/dx`` holds, if it may be the point where it is taken."""
        return None if any(t.is_sign(",") for t in self.top(inner)) else self.whole(inner)

    def operand(self, wrts: list[Tree], how: str, token: Token) -> Tree:
        """What ``\\frac{d}{dx}`` is applied to: a product, or the bracket behind it."""
        if not self.starts_factor():
            raise self.fail("an operator without an operand")
        first = self.token
        assert first is not None
        start = self.i
        is_bracket = first.kind is Kind.LEFT or first.is_sign("(", "[", "\\{")
        is_top = self.is_head and self.depth <= 1
        if is_bracket:
            body = self.factor()
            more = self.starts_factor() or self.operator() is not None
            if more and self.choices.ask("opparen"):
                self.i = start
                body = self.product_operand()
        else:
            body = self.product_operand()
            if is_top and self.is_sign("+", "-") and self.choices.ask("opsum"):
                self.i = start
                body = self.sum()
        return Tree("deriv", (body, *wrts), name=how, at=token.at)

    def product_operand(self) -> Tree:
        start = self.i
        body = self.run()
        if self.operator() in ("cdot", "times", "*", "/", "div"):
            if self.choices.ask("opprod"):
                return body
            self.i = start
            return self.term()
        return body

    def nabla(self, token: Token) -> Tree:
        order = 1
        wrts: tuple[Tree, ...] = ()
        while self.is_sign("^", "_"):
            if self.take().text == "^":
                if order > 1 or [t.text for t in self.group()] != ["2"]:
                    raise self.fail("a power of nabla")
                order = 2
                continue
            variable = self.only_name(self.group())
            if wrts or variable is None:
                raise self.fail("a gradient by more than a name")
            wrts = (variable,)
        if self.is_command("cdot", "times"):
            what = self.take().text
            if wrts or order > 1:
                raise self.fail("a divergence or curl by more than a point")
            return Tree("field", (self.factor(),), name=what, at=token.at)
        body = self.gradient_operand()
        if self.is_scalar_transposed(body):
            # the gradient is transposed, not the number that is differentiated
            gradient = Tree("deriv", (*body.args, *wrts), name="nabla", order=order, at=token.at)
            return Tree("transpose", (gradient,), at=body.at)
        return Tree("deriv", (body, *wrts), name="nabla", order=order, at=token.at)

    def is_scalar_transposed(self, tree: Tree) -> bool:
        r"""Whether this is the operand of ``\nabla f^T``, ``\nabla f(x)^T``."""
        if tree.op != "transpose" or tree.args[0].op not in ("sym", "apply"):
            return False
        (name,) = tree.args
        is_function = name.op == "apply" or name.name in ALWAYS_FUNCTIONS
        return is_function and not self.kinds.is_array(name.name)

    def gradient_operand(self) -> Tree:
        if not self.starts_factor():
            raise self.fail("an operator without an operand")
        start = self.i
        first = self.token
        assert first is not None
        if first.kind in (Kind.LETTER, Kind.LEFT) or first.is_sign("(", "["):
            body = self.factor()
            if self.is_scalar_transposed(body):
                return body
            if self.starts_factor() and not self.choices.ask("nabla"):
                self.i = start
                return self.run()
            return body
        return self.run()

    def slashed(self, token: Token) -> Tree:
        """``\\partial^2 f/\\partial x\\partial y``: a derivative on one line."""
        order = self.order(token) if self.is_sign("^") else 1
        if not self.starts_factor():
            raise NotReadError("`\\partial` alone", token.at)
        body = self.factor()
        wrts: list[Tree] = []
        if self.is_sign("/"):
            self.take()
            while self.is_command("partial"):
                self.take()
                variable = self.denominator()
                wrts += [variable] * (self.order(token) if self.is_sign("^") else 1)
        if not wrts:
            raise NotReadError("`\\partial` alone", token.at)
        if len(wrts) != order:
            raise NotReadError("the orders above and below differ", token.at)
        return self.applied_derivative(Tree("deriv", (body, *wrts), name="partial", at=token.at))

    def order(self, token: Token) -> int:
        """The number above a d, or above a variable below."""
        self.take()
        power = self.group()
        if len(power) != 1 or power[0].text not in "123456789":
            raise NotReadError("a derivative of symbolic order", token.at)
        return int(power[0].text)

    def times_above(self) -> int:
        """How many times a superscript says that one differentiates; 0 where there is none."""
        if not self.is_sign("^"):
            return 0
        self.take()
        text = "".join(t.text for t in self.group())
        if not (len(text) == 1 and text.isdecimal() and text > "0"):
            raise self.fail("an order of derivatives that is no number")
        return int(text)

    def partial(self, token: Token) -> Tree:
        """``\\partial_x f``, ``\\partial_x^2 f``, ``\\partial f/\\partial x``."""
        start = self.i, self.split
        order = self.times_above()
        below = self.below()
        if below is None:
            self.i, self.split = start
            return self.slashed(token)
        order = order or self.times_above() or 1
        parser = self.inner(below)
        wrts = []
        while parser.token is not None:
            wrts.append(parser.denominator())
        if order > 1 and len(wrts) not in (1, order):
            raise self.fail("an order that is not that of what stands below")
        wrts *= order // len(wrts) if len(wrts) == 1 else 1
        return self.operand(wrts, "partial", token)
