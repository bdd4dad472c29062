"""Functions of the page: abstract ones, and those that it defines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from derivcheck.documents.bindings import Binding, reached
from derivcheck.documents.emission.algebra import Algebra
from derivcheck.documents.emission.substitution import Substitution
from derivcheck.documents.emission.text import Shape, Text, function_text, result_shape
from derivcheck.documents.maths.tree import (
    NotReadError,
    SilentError,
    Tree,
    are_names,
    is_number,
    is_of_one_number,
    rebuilt,
    sym,
)


class Calls(Algebra):
    """Functions of the page: abstract ones, and those that it defines."""

    prime_variable: Callable[[Tree, int], Tree]
    """What a bare prime differentiates by: a layer above knows it."""

    def _apply(self, tree: Tree) -> Text:
        key = tree.name
        binding = self.bindings.get(key)
        if binding is None:
            return self.unknown_function(tree)
        if binding.kind == "elementwise":
            if len(tree.args) != 1:
                raise NotReadError(f"`{key}` without its argument", tree.at)
            self.used[key] = binding
            argument = self.emit(tree.args[0])
            name = self.name(key)
            self.functions[name] = "elementwise"
            return self._derived_call(tree, name, [argument], argument.shape)
        if binding.kind in ("alias", "family") and tree.args and not tree.order:
            names = binding.raw_name.split()
            return self.called(names[min(len(tree.args), len(names)) - 1], tree)
        if binding.kind == "function":
            return self.abstract_call(tree, binding)
        if binding.kind in ("where", "definition"):
            return self.defined_call(tree, binding)
        if binding.kind == "symbol" and tree.order and not tree.args:
            raise NotReadError(f"a prime on `{key}`, which is no function", tree.at)
        raise NotReadError(f"`{key}` is no function", tree.at)

    def called(self, name: str, tree: Tree) -> Text:
        """A function of the language that print writes by a sign of its own."""
        arguments = [self.emit(arg) for arg in tree.args]
        texts = [a.text for a in arguments]
        if name == "hyper":  # its parameters are lists
            texts = [*(f"[{text}]" for text in texts[:2]), *texts[2:]]
        return Text(f"{name}({', '.join(texts)})", result_shape(name, arguments))

    def abstract_call(self, tree: Tree, binding: Binding) -> Text:
        """A call of an abstract function, or the bare name for it."""
        key, arity = tree.name, len(binding.arguments or ())
        self.used[key] = binding
        if not tree.args:
            arguments = [self.resolve(name, tree.at) for name in binding.arguments or ()]
        else:
            arguments = [self.emit(arg) for arg in tree.args]
        if len(arguments) != arity:
            # the annotation's l(o) may be written l(o, y), where y stays as it is
            raise NotReadError(f"`{key}` takes {arity} arguments", tree.at)
        name = self.name(key)
        self.functions[name] = function_text(arity)
        return self._derived_call(tree, name, arguments)

    def _derived_call(
        self, tree: Tree, name: str, arguments: Sequence[Text], shape: Shape = ()
    ) -> Text:
        """A call of a function by its name in the language, with the primes of the page."""
        if tree.order and (len(arguments) != 1 or (arguments[0].shape and not shape)):
            raise _several(tree)
        head = "D(" * tree.order + name + ")" * tree.order
        return Text(f"{head}({', '.join(a.text for a in arguments)})", shape)

    def _partials(self, tree: Tree) -> Text:
        """``F^{(1,0)}(x, y)``: partial derivatives by the arguments."""
        binding = self.bindings.get(tree.name)
        orders, *given = tree.args
        if binding is None or binding.kind != "function" or len(orders.args) != len(given):
            raise NotReadError("orders of derivatives that are not understood", tree.at)
        call = self.abstract_call(Tree("apply", tuple(given), name=tree.name, at=tree.at), binding)
        head, _, rest = call.text.partition("(")
        return Text(f"D({head}, {', '.join(n.name for n in orders.args)})({rest}")

    def unknown_function(self, tree: Tree) -> Text:
        """``u(x)`` that nothing defines: an abstract function, for proofs only."""
        key = tree.name
        if not tree.args:
            raise SilentError(f"`{key}` is defined nowhere", tree.at)
        if key in self.dims:
            raise NotReadError(f"`{key}` is a dimension", tree.at)
        is_entrywise = key in self.entrywise
        if key in self.arrays and not is_entrywise:
            raise NotReadError(f"the shape of `{key}` is not known", tree.at)
        arguments = [self.emit(arg) for arg in tree.args]
        name = self.name(key)
        text = function_text(len(arguments))
        (first, *_) = arguments
        if any(a.shape for a in arguments):
            if len(arguments) > 1 or not is_entrywise:
                raise NotReadError(f"unknown function `{key}` of an array", tree.at)
            text = "elementwise"
        if self.functions.setdefault(name, text) != text:
            raise NotReadError(f"`{key}` takes different numbers of arguments", tree.at)
        self.free.add(key)
        self.abstract = True
        return self._derived_call(tree, name, arguments, first.shape)

    def defined_call(self, tree: Tree, binding: Binding) -> Text:
        """A call of a function that is defined: its name where the arguments are its own."""
        names = binding.arguments
        given = tree.args
        if names is None:
            # y = x^2, written y(x) or y'(x)
            if len(given) == 1 and given[0].op == "sym":
                return self.derivative_of(tree, given[0])
            is_value = tree.order > 0 and len(given) == 1 and is_number(given[0])
            if not is_value or binding.kind != "definition":
                raise NotReadError(f"`{tree.name}` is defined without an argument", tree.at)
            names = (self.prime_variable(sym(tree.name, tree.at), tree.at).name,)
        if given and len(given) != len(names):
            raise NotReadError(f"`{tree.name}` takes {len(names)} arguments", tree.at)
        own = not given or are_names(given, names)
        entries = self.by_entries(tree, binding, *names) if len(names) == 1 else None
        if entries is not None:
            return entries
        if own and not tree.order:
            return self.require(tree.name, binding, tree.at)
        if tree.order and len(names) != 1:
            raise _several(tree)
        if own:
            return self.derivative_of(tree, sym(names[0], tree.at))
        if tree.name in self.open:
            raise NotReadError(f"`{tree.name}` is defined by itself", tree.at)
        self.used[tree.name] = binding
        body = binding.reading(self.choices)
        if not tree.order:
            inner = self.replaced(body, dict(zip(names, given, strict=True)), tree.name)
            with self.inside(tree.name):
                return self.emit(inner)
        return self.at_points(body, {names[0]: given[0]}, names * tree.order, tree.name)

    def by_entries(self, tree: Tree, binding: Binding, name: str) -> Text | None:
        r"""A function of a number, or its derivative, of each entry of an array: ``\sigma(Xw)``;
        None of anything else."""
        if binding.tree is None or tree.order > 1 or not is_of_one_number(binding.tree, name):
            return None
        value = self.emit(tree.args[0] if tree.args else sym(name, tree.at))
        if not value.shape:
            return None
        if value.shape[0] == value.shape[1]:
            raise NotReadError("a function of a number, of a matrix or of its entries", tree.at)
        self.used[tree.name] = binding
        self.fresh += 1
        key = f"s{self.fresh}_"
        self.names[key] = key
        self.where[key] = value.text
        self.shapes[key] = value.shape

        def change(node: Tree) -> Tree | None:
            if node.op == "sym":
                return Tree("bound", name=key)
            if node.op not in ("mul", "div", "pow") or node.name == "odot":
                return None
            return rebuilt(replace(node, name="odot", order=0), change)

        text = self.emit(rebuilt(binding.reading(self.choices), change)).text
        return Text(f"grad(sum({text}), {key})" if tree.order else f"({text})", value.shape)

    def derivative_of(self, tree: Tree, variable: Tree) -> Text:
        """What is defined, by a name, differentiated as often as it has primes."""
        body = sym(tree.name, tree.at)
        by = [variable] * tree.order
        return self.emit(Tree("deriv", (body, *by), name="d", at=tree.at) if by else body)

    def at_points(
        self, body: Tree, points: Mapping[str, Tree], by: Sequence[str], inside: str
    ) -> Text:
        """The derivative of a body by some names at points, for which fresh names stand."""
        fresh: dict[str, str] = {}
        for name, point in points.items():
            value = self.emit(point)
            if value.shape:
                raise NotReadError("a derivative at a point that is an array", point.at)
            self.fresh += 1
            key = fresh[name] = f"s{self.fresh}_"  # no page writes that
            self.names[key] = key
            self.where[key] = value.text
            self.shapes[key] = ()
        bound = {name: Tree("bound", name=key) for name, key in fresh.items()}
        moved = self.replaced(body, bound, inside)
        with self.inside(inside):
            text = self.emit(moved).text
        for name in reversed(by):
            text = f"diff({text}, {fresh[name]})"
        return Text(text)

    def _partial_at(self, tree: Tree) -> Text:
        """``f_x(1, 2)``: a partial derivative of what is defined, where its arguments say."""
        call, *variables = tree.args
        binding = self.bindings.get(call.name)
        names, own = self.arguments_of(call), [v.name for v in variables]
        is_told = call.name not in self.open and len(names) == len(call.args)
        if binding is None or binding.tree is None or not (is_told and {*own} <= {*names}):
            raise NotReadError("a partial derivative at a point", tree.at)
        self.used[call.name] = binding
        points = dict(zip(names, call.args, strict=True))
        return self.at_points(binding.reading(self.choices), points, own, call.name)

    def _bound(self, tree: Tree) -> Text:
        return Text(tree.name, self.shapes.get(tree.name, ()))

    def _at(self, tree: Tree) -> Text:
        body, variable, point = tree.args
        order = 0
        while body.op == "deriv" and all(v == variable for v in body.args[1:]):
            order += len(body.args) - 1
            body = body.args[0]
        inside = ""
        names: tuple[str, ...] = ()
        if body.op in ("sym", "apply") and not (body.args or body.order):
            binding = self.bindings.get(body.name)
            if binding is None or binding.tree is None:
                raise SilentError(f"`{body.name}` is defined nowhere", tree.at)
            inside, names = body.name, binding.arguments or ()
            body = binding.reading(self.choices)
        elif order == 0:
            return self.emit(self.replaced(body, {variable.name: point}, ""))
        if variable.name not in names and variable.name not in reached([body], self.bindings):
            raise NotReadError(
                f"`{variable.name}` does not occur in what is differentiated", tree.at
            )
        return self.at_points(body, {variable.name: point}, [variable.name] * order, inside)

    def replaced(self, tree: Tree, values: Mapping[str, Tree], inside: str) -> Tree:
        """The tree with names replaced, inside what the function of a name is defined by."""
        open_ = [*self.open, inside] if inside else list(self.open)
        substitution = Substitution(self.bindings, self.choices, open_)
        found = substitution.made(tree, values)
        self.used.update(substitution.used)
        return found


def _several(tree: Tree) -> NotReadError:
    return NotReadError(f"a prime on `{tree.name}`, a function of several arguments", tree.at)
