"""derivcheck verifies derivative formulas: proved, supported, refuted, or honestly undecided."""

__version__ = "0.1.0"
