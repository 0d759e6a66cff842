"""The optimisers of scipy on a CostFunction, with every BLAS library of the process at one thread."""

from __future__ import annotations

import contextlib
import functools

from solutions.ex4.fast.kernel import CostFunction

BY_CURVATURE = {"Newton-CG", "trust-ncg", "trust-krylov"}
"""Methods of scipy.optimize.minimize that take the Hessian times a vector."""


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


def minimized(cost: CostFunction, nn_params, method="L-BFGS-B", **options):
    """scipy.optimize.minimize of the cost from nn_params (N,), with exact curvature for the methods that use it.

    options : further arguments of scipy.optimize.minimize
    Returns scipy's OptimizeResult
    """
    from scipy.optimize import minimize

    curvature = {"hessp": cost.hessp} if method in BY_CURVATURE else {}
    with one_blas_thread():
        return minimize(cost, nn_params, jac=True, method=method, **curvature, **options)
