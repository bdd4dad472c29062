"""How surely a reading is what its page claims: which refutation counts, and why another does not.

A refutation counts where every symbol is declared or the left side is closed. The policy is that
of no page: it asks trees, what they were found to need, and the words around the equation.
"""

from __future__ import annotations

from collections.abc import Mapping

from derivcheck.documents import kin, sayings
from derivcheck.documents.bindings import Binding
from derivcheck.documents.chains import Parsed, Place
from derivcheck.documents.conditions import compared
from derivcheck.documents.emission.calculus import Emitter
from derivcheck.documents.emission.text import Text
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.tree import (
    NotReadError,
    Tree,
    has_derivative,
    is_constant,
    is_derivative,
    is_equation_of,
    is_multiple,
    is_piecewise,
    names_in,
    repeats_index,
    repeats_place,
    walk,
)
from derivcheck.documents.model import FAR, INFERRED, Grade
from derivcheck.documents.source import is_close, is_near
from derivcheck.documents.varying import depends
from derivcheck.records import record

TOO_MANY = "it has more readings than are tried"
_ENTIRE = frozenset(("sin", "cos", "exp", "sinh", "cosh", "tanh"))
_COMPLEX = frozenset(("conj", "re", "im", "arg"))


@record()
class Grounds:
    """What a reading is graded by: ``head`` is the left side as a derivative, where it is one,
    ``texts`` the members that are read."""

    place: Place
    parsed: Parsed
    head: Tree
    unread: Mapping[int, NotReadError]
    texts: Mapping[int, Text]
    emitter: Emitter

    def grade(self) -> Grade:
        """How surely this is what the page claims."""
        emitter, equation = self.emitter, self.place.equation
        identity = not has_derivative(self.head)
        defined = emitter.defined.values()
        supposed = any(b.equation and b.kind == "symbol" for b in emitter.used.values())
        is_open = emitter.free or emitter.invented or supposed
        declared = not is_open and not self.place.is_bare
        closed = self.is_closed()
        near = closed or all(b.equation and is_near(b.equation, equation) for b in defined)
        is_unknown = bool(emitter.invented) or emitter.abstract
        pass_only = ""
        if is_unknown and not self.is_rule():
            pass_only = INFERRED if self.is_of_loss() else "a function is not defined"
        elif identity and not (declared and not sayings.is_supposed(equation)):
            pass_only = "an equation that may be one to be solved"
        elif not declared:
            is_equation = not (is_multiple(self.head) or is_multiple(self.parsed.head))
            pass_only = "the left side is no derivative: an equation" if is_equation else ""
            pass_only = pass_only or self.excuse()
            if any(b.is_limited and not self.is_of_parameters(b) for b in defined):
                pass_only = pass_only or "its definition holds under a condition"
        elif self.sums_silently():
            pass_only = "an index that is repeated, and no sum"
        is_complete = all(b.is_complete for b in emitter.used.values())
        if not is_complete:
            pass_only = pass_only or TOO_MANY
        solves = self.constants_at_the_end()
        if not pass_only and not identity and solves == len(self.texts):
            pass_only = "a condition to be solved"
        far = () if pass_only or declared else self.far()
        pass_only = pass_only or (FAR if far else "")
        anchored = (declared or closed) and is_complete and not is_unknown
        near = near and not is_unknown
        return Grade(anchored, near, pass_only, identity, solves, supposed, far=far)

    def is_of_parameters(self, binding: Binding) -> bool:
        """Whether the condition of a definition is read and speaks of nothing that is varied: the
        claim is tried where it holds."""
        said = [*compared(binding.limits, self.place.kinds)]
        names = {
            name for left, _, right in said for side in (left, right) for name in names_in(side)
        }
        varied = {variable.name for variable in kin.variables([self.head])}
        return len(said) >= len(binding.limits) > 0 and varied.isdisjoint(names)

    def is_rule(self) -> bool:
        """Whether a rule for all functions is stated, of products say: a function of them and
        nothing else is differentiated, and their values and all their derivatives make it up. An
        equation for functions would hold for some."""
        emitter, place, head = self.emitter, self.place, self.head
        if emitter.defined and not emitter.invented:
            return self.is_of_functions()
        body = head.args[0] if head.op in ("deriv", "prime") else head
        names = {
            n.name for n in walk(body) if n.op == "apply"
        } | emitter.invented.keys() & names_in(body)
        placed = {*place.bindings, *place.killed, *place.elsewhere}
        if _outside(body) - names and names.isdisjoint(
            n.name for n in walk(body) if n.op == "apply"
        ):
            return False  # (ty)': t may be what it is differentiated by
        is_plain = body.op in ("sym", "apply") or has_derivative(body) or bool(names & placed)
        others = {variable.name for variable in kin.variables([head])} & _outside(body)
        if is_plain or (len(names) < 2 and others) or sayings.is_of_equations(place.equation):
            return False
        if any(map(_has_branches, self.parsed.trees)):
            return False  # of an inverse or a root one branch may be meant
        return bool(names) and all(
            names <= _differentiated(self.parsed.members[i])
            and names & _outside(self.parsed.members[i])
            for i in self.texts
        )

    def is_of_loss(self) -> bool:
        """Whether nothing is unknown but a loss behind one layer of arrays, of which only
        derivatives stand here: by W, and by Z on the right."""
        emitter, head = self.emitter, self.head
        if emitter.abstract or self.unread or len(emitter.invented) != 1 or head.op != "deriv":
            return False
        ((loss, layers),) = emitter.invented.items()
        members = [self.parsed.members[i] for i in self.texts]
        return (
            len(layers) == 1
            and layers[0] in emitter.defined
            and bool(emitter.shapes.get(emitter.names[layers[0]]))
            and all(text.shape for text in self.texts.values())
            and all(loss in _differentiated(one) - _outside(one) for one in (head, *members))
        )

    def is_of_functions(self) -> bool:
        """Whether what a page defines has functions in it of which it says nothing, ``H = p^2/2 +
        V(r)``, and all that vary stand as derivatives on the right: no others do."""
        emitter, members = self.emitter, [self.parsed.members[i] for i in self.texts]
        by = {variable.name for variable in kin.variables([self.head])}
        varied = {
            node.name
            for tree in emitter.formulas
            for node in walk(tree)
            if node.op == "apply" and any(depends(one, v, emitter) for one in node.args for v in by)
        } - emitter.bindings.keys()
        is_equation = sayings.is_of_equations(self.place.equation) or not by
        is_equation |= "elementwise" in emitter.functions.values()  # an activation that is meant
        names = self.place.bindings.keys() & names_in(self.head)
        return not (is_equation or any(map(has_derivative, emitter.formulas))) and all(
            varied == _differentiated(one) and not names & names_in(one) - by for one in members
        )

    def far(self) -> tuple[tuple[str, int], ...]:
        """The definitions that are told neither here nor right before another one that is told here
        and made of them; -1 for the number of one whose place is not known."""
        defined = self.emitter.defined
        near = {
            key
            for key, one in defined.items()
            if one.equation and is_close(one.equation, self.place.equation, self.place.last)
        }
        waiting = [*near]
        names = {
            key: {n for tree in one.trees for n in names_in(tree)} for key, one in defined.items()
        }
        stated = (names_in(tree) for tree in self.parsed.trees)
        # what was put into others for the sake of its places stands in none of them any more
        inside = defined.keys() - set().union(*names.values(), *stated)
        while waiting:
            last = waiting.pop()
            by = defined[last]
            for key in sorted((names[last] | inside) - near):
                there = defined[key].equation if key in defined else None
                if there and by.equation and is_close(there, by.equation):
                    near.add(key)
                    waiting.append(key)
        return tuple(
            (key, one.equation.number if one.equation else -1)
            for key, one in defined.items()
            if key not in near
        )

    def sums_silently(self) -> bool:
        """Whether a place that the left side does not name stands in two factors: they may be
        meant to be summed."""
        left = {letter for name in names_in(self.head) for letter in keys.parts(name)[1]}
        places = self.emitter.free_indices - names_in(self.head) - left
        trees = (*self.parsed.members.values(), *self.emitter.formulas)
        return bool(places) and any(repeats_place(tree, places) for tree in trees)

    def constants_at_the_end(self) -> int:
        """How many of the last members name nothing: values at a point that is not written.

        f'(2) = 12 says something, but f'(x) = 12 may be solved, and 0.33 may be rounded.
        """
        members, count = self.parsed.members, 0
        for i in range(max(members), 0, -1):
            if i not in self.texts or not is_constant(members[i]):
                break
            before = members.get(i - 1)
            is_value = not self.emitter.symbols or (
                before is not None
                and not is_constant(before)
                and not self.emitter.free_names(before)
            )
            if is_value and not any("." in n.name for n in walk(members[i])):
                break
            count += 1
        return count

    def excuse(self) -> str:
        """Why a refutation would say nothing; empty if it says something."""
        emitter, trees = self.emitter, self.parsed.trees
        if self.is_at_point():
            return "a value at some point"
        if equation := self.equation_for():
            return equation
        if self.unread and self.is_bare_prime:
            return "a bare prime, and a member that was not read may say by what"
        twins: dict[str, str] = {}
        for key in (*emitter.names, *emitter.used):
            other = twins.setdefault(keys.twin(key), key)
            if other != key and not self.are_two(other, key):
                return f"`{other}` and `{key}` may be one name"
        drawn = {key for key in emitter.free if key in self.place.kinds.noises}
        if any(drawn & names_in(tree) for tree in self.parsed.members.values()):
            return "a noise, which may be drawn anew"
        if any(n.op == "call" and n.name in _COMPLEX for tree in trees for n in walk(tree)):
            return "a complex number, of which nothing is declared"
        if sayings.may_limit(self.place.equation) and any(
            map(is_piecewise, (*trees, *self.emitter.formulas))
        ):
            return "perhaps said under a condition"
        if emitter.free & {"i", "j"}:
            return "the imaginary unit, an index or a name"
        if any(repeats_index(tree, emitter.free) for tree in trees):
            return "repeated free indices"
        if self.unread and max(self.unread) > max(self.texts):
            return "the last member was not read"
        return ""

    def is_at_point(self) -> bool:
        """Whether words, or values given before, may put what is varied at a point, and no member
        says anything of it."""
        by = {variable.name for variable in kin.variables([self.head])}
        is_said = sayings.is_at_point(self.place.equation) or not by.isdisjoint(self.place.valued)
        members = [self.parsed.members[i] for i in self.texts]
        return (
            bool(by)
            and is_said
            and not any(depends(member, name, self.emitter) for member in members for name in by)
        )

    def equation_for(self) -> str:
        """What equation for the function on the left this may be; empty where none."""
        equation = self.place.equation
        members = [self.parsed.members[i] for i in self.texts]
        for key in sorted(names_in(self.head)):
            binding = self.place.bindings.get(key)
            if binding is None or binding.kind != "definition":
                continue
            # a curve may be given by an equation, a partial derivative is one of a formula
            there = binding.equation
            is_told = (
                there is not None
                and is_near(there, equation)
                and there.number < equation.number
                and not self.is_bare_prime
                and not sayings.is_of_equations(equation)
            )
            is_formula = self.head.name == "partial" or is_told
            if not is_formula and any(
                n.op == "sym" and n.name == key for member in members for n in walk(member)
            ):
                return "an implicit derivative"
            if any(is_equation_of(member, key) for member in members):
                return "a differential equation"
        return ""

    @property
    def is_bare_prime(self) -> bool:
        """Whether the left side is ``y'``: nothing says by what."""
        return self.parsed.head.op == "prime" and len(self.parsed.head.args) == 1

    def are_two(self, key: str, other: str) -> bool:
        """Whether two names stand side by side in one formula of the page, ``t/T``, or one is
        defined by the other: ``L = m l^2``."""
        formulas = [self.parsed.head, *self.emitter.formulas]
        if any({key, other} <= {n.name for n in walk(tree)} for tree in formulas):
            return True
        defined = self.emitter.defined
        return any(
            one in defined and any(another in names_in(tree) for tree in defined[one].trees)
            for one, another in ((key, other), (other, key))
        )

    def is_closed(self) -> bool:
        """A left side of a variable and parameters, or of numbers at a number: nothing in it can be
        a function."""
        emitter, head = self.emitter, self.head
        if head.op == "at" and not emitter.free:
            head = head.args[0]
        if emitter.used or emitter.abstract or emitter.invented or head.op != "deriv":
            return False
        if any(text.shape for text in self.texts.values()) and not any(
            node.op == "matrix" for node in walk(head)
        ):
            return False  # an interval or a set: of subgradients, of all values
        by = head.args[1:]
        if not by or any(variable.op != "sym" for variable in by):
            return False
        others = emitter.free - {variable.name for variable in by}
        return head.name == "partial" or not any(
            keys.letter(key) in kin.DEPENDENT for key in others
        )


def _differentiated(tree: Tree) -> set[str]:
    """The names of which a derivative stands in a tree."""
    return {
        name
        for node in walk(tree)
        if is_derivative(node)
        for name in ({node.name} if node.op == "apply" else names_in(node.args[0]))
    }


def _has_branches(tree: Tree) -> bool:
    """Whether a tree has functions but those that are the same for values of every sign."""
    return any(
        (node.op == "call" and node.name not in _ENTIRE)
        or node.op in ("bars", "norm", "cases")
        or (node.op == "pow" and any(one.op == "div" for one in walk(node.args[1])))
        for node in walk(tree)
    )


def _outside(tree: Tree) -> set[str]:
    """The names that stand in a tree outside of derivatives, and of what functions are applied to
    but for those of a derivative there."""
    if tree.op in ("sym", "apply") and not tree.order:
        return {tree.name}
    args = tree.args if tree.op == "apply" or not is_derivative(tree) else ()
    return set().union(*map(_outside, args))
