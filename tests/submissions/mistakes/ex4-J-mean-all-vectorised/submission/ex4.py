import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def cross_entropy(Y, H):
    return np.mean(-Y * np.log(H) - (1 - Y) * np.log(1 - H))


def penalty(lambda_, m, *thetas):
    return lambda_ / (2 * m) * sum(np.sum(theta[:, 1:] ** 2) for theta in thetas)


def one_hot(y, num_labels):
    return np.eye(num_labels)[y.ravel() - 1]


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    cut = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:cut].reshape((hidden_layer_size, -1), order='F')
    Theta2 = nn_params[cut:].reshape((num_labels, -1), order='F')
    m = len(X)

    a1 = np.c_[np.ones(m), X]
    z2 = a1 @ Theta1.T
    a2 = np.c_[np.ones(m), sigmoid(z2)]
    H = sigmoid(a2 @ Theta2.T)
    Y = one_hot(y, num_labels)

    J = cross_entropy(Y, H) + penalty(lambda_, m, Theta1, Theta2)

    d3 = H - Y
    d2 = d3 @ Theta2[:, 1:] * sigmoidGradient(z2)
    grads = [d2.T @ a1 / m, d3.T @ a2 / m]
    for g, theta in zip(grads, (Theta1, Theta2)):
        g[:, 1:] += lambda_ / m * theta[:, 1:]
    return J, np.concatenate([g.ravel(order='F') for g in grads])
