"""Week 5: the network. See notes.txt for what I tried."""
import numpy as np

from .activation import sigmoid, sigmoidGradient


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lam=0):
    cut = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:cut].reshape(hidden_layer_size, -1, order='F')
    Theta2 = nn_params[cut:].reshape(num_labels, -1, order='F')
    m = len(X)
    a1 = np.pad(X, ((0, 0), (1, 0)), constant_values=1)
    z2 = a1 @ Theta1.T
    a2 = np.pad(sigmoid(z2), ((0, 0), (1, 0)), constant_values=1)
    h = sigmoid(a2 @ Theta2.T)
    Y = np.eye(num_labels)[np.asarray(y).ravel() - 1]
    J = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum(axis=1).mean()
    J += lam / (2 * m) * ((Theta1[:, 1:] ** 2).sum() + (Theta2[:, 1:] ** 2).sum())
    d3 = h - Y
    d2 = (d3 @ Theta2)[:, 1:] * sigmoidGradient(z2)
    grads = [d2.T @ a1 / m, d3.T @ a2 / m]
    for grad, Theta in zip(grads, (Theta1, Theta2)):
        grad[:, 1:] += lam / m * Theta[:, 1:]
    return J, np.concatenate([grad.flatten(order='F') for grad in grads])
