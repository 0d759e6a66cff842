"""Exercise 4 at the speed of its matrix products: the same numbers as the reference, in a fraction of time and memory.

nnCostFunction           as the reference's, for one call
CostFunction             for training: cost, gradient and Hessian times vector, in a workspace that is kept
minimized                scipy.optimize.minimize on a CostFunction
one_blas_thread          holds every BLAS library of this process at one thread
fullNumericalGradient    all derivatives of a full net's cost by differences, without backpropagation
"""

from solutions.ex4.fast.kernel import CostFunction, nnCostFunction
from solutions.ex4.fast.numerical import fullNumericalGradient
from solutions.ex4.fast.threads import one_blas_thread
from solutions.ex4.fast.training import minimized

__all__ = ["CostFunction", "fullNumericalGradient", "minimized", "nnCostFunction", "one_blas_thread"]
