"""The derivatives of a net's cost by all of its weights, from differences of the cost: the proof of a full gradient.

The symbols are those of `solutions.ex4.ex4`, but each array has the examples in its columns: z2, a2 (h, m), a3 (K, m).
"""

from __future__ import annotations

import numpy as np

from solutions.ex4.fast.labels import checked_labels

STEP = 1e-4


@np.errstate(over="ignore", under="ignore")
def fullNumericalGradient(
    nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_=0.0, *, progress=None
):
    """Central differences of the cost by every weight, as computeNumericalGradient takes them, and no backpropagation.

        numgrad_i = (J(theta + e_i) - J(theta - e_i)) / (2 step),   e_i = step in place i, 0 elsewhere,  step = 1e-4

    Only what a weight changes is computed anew. One of Theta2 changes one output. One of Theta1, by an input x, changes
    one hidden unit, by d = g(z2 +- step x) - g(z2) where x is not 0, and so each z3 by c = Theta2[k, i] d. An output's
    cost softplus(z3) then rises by

        log(1 + e^(z3 + c)) - log(1 + e^z3) = log(1 + a3 (e^c - 1)),

    where nothing cancels; the logarithms of the K outputs are taken at once, of their product.

    nn_params : ndarray, shape (N,)
    input_layer_size, hidden_layer_size, num_labels : n, h, K
    X : ndarray, shape (m, n)
    y : ndarray of labels 1..K, shape (m, 1), (1, m) or (m,)
    lambda_ : number
    progress : function of the number of derivatives that are done and of N, called after each input
    Returns numgrad : ndarray, shape (N,). Raises ValueError for labels that are not whole numbers in 1..K
    """
    n, h, K, m = input_layer_size, hidden_layer_size, num_labels, len(X)
    split = h * (n + 1)
    Theta1 = nn_params[:split].reshape(h, n + 1, order="F")
    Theta2 = nn_params[split:].reshape(K, h + 1, order="F")
    labels = checked_labels(y, K).reshape(m).astype(int) - 1
    z2 = Theta1[:, 1:] @ X.T + Theta1[:, :1]
    a2 = _g(z2)
    a3 = _g(Theta2[:, 1:] @ a2 + Theta2[:, :1])

    numgrad = np.empty(nn_params.size)
    for i, a in enumerate([np.ones(m), *a2]):
        numgrad[split + i * K : split + (i + 1) * K] = _by_output_weights(STEP * a, a3, labels)
    for j, x in enumerate([np.ones(m), *X.T]):
        rows = np.flatnonzero(x)
        up, down = (_g(z2[:, rows] + step * x[rows]) - a2[:, rows] for step in (STEP, -STEP))
        numgrad[j * h : (j + 1) * h] = _by_hidden_weights(up, down, Theta2[:, 1:], a3[:, rows], labels[rows])
        if progress:
            progress((j + 1) * h if j < n else nn_params.size, nn_params.size)
    numgrad /= 2 * STEP * m

    penalised = nn_params.copy()
    penalised[:h] = penalised[split : split + K] = 0
    return numgrad + lambda_ / m * penalised


def _by_output_weights(c, a3, labels):
    """J(+) - J(-) of m examples when z3 of one output after the other changes by +-c : shape (K,).

    c (m,), a3 (K, m), labels (m,) from 0
    """
    rise = np.log1p(a3 * np.expm1(c)) - np.log1p(a3 * np.expm1(-c))
    return rise.sum(axis=1) - np.bincount(labels, weights=2 * c, minlength=len(a3))


def _by_hidden_weights(up, down, Theta2, a3, labels):
    """J(+) - J(-) of m examples when one hidden unit after the other changes by `up` or by `down` : shape (h,).

    up, down (h, m), Theta2 (K, h), a3 (K, m), labels (m,) from 0
    """
    rise = [np.log(_raised(t, u, a3) / _raised(t, d, a3)).sum() for t, u, d in zip(Theta2.T, up, down, strict=True)]
    return rise - np.sum((up - down) * Theta2.T[:, labels], axis=1)


def _raised(weights, d, a3):
    """exp of what the K costs softplus(z3) of each example rise by, when one hidden unit does by d : shape (m,).

    weights (K,) of this unit, d (m,), a3 (K, m)
    """
    factors = np.multiply.outer(weights, d)
    np.expm1(factors, out=factors)
    factors *= a3
    factors += 1
    return np.multiply.reduce(factors, axis=0)


def _g(z):
    return 1 / (1 + np.exp(-z))
