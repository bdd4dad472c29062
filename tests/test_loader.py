"""Files to entries: what is read, and what is said of what can't be, message and place whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from formula_files import BUNDLED, CORPUS, HEAD, formula

from derivcheck.collection import format as fmt
from derivcheck.collection import reader
from derivcheck.collection.formula import Formula
from derivcheck.collection.loader import Loader, load_files, load_text, split_hint
from derivcheck.collection.stored import dump, restore
from derivcheck.files import MAX_BYTES
from derivcheck.model import Location


def said(text: str) -> list[str]:
    """Every problem of a text, as users read it."""
    return [str(problem) for problem in load_text(text, "f.yaml")[1]]


def test_an_entry_holds_texts_as_written() -> None:
    text = formula(
        "where: {s: 0.50, y: no}\ntags: [a, 1]\n", id="007", derivative='[2.0*x, "1e3", 0]'
    )
    (entry,), problems = load_text(text, "f.yaml")
    assert problems == ()
    assert entry.id == "007"
    assert entry.label == "c:007"
    assert entry.as_written["derivative"] == ["2.0*x", "1e3", "0"]
    assert entry.as_written["where"] == {"s": "0.50", "y": "no"}
    assert entry.tags == ("a", "1")
    assert (entry.file, entry.line, entry.column) == ("f.yaml", 4, 5)


@pytest.mark.parametrize("word", ["n", "y", "no", "on", "off", "yes", "Y", "N"])
def test_old_booleans_are_texts(word: str) -> None:
    text = formula(symbols=f"{{{word}: real}}", expression=word, wrt=word)
    (entry,), problems = load_text(text)
    assert problems == ()
    assert entry.as_written["symbols"] == {word: "real"}
    assert entry.as_written["wrt"] == word


def test_title_and_source_go_with_every_entry() -> None:
    text = (
        "derivcheck: 1\ncollection: c\ntitle: T\nsource: {title: B, url: u}\n"
        + formula().partition("c\n")[2]
    )
    (entry,), problems = load_text(text)
    assert problems == ()
    assert (entry.collection, entry.title, entry.source) == (
        "c",
        "T",
        (("title", "B"), ("url", "u")),
    )


def test_the_head_may_come_last() -> None:
    text = (
        formula().replace("derivcheck: 1\ncollection: c\n", "") + "derivcheck: 1\ncollection: c\n"
    )
    (entry,), problems = load_text(text)
    assert problems == ()
    assert entry.collection == "c"


@pytest.mark.parametrize(
    ("path", "offset", "line", "column"),
    [
        ("expression", 0, 6, 17),
        ("expression", 3, 6, 20),
        ("derivative", 0, 8, 17),
        ("derivative[1]", 0, 8, 23),
        ("derivative[1]", 2, 8, 26),
        ("symbols.x", 0, 5, 18),
        ("derivation[0].by", 0, 10, 23),
        ("derivation[0].with.u", 0, 10, 36),
        ("derivation[0].with.missing", 0, 10, 32),
        ("missing", 0, 4, 5),
        ("note", 5, 11, 11),
    ],
    ids=str,
)
def test_every_value_has_its_place(path: str, offset: int, line: int, column: int) -> None:
    text = formula(
        "derivation:\n  - {to: 2*x, by: 3, with: {u: x}}\nnote: |\n  on\n  two\n",
        derivative='[2*x, "x + x"]',
    )
    (entry,), problems = load_text(text, "f.yaml")
    assert problems == ()
    assert entry.location_of(path, offset) == Location("f.yaml", line, column)


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        pytest.param(
            formula("expresion: x\n", expression=""),
            [
                "f.yaml:8:5: unknown key `expresion` (did you mean `expression`?) "
                "[schema-unknown-key]"
            ],
            id="misspelt-key",
        ),
        pytest.param(
            formula("<<: {note: x}\n"),
            [
                "f.yaml:9:5: unknown key `<<` (there are no merge keys: write each key out) "
                "[schema-unknown-key]"
            ],
            id="merge-key",
        ),
        pytest.param(
            formula("equals: x\n"),
            [
                "f.yaml:9:5: `derivative` and `equals`: a formula makes exactly one claim "
                "[schema-claim]"
            ],
            id="two-claims",
        ),
        pytest.param(
            formula(derivative=""),
            [
                "f.yaml:4:5: no claim: one of `derivative`, `differential`, `equals`, "
                "`antiderivative` is needed "
                "[schema-claim]"
            ],
            id="no-claim",
        ),
        pytest.param(
            formula("id: 2\n"),
            ["f.yaml:9:5: duplicate key `id` (first on line 4) [yaml-duplicate-key]"],
            id="duplicate-key",
        ),
        pytest.param(
            formula(symbols="{x: postive}"),
            [
                "f.yaml:5:18: `postive` is no kind of symbol (did you mean `positive`?) "
                "[schema-value]"
            ],
            id="misspelt-kind",
        ),
        pytest.param(
            formula(symbols="{x: [0, oo)}"),
            [
                "f.yaml:5:25: not YAML: a list opened by `[` is not closed (opened at 5:18) "
                '(quote an interval: "[0, oo)") [yaml-syntax]'
            ],
            id="interval-half-open",
        ),
        pytest.param(
            HEAD + "  - {id: a, expression: x, equals: x}\n"
            "  - {id: b, expression: v[j]**2, equals: x}\n",
            [
                "f.yaml:5:30: not YAML: did not find expected alphabetic or numeric character "
                "[yaml-syntax]"
            ],
            id="told-once",
        ),
        pytest.param(
            formula(symbols="{x: [0, 1]}"),
            [
                "f.yaml:5:18: [0, 1] is no shape (dimensions are names or positive numbers: [n] a "
                'column, [m, n] a matrix; an interval is quoted: "[0, 1]") [schema-value]'
            ],
            id="interval-closed",
        ),
        pytest.param(
            formula("where: {A: log(x, 2)}\n"),
            [
                "f.yaml:9:23: `2)` in `where` is the rest of a text that YAML split at a comma "
                '(quote the whole text: "log(x, 2)") [schema-split]'
            ],
            id="split-in-where",
        ),
        pytest.param(
            formula("derivation:\n  - {to: max(x, 0), by: 3}\n"),
            [
                "f.yaml:10:21: `0)` in `derivation[0]` is the rest of a text that YAML split at a "
                'comma (quote the whole text: "max(x, 0)") [schema-split]'
            ],
            id="split-in-step",
        ),
        pytest.param(
            formula("functions: {f: scalar(x, y)}\n"),
            [
                "f.yaml:9:20: `scalar(x` is no kind of function "
                "(YAML split it at a comma: quote the text) [schema-value]",
                "f.yaml:9:30: `y)` in `functions` is the rest of a text that YAML split at a comma "
                '(quote the whole text: "scalar(x, y)") [schema-split]',
            ],
            id="split-in-functions",
        ),
        pytest.param(
            formula(derivative="true"),
            [
                "f.yaml:8:17: `derivative` takes a text or a list of texts, not a boolean "
                "(quote it if it is meant as a text) [schema-type]"
            ],
            id="boolean",
        ),
        pytest.param(
            formula(wrt="[x, y]"),
            [
                "f.yaml:7:10: a derivative is taken by one symbol; `differential` takes a list (a "
                "mixed derivative is `expression: diff(x**2, x, y)` with the claim under `equals`; "
                "derivatives by several symbols are several formulas) [schema-claim]"
            ],
            id="derivative-by-two",
        ),
        pytest.param(
            formula("where:\na: x\n").replace("where:\na", "where:\n    a"),
            [
                "f.yaml:9:11: `where` is empty: it takes a mapping [schema-empty]",
                "f.yaml:10:5: unknown key `a` (indent it, so that it stands under `where`) "
                "[schema-unknown-key]",
            ],
            id="beside-its-key",
        ),
        pytest.param(
            HEAD.rstrip() + "\n  id: a\n  expression: x\n",
            [
                "f.yaml:4:3: `formulas` takes a list of formulas, not a mapping (each formula "
                "begins with a dash: `- id: ...`) [schema-type]"
            ],
            id="no-dash",
        ),
        pytest.param(
            HEAD + "  - id: a\n    symbols: {x: real}\n      expression: x\n",
            [
                "f.yaml:6:7: not YAML: a key stands deeper than the one above it (keys of one "
                "formula begin in the same column) [yaml-syntax]"
            ],
            id="deeper-than-the-one-above",
        ),
        pytest.param(
            formula('latex: "\\frac{1}{x}"\n'),
            [
                "f.yaml:9:12: control character U+000C in a text (write LaTeX in single quotes: in "
                "double quotes `\\b`, `\\f`, `\\n`, `\\t` are escapes) [yaml-control]"
            ],
            id="latex-form-feed",
        ),
        pytest.param(
            formula('latex: "\\u202e"\n'),
            ["f.yaml:9:12: control character U+202E in a text [yaml-control]"],
            id="latex-bidirectional",
        ),
        pytest.param(
            formula(symbols='{x: "[n]"}'),
            [
                "f.yaml:5:18: `[n]` is no kind of symbol (a shape is a list, without quotes: [n]) "
                "[schema-value]"
            ],
            id="quoted-shape",
        ),
        *(
            pytest.param(
                formula(symbols=f"{{x: '{written}'}}"),
                [f"f.yaml:5:18: `{written}` is no kind of symbol ({hint}) [schema-value]"],
                id=f"spelled-{written}",
            )
            for written, hint in {
                "vector": "a column of n entries is [n]",
                "float": "write `real`",
                "ℂ": "write `complex`",
                "x >= 0": "write `nonnegative`",
                "(n)": "a shape is a list, without quotes: [n]",
                "[n": "a shape is a list, without quotes: [n]",
                "R^n": "a shape is a list: [n]",
                "R^{m×n}": "a shape is a list: [m, n]",
                r"\mathbb{R}^{m \times n}": "a shape is a list: [m, n]",
                r"\mathbb R^n": "a shape is a list: [n]",
                r"\R^{k}": "a shape is a list: [k]",
                r"\mathbb{R}": "write `real`",
                "n x 1": "a shape is a list: [n]",
                "(k, l) matrix": "a shape is a list: [k, l]",
                "symmetric [n, n]": "write {shape: [n, n], structure: symmetric}",
            }.items()
        ),
        pytest.param(
            formula('latex: "\\nabla f"\n'),
            [
                "f.yaml:9:12: control character a line break or tab in a text (write LaTeX in "
                "single quotes: in double quotes `\\b`, `\\f`, `\\n`, `\\t` are escapes) "
                "[yaml-control]"
            ],
            id="latex-line-break",
        ),
        pytest.param(
            formula('latex: "\\log x"\n'),
            [
                "f.yaml:9:13: not YAML: an unknown escape in double quotes "
                "(write LaTeX in single quotes) [yaml-syntax]"
            ],
            id="latex-escape",
        ),
        pytest.param(
            formula(name="a: b"),
            [
                "f.yaml:9:12: not YAML: a second `: ` on one line "
                "(quote a text that holds `: `) [yaml-syntax]"
            ],
            id="second-colon",
        ),
        *(
            pytest.param(
                formula(derivative=written),
                [f"f.yaml:8:{column}: not YAML: {message} ({hint}) [yaml-syntax]"],
                id=f"begins-{written}",
            )
            for written, column, message, hint in (
                (
                    "|x|",
                    18,
                    "a text can't begin with `|` or `>`",
                    "quote it; an absolute value is `abs(x)`",
                ),
                (
                    "- x",
                    17,
                    "a list begins on a line of its own",
                    "quote a text that begins with `- `",
                ),
                (
                    '"x"*2',
                    20,
                    "did not find expected key",
                    "a text that begins with a quote ends with it: quote the whole",
                ),
            )
        ),
        pytest.param(
            formula(derivative="*x"),
            [
                "f.yaml:8:17: alias `*x`: aliases are not allowed "
                "(quote a text that begins with `*`) [yaml-alias]"
            ],
            id="alias",
        ),
        pytest.param(
            formula(derivative="!!python/name:os.system x"),
            [
                "f.yaml:8:17: tag `!!python/name:os.system`: tags are not allowed "
                "(quote a text that begins with `!`) [yaml-tag]"
            ],
            id="tag",
        ),
        pytest.param(
            formula(symbols="{ｘ: real}"),
            [
                "f.yaml:5:15: `ｘ` in `symbols` is no name "
                "(write it with ordinary letters: `x`) [schema-name]"
            ],
            id="look-alike",
        ),
        pytest.param(
            formula("errata: [{kind: shape, at: symbol.x, correct: 1}]\n"),
            [
                "f.yaml:9:32: `symbol.x` is no path inside the formula "
                "(did you mean `symbols`?) [schema-value]"
            ],
            id="erratum-path",
        ),
        pytest.param(
            "title: nothing\n",
            [
                "f.yaml:1:1: not a formula file (it begins with `derivcheck: 1`, "
                "`collection: NAME` and `formulas:`) [schema-file]"
            ],
            id="other-file",
        ),
        pytest.param(
            "a\x00b: \u202e1\n",
            [
                "f.yaml:1:2: U+0000: control character [file-character]",
                "f.yaml:1:6: U+202E: bidirectional override, which makes text look like other "
                "text [file-character]",
            ],
            id="characters",
        ),
        pytest.param(
            HEAD + "  - 1\n  - [\n",
            [
                "f.yaml:4:5: a formula is a mapping, not a text [schema-type]",
                "f.yaml:6:1: not YAML: something is missing or misplaced here [yaml-syntax]",
            ],
            id="two-kinds-of-problems",
        ),
    ],
)
def test_messages(text: str, messages: list[str]) -> None:
    assert said(text) == messages


def test_every_problem_in_one_go_and_the_rest_is_read() -> None:
    one = formula().removeprefix(HEAD)
    text = (
        HEAD
        + one.replace("id: 1", "id: good")
        + one.replace("wrt", "wtr")
        + "  - {id: 3, expression: [x\n"
        + one.replace("id: 1", "id: better")
        + one.replace("id: 1", "id: good")
        + "extra: 1\n"
    )
    entries, problems = load_text(text, "f.yaml")
    assert [entry.id for entry in entries] == ["good", "better"]
    assert [(p.rule, p.location.line) for p in problems if p.location] == [
        ("schema-unknown-key", 12),
        ("yaml-syntax", 15),
        ("schema-duplicate-id", 20),
    ]
    assert entries[1].location_of("derivative") == Location("f.yaml", 19, 17)


def test_ids_are_unique_in_a_collection_not_across(tmp_path: Path) -> None:
    for name, text in (
        ("a", formula()),
        ("b", formula()),
        ("c", formula().replace("collection: c", "collection: d")),
    ):
        (tmp_path / f"{name}.yaml").write_text(text)
    entries, problems = load_files(sorted(tmp_path.iterdir()))
    assert [entry.label for entry in entries] == ["c:1", "d:1"]
    assert [problem.message for problem in problems] == [
        f"id `1` is taken in collection `c` (by {tmp_path / 'a.yaml'}:4)"
    ]


@pytest.mark.parametrize("path", sorted((CORPUS / "malformed").iterdir()), ids=lambda p: p.stem)
def test_the_malformed_corpus(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _, problems = load_files([path])
    assert problems
    assert all(problem.location is not None for problem in problems)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("with_c", [True, False], ids=["libyaml", "pure"])
def test_an_alias_bomb_is_refused_before_it_expands(
    with_c: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not with_c:
        monkeypatch.setattr(reader, "_Loader", yaml.SafeLoader)
    bomb = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 60)]
    head = "derivcheck: 1\ncollection: c\na0: &a0 [x]\n"
    problems = said(f"{head}{''.join(bomb)}formulas: *a59\n")
    assert sum("[yaml-alias]" in problem for problem in problems) == 120


@pytest.mark.parametrize(
    "case",
    ["[" * 10_000, "{" * 10_000, "- " * 10_000, "a:\n      " + "[ " * 9999],
    ids=["lists", "mappings", "items", "spaced"],
)
def test_deep_nesting_ends_early(case: str) -> None:
    assert any("[yaml-depth]" in problem for problem in said(HEAD + "  - " + case))


def test_both_parsers_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = load_files(BUNDLED)
    monkeypatch.setattr(reader, "_Loader", yaml.SafeLoader)
    some = BUNDLED[:3]
    slow = load_files(some)
    assert slow[0] == quick[0][: len(slow[0])]
    assert [e.marks for e in slow[0]] == [e.marks for e in quick[0][: len(slow[0])]]


def _unreadable(folder: Path) -> dict[str, str]:
    """Files that can't be read, each with what is said of it."""
    (folder / "big.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    (folder / "latin.yaml").write_bytes(b"derivcheck: 1\ntitle: caf\xe9\n")
    (folder / "wide.yaml").write_bytes("derivcheck: 1\n".encode("utf-16"))
    (folder / "folder.yaml").mkdir()
    os.mkfifo(folder / "pipe.yaml")
    os.symlink(folder / "loop.yaml", folder / "loop.yaml")
    return {
        "big.yaml": "1:1: larger than 5 MB (split it: files may share a collection)"
        " [file-too-large]",
        "latin.yaml": "2:11: the text is not UTF-8 (byte 0xE9) (save it as UTF-8) [file-encoding]",
        "wide.yaml": "1:1: the text is UTF-16 (save it as UTF-8) [file-encoding]",
        "folder.yaml": "1:1: a directory, not a file [file-unreadable]",
        "pipe.yaml": "1:1: not a regular file [file-unreadable]",
        "loop.yaml": "1:1: can't be read: Too many levels of symbolic links [file-unreadable]",
        "none.yaml": "1:1: can't be read: No such file or directory [file-unreadable]",
    }


def test_unreadable_files_are_problems(tmp_path: Path) -> None:
    for name, message in _unreadable(tmp_path).items():
        _, problems = load_files([tmp_path / name])
        assert [str(p) for p in problems] == [f"{tmp_path / name}:{message}"]


def test_byte_order_mark_and_foreign_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + formula().replace("\n", "\r\n").encode())
    (entry,), problems = load_files([file])
    assert problems == ()
    assert entry.line == 4


def test_problems_are_bounded() -> None:
    _, problems = load_text(HEAD + "  - 1\n" * 5000)
    assert len(problems) == fmt.MAX_PROBLEMS + 1
    assert problems[-1].rule == "file-problems"


def test_split_hint() -> None:
    (entry,), _ = load_text(formula(derivative="[log(e, a)/x, 1/x]"))
    hint = 'YAML split it at a comma: quote the whole text: "log(e, a)/x"'
    assert [split_hint(entry, f"derivative[{i}]") for i in range(3)] == [hint, hint, None]
    assert split_hint(entry, "expression") is None


# --- kept files


class Memory(dict[str, str]):
    """A store in memory."""

    def text(self, key: str) -> str | None:
        """As a store does."""
        return self.get(key)

    def put(self, key: str, text: str) -> None:
        """As a store does."""
        self[key] = text


def test_kept_entries_are_the_same_entries(tmp_path: Path) -> None:
    memory = Memory()
    fresh = list(Loader(memory).files(BUNDLED))
    assert len(memory) == len(BUNDLED)
    kept = list(Loader(memory).files(BUNDLED))
    assert kept == fresh
    for one, other in zip(kept, fresh, strict=True):
        assert isinstance(one, Formula)
        assert isinstance(other, Formula)
        for path in ("expression", "derivative[0]", "symbols", "derivation[0].to"):
            assert one.location_of(path, 2) == other.location_of(path, 2)


def test_files_with_problems_are_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_text(formula("extra: 1\n"))
    memory = Memory()
    assert list(Loader(memory).file(file)) == list(Loader(memory).file(file))
    assert not memory


def test_dump_and_restore_keep_everything() -> None:
    entries = list(load_text(formula("note: é\n"), "f.yaml")[0])
    assert restore(dump(entries), "f.yaml") == entries
