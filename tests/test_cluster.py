"""The same run on a Dask cluster: same results, same order, also where a worker is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = [
    # found, not imported: other processes run it
    pytest.mark.skipif(find_spec("distributed") is None, reason="needs distributed"),
    pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by signal"),
]

ROOT = Path(__file__).parent.parent
FILES = [
    str(ROOT / "formulas" / "ai-edu" / name) for name in ("01-elementary.yaml", "02-rules.yaml")
]

SERVER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
        host="127.0.0.1", local_directory=sys.argv[1],
    ) as cluster:
        print(cluster.scheduler_address, *[w.pid for w in cluster.workers.values()], flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[int]]]:
    """Address of a cluster with two worker processes, and their ids."""
    folder = tmp_path_factory.mktemp("cluster")
    script = folder / "server.py"
    script.write_text(SERVER, "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", str(script), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    address, *pids = process.stdout.readline().split()
    yield address, [int(pid) for pid in pids]
    process.communicate("", timeout=60)


IMPATIENT = "import derivcheck.running.dask as dask; dask._CONNECT_SECONDS = 0.5\n"
"""Nobody comes to a closed port within ten seconds either."""


def run(*arguments: str, first: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            *(sys.executable, "-c", f"{first}from derivcheck.__main__ import main\nmain()"),
            "verify",
            "--no-cache",
            "--format",
            "json",
            *arguments,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def results(process: subprocess.Popen[str]) -> list[tuple[str, str, str]]:
    out, err = process.communicate(timeout=300)
    assert out, err
    return [(r["id"], r["verdict"], r["outcome"]) for r in json.loads(out)["results"]]


def test_a_cluster_gives_the_same_report_in_the_same_order(
    cluster: tuple[str, list[int]],
) -> None:
    here = results(run(*FILES))
    there = results(run(*FILES, "--engine", "dask", "--scheduler", cluster[0]))
    assert there == here
    assert len(here) > 30


HOSTILE = """derivcheck: 1
collection: made-up
formulas:
- {id: long, symbols: {X: [64, 64], Y: [64, 64]}, expression: "sum(kron(X, Y))", wrt: X,
   derivative: "sum(Y)*ones(64, 64)"}
- {id: good, symbols: {x: real}, expression: x**2, wrt: x, derivative: 2*x}
- {id: wrong, symbols: {x: real}, expression: x**2, wrt: x, derivative: 3*x}
"""


def test_a_formula_is_bounded_in_time_there_too(
    cluster: tuple[str, list[int]], tmp_path: Path
) -> None:
    file = tmp_path / "hostile.yaml"
    file.write_text(HOSTILE, "utf-8")
    dask = ("--engine", "dask", "--scheduler", cluster[0])
    found = results(run(str(file), "--timeout", "2", *dask))
    assert [one[:2] for one in found] == [
        ("long", "undecided"),
        ("good", "proved"),
        ("wrong", "refuted"),
    ]


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(
    cluster: tuple[str, list[int]], tmp_path: Path
) -> None:
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks import made_up
    finally:
        sys.path.remove(str(ROOT))
    address, pids = cluster
    file = made_up.write(tmp_path / "many.yaml", 300)
    process = run(str(file), "--engine", "dask", "--scheduler", address)
    time.sleep(2)
    os.kill(pids[0], signal.SIGKILL)
    assert results(process) == [(str(i), "proved", "pass") for i in range(1, 301)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--engine", "dask"), "--engine dask and --scheduler ADDRESS go together"),
        (
            ("--engine", "dask", "--scheduler", "nowhere://x"),
            "`nowhere://x` is no address of a scheduler such as tcp://host:8786",
        ),
        (
            ("--engine", "dask", "--scheduler", "tcp://127.0.0.1:1"),
            "no Dask scheduler answers at tcp://127.0.0.1:1: ",
        ),
    ],
    ids=["no address", "not an address", "nobody there"],
)
def test_a_cluster_that_cannot_be_used_is_said(arguments: tuple[str, ...], message: str) -> None:
    process = run(*FILES, *arguments, first=IMPATIENT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == ""
    assert message in err


def test_a_missing_dask_is_said() -> None:
    script = (
        "import sys\n"
        "sys.modules['distributed'] = None\n"
        "from derivcheck.cli.app import app\n"
        "app(sys.argv[1:])\n"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-c", script, "verify", "ai-edu:1", "--no-cache"),
            *("--engine", "dask", "--scheduler", "tcp://127.0.0.1:1"),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "derivcheck: --engine dask needs Dask: pip install 'derivcheck[dask]'\n"
