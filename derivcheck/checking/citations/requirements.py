"""What a cited formula requires of its symbols: domains, structures and side conditions.

An instance is the cited formula only where these hold, so each of them is proved in the citing
formula: from what it declares and assumes, and from where its lines are defined (``log(u)`` is real
only where u is positive). What is not proved does not justify.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Context, Domain, Symbol
from derivcheck.lang.printer import node_text
from derivcheck.lang.signs import NOT_NEGATIVE, UNKNOWN, Signs, of_symbols, signs_of
from derivcheck.records import record

_IMPLIED = {
    "symmetric": {"spd", "diagonal"},
    "invertible": {"spd", "orthogonal"},
    "hermitian": set[str](),
}
"""Structures that have another one as well."""

Equal = Callable[[N.Node, N.Node], bool]
"""Whether two nodes are proved to be equal."""


@record()
class Requirement:
    """A condition (``condition``), or what ``value`` must be as a symbol, by its declaration.

    One of ``everywhere`` holds for all values of what varies.
    """

    text: str
    condition: N.Node | None = None
    value: N.Node | None = None
    symbol: Symbol | None = None
    everywhere: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it holds beside a point, too, where it holds at it."""
        condition = self.condition
        return (
            self.everywhere
            or condition is None
            or (isinstance(condition, N.Compare) and condition.operator in ("<", ">", "!="))
        )


def of_symbol(symbol: Symbol, value: N.Node) -> Iterator[Requirement]:
    """What a declaration requires of the value that a symbol stands for."""
    domain = symbol.domain
    if domain == Domain() and not symbol.structure:
        return
    words = [domain.kind if domain.interval is None else "in its interval"]
    words = [w for w in words if w != "real"] + sorted(symbol.structure)
    what = ", ".join(words) or "other than " + ", ".join(map(node_text, domain.excluded))
    yield Requirement(f"`{node_text(value)}` is {what}", value=value, symbol=symbol)


def of_condition(condition: N.Node, everywhere: bool = False) -> Requirement:
    """A side condition, in the citing formula's names."""
    said = "holds identically" if everywhere else "holds"
    return Requirement(f"`{node_text(condition)}` {said}", condition, everywhere=everywhere)


class Knowledge:
    """What is known of a citing formula's values where its lines are defined."""

    def __init__(self, context: Context, lines: tuple[N.Node, ...], equal: Equal) -> None:
        self.context = context
        self.lines = lines
        self.equal = equal
        self.signs = of_symbols(context.symbols)

    def meets(self, requirement: Requirement) -> bool:
        """Whether a requirement is proved."""
        if requirement.condition is not None:
            if requirement.everywhere:
                known = requirement.condition in self.context.identically
                return known or (not self.context.assume and self._holds(requirement.condition))
            return self._holds(self._at_the_point(requirement.condition))
        assert requirement.value is not None
        assert requirement.symbol is not None
        value = self._at_the_point(requirement.value)
        return self._lies_in(value, requirement.symbol) and all(
            self._has(value, structure) for structure in requirement.symbol.structure
        )

    def _at_the_point(self, node: N.Node) -> N.Node:
        """Bound variables of derivatives replaced by the symbols that they vary."""
        bound: dict[N.Node, N.Node] = {
            n: N.Sym(n.name.partition("#")[0], shape=n.shape)
            for n in N.walk(node)
            if isinstance(n, N.Sym) and "#" in n.name
        }
        return N.substitute(node, bound)

    # -- domains ----------------------------------------------------------------------------

    def _lies_in(self, value: N.Node, required: Symbol) -> bool:
        domain = required.domain
        own = self.context.symbol(value.name) if isinstance(value, N.Sym) else None
        if domain.kind == "complex":
            return True
        # a diagonal matrix of positive entries has zeros beside them
        alike = own is not None and own.structure & {"diagonal"} <= required.structure
        if own is not None and alike and own.domain == domain:
            return True
        if not self._is_real(value):
            return False
        if domain.is_whole and not self._is_whole(value):
            return False
        return all(map(self._holds, domain.conditions(value)))

    def _is_real(self, value: N.Node) -> bool:
        for node in N.walk(value):
            if isinstance(node, N.Const) and node.name == "I":
                return False
            if isinstance(node, N.Sym):
                own = self.context.symbol(node.name)
                if own is not None and own.domain.kind == "complex":
                    return False
        return True

    def _is_whole(self, value: N.Node) -> bool:
        match value:
            case N.Num(value=number):
                return number.denominator == 1
            case N.DimSize():
                return True
            case N.Sym(name=name):
                own = self.context.symbol(name)
                return own is not None and own.domain.is_whole
            case N.Add(args=args) | N.Mul(args=args):
                return all(map(self._is_whole, args))
            case N.Pow(base=base, exponent=N.Num(value=number)):
                return number.denominator == 1 and number >= 0 and self._is_whole(base)
        return False

    # -- structures -------------------------------------------------------------------------

    def _has(self, value: N.Node, structure: str) -> bool:
        if isinstance(value, N.Sym):
            own = self.context.symbol(value.name)
            if own is not None and own.structure & {structure, *_IMPLIED.get(structure, ())}:
                return True
        if isinstance(value, N.Transpose):
            return self._has(value.arg, structure)
        if isinstance(value, N.Eye):
            return True
        if structure == "symmetric":
            return self.equal(value, N.transpose(value))
        if structure == "invertible":
            # where a line holds its inverse, it has one
            return any(
                isinstance(n, N.Inv) and n.arg is value
                for line in self.lines
                for n in N.walk(self._at_the_point(line))
            )
        return structure == "diagonal" and isinstance(value, N.Diag)

    # -- conditions -------------------------------------------------------------------------

    def _holds(self, condition: N.Node) -> bool:
        if condition in self.context.assume:
            return True
        match condition:
            case N.Compare(operator="==", left=left, right=right):
                return left is right or self.equal(left, right)
            case N.Compare(operator=operator, left=left, right=right):
                return self._compares(operator, left, right)
        return False

    def _compares(self, operator: str, left: N.Node, right: N.Node) -> bool:
        if operator[0] == "<":
            left, right = right, left
        above = left if right is N.ZERO_NODE else N.subtract(left, right)
        low, high = self._signs(above)
        if operator == "!=":
            return low > 0 or high < 0 or self._never_zero(above)
        return low > 0 or (len(operator) == 2 and low == 0)

    def _never_zero(self, node: N.Node) -> bool:
        from derivcheck.symbolic.scalar.points.zeros import known_sign

        return not node.shape and known_sign(self.context, self.lines, node).never_zero

    def _signs(self, node: N.Node) -> Signs:
        """The signs that the entries may have."""
        plain = signs_of(node, self.signs) or UNKNOWN
        if plain != UNKNOWN or node.shape:
            return plain
        from derivcheck.symbolic.scalar.points.zeros import known_sign

        found = known_sign(self.context, self.lines, node)
        if found.certain:
            return found.certain, found.certain
        return NOT_NEGATIVE if found.mostly > 0 else UNKNOWN
