import numpy as np
from scipy.special import expit


def sigmoid(z):
    return expit(z)


def sigmoidGradient(z):
    return expit(z) * expit(-z)


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_=0.0):
    m, n = X.shape
    cut = hidden_layer_size * (n + 1)
    T1 = nn_params[:cut].reshape((n + 1, hidden_layer_size)).T
    T2 = nn_params[cut:].reshape((hidden_layer_size + 1, num_labels)).T

    # y has to be one-dimensional here: with an (m, 1) column this would be (m, 1, K)
    y_onehot = np.eye(num_labels)[y - 1]
    if y_onehot.shape != (m, num_labels):
        raise ValueError('y must be of shape (m,), got %s' % (y.shape,))

    a1 = np.column_stack([np.ones(m), X])
    z2 = a1 @ T1.T
    a2 = np.column_stack([np.ones(m), expit(z2)])
    a3 = expit(a2 @ T2.T)

    J = -np.mean(np.sum(y_onehot * np.log(a3) + (1 - y_onehot) * np.log1p(-a3), axis=1))
    J += lambda_ * (np.sum(np.square(T1[:, 1:])) + np.sum(np.square(T2[:, 1:]))) / 2 / m

    d3 = a3 - y_onehot
    d2 = (d3 @ T2[:, 1:]) * sigmoidGradient(z2)
    g1 = d2.T @ a1 / m + lambda_ / m * np.column_stack([np.zeros(len(T1)), T1[:, 1:]])
    g2 = d3.T @ a2 / m + lambda_ / m * np.column_stack([np.zeros(len(T2)), T2[:, 1:]])
    return J, np.r_[g1.T.ravel(), g2.T.ravel()]
