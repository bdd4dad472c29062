"""What a claim is read from, a chain of members in its place, and one way to read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from derivcheck.collection.raw import Raw
from derivcheck.documents.bindings import Binding, Declarations
from derivcheck.documents.conditions import Comparison
from derivcheck.documents.maths.kinds import Kinds
from derivcheck.documents.maths.tokens import Token
from derivcheck.documents.maths.tree import NotReadError, Tree
from derivcheck.documents.model import Grade
from derivcheck.documents.source import Equation
from derivcheck.records import record


@record()
class Place:
    """Where a statement stands and what is in force there."""

    equation: Equation
    declarations: Declarations
    bindings: Mapping[str, Binding]
    kinds: Kinds
    killed: Mapping[str, bool] = field(default_factory=dict)
    """Names that have a definition no longer, and whether they have one of which nothing is
    known."""
    elsewhere: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What sections that have ended define, and the names that it is made of."""
    valued: frozenset[str] = frozenset()
    """Names that have been given a value just before."""
    said: Sequence[Comparison] = ()
    """What is said to hold where the claim is meant."""
    last: int = -1
    """The last equation before it that defines something, or claims a derivative."""

    @property
    def is_bare(self) -> bool:
        """Whether no annotation is in force."""
        return self.declarations.is_empty


@record(frozen=False)
class Chain:
    """Members of a statement as tokens; the first is the head.

    ``carried`` is the last member of the display before, where this one goes on with its chain.
    """

    members: list[Sequence[Token]]
    carried: Sequence[Token] | None = None


@record()
class Parsed:
    """The members of a chain as trees; ``unread`` are those that could not be parsed."""

    head: Tree
    members: Mapping[int, Tree]
    unread: Mapping[int, NotReadError]
    carried: Tree | None

    @property
    def trees(self) -> tuple[Tree, ...]:
        """All of them, the head first."""
        return (self.head, *self.members.values(), *([self.carried] if self.carried else []))

    def with_trees(self, trees: Sequence[Tree]) -> Parsed:
        """Other trees in their places."""
        head, *rest = trees
        carried = rest.pop() if self.carried else None
        return replace(
            self, head=head, members=dict(zip(self.members, rest, strict=True)), carried=carried
        )


@record()
class Reading:
    """One way to read a chain: an entry without id, and what there is to say about it."""

    raw: dict[str, Raw]
    unread: dict[int, NotReadError]
    """Members that were not read, by their number from 1."""
    grade: Grade
    names: dict[str, str]
    """Names of the language, and the keys that they stand for."""
    guessed: tuple[str, ...]
    """Names of the language of which nothing says that they may be negative."""
    places: tuple[str, ...]
    """Free indices."""
    used: tuple[str, ...]
    """Keys of the page's definitions that it rests on."""
    between: frozenset[str]
    """Those of them that a partial derivative on the left may hold or not."""
    rests: tuple[tuple[str, int], ...]
    """The same with the numbers of the equations that they stand in, if none is far away."""
    kept: int
    """How many conditions that are said speak of what it speaks of."""
    signs: frozenset[tuple[str, int]] = frozenset()
    """What signs with several meanings are taken for."""
