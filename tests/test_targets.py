"""What targets name, and what is said of those that name nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from formula_files import HEAD, formula

from derivcheck.collection.formula import Formula
from derivcheck.collection.loader import load_files
from derivcheck.collection.targets import (
    bundled_collections,
    bundled_folder,
    files_in,
    library_files,
    load,
    resolve,
)
from derivcheck.errors import TargetError


def labels(*targets: str) -> list[str]:
    """The formulas that targets select."""
    return [one.label for one in load(resolve(targets)) if isinstance(one, Formula)]


def test_collections_are_folders_of_their_name() -> None:
    for name, files in bundled_collections().items():
        assert {entry.collection for entry in load_files(files)[0]} == {name}
    assert next(iter(bundled_collections())) == "ai-edu"


def test_targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert labels("71") == labels("ai-edu:71") == ["ai-edu:71"]
    assert labels("ai-edu:1-3") == ["ai-edu:1", "ai-edu:2", "ai-edu:3"]
    assert labels("ai-edu:2", "ai-edu:1-2", "ai-edu:1") == ["ai-edu:1", "ai-edu:2"]
    assert labels() == labels("all")
    assert set(labels("ai-edu")) < set(labels())
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "f.yaml"
    file.write_text(formula() + formula(id="1-2").removeprefix(HEAD))
    assert labels("f.yaml") == labels(str(tmp_path)) == ["c:1", "c:1-2"]
    assert labels("f.yaml:1-2") == ["c:1-2"]
    assert labels("f.yaml:1-9") == ["c:1"]


def test_a_folder_with_a_loop_of_links(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "f.yml").write_text(formula())
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / ".hidden.yaml").write_text("x")
    assert files_in(tmp_path) == [str(tmp_path / "a" / "f.yml")]


@pytest.mark.parametrize(
    ("link", "leads"), [("a.yaml", "a.yaml"), ("b.yaml", "gone.yaml")], ids=["circle", "nowhere"]
)
def test_a_link_to_nothing(
    link: str, leads: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(link).symlink_to(leads)
    with pytest.raises(TargetError) as error:
        resolve([link])
    assert str(error.value) == (
        f"`{link}` is a link that leads nowhere, or in a circle [target-missing]"
    )


def test_a_folder_that_can_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "f.yaml").write_text(formula())
    (tmp_path / "closed").mkdir()
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "scandir", refuse)
    found = [str(one) for one in load(resolve(["."])) if not isinstance(one, Formula)]
    assert found == ["closed:1:1: can't be read: Permission denied [file-unreadable]"]


NOTHING = "is no collection, no id of a bundled formula, no file and no directory"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("ai-edv", f"`ai-edv` {NOTHING} (did you mean `ai-edu`?)"),
        ("ai-edv:1", "no collection `ai-edv` (did you mean `ai-edu`?)"),
        ("ai-edu:0000", "`ai-edu` has no formula `0000`"),
        ("ai-edu:net.a33", "`ai-edu` has no formula `net.a33` (did you mean `net.a3`?)"),
        ("no/such.yaml", "no such file: `no/such.yaml`"),
        ("", f"`` {NOTHING} (`derivcheck list` shows what there is)"),
    ],
    ids=["collection", "prefix", "id", "near", "file", "empty"],
)
def test_targets_that_name_nothing(target: str, message: str) -> None:
    with pytest.raises(TargetError) as error:
        resolve([target])
    assert str(error.value).rpartition(" [")[0] == message


def test_every_bad_target_is_told() -> None:
    with pytest.raises(TargetError) as error:
        resolve(["nope", "71", "no.yaml"])
    assert [problem.rule for problem in error.value.diagnostics] == [
        "target-unknown",
        "target-missing",
    ]


def test_an_ambiguous_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from derivcheck.collection import targets

    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        text = formula().replace("collection: c", f"collection: {name}")
        (tmp_path / name / "f.yaml").write_text(text)
    (tmp_path / "order.txt").write_text("two one")
    monkeypatch.setattr(targets, "bundled_folder", lambda: tmp_path)
    bundled_collections.cache_clear()
    try:
        assert list(bundled_collections()) == ["two", "one"]
        with pytest.raises(TargetError) as error:
            resolve(["1"])
        assert str(error.value) == (
            "`1` is ambiguous: it is in two and one (write `two:1` or `one:1`) [target-ambiguous]"
        )
        assert labels("one:1") == ["one:1"]
    finally:
        bundled_collections.cache_clear()


def test_citations_may_lead_to_files_beside(tmp_path: Path) -> None:
    for name, collection in (("a", "c"), ("b", "c"), ("c", "d")):
        text = formula().replace("collection: c", f"collection: {collection}")
        (tmp_path / f"{name}.yaml").write_text(text)
    files = library_files([str(tmp_path / "a.yaml")])
    assert [os.path.basename(file) for file in files] == ["a.yaml", "b.yaml"]


def test_bundled_formulas_are_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert bundled_folder().is_absolute()
    assert labels("ai-edu:1") == ["ai-edu:1"]
