import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def with_ones(A):
    return np.hstack([np.ones((A.shape[0], 1)), A])


def forwardPropagate(Thetas, X):
    z = []
    a = [X]
    for Theta in Thetas:
        z.append(with_ones(z[-1] if z else X) @ Theta.T)
        a.append(sigmoid(z[-1]))
    return z, a


def costFunction(Thetas, X, Y, lambda_, cost):
    m = X.shape[0]
    h = forwardPropagate(Thetas, X)[1][-1]
    if cost == "quadratic":
        J = np.sum((h - Y) ** 2) / (2 * m)
    else:
        J = -np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h)) / m
    reg = 0
    for Theta in Thetas:
        reg += np.sum(Theta[:, 1:] ** 2)
    J += lambda_ / (2 * m) * reg
    return J


def outputDelta(a, Y, cost):
    if cost == "quadratic":
        return (a - Y) * a * (1 - a)
    return a - Y


def hiddenDelta(Theta, delta, a):
    return (delta @ Theta)[:, 1:] * a * (1 - a)


def weightGradient(delta, a):
    return delta.T @ with_ones(a)


def accumulate(Thetas, X, Y, cost):
    z, a = forwardPropagate(Thetas, X)
    L = len(a)
    Delta = [None] * (L - 1)
    delta = outputDelta(a[-1], Y, cost)
    Delta[-1] = weightGradient(delta, a[-2])
    for l in range(L - 2, 0, -1):
        delta = hiddenDelta(Thetas[l], delta, a[l])
        Delta[l - 1] = weightGradient(delta, a[l - 1])
    return Delta


def gradients(Thetas, X, Y, lambda_, cost):
    m = len(X)
    D = []
    for Theta, Delta in zip(Thetas, accumulate(Thetas, X, Y, cost)):
        grad = Delta / m
        grad[:, 1:] += lambda_ / m * Theta[:, 1:]
        D.append(grad)
    return D


def gradientDescentStep(Thetas, X, Y, lambda_, cost, alpha):
    D = gradients(Thetas, X, Y, lambda_, cost)
    newThetas = []
    for l in range(len(Thetas)):
        newThetas.append(Thetas[l] - alpha * D[l])
    return newThetas


def unrollThetas(Thetas):
    return np.concatenate([Theta.ravel(order="F") for Theta in Thetas])


def reshapeThetas(thetaVec, sizes):
    Thetas = []
    start = 0
    for l in range(len(sizes) - 1):
        rows, columns = sizes[l + 1], sizes[l] + 1
        Thetas.append(thetaVec[start : start + rows * columns].reshape((rows, columns), order="F"))
        start += rows * columns
    return Thetas
