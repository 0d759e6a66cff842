import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def feedforward(biases, weights, a):
    for b, w in zip(biases, weights):
        a = sigmoid(np.dot(w, a) + b)
    return a


def cost_derivative(output_activations, y):
    return output_activations - y


def quadratic_cost(biases, weights, x, y):
    a = feedforward(biases, weights, x)
    return 0.5 * np.linalg.norm(a - y) ** 2


def backprop(biases, weights, x, y):
    nabla_b = [np.zeros(b.shape) for b in biases]
    nabla_w = [np.zeros(w.shape) for w in weights]
    activation = x
    activations = [x]
    zs = []
    for b, w in zip(biases, weights):
        z = np.dot(w, activation) + b
        zs.append(z)
        activation = sigmoid(z)
        activations.append(activation)
    delta = cost_derivative(activations[-1], y) * sigmoid_prime(zs[-1])
    nabla_b[-1] = delta
    nabla_w[-1] = np.dot(delta, activations[-2].transpose())
    for l in range(2, len(weights) + 1):
        z = zs[-l]
        sp = sigmoid_prime(z)
        delta = np.dot(weights[-l + 1].transpose(), delta) * sp
        nabla_b[-l] = delta
        nabla_w[-l] = np.dot(delta, sigmoid_prime(activations[-l - 1]).transpose())
    return nabla_b, nabla_w


def update_mini_batch(biases, weights, X, Y, eta):
    nabla_b = [np.zeros(b.shape) for b in biases]
    nabla_w = [np.zeros(w.shape) for w in weights]
    for t in range(X.shape[1]):
        x, y = X[:, [t]], Y[:, [t]]
        delta_nabla_b, delta_nabla_w = backprop(biases, weights, x, y)
        nabla_b = [nb + dnb for nb, dnb in zip(nabla_b, delta_nabla_b)]
        nabla_w = [nw + dnw for nw, dnw in zip(nabla_w, delta_nabla_w)]
    m = X.shape[1]
    new_weights = [w - (eta / m) * nw for w, nw in zip(weights, nabla_w)]
    new_biases = [b - (eta / m) * nb for b, nb in zip(biases, nabla_b)]
    return new_biases, new_weights
