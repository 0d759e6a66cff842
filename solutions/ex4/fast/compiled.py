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
    return _backpropagate(X, own, *weights, *sums.Theta, *sums.bias)


@numba.njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def _backpropagate(
    X, own, minus_Theta1t, minus_bias1, Theta2t, Theta2, bias2, by_Theta1, by_Theta2, by_bias1, by_bias2
):
    """X (height, rows, n), own (b,), weights and biases, and the sums to add to; gives the cost."""
    height, rows, n = X.shape
    K, h = Theta2.shape
    a2, delta2, delta3 = np.empty((rows, h), X.dtype), np.empty((rows, h), X.dtype), np.empty((rows, K), X.dtype)
    product1, product2 = np.empty((h, n), X.dtype), np.empty((K, h), X.dtype)
    J = 0.0
    for i in range(height):
        np.dot(X[i], minus_Theta1t, a2)
        for r in range(rows):
            for j in range(h):
                a2[r, j] = 1 / (1 + math.exp(a2[r, j] + minus_bias1[j]))
        np.dot(a2, Theta2t, delta3)
        cost = 0.0
        for r in range(rows):
            label = own[i * rows + r] - K * (i * rows + r)
            for k in range(K):
                s = delta3[r, k] + bias2[k]
                if k == label:
                    s = -s
                e = math.exp(-abs(s))
                g = 1 / (1 + e)
                if s < 0:
                    g *= e
                else:
                    cost += s
                cost += math.log1p(e)
                delta3[r, k] = -g if k == label else g
                by_bias2[k] += delta3[r, k]
        J += cost
        np.dot(delta3, Theta2, delta2)
        for r in range(rows):
            for j in range(h):
                delta2[r, j] *= a2[r, j] * (1 - a2[r, j])
                by_bias1[j] += delta2[r, j]
        np.dot(delta3.T, a2, product2)
        np.dot(delta2.T, X[i], product1)
        for k in range(K):
            for j in range(h):
                by_Theta2[k, j] += product2[k, j]
        for j in range(h):
            for f in range(n):
                by_Theta1[j, f] += product1[j, f]
    return J
