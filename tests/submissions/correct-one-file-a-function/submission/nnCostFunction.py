import numpy as np

from sigmoid import sigmoid
from sigmoidGradient import sigmoidGradient
from unroll import roll, unroll


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_=0):
    Theta1, Theta2 = roll(
        nn_params,
        [(hidden_layer_size, input_layer_size + 1), (num_labels, hidden_layer_size + 1)],
    )
    m = X.shape[0]

    A1 = np.insert(X, 0, 1, axis=1)
    Z2 = A1.dot(Theta1.T)
    A2 = np.insert(sigmoid(Z2), 0, 1, axis=1)
    H = sigmoid(A2.dot(Theta2.T))

    Y = np.zeros((m, num_labels))
    Y[np.arange(m), y.ravel() - 1] = 1

    J = -(Y * np.log(H) + (1 - Y) * np.log(1 - H)).sum() / m
    J = J + lambda_ / (2.0 * m) * sum((T[:, 1:] ** 2).sum() for T in (Theta1, Theta2))

    D3 = H - Y
    D2 = D3.dot(Theta2)[:, 1:] * sigmoidGradient(Z2)

    no_bias1, no_bias2 = Theta1.copy(), Theta2.copy()
    no_bias1[:, 0] = 0
    no_bias2[:, 0] = 0
    Theta1_grad = (D2.T.dot(A1) + lambda_ * no_bias1) / m
    Theta2_grad = (D3.T.dot(A2) + lambda_ * no_bias2) / m
    return J, unroll(Theta1_grad, Theta2_grad)
