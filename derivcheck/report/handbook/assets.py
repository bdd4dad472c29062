"""The handbook's one style sheet and one script, inlined in every page and named by hash."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path


def _text_of(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


STYLE, SCRIPT = _text_of("handbook.css"), _text_of("handbook.js")
POLICY = (
    "default-src 'none'; "
    f"style-src 'sha256-{_hash(STYLE)}'; "
    f"script-src 'sha256-{_hash(SCRIPT)}'; "
    "base-uri 'none'; form-action 'none'"
)
"""Only this style and this script may run; nothing is loaded, nothing is sent."""
