"""Expressions to boxes: where brackets stand, which product has which sign.

The layout reads syntax, so that people see what they wrote (``sigmoid(z)``, not its definition),
and asks for the shape of operands, since printed mathematics tells elementwise from matrix
operations by sign: ``S*G`` of matrices is ``S ⊙ G``, ``S @ G`` is ``S G``, a power of every entry
``S^{∘2}``. What looks the same means the same. A long module: there is a method for each kind of
syntax, and all ask how tightly their neighbours bind.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from derivcheck.lang import syntax as S
from derivcheck.lang.notation import ACCENTS, name_parts
from derivcheck.lang.printer import to_text
from derivcheck.typeset import boxes as B
from derivcheck.typeset import special
from derivcheck.typeset.boxes import Level, Style
from derivcheck.typeset.counting import ONE, IsIndex, compared

IsArray = Callable[[S.Syntax], bool]


RELATIONS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
_PRODUCTS = frozenset(("*", "@", "/"))


def no_index(name: str) -> bool:
    """An :data:`IsIndex` for formulas without indices."""
    return False


def scalars_only(syntax: S.Syntax) -> bool:
    """An :data:`IsArray` for scalar formulas."""
    return False


class Layout:
    """Lays out the expressions of one formula.

    ``is_array`` tells which expressions are vectors or matrices; ``declared`` names win over
    built-in ones, and those that would look alike are set verbatim. With ``bare`` an index that is
    a number stands as it is: its neighbours are counted from 1 like it.
    """

    def __init__(
        self,
        is_array: IsArray = scalars_only,
        declared: frozenset[str] = frozenset(),
        is_index: IsIndex = no_index,
        *,
        bare: bool = False,
    ) -> None:
        self.is_array = is_array
        self.declared = declared
        self.is_index = is_index
        self.bare = bare
        looks: dict[object, int] = {}
        for one in declared:
            looks[name_parts(one)] = looks.get(name_parts(one), 0) + 1
        self._alike = frozenset(one for one in declared if looks[name_parts(one)] > 1)
        self.stems = frozenset(name_parts(one).stem for one in declared)
        """The letters of declared names: no sign of a function may look like one."""

    @cached_property
    def typed(self) -> Layout:
        """This layout where indices stand as they are typed."""
        return Layout(self.is_array, self.declared)

    @cached_property
    def counting(self) -> Layout:
        """This layout for a comparison whose sides are both counted from 1."""
        return Layout(self.is_array, self.declared, self.is_index, bare=True)

    def without(self, name: str) -> Layout:
        """This layout where a bound name is a number like any other."""
        return Layout(self.is_array, self.declared, lambda n: n != name and self.is_index(n))

    def within(self, name: str) -> Layout:
        """This layout where a bound name is an index."""
        return Layout(self.is_array, self.declared, lambda n: n == name or self.is_index(n))

    def counted(self, node: S.Syntax) -> frozenset[str]:
        """Names that occur in subscripts, or as the place of a one."""
        found: list[S.Syntax] = []
        for part in S.walk(node):
            if isinstance(part, S.Subscript):
                found += part.indices
            elif isinstance(part, S.Call) and part.function == S.Name("onehot"):
                found += part.args[:1]
        names = (n for index in found for n in S.walk(index))
        return frozenset(n.id for n in names if isinstance(n, S.Name))

    # --- the ways in ------------------------------------------------------------------------

    def expression(self, syntax: S.Syntax) -> B.Box:
        """The expression."""
        return self.leveled(syntax)[0]

    def group(self, syntax: S.Syntax, level: Level) -> B.Box:
        """The expression, in brackets where it binds more loosely than ``level``."""
        box, own = self.leveled(syntax)
        return box if own >= level else B.brackets(box)

    def operand(self, syntax: S.Syntax) -> B.Box:
        """The expression as what an operator such as ∇ or d/dx applies to."""
        box, own = self.leveled(syntax)
        is_quotient = isinstance(box, B.Fraction)
        return box if own >= Level.APPLY or is_quotient else B.brackets(box)

    def name(self, name: str) -> B.Box:
        """A name: Greek letters, subscripts, ``dX`` with an upright d."""
        if name in self._alike:
            return B.Text(name, Style.VERBATIM)
        if name not in self.declared:
            if name == "oo":
                return B.Text("∞")
            if name in ("I", S.IMAGINARY_UNIT):
                taken = "i" in self.stems or self.is_index("i")
                return B.Text("I" if taken else "i", Style.UPRIGHT)
        parts = name_parts(name)
        letter = B.Text(parts.stem, Style.VARIABLE if len(parts.stem) == 1 else Style.UPRIGHT)
        stem: B.Box = letter
        subscripts = parts.subscripts
        if subscripts and subscripts[0] in ACCENTS and len(parts.stem) == 1:
            stem, subscripts = B.Accent(letter, subscripts[0]), subscripts[1:]
        if subscripts:
            below = [B.Text(p, Style.NUMBER if p.isdigit() else Style.VARIABLE) for p in subscripts]
            stem = B.Script(stem, below=B.between([*below], ","))
        return B.row(B.Prefix("d"), stem) if parts.differential else stem

    # --- one node ---------------------------------------------------------------------------

    def leveled(self, node: S.Syntax) -> tuple[B.Box, Level]:
        """The expression and how tightly it holds together."""
        match node:
            case S.Number():
                return self._number(node)
            case S.Name() if self.is_index(node.id) and not self.bare:
                number = S.Binary("-", node, ONE)  # the language counts from 0
                printed = B.brackets(self.typed.expression(number))
                return B.Counted(self.name(node.id), printed), Level.ATOM
            case S.Name():
                is_differential = name_parts(node.id).differential and node.id not in self._alike
                return self.name(node.id), Level.APPLY if is_differential else Level.ATOM
            case S.Unary(operator="not"):
                return B.row(B.Prefix("¬"), self.group(node.operand, Level.ATOM)), Level.COMPARE
            case S.Unary():
                sign = "−" if node.operator == "-" else node.operator
                return B.row(B.Prefix(sign), self.group(node.operand, Level.ELEMENTWISE)), Level.SUM
            case S.Binary():
                return self._binary(node)
            case S.Comparison(operands=(left, right)) if (
                self.is_index is not no_index
                and (sides := compared(left, right, self.is_index)) is not None
            ):
                typed, counting = self.typed, self.counting
                return B.Counted(
                    typed.related(node), counting.related(S.Comparison(node.operators, sides))
                ), Level.COMPARE
            case S.Comparison():
                return self.related(node), Level.COMPARE
            case S.Logical():
                sign = "∧" if node.operator == "and" else "∨"
                return B.between([self.group(x, Level.COMPARE) for x in node.operands], sign), (
                    Level.LOGIC
                )
            case S.Transposed():
                return self.transposed(node.operand), Level.POWER
            case S.Subscript():
                return self._subscript(node), Level.ATOM
            case S.Call():
                return special.call(self, node)
        return special.other_syntax(self, node)

    def related(self, node: S.Comparison) -> B.Box:
        """A comparison, side by side."""
        parts: list[B.Box] = [self.group(node.operands[0], Level.SUM)]
        for sign, operand in zip(node.operators, node.operands[1:], strict=True):
            parts += [B.Sign(RELATIONS[sign]), self.group(operand, Level.SUM)]
        return B.row(*parts)

    def _number(self, node: S.Number) -> tuple[B.Box, Level]:
        digits, _, exponent = (node.text or str(node.value)).lower().partition("e")
        if not exponent:
            return B.Text(digits, Style.NUMBER), Level.ATOM
        above: B.Box = B.Text(str(abs(int(exponent))), Style.NUMBER)
        above = B.row(B.Prefix("−"), above) if int(exponent) < 0 else above
        power = B.Script(B.Text("10", Style.NUMBER), above=above)
        return B.row(B.Text(digits, Style.NUMBER), B.Sign("⋅"), power), Level.PRODUCT

    def _binary(self, node: S.Binary) -> tuple[B.Box, Level]:
        left, right = node.left, node.right
        unsigned = _unsigned(node)
        if unsigned is not None:
            # -a/b reads as -(a/b), with the sign in front of the fraction: the same number
            return self.leveled(S.Unary("-", unsigned))
        match node.operator:
            case "**":
                return self._power(left, right)
            case "+" | "-":
                least = Level.SUM if node.operator == "+" else Level.ELEMENTWISE
                second = self.group(right, least)
                if isinstance(right, S.Unary) or (
                    isinstance(right, S.Binary) and node.operator == "+" and right.operator in "+-"
                ):
                    second = B.brackets(self.expression(right))
                sign = "−" if node.operator == "-" else "+"
                return B.row(self.group(left, Level.SUM), B.Sign(sign), second), Level.SUM
            case "/":
                return self._quotient(left, right)
        if self._is_signed(node):
            return self._elementwise(left, "⊙", right)
        return self._juxtaposed(node)

    def _elementwise(self, left: S.Syntax, sign: str, right: S.Syntax) -> tuple[B.Box, Level]:
        """Operands of ⊙ and ⊘: whatever is a product itself gets brackets, but ⊙ from the left."""
        first, own = self.leveled(left)
        is_product = own is Level.PRODUCT and not isinstance(first, B.Fraction)
        loose = own < Level.ELEMENTWISE or (own is Level.ELEMENTWISE and sign == "⊘")
        if loose or (is_product and not _scaled(self, left)):
            first = B.brackets(first)
        second, own = self.leveled(right)
        if own < Level.APPLY and not isinstance(second, B.Fraction):
            second = B.brackets(second)
        return B.row(first, B.Sign(sign), second), Level.ELEMENTWISE

    def _quotient(self, left: S.Syntax, right: S.Syntax) -> tuple[B.Box, Level]:
        if self.is_array(right):
            return self._elementwise(left, "⊘", right)
        return B.Fraction(self.expression(left), self.expression(right)), Level.PRODUCT

    def _juxtaposed(self, node: S.Binary, *, followed: bool = False) -> tuple[B.Box, Level]:
        """Matrix products, and products with a scalar; ``followed`` by another factor."""
        first, own = self._before_factor(node.left), Level.PRODUCT
        right = node.right
        second, theirs = self.leveled(right)
        nests = theirs is Level.PRODUCT and not isinstance(second, B.Fraction | B.Big)
        if (
            theirs < Level.PRODUCT
            or (nests and not self._may_nest(node, right))
            or (followed and special.is_open(self, right))
        ):
            second = B.brackets(second)
        if _has_sign(first) and node.operator == "@" and self.is_array(right):
            first = B.brackets(first)  # the sign would bind more loosely than what follows
        return B.row(first, self._times(node, first, second), second), own

    def _may_nest(self, node: S.Binary, right: S.Syntax) -> bool:
        """Products of scalars are the same in any order of brackets."""
        return (
            node.operator == "*"
            and not self.is_array(node)
            and isinstance(right, S.Binary)
            and right.operator == "*"
        )

    def _before_factor(self, left: S.Syntax) -> B.Box:
        """A factor that others follow: ``(dX) Y``, since ``dX Y`` would read as d(X Y)."""
        if special.is_open(self, left):
            if isinstance(left, S.Binary) and _unsigned(left) is None and not self._is_signed(left):
                return self._juxtaposed(left, followed=True)[0]
            return B.brackets(self.expression(left))
        return self.group(left, Level.PRODUCT)

    def _is_signed(self, node: S.Binary) -> bool:
        """Whether a product has a sign of its own, ⊙."""
        return node.operator == "*" and self.is_array(node.left) and self.is_array(node.right)

    def _times(self, node: S.Binary, first: B.Box, second: B.Box) -> B.Box:
        dotted = _has_sign(first) and self.is_array(node.right)
        return B.Sign("⋅") if dotted or _begins_with_digit(second) else B.Times()

    def _power(self, base: S.Syntax, exponent: S.Syntax) -> tuple[B.Box, Level]:
        above = self.expression(exponent)
        if self.is_array(base) or self.is_array(exponent):
            # of every entry: X² would be read as X X
            return B.Script(
                self.group(base, Level.ATOM), above=B.row(B.Prefix("∘"), above)
            ), Level.POWER
        if isinstance(base, S.Call) and isinstance(exponent, S.Number) and exponent.value > 0:
            applied = special.powered_function(self, base, above)
            if applied is not None:
                return applied, Level.APPLY
        return B.Script(self.group(base, Level.ATOM), above=above), Level.POWER

    def transposed(self, operand: S.Syntax) -> B.Box:
        """The transpose."""
        return B.Script(self.group(operand, Level.ATOM), above=B.Text("⊤", Style.UPRIGHT))

    def _subscript(self, node: S.Subscript) -> B.Box:
        name, base = node.operand, self.expression(node.operand)
        is_plain = isinstance(name, S.Name) and not isinstance(base, B.Script)
        if not is_plain or self._names_an_entry(to_text(name), node.indices):
            base = B.brackets(base, "[", "]")
        return special.entry(self, base, node.indices)

    def _names_an_entry(self, name: str, indices: tuple[S.Syntax, ...]) -> bool:
        """Whether ``x[0]`` would be printed as the declared name ``x1`` is."""
        numbers = [i.value + 1 for i in indices if isinstance(i, S.Number)]
        if len(numbers) < len(indices):
            return False
        alike = name_parts(f"{name}_{'_'.join(map(str, numbers))}")
        return any(name_parts(one) == alike for one in self.declared)

    def commas(self, parts: tuple[S.Syntax, ...]) -> B.Box:
        """Expressions with commas between them."""
        return B.between([self.expression(p) for p in parts], ",")

    def applied(self, head: B.Box, node: S.Call) -> B.Box:
        """A function and its bracketed arguments."""
        inside = [self.expression(a) for a in node.args]
        inside += [
            B.row(B.Text(k, Style.UPRIGHT), B.Sign("="), self.expression(v))
            for k, v in node.keywords
        ]
        return B.Apply(head, B.brackets(B.between(inside, ",")))

    def verbatim(self, node: S.Syntax) -> B.Box:
        """What has no other look, as it is written."""
        return B.Text(to_text(node), Style.VERBATIM)


def _scaled(layout: Layout, node: S.Syntax) -> bool:
    """Whether a product has a scalar factor only in front: ``2 A ⊙ B`` reads one way."""
    return (
        isinstance(node, S.Binary)
        and node.operator == "*"
        and not layout.is_array(node.left)
        and not isinstance(node.right, S.Binary)
    )


def _unsigned(node: S.Binary) -> S.Binary | None:
    """A product without the sign of its first factor; None if that has none."""
    if node.operator not in _PRODUCTS:
        return None
    left = node.left
    if isinstance(left, S.Unary) and left.operator == "-":
        return S.Binary(node.operator, left.operand, node.right)
    inner = _unsigned(left) if isinstance(left, S.Binary) else None
    return None if inner is None else S.Binary(node.operator, inner, node.right)


def _has_sign(box: B.Box) -> bool:
    """Whether a product is written with a dot, which binds more loosely than juxtaposition."""
    return isinstance(box, B.Row) and B.Sign("⋅") in box.items


def _begins_with_digit(box: B.Box) -> bool:
    match box:
        case B.Text(style=Style.NUMBER):
            return True
        case B.Row(items):
            return _begins_with_digit(items[0])
        case B.Script(base=base):
            return _begins_with_digit(base)
        case B.Fraction(over=over, under=under):
            return _is_digits(over) and _is_digits(under)
    return False


def _is_digits(box: B.Box) -> bool:
    return isinstance(box, B.Text) and box.style is Style.NUMBER
