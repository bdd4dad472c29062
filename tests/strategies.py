"""Every hypothesis strategy of the tests."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from derivcheck.lang import nodes
from derivcheck.lang.syntax import (
    Binary,
    Call,
    Comparison,
    Logical,
    Name,
    Number,
    Subscript,
    Syntax,
    Transposed,
    Unary,
)

NAMES = ("x", "y", "X", "w_1", "lam", "σ", "sin", "softmax", "e", "I", "T", "E1")
HOSTILE = (
    "__import__('os').system('id')",
    "().__class__.__bases__[0]",
    "x.__class__",
    "lambda: x",
    "[x for x in y]",
    "exec(x)",
    "eval('1')",
    "open('/etc/passwd').read()",
    "9**9**9**9",
    "1e999999",
    "f'{x}'",
    "\x00",
    "\x1b[31m",
    "\u202e",
    "а",
    "x²",
    "globals()",
    "!!python/object/apply:os.system",
)

names = st.sampled_from(NAMES)
numbers = st.one_of(
    st.integers(0, 10**6).map(lambda n: Number(Fraction(n), str(n))),
    st.decimals(0, 1000, places=3).map(lambda d: Number(Fraction(str(d)), str(d))),
    st.sampled_from(["1e5", "2.5E-3", ".5", "3.", "1_000"]).map(
        lambda t: Number(Fraction(t.replace("_", "")), t)
    ),
)
leaves = st.one_of(numbers, names.map(Name))


def _extend(inner: st.SearchStrategy[Syntax]) -> st.SearchStrategy[Syntax]:
    few = st.lists(inner, min_size=2, max_size=3).map(tuple)
    functions = st.one_of(
        names.map(Name), st.tuples(names.map(Name)).map(lambda args: Call(Name("D"), args))
    )
    return st.one_of(
        st.builds(Unary, st.sampled_from(["-", "+", "not"]), inner),
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "**", "@"]), inner, inner),
        st.builds(Logical, st.sampled_from(["and", "or"]), few),
        few.flatmap(
            lambda operands: st.lists(
                st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
                min_size=len(operands) - 1,
                max_size=len(operands) - 1,
            ).map(lambda signs: Comparison(tuple(signs), operands))
        ),
        st.builds(Transposed, inner),
        st.builds(Subscript, inner, st.lists(inner, min_size=1, max_size=2).map(tuple)),
        st.builds(
            Call,
            functions,
            st.lists(inner, max_size=3).map(tuple),
            st.sampled_from([(), (("axis", Number(Fraction(0), "0")),)]),
        ),
    )


syntax = st.recursive(leaves, _extend, max_leaves=12)
"""What the parser may yield."""

text = st.text(max_size=60)
"""Any text at all."""

fragments = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *HOSTILE,
                *NAMES,
                "(",
                ")",
                "[",
                "]",
                "+",
                "-",
                "*",
                "**",
                "@",
                ".T",
                ",",
                " ",
                "1",
                ".5",
            ]
        ),
        st.text(max_size=3),
    ),
    max_size=14,
).map("".join)
"""Texts that look like expressions, with hostile pieces among them."""

scalars = st.recursive(
    st.sampled_from(["x", "2", "3", "x", "1/2"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(
            lambda p: f"({p[0]} {p[1]} {p[2]})"
        ),
        st.tuples(st.sampled_from(["sin", "cos", "exp", "tanh", "atan"]), inner).map(
            lambda p: f"{p[0]}({p[1]})"
        ),
        inner.map(lambda a: f"({a})**2"),
        inner.map(lambda a: f"1/(1 + ({a})**2)"),
    ),
    max_leaves=4,
)
"""Texts of smooth functions of one real x, defined everywhere."""

_X = nodes.Sym("x", shape=())
_CONSTANTS = [nodes.number(k) for k in (1, 2, 3, -1, -2, Fraction(1, 2))]
_POWERS = [nodes.number(Fraction(k)) for k in ("2", "3", "-1", "-2", "1/2", "1/3", "-1/2", "3/2")]
_CALLS = [
    "exp",
    "log",
    "sin",
    "cos",
    "tan",
    "abs",
    "tanh",
    "sinh",
    "cosh",
    "asin",
    "acos",
    "atan",
    "asinh",
    "acosh",
    "atanh",
    "cbrt",
    "sec",
    "asec",
    "sign",
]

scalar_nodes = st.recursive(
    st.sampled_from([_X, _X, _X, *_CONSTANTS]),
    lambda inner: st.one_of(
        st.builds(nodes.add, inner, inner),
        st.builds(nodes.mul, inner, inner),
        st.builds(nodes.divide, inner, inner),
        st.builds(nodes.power, inner, st.sampled_from(_POWERS)),
        st.builds(nodes.call, st.sampled_from(_CALLS), inner),
        st.builds(nodes.call, st.sampled_from(["max", "min"]), inner, inner),
    ),
    max_leaves=6,
)
"""Typed scalar nodes in one variable x, kinks and branch points included."""
