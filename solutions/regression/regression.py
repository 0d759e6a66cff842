"""A regression net without biases and Hinton's logistic neuron: the reference.

Examples are rows, so that every weight matrix stands on the right and leads from its rows to its columns:

    m, n, h, K     examples, inputs, hidden units, outputs; 2, 3 and 1 for n, h and K in the document
    X              (m, n)       inputs
    y              (m, K)       what the net should say, between 0 and 1
    Theta1         (n, h)       weights of the hidden layer
    Theta2         (h, K)       weights of the output layer
    z2, a2         (m, h)       X Theta1, and g of it
    z3, yhat       (m, K)       a2 Theta2, and g of it
    delta3, delta2 (m, K), (m, h)   dJ/dz3 and dJ/dz2
    scaling        text         "half" for J = 1/2 sum (y - yhat)^2, "mean" for 1/(2m)

and of the neuron, which has one output y and the target t:

    w              (n, 1)       weights
    y, t           (m, 1)       what it says, and what it should say

Every function leaves its arguments as they were.
"""

import numpy as np

SHARES = {"half": lambda m: 1.0, "mean": lambda m: 1 / m}
"""By `scaling`: how much of the sum over the examples counts."""


@np.errstate(under="ignore")
def sigmoid(z):
    """g(z) = 1 / (1 + e^-z), element by element.

    For z < 0 it is written e^z / (1 + e^z), the same number: no exponential overflows.

    z : number or ndarray of any shape, real or complex
    Returns g : like z
    """
    z = 1.0 * np.asarray(z)
    e = _decay(z)
    return np.where(z.real >= 0, 1, e) / (1 + e)


@np.errstate(under="ignore")
def sigmoidPrime(z):
    """g'(z) = e^-z / (1 + e^-z)^2, element by element.

    The slope is the same at z and -z. It is written with e^-|z|: e^-z overflows for z below -709 and leaves Inf/Inf,
    which is NaN, where the slope is next to 0.

    z : number or ndarray of any shape, real or complex
    Returns gPrime : like z
    """
    e = _decay(1.0 * np.asarray(z))
    return e / (1 + e) ** 2


def forward(X, Theta1, Theta2):
    """What the net says of each example, and what leads to it.

    X, Theta1, Theta2 : ndarrays, shapes (m, n), (n, h) and (h, K), real or complex
    Returns z2, a2 : ndarrays, shape (m, h), and z3, yhat : ndarrays, shape (m, K)
    """
    z2 = X @ Theta1
    a2 = sigmoid(z2)
    z3 = a2 @ Theta2
    yhat = sigmoid(z3)
    return z2, a2, z3, yhat


def costFunction(X, y, Theta1, Theta2, scaling="half"):
    """J = 1/2 sum (y - yhat)^2 over all examples and outputs; with `scaling` "mean" divided by m.

    X, y : ndarrays, shapes (m, n) and (m, K)
    Theta1, Theta2 : ndarrays, shapes (n, h) and (h, K), real or complex
    scaling : "half" or "mean"; a KeyError otherwise
    Returns J : number
    """
    *_, yhat = forward(X, Theta1, Theta2)
    return SHARES[scaling](len(X)) * np.sum((y - yhat) ** 2) / 2


@np.errstate(under="ignore")
def costGradient(X, y, Theta1, Theta2, scaling="half"):
    """The gradient of costFunction by each weight matrix.

        delta3 = -(y - yhat) .* g'(z3)              dJ/dTheta2 = a2' delta3
        delta2 = (delta3 Theta2') .* g'(z2)         dJ/dTheta1 = X' delta2

    X, y : ndarrays, shapes (m, n) and (m, K)
    Theta1, Theta2 : ndarrays, shapes (n, h) and (h, K), real or complex
    scaling : "half" or "mean", which divides all of it by m; a KeyError otherwise
    Returns dJdTheta1, dJdTheta2 : ndarrays like Theta1 and Theta2
    """
    z2, a2, z3, yhat = forward(X, Theta1, Theta2)
    delta3 = -(y - yhat) * sigmoidPrime(z3) * SHARES[scaling](len(X))
    delta2 = delta3 @ Theta2.T * sigmoidPrime(z2)
    return X.T @ delta2, a2.T @ delta3


def hintonNeuron(w, X, t):
    """The squared error of one logistic neuron, and its gradient.

        y = g(X w)      E = 1/2 sum_n (t_n - y_n)^2      dE/dw_i = - sum_n x_ni y_n (1 - y_n) (t_n - y_n)

    w, X, t : ndarrays, shapes (n, 1), (m, n) and (m, 1); w real or complex
    Returns E : number, and dEdw : ndarray like w
    """
    z = X @ w
    y = sigmoid(z)
    E = np.sum((t - y) ** 2) / 2
    dEdw = -X.T @ (sigmoidPrime(z) * (t - y))
    return E, dEdw


def gradientDescent(X, y, Theta1, Theta2, alpha, iterations):
    """So many steps of both weight matrices at once against the gradient of J = 1/2 sum (y - yhat)^2.

    X, y : ndarrays, shapes (m, n) and (m, K)
    Theta1, Theta2 : ndarrays, shapes (n, h) and (h, K), where to start
    alpha, iterations : number and int, the length of a step and how many there are
    Returns Theta1, Theta2 : ndarrays, after the last step, and J_history : ndarray, shape (iterations,), the cost after
    each step
    """
    J_history = np.zeros(iterations)
    for i in range(iterations):
        dJdTheta1, dJdTheta2 = costGradient(X, y, Theta1, Theta2)
        Theta1, Theta2 = Theta1 - alpha * dJdTheta1, Theta2 - alpha * dJdTheta2
        J_history[i] = costFunction(X, y, Theta1, Theta2)
    return Theta1, Theta2, J_history


def _decay(z):
    """e^-|z|; for complex z its analytic continuation from the real axis, away from 0."""
    return np.exp(np.where(z.real >= 0, -z, z))
