import numpy as np

sigmoid = lambda z: 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def feed_forward(Theta1, Theta2, X):
    ones = np.ones((X.shape[0], 1))
    A1 = np.hstack((ones, X))
    A2 = np.hstack((ones, sigmoid(A1 @ Theta1.T)))
    A3 = sigmoid(A2 @ Theta2.T)
    return A1, A2, A3


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_=0):
    cut = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:cut].reshape(hidden_layer_size, input_layer_size + 1, order='F')
    Theta2 = nn_params[cut:].reshape(num_labels, hidden_layer_size + 1, order='F')
    m = X.shape[0]

    Y = (np.arange(1, num_labels + 1) == y.reshape(-1, 1)).astype(float)
    A1, A2, A3 = feed_forward(Theta1, Theta2, X)

    cost = -1 / m * (Y * np.log(A3) + (1 - Y) * np.log(1 - A3)).sum()
    reg = lambda_ / 2 / m * ((Theta1[:, 1:] ** 2).sum() + (Theta2[:, 1:] ** 2).sum())

    D3 = A3 - Y
    D2 = (D3 @ Theta2[:, 1:]) * sigmoidGradient(A2[:, 1:])
    G1 = D2.T @ A1 / m
    G2 = D3.T @ A2 / m
    G1[:, 1:] += lambda_ / m * Theta1[:, 1:]
    G2[:, 1:] += lambda_ / m * Theta2[:, 1:]
    return cost + reg, np.r_[G1.ravel('F'), G2.ravel('F')]
