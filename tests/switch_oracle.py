"""Random claims about piecewise polynomials, and what is true of them at switches and edges.

Everything is exact: differences with steps of 10**-15 and 10**-40 in rational numbers tell a
derivative from a kink, so that single points count as much as any others.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

from adhoc import adhoc

from derivcheck.lang import nodes as n
from derivcheck.lang.equation import Equation
from derivcheck.lang.printer import node_text
from derivcheck.symbolic.derivative import expand

_STEP, _TINY = Fraction(1, 10**15), Fraction(1, 10**40)
_NEAR = Fraction(1, 10**9)
_GRID = tuple(Fraction(k, 2) for k in (-4, -2, -1, 0, 1, 2, 4))
_POLYNOMIALS = (
    *("x", "y", "x - y", "x + y", "x**2 - y", "x - 1", "y - 1", "x*y", "x**2", "x**2 - 1"),
    *("(x - 1)**2", "x**2 + y**2", "2*x - y", "x**3", "-x", "y**2", "1", "x**2*(x - 1)"),
    *("abs(x) - 1", "abs(y)", "x*(y - 1)**2", "y + 1/2", "0"),
)
_DOMAINS = ("real", "real", "nonnegative", "positive", "[0, 1]", "[-1, oo)", "nonzero", "(0, 2)")
_ASSUME = (
    *((),) * 6,
    *(("x >= y",), ("x > y",), ("x**2 + y**2 <= 1",), ("x*y >= 0",), ("x != y",)),
    *(("x**2*(x - 1) >= 0",), ("x + y <= 1", "x >= 0"), ("abs(x) <= 1",), ("x*(x - 1) >= 0",)),
)
_OPERATORS = ("<", "<=", ">", ">=")
_OTHER_EDGE = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


class Nowhere(Exception):
    """No value there."""


def random_claim(seed: int) -> Equation:
    """A claim about a piecewise polynomial in x and y: true, or true but for single points."""
    random = Random(seed)
    body = _body(random)
    kind = random.choice(("derivative", "derivative", "derivative", "second", "equals"))
    symbols = {"x": random.choice(_DOMAINS), "y": random.choice(_DOMAINS)}
    assume = list(random.choice(_ASSUME))
    wrapped = {"second": f"diff({body}, x, 2)", "equals": body}.get(kind, body)
    given = {"wrt": "x"} if kind == "derivative" else {"claim": "equals"}
    (equation,) = adhoc(wrapped, "0", symbols=symbols, assume=assume, **given)
    return _claimed(equation, random)


def random_vector_claim(seed: int) -> tuple[Equation, Equation]:
    """Such a claim about the gradient of a sum over entries, and the same for one entry."""
    random = Random(seed)
    body = _body(random)
    symbols = {"x": random.choice(_DOMAINS), "y": random.choice(_DOMAINS)}
    options = {"wrt": "x", "assume": list(random.choice(_ASSUME))}
    (one,) = adhoc(body, "0", symbols=symbols, **options)
    one = _claimed(one, random)
    vectors = {name: {"shape": ["n"], "domain": domain} for name, domain in symbols.items()}
    claim = f"{node_text(one.right)} + 0*x"
    (gradient,) = adhoc(f"sum({body} + 0*x)", claim, symbols=vectors, **options)
    return gradient, one


def _claimed(equation: Equation, random: Random) -> Equation:
    names = [symbol.name for symbol in equation.context.symbols]
    return Equation(
        equation.left, _rewritten(expand(equation.left), names, random), equation.context
    )


def _body(random: Random) -> str:
    def part() -> str:
        return random.choice(_POLYNOMIALS)

    rule = random.choice(
        (
            "abs({p})", "max({p}, {q})", "min({p}, {q})", "where({p} {o} {q}, {r}, {s})",
            "({p})*abs({q})", "sign({p})*({q})", "where({p} {o} 0, {r}, {s})", "abs({p})*({p})",
            "abs({p}) + abs({q})", "max({p}, 0)**2", "where({p} {o} 0, ({p})*({r}), 0)",
        )
    )  # fmt: skip
    return rule.format(p=part(), q=part(), r=part(), s=part(), o=random.choice(_OPERATORS))


def _rewritten(node: n.Node, names: list[str], random: Random) -> n.Node:
    """Other edges, and signs as comparisons: the same almost everywhere."""

    def replace(current: n.Node) -> n.Node:
        done = n.rebuild(current, replace)
        match done:
            case n.Compare(operator=operator, left=left, right=right) if operator in _OTHER_EDGE:
                if random.random() < 0.3:
                    return n.Compare(_OTHER_EDGE[operator], left, right, shape=())
            case n.Call(function="sign", args=(inside,)) if random.random() < 0.5:
                operator = random.choice((">", ">="))
                test = n.Compare(operator, inside, n.ZERO_NODE, shape=())
                return n.Select(test, n.ONE_NODE, n.MINUS_ONE, shape=())
        return done

    changed = replace(node)
    if names and random.random() < 0.2:
        inside = n.call("sign", n.Sym(random.choice(names), shape=()))
        changed = n.mul(changed, n.power(inside, n.number(Fraction(2))))
    return changed


def value(node: n.Node, point: dict[str, Fraction]) -> Fraction:
    """The exact value at a point; derivatives only where they exist."""
    match node:
        case n.Num(value=number):
            return number
        case n.Sym(name=name):
            return point[name]
        case n.Add(args=args):
            return sum((value(a, point) for a in args), Fraction(0))
        case n.Mul(args=args):
            result = Fraction(1)
            for a in args:
                result *= value(a, point)
            return result
        case n.Pow(base=base, exponent=n.Num(value=exponent)) if exponent.denominator == 1:
            number = value(base, point)
            if not number and exponent < 0:
                raise Nowhere
            return number ** int(exponent)
        case n.Call(function="abs", args=(a,)):
            return abs(value(a, point))
        case n.Call(function="sign", args=(a,)):
            number = value(a, point)
            return Fraction((number > 0) - (number < 0))
        case n.Call(function="max", args=args):
            return max(value(a, point) for a in args)
        case n.Call(function="min", args=args):
            return min(value(a, point) for a in args)
        case n.Select(condition=condition, then=then, otherwise=otherwise):
            return value(then if truth(condition, point) else otherwise, point)
        case n.Jvp(body=body, variables=(variable,), at=(at,), directions=(direction,)):
            return _slope(body, variable.name, value(at, point), point) * value(direction, point)
    raise Nowhere


def truth(node: n.Node, point: dict[str, Fraction]) -> bool:
    """Whether a condition holds at a point."""
    match node:
        case n.Compare(operator=operator, left=left, right=right):
            gap = value(left, point) - value(right, point)
            return {
                "<": gap < 0,
                "<=": gap <= 0,
                ">": gap > 0,
                ">=": gap >= 0,
                "==": gap == 0,
                "!=": gap != 0,
            }[operator]
        case n.Logic(operator="and", args=args):
            return all(truth(a, point) for a in args)
        case n.Logic(operator="or", args=args):
            return any(truth(a, point) for a in args)
        case n.Logic(operator="not", args=(a,)):
            return not truth(a, point)
    raise Nowhere


def _slope(body: n.Node, name: str, at: Fraction, point: dict[str, Fraction]) -> Fraction:
    inner = any(isinstance(node, n.Jvp) for node in n.walk(body))
    step = _STEP if inner else _TINY
    here = value(body, {**point, name: at})
    ahead = (value(body, {**point, name: at + step}) - here) / step
    behind = (here - value(body, {**point, name: at - step})) / step
    if abs(ahead - behind) > _NEAR or abs(ahead) > 1 / _NEAR:
        raise Nowhere  # a kink, or a jump through its middle
    return ahead


def _inside(equation: Equation, point: dict[str, Fraction]) -> bool:
    for symbol in equation.context.symbols:
        number, domain = point[symbol.name], symbol.domain
        limits = domain.interval
        low = high = None
        if limits is not None:
            low = None if limits.low is None else value(limits.low, {})
            high = None if limits.high is None else value(limits.high, {})
        fine = {
            "positive": number > 0,
            "nonnegative": number >= 0,
            "nonzero": number != 0,
        }.get(domain.kind, True)
        if low is not None and limits is not None:
            fine = fine and (number > low or (limits.low_closed and number == low))
        if high is not None and limits is not None:
            fine = fine and (number < high or (limits.high_closed and number == high))
        if not fine:
            return False
    return all(truth(condition, point) for condition in equation.context.assume)


def counterexample(equation: Equation) -> dict[str, Fraction] | None:
    """A point of a small grid where both sides are defined and differ."""
    for x, y in product(_GRID, _GRID):
        point = {"x": x, "y": y}
        try:
            if _inside(equation, point):
                gap = value(equation.left, point) - value(equation.right, point)
                if abs(gap) > _NEAR:
                    return point
        except Nowhere:
            continue
    return None
