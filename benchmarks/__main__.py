"""``python -m benchmarks``: every figure that the README quotes, from one run.

Ratios, not seconds, wherever possible: what is compared runs in turn, in this interpreter, on
this machine. ``--quick`` takes smaller collections and fewer rounds.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from benchmarks import made_up, rivals
from benchmarks.timing import IMPORTS, Timed, derivcheck, interleaved, once

WIDE = 44


def say(text: str = "") -> None:
    print(text, flush=True)


def start_up(rounds: int, folder: Path) -> None:
    """What a run costs beside importing SymPy and NumPy."""
    cache = folder / "cache"
    say("Start-up and the bundled collections, against `import sympy, numpy`")
    for name in ("all", "ai-edu"):
        once(derivcheck("verify", name, "-q"), cache)
    commands = {
        "python -c 'import sympy, numpy'": IMPORTS,
        "derivcheck --help": derivcheck("--help"),
        "derivcheck --version": derivcheck("--version"),
        "derivcheck list": derivcheck("list"),
        "derivcheck verify ai-edu (cached)": derivcheck("verify", "ai-edu"),
        "derivcheck verify all (cached)": derivcheck("verify", "all"),
        "derivcheck verify ai-edu (cold)": derivcheck("verify", "ai-edu", "--no-cache"),
    }
    times = interleaved(commands, rounds, cache)
    slow = {"derivcheck verify all (cold)": derivcheck("verify", "all", "--no-cache")}
    slow_one = {
        "derivcheck verify all (cold, -j1)": derivcheck("verify", "all", "--no-cache", "-j1")
    }
    times |= interleaved(slow | slow_one, max(1, rounds // 3), cache)
    tell_times(times, times["python -c 'import sympy, numpy'"])
    number = _count(folder)
    cold = times["derivcheck verify all (cold, -j1)"].processor
    each = 1000 * (cold - times["python -c 'import sympy, numpy'"].processor) / number
    say(f"  {'beyond the imports, -j1, all judges':{WIDE}} {each:8.2f} ms a formula ({number})")
    say()


def tell_times(times: Mapping[str, Timed], base: Timed) -> None:
    """A line for each command: on the clock, and of the processor, each against the imports."""
    say(f"  {'':{WIDE}} {'clock':>10} {'':>10} {'processor':>10}")
    for name, timed in times.items():
        say(
            f"  {name:{WIDE}} {timed.seconds:8.2f} s {timed.seconds / base.seconds:8.2f} x "
            f"{timed.processor:8.2f} s {timed.processor / base.processor:8.2f} x{_failed(timed)}"
        )


def documents(rounds: int, folder: Path, size: int) -> None:
    """Equations where they stand: a page of a hundred claims, and a book."""
    say("Documents (made up, all true), against `import sympy, numpy`")
    page = made_up.write_page(folder / "page.md", 100, folder / "page.yaml")
    book = made_up.write_page(folder / "book.md", size, folder / "book.yaml")
    times = interleaved(
        {
            "python -c 'import sympy, numpy'": IMPORTS,
            "derivcheck verify, 100 claims (cold)": derivcheck("verify", str(page), "--no-cache"),
            "derivcheck read, 100 claims": derivcheck("read", str(page)),
        },
        rounds,
    )
    cache = folder / "cache-of-the-book"
    for name in ("cold", "cached"):
        whole = once(derivcheck("verify", str(book), "-q", "-j2"), cache)
        times[f"derivcheck verify -j2, {size:,} equations ({name})"] = whole
    tell_times(times, times["python -c 'import sympy, numpy'"])
    say()


def _failed(timed: Timed) -> str:
    return f"   exit {timed.code}!" if timed.code else ""


def _count(folder: Path) -> int:
    from derivcheck.api import load

    return len(load("all"))


def growth(sizes: tuple[int, ...], folder: Path) -> None:
    """Time and memory against the number of formulas, and what a second worker brings."""
    say("Growth with the number of formulas (made up, all distinct, nothing cached)")
    seconds = {}
    for size in sizes:
        file = made_up.write(folder / f"made-up-{size}.yaml", size)
        timed = once(derivcheck("verify", str(file), "--no-cache", "-q", "-j1"))
        seconds[size] = timed.seconds
        say(
            f"  {f'{size:,} formulas, -j1':{WIDE}} {timed.seconds:8.2f} s "
            f"{size / timed.seconds:8.0f} formulas/s {timed.megabytes:6.0f} MB{_failed(timed)}"
        )
    *_, before, last = sizes
    ratio = seconds[last] / (seconds[before] * last / before)
    say(f"  {f'{last:,} against {last // before} x {before:,}':{WIDE}} {ratio:8.2f} x")
    for size, rounds in ((before, 3), (last, 1)):
        file = folder / f"made-up-{size}.yaml"
        jobs = {n: derivcheck("verify", str(file), "--no-cache", "-q", f"-j{n}") for n in (1, 2)}
        times = interleaved(jobs, rounds)
        for n, timed in times.items():
            name = f"{size:,} formulas, -j{n}"
            say(f"  {name:{WIDE}} {size / timed.seconds:8.0f} formulas/s")
        gain = times[1].seconds / times[2].seconds
        say(f"  {f'{size:,} formulas, -j2 against -j1':{WIDE}} {gain:8.2f} x")
    say()


def compare() -> None:
    """The same questions put to others."""
    for source, claims in (
        ("the bundled collections", rivals.bundled_claims()),
        ("the tests' true formulas", rivals.corpus_claims()),
    ):
        say(f"Others, on the {len(claims)} scalar derivative claims of {source}")
        ours = [rivals.run_derivcheck(claims), rivals.run_derivcheck(claims, "symbolic")]
        simplify = rivals.run_simplify(claims)
        tell((*ours, simplify))
        for score in ours:
            say(f"  {score.name + ' take':{WIDE}} 1/{simplify.seconds / score.seconds:.1f} of it")
        say()
    say("Others, on ten functions")
    scores = [rivals.run_same_functions()]
    for name, found in (
        ("torch.autograd.gradcheck", rivals.run_gradcheck()),
        ("jax.test_util.check_grads", rivals.run_check_grads()),
    ):
        if found is None:
            say(f"  {name:{WIDE}} is not installed here")
        else:
            scores.append(found)
    tell(scores)
    say()


def tell(scores: Iterable[rivals.Score]) -> None:
    """A line for each."""
    for s in scores:
        late = f", {s.timeouts} over {rivals.LIMIT:g} s" if s.timeouts else ""
        say(
            f"  {s.name:{WIDE}} {s.decided:4} of {s.asked:4} {s.note}"
            f", median {s.milliseconds:.2f} ms, {s.seconds:.1f} s in all{late}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller collections, fewer rounds")
    parser.add_argument(
        "--only", choices=("start", "documents", "growth", "others"), help="one of the tables"
    )
    arguments = parser.parse_args()
    names = ("derivcheck", "sympy", "numpy", "python-flint")
    packages = ", ".join(f"{name} {_version(name)}" for name in names)
    say(f"Python {platform.python_version()}, {os.cpu_count()} cores, {packages}")
    say()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if arguments.only in (None, "start"):
            start_up(3 if arguments.quick else 7, folder)
        if arguments.only in (None, "documents"):
            documents(3 if arguments.quick else 7, folder, 300 if arguments.quick else 3000)
        if arguments.only in (None, "growth"):
            growth((100, 1000) if arguments.quick else (100, 1000, 10_000), folder)
        if arguments.only in (None, "others"):
            compare()


def _version(name: str) -> str:
    if name == "derivcheck":
        from derivcheck import __version__

        return __version__
    return version(name)


if __name__ == "__main__":
    sys.exit(main())
