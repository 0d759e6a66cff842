"""Mistakes that people make in exercise 4: each one is a step of the reference done wrong.

`COMPUTATIONS` writes the graded functions as named steps: a step's parameters name the inputs and the steps that it
needs, in the letters of `solutions.ex4.ex4`. `MISTAKES` is the catalogue: what a student reads, and the steps as the
mistake does them, or the sign that shows it where it gives no numbers. A mistake in sigmoid or sigmoidGradient is a
mistake of every function that has the steps `g` or `gprime`. Every sentence points at the idea and leaves the code to
the student.

A mistake that can be made in several ways (for the one matrix or for the other) is one entry with several ways.
"""

from __future__ import annotations

import re

import numpy as np

from grader.model import Computation, Kind
from grader.values import unrolled
from solutions import catalogue
from solutions.catalogue import (
    complaint,
    everywhere,
    is_matrix_division,
    is_product,
    matrix_division,
    numbers_only,
    raised_where,
    shape_of,
    sigmoid_mistakes,
    sizes_in,
    squared,
    way,
    with_bias,
    without_bias,
)
from solutions.ex4.ex4 import sigmoid

# --- the functions, step by step --------------------------------------------------------------------------------------


SIGMOID = {
    "g": lambda: sigmoid,
    "values": lambda g, z: g(np.asarray(z, dtype=float)),
}

SIGMOID_GRADIENT = {
    "g": lambda: sigmoid,
    "gprime": lambda g: lambda z: g(z) * (1 - g(z)),
    "slopes": lambda gprime, z: gprime(np.asarray(z, dtype=float)),
}

NN_COST = {
    "s": lambda n, h: h * (n + 1),
    "front": lambda s: slice(0, s),
    "back": lambda s: slice(s, None),
    "Theta1": lambda nn_params, front, n, h: nn_params[front].reshape((h, n + 1), order="F"),
    "Theta2": lambda nn_params, back, h, K: nn_params[back].reshape((K, h + 1), order="F"),
    "m": lambda X: len(X),
    "g": lambda: sigmoid,
    "gprime": lambda g: lambda z: g(z) * (1 - g(z)),
    "a1": lambda X: with_bias(X),
    "z2": lambda a1, Theta1: a1 @ Theta1.T,
    "g_z2": lambda g, z2: g(z2),
    "a2": lambda g_z2: with_bias(g_z2),
    "z3": lambda a2, Theta2: a2 @ Theta2.T,
    "a3": lambda g, z3: g(z3),
    "Y": lambda y, K: np.eye(K)[y.ravel() - 1],
    "log": lambda: np.log,
    "yes": lambda Y, a3, log: -Y * log(a3),
    "no": lambda Y, a3, log: -(1 - Y) * log(1 - a3),
    "terms": lambda yes, no: yes + no,
    "cost": lambda terms, m: terms.sum() / m,
    "squares1": lambda Theta1: squared(Theta1[:, 1:]),
    "squares2": lambda Theta2: squared(Theta2[:, 1:]),
    "penalty": lambda lambda_, m, squares1, squares2: lambda_ / (2 * m) * (squares1 + squares2),
    "J": lambda cost, penalty: cost + penalty,
    "delta3": lambda a3, Y: a3 - Y,
    "error2": lambda delta3, Theta2: delta3 @ Theta2[:, 1:],
    "slope2": lambda gprime, z2: gprime(z2),
    "delta2": lambda error2, slope2: error2 * slope2,
    "Delta1": lambda delta2, a1: delta2.T @ a1,
    "Delta2": lambda delta3, a2: delta3.T @ a2,
    "mean1": lambda Delta1, m: Delta1 / m,
    "mean2": lambda Delta2, m: Delta2 / m,
    "decay1": lambda lambda_, m, Theta1: lambda_ / m * without_bias(Theta1),
    "decay2": lambda lambda_, m, Theta2: lambda_ / m * without_bias(Theta2),
    "D1": lambda mean1, decay1: mean1 + decay1,
    "D2": lambda mean2, decay2: mean2 + decay2,
    "grad": lambda D1, D2: unrolled([D1, D2]),
}

STAGES = {  # each after those that it is computed from
    "Theta1": Kind("theta1|t1|w1"),
    "Theta2": Kind("theta2|t2|w2"),
    "a1": Kind("a1|x1"),
    "z2": Kind("z2", spare=True),
    "a2": Kind("a2"),
    "z3": Kind("z3"),
    "a3": Kind("a3|h|hyp(othesis)?|htheta|yhat"),
    "Y": Kind("yy?|ymat(rix)?|y?onehot|yvec"),
    "terms": Kind(called="the sum in the cost", free=True, summed=True),
    "cost": Kind("j|cost"),
    "penalty": Kind("penalty|reg(ulari[sz]ation)?", over="cost"),
    "delta3": Kind("(delta|d|sigma|err(or)?|e)3", free=True),
    "delta2": Kind("(delta|d|sigma|err(or)?|e)2", free=True, spare=True),
    "Delta1": Kind("(delta|d)1", free=True),
    "Delta2": Kind("(delta|d)2", free=True),
    "D1": Kind("(theta|t|w)1grad|grad1|d(theta|w)?1", called="Theta1_grad"),
    "D2": Kind("(theta|t|w)2grad|grad2|d(theta|w)?2", called="Theta2_grad"),
    "grad": Kind("grad"),
}

PREDICT = {
    "g": lambda: sigmoid,
    "h2": lambda g, Theta1, X: g(with_bias(X) @ Theta1.T),
    "h3": lambda g, Theta2, h2: g(with_bias(h2) @ Theta2.T),
    "p": lambda h3: np.argmax(h3, axis=1) + 1,
}


def each_alone(theta):
    """For each entry of theta: 1 in its place, 0 elsewhere."""
    return np.eye(theta.size).reshape(-1, *theta.shape)


def cost_alone(J):
    """J without the gradient that it may give beside the cost."""

    def F(theta):
        answer = J(theta)
        return answer[0] if isinstance(answer, tuple) else answer

    return F


NUMERICAL_GRADIENT = {
    "F": cost_alone,
    "step": lambda: 1e-4,
    "moves": lambda theta, step: step * each_alone(theta),
    "numgrad": lambda F, theta, moves, step: np.array([F(theta + e) - F(theta - e) for e in moves]) / (2 * step),
}

COMPUTATIONS = (
    Computation("sigmoid", ("z",), ("values",), SIGMOID, {"g": ("values", "")}),
    Computation("sigmoidGradient", ("z",), ("slopes",), SIGMOID_GRADIENT, {"g": ("slopes", "")}),
    Computation(
        "nnCostFunction",
        ("nn_params", "n", "h", "K", "X", "y", "lambda_"),
        ("J", "grad"),
        NN_COST,
        {"J": ("J", ""), "Theta2_grad": ("grad", "back"), "Theta1_grad": ("grad", "front")},
        scales={
            "m": "m, the number of examples",
            "n": "the number of inputs",
            "h": "the number of hidden units",
            "K": "the number of labels",
            "lambda_": "lambda",
        },
        unit=2,
        addition="what lambda adds to",
        stages=STAGES,
    ),
    Computation("predict", ("Theta1", "Theta2", "X"), ("p",), PREDICT, {"p": ("p", "")}),
    Computation(
        "computeNumericalGradient", ("J", "theta"), ("numgrad",), NUMERICAL_GRADIENT, {"numgrad": ("numgrad", "")}
    ),
)

# --- the catalogue ----------------------------------------------------------------------------------------------------


def mistake(id, title, message, *ways, function="nnCostFunction", **sign):
    """An entry, of nnCostFunction where nothing else is said."""
    return catalogue.mistake("ex4", function, id, title, message, *ways, **sign)


UNFINISHED = (
    *mistake(
        "not-started",
        "Gradient still zero",
        "Every entry of the gradient is 0: backpropagation has not been started, or its result is never put into grad.",
        way(grad=lambda nn_params: np.zeros(nn_params.size)),
    ),
    *mistake(
        "half-started",
        "Gradient of one layer still zero",
        "The gradient of one of the two weight matrices is still all zeros: is it computed, and then assigned?",
        way(D1=lambda Theta1: np.zeros(Theta1.shape)),
        way(D2=lambda Theta2: np.zeros(Theta2.shape)),
        way(mean1=lambda Theta1: np.zeros(Theta1.shape)),
        way(mean2=lambda Theta2: np.zeros(Theta2.shape)),
    ),
    *mistake(
        "J-not-started",
        "Cost still zero",
        "J is 0 whatever the weights: the cost has not been started, or its result is never put into J.",
        way(J=lambda: 0.0),
    ),
    *mistake(
        "J-penalty-only",
        "Cost is nothing but the penalty",
        "J holds the penalty on the weights alone: add it to the cost of the examples, do not put it in its place.",
        way(cost=lambda: 0.0),
    ),
)

READING_THE_WEIGHTS = (
    *mistake(
        "porting-trap",
        "Conventions of a known Python port: rows first, labels from 0",
        "Your code unrolls matrices row by row and numbers the classes from 0, as a well-known Python version of this "
        "course does. Here nn_params runs down the columns, as Octave's (:) does, and the classes are 1 to K, so that "
        "10 stands for the digit zero.",
        *(
            way(
                Theta1=lambda nn_params, front, n, h: nn_params[front].reshape((h, n + 1)),
                Theta2=lambda nn_params, back, h, K: nn_params[back].reshape((K, h + 1)),
                Y=one_hot,
                grad=lambda D1, D2: np.concatenate([D1.ravel(), D2.ravel()]),
            )
            for one_hot in (
                lambda y, K: np.eye(K)[y.ravel()],
                lambda y, K: 1.0 * (y.reshape(-1, 1) == np.arange(K)),
                lambda y, K: np.eye(K)[y.ravel() % K],
            )
        ),
    ),
    *mistake(
        "unroll-in-C",
        "Parameters reshaped row by row",
        "nn_params was made with Octave's (:), which runs down the columns. NumPy fills a matrix along the rows unless "
        "told otherwise, so the weights end up in the wrong cells.",
        way(
            Theta1=lambda nn_params, front, n, h: nn_params[front].reshape((h, n + 1)),
            Theta2=lambda nn_params, back, h, K: nn_params[back].reshape((K, h + 1)),
        ),
        way(Theta1=lambda nn_params, front, n, h: nn_params[front].reshape((h, n + 1))),
        way(Theta2=lambda nn_params, back, h, K: nn_params[back].reshape((K, h + 1))),
    ),
    *mistake(
        "unroll-swap",
        "Theta2 taken from the front of the vector",
        "nn_params holds Theta1 first and Theta2 after it: check from which end each matrix is cut.",
        way(
            Theta1=lambda nn_params, n, h, K: nn_params[K * (h + 1) :].reshape((h, n + 1), order="F"),
            Theta2=lambda nn_params, h, K: nn_params[: K * (h + 1)].reshape((K, h + 1), order="F"),
        ),
    ),
    *mistake(
        "early-zero",
        "Bias weights cleared before the forward pass",
        "The bias weights are set to zero before the net has used them. Only the penalty does without them: take a "
        "copy for it.",
        way(
            Theta1=lambda nn_params, front, n, h: without_bias(nn_params[front].reshape((h, n + 1), order="F")),
            Theta2=lambda nn_params, back, h, K: without_bias(nn_params[back].reshape((K, h + 1), order="F")),
        ),
        way(Theta1=lambda nn_params, front, n, h: without_bias(nn_params[front].reshape((h, n + 1), order="F"))),
        way(Theta2=lambda nn_params, back, h, K: without_bias(nn_params[back].reshape((K, h + 1), order="F"))),
    ),
    *mistake(
        "late-zero",
        "Bias weights cleared before a second forward pass",
        "The cost is right, but the bias weights are then cleared for the penalty and the net is run again without "
        "them. Clear a copy.",
        way(
            delta3=lambda g, a1, Theta1, Theta2, Y: (
                g(with_bias(g(a1 @ without_bias(Theta1).T)) @ without_bias(Theta2).T) - Y
            ),
            slope2=lambda gprime, a1, Theta1: gprime(a1 @ without_bias(Theta1).T),
            Delta2=lambda g, a1, Theta1, delta3: delta3.T @ with_bias(g(a1 @ without_bias(Theta1).T)),
        ),
    ),
    *mistake(
        "m-after-bias",
        "m read from the wrong dimension",
        "What you divide by counts columns. m counts the examples, and each example is a row of X.",
        way(m=lambda X: X.shape[1]),
        way(m=lambda X: X.shape[1] + 1),
    ),
    *mistake(
        "m-length",
        "m is the longer side of X",
        "length(X) is the larger of the two dimensions: your m is right only as long as there are more examples than "
        "inputs.",
        way(m=lambda X: max(X.shape)),
        way(m=lambda a1: max(a1.shape)),
    ),
    *mistake(
        "m-labels",
        "Divided by the number of labels",
        "You average over the number of labels where the number of examples is meant.",
        way(m=lambda K: K),
    ),
    *mistake(
        "m-minus-one",
        "Divided by m - 1",
        "m - 1 belongs to the variance of a sample. The cost is a plain mean over m examples.",
        way(m=lambda X: np.float64(len(X) - 1)),
    ),
)

FORWARD = (
    *mistake(
        "bias-last",
        "Bias column appended on the right of X",
        "The first column of Theta1 holds the bias weights, so the column of ones has to come first in a1.",
        way(a1=lambda X: np.hstack([X, np.ones((len(X), 1))])),
    ),
    *mistake(
        "bias2-last",
        "Bias unit appended on the right of a2",
        "The first column of Theta2 belongs to the bias unit: the ones come first in a2 too.",
        way(a2=lambda g_z2: np.hstack([g_z2, np.ones((len(g_z2), 1))])),
    ),
    *mistake(
        "bias2-presigmoid",
        "Bias unit added before the sigmoid",
        "The bias unit of the hidden layer is exactly 1. Yours went through the sigmoid and became 0.73.",
        way(a2=lambda g, z2: g(with_bias(z2))),
    ),
    *mistake(
        "bias-zeros",
        "Bias column of zeros",
        "The bias unit puts out 1, not 0: as it stands the bias weights have no effect.",
        way(a1=lambda X: np.hstack([np.zeros((len(X), 1)), X])),
        way(a2=lambda g_z2: np.hstack([np.zeros((len(g_z2), 1)), g_z2])),
    ),
    *mistake(
        "act2-linear",
        "Hidden layer without sigmoid",
        "z2 is only the weighted sum. What is applied to it before it goes on to the next layer?",
        way(g_z2=lambda z2: z2),
    ),
    *mistake(
        "act2-double",
        "Sigmoid applied twice in the hidden layer",
        "The hidden activations go through the sigmoid twice, so all of them lie between 0.5 and 0.73.",
        way(g_z2=lambda g, z2: g(g(z2))),
    ),
    *mistake(
        "act2-tanh",
        "tanh in the hidden layer",
        "The hidden units of this net use the sigmoid. tanh is another activation, with another slope.",
        way(g_z2=lambda z2: np.tanh(z2)),
    ),
    *mistake(
        "act3-linear",
        "Output layer without sigmoid",
        "The outputs are not between 0 and 1, so their logarithms fail. A step of the forward pass is missing at the "
        "output.",
        way(a3=lambda z3: z3),
    ),
    *mistake(
        "act3-double",
        "Sigmoid applied twice at the output",
        "All outputs lie between 0.5 and 0.73, as they do when the sigmoid is applied to what has been through it.",
        way(a3=lambda g, z3: g(g(z3))),
    ),
    *mistake(
        "act3-tanh",
        "tanh at the output",
        "tanh lies between -1 and 1; the cost takes the logarithm of outputs that lie between 0 and 1.",
        way(a3=lambda z3: np.tanh(z3)),
    ),
    *mistake(
        "softmax",
        "Softmax output",
        "This net has K separate sigmoid outputs, whose sum need not be 1. Softmax goes with another cost.",
        way(a3=lambda z3: np.exp(z3) / np.exp(z3).sum(axis=1, keepdims=True)),
    ),
    *mistake(
        "fw-noT",
        "Weight matrix not transposed in the forward pass",
        "A row of Theta holds the weights that lead INTO one unit. With one example a row, which side has to turn?",
        way(z2=lambda a1, Theta1: a1 @ Theta1, z3=lambda a2, Theta2: a2 @ Theta2),
        way(z2=lambda a1, Theta1: a1 @ Theta1),
        way(z3=lambda a2, Theta2: a2 @ Theta2),
    ),
    *mistake(
        "y-raw",
        "Labels not recoded",
        "y holds the numbers of classes. The cost needs, for each example, K zeros with a single 1 among them.",
        way(Y=lambda y, K: np.repeat(1.0 * y.reshape(-1, 1), K, axis=1)),
    ),
    *mistake(
        "y-binary",
        "One class against the rest, in every column",
        "Every column of your recoded labels asks about the same class. Column k has to ask about class k.",
        way(Y=lambda y, K: np.repeat(1.0 * (y.reshape(-1, 1) == 1), K, axis=1)),
    ),
    *mistake(
        "y-rolled",
        "Label K (the digit zero) put in the first column",
        "Your labels are one column off, all the way round. In this data the digit zero has label 10 and belongs to "
        "the LAST output unit, and class k to column k counted from 1.",
        way(Y=lambda y, K: np.eye(K)[y.ravel() % K]),
        way(Y=lambda y, K: np.eye(K)[(y.ravel() - 2) % K]),
    ),
    *mistake(
        "y-reversed",
        "Classes in reverse order",
        "Your recoded labels count the columns from the right: class 1 belongs to the first.",
        way(Y=lambda y, K: np.eye(K)[K - y.ravel()]),
    ),
    *mistake(
        "y-shift-drop",
        "Labels counted from 1 used as columns counted from 0",
        "Labels start at 1 and Python's columns at 0, so one of your classes has no column.",
        way(Y=lambda y, K: 1.0 * (y.reshape(-1, 1) == np.arange(K))),
        way(Y=lambda y, K: np.eye(K)[y.ravel()]),
    ),
    *mistake(
        "y-reshape",
        "Labels reshaped where they should be transposed",
        "To turn K rows by m columns round, transpose. Reshape keeps the order of reading, and deals the labels out to "
        "the wrong examples.",
        way(Y=lambda y, K: np.eye(K)[y.ravel() - 1].T.reshape(-1, K)),
    ),
)

COST = (
    *mistake(
        "J-no-m",
        "Cost not divided by m",
        "J is exactly m times too large: the cost is a mean over the examples.",
        way(cost=lambda terms: terms.sum()),
    ),
    *mistake(
        "J-mean-all",
        "Mean over examples and outputs",
        "J is exactly K times too small: it is a mean over the examples, but a SUM over the output units.",
        way(cost=lambda terms, m, K: terms.sum() / (m * K)),
    ),
    *mistake(
        "J-2m",
        "Factor 1/(2m) carried over from linear regression",
        "J is exactly half. The 1/2 goes with squared errors (and with the penalty), not with logarithms.",
        way(cost=lambda terms, m: terms.sum() / (2 * m)),
    ),
    *mistake(
        "J-sign",
        "Leading minus missing",
        "J is right but for its sign. Logarithms of numbers below 1 are negative, so a cost made of them needs a minus "
        "in front; the course's page on intuition leaves it out.",
        way(cost=lambda terms, m: -terms.sum() / m),
    ),
    *mistake(
        "J-inner-sign",
        "Wrong sign between the two terms",
        "One of the two logarithms now lowers the cost and the other raises it. Both have to raise it: look at the "
        "brackets behind the minus.",
        way(no=lambda Y, a3, log: (1 - Y) * log(1 - a3)),
        way(yes=lambda Y, a3, log: Y * log(a3)),
    ),
    *mistake(
        "J-first-term-only",
        "Only the outputs that should say 1",
        "With K separate sigmoid outputs, those that should say 0 cost something too. You charge only the one that "
        "should say 1.",
        way(no=lambda Y: np.zeros(Y.shape)),
    ),
    *mistake(
        "J-second-term-only",
        "Only the outputs that should say 0",
        "You charge the outputs that should say 0, and not the one that should say 1.",
        way(yes=lambda Y: np.zeros(Y.shape)),
    ),
    *mistake(
        "J-errata",
        "The same logarithm in both terms",
        "Both terms take the logarithm of the output, so J no longer depends on y. One slide of the lectures has this "
        "slip, and its errata mend it: of what is the logarithm in the second term?",
        way(no=lambda Y, a3, log: -(1 - Y) * log(a3)),
    ),
    *mistake(
        "J-matprod",
        "Whole matrix product summed",
        "A matrix product pairs every output unit with every label. Only an output and its own label belong together: "
        "of that product just the diagonal.",
        way(
            yes=lambda Y, a3, log: -Y.T @ log(a3),
            no=lambda Y, a3, log: -(1 - Y).T @ log(1 - a3),
        ),
        way(
            yes=lambda Y, a3, log: -Y @ log(a3).T,
            no=lambda Y, a3, log: -(1 - Y) @ log(1 - a3).T,
        ),
    ),
    *mistake(
        "J-squared",
        "Squared errors in place of logarithms",
        "That is the cost of linear regression, and of Nielsen's second chapter. This exercise uses logarithms.",
        way(cost=lambda a3, Y, m: squared(a3 - Y) / (2 * m)),
        way(cost=lambda a3, Y, m: squared(a3 - Y) / m),
    ),
    *mistake(
        "J-last-example",
        "Loop overwrites J",
        "J is the cost of the last example only: every turn of the loop forgets the turns before.",
        way(cost=lambda terms, m: terms[-1].sum() / m),
        way(cost=lambda terms: terms[-1].sum()),
    ),
    *mistake(
        "J-one-output",
        "Cost of one output unit only",
        "J counts a single output unit. The cost is a sum over all K of them.",
        way(cost=lambda terms, m: terms[:, 0].sum() / m),
        way(cost=lambda terms, m: terms[:, -1].sum() / m),
    ),
    *mistake(
        "J-loop-bounds",
        "Loop misses an example in the cost",
        "One example at the end of the data is left out of the cost: check where the loop begins and where it ends.",
        way(cost=lambda terms, m: terms[1:].sum() / m),
        way(cost=lambda terms, m: terms[:-1].sum() / m),
    ),
    *mistake(
        "J-vector",
        "One sum too few",
        "You summed in one direction only, so J is a list of numbers. It has to be one number.",
        way(cost=lambda terms, m: terms.sum(axis=0) / m),
        way(cost=lambda terms, m: terms.sum(axis=1) / m),
    ),
    *mistake(
        "J-log10",
        "Logarithm to another base",
        "J is off by a factor that only the base of the logarithm explains (ln 10 or ln 2): take the natural one.",
        way(log=lambda: np.log10),
        way(log=lambda: np.log2),
    ),
    *mistake(
        "J-nan",
        "Logarithm of 0 or less",
        "J is NaN or Inf: a logarithm met a number that is 0 or less. Look at what comes out of the last layer; in "
        "these cases no output is so sure of itself.",
        sign=lambda cases, results: any(not np.isfinite(J).all() for J in costs(results)),
        output="J",
    ),
)

PENALTY = (
    *mistake(
        "rJ-none",
        "Penalty missing in the cost",
        "J does not change with lambda: the regularised cost has one more term.",
        way(penalty=lambda: 0.0),
    ),
    *mistake(
        "rJ-bias",
        "Bias weights penalised in the cost",
        "The first column of each Theta holds bias weights, and these are not penalised.",
        way(squares1=lambda Theta1: squared(Theta1), squares2=lambda Theta2: squared(Theta2)),
    ),
    *mistake(
        "rJ-bias-one",
        "Bias weights of one matrix penalised",
        "The bias column is left out for one of the matrices, and not for the other.",
        way(squares1=lambda Theta1: squared(Theta1)),
        way(squares2=lambda Theta2: squared(Theta2)),
    ),
    *mistake(
        "rJ-lam-over-m",
        "lambda/m in the cost",
        "The penalty is exactly double. In the COST it carries a 1/2, which goes away only when you differentiate.",
        way(penalty=lambda lambda_, m, squares1, squares2: lambda_ / m * (squares1 + squares2)),
    ),
    *mistake(
        "rJ-precedence",
        "lambda / 2 * m typed for lambda / (2m)",
        "The penalty is m^2 times too large. A division and a multiplication are done from left to right, so m ended "
        "up on top.",
        way(penalty=lambda lambda_, m, squares1, squares2: lambda_ / 2 * m * (squares1 + squares2)),
    ),
    *mistake(
        "rJ-perex",
        "Penalty counted once for every example",
        "The penalty is exactly m times too large. The weights are the same for every example: count them once, and "
        "divide by m.",
        way(penalty=lambda lambda_, squares1, squares2: lambda_ / 2 * (squares1 + squares2)),
    ),
    *mistake(
        "rJ-lam",
        "Penalty without 1/(2m)",
        "The squares are multiplied by lambda alone. What does the formula divide them by?",
        way(penalty=lambda lambda_, squares1, squares2: lambda_ * (squares1 + squares2)),
    ),
    *mistake(
        "rJ-m-twice",
        "Penalty divided by m twice",
        "The penalty is m times too small: it is divided by m, added, and then divided by m again with the rest.",
        way(penalty=lambda lambda_, m, squares1, squares2: lambda_ / (2 * m**2) * (squares1 + squares2)),
    ),
    *mistake(
        "rJ-sign",
        "Penalty subtracted from the cost",
        "Large weights make your cost smaller. A penalty is added.",
        way(penalty=lambda lambda_, m, squares1, squares2: -lambda_ / (2 * m) * (squares1 + squares2)),
    ),
    *mistake(
        "rJ-one-matrix",
        "Only one matrix penalised",
        "The penalty contains one of the two weight matrices only.",
        way(squares2=lambda: 0.0),
        way(squares1=lambda: 0.0),
    ),
    *mistake(
        "rJ-nosquare",
        "Weights not squared",
        "The penalty is made of squares, so that a positive and a negative weight cost the same. Yours adds the "
        "weights as they are.",
        way(squares1=lambda Theta1: Theta1[:, 1:].sum(), squares2=lambda Theta2: Theta2[:, 1:].sum()),
        way(squares1=lambda Theta1: abs(Theta1[:, 1:]).sum(), squares2=lambda Theta2: abs(Theta2[:, 1:]).sum()),
    ),
    *mistake(
        "rJ-sumsq",
        "Different weights multiplied with each other",
        "Square each weight and then add. Yours adds first, or sums a whole matrix product, and so multiplies "
        "different weights with each other.",
        way(squares1=lambda Theta1: Theta1[:, 1:].sum() ** 2, squares2=lambda Theta2: Theta2[:, 1:].sum() ** 2),
        way(
            squares1=lambda Theta1: squared(Theta1[:, 1:].sum(axis=1)),
            squares2=lambda Theta2: squared(Theta2[:, 1:].sum(axis=1)),
        ),
        way(
            squares1=lambda Theta1: squared(Theta1[:, 1:].sum(axis=0)),
            squares2=lambda Theta2: squared(Theta2[:, 1:].sum(axis=0)),
        ),
    ),
    *mistake(
        "rJ-root",
        "Root of the sum of squares",
        "The penalty is the sum of the squares, not the length of the weights: no root is taken.",
        way(
            squares1=lambda Theta1: squared(Theta1[:, 1:]) ** 0.5,
            squares2=lambda Theta2: squared(Theta2[:, 1:]) ** 0.5,
        ),
    ),
    *mistake(
        "rJ-row",
        "First row left out in place of the first column",
        "The bias weights are a column, one for each unit, and not a row.",
        way(squares1=lambda Theta1: squared(Theta1[1:]), squares2=lambda Theta2: squared(Theta2[1:])),
        way(squares1=lambda Theta1: squared(Theta1[1:, 1:]), squares2=lambda Theta2: squared(Theta2[1:, 1:])),
    ),
    *mistake(
        "rJ-loop-bounds",
        "Last column left out in place of the first",
        "The columns that you add up begin with the bias column and end one too early.",
        way(squares1=lambda Theta1: squared(Theta1[:, :-1]), squares2=lambda Theta2: squared(Theta2[:, :-1])),
        way(squares1=lambda Theta1: squared(Theta1[:, 1:-1]), squares2=lambda Theta2: squared(Theta2[:, 1:-1])),
    ),
)

OUTPUT_ERROR = (
    *mistake(
        "d3-sign",
        "Error of the output with its sign turned",
        "The gradient is exactly minus the right one. One lecture shows y - a3, and its errata turn it round.",
        way(delta3=lambda a3, Y: Y - a3),
    ),
    *mistake(
        "d3-gprime",
        "Error of the output multiplied by g'(z3)",
        "The slope of the output belongs to a cost of squared errors. With logarithms it cancels at the output layer.",
        way(delta3=lambda a3, Y, gprime, z3: (a3 - Y) * gprime(z3)),
    ),
    *mistake(
        "d3-gprime-sign",
        "Error of the output of another cost, with its sign turned",
        "Two things at the output: with logarithms the slope g'(z3) cancels, and the error is what the net says minus "
        "what it should say.",
        way(delta3=lambda a3, Y, gprime, z3: (Y - a3) * gprime(z3)),
    ),
    *mistake(
        "d3-gprime-of-a",
        "Error of the output multiplied by g'(a3)",
        "With a cost of logarithms no slope remains at the output, and g'(a3) would not be the slope there anyway.",
        way(delta3=lambda a3, Y, gprime: (a3 - Y) * gprime(a3)),
    ),
    *mistake(
        "d3-z",
        "Error of the output taken from z3",
        "Compare with y what the output layer puts out, not the sum before the sigmoid.",
        way(delta3=lambda z3, Y: z3 - Y),
    ),
    *mistake(
        "d3-threshold",
        "Error of the output taken from rounded predictions",
        "The error is a number between -1 and 1. Rounding the output first throws away how far off it is.",
        way(delta3=lambda a3, Y: (a3 >= 0.5) - Y),
    ),
    *mistake(
        "d3-squared",
        "Error of the output squared",
        "The error keeps its sign: it says in which direction the output has to move.",
        way(delta3=lambda a3, Y: (a3 - Y) ** 2),
    ),
    *mistake(
        "d3-scalar",
        "One number picked where a row is meant",
        "With a single index a3(t) is one number, which is then compared with all the labels of example t. The whole "
        "row is meant.",
        way(delta3=lambda a3, Y: a3.ravel(order="F")[: len(Y), None] - Y),
    ),
)

HIDDEN_ERROR = (
    *mistake(
        "d2-gprime-of-a",
        "g' taken at the activation",
        "sigmoidGradient applies the sigmoid itself. You hand it a2, which has been through the sigmoid, and not z2.",
        way(slope2=lambda gprime, g_z2: gprime(g_z2)),
    ),
    *mistake(
        "d2-no-gprime",
        "Error of the hidden layer without g'",
        "The error comes back through Theta2, but the hidden unit's own slope is missing; the picture in the lecture "
        "leaves it out on purpose. How much does a hidden unit's output change when its input does?",
        way(slope2=lambda: 1.0),
    ),
    *mistake(
        "d2-a-only",
        "Half of g'",
        "The slope of the sigmoid is a product of two factors. You have one of them.",
        way(slope2=lambda g_z2: g_z2),
        way(slope2=lambda g_z2: 1 - g_z2),
    ),
    *mistake(
        "d2-wrong-slope",
        "Slope of another function",
        "What you multiply by is made from a2, but it is not the slope of the sigmoid: a(1 - a).",
        way(slope2=lambda g_z2: 1 - g_z2**2),
        way(slope2=lambda g_z2: g_z2**2),
        way(slope2=lambda g_z2: g_z2 * (1 + g_z2)),
    ),
    *mistake(
        "d2-z-for-a",
        "a(1 - a) with z in place of a",
        "The formula a(1 - a) is about activations. You put in z2, the sum before the sigmoid.",
        way(slope2=lambda z2: z2 * (1 - z2)),
    ),
    *mistake(
        "d2-gprime-twice",
        "g' applied twice",
        "The slope is taken of the slope: one of your names holds g'(z2) already.",
        way(slope2=lambda gprime, z2: gprime(gprime(z2))),
        way(slope2=lambda gprime, z2: gprime(z2) ** 2),
    ),
    *mistake(
        "d2-last-column",
        "Wrong column of Theta2 removed",
        "The bias unit is the first one of the hidden layer. You left out the last one.",
        way(error2=lambda delta3, Theta2: delta3 @ Theta2[:, :-1]),
        way(delta2=lambda delta3, Theta2, gprime, z2: (delta3 @ Theta2 * gprime(with_bias(z2)))[:, :-1]),
    ),
    *mistake(
        "d2-noT",
        "Theta2 the wrong way round on the way back",
        "On the way back each hidden unit collects from all the outputs that it feeds, so Theta2 is used the other way "
        "round than on the way forward.",
        way(error2=lambda delta3, Theta2: delta3 @ Theta2[:, 1:].T),
        way(error2=lambda delta3, Theta2: (delta3 @ Theta2.T)[:, 1:]),
    ),
    *mistake(
        "d2-sign",
        "Error of the hidden layer with its sign turned",
        "The gradient of Theta1 is exactly minus the right one, and that of Theta2 is right: the sign changes on the "
        "way back through the net.",
        way(error2=lambda delta3, Theta2: -delta3 @ Theta2[:, 1:]),
    ),
    *mistake(
        "d2-keep-bias",
        "Error of the bias unit kept",
        "No connection leads INTO the bias unit, so its error is dropped before the gradient of Theta1 is formed. You "
        "have one column more than there are hidden units.",
        sign=lambda cases, results: everywhere(cases, results, bias_error_kept),
    ),
    *mistake(
        "d2-linear-index",
        "The matrix of errors indexed like a vector",
        "With examples as rows, dropping the error of the bias unit means dropping a COLUMN. A single index walks "
        "through the matrix as if it were a vector.",
        sign=lambda cases, results: everywhere(cases, results, errors_in_one_vector),
    ),
)

ACCUMULATION = (
    *mistake(
        "acc-last",
        "Accumulator overwritten",
        "The gradient is that of the last example, divided by m: the accumulator has to add up, and not start afresh.",
        way(
            Delta1=lambda delta2, a1: np.outer(delta2[-1], a1[-1]),
            Delta2=lambda delta3, a2: np.outer(delta3[-1], a2[-1]),
        ),
        way(Delta1=lambda delta2, a1: np.outer(delta2[-1], a1[-1])),
        way(Delta2=lambda delta3, a2: np.outer(delta3[-1], a2[-1])),
    ),
    *mistake(
        "acc-stale-index",
        "Index left over from an earlier loop",
        "The gradient is that of the last example, m times over: the loop counts with one letter and reads with "
        "another.",
        way(
            Delta1=lambda delta2, a1: len(a1) * np.outer(delta2[-1], a1[-1]),
            Delta2=lambda delta3, a2: len(a2) * np.outer(delta3[-1], a2[-1]),
        ),
    ),
    *mistake(
        "acc-loop-bounds",
        "Loop misses an example in the gradient",
        "One example at the end of the data is left out of the gradient: check where the loop begins and where it "
        "ends.",
        way(Delta1=lambda delta2, a1: delta2[1:].T @ a1[1:], Delta2=lambda delta3, a2: delta3[1:].T @ a2[1:]),
        way(Delta1=lambda delta2, a1: delta2[:-1].T @ a1[:-1], Delta2=lambda delta3, a2: delta3[:-1].T @ a2[:-1]),
    ),
    *mistake(
        "acc-no-m",
        "Gradient not divided by m",
        "The gradient is exactly m times too large. The last step of the algorithm takes the mean.",
        way(mean1=lambda Delta1: Delta1, mean2=lambda Delta2: Delta2),
    ),
    *mistake(
        "acc-m-twice",
        "Gradient divided by m twice",
        "The gradient is exactly m times too small: it is averaged in the loop and once more after it, or in delta3 "
        "and at the end.",
        way(mean1=lambda Delta1, m: Delta1 / m**2, mean2=lambda Delta2, m: Delta2 / m**2),
    ),
    *mistake(
        "acc-2m",
        "Gradient divided by 2m",
        "The gradient is exactly half. The 1/2 stands in front of the penalty in the cost, and goes away when you "
        "differentiate.",
        way(mean1=lambda Delta1, m: Delta1 / (2 * m), mean2=lambda Delta2, m: Delta2 / (2 * m)),
    ),
    *mistake(
        "acc-m-one",
        "Only one of the two gradients divided by m",
        "One of the two gradients is still a sum over the examples, exactly m times too large.",
        way(mean1=lambda Delta1: Delta1),
        way(mean2=lambda Delta2: Delta2),
    ),
    *mistake(
        "rG-bias-undivided",
        "Bias column not divided by m",
        "The first column of each gradient is exactly m times too large. The mean is taken of every column; only "
        "lambda treats the first one differently.",
        way(
            mean1=lambda Delta1, m: np.hstack([Delta1[:, :1], Delta1[:, 1:] / m]),
            mean2=lambda Delta2, m: np.hstack([Delta2[:, :1], Delta2[:, 1:] / m]),
        ),
    ),
    *mistake(
        "acc-z",
        "Gradient built with z2",
        "The gradient multiplies an error by what the layer before it SENT, which is the activation after the sigmoid.",
        way(Delta2=lambda delta3, z2: delta3.T @ with_bias(z2)),
    ),
    *mistake(
        "acc-shifted",
        "Activations shifted against their weights",
        "The activations that meet the output error are one column off: is the column of ones added twice, or the "
        "last hidden unit cut off?",
        way(Delta2=lambda delta3, a2: delta3.T @ with_bias(a2[:, :-1])),
    ),
    *mistake(
        "acc-bias-dropped",
        "Gradient of the bias weights zero",
        "The first column of the gradient is 0. Bias weights learn too: what they do without is the PENALTY.",
        way(
            mean1=lambda Delta1, m: without_bias(Delta1 / m),
            mean2=lambda Delta2, m: without_bias(Delta2 / m),
        ),
        way(mean1=lambda Delta1, m: without_bias(Delta1 / m)),
        way(mean2=lambda Delta2, m: without_bias(Delta2 / m)),
    ),
)

DECAY = (
    *mistake(
        "rG-none",
        "Penalty missing in the gradient",
        "The gradient does not change with lambda: differentiate the penalty as well.",
        way(
            decay1=lambda Theta1: np.zeros(Theta1.shape),
            decay2=lambda Theta2: np.zeros(Theta2.shape),
        ),
    ),
    *mistake(
        "rG-bias",
        "Bias column regularised",
        "The penalty leaves the bias weights out, and so does its slope. Only the first column of each gradient is "
        "wrong, and only when lambda is not 0.",
        way(
            decay1=lambda lambda_, m, Theta1: lambda_ / m * Theta1,
            decay2=lambda lambda_, m, Theta2: lambda_ / m * Theta2,
        ),
    ),
    *mistake(
        "rG-bias-one",
        "Bias column of one matrix regularised",
        "The bias column is left out of the penalty's slope for one of the matrices, and not for the other.",
        way(decay1=lambda lambda_, m, Theta1: lambda_ / m * Theta1),
        way(decay2=lambda lambda_, m, Theta2: lambda_ / m * Theta2),
    ),
    *mistake(
        "rG-ones",
        "Bias column replaced by ones",
        "Every bias gradient is off by lambda/m: you put ones where nothing should be added.",
        way(
            decay1=lambda lambda_, m, Theta1: lambda_ / m * with_bias(Theta1[:, 1:]),
            decay2=lambda lambda_, m, Theta2: lambda_ / m * with_bias(Theta2[:, 1:]),
        ),
    ),
    *mistake(
        "rG-lam",
        "lambda in place of lambda/m",
        "The cost carries lambda/(2m). Differentiate it: which factor stands in front of Theta?",
        way(
            decay1=lambda lambda_, Theta1: lambda_ * without_bias(Theta1),
            decay2=lambda lambda_, Theta2: lambda_ * without_bias(Theta2),
        ),
        way(
            decay1=lambda lambda_, Theta1: lambda_ / 2 * without_bias(Theta1),
            decay2=lambda lambda_, Theta2: lambda_ / 2 * without_bias(Theta2),
        ),
        way(
            decay1=lambda lambda_, m, Theta1: lambda_ * m * without_bias(Theta1),
            decay2=lambda lambda_, m, Theta2: lambda_ * m * without_bias(Theta2),
        ),
    ),
    *mistake(
        "rG-lam-bias",
        "lambda Theta on every column, not divided by m",
        "Two things at once in the penalty's slope: the factor in front, and the first column.",
        way(
            decay1=lambda lambda_, Theta1: lambda_ * Theta1,
            decay2=lambda lambda_, Theta2: lambda_ * Theta2,
        ),
        way(
            decay1=lambda lambda_, m, Theta1: lambda_ / (2 * m) * Theta1,
            decay2=lambda lambda_, m, Theta2: lambda_ / (2 * m) * Theta2,
        ),
    ),
    *mistake(
        "rG-lam-2m",
        "lambda/(2m) in the gradient",
        "What lambda adds to the gradient is exactly half: differentiating a square brings down a 2.",
        way(
            decay1=lambda lambda_, m, Theta1: lambda_ / (2 * m) * without_bias(Theta1),
            decay2=lambda lambda_, m, Theta2: lambda_ / (2 * m) * without_bias(Theta2),
        ),
    ),
    *mistake(
        "rG-m-twice",
        "Penalty in the gradient divided by m twice",
        "What lambda adds to the gradient is m times too small: it is divided by m, added, and then divided by m again "
        "with the rest.",
        way(
            decay1=lambda lambda_, m, Theta1: lambda_ / m**2 * without_bias(Theta1),
            decay2=lambda lambda_, m, Theta2: lambda_ / m**2 * without_bias(Theta2),
        ),
    ),
    *mistake(
        "rG-sign",
        "Penalty subtracted from the gradient",
        "The penalty pulls weights towards 0. In gradient descent that means that its slope is ADDED.",
        way(
            decay1=lambda lambda_, m, Theta1: -lambda_ / m * without_bias(Theta1),
            decay2=lambda lambda_, m, Theta2: -lambda_ / m * without_bias(Theta2),
        ),
    ),
    *mistake(
        "rG-one-matrix",
        "Only one gradient regularised",
        "One of the two gradients does not react to lambda.",
        way(decay1=lambda Theta1: np.zeros(Theta1.shape)),
        way(decay2=lambda Theta2: np.zeros(Theta2.shape)),
    ),
    *mistake(
        "rG-overwrite",
        "Penalty in place of the gradient",
        "But for the bias column the gradient is nothing but the penalty's slope: you assign where you should add.",
        way(
            D1=lambda mean1, decay1, lambda_: np.hstack([mean1[:, :1], decay1[:, 1:]]) if lambda_ else mean1,
            D2=lambda mean2, decay2, lambda_: np.hstack([mean2[:, :1], decay2[:, 1:]]) if lambda_ else mean2,
        ),
        way(
            D1=lambda mean1, decay1: np.hstack([mean1[:, :1], decay1[:, 1:]]),
            D2=lambda mean2, decay2: np.hstack([mean2[:, :1], decay2[:, 1:]]),
        ),
    ),
    *mistake(
        "rG-row",
        "First row not regularised, in place of the first column",
        "A unit is a row, an input a column: the bias weights are a column.",
        way(
            decay1=lambda lambda_, m, Theta1: lambda_ / m * without_bias(Theta1.T).T,
            decay2=lambda lambda_, m, Theta2: lambda_ / m * without_bias(Theta2.T).T,
        ),
        way(
            decay1=lambda lambda_, m, Theta1: lambda_ / m * without_bias(without_bias(Theta1).T).T,
            decay2=lambda lambda_, m, Theta2: lambda_ / m * without_bias(without_bias(Theta2).T).T,
        ),
    ),
    *mistake(
        "rG-last-column",
        "Last column not regularised, in place of the first",
        "The bias weights are the first column of each Theta. You left the last one out of the penalty's slope.",
        way(
            decay1=lambda lambda_, m, Theta1: lambda_ / m * without_bias(Theta1[:, ::-1])[:, ::-1],
            decay2=lambda lambda_, m, Theta2: lambda_ / m * without_bias(Theta2[:, ::-1])[:, ::-1],
        ),
    ),
    *mistake(
        "rG-only-bias",
        "Nothing but the bias column regularised",
        "It is the other way round: the bias column is the one that the penalty leaves alone.",
        way(
            decay1=lambda lambda_, m, Theta1: lambda_ / m * (Theta1 - without_bias(Theta1)),
            decay2=lambda lambda_, m, Theta2: lambda_ / m * (Theta2 - without_bias(Theta2)),
        ),
    ),
    *mistake(
        "rG-scalar",
        "One number added to every entry",
        "You add the sum of the weights to every entry of the gradient. Each entry has to do with its own weight only.",
        way(
            decay1=lambda lambda_, m, Theta1: lambda_ / m * Theta1[:, 1:].sum() * np.ones(Theta1.shape),
            decay2=lambda lambda_, m, Theta2: lambda_ / m * Theta2[:, 1:].sum() * np.ones(Theta2.shape),
        ),
    ),
    *mistake(
        "rG-squared",
        "Squared weights in the gradient",
        "The squares are in the cost. What is the derivative of a square?",
        way(
            decay1=lambda lambda_, m, Theta1: lambda_ / m * without_bias(Theta1) ** 2,
            decay2=lambda lambda_, m, Theta2: lambda_ / m * without_bias(Theta2) ** 2,
        ),
    ),
)

UNROLLING = (
    *mistake(
        "out-C",
        "Gradient unrolled row by row",
        "The numbers of the gradient are right but in another order: Octave's (:) reads down the columns. A transposed "
        "matrix gives the same picture.",
        way(grad=lambda D1, D2: np.concatenate([D1.ravel(), D2.ravel()])),
        way(grad=lambda D1, D2: np.concatenate([D1.ravel(), D2.ravel(order="F")])),
        way(grad=lambda D1, D2: np.concatenate([D1.ravel(order="F"), D2.ravel()])),
    ),
    *mistake(
        "out-swap",
        "Gradient of Theta2 first",
        "The two halves of grad are in the other order: the gradient of Theta1 comes first.",
        way(grad=lambda D1, D2: unrolled([D2, D1])),
    ),
)

SIGMOID_MISTAKES = (
    *sigmoid_mistakes("ex4", sigmoid),
    *mistake(
        "sg-of-z",
        "z(1 - z)",
        "The formula a(1 - a) is written with a = g(z). You put z itself into it.",
        way(gprime=lambda: lambda z: z * (1 - z)),
        function="sigmoidGradient",
    ),
    *mistake(
        "sg-half",
        "g(z)(1 - z)",
        "Both factors are made with the sigmoid. One of yours has z itself.",
        way(gprime=lambda g: lambda z: g(z) * (1 - z)),
        way(gprime=lambda g: lambda z: z * (1 - g(z))),
        function="sigmoidGradient",
    ),
    *mistake(
        "sg-matrix",
        "Matrix product in place of an elementwise one",
        "The slope is taken entry by entry. With a square matrix a matrix product gives wrong numbers and no error.",
        way(gprime=lambda g: lambda z: np.dot(g(z), 1 - g(z))),
        function="sigmoidGradient",
    ),
    *mistake(
        "sg-no-square",
        "1 - g(z)",
        "Your value at 0 is 0.5 where 0.25 is right. What you have is 1 - g(z): a factor is missing, or a square below "
        "the fraction line.",
        way(gprime=lambda g: lambda z: 1 - g(z)),
        function="sigmoidGradient",
    ),
    *mistake(
        "sg-sigmoid",
        "Returns the sigmoid",
        "That is the value of the sigmoid. Its slope is asked for.",
        way(gprime=lambda g: lambda z: g(z)),
        function="sigmoidGradient",
    ),
    *mistake(
        "sg-twice",
        "Slope at g(z)",
        "The sigmoid is applied twice: you take the slope at g(z) and not at z.",
        way(gprime=lambda g: lambda z: g(g(z)) * (1 - g(g(z)))),
        function="sigmoidGradient",
    ),
    *mistake(
        "sg-squared",
        "g(z) times itself",
        "One factor of the slope is g(z). The other is what is missing to 1, not g(z) again.",
        way(gprime=lambda g: lambda z: g(z) ** 2),
        way(gprime=lambda g: lambda z: 1 - g(z) ** 2),
        way(gprime=lambda g: lambda z: g(z) * (1 + g(z))),
        function="sigmoidGradient",
    ),
    *mistake(
        "sg-sign",
        "Slope with its sign turned",
        "The sigmoid rises everywhere, so that its slope is positive. Yours is negative.",
        way(gprime=lambda g: lambda z: -g(z) * (1 - g(z))),
        function="sigmoidGradient",
    ),
    *mistake(
        "sg-numbers-only",
        "Slope of numbers only",
        "The slope of one number works and that of an array does not. It is taken element by element.",
        function="sigmoidGradient",
        sign=numbers_only,
    ),
    *matrix_division("ex4", "sigmoid", "sigmoidGradient", "nnCostFunction"),
)

HELPERS = (
    *mistake(
        "pr-zero-based",
        "Column number in place of the label",
        "Columns count from 0 in Python, labels from 1: every label is one too small.",
        way(p=lambda h3: np.argmax(h3, axis=1)),
        function="predict",
    ),
    *mistake(
        "pr-max-value",
        "Probability in place of the label",
        "You return how sure the net is. Which output is the surest is asked for.",
        way(p=lambda h3: h3.max(axis=1)),
        function="predict",
    ),
    *mistake(
        "pr-axis",
        "Maximum over the examples",
        "Each example gets one answer: look for the largest among its outputs, not among the examples.",
        way(p=lambda h3: np.argmax(h3, axis=0) + 1),
        way(p=lambda h3: np.argmax(h3, axis=0)),
        way(p=lambda h3: h3.max(axis=0)),
        function="predict",
    ),
    *mistake(
        "pr-least",
        "Minimum in place of the maximum",
        "You return the label that the net is least sure of.",
        way(p=lambda h3: np.argmin(h3, axis=1) + 1),
        function="predict",
    ),
    *mistake(
        "gc-one-sided",
        "One-sided difference",
        "You compare J at one side with J in the middle. The difference of both sides is far more exact for the same "
        "step.",
        way(numgrad=lambda F, theta, moves, step: np.array([F(theta + e) - F(theta) for e in moves]) / step),
        way(numgrad=lambda F, theta, moves, step: np.array([F(theta) - F(theta - e) for e in moves]) / step),
        function="computeNumericalGradient",
    ),
    *mistake(
        "gc-eps",
        "Divided by the step in place of twice the step",
        "The slope is exactly doubled. How far apart are your two points?",
        way(numgrad=lambda F, theta, moves, step: np.array([F(theta + e) - F(theta - e) for e in moves]) / step),
        function="computeNumericalGradient",
    ),
    *mistake(
        "gc-sign",
        "Difference taken the wrong way round",
        "The numerical gradient has the wrong sign: subtract the cost at the lower point from that at the higher one.",
        way(numgrad=lambda F, theta, moves, step: np.array([F(theta - e) - F(theta + e) for e in moves]) / (2 * step)),
        function="computeNumericalGradient",
    ),
    *mistake(
        "gc-perturb-all",
        "Step not undone",
        "Each entry of theta is moved alone, and put back before the next one is moved. Yours stay moved.",
        way(moves=lambda theta, step: step * np.cumsum(each_alone(theta), axis=0)),
        function="computeNumericalGradient",
    ),
    *mistake(
        "ri-no-bias",
        "No column for the bias",
        "A unit has L_in inputs and one bias: a column is missing.",
        function="randInitializeWeights",
        sign=lambda cases, results: shapes_are(cases, results, lambda L_in, L_out: (L_out, L_in)),
    ),
    *mistake(
        "ri-transposed",
        "Matrix of weights transposed",
        "The matrix has one ROW for each unit of the next layer.",
        function="randInitializeWeights",
        sign=lambda cases, results: shapes_are(cases, results, lambda L_in, L_out: (L_in + 1, L_out)),
    ),
    *mistake(
        "ri-zeros",
        "All weights equal",
        "Units that start alike get the same gradient and stay alike. What breaks the tie?",
        function="randInitializeWeights",
        sign=lambda cases, results: all_weights(results, lambda W: np.ptp(W) == 0),
    ),
    *mistake(
        "ri-positive",
        "Only positive weights",
        "The interval is symmetric about 0, and your weights are all on one side: a subtraction is missing, or is "
        "inside the wrong bracket.",
        function="randInitializeWeights",
        sign=lambda cases, results: all_weights(results, lambda W: W.min() >= 0 and np.ptp(W) > 0),
    ),
    *mistake(
        "ri-pdf-minus",
        "Line pasted from the PDF",
        "The PDF prints a typographic minus sign, and loses the underscore. Type the line yourself.",
        function="randInitializeWeights",
        sign=lambda cases, results: any(re.search("\u2212|U\\+2212", complaint(result)) for result in results),
    ),
)

SHAPES = (
    *mistake(
        "y-unique",
        "Number of classes taken from the data",
        "num_labels says how many classes there are. A small batch need not contain all of them, and then your code "
        "fails.",
        way(Y=lambda y: 1.0 * (y.reshape(-1, 1) == np.unique(y))),
        way(Y=lambda y: np.eye(y.max())[y.ravel() - 1]),
        sign=lambda cases, results: raised_where(cases, results, lambda case: not has_all_classes(case)),
    ),
    *mistake(
        "bias-missing",
        "No bias column",
        "Each layer gets one more unit that is always 1. The matrix that you multiply is exactly one column short.",
        sign=lambda cases, results: everywhere(cases, results, one_column_short),
    ),
    *mistake(
        "hardcoded",
        "Sizes of the digit data written into the code",
        "Your code works for 400 inputs, 25 hidden units and 10 labels, or for 5000 examples, and for no other net. "
        "Use the sizes that the function is given.",
        sign=lambda cases, results: (
            raised_where(cases, results, lambda case: classes(case) != 10)
            or everywhere(cases, results, names_digit_sizes)
        ),
    ),
    *mistake(
        "loop-batch",
        "Whole batch used inside the loop",
        "Inside the loop everything belongs to ONE example. One of your names still means all of them.",
        way(
            Delta1=lambda delta2, a1: len(a1) * delta2.T @ a1,
            Delta2=lambda delta3, a2: len(a2) * delta3.T @ a2,
        ),
    ),
)

MISTAKES = (
    *UNFINISHED,
    *READING_THE_WEIGHTS,
    *FORWARD,
    *COST,
    *PENALTY,
    *OUTPUT_ERROR,
    *HIDDEN_ERROR,
    *ACCUMULATION,
    *DECAY,
    *UNROLLING,
    *SIGMOID_MISTAKES,
    *HELPERS,
    *SHAPES,
)

TWINS = {
    ("ex4-acc-no-m", "ex4-loop-batch"): "the whole batch added up m times and divided by m is the sum, not divided",
    ("ex4-d2-a-only", "ex4-sg-no-square"): "a slope of 1 - g(z), written here or in sigmoidGradient",
    ("ex4-d2-a-only", "ex4-sg-sigmoid"): "a slope of g(z), written here or in sigmoidGradient",
    ("ex4-d2-gprime-of-a", "ex4-sg-twice"): "g' at g(z), asked for here or given by sigmoidGradient",
    ("ex4-d2-sign", "ex4-sg-sign"): "a minus lost here or in sigmoidGradient",
    ("ex4-d2-wrong-slope", "ex4-sg-squared"): "the same wrong slope, written here or in sigmoidGradient",
    ("ex4-d2-z-for-a", "ex4-sg-of-z"): "z(1 - z), written here or in sigmoidGradient",
    ("ex4-s-identity", "ex4-sg-of-z"): "z(1 - z), with z in place of the sigmoid or of its value",
}
"""Mistakes that give the same numbers in one function, and why. Those that belong to two functions are told apart by
the results of the function that is called."""

# --- signs ------------------------------------------------------------------------------------------------------------

DIGIT_SIZES = re.compile(r"(?<![\d.e])(?<!e[-+])(10|25|26|400|401|5000)(?!\d)")
ABOUT_SIZES = {"ValueError", "IndexError", "error"}
"""The kinds of error that sizes lead to, in Python and in Octave."""


def real_arrays(values):
    return [
        np.asarray(value, dtype=float)
        for value in values
        if isinstance(value, np.ndarray) and value.dtype.kind in "biuf"
    ]


def arrays(results):
    return real_arrays(result.value for result in results)


def costs(results):
    """The first of the values that each call returned, where it is made of numbers."""
    returned = (result.value if isinstance(result.value, tuple) else (result.value,) for result in results)
    return real_arrays(value for values in returned for value in values[:1])


def classes(case):
    return case.arguments[3]


def has_all_classes(case):
    return len(np.unique(case.arguments[5])) == classes(case)


def names_digit_sizes(case, result):
    return result.error.kind in ABOUT_SIZES and bool(DIGIT_SIZES.search(complaint(result)))


def one_column_short(case, result):
    n, h = case.arguments[1:3]
    found = sizes_in(result)
    return is_product(result) and any({size, size + 1} <= set(found) for size in (n, h))


def bias_error_kept(case, result):
    """Whether the (m, h+1) errors, or those of one example, met (m, h) numbers, and no weights did."""
    h, m = case.arguments[2], len(case.arguments[4])
    on_entries = not is_product(result) and not is_matrix_division(case, result)
    return on_entries and {h, h + 1} <= set(sizes_in(result)) <= {h, h + 1, m, 1}


def errors_in_one_vector(case, result):
    """Whether the (m, h+1) errors became one vector without its first entry."""
    h, m = case.arguments[2], len(case.arguments[4])
    return m * (h + 1) - 1 in sizes_in(result)


def all_weights(results, property_holds):
    found = arrays(results)
    return bool(found) and all(W.size and property_holds(W) for W in found)


def shapes_are(cases, results, shape):
    """Whether every matrix of weights has this shape."""
    shapes = [shape_of(result.value) for result in results]
    sizes = [tuple(map(int, case.arguments)) for case in cases]
    return shapes == [shape(L_in, L_out) for L_in, L_out in sizes]
