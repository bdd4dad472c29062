"""derivcheck verifies derivative formulas: proved, supported, refuted, or honestly undecided.

:func:`check` takes one formula, :func:`derive` finds a derivative, :func:`load` reads formula
files, :func:`verify` checks what they hold; see :mod:`derivcheck.api`.
"""

from __future__ import annotations

TYPE_CHECKING = False
# the module `typing` takes longer to import than all that is done here
if TYPE_CHECKING:
    from derivcheck.api import check, derive, load, verify
    from derivcheck.model import FormulaResult, Outcome, Verdict, exit_code

__version__ = "0.1.0"

__all__ = [
    "FormulaResult",
    "Outcome",
    "Verdict",
    "__version__",
    "check",
    "derive",
    "exit_code",
    "load",
    "verify",
]

_MODEL = ("FormulaResult", "Outcome", "Verdict", "exit_code")


def __getattr__(name: str) -> object:
    # imported when first used: `import derivcheck` stays light
    if name in __all__:
        from derivcheck import api, model

        return getattr(model if name in _MODEL else api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
