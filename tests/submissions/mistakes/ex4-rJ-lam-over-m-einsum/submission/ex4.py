import numpy as np


def sigmoid(z):
    return np.reciprocal(1.0 + np.exp(-np.asarray(z, dtype=float)))


def sigmoidGradient(z):
    return sigmoid(z) * sigmoid(-np.asarray(z, dtype=float))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    first, second = np.split(nn_params, [hidden_layer_size * (input_layer_size + 1)])
    T1 = first.reshape((hidden_layer_size, -1), order="F")
    T2 = second.reshape((num_labels, -1), order="F")
    m = X.shape[0]

    a1 = np.insert(X, 0, 1, axis=1)
    z2 = np.einsum("ti,hi->th", a1, T1)
    a2 = np.insert(sigmoid(z2), 0, 1, axis=1)
    z3 = np.einsum("th,kh->tk", a2, T2)
    a3 = sigmoid(z3)
    Y = np.equal.outer(y.ravel(), np.arange(num_labels) + 1)

    cost = -np.einsum("tk->", np.where(Y, np.log(a3), np.log1p(-a3))) / m
    cost += lambda_ / m * (np.einsum("hi,hi->", T1[:, 1:], T1[:, 1:]) + np.einsum("kh,kh->", T2[:, 1:], T2[:, 1:]))

    d3 = a3 - Y
    d2 = np.einsum("tk,kh->th", d3, T2[:, 1:]) * sigmoidGradient(z2)
    D1 = np.einsum("th,ti->hi", d2, a1) / m
    D2 = np.einsum("tk,th->kh", d3, a2) / m
    D1[:, 1:] += lambda_ / m * T1[:, 1:]
    D2[:, 1:] += lambda_ / m * T2[:, 1:]
    return cost, np.append(D1.flatten("F"), D2.flatten("F"))
