import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoidGradient(z):
    s = sigmoid(z)
    return s - s * s


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, Lambda):
    size1 = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:size1].reshape((hidden_layer_size, input_layer_size + 1), order="F")
    Theta2 = nn_params[size1:].reshape((num_labels, hidden_layer_size + 1), order="F")
    m = X.shape[0]

    X1 = np.column_stack((np.ones((m, 1)), X))
    Z = X1 @ Theta1.T
    A = np.column_stack((np.ones((m, 1)), sigmoid(Z)))
    H = sigmoid(A @ Theta2.T)
    Y = np.eye(num_labels)[np.squeeze(y, axis=1) - 1 if y.ndim == 2 else y - 1]

    reg = lambda T: np.column_stack((np.zeros(T.shape[0]), T[:, 1:]))
    R1, R2 = reg(Theta1), reg(Theta2)
    J = (-np.sum(Y * np.log(H) + (1 - Y) * np.log(1 - H)) + Lambda / 2 * (np.sum(R1**2) + np.sum(R2**2))) / m
    D = H - Y
    Theta2_grad = (D.T @ A + Lambda * R2) / m
    Theta1_grad = (((D @ Theta2)[:, 1:] * sigmoidGradient(Z)).T @ X1 + Lambda * R1) / m
    return J, Theta1_grad, Theta2_grad
