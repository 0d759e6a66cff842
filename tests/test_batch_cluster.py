from __future__ import annotations

import logging
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed")

import dask
import distributed

from grader.batch.cluster import Cluster, numbered, refusal
from grader.batch.crew import GIVEN_UP, Engine
from grader.batch.local import LocalPool
from grader.batch.pipeline import grade_class
from grader.batch.store import open_store
from grader.batch.version import version_of
from grader.batch.work import Order
from grader.classroom import read_class
from grader.errors import UnavailableError, UsageError
from tests.classes import BASIS
from tests.test_batch_pipeline import hand_in

ORDER = Order(replace(BASIS, version=version_of("ex4")), "none")
KILLS_ITS_GRADER = "import os, signal\ndef sigmoidGradient(z):\n    os.kill(os.getppid(), signal.SIGKILL)\n"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A scheduler on this machine, with two workers; it gives up at the first death of one."""
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": logging.CRITICAL}
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(**options) as cluster,
    ):
        yield cluster.scheduler_address


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(8):
        hand_in(tmp_path / "class", f"student {number}", f"def sigmoidGradient(z):\n    return {number}\n")
    return tmp_path / "class"


def run(folder: Path, store: Path, engine: Engine, victim: int = 0) -> list[tuple[object, ...]]:
    """The rows of a batch; a process that is the `victim` is killed at the first step."""
    with open_store(store, "ex4") as opened:
        for _ in grade_class(read_class(folder, "ex4"), ORDER, opened, engine):
            if victim:
                os.kill(victim, signal.SIGKILL)
                victim = 0
    with closing(sqlite3.connect(store)) as connection:
        return connection.execute("SELECT * FROM grades ORDER BY key").fetchall()


def workers(address: str) -> list[int]:
    """Their process ids."""
    with distributed.Client(address, set_as_default=False) as client:
        return list(client.run(os.getpid).values())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process cannot choose its processors")
def test_each_worker_with_one_thread_keeps_to_a_processor_of_its_own(address: str) -> None:
    with Cluster(address) as cluster, distributed.Client(address, set_as_default=False) as client:
        cluster.get_ready(ORDER)
        on_loop = client.run(os.sched_getaffinity, 0)
        at_work = [client.submit(os.sched_getaffinity, 0, workers=[each], pure=False).result() for each in on_loop]
    assert [*on_loop.values()] == at_work
    allowed = sorted(os.sched_getaffinity(0))
    assert sorted(map(sorted, at_work)) == sorted([allowed[number % len(allowed)]] for number in range(2))


def test_workers_are_numbered_on_each_machine_by_itself() -> None:
    addresses = ["tcp://10.0.0.5:81", "tls://[::1]:80", "tcp://10.0.0.5:80", "tcp://10.0.0.6:80"]
    assert numbered(addresses) == dict(zip(addresses, (1, 0, 0, 0), strict=True))


def test_a_worker_that_is_killed_loses_nothing(folder: Path, tmp_path: Path, address: str) -> None:
    with Cluster(address) as cluster, LocalPool(1) as pool:
        cluster.chunk = 2
        cluster.get_ready(ORDER)
        found = run(folder, tmp_path / "cluster.sqlite", cluster, workers(address)[0])
        assert found == run(folder, tmp_path / "local.sqlite", pool)
    assert len(found) == 8


def test_what_kills_each_worker_is_given_up_and_the_rest_is_graded(folder: Path, tmp_path: Path, address: str) -> None:
    hand_in(folder, "killer", KILLS_ITS_GRADER)
    with Cluster(address) as cluster:
        cluster.get_ready(ORDER)
        found = {row[0]: (row[10], row[11]) for row in run(folder, tmp_path / "class.sqlite", cluster)}
    assert found.pop("killer") == (GIVEN_UP.state, GIVEN_UP.reason)
    assert set(found.values()) == {("graded", "")}
    assert len(found) == 8


def test_a_worker_with_another_version_is_refused(address: str) -> None:
    order = replace(ORDER, basis=replace(ORDER.basis, version="another"))
    with Cluster(address) as cluster, pytest.raises(UsageError, match=r"worker tcp://.*: the grader, ex4 or"):
        cluster.get_ready(order)


def test_a_worker_without_the_project_is_refused() -> None:
    said = refusal("tcp://there:1", ModuleNotFoundError("No module named 'grader'"))
    assert isinstance(said, UsageError)
    assert "No module named 'grader': install this project there" in str(said)


@pytest.mark.parametrize("address", ["localhost", "tcp://localhost", "http://localhost:8786"])
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(UsageError, match="is no address of a dask scheduler"):
        Cluster(address)


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.batch.cluster.ANSWER_SECONDS", 0.2)
    with pytest.raises(UsageError, match="no dask scheduler answers there"):
        Cluster("tcp://127.0.0.1:1")


def test_a_scheduler_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0") as empty:
        cluster = Cluster(empty.scheduler_address)
        monkeypatch.setattr("grader.batch.cluster.ANSWER_SECONDS", 0.2)
        with cluster, pytest.raises(UsageError, match="has no worker: start one"):
            cluster.get_ready(ORDER)


def test_a_scheduler_that_is_lost_is_told() -> None:
    with pytest.raises(UsageError, match="the scheduler is gone; every grade so far is kept"):
        Cluster.__exit__(closing_only(), distributed.comm.CommClosedError)


def closing_only() -> Any:
    class Client:
        def close(self) -> None: ...

    found = object.__new__(Cluster)
    found.address, found._client = "tcp://there:1", Client()
    return found


def test_without_dask_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "grader.batch.cluster")
    with pytest.raises(UnavailableError, match=r"pip install -e '\.\[cluster\]'"):
        import grader.batch.cluster  # noqa: F401
