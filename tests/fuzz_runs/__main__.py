"""``python -m tests.fuzz_runs --seconds 300``: throw hostile input at derivcheck for some time.

The work is done in a child process, so that a crash or a hang is noticed, too. What breaks is
kept in ``--keep`` (one file an input); ``--again FILE`` tries such a file once more.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.fuzz_runs import cases, targets

HANGS = 120.0


def work(seed: int, keep: Path) -> None:
    """The child: one line for every case, before it starts; one for every breach."""
    targets.settle()
    targets.watch()
    for number, (target, data) in enumerate(cases.cases(seed)):
        current = keep / f"running-{seed}"
        current.write_text(json.dumps([target, data.hex()]), "ascii")
        print(f"case {target}", flush=True)
        try:
            targets.TARGETS[target](data)
        except BaseException as error:
            name = keep / f"{target}-{seed}-{number}.json"
            name.write_text(json.dumps([target, data.hex()]), "ascii")
            print(
                f"breach {name} {type(error).__name__}: {error!s:.300}".replace("\n", " "),
                flush=True,
            )
            if isinstance(error, KeyboardInterrupt):
                raise


def again(file: Path) -> None:
    """Try a kept input once more, with the whole traceback."""
    target, data = json.loads(file.read_text("ascii"))
    print(target, bytes.fromhex(data)[:3000], sep="\n")
    targets.settle()
    targets.watch()
    try:
        targets.TARGETS[target](bytes.fromhex(data))
    except BaseException:
        traceback.print_exc()
        sys.exit(1)
    print("nothing breaks")


def main() -> int:
    """The parent: start a child, count its lines, start another after a crash or a hang."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz_runs", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--again", type=Path)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.again:
        again(given.again)
        return 0
    given.keep.mkdir(parents=True, exist_ok=True)
    if given.child:
        work(given.seed, given.keep)
        return 0
    until = time.monotonic() + given.seconds
    counts: Counter[str] = Counter()
    seed = given.seed
    while time.monotonic() < until:
        command = [sys.executable, "-m", "tests.fuzz_runs", "--child", "--keep", str(given.keep)]
        child = subprocess.Popen(
            [*command, "--seed", str(seed)], stdout=subprocess.PIPE, env={**os.environ}
        )
        assert child.stdout is not None
        os.set_blocking(child.stdout.fileno(), False)
        heard = time.monotonic()
        rest = b""
        while child.poll() is None and time.monotonic() < until:
            said = child.stdout.read()
            if said:
                heard = time.monotonic()
                *lines, rest = (rest + said).split(b"\n")
                for line in lines:
                    kind, _, told = line.decode().partition(" ")
                    counts[f"cases of {told}" if kind == "case" else "breaches"] += 1
                    if kind == "breach":
                        print(told, flush=True)
            elif time.monotonic() - heard > HANGS:
                break
            time.sleep(0.05)
        running = given.keep / f"running-{seed}"
        if child.poll() is None and time.monotonic() >= until:
            child.kill()
            running.unlink(missing_ok=True)
        else:
            what = "hang" if child.poll() is None else f"crash{child.returncode}"
            child.kill()
            counts[what] += 1
            running.replace(given.keep / f"{what}-{seed}.json")
            print(f"{what}: {given.keep / f'{what}-{seed}.json'}", flush=True)
        child.wait()
        child.stdout.close()
        seed += 1
    print("; ".join(f"{number} {name}" for name, number in sorted(counts.items())))
    return 1 if any(not name.startswith("cases") for name in counts) else 0


if __name__ == "__main__":
    sys.exit(main())
