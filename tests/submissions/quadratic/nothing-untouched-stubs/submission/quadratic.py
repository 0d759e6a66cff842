"""Backpropagation with the quadratic cost: a net of any depth, one example at a time.

Fill in the functions between the two lines that look like this:

    # ---- your code ----------------------------------------
    # -------------------------------------------------------

Each one already returns something of the right shape, so that the others can be tried before it is done.
The order below is a good one to work in; README.md beside this file has the equations, and numbers to check.

Sizes, in all docstrings: layers l = 1..L, the first being the input, with s_l units each; n = s_1 inputs, K = s_L
outputs. biases is the list [b^2, ..., b^L] and weights the list [w^2, ..., w^L].
"""

import numpy as np


def sigmoid(z):
    """Logistic function of every element of z.

        sigma(z) = 1 / (1 + e^-z)

    z : number or ndarray of any shape
    Returns g : like z

    sigmoid(0) is 0.5, sigmoid(np.array([-1, 1])) is about [0.26894142, 0.73105858].
    """
    g = np.zeros(np.shape(z))

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return g


def sigmoid_prime(z):
    """Slope of the logistic function at every element of z.

        sigma'(z) = sigma(z) (1 - sigma(z))

    z : number or ndarray of any shape, what goes INTO the sigmoid
    Returns g : like z

    sigmoid_prime(0) is 0.25; the slope is the same at z and -z, and next to 0 where |z| is large.
    """
    g = np.zeros(np.shape(z))

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return g


def feedforward(biases, weights, a):
    """What the net says when it reads a.

        a^l = sigma(w^l a^(l-1) + b^l)        for l = 2, ..., L

    biases : list of ndarrays, shapes (s_l, 1)
    weights : list of ndarrays, shapes (s_l, s_(l-1))
    a : ndarray, shape (n, 1), the activations of the first layer
    Returns a : ndarray, shape (K, 1), the activations of the last one
    """
    K = len(biases[-1])
    output = np.zeros((K, 1))

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return output


def cost_derivative(output_activations, y):
    """How the cost changes with every output: dC/da^L, where C = 1/2 sum_j (y_j - a^L_j)^2.

    output_activations : ndarray, shape (K, 1), a^L
    y : ndarray, shape (K, 1), what the outputs should be
    Returns dC_da : ndarray, shape (K, 1)
    """
    dC_da = np.zeros(y.shape)

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return dC_da


def quadratic_cost(biases, weights, x, y):
    """The cost of one example.

        C = 1/2 sum_j (y_j - a^L_j)^2

    biases, weights : lists of ndarrays, as for feedforward
    x, y : ndarrays, shapes (n, 1) and (K, 1)
    Returns C : number
    """
    C = 0.0

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return C


def backprop(biases, weights, x, y):
    """How the cost of one example changes with every bias and every weight.

        delta^L = dC/da^L .* sigma'(z^L)                                      (BP1)
        delta^l = ((w^(l+1))' delta^(l+1)) .* sigma'(z^l)    l = L-1, ..., 2  (BP2)
        dC/db^l_j = delta^l_j                                                 (BP3)
        dC/dw^l_jk = a^(l-1)_k delta^l_j                                      (BP4)

    .* is the product element by element, and ' the transpose.

    biases, weights : lists of ndarrays, as for feedforward
    x, y : ndarrays, shapes (n, 1) and (K, 1)
    Returns nabla_b, nabla_w : lists of ndarrays, of the same shapes as biases and weights
    """
    nabla_b = [np.zeros(b.shape) for b in biases]
    nabla_w = [np.zeros(w.shape) for w in weights]

    # ---- your code ----------------------------------------
    # 1. forward, keeping every z and every a        2. backward, from the last layer to the second

    # -------------------------------------------------------

    return nabla_b, nabla_w


def update_mini_batch(biases, weights, X, Y, eta):
    """One step of gradient descent, along the mean of the gradients of m examples.

        b^l becomes  b^l - eta/m (sum of dC/db^l over the examples)
        w^l becomes  w^l - eta/m (sum of dC/dw^l over the examples)

    biases, weights : lists of ndarrays, as for feedforward; they belong to the caller and stay as they are
    X, Y : ndarrays, shapes (n, m) and (K, m), one example a column: X[:, [t]] and Y[:, [t]] are columns again
    eta : number, the learning rate
    Returns biases, weights : lists of ndarrays, of the same shapes
    """
    new_biases = [np.zeros(b.shape) for b in biases]
    new_weights = [np.zeros(w.shape) for w in weights]

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return new_biases, new_weights
