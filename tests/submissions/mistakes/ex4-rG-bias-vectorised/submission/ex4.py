import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    g = sigmoid(z)
    return g * (1 - g)


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    m = X.shape[0]
    split = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:split].reshape((hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = nn_params[split:].reshape((num_labels, hidden_layer_size + 1), order='F')

    # part 1: feedforward
    a1 = np.c_[np.ones(m), X]
    z2 = a1.dot(Theta1.T)
    a2 = np.c_[np.ones(m), sigmoid(z2)]
    z3 = a2.dot(Theta2.T)
    a3 = sigmoid(z3)

    Y = np.eye(num_labels)[y.flatten() - 1]
    J = -np.sum(Y * np.log(a3) + (1 - Y) * np.log(1 - a3)) / m
    J = J + lambda_ / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    # part 2: backpropagation
    delta3 = a3 - Y
    delta2 = delta3.dot(Theta2[:, 1:]) * sigmoidGradient(z2)

    # part 3: with regularization
    Theta1_grad = delta2.T.dot(a1) / m + lambda_ / m * Theta1
    Theta2_grad = delta3.T.dot(a2) / m + lambda_ / m * Theta2

    grad = np.concatenate((Theta1_grad.flatten(order='F'), Theta2_grad.flatten(order='F')))
    return J, grad
