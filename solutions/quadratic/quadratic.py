"""A net of any depth with the quadratic cost, in Nielsen's notation: the reference.

Layers are counted l = 1..L, the first being the input; s_l units are in layer l, n = s_1 and K = s_L. One example is
read at a time, a column:

    x              (n, 1)           what is read, a^1
    y              (K, 1)           what the net should say
    w^l            (s_l, s_(l-1))   w^l_jk is the weight from unit k of layer l-1 to unit j of layer l, l = 2..L
    b^l            (s_l, 1)         biases of layer l, l = 2..L
    z^l            (s_l, 1)         w^l a^(l-1) + b^l
    a^l            (s_l, 1)         sigma(z^l)
    delta^l        (s_l, 1)         dC/dz^l
    biases         [b^2, ..., b^L]  a list of L - 1 columns
    weights        [w^2, ..., w^L]  a list of L - 1 matrices

Python counts from 0, so b^l and w^l are biases[l - 2] and weights[l - 2]. Every function leaves its arguments as they
were. BP1 to BP4 are the numbers of the four equations in M. Nielsen, "Neural Networks and Deep Learning", chapter 2.
"""

import numpy as np


@np.errstate(under="ignore")
def sigmoid(z):
    """sigma(z) = 1 / (1 + e^-z), element by element.

    For z < 0 it is written e^z / (1 + e^z), the same number: no exponential overflows.

    z : number or ndarray of any shape, real or complex
    Returns g : like z
    """
    z = 1.0 * np.asarray(z)
    negative = z.real < 0
    e = np.exp(np.where(negative, z, -z))
    return np.where(negative, e, 1) / (1 + e)


def sigmoid_prime(z):
    """sigma'(z) = sigma(z) (1 - sigma(z)), element by element.

    1 - sigma(z) is written sigma(-z), the same number without cancellation.

    z : number or ndarray of any shape, real or complex
    Returns g : like z
    """
    z = np.asarray(z)
    return sigmoid(z) * sigmoid(-1.0 * z)


def feedforward(biases, weights, a):
    """What the net says: a^l = sigma(w^l a^(l-1) + b^l) for l = 2..L.

    biases, weights : lists of ndarrays, shapes (s_l, 1) and (s_l, s_(l-1))
    a : ndarray, shape (n, 1)
    Returns a^L : ndarray, shape (K, 1)
    """
    for b, w in zip(biases, weights, strict=True):
        a = sigmoid(w @ a + b)
    return a


def cost_derivative(output_activations, y):
    """dC/da^L = a^L - y.

    output_activations, y : ndarrays, shape (K, 1)
    Returns dC/da^L : ndarray, shape (K, 1)
    """
    return output_activations - y


def quadratic_cost(biases, weights, x, y):
    """C = 1/2 sum_j (y_j - a^L_j)^2, the cost of one example.

    biases, weights : lists of ndarrays, shapes (s_l, 1) and (s_l, s_(l-1))
    x, y : ndarrays, shapes (n, 1) and (K, 1)
    Returns C : number
    """
    return np.sum((y - feedforward(biases, weights, x)) ** 2) / 2


def backprop(biases, weights, x, y):
    """The gradient of `quadratic_cost`.

        delta^L = (a^L - y) .* sigma'(z^L)                              (BP1)
        delta^l = ((w^(l+1))' delta^(l+1)) .* sigma'(z^l), l = L-1..2   (BP2)
        dC/db^l = delta^l                                               (BP3)
        dC/dw^l = delta^l (a^(l-1))'                                    (BP4)

    biases, weights : lists of ndarrays, shapes (s_l, 1) and (s_l, s_(l-1)), real or complex
    x, y : ndarrays, shapes (n, 1) and (K, 1)
    Returns nabla_b, nabla_w : lists of ndarrays like biases and weights
    """
    zs, activations = [], [x]
    for b, w in zip(biases, weights, strict=True):
        zs.append(w @ activations[-1] + b)
        activations.append(sigmoid(zs[-1]))

    deltas = [cost_derivative(activations[-1], y) * sigmoid_prime(zs[-1])]
    for w, z in zip(weights[:0:-1], zs[-2::-1], strict=True):
        deltas.insert(0, w.T @ deltas[0] * sigmoid_prime(z))

    return deltas, [delta @ a.T for delta, a in zip(deltas, activations[:-1], strict=True)]


def update_mini_batch(biases, weights, X, Y, eta):
    """One step of gradient descent along the mean gradient of a mini-batch of m examples.

        b^l - eta/m sum_x dC_x/db^l        w^l - eta/m sum_x dC_x/dw^l

    All m gradients are taken at the biases and weights that are given.

    biases, weights : lists of ndarrays, shapes (s_l, 1) and (s_l, s_(l-1))
    X, Y : ndarrays, shapes (n, m) and (K, m), one example a column, m at least 1
    eta : number, the learning rate
    Returns biases, weights : new lists of ndarrays like those given
    """
    m = X.shape[1]
    nablas = [backprop(biases, weights, X[:, [t]], Y[:, [t]]) for t in range(m)]
    nabla_b, nabla_w = ([sum(layer) for layer in zip(*examples, strict=True)] for examples in zip(*nablas, strict=True))
    return (
        [b - eta / m * nabla for b, nabla in zip(biases, nabla_b, strict=True)],
        [w - eta / m * nabla for w, nabla in zip(weights, nabla_w, strict=True)],
    )
