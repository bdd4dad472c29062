"""True matrix claims, as (expression, claim, by, options): every one is proved by the index prover.

``by`` is what the derivative is taken by; None marks an identity. Options are keys of a formula.
"""

from __future__ import annotations

from typing import Any

from adhoc import adhoc

from derivcheck.lang.equation import Equation

SYMBOLS: dict[str, Any] = {
    "A": ["m", "n"],
    "B": ["n", "p"],
    "C": ["m", "p"],
    "X": ["m", "n"],
    "Y": ["m", "n"],
    "P": ["n", "n"],
    "Q": ["n", "n"],
    "R": ["n", "n"],
    "S": {"shape": ["n", "n"], "structure": "spd"},
    "H": {"shape": ["n", "n"], "structure": "symmetric"},
    "D": {"shape": ["n", "n"], "structure": "diagonal"},
    "U": {"shape": ["n", "n"], "structure": "orthogonal"},
    "M": {"shape": ["n", "n"], "structure": "invertible"},
    "a": ["m"],
    "b": ["n"],
    "c": ["n"],
    "x": ["n"],
    "y": ["n"],
    "u": ["n"],
    "v": ["n"],
    "w": ["n"],
    "z": ["n"],
    "q": {"shape": ["n"], "domain": "positive"},
    "t": "real",
    "k": "real",
    "lam": "positive",
    "eps": "positive",
}

Claim = tuple[str, str, str | list[str] | None, dict[str, Any]]


def _d(expression: str, claim: str, by: str, **options: Any) -> Claim:
    return expression, claim, by, options


def _same(expression: str, claim: str, **options: Any) -> Claim:
    return expression, claim, None, {"claim": "equals", **options}


def _diff(expression: str, claim: str, *by: str, **options: Any) -> Claim:
    return expression, claim, list(by), {"claim": "differential", **options}


LINEAR = (
    _d("b.T @ x", "b", "x"),
    _d("x.T @ b", "b", "x"),
    _d("x.T @ x", "2*x", "x"),
    _d("x.T @ P @ x", "(P + P.T) @ x", "x"),
    _d("x.T @ H @ x", "2*H @ x", "x"),
    _d("a.T @ X @ b", "a @ b.T", "X"),
    _d("b.T @ X.T @ a", "a @ b.T", "X"),
    _d("A @ x", "A", "x", layout="numerator"),
    _d("A @ x", "A.T", "x"),
    _d("x.T @ P @ y", "P @ y", "x"),
    _d("sum(A*X)", "A", "X"),
    _d("(A @ x - a).T @ (A @ x - a)", "2*A.T @ (A @ x - a)", "x"),
    _d("(x - y).T @ P @ (x - y)", "(P + P.T) @ (x - y)", "x"),
    _d("(A @ x - a).T @ (A @ x - a) + lam*x.T @ x", "2*A.T @ (A @ x - a) + 2*lam*x", "x"),
    _d("b.T @ X.T @ X @ c", "X @ (b @ c.T + c @ b.T)", "X"),
    _d("(X @ b - a).T @ (X @ b - a)", "2*(X @ b - a) @ b.T", "X"),
    _d("b.T @ X.T @ X @ b", "2*X @ b @ b.T", "X"),
    _d("b.T @ P @ b", "b @ b.T", "P"),
    _d("X @ B", "C @ B.T", "X", upstream="C"),
    _d("A @ B", "A.T @ C", "B", upstream="C"),
    _d("X.T", "A", "X", upstream="A.T"),
    _d("x*y", "diag(y)", "x"),
    _d("diag(x) @ P @ y", "diag(P @ y)", "x"),
    _d("x @ y.T", "P @ y", "x", upstream="P"),
    _d("x @ x.T", "(P + P.T) @ x", "x", upstream="P"),
)

TRACES = (
    _d("tr(P)", "eye(n)", "P"),
    _d("tr(Q @ P)", "Q.T", "P"),
    _d("tr(A.T @ X)", "A", "X"),
    _d("tr(X @ A.T)", "A", "X"),
    _d("tr(P @ P)", "2*P.T", "P"),
    _d("tr(P @ P @ P)", "3*(P @ P).T", "P"),
    _d("tr(P @ P @ P @ P)", "4*(P @ P @ P).T", "P"),
    _d("tr(X.T @ X)", "2*X", "X"),
    _d("tr(X @ X.T)", "2*X", "X"),
    _d("tr(X.T @ X @ P)", "X @ P + X @ P.T", "X"),
    _d("tr(Q @ P @ R @ P)", "(Q.T @ P.T @ R.T + R.T @ P.T @ Q.T)", "P"),
    _d("tr(Q @ P.T @ R @ P)", "(R.T @ P @ Q.T + R @ P @ Q)", "P"),
    _d("tr(P.T @ Q @ P)", "(Q + Q.T) @ P", "P"),
    _d("tr(P*Q)", "Q*eye(n)", "P"),
    _d("tr(P)**2", "2*tr(P)*eye(n)", "P"),
    _d("exp(tr(P))", "exp(tr(P))*eye(n)", "P"),
    _d("tr((P @ Q) @ (P @ Q))", "2*(Q @ P @ Q).T", "P"),
    _d("tr((A @ Q @ B) @ C.T)", "A.T @ C @ B.T", "Q"),
    _d("tr(A @ Q @ B @ C.T @ A @ P @ A.T @ C @ B.T @ Q.T @ A.T)", "0", "R"),
    _same("tr(P @ Q)", "tr(Q @ P)"),
    _same("tr(P @ Q @ R)", "tr(R @ P @ Q)"),
    _same("tr(A.T @ X)", "sum(A*X)"),
    _same("b.T @ P @ c", "tr(P @ c @ b.T)"),
    _same("tr((P - P.T) @ (Q + Q.T))", "0"),
)

INVERSES = (
    _d("det(P)", "det(P)*inv(P).T", "P"),
    _d("log(det(P))", "inv(P).T", "P"),
    _d("log(abs(det(P)))", "inv(P.T)", "P"),
    _d("log(det(S))", "inv(S)", "S"),
    _d("det(P)**3", "3*det(P)**3*inv(P).T", "P"),
    _d("det(Q @ P @ R)", "det(Q @ P @ R)*inv(P).T", "P"),
    _d("det(X.T @ X)", "2*det(X.T @ X)*X @ inv(X.T @ X)", "X"),
    _d("log(det(X.T @ X))", "2*X @ inv(X.T @ X)", "X"),
    _d(
        "det(X.T @ Q @ X)",
        "det(X.T @ Q @ X)*(Q @ X @ inv(X.T @ Q @ X) + Q.T @ X @ inv(X.T @ Q.T @ X))",
        "X",
        symbols={"Q": ["m", "m"]},
    ),
    _d("log(det(eye(n) + X.T @ X))", "2*X @ inv(eye(n) + X.T @ X)", "X"),
    _d("tr(inv(P))", "-(inv(P) @ inv(P)).T", "P"),
    _d("tr(Q @ inv(P) @ R)", "-(inv(P) @ R @ Q @ inv(P)).T", "P"),
    _d("b.T @ inv(P) @ c", "-inv(P).T @ b @ c.T @ inv(P).T", "P"),
    _d("tr(inv(P + Q))", "-(inv(P + Q) @ inv(P + Q)).T", "P"),
    _d("inv(P)", "-inv(P).T @ Q @ inv(P).T", "P", upstream="Q"),
    _d("x.T @ inv(S) @ x", "-inv(S) @ x @ x.T @ inv(S)", "S"),
    _d("x.T @ inv(S) @ x", "2*inv(S) @ x", "x"),
    _d("tr(inv(eye(n) + lam*P))", "-lam*(inv(eye(n) + lam*P) @ inv(eye(n) + lam*P)).T", "P"),
    _d("log(det(P + t*Q))", "tr(inv(P + t*Q) @ Q)", "t"),
    _d("inv(P + t*Q)", "-inv(P + t*Q) @ Q @ inv(P + t*Q)", "t"),
    _diff("inv(P)", "-inv(P) @ dP @ inv(P)", "P"),
    _diff("det(P)", "det(P)*tr(inv(P) @ dP)", "P"),
    _diff("log(det(P))", "tr(inv(P) @ dP)", "P"),
    _diff("inv(X.T @ X)", "-inv(X.T @ X) @ (dX.T @ X + X.T @ dX) @ inv(X.T @ X)", "X"),
    _diff(
        "X @ inv(X.T @ X) @ X.T",
        "(eye(m) - X @ inv(X.T @ X) @ X.T) @ dX @ inv(X.T @ X) @ X.T"
        " + (( eye(m) - X @ inv(X.T @ X) @ X.T) @ dX @ inv(X.T @ X) @ X.T).T",
        "X",
    ),
    _same("inv(P @ Q)", "inv(Q) @ inv(P)"),
    _same("inv(P.T)", "inv(P).T"),
    _same("inv(inv(P))", "P"),
    _same("inv(lam*P)", "inv(P)/lam"),
    _same("det(P @ Q)", "det(P)*det(Q)"),
    _same("det(P.T)", "det(P)"),
    _same("det(inv(P))", "1/det(P)"),
    _same("det(lam*P)", "lam**n*det(P)"),
    _same("det(-P)", "(-1)**n*det(P)"),
    _same("inv(P + b @ c.T)", "inv(P) - inv(P) @ b @ c.T @ inv(P)/(1 + c.T @ inv(P) @ b)"),
    _same(
        "inv(P + B @ K @ L)",
        "inv(P) - inv(P) @ B @ inv(inv(K) + L @ inv(P) @ B) @ L @ inv(P)",
        symbols={"K": ["p", "p"], "L": ["p", "n"]},
    ),
    _same("det(P + b @ c.T)", "det(P)*(1 + c.T @ inv(P) @ b)"),
    _same("det(eye(n) + b @ c.T)", "1 + c.T @ b"),
    _same("det(eye(m) + A @ X.T)", "det(eye(n) + X.T @ A)"),
    _same(
        "det(lam*eye(n) + B @ L)", "lam**(n - p)*det(lam*eye(p) + L @ B)", symbols={"L": ["p", "n"]}
    ),
    _same("det(eye(n) + P @ Q @ R)", "det(eye(n) + Q @ R @ P)"),
    _same("inv(eye(m) + A @ A.T) @ A", "A @ inv(eye(n) + A.T @ A)"),
    _same("inv(eye(n) + P)", "eye(n) - inv(eye(n) + P) @ P"),
    _same("inv(eye(n) + P)", "eye(n) - P @ inv(eye(n) + P)"),
    _same("inv(P) + inv(Q)", "inv(P) @ (P + Q) @ inv(Q)"),
    _same("inv(inv(P) + inv(Q))", "P @ inv(P + Q) @ Q"),
    _same("inv(P) - inv(Q)", "inv(P) @ (Q - P) @ inv(Q)"),
    _same("tr(X @ inv(X.T @ X) @ X.T)", "n"),
    _same("(X @ inv(X.T @ X) @ X.T) @ (X @ inv(X.T @ X) @ X.T)", "X @ inv(X.T @ X) @ X.T"),
    _same("X @ inv(X.T @ X) @ X.T @ X", "X"),
    _same("inv(diag(q))", "diag(1/q)"),
    _same("U.T @ U", "eye(n)"),
    _same("U @ U.T", "eye(n)"),
    _same("inv(U)", "U.T"),
    _same("norm(U @ x)", "norm(x)"),
    _same("tr(U.T @ P @ U)", "tr(P)"),
)

ELEMENTWISE = (
    _d("sum(exp(X))", "exp(X)", "X"),
    _d("sum(X**3)", "3*X**2", "X"),
    _d("sum(log(q))", "1/q", "q"),
    _d("sum(sin(x)**2)", "2*sin(x)*cos(x)", "x"),
    _d("sum(tanh(A @ x))", "A.T @ (1 - tanh(A @ x)**2)", "x"),
    _d("sigmoid(X)", "A*sigmoid(X)*(1 - sigmoid(X))", "X", upstream="A"),
    _d("tanh(X @ B)", "(C*(1 - tanh(X @ B)**2)) @ B.T", "X", upstream="C"),
    _d("relu(A @ x)", "A.T @ (a*heaviside(A @ x))", "x", upstream="a"),
    _d("max(0, X)", "A*where(X > 0, 1, 0)", "X", upstream="A"),
    _d("sum(abs(x))", "sign(x)", "x"),
    _d("sum(sqrt(x**2 + eps))", "x/sqrt(x**2 + eps)", "x"),
    _d("sum(softplus(x))", "sigmoid(x)", "x"),
    _d("sum(x/2*(1 + erf(x/sqrt(2))))", "(1 + erf(x/sqrt(2)))/2 + x*exp(-x**2/2)/sqrt(2*pi)", "x"),
    _d("X*sigmoid(X)", "A*(sigmoid(X) + X*sigmoid(X)*(1 - sigmoid(X)))", "X", upstream="A"),
    _d(
        "sigma(A @ x)",
        "A.T @ (D(sigma)(A @ x)*a)",
        "x",
        upstream="a",
        functions={"sigma": "elementwise"},
        symbols={"D": None},
    ),
    _d(
        "sigma(X @ B)",
        "(D(sigma)(X @ B)*C) @ B.T",
        "X",
        upstream="C",
        functions={"sigma": "elementwise"},
        symbols={"D": None},
    ),
    _d("sum(q**t)", "sum(q**t*log(q))", "t"),
    _d("sum(q**t)", "t*q**(t - 1)", "q"),
    _d("prod", "prod/q", "q", where={"prod": "exp(sum(log(q)))"}),
    _d("sum(x*log(q))", "log(q)", "x"),
    _d("sum(cosh(x))", "sinh(x)", "x"),
    _d("sum(atan(x))", "1/(1 + x**2)", "x"),
    _d("exp(x)", "diag(exp(x))", "x"),
    _d("f(x)", "grad(f(x), x)", "x", functions={"f": "scalar(x)"}),
    _d(
        "f(A.T @ a)",
        "a @ grad(f(y), y).T",
        "A",
        functions={"f": "scalar(x)"},
        where={"y": "A.T @ a"},
    ),
)

NORMS = (
    _d("norm(x)", "x/norm(x)", "x"),
    _d("norm(X)", "X/norm(X)", "X"),
    _d("norm(x)**2", "2*x", "x"),
    _d("norm(X)**2", "2*X", "X"),
    _d("norm(x - y)", "(x - y)/norm(x - y)", "x"),
    _d("norm(A @ x - a)**2/2", "A.T @ (A @ x - a)", "x"),
    _d("norm(A @ x - a)", "A.T @ (A @ x - a)/norm(A @ x - a)", "x"),
    _d("1/norm(x)", "-x/norm(x)**3", "x"),
    _d("x/norm(x)", "eye(n)/norm(x) - x @ x.T/norm(x)**3", "x"),
    _d("norm(C - A @ B)**2", "-2*A.T @ (C - A @ B)", "B"),
    _d("x.T @ y/(norm(x)*norm(y))", "y/(norm(x)*norm(y)) - (x.T @ y)*x/(norm(x)**3*norm(y))", "x"),
    _d("(x.T @ P @ x)/(x.T @ x)", "((P + P.T) @ x - 2*(x.T @ P @ x)/(x.T @ x)*x)/(x.T @ x)", "x"),
    _d("log(x.T @ x)", "2*x/(x.T @ x)", "x"),
    _d("exp(-x.T @ x/2)", "-x*exp(-x.T @ x/2)", "x"),
    _d("norm(x)", "x", "x", assume=["norm(x) == 1"]),
    _d("x/norm(x)", "eye(n) - x @ x.T", "x", assume=["norm(x) == 1"]),
    _d("norm(x)", "x", "x", assume=["x.T @ x == 1"]),
    _d("sum(sqrt(sum(X**2, axis=1)))", "X/(sqrt(sum(X**2, axis=1)) @ ones(1, n))", "X"),
)

SOFTMAX = (
    _d("softmax(x)", "diag(softmax(x)) - softmax(x) @ softmax(x).T", "x"),
    _d("logsumexp(x)", "softmax(x)", "x"),
    _d("log(sum(exp(x)))", "exp(x)/sum(exp(x))", "x"),
    _d("-sum(y*log(softmax(x)))", "softmax(x) - y", "x", assume=["sum(y) == 1"]),
    _d("-sum(y*log(softmax(x)))", "sum(y)*softmax(x) - y", "x"),
    _d("softmax(x)", "softmax(x)*(y - y.T @ softmax(x))", "x", upstream="y"),
    _d(
        "softmax(X, axis=1)",
        "softmax(X, axis=1)*(A - sum(A*softmax(X, axis=1), axis=1) @ ones(1, n))",
        "X",
        upstream="A",
    ),
    _d(
        "softmax(X, axis=0)",
        "softmax(X, axis=0)*(A - ones(m) @ sum(A*softmax(X, axis=0), axis=0))",
        "X",
        upstream="A",
    ),
    _d(
        "-sum(Y*log(softmax(X, axis=1)))/m",
        "(softmax(X, axis=1) - Y)/m",
        "X",
        assume=["sum(Y, axis=1) == ones(m)"],
    ),
    _d("sum(logsumexp(X, axis=1))", "softmax(X, axis=1)", "X"),
    _d(
        "-sum(y*log(softmax(w)))",
        "(softmax(P @ x) - y) @ x.T",
        "P",
        where={"w": "P @ x"},
        assume=["sum(y) == 1"],
        symbols={"w": None},
    ),
    _same("softmax(x + t)", "softmax(x)"),
    _same("softmax(x - max(x))", "softmax(x)"),
    _same("sum(softmax(x))", "1"),
    _same("softmax(X + a @ ones(1, n), axis=1)", "softmax(X, axis=1)"),
    _same("sum(softmax(X, axis=1), axis=1)", "ones(m)"),
    _d("lam*logsumexp(x/lam)", "softmax(x/lam)", "x"),
)

_ATTENTION: dict[str, Any] = {
    "symbols": {"K": ["s", "d"], "Qr": ["r", "d"], "V": ["s", "h"], "G": ["r", "h"]},
    "where": {"W": "softmax(Qr @ K.T/sqrt(d), axis=1)", "dW": "G @ V.T"},
}
_SCORES = "(W*(dW - sum(dW*W, axis=1) @ ones(1, s)))/sqrt(d)"

LAYERS = (
    _d("A @ B + ones(m) @ g.T", "C.T @ ones(m)", "g", upstream="C", symbols={"g": ["p"]}),
    _d("A @ B + ones(m) @ g.T", "C @ B.T", "A", upstream="C", symbols={"g": ["p"]}),
    _d("W @ V", "G @ V.T*1", "W", **{**_ATTENTION, "upstream": "G"}),
    _d("W @ V", "W.T @ G", "V", **{**_ATTENTION, "upstream": "G"}),
    _d("W @ V", _SCORES + " @ K", "Qr", **{**_ATTENTION, "upstream": "G"}),
    _d("W @ V", "(" + _SCORES + ").T @ Qr", "K", **{**_ATTENTION, "upstream": "G"}),
    _d(
        "(x - mu)/sqrt(s2 + eps)",
        "(y - sum(y)/n - xh*sum(y*xh)/n)/sqrt(s2 + eps)",
        "x",
        upstream="y",
        where={"mu": "sum(x)/n", "s2": "sum((x - mu)**2)/n", "xh": "(x - mu)/sqrt(s2 + eps)"},
    ),
    _d(
        "x/sqrt(sum(x**2)/n + eps)",
        "y/r - x*sum(x*y)/(n*r**3)",
        "x",
        upstream="y",
        where={"r": "sqrt(sum(x**2)/n + eps)"},
    ),
    _d(
        "(X - ones(m) @ mu)/(ones(m) @ sqrt(s2 + eps))",
        "(A - ones(m) @ (sum(A, axis=0)/m) - Z*(ones(m) @ (sum(A*Z, axis=0)/m)))"
        "/(ones(m) @ sqrt(s2 + eps))",
        "X",
        upstream="A",
        where={
            "mu": "mean(X, axis=0)",
            "s2": "mean((X - ones(m) @ mu)**2, axis=0)",
            "Z": "(X - ones(m) @ mu)/(ones(m) @ sqrt(s2 + eps))",
        },
    ),
    _d(
        "w.T @ sigma(Q @ sigma(P @ x))",
        "((Q.T @ (w*D(sigma)(Q @ sigma(P @ x))))*D(sigma)(P @ x)) @ x.T",
        "P",
        functions={"sigma": "elementwise"},
        symbols={"D": None},
    ),
    _d(
        "w.T @ tanh(R @ tanh(Q @ tanh(P @ x)))",
        "(Q.T @ ((R.T @ (w*(1 - tanh(R @ h2)**2)))*(1 - h2**2))*(1 - h1**2)) @ x.T",
        "P",
        where={"h1": "tanh(P @ x)", "h2": "tanh(Q @ h1)"},
    ),
    _d("x + tanh(P @ x)", "y + P.T @ (y*(1 - tanh(P @ x)**2))", "x", upstream="y"),
    _d(
        "f*c + i*g",
        "c*y*f*(1 - f)",
        "z",
        upstream="y",
        where={"f": "sigmoid(z)", "i": "sigmoid(u)", "g": "tanh(v)"},
    ),
    _d(
        "(1 - g)*h + g*w",
        "y*(w - h)*g*(1 - g)",
        "z",
        upstream="y",
        where={"g": "sigmoid(z)"},
        symbols={"h": ["n"]},
    ),
    _d(
        "sigmoid(P @ x + Q @ z)",
        "(y*s*(1 - s)) @ z.T",
        "Q",
        upstream="y",
        where={"s": "sigmoid(P @ x + Q @ z)"},
    ),
)

LOSSES = (
    _d("sum((X - Y)**2)/(m*n)", "2*(X - Y)/(m*n)", "X"),
    _d("sum(abs(x - y))", "sign(x - y)", "x"),
    _d("-sum(y*log(sigmoid(x)) + (1 - y)*log(1 - sigmoid(x)))", "sigmoid(x) - y", "x"),
    _d("sum(softplus(x) - x*y)", "sigmoid(x) - y", "x"),
    _d("sum(max(0, 1 - y*x))", "where(y*x < 1, -y, 0)", "x"),
    _d(
        "sum(where(abs(x - y) <= lam, (x - y)**2/2, lam*(abs(x - y) - lam/2)))",
        "where(abs(x - y) <= lam, x - y, lam*sign(x - y))",
        "x",
    ),
    _d("sum(q*log(q/softmax(x)))", "softmax(x) - q", "x", assume=["sum(q) == 1"]),
    _d("-(x - u).T @ inv(S) @ (x - u)/2 - log(det(S))/2 - n*log(2*pi)/2", "inv(S) @ (x - u)", "u"),
    _d(
        "-(x - u).T @ inv(S) @ (x - u)/2 - log(det(S))/2 - n*log(2*pi)/2",
        "-inv(S)/2 + inv(S) @ (x - u) @ (x - u).T @ inv(S)/2",
        "S",
    ),
    _d(
        "-m/2*log(det(S)) - tr(inv(S) @ X.T @ X)/2",
        "-m/2*inv(S) + inv(S) @ X.T @ X @ inv(S)/2",
        "S",
    ),
    _d("sum(log(1 + exp(-a*(A @ x))))", "-A.T @ (a*sigmoid(-a*(A @ x)))", "x"),
    _d(
        "max(0, norm(x - y)**2 - norm(x - z)**2 + lam)",
        "2*(z - y)*where(norm(x - y)**2 - norm(x - z)**2 + lam > 0, 1, 0)",
        "x",
    ),
    _d("norm(A @ B - C)**2 + lam*norm(B)**2", "2*A.T @ (A @ B - C) + 2*lam*B", "B"),
    _d("sum(q*log(q))", "log(q) + 1", "q"),
)

KRONECKER = (
    _same(
        "kron(A, B) @ kron(X2, Y2)",
        "kron(A @ X2, B @ Y2)",
        symbols={"X2": ["n", "s"], "Y2": ["p", "r"]},
    ),
    _same("kron(A, B).T", "kron(A.T, B.T)"),
    _same("inv(kron(P, K))", "kron(inv(P), inv(K))", symbols={"K": ["p", "p"]}),
    _same("tr(kron(P, K))", "tr(P)*tr(K)", symbols={"K": ["p", "p"]}),
    _same("det(kron(P, K))", "det(P)**p*det(K)**n", symbols={"K": ["p", "p"]}),
    _same("kron(A, B + B2)", "kron(A, B) + kron(A, B2)", symbols={"B2": ["n", "p"]}),
    _same("norm(kron(A, B))", "norm(A)*norm(B)"),
    _same("kron(x, y) @ kron(u, v).T", "kron(x @ u.T, y @ v.T)"),
    _same("kron(eye(n), eye(p))", "eye(n*p)"),
    _same("kron(kron(A, B), P)", "kron(A, kron(B, P))"),
    _d("tr(kron(P, K))", "tr(K)*eye(n)", "P", symbols={"K": ["p", "p"]}),
    _d("sum(kron(x, y))", "sum(y)*ones(n)", "x"),
    _same("kron(P, K) @ inv(kron(P, K))", "eye(n*p)", symbols={"K": ["p", "p"]}),
)

COOKBOOK = (
    _d("b.T @ P.T @ Q @ P @ c", "Q.T @ P @ b @ c.T + Q @ P @ c @ b.T", "P"),
    _d("tr(P @ Q @ P.T @ R)", "R @ P @ Q + R.T @ P @ Q.T", "P"),
    _d("tr(Q.T @ P.T @ R @ P @ Q)", "R.T @ P @ Q @ Q.T + R @ P @ Q @ Q.T", "P"),
    _d("tr((R @ P @ Q + S) @ (R @ P @ Q + S).T)", "2*R.T @ (R @ P @ Q + S) @ Q.T", "P"),
    _d(
        "tr(inv(X.T @ C2 @ X) @ P)",
        "-(C2 @ X @ inv(X.T @ C2 @ X)) @ (P + P.T) @ inv(X.T @ C2 @ X)",
        "X",
        symbols={"C2": {"shape": ["m", "m"], "structure": "symmetric"}},
    ),
    _d(
        "tr(inv(X.T @ C2 @ X) @ (X.T @ B2 @ X))",
        "-2*C2 @ X @ inv(X.T @ C2 @ X) @ X.T @ B2 @ X @ inv(X.T @ C2 @ X)"
        " + 2*B2 @ X @ inv(X.T @ C2 @ X)",
        "X",
        symbols={
            "C2": {"shape": ["m", "m"], "structure": "symmetric"},
            "B2": {"shape": ["m", "m"], "structure": "symmetric"},
        },
    ),
    _same("P - P @ inv(P + Q) @ P", "Q - Q @ inv(P + Q) @ Q"),
    _same("inv(P + Q)", "inv(P) - inv(P + Q) @ Q @ inv(P)"),
    _same("inv(P + B @ B.T) @ B", "inv(P) @ B @ inv(eye(p) + B.T @ inv(P) @ B)"),
    _same("P @ inv(Q) @ inv(P)", "inv(P @ Q @ inv(P))"),
    _d("norm(P @ P.T - Q)**2", "2*((P @ P.T - Q) + (P @ P.T - Q).T) @ P", "P"),
    _d(
        "-sum(softmax(x)*log(softmax(x)))",
        "-softmax(x)*(log(softmax(x)) - sum(softmax(x)*log(softmax(x))))",
        "x",
    ),
    _d("sum(softmax(x)**2)", "2*softmax(x)*(softmax(x) - sum(softmax(x)**2))", "x"),
    _d("diag(x) @ P @ diag(x)", "(Q*P) @ x + (Q*P).T @ x", "x", upstream="Q"),
    _d("x/sum(x)", "eye(n)/sum(x) - x @ ones(1, n)/sum(x)**2", "x", layout="numerator"),
    _d(
        "sum(exp(-lam*(x @ ones(1, n) - ones(n) @ x.T)**2))",
        "-4*lam*((x @ ones(1, n) - ones(n) @ x.T)"
        "*exp(-lam*(x @ ones(1, n) - ones(n) @ x.T)**2)) @ ones(n)",
        "x",
    ),
    _d("sum(gamma(q))", "gamma(q)*digamma(q)", "q"),
    _d(
        "sum(tanh(A @ x))",
        "4*A.T @ (1/(1 + exp(A @ x)**2)) - 4*A.T @ (1/(1 + exp(A @ x)**2)**2)",
        "x",
    ),
    _d("sum(log((1 + exp(x))**2*exp(y)))", "2*sigmoid(x)", "x"),
    _d("sum(sqrt((1 + exp(x))**2))", "exp(x)", "x"),
)

HADAMARD = (
    _same("A*X", "X*A"),
    _same("diag(x) @ P", "P*(x @ ones(1, n))"),
    _same("P @ diag(x)", "P*(ones(n) @ x.T)"),
    _same("diag(x) @ y", "x*y"),
    _same("diag(P*Q.T)", "diag(P)*diag(Q)"),
    _same("x.T @ (P*Q) @ y", "tr(diag(x) @ P @ diag(y) @ Q.T)"),
    _same("diag(P @ diag(x) @ Q.T)", "(P*Q) @ x"),
    _same("(x @ y.T)*(u @ v.T)", "(x*u) @ (y*v).T"),
    _same("sum(A*X)", "tr(A.T @ X)"),
    _same("diag(diag(D))", "D"),
    _same("D @ D", "D*D"),
    _diff("A*X", "dA*X + A*dX", "A", "X"),
    _diff("A @ B", "dA @ B + A @ dB", "A", "B"),
    _diff("tr(P @ Q)", "tr(dP @ Q) + tr(P @ dQ)", "P", "Q"),
    _diff("exp(X)", "exp(X)*dX", "X"),
    _diff("X.T @ X", "dX.T @ X + X.T @ dX", "X"),
    _diff("kron(A, B)", "kron(dA, B) + kron(A, dB)", "A", "B"),
    _diff("norm(x)", "x.T @ dx/norm(x)", "x"),
)

STATISTICS = (
    _same("sum((x - sum(x)/n)**2)/n", "sum(x**2)/n - (sum(x)/n)**2"),
    _same("sum(x - sum(x)/n)", "0"),
    _d("sum((x - sum(x)/n)**2)/n", "2*(x - sum(x)/n)/n", "x"),
    _same("(eye(n) - ones(n, n)/n) @ (eye(n) - ones(n, n)/n)", "eye(n) - ones(n, n)/n"),
    _same("(eye(n) - ones(n, n)/n) @ x", "x - sum(x)/n"),
    _d("mean(X)", "ones(m, n)/(m*n)", "X"),
    _d("sum(mean(X, axis=0)*b.T)", "ones(m) @ b.T/m", "X"),
    _same("sum(x[i]*y[i], i)", "x.T @ y"),
    _same("sum(P[i, j]*Q[j, i], i, j)", "tr(P @ Q)"),
    _same("(A @ B)[i, j]", "sum(A[i, k]*B[k, j], k)", symbols={"k": None}),
    _same("inv(P)[i, j]", "inv(P.T)[j, i]"),
    _same("sum(sum(x[i]*x[j]*P[i, j], i), j)", "x.T @ P @ x"),
    _same("sum((x[i] - x[j])**2, i, j)", "2*n*sum(x**2) - 2*sum(x)**2"),
    _d("sum(x[i]*x[j]*P[i, j], i, j)", "(P + P.T) @ x", "x"),
    _same(
        "(X.T @ X - m*mean(X, axis=0).T @ mean(X, axis=0))",
        "(X - ones(m) @ mean(X, axis=0)).T @ (X - ones(m) @ mean(X, axis=0))",
    ),
    _d("norm(a - A @ inv(A.T @ A) @ A.T @ a)**2", "2*(a - A @ inv(A.T @ A) @ A.T @ a)", "a"),
    _d("a.T @ A @ inv(A.T @ A + lam*eye(n)) @ b", "A @ inv(A.T @ A + lam*eye(n)) @ b", "a"),
    _d(
        "b.T @ inv(A.T @ A + lam*eye(n)) @ A.T @ a",
        "-b.T @ inv(A.T @ A + lam*eye(n)) @ inv(A.T @ A + lam*eye(n)) @ A.T @ a",
        "lam",
    ),
)

SMALL = (
    _same("det(X)", "X[0, 0]*X[1, 1] - X[0, 1]*X[1, 0]", symbols={"X": [2, 2]}),
    _same("inv(X)", "(eye(2)*tr(X) - X)/det(X)", symbols={"X": [2, 2]}),
    _same("X @ X - tr(X)*X + det(X)*eye(2)", "0", symbols={"X": [2, 2]}),
    _same("(X @ x)[0]", "X[0, 0]*x[0] + X[0, 1]*x[1]", symbols={"X": [2, 2], "x": [2]}),
)

SECOND = (
    _d("grad(x.T @ P @ x, x)", "P + P.T", "x"),
    _d("grad(logsumexp(x), x)", "diag(softmax(x)) - softmax(x) @ softmax(x).T", "x"),
    _d(
        "grad(sum(log(1 + exp(A @ x))), x)",
        "A.T @ diag(sigmoid(A @ x)*(1 - sigmoid(A @ x))) @ A",
        "x",
    ),
    _d("grad(norm(A @ x - a)**2/2, x)", "A.T @ A", "x"),
    _d("grad(norm(x), x)", "eye(n)/norm(x) - x @ x.T/norm(x)**3", "x"),
    _d("grad(exp(-x.T @ x/2), x)", "(x @ x.T - eye(n))*exp(-x.T @ x/2)", "x"),
    _same("grad(tr(P @ P), P)", "2*P.T"),
    _same("vjp(tanh(X @ B), X, C)", "(C*(1 - tanh(X @ B)**2)) @ B.T"),
    _same("diff(x.T @ P @ x*t, t)", "x.T @ P @ x"),
    _d(
        "f(A @ x)",
        "A.T @ grad(f(y2), y2)",
        "x",
        functions={"f": "scalar(a)"},
        where={"y2": "A @ x"},
    ),
)

TABLES: dict[str, tuple[Claim, ...]] = {
    "linear": LINEAR,
    "traces": TRACES,
    "inverses": INVERSES,
    "elementwise": ELEMENTWISE,
    "norms": NORMS,
    "softmax": SOFTMAX,
    "layers": LAYERS,
    "losses": LOSSES,
    "kronecker": KRONECKER,
    "cookbook": COOKBOOK,
    "hadamard": HADAMARD,
    "statistics": STATISTICS,
    "small": SMALL,
    "second": SECOND,
}


def equations(claim: Claim) -> tuple[Equation, ...]:
    """The equations of a claim of the tables."""
    expression, text, by, options = claim
    options = dict(options)
    own = {**options.get("where", {}), **options.get("functions", {})}
    symbols = {**SYMBOLS, **options.pop("symbols", {})}
    kept = {k: v for k, v in symbols.items() if v is not None and k not in own}
    if by is not None:
        options["wrt"] = by
    return adhoc(expression, text, symbols=kept, **options)


def label(table: str, claim: Claim) -> str:
    """A readable id."""
    expression, _, by, options = claim
    of = "" if by is None else f" by {by if isinstance(by, str) else ','.join(by)}"
    return f"{table}: {options.get('claim', 'derivative')[:4]} {expression}{of}"[:90]


ALL = tuple((label(name, claim), claim) for name, table in TABLES.items() for claim in table)
