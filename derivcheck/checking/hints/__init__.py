"""Diagnosis of refuted claims; every hint is verified before it is shown."""

from derivcheck.checking.hints.find import hint_for

__all__ = ["hint_for"]
