"""Mistakes that people make in the exercise `regression`: each one is a step of the reference done wrong.

`COMPUTATIONS` writes the graded functions as named steps: a step's parameters name the inputs and the steps that it
needs, in the letters of `solutions.regression.regression`. `MISTAKES` is the catalogue: what a student reads, and the
steps as the mistake does them, or the sign that shows it where it gives no numbers. A mistake in a step is a mistake of
every function that has the step: one in `z2` shows in forward, in costFunction and in costGradient.

gradientDescent takes these steps again and again. There they are inside of two functions, `gradient_at` and `cost_at`,
and `met_on_the_way` makes the mistakes of the others there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np

from grader.graph import needs
from grader.model import Computation, Kind, Mistake
from solutions import catalogue
from solutions.catalogue import (
    everywhere,
    is_product,
    matrix_division,
    numbers_only,
    raised_where,
    sigmoid_mistakes,
    sizes_in,
    way,
)
from solutions.regression.regression import SHARES, costFunction, sigmoid

# --- the functions, step by step --------------------------------------------------------------------------------------

SIGMOID = {
    "g": lambda: sigmoid,
    "values": lambda g, z: g(np.asarray(z, dtype=float)),
}

SLOPE = {
    "g": lambda: sigmoid,
    "gprime": lambda g: lambda z: g(z) * (1 - g(z)),
}

SIGMOID_PRIME = {
    **SLOPE,
    "slopes": lambda gprime, z: gprime(np.asarray(z, dtype=float)),
}

FORWARD = {
    "g": lambda: sigmoid,
    "z2": lambda X, Theta1: X @ Theta1,
    "a2": lambda g, z2: g(z2),
    "z3": lambda a2, Theta2: a2 @ Theta2,
    "yhat": lambda g, z3: g(z3),
}

COST = {
    **FORWARD,
    "m": lambda X: len(X),
    "error": lambda y, yhat: y - yhat,
    "total": lambda error: (error**2).sum(),
    "half": lambda scaling, m: SHARES[scaling](m) / 2,
    "J": lambda half, total: half * total,
}

GRADIENT = {
    **FORWARD,
    **SLOPE,
    "m": lambda X: len(X),
    "error": lambda y, yhat: y - yhat,
    "slope3": lambda gprime, z3: gprime(z3),
    "delta3": lambda error, slope3: -error * slope3,
    "back": lambda delta3, Theta2: delta3 @ Theta2.T,
    "slope2": lambda gprime, z2: gprime(z2),
    "delta2": lambda back, slope2: back * slope2,
    "sum1": lambda X, delta2: X.T @ delta2,
    "sum2": lambda a2, delta3: a2.T @ delta3,
    "share": lambda scaling, m: SHARES[scaling](m),
    "share1": lambda share: share,
    "share2": lambda share: share,
    "D1": lambda sum1, share1: share1 * sum1,
    "D2": lambda sum2, share2: share2 * sum2,
    "dJdTheta1": lambda D1: D1,
    "dJdTheta2": lambda D2: D2,
}

NEURON = {
    "g": lambda: sigmoid,
    "z": lambda X, w: X @ w,
    "y": lambda g, z: g(z),
    "miss": lambda t, y: t - y,
    "E": lambda miss: (miss**2).sum() / 2,
    "slope": lambda y: y * (1 - y),
    "pull": lambda slope, miss: slope * miss,
    "dEdw": lambda X, pull: -X.T @ pull,
}


def done(steps, **values):
    """All values, after the steps that have none yet are done in their order."""
    for name, step in steps.items():
        if name not in values:
            values[name] = step(*[values[needed] for needed in needs(step)])
    return values


def gradient_with(changed):
    """The step of gradientDescent that gives, for Theta1 and Theta2, what costGradient does with some steps changed."""
    steps = {**GRADIENT, **changed}

    def step(X, y, g, gprime):
        def gradient_at(Theta1, Theta2):
            values = done(steps, X=X, y=y, Theta1=Theta1, Theta2=Theta2, scaling="half", g=g, gprime=gprime)
            return values["dJdTheta1"], values["dJdTheta2"]

        return gradient_at

    return step


def cost_with(changed):
    """The same for costFunction."""
    steps = {**COST, **changed}

    def step(X, y, g):
        return lambda Theta1, Theta2: done(steps, X=X, y=y, Theta1=Theta1, Theta2=Theta2, scaling="half", g=g)["J"]

    return step


def both_at_once(gradient, change, Theta1, Theta2):
    D1, D2 = gradient(Theta1, Theta2)
    return change(Theta1, D1), change(Theta2, D2)


@dataclass(frozen=True)
class Walked:
    """The weights (Theta1, Theta2) before the first step and after each one, and the cost after each one."""

    path: Sequence[tuple[np.ndarray, np.ndarray]]
    costs: np.ndarray


def walk(turn, cost, Theta1, Theta2, count):
    path = [(Theta1, Theta2)]
    for _ in range(count):
        path.append(turn(*path[-1]))
    return Walked(path, np.array([cost(*at) for at in path[1:]]))


DESCENT = {
    **SLOPE,
    "gradient_at": gradient_with({}),
    "cost_at": cost_with({}),
    "change": lambda alpha: lambda Theta, D: Theta - alpha * D,
    "turn": lambda gradient_at, change: partial(both_at_once, gradient_at, change),
    "count": lambda iterations: int(iterations),
    "walked": lambda turn, cost_at, Theta1, Theta2, count: walk(turn, cost_at, Theta1, Theta2, count),
    "last": lambda: -1,
    "end1": lambda walked, last: walked.path[last][0],
    "end2": lambda walked, last: walked.path[last][1],
    "J_history": lambda walked: walked.costs,
}

ONE_STEP = {
    **GRADIENT,
    "scaling": lambda: "half",
    "end1": lambda Theta1, alpha, dJdTheta1: Theta1 - alpha * dJdTheta1,
    "end2": lambda Theta2, alpha, dJdTheta2: Theta2 - alpha * dJdTheta2,
    "J_history": lambda X, y, end1, end2: np.array([costFunction(X, y, end1, end2)]),
}
"""A descent of one step."""

STAGES = {
    "z2": Kind("z2"),
    "a2": Kind("a2"),
    "z3": Kind("z3"),
    "yhat": Kind("yhat|a3|h|y?pred(iction)?|out(put)?"),
    "delta3": Kind("(delta|d|sigma|err(or)?|e)3"),
    "delta2": Kind("(delta|d|sigma|err(or)?|e)2"),
    "dJdTheta2": Kind("(dj)?d(theta|t|w)2|(theta|t|w)2grad|grad2"),
    "dJdTheta1": Kind("(dj)?d(theta|t|w)1|(theta|t|w)1grad|grad1"),
}
STEP_STAGES = {
    **STAGES,
    "end2": Kind("(new)?(theta|t|w)2(new)?", called="Theta2 after the step"),
    "end1": Kind("(new)?(theta|t|w)1(new)?", called="Theta1 after the step"),
}
NEURON_STAGES = {
    "z": Kind("z"),
    "y": Kind("y|yhat|a|out(put)?"),
    "slope": Kind("slope|gprime|dydz", called="y (1 - y)"),
    "miss": Kind("err(or)?|diff(erence)?", called="t - y", free=True),
    "dEdw": Kind("dedw|grad(ient)?"),
}

BY_SCALING = {"unit": 2, "addition": 'what "mean" changes in'}
SCALES = {"m": "m, the number of examples"}


def descent(computation):
    """The computation, and where there is one step alone what that is made of."""
    alone = replace(computation, steps=ONE_STEP, stages=STEP_STAGES)
    return replace(computation, spread=lambda case: alone if case.arguments[-1] == 1 else computation)


COMPUTATIONS = (
    Computation("sigmoid", ("z",), ("values",), SIGMOID, {"g": ("values", "")}),
    Computation("sigmoidPrime", ("z",), ("slopes",), SIGMOID_PRIME, {"gPrime": ("slopes", "")}),
    Computation(
        "forward",
        ("X", "Theta1", "Theta2"),
        ("z2", "a2", "z3", "yhat"),
        FORWARD,
        {name: (name, "") for name in ("z2", "a2", "z3", "yhat")},
        stages=STAGES,
    ),
    Computation(
        "costFunction",
        ("X", "y", "Theta1", "Theta2", "scaling"),
        ("J",),
        COST,
        {"J": ("J", "")},
        scales=SCALES,
        stages=STAGES,
        **BY_SCALING,
    ),
    Computation(
        "costGradient",
        ("X", "y", "Theta1", "Theta2", "scaling"),
        ("dJdTheta1", "dJdTheta2"),
        GRADIENT,
        {"dJdTheta2": ("dJdTheta2", ""), "dJdTheta1": ("dJdTheta1", "")},
        scales=SCALES,
        stages=STAGES,
        **BY_SCALING,
    ),
    Computation(
        "hintonNeuron",
        ("w", "X", "t"),
        ("E", "dEdw"),
        NEURON,
        {"E": ("E", ""), "dEdw": ("dEdw", "")},
        stages=NEURON_STAGES,
    ),
    descent(
        Computation(
            "gradientDescent",
            ("X", "y", "Theta1", "Theta2", "alpha", "iterations"),
            ("end1", "end2", "J_history"),
            DESCENT,
            {"Theta2": ("end2", ""), "Theta1": ("end1", ""), "J_history": ("J_history", "")},
        )
    ),
)

# --- the catalogue ----------------------------------------------------------------------------------------------------

mistake = partial(catalogue.mistake, "regression")

in_sigmoid = partial(mistake, "sigmoid")
in_slope = partial(mistake, "sigmoidPrime")
in_forward = partial(mistake, "forward")
in_cost = partial(mistake, "costFunction")
in_gradient = partial(mistake, "costGradient")
in_neuron = partial(mistake, "hintonNeuron")
in_descent = partial(mistake, "gradientDescent")

UNFINISHED = (
    *in_cost(
        "J-not-started",
        "Cost still zero",
        "J is 0 whatever the weights: the cost has not been started, or its result is never put into J.",
        way(J=lambda: 0.0),
    ),
    *in_gradient(
        "D-not-started",
        "Gradients still zero",
        "Both gradients are all zeros: they have not been started, or are never put into what is returned.",
        way(D1=lambda Theta1: np.zeros(Theta1.shape), D2=lambda Theta2: np.zeros(Theta2.shape)),
    ),
    *in_gradient(
        "D-one-zero",
        "One gradient still zero",
        "One of the two gradients is all zeros: is it computed, and then assigned?",
        way(D1=lambda Theta1: np.zeros(Theta1.shape)),
        way(D2=lambda Theta2: np.zeros(Theta2.shape)),
    ),
    *in_neuron(
        "h-E-not-started",
        "E still zero",
        "E is 0 whatever the weights: it has not been started, or its result is never put into E.",
        way(E=lambda: 0.0),
    ),
    *in_neuron(
        "h-not-started",
        "Neuron's gradient still zero",
        "Every slope is 0: the gradient has not been started, or its result is never put into dEdw.",
        way(dEdw=lambda w: np.zeros(w.shape)),
    ),
    *in_descent(
        "gd-history-zero",
        "Costs never recorded",
        "J_history is still all zeros: the cost after each step belongs there.",
        way(J_history=lambda count: np.zeros(count)),
    ),
    *in_descent(
        "gd-not-started",
        "Weights as they were",
        "The weights that you return are those that you were given: no step is taken, or its result is lost.",
        way(last=lambda: 0),
        way(last=lambda: 0, J_history=lambda count: np.zeros(count)),
    ),
)

SIGMOID_MISTAKES = (
    *sigmoid_mistakes("regression", sigmoid),
    *in_sigmoid(
        "s-overflow",
        "Sigmoid that overflows",
        "For large z your exponential is Inf, and Inf divided by Inf is NaN. Of the two ways to write the sigmoid, one "
        "has an exponential that stays finite for positive z and the other for negative z.",
        way(g=lambda: lambda z: np.exp(z) / (1 + np.exp(z))),
    ),
)


def naive_slope(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


SLOPE_MISTAKES = (
    *in_slope(
        "sp-overflow",
        "Slope that overflows",
        "The formula is right, and its numbers are too large for a computer: for z below -709 the exponential is Inf, "
        "and Inf divided by Inf is NaN. The slope is the same at z and -z: which of the two has the small exponential?",
        way(gprime=lambda: naive_slope),
        way(gprime=lambda: lambda z: naive_slope(-z)),
        sign=lambda cases, results: raised_where(cases, results, is_large),
    ),
    *in_slope(
        "sp-no-square",
        "Denominator of the slope not squared",
        "The denominator of the slope is a square: it comes from the rule for the derivative of 1 over something.",
        way(gprime=lambda: lambda z: sigmoid(-z)),
    ),
    *in_slope(
        "sp-numerator",
        "Numerator of the slope lost",
        "Above the line stands the derivative of what is inside the denominator, and not 1.",
        way(gprime=lambda: lambda z: sigmoid(z) ** 2),
    ),
    *in_slope(
        "sp-of-z",
        "z(1 - z)",
        "The short formula a(1 - a) is written with a = g(z). You put z itself into it.",
        way(gprime=lambda: lambda z: z * (1 - z)),
    ),
    *in_slope(
        "sp-half",
        "One factor with z in place of g(z)",
        "Both factors of a(1 - a) are made with the sigmoid. One of yours has z itself.",
        way(gprime=lambda g: lambda z: g(z) * (1 - z)),
        way(gprime=lambda g: lambda z: z * (1 - g(z))),
    ),
    *in_slope(
        "sp-sigmoid",
        "Slope returns the sigmoid",
        "That is the value of the sigmoid. Here its slope is asked for.",
        way(gprime=lambda g: g),
    ),
    *in_slope(
        "sp-twice",
        "Slope at g(z) in place of z",
        "You take the slope at the wrong place: z has been through the sigmoid before its slope is taken.",
        way(gprime=lambda g: lambda z: g(g(z)) * (1 - g(g(z)))),
    ),
    *in_slope(
        "sp-sign",
        "Slope with its sign turned",
        "The sigmoid rises everywhere, so that its slope is positive. Yours is negative.",
        way(gprime=lambda g: lambda z: -g(z) * (1 - g(z))),
    ),
    *in_slope(
        "sp-square",
        "Square in place of a product of two factors",
        "One factor of a(1 - a) is g(z). The other is what is missing to 1, not the same again.",
        way(gprime=lambda g: lambda z: 1 - g(z) ** 2),
        way(gprime=lambda g: lambda z: g(z) * (1 + g(z))),
        way(gprime=lambda g: lambda z: (1 - g(z)) ** 2),
    ),
    *in_slope(
        "sp-matrix",
        "Matrix product in place of an elementwise one",
        "The slope of each entry depends on that entry alone. A matrix product mixes rows with columns.",
        way(slopes=lambda g, z: np.dot(g(z), 1 - g(z))),
    ),
    *in_slope(
        "sp-numbers-only",
        "Slope of numbers only",
        "The slope of one number works and that of an array does not. It is taken element by element.",
        sign=numbers_only,
    ),
    *matrix_division("regression", "sigmoid", "sigmoidPrime"),
)

FORWARD_MISTAKES = (
    *in_forward(
        "fw-a2-linear",
        "Hidden units without sigmoid",
        "z2 is only the weighted sum. What is applied to it before it goes on?",
        way(a2=lambda z2: z2),
    ),
    *in_forward(
        "fw-yhat-linear",
        "Output without sigmoid",
        "Your output is the weighted sum itself. Here the output unit too has a sigmoid, although the net does "
        "regression: y lies between 0 and 1.",
        way(yhat=lambda z3: z3),
    ),
    *in_forward(
        "fw-double",
        "Sigmoid applied twice",
        "Activations that have been through the sigmoid twice all lie between 0.5 and 0.73.",
        way(a2=lambda g, z2: g(g(z2))),
        way(yhat=lambda g, z3: g(g(z3))),
    ),
    *in_forward(
        "fw-tanh",
        "tanh in place of the sigmoid in one layer",
        "The units of this net use the sigmoid, in both layers. tanh is another activation, with another slope.",
        way(a2=lambda z2: np.tanh(z2)),
        way(yhat=lambda z3: np.tanh(z3)),
    ),
    *in_forward(
        "fw-relu",
        "Rectifier in place of the sigmoid",
        "Negative sums come out as 0. The units of this net use the sigmoid, in both layers.",
        way(a2=lambda z2: np.maximum(z2, 0)),
        way(yhat=lambda z3: np.maximum(z3, 0)),
    ),
    *in_forward(
        "fw-softmax",
        "Softmax output",
        "The outputs of an example add up to 1, and a single one is always 1. Here every output has its own sigmoid.",
        way(yhat=lambda z3: np.exp(z3) / np.exp(z3).sum(axis=1, keepdims=True)),
    ),
    *in_forward(
        "fw-threshold",
        "Output rounded to 0 or 1",
        "The net predicts a number, not a class: nothing is rounded.",
        way(yhat=lambda g, z3: np.round(g(z3))),
    ),
    *in_forward(
        "fw-z3-of-z2",
        "Sums passed on in place of activations",
        "z3 is made of what the hidden units pass on, and that is what comes out of their sigmoid.",
        way(z3=lambda z2, Theta2: z2 @ Theta2),
    ),
    *in_forward(
        "fw-z3-of-X",
        "Hidden layer left out",
        "The second weight matrix meets the inputs. What lies between the two layers of weights?",
        way(z3=lambda X, Theta2: X @ Theta2),
    ),
    *in_forward(
        "fw-transposed",
        "Weight matrix transposed in the forward pass",
        "The course keeps the weights INTO a unit in a row and has to transpose; here they stand in a column, and the "
        "product fits as it is. With a square matrix the transpose goes unnoticed.",
        way(z2=lambda X, Theta1: X @ Theta1.T, z3=lambda a2, Theta2: a2 @ Theta2.T),
        way(z2=lambda X, Theta1: X @ Theta1.T),
        way(z3=lambda a2, Theta2: a2 @ Theta2.T),
    ),
    *in_forward(
        "fw-weights-left",
        "Weights on the left of the examples",
        "That is the order for examples in columns. Here they are rows, and the weights stand on the right.",
        way(z2=lambda X, Theta1: Theta1 @ X, z3=lambda a2, Theta2: Theta2 @ a2),
        way(z2=lambda X, Theta1: Theta1 @ X),
        way(z3=lambda a2, Theta2: Theta2 @ a2),
        way(z2=lambda X, Theta1: Theta1.T @ X, z3=lambda a2, Theta2: Theta2.T @ a2),
    ),
    *in_forward(
        "fw-elementwise",
        "Elementwise product for the matrix product",
        "Each unit adds up all of its weighted inputs: that is a matrix product. An elementwise one adds up nothing.",
        way(z2=lambda X, Theta1: X * Theta1, z3=lambda a2, Theta2: a2 * Theta2),
        way(z2=lambda X, Theta1: X * Theta1),
        way(z3=lambda a2, Theta2: a2 * Theta2),
    ),
    *in_forward(
        "fw-bias",
        "Column of ones put in",
        "This net has no bias units: unlike in the course, nothing is put before X or before a2.",
        sign=lambda cases, results: everywhere(cases, results, one_too_many),
    ),
)

COST_MISTAKES = (
    *in_cost(
        "J-no-half",
        "1/2 missing in the cost",
        "J is exactly twice what it should be. The 1/2 is there to cancel the 2 that the square gives its slope.",
        way(J=lambda half, total: 2 * half * total),
    ),
    *in_cost(
        "J-not-squared",
        "Errors not squared",
        "Errors of opposite sign cancel in your sum. Square each one first.",
        way(total=lambda error: error.sum()),
    ),
    *in_cost(
        "J-absolute",
        "Absolute value in place of the square",
        "You add up how large the errors are. This cost adds up their squares.",
        way(total=lambda error: np.abs(error).sum()),
    ),
    *in_cost(
        "J-square-of-sum",
        "Square of the sum",
        "Square each error before adding, or errors of opposite sign cancel.",
        way(total=lambda error: error.sum() ** 2),
    ),
    *in_cost(
        "J-matrix-product",
        "Matrix product of the errors, all of it summed",
        "A matrix product pairs every output with every other. Each error is multiplied by itself alone.",
        way(total=lambda error: (error.T @ error).sum()),
        way(total=lambda error: (error @ error.T).sum()),
    ),
    *in_cost(
        "J-root",
        "Root of the sum",
        "You return the length of the vector of errors. The cost is its square, and half of it.",
        way(total=lambda error: np.sqrt((error**2).sum())),
    ),
    *in_cost(
        "J-sign",
        "Cost with its sign turned",
        "A sum of squares is positive, and so is this cost. Only the logarithmic cost needs a minus in front.",
        way(J=lambda half, total: -half * total),
    ),
    *in_cost(
        "J-logarithmic",
        "Logarithmic cost in place of the squared one",
        "That is the course's cost for classes. Here the squared error is asked for.",
        way(J=lambda half, y, yhat: -half * logs(y, yhat).sum()),
        way(J=lambda half, y, yhat: -2 * half * logs(y, yhat).sum()),
    ),
    *in_cost(
        "error-of-z3",
        "Error of the sums in place of the activations",
        "You compare y with z3. What the net says is what comes out of its last sigmoid.",
        way(error=lambda y, z3: y - z3),
    ),
    *in_cost(
        "error-table",
        "Row minus column in the error",
        "A vector minus a column makes a table of all differences, m by m. Give both the same shape first.",
        way(error=lambda y, yhat: y.ravel() - yhat),
    ),
    *in_cost(
        "J-last-example",
        "Cost of the last example alone",
        "Each turn of your loop forgets the earlier ones: the cost adds up all examples.",
        way(total=lambda error: (error[-1] ** 2).sum()),
    ),
    *in_cost(
        "J-first-output",
        "Cost of one output alone",
        "With more than one output you count only one of them. The sum runs over all outputs.",
        way(total=lambda error: (error[:, 0] ** 2).sum()),
        way(total=lambda error: (error[:, -1] ** 2).sum()),
    ),
    *in_cost(
        "J-one-sum-too-few",
        "One sum too few",
        "J is one number. You have added up in one direction, over the examples or over the outputs, and not in the "
        "other.",
        way(total=lambda error: (error**2).sum(axis=0)),
        way(total=lambda error: (error**2).sum(axis=1)),
    ),
)

COST_SCALING = (
    *in_cost(
        "J-2m-for-half",
        "1/(2m) where 1/2 is asked for",
        'With scaling "half" nothing is divided by the number of examples. You divide by m whatever the scaling is.',
        way(half=lambda m: 0.5 / m),
    ),
    *in_cost(
        "J-half-for-mean",
        "m missing in the cost",
        'With scaling "mean" the cost is divided by the number of examples as well. Yours does not depend on scaling.',
        way(half=lambda: 0.5),
    ),
    *in_cost(
        "J-scalings-swapped",
        "Scalings of the cost mixed up",
        'You divide by m where scaling is "half", and do not where it is "mean".',
        way(half=lambda scaling, m: 0.5 if scaling == "mean" else 0.5 / m),
    ),
    *in_cost(
        "J-precedence",
        "1/2*m typed for 1/(2m)",
        'Without brackets the m ends up on top: your cost is m squared times too large with "mean".',
        way(half=lambda scaling, m: 0.5 if scaling == "half" else 0.5 * m),
    ),
    *in_cost(
        "J-mean-no-half",
        "1/m in place of 1/(2m)",
        'With scaling "mean" the 1/2 stays, and m comes beside it. Yours is exactly twice too large there.',
        way(half=lambda scaling, m: 0.5 if scaling == "half" else 1 / m),
    ),
    *in_cost(
        "J-mean-all",
        "Mean over examples and outputs",
        "The cost is divided by the number of examples only. A mean of all entries divides by the outputs as well.",
        way(half=lambda scaling, m, yhat: 0.5 / (1 if scaling == "half" else yhat.size)),
        way(half=lambda m, yhat: 0.5 / yhat.size),
    ),
    *in_cost(
        "m-columns",
        "m read from the wrong dimension",
        "What you divide by counts columns. m counts the examples, and each example is a row of X.",
        way(m=lambda X: X.shape[1]),
    ),
    *in_cost(
        "m-length",
        "m is the longer side of X",
        "length(X) is the larger of the two dimensions: your m is right only as long as there are more examples than "
        "inputs.",
        way(m=lambda X: max(X.shape)),
    ),
    *in_cost(
        "m-entries",
        "m counts the numbers in X",
        "m is the number of examples, the rows of X. You count all of its entries.",
        way(m=lambda X: X.size),
    ),
    *in_cost(
        "m-minus-one",
        "Divided by m - 1",
        "m - 1 belongs to the variance of a sample. The cost is a plain mean over m examples.",
        way(m=lambda X: np.float64(len(X) - 1)),
    ),
)

GRADIENT_MISTAKES = (
    *in_gradient(
        "d3-sign",
        "Minus of the output error lost",
        "Both of your gradients have the wrong sign. yhat stands behind a minus in (y - yhat), and its derivative "
        "brings that minus out.",
        way(delta3=lambda error, slope3: error * slope3),
    ),
    *in_gradient(
        "d3-no-slope",
        "Slope left out of delta3",
        "delta3 is the error alone only for the logarithmic cost, where the slope cancels. With the squared error it "
        "stays.",
        way(delta3=lambda error: -error),
    ),
    *in_gradient(
        "d3-plain",
        "Output error without minus and without slope",
        "Your delta3 is y - yhat: its sign is wrong, and the slope of the output unit is missing.",
        way(delta3=lambda error: error),
    ),
    *in_gradient(
        "d3-slope-of-yhat",
        "g'(yhat) for g'(z3)",
        "The slope of the output unit is taken at z3. You take it at what has been through the sigmoid already.",
        way(slope3=lambda gprime, yhat: gprime(yhat)),
    ),
    *in_gradient(
        "d3-half-slope",
        "Half of the slope of the output",
        "The slope is the product of two factors, a and 1 - a. One of them is missing at the output.",
        way(slope3=lambda yhat: yhat),
        way(slope3=lambda yhat: 1 - yhat),
    ),
    *in_gradient(
        "d3-z-slope",
        "z3(1 - z3) for the slope of the output",
        "a(1 - a) is written with the activation. You put z3 into it.",
        way(slope3=lambda z3: z3 * (1 - z3)),
    ),
    *in_gradient(
        "d3-squared",
        "Squared error in the gradient",
        "The square belongs to the cost. Its derivative has the error itself.",
        way(delta3=lambda error, slope3: -(error**2) * slope3),
    ),
    *in_gradient(
        "d3-no-error",
        "Error left out of delta3",
        "Your delta3 does not depend on y: how wrong the net is has to come in.",
        way(delta3=lambda slope3: -slope3),
        way(delta3=lambda slope3: slope3),
    ),
    *in_gradient(
        "d3-matrix-product",
        "Matrix product of the error and the slope",
        "Each error is multiplied by its own slope, entry by entry. A matrix product mixes the examples.",
        way(delta3=lambda error, slope3: -error @ slope3),
        way(delta3=lambda error, slope3: -error.T @ slope3),
        way(delta3=lambda error, slope3: -error @ slope3.T),
    ),
    *in_gradient(
        "d2-not-transposed",
        "Theta2 not transposed on the way back",
        "On the way back Theta2 leads from the outputs to the hidden units, the other way round than in the forward "
        "pass. A square matrix fits either way, and is wrong in one.",
        way(back=lambda delta3, Theta2: delta3 @ Theta2),
    ),
    *in_gradient(
        "d2-weights-left",
        "Theta2 on the left of delta3",
        "That is the order for examples in columns. Here they are rows, and so are their errors.",
        way(back=lambda delta3, Theta2: Theta2.T @ delta3),
        way(back=lambda delta3, Theta2: Theta2 @ delta3),
    ),
    *in_gradient(
        "d2-elementwise",
        "Elementwise product with Theta2",
        "A hidden unit feeds every output, and so gets its error from the sum over all of them. With one output your "
        "product gives the same.",
        way(back=lambda delta3, Theta2: delta3 * Theta2.T),
        way(back=lambda delta3, Theta2: delta3 * Theta2),
    ),
    *in_gradient(
        "d2-Theta1",
        "Theta1 used on the way back",
        "The error goes back through the weights that lie between the hidden units and the outputs. You take the other "
        "matrix.",
        way(back=lambda delta3, Theta1: delta3 @ Theta1.T),
        way(back=lambda delta3, Theta1: delta3 @ Theta1),
    ),
    *in_gradient(
        "d2-bare-error",
        "Error sent back without the slope of the output",
        "What goes back to the hidden layer is the delta3 of the gradient of Theta2, slope and all.",
        way(back=lambda error, Theta2: -error @ Theta2.T),
    ),
    *in_gradient(
        "d2-no-weights",
        "Error sent back without its weights",
        "The error of the output reaches a hidden unit through the weight between the two. Yours goes past it.",
        way(back=lambda delta3, Theta2: delta3 @ np.ones(Theta2.T.shape)),
    ),
    *in_gradient(
        "d2-sign",
        "Sign of delta2 turned",
        "The error changes its sign on its way back to the hidden layer. The minus is in delta3 already.",
        way(back=lambda delta3, Theta2: -delta3 @ Theta2.T),
    ),
    *in_gradient(
        "d2-no-slope",
        "Slope left out of delta2",
        "Every layer that an error passes scales it by its slope. The hidden layer's is missing.",
        way(delta2=lambda back: back),
    ),
    *in_gradient(
        "d2-slope-of-a2",
        "g'(a2) for g'(z2)",
        "The slope of a hidden unit is taken at z2. You take it at what has been through the sigmoid already.",
        way(slope2=lambda gprime, a2: gprime(a2)),
    ),
    *in_gradient(
        "d2-half-slope",
        "Half of the slope of the hidden units",
        "The slope is the product of two factors, a and 1 - a. One of them is missing in the hidden layer.",
        way(slope2=lambda a2: a2),
        way(slope2=lambda a2: 1 - a2),
    ),
    *in_gradient(
        "d2-z-slope",
        "z2(1 - z2) for the slope of the hidden units",
        "a(1 - a) is written with the activation. You put z2 into it.",
        way(slope2=lambda z2: z2 * (1 - z2)),
    ),
    *in_gradient(
        "d2-slope-of-z3",
        "Slope of the output used twice",
        "Each layer's error is scaled by its own slope. You use that of the output for the hidden layer too.",
        way(slope2=lambda slope3: slope3),
    ),
    *in_gradient(
        "d2-matrix-product",
        "Matrix product with the slope of the hidden units",
        "Each entry of the error is multiplied by its own slope. A matrix product mixes the examples.",
        way(delta2=lambda back, slope2: back @ slope2),
        way(delta2=lambda back, slope2: back @ slope2.T),
        way(delta2=lambda back, slope2: back.T @ slope2),
    ),
    *in_gradient(
        "D2-of-z2",
        "z2 for a2 in the gradient of Theta2",
        "Theta2 weights what the hidden units pass on. That is a2 and not z2.",
        way(sum2=lambda z2, delta3: z2.T @ delta3),
    ),
    *in_gradient(
        "D2-of-X",
        "X for a2 in the gradient of Theta2",
        "A weight's gradient is the error behind it times what comes in before it. Before Theta2 that is not X.",
        way(sum2=lambda X, delta3: X.T @ delta3),
    ),
    *in_gradient(
        "D1-of-a2",
        "a2 for X in the gradient of Theta1",
        "A weight's gradient is the error behind it times what comes in before it. Before Theta1 that is not a2.",
        way(sum1=lambda a2, delta2: a2.T @ delta2),
    ),
    *in_gradient(
        "D-input-not-transposed",
        "Input of a layer not transposed in its gradient",
        "The gradient adds up over the examples, so these must be what the product runs over. Square matrices fit in "
        "any case, and give nonsense.",
        way(sum1=lambda X, delta2: X @ delta2, sum2=lambda a2, delta3: a2 @ delta3),
        way(sum1=lambda X, delta2: X @ delta2),
        way(sum2=lambda a2, delta3: a2 @ delta3),
    ),
    *in_gradient(
        "D-elementwise",
        "Elementwise product for the sum over the examples",
        "A gradient adds up what every example contributes: a matrix product does that, an elementwise one does not.",
        way(sum1=lambda X, delta2: X * delta2, sum2=lambda a2, delta3: a2 * delta3),
        way(sum1=lambda X, delta2: X * delta2),
        way(sum2=lambda a2, delta3: a2 * delta3),
        way(sum1=lambda X, delta2: X.T * delta2, sum2=lambda a2, delta3: a2.T * delta3),
        way(sum1=lambda X, delta2: X.T * delta2),
        way(sum2=lambda a2, delta3: a2.T * delta3),
    ),
    *in_gradient(
        "D-last-example",
        "Gradient of the last example alone",
        "Each turn of your loop forgets the earlier ones: the gradient adds up all examples.",
        way(
            sum1=lambda X, delta2: np.outer(X[-1], delta2[-1]),
            sum2=lambda a2, delta3: np.outer(a2[-1], delta3[-1]),
        ),
        way(sum1=lambda X, delta2: np.outer(X[-1], delta2[-1])),
        way(sum2=lambda a2, delta3: np.outer(a2[-1], delta3[-1])),
    ),
    *in_gradient(
        "D-transposed",
        "Gradient transposed",
        "A gradient has the shape of the matrix that it belongs to. Yours is turned, as for the course's matrices, "
        "which have a row for each unit behind them.",
        way(dJdTheta1=lambda D1: D1.T, dJdTheta2=lambda D2: D2.T),
        way(dJdTheta1=lambda D1: D1.T),
        way(dJdTheta2=lambda D2: D2.T),
    ),
    *in_gradient(
        "D-swapped",
        "Gradients in the wrong order",
        "The gradient of Theta1 comes first, although it is computed last.",
        way(dJdTheta1=lambda D2: D2, dJdTheta2=lambda D1: D1),
    ),
    *in_gradient(
        "D-double",
        "Gradient without the 1/2 of the cost",
        "Your gradient is exactly twice too large: the 2 of the square has already been used up by the 1/2.",
        way(share=lambda scaling, m: 2 * SHARES[scaling](m)),
    ),
    *in_gradient(
        "D-halved",
        "1/2 left in the gradient",
        "Your gradient is exactly half of what it should be: the square brings a 2 that takes the 1/2 away.",
        way(share=lambda scaling, m: SHARES[scaling](m) / 2),
    ),
    *in_gradient(
        "D-mean-for-half",
        "Gradient divided by m where it is not",
        'With scaling "half" nothing is divided by the number of examples, in the cost and in its gradient.',
        way(share=lambda m: 1 / m),
    ),
)

GRADIENT_SCALING = (
    *in_gradient(
        "D-scalings-swapped",
        "Scalings of the gradient mixed up",
        'Your gradient is divided by m where scaling is "half", and is not where it is "mean".',
        way(share=lambda scaling, m: 1.0 if scaling == "mean" else 1 / m),
    ),
    *in_gradient(
        "D-no-m",
        "m missing in the gradient",
        'With scaling "mean" the gradient is divided by the number of examples, as the cost is. Yours does not depend '
        "on scaling.",
        way(share=lambda: 1.0),
    ),
    *in_gradient(
        "D-m-one",
        "Only one of the two gradients divided by m",
        'With scaling "mean" both gradients are divided by m. Check how each of them is finished.',
        way(share1=lambda: 1.0),
        way(share2=lambda: 1.0),
    ),
    *in_gradient(
        "D-m-twice",
        "Gradient of Theta1 divided by m twice",
        "delta2 is made of delta3: once that is divided by m, all that follows from it is divided as well.",
        way(share1=lambda share: share**2),
        way(share2=lambda share: share**2),
        way(share=lambda scaling, m: SHARES[scaling](m) ** 2),
    ),
    *in_gradient(
        "D-2m",
        "1/(2m) in the gradient",
        'With scaling "mean" you divide by 2m, but the square has brought a 2 that takes the 1/2 away.',
        way(share=lambda scaling, m: 1.0 if scaling == "half" else 0.5 / m),
    ),
    *in_gradient(
        "D-times-m",
        "Gradient multiplied by m",
        'With scaling "mean" your gradient is m squared times too large: m ended up on top.',
        way(share=lambda scaling, m: 1.0 if scaling == "half" else float(m)),
    ),
)

NEURON_MISTAKES = (
    *in_neuron(
        "h-sign",
        "Minus of the neuron's gradient lost",
        "Your gradient points downhill. y stands behind a minus in (t - y), and its derivative brings that minus out.",
        way(dEdw=lambda X, pull: X.T @ pull),
    ),
    *in_neuron(
        "h-no-slope",
        "y(1 - y) left out",
        "Without y(1 - y) this is the rule for a LINEAR neuron, or for the logarithmic cost. Here the slope of the "
        "sigmoid comes in.",
        way(pull=lambda miss: miss),
    ),
    *in_neuron(
        "h-swapped",
        "t and y swapped",
        "The slope belongs to what the neuron says, y, and the error is target minus output. You have t and y the "
        "other way round.",
        way(slope=lambda t: t * (1 - t), dEdw=lambda X, pull: X.T @ pull),
        way(slope=lambda t: t * (1 - t)),
    ),
    *in_neuron(
        "h-half-slope",
        "Half of the neuron's slope",
        "The slope is the product of two factors, y and 1 - y. One of them is missing.",
        way(slope=lambda y: y),
        way(slope=lambda y: 1 - y),
    ),
    *in_neuron(
        "h-slope-of-y",
        "Slope of the sigmoid at y",
        "The slope y(1 - y) is g' at z. You take g' at y, which has been through the sigmoid already.",
        way(slope=lambda g, y: g(y) * (1 - g(y))),
    ),
    *in_neuron(
        "h-slope-of-z",
        "z(1 - z) for the neuron's slope",
        "y(1 - y) is written with the output of the neuron. You put its weighted sum into it.",
        way(slope=lambda z: z * (1 - z)),
    ),
    *in_neuron(
        "h-linear",
        "Linear neuron",
        "Your neuron says X w. A logistic neuron puts that through the sigmoid.",
        way(y=lambda z: z),
        way(y=lambda z: z, pull=lambda miss: miss),
    ),
    *in_neuron(
        "h-weights-transposed",
        "Examples not transposed in the neuron's gradient",
        "There is a slope for each weight, a sum over the examples. Your product adds up over the inputs.",
        way(dEdw=lambda X, pull: -X @ pull),
    ),
    *in_neuron(
        "h-no-inputs",
        "Inputs left out of the neuron's gradient",
        "All slopes are the same. The slope for w_i has a factor that depends on i: the input that w_i weights.",
        way(dEdw=lambda w, pull: -pull.sum() * np.ones(w.shape)),
    ),
    *in_neuron(
        "h-last-example",
        "The neuron's last example alone",
        "Each turn of your loop forgets the earlier ones: add up over all examples.",
        way(E=lambda miss: (miss[-1] ** 2).sum() / 2, dEdw=lambda X, pull: -X[-1:].T @ pull[-1:]),
        way(E=lambda miss: (miss[-1] ** 2).sum() / 2),
        way(dEdw=lambda X, pull: -X[-1:].T @ pull[-1:]),
    ),
    *in_neuron(
        "h-mean",
        "Neuron's sums divided by m",
        "Here E is half a SUM over the examples, and so is its gradient: nothing is divided by their number.",
        way(E=lambda miss: (miss**2).mean() / 2, dEdw=lambda X, pull: -X.T @ pull / len(X)),
        way(E=lambda miss: (miss**2).mean() / 2),
        way(dEdw=lambda X, pull: -X.T @ pull / len(X)),
    ),
    *in_neuron(
        "h-double",
        "2 of the square left in the neuron's gradient",
        "Your gradient is exactly twice too large: the 1/2 of E takes the 2 of the square away.",
        way(dEdw=lambda X, pull: -2 * X.T @ pull),
    ),
    *in_neuron(
        "h-halved",
        "1/2 left in the neuron's gradient",
        "Your gradient is exactly half of what it should be: the square brings a 2 that takes the 1/2 of E away.",
        way(dEdw=lambda X, pull: -X.T @ pull / 2),
    ),
    *in_neuron(
        "h-squared",
        "Squared error in the neuron's gradient",
        "The square belongs to E. Its derivative has the error itself.",
        way(pull=lambda slope, miss: slope * miss**2),
    ),
    *in_neuron(
        "h-E-no-half",
        "1/2 missing in E",
        "E is exactly twice what it should be: it is HALF the sum of the squares.",
        way(E=lambda miss: (miss**2).sum()),
    ),
    *in_neuron(
        "h-E-sign",
        "E with its sign turned",
        "A sum of squares is positive, and so is E. The minus belongs to its gradient.",
        way(E=lambda miss: -(miss**2).sum() / 2),
    ),
    *in_neuron(
        "h-E-not-squared",
        "Errors of the neuron not squared",
        "Square every error before you add them up: otherwise errors of opposite sign cancel.",
        way(E=lambda miss: miss.sum() / 2),
        way(E=lambda miss: miss.sum() ** 2 / 2),
        way(E=lambda miss: np.abs(miss).sum() / 2),
    ),
    *in_neuron(
        "h-E-logarithmic",
        "Logarithmic error of the neuron",
        "That is the logarithmic cost, for which y(1 - y) would cancel. E is half the sum of the squared errors.",
        way(E=lambda t, y: -logs(t, y).sum()),
        way(E=lambda t, y: -logs(t, y).sum(), pull=lambda miss: miss),
    ),
    *in_neuron(
        "h-table",
        "Row minus column in the neuron's error",
        "t as a vector, minus y as a column, is a table of all differences, m by m. Give both the same shape first.",
        way(miss=lambda t, y: t.ravel() - y),
    ),
)

# --- steps of the descent ---------------------------------------------------------------------------------------------


def Theta2_first(gradient, change, Theta1, Theta2):
    """Theta1's gradient is taken where Theta2 has been changed already."""
    Theta2 = change(Theta2, gradient(Theta1, Theta2)[1])
    return change(Theta1, gradient(Theta1, Theta2)[0]), Theta2


def Theta1_first(gradient, change, Theta1, Theta2):
    Theta1 = change(Theta1, gradient(Theta1, Theta2)[0])
    return Theta1, change(Theta2, gradient(Theta1, Theta2)[1])


def at_the_start(gradient, Theta1, Theta2):
    """Slopes that are those of the first weights for ever."""
    first = gradient(Theta1, Theta2)
    return lambda Theta1, Theta2: first


def piling_up(gradient):
    """Slopes to which all earlier ones are added."""
    piles = [0.0, 0.0]

    def grown(Theta1, Theta2):
        piles[:] = [pile + D for pile, D in zip(piles, gradient(Theta1, Theta2), strict=True)]
        return piles

    return grown


DESCENT_MISTAKES = (
    *in_descent(
        "gd-uphill",
        "Step uphill",
        "The gradient points to where J grows. You walk that way, and your costs rise.",
        way(change=lambda alpha: lambda Theta, D: Theta + alpha * D),
    ),
    *in_descent(
        "gd-no-alpha",
        "Step without alpha",
        "How far a step goes is alpha's to say. Yours goes the whole length of the gradient.",
        way(change=lambda: lambda Theta, D: Theta - D),
    ),
    *in_descent(
        "gd-alpha-divides",
        "Divided by alpha",
        "A smaller alpha means a smaller step. Yours gets longer.",
        way(change=lambda alpha: lambda Theta, D: Theta - D / alpha),
    ),
    *in_descent(
        "gd-steps-only",
        "Weights replaced by the step",
        "The step is taken FROM the old weights. You put it in their place.",
        way(change=lambda alpha: lambda Theta, D: -alpha * D),
        way(change=lambda alpha: lambda Theta, D: alpha * D),
    ),
    *in_descent(
        "gd-one-by-one",
        "Second gradient taken with weights that have changed",
        "Both gradients belong to the weights before the step. You change one matrix, and then take the gradient of "
        "the other with it.",
        way(turn=lambda gradient_at, change: partial(Theta2_first, gradient_at, change)),
        way(turn=lambda gradient_at, change: partial(Theta1_first, gradient_at, change)),
    ),
    *in_descent(
        "gd-gradient-once",
        "Gradient taken once for all steps",
        "The slope changes with the weights: it has to be taken anew in every step.",
        way(
            turn=lambda gradient_at, change, Theta1, Theta2: partial(
                both_at_once, at_the_start(gradient_at, Theta1, Theta2), change
            )
        ),
    ),
    *in_descent(
        "gd-piling-up",
        "Gradients of earlier steps added",
        "The gradients of earlier steps are still in yours: the sum has to start again in every step.",
        way(
            walked=lambda gradient_at, change, cost_at, Theta1, Theta2, count: walk(
                partial(both_at_once, piling_up(gradient_at), change), cost_at, Theta1, Theta2, count
            )
        ),
    ),
    *in_descent(
        "gd-one-matrix",
        "Only one matrix learns",
        "A step changes both matrices. One of yours is what it was at the start.",
        way(
            turn=lambda gradient_at, change: (
                lambda Theta1, Theta2: (change(Theta1, gradient_at(Theta1, Theta2)[0]), Theta2)
            )
        ),
        way(
            turn=lambda gradient_at, change: (
                lambda Theta1, Theta2: (Theta1, change(Theta2, gradient_at(Theta1, Theta2)[1]))
            )
        ),
    ),
    *in_descent(
        "gd-one-step",
        "One step only",
        "Your loop ends after its first turn, or starts every turn from the first weights again.",
        way(count=lambda: 1),
        way(
            turn=lambda gradient_at, change, Theta1, Theta2: (
                lambda *_: both_at_once(gradient_at, change, Theta1, Theta2)
            )
        ),
    ),
    *in_descent(
        "gd-count",
        "One step too few or too many",
        "Count the turns of your loop: there are as many steps as iterations says.",
        way(count=lambda iterations: int(iterations) - 1),
        way(count=lambda iterations: int(iterations) + 1),
        way(last=lambda: -2),
    ),
    *in_descent(
        "gd-history-before",
        "Cost recorded before the step",
        "Each entry of J_history is the cost AFTER its step, and yours is the one before it.",
        way(J_history=lambda walked, cost_at: np.array([cost_at(*at) for at in walked.path[:-1]])),
    ),
    *in_descent(
        "gd-history-start",
        "Cost of the start recorded as well",
        "J_history has one entry for each step. Yours begins with the cost before the first one.",
        way(J_history=lambda walked, cost_at: np.array([cost_at(*at) for at in walked.path])),
    ),
    *in_descent(
        "gd-history-between",
        "Cost recorded between the two changes",
        "Your cost is taken when one matrix has changed and the other has not.",
        way(
            J_history=lambda walked, cost_at: np.array([cost_at(new[0], old[1]) for old, new in pairwise(walked.path)])
        ),
        way(
            J_history=lambda walked, cost_at: np.array([cost_at(old[0], new[1]) for old, new in pairwise(walked.path)])
        ),
    ),
    *in_descent(
        "gd-history-mean",
        "Costs per example recorded",
        "J is half the sum over the examples here, and your J_history divides it by their number.",
        way(J_history=lambda walked, X: walked.costs / len(X)),
    ),
    *in_descent(
        "gd-history-last",
        "Last cost only",
        "You keep the last cost alone. J_history has one entry for each step.",
        way(J_history=lambda walked: walked.costs[-1]),
    ),
)


def logs(y, yhat):
    return y * np.log(yhat) + (1 - y) * np.log(1 - yhat)


def met_on_the_way(mistakes):
    """Mistakes of the functions that gradientDescent calls, or writes anew, as they are made in every step of it."""
    return [
        Mistake(each.id, "gradientDescent", each.title, each.message, lifted(each.steps))
        for each in mistakes
        if each.steps
    ]


def lifted(changed):
    """The steps of gradientDescent in which these are."""
    homes = {"gradient_at": (GRADIENT, gradient_with), "cost_at": (COST, cost_with)}
    return {name: make(changed) for name, (steps, make) in homes.items() if changed.keys() <= steps.keys()}


MISTAKES = (
    *UNFINISHED,
    *SIGMOID_MISTAKES,
    *SLOPE_MISTAKES,
    *FORWARD_MISTAKES,
    *COST_MISTAKES,
    *COST_SCALING,
    *GRADIENT_MISTAKES,
    *GRADIENT_SCALING,
    *NEURON_MISTAKES,
    *DESCENT_MISTAKES,
    *met_on_the_way((*FORWARD_MISTAKES, *COST_MISTAKES, *GRADIENT_MISTAKES)),
)

TWINS = {
    ("regression-D-not-started", "regression-s-step"): "a sigmoid of steps is flat: every slope is 0",
    ("regression-d3-sign", "regression-gd-uphill"): "a minus lost in the gradient or in the step",
    ("regression-error-of-z3", "regression-fw-yhat-linear"): "z3 in place of yhat, for the error or for good",
    ("regression-fw-a2-linear", "regression-fw-z3-of-z2"): "z2 passed on, called a2 or not",
    ("regression-h-linear", "regression-s-identity"): "X w passed on, by the neuron or by the sigmoid",
    ("regression-s-identity", "regression-sp-of-z"): "z(1 - z), with z in place of the sigmoid or of its value",
    ("regression-s-overflow", "regression-sp-overflow"): "e^z for a large z, in the sigmoid or in its slope",
}
"""Mistakes that give the same numbers in one function, and why. Those that belong to two functions are told apart by
the results of the function that is called."""

# --- signs ------------------------------------------------------------------------------------------------------------


def is_large(case):
    return np.abs(case.arguments[0]).max() > 700


def one_too_many(case, result):
    """Whether a product failed between n + 1 columns and n rows, or h + 1 and h."""
    return is_product(result) and any({size, size + 1} <= set(sizes_in(result)) for size in case.arguments[1].shape)
