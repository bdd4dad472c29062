"""Formulas where they stand: documents to equations, and what these claim."""
