"""At the edges of a run: limits of the system, early interrupts, names with two meanings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from derivcheck.checking.checker import Checker
from derivcheck.cli.app import app
from derivcheck.cli.run import count_formulas
from derivcheck.collection.loader import load_text
from derivcheck.collection.targets import Selection, collection_of
from derivcheck.files import read_regular
from derivcheck.lang.equation import Settings
from derivcheck.running.library import FileLibrary

ROOT = Path(__file__).parent.parent
HEAD = "derivcheck: 1\ncollection: c\nformulas:"
GOOD = HEAD + "\n- {id: 1, symbols: {x: real}, expression: x, wrt: x, derivative: '1'}\n"
COMMAND = [sys.executable, "-m", "derivcheck"]
posix = pytest.mark.skipif(sys.platform == "win32", reason="limits and signals of POSIX")


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@posix
@pytest.mark.parametrize("files", [6, 8, 10, 14, 20])
def test_few_open_files_are_no_defect(files: int, tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(GOOD)
    script = f'ulimit -n {files} && exec "$@"'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *COMMAND, "verify", "f.yaml", "--no-cache", "-j", "8", "-q"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 2:
        assert "Too many open files" in done.stderr
        assert "defect" not in done.stderr
    else:
        assert (done.returncode, done.stderr) == (0, "")


@posix
def test_nothing_is_imported_before_interrupts_are_caught() -> None:
    script = (
        "import signal, sys\n"
        "sys.argv = ['derivcheck']\n"
        "class Seen:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        print(name)\n"
        "seen = Seen()\n"
        "sys.modules.pop('__future__', None)\n"
        "sys.meta_path.insert(0, seen)\n"
        "import derivcheck.__main__\n"
        "print(signal.getsignal(signal.SIGINT).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True
    )
    expected = ["derivcheck", "__future__", "derivcheck.__main__", "_leave_at_once"]
    assert (done.stdout.split(), done.stderr) == (expected, "")


@posix
def test_an_early_interrupt_leaves_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(GOOD)
    # as soon as the command itself is imported: before that it is Python's own affair
    script = (
        "import os, signal, sys\n"
        "sys.argv = ['derivcheck', 'verify', 'f.yaml', '--no-cache']\n"
        "import derivcheck.__main__\n"
        "moment = sys.argv\n"
        "class Early:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == NAME:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Early())\n"
        "derivcheck.__main__.main()\n"
    )
    for name in ("io", "typer", "derivcheck.cli.app", "derivcheck.report.escape", "dataclasses"):
        done = subprocess.run(
            [sys.executable, "-c", script.replace("NAME", repr(name))],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if name in done.stderr or done.returncode == 0:
            continue  # it was imported before
        assert (done.returncode, done.stderr) == (130, "interrupted\n"), name


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DERIVCHECK_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path


def test_no_formulas_are_told_of(folder: Path) -> None:
    Path("none.yaml").write_text(HEAD + " []\n")
    Path("good.yaml").write_text(GOOD)
    for _ in range(2):  # the second run could be a kept one
        result = CliRunner().invoke(app, ["verify", "none.yaml", "good.yaml"])
        assert (result.exit_code, result.stderr) == (0, "derivcheck: none.yaml holds no formula\n")
    assert CliRunner().invoke(app, ["verify", "good.yaml"]).stderr == ""
    Path("none.md").write_text("# No maths\n")
    result = CliRunner().invoke(app, ["verify", "none.md", "good.yaml"])
    assert (result.exit_code, result.stderr) == (0, "derivcheck: none.md holds no equation\n")


@pytest.mark.parametrize("command", ["verify", "show", "list"])
def test_a_format_that_is_not_read_is_told_of(command: str, folder: Path) -> None:
    Path("page.HTML").write_text("<p>$x$</p>")
    result = CliRunner().invoke(app, [command, "page.HTML"])
    assert (result.exit_code, result.stderr) == (
        2,
        "derivcheck: `page.HTML` is no formula file, and no document that is read (those end in "
        ".md, .qmd, .rmd, .markdown, .txt, .tex, .ltx, .latex, .rst, .ipynb)\n",
    )


def test_a_folder_of_documents_is_told_of(folder: Path) -> None:
    Path("course").mkdir()
    for name, more in (("notes.txt.bak", ""), ("notes.md", "; documents are named one by one")):
        Path("course", name).write_text("$x$")
        result = CliRunner().invoke(app, ["verify", "course"])
        assert (result.exit_code, result.stderr) == (
            2,
            f"derivcheck: `course` holds no formula file (searched for *.yaml, *.yml{more})\n",
        )


def test_a_folder_called_like_a_collection_is_told_of(folder: Path) -> None:
    Path("losses").mkdir()
    Path("losses/f.yaml").write_text(GOOD)
    result = CliRunner().invoke(app, ["list", "losses"])
    assert result.stderr == (
        "derivcheck: `losses`: the bundled collection of that name is meant; "
        "write ./losses for the folder\n"
    )
    result = CliRunner().invoke(app, ["list", "./losses"])
    assert (result.stderr, "1 formula\n" in result.stdout) == ("", True)


@posix
def test_only_regular_files_are_opened(folder: Path) -> None:
    Path("good.yaml").write_text(GOOD)
    os.mkfifo("pipe.yaml")
    os.symlink("/dev/zero", "zero.yaml")
    os.symlink("/dev/zero", "zero.md")
    for name in ("pipe.yaml", "zero.yaml", "zero.md", "."):
        with pytest.raises(OSError, match=r"not a regular file|Is a directory"):
            read_regular(name)
    names = ("good.yaml", "pipe.yaml", "zero.yaml")
    assert count_formulas([Selection("x", names)]) == 1
    assert [collection_of(name) for name in names] == ["c", "", ""]
    assert FileLibrary(names).digest() != FileLibrary(names[:1]).digest()
    done = CliRunner().invoke(app, ["verify", "good.yaml"])
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(app, ["verify", *names])
    assert done.exit_code == 2
    assert done.output.count("not a regular file") == 2
    assert CliRunner().invoke(app, ["lint", "zero.md"]).exit_code == 2


def test_what_runs_outside_the_workers_has_limits(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from derivcheck.cli import run
    from derivcheck.collection import loader

    Path("a.yaml").write_text(GOOD)
    Path("b.yaml").write_text(GOOD.replace("id: 1", "id: 2"))
    with monkeypatch.context() as small:
        small.setattr(loader, "MAX_RUN_BYTES", len(GOOD) + 10)
        result = CliRunner().invoke(app, ["list", "a.yaml", "b.yaml"])
    assert result.exit_code == 2
    assert result.stderr.startswith("b.yaml:1:1: not read: the files of one run hold more than")
    with monkeypatch.context() as short:
        short.setattr(loader, "SECONDS", -1.0)
        _, problems = load_text(GOOD)
    assert [p.rule for p in problems] == ["not-finished"]
    Path("a.md").write_text("$a$\n" * 200_000)
    for module, command in ((run, "verify"), ("derivcheck.files", "lint")):
        with monkeypatch.context() as short:
            short.setattr(module if command == "verify" else sys.modules[module], "SECONDS", 0.01)
            result = CliRunner().invoke(app, [command, "a.md"])
        assert (result.exit_code, "within 0.01 s" in result.output) == (2, True)


HINTED = (
    "derivative: 2*cos(2*x + 1)",
    "derivative: cos(x**2)",
    "derivative: -x*sin(x)",
    "derivative: exp(x)/(1 + exp(x))**3",
)
EXPRESSIONS = ("sin(2*x + 1)*x", "sin(x**2)", "x*cos(x)", "1/(1 + exp(-x))")


@pytest.mark.parametrize("claim", range(len(HINTED)))
def test_the_hint_does_not_depend_on_a_limit_that_is_not_reached(claim: int) -> None:
    text = (
        f"{HEAD}\n- {{id: 1, symbols: {{x: real}}, expression: {EXPRESSIONS[claim]}, wrt: x, "
        f"{HINTED[claim]}}}\n"
    )
    (entry,), _ = load_text(text)
    hints = {
        Checker(Settings(timeout=timeout)).check(entry).claims[0].hint for timeout in (10, 60, 1000)
    }
    assert len(hints) == 1


DASK = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None,
        host="127.0.0.1", local_directory=sys.argv[1],
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


def test_a_helper_is_isolated_from_where_it_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from derivcheck.running import dask

    (tmp_path / "derivcheck").mkdir()
    (tmp_path / "derivcheck" / "__init__.py").write_text("open('executed', 'w')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    order = json.dumps(["another version", [], []])
    answers = dask._check_batch(order, ["x", "y"], [])
    assert not (tmp_path / "executed").exists()
    # and a machine with another version says so, for every formula
    told = {dask._decoded(answer) for answer in answers}
    assert [type(one).__name__ for one in told] == ["Unfinished"]
    from derivcheck import __version__

    (reason,) = (one.reason for one in told)
    assert reason == f"this machine has derivcheck {__version__}, not another version"


def killed_after(seconds: float, folder: Path) -> tuple[int, str, str]:
    """Exit code and output of a run whose scheduler is killed in the middle."""
    script = folder / "server.py"
    script.write_text(DASK)
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", str(script), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        env=environment(),
    )
    assert server.stdout is not None
    address = server.stdout.readline().strip()
    arguments = ["verify", "all", "--no-cache", "--format", "json"]
    run = subprocess.Popen(
        [*COMMAND, *arguments, "--engine", "dask", "--scheduler", address],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    time.sleep(seconds)
    os.killpg(server.pid, signal.SIGKILL)
    server.communicate()
    out, err = run.communicate(timeout=200)
    return run.returncode, out, err


@posix
def test_a_scheduler_that_dies_loses_nothing_that_was_decided(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    for seconds in (2, 4, 8, 16, 36):
        code, out, err = killed_after(seconds, tmp_path)
        if out:  # else it was not yet found: this machine is busy
            break
    assert code == 2, err
    report = json.loads(out)
    assert report["problems"][-1]["rule"] == "cluster-lost"
    assert all(r["outcome"] in ("pass", "erratum") for r in report["results"])
    assert "Traceback" not in err, err
