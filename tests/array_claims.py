"""True claims about arrays as people write them: blocks, slices, indices, functions of matrices.

Each is (expression, claim, by, options) like those of :mod:`matrix_claims`.
"""

from __future__ import annotations

from typing import Any

Claim = tuple[str, str, str | list[str] | None, dict[str, Any]]
_EQUALS = {"claim": "equals"}

INDICES: tuple[Claim, ...] = (
    ("softmax(z)[i]", "softmax(z)[i]*(where(i == j, 1, 0) - softmax(z)[j])", "z[j]",
     {"symbols": {"z": ["n"]}}),
    ("sum(w[a]*z[i + a], a)*1", "sum(where(t == i + a, w[a], 0), a)", "z[t]",
     {"symbols": {"z": ["n + m - 1"], "w": ["m"], "i": {"index": "n"}}}),
    ("sum(sum(u[i]*w[a]*z[i + a], a), i)", "sum(u[t - a]*w[a], a)", "z[t]",
     {"symbols": {"z": ["n + m - 1"], "w": ["m"], "u": ["n"]}}),
    ("sum(z[i + 1]*z[i], i)", "sum(where(abs(i - k) == 1, z[i], 0), i)", "z[k]",
     {"symbols": {"z": ["n"]}}),
    ("sum((z[i + 1] - z[i])**2, i)",
     "where(k > 0, 2*z[k], 0) + where(k < n - 1, 2*z[k], 0)"
     " - 2*sum(where(abs(i - k) == 1, z[i], 0), i)", "z[k]",
     {"symbols": {"z": ["n"]}}),
    ("sum(where(i <= j, z[i]*z[j], 0), i, j)", "sum(z) + z[k]", "z[k]",
     {"symbols": {"z": ["n"]}}),
    ("sum(cumsum(z))", "n - k", "z[k]", {"symbols": {"z": ["n"]}}),
    ("sum(where(k <= i, z[k]*v[i], 0), k, i)", "sum(where(k >= j, v[k], 0), k)", "z[j]",
     {"symbols": {"z": ["n"], "v": ["n"]}}),
    ("logsumexp(z) - z[y]", "softmax(z) - onehot(y, n)", "z",
     {"symbols": {"z": ["n"], "y": {"index": "n"}}}),
    ("W[y, :] @ v", "where(i == y, v[l], 0)", "W[i, l]",
     {"symbols": {"W": ["n", "m"], "v": ["m"], "y": {"index": "n"}}}),
    ("prod(z[k] - a, k)", "-prod(z[k] - a, k)*sum(1/(z[k] - a), k)", "a",
     {"symbols": {"z": ["n"], "a": "real"}}),
    ("prod(where(k == i, 1, z[k] - a), k)",
     "-prod(where(k == i, 1, z[k] - a), k)*sum(where(k == i, 0, 1/(z[k] - a)), k)", "a",
     {"symbols": {"z": ["n"], "a": "real", "i": {"index": "n"}}}),
    ("sum(g**(k - t)*r[k], (k, t, n - 1))", "where(j >= t, g**(j - t), 0)", "r[j]",
     {"symbols": {"r": ["n"], "g": "(0, 1)", "t": {"index": "n"}}}),
    ("sum(g**k, (k, 0, n))", "sum(k*g**(k - 1), (k, 1, n))", "g",
     {"symbols": {"g": "positive", "z": ["n"]}}),
    ("sum(k, (k, 1, n))", "n*(n + 1)/2", None, {"symbols": {"z": ["n"]}, **_EQUALS}),
    ("sum(z[i]*v[n - 1 - i], i)", "v[n - 1 - k]", "z[k]",
     {"symbols": {"z": ["n"], "v": ["n"]}}),
    ("max(z)", "where(z[i] == max(z), 1, 0)", "z[i]", {"symbols": {"z": ["n"]}}),
    ("hessian(prod(z), z)[i, j]", "where(i == j, 0, prod(z)/(z[i]*z[j]))", None,
     {"symbols": {"z": {"shape": ["n"], "domain": "nonzero"}}, **_EQUALS}),
    ("tril(Y)", "tril(B)", "Y",
     {"symbols": {"Y": ["n", "n"], "B": ["n", "n"]}, "upstream": "B"}),
)  # fmt: skip

BLOCKS: tuple[Claim, ...] = (
    ("[[A, B]] @ [u, v]", "A @ u + B @ v", None,
     {"symbols": {"A": ["n", "n"], "B": ["n", "m"], "u": ["n"], "v": ["m"]}, **_EQUALS}),
    ("tanh(W @ [u, v])", "diag(1 - tanh(W @ [u, v])**2) @ W[:, n:]", "v",
     {"symbols": {"W": ["m", "n + m"], "u": ["n"], "v": ["m"]}, "layout": "numerator"}),
    ("sum([u, v]**2)", "2*u", "u", {"symbols": {"u": ["n"], "v": ["m"]}}),
    ("inv([[A, B], [zeros(m, n), F]])",
     "[[inv(A), -inv(A) @ B @ inv(F)], [zeros(m, n), inv(F)]]", None,
     {"symbols": {"A": {"shape": ["n", "n"], "structure": "invertible"}, "B": ["n", "m"],
                  "F": {"shape": ["m", "m"], "structure": "invertible"}}, **_EQUALS}),
    ("logdet([[A, B], [B.T, F]])", "inv(F - B.T @ inv(A) @ B)", "F",
     {"symbols": {"A": {"shape": ["n", "n"], "structure": "spd"}, "B": ["n", "m"],
                  "F": {"shape": ["m", "m"], "structure": "spd"}}}),
    ("x[1:3]", "[[0, 1, 0, 0], [0, 0, 1, 0]]", "x",
     {"symbols": {"x": [4]}, "layout": "numerator"}),
    ("cross(u, v)", "skew(u) @ v", None, {"symbols": {"u": [3], "v": [3]}, **_EQUALS}),
    ("cross(R @ u, R @ v)", "R @ cross(u, v)", None,
     {"symbols": {"R": {"shape": [3, 3], "structure": "orthogonal"}, "u": [3], "v": [3]},
      "assume": ["det(R) == 1"], **_EQUALS}),
    ("[f*p[0]/p[2], f*p[1]/p[2]]", "[[f/p[2], 0, -f*p[0]/p[2]**2], [0, f/p[2], -f*p[1]/p[2]**2]]",
     "p", {"symbols": {"p": {"shape": [3], "domain": "positive"}, "f": "positive"},
           "layout": "numerator"}),
)  # fmt: skip

FUNCTIONS: tuple[Claim, ...] = (
    ("vec(A @ Y @ B)", "kron(B.T, A) @ vec(Y)", None,
     {"symbols": {"A": ["m", "n"], "Y": ["n", "p"], "B": ["p", "q"]}, **_EQUALS}),
    ("vec(A).T @ vec(B)", "tr(A.T @ B)", None,
     {"symbols": {"A": ["m", "n"], "B": ["m", "n"]}, **_EQUALS}),
    ("tr(expm(A))", "expm(A).T", "A", {"symbols": {"A": ["n", "n"]}}),
    ("expm(t*A) @ u", "A @ expm(t*A) @ u", "t",
     {"symbols": {"A": ["n", "n"], "u": ["n"], "t": "real"}}),
    ("expm(A) @ expm(-A)", "eye(n)", None, {"symbols": {"A": ["n", "n"]}, **_EQUALS}),
    ("det(expm(A))", "exp(tr(A))", None, {"symbols": {"A": ["n", "n"]}, **_EQUALS}),
    ("cholesky(S) @ cholesky(S).T", "S", None,
     {"symbols": {"S": {"shape": ["n", "n"], "structure": "spd"}}, **_EQUALS}),
    ("2*sum(log(diag(cholesky(S))))", "logdet(S)", None,
     {"symbols": {"S": {"shape": ["n", "n"], "structure": "spd"}}, **_EQUALS}),
    ("logdet(X.T @ X)", "2*pinv(X).T", "X", {"symbols": {"X": ["n + m", "n"]}}),
    ("X @ pinv(X) @ X", "X", None, {"symbols": {"X": ["m", "n"]}, **_EQUALS}),
    ("X.T @ inv(X @ X.T + c*eye(m))", "inv(X.T @ X + c*eye(n)) @ X.T", None,
     {"symbols": {"X": ["m", "n"], "c": "positive"}, **_EQUALS}),
    ("det(eye(n) + a @ b.T + u @ v.T)",
     "(1 + b.T @ a)*(1 + v.T @ u) - (b.T @ u)*(v.T @ a)", None,
     {"symbols": {"a": ["n"], "b": ["n"], "u": ["n"], "v": ["n"]}, **_EQUALS}),
    ("det(Q @ A @ Q.T)", "det(A)", None,
     {"symbols": {"Q": {"shape": ["n", "n"], "structure": "orthogonal"}, "A": ["n", "n"]},
      **_EQUALS}),
    ("norm(u - a, 1)", "sign(u - a)", "u", {"symbols": {"u": ["n"], "a": ["n"]}}),
)  # fmt: skip

EDGES: tuple[Claim, ...] = (
    ("z[1:].T @ z[:n]", "[z[1:], 0] + [0, z[:n]]", "z", {"symbols": {"z": ["n + 1"]}}),
    ("sum((z[i + 1] - 2*z[i] + z[i - 1])**2, i)",
     "sum(where(k == i + 1 or k == i - 1, 1, where(k == i, -2, 0))"
     "*2*(z[i + 1] - 2*z[i] + z[i - 1]), i)", "z[k]", {"symbols": {"z": ["n"]}}),
    ("sum((z[2:] - 2*z[1:n + 1] + z[:n])**2)", "sum((z[i + 2] - 2*z[i + 1] + z[i])**2, i)", None,
     {"symbols": {"z": ["n + 2"]}, **_EQUALS}),
    ("sum(u[i]*(z[2*i] + z[2*i + 1])/2, i)",
     "sum(where(t == 2*i or t == 2*i + 1, u[i]/2, 0), i)", "z[t]",
     {"symbols": {"z": ["2*n"], "u": ["n"]}}),
    ("sum(u[i]*(z[i] + z[i + 1] + z[i + 2]), i)",
     "sum(where(i <= k and k <= i + 2, u[i], 0), i)", "z[k]",
     {"symbols": {"z": ["n + 2"], "u": ["n"]}}),
    ("sum((z[i + 2] - 2*z[i + 1] + z[i])**2, i)",
     "2*(z[k + 4] - 4*z[k + 3] + 6*z[k + 2] - 4*z[k + 1] + z[k])", "z[k + 2]",
     {"symbols": {"z": ["n + 2"]}}),
    ("sum(tanh(z[i + 1] - z[i]), i)",
     "where(k > 0, 1 - tanh(z[k] - z[k - 1])**2, 0)"
     " - where(k < n - 1, 1 - tanh(z[k + 1] - z[k])**2, 0)", "z[k]", {"symbols": {"z": ["n"]}}),
    ("sum(where(i < j, z[i]*z[j], 0), i, j)", "(sum(z)**2 - norm(z)**2)/2", None,
     {"symbols": {"z": ["n"]}, **_EQUALS}),
    ("sum(abs(z[i] - z[j]), i, j)", "2*sum(sign(z[k] - z[j]), j)", "z[k]",
     {"symbols": {"z": ["n"]}}),
    ("sum(norm(Y[i, :] - Y[j, :])**2, i, j)", "4*m*Y - 4*ones(m, m) @ Y", "Y",
     {"symbols": {"Y": ["m", "n"]}}),
    ("sum(max(Y, axis=1))", "where(Y[i, j] == max(Y, axis=1)[i], 1, 0)", "Y[i, j]",
     {"symbols": {"Y": ["m", "n"]}}),
    ("relu(1 - z[i] + z[j])",
     "where(1 - z[i] + z[j] > 0, onehot(j, n) - onehot(i, n), zeros(n))", "z",
     {"symbols": {"z": ["n"], "i": {"index": "n"}, "j": {"index": "n"}}}),
    ("sum(where(j == y, 0, max(0, z[j] - z[y] + 1)), j)",
     "where(k == y, -sum(where(j != y, heaviside(z[j] - z[y] + 1), 0), j),"
     " heaviside(z[k] - z[y] + 1))", "z[k]", {"symbols": {"z": ["n"], "y": {"index": "n"}}}),
)  # fmt: skip

ALMOST: tuple[Claim, ...] = (
    # values of switches where several of them meet, as on x = 0 with W = [[1], [-1]]
    ("v.T @ relu(W @ x)", "W.T @ (v*where(W @ x > 0, 1, 0))", "x",
     {"symbols": {"W": ["m", "n"], "x": ["n"], "v": ["m"]}}),
    ("relu(W @ x)", "W.T @ (v*where(W @ x >= 0, 1, 0))", "x",
     {"symbols": {"W": ["m", "n"], "x": ["n"], "v": ["m"]}, "upstream": "v"}),
    ("sum(c[j]*abs(a[j]*t - b[j]), j)",
     "sum(c[j]*where(a[j]*t > b[j], a[j], -a[j]), j)", "t",
     {"symbols": {"a": ["n"], "b": ["n"], "c": ["n"], "t": "real"}}),
    ("sum(u[i]*relu(sum(w[a]*z[i + a], a)), i)",
     "sum(u[i]*where(sum(w[a]*z[i + a], a) > 0, 1, 0)*z[i + b], i)", "w[b]",
     {"symbols": {"z": ["n + k - 1"], "w": ["k"], "u": ["n"]}}),
    ("v.T @ max(W @ x, W @ x/2)", "W.T @ (v*where(W @ x > 0, 1, 1/2))", "x",
     {"symbols": {"W": ["m", "n"], "x": ["n"], "v": ["m"]}}),
    # a switch that is zero whatever the entries are, where two indices are equal
    ("sum(abs(z[i] - z[j]), j)", "sum(where(z[i] > z[j], 1, -1), j)", "z[i]",
     {"symbols": {"z": ["n"]}}),
    ("sum(abs(z[0] - z[j]), j)", "sum(where(z[0] >= z[j], 1, -1), j)", "z[0]",
     {"symbols": {"z": ["n"]}}),
    ("sum(max(z[i], z[j]), j)", "sum(where(z[i] > z[j], 1, 0), j)", "z[i]",
     {"symbols": {"z": ["n"]}}),
    ("sum(abs(z[i] - z[n - 1 - i]), i)", "2*where(z[k] > z[n - 1 - k], 1, -1)", "z[k]",
     {"symbols": {"z": ["n"]}}),
    ("sum(sign(z[i] - z[j])**2, j)", "n", None, {"symbols": {"z": ["n"]}, **_EQUALS}),
)  # fmt: skip
"""False at single points only: none is proved without conditions."""

KINKS: tuple[Claim, ...] = (
    ("sum(relu(1 - y*(X @ w)))", "-X.T @ (y*where(y*(X @ w) < 1, 1, 0))", "w",
     {"symbols": {"w": ["n"], "X": ["m", "n"], "y": ["m"]}}),
    ("sum(abs(A @ x - b))", "A.T @ where(A @ x > b, 1, -1)", "x",
     {"symbols": {"A": ["m", "n"], "b": ["m"], "x": ["n"]}}),
    ("v.T @ relu(W @ x)", "W.T @ (v*heaviside(W @ x))", "x",
     {"symbols": {"W": ["m", "n"], "x": ["n"], "v": ["m"]}}),
    ("v.T @ relu(W @ x)", "(v*where(W @ x > 0, 1, 0)) @ x.T", "W",
     {"symbols": {"W": ["m", "n"], "x": ["n"], "v": ["m"]}}),
    ("sum(v*relu(t - z))", "sum(v*where(t > z, 1, 0))", "t",
     {"symbols": {"z": ["n"], "v": ["n"], "t": "real"}}),
    ("sum(max(z[i], z[j]), j)", "1 + sum(where(z[i] > z[j], 1, 0), j)", "z[i]",
     {"symbols": {"z": ["n"]}}),
    ("sum(relu(z[i] - z[j]), j)", "sum(where(z[i] > z[j], 1, 0), j)", "z[i]",
     {"symbols": {"z": ["n"]}}),
    ("norm(z, 1)**2", "2*norm(z, 1)*sign(z)", "z", {"symbols": {"z": ["n"]}}),
)  # fmt: skip

ARRAY_TABLES: dict[str, tuple[Claim, ...]] = {
    "indices": INDICES,
    "blocks": BLOCKS,
    "functions of matrices": FUNCTIONS,
    "switches": KINKS,
    "edges": EDGES,
}
