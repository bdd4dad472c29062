"""Commands of LaTeX by what they do to what stands behind them: tables, and nothing else."""

from __future__ import annotations

from derivcheck.lang.notation import GREEK_NAMES

IGNORED = frozenset(
    (
        *("!", "\n", "/", "displaystyle", "textstyle", "scriptstyle"),
        *("limits", "nolimits", "nonumber", "notag", "hfill", "hfil", "allowbreak", "noindent"),
        *("negthinspace", "scriptscriptstyle", "null"),
        *("mathstrut", "strut", "centering", "normalsize", "small", "large", "Large", "relax"),
        *("nobreak", "footnotemark"),
        *("it", "rm", "bf", "left.", "smallskip", "medskip", "bigskip", "qed"),
    )
)
THIN = frozenset((",", ";", ":", ">", " ", "thinspace", "medspace", "thickspace"))
"""Spaces within a formula."""
CLASSES = ("mathop", "mathopen", "mathclose", "mathord", "mathbin", "mathrel", "mathinner")
"""Commands that say what their argument is to the spaces around it."""
DROPPED = {
    "tag": 1, "label": 1, "hspace": 1, "vspace": 1, "phantom": 1, "hphantom": 1, "vphantom": 1,
    "color": 1, "rule": 2, "eqref": 1, "ref": 1, "cite": 1, "footnote": 1,
}  # fmt: skip
"""Commands that mean nothing, and how many arguments go with them."""
BLANKS = ("phantom", "hphantom", "rule")
"""Those of them that leave a place empty, for readers to write in."""
KEPT_LAST = {
    "textcolor": 2, "colorbox": 2, "boxed": 1, "cancel": 1, "underline": 1,
    "ensuremath": 1, "fbox": 1, "smash": 1, "class": 2, "style": 2, "cssId": 2, "href": 2,
}  # fmt: skip
"""Commands that only decorate: of their arguments the last one counts."""
BOXES = ("boxed", "fbox", "underline")
"""Those of them that leave a place to write in where they are round nothing."""
BOLD = frozenset(("mathbf", "boldsymbol", "bm", "pmb", "mathbfit", "symbf", "bold"))
FONTS = frozenset(("mathcal", "mathbb", "mathfrak", "mathscr", "mathsf", "mathtt"))
UPRIGHT = frozenset(
    ("mathrm", "operatorname", "operatorname*", "mathit", "textrm", "mathnormal", "textit",
     "textup", "textsf", "textbf", "mbox", "text", "textnormal", "hbox", "texttt",
     "symrm", "symup", "intertext", "shortintertext")
)  # fmt: skip
TEXTUAL = frozenset(("text", "mbox", "hbox", "textnormal", "intertext", "shortintertext"))
SIZES = frozenset(
    f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")
)
GREEK = frozenset(
    (
        *GREEK_NAMES.values(),
        *("varepsilon", "vartheta", "varphi", "varrho", "varsigma", "varpi", "digamma"),
        *("ell", "hbar", "imath", "jmath", "omicron"),
    )
)
LATEX = frozenset((
    *GREEK, *BOLD, *FONTS, "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc",
    "deg", "det", "dim", "exp", "gcd", "inf", "ker", "lg", "lim", "ln", "log", "max", "min", "sec",
    "sin", "sinh", "sup", "tan", "tanh", "frac", "sqrt", "sum", "prod", "int", "partial", "nabla",
    "cdot", "times", "vec", "hat", "bar", "tilde", "dot", "ddot", "prime", "left", "right", "text",
    "operatorname", "quad", "qquad", "pm", "le", "ge", "ne", "neq", "in", "to", "circ", "binom",
))  # fmt: skip
"""Commands that mean something before a page defines any."""
SAME_GREEK = {"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho"}
OPENING = {"(": "(", "[": "[", "\\{": "\\{", "\\lbrace": "\\{", "\\lbrack": "[", "|": "|",
            "\\vert": "|", "\\lvert": "|", "\\rvert": "|", "\\|": "\\|", "\\Vert": "\\|",
            "\\lVert": "\\|", "\\rVert": "\\|", ")": ")", "]": "]", "\\}": "\\}",
            "\\rbrace": "\\}", "\\rbrack": "]", ".": ".", "\\langle": "\\langle",
            "\\rangle": "\\rangle", "<": "\\langle", ">": "\\rangle", "/": "/",
            "\\lfloor": "\\lfloor", "\\rfloor": "\\rfloor", "\\lceil": "\\lceil",
            "\\rceil": "\\rceil"}  # fmt: skip
"""Brackets and bars, and what each is read as behind ``\\left`` and a size."""
COMPARISONS = {
    "<": "<", ">": ">", "lt": "<", "gt": ">", "le": "<=", "leq": "<=", "leqslant": "<=",
    "ge": ">=", "geq": ">=", "geqslant": ">=", "=": "==", "==": "==", "ne": "!=", "neq": "!=",
}  # fmt: skip
"""Signs and commands that compare, and what the language has for them."""
