"""Limits of time and memory: they strike, they strike again, and they nest."""

from __future__ import annotations

import multiprocessing
import sys
import time
from fractions import Fraction
from itertools import repeat

import pytest

from derivcheck.lang.nodes import Num
from derivcheck.limits import (
    TimeIsUp,
    ended_by_hard_limit,
    hard_limit,
    limit_memory,
    time_limit,
    unlimited,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such timers there")


def spin(seconds: float = 20.0) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def make_and_drop_nodes() -> None:
    for number in repeat(Fraction(1, 7)):
        Num(number, shape=())


def test_a_block_that_takes_too_long_is_left() -> None:
    start = time.process_time()
    with pytest.raises(TimeIsUp), time_limit(0.05):
        spin()
    assert time.process_time() - start < 10


def test_a_quick_block_is_not_disturbed_later() -> None:
    with time_limit(0.05):
        pass
    spin(0.2)


def test_a_block_that_swallows_the_end_of_its_time_is_told_again() -> None:
    def stubborn() -> None:
        try:
            spin()
        except Exception:
            spin()

    with pytest.raises(TimeIsUp), time_limit(0.05):
        stubborn()


def test_a_limit_that_strikes_while_a_node_is_forgotten_is_not_lost_in_print(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lost.append)
    for _ in range(60):
        with pytest.raises(TimeIsUp), time_limit(0.004):
            make_and_drop_nodes()
    assert not lost


def test_waiting_costs_no_time() -> None:
    with time_limit(0.05):
        time.sleep(0.2)


def test_a_limit_inside_another_does_not_extend_it() -> None:
    def several() -> None:
        for _ in range(10):
            with time_limit(5):
                pass
        with pytest.raises(TimeIsUp), time_limit(5):
            spin()
        spin()

    start = time.process_time()
    with pytest.raises(TimeIsUp), time_limit(0.1):
        several()
    assert time.process_time() - start < 10


def test_the_shorter_limit_inside_counts() -> None:
    with time_limit(15), pytest.raises(TimeIsUp), time_limit(0.05):
        spin()


def _endless() -> None:
    with hard_limit(0.1):
        any(repeat(0))


def _within() -> None:
    with hard_limit(0.1):
        pass
    spin(0.3)


def _greedy() -> None:
    limit_memory(1024**3)
    try:
        bytearray(2 * 1024**3)
    except MemoryError:
        sys.exit(7)


@pytest.mark.parametrize(
    ("action", "ended", "code"),
    [(_endless, True, None), (_within, False, 0), (_greedy, False, 7)],
    ids=["a loop in C", "in time", "memory"],
)
def test_a_process_is_ended_by_the_kernel_alone(action: object, ended: bool, code: object) -> None:
    process = multiprocessing.get_context("spawn").Process(target=action)  # type: ignore[arg-type]
    process.start()
    process.join()
    assert ended_by_hard_limit(process.exitcode) is ended
    assert ended or process.exitcode == code


def test_what_is_unlimited_is_on_no_clock() -> None:
    with time_limit(0.2), unlimited():
        start = time.process_time()
        while time.process_time() - start < 0.5:
            pass


def after_a_pause() -> None:
    with time_limit(0.2):
        with unlimited():
            pass
        spin()


def test_the_limit_goes_on_behind_it() -> None:
    with pytest.raises(TimeIsUp):
        after_a_pause()
