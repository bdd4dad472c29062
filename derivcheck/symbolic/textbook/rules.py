"""Derivatives of elementwise functions, in the argument ``u`` and the function's own value ``f``.

Textbook forms: a derivative in ``f`` is shorter where the entry gives the value a name. What is
not here has the provers' rule (:mod:`derivcheck.symbolic.rules`).
"""

from __future__ import annotations

from functools import cache

from derivcheck.lang.functions import lookup
from derivcheck.lang.parser import parse
from derivcheck.lang.syntax import Syntax
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


@cache
def slopes(name: str, arguments: int) -> tuple[tuple[str, ...], tuple[Syntax | None, ...]]:
    """Names of the arguments and the derivative by each; none where no rule is known."""
    row = lookup(name, arguments)
    known = row.name if row is not None else name
    if known in TEXTBOOK and arguments == 1:
        return ("u",), (parse(TEXTBOOK[known]),)
    parameters, texts = RULES.rows.get(known, ((), ()))
    return parameters, tuple(None if text is None else parse(text) for text in texts)
