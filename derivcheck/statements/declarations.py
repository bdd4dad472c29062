"""The declarations of an entry: symbols with domains and shapes, functions, ``where``."""

from __future__ import annotations

import contextlib
import difflib
import math
import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import reduce

from derivcheck.collection.format import KINDS, STRUCTURES
from derivcheck.collection.formula import Formula
from derivcheck.collection.parts import Declaration, Function
from derivcheck.lang import nodes as N
from derivcheck.lang import syntax as S
from derivcheck.lang.complexes import has_unit
from derivcheck.lang.elaborate import Elaborator
from derivcheck.lang.equation import AbstractFunction, Domain, Interval, Symbol
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Dim, Node, Shape, make_shape
from derivcheck.lang.parser import parse
from derivcheck.lang.scope import Scope
from derivcheck.lang.text import name_problem
from derivcheck.statements.sides import columns_target

Report = Callable[[str, LanguageError], None]
_Bounds = tuple[Fraction, Fraction]
"""The least and the greatest that a number may be."""


def _problem(rule: str, message: str, hint: str | None = None) -> LanguageError:
    return LanguageError(rule, message, 0, 0, hint)


def constant(text: str) -> Node:
    """A constant expression (numbers, pi, e and functions of them), as bounds and exclusions."""
    try:
        return Elaborator(Scope()).node(parse(text))
    except LanguageError as error:
        # its offsets count in this text, not in the whole declaration
        raise _problem(error.rule, error.message, error.hint) from None


def _is_dimension(bound: str) -> bool:
    """Whether a bound of an interval is a name that no number has."""
    return bound.isidentifier() and bound not in ("oo", "pi", "e")


def parse_interval(text: str) -> Domain:
    """The domain written ``"(-1, 1)"`` or ``"[0, oo)"``."""
    body = text.strip()
    if len(body) < 3 or body[0] not in "([" or body[-1] not in ")]":
        raise _problem(
            "domain",
            f"`{text}` is not a domain",
            'kinds are real, positive, ..., or an interval such as "(-1, 1)"',
        )
    depth = 0
    commas = []
    for i, character in enumerate(body[1:-1], 1):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            commas.append(i)
    if len(commas) != 1:
        raise _problem("domain", f"`{text}`: an interval has two bounds", 'as in "[0, oo)"')
    low_text, high_text = body[1 : commas[0]].strip(), body[commas[0] + 1 : -1].strip()
    if all(_is_dimension(bound) for bound in (low_text, high_text)):
        raise _problem(
            "domain",
            f"`{text}` is no interval: its bounds are names",
            f"a shape is a list, without quotes: [{low_text}, {high_text}]",
        )
    low = None if low_text in ("-oo", "- oo") else constant(low_text)
    high = None if high_text in ("oo", "+oo") else constant(high_text)
    if isinstance(low, N.Num) and isinstance(high, N.Num) and low.value >= high.value:
        said = f"`{text}` is an empty interval: {low_text} is not below {high_text}"
        if body[0] == "[" and body[-1] == "]" and low.value == high.value:
            said = f"`{text}` is one number, not an interval"
        raise _problem("domain", said)
    return Domain(
        "interval",
        Interval(
            low, high, body[0] == "[" and low is not None, body[-1] == "]" and high is not None
        ),
    )


def parse_domain(text: str) -> Domain:
    """A kind by name, or an interval."""
    kind = text.strip()
    if kind in KINDS:
        return Domain(kind)
    if kind[:1] in ("(", "["):
        return parse_interval(kind)
    close = difflib.get_close_matches(kind, KINDS, 1)
    hint = f"did you mean `{close[0]}`?" if close else f"kinds are {', '.join(KINDS)}"
    raise _problem("domain", f"`{kind}` is not a kind of symbol", hint)


def parse_shape(sizes: Sequence[str], dims: set[str]) -> Shape:
    """One or two dimensions: names or positive numbers."""
    if not 1 <= len(sizes) <= 2:
        raise _problem("shape", f"a shape has one or two dimensions, not {len(sizes)}")
    parsed = [parse_dimension(size, dims) for size in sizes]
    return make_shape(parsed[0], parsed[1] if len(parsed) == 2 else N.ONE)


def parse_dimension(text: str, dims: set[str]) -> Dim:
    """A dimension: a name or a positive number, or made of them with ``+ - *``."""
    text = text.strip()
    if text.isdecimal():
        if len(text) > 9 or not 1 <= int(text) <= 1000:
            raise _problem("shape", f"dimension {text:.20} is out of range: 1 to 1000")
        return Dim(int(text))
    if not _COMPOSED.search(text):
        problem = name_problem(text)
        if problem:
            raise _problem("shape", f"dimension {problem}")
        dims.add(text)
        return Dim(1, (text,))
    try:
        syntax = parse(text)
        names = {part for part in re.split(r"[-+*\s]+", text) if part and not part.isdecimal()}
        dims |= names
        return Elaborator(Scope(dims=names)).dimension(syntax)
    except LanguageError as error:
        raise _problem("shape", error.message, error.hint) from None


_COMPOSED = re.compile(r"[-+*]")


def parse_symbol(name: str, declared: Declaration, dims: set[str]) -> Symbol:
    """The declaration of a symbol."""
    problem = name_problem(name)
    if problem:
        raise _problem("name", problem)
    shape = parse_shape(declared.shape, dims) if declared.shape else ()
    domain = parse_domain(declared.domain or "real")
    excluded = tuple(constant(value) for value in declared.excluded)
    names = declared.structure
    for item in names:
        if item not in STRUCTURES:
            raise _problem(
                "structure",
                f"`{item}` is not a structure",
                f"structures are {', '.join(STRUCTURES)}",
            )
    if names and shape and shape[0] != shape[1]:
        raise _problem(
            "structure",
            f"`{name}` is {N.shape_text(shape)}: only a square matrix can be {names[0]}",
        )
    structures = frozenset(names)
    if "hermitian" in structures and domain.kind != "complex":
        structures = structures - {"hermitian"} | {"symmetric"}
    return Symbol(name, shape, Domain(domain.kind, domain.interval, excluded), structures)


def parse_function(name: str, declared: Function) -> AbstractFunction:
    """The declaration of a function: ``scalar(x)``, ``scalar(x, y)`` or ``elementwise``."""
    problem = name_problem(name)
    if problem:
        raise _problem("name", problem)
    if declared.is_elementwise:
        return AbstractFunction(name, "elementwise")
    arguments = declared.arguments
    if arguments and all(not name_problem(argument) for argument in arguments):
        return AbstractFunction(name, "scalar", len(arguments))
    raise _problem(
        "function",
        f"`{declared.text}` is not a kind of function",
        "write `scalar(x)` or `elementwise`",
    )


def is_inside(value: Node, domain: Domain, scope: Scope) -> bool:
    """Whether every value of a scalar expression certainly lies in a domain of real numbers."""
    used = [node for node in N.walk(value) if isinstance(node, N.Sym)]
    if domain.kind == "real" and not domain.excluded and used:
        # polynomials of real numbers are real, and defined
        return all(
            isinstance(node, N.Sym | N.Num | N.Add | N.Mul)
            or (isinstance(node, N.Const) and node.name in ("pi", "e"))
            for node in N.walk(value)
        ) and all(
            node.name in scope.symbols
            and not scope.symbols[node.name].shape
            and scope.symbols[node.name].domain.kind != "complex"
            for node in used
        )
    if used or domain.kind == "complex":
        return False
    number = _enclosed(value)
    if number is None:
        return False
    whole = isinstance(value, N.Num) and value.value.denominator == 1
    if domain.is_whole and not whole:
        return False
    return all(_certainly(number, bound) for bound in domain.conditions(value))


def _certainly(number: _Bounds, bound: N.Compare) -> bool:
    """Whether a number, known to lie so, meets a bound of a domain."""
    if bound.right is bound.left:
        return bound.operator in (">=", "<=")
    end = _enclosed(bound.right)
    if end is None:
        return False
    above, below = number[0] > end[1], number[1] < end[0]
    return {">": above, "<": below, "!": above or below}[bound.operator[0]]


_ROUNDING = Fraction(1, 10**13)
"""More than the relative error of a float, and of a power of one, if they are not too small."""
_TINY = Fraction(1, 10**200)


def _enclosed(node: Node) -> _Bounds | None:
    """Bounds of a number: equal where it is rational, else those of floats."""
    match node:
        case N.Num(value=value):
            return value, value
        case N.Const(name="pi" | "e" as name):
            return _about(math.pi if name == "pi" else math.e)
        case N.Add(args=args) | N.Mul(args=args):
            parts = [_enclosed(arg) for arg in args]
            known = [part for part in parts if part is not None]
            if len(known) == len(parts):
                return reduce(_sum if isinstance(node, N.Add) else _product, known)
        case N.Pow(base=N.Num(value=value), exponent=N.Num(value=exponent)):
            if _TINY < value < 1 / _TINY and abs(exponent) < 20:
                with contextlib.suppress(OverflowError):
                    power = math.pow(value, exponent)
                    return _about(power) if power > _TINY else None
    return None


def _about(value: float) -> _Bounds:
    return Fraction(value) * (1 - _ROUNDING), Fraction(value) * (1 + _ROUNDING)


def _sum(one: _Bounds, other: _Bounds) -> _Bounds:
    return one[0] + other[0], one[1] + other[1]


def _product(one: _Bounds, other: _Bounds) -> _Bounds:
    ends = [a * b for a in one for b in other]
    return min(ends), max(ends)


def _counted(formula: Formula, scope: Scope) -> set[str]:
    """Symbols declared ``natural`` that a sum or product counts to, as dimensions do.

    Or that a matrix is raised to, or that sizes are made of (``eye(n)``).
    """
    naturals = {n for n, s in scope.symbols.items() if not s.shape and s.domain.kind == "natural"}
    if not naturals or any(scope.symbols[n].domain.excluded for n in naturals):
        return set()
    found: set[str] = set()
    for text in (formula.expression, formula.upstream, *formula.claims, *formula.where.values()):
        with contextlib.suppress(LanguageError):
            ends = (end for part in S.walk(parse(text)) for end in _counting(part))
            found |= {name.id for end in ends for name in S.walk(end) if isinstance(name, S.Name)}
    return found & naturals


def _counting(part: S.Syntax) -> tuple[S.Syntax, ...]:
    """The bounds, exponents and sizes that stand right in an expression."""
    match part:
        case S.Bounds():
            return part.low, part.high
        case S.Call(function=S.Name("matrix_power")):
            return part.args[1:]
        case S.Call(function=S.Name("eye" | "ones" | "zeros")):
            return part.args
    return ()


def _is_declared(name: str, formula: Formula, scope: Scope) -> bool:
    declared = (formula.symbols, formula.functions, formula.where)
    return name in scope.dims or any(name in names for names in declared)


def build_scope(formula: Formula, report: Report) -> Scope:
    """The scope of a formula; problems go to ``report(path, error)`` and are left out.

    A name whose declaration has a problem of its own is not called undeclared where it is used.
    """
    scope = Scope()
    broken = [*_declare_symbols(formula, scope, report)]
    scope.is_complex = (
        formula.values == "complex"
        or any(symbol.domain.kind == "complex" for symbol in scope.symbols.values())
        or has_unit(formula.expressions(), _is_declared("I", formula, scope))
    )
    broken += _declare_functions(formula, scope, report)
    # dX and d(F) belong to claims about differentials: elsewhere `dx` is one more name
    scope.varying = formula.wrt
    if formula.kind == "derivative":
        columns = columns_target(formula.wrt)
        scope.varying = () if columns is None else (columns,)
    _define(formula, scope, report, broken)
    return scope


def _declare_symbols(formula: Formula, scope: Scope, report: Report) -> Iterator[str]:
    """Add symbols, indices and dimensions; the names whose declaration has a problem."""
    for name, declared in formula.symbols.items():
        try:
            if declared.index:
                _check_name(name)
                scope.indices[name] = parse_dimension(declared.index, scope.dims)
            else:
                scope.symbols[name] = parse_symbol(name, declared, scope.dims)
        except LanguageError as error:
            report(f"symbols.{name}", error)
            yield name
    scope.dims |= _counted(formula, scope)
    for name in sorted(scope.dims & scope.symbols.keys()):
        symbol = scope.symbols[name]
        if symbol.shape or symbol.domain.kind not in ("natural", "integer", "positive"):
            problem = _problem("name", f"`{name}` names both a symbol and a dimension")
            report(f"symbols.{name}", problem)
        else:
            del scope.symbols[name]


def _declare_functions(formula: Formula, scope: Scope, report: Report) -> Iterator[str]:
    """Add functions; the names whose declaration has a problem."""
    for name, function in formula.functions.items():
        try:
            if name in scope.symbols:
                raise _problem("name", f"`{name}` is declared both as a symbol and as a function")
            scope.functions[name] = parse_function(name, function)
        except LanguageError as error:
            report(f"functions.{name}", error)
            yield name


def _define(formula: Formula, scope: Scope, report: Report, broken: list[str]) -> None:
    """Add what `where` defines, in order: each may rest on those before it."""
    for name, text in formula.where.items():
        try:
            _check_name(name)
            if name in scope.symbols or name in scope.functions:
                raise _problem("name", f"`{name}` is declared twice")
            syntax = parse(text)
            Elaborator(scope).node(syntax)
            scope.where[name] = syntax
        except LanguageError as error:
            rests_on_broken = error.message in {
                f"{what} `{other}`"
                for other in broken
                for what in ("undeclared symbol", "unknown function")
            }
            if not rests_on_broken:
                report(f"where.{name}", _with_order(error, formula, scope))
            broken.append(name)


def _with_order(error: LanguageError, formula: Formula, scope: Scope) -> LanguageError:
    """The error; it says so where the name that is missing comes further down."""
    for name in formula.where:
        if name not in scope.where and error.message == f"undeclared symbol `{name}`":
            error.hint = f"`where` goes in order: `{name}` has to stand before it"
    return error


def _check_name(name: str) -> None:
    problem = name_problem(name)
    if problem:
        raise _problem("name", problem)
