"""What a dask cluster costs against processes of this machine, and what it loses with a worker: nothing.

    python -m tests.benchmarks.cluster [COUNT] [ROUNDS]

A scheduler and two workers on the loopback device, started as the README says, and two local processes grade the same
class of COUNT in turn, so that a machine that slows down slows both of them; the overhead is the median over the
rounds, of which the first, number 0, does not count. Then the cluster grades the class once more, and a worker is
killed in the middle. The exit status is 1 if any row of any store differs.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import distributed

from grader.batch.cluster import Cluster
from grader.batch.crew import Engine
from grader.batch.local import LocalPool
from grader.batch.pipeline import grade_class
from grader.batch.store import open_store
from grader.batch.version import version_of
from grader.batch.work import Order
from grader.classroom import open_class
from grader.gradebook import Basis
from tests.benchmarks.classes import hand_in, usual
from tests.benchmarks.resume import Rows, rows

ROOT = Path(__file__).parents[2]
WORKERS = 2
SEED = 7
TIMEOUT = 5.0
START_SECONDS = 60.0


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The address of a scheduler with workers, which end with it."""
    contact = folder / "scheduler.json"
    own = ("--no-dashboard", "--scheduler-file", str(contact))
    with ExitStack() as started:
        started.enter_context(running("scheduler", "--host", "127.0.0.1", "--port", "0", *own))
        for _ in range(WORKERS):
            started.enter_context(running("worker", "--nthreads", "1", "--local-directory", str(folder), *own))
        address = wait_for(contact)
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(WORKERS, START_SECONDS)
        yield address


@contextmanager
def running(*arguments: str) -> Iterator[None]:
    command = [sys.executable, "-m", "dask", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)


def wait_for(contact: Path) -> str:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if contact.exists() and (text := contact.read_text(encoding="utf-8")):
            return str(json.loads(text)["address"])
        time.sleep(0.1)
    raise TimeoutError(f"no scheduler within {START_SECONDS:g} s")


def kill_a_worker(address: str) -> None:
    with distributed.Client(address, set_as_default=False) as client:
        victim, *_ = client.run(os.getpid).values()
    os.kill(victim, signal.SIGKILL)


def grade(folder: Path, store: Path, engine: Engine, order: Order, halfway: Callable[[], None] = lambda: None) -> float:
    """The seconds that it takes; `halfway` is called when half of the grades are there."""
    handed_in = open_class(folder, order.basis.exercise).handed_in
    start = time.perf_counter()
    with open_store(store, order.basis.exercise) as opened:
        for number, _ in enumerate(grade_class(handed_in, order, opened, engine), 1):
            if number == len(handed_in) // 2:
                halfway()
    return time.perf_counter() - start


def main(count: int, rounds: int) -> int:
    order = Order(Basis("ex4", version_of("ex4"), SEED, TIMEOUT), "auto")
    with tempfile.TemporaryDirectory() as name, cluster(Path(name)) as address, LocalPool(WORKERS) as local:
        place = Path(name)
        hand_in(place / "class", usual(count))
        found: list[Rows] = []

        def seconds(engine: Engine, halfway: Callable[[], None] = lambda: None) -> float:
            store = place / f"{len(found)}.sqlite"
            taken = grade(place / "class", store, engine, order, halfway)
            found.append(rows(store))
            return taken

        with Cluster(address) as remote:
            local.get_ready(order)
            remote.get_ready(order)
            timed = []
            for number in range(rounds + 1):
                here, there = seconds(local), seconds(remote)
                timed.append(there / here - 1)
                each = f"{1000 * here / count:.2f} ms a submission here, {1000 * there / count:.2f} there"
                print(f"round {number}: {each}", flush=True)
            killed = seconds(remote, lambda: kill_a_worker(address))
    print(f"overhead: {statistics.median(timed[1:]):+.1%}, median of {rounds} rounds")
    differing = sum(each != found[0] for each in found)
    print(f"with a worker killed: {killed:.1f} s, {len(found[-1])} rows; {differing} of {len(found)} stores differ")
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, int(sys.argv[2]) if len(sys.argv) > 2 else 5))
