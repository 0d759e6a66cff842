from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.batch.crew import GIVEN_UP, Crew, Item
from grader.batch.local import LocalPool
from grader.batch.version import version_of
from grader.batch.work import Order
from grader.errors import UsageError
from grader.gradebook import State
from tests.classes import BASIS, handed_in, student, submission

ORDER = Order(replace(BASIS, version=version_of("ex4")), "none")
UNKNOWN = replace(ORDER, basis=replace(ORDER.basis, version="another"))
PATIENCE_SECONDS = 20


class Deadly:
    """Kills the process that reads it from its queue."""

    def __reduce__(self) -> Any:
        return os._exit, (9,)


class Pid:
    """Becomes the id of the process that reads it."""

    def __reduce__(self) -> Any:
        return os.getpid, ()


@pytest.fixture
def pool() -> Iterator[LocalPool]:
    with LocalPool(1) as opened:
        yield opened


def pid_of(pool: LocalPool) -> int:
    pid = pool._submit(abs, Pid()).result(PATIENCE_SECONDS)
    assert isinstance(pid, int)
    return pid


def has_ended(pid: int) -> bool:
    """Waits until it has, or patience has."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_a_process_is_kept_from_one_submission_to_the_next(pool: LocalPool) -> None:
    assert pid_of(pool) == pid_of(pool) != os.getpid()


def test_a_process_computes_with_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    with LocalPool(1) as pool:
        assert pool._submit(os.getenv, "OPENBLAS_NUM_THREADS").result(PATIENCE_SECONDS) == "1"


def test_a_killed_process_is_replaced(pool: LocalPool) -> None:
    first = pid_of(pool)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(BrokenProcessPool):
        pool._submit(time.sleep, 60).result(PATIENCE_SECONDS)
    with pytest.raises(UsageError):
        pool.submit(UNKNOWN, [submission()]).result(PATIENCE_SECONDS)
    assert pid_of(pool) != first


def test_what_kills_each_process_is_given_up_and_the_rest_is_graded(pool: LocalPool) -> None:
    deadly = Item(handed_in(student("deadly"), Path()), "", replace(submission(), files=Deadly()))  # type: ignore[arg-type]
    honest = Item(handed_in(student("honest"), Path()), "", submission("honest", b""))
    found = {item.handed_in.student.name: result for item, result, _ in Crew(pool, ORDER).process([deadly, honest])}
    assert found["deadly"] == GIVEN_UP
    assert found["honest"].state is State.GRADED


def test_processes_end_at_once_where_something_went_wrong() -> None:
    pids = []

    def interrupted() -> None:
        with LocalPool(1) as pool:
            pids.append(pid_of(pool))
            at_work = pool._submit(time.sleep, 3 * PATIENCE_SECONDS)
            while not at_work.running():
                time.sleep(0.01)
            raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert has_ended(pids[0])
    assert time.monotonic() - start < 2 * PATIENCE_SECONDS


def test_processes_end_with_the_pool(pool: LocalPool) -> None:
    with LocalPool(1) as other:
        pid = pid_of(other)
    assert has_ended(pid)


def test_ctrl_c_does_not_reach_the_processes(pool: LocalPool) -> None:
    pid = pid_of(pool)
    os.kill(pid, signal.SIGINT)
    assert pid_of(pool) == pid


def test_a_pool_that_cannot_grade_says_so_before_it_begins(pool: LocalPool) -> None:
    with pytest.raises(UsageError, match="of another version"):
        pool.get_ready(UNKNOWN)
    assert "not isolated" in pool.get_ready(ORDER)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not let a process choose")
def test_each_process_stays_on_a_processor_of_its_own() -> None:
    """A task keeps its process until all have begun, so that each process gets one."""
    with LocalPool(os.cpu_count() or 1) as pool:
        seconds = [pool._submit(time.sleep, 1.0) for _ in range(pool.jobs)]
        pids = list(pool._pool._processes)
        [future.result() for future in seconds]
        chosen = [os.sched_getaffinity(pid) for pid in pids]
    assert sorted(map(sorted, chosen)) == [[processor] for processor in sorted(os.sched_getaffinity(0))]
