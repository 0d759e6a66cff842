import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def weights(nn_params, input_layer_size, hidden_layer_size, num_labels):
    split = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:split].reshape((hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = nn_params[split:].reshape((num_labels, hidden_layer_size + 1), order='F')
    return Theta1, Theta2


def add_ones(A):
    return np.hstack((np.ones((len(A), 1)), A))
