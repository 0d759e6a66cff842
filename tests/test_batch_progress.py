from __future__ import annotations

import io

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


def shown(terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100, color_system=None)
    follow(STEPS, Tally(len(STEPS)), console)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_a_terminal_gets_a_bar_with_what_went_wrong() -> None:
    text = shown(terminal=True)
    assert "4/4" in text
    assert "1 unreadable, 1 not judged" in text


def test_elsewhere_a_line_comes_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 1.0, 11.0, 12.0, 22.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(times))
    assert shown(terminal=False).splitlines() == [
        "2 of 4, 0.2/s, 11 s left, 1 unreadable",
        "4 of 4, 0.2/s, 0 s left, 1 unreadable, 1 not judged",
    ]


def test_a_quick_batch_needs_no_line() -> None:
    assert shown(terminal=False) == ""
