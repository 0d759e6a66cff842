import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoidGradient(z):
    return sigmoid(z) * (1.0 - sigmoid(z))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    m = X.shape[0]
    Theta1 = nn_params[: hidden_layer_size * (input_layer_size + 1)]
    Theta1 = Theta1.reshape((hidden_layer_size, input_layer_size + 1), order="F")
    Theta2 = nn_params[hidden_layer_size * (input_layer_size + 1) :]
    Theta2 = Theta2.reshape((num_labels, hidden_layer_size + 1), order="F")

    a1 = np.hstack((np.ones((m, 1)), X))
    z2 = a1 @ Theta1.T
    a2 = np.hstack((np.ones((m, 1)), sigmoid(z2)))
    z3 = a2 @ Theta2.T
    a3 = sigmoid(z3)
    Y = np.eye(num_labels)[y.ravel() - 1]

    # same trick as in linear regression: the product does the summing
    J = -np.sum(Y.T @ np.log(a3) + (1 - Y).T @ np.log(1 - a3)) / m
    J += lambda_ * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2)) / (2 * m)

    delta3 = a3 - Y
    delta2 = (delta3 @ Theta2[:, 1:]) * sigmoidGradient(z2)
    Theta1_grad = (delta2.T @ a1) / m
    Theta2_grad = (delta3.T @ a2) / m
    Theta1_grad[:, 1:] += lambda_ * Theta1[:, 1:] / m
    Theta2_grad[:, 1:] += lambda_ * Theta2[:, 1:] / m
    return J, np.concatenate((Theta1_grad.T.ravel(), Theta2_grad.T.ravel()))
