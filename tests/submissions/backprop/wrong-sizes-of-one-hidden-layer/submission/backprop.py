"""A net with one hidden layer, whatever the list says."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def add_one(v):
    return np.vstack(([[1.0]], v))


def run_one(Thetas, x):
    zs, acts = [], [x]
    for T in Thetas:
        zs.append(T @ add_one(acts[-1]))
        acts.append(sigmoid(zs[-1]))
    return zs, acts


def forwardPropagate(Thetas, X):
    runs = [run_one(Thetas, row[:, None]) for row in X]
    z = [np.hstack([zs[l] for zs, _ in runs]).T for l in range(len(Thetas))]
    a = [np.hstack([acts[l] for _, acts in runs]).T for l in range(len(Thetas) + 1)]
    return z, a


def costFunction(Thetas, X, Y, lambda_, cost):
    m = X.shape[0]
    total = 0
    for x, y in zip(X, Y):
        h = run_one(Thetas, x[:, None])[1][-1].ravel()
        if cost == "cross-entropy":
            total -= y @ np.log(h) + (1 - y) @ np.log(1 - h)
        else:
            total += np.linalg.norm(h - y) ** 2 / 2
    for T in Thetas:
        for row in T:
            total += lambda_ / 2 * sum(w * w for w in row[1:])
    return total / m


def outputDelta(a, Y, cost):
    if cost == "quadratic":
        return np.multiply(a - Y, a - a ** 2)
    return -(Y - a)


def hiddenDelta(Theta, delta, a):
    rows = []
    for d, act in zip(delta, a):
        back = Theta.T @ d[:, None]
        rows.append(back[1:, 0] * act * (1 - act))
    return np.array(rows)


def weightGradient(delta, a):
    return np.outer(delta, np.append(1, a))


def accumulate(Thetas, X, Y, cost):
    Theta1, Theta2 = Thetas
    z, (a1, a2, a3) = forwardPropagate(Thetas, X)
    delta3 = outputDelta(a3, Y, cost)
    delta2 = hiddenDelta(Theta2, delta3, a2)
    ones = np.ones((len(X), 1))
    return [delta2.T @ np.hstack([ones, a1]), delta3.T @ np.hstack([ones, a2])]


def gradients(Thetas, X, Y, lambda_, cost):
    m = len(X)
    D = []
    for T, acc in zip(Thetas, accumulate(Thetas, X, Y, cost)):
        penalised = T.copy()
        penalised[:, 0] = 0
        D.append((acc + lambda_ * penalised) / m)
    return D


def unrollThetas(Thetas):
    return np.hstack([T.T.flatten() for T in Thetas])


def reshapeThetas(thetaVec, sizes):
    rest, Thetas = list(thetaVec), []
    for l in range(1, len(sizes)):
        T = np.empty((sizes[l], sizes[l - 1] + 1))
        for j in range(T.shape[1]):
            for i in range(T.shape[0]):
                T[i, j] = rest.pop(0)
        Thetas.append(T)
    return Thetas


def gradientDescentStep(Thetas, X, Y, lambda_, cost, alpha):
    D = gradients(Thetas, X, Y, lambda_, cost)
    return tuple(Thetas[l] - alpha * D[l] for l in range(len(D)))

