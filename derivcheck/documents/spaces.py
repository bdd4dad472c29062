r"""Shapes that a page says itself: ``X \in \mathbb{R}^{m \times n}``.

They let claims be read as an annotation does, but anchor nothing: what is refuted with them is
suspect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from derivcheck.collection.raw import Value
from derivcheck.documents.bindings import Binding, key_of
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.kinds import Seen
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.maths.tree import NotReadError
from derivcheck.documents.sayings import ENDS, last_words
from derivcheck.documents.source import Equation

_CLOSE = 40
_SYMMETRIC = re.compile(r"(?<![\w-])(symmetric|covariance)\b", re.I)
_SYMMETRIC_BEFORE = re.compile(
    _SYMMETRIC.pattern + r"(?:\W+(?:positive|semi|definite|real|square|matrix|matrices)\b)*\W*\Z",
    re.I,
)
_SYMMETRIC_BEHIND = re.compile(
    r"(?:(?:be|is|are|being|denotes?|an?|the|real|square|positive|definite|and)\b|\W)*"
    + _SYMMETRIC.pattern,
    re.I,
)
_DENIED = re.compile(
    r"\b(not|no|non|never|unless|if|when|anti|skew|arbitrary|general)\b|n't\b", re.I
)
_COVARIANCE = re.compile(
    r"co-?varian|kovarian|multivariate|gau(ss|ß)|mahalanobis|portfolio|precision matri|"
    r"normal(ly)?[- ]distribut|\\(mathcal|mathrm|mathbb)\{N\}",
    re.I,
)
_OTHER_SIGMA = re.compile(
    r"cross-?co-?varian|asymmetric|non-?symmetric|singular[- ]val|singulärwert|\bsvd\b|"
    r"\b(not|never|no)\b(?: \w+){0,4} symmetric|n't(?: \w+){0,4} symmetric|without symmetry",
    re.I,
)
_DRESS = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec|left|right|,)(?![A-Za-z])|[{}\s]+")
_OF_COVARIANCE = re.compile(
    # w^T \Sigma w, (x - \mu)^T \Sigma^{-1} (x - \mu)
    r"(\\?[A-Za-z]{1,9}|\))\^(?:\\top|T|\\intercal)\\Sigma(?:\^-1)?(?:\1|\()"
    r"|\\Sigma\^-1|\|\\Sigma\|"
)
_ARRAY_BEFORE = re.compile(
    r"\b(matrix|matrices|operators?|quaternions?)(-valued)?( functions?)?\W*\Z", re.I
)
_ARRAY_BEHIND = re.compile(
    r"\W*(?:be|is|are|being|denotes?)(?: \S+){0,4}? (matrix|matrices|operators?|quaternions?)\b",
    re.I,
)
_SUMS = r"(means?|averages?|totals?(?! number)|sum|variances?|deviations?|norm|normali[sz]\w+)"
_SUM_BEFORE = re.compile(_SUMS + r"(?: \w+){0,2}(?: is| are)?\W*\Z", re.I)
_SUM_BEHIND = re.compile(
    r"\W*(?:be|is|are|being|denotes?)?\W*(?:the|a|an|their|its)(?: \S+){0,2} " + _SUMS + r"\b", re.I
)
_VARIES = re.compile(
    r"\W*(?:\w+ ){0,2}?(?:depends?|var(?:y|ies)|grows?|falls?|rises?|changes?|increases?|"
    r"decreases?|declines?|shrinks?|(?:is|be) a function|(?:are|be) functions|"
    r"is determined)( only| also)? "
    r"(?:on|with|as|of|by)(?: \w+){0,3}\W*\Z",
    re.I,
)
_SIGNED = r"(?<![\w-])((?:non-?)?(?:positive|negative)|non-?zero)(?!\W*(?:semi|definite))"
_SIGN_BEFORE = re.compile(
    _SIGNED + r"(?:\W+(?:real|fixed|constants?|numbers?|parameters?|scalars?|integers?))*\W*\Z",
    re.I,
)
_SIGN_BEHIND = re.compile(
    r"(?:(?:be|is|are|both|all|an?|the|any|some|real|strictly|and|fixed)\b|\W)*" + _SIGNED, re.I
)
_ONE_HOT_BEFORE = re.compile(
    r"\b(one[- ]?hot)\b(?!.*\b(?:length|size|dimensions?|over|with|in)\b)[^.,;:()]{0,40}\Z", re.I
)
_ONE_HOT_BEHIND = re.compile(
    r"(?![^.;]*\b(?:not|no|never|non|unless|if)\b)[^.;:]{0,60}?(?<![\w-])(one[- ]?hot)", re.I
)
_A_FUNCTION = (
    r"(?<![\w-])the (?:standard |usual |well-known |logistic )*"
    r"(sigmoid|logistic(?= function)|hyperbolic tangent|softplus|re(?:lu|ctifier)|"
    r"rectified linear unit)(?: activation)?(?: (?:function|nonlinearity))?"
)
_FUNCTION_BEFORE = re.compile(_A_FUNCTION + r"\W*\Z", re.I)
_FUNCTION_BEHIND = re.compile(
    r"\W*(?:be|is|are|denotes?|being|for|means|stands for|represents) "
    + _A_FUNCTION
    + r"(?=\W*\Z|\s?[.,;:()]| (?:and|or|so|then|we|which|that|while|in|here)\b)",
    re.I,
)
_NOT_PLAIN = re.compile(
    r"\b(slopes?|gain|temperature|steepness|sharpness|(re)?scaled|shifted|stretched|squared|twice|"
    r"half|inverse|anti-?derivative|(call|name|denote|write)\b.*\bof the)\b",
    re.I,
)
"""What else is said of a function that is not the plain one: "the sigmoid, scaled to [-1, 1]"."""
_IS_ANOTHER = re.compile(
    r"\W*(?:be|is|denotes?|means|stands for|represents|now) (?:the|an?|its) "
    r"(?!(?:[\w-]+ ){0,3}?(?:functions?|activations?|nonlinearity|sigmoid)\b)",
    re.I,
)
_FUNCTIONS_CALLED = {
    "sigmoid": "sigmoid",
    "logistic": "sigmoid",
    "hyperbolic tangent": "tanh",
    "softplus": "softplus",
}
_CAPITAL = r"([A-Z]|\\[A-Z][a-z]+)"
_ENTRY = re.compile(_CAPITAL + r"_\{?[i-n],?[i-n]\}?")
_PRODUCT = re.compile(rf"(?:{_ENTRY.pattern}|\({_CAPITAL}{_CAPITAL}\)_\{{?[i-n],?[i-n]\}}?)=\\sum_")
_TIMES_COLUMN = re.compile(  # \sum_j A_{ij} x_j
    r"\\sum_\{?([i-n])[^A-Z\\]*" + _CAPITAL + r"_\{?[i-n],?\1\}?\\?[a-z]+_\{?\1\b"
)
_COMMUTATOR = re.compile(r"\[([A-Z]),([A-Z])\]=\1\2-\2\1")
_CALLED_SO = frozenset(("\\sigma", "\\phi", "\\varphi", "g", "f", "h", "s", "S"))
_MOST_LISTED = 4
"""Names in a row of which one word may say what they are."""
_MORE = re.compile(r"\W*(and|or)?\W*\Z", re.I)
_REALS = frozenset(("\\mathbb{R}", "\\mathbf{R}", "\\mathbb{r}"))


def said(members: Sequence[Sequence[Token]], equation: Equation) -> Iterator[Binding]:
    """The name that stands in a space of real arrays; none where space or name is another."""
    names, space = members
    shape = _shape(space)
    if shape is None:
        return
    key, arguments = _key(names)
    if key and arguments is None:
        raw: Value = [*shape] if shape[1:] != ("1",) else [shape[0]]
        around = f"{equation.before[-_CLOSE:]} {equation.after[:_CLOSE]}"
        is_said = _SYMMETRIC.search(around) and not _DENIED.search(around)
        if shape[0] == shape[1] and is_said:
            raw = {"shape": raw, "structure": "symmetric"}
        yield Binding(key, "symbol", raw, shape, equation=equation)


def symmetric(
    equations: Sequence[Equation], tokens: Mapping[int, Sequence[Token]]
) -> Iterator[tuple[int, str]]:
    """The matrices that are said to be symmetric, with the numbers of the equations that stand
    there: "with $A$ symmetric", "for symmetric $Q$ and $R$", "where $P = P^T$"."""
    called = {one.number for one, _ in _called(equations, _SYMMETRIC_BEFORE, _SYMMETRIC_BEHIND)}
    for equation in equations:
        texts = [t.text for t in tokens.get(equation.number, ()) if t.text not in ("{", "}")]
        is_said = equation.number in called if len(texts) == 1 else _is_own_transpose(texts)
        if is_said and not _DENIED.search(last_words(equation.before)[-_CLOSE:]):
            yield equation.number, texts[0]


def has_covariance(text: str) -> bool:
    r"""Whether a page's ``\Sigma`` is a covariance, which is symmetric: it speaks of one or writes
    quadratic forms with it, and has no other of that name."""
    if r"\Sigma" not in text or _OTHER_SIGMA.search(text):
        return False
    return bool(_COVARIANCE.search(text) or _OF_COVARIANCE.search(_DRESS.sub("", text)))


def _is_own_transpose(texts: Sequence[str]) -> bool:
    """Whether tokens say ``P = P^T``, in one order or the other."""
    turned = ("^", "T"), ("^", "top")
    return len(texts) == 5 and any(
        tuple(texts) in ((one, "=", one, *up), (one, *up, "=", one))
        for one in texts[:1]
        for up in turned
    )


def called(
    equations: Sequence[Equation], tokens: Mapping[int, Sequence[Token]]
) -> Iterator[tuple[Equation, Seen]]:
    r"""What a page calls its names in so many words, with the equation: the capitals that are
    matrices or operators, "Let $A(t)$ and $B(t)$ be matrices" (quaternions may be lower case), the
    names of means, totals and norms, which are made of others, and those that depend on another:
    "the price $p$ falls with $q$"."""
    for equation, word in _called(equations, _ARRAY_BEFORE, _ARRAY_BEHIND):
        letters = _letters(tokens.get(equation.number, ()), word.startswith("q"))
        yield equation, Seen(arrays=set(letters))
    for equation in equations:
        yield equation, Seen(arrays=_multiplied(equation.text))
    yield from _functions(equations, tokens)
    named = {one.number: _key(tokens.get(one.number, ())) for one in equations}
    for equation, _ in _called(equations, _SUM_BEFORE, _SUM_BEHIND):
        key, arguments = named[equation.number]
        if key and arguments is None:
            yield equation, Seen(sums={key})
    for one, other in pairwise(equations):
        if one.paragraph == other.paragraph and _VARIES.match(other.between):
            (name, _), (by, _) = named[one.number], named[other.number]
            if name and by:
                yield other, Seen(rates={(name, by)})


def _functions(
    equations: Sequence[Equation], tokens: Mapping[int, Sequence[Token]]
) -> Iterator[tuple[Equation, Seen]]:
    """The letters that words call a function, if they call them nothing else on the page."""
    found: dict[str, list[tuple[Equation, str]]] = {}
    for equation in equations:
        key, arguments = _key(tokens.get(equation.number, ()))
        if key not in _CALLED_SO or len(arguments or "z") > 1:
            continue
        before, behind = last_words(equation.between), ENDS.split(equation.after)[0] or ""
        said = _FUNCTION_BEFORE.search(before) or _FUNCTION_BEHIND.match(equation.after)
        if said:
            is_plain = not (_NOT_PLAIN.search(before) or _NOT_PLAIN.search(behind))
            function = _FUNCTIONS_CALLED.get(said[1].lower(), "relu") if is_plain else ""
            found.setdefault(key, []).append((equation, function))
        elif _IS_ANOTHER.match(equation.after):
            found.setdefault(key, []).append((equation, ""))
    for key, all_ in found.items():
        if len({function for _, function in all_}) == 1 and all_[0][1]:
            for equation, function in all_:
                yield equation, Seen(called={key: (function, equation.number)})


def _multiplied(latex: str) -> set[str]:
    r"""The capitals that are matrices by products of entries, ``C_{ij} = \sum_k A_{ik} B_{kj}`` or
    ``\sum_j A_{ij} x_j``, or by a commutator."""
    text = re.sub(r"\s", "", latex)
    found = {name for _, name in _TIMES_COLUMN.findall(text)}
    found.update(*_COMMUTATOR.findall(text))
    if (product := _PRODUCT.match(text)) and len(_ENTRY.findall(text[product.end() :])) == 2:
        found.update(filter(None, product.groups()), _ENTRY.findall(text))
    return found


def signed(equations: Sequence[Equation]) -> Iterator[tuple[int, str]]:
    """The maths that words say to be positive, negative or not zero: "for positive $x$", "Let $a$
    and $b$ be nonnegative"; by its number, with that word."""
    for equation, word in _called(equations, _SIGN_BEFORE, _SIGN_BEHIND):
        yield equation.number, word.replace("-", "")


def one_hot(
    equations: Sequence[Equation], tokens: Mapping[int, Sequence[Token]]
) -> Iterator[tuple[Equation, str]]:
    """The letters that words say to be one-hot, "where $y$ is a one-hot label": their entries sum
    to 1."""
    for equation, _ in _called(equations, _ONE_HOT_BEFORE, _ONE_HOT_BEHIND):
        key, arguments = _key(tokens.get(equation.number, ()))
        if key and arguments is None:
            yield equation, keys.parts(key)[0]


def _key(tokens: Sequence[Token]) -> tuple[str, tuple[str, ...] | None]:
    """The key of a name and its arguments; an empty one for anything else."""
    try:
        return key_of(tokens)
    except NotReadError:
        return "", None


def _called(
    equations: Sequence[Equation], before: re.Pattern[str], behind: re.Pattern[str]
) -> Iterator[tuple[Equation, str]]:
    """The equations beside which a word says what they are, and those listed with them."""
    listed: list[Equation] = []
    kind = ""
    for equation in equations:
        goes_on = bool(listed) and listed[-1].paragraph == equation.paragraph
        if not (goes_on and _MORE.match(equation.between)):
            listed, kind = [], ""
        listed.append(equation)
        said = before.search(equation.between) or behind.match(_behind(equation, equations))
        kind = said[1].lower() if said else kind
        for one in listed if kind else ():
            yield one, kind
        listed = listed[-_MOST_LISTED:]


def _behind(equation: Equation, equations: Sequence[Equation]) -> str:
    r"""The words behind an equation, one size such as ``n \times n`` included."""
    number, words = equation.number, ""
    for other in equations[number + 1 : number + 3]:
        if other.paragraph != equation.paragraph:
            break
        words = f"{words} size {other.between}" if words else other.between
        if r"\times" not in other.text or "=" in other.text:
            return words
    return f"{words} size {equations[number + 1].after}" if words else equation.after


def _letters(tokens: Sequence[Token], is_any: bool) -> Iterator[str]:
    """The capitals of the first member, but for those that are differentiated."""
    before: Token | None = None
    for token in tokens:
        if token.is_sign("="):
            return
        is_differentiated = before is not None and (
            before.is_command("partial") or before.text == "d"
        )
        is_meant = token.text.isupper() or (is_any and token.text not in ("d", "t"))
        if token.kind is Kind.LETTER and is_meant and not is_differentiated:
            yield token.text
        before = token


def dimensions(bindings: Iterable[Binding]) -> set[str]:
    """The names of the dimensions that the page says."""
    return {
        dim
        for one in bindings
        if one.kind == "symbol" and one.equation is not None
        for dim in one.shape
        if not dim.isdigit()
    }


def _shape(space: Sequence[Token]) -> tuple[str, str] | None:
    r"""Rows and columns of ``\mathbb{R}^{m \times n}``, named by single letters or numbers."""
    if len(space) < 3 or space[0].text not in _REALS or not space[1].is_sign("^"):
        return None
    inner = [t for t in space[2:] if t.kind not in (Kind.OPEN, Kind.CLOSE)]
    sizes = [t.text for t in inner if not t.is_command("times")]
    crosses = [t for t in inner if t.is_command("times")]
    plain = all(size.isdigit() or (size.isalpha() and len(size) == 1) for size in sizes)
    if not plain or len(sizes) - 1 != len(crosses) or "0" in sizes:
        return None
    if len(sizes) == 2 and inner[1].is_command("times") and sizes != ["1", "1"]:
        return (sizes[0], sizes[1])
    return (sizes[0], "1") if len(sizes) == 1 and sizes != ["1"] else None
