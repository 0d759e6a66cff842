"""Who replies to the cases: the reference, results of a submission, a folder of .m files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from grader import reference
from grader.compare import Complaint, explain_failure, select_output, unroll_list
from grader.model import Case, Exercise, Formula, Function, Outcome, RawResult, Value
from grader.octave_diff.model import Reply, Side
from grader.octave_diff.session import CallFailed, CallTimedOut, Request, Session
from grader.octave_worker import to_octave
from grader.values import IN_OCTAVE, as_array, describe, matrices
from grader.worker.wire import Opaque

# --- Python -----------------------------------------------------------------------------------------------------------


def reference_side(exercise: Exercise) -> Side:
    """The reference in solutions/."""

    def replies(cases: Sequence[Case]) -> Iterator[Reply]:
        return map(python_reply, reference.answers(exercise, list(cases)))

    return Side(f"solutions/{exercise.name}/{exercise.name}.py", replies)


def results_side(exercise: Exercise, where: str, results: Callable[[Sequence[Case]], Sequence[RawResult]]) -> Side:
    """A submission: `results` runs it on cases, in the sandbox."""

    def replies(cases: Sequence[Case]) -> Iterator[Reply]:
        for case, result in zip(cases, results(cases), strict=True):
            yield result_reply(exercise.function(case.function), case, result)

    return Side(where, replies)


def result_reply(function: Function, case: Case, result: RawResult) -> Reply:
    """The outputs as they are graded, in whatever form they are accepted, up to the first that is not there."""
    if result.outcome is not Outcome.ANSWERED:
        return Reply(failure=explain_failure(result) or result.outcome.replace("_", " "))
    if result.value is None:
        return Reply()
    values: list[Value] = []
    for index in range(len(function.outputs)):
        value, _ = select_output(function, index, result.value, case)
        if isinstance(value, Complaint):
            return python_reply(tuple(values)) if values else Reply(failure=value.text)
        values.append(value)
    return python_reply(tuple(values))


def python_reply(values: tuple[Value, ...]) -> Reply:
    return Reply(values, tuple(map(python_size, values)))


def python_size(value: Value) -> str:
    """'float64 (4, 5)', and what is no array in words."""
    array = as_array(value)
    return f"{array.dtype} {array.shape}" if array is not None else describe(value)


# --- Octave -----------------------------------------------------------------------------------------------------------


def octave_side(exercise: Exercise, folder: Path, session: Session) -> Side:
    """The .m files in `folder`. A function that once did not end is not called again."""
    endless: set[str] = set()

    def reply(case: Case) -> Reply:
        function = exercise.function(case.function)
        if not (folder / f"{function.name}.m").is_file():
            return Reply(failure=f"there is no {function.name}.m")
        if function.name in endless:
            return Reply(failure="not called again, since it did not end on another case")
        try:
            values, sizes = session.call(request(function, case))
        except CallFailed as error:
            if isinstance(error, CallTimedOut):
                endless.add(function.name)
            return Reply(failure=str(error))
        return octave_reply(function, case, tuple(map(from_octave, values, sizes)), tuple(sizes))

    return Side(str(folder), lambda cases: map(reply, cases))


def octave_reply(function: Function, case: Case, values: tuple[Value, ...], sizes: tuple[str, ...]) -> Reply:
    """The outputs with each listed one unrolled, which takes that it holds what it should."""
    unrolled: list[Value] = []
    for output, value in zip(function.outputs, values, strict=False):
        given = Opaque(value) if isinstance(value, str) else value
        got = unroll_list(output, given, case, IN_OCTAVE)[0] if output.listed else value
        if isinstance(got, Complaint):
            return Reply(failure=got.text)
        unrolled.append(got)
    return Reply(tuple(unrolled), sizes)


def request(function: Function, case: Case) -> Request:
    handles = tuple(k for k, argument in enumerate(case.arguments) if isinstance(argument, Formula))
    return Request(
        case.function, tuple(map(to_octave, case.arguments)), handles, nout=len(function.outputs), seed=case.seed
    )


CELL = "cell of "
NUMERIC = re.compile(r"(sparse )?(complex )?(double|single|logical|u?int\d+) (\d+(?:x\d+)+)")


def from_octave(value: object, size: str) -> Value:
    """The array that Octave calls `size`, whatever oct2py made of one that is empty or 1x1; of a cell of arrays the
    tuple of these; other classes as text."""
    if size.startswith(CELL):
        sizes = (each.split(" ")[-1].split("x") for each in size.removeprefix(CELL).split(", "))
        return tuple(matrices(value, [tuple(map(int, each)) for each in sizes]))
    match = NUMERIC.fullmatch(size)
    return np.asarray(value).reshape([int(n) for n in match[4].split("x")]) if match else size


# --- helpers that a folder lacks --------------------------------------------------------------------------------------

COMMENT = re.compile(r"[%#].*")


def borrowed(folder: Path, helpers: Path) -> list[str]:
    """Which functions of `helpers` the functions in `folder` mention and do not have."""
    texts = [COMMENT.sub("", path.read_text(encoding="latin-1")) for path in folder.glob("*.m")]
    words = {word for text in texts if text.lstrip().startswith("function") for word in re.findall(r"\w+", text)}
    return sorted((names(helpers) - names(folder)) & words)


def names(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.m")}
