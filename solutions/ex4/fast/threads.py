"""The threads of this process: those that share the examples, and how many the BLAS libraries take."""

from __future__ import annotations

import ctypes
import functools
import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
CALLER = 0
"""Whichever thread asks, as the system numbers threads."""


class Team:
    """Whoever calls it, and size - 1 threads that help, each on processors of its own where there are as many."""

    def __init__(self, size: int) -> None:
        self.helpers = [ThreadPoolExecutor(1) for _ in range(size - 1)]
        self.threads = [helper.submit(threading.get_native_id).result() for helper in self.helpers]

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """What `work` gives for each of as many items as there are threads, all at the same time."""
        first, *others = items
        with _kept_apart(self.threads):
            running = [helper.submit(work, item) for helper, item in zip(self.helpers, others, strict=True)]
            return [work(first), *(each.result() for each in running)]


@contextmanager
def _kept_apart(helpers: Sequence[int]) -> Iterator[None]:
    """Shares the processors out among the calling thread, which is given the one that it is on, and the helpers.

    In a virtual machine Linux takes a processor that sleeps for one that it cannot have, and wakes a helper on the one
    that is busy: the two then take turns, as if there were one thread. Where the system does not let threads choose,
    they may be anywhere, which is slower, and as right.
    """
    allowed = _allowed() if helpers else set()
    if not allowed:
        yield
        return
    here = _processor()
    processors = sorted(allowed, key=lambda processor: processor != here)
    try:
        for k, thread in enumerate([CALLER, *helpers]):
            _keep_to(processors[k :: 1 + len(helpers)] or allowed, thread)
        yield
    finally:
        _keep_to(allowed, CALLER)


def _allowed() -> set[int]:
    """The processors that the calling thread may use; none where the system does not tell."""
    try:
        return os.sched_getaffinity(CALLER)
    except (AttributeError, OSError):
        return set()


def _keep_to(processors: Collection[int], thread: int) -> None:
    with suppress(OSError):
        os.sched_setaffinity(thread, processors)


def _processor() -> int:
    """The one that the calling thread is on."""
    return int(_libc().sched_getcpu())


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def one_blas_thread():
    """A context in which every BLAS call takes one thread, where threadpoolctl is installed; otherwise it does nothing.

    Contexts may overlap, in one thread or in several: the last to end restores what the first found.

    numpy and scipy bring an OpenBLAS each. As soon as both have worked, the threads of the one wait busily while the
    other works: training by L-BFGS-B then takes three times as long and more. Without threadpoolctl, set
    OPENBLAS_NUM_THREADS=1 before numpy is imported.
    """
    return _LIMIT


class _SharedLimit:
    """The number of threads belongs to the process: it is limited while at least one context is open."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.open = 0
        self.limit = ExitStack()

    def __enter__(self) -> None:
        with self.lock:
            if self.open == 0 and (controller := _controller()):
                self.limit.enter_context(controller.limit(limits=1, user_api="blas"))
            self.open += 1

    def __exit__(self, *exception: object) -> None:
        with self.lock:
            self.open -= 1
            if self.open == 0:
                self.limit.close()


_LIMIT = _SharedLimit()


@functools.cache
def _controller():
    """What finds the BLAS libraries of this process; scipy's is loaded first, so that it is among them."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    import scipy.linalg.blas  # noqa: F401

    return ThreadpoolController()
