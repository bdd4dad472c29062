"""The same run on a Dask cluster: ``derivcheck verify --engine dask --scheduler ADDRESS``.

Batches of formulas travel as text, results come back as text, in the order of the entries. On
its machine every formula is checked as it is here: a process of its own beside the Dask worker
hands it to a :class:`~derivcheck.running.workers.LocalWorkers`, so that time and memory stay
bounded and a hostile formula cannot take a Dask worker with it. A Dask worker that dies loses
nothing: the scheduler gives its batches to others.

Cited collections travel too, once; the machines need derivcheck itself and no file of ours.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import astuple
from importlib import import_module
from typing import Any

from derivcheck import __version__
from derivcheck.collection.formula import Formula
from derivcheck.collection.stored import dump, restore
from derivcheck.errors import ClusterError, ClusterLost
from derivcheck.limits import die_with_parent
from derivcheck.model import Diagnostic, FormulaResult, Settings, Unfinished
from derivcheck.running.codec import from_json, to_json
from derivcheck.running.library import FileLibrary, cited_collections
from derivcheck.running.workers import Limits, LocalWorkers

BATCH = 4
"""Formulas that travel together."""

_CONNECT_SECONDS = 10
_ALONE_SECONDS = 60.0
"""How long a cluster may be without any worker before the run goes on without it."""

_TRIES = 2

# Dask's own check of a wrong one leaves half a client behind, which takes half a minute to end
_ADDRESS = re.compile(r"((tcp|tls|ws|wss|ucx)://)?([\w.-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}/?")


class DaskWorkers:
    """Checks formulas on a Dask cluster; the answers come in order.

    Raises :class:`ClusterError` where Dask is not installed, nobody answers at the address, or
    the cluster has no worker.
    """

    def __init__(
        self, address: str, settings: Settings, library: FileLibrary, limits: Limits
    ) -> None:
        if not _ADDRESS.fullmatch(address):
            raise ClusterError(f"`{address}` is no address of a scheduler such as tcp://host:8786")
        try:
            client: Any = import_module("distributed").Client
        except ImportError as error:
            message = "--engine dask needs Dask: pip install 'derivcheck[dask]'"
            raise ClusterError(message) from error
        # what goes wrong is told in our own words; each part of Dask has a level of its own
        for name in ("distributed", *logging.root.manager.loggerDict):
            if name.partition(".")[0] in ("distributed", "tornado", "asyncio"):
                logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        try:
            self._client = client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise ClusterError(f"no Dask scheduler answers at {address}: {error}") from error
        self._library = library
        self._order = json.dumps([__version__, astuple(settings), astuple(limits)])
        self._collections: dict[str, Any] = {}
        self._filling: list[Formula] = []
        self._sent: deque[tuple[list[Formula], Any]] = deque()
        self._ready: deque[FormulaResult | Unfinished] = deque()
        self._alone_since: float | None = None
        if not self.threads:
            self.end()
            raise ClusterError(f"the Dask cluster at {address} has no worker")

    @property
    def threads(self) -> int:
        """How many formulas the cluster can check at the same time."""
        try:
            workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        except Exception as error:
            raise self._lost() from error
        return sum(int(worker["nthreads"]) for worker in workers)

    def _lost(self) -> ClusterLost:
        message = "the Dask scheduler went away: this is what was decided until then"
        return ClusterLost(Diagnostic("cluster-lost", message))

    def _is_lost(self) -> bool:
        """Whether nobody answers any more."""
        return str(self._client.status) not in ("running", "newly-created")

    def start(self, entry: Formula) -> None:
        """Take a formula; it travels when a batch is full."""
        self._filling.append(entry)
        if len(self._filling) >= BATCH:
            self._send()

    def next(self) -> FormulaResult | Unfinished:
        """The result of the formula that was handed in first and not yet asked for."""
        if not self._ready:
            if not self._sent:
                self._send()
            entries, future = self._sent.popleft()
            self._ready.extend(self._results(entries, future))
        return self._ready.popleft()

    def end(self) -> None:
        """Call back what is on its way and leave the cluster to others."""
        for _, future in self._sent:
            with contextlib.suppress(Exception):
                future.cancel()
        self._sent.clear()
        with contextlib.suppress(Exception):
            self._client.close(timeout=5)

    def _send(self) -> None:
        if self._filling:
            batch, self._filling = self._filling, []
            try:
                self._sent.append((batch, self._submit(batch)))
            except Exception as error:
                if self._is_lost():
                    raise self._lost() from error
                raise

    def _submit(self, batch: list[Formula]) -> Any:
        names = sorted({name for entry in batch for name in cited_collections(entry)})
        for name in names:
            if name not in self._collections:
                text = json.dumps(_collection_text(self._library(name)))
                self._collections[name] = self._client.scatter(text, hash=True)
        texts = [json.dumps([entry.file, dump([entry])]) for entry in batch]
        cited = [(name, self._collections[name]) for name in names]
        return self._client.submit(_check_batch, self._order, texts, cited, pure=False)

    def _results(self, batch: list[Formula], future: Any) -> Sequence[FormulaResult | Unfinished]:
        reason = ""
        for _ in range(_TRIES):
            try:
                return [_decoded(text) for text in self._wait(future)]
            except ClusterLost:
                raise
            except ClusterError as error:
                return [Unfinished(error.diagnostic.message)] * len(batch)
            except Exception as error:
                # a worker that died with it, three times, or a machine without derivcheck
                if self._is_lost():
                    raise self._lost() from error
                reason = f"the cluster could not check it: {type(error).__name__}: {error}"
                with contextlib.suppress(Exception):
                    future = self._submit(batch)
        return [Unfinished(reason)] * len(batch)

    def _wait(self, future: Any) -> list[str]:
        while True:
            try:
                found: list[str] = future.result(timeout=2)
                return found
            except TimeoutError:
                if future.done():
                    raise
            if self.threads:
                self._alone_since = None
            elif self._alone_since is None:
                self._alone_since = time.monotonic()
            elif time.monotonic() - self._alone_since > _ALONE_SECONDS:
                raise ClusterError("the cluster has no worker left")


def _decoded(text: str) -> FormulaResult | Unfinished:
    kind, value = json.loads(text)
    if kind != "result":
        reason, defect = value
        return Unfinished(str(reason), bool(defect))
    (result,) = from_json(value)
    return result


def _collection_text(entries: Sequence[Formula]) -> list[list[str]]:
    """A collection as text: [file, its entries] pairs."""
    files: dict[str, list[Formula]] = {}
    for entry in entries:
        files.setdefault(entry.file, []).append(entry)
    return [[file, dump(own)] for file, own in files.items()]


# --- on a machine of the cluster -----------------------------------------------------------------

_idle: list[_Helper] = []
_idle_lock = threading.Lock()


def _check_batch(order: str, texts: list[str], cited: list[tuple[str, str]]) -> list[str]:
    """Check a batch in a helper process beside this Dask worker."""
    with _idle_lock:
        helper = next((h for h in _idle if h.order == order), None)
        if helper is not None:
            _idle.remove(helper)
    helper = helper or _Helper(order)
    try:
        if helper.refusal is not None:
            helper.close()
            return [helper.refusal] * len(texts)
        helper.learn(cited)
        answers = [helper.ask(text) for text in texts]
    except BaseException:
        helper.close()
        raise
    with _idle_lock:
        _idle.append(helper)
        while len(_idle) > 64:
            _idle.pop(0).close()
    return answers


class _Helper:
    """A process that speaks lines of JSON: an order first, then collections and entries."""

    def __init__(self, order: str) -> None:
        self.order = order
        self._known: set[str] = set()
        self._process = subprocess.Popen(
            # isolated: a folder `derivcheck` where the Dask worker was started is not ours
            [sys.executable, "-P", "-m", "derivcheck.running.dask"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="ascii",
        )
        kind, answer = json.loads(self.ask(order))
        self.refusal: str | None = json.dumps((kind, answer)) if kind == "failed" else None
        """What to answer for every formula where the order is none for this machine."""

    def learn(self, cited: list[tuple[str, str]]) -> None:
        """Tell the helper of collections that it does not know yet."""
        for name, text in cited:
            if name not in self._known:
                self._known.add(name)
                self.ask(json.dumps({"collection": name, "files": json.loads(text)}))

    def ask(self, line: str) -> str:
        """Send a line, wait for the answer."""
        pipes = self._process
        assert pipes.stdin is not None
        assert pipes.stdout is not None
        pipes.stdin.write(f"{line}\n")
        pipes.stdin.flush()
        answer = pipes.stdout.readline()
        if not answer:
            raise RuntimeError(f"the helper of the Dask worker ended ({pipes.wait()})")
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()


class _SentLibrary(FileLibrary):
    """The collections that were sent; the bundled ones are everywhere."""

    def __init__(self, collections: dict[str, tuple[Formula, ...]]) -> None:
        super().__init__(())
        self._sent = collections

    def __call__(self, name: str) -> Sequence[Formula]:
        """All entries of a collection."""
        return self._sent.get(name) or super().__call__(name)

    def __reduce__(self) -> tuple[Callable[..., _SentLibrary], tuple[object, ...]]:
        return _SentLibrary, (self._sent,)


def serve() -> None:
    """Answer every line of standard input by a line, until it ends."""
    die_with_parent(os.getppid())
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    # nothing else that this process prints can be taken for an answer
    os.dup2(2, 1)
    collections: dict[str, tuple[Formula, ...]] = {}
    workers: LocalWorkers | None = None
    made: tuple[Settings, Limits] | None = None
    for line in sys.stdin:
        asked = json.loads(line)
        answer: tuple[str, object]
        if made is None:
            version, settings, limits = asked
            if version != __version__:
                message = f"this machine has derivcheck {__version__}, not {version}"
                answers.write(json.dumps(("failed", (message, False))) + "\n")
                answers.flush()
                raise SystemExit(message)
            made = Settings(*settings), Limits(*limits)
            answer = ("ready", "")
        elif isinstance(asked, dict):
            read = (restore(text, file) for file, text in asked["files"])
            collections[asked["collection"]] = tuple(entry for own in read for entry in own)
            if workers is not None:
                workers.end()
                workers = None
            answer = ("ready", "")
        else:
            if workers is None:
                workers = LocalWorkers(made[0], _SentLibrary(dict(collections)), made[1])
            file, text = asked
            (entry,) = restore(text, file)
            workers.start(entry)
            result = workers.next()
            if isinstance(result, Unfinished):
                answer = ("failed", (result.reason, result.defect))
            else:
                answer = ("result", to_json((result,)))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    if workers is not None:
        workers.end()


if __name__ == "__main__":
    serve()
