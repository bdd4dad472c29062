"""Random claims about arrays, from tables: true ones, such as miss a hypothesis, and wrong ones.

What is proved of them is held against :mod:`array_oracle` at points where entries are equal, zero,
or leave a matrix singular. The module is long for its tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Any

from adhoc import adhoc

from derivcheck.lang.equation import Equation

_PARTS = {
    "s": (
        "t", "sum({v})", "{v}.T @ {v}", "tr({m})", "det({m})", "sum({m})", "x[0]", "x[i]",
        "A[i,j]", "A[0,i]", "max({v})", "min({v})", "prod({v})", "n", "1", "0*t", "t-t",
        "norm({v})", "sum({v}**2)", "{s}+{s}", "{s}*{s}", "-{s}", "abs({s})", "{s}-{s}",
        "sum({m}[i,l],l)", "i", "sign({s})", "{s}**2", "where({s} > 0, {s}, {s})",
        "where(i == j, {s}, {s})", "where(i < j, {s}, {s})", "max({s},{s})", "D[i,j]",
        "S[i,j]-S[j,i]", "p[i]", "cumsum({v})[i]", "cumprod({v})[i]", "({m} @ {v})[i]",
        "sum(where(l <= i, {v}[l], 0), l)", "sum(where(l != i, {v}[l], 0), l)",
        "prod(where(l != i, {v}[l], 1), l)",
    ),
    "v": (
        "x", "y", "p", "{m} @ {v}", "diag({m})", "{s}*{v}", "{v}+{v}", "{v}-{v}", "{v}*{v}",
        "abs({v})", "sign({v})", "ones(n)", "zeros(n)", "max({v},{v})",
        "where({v} > {v}, {v}, {v})", "where({v} == {v}, {v}, {v})", "sum({m},axis=1)",
        "max({m},axis=1)", "{m}[:,0]", "cumsum({v})", "onehot(i,n)", "[{v}[l]*l for l in n]",
        "min({v},0)", "relu({v})", "1/{v}", "{v}**2", "sqrt({v}**2)",
    ),
    "m": (
        "A", "B", "S", "D", "{m} @ {m}", "{m}.T", "{m}+{m}", "{m}-{m}", "{v} @ {v}.T", "diag({v})",
        "eye(n)", "ones(n,n)", "zeros(n,n)", "{m}*{m}", "{s}*{m}", "tril({m})", "triu({m})",
        "abs({m})", "inv({m})", "{m}*eye(n)", "outer({v},{v})", "relu({m})", "sign({m})",
        "where({m} > 0, {m}, {m})", "matrix_power({m},2)", "Q",
    ),
}  # fmt: skip
_LEAVES = {
    "s": (
        "t", "x[0]", "x[i]", "A[i,j]", "n", "2", "p[i]", "D[i,j]", "0*t",
    ),
    "v": (
        "x", "x", "y", "p", "-x", "ones(n)", "0*x",
    ),
    "m": (
        "A", "A", "B", "S", "D", "eye(n)", "Q", "diag(x)", "0*A",
    ),
}  # fmt: skip
_SYMBOLS: dict[str, Any] = {
    "t": "real",
    "x": ["n"],
    "y": ["n"],
    "p": {"shape": ["n"], "domain": "positive"},
    "A": ["n", "n"],
    "B": ["n", "n"],
    "S": {"shape": ["n", "n"], "structure": "symmetric"},
    "D": {"shape": ["n", "n"], "structure": "diagonal"},
    "Q": {"shape": ["n", "n"], "structure": "orthogonal"},
    "k": "natural",
}
_IDENTITIES: tuple[tuple[str, ...], ...] = (
    ("tr({m1} @ {m2})", "sum({m1}*{m2}.T)"),
    ("tr({m1} @ {m2})", "tr({m2} @ {m1})"),
    ("det({m1} @ {m2})", "det({m1})*det({m2})"),
    ("inv({m1} @ {m2})", "inv({m2}) @ inv({m1})"),
    ("inv({m1}) @ {m1}", "eye(n)"),
    ("{m1} @ inv({m1})", "eye(n)"),
    ("inv(inv({m1}))", "{m1}"),
    ("inv({m1}).T", "inv({m1}.T)"),
    ("det({m1}.T)", "det({m1})"),
    ("det(inv({m1}))", "1/det({m1})"),
    ("det({s1}*{m1})", "{s1}**n*det({m1})"),
    ("inv({s1}*{m1})", "inv({m1})/{s1}"),
    ("det({m1} + {v1} @ {v2}.T)", "det({m1})*(1 + {v2}.T @ inv({m1}) @ {v1})"),
    ("det(eye(n) + {m1} @ {m2})", "det(eye(n) + {m2} @ {m1})"),
    ("det({m1} + {m2})", "det({m1})*det(eye(n) + inv({m1}) @ {m2})"),
    (
        "inv({m1} + {v1} @ {v2}.T)",
        "inv({m1}) - inv({m1}) @ {v1} @ {v2}.T @ inv({m1})/(1 + {v2}.T @ inv({m1}) @ {v1})",
    ),
    ("inv({m1}) - inv({m2})", "inv({m1}) @ ({m2} - {m1}) @ inv({m2})"),
    ("abs({s1})*abs({s2})", "abs({s1}*{s2})"),
    ("sqrt({s1}**2)", "abs({s1})"),
    ("sqrt({s1}**2)", "{s1}"),
    ("abs({s1})", "{s1}"),
    ("abs({s1})**2", "{s1}**2"),
    ("sign({s1})*{s1}", "abs({s1})"),
    ("sign({s1})*sign({s2})", "sign({s1}*{s2})"),
    ("sign({s1})**2", "1"),
    ("sign({s1})", "{s1}/abs({s1})"),
    ("{s1}/{s1}", "1"),
    ("{s1}*{s2}/{s1}", "{s2}"),
    ("sqrt({s1}*{s2})", "sqrt({s1})*sqrt({s2})"),
    ("log({s1}*{s2})", "log({s1}) + log({s2})"),
    ("log({s1}**2)", "2*log({s1})"),
    ("log({s1}**2)", "2*log(abs({s1}))"),
    ("exp(log({s1}))", "{s1}"),
    ("sqrt({s1})**2", "{s1}"),
    ("({s1}**2)**(3/2)", "abs({s1})**3"),
    ("max({s1},{s2}) + min({s1},{s2})", "{s1} + {s2}"),
    ("max({s1},{s2})*min({s1},{s2})", "{s1}*{s2}"),
    ("max({s1},0)", "where({s1} > 0, {s1}, 0)"),
    ("max({s1},0)", "where({s1} >= 0, {s1}, 0)"),
    ("where({s1} > {s2}, {s1}, {s2})", "max({s1},{s2})"),
    ("where({s1} > 0, 1, 0)", "where({s1} >= 0, 1, 0)"),
    ("where({s1} > 0, 1, 0)", "(1 + sign({s1}))/2"),
    ("where({s1} > 0, {s2}, {s3})", "where({s1} <= 0, {s3}, {s2})"),
    ("where({s1} == 0, 0, 1)", "sign({s1})**2"),
    ("where({s1} == 0, {s2}, {s3})", "{s3}"),
    ("where({s1} > 0, 1, 0)*where({s2} > 0, 1, 0)", "where({s1} > 0 and {s2} > 0, 1, 0)"),
    ("where({s1}*{s2} > 0, 1, 0)", "where({s1} > 0, where({s2} > 0, 1, 0), where({s2} < 0, 1, 0))"),
    ("where({s1}*{s2} == 0, 1, 0)", "where({s1} == 0 or {s2} == 0, 1, 0)"),
    ("{s1}*where({s1} == 0, {s2}, 1)", "{s1}"),
    ("where({s1} == {s2}, {s1}, {s2})", "{s2}"),
    ("where({s1} != {s2}, {s1}, {s2})", "{s1}"),
    ("sum({v1})**2 - sum({v1}**2)", "2*sum(where(a < b, {v1}[a]*{v1}[b], 0), a, b)"),
    ("sum(where(a != i, {v1}[a], 0), a)", "sum({v1}) - {v1}[i]"),
    ("sum(where(a <= i, {v1}[a], 0), a)", "cumsum({v1})[i]"),
    (
        "sum(where(a < b, {v1}[a]*{v2}[b], 0), a, b) + sum(where(a < b, {v2}[a]*{v1}[b], 0), a, b)",
        "sum({v1})*sum({v2}) - {v1}.T @ {v2}",
    ),
    ("sum({v1}[a], (a, 1, n - 1))", "sum({v1}) - {v1}[0]"),
    ("sum({v1}[a], (a, 0, i))", "sum({v1}) - sum({v1}[a], (a, i + 1, n - 1))"),
    ("sum({v1}[a + 1] - {v1}[a], a)", "{v1}[n - 1] - {v1}[0]"),
    ("prod({v1})*prod({v2})", "prod({v1}*{v2})"),
    ("prod(where(a != i, {v1}[a], 1), a)", "prod({v1})/{v1}[i]"),
    ("prod({s1}*{v1})", "{s1}**n*prod({v1})"),
    ("prod(abs({v1}))", "abs(prod({v1}))"),
    ("log(prod({v1}))", "sum(log({v1}))"),
    ("sqrt(prod({v1}))", "prod(sqrt({v1}))"),
    ("prod(1/{v1})", "1/prod({v1})"),
    ("prod({v1}[a], (a, 1, n - 1))", "prod({v1})/{v1}[0]"),
    ("cumprod({v1})[i]", "prod(where(a <= i, {v1}[a], 1), a)"),
    ("prod(exp({v1}))", "exp(sum({v1}))"),
    ("max({v1})", "-min(-{v1})"),
    ("max({s1}*{v1})", "{s1}*max({v1})"),
    ("max({v1} + {s1})", "max({v1}) + {s1}"),
    ("max(abs({v1}))", "abs(max({v1}))"),
    ("max({v1}**2)", "max(abs({v1}))**2"),
    ("max({v1})", "sum({v1}*where({v1} == max({v1}), 1, 0))"),
    ("max({v1},{v2})", "({v1} + {v2} + abs({v1} - {v2}))/2"),
    ("norm({s1}*{v1})", "abs({s1})*norm({v1})"),
    ("norm({s1}*{v1})", "{s1}*norm({v1})"),
    ("norm({v1})**2", "{v1}.T @ {v1}"),
    ("norm({v1} @ {v2}.T)", "norm({v1})*norm({v2})"),
    ("norm(Q @ {v1})", "norm({v1})"),
    ("{v1}/norm({v1})*norm({v1})", "{v1}"),
    ("diag({v1}) @ {m1}", "({v1} @ ones(n).T)*{m1}"),
    ("diag(diag({m1}))", "{m1}*eye(n)"),
    ("diag(diag({v1}))", "{v1}"),
    ("tril({m1}) + triu({m1})", "{m1} + {m1}*eye(n)"),
    ("tril({m1}).T", "triu({m1}.T)"),
    ("det(tril({m1}))", "prod(diag({m1}))"),
    ("det(diag({v1}))", "prod({v1})"),
    ("inv(diag({v1}))", "diag(1/{v1})"),
    ("tril({m1} @ {m2})", "tril({m1}) @ tril({m2})"),
    ("tril(tril({m1}) @ tril({m2}))", "tril({m1}) @ tril({m2})"),
    ("kron({m1},{v1}.T) @ kron({m2},{v2})", "{m1} @ {m2}*({v1}.T @ {v2})"),
    ("vec({m1}).T @ vec({m2})", "tr({m1}.T @ {m2})"),
    ("kron({m1},{m2}).T", "kron({m1}.T,{m2}.T)"),
    ("det(kron({m1},{m2}))", "det({m1})**n*det({m2})**n"),
    ("inv(kron({m1},{m2}))", "kron(inv({m1}),inv({m2}))"),
    ("tr(kron({m1},{m2}))", "tr({m1})*tr({m2})"),
    ("matrix_power({m1},k) @ {m1}", "matrix_power({m1},k + 1)"),
    ("matrix_power({m1},i) @ {m1}", "matrix_power({m1},i + 1)"),
    ("matrix_power({s1}*{m1},i)", "{s1}**i*matrix_power({m1},i)"),
    ("matrix_power(inv({m1}),k)", "inv(matrix_power({m1},k))"),
    ("det(matrix_power({m1},i))", "det({m1})**i"),
    ("matrix_power({m1},i).T", "matrix_power({m1}.T,i)"),
    ("{s1}**i*{s1}**j", "{s1}**(i + j)"),
    ("({s1}**i)**2", "{s1}**(2*i)"),
    ("({s1}*{s2})**i", "{s1}**i*{s2}**i"),
    ("{s1}**(i - j)", "{s1}**i/{s1}**j"),
    ("({s1}**2)**i", "{s1}**(2*i)"),
    ("sqrt({s1}**(2*i))", "{s1}**i"),
    ("abs({s1}**i)", "abs({s1})**i"),
    ("where(i == j, {m1}[i, j], 0)", "({m1}*eye(n))[i, j]"),
    ("where(i < j, {m1}[i, j], 0)", "triu({m1},1)[i, j]"),
    ("where(i == j, {s1}, {s2})", "where(i != j, {s2}, {s1})"),
    ("where(i <= j, {s1}, {s2})", "where(j < i, {s2}, {s1})"),
    ("sum(where(a == i, {v1}[a]*{v2}[a], 0), a)", "{v1}[i]*{v2}[i]"),
    ("sum(where(a + b == i, {v1}[a]*{v2}[b], 0), a, b)", "sum({v1}[a]*{v2}[i - a], a)"),
    ("sum({v1}[a]*{v2}[a + 1], a)", "sum({v1}[a - 1]*{v2}[a], a)"),
    ("sum({v1}[n - 1 - a]*{v2}[a], a)", "sum({v1}[a]*{v2}[n - 1 - a], a)"),
    ("{m1}[i, :] @ {v1}", "({m1} @ {v1})[i]"),
    ("[{v1}, {v2}].T @ [{v2}, {v1}]", "2*{v1}.T @ {v2}"),
    ("[[{m1}, {m2}]] @ [{v1}, {v2}]", "{m1} @ {v1} + {m2} @ {v2}"),
    ("det([[{m1}, {m2}], [zeros(n,n), {m1}]])", "det({m1})**2"),
    ("max([{v1}, {v2}])", "max(max({v1}),max({v2}))"),
    ("prod([{v1}, {v2}])", "prod({v1})*prod({v2})"),
    ("Q.T @ {m1} @ Q @ Q.T", "Q.T @ {m1}"),
    ("det(Q)**2", "1"),
    ("det(Q @ {m1} @ Q.T)", "det({m1})"),
    ("D @ {m1}", "{m1} @ D"),
    ("S @ {m1}", "({m1}.T @ S).T"),
    ("abs(det(Q))", "1"),
    ("D*{m1}", "D @ {m1}"),
    ("D**2", "D @ D"),
    ("abs(D)", "sqrt(D @ D)"),
    ("sign(D)", "D/abs(D)"),
    ("{v1}.T @ {m1} @ {v1}", "{v1}.T @ {m1}.T @ {v1}"),
    ("{v1}.T @ {m1} @ {v2}", "{v2}.T @ {m1} @ {v1}"),
)
"""Both sides; what has the same name in braces is the same expression."""
_DERIVATIVES: tuple[tuple[str, ...], ...] = (
    ("sum(abs({v1}))", "x", "grad(sum(abs({v1})), x)"),
    ("sum(max({v1},0))", "x", "jacobian({v1},x).T @ where({v1} > 0, 1, 0)"),
    ("sum(abs({v1}))", "x", "jacobian({v1},x).T @ sign({v1})"),
    ("max({v1})", "x", "jacobian({v1},x).T @ where({v1} == max({v1}), 1, 0)"),
    ("prod({v1})", "x", "prod({v1})*(jacobian({v1},x).T @ (1/{v1}))"),
    ("norm({v1})", "x", "jacobian({v1},x).T @ {v1}/norm({v1})"),
    ("norm({v1})**2", "x", "2*jacobian({v1},x).T @ {v1}"),
    ("{v1}.T @ {v2}", "x", "jacobian({v1},x).T @ {v2} + jacobian({v2},x).T @ {v1}"),
    ("{s1}*{s2}", "x", "{s1}*grad({s2},x) + {s2}*grad({s1},x)"),
    ("{s1}/{s2}", "x", "grad({s1},x)/{s2} - {s1}*grad({s2},x)/{s2}**2"),
    ("abs({s1})", "x", "sign({s1})*grad({s1},x)"),
    (
        "max({s1},{s2})",
        "x",
        "where({s1} > {s2}, 1, 0)*grad({s1},x) + where({s1} > {s2}, 0, 1)*grad({s2},x)",
    ),
    (
        "max({s1},{s2})",
        "x",
        "where({s1} >= {s2}, 1, 0)*grad({s1},x) + where({s1} >= {s2}, 0, 1)*grad({s2},x)",
    ),
    ("{s1}**2", "A", "2*{s1}*grad({s1},A)"),
    ("abs({s1})", "A", "sign({s1})*grad({s1},A)"),
    ("tr({m1} @ A)", "A", "{m1}.T"),
    ("det(A)*{s1}", "A", "det(A)*inv(A).T*{s1} + det(A)*grad({s1},A)"),
    ("log(det(A))", "A", "inv(A).T"),
    ("log(abs(det({m1} @ A)))", "A", "inv(A).T"),
    ("sum(abs({m1}))", "A", "grad(sum(abs({m1})),A)"),
    ("{v1}.T @ inv(A) @ {v2}", "A", "-inv(A).T @ {v1} @ {v2}.T @ inv(A).T"),
    ("tr(inv(S))", "S", "-inv(S) @ inv(S)"),
    ("{v1}.T @ S @ {v1}", "S", "{v1} @ {v1}.T"),
    ("tr(D @ {m1})", "D", "{m1}.T"),
    ("sum(D*D)", "D", "2*D"),
    ("sum(abs(D))", "D", "sign(D)"),
    ("det(S)", "S", "det(S)*inv(S)"),
    ("det(Q)", "Q", "det(Q)*Q"),
    (
        "sum(where({v1} > 0, {v1}, {v2}))",
        "x",
        "jacobian({v1},x).T @ where({v1} > 0, 1, 0) + jacobian({v2},x).T @ where({v1} > 0, 0, 1)",
    ),
    ("{s1}", "x[i]", "grad({s1},x)[i]"),
    ("sum(cumsum({v1}))", "x", "jacobian({v1},x).T @ [n - l for l in n]"),
    ("{s1}", "t", "diff({s1}*t,t) - t*diff({s1},t)*1 - {s1} + diff({s1},t)"),
    ("abs({s1})", "t", "sign({s1})*diff({s1},t)"),
    ("abs(t)*{s1}", "t", "sign(t)*{s1} + abs(t)*diff({s1},t)"),
    ("relu(t)*{s1}", "t", "where(t > 0, {s1} + t*diff({s1},t), 0)"),
    ("where(t > 0, {s1}, {s2})", "t", "where(t > 0, diff({s1},t), diff({s2},t))"),
    ("where(t >= x[0], {s1}, {s2})", "t", "where(t >= x[0], diff({s1},t), diff({s2},t))"),
    ("max(x) + {s1}", "x", "where(x == max(x), 1, 0) + grad({s1},x)"),
    ("max(x)*{s1}", "x", "where(x == max(x), 1, 0)*{s1} + max(x)*grad({s1},x)"),
    (
        "sum(max(A, axis=1)*{v1})",
        "A",
        "({v1} @ ones(n).T)*where(A == max(A,axis=1) @ ones(n).T, 1, 0)",
    ),
    ("prod(x)*{s1}", "x", "prod(x)/x*{s1} + prod(x)*grad({s1},x)"),
)
"""An expression, what it is differentiated by, the derivative."""
_BENT: dict[str, tuple[str, ...]] = {
    "abs({u})": (
        "sign({u})",
        "where({u} > 0, 1, -1)",
        "where({u} >= 0, 1, -1)",
        "({u})/abs({u})",
        "where({u} > 0, 1, where({u} < 0, -1, 0))",
        "(2*heaviside({u}) - 1)",
    ),
    "relu({u})": (
        "where({u} > 0, 1, 0)",
        "where({u} >= 0, 1, 0)",
        "(1 + sign({u}))/2",
        "heaviside({u})",
        "heaviside({u})**2",
        "where({u} > 0, 1, 0)**2",
    ),
    "({u})*abs({u})": (
        "2*abs({u})",
        "2*({u})*sign({u})",
    ),
    "relu({u})**2": ("2*relu({u})",),
    "min({u}, 0)": (
        "where({u} < 0, 1, 0)",
        "where({u} <= 0, 1, 0)",
        "(1 - sign({u}))/2",
    ),
    "where({u} > 0, {u}, 2*({u}))": (
        "where({u} > 0, 1, 2)",
        "where({u} >= 0, 1, 2)",
    ),
    "max({u}, -({u}))": (
        "sign({u})",
        "where({u} > 0, 1, -1)",
    ),
    "sqrt(({u})**2)": (
        "({u})/sqrt(({u})**2)",
        "sign({u})",
    ),
    "({u})**2": ("2*({u})",),
    "({u})": ("1",),
    "where({u} > 0, ({u})**2, 0)": (
        "where({u} > 0, 2*({u}), 0)",
        "2*relu({u})",
    ),
    "abs({u})**3": ("3*({u})*abs({u})",),
}
"""Functions of u with a bend, and what is said of their slope."""
_BENDS: tuple[tuple[str, str, str], ...] = (
    ("x[0]", "", "where(l == 0, {d:x[0]}, 0)"),
    ("x[a] - t", "a", "{d:x[l] - t}"),
    ("x[a]", "a", "{d:x[l]}"),
    ("x[a] - y[a]", "a", "{d:x[l] - y[l]}"),
    ("x[a] - x[b]", "ab", "(sum({d:x[l] - x[b]}, b) - sum({d:x[a] - x[l]}, a))"),
    ("sum(x)", "", "{d:sum(x)}"),
    ("x[a] - x[0]", "a", "({d:x[l] - x[0]} - where(l == 0, sum({d:x[a] - x[0]}, a), 0))"),
    (
        "x[a + 1] - x[a]",
        "a",
        "(where(l > 0, {d:x[l] - x[l - 1]}, 0) - where(l < n - 1, {d:x[l + 1] - x[l]}, 0))",
    ),
    ("max(x)", "", "{d:max(x)}*where(x[l] == max(x), 1, 0)"),
    ("min(x)", "", "{d:min(x)}*where(x[l] == min(x), 1, 0)"),
    ("t*x[a]", "a", "t*{d:t*x[l]}"),
    ("sum(x*y)", "", "y[l]*{d:sum(x*y)}"),
    ("(A @ x)[a]", "a", "sum(A[a,l]*{d:(A @ x)[a]}, a)"),
    ("x[i]", "", "where(l == i, {d:x[i]}, 0)"),
    ("x[a] + x[n - 1 - a]", "a", "2*{d:x[l] + x[n - 1 - l]}"),
    ("x[i] - x[j]", "", "(where(l == i, {d:x[i] - x[j]}, 0) - where(l == j, {d:x[i] - x[j]}, 0))"),
    ("x[a]**2 - 1", "a", "2*x[l]*{d:x[l]**2 - 1}"),
    ("x[0] - x[1]", "", "(where(l == 0, {d:x[0] - x[1]}, 0) - where(l == 1, {d:x[0] - x[1]}, 0))"),
    ("x[a]*x[b]", "ab", "(sum(x[b]*{d:x[l]*x[b]}, b) + sum(x[a]*{d:x[a]*x[l]}, a))"),
    ("-x[a]", "a", "-{d:-x[l]}"),
    ("x[a] + x[b]", "ab", "(sum({d:x[l] + x[b]}, b) + sum({d:x[a] + x[l]}, a))"),
    ("max(x) - t", "", "{d:max(x) - t}*where(x[l] == max(x), 1, 0)"),
    ("x[a] - sum(x)/n", "a", "({d:x[l] - sum(x)/n} - sum({d:x[a] - sum(x)/n}, a)/n)"),
    (
        "x[n - 1] - x[0]",
        "",
        "(where(l == n - 1, {d:x[n - 1] - x[0]}, 0) - where(l == 0, {d:x[n - 1] - x[0]}, 0))",
    ),
)
"""Numbers u, the indices that they are summed over, and the derivative by x[l], where ``{d:u}`` is
the slope at u."""
_SLIPS = (
    "-({})", "({}) + 0*t", "2*({})/2", "({})*t/t", "({})*where(n == 1, 2, 1)",
    "({}) + where(x[0] == 0, 1, 0)",
)  # fmt: skip
_ASSUMED = (
    "sum(x) == 0", "A == A.T", "x[0] > 0", "t > 0", "x.T @ x == 1", "A @ x == 0*x", "x == y",
    "t == 0", "A @ B == eye(n)", "x.T @ y == 0", "A == -A.T", "n == 1", "x == 0*x", "det(A) == 0",
    "A @ A == A", "B == diag(x)", "t*x == y",
)  # fmt: skip


def random_claim(seed: int) -> Equation | None:
    """A claim about vectors and matrices; None where it means nothing, or no entry of an array."""
    random = Random(seed)
    kind = random.random()
    if kind < 0.35:
        sides, options = _told_otherwise(_bends(random), random)
    elif kind < 0.75:
        sides, options = filled(random.choice(_IDENTITIES), random), {"claim": "equals"}
    else:
        expression, by, claim = random.choice(_DERIVATIVES)
        sides, options = filled((expression, claim), random), {"wrt": by}
    if random.random() < 0.15:
        sides[1] = random.choice(_SLIPS).format(sides[1])
    symbols = dict(_SYMBOLS)
    if kind < 0.35:
        symbols |= {name: {"index": "n"} for name in "lij"}
        symbols["x"] = {"shape": ["n"], "domain": random.choice(("real", "real", "nonnegative"))}
    elif random.random() < 0.15:
        options["assume"] = [random.choice(_ASSUMED)]
    return claim_of(random, sides, options, symbols)


def claim_of(random: Random, sides: Any, options: Any, symbols: Any) -> Equation | None:
    """The claim, of two entries sometimes; None where it is none, or one of scalars."""
    if random.random() < 0.2:
        sides, options, symbols = (with_two(part) for part in (sides, options, symbols))
    try:
        (equation,) = adhoc(*sides, symbols=symbols, **options)
    except ValueError:
        return None
    return None if equation.is_scalar else equation


def with_two(part: Any) -> Any:
    """The same with the number 2 for the size."""
    if isinstance(part, str):
        return re.sub(r"\bn\b", "2", part)
    if isinstance(part, dict):
        return {key: with_two(value) for key, value in part.items()}
    return [with_two(value) for value in part]


Grammar = Mapping[str, tuple[str, ...]]


def _grown(kind: str, depth: int, random: Random, leaves: Grammar, parts: Grammar) -> str:
    if depth <= 0:
        return random.choice(leaves[kind])
    text = random.choice(parts[kind])
    while "{" in text:
        place = text.index("{")
        inner = _grown(text[place + 1], depth - 1, random, leaves, parts)
        text = f"{text[:place]}({inner}){text[place + 3 :]}"
    return text


def filled(
    sides: tuple[str, ...], random: Random, leaves: Grammar = _LEAVES, parts: Grammar = _PARTS
) -> list[str]:
    """Sides with something in their holes, the same in those of one name."""
    names = dict.fromkeys(name for side in sides for name in re.findall(r"\{(\w+)\}", side))
    depths = (0, 0, 1, 1, 2)
    holes = {n: f"({_grown(n[0], random.choice(depths), random, leaves, parts)})" for n in names}
    return [side.format(**holes) for side in sides]


def _bends(random: Random) -> tuple[str, str]:
    """A sum, product or square of bent functions whose bends may meet."""
    expression, slope = _bend(random)
    kind = random.random()
    if kind < 0.7:
        other, its_slope = _bend(random)
        if kind < 0.55:
            expression, slope = f"{expression} + {other}", f"{slope} + {its_slope}"
        else:
            slope = f"({slope})*({other}) + ({expression})*({its_slope})"
            expression = f"({expression})*({other})"
    elif kind < 0.8:
        expression, slope = f"({expression})**2", f"2*({expression})*({slope})"
    return expression, slope


def _told_otherwise(sides: tuple[str, str], random: Random) -> tuple[list[str], dict[str, Any]]:
    """A slope by x[l] as such, on the right, as a differential, or at a place with a name."""
    kind = random.random()
    expression, slope = sides
    if kind < 0.15:
        return [slope, f"diff({expression}, x[l])"], {"claim": "equals"}
    everywhere = re.sub(r"\bl\b", "q", slope)
    if kind < 0.3:
        along = f"sum(({everywhere})*dx[q], q)"
        return [expression, along], {"wrt": ["x"], "claim": "differential"}
    if kind < 0.5:
        place = random.choice(("x + y", "2*x", "A @ x", "t*ones(n)", "0*x", "x - t*y", "abs(x)"))
        expression, claim = (
            re.sub(r"\bx\b", "h", text) for text in (expression, f"[{everywhere} for q in n]")
        )
        return [expression, claim], {"wrt": "h", "where": {"h": place}}
    return [expression, slope], {"wrt": "x[l]"}


def _bend(random: Random) -> tuple[str, str]:
    number, over, slope = random.choice(_BENDS)
    function = random.choice(list(_BENT))
    own = random.choice(_BENT[function])
    slope = re.sub(r"\{d:(.*?)\}", lambda match: f"({own.format(u=match[1])})", slope)
    expression = function.format(u=number)
    for index in reversed(over):
        expression = f"sum({expression}, {index})"
    weight = random.choice(("1", "1", "-1", "t", "2", "i", "(n - 1)", "(i - j)"))
    return f"{weight}*{expression}", f"{weight}*({slope})"
