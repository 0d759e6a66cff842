"""A regression net without biases, and Hinton's logistic neuron: both learn by the slope of a squared error.

Fill in the functions between the two lines that look like this:

    # ---- your code ----------------------------------------
    # -------------------------------------------------------

Each one already returns something of the right shape, so that the others can be tried before it is done.
The order below is a good one to work in; README.md beside this file has the story, and numbers to check.

Sizes, in all docstrings: m examples, n inputs, h hidden units, K outputs. Examples are ROWS, of X, y and all that is
computed from them.
"""

import numpy as np


def sigmoid(z):
    """Logistic function of every element of z.

        g(z) = 1 / (1 + e^-z)

    z : number or ndarray of any shape
    Returns g : like z

    sigmoid(0) is 0.5, sigmoid(np.array([-1, 1])) is about [0.26894142, 0.73105858].
    """
    g = np.zeros(np.shape(z))

    # ---- your code ----------------------------------------

    g = 1 / (1 + np.exp(-z))

    # -------------------------------------------------------

    return g


def sigmoidPrime(z):
    """Slope of the logistic function at every element of z.

        g'(z) = e^-z / (1 + e^-z)^2

    z : number or ndarray of any shape, of any size: for z = -800 the slope is 0, and NaN is wrong
    Returns gPrime : like z

    sigmoidPrime(0) is 0.25; the slope is the same at z and -z.
    """
    gPrime = np.zeros(np.shape(z))

    # ---- your code ----------------------------------------

    g = sigmoid(z)
    gPrime = g * (1 - g)

    # -------------------------------------------------------

    return gPrime


def forward(X, Theta1, Theta2):
    """What the net says of each example, and what leads to it.

        z2 = X Theta1       a2 = g(z2)
        z3 = a2 Theta2      yhat = g(z3)

    X : ndarray, shape (m, n), one example a row; there is no column of ones in this net
    Theta1 : ndarray, shape (n, h), column j holding the weights into hidden unit j
    Theta2 : ndarray, shape (h, K)
    Returns z2, a2 : ndarrays, shape (m, h), and z3, yhat : ndarrays, shape (m, K)

    With all weights 0 every a2 and every yhat is 0.5.
    """
    m = X.shape[0]
    h, K = Theta2.shape

    z2 = np.zeros((m, h))
    a2 = np.zeros((m, h))
    z3 = np.zeros((m, K))
    yhat = np.zeros((m, K))

    # ---- your code ----------------------------------------

    z2 = X @ Theta1
    a2 = sigmoid(z2)
    z3 = a2 @ Theta2
    yhat = sigmoid(z3)

    # -------------------------------------------------------

    return z2, a2, z3, yhat


def costFunction(X, y, Theta1, Theta2, scaling="half"):
    """How wrong the net is on m examples.

        J = 1/2 (sum over examples and outputs) (y - yhat)^2            scaling "half"
        J = 1/(2m) (sum over examples and outputs) (y - yhat)^2         scaling "mean"

    X : ndarray, shape (m, n)
    y : ndarray, shape (m, K), numbers between 0 and 1: what yhat should be
    Theta1, Theta2 : ndarrays, shapes (n, h) and (h, K)
    scaling : "half" or "mean"
    Returns J : number

    With all weights 0 and all y = 1, J is m K / 8, and 1/m of that with "mean".
    """
    J = 0.0

    # ---- your code ----------------------------------------

    _, _, _, yhat = forward(X, Theta1, Theta2)
    J = 1 / 2 * np.sum((y - yhat) ** 2)

    # -------------------------------------------------------

    return J


def costGradient(X, y, Theta1, Theta2, scaling="half"):
    """The slope of costFunction's J in the direction of every weight.

    For J = 1/2 sum (y - yhat)^2, with .* for the product element by element and ' for the transpose:

        delta3 = -(y - yhat) .* g'(z3)              dJ/dTheta2 = a2' delta3
        delta2 = (delta3 Theta2') .* g'(z2)         dJ/dTheta1 = X' delta2

    X, y : ndarrays, shapes (m, n) and (m, K)
    Theta1, Theta2 : ndarrays, shapes (n, h) and (h, K)
    scaling : "half" or "mean", as in costFunction: what scales J scales its gradient
    Returns dJdTheta1 and dJdTheta2 : ndarrays, each like its Theta
    """
    dJdTheta1 = np.zeros(Theta1.shape)
    dJdTheta2 = np.zeros(Theta2.shape)

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return dJdTheta1, dJdTheta2


def hintonNeuron(w, X, t):
    """The error of one logistic neuron, and the slope of that error in the direction of every weight.

        y = g(X w)
        E = 1/2 (sum over examples n) (t_n - y_n)^2
        dE/dw_i = - (sum over examples n) x_ni y_n (1 - y_n) (t_n - y_n)

    w : ndarray, shape (n, 1), the weights
    X : ndarray, shape (m, n), one example a row
    t : ndarray, shape (m, 1), the targets. y is what the neuron says of each example
    Returns E : number, and dEdw : ndarray like w
    """
    E = 0.0
    dEdw = np.zeros(w.shape)

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return E, dEdw


def gradientDescent(X, y, Theta1, Theta2, alpha, iterations):
    """So many steps downhill, from the weights that are given, with J = 1/2 sum (y - yhat)^2.

    One step changes both matrices at once; both gradients are those of the weights before the step:

        Theta1 := Theta1 - alpha dJ/dTheta1         Theta2 := Theta2 - alpha dJ/dTheta2

    X, y : ndarrays, shapes (m, n) and (m, K)
    Theta1, Theta2 : ndarrays, shapes (n, h) and (h, K), where to start; leave them as they are
    alpha : number, how far a step goes
    iterations : int, how many steps there are
    Returns Theta1, Theta2 : ndarrays, the weights after the last step, and J_history : ndarray, shape (iterations,),
    the cost AFTER each step
    """
    J_history = np.zeros(iterations)

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return Theta1, Theta2, J_history
