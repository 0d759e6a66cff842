from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from grader.batch import work
from grader.batch.version import version_of
from grader.batch.work import Order, get_ready, grade_chunk, result_of
from grader.errors import ReferenceFailure, SandboxError, UsageError
from grader.gradebook import State
from grader.model import PartScore, Report, Status, Submission
from tests.classes import BASIS, EXERCISE, submission

ORDER = Order(replace(BASIS, version=version_of("ex4")), "none")
COUNTING = [part for part in EXERCISE.parts if not part.optional]

Grading = Callable[..., Report]


def fake_grade(status: Status) -> Grading:
    """Grades every part alike."""

    def grade(
        submission: Submission, exercise: Any, backend: Any, limits: Any, seed: Any, parts: Any, further: Any
    ) -> Report:
        scores = tuple(PartScore(part, status, 0, "so it is") for part in parts)
        return Report(exercise, submission, seed, backend.isolation, scores)

    return grade


def failing(*errors: Exception) -> Grading:
    """Raises these, one a call, and then grades."""
    left = list(errors)

    def grade(*arguments: Any) -> Report:
        if left:
            raise left.pop(0)
        return fake_grade(Status.CORRECT)(*arguments)

    return grade


def test_a_sandbox_that_breaks_down_once_is_no_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "grade", failing(SandboxError("gone")))
    assert result_of(ORDER, submission()).state is State.GRADED


@pytest.mark.parametrize(
    ("errors", "reason"),
    [
        ([SandboxError("gone"), SandboxError("gone again")], "the sandbox broke down: gone again"),
        ([ReferenceFailure("the reference failed")], "the reference failed"),
        ([RuntimeError("out of\n\x1b[31mcheese")], r"internal error: RuntimeError('out of\n\x1b[31mcheese')"),
        ([MemoryError()], "internal error: MemoryError()"),
    ],
)
def test_a_fault_of_the_grader_is_not_judged(
    errors: list[Exception], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "grade", failing(*errors))
    result = result_of(ORDER, submission())
    assert (result.state, result.reason, result.report) == (State.NOT_JUDGED, reason, None)


def test_a_report_with_a_part_that_was_not_judged_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "grade", fake_grade(Status.NOT_JUDGED))
    result = result_of(ORDER, submission())
    assert (result.state, result.reason) == (State.NOT_JUDGED, f"{COUNTING[0].name}: so it is")
    assert result.report is not None


def test_results_come_in_the_order_of_the_submissions_with_their_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "grade", fake_grade(Status.CORRECT))
    found = grade_chunk(ORDER, [submission("alice"), submission("bob")])
    assert [result.report["submission"] for result, _ in found if result.report] == ["alice", "bob"]
    assert all(seconds >= 0 for _, seconds in found)


def test_another_version_of_the_grader_refuses_to_grade() -> None:
    order = replace(ORDER, basis=replace(ORDER.basis, version="another"))
    for function in (get_ready, lambda order: grade_chunk(order, [submission()])):
        with pytest.raises(UsageError, match="of another version here"):
            function(order)


def test_whoever_is_ready_tells_the_isolation() -> None:
    assert "not isolated" in get_ready(ORDER)
