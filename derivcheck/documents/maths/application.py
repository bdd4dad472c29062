r"""Functions of the language with what they are applied to: ``\sin 2x``, ``\log_2 (x+1)^2``.

Runs of letters without a backslash are names, products, such functions, and differentials.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from derivcheck.documents.maths.cursor import FRACTIONS, MINUS_ONE, PI
from derivcheck.documents.maths.fields import FIELDS
from derivcheck.documents.maths.functions import (
    COMMANDS,
    IN_RUNS,
    INVERSES,
    MATRIX,
    NAMES,
    NEEDS_BRACKETS,
)
from derivcheck.documents.maths.kinds import RUNNING
from derivcheck.documents.maths.naming import Naming
from derivcheck.documents.maths.rows import OPENING
from derivcheck.documents.maths.tokens import Kind
from derivcheck.documents.maths.tree import NotReadError, Tree

_FUNCTIONS = re.compile("|".join(sorted(IN_RUNS, key=len, reverse=True)))
_FUNCTIONS_BEFORE_BRACKET = re.compile(rf"(?:{'|'.join(NAMES)})\Z|{_FUNCTIONS.pattern}")


class Application(Naming):
    """Reads functions of the language, and letters side by side."""

    derivative_operator: Callable[[], bool]
    """Whether a derivative begins here: a layer above reads it."""

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
            elif inner[0].is_sign("(") and power.op == "num":
                if not self.bracket_follows(0) or len(power.name) > 1:
                    raise self.fail("a number in brackets above a function: is it an order?")
                if not self.choices.ask("order"):
                    primes, power = int(power.name), None
        end = self.match.get(self.i, self.i) if self.is_sign("[") else self.i
        inside = self.tokens[self.i + 1 : end]
        is_power = [t for t in inside if not t.is_sign("-")][1:] == []
        if inside and is_power and [t.text for t in self.tokens[end + 1 : end + 2]] == ["("]:
            if power is not None or not self.kinds.physics:
                raise self.fail("two brackets behind a function")
            # the package physics writes powers so: \\sin[2](x)
            power = self.whole(self.contents())
            is_inverse = power == MINUS_ONE and function in INVERSES
            inverse = is_inverse and not self.choices.ask("inverse")
        if inverse:
            function, power = INVERSES[function], None
        function = self.logarithm(function, base)
        if primes:
            return self.primed_call(function, primes, power is None and base is None, at)
        end = self.braces_round_more() if function not in MATRIX else 0
        if end and self.choices.ask("braces"):
            self.i += 1
            (arguments, follows_power), start = (self.arguments(), None), self.i
            behind, self.i = self.whole(self.tokens[start:end]), end + 1
        else:
            (arguments, follows_power), behind = self.argument(function), None
        if function == "sinc" and self.choices.ask("sinc"):
            # sin(x)/x, or normalized as in signal processing
            arguments = tuple(Tree("mul", (PI, one), at=at) for one in arguments)
        call = Tree("call", arguments, name=function, at=at)
        if base is not None:
            call = Tree("call", (*arguments, base), name="log", at=at)
        if power is not None:
            # the square of a function: of an array, that of every entry
            call = Tree("pow", (call, power), name="odot", at=at)
        if behind is not None:
            return Tree("mul", (call, behind), at=at)
        if power is not None:
            return call
        if follows_power is not None:
            if self.choices.ask("callpow") and len(arguments) == 1:
                inner_power = Tree("pow", (arguments[0], follows_power), at=at)
                return Tree("call", (inner_power, *call.args[1:]), name=call.name, at=at)
            return Tree("pow", (call, follows_power), at=at)
        return call

    def braces_round_more(self) -> int:
        """The end of a group of which a bracket is the first factor, ``\\sin{(A) B}``: nobody sees
        its braces, and what is seen is a product; 0 of anything else."""
        end = self.match.get(self.i, 0) if self.tokens[self.i : self.i + 1] else 0
        if not end or self.tokens[self.i].kind is not Kind.OPEN:
            return 0
        closing = self.match.get(self.i + 1, end)
        behind = self.tokens[closing + 1 : end]
        is_power = behind[:1] and behind[0].is_sign("^", "_", "'", "!")
        is_sum = any(t.is_sign("+", "-") for t in self.top(behind))
        is_bracket = self.tokens[self.i + 1].text == "("
        return end if behind and is_bracket and not (is_power or is_sum) else 0

    def primed_call(self, function: str, primes: int, plain: bool, at: int) -> Tree:
        """``\\sin'(x^2)``: the derivative of the function there."""
        if not plain or not self.bracket_follows(0) or function in MATRIX | NEEDS_BRACKETS:
            raise self.fail("a prime on a function of the language")
        arguments = self.arguments()
        if len(arguments) != 1:
            raise self.fail("a prime on a function of several arguments")
        return self.derivative_at(
            lambda one: Tree("call", (one,), name=function, at=at), arguments[0], primes, at
        )

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
        return (self.bare_argument(),), None

    def bare_argument(self) -> Tree:
        """What a function without brackets is applied to."""
        at = self.at()
        negative = self.is_sign("-")
        if negative:
            self.take()
        first = self.token
        if first is None or not self.starts_factor():
            raise self.fail("a function without an argument")
        found = self.simple_factor()
        takes_all = found.op == "num"
        while self.token is not None and self.starts_factor():
            kind = self.follower()
            if kind == "function":
                break
            if takes_all and kind in ("letter", "number", "frac", "group"):
                found = Tree("mul", (found, self.simple_factor()), at=at)
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
            if run[:1] == "d" and self.is_differential():
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
            if run[:1] == "d" and self.is_differential():
                return self.factor()
            if len(run) > 1 and not self.function_at(run) and not self.kinds.is_known(run):
                self.check_run(run) if not token.glued else None
                self.i += 1
                return self.scripted(self.named(token.text, token.at))
        return self.factor()

    # -- runs of letters ------------------------------------------------------------

    def glued(self) -> str:
        """The run of plain letters that begins here."""
        found = []
        for j in range(self.i, min(self.i + 24, len(self.tokens))):
            t = self.tokens[j]
            if t.kind is not Kind.LETTER or len(t.text) > 1 or (j > self.i and not t.glued):
                break
            found.append(t.text)
        return "".join(found)

    def letters(self) -> Tree:
        """A name, or what a run of letters without a backslash stands for."""
        token = self.take()
        self.i -= 1
        run = self.glued()
        previous = self.tokens[self.i - 1] if self.i else None
        starts = not (
            token.glued
            and previous is not None
            and previous.kind is Kind.LETTER
            and len(previous.text) == 1
        )
        if len(run) > 1 and starts:
            beginnings = (run[:end] for end in range(len(run), 1, -1))
            word = next(filter(self.kinds.is_known, beginnings), None)
            if word is not None:
                self.i += len(word)
                return self.named(word, token.at)
            self.check_run(run)
        if run and token.kind is Kind.LETTER:
            function = self.function_at(run)
            if function:
                self.i += len(function)
                return self.applied(NAMES[function], token.at)
            if run[0] == "d" and self.is_differential():
                self.i += 1
                return self.differential(token.at)
        self.i += 1
        return self.named(token.text, token.at)

    def function_at(self, run: str) -> str:
        """The function whose name begins here, if the run is read so."""
        if self.kinds.is_known(run[0]) and self.kinds.is_known(run):
            return ""
        if run in NAMES and (len(run) > 2 or run in IN_RUNS or self.is_short_function(run)):
            return run
        for end in range(len(run), 1, -1):
            known = end > 2 or self.is_short_function(run[:end])
            named = run[:end] in NAMES and known and self.bracket_follows(end)
            if run[:end] in IN_RUNS or named:
                return run[:end]
        return ""

    def is_short_function(self, word: str) -> bool:
        """Whether two letters are a function rather than a product: ``tr(A)``, but not ``re``."""
        return word in ("tr", "sh", "ch", "th") and self.bracket_follows(2)

    def check_run(self, run: str) -> None:
        """Refuse a run of letters that is more likely a word than a product."""
        if run in NAMES and len(run) > 2:
            return
        functions_in = _FUNCTIONS_BEFORE_BRACKET if self.bracket_follows(len(run)) else _FUNCTIONS
        rest, functions = functions_in.subn("", run)
        if functions:
            if len(rest) <= 2 * functions:
                return
            raise self.fail(f"a run of letters, `{run}`, that is no declared name")
        letters = rest
        if not self.kinds.is_known("d") and "d" in letters[:-1]:
            # each d goes with the letter behind it
            letters = letters.replace("d", "")
        if letters[-1:] == "e" and self.i + len(run) < len(self.tokens):
            # xye^{xy}: the number
            letters = letters[:-1] if self.tokens[self.i + len(run)].is_sign("^") else letters
        known = all(self.kinds.is_known(c) or c in self.kinds.singles for c in letters)
        known |= len({*letters} & RUNNING) == len(letters)  # xyz
        is_physics = len(letters) == 3 and (letters[:2] in ("mg", "Mg") or letters == "nRT")
        if len(letters) > 2 and not (known and len(letters) <= 4) and not is_physics:
            raise self.fail(f"a run of letters, `{run}`, that is no declared name")

    def is_differential(self) -> bool:
        """Whether the d here is that of a differential: a name or a bracket follows."""
        j = self.i + 1
        if j >= len(self.tokens) or self.kinds.is_known("d"):
            return False
        if self.kinds.counted and not self.choices.ask("counted"):
            return False
        following = self.tokens[j]
        if following.kind is Kind.LETTER:
            return True
        if following.is_sign("(", "[", "\\{") or following.kind in (Kind.OPEN, Kind.LEFT):
            return self.kinds.differentials
        return following.kind in (Kind.COMMAND, Kind.WORD) and self.kinds.differentials

    def differential(self, at: int) -> Tree:
        """The operand of a d."""
        if self.token is None:
            raise self.fail("a d without an operand")
        if self.token.kind is Kind.LETTER:
            name = self.take()
            operand = self.named(name.text, name.at)
            if self.is_sign("^"):
                # dX^T and dX^{-1} are differentials of the whole, dx^2 may be a square
                operand = self.scripted(operand)
                if operand.op == "pow" and operand.args[1].op != "neg":
                    raise NotReadError("a power of a differential, or of what it is of", at)
            return Tree("diffl", (operand,), at=at)
        operand = self.factor() if self.token.kind is not Kind.COMMAND else self.atom()
        return Tree("diffl", (operand,), at=at)

    def word(self) -> Tree:
        token = self.take()
        word = token.text
        is_stem = self.is_sign("_") and any(
            name.startswith(f"{word}_{{") for name in (*self.kinds.shapes, *self.kinds.functions)
        )
        if is_stem or self.kinds.is_known(word):
            return self.named(word, token.at)
        if word in NAMES:
            return self.applied(NAMES[word], token.at)
        if word in ("d", "D"):
            raise NotReadError("an operator", token.at)
        if word in FIELDS and self.starts_factor():
            return Tree("field", (self.factor(),), name=FIELDS[word], at=token.at)
        if self.is_sign("("):
            raise NotReadError(f"unknown function `{word}`", token.at)
        raise NotReadError(f"`{word}` is no declared name", token.at)
