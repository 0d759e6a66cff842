"""Exercise 4, neural network learning: the reference.

A net of three layers reads m examples at once, one a row. Its symbols, in the course's letters:

    m, n, h, K     examples, inputs, hidden units, labels
    X              (m, n)       inputs
    y              (m, 1)       labels 1..K; 10 stands for the digit zero
    Y              (m, K)       Y[t, k-1] is 1 where y[t] is k, else 0
    Theta1         (h, n+1)     weights of the hidden layer, bias in column 0
    Theta2         (K, h+1)     weights of the output layer, bias in column 0
    a1             (m, n+1)     [1 X]
    z2             (m, h)       a1 Theta1'
    a2             (m, h+1)     [1 g(z2)]
    z3             (m, K)       a2 Theta2'
    a3             (m, K)       g(z3), the hypothesis: how sure the net is of each label
    delta3, delta2 (m, K), (m, h)   derivative of one example's cost by z3 and by z2
    nn_params      (N,)         [Theta1(:); Theta2(:)], N = h(n+1) + K(h+1)
    lambda_        number       strength of the regularisation

`A(:)` unrolls column by column, `order="F"` in numpy. Every function leaves its arguments as they were.
"""

import numpy as np

EPSILON_INIT = 0.12


@np.errstate(under="ignore")
def sigmoid(z):
    """g(z) = 1 / (1 + e^-z), element by element.

    For z < 0 it is written e^z / (1 + e^z), the same number: so no exponential overflows, g(-800) is 0 and
    g(800) is 1 without a warning, and small values keep all their digits.

    z : number or ndarray of any shape, real or complex
    Returns g : like z
    """
    z = 1.0 * np.asarray(z)
    e = _decay(z)
    return np.where(z.real >= 0, 1, e) / (1 + e)


def sigmoidGradient(z):
    """g'(z) = g(z) (1 - g(z)), element by element.

    1 - g(z) is written g(-z), the same number without cancellation.

    z : number or ndarray of any shape, real or complex
    Returns g : like z
    """
    z = 1.0 * np.asarray(z)
    return sigmoid(z) * sigmoid(-z)


def randInitializeWeights(L_in, L_out):
    """Weights drawn from U(-0.12, 0.12), so that no two units start alike.

    They are drawn column by column from numpy's global generator: after `np.random.seed([s])` they are,
    bit for bit, what Octave gives after `rand("twister", s)`.

    L_in, L_out : units of the layer before, without the bias, and of this layer
    Returns W : ndarray, shape (L_out, 1 + L_in)
    """
    return np.random.rand(1 + L_in, L_out).T * 2 * EPSILON_INIT - EPSILON_INIT


@np.errstate(under="ignore")
def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_=0.0):
    """Regularised cross-entropy cost of the net, and its gradient.

    The textbook's form, each sum over all elements, the bias columns left out of the second line:

        J = 1/m  sum [ -Y log(a3) - (1 - Y) log(1 - a3) ]
            + lambda/(2m) ( sum Theta1[:, 1:]^2 + sum Theta2[:, 1:]^2 )

    Once a3 rounds to 0 or 1 this form gives NaN (0 log 0) where the net is right and Inf where it is wrong.
    Both logarithms are therefore taken from z3, with softplus(z) = log(1 + e^z):

        -log(a3) = softplus(-z3)        -log(1 - a3) = softplus(z3)

    which is the true number wherever z3 is finite: next to 0 where the net is right, |z3| where it is wrong.

    nn_params : ndarray, shape (N,), real, or complex for differentiation by a complex step
    input_layer_size, hidden_layer_size, num_labels : n, h, K, each at least 1
    X : ndarray, shape (m, n), m at least 1
    y : ndarray of labels 1..K, shape (m, 1), (1, m) or (m,); not every label need occur
    lambda_ : number
    Returns J : number, and grad : ndarray, shape (N,), dJ/dnn_params
    """
    n, h, K, m = input_layer_size, hidden_layer_size, num_labels, X.shape[0]
    Theta1, Theta2 = _roll(nn_params, n, h, K)
    Y = 1.0 * (np.reshape(y, (m, 1)) == np.arange(1, K + 1))

    a1 = _with_bias(X)
    z2 = a1 @ Theta1.T
    a2 = _with_bias(sigmoid(z2))
    z3 = a2 @ Theta2.T
    a3 = sigmoid(z3)

    J = np.sum(Y * _softplus(-z3) + (1 - Y) * _softplus(z3)) / m
    J += lambda_ / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    delta3 = a3 - Y
    delta2 = delta3 @ Theta2[:, 1:] * sigmoidGradient(z2)
    Theta1_grad = delta2.T @ a1 / m
    Theta2_grad = delta3.T @ a2 / m
    Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]
    return J, _unroll(Theta1_grad, Theta2_grad)


def predict(Theta1, Theta2, X):
    """The label that the net is surest of; of equals, the smallest.

    Theta1, Theta2 : ndarrays, shapes (h, n+1) and (K, h+1)
    X : ndarray, shape (m, n)
    Returns p : ndarray of int, shape (m,), labels 1..K
    """
    a2 = _with_bias(sigmoid(_with_bias(X) @ Theta1.T))
    a3 = sigmoid(a2 @ Theta2.T)
    return np.argmax(a3, axis=1) + 1


def computeNumericalGradient(J, theta):
    """The gradient of J at theta by central differences.

        numgrad_i = (J(theta + e_i) - J(theta - e_i)) / (2 step),   e_i = step in place i, 0 elsewhere

    with step = 1e-4.

    J : function of an array like theta; gives the cost, or a (cost, gradient) pair
    theta : ndarray of any shape
    Returns numgrad : ndarray, like theta
    """
    step = 1e-4
    theta = np.asarray(theta, dtype=float)
    numgrad = np.zeros_like(theta)
    for i in np.ndindex(theta.shape):
        e = np.zeros_like(theta)
        e[i] = step
        numgrad[i] = (_cost(J(theta + e)) - _cost(J(theta - e))) / (2 * step)
    return numgrad


def debugInitializeWeights(fan_out, fan_in):
    """Weights that are the same every time: sin(1), sin(2), ... column by column, over 10.

    Returns W : ndarray, shape (fan_out, 1 + fan_in)
    """
    shape = (fan_out, 1 + fan_in)
    return np.sin(np.arange(1, np.prod(shape) + 1)).reshape(shape, order="F") / 10


def checkNNGradients(lambda_=0.0, *, full=False):
    """nnCostFunction's gradient beside central differences, on a 3-5-3 net with 5 examples; prints both.

    lambda_ : number
    full : whether to take the 400-25-10 net on the 5000 digits instead; then all N = 10,285 derivatives are compared
        in a few seconds, by fullNumericalGradient, and only diff is printed
    Returns numgrad, grad : ndarrays, shape (38,) or (N,), and diff = |numgrad - grad| / |numgrad + grad|, a number
    below 1e-9 when backpropagation is right
    """
    n, h, K, X, y = _digits() if full else _small_case()
    nn_params = _unroll(debugInitializeWeights(h, n), debugInitializeWeights(K, h))

    def cost(params):
        return nnCostFunction(params, n, h, K, X, y, lambda_)

    _, grad = cost(nn_params)
    if full:
        from solutions.ex4.fast import fullNumericalGradient

        numgrad = fullNumericalGradient(nn_params, n, h, K, X, y, lambda_)
    else:
        numgrad = computeNumericalGradient(cost, nn_params)
        print("     numerical     analytical")
        for pair in zip(numgrad, grad, strict=True):
            print("{:14.9f} {:14.9f}".format(*pair))
    diff = np.linalg.norm(numgrad - grad) / np.linalg.norm(numgrad + grad)
    print(f"Relative difference: {diff:.3g} (below 1e-9 when backpropagation is right)")
    return numgrad, grad, diff


def displayData(X, example_width=None):
    """Shows images in a mosaic, as near to a square as their number allows.

    X : ndarray, shape (m, n), one image a row, unrolled column by column
    example_width : width of an image in pixels; without it the images are square
    Returns h : the matplotlib image, None where matplotlib is not installed, and display_array : ndarray,
    what it shows
    """
    display_array = _mosaic(X, example_width)
    return _draw(display_array), display_array


def _decay(z):
    """e^-|z|; for complex z its analytic continuation from the real axis, away from 0."""
    return np.exp(np.where(z.real >= 0, -z, z))


def _softplus(z):
    """log(1 + e^z) = max(z, 0) + log(1 + e^-|z|): nothing overflows."""
    return np.where(z.real >= 0, z, 0) + np.log1p(_decay(z))


def _with_bias(A):
    """[1 A]: the units' values (m, s) with the bias unit before them, (m, s+1)."""
    return np.hstack([np.ones((A.shape[0], 1)), A])


def _roll(nn_params, n, h, K):
    """Theta1 (h, n+1) and Theta2 (K, h+1) out of nn_params (N,)."""
    Theta1 = nn_params[: h * (n + 1)].reshape((h, n + 1), order="F")
    Theta2 = nn_params[h * (n + 1) :].reshape((K, h + 1), order="F")
    return Theta1, Theta2


def _unroll(Theta1, Theta2):
    """[Theta1(:); Theta2(:)], shape (N,)."""
    return np.concatenate([Theta1.ravel(order="F"), Theta2.ravel(order="F")])


def _small_case():
    """n, h, K, and 5 examples X (5, n) and y (5,) of the small gradient check."""
    n, h, K, m = 3, 5, 3, 5
    return n, h, K, debugInitializeWeights(m, n - 1), 1 + np.arange(1, m + 1) % K


def _digits():
    """n, h, K, X (5000, n) and y (5000, 1) of the full gradient check."""
    from data import load_ex4data1

    return 400, 25, 10, *load_ex4data1()


def _cost(answer):
    """The cost out of what a cost function gives: a number, or a (cost, gradient) pair."""
    return answer[0] if isinstance(answer, (tuple, list)) else answer


def _mosaic(X, example_width):
    """The images (m, n) in rows and columns, with a border of one pixel of -1 round each.

    Each image is divided by its largest |pixel|; a blank one stays 0.
    """
    m, n = X.shape
    width = example_width or round(np.sqrt(n))
    height = n // width
    rows = int(np.sqrt(m))
    columns = -(-m // rows)
    display_array = -np.ones((1 + rows * (height + 1), 1 + columns * (width + 1)))
    for k, image in enumerate(X):
        top, left = 1 + k // columns * (height + 1), 1 + k % columns * (width + 1)
        picture = image.reshape((height, width), order="F") / (np.max(np.abs(image)) or 1)
        display_array[top : top + height, left : left + width] = picture
    return display_array


def _draw(display_array):
    """The array as a grey picture on the current axes, -1 black and 1 white."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        return None
    plt.axis("off")
    return plt.imshow(display_array, cmap="gray", vmin=-1, vmax=1)
