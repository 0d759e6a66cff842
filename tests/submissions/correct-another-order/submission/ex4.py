"""Same order of arguments as my lecture notes: data before sizes."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    return np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))) ** 2


def nnCostFunction(theta, X, y, input_layer_size, hidden_layer_size, num_labels, lmbda):
    m = X.shape[0]
    first = hidden_layer_size * (input_layer_size + 1)
    Theta1 = theta[:first].reshape(hidden_layer_size, input_layer_size + 1, order='F')
    Theta2 = theta[first:].reshape(num_labels, hidden_layer_size + 1, order='F')

    a1 = np.c_[np.ones(m), X]
    z2 = a1.dot(Theta1.T)
    a2 = np.c_[np.ones(m), sigmoid(z2)]
    h = sigmoid(a2.dot(Theta2.T))
    Y = np.array([[int(label == k) for k in range(1, num_labels + 1)] for label in y.ravel()])

    cost = (-(Y * np.log(h)) - (1 - Y) * np.log(1 - h)).sum() / m
    cost += lmbda / (2 * m) * ((Theta1[:, 1:] ** 2).sum() + (Theta2[:, 1:] ** 2).sum())

    d3 = h - Y
    d2 = d3.dot(Theta2[:, 1:]) * sigmoidGradient(z2)
    grad1 = np.dot(d2.T, a1) / m
    grad2 = np.dot(d3.T, a2) / m
    grad1[:, 1:] += lmbda * Theta1[:, 1:] / m
    grad2[:, 1:] += lmbda * Theta2[:, 1:] / m
    return cost, np.concatenate((grad1.flatten(order='F'), grad2.flatten(order='F')))
