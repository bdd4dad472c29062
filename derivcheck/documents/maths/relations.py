r"""Relations between the members of a statement, and signs between the parts of one."""

from __future__ import annotations

from collections.abc import Sequence

from derivcheck.documents.maths.tokens import Kind, Token, group_end

_RELATIONS = frozenset(
    (
        *("approx", "neq", "ne", "le", "leq", "ge", "geq", "lt", "gt", "ll", "gg", "sim", "simeq"),
        *("cong", "propto", "in", "notin", "subset", "subseteq", "leftarrow", "gets", "mapsto"),
        *("to", "rightarrow", "longrightarrow", "doteq", "leqslant", "geqslant", "ni", "mid"),
        *("longmapsto", "Leftarrow", "perp", "parallel", "asymp", "lesssim", "gtrsim", "not"),
        *("leftrightarrow", "hookrightarrow", "rightharpoonup", "prec", "succ", "stackrel_"),
        *("rightsquigarrow", "leadsto", "longleftarrow", "xrightarrow_", "curvearrowright"),
    )
)
OPPOSITE = {
    "<": "ge", ">": "le", "=": "ne", "in": "notin",
    **dict.fromkeys(("le", "leq", "leqslant"), ">"),
    **dict.fromkeys(("ge", "geq", "geqslant"), "<"),
    **dict.fromkeys(("ne", "neq"), "="),
}  # fmt: skip
"""What a relation is where it does not hold."""
_NEGATED = {"ngtr": ">", "nless": "<", "nleq": "le", "ngeq": "ge"}
_DEFINING = frozenset(("equiv", "coloneqq", "triangleq", "coloneq", "eqqcolon", "defeq"))
_BINARY = frozenset(("cdot", "times", "odot", "ast", "div", "otimes", "pm", "mp", "circ"))


def relation_at(tokens: Sequence[Token], i: int) -> tuple[str, int] | None:
    """The relation that begins at ``i``, and how many tokens it takes."""
    token = tokens[i]
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if token.kind is Kind.SIGN:
        if token.text == ":" and following is not None and following.is_sign("="):
            return ":=", 2
        if token.text == "=":
            return ("==", 2) if following is not None and following.is_sign("=") else ("=", 1)
        if token.text in "<>":
            return token.text, 1
        return None
    if token.kind is Kind.COMMAND:
        if token.text in _DEFINING:
            return ":=", 1
        if token.text == "not" and following is not None:
            return OPPOSITE.get(following.text, "not"), 2
        if token.text in _NEGATED:
            return OPPOSITE[_NEGATED[token.text]], 1
        if token.text in _RELATIONS:
            return token.text, 1
        if token.text in ("stackrel", "overset", "underset", "xlongequal"):
            return _stacked(tokens, i)
    return None


def _stacked(tokens: Sequence[Token], i: int) -> tuple[str, int] | None:
    r"""``\overset{\text{def}}{=}``: what stands above says what kind of equation it is."""
    spans: list[Sequence[Token]] = []
    at = i + 1
    while len(spans) < 2 and at < len(tokens):
        start, at = at, group_end(tokens, at)
        is_group = tokens[start].kind is Kind.OPEN
        spans.append(tokens[start + 1 : at - 1] if is_group else tokens[start:at])
    if len(spans) < 2 or [t.text for t in spans[1]] != ["="]:
        return None
    above = "".join(t.text for t in spans[0])
    if "!" in above or "?" in above or "set" in above:
        return "!", at - i
    return (":=" if "def" in above.lower() or "triangle" in above else "="), at - i


def is_binary(token: Token) -> bool:
    """Whether it is a sign between two terms or factors."""
    return token.is_sign("+", "-", "*", "/") or (
        token.kind is Kind.COMMAND and token.text in _BINARY
    )


def is_around(tokens: Sequence[Token], i: int) -> bool:
    """Whether a sign stands there that has a space on both sides."""
    return is_binary(tokens[i]) or relation_at(tokens, i) is not None
