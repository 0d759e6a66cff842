from __future__ import annotations

import io
from collections import Counter

import pytest
from rich.console import Console

from grader.batch import progress
from grader.batch.pipeline import Step
from grader.batch.progress import Tally, follow
from grader.gradebook import State

STEPS = [
    Step(State.GRADED, True),
    Step(State.UNREADABLE, False),
    Step(State.NOT_JUDGED, True),
    Step(State.GRADED, True),
]


def shown(terminal: bool, at_work: int = 0) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100, color_system=None)
    follow(STEPS, Tally(len(STEPS)), console, at_work)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_a_terminal_gets_a_bar_with_what_went_wrong() -> None:
    text = shown(terminal=True)
    assert "4/4" in text
    assert "1 unreadable, 1 not judged" in text


def test_elsewhere_a_line_comes_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 1.0, 11.0, 12.0, 22.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(times))
    assert shown(terminal=False).splitlines() == [
        "2 of 4, 0.1/s, 22 s left, 1 unreadable",
        "4 of 4, 0.1/s, 1 unreadable, 1 not judged",
    ]


def test_the_last_line_tells_of_all_even_if_it_comes_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 1.0, 2.0, 12.0, 12.1])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(times))
    assert [line[:6] for line in shown(terminal=False).splitlines()] == ["3 of 4", "4 of 4"]


def test_no_time_is_told_where_those_at_work_are_all_that_is_left() -> None:
    """They may be the slowest of all."""
    tally = Tally(10, Counter({State.GRADED: 5}), fresh=5)
    assert tally.told(10.0, at_work=4) == "0.5/s, 10 s left"
    assert tally.told(10.0, at_work=5) == "0.5/s"


def test_what_was_known_already_makes_nothing_faster() -> None:
    assert Tally(100, Counter({State.GRADED: 90}), fresh=2).told(10.0, at_work=4) == "0.2/s, 50 s left"
    assert Tally(100, Counter({State.GRADED: 90}), fresh=0).told(10.0, at_work=4) == ""


def test_a_quick_batch_needs_no_line() -> None:
    assert shown(terminal=False) == ""
