r"""Names of a page and names of the language.

A key is how a page writes a name, without its accidents: ``w_{11}^{2}``, ``\hat{y}``,
``\mathbf{x}``, ``W^{(1)}``, ``x'``, ``loss``. The language's name is made from it.
"""

from __future__ import annotations

import keyword
import re
from functools import lru_cache

from derivcheck.lang.notation import GREEK_NAMES

_KEY = re.compile(r"(?P<base>[^_^]+?)(?P<primes>'*)(?:_\{(?P<sub>.*?)\})?(?:\^\{(?P<sup>.*)\})?\Z")
_FONT = re.compile(r"\\(mathbf|mathcal|mathbb|mathsf|mathfrak|mathscr|mathtt)\{(.*)\}\Z")
DECORATIONS = frozenset(
    ("hat", "tilde", "bar", "vec", "check", "breve", "overline", "widehat", "widetilde",
     "overrightarrow", "acute", "grave")
)  # fmt: skip
"""Commands that set something over a letter which belongs to its name."""
DOTTING = frozenset(("dot", "ddot"))
_DECORATION = re.compile(rf"\\({'|'.join(sorted(DECORATIONS | DOTTING))})\{{(.*)\}}\Z")
_MARKED = re.compile(rf"\\({'|'.join(sorted(DECORATIONS))})\{{(.*)\}}\Z")
_SAME = {"widehat": "hat", "widetilde": "tilde", "overline": "bar", "overrightarrow": "vec"}
_SIGNS = {"+": "p", "-": "m", "*": "star", ",": "_", "'": "prime", "/": "over", "(": "", ")": ""}


def key(base: str, sub: str = "", sup: str = "") -> str:
    """The key of a name with these scripts."""
    return base + (f"_{{{sub}}}" if sub else "") + (f"^{{{sup}}}" if sup else "")


@lru_cache(maxsize=4096)
def parts(name: str) -> tuple[str, str, str]:
    """Base (with primes), subscript and superscript of a key."""
    match = _KEY.match(name)
    if match is None:
        return name, "", ""
    return match["base"] + match["primes"], match["sub"] or "", match["sup"] or ""


@lru_cache(maxsize=4096)
def language_name(name: str) -> str:
    r"""A name of the language for a key: ``\hat{w}_{i,j}`` is ``w_hat_i_j``."""
    base, sub, sup = parts(name)
    primes = len(base) - len(base.rstrip("'"))
    base = base.rstrip("'")
    pieces: list[str] = []
    font = ""
    while match := _DECORATION.match(base) or _FONT.match(base):
        if match[1] in DECORATIONS | DOTTING:
            pieces.append(_SAME.get(match[1], match[1]))
        else:
            font = match[1]
        base = match[2]
    stem = _plain(base) or "v"
    if stem.isdigit():
        stem = {"0": "zeros", "1": "ones"}.get(stem, f"v{stem}")
        stem = f"{stem}_"
    if font in ("mathbf", "mathcal", "mathsf") and stem in ("I",):
        stem += "_"
    text = "_".join([stem, *pieces, *filter(None, (_plain(sub), _plain(sup))), *["prime"] * primes])
    text = text.strip("_") if not text.endswith("ones_") else text
    text = re.sub(r"__+", "_", text)
    if text == "lambda":
        return "lam"
    if keyword.iskeyword(text) or not text[:1].isalpha():
        text = f"{text}_"
    return text[:60]


def _plain(text: str) -> str:
    found = []
    for piece in re.findall(r"\\[A-Za-z]+|[^\\]", text):
        if piece.startswith("\\"):
            name = piece[1:]
            found.append("" if name in ("mathbf", "mathrm", "text") else name)
        elif piece in GREEK_NAMES:
            found.append(GREEK_NAMES[piece])
        elif piece.isalnum() and piece.isascii():
            found.append(piece)
        else:
            found.append(_SIGNS.get(piece, ""))
    return "".join(found)


def dots(name: str) -> int:
    """How many dots a name has."""
    return 2 if name.startswith("\\ddot{") else int(name.startswith("\\dot{"))


def dotted(name: str) -> str:
    r"""A name with one dot more, ``\dot{x}_{1}`` for ``x_{1}``; empty beyond two."""
    base, sub, sup = parts(name)
    count = dots(name)
    inner = base[base.index("{") + 1 : -1] if count else base
    return key(f"\\{'d' * count}dot{{{inner}}}", sub, sup) if count < 2 else ""


def undotted(name: str) -> str:
    """A name without its dots."""
    base, sub, sup = parts(name)
    return key(base[base.index("{") + 1 : -1], sub, sup) if dots(name) else name


@lru_cache(maxsize=4096)
def twin(name: str) -> str:
    """What a key looks like without case, bold and hats: names that share it are twins."""
    base, sub, sup = parts(name)
    base = _FONT.sub(r"\2", base)
    base = _MARKED.sub(r"\2", base)  # a rate is no twin of what moves
    return key(_FONT.sub(r"\2", base).lower(), sub, sup)


def is_bold(name: str) -> bool:
    """Whether a key's letter is bold."""
    return parts(name)[0].startswith("\\mathbf")


def is_digit(name: str) -> bool:
    """Whether the letter of a key is a number in some font: ``\\mathbf{0}``."""
    return any(sign.isdigit() for sign in parts(name)[0])


def letter(name: str) -> str:
    """The letter of a key without font and scripts."""
    base = parts(name)[0].rstrip("'")
    match = _FONT.match(base)
    return match[2] if match else base
