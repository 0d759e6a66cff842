"""What becomes of calls, and of what an untrusted process says about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import run
from grader.cases import load_exercise
from grader.languages import MOST_NOTES, MOST_PARAMETERS
from grader.model import Case, Outcome, Submission
from grader.run import MOST_TIMEOUTS, Runner
from grader.sandbox import BACKENDS, Limits
from grader.sandbox.session import Died, Exited, Garbled, SessionOver, TimedOut
from grader.worker import wire

EXERCISE = load_exercise("ex4")
SUBMISSION = Submission("alice", Path("alice"), "python", "ex4", {"ex4.py": b"def sigmoid(z): ...\n"})
DEFINITION = {"file": "ex4.py", "line": 1, "parameters": ["z"], "required": 1, "variadic": False, "digest": "d"}
LOADED = {"definitions": {"sigmoid": DEFINITION}, "problems": [], "notes": []}
ANSWER = {"outcome": "answered", "value": 0.5, "error": None, "mutated": []}
Reply = dict[str, Any] | SessionOver


class Sessions:
    """Stands for sandboxed workers: gives `calls` one after the other, and counts the workers started."""

    def __init__(self, loaded: Reply, calls: Iterator[Reply]) -> None:
        self.loaded, self.calls, self.started, self.asked = loaded, calls, 0, 0
        self.loading = False

    def __call__(self, *_: object) -> Sessions:
        self.started += 1
        return self

    def send(self, message: wire.Packed, **more: Any) -> None:
        self.loading = b'["do","load"]' in message.text
        self.asked += not self.loading

    def receive(self, wall_seconds: float) -> dict[str, Any]:
        reply = self.loaded if self.loading else next(self.calls)
        if isinstance(reply, SessionOver):
            raise reply
        return reply

    def close(self) -> None:
        pass


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Runner, Sessions]]:
    def start(*calls: Reply, loaded: Reply = LOADED) -> tuple[Runner, Sessions]:
        sessions = Sessions(loaded, iter(calls))
        monkeypatch.setattr(run, "Session", sessions)
        runner = Runner(BACKENDS["process"], Limits(), SUBMISSION, EXERCISE, {}, ("sigmoid",))
        runner.start()
        runner.load()
        return runner, sessions

    return start


Start = Callable[..., tuple[Runner, Sessions]]


def cases(*groups: str, function: str = "sigmoid") -> list[Case]:
    return [Case(f"case {index}", function, (0.0,), group) for index, group in enumerate(groups)]


def outcomes(runner: Runner, asked: list[Case]) -> list[Outcome]:
    return [result.outcome for result in runner.run(asked)]


def test_answers_come_back_case_by_case(started: Start) -> None:
    runner, sessions = started(ANSWER, ANSWER)
    results = runner.run(cases("a", "a"))
    assert [result.value for result in results] == [np.asarray(0.5)] * 2
    assert sessions.started == 1


@pytest.mark.parametrize("end", [TimedOut("no answer"), Died("killed"), Exited("exited"), Garbled("nonsense")])
def test_a_lost_worker_costs_its_group_and_a_new_one_goes_on(started: Start, end: SessionOver) -> None:
    runner, sessions = started(end, ANSWER)
    assert outcomes(runner, cases("a", "a", "b")) == [end.outcome, end.outcome, Outcome.ANSWERED]
    assert (sessions.started, sessions.asked) == (2, 2)


def test_an_exception_costs_its_case_alone(started: Start) -> None:
    raised = {
        **ANSWER,
        "outcome": "raised",
        "error": {"kind": "ValueError", "message": "no", "file": "ex4.py", "line": 1},
    }
    runner, sessions = started(raised, ANSWER)
    assert outcomes(runner, cases("a", "a")) == [Outcome.RAISED, Outcome.ANSWERED]
    assert sessions.started == 1


def test_after_a_few_time_outs_nothing_more_is_run(started: Start) -> None:
    runner, sessions = started(*[TimedOut("no answer")] * 10)
    groups = [str(number) for number in range(10)]
    assert set(outcomes(runner, cases(*groups))) == {Outcome.TIMED_OUT}
    assert sessions.asked == MOST_TIMEOUTS


def test_the_time_of_all_calls_together_is_limited(started: Start) -> None:
    runner, sessions = started(ANSWER)
    runner.deadline = 0.0
    (result,) = runner.run(cases("a"))
    assert (result.outcome, sessions.asked) == (Outcome.TIMED_OUT, 0)
    assert "used up the time" in result.detail


def test_a_load_that_fails_is_said_of_every_call(started: Start) -> None:
    runner, sessions = started(loaded=Exited("exited with status 0"))
    (result,) = runner.run(cases("a"))
    assert (result.outcome, result.detail) == (Outcome.EXITED, "while the file was loaded: exited with status 0")
    assert sessions.asked == 0


def test_a_function_that_is_not_there_is_missing_unless_its_file_could_not_be_read(started: Start) -> None:
    runner, _ = started(loaded={**LOADED, "definitions": {}})
    assert outcomes(runner, cases("a")) == [Outcome.MISSING]
    problem = {"kind": "SyntaxError", "message": "invalid syntax", "file": "ex4.py", "line": 1, "source": "def"}
    runner, _ = started(loaded={**LOADED, "definitions": {}, "problems": [problem]})
    assert outcomes(runner, cases("a")) == [Outcome.RAISED]
    assert outcomes(runner, cases("a", function="predict")) == [Outcome.MISSING]


def test_an_untouched_stub_is_missing_and_not_called(started: Start) -> None:
    runner, sessions = started()
    runner.language.stubs = {"sigmoid": "d"}
    runner.load()
    assert outcomes(runner, cases("a")) == [Outcome.MISSING]
    assert sessions.asked == 0


@pytest.mark.parametrize("note", ["Total 100 / 100", "sigmoidal", "ex4.pyx: hm", ["ex4.py: x"], None, ": 100 / 100"])
def test_a_note_that_names_nothing_of_the_submission_is_dropped(started: Start, note: object) -> None:
    forged = {"": DEFINITION, "Total": DEFINITION, "sigmoid": DEFINITION}
    runner, _ = started(loaded={"definitions": forged, "problems": [], "notes": [note, "ex4.py: converted"]})
    assert runner.loaded.notes == ("ex4.py: converted",)
    assert list(runner.loaded.definitions) == ["sigmoid"]


def test_a_place_that_is_no_file_of_the_submission_is_dropped(started: Start) -> None:
    forged = {**DEFINITION, "file": "ex4 (verified by staff)"}
    problem = {"kind": "", "message": "", "file": "/etc/passwd", "line": -1}
    runner, _ = started(loaded={"definitions": {"sigmoid": forged}, "problems": [problem], "notes": []})
    assert runner.loaded.definitions["sigmoid"].file == ""
    assert (runner.loaded.problems[0].file, runner.loaded.problems[0].line) == ("", 0)
    assert runner.loaded.problems[0].kind == "an error"


def test_floods_are_cut(started: Start) -> None:
    forged = {**DEFINITION, "parameters": ["z"] * 100_000}
    notes = ["ex4.py: x"] * 100_000
    runner, _ = started(loaded={"definitions": {"sigmoid": forged}, "problems": [{}] * 100_000, "notes": notes})
    assert len(runner.loaded.definitions["sigmoid"].parameters) == MOST_PARAMETERS
    assert len(runner.loaded.notes) == len(runner.loaded.problems) == MOST_NOTES


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"outcome": "correct"},
        {**ANSWER, "outcome": None},
        {**ANSWER, "outcome": ["answered"]},
        {**ANSWER, "outcome": "100 / 100"},
    ],
)
def test_a_reply_of_another_kind_is_garbled(started: Start, reply: dict[str, Any]) -> None:
    runner, _ = started(reply)
    assert outcomes(runner, cases("a")) == [Outcome.GARBLED]


@pytest.mark.parametrize("error", [np.zeros(3), [1], "text", 7])
@pytest.mark.parametrize("mutated", [np.zeros(3), [-1, 99, True, "x", 0, 0], "text", [0] * 100_000])
def test_odd_fields_of_a_reply_do_no_harm(started: Start, error: object, mutated: object) -> None:
    runner, _ = started({**ANSWER, "error": error, "mutated": mutated})
    (result,) = runner.run(cases("a"))
    assert (result.outcome, result.error) == (Outcome.ANSWERED, None)
    assert result.mutated in ((), (0,))
