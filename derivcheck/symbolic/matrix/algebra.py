"""Index notation, put together: every part with those that it builds on.

Parts never know of later ones. What only a later part can say it registers with the earlier one:
meetings and rules of powers with the ring, how atoms are made anew with the substitution, rules
for terms with the sums.
"""

from __future__ import annotations

from derivcheck.symbolic.matrix.atoms import Space
from derivcheck.symbolic.matrix.counting import Counting
from derivcheck.symbolic.matrix.determinants import Determinants
from derivcheck.symbolic.matrix.functions import Functions
from derivcheck.symbolic.matrix.indices import Indices
from derivcheck.symbolic.matrix.inverses import Inverses
from derivcheck.symbolic.matrix.known import Known, Met, Strategy
from derivcheck.symbolic.matrix.matrix_functions import MatrixFunctions
from derivcheck.symbolic.matrix.powers import Powers
from derivcheck.symbolic.matrix.products import Products
from derivcheck.symbolic.matrix.ring import Ring
from derivcheck.symbolic.matrix.rules import Rules
from derivcheck.symbolic.matrix.substitution import Substitution
from derivcheck.symbolic.matrix.sums import Sums
from derivcheck.symbolic.matrix.symbols import Symbols
from derivcheck.symbolic.matrix.triangles import Triangles
from derivcheck.symbolic.matrix.unspecified import Unspecified


class Algebra:
    """The parts of one proof; ``steps`` bound its work."""

    def __init__(self, steps: int = 20_000, strategy: Strategy | None = None) -> None:
        self.strategy = strategy or Strategy()
        self.known = Known()
        self.met = Met()
        self.space = Space(steps)
        self.ring = Ring(self.space)
        self.powers = Powers(self.ring, self.known, self.met)
        self.substitution = Substitution(self.powers)
        self.indices = Indices(self.substitution)
        self.functions = Functions(self.indices)
        self.symbols = Symbols(self.indices)
        self.sums = Sums(self.indices, self.strategy)
        self.counting = Counting(self.sums)
        self.rules = Rules(self.sums)
        self.inverses = Inverses(self.sums, self.symbols)
        self.determinants = Determinants(self.inverses, self.functions)
        self.matrix_functions = MatrixFunctions(self.determinants)
        self.products = Products(self.sums, self.functions)
        self.triangles = Triangles(self.matrix_functions, self.products)
        self.unspecified = Unspecified(self.substitution)
