from __future__ import annotations

from typing import Any

import pytest

from grader import explain, reference
from grader.cases import exercise_names, load_exercise
from grader.diagnose import Diagnostician
from grader.report.mistakes import catalogue


def refuse(*_: Any) -> Any:
    raise AssertionError("not asked for")


@pytest.mark.parametrize("name", exercise_names())
def test_one_mistake_is_told_without_what_tells_all_of_them_apart(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    exercise = load_exercise(name)
    module = explain.mistakes_module(exercise)
    assert module is not None
    every = catalogue(module.MISTAKES, explain.live_diagnosticians(exercise, None), module.TWINS)
    chosen = next(entry for entry in every if entry.twins)
    tried: list[str] = []
    monkeypatch.setattr(Diagnostician, "twins", refuse)
    monkeypatch.setattr(reference, "answers", refuse)
    outputs = Diagnostician.outputs
    monkeypatch.setattr(
        Diagnostician, "outputs", lambda self, made: tried.extend(each.id for each in made) or outputs(self, made)
    )
    ways = [mistake for mistake in module.MISTAKES if mistake.id == chosen.id]
    found = catalogue(ways, explain.live_diagnosticians.__wrapped__(exercise, None), module.TWINS)
    assert found == [entry for entry in every if entry.id == chosen.id]
    assert set(tried) == {chosen.id}


def test_what_cannot_be_told_apart_is_told_from_both_sides() -> None:
    exercise = load_exercise("ex4")
    module = explain.mistakes_module(exercise)
    assert module is not None
    entries = catalogue(module.MISTAKES, explain.live_diagnosticians(exercise, None), module.TWINS)
    told = {(entry.id, other): why for entry in entries for other, why in entry.twins.items()}
    assert told == {pair: why for (one, two), why in module.TWINS.items() for pair in ((one, two), (two, one))}
