# Translated line by line from my Octave files, so everything is a matrix
import numpy as np
from numpy import matrix, ones, zeros, log, exp, multiply

def sigmoid(z):
    return 1.0 / (1.0 + exp(-np.asmatrix(z)))

def sigmoidGradient(z):
    g = sigmoid(z)
    return multiply(g, 1 - g)

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    nn_params = matrix(nn_params).reshape((-1, 1))
    last = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[0:last].reshape((hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = nn_params[last:].reshape((num_labels, hidden_layer_size + 1), order='F')
    X = matrix(X)
    y = matrix(y).reshape((-1, 1))
    m = X.shape[0]

    a1 = np.hstack((ones((m, 1)), X))
    z2 = a1 * Theta1.T
    a2 = np.hstack((ones((m, 1)), sigmoid(z2)))
    z3 = a2 * Theta2.T
    h = sigmoid(z3)

    Y = matrix(zeros((m, num_labels)))
    for c in range(1, num_labels + 1):
        Y[:, c - 1] = (y == c)

    one = matrix(ones((1, m)))
    oneK = matrix(ones((num_labels, 1)))
    J = -one * (multiply(Y, log(h)) + multiply(1 - Y, log(1 - h))) * oneK / m    # 1 x 1
    t1 = Theta1[:, 1:].flatten('F').T
    t2 = Theta2[:, 1:].flatten('F').T
    J = J + (t1.T * t1 + t2.T * t2) * lambda_ / (2.0 * m)

    d3 = h - Y
    d2 = multiply(d3 * Theta2[:, 1:], sigmoidGradient(z2))
    Theta1_grad = d2.T * a1 / m
    Theta2_grad = d3.T * a2 / m
    Theta1_grad[:, 1:] = Theta1_grad[:, 1:] + Theta1[:, 1:] * (lambda_ / m)
    Theta2_grad[:, 1:] = Theta2_grad[:, 1:] + Theta2[:, 1:] * (lambda_ / m)

    grad = np.vstack((Theta1_grad.reshape((-1, 1), order='F'), Theta2_grad.reshape((-1, 1), order='F')))
    return J, grad
