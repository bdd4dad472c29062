"""Branch cuts of special functions: keeping off them, and values on them.

On a cut every function has the limit of its values on one side, as mpmath and flint both have:
from above for those that go with log(z), from below for those that go with log(1 - z). flint
encloses these at exactly real arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import acb, arb

from derivcheck.lang.functions import FUNCTIONS, ROWS

Ball = Any

NAN = arb("nan")
COMPLEX_NAN = acb(NAN, NAN)


def off_ray(z: Ball, end: int | float | Ball, leftwards: bool) -> bool:
    """Whether a complex ball stays off a real ray that starts at ``end``."""
    if not z.imag.contains(0):
        return True
    return bool(z.real > end) if leftwards else bool(z.real < end)


def off_left(z: Ball) -> bool:
    """Off the negative real axis and 0."""
    return off_ray(z, 0, True)


def off_right(z: Ball) -> bool:
    """Off the real axis from 1 on."""
    return off_ray(z, 1, False)


def off_outside(z: Ball) -> bool:
    """Off the real rays beyond -1 and 1."""
    return off_ray(z, -1, True) and off_right(z)


@dataclass(frozen=True, slots=True)
class Branched:
    """A function with a branch cut: flint's enclosure and whether arguments keep off the cut.

    ``inside`` says of arguments that are exactly real whether they lie on the cut, at none of its
    ends.
    """

    enclosed: Callable[..., Ball]
    off: Callable[..., bool]
    inside: Callable[..., bool]

    def analytic(self, *args: Ball) -> Ball:
        """The enclosure where the function is analytic on the whole ball."""
        return self.enclosed(*args) if self.off(*args) else COMPLEX_NAN

    def on_cut(self, *args: Ball) -> Ball:
        """The enclosure at exactly real arguments on the cut."""
        return self.enclosed(*args) if self.inside(*(a.real for a in args)) else COMPLEX_NAN


def _left(enclosed: Callable[..., Ball]) -> Branched:
    return Branched(enclosed, lambda *a: off_left(a[-1]), lambda *a: bool(a[-1] < 0))


def _right(enclosed: Callable[..., Ball]) -> Branched:
    return Branched(enclosed, lambda *a: off_right(a[-1]), lambda *a: bool(a[-1] > 1))


def _radicand(phi: Ball, m: Ball) -> Ball:
    return 1 - m * phi.sin() ** 2


def _of_first_kind(enclosed: Callable[..., Ball]) -> Branched:
    """An incomplete elliptic integral: its cuts are those of sqrt(1 - m*sin(phi)**2)."""
    return Branched(
        enclosed,
        lambda phi, m: off_left(_radicand(phi, m)),
        lambda phi, m: bool(_radicand(phi, m) < 0),
    )


def of_flint(name: str, kind: Any = acb) -> Callable[..., Ball]:
    """flint's own enclosure, a method of the last argument; NaN where it knows no value."""
    row = FUNCTIONS[name]
    method: Callable[..., Ball] = getattr(kind, row.arb)
    return method if row.arity == 1 else lambda *args: method(args[-1], *args[:-1])


def _polylog(s: Ball, z: Ball) -> Ball:
    # flint ends the process over an order that is no machine number
    return z.polylog(s) if bool(abs(s) < 1000) else COMPLEX_NAN


def hyper(above: int) -> Callable[..., Ball]:
    """pFq with so many parameters above, as flint encloses it."""
    return lambda *args: args[-1].hypgeom(list(args[:above]), list(args[above:-1]))


BRANCHED: dict[str, Branched] = {
    **{name: _left(of_flint(name)) for name in ("besselj", "bessely", "besseli", "besselk")},
    **{name: _left(of_flint(name)) for name in ("Ei", "Ci", "Chi", "expint")},
    **{name: _left(of_flint(name)) for name in ("uppergamma", "lowergamma")},
    "polylog": _right(_polylog),
    "ellipk": _right(acb.elliptic_k),
    "ellipe": _right(acb.elliptic_e),
    "hyp2f1": _right(of_flint("hyp2f1")),
    "ellipf": _of_first_kind(acb.elliptic_f),
    "ellipe_inc": _of_first_kind(acb.elliptic_e_inc),
    "ellippi_inc": Branched(
        acb.elliptic_pi_inc,
        lambda n, phi, m: off_left(_radicand(phi, m)) and off_left(_radicand(phi, n)),
        lambda n, phi, m: bool(_radicand(phi, m) < 0 and _radicand(phi, n) > 0),
    ),
    "ellippi": Branched(
        acb.elliptic_pi,
        lambda n, m: off_right(n) and off_right(m),
        lambda n, m: bool(n < 1 and m > 1),
    ),
    # Ei(log(z))
    "li": Branched(of_flint("li"), lambda z: off_ray(z, 1, True), lambda z: bool(z < 0)),
    **{
        row.name: _right(hyper(row.lists[0]))
        for row in ROWS
        if row.lists is not None and row.lists[0] > row.lists[1]
    },
}
"""Where each is analytic, DLMF 6.2, 8.2, 8.19, 10.2, 15.2, 19.2, 25.12."""
