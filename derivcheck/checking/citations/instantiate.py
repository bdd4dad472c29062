"""A cited formula with its symbols and functions instantiated in the citing one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from derivcheck.checking.citations.matching import FunctionValue, Value, same_operation
from derivcheck.checking.citations.requirements import Requirement, of_condition, of_symbol
from derivcheck.collection.formula import Formula
from derivcheck.lang import nodes as N
from derivcheck.lang.affine import affine_of
from derivcheck.lang.dims import Dim
from derivcheck.lang.elaborate import Elaborator
from derivcheck.lang.equation import AbstractFunction
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Jvp, Node, Shape, Sym, shape_text
from derivcheck.lang.parser import parse
from derivcheck.lang.scope import Environment, Scope
from derivcheck.lang.syntax import Name
from derivcheck.records import record
from derivcheck.statements.claims import Statement
from derivcheck.statements.sides import base_name, claimed_side, left_side


class InstanceError(Exception):
    """The formula cannot be instantiated so; the message says why."""


def cited_scope(cited: Statement) -> Scope:
    """The declarations of a cited formula, as a copy to fill in.

    Raises :class:`InstanceError` if they are broken.
    """
    for problem in cited.diagnostics:
        raise InstanceError(f"the cited formula has no meaning: {problem.at}: {problem.message}")
    return replace(
        cited.scope,
        symbols=dict(cited.scope.symbols),
        dims=set(cited.scope.dims),
        dim_values={},
        argument_shapes={},
        varying=tuple(map(base_name, cited.wrt)),
        wrt=cited.wrt[0] if len(cited.wrt) == 1 else None,
    )


def values_from_text(
    citing: Statement, builder: Elaborator, cited: Statement, texts: Iterable[tuple[str, str]]
) -> dict[str, Value]:
    """The ``with`` of a step, typed in the citing formula's names."""
    scope = cited_scope(cited)
    values: dict[str, Value] = {}
    # functions last: what their arguments are may stand beside them
    for name, text in sorted(texts, key=lambda pair: pair[0] in scope.functions):
        try:
            if name in scope.functions:
                values[name] = _function_value(
                    citing, builder, scope, cited.entry, name, text, values
                )
            elif name in scope.symbols or name in scope.where or name in scope.dims:
                values[name] = builder.node(parse(text))
            else:
                raise InstanceError(f"the cited formula has no symbol or function `{name}`")
        except LanguageError as error:
            raise InstanceError(f"`with: {name}`: {error.message}") from error
    return values


def _function_value(
    citing: Statement,
    builder: Elaborator,
    scope: Scope,
    cited: Formula,
    name: str,
    text: str,
    values: Mapping[str, Value],
) -> FunctionValue:
    function = scope.functions[name]
    syntax = parse(text)
    declared = cited.functions[name]
    shapes: list[Shape] = [()] * function.arity
    if not declared.is_elementwise:
        for i, dummy in enumerate(declared.arguments):
            symbol = scope.symbols.get(dummy)
            value = values.get(dummy) or builder.resolve(dummy, Environment())
            if symbol is not None and symbol.shape and isinstance(value, Node):
                shapes[i] = value.shape
    slots = tuple(Sym(f"{name}#{i}", shape=shape) for i, shape in enumerate(shapes))
    if isinstance(syntax, Name):
        # a function by its name: `f: log`
        if syntax.id in builder.scope.functions:
            body: Node = N.Apply(syntax.id, slots, (0,) * len(slots), shape=())
            return FunctionValue(slots, body)
        if builder.resolve(syntax.id, Environment()) is None:
            names = tuple(f"argument{i}" for i in range(len(slots)))
            applied = parse(f"{syntax.id}({', '.join(names)})")
            env = Environment(tuple(zip(names, slots, strict=True)))
            return FunctionValue(slots, builder.node(applied, env))
    dummies = ("z",) if declared.is_elementwise else declared.arguments
    env = Environment(
        tuple(
            (dummy, slot)
            for dummy, slot in zip(dummies, slots, strict=True)
            if slot.shape or builder.resolve(dummy, Environment()) is None
        )
    )
    body = builder.node(syntax, env)
    if body.shape:
        raise InstanceError(f"`with: {name}` is {shape_text(body.shape)}, it takes a number")
    if any(slot in N.walk(body) for slot in slots) or citing.scope.wrt is None:
        return FunctionValue(slots, body)
    variable = builder.resolve(citing.scope.wrt, Environment())
    if variable is None or function.arity != 1:
        raise InstanceError(f"`with: {name}` does not say what its arguments are")
    return FunctionValue((variable,), body)


@record()
class Instance:
    """Both sides of a cited formula in the citing one's names, and what it requires there."""

    left: Node
    right: Node
    requires: tuple[Requirement, ...] = ()


def instantiate(
    citing: Statement, builder: Elaborator, cited: Statement, values: Mapping[str, Value]
) -> tuple[Instance, ...]:
    """Every claimed form of the cited entry, in the citing formula's names.

    Symbols that ``values`` leaves out stand for the citing formula's of the same name, and the
    one that the cited formula differentiates by for the citing one's. Raises
    :class:`InstanceError` where that does not fit.
    """
    scope = cited_scope(cited)
    bindings: list[tuple[str, Node]] = []
    still: set[str] = set()  # differentials of what does not vary here
    scope.dim_values.update((n, _size(n, values[n])) for n in sorted(scope.dims) if n in values)
    for name, symbol in scope.symbols.items():
        value = values.get(name)
        if value is None:
            value = builder.resolve(name, Environment())
            if value is None and name == scope.wrt and citing.scope.wrt:
                value = builder.resolve(citing.scope.wrt, Environment())
        if value is None:
            raise InstanceError(f"`with` does not say what `{name}` stands for")
        if isinstance(value, FunctionValue):
            raise InstanceError(f"`{name}` is not a function in the cited formula")
        _unify(scope, name, symbol.shape, value.shape)
        bindings.append((name, value))
        if name in scope.varying and not symbol.differential:
            direction = _direction(citing, builder, name, value)
            bindings += direction
            if not direction:
                still.add(f"d{name}")
    for name in sorted(scope.dims - scope.dim_values.keys() - builder.scope.dims):
        raise InstanceError(f"`with` does not say what `{name}` stands for")
    _functions_known(scope, builder, values)
    env = Environment(tuple(bindings))
    inner = Elaborator(scope)
    inner.fresh = builder.fresh
    try:
        formula = cited.entry
        left = left_side(inner, formula, env)
        rights = [
            claimed_side(inner, formula.kind, parse(text), formula.wrt, env, formula.layout)
            for text in formula.claims
        ]
        assumed = N.conjuncts(inner.condition(parse(text), env) for text in formula.assume)
        identical = [inner.condition(parse(text), env) for text in formula.identically]
    except LanguageError as error:
        raise InstanceError(f"so instantiated it has no meaning: {error.message}") from error
    for side in (left, *rights):
        for used in N.symbols_in(side):
            if used.name in still and builder.resolve(used.name, Environment()) is not used:
                raise InstanceError(f"`{used.name}` has no meaning here: nothing varies")
    chosen = {n: v for n, v in values.items() if isinstance(v, FunctionValue)}
    replaced = _Replacer(chosen)
    requires = tuple(
        requirement
        for name, value in bindings
        if name in scope.symbols and not scope.symbols[name].differential
        for requirement in of_symbol(scope.symbols[name], value)
    )
    requires += tuple(of_condition(replaced(one), everywhere=False) for one in assumed)
    requires += tuple(of_condition(replaced(one), everywhere=True) for one in identical)
    return tuple(Instance(replaced(left), replaced(right), requires) for right in rights)


def _direction(
    citing: Statement, builder: Elaborator, name: str, value: Node
) -> list[tuple[str, Node]]:
    """What ``dX`` of the cited formula is: the differential of what X stands for."""
    varying = citing.scope.varying
    if not varying:
        return []
    if isinstance(value, Sym) and value.name in varying:
        direction = builder.resolve(f"d{value.name}", Environment())
        return [(f"d{name}", direction)] if direction is not None else []
    directions = []
    variables: dict[Node, Sym] = {}
    for varied in varying:
        node = builder.resolve(varied, Environment())
        direction = builder.resolve(f"d{varied}", Environment())
        if node is None or direction is None or not isinstance(node, Sym):
            return []
        variables[node] = builder.fresh.variable(varied, node, 0)
        directions.append(direction)
    body = N.substitute(value, variables)
    bound = tuple(variables.values())
    return [(f"d{name}", Jvp(body, bound, tuple(variables), tuple(directions), shape=value.shape))]


def _size(name: str, value: Value) -> Dim:
    """What a dimension, or a natural number that bounds a sum, of the cited formula is here."""
    found = None if isinstance(value, FunctionValue) else affine_of(value)
    if found is None or found.terms:
        raise InstanceError(f"`{name}` is a size there, and what it stands for is none")
    least = found.constant.least
    if least is None or least < 1:
        raise InstanceError(f"`{name}` is 1 or more there, and `{found.constant}` may be less")
    return found.constant


def _unify(scope: Scope, name: str, declared: Shape, given: Shape) -> None:
    if not declared and given:
        raise InstanceError(
            f"`{name}` is a scalar there, what it stands for is {shape_text(given)}"
        )
    for wanted, found in (
        (N.rows_of(declared), N.rows_of(given)),
        (N.columns_of(declared), N.columns_of(given)),
    ):
        if len(wanted.names) == 1 and wanted.factor == 1 and not wanted.sum:
            known = scope.dim_values.setdefault(wanted.names[0], found)
            if known != found:
                raise InstanceError(
                    f"the shapes do not fit: `{wanted}` would be {known} and {found}"
                )
        elif wanted != found:
            raise InstanceError(
                f"`{name}` is {shape_text(declared)} there, not {shape_text(given)}"
            )
    scope.symbols[name] = replace(scope.symbols[name], shape=given)


def _functions_known(scope: Scope, builder: Elaborator, values: Mapping[str, Value]) -> None:
    for name, function in scope.functions.items():
        if name in values:
            continue
        own: AbstractFunction | None = builder.scope.functions.get(name)
        if own is None or own.arity != function.arity:
            raise InstanceError(f"`with` does not say what the function `{name}` stands for")


class _Replacer:
    """Replaces abstract functions by what they stand for."""

    def __init__(self, chosen: Mapping[str, FunctionValue]) -> None:
        self.chosen = chosen
        self.count = 0
        self.memo: dict[Node, Node] = {}

    def __call__(self, node: Node) -> Node:
        done = self.memo.get(node)
        if done is None:
            done = N.rebuild(node, self)
            if isinstance(done, N.Apply) and done.function in self.chosen:
                found = self.value(done, self.chosen[done.function])
                if found.shape != done.shape:
                    raise InstanceError(
                        f"`{done.function}` is {shape_text(done.shape)} there, "
                        f"what it stands for is {shape_text(found.shape)}"
                    )
                done = found
            self.memo[node] = done
        return done

    def value(self, node: N.Apply, function: FunctionValue) -> Node:
        """The function's value, or its derivative by nested Jvp."""
        args = list(node.args)
        if len(args) != len(function.variables):
            raise InstanceError(f"`{node.function}` takes {len(function.variables)} arguments")
        if args[0].shape and not function.variables[0].shape:
            if not node.shape:
                raise InstanceError(
                    f"`{node.function}` takes {shape_text(args[0].shape)} there, "
                    "what it stands for takes a number"
                )
            return self.elementwise(node, function)
        variables: list[Sym] = []
        mapping: dict[Node, Node] = {}
        for old, arg in zip(function.variables, args, strict=True):
            self.count += 1
            fresh = Sym(f"{node.function}#v{self.count}", shape=arg.shape)
            variables.append(fresh)
            mapping[old] = fresh
        body = N.substitute(function.body, mapping)
        for i, order in enumerate(node.orders):
            for _ in range(order):
                self.count += 1
                inner = Sym(f"{node.function}#v{self.count}", shape=())
                stepped = N.substitute(body, {variables[i]: inner})
                body = Jvp(stepped, (inner,), (variables[i],), (N.ONE_NODE,), shape=body.shape)
        return N.substitute(body, dict(zip(variables, args, strict=True)))

    def elementwise(self, node: N.Apply, function: FunctionValue) -> Node:
        """The same entry by entry; the derivative is the Jvp in the direction of ones."""
        arg = node.args[0]
        result = _lift(function.body, function.variables[0], arg)
        for _ in range(node.orders[0]):
            self.count += 1
            fresh = Sym(f"{node.function}#v{self.count}", shape=arg.shape)
            body = N.substitute(result, {arg: fresh})
            result = Jvp(body, (fresh,), (arg,), (N.number(1, arg.shape),), shape=arg.shape)
        return result


def _lift(body: Node, variable: Node, arg: Node) -> Node:
    """A scalar expression applied to every entry of ``arg``."""

    def visit(node: Node) -> Node:
        if node is variable:
            return arg
        below = tuple(visit(child) for child in N.children(node))
        if all(not child.shape for child in below):
            return node
        applied = same_operation(node, below)
        if applied is None:
            raise InstanceError("the function cannot be applied entry by entry")
        return applied

    return visit(body)
