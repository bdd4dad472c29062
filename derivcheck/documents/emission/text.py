"""Pieces of expressions: their text, shape, and how tightly they bind; shapes of what functions of
the language yield, so far as the reader has to know them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from derivcheck.documents.maths.tree import NotReadError
from derivcheck.records import record

Shape = tuple[str, ...]
SUM, PRODUCT, UNARY, POWER, ATOM = range(5)


@record()
class Text:
    """A piece of an expression, its shape (empty: a scalar) and how tightly it binds."""

    text: str
    shape: Shape = ()
    level: int = ATOM
    unit: bool = False
    """Whether a scalar is an array of one row and column."""

    def at(self, level: int) -> str:
        """The text, in brackets where it binds more loosely."""
        return self.text if self.level >= level else f"({self.text})"


def made_shape(rows: str, columns: str) -> Shape:
    """A shape; 1 by 1 is a scalar."""
    return () if rows == columns == "1" else (rows, columns)


def constant_array(function: str, dims: Sequence[str]) -> Text:
    """``eye``, ``ones`` or ``zeros`` of one or two dimensions."""
    columns = dims[0] if function == "eye" else dims[1] if len(dims) > 1 else "1"
    shape = made_shape(dims[0], columns)
    return Text(f"{function}({', '.join(dims)})", shape, unit=not shape)


def free_dimensions(taken: Iterable[str] = ()) -> Iterator[str]:
    """Names for dimensions that nothing names, which end so that no page writes them."""
    known = {*taken}
    for letter in "nmpqkrst":
        if f"{letter}_" not in known:
            yield f"{letter}_"
    raise NotReadError("too many dimensions")


def function_text(arity: int) -> str:
    """The declaration of an abstract scalar function."""
    return f"scalar({', '.join(f'a{i}' if arity > 1 else 'a' for i in range(1, arity + 1))})"


def result_shape(name: str, arguments: Sequence[Text], axis: str = "") -> Shape:
    """The shape of ``name(arguments)``, summed along an axis where one is given."""
    shapes = [argument.shape for argument in arguments]
    row = _ROWS.get(name)
    if name in _REDUCING:
        return _reduced(shapes, axis)
    if name in _BY and len(shapes) > 1:
        return _BY[name](shapes[0], shapes[1])
    if row is None or not (shapes and shapes[0]):
        return next((shape for shape in shapes if shape), ())
    return row(arguments)


_REDUCING = frozenset(("sum", "mean", "prod", "logsumexp", "max", "min"))


def _reduced(shapes: list[Shape], axis: str) -> Shape:
    if len(shapes) > 1:  # elementwise, of several arguments
        return next((shape for shape in shapes if shape), ())
    if not axis or not shapes[0]:
        return ()
    rows, columns = shapes[0]
    return made_shape("1", columns) if axis == "0" else made_shape(rows, "1")


def _diagonal(arguments: Sequence[Text]) -> Shape:
    size, columns = arguments[0].shape
    return (size, size) if columns == "1" else (size, "1")


def _kronecker(arguments: Sequence[Text]) -> Shape:
    if len(arguments) != 2 or not arguments[1].shape:
        return arguments[0].shape
    rows, columns = (
        _times(a, b) for a, b in zip(arguments[0].shape, arguments[1].shape, strict=True)
    )
    return made_shape(rows, columns)


def _outer(arguments: Sequence[Text]) -> Shape:
    rows, columns = (a.shape[0] if a.shape else "1" for a in arguments[:2])
    return made_shape(rows, columns)


def _times(a: str, b: str) -> str:
    if "1" in (a, b):
        return b if a == "1" else a
    return "*".join(f"({x})" if " " in x else x for x in (a, b))


def _stacked(arguments: Sequence[Text]) -> Shape:
    rows, columns = arguments[0].shape
    return made_shape(_times(rows, columns), "1")


def length_of(shape: Shape) -> str:
    """How many entries a row or column has."""
    return (shape[1] if shape[0] == "1" else shape[0]) if shape else "1"


_BY: dict[str, Callable[[Shape, Shape], Shape]] = {
    "grad": lambda body, by: by,
    "vjp": lambda body, by: by,
    "diff": lambda body, by: body,
    "jacobian": lambda body, by: made_shape(length_of(body), length_of(by)),
    "hessian": lambda body, by: made_shape(length_of(by), length_of(by)),
}
"""Derivatives, by what they are taken of and by."""

_ROWS: dict[str, Callable[[Sequence[Text]], Shape]] = {
    "tr": lambda a: (), "det": lambda a: (), "logdet": lambda a: (), "norm": lambda a: (),
    "dot": lambda a: (), "kron": _kronecker, "outer": _outer, "diag": _diagonal, "vec": _stacked,
    "skew": lambda a: ("3", "3"),
    "pinv": lambda a: (a[0].shape[1], a[0].shape[0]),
}  # fmt: skip
"""Others yield what is shaped like their argument."""
