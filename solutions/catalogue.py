"""What the catalogues of mistakes share: how an entry is made, helpers of the steps, and signs."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from inspect import Parameter, Signature
from operator import itemgetter

import numpy as np

from grader.graph import ancestors, needs
from grader.model import Mistake, Outcome
from grader.values import as_array, unrolled

# --- entries ----------------------------------------------------------------------------------------------------------


def mistake(exercise, function, id, title, message, *ways, sign=None, output=""):
    """An entry: one `Mistake` for each way in which it is made, and one for its sign, which may show in one `output`
    alone."""
    made = [Mistake(f"{exercise}-{id}", function, title, message, way) for way in ways]
    return (
        made
        if sign is None
        else [*made, Mistake(f"{exercise}-{id}", function, title, message, sign=sign, output=output)]
    )


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


def squared(A):
    return (A**2).sum()


def each(function, *lists):
    """The function of the first things of all lists, of the second things, ..."""
    return [function(*things) for things in zip(*lists, strict=True)]


# --- lists, entry by entry --------------------------------------------------------------------------------------------

NEIGHBOURS = {"before": -1, "after": 1}


def numbered(table, numbers, **lists):
    """The steps of a table, once for each number of a layer or of a turn: z becomes z2, z3, ... What a step of number n
    needs is the entry n of that name, or n - 1 for z_before and n + 1 for z_after, or a step without a number.
    `w="weights"` makes w2, w3, ... of the entries of the list `weights`."""

    def named(needed, n):
        name, _, where = needed.rpartition("_")
        if where in NEIGHBOURS:
            return f"{name}{n + NEIGHBOURS[where]}"
        return f"{needed}{n}" if needed in table or needed in lists else needed

    entries = {f"{name}{n}": of(itemgetter(at), lists[name]) for name in lists for at, n in enumerate(numbers)}
    made = {
        f"{name}{n}": of(table[name], *(named(needed, n) for needed in needs(table[name])))
        for n in numbers
        for name in table
    }
    return {**entries, **made}


def of(step, *names):
    """The step with other names for what it needs."""

    def renamed(*values):
        return step(*values)

    renamed.__signature__ = Signature([Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in names])
    return renamed


def spread_out(computation, steps, stages, lists, **others):
    """The computation with these steps and stages as well, as far as its outputs need them. `lists` has for outputs the
    steps that are their entries, each of them a block."""
    steps = {**computation.steps, **steps}
    blocks = {}
    for output, entries in lists.items():
        steps[output] = of(lambda *matrices: unrolled(matrices), *entries)
        for at, entry in enumerate(entries):
            steps[f"place of {entry}"] = of(partial(place, at), *entries)
            blocks[entry] = output, f"place of {entry}"
    used = set().union(
        *(ancestors(name, steps, {}) for name in (*computation.outputs, *(part for _, part in blocks.values())))
    )
    return replace(
        computation,
        steps={name: step for name, step in steps.items() if name in used},
        stages={name: kind for name, kind in stages.items() if name in used},
        blocks=blocks or computation.blocks,
        **others,
    )


def place(at, *matrices):
    start = sum(matrix.size for matrix in matrices[:at])
    return slice(start, start + matrices[at].size)


def staged(kinds, numbers, *names):
    """The stages of these names, number by number."""
    return {f"{name}{n}": replace(kinds[name], at=n) for n in numbers for name in names}


# --- signs ------------------------------------------------------------------------------------------------------------


def raised(result):
    """Whether an error stopped the call that may show a mistake: the sizes in one about memory are those of no net."""
    return result.outcome is Outcome.RAISED and not (result.error and result.error.out_of_memory)


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


def shape_of(value):
    """The shape of a returned value; None where it is not made of numbers, or of rows that differ in length."""
    array = as_array(value)
    return None if array is None else array.shape


def sizes_in(result):
    """The sizes of matrices that an error is about, such as 6, 8, 9 and 2."""
    return [int(number) for number in re.findall(r"(?<!op)\d+", message_of(result))]


def is_product(result):
    """Whether a matrix product failed, and not an operation on entries."""
    return any(words in message_of(result) for words in ("matmul", "operator *", "aligned"))


def is_matrix_division(case, result):
    return message_of(result).startswith("operator /:")
