"""Backpropagation through nets of any depth and width.

Fill in the functions between the two lines that look like this:

    # ---- your code ----------------------------------------
    # -------------------------------------------------------

Each one already returns something of the right shape, so that the others can be tried before it is done.
The order below is a good one to work in: each function can be built from those before it.
README.md beside this file has the story, the notations, and numbers to check.

In all docstrings: m examples, one a row; layers 1..L, layer l with s_l units (the bias unit not counted), s_1 inputs
and s_L = K outputs. Thetas is a Python list: Thetas[0] is Theta^(1), which leads from layer 1 to layer 2.
"""

import numpy as np


def sigmoid(z):
    """Given: the logistic function of every element of z, g(z) = 1 / (1 + e^-z).

    z : number or ndarray of any shape
    Returns g : like z
    """
    e = np.exp(-np.abs(z))  # never above 1, so that nothing overflows
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def forwardPropagate(Thetas, X):
    """What every unit of the net receives and sends.

        a^(1) = X        z^(l+1) = [1 a^(l)] Theta^(l)'        a^(l+1) = g(z^(l+1))

    Thetas : list of L-1 ndarrays, shapes (s_(l+1), s_l + 1), column 0 for the bias
    X : ndarray, shape (m, s_1), without a column of ones
    Returns z : list of L-1 ndarrays, shapes (m, s_l) for l = 2..L
            a : list of L ndarrays, shapes (m, s_l) for l = 1..L, without columns of ones
    """
    z = [np.zeros((len(X), len(Theta))) for Theta in Thetas]
    a = [np.zeros(np.shape(X)), *(np.zeros(z_l.shape) for z_l in z)]

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return z, a


def costFunction(Thetas, X, Y, lambda_, cost):
    """How wrong the net is, plus the price of large weights.

    The first sum over all examples and outputs, the second over all weights that are not in a column 0:

        J = 1/m sum C + lambda/(2m) sum Theta^2

        "cross-entropy"    C = -y log(a) - (1 - y) log(1 - a)
        "quadratic"        C = 1/2 (a - y)^2                     both with a = a^(L)

    Thetas : list of L-1 ndarrays, shapes (s_(l+1), s_l + 1)
    X : ndarray, shape (m, s_1)
    Y : ndarray, shape (m, K), 0 or 1 each
    lambda_ : number; 0 switches the second sum off
    cost : "cross-entropy" or "quadratic"
    Returns J : number

    With all weights 0, J is K log 2 or K/8, whatever X and Y are.
    """
    J = 0.0

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return J


def outputDelta(a, Y, cost):
    """The error of the output layer: the derivative of each example's C by z^(L).

        "cross-entropy"    delta = a - y
        "quadratic"        delta = (a - y) .* g'(z),   where g'(z) = a(1 - a)

    a : ndarray, shape (m, K), a^(L)
    Y : ndarray, shape (m, K)
    cost : "cross-entropy" or "quadratic"
    Returns delta : ndarray, shape (m, K)
    """
    delta = np.zeros(np.shape(a))

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return delta


def hiddenDelta(Theta, delta, a):
    """The error of a hidden layer, from the error of the layer after it: the second trick.

        delta_j^(l) = (sum over k of Theta_kj^(l) delta_k^(l+1)) a_j (1 - a_j),        j = 1..s_l

    Theta : ndarray, shape (s_(l+1), s_l + 1), which leads from layer l to layer l+1
    delta : ndarray, shape (m, s_(l+1)), delta^(l+1)
    a : ndarray, shape (m, s_l), a^(l), without a column of ones
    Returns delta : ndarray, shape (m, s_l), delta^(l)
    """
    delta_l = np.zeros(np.shape(a))

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return delta_l


def weightGradient(delta, a):
    """The derivative of ONE example's C by every weight between two layers: the first trick.

        dC/dTheta_ij^(l) = delta_i^(l+1) a_j^(l),        j = 0..s_l, a_0 = 1 being the bias unit

    delta : ndarray, shape (1, s_(l+1)), delta^(l+1) of the example
    a : ndarray, shape (1, s_l), a^(l) of the example, without the 1
    Returns grad : ndarray, shape (s_(l+1), s_l + 1)
    """
    grad = np.zeros((np.size(delta), np.size(a) + 1))

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return grad


def accumulate(Thetas, X, Y, cost):
    """The sum of all examples' weight gradients, for every layer that has weights behind it.

        Delta^(l) = sum over the examples of delta^(l+1) [1; a^(l)]'

    with delta and a of one example as columns.

    Thetas : list of L-1 ndarrays, shapes (s_(l+1), s_l + 1)
    X, Y : ndarrays, shapes (m, s_1) and (m, K)
    cost : "cross-entropy" or "quadratic"
    Returns Delta : list of L-1 ndarrays, shapes of Thetas
    """
    Delta = [np.zeros(Theta.shape) for Theta in Thetas]

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return Delta


def gradients(Thetas, X, Y, lambda_, cost):
    """The derivative of J by every weight.

        D^(l) = 1/m Delta^(l) + lambda/m Theta^(l),        the second term not in column 0

    Thetas : list of L-1 ndarrays, shapes (s_(l+1), s_l + 1)
    X, Y : ndarrays, shapes (m, s_1) and (m, K)
    lambda_ : number
    cost : "cross-entropy" or "quadratic"
    Returns D : list of L-1 ndarrays, shapes of Thetas
    """
    D = [np.zeros(Theta.shape) for Theta in Thetas]

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return D


def unrollThetas(Thetas):
    """All weights as one vector: each matrix column by column, as (:) does in Octave, one after the other.

    Thetas : list of ndarrays, shapes (s_(l+1), s_l + 1)
    Returns thetaVec : ndarray, shape (N,), N being the number of all weights

    [[1, 2], [3, 4]] followed by [[5, 6]] becomes 1, 3, 2, 4, 5, 6.
    """
    thetaVec = np.zeros(sum(Theta.size for Theta in Thetas))

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return thetaVec


def reshapeThetas(thetaVec, sizes):
    """The way back: the list that unrollThetas has made the vector of.

    thetaVec : ndarray, shape (N,)
    sizes : ndarray of int, shape (L,), the widths s_1..s_L
    Returns Thetas : list of L-1 ndarrays, shapes (s_(l+1), s_l + 1)
    """
    Thetas = [np.zeros((sizes[l + 1], sizes[l] + 1)) for l in range(len(sizes) - 1)]

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return Thetas


def gradientDescentStep(Thetas, X, Y, lambda_, cost, alpha):
    """All weights a step downhill.

        Theta^(l) - alpha D^(l)

    The list and the matrices that are given stay as they are.

    Thetas : list of L-1 ndarrays, shapes (s_(l+1), s_l + 1)
    X, Y : ndarrays, shapes (m, s_1) and (m, K)
    lambda_ : number
    cost : "cross-entropy" or "quadratic"
    alpha : number, the learning rate
    Returns newThetas : list of L-1 ndarrays, shapes of Thetas
    """
    newThetas = [np.zeros(Theta.shape) for Theta in Thetas]

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return newThetas


def trainNetwork(Thetas, X, Y, lambda_, cost, iterations):
    """The net, trained by scipy.optimize.minimize from the weights given.

    minimize wants a function of one vector, and its gradient as one vector.

    Thetas : list of L-1 ndarrays, shapes (s_(l+1), s_l + 1), to start from
    X, Y : ndarrays, shapes (m, s_1) and (m, K)
    lambda_ : number
    cost : "cross-entropy" or "quadratic"
    iterations : int, of the optimiser, at most
    Returns newThetas : list of L-1 ndarrays, shapes of Thetas
            J : number, their cost
    """
    newThetas = [np.zeros(Theta.shape) for Theta in Thetas]
    J = 0.0

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return newThetas, J
