from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from click.testing import CliRunner, Result
from scipy.io import savemat

from exercises import console
from exercises.quadratic import walkthrough
from exercises.quadratic.walkthrough import STEPS, Training, Walk
from tests.walks import at_the_stubs, line_of, program_of, stubs_of, student_of

program, STUBS = program_of("quadratic"), stubs_of("quadratic")
student, home = student_of(program), at_the_stubs(program, STUBS)

FINISHED = "from solutions.quadratic.quadratic import *\nfrom solutions.quadratic import quadratic as reference\n"


@pytest.fixture(autouse=True)
def few_digits(monkeypatch):
    """One digit in 25, so that the training takes no time."""
    load = walkthrough.load_ex4data1
    monkeypatch.setattr(walkthrough, "load_ex4data1", lambda directory: load(directory, rows=np.arange(0, 5000, 25)))


@pytest.fixture
def all_digits(few_digits, monkeypatch):
    monkeypatch.undo()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program.main, ["--epochs", "2", *arguments])


def solution(training: Training) -> Walk:
    return Walk(
        console.Work("solutions.quadratic.quadratic"), walkthrough.load_given(None), training, console.NoPictures()
    )


def trained(training: Training) -> list[walkthrough.Epoch]:
    walk = solution(training)
    learned, held_out = walkthrough.split(walk.given, training.seed)
    return list(walkthrough.learned(walk, (400, *training.hidden, 10), learned, held_out))


# --- what is not filled in --------------------------------------------------------------------------------------------


def test_untouched_stubs_are_named_with_their_lines_and_skipped():
    result = run()
    assert result.exit_code == 0
    for function in ("sigmoid", "sigmoid_prime"):
        line = line_of(STUBS, f"def {function}(")
        assert f"Skipped: {function} is not filled in yet, {STUBS.as_posix()}:{line}\n" in result.stdout
    assert result.stdout.count("Skipped:") == len(STEPS)
    assert f"Next: fill in sigmoid, {STUBS.as_posix()}:" in result.stdout


HALVES = {
    "backprop's nabla_b": (
        "def backprop(biases, weights, x, y):\n"
        "    return [0 * b for b in biases], reference.backprop(biases, weights, x, y)[1]\n"
    ),
    "backprop's nabla_w": (
        "def backprop(biases, weights, x, y):\n"
        "    return reference.backprop(biases, weights, x, y)[0], [0 * w for w in weights]\n"
    ),
    "update_mini_batch's biases": (
        "def update_mini_batch(biases, weights, X, Y, eta):\n    return [0 * b for b in biases], weights\n"
    ),
    "update_mini_batch's weights": (
        "def update_mini_batch(biases, weights, X, Y, eta):\n    return biases, [0 * w for w in weights]\n"
    ),
}


@pytest.mark.parametrize("half", HALVES)
def test_half_of_a_function_counts_as_half(student, half):
    path = student(FINISHED + HALVES[half])
    result = run()
    function = half.split("'")[0]
    assert result.exit_code == 0
    assert f"Next: fill in {half}, {path}:{line_of(path, f'def {function}')}" in result.stdout


@pytest.mark.parametrize(
    "function", ["feedforward", "cost_derivative", "quadratic_cost", "backprop", "update_mini_batch"]
)
def test_a_function_that_is_not_implemented_skips_the_steps_that_need_it(student, function):
    student(f"{FINISHED}def {function}(*given):\n    raise NotImplementedError\n")
    result = run()
    assert result.exit_code == 0
    assert f"Skipped: {function}" in result.stdout
    assert f"Next: fill in {function}" in result.stdout
    assert "sigmoid_prime(0.5)" in result.stdout


# --- a finished exercise ----------------------------------------------------------------------------------------------


def test_the_solution_runs_through_and_every_number_is_the_expected_one():
    result = run("--solution")
    assert result.exit_code == 0, result.output
    for number in ("0.795962", "0.177586", "0.595962", "0.096788", "0.080529", "0.104994"):
        assert f"expected {number}" in result.stdout
    assert result.stdout.count(" ok") == 1 + 5 + 2 + 9 + 6 + 6
    assert result.stdout.count("mean cost") == 2
    for word in ("differs", "Skipped", "Next", "\x1b", "usually"):
        assert word not in result.output


@pytest.mark.usefixtures("all_digits")
def test_training_on_all_digits_is_on_its_way_to_what_the_walkthrough_calls_usual():
    (epoch,) = trained(Training(epochs=1))
    least, _ = map(float, walkthrough.USUAL_ACCURACY.split(" to "))
    assert least - 5 < epoch.accuracy < least + 5


def test_training_lowers_the_cost_and_reads_more_digits():
    first, *_, last = trained(Training(epochs=12, hidden=(20,)))
    assert last.cost < 0.6 * first.cost
    assert last.accuracy > first.accuracy + 10


def test_nets_of_any_depth_are_trained():
    result = run("--solution", "--hidden", "7", "--hidden", "5", "--mini-batch", "16", "--eta", "1")
    assert result.exit_code == 0
    assert "A 400-7-5-10 net learns from 160 digits, in mini-batches of 16 with eta = 1" in result.stdout


def test_the_same_seed_gives_the_same_training():
    again, same, other = (trained(Training(epochs=1, seed=seed)) for seed in (4, 4, 5))
    assert again == same != other


def test_no_digit_is_both_learned_from_and_held_out():
    given = walkthrough.load_given(None)
    learned, held_out = walkthrough.split(given, seed=3)
    assert sorted([*learned, *held_out]) == list(range(given.X.shape[1]))
    assert len(held_out) == given.X.shape[1] // 5


@pytest.mark.usefixtures("all_digits")
def test_digits_are_columns_with_a_1_in_the_row_of_their_label():
    given = walkthrough.load_given(None)
    assert (given.X.shape, given.Y.shape) == ((400, 5000), (10, 5000))
    assert given.Y.sum(axis=0).tolist() == [1.0] * 5000
    assert np.argmax(given.Y[:, [0, 500, 4999]], axis=0).tolist() == [9, 0, 8]


@pytest.mark.usefixtures("all_digits")
def test_what_a_training_usually_gives_is_told_for_the_defaults_and_the_shipped_digits():
    walk = solution(Training(seed=3))
    assert walkthrough.usually(walk) == f"usually {walkthrough.USUAL_ACCURACY}"
    walk.training = Training(epochs=3)
    assert walkthrough.usually(walk) == ""
    walk.training, walk.given = Training(), dataclasses.replace(walk.given, shipped=False)
    assert walkthrough.usually(walk) == ""


def test_the_picture_is_a_png_file_of_the_width_of_a_page(tmp_path):
    from matplotlib.image import imread

    result = run("--solution", "--save", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["learning.png"]
    assert f"Picture: {tmp_path / 'learning.png'}" in result.stdout
    height, width, _ = imread(tmp_path / "learning.png").shape
    assert (width, 500 < height < 1200) == (1050, True)


# --- mistakes ---------------------------------------------------------------------------------------------------------

SLIPS = {
    "nabla_w[0], difference": (
        "def backprop(biases, weights, x, y):\n"
        "    nabla_b, nabla_w = reference.backprop(biases, weights, x, y)\n"
        "    return nabla_b, [4 * nabla_w[0], *nabla_w[1:]]\n"
    ),
    "nabla_b[1], difference": (
        "def backprop(biases, weights, x, y):\n"
        "    nabla_b, nabla_w = reference.backprop(biases, weights, x, y)\n"
        "    nabla_b[1][0, 0] += 1e-3\n"
        "    return nabla_b, nabla_w\n"
    ),
    "biases[0], difference": (
        "def update_mini_batch(biases, weights, X, Y, eta):\n"
        "    return reference.update_mini_batch(biases, weights, X, Y, 1.01 * eta)\n"
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_what_is_wrong_differs_and_its_place_is_named(student, name):
    student(FINISHED + SLIPS[name])
    result = run()
    assert result.exit_code == 0
    (line,) = (line for line in result.stdout.splitlines() if line.startswith(f"  {name}"))
    assert line.endswith("differs")
    assert ", at [" in line


ERRORS = {
    "an exception": ("def sigmoid(z):\n    return np.log(zz)\n", "return np.log(zz)", "name 'zz' is not defined"),
    "an exception on import": ("np.zeros(-1)\n", "np.zeros(-1)", "ValueError"),
    "a syntax error": ("def sigmoid(z:\n    return 1\n", "def sigmoid(z:", "SyntaxError"),
}


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_in_the_code_shows_its_own_line_and_no_traceback(student, kind):
    source, line, message = ERRORS[kind]
    path = student(FINISHED + source)
    result = run()
    assert result.exit_code == 1
    assert f"{path}:{line_of(path, line)}" in result.stderr
    assert message in result.stderr
    assert "Traceback" not in result.output


ANSWERS = {
    "return reference.backprop(biases, weights, x, y)[0]": "backprop gives nabla_b that is not a list of 2 matrices",
    "return [], []": "backprop gives nabla_b that is not a list of 2 matrices",
    "return biases, [w.T for w in weights]": "backprop gives nabla_w[0] of shape (5, 4), expected (4, 5)",
    "return biases, ['w', 'w']": "backprop gives nabla_w[0] that is not numbers",
    "return biases, 3": "backprop gives nabla_w that is not a list of 2 matrices",
    "return biases": "backprop gives nabla_b that is not a list of 2 matrices",
    "pass": "backprop returns nothing: is there a return?",
}


@pytest.mark.parametrize("body", ANSWERS)
def test_an_answer_that_does_not_fit_is_told_in_one_line(student, body):
    student(f"{FINISHED}def backprop(biases, weights, x, y):\n    {body}\n")
    result = run()
    assert result.exit_code == 1
    assert ANSWERS[body] in result.stderr
    assert "Traceback" not in result.output


def test_vectors_of_every_orientation_are_taken_as_they_are_meant(student):
    student(
        f"{FINISHED}def backprop(biases, weights, x, y):\n"
        "    nabla_b, nabla_w = reference.backprop(biases, weights, x, y)\n"
        "    return tuple(b.ravel() for b in nabla_b), tuple(nabla_w)\n"
    )
    result = run()
    assert result.exit_code == 0, result.output
    assert "differs" not in result.stdout


def test_weights_that_are_changed_in_place_do_not_spoil_the_checks(student):
    student(
        f"{FINISHED}def update_mini_batch(biases, weights, X, Y, eta):\n"
        "    moved = reference.update_mini_batch(biases, weights, X, Y, eta)\n"
        "    for given, new in zip((*biases, *weights), (*moved[0], *moved[1])):\n"
        "        given[:] = new\n"
        "    return biases, weights\n"
    )
    result = run()
    assert result.exit_code == 0
    assert "differs" not in result.stdout


# --- the machine ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.01, "One mini-batch takes 0.01 s: about 40 s for 4000 of them.\n"), (0.003, "")],
)
def test_the_time_is_told_where_the_training_takes_longer_than_15_seconds(seconds, told, capsys):
    walkthrough.say_how_long(seconds, 4000)
    assert capsys.readouterr().out == told


def test_without_a_display_one_line_says_what_writes_the_picture():
    result = run("--solution")
    assert result.stdout.count("--save DIR") == 1


def test_own_digits_are_taken(tmp_path):
    X, y = walkthrough.load_ex4data1(None)
    savemat(tmp_path / "ex4data1.mat", {"X": np.repeat(X, 25, axis=0), "y": np.repeat(y, 25, axis=0)})
    result = run("--solution", "--data", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert "learns from 160 digits" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--data", "no/such/directory"],
        ["--epochs", "0"],
        ["--eta", "0"],
        ["--hidden", "0"],
        ["--mini-batch", "0"],
        ["--save", "pyproject.toml"],
    ],
)
def test_what_cannot_be_used_gives_exit_status_2(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Error" in result.stderr
    assert "Traceback" not in result.output


def test_without_the_solutions_one_line_says_so(monkeypatch):
    monkeypatch.setattr(program, "SOLUTION", "no_solutions.quadratic.quadratic")
    result = run("--solution")
    assert result.exit_code == 2
    assert result.stderr == "Error: there is no no_solutions/quadratic/quadratic.py here\n"
