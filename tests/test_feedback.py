"""What a student reads of a mistake in an otherwise right submission: in which order, how often, and what is next."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cases import load_exercise
from grader.grade import grade
from grader.model import Report, Submission
from grader.report.html import render
from grader.report.json import to_dict
from grader.report.losses import losses as stored_losses
from grader.report.terminal import losses, next_step
from grader.sandbox import BACKENDS, Limits
from tests.classes import grade as stored
from tests.classes import student

EXERCISE = load_exercise("ex4")
(RIGHT,) = (Path(__file__).parent / "submissions/correct-vectorised/submission").glob("*.py")
SLOPE = "    return g * (1 - g)\n"
COST = "    return J, grad\n"
SIGMOID = "    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))\n"
LABELS = "Y = (y.reshape(-1, 1) == np.arange(1, num_labels + 1)).astype(float)"
FORWARD = "    a3 = sigmoid(a2 @ Theta2.T)\n"
OF_COST = ["Feedforward and cost", "Regularized cost", "Backpropagation", "Regularized gradient"]
STOPPED = [*OF_COST, "Gradient check"]


def graded(*changes: tuple[str, str]) -> Report:
    source = RIGHT.read_text(encoding="utf-8")
    for right, wrong in changes:
        assert source.count(right) == 1
        source = source.replace(right, wrong)
    submission = Submission("a", Path("a"), "python", "ex4", {"ex4.py": source.encode()})
    return grade(submission, EXERCISE, BACKENDS["process"], Limits())


def told(report: Report) -> list[tuple[list[str], str]]:
    """The parts of each loss, and how its message begins."""
    return [([score.part.name for score in loss.scores], loss.message.split(";")[0]) for loss in losses(report)]


def without_return(right: str) -> tuple[str, str]:
    return right, right.replace("return", "result =")


@pytest.mark.parametrize(
    ("right", "named"),
    [(COST, "Feedforward and cost, nnCostFunction"), (SLOPE, "Sigmoid gradient, sigmoidGradient")],
)
def test_what_is_next_where_a_return_is_missing_is_to_return_something(right: str, named: str) -> None:
    next_ = next_step(graded(without_return(right))).plain
    assert next_.startswith(f"Next: {named} (ex4.py:")
    assert "let it return what it computes" in next_


def test_what_is_next_where_a_gradient_is_still_zero_is_the_part_itself() -> None:
    report = graded(("    grad = np.concatenate(", "    grad = 0 * np.concatenate("))
    assert "the error of the output layer first" in next_step(report).plain


@pytest.mark.parametrize(
    "used",
    [
        "    a2 = np.hstack([np.ones((m, 1)), sigmoid(z2)])\n",
        "    a2 = sigmoid(z2)\n    a2 = np.hstack([np.ones((m, 1)), a2])\n",
    ],
)
def test_a_function_that_returns_nothing_is_told_and_mended_before_what_it_stops(used: str) -> None:
    report = graded(without_return(SIGMOID), ("    a2 = np.hstack([np.ones((m, 1)), sigmoid(z2)])\n", used))
    assert told(report)[0] == (["Sigmoid"], "returns nothing")
    assert next_step(report).plain.startswith("Next: Sigmoid, sigmoid (")
    remark = "This line calls sigmoid, which returns nothing: see above."
    (cost,) = (loss for loss in losses(report) if loss.first.part.name == "Feedforward and cost")
    assert cost.remark == remark * ("sigmoid(" in cost.message)
    assert remark in render(report)


def test_a_function_of_a_later_part_that_returns_nothing_is_told_before_what_it_stops() -> None:
    report = graded(without_return(SLOPE))
    assert [names for names, _ in told(report)] == [["Sigmoid gradient"], STOPPED]
    assert losses(report)[1].remark == "This line calls sigmoidGradient, which returns nothing: see above."


@pytest.mark.parametrize("also", [(COST, COST), ("a1 = np.hstack(", "a1 = np.hstck(")])
def test_what_returns_nothing_to_nothing_that_stops_waits_for_its_turn(also: tuple[str, str]) -> None:
    wrong_cost = ("    J = np.sum(-Y", "    J = np.sum(Y")
    report = graded(("    return numgrad\n", ""), wrong_cost, also)
    assert told(report)[0][0] != ["Numerical gradient"]
    assert ["Numerical gradient"] in [names for names, _ in told(report)]
    assert next_step(report).plain.startswith("Next: Feedforward and cost, ")


def test_one_error_in_one_line_is_told_once_though_some_cases_escape_it() -> None:
    report = graded((LABELS, "Y = np.eye(num_labels)[y.ravel()]"))
    assert [names for names, _ in told(report)] == [STOPPED]
    assert losses(report)[0].message.count("1 more is lost in another way") == 1
    assert [loss.names for loss in stored_losses(stored(student("A"), to_dict(report)))] == [STOPPED]


def test_where_parts_share_an_error_the_mistake_in_one_of_them_is_told() -> None:
    stops_on_one = (FORWARD, f"{FORWARD}    a3 = a3[[0, 1]] if m == 1 else a3\n")
    report = graded(stops_on_one, ("Theta1_grad = delta2.T @ a1 / m", "Theta1_grad = delta2.T @ a1"))
    mistake = "Only one of the two gradients divided by m"
    assert told(report)[0][0] == OF_COST
    assert mistake in render(report)
    assert mistake in str(stored_losses(stored(student("A"), to_dict(report)))[0].mistakes)
