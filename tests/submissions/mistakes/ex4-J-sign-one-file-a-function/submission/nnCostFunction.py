import numpy as np

from sigmoid import sigmoid
from sigmoidGradient import sigmoidGradient


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    """Neural network cost function for a two layer network which performs classification."""
    boundary = (input_layer_size + 1) * hidden_layer_size
    Theta1 = nn_params[:boundary].reshape((hidden_layer_size, input_layer_size + 1), order="F")
    Theta2 = nn_params[boundary:].reshape((num_labels, hidden_layer_size + 1), order="F")
    m = y.shape[0]

    a1 = np.column_stack((np.ones(m), X))
    z2 = np.dot(a1, Theta1.T)
    a2 = np.column_stack((np.ones(m), sigmoid(z2)))
    z3 = np.dot(a2, Theta2.T)
    h = sigmoid(z3)

    labels = np.zeros((m, num_labels))
    for row, label in zip(labels, y.ravel()):
        row[label - 1] = 1

    J = 1.0 / m * np.sum(labels * np.log(h) + (1 - labels) * np.log(1 - h))
    J += lambda_ / (2.0 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    delta3 = h - labels
    delta2 = np.dot(delta3, Theta2)[:, 1:] * sigmoidGradient(z2)
    Theta1_grad = np.dot(delta2.T, a1) / m
    Theta2_grad = np.dot(delta3.T, a2) / m
    Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]

    return J, np.concatenate((Theta1_grad.ravel(order="F"), Theta2_grad.ravel(order="F")))
