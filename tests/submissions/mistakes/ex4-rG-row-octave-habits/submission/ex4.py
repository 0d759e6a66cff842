# translated from my ex4 in Octave
import numpy as np
from numpy import zeros, ones, log, exp, sum, eye, hstack, concatenate

def sigmoid(z):
    return 1.0 / (1.0 + exp(-z));

def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z));

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    Theta1 = nn_params[0:hidden_layer_size * (input_layer_size + 1)].reshape((hidden_layer_size, (input_layer_size + 1)), order='F');
    Theta2 = nn_params[(hidden_layer_size * (input_layer_size + 1)):].reshape((num_labels, (hidden_layer_size + 1)), order='F');
    m = X.shape[0];

    X = hstack((ones((m, 1)), X));
    z2 = X @ Theta1.T;
    a2 = hstack((ones((z2.shape[0], 1)), sigmoid(z2)));
    z3 = a2 @ Theta2.T;
    a3 = sigmoid(z3);

    I = eye(num_labels);
    Y = zeros((m, num_labels));
    for i in range(0, m):
        Y[i, :] = I[y[i, 0] - 1, :];

    p = sum(sum(Theta1[:, 1:] ** 2, axis=1)) + sum(sum(Theta2[:, 1:] ** 2, axis=1));
    J = sum(sum((-Y) * log(a3) - (1 - Y) * log(1 - a3), axis=1)) / m + lambda_ * p / (2 * m);

    sigma3 = a3 - Y;
    sigma2 = (sigma3 @ Theta2) * sigmoidGradient(hstack((ones((z2.shape[0], 1)), z2)));
    sigma2 = sigma2[:, 1:];
    delta_1 = sigma2.T @ X;
    delta_2 = sigma3.T @ a2;

    p1 = (lambda_ / m) * concatenate((zeros((1, Theta1.shape[1])), Theta1[1:, :]));
    p2 = (lambda_ / m) * concatenate((zeros((1, Theta2.shape[1])), Theta2[1:, :]));
    Theta1_grad = delta_1 / m + p1;
    Theta2_grad = delta_2 / m + p2;

    grad = concatenate((Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')));
    return J, grad
