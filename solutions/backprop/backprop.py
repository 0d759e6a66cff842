"""Backpropagation through nets of any depth and width: the reference.

A net of L layers reads m examples at once, one a row. Its symbols, in the course's letters:

    m, K, L        examples, outputs, layers
    s_l            units of layer l = 1..L, without the bias unit; s_1 inputs, s_L = K outputs
    X              (m, s_1)             inputs
    Y              (m, K)               what the net should say, 0 or 1 each
    Thetas         list of L-1          Theta^(l), (s_(l+1), s_l + 1), leads from layer l to l+1; column 0 is the bias
    z              list of L-1          z^(l), (m, s_l), of the layers 2..L
    a              list of L            a^(l), (m, s_l), of the layers 1..L: a^(1) = X, a^(l) = g(z^(l)); no bias column
    delta          (m, s_l)             derivative of each example's cost by z^(l)
    Delta, D       lists like Thetas    sum over the examples of delta^(l+1) [1; a^(l)]', and dJ/dTheta
    lambda_        number               strength of the regularisation
    cost           text                 "cross-entropy" or "quadratic"

Python counts from 0: Thetas[0] is Theta^(1), a[0] is a^(1), z[0] is z^(2).

Sources: [S1] the course's reading "Backpropagation Intuition", [S2] Cross Validated, answer 152159, whose theta^(l) is
the course's Theta^(l-1), [S4] the course's forum, a mentor's derivations of week 5. In S4's row convention an example
is a row, delta^(l) = delta^(l+1) Theta^(l) .* g'; in S2's column convention it is a column, and the same line reads
Theta^(l)' delta^(l+1) .* g'. Here examples are rows.

No function changes its arguments.
"""

from itertools import pairwise

import numpy as np


@np.errstate(under="ignore")
def sigmoid(z):
    """g(z) = 1 / (1 + e^-z), element by element.

    For z < 0 it is written e^z / (1 + e^z), the same number, so that no exponential overflows.

    z : number or ndarray of any shape, real or complex
    Returns g : like z
    """
    z = 1.0 * np.asarray(z)
    e = _decay(z)
    return np.where(z.real >= 0, 1, e) / (1 + e)


def forwardPropagate(Thetas, X):
    """The net on m examples, layer by layer.

        a^(1) = X        z^(l+1) = [1 a^(l)] Theta^(l)'        a^(l+1) = g(z^(l+1))

    Thetas : list of ndarrays, shapes (s_(l+1), s_l + 1), real or complex
    X : ndarray, shape (m, s_1)
    Returns z : list of ndarrays, shapes (m, s_l) for l = 2..L, and a : list of ndarrays, (m, s_l) for l = 1..L
    """
    z, a = [], [X]
    for Theta in Thetas:
        z.append(_with_bias(a[-1]) @ Theta.T)
        a.append(sigmoid(z[-1]))
    return z, a


def costFunction(Thetas, X, Y, lambda_, cost):
    """Regularised cost of the net.

    The first sum over all elements, the second over all weights but those in column 0:

        J = 1/m sum C + lambda/(2m) sum Theta^2
        C = -y log a - (1-y) log(1-a)        "cross-entropy"  [S1]; the reading's cost(t) is -C, without the minus
        C = 1/2 (a - y)^2                    "quadratic"

    with a = a^(L). The logarithms are taken from z = z^(L), so that J is finite where a rounds to 0 or 1:
    -log(a) = softplus(-z), -log(1 - a) = softplus(z), with softplus(z) = log(1 + e^z).

    Thetas : list of ndarrays, shapes (s_(l+1), s_l + 1), real or complex for differentiation by a complex step
    X, Y : ndarrays, shapes (m, s_1) and (m, K)
    lambda_ : number; cost : "cross-entropy" or "quadratic", KeyError for any other
    Returns J : number
    """
    z, a = forwardPropagate(Thetas, X)
    J = np.sum(COSTS[cost](z[-1], a[-1], Y)) / len(X)
    return J + lambda_ / (2 * len(X)) * sum(np.sum(Theta[:, 1:] ** 2) for Theta in Thetas)


def outputDelta(a, Y, cost):
    """delta^(L), the derivative of each example's cost by z^(L).

        a - y                    "cross-entropy": dC/da = (a-y) / (a(1-a)), and g' = a(1-a) cancels  [S4]
        (a - y) .* a(1-a)        "quadratic": dC/da = a - y, times g'

    a : ndarray, shape (m, K), a^(L)
    Y : ndarray, shape (m, K)
    cost : "cross-entropy" or "quadratic", KeyError for any other
    Returns delta : ndarray, shape (m, K)
    """
    return OUTPUT_DELTAS[cost](a, Y)


def hiddenDelta(Theta, delta, a):
    """delta^(l), one layer back: S2's second trick.

        delta_j^(l) = sum_k Theta_kj^(l) delta_k^(l+1)  a_j (1 - a_j)

    The sum goes over the rows of Theta: as a matrix it is Theta' delta for columns [S2], and delta Theta for rows [S4].
    No connection leads into the bias unit: column 0 of Theta is left out.

    Theta : ndarray, shape (s_(l+1), s_l + 1), between the two layers
    delta : ndarray, shape (m, s_(l+1)), of the later layer
    a : ndarray, shape (m, s_l), of the earlier layer
    Returns delta : ndarray, shape (m, s_l)
    """
    return delta @ Theta[:, 1:] * a * (1 - a)


def weightGradient(delta, a):
    """The gradient of one example's cost: S2's first trick.

        dC/dTheta_ij^(l) = delta_i^(l+1) a_j^(l),   a_0 = 1

    delta : ndarray, shape (1, s_(l+1)), of the later layer
    a : ndarray, shape (1, s_l), of the earlier layer
    Returns grad : ndarray, shape (s_(l+1), s_l + 1)
    """
    return delta.T @ _with_bias(a)


def accumulate(Thetas, X, Y, cost):
    """Delta^(l) = sum over the examples of delta^(l+1) [1; a^(l)]', for every layer but the last  [S4].

    One matrix product does the sum: its inner dimension runs over the examples.

    Thetas : list of ndarrays, shapes (s_(l+1), s_l + 1)
    X, Y : ndarrays, shapes (m, s_1) and (m, K)
    cost : "cross-entropy" or "quadratic"
    Returns Delta : list of ndarrays, shapes of Thetas
    """
    _, a = forwardPropagate(Thetas, X)
    delta = outputDelta(a[-1], Y, cost)
    Delta = [weightGradient(delta, a[-2])]
    for layer in range(len(Thetas) - 1, 0, -1):
        delta = hiddenDelta(Thetas[layer], delta, a[layer])
        Delta.insert(0, weightGradient(delta, a[layer - 1]))
    return Delta


def gradients(Thetas, X, Y, lambda_, cost):
    """D^(l) = dJ/dTheta^(l) = Delta^(l)/m + lambda/m Theta^(l), the latter not in column 0  [S4].

    Thetas : list of ndarrays, shapes (s_(l+1), s_l + 1)
    X, Y : ndarrays, shapes (m, s_1) and (m, K)
    lambda_ : number; cost : "cross-entropy" or "quadratic"
    Returns D : list of ndarrays, shapes of Thetas
    """
    m = len(X)
    D = [Delta / m for Delta in accumulate(Thetas, X, Y, cost)]
    for D_l, Theta in zip(D, Thetas, strict=True):
        D_l[:, 1:] += lambda_ / m * Theta[:, 1:]
    return D


def unrollThetas(Thetas):
    """[Theta^(1)(:); ...; Theta^(L-1)(:)]: each matrix column by column, one after the other.

    Thetas : list of ndarrays, shapes (s_(l+1), s_l + 1)
    Returns thetaVec : ndarray, shape (N,)
    """
    return np.concatenate([Theta.ravel(order="F") for Theta in Thetas])


def reshapeThetas(thetaVec, sizes):
    """The list of matrices that unrollThetas made thetaVec of.

    thetaVec : ndarray, shape (N,)
    sizes : ndarray of int, shape (L,): s_1..s_L
    Returns Thetas : list of L-1 ndarrays, shapes (s_(l+1), s_l + 1)
    """
    shapes = [(after, before + 1) for before, after in pairwise(sizes)]
    ends = np.cumsum([after * before for after, before in shapes])
    columns = np.split(np.ravel(thetaVec), ends[:-1])
    return [column.reshape(shape, order="F") for column, shape in zip(columns, shapes, strict=True)]


def gradientDescentStep(Thetas, X, Y, lambda_, cost, alpha):
    """Theta^(l) - alpha D^(l): all of D is there before any weight moves.

    Thetas : list of ndarrays, shapes (s_(l+1), s_l + 1)
    X, Y : ndarrays, shapes (m, s_1) and (m, K)
    lambda_, alpha : numbers, strength of the regularisation and length of the step
    cost : "cross-entropy" or "quadratic"
    Returns Thetas : list of new ndarrays, shapes of Thetas
    """
    D = gradients(Thetas, X, Y, lambda_, cost)
    return [Theta - alpha * D_l for Theta, D_l in zip(Thetas, D, strict=True)]


def trainNetwork(Thetas, X, Y, lambda_, cost, iterations):
    """The net trained by scipy.optimize.minimize, conjugate gradients, from the weights given.

    Thetas : list of ndarrays, shapes (s_(l+1), s_l + 1), to start from
    X, Y : ndarrays, shapes (m, s_1) and (m, K)
    lambda_ : number; cost : "cross-entropy" or "quadratic"
    iterations : int, at most so many
    Returns Thetas : list of ndarrays, shapes of Thetas, and J : number, their cost
    """
    from scipy.optimize import minimize

    sizes = [Theta.shape[1] - 1 for Theta in Thetas] + [len(Thetas[-1])]

    def J_and_slope(thetaVec):
        rolled = reshapeThetas(thetaVec, sizes)
        J = costFunction(rolled, X, Y, lambda_, cost)
        return J, unrollThetas(gradients(rolled, X, Y, lambda_, cost))

    options = {"maxiter": int(iterations)}
    result = minimize(J_and_slope, unrollThetas(Thetas), jac=True, method="CG", options=options)
    return reshapeThetas(result.x, sizes), float(result.fun)


COSTS = {
    "cross-entropy": lambda z, a, Y: Y * _softplus(-z) + (1 - Y) * _softplus(z),
    "quadratic": lambda z, a, Y: (a - Y) ** 2 / 2,
}
OUTPUT_DELTAS = {
    "cross-entropy": lambda a, Y: a - Y,
    "quadratic": lambda a, Y: (a - Y) * a * (1 - a),
}


def _decay(z):
    """e^-|z|; for complex z its analytic continuation from the real axis, away from 0."""
    return np.exp(np.where(z.real >= 0, -z, z))


@np.errstate(under="ignore")
def _softplus(z):
    """log(1 + e^z) = max(z, 0) + log(1 + e^-|z|): nothing overflows."""
    return np.where(z.real >= 0, z, 0) + np.log1p(_decay(z))


def _with_bias(A):
    """[1 A]: the units' values (m, s) with the bias unit before them, (m, s+1)."""
    return np.hstack([np.ones((A.shape[0], 1)), A])
