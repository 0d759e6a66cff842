from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import cases
from grader.cases import draw_cases, exercise_names, is_started, load_exercise, stub_digests
from grader.errors import UsageError
from grader.model import Case, Formula, Value
from grader.worker.load import digests
from tests.audit import shipped_stubs


def numbers(case: Case) -> np.ndarray:
    return np.array([*flat(case.arguments), case.seed or 0])


def flat(value: Value) -> Iterator[Any]:
    """All numbers in a value."""
    if isinstance(value, tuple):
        for item in value:
            yield from flat(item)
    elif not isinstance(value, (Formula, str)):
        yield from np.ravel(value)  # type: ignore[arg-type]


def forms(value: Value) -> Any:
    """Shape and type of all arrays in a value."""
    if isinstance(value, tuple):
        return tuple(map(forms, value))
    return np.shape(value), np.asarray(value).dtype  # type: ignore[arg-type]


@pytest.fixture(params=exercise_names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_public_cases_are_always_the_same(name: str) -> None:
    first, second = (draw_cases(load_exercise(name)) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(numbers(a), numbers(b))
        assert not a.hidden


def test_hidden_cases_come_back_from_their_seed_and_differ_between_seeds(name: str) -> None:
    hidden = {seed: [c for c in draw_cases(load_exercise(name), seed) if c.hidden] for seed in (0, 1)}
    again = [case for case in draw_cases(load_exercise(name), 1) if case.hidden]
    for a, b in zip(hidden[1], again, strict=True):
        np.testing.assert_array_equal(numbers(a), numbers(b))
    same = [np.array_equal(numbers(a), numbers(b)) for a, b in zip(hidden[0], hidden[1], strict=True)]
    assert sum(same) <= 2


def test_hidden_cases_differ_from_public_ones_in_values_only(name: str) -> None:
    drawn = draw_cases(load_exercise(name), seed=0)
    public, hidden = ([case for case in drawn if case.hidden is flag] for flag in (False, True))
    for a, b in zip(public, hidden, strict=True):
        assert (a.function, a.group) == (b.function, b.group)
        assert forms(a.arguments) == forms(b.arguments)


def test_every_case_serves_a_part_and_every_part_has_cases(name: str) -> None:
    exercise = load_exercise(name)
    asked = {(case.function, case.group) for case in draw_cases(exercise)}
    assert asked == {(part.function, part.group) for part in exercise.parts}


def test_arguments_fit_the_parameters(name: str) -> None:
    exercise = load_exercise(name)
    for case in draw_cases(exercise):
        parameters = exercise.function(case.function).parameters
        assert len(case.arguments) == len(parameters)
        for parameter, argument in zip(parameters, case.arguments, strict=True):
            assert not parameter.column or np.shape(argument)[1:] == (1,)


def test_an_unknown_exercise_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"there is no exercise '\.\./ex4': choose from .*ex4"):
        load_exercise("../ex4")


def test_shipped_stubs_are_not_started_and_a_changed_one_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shipped = shipped_stubs("ex4").read_text(encoding="utf-8")
    mine = tmp_path / "ex4.py"
    monkeypatch.setattr(cases, "stub_path", lambda exercise: mine)
    recorded = digests(shipped)
    monkeypatch.setattr(cases, "stub_digests", lambda exercise: {name: recorded[name] for name in stub_digests("ex4")})
    for source, started in (
        (shipped, False),
        (shipped.replace('"""', '"""My notes. ', 1), False),
        (shipped.replace("    g = np.zeros(np.shape(z))\n", "    g = np.ones(np.shape(z))\n", 1), True),
        ("def sigmoid(z:\n", True),
        (f"def sigmoid(z): return {'z + ' * 2000}z\n", True),
        (f"g = {'-' * 10_000}1\n", True),
        (f"\ufeff{shipped}", False),
    ):
        mine.write_text(source, encoding="utf-8")
        assert is_started("ex4") is started


@pytest.mark.parametrize("name", ["week5.ipynb", "sigmoid.m", "mine.py"])
def test_what_is_missing_is_not_started_unless_other_work_is_in_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setattr(cases, "stub_path", lambda exercise: tmp_path / "ex4.py")
    for ours in ("__init__.py", "__main__.py", "spec.py", "walkthrough_pictures.py", "README.md", "stubs.json"):
        (tmp_path / ours).touch()
    assert not is_started("ex4")
    (tmp_path / name).touch()
    assert is_started("ex4")


@pytest.mark.parametrize(
    ("text", "started"),
    [
        ("def sigmoid(z): return 1\n", True),
        ("def sigmoid(z:\n", True),
        ("def mine(z): return 1\n", True),
        (shipped_stubs("ex4").read_text(encoding="utf-8"), False),
    ],
)
def test_work_beside_the_stubs_is_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, started: bool
) -> None:
    monkeypatch.setattr(cases, "stub_path", lambda exercise: tmp_path / "ex4.py")
    (tmp_path / "ex4.py").write_bytes(shipped_stubs("ex4").read_bytes())
    (tmp_path / "ex4 (1).py").write_text(text, encoding="utf-8")
    assert is_started("ex4") is started


def test_what_is_no_file_of_a_student_is_no_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cases, "stub_path", lambda exercise: tmp_path / "ex4.py")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / ".ex4.py").touch()
    (tmp_path / "broken.py").symlink_to("gone")
    assert not is_started("ex4")
