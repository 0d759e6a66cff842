import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    cut = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:cut].reshape((hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = nn_params[cut:].reshape((num_labels, hidden_layer_size + 1), order='F')
    m = X.shape[0]

    a1 = np.column_stack([np.ones(m), X])
    z2 = a1 @ Theta1.T
    a2 = np.column_stack([np.ones(m), sigmoid(z2)])
    z3 = a2 @ Theta2.T
    a3 = sigmoid(z3)
    Y = np.eye(num_labels)[y.ravel() - 1]

    J = np.sum(-Y * np.log(a3) - (1 - Y) * np.log(1 - a3)) / m
    J += lambda_ / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    # every layer: error times slope
    delta3 = (a3 - Y) * sigmoidGradient(z3)
    delta2 = delta3 @ Theta2[:, 1:] * sigmoidGradient(z2)

    Theta1_grad = delta2.T @ a1 / m
    Theta2_grad = delta3.T @ a2 / m
    Theta1_grad[:, 1:] += lambda_ * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lambda_ * Theta2[:, 1:]
    return J, np.concatenate([Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')])
