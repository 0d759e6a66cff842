from __future__ import annotations

from typing import Any

import pytest

from grader import failures
from grader.failures import failures_in
from grader.grade import grade
from grader.model import Submission
from grader.report.json import to_dict
from grader.sandbox import Limits, choose
from grader.submission import read_submission
from tests.classes import EXERCISE, RIGHT, WRONG, part, report, submission
from tests.conftest import needs
from tests.test_cli import SUBMISSIONS

ERROR = "SyntaxError: '(' was never closed, in line 22 of ex4.py"
STUB = part("Cost", 0.0, 30.0, "missing", message="nnCostFunction is still the stub")


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        ("missing", "returns nothing; (J, grad) is expected: is there a return?", failures.NOTHING_RETURNED),
        ("missing", "nnCostFunction is not defined", failures.NOT_BEGUN),
        ("missing", "returns J alone", ""),
        ("raised", ERROR, failures.FILE_STOPPED),
        ("raised", "NameError: name 'h' is not defined, in line 30 of ex4.py", "An error stops a call"),
        ("timed_out", "killed: no end within 5 s", "A call does not end in time"),
        ("timed_out", "while the file was loaded: killed: no end within 5 s", failures.LOADING_STOPPED),
        ("died", "while the file was loaded: exited with status 0", failures.LOADING_STOPPED),
        ("died", "exited with status 0", "A call ends the program, or is killed"),
        ("garbled", "the answer does not follow the protocol", "A call gives a garbled answer"),
        ("wrong", "J is wrong", ""),
        ("not_judged", "the sandbox broke down", ""),
    ],
)
def test_what_kept_a_part_from_an_answer_is_counted_once(status: str, message: str, kind: str) -> None:
    lost = part("Cost", 0.0, 30.0, status, message=message)
    assert failures_in(report(lost, {**lost, "name": "Slope"}, problems=[ERROR])) == {kind} - {""}


def test_an_answer_is_no_failure_whatever_else_is_said() -> None:
    assert failures_in({**RIGHT, "problems": [ERROR]}) == failures_in(WRONG) == failures_in(report()) == set()


def test_who_has_begun_has_not_begun_nothing() -> None:
    assert failures_in(report(STUB, STUB)) == {failures.NOT_BEGUN}
    assert failures_in(report(STUB, part("Slope", 5.0, 5.0))) == set()


def test_what_is_not_defined_where_a_file_does_not_run_is_no_lack_of_a_beginning() -> None:
    missing = part("Cost", 0.0, 30.0, "missing", message="nnCostFunction is not defined", where="")
    assert failures_in(report(missing, missing, problems=[ERROR])) == {failures.FILE_STOPPED}
    assert failures_in(report(missing, missing)) == {failures.NOT_BEGUN}
    assert failures_in(report(STUB, STUB, problems=[ERROR])) == {failures.NOT_BEGUN}


def test_what_is_optional_costs_nothing() -> None:
    assert failures_in(report(part("Prediction", 0.0, 0.0, "raised"), part("Cost", 30.0, 30.0))) == set()


def graded(submission: Submission) -> dict[str, Any]:
    backend = choose("bwrap", own_work=False)
    try:
        return to_dict(grade(submission, EXERCISE, backend, Limits(5.0)))
    finally:
        backend.close()


@needs("bwrap")
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("wrong-returns-nothing", failures.NOTHING_RETURNED),
        ("wrong-syntax-error", failures.FILE_STOPPED),
        ("wrong-exits-with-os-exit", "A call ends the program, or is killed"),
        ("nothing-empty-file", failures.NOT_BEGUN),
    ],
)
def test_the_messages_of_real_reports_are_recognised(name: str, kind: str) -> None:
    assert failures_in(graded(read_submission(SUBMISSIONS / name / "submission", "ex4"))) == {kind}


@needs("bwrap")
def test_a_program_that_ends_before_anything_is_called_is_recognised() -> None:
    source = b"import os\n\n\ndef sigmoidGradient(z, ready=os._exit(3)):\n    return z\n"
    assert failures_in(graded(submission(source=source))) == {failures.LOADING_STOPPED}
