r"""Tokens to trees: recursive descent, with choice points where maths is ambiguous.

What a juxtaposition means is decided by the kinds of its names (:mod:`.kinds`); where a page
leaves it open (``\sin x y``, ``a/bc``), the parser asks :class:`Choices`, and is run again with
every other answer. Never guesses: what is not known raises :class:`NotReadError`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from derivcheck.documents.maths import keys
from derivcheck.documents.maths.functions import (
    COMMANDS,
    IN_RUNS,
    INVERSES,
    MATRIX,
    NAMES,
    NEEDS_BRACKETS,
)
from derivcheck.documents.maths.kinds import ALWAYS_FUNCTIONS, VARIABLES, Kinds
from derivcheck.documents.maths.problems import NotReadError, SilentError
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.maths.tree import Tree

MAX_READINGS = 12
MAX_DEPTH = 40
_FRACTIONS = frozenset(("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"))
_TIMES = {"cdot": "cdot", "times": "times", "*": "times", "odot": "odot", "circ": "odot"}
_DECORATIONS = frozenset(
    ("hat", "tilde", "bar", "vec", "check", "breve", "overline", "widehat", "widetilde",
     "overrightarrow", "acute", "grave")
)  # fmt: skip
_DOTS = frozenset(("dots", "ldots", "cdots", "vdots", "ddots", "dotsc", "dotsb"))
_SILENT = {
    "lim": "a limit", "limsup": "a limit", "liminf": "a limit", "int": "an integral",
    "iint": "an integral", "oint": "an integral", "iiint": "an integral", "mathbb": "",
    "Pr": "a probability", "argmin": "an arg min", "argmax": "an arg max", "sup": "a supremum",
}  # fmt: skip
_OPENING = {"(": ")", "[": "]", "\\{": "\\}"}
_MATRICES = frozenset(("pmatrix", "bmatrix", "Bmatrix", "matrix", "smallmatrix", "array"))
_CASES = frozenset(("cases", "dcases", "rcases"))
_COMPARE = {"<": "<", ">": ">", "le": "<=", "leq": "<=", "ge": ">=", "geq": ">=", "=": "==",
            "ne": "!=", "neq": "!=", "leqslant": "<=", "geqslant": ">="}  # fmt: skip


@dataclass(slots=True)
class Choices:
    """The answers to questions that the notation leaves open, one for each kind of question."""

    answers: dict[str, int] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)

    def ask(self, question: str, options: int = 2) -> int:
        """Which of the options this reading takes."""
        self.asked[question] = max(options, self.asked.get(question, 0))
        return min(self.answers.get(question, 0), options - 1)


def all_choices(asked: dict[str, int]) -> Iterator[dict[str, int]]:
    """Every combination of answers but the first, as far as there may be readings."""
    names = list(asked)
    combinations = product(*(range(asked[name]) for name in names))
    for answers in islice(combinations, 1, MAX_READINGS):
        yield dict(zip(names, answers, strict=True))


def parse(tokens: Sequence[Token], kinds: Kinds, choices: Choices, is_head: bool = False) -> Tree:
    """The tree of one member. Raises :class:`NotReadError`."""
    if not tokens:
        raise NotReadError("there is nothing on one side", 0)
    parser = _Parser(tokens, kinds, choices, is_head)
    tree = parser.sum()
    if parser.i < len(tokens):
        raise parser.fail(f"`{parser.peek_text()}` is not expected here")
    return tree


class _Parser:
    def __init__(
        self, tokens: Sequence[Token], kinds: Kinds, choices: Choices, is_head: bool = False
    ) -> None:
        self.tokens = tokens
        self.kinds = kinds
        self.choices = choices
        self.is_head = is_head
        self.i = 0
        self.depth = 0
        self.split = 0
        """Digits of the number at hand that are used up (``\\frac12``)."""
        self.ends: list[int] = []
        """For each bracket, the index of the one that closes it."""
        self.match: dict[int, int] = {}
        self._match_brackets()

    # -- tokens ----------------------------------------------------------------------------

    def _match_brackets(self) -> None:
        stack: list[int] = []
        bars: list[int] = []
        for i, t in enumerate(self.tokens):
            if t.kind in (Kind.OPEN, Kind.LEFT, Kind.BEGIN) or (
                t.kind is Kind.SIGN and t.text in _OPENING
            ):
                stack.append(i)
            elif t.kind in (Kind.CLOSE, Kind.RIGHT, Kind.END) or (
                t.kind is Kind.SIGN and t.text in _OPENING.values()
            ):
                if not stack:
                    raise NotReadError(f"`{t.text}` closes nothing", t.at)
                self.match[stack.pop()] = i
        if stack:
            opened = self.tokens[stack[-1]]
            raise NotReadError(f"`{opened.text}` is never closed", opened.at)
        del bars

    @property
    def token(self) -> Token | None:
        return self.tokens[self.i] if self.i < len(self.tokens) else None

    def peek_text(self) -> str:
        token = self.token
        if token is None:
            return "the end"
        return f"\\{token.text}" if token.kind is Kind.COMMAND else token.text

    def at(self) -> int:
        token = self.token or (self.tokens[-1] if self.tokens else None)
        return token.at if token else 0

    def fail(self, message: str) -> NotReadError:
        return NotReadError(message, self.at())

    def is_sign(self, *signs: str) -> bool:
        return self.token is not None and self.token.is_sign(*signs)

    def is_command(self, *names: str) -> bool:
        return self.token is not None and self.token.is_command(*names)

    def take(self) -> Token:
        token = self.token
        if token is None:
            raise self.fail("the maths ends too early")
        self.i += 1
        return token

    def inner(self, tokens: Sequence[Token], is_head: bool = False) -> _Parser:
        if self.depth > MAX_DEPTH:
            raise self.fail(f"nested more than {MAX_DEPTH} deep")
        parser = _Parser(tokens, self.kinds, self.choices, is_head)
        parser.depth = self.depth + 1
        return parser

    def whole(self, tokens: Sequence[Token]) -> Tree:
        """All of these tokens as one expression."""
        if not tokens:
            raise self.fail("a group is empty")
        parser = self.inner(tokens)
        tree = parser.sum()
        if parser.i < len(tokens):
            raise parser.fail(f"`{parser.peek_text()}` is not expected here")
        return tree

    def group(self) -> list[Token]:
        """The tokens of an argument: a group, or a single token (one digit of a number)."""
        token = self.token
        if token is None:
            raise self.fail("an argument is missing")
        if token.kind is Kind.OPEN:
            end = self.match[self.i]
            found = list(self.tokens[self.i + 1 : end])
            self.i = end + 1
            return found
        if token.kind is Kind.NUMBER and len(token.text) > 1:
            rest = token.text[self.split :]
            digit = Token(Kind.NUMBER, rest[0], token.at + self.split, token.glued)
            self.split += 1
            if self.split >= len(token.text):
                self.i, self.split = self.i + 1, 0
            return [digit]
        if token.kind is Kind.COMMAND and token.text in _FRACTIONS | {"sqrt"}:
            start = self.i
            self.atom()
            return list(self.tokens[start : self.i])
        self.i += 1
        if token.kind is Kind.COMMAND and token.text in _DECORATIONS | {"dot", "ddot"}:
            return [token, *self.group_tokens()]
        return [token]

    def group_tokens(self) -> list[Token]:
        """An argument with its braces."""
        start = self.i
        self.group()
        return list(self.tokens[start : self.i])

    # -- sums and products -----------------------------------------------------------------

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
        if token.kind is Kind.COMMAND and token.text in ("cdot", "times", "odot", "div", "oslash"):
            return token.text
        if token.kind is Kind.SIGN and token.text in "*/":
            return token.text
        return None

    def term(self) -> Tree:
        """A product: factors side by side, and runs of them with signs between."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"nested more than {MAX_DEPTH} deep")
        left = self.run()
        while (sign := self.operator()) is not None:
            at = self.take().at
            if self.token is None:
                raise self.fail("a factor is missing")
            if sign in ("/", "div", "oslash"):
                left = self.divided(left, at, sign)
                continue
            negative = False
            if self.is_sign("-"):
                self.take()
                negative = True
            right = self.run()
            if negative:
                right = Tree("neg", (right,), at=at)
            name = {"*": "times"}.get(sign, sign)
            left = Tree("mul", (left, right), name=name, at=at)
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
        if self.starts_factor():
            if self.choices.ask("slash"):
                self.i = start
                return Tree("div", (left, self.run()), name=name, at=at)
            left = Tree("div", (left, right), name=name, at=at)
            return Tree("mul", (left, self.run()), at=at)
        return Tree("div", (left, right), name=name, at=at)

    def run(self) -> Tree:
        """Factors side by side."""
        left = self.factor()
        while self.starts_factor():
            at = self.at()
            left = Tree("mul", (left, self.factor()), at=at)
        return left

    def starts_factor(self) -> bool:
        token = self.token
        if token is None:
            return False
        if token.kind in (Kind.LETTER, Kind.WORD, Kind.NUMBER, Kind.OPEN, Kind.LEFT, Kind.BEGIN):
            return True
        if token.kind is Kind.SIGN:
            if token.text in ("|", "\\|"):
                return not self.in_bars
            return token.text in _OPENING
        if token.kind is Kind.COMMAND:
            return token.text not in ("cdot", "times", "odot", "div", "pm", "mp", "oslash",
                                      "mid", "circ", "otimes", "in", "middle")  # fmt: skip
        return False

    in_bars = False

    # -- factors ---------------------------------------------------------------------------

    def factor(self) -> Tree:
        """An atom with its scripts, primes and values."""
        token = self.token
        if token is None:
            raise self.fail("a factor is missing")
        tree = self.atom()
        return self.scripted(tree)

    def atom(self) -> Tree:
        token = self.token
        assert token is not None
        kind = token.kind
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
            if self.is_operator(inner):
                return self.operated(inner)
            tree = self.whole(inner)
            return tree
        if kind is Kind.LEFT or (kind is Kind.SIGN and token.text in _OPENING):
            return self.bracket()
        if kind is Kind.SIGN and token.text in ("|", "\\|"):
            return self.bars(token)
        if kind is Kind.LETTER:
            return self.letters()
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
        raise self.fail(f"`{self.peek_text()}` is not expected here")

    def is_operator(self, tokens: Sequence[Token]) -> bool:
        return False

    def operated(self, tokens: Sequence[Token]) -> Tree:
        raise self.fail("an operator alone")

    def contents(self) -> list[Token]:
        """The tokens inside the bracket that opens here; the parser stands behind it then."""
        end = self.match[self.i]
        found = list(self.tokens[self.i + 1 : end])
        self.i = end + 1
        return found

    def bracket(self) -> Tree:
        token = self.token
        assert token is not None
        closing = self.tokens[self.match[self.i]]
        if token.kind is Kind.LEFT and token.text in ("|", "\\|"):
            if closing.text != token.text:
                raise self.fail("bars that do not belong together")
            name = "bars" if token.text == "|" else "norm"
            return self.barred(self.contents(), name, token.at)
        if token.kind is Kind.LEFT and (token.text == "." or closing.text == "|"):
            inner = self.contents()
            if closing.text == "|":
                return self.at_point(self.whole(inner), token.at)
            raise NotReadError("a one-sided bracket", token.at)
        pair = _OPENING.get(token.text)
        if pair != closing.text:
            if closing.text == "." and token.text == "\\{":
                inner = self.contents()
                if inner and inner[0].kind is Kind.BEGIN:
                    return self.whole(inner)
            raise NotReadError("brackets that do not belong together", token.at)
        inner = self.contents()
        if any(t.is_sign(",", ";") for t in self.top(inner)):
            raise NotReadError("a list in brackets", token.at)
        if token.text == "\\{" and any(t.kind is Kind.SPACE for t in inner):
            raise NotReadError("a set", token.at)
        return self.whole(inner)

    def top(self, tokens: Sequence[Token]) -> Iterator[Token]:
        """The tokens at the depth of the list itself."""
        depth = 0
        for t in tokens:
            if t.kind in (Kind.CLOSE, Kind.RIGHT, Kind.END) or (
                t.kind is Kind.SIGN and t.text in _OPENING.values()
            ):
                depth -= 1
            elif not depth:
                yield t
            if t.kind in (Kind.OPEN, Kind.LEFT, Kind.BEGIN) or (
                t.kind is Kind.SIGN and t.text in _OPENING
            ):
                depth += 1

    def split_at(self, tokens: Sequence[Token], sign: str) -> list[list[Token]]:
        """The parts between a sign at the depth of the list itself."""
        tops = {id(t) for t in self.top(tokens) if t.text == sign}
        found: list[list[Token]] = [[]]
        for t in tokens:
            if id(t) in tops:
                found.append([])
            else:
                found[-1].append(t)
        return found

    def bars(self, token: Token) -> Tree:
        """``|x|`` and ``\\|x\\|`` with equal signs on both sides: up to the next at this depth."""
        start = self.i + 1
        j, depth = start, 0
        while j < len(self.tokens):
            t = self.tokens[j]
            if depth == 0 and t.is_sign(token.text):
                break
            if j in self.match:
                j = self.match[j]
            j += 1
        else:
            raise self.fail("a bar is never closed")
        inner = self.tokens[start:j]
        if not inner:
            raise self.fail("bars with nothing between")
        self.i = j + 1
        return self.barred(inner, "bars" if token.text == "|" else "norm", token.at)

    def barred(self, inner: Sequence[Token], name: str, at: int) -> Tree:
        body = self.whole(inner)
        if name == "norm" and self.is_sign("_"):
            self.take()
            kind = "".join(t.text for t in self.group() if t.text not in "{}")
            if kind not in ("2", "F", "1", "infty", "Fro", "fro", "f"):
                raise self.fail(f"a norm `{kind}`")
            kind = {"Fro": "F", "fro": "F", "f": "F", "infty": "oo"}.get(kind, kind)
            return Tree("norm", (body,), name=kind, at=at)
        return Tree(name, (body,), at=at)

    def at_point(self, body: Tree, at: int) -> Tree:
        """``\\left. F \\right|_{x=a}``."""
        if not self.is_sign("_"):
            raise self.fail("a bar without a point")
        self.take()
        parts = self.split_at(self.group(), "=")
        if len(parts) != 2 or not parts[0] or not parts[1]:
            raise self.fail("a point is written `x=a`")
        variable = self.whole(parts[0])
        if variable.op != "sym":
            raise self.fail("a point of something that is no name")
        return Tree("at", (body, variable, self.whole(parts[1])), at=at)

    # -- scripts ---------------------------------------------------------------------------

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
                if tree.op in ("num", "sym", "const"):
                    raise self.fail("a subscript that belongs to nothing")
                start = self.i
                self.take()
                inner = self.group()
                if any(t.is_sign("=") for t in self.top(inner)):
                    self.i = start
                    tree = self.at_point(tree, at)
                else:
                    tree = self.entry(tree, inner, at)
            elif self.is_bar_point():
                self.take()
                tree = self.at_point(tree, at)
            else:
                break
        return tree

    def is_bar_point(self) -> bool:
        """``F\\Big|_{x=a}``."""
        following = self.tokens[self.i + 1] if self.i + 1 < len(self.tokens) else None
        return (
            self.is_sign("|")
            and not self.in_bars
            and following is not None
            and following.is_sign("_")
        )

    def primes(self) -> int:
        order = 0
        while self.is_sign("'"):
            self.take()
            order += 1
        return order

    def primed(self, tree: Tree, order: int, at: int) -> Tree:
        if self.is_sign("_"):
            self.take()
            variable = self.whole(self.group())
            if variable.op != "sym" or order != 1:
                raise self.fail("a prime by something that is no name")
            return Tree("prime", (tree, variable), order=1, at=at)
        return Tree("prime", (tree,), order=order, at=at)

    def raised(self, tree: Tree) -> Tree:
        """What a superscript does to what stands before it."""
        at = self.take().at
        token = self.token
        if token is not None and token.kind is Kind.NUMBER and len(token.text) > 1:
            raise self.fail(f"TeX sets `^{token.text}` with only its first digit above")
        inner = self.group()
        kind = self.superscript(inner)
        if kind == "transpose":
            return Tree("transpose", (tree,), at=at)
        if kind == "inverse-transpose":
            return Tree("transpose", (Tree("pow", (tree, _MINUS_ONE), at=at),), at=at)
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
        return Tree("entry", (base, *indices), at=at)

    def indices(self, inner: Sequence[Token]) -> list[Tree]:
        parts = self.split_at(inner, ",")
        if len(parts) > 1:
            return [self.whole(part) for part in parts]
        simple = all(t.kind in (Kind.LETTER, Kind.NUMBER) for t in inner)
        if not simple:
            return [self.whole(inner)]
        found: list[Tree] = []
        for t in inner:
            if t.kind is Kind.NUMBER:
                digits = list(t.text) if len(t.text) == 2 or len(inner) > 1 else [t.text]
                found += [Tree("num", name=d, at=t.at) for d in digits]
            else:
                found.append(Tree("sym", name=t.text, at=t.at))
        return found

    # -- letters and names -----------------------------------------------------------------

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
            word = next(
                (w for w in (run, *self.prefixes(run)) if len(w) > 1 and self.kinds.is_known(w)),
                None,
            )
            if word is not None:
                self.i += len(word)
                return self.named(word, token.at)
            self.check_run(run)
        if run and token.kind is Kind.LETTER:
            function = self.function_at(run)
            if function:
                self.i += len(function)
                return self.applied(NAMES[function], token.at)
            if run[0] == "d" and not self.kinds.is_known("d") and self.is_differential():
                self.i += 1
                return self.differential(token.at)
        self.i += 1
        return self.named(token.text, token.at)

    def prefixes(self, run: str) -> Iterator[str]:
        for end in range(len(run) - 1, 1, -1):
            yield run[:end]

    def function_at(self, run: str) -> str:
        """The function whose name begins here, if the run is read so."""
        if self.kinds.is_known(run[0]) and self.kinds.is_known(run):
            return ""
        if run in NAMES and len(run) > 1:
            return run
        for end in range(len(run), 1, -1):
            if run[:end] in IN_RUNS or (run[:end] in NAMES and self.bracket_follows(end)):
                return run[:end]
        return ""

    def bracket_follows(self, offset: int) -> bool:
        j = self.i + offset
        return j < len(self.tokens) and (
            self.tokens[j].is_sign("(", "[") or self.tokens[j].kind is Kind.LEFT
        )

    def check_run(self, run: str) -> None:
        """Refuse a run of letters that is more likely a word than a product."""
        if run in NAMES:
            return
        rest, functions, i = "", 0, 0
        while i < len(run):
            found = next(
                (
                    run[i:j]
                    for j in range(len(run), i + 1, -1)
                    if run[i:j] in IN_RUNS
                    or (j == len(run) and run[i:j] in NAMES and self.bracket_follows(j))
                ),
                "",
            )
            if found:
                functions += 1
                i += len(found)
            else:
                rest += run[i]
                i += 1
        if functions:
            if len(rest) <= 2 * functions:
                return
            raise self.fail(f"a run of letters, `{run}`, that is no declared name")
        letters = rest
        if not self.kinds.is_known("d") and "d" in letters[:-1]:
            # each d goes with the letter behind it
            letters = letters.replace("d", "")
        known = all(self.kinds.is_known(c) or c in self.kinds.singles for c in letters)
        if len(letters) > 2 and not (known and len(letters) <= 4):
            raise self.fail(f"a run of letters, `{run}`, that is no declared name")

    def is_differential(self) -> bool:
        """Whether the d here is that of a differential: a name or a bracket follows."""
        j = self.i + 1
        if j >= len(self.tokens):
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
            return Tree("diffl", (operand,), at=at)
        operand = self.factor() if self.token.kind is not Kind.COMMAND else self.atom()
        return Tree("diffl", (operand,), at=at)

    def word(self) -> Tree:
        token = self.take()
        word = token.text
        if self.kinds.is_known(word):
            return self.named(word, token.at)
        if word in NAMES:
            return self.applied(NAMES[word], token.at)
        if word == "d" or (word in ("D",)):
            raise NotReadError("an operator", token.at)
        if self.is_sign("("):
            raise NotReadError(f"unknown function `{word}`", token.at)
        raise NotReadError(f"`{word}` is no declared name", token.at)

    def named(self, base: str, at: int) -> Tree:
        """A name with its scripts: which of them belong to it is a matter of kinds."""
        kinds = self.kinds
        sub = sup = ""
        sub_tokens: list[Token] = []
        sup_tokens: list[Token] = []
        primes = 0
        prime_at = at
        after_sub = self.i
        restore = self.i
        while self.token is not None:
            if self.is_sign("'") and not sup:
                prime_at = self.at()
                count = self.primes()
                if kinds.is_known(base + "'" * count):
                    base += "'" * count
                else:
                    primes += count
                    if self.is_sign("_"):
                        break
            elif self.is_sign("_") and not sub:
                self.take()
                following = self.token
                if following is not None and following.kind is Kind.NUMBER and self.i:
                    pass
                sub_tokens = self.group()
                if any(t.is_sign("'") for t in sub_tokens):
                    raise NotReadError("a prime below", at)
                sub = _canonical(sub_tokens)
            elif self.is_sign("^") and not sup:
                restore = self.i
                self.take()
                token = self.token
                if token is not None and token.kind is Kind.NUMBER and len(token.text) > 1:
                    raise self.fail(f"TeX sets `^{token.text}` with only its first digit above")
                sup_tokens = self.group()
                kind = self.superscript(sup_tokens)
                if kind.startswith("'") and kinds.is_known(base + kind):
                    base, sup_tokens = base + kind, []
                    continue
                if kind.startswith("'"):
                    primes, sup_tokens, prime_at = primes + len(kind), [], self.at()
                    continue
                if kind:
                    self.i, sup_tokens = restore, []
                    break
                sup = _canonical(sup_tokens)
                if not sup:
                    self.i, sup_tokens = restore, []
                    break
            else:
                break
        after_sub = restore if sup else self.i
        if base in kinds.families and (sub or sup):
            return self.family(base, sub_tokens, sup_tokens, primes, at)
        if base == "D" and sub and not primes and not kinds.is_known(keys.key("D", sub)):
            return self.operator_d(sub_tokens, sup_tokens, at)
        name, rest_sub, used_sup = self.resolve(base, sub, sup, sup_tokens)
        if sup and not used_sup:
            self.i = after_sub
        if name == "\\pi" and not kinds.is_known(name):
            return Tree("const", name="pi", at=at)
        if name == "e" and not kinds.is_known("e"):
            return Tree("const", name="e", at=at)
        if rest_sub:
            base_name = kinds.array_of(base, sup if used_sup else "")
            if base_name is not None:
                if primes:
                    raise self.fail("a prime on an entry")
                return self.entry(Tree("sym", name=base_name, at=at), sub_tokens, at)
            return self.partial_of(name, rest_sub, primes, sub_tokens, at)
        if sup and not used_sup and not primes and self.is_power_of_call(name):
            return self.power_of_call(name, at)
        return self.callable_name(name, primes, at, prime_at)

    def family(
        self,
        base: str,
        sub_tokens: Sequence[Token],
        sup_tokens: Sequence[Token],
        primes: int,
        at: int,
    ) -> Tree:
        """``J_n(x)``: a function whose first argument stands as an index."""
        if sub_tokens and sup_tokens:
            raise NotReadError("two indices", at)
        tokens = list(sub_tokens or sup_tokens)
        if sup_tokens and tokens[0].is_sign("("):
            tokens = tokens[1:-1]
        primes += self.primes()
        if not self.bracket_follows(0):
            raise NotReadError("a function without its argument", at)
        return Tree(
            "apply", (self.whole(tokens), *self.arguments()), name=base, order=primes, at=at
        )

    def operator_d(self, sub_tokens: Sequence[Token], sup_tokens: Sequence[Token], at: int) -> Tree:
        """``D_x F``."""
        parser = self.inner(sub_tokens)
        variable = parser.denominator()
        if parser.i < len(sub_tokens) or sup_tokens:
            raise NotReadError("an operator that is not understood", at)
        return self.operand([variable], "D", self.tokens[self.i - 1])

    def resolve(
        self, base: str, sub: str, sup: str, sup_tokens: Sequence[Token]
    ) -> tuple[str, str, bool]:
        """The key, the subscript that is no part of it, and whether the superscript is."""
        kinds = self.kinds
        full = keys.key(base, sub, sup)
        if sup and kinds.is_known(full):
            return full, "", True
        indexed = bool(sup) and self.is_index(base, sup_tokens)
        if sub and kinds.is_known(keys.key(base, sub)) and not indexed:
            return keys.key(base, sub), "", False
        if sub:
            array = kinds.array_of(base, sup) if sup else None
            if array is not None:
                return array, sub, True
            if kinds.array_of(base, "") is not None and not indexed:
                return keys.key(base), sub, False
            if kinds.is_function(base) and not (sup and indexed):
                arguments = kinds.functions.get(base)
                letters = self.partial_letters(sub)
                if arguments is None and kinds.arguments.get(base, 1) > 1 and letters:
                    return base, sub, False
                if arguments and len(arguments) > 1 and all(c in arguments for c in letters):
                    return base, sub, False
        return keys.key(base, sub, sup if indexed else ""), "", indexed

    def partial_letters(self, sub: str) -> list[str]:
        import re

        return re.findall(r"\\[A-Za-z]+|[A-Za-z]", sub)

    def is_index(self, base: str, sup_tokens: Sequence[Token]) -> bool:
        """Whether a superscript is an index, and no power."""
        if not sup_tokens:
            return False
        first, last = sup_tokens[0], sup_tokens[-1]
        if first.is_sign("(") and last.is_sign(")") and len(sup_tokens) <= 6:
            inner = sup_tokens[1:-1]
            if self.kinds.is_function(base):
                return False
            return all(t.kind in (Kind.LETTER, Kind.NUMBER) or t.is_sign("+", "-") for t in inner)
        if first.is_sign("[") and last.is_sign("]"):
            return True
        if first.is_sign("-") and len(sup_tokens) == 2 and sup_tokens[1].text == "1":
            return False
        return base in self.kinds.indexed

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
            if declared is not None and [a.name for a in arguments] != list(declared):
                raise self.fail("a partial derivative at a point")
            if any(a.op != "sym" for a in arguments):
                raise self.fail("a partial derivative at a point")
        else:
            body = Tree("apply", (), name=name, at=at)
        return Tree("deriv", (body, *variables), name="partial", at=at)

    def callable_name(self, name: str, primes: int, at: int, prime_at: int) -> Tree:
        """A name that may be applied to what follows."""
        kinds = self.kinds
        base = keys.letter(name)
        tree = Tree("sym", name=name, at=at)
        is_function = kinds.is_function(name)
        if self.bracket_follows(0):
            if primes or is_function:
                if primes and self.is_sign("_"):
                    raise self.fail("a prime and a subscript")
                arguments = self.arguments()
                return Tree("apply", arguments, name=name, order=primes, at=at)
            applied = self.applies(name, base)
            if applied:
                return Tree("apply", self.arguments(), name=name, at=at)
        if primes:
            if self.is_sign("_"):
                return self.prime_by(name, primes, at, prime_at)
            if is_function:
                return Tree("apply", (), name=name, order=primes, at=at)
            return Tree("prime", (tree,), order=primes, at=at)
        if is_function:
            return Tree("apply", (), name=name, at=at)
        return tree

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

    def applies(self, name: str, base: str) -> bool:
        """Whether an unknown name is applied to the bracket behind it, or multiplied."""
        kinds = self.kinds
        inner = self.tokens[self.i + 1 : self.match[self.i]]
        if name in kinds.shapes:
            return False
        if base in ALWAYS_FUNCTIONS:
            return True
        listed = any(t.is_sign(",") for t in self.top(inner))
        if listed:
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

    def arguments(self) -> tuple[Tree, ...]:
        """The arguments in the bracket that opens here."""
        inner = self.contents()
        parts = self.split_at(inner, ",")
        if not inner:
            raise self.fail("a call without an argument")
        return tuple(self.whole(part) for part in parts)

    def is_power_of_call(self, name: str) -> bool:
        """Whether ``^2(x)`` here is a power of a call rather than of a factor."""
        if self.kinds.is_function(name):
            return not self.sum_follows_power()
        if keys.letter(name) not in ALWAYS_FUNCTIONS | set("uvpq") or self.kinds.is_known(name):
            return False
        start, split = self.i, self.split
        try:
            self.take()
            self.group()
            inner = self.contents() if self.bracket_follows(0) else []
        finally:
            self.i, self.split = start, split
        return len(inner) == 1 and inner[0].kind is Kind.LETTER

    def sum_follows_power(self) -> bool:
        """Whether the bracket behind ``u^v(...)`` holds a sum: then it is a factor."""
        start, split = self.i, self.split
        try:
            self.take()
            self.group()
            inner = self.contents() if self.bracket_follows(0) else []
        finally:
            self.i, self.split = start, split
        return any(t.is_sign("+", "-") for t in self.top(inner))

    def power_of_call(self, name: str, at: int) -> Tree:
        """``v^2(x)``: the power of the call."""
        start = self.i
        self.take()
        token = self.token
        if token is not None and token.kind is Kind.NUMBER and len(token.text) > 1:
            raise self.fail(f"TeX sets `^{token.text}` with only its first digit above")
        inner = self.group()
        if inner and inner[0].is_sign("("):
            number = "".join(t.text for t in inner[1:-1])
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
        return Tree("pow", (call, exponent), at=at)

    # -- functions of the language ---------------------------------------------------------

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
                if function not in ("log", "ln", "max", "min", "softmax", "norm"):
                    raise self.fail(f"a subscript on `{function}`")
                if function != "log":
                    raise self.fail(f"a subscript on `{function}`")
                base = self.whole(self.group())
                continue
            self.take()
            token = self.token
            if token is not None and token.kind is Kind.NUMBER and len(token.text) > 1:
                raise self.fail(f"TeX sets `^{token.text}` with only its first digit above")
            inner = self.group()
            kind = self.superscript(inner)
            if kind.startswith("'"):
                primes += len(kind)
                continue
            if kind:
                raise self.fail("a superscript that is no power")
            power = self.whole(inner)
            if power == _MINUS_ONE and function in INVERSES:
                inverse = not self.choices.ask("inverse")
        if inverse:
            function, power = INVERSES[function], None
        function = self.logarithm(function, base)
        if primes:
            return self.primed_call(function, primes, power is None and base is None, at)
        arguments, follows_power = self.argument(function)
        call = Tree("call", arguments, name=function, at=at)
        if base is not None:
            call = Tree("call", (*arguments, base), name="log", at=at)
        if power is not None:
            return Tree("pow", (call, power), at=at)
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
            token.kind is Kind.LEFT and token.text in _OPENING
        )
        if is_bracket:
            closing = self.tokens[self.match[self.i]]
            if _OPENING.get(token.text) != closing.text:
                raise self.fail("brackets that do not belong together")
            arguments = self.arguments()
            if self.is_sign("^") and function not in MATRIX:
                start = self.i
                self.take()
                inner = self.group()
                if self.superscript(inner):
                    self.i = start
                    return arguments, None
                self.i = start
                self.take()
                token = self.token
                if token is not None and token.kind is Kind.NUMBER and len(token.text) > 1:
                    raise self.fail(f"TeX sets `^{token.text}` with only its first digit above")
                return arguments, self.whole(self.group())
            return arguments, None
        if function in NEEDS_BRACKETS and token.kind is not Kind.OPEN:
            raise self.fail(f"`{function}` without brackets")
        return (self.bare_argument(token),), None

    def bare_argument(self, token: Token) -> Tree:
        """What a function without brackets is applied to."""
        at = self.at()
        negative = False
        if self.is_sign("-"):
            self.take()
            negative = True
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
            if not self.choices.ask(question):
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
            if token.text in _FRACTIONS:
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

    # -- commands --------------------------------------------------------------------------

    def command(self) -> Tree:
        token = self.take()
        name = token.text
        if name in _FRACTIONS:
            return self.fraction(token)
        if name == "sqrt":
            return self.root(token)
        if name in COMMANDS:
            return self.applied(NAMES[name], token.at)
        if name in _DECORATIONS:
            return self.decorated(token)
        if name in ("dot", "ddot"):
            return self.dotted(token)
        if name in ("sum", "prod"):
            return self.big(token)
        if name == "nabla":
            return self.nabla(token)
        if name == "partial":
            return self.partial(token)
        if name == "infty":
            return Tree("const", name="oo", at=token.at)
        if name in ("underbrace", "overbrace", "mathstrut"):
            inner = self.group()
            while self.is_sign("_", "^"):
                self.take()
                self.group()
            return self.whole(inner)
        if name in _SILENT:
            raise SilentError(_SILENT[name] or f"`\\{name}`", token.at)
        if name in _DOTS:
            raise NotReadError("dots", token.at)
        if name in ("dv", "pdv"):
            return self.physics(token)
        raise NotReadError(f"unknown command `\\{name}`", token.at)

    def physics(self, token: Token) -> Tree:
        raise NotReadError(f"unknown command `\\{token.text}`", token.at)

    def root(self, token: Token) -> Tree:
        degree: list[Token] = []
        if self.is_sign("["):
            degree = self.contents()
        body = self.whole(self.group())
        if not degree or [t.text for t in degree] == ["2"]:
            return Tree("call", (body,), name="sqrt", at=token.at)
        if [t.text for t in degree] == ["3"]:
            return Tree("call", (body,), name="cbrt", at=token.at)
        exponent = Tree("div", (_ONE, self.whole(degree)), at=token.at)
        return Tree("pow", (body, exponent), at=token.at)

    def decorated(self, token: Token) -> Tree:
        inner = self.group()
        if not inner or inner[0].kind is not Kind.LETTER:
            raise NotReadError(f"`\\{token.text}` over more than a name", token.at)
        name = f"\\{token.text}{{{inner[0].text}}}"
        if len(inner) > 1:
            if not inner[1].is_sign("_"):
                raise NotReadError(f"`\\{token.text}` over more than a name", token.at)
            sub = _canonical(inner[2:])
            return self.callable_name(keys.key(name, sub), 0, token.at, token.at)
        return self.named(name, token.at)

    def dotted(self, token: Token) -> Tree:
        order = len(token.text) - len("ot")
        inner = self.group()
        name = f"\\{token.text}{{{_canonical(inner)}}}"
        if self.kinds.is_known(name):
            return self.named(name, token.at)
        if len(inner) == 1 and inner[0].kind is Kind.LETTER:
            # \dot{A}_{ij} is the entry of the dotted matrix
            start = self.i
            base = inner[0].text
            if self.kinds.is_array(base):
                return Tree(
                    "prime", (Tree("sym", name=base, at=token.at),), name="dot", order=order,
                    at=token.at,
                )  # fmt: skip
            self.i = start
            body = self.named(base, token.at)
        else:
            body = self.whole(inner)
        return Tree("prime", (body,), name="dot", order=order, at=token.at)

    def fraction(self, token: Token) -> Tree:
        start = self.i
        over = self.group()
        under = self.group()
        # \frac{d}{dx} is the operator even where a symbol is called d
        is_operator = [t.text for t in over] == ["d"] and len(under) > 1
        wrts = self.variables(under, is_operator)
        if wrts is not None:
            found = self.numerator(over, wrts, token, is_operator)
            if found is not None:
                return found
        del start
        return Tree("div", (self.whole(over), self.whole(under)), at=token.at)

    def derivative_operator(self) -> bool:
        """Whether the fraction that begins here is an operator or a derivative."""
        start, split = self.i, self.split
        self.take()
        try:
            over, under = self.group(), self.group()
        except NotReadError:
            return False
        finally:
            self.i, self.split = start, split
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
                end += self.span(under, end)
            body = under[i:end]
            if not body:
                return None
            order = 1
            while len(body) == 2 + 1 and body[0].kind is Kind.OPEN:
                body = body[1:-1]
            if body[0].kind is Kind.OPEN and self.match_in(body) == len(body) - 1:
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

    def span(self, tokens: Sequence[Token], i: int) -> int:
        """How many tokens the group at ``i`` takes."""
        if tokens[i].kind is not Kind.OPEN:
            return 1
        return self.match_in(tokens[i:]) + 1

    def match_in(self, tokens: Sequence[Token]) -> int:
        depth = 0
        for i, t in enumerate(tokens):
            depth += (t.kind is Kind.OPEN) - (t.kind is Kind.CLOSE)
            if not depth:
                return i
        return len(tokens) - 1

    def denominator(self) -> Tree:
        """A name below: a power behind it is the order of the derivative."""
        token = self.take()
        if token.kind is Kind.OPEN:
            self.i -= 1
            return self.inner(self.group()).denominator()
        if token.kind is Kind.WORD:
            if not self.kinds.is_known(token.text):
                raise self.fail("no name")
            return self.named(token.text, token.at)
        if token.is_command(*_DECORATIONS):
            return self.decorated(token)
        if token.kind is not Kind.LETTER:
            raise self.fail("no name")
        tree = self.named(token.text, token.at)
        if tree.op == "apply" and not tree.args and not tree.order:
            tree = Tree("sym", name=tree.name, at=tree.at)
        if tree.op == "transpose" or tree.op not in ("sym", "entry"):
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
            parser = self.inner(over[i + 1 :])
            power = parser.group()
            if len(power) != 1 or not power[0].text.isdigit():
                raise NotReadError("a derivative of symbolic order", token.at)
            order = int(power[0].text)
            i += 1 + parser.i
            if parser.split:
                return None
        if order != len(wrts):
            raise NotReadError("the orders above and below differ", token.at)
        rest = over[i:]
        if rest:
            # \partial e^{z} above: all of it is differentiated
            body = self.whole(rest)
            tree = Tree("deriv", (body, *wrts), name=how, at=token.at)
            return self.applied_derivative(tree)
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
        texts = [t.text for t in inner]
        names = [a.name for a in tree.args[1:]]
        if len(inner) == 1 and texts == [names[0]]:
            self.contents()
            return tree
        known_function = body.op == "apply" or body.name in self.kinds.functions
        if known_function or body.name[:1] in ALWAYS_FUNCTIONS:
            raise self.fail("a derivative at a point")
        return tree

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
        if self.is_sign("^"):
            self.take()
            if [t.text for t in self.group()] != ["2"]:
                raise self.fail("a power of nabla")
            order = 2
        wrts: tuple[Tree, ...] = ()
        if self.is_sign("_"):
            self.take()
            inner = self.group()
            parser = self.inner(inner)
            variable = parser.denominator()
            if parser.i < len(inner):
                raise self.fail("a gradient by more than a name")
            wrts = (variable,)
        if self.is_command("cdot", "times"):
            raise self.fail("a divergence or curl")
        body = self.gradient_operand()
        return Tree("deriv", (body, *wrts), name="nabla", order=order, at=token.at)

    def gradient_operand(self) -> Tree:
        if not self.starts_factor():
            raise self.fail("an operator without an operand")
        start = self.i
        first = self.token
        assert first is not None
        if first.kind in (Kind.LETTER, Kind.LEFT) or first.is_sign("(", "["):
            body = self.factor()
            if self.starts_factor() and not self.choices.ask("nabla"):
                self.i = start
                return self.run()
            return body
        return self.run()

    def partial(self, token: Token) -> Tree:
        """``\\partial_x f``."""
        if not self.is_sign("_"):
            raise NotReadError("`\\partial` alone", token.at)
        self.take()
        inner = self.group()
        parser = self.inner(inner)
        wrts = []
        while parser.i < len(inner):
            wrts.append(parser.denominator())
        return self.operand(wrts, "partial", token)

    def big(self, token: Token) -> Tree:
        """A sum or product over an index."""
        index = ""
        low: list[Token] = []
        high: list[Token] = []
        while self.is_sign("_", "^"):
            if self.take().text == "_":
                inner = self.group()
                parts = self.split_at(inner, "=")
                if len(parts[0]) != 1 or parts[0][0].kind is not Kind.LETTER or len(parts) > 2:
                    raise NotReadError("a sum over more than an index", token.at)
                index = parts[0][0].text
                low = parts[1] if len(parts) == 2 else []
            else:
                high = self.group()
        if not index:
            raise NotReadError("a sum without an index", token.at)
        if self.is_sign("-"):
            self.take()
            body = Tree("neg", (self.term(),), at=token.at)
        else:
            body = self.term()
        if self.is_sign("+", "-") and _uses(self.rest_of_sum(), index):
            raise NotReadError("the reach of a sum: its index stands behind `+` as well", token.at)
        args = [body]
        if low or high:
            args += [self.whole(low) if low else _ONE]
            args += [self.whole(high)] if high else []
        return Tree(token.text, tuple(args), name=index, at=token.at)

    def rest_of_sum(self) -> Sequence[Token]:
        """The term behind the sign here, up to another big operator."""
        rest = self.tokens[self.i :]
        for j, t in enumerate(rest):
            if t.is_command("sum", "prod", "int"):
                return rest[:j]
        return rest

    # -- environments ----------------------------------------------------------------------

    def environment(self) -> Tree:
        token = self.token
        assert token is not None
        name = token.text.rstrip("*")
        inner = self.contents()
        rows = [self.split_at(row, "&") for row in self.split_at(inner, "\\\\")]
        rows = [row for row in rows if any(row)]
        if any(t.is_command(*_DOTS) for t in inner):
            raise NotReadError("a matrix with dots", token.at)
        if name in _CASES:
            return self.cases(rows, token)
        if name in _MATRICES or name == "vmatrix":
            if not rows or len({len(row) for row in rows}) > 1:
                raise NotReadError("rows of different length", token.at)
            made = tuple(
                Tree("row", tuple(self.whole(cell) for cell in row), at=token.at) for row in rows
            )
            matrix = Tree("matrix", made, at=token.at)
            return Tree("call", (matrix,), name="det", at=token.at) if name[0] == "v" else matrix
        if name in ("aligned", "split", "gathered", "multlined"):
            return self.whole([t for t in inner if t.kind is not Kind.ROW and not t.is_sign("&")])
        raise NotReadError(f"an environment `{token.text}`", token.at)

    def cases(self, rows: list[list[list[Token]]], token: Token) -> Tree:
        args: list[Tree] = []
        for row in rows:
            cells = [_trimmed(cell) for cell in row if cell]
            if len(cells) == 1:
                cells.append([])
            value = self.whole(cells[0])
            args += [value, self.condition(cells[1], token)]
        return Tree("cases", tuple(args), at=token.at)

    def condition(self, cell: Sequence[Token], token: Token) -> Tree:
        words = {"if", "for", "when", "where", "whenever", "if ", "wenn", "falls", "otherwise"}
        texts = [t for t in cell if t.kind in (Kind.TEXT, Kind.WORD)]
        said = " ".join(t.text for t in texts).strip(" ,.").lower()
        cell = [t for t in cell if t.kind not in (Kind.TEXT, Kind.WORD, Kind.SPACE)]
        cell = _trimmed(cell)
        if not cell:
            if said in ("otherwise", "else", "sonst", "other", ""):
                return Tree("const", name="true", at=token.at)
            raise NotReadError(f"a condition in words: `{said}`", token.at)
        if said and said not in words:
            raise NotReadError(f"a condition in words: `{said}`", token.at)
        members: list[list[Token]] = [[]]
        signs: list[str] = []
        tops = {id(t) for t in self.top(cell)}
        for t in cell:
            if id(t) in tops and t.text in _COMPARE and t.kind in (Kind.SIGN, Kind.COMMAND):
                signs.append(_COMPARE[t.text])
                members.append([])
            else:
                members[-1].append(t)
        if not 1 <= len(signs) <= 2:
            raise NotReadError("a condition that is no comparison", token.at)
        made = [self.whole(member) for member in members]
        return Tree("rel", tuple(made), name=" ".join(signs), at=token.at)


_ONE = Tree("num", name="1")
_MINUS_ONE = Tree("neg", (_ONE,))


def _canonical(tokens: Sequence[Token]) -> str:
    """A script as it goes into a key."""
    return "".join(
        t.text if t.kind is not Kind.COMMAND else f"\\{t.text}"
        for t in tokens
        if t.kind not in (Kind.OPEN, Kind.CLOSE)
    )


def _uses(tokens: Sequence[Token], index: str) -> bool:
    return any(t.kind is Kind.LETTER and t.text == index for t in tokens)


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    found = list(tokens)
    while found and (found[-1].is_sign(",", ".", ";") or found[-1].kind is Kind.SPACE):
        found.pop()
    while found and (found[0].is_sign(",") or found[0].kind is Kind.SPACE):
        found.pop(0)
    return found
