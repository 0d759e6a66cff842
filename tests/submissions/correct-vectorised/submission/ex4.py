"""Exercise 4, vectorised. All functions done, optional ones too."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def sigmoidGradient(z):
    g = sigmoid(z)
    return g * (1 - g)


def randInitializeWeights(L_in, L_out):
    epsilon = 0.12
    return np.random.rand(L_out, 1 + L_in) * 2 * epsilon - epsilon


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    split = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:split].reshape(hidden_layer_size, input_layer_size + 1, order='F')
    Theta2 = nn_params[split:].reshape(num_labels, hidden_layer_size + 1, order='F')
    m = X.shape[0]

    # forward
    a1 = np.hstack([np.ones((m, 1)), X])
    z2 = a1 @ Theta1.T
    a2 = np.hstack([np.ones((m, 1)), sigmoid(z2)])
    a3 = sigmoid(a2 @ Theta2.T)
    Y = (y.reshape(-1, 1) == np.arange(1, num_labels + 1)).astype(float)

    J = np.sum(-Y * np.log(a3) - (1 - Y) * np.log(1 - a3)) / m
    J += lambda_ / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    # backward
    delta3 = a3 - Y
    delta2 = delta3 @ Theta2[:, 1:] * sigmoidGradient(z2)
    Theta1_grad = delta2.T @ a1 / m
    Theta2_grad = delta3.T @ a2 / m
    Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]

    grad = np.concatenate([Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')])
    return J, grad


def predict(Theta1, Theta2, X):
    m = X.shape[0]
    h1 = sigmoid(np.c_[np.ones(m), X] @ Theta1.T)
    h2 = sigmoid(np.c_[np.ones(m), h1] @ Theta2.T)
    return np.argmax(h2, axis=1) + 1


def computeNumericalGradient(J, theta):
    numgrad = np.zeros(theta.shape)
    e = 1e-4
    for i in range(theta.size):
        step = np.zeros(theta.shape)
        step[i] = e
        higher, lower = J(theta + step), J(theta - step)
        if isinstance(higher, tuple):
            higher, lower = higher[0], lower[0]
        numgrad[i] = (higher - lower) / (2 * e)
    return numgrad


def checkNNGradients(lambda_=0):
    n, h, K, m = 3, 5, 3, 5

    def weights(rows, columns):
        return np.sin(np.arange(1, rows * columns + 1)).reshape(rows, columns, order='F') / 10

    theta = np.concatenate([weights(h, n + 1).ravel(order='F'), weights(K, h + 1).ravel(order='F')])
    X = weights(m, n)
    y = 1 + np.mod(np.arange(1, m + 1), K)
    _, grad = nnCostFunction(theta, n, h, K, X, y, lambda_)
    numgrad = computeNumericalGradient(lambda p: nnCostFunction(p, n, h, K, X, y, lambda_)[0], theta)
    diff = np.linalg.norm(numgrad - grad) / np.linalg.norm(numgrad + grad)
    print(np.c_[numgrad, grad])
    print('relative difference', diff)
    return numgrad, grad, diff
