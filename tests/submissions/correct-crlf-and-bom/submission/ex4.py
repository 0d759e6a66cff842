# Übung 4 – neuronale Netze
import numpy as np


def sigmoid(z):
    "Sigmoidfunktion"
    return np.reciprocal(1 + np.exp(-np.asarray(z, dtype=float)))


def sigmoidGradient(z):
    "Ableitung der Sigmoidfunktion"
    return sigmoid(z) - sigmoid(z) ** 2


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    "Kosten J und Gradient (α: Aktivierungen, δ: Fehler)"
    Θ1, Θ2 = np.split(nn_params, [hidden_layer_size * (input_layer_size + 1)])
    Θ1 = Θ1.reshape((hidden_layer_size, -1), order="F")
    Θ2 = Θ2.reshape((num_labels, -1), order="F")
    m = len(X)
    α1 = np.vstack([np.ones(m), X.T])
    z2 = Θ1 @ α1
    α2 = np.vstack([np.ones(m), sigmoid(z2)])
    α3 = sigmoid(Θ2 @ α2)
    Y = np.arange(1, num_labels + 1)[:, None] == y.reshape(1, m)
    J = -np.log(np.where(Y, α3, 1 - α3)).sum() / m
    J += lambda_ * ((Θ1[:, 1:] ** 2).sum() + (Θ2[:, 1:] ** 2).sum()) / (2 * m)
    δ3 = α3 - Y
    δ2 = Θ2[:, 1:].T @ δ3 * sigmoidGradient(z2)
    grads = []
    for Θ, δ, α in ((Θ1, δ2, α1), (Θ2, δ3, α2)):
        g = δ @ α.T / m
        g[:, 1:] += lambda_ / m * Θ[:, 1:]
        grads.append(g.ravel(order="F"))
    return J, np.concatenate(grads)
