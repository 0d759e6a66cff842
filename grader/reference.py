"""The reference's answers to cases: computed live from `solutions/` or, in a student bundle, stored.

What is stored for an exercise is data/reference/<exercise>.npz: plain arrays, read without pickle. In it are the
answers to the public cases, and a digest that tells whether the cases drawn are still those that were answered.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import random
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np

from grader.cases import EXERCISES_DIR, draw_cases
from grader.errors import ReferenceFailure, UsageError
from grader.model import Array, Case, Exercise, Value
from grader.values import as_array, copy_of, unrolled

Answer = tuple[Value, ...]

PLACES = 6
"""Decimal places of the arguments that a digest is made of: the last bits depend on the machine."""


@dataclass(frozen=True)
class AnswerKey:
    """The cases of an exercise, hidden ones of one seed among them or not, and the reference's answer to each."""

    exercise: Exercise
    cases: tuple[Case, ...]
    answers: tuple[Answer, ...]

    def of(self, function: str) -> list[tuple[Case, Answer]]:
        pairs = zip(self.cases, self.answers, strict=True)
        return [(case, answer) for case, answer in pairs if case.function == function]


@lru_cache(maxsize=8)
def answer_key(exercise: Exercise, seed: int | None = None) -> AnswerKey:
    """Without solutions there are no hidden cases: a `seed` is then a `UsageError`."""
    if seed is not None:
        require_solutions(exercise, "grading on hidden cases")
    cases = draw_cases(exercise, seed)
    found = answers(exercise, cases) if has_solutions(exercise) else stored_answers(exercise, cases)
    return AnswerKey(exercise, tuple(cases), tuple(found))


def has_solutions(exercise: Exercise) -> bool:
    return EXERCISES_DIR.with_name("solutions").joinpath(exercise.name, f"{exercise.name}.py").is_file()


def require_solutions(exercise: Exercise, purpose: str) -> None:
    if not has_solutions(exercise):
        raise UsageError(f"{purpose} needs solutions/, which a student bundle does not have")


# --- live -------------------------------------------------------------------------------------------------------------


def answers(exercise: Exercise, cases: list[Case]) -> list[Answer]:
    """For each case the reference's outputs, one for each of its function's `outputs`."""
    require_solutions(exercise, "the reference")
    module = import_module(f"solutions.{exercise.name}.{exercise.name}")
    with without_plots(), contextlib.redirect_stdout(io.StringIO()):
        return [answer(module, exercise, case) for case in cases]


def answer(module: ModuleType, exercise: Exercise, case: Case) -> Answer:
    if case.seed is not None:
        np.random.seed([case.seed])
        random.seed(case.seed)
    try:
        result = getattr(module, case.function)(*map(copy_of, case.arguments))
    except Exception as error:
        raise ReferenceFailure(f"the reference {case.function} failed on '{case.name}': {error!r}") from error
    function = exercise.function(case.function)
    values = result if len(function.outputs) > 1 else (result,)
    return tuple(
        unrolled(value) if output.listed else value for output, value in zip(function.outputs, values, strict=True)
    )


@contextlib.contextmanager
def without_plots() -> Iterator[None]:
    """Importing matplotlib fails in here: the reference then draws nothing, and the start stays fast."""
    loaded = {name: sys.modules.get(name) for name in ("matplotlib", "matplotlib.pyplot")}
    sys.modules.update(dict.fromkeys(loaded))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name, module in loaded.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


# --- stored -----------------------------------------------------------------------------------------------------------


def stored_path(exercise: Exercise, root: Path = EXERCISES_DIR.parent) -> Path:
    return root / "data" / "reference" / f"{exercise.name}.npz"


@cache
def stored(exercise: Exercise) -> Mapping[str, Array]:
    """The arrays that are stored for an exercise."""
    path = stored_path(exercise)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ReferenceFailure(f"no reference answers: there is no solutions/, and {path} cannot be read") from error


def stored_answers(exercise: Exercise, cases: Sequence[Case]) -> list[Answer]:
    """The answers as they were stored, outputs that are no numbers left out as None."""
    arrays = stored(exercise)
    if str(arrays.get("cases")) != digest(cases):
        raise ReferenceFailure(
            f"the stored answers are not to the cases that exercises/{exercise.name}/spec.py draws: "
            f"make the bundle again with python -m grader release"
        )
    sizes = [len(exercise.function(case.function).outputs) for case in cases]
    return [tuple(arrays.get(f"answers/{at}/{place}") for place in range(size)) for at, size in enumerate(sizes)]


def pack(key: AnswerKey) -> dict[str, Array]:
    """The arrays that `stored_answers` reads."""
    arrays = {
        f"answers/{at}/{place}": as_array(value)
        for at, answer in enumerate(key.answers)
        for place, value in enumerate(answer)
    }
    return {"cases": np.array(digest(key.cases))} | {name: array for name, array in arrays.items() if array is not None}


def digest(cases: Sequence[Case]) -> str:
    """A hash of all that the cases are, the same on every machine."""
    found = hashlib.blake2b(digest_size=16)
    for case in cases:
        found.update(repr((case.name, case.function, case.group, case.seed)).encode())
        for argument in case.arguments:
            found.update(printed(argument))
    return found.hexdigest()


def printed(argument: Value) -> bytes:
    if isinstance(argument, tuple):
        return b"(" + b"".join(map(printed, argument)) + b")"
    array = as_array(argument)
    if array is None:
        return repr(argument).encode()
    return repr(array.shape).encode() + np.rint(array * 10.0**PLACES).astype("<i8").tobytes()
