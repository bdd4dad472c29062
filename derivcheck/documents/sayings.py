"""What the words around a claim say of it: that it is wrong, asked, supposed or another's.

Words close by count in their sentence, plain ones ("mistake") in their paragraph, and what an
exercise asks ("true or false?") to the end of its section. But for the plainest they hide no proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from derivcheck.documents.source import Equation
from derivcheck.records import record

_WRONG = re.compile(
    r"\b(wrong|wrongly|incorrect|incorrectly|not quite|guess|guessed|guesses|guessing|mistake|"
    r"mistaken|mistakenly|erroneous|erroneously|not correct|not true|false|naively)\b",
    re.I,
)
_PLAIN = re.compile(
    r"\b(mistakes|(common|typical|frequent|usual|sign|an?) errors?|in error|errors? in|erratum|"
    r"errata|typos?|misprints?|misprinted|flaw|flawed|fallacy|fallacious|pitfalls?|misconceptions?|"
    r"nonsense|bogus|absurd|naive(?! bayes)|tempting|tempted|beware|"
    r"(?<!not )(?<!n['’]t )forget|forgets|forgetting|forgot|forgotten|lacks|contradicts?|"
    r"contradiction|counterexamples?|disprove|"
    r"who is right|which is right|which one is right|"
    r"falsch|fälschlich|fehler|fehlerhaft|irrtum|irrtümlich|faux|fausse|erreur|erroné|"
    r"incorrecto|incorrecta|errado|errada|sbagliato)\b|错|錯|不正确|誤り|❌|✗|✘",
    re.I,
)
_BEFORE = re.compile(
    r"(\b(not|never|cannot|would|(might|may) (think|expect|guess|say)|claims|claimed|thinks|"
    r"thought|believes|believed|answers|answered|argues|argued|wrote|(often|sometimes) write|"
    r"instead of|rather than|replace|disprove|nicht|jamais|nunca)\b|n['’]t\b)[^,]*\Z",
    re.I,
)
"""In the sentence, before the claim and in its own clause."""
_SUPPOSED = re.compile(
    r"\b(if|suppose|supposing|assume|assuming|imagine|pretend|let|define|denote|introduce)"
    r"( that| we had| for contradiction that| to the contrary that| it were true that)?\W*\Z",
    re.I,
)
_BEHIND = re.compile(
    r"\W*(\w+\W+){0,4}?(should (be|read)|fails|is false|would|is missing|misses|"
    r"(is not|isn['’]t) (true|right|the|equal|correct)|(cannot|can['’]t) be (right|true|correct)|"
    r"(does not|doesn['’]t) (hold|follow)|in general\?)",
    re.I,
)
_ROUGH = re.compile(
    r"\b(up to|to (the )?(first|second|third|leading|lowest|linear) order|approximat\w*|roughly|"
    r"neglect\w*|ignoring|leading order|asymptotically|linearized|linearised|degrees?|modulo|"
    r"characteristic|finite field|in the sense of|näherungsweise|environ)\b|\\mathbb\{F\}",
    re.I,
)
"""In the sentence: of other numbers or functions, or of a part only."""
_ANEW = re.compile(
    r"\b(instead|another|a different|examples?|exercises?|problems?|this time|alternatively|"
    r"on the other hand|in contrast|(now|finally|then) (suppose|consider|let|take|choose)|take for|"
    r"similarly|likewise|analogously)\b",
    re.I,
)
_IS = re.compile(r"\W*(is|be|denotes?|equals|stands for|means|now)\b", re.I)
_APART = re.compile(
    r"\b(differ\w*|distinct|unequal|not equal|others?|otherwise|except|unless|off|cases?|"
    r"inside|inner|interior|ends?|edges?|bounda\w+|neighbou?r\w*|"
    r"verschieden\w*|ungleich|sonst|falls|fall|rand|andere\w*|différent\w*|distincts?|sinon|cas|"
    r"autres?|distintos?|otros?|caso)\b|[≠<>]|!=|\\(neq?|not|lt|gt|leq?|geq?)(?![a-zA-Z])",
    re.I,
)
_NORMALISED = re.compile(
    r"\bone-?hot\b|\bone hot\b|\b(sums?|adds? up|summing|adding up) to (\$?1\b|one|unity)|"
    r"\b(probabilit\w+|distributions?|normali[sz]ed|normali[sz]ation|simplex|stochastic|mixture|"
    r"others|the rest|remaining|otherwise|elsewhere|(true|right|correct|given) (class|label))\b|"
    r"\\sum[^=]*=\s*1\s*[.,;]?\s*\Z|\\(mathbf|bm|boldsymbol|mathbb)?\s*\{?1\}?\^[^=]*=\s*1\s*\Z",
    re.I,
)
_STRUCTURED = re.compile(
    r"\b(symmetric|symmetrisch\w*|orthogonal|orthonormal|unitary|rotations?|isometr\w+|"
    r"projections?|projectors?|self-?adjoint)\b|"
    r"\^\s*\{?\s*(T|\\top|\\intercal)\s*\}?[^=]*=\s*\\?\w+\W*\Z|"
    r"\A\W*\w+\s*=\s*\w+\s*\^\s*\{?\s*(T|\\top)\W*\Z",
)
_STRUCK = re.compile(r"(~~|<(del|s|strike)>|\[ \])\s*\Z", re.I)
_ASKED = re.compile(
    r"\b(true or false|right or wrong|correct or not|which (one )?of (the following|these)|"
    r"(determine|decide|check|state|say) (whether|if)|find the (mistake|error|bug)|"
    r"spot the (mistake|error)|multiple choice|richtig oder falsch|vrai ou faux)\b",
    re.I,
)
_STOCHASTIC = re.compile(
    r"\b(brownian|wiener|it(o|ô|ō)|semimartingales?|martingales?|"
    r"stochastic (calculus|differential|integral|process)\w*)\b",
    re.I,
)
"""By Itô's rule differentials have further terms: d(W^2) = 2 W dW + dt."""
_DEGREES = re.compile(
    r"\bin degrees\b|\bdegree measure\b|\bdegrees (instead of|rather than|and not) radians\b", re.I
)
_RADIANS = re.compile(r"(?<!instead of )(?<!rather than )(?<!not )\bradians?\b", re.I)
_ALGEBRAIC = re.compile(
    r"\b(finite fields?|galois fields?|characteristic \W*(p|q|two|three|five|\d+)|"
    r"q-(derivatives?|calculus|analog\w*)|(arithmetic|fractional|discrete|boolean|hasse|covariant) "
    r"derivatives?|(difference|shift) operators?|fractional calculus|grassmann|tropical|"
    r"anti-?commut\w+|non-?commut\w+|clifford|octonions?)\b|\\mathbb\{F\}_|\\mathbb\{Z\}\s*/",
    re.I,
)
"""Of what is no number, or by rules that are not those of analysis."""
_EVERYWHERE = re.compile(
    r"\b(throughout|everywhere|always|all angles|in (this|these) (note|notes|page|paper|chapter|"
    r"document|article|post|book|text|thesis|notebook))\b",
    re.I,
)
_TRIGONOMETRIC = re.compile(r"(?<![a-z])(sin|cos|tan|cot|sec|csc)\(")
_ANYTHING = re.compile("")
_DIFFERENTIAL = re.compile(r"(?<!\w)d\(")
_SENTENCE = re.compile(r"[.;!?]\s")
_COLON = re.compile(r":\s")
_BASE = re.compile(r"\bbase[- ]?(2|two)\b|\bbinary logarithm|\bto base\b", re.I)
_QUESTION = re.compile(r"[^.;!]*\?")
_NEAR = 60

OTHER_RULES = "the page differentiates by other rules here, or in other units"
SAID = "the page itself says that it may be wrong"


def is_wrong(equation: Equation, words: str) -> bool:
    """Whether its paragraph, or words inside it, call a claim wrong."""
    said = " ".join((words, equation.before, equation.after))
    return bool(_WRONG.search(_ASKED.sub("", said)))


def is_doubted(equation: Equation) -> bool:
    """Whether words around a claim may mean that it does not hold."""
    last = equation.before[-_NEAR:]
    return bool(
        _PLAIN.search(f"{equation.before} {equation.after}")
        or _BEFORE.search(_clause(equation.before))
        or _SUPPOSED.search(equation.between)
        or _BEHIND.match(equation.after)
        or _STRUCK.search(last)
        or _ROUGH.search(_SENTENCE.split(f"{equation.before} ")[-1])
        or _ROUGH.search(_SENTENCE.split(equation.after)[0])
        or _QUESTION.match(equation.after)
    )


def has_binary_logarithms(lines: Iterable[str]) -> bool:
    """Whether a document speaks of the base of logarithms as if that were 2."""
    return any(_BASE.search(line) for line in lines)


@record()
class Calculus:
    """Rules by which a part of a page differentiates that are not those of real analysis."""

    section: tuple[int, ...]
    forbids: re.Pattern[str]
    """What of entries they concern."""

    def concerns(self, equation: Equation, entry: str) -> bool:
        """Whether an entry, as text, falls under them where it stands."""
        is_here = equation.section[: len(self.section)] == self.section
        return is_here and self.forbids.search(entry) is not None


def calculi(equation: Equation) -> Iterator[Calculus]:
    """The rules that an equation's title, and the words around it, say for what follows."""
    words = " ".join((equation.between, equation.before, equation.text, equation.after))
    titles = " ".join(equation.titles)
    section = () if _EVERYWHERE.search(words) else equation.section
    said = f"{titles} {words}"
    if _STOCHASTIC.search(said):
        yield Calculus(section, _DIFFERENTIAL)
    if _DEGREES.search(said) and not _RADIANS.search(words):
        yield Calculus(section, _TRIGONOMETRIC)
    if _ALGEBRAIC.search(said):
        yield Calculus(section, _ANYTHING)


def tells_apart(equation: Equation) -> bool:
    """Whether an equation or words beside it may tell places apart: "for $i \\ne j$", "inside"."""
    told = (equation.between, equation.text, equation.after[:_NEAR], *equation.titles[-1:])
    return any(map(_APART.search, told))


def normalises(equation: Equation) -> bool:
    """Whether an equation or words beside it may say that something sums to 1: "one-hot"."""
    words = (equation.between, equation.before, equation.after, *equation.titles)
    return any(map(_NORMALISED.search, (equation.text, *words)))


def structures(equation: Equation) -> bool:
    """Whether an equation or words beside it may say that a matrix is symmetric or orthogonal."""
    words = (equation.between, equation.before, equation.after, *equation.titles)
    return any(map(_STRUCTURED.search, (equation.text, *words)))


def is_asked(equation: Equation) -> bool:
    """Whether an exercise begins that asks what is true."""
    return bool(_ASKED.search(f"{equation.between} {equation.before}"))


def is_anew(between: str, name: str, maths: str) -> bool:
    """Whether what stands behind a piece of maths may give a name another meaning: an example
    begins, or that name is said to be something."""
    said = maths.strip() == name and _IS.match(between)
    return bool(said or _ANEW.search(between))


def _clause(before: str) -> str:
    """The clause before a claim: what stands behind a colon, or before the last one."""
    sentence = _SENTENCE.split(f"{before} ")[-1][-_NEAR:]
    *_, introduced, behind = ["", *_COLON.split(sentence)]
    return behind if behind.strip(" >") else introduced
