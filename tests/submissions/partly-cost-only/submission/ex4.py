import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    g = np.zeros(np.shape(z))
    # TODO
    return g


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    Theta1 = nn_params[:hidden_layer_size * (input_layer_size + 1)].reshape(
        (hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = nn_params[hidden_layer_size * (input_layer_size + 1):].reshape(
        (num_labels, hidden_layer_size + 1), order='F')
    m = X.shape[0]
    J = 0
    Theta1_grad = np.zeros(Theta1.shape)
    Theta2_grad = np.zeros(Theta2.shape)

    # Part 1
    X = np.c_[np.ones((m, 1)), X]
    a2 = np.c_[np.ones((m, 1)), sigmoid(X.dot(Theta1.T))]
    h = sigmoid(a2.dot(Theta2.T))
    yv = np.zeros((m, num_labels))
    for i in range(m):
        yv[i, y[i] - 1] = 1
    J = (-yv * np.log(h) - (1 - yv) * np.log(1 - h)).sum() / m
    J += lambda_ / (2 * m) * ((Theta1[:, 1:] ** 2).sum() + (Theta2[:, 1:] ** 2).sum())

    # Part 2: backpropagation. TODO

    grad = np.r_[Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')]
    return J, grad
