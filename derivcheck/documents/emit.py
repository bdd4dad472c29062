"""Trees to text of derivcheck's own language, with the shapes and bindings it needs.

One layer a module in :mod:`derivcheck.documents.emission`, each above the one before.
"""

from __future__ import annotations

from derivcheck.documents.emission.indices import Indices
from derivcheck.documents.emission.text import Shape, Text


class Emitter(Indices):
    """Emits the members of one claim; what they need is gathered on the way.

    ``bindings`` are annotations and definitions in force; ``varying`` the keys that differentials
    vary.
    """


__all__ = ["Emitter", "Shape", "Text"]
