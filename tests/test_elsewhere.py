from __future__ import annotations

from pathlib import Path

import pytest

from grader.cases import exercise_names
from grader.elsewhere import belongs_to
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
