"""Formula files: their format, reading them, patching entries, finding what a target names."""
