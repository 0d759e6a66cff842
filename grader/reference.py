"""The reference's answers to cases, computed live from `solutions/`."""

from __future__ import annotations

import contextlib
import io
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from types import ModuleType

import numpy as np

from grader.cases import draw_cases
from grader.errors import ReferenceFailure
from grader.model import Case, Exercise, Value
from grader.values import copy_of

Answer = tuple[Value, ...]


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
    cases = draw_cases(exercise, seed)
    return AnswerKey(exercise, tuple(cases), tuple(answers(exercise, cases)))


def answers(exercise: Exercise, cases: list[Case]) -> list[Answer]:
    """For each case the reference's outputs, one for each of its function's `outputs`."""
    module = reference_module(exercise.name)
    with without_plots(), contextlib.redirect_stdout(io.StringIO()):
        return [answer(module, exercise, case) for case in cases]


def reference_module(name: str) -> ModuleType:
    try:
        return import_module(f"solutions.{name}.{name}")
    except ModuleNotFoundError as error:
        raise ReferenceFailure(f"no reference answers for {name}: there is no solutions/{name}/{name}.py") from error


def answer(module: ModuleType, exercise: Exercise, case: Case) -> Answer:
    if case.seed is not None:
        np.random.seed([case.seed])
        random.seed(case.seed)
    try:
        result = getattr(module, case.function)(*map(copy_of, case.arguments))
    except Exception as error:
        raise ReferenceFailure(f"the reference {case.function} failed on '{case.name}': {error!r}") from error
    return result if len(exercise.function(case.function).outputs) > 1 else (result,)


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
