"""What a statement may define: the name that its left side is, and what goes with such a name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from derivcheck.documents.bindings import Binding, key_of
from derivcheck.documents.chains import Place
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.functions import NAMES
from derivcheck.documents.maths.kinds import Kinds
from derivcheck.documents.maths.parser import parsed
from derivcheck.documents.maths.subscripts import bound_letters
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.maths.tree import NotReadError, Tree, is_number, names_in

Target = tuple[str, tuple[str, ...] | None]
"""A key, and the arguments of a function."""

_DOTTED = re.compile(r"\\d?dot\{([^{}]+)\}$")
_MOST_BELOW = 40
"""Names below a definition that are looked at."""


def target_of(tokens: Sequence[Token], place: Place) -> Target | None:
    """The name that a left side may define, and its arguments: ``y``, ``f(x)``, ``loss``."""
    try:
        key, names = key_of(tokens)
    except NotReadError:
        key, names = "", None
    dotted = _DOTTED.match(key)
    if _is_rate(key, place) or (dotted and dotted[1] in place.kinds.dotted):
        return None
    if key and key not in NAMES and _is_plain(key, names, tokens, place.kinds):
        return key, names
    head = parsed(tokens, place.kinds)
    if head is not None and head.op == "sym":
        return head.name, None
    if head is not None and head.op == "apply" and not head.order:
        names = tuple(a.name for a in head.args)
        if all(a.op == "sym" for a in head.args) and len(set(names)) == len(names):
            return head.name, names or None
    return None


def second_target(tokens: Sequence[Token], place: Place) -> Target | None:
    """The function that a further member may define, ``y = f(x) = x^2``."""
    found = target_of(tokens, place)
    if found is None or found[1] is None or found[0] in place.declarations.bindings:
        return None
    return found


def _is_rate(key: str, place: Place) -> bool:
    """Whether a name with dots is the derivative of one that is defined: no name of its own."""
    dotted = _DOTTED.match(key)
    if dotted is None or key in place.declarations.bindings:
        return False
    bound = place.bindings.get(dotted[1])
    return bound is not None and bound.kind in ("definition", "where", "function")


def _is_plain(
    key: str, names: tuple[str, ...] | None, tokens: Sequence[Token], kinds: Kinds
) -> bool:
    """Whether a key read without regard to kinds is the name that is meant."""
    if kinds.is_known(key) and names is None:
        return key not in kinds.functions
    base, sub, sup = keys.parts(key)
    if tokens[0].kind is Kind.WORD:
        stem = base.rstrip("'")
        return stem == base or not (kinds.is_known(stem) or stem in NAMES)
    if key in ("d", "D") or (sub and len(kinds.functions.get(base) or ()) > 1):
        return False
    if any("^" in name for name in names or ()):
        return False
    if len(base.rstrip("'")) > 1 and base[0] != "\\":
        return False
    if "'" in base or sup:
        return False
    return bool(names) and len(set(names or ())) == len(names or ()) and not kinds.is_array(key)


def is_error(members: Sequence[Sequence[Token]], kinds: Kinds) -> bool:
    """Whether ``e`` or ``\\pi`` is made a name, of an error or a profit say: no number is equal to
    what holds names."""
    if [token.text for token in members[0]] not in (["e"], ["\\pi"]):
        return False
    head, body = (parsed(member, kinds) for member in members[:2])
    is_number = head is not None and head.op == "const" and head.name in ("e", "pi")
    return is_number and body is not None and bool(names_in(body) - bound_letters([body]))


def entry_with_a_value(members: Sequence[Sequence[Token]], kinds: Kinds) -> str | None:
    """The array of which a statement says what some entry is: ``y_c = 1``, and not ``y_1 = 1``."""
    if any(token.kind is Kind.LETTER and token.text != "e" for token in members[1]):
        return None  # most statements: no number, and not worth reading it for this
    array, body = _entry_and_body(members, kinds)
    return array if body is not None and is_number(body) else None


def entries_defined(members: Sequence[Sequence[Token]], kinds: Kinds) -> str | None:
    """The declared array of which a statement says what each entry is: ``w_i = e^{s_i}/S``."""
    if not any(token.is_sign("_") for token in members[0][1:2]):
        return None
    array, body = _entry_and_body(members, kinds)
    return array if body is not None and array not in names_in(body) else None


def _entry_and_body(
    members: Sequence[Sequence[Token]], kinds: Kinds
) -> tuple[str, Tree] | tuple[None, None]:
    """The array of which a left side is some entry, and the right side."""
    head, body = (parsed(member, kinds) for member in members[:2])
    if head is None or head.op != "entry" or body is None:
        return None, None
    if any(part.op != "sym" for part in head.args):
        return None, None
    return head.args[0].name, body


def primed_twins(body: Sequence[Token], kinds: Kinds) -> list[str]:
    """Names with a prime beside the same name without one, as in ``r = x - x'``: two points."""
    letters = {token.text for token in body if token.kind is Kind.LETTER}
    bare = {
        one.text
        for one, after in zip(body, [*body[1:], None], strict=True)
        if one.text in letters and not (after and after.is_sign("'", "_", "("))
    }
    return [
        f"{one.text}'"
        for one, after in pairwise(body)
        if after.is_sign("'") and one.text in bare and not kinds.is_known(one.text)
    ]


def turned_round(key: str, tree: Tree, bindings: Mapping[str, Binding]) -> list[str]:
    r"""The page's definitions that a new one solves for their argument: ``\rho = \ln s`` before
    ``s = e^\rho``."""
    found: dict[str, bool] = {}

    def reaches(inner: Tree) -> bool:
        """Whether the key stands in a tree or in a definition below it."""
        names = names_in(inner)
        for name in sorted(names - found.keys()):
            binding = bindings.get(name)
            found[name] = False
            if binding is not None and binding.tree is not None and len(found) < _MOST_BELOW:
                found[name] = reaches(binding.tree)
        return key in names or any(found.get(name) for name in names)

    reaches(tree)
    return [n for n, is_round in found.items() if is_round and bindings[n].kind == "definition"]
