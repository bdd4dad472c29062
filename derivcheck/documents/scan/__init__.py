"""Documents taken apart, one module a format.

A format is a row of :data:`FORMATS` and a module with a function ``scan(text) -> Page``.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivcheck.documents.scan.page import Page

FORMATS: dict[str, str] = {
    **dict.fromkeys((".md", ".qmd", ".rmd", ".markdown", ".txt"), "markdown"),
    **dict.fromkeys((".tex", ".ltx", ".latex"), "tex"),
    ".rst": "rst",
    ".ipynb": "notebook",
}
"""The module of each suffix, in lower case."""


def is_document(file: str) -> bool:
    """Whether a file's suffix is that of a document."""
    return os.path.splitext(file)[1].lower() in FORMATS


def scan(text: str, file: str) -> Page:
    """A document as a page, by the suffix of its name (Markdown where it has none of ours)."""
    name = FORMATS.get(os.path.splitext(file)[1].lower(), "markdown")
    found: Page = import_module(f"derivcheck.documents.scan.{name}").scan(text.replace("\r", " "))
    return found
