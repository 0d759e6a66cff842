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
    layers = [{"a": x}]
    for b, w in zip(biases, weights):
        z = w @ layers[-1]["a"] + b
        layers.append({"z": z, "a": sigmoid(z)})
    a = layers[-1]["a"]
    deltas = [(a - y) * a * (1 - a)]
    for w, layer in zip(weights[:0:-1], layers[-2:0:-1]):
        back = w.T @ deltas[0]
        slope = layer["a"] * (1 - layer["a"])
        deltas.insert(0, back * slope)
    nabla_b = [d.sum(axis=1, keepdims=True) for d in deltas]
    nabla_w = [d @ layer["a"].T for d, layer in zip(deltas, layers)]
    return nabla_b, nabla_w


def update_mini_batch(biases, weights, X, Y, eta):
    db, dw = backprop(biases, weights, X, Y)
    rate = eta / X.shape[1]
    new_b = [b - rate * d for b, d in zip(biases, db)]
    new_w = [w - rate * d for w, d in zip(weights, dw)]
    return new_b, new_w
