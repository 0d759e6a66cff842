"""What `kernel` does with a block for J and grad, compiled by numba: fewer passes, and other threads run all the while.

The formulas are the kernel's. Slices are finished one by one, so that each is still in the cache on the way back.
"""

from __future__ import annotations

import math

import numba
import numpy as np

REORDERED = {"reassoc", "contract", "arcp", "nsz"}
"""What the compiler may do to sums and products; infinities stay what they are."""


def backpropagate(w, X, own, sums, net) -> float:
    """Adds the derivatives of the cost of a block to the sums; gives that cost. Arguments as in the kernel."""
    weights = net.minus_Theta1t, net.minus_bias1[0], net.Theta2t, net.Theta2, net.bias2[0]
    return _backpropagate(X, own, *weights, *sums.Theta, *sums.bias, w.a2, w.delta2, w.delta3, w.products, w.product)


@numba.njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def _backpropagate(
    X,
    own,
    minus_Theta1t,
    minus_bias1,
    Theta2t,
    Theta2,
    bias2,
    by_Theta1,
    by_Theta2,
    by_bias1,
    by_bias2,
    a2,
    delta2,
    delta3,
    products,
    product,
):
    """X (height, rows, n), own (b,), weights and biases, the sums to add to, and places for values; gives the cost."""
    height, rows, _ = X.shape
    K, h = Theta2.shape
    J = 0.0
    for i in range(height):
        t = slice(i * rows, (i + 1) * rows)
        a, back, error = a2[t], delta2[t], delta3[t]
        np.dot(X[i], minus_Theta1t, a)
        for r in range(rows):
            for j in range(h):
                a[r, j] = 1 / (1 + math.exp(a[r, j] + minus_bias1[j]))
        np.dot(a, Theta2t, error)
        cost = 0.0
        for r in range(rows):
            label = own[i * rows + r] - K * (i * rows + r)
            for k in range(K):
                sign = -1 if k == label else 1
                s = sign * (error[r, k] + bias2[k])
                e = math.exp(-abs(s))
                g = e / (1 + e)
                error[r, k] = sign * (g if s < 0 else 1 - g)
                by_bias2[k] += error[r, k]
                cost += max(s, 0) + math.log1p(e)
        J += cost
        np.dot(error, Theta2, back)
        for r in range(rows):
            for j in range(h):
                back[r, j] *= a[r, j] * (1 - a[r, j])
                by_bias1[j] += back[r, j]
        np.dot(error.T, a, product)
        by_Theta2 += product
        np.dot(back.T, X[i], products[i])
        by_Theta1 += products[i]
    return J
