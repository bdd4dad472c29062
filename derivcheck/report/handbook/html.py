"""Markup that cannot be injected: every child and attribute is escaped unless built here."""

from __future__ import annotations

from collections.abc import Iterable

from derivcheck.report.escape import plain, xml


class Html(str):
    """Finished markup. Only this module and its callers' :func:`el` make it."""

    __slots__ = ()


_VOID = frozenset({"meta", "link", "br", "hr", "input"})
Child = str | None | Iterable["Child"]


def text(content: Child) -> str:
    """Children as markup: text escaped, :class:`Html` kept, iterables joined."""
    if content is None:
        return ""
    if isinstance(content, Html):
        return str(content)
    if isinstance(content, str):
        return xml(plain(content)) if content.strip() else content
    return "".join(map(text, content))


def el(tag: str, *children: Child, **attributes: str | int | float | bool | None) -> Html:
    """``<tag ...>children</tag>``.

    ``class_`` is ``class``, other underscores are hyphens; True is a bare attribute, None and
    False leave it out.
    """
    parts = [tag]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        name = key.rstrip("_").replace("_", "-")
        parts.append(name if value is True else f'{name}="{xml(plain(str(value)))}"')
    head = f"<{' '.join(parts)}>"
    return Html(head if tag in _VOID else f"{head}{text(children)}</{tag}>")


def join(*children: Child) -> Html:
    """Several children in a row."""
    return Html(text(children))
