"""Names: which scripts belong to one, what the others mean, and what it is applied to.

What a juxtaposition means is decided by the kinds of its names (:mod:`.kinds`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from derivcheck.documents.maths import keys
from derivcheck.documents.maths.kinds import (
    ALWAYS_FUNCTIONS,
    DEVIATIONS,
    OFTEN_FUNCTIONS,
    VARIABLES,
)
from derivcheck.documents.maths.scripts import Scripts
from derivcheck.documents.maths.tokens import Kind, Token, canonical
from derivcheck.documents.maths.tree import NotReadError, Tree, num, sym, walk
from derivcheck.records import record


@record(frozen=False)
class _Scripted:
    """A letter, what stands below and above it (tokens, and as a key has them), and its primes.

    ``after_sub`` is where to go on if what is above is no part of the name.
    """

    base: str
    prime_at: int
    after_sub: int
    sub: str = ""
    sup: str = ""
    below: Sequence[Token] = ()
    above: Sequence[Token] = ()
    primes: int = 0
    is_turned: bool = False


class Naming(Scripts):
    """Reads names."""

    # what layers above read: what an operator is applied to, and by what
    operand: Callable[[list[Tree], str, Token], Tree]
    only_name: Callable[[Sequence[Token]], Tree | None]

    def named(self, base: str, at: int) -> Tree:
        """A name with its scripts: which of them belong to it is a matter of kinds."""
        kinds = self.kinds
        found = self.scripts_of(base, at)
        base, sub, sup, primes = found.base, found.sub, found.sup, found.primes
        if base in kinds.families and (sub or sup):
            return self.family(found, at)
        is_label = len(sub) > 1 and sub.isupper()
        known = is_label or kinds.is_known(keys.key("D", sub))
        if base == "D" and sub and not primes and not known:
            return self.operator_d(found, at)
        if base in DEVIATIONS and base in kinds.indexed and not primes and sup != "2":
            deviation = self.deviation(found, at)
            if deviation is not None:
                return deviation
        name, rest_sub, used_sup = self.resolve(found)
        if sup and not used_sup:
            self.i = found.after_sub
        number = self.constant(name, at)
        if number is not None:
            return number
        if rest_sub:
            base_name = kinds.array_of(base, sup if used_sup else "", rest_sub)
            if base_name is not None:
                if primes:
                    raise self.fail("a prime on an entry")
                return self.entry(sym(base_name, at), found.below, at)
            return self.partial_of(name, rest_sub, primes, at)
        if sup and not used_sup and not primes and self.is_power_of_call(name):
            return self.power_of_call(name, at)
        tree = self.callable_name(name, primes, at, found.prime_at)
        behind = self.tokens[self.i : self.i + 3]
        is_value = len(behind) == 3 and behind[0].is_sign("(") and behind[2].is_sign(")")
        if tree.op == "sym" and is_value and behind[1].kind is Kind.NUMBER:
            raise self.fail(f"a value of `{name}`, which is no function")
        return Tree("transpose", (tree,), at=at) if found.is_turned else tree

    def scripts_of(self, base: str, at: int) -> _Scripted:
        """A letter with the primes and scripts behind it, but for those that act on its value."""
        kinds = self.kinds
        found = _Scripted(base, at, self.i)
        restore = self.i
        while self.token is not None:
            if self.is_sign("'") and not found.sup:
                found.prime_at = self.at()
                count = self.primes()
                if kinds.is_known(found.base + "'" * count):
                    found.base += "'" * count
                else:
                    found.primes += count
                    if self.is_sign("_"):
                        break
            elif self.is_sign("_") and not found.sub:
                self.take()
                found.below = self.group()
                if any(t.is_sign("'") for t in found.below):
                    raise NotReadError("a prime below", at)
                found.sub = canonical(found.below)
            elif self.is_sign("^") and not found.sup:
                restore = self.i
                above = self.above()
                if self.is_turned(found.base, found.sub, above):
                    found.is_turned, above = True, above[:-1]
                kind = self.superscript(above)
                if kind.startswith("'"):
                    if kinds.is_known(found.base + kind):
                        found.base += kind
                    else:
                        found.primes, found.prime_at = found.primes + len(kind), self.at()
                    continue
                sup = "" if kind else canonical(above)
                if not sup:
                    self.i = restore
                    break
                found.sup, found.above = sup, above
            else:
                break
        found.after_sub = restore if found.sup else self.i
        return found

    def constant(self, name: str, at: int) -> Tree | None:
        """pi or e as a number, where the page has no such name; e also where its power says so."""
        kinds = self.kinds
        if name not in ("\\pi", "e"):
            return None
        number = Tree("const", name=name.removeprefix("\\"), at=at)
        if not kinds.is_known(name):
            return number
        if name == "e" and self.is_sign("^"):
            with self.looking_ahead():
                exponent = self.above()
            is_plain = all(t.kind is Kind.NUMBER or t.is_sign("-") for t in exponent)
            is_plain |= [t.text for t in exponent] == ["T"] and not kinds.is_known("T")
            is_plain |= [t.text for t in exponent] == ["top"]
            if kinds.is_array("e") and not is_plain:
                return number  # no power of an array
            if name not in kinds.symbols and not is_plain:
                raise self.fail("a power of `e`, which is a name here: of that or of the number?")
        return None

    def is_turned(self, base: str, sub: str, above: Sequence[Token]) -> bool:
        r"""Whether a superscript is that of a name and a transpose: ``W^{[l]T}``,
        ``W^{(1)\top}``, and ``W^{(1)T}`` where ``W^{(1)}`` is declared."""
        if len(above) < 2 or self.superscript(above[-1:]) != "transpose":
            return False
        if above[0].is_sign("[") and above[-2].is_sign("]"):
            return True
        if above[0].is_sign("(") and above[-2].is_sign(")") and above[-1].is_command("top"):
            return True
        sup = canonical(above[:-1])
        return bool(sup) and self.kinds.is_known(keys.key(base, sub, sup))

    def deviation(self, found: _Scripted, at: int) -> Tree | None:
        r"""``\sigma`` and ``\sigma^4`` where ``\sigma^2`` is a name, which derivatives are by."""
        base, sub, sup = found.base, found.sub, found.sup
        is_power = len(sup) == 1 and sup.isdigit()
        if self.kinds.is_known(keys.key(base, sub)) or (sup and not is_power):
            return None
        variance = sym(keys.key(base, sub, "2"), at)
        power = int(sup or 1)
        if power % 2 == 0:
            return Tree("pow", (variance, num(power // 2, at)), at=at)
        root = Tree("call", (variance,), name="sqrt", at=at)
        return root if power == 1 else Tree("pow", (root, num(power, at)), at=at)

    def family(self, found: _Scripted, at: int) -> Tree:
        """``J_n(x)``: a function whose first argument stands as an index."""
        if found.below and found.above:
            raise NotReadError("two indices", at)
        tokens = list(found.below or found.above)
        if found.above and tokens[0].is_sign("("):
            tokens = tokens[1:-1]
        primes = found.primes + self.primes()
        if not self.bracket_follows(0):
            raise NotReadError("a function without its argument", at)
        arguments = (self.whole(tokens), *self.arguments())
        return Tree("apply", arguments, name=found.base, order=primes, at=at)

    def operator_d(self, found: _Scripted, at: int) -> Tree:
        """``D_x F``."""
        variable = self.only_name(found.below)
        if variable is None or found.above:
            raise NotReadError("an operator that is not understood", at)
        return self.operand([variable], "D", self.tokens[self.i - 1])

    def resolve(self, found: _Scripted) -> tuple[str, str, bool]:
        """The key, the subscript that is no part of it, and whether the superscript is."""
        kinds, base, sub, sup = self.kinds, found.base, found.sub, found.sup
        full = keys.key(base, sub, sup)
        if sup and kinds.is_known(full):
            return full, "", True
        indexed = bool(sup) and self.is_index(base, found.above)
        if sub and kinds.is_known(keys.key(base, sub)) and not indexed:
            return keys.key(base, sub), "", False
        if sub:
            array = kinds.array_of(base, sup, sub) if sup else None
            if array is not None:
                return array, sub, True
            if kinds.array_of(base, "", sub) is not None and not indexed:
                return base, sub, False
            letters = self.partial_letters(sub)
            if base in kinds.functions and not (sup and indexed):
                arguments = kinds.functions.get(base)
                if arguments is None and kinds.arguments.get(base, 1) > 1 and letters:
                    return base, sub, False
                if arguments and len(arguments) > 1 and all(c in arguments for c in letters):
                    return base, sub, False
            if not sup and letters and {*letters} <= kinds.partials.get(base, frozenset()):
                return base, sub, False
        return keys.key(base, sub, sup if indexed else ""), "", indexed

    def is_index(self, base: str, sup_tokens: Sequence[Token]) -> bool:
        """Whether a superscript is an index, and no power."""
        first, last = sup_tokens[0], sup_tokens[-1]
        if first.is_sign("(") and last.is_sign(")") and len(sup_tokens) <= 6:
            inner = sup_tokens[1:-1]
            if base in self.kinds.functions:
                return False
            return all(t.kind in (Kind.LETTER, Kind.NUMBER) or t.is_sign("+", "-") for t in inner)
        if first.is_sign("[") and last.is_sign("]"):
            return True
        if first.is_sign("-") and len(sup_tokens) == 2 and sup_tokens[1].text == "1":
            return False
        if base in DEVIATIONS and self.kinds.is_known(base):
            # a declared sigma has powers, unless its square is declared beside it
            return self.kinds.is_known(keys.key(base, "", "2"))
        return base in self.kinds.indexed

    # -- what stands behind a name: arguments, primes, the power of a call --------------------

    def partial_letters(self, sub: str) -> list[str]:
        return re.findall(r"\\[A-Za-z]+|[A-Za-z]", sub)

    def partial_of(self, name: str, sub: str, primes: int, at: int) -> Tree:
        """``f_x``, ``f_{xy}``, ``f_x(x, y)``: partial derivatives of a function."""
        if primes:
            raise self.fail("a prime and a subscript on a function")
        variables = [sym(c, at) for c in self.partial_letters(sub)]
        if not variables:
            raise NotReadError("a component of a function, or its derivative by an argument", at)
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
            op = "apply" if name in self.kinds.functions else "sym"
            body = Tree(op, (), name=name, at=at)
        return Tree("deriv", (body, *variables), name="partial", at=at)

    def callable_name(self, name: str, primes: int, at: int, prime_at: int) -> Tree:
        """A name that may be applied to what follows."""
        is_function = name in self.kinds.functions
        if self.bracket_follows(0):
            if primes or is_function:
                if primes and self.is_sign("_"):
                    raise self.fail("a prime and a subscript")
                start = self.i
                arguments = self.arguments()
                bare = Tree("apply", name=name)
                own = [one for one in arguments if any(n == bare for n in walk(one))]
                if own and not (primes and own[0] == bare):
                    # P (1 - P/K), s'(1 - 2s): no function is in its own argument
                    self.i = start
                    return Tree("apply", (), name=name, order=primes, at=at)
                return Tree("apply", arguments, name=name, order=primes, at=at)
            if self.applies(name):
                return Tree("apply", self.arguments(), name=name, at=at)
        if primes and self.is_sign("_"):
            body = Tree("apply" if is_function else "sym", name=name, at=at)
            return self.primed(body, primes, prime_at)
        if is_function:
            return Tree("apply", (), name=name, order=primes, at=at)
        tree = sym(name, at)
        return Tree("prime", (tree,), order=primes, at=at) if primes else tree

    def applies(self, name: str) -> bool:
        """Whether an unknown name is applied to the bracket behind it, or multiplied."""
        base = keys.letter(name)
        inner = self.tokens[self.i + 1 : self.match[self.i]]
        if name in self.kinds.depending and len(inner) == 1:
            return inner[0].text in self.kinds.symbols and not self.choices.ask("depending")
        if name in self.kinds.shapes or base in "01":
            return False
        if base in ALWAYS_FUNCTIONS or any(t.is_sign(",") for t in self.top(inner)):
            return True
        single = len(inner) == 1 and inner[0].kind is Kind.LETTER and inner[0].text != base
        if base in OFTEN_FUNCTIONS:
            is_function = single or base not in self.kinds.factors
            return is_function or bool(self.choices.ask("paren"))
        if base == "k":
            return bool(self.choices.ask("paren"))
        if base in VARIABLES or base.startswith("\\"):
            return single and bool(self.choices.ask("paren"))
        if len(inner) == 1 and inner[0].kind is Kind.LETTER:
            return True
        return bool(self.choices.ask("paren"))

    def is_power_of_call(self, name: str) -> bool:
        """Whether ``^2(x)`` here is a power of a call rather than of a factor."""
        if name in self.kinds.functions:
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
        with self.looking_ahead():
            self.take()
            return self.group(), self.contents() if self.bracket_follows(0) else []

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
