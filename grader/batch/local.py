"""Processes of this machine, each with a sandbox of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from typing import Any, Self

from grader.batch import work
from grader.batch.work import Order, Timed
from grader.errors import InternalError
from grader.model import Submission
from grader.worker.limits import ONE_THREAD


class LocalPool:
    """`jobs` processes. One that dies takes the others with it; the next submission opens a new pool.

    A process ends when this one closes the pipe between them or dies: none is left behind after kill -9.
    """

    chunk = 1
    lost: tuple[type[BaseException], ...] = (BrokenProcessPool,)

    def __init__(self, jobs: int) -> None:
        self.jobs, self.slots = jobs, 2 * jobs
        os.environ.update(ONE_THREAD)
        self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for the processes to end or, where something went wrong, have them end at once."""
        if kind is not None:
            self._lifeline.close()
        self._pool.shutdown(cancel_futures=True)
        self._lifeline.close()

    def get_ready(self, order: Order) -> str:
        futures = [self._submit(work.get_ready, order) for _ in range(self.jobs)]
        try:
            isolations: list[str] = [future.result() for future in futures]
        except BrokenProcessPool as error:
            raise InternalError("a process for grading died before it could begin: is there enough memory?") from error
        return isolations[0]

    def submit(self, order: Order, submissions: Sequence[Submission]) -> Future[list[Timed]]:
        try:
            return self._submit(work.grade_chunk, order, submissions)
        except BrokenProcessPool:
            self._lifeline.close()
            self._open()
            return self._submit(work.grade_chunk, order, submissions)

    def _open(self) -> None:
        context = multiprocessing.get_context("spawn")
        receiver, self._lifeline = context.Pipe(duplex=False)
        arguments = receiver, context.Value("i", 0)
        self._pool = ProcessPoolExecutor(self.jobs, context, initializer=_begin, initargs=arguments)

    def _submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        with _interrupts_ignored():
            return self._pool.submit(function, *arguments)


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """A process that is started in here ignores Ctrl-C from its first moment: the one that started it will end it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _begin(lifeline: Connection, started: Synchronized[int]) -> None:
    """Runs first in every process of the pool."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    with started.get_lock():
        number, started.value = started.value, started.value + 1
    work.stay_on_one_processor(number)


def _end_with(lifeline: Connection) -> None:
    with suppress(EOFError, OSError):
        lifeline.recv()
    os._exit(1)
