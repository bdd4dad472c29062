r"""LaTeX as TeX sees it: characters and commands with their offsets, macros of the page expanded.

Linear in the text: macro calls and the tokens they yield have a budget, groups are matched once.
A token that comes from a macro stands where the outermost call stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import dropwhile

from derivcheck.documents.maths.commands import BLANKS, BOXES, COMPARISONS, GREEK, THIN
from derivcheck.documents.maths.tree import NotReadError
from derivcheck.documents.source import Macro
from derivcheck.lang.notation import GREEK_NAMES
from derivcheck.records import record

MAX_TOKENS = 12_000
MAX_CALLS = 4_000
MAX_NESTING = 12

_ALIKE = {
    "’": "'", "′": "'", "‘": "'", "＇": "'", "−": "-", "–": "-", "，": ",", "；": ";", "：": ":",
    "（": "(", "）": ")", "［": "[", "］": "]", "＝": "=", "＋": "+", "。": ".", "｜": "|",
    "∗": "*", "“": '"', "”": '"', "、": ",", "⁄": "/", "∕": "/", "∣": "|",
}  # fmt: skip
_SYMBOLS = {
    "·": "cdot", "⋅": "cdot", "×": "times", "⊙": "odot", "∂": "partial", "∇": "nabla",
    "∑": "sum", "∏": "prod", "∞": "infty", "≤": "le", "≥": "ge", "≠": "ne", "≈": "approx",
    "⊤": "top", "∈": "in", "→": "to", "⇒": "Rightarrow", "‖": "Vert", "√": "sqrt", "÷": "div",
    "⊗": "otimes", "∫": "int", "≡": "equiv", "∘": "circ", "…": "dots", "⋯": "cdots",
    "±": "pm", "⇔": "iff", "⟺": "iff", "⟹": "implies", "←": "leftarrow", "↦": "mapsto",
    "ℓ": "ell", "ϵ": "epsilon", "ε": "epsilon", "ϕ": "phi", "ϑ": "theta", "µ": "mu",
}  # fmt: skip
_MEANT = _ALIKE | {c: f"\\{name}" for c, name in (GREEK_NAMES | _SYMBOLS).items()}
"""What TeX would have for characters of Unicode."""
_SCRIPTS = {
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)),
}
"""Digits that Unicode sets below and above."""
_ABOVE = "⁰¹²³⁴⁵⁶⁷⁸⁹"


_OVER = {"\\Pi": "\\prod", "\\Sigma": "\\sum"}
_MOST_BOUND = 40
"""Tokens among which the bound of a sum is looked for."""
_UNITS = {"pt": 1.0, "em": 10.0, "ex": 5.0, "mm": 2.8, "cm": 28.0, "in": 72.0, "mu": 0.55}
"""Units of length in points."""


@record()
class Raw:
    """What TeX itself sees: a character, a command (with its backslash), or a space."""

    text: str
    at: int
    glued: bool
    is_own: bool = False
    """Whether it is the command of LaTeX, whatever the page calls so."""


def lex(latex: str) -> list[Raw]:
    found: list[Raw] = []
    i, glued, size = 0, False, len(latex)
    while i < size:
        c = latex[i]
        if latex[i : i + 2] == "~~":
            found.append(Raw("\\ ", i, glued))
        if c in " \t\n\r\u00a0\u200b\u2009\u3000~\u200a\u2002\u2003\ufeff":
            i, glued = i + 1, False
            continue
        if c == "%":
            end = latex.find("\n", i)
            i, glued = (size if end < 0 else end), False
            continue
        if c == "\\" and i + 1 < size:
            end = i + 1
            if latex[end].isascii() and latex[end].isalpha():
                while end < size and latex[end].isascii() and latex[end].isalpha():
                    end += 1
                if latex[i:end] == "\\operatorname" and latex[end : end + 1] == "*":
                    end += 1
            else:
                end += 1
            found.append(Raw(latex[i:end], i, glued))
            i, glued = end, True
            continue
        if c in _SCRIPTS:
            end = i + 1
            above = c in _ABOVE
            while end < size and latex[end] in _SCRIPTS and (latex[end] in _ABOVE) is above:
                end += 1
            digits = [Raw(_SCRIPTS[latex[j]], j, True) for j in range(i, end)]
            opened = [Raw("^" if above else "_", i, glued), Raw("{", i, True)]
            found += [*opened, *digits, Raw("}", end - 1, True)]
            i, glued = end, True
            continue
        found.append(Raw(_MEANT.get(c, c), i, glued))
        i, glued = i + 1, True
    return found


def check_braces(raw: list[Raw]) -> None:
    """Every brace is closed and closes something."""
    stack: list[Raw] = []
    for token in raw:
        if token.text == "{":
            stack.append(token)
        elif token.text == "}":
            if not stack:
                raise NotReadError("`}` closes nothing", token.at)
            stack.pop()
    if stack:
        raise NotReadError("a brace is never closed", stack[-1].at)


def group_at(tokens: list[Raw], i: int) -> tuple[list[Raw], int]:
    """The argument at ``i``: a group without its braces, or one token; and what follows."""
    if i >= len(tokens):
        raise NotReadError("an argument is missing", tokens[-1].at if tokens else 0)
    if tokens[i].text != "{":
        return [tokens[i]], i + 1
    depth = 0
    for j in range(i, len(tokens)):
        depth += (tokens[j].text == "{") - (tokens[j].text == "}")
        if not depth:
            return tokens[i + 1 : j], j + 1
    raise NotReadError("a brace is never closed", tokens[i].at)


def behind_arguments(raw: list[Raw], i: int, is_counted: bool) -> int:
    r"""The index behind what is no maths behind ``\begin{aligned}``: where it stands on its line,
    ``[t]``, and what counts its columns."""
    if "".join(t.text for t in raw[i : i + 3]) in ("[t]", "[c]", "[b]"):
        i += 3
    elif is_counted and i < len(raw) and raw[i].text == "[":
        i = next((j + 1 for j in range(i, len(raw)) if raw[j].text == "]"), i)
    return group_at(raw, i)[1] if is_counted else i


def behind_star(raw: list[Raw], i: int) -> int:
    """The index behind the star of a command, where it has one."""
    return i + 1 if i < len(raw) and raw[i].text == "*" else i


def space(raw: list[Raw], i: int) -> tuple[float, int]:
    """The points of ``\\hspace{5mm}`` or ``\\hskip.75pt``, and the index behind that."""
    i = behind_star(raw, i)
    if i < len(raw) and raw[i].text == "{":
        group, i = group_at(raw, i)
        size = "".join(t.text for t in group)
    else:
        size = ""
        while i < len(raw) and len(size) < 12 and size[-2:] not in _UNITS:
            if not (raw[i].text.isalnum() or raw[i].text in ".-"):
                break
            size += raw[i].text
            i += 1
    try:
        return float(size[:-2] or 0) * _UNITS.get(size[-2:], 1.0), i
    except ValueError:
        return 10.0, i


def behind_comma(raw: list[Raw], i: int) -> str:
    """The digits behind a comma in braces, which writes decimals: ``2{,}5``."""
    found = ""
    if [token.text for token in raw[i : i + 3]] == ["{", ",", "}"]:
        for token in raw[i + 3 :]:
            if not (token.glued and token.text.isascii() and token.text.isdecimal()):
                break
            found += token.text
    return found


def expanded(raw: list[Raw], macros: Mapping[str, Macro]) -> list[Raw]:
    """Macros of the page replaced by what they stand for, as long as the budget lasts."""
    if not macros or not any(token.text in macros for token in raw):
        return raw
    calls = 0
    bodies: dict[str, list[Raw]] = {}
    for _ in range(MAX_NESTING):
        found: list[Raw] = []
        i, changed = 0, False
        while i < len(raw):
            token = raw[i]
            macro = macros.get(token.text)
            if macro is None or token.is_own or token.text[0] != "\\":
                found.append(token)
                i += 1
                continue
            calls += 1
            if calls > MAX_CALLS:
                raise NotReadError("macros are expanded more than 4,000 times", token.at)
            changed = True
            i += 1
            arguments, i = _arguments(raw, i, macro)
            if macro.name not in bodies:
                body = lex(macro.body)
                bodies[macro.name] = (
                    [replace(t, is_own=True) for t in body] if macro.is_own else body
                )
            found += _substituted(bodies[macro.name], arguments, token)
            if len(found) > MAX_TOKENS:
                raise NotReadError(f"macros yield more than {MAX_TOKENS} tokens", token.at)
        raw = found
        if not changed:
            return raw
    at = next(token.at for token in raw if token.text in macros) if raw else 0
    raise NotReadError(f"macros are nested more than {MAX_NESTING} deep", at)


def _arguments(raw: list[Raw], i: int, macro: Macro) -> tuple[list[list[Raw]], int]:
    """The arguments of a call that begin at ``i``, the first one perhaps in square brackets."""
    arguments: list[list[Raw]] = []
    if macro.default is not None and macro.arguments:
        arguments.append(lex(macro.default))
        if i < len(raw) and raw[i].text == "[":
            end = next((j for j in range(i, len(raw)) if raw[j].text == "]"), len(raw))
            arguments[0], i = raw[i + 1 : end], end + 1
    while len(arguments) < macro.arguments:
        argument, i = group_at(raw, i)
        arguments.append(argument)
    return arguments, i


def _substituted(body: list[Raw], arguments: list[list[Raw]], call: Raw) -> list[Raw]:
    found: list[Raw] = []
    i = 0
    while i < len(body):
        token = body[i]
        following = body[i + 1].text if i + 1 < len(body) else ""
        if token.text == "#" and following.isdigit() and 0 < int(following) <= len(arguments):
            found += arguments[int(following) - 1]
            i += 2
            continue
        found.append(replace(token, at=call.at, glued=call.glued if not i else token.glued))
        i += 1
        if [one.text for one in found[-3:]] in (["^", "{", "}"], ["_", "{", "}"]):
            del found[-3:]  # an argument that is empty, as the order of a first derivative
    return found


_COMPARED = frozenset(COMPARISONS) | {"in"}
_ENDING = frozenset((",", ".", ";", "&", ")", "}", "\\\\", "\\quad", "\\qquad", "\\end"))


def check_blank(name: str, group: list[Raw], at: int) -> None:
    """Refuse a command that leaves a place empty for readers to write in, round this group: a box
    round nothing, or what is as wide as maths."""
    texts = [one.text for one in group]
    is_wide = any(text.isdecimal() and text.strip("0") for text in texts)
    is_wide = is_wide or (name != "rule" and any(map(str.isalpha, texts)))
    if (name in BLANKS and is_wide) or (name in BOXES and not group):
        raise NotReadError("a blank to be filled in", at)


def behind_spaces(raw: list[Raw], i: int) -> tuple[int, bool, bool]:
    r"""The index behind narrow spaces; whether they separate a condition from what stands before
    them, ``2x \;\; x > 0``; and whether it is not sure that they separate nothing: of a single one,
    and of several before a derivative."""
    end = next((j for j in range(i, len(raw)) if raw[j].text[1:] not in THIN), len(raw))
    is_condition = _compares_at(raw, end)
    if end == i + 1:
        return end, False, is_condition and raw[i].text != "\\,"
    is_derivative = [one.text for one in raw[end : end + 3]] == ["\\frac", "{", "d"]
    return end, is_condition, is_derivative


def _compares_at(raw: list[Raw], i: int) -> bool:
    """Whether a comparison of a name, or the value of one, begins at ``i``, perhaps in a bracket:
    ``x > 0``, ``(n = 2)``."""
    texts = [one.text for one in raw[i : i + 8]]
    name, *behind = texts[1:] if texts[:1] == ["("] else texts or [""]
    if not (name.isalpha() or name[1:] in GREEK):
        return False
    if behind[:1] == ["_"]:
        behind = behind[behind.index("}") + 1 :] if "}" in behind else behind[2:]
    if behind[:1] == ["="]:
        value = [*dropwhile(str.isdecimal, behind[1 + (behind[1:2] == ["-"]) :])]
        return len(value) < len(behind) - 1 and (not value or value[0] in _ENDING)
    return bool(behind) and behind[0].removeprefix("\\") in _COMPARED


def _has_bound(raw: list[Raw]) -> bool:
    """Whether an equals sign stands among these, before the group at hand ends."""
    depth = 0
    for i, token in enumerate(raw):
        depth += (token.text == "{") - (token.text == "}")
        if depth < 0:
            return has_relation(raw[:i])
    return False


def has_relation(raw: list[Raw]) -> bool:
    """Whether an equals sign stands among these, outside groups."""
    depth = 0
    for token in raw:
        depth += (token.text == "{") - (token.text == "}")
        if token.text == "=" and not depth:
            return True
    return False


_FONTS = {"\\rm": "\\mathrm", "\\bf": "\\mathbf", "\\cal": "\\mathcal"}
_LONE = (["d", "}"], ["\\mathrm", "{", "d", "}", "}"], ["\\text", "{", "d", "}", "}"])


_TIGHT = frozenset(("=", "+", "-", "*", "/", "\\cdot", "\\times", "\\odot", "\\otimes", "\\circ"))
"""Operators that braces take the spaces from: ``2{\\cdot}x``."""


def modern(raw: list[Raw], i: int) -> tuple[list[Raw], int] | None:
    r"""What LaTeX has for the group at ``i``, and the index behind it: ``\mathrm{tr}`` for
    ``{\rm tr}``, and a d or an operator that stands in braces alone, but for arguments. Else None.
    """
    texts = [one.text for one in raw[i + 1 : i + 6]]
    font = _FONTS.get(texts[0]) if texts else None
    if font and texts[1:2] != ["}"]:
        group, end = group_at(raw, i)
        token = raw[i]
        opened, closed = Raw("{", token.at, True), Raw("}", token.at, True)
        return [Raw(font, token.at, token.glued), opened, *group[1:], closed], end
    if i and _takes_a_group(raw[i - 1].text):
        return None
    if texts[1:2] == ["}"] and texts[0] in _TIGHT:
        return [Raw(texts[0], raw[i + 1].at, raw[i].glued)], i + 3
    lone = next((one for one in _LONE if texts[: len(one)] == one), None)
    return ([Raw("d", raw[i].at, raw[i].glued)], i + 1 + len(lone)) if lone else None


def _takes_a_group(text: str) -> bool:
    """Whether braces behind it may be those of an argument."""
    return text in ("}", "^", "_", "]") or text[1:].isalpha()


def signs(raw: list[Raw]) -> list[Raw]:
    r"""Letters that are written for the signs of sums and products: ``\Pi_{i=1}^n``."""
    return [
        replace(one, text=_OVER[one.text])
        if one.text in _OVER
        and [t.text for t in raw[i + 1 : i + 3]] == ["_", "{"]
        and _has_bound(raw[i + 3 : i + 3 + _MOST_BOUND])
        else one
        for i, one in enumerate(raw)
    ]


_BETWEEN = {"\\over": "\\frac", "\\choose": "\\binom"}


def fractions(raw: list[Raw]) -> list[Raw]:
    r"""``\frac{a}{b}`` for ``{a \over b}``, ``\binom{n}{k}`` for ``{n \choose k}``."""
    if not any(token.text in _BETWEEN for token in raw):
        return raw
    found: list[Raw] = []
    groups: list[tuple[int, int, str]] = []
    moved = 0
    for token in raw:
        found.append(token)
        if token.text == "{":
            groups.append((len(found), 0, ""))
        elif token.text in _BETWEEN and groups:
            groups[-1] = groups[-1][0], len(found), _BETWEEN[token.text]
        elif token.text == "}" and groups:
            start, at, name = groups.pop()
            if not at:
                continue
            moved += len(found) - start
            if moved > MAX_TOKENS * MAX_NESTING:
                raise NotReadError(f"fractions are nested more than {MAX_NESTING} deep", token.at)
            opened, closed = found[start - 1], token
            above, below = found[start : at - 1], found[at:-1]
            line = Raw(name, opened.at, opened.glued)
            fraction = [line, opened, *above, closed, opened, *below, closed]
            if start > 1 and _takes_a_group(found[start - 2].text):
                fraction = [opened, *fraction, closed]
            found[start - 1 :] = fraction
    return found


def word_of(group: list[Raw]) -> str:
    r"""The letters of a group as one word: ``\_`` stands for its sign."""
    return "".join("_" if t.text == "\\_" else t.text for t in group)
