"""How pages write the functions of the language: a function is a row."""

from __future__ import annotations

from derivcheck.lang.functions import ROWS

_SHAPED = (
    "tr", "det", "logdet", "inv", "pinv", "transpose", "dot", "outer", "kron", "vec", "tril",
    "triu", "cholesky", "expm", "matrix_power", "skew", "cross", "prod", "cumsum", "cumprod",
    "clip", "norm", "eye", "ones", "zeros", "diag", "sum", "mean", "softmax", "logsumexp", "sqrt",
    "onehot", "where",
)  # fmt: skip
_OTHERS = frozenset(("arg", "li"))
"""Functions of the language that a page means something else by."""

_ELSEWHERE = {
    "sen": "sin", "senh": "sinh", "tgh": "tanh", "cotg": "cot", "arcsen": "asin", "arcos": "acos",
    "argsh": "asinh", "argch": "acosh", "argth": "atanh", "argsinh": "asinh", "argcosh": "acosh",
    "argtanh": "atanh",
}  # fmt: skip
"""What functions are called in other languages."""

NAMES: dict[str, str] = {
    name: name
    for name in (*_SHAPED, *(name for row in ROWS for name in (row.name, *row.aliases)))
    if name in _SHAPED or not ("_" in name or name in _OTHERS)
} | {
    "Tr": "tr", "trace": "tr", "Trace": "tr", "sgn": "sign", "lg": "log10", "Re": "re", "Im": "im",
    "Diag": "diag", "lb": "log2", "Log": "log", "ReLU": "relu", "Sigmoid": "sigmoid",
    "LogSumExp": "logsumexp", "Softmax": "softmax", "vecop": "vec", "sigm": "sigmoid",
    "logistic": "sigmoid", "Ln": "ln", "Sin": "sin", "Cos": "cos", "Det": "det",
    **_ELSEWHERE,
}  # fmt: skip
"""A word of a page to the function of the language."""

COMMANDS = NAMES.keys() & {
    "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "arcsin", "arccos",
    "arctan", "exp", "ln", "log", "lg", "det", "max", "min", "tr", "Tr", "trace", "arccot",
    "arcsec", "arccsc", "sech", "csch", "diag", "tg", "ctg", "arctg", "sgn", "sign", "erf",
    "softmax", "sigmoid", "arcsinh", "arccosh", "arctanh", "cosec", "cotan", "arsinh", "arcosh",
    "artanh", "vec", "relu", "arcctg", "cth", "th", "sh", "ch", "Re", "Im", "vecop", "rank",
    "norm", "abs", *_ELSEWHERE,
}  # fmt: skip
r"""Functions with a command: ``\sin``. ``\vec`` is an arrow where no bracket follows."""

IN_RUNS = frozenset(
    (
        *("ln", "log", "lg", "sin", "cos", "tan", "cot", "sec", "csc", "exp", "sinh", "cosh"),
        *("tanh", "coth", "sech", "csch", "arcsin", "arccos", "arctan", "arccot", "arcctg"),
        *("tg", "ctg", "arctg", "sqrt"),
    )
)
"""Functions that are found inside a run of letters: ``xlna``."""

INVERSES = {
    "sin": "asin", "cos": "acos", "tan": "atan", "cot": "acot", "sec": "asec", "csc": "acsc",
    "sinh": "asinh", "cosh": "acosh", "tanh": "atanh", "coth": "acoth", "sech": "asech",
    "csch": "acsch", "erf": "erfinv", "tg": "atan", "ctg": "acot",
}  # fmt: skip
r"""``\sin^{-1}``."""

MATRIX = frozenset((
    "tr", "det", "logdet", "inv", "pinv", "vec", "diag", "transpose", "kron", "expm",
))  # fmt: skip
"""Functions whose argument is a vector or matrix."""

NEEDS_BRACKETS = frozenset((
    "max", "min", "softmax", "sum", "mean", "logsumexp", "norm", "eye", "ones", "zeros", "clip",
    "where", "onehot",
))  # fmt: skip
