"""The expression language: text to syntax to typed nodes, and back to text."""
