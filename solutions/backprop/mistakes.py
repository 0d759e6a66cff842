"""Mistakes that people make in backpropagation: each one is a step of the reference done wrong.

`COMPUTATIONS` writes the graded functions as named steps, in the letters of `solutions.backprop.backprop`; lists stay
lists, and a step that is what a function gives holds its matrices unrolled. The functions share their steps: a mistake
in `outputDelta` is one of `accumulate`, `gradients` and `gradientDescentStep` too. `MISTAKES` is the catalogue: what a
student reads, and the steps as the mistake does them, or the sign that shows it where it gives no numbers. Every
sentence points at the idea and leaves the code to the student.

A mistake that can be made in several ways, or in several functions, has one id.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise

import numpy as np

from grader.model import Computation, Kind, Outcome
from grader.values import unrolled
from solutions import catalogue
from solutions.backprop.backprop import sigmoid
from solutions.catalogue import (
    complaint,
    each,
    everywhere,
    numbered,
    of,
    raised,
    raised_where,
    shape_of,
    sizes_in,
    spread_out,
    squared,
    staged,
    way,
    with_bias,
    without_bias,
)

# --- the functions, step by step --------------------------------------------------------------------------------------


def propagated(X, Thetas, weighted, g, g_out):
    """The lists z and a, layer by layer."""
    z, a = [], [X]
    for Theta in Thetas:
        z.append(weighted(a[-1], Theta))
        a.append(g(z[-1]))
    return z, [*a[:-1], g_out(z[-1])]


def sent_back(output_error, Thetas, slopes, pulled):
    """delta of the layers 2..L, from the last one back."""
    deltas = [output_error]
    for Theta, slope in zip(Thetas[:0:-1], slopes[::-1], strict=True):
        deltas.insert(0, pulled(Theta, deltas[0]) * slope)
    return deltas


SLOPE = {"slope": lambda: lambda a: a * (1 - a)}

FORWARD = {
    "g": lambda: sigmoid,
    "g_out": lambda g: g,
    "bias": lambda: with_bias,
    "weighted": lambda bias: lambda a, Theta: bias(a) @ Theta.T,
    "forward": lambda X, Thetas, weighted, g, g_out: propagated(X, Thetas, weighted, g, g_out),
    "z": lambda forward: forward[0],
    "a": lambda forward: forward[1],
}

FORWARD_GIVEN = {"z_given": lambda z: unrolled(z), "a_given": lambda a: unrolled(a)}

LAST = {"aL": lambda a: a[-1]}

COST = {
    "m": lambda X: len(X),
    "log": lambda: np.log,
    "yes": lambda Y, aL, log: -Y * log(aL),
    "no": lambda Y, aL, log: -(1 - Y) * log(1 - aL),
    "logarithms": lambda yes, no: yes + no,
    "squares": lambda aL, Y: (aL - Y) ** 2 / 2,
    "ce_cost": lambda logarithms, m: logarithms.sum() / m,
    "quad_cost": lambda squares, m: squares.sum() / m,
    "chosen": lambda cost, ce_cost, quad_cost: {"cross-entropy": ce_cost, "quadratic": quad_cost}[cost],
    "weight_squares": lambda Thetas: [squared(Theta[:, 1:]) for Theta in Thetas],
    "penalty": lambda lambda_, m, weight_squares: lambda_ / (2 * m) * sum(weight_squares),
    "J": lambda chosen, penalty: chosen + penalty,
}

OUTPUT_ERROR = {
    "difference": lambda aL, Y: aL - Y,
    "ce_error": lambda difference: difference,
    "quad_error": lambda difference, aL: difference * aL * (1 - aL),
    "output_error": lambda cost, ce_error, quad_error: {"cross-entropy": ce_error, "quadratic": quad_error}[cost],
}

PULLED = {"pulled": lambda: lambda Theta, delta: delta @ Theta[:, 1:]}

HIDDEN_ERROR = {
    **SLOPE,
    **PULLED,
    "hidden_error": lambda slope, pulled, Theta, delta, a_l: pulled(Theta, delta) * slope(a_l),
}

OUTER = {"outer": lambda: lambda delta, a: delta.T @ with_bias(a)}

WEIGHT_GRADIENT = {**OUTER, "weight_gradient": lambda outer, delta, a_l: outer(delta, a_l)}

BACKWARD = {
    **FORWARD,
    **LAST,
    **OUTPUT_ERROR,
    **SLOPE,
    **PULLED,
    **OUTER,
    "slopes": lambda slope, a: [slope(a_l) for a_l in a[1:-1]],
    "between": lambda Thetas: Thetas,
    "deltas": lambda output_error, between, slopes, pulled: sent_back(output_error, between, slopes, pulled),
    "sent": lambda a: a[:-1],
    "Delta": lambda outer, deltas, sent: each(outer, deltas, sent),
}

BLOCKS = {
    "last": lambda Thetas: slice(sum(Theta.size for Theta in Thetas[:-1]), None),
    "earlier": lambda Thetas: slice(0, sum(Theta.size for Theta in Thetas[:-1])),
}

ACCUMULATE = {**BACKWARD, **BLOCKS, "Delta_given": lambda Delta: unrolled(Delta)}

GRADIENTS = {
    **BACKWARD,
    "m": lambda X: len(X),
    "mean": lambda Delta, m: [Delta_l / m for Delta_l in Delta],
    "decay": lambda lambda_, m, Thetas: [lambda_ / m * without_bias(Theta) for Theta in Thetas],
    "D": lambda mean, decay: each(np.add, mean, decay),
}

GRADIENTS_GIVEN = {**GRADIENTS, **BLOCKS, "D_given": lambda D: unrolled(D)}

DESCENT = {
    **GRADIENTS,
    **BLOCKS,
    "steps": lambda D, alpha: [alpha * D_l for D_l in D],
    "descended": lambda Thetas, steps: each(np.subtract, Thetas, steps),
    "descended_given": lambda descended: unrolled(descended),
}

UNROLL = {
    "order": lambda: "F",
    "pieces": lambda Thetas, order: [Theta.ravel(order=order) for Theta in Thetas],
    "thetaVec_given": lambda pieces: np.concatenate(pieces),
}

RESHAPE = {
    "shapes": lambda sizes: [(int(after), int(before) + 1) for before, after in pairwise(sizes)],
    "starts": lambda shapes: np.cumsum([0, *(rows * columns for rows, columns in shapes[:-1])]),
    "cut": lambda thetaVec, shapes, starts: each(
        lambda shape, start: thetaVec[start : start + shape[0] * shape[1]], shapes, starts
    ),
    "fill": lambda: "F",
    "rolled": lambda cut, shapes, fill: each(lambda piece, shape: piece.reshape(shape, order=fill), cut, shapes),
    "rolled_given": lambda rolled: unrolled(rolled),
}

NET = ("Thetas", "X", "Y")
SCALES = {"m": "m, the number of examples", "lambda_": "lambda"}

# --- the same layer by layer ------------------------------------------------------------------------------------------

LAYER = {
    "z": lambda a_before, Theta_before: a_before @ Theta_before.T,
    "a": lambda z: with_bias(sigmoid(z)),
    "shown": lambda a: a[:, 1:],
    "slope": lambda shown: shown * (1 - shown),
    "back": lambda delta_after, Theta: delta_after @ Theta[:, 1:],
    "delta": lambda back, slope: back * slope,
    "Delta": lambda delta_after, a: delta_after.T @ a,
    "mean": lambda Delta, m: Delta / m,
    "D": lambda mean, Theta, lambda_, m: mean + lambda_ / m * without_bias(Theta),
    "new": lambda Theta, D, alpha: Theta - alpha * D,
}
"""a has the column of ones, and `shown` has not."""

KINDS = {
    "z": Kind("zs?", called="z of layer", spare=True),
    "a": Kind("as?|act(ivation)?s?|h|out(put)?|yhat", called="a of layer"),
    "slope": Kind("slopes?|sp|gprime", called="g' of layer"),
    "back": Kind("back", called="the error sent back to layer", free=True, spare=True),
    "delta": Kind("deltas?|d|err(or)?s?", called="delta of layer", free=True, spare=True),
    "Delta": Kind("deltas?|acc", called="Delta of layer", free=True),
    "mean": Kind("means?|grad(ient)?", called="Delta/m of layer"),
    "D": Kind("ds?|grad(ient)?s?", called="D of layer"),
    "new": Kind("new(theta)?s?|thetas?", called="the new Theta of layer"),
    "logarithms": Kind(called="the sum in the cost", free=True, summed=True),
    "squares": Kind(called="the sum in the cost", free=True, summed=True),
    "chosen": Kind("j|c|cost", called="the cost without its penalty"),
    "penalty": Kind("penalty|reg(ulari[sz]ation)?", over="chosen"),
}
COST_ALONE = {"cross-entropy": COST["ce_cost"], "quadratic": COST["quad_cost"]}
ERROR_ALONE = {"cross-entropy": OUTPUT_ERROR["ce_error"], "quadratic": OUTPUT_ERROR["quad_error"]}


def layer_by_layer(computation, scales=(), **lists):
    """The computation, and how it is spread over the layers of a net; `lists` are outputs and what they are made of."""

    @cache
    def of_depth(L, cost="quadratic"):
        weights, units = range(1, L), range(2, L + 1)
        numbers = {"z": units, "shown": range(1, L + 1)}
        steps = {
            **numbered(LAYER, range(1, L + 1), Theta="Thetas"),
            "a1": lambda X: with_bias(X),
            "aL": of(sigmoid, f"z{L}"),
            f"shown{L}": lambda aL: aL,
            "chosen": COST_ALONE[cost],
            f"delta{L}": ERROR_ALONE[cost],
        }
        stages = {
            "a1": replace(KINDS["a"], at=1),
            **staged(KINDS, units[:-1], "z", "a"),
            f"z{L}": replace(KINDS["z"], at=L),
            "aL": replace(KINDS["a"], at=L),
            **{name: KINDS[name] for name in ("logarithms", "squares", "chosen", "penalty")},
            f"delta{L}": replace(KINDS["delta"], at=L),
            **staged(KINDS, units[-2::-1], "slope", "back", "delta"),
            **staged(KINDS, weights, "Delta", "mean", "D", "new"),
        }
        entries = {output: [f"{name}{n}" for n in numbers.get(name, weights)] for output, name in lists.items()}
        return spread_out(computation, steps, stages, entries, scales=dict.fromkeys(scales, ""))

    def of_case(case):
        costs = [argument for argument in case.arguments if isinstance(argument, str)]
        return of_depth(len(case.arguments[0]) + 1, *costs)

    return replace(computation, spread=of_case)


COMPUTATIONS = (
    layer_by_layer(
        Computation(
            "forwardPropagate",
            ("Thetas", "X"),
            ("z_given", "a_given"),
            {**FORWARD, **FORWARD_GIVEN},
            {"z": ("z_given", ""), "a": ("a_given", "")},
        ),
        z_given="z",
        a_given="shown",
    ),
    layer_by_layer(
        Computation(
            "costFunction",
            (*NET, "lambda_", "cost"),
            ("J",),
            {**FORWARD, **LAST, **COST},
            {"J": ("J", "")},
            scales=SCALES,
            unit=2,
            addition="what lambda adds to",
        ),
        scales=("m", "lambda_"),
    ),
    Computation("outputDelta", ("aL", "Y", "cost"), ("output_error",), OUTPUT_ERROR, {"delta": ("output_error", "")}),
    Computation(
        "hiddenDelta", ("Theta", "delta", "a_l"), ("hidden_error",), HIDDEN_ERROR, {"delta": ("hidden_error", "")}
    ),
    Computation(
        "weightGradient", ("delta", "a_l"), ("weight_gradient",), WEIGHT_GRADIENT, {"grad": ("weight_gradient", "")}
    ),
    layer_by_layer(
        Computation(
            "accumulate",
            (*NET, "cost"),
            ("Delta_given",),
            ACCUMULATE,
            {
                "Delta of the last layer": ("Delta_given", "last"),
                "Delta of the layers before": ("Delta_given", "earlier"),
            },
        ),
        Delta_given="Delta",
    ),
    layer_by_layer(
        Computation(
            "gradients",
            (*NET, "lambda_", "cost"),
            ("D_given",),
            GRADIENTS_GIVEN,
            {"D of the last layer": ("D_given", "last"), "D of the layers before": ("D_given", "earlier")},
            scales=SCALES,
            unit=2,
            addition="what lambda adds to",
        ),
        scales=("m",),
        D_given="D",
    ),
    Computation("unrollThetas", ("Thetas",), ("thetaVec_given",), UNROLL, {"thetaVec": ("thetaVec_given", "")}),
    Computation("reshapeThetas", ("thetaVec", "sizes"), ("rolled_given",), RESHAPE, {"Thetas": ("rolled_given", "")}),
    layer_by_layer(
        Computation(
            "gradientDescentStep",
            (*NET, "lambda_", "cost", "alpha"),
            ("descended_given",),
            DESCENT,
            {
                "Theta of the last layer": ("descended_given", "last"),
                "Theta of the layers before": ("descended_given", "earlier"),
            },
        ),
        scales=("m", "alpha"),
        descended_given="new",
    ),
)

# --- the catalogue ----------------------------------------------------------------------------------------------------

mistake = partial(catalogue.mistake, "backprop")


def square_turned(A):
    return A.T if A.shape[0] == A.shape[1] else A


def sent_back_without_brackets(output_error, Thetas, a, pulled):
    """delta of the layers 2..L, where what is multiplied by a(1 - a) has lost its brackets: ... a * 1 - a."""
    deltas = [output_error]
    for Theta, a_l in zip(Thetas[:0:-1], a[-2:0:-1], strict=True):
        deltas.insert(0, pulled(Theta, deltas[0]) * a_l - a_l)
    return deltas


def rebuilt(X, z):
    """z and a, where z came about in another way."""
    return z, [X, *map(sigmoid, z)]


def chained(X, Thetas):
    """z made from the z before it."""
    z = []
    for Theta in Thetas:
        z.append(with_bias(z[-1] if z else X) @ Theta.T)
    return z


def bias_through_g(X, Thetas):
    """z and a, where the bias unit of each hidden layer has been through the sigmoid."""
    z = [with_bias(X) @ Thetas[0].T]
    for Theta in Thetas[1:]:
        z.append(sigmoid(with_bias(z[-1])) @ Theta.T)
    return z


FORWARD_MISTAKES = (
    *mistake(
        "forwardPropagate",
        "fw-half-started",
        "One of the two lists still zero",
        "One of the lists z and a still holds zeros: is what you compute for each layer put into both?",
        way(z_given=lambda z: 0 * unrolled(z)),
        way(a_given=lambda a: 0 * unrolled(a)),
    ),
    *mistake(
        "forwardPropagate",
        "fw-no-input",
        "First layer left out of a",
        "a begins with layer 1, whose activations are the inputs themselves; yours are still zeros there.",
        way(a_given=lambda a, X: np.concatenate([np.zeros(X.size), unrolled(a[1:])])),
    ),
    *mistake(
        "forwardPropagate",
        "fw-bias-last",
        "Bias unit put after the others",
        "The first column of each Theta holds the bias weights, so the column of ones has to come first.",
        way(bias=lambda: lambda A: np.hstack([A, np.ones((len(A), 1))])),
    ),
    *mistake(
        "forwardPropagate",
        "fw-bias-zeros",
        "Bias unit that sends 0",
        "The bias unit sends 1, not 0: as it stands the bias weights have no effect.",
        way(bias=lambda: lambda A: np.hstack([np.zeros((len(A), 1)), A])),
    ),
    *mistake(
        "forwardPropagate",
        "fw-bias-presigmoid",
        "Bias unit put through the sigmoid",
        "The bias unit of a hidden layer is exactly 1. Yours went through the sigmoid and became 0.73.",
        way(forward=lambda X, Thetas: rebuilt(X, bias_through_g(X, Thetas))),
    ),
    *mistake(
        "forwardPropagate",
        "fw-linear-hidden",
        "Hidden layers without sigmoid",
        "What a hidden unit receives is only a weighted sum. What is applied to it before it is sent on?",
        way(g=lambda: lambda z: z, g_out=lambda: sigmoid),
    ),
    *mistake(
        "forwardPropagate",
        "fw-linear-output",
        "Output layer without sigmoid",
        "The last layer works like all others: its outputs have to lie between 0 and 1.",
        way(g_out=lambda: lambda z: z),
    ),
    *mistake(
        "forwardPropagate",
        "fw-linear",
        "No sigmoid at all",
        "Your a is the same as z in every layer. What does a unit do with what it receives?",
        way(g=lambda: lambda z: z),
    ),
    *mistake(
        "forwardPropagate",
        "fw-z-from-z",
        "z handed on in place of a",
        "The next layer is made from z: what a layer receives is what the one before it sends.",
        way(forward=lambda X, Thetas: rebuilt(X, chained(X, Thetas))),
    ),
    *mistake(
        "forwardPropagate",
        "fw-double",
        "Sigmoid applied twice",
        "Your activations have been through the sigmoid twice, so that all of them lie between 0.5 and 0.73.",
        way(g=lambda: lambda z: sigmoid(sigmoid(z))),
        way(g_out=lambda: lambda z: sigmoid(sigmoid(z))),
    ),
    *mistake(
        "forwardPropagate",
        "fw-tanh",
        "tanh in place of the sigmoid",
        "The units of this net use the logistic function. tanh is another one, with another slope.",
        way(g=lambda: np.tanh),
        way(g=lambda: np.tanh, g_out=lambda: sigmoid),
    ),
    *mistake(
        "forwardPropagate",
        "fw-softmax",
        "Softmax at the output",
        "This net has K separate outputs, whose sum need not be 1. Softmax goes with another cost.",
        way(g_out=lambda: lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)),
    ),
    *mistake(
        "forwardPropagate",
        "fw-no-transpose",
        "Weights the wrong way round on the way forward",
        "A row of Theta holds the weights that lead INTO one unit. With one example a row, which side has to turn?",
        way(weighted=lambda bias: lambda a, Theta: bias(a) @ Theta),
    ),
    *mistake(
        "forwardPropagate",
        "fw-always-X",
        "Every layer fed with the inputs",
        "Each layer receives what the layer before it sends. Only the first one looks at X.",
        way(forward=lambda X, Thetas: rebuilt(X, [with_bias(X) @ Theta.T for Theta in Thetas])),
    ),
    *mistake(
        "forwardPropagate",
        "fw-bias-kept",
        "Bias column left in a",
        "The activations are asked for without the bias unit, which belongs to no connection that leads into a layer: "
        "put it before them only where they are multiplied.",
        sign=lambda cases, results: shown_by_all(cases, results, has_bias_column),
    ),
    *mistake(
        "forwardPropagate",
        "fw-columns",
        "Examples as columns",
        "Your lists have one column an example. That is the other convention: here an example is a row, as in X.",
        sign=lambda cases, results: shown_by_all(cases, results, has_columns_for_examples),
    ),
    *mistake(
        "forwardPropagate",
        "fw-exchanged",
        "z and a exchanged",
        "Your first list has an entry more than your second, as a has one more than z: z comes first.",
        sign=lambda cases, results: shown_by_all(cases, results, gives_a_first),
    ),
    *(
        entry
        for function in ("forwardPropagate", "costFunction", "accumulate", "gradients", "gradientDescentStep")
        for entry in mistake(
            function,
            "fw-bias-missing",
            "No bias unit",
            "Each Theta has one column more than the layer before it has units: for whom is that column?",
            sign=lambda cases, results: everywhere(cases, results, is_one_input_short),
        )
    ),
)

COST_MISTAKES = (
    *mistake(
        "costFunction",
        "J-not-started",
        "Cost still zero",
        "J is 0 whatever the weights: the cost has not been started, or its result is never put into J.",
        way(J=lambda: 0.0),
    ),
    *mistake(
        "costFunction",
        "J-one-of-two",
        "One of the two costs still zero",
        "One of the two costs is still 0: both are asked for, by name.",
        way(quad_cost=lambda: 0.0),
        way(ce_cost=lambda: 0.0),
    ),
    *mistake(
        "costFunction",
        "J-name-ignored",
        "The same cost for both names",
        "J does not depend on the argument cost: two different sums are asked for, by name.",
        way(quad_cost=lambda ce_cost: ce_cost),
        way(ce_cost=lambda quad_cost: quad_cost),
    ),
    *mistake(
        "costFunction",
        "J-names-exchanged",
        "The two costs exchanged",
        "Each name gets the other one's cost: cross-entropy is the one with the logarithms.",
        way(
            chosen=lambda cost, ce_cost, quad_cost: {"cross-entropy": quad_cost, "quadratic": ce_cost}[cost],
        ),
    ),
    *mistake(
        "costFunction",
        "J-unsigned",
        "Cross-entropy without its minus",
        "Your cross-entropy lacks its minus. The course's reading writes cost(t) without it, which is a likelihood, "
        "large where the net is right. A cost is large where it is wrong.",
        way(ce_cost=lambda logarithms, m: -logarithms.sum() / m),
    ),
    *mistake(
        "costFunction",
        "J-errata",
        "The same logarithm in both terms",
        "Both terms take the logarithm of the output. One slide of the lectures has this slip, and its errata mend it: "
        "of what is the logarithm where y is 0?",
        way(no=lambda Y, aL, log: -(1 - Y) * log(aL)),
    ),
    *mistake(
        "costFunction",
        "J-inner-sign",
        "Wrong sign between the two terms",
        "One of the two logarithms lowers the cost and the other raises it. Both have to raise it: look at the "
        "brackets behind the minus.",
        way(no=lambda Y, aL, log: (1 - Y) * log(1 - aL)),
        way(yes=lambda Y, aL, log: Y * log(aL)),
    ),
    *mistake(
        "costFunction",
        "J-one-term",
        "One of the two logarithms missing",
        "With K separate outputs, those that should say 1 and those that should say 0 both cost something. You charge "
        "only one kind.",
        way(no=lambda Y: np.zeros(Y.shape)),
        way(yes=lambda Y: np.zeros(Y.shape)),
    ),
    *mistake(
        "costFunction",
        "J-exchanged-terms",
        "The two logarithms exchanged",
        "An output that should say 1 pays for being far from 0, and the other way round: look which logarithm y "
        "belongs to.",
        way(yes=lambda Y, aL, log: -Y * log(1 - aL), no=lambda Y, aL, log: -(1 - Y) * log(aL)),
    ),
    *mistake(
        "costFunction",
        "J-log10",
        "Logarithm to another base",
        "The cross-entropy is off by a factor that only the base of the logarithm explains: take the natural one.",
        way(log=lambda: np.log10),
        way(log=lambda: np.log2),
    ),
    *mistake(
        "costFunction",
        "J-half-log",
        "Half of the cross-entropy",
        "The cross-entropy is exactly half. The 1/2 belongs to squares, where it cancels the 2 of their derivative.",
        way(ce_cost=lambda logarithms, m: logarithms.sum() / (2 * m)),
    ),
    *mistake(
        "costFunction",
        "quad-factor",
        "The 1/2 of the quadratic cost missing",
        "The quadratic cost is exactly double. The 1/2 is there so that the 2 from the square cancels: it belongs into "
        "the cost, or a 2 into the derivative.",
        way(squares=lambda aL, Y: (aL - Y) ** 2),
    ),
    *mistake(
        "costFunction",
        "J-root",
        "Length of the difference, or its absolute value",
        "The quadratic cost is made of squares: no root is taken of them, not even example by example.",
        way(quad_cost=lambda aL, Y, m: np.sqrt(((aL - Y) ** 2).sum(axis=1)).sum() / (2 * m)),
        way(quad_cost=lambda aL, Y, m: np.sqrt(((aL - Y) ** 2).sum()) / (2 * m)),
        way(squares=lambda aL, Y: abs(aL - Y) / 2),
        way(squares=lambda aL, Y: abs(aL - Y)),
    ),
    *mistake(
        "costFunction",
        "J-not-squared",
        "Differences not squared",
        "Differences of both signs cancel in your sum: square each one before they are added.",
        way(squares=lambda aL, Y: (aL - Y) / 2),
        way(squares=lambda aL, Y: aL - Y),
        way(quad_cost=lambda aL, Y, m: (aL - Y).sum() ** 2 / (2 * m)),
    ),
    *mistake(
        "costFunction",
        "J-no-m",
        "Cost not divided by m",
        "J is exactly m times too large: the cost is a mean over the examples.",
        way(chosen=lambda cost, ce_cost, quad_cost, m: m * {"cross-entropy": ce_cost, "quadratic": quad_cost}[cost]),
        way(ce_cost=lambda logarithms: logarithms.sum()),
        way(quad_cost=lambda squares: squares.sum()),
    ),
    *mistake(
        "costFunction",
        "J-mean-all",
        "Mean over examples and outputs",
        "J is exactly K times too small: it is a mean over the examples, but a SUM over the output units.",
        way(
            chosen=lambda cost, ce_cost, quad_cost, Y: (
                {"cross-entropy": ce_cost, "quadratic": quad_cost}[cost] / Y.shape[1]
            )
        ),
        way(ce_cost=lambda logarithms: logarithms.mean()),
        way(quad_cost=lambda squares: squares.mean()),
    ),
    *mistake(
        "costFunction",
        "J-last-example",
        "Cost of the last example only",
        "Every turn of the loop forgets the turns before: J has to add up.",
        way(ce_cost=lambda logarithms, m: logarithms[-1].sum() / m, quad_cost=lambda squares, m: squares[-1].sum() / m),
        way(ce_cost=lambda logarithms: logarithms[-1].sum(), quad_cost=lambda squares: squares[-1].sum()),
    ),
    *mistake(
        "costFunction",
        "J-vector",
        "One sum too few",
        "You summed in one direction only, so J is a list of numbers. It has to be one number.",
        way(
            ce_cost=lambda logarithms, m: logarithms.sum(axis=0) / m,
            quad_cost=lambda squares, m: squares.sum(axis=0) / m,
        ),
        way(
            ce_cost=lambda logarithms, m: logarithms.sum(axis=1) / m,
            quad_cost=lambda squares, m: squares.sum(axis=1) / m,
        ),
    ),
    *mistake(
        "costFunction",
        "J-matprod",
        "Whole matrix product summed",
        "A matrix product pairs every output unit with every label. Only an output and its own label belong together.",
        way(yes=lambda Y, aL, log: -Y.T @ log(aL), no=lambda Y, aL, log: -(1 - Y).T @ log(1 - aL)),
        way(yes=lambda Y, aL, log: -Y @ log(aL).T, no=lambda Y, aL, log: -(1 - Y) @ log(1 - aL).T),
    ),
    *mistake(
        "costFunction",
        "m-columns",
        "m read from the wrong dimension of X",
        "What you divide by counts columns. m counts the examples, and each example is a row of X.",
        way(m=lambda X: X.shape[1]),
    ),
    *mistake(
        "costFunction",
        "rJ-none",
        "Penalty missing in the cost",
        "J does not change with lambda: the regularised cost has one more term, whichever cost it is.",
        way(penalty=lambda: 0.0),
        way(
            penalty=lambda cost, lambda_, m, weight_squares: (
                (cost == "cross-entropy") * lambda_ / (2 * m) * sum(weight_squares)
            )
        ),
        way(
            penalty=lambda cost, lambda_, m, weight_squares: (
                (cost == "quadratic") * lambda_ / (2 * m) * sum(weight_squares)
            )
        ),
    ),
    *mistake(
        "costFunction",
        "rJ-bias",
        "Bias weights penalised in the cost",
        "The first column of each Theta holds bias weights, and these are not penalised.",
        way(weight_squares=lambda Thetas: [squared(Theta) for Theta in Thetas]),
    ),
    *mistake(
        "costFunction",
        "rJ-lam-over-m",
        "lambda/m in the cost",
        "The penalty is exactly double. In the COST it carries a 1/2, which goes away only when you differentiate.",
        way(penalty=lambda lambda_, m, weight_squares: lambda_ / m * sum(weight_squares)),
    ),
    *mistake(
        "costFunction",
        "rJ-precedence",
        "lambda / 2 * m typed for lambda / (2m)",
        "The penalty is m^2 times too large. A division and a multiplication are done from left to right, so m ended "
        "up on top.",
        way(penalty=lambda lambda_, m, weight_squares: lambda_ / 2 * m * sum(weight_squares)),
    ),
    *mistake(
        "costFunction",
        "rJ-per-example",
        "Penalty not divided by m",
        "The penalty is exactly m times too large: the weights are the same for every example. Count them once, and "
        "divide by m.",
        way(penalty=lambda lambda_, weight_squares: lambda_ / 2 * sum(weight_squares)),
        way(penalty=lambda lambda_, weight_squares: lambda_ * sum(weight_squares)),
    ),
    *mistake(
        "costFunction",
        "rJ-sign",
        "Penalty subtracted from the cost",
        "Large weights make your cost smaller. A penalty is added.",
        way(penalty=lambda lambda_, m, weight_squares: -lambda_ / (2 * m) * sum(weight_squares)),
    ),
    *mistake(
        "costFunction",
        "rJ-one-layer",
        "Only one layer penalised",
        "The penalty contains the weights of one layer only. A net has as many matrices as it likes: sum over all of "
        "them.",
        way(weight_squares=lambda Thetas: [squared(Thetas[-1][:, 1:])]),
        way(weight_squares=lambda Thetas: [squared(Thetas[0][:, 1:])]),
    ),
    *mistake(
        "costFunction",
        "rJ-two-layers",
        "Only the first two matrices penalised",
        "The penalty contains two matrices, as it does in a net with one hidden layer. Here there may be fewer, or "
        "more.",
        way(weight_squares=lambda Thetas: [squared(Theta[:, 1:]) for Theta in Thetas[:2]]),
    ),
    *mistake(
        "costFunction",
        "rJ-not-squared",
        "Weights not squared",
        "The penalty is made of squares, so that a positive and a negative weight cost the same.",
        way(weight_squares=lambda Thetas: [Theta[:, 1:].sum() for Theta in Thetas]),
        way(weight_squares=lambda Thetas: [abs(Theta[:, 1:]).sum() for Theta in Thetas]),
    ),
    *mistake(
        "costFunction",
        "rJ-sum-squared",
        "Different weights multiplied with each other",
        "Square each weight and then add. Yours adds first, and so multiplies different weights with each other.",
        way(weight_squares=lambda Thetas: [Theta[:, 1:].sum() ** 2 for Theta in Thetas]),
        way(weight_squares=lambda Thetas: [squared(Theta[:, 1:].sum(axis=0)) for Theta in Thetas]),
        way(weight_squares=lambda Thetas: [squared(Theta[:, 1:].sum(axis=1)) for Theta in Thetas]),
    ),
    *mistake(
        "costFunction",
        "rJ-root",
        "Root of the sum of squares",
        "The penalty is the sum of the squares, not the length of the weights: no root is taken.",
        way(weight_squares=lambda Thetas: [squared(Theta[:, 1:]) ** 0.5 for Theta in Thetas]),
    ),
    *mistake(
        "costFunction",
        "rJ-row",
        "First row left out in place of the first column",
        "The bias weights are a column, one for each unit, and not a row.",
        way(weight_squares=lambda Thetas: [squared(Theta[1:]) for Theta in Thetas]),
    ),
    *mistake(
        "costFunction",
        "rJ-last-column",
        "Last column left out in place of the first",
        "The columns that you add up begin with the bias column and end one too early.",
        way(weight_squares=lambda Thetas: [squared(Theta[:, :-1]) for Theta in Thetas]),
    ),
)

NO_BRACKETS = (
    "slope-brackets",
    "Slope of the sigmoid without its brackets",
    "A product is worked out before a difference: of your a(1 - a) only the last a is subtracted, from all the rest.",
)

OUTPUT_ERROR_MISTAKES = (
    *mistake(
        "outputDelta",
        "delta-one-of-two",
        "Error of one of the two costs still zero",
        "One of the two costs has its error and the other one still zeros: both are asked for, by name.",
        way(quad_error=lambda Y: np.zeros(Y.shape)),
        way(ce_error=lambda Y: np.zeros(Y.shape)),
    ),
    *mistake(
        "outputDelta",
        "quad-ce-delta",
        "Error of the cross-entropy with the quadratic cost",
        "With this cost the slope of the last sigmoid stays in the product. It cancels only where the cost is made of "
        "logarithms.",
        way(quad_error=lambda difference: difference),
    ),
    *mistake(
        "outputDelta",
        "ce-quad-delta",
        "Error of the quadratic cost with the cross-entropy",
        "Your gradients are too small: with the logarithmic cost the slope of the sigmoid has cancelled.",
        way(ce_error=lambda difference, aL: difference * aL * (1 - aL)),
    ),
    *mistake(
        "outputDelta",
        "deltas-exchanged",
        "The errors of the two costs exchanged",
        "Each cost gets the other one's error. In which of them does the slope of the sigmoid cancel?",
        way(ce_error=lambda difference, aL: difference * aL * (1 - aL), quad_error=lambda difference: difference),
    ),
    *mistake(
        "outputDelta",
        "ce-sign",
        "y - a with the cross-entropy",
        "The sign is turned. The course's reading writes cost(t) without the minus in front, and y - a is the "
        "derivative of that; its own formula, and the errata of the lecture, have the derivative of the cost, which "
        "is to be made small.",
        way(ce_error=lambda difference: -difference),
    ),
    *mistake(
        "outputDelta",
        "quad-sign",
        "(y - a) kept with the quadratic cost, minus lost",
        "Differentiating (y - a)^2 with respect to a brings out a minus.",
        way(quad_error=lambda difference, aL: -difference * aL * (1 - aL)),
    ),
    *mistake(
        "outputDelta",
        "sign",
        "y - a with both costs",
        "Every error has its sign turned: y - a is the way downhill, and the derivative points uphill. With "
        "cross-entropy it belongs to the reading's cost(t), which has no minus in front.",
        way(difference=lambda aL, Y: Y - aL),
    ),
    *mistake(
        "outputDelta",
        "quad-double",
        "2 left in the error of the quadratic cost",
        "The error is exactly double. The 2 that comes down from the square cancels with the 1/2 of this cost.",
        way(quad_error=lambda difference, aL: 2 * difference * aL * (1 - aL)),
    ),
    *mistake(
        "outputDelta",
        "quad-gprime-of-a",
        "g' taken at the activation of the output",
        "You hand a to a function that applies the sigmoid itself. a has been through it already.",
        way(quad_error=lambda difference, aL: difference * sigmoid(aL) * sigmoid(-aL)),
    ),
    *mistake(
        "outputDelta",
        "quad-half-slope",
        "Half of g' at the output",
        "The slope of the sigmoid is a product of two factors. You have one of them.",
        way(quad_error=lambda difference, aL: difference * aL),
        way(quad_error=lambda difference, aL: difference * (1 - aL)),
    ),
    *mistake(
        "outputDelta",
        *NO_BRACKETS,
        way(quad_error=lambda difference, aL: difference * aL - aL),
    ),
    *mistake(
        "outputDelta",
        "ce-not-cancelled",
        "Slope of the cost by a in place of that by z",
        "That is the derivative by a. The error is the derivative by z: one more factor of the chain rule, which "
        "cancels the denominator.",
        way(ce_error=lambda difference, aL: difference / (aL * (1 - aL))),
    ),
    *mistake(
        "outputDelta",
        "delta-rounded",
        "Error taken from rounded outputs",
        "The error is a number between -1 and 1. Rounding the output first throws away how far off it is.",
        way(difference=lambda aL, Y: (aL >= 0.5) - Y),
    ),
    *mistake(
        "outputDelta",
        "delta-squared",
        "Error squared",
        "The error keeps its sign: it says in which direction the output has to move.",
        way(difference=lambda aL, Y: (aL - Y) ** 2),
        way(difference=lambda aL, Y: (aL - Y) ** 2 / 2),
    ),
    *mistake(
        "outputDelta",
        "delta-absolute",
        "Error without its sign",
        "An output that says too much and one that says too little have errors of different sign.",
        way(difference=lambda aL, Y: abs(aL - Y)),
    ),
    *mistake(
        "outputDelta",
        "delta-mean",
        "Error divided by the number of examples already",
        "Each example keeps its own error. The mean is taken once, at the end, by gradients.",
        way(difference=lambda aL, Y: (aL - Y) / len(Y)),
    ),
    *mistake(
        "outputDelta",
        "delta-summed",
        "Errors of all examples added up at once",
        "Each example has its own error, a row. Adding them up before they have met the activations mixes the "
        "examples.",
        way(difference=lambda aL, Y: np.tile((aL - Y).sum(axis=0), (len(Y), 1))),
    ),
)

BIAS_KEPT = (
    "Error of the bias unit kept",
    "No connection leads INTO the bias unit, so it has no error. You have one column more than the layer has units.",
)

HIDDEN_ERROR_MISTAKES = (
    *mistake(
        "hiddenDelta",
        "no-gprime",
        "g' left out",
        "The error comes back through the weights, but the unit's own slope is missing. The reading's worked edges "
        "leave it out too, to keep the picture simple: how much does what a unit sends change when what it receives "
        "does?",
        way(slope=lambda: lambda a: 1.0),
    ),
    *mistake(
        "hiddenDelta",
        "gprime-of-a",
        "g' taken at the activation",
        "You hand a to a function that applies the sigmoid itself: that is the slope at a, and g'(z) is meant.",
        way(slope=lambda: lambda a: sigmoid(a) * sigmoid(-a)),
    ),
    *mistake(
        "hiddenDelta",
        "half-slope",
        "Half of g'",
        "The slope is a product of two factors, and you have one of them.",
        way(slope=lambda: lambda a: a),
        way(slope=lambda: lambda a: 1 - a),
    ),
    *mistake(
        "hiddenDelta",
        "wrong-slope",
        "Slope of another function",
        "What you multiply by is made from a, but it is not the slope of the logistic function.",
        way(slope=lambda: lambda a: 1 - a**2),
        way(slope=lambda: lambda a: a**2),
        way(slope=lambda: lambda a: a * (1 + a)),
        way(slope=lambda: lambda a: (a * (1 - a)) ** 2),
    ),
    *mistake(
        "hiddenDelta",
        *NO_BRACKETS,
        way(hidden_error=lambda pulled, Theta, delta, a_l: pulled(Theta, delta) * a_l - a_l),
    ),
    *mistake(
        "accumulate",
        *NO_BRACKETS,
        way(
            deltas=lambda output_error, between, a, pulled: sent_back_without_brackets(output_error, between, a, pulled)
        ),
    ),
    *mistake(
        "hiddenDelta",
        "last-column",
        "Wrong column of Theta left out on the way back",
        "The bias unit is the first one of a layer. You left out the last one.",
        way(pulled=lambda: lambda Theta, delta: delta @ Theta[:, :-1]),
    ),
    *mistake(
        "hiddenDelta",
        "back-no-transpose",
        "Theta the wrong way round on the way back",
        "On the way back each unit collects from all the units that it feeds. With examples as rows, no transpose is "
        "left where the formula for columns has one.",
        way(pulled=lambda: lambda Theta, delta: delta @ Theta[:, 1:].T),
        way(pulled=lambda: lambda Theta, delta: (delta @ Theta.T)[:, 1:]),
    ),
    *mistake(
        "hiddenDelta",
        "back-sign",
        "Sign turned on the way back",
        "The sign changes from layer to layer: nothing in the formula turns it.",
        way(pulled=lambda: lambda Theta, delta: -delta @ Theta[:, 1:]),
    ),
    *mistake(
        "hiddenDelta",
        "not-weighted",
        "Errors collected without their weights",
        "Each error comes back through the weight of its own connection. You add them up as they are.",
        way(pulled=lambda: lambda Theta, delta: np.tile(delta.sum(axis=1, keepdims=True), (1, Theta.shape[1] - 1))),
    ),
    *mistake(
        "hiddenDelta",
        "bias-kept",
        *BIAS_KEPT,
        sign=lambda cases, results: (
            everywhere(cases, results, bias_error_in_the_way) or shown_by_all(cases, results, has_one_column_more)
        ),
    ),
    *(
        entry
        for function in ("accumulate", "gradients", "gradientDescentStep")
        for entry in mistake(
            function,
            "bias-kept",
            *BIAS_KEPT,
            sign=lambda cases, results: everywhere(cases, results, is_one_hidden_column_off),
        )
    ),
)

WEIGHT_GRADIENT_MISTAKES = (
    *mistake(
        "weightGradient",
        "grad-bias-zero",
        "Gradient of the bias weights zero",
        "The first column is 0. Bias weights learn too: what does the bias unit send?",
        way(outer=lambda: lambda delta, a: without_bias(delta.T @ with_bias(a))),
    ),
    *mistake(
        "weightGradient",
        "grad-bias-last",
        "Gradient of the bias weights in the last column",
        "The bias weights are the first column of Theta, so that their gradient is the first column too.",
        way(outer=lambda: lambda delta, a: delta.T @ np.hstack([a, np.ones((len(a), 1))])),
    ),
    *mistake(
        "weightGradient",
        "grad-transposed",
        "Gradient transposed",
        "The gradient has the shape of Theta: a row for each unit of the later layer.",
        way(outer=lambda: lambda delta, a: with_bias(a).T @ delta),
    ),
    *mistake(
        "weightGradient",
        "grad-sign",
        "Gradient with its sign turned",
        "The derivative is the error times what was sent. The minus belongs to the step of gradient descent.",
        way(outer=lambda: lambda delta, a: -delta.T @ with_bias(a)),
    ),
    *mistake(
        "weightGradient",
        "grad-slope",
        "Slope of the sending unit in the gradient",
        "You multiply by a(1 - a) where a is meant: the slope belongs to the error, and is in it already.",
        way(outer=lambda: lambda delta, a: delta.T @ with_bias(a * (1 - a))),
    ),
    *mistake(
        "weightGradient",
        "grad-sigmoid",
        "Sigmoid applied to the activation once more",
        "a is what the earlier layer sends, the sigmoid being applied already.",
        way(outer=lambda: lambda delta, a: delta.T @ with_bias(sigmoid(a))),
        way(outer=lambda: lambda delta, a: delta.T @ sigmoid(with_bias(a))),
    ),
    *mistake(
        "weightGradient",
        "grad-no-bias",
        "No column for the bias",
        "A matrix of weights has one column more than the earlier layer has units: that of the bias.",
        sign=lambda cases, results: shapes_are(cases, results, lambda delta, a: (np.size(delta), np.size(a))),
    ),
)

BACKWARD_MISTAKES = (
    *mistake(
        "accumulate",
        "not-started",
        "Some layers' gradients still zero",
        "The gradients of some layers are all zeros: are they computed, and then put into the list?",
        way(Delta=lambda Thetas, outer, deltas, sent: [*(0 * T for T in Thetas[:-1]), outer(deltas[-1], sent[-1])]),
        way(Delta=lambda Thetas, outer, deltas, sent: [*each(outer, deltas, sent)[:-1], 0 * Thetas[-1]]),
        way(
            Delta=lambda Thetas, outer, deltas, sent: [
                *(0 * T for T in Thetas[:-2]),
                *each(outer, deltas, sent)[-2:],
            ]
        ),
    ),
    *mistake(
        "accumulate",
        "layer-shift",
        "Weights of the neighbouring layer",
        "Sources number the matrices differently: what Cross Validated 152159 calls theta^2, the course calls Theta^1. "
        "Which matrix lies BETWEEN the layer whose error you have and the one whose error you want?",
        way(between=lambda Thetas: [Thetas[0], *Thetas[:-1]]),
    ),
    *mistake(
        "accumulate",
        "gprime-layer",
        "g' of the wrong layer",
        "Each layer's error is scaled by its OWN slope, not by that of the layer after it.",
        way(slopes=lambda slope, a: [slope(a_l) for a_l in a[2:]]),
    ),
    *mistake(
        "accumulate",
        "gprime-once",
        "g' only at the last hidden layer",
        "Your code works for one hidden layer only: the recurrence needs the slope at every layer.",
        way(slopes=lambda slope, a: [*(np.ones(a_l.shape) for a_l in a[1:-2]), *map(slope, a[1:-1][-1:])]),
    ),
    *mistake(
        "accumulate",
        "a-as-z",
        "a(1 - a) fed with z",
        "Two conventions exist: the slope as a function of z, or of a. You put z into the formula that is made for a.",
        way(slopes=lambda z: [z_l * (1 - z_l) for z_l in z[:-1]]),
    ),
    *mistake(
        "accumulate",
        "act-same-layer",
        "Error and activation of the same layer",
        "A weight sits between two layers: error of the later one times activation of the earlier one.",
        way(sent=lambda a: a[1:]),
    ),
    *mistake(
        "accumulate",
        "sent-z",
        "Gradient built with z",
        "The gradient multiplies an error by what the layer before it SENT, which is the activation after the sigmoid.",
        way(sent=lambda X, z: [X, *z[:-1]]),
    ),
    *mistake(
        "accumulate",
        "sent-inputs",
        "Every gradient built with the inputs",
        "Only the first matrix receives X. The others receive what the layer before them sends.",
        way(sent=lambda a: [a[0]] * (len(a) - 1)),
    ),
    *mistake(
        "accumulate",
        "bias-sum",
        "Bias gradient not summed over the examples",
        "There is one bias a unit, and its error is added over the examples.",
        way(
            outer=lambda: lambda delta, a: np.hstack([delta[-1:].T, delta.T @ a]),
        ),
        way(outer=lambda: lambda delta, a: np.hstack([np.full((delta.shape[1], 1), delta.mean()), delta.T @ a])),
        way(outer=lambda: lambda delta, a: np.hstack([np.full((delta.shape[1], 1), delta.sum()), delta.T @ a])),
        way(outer=lambda: lambda delta, a: np.hstack([delta.mean(axis=0)[:, None], delta.T @ a])),
    ),
    *mistake(
        "accumulate",
        "acc-last",
        "Accumulator overwritten",
        "Delta is that of a single example: it has to add up, and not start afresh with each one.",
        way(Delta=lambda outer, deltas, sent: each(lambda d, a: outer(d[-1:], a[-1:]), deltas, sent)),
        way(Delta=lambda outer, deltas, sent: each(lambda d, a: outer(d[:1], a[:1]), deltas, sent)),
    ),
    *mistake(
        "accumulate",
        "acc-stale-index",
        "The same example again and again",
        "Delta is that of one example, m times over: the loop counts with one letter and reads with another.",
        way(Delta=lambda outer, deltas, sent: each(lambda d, a: len(a) * outer(d[-1:], a[-1:]), deltas, sent)),
        way(Delta=lambda outer, deltas, sent: each(lambda d, a: len(a) * outer(d[:1], a[:1]), deltas, sent)),
    ),
    *mistake(
        "accumulate",
        "acc-loop-bounds",
        "Loop misses an example",
        "One example at an end of the data is left out of Delta: check where the loop begins and where it ends.",
        way(Delta=lambda outer, deltas, sent: each(lambda d, a: outer(d[1:], a[1:]), deltas, sent)),
        way(Delta=lambda outer, deltas, sent: each(lambda d, a: outer(d[:-1], a[:-1]), deltas, sent)),
    ),
    *mistake(
        "accumulate",
        "acc-mean",
        "Delta divided by m",
        "Delta is exactly m times too small: it is the sum over the examples. The mean is taken in gradients.",
        way(Delta=lambda outer, deltas, sent: each(lambda d, a: outer(d, a) / len(a), deltas, sent)),
    ),
    *mistake(
        "accumulate",
        "acc-square-transposed",
        "Square gradients transposed",
        "Where a matrix is square its gradient is turned, and where it is not it is not: is the shape looked at to "
        "decide?",
        way(outer=lambda: lambda delta, a: square_turned(delta.T @ with_bias(a))),
    ),
    *mistake(
        "accumulate",
        "reversed-list",
        "Layers in reverse order",
        "The list begins with the last layer: the way back finds the layers in reverse, and the list has the order of "
        "Thetas.",
        way(Delta=lambda outer, deltas, sent: each(outer, deltas, sent)[::-1]),
    ),
    *(
        entry
        for function in (
            "forwardPropagate",
            "costFunction",
            "accumulate",
            "gradients",
            "unrollThetas",
            "reshapeThetas",
            "gradientDescentStep",
        )
        for entry in mistake(
            function,
            "two-layers",
            "Written for one hidden layer",
            "Your code counts on two matrices, whether there are fewer or more: go from layer to layer in a loop.",
            sign=lambda cases, results: two_matrices_only(cases, results),
        )
    ),
    *(
        entry
        for function in ("accumulate", "gradients", "gradientDescentStep")
        for entry in mistake(
            function,
            "no-hidden",
            "A hidden layer taken for granted",
            "Your code fails only on the net that has no hidden layer: there the way back ends where it begins.",
            sign=lambda cases, results: (
                raised_where(cases, results, lambda case: depth(case) == 1) and not two_matrices_only(cases, results)
            ),
        )
    ),
)


GRADIENT_MISTAKES = (
    *mistake(
        "gradients",
        "D-no-m",
        "Gradient not divided by m",
        "The gradient is exactly m times too large. The last step of the algorithm takes the mean.",
        way(mean=lambda Delta: Delta),
    ),
    *mistake(
        "gradients",
        "D-m-twice",
        "Gradient divided by m twice",
        "The gradient is exactly m times too small: is the mean taken in accumulate too?",
        way(mean=lambda Delta, m: [Delta_l / m**2 for Delta_l in Delta]),
    ),
    *mistake(
        "gradients",
        "D-2m",
        "Gradient divided by 2m",
        "The gradient is exactly half. The 1/2 stands in the cost, and goes away when you differentiate.",
        way(mean=lambda Delta, m: [Delta_l / (2 * m) for Delta_l in Delta]),
    ),
    *mistake(
        "gradients",
        "D-outputs",
        "Gradient divided by the number of outputs too",
        "The gradient is exactly K times too small: the cost is a mean over the examples, and a sum over the outputs.",
        way(mean=lambda Delta, m, Y: [Delta_l / (m * Y.shape[1]) for Delta_l in Delta]),
    ),
    *mistake(
        "gradients",
        "m-columns",
        "m read from the wrong dimension of X",
        "What you divide by counts columns. m counts the examples, and each example is a row of X.",
        way(m=lambda X: X.shape[1]),
    ),
    *mistake(
        "gradients",
        "D-bias-zero",
        "Gradient of all bias weights zero",
        "The first column of each D is 0. Bias weights learn too: what they do without is the PENALTY.",
        way(mean=lambda Delta, m: [without_bias(Delta_l / m) for Delta_l in Delta]),
    ),
    *mistake(
        "gradients",
        "D-bias-undivided",
        "Bias column not divided by m",
        "The first column of each D is exactly m times too large. The mean is taken of every column; only lambda "
        "treats the first one differently.",
        way(mean=lambda Delta, m: [np.hstack([Delta_l[:, :1], Delta_l[:, 1:] / m]) for Delta_l in Delta]),
    ),
    *mistake(
        "gradients",
        "D-one-layer",
        "Only one layer divided by m",
        "Some layers' gradients are means and others still sums over the examples.",
        way(mean=lambda Delta, m: [*Delta[:-1], Delta[-1] / m]),
        way(mean=lambda Delta, m: [*(Delta_l / m for Delta_l in Delta[:-1]), Delta[-1]]),
        way(mean=lambda Delta, m: [Delta[0] / m, *Delta[1:]]),
    ),
    *mistake(
        "gradients",
        "rD-none",
        "Penalty missing in the gradient",
        "The gradient does not change with lambda: differentiate the penalty as well.",
        way(decay=lambda Thetas: [0 * Theta for Theta in Thetas]),
    ),
    *mistake(
        "gradients",
        "rD-bias",
        "Bias column regularised",
        "The penalty leaves the bias weights out, and so does its slope. Only the first column of each D is wrong, and "
        "only when lambda is not 0.",
        way(decay=lambda lambda_, m, Thetas: [lambda_ / m * Theta for Theta in Thetas]),
    ),
    *mistake(
        "gradients",
        "rD-ones",
        "Ones in the bias column of the penalty",
        "Every bias gradient is off by lambda/m: you put ones where nothing should be added.",
        way(decay=lambda lambda_, m, Thetas: [lambda_ / m * with_bias(Theta[:, 1:]) for Theta in Thetas]),
    ),
    *mistake(
        "gradients",
        "rD-lam",
        "lambda in place of lambda/m",
        "The cost carries lambda/(2m). Differentiate it: which factor stands in front of Theta?",
        way(decay=lambda lambda_, Thetas: [lambda_ * without_bias(Theta) for Theta in Thetas]),
        way(decay=lambda lambda_, Thetas: [lambda_ / 2 * without_bias(Theta) for Theta in Thetas]),
        way(decay=lambda lambda_, m, Thetas: [lambda_ * m * without_bias(Theta) for Theta in Thetas]),
    ),
    *mistake(
        "gradients",
        "rD-2m",
        "lambda/(2m) in the gradient",
        "What lambda adds to the gradient is exactly half: differentiating a square brings down a 2.",
        way(decay=lambda lambda_, m, Thetas: [lambda_ / (2 * m) * without_bias(Theta) for Theta in Thetas]),
    ),
    *mistake(
        "gradients",
        "rD-m-twice",
        "Penalty in the gradient divided by m twice",
        "What lambda adds to the gradient is m times too small: it is divided by m, added, and then divided by m again "
        "with the rest.",
        way(decay=lambda lambda_, m, Thetas: [lambda_ / m**2 * without_bias(Theta) for Theta in Thetas]),
    ),
    *mistake(
        "gradients",
        "rD-sign",
        "Penalty subtracted from the gradient",
        "The penalty pulls weights towards 0. In gradient descent that means that its slope is ADDED.",
        way(decay=lambda lambda_, m, Thetas: [-lambda_ / m * without_bias(Theta) for Theta in Thetas]),
    ),
    *mistake(
        "gradients",
        "rD-some-layers",
        "Only some layers regularised",
        "Some layers' gradients do not react to lambda: the penalty contains the weights of every layer.",
        way(decay=lambda lambda_, m, Thetas: [*(0 * T for T in Thetas[:-1]), lambda_ / m * without_bias(Thetas[-1])]),
        way(decay=lambda lambda_, m, Thetas: [*(lambda_ / m * without_bias(T) for T in Thetas[:-1]), 0 * Thetas[-1]]),
        way(decay=lambda lambda_, m, Thetas: [lambda_ / m * without_bias(Thetas[0]), *(0 * T for T in Thetas[1:])]),
    ),
    *mistake(
        "gradients",
        "rD-overwrite",
        "Penalty in place of the gradient",
        "But for the bias column the gradient is nothing but the penalty's slope: you assign where you should add.",
        way(D=lambda mean, decay: each(lambda M, P: np.hstack([M[:, :1], P[:, 1:]]), mean, decay)),
    ),
    *mistake(
        "gradients",
        "rD-row",
        "First row not regularised, in place of the first column",
        "A unit is a row, an input a column: the bias weights are a column.",
        way(decay=lambda lambda_, m, Thetas: [lambda_ / m * without_bias(Theta.T).T for Theta in Thetas]),
    ),
    *mistake(
        "gradients",
        "rD-last-column",
        "Last column not regularised, in place of the first",
        "The bias weights are the first column of each Theta. You left the last one out of the penalty's slope.",
        way(decay=lambda lambda_, m, Thetas: [lambda_ / m * without_bias(T[:, ::-1])[:, ::-1] for T in Thetas]),
    ),
    *mistake(
        "gradients",
        "rD-only-bias",
        "Nothing but the bias column regularised",
        "It is the other way round: the bias column is the one that the penalty leaves alone.",
        way(decay=lambda lambda_, m, Thetas: [lambda_ / m * (Theta - without_bias(Theta)) for Theta in Thetas]),
    ),
    *mistake(
        "gradients",
        "rD-squared",
        "Squared weights in the gradient",
        "The squares are in the cost. What is the derivative of a square?",
        way(decay=lambda lambda_, m, Thetas: [lambda_ / m * without_bias(Theta) ** 2 for Theta in Thetas]),
    ),
    *mistake(
        "gradients",
        "rD-summed",
        "One number added to every entry",
        "You add the sum of the weights to every entry. Each entry has to do with its own weight only.",
        way(decay=lambda lambda_, m, Thetas: [lambda_ / m * T[:, 1:].sum() * np.ones(T.shape) for T in Thetas]),
    ),
)

UNROLLING_MISTAKES = (
    *mistake(
        "unrollThetas",
        "unroll-rows",
        "Unrolled row by row",
        "The numbers are right and their order is not: (:) walks down the columns, numpy along the rows unless told "
        "otherwise.",
        way(order=lambda: "C"),
    ),
    *mistake(
        "unrollThetas",
        "unroll-reversed",
        "Last matrix first",
        "The vector begins with the weights of the first layer, and yours with those of the last.",
        way(thetaVec_given=lambda pieces: np.concatenate(pieces[::-1])),
    ),
    *mistake(
        "unrollThetas",
        "unroll-no-bias",
        "Bias weights left out of the vector",
        "The vector holds every weight, those of the bias too: an optimiser changes only what it sees.",
        way(pieces=lambda Thetas, order: [Theta[:, 1:].ravel(order=order) for Theta in Thetas]),
    ),
    *mistake(
        "unrollThetas",
        "unroll-two",
        "Only two matrices unrolled",
        "A net may have more matrices than two, or one alone: go through the whole list.",
        way(thetaVec_given=lambda pieces: np.concatenate([pieces[0], pieces[1]])),
        way(thetaVec_given=lambda pieces: np.concatenate([pieces[0], pieces[-1]])),
    ),
    *mistake(
        "reshapeThetas",
        "reshape-rows",
        "Matrices filled row by row",
        "The vector runs down the columns, and your matrices are filled along the rows: numpy's order unless told "
        "otherwise.",
        way(fill=lambda: "C"),
    ),
    *mistake(
        "reshapeThetas",
        "reshape-off-by-one",
        "Slices that begin or end one too far",
        "Each matrix begins where the one before it ends. Your slices are off by one: Python counts from 0 and leaves "
        "the end out, Octave counts from 1 and includes it.",
        way(starts=lambda shapes: one_further(shapes, np.arange(len(shapes)))),
        way(starts=lambda shapes: one_further(shapes, np.minimum(np.arange(len(shapes)), 1))),
        way(starts=lambda shapes: one_further(shapes, -np.arange(len(shapes)))),
        way(starts=lambda shapes: one_further(shapes, -np.minimum(np.arange(len(shapes)), 1))),
        sign=lambda cases, results: everywhere(cases, results, one_number_short),
    ),
    *mistake(
        "reshapeThetas",
        "reshape-from-the-front",
        "Every matrix cut from the front",
        "All your matrices begin with the first number of the vector: move on behind each one.",
        way(starts=lambda shapes: np.zeros(len(shapes), dtype=int)),
    ),
    *mistake(
        "reshapeThetas",
        "reshape-last-only",
        "Start taken from the matrix before alone",
        "Where a matrix begins depends on ALL matrices before it, not on the nearest one alone.",
        way(starts=lambda shapes: np.array([0, *(rows * columns for rows, columns in shapes[:-1])])),
    ),
    *mistake(
        "reshapeThetas",
        "reshape-bias-forgotten",
        "Bias column forgotten in the sizes of the matrices",
        "A matrix of weights has a column for each unit of the earlier layer and one more for its bias unit, both "
        "where it is cut from the vector and where it gets its shape.",
        way(starts=lambda shapes: np.cumsum([0, *(rows * (columns - 1) for rows, columns in shapes[:-1])])),
        sign=lambda cases, results: shown_by_all(cases, results, without_bias_columns),
    ),
    *mistake(
        "reshapeThetas",
        "reshape-backwards",
        "Matrices cut from the end of the vector",
        "The vector begins with the first matrix: you begin to cut at its end.",
        way(starts=lambda shapes, thetaVec: len(thetaVec) - np.cumsum([rows * columns for rows, columns in shapes])),
    ),
    *mistake(
        "reshapeThetas",
        "reshape-transposed",
        "Shapes turned round",
        "Theta has one ROW for each unit of the later layer, and one column for each of the earlier one and the bias.",
        sign=lambda cases, results: shown_by_all(cases, results, are_transposed),
    ),
)


def one_further(shapes, shift):
    return np.cumsum([0, *(rows * columns for rows, columns in shapes[:-1])]) + shift


def moved_going_back(Thetas, lambda_, m, alpha, output_error, slopes, pulled, outer, sent):
    """New weights, each layer's error being sent back through weights that have moved already."""
    delta, moved = output_error, []
    for Theta, a, slope in zip(Thetas[::-1], sent[::-1], [*slopes[::-1], None], strict=True):
        D = outer(delta, a) / m + lambda_ / m * without_bias(Theta)
        moved.insert(0, Theta - alpha * D)
        delta = delta if slope is None else pulled(moved[0], delta) * slope
    return moved


DESCENT_MISTAKES = (
    *mistake(
        "gradientDescentStep",
        "step-none",
        "Weights as they were",
        "The weights that you return are those that you were given.",
        way(descended=lambda Thetas: Thetas),
    ),
    *mistake(
        "gradientDescentStep",
        "step-uphill",
        "Step uphill",
        "The gradient points to where the cost grows: go the other way.",
        way(descended=lambda Thetas, steps: each(np.add, Thetas, steps)),
    ),
    *mistake(
        "gradientDescentStep",
        "step-no-alpha",
        "Step without the learning rate",
        "The step is as long as the gradient. What does alpha do?",
        way(steps=lambda D: D),
    ),
    *mistake(
        "gradientDescentStep",
        "step-alpha-over-m",
        "Step divided by m again",
        "The gradient is a mean already: alpha is not divided by the number of examples.",
        way(steps=lambda D, alpha, m: [alpha / m * D_l for D_l in D]),
    ),
    *mistake(
        "gradientDescentStep",
        "step-sum",
        "Step along the sum over the examples",
        "The step is m times too long: it goes along Delta, which is a sum, and not along D.",
        way(steps=lambda D, alpha, m: [alpha * m * D_l for D_l in D]),
        way(steps=lambda Delta, alpha: [alpha * Delta_l for Delta_l in Delta]),
    ),
    *mistake(
        "gradientDescentStep",
        "step-alone",
        "The step in place of the new weights",
        "You return how far the weights move, not where they end.",
        way(descended=lambda steps: steps),
        way(descended=lambda steps: [-step for step in steps]),
    ),
    *mistake(
        "gradientDescentStep",
        "step-no-penalty",
        "Step without the penalty",
        "The step does not feel lambda: go along the gradient of the whole cost.",
        way(steps=lambda mean, alpha: [alpha * mean_l for mean_l in mean]),
    ),
    *mistake(
        "gradientDescentStep",
        "step-bias-fixed",
        "Bias weights left where they were",
        "The bias weights do not move. They are not penalised, but they learn.",
        way(steps=lambda D, alpha: [alpha * without_bias(D_l) for D_l in D]),
    ),
    *mistake(
        "gradientDescentStep",
        "step-one-layer",
        "Only one layer moved",
        "Some layers keep their weights: a step moves all of them.",
        way(steps=lambda D, alpha: [*(0 * D_l for D_l in D[:-1]), alpha * D[-1]]),
        way(steps=lambda D, alpha: [alpha * D[0], *(0 * D_l for D_l in D[1:])]),
    ),
    *mistake(
        "gradientDescentStep",
        "inplace",
        "Weights updated during the backward pass",
        "The errors of the layers before the last come back through weights that have moved already. Finish all errors "
        "first, then change the weights.",
        way(
            descended=lambda Thetas, lambda_, m, alpha, output_error, slopes, pulled, outer, sent: moved_going_back(
                Thetas, lambda_, m, alpha, output_error, slopes, pulled, outer, sent
            )
        ),
    ),
)

MISTAKES = (
    *FORWARD_MISTAKES,
    *COST_MISTAKES,
    *OUTPUT_ERROR_MISTAKES,
    *HIDDEN_ERROR_MISTAKES,
    *WEIGHT_GRADIENT_MISTAKES,
    *BACKWARD_MISTAKES,
    *GRADIENT_MISTAKES,
    *UNROLLING_MISTAKES,
    *DESCENT_MISTAKES,
)

UNFINISHED = tuple(entry for entry in MISTAKES if re.search("started|one-of-two|fw-no-input|step-none", entry.id))

TWINS = {
    (
        "backprop-fw-linear-hidden",
        "backprop-fw-z-from-z",
    ): "the same z, handed on as z or as a; forwardPropagate shows which",
    ("backprop-grad-sign", "backprop-sign"): "a minus in every error, or in every product with it",
    ("backprop-acc-mean", "backprop-delta-mean"): "the mean taken too early, in each error or in their sum",
    (
        "backprop-D-m-twice",
        "backprop-acc-mean",
    ): "divided by m twice, the first time in accumulate or both in gradients",
    (
        "backprop-D-m-twice",
        "backprop-delta-mean",
    ): "divided by m twice, the first time in outputDelta or both in gradients",
    ("backprop-D-bias-zero", "backprop-grad-bias-zero"): "no gradient of the bias, dropped here or never made",
    ("backprop-D-bias-zero", "backprop-step-bias-fixed"): "without their gradient the bias weights stay where they are",
    (
        "backprop-grad-bias-zero",
        "backprop-step-bias-fixed",
    ): "without their gradient the bias weights stay where they are",
    ("backprop-rD-none", "backprop-step-no-penalty"): "the penalty is left out of the gradient, or of the step",
}
"""Mistakes that give the same numbers in one function, and why. Those that belong to two functions are told apart by
the results of the function that is called."""

# --- signs ------------------------------------------------------------------------------------------------------------

NO_ROOM = re.compile(
    r"array of size (\d+) into shape \((\d+), ?(\d+)\)|can't reshape (\d+)x(\d+) array to (\d+)x(\d+) array"
)
"""numpy's and Octave's words for numbers that do not fill a matrix."""


def shown_by_all(cases, results, shows):
    """Whether every call was answered, and each answer shows the mistake."""
    return all(
        result.outcome is Outcome.ANSWERED and shows(case, result.value)
        for case, result in zip(cases, results, strict=True)
    )


def shapes(matrices):
    """The shapes of a list of matrices; none where it is something else."""
    return [shape_of(A) for A in matrices] if isinstance(matrices, tuple) else []


def lists_of(value):
    """The two lists that forwardPropagate gives."""
    return value if isinstance(value, tuple) and len(value) == 2 else ((), ())


def depth(case):
    """The number of weight matrices, from the list of them or from the sizes of all layers."""
    return len(case.arguments[1]) - 1 if case.function == "reshapeThetas" else len(case.arguments[0])


def two_matrices_only(cases, results):
    """Whether calls fail on all nets that have not two matrices, by an error or by a list of two, and on no others."""
    fails = [raised(result) or counts_two(case, result) for case, result in zip(cases, results, strict=True)]
    return any(fails) and fails == [depth(case) != 2 for case in cases]


def counts_two(case, result):
    """Whether an answer lists two matrices, as many z for forwardPropagate, for a net that has not two."""
    found = lists_of(result.value)[0] if case.function == "forwardPropagate" else result.value
    return depth(case) != 2 and len(shapes(found)) == 2


def units_of(case):
    Thetas, X = case.arguments[:2]
    return [np.shape(X)[1], *(len(Theta) for Theta in Thetas)]


def has_bias_column(case, value):
    """Whether activations of a layer before the last have a column more than the layer has units."""
    m, (_, a) = len(case.arguments[1]), lists_of(value)
    found, units = shapes(a), units_of(case)
    return len(found) == len(units) and (m, units[-2] + 1) in (found[-2], found[0])


def gives_a_first(case, value):
    return [len(found) for found in map(shapes, lists_of(value))] == [depth(case) + 1, depth(case)]


def has_columns_for_examples(case, value):
    m, (z, _) = len(case.arguments[1]), lists_of(value)
    return shapes(z) == [(units, m) for units in units_of(case)[1:]]


def is_one_input_short(case, result):
    """Whether an operation failed between the inputs and the first Theta, that has one column more."""
    inputs = units_of(case)[0]
    return {inputs, inputs + 1} <= set(sizes_in(result))


def is_one_hidden_column_off(case, result):
    """Whether an operation failed between the units of a hidden layer and these with their bias unit."""
    found = set(sizes_in(result))
    return any({units, units + 1} <= found for units in units_of(case)[1:-1])


def bias_error_in_the_way(case, result):
    """Whether an operation failed on (m, s + 1) errors and (m, s) activations."""
    m, units = np.shape(case.arguments[2])
    return {m, units, units + 1} <= set(sizes_in(result))


def has_one_column_more(case, value):
    m, units = np.shape(case.arguments[2])
    return shape_of(value) == (m, units + 1)


def shapes_are(cases, results, shape):
    """Whether every answer has the shape that is made from the arguments."""
    return shown_by_all(cases, results, lambda case, value: shape_of(value) == shape(*case.arguments))


def one_number_short(case, result):
    """Whether a slice had one number too few, or too many, for a matrix."""
    found = NO_ROOM.search(complaint(result))
    if found is None:
        return False
    *size, rows, columns = (int(number) for number in found.groups() if number)
    return abs(math.prod(size) - rows * columns) == 1


def without_bias_columns(case, value):
    _, sizes = case.arguments
    return shapes(value) == [(int(after), int(before)) for before, after in pairwise(sizes)]


def are_transposed(case, value):
    _, sizes = case.arguments
    return shapes(value) == [(int(before) + 1, int(after)) for before, after in pairwise(sizes)]
