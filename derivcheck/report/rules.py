"""What each rule id means: help for SARIF and the handbook."""

from __future__ import annotations

_RULES: dict[str, tuple[str, str]] = {
    "refuted": (
        "The claim is wrong",
        "A counterexample was found: a point inside the declared domain where a rigorous "
        "enclosure of the true value excludes the claimed one. Correct the claim, state the "
        "condition under which it holds, or document the print as an erratum.",
    ),
    "transcription": (
        "The print differs from the claim",
        "The `latex` of a formula, read with its own names, says something else than its claim.",
    ),
    "suspect": (
        "A claim of a document is refuted as it was read",
        "The reading may be wrong: no annotation declares its names, and nothing else in the "
        "document corroborates it. Look at it; declare its names and the claim fails or passes.",
    ),
    "undecided": (
        "The claim could be neither proved nor refuted",
        "The message says why: time, no sample point in the domain, or functions outside the "
        "reach of the judges. An undecided claim never counts as a pass.",
    ),
    "invalid": (
        "The claim has no meaning as written",
        "A shape error, an undeclared symbol or a syntax error. The message names the "
        "sub-expression and, for shapes, both shapes.",
    ),
    "not-finished": (
        "The check did not finish",
        "The formula used up its time or memory, or its worker died: the message says which. "
        "It counts as undecided, never as a pass.",
    ),
    "numbering": (
        "The source's list number disagrees with the tag",
        "`item` is the number that the source's own list gives. Where it differs from the id, "
        "document it as an erratum of kind `numbering`.",
    ),
    "contradiction": (
        "The judges contradict each other",
        "One judge proves what another refutes. This is a defect of derivcheck: please report "
        "it together with the formula.",
    ),
    "defect": (
        "A defect of derivcheck",
        "A judge, or another part of derivcheck, went wrong over this formula; that says nothing "
        "of the formula. Please report it together with the entry.",
    ),
    "supported": (
        "Supported by numbers, not proved",
        "No proof was found; every numeric judge agrees within its derived error bound. With "
        "--strict this is not enough.",
    ),
    "proved": (
        "Proved, but the formula does not pass as a whole",
        "The claim is proved; something else about the formula fails.",
    ),
    "citation-dangling": (
        "A derivation cites a formula that does not exist",
        "No formula of the collection has the cited id. Formulas that do justify the step are "
        "named where there are any.",
    ),
    "citation-mismatch": (
        "A derivation cites a formula that is not this step",
        "With its symbols instantiated the cited formula is a different step. Formulas that do "
        "justify the step are named where there are any.",
    ),
    "citation-refuted": (
        "A derivation rests on a formula that does not hold",
        "The cited formula exists but is itself refuted, invalid or undecided.",
    ),
    "citation-circular": (
        "Citations run in a circle",
        "Following the citations leads back to the formula itself.",
    ),
    "citation-unknown": (
        "A citation could not be decided",
        "Whether the cited formula is this very step could not be decided.",
    ),
    "erratum": (
        "A documented mistake of the source",
        "What the source prints is wrong, the correction passes, and leaving it out does not "
        "(verified), or the mistake is of a kind that no machine can decide (noted).",
    ),
    "erratum-stale": (
        "A documented erratum is stale",
        "With every patch applied the entry must pass, and with any one left out it must not. "
        "This erratum breaks that: remove it or correct it.",
    ),
}


_PAGE = "docs/language.md"
_ANNOTATIONS = "docs/documents.md#annotations-by-example"
_OF_ANNOTATIONS = "annotation-"
_SECTIONS: dict[str, tuple[str, ...]] = {
    "a-formula": ("wrt", "where", "schema-claim", "schema-missing-key", "schema-unknown-key",
                  "schema-type", "schema-empty", "schema-name"),
    "symbols": ("name", "undeclared", "domain", "dimension", "schema-value"),
    "operators": ("bracket", "empty", "shape", "condition", "too-deep", "too-long", "too-large"),
    "written-elsewhere": ("syntax", "character", "reserved", "latex"),
    "arrays-and-indices": ("index", "schema-split"),
    "what-a-claim-says": ("division",),
    "functions": ("call", "arity", "unknown-function"),
}  # fmt: skip
"""Sections of the page on the language, and the rules that they tell of."""
CONCERNING = {rule: section for section, rules in _SECTIONS.items() for rule in rules}
"""Rules that concern the language, and the section that tells of each."""


def page_of(rule: str) -> str | None:
    """Where the language is told of, or annotations are, for a rule that concerns them."""
    if rule.startswith(_OF_ANNOTATIONS):
        return _ANNOTATIONS
    section = CONCERNING.get(rule)
    return f"{_PAGE}#{section}" if section is not None else None


def rule_help(rule: str) -> tuple[str, str]:
    """Short and full description of a rule; rules of the parser and loader share one."""
    if rule in _RULES:
        return _RULES[rule]
    page = page_of(rule)
    what = "annotation" if rule.startswith(_OF_ANNOTATIONS) else "formula or formula file"
    words = rule.removeprefix(_OF_ANNOTATIONS).replace("-", " ").replace("_", " ")
    return (
        f"Not a valid {what}: {words}",
        "The file or the expression does not follow the format. The message says what was "
        "expected and names the common mistake behind it where one is known."
        + (f" More in {page}." if page is not None else ""),
    )
