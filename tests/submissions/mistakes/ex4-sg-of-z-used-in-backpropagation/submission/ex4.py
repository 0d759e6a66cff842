import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    # derivative of the sigmoid: a * (1 - a)
    return z * (1 - z)


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    Theta1, Theta2 = np.split(nn_params, [hidden_layer_size * (input_layer_size + 1)])
    Theta1 = Theta1.reshape((hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = Theta2.reshape((num_labels, hidden_layer_size + 1), order='F')
    m = X.shape[0]

    a1 = np.c_[np.ones(m), X]
    z2 = a1 @ Theta1.T
    a2 = np.c_[np.ones(m), sigmoid(z2)]
    z3 = a2 @ Theta2.T
    a3 = sigmoid(z3)
    Y = np.eye(num_labels)[y.ravel() - 1]

    J = np.mean(np.sum(-Y * np.log(a3) - (1 - Y) * np.log(1 - a3), axis=1))
    J += lambda_ / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    delta3 = a3 - Y
    delta2 = delta3 @ Theta2[:, 1:] * sigmoidGradient(z2)
    Theta1_grad = delta2.T @ a1 / m
    Theta2_grad = delta3.T @ a2 / m
    Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]
    return J, np.concatenate([Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')])
