r"""Names that may not be what they seem: what is held constant may depend on what varies.

A derivative by ``x_k`` holds every other name. That is wrong of a mean ``\bar x`` that nothing
defines, of the total n of the shares ``n_i/n``, of an ``x_1`` that ``x_i`` may be, of a ``p_n``
that is defined apart from the other entries, and of what another section defines. Such claims are
not read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from derivcheck.documents import sayings
from derivcheck.documents.bindings import Binding
from derivcheck.documents.chains import Place
from derivcheck.documents.emission.calculus import Emitter
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.kinds import COUNTS, RUNNING
from derivcheck.documents.maths.subscripts import Subscripts
from derivcheck.documents.maths.tree import NotReadError, Tree, is_number, names_in, sym, walk
from derivcheck.records import record

_INDICES = frozenset("ijk")
"""Letters below that are hardly ever labels."""
_SCRIPTS = Subscripts()
_ANGULAR = r"(r|s|t|n|R|\\(?:var)?(?:theta|phi|rho))"
_TURNING = re.compile(
    rf"\\hat\{{(\\\w+\{{)?{_ANGULAR}\}}|(\\(mathbf|hat|vec|boldsymbol)\{{)+[eu]\}}+_\{{?{_ANGULAR}\}}?\Z"
)
"""Unit vectors of curved coordinates, and of curves."""
_HATTED = re.compile(r"\\hat\{(?!(\\\w+\{)?\\?[xyzijk](math)?\})")
"""Unit vectors but those of Cartesian axes, where something moves."""


def variables(trees: Iterable[Tree]) -> list[Tree]:
    """What is differentiated by in trees."""
    return [by for tree in trees for node in walk(tree) if node.op == "deriv"
            for by in node.args[1:]]  # fmt: skip


def family(variable: Tree) -> str:
    """The letter of a subscripted variable, or of an entry; empty for any other."""
    if variable.op == "entry":
        return variable.args[0].name.removesuffix("_{\\cdot}")
    named = _SCRIPTS.of(variable.name) if variable.op == "sym" else None
    return named[0] if named else ""


@record()
class Kin:
    """What a claim differentiates by, all that it rests on, and the names that nothing declares."""

    by: Collection[Tree]
    trees: Collection[Tree]
    free: Collection[str]
    bindings: Mapping[str, Binding]

    @property
    def own(self) -> set[str]:
        """The names that it is differentiated by."""
        return {variable.name for variable in self.by if variable.op == "sym"}

    @property
    def families(self) -> set[str]:
        """The letters of those with subscripts, and of entries."""
        return {name for variable in self.by if (name := family(variable))}

    def refuse(self, key: str, reason: str) -> NotReadError:
        """A reason that stands where a name does."""
        at = next((n.at for tree in self.trees for n in walk(tree) if n.name == key), 0)
        return NotReadError(reason, at)

    def check(self, elsewhere: Mapping[str, frozenset[str]]) -> None:
        """Refuse a claim in which a free name may depend on what is differentiated by.

        ``elsewhere`` is what other sections define, with the names that this is made of.
        """
        own, families = self.own, self.families
        for key in sorted({*self.free} - own) if families else ():
            if (base := averaged(key)) and (base in families or _is_made(base, self.bindings)):
                reason = f"`{key}` may be a mean that depends on `{min(families)}`"
                raise self.refuse(key, reason)
            if key in families and any(_divides(key, tree) for tree in self.trees):
                raise self.refuse(key, f"`{key}` may be the sum of all `{key}` with subscripts")
            named = _SCRIPTS.of(key)
            for other in sorted(own):
                if named and _may_be(named, _SCRIPTS.of(other)):
                    raise self.refuse(key, f"`{other}` may be `{key}` or one like it")
            if not families.isdisjoint(_bases(elsewhere.get(key, ()))):
                reason = f"`{key}` is defined in another section, by what varies"
                raise self.refuse(key, reason)

    def check_sums(self, sums: Collection[str]) -> None:
        r"""Refuse ``(x_i - \mu)/\sigma`` differentiated by ``x_i`` with mu and sigma held, which
        the page calls a mean and a deviation."""
        families = self.families
        for key in sorted({*self.free} & {*sums}) if families else ():
            if not _SCRIPTS.of(key) and any(_is_beside(key, families, t) for t in self.trees):
                raise self.refuse(key, f"`{key}` may be made of all `{min(families)}`")

    def check_turning(self, is_timed: bool) -> None:
        r"""Refuse ``d(r \hat r)/dt`` with the unit vector held: in curved coordinates it turns."""
        products = [n for tree in self.trees for n in walk(tree) if n.op == "mul"]
        for key in sorted({n.args[1].name for n in products if n.args[1].op == "sym"}):
            known = self.bindings.get(key)
            is_unit = _TURNING.match(key) or (is_timed and _HATTED.match(key))
            if is_unit and (known is None or known.tree is None):
                raise self.refuse(key, f"`{key}` may turn")

    def check_instances(self) -> None:
        """Refuse a free ``a_1`` where ``a_k = 1/k`` is defined: it has a value, or depends on what
        varies."""
        below = {
            key: named for key in sorted({*self.free} - self.own) if (named := _SCRIPTS.of(key))
        }
        general: dict[str, list[tuple[Binding, tuple[str, ...]]]] = {}
        for key, one in self.bindings.items() if below else ():
            said = _SCRIPTS.of(key) if one.kind == "definition" and one.arguments is None else None
            if said is not None and one.tree is not None and all(x.isalpha() for x in said[1]):
                general.setdefault(said[0], []).append((one, said[1]))
        families = self.families
        for key, (letter, places) in below.items():
            for one, indices in general.get(letter, ()):
                if len(indices) != len(places) or one.tree is None:
                    continue
                names = names_in(one.tree)
                is_value = not names.isdisjoint(indices)
                is_made = not families.isdisjoint(_bases(names))
                if key not in names and (is_value or is_made):
                    raise self.refuse(key, f"`{key}` may be what `{one.key}` defines")


def _is_made(letter: str, bindings: Mapping[str, Binding]) -> bool:
    """Whether entries of a letter are defined."""
    return any(one.kind == "definition" and _letter(key) == letter for key, one in bindings.items())


def _is_beside(key: str, families: set[str], tree: Tree) -> bool:
    """Whether a name stands in a sum or quotient with names of a family, or a mean divides by
    it."""
    for node in walk(tree):
        if node.op not in ("add", "sub", "div", "mul"):
            continue
        names = [{n.name for n in walk(arg)} for arg in node.args]
        factor = node.args[0]
        is_part = node.op != "mul" or (factor.op == "div" and factor.args[0].op == "num")
        for one, other in (names, reversed(names)) if is_part else ():
            if key in one and not families.isdisjoint({*other, *_bases(other)}):
                return True
    return False


def between(head: Tree, bindings: Mapping[str, Binding], emitter: Emitter) -> frozenset[str]:
    r"""What ``\partial z/\partial x`` of ``z = x^2 + y`` may hold or not: a y that is made of x,
    where x itself stands in z, or in what is differentiated, as well."""
    if head.op != "deriv" or head.name != "partial":
        return frozenset()
    body, *by = head.args
    binding = bindings.get(body.name) if body.op in ("sym", "apply") else None
    is_name = body.op in ("sym", "apply")
    trees = (binding.trees if binding else ()) if is_name else (body,)
    names = {name for tree in trees for name in names_in(tree)}
    varied = {variable.name for variable in by}
    if names.isdisjoint(varied):
        return frozenset()
    made = (name for name in names if name in bindings and bindings[name].trees)
    return frozenset(n for n in made if not varied.isdisjoint(emitter.free_names(sym(n))))


DEPENDENT = frozenset("xyztuvwsfghr")
"""Letters that stand for a variable or a function rather than for a parameter."""


def check_held(node: Tree, held: Iterable[str], emitter: Emitter, place: Place) -> None:
    """Refuse a derivative that holds a name whose definition was not read, ``p = p(V, T)``, and a
    total one that holds what the page says to vary: y where it has y' or ``dy/dx``, or where words,
    or functions beside it that only primes tell of, ``(fy)' = f'y``, say that it is one."""
    by, rates = {one.name for one in node.args[1:]}, place.kinds.rates
    may_vary = bool(emitter.invented) or sayings.may_vary(place.equation)
    for key in sorted({*held} - by):
        if place.killed.get(key):
            raise NotReadError(f"the definition of `{key}` was not read", node.at)
        if node.name != "d":
            continue
        if any((key, one) in rates for one in by) or ((key, "'") in rates and not by - RUNNING):
            raise NotReadError(f"`{key}` varies with `{min(by)}` elsewhere", node.at)
        if key in emitter.free and keys.letter(key) in DEPENDENT and may_vary:
            raise NotReadError(f"`{key}` may depend on `{min(by)}`", node.at)


def averaged(key: str) -> str:
    r"""The letter under the bar of a mean: x of ``\bar{x}``; empty for any other name."""
    base, _, _ = keys.parts(key)
    for bar in ("\\bar{", "\\overline{"):
        if base.startswith(bar) and base.endswith("}"):
            return base[len(bar) : -1]
    return ""


def apart(arrays: Collection[str], place: Place, bound: Collection[str]) -> str:
    r"""An entry that is defined apart from the other ones of its array: ``p_n = 1 - ...``; empty
    where there is none.

    One that is given a number is no reason: what holds for all values holds for this one.
    """
    for key in (*place.bindings, *sorted(place.killed)):
        named, one = _SCRIPTS.of(key), place.bindings.get(key)
        recursion = _SCRIPTS.shifted(key) if one is not None and one.kind == "definition" else None
        if recursion is not None and recursion[0] in arrays:
            return key
        if named is None or named[0] not in arrays:
            continue
        if one is not None and (one.kind != "definition" or one.arguments is not None):
            continue
        if one is not None and one.tree is not None:
            if is_number(one.tree):
                continue
            if any(_letter(node.name) == named[0] for node in walk(one.tree) if node.op == "sym"):
                return key  # h_t = w h_{t-1}: what follows an entry varies with it
        if any(x.isdigit() or (x in COUNTS and x not in bound) for x in named[1]):
            return key
    return ""


def has_values(arrays: Collection[str], bindings: Mapping[str, Binding]) -> bool:
    """Whether the page gives entries numbers: ``x_1 = 2``."""
    return any(
        one.kind == "definition"
        and named is not None
        and named[0] in arrays
        and any(place.isdigit() for place in named[1])
        for key, one in bindings.items()
        for named in (_SCRIPTS.of(key),)
    )


def _letter(key: str) -> str:
    """The letter of a name with places below, also such as ``x_{i+1}``."""
    named = _SCRIPTS.of(key) or _SCRIPTS.shifted(key)
    return named[0] if named else ""


def _bases(names: Iterable[str]) -> Iterator[str]:
    """The letters of subscripted names."""
    return (named[0] for name in names if (named := _SCRIPTS.of(name)))


def _may_be(one: tuple[str, tuple[str, ...]], other: tuple[str, tuple[str, ...]] | None) -> bool:
    """Whether a name with a number below and one with an index may be the same."""
    if other is None or one[0] != other[0] or len(one[1]) != len(other[1]):
        return False
    pairs = [*zip(one[1], other[1], strict=True)]
    is_open = any((x.isdigit() and y in _INDICES) or (y.isdigit() and x in _INDICES)
                  for x, y in pairs)  # fmt: skip
    return is_open and all(x == y or x in _INDICES or y in _INDICES for x, y in pairs)


def _divides(key: str, tree: Tree) -> bool:
    """Whether something is divided by a name: ``n_i/n``, but not ``1/(x - x_i)``."""

    def is_factor(one: Tree) -> bool:
        if one.op in ("mul", "pow"):
            return any(map(is_factor, one.args[: 1 if one.op == "pow" else None]))
        return one.op == "sym" and one.name == key

    return any(node.op == "div" and is_factor(node.args[1]) for node in walk(tree))
