r"""``lookalike-name``: two names that differ only in a zero and a letter o.

FAIL: ``e_{01}`` once and ``e_{o1}`` everywhere else.
PASS: ``x_0`` and ``x_o`` (one character each: both are usual names).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from derivcheck.lint.document import Document, Problem

# of a plain name the last letter counts; a run of letters is looked at once, however long
_NAME = re.compile(r"(\\[a-zA-Z]{1,40}|[a-zA-Z])_\{([0-9a-zA-Z]{2,8})\}")


def check(document: Document) -> Iterator[Problem]:
    """The rarer spelling of each such pair, where it first occurs."""
    places: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for match in document.matches(_NAME):
        name = match[1]
        folded = f"{name}_{{{re.sub('[oO]', '0', match[2])}}}"
        places[folded][f"{name}_{{{match[2]}}}"].append(match.start(2))
    for spellings in places.values():
        if len(spellings) != 2:
            continue
        (rare, offsets), (usual, _) = sorted(spellings.items(), key=lambda pair: len(pair[1]))
        message = f"`{rare}` and `{usual}` differ only in a zero and a letter o"
        hint = f"`{usual}` is the usual spelling in this document"
        yield Problem(offsets[0], "lookalike-name", message, hint)
