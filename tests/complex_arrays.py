"""Random claims about complex vectors and matrices: true ones, and such as miss a conjugate.

They are held against :mod:`array_oracle`. Holes are filled with whatever the grammar makes, so that
what must not depend on a variable, or be real, often does or is not.
"""

from __future__ import annotations

import re
from random import Random
from typing import Any

from array_random import claim_of, filled

from derivcheck.lang.equation import Equation


def _complex(*shape: str, **more: str) -> dict[str, Any]:
    return {"shape": list(shape), "domain": "complex", **more}


_SYMBOLS: dict[str, Any] = {
    "c": "complex",
    "t": "real",
    "p": "positive",
    "x": ["n"],
    "R": ["n", "n"],
    "z": _complex("n"),
    "w": _complex("n"),
    "Z": _complex("n", "n"),
    "A": _complex("n", "n"),
    "H": _complex("n", "n", structure="hermitian"),
    "P": _complex("n", "n", structure="spd"),
    "Y": _complex("n", "n", structure="symmetric"),
    "D": _complex("n", "n", structure="diagonal"),
    "U": _complex("n", "n", structure="orthogonal"),
}
_LEAVES = {
    "s": ("c", "t", "p", "I", "z[i]", "Z[i,j]", "H[i,j]", "2", "n", "x[i]"),
    "v": ("z", "z", "w", "x", "conj(z)", "I*z", "ones(n)"),
    "m": ("Z", "A", "H", "P", "Y", "D", "U", "R", "eye(n)", "I*R"),
}
_PARTS = {
    "s": (
        "conj({s})", "re({s})", "im({s})", "{v}.H @ {v}", "{v}.T @ {v}", "{v}.H @ {m} @ {v}",
        "tr({m})", "det({m})", "sum({v})", "{m}[i,j]", "{m}[i,i]", "{v}[i]", "{s}*{s}", "{s}+{s}",
        "-{s}", "abs({s})", "norm({v})", "{s}**2", "abs({s})**2", "sqrt({s})", "exp({s})",
        "{s}-conj({s})", "I*{s}", "sum({m}[i,l]*{v}[l],l)", "norm({v})**2", "{s}/{s}",
    ),
    "v": (
        "conj({v})", "{m} @ {v}", "{s}*{v}", "{v}+{v}", "re({v})", "im({v})", "diag({m})",
        "{v}*{v}", "I*{v}", "abs({v})", "{v}*conj({v})", "({v}.H @ {m}).T", "{m}[:,0]",
    ),
    "m": (
        "{m}.T", "{m}.H", "conj({m})", "{m} @ {m}", "{m}+{m}", "{s}*{m}", "inv({m})", "{m}-{m}.H",
        "{v} @ {v}.H", "{v} @ {v}.T", "diag({v})", "re({m})", "im({m})", "{m}*{m}", "I*{m}",
        "{m} @ {m}.H", "{m}+{m}.H", "{m}*eye(n)",
    ),
}  # fmt: skip
_IDENTITIES: tuple[tuple[str, str], ...] = (
    ("conj({s1}*{s2})", "conj({s1})*conj({s2})"),
    ("conj({s1}/{s2})", "conj({s1})/conj({s2})"),
    ("conj({s1})", "{s1}"),
    ("re({s1})", "{s1}"),
    ("im({s1})", "0"),
    ("im(I*{s1})", "re({s1})"),
    ("re(I*{s1})", "im({s1})"),
    ("re({s1}) + I*im({s1})", "{s1}"),
    ("re({s1}*{s2})", "re({s1})*re({s2}) - im({s1})*im({s2})"),
    ("im({s1}*{s2})", "re({s1})*im({s2}) + im({s1})*re({s2})"),
    ("abs({s1}*{s2})", "abs({s1})*abs({s2})"),
    ("abs({s1})**2", "{s1}*conj({s1})"),
    ("abs({s1})**2", "{s1}**2"),
    ("abs({s1}**2)", "abs({s1})**2"),
    ("abs({s1})**2", "re({s1})**2 + im({s1})**2"),
    ("abs({s1})", "abs(conj({s1}))"),
    ("abs(re({s1}))", "sqrt(re({s1})**2)"),
    ("abs(im({s1}))", "abs({s1} - conj({s1}))/2"),
    ("abs({s1})", "{s1}"),
    ("abs({s1} + {s2})**2", "abs({s1})**2 + 2*re({s1}*conj({s2})) + abs({s2})**2"),
    ("sqrt({s1}**2)", "{s1}"),
    ("sqrt({s1})**2", "{s1}"),
    ("sqrt(abs({s1})**2)", "abs({s1})"),
    ("sqrt({s1}*{s2})", "sqrt({s1})*sqrt({s2})"),
    ("sqrt(conj({s1}))", "conj(sqrt({s1}))"),
    ("log({s1}*conj({s1}))", "2*log(abs({s1}))"),
    ("log(exp({s1}))", "{s1}"),
    ("exp(conj({s1}))", "conj(exp({s1}))"),
    ("abs(exp({s1}))", "exp(re({s1}))"),
    ("exp({s1})*exp({s2})", "exp({s1} + {s2})"),
    ("norm({v1})**2", "{v1}.H @ {v1}"),
    ("norm({v1})**2", "{v1}.T @ {v1}"),
    ("norm({s1}*{v1})", "abs({s1})*norm({v1})"),
    ("norm({v1} @ {v2}.H)", "norm({v1})*norm({v2})"),
    ("norm(U @ {v1})", "norm({v1})"),
    ("sum(abs({v1})**2)", "norm({v1})**2"),
    ("{v1}.H @ {v2}", "conj({v2}.H @ {v1})"),
    ("{v1}.H @ {v2}", "{v2}.H @ {v1}"),
    ("{v1}.T @ {v2}", "{v2}.T @ {v1}"),
    ("{v1}.H @ {m1} @ {v2}", "conj({v2}.H @ {m1}.H @ {v1})"),
    ("{v1}.H @ {m1} @ {v2}", "{v2}.T @ {m1}.T @ conj({v1})"),
    ("im({v1}.H @ H @ {v1})", "0"),
    ("im({v1}.H @ {m1} @ {v1})", "0"),
    ("im({v1}.T @ H @ {v1})", "0"),
    ("im(tr(H @ {m1} @ {m1}.H))", "0"),
    ("im(tr(P @ H))", "0"),
    ("im(det(H))", "0"),
    ("im(det(H @ P))", "0"),
    ("im(H[i,j])", "-im(H[j,i])"),
    ("H[i,j]", "conj(H[j,i])"),
    ("im(diag(H))", "0*x"),
    ("({m1} @ {m2}).H", "{m2}.H @ {m1}.H"),
    ("({m1} @ {m2}).T", "{m2}.T @ {m1}.T"),
    ("conj({m1} @ {m2})", "conj({m1}) @ conj({m2})"),
    ("inv({m1}).H", "inv({m1}.H)"),
    ("inv(H).H", "inv(H)"),
    ("inv(P).T", "conj(inv(P))"),
    ("{m1}.H", "{m1}"),
    ("{m1}.T", "{m1}"),
    ("Y.H", "conj(Y)"),
    ("Y.H", "Y"),
    ("D @ {m1}", "{m1} @ D"),
    ("D @ D.H", "abs(D)**2"),
    ("U.H @ U", "eye(n)"),
    ("U.T @ U", "eye(n)"),
    ("inv(U)", "U.H"),
    ("U @ {m1} @ U.H @ U", "U @ {m1}"),
    ("det({m1}.H)", "conj(det({m1}))"),
    ("det({m1}.T)", "conj(det({m1}))"),
    ("det(conj({m1}))", "conj(det({m1}))"),
    ("det({m1} @ {m1}.H)", "abs(det({m1}))**2"),
    ("det({m1} @ {m1}.T)", "abs(det({m1}))**2"),
    ("abs(det(U))", "1"),
    ("det(U)**2", "1"),
    ("tr({m1}.H)", "conj(tr({m1}))"),
    ("tr({m1} @ {m2}.H)", "sum({m1}*conj({m2}))"),
    ("tr({m1} @ {m2}.H)", "sum({m1}*{m2})"),
    ("tr({m1}.H @ {m1})", "norm({m1})**2"),
    ("sqrt(re(det(P @ P)))", "re(det(P))"),
    ("sqrt(re(det(H @ H)))", "re(det(H))"),
    ("sqrt(re({v1}.H @ {v1}))", "norm({v1})"),
    ("log(re(det({m1} @ {m1}.H)))", "2*log(abs(det({m1})))"),
    ("det(eye(n) + {m1} @ {m1}.H)", "det(eye(n) + {m1}.H @ {m1})"),
    (
        "inv({m1} + {v1} @ {v1}.H)",
        "inv({m1}) - inv({m1}) @ {v1} @ {v1}.H @ inv({m1})/(1 + {v1}.H @ inv({m1}) @ {v1})",
    ),
    ("kron({m1},{m2}).H", "kron({m1}.H,{m2}.H)"),
    ("vec({m1}).H @ vec({m2})", "tr({m1}.H @ {m2})"),
)
"""Both sides; what has the same name in braces is the same expression."""
_DERIVATIVES: tuple[tuple[str, str, str], ...] = (
    ("tr({m1} @ Z)", "Z", "{m1}.T"),
    ("tr({m1} @ Z.H)", "conj(Z)", "{m1}"),
    ("tr({m1} @ Z.H)", "Z", "0*Z"),
    ("tr({m1} @ conj(Z))", "conj(Z)", "{m1}.T"),
    ("tr(Z @ {m1} @ Z.H)", "conj(Z)", "Z @ {m1}"),
    ("tr(Z @ {m1} @ Z.H)", "Z", "conj(Z) @ {m1}.T"),
    ("tr(Z @ {m1} @ Z.T)", "Z", "Z @ ({m1} + {m1}.T)"),
    ("tr(inv(Z) @ {m1})", "Z", "-(inv(Z) @ {m1} @ inv(Z)).T"),
    ("tr(inv(Z).H @ {m1})", "conj(Z)", "-inv(Z).H @ {m1} @ inv(Z).H"),
    ("{v1}.H @ Z @ {v2}", "Z", "conj({v1}) @ {v2}.T"),
    ("{v1}.H @ inv(Z) @ {v2}", "Z", "-inv(Z).T @ conj({v1}) @ {v2}.T @ inv(Z).T"),
    ("norm(Z @ {v1})**2", "conj(Z)", "Z @ {v1} @ {v1}.H"),
    ("norm({m1} @ z - {v1})**2", "conj(z)", "{m1}.H @ ({m1} @ z - {v1})"),
    ("norm({m1} @ z - {v1})**2", "z", "{m1}.T @ conj({m1} @ z - {v1})"),
    ("z.H @ {m1} @ z", "z", "{m1}.T @ conj(z)"),
    ("z.H @ {m1} @ z", "conj(z)", "{m1} @ z"),
    ("z.T @ {m1} @ z", "z", "({m1} + {m1}.T) @ z"),
    ("z.H @ H @ z", "z", "conj(H @ z)"),
    ("norm(z)", "conj(z)", "z/(2*norm(z))"),
    ("sum(abs(z))", "conj(z)", "z/(2*abs(z))"),
    ("det(Z)", "Z", "det(Z)*inv(Z).T"),
    ("conj(det(Z))", "conj(Z)", "conj(det(Z))*inv(Z).H"),
    ("abs(det(Z))**2", "Z", "abs(det(Z))**2*inv(Z).T"),
    ("log(re(det(Z @ Z.H)))", "Z", "inv(Z).T"),
    ("abs(tr(Z))**2", "conj(Z)", "tr(Z)*eye(n)"),
    ("{s1}*{s2}", "c", "{s1}*diff({s2},c) + {s2}*diff({s1},c)"),
    ("{s1}*{s2}", "conj(c)", "{s1}*diff({s2},conj(c)) + {s2}*diff({s1},conj(c))"),
    ("{s1}/{s2}", "c", "diff({s1},c)/{s2} - {s1}*diff({s2},c)/{s2}**2"),
    ("conj({s1})", "conj(c)", "conj(diff({s1},c))"),
    ("re({s1})", "c", "diff({s1},c)/2"),
    ("re({s1})", "c", "(diff({s1},c) + conj(diff({s1},conj(c))))/2"),
    ("abs({s1})**2", "c", "conj({s1})*diff({s1},c) + {s1}*conj(diff({s1},conj(c)))"),
    ("abs({s1})**2", "c", "conj({s1})*diff({s1},c)"),
    ("abs({s1})", "c", "conj({s1})*diff({s1},c)/(2*abs({s1}))"),
    ("{s1}", "c", "0"),
    ("{s1}", "conj(c)", "0"),
    ("{v1}.H @ {v2}", "z", "jacobian({v2},z).T @ conj({v1}) + jacobian(conj({v1}),z).T @ {v2}"),
    ("{s1}*{s2}", "z", "{s1}*grad({s2},z) + {s2}*grad({s1},z)"),
    ("{s1}*{s2}", "conj(Z)", "{s1}*grad({s2},conj(Z)) + {s2}*grad({s1},conj(Z))"),
    ("{s1}*{s2}", "x", "{s1}*grad({s2},x) + {s2}*grad({s1},x)"),
    ("abs({s1})**2", "t", "2*re(conj({s1})*diff({s1},t))"),
    ("abs({s1})", "t", "re(conj({s1})*diff({s1},t))/abs({s1})"),
)
"""An expression, what it is differentiated by, the derivative."""
_SLIPS: tuple[tuple[str, str], ...] = (
    (r"\.H", ".T"), (r"\.T", ".H"), (r"conj", ""), (r"re\(", "("), (r"\+", "-"), (r"\.T", ""),
    (r"abs", ""), (r"\*\*2", ""), (r"I\*", ""), (r"\bz\b", "conj(z)"), (r"\bc\b", "re(c)"),
)  # fmt: skip
_ASSUMED = ("z.H @ z == 1", "Z.H @ Z == eye(n)", "c == I", "Z == Z.H", "w == conj(z)", "t > 0")


def random_claim(seed: int) -> Equation | None:
    """A claim about complex vectors and matrices; None where it means nothing."""
    random = Random(seed)
    options: dict[str, Any] = {}
    if random.random() < 0.6:
        parts = random.choice(_IDENTITIES)
        options["claim"] = "equals"
    else:
        left, options["wrt"], right = random.choice(_DERIVATIVES)
        parts = left, right
    sides = filled(parts, random, _LEAVES, _PARTS)
    if random.random() < 0.25:
        old, new = random.choice(_SLIPS)
        sides[1] = re.sub(old, new, sides[1], count=random.choice((0, 1)))
    if random.random() < 0.1:
        options["assume"] = [random.choice(_ASSUMED)]
    symbols: Any = _SYMBOLS
    return claim_of(random, sides, options, symbols)
