# week 5, nn cost function with for loops
from math import exp, log
import numpy as np

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-1.0 * z))

def sigmoidGradient(z):
    return sigmoid(z) * (1.0 - sigmoid(z))

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    n1 = hidden_layer_size * (input_layer_size + 1)
    Theta1 = np.reshape(nn_params[0:n1], (hidden_layer_size, input_layer_size + 1), order="F")
    Theta2 = np.reshape(nn_params[n1:], (num_labels, hidden_layer_size + 1), order="F")
    m = len(X)
    J = 0
    Theta1_grad = np.zeros(Theta1.shape)
    Theta2_grad = np.zeros(Theta2.shape)

    for i in range(m):
        a1 = np.append(1, X[i, :])
        z2 = np.dot(Theta1, a1)
        a2 = np.append(1, sigmoid(z2))
        z3 = np.dot(Theta2, a2)
        h = sigmoid(z3)

        yk = np.zeros(num_labels)
        yk[int(y[i]) - 1] = 1
        for k in range(num_labels):
            J += -yk[k] * log(h[k]) - (1 - yk[k]) * log(1 - h[k])

        d3 = h - yk
        d2 = np.dot(Theta2.T, d3)[1:] * sigmoidGradient(z2)
        Theta1_grad += np.outer(d2, a1)
        Theta2_grad += np.outer(d3, a2)

    J = J / m
    Theta1_grad = Theta1_grad / m
    Theta2_grad = Theta2_grad / m

    # regularization of the cost
    reg = 0
    for j in range(hidden_layer_size):
        for k in range(input_layer_size + 1):
            reg += Theta1[j, k] ** 2
    for j in range(num_labels):
        for k in range(hidden_layer_size + 1):
            reg += Theta2[j, k] ** 2
    J = J + lambda_ * reg / (2 * m)

    # and of the gradient
    for j in range(hidden_layer_size):
        for k in range(1, input_layer_size + 1):
            Theta1_grad[j, k] += lambda_ / m * Theta1[j, k]
    for j in range(num_labels):
        for k in range(1, hidden_layer_size + 1):
            Theta2_grad[j, k] += lambda_ / m * Theta2[j, k]

    return J, np.concatenate([Theta1_grad.ravel(order="F"), Theta2_grad.ravel(order="F")])
