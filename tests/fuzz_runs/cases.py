"""Hostile bytes without end, from a seed: mutated formula files, made-up expressions, noise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent.parent

HOSTILE = (
    *("__import__('os').system('id')", "().__class__.__bases__[0]", "x.__class__", "lambda: x"),
    *("[x for x in y]", "exec('1')", "eval('1')", "open('/etc/passwd').read()", "9**9**9**9"),
    *("1e999999", "f'{x}'", "\x00", "\x1b[31m", "\x1b]0;title\x07", "\u202e", "а", "x²", "\ud800"),
    *("globals()", "!!python/object/apply:os.system [id]", "&a [*a, *a]", "*a", "<<: {}", "---"),
    *("(" * 300, "[" * 10_000, "{" * 300, "-" * 500, "x+" * 3000, "\ufeff", "\u2028", "?", ": :"),
    *(
        "x" * 100_000,
        "1" * 6000,
        "0x" + "f" * 5000,
        "1/0",
        "0**0",
        "oo - oo",
        "__class__",
        "lambda",
    ),
    *(
        "e",
        "I",
        "D",
        "d",
        "diff(x, x)",
        "grad(x, X)",
        "\t",
        "%YAML 9.9",
        "!<tag:a>",
        "'",
        '"',
        "\\",
    ),
)
WORDS = (
    *(
        "x",
        "X",
        "v",
        "A",
        "u(x)",
        "s(X)",
        "D(u)(x)",
        "n",
        "m",
        "pi",
        "e",
        "0",
        "1",
        "2",
        "1/2",
        "-1",
    ),
    *("0.5", "1e-30", "1e30", "10000", "i", "ones(n)", "eye(n)", "oo", "dX", "y", "1 - 1"),
)
CALLS = (
    *(
        "sin",
        "cos",
        "tan",
        "exp",
        "log",
        "sqrt",
        "cbrt",
        "abs",
        "sign",
        "asin",
        "acosh",
        "atan",
        "erf",
    ),
    *(
        "gamma",
        "digamma",
        "zeta",
        "lambertw",
        "sigmoid",
        "softplus",
        "relu",
        "tr",
        "det",
        "inv",
        "sum",
    ),
    *(
        "diag",
        "norm",
        "transpose",
        "Ei",
        "Si",
        "airyai",
        "ellipk",
        "erfinv",
        "loggamma",
        "asec",
        "d",
    ),
)
PAIRS = (
    *("besselj", "polygamma", "beta", "log", "dot", "outer", "kron", "diff", "grad", "min", "max"),
    *("uppergamma", "polylog", "expint", "ellipe", "sum", "ones"),
)
DOMAINS = (
    *("real", "positive", "negative", "nonzero", "complex", "integer", "natural", '"(0, 1)"'),
    *("(-1, 1)", "[0, oo)", "(1, 0)", "(0, 1e-300)", "(pi, e)", "", "unreal", "[n]", "(x, 1)"),
)


def expression(random: Random, depth: int) -> str:
    """A made-up expression, often without meaning."""
    if depth <= 0 or random.random() < 0.1:
        return random.choice(HOSTILE if random.random() < 0.02 else WORDS)
    pick = random.randrange(10)
    one = expression(random, depth - 1)
    if pick < 4:
        sign = random.choice(("+", "-", "*", "/", "**", "@"))
        return f"({one} {sign} {expression(random, depth - 1)})"
    if pick < 7:
        return f"{random.choice(CALLS)}({one})"
    if pick < 9:
        return f"{random.choice(PAIRS)}({one}, {expression(random, depth - 1)})"
    return random.choice((f"{one}.T", f"-{one}", f"{one}[0, 1]", f"{one}[i, j]", f"({one})**2"))


def mutated(random: Random, data: bytes) -> bytes:
    """The bytes after a few accidents."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(changed) + 1)
        pick = random.randrange(6)
        if pick == 0:
            changed[at:at] = random.choice(HOSTILE).encode("utf-8", "surrogatepass")
        elif pick == 1:
            del changed[at : at + random.randint(1, 30)]
        elif pick == 2:
            changed[at:at] = random.randbytes(random.randint(1, 4))
        elif pick == 3:
            start = random.randrange(len(changed) + 1)
            changed[at:at] = changed[start : start + random.randint(1, 200)]
        elif pick == 4 and at < len(changed):
            changed[at] ^= 1 << random.randrange(8)
        else:
            changed[at:at] = random.choice(WORDS + CALLS).encode()
    return bytes(changed)


def _entries(text: str) -> list[str]:
    head, *items = text.split("\n  - ")
    return [f"{head}\n  - {item}\n" for item in items]


def cases(seed: int) -> Iterator[tuple[str, bytes]]:
    """(target, bytes) pairs."""
    random = Random(seed)
    seeds: list[bytes] = []
    for path in sorted(
        [*(ROOT / "formulas").rglob("*.yaml"), *(ROOT / "tests/corpus").rglob("*.y*ml")]
    ):
        text = path.read_bytes().decode("utf-8", "replace")
        seeds += [one.encode() for one in _entries(text)] or [text.encode()]
    notes = (
        b"# Title\n\n$$ y = \\frac{a}{b} \\tag{1} $$\n\n"
        b"see (1), (2)\n\n1. $x' = \\left( 1 \\right)$\n"
    )
    while True:
        pick = random.randrange(20)
        if pick == 0:
            yield random.choice(("files", "documents")), random.randbytes(random.randrange(300))
        elif pick < 3:
            yield "documents", mutated(random, notes * random.randint(1, 5))
        elif pick < 10:
            yield "files", mutated(random, random.choice(seeds))
        else:
            depth = random.randint(0, 4)
            lines = [
                expression(random, depth),
                expression(random, depth),
                random.choice(DOMAINS),
                expression(random, 1) if random.random() < 0.2 else "",
                random.choice(WORDS) if random.random() < 0.2 else "",
                random.choice(HOSTILE) if random.random() < 0.1 else "name",
            ]
            yield "expressions", "\n".join(lines).encode("utf-8", "surrogatepass")
