"""How mathematics writes a name: letter, subscripts, differential; the table of Greek letters."""

from __future__ import annotations

import unicodedata

from derivcheck.records import record

_SPELLED = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)


def _letter(name: str) -> str:
    case = "CAPITAL" if name[0].isupper() else "SMALL"
    return unicodedata.lookup(f"GREEK {case} LETTER {name.upper().replace('LAMBDA', 'LAMDA')}")


GREEK: dict[str, str] = {name: _letter(name) for name in _SPELLED.split()}
"""Spelled name to letter: ``alpha`` to ``α``. LaTeX writes ``\\alpha``."""

GREEK_NAMES: dict[str, str] = {letter: name for name, letter in GREEK.items()}
"""Letter to spelled name."""

ACCENTS = {"hat": "\N{COMBINING CIRCUMFLEX ACCENT}", "bar": "\N{COMBINING MACRON}",
           "tilde": "\N{COMBINING TILDE}"}  # fmt: skip
"""Subscripts that stand as a mark over the letter: ``y_hat``."""

_ALIASES = {"lam": "lambda"}
"""Spellings that Python needs (``lambda`` is a word of its syntax)."""


@record()
class NameParts:
    """``dw_1`` is the differential of the stem ``w`` with the subscript ``1``.

    Greek stems and subscripts are letters, not spelled.
    """

    stem: str
    subscripts: tuple[str, ...] = ()
    differential: bool = False


def name_parts(name: str) -> NameParts:
    """A name taken apart: digits at the end and what follows ``_`` are subscripts."""
    head, _, tail = name.partition("_")
    stem = head.rstrip("0123456789")
    digits = head[len(stem) :]
    if not stem:  # ``_x`` is nobody's subscript
        return NameParts(name)
    differential = _is_differential(stem)
    if differential:
        stem = stem[1:]
    stem = _ALIASES.get(stem, stem)
    subscripts = tuple(GREEK.get(p, p) for p in (digits, *tail.split("_")) if p)
    return NameParts(GREEK.get(stem, stem), subscripts, differential)


def _is_differential(stem: str) -> bool:
    varied = stem[1:]
    if stem[0] != "d" or not varied or stem in GREEK:
        return False
    return len(varied) == 1 or varied[0].isupper() or varied in GREEK or varied in _ALIASES
