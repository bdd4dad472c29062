"""Random claims that something does not matter: a variable, a place, an order, a conjugate.

An expression of arrays, whatever the grammar makes (exponentials of parts, sums in sums, windows,
powers, comprehensions, derivatives), is said to be zero when differentiated, the same at another
place of an index, symmetric, real, positive, or to commute. Most such claims are wrong, and a rule
of a prover that overlooks what a node depends on proves some of them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from typing import Any

from adhoc import adhoc

from derivcheck.lang.equation import Equation
from derivcheck.lang.errors import LanguageError

_SYMBOLS: dict[str, Any] = {
    "A": ["n", "n"],
    "B": ["n", "n"],
    "S": {"shape": ["n", "n"], "structure": "spd"},
    "H": {"shape": ["n", "n"], "structure": "symmetric"},
    "X": ["n + 1", "n + 1"],
    "x": ["n"],
    "y": ["n"],
    "u": ["n + 1"],
    "q": {"shape": ["n"], "domain": "positive"},
    "w": [3],
    "R": [3, 3],
    "t": "real",
    "s": "real",
    "p": "positive",
    "c": "natural",
}
_COMPLEX: dict[str, Any] = {
    "A": {"shape": ["n", "n"], "domain": "complex"},
    "x": {"shape": ["n"], "domain": "complex"},
    "t": "complex",
    "R": {"shape": [3, 3], "domain": "complex"},
    "H": {"shape": ["n", "n"], "domain": "complex", "structure": "hermitian"},
}
_LEAVES = {
    "number": ("t", "s", "p", "2", "n", "c", "x[{i}]", "x[{i}]", "y[{i}]", "q[{i}]", "A[{i}, {i}]"),
    "column": ("x", "y", "q", "u[1:]", "u[:n]", "A[:, 0]", "[X[0, k1 + 1] for k1 in n]"),
    "square": (
        "A", "B", "S", "H", "eye(n)", "X[1:, 1:]", "X[:n, :n]", "ones(n, n)",
        "[[X[k2 + 1, k1 + 1] for k2 in n] for k1 in n]",
        "[[X[k1 + 1, k2 + 1] for k2 in n] for k1 in n]",
    ),
    "three": ("w", "R[:, 0]", "2*w"),
    "turn": ("R", "skew(w)", "eye(3)"),
    "pair": ("[[0, t], [-t, 0]]", "[[t, s], [0, 1]]", "[[x[{i}], 0], [0, 1]]", "[[1, c], [0, 1]]"),
}  # fmt: skip
_RULES = {
    "number": (
        "({number} + {number})", "({number}*{number})", "-{number}", "sum({column})",
        "({column}.T @ {column})", "tr({square})", "tr({turn})", "tr({pair})", "sum({turn})",
        "sum({pair}[0, 1]*{number})", "det({turn})", "det({pair})", "norm({three})",
        "exp({number})",
        "sum({over}, {new})", "sum({over}, {new})", "sum({over}, ({new}, 1, c))",
        "where({number} > 0, {number}, {number})", "abs({number})", "max({column})",
        "prod({column})", "sum(u[{new}]*u[{new} + 1], {new})", "({number}/{number})",
        "diff({number}, t)", "sum(grad({number}, x))", "{number}**2", "u[{i} + 1]",
        "sum(expm({square}))", "sum(cumsum({column}))", "f({column})", "{square}[{i}, {i}]",
    ),
    "column": (
        "({column} + {column})", "({column}*{column})", "({number}*{column})",
        "({square} @ {column})", "sigma({column})", "exp({column})", "cumsum({column})",
        "[{over} for {new} in n]", "diag({square})", "grad({number}, x)", "[{column}, 1][1:]",
        "softmax({column})", "[{number}, {column}][:n]",
    ),
    "square": (
        "({square} + {square})", "({square} @ {square})", "{square}.T", "({number}*{square})",
        "expm({square})", "diag({column})", "({column} @ {column}.T)", "inv({square} + 3*eye(n))",
        "matrix_power({square}, c)", "({square}*{square})", "tril({square})",
        "jacobian({column}, x)", "cholesky(S + {square} @ {square}.T)",
    ),
    "three": ("({turn} @ {three})", "cross({three}, {three})", "[{number}, {number}, 1]",
              "({three} + {three})"),
    "turn": (
        "expm({turn})", "({turn} @ {turn})", "{turn}.T", "skew({three})", "({number}*{turn})",
        "expm({number}*skew({three}))", "matrix_power({turn}, c)", "({turn} + {turn})",
    ),
    "pair": (
        "expm({pair})", "[[{number}, {number}], [{number}, 0]]", "({pair} @ {pair})", "{pair}.T",
        "matrix_power({pair}, c)", "({number}*{pair})", "[[0, {number}], [-{number}, 0]]",
    ),
}  # fmt: skip
_SHAPED = ("number", "column", "square", "three", "turn", "pair")


class _Grammar:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.made = 0

    def of(self, kind: str, depth: int, scope: tuple[str, ...]) -> str:
        """An expression; ``scope`` are the indices that it may hold."""
        leaf = depth == 0 or self.random.random() < 0.2
        text = self.random.choice((_LEAVES if leaf else _RULES)[kind])
        new = ""
        if "{new}" in text:
            new = f"j{self.made}"
            self.made += 1
        result, rest = "", text
        while "{" in rest:
            before, _, rest = rest.partition("{")
            hole, _, rest = rest.partition("}")
            if hole == "new":
                filled = new
            elif hole == "i":
                filled = self.random.choice(scope) if scope else "0"
            elif hole == "over":
                filled = self.of("number", max(depth - 1, 1), (*scope, new))
                if new not in filled:
                    filled += f"*x[{new}]"
            else:
                filled = self.of(hole, depth - 1, scope)
            result += before + filled
        return result + rest


def _flat(kind: str, text: str) -> str:
    """A number that depends on the entries of an expression in different ways."""
    weights = {"column": "y", "square": "B", "three": "w", "turn": "R", "pair": "[[1, 2], [3, 5]]"}
    return text if kind == "number" else f"sum({weights[kind]}*{text})"


def _names(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z]\w*", text))


def _with_index(grammar: _Grammar, kind: str, depth: int) -> str:
    """An expression that depends on the index k."""
    for _ in range(8):
        text = grammar.of(kind, depth, ("k",))
        if "k" in _names(text):
            return text
    return f"x[k]*{text}"


def _moved(text: str, old: str, new: str) -> str:
    return re.sub(rf"\b{old}\b", new, text)


def _claim(random: Random) -> tuple[str, str, dict[str, Any]]:
    grammar = _Grammar(random)
    kind = random.choice(_SHAPED)
    depth = random.choice((1, 2, 2, 3))
    equals = {"claim": "equals"}
    match random.randrange(10):
        case 0 | 1:
            text = _flat(kind, grammar.of(kind, depth, ()))
            by = sorted(_names(text) & {"t", "x", "w", "A", "R", "q", "s", "u", "X"})
            return text, "0", {"wrt": random.choice(by or ["t"])}
        case 2:
            text = _flat(kind, _with_index(grammar, kind, depth))
            return f"n*sum(y[k]*({text}), k)", f"sum(y)*sum({text}, k)", equals
        case 3:
            text = _with_index(grammar, kind, depth)
            return text, _moved(text, "k", random.choice(("l", "l", "0"))), equals
        case 4:
            kind = random.choice(("square", "turn", "pair"))
            text = grammar.of(kind, depth, ())
            return text, f"({text}).T", equals
        case 5:
            text = grammar.of(kind, depth, ())
            return f"conj({text})", text, equals
        case 6:
            text = grammar.of(kind, depth, ())
            return random.choice((f"abs({text})", f"sqrt(({text})**2)")), text, equals
        case 7:
            kind = random.choice(("square", "turn", "pair"))
            one, other = (grammar.of(kind, depth - 1, ()) for _ in range(2))
            return f"{one} @ {other}", f"{other} @ {one}", equals
        case 8:
            # what counts to a number may hold the number itself
            body = _moved(_flat(kind, _with_index(grammar, kind, depth)), "k", "0")
            body = f"({body})*{random.choice(('c', '(c + l)', '(c - l)', 't**(c - l)'))}"
            if random.random() < 0.5:
                return (
                    f"sum({body}, (l, 1, c))",
                    f"sum({_moved(body, 'c', 'l')}, (l, 1, c))",
                    equals,
                )
            # as if only the last term were new
            first = _moved(_moved(body, "c", "1"), "l", "1")
            next_one = _moved(_moved(body, "l", "(l + 1)"), "c", "l")
            return f"sum({body}, (l, 1, c))", f"{first} + sum({next_one}, (l, 1, c - 1))", equals
        case _:
            one, other = (grammar.of(kind, random.choice((0, 1)), ("k",)) for _ in range(2))
            return one, other, equals
    raise AssertionError


def random_claim(seed: int) -> Equation | None:
    """The claim of a seed; None where what was drawn is no claim."""
    random = Random(seed)
    left, right, options = _claim(random)
    symbols = {**_SYMBOLS, **(_COMPLEX if random.random() < 0.25 else {})}
    names = _names(f"{left} {right} {options.get('wrt')}")
    used = {name: symbol for name, symbol in symbols.items() if name in names}
    functions = {"sigma": "elementwise", "f": "scalar(x)"}
    if "f" not in names or "x" not in used or symbols["x"] != _SYMBOLS["x"]:
        del functions["f"]
    try:
        equations = adhoc(left, right, symbols=used, functions=functions, **options)
    except (LanguageError, AssertionError, ValueError):
        return None
    return replace(equations[0], text=f"{left} == {right} {options}")
