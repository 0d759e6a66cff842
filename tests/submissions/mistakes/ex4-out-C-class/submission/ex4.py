import numpy as np


class Network:
    def __init__(self, nn_params, sizes):
        n, h, K = sizes
        self.Theta1 = nn_params[:h * (n + 1)].reshape((h, n + 1), order='F')
        self.Theta2 = nn_params[h * (n + 1):].reshape((K, h + 1), order='F')
        self.K = K

    def forward(self, X):
        self.m = len(X)
        self.a1 = np.c_[np.ones(self.m), X]
        self.z2 = self.a1 @ self.Theta1.T
        self.a2 = np.c_[np.ones(self.m), sigmoid(self.z2)]
        self.a3 = sigmoid(self.a2 @ self.Theta2.T)

    def cost(self, Y, lam):
        J = -(Y * np.log(self.a3) + (1 - Y) * np.log(1 - self.a3)).sum() / self.m
        return J + lam / (2 * self.m) * ((self.Theta1[:, 1:] ** 2).sum() + (self.Theta2[:, 1:] ** 2).sum())

    def backward(self, Y, lam):
        d3 = self.a3 - Y
        d2 = d3 @ self.Theta2[:, 1:] * sigmoidGradient(self.z2)
        g1, g2 = d2.T @ self.a1 / self.m, d3.T @ self.a2 / self.m
        g1[:, 1:] += lam / self.m * self.Theta1[:, 1:]
        g2[:, 1:] += lam / self.m * self.Theta2[:, 1:]
        return np.concatenate([g1.ravel(), g2.ravel()])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    net = Network(nn_params, (input_layer_size, hidden_layer_size, num_labels))
    net.forward(X)
    Y = np.eye(num_labels)[y.ravel() - 1]
    return net.cost(Y, lambda_), net.backward(Y, lambda_)
