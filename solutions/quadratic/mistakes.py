"""Mistakes that people make in this exercise: each one is a step of the reference done wrong.

`COMPUTATIONS` writes the functions as named steps: a step's parameters name the inputs and the steps that it needs, in
the letters of `solutions.quadratic.quadratic`. `MISTAKES` is the catalogue: what a student reads, and the steps as the
mistake does them, or the sign that shows it where it gives no numbers. All functions that go through the net share the
steps of that, so a mistake in one is known in every other. Each step takes the examples of a mini-batch as the columns
of a matrix; functions that read one example have one column.

A mistake that can be made in several ways (for the one layer or for the other) is one entry with several ways.
"""

import re
from dataclasses import replace
from functools import cache, partial

import numpy as np

from grader.model import Computation, Kind
from grader.values import unrolled
from solutions import catalogue
from solutions.catalogue import (
    each,
    message_of,
    numbered,
    numbers_only,
    of,
    raised,
    raised_where,
    shape_of,
    sigmoid_mistakes,
    spread_out,
    staged,
    way,
)
from solutions.quadratic.quadratic import backprop, sigmoid, sigmoid_prime

# --- the functions, step by step --------------------------------------------------------------------------------------


def forward(biases, weights, x, unit, activate):
    """z and a of every layer from the second on; `activate` has a function for each."""
    layers = []
    a = x
    for b, w, g in zip(biases, weights, activate, strict=True):
        z, a = unit(g, w, a, b)
        layers.append((z, a))
    return layers


def through(g, z):
    return z, g(z)


def backward(delta, matrices, slopes, back):
    """delta of every hidden layer, from that of the output."""
    deltas = []
    for w, slope in zip(matrices[::-1], slopes[::-1], strict=True):
        delta = back(w, delta) * slope
        deltas.insert(0, delta)
    return deltas


def fitting(matrices, others):
    """The matrices; ValueError where their shapes are not those of the others."""
    if each(np.shape, matrices) != each(np.shape, others):
        raise ValueError("other shapes")
    return matrices


def by_example(function, *matrices):
    """What the function makes of each example alone, side by side."""
    examples = zip(*(matrix.T[:, :, None] for matrix in matrices), strict=True)
    return np.hstack([function(*columns) for columns in examples])


def identity(z):
    return z


def row_sums(matrix):
    return matrix.sum(axis=1, keepdims=True)


SIGMOID = {
    "g": lambda: sigmoid,
    "values": lambda g, z: g(np.asarray(z, dtype=float)),
}

SIGMOID_PRIME = {
    "g": lambda: sigmoid,
    "gprime": lambda g: lambda z: g(z) * (1 - g(z)),
    "slopes_of_z": lambda gprime, z: gprime(np.asarray(z, dtype=float)),
}

FORWARD = {
    "g": lambda: sigmoid,
    "g_hidden": lambda g: g,
    "g_output": lambda g: g,
    "activate": lambda weights, g_hidden, g_output: [*[g_hidden] * (len(weights) - 1), g_output],
    "weighted": lambda: lambda w, a, b: w @ a + b,
    "unit": lambda weighted: lambda g, w, a, b: through(g, weighted(w, a, b)),
    "layers": lambda biases, weights, x, unit, activate: forward(biases, weights, x, unit, activate),
    "zs": lambda layers: [z for z, _ in layers],
    "activations": lambda x, layers: [x, *(a for _, a in layers)],
    "aL": lambda activations: activations[-1],
}

DERIVATIVE = {
    "derivative": lambda: lambda a, y: a - y,
    "dC_da": lambda derivative, aL, y: derivative(aL, y),
}

QUADRATIC_COST = {
    **FORWARD,
    "errors": lambda aL, y: y - aL,
    "C": lambda errors: np.sum(errors**2) / 2,
}

NABLAS = {
    **FORWARD,
    **DERIVATIVE,
    "gprime": lambda g: lambda z: g(z) * (1 - g(z)),
    "slope_output": lambda gprime, zs: gprime(zs[-1]),
    "slopes_hidden": lambda gprime, zs: each(gprime, zs[:-1]),
    "delta_output": lambda dC_da, slope_output: dC_da * slope_output,
    "between": lambda weights: weights[1:],
    "back": lambda: lambda w, delta: w.T @ delta,
    "deltas_hidden": lambda delta_output, between, slopes_hidden, back: backward(
        delta_output, between, slopes_hidden, back
    ),
    "deltas": lambda deltas_hidden, delta_output: [*deltas_hidden, delta_output],
    "sources": lambda activations: activations[:-1],
    "outer": lambda: lambda delta, a: delta @ a.T,
    "nablas_b": lambda deltas: each(row_sums, deltas),
    "nablas_w": lambda deltas, sources, outer: each(outer, deltas, sources),
    "output_b": lambda biases: slice(-biases[-1].size, None),
    "output_w": lambda weights: slice(-weights[-1].size, None),
    "hidden_b": lambda biases: slice(0, -biases[-1].size),
    "hidden_w": lambda weights: slice(0, -weights[-1].size),
}

BACKPROP = {
    **NABLAS,
    "nabla_b": lambda nablas_b: unrolled(nablas_b),
    "nabla_w": lambda nablas_w: unrolled(nablas_w),
}

UPDATE = {
    **NABLAS,
    "x": lambda X: X,
    "y": lambda Y: Y,
    "m": lambda X: X.shape[1],
    "rate": lambda eta, m: eta / m,
    "moved_b": lambda biases, nablas_b, rate: each(lambda b, nabla: b - rate * nabla, biases, nablas_b),
    "moved_w": lambda weights, nablas_w, rate: each(lambda w, nabla: w - rate * nabla, weights, nablas_w),
    "new_biases": lambda moved_b: unrolled(moved_b),
    "new_weights": lambda moved_w: unrolled(moved_w),
}

NET = ("biases", "weights", "x")

# --- the same layer by layer ------------------------------------------------------------------------------------------

LAYER = {
    "z": lambda w, a_before, b: w @ a_before + b,
    "a": lambda z: sigmoid(z),
    "slope": lambda z: sigmoid_prime(z),
    "back": lambda w_after, delta_after: w_after.T @ delta_after,
    "delta": lambda back, slope: back * slope,
    "nabla_b": lambda delta: row_sums(delta),
    "nabla_w": lambda delta, a_before: delta @ a_before.T,
    "new_b": lambda b, nabla_b, rate: b - rate * nabla_b,
    "new_w": lambda w, nabla_w, rate: w - rate * nabla_w,
}

KINDS = {
    "z": Kind("zs?", called="z of layer"),
    "a": Kind("as?|act(ivation)?s?|out(put)?|yhat", called="a of layer"),
    "slope": Kind("sp|slopes?|sigmoidprime|spz?", called="sigma'(z) of layer"),
    "back": Kind("back", called="the error sent back to layer", free=True),
    "delta": Kind("deltas?|d|err(or)?", called="delta of layer", free=True),
    "nabla_b": Kind("nablab|nb|db", called="nabla_b of layer", free=True),
    "nabla_w": Kind("nablaw|nw|dw", called="nabla_w of layer", free=True),
    "new_b": Kind("(new)?(b|biases)", called="the new biases of layer"),
    "new_w": Kind("(new)?(w|weights)", called="the new weights of layer"),
}
DERIVATIVE_KIND = Kind("(cost)?derivative|dcda|err(or)?|diff", called="dC/da of the output", free=True)


def layer_by_layer(computation, scales=(), **lists):
    """The computation, and how it is spread over the layers of a net; `lists` are outputs and what they are made of."""

    @cache
    def of_depth(L):
        layers = range(2, L + 1)
        steps = {
            **numbered(LAYER, layers, w="weights", b="biases"),
            "a1": lambda x: x,
            "aL": of(sigmoid, f"z{L}"),
            f"delta{L}": of(np.multiply, "dC_da", f"slope{L}"),
        }
        stages = {
            "a1": replace(KINDS["a"], at=1),
            **staged(KINDS, layers[:-1], "z", "a"),
            **staged(KINDS, [L], "z"),
            "aL": replace(KINDS["a"], at=L),
            "dC_da": DERIVATIVE_KIND,
            **staged(KINDS, [L], "slope", "delta"),
            **staged(KINDS, layers[-2::-1], "slope", "back", "delta"),
            **staged(KINDS, layers, "nabla_b", "nabla_w", "new_b", "new_w"),
        }
        entries = {output: [f"{name}{n}" for n in layers] for output, name in lists.items()}
        return spread_out(computation, steps, stages, entries, scales=dict.fromkeys(scales, ""))

    return replace(computation, spread=lambda case: of_depth(len(case.arguments[1]) + 1))


COMPUTATIONS = (
    Computation("sigmoid", ("z",), ("values",), SIGMOID, {"g": ("values", "")}),
    Computation("sigmoid_prime", ("z",), ("slopes_of_z",), SIGMOID_PRIME, {"g": ("slopes_of_z", "")}),
    layer_by_layer(Computation("feedforward", NET, ("aL",), FORWARD, {"a": ("aL", "")})),
    Computation("cost_derivative", ("aL", "y"), ("dC_da",), DERIVATIVE, {"dC_da": ("dC_da", "")}),
    layer_by_layer(Computation("quadratic_cost", (*NET, "y"), ("C",), QUADRATIC_COST, {"C": ("C", "")})),
    layer_by_layer(
        Computation(
            "backprop",
            (*NET, "y"),
            ("nabla_b", "nabla_w"),
            BACKPROP,
            {
                "nabla_b of the output layer": ("nabla_b", "output_b"),
                "nabla_w of the output layer": ("nabla_w", "output_w"),
                "nabla_b of the hidden layers": ("nabla_b", "hidden_b"),
                "nabla_w of the hidden layers": ("nabla_w", "hidden_w"),
            },
        ),
        nabla_b="nabla_b",
        nabla_w="nabla_w",
    ),
    layer_by_layer(
        Computation(
            "update_mini_batch",
            ("biases", "weights", "X", "Y", "eta"),
            ("new_biases", "new_weights"),
            UPDATE,
            {
                "the output layer's part of biases": ("new_biases", "output_b"),
                "the output layer's part of weights": ("new_weights", "output_w"),
                "the hidden layers' part of biases": ("new_biases", "hidden_b"),
                "the hidden layers' part of weights": ("new_weights", "hidden_w"),
            },
        ),
        scales=("m", "eta", "rate"),
        new_biases="new_b",
        new_weights="new_w",
    ),
)

# --- the catalogue ----------------------------------------------------------------------------------------------------

mistake = partial(catalogue.mistake, "quadratic")

in_sigmoid = partial(mistake, "sigmoid")
in_slope = partial(mistake, "sigmoid_prime")
in_feedforward = partial(mistake, "feedforward")
in_derivative = partial(mistake, "cost_derivative")
in_cost = partial(mistake, "quadratic_cost")
in_backprop = partial(mistake, "backprop")
in_update = partial(mistake, "update_mini_batch")


SIGMOID_MISTAKES = sigmoid_mistakes(
    "quadratic",
    sigmoid,
    "Your sigmoid jumps from 0 to 1, as a perceptron does. A sigmoid is smooth: a small change of a weight is to make "
    "a small change of the output.",
)

SLOPE_MISTAKES = (
    *in_slope(
        "sp-of-z",
        "z(1 - z)",
        "There are two conventions: the slope as a function of z, and as a function of the activation a, which is "
        "a(1 - a). Yours is written for a and is given z.",
        way(gprime=lambda: lambda z: z * (1 - z)),
    ),
    *in_slope(
        "sp-half",
        "One factor made of z itself",
        "Both factors of the slope are made with the sigmoid. One of yours has z itself.",
        way(gprime=lambda g: lambda z: g(z) * (1 - z)),
        way(gprime=lambda g: lambda z: z * (1 - g(z))),
    ),
    *in_slope(
        "sp-matrix",
        "Matrix product in place of an elementwise one",
        "The slope is taken entry by entry. With a square matrix a matrix product gives wrong numbers and no error.",
        way(gprime=lambda g: lambda z: np.dot(g(z), 1 - g(z))),
    ),
    *in_slope(
        "sp-no-square",
        "1 - sigma(z)",
        "Your value at 0 is 0.5 where 0.25 is right: a factor is missing, or a square below the fraction line.",
        way(gprime=lambda g: lambda z: 1 - g(z)),
    ),
    *in_slope(
        "sp-sigmoid",
        "Slope returns the sigmoid",
        "That is the value of the sigmoid. Its slope is asked for.",
        way(gprime=lambda g: lambda z: g(z)),
    ),
    *in_slope(
        "sp-twice",
        "Sigmoid applied twice in the slope",
        "The sigmoid is applied twice: you take the slope at sigma(z) and not at z.",
        way(gprime=lambda g: lambda z: g(g(z)) * (1 - g(g(z)))),
    ),
    *in_slope(
        "sp-squared",
        "sigma(z) times itself",
        "One factor of the slope is sigma(z). The other is what is missing to 1, not sigma(z) again.",
        way(gprime=lambda g: lambda z: g(z) ** 2),
        way(gprime=lambda g: lambda z: 1 - g(z) ** 2),
        way(gprime=lambda g: lambda z: g(z) * (1 + g(z))),
    ),
    *in_slope(
        "sp-sign",
        "Slope with its sign turned",
        "The sigmoid rises everywhere, so that its slope is positive. Yours is negative.",
        way(gprime=lambda g: lambda z: -g(z) * (1 - g(z))),
    ),
    *in_slope(
        "sp-numbers-only",
        "Slope of numbers only",
        "The slope of one number works and that of an array does not. It is taken element by element.",
        sign=numbers_only,
    ),
)

FORWARD_MISTAKES = (
    *in_feedforward(
        "ff-no-bias",
        "Biases left out",
        "Your units add up what comes through the weights and forget their biases.",
        way(weighted=lambda: lambda w, a, b: w @ a),
    ),
    *in_feedforward(
        "ff-bias-sign",
        "Bias subtracted",
        "The bias is added. With a threshold, which is minus the bias, it would be subtracted.",
        way(weighted=lambda: lambda w, a, b: w @ a - b),
    ),
    *in_feedforward(
        "ff-bias-outside",
        "Bias added after the sigmoid",
        "The bias belongs into z, before the sigmoid: a bracket closes too early.",
        way(unit=lambda: lambda g, w, a, b: (w @ a, g(w @ a) + b)),
    ),
    *in_feedforward(
        "ff-linear",
        "No sigmoid at all",
        "z is only the weighted input. What is applied to it before it goes on?",
        way(g_hidden=lambda: identity, g_output=lambda: identity),
    ),
    *in_feedforward(
        "ff-linear-output",
        "Output layer without sigmoid",
        "The last layer is made of sigmoid units too: you return its weighted input.",
        way(g_output=lambda: identity),
    ),
    *in_feedforward(
        "ff-linear-hidden",
        "Hidden layers without sigmoid",
        "Only your last layer goes through the sigmoid. Every layer after the input does.",
        way(g_hidden=lambda: identity),
    ),
    *in_feedforward(
        "ff-double",
        "Sigmoid applied twice",
        "Something goes through the sigmoid that has been through it: such numbers lie between 0.5 and 0.73.",
        way(g_output=lambda g: lambda z: g(g(z))),
        way(g_hidden=lambda g: lambda z: g(g(z))),
        way(g_hidden=lambda g: lambda z: g(g(z)), g_output=lambda g: lambda z: g(g(z))),
    ),
    *in_feedforward(
        "ff-relu",
        "Rectified linear units in the hidden layers",
        "The hidden units cut off what is negative. In this chapter they are sigmoid units, and so is their slope.",
        way(g_hidden=lambda: lambda z: np.maximum(z, 0)),
    ),
    *in_feedforward(
        "ff-softmax",
        "Softmax output",
        "Your outputs add up to 1. Here each output is a sigmoid of its own z; softmax comes in a later chapter.",
        way(g_output=lambda: lambda z: np.exp(z) / np.exp(z).sum(axis=0)),
    ),
    *in_feedforward(
        "ff-transposed",
        "Weight matrix transposed in the forward pass",
        "The first index of w_jk is the unit that the weight leads to: a column of activations can be multiplied from "
        "the left as it is. Only square matrices let the transpose pass.",
        way(weighted=lambda: lambda w, a, b: w.T @ a + b),
    ),
    *in_feedforward(
        "ff-elementwise",
        "Elementwise product in place of the matrix product",
        "The weights are multiplied entry by entry, and nothing is summed. Each unit adds up all of its inputs.",
        way(weighted=lambda: lambda w, a, b: w * a + b),
    ),
    *in_feedforward(
        "ff-flat",
        "Flat vector and column added",
        "One of your vectors is flat and another a column: their sum is a table of all pairs. Keep activations and "
        "biases as columns.",
        way(layers=lambda biases, weights, x, unit, activate: forward(biases, weights, x.ravel(), unit, activate)),
        way(weighted=lambda: lambda w, a, b: w @ a + b.ravel()),
    ),
    *in_feedforward(
        "ff-layer-short",
        "Last layer left out",
        "You stop one layer too early and return the activations of the last hidden layer.",
        way(aL=lambda activations: activations[-2]),
    ),
    *in_feedforward(
        "ff-input-again",
        "Every layer reads the input",
        "Every layer of yours reads the input of the net. Each one reads the activations of the layer before it.",
        way(
            layers=lambda biases, weights, x, unit, activate: each(
                lambda b, w, g: unit(g, w, x, b), biases, weights, activate
            )
        ),
    ),
)

DERIVATIVE_MISTAKES = (
    *in_derivative(
        "cd-sign",
        "y - a, and the minus lost",
        "Differentiating the square of y - a with respect to a brings out a minus: yours is lost, and the gradient "
        "points the wrong way.",
        way(derivative=lambda: lambda a, y: y - a),
    ),
    *in_derivative(
        "cd-factor",
        "A factor of 2 too many or too few",
        "The 1/2 in the cost is there so that the 2 from the square cancels. Use it in both places.",
        way(derivative=lambda: lambda a, y: 2 * (a - y)),
        way(derivative=lambda: lambda a, y: (a - y) / 2),
    ),
    *in_derivative(
        "cd-cost",
        "Squares in place of their derivative",
        "The squares are the cost. What is the derivative of a square?",
        way(derivative=lambda: lambda a, y: (a - y) ** 2 / 2),
        way(derivative=lambda: lambda a, y: (a - y) ** 2),
    ),
    *in_derivative(
        "cd-cross-entropy",
        "Derivative of the cross-entropy",
        "That is how the cross-entropy changes with an output. The quadratic cost has no logarithm, so nothing is "
        "divided.",
        way(derivative=lambda: lambda a, y: (a - y) / (a * (1 - a))),
    ),
    *in_derivative(
        "cd-delta",
        "Slope of the sigmoid taken into the derivative of the cost",
        "This is the derivative with respect to a, not to z: the slope of the sigmoid comes in later, once.",
        way(derivative=lambda: lambda a, y: (a - y) * a * (1 - a)),
    ),
    *in_derivative(
        "cd-mean",
        "Derivative divided by the number of outputs",
        "The cost is a sum over the outputs and no mean: nothing is divided by K.",
        way(derivative=lambda: lambda a, y: (a - y) / len(y)),
    ),
    *in_derivative(
        "cd-sum",
        "Errors of all outputs added up",
        "Each output has a slope of its own. You add them all up.",
        way(derivative=lambda: lambda a, y: np.sum(a - y, axis=0)),
    ),
    *in_derivative(
        "cd-abs",
        "Sign of the error dropped",
        "An output that is too small and one that is too large pull in opposite directions: keep the sign.",
        way(derivative=lambda: lambda a, y: np.abs(a - y)),
    ),
    *in_derivative(
        "cd-flat",
        "Difference of a flat vector and a column",
        "A flat vector and a column make a table of the differences of all pairs. Look at the two shapes.",
        way(derivative=lambda: lambda a, y: by_example(lambda a, y: a - y.T, a, y)),
        way(derivative=lambda: lambda a, y: by_example(lambda a, y: a.T - y, a, y)),
    ),
)

COST_MISTAKES = (
    *in_cost(
        "qc-factor",
        "1/2 missing in the cost",
        "The cost is half the sum of the squares. The 1/2 is there so that the 2 from the square cancels in the slope.",
        way(C=lambda errors: np.sum(errors**2)),
        way(C=lambda errors: 2 * np.sum(errors**2)),
    ),
    *in_cost(
        "qc-mean",
        "Mean over the outputs",
        "The cost of one example is a sum over its outputs. You took their mean.",
        way(C=lambda errors: np.mean(errors**2) / 2),
        way(C=lambda errors: np.mean(errors**2)),
    ),
    *in_cost(
        "qc-root",
        "Length of the error not squared",
        "The square root is too much: it is the squared length of y - a that counts.",
        way(C=lambda errors: np.sqrt(np.sum(errors**2)) / 2),
        way(C=lambda errors: np.sqrt(np.sum(errors**2))),
    ),
    *in_cost(
        "qc-abs",
        "Absolute values in place of squares",
        "You add up absolute values. The quadratic cost adds up squares.",
        way(C=lambda errors: np.sum(np.abs(errors)) / 2),
        way(C=lambda errors: np.sum(np.abs(errors))),
    ),
    *in_cost(
        "qc-not-squared",
        "Errors not squared",
        "Errors of both signs cancel in your sum: a cost can then be 0 where no output is right.",
        way(C=lambda errors: np.sum(errors) / 2),
        way(C=lambda errors: np.sum(errors)),
        way(C=lambda errors: -np.sum(errors) / 2),
        way(C=lambda errors: -np.sum(errors)),
    ),
    *in_cost(
        "qc-sum-first",
        "Sum squared in place of the squares summed",
        "First square each error, then add up: in the other order errors of both signs cancel.",
        way(C=lambda errors: np.sum(errors) ** 2 / 2),
        way(C=lambda errors: np.sum(errors) ** 2),
    ),
    *in_cost(
        "qc-sign",
        "Cost with its sign turned",
        "A cost made of squares is never negative. The minus belongs to the cross-entropy.",
        way(C=lambda errors: -np.sum(errors**2) / 2),
    ),
    *in_cost(
        "qc-vector",
        "Sum over the outputs missing",
        "C is one number. Yours has one for each output.",
        way(C=lambda errors: errors**2 / 2),
    ),
    *in_cost(
        "qc-flat",
        "Every output compared with every target",
        "A flat vector and a column make a table of the differences of all pairs, and you sum them all.",
        way(errors=lambda aL, y: y.T - aL),
    ),
    *in_cost(
        "qc-cross-entropy",
        "Cross-entropy",
        "That is the cross-entropy, of the chapter that follows. Here the cost is quadratic.",
        way(C=lambda aL, y: np.sum(-y * np.log(aL) - (1 - y) * np.log(1 - aL))),
    ),
    *in_cost(
        "qc-one-output",
        "Cost of one output only",
        "C counts a single output. It is a sum over all K of them.",
        way(C=lambda errors: errors[0, 0] ** 2 / 2),
        way(C=lambda errors: errors[-1, 0] ** 2 / 2),
    ),
)

UNFINISHED = (
    *in_backprop(
        "not-started",
        "Gradient still zero",
        "Every entry of the gradient is 0: the backward pass has not been started, or its result is not returned.",
        way(deltas=lambda biases: each(np.zeros_like, biases)),
    ),
    *in_backprop(
        "half-started",
        "One of the two gradients still zero",
        "One of nabla_b and nabla_w is still all zeros: is it computed, and then assigned?",
        way(nablas_b=lambda biases: each(np.zeros_like, biases)),
        way(nablas_w=lambda weights: each(np.zeros_like, weights)),
    ),
    *in_backprop(
        "output-only",
        "Gradient of the output layer only",
        "The output layer has its gradient and every layer before it has zeros: the error is not sent back yet.",
        way(deltas_hidden=lambda biases: each(np.zeros_like, biases[:-1])),
    ),
    *in_backprop(
        "first-layer-zero",
        "Loop stops before the second layer",
        "The gradient of the first matrix and of the first biases is 0: the loop backwards ends one layer too early.",
        way(
            deltas=lambda deltas_hidden, delta_output: [
                0 * delta if at == 0 else delta for at, delta in enumerate([*deltas_hidden, delta_output])
            ]
        ),
    ),
)

OUTPUT_ERROR = (
    *in_backprop(
        "ce-delta",
        "Delta of the cross-entropy",
        "Your delta of the output is a - y. That is the one of the cross-entropy, where the slope of the sigmoid has "
        "cancelled; with the quadratic cost it stays.",
        way(delta_output=lambda dC_da: dC_da),
    ),
    *in_backprop(
        "no-slope",
        "sigma' missing everywhere",
        "No delta of yours has the slope of the sigmoid in it. Each layer's error goes back through its own sigmoid.",
        way(
            slope_output=lambda zs: np.ones_like(zs[-1]),
            slopes_hidden=lambda zs: each(np.ones_like, zs[:-1]),
        ),
    ),
    *in_backprop(
        "gprime-of-a",
        "sigma'(a) in place of sigma'(z)",
        "sigma' is a function of z. You give it the activation, which has been through the sigmoid already.",
        way(slope_output=lambda gprime, activations: gprime(activations[-1])),
        way(slopes_hidden=lambda gprime, activations: each(gprime, activations[1:-1])),
        way(
            slope_output=lambda gprime, activations: gprime(activations[-1]),
            slopes_hidden=lambda gprime, activations: each(gprime, activations[1:-1]),
        ),
    ),
)

HIDDEN_ERROR = (
    *in_backprop(
        "no-hidden-slope",
        "sigma' missing in the hidden layers",
        "What comes back through the weights is dC/da of the hidden layer. A factor is missing from there to dC/dz.",
        way(slopes_hidden=lambda zs: each(np.ones_like, zs[:-1])),
    ),
    *in_backprop(
        "gprime-once",
        "sigma' in one hidden layer only",
        "Right with one hidden layer, wrong with more: the slope belongs to every layer of the recurrence, not to one.",
        way(slopes_hidden=lambda gprime, zs: [*each(np.ones_like, zs[:-2]), gprime(zs[-2])]),
        way(slopes_hidden=lambda gprime, zs: [gprime(zs[0]), *each(np.ones_like, zs[1:-1])]),
    ),
    *in_backprop(
        "gprime-layer",
        "sigma' of a neighbouring layer",
        "The error of a layer is scaled by the slope of that layer. You take the slope of the one after or before it.",
        way(slopes_hidden=lambda gprime, zs: each(gprime, zs[1:])),
        way(slopes_hidden=lambda gprime, zs, x: each(gprime, [x, *zs[:-2]])),
    ),
    *in_backprop(
        "gprime-stale",
        "sigma' of the output in every layer",
        "z still holds what the forward pass left in it, that of the last layer. Every layer has a z of its own.",
        way(slopes_hidden=lambda slope_output, zs: [slope_output] * (len(zs) - 1)),
    ),
    *in_backprop(
        "layer-shift",
        "Weights of the neighbouring layer",
        "Going back from layer l+1 to layer l leads through the weights BETWEEN them. Sources number the matrices in "
        "different ways, and Python counts from 0.",
        way(between=lambda weights: weights[:-1]),
    ),
    *in_backprop(
        "last-weights",
        "Weights of the output layer in every step back",
        "Every step back of yours goes through the same matrix. Each pair of layers has a matrix of its own.",
        way(between=lambda weights: [weights[-1]] * (len(weights) - 1)),
    ),
    *in_backprop(
        "back-transpose",
        "Weights not transposed on the way back",
        "Forward, a unit sums over the units it reads: a row of the matrix. Backward, it sums over the units that read "
        "it: which way does the matrix have to lie?",
        way(back=lambda: lambda w, delta: w @ delta),
    ),
    *in_backprop(
        "back-no-weights",
        "Weights left out on the way back",
        "The delta of the layer after is passed back as it is. On its way it goes through the weights.",
        way(back=lambda: lambda w, delta: delta),
    ),
    *in_backprop(
        "back-from-error",
        "a - y sent back in place of delta",
        "The delta of the output has the slope in it, but what you send back to the hidden layers is a - y without it.",
        way(
            deltas_hidden=lambda dC_da, between, slopes_hidden, back: backward(dC_da, between, slopes_hidden, back),
        ),
    ),
    *in_backprop(
        "delta-stale",
        "Delta of the output used in every step back",
        "Every hidden layer starts again from the delta of the output. It needs the delta of the layer just after it.",
        way(
            deltas_hidden=lambda delta_output, between, slopes_hidden, back: each(
                lambda w, slope: back(w, delta_output) * slope, between, slopes_hidden
            )
        ),
    ),
)

GRADIENTS = (
    *in_backprop(
        "act-same-layer",
        "Delta and activation of the same layer",
        "A weight sits between two layers: the delta of the later one goes with the activation of the earlier one.",
        way(sources=lambda activations: activations[1:]),
    ),
    *in_backprop(
        "z-for-a",
        "z in place of a in the gradient of the weights",
        "What a weight multiplies in the forward pass is an activation, not the weighted input it was made from.",
        way(sources=lambda x, zs: [x, *zs[:-1]]),
    ),
    *in_backprop(
        "source-slope",
        "sigma' in the gradient of the weights",
        "The slope of the sigmoid is in delta already. The gradient of the weights takes the activation as it is.",
        way(sources=lambda x, zs, gprime: [x, *each(gprime, zs[:-1])]),
    ),
    *in_backprop(
        "x-for-a",
        "Input of the net in the gradient of every layer",
        "Every matrix of yours takes the input x. Each one takes what its own layer reads.",
        way(sources=lambda x, weights: [x] * len(weights)),
    ),
    *in_backprop(
        "nabla-transposed",
        "Gradient of the weights transposed",
        "The first index of the gradient is that of delta, as the first index of w_jk is the unit it leads to. Compare "
        "the shape of each matrix with the shape of its weights.",
        way(outer=lambda: lambda delta, a: a @ delta.T),
    ),
    *in_backprop(
        "reversed",
        "Gradients listed from the last layer to the first",
        "You go backwards and append, so the last layer comes first in your list. The order is that of the weights.",
        way(
            nablas_b=lambda deltas: each(row_sums, deltas)[::-1],
            nablas_w=lambda deltas, sources, outer, weights: fitting(each(outer, deltas, sources)[::-1], weights),
        ),
        way(nablas_b=lambda deltas: each(row_sums, deltas)[::-1]),
        way(nablas_w=lambda deltas, sources, outer: each(outer, deltas, sources)[::-1]),
    ),
    *in_backprop(
        "bias-sum",
        "Bias gradient summed over the units",
        "Each unit has a bias of its own, and the slope of that is the delta of that unit. You add up the whole layer.",
        way(nablas_b=lambda deltas: each(lambda delta: np.full((len(delta), 1), delta.sum()), deltas)),
        way(nablas_b=lambda deltas: each(lambda delta: np.full((len(delta), 1), delta.mean(axis=0).sum()), deltas)),
    ),
    *in_backprop(
        "bias-times-b",
        "Bias gradient multiplied by the bias",
        "A weight is multiplied by an activation, a bias by nothing but 1. Where should its own value come in?",
        way(nablas_b=lambda deltas, biases: each(lambda delta, b: row_sums(delta) * b, deltas, biases)),
    ),
    *in_backprop(
        "bias-no-slope",
        "Bias gradient without sigma'",
        "The slope of the output layer's biases is delta itself; yours is a - y.",
        way(nablas_b=lambda deltas, dC_da: each(row_sums, [*deltas[:-1], dC_da])),
    ),
    *in_backprop(
        "descent-sign",
        "Minus of the descent taken into the gradient",
        "backprop returns the gradient. The minus that leads downhill belongs to the update.",
        way(
            nablas_b=lambda deltas: each(lambda delta: -row_sums(delta), deltas),
            nablas_w=lambda deltas, sources, outer: each(lambda delta, a: -outer(delta, a), deltas, sources),
        ),
    ),
    *in_backprop(
        "one-hidden-layer",
        "Made for one hidden layer only",
        "Your code stops with an error on every net that has not exactly one hidden layer. biases and weights may have "
        "any length.",
        sign=lambda cases, results: raised_where(cases, results, lambda case: len(case.arguments[1]) != 2),
    ),
)


EXCHANGED = tuple(
    entry
    for function in ("backprop", "update_mini_batch")
    for entry in mistake(
        function,
        "exchanged",
        "Lists of biases and weights exchanged",
        "Your first list has the shapes of the weights and your second those of the biases. The biases come first.",
        sign=lambda cases, results: weights_come_first(cases, results),
    )
)


def one_by_one(biases, weights, X, Y, rate):
    """New biases and new weights where every example starts from what the one before it has left."""
    for t in range(X.shape[1]):
        nabla_b, nabla_w = backprop(biases, weights, X[:, [t]], Y[:, [t]])
        biases = each(lambda b, nabla: b - rate * nabla, biases, nabla_b)
        weights = each(lambda w, nabla: w - rate * nabla, weights, nabla_w)
    return biases, weights


def backward_while_updating(delta, weights, sources, slopes, rate):
    """delta of every hidden layer, each sent back through weights that have made their step already."""
    deltas = []
    for w, a, slope in zip(weights[:0:-1], sources[:0:-1], slopes[::-1], strict=True):
        delta = (w - rate * delta @ a.T).T @ delta * slope
        deltas.insert(0, delta)
    return deltas


UPDATE_MISTAKES = (
    *in_update(
        "um-unchanged",
        "Nothing updated",
        "You return the biases and weights as they were given.",
        way(moved_b=lambda biases: biases, moved_w=lambda weights: weights),
    ),
    *in_update(
        "um-half",
        "Only the weights or only the biases updated",
        "Biases and weights learn together, by the same rule. One of the two is returned as it was given.",
        way(moved_b=lambda biases: biases),
        way(moved_w=lambda weights: weights),
    ),
    *in_update(
        "um-no-m",
        "eta not divided by m",
        "The step follows the mean of the gradients. Yours follows their sum, so it grows with the mini-batch.",
        way(rate=lambda eta: eta),
        way(moved_b=lambda biases, nablas_b, eta: each(lambda b, nabla: b - eta * nabla, biases, nablas_b)),
        way(moved_w=lambda weights, nablas_w, eta: each(lambda w, nabla: w - eta * nabla, weights, nablas_w)),
    ),
    *in_update(
        "um-m-twice",
        "Divided by m twice",
        "Your step is m times too small: the mean is taken, and then divided by m again.",
        way(rate=lambda eta, m: eta / m**2),
    ),
    *in_update(
        "um-m-wrong",
        "Divided by another number than m",
        "m counts the examples of the mini-batch, and each example is a column. What you divide by counts something "
        "else.",
        way(m=lambda X: X.shape[0]),
        way(m=lambda Y: Y.shape[0]),
        way(m=lambda weights: len(weights)),
        way(m=lambda weights: len(weights) + 1),
        way(m=lambda X: max(X.shape)),
        way(m=lambda X: X.size),
    ),
    *in_update(
        "um-times-m",
        "eta multiplied by m",
        "You multiply by the number of examples where you should divide.",
        way(rate=lambda eta, m: eta * m),
    ),
    *in_update(
        "um-no-eta",
        "Learning rate left out",
        "eta, which says how far to go, is not in your step.",
        way(rate=lambda m: 1 / m),
        way(rate=lambda: 1.0),
    ),
    *in_update(
        "um-sign",
        "Uphill in place of downhill",
        "The gradient points to where the cost grows. The step goes the other way.",
        way(rate=lambda eta, m: -eta / m),
    ),
    *in_update(
        "um-last-example",
        "Gradient of the last example only",
        "Every turn of the loop forgets the gradients of the turns before: they have to be added up.",
        way(x=lambda X: X[:, -1:], y=lambda Y: Y[:, -1:]),
        way(x=lambda X: X[:, -1:], y=lambda Y: Y[:, -1:], m=lambda: 1),
        way(nablas_b=lambda deltas: each(lambda delta: delta[:, -1:], deltas)),
        way(
            nablas_w=lambda deltas, sources, outer: each(
                lambda delta, a: outer(delta[:, -1:], a[:, -1:]), deltas, sources
            )
        ),
    ),
    *in_update(
        "um-first-example",
        "Gradient of the first example only",
        "Only the first example of the mini-batch counts: is there a return inside the loop, or an index that stays?",
        way(x=lambda X: X[:, :1], y=lambda Y: Y[:, :1]),
        way(x=lambda X: X[:, :1], y=lambda Y: Y[:, :1], m=lambda: 1),
    ),
    *in_update(
        "um-loop-bounds",
        "Loop misses an example",
        "One example at the end of the mini-batch is left out: check where the loop begins and where it ends.",
        way(x=lambda X: X[:, 1:], y=lambda Y: Y[:, 1:]),
        way(x=lambda X: X[:, :-1], y=lambda Y: Y[:, :-1]),
    ),
    *in_update(
        "um-one-by-one",
        "Updated after every example",
        "Your weights change while the mini-batch is read, so the examples do not see the same net. Add up all "
        "gradients first, and take one step at the end.",
        way(
            moved_b=lambda biases, weights, X, Y, rate: one_by_one(biases, weights, X, Y, rate)[0],
            moved_w=lambda biases, weights, X, Y, rate: one_by_one(biases, weights, X, Y, rate)[1],
        ),
        way(
            moved_b=lambda biases, weights, X, Y, eta: one_by_one(biases, weights, X, Y, eta)[0],
            moved_w=lambda biases, weights, X, Y, eta: one_by_one(biases, weights, X, Y, eta)[1],
        ),
    ),
    *in_update(
        "um-inplace",
        "Weights updated on the way back",
        "A layer's weights have made their step before the error goes back through them. Finish all deltas first, "
        "then change the weights.",
        way(
            rate=lambda eta, m: eta / m,
            deltas_hidden=lambda delta_output, weights, sources, slopes_hidden, rate: backward_while_updating(
                delta_output, weights, sources, slopes_hidden, rate
            ),
        ),
    ),
    *in_update(
        "um-mean-example",
        "Gradient of the mean example",
        "You average the examples and take the gradient once. The net is not linear: average the gradients.",
        way(x=lambda X: X.mean(axis=1, keepdims=True), y=lambda Y: Y.mean(axis=1, keepdims=True), rate=lambda eta: eta),
        way(x=lambda X: X.mean(axis=1, keepdims=True), y=lambda Y: Y.mean(axis=1, keepdims=True)),
    ),
    *in_update(
        "um-rows",
        "Rows taken for examples",
        "An example is a column of X, and its target the same column of Y. You go through the rows.",
        way(x=lambda X: X.T, y=lambda Y: Y.T),
        way(x=lambda X: X.T),
        way(y=lambda Y: Y.T),
    ),
    *in_update(
        "um-returns-step",
        "Gradient or step returned in place of the new parameters",
        "What you return is the gradient, or the step along it. The step has to be subtracted from what was there.",
        way(moved_b=lambda nablas_b: nablas_b, moved_w=lambda nablas_w: nablas_w),
        way(
            moved_b=lambda nablas_b, m: each(lambda nabla: nabla / m, nablas_b),
            moved_w=lambda nablas_w, m: each(lambda nabla: nabla / m, nablas_w),
        ),
        way(
            moved_b=lambda nablas_b, rate: each(lambda nabla: rate * nabla, nablas_b),
            moved_w=lambda nablas_w, rate: each(lambda nabla: rate * nabla, nablas_w),
        ),
        way(
            moved_b=lambda nablas_b, rate: each(lambda nabla: -rate * nabla, nablas_b),
            moved_w=lambda nablas_w, rate: each(lambda nabla: -rate * nabla, nablas_w),
        ),
    ),
    *in_update(
        "um-bias-matrix",
        "Bias gradients of the examples not added up",
        "Your biases have become a matrix with a column for every example. One bias a unit: add its deltas up.",
        sign=lambda cases, results: biases_have_a_column_for_each_example(cases, results),
    ),
    *in_update(
        "um-flat",
        "Example flat in place of a column",
        "An example, or its target, seems to leave X or Y as a flat vector, which makes a table of all pairs with any "
        "column that it meets. One index takes a dimension away: an example is a matrix of one column.",
        sign=lambda cases, results: any(map(raised, results)) and all(map(shows_flat_example, cases, results)),
    ),
)

MISTAKES = (
    *SIGMOID_MISTAKES,
    *SLOPE_MISTAKES,
    *FORWARD_MISTAKES,
    *DERIVATIVE_MISTAKES,
    *COST_MISTAKES,
    *UNFINISHED,
    *OUTPUT_ERROR,
    *HIDDEN_ERROR,
    *GRADIENTS,
    *EXCHANGED,
    *UPDATE_MISTAKES,
)

TWINS = {
    ("quadratic-cd-cross-entropy", "quadratic-ce-delta"): "the cross-entropy's derivative times a(1 - a) is a - y",
    ("quadratic-cd-sign", "quadratic-descent-sign"): "a minus lost in the derivative of the cost or added at the end",
    ("quadratic-cd-sign", "quadratic-um-sign"): "the negative gradient subtracted, or the gradient added",
    ("quadratic-descent-sign", "quadratic-um-sign"): "the negative gradient subtracted, or the gradient added",
    ("quadratic-ff-elementwise", "quadratic-ff-flat"): "an error on every net in the backward pass",
    ("quadratic-ff-elementwise", "quadratic-sp-matrix"): "an error on every net in the backward pass",
    ("quadratic-ff-flat", "quadratic-sp-matrix"): "an error on every net in the backward pass",
    ("quadratic-ff-linear", "quadratic-s-identity"): "no sigmoid, or one that does nothing",
    ("quadratic-gprime-of-a", "quadratic-sp-twice"): "sigma' asked for at a, or given at a",
    ("quadratic-half-started", "quadratic-um-half"): "a gradient that is zero, or a step that is not made",
    ("quadratic-not-started", "quadratic-s-step"): "the slope of a step is zero, and so is every gradient",
    ("quadratic-s-identity", "quadratic-sp-of-z"): "z(1 - z), with z in place of the sigmoid or of its value",
    ("quadratic-s-step", "quadratic-um-unchanged"): "the slope of a step is zero, so that nothing is updated",
}
"""Mistakes that give the same numbers in one function, and why. Those that belong to two functions are told apart by
the results of the function that is called."""

# --- signs ------------------------------------------------------------------------------------------------------------


def biases_have_a_column_for_each_example(cases, results):
    """Whether every answer has its biases in matrices of m columns; some m is not 1."""
    return bool(results) and all(
        shapes_of(result) == [(len(b), case.arguments[2].shape[1]) for b in case.arguments[0]]
        for case, result in zip(cases, results, strict=True)
    )


def weights_come_first(cases, results):
    """Whether every answer has two lists, the first shaped like the weights and the second like the biases."""
    return bool(results) and all(
        [shapes_of(result, at) for at in (1, 0)] == [each(np.shape, matrices) for matrices in case.arguments[:2]]
        for case, result in zip(cases, results, strict=True)
    )


def shows_flat_example(case, result):
    """Whether an example that is flat, its target or both, may have led to this error, or this answer."""
    biases, _, X, Y, _ = case.arguments
    n, first, K = len(X), len(biases[0]), len(Y)
    if not raised(result):
        return K == 1 or shapes_of(result) != each(np.shape, biases)
    tables = {(n,), (K,), (K, K), (first, first), (K, first)}
    return not tables.isdisjoint(shapes_in(result)) or mismatch_in(result) in ({n, first}, {1, K})


def shapes_in(result):
    """The shapes that an error is about."""
    found = re.findall(r"\((\d+), ?(\d*)\)", message_of(result))
    return [tuple(int(size) for size in shape if size) for shape in found]


def mismatch_in(result):
    """The two sizes that did not fit in a matrix product."""
    found = re.search(r"(\d+) (?:is different from|\(dim \d\) !=) (\d+)", message_of(result))
    return set(map(int, found.groups())) if found else set()


def shapes_of(result, at=0):
    """The shapes in one of the lists that a call returned; none where it returned no lists."""
    value = result.value[at] if isinstance(result.value, tuple) and len(result.value) > at else ()
    return [shape_of(matrix) for matrix in value] if isinstance(value, tuple) else []
