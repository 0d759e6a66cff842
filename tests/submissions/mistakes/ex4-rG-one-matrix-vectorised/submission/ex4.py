import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    # roll
    k = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:k].reshape((hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = nn_params[k:].reshape((num_labels, hidden_layer_size + 1), order='F')
    m = X.shape[0]

    # forward
    a1 = np.concatenate((np.ones((m, 1)), X), axis=1)
    z2 = np.dot(a1, Theta1.transpose())
    a2 = np.concatenate((np.ones((m, 1)), sigmoid(z2)), axis=1)
    z3 = np.dot(a2, Theta2.transpose())
    a3 = sigmoid(z3)

    # cost
    y_k = np.zeros((m, num_labels))
    y_k[np.arange(m), y.flatten() - 1] = 1
    J = -np.sum(y_k * np.log(a3) + (1 - y_k) * np.log(1 - a3)) / m
    reg_cost = np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2)
    J += lambda_ / (2 * m) * reg_cost

    # backward
    d3 = a3 - y_k
    d2 = np.dot(d3, Theta2[:, 1:]) * sigmoidGradient(z2)
    D1 = np.dot(d2.transpose(), a1) / m
    D2 = np.dot(d3.transpose(), a2) / m
    reg_grad = lambda_ / m * Theta1
    reg_grad[:, 0] = 0
    D1 += reg_grad

    return J, np.concatenate((D1.flatten('F'), D2.flatten('F')))
