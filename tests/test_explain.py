from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.cases import draw_cases, exercise_names, load_exercise
from grader.explain import mistakes_module, once_each, trace
from grader.model import Case, CodeError, Mistake, Outcome, RawResult
from grader.values import Opaque


def test_two_ways_of_one_mistake_are_told_once() -> None:
    one, other, again = (Mistake(id, "f", id, f"{id}!") for id in ("half", "sign", "half"))
    assert once_each([one, other, again]) == (one, other)


CASE = Case("a case", "f", ())
RECORD = {"name": "a", "file": "f.py", "line": 3, "source": "a = 1", "count": 1, "values": np.ones((1, 2))}
STOPPED = RawResult(Outcome.RAISED, error=CodeError("ValueError", "at 0x7f01", "f.py", 4))


def traced(again: RawResult, judged: RawResult) -> Any:
    reply = {"trace": [RECORD]}
    runner: Any = SimpleNamespace(trace=lambda case, convention: (reply, again))
    trial: Any = SimpleNamespace(convention=None, result_of=lambda case: judged)
    return trace(runner, trial, CASE)


def test_a_call_that_stops_in_the_same_line_is_traced() -> None:
    again = RawResult(Outcome.RAISED, error=CodeError("ValueError", "at 0x7f99", "f.py", 4))
    assert traced(again, STOPPED) is not None


@pytest.mark.parametrize(
    "again",
    [
        RawResult(Outcome.ANSWERED),
        RawResult(Outcome.EXITED),
        RawResult(Outcome.RAISED, error=CodeError("ValueError", "at 0x7f01", "f.py", 5)),
        RawResult(Outcome.RAISED, error=CodeError("ValueError", "at 0x7f01", "g.py", 4)),
        RawResult(Outcome.RAISED, error=CodeError("TypeError", "at 0x7f01", "f.py", 4)),
        RawResult(Outcome.RAISED),
    ],
)
def test_the_trace_of_a_call_that_ends_in_another_way_is_discarded(again: RawResult) -> None:
    assert traced(again, STOPPED) is None


ROW, COLUMN = np.ones((1, 3)), np.ones((2, 1))
ODD: dict[str, Any] = {
    "nothing": None,
    "no values": (),
    "a list of nothing": ((), ()),
    "text": "J",
    "text beside numbers": (ROW, "J", None),
    "matrices of two shapes": (ROW, COLUMN),
    "lists of them": ((ROW, COLUMN), (COLUMN, ROW)),
    "lists of lists": (((ROW, COLUMN), ROW), ((COLUMN,), "J")),
    "no numbers": np.zeros((0, 4)),
    "a cube": np.ones((3, 3, 3)),
    "complex numbers": np.array([1j, 2.0]),
    "NaN": np.array(np.nan),
    "an object": Opaque("an object"),
}


@pytest.mark.parametrize("exercise", exercise_names())
@pytest.mark.parametrize("what", ODD)
@pytest.mark.filterwarnings("error")
def test_no_sign_of_a_mistake_stumbles_over_an_odd_answer(what: str, exercise: str) -> None:
    spec = load_exercise(exercise)
    cases = draw_cases(spec)
    for mistake in mistakes_module(spec).MISTAKES:
        asked = [case for case in cases if case.function == mistake.function]
        if mistake.sign:
            mistake.sign(asked, [RawResult(Outcome.ANSWERED, ODD[what]) for _ in asked])
