"""What the catalogues of mistakes share: how an entry is made, helpers of the steps, and signs."""

from __future__ import annotations

import re
from functools import partial

import numpy as np

from grader.model import Mistake, Outcome

# --- entries ----------------------------------------------------------------------------------------------------------


def mistake(exercise, function, id, title, message, *ways, sign=None):
    """An entry: one `Mistake` for each way in which it is made, and one for its sign."""
    made = [Mistake(f"{exercise}-{id}", function, title, message, way) for way in ways]
    return made if sign is None else [*made, Mistake(f"{exercise}-{id}", function, title, message, sign=sign)]


def way(**steps):
    """One way to make a mistake: the steps that it does differently."""
    return steps


SMOOTH = "Your sigmoid jumps from 0 to 1. It is a smooth curve, and learning needs its slope."


def sigmoid_mistakes(exercise, sigmoid, smooth=SMOOTH):
    """Those in the function `sigmoid`, of which the step `g` is the reference; `smooth` is said of one with a jump."""
    in_sigmoid = partial(mistake, exercise, "sigmoid")
    return (
        *in_sigmoid(
            "s-no-minus",
            "Exponent of the sigmoid without its minus",
            "Your sigmoid falls where it should rise: look at the sign of the exponent.",
            way(g=lambda: lambda z: sigmoid(-z)),
        ),
        *in_sigmoid(
            "s-precedence",
            "Denominator of the sigmoid without brackets",
            "Your sigmoid is greater than 1: a division is done before an addition, so only the 1 is divided.",
            way(g=lambda: lambda z: 1 / 1 + np.exp(-z)),
        ),
        *in_sigmoid(
            "s-minus-below",
            "Minus in the denominator of the sigmoid",
            "The denominator of the sigmoid is a sum; with a difference it is 0 at z = 0.",
            way(g=lambda: lambda z: 1 / (1 - np.exp(-z))),
        ),
        *in_sigmoid(
            "s-tanh",
            "tanh in place of the sigmoid",
            "Your function runs from -1 to 1: that is tanh. The sigmoid runs from 0 to 1.",
            way(g=lambda: np.tanh),
        ),
        *in_sigmoid(
            "s-identity",
            "Sigmoid returns its argument",
            "Your sigmoid gives z back as it was.",
            way(g=lambda: lambda z: z),
        ),
        *in_sigmoid(
            "s-step",
            "Sigmoid rounded to 0 or 1",
            smooth,
            way(g=lambda: lambda z: 1.0 * (z >= 0)),
            way(g=lambda: lambda z: np.round(sigmoid(z))),
        ),
        *in_sigmoid(
            "s-slope",
            "Sigmoid returns its slope",
            "That is the slope of the sigmoid. Here its value is asked for.",
            way(g=lambda: lambda z: sigmoid(z) * (1 - sigmoid(z))),
        ),
        *in_sigmoid(
            "s-numbers-only",
            "Sigmoid of numbers only",
            "Your function can do one number and not an array. It has to work element by element.",
            sign=numbers_only,
        ),
    )


def matrix_division(exercise, *functions):
    """Octave's / where ./ is meant, in each of these functions."""
    return [
        entry
        for function in functions
        for entry in mistake(
            exercise,
            function,
            "matrix-division",
            "Division by a matrix",
            "Between matrices / solves equations. The division of each entry by its own has a dot before that sign.",
            sign=lambda cases, results: everywhere(cases, results, is_matrix_division),
        )
    ]


# --- steps ------------------------------------------------------------------------------------------------------------


def with_bias(A):
    return np.hstack([np.ones((len(A), 1)), A])


def without_bias(Theta):
    """Theta with zeros in the bias column."""
    return np.hstack([np.zeros((len(Theta), 1)), Theta[:, 1:]])


def unrolled(matrices):
    return np.concatenate([np.ravel(matrix, order="F") for matrix in matrices])


def squared(A):
    return (A**2).sum()


def each(function, *lists):
    """The function of the first things of all lists, of the second things, ..."""
    return [function(*things) for things in zip(*lists, strict=True)]


# --- signs ------------------------------------------------------------------------------------------------------------


def raised(result):
    return result.outcome is Outcome.RAISED


def message_of(result):
    return result.error.message if result.error else ""


def complaint(result):
    """The error that stopped a call, and the line that it stopped at."""
    return f"{result.error.message} {result.error.source}" if result.error else ""


def everywhere(cases, results, shows):
    """Whether calls stopped with an error, and every one that did shows the mistake."""
    stopped = [(case, result) for case, result in zip(cases, results, strict=True) if raised(result)]
    return bool(stopped) and all(shows(case, result) for case, result in stopped)


def raised_where(cases, results, expected):
    """Whether calls stopped with an error in the expected cases, and in no others."""
    found = [raised(result) for result in results]
    return found == [bool(expected(case)) for case in cases] and any(found) and not all(found)


def numbers_only(cases, results):
    return raised_where(cases, results, lambda case: np.size(case.arguments[0]) > 1)


def sizes_in(result):
    """The sizes of matrices that an error is about, such as 6, 8, 9 and 2."""
    return [int(number) for number in re.findall(r"\d+", message_of(result))]


def is_product(result):
    """Whether a matrix product failed, and not an operation on entries."""
    return any(words in message_of(result) for words in ("matmul", "operator *", "aligned"))


def is_matrix_division(case, result):
    return message_of(result).startswith("operator /:")
