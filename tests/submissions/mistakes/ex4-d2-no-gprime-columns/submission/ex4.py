"""Exercise 4. One column is one example everywhere, like in the lecture."""
import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoidGradient(z):
    s = sigmoid(z)
    return s - s ** 2


def add_bias_row(A):
    return np.concatenate([np.ones((1, A.shape[1])), A], axis=0)


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    n, h, K = input_layer_size, hidden_layer_size, num_labels
    Theta1 = nn_params[: h * (n + 1)].reshape((n + 1, h)).T
    Theta2 = nn_params[h * (n + 1) :].reshape((h + 1, K)).T
    m = X.shape[0]

    a1 = add_bias_row(X.T)
    z2 = Theta1 @ a1
    a2 = add_bias_row(sigmoid(z2))
    z3 = Theta2 @ a2
    a3 = sigmoid(z3)
    Y = np.zeros((K, m))
    Y[y.ravel() - 1, np.arange(m)] = 1

    J = np.sum(-Y * np.log(a3) - (1 - Y) * np.log(1 - a3)) / m
    J += lambda_ / (2 * m) * sum(np.sum(T[:, 1:] ** 2) for T in (Theta1, Theta2))

    delta3 = a3 - Y
    delta2 = (Theta2.T @ delta3)[1:, :]
    Theta1_grad = delta2 @ a1.T / m
    Theta2_grad = delta3 @ a2.T / m
    Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]
    return J, np.concatenate([Theta1_grad.T.ravel(), Theta2_grad.T.ravel()])
