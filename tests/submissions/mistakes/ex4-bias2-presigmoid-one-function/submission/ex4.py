import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    Theta1 = nn_params[:hidden_layer_size * (input_layer_size + 1)].reshape(
        (hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = nn_params[hidden_layer_size * (input_layer_size + 1):].reshape(
        (num_labels, hidden_layer_size + 1), order='F')
    m = X.shape[0]
    ones = np.ones((m, 1))

    a1 = np.hstack((ones, X))
    z2 = np.hstack((ones, a1.dot(Theta1.T)))
    a2 = sigmoid(z2)
    z3 = a2.dot(Theta2.T)
    a3 = sigmoid(z3)

    Y = np.zeros((m, num_labels))
    for k in range(num_labels):
        Y[:, k] = (y.ravel() == k + 1)

    J = 0
    for k in range(num_labels):
        J += np.sum(-Y[:, k] * np.log(a3[:, k]) - (1 - Y[:, k]) * np.log(1 - a3[:, k])) / m
    J += lambda_ / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    delta3 = a3 - Y
    delta2 = delta3.dot(Theta2) * sigmoidGradient(z2)
    delta2 = delta2[:, 1:]
    Theta1_grad = delta2.T.dot(a1) / m
    Theta2_grad = delta3.T.dot(a2) / m
    Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]
    return J, np.concatenate((Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')))
