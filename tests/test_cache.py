"""Results kept between runs: a hit is never stale, damage is never believed and never fatal."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import hostile_judge
import pytest
from checking import entries

from derivcheck.checking import judges
from derivcheck.collection.entry import Entry
from derivcheck.lang.equation import Settings
from derivcheck.model import Outcome, Unfinished, Verdict
from derivcheck.running import cache as module
from derivcheck.running import engine
from derivcheck.running.cache import Cache, entry_key, fingerprint, worth_keeping
from derivcheck.running.codec import from_json, to_json
from derivcheck.running.library import FileLibrary

ROOT = Path(__file__).parent.parent
TEXT = "- {id: 1, name: one, symbols: {x: real}, expression: x**2, wrt: x, derivative: 2*x}"


@pytest.fixture(autouse=True)
def _quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge that agrees with everything: the cache is what is tried here."""
    if "cited" not in request.node.name:
        monkeypatch.setattr(judges, "ROWS", hostile_judge.ROWS)


def entry(text: str = TEXT) -> Entry:
    (only,) = entries(text)
    return only


def key(one: Entry, settings: Settings | None = None, cited: dict[str, str] | None = None) -> str:
    return entry_key(one, settings or Settings(), cited or {})


KEYS_CHANGE: dict[str, Callable[[], str]] = {
    "the claim": lambda: key(entry(TEXT.replace("2*x", "x*2"))),
    "the domain": lambda: key(entry(TEXT.replace("real", "positive"))),
    "the name": lambda: key(entry(TEXT.replace("one", "two"))),
    "the order of symbols": lambda: key(entry(TEXT.replace("{x: real}", "{x: real, y: real}"))),
    "the seed": lambda: key(entry(), Settings(seed=1)),
    "the samples": lambda: key(entry(), Settings(samples=13)),
    "the time limit": lambda: key(entry(), Settings(timeout=1)),
    "the judges": lambda: key(entry(), Settings(only="numeric")),
    "strictness": lambda: key(entry(), Settings(strict=True)),
    "what it cites": lambda: key(entry(), cited={"made-up": "other"}),
    "the collection": lambda: key(replace(entry(), collection="other")),
    "the columns inside": lambda: key(entry(TEXT.replace("derivative: ", "derivative:  "))),
}


@pytest.mark.parametrize("other", KEYS_CHANGE.values(), ids=KEYS_CHANGE)
def test_the_key_changes_with_all_that_a_result_depends_on(other: Callable[[], str]) -> None:
    assert other() != key(entry())


def test_the_key_does_not_change_where_an_entry_only_moves() -> None:
    first, second = entries(f"{TEXT.replace('id: 1', 'id: 0')}\n\n# a remark\n{TEXT}")
    assert key(second) == key(entry())
    assert key(first) != key(second)


def test_the_key_changes_with_derivcheck_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    before = key(entry())
    monkeypatch.setattr(module, "fingerprint", lambda: "another version")
    assert key(entry()) != before
    assert fingerprint() == fingerprint()


def run(
    one: Entry, folder: Path, library: FileLibrary | None = None, settings: Settings | None = None
) -> tuple[object, bool]:
    """The result, and whether the cache had it."""
    kept = Cache(folder)
    started: list[str] = []
    put = kept.put
    kept.put = lambda k, text: (started.append(k), put(k, text))[1]  # type: ignore[method-assign]
    (result,) = engine.verify([one], settings or Settings(), library=library, cache=kept)
    kept.close()
    return result, not started


def test_a_second_run_is_answered_by_the_cache_wherever_the_entry_stands(tmp_path: Path) -> None:
    first, hit = run(entry(), tmp_path)
    assert not hit
    again, hit = run(entry(), tmp_path)
    assert hit
    assert again == first
    (moved,) = entries(f"\n\n{TEXT}")
    elsewhere, hit = run(replace(moved, file="other.yaml"), tmp_path)
    assert hit
    claim = elsewhere.claims[0]  # type: ignore[attr-defined]
    assert str(claim.location) == f"other.yaml:{moved.line}:{first.claims[0].location.column}"  # type: ignore[attr-defined]


CITED = """derivcheck: 1
collection: cited
formulas:
- {id: rule, symbols: {x: real}, expression: x**2, wrt: x, derivative: RULE}
"""
CITING = """
- {id: 1, symbols: {x: real}, expression: x**2, wrt: x, derivative: 2*x,
   derivation: [{to: 2*x, by: "cited:rule"}]}
"""


def test_a_changed_cited_formula_checks_again_what_cites_it(tmp_path: Path) -> None:
    file = tmp_path / "cited.yaml"
    (citing,) = entries(CITING)
    outcomes = []
    for rule in ("2*x", "2*x", "3*x", "2*x"):
        file.write_text(CITED.replace("RULE", rule), "utf-8")
        result, hit = run(citing, tmp_path / "cache", FileLibrary([str(file)]))
        outcomes.append((result.outcome, hit))  # type: ignore[attr-defined]
    assert outcomes == [
        (Outcome.PASS, False),
        (Outcome.PASS, True),
        (Outcome.FAIL, False),
        (Outcome.PASS, True),
    ]


def test_undecided_is_not_kept() -> None:
    assert not worth_keeping(engine.undecided(entry(), Unfinished("not finished within 1 s")))


# --- damage ------------------------------------------------------------------------------------


def damaged(path: Path, kind: str) -> None:
    data = path.read_bytes()
    if kind == "text":
        path.write_text("this is no database\n" * 1000, "utf-8")
    elif kind == "cut":
        path.write_bytes(data[: len(data) // 3])
    elif kind == "noise":
        noise = random.Random(0)
        path.write_bytes(data[:100] + noise.randbytes(len(data) - 100))
    elif kind == "zeros":
        path.write_bytes(bytes(len(data)))
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "another schema":
        path.unlink()
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE results (other INTEGER)")
        connection.close()


@pytest.mark.parametrize("kind", ["text", "cut", "noise", "zeros", "empty", "another schema"])
def test_a_damaged_file_is_never_believed_and_never_fatal(tmp_path: Path, kind: str) -> None:
    expected, _ = run(entry(), tmp_path)
    damaged(tmp_path / "results.sqlite", kind)
    warnings: list[str] = []
    kept = Cache(tmp_path, warnings.append)
    (result,) = engine.verify([entry()], Settings(), cache=kept)
    kept.close()
    assert result.verdict is expected.verdict is Verdict.SUPPORTED  # type: ignore[attr-defined]
    if kind in ("text", "noise", "zeros"):
        assert any("set aside as results.sqlite.damaged-" in w for w in warnings)
        assert list(tmp_path.glob("results.sqlite.damaged-*"))
    if kind != "another schema":
        assert run(entry(), tmp_path)[1]


ROWS = {
    "a changed value": lambda value: value.replace("supported", "refuted"),
    "a cut value": lambda value: value[:-20],
    "no text": lambda value: b"\x80\x04.",
    "nothing": lambda value: None,
    "another result": lambda value: to_json((engine.undecided(entry(), Unfinished("x")),)),
}


@pytest.mark.parametrize("change", ROWS.values(), ids=ROWS)
def test_a_damaged_row_is_a_miss(tmp_path: Path, change: Callable[[str], object]) -> None:
    run(entry(), tmp_path)
    with sqlite3.connect(tmp_path / "results.sqlite") as connection:
        (value,) = connection.execute("SELECT value FROM results").fetchone()
        connection.execute("UPDATE results SET value = ?", (change(value),))
    connection.close()
    result, hit = run(entry(), tmp_path)
    assert not hit
    assert result.verdict is Verdict.SUPPORTED  # type: ignore[attr-defined]


NOT_OURS = {
    "no JSON": "{",
    "a number": "1",
    "another record": '[{"r": [6, "file", 1, 1]}]',
    "a record that is none": '[{"r": [99, 1]}]',
    "too few fields": '[{"r": [5, 1]}]',
    "a name": '[{"__class__": "os.system"}]',
    "an enum that is none": '[{"e": [3, "certain"]}]',
    "a wrong tag": '[{"x": []}]',
    "a body that is none": '[{"r": 5}]',
    "nested too deep": "[" * 100_000,
}


@pytest.mark.parametrize("text", NOT_OURS.values(), ids=NOT_OURS)
def test_only_our_records_are_read(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_json(text)


def test_results_come_back_as_they_were() -> None:
    results = tuple(engine.verify(entries(TEXT), Settings()))
    assert from_json(to_json(results)) == results


def test_a_folder_that_cannot_be_used_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    warnings: list[str] = []
    kept = Cache(tmp_path / "file" / "folder", warnings.append)
    (result,) = engine.verify([entry()], Settings(), cache=kept)
    kept.close()
    assert result.outcome is Outcome.PASS
    assert len(warnings) == 1


# --- several at once, and killed ones ----------------------------------------------------------


def _write(folder: str, start: int) -> None:
    kept = Cache(Path(folder))
    for i in range(start, start + 300):
        kept.put(f"key-{i}", f"value {i}")
    kept.close()


def test_several_runs_may_write_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(str(tmp_path), 200 * i)) for i in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    kept = Cache(tmp_path)
    assert [kept.text(f"key-{i}") for i in range(700)] == [f"value {i}" for i in range(700)]
    kept.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from derivcheck.running.cache import Cache
kept = Cache(Path(sys.argv[1]))
for i in range(10_000):
    if i == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    kept.put(f"key-{i}", f"value {i}")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_kill_at_any_moment_leaves_what_is_right(tmp_path: Path) -> None:
    noise = random.Random(1)
    for moment in [0, 1, 63, 64, 65, *(noise.randrange(1000) for _ in range(5))]:
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(tmp_path), str(moment)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )
        assert done.returncode == -signal.SIGKILL
        warnings: list[str] = []
        kept = Cache(tmp_path, warnings.append)
        assert {kept.text(f"key-{i}") for i in range(64)} <= {
            None,
            *(f"value {i}" for i in range(64)),
        }
        if moment > 64:
            assert kept.text("key-0") == "value 0"
        kept.put("own", "value")
        kept.close()
        assert warnings == []
