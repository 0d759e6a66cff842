"""A raw result and the reference's answer -> a verdict.

The feedback climbs a ladder and stops at the first rung that does not hold: defined, ran to its end, type, shape,
finite, value. `RUNGS` is that ladder from the type upwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.model import (
    Case,
    CodeError,
    Exercise,
    Function,
    Outcome,
    Output,
    Part,
    RawResult,
    Status,
    Tolerance,
    Value,
    Verdict,
)
from grader.reference import Answer
from grader.values import IN_OCTAVE, IN_PYTHON, Notation, as_array, canonical, clean, describe, is_vector, unrolled

OTHER_ORDER = "returns both, but in the other order"

Numbers: TypeAlias = NDArray[Any]
Shapes: TypeAlias = Mapping[str, tuple[int, int]]

IMAGINARY_UNITS = {"i", "j", "I", "J"}
LARGEST = float(np.finfo(float).max)
STATUS_OF = {
    Outcome.MISSING: Status.MISSING,
    Outcome.RAISED: Status.RAISED,
    Outcome.EXITED: Status.DIED,
    Outcome.TIMED_OUT: Status.TIMED_OUT,
    Outcome.DIED: Status.DIED,
    Outcome.GARBLED: Status.GARBLED,
    Outcome.NOT_RUN: Status.NOT_JUDGED,
}


def judge(
    exercise: Exercise, part: Part, case: Case, result: RawResult, answer: Answer, notation: Notation = IN_PYTHON
) -> Verdict:
    """The verdict on one part of an exercise, on one of its cases."""
    if result.outcome is not Outcome.ANSWERED:
        return Verdict(case, STATUS_OF[result.outcome], explain_failure(result))
    function = exercise.function(part.function)
    index = function.index_of(part.output)
    if part.judge is None and not result.mutated and not function.outputs[index].listed:
        verdict = at_a_glance(function, index, case, result.value, answer[index], exercise.tolerance)
        if verdict is not None:
            return verdict
    output = function.outputs[index]
    got, notes = select_output(function, index, result.value, case, notation)
    notes += tuple(mutation_notes(function, result) + lone_value_notes(exercise, part, result.value))
    if notation is IN_OCTAVE and is_unset(output.name, got):
        got = Complaint(f"{output.name} is never set ({output.name} alone is the imaginary unit)", Status.MISSING)
    if is_reversed(result.value, answer):
        got = Complaint(f"{OTHER_ORDER}; {expected_outputs(function, notation)} is expected")
    if isinstance(got, Complaint):
        verdict = Verdict(case, got.status, got.text)
    elif part.judge is not None:
        verdict = judge_property(part, case, got, answer[index], notation)
    else:
        blocks = blocks_of(output, case, notation)
        verdict = judge_value(part.output, case, got, as_array(answer[index]), exercise.tolerance, blocks, notation)
    return replace(verdict, notes=notes + verdict.notes)


def blocks_of(output: Output, case: Case, notation: Notation = IN_PYTHON) -> Shapes:
    """The matrices that an output is made of, with their shapes; none where it is not."""
    return {notation.name(name): shape for name, shape in output.blocks(case).items()} if output.blocks else {}


def at_a_glance(
    function: Function, index: int, case: Case, value: Value, want: Value, tolerance: Tolerance
) -> Verdict | None:
    """The verdict on what is right to many digits and comes as it should, as most answers do; None where it takes a
    closer look."""
    values = value if isinstance(value, tuple) and len(function.outputs) > 1 else (value,)
    last = values[-1] if len(values) == len(function.outputs) else None
    if not isinstance(last, np.ndarray) or (len(values) > 1 and last.ndim > 1):
        return None
    got, expected = values[index], as_array(want)
    if not isinstance(got, np.ndarray) or expected is None or got.dtype != float or got.shape != expected.shape:
        return None
    scale, max_abs = largest(expected), largest(got - expected)
    if not max_abs <= tolerance.atol * scale:
        return None
    return Verdict(case, Status.CORRECT, max_abs_error=max_abs, max_rel_error=max_abs / scale if scale else max_abs)


def largest(values: Numbers) -> float:
    """Of the absolute values; NaN where one is, 0 of none."""
    return float(np.abs(values).max(initial=0.0))


def is_reversed(value: Value, answer: Answer) -> bool:
    """Whether two values of different sizes come in the wrong order."""
    given, wanted = (
        [array.size for item in values if (array := as_array(item)) is not None]
        for values in (value if isinstance(value, tuple) else (), answer)
    )
    return len(given) == len(wanted) == 2 and given == wanted[::-1] != wanted


def explain_failure(result: RawResult) -> str:
    if result.error is not None:
        exited = "exited: " * (result.outcome is Outcome.EXITED)
        return exited + explain_error(result.error)
    question = ": is there a loop that never ends?" * (result.outcome is Outcome.TIMED_OUT)
    return result.detail + question


def explain_error(error: CodeError) -> str:
    """'ValueError: …, in line 12 of ex4.py: `J = sum(h)`', made of untrusted text."""
    comma = "," * (not error.message.endswith("?"))
    file = clean(error.file, 80)
    whole = f"{file}: " if file and not error.line else ""
    place = f"{comma} in line {error.line} of {file}" if error.line else ""
    source = f": `{clean(error.source, 100)}`" if error.source.strip() else ""
    message = clean(error.message)
    return f"{whole}{clean(error.kind, 60)}{': ' * bool(message)}{message}{place}{source}"


# --- which of the returned values is meant ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Complaint:
    text: str
    status: Status = Status.WRONG


Selected: TypeAlias = tuple["Value | Complaint", tuple[str, ...]]


def select_output(function: Function, index: int, value: Value, case: Case, notation: Notation = IN_PYTHON) -> Selected:
    """Output number `index` of what `function` returned, with notes on a form that was accepted. What is listed is
    unrolled."""
    selected, notes = choose_output(function, index, value, case, notation)
    if isinstance(selected, Complaint) or not function.outputs[index].listed:
        return selected, notes
    vector, remarks = unroll_list(function.outputs[index], selected, case, notation)
    return vector, notes + remarks


def choose_output(function: Function, index: int, value: Value, case: Case, notation: Notation) -> Selected:
    outputs = function.outputs
    names = [output.name for output in outputs]
    expected = expected_outputs(function, notation)
    if value is None:
        return Complaint(f"returns nothing; {expected} is expected: {notation.returning}", Status.MISSING), ()
    if len(outputs) == 1:
        alone = value[0] if isinstance(value, tuple) and len(value) == 1 and notation is IN_PYTHON else None
        if alone is not None and not fits_as_list(outputs[0], value, case):
            return alone, (f"{function.name} returns a tuple of one value; {expected} alone is expected",)
        return value, ()
    if not isinstance(value, tuple) or fits_as_list(outputs[0], value, case):
        if index == 0:
            return value, ()
        given = names[0] if isinstance(value, tuple) else describe(value)
        alone = LONE_VALUE[notation].format(
            value=given, expected=expected, first=names[0], others=" and ".join(names[1:])
        )
        return Complaint(alone, Status.MISSING), ()
    matrices = separate_matrices(function, value, case)
    if matrices and index == len(outputs) - 1:
        return unroll(function, outputs[-1], matrices, case)
    if matrices or len(value) == len(outputs):
        return value[index], ()
    return Complaint(f"returns {describe(value)}; {expected} is expected"), ()


def expected_outputs(function: Function, notation: Notation) -> str:
    """(J, grad), or [J, grad] in Octave."""
    names = [output.name for output in function.outputs]
    return ", ".join(names).join(notation.outputs) if len(names) > 1 else names[0]


LONE_VALUE = {
    IN_PYTHON: "returns {value} only; {expected} is expected",
    IN_OCTAVE: f"{{first}} is given, but not {{others}}: {IN_OCTAVE.returning}",
}


def separate_matrices(function: Function, value: tuple[Value, ...], case: Case) -> tuple[Value, ...]:
    """The matrices that stand in place of the last output, one by one or in a list; none where it is as it should."""
    output = function.outputs[-1]
    if output.blocks is None or output.listed:
        return ()
    rest = value[len(function.outputs) - 1 :]
    if len(rest) == 1 and isinstance(rest[0], tuple):
        rest = rest[0]
    arrays = [as_array(matrix) for matrix in rest]
    fit = len(arrays) == len(output.blocks(case))
    return rest if fit and all(array is not None and array.ndim == 2 for array in arrays) else ()


def unroll(function: Function, output: Output, matrices: tuple[Value, ...], case: Case) -> Selected:
    """Separate matrices unrolled column by column, one after the other, as (:) does in Octave."""
    assert output.blocks is not None
    arrays = []
    for (name, shape), matrix in zip(output.blocks(case).items(), matrices, strict=True):
        array = as_array(matrix)
        if array is None or array.shape != shape:
            return Complaint(f"{name} is {describe(matrix)}, expected an array of shape {shape}"), ()
        arrays.append(array)
    names = " and ".join(output.blocks(case))
    note = f"{function.name} returns {names} in place of {output.name}: unrolled column by column, and accepted"
    return unrolled(arrays), (note,)


def fits_as_list(output: Output, value: Value, case: Case) -> bool:
    """Whether a value is the list of matrices that the output should be, numbers aside."""
    return output.listed and not isinstance(unroll_list(output, value, case)[0], Complaint)


def unroll_list(output: Output, value: Value, case: Case, notation: Notation = IN_PYTHON) -> Selected:
    """The matrices of a listed output, unrolled column by column one after the other."""
    shapes = blocks_of(output, case, notation)
    items = value
    if isinstance(value, np.ndarray) and value.ndim == 3:
        items = tuple(value)
    expected = f"{notation.list_of} {len(shapes)} array{'s' * (len(shapes) != 1)}"
    if not isinstance(items, tuple):
        return Complaint(f"{output.name} is {describe(value)}, expected {expected}"), ()
    if len(items) != len(shapes):
        return Complaint(f"{output.name} holds {describe(items)}, expected {expected}"), ()
    arrays, notes = [], []
    for (name, shape), item in zip(shapes.items(), items, strict=True):
        array = as_array(item)
        if array is None:
            return Complaint(f"{name} is {describe_one(item, notation)}, expected an array of shape {shape}"), ()
        if misfit := describe_misfit(name, array, np.empty(shape)):
            return Complaint(misfit), ()
        if array.shape != shape:
            notes.append(shape_note(name, array.shape, shape))
        arrays.append(array)
    return unrolled(arrays), tuple(notes[:1])


def mutation_notes(function: Function, result: RawResult) -> list[str]:
    names = [parameter.name for parameter in function.parameters]
    changed = [names[index] for index in result.mutated if index < len(names)]
    return [f"{function.name} changes its input {name}: work on a copy" for name in changed]


def is_unset(name: str, value: Value | Complaint) -> bool:
    """Whether this is what Octave gives for an output with one of its names of the imaginary unit and no value."""
    return name in IMAGINARY_UNITS and isinstance(value, np.ndarray) and value.size == 1 and value.item() == 1j


def lone_value_notes(exercise: Exercise, part: Part, value: Value) -> list[str]:
    """A note on the first of several values that comes alone, where no part is lost for the others."""
    function = exercise.function(part.function)
    others = [other for other in exercise.parts if other.function == part.function and other.output != part.output]
    if len(function.outputs) == 1 or others or as_array(value) is None or isinstance(value, tuple):
        return []
    return [f"{function.name} returns one value; {', '.join(output.name for output in function.outputs)} are expected"]


# --- the ladder -------------------------------------------------------------------------------------------------------


def judge_property(part: Part, case: Case, got: Value, want: Value, notation: Notation = IN_PYTHON) -> Verdict:
    assert part.judge is not None
    array = as_array(got)
    if array is None:
        return Verdict(case, Status.WRONG, f"{part.output} is {describe_one(got, notation)}, expected numbers")
    if is_blank(array):
        return Verdict(case, Status.MISSING, f"{part.output} is still all zeros")
    if complex_numbers := check_kind(part.output, case, array, array):
        return complex_numbers
    wanted = as_array(want)
    if wanted is not None and (misfit := describe_misfit(part.output, array, wanted)):
        return Verdict(case, Status.WRONG, misfit)
    complaint = part.judge(real(array), case, want)
    return Verdict(case, Status.WRONG, complaint) if complaint else Verdict(case, Status.CORRECT)


def is_blank(array: Numbers) -> bool:
    return not np.any(array)


def judge_value(
    name: str,
    case: Case,
    got: Value,
    want: Numbers | None,
    tolerance: Tolerance,
    blocks: Shapes | None = None,
    notation: Notation = IN_PYTHON,
) -> Verdict:
    assert want is not None, "a reference answers with numbers"
    array = as_array(got)
    if array is None:
        return Verdict(case, Status.WRONG, f"{name} is {describe_one(got, notation)}, expected {describe(want)}")
    for rung in RUNGS:
        verdict = rung(name, case, array, want)
        if verdict is not None:
            return verdict
    return judge_numbers(name, case, real(array), want.astype(float), tolerance, blocks or {}, notation)


def describe_one(value: Value, notation: Notation) -> str:
    """What is said of a value that stands for one output: several things in it are a list."""
    return f"{notation.list_of} {describe(value)}" if isinstance(value, tuple) else describe(value)


def check_kind(name: str, case: Case, got: Numbers, want: Numbers) -> Verdict | None:
    if got.dtype.kind == "c" and np.any(got.imag):
        return Verdict(case, Status.WRONG, f"{name} is complex: has a negative number met a log or a root?")
    return None


def check_shape(name: str, case: Case, got: Numbers, want: Numbers) -> Verdict | None:
    misfit = describe_misfit(name, got, want)
    return Verdict(case, Status.WRONG, misfit) if misfit else None


def describe_misfit(name: str, got: Numbers, want: Numbers) -> str | None:
    """What is wrong with the shape, if anything is."""
    if got.shape == want.shape or (same_vector(got.shape, want.shape) and got.size == want.size):
        return None
    hint = ""
    if got.shape == want.shape[::-1]:
        hint = ": is it transposed?"
    elif want.size == 1 and got.size > 1:
        hint = ": is a sum missing?"
    return f"{name} is {describe(got)}, expected {describe(want)}{hint}"


def same_vector(got: tuple[int, ...], want: tuple[int, ...]) -> bool:
    return is_vector(got) and is_vector(want)


def check_finite(name: str, case: Case, got: Numbers, want: Numbers) -> Verdict | None:
    bad = ~np.isfinite(got)
    if not bad.any():
        return None
    kinds = " and ".join(word for word, found in (("NaN", np.isnan(got)), ("Inf", np.isinf(got))) if found.any())
    where = f" in {bad.sum()} of {got.size} entries" if got.size > 1 else ""
    return Verdict(
        case,
        Status.WRONG,
        f"{name} is {kinds}{where}: is there a log of 0, a division by 0, or an exponential that overflows?",
    )


def check_blank(name: str, case: Case, got: Numbers, want: Numbers) -> Verdict | None:
    if is_blank(got) and not is_blank(want):
        return Verdict(case, Status.MISSING, f"{name} is still {'zero' if want.size == 1 else 'all zeros'}")
    return None


Rung: TypeAlias = Callable[[str, Case, Numbers, Numbers], "Verdict | None"]
RUNGS: tuple[Rung, ...] = (check_kind, check_shape, check_finite, check_blank)


def real(array: Numbers) -> Numbers:
    return np.asarray(array.real if array.dtype.kind == "c" else array, dtype=float)


@np.errstate(over="ignore")
def judge_numbers(
    name: str,
    case: Case,
    got: Numbers,
    want: Numbers,
    tolerance: Tolerance,
    blocks: Shapes,
    notation: Notation = IN_PYTHON,
) -> Verdict:
    usual = got.shape == want.shape or (notation is IN_OCTAVE and is_column(got.shape, want.shape))
    notes = () if usual else (shape_note(name, got.shape, want.shape),)
    got, want = canonical(got), canonical(want)
    error = np.minimum(np.abs(got - want), LARGEST)
    wrong = tolerance.exceeded(got, want)
    scale = float(np.max(np.abs(want), initial=0.0))
    max_abs = float(np.max(error, initial=0.0))
    max_rel = min(max_abs / scale, LARGEST) if scale else max_abs
    if not wrong.any():
        return Verdict(case, Status.CORRECT, "", (), notes, max_abs, max_rel)
    message = describe_error(name, wrong, error, want, scale)
    details = worst_entries(name, got, want, wrong, error, blocks, notation)
    return Verdict(case, Status.WRONG, message, details, notes, max_abs, max_rel)


def is_column(got: tuple[int, ...], want: tuple[int, ...]) -> bool:
    """Whether a vector or a number is wanted, of which Octave's replies leave out the second dimension."""
    return len(got) < 2 and want in ((math.prod(got),), (math.prod(got), 1))


def shape_note(name: str, got: tuple[int, ...], want: tuple[int, ...]) -> str:
    kind = "a number" if not want else "a vector"
    form = f"({', '.join('1' if n == 1 else 'n' for n in got)})" if len(got) > 1 else "(n,)"
    return f"{name} comes as an array of shape {form}: accepted as {kind}"


def describe_error(name: str, wrong: Numbers, error: Numbers, want: Numbers, scale: float) -> str:
    """'J is wrong', '12 of 33 entries of grad are wrong', and how close it is where that says something."""
    digits = right_digits(error, want, scale)
    close = f", but right to {digits} digits: is something rounded, or a constant imprecise?" if digits >= 3 else ""
    if want.size == 1:
        return f"{name} is wrong{close}"
    number = int(wrong.sum())
    count, verb = "all" if wrong.all() else f"{number} of", "is" if number == 1 else "are"
    return f"{count} {want.size} entries of {name} {verb} wrong{close}"


def right_digits(error: Numbers, want: Numbers, scale: float) -> int:
    """To how many significant digits every entry is right, of an answer that is not right enough."""
    relative = np.max(error / np.maximum(np.abs(want), 1e-3 * scale or 1.0), initial=0.0)
    return int(np.floor(-np.log10(relative))) if 0 < relative < 1 else 0


def worst_entries(
    name: str, got: Numbers, want: Numbers, wrong: Numbers, error: Numbers, blocks: Shapes, notation: Notation
) -> tuple[str, ...]:
    """The worst entry, and the first wrong one where that is another, with why they are shown where more are wrong:
    'W[0, 3]: got 0.1, expected 0.2 (largest error)'."""
    if want.size == 1:
        return (f"{name}: got {got.item():.7g}, expected {want.item():.7g}",)
    worst = np.unravel_index(int(np.argmax(np.where(wrong, error, -1))), want.shape)
    first = tuple(int(i[0]) for i in np.nonzero(wrong))
    reasons = {tuple(map(int, worst)): "largest error"}
    reasons.setdefault(first, "first wrong")
    alone = int(wrong.sum()) == 1
    return tuple(
        f"{entry_name(name, at, blocks, notation)}: got {got[at]:.7g}, expected {want[at]:.7g}"
        + ("" if alone else f" ({reason})")
        for at, reason in reasons.items()
    )


def entry_name(name: str, place: tuple[int, ...], blocks: Shapes, notation: Notation) -> str:
    """'Theta2_grad[0, 3]' for an entry of an unrolled vector, 'g[2, 1]' for any other."""
    block, at = locate(name, place, blocks)
    return block + ", ".join(str(number + notation.first) for number in at).join(notation.entry)


def locate(name: str, place: tuple[int, ...], blocks: Shapes) -> tuple[str, tuple[int, ...]]:
    """Of an entry of an unrolled vector the matrix and the place there; of another array the entry itself."""
    start = 0
    for block, shape in blocks.items():
        size = int(np.prod(shape))
        if start <= place[0] < start + size:
            column, row = divmod(place[0] - start, shape[0])
            return block, (row, column)
        start += size
    return name, place
