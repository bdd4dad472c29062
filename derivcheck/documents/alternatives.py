"""A claim read in other ways that its page may mean: with what its sentence supposes, under earlier
definitions, with what chains of definitions go on with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from derivcheck.documents.bindings import Binding
from derivcheck.documents.chains import Chain, Place, Reading
from derivcheck.documents.conditions import Comparison
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.parser import parsed
from derivcheck.documents.maths.rows import Statement
from derivcheck.documents.maths.tree import NotReadError, walk
from derivcheck.documents.questions import has_derivative
from derivcheck.documents.readings import readings
from derivcheck.documents.scope import Page


def where(chain: Chain, place: Place, said: Sequence[Comparison], least: int) -> list[Reading]:
    """The claim at the points where something holds, if at least so many of its conditions speak
    of what the claim speaks of."""
    try:
        found = readings(chain, replace(place, said=(*place.said, *said))) if said else []
    except NotReadError:
        return []
    return [one for one in found if one.kept >= len(place.said) + least]


def equated(said: Iterable[Statement], place: Place) -> Iterator[Comparison]:
    """The equations that statements are, as far as they are read and no derivative is in them."""
    for statement in said:
        sides = [parsed(one, place.kinds) for one in statement.members]
        known = [one for one in sides if one is not None]
        if len(known) == len(sides) and not any(map(has_derivative, known)):
            yield from ((left, "==", known[-1]) for left in known[:-1])


def supposed(chain: Chain, place: Place, cases: Sequence[Statement]) -> list[Reading]:
    """The claim with what the sentence supposes put in, with ``n = 1``, or where that holds."""
    said = list(equated(cases, place))
    varied = _varied(chain, place) & _names(said)
    letters = {keys.parts(name)[0] for name in varied}
    is_value = not any(t.text in letters for member in chain.members[1:] for t in member)
    if len(said) < len(cases) or not is_value:
        return []
    # a variable takes a value only after the derivative is taken
    found = [] if varied else _put_in(chain, place, said)
    return found or where(chain, place, said, len(said))


def _names(said: Sequence[Comparison]) -> set[str]:
    """What it is that something is said of."""
    return {left.name for left, _, _ in said}


def _varied(chain: Chain, place: Place) -> set[str]:
    """The names that a left side may differentiate by."""
    head = parsed(chain.members[0], place.kinds, is_head=True)
    return {
        one.name
        for node in (walk(head) if head is not None else ())
        for one in (node.args[1:] if node.op in ("deriv", "prime") else node.args)
        if node.op in ("deriv", "prime", "apply", "partial_at")
    }


def _put_in(chain: Chain, place: Place, said: Sequence[Comparison]) -> list[Reading]:
    """The claim with values put in for names."""
    bindings = dict(place.bindings)
    for left, _, value in said:
        known = bindings.get(left.name)
        is_formula = known is not None and known.tree is not None
        if left.op != "sym" or is_formula or left.name in ("x", "y", "z", "t", "w"):
            return []
        bindings[left.name] = Binding(left.name, "definition", tree=value, equation=place.equation)
    return _under(chain, place, bindings)


def meant(chain: Chain, place: Place, groups: Iterable[Sequence[Statement]]) -> Iterator[Reading]:
    """The claim where what is said near it holds, if that speaks of what the claim speaks of."""
    for group in groups:
        said = list(equated(group, place))
        is_parameter = said and _varied(chain, place).isdisjoint(_names(said))
        found = _put_in(chain, place, said) if is_parameter else []
        yield from found or where(chain, place, said, 1)


def doubts(chain: Chain, place: Place, reading: Reading, page: Page) -> Iterator[Reading]:
    """The claim under earlier definitions of a name that it rests on, and with what a partial
    derivative may hold."""
    if reading.between:
        held = {k: b for k, b in place.bindings.items() if k not in reading.between}
        yield from _under(chain, place, held)
    for key in reading.used:
        for binding in page.before(key):
            yield from _under(chain, place, {**place.bindings, key: binding})


def rivals(chain: Chain, place: Place, reading: Reading) -> Iterator[Reading]:
    """The claim with what the chains of its definitions go on with: of ``S = a + h = a + V/r``
    the derivative in terms of V may be meant with h constant, or with V."""
    said = {t.text for member in chain.members[1:] for t in member}
    for key in reading.used:
        binding = place.bindings.get(key)
        for tree in binding.others if binding is not None else ():
            names = {n.name for n in walk(tree) if n.op == "sym"}
            held = {n for n in names & said if n in place.bindings}
            if binding is None or not held:
                continue
            other = replace(binding, tree=tree, readings=(tree,))
            bindings = {k: b for k, b in place.bindings.items() if k not in held}
            yield from _under(chain, place, {**bindings, key: other})


def _under(chain: Chain, place: Place, bindings: Mapping[str, Binding]) -> list[Reading]:
    """The claim read with other bindings."""
    try:
        return readings(chain, replace(place, bindings=bindings))
    except NotReadError:
        return []
