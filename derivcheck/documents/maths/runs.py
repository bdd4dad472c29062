"""Runs of letters: names, products, functions without a backslash, and differentials."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.documents.maths.functions import IN_RUNS, NAMES
from derivcheck.documents.maths.naming import Naming
from derivcheck.documents.maths.tokens import Kind
from derivcheck.documents.maths.tree import NotReadError, Tree


class Runs(Naming):
    """Reads letters side by side."""

    # -- what layers above read

    def applied(self, function: str, at: int) -> Tree:
        """A function with its argument."""
        raise NotImplementedError

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
        if letters[-1:] == "e" and self.i + len(run) < len(self.tokens):
            # xye^{xy}: the number
            letters = letters[:-1] if self.tokens[self.i + len(run)].is_sign("^") else letters
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
        if self.kinds.is_known(word) or (self.is_sign("_") and self.kinds.is_stem(word)):
            return self.named(word, token.at)
        if word in NAMES:
            return self.applied(NAMES[word], token.at)
        if word in ("d", "D"):
            raise NotReadError("an operator", token.at)
        if self.is_sign("("):
            raise NotReadError(f"unknown function `{word}`", token.at)
        raise NotReadError(f"`{word}` is no declared name", token.at)
