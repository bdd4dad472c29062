"""A chain in every way it can be read."""

from __future__ import annotations

from dataclasses import replace

from derivcheck.documents.building import Builder
from derivcheck.documents.chains import Chain, Parsed, Place, Reading
from derivcheck.documents.entries import lifted
from derivcheck.documents.grading import TOO_MANY
from derivcheck.documents.maths.choices import Choices, explored
from derivcheck.documents.maths.parser import parse
from derivcheck.documents.maths.tree import NotReadError, Tree
from derivcheck.documents.model import INFERRED
from derivcheck.documents.shapes import inferred


def readings(chain: Chain, place: Place) -> list[Reading]:
    """Every way to read a chain. Raises :class:`NotReadError` where the head can't be read.

    The first reading's problem is what counts where none succeeds.
    """
    every, is_complete = explored(lambda choices: _read(chain, place, choices))
    found: list[Reading] = []
    for one in every:
        if all(one.raw != other.raw for other in found):
            found.append(one)
    if not is_complete:
        found = [replace(one, grade=one.grade.unsure(TOO_MANY)) for one in found]
    # a member that one reading understands is understood
    least = min(len(one.unread) for one in found)
    return [one for one in found if len(one.unread) == least]


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
    if not members:
        raise unread[min(unread)]
    carried = None
    if chain.carried is not None:
        try:
            carried = parse(chain.carried, kinds, choices)
        except NotReadError:
            carried = None
    parsed = Parsed(head, members, unread, carried)
    problem = None
    try:
        by_entries = _by_entries(parsed, place, choices)
    except NotReadError as error:
        by_entries, problem = None, error
    if by_entries is not None and len(by_entries.unread) == len(unread):
        return by_entries
    try:
        plain = _typed(parsed, place, choices)
    except NotReadError as error:
        if by_entries is None:
            raise problem or error from None
        return by_entries
    if by_entries is not None and len(by_entries.unread) < len(plain.unread):
        return by_entries
    return plain


def _typed(parsed: Parsed, place: Place, choices: Choices) -> Reading:
    """The claim with the shapes of its letters inferred where nothing says them."""
    arrays = frozenset(place.kinds.arrays)
    typed = inferred(parsed.trees, arrays, place.bindings, place.declarations)
    if typed is not None:
        bindings, declarations = typed
        place = replace(place, bindings={**place.bindings, **bindings}, declarations=declarations)
    reading = Builder(place, choices, parsed).build()
    return replace(reading, grade=reading.grade.guessed()) if typed is not None else reading


def _by_entries(parsed: Parsed, place: Place, choices: Choices) -> Reading | None:
    """The claim with subscripted names as entries of arrays; None where nothing shows that."""
    found = lifted(
        parsed.trees,
        place.bindings,
        place.declarations,
        choices,
        place.killed,
        place.kinds.sums,
    )
    if found is None:
        return None
    place = replace(place, bindings=found.bindings, declarations=found.declarations)
    builder = Builder(place, choices, parsed.with_trees(found.trees))
    builder.emitter.used.update(found.used)
    reading = builder.build()
    grade = reading.grade
    if found.is_inferred:
        grade = grade.guessed().unsure(INFERRED)
    if found.only_passes:
        grade = replace(grade, pass_only=found.only_passes)
    return replace(reading, grade=grade)
