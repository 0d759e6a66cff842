import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    params = np.array(nn_params)
    split = hidden_layer_size * (input_layer_size + 1)
    Theta1 = params[:split].reshape((hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = params[split:].reshape((num_labels, hidden_layer_size + 1), order='F')
    m = X.shape[0]

    # the bias terms are not regularized
    Theta1_reg = Theta1
    Theta1_reg[:, 0] = 0
    Theta2_reg = Theta2
    Theta2_reg[:, 0] = 0

    a1 = np.hstack((np.ones((m, 1)), X))
    z2 = a1 @ Theta1.T
    a2 = np.hstack((np.ones((m, 1)), sigmoid(z2)))
    z3 = a2 @ Theta2.T
    a3 = sigmoid(z3)
    Y = np.eye(num_labels)[y.ravel() - 1]

    J = np.sum(-Y * np.log(a3) - (1 - Y) * np.log(1 - a3)) / m
    J += lambda_ / (2 * m) * (np.sum(Theta1_reg ** 2) + np.sum(Theta2_reg ** 2))

    delta3 = a3 - Y
    delta2 = (delta3 @ Theta2)[:, 1:] * sigmoidGradient(z2)
    Theta1_grad = delta2.T @ a1 / m + lambda_ / m * Theta1_reg
    Theta2_grad = delta3.T @ a2 / m + lambda_ / m * Theta2_reg
    return J, np.concatenate((Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')))
