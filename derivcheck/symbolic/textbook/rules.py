"""Rules as texts, in the first argument ``u`` and the function's own value ``f``.

Textbook forms: a derivative in ``f`` is shorter where the entry gives the value a name. Elementwise
functions that are not here have the provers' rule (:mod:`derivcheck.symbolic.rules`).
"""

from __future__ import annotations

from functools import cache

from derivcheck.lang import syntax as S
from derivcheck.lang.functions import lookup
from derivcheck.lang.parser import parse
from derivcheck.symbolic.rules import RULES

TEXTBOOK = {
    "exp": "f",
    "sqrt": "1/(2*f)",
    "cbrt": "1/(3*f**2)",
    "tan": "1/cos(u)**2",
    "cot": "-1/sin(u)**2",
    "asin": "1/sqrt(1 - u**2)",
    "acos": "-1/sqrt(1 - u**2)",
    "tanh": "1 - f**2",
    "coth": "1 - f**2",
    "sech": "-f*tanh(u)",
    "csch": "-f*coth(u)",
    "asinh": "1/sqrt(u**2 + 1)",
    "acosh": "1/(sqrt(u - 1)*sqrt(u + 1))",
    "sigmoid": "f*(1 - f)",
    "softplus": "sigmoid(u)",
    "relu": "where(u > 0, 1, 0)",
    "erf": "2*exp(-u**2)/sqrt(pi)",
    "erfc": "-2*exp(-u**2)/sqrt(pi)",
    "lambertw": "f/(u*(1 + f))",
    "expm1": "exp(u)",
    "log1p": "1/(1 + u)",
    "logit": "1/(u*(1 - u))",
}
"""Derivatives of elementwise functions."""

CHANGES = {
    "log(u, a)": "du/(u*log(a))",
    "norm(u)": "sum(u*du)/f",
    "softmax(u)": "f*(du - sum(f*du))",
    "logsumexp(u)": "sum(softmax(u)*du)",
    "inv(u)": "-(f @ du @ f)",
    "det(u)": "f*tr(inv(u) @ du)",
    "expm(u)": "du @ f",  # of what commutes with its change
    "matrix_power(u, a)": "a*(du @ matrix_power(u, a - 1))",
}
"""What a change ``du`` makes of the value."""

ADJOINTS = {
    "log(softmax(u))": "g - softmax(u)*sum(w)",  # s/s would have to cancel across a sum
    "ln(softmax(u))": "g - softmax(u)*sum(w)",
    "log(softmax(u)[a])": "g*(onehot(a, n) - softmax(u))",
    "ln(softmax(u)[a])": "g*(onehot(a, n) - softmax(u))",
    "log(u)": "g/u",
    "ln(u)": "g/u",
    "mean(u)": "g/n/m",
    "tr(expm(u))": "g*expm(u).T",
    "tr(matrix_power(u, a))": "g*a*matrix_power(u, a - 1).T",
    "tr(u)": "g*eye(n)",
    "det(u)": "g*f*inv(u).T",
    "logdet(u)": "g*inv(u).T",
    "inv(u)": "-(f.T @ g @ f.T)",
    "transpose(u)": "g.T",
    "tril(u)": "tril(w)",
    "tril(u, a)": "tril(w, a)",
    "triu(u)": "triu(w)",
    "triu(u, a)": "triu(w, a)",
    "norm(u)": "g*u/f",
    "norm(u, 1)": "g*sign(u)",
    "norm(u, oo)": "g*where(abs(u) == f, sign(u), 0)",
    "softmax(u)": "f*(g - sum(g*f))",
    "logsumexp(u)": "g*softmax(u)",
    "max(u)": "where(u == f, g, 0)",
    "min(u)": "where(u == f, g, 0)",
    "clip(u, a, b)": "where(u > a, where(u < b, g, 0), 0)",
    "prod(u)": "g*f/u",
    "cumsum(u)": "triu(ones(n, n)) @ w",
    "cumprod(u)": "triu(ones(n, n)) @ (w*f)/u",
}
"""The adjoint of ``u`` from that of the value, ``g``, which is ``w`` as an array of its shape."""

JACOBIANS = {
    "softmax(u)": "(diag(f) - f @ f.T) @ J",
    "softmax(u, axis=0)": "(diag(f) - f @ f.T) @ J",
    "clip(u, a, b)": "diag(where(u > a, where(u < b, 1, 0), 0)) @ J",
    "cumsum(u)": "tril(ones(n, n)) @ J",
    "cumprod(u)": "diag(f) @ tril(ones(n, n)) @ diag(1/u) @ J",
}
"""The Jacobian of a column from that of ``u``, ``J``."""


@cache
def slopes(name: str, arguments: int) -> tuple[tuple[str, ...], tuple[S.Syntax | None, ...]]:
    """Names of the arguments and the derivative by each; none where no rule is known."""
    row = lookup(name, arguments)
    known = row.name if row is not None else name
    if known in TEXTBOOK and arguments == 1:
        return ("u",), (parse(TEXTBOOK[known]),)
    parameters, texts = RULES.rows.get(known, ((), ()))
    return parameters, tuple(None if text is None else parse(text) for text in texts)
