"""Exercise 4, neural network learning: a net with one hidden layer learns to read digits.

Fill in the functions between the two lines that look like this:

    # ---- your code ----------------------------------------
    # -------------------------------------------------------

Each one already returns something of the right shape, so that the others can be tried before it is done.
The order below is a good one to work in; README.md beside this file has the story, and numbers to check.

Sizes, in all docstrings: m examples, n inputs, h hidden units, K labels.
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

    # -------------------------------------------------------

    return g


def sigmoidGradient(z):
    """Slope of the logistic function at every element of z.

        g'(z) = g(z) (1 - g(z))

    z : number or ndarray of any shape
    Returns g : like z

    sigmoidGradient(0) is 0.25; the slope is the same at z and -z, and next to 0 where |z| is large.
    """
    g = np.zeros(np.shape(z))

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return g


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_=0.0):
    """Cost of the net on m examples, and the gradient of that cost.

    For one example with input x and label k, all columns:

        a1 = [1; x]         z2 = Theta1 a1
        a2 = [1; g(z2)]     z3 = Theta2 a2
        a3 = g(z3)          what the net says: K numbers between 0 and 1
        yk                  what it should say: 1 in place k, 0 in the K - 1 others

    Cost, the first sum over all examples, the second over all places of a3:

        J = 1/m sum sum [ -yk log(a3) - (1 - yk) log(1 - a3) ]
            + lambda / (2m) (sum of squares of all weights in Theta1 and Theta2, their column 0 left out)

    Gradient, .* being the product element by element:

        delta3 = a3 - yk
        delta2 = (Theta2' delta3, without its first element) .* g'(z2)
        Theta1_grad = 1/m (sum of delta2 a1' over all examples) + lambda/m Theta1, the latter not in column 0
        Theta2_grad = 1/m (sum of delta3 a2' over all examples) + lambda/m Theta2, the latter not in column 0

    nn_params : ndarray, shape (h(n+1) + K(h+1),), both weight matrices unrolled column by column
    input_layer_size, hidden_layer_size, num_labels : int, n, h, K
    X : ndarray, shape (m, n), one example a row, without a column of ones
    y : ndarray of int, shape (m, 1), labels 1..K; y.ravel() makes it (m,). Label 10 is the digit zero.
        As Python counts from 0, label k is index k - 1 of a3
    lambda_ : number, the weight of the second sum; 0 switches it off
    Returns J : number, and grad : ndarray like nn_params

    With all weights 0 every a3 is 0.5, and J is K log 2 whatever X and y are: 6.931472 for K = 10.
    """
    m = X.shape[0]

    # Given: the two matrices. nn_params holds them column by column, as (:) does in Octave, but numpy goes
    # row by row unless told order="F" (as in Fortran): right shapes, but the weights in the wrong places.
    # Both are views into nn_params: to change one, copy it first.
    split = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:split].reshape((hidden_layer_size, input_layer_size + 1), order="F")
    Theta2 = nn_params[split:].reshape((num_labels, hidden_layer_size + 1), order="F")

    J = 0.0
    Theta1_grad = np.zeros(Theta1.shape)
    Theta2_grad = np.zeros(Theta2.shape)

    # ---- your code ----------------------------------------
    # 1. the cost without lambda            2. the cost with lambda
    # 3. the gradient without lambda        4. the gradient with lambda

    # -------------------------------------------------------

    # Given: the way back, column by column again, so that grad[i] belongs to nn_params[i].
    grad = np.concatenate([Theta1_grad.ravel(order="F"), Theta2_grad.ravel(order="F")])
    return J, grad


def randInitializeWeights(L_in, L_out):
    """Small random weights to start from: units that start alike would stay alike.

    Every weight is drawn from the uniform distribution between -0.12 and 0.12.

    L_in, L_out : int, units of the layer before (without the bias unit) and of this layer
    Returns W : ndarray, shape (L_out, 1 + L_in), column 0 for the bias
    """
    W = np.zeros((L_out, 1 + L_in))

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return W


def computeNumericalGradient(J, theta):
    """The slope of J in each direction, from two values of J and without any derivative.

        numgrad_i = (J(theta + e_i) - J(theta - e_i)) / (2 step)

    where e_i is 0 but in place i, where it is step = 1e-4. theta itself is left as it was.

    J : function of an array like theta; it gives the cost, or a pair (cost, gradient): then take the first
    theta : ndarray, shape (N,)
    Returns numgrad : ndarray, like theta

    For J = theta_0^2 + 3 theta_1 at theta = [2, 1] it is [4, 3], to about ten digits.
    """
    numgrad = np.zeros(np.shape(theta))
    step = 1e-4

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return numgrad


def debugInitializeWeights(fan_out, fan_in):
    """Given: weights that are the same every time, sin(1), sin(2), ... over 10, column by column.

    Returns W : ndarray, shape (fan_out, 1 + fan_in)
    """
    size = fan_out * (1 + fan_in)
    return np.sin(np.arange(1, size + 1)).reshape((fan_out, 1 + fan_in), order="F") / 10


def checkNNGradients(lambda_=0.0):
    """Your gradient beside computeNumericalGradient's, on a net small enough to look at: 3-5-3, 5 examples.

        diff = |numgrad - grad| / |numgrad + grad|,    | | being the length of a vector

    lambda_ : number, handed on to nnCostFunction
    Returns numgrad, grad : ndarrays, shape (38,), and diff : number, below 1e-9 when both are right
    """
    input_layer_size, hidden_layer_size, num_labels, m = 3, 5, 3, 5
    Theta1 = debugInitializeWeights(hidden_layer_size, input_layer_size)
    Theta2 = debugInitializeWeights(num_labels, hidden_layer_size)
    nn_params = np.concatenate([Theta1.ravel(order="F"), Theta2.ravel(order="F")])
    X = debugInitializeWeights(m, input_layer_size - 1)
    y = (1 + np.arange(1, m + 1) % num_labels).reshape(m, 1)

    numgrad = np.zeros(nn_params.shape)
    grad = np.zeros(nn_params.shape)
    diff = 1.0

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    print("     numerical     analytical")
    for pair in zip(numgrad, grad, strict=True):
        print("{:14.9f} {:14.9f}".format(*pair))
    print(f"Relative difference: {diff:.3g} (below 1e-9 when backpropagation is right)")
    return numgrad, grad, diff


def predict(Theta1, Theta2, X):
    """The label that the net is surest of, for every example.

    Theta1, Theta2 : ndarrays, shapes (h, n+1) and (K, h+1)
    X : ndarray, shape (m, n), without a column of ones
    Returns p : ndarray of int, shape (m,), labels 1..K

    An example with a3 = [0.1, 0.7, 0.2] gets the label 2.
    """
    p = np.zeros(X.shape[0], dtype=int)

    # ---- your code ----------------------------------------

    # -------------------------------------------------------

    return p


def displayData(X, example_width=None):
    """Shows images side by side in one picture, row after row.

    Each image is divided by its largest |pixel|. A border of one pixel, of value -1, goes round every image.

    X : ndarray, shape (m, n), one image a row, unrolled column by column
    example_width : int, pixels an image is wide; without it the images are square
    Returns h : the matplotlib image, and display_array : ndarray, the pixels of the picture

    12 images of 4 by 5 pixels (example_width 5) stand in 3 rows and 4 columns: display_array is 16 by 25.
    """
    import matplotlib.pyplot as plt

    m, n = X.shape
    width = example_width or round(np.sqrt(n))
    height = n // width
    rows = int(np.floor(np.sqrt(m)))
    columns = int(np.ceil(m / rows))
    display_array = -np.ones((1 + rows * (height + 1), 1 + columns * (width + 1)))

    # ---- your code ----------------------------------------
    # Put the images into display_array. Mind the order in which each one was unrolled.

    # -------------------------------------------------------

    plt.axis("off")
    h = plt.imshow(display_array, cmap="gray", vmin=-1, vmax=1)
    return h, display_array
