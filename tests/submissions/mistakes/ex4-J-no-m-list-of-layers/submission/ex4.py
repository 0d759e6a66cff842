import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def unpack(nn_params, sizes):
    thetas, start = [], 0
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        end = start + fan_out * (fan_in + 1)
        thetas.append(nn_params[start:end].reshape((fan_out, fan_in + 1), order='F'))
        start = end
    return thetas


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    thetas = unpack(nn_params, [input_layer_size, hidden_layer_size, num_labels])
    m = X.shape[0]
    Y = np.array([[1 if label == k else 0 for k in range(1, num_labels + 1)] for label in y.ravel()])

    activations, sums = [X], []
    for theta in thetas:
        activations[-1] = np.c_[np.ones(m), activations[-1]]
        sums.append(activations[-1] @ theta.T)
        activations.append(sigmoid(sums[-1]))

    h = activations[-1]
    J = np.sum(-Y * np.log(h) - (1 - Y) * np.log(1 - h))
    for theta in thetas:
        J += lambda_ / (2 * m) * np.sum(theta[:, 1:] ** 2)

    grads, delta = [], h - Y
    for layer in reversed(range(len(thetas))):
        g = delta.T @ activations[layer] / m
        g[:, 1:] += lambda_ / m * thetas[layer][:, 1:]
        grads.insert(0, g)
        if layer > 0:
            delta = delta @ thetas[layer][:, 1:] * sigmoidGradient(sums[layer - 1])
    return J, np.concatenate([g.ravel(order='F') for g in grads])
