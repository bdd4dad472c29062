"""What the maths of a section shows about its names before any of it is parsed."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import field

from derivcheck.documents.maths import keys
from derivcheck.documents.maths.kinds import DEVIATIONS, NOISES, OFTEN_FUNCTIONS, Kinds, Seen
from derivcheck.documents.maths.tokens import Kind, Token, canonical, group_end
from derivcheck.records import record

_NOTHING = Token(Kind.ROW, "", 0)
"""What stands before the first token and behind the last one."""
_ARRAY_FUNCTIONS = ("tr", "det", "Tr", "trace", "rank", "diag", "softmax", "logsumexp")
_OF_MATRICES = ("tr", "det", "Tr", "trace", "rank")
Section = tuple[int, ...]


_ACTIVATIONS = frozenset(("\\sigma", "\\phi", "\\varphi"))
"""Letters of functions that are applied to each entry of an array, where they are no numbers."""


@record(frozen=False)
class Evidence:
    """What was seen, by section; a section also knows what was seen above it."""

    seen: dict[Section, Seen] = field(default_factory=dict)

    @classmethod
    def gather(cls, found: Iterable[tuple[Section, Sequence[Token]]]) -> Evidence:
        """Look through all equations of a document once."""
        evidence = cls()
        for section, tokens in found:
            _Look(evidence.at(section), tokens, _doubled(tokens)).look()
        return evidence

    def at(self, section: Section) -> Seen:
        """What is known to be seen in a section, to be added to."""
        return self.seen.setdefault(section, Seen())

    def fill(self, kinds: Kinds, section: Section) -> None:
        """Tell ``kinds`` what was seen in a section."""
        for end in range(len(section) + 1):
            seen = self.seen.get(section[:end])
            if seen is not None:
                kinds.join(seen)
        kinds.normed -= kinds.arrays
        kinds.arrays |= kinds.normed


def _doubled(tokens: Sequence[Token]) -> set[int]:
    """Where the second bar of each ``||`` stands that opens: that of ``|x||y|`` does not."""
    found: set[int] = set()
    i = opened = 0
    while i < len(tokens):
        if not tokens[i].is_sign("|"):
            i += 1
            continue
        size = 1 + any(one.is_sign("|") and one.glued for one in tokens[i + 1 : i + 2])
        if not opened and size == 2:
            found.add(i + 1)
        size, opened = (min(opened, size), 0) if opened else (size, size)
        i += size
    return found


_APART = (Kind.SPACE, Kind.TEXT, Kind.WORD)
"""Kinds of what stands between statements."""
_CLOSING = frozenset((")", ",", ";", "."))
"""What ends a statement."""


@record()
class _Look:
    """A look through one equation."""

    seen: Seen
    tokens: Sequence[Token]
    doubled: Container[int] = ()
    """Where the second bar of a ``||`` stands that opens a length."""

    def at(self, i: int) -> Token:
        return self.tokens[i] if 0 <= i < len(self.tokens) else _NOTHING

    def texts(self, start: int, end: int) -> list[str]:
        return [token.text for token in self.tokens[start:end]]

    def look(self) -> None:
        """Note what each token shows."""
        for i, token in enumerate(self.tokens):
            if token.kind is Kind.LETTER:
                self.letter(i)
                if token.text in _ACTIVATIONS and self.at(i + 1).is_sign("("):
                    self.seen.entrywise.add(token.text)
            elif token.is_command("dot", "ddot"):
                self.seen.rates |= {(text, "t") for text in self.texts(i + 1, i + 3)}
                opened = self.at(i + 1).kind is Kind.OPEN
                self.seen.moving.add(self.at(i + 2 if opened else i + 1).text)
            elif token.is_command("sim"):
                drawn = self.at(i - 2 if self.at(i - 1).is_sign("&") else i - 1).text
                self.seen.noises |= {drawn} & NOISES
            elif token.is_command("partial"):
                self.denominator(i)
                if self.at(i + 1).is_command("dot"):
                    inner = [t.text for t in self.tokens[i + 2 : i + 5] if t.kind is Kind.LETTER]
                    self.seen.dotted |= set(inner[:1])
            elif token.is_sign("^") and i:
                self.superscript(i)
                self.variance(i)
                self.transpose(i)
            self.array(i)

    def arrays(self, indices: Iterable[int], by_bars: bool = False) -> None:
        """Letters at some places are arrays, but for those in subscripts."""
        for j in indices:
            if self.at(j).kind is Kind.LETTER and not self.is_index(j):
                (self.seen.normed if by_bars else self.seen.arrays).add(self.tokens[j].text)

    def is_index(self, j: int) -> bool:
        """Whether a letter stands in a subscript: in ``x_i^T``, ``x_{i}^T`` i is no array."""
        if self.at(j - 1).is_sign("_"):
            return True
        while j and self.tokens[j - 1].kind in (Kind.LETTER, Kind.NUMBER):
            j -= 1
        return self.at(j - 1).text == "{" and self.at(j - 2).is_sign("_")

    def opening(self, end: int) -> int:
        """Where the group opens that closes at an index; -1 where nothing opens it."""
        depth = 0
        for j in range(end, -1, -1):
            depth += (self.tokens[j].kind is Kind.CLOSE) - (self.tokens[j].kind is Kind.OPEN)
            if not depth:
                return j
        return -1

    def letter(self, i: int) -> None:
        """A letter alone; ``y'``; ``dX`` of a capital or bold letter outside a fraction, ``d(``;
        and ``\\frac{dy}{dx}``, ``dy/dx``: y depends on x."""
        token, before, following = self.tokens[i], self.at(i - 1), self.at(i + 1)
        is_letter = following.kind is Kind.LETTER and following.glued
        if not (is_letter and len(following.text) == 1) and not (
            before.kind is Kind.LETTER and token.glued
        ):
            self.seen.singles.add(token.text)
        if token.text in OFTEN_FUNCTIONS and len(self.tokens) > 1:
            is_open = following.kind is Kind.LEFT or following.is_sign("(", "[", "'", ":")
            if not (is_open or following.is_command("circ") or before.is_command("circ")):
                self.seen.factors.add(token.text)
        if following.is_sign("'") and not self.at(i + 2).is_sign("'", "("):
            self.seen.rates.add((token.text, "'"))
        if before is _NOTHING or before.kind in _APART or before.is_sign(*"(,;"):
            self.dependence(i)
        if token.text != "d":
            return
        inner = before.kind is Kind.OPEN and following.kind is Kind.CLOSE
        self.seen.counted |= (self.at(i - 2) if inner else before).is_sign("^")
        self.seen.counted |= inner and self.at(i + 3).kind is Kind.NUMBER
        is_matrix = following.text.isupper() or following.text.startswith("\\mathbf")
        begins = before is _NOTHING or before.is_sign("=")
        self.seen.differentials |= (is_letter and is_matrix and before.kind is not Kind.OPEN) or (
            begins and (following.is_sign("(") or following.kind is Kind.LEFT)
        )
        match self.texts(i + 1, i + 6):
            case [name, "}", "{", "d", by] | [name, "/", "d", by, *_] if not before.is_sign("/"):
                self.seen.rates.add((name, by))

    def dependence(self, i: int) -> None:
        """``u = u(x, t)``, ``m(t)`` alone, and ``a = x`` with nothing behind it: what a name may
        vary with."""
        name, *said = self.texts(i, i + 12)
        match said[said[:1] == [":"] :]:
            case ["=", again, "(", *inner] if again == name and ")" in inner:
                self.seen.rates |= {(name, by) for by in inner[: inner.index(")")]}
            case ["(", by, ")"] if i == 0:
                self.seen.rates.add((name, by))
            case ["=", by, *end] if not end or end[0] in _CLOSING:
                self.seen.rates.add((name, by))

    def denominator(self, i: int) -> None:
        r"""A superscript below a first derivative: ``\partial w_{11}^2`` is no square."""
        if self.at(i - 1).kind is not Kind.OPEN or self.at(i - 2).kind is not Kind.CLOSE:
            return  # above, not below
        if self.at(self.opening(i - 2) + 2).is_sign("^"):
            return
        start = i + 1
        below = self.tokens[start : group_end(self.tokens, i - 1) - 1]
        letter = next((n for n, token in enumerate(below) if token.kind is Kind.LETTER), None)
        if letter is None or any(token.is_command("partial") for token in below):
            return
        above = [n for n, token in enumerate(below, start) if token.is_sign("^")]
        if any(n >= start + letter and not self.turns(n)[0] for n in above):
            self.seen.indexed.add(below[letter].text)

    def transpose(self, i: int) -> None:
        """A letter, or the letters of a bracket, before a transpose or the inverse of capitals."""
        is_transpose, is_inverse = self.turns(i)
        before = self.tokens[i - 1]
        first = self.opening(i - 1) if before.kind is Kind.CLOSE else i - 1
        if is_transpose and first > 1 and self.tokens[first - 1].is_sign("_"):
            if self.tokens[first - 2].kind is Kind.LETTER:
                below = canonical(self.tokens[first:i])
                self.seen.arrays.add(keys.key(self.tokens[first - 2].text, below))
            return
        if is_transpose and self.at(first - 1).is_command("dot"):
            self.seen.arrays.add(f"\\dot{{{canonical(self.tokens[first:i])}}}")
        if before.kind is Kind.LETTER:
            if is_transpose or (is_inverse and before.text.isupper()):
                self.arrays([i - 1])
        elif before.text in (")", "]", "}") and (is_transpose or is_inverse):
            inside = self.bracket(i - 1)
            if is_transpose and any(self.tokens[j].is_sign(",") for j in inside):
                return  # (x, y)^T is a column of numbers
            if is_transpose:
                self.arrays(inside)
            elif self.is_sum_of_capitals(inside):
                self.arrays(j for j in inside if self.tokens[j].text.isupper())

    def turns(self, i: int) -> tuple[bool, bool]:
        """Whether what stands above at a ``^`` is a transpose, perhaps of the inverse, and whether
        it is the inverse."""
        inner = self.tokens[i + 1 : i + 5]
        texts = [t.text for t in inner if t.kind not in (Kind.OPEN, Kind.CLOSE)]
        is_transpose = texts[:1] in (["T"], ["top"], ["intercal"], ["\\mathsf{T}"])
        if texts[:1] == ["["]:  # a^{[l]T}
            end = group_end(self.tokens, i + 1)
            is_transpose = self.texts(end - 3, end - 1) in (["]", "T"], ["]", "top"])
        return is_transpose or texts[:2] == ["-", "T"], texts[:2] == ["-", "1"]

    def bracket(self, end: int) -> range:
        """The places of a bracket that closes at an index, as far as one looks back."""
        depth = 0
        for j in range(end, max(-1, end - 59), -1):
            text = self.tokens[j].text
            depth += (text in (")", "]", "}")) - (text in ("(", "[", "{"))
            if not depth:
                return range(j, end)
        return range(max(0, end - 58), end)

    def is_sum_of_capitals(self, inside: range) -> bool:
        """Whether each of several terms has a capital: ``A + tB``, but not ``1 + K``."""
        terms = [False]
        depth = 0
        for j in inside:
            text = self.tokens[j].text
            depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
            if depth == 1 and self.tokens[j].is_sign("+", "-"):
                terms.append(False)
            terms[-1] |= self.tokens[j].kind is Kind.LETTER and text.isupper()
        return len(terms) > 1 and all(terms)

    def array(self, i: int) -> None:
        r"""Letters that only arrays can be: ``\nabla_w``, ``\|x\|``, ``tr(A)``, ``x \in R^n``."""
        token = self.tokens[i]
        if token.is_command("in"):
            if self.at(i + 1).text.startswith("\\mathbb{R") and self.at(i + 2).is_sign("^") and i:
                self.seen.arrays.add(self.tokens[i - 1].text)
        elif token.is_command("odot"):
            is_rate = self.at(i + 2).is_sign("'") and self.at(i + 3).is_sign("(")
            self.arrays((i - 1,) if is_rate else (i - 1, i + 1))
            self.seen.entrywise |= {self.at(i + 1).text} if is_rate else set()
        elif token.is_command("nabla"):
            if self.at(i + 1).is_sign("_"):
                j = i + 3 if self.at(i + 2).kind is Kind.OPEN else i + 2
                if self.at(j).kind is Kind.LETTER:
                    self.seen.arrays.add(self.tokens[j].text)
        elif token.text == "\\|" or i in self.doubled or token.text in _ARRAY_FUNCTIONS:
            near: list[int] = []
            for j in range(i + 1, i + (8 if token.text in _ARRAY_FUNCTIONS else 3)):
                if self.at(j).text in (")", "]", "\\|", "|") or self.at(j).is_sign("="):
                    break
                near.append(j)
            # beside matrices a small letter is more likely a number: \det(I + tA)
            capitals = [j for j in near if self.at(j).text.isupper()]
            are_of_matrices = capitals and token.text in _OF_MATRICES
            self.arrays(capitals if are_of_matrices else near, token.text in ("|", "\\|"))

    def variance(self, i: int) -> None:
        r"""``\sigma^2 = ...``, first in its member: the square has a name."""
        if self.texts(i + 1, i + 3) != ["2", "="]:
            return
        first = i - 3 if i > 2 and self.tokens[i - 2].is_sign("_") else i - 1
        before = self.at(first - 1)
        begins = before.kind in (Kind.SPACE, Kind.ROW) or before.is_sign(",", "&")
        if self.tokens[first].text in DEVIATIONS and begins:
            self.seen.indexed.add(self.tokens[first].text)

    def superscript(self, i: int) -> None:
        r"""``\delta^{l+1}``, ``a^{L-1}``: an index."""
        match self.texts(i + 1, i + 6):
            case ["{", "l" | "L", "+" | "-", number, "}"] if number.isdigit():
                j = self.opening(i - 1) if self.tokens[i - 1].kind is Kind.CLOSE else i - 1
                j -= 2 if self.at(j - 1).is_sign("_") else 0
                if self.at(j).kind is Kind.LETTER:
                    self.seen.indexed.add(self.tokens[j].text)
