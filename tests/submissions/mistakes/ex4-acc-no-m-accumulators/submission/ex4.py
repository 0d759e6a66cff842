import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoidGradient(z):
    gz = sigmoid(z)
    return gz * (1.0 - gz)


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    size1 = hidden_layer_size * (input_layer_size + 1)
    W1 = nn_params[:size1].reshape(hidden_layer_size, input_layer_size + 1, order="F")
    W2 = nn_params[size1:].reshape(num_labels, hidden_layer_size + 1, order="F")
    m = X.shape[0]
    loss = 0.0
    Delta1, Delta2 = np.zeros(W1.shape), np.zeros(W2.shape)

    for x_i, y_i in zip(X, y.ravel()):
        target = np.zeros(num_labels)
        target[y_i - 1] = 1.0

        a1 = np.r_[1.0, x_i]
        z2 = W1 @ a1
        a2 = np.r_[1.0, sigmoid(z2)]
        z3 = W2 @ a2
        a3 = sigmoid(z3)
        loss -= target @ np.log(a3) + (1 - target) @ np.log(1 - a3)

        delta3 = a3 - target
        delta2 = (W2.T @ delta3)[1:] * sigmoidGradient(z2)
        Delta1 += np.outer(delta2, a1)
        Delta2 += np.outer(delta3, a2)

    J = loss / m + lambda_ / (2 * m) * (np.linalg.norm(W1[:, 1:]) ** 2 + np.linalg.norm(W2[:, 1:]) ** 2)

    grad1 = Delta1
    grad2 = Delta2
    grad1[:, 1:] += lambda_ / m * W1[:, 1:]
    grad2[:, 1:] += lambda_ / m * W2[:, 1:]
    return J, np.concatenate([grad1.flatten(order="F"), grad2.flatten(order="F")])
