"""The optimisers of scipy on a CostFunction."""

from __future__ import annotations

from solutions.ex4.fast.kernel import CostFunction
from solutions.ex4.fast.threads import one_blas_thread

BY_CURVATURE = {"Newton-CG", "trust-ncg", "trust-krylov"}
"""Methods of scipy.optimize.minimize that take the Hessian times a vector."""


def minimized(cost: CostFunction, nn_params, method="L-BFGS-B", **options):
    """scipy.optimize.minimize of the cost from nn_params (N,), with exact curvature for the methods that use it.

    The BLAS libraries are held at one thread from the first step to the last, so that scipy's own work wakes none.

    options : further arguments of scipy.optimize.minimize
    Returns scipy's OptimizeResult
    """
    from scipy.optimize import minimize

    curvature = {"hessp": cost.hessp} if method in BY_CURVATURE else {}
    with one_blas_thread():
        return minimize(cost, nn_params, jac=True, method=method, **curvature, **options)
