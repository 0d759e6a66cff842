"""The checks that other graders are given for comparison tell right from almost right, as this project does."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks.graders import (
    ALMOST_RIGHT,
    COLD_PROCESS,
    OUR_COMMAND,
    OURS,
    PARTS,
    PYTEST_RUN,
    RIGHT,
    Desk,
    Grader,
    lay_out,
    measure,
    ready,
    summary,
)

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


def test_the_almost_right_submission_is_timed_as_well(tmp_path: Path) -> None:
    graded = []

    def note(desk: Desk):
        points = {RIGHT: 100.0, ALMOST_RIGHT: 50.0}[desk.submission]
        return lambda: graded.append(desk.submission) or points

    actions = ready(Grader("noted", note), tmp_path, sys.executable)
    graded.clear()
    measure({(submitted, OURS): action for submitted, action in actions.items()}, rounds=2)
    assert graded == 2 * [RIGHT, ALMOST_RIGHT]


def test_each_is_compared_with_ours_on_the_same_submission_and_names_no_mistake_where_there_is_one() -> None:
    taken = {
        (submitted, grader): [seconds]
        for submitted, ours in (("right", 1.0), ("almost right", 2.0))
        for grader, seconds in ((OURS, ours), (OUR_COMMAND, 2 * ours), (COLD_PROCESS, 4.0))
    }
    rows = [row for row in summary(taken, {}) if row["grader"] == COLD_PROCESS.name]
    assert [(row["submission"], row["times_batch"], row["times_command"], row["does_not"]) for row in rows] == [
        ("right", 4.0, 2.0, "isolate the code, hide cases"),
        ("almost right", 2.0, 1.0, "isolate the code, hide cases, name the mistake"),
    ]
