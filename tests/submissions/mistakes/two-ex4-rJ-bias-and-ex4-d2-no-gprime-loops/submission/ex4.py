import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    s = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:s].reshape((hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = nn_params[s:].reshape((num_labels, hidden_layer_size + 1), order='F')
    m = X.shape[0]

    J = 0
    D1 = np.zeros_like(Theta1)
    D2 = np.zeros_like(Theta2)
    for x, label in zip(X, y.ravel()):
        a1 = np.hstack([1, x])
        z2 = Theta1 @ a1
        a2 = np.hstack([1, sigmoid(z2)])
        a3 = sigmoid(Theta2 @ a2)
        t = np.zeros(num_labels)
        t[label - 1] = 1
        J -= np.sum(t * np.log(a3) + (1 - t) * np.log(1 - a3))
        d3 = a3 - t
        d2 = Theta2[:, 1:].T @ d3
        D1 += np.outer(d2, a1)
        D2 += np.outer(d3, a2)

    J /= m
    J += lambda_ / (2 * m) * (np.sum(Theta1 ** 2) + np.sum(Theta2 ** 2))
    D1 /= m
    D2 /= m
    D1[:, 1:] += lambda_ / m * Theta1[:, 1:]
    D2[:, 1:] += lambda_ / m * Theta2[:, 1:]
    return J, np.concatenate([D1.ravel(order='F'), D2.ravel(order='F')])
