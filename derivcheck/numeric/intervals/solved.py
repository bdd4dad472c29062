"""Functions that are given by equations: values and derivatives at a point that satisfy them.

Of a function that ``identically: x**2 + y(x)**2 == 1`` gives, a claim mentions the value and some
derivatives at one point: its jet. The equations and their derivatives constrain the jet. All but
one number for each equation is drawn at random, the last is solved for: what occurs linearly by
division, the rest where the residual certainly changes its sign. A jet that satisfies the
equations belongs to a function that does, near the point (implicit function theorem,
Cauchy-Kovalevskaya), so that enclosures of both sides that are apart refute a claim. A long module:
differentiating, ordering and solving the equations are steps of one program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, combinations, combinations_with_replacement
from random import Random
from typing import Any
from zlib import crc32

from flint import arb, ctx

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Context
from derivcheck.lang.nodes import Node
from derivcheck.numeric.intervals.functions import Ball
from derivcheck.numeric.intervals.program import (
    FINEST,
    Operation,
    Program,
    Runs,
    execute,
    precision,
)
from derivcheck.numeric.intervals.rules import Unsupported
from derivcheck.numeric.intervals.witness import decimal
from derivcheck.numeric.sampling.exact import exactly
from derivcheck.numeric.sampling.points import Point

Key = tuple[str, tuple[int, ...], tuple[int, ...]]
"""A number of a jet: function, slots of the arguments, orders of the derivative."""

_MAX_RESIDUALS = 24
_SECANTS = 24
_SPARE = 40
"""Bits that a narrow enclosure of a root leaves unused."""
_TRIES = 4
"""Random jets tried at a point, until one satisfies all equations."""
_DRAWN = tuple(
    Fraction(text)
    for text in ("1/2", "-1/2", "3/2", "2", "-1", "1/3", "-4/3", "5/4", "3/4", "-2", "1", "3")
)
_STARTS = tuple(Fraction(k, 16) for k in range(-83, 86, 6))
"""Between what a change of sign is looked for: at a root itself there is none, so that no whole
number, half or quarter is one of these."""


class SolvedProgram(Program):
    """Both sides of an equation at a point where functions satisfy equations.

    ``run`` gives NaN for both sides where no jet was found.
    """

    def __init__(self, sides: tuple[Node, Node], context: Context, simple: tuple[str, ...]) -> None:
        self.solved = context.given
        self.jets: dict[Key, Ball] = {}
        self._leading: dict[int, list[Operation]] = {}
        self._last: tuple[Point, Runs] | None = None
        """The point last run at, and what was found."""
        self.keys_of: dict[int, Key] = {}
        super().__init__(sides, (), simple)
        self.seed = context.seed
        assumed = [n for n in context.assume if self.solved & N.functions_in(n)]
        equalities = [n for n in assumed if isinstance(n, N.Compare) and n.operator == "=="]
        self.conditions = [
            self._slot(self.tape.write(N.Select(n, N.number(1), N.number(0), shape=())))
            for n in assumed
            if n not in equalities
        ]
        self.residuals: list[tuple[int, tuple[Key, ...]]] = []
        """Operations that are zero, and the numbers of jets in them."""
        residuals = [N.subtract(n.left, n.right) for n in context.identically]
        fixed = [N.subtract(n.left, n.right) for n in equalities]
        for residual in (*residuals, *fixed):
            self._add(residual)
        most = max((sum(orders) for _, _, orders in self.jets), default=0)
        if not self._is_normal(len(residuals)):
            # further derivatives show what the equations say of one another
            most += 1 + max((sum(o) for _, keys in self.residuals for _, _, o in keys), default=0)
        for number, residual in enumerate(residuals):
            for order in range(1, most + 1):
                added = [
                    self._add(node, most)
                    for node in _derivatives(residual, context.varying, order, str(number))
                ]
                if not any(added):
                    break
        if len(self.residuals) > _MAX_RESIDUALS:
            raise Unsupported("too many derivatives of the equations")
        places: dict[str, set[tuple[int, ...]]] = {}
        for name, place, _ in self.jets:
            places.setdefault(name, set()).add(place)
        self.several = {name: found for name, found in places.items() if len(found) > 1}
        bound = {
            n.function
            for e in context.identically
            for n in N.walk(e)
            if isinstance(n, N.Apply) and not any(map(N.functions_in, n.args))
        }
        if bound & self.several.keys():
            # the equations tie what such a function is here to what it is elsewhere
            raise Unsupported("a function that equations give is taken at several places")
        self.plan = self._plan()

    def _is_normal(self, count: int) -> bool:
        """Whether each equation gives the highest derivative of a function of its own.

        Then nothing else constrains the jets. Without that, equations may have consequences
        that only their derivatives show.
        """
        if count == 1:
            return True
        equations = [keys for _, keys in self.residuals[:count]]
        highest: dict[str, int] = {}
        for name, _, orders in chain.from_iterable(equations):
            highest[name] = max(highest.get(name, 0), sum(orders))
        tops = [
            {(name, len(orders)) for name, _, orders in keys if sum(orders) == highest[name]}
            for keys in equations
        ]
        uses = Counter(chain.from_iterable(tops))
        return all(
            any(arity == 1 and uses[name, arity] == 1 for name, arity in top) for top in tops
        )

    def _add(self, residual: Node, most: int | None = None) -> bool:
        """Take in an equation, unless it holds higher derivatives than those that matter."""
        number = self.tape.write(residual)
        keys = self._keys(number)
        if most is not None and any(sum(orders) > most for _, orders in keys):
            return False
        self._slot(number)
        found = tuple(
            dict.fromkeys(
                self.keys_of[op] for op in self._applications(number) if op in self.keys_of
            )
        )
        self.residuals.append((number, found))
        return True

    def _below(self, number: int) -> Iterator[int]:
        seen: set[int] = set()
        pending = [number]
        while pending:
            op = pending.pop()
            if op not in seen:
                seen.add(op)
                yield op
                # the number of a jet does not depend on the place but by name
                if self.tape.codes[op] != "apply" or self.tape.data[op][0] not in self.solved:
                    pending.extend(self.tape.args[op])

    def _applications(self, number: int) -> list[int]:
        return sorted(op for op in self._below(number) if self.tape.codes[op] == "apply")

    def _keys(self, number: int) -> list[tuple[str, tuple[int, ...]]]:
        found = [self.tape.data[op] for op in self._applications(number)]
        return [(name, orders) for name, orders in found if name in self.solved]

    def _compile(self, number: int, scope: Any) -> int:
        tape = self.tape
        if tape.codes[number] != "apply" or tape.data[number][0] not in self.solved:
            return super()._compile(number, scope)
        if tape.shapes[number]:
            raise Unsupported("functions of arrays that equations give")
        name, orders = tape.data[number]
        args = tuple(self._slot(arg) for arg in tape.args[number])
        key = (name, args, orders)
        self.jets.setdefault(key, self.nan)
        self.keys_of[number] = key

        def value(*places: Ball) -> Ball:
            return self.jets[key] if all(p.is_finite() for p in places) else self.nan

        return self._emit(scope, key, value, *args)

    def _plan(self) -> list[tuple[int, Key, bool]]:
        """For each equation what it is solved for, in order, and whether that occurs linearly."""
        chosen: dict[int, Key] = {}
        uses = Counter(key for _, keys in self.residuals for key in keys)
        order = sorted(
            range(len(self.residuals)),
            key=lambda k: (max((sum(o) for _, _, o in self.residuals[k][1]), default=0), k),
        )
        for k in order:
            keys = [key for key in self.residuals[k][1] if key not in chosen.values()]
            if not keys:
                if not self.residuals[k][1]:
                    raise Unsupported("an equation that determines no function")
                continue  # it follows from others, or contradicts them
            chosen[k] = max(keys, key=lambda key: (sum(key[2]), -uses[key], key[0]))
        plan: list[tuple[int, Key, bool]] = []
        self.redundant = [self._slot(self.residuals[k][0]) for k in order if k not in chosen]
        waiting = [k for k in order if k in chosen]
        while waiting:
            open_keys = {chosen[k] for k in waiting}
            ready = (
                k for k in waiting if not (open_keys & set(self.residuals[k][1])) - {chosen[k]}
            )
            k = next(ready, -1)
            if k < 0:
                raise Unsupported("equations that are to be solved together")
            number, _ = self.residuals[k]
            is_affine = self._degree(number, chosen[k], {}) <= 1
            plan.append((self._slot(number), chosen[k], is_affine))
            waiting.remove(k)
        return plan

    def _degree(self, op: int, key: Key, known: dict[int, int]) -> int:
        """The degree of an operation in one number of a jet; high where it is not certain."""
        found = known.get(op)
        if found is None:
            below = [self._degree(arg, key, known) for arg in self.tape.args[op]]
            if self.keys_of.get(op) == key:
                found = 1
            elif not any(below):
                found = 0
            else:
                found = {"add": max(below), "mul": sum(below)}.get(self.tape.codes[op], 9)
                if self.tape.codes[op] in ("guard", "var"):
                    found = below[0]
            known[op] = found
        return found

    # at a point ---------------------------------------------------------------------------

    def run(self, point: Point) -> Runs:
        """Values of both sides; NaN where no jet was found that satisfies the equations.

        Where others determine all that is in an equation, that it holds is seen by a ball that
        contains zero: the finer the ball, the less it passes over.
        """
        if not self.redundant:
            return self._found(point)
        if self._last is None or self._last[0] is not point:
            with precision(FINEST):  # the same at every precision that is asked for
                self._last = (point, self._found(point))
        return self._last[1]

    def _found(self, point: Point) -> Runs:
        self.load(point)
        # where no symbol is left to vary, points differ by what stands for functions alone
        stand_ins = sorted((name, instance.text) for name, instance in point.instances.items())
        random = Random(crc32(repr((self.seed, sorted(point.values.items()), stand_ins)).encode()))
        for _ in range(_TRIES):
            if self._solve(random):
                return [({}, tuple(self.slots[k] for k in self.results))]
        return [({}, (self.nan, self.nan))]

    def _solve(self, random: Random) -> bool:
        for key in sorted(self.jets, key=repr):
            drawn = random.choice(_DRAWN)
            self.jets[key] = arb(exactly(drawn))
        for slot, key, is_affine in self.plan:
            if not (self._divide(slot, key) if is_affine else self._bracket(slot, key, random)):
                return False
        execute(self.outer.operations, self.slots)
        if not self._are_apart():
            return False
        if not all(bool(self.slots[slot].contains(0)) for slot in self.redundant):
            return False
        return all(bool(self.slots[slot] == 1) for slot in self.conditions)

    def _are_apart(self) -> bool:
        """Whether different places of one function certainly are different points."""
        for found in self.several.values():
            for one, other in combinations(sorted(found), 2):
                pairs = zip(one, other, strict=True)
                if all(self.slots[a].overlaps(self.slots[b]) for a, b in pairs):
                    return False
        return True

    def _at(self, slot: int, key: Key, value: Ball) -> Ball:
        self.jets[key] = value
        execute(self._leading_to(slot), self.slots)
        return self.slots[slot]

    def _leading_to(self, slot: int) -> list[Operation]:
        """The operations that one value rests on, in order."""
        found = self._leading.get(slot)
        if found is None:
            found, needed = [], {slot}
            for number, operation in reversed(list(enumerate(self.outer.operations))):
                out, _, args = operation
                if out in needed:
                    if not args:  # a loop's body may use whatever stands before it
                        found += reversed(self.outer.operations[: number + 1])
                        break
                    found.append(operation)
                    needed.update(args)
            found.reverse()
            self._leading[slot] = found
        return found

    def _divide(self, slot: int, key: Key) -> bool:
        start = self._at(slot, key, arb(0))
        slope = self._at(slot, key, arb(1)) - start
        if not slope.is_finite() or slope.contains(0):
            return False
        self.jets[key] = -start / slope
        return True

    def _bracket(self, slot: int, key: Key, random: Random) -> bool:
        """A root between two values at which the residual certainly has opposite signs."""
        found: list[tuple[Ball, Ball, bool]] = []
        before: tuple[Ball, int] | None = None
        for start in _STARTS:
            here = arb(exactly(start))
            value = self._at(slot, key, here)
            sign = 1 if value > 0 else -1 if value < 0 else 0
            if sign and before is not None and before[1] == -sign:
                found.append((before[0], here, before[1] > 0))
            before = (here, sign) if sign else None
        if not found:
            return False
        first = random.choice(found)
        for low, high, falls in (first, *(one for one in found if one is not first)):
            root = self._closer(slot, key, low, high)
            if root is None:
                root = self._halved(slot, key, low, high, falls)
            # the sign changes at a pole and at a jump, too, but there no ball has a value
            if self._at(slot, key, root).is_finite():
                return True
        return False

    def _halved(self, slot: int, key: Key, low: Ball, high: Ball, falls: bool) -> Ball:
        """A narrow enclosure of a change of sign."""
        for _ in range(ctx.prec + 8):
            middle = ((low + high) / 2).mid()
            value = self._at(slot, key, middle)
            if not (value > 0 or value < 0):
                break
            if bool(value > 0) == falls:
                low = middle
            else:
                high = middle
        return low.union(high)

    def _closer(self, slot: int, key: Key, low: Ball, high: Ball) -> Ball | None:
        """A narrow enclosure of the root by the secant method, proved by signs at its ends."""
        before, here = low, high
        old, new = self._at(slot, key, before), self._at(slot, key, here)
        for _ in range(_SECANTS):
            gap = (new - old).mid()
            if gap.is_zero() or not new.is_finite():
                break
            before, here, old = here, (here - new * (here - before) / gap).mid(), new
            if not low <= here <= high:
                return None
            new = self._at(slot, key, here)
            if new.contains(0):
                break
        margin = arb(2) ** (_SPARE - ctx.prec) * (1 + abs(here))
        ends = here - margin, here + margin
        signs = [self._at(slot, key, end.mid()) for end in ends]
        if (signs[0] > 0 and signs[1] < 0) or (signs[0] < 0 and signs[1] > 0):
            return ends[0].mid().union(ends[1].mid())
        return None

    def jet_texts(self) -> tuple[tuple[str, str], ...]:
        """The jet last found, as a person writes it."""
        found = []
        for (name, _, orders), value in sorted(self.jets.items(), key=lambda item: item[0][::2]):
            if len(orders) > 1 and any(orders):
                text = f"D({name}, {', '.join(map(str, orders))})"
            elif sum(orders):
                text = f"D({name})" if orders == (1,) else f"D({name}, {orders[0]})"
            else:
                text = name
            found.append((text, decimal(value.mid(), 12)))
        return tuple(found)


def _moved(node: Node, symbol: N.Sym, variable: N.Sym, tag: str) -> Node:
    """A node with a variable in place of a symbol; derivatives inside bind names of their own."""
    renamed: dict[Node, Node] = {symbol: variable}
    for inner in N.walk(node):
        if isinstance(inner, N.Jvp) and any(symbol in N.walk(at) for at in inner.at):
            for bound in inner.variables:
                renamed[bound] = N.Sym(f"{bound.name}{tag}", shape=bound.shape)
    return N.substitute(node, renamed)


def _derivatives(residual: Node, names: tuple[str, ...], order: int, prefix: str) -> Iterator[Node]:
    """The derivatives of that order by the names, each bound variable with a name of its own."""
    symbols = {n.name: n for n in N.walk(residual) if isinstance(n, N.Sym)}
    for chosen in combinations_with_replacement([n for n in names if n in symbols], order):
        tag = f"#s{prefix}.{'.'.join(chosen)}"
        yield _derivative(residual, [symbols[name] for name in chosen], tag)


def _derivative(residual: Node, by: list[N.Sym], tag: str) -> Node:
    if not by:
        return residual
    *rest, last = by
    variable = N.Sym(f"{last.name}{tag}.{len(by)}", shape=())
    body = _moved(_derivative(residual, rest, tag), last, variable, f"{tag}.{len(by)}")
    return N.Jvp(body, (variable,), (last,), (N.ONE_NODE,), shape=())
