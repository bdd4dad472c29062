r"""Functions of the language with what they are applied to: ``\sin 2x``, ``\log_2 (x+1)^2``."""

from __future__ import annotations

from derivcheck.documents.maths.cursor import FRACTIONS, MINUS_ONE, OPENING, PI
from derivcheck.documents.maths.functions import COMMANDS, INVERSES, MATRIX, NAMES, NEEDS_BRACKETS
from derivcheck.documents.maths.runs import Runs
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.maths.tree import Tree


class Application(Runs):
    """Reads functions of the language."""

    # -- what layers above read

    def derivative_operator(self) -> bool:
        """Whether a derivative begins here."""
        raise NotImplementedError

    def applied(self, function: str, at: int) -> Tree:
        """A known function with what it is applied to."""
        base: Tree | None = None
        power: Tree | None = None
        inverse = False
        primes = 0
        while self.is_sign("_", "^", "'"):
            if self.is_sign("'"):
                primes += self.primes()
                continue
            if self.is_sign("_"):
                self.take()
                if function != "log":
                    raise self.fail(f"a subscript on `{function}`")
                base = self.whole(self.group())
                continue
            inner = self.above()
            kind = self.superscript(inner)
            if kind.startswith("'"):
                primes += len(kind)
                continue
            if kind:
                raise self.fail("a superscript that is no power")
            power = self.whole(inner)
            if power == MINUS_ONE and function in INVERSES:
                inverse = not self.choices.ask("inverse")
        if inverse:
            function, power = INVERSES[function], None
        function = self.logarithm(function, base)
        if primes:
            return self.primed_call(function, primes, power is None and base is None, at)
        arguments, follows_power = self.argument(function)
        if function == "sinc" and self.choices.ask("sinc"):
            # sin(x)/x, or normalized as in signal processing
            arguments = tuple(Tree("mul", (PI, one), at=at) for one in arguments)
        call = Tree("call", arguments, name=function, at=at)
        if base is not None:
            call = Tree("call", (*arguments, base), name="log", at=at)
        if power is not None:
            # the square of a function: of an array, that of every entry
            return Tree("pow", (call, power), name="odot", at=at)
        if follows_power is not None:
            if self.choices.ask("callpow") and len(arguments) == 1:
                inner_power = Tree("pow", (arguments[0], follows_power), at=at)
                return Tree("call", (inner_power, *call.args[1:]), name=call.name, at=at)
            return Tree("pow", (call, follows_power), at=at)
        return call

    def primed_call(self, function: str, primes: int, plain: bool, at: int) -> Tree:
        """``\\sin'(x^2)``: the derivative of the function there."""
        if not plain or not self.bracket_follows(0) or function in MATRIX | NEEDS_BRACKETS:
            raise self.fail("a prime on a function of the language")
        arguments = self.arguments()
        if len(arguments) != 1:
            raise self.fail("a prime on a function of several arguments")
        variable = Tree("sym", name="\\,", at=at)
        if arguments[0].op == "sym":
            body = Tree("call", arguments, name=function, at=at)
            return Tree("deriv", (body, *arguments * primes), name="d", at=at)
        body = Tree("call", (variable,), name=function, at=at)
        derivative = Tree("deriv", (body, *[variable] * primes), name="d", at=at)
        return Tree("at", (derivative, variable, arguments[0]), at=at)

    def logarithm(self, function: str, base: Tree | None) -> str:
        if function != "log" or base is not None:
            return function
        if self.kinds.log:
            return {"e": "log", "10": "log10", "2": "log2"}[self.kinds.log]
        return "log10" if self.choices.ask("log") else "log"

    def argument(self, function: str) -> tuple[tuple[Tree, ...], Tree | None]:
        """The arguments of a function, and a power written behind their bracket."""
        token = self.token
        if token is None:
            raise self.fail(f"`{function}` without an argument")
        is_bracket = token.is_sign("(", "[", "\\{") or (
            token.kind is Kind.LEFT and token.text in OPENING
        )
        if is_bracket:
            closing = self.tokens[self.match[self.i]]
            if OPENING.get(token.text) != closing.text:
                raise self.fail("brackets that do not belong together")
            arguments = self.arguments()
            if self.is_sign("^") and function not in MATRIX:
                start = self.i
                inner = self.above()
                if not self.superscript(inner):
                    return arguments, self.whole(inner)
                self.i = start
            return arguments, None
        if function in NEEDS_BRACKETS and token.kind is not Kind.OPEN:
            raise self.fail(f"`{function}` without brackets")
        return (self.bare_argument(token),), None

    def bare_argument(self, token: Token) -> Tree:
        """What a function without brackets is applied to."""
        at = self.at()
        negative = self.is_sign("-")
        if negative:
            self.take()
        first = self.token
        if first is None or not self.starts_factor():
            raise self.fail("a function without an argument")
        found = self.simple_factor()
        takes_all = found.op == "num" or (found.op == "div" and not found.args)
        while self.token is not None and self.starts_factor():
            kind = self.follower()
            if kind == "function":
                break
            if takes_all and kind in ("letter", "number", "frac", "group"):
                found = Tree("mul", (found, self.simple_factor()), at=at)
                if found.args[1].op == "num":
                    takes_all = True
                continue
            if kind == "operator":
                break
            question = f"extend-{first.text if first.kind is Kind.COMMAND else 'x'}-{kind}"
            # letters side by side belong together more likely than not: \sin ax
            if bool(self.choices.ask(question)) == (kind == "letter"):
                break
            found = Tree("mul", (found, self.simple_factor()), at=at)
        if self.is_sign("/") and not negative:
            start = self.i
            self.take()
            if self.starts_factor() and self.choices.ask("fnslash"):
                found = Tree("div", (found, self.factor()), at=at)
            else:
                self.i = start
        return Tree("neg", (found,), at=at) if negative else found

    def follower(self) -> str:
        """What kind of factor begins here."""
        token = self.token
        assert token is not None
        if token.kind is Kind.COMMAND:
            if token.text in COMMANDS:
                return "function"
            if token.text in FRACTIONS:
                end = self.derivative_operator()
                return "operator" if end else "frac"
            return "root" if token.text == "sqrt" else "operator"
        if token.kind is Kind.LETTER:
            run = self.glued()
            if run and self.function_at(run):
                return "function"
            if run[:1] == "d" and not self.kinds.is_known("d") and self.is_differential():
                return "operator"
            return "letter"
        if token.kind is Kind.WORD:
            return "function" if token.text in NAMES else "letter"
        if token.kind is Kind.NUMBER:
            return "number"
        if token.kind is Kind.OPEN:
            return "group"
        return "bracket"

    def simple_factor(self) -> Tree:
        token = self.token
        assert token is not None
        if token.kind is Kind.LETTER:
            run = self.glued()
            if run[:1] == "d" and not self.kinds.is_known("d") and self.is_differential():
                return self.factor()
            if len(run) > 1 and not self.function_at(run) and not self.kinds.is_known(run):
                self.check_run(run) if not token.glued else None
                self.i += 1
                return self.scripted(self.named(token.text, token.at))
        return self.factor()
