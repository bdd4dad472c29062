"""Imports go down only, and rooms that must not know one another do not."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "derivcheck"

# rooms from the ground up: a module imports from its own floor and from those below it
FLOORS = (
    # "" is derivcheck/__init__.py: the version and lazy names
    ("", "records", "model", "errors", "limits", "work", "files"),
    ("lang", "collection", "documents.scan"),
    ("statements", "documents"),
    ("symbolic", "numeric", "lint"),
    ("checking",),
    ("report", "typeset", "lint.formats", "checking.curves", "running"),
    ("api", "testing", "pytest_plugin", "cli", "__main__"),
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


@cache
def modules() -> tuple[tuple[str, Path], ...]:
    """(dotted name inside the package, file) of every module."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        found.append((".".join(parts), path))
    return tuple(found)


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything in a module's syntax."""
    return tuple(ast.walk(ast.parse(path.read_text("utf-8"))))


@cache
def imports(name: str, path: Path) -> tuple[str, ...]:
    """What a module imports, dotted and absolute; type-checking imports are left out."""
    return tuple(_imports(name, path))


def _imports(name: str, path: Path) -> Iterator[str]:
    skipped: set[ast.AST] = set()
    for node in nodes(path):
        if isinstance(node, ast.If) and _last_name(node.test) == "TYPE_CHECKING":
            skipped.update(ast.walk(node))
    for node in nodes(path):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            assert node.module is not None
            for alias in node.names:
                inner = PACKAGE.parent.joinpath(*node.module.split("."), alias.name)
                is_module = inner.is_dir() or inner.with_suffix(".py").is_file()
                yield f"{node.module}.{alias.name}" if is_module else node.module


def _last_name(node: ast.expr) -> str:
    """The name that an expression ends with: ``b`` of ``a.b``; empty if it is no name."""
    return str(getattr(node, "attr", getattr(node, "id", "")))


def floor(name: str) -> int:
    """The floor of a module."""
    parts = name.split(".")
    while parts and ".".join(parts) not in FLOOR_OF:
        parts.pop()
    if not parts and name:
        raise AssertionError(f"derivcheck/{name.replace('.', '/')}.py stands on no floor: add it")
    return FLOOR_OF[".".join(parts)]


@pytest.mark.parametrize(("name", "path"), [pytest.param(n, p, id=n) for n, p in modules() if n])
def test_imports_go_down(name: str, path: Path) -> None:
    own = floor(name)
    up = [
        target
        for target in imports(name, path)
        if target.startswith("derivcheck.") and floor(target.removeprefix("derivcheck.")) > own
    ]
    assert up == []


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The modules that import one another, directly or by others, in a graph of imports."""
    reached: dict[str, set[str]] = {}
    for name in graph:
        reached[name] = set()
        waiting = [name]
        while waiting:
            new = graph.get(waiting.pop(), set()) - reached[name]
            reached[name] |= new
            waiting += new
    inside = sorted(name for name in graph if name in reached[name])
    found = {tuple(b for b in inside if b in reached[a] and a in reached[b]) for a in inside}
    return sorted(map(list, found))


def test_no_imports_go_in_a_circle() -> None:
    """Those inside functions neither: what they would hide is which module is the lower one."""
    names = {name for name, _ in modules()}

    def module(target: str) -> str:
        parts = target.split(".")[1:]
        while parts and ".".join(parts) not in names:
            parts.pop()
        return ".".join(parts)

    graph = {
        name: {module(t) for t in imports(name, path) if t.split(".")[0] == "derivcheck"} - {name}
        for name, path in modules()
    }
    assert circles(graph) == []
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [["b", "c"]]


MOST_LINES = 400


def test_a_long_module_says_why() -> None:
    """In the first paragraph of its docstring, with the word "long" or "longer"."""
    silent = []
    for name, path in modules():
        text = path.read_text("utf-8")
        if text.count("\n") <= MOST_LINES:
            continue
        beginning = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[:2]
        if not re.search(r"\blong(er)?\b", "\n".join(beginning)):
            silent.append(name)
    assert silent == []


@pytest.mark.parametrize(
    ("room", "never"),
    [
        ("symbolic", ["derivcheck.numeric"]),
        ("numeric", ["derivcheck.symbolic", "sympy"]),
        ("report", ["sympy", "numpy", "flint"]),
        ("cli", ["sympy", "numpy", "flint", "pydantic"]),
        ("collection", ["derivcheck.lang", "sympy", "numpy", "flint"]),
        ("lint", ["sympy", "numpy", "flint", "yaml"]),
    ],
)
def test_rooms_that_do_not_know_one_another(room: str, never: list[str]) -> None:
    found = [
        f"{name} imports {target}"
        for name, path in modules()
        if name.split(".")[0] == room
        for target in imports(name, path)
        if any(target == other or target.startswith(f"{other}.") for other in never)
    ]
    assert found == []


def test_two_proofs_share_no_prover() -> None:
    """SymPy's proof is the second one: nothing of the exact prover is behind it."""
    found = [
        f"{name} imports {target}"
        for name, path in modules()
        if name.startswith("symbolic.sympy_")
        for target in imports(name, path)
        if target.startswith(("derivcheck.symbolic.scalar", "derivcheck.symbolic.matrix"))
    ]
    assert found == []


def test_only_their_table_knows_the_judges() -> None:
    """No other room imports one, or compares with the title of one."""
    from derivcheck.checking.judges import ROWS

    judges = {row.module for row in ROWS}
    titles = {row.title for row in ROWS} - {"SymPy"}  # a library as well
    found = []
    for name, path in modules():
        room = name.split(".")[0]
        if name == "checking.judges":
            continue
        found += [
            f"{name} imports {target}"
            for target in imports(name, path)
            if target in judges and target.split(".")[1] != room
        ]
        if room not in ("symbolic", "numeric"):
            found += [
                f"{name}:{node.lineno} says {node.value!r}"
                for node in nodes(path)
                if isinstance(node, ast.Constant) and node.value in titles
            ]
    assert found == []


def test_only_the_collection_looks_into_what_a_file_writes() -> None:
    """Everybody else asks a `Formula` for its typed attributes."""
    written = {"as_written", "value_at"}
    found = [
        f"{name}:{node.lineno}"
        for name, path in modules()
        if name.split(".")[0] != "collection"
        for node in nodes(path)
        if (isinstance(node, ast.Attribute) and node.attr in written)
        or (isinstance(node, ast.keyword) and node.arg in written)
    ]
    assert found == []


def test_nothing_evaluates_text() -> None:
    banned = {"eval", "exec", "sympify", "parse_expr", "lambdify"}
    found = []
    for name, path in modules():
        for node in nodes(path):
            if isinstance(node, ast.Call):
                called = node.func
                is_named = isinstance(called, ast.Name) and called.id in banned
                is_attribute = (
                    isinstance(called, ast.Attribute)
                    and called.attr in banned
                    and called.attr not in ("eval",)
                )
                if is_named or is_attribute:
                    found.append(f"{name}:{node.lineno}")
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names]
                if "pickle" in names or getattr(node, "module", "") == "pickle":
                    found.append(f"{name}:{node.lineno} imports pickle")
    assert found == []


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["list"], ["verify", "--help"], ["list", "ai-edu:71"]],
    ids=" ".join,
)
def test_quick_commands_import_no_heavy_library(arguments: list[str]) -> None:
    heavy = ("sympy", "numpy", "flint", "pydantic", "rich", "ssl")
    script = (
        "import sys\n"
        "from derivcheck.cli.app import app\n"
        f"app({arguments!r}, standalone_mode=False)\n"
        f"sys.stderr.write(' '.join(m for m in {heavy!r} if m in sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=PACKAGE.parent
    )
    assert done.stderr == ""


def test_no_formula_is_known_to_the_code() -> None:
    """What is special about a formula stands in its file."""
    from derivcheck.collection.loader import load_files
    from derivcheck.collection.targets import all_bundled_files

    files = all_bundled_files()
    names = {entry.id for entry in load_files(files)[0]}
    telling = {name for name in names if "." in name or "-" in name}
    found = [
        f"{module}:{node.lineno} {node.value!r}"
        for module, path in modules()
        for node in nodes(path)
        if isinstance(node, ast.Constant) and node.value in telling
    ]
    assert found == []
