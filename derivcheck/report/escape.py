"""Text from formula files is hostile: make it safe for one place each.

:func:`plain` comes first and is applied to every text that reaches a message: it makes
terminal controls, bidirectional overrides, invisible characters and lone surrogates
visible. The others are for one output language each and take plain text.
"""

from __future__ import annotations

import re
import unicodedata

# Control, format (bidi, zero width), surrogate, unassigned (U+FFFE among them) and the two
# line separators: none may reach a terminal or XML as it is.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that show nothing."""


def plain(text: str) -> str:
    """``text`` on one line, with every control, invisible or bidi character made visible."""
    text = unmarked(text, "\\[")
    if text.isascii() and text.isprintable():
        return text
    first, *more = re.split(r"\r\n|\r|\n", text.strip("\r\n"))
    if more:
        *between, last = more
        middle = [part.strip(" \t") for part in between]
        first = " ".join([first.rstrip(" \t"), *middle, last.lstrip(" \t")])
    joined = first.replace("\t", " ")
    return "".join(
        c.encode("unicode_escape").decode()
        if unicodedata.category(c) in _UNSAFE or c in _BLANK
        else c
        for c in joined
    )


NAME = 200
"""Characters of a name, or of a path inside an entry, that reports show."""


def shortened(text: str, most: int = NAME) -> str:
    """A name as plain text, cut where it is longer than names are."""
    return plain(text if len(text) <= most else f"{text[:most]}…")


_COMMAND = re.compile(r"^([^\S\n]*)::", re.MULTILINE)
_MARK = re.compile(r"(##[A-Za-z]*)\[")


def unmarked(text: str, bracket: str) -> str:
    """``text`` with another bracket in what CI servers obey wherever it stands.

    ``##[`` is a command to GitHub, ``##vso[`` to Azure Pipelines, ``##teamcity[`` to TeamCity.
    """
    return _MARK.sub(lambda match: match[1] + bracket, text)


def inert(text: str, colon: str = "\\:") -> str:
    """A whole output in which no line is a workflow command of a CI server.

    GitHub obeys each line that begins with ``::``, blanks of any kind before it or not, and what
    :func:`unmarked` knows of anywhere.
    ``colon`` is what stands for the first of the two.
    """
    return _COMMAND.sub(lambda match: f"{match[1]}{colon}:", text)


# xml.sax.saxutils would import http and ssl at every start
_XML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def xml(text: str) -> str:
    """``text`` for XML or HTML, as content or inside a quoted attribute."""
    return text.translate(_XML)


_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#+!|~$&@:=-]|(?i:www)\.")


def markdown(text: str) -> str:
    """``text`` as literal Markdown prose, also inside a table cell.

    Punctuation is escaped, so that no emphasis, link, mention, maths or HTML arises;
    a hyphen or a colon are left alone where they can't start anything.
    """

    def entity(match: re.Match[str]) -> str:
        character = match.group()
        if len(character) > 1:
            return f"{character[:-1]}&#46;"  # an address without a scheme becomes a link, too
        start, end = match.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        if character in "=+-!" and before.strip() and before not in "[]!":
            return character
        if character == ":" and after != "/":
            return character
        if character == "_" and before.isalnum() and after.isalnum():
            return character
        # a backslash escape reads better, but maths, mentions and links are found before those
        return f"&#{ord(character)};" if character in "$@:&" else f"\\{character}"

    return _MARKDOWN.sub(entity, text)


def markdown_code(text: str) -> str:
    """``text`` as Markdown code, also inside a table cell."""
    if text and not set(text) & set("`|\\") and text == text.strip():
        return f"`{text}`"
    entities = "".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in text)
    return f"<code>{entities}</code>"
