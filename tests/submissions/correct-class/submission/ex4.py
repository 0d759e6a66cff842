from dataclasses import dataclass

import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def sigmoidGradient(z):
    return sigmoid(z) * sigmoid(-np.asarray(z))


@dataclass
class Layer:
    """One fully connected layer with sigmoid units; remembers what it needs on the way back."""

    weights: np.ndarray

    def forward(self, a: np.ndarray) -> np.ndarray:
        self.a = np.c_[np.ones(len(a)), a]
        self.z = self.a @ self.weights.T
        return sigmoid(self.z)

    def backward(self, delta: np.ndarray) -> np.ndarray:
        self.gradient = delta.T @ self.a / len(delta)
        return delta @ self.weights[:, 1:]

    def regularize(self, lambda_: float) -> float:
        m = len(self.a)
        self.gradient[:, 1:] += lambda_ / m * self.weights[:, 1:]
        return lambda_ / (2 * m) * np.sum(self.weights[:, 1:] ** 2)


class Network:
    def __init__(self, params, *sizes):
        self.layers = []
        for fan_in, fan_out in zip(sizes, sizes[1:]):
            count = fan_out * (fan_in + 1)
            self.layers.append(Layer(params[:count].reshape(fan_out, fan_in + 1, order="F")))
            params = params[count:]

    def cost(self, X, Y, lambda_):
        first, second = self.layers
        h = second.forward(first.forward(X))
        J = -np.sum(np.log(np.where(Y, h, 1 - h))) / len(X)
        first.backward(second.backward(h - Y) * sigmoidGradient(first.z))
        J += sum(layer.regularize(lambda_) for layer in self.layers)
        return J

    @property
    def gradient(self):
        return np.concatenate([layer.gradient.ravel(order="F") for layer in self.layers])


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_=0.0):
    network = Network(nn_params, input_layer_size, hidden_layer_size, num_labels)
    Y = y.reshape(-1, 1) == 1 + np.arange(num_labels)
    return network.cost(X, Y, lambda_), network.gradient
