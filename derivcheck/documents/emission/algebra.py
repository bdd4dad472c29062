"""Sums, products, powers and functions of the language, with their shapes."""

from __future__ import annotations

from derivcheck.documents.bindings import reached
from derivcheck.documents.emission.places import Places, summed_lengths
from derivcheck.documents.emission.text import (
    ATOM,
    POWER,
    PRODUCT,
    SUM,
    UNARY,
    Shape,
    Text,
    constant_array,
    made_shape,
    result_shape,
)
from derivcheck.documents.maths.kinds import ALWAYS_FUNCTIONS
from derivcheck.documents.maths.subscripts import EXCEPT
from derivcheck.documents.maths.tree import NotReadError, Tree, walk

_OF_ARRAYS = frozenset((
    "softmax", "logsumexp", "sum", "mean", "prod", "cumsum", "cumprod", "diag", "cross", "skew",
    "kron", "outer", "vec", "tril", "triu", "cholesky", "expm", "pinv",
))  # fmt: skip
"""Functions that say nothing of a number: a name under them is an array, though nothing says so."""


class Algebra(Places):
    """Sums, products, powers and functions of the language, with their shapes."""

    def _num(self, tree: Tree) -> Text:
        return Text(tree.name)

    def _sym(self, tree: Tree) -> Text:
        return self.resolve(tree.name, tree.at)

    def _const(self, tree: Tree) -> Text:
        if tree.name == "true":
            raise NotReadError("a condition where a value is expected", tree.at)
        if tree.name == "oo":
            raise NotReadError("infinity", tree.at)
        return Text(tree.name)

    def _neg(self, tree: Tree) -> Text:
        inner = self.emit(tree.args[0])
        return Text(f"-{inner.at(PRODUCT)}", inner.shape, SUM)

    def _add(self, tree: Tree) -> Text:
        left, right = self.emit(tree.args[0]), self.emit(tree.args[1])
        is_bare = self.declarations.is_empty or self.declarations.spreads
        if is_bare and left.shape and right.shape:
            left, right = _spread(left, right.shape), _spread(right, left.shape)
        sign = "+" if tree.op == "add" else "-"
        return Text(f"{left.text} {sign} {right.at(PRODUCT)}", left.shape or right.shape, SUM)

    _sub = _add

    def _mul(self, tree: Tree) -> Text:
        if tree.name == "times" and all(
            any(node.name in self.invented for node in walk(one)) for one in tree.args
        ):
            raise NotReadError("`\\times` between functions may be a vector product", tree.at)
        left = self.emit(tree.args[0])
        if not tree.order:
            return self._times(left, self.emit(tree.args[1]), tree.name, tree.at)
        # of ``a \odot b x^T`` no convention says which product binds closer: what fits does
        first, *rest = map(self.emit, _juxtaposed(tree))
        right = first
        for factor in rest:
            right = self._times(right, factor, "", tree.at)
        if left.shape and right.shape != left.shape == first.shape:
            found = self._times(left, first, tree.name, tree.at)
            for factor in rest:
                found = self._times(found, factor, "", tree.at)
            return found
        return self._times(left, right, tree.name, tree.at)

    def _times(self, left: Text, right: Text, name: str, at: int) -> Text:
        """The product of what is emitted."""
        if (
            name == "cdot"
            and left.shape == right.shape != right.shape[::-1]
            and "1" not in left.shape
        ):
            name = "odot"  # entry by entry, as no other product fits
        if not left.shape or not right.shape or name == "odot":
            shape = left.shape or right.shape
            # one row and column fit before a row only, and behind a column
            fits = not (
                (left.unit and right.shape[:1] not in ((), ("1",)))
                or (right.unit and left.shape[1:] not in ((), ("1",)))
            )
            sign = "*" if fits or name == "odot" else " @ "
            return Text(
                f"{left.at(PRODUCT)}{sign}{right.at(POWER)}",
                shape,
                PRODUCT,
                left.unit and (right.unit or not right.shape),
            )
        if name == "times":
            raise NotReadError("`\\times` between arrays", at)
        if name == "cdot" and left.shape == right.shape and left.shape[1] == "1":
            return Text(f"dot({left.text}, {right.text})")
        shape = made_shape(left.shape[0], right.shape[1])
        return Text(f"{left.at(PRODUCT)} @ {right.at(POWER)}", shape, PRODUCT)

    def _div(self, tree: Tree) -> Text:
        left, right = self.emit(tree.args[0]), self.emit(tree.args[1])
        if right.shape and not (tree.name == "odot" or left.shape == right.shape):
            raise NotReadError("a division by an array", tree.at)
        return Text(f"{left.at(PRODUCT)}/{right.at(POWER)}", left.shape or right.shape, PRODUCT)

    def _pow(self, tree: Tree) -> Text:
        base = self.emit(tree.args[0])
        exponent = self.emit(tree.args[1])
        if exponent.text == "-1":
            self._check_inverse(tree.args[0], tree.at)
        if exponent.shape and tree.name != "odot":
            raise NotReadError("an array as an exponent", tree.at)
        if not base.shape or tree.name == "odot":
            shown = exponent.at(UNARY if exponent.text.startswith("-") else POWER)
            return Text(f"{base.at(ATOM)}**{shown}", base.shape or exponent.shape, POWER)
        if base.shape[0] != base.shape[1]:
            raise NotReadError("a power of an array that is not square", tree.at)
        whole = exponent.text.removeprefix("-")
        shown = base.text if whole == exponent.text else f"inv({base.text})"
        if whole.isdigit():
            shown = shown if whole == "1" else f"matrix_power({shown}, {whole})"
            return Text(shown, base.shape)
        raise NotReadError("a power of a matrix", tree.at)

    def _check_inverse(self, base: Tree, at: int) -> None:
        """Refuse ``f^{-1}`` of what may be a function, or of what may be a matrix."""
        name, binding = base.name, self.bindings.get(base.name)
        if base.op == "apply" and binding is None and name.isupper():
            raise NotReadError(f"the inverse of `{name}`, a number or a matrix", at)
        is_called = base.op == "apply" and base.args
        is_made = name in self.invented or (binding is not None and binding.arguments is not None)
        if name in ALWAYS_FUNCTIONS and is_made and not is_called:
            raise NotReadError("the inverse of a function", at)

    def _transpose(self, tree: Tree) -> Text:
        body = self.emit(tree.args[0])
        if not body.shape:
            names = (self.names.get(n, "") for n in reached(tree.args, self.bindings))
            if not (body.unit or self.in_entry or any(map(self.shapes.get, names))):
                raise NotReadError("a power by T, or a transpose of a number", tree.at)
            return Text(f"{body.at(ATOM)}.T", unit=True) if body.unit else body
        return Text(f"{body.at(ATOM)}.T", (body.shape[1], body.shape[0]))

    def _hermitian(self, tree: Tree) -> Text:
        raise NotReadError("a conjugate transpose", tree.at)

    def _bars(self, tree: Tree) -> Text:
        body = self.emit(tree.args[0])
        if not body.shape:
            return Text(f"abs({body.text})")
        if body.shape[0] == body.shape[1]:
            return Text(f"det({body.text})")
        raise NotReadError("bars round an array: length, or entry by entry", tree.at)

    def _norm(self, tree: Tree) -> Text:
        body = self.emit(tree.args[0])
        if not body.shape:
            return Text(f"abs({body.text})")
        is_vector = "1" in body.shape
        if tree.name in ("1", "oo"):
            if not is_vector:
                raise NotReadError("which norm of a matrix", tree.at)
            return Text(f"norm({body.text}, {tree.name})")
        if tree.name == "2" and not is_vector:
            raise NotReadError("the spectral norm of a matrix", tree.at)
        return Text(f"norm({body.text})")

    def _call(self, tree: Tree) -> Text:
        name = tree.name
        if name in ("ones", "zeros", "eye"):
            return self._constant_array(tree)
        if name == "onehot" and len(tree.args) == 2:
            return self._one_hot(tree)
        arguments = [self.emit(arg) for arg in tree.args if arg.op != "axis"]
        along = [arg.args[0].name for arg in tree.args if arg.op == "axis"]
        if not arguments or len(along) > 1:
            raise NotReadError(f"`{name}` without its argument", tree.at)
        first = arguments[0]
        if along and tree.order and (first.shape or ("1", "1"))[int(along[0])] == "1":
            raise NotReadError("a sum of what is no rows, or columns", tree.at)
        # u (x) v of columns is a matrix to some, a long column to others
        is_sign = name == "kron" and bool(tree.order)
        if is_sign and all(a.shape[1:] == ("1",) for a in arguments) and self.choices.ask("outer"):
            name = "outer"
        texts = ", ".join([*(a.text for a in arguments), *(f"axis={axis}" for axis in along)])
        if name in ("log10", "log2"):
            return Text(f"log({first.text}, {name[3:]})", first.shape)
        if name == "inner":
            if any(a.shape for a in arguments):
                return Text(f"sum({first.at(PRODUCT)}*{arguments[1].at(POWER)})")
            return Text(f"{first.at(PRODUCT)}*{arguments[1].at(POWER)}", (), PRODUCT)
        if name == "transpose":
            return Text(f"{first.at(ATOM)}.T", tuple(reversed(first.shape)))
        is_number = not any(a.shape or a.unit for a in arguments)
        is_unknown = self.free or any(one.op == "entry" for one in tree.args)
        if name in _OF_ARRAYS and is_number and is_unknown:
            raise NotReadError(f"`{name}` of what nothing says to be an array", tree.at)
        return Text(f"{name}({texts})", result_shape(name, arguments, "".join(along)))

    def _list(self, tree: Tree) -> Text:
        return Text(", ".join(self.emit(arg).text for arg in tree.args))

    def _one_hot(self, tree: Tree) -> Text:
        """The place of its one is counted as a page does."""
        length = self.emit(tree.args[1]).text
        return Text(f"onehot({self.index(tree.args[0])}, {length})", made_shape(length, "1"))

    def _constant_array(self, tree: Tree) -> Text:
        dims = [a for a in tree.args if a.op == "num" or (a.op == "sym" and a.name in self.dims)]
        others = [arg for arg in tree.args if arg not in dims]
        if others or not 1 <= len(dims) <= 2:
            at = others[0].at if others else tree.at
            raise NotReadError(f"`{tree.name}` of what is no dimension", at)
        return constant_array(tree.name, [arg.name for arg in dims])

    def _cases(self, tree: Tree) -> Text:
        if tree.name == EXCEPT and self.place(tree.args[1].args[1], is_subscript=True) is None:
            raise NotReadError("a sum that leaves out what is no place", tree.at)
        pairs = list(zip(tree.args[::2], tree.args[1::2], strict=True))
        text = self.emit(pairs[-1][0])
        shape, found = text.shape, text.text
        if len(pairs) < 2:
            raise NotReadError("cases that are not understood", tree.at)
        for value, condition in reversed(pairs[:-1]):
            one = self.emit(value)
            shape = shape or one.shape or self.compared_shape(condition)
            found = f"where({self.condition(condition)}, {one.text}, {found})"
        return Text(found, shape)

    def compared_shape(self, tree: Tree) -> Shape:
        """The shape of arrays that are compared entry by entry; empty where none are."""
        if tree.op in ("and", "or", "not"):
            found = [self.compared_shape(arg) for arg in tree.args]
        else:
            places = self.compared(*tree.args) if len(tree.args) == 2 else None
            found = [] if places else [self.emit(arg).shape for arg in tree.args]
        return next((shape for shape in found if shape), ())

    def condition(self, tree: Tree) -> str:
        if tree.op in ("and", "or"):
            return f" {tree.op} ".join(f"({self.condition(arg)})" for arg in tree.args)
        if tree.op == "not":
            return f"not ({self.condition(tree.args[0])})"
        if tree.op != "rel":
            raise NotReadError("a condition that is no comparison", tree.at)
        signs = tree.name.split()
        places = self.compared(*tree.args) if len(tree.args) == 2 else None
        texts = [one.at(PRODUCT) for one in places or map(self.emit, tree.args)]
        parts = [f"{a} {s} {b}" for a, s, b in zip(texts, signs, texts[1:], strict=False)]
        return parts[0] if len(parts) == 1 else " and ".join(f"({p})" for p in parts)

    def _matrix(self, tree: Tree) -> Text:
        rows = [[self.emit(cell) for cell in row.args] for row in tree.args]
        if len(rows) == 1 and len(rows[0]) == 1:
            return rows[0][0]
        if all(len(row) == 1 for row in rows):
            found = [row[0] for row in rows]
            shape = (_height(found), found[0].shape[1] if found[0].shape else "1")
            return Text(f"[{', '.join(cell.text for cell in found)}]", shape)
        # entries that are arrays are blocks; a list of entries is a row of its own
        lists = [[cell.op for cell in row.args] == ["column"] for row in tree.args]
        blocks = [row for row, is_list in zip(rows, lists, strict=True) if not is_list]
        columns = summed_lengths([cell.shape[1] if cell.shape else "1" for cell in blocks[0]])
        height = summed_lengths([_height([row[0]]) for row in blocks] + ["1"] * sum(lists))
        texts = (
            row[0].text if is_list else "[" + ", ".join(cell.text for cell in row) + "]"
            for row, is_list in zip(rows, lists, strict=True)
        )
        return Text(f"[{', '.join(texts)}]", (height, columns))


def _spread(line: Text, shape: Shape) -> Text:
    """A row or column as all those of a matrix; anything else as it is."""
    if line.shape[0] == "1" != shape[0]:
        return Text(f"ones({shape[0]}) @ {line.at(POWER)}", shape, PRODUCT)
    if line.shape[1] == "1" != shape[1]:
        return Text(f"{line.at(PRODUCT)} @ ones({shape[1]}).T", shape, PRODUCT)
    return line


def _height(cells: list[Text]) -> str:
    """How many rows cells have, one below the other."""
    return summed_lengths([cell.shape[0] if cell.shape else "1" for cell in cells])


def _juxtaposed(tree: Tree) -> list[Tree]:
    """The factors that stand side by side behind a sign."""
    first, rest = tree.args[1], []
    for _ in range(tree.order):
        rest.append(first.args[1])
        first = first.args[0]
    return [first, *reversed(rest)]
