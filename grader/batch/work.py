"""What runs in another process or on another machine: a few submissions in, their results out.

A process keeps its sandbox, and what it knows of the cases, from one submission to the next.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from grader.batch.version import version_of
from grader.cases import load_exercise
from grader.errors import GraderError, SandboxError, UsageError
from grader.explain import diagnosticians
from grader.grade import grade
from grader.gradebook import Basis, Result, State
from grader.model import Report, Status, Submission
from grader.reference import answer_key
from grader.report.json import to_dict
from grader.sandbox import Backend, Limits, choose
from grader.values import clean

NOT_ISOLATED = {"none", "process"}

Timed: TypeAlias = tuple[Result, float]


@dataclass(frozen=True)
class Order:
    """How to grade, and in which isolation: one of those that `grader.sandbox.choose` knows."""

    basis: Basis
    sandbox: str

    @property
    def isolated(self) -> bool:
        return self.sandbox not in NOT_ISOLATED


def get_ready(order: Order) -> str:
    """Prepare this process, so that nothing has to be prepared while it grades, and tell its isolation.

    Raises `GraderError` where it cannot grade, or would grade differently.
    """
    require_same(order.basis)
    exercise = load_exercise(order.basis.exercise)
    backend = sandbox(order.sandbox)
    answer_key(exercise, order.basis.seed)
    diagnosticians(exercise, order.basis.seed)
    return backend.isolation


def stay_on_one_processor(number: int) -> None:
    """This process is that `number` of those of its machine. It and the sandbox that it starts take turns: on two
    processors each turn has to wake one of them up, which takes longer than most turns."""
    if sys.platform == "linux":
        allowed = sorted(os.sched_getaffinity(0))
        for thread in threading.enumerate():
            with suppress(ProcessLookupError):
                os.sched_setaffinity(thread.native_id or 0, {allowed[number % len(allowed)]})


def require_same(basis: Basis) -> None:
    if version_of(basis.exercise) != basis.version:
        raise UsageError(
            f"the grader, {basis.exercise} or its solution has changed since the batch was started, or is of another"
            " version here: start again, with the same version everywhere"
        )


@cache
def sandbox(name: str) -> Backend:
    """The one that this process keeps until its end."""
    backend = choose(name, own_work=False)
    atexit.register(backend.close)
    return backend


def grade_chunk(order: Order, submissions: Sequence[Submission]) -> list[Timed]:
    """For each submission its result, and how many seconds it took. Raises `UsageError` where another version of the
    grader is at work here."""
    require_same(order.basis)
    return [timed(order, submission) for submission in submissions]


def timed(order: Order, submission: Submission) -> Timed:
    start = time.perf_counter()
    result = result_of(order, submission)
    return result, time.perf_counter() - start


def result_of(order: Order, submission: Submission) -> Result:
    """Whatever goes wrong here is the grader's fault, and nobody's loss but that of this grade."""
    try:
        return judged(grade_twice(order, submission))
    except Exception as error:
        return Result(State.NOT_JUDGED, fault(error))


def fault(error: Exception) -> str:
    return clean(error if isinstance(error, GraderError) else f"internal error: {error!r}")


def judged(report: Report) -> Result:
    """A report that leaves a part unjudged is kept, and does not count."""
    open_parts = [score for score in report.parts if score.status is Status.NOT_JUDGED]
    if open_parts:
        return Result(State.NOT_JUDGED, f"{open_parts[0].part.name}: {open_parts[0].message}", to_dict(report))
    return Result(State.GRADED, "", to_dict(report))


def grade_twice(order: Order, submission: Submission) -> Report:
    """A sandbox that breaks down gets a second chance."""
    try:
        return grade_as_far_as_needed(order, submission)
    except SandboxError:
        return grade_as_far_as_needed(order, submission)


def grade_as_far_as_needed(order: Order, submission: Submission) -> Report:
    """The parts with points; all of them where points were lost."""
    exercise, seed, limits = load_exercise(order.basis.exercise), order.basis.seed, Limits(order.basis.timeout)
    counting = [part for part in exercise.parts if not part.optional]
    optional = [part for part in exercise.parts if part.optional]
    return grade(submission, exercise, sandbox(order.sandbox), limits, seed, counting, optional)
