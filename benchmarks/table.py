"""``python -m benchmarks.table FILE``: a table of tens of thousands of rows, checked as one run.

FILE holds JSON lines, one formula a line, or YAML: a list of formulas, or a formula file of any
size. Keys are those of a formula. What was found goes to a file of JSON lines beside it, a row a
line, so that a run that was interrupted takes up where it stopped (``--fresh`` begins again); at
the end stands a summary by section with every row that is refuted. Exit code 1 when one is, 130
when interrupted.

    python -m benchmarks.table rows.jsonl -j 8
    python -m benchmarks.table rows.yaml --scheduler tcp://host:8786
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from derivcheck.collection.check import check_formula
from derivcheck.collection.formula import Formula
from derivcheck.model import FormulaResult, Settings, Verdict
from derivcheck.running import engine
from derivcheck.running.library import FileLibrary

VERDICTS = tuple(v.value for v in Verdict)
_SHOWN = 20
"""Refuted rows that the summary spells out."""


@dataclass(frozen=True)
class Row:
    """A row of the table: its entry, or what is wrong with it."""

    number: int
    digest: str
    section: str
    entry: Formula | None
    problem: str = ""

    @property
    def id(self) -> str:
        """What the table calls it, or its number."""
        return self.entry.id if self.entry is not None else f"row {self.number}"


def texts(value: Any) -> Any:
    """A row with every number as the text that a formula file would hold."""
    if isinstance(value, dict):
        return {str(key): texts(part) for key, part in value.items()}
    if isinstance(value, list):
        return [texts(part) for part in value]
    return value if isinstance(value, str | bool) or value is None else str(value)


def mappings(path: Path) -> Iterator[tuple[int, Any]]:
    """The rows of a file with the lines they stand on (their numbers, in YAML)."""
    if path.suffix in (".jsonl", ".ndjson", ".json"):
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        yield number, json.loads(line)
                    except ValueError as error:
                        yield number, f"no JSON: {error}"
        return
    import yaml

    content = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    found = content.get("formulas", []) if isinstance(content, dict) else content
    yield from enumerate(found or [], 1)


def rows(path: Path) -> Iterator[Row]:
    """The rows of a table; one that is no formula says why."""
    for number, raw in mappings(path):
        digest = hashlib.blake2b(json.dumps(raw, sort_keys=True).encode(), digest_size=12)
        key = digest.hexdigest()
        if not isinstance(raw, dict):
            yield Row(number, key, "", None, raw if isinstance(raw, str) else "no mapping")
            continue
        told = texts({"id": f"row-{number}", **raw})
        section = str(told.get("section", ""))
        problems = check_formula(told, 0, str(path))
        if problems:
            yield Row(number, key, section, None, problems[0].message)
            continue
        entry = Formula(path.stem, "", str(path), number, 1, told["id"], told)
        yield Row(number, key, section, entry)


def known(path: Path, order: str) -> dict[str, dict[str, Any]]:
    """What an earlier run with the same settings found, by the digest of the row."""
    found: dict[str, dict[str, Any]] = {}
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                continue  # the last line of a run that was interrupted
            if isinstance(record, dict) and record.get("settings") == order:
                found[str(record.get("digest"))] = record
    return found


def append_to(path: Path) -> TextIO:
    """The results to add to: a line that a killed run left unfinished ends where it is."""
    torn = path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
    results = path.open("a", encoding="utf-8")
    if torn:
        results.write("\n")
    return results


def record_of(row: Row, result: FormulaResult | None, order: str) -> dict[str, Any]:
    """A line of the results."""
    record: dict[str, Any] = {
        "digest": row.digest,
        "settings": order,
        "row": row.number,
        "id": row.id,
        "section": row.section,
    }
    if result is None:
        return {**record, "verdict": "invalid", "seconds": 0.0, "reason": row.problem}
    witness = next((c.counterexample for c in result.claims if c.counterexample), None)
    problems = (d.message for c in result.claims for d in c.diagnostics)
    return {
        **record,
        "verdict": result.verdict.value,
        "seconds": round(result.seconds, 4),
        "reason": result.reason or next(problems, ""),
        "defect": result.defect,
        "point": dict(witness.point) if witness else None,
        "values": [witness.true_value, witness.claimed_value] if witness else None,
        "hint": next((c.hint for c in result.claims if c.hint), None),
    }


class Progress:
    """How far a run is, on one line of the terminal."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.start = self.told = time.monotonic()
        self.counts: Counter[str] = Counter()

    def step(self, verdict: str) -> None:
        """One more row."""
        self.done += 1
        self.counts[verdict] += 1
        now = time.monotonic()
        if now - self.told >= 1 and sys.stderr.isatty():
            self.told = now
            rate = self.done / (now - self.start)
            left = (self.total - self.done) / rate
            said = ", ".join(f"{self.counts[v]} {v}" for v in VERDICTS if self.counts[v])
            print(
                f"\r\x1b[K{self.done}/{self.total}, {rate:.0f} a second, "
                f"{left / 60:.1f} minutes left: {said}",
                end="",
                file=sys.stderr,
                flush=True,
            )


def summary(records: Iterable[dict[str, Any]], seconds: float) -> tuple[str, int]:
    """The table of verdicts by section, the refuted rows, and how many those are."""
    sections: dict[str, Counter[str]] = {}
    wrong: list[dict[str, Any]] = []
    defects = 0
    for record in records:
        sections.setdefault(record["section"] or "-", Counter())[record["verdict"]] += 1
        defects += bool(record.get("defect"))
        if record["verdict"] == "refuted":
            wrong.append(record)
    width = max((len(name) for name in sections), default=0)
    lines = [" " * width + "".join(f"{verdict:>11}" for verdict in (*VERDICTS, "total"))]
    whole: Counter[str] = Counter()
    for name, counts in sections.items():
        whole.update(counts)
        cells = (*(counts[v] for v in VERDICTS), counts.total())
        lines.append(name.ljust(width) + "".join(f"{cell:>11}" for cell in cells))
    cells = (*(whole[v] for v in VERDICTS), whole.total())
    lines.append("all".ljust(width) + "".join(f"{cell:>11}" for cell in cells))
    lines.append("")
    for record in wrong[:_SHOWN]:
        point = ", ".join(f"{name} = {value}" for name, value in (record["point"] or {}).items())
        lines.append(f"refuted: {record['id']} (row {record['row']}) at {point or 'every point'}")
    if len(wrong) > _SHOWN:
        lines.append(f"and {len(wrong) - _SHOWN} more, in the results")
    if defects:
        lines.append(f"{defects} defects of derivcheck: see `defect` in the results")
    lines.append(f"{whole.total()} rows, {seconds:.1f} s for those checked now")
    return "\n".join(lines), len(wrong)


def run(given: argparse.Namespace) -> int:
    """Check what is not known yet, and tell everything."""
    path, output = Path(given.file), Path(given.output or f"{given.file}.results.jsonl")
    settings = Settings(timeout=given.timeout, seed=given.seed)
    order = f"timeout {given.timeout}, seed {given.seed}"
    if given.fresh:
        output.unlink(missing_ok=True)
    table = list(rows(path))
    if given.limit:
        table = table[: given.limit]
    before = known(output, order)
    todo = [row for row in table if row.digest not in before]
    progress = Progress(len(todo))
    workers = None
    library = FileLibrary(())
    jobs = given.jobs
    if given.scheduler:
        from derivcheck.running.dask import DaskWorkers

        workers = DaskWorkers(given.scheduler, settings, library, engine.Limits(settings.timeout))
        jobs = workers.threads
    with append_to(output) as results:

        def keep(row: Row, result: FormulaResult | None) -> None:
            record = record_of(row, result, order)
            before[row.digest] = record
            results.write(json.dumps(record, ensure_ascii=False) + "\n")
            results.flush()
            progress.step(record["verdict"])

        for row in todo:
            if row.entry is None:
                keep(row, None)
        asked = [(row, row.entry) for row in todo if row.entry is not None]
        found = engine.verify(
            [entry for _, entry in asked],
            settings,
            jobs=jobs,
            library=library,
            workers=workers,
            warm=True,
        )
        try:
            for (row, _), result in zip(asked, found, strict=True):
                keep(row, result)
        except KeyboardInterrupt:
            print(f"interrupted: {progress.done} of {len(todo)} rows are kept", file=sys.stderr)
            return 130
    if sys.stderr.isatty():
        print(file=sys.stderr)
    text, wrong = summary([before[row.digest] for row in table], time.monotonic() - progress.start)
    print(text)
    return int(wrong > 0)


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    import os

    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.table")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("file", metavar="FILE", help="JSON lines or YAML")
    parser.add_argument("--output", metavar="FILE", help="the results (FILE.results.jsonl)")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--timeout", type=float, default=10.0, help="seconds a row")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, help="only so many rows")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler")
    parser.add_argument("--fresh", action="store_true", help="forget earlier results")
    return run(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
