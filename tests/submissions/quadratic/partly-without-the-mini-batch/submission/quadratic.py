import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def sigmoid_prime(z):
    s = sigmoid(z)
    return s - s * s


def feedforward(biases, weights, a):
    for layer in range(len(weights)):
        a = sigmoid(weights[layer].dot(a) + biases[layer])
    return a


def cost_derivative(output_activations, y):
    return -(y - output_activations)


def quadratic_cost(biases, weights, x, y):
    C = 0
    for wanted, said in zip(y, feedforward(biases, weights, x)):
        C += (wanted[0] - said[0]) ** 2
    return C / 2


def backprop(biases, weights, x, y):
    a, z = {1: x}, {}
    L = len(weights) + 1
    for l in range(2, L + 1):
        z[l] = weights[l - 2] @ a[l - 1] + biases[l - 2]
        a[l] = sigmoid(z[l])
    delta = {L: cost_derivative(a[L], y) * sigmoid_prime(z[L])}
    for l in range(L - 1, 1, -1):
        delta[l] = (weights[l - 1].T @ delta[l + 1]) * sigmoid_prime(z[l])
    nabla_b, nabla_w = [], []
    for l in range(2, L + 1):
        nabla_b.append(delta[l].flatten())
        nabla_w.append(np.outer(delta[l], a[l - 1]))
    return nabla_b, nabla_w


def update_mini_batch(biases, weights, X, Y, eta):
    new_biases = [np.zeros(b.shape) for b in biases]
    new_weights = [np.zeros(w.shape) for w in weights]
    return new_biases, new_weights
