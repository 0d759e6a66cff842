"""How many threads the BLAS libraries of this process take."""

from __future__ import annotations

import contextlib
import functools
import threading


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
        self.limit = contextlib.ExitStack()

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
