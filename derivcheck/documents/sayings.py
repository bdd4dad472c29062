"""What words say of the equation beside them, a rule a row: where they count, and which they are.

Words close by count in their sentence, plain ones ("mistake") in their paragraph, and what an
exercise asks ("true or false?") to the end of its section. But for the plainest they hide no proof.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from derivcheck.documents.source import Equation

_NEAR, _CLOSE = 60, 80
"""Characters that count as right beside an equation, and as close to it."""
_SENTENCE = re.compile(r"[.;!?]\s")
_COLON = re.compile(r":\s")
_CASES = re.compile(r"\\(begin|end)\{[a-z]?cases\*?\}")
CLAUSE = re.compile(r"[.,;:!?]")
ENDS = re.compile(r"[.;!?](\W|\Z)")
"""Where a sentence ends."""

Where = Callable[[Equation], tuple[str, ...]]
"""The texts around an equation in which words count."""


def _said(*rules: tuple[Where, str]) -> Callable[[Equation], bool]:
    """Whether one of some rules finds its words where it looks for them."""
    compiled = [(where, re.compile(words, re.I)) for where, words in rules]
    return lambda equation: any(
        pattern.search(text) for where, pattern in compiled for text in where(equation)
    )


# -- where words count ---------------------------------------------------------------------


def last_words(words: str) -> str:
    """What a sentence says so far."""
    return ENDS.split(words)[-1] or ""


def _around(equation: Equation) -> tuple[str, ...]:
    return (f"{equation.before} {equation.after}",)


def _close(equation: Equation) -> tuple[str, ...]:
    return (f"{equation.before[-_CLOSE:]} {equation.after[:_CLOSE]}",)


def _in(part: str) -> Where:
    return lambda equation: (getattr(equation, part),)


_before, _between, _behind = map(_in, ("before", "between", "after"))


def _display(equation: Equation) -> tuple[str, ...]:
    """The maths, but for cases, which are read."""
    outside, *parts = _CASES.split(equation.text)
    depth = 0
    for mark, part in zip(parts[::2], parts[1::2], strict=True):
        depth = max(0, depth + (1 if mark == "begin" else -1))
        outside += "" if depth else part
    return (outside,)


def _so_far(equation: Equation) -> tuple[str, ...]:
    return (last_words(equation.before)[-_CLOSE:],)


def _in_sentence(equation: Equation) -> tuple[str, ...]:
    return (_SENTENCE.split(f"{equation.before} ")[-1], _SENTENCE.split(equation.after)[0])


def _near(equation: Equation) -> tuple[str, ...]:
    after = equation.after[:_NEAR]
    return (equation.between, equation.text, after, *equation.titles[-1:])


def _anywhere(equation: Equation) -> tuple[str, ...]:
    words = (equation.text, equation.between, equation.before, equation.after)
    return (*words, *equation.titles)


def _heads(equation: Equation) -> tuple[str, ...]:
    """What heads its section, and the column of a table in which it stands."""
    return (*equation.titles[-1:], *((equation.table.title,) if equation.table else ()))


def _clause(equation: Equation) -> tuple[str, ...]:
    """The clause before it: what stands behind a colon, or before the last one."""
    sentence = _SENTENCE.split(f"{equation.before} ")[-1][-_NEAR:]
    *_, introduced, behind = ["", *_COLON.split(sentence)]
    return (behind if behind.strip(" >") else introduced,)


# -- that it is wrong, or may be -----------------------------------------------------------

SAID = "the page itself says that it may be wrong"
_WRONG = re.compile(
    r"\b(wrong|wrongly|incorrect|incorrectly|not quite|guess|guessed|guesses|guessing|mistake|"
    r"mistaken|mistakenly|erroneous|erroneously|not correct|not true|false|naively)\b|\bNo!",
    re.I,
)
_ASKED = (
    r"\b(true or false|right or wrong|correct or not|which (one )?of (the following|these)|"
    r"(determine|decide|check|state|say) (whether|if)|find the (mistake|error|bug)|"
    r"which is it|select all|quiz|correct the following|"
    r"spot the (mistake|error)|multiple choice|richtig oder falsch|vrai ou faux)\b"
)
is_asked = _said((_before, _ASKED), (_between, _ASKED))
"""An exercise begins that asks what is true."""


def is_wrong(equation: Equation, words: str) -> bool:
    """Whether its paragraph, or words inside it, call a claim wrong."""
    said = " ".join((words, equation.before, equation.after))
    return bool(_WRONG.search(re.sub(_ASKED, "", said, flags=re.I)))


is_doubted = _said(
    (
        _around,
        r"\b(mistakes|(common|typical|frequent|usual|sign|an?) errors?|in error|errors? in|erratum|"
        r"errata|typos?|misprints?|misprinted|flaw|flawed|fallacy|fallacious|pitfalls?|"
        r"misconceptions?|nonsense|bogus|absurd|naive(?! bayes)|tempting|tempted|beware|"
        r"(?<!not )(?<!n['’]t )forget|forgets|forgetting|forgot|forgotten|lacks|contradicts?|"
        r"contradiction|counterexamples?|disprove|"
        r"who is right|which is right|which one is right|"
        r"refute|impossible|paradox|the catch|what is off|criticis\w+|not legitimate|(sic)|"
        r"(does not|doesn['’]t) make sense|"
        r"traps?|invalid|complained|a bug in|careless|carelessly|myths?|debug|disproof|"
        r"freshman['’]?s dream|(first|wrong|failed) attempt|(this|which|that) misses|deduct|"
        r"no way that|rules out|does not apply|(can['’]t|cannot) be( right| true| correct)?[.!]|"
        r"falsch\w*|fälschlich|(denk|rechen|vorzeichen|tipp)?fehler|fehlerhaft|irrtum|"
        r"irrtümlich|stimmt nicht|nicht wahr|"
        r"faux|fausse|erreurs?|erroné|pas vrai|(no es|non è|não é) (cierto|verdad|vero|verdade)|"
        r"error(es)? (com[uú]n|comunes|frecuentes?|típicos?)|erro(re)? comu(m|ne)|"
        r"incorrecto|incorrecta|errado|errada|sbagliato|sbagliata|fout|fouten)\b|"
        r"👎|错|錯|不正确|并不是|并非|誤り|間違|ошибк|неверно|실수|틀린|❌|✗|✘",
    ),
    (
        _heads,
        r"\b(wrong|incorrect|bad|myth|mistakes?|(common|typical|frequent) errors?|fallac(y|ies)|"
        r"pitfalls?|traps?|falsch|faux)\b",
    ),
    (
        _before,
        r"([!?]{3}\+?|:::?|\[!|\\begin|\.\.)\s*\{?(danger|failure|bug|caution)\b",
    ),
    (
        _clause,
        r"(\b(not|never|cannot|would|(might|may) (think|expect|guess|say)|claims|claimed|thinks|"
        r"thought|believes|believed|answers|answered|argues|argued|wrote|(often|sometimes) write|"
        r"instead of|rather than|replace|disprove|nicht|jamais|nunca|"
        r"(many|some|most)( \w+)? (students?|people|pupils|learners|beginners) "
        r"(write|think|believe|say)|"
        r"(viele|manche|einige)( \w+){0,2} (schreiben|meinen|denken)|"
        r"(beaucoup|certains|plusieurs)( \S+){0,2} (écrivent|pensent)|"
        r"(muchos|algunos)( \w+){0,2} (escriben|piensan)|"
        r"könnte|könnten|pourrait|pourraient|podría|podrían|potrebbe|poderia)\b|n['’]t\b)"
        r"[^,]*(, dass\W*)?\Z",
    ),
    (
        _between,
        r"\b(if|suppose|supposing|assume|assuming|imagine|pretend|let|define|denote|introduce)"
        r"( that| we had| for contradiction that| to the contrary that| it were true that)?\W*\Z",
    ),
    (
        _behind,
        r"\A\W*(\w+\W+){0,4}?(should (be|read)|fails|is false|would|is missing|misses|"
        r"(is not|isn['’]t) (true|right|the|equal|correct)|"
        r"(cannot|can['’]t) (hold|be (right|true|correct))|has (since )?been corrected|"
        r"(does not|doesn['’]t) (hold|follow)|in general\?)",
    ),
    (_behind, r"\A[^.;!]*\?"),
    (_before, r"\[ \]\s*\Z"),
    (
        _in_sentence,  # of other numbers or functions, or of a part only
        r"\b(up to|to (the )?(first|second|third|leading|lowest|linear) order|approximat\w*|"
        r"roughly|neglect\w*|ignoring|leading order|asymptotically|linearized|linearised|degrees?|"
        r"modulo|characteristic|finite field|in the sense of|näherungsweise|environ)\b"
        r"|\\mathbb\{F\}",
    ),
)
"""Words around a claim may mean that it does not hold."""

_STRUCK = re.compile(r"\\cancel\s*(\{[^{}]*\}|.)")


def is_struck(equation: Equation) -> bool:
    """Whether something is struck out in it, and not above and below a line."""
    return any(count % 2 for count in Counter(_STRUCK.findall(equation.text)).values())


# -- where it holds ------------------------------------------------------------------------

may_limit = _said((
    _close,
    r"\b(if|when|whenever|where|for|provided|case|otherwise|else|branch|side|region|positive|"
    r"negative|active|inactive|inside|outside|left|right|above|below|wenn|falls|pour|si|para)\b",
))  # fmt: skip
"""Words close to an equation may say on which piece it holds."""
_WHOLE = re.compile(
    r"\b(whole|integers?|integral|integer-valued|even|odd|naturals?|parity|ganze?|gerade|ungerade|"
    r"entiers?|pairs?|impairs?|enteros?|pares?|impares?)\b|\\mathbb\s*\{?\s*[NZ]",
    re.I,
)
_LABEL = re.compile(r"\b(labels?|binary|two-valued|masks?)\b|\\pm(?![A-Za-z])|\\in\s*\\\{", re.I)
_REGION = re.compile(
    r"\b(intervals?|between|lies|quadrants?|acute|obtuse|angles?|radius|intervalle?|intervallo)\b",
    re.I,
)
_SET = re.compile(r"\\in(?![A-Za-z])|[(\[][^()\[\],]*,[^()\[\],]*[)\]]\s*(\n|\Z)")
_IN_DISPLAY = re.compile(
    r"\\(text|mbox|textrm|textit|qq?uad|in|pm|neq?|leq?|geq?|lt|gt|overset|stackrel|underset)"
    r"(?![A-Za-z])|[<>]|&\s*&"
)


def conditions(equation: Equation, maths: str) -> frozenset[str]:
    """Of what kind a condition may be that is said of an equation and not read: that something is
    `whole`, or one of two values (`label`), or in a `region`. ``maths`` stands beside it."""
    (display,) = _display(equation)
    said = f"{equation.before} {equation.after} {display} {maths}"
    is_region = _REGION.search(said) or _SET.search(maths) or _IN_DISPLAY.search(display)
    found = (("whole", _WHOLE.search(said)), ("label", _LABEL.search(said)), ("region", is_region))
    return frozenset(kind for kind, one in found if one)


may_be_conditional = _said((
    _close,
    r"\b(if|when|whenever|where|for|on|as|with|in|near|provided|case|let|take|set|setting|"
    r"assuming|since|because|equals?|positive|negative|domain|defined|differentiable|limit|"
    r"wenn|falls|für|da|mit|auf|pour|si|sur|avec|para|en|con|per|se)\b",
))  # fmt: skip
"""Words close to an equation may say where it holds."""
is_limited = _said(
    (
        _behind,
        r"\A\W*(unless|except|(for|if|when|whenever|provided|on)\s+(the\s+)?"
        r"(positive|negative|large|small|non-?zero))",
    ),
    (_so_far, r"\b(unless|except)\b"),
)
"""Words around an equation limit it: "for positive x", "unless"."""
is_open = _said(
    (
        _so_far,
        r"\b((for|at|when|if|as)( \w+)? (small|large|tiny)|(is|are|be) (small|large|tiny)|near|"
        r"close to|limit|expanding|(low|high) temperatures?|"
        r"klein\w*|groß\w*|petite?s?|grande?s?|pequeñ\w*|"  # approximately
        r"find\W+(with|so)|solve|gesucht|suchen|löse\w*|wo ist|résoudre|trouver|"
        r"such that|want|require|choose|comparing|"
        r"look(ing)? for|condition for|consider the (equation|statement)|hypothesis|by assumption|"
        r"parallel|marginal revenue equals|setting the slopes|"
        r"mean value theorem|average slope|finite differences?|integrating factor|"
        r"the ODE)\b",
    ),
    (
        _behind,
        r"\A[^.;]*\b(must be|determine|implies that)\b|"
        r"\A\W*(is to hold|iff|if and only if|forces|(exactly|precisely) when|has the solution)\b|"
        r"\b(absorbed|absorb|(has been|was|is) (dropped|omitted)|irrelevant)\b",
    ),
    (_before, r"\b(absorb(ed|ing)?|dropping|omitting)\b"),
    (
        _display,
        r"\\(ll|gg)(?![A-Za-z])|(\(|\\text\{[^{}]{0,80}\})\s*\w+\s*\\to\s*(0|\\infty)|"
        r"(small|large)\b[^{}]{0,40}\}",
    ),
)
"""Words around a claim make it an approximation, or an equation to be solved: "for small x", "find
a with"."""
is_supposed = _said((
    _so_far,
    r"\b(let|suppose|assume|if|when|where|provided|such that|"
    r"eigen\w+|solve|solving|curve|circle|ellipse|surface|constraint|"
    r"constraints|subject to|given by|satisfy|satisfies|satisfying|equation|equations|condition|"
    r"implicitly|differentiate|differentiating)\b",
))  # fmt: skip
"""It holds somewhere only: on a curve, under a constraint."""
is_of_equations = _said((
    _around,
    r"\b(equations?|ODEs?|solves?|solving|solutions?|satisf(y|ies|ying)|obeys?|curves?|circles?|"
    r"implicit(ly)?|flow|field|dynamics|law)\b",
))  # fmt: skip
"""Words speak of equations to be solved: a derivative in terms of what is derived may be one."""
is_at_point = _said(
    (
        _so_far,
        r"\b(at|point|points|evaluat\w+|putting|substitut\w+|inserting|plugging|origin|end|"
        r"initially|minimum|maximum)\b",
    ),
    (_behind, r"\A\W*(at|when|if|for|where)\b"),
)
"""Words around an equation may say where it holds: "at the point $x = 3$"."""
_VARIES = r"implicit|implicitly|functions? of|depends? on|depending on|var(y|ies) with"
may_vary = _said(
    (
        _before,
        rf"\b({_VARIES}|"
        r"var(y|ies) in time|(is|are|be|being|equals?)( \w+)? (twice|half|double|triple|thrice|"
        r"proportional to|equal to) (its|the|their|that))\b",
    ),
    (_display, rf"\b({_VARIES})\b"),
)
"""Some name in it may be said to be a function."""
goes_on = _said((_behind, r"\A\W{0,2}(times|multiplied by|plus|minus|divided by)\b"))
"""Words behind an equation are a further term or factor."""
tells_apart = _said((
    _near,
    r"\b(differ\w*|distinct|unequal|not equal|others?|otherwise|except|unless|off|cases?|"
    r"inside|inner|interior|ends?|edges?|bounda\w+|neighbou?r\w*|"
    r"verschieden\w*|ungleich|sonst|falls|fall|rand|andere\w*|différent\w*|distincts?|sinon|cas|"
    r"autres?|distintos?|otros?|caso)\b|[≠<>]|!=|\\(neq?|not|lt|gt|leq?|geq?)(?![a-zA-Z])",
))  # fmt: skip
"""An equation or words beside it may tell places apart: "for $i \\ne j$", "inside"."""
normalises = _said((
    _anywhere,
    r"\bone-?hot\b|\bone hot\b|\b(sums?|adds? up|summing|adding up) to (\$?1\b|one|unity)|"
    r"\b(probabilit\w+|distributions?|normali[sz]ed|normali[sz]ation|simplex|stochastic|mixture|"
    r"others|the rest|remaining|otherwise|elsewhere|(true|right|correct|given) (class|label))\b|"
    r"\\sum[^=]*=\s*1\s*(?:[.,;]\s*)?\Z|\\(mathbf|bm|boldsymbol|mathbb)?\s*\{?1\}?\^[^=]*=\s*1\s*\Z",
))  # fmt: skip
"""An equation or words beside it may say that something sums to 1: "one-hot"."""
names_other_gradient = _said((
    _anywhere,
    r"\b(polar|cylindrical|spherical|oblique|curvilinear|minkowski|tangential|surface|natural|"
    r"symplectic|functional|rotated|differences?|connection|curl|constant|held|fixed|parameters?|"
    r"weights?|depends?|functions? of|vectors?|order|with respect to|differentiating in)\b",
))  # fmt: skip
"""Words around a gradient may say that it is none by x, y and z as they stand."""
names_base = _said((_anywhere, r"\b(base|basis|bases|bits|decimal|dyadic|binary)\b"))
"""An equation or words beside it may say to which base logarithms are."""
_TURNED = r"\s*(?:\}+\s*)?\^\s*(?:\{\s*)?(?:(?-i:T)|\\top|\\intercal)\s*(?:\}\s*)?"
_MATRIX = r"(?:\\(?:mathbf|boldsymbol|bm|mathrm|mathsf)\s*\{?\s*)?"

structures = _said((
    _anywhere,
    r"\b(symmetric|symmetrisch\w*|orthogonal|orthonormal|unitary|rotations?|isometr\w+|"
    r"projections?|projectors?|self-?adjoint)\b|"
    # A^T = A, A = A^T, Q^T Q = I, Q Q^T = I
    rf"\A\W*{_MATRIX}(?P<a>\w+){_TURNED}=\W*{_MATRIX}(?P=a)\b|"
    rf"\A\W*{_MATRIX}(?P<b>\w+)\s*(?:\}}+\s*)?(?:\^\s*(?:\{{\s*)?-1\s*(?:\}}\s*)?)?=\W*"
    rf"{_MATRIX}(?P=b){_TURNED}\W*\Z|"
    rf"\A\W*{_MATRIX}(?P<c>\w+?){_TURNED}{_MATRIX}(?P=c)\s*(?:\}}+\s*)?=[^=]*\Z|"
    rf"\A\W*{_MATRIX}(?P<d>\w+?)\s*(?:\}}+\s*)?{_MATRIX}(?P=d){_TURNED}=[^=]*\Z",
))  # fmt: skip
"""An equation or words beside it may say that a matrix is symmetric or orthogonal."""

_STEPS = (
    r"so|hence|thus|therefore|then|that is|i\.e\.|finally|which|this|is|gives|yields|"
    r"we|get|obtain|have|find|simplif\w+|expand\w*|collect\w*|factor\w*|step|answer|result|donc|ainsi|"
    r"also|somit|damit"
)
is_step = _said((_between, rf"\A(\W|\d|\b({_STEPS})\b|[因此所以故即得化简])*\Z"))
"""Nothing stands before an equation but words by which a calculation goes on."""
_MARKS = r"→|->|⟶|➜|[👍👎✓✔✅]"
"""What stands between the old and the new, or before what is right."""
is_beside = _said(
    (_between, rf"\A(?!.*({_MARKS}))(\W|\d|\b(and|with|{_STEPS})\b|[因此所以故即得化简])*\Z")
)
"""The same, or words by which it is one more of the same kind."""
