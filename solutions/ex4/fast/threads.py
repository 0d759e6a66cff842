"""How many threads the BLAS libraries of this process take."""

from __future__ import annotations

import contextlib
import functools


def one_blas_thread():
    """A context in which every BLAS call takes one thread, where threadpoolctl is installed; otherwise a null context.

    numpy and scipy bring an OpenBLAS each. As soon as both have worked, the threads of the one wait busily while the
    other works: training by L-BFGS-B then takes three times as long and more. Without threadpoolctl, set
    OPENBLAS_NUM_THREADS=1 before numpy is imported.
    """
    controller = _controller()
    return controller.limit(limits=1, user_api="blas") if controller else contextlib.nullcontext()


@functools.cache
def _controller():
    """What finds the BLAS libraries of this process; scipy's is loaded first, so that it is among them."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    import scipy.linalg.blas  # noqa: F401

    return ThreadpoolController()
