"""A chain in every way it can be read, and a claim in other ways that its page may mean."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from derivcheck.documents.bindings import Binding, closure, followed
from derivcheck.documents.building import Builder
from derivcheck.documents.chains import Chain, Parsed, Place, Reading
from derivcheck.documents.conditions import Comparison, compared
from derivcheck.documents.entries import lifted
from derivcheck.documents.grading import TOO_MANY
from derivcheck.documents.letters import along_axis
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.choices import Choices, explored
from derivcheck.documents.maths.kinds import copied
from derivcheck.documents.maths.parser import parse, parsed
from derivcheck.documents.maths.statements import Statement
from derivcheck.documents.maths.subscripts import check_exceptions, leaves_out, outside
from derivcheck.documents.maths.tree import (
    NotReadError,
    SilentError,
    Tree,
    has_derivative,
    is_number,
    walk,
)
from derivcheck.documents.model import INFERRED
from derivcheck.documents.models import without_models
from derivcheck.documents.rates import moving
from derivcheck.documents.scope import Page
from derivcheck.documents.shapes import inferred


def readings(chain: Chain, place: Place) -> list[Reading]:
    """Every way to read a chain. Raises :class:`NotReadError` where the head can't be read.

    The first reading's problem is what counts where none succeeds.
    """

    def read(choices: Choices) -> Reading:
        found = _read(chain, place, choices)
        return replace(found, signs=choices.signs)

    every, is_complete = explored(read)
    found: list[Reading] = []
    for one in every:
        if all(one.raw != other.raw for other in found):
            found.append(one)
    if not is_complete:
        found = [replace(one, grade=one.grade.unsure(TOO_MANY)) for one in found]
    # a member that one reading understands is understood
    least = min(len(one.unread) for one in found)
    return [one for one in found if len(one.unread) == least]


def attempted(chain: Chain, place: Place) -> list[Reading]:
    """The same; none where it can't be read."""
    try:
        return readings(chain, place)
    except NotReadError:
        return []


def _read(chain: Chain, place: Place, choices: Choices) -> Reading:
    kinds = place.kinds
    head = parse(chain.members[0], kinds, choices, is_head=True)
    unread: dict[int, NotReadError] = {}
    members: dict[int, Tree] = {}
    for i, tokens in enumerate(chain.members[1:], 1):
        try:
            members[i] = parse(tokens, kinds, choices)
        except NotReadError as error:
            unread[i] = error
    if any(map(leaves_out, (head, *members.values()))):
        _check_exceptions(head, members, unread)
    if not members:
        raise unread[min(unread)]
    carried = parsed(chain.carried, kinds, choices) if chain.carried is not None else None
    place = without_models(head, place)
    moved = moving(Parsed(head, members, unread, carried), place)
    if moved is not None:
        claim, there, excuse = moved
        reading = _built(claim, there, choices)
        return replace(reading, grade=reading.grade.unsure(excuse)) if excuse else reading
    try:
        return _built(Parsed(head, members, unread, carried), place, choices)
    except NotReadError as error:
        # by the rule of the chain, dL/dp dp/dz, p is held and made of z at once
        rules = {i for i, tree in members.items() if has_derivative(tree)}
        is_rest = rules and len(rules) < len(members) and has_derivative(head)
        if not is_rest or isinstance(error, SilentError):
            raise
        rest = {i: tree for i, tree in members.items() if i not in rules}
        unread |= dict.fromkeys(rules, error)
        return _built(Parsed(head, rest, unread, carried), place, choices)


def _built(parsed: Parsed, place: Place, choices: Choices) -> Reading:
    """The entry of a chain that is parsed, with its names as entries of arrays or as they are."""
    found: list[Reading] = []
    problems: list[NotReadError] = []
    for read in (_by_entries, _typed):
        try:
            one = read(parsed, place, choices)
        except NotReadError as error:
            problems.append(error)
            continue
        if one is not None:
            found.append(one)
            if len(one.unread) == len(parsed.unread):
                return one
    if not found and place.kinds.normed and _has_no_bars(parsed, place):
        # what nothing but bars elsewhere shows to be an array is a number where it fits as none
        kinds = copied(place.kinds)
        kinds.arrays -= kinds.normed
        kinds.normed.clear()
        with suppress(NotReadError):
            one = _built(parsed, replace(place, kinds=kinds), choices)
            return replace(one, grade=replace(one.grade, anchored=False))
    if not found:
        raise problems[0]
    return min(reversed(found), key=lambda one: len(one.unread))


def _has_no_bars(parsed: Parsed, place: Place) -> bool:
    """Whether a derivative is claimed of what has no length in it."""
    below = closure(parsed.trees, place.bindings)
    is_rate = parsed.head.op in ("deriv", "prime", "apply") and has_derivative(parsed.head)
    return is_rate and not any(node.op in ("bars", "norm") for one in below for node in walk(one))


def _check_exceptions(
    head: Tree, members: dict[int, Tree], unread: dict[int, NotReadError]
) -> None:
    """Take members away in which a sum may run over one index more."""
    fixed = set().union(*map(outside, (head, *members.values())))
    check_exceptions(head, fixed)
    for i, tree in [*members.items()]:
        try:
            check_exceptions(tree, fixed)
        except NotReadError as error:
            unread[i] = error
            del members[i]


def _typed(parsed: Parsed, place: Place, choices: Choices) -> Reading:
    """The claim with the shapes of its letters inferred where nothing says them."""
    parsed = parsed.with_trees([along_axis(tree, place, choices) for tree in parsed.trees])
    typed = inferred(parsed.trees, place, choices)
    if typed is not None:
        bindings, declarations = typed
        place = replace(place, bindings={**place.bindings, **bindings}, declarations=declarations)
    reading = Builder(place, choices, parsed).build()
    return replace(reading, grade=reading.grade.guessed()) if typed is not None else reading


def _by_entries(parsed: Parsed, place: Place, choices: Choices) -> Reading | None:
    """The claim with subscripted names as entries of arrays; None where nothing shows that."""
    found = lifted(parsed.trees, place, choices)
    if found is None:
        return None
    builder = Builder(found.place, choices, parsed.with_trees(found.trees))
    builder.emitter.used.update(found.used)
    reading = builder.build()
    grade = reading.grade
    if found.is_inferred:
        grade = grade.guessed().unsure(INFERRED)
    if found.only_passes:
        grade = replace(grade, pass_only=found.only_passes)
    return replace(reading, grade=grade)


# -- with what its sentence supposes, under earlier definitions, as chains of them go on ---


def where(chain: Chain, place: Place, said: Sequence[Comparison], least: int) -> list[Reading]:
    """The claim at the points where something holds, if at least so many of its conditions speak
    of what the claim speaks of."""
    found = attempted(chain, replace(place, said=(*place.said, *said))) if said else []
    return [one for one in found if one.kept >= len(place.said) + least]


def supposed(chain: Chain, place: Place, cases: Sequence[Statement]) -> list[Reading]:
    """The claim with what the sentence supposes put in, with ``n = 1``, or where that holds."""
    said = list(compared(cases, place.kinds))
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


def _isolated(said: Comparison, varied: Container[str]) -> Comparison:
    """What an equation says a name to be that is not varied: of ``p + q = 1`` by p, ``q = 1 - p``;
    another comparison as it is."""
    left, sign, value = said
    terms = left.args if left.op == "add" and sign == "==" else ()
    for one, rest in (terms, terms[::-1]) if len(terms) == 2 else ():
        if one.op == "sym" and one.name not in varied:
            return one, sign, Tree("sub", (value, rest))
    return said


def _put_in(chain: Chain, place: Place, said: Sequence[Comparison]) -> list[Reading]:
    """The claim with values put in for names."""
    bindings = dict(place.bindings)
    for left, sign, value in said:
        known = bindings.get(left.name)
        is_formula = known is not None and known.tree is not None
        is_variable = left.op != "sym" or (
            left.name in ("x", "y", "z", "t", "w") and is_number(value)
        )
        if sign != "==" or is_formula or is_variable:
            return []
        bindings[left.name] = Binding(
            left.name, "definition", trees=(value,), equation=place.equation
        )
    return attempted(chain, replace(place, bindings=bindings))


def meant(
    chain: Chain, place: Place, reading: Reading, groups: Iterable[Sequence[Statement]]
) -> Iterator[Reading]:
    """The claim where what is said near it holds, if that speaks of what the claim speaks of: not
    of what it does not rest on (``e^y = x`` where ``y = \\sqrt x`` was another example), nor of
    numbers alone."""
    defined = {k for k, b in place.bindings.items() if b.tree and not is_number(b.tree)}

    def is_of_claim(comparison: Comparison) -> bool:
        sides = (comparison[0], comparison[2])
        names = [n for side in sides for n in walk(side) if n.op in ("sym", "apply")]
        is_of_numbers = all(n.op == "apply" and n.args for n in names)  # f(2) = 3
        used = {n.name for n in names} & defined
        return not is_of_numbers and used <= {*reading.used}

    for group in groups:
        varied = _varied(chain, place)
        found = filter(is_of_claim, compared(group, place.kinds))
        said = [_isolated(one, varied) for one in found]
        is_parameter = said and varied.isdisjoint(_names(said))
        put_in = _put_in(chain, place, said) if is_parameter else []
        yield from put_in or where(chain, place, said, 1)


def doubts(chain: Chain, place: Place, reading: Reading, page: Page) -> Iterator[Reading]:
    """The claim under earlier definitions of a name that it rests on, and with what a partial
    derivative may hold."""
    if reading.between:
        held = {k: b for k, b in place.bindings.items() if k not in reading.between}
        yield from attempted(chain, replace(place, bindings=held))
    for key in reading.used:
        for binding in page.before(key):
            yield from attempted(chain, replace(place, bindings={**place.bindings, key: binding}))


def gone_on(chain: Chain, place: Place) -> Iterator[Place]:
    """What is in force where a name below the left side is meant as its chain goes on: where
    ``L = T - V = a - b`` the last member."""
    head = parsed(chain.members[0], place.kinds, is_head=True)
    if head is None or not has_derivative(head):
        return
    for key, binding in followed([head], place.bindings).items():
        for tree in binding.others:
            other = replace(binding, trees=(tree,))
            yield replace(place, bindings={**place.bindings, key: other})


def rivals(chain: Chain, place: Place, reading: Reading, page: Page) -> Iterator[Reading]:
    """The claim with what the chains of its definitions go on with: of ``S = a + h = a + V/r``
    the derivative in terms of V may be meant with h constant, or with V; and with another
    definition of a name right beside that in force."""
    for key in reading.used:
        for one in page.beside(key):
            yield from attempted(chain, replace(place, bindings={**place.bindings, key: one}))
    said = {t.text for member in chain.members[1:] for t in member}
    for key in reading.used:
        binding = place.bindings.get(key)
        for tree in binding.others if binding is not None else ():
            names = {n.name for n in walk(tree) if n.op == "sym"}
            held = {n for n in names & said if n in place.bindings}
            if binding is None or not held:
                continue
            other = replace(binding, trees=(tree,))
            bindings = {k: b for k, b in place.bindings.items() if k not in held}
            yield from attempted(chain, replace(place, bindings={**bindings, key: other}))
