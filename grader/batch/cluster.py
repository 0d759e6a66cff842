"""A dask.distributed cluster: its workers grade, and the store stays here.

A worker that dies loses nothing: the scheduler has its work done by another. Every worker keeps a sandbox of its own
and, if it has one thread, to one processor; it must have the same exercises, solutions and grader as this machine.
Whoever reaches the scheduler can run programs on its workers: see the README for how to keep others out.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from importlib import import_module
from typing import Any, Self

from grader.batch import work
from grader.batch.work import Order, Timed
from grader.errors import GraderError, InternalError, UnavailableError, UsageError
from grader.model import Submission

try:
    distributed: Any = import_module("distributed")
except ImportError as error:
    raise UnavailableError("a cluster needs dask.distributed: pip install -e '.[cluster]'") from error

ADDRESS = re.compile(r"(tcp|tls)://.+:\d+")
ANSWER_SECONDS = 5
GONE = (CancelledError, distributed.comm.CommClosedError, TimeoutError)


class Cluster:
    """The workers of the scheduler at `address`. Raises `UsageError` where none answers there."""

    chunk = 20
    lost: tuple[type[BaseException], ...] = (distributed.KilledWorker,)

    def __init__(self, address: str) -> None:
        self.address, self.slots = address, 1
        if not ADDRESS.fullmatch(address):
            raise UsageError(f"{address}: is no address of a dask scheduler: write tcp://HOST:PORT, or tls://HOST:PORT")
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            self._client = distributed.Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError(
                f"{address}: no dask scheduler answers there: start one with `python -m dask scheduler`"
            ) from error
        self._executor = self._client.get_executor(pure=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Give back what has not been done. Raises `UsageError` where the scheduler was lost."""
        self._client.close()
        if kind is not None and issubclass(kind, GONE):
            raise UsageError(
                f"{self.address}: the scheduler is gone; every grade so far is kept: start it, and give the same"
                " command again"
            )

    def get_ready(self, order: Order) -> str:
        try:
            self._client.wait_for_workers(1, timeout=ANSWER_SECONDS)
        except TimeoutError as error:
            raise UsageError(
                f"{self.address}: has no worker: start one with `python -m dask worker {self.address} --nthreads 1`"
            ) from error
        threads = self._client.nthreads()
        self.slots = 2 * sum(threads.values())
        numbers = numbered(address for address, count in threads.items() if count == 1)
        found: Mapping[str, Any] = self._client.run(get_ready, order, numbers, on_error="return")
        for worker, answer in found.items():
            if isinstance(answer, Exception):
                raise refusal(worker, answer) from answer
        return " | ".join(dict.fromkeys(found.values()))

    def submit(self, order: Order, submissions: Sequence[Submission]) -> Future[list[Timed]]:
        return self._executor.submit(work.grade_chunk, order, submissions)  # type: ignore[no-any-return]


def numbered(addresses: Iterable[str]) -> dict[str, int]:
    """Workers by their addresses, each with its number among those of its machine."""
    machines: Counter[str] = Counter()
    found = {}
    for address in sorted(addresses):
        host = address.rpartition(":")[0]
        found[address] = machines[host]
        machines[host] += 1
    return found


def get_ready(order: Order, numbers: Mapping[str, int], dask_worker: Any) -> str:
    """On a worker, which takes the processor of its number; those with several threads have none."""
    if dask_worker.address in numbers:
        work.stay_on_one_processor(numbers[dask_worker.address])
    return work.get_ready(order)


def refusal(worker: str, answer: Exception) -> GraderError:
    """Why a worker cannot grade, in one line."""
    if isinstance(answer, GraderError):
        return type(answer)(f"worker {worker}: {answer}")
    if isinstance(answer, ImportError):
        return UsageError(f"worker {worker}: {answer}: install this project there, as it is here")
    return InternalError(f"worker {worker}: {answer!r}")
