"""No numpy until the very end: lists only, as in the Python introduction."""
from itertools import chain
from math import exp, log

import numpy as np


def sigmoid(z):
    if hasattr(z, '__len__'):
        return np.array([sigmoid(v) for v in z])
    return 1 / (1 + exp(-z)) if z > 0 else exp(z) / (1 + exp(z))


def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def dot(u, v):
    return sum(a * b for a, b in zip(u, v))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    n, h, K = input_layer_size, hidden_layer_size, num_labels
    p = [float(v) for v in nn_params]
    Theta1 = [[p[j + h * i] for i in range(n + 1)] for j in range(h)]
    Theta2 = [[p[h * (n + 1) + k + K * j] for j in range(h + 1)] for k in range(K)]
    rows = [[1.0] + [float(v) for v in row] for row in X]
    labels = [int(v) for v in np.ravel(y)]
    m = len(rows)

    Z2 = [[dot(t, a) for t in Theta1] for a in rows]
    A2 = [[1.0] + [sigmoid(v) for v in z] for z in Z2]
    A3 = [[sigmoid(dot(t, a)) for t in Theta2] for a in A2]
    D3 = [[a - (k + 1 == c) for k, a in enumerate(out)] for out, c in zip(A3, labels)]
    D2 = [[dot([Theta2[k][j + 1] for k in range(K)], d) * sigmoidGradient(z[j]) for j in range(h)]
          for d, z in zip(D3, Z2)]

    J = -sum(log(a if k + 1 == c else 1 - a) for out, c in zip(A3, labels) for k, a in enumerate(out)) / m
    J += lambda_ / (2 * m) * sum(w * w for row in chain(Theta1, Theta2) for w in row[1:])
    G1 = [[(sum(D2[t][j] * rows[t][i] for t in range(m)) + (lambda_ * Theta1[j][i] if i else 0)) / m
           for j in range(h)] for i in range(n + 1)]
    G2 = [[(sum(D3[t][k] * A2[t][j] for t in range(m)) + (lambda_ * Theta2[k][j] if j else 0)) / m
           for k in range(K)] for j in range(h + 1)]
    return J, np.array([v for column in chain(G1, G2) for v in column])
