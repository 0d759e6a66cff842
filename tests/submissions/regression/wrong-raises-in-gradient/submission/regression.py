import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidPrime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def forward(X, Theta1, Theta2):
    z2 = X @ Theta1
    a2 = sigmoid(z2)
    z3 = a2 @ Theta2
    yhat = sigmoid(z3)
    return z2, a2, z3, yhat


def costFunction(X, y, Theta1, Theta2, scaling="half"):
    yhat = forward(X, Theta1, Theta2)[-1]
    J = np.sum((y - yhat) ** 2) / 2
    return J / len(X) if scaling == "mean" else J


def costGradient(X, y, Theta1, Theta2, scaling="half"):
    z2, a2, z3, yhat = forward(X, Theta1, Theta2)
    delta3 = -(y - yhat) * sigmoidPrime(z3)
    delta2 = delta3 @ Theta2 * sigmoidPrime(z2)
    dJdTheta1 = X.T @ delta2
    dJdTheta2 = a2.T @ delta3
    if scaling == "mean":
        return dJdTheta1 / len(X), dJdTheta2 / len(X)
    return dJdTheta1, dJdTheta2


def hintonNeuron(w, X, t):
    y = sigmoid(X @ w)
    E = np.sum((t - y) ** 2) / 2
    dEdw = -X.T @ (y * (1 - y) * (t - y))
    return E, dEdw


def gradientDescent(X, y, Theta1, Theta2, alpha, iterations):
    J_history = np.zeros(iterations)
    for i in range(iterations):
        D1, D2 = costGradient(X, y, Theta1, Theta2)
        Theta1 = Theta1 - alpha * D1
        Theta2 = Theta2 - alpha * D2
        J_history[i] = costFunction(X, y, Theta1, Theta2)
    return Theta1, Theta2, J_history
