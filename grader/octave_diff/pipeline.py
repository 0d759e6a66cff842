"""The cases of an exercise, answered by Python and by Octave, and compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from grader.cases import EXERCISES_DIR
from grader.errors import UsageError
from grader.model import Case, Exercise
from grader.octave_diff.compare import TOLERANCE, compare
from grader.octave_diff.model import DiffReport, Side
from grader.octave_diff.session import Session
from grader.octave_diff.sides import borrowed, names, octave_side, reference_side
from grader.reference import require_solutions

CALL_SECONDS = 30.0


def diff(
    exercise: Exercise,
    cases: Sequence[Case],
    python: Side | None = None,
    octave_dir: Path | None = None,
    call_seconds: float = CALL_SECONDS,
) -> DiffReport:
    """Compare `python` (default: the reference) with the .m files in `octave_dir` (default: the reference's twins).

    A folder of somebody's own need not be complete: helpers that it lacks come from the twins.
    `call_seconds` is the limit of wall-clock time of one call in Octave.
    Raises `UsageError` where there is nothing to compare, and `UnavailableError` without Octave or oct2py.
    """
    if python is None or octave_dir is None:
        require_solutions(exercise, "this comparison")
    twins = EXERCISES_DIR.parent / "solutions" / exercise.name / "octave"
    folder = octave_dir or twins
    check_folder(exercise, folder)
    python = python or reference_side(exercise)
    helpers = twins if twins.is_dir() and folder.resolve() != twins.resolve() else None
    with Session(folder, helpers, call_seconds) as session:
        octave = octave_side(exercise, folder, session)
        replies = zip(cases, python.replies(cases), octave.replies(cases), strict=True)
        rows = tuple(row for case, p, o in replies for row in compare(exercise.function(case.function), case, p, o))
        versions = {**session.versions, "numpy": np.__version__}
    notes = tuple(f"{name}.m: not in {folder}, ours is used" for name in (borrowed(folder, helpers) if helpers else ()))
    return DiffReport(exercise.name, python.where, octave.where, TOLERANCE, rows, versions, notes)


def check_folder(exercise: Exercise, folder: Path) -> None:
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder of .m files")
    if not names(folder) & {function.name for function in exercise.functions}:
        wanted = ", ".join(f"{function.name}.m" for function in exercise.functions)
        raise UsageError(f"{folder} has none of {wanted}")
