from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from scipy.io import savemat

from exercises import console, training
from exercises.ex4 import walkthrough
from exercises.ex4.walkthrough import STEPS, USUAL, Walk
from exercises.training import METHODS, Training
from grader.errors import UsageError
from solutions.ex4 import ex4 as reference
from solutions.ex4.fast import CostFunction
from tests.walks import at_the_stubs, line_of, program_of, stubs_of, student_of

program, STUBS = program_of("ex4"), stubs_of("ex4")
student, home = student_of(program), at_the_stubs(program, STUBS)

FINISHED = "from solutions.ex4.ex4 import *\nfrom solutions.ex4 import ex4 as reference\n"
NET = "nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_"
DRAWS = ("digits", "cost", "predictions", "hidden")


def minimized(walk):
    return training.minimized(walk.cost_to_train(), walk.initial_weights(), walk.training)


@pytest.fixture
def few_digits(monkeypatch):
    """One digit in 25, so that the training takes no time."""
    load = walkthrough.load_ex4data1
    monkeypatch.setattr(walkthrough, "load_ex4data1", lambda directory: load(directory, rows=np.arange(0, 5000, 25)))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program.main, ["--iterations", "2", *arguments])


# --- what is not filled in --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("few_digits")
def test_untouched_stubs_are_named_with_their_lines_and_skipped():
    result = run()
    assert result.exit_code == 0
    for function in ("sigmoid", "sigmoidGradient", "randInitializeWeights"):
        line = line_of(STUBS, f"def {function}(")
        assert f"Skipped: {function} is not filled in yet, {STUBS.as_posix()}:{line}\n" in result.stdout
    assert result.stdout.count("Skipped:") == sum(bool(step.needs) and not step.picture for step in STEPS)
    assert f"Next: fill in sigmoid, {STUBS.as_posix()}:" in result.stdout


HALVES = {
    "J": f"def nnCostFunction({NET}):\n    return 0.0, nn_params * 0\n",
    "grad": f"def nnCostFunction({NET}):\n    return reference.nnCostFunction({NET})[0], nn_params * 0\n",
    "J with lambda": f"def nnCostFunction({NET}):\n    lambda_ = 0\n    return reference.nnCostFunction({NET})\n",
    "grad with lambda": f"def nnCostFunction({NET}):\n"
    f"    J, grad = reference.nnCostFunction({NET})\n"
    "    lambda_ = 0\n"
    f"    return J, reference.nnCostFunction({NET})[1]\n",
}


@pytest.mark.usefixtures("few_digits")
@pytest.mark.parametrize("half", HALVES)
def test_half_of_the_cost_function_counts_as_half(student, half):
    path = student(FINISHED + HALVES[half])
    result = run()
    line = line_of(path, "def nnCostFunction")
    assert result.exit_code == 0
    assert f"Next: fill in nnCostFunction's {half}, {path}:{line}" in result.stdout


@pytest.mark.usefixtures("few_digits")
def test_with_the_cost_alone_the_cost_is_shown_and_the_training_skipped(student):
    student(FINISHED + HALVES["grad"])
    output = run().stdout
    assert "J at lambda = 3" in output
    assert "evaluations of the cost" not in output


@pytest.mark.usefixtures("few_digits")
@pytest.mark.parametrize("body", ["raise NotImplementedError", "return np.zeros(len(X))"])
def test_an_empty_predict_skips_the_predictions_alone(student, body, tmp_path):
    student(f"{FINISHED}def predict(Theta1, Theta2, X):\n    {body}\n")
    output = run("--save", str(tmp_path / "pictures")).stdout
    assert output.count("Skipped: predict is not filled in yet") == 2
    assert "Next: fill in predict" in output
    assert "What the hidden units look for" in output


# --- a finished exercise ----------------------------------------------------------------------------------------------


def test_the_solution_runs_through_and_every_number_is_the_expected_one(tmp_path):
    result = run("--solution", "--save", str(tmp_path / "pictures"))
    assert result.exit_code == 0, result.output
    for number in ("0.236535", "0.403767", "0.738232", "97.64", "0.196612", "0.235004"):
        assert f"expected {number}" in result.stdout
    assert result.stdout.count(" ok") == 14
    assert "differs" not in result.stdout
    assert "Skipped" not in result.stdout
    assert "Next" not in result.stdout
    assert "\x1b" not in result.output


def test_the_expected_numbers_are_those_of_the_shipped_data():
    given = walkthrough.load_given(None)
    for lambda_, expected in given.expected.costs.items():
        J, _ = reference.nnCostFunction(given.nn_params, 400, 25, 10, given.X, given.y, lambda_)
        assert pytest.approx(expected, abs=5.1e-7) == J
    predicted = reference.predict(*walkthrough.matrices(given.nn_params), given.X)
    assert 100 * np.mean(predicted == given.y.ravel()) == pytest.approx(given.expected.accuracy)


@pytest.mark.usefixtures("few_digits")
def test_pictures_are_png_files_of_the_size_of_a_page(tmp_path):
    from matplotlib.image import imread

    result = run("--solution", "--save", str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{name}.png" for name in DRAWS)
    for name in DRAWS:
        assert f"Picture: {tmp_path / name}.png" in result.stdout
        height, width, _ = imread(tmp_path / f"{name}.png").shape
        assert width == 1050
        assert 500 < height < 1200


@pytest.mark.usefixtures("few_digits")
def test_the_digits_are_drawn_without_displaydata_while_it_is_a_stub(tmp_path):
    from matplotlib.image import imread

    result = run("--save", str(tmp_path))
    line = line_of(STUBS, "def displayData")
    assert f"displayData, which is not filled in yet, {STUBS.as_posix()}:{line}" in result.stdout
    assert np.std(imread(tmp_path / "digits.png")[..., 0]) > 0.1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.usefixtures("few_digits")
def test_every_method_trains_from_step_to_step(method):
    walk = Walk(
        console.Work("solutions.ex4.ex4"),
        walkthrough.load_given(None),
        Training(method, iterations=6),
        console.NoPictures(),
    )
    result, costs = minimized(walk)
    assert 6 <= len(costs) <= 7
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < 0.8 * walk.cost(walk.initial_weights(), 1.0)[0]
    assert result.fun == pytest.approx(costs[-1])


def test_training_on_all_digits_ends_where_the_walkthrough_says_it_usually_does():
    solution, given = console.Work("solutions.ex4.ex4"), walkthrough.load_given(None)
    walk = Walk(solution, given, Training("L-BFGS-B", seed=5), console.NoPictures())
    result, _ = minimized(walk)
    accuracy = walk.accuracy(walk.predictions(result.x))
    for value, usual in ((result.fun, USUAL["L-BFGS-B"].J), (accuracy, USUAL["L-BFGS-B"].accuracy)):
        least, most = map(float, usual.split(" to "))
        assert least <= value <= most


@pytest.mark.usefixtures("few_digits")
def test_a_gradient_that_is_not_the_costs_is_suspected_when_training_stops_early(student):
    student(
        f"{FINISHED}def nnCostFunction({NET}):\n    J, grad = reference.nnCostFunction({NET})\n    return J, -grad\n"
    )
    result = run()
    assert result.exit_code == 0
    assert "It stopped early" in result.stdout
    assert "A gradient that is not the cost's does that." in result.stdout


@pytest.mark.usefixtures("few_digits")
def test_the_seed_decides_the_initial_weights():
    work, given = console.Work("solutions.ex4.ex4"), walkthrough.load_given(None)
    first, again, other = (
        Walk(work, given, Training(seed=seed), console.NoPictures()).initial_weights() for seed in (4, 4, 5)
    )
    assert np.array_equal(first, again)
    assert not np.any(first == other)


# --- the check of the full net ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("few_digits")
def test_the_full_check_is_made_when_it_is_asked_for():
    plain, full = run("--solution").stdout, run("--solution", "--full-check").stdout
    assert "one by one" not in plain
    assert "Gradient check of the full net" not in plain
    check = full[full.index("Gradient check of the full net") : full.index("Training")]
    assert re.findall(r"all, (in random directions|one by one) .* ok$", check, re.MULTILINE)
    assert check.count(" ok") == 2


@pytest.mark.usefixtures("few_digits")
@pytest.mark.parametrize(
    ("index", "block", "place"),
    [
        (3, "Theta1's biases", "Theta1_grad[3, 0], the column of the bias"),
        (26, "Theta1, the rest", "Theta1_grad[1, 1]"),
        (10025, "Theta2's biases", "Theta2_grad[0, 0], the column of the bias"),
        (10284, "Theta2, the rest", "Theta2_grad[9, 25]"),
    ],
)
def test_the_full_check_names_the_block_and_the_place_of_what_is_wrong(student, index, block, place):
    student(
        f"{FINISHED}def nnCostFunction({NET}):\n    J, grad = reference.nnCostFunction({NET})\n"
        f"    if len(grad) == 10285:\n        grad[{index}] *= 1.01\n    return J, grad\n"
    )
    output = run("--full-check").stdout
    wrong = [line.split("   ")[0].strip() for line in output.splitlines() if line.endswith("differs")]
    assert wrong == ["all, in random directions", block, "all, one by one"]
    assert f"The largest difference is in {place}." in output


@pytest.mark.usefixtures("few_digits")
def test_without_the_solutions_the_full_check_is_that_of_random_directions(monkeypatch, student):
    student(FINISHED)
    monkeypatch.setitem(sys.modules, "solutions.ex4.fast", None)
    result = run("--full-check")
    assert result.exit_code == 0
    assert "all, in random directions" in result.stdout
    assert "one by one" not in result.stdout


def test_a_gradient_is_held_against_its_slopes_in_random_directions_with_four_costs():
    given = walkthrough.load_given(None)
    net = (400, 25, 10, given.X[::50], given.y[::50], 1.0)
    calls = []

    def cost(nn_params):
        calls.append(nn_params)
        return reference.nnCostFunction(nn_params, *net)

    _, grad = reference.nnCostFunction(given.nn_params, *net)
    assert walkthrough.direction_difference(cost, given.nn_params, grad) < walkthrough.DIRECTION_LIMIT
    assert len(calls) == 4
    error = 1e-5 * np.linalg.norm(grad) * np.eye(1, grad.size, 77)[0]
    assert walkthrough.direction_difference(cost, given.nn_params, grad + error) == pytest.approx(1e-5, rel=0.1)


# --- the fast form of the cost ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("few_digits")
def test_the_fast_form_trains_the_solution_to_the_same_end():
    work, given = console.Work("solutions.ex4.ex4"), walkthrough.load_given(None)
    walks = [Walk(work, given, Training(iterations=6), console.NoPictures(), fast) for fast in (None, CostFunction)]
    (plain, _), (fast, _) = map(minimized, walks)
    assert fast.fun == pytest.approx(plain.fun, rel=1e-9)
    assert [walk.seconds_a_cost > 0 for walk in walks] == [True, False]


@pytest.mark.usefixtures("few_digits")
@pytest.mark.parametrize(("option", "stands_in"), [(["--solution"], True), ([], False)])
def test_the_fast_form_trains_the_solution_only(monkeypatch, student, option, stands_in):
    student(FINISHED)
    made = []
    monkeypatch.setattr(program, "Walk", lambda *given: made.append(Walk(*given)) or made[0])
    run(*option)
    assert (made[0].fast is CostFunction) is stands_in


# --- mistakes ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("few_digits")
def test_a_wrong_gradient_differs_and_its_place_is_named(student):
    student(
        f"{FINISHED}def nnCostFunction({NET}):\n"
        f"    J, grad = reference.nnCostFunction({NET})\n"
        "    grad[input_layer_size * hidden_layer_size + 1] += 0.01\n"
        "    return J, grad\n"
        "reference_check = reference.checkNNGradients\n"
        "def checkNNGradients(lambda_):\n"
        "    import types\n"
        "    here = types.FunctionType(reference_check.__code__, {**reference_check.__globals__, **globals()})\n"
        "    here.__kwdefaults__ = reference_check.__kwdefaults__\n"
        "    return here(lambda_)\n"
    )
    result = run()
    assert result.exit_code == 0
    assert "differs" in result.stdout
    assert "The largest difference is in Theta1_grad[1, 3]." in result.stdout
    assert "numerical     analytical" in result.stdout


@pytest.mark.parametrize(
    ("index", "name"),
    [
        (0, "Theta1_grad[0, 0], the column of the bias"),
        (6, "Theta1_grad[1, 1]"),
        (20, "Theta2_grad[0, 0], the column of the bias"),
        (37, "Theta2_grad[2, 5]"),
    ],
)
def test_an_unrolled_entry_is_named_as_it_stands_in_its_matrix(index, name):
    assert walkthrough.entry_name(index) == name


def test_a_number_is_right_only_to_the_last_decimal():
    assert console.compared("J", 0.2876291, 0.287629, 6).right
    assert not console.compared("J", 0.287641, 0.287629, 6).right
    assert console.compared("J", float("nan"), 0.287629, 6).right is False


ERRORS = {
    "an exception": ("def sigmoid(z):\n    return np.log(zz)\n", "return np.log(zz)", "name 'zz' is not defined"),
    "an exception on import": ("np.zeros(-1)\n", "np.zeros(-1)", "ValueError"),
    "a syntax error": ("def sigmoid(z:\n    return 1\n", "def sigmoid(z:", "SyntaxError"),
    "an exit": ("def sigmoid(z):\n    raise SystemExit(0)\n", "raise SystemExit(0)", "SystemExit"),
    "a changed argument": (
        f"def nnCostFunction({NET}):\n    X[:, 0] = 1\n    return reference.nnCostFunction({NET})\n",
        "X[:, 0] = 1",
        "read-only",
    ),
}


@pytest.mark.usefixtures("few_digits")
@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_in_the_code_shows_its_own_line_and_no_traceback(student, kind):
    source, line, message = ERRORS[kind]
    path = student(FINISHED + source)
    result = run()
    assert result.exit_code == 1
    assert f"{path}:{line_of(path, line)}" in result.stderr
    assert f"    {line}\n" in result.stderr
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert "walkthrough" not in result.stderr


@pytest.mark.usefixtures("few_digits")
def test_a_package_that_is_not_there_is_told_in_one_line(student):
    path = student(FINISHED + "import no_such_package\n")
    result = run()
    line = line_of(path, "import no_such_package")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith(f"{path}:{line}, in <module>: No module named 'no_such_package'; ")


@pytest.mark.usefixtures("few_digits")
def test_after_an_error_the_other_steps_go_on_and_the_first_error_comes_again_at_the_end(student):
    path = student(
        f"{FINISHED}def sigmoidGradient(z):\n    return z + one\ndef predict(Theta1, Theta2, X):\n    return two\n"
    )
    result = run()
    assert result.exit_code == 1
    assert "J at lambda = 3" in result.stdout
    assert "weights, seed" in result.stdout
    skipped = [line for line in result.stdout.splitlines() if line.startswith("Skipped")]
    assert skipped == ["Skipped: sigmoidGradient, which is needed here, stopped above"] * 4
    assert "Next:" not in result.stdout
    first = f"{path}:{line_of(path, 'z + one')}, in sigmoidGradient\n    return z + one\n"
    second = f"{path}:{line_of(path, 'return two')}, in predict"
    assert result.stderr.count(second) == 1
    assert result.stderr.count(first) == 2
    assert result.stderr.index(second) < result.stderr.rindex(first)


ANSWERS = {
    f"def nnCostFunction({NET}):\n    return 1.0, np.ones(3)\n": "grad of shape (3,), expected (10285,)",
    f"def nnCostFunction({NET}):\n    return 1.0\n": "nnCostFunction must return J, grad",
    "def sigmoid(z):\n    g = reference.sigmoid(z)\n": "sigmoid returns nothing: is there a return?",
    f"def nnCostFunction({NET}):\n    pass\n": "nnCostFunction returns nothing: is there a return?",
    "def sigmoid(z):\n    return 'one'\n": "sigmoid gives g that is not numbers",
    "del sigmoid\n": "has no function sigmoid",
    "def sigmoid():\n    return 1\n": "takes 0 positional arguments",
}


@pytest.mark.usefixtures("few_digits")
@pytest.mark.parametrize("source", ANSWERS)
def test_an_answer_that_does_not_fit_is_told_in_one_line(student, source):
    student(FINISHED + source)
    result = run()
    assert result.exit_code == 1
    assert ANSWERS[source] in result.stderr
    assert "not filled in" not in result.output
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("few_digits")
def test_vectors_of_every_orientation_are_taken_as_they_are_meant(student):
    student(
        f"{FINISHED}def nnCostFunction({NET}):\n"
        f"    J, grad = reference.nnCostFunction({NET})\n"
        "    return np.array([[J]]), grad[:, None]\n"
        "def predict(Theta1, Theta2, X):\n"
        "    return reference.predict(Theta1, Theta2, X)[:, None]\n"
    )
    result = run()
    assert result.exit_code == 0, result.output
    assert "Skipped" not in result.stdout


# --- the machine ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("few_digits")
def test_without_matplotlib_one_line_says_how_to_get_it_and_all_else_runs(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    result = run("--solution")
    assert result.exit_code == 0
    assert result.stdout.count("pip install -e '.[plots]'") == 1
    assert "Skipped" not in result.stdout


@pytest.mark.usefixtures("few_digits")
def test_pictures_that_were_asked_for_and_cannot_be_made_are_an_error(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    result = run("--solution", "--save", str(tmp_path / "unused"))
    assert result.exit_code == 2
    assert result.stderr == "Error: --save: no pictures without matplotlib: pip install -e '.[plots]' gets it\n"
    assert not (tmp_path / "unused").exists()


@pytest.mark.usefixtures("few_digits")
def test_without_a_display_one_line_says_what_writes_the_pictures_and_none_is_announced():
    result = run("--solution")
    assert result.exit_code == 0
    assert result.stdout.count("--save DIR") == 1
    assert "picture" not in result.stdout.replace("No pictures", "")
    assert STEPS[-1].title not in result.stdout


@pytest.mark.usefixtures("few_digits")
def test_what_the_students_functions_print_is_shown(student):
    student(f"{FINISHED}def sigmoid(z):\n    print('z is here')\n    return reference.sigmoid(z)\n")
    assert "z is here\n" in run().stdout


@pytest.mark.usefixtures("few_digits")
def test_a_slow_cost_gives_an_estimate_before_the_training(monkeypatch):
    monkeypatch.setattr(walkthrough, "say_how_long", lambda seconds, training: console.say(f"{seconds > 0} {training}"))
    lines = run("--solution").stdout.splitlines()
    told = next(number for number, line in enumerate(lines) if line.startswith("True Training("))
    assert "evaluations of the cost" in lines[told + 1]


@pytest.mark.parametrize(
    ("method", "seconds", "told"),
    [
        ("CG", 0.9, "One evaluation of the cost takes 0.9 s: about 90 s for 50 iterations.\n"),
        ("TNC", 0.9, "One evaluation of the cost takes 0.9 s: about 45 s for 50 evaluations.\n"),
        ("CG", 0.15, ""),
        ("CG", 0.16, "One evaluation of the cost takes 0.16 s: about 16 s for 50 iterations.\n"),
    ],
)
def test_the_estimate_is_told_where_the_training_takes_longer_than_15_seconds(method, seconds, told, capsys):
    training.say_how_long(seconds, Training(method))
    assert capsys.readouterr().out == told


@pytest.mark.usefixtures("few_digits")
def test_ctrl_c_ends_with_status_130_and_one_line(student):
    student(f"{FINISHED}def sigmoid(z):\n    raise KeyboardInterrupt\n")
    result = run()
    assert result.exit_code == 130
    assert result.stderr == "interrupted\n"


@pytest.mark.usefixtures("few_digits")
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_what_the_terminal_cannot_show_is_replaced(student, encoding):
    student(f"{FINISHED}def sigmoid(z):\n    print('\\u03b8 is here')\n    return reference.sigmoid(z)\n")
    result = CliRunner(charset=encoding).invoke(program.main, ["--iterations", "2"])
    assert result.exit_code == 0, result.output
    assert "? is here\n" in result.stdout


@pytest.mark.usefixtures("few_digits")
def test_with_a_display_the_pictures_open_as_windows_and_wait_at_the_end(monkeypatch):
    from matplotlib import pyplot as plt

    shows = []
    monkeypatch.setattr(console, "on_screen", lambda plt: True)
    monkeypatch.setattr(plt, "show", lambda block=True: shows.append((block, plt.get_figlabels())))
    result = run("--solution")
    plt.close("all")
    assert result.exit_code == 0
    assert shows[0] == (False, ["digits"])
    assert shows[-1] == (True, list(DRAWS))


@pytest.fixture
def own_data(tmp_path):
    """Writes these digits and weights as a user's own; gives their folder."""

    def write(X: np.ndarray, y: np.ndarray, Theta1: np.ndarray, Theta2: np.ndarray) -> str:
        savemat(tmp_path / "ex4data1.mat", {"X": X, "y": y})
        savemat(tmp_path / "ex4weights.mat", {"Theta1": Theta1, "Theta2": Theta2})
        return str(tmp_path)

    return write


def test_the_courses_data_are_held_against_the_published_numbers(own_data, monkeypatch):
    """Weights with the mean of the course's stand for them."""
    Theta1, Theta2 = walkthrough.load_ex4weights()
    shift = -0.0088324 - walkthrough.load_given(None).nn_params.mean()
    folder = own_data(*walkthrough.load_ex4data1(), Theta1 + shift, Theta2 + shift)
    for option, variable in (["--data", folder], ""), ([], folder):
        monkeypatch.setenv("COURSE_DATA", variable)
        result = run("--solution", *option)
        assert result.exit_code == 0
        for number in ("0.287629", "0.383770", "0.576051", "97.52"):
            assert f"expected {number}" in result.stdout
        assert result.stdout.count("differs") == 4


def test_copies_of_the_shipped_data_are_held_against_their_numbers(own_data):
    folder = own_data(*walkthrough.load_ex4data1(), *walkthrough.load_ex4weights())
    given = walkthrough.load_given(Path(folder))
    assert given.expected == walkthrough.load_given(None).expected
    assert given.expected is not walkthrough.UNKNOWN


def test_what_a_training_usually_gives_is_told_where_the_data_are_known():
    given = walkthrough.load_given(None)
    other = dataclasses.replace(given, expected=walkthrough.UNKNOWN)
    for data, told in ((given, "usually 0.4 to 0.5"), (other, "")):
        walk = Walk(console.Work("solutions.ex4.ex4"), data, Training(), console.NoPictures())
        assert walkthrough.usually(walk, "0.4 to 0.5") == told


@pytest.mark.parametrize(("rows", "factor", "shift"), [(10, 1, 0), (1, 0.9, 0), (1, 1, 0.01)])
def test_other_data_are_held_against_nothing(own_data, rows, factor, shift):
    X, y = walkthrough.load_ex4data1()
    Theta1, Theta2 = walkthrough.load_ex4weights()
    result = run("--solution", "--data", own_data(factor * X[::rows], y[::rows], Theta1 + shift, Theta2))
    assert result.exit_code == 0
    assert "what they should give is not known" in result.stdout
    assert "J at lambda = 3" in result.stdout
    assert "expected 0.5" not in result.stdout
    assert "expected 9" not in result.stdout
    assert "differs" not in result.stdout


@pytest.mark.parametrize("arguments", [["--data", "no/such/directory"], ["--data", "tests"]])
def test_unusable_data_gives_one_line_and_exit_status_2(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--method", "SGD"],
        ["--iterations", "0"],
        ["--lambda", "-1"],
        ["--save", "pyproject.toml"],
        ["--save", "pyproject.toml/pictures"],
    ],
)
def test_an_unusable_option_gives_exit_status_2(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Error" in result.stderr
    assert "Traceback" not in result.output


def test_a_method_is_known_in_small_letters_and_an_unknown_one_gets_the_names_of_help():
    assert program.method_named(None, None, "l-bfgs-b") == "L-BFGS-B"
    assert "'bfgs' is not one of CG, L-BFGS-B, TNC." in run("--method", "bfgs").stderr
    assert "--method CG|L-BFGS-B|TNC" in run("--help").stdout


def test_without_the_solutions_one_line_says_so(monkeypatch):
    monkeypatch.setattr(program, "SOLUTION", "no_solutions.ex4.ex4")
    result = run("--solution")
    assert result.exit_code == 2
    assert result.stderr == "Error: there is no no_solutions/ex4/ex4.py here\n"
    with pytest.raises(UsageError):
        console.Work("no_solutions.ex4.ex4")


def test_the_matrix_libraries_work_on_one_thread_unless_told_otherwise():
    asked = (
        "import json, exercises.ex4.__main__, scipy.linalg, threadpoolctl;"
        "print(json.dumps([pool['num_threads'] for pool in threadpoolctl.threadpool_info()"
        " if pool['internal_api'] == 'openblas']))"
    )
    bare = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    for environment, most in ((bare, 1), ({**bare, "OPENBLAS_NUM_THREADS": "2"}, 2)):
        answer = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, check=True)
        assert max(json.loads(answer.stdout), default=most) == min(most, os.cpu_count() or 1)
