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

    a1 = np.vstack((np.ones(m), X.T))           # (n + 1) x m
    z2 = Theta1 @ a1                            # h x m
    a2 = np.vstack((np.ones(m), z2))            # (h + 1) x m
    a3 = sigmoid(Theta2 @ a2)                   # K x m
    Y = (np.arange(1, num_labels + 1)[:, None] == y.ravel()[None, :])

    J = -(np.log(a3[Y]).sum() + np.log(1 - a3[~Y]).sum()) / m
    J = J + lambda_ / (2 * m) * ((Theta1[:, 1:] ** 2).sum() + (Theta2[:, 1:] ** 2).sum())

    delta3 = a3 - Y
    delta2 = (Theta2[:, 1:].T @ delta3) * sigmoidGradient(z2)
    Theta1_grad = delta2 @ a1.T / m
    Theta2_grad = delta3 @ a2.T / m
    Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]
    return J, np.concatenate((Theta1_grad.ravel('F'), Theta2_grad.ravel('F')))
