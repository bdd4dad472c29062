"""Syntax and typed nodes to text."""

from __future__ import annotations

from decimal import Context
from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang import syntax as S
from derivcheck.lang.functions import FUNCTIONS, orders_of, spelling

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(9)
_LEVEL = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "@": _PRODUCT, "**": _POWER}


def to_text(node: S.Syntax) -> str:
    """The expression as a user would type it, with no needless brackets.

    ``parse(to_text(s)) == s`` for every syntax the parser yields.
    """
    return _text(node)[0]


def _wrap(node: S.Syntax, level: int) -> str:
    text, own = _text(node)
    return text if own >= level else f"({text})"


def _text(node: S.Syntax) -> tuple[str, int]:
    match node:
        case S.Number():
            return node.text or _fraction(node.value), _ATOM
        case S.Name():
            return node.id, _ATOM
        case S.Unary(operator="not"):
            return f"not {_wrap(node.operand, _NOT)}", _NOT
        case S.Unary():
            return f"{node.operator}{_wrap(node.operand, _SIGN)}", _SIGN
        case S.Binary(operator="**"):
            return f"{_wrap(node.left, _ATOM)}**{_wrap(node.right, _SIGN)}", _POWER
        case S.Binary():
            level = _LEVEL[node.operator]
            left = _wrap(node.left, level)
            right = _wrap(node.right, level + 1)
            space = "" if node.operator in "*/" else " "
            return f"{left}{space}{node.operator}{space}{right}", level
        case S.Comparison():
            parts = [_wrap(node.operands[0], _SUM)]
            for operator, operand in zip(node.operators, node.operands[1:], strict=True):
                parts += [operator, _wrap(operand, _SUM)]
            return " ".join(parts), _COMPARE
        case S.Logical():
            level = _AND if node.operator == "and" else _OR
            return f" {node.operator} ".join(_wrap(x, level + 1) for x in node.operands), level
        case S.Call():
            inside = [_text(a)[0] for a in node.args]
            inside += [f"{k}={_text(v)[0]}" for k, v in node.keywords]
            return f"{_text(node.function)[0]}({', '.join(inside)})", _ATOM
        case S.Transposed():
            # `2.T` would be read as the number `2.` and a stray T
            inner = _wrap(node.operand, _ATOM)
            return f"({inner}).T" if isinstance(node.operand, S.Number) else f"{inner}.T", _ATOM
        case S.Subscript():
            inside = [_text(i)[0] for i in node.indices]
            return f"{_wrap(node.operand, _ATOM)}[{', '.join(inside)}]", _ATOM
        case S.Slice():
            ends = ("" if part is None else _text(part)[0] for part in (node.low, node.high))
            return ":".join(ends), _ATOM
        case S.Listed():
            return f"[{', '.join(_text(i)[0] for i in node.items)}]", _ATOM
        case S.Comprehension():
            size = _wrap(node.size, _SUM)
            return f"[{_text(node.body)[0]} for {node.name.id} in {size}]", _ATOM
        case S.Bounds():
            return f"({node.name.id}, {_text(node.low)[0]}, {_text(node.high)[0]})", _ATOM
    raise TypeError(f"no text for {type(node).__name__}")


def _fraction(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"({value})"


# --- typed nodes to text ----------------------------------------------------------------------


def node_text(node: N.Node) -> str:
    """A typed node in the language's own text, with ``-``, ``/`` and ``sqrt`` restored.

    Bound variables print under their user's name; what has no text form prints descriptively.
    """
    return _node(node)[0]


def _brace(node: N.Node, level: int) -> str:
    text, own = _node(node)
    return text if own >= level else f"({text})"


def _number_text(value: Fraction) -> tuple[str, int]:
    if value.denominator == 1:
        return str(value), _ATOM if value >= 0 else _SIGN
    return f"{value.numerator}/{value.denominator}", _PRODUCT if value >= 0 else _SUM


def _plain(name: str) -> str:
    return name.split("#")[0]


def _node(node: N.Node) -> tuple[str, int]:
    match node:
        case N.Num():
            if not node.shape:
                return _number_text(node.value)
            size = f"{node.shape[0]}, {node.shape[1]}"
            if node.value in (0, 1):
                return f"{'ones' if node.value else 'zeros'}({size})", _ATOM
            return f"{_brace(N.number(node.value), _PRODUCT)}*ones({size})", _PRODUCT
        case N.Const():
            return node.name, _ATOM
        case N.Root():
            variable = N.Sym("t", shape=())
            terms = [
                N.mul(N.number(factor), N.power(variable, N.number(k)) if k else N.ONE_NODE)
                for k, factor in reversed([*enumerate(node.coefficients)])
                if factor
            ]
            near = Context(1000).divide(node.near.numerator, node.near.denominator).normalize()
            return f"root({_node(N.add(*terms))[0]}, {near:g})", _ATOM
        case N.DimSize():
            text = str(node.dim)
            return text, _SUM if node.dim.sum else _PRODUCT if "*" in text else _ATOM
        case N.Sym():
            return _plain(node.name), _ATOM
        case N.Eye():
            return f"eye({node.shape[0] if node.shape else 1})", _ATOM
        case N.Add():
            return _sum_text(node), _SUM
        case N.Mul():
            return _product_text(node)
        case N.Pow():
            return _power_text(node)
        case N.Call():
            return _call_text(node), _ATOM
        case N.Apply():
            args = ", ".join(_node(a)[0] for a in node.args)
            order = sum(node.orders)
            if not order:
                return f"{node.function}({args})", _ATOM
            if len(node.args) == 1:
                head = f"D({node.function})" if order == 1 else f"D({node.function}, {order})"
                return f"{head}({args})", _ATOM
            slots = ", ".join(str(n) for n in node.orders)
            return f"D({node.function}, {slots})({args})", _ATOM
        case N.MatMul():
            return f"{_brace(node.left, _PRODUCT)} @ {_brace(node.right, _SIGN)}", _PRODUCT
        case N.Transpose():
            return f"{_brace(node.arg, _ATOM)}.T", _ATOM
        case N.Sum() | N.Extreme():
            name = "sum" if isinstance(node, N.Sum) else node.function
            axis = "" if node.axis is None else f", axis={node.axis}"
            return f"{name}({_node(node.arg)[0]}{axis})", _ATOM
        case N.Trace() | N.Det() | N.Inv() | N.Diag():
            name = {N.Trace: "tr", N.Det: "det", N.Inv: "inv", N.Diag: "diag"}[type(node)]
            return f"{name}({_node(node.arg)[0]})", _ATOM
        case N.Kron():
            return f"kron({_node(node.left)[0]}, {_node(node.right)[0]})", _ATOM
        case N.Entry():
            row, column = (
                str(i) if isinstance(i, int) else _plain(i.name) for i in (node.row, node.column)
            )
            return f"{_brace(node.arg, _ATOM)}[{row}, {column}]", _ATOM
        case N.Pick():
            place = f"{_node(node.row)[0]}, {_node(node.column)[0]}"
            return f"{_brace(node.arg, _ATOM)}[{place}]", _ATOM
        case N.IndexValue():
            return _plain(node.index.name), _ATOM
        case N.InRange():
            return f"0 <= {_brace(node.arg, _SUM)} < {node.dim}", _COMPARE
        case N.SumIndex() | N.ProdIndex():
            return _loop_text(node), _ATOM
        case N.Build():
            return _build_text(node), _ATOM
        case N.Stack():
            return _stack_text(node), _ATOM
        case N.Vec() | N.Cholesky() | N.Expm() | N.Pinv():
            return f"{type(node).__name__.lower()}({_node(node.arg)[0]})", _ATOM
        case N.MatPower():
            return f"matrix_power({_node(node.arg)[0]}, {_node(node.exponent)[0]})", _ATOM
        case N.Compare():
            left, right = _brace(node.left, _SUM), _brace(node.right, _SUM)
            return f"{left} {node.operator} {right}", _COMPARE
        case N.Logic():
            if node.operator == "not":
                return f"not {_brace(node.args[0], _NOT)}", _NOT
            level = _AND if node.operator == "and" else _OR
            return f" {node.operator} ".join(_brace(a, level + 1) for a in node.args), level
        case N.Select():
            parts = (node.condition, node.then, node.otherwise)
            return f"where({', '.join(_node(p)[0] for p in parts)})", _ATOM
        case N.Jvp():
            body = _node(node.body)[0]
            if len(node.variables) == 1 and node.directions[0] is N.ONE_NODE:
                return f"diff({body}, {_plain(node.variables[0].name)})", _ATOM
            return f"d({body})", _ATOM
        case N.Grad():
            return f"grad({_node(node.body)[0]}, {_plain(node.variable.name)})", _ATOM
        case N.Jacobian():
            return f"jacobian({_node(node.body)[0]}, {_plain(node.variable.name)})", _ATOM
        case N.Wirtinger():
            name = _plain(node.variable.name)
            by = f"conj({name})" if node.conjugate else name
            head = {"scalar": "diff", "gradient": "grad"}.get(node.layout, "jacobian")
            return f"{head}({_node(node.body)[0]}, {by})", _ATOM
    raise TypeError(f"no text for {type(node).__name__}")


def _loop_text(node: N.SumIndex | N.ProdIndex) -> str:
    """``sum(body, k)``, with bounds where ``k`` does not begin at 0 or stands for no subscript."""
    name = "sum" if isinstance(node, N.SumIndex) else "prod"
    body = node.body
    if isinstance(body, N.Select) and _only_ranges(body.condition):
        return f"{name}({_node(body.then)[0]}, {_plain(node.index.name)})"
    index = node.index
    used = any(
        index in N.own_indices(inner) for inner in N.walk(body) if isinstance(inner, N.Entry)
    )
    if used:
        return f"{name}({_node(body)[0]}, {_plain(index.name)})"
    last = index.start + index.dim - N.ONE
    return f"{name}({_node(body)[0]}, ({_plain(index.name)}, {index.start}, {last}))"


def _only_ranges(node: N.Node) -> bool:
    if isinstance(node, N.Logic):
        return node.operator == "and" and all(map(_only_ranges, node.args))
    return isinstance(node, N.InRange)


def _build_text(node: N.Build) -> str:
    body = _node(node.body)[0]
    row, column = node.row, node.column
    if column is not None:
        body = f"[{body} for {_plain(column.name)} in {column.dim}]"
    if row is None:
        return f"[{body}]"
    return f"[{body} for {_plain(row.name)} in {row.dim}]"


def _stack_text(node: N.Stack) -> str:
    if node.axis == 1:
        return f"[{_row_text(node)}]"
    has_rows = any(isinstance(part, N.Stack) and part.axis == 1 for part in node.args)
    rows = (_row_text(part) if has_rows else _node(part)[0] for part in node.args)
    return f"[{', '.join(rows)}]"


def _row_text(node: N.Node) -> str:
    parts = node.args if isinstance(node, N.Stack) and node.axis == 1 else (node,)
    return f"[{', '.join(_node(part)[0] for part in parts)}]"


def _call_text(node: N.Call) -> str:
    base, orders = orders_of(node.function, 0)
    texts = [_node(a)[0] for a in node.args]
    row = FUNCTIONS.get(base)
    if row is not None and row.lists is not None:
        lists = texts[: row.lists[0]], texts[row.lists[0] : -1]
        texts = [*(f"[{', '.join(part)}]" for part in lists), texts[-1]]
    name = spelling(base)
    plain = f"{name}({', '.join(texts)})"
    if not orders:
        return plain
    places = [k for k, order in enumerate(orders) if order]
    if all(_stands_alone(node, k) for k in places):
        by = [part for k in places for part in [_node(node.args[k])[0]] * orders[k]]
        return f"diff({plain}, {', '.join(by)})"
    return f"D({name}, {', '.join(map(str, orders))})({', '.join(texts)})"


def _stands_alone(node: N.Call, place: int) -> bool:
    """Whether an argument is a symbol that no other argument holds: then ``diff`` is by it."""
    arg = node.args[place]
    others = (*node.args[:place], *node.args[place + 1 :])
    return isinstance(arg, N.Sym) and not any(arg in N.walk(other) for other in others)


def _signed(node: N.Node) -> tuple[str, bool]:
    """Text of a term without its sign, and whether the sign is minus."""
    if isinstance(node, N.Num) and not node.shape and node.value < 0:
        return _number_text(-node.value)[0], True
    if isinstance(node, N.Mul):
        first = node.args[0]
        if isinstance(first, N.Num) and not first.shape and first.value < 0:
            return _brace(N.mul(N.number(-first.value), *node.args[1:]), _PRODUCT), True
    return _brace(node, _PRODUCT), False


def _sum_text(node: N.Add) -> str:
    parts: list[str] = []
    terms = node.args
    if _signed(terms[0])[1]:
        terms = tuple(sorted(terms, key=lambda t: _signed(t)[1]))
    for term in terms:
        text, minus = _signed(term)
        if not parts:
            parts.append(f"-{text}" if minus else text)
        else:
            parts.append(f" {'-' if minus else '+'} {text}")
    return "".join(parts)


def _product_text(node: N.Mul) -> tuple[str, int]:
    first = node.args[0]
    if isinstance(first, N.Num) and not first.shape and first.value < 0:
        return f"-{_signed(node)[0]}", _SUM
    above: list[str] = []
    below: list[str] = []
    for factor in node.args:
        if isinstance(factor, N.Num) and not factor.shape:
            if factor.value.numerator != 1:
                above.append(str(factor.value.numerator))
            if factor.value.denominator != 1:
                below.append(str(factor.value.denominator))
        elif (
            isinstance(factor, N.Pow)
            and isinstance(factor.exponent, N.Num)
            and not factor.exponent.shape
            and factor.exponent.value < 0
        ):
            below.append(_brace(_inverse(factor), _POWER))
        else:
            above.append(_brace(factor, _SIGN))
    top = "*".join(above) or "1"
    if not below:
        return top, _PRODUCT if len(above) > 1 else _SIGN
    bottom = below[0] if len(below) == 1 else f"({'*'.join(below)})"
    return f"{top}/{bottom}", _PRODUCT


def _inverse(node: N.Pow) -> N.Node:
    assert isinstance(node.exponent, N.Num)
    return N.power(node.base, N.number(-node.exponent.value))


def _power_text(node: N.Pow) -> tuple[str, int]:
    exponent = node.exponent
    if isinstance(exponent, N.Num) and not exponent.shape:
        if exponent.value == Fraction(1, 2):
            return f"sqrt({_node(node.base)[0]})", _ATOM
        if exponent.value < 0:
            return f"1/{_brace(_inverse(node), _POWER)}", _PRODUCT
    return f"{_brace(node.base, _ATOM)}**{_brace(exponent, _SIGN)}", _POWER
