"""Every function of the language meets every judge; what one does not know is listed here."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from math import prod
from typing import Any

import pytest
from adhoc import adhoc

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Context, Symbol
from derivcheck.lang.floats import has_float
from derivcheck.lang.functions import FUNCTIONS, NONPOSITIVE_INTEGERS
from derivcheck.lang.printer import node_text
from derivcheck.lang.texts import definition, expression, margins
from derivcheck.numeric.differences import rounding, special
from derivcheck.numeric.intervals import rules as interval_rules
from derivcheck.numeric.intervals.functions import COMPLEX, REAL, real_function, real_power
from derivcheck.symbolic.rules import RULES
from derivcheck.symbolic.scalar.field import Field, Unprovable
from derivcheck.symbolic.scalar.translate import Translator

JUDGED = tuple(name for name, row in FUNCTIONS.items() if not row.spelled)
"""What judges meet: a spelled row stands for its definition."""


def arguments(name: str) -> tuple[N.Node, ...]:
    return tuple(N.Sym(f"x{k}", shape=()) for k in range(FUNCTIONS[name].arity))


def _prover(name: str) -> bool:
    places = arguments(name)
    context = Context(tuple(Symbol(f"x{k}") for k in range(len(places))))
    try:
        Translator(Field(24), context).of(N.call(name, *places))
    except Unprovable as error:
        return "beyond" not in str(error)
    return True


def _sympy(name: str) -> bool:
    pytest.importorskip("sympy")
    from derivcheck.symbolic.sympy_build import Builder, Unbuildable

    places = arguments(name)
    try:
        Builder(Context(tuple(Symbol(f"x{k}") for k in range(len(places))))).of(
            N.call(name, *places)
        )
    except Unbuildable:
        return False
    return True


def _known(table: Collection[str]) -> Callable[[str], bool]:
    """Whether a judge knows the value of a function, or of all that its row writes it by."""

    def is_known(name: str) -> bool:
        meaning = None if name in table else definition(name, arguments(name))
        calls = [n.function for n in N.walk(meaning) if isinstance(n, N.Call)] if meaning else []
        return name in table or (meaning is not None and all(map(is_known, calls)))

    return is_known


JUDGES: dict[str, Callable[[str], bool]] = {
    "prover": _prover,
    "sympy": _sympy,
    "intervals": _known(REAL),
    "complex intervals": _known(COMPLEX),
    "differences": _known({*rounding.RULES, *filter(special.is_known, FUNCTIONS)}),
}

NOT_SUPPORTED: dict[str, set[str]] = {
    "sympy": {
        "jacobisn", "jacobicn", "jacobidn",
        "legendre", "chebyshevt", "chebyshevu", "hermite", "laguerre",  # but of natural degrees
    },
    "complex intervals": {
        "cbrt", "abs", "sign", "atan2", "max", "min",  # not analytic
        "erfinv",
    },
}  # fmt: skip
"""What a judge does not know of, and answers `unknown` to; everything else it must know."""


@pytest.mark.parametrize("judge", JUDGES)
def test_judges_know_every_function_but_those_listed(judge: str) -> None:
    unknown = {name for name in JUDGED if not JUDGES[judge](name)}
    assert unknown == NOT_SUPPORTED.get(judge, set())


NO_CLOSED_FORM = {
    *((name, 0) for name in ("polygamma", "uppergamma", "expint", "polylog", "zeta_hurwitz")),
    *((f"bessel{kind}", 0) for kind in "jyik"),
    *(("betainc", k) for k in range(2)),
    *((name, k) for k, name in enumerate(("hyp0f1", "hyp1f1", "hyp2f1")) for k in range(k + 1)),
    *(("appellf1", k) for k in range(4)),
    *((n, k) for n, row in FUNCTIONS.items() if row.lists for k in range(row.arity - 1)),
    *((name, 0) for name in ("legendre", "chebyshevt", "chebyshevu", "hermite", "laguerre")),
    *((f"jacobi{kind}", 1) for kind in ("sn", "cn", "dn")),
}
"""Function and argument by which the derivative is only a function of its own name."""
RULES_OF_PROVERS_ONLY = {("lowergamma", 0), ("betainc_regularized", 0), ("betainc_regularized", 1)}


def _positions() -> Iterator[tuple[str, int]]:
    for name in JUDGED:
        for position in range(FUNCTIONS[name].arity):
            yield name, position


def test_provers_have_a_rule_for_every_argument_but_those_listed() -> None:
    missing = {p for p in _positions() if RULES.partial(p[0], arguments(p[0]), p[1]) is None}
    assert missing == NO_CLOSED_FORM | {("zeta", 0)}


def test_intervals_have_a_rule_for_every_argument_but_those_listed() -> None:
    rules = interval_rules.RULES
    missing = {p for p in _positions() if rules.partial(p[0], arguments(p[0]), p[1]) is None}
    assert missing == NO_CLOSED_FORM | RULES_OF_PROVERS_ONLY


@pytest.mark.parametrize(("name", "position"), sorted(NO_CLOSED_FORM | RULES_OF_PROVERS_ONLY))
def test_what_has_no_closed_form_is_enclosed(name: str, position: int) -> None:
    places = arguments(name)
    if FUNCTIONS[name].parameters[position] in FUNCTIONS[name].whole:
        with pytest.raises(interval_rules.Unsupported):
            interval_rules.partial(name, places, position)
        return
    slope = interval_rules.partial(name, places, position)
    assert isinstance(slope, N.Call)
    assert real_function(slope.function) is not None


@pytest.mark.parametrize("name", FUNCTIONS)
def test_texts_of_a_row_are_expressions_in_its_parameters(name: str) -> None:
    row = FUNCTIONS[name]
    places = arguments(name)
    assert row.text
    assert row.latex
    assert len(margins(name, places)) == len(row.real)
    assert (definition(name, places) is not None) == bool(row.definition)
    for text in row.breaks:
        assert text == NONPOSITIVE_INTEGERS or expression(name, text, places).shape == ()
    assert row.parity in ("", "odd", "even")
    assert not (row.smooth and row.breaks)


def enclosed(name: str, args: Iterable[Any]) -> Any:
    """The ball of a function, where it has none of its own that of its definition."""
    found = REAL.get(name)
    if found is not None:
        return found(*args)
    places = arguments(name)
    meaning = definition(name, places)
    assert meaning is not None
    return _ball(meaning, dict(zip(places, args, strict=True)))


def _ball(node: N.Node, values: dict[N.Node, Any]) -> Any:
    from flint import arb, fmpq

    match node:
        case N.Num(value=value):
            return arb(fmpq(value.numerator, value.denominator))
        case N.Add(args=args):
            return sum((_ball(a, values) for a in args), arb(0))
        case N.Mul(args=args):
            return prod(_ball(a, values) for a in args)
        case N.Pow(base=base, exponent=exponent):
            return real_power(_ball(base, values), _ball(exponent, values))
        case N.Call(function=function, args=args):
            return enclosed(function, [_ball(a, values) for a in args])
    return values[node]


def _values(name: str) -> list[tuple[float, ...]]:
    points = (-2.5, -0.75, 0.5, 0.875, 1.5)
    return (
        [(p,) for p in points]
        if FUNCTIONS[name].arity == 1
        else [(a, b) for a in points for b in points]
    )


@pytest.mark.parametrize("name", [name for name in JUDGED if has_float(name)])
def test_floats_and_enclosures_agree(name: str) -> None:
    from flint import arb

    from derivcheck.lang.floats import float_value

    seen = 0
    for point in _values(name):
        ball = enclosed(name, map(arb, point))
        try:
            value = float_value(name, *point)
        except (ValueError, ZeroDivisionError, OverflowError):
            continue
        if ball.is_finite():
            assert value == pytest.approx(float(ball), rel=1e-12)
            seen += 1
    assert seen


@pytest.mark.parametrize("name", [n for n, row in FUNCTIONS.items() if row.real])
def test_a_function_is_real_inside_its_margins_only(name: str) -> None:
    from itertools import product

    from flint import arb

    row = FUNCTIONS[name]
    grid = [k / 8 + 0.01 for k in range(-24, 25)]
    for point in product(*[grid] * row.arity) if row.arity == 1 else product(grid[::5], grid[::5]):
        ball = enclosed(name, map(arb, point))
        places = dict(zip(arguments(name), point, strict=True))
        inside = all(_float(margin, places) > 0 for margin, _ in margins(name, arguments(name)))
        if ball.is_finite():
            assert inside, point
        elif row.arity == 1:
            assert not inside, point


def _float(node: N.Node, values: dict[N.Node, float]) -> float:
    match node:
        case N.Sym():
            return values[node]
        case N.Num(value=value):
            return float(value)
        case N.Add(args=args):
            return sum(_float(a, values) for a in args)
        case N.Mul(args=args):
            result = 1.0
            for a in args:
                result *= _float(a, values)
            return result
        case N.Pow(base=base, exponent=exponent):
            return float(_float(base, values) ** _float(exponent, values))
    raise TypeError(type(node).__name__)


@pytest.mark.parametrize("name", [n for n in JUDGED if FUNCTIONS[n].parity])
def test_parity(name: str) -> None:
    from flint import arb

    sign = -1 if FUNCTIONS[name].parity == "odd" else 1
    seen = 0
    for k in range(1, 12):
        left, right = (enclosed(name, [arb(n) / 4]) for n in (k, -k))
        if left.is_finite() and right.is_finite():
            assert left.overlaps(right * sign)
            seen += 1
    assert seen


@pytest.mark.parametrize("name", [n for n, row in FUNCTIONS.items() if row.exact])
def test_exact_values(name: str) -> None:
    from flint import arb

    exact = FUNCTIONS[name].exact
    assert exact is not None
    value = enclosed(name, [arb(exact[0])])
    assert value.overlaps(arb(exact[1]))


@pytest.mark.parametrize("name", [n for n in JUDGED if n in COMPLEX and FUNCTIONS[n].arity == 1])
def test_what_has_no_cut_has_values_around_the_real_line(name: str) -> None:
    """On balls across it, and on each side the conjugates of those on the other."""
    from flint import acb, arb

    across = arb(0, 1e-9)
    places = [arb(k) / 8 + arb(1) / 16 for k in range(-24, 25)]
    has_cut = not all(COMPLEX[name](acb(x, across)).is_finite() for x in places)
    assert not (has_cut and FUNCTIONS[name].meromorphic)
    if FUNCTIONS[name].meromorphic:
        for x in places[::6]:
            above, below = (COMPLEX[name](acb(x, y)) for y in (arb(3) / 4, arb(-3) / 4))
            assert above.conjugate().overlaps(below)


@pytest.mark.parametrize("name", JUDGED)
def test_only_what_is_continuous_is_taken_for_such_in_the_plane(name: str) -> None:
    """Hypergeometric functions and signs were, too: they have cuts and jumps."""
    from derivcheck.symbolic.scalar.points.cuts import is_cut_free

    expected = FUNCTIONS[name].meromorphic or name in ("conj", "re", "im", "abs")
    assert is_cut_free(N.call(name, *arguments(name))) == expected


HYPER = [
    ("hyper([], [], x)", "exp(x)"),
    ("hyper([a], [], x)", "(1 - x)**(-a)"),
    ("hyper([], [a], x)", "hyp0f1(a, x)"),
    ("hyper([a, 2], [3], x)", "hyp2f1(a, 2, 3, x)"),
    ("hyper([a], [2, 3], x)", "hyper([a], [2, 3], x)"),
]


@pytest.mark.parametrize(("text", "printed"), HYPER, ids=[row[0] for row in HYPER])
def test_parameters_of_hyper_are_lists(text: str, printed: str) -> None:
    (equation,) = adhoc(text, "0", symbols={"x": "(0, 1)", "a": "positive"}, claim="equals")
    assert node_text(equation.left) == printed


WRONG_LISTS = [
    ("hyper(1, 2, x)", "`hyper` takes two lists and an argument"),
    ("hyper([1], [2])", "`hyper` takes two lists and an argument"),
    (
        "hyper([1], [2, 3, 4, 5], x)",
        "`hyper([1], [2, 3, 4, 5], x)`: at most 3 parameters below, and one more above, are known",
    ),
]


@pytest.mark.parametrize(("text", "message"), WRONG_LISTS, ids=[row[0] for row in WRONG_LISTS])
def test_what_hyper_does_not_take(text: str, message: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        adhoc(text, "0", symbols={"x": "real"}, claim="equals")


DERIVATIVES = ["besselj(a, x)", "hyp1f1(a, 2, x)", "uppergamma(a, x)", "legendre(a, x)"]


@pytest.mark.parametrize("text", DERIVATIVES)
def test_the_enclosure_by_a_parameter_holds_the_difference_quotient(text: str) -> None:
    from flint import arb, ctx

    (equation,) = adhoc(text, "0", symbols={"x": "(0, 1)", "a": "positive"}, claim="equals")
    call = equation.left
    assert isinstance(call, N.Call)
    place = next(k for k, arg in enumerate(call.args) if arg == N.Sym("a", shape=()))
    slope = interval_rules.partial(call.function, call.args, place)
    assert isinstance(slope, N.Call)
    enclosure, value = real_function(slope.function), REAL[call.function]
    assert enclosure is not None
    before = ctx.prec
    try:
        ctx.prec = 300
        for at in (arb(1) / 3, arb(5) / 2, arb(2, 1e-60)):
            step = arb(2) ** -80

            def points(a: arb) -> list[arb]:
                known = {"a": a, "x": arb(3) / 7}
                return [known[arg.name] if isinstance(arg, N.Sym) else arb(2) for arg in call.args]

            found = enclosure(*points(at))
            middle = at.mid()
            quotient = (value(*points(middle + step)) - value(*points(middle - step))) / (2 * step)
            assert abs(found - quotient) < arb(2) ** -100
            assert found.rad() < 1e-40
    finally:
        ctx.prec = before


def test_an_enclosure_says_nothing_across_a_cut() -> None:
    from flint import arb

    from derivcheck.lang.functions import derivative_of

    slope = real_function(derivative_of("uppergamma", 0, 2))
    assert slope is not None
    assert slope(arb(1) / 3, arb(1)).is_finite()
    assert not slope(arb(1) / 3, arb(0, 0.1)).is_finite()
    assert not slope(arb(1) / 3, arb(-1)).is_finite()
