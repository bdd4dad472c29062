"""Diagnosis of claims that are not right; every hint is verified before it is shown."""

from derivcheck.checking.hints.find import hint_for, hint_for_latex, hint_for_shape

__all__ = ["hint_for", "hint_for_latex", "hint_for_shape"]
