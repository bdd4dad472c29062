"""The parts of the index prover, each on nothing but the parts below it."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

import pytest

from derivcheck.lang import nodes as n
from derivcheck.lang.dims import Dim
from derivcheck.lang.functions import FUNCTIONS
from derivcheck.symbolic.matrix.algebra import Algebra
from derivcheck.symbolic.matrix.atoms import Atom, Kind, Monomial, Polynomial, Space, Undecided
from derivcheck.symbolic.matrix.calculus import Calculus
from derivcheck.symbolic.matrix.cases import vanishes_by_cases
from derivcheck.symbolic.matrix.compiler import Compiler
from derivcheck.symbolic.matrix.counting import Counting
from derivcheck.symbolic.matrix.determinants import Determinants
from derivcheck.symbolic.matrix.functions import Functions, unless_equal
from derivcheck.symbolic.matrix.index_expressions import truth
from derivcheck.symbolic.matrix.indices import STEP, ZERO_AT, Indices
from derivcheck.symbolic.matrix.inverses import Inverses
from derivcheck.symbolic.matrix.known import Known, Met, Strategy
from derivcheck.symbolic.matrix.matching import Matcher
from derivcheck.symbolic.matrix.matrix_functions import CHOLESKY, EXPM, MatrixFunctions
from derivcheck.symbolic.matrix.powers import SGN, Powers
from derivcheck.symbolic.matrix.products import Products
from derivcheck.symbolic.matrix.prover import compiler_of
from derivcheck.symbolic.matrix.ring import Ring, complement, constant, number_of, plus, scaled
from derivcheck.symbolic.matrix.rules import Rules
from derivcheck.symbolic.matrix.slots import Slots, flat
from derivcheck.symbolic.matrix.substitution import Change, Substitution
from derivcheck.symbolic.matrix.sums import Sums
from derivcheck.symbolic.matrix.symbols import Symbols
from derivcheck.symbolic.matrix.triangles import Triangles
from derivcheck.symbolic.matrix.unspecified import Unspecified
from derivcheck.symbolic.matrix.vanishing import clear_denominators, vanishes

N, M = Dim(1, ("n",)), Dim(1, ("m",))


@dataclass
class Parts:
    """The lower parts, made as far up as a test asks for them."""

    strategy: Strategy = field(default_factory=Strategy)
    known: Known = field(default_factory=Known)
    met: Met = field(default_factory=Met)
    space: Space = field(default_factory=Space)

    def __post_init__(self) -> None:
        self.ring = Ring(self.space)

    def powers(self) -> Powers:
        return Powers(self.ring, self.known, self.met)

    def indices(self) -> Indices:
        return Indices(Substitution(self.powers()))

    def symbols(self) -> Symbols:
        return Symbols(self.indices())

    def sums(self) -> tuple[Sums, Symbols]:
        symbols = self.symbols()
        return Sums(symbols.indices, self.strategy), symbols

    def inverses(self) -> Inverses:
        sums, symbols = self.sums()
        Rules(sums)
        return Inverses(sums, symbols)

    def determinants(self) -> Determinants:
        inverses = self.inverses()
        return Determinants(inverses, Functions(inverses.indices))

    def symbol(self, name: str) -> Polynomial:
        """A scalar that nothing is known of."""
        return self.ring.of(self.space.atom(Kind.ELEMENT, name))


@pytest.fixture
def parts() -> Parts:
    return Parts()


def _only(poly: Polynomial) -> Atom:
    [(monomial, coefficient)] = poly.items()
    [(atom, exponent)] = monomial
    assert coefficient == exponent == 1
    return atom


# atoms


def test_equal_structures_are_one_atom() -> None:
    space = Space()
    i, j = space.renewed(("n", "n"))
    assert i != j
    assert space.atom(Kind.ELEMENT, "x", (i,)) is space.atom(Kind.ELEMENT, "x", (i,))
    assert space.atom(Kind.ELEMENT, "x", (i,)) is not space.atom(Kind.ELEMENT, "x", (j,))
    assert space.atom(Kind.ELEMENT, "x", (i,)).mask == space.atom(Kind.ELEMENT, "x", (j,)).mask
    assert space.atom(Kind.ELEMENT, "x", (-1,)).mask != space.atom(Kind.ELEMENT, "x", (-2,)).mask


def test_a_space_counts_its_work() -> None:
    space = Space(steps=2)
    space.spend(2)
    with pytest.raises(Undecided, match="budget"):
        space.spend()


def test_bound_numbers_have_a_dimension_only_while_it_is_lent() -> None:
    space = Space()
    space.lend((1 << 32,), ("n",))
    assert space.dim(1 << 32) == "n"
    space.take_back((1 << 32,))
    with pytest.raises(Undecided):
        space.dim(1 << 32)


# the ring


def test_the_ring_is_free_where_nothing_is_registered(parts: Parts) -> None:
    x, y = parts.symbol("x"), parts.symbol("y")
    ring = parts.ring
    square = ring.repeated(plus(x, y), 2)
    assert square == plus(ring.times(x, x), scaled(ring.times(x, y), 2), ring.times(y, y))
    assert ring.times(x, ring.of(_only(x), -1)) == {(): 1}
    assert plus(square, scaled(square, -1)) == {}
    assert complement(constant(Fraction(1, 3))) == constant(Fraction(2, 3))
    assert number_of(ring.size(Dim(3))) == 3


def test_power_rules_apply_inside_products(parts: Parts) -> None:
    """An atom whose square is 2, as the square root of 2 would be one."""
    parts.ring.on_power(Kind.CONSTANT, lambda _, exponent: {(): 2} if exponent == 2 else None)
    root = parts.space.atom(Kind.CONSTANT, "root")
    x = parts.symbol("x")
    product = parts.ring.product([(root, 1), (_only(x), 1), (root, 1)])
    assert product == scaled(x, 2)


def test_meetings_act_on_the_other_factors(parts: Parts) -> None:
    """An atom that swallows what it is multiplied with."""

    def swallow(merged: dict[Atom, object], atom: Atom, _: object) -> Polynomial | None:
        return {((atom, 1),): 1} if len(merged) > 1 else None

    parts.ring.on_meeting(Kind.CONSTANT, swallow)
    black = parts.ring.of(parts.space.atom(Kind.CONSTANT, "black"))
    assert parts.ring.times(parts.symbol("x"), black) == black


# powers and signs


def test_roots_of_squares_are_absolute_values(parts: Parts) -> None:
    powers = parts.powers()
    x = parts.symbol("x")
    square = parts.ring.times(x, x)
    root = powers.power(square, Fraction(1, 2))
    assert root == parts.ring.times(powers.sign_function(SGN, x), x)
    assert parts.ring.times(root, root) == square
    assert parts.met.nonzero, "the square of a sign was taken for 1"
    parts.known.positive.add("y")
    y = parts.symbol("y")
    assert powers.power(parts.ring.times(y, y), Fraction(1, 2)) == y


@pytest.mark.parametrize(
    ("value", "whole"), [(8, 2), (Fraction(9, 2), Fraction(3, 2)), (49, 7), (1, 1)]
)
def test_numbers_have_roots_over_primes(parts: Parts, value: int, whole: int) -> None:
    powers = parts.powers()
    root = powers.number_root(Fraction(value), Fraction(1, 2))
    assert parts.ring.times(root, root) == constant(value)
    assert set(root.values()) <= {whole, 1}


def test_powers_of_sums_stay_closed_and_cancel(parts: Parts) -> None:
    powers = parts.powers()
    both = plus(parts.symbol("x"), scaled(parts.symbol("y"), 2))
    inverse = powers.power(scaled(both, 3), -1)
    assert inverse == scaled(powers.power(both, -1), Fraction(1, 3))
    assert (
        parts.ring.times(powers.power(both, Fraction(1, 2)), powers.power(both, Fraction(1, 2)))
        == both
    )


def test_division_by_zero_is_undecided(parts: Parts) -> None:
    with pytest.raises(Undecided, match="zero"):
        parts.powers().power({}, -1)


# substitution


def test_substitution_asks_the_part_that_made_an_atom(parts: Parts) -> None:
    substitution = Substitution(parts.powers())
    i, j = parts.space.renewed(("n", "n"))

    def anew(atom: Atom, change: Change) -> Polynomial:
        return parts.ring.of(parts.space.atom(Kind.ELEMENT, atom.head, change.places(atom)))

    substitution.on(Kind.ELEMENT, anew)
    x = anew(parts.space.atom(Kind.ELEMENT, "x", (i,)), Change({}))
    there = substitution.rename(parts.ring.times(x, x), {i: j})
    assert there == parts.ring.of(parts.space.atom(Kind.ELEMENT, "x", (j,)), 2)
    bound, [closed] = substitution.bind((i,), x)
    assert closed == ((((parts.space.atom(Kind.ELEMENT, "x", bound), 1),), 1),)
    constant_atom = parts.space.atom(Kind.CONSTANT, "pi")
    assert substitution.rename_atom(constant_atom, {i: j}) == parts.ring.of(constant_atom)


# deltas and indices as numbers


def test_deltas_identify_indices(parts: Parts) -> None:
    symbols = parts.symbols()
    i, j = parts.space.renewed(("n", "n"))
    x = symbols.element("x", (j,))
    delta = symbols.indices.delta(i, j)
    assert parts.ring.times(delta, x) == parts.ring.times(delta, symbols.element("x", (i,)))
    assert parts.ring.times(delta, delta) == delta
    assert parts.ring.times(delta, symbols.indices.apart(i, j)) == {}
    symbols.indices.unequal.add(frozenset((i, j)))
    assert symbols.indices.delta(i, j) == {}


_CONDITIONS: list[tuple[str, Callable[[Polynomial, Polynomial], Polynomial], str, int | None]] = [
    ("an index is not negative", lambda i, n: scaled(i, -1), STEP, 0),
    ("an index is below n", lambda i, n: plus(n, scaled(i, -1)), STEP, 1),
    ("an index may be zero", lambda i, n: i, ZERO_AT, None),
    ("2*i is never odd", lambda i, n: plus(scaled(i, 2), constant(1)), ZERO_AT, 0),
]


@pytest.mark.parametrize(
    ("_", "number", "name", "known"), _CONDITIONS, ids=[c[0] for c in _CONDITIONS]
)
def test_comparisons_are_decided_by_the_range_of_an_index(
    _: str, number: Callable[..., Polynomial], name: str, known: int | None
) -> None:
    parts = Parts()
    indices = parts.indices()
    i = parts.space.fresh(N)
    found = indices.condition(name, number(indices.value(i), parts.ring.size(N)))
    assert number_of(found) == known


def test_a_place_in_range_needs_no_condition(parts: Parts) -> None:
    indices = parts.indices()
    i = parts.space.fresh(N)
    assert indices.in_range(indices.value(i), N) == {(): 1}
    assert indices.in_range(plus(indices.value(i), parts.ring.size(N)), N) == {}


def test_switches_of_equal_indices_are_zero(parts: Parts) -> None:
    symbols = parts.symbols()
    i, j = parts.space.fresh(N), parts.space.fresh(N)
    x, y = symbols.element("x", (i,)), symbols.element("x", (j,))
    assert unless_equal(symbols.indices, plus(x, scaled(y, -1))) == symbols.indices.apart(i, j)
    assert unless_equal(symbols.indices, plus(x, y)) == {(): 1}


# functions


@pytest.mark.parametrize("name", [name for name, row in FUNCTIONS.items() if row.arity == 1])
def test_every_function_of_one_argument_has_a_normal_form(name: str) -> None:
    parts = Parts()
    functions = Functions(parts.indices())
    x = parts.symbol("x")
    assert functions.function(name, (x,))


def test_normal_forms_of_functions(parts: Parts) -> None:
    functions = Functions(parts.indices())
    ring = parts.ring
    x, y = parts.symbol("x"), parts.symbol("y")

    def f(name: str, *args: Polynomial) -> Polynomial:
        return functions.function(name, args)

    assert f("log", f("exp", x)) == x
    assert f("exp", plus(x, y)) == ring.times(f("exp", x), f("exp", y))
    assert f("sin", scaled(x, -1)) == scaled(f("sin", x), -1)
    assert plus(ring.times(f("sin", x), f("sin", x)), ring.times(f("cos", x), f("cos", x))) == {
        (): 1
    }
    assert ring.times(f("tan", x), f("cos", x)) == f("sin", x)
    assert ring.repeated(f("cbrt", x), 3) == x
    assert f("max", x, y) == scaled(plus(x, y, f("abs", plus(x, scaled(y, -1)))), Fraction(1, 2))
    assert plus(f("erf", x), f("erfc", x)) == {(): 1}


def test_abstract_functions_have_no_rules(parts: Parts) -> None:
    functions = Functions(parts.indices())
    x = parts.symbol("x")
    own = functions.function("cos", (x,), (0,))
    assert parts.ring.times(own, own) == parts.ring.of(_only(own), 2)
    assert _only(functions.partial(_only(own), 0)).head == ("cos", (1,))


def test_partials_come_from_the_table_of_rules(parts: Parts) -> None:
    functions = Functions(parts.indices())
    x = parts.symbol("x")
    atom = _only(functions.function("sin", (x,)))
    assert functions.partial(atom, 0) == functions.function("cos", (x,))
    sign = parts.space.atom(Kind.FUNCTION, (SGN, ()), polys=(tuple(x.items()),))
    assert functions.partial(sign, 0) == {}


# symbols


def test_structure_counts_at_the_point_only(parts: Parts) -> None:
    symbols = parts.symbols()
    i, j = parts.space.renewed(("n", "n"))
    parts.known.structures["S"] = frozenset({"symmetric"})
    parts.known.structures["D"] = frozenset({"diagonal"})
    assert symbols.element("S", (i, j)) != symbols.element("S", (j, i))
    parts.known.at_point = True
    assert symbols.element("S", (i, j)) == symbols.element("S", (j, i))
    delta = symbols.indices.delta(i, j)
    assert symbols.element("D", (i, j)) == parts.ring.times(delta, symbols.element("D", (i, i)))
    assert symbols.names_in(_only(symbols.element("S", (i, j)))) == {"S"}


# sums


def test_names_of_bound_indices_do_not_matter(parts: Parts) -> None:
    sums, symbols = parts.sums()
    total = []
    for _ in range(2):
        i, j = parts.space.fresh(N), parts.space.fresh(N)
        body = parts.ring.times(symbols.element("A", (i, j)), symbols.element("B", (j, i)))
        total.append(sums.sum_over((j, i), body))
    assert total[0] == total[1]
    assert _only(total[0]).kind == Kind.SUM


def test_sums_fall_apart_and_count(parts: Parts) -> None:
    sums, symbols = parts.sums()
    i, j, k = (parts.space.fresh(N) for _ in range(3))
    x, y = symbols.element("x", (i,)), symbols.element("y", (j,))
    whole = sums.sum_over((i, j, k), parts.ring.times(x, y))
    apart = parts.ring.times(sums.sum_over((i,), x), sums.sum_over((j,), y))
    assert whole == parts.ring.times(parts.ring.size(N), apart)
    delta = symbols.indices.delta(i, k)
    assert sums.sum_over((i,), parts.ring.times(delta, x)) == symbols.element("x", (k,))


def test_sums_try_their_rules_on_every_term(parts: Parts) -> None:
    sums, symbols = parts.sums()
    i = parts.space.fresh(N)

    def one(bound: tuple[int, ...], monomial: Monomial) -> list[tuple[tuple[int, ...], Polynomial]]:
        return [((), {(): 1})]

    sums.rules.append(one)
    assert sums.sum_over((i,), plus(symbols.element("x", (i,)), constant(1))) == constant(2)


def test_a_comparison_in_a_sum_counts_or_chooses(parts: Parts) -> None:
    sums, symbols = parts.sums()
    Counting(sums)
    indices = sums.indices
    i, j = parts.space.fresh(N), parts.space.fresh(N)
    x = symbols.element("x", (j,))
    before = indices.condition(STEP, plus(indices.value(i), scaled(indices.value(j), -1)))
    assert sums.sum_over((j,), before) == indices.value(i)
    size = parts.ring.size(N)
    triangle = scaled(parts.ring.times(size, plus(size, constant(-1))), Fraction(1, 2))
    assert sums.sum_over((j,), indices.value(j)) == triangle
    others = sums.sum_over((j,), parts.ring.times(indices.apart(i, j), x))
    assert plus(others, symbols.element("x", (i,))) == sums.sum_over((j,), x)


# matching and rules


def test_a_pattern_is_found_up_to_names_of_indices(parts: Parts) -> None:
    sums, symbols = parts.sums()
    matcher = Matcher(sums.substitution)
    p, q, i, j, k = (parts.space.fresh(N) for _ in range(5))

    def term(*entries: tuple[str, tuple[int, ...]]) -> Monomial:
        factors = [symbols.element(name, places) for name, places in entries]
        [monomial] = parts.ring.product_of(*factors)
        return monomial

    pattern = term(("A", (p, q)), ("x", (q,)))
    target = term(("A", (i, j)), ("x", (j,)), ("y", (k,)))
    found = matcher.find(pattern, (p,), (q,), {}, target, (j,))
    assert found is not None
    assigned, others, bound = found
    assert (assigned[p], assigned[q], bound) == (i, j, ())
    assert [atom.head for atom, _ in others] == ["y"]
    held = term(("A", (i, j)), ("x", (j,)), ("y", (j,)))
    assert matcher.find(pattern, (p,), (q,), {}, held, (j,)) is None


def test_a_matrix_meets_its_inverse(parts: Parts) -> None:
    inverses = parts.inverses()
    sums, symbols = inverses.sums, inverses.symbols
    i, j, k, r, c = (parts.space.fresh(N) for _ in range(5))
    matrix = plus(symbols.element("A", (r, c)), symbols.element("B", (r, c)))
    inverse = inverses.inverse(matrix, (r, c), i, j)
    there = inverses.substitution.rename(matrix, {r: j, c: k})
    assert sums.sum_over((j,), parts.ring.times(inverse, there)) == inverses.indices.delta(i, k)
    turned = inverses.substitution.rename(matrix, {c: j, r: k})
    assert sums.sum_over((j,), parts.ring.times(inverse, turned)) != inverses.indices.delta(i, k)


def test_assumptions_rewrite_terms(parts: Parts) -> None:
    sums, symbols = parts.sums()
    rules = Rules(sums)
    i = parts.space.fresh(N)
    y = symbols.element("y", (i,))
    lead, _, rest = rules.leading(plus(sums.sum_over((i,), y), constant(-1)))
    assert number_of(rest) == -1
    opened, private = rules.opened(lead, frozenset(), everything=True)
    assert len(opened) == len(private) == 1


# matrices


def test_inverses_have_one_form(parts: Parts) -> None:
    inverses = parts.inverses()
    i, j, r, c = (parts.space.fresh(N) for _ in range(4))
    a = inverses.symbols.element("A", (r, c))
    inverse = inverses.inverse(a, (r, c), r, c)
    assert inverses.inverse(inverse, (r, c), i, j) == inverses.symbols.element("A", (i, j))
    assert inverses.inverse(a, (c, r), i, j) == inverses.inverse(a, (r, c), j, i)
    scalar = parts.ring.times(parts.symbol("t"), inverses.indices.delta(r, c))
    expected = parts.ring.times(
        inverses.indices.delta(i, j), inverses.powers.power(parts.symbol("t"), -1)
    )
    assert inverses.inverse(scalar, (r, c), i, j) == expected


def test_determinants_of_products_and_scalars(parts: Parts) -> None:
    determinants = parts.determinants()
    symbols, sums = determinants.inverses.symbols, determinants.sums
    r, c, k = (parts.space.fresh(N) for _ in range(3))
    a, b = symbols.element("A", (r, k)), symbols.element("B", (k, c))
    product = determinants.determinant(sums.sum_over((k,), parts.ring.times(a, b)), (r, c))
    one, other = (determinants.determinant(p, f) for p, f in ((a, (r, k)), (b, (k, c))))
    assert product == parts.ring.times(one, other)
    turned = determinants.determinant(a, (k, r))
    assert turned == one
    scaled_identity = scaled(determinants.indices.delta(r, c), 2)
    power = determinants.functions.general_power(constant(2), parts.ring.size(N))
    assert determinants.determinant(scaled_identity, (r, c)) == power


def test_determinants_of_updates_of_low_rank(parts: Parts) -> None:
    """Ones beside the identity: n + 1; ones and a column u more: by Sylvester's theorem."""
    determinants = parts.determinants()
    symbols, sums, ring = determinants.inverses.symbols, determinants.sums, parts.ring
    r, c, k = (parts.space.fresh(N) for _ in range(3))
    delta, size = determinants.indices.delta(r, c), ring.size(N)
    assert determinants.determinant(plus(delta, constant(1)), (r, c)) == plus(size, constant(1))
    u = symbols.element("u", (r,))
    total = sums.sum_over((k,), symbols.element("u", (k,)))
    assert determinants.determinant(plus(delta, u), (r, c)) == plus(total, constant(1))
    v = ring.times(u, symbols.element("v", (c,)))
    both = determinants.determinant(plus(delta, v, constant(1)), (r, c))
    there = {name: sums.sum_over((k,), symbols.element(name, (k,))) for name in "uv"}
    square = sums.sum_over((k,), ring.times(symbols.element("u", (k,)), symbols.element("v", (k,))))
    expected = plus(
        ring.times(plus(square, constant(1)), plus(size, constant(1))),
        scaled(ring.times(there["u"], there["v"]), -1),
    )
    assert both == expected


def test_small_determinants_are_written_out_where_literals_are() -> None:
    parts = Parts(strategy=Strategy(expand_literals=True))
    determinants = parts.determinants()
    r, c = parts.space.fresh(Dim(2)), parts.space.fresh(Dim(2))

    def a(i: int, j: int) -> Polynomial:
        return determinants.inverses.symbols.element("A", (-1 - i, -1 - j))

    found = determinants.determinant(determinants.inverses.symbols.element("A", (r, c)), (r, c))
    times = parts.ring.times
    assert found == plus(times(a(0, 0), a(1, 1)), scaled(times(a(0, 1), a(1, 0)), -1))


def test_exponentials_of_one_matrix_multiply(parts: Parts) -> None:
    functions = MatrixFunctions(parts.determinants())
    sums, symbols = functions.inverses.sums, functions.symbols
    i, j, k, r, c = (parts.space.fresh(N) for _ in range(5))
    a = symbols.element("A", (r, c))
    one = functions.matrix_function(EXPM, a, (r, c), (i, k))
    back = functions.matrix_function(EXPM, scaled(a, -1), (r, c), (k, j))
    product = sums.sum_over((k,), parts.ring.times(one, back))
    assert product == functions.indices.delta(i, j)


def test_a_cholesky_factor_times_its_transpose(parts: Parts) -> None:
    functions = MatrixFunctions(parts.determinants())
    sums, symbols = functions.inverses.sums, functions.symbols
    Triangles(functions, Products(sums, functions.functions))
    parts.known.at_point = True
    parts.known.structures["S"] = frozenset({"spd"})
    i, j, k, r, c = (parts.space.fresh(N) for _ in range(5))
    s = symbols.element("S", (r, c))
    left, right = (functions.matrix_function(CHOLESKY, s, (r, c), (e, k)) for e in (i, j))
    assert sums.sum_over((k,), parts.ring.times(left, right)) == symbols.element("S", (i, j))


def test_products_over_an_index(parts: Parts) -> None:
    sums, symbols = parts.sums()
    functions = Functions(sums.indices)
    products = Products(sums, functions)
    i = parts.space.fresh(N)
    x = symbols.element("x", (i,))
    assert _only(products.product_over(i, x)).kind == Kind.PRODUCT
    of_exponentials = products.product_over(i, functions.exp(x))
    assert of_exponentials == functions.exp(sums.sum_over((i,), x))
    assert products.product_over(i, {}) == {}
    size = parts.ring.size(N)
    assert products.product_over(i, constant(3)) == functions.general_power(constant(3), size)


def test_derivatives_of_abstract_functions_commute(parts: Parts) -> None:
    symbols = parts.symbols()
    unspecified = Unspecified(symbols.indices.substitution)
    i, j, k = (parts.space.fresh(N) for _ in range(3))
    x, slots = symbols.element("x", (k,)), ((0, 1), (0, 1))
    first, second = (
        unspecified.abstract(("f", slots, (("n",),)), (k,), [x], places)
        for places in ([i, j], [j, i])
    )
    assert first == second
    assert unspecified.extreme(("max", ("n",)), (k,), constant(3)) == constant(3)


# derivatives


def _unit(algebra: Algebra, *targets: int) -> Callable[[str, tuple[int, ...]], Polynomial]:
    def entry(_: str, places: tuple[int, ...]) -> Polynomial:
        deltas = (algebra.indices.delta(i, t) for i, t in zip(places, targets, strict=True))
        return algebra.ring.product_of(*deltas)

    return entry


def test_the_differential_of_an_inverse_and_of_a_determinant() -> None:
    algebra = Algebra()
    calculus = Calculus(algebra)
    i, j, a, b, r, c = (algebra.space.fresh(N) for _ in range(6))
    entry = algebra.symbols.element("A", (r, c))

    def inverse(row: int, column: int) -> Polynomial:
        return algebra.inverses.inverse(entry, (r, c), row, column)

    seeds = {"A": _unit(algebra, a, b)}
    change = calculus.derivative(inverse(i, j), seeds)
    assert change == scaled(algebra.ring.times(inverse(i, a), inverse(b, j)), -1)
    determinant = algebra.determinants.determinant(entry, (r, c))
    slope = calculus.derivative(determinant, seeds)
    assert slope == algebra.ring.times(determinant, inverse(b, a))
    assert calculus.derivative(determinant, {"B": _unit(algebra, a, b)}) == {}


def test_jumps_that_are_differentiated_are_noted() -> None:
    algebra = Algebra()
    x = algebra.symbols.element("x", ())
    change = Calculus(algebra).derivative(algebra.powers.absolute(x), {"x": _unit(algebra)})
    assert change == algebra.powers.sign_function(SGN, x)
    assert algebra.met.kinks == [(SGN, x)]


# nodes


def test_kronecker_products_split_slots(parts: Parts) -> None:
    slots = Slots(parts.indices())
    a, b = n.Sym("A", shape=(N, N)), n.Sym("B", shape=(M, M))
    product = n.Kron(a, b, shape=(N * M, N * M))
    assert slots.hint(product, 0) == (N, M)
    slot = slots.slot(N * M, (N, M))
    assert isinstance(slot, tuple)
    assert slots.joined(flat(slot), N * M) == slot
    assert slots.slot(n.ONE) is None
    with pytest.raises(Undecided, match="two ways"):
        slots.delta(slot, slots.slot(N * M))


def test_a_compiler_knows_what_its_tables_say() -> None:
    algebra = Algebra()
    compiler = Compiler(algebra, {}, {n.Num: lambda c, node, row, column: constant(7)})
    assert compiler.compile(n.ONE_NODE) == constant(7)
    with pytest.raises(Undecided, match="no meaning for Sym"):
        compiler.compile(n.Sym("x", shape=()))
    with compiler.within((1,), {"i": 1}):
        assert compiler.scope.names == {"i": 1}
    assert compiler.scope.names == {}


_TRUTH: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@pytest.mark.parametrize("sign", _TRUTH)
@pytest.mark.parametrize("number", [-1, 0, 1, 2])
@pytest.mark.parametrize("turned", [False, True], ids=["left", "right"])
@pytest.mark.parametrize("distance", [False, True], ids=["difference", "distance"])
def test_comparisons_of_indices_say_what_numbers_say(
    sign: str, number: int, turned: bool, distance: bool
) -> None:
    """``i - j < k`` and ``abs(i - j) < k`` at every place of a dimension of 4."""
    compiler = compiler_of(Algebra())
    i, j = n.Index("i", Dim(4)), n.Index("j", Dim(4))
    gap = n.subtract(n.IndexValue(i, shape=()), n.IndexValue(j, shape=()))
    sides = [n.call("abs", gap) if distance else gap, n.number(number)]
    node = n.Compare(sign, *(sides[::-1] if turned else sides), shape=())
    names = {index.name: compiler.space.fresh(index.dim) for index in (i, j)}
    with compiler.within((), names):
        holds, fails = truth(compiler, node)
    for a, b in product(range(4), repeat=2):
        values = [abs(a - b) if distance else a - b, number]
        expected = _TRUTH[sign](*(values[::-1] if turned else values))
        at = {names["i"]: -1 - a, names["j"]: -1 - b}
        found = [number_of(compiler.substitution.rename(poly, at)) for poly in (holds, fails)]
        assert found == [expected, not expected], (a, b)


# proofs


def test_denominators_and_hanging_inverses_are_multiplied_away() -> None:
    algebra = Algebra()
    x, y = (algebra.symbols.element(name, ()) for name in "xy")
    both = plus(x, y)
    fraction = algebra.powers.power(both, -1)
    difference = plus(
        algebra.ring.times(x, fraction), algebra.ring.times(y, fraction), constant(-1)
    )
    assert difference
    assert clear_denominators(algebra, difference) == {}
    i, j, k, r, c = (algebra.space.fresh(N) for _ in range(5))
    a, b = algebra.symbols.element("A", (r, c)), algebra.symbols.element("B", (r, c))
    of_sum = algebra.inverses.inverse(plus(a, b), (r, c), i, j)
    of_a = algebra.inverses.inverse(a, (r, c), i, k)
    there = algebra.substitution.rename(b, {r: k, c: r})
    rest = algebra.inverses.inverse(plus(a, b), (r, c), c, j)
    back = algebra.substitution.rename(rest, {c: r})
    # inv(A + B) == inv(A) - inv(A) @ B @ inv(A + B)
    product = algebra.sums.sum_over((k, r), algebra.ring.product_of(of_a, there, back))
    own = algebra.substitution.rename(of_a, {k: j})
    assert vanishes(algebra, plus(of_sum, scaled(own, -1), product))
    assert not vanishes(algebra, plus(of_sum, scaled(own, -1)))


def test_cases_of_free_indices_decide_comparisons() -> None:
    algebra = Algebra()
    i, j = algebra.space.fresh(N), algebra.space.fresh(N)
    gap = plus(algebra.indices.value(i), scaled(algebra.indices.value(j), -1))
    before = algebra.indices.condition(STEP, scaled(gap, -1))
    behind = algebra.indices.condition(STEP, gap)
    every = plus(before, behind, algebra.indices.delta(i, j), constant(-1))
    assert every
    assert vanishes_by_cases(algebra, every)
    assert not vanishes_by_cases(algebra, plus(before, behind, constant(-1)))
    assert not algebra.indices.facts, "what was assumed is forgotten"
    assert Kind.DELTA not in {a.kind for m in before for a, _ in m}
