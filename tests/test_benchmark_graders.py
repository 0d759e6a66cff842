"""The checks that other graders are given for comparison tell right from almost right, as this project does."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks.graders import ALMOST_RIGHT, COLD_PROCESS, PARTS, PYTEST_RUN, RIGHT, Desk, Grader, lay_out, ready

both = pytest.mark.parametrize("grader", [COLD_PROCESS, PYTEST_RUN], ids=lambda grader: grader.name)


def points(grader: Grader, desk: Desk) -> float:
    return grader.prepare(desk)()


@both
def test_the_right_submission_gets_every_point(grader: Grader, tmp_path: Path) -> None:
    assert points(grader, lay_out(tmp_path / "desk", RIGHT, sys.executable)) == sum(part.points for part in PARTS)


@both
def test_the_almost_right_one_loses_the_parts_that_it_loses_here(grader: Grader, tmp_path: Path) -> None:
    report = json.loads(ALMOST_RIGHT.with_name("report.json").read_text(encoding="utf-8"))
    assert report["score"] == 50
    assert points(grader, lay_out(tmp_path / "desk", ALMOST_RIGHT, sys.executable)) == 50


def test_a_grader_that_gives_points_for_anything_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="100 points for wrong-gradient-of-a2, and not 50"):
        ready(Grader("generous", lambda desk: lambda: 100.0), tmp_path, sys.executable)
