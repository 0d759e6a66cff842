from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.cases import draw_cases, exercise_names, load_exercise
from grader.errors import UsageError
from grader.model import Case, Exercise, Formula, Value
from grader.octave_worker.messages import is_list, to_octave
from grader.report.case import cases_of, chosen, command, python, source
from grader.values import callable_of, same
from tests.conftest import needs

EX4 = load_exercise("ex4")


def arguments_of(exercise: Exercise, case: Case) -> list[Any]:
    """What the function is called with where the source of a case is run."""
    called: list[Any] = []
    outputs = len(exercise.function(case.function).outputs)

    def function(*arguments: Any) -> Any:
        called.extend(arguments)
        return [0] * outputs if outputs > 1 else 0

    exec(source(exercise, case, "python"), {case.function: function})
    return called


def is_given(argument: Value, got: Any) -> bool:
    if isinstance(argument, tuple):
        return type(got) is list and len(got) == len(argument) and all(map(is_given, argument, got))
    if isinstance(argument, Formula):
        point = np.arange(4.0)
        return bool(callable_of(argument)(point) == got(point))
    if isinstance(argument, np.ndarray) and argument.ndim:
        return same(argument, got)
    return type(got) is type(argument) and got == argument


@pytest.mark.parametrize("name", exercise_names())
def test_python_calls_each_function_with_the_very_arguments_of_the_case(name: str) -> None:
    exercise = load_exercise(name)
    for case in draw_cases(exercise):
        got = arguments_of(exercise, case)
        assert len(got) == len(case.arguments)
        assert all(map(is_given, case.arguments, got)), case.name


def test_no_blanks_fill_up_the_numbers() -> None:
    assert python(np.array([[1.0, 0.25], [0.5, 10.0]])) == "np.array([[ 1.,  0.25],\n [ 0.5, 10.]])"


def test_a_difference_in_the_last_bit_or_the_shape_is_noticed() -> None:
    array = np.array([0.1, 0.2])
    assert is_given(array, array.copy())
    assert not is_given(array, np.nextafter(array, 1))
    assert not is_given(array, array[:, None])


def flat(value: Value) -> list[Value]:
    return [item for each in value for item in flat(each)] if isinstance(value, tuple) and is_list(value) else [value]


SHOW = r"""1;
function show (varargin)
  for k = 1:nargin
    value = varargin{k};
    if iscell (value)
      show (value{:});
    elseif isnumeric (value)
      printf ("%d %d ", size (value)); disp (num2hex (value)'(:)');
    end
  end
end
"""
"""Prints each number of each argument bit by bit, with the size of what it is in."""


@needs("octave")
def test_octave_is_given_the_same_to_the_last_bit(tmp_path: Path) -> None:
    program, wanted = [SHOW], []
    for exercise in map(load_exercise, exercise_names()):
        for case in draw_cases(exercise):
            *arguments, call = source(exercise, case, "octave").splitlines()
            program += [*arguments, f"show {call[call.index(f'{case.function} (') + len(case.function) :]};"]
            wanted += [to_octave(item) for argument in case.arguments for item in flat(argument)]
    file = tmp_path / "cases.m"
    file.write_text("\n".join(program), encoding="utf-8")
    run = subprocess.run(["octave-cli", "-qf", str(file)], capture_output=True, text=True, check=False)
    numbers = [value for value in wanted if isinstance(value, np.ndarray)]
    assert len(run.stdout.splitlines()) == len(numbers) > 500, run.stderr
    for line, value in zip(run.stdout.splitlines(), numbers, strict=True):
        rows, columns, digits = line.split()
        got = np.frombuffer(bytes.fromhex(digits), ">f8").astype(float)
        assert same(got.reshape((int(rows), int(columns)), order="F"), value)


def test_a_case_that_draws_random_numbers_seeds_them() -> None:
    case = chosen(EX4, "randInitializeWeights", 1)
    assert f"np.random.seed([{case.seed}])\n" in source(EX4, case, "python")
    assert f'rand ("twister", {case.seed});' in source(EX4, case, "octave")


def test_the_command_of_a_case_leads_back_to_it() -> None:
    for exercise in map(load_exercise, exercise_names()):
        for case in draw_cases(exercise):
            *_, function, number = command(exercise, case, "notebook").split()
            assert same(chosen(exercise, function, int(number)).arguments, case.arguments)


def test_a_case_that_is_not_there_is_named_with_those_that_are() -> None:
    count = len(cases_of(EX4, "sigmoid"))
    with pytest.raises(UsageError, match=f"sigmoid has no case {count + 1}: they are numbered from 1 to {count}"):
        chosen(EX4, "sigmoid", count + 1)
    with pytest.raises(UsageError, match="ex4 has no function 'magic': choose from sigmoid, "):
        chosen(EX4, "magic", 1)
