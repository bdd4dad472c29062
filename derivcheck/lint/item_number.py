r"""``item-number``: a numbered list's number disagrees with the tags under it.

FAIL: ``34.`` followed by a formula tagged ``\tag{40}`` in a document whose other items
(at least three, and more than half) do agree with their tags; or, where every item bears
exactly one tag, in one where at least half agree.
PASS: a list whose numbers never had anything to do with the tags.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from derivcheck.lint.document import Document, Item, Problem

_LEADING = re.compile(r"\d{1,9}(?!\d)")


def check(document: Document) -> Iterator[Problem]:
    """Items that break the document's own convention."""
    agreeing = 0
    wrong: list[tuple[Item, list[str]]] = []
    paired = True
    offsets = [tag.offset for tag in document.tags]
    for item in document.items:
        first, last = bisect_right(offsets, item.offset), bisect_left(offsets, item.end)
        tags = [tag.text for tag in document.tags[first:last]]
        paired &= len(tags) == 1
        numbers = [int(found[0]) for tag in tags if (found := _LEADING.match(tag))]
        if not numbers or len(numbers) != len(tags):
            continue
        if item.number in numbers:
            agreeing += 1
        else:
            wrong.append((item, tags))
    if not (3 <= agreeing > len(wrong) or (paired and 1 <= agreeing >= len(wrong))):
        return
    for item, tags in wrong:
        noun = "tag" if len(tags) == 1 else "tags"
        message = f"list item {item.number} holds {noun} {', '.join(tags)}"
        hint = "elsewhere in this document list numbers and tags agree"
        yield Problem(item.offset, "item-number", message, hint)
