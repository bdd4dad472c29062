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
from derivcheck.collection.formula import Formula
from derivcheck.collection.stored import fingerprint
from derivcheck.lang.equation import Settings
from derivcheck.model import Outcome, Unfinished, Verdict
from derivcheck.running import cache as module
from derivcheck.running import engine
from derivcheck.running.cache import Cache, entry_key, worth_keeping
from derivcheck.running.codec import from_json, to_json
from derivcheck.running.library import FileLibrary

ROOT = Path(__file__).parent.parent
TEXT = "- {id: 1, name: one, symbols: {x: real}, expression: x**2, wrt: x, derivative: 2*x}"


@pytest.fixture(autouse=True)
def _quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge that agrees with everything: the cache is what is tried here."""
    if "cited" not in request.node.name:
        monkeypatch.setattr(judges, "ROWS", hostile_judge.ROWS)


def entry(text: str = TEXT) -> Formula:
    (only,) = entries(text)
    return only


def key(one: Formula, settings: Settings | None = None, library: str = "") -> str:
    return entry_key(one, settings or Settings(), library)


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
    "what it cites": lambda: key(entry(), library="other"),
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
    one: Formula, folder: Path, library: FileLibrary | None = None, settings: Settings | None = None
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


def _sql(*statements: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with sqlite3.connect(path, isolation_level=None) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA writable_schema=ON")
            for statement in statements:
                connection.execute(statement)
        connection.close()

    return change


def _bytes(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        _sql("SELECT 1")(path)  # all in one file
        path.write_bytes(change(path.read_bytes()))

    return write


def _put(at: int, *new: int) -> Callable[[Path], None]:
    return _bytes(lambda data: data[:at] + bytes(new) + data[at + len(new) :])


DAMAGE: dict[str, Callable[[Path], None]] = {
    "text": _bytes(lambda data: b"this is no database\n" * 1000),
    "noise": _bytes(lambda data: data[:100] + random.Random(0).randbytes(len(data) - 100)),
    "zeros": _bytes(lambda data: bytes(len(data))),
    "cut": _bytes(lambda data: data[: len(data) // 3]),
    "cut in the first page": _bytes(lambda data: data[:2000]),
    "a byte behind": _bytes(lambda data: data[:100]),
    "its first letters": _put(0, 0),
    "its page size": _put(16, 3, 7),
    "its write version": _put(18, 9),
    "its read version": _put(19, 9),
    "its schema format": _put(47, 99),
    "its text encoding": _put(59, 3),
    "no UTF-8 in the schema": _bytes(lambda data: data.replace(b"CREATE", b"\xff\xfeEATE")),
    "no UTF-8 in a value": _sql("UPDATE results SET value = CAST(x'ff80' AS TEXT)"),
    "no UTF-8 in a digest": _sql("UPDATE results SET digest = CAST(x'ff80' AS TEXT)"),
    "a changed value": _sql("UPDATE results SET value = replace(value, 'supported', 'refuted')"),
    "a cut value": _sql("UPDATE results SET value = substr(value, 1, 100)"),
    "a blob": _sql("UPDATE results SET value = x'80042e'"),
    "a number": _sql("UPDATE results SET value = 7"),
    "nothing": _sql("UPDATE results SET value = NULL"),
    "a digest": _sql("UPDATE results SET digest = 'x'"),
    "other columns": _sql("DROP TABLE results", "CREATE TABLE results (other INTEGER)"),
    "a column more": _sql("ALTER TABLE results ADD COLUMN more"),
    "no index": _sql(
        "DROP TABLE results", "CREATE TABLE results (key TEXT, digest TEXT, value TEXT)"
    ),
    "a view": _sql("DROP TABLE results", "CREATE VIEW results AS SELECT 1 AS key"),
    "a trigger": _sql("CREATE TRIGGER t AFTER INSERT ON results BEGIN DELETE FROM results; END"),
    "another table": _sql("CREATE TABLE other (x)"),
    "a schema that is none": _sql("UPDATE sqlite_master SET sql = 'CREATE nonsense'"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_set_aside_with_one_warning_and_healed(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    expected, _ = run(entry(), tmp_path)
    path = tmp_path / "results.sqlite"
    damage(path)
    warnings: list[str] = []
    kept = Cache(tmp_path, warnings.append)
    (result,) = engine.verify([entry()], Settings(), cache=kept)
    kept.close()
    assert result.verdict is expected.verdict is Verdict.SUPPORTED  # type: ignore[attr-defined]
    assert [w.partition("(")[0] for w in warnings] == ["the cache was damaged "]
    assert len(list(tmp_path.glob("results.sqlite.damaged-*"))) == 1
    again, hit = run(entry(), tmp_path)
    assert hit
    assert again.verdict is Verdict.SUPPORTED  # type: ignore[attr-defined]


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "results.sqlite").write_bytes(b"")
    assert not run(entry(), tmp_path)[1]
    assert run(entry(), tmp_path)[1]


def test_any_flipped_byte_leaves_the_answer_right(tmp_path: Path) -> None:
    expected, _ = run(entry(), tmp_path)
    path = tmp_path / "results.sqlite"
    _sql("SELECT 1")(path)
    whole = path.read_bytes()
    noise = random.Random(0)
    places = [*range(16, 100), *(noise.randrange(100, len(whole)) for _ in range(60))]
    for place in places:
        folder = tmp_path / str(place)
        folder.mkdir()
        flipped = whole[:place] + bytes([whole[place] ^ 0xA5]) + whole[place + 1 :]
        (folder / "results.sqlite").write_bytes(flipped)
        warnings: list[str] = []
        for _ in range(2):
            kept = Cache(folder, warnings.append)
            found = kept.get(key(entry()), entry())
            assert found in (None, expected), place
            if found is None:
                kept.keep(key(entry()), expected)  # type: ignore[arg-type]
            kept.close()
        assert len(warnings) <= 1, (place, warnings)
        kept = Cache(folder)
        assert kept.get(key(entry()), entry()) == expected, place
        kept.close()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_in_its_place_is_no_cache(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "results.sqlite")
    warnings: list[str] = []
    kept = Cache(tmp_path, warnings.append)
    assert kept.text("key") is None
    kept.close()
    assert warnings == [f"the cache {kept.path} cannot be used: not a regular file"]


def test_a_file_in_place_of_its_folder_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    warnings: list[str] = []
    kept = Cache(tmp_path / "file", warnings.append)
    assert kept.text("key") is None
    kept.close()
    assert warnings == [f"the cache {kept.path} cannot be used: File exists"]


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
