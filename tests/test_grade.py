"""The pipeline: which functions are tried, and what is said of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.cases import load_exercise
from grader.grade import grade
from grader.model import Report, Submission
from grader.report.json import to_dict
from grader.sandbox import BACKENDS, Limits
from grader.submission import read_submission

EXERCISE = load_exercise("ex4")
COUNTING = [part for part in EXERCISE.parts if not part.optional]
OPTIONAL = [part for part in EXERCISE.parts if part.optional]
GOLDENS = Path(__file__).parent / "submissions"
SEED = 7


def golden(name: str) -> Submission:
    (path,) = (GOLDENS / name).glob("submission*")
    return read_submission(path, "ex4")


def graded(submission: Submission, *parts: object) -> Report:
    return grade(submission, EXERCISE, BACKENDS["process"], Limits(), SEED, *parts)


EXPLAINED_ELSEWHERE = (
    "wrong-sigmoid-without-minus",
    "wrong-gradient-of-a2",
    "wrong-raises-in-backpropagation",
    "wrong-row-major",
)


@pytest.mark.parametrize("name", EXPLAINED_ELSEWHERE)
def test_further_parts_are_graded_where_points_are_lost_as_if_they_had_been_asked_for(name: str) -> None:
    submission = golden(name)
    assert to_dict(graded(submission, COUNTING, OPTIONAL)) == to_dict(graded(submission))


def test_further_parts_are_not_graded_where_nothing_is_lost() -> None:
    assert [score.part for score in graded(golden("correct-vectorised"), COUNTING, OPTIONAL).parts] == COUNTING


def test_what_is_wrong_in_a_further_part_is_told_though_nothing_else_was_begun() -> None:
    source = b"import numpy as np\n\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(z))\n"
    report = graded(Submission("a", Path("a"), "python", "ex4", {"ex4.py": source}), COUNTING, OPTIONAL)
    told = [mistake["id"] for part in to_dict(report)["parts"] for mistake in part["mistakes"]]
    assert told == ["ex4-s-no-minus"]


def test_what_is_lost_in_a_part_alone_is_explained_by_that_part_alone() -> None:
    submission = golden("wrong-gradient-of-a2")
    (part,) = (part for part in EXERCISE.parts if part.name == "Backpropagation")
    (alone,) = to_dict(graded(submission, [part]))["parts"]
    assert alone in to_dict(graded(submission))["parts"]


@pytest.mark.parametrize("name", ["ex4-acc-no-m-accumulators", "ex4-acc-m-twice-loop"])
def test_a_line_that_spoils_the_gradient_is_blamed_for_the_regularized_one_too(name: str) -> None:
    lost = [score for score in graded(golden(f"mistakes/{name}")).parts if score.part.output == "grad"]
    plain, regularized = (score.insight.stage for score in lost if score.part.function == "nnCostFunction")
    assert plain == regularized
    assert plain is not None
    assert plain.first_wrong == "Theta1_grad"


def test_of_two_lines_that_hold_one_wrong_step_the_one_that_comes_first_is_blamed() -> None:
    found = graded(golden("mistakes/ex4-J-mean-all-vectorised")).parts
    (stage,) = (score.insight.stage for score in found if score.part.name == "Regularized cost")
    assert stage is not None
    assert stage.source.startswith("return np.mean(")


TWICE = (b"return 1 / (1 + np.exp(-np.clip(z, -500, 500)))", b"return 2 / (1 + np.exp(-np.clip(z, -500, 500)))")
SLOPE_OF_A2 = (b"sigmoidGradient(z2)", b"sigmoidGradient(a2[:, 1:])")
SUSPECTED = {
    "a helper whose mistake is unknown": (
        TWICE,
        {
            "Sigmoid gradient": "it calls sigmoid, which is not right yet: mend that first",
            "Backpropagation": "it calls sigmoid, which is not right yet: mend that first",
            "Prediction": "it calls sigmoid, which is not right yet: mend that first",
            "Gradient check": "it calls nnCostFunction, which is not right yet: mend that first",
        },
    ),
    "a mistake that explains all": (SLOPE_OF_A2, {}),
    "nothing": ((b"", b""), {}),
}


@pytest.mark.parametrize("what", SUSPECTED)
def test_a_loss_that_nothing_explains_may_come_from_a_helper_that_is_wrong(what: str) -> None:
    change, suspected = SUSPECTED[what]
    submission = golden("correct-vectorised")
    files = {"ex4.py": submission.files["ex4.py"].replace(*change)}
    assert change == (b"", b"") or files != submission.files
    told = {score.part.name: score.suspicion for score in graded(replace(submission, files=files)).parts}
    assert {name: told[name] for name in suspected} == suspected
    assert suspected or not any(told.values())


def changed(name: str, *changes: tuple[bytes, bytes]) -> Submission:
    submission = golden(name)
    source = submission.files["ex4.py"]
    for before, after in changes:
        assert before in source
        source = source.replace(before, after)
    return replace(submission, files={"ex4.py": source})


def test_a_gradient_that_is_not_begun_is_no_evidence_of_a_wrong_step() -> None:
    """With weights of zeros the reference gives a gradient of zeros as well."""
    report = graded(changed("partly-cost-only", (b"sigmoid(X.dot(Theta1.T))", b"X.dot(Theta1.T)")))
    stages = {score.part.name: score.insight.stage for score in report.parts if score.insight.stage}
    cost = stages["Feedforward and cost"]
    assert (cost.first_wrong, cost.source) == ("a2", "a2 = np.c_[np.ones((m, 1)), X.dot(Theta1.T)]")


def test_a_gradient_is_not_called_zero_for_what_lambda_does_not_add() -> None:
    tenth_less = (b"return 1 / (1", b"return 0.9 / (1")
    one_alone = (b"    Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]\n", b"")
    report = to_dict(graded(changed("correct-vectorised", tenth_less, one_alone)))
    told = {part["name"]: [mistake["id"] for mistake in part["mistakes"]] for part in report["parts"]}
    assert told["Backpropagation"] == []
    assert told["Regularized gradient"] == ["ex4-rG-one-matrix"]


def test_the_logarithm_of_0_is_told_of_the_cost_alone() -> None:
    report = to_dict(graded(changed("correct-vectorised", TWICE)))
    told = {part["name"]: [mistake["id"] for mistake in part["mistakes"]] for part in report["parts"]}
    assert told["Feedforward and cost"] == ["ex4-J-nan"]
    assert told["Backpropagation"] == []


def test_the_regularized_part_blames_what_is_wrong_without_lambda_in_the_same_line() -> None:
    minus = (b"J = np.sum(-Y * np.log(a3)", b"J = np.sum(Y * np.log(a3)")
    none = (b"    J += lambda_ / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))\n", b"")
    report = graded(changed("correct-vectorised", minus, none))
    first, second = (score.insight.stage for score in report.parts if score.part.name.endswith("cost"))
    assert first is not None
    assert str(first) == str(second)
