"""Seeded expressions of the language over a fixed set of names, well shaped, for round trips."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

SYMBOLS: dict[str, Any] = {
    **dict.fromkeys(("a", "b", "x", "lam", "theta", "w_1", "alpha"), "real"),
    **{name: ["n"] for name in ("u", "v", "y_hat")},
    **{name: ["m"] for name in ("p", "q")},
    **{name: ["n", "n"] for name in ("A", "S", "K")},
    **{name: ["m", "n"] for name in ("X", "W", "X_2")},
}
FUNCTIONS = {"sigma": "elementwise", "f": "scalar(x)", "F": "scalar(a, b)", "C": "scalar(v)"}

SCALAR, COLUMN, LONG, SQUARE, WIDE = "", "n", "m", "nn", "mn"
NAMES = {
    SCALAR: ("a", "b", "x", "lam", "theta", "w_1", "alpha", "n", "pi"),
    COLUMN: ("u", "v", "y_hat"),
    LONG: ("p", "q"),
    SQUARE: ("A", "S", "K"),
    WIDE: ("X", "W", "X_2"),
}
NUMBERS = ("0", "1", "2", "3", "10", "0.5", "1.5e-3")
UNARY = ("exp", "log", "sin", "tanh", "sqrt", "cbrt", "sigmoid", "relu", "erf", "arctan", "sigma")


class Expressions:
    """Random texts: ``make(kind, depth)`` has the shape that the kind names."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.bound: list[tuple[str, str]] = []
        """Indices in scope, and their dimension."""

    def pick(self, options: Any) -> Any:
        return self.random.choice(options)

    def make(self, kind: str, depth: int) -> str:
        if depth <= 0:
            return self.leaf(kind)
        return self.pick(self.ways(kind))(kind, depth - 1)

    def ways(self, kind: str) -> list[Any]:
        found = [self.leaf, self.sum, self.sum, self.product, self.negated, self.function]
        found += [self.quotient, self.power, self.cases, self.scaled, self.product]
        if kind == SCALAR:
            return [*found, self.quotient, self.total, self.entry, self.inner, self.indexed,
                    self.scalar_function, self.call, self.norm, self.derivative]  # fmt: skip
        if kind in (COLUMN, LONG):
            return [*found, self.applied, self.column, self.applied, self.gradient]
        return [*found, self.matrix_product, self.matrix_product, self.transposed,
                self.outer, self.square if kind == SQUARE else self.matrix_product]  # fmt: skip

    def leaf(self, kind: str, depth: int = 0) -> str:
        if kind == SCALAR and self.random.random() < 0.3:
            return str(self.pick(NUMBERS))
        if kind == SCALAR and self.bound and self.random.random() < 0.5:
            name, dim = self.pick(self.bound)
            return f"{self.pick(NAMES[dim])}[{name}]"
        return str(self.pick(NAMES[kind]))

    def sum(self, kind: str, depth: int) -> str:
        return f"({self.make(kind, depth)} {self.pick('+-')} {self.make(kind, depth)})"

    def product(self, kind: str, depth: int) -> str:
        return f"({self.make(kind, depth)}*{self.make(kind, depth)})"

    def scaled(self, kind: str, depth: int) -> str:
        parts = [self.make(SCALAR, depth), self.make(kind, depth)]
        self.random.shuffle(parts)
        return f"({'*'.join(parts)})"

    def quotient(self, kind: str, depth: int) -> str:
        under = self.pick((SCALAR, SCALAR, kind))
        return f"({self.make(kind, depth)}/{self.make(under, depth)})"

    def power(self, kind: str, depth: int) -> str:
        exponent = self.pick(("2", "3", "(-1)", "(1/2)", "n", self.make(SCALAR, depth - 1)))
        return f"({self.make(kind, depth)})**{exponent}"

    def negated(self, kind: str, depth: int) -> str:
        return f"(-{self.make(kind, depth)})"

    def function(self, kind: str, depth: int) -> str:
        return f"{self.pick(UNARY)}({self.make(kind, depth)})"

    def cases(self, kind: str, depth: int) -> str:
        left, right = self.make(SCALAR, depth - 1), self.make(SCALAR, depth - 1)
        test = f"{left} {self.pick(('<', '<=', '>', '>=', '==', '!='))} {right}"
        if self.random.random() < 0.2:
            test += f" {self.pick(('and', 'or'))} {self.make(SCALAR, 0)} > 0"
        return f"where({test}, {self.make(kind, depth)}, {self.make(kind, depth)})"

    # --- scalars

    def total(self, kind: str, depth: int) -> str:
        name = self.pick(("sum", "mean", "max", "logsumexp", "prod"))
        return f"{name}({self.make(self.pick((COLUMN, LONG)), depth)})"

    def entry(self, kind: str, depth: int) -> str:
        array = self.pick((COLUMN, LONG, SQUARE, WIDE))
        base = self.make(array, depth - 1)
        sizes = {"n": "n", "m": "m", "nn": "nn", "mn": "mn"}[array]
        return f"({base})[{', '.join(self.place(dim) for dim in sizes)}]"

    def place(self, dim: str) -> str:
        indices = [name for name, of in self.bound if of == dim]
        if indices and self.random.random() < 0.8:
            return str(self.pick(indices))
        return str(self.pick(("0", "1", "i", "j", f"{dim} - 1")))

    def inner(self, kind: str, depth: int) -> str:
        first = self.make(COLUMN, depth)
        middle = self.pick(("", f" @ {self.make(SQUARE, depth - 1)}"))
        return f"(({first}).T{middle} @ {self.make(COLUMN, depth)})"

    def indexed(self, kind: str, depth: int) -> str:
        dim = self.pick("nm")
        name = next(n for n in ("k", "l", "r", "s", "t", "h") if n not in dict(self.bound))
        if len(self.bound) > 2:
            return self.leaf(kind)
        self.bound.append((name, dim))
        body = f"{self.pick(NAMES[dim])}[{name}]*{self.make(SCALAR, depth)}"
        self.bound.pop()
        what = self.pick(("sum", "sum", "prod"))
        limits = self.pick((name, name, f"({name}, 0, {dim} - 1)", f"({name}, 1, {dim} - 1)"))
        if self.random.random() < 0.1:
            return f"{what}({name}**2 + {self.make(SCALAR, depth - 1)}, ({name}, 1, n))"
        return f"{what}({body}, {limits})"

    def scalar_function(self, kind: str, depth: int) -> str:
        matrix = self.make(SQUARE, depth)
        return f"{self.pick(('tr', 'det', 'logdet'))}({matrix})"

    def call(self, kind: str, depth: int) -> str:
        if self.random.random() < 0.4:
            return f"C({self.make(COLUMN, depth)})"
        if self.random.random() < 0.4:
            return f"F({self.make(SCALAR, depth)}, {self.make(SCALAR, depth)})"
        head = self.pick(("f", "D(f)", "D(f, 2)"))
        return f"{head}({self.make(SCALAR, depth)})"

    def norm(self, kind: str, depth: int) -> str:
        return f"norm({self.make(self.pick((COLUMN, WIDE)), depth)})"

    def derivative(self, kind: str, depth: int) -> str:
        return f"diff({self.make(SCALAR, depth)}, {self.pick(('a', 'x', 'lam'))})"

    # --- vectors and matrices

    def applied(self, kind: str, depth: int) -> str:
        if kind == LONG:
            return f"({self.make(WIDE, depth)} @ {self.make(COLUMN, depth)})"
        if self.random.random() < 0.5:
            return f"(({self.make(WIDE, depth)}).T @ {self.make(LONG, depth)})"
        return f"({self.make(SQUARE, depth)} @ {self.make(COLUMN, depth)})"

    def column(self, kind: str, depth: int) -> str:
        if self.random.random() < 0.4:
            return f"ones({kind})"
        if self.random.random() < 0.4:
            return f"softmax({self.make(kind, depth)})"
        name = next(n for n in ("k", "l", "r", "s", "t", "h") if n not in dict(self.bound))
        self.bound.append((name, kind))
        body = self.make(SCALAR, depth)
        self.bound.pop()
        return f"[{body} for {name} in {kind}]"

    def gradient(self, kind: str, depth: int) -> str:
        by = self.pick(NAMES[kind])
        return f"grad({self.make(SCALAR, depth)}, {by})"

    def matrix_product(self, kind: str, depth: int) -> str:
        if kind == WIDE:
            return f"({self.make(WIDE, depth)} @ {self.make(SQUARE, depth)})"
        if self.random.random() < 0.4:
            return f"(({self.make(WIDE, depth)}).T @ {self.make(WIDE, depth)})"
        return f"({self.make(SQUARE, depth)} @ {self.make(SQUARE, depth)})"

    def transposed(self, kind: str, depth: int) -> str:
        if kind == WIDE:
            return f"({self.make(LONG, depth)} @ ({self.make(COLUMN, depth)}).T)"
        return f"({self.make(SQUARE, depth)}).T"

    def outer(self, kind: str, depth: int) -> str:
        left = LONG if kind == WIDE else COLUMN
        return f"({self.make(left, depth)} @ ({self.make(COLUMN, depth)}).T)"

    def square(self, kind: str, depth: int) -> str:
        one = self.pick(("inv", "inv", "diag", "eye", "inv"))
        if one == "eye":
            return "eye(n)"
        return f"{one}({self.make(COLUMN if one == 'diag' else SQUARE, depth)})"


def expressions(seed: int, count: int, depth: int = 5) -> Iterator[str]:
    """So many texts, of every kind of shape and every depth up to the greatest."""
    found = Expressions(seed)
    for number in range(count):
        kind = (SCALAR, COLUMN, LONG, SQUARE, WIDE)[number % 5]
        yield found.make(kind, 1 + number // 5 % depth)
