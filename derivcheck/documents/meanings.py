"""What words say that names and signs mean and how long that holds, and by which rules a part of a
page differentiates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from derivcheck.documents.sayings import CLAUSE, ENDS, last_words
from derivcheck.documents.source import Equation
from derivcheck.records import record

OTHER_RULES = "the page differentiates by other rules here, or in other units"
_LOG_IS = r"\\log\W{0,9}\w?\W{0,9}(denotes|means|is|stands for|for|:?=)\W{0,9}"
_NATURAL = re.compile(
    rf"\bnatural log|\bbase[- ]?\$?e\b|\bin nats\b|{_LOG_IS}(\\ln\b|the natural)|\A\s*\\ln\s*\Z",
    re.I,
)
_OTHER_BASE = re.compile(
    r"\b(common|decimal|decadic|briggs\w*|binary) log|\bbase[- ]?\$?(10|ten|2|two)\b|\bto base\b|"
    r"\blog(arithm)?s?\b\W{0,9}(is|are) (decimal|binary|decadic)|\bdecibels?\b|\bbits\b|"
    r"\A\s*\\log_\W*\w+\W*\Z|\bpH\b|\A\s*\\log\W{0,3}[1-9]\d*\W{0,3}=\s*-?[1-9]\d*\s*\Z|"
    rf"{_LOG_IS}(\\log_|the (common|binary|decimal))",
    re.I,
)


def log_base(equation: Equation) -> str:
    """The base of logarithms of which words around an equation speak: e, or another one (?);
    empty where they speak of none."""
    around = f"{equation.before} {equation.text} {equation.after}"
    said = equation.text, around, equation.between
    if any(map(_OTHER_BASE.search, said)):
        return "?"
    return "e" if any(map(_NATURAL.search, said)) else ""


_RATES = re.compile(
    r"\b(primes?|dashes|dots?|overdots?)\b((?:(?!\b(?:primes?|dash|dots?|overdot))[^.;]){0,100})\Z",
    re.I,
)
_ARE = re.compile(
    r"\b(denotes?|means?|stands? for|indicates?|is|are|represents?|deriv|differentiat)",
    re.I,
)
_BY = re.compile(
    r"\A\s*(?P<sign>'\s*(?:=|:=|\\equiv)\s*)?(?P<rate>\\frac\{?(?:d|\\partial)\s*\}?\{?"
    r"(?:d|\\partial)|d/d)?\s*(?P<by>\\?[A-Za-z]+)\}?\s*\Z"
)


def rate_by(equation: Equation) -> str:
    """The sign and the variable where words say by what primes or dots differentiate, ``' r`` of
    "primes denote derivatives with respect to $r$", and ``' ?`` where they may say something else;
    empty where they say nothing."""
    by, said = _BY.match(equation.text), _RATES.search(last_words(equation.before))
    verb = _ARE.search(said[2]) if said else None
    if by is None or not (verb or by["sign"]):
        return ""
    sign = "dot" if said and "dot" in said[1].lower() and not by["sign"] else "'"
    is_rate = by["rate"] or (said and re.search("deriv|differentiat", said[2], re.I))
    return f"{sign} {by['by'] if is_rate else '?'}"


_CLAUSES = re.compile(r"[.,:;!?](?:\W|\Z)|\n[ \t]*\n")
_LAYOUTS = {
    "numerator": re.compile(
        r"\bnumerator[- ]layout\b|"
        r"\b(gradients?|derivatives?)\b[^.;:]{0,60}\b(is|are) (an? |the )?rows?\b(?! of)",
        re.I,
    ),
    "denominator": re.compile(
        r"\bdenominator[- ]layout\b|"
        r"\b(gradients?|derivatives?)\b[^.;:]{0,60}\b(is|are) (an? |the )?columns?\b(?! of)",
        re.I,
    ),
}
_OF_OTHERS = re.compile(
    r"\b(some|many|most|others?|authors?|books?|texts?|often|sometimes|two|both|either|not|nor|if|"
    r"unlike|instead|than|would|could|may|might|can|versus|vs)\b|n['’]t\b",
    re.I,
)


def layout(equation: Equation) -> str:
    """The layout that words around an equation say gradients have; empty where they say none."""
    around = f"{equation.before} {equation.after}"
    return layout_of((*equation.titles[-1:], equation.between, around))


def layout_of(texts: Iterable[str]) -> str:
    """The one layout that texts say gradients have; empty where they say none, or both."""
    clauses = (one for text in texts for one in _CLAUSES.split(text))
    said = [one for one in clauses if not _OF_OTHERS.search(one)]
    found = [name for name, is_it in _LAYOUTS.items() if any(map(is_it.search, said))]
    return found[0] if len(found) == 1 else ""


_OTHER_SIGNS = {
    r"\\\||\|\||\\[lr]?Vert(?![A-Za-z])|\\norm(?![A-Za-z])": (
        r"((1|one|l_?1|p|max|maximum|sup|supremum|infinity|spectral|operator|nuclear|trace|"
        r"taxicab|weighted|energy)[- ]?norm|(any|an arbitrary) norm|"
        r"(sum of|largest|greatest|maximum)( the)? (absolute|singular))"
    ),
    r"\[": r"(floor|integer part|nearest integer|greatest integer|iverson)",
    r"\\\{|\\lbrace": r"fractional part",
    r"\\langle(?![A-Za-z])": r"(weighted|energy|any|an arbitrary) inner product",
}
"""Signs, and words that say of them what they are not read as."""
_SIGN_IS = r"\W*(is|be|denotes?|means|stands for|for|are)\W+((the|an?|its)\W+)*"
_IS_SIGN = r"( (is|be|denoted|denoted by|written))?\s*\Z"
_MOST_SAID = 300
_INVERSE = r"\\(sin|cos|tan|cot|sec|csc)h?\s*\^\s*\{?\s*-\s*1"
_IS_INVERSE = re.compile(
    r"\W*(is|denotes?|means|stands for)\b(?!\W*((the|an?)\W+)?(inverse|arc))", re.I
)
_AGAIN = re.compile(
    r"\s*([A-Za-z])\s*\^\s*\{?\s*(\d|n|[({\\]\S{1,8})\s*\}?\s*(\(\s*\w\s*\))?\s*:?=\s*"
    r"\1\s*(\(\s*\1|\\circ)"
)
r"""Powers that are functions of functions: ``f^2(x) = f(f(x))``."""
_WITH_BASE = re.compile(r"(\||Vert|\}|\])\s*_")
_SAYS_SO = re.compile(
    r"(?:\\[lr]?Vert|[^=A-Z])*:?=.*("
    r"(\^\s*\{?\s*\\?(T|top|intercal)\s*\}?|')\s*(\\(math|bold)\w+\s*\{?\s*)?"
    r"([A-Z]|\\(Sigma|Lambda|Gamma|Omega|Theta|Phi|Psi|Pi)(?![A-Za-z]))|"
    r"(?<==)\s*(\||\\l?vert)\s*[a-z]\w*(\||\\r?vert)\s*\+|"
    r"\\(max|sup)(?![A-Za-z])|\\sum[^=+]*(\||\\l?vert)\s*[a-z]\w*(\||\\r?vert)\s*\Z)",
    re.S,
)
r"""What says so itself, of plain names: ``\|x\|^2 = x^T M x``, ``\|x\| = \max_i |x_i|``."""


def other_sign(equation: Equation) -> str:
    """The sign, as a pattern, of which words beside it, or an equation, say that it means something
    else than it is read as: "$[x]$ is the integer part of $x$"; empty where there is none."""
    text = re.sub(r"\\left(?![A-Za-z])\s*", "", equation.text.strip())
    if _WITH_BASE.search(text.split("=")[0]):
        return ""
    if re.match(_INVERSE, text) and "=" not in text and _IS_INVERSE.match(equation.after):
        return _INVERSE
    if again := _AGAIN.match(text[:_MOST_SAID]):
        return rf"(?<![A-Za-z]){again[1]}\s*\^"
    return next(
        (
            sign
            for sign, words in _OTHER_SIGNS.items()
            if re.match(sign, text)
            and (
                re.match(_SIGN_IS + words, equation.after, re.I)
                or re.search(rf"\b{words}{_IS_SIGN}", equation.before, re.I)
                or _SAYS_SO.match(text[:_MOST_SAID])
            )
        ),
        "",
    )


_ONE_OF = re.compile(r"\s*(\\?[A-Za-z]+)\S{0,20}\s*\\in\s*\\\{[^{}]{1,20}\\\}\s*\Z")


def labelled(equation: Equation) -> str:
    r"""The letter that is one of a few values: ``y \in \{-1, 1\}``."""
    found = _ONE_OF.match(equation.text)
    return found[1] if found else ""


Convention = Callable[[Equation], str]
"""What words around an equation say of a convention; empty where they say nothing."""
CONVENTIONS: tuple[Convention, ...] = (log_base, layout, rate_by, other_sign, labelled)


_EVERYWHERE = re.compile(
    r"\b(throughout|everywhere|always|all angles|in (this|these) (note|notes|page|paper|chapter|"
    r"document|article|post|book|text|thesis|notebook|course|lectures?)|notation|conventions?)\b",
    re.I,
)


def is_everywhere(equation: Equation) -> bool:
    """Whether what words say around an equation holds for the whole page."""
    words = *equation.titles[-1:], equation.between, equation.before, equation.text, equation.after
    return any(map(_EVERYWHERE.search, words))


_GENERALLY = re.compile(
    r"\b(general|generally|generic|generali[sz]\w+|arbitrary|any|every|all|whatever|regardless|other|"
    r"others|else|later|non-?symmetric|asymmetric|restoring|theory|examples?|problems?|exercises?|"
    r"questions?|remarks?|theorems?|lemmas?|drop\w*|allgemein\w*|beliebig\w*|alle|jede\w*|sonst|"
    r"quelconques?|générale?|tout|tous|cualquier\w*|generale?)\b",
    re.I,
)
_HEDGES = re.compile(
    r"\b(unlike|except|besides|apart|away|beyond|from|not|no|never|without|whether|or|only|exclud\w+|"
    r"allowed|needed|default|usual|usually|typical|typically|standard|initial|initially|experiments?|"
    r"figures?|fig|plots?|tables?|code|loops?|runs?|e\.g|instance|say|means|simplest|easy|special|"
    r"contrast|cannot|units|nicht|außer|sauf|excepto)\b|n['’]t\b",
    re.I,
)


def lifts(words: str) -> bool:
    """Whether words behind what is said of a name may speak of it without that again."""
    return _GENERALLY.search(words) is not None


def hedges(equation: Equation) -> bool:
    """Whether words in its sentence leave open where holds what an equation says of a name."""
    sentence = f"{last_words(equation.before)} | {ENDS.split(equation.after)[0]}"
    clause = f"{CLAUSE.split(equation.before)[-1]} | {CLAUSE.split(equation.after)[0]}"
    return _HEDGES.search(sentence) is not None or lifts(clause)


_PLAIN = re.compile(
    r"(\W|\b(and|now|then|let|instead|next|redefine|set|put|take|so|hence|thus|with|be|we|is|"
    r"have|get|later|finally)\b)*",
    re.I,
)


def takes_place(between: str) -> bool:
    """Whether a definition simply takes the place of the one before, with nothing but such words
    between them: "now let"."""
    return _PLAIN.fullmatch(between) is not None


_LABEL = re.compile(r"(?<!\A)\b([A-Z]|\d+)\b|[^\W\d]{4,}")
_IN_MATHS = re.compile(r"\\(?:text\w*|mbox)\s*\{([^{}]{0,80})\}")
_NO_LABEL = re.compile(
    r"(I|then|this|that|these|those|with|have|where|which|from|gives?|obtain|find|function|"
    r"derivatives?|differentiat\w*|gradient|therefore|hence|thus|also|respect|follows|being|"
    r"consider|suppose|define\w*|because|since|when|example)",
    re.I,
)


def _labels(*words: str) -> set[str]:
    """What may name one of several things: numbers, single capitals and longer words."""
    found = (m[0] for text in words for m in _LABEL.finditer(text.lstrip()))
    return {one if len(one) == 1 else one.lower() for one in found if not _NO_LABEL.fullmatch(one)}


def speaks_of(equation: Equation, one: Equation, other: Equation) -> bool:
    """Whether words beside an equation have in common with those before one of two others what
    those before the other lack, and nothing the other way round: "for firm A"."""
    first, second = (
        _labels(last_words(there.between), *_IN_MATHS.findall(there.text)) for there in (one, other)
    )
    behind = CLAUSE.split(equation.after)[0]
    for words in (equation.between, equation.before):
        labels = _labels(last_words(words), behind)
        if labels & (first ^ second):
            return not labels & second - first
    return False


_OTHERWISE = re.compile(r"\b(otherwise|elsewhere|else|sonst|sinon|altrimenti)\b", re.I)


def goes_on_otherwise(equation: Equation) -> bool:
    """Whether the sentence of a definition goes on with another one: "and 0 otherwise"."""
    return _OTHERWISE.search(ENDS.split(equation.after)[0]) is not None


_ANEW = re.compile(
    r"\b(instead|another|a different|(?<!one )(?<!each )(?<!every )(?<!per )(?<!single )"
    r"(?<!training )examples?|exercises?|problems?|this time|alternatively|"
    r"on the other hand|in contrast|(now|finally|then) (suppose|consider|let|take|choose)|take for|"
    r"similarly|likewise|analogously)\b",
    re.I,
)
_ANY = re.compile(
    r"\b(any|every|all|arbitrary|general|generic|another)(\s+(?!of\b)\w+){0,3}\s*\Z", re.I
)
_BE_ANY = re.compile(
    r"\W*be\s+((an?|any|some)\s+)?(arbitrary|differentiable|smooth|continuous|function)\b", re.I
)


def is_any(equation: Equation) -> bool:
    """Whether words beside a name alone say that it is one of many: "for any function $f$"."""
    return bool(_ANY.search(last_words(equation.between)) or _BE_ANY.match(equation.after))


_IS = re.compile(r"\W*(is|be|denotes?|equals|stands for|means|now)\b", re.I)


def is_anew(between: str, name: str, maths: str) -> bool:
    """Whether what stands behind a piece of maths may give a name another meaning: an example
    begins, or that name is said to be something."""
    said = maths.strip() == name and _IS.match(between)
    return bool(said or _ANEW.search(between))


@record()
class Calculus:
    """Rules by which a part of a page differentiates that are not those of real analysis."""

    section: tuple[int, ...]
    forbids: re.Pattern[str]
    """What of entries they concern."""
    is_of_print: bool = False
    """Whether that is how the page writes them."""

    def concerns(self, equation: Equation, entry: str) -> bool:
        """Whether an entry, as text, falls under them where it stands."""
        is_here = equation.section[: len(self.section)] == self.section
        text = equation.text if self.is_of_print else entry
        return is_here and self.forbids.search(text) is not None


_OF_STOCHASTIC = re.compile(
    r"\b(brownian|wiener|it(o|ô|ō)|semimartingales?|martingales?|"
    r"stochastic (calculus|differential|integral|process)\w*)\b",
    re.I,
)
"""By Itô's rule differentials have further terms: d(W^2) = 2 W dW + dt."""
_IN_DEGREES = re.compile(
    r"\bin degrees\b|\bdegree measure\b|\bdegrees (instead of|rather than|and not) radians\b", re.I
)
_IN_RADIANS = re.compile(r"(?<!instead of )(?<!rather than )(?<!not )\bradians?\b", re.I)
_OF_ALGEBRA = re.compile(
    r"\b(finite fields?|galois fields?|characteristic \W*(p|q|two|three|five|\d+)|"
    r"q-(derivatives?|calculus|analog\w*)|(arithmetic|fractional|discrete|boolean|hasse|covariant) "
    r"derivatives?|(difference|shift) operators?|fractional calculus|grassmann|tropical|"
    r"anti-?commut\w+|non-?commut\w+|clifford|octonions?)\b|\\mathbb\{F\}_|\\mathbb\{Z\}\s*/",
    re.I,
)
"""Of what is no number, or by rules that are not those of analysis."""
_UNIT = r"\\(hat|mathbf|vec|boldsymbol)\s*\{?\s*(\\\w+\s*\{?\s*)?\\?[ijke](math)?(?![a-z])"
_OF_FRAMES = re.compile(
    r"\b(rotat\w+|turning|moving|co-?moving|non-?inertial|body([- ]fixed)?)( \w+)? "
    r"(frames?|axes|bas[ie]s|coordinate systems?|unit vectors?|triads?|trihedr\w+)\b|"
    r"\b(frames?|axes|bas[ie]s|unit vectors?)\b[^.;]{0,60}"
    r"\b(rotat\w+|turns?|moves?|spin\w*|attached|"
    r"fixed (in|to|on) (an?|the) (\w+ )?(dis[ck]|body|wheel|platform|turntable|carousel|earth))\b|"
    rf"\\frac\s*\{{\s*d\s*{_UNIT}|\\dot\s*\{{?\s*{_UNIT}",
    re.I,
)
"""Of unit vectors that turn: they are no constant columns."""
_OF_CURVES = re.compile(r"\bunit (tangent|normal)|\bprincipal normal|\bbinormal|\bFrenet", re.I)
_ARRAYS = re.compile(r"(?<!, )(?<!\[)\[(?![\[{'])|: \['")
"""Columns, and symbols that have a shape."""
_ARRAY_SYMBOLS = re.compile(r": \['")
_OF_METRICS = re.compile(
    r"\b(riemannian|hyperbolic (plane|space)|metric tensor|(induced|conformal|hyperbolic) metric|"
    r"(plane|sphere|torus|space|surface|manifold|coordinates)\b[^.;]{0,30}\bmetric|"
    r"laplace\W{1,2}beltrami|weighted (measure|divergence|gradient))\b",
    re.I,
)
"""By these the gradient is no column of partial derivatives, nor the divergence their sum."""
_NABLA = re.compile(
    r"\\nabla(?!\s*_)|\\(operatorname|mathrm|text)\s*\{\s*(div|curl|rot|grad)|\\Delta(?![A-Za-z])"
)
_TRIGONOMETRIC = re.compile(r"(?<![a-z])(sin|cos|tan|cot|sec|csc)\(")
DIFFERENTIAL = re.compile(r"(?<!\w)d\(")
_ANYTHING = re.compile("")


def calculi(equation: Equation) -> Iterator[Calculus]:
    """The rules that an equation's title, and the words around it, say for what follows."""
    words = " ".join((equation.between, equation.before, equation.text, equation.after))
    section = () if is_everywhere(equation) else equation.section
    said = f"{' '.join(equation.titles)} {words}"
    if _OF_STOCHASTIC.search(said):
        yield Calculus(section, DIFFERENTIAL)
    if _OF_FRAMES.search(said):
        yield Calculus(section, _ARRAYS)
    if _OF_CURVES.search(said):
        yield Calculus(section, _ARRAY_SYMBOLS)
    if _OF_METRICS.search(said):
        yield Calculus(section, _NABLA, is_of_print=True)
    if _IN_DEGREES.search(said) and not _IN_RADIANS.search(words):
        yield Calculus(section, _TRIGONOMETRIC)
    if _OF_ALGEBRA.search(said):
        yield Calculus(section, _ANYTHING)
