"""Derivatives, primes, dots and differentials."""

from __future__ import annotations

from collections.abc import Container, Set
from dataclasses import replace

from derivcheck.documents.bindings import followed, reached
from derivcheck.documents.emission.gradients import Gradients
from derivcheck.documents.emission.text import Text, length_of
from derivcheck.documents.maths.kinds import RUNNING
from derivcheck.documents.maths.tree import (
    NotReadError,
    SilentError,
    Tree,
    are_names,
    sym,
    walk,
)

_PARAMETERS = frozenset(("t", "\\theta", "\\phi", "\\tau"))
_CONSTANTS = frozenset("abcghkmnABCKR") | {"\\alpha", "\\beta", "\\omega", "\\varphi", "v_{0}"}
"""Letters for the parameter of a curve, and for what is none beside it: ``a cos t``."""
_MOST_SLOPES = 3
_STATES = frozenset(("P", "V", "T", "S", "U", "H", "F", "G", "N", "p", "\\mu"))
"""Letters of thermodynamics that depend on one another."""


class Emitter(Gradients):
    """Emits the members of one claim; what they need is gathered on the way.

    One layer a module, each above the one before: :mod:`.names`, :mod:`.places`, :mod:`.algebra`,
    :mod:`.calls`, :mod:`.gradients`, and here derivatives.
    """

    def variable(self, tree: Tree) -> Text:
        """What a derivative is taken by."""
        if tree.op == "entry":
            return self.emit(tree)
        if tree.op == "bound":
            return Text(tree.name)
        if tree.op == "call" and tree.name == "conj":
            return self._call(tree)
        if tree.op != "sym":
            raise NotReadError("a derivative by something that is no name", tree.at)
        binding = self.bindings.get(tree.name)
        if binding is not None and binding.kind in ("function", "elementwise"):
            raise NotReadError(f"a derivative by the function `{tree.name}`", tree.at)
        found = self.resolve(tree.name, tree.at)
        if tree.name in self.indices or tree.name in self.dims - set(self.bindings):
            raise NotReadError(f"a derivative by the index `{tree.name}`", tree.at)
        return found

    def derivative(self, tree: Tree) -> Tree:
        """A derivative in whatever notation as ``deriv``, where that is what it is."""
        if tree.op == "held":
            return self.check_held(tree)
        if tree.op == "field":
            return self.field(tree)
        if tree.op == "prime" and tree.name != "dot":
            body = tree.args[0]
            if body.op == "sym" and body.name not in self.bindings:
                raise SilentError(f"`{body.name}` is defined nowhere", tree.at)
            if len(tree.args) == 2:
                return Tree("deriv", (body, tree.args[1]), name="d", at=tree.at)
            variable = self.prime_variable(body, tree.at)
            return Tree("deriv", (body, *[variable] * tree.order), name="d", at=tree.at)
        if tree.op == "apply" and tree.order:
            binding = self.bindings.get(tree.name)
            if binding is None:
                raise SilentError(f"`{tree.name}` is defined nowhere", tree.at)
            if binding.kind in ("where", "definition") and binding.tree is not None:
                names = binding.arguments
                if names is None and len(tree.args) == 1 and tree.args[0].op == "sym":
                    names = (tree.args[0].name,)
                given = [a.name for a in tree.args] if tree.args else list(names or ())
                if names and len(names) == 1 and given == list(names):
                    body = sym(tree.name, tree.at)
                    variable = sym(names[0], tree.at)
                    return Tree("deriv", (body, *[variable] * tree.order), name="d", at=tree.at)
            return tree
        if tree.op == "deriv" and len(tree.args) == 1:
            partials = self.partials_of(tree)
            if partials is not None:
                return partials
            by = self.gradient_variable(tree.args[0], tree.at)
            tree = Tree("deriv", (tree.args[0], by), name=tree.name, order=tree.order, at=tree.at)
        tree = self.by_tuple(tree)
        if tree.op != "deriv":
            return tree
        along = self.along_curve(tree)
        return self.there(tree) if along is None else along

    def _field(self, tree: Tree) -> Text:
        return self.emit(self.field(tree))

    def _deriv(self, tree: Tree) -> Text:
        tree = self.derivative(tree) if len(tree.args) == 1 else self.by_tuple(tree)
        if tree.op != "deriv":
            return self.emit(tree)
        body, *wrts = tree.args
        if body.op == "at":
            moved = Tree("deriv", (body.args[0], *wrts), name=tree.name, at=tree.at)
            return self._at(Tree("at", (moved, *body.args[1:]), at=tree.at))
        there = self.there(tree)
        if there.op != "deriv":
            return self.emit(there)
        along = self.along_curve(tree)
        if along is not None:
            return self.emit(along)
        variables = [self.variable(v) for v in wrts]
        self.check_depends(body, wrts, tree.at)
        found = self.emit(body)
        if tree.name == "nabla" and found.shape:
            raise NotReadError("the gradient of an array", tree.at)
        if tree.name == "nabla" and tree.order == 2:
            by = variables[0]
            if by.shape[1:] != ("1",):
                raise NotReadError("a Laplacian or Hessian", tree.at)
            return Text(f"hessian({found.text}, {by.text})", (by.shape[0], by.shape[0]))
        for variable in reversed(variables):
            found = self.derived(found, variable, tree.at)
        return found

    def along_curve(self, tree: Tree) -> Tree | None:
        """``dy/dx`` of a curve, ``x = x(t)`` and ``y = y(t)``, by its parameter; None of anything
        else. Refused where y is made of x and moves with it as well."""
        body, *wrts = tree.args
        if tree.name != "d" or self.in_entry or any(one.args for one in (body, *wrts)):
            return None
        known = [self.bindings.get(one.name) for one in (body, *wrts[:1])]
        if len(known) < 2 or not all(one and one.kind == "definition" for one in known):
            return None
        by = wrts[0].name
        rest = {key: one for key, one in self.bindings.items() if key != by}
        names = reached([body], rest)
        made = {name for name in names if name in rest and rest[name].tree is not None}
        below = [names.keys() - made - {by}, self.free_names(wrts[0])]
        shared = below[0] & below[1]
        if by in names:
            if shared:
                raise NotReadError(f"`{body.name}` moves with `{by}` in two ways", body.at)
            return None
        parameters = shared & _PARAMETERS if len(shared) > 1 else shared
        if len(parameters) != 1 or not (below[0] | below[1]) - parameters <= _CONSTANTS:
            return None
        if any(one != wrts[0] for one in wrts) or len(wrts) > _MOST_SLOPES:
            return None
        (name,) = parameters
        parameter = sym(name, body.at)
        speed = Tree("deriv", (wrts[0], parameter), name="d", at=body.at)
        for _ in wrts:
            slope = Tree("deriv", (body, parameter), name="d", at=body.at)
            body = Tree("div", (slope, speed), at=body.at)
        return body

    def there(self, tree: Tree) -> Tree:
        r"""``\frac{\partial u(x, 0)}{\partial t}`` as the derivative of u, there.

        Arguments are held where a derivative is partial, even if the page defines one by another.
        Refused is what may be the derivative of a function at a point or that of a composition.
        """
        body, *wrts = tree.args
        by = {v.name for v in wrts if v.op == "sym"}
        if body.op not in ("sym", "apply") or body.order or not by or tree.name == "nabla":
            return tree
        if self.in_entry:  # which says itself what depends on what
            return tree
        binding, names = self.bound(body), self.arguments_of(body)
        is_defined = binding is not None and binding.tree is not None and by <= {*names}
        is_partial = tree.name == "partial" and is_defined
        given = body.args or tuple(sym(name, body.at) for name in names)
        is_own = are_names(given, names)
        varying = [reached([arg], self.bindings, self.invented).keys() & by for arg in given]
        call = Tree("apply", given, name=body.name, at=body.at)
        if body.args and not any(varying):
            if is_partial:
                return Tree("partial_at", (call, *wrts), at=tree.at)
            raise NotReadError(
                f"the derivative of `{body.name}` at a point, or of a value", body.at
            )
        if not is_partial or len(names) < 2 or len(given) != len(names):
            return tree
        if is_own and any(v for v, arg in zip(varying, given, strict=True) if arg.name not in by):
            return Tree("partial_at", (call, *wrts), at=tree.at)
        if not all(
            (arg.op, arg.name) == ("sym", name) or not v
            for v, arg, name in zip(varying, given, names, strict=True)
        ):
            raise NotReadError("a partial derivative there, or of a composition", body.at)
        return tree

    def check_held(self, tree: Tree) -> Tree:
        r"""The derivative of ``(\partial U/\partial V)_T``; refused where a state is neither."""
        derivative, *held = tree.args
        known = {one.name for one in (*derivative.args[1:], *held)}
        others = self.free_names(derivative.args[0]) & _STATES - known
        if others:
            raise NotReadError(f"whether `{min(others)}` stays constant is not said", tree.at)
        return derivative

    def _held(self, tree: Tree) -> Text:
        return self.emit(self.check_held(tree))

    def check_depends(self, body: Tree, wrts: list[Tree], at: int) -> None:
        """Refuse a bare name that nothing makes of what it is derived by: its derivative would be
        zero without a reason."""
        if body.op == "sym" and body.name not in self.bindings and body.name not in self.invented:
            if any(v.name == body.name for v in wrts):
                return
            raise SilentError(f"`{body.name}` is defined nowhere", at)
        if body.op not in ("sym", "apply") or body.args:
            return
        binding = self.bindings.get(body.name)
        is_zero = [tree.name for tree in self.context[1:]] == ["0"]
        if binding is None or is_zero or not self.declarations.is_empty:
            return
        if binding.kind == "symbol" and all(v.op == "sym" and v.name != body.name for v in wrts):
            raise NotReadError(f"nothing says how `{body.name}` depends on `{wrts[0].name}`", at)
        if binding.kind != "definition":
            return
        below = self.free_names(body) | followed([body], self.bindings).keys()
        below |= {other for name in below for other in self.invented.get(name, ())}
        for variable in wrts:
            # the page means another definition, or a rule for all functions
            is_known = variable.op != "sym" or variable.name in below
            if not (is_known or self.is_in_jacobian(body, below)):
                raise NotReadError(f"`{body.name}` does not depend on `{variable.name}`", at)

    def is_in_jacobian(self, body: Tree, below: Container[str]) -> bool:
        """Whether a name is differentiated in a matrix by something that it does depend on, too:
        its other entries may be zero."""
        return any(
            (cell.op, cell.args[:1]) == ("deriv", (body,)) and cell.args[1].name in below
            for tree in self.context
            for node in walk(tree)
            for row in (node.args if node.op == "matrix" else ())
            for cell in row.args
        )

    def derived(self, body: Text, by: Text, at: int) -> Text:
        if "[" in by.text:
            if body.shape:
                raise NotReadError("a derivative of an array by an entry", at)
            name, _, rest = by.text.partition("[")
            return Text(f"grad({body.text}, {name})[{rest}")
        if not by.shape:
            return Text(f"diff({body.text}, {by.text})", body.shape)
        if not body.shape:
            # what is declared without a layout has that of formula files
            is_said = self.declarations.layout or not self.declarations.is_empty
            is_open = not is_said and by.shape[1] == "1"
            layout = self.layout() if is_open else self.declarations.layout
            is_row = layout == "numerator"
            turned, shape = (".T", by.shape[::-1]) if is_row else ("", by.shape)
            return Text(f"grad({body.text}, {by.text}){turned}", shape)
        if "1" in by.shape and "1" in body.shape:
            size, other = length_of(body.shape), length_of(by.shape)
            layout = self.layout()
            if layout == "numerator":
                return Text(f"jacobian({body.text}, {by.text})", (size, other))
            return Text(f"jacobian({body.text}, {by.text}).T", (other, size))
        raise NotReadError("a derivative of a matrix by a matrix", at)

    def _prime(self, tree: Tree) -> Text:
        body = tree.args[0]
        if tree.name == "dot":
            return self.dotted(tree)
        if len(tree.args) == 2:
            return self._deriv(Tree("deriv", (body, tree.args[1]), name="d", at=tree.at))
        known = body.name in self.bindings or body.name in self.invented
        if body.op == "sym" and not known:
            raise SilentError(f"`{body.name}` is defined nowhere", tree.at)
        by = [self.prime_variable(body, tree.at)] * tree.order
        text = self._deriv(Tree("deriv", (body, *by), name="d", at=tree.at))
        if text.shape:
            raise NotReadError("a prime on an array: transposed or differentiated", tree.at)
        return text

    def prime_variable(self, body: Tree, at: int) -> Tree:
        """What a bare prime differentiates by."""
        if len(self.declarations.wrt) == 1:
            return sym(self.declarations.wrt[0], at)
        if (said := self.declarations.rates.get("'", "?")) != "?":
            return sym(said, at)
        made = [self.invented[n.name] for n in walk(body) if n.name in self.invented]
        if made:
            return sym(made[0][0], at)
        if len(own := self.arguments_of(body)) == 1:
            return sym(own[0], at)
        names = self.free_names(body)
        self.check_prime(body, names, at)
        if not names:
            names = {name for tree in self.context for name in self.free_names(tree)}
        found = [n for n in names if n in RUNNING] if len(names) > 1 else sorted(names)
        if len(found) != 1:
            raise SilentError("a bare prime, and more than one variable", at)
        if found[0] in ("f", "g") and found[0] not in self.bindings:
            raise SilentError(f"a bare prime, and only the function `{found[0]}`", at)
        return sym(found[0], at)

    def check_prime(self, body: Tree, names: Set[str], at: int) -> None:
        """Refuse ``y'`` where x, or the time, is defined by what y is made of, and has no prime:
        it may be by that."""
        for by in sorted({"x", "t"} & self.bindings.keys() - {body.name}):
            is_defined = self.bindings[by].kind == "definition" and (by, "'") not in self.rates
            if is_defined and not self.free_names(sym(by)).isdisjoint(names):
                raise NotReadError(f"a bare prime, by `{by}` or by what that is made of", at)

    def _rate(self, tree: Tree) -> Text:
        """The derivative by the time of what depends on it by way of names that move."""
        body, *names = tree.args
        terms = []
        for name, dot in zip(names[::2], names[1::2], strict=True):
            slope = self.emit(Tree("deriv", (body, name), name="partial", at=tree.at))
            if slope.shape:
                raise NotReadError("an array that moves", tree.at)
            terms.append(f"{slope.text}*{self.emit(dot).text}")
        return Text(f"({' + '.join(terms)})")

    def dotted(self, tree: Tree) -> Text:
        """A dot: by the time where there is one, the differential of an array else."""
        body = tree.args[0]
        if body.op == "apply" and body.args and not body.order:
            # \dot x(0): the dot is over the name, the argument is where it is taken
            return self.dotted_call(body, tree.order)
        time = self.declarations.rates.get("dot", "t")
        if time in self.bindings or time in self.free_names(body):
            by = [sym(time, tree.at)] * tree.order
            return self._deriv(Tree("deriv", (body, *by), name="d", at=tree.at))
        if tree.order == 1 and self.varying:
            return self._diffl(Tree("diffl", (body,), at=tree.at))
        raise SilentError("a dot, and no time", tree.at)

    def dotted_call(self, body: Tree, order: int) -> Text:
        """The derivative of a function by the time, where its arguments say."""
        names = self.arguments_of(body)
        time = sym(self.declarations.rates.get("dot", "t"), body.at)
        if len(body.args) == 1 and (len(names) == 1 or (body.args[0].op, names) == ("sym", ())):
            return self.emit(replace(body, order=order))
        if time.name in names and are_names(body.args, names):
            return self.emit(Tree("deriv", (body, *[time] * order), name="d", at=body.at))
        if time.name in names:
            return self.emit(Tree("partial_at", (body, *[time] * order), at=body.at))
        raise SilentError("a dot over a function of no time", body.at)

    def _diffl(self, tree: Tree) -> Text:
        body = tree.args[0]
        if not self.varying:
            raise SilentError("a differential of nothing that varies", tree.at)
        if body.op == "sym" and body.name not in self.bindings and body.name not in self.varying:
            raise SilentError(f"`{body.name}` is defined nowhere", tree.at)
        if self.in_entry and body.op == "entry" and body.args[0].name in self.varying:
            return self.emit(Tree("entry", (Tree("diffl", body.args[:1]), *body.args[1:])))
        found = self.emit(body)
        if self.in_entry and body.op == "sym" and body.name in self.varying:
            return Text(f"d{found.text}", found.shape)
        return Text(f"d({found.text})", found.shape)
