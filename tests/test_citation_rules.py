"""A collection of differentiation rules, and derivations that cite them rightly and wrongly."""

from __future__ import annotations

import pytest
from adhoc import adhoc
from checking import entries

from derivcheck.checking.checker import Checker
from derivcheck.checking.citations.spelling import same_expression
from derivcheck.lang import nodes
from derivcheck.lang.equation import Settings

RULES = """
- {id: const, symbols: {x: real, c: real}, expression: c, wrt: x, derivative: "0"}
- {id: ident, symbols: {x: real}, expression: x, wrt: x, derivative: "1"}
- {id: cmul, symbols: {x: real, c: real}, functions: {u: scalar(x)}, expression: c*u(x), wrt: x,
   derivative: c*D(u)(x)}
- {id: sum, symbols: {x: real}, functions: {u: scalar(x), v: scalar(x)}, expression: u(x) + v(x),
   wrt: x, derivative: D(u)(x) + D(v)(x)}
- {id: diff, symbols: {x: real}, functions: {u: scalar(x), v: scalar(x)}, expression: u(x) - v(x),
   wrt: x, derivative: D(u)(x) - D(v)(x)}
- {id: product, symbols: {x: real}, functions: {u: scalar(x), v: scalar(x)}, expression:
   u(x)*v(x), wrt: x, derivative: D(u)(x)*v(x) + u(x)*D(v)(x)}
- {id: quotient, symbols: {x: real}, functions: {u: scalar(x), v: scalar(x)}, expression:
   u(x)/v(x), wrt: x, derivative: (D(u)(x)*v(x) - u(x)*D(v)(x))/v(x)**2}
- {id: recip, symbols: {x: real}, functions: {v: scalar(x)}, expression: 1/v(x), wrt: x,
   derivative: -D(v)(x)/v(x)**2}
- {id: chain, symbols: {x: real}, functions: {f: scalar(x), g: scalar(x)}, expression: f(g(x)),
   wrt: x, derivative: D(f)(g(x))*D(g)(x)}
- {id: power, symbols: {x: positive, a: real}, expression: x**a, wrt: x, derivative: a*x**(a - 1)}
- {id: square, symbols: {x: real}, expression: x**2, wrt: x, derivative: 2*x}
- {id: exp, symbols: {x: real}, expression: exp(x), wrt: x, derivative: exp(x)}
- {id: aexp, symbols: {x: real, a: positive}, expression: a**x, wrt: x, derivative: a**x*log(a)}
- {id: log, symbols: {x: positive}, expression: log(x), wrt: x, derivative: 1/x}
- {id: sin, symbols: {x: real}, expression: sin(x), wrt: x, derivative: cos(x)}
- {id: cos, symbols: {x: real}, expression: cos(x), wrt: x, derivative: -sin(x)}
- {id: tanh, symbols: {x: real}, expression: tanh(x), wrt: x, derivative: 1 - tanh(x)**2}
- {id: sigmoid, symbols: {x: real}, expression: sigmoid(x), wrt: x, derivative: sigmoid(x)*(1 -
   sigmoid(x))}
- {id: sqrt, symbols: {x: positive}, expression: sqrt(x), wrt: x, derivative: 1/(2*sqrt(x))}
- {id: logpow, symbols: {x: positive, a: real}, expression: log(x**a), equals: a*log(x)}
- {id: pyth, symbols: {x: real}, expression: sin(x)**2 + cos(x)**2, equals: "1"}
- {id: trcyc, symbols: {A: [m, n], B: [n, m]}, expression: tr(A @ B), equals: tr(B @ A)}
- {id: trT, symbols: {A: [n, n]}, expression: tr(A), equals: tr(A.T)}
- {id: trsum, symbols: {A: [n, n], B: [n, n]}, expression: tr(A + B), equals: tr(A) + tr(B)}
- {id: Tprod, symbols: {A: [m, n], B: [n, p]}, expression: (A @ B).T, equals: B.T @ A.T}
- {id: dprod, symbols: {X: [m, n], Y: [n, p]}, expression: X @ Y, wrt: [X, Y], differential: dX @
   Y + X @ dY}
- {id: dsum, symbols: {X: [m, n], Y: [m, n]}, expression: X + Y, wrt: [X, Y], differential: dX +
   dY}
- {id: dhad, symbols: {X: [m, n], Y: [m, n]}, expression: X*Y, wrt: [X, Y], differential: dX*Y +
   X*dY}
- {id: dT, symbols: {X: [m, n]}, expression: X.T, wrt: [X], differential: dX.T}
- {id: dtr, symbols: {X: [n, n]}, expression: tr(X), wrt: [X], differential: tr(dX)}
- {id: dinv, symbols: {X: [n, n]}, expression: inv(X), wrt: [X], differential: -inv(X) @ dX @
   inv(X)}
- {id: ddet, symbols: {X: [n, n]}, expression: det(X), wrt: [X], differential: det(X)*tr(inv(X) @
   dX)}
- {id: dsig, symbols: {X: [m, n]}, functions: {f: elementwise}, expression: f(X), wrt: [X],
   differential: D(f)(X)*dX}
- {id: trhad, symbols: {A: [m, n], B: [m, n], C: [m, n]}, expression: tr(A.T @ (B*C)), equals:
   tr((A*B).T @ C)}
- {id: lin, symbols: {a: [n], x: [n]}, expression: a.T @ x, wrt: x, derivative: a}
- {id: quad, symbols: {A: [n, n], x: [n]}, expression: x.T @ A @ x, wrt: x, derivative: (A + A.T)
   @ x}
- {id: jac, symbols: {A: [m, n], x: [n]}, expression: A @ x, wrt: x, layout: numerator,
   derivative: A}
- {id: wrong-cos, symbols: {x: real}, expression: cos(x), wrt: x, derivative: sin(x)}
"""

MORE = """
- {id: tan, symbols: {x: real}, expression: tan(x), wrt: x, derivative: 1/cos(x)**2}
- {id: log-sum, symbols: {x: [n]}, expression: log(sum(exp(x))), wrt: x, derivative: softmax(x)}
"""

# name: (derivation, findings, who justifies the step whose citation is wrong)
CASES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "sum by matching": (
        """
- {id: it, symbols: {z: real}, expression: "z**2 + sin(z)", wrt: z, derivative: 2*z + cos(z),
   derivation: [{to: "diff(z**2, z) + diff(sin(z), z)", by: sum}, {to: "2*z + diff(sin(z), z)",
   by: square}, {to: 2*z + cos(z), by: sin}]}
""",
        "holds holds holds",
        (),
    ),
    "a wrong table entry": (
        """
- {id: it, symbols: {z: real}, expression: "z**2 + sin(z)", wrt: z, derivative: 2*z + cos(z),
   derivation: [{to: "diff(z**2, z) + diff(sin(z), z)", by: sum, with: {u: "z**2", v: sin(z)}},
   {to: "2*z + diff(sin(z), z)", by: square, with: {x: z}}, {to: 2*z + cos(z), by: cos}]}
""",
        "holds holds mismatch",
        ("sin",),
    ),
    "product by matching": (
        """
- {id: it, symbols: {z: real}, expression: "z**2*sin(z)", wrt: z, derivative: 2*z*sin(z) +
   z**2*cos(z), derivation: [{to: "diff(z**2, z)*sin(z) + z**2*diff(sin(z), z)", by: product}]}
""",
        "holds",
        (),
    ),
    "quotient for a product": (
        """
- {id: it, symbols: {z: real}, expression: "z**2*sin(z)", wrt: z, derivative: 2*z*sin(z) +
   z**2*cos(z), derivation: [{to: "diff(z**2, z)*sin(z) + z**2*diff(sin(z), z)", by: quotient}]}
""",
        "mismatch",
        ("product",),
    ),
    "sum for a product, by `with`": (
        """
- {id: it, symbols: {z: real}, expression: "z**2*sin(z)", wrt: z, derivative: 2*z*sin(z) +
   z**2*cos(z), derivation: [{to: "diff(z**2, z)*sin(z) + z**2*diff(sin(z), z)", by: sum, with:
   {u: "z**2", v: sin(z)}}]}
""",
        "mismatch",
        ("product",),
    ),
    "quotient, parts and a constant": (
        """
- {id: it, symbols: {z: real}, expression: sin(z)/(1 + z**2), wrt: z, derivative: cos(z)/(1 +
   z**2) - 2*z*sin(z)/(1 + z**2)**2, derivation: [{to:
   "(diff(sin(z), z)*(1 + z**2) - sin(z)*diff(1 + z**2, z))/(1 + z**2)**2", by: quotient}, {to:
   "(cos(z)*(1 + z**2) - sin(z)*diff(1 + z**2, z))/(1 + z**2)**2", by: sin}, {to:
   "(cos(z)*(1 + z**2) - sin(z)*(diff(1, z) + diff(z**2, z)))/(1 + z**2)**2", by: sum},{to:
   "(cos(z)*(1 + z**2) - sin(z)*diff(z**2, z))/(1 + z**2)**2", by: const, with: {c: "1", x: z}}]}
""",
        "holds holds holds holds",
        (),
    ),
    "chain by matching": (
        """
- {id: it, symbols: {z: real}, expression: exp(sin(z)), wrt: z, derivative: exp(sin(z))*cos(z),
   derivation: [{to: "exp(sin(z))*diff(sin(z), z)", by: chain}, {to: exp(sin(z))*cos(z), by:
   sin}]}
""",
        "holds holds",
        (),
    ),
    "chain by `with`": (
        """
- {id: it, symbols: {z: real}, expression: exp(sin(z)), wrt: z, derivative: exp(sin(z))*cos(z),
   derivation: [{to: "exp(sin(z))*diff(sin(z), z)", by: chain, with: {f: exp, g: sin(z)}}, {to:
   exp(sin(z))*cos(z), by: sin}]}
""",
        "holds holds",
        (),
    ),
    "chain the wrong way round": (
        """
- {id: it, symbols: {z: real}, expression: exp(sin(z)), wrt: z, derivative: exp(sin(z))*cos(z),
   derivation: [{to: "exp(sin(z))*diff(sin(z), z)", by: chain, with: {f: sin, g: exp(z)}}]}
""",
        "mismatch",
        (),
    ),
    "exp for the chain": (
        """
- {id: it, symbols: {z: real}, expression: exp(sin(z)), wrt: z, derivative: exp(sin(z))*cos(z),
   derivation: [{to: "exp(sin(z))*diff(sin(z), z)", by: exp}]}
""",
        "mismatch",
        ("chain",),
    ),
    "chain with log": (
        """
- {id: it, symbols: {z: positive}, expression: log(1 + z**2), wrt: z, derivative: 2*z/(1 + z**2),
   derivation: [{to: "1/(1 + z**2)*diff(1 + z**2, z)", by: chain, with: {f: log, g: 1 + z**2}}]}
""",
        "holds",
        (),
    ),
    "reciprocal, sum, constant, chain": (
        """
- {id: it, symbols: {z: real}, expression: 1/(1 + exp(-z)), wrt: z, derivative: exp(-z)/(1 +
   exp(-z))**2, derivation: [{to: "-diff(1 + exp(-z), z)/(1 + exp(-z))**2", by: recip}, {to:
   "-(diff(1, z) + diff(exp(-z), z))/(1 + exp(-z))**2", by: sum}, {to:
   "-(0 + diff(exp(-z), z))/(1 + exp(-z))**2", by: const}, {to:
   "-(exp(-z)*diff(-z, z))/(1 + exp(-z))**2", by: chain}]}
""",
        "holds holds holds holds",
        (),
    ),
    "product for a reciprocal": (
        """
- {id: it, symbols: {z: real}, expression: 1/(1 + exp(-z)), wrt: z, derivative: exp(-z)/(1 +
   exp(-z))**2, derivation: [{to: "-diff(1 + exp(-z), z)/(1 + exp(-z))**2", by: product}]}
""",
        "mismatch",
        ("recip",),
    ),
    "power with an exponent": (
        """
- {id: it, symbols: {z: positive}, expression: z**3, wrt: z, derivative: 3*z**2, derivation: [{to:
   3*z**(3 - 1), by: power, with: {a: "3", x: z}}]}
""",
        "holds",
        (),
    ),
    "power by matching": (
        """
- {id: it, symbols: {z: positive}, expression: z**3, wrt: z, derivative: 3*z**2, derivation: [{to:
   3*z**2, by: power}]}
""",
        "holds",
        (),
    ),
    "exponential for a power": (
        """
- {id: it, symbols: {z: positive}, expression: z**3, wrt: z, derivative: 3*z**2, derivation: [{to:
   3*z**2, by: aexp}]}
""",
        "mismatch",
        ("power",),
    ),
    "exponential by matching": (
        """
- {id: it, symbols: {z: real}, expression: 2**z, wrt: z, derivative: 2**z*log(2), derivation:
   [{to: 2**z*log(2), by: aexp}]}
""",
        "holds",
        (),
    ),
    "power for an exponential": (
        """
- {id: it, symbols: {z: real}, expression: 2**z, wrt: z, derivative: 2**z*log(2), derivation:
   [{to: 2**z*log(2), by: power}]}
""",
        "mismatch",
        ("aexp",),
    ),
    "a constant factor": (
        """
- {id: it, symbols: {z: real}, expression: 5*sin(z), wrt: z, derivative: 5*cos(z), derivation:
   [{to: "5*diff(sin(z), z)", by: cmul}, {to: 5*cos(z), by: sin}]}
""",
        "holds holds",
        (),
    ),
    "sum for a constant factor; a wrong formula": (
        """
- {id: it, symbols: {z: real}, expression: 5*sin(z), wrt: z, derivative: 5*cos(z), derivation:
   [{to: "5*diff(sin(z), z)", by: sum}, {to: 5*cos(z), by: wrong-cos}]}
""",
        "mismatch mismatch",
        ("cmul",),
    ),
    "a wrong formula for the right one": (
        """
- {id: it, symbols: {z: real}, expression: cos(z), wrt: z, derivative: -sin(z), derivation: [{to:
   -sin(z), by: wrong-cos}]}
""",
        "mismatch",
        ("cos",),
    ),
    "an identity for a part": (
        """
- {id: it, symbols: {z: real}, expression: sin(z)**2 + cos(z)**2 + z, equals: 1 + z, derivation:
   [{to: 1 + z, by: pyth}]}
""",
        "holds",
        (),
    ),
    "an identity at 2*z": (
        """
- {id: it, symbols: {z: real}, expression: sin(2*z)**2 + cos(2*z)**2, equals: "1", derivation:
   [{to: "1", by: pyth}]}
""",
        "holds",
        (),
    ),
    "an identity at 2*z, by `with`": (
        """
- {id: it, symbols: {z: real}, expression: sin(2*z)**2 + cos(2*z)**2, equals: "1", derivation:
   [{to: "1", by: pyth, with: {x: 2*z}}]}
""",
        "holds",
        (),
    ),
    "an identity at another point": (
        """
- {id: it, symbols: {z: real}, expression: sin(2*z)**2 + cos(2*z)**2, equals: "1", derivation:
   [{to: "1", by: pyth, with: {x: z}}]}
""",
        "mismatch",
        (),
    ),
    "another collection": (
        """
- {id: it, symbols: {z: real}, expression: tan(z), wrt: z, derivative: 1/cos(z)**2, derivation:
   [{to: 1/cos(z)**2, by: "more:tan"}]}
""",
        "holds",
        (),
    ),
    "an id of another collection": (
        """
- {id: it, symbols: {z: real}, expression: tan(z), wrt: z, derivative: 1/cos(z)**2, derivation:
   [{to: 1/cos(z)**2, by: "tan"}]}
""",
        "dangling",
        (),
    ),
    "tan line by line": (
        """
- {id: it, symbols: {z: real}, expression: tan(z), wrt: z, derivative: 1/cos(z)**2, derivation:
   [{to: "diff(sin(z)/cos(z), z)"}, {to:
   "(diff(sin(z),z)*cos(z) - sin(z)*diff(cos(z),z))/cos(z)**2", by: quotient}, {to:
   "(cos(z)*cos(z) - sin(z)*diff(cos(z),z))/cos(z)**2", by: sin}, {to:
   "(cos(z)*cos(z) + sin(z)*sin(z))/cos(z)**2", by: cos}, {to: "1/cos(z)**2", by: pyth}]}
""",
        "holds holds holds holds",
        (),
    ),
    "sigmoid by its name": (
        """
- {id: it, symbols: {z: real}, expression: sigmoid(3*z), wrt: z, derivative: 3*sigmoid(3*z)*(1 -
   sigmoid(3*z)), derivation: [{to: "sigmoid(3*z)*(1 - sigmoid(3*z))*diff(3*z, z)", by: chain,
   with: {f: sigmoid, g: 3*z}}, {to: "sigmoid(3*z)*(1 - sigmoid(3*z))*3*diff(z, z)", by: cmul},
   {to: "3*sigmoid(3*z)*(1 - sigmoid(3*z))", by: ident}]}
""",
        "holds holds holds",
        (),
    ),
    "chain into an abstract function": (
        """
- {id: it, symbols: {z: real}, functions: {h: scalar(z)}, expression: "tanh(h(z))", wrt: z,
   derivative: "(1 - tanh(h(z))**2)*D(h)(z)", derivation: [{to: "(1 - tanh(h(z))**2)*D(h)(z)", by:
   chain, with: {f: tanh, g: h(z)}}]}
""",
        "holds",
        (),
    ),
    "chain into an abstract function, by matching": (
        """
- {id: it, symbols: {z: real}, functions: {h: scalar(z)}, expression: "tanh(h(z))", wrt: z,
   derivative: "(1 - tanh(h(z))**2)*D(h)(z)", derivation: [{to: "(1 - tanh(h(z))**2)*D(h)(z)", by:
   chain}]}
""",
        "holds",
        (),
    ),
    "product with an abstract value": (
        """
- {id: it, symbols: {z: real}, functions: {h: scalar(z)}, expression: "z*h(z)", wrt: z,
   derivative: "h(z) + z*D(h)(z)", derivation: [{to: "h(z) + z*D(h)(z)", by: product, with: {u: z,
   v: h(z)}}]}
""",
        "holds",
        (),
    ),
    "product with an abstract function": (
        """
- {id: it, symbols: {z: real}, functions: {h: scalar(z)}, expression: "z*h(z)", wrt: z,
   derivative: "h(z) + z*D(h)(z)", derivation: [{to: "h(z) + z*D(h)(z)", by: product, with: {u: z,
   v: h}}]}
""",
        "holds",
        (),
    ),
    "d of a product": (
        """
- {id: it, symbols: {P: [n, n], x: [n]}, expression: x.T @ P @ x, wrt: [x], differential: x.T @ (P
   + P.T) @ dx, derivation: [{to: dx.T @ (P @ x) + x.T @ d(P @ x), by: dprod, with: {X: x.T, Y: P
   @ x}}]}
""",
        "holds",
        (),
    ),
    "trace and product": (
        """
- {id: it, symbols: {P: [n, n], Q: [n, n]}, expression: tr(P @ Q), wrt: [P], differential: tr(Q @
   dP), derivation: [{to: "tr(d(P @ Q))", by: dtr, with: {X: P @ Q}}, {to: tr(dP @ Q), by: dprod,
   with: {X: P, Y: Q}}, {to: tr(Q @ dP), by: trcyc}]}
""",
        "holds holds holds",
        (),
    ),
    "trace and product, by matching": (
        """
- {id: it, symbols: {P: [n, n], Q: [n, n]}, expression: tr(P @ Q), wrt: [P], differential: tr(Q @
   dP), derivation: [{to: "tr(d(P @ Q))", by: dtr}, {to: tr(dP @ Q), by: dprod}, {to: tr(Q @ dP),
   by: trcyc, with: {A: dP, B: Q}}]}
""",
        "holds holds holds",
        (),
    ),
    "three wrong matrix rules": (
        """
- {id: it, symbols: {P: [n, n], Q: [n, n]}, expression: tr(P @ Q), wrt: [P], differential: tr(Q @
   dP), derivation: [{to: "tr(d(P @ Q))", by: ddet}, {to: tr(dP @ Q), by: dhad}, {to: tr(Q @ dP),
   by: trT}]}
""",
        "mismatch mismatch mismatch",
        (),
    ),
    "determinant": (
        """
- {id: it, symbols: {P: [n, n]}, expression: log(det(P)), wrt: [P], differential: tr(inv(P) @ dP),
   derivation: [{to: "d(det(P))/det(P)"}, {to: "det(P)*tr(inv(P) @ dP)/det(P)", by: ddet}, {to:
   tr(inv(P) @ dP)}]}
""",
        "holds",
        (),
    ),
    "trace for a determinant": (
        """
- {id: it, symbols: {P: [n, n]}, expression: log(det(P)), wrt: [P], differential: tr(inv(P) @ dP),
   derivation: [{to: "d(det(P))/det(P)"}, {to: "det(P)*tr(inv(P) @ dP)/det(P)", by: dtr}, {to:
   tr(inv(P) @ dP)}]}
""",
        "mismatch",
        ("ddet",),
    ),
    "inverse inside a product": (
        """
- {id: it, symbols: {P: [n, n], b: [n], c: [n]}, expression: b.T @ inv(P) @ c, wrt: [P],
   differential: -b.T @ inv(P) @ dP @ inv(P) @ c, derivation: [{to: b.T @ d(inv(P)) @ c}, {to:
   -b.T @ inv(P) @ dP @ inv(P) @ c, by: dinv}]}
""",
        "holds",
        (),
    ),
    "elementwise with an abstract function": (
        """
- {id: it, symbols: {W: [m, n], x: [n]}, functions: {s: elementwise}, expression: s(W @ x), wrt:
   [W], differential: "D(s)(W @ x)*(dW @ x)", derivation: [{to: "D(s)(W @ x)*d(W @ x)", by: dsig,
   with: {X: W @ x, f: s}}, {to: "D(s)(W @ x)*(dW @ x)", by: dprod, with: {X: W, Y: x}}]}
""",
        "holds holds",
        (),
    ),
    "elementwise by matching": (
        """
- {id: it, symbols: {W: [m, n], x: [n]}, functions: {s: elementwise}, expression: s(W @ x), wrt:
   [W], differential: "D(s)(W @ x)*(dW @ x)", derivation: [{to: "D(s)(W @ x)*d(W @ x)", by: dsig},
   {to: "D(s)(W @ x)*(dW @ x)", by: dprod}]}
""",
        "holds holds",
        (),
    ),
    "elementwise tanh": (
        """
- {id: it, symbols: {W: [m, n], x: [n]}, expression: tanh(W @ x), wrt: [W], differential:
   "(1 - tanh(W @ x)**2)*(dW @ x)", derivation: [{to: "(1 - tanh(W @ x)**2)*d(W @ x)", by: dsig,
   with: {X: W @ x, f: tanh}}, {to: "(1 - tanh(W @ x)**2)*(dW @ x)", by: dprod}]}
""",
        "holds holds",
        (),
    ),
    "elementwise, wrong function": (
        """
- {id: it, symbols: {W: [m, n], x: [n]}, expression: tanh(W @ x), wrt: [W], differential:
   "(1 - tanh(W @ x)**2)*(dW @ x)", derivation: [{to: "(1 - tanh(W @ x)**2)*d(W @ x)", by: dsig,
   with: {X: W @ x, f: exp}}]}
""",
        "mismatch",
        (),
    ),
    "trace with a Hadamard product": (
        """
- {id: it, symbols: {G: [m, n], S: [m, n], Z: [m, n]}, expression: "tr(G.T @ (S*Z))", equals:
   "tr((G*S).T @ Z)", derivation: [{to: "tr((G*S).T @ Z)", by: trhad, with: {A: G, B: S, C: Z}}]}
""",
        "holds",
        (),
    ),
    "cyclic for a Hadamard product": (
        """
- {id: it, symbols: {G: [m, n], S: [m, n], Z: [m, n]}, expression: "tr(G.T @ (S*Z))", equals:
   "tr((G*S).T @ Z)", derivation: [{to: "tr((G*S).T @ Z)", by: trcyc}]}
""",
        "mismatch",
        ("trhad",),
    ),
    "transposes of products": (
        """
- {id: it, symbols: {A: [m, n], B: [n, p], C: [p, q]}, expression: "(A @ B @ C).T", equals:
   "C.T @ B.T @ A.T", derivation: [{to: "C.T @ (A @ B).T", by: Tprod, with: {A: A @ B, B: C}},
   {to: "C.T @ (B.T @ A.T)", by: Tprod}]}
""",
        "holds holds",
        (),
    ),
    "trace for a transpose": (
        """
- {id: it, symbols: {A: [m, n], B: [n, p], C: [p, q]}, expression: "(A @ B @ C).T", equals:
   "C.T @ B.T @ A.T", derivation: [{to: "C.T @ B.T @ A.T", by: trT}]}
""",
        "mismatch",
        ("Tprod",),
    ),
    "linear form": (
        """
- {id: it, symbols: {b: [n], y: [n]}, expression: b.T @ y, wrt: y, derivative: b, derivation:
   [{to: b, by: lin}]}
""",
        "holds",
        (),
    ),
    "quadratic for a linear form": (
        """
- {id: it, symbols: {b: [n], y: [n]}, expression: b.T @ y, wrt: y, derivative: b, derivation:
   [{to: b, by: quad}]}
""",
        "mismatch",
        ("lin",),
    ),
    "quadratic by `with`": (
        """
- {id: it, symbols: {M: [n, n], y: [n]}, expression: y.T @ M @ y, wrt: y, derivative: (M + M.T) @
   y, derivation: [{to: (M + M.T) @ y, by: quad, with: {A: M}}]}
""",
        "holds",
        (),
    ),
    "quadratic by `with`, all named": (
        """
- {id: it, symbols: {M: [n, n], y: [n]}, expression: y.T @ M @ y, wrt: y, derivative: (M + M.T) @
   y, derivation: [{to: (M + M.T) @ y, by: quad, with: {A: M, x: y}}]}
""",
        "holds",
        (),
    ),
    "quadratic by matching": (
        """
- {id: it, symbols: {M: [n, n], y: [n]}, expression: y.T @ M @ y, wrt: y, derivative: (M + M.T) @
   y, derivation: [{to: (M + M.T) @ y, by: quad}]}
""",
        "holds",
        (),
    ),
    "linear for a quadratic form": (
        """
- {id: it, symbols: {M: [n, n], y: [n]}, expression: y.T @ M @ y, wrt: y, derivative: (M + M.T) @
   y, derivation: [{to: (M + M.T) @ y, by: lin, with: {a: M @ y, x: y}}]}
""",
        "mismatch",
        ("quad",),
    ),
    "Jacobian": (
        """
- {id: it, symbols: {M: [k, n], y: [n]}, expression: M @ y, wrt: y, derivative: M, layout:
   numerator, derivation: [{to: M, by: jac}]}
""",
        "holds",
        (),
    ),
    "a matrix rule of another collection": (
        """
- {id: it, symbols: {y: [n]}, expression: log(sum(exp(y))), wrt: y, derivative: softmax(y),
   derivation: [{to: softmax(y), by: "more:log-sum"}]}
""",
        "holds",
        (),
    ),
    "trace is linear, read from either side": (
        """
- {id: it, symbols: {A: [n, n], B: [n, n], X: [n, n]}, expression: tr(A @ X + B @ X), equals: tr(X
   @ (A + B)), derivation: [{to: tr(A @ X) + tr(B @ X), by: trsum}, {to: tr(X @ A) + tr(B @ X),
   by: trcyc}, {to: tr(X @ A) + tr(X @ B), by: trcyc, with: {A: B, B: X}}, {to: tr(X @ A + X @ B),
   by: trsum}, {to: tr(X @ (A + B))}]}
""",
        "holds holds holds holds",
        (),
    ),
}


@pytest.mark.parametrize(("text", "findings", "right"), CASES.values(), ids=CASES)
def test_rules_are_cited_rightly_and_wrongly(
    text: str, findings: str, right: tuple[str, ...]
) -> None:
    (entry,) = entries(text, "rules")
    library = {"rules": (*entries(RULES, "rules"), entry), "more": entries(MORE, "more")}
    result = Checker(Settings(), lambda name: library.get(name, ())).check(entry)
    assert result.verdict.value == "proved"
    assert [c.finding.value for c in result.citations] == findings.split()
    for citation in result.citations:
        if citation.finding.value == "holds":
            assert not citation.justified_by
    named = {name for c in result.citations for name in c.justified_by}
    assert set(right) <= named


SYMBOLS = {"A": ["n", "n"], "B": ["n", "n"], "x": ["n"], "y": ["n"], "s": "real", "t": "real"}

ALIKE = {
    "order": ("s*t + 1", "1 + t*s"),
    "multiplied out": ("(s + t)**2", "s**2 + 2*s*t + t**2"),
    "brackets of products": ("(A @ B) @ x", "A @ (B @ x)"),
    "scalars pulled out": ("A @ (s*x)", "s*(A @ x)"),
    "transposes": ("(A @ B).T", "B.T @ A.T"),
    "a form is its own transpose": ("x.T @ A @ y", "y.T @ A.T @ x"),
    "inside a function": ("exp(s + t)", "exp(t + s)"),
    "inside a trace": ("tr(A @ B + B)", "tr(B + A @ B)"),
    "identity matrices": ("A @ eye(n) @ B", "A @ B"),
}
DIFFERENT = {
    "trace turned": ("tr(A @ B)", "tr(B @ A)"),
    "trace transposed": ("tr(A)", "tr(A.T)"),
    "trace taken apart": ("tr(A + B)", "tr(A) + tr(B)"),
    "functions": ("sin(s)**2 + cos(s)**2", "1 + 0*s"),
    "inverse": ("inv(A) @ A", "eye(n) + 0*A"),
    "order of matrices": ("A @ B", "B @ A"),
    "elementwise": ("A*B", "A @ B"),
}


def pair(left: str, right: str) -> tuple[nodes.Node, nodes.Node]:
    (equation,) = adhoc(left, right, symbols=SYMBOLS, claim="equals")
    return equation.left, equation.right


@pytest.mark.parametrize(("left", "right"), ALIKE.values(), ids=ALIKE)
def test_alike(left: str, right: str) -> None:
    assert same_expression(*pair(left, right))


@pytest.mark.parametrize(("left", "right"), DIFFERENT.values(), ids=DIFFERENT)
def test_not_alike(left: str, right: str) -> None:
    assert not same_expression(*pair(left, right))
