import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    Theta1 = nn_params[:hidden_layer_size * (input_layer_size + 1)].reshape(
        hidden_layer_size, input_layer_size + 1, order='F')
    Theta2 = nn_params[hidden_layer_size * (input_layer_size + 1):].reshape(
        num_labels, hidden_layer_size + 1, order='F')
    m = X.shape[0]
    one = np.ones((m, 1))

    A1 = np.hstack([one, X])
    Z2 = A1 @ Theta1.T
    A2 = np.hstack([one, sigmoid(Z2)])
    Z3 = A2 @ Theta2.T
    A3 = sigmoid(Z3)

    Y = np.zeros_like(A3)
    Y[range(m), y.ravel() - 1] = 1

    J = np.sum(-Y * np.log(A3) - (1 - Y) * np.log(1 - A3)) / m
    J += lambda_ / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    Delta3 = A3 - Y
    # no error for the bias unit, so one column less
    Delta2 = Delta3 @ Theta2[:, :-1] * sigmoidGradient(Z2)

    Theta1_grad = Delta2.T @ A1 / m
    Theta2_grad = Delta3.T @ A2 / m
    Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]
    return J, np.hstack([Theta1_grad.ravel('F'), Theta2_grad.ravel('F')])
