"""One reading of a chain to an entry: its left side, its members, and what they need to be said."""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from dataclasses import replace

from derivcheck.collection.raw import Raw
from derivcheck.documents import kin
from derivcheck.documents.bindings import reached
from derivcheck.documents.chains import Parsed, Place, Reading
from derivcheck.documents.conditions import Comparison, linked, reaching
from derivcheck.documents.emission.calculus import Emitter
from derivcheck.documents.emission.text import Text
from derivcheck.documents.grading import Grounds
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.kinds import RUNNING
from derivcheck.documents.maths.tree import (
    NotReadError,
    SilentError,
    Tree,
    UnmetError,
    is_rate,
    names_with_signs,
    walk,
)
from derivcheck.documents.meanings import DIFFERENTIAL
from derivcheck.documents.rates import MOTION, REPLACED
from derivcheck.documents.varying import depends, invented, symbols_below, varied, written_out

MOST_BETWEEN = 12
"""Equations between a definition and a claim for which another claim may vouch."""
_GATHERED = (
    *("symbols", "functions", "where", "names", "shapes", "free", "used", "free_indices", "fresh"),
)
"""What an emitter has gathered of the members that are read."""
_PLACES = frozenset("ijklmntT")
_CONSTANTS = frozenset("abcknmCKN")
_TIMES = frozenset(("t", "s", "\\tau"))
_TURNS = RUNNING | _TIMES | {"\\theta", "\\phi", "\\varphi", "\\psi"}
"""By these unit vectors of curved coordinates turn."""


class Builder:
    """Builds the entry of one reading."""

    def __init__(self, place: Place, choices: Choices, parsed: Parsed) -> None:
        parsed = parsed.with_trees(written_out(parsed.trees, place.bindings))
        self.place = place
        self.parsed = parsed
        self.head = parsed.head
        self.members = parsed.members
        self.trees = parsed.trees
        self.unread = dict(parsed.unread)
        self.emitter = Emitter(place.bindings, place.declarations, choices)
        self.emitter.arrays = frozenset(place.kinds.arrays)
        self.emitter.rates = place.kinds.rates
        self.emitter.entrywise = frozenset(place.kinds.entrywise)
        self.emitter.context = self.trees
        self.emitter.varying = varied(parsed, self.emitter)
        self.emitter.invented = invented(self.trees, place.bindings)
        self.is_moving = (
            place.is_bare
            and bool(self.emitter.varying)
            and any(node.op == "prime" and node.name == "dot" for node in walk(self.head))
        )
        """Whether an array that nothing declares has a dot on the left."""
        self.gradient: tuple[str, ...] | None = None
        """The shape of a gradient by a column, where nothing declares its layout."""

    def build(self) -> Reading:
        """The entry, and how surely it is meant. Raises :class:`NotReadError`."""
        emitter = self.emitter
        raw: dict[str, Raw] = {}
        head = emitter.derivative(self.head)
        if (
            self.is_moving
            and head.args[0].op == "sym"
            and head.args[0].name not in emitter.bindings
        ):
            raise SilentError("a dot, and no time", head.at)
        self.check_dots()
        if self.is_moving:
            self.check_moving()
        kind = self.head_text(head, raw)
        free, used = set(emitter.free), set(emitter.used)
        texts: dict[int, Text] = {}
        emitter.is_member = True
        for i, tree in self.members.items():
            saved = {name: copy(getattr(emitter, name)) for name in _GATHERED}
            try:
                if self.is_moving and not any(map(is_rate, walk(tree))):
                    raise SilentError(MOTION, tree.at)
                text = emitter.emit(tree)
                new = emitter.free - free
                new |= {key for key in emitter.used.keys() - used if self.is_inferred(key)}
                if new:
                    raise UnmetError(f"`{min(new)}` does not occur on the left", tree.at)
                texts[i] = text
            except NotReadError as error:
                for name, value in saved.items():
                    setattr(emitter, name, value)
                emitter.indices.clear()
                self.unread[i] = error
        if not texts:
            raise self.unread[min(self.unread)]
        is_open = not self.place.declarations.layout
        if (
            is_open
            and self.gradient is not None
            and {text.shape for text in texts.values()} == {self.gradient[::-1]}
        ):
            raw["layout"] = "numerator"  # nothing else is a row
        forms: list[Raw] = [texts[i].text for i in sorted(texts)]
        steps: list[Raw] = [{"to": text} for text in forms]
        if self.parsed.carried is not None:
            with suppress(NotReadError):
                steps.insert(0, {"to": emitter.emit(self.parsed.carried).text})
        self.check_kin(head)
        grade = Grounds(self.place, self.parsed, head, self.unread, texts, emitter).grade()
        if self.is_moving:
            grade = replace(grade, anchored=False, pass_only=REPLACED)
        return Reading(
            self.entry(raw, kind, forms, steps),
            dict(self.unread),
            grade,
            names={name: key for key, name in emitter.names.items()},
            guessed=self.guessed(),
            places=tuple(sorted(emitter.free_indices)),
            used=tuple(emitter.defined),
            between=kin.between(head, self.place.bindings, emitter),
            rests=self.rests(),
            kept=sum(map(self.is_met, self.said())),
        )

    def is_inferred(self, key: str) -> bool:
        """Whether a name is an array by no more than its use."""
        one = self.emitter.used[key]
        return one.kind == "symbol" and one.equation is None and one.location is None

    def check_dots(self) -> None:
        """Refuse a derivative by the time of what has a dot for a name of its own, where that of
        which it is the rate is defined: both would be the same."""
        bindings = self.emitter.bindings
        nodes = [node for tree in self.trees for node in walk(tree)]
        is_timed = any(n.op == "deriv" and any(v.name == "t" for v in n.args[1:]) for n in nodes)
        for name, node in reached(self.trees, bindings).items() if is_timed else ():
            moving = bindings.get(keys.undotted(name)) if keys.dots(name) else None
            if moving is not None and moving.trees:
                raise NotReadError(f"`{name}` is a name, and the rate of what is defined", node.at)

    def check_moving(self) -> None:
        """Refuse a rate that holds what has a dot elsewhere: the P of a Riccati equation."""
        for name, node in reached(self.trees, self.emitter.bindings).items():
            is_held = name not in self.emitter.bindings or not self.emitter.bindings[name].trees
            is_seen = keys.parts(name)[0] in self.place.kinds.moving
            if is_seen and is_held and name not in self.emitter.varying:
                raise SilentError(f"whether `{name}` moves is not said", node.at)

    def check_kin(self, head: Tree) -> None:
        """Refuse a claim in which what is held may depend on what varies."""
        place, emitter = self.place, self.emitter
        stated = [head, *self.trees]
        every = [*stated, *(tree for one in emitter.defined.values() for tree in one.trees)]
        claim = kin.Kin(kin.variables(stated), every, emitter.free, place.bindings)
        claim.check(place.elsewhere)
        claim.check_sums(place.kinds.sums)
        claim.check_instances()
        nodes = [node for tree in stated for node in walk(tree)]
        is_timed = any(is_rate(n) or n.op == "rate" or keys.dots(n.name) for n in nodes)
        if is_timed or claim.own & _TURNS:
            claim.check_turning(is_timed or bool(claim.own & _TIMES))
        for node in (one for tree in stated for one in walk(tree)):
            if node.op == "deriv" and len(node.args) > 1:
                held = emitter.free_names(node.args[0]) - emitter.invented.keys()
                kin.check_held(node, held, emitter, place)

    def guessed(self) -> tuple[str, ...]:
        """The names that may well be positive only: bars round one, or a case, say otherwise.

        What an annotation declares it declares.
        """
        trees = [*self.trees, *self.emitter.formulas]
        signed = {name for tree in trees for name in names_with_signs(tree)}
        declared = {
            key
            for key, one in self.emitter.used.items()
            if one.kind == "symbol" and one.equation is None
        }
        return tuple(
            name
            for key, name in self.emitter.names.items()
            if key not in signed and (key not in declared or self.emitter.free)
        )

    def rests(self) -> tuple[tuple[str, int], ...]:
        """The definitions of this section that it rests on; empty where one stands elsewhere."""
        found: list[tuple[str, int]] = []
        here = self.place.equation
        for key, binding in self.emitter.defined.items():
            there = binding.equation
            if there is None:
                continue
            if there.section != here.section or here.number - there.number > MOST_BETWEEN:
                return ()
            found.append((key, there.number))
        return tuple(sorted(found))

    def head_text(self, head: Tree, raw: dict[str, Raw]) -> str:
        """Fill in the left side; the claim's key."""
        emitter = self.emitter
        is_hessian = head.name == "nabla" and head.order == 2
        if (
            head.op == "deriv"
            and len(head.args) == 2
            and head.args[0].op != "at"
            and not is_hessian
        ):
            body_tree, by = head.args
            variable = emitter.variable(by)
            emitter.check_depends(body_tree, [by], head.at)
            self.check_contains(body_tree, by)
            body = emitter.emit(body_tree)
            upstream = self.place.declarations.upstream
            # \nabla_x (Ax), where the page says by what: the derivative of a column by a column
            is_column = body.shape[1:] == variable.shape[1:] == ("1",) and self.head.args[1:]
            if head.name == "nabla" and body.shape and upstream is None and not is_column:
                raise NotReadError("the gradient of an array", head.at)
            if "[" not in variable.text and (
                upstream is not None or not _is_tensor(body, variable)
            ):
                raw["expression"] = body.text
                raw["wrt"] = variable.text
                if upstream is not None:
                    raw["upstream"] = emitter.emit(upstream).text
                elif variable.shape:
                    is_open = bool(body.shape)
                    if self.place.is_bare and not is_open and head.name != "nabla":
                        self.gradient = variable.shape if "1" in variable.shape else None
                    layout = emitter.layout() if is_open else self.place.declarations.layout
                    raw |= {"layout": layout} if layout == "numerator" else {}
                return "derivative"
        if head.op == "deriv" and head.args[1:]:
            self.check_contains(head.args[0], head.args[1])
        raw["expression"] = emitter.emit(head).text
        return "equals"

    def check_contains(self, body: Tree, by: Tree) -> None:
        """The operand must depend on the variable, or a definition is missing."""
        if by.op != "sym" or body.op == "at":
            return
        emitter = self.emitter
        if body.op == "const":
            raise NotReadError("the derivative of a constant", body.at)
        declared = emitter.bindings.get(body.name) if body.op == "sym" else None
        if (
            declared is not None
            and declared.kind == "symbol"
            and not declared.shape
            and body.name != by.name
            and not self.is_zero_claim()
        ):
            raise NotReadError(
                f"`{body.name}` is declared as a variable, not as a function", body.at
            )
        if self.is_recursive(body) and not keys.parts(by.name)[1]:
            raise NotReadError(f"`{body.name}` is defined by itself at another place", body.at)
        if depends(body, by.name, emitter):
            return
        undeclared = [
            key
            for key in emitter.free_names(body)
            if key not in self.place.bindings and key != by.name
        ]
        is_bare = self.place.is_bare
        is_free = _is_parameter(body, emitter) or keys.dotted(by.name) in emitter.free_names(body)
        if is_bare and self.is_zero_claim() and not is_free:
            raise NotReadError(
                f"`{by.name}` may be what `{body.name or '...'}` depends on", body.at
            )
        if (undeclared or is_bare) and not self.is_zero_claim():
            raise NotReadError(f"`{by.name}` does not occur in what is differentiated", body.at)

    def is_recursive(self, body: Tree) -> bool:
        """Whether a name is defined by its own letter at another place: ``s_t = w s_{t-1}``."""
        binding = self.emitter.bindings.get(body.name) if body.op == "sym" else None
        base, sub, _ = keys.parts(body.name)
        if binding is None or binding.kind != "definition" or binding.tree is None or not sub:
            return False
        if len(sub) == 1 and sub.isalpha() and sub not in _PLACES:
            return False  # a label: \sigma_p^2 of a portfolio is made of \sigma_1 and \sigma_2
        names = {n.name for n in walk(binding.tree) if n.op == "sym"}
        return any(keys.parts(name)[0] == base and name != body.name for name in names)

    def is_zero_claim(self) -> bool:
        """Whether nothing but a zero is claimed: ``\\frac{d}{dx} c = 0``."""
        members = list(self.members.values())
        return len(members) == 1 and members[0].name == "0" and not self.unread

    def entry(
        self, raw: dict[str, Raw], kind: str, forms: list[Raw], steps: list[Raw]
    ) -> dict[str, Raw]:
        """The whole entry; ``raw`` is what its left side says, ``kind`` the key of its claim."""
        emitter, declarations = self.emitter, self.place.declarations
        assumed, identical = reaching(
            (declarations.assume, declarations.identically), self.spoken, emitter.names
        )
        conditions, identities = (
            [
                f"{emitter.emit(left).text} {sign} {emitter.emit(right).text}"
                for left, sign, right in source
            ]
            for source in ((*assumed, *filter(self.is_met, self.said())), identical)
        )
        if both := emitter.symbols.keys() & emitter.functions.keys():
            raise NotReadError(f"`{min(both)}` would be a number and a function", self.head.at)
        shapes = (
            one.get("shape") if isinstance(one, dict) else one for one in emitter.symbols.values()
        )
        dims = {str(dim) for one in shapes if isinstance(one, list) for dim in one}
        symbols: dict[str, Raw] = {
            name: value  # type: ignore[misc]
            for name, value in emitter.symbols.items()
            if name not in dims
        }
        expression = raw.pop("expression")
        varied: list[Raw] = [emitter.names[k] for k in emitter.varying if k in emitter.names]
        texts = (expression, *forms, *emitter.where.values())
        is_varied = kind == "equals" and any(DIFFERENTIAL.search(str(text)) for text in texts)
        said: dict[str, Raw] = {
            "symbols": symbols,
            "functions": dict(emitter.functions),
            "where": dict(emitter.where),
            "assume": [*conditions],
            "identically": [*identities],
            "expression": expression,
            "wrt": varied if is_varied else [],
            "values": declarations.values,
            **raw,
            kind: forms[0] if len(forms) == 1 else forms,
            "derivation": steps if len(steps) > 1 else [],
        }
        return {key: value for key, value in said.items() if value}

    def said(self) -> list[Comparison]:
        """What is supposed, over names that the claim speaks of."""
        return linked(self.place.said, self.concerns)

    def spoken(self, condition: Comparison) -> set[str]:
        """The names that a condition speaks of, sizes aside."""
        names = self.names(condition[0]) | self.names(condition[2])
        return names - self.place.declarations.dims

    def is_met(self, condition: Comparison) -> bool:
        """Whether a side condition speaks only of what the claim speaks of."""
        left, _, right = condition
        return self.concerns(left) and self.concerns(right)

    def concerns(self, tree: Tree) -> bool:
        """Whether what a tree speaks of is what the claim speaks of."""
        return self.names(tree) <= self.emitter.names.keys() | self.place.declarations.dims

    def names(self, tree: Tree) -> set[str]:
        """The names that a tree speaks of, those in definitions included."""
        bindings = self.place.bindings
        indices = {n.name for n in walk(tree) if n.op in ("sum", "prod")}
        free = self.emitter.free_names(tree) - indices - bindings.keys()
        return symbols_below(tree, bindings).keys() | free


def _is_parameter(body: Tree, emitter: Emitter) -> bool:
    """Whether a tree is made of numbers and of letters that stand for constants."""
    names = [n.name for n in walk(body) if n.op in ("sym", "apply")]
    return all(n not in emitter.bindings and keys.letter(n) in _CONSTANTS for n in names)


def _is_tensor(body: Text, variable: Text) -> bool:
    """Whether the derivative would have more than two indices."""
    if not body.shape or not variable.shape:
        return False
    return not ("1" in body.shape and "1" in variable.shape)
