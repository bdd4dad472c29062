"""What the maths of a section shows about its names before any of it is parsed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field

from derivcheck.documents.maths.kinds import DEVIATIONS, Kinds, Seen
from derivcheck.documents.maths.tokens import Kind, Token, group_end
from derivcheck.records import record

_BREAKS = (Kind.SPACE, Kind.ROW)
Section = tuple[int, ...]


@record(frozen=False)
class Evidence:
    """What was seen, by section; a section also knows what was seen above it."""

    seen: dict[Section, Seen] = field(default_factory=dict)

    @classmethod
    def gather(cls, found: Iterable[tuple[Section, Sequence[Token]]]) -> Evidence:
        """Look through all equations of a document once."""
        evidence = cls()
        for section, tokens in found:
            evidence.look(evidence.at(section), tokens)
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

    def look(self, seen: Seen, tokens: Sequence[Token]) -> None:
        size = len(tokens)
        for i, token in enumerate(tokens):
            following = tokens[i + 1] if i + 1 < size else None
            before = tokens[i - 1] if i else None
            if token.kind is Kind.LETTER:
                alone = not (
                    following is not None
                    and following.kind is Kind.LETTER
                    and following.glued
                    and len(following.text) == 1
                )
                alone = alone and not (
                    before is not None and before.kind is Kind.LETTER and token.glued
                )
                if alone:
                    seen.singles.add(token.text)
                if token.text == "d" and following is not None:
                    self.differential(seen, before, following)
                    self.rate(seen, tokens, i)
                if following is not None and following.is_sign("'"):
                    called = tokens[i + 2 : i + 3]
                    if not (called and called[0].is_sign("'", "(")):
                        seen.rates.add((token.text, "'"))
            if token.is_command("dot", "ddot"):
                seen.rates |= {(one.text, "t") for one in tokens[i + 1 : i + 3]}
            if token.is_command("partial") and following and following.is_command("dot"):
                inner = [t.text for t in tokens[i + 2 : i + 5] if t.kind is Kind.LETTER]
                seen.dotted |= set(inner[:1])
            if token.is_command("partial") and following is not None:
                self.denominator(seen, tokens, i)
            if token.is_sign("^") and i:
                self.superscript(seen, tokens, i)
                self.variance(seen, tokens, i)
                self.transpose(seen, tokens, i)
            if token.is_command("nabla", "in", "odot") or (token.text == "\\|"):
                self.array(seen, tokens, i)
            if token.text in ("tr", "det", "Tr", "trace", "rank", "diag", "softmax", "logsumexp"):
                self.array(seen, tokens, i)

    def differential(self, seen: Seen, before: Token | None, following: Token) -> None:
        """``dX`` of a capital or bold letter outside a fraction, ``d(``."""
        in_fraction = before is not None and before.kind is Kind.OPEN
        is_matrix = following.text.isupper() or following.text.startswith("\\mathbf")
        if following.kind is Kind.LETTER and following.glued and is_matrix and not in_fraction:
            seen.differentials = True
        if (following.is_sign("(") or following.kind is Kind.LEFT) and (
            before is None or before.is_sign("=")
        ):
            seen.differentials = True

    def rate(self, seen: Seen, tokens: Sequence[Token], i: int) -> None:
        r"""``\frac{dy}{dx}``, ``dy/dx``: y depends on x."""
        texts = [token.text for token in tokens[i + 1 : i + 9]]
        between = texts[1:4] if texts[1:2] == ["}"] else texts[1:2]
        if between in (["}", "{", "d"], ["/"]):
            rest = texts[1 + len(between) :]
            by = rest[1:2] if between == ["/"] and rest[:1] == ["d"] else rest[:1]
            if between != ["/"] or rest[:1] == ["d"]:
                seen.rates |= {(texts[0], one) for one in by}

    def denominator(self, seen: Seen, tokens: Sequence[Token], i: int) -> None:
        r"""A superscript below a first derivative: ``\partial w_{11}^2`` is no square."""
        before = tokens[i - 1] if i else None
        if before is None or before.kind is not Kind.OPEN:
            return
        over = tokens[i - 2] if i > 1 else None
        if over is None or over.kind is not Kind.CLOSE:
            return  # above, not below
        if any(token.is_sign("^") for token in tokens[_opening(tokens, i - 2) + 2 : i - 2][:1]):
            return
        below = tokens[i + 1 : group_end(tokens, i - 1) - 1]
        letter = next((n for n, token in enumerate(below) if token.kind is Kind.LETTER), None)
        if letter is None or any(token.is_command("partial") for token in below):
            return
        if any(token.is_sign("^") for token in below[letter:]):
            seen.indexed.add(below[letter].text)

    def transpose(self, seen: Seen, tokens: Sequence[Token], i: int) -> None:
        """A letter, or the letters of a bracket, before a transpose or the inverse of a capital."""
        inner = tokens[i + 1 : i + 5]
        texts = [t.text for t in inner if t.kind not in (Kind.OPEN, Kind.CLOSE)]
        above = texts[0] if texts else ""
        is_transpose = above in ("T", "top", "intercal", "\\mathsf{T}") or texts[:2] == ["-", "T"]
        is_inverse = texts[:2] == ["-", "1"]
        if not is_transpose and not is_inverse:
            return
        before = tokens[i - 1]
        if before.kind is Kind.LETTER:
            if (is_transpose or before.text.isupper()) and not _is_index(tokens, i - 1):
                seen.arrays.add(before.text)
        elif is_transpose and before.text in (")", "]", "}"):
            depth = 0
            for j in range(i - 1, max(-1, i - 60), -1):
                text = tokens[j].text
                depth += (text in (")", "]", "}")) - (text in ("(", "[", "{"))
                if tokens[j].kind is Kind.LETTER and not _is_index(tokens, j):
                    seen.arrays.add(tokens[j].text)
                if not depth:
                    break

    def array(self, seen: Seen, tokens: Sequence[Token], i: int) -> None:
        r"""Letters that only arrays can be: ``\nabla_w``, ``\|x\|``, ``tr(A)``, ``x \in R^n``."""
        token = tokens[i]
        if token.is_command("in"):
            space = tokens[i + 1].text if i + 1 < len(tokens) else ""
            power = i + 2 < len(tokens) and tokens[i + 2].is_sign("^")
            if space.startswith("\\mathbb{R") and power and i:
                seen.arrays.add(tokens[i - 1].text)
            return
        if token.is_command("odot"):
            for j in (i - 1, i + 1):
                is_letter = 0 <= j < len(tokens) and tokens[j].kind is Kind.LETTER
                if is_letter and not _is_index(tokens, j):
                    seen.arrays.add(tokens[j].text)
            return
        if token.is_command("nabla"):
            if i + 1 < len(tokens) and tokens[i + 1].is_sign("_"):
                for near in tokens[i + 2 : i + 5]:
                    if near.kind is Kind.LETTER:
                        seen.arrays.add(near.text)
                    if near.kind is not Kind.OPEN:
                        break
            return
        is_bars = token.text == "\\|"
        for j in range(i + 1, min(i + (3 if is_bars else 8), len(tokens))):
            near = tokens[j]
            if near.kind is Kind.LETTER:
                if not _is_index(tokens, j):
                    seen.arrays.add(near.text)
            elif near.text in (")", "]", "\\|") or near.is_sign("="):
                break

    def variance(self, seen: Seen, tokens: Sequence[Token], i: int) -> None:
        r"""``\sigma^2 = ...``, first in its member: the square has a name."""
        if [t.text for t in tokens[i + 1 : i + 3]] != ["2", "="]:
            return
        first = i - 3 if i > 2 and tokens[i - 2].is_sign("_") else i - 1
        before = tokens[first - 1] if first else None
        begins = before is None or before.kind in _BREAKS or before.is_sign(",", "&")
        if tokens[first].text in DEVIATIONS and begins:
            seen.indexed.add(tokens[first].text)

    def superscript(self, seen: Seen, tokens: Sequence[Token], i: int) -> None:
        r"""``\delta^{l+1}``, ``a^{L-1}``: an index."""
        group = tokens[i + 1 : i + 6]
        if len(group) < 5 or group[0].kind is not Kind.OPEN:
            return
        if not (
            group[1].kind is Kind.LETTER
            and group[1].text in ("l", "L")
            and group[2].is_sign("+", "-")
            and group[3].kind is Kind.NUMBER
            and group[4].kind is Kind.CLOSE
        ):
            return
        j = i - 1
        if tokens[j].kind is Kind.CLOSE:
            j = _opening(tokens, j)
            j -= 2 if j > 0 and tokens[j - 1].is_sign("_") else 0
        elif j > 1 and tokens[j - 1].is_sign("_"):
            j -= 2
        if j >= 0 and tokens[j].kind is Kind.LETTER:
            seen.indexed.add(tokens[j].text)


def _opening(tokens: Sequence[Token], end: int) -> int:
    """Where the group opens that closes at an index; -1 where nothing opens it."""
    depth = 0
    for j in range(end, -1, -1):
        depth += (tokens[j].kind is Kind.CLOSE) - (tokens[j].kind is Kind.OPEN)
        if not depth:
            return j
    return -1


def _is_index(tokens: Sequence[Token], j: int) -> bool:
    """Whether a letter stands in a subscript: in ``x_i^T`` and ``x_{i}^T`` the i is no array."""
    if j and tokens[j - 1].is_sign("_"):
        return True
    while j and tokens[j - 1].kind in (Kind.LETTER, Kind.NUMBER):
        j -= 1
    return j > 1 and tokens[j - 1].text == "{" and tokens[j - 2].is_sign("_")
