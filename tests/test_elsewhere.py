from __future__ import annotations

from pathlib import Path

import pytest

from grader.cases import exercise_names
from grader.elsewhere import belongs_to, defined_names
from grader.model import Submission
from grader.submission import read_submission
from tests.audit import shipped_stubs

ROOT = Path(__file__).parents[1]


def defining(*names: str) -> Submission:
    source = "".join(f"def {name}(x):\n    return x\n\n" for name in names)
    return Submission("alice", Path("alice"), "python", "ex4", {"ex4.py": source.encode()})


@pytest.mark.parametrize("given", exercise_names())
@pytest.mark.parametrize("asked", exercise_names())
def test_work_for_one_exercise_is_known_from_that_for_another(asked: str, given: str) -> None:
    for path in (shipped_stubs(given), ROOT / "solutions" / given, ROOT / "solutions" / given / "octave"):
        assert belongs_to(read_submission(path, asked), asked) == (None if asked == given else given)


@pytest.mark.parametrize(
    ("names", "other"),
    [
        (["sigmoid", "sigmoid_prime", "feedforward"], "quadratic"),
        (["sigmoid", "sigmoidGradient"], None),
        (["sigmoid", "sigmoidGradient", "feedforward", "backprop"], None),
        (["feedforward"], None),
        (["main"], None),
    ],
)
def test_functions_that_both_have_or_a_helper_do_not_make_it_another(names: list[str], other: str | None) -> None:
    assert belongs_to(defining(*names), "ex4") == other


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("ex4.py", b"gradients = 1\nhidden_delta = 2\noutput_delta = 3\nforward_propagate = 4\n"),
        ("ex4.py", b"# def gradients(): and def forward_propagate(): and def cost_function():\n"),
        ("ex4.m", b"gradients = 1;\nforward_propagate = 2;\n% function forward_propagate\n"),
    ],
)
def test_variables_and_comments_are_no_functions(file: str, source: bytes) -> None:
    assert not defined_names(Submission("a", Path("a"), "python", "ex4", {file: source}))


def test_an_exercise_that_cannot_be_read_keeps_nobody_from_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.elsewhere.exercise_names", lambda: [*exercise_names(), "being-written"])
    assert belongs_to(defining("sigmoid", "sigmoid_prime", "feedforward"), "ex4") == "quadratic"
