"""What people of NumPy, PyTorch, SymPy, MATLAB, Mathematica and LaTeX write, and what it is here.

Only for messages: a text that is no expression is never read as one, but the message says what to
write. What is offered is put together from the text and parsed before it is shown.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

_SIZE = "a length by the name of its dimension: `n` of `x: [n]`"

_WRITTEN: dict[str, str] = {
    # activations and losses
    "x*(1 + erf(x/sqrt(2)))/2": "gelu",
    "x*sigmoid(x)": "silu swish",
    "x*tanh(softplus(x))": "mish",
    "where(x > 0, x, exp(x) - 1)": "elu",
    "where(x > 0, x, a*x)": "leaky_relu leakyrelu",
    "clip(x, -1, 1)": "hardtanh",
    "clip(x, 0, 6)": "relu6",
    "x/(1 + abs(x))": "softsign",
    "log(softmax(x))": "log_softmax logsoftmax",
    "log(sigmoid(x))": "logsigmoid",
    "sigmoid(x)": "expit logistic sigma σ",
    "mean((x - y)**2)": "mse mse_loss mseloss",
    "mean(abs(x - y))": "l1_loss",
    "-mean(y*log(p) + (1 - y)*log(1 - p))": "binary_cross_entropy bceloss bce",
    "logsumexp(z) - z[y]": "crossentropyloss",
    "-sum(y*log(p))": "crossentropy cross_entropy",
    "-log(p[y])": "nll_loss",
    # distributions
    "(1 + erf(x/sqrt(2)))/2": "Phi normcdf ndtr",
    "exp(-x**2/2)/sqrt(2*pi)": "phi normpdf",
    # special functions of SciPy, mpmath and Mathematica
    "besselj(n, x)": "jv jn",
    "bessely(n, x)": "yv yn",
    "besseli(n, x)": "iv",
    "besselk(n, x)": "kv kn",
    "besselj(n, z) + I*bessely(n, z)": "hankel1 hankelh1",
    "besselj(n, z) - I*bessely(n, z)": "hankel2 hankelh2",
    "Ei(x)": "expi expintegralei",
    "expint(1, x)": "exp1 e1",
    "expint(n, x)": "expn expintegrale",
    "Si(x)": "sinintegral",
    "Ci(x)": "cosintegral",
    "ellipf(phi, m)": "ellipkinc elliptic_f ellipticf",
    "ellipe(phi, m)": "ellipeinc",
    "ellipk(m)": "elliptic_k elliptick",
    "ellipe(m)": "elliptic_e elliptice",
    "lowergamma(a, x)/gamma(a)": "gammainc gammap",
    "uppergamma(a, x)/gamma(a)": "gammaincc gammaq gammaregularized",
    "polylog(2, z)": "dilog li2",
    "polylog(2, 1 - z)": "spence",
    "(1 - 2**(1 - s))*zeta(s)": "dirichlet_eta altzeta",
    "lambertw(x)": "productlog",
    "hyp2f1(a, b, c, z)": "hypergeometric2f1",
    "hyp1f1(a, b, z)": "hypergeometric1f1 kummerm",
    "hyper([a, b], [c, d], z)": "hypergeometricpfq hyp2f2 hyp1f2 hyp3f2",
    "legendre(n, x)": "eval_legendre legendrep",
    "chebyshevt(n, x)": "eval_chebyt chebyt",
    "chebyshevu(n, x)": "eval_chebyu chebyu",
    "hermite(n, x)": "eval_hermite hermiteh",
    "laguerre(n, x)": "eval_laguerre laguerrel",
    "laguerre(n, a, x)": "eval_genlaguerre",
    "gegenbauer(n, a, x)": "eval_gegenbauer gegenbauerc",
    "jacobi(n, a, b, x)": "eval_jacobi jacobip",
    "gamma(a + 1)/gamma(a - n + 1)": "ff fallingfactorial",
    "x*log(y)": "xlogy",
    # elementary
    "x**2": "square",
    "x**n": "power pow",
    "1/x": "reciprocal",
    "1/sqrt(x)": "rsqrt",
    "2**x": "exp2",
    "log(x, 2)": "log2 lb",
    "log(x, 10)": "log10 lg",
    "x**(1/n)": "root surd",
    "heaviside(x)": "step theta unitstep",
    "where(x > 0, a, b)": "piecewise if ifelse",
    "x + y": "add",
    "x - y": "subtract",
    "x*y": "multiply",
    "x/y": "divide",
    "-x": "negative",
    "max(x, y)": "maximum",
    "min(x, y)": "minimum",
    # arrays
    "tr(X)": "trace",
    "det(X)": "determinant",
    "det(X)*inv(X)": "adjugate adj",
    "norm(X)": "frobenius",
    "logdet(X)": "slogdet",
    "inv(X)": "inverse matrix_inverse",
    "inv(A) @ b": "solve",
    "pinv(A) @ b": "lstsq",
    "A @ B": "matmul mm bmm tensordot",
    "A @ x": "mv",
    "x.T @ y": "inner vdot",
    "A*B": "hadamard",
    "eye(n)": "identity identitymatrix",
    "diag(X)": "diagonal",
    "diag(v)": "diagonalmatrix diagflat",
    "[[A, B]]": "concatenate hstack",
    "[[A], [B]]": "vstack",
    "[a, b]": "stack",
    "sum(A[i, k]*B[k, j], k)": "einsum",
    "mean((x - mean(x))**2)": "var",
    "sqrt(mean((x - mean(x))**2))": "std",
    "mean(x)": "average",
    "[[a, b], [c, d]]": "array matrix tensor",
    "a claim `antiderivative`": "int integrate integral",
    "a limit is no part of the language": "lim limit",
    "log(x)": "log_e",
    _SIZE: "len size shape numel",
    "det, inv, norm and others by their own names": "linalg",
    # calculus
    "diff(f, x)": "derivative",
    "grad(f, X)": "gradient",
    "tr(hessian(f, x))": "laplacian",
    "jacobian(F, x)": "jac",
    "sum(f, k)": "summation",
    "prod(f, k)": "product",
}
"""How functions are written here, to their names elsewhere, in lower case but for ``Phi``."""

NAMES = {name: written for written, names in _WRITTEN.items() for name in names.split()}

CONSTANTS = {"E": "e", "Pi": "pi", "PI": "pi", "j": "I", "inf": "oo", "Infinity": "oo",
             "nan": "", "π": "pi"}  # fmt: skip

_SAME = {"Sum": "sum", "Product": "prod", "Transpose": "transpose", "Inverse": "inv", "Tr": "tr",
         "Trace": "tr", "Det": "det", "Exp": "exp", "Log": "log", "Norm": "norm", "Diff": "diff",
         "Derivative": "diff", "D": "diff", "Sqrt": "sqrt", "Abs": "abs", "trace": "tr",
         "absolute": "abs", "inverse": "inv", "ReLU": "relu", "amax": "max", "amin": "min",
         "nansum": "sum", "reduce_sum": "sum", "reduce_mean": "mean", "reduce_max": "max",
         "reduce_min": "min", "reduce_logsumexp": "logsumexp", "t": "transpose",
         "determinant": "det"}  # fmt: skip
"""Other spellings that only need another name."""

MODULES = frozenset(
    ("np", "numpy", "math", "sp", "sympy", "torch", "jnp", "tf", "scipy", "linalg", "F", "nn",
     "functional", "special", "K", "xp", "cupy", "jax")
)  # fmt: skip
"""Where code has functions that expressions call by their own name."""


def advice(name: str) -> str | None:
    """What to write for a function that is called otherwise here."""
    written = NAMES.get(name) or NAMES.get(name.lower())
    if written is not None:
        return written if written.startswith("a ") else f"write it as `{written}`"
    same = _SAME.get(name)
    return f"it is called `{same}`" if same is not None else None


def constant_advice(name: str) -> str | None:
    """What to write for a constant that is called otherwise here."""
    if name == "i":
        return "the imaginary unit is `I`; an index is declared as `i: {index: n}`"
    here = CONSTANTS.get(name)
    return f"the constant is `{here}`" if here else None


# --- code ---------------------------------------------------------------------------------------


class _NotCode(Exception):
    """The text is no code that is known here."""


def from_code(text: str) -> str | None:
    """What a piece of NumPy, PyTorch or SymPy code is in the language; None if that is unclear."""
    try:
        written = ast.unparse(_Translator().visit(ast.parse(text.strip(), mode="eval")))
        return _closer(written)
    except (_NotCode, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _closer(text: str) -> str:
    """Products and powers as expressions print them, without blanks."""
    return re.sub(r" (\*\*?|/) ", r"\1", text)


class _Translator(ast.NodeTransformer):
    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if _is_module(node.value):
            return ast.Name(CONSTANTS.get(node.attr, node.attr), ast.Load())
        if node.attr == "T":
            return ast.Attribute(self.visit(node.value), "T", ast.Load())
        raise _NotCode

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function = node.func
        arguments = list(node.args)
        if isinstance(function, ast.Attribute):
            name = function.attr
            if not _is_module(function.value):
                arguments.insert(0, function.value)  # a method
        elif isinstance(function, ast.Name):
            name = function.id
        else:
            raise _NotCode
        if name in ("array", "Matrix", "tensor") and len(arguments) == 1 and not node.keywords:
            inside: ast.AST = self.visit(arguments[0])
            return inside
        if name == "einsum":
            return _einsum([*arguments])
        args: list[ast.expr] = [self.visit(argument) for argument in arguments]
        keywords = [ast.keyword(_KEYWORDS.get(k.arg or "", k.arg), k.value) for k in node.keywords]
        keywords = [k for k in keywords if k.arg not in ("keepdims", "keepdim", "dtype")]
        build = _OPERATORS.get(name)
        if build is not None and not keywords:
            if _arity(name) != len(args):
                raise _NotCode
            return build(*args)
        return ast.Call(ast.Name(_SAME.get(name, name), ast.Load()), args, keywords)


_KEYWORDS = {"dim": "axis"}


def _is_module(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        if node.attr not in MODULES:
            return False
        node = node.value
    return isinstance(node, ast.Name) and node.id in MODULES


def _times(left: ast.expr, right: ast.expr) -> ast.expr:
    return ast.BinOp(left, ast.MatMult(), right)


def _dot(left: ast.expr, right: ast.expr) -> ast.expr:
    """Of two columns x.T @ y; capitals are matrices."""
    if all(isinstance(side, ast.Name) and side.id[0].islower() for side in (left, right)):
        left = ast.Attribute(left, "T", ast.Load())
    return _times(left, right)


def _inverse_times(left: ast.expr, right: ast.expr) -> ast.expr:
    return _times(ast.Call(ast.Name("inv", ast.Load()), [left], []), right)


def _binary(operator: ast.operator) -> Callable[[ast.expr, ast.expr], ast.expr]:
    return lambda left, right: ast.BinOp(left, operator, right)


_OPERATORS: dict[str, Callable[..., ast.expr]] = {
    "dot": _dot, "inner": _dot, "vdot": _dot, "matmul": _times, "mm": _times, "mv": _times,
    "solve": _inverse_times, "multiply": _binary(ast.Mult()), "mul": _binary(ast.Mult()),
    "add": _binary(ast.Add()), "subtract": _binary(ast.Sub()), "sub": _binary(ast.Sub()),
    "divide": _binary(ast.Div()), "div": _binary(ast.Div()), "power": _binary(ast.Pow()),
    "pow": _binary(ast.Pow()),
    "square": lambda x: ast.BinOp(x, ast.Pow(), ast.Constant(2)),
    "negative": lambda x: ast.UnaryOp(ast.USub(), x),
    "transpose": lambda x: ast.Attribute(x, "T", ast.Load()),
    "log2": lambda x: ast.Call(ast.Name("log", ast.Load()), [x, ast.Constant(2)], []),
    "log10": lambda x: ast.Call(ast.Name("log", ast.Load()), [x, ast.Constant(10)], []),
}  # fmt: skip


def _arity(name: str) -> int:
    return 1 if name in ("square", "negative", "transpose", "log2", "log10") else 2


_EINSUM = re.compile(r"\s*(\w{1,2}(?:\s*,\s*\w{1,2})*)\s*->\s*(\w{0,2})\s*")


def _einsum(arguments: list[ast.expr]) -> ast.expr:
    """``einsum('ij,j->i', A, x)`` as a sum of products of entries."""
    first, *arrays = arguments
    found = _EINSUM.fullmatch(first.value) if _is_text(first) else None  # type: ignore[attr-defined]
    if found is None:
        raise _NotCode
    terms = [part.strip() for part in found[1].split(",")]
    if len(terms) != len(arrays) or not all(isinstance(a, ast.Name) for a in arrays):
        raise _NotCode
    entries = [
        f"{array.id}[{', '.join(term)}]"  # type: ignore[attr-defined]
        for array, term in zip(arrays, terms, strict=True)
    ]
    bound = [i for i in dict.fromkeys("".join(terms)) if i not in found[2]]
    text = "*".join(entries)
    for index in reversed(bound):
        text = f"sum({text}, {index})"
    return ast.parse(text, mode="eval").body


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


# --- mathematics as it is typed -------------------------------------------------------------------

_MATLAB = re.compile(r"(?<=[\w\])])\.?'(?!\s*\()")
_TRANSPOSED = re.compile(r"\^\s*(?:T|\{T\}|\\top|⊤)(?![A-Za-z0-9_])")
_MATRIX_PRODUCT = re.compile(r"(?<=[A-Za-z_)\]])\s*(?<!\*)\*(?!\*)\s*(?=[A-Za-z_(\[])")
_INVERTED = re.compile(r"\b([A-Z]\w*)\s*\^\s*(?:-1|\(-1\)|\{-1\})(?!\d)")
_POWERED = re.compile(r"\b([A-Za-z]+)\s*(?:\^|\*\*)\s*(\(?-?\d+\)?)\s*\(([^()]*)\)")
_APART = re.compile(r"(?<=[\w\])])\s+(?=[A-Za-z_(\[])")
_BOUNDS = re.compile(r"\{\s*(\w+)\s*,([^{},]+),([^{},]+)\}")
_SQUARE = re.compile(r"\b([A-Z][A-Za-z]*)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]")


def from_maths(text: str) -> str | None:
    """``y^T A x`` as ``y.T @ A @ x``, MATLAB's ``A'*b`` as ``A.T*b``; None where nothing is."""
    inverted = _INVERTED.sub(r"inv(\1)", text)
    transposed = _TRANSPOSED.sub(".T", _MATLAB.sub(".T", inverted))
    if transposed == text:
        return None
    if _MATLAB.search(text) or _TRANSPOSED.search(text):  # there * is the product of matrices
        transposed = _MATRIX_PRODUCT.sub(" @ ", transposed)
    if not re.search(r"[-+*/@]", transposed):
        transposed = _APART.sub(" @ ", transposed)
    return transposed.replace("^", "**").strip()


def from_mathematica(text: str) -> str | None:
    """``Sin[x]`` as ``sin(x)``, ``Sum[x[[i]]^2, {i, 1, n}]`` as ``sum(x[i]**2, i)``."""

    def bounds(found: re.Match[str]) -> str:
        name, low, high = (part.strip() for part in found.groups())
        # places count from 1 there: an index of entries runs over all of them here
        return name if f"[{name}]" in places else f"({name}, {low}, {high})"

    def call(found: re.Match[str]) -> str:
        name = _SAME.get(found[1], found[1][0].lower() + found[1][1:])
        return f"{name}({found[2]})"

    places = text.replace("[[", "[").replace("]]", "]")
    written = _BOUNDS.sub(bounds, places)
    for _ in range(5):  # nested calls, from the inside
        written = _SQUARE.sub(call, written)
    return None if written in (text, places) else written.replace("^", "**")


def powers_of_functions(text: str) -> str | None:
    """``sin^2(x)`` as ``sin(x)**2``, ``sin^-1(x)`` as ``arcsin(x)``; None where nothing is."""

    def power(found: re.Match[str]) -> str:
        name, exponent, inside = found[1], found[2].strip("()"), found[3]
        if exponent == "-1":
            return f"arc{name}({inside})" if name in _INVERSES else f"1/{name}({inside})"
        return f"{name}({inside})**{exponent if exponent.isdigit() else f'({exponent})'}"

    written = _POWERED.sub(lambda m: power(m) if m[1] in _POWERS else m[0], text)
    return None if written == text else written.replace("^", "**")


_INVERSES = frozenset(("sin", "cos", "tan", "cot", "sinh", "cosh", "tanh"))
_POWERS = _INVERSES | {"sec", "csc", "log", "ln", "exp", "coth", "sech", "csch"}
