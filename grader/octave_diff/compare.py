"""Two replies to a case -> a row for each output.

Octave's rule holds for sizes: everything has two dimensions, a 1-D array is a column. A row in place of a column is
remarked on and compared; any other size is a difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.model import Case, Function, Output, Tolerance
from grader.octave_diff.model import Difference, Index, Place, Reply
from grader.values import as_array, is_vector, matrices

Numbers: TypeAlias = NDArray[Any]

TOLERANCE = Tolerance(rtol=1e-9, atol=1e-12)
EXACT = Tolerance(rtol=0, atol=0)


def compare(function: Function, case: Case, python: Reply, octave: Reply) -> Iterator[Difference]:
    """A row for each output of `function` that is compared, and for each matrix of one that is a list."""
    for index, output in enumerate(function.outputs):
        if output.compared:
            blank = Difference(function.name, output.name, case.name, agree=False)
            row = explain_failure(function, blank, python, octave) or compare_output(blank, index, case, python, octave)
            if output.listed and row.error is not None:
                yield from compare_matrices(blank, output, index, case, python, octave)
            else:
                yield row


def compare_matrices(
    blank: Difference, output: Output, index: int, case: Case, python: Reply, octave: Reply
) -> Iterator[Difference]:
    """A row for each matrix of a listed output; both sides have unrolled theirs."""
    assert output.blocks is not None
    blocks = output.blocks(case)
    shapes = list(blocks.values())
    pairs = zip(matrices(python.values[index], shapes), matrices(octave.values[index], shapes), strict=True)
    for name, (got, want) in zip(blocks, pairs, strict=True):
        rows, columns = got.shape
        row = replace(blank, output=name, python_size=f"float64 {got.shape}", octave_size=f"double {rows}x{columns}")
        yield compare_numbers(row, case, got, want)


def explain_failure(function: Function, blank: Difference, python: Reply, octave: Reply) -> Difference | None:
    """The row of a case without outputs on one side. A function that is there to show something, so that not all of its
    outputs are compared, may well return nothing."""
    for side, reply in (("Python", python), ("Octave", octave)):
        if reply.failure:
            return replace(blank, message=f"{side}: {reply.failure}")
        if not reply.values:
            shows = not all(output.compared for output in function.outputs)
            return replace(blank, agree=shows, message=f"{side} returns nothing: not compared")
    return None


def compare_output(blank: Difference, index: int, case: Case, python: Reply, octave: Reply) -> Difference:
    for side, reply in (("Python", python), ("Octave", octave)):
        if index >= len(reply.values):
            return replace(blank, message=f"{side} returns {len(reply.values)} of the outputs, and not this one")
    row = replace(blank, python_size=python.sizes[index], octave_size=octave.sizes[index])
    got, want = as_array(python.values[index]), as_array(octave.values[index])
    for side, size, array in (("Python", row.python_size, got), ("Octave", row.octave_size, want)):
        if array is None or array.dtype.kind == "c":
            return replace(row, message=f"{side} gives {size}: only real numbers are compared")
    assert got is not None
    assert want is not None
    got, want = in_two_dimensions(got), in_two_dimensions(want)
    if got.shape == want.shape:
        return compare_numbers(row, case, got, want)
    if is_vector(got.shape) and is_vector(want.shape) and got.size == want.size:
        remark = "a column in Python, a row in Octave" if want.shape[0] == 1 else "a row in Python, a column in Octave"
        return compare_numbers(replace(row, message=remark), case, got.reshape(want.shape), want)
    return replace(row, message=f"other sizes: {row.python_size} in Python, {row.octave_size} in Octave")


def in_two_dimensions(array: Numbers) -> Numbers:
    """An array of doubles, as Octave holds it: a number is 1x1, a 1-D array is a column."""
    return np.asarray(array.reshape(-1, 1) if array.ndim < 2 else array, dtype=float)


def compare_numbers(row: Difference, case: Case, got: Numbers, want: Numbers) -> Difference:
    tolerance = TOLERANCE if case.seed is None else EXACT
    error = absolute_error(got, want)
    wrong = error > tolerance.atol * largest(want) + tolerance.rtol * finite(want)
    if wrong.any():
        message = f"{int(wrong.sum())} of {want.size} elements differ" if want.size > 1 else "differs"
        remarks = [message, *filter(None, [row.message])]
        row = replace(row, message="; ".join(remarks))
    worst = worst_place(np.where(wrong, error, -1) if wrong.any() else error, got, want) if error.any() else None
    return replace(row, agree=not wrong.any(), error=norm_relative(error, want), worst=worst)


def absolute_error(got: Numbers, want: Numbers) -> Numbers:
    """|got - want|; 0 where both are NaN or the same infinity, Inf where only one is."""
    with np.errstate(invalid="ignore"):
        error = np.abs(got - want)
    same = (got == want) | (np.isnan(got) & np.isnan(want))
    return np.where(same, 0.0, np.where(np.isnan(error), np.inf, error))


def finite(array: Numbers) -> Numbers:
    return np.where(np.isfinite(array), np.abs(array), 0.0)


def largest(array: Numbers) -> float:
    return float(np.max(finite(array), initial=0.0))


def norm_relative(error: Numbers, want: Numbers) -> float:
    """||error|| / ||want||, Frobenius; ||error|| where want is 0. Divided by the largest first: no square overflows."""
    scale = largest(want)
    if scale == 0:
        return float(np.linalg.norm(error))
    return float(np.linalg.norm(error / scale) / np.linalg.norm(finite(want) / scale))


def worst_place(error: Numbers, got: Numbers, want: Numbers) -> Place:
    at = np.unravel_index(int(np.argmax(error)), want.shape)
    return Place(index_of(tuple(map(int, at)), want.shape), float(got[at]), float(want[at]))


def index_of(at: Index, shape: Index) -> Index:
    """From 1; one number is enough for a vector, none for a number."""
    if is_vector(shape):
        at = tuple(i for i, n in zip(at, shape, strict=True) if n != 1)
    return tuple(i + 1 for i in at)
