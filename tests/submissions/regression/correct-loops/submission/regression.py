# one example at a time, and columns as in the lectures
from math import exp

import numpy as np


def sig(t):
    return 1 / (1 + exp(-t)) if t > -700 else 0.0


def sigmoid(z):
    return np.vectorize(sig, otypes=[float])(z)


def sigmoidPrime(z):
    a = sigmoid(z)
    return a * (1 - a)


def forward(X, Theta1, Theta2):
    z2, a2, z3, yhat = [], [], [], []
    for x in X:
        z2.append(Theta1.T.dot(x))
        a2.append(sigmoid(z2[-1]))
        z3.append(Theta2.T.dot(a2[-1]))
        yhat.append(sigmoid(z3[-1]))
    return np.array(z2), np.array(a2), np.array(z3), np.array(yhat)


def costFunction(X, y, Theta1, Theta2, scaling="half"):
    yhat = forward(X, Theta1, Theta2)[3]
    J = 0
    for i in range(len(y)):
        for k in range(y.shape[1]):
            J += 0.5 * (yhat[i, k] - y[i, k]) ** 2
    if scaling == "mean":
        J /= len(y)
    return J


def costGradient(X, y, Theta1, Theta2, scaling="half"):
    z2, a2, z3, yhat = forward(X, Theta1, Theta2)
    D1 = np.zeros(Theta1.T.shape)
    D2 = np.zeros(Theta2.T.shape)
    for i in range(len(X)):
        delta3 = (yhat[i] - y[i]) * sigmoidPrime(z3[i])
        delta2 = Theta2.dot(delta3) * sigmoidPrime(z2[i])
        D2 += np.outer(delta3, a2[i])
        D1 += np.outer(delta2, X[i])
    if scaling == "mean":
        D1 /= len(X)
        D2 /= len(X)
    return [D1.T, D2.T]


def hintonNeuron(w, X, t):
    E = 0.0
    dEdw = np.zeros(w.size)
    for x, target in zip(X, t.ravel()):
        y = sig(x.dot(w.ravel()))
        E += (target - y) ** 2 / 2
        dEdw -= x * y * (1 - y) * (target - y)
    return E, dEdw


def gradientDescent(X, y, Theta1, Theta2, alpha, iterations):
    J_history = []
    for _ in range(iterations):
        D1, D2 = costGradient(X, y, Theta1, Theta2)
        Theta1 = Theta1 - alpha * D1
        Theta2 = Theta2 - alpha * D2
        J_history.append(costFunction(X, y, Theta1, Theta2))
    return Theta1, Theta2, J_history
