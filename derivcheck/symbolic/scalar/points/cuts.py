"""Points on branch cuts, at the ends of a principal branch, and where an argument is one of zero.

What a proof about complex numbers rests on there is collected from all of its cases of signs.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivcheck.lang import nodes as N
from derivcheck.lang.functions import named
from derivcheck.symbolic.scalar import complexes
from derivcheck.symbolic.scalar.factoring import Rests
from derivcheck.symbolic.scalar.field import Unprovable
from derivcheck.symbolic.scalar.points.boundary import are_positive, stays_positive
from derivcheck.symbolic.scalar.points.zeros import vanishes_nowhere
from derivcheck.symbolic.scalar.translate import Translator

_CONTINUOUS = frozenset((*named("meromorphic"), "conj", "re", "im", "abs"))
"""Functions that are continuous wherever they are defined in the complex plane."""


def open_cuts(
    rests: Rests, translator: Translator, stated: Sequence[N.Node], limit: N.Node | None
) -> tuple[str, ...]:
    """What a proof about complex numbers rests on and nothing in the declared domain covers.

    ``limit`` is what is claimed, derivatives carried out, where the left side is at each point
    the limit of its values beside it.
    """
    found: tuple[str, ...] = ()
    plain = translator.afresh()
    if not all(stays_positive(plain, element) for element in rests.margins.values()):
        found += ("arguments stay between -pi and pi",)
    if not all(vanishes_nowhere(plain, element, stated) for element in rests.nonzero.values()):
        found += ("no argument is one of zero",)
    if limit is not None and is_cut_free(limit):
        return found  # a derivative there is the limit of those beside the cut
    for w in tuple(rests.cuts.values()):
        try:
            across = complexes.real_part(translator.algebra, w)
            upward = complexes.imaginary_part(translator.algebra, w)
        except Unprovable:
            return (*found, "no argument lies on a branch cut")
        if not any(are_positive(plain, [e]) for e in (across, upward, -upward)):
            return (*found, "no argument lies on a branch cut")
    return found


def is_cut_free(node: N.Node) -> bool:
    """Whether an expression is continuous wherever it is defined, in the complex plane as well."""
    return not any(
        (isinstance(n, N.Call) and n.function not in _CONTINUOUS)
        or isinstance(n, N.Compare)
        or (
            isinstance(n, N.Pow)
            and n.whole is None
            and not (isinstance(n.base, N.Call) and n.base.function == "re")
        )
        for n in N.walk(node)
    )
