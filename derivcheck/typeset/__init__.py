"""Mathematics for people: expressions to boxes, boxes to a terminal, LaTeX and MathML.

:mod:`~derivcheck.typeset.layout` decides everything once (brackets, product signs, cases);
the writers know boxes only, so that no two of them can print different formulas.
"""
