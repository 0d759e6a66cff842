from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner, Result

from exercises import console
from exercises.regression import walkthrough
from exercises.regression.walkthrough import STEPS, Trained, Training, Walk
from solutions.regression import regression as reference
from tests.walks import at_the_stubs, line_of, program_of, stubs_of, student_of

program, STUBS = program_of("regression"), stubs_of("regression")
student, home = student_of(program), at_the_stubs(program, STUBS)

FINISHED = "from solutions.regression.regression import *\nfrom solutions.regression import regression as reference\n"
GRADIENT = "def costGradient(X, y, Theta1, Theta2, scaling='half'):\n"
DESCENT = "def gradientDescent(X, y, Theta1, Theta2, alpha, iterations):\n"
SHORT = ("--steps", "20")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program.main, [*SHORT, *arguments])


def solved(**training) -> Walk:
    return Walk(console.Work("solutions.regression.regression"), Training(**training), console.NoPictures())


# --- what is not filled in --------------------------------------------------------------------------------------------


def test_untouched_stubs_are_named_with_their_lines_and_skipped():
    result = run()
    assert result.exit_code == 0
    for function in ("sigmoid", "sigmoidPrime", "forward", "costFunction"):
        line = line_of(STUBS, f"def {function}(")
        assert f"Skipped: {function} is not filled in yet, {STUBS.as_posix()}:{line}\n" in result.stdout
    assert result.stdout.count("Skipped:") == len(STEPS)
    assert f"Next: fill in sigmoid, {STUBS.as_posix()}:" in result.stdout


HALVES = {
    "costGradient": f"{GRADIENT}    return 0 * Theta1, reference.costGradient(X, y, Theta1, Theta2, scaling)[1]\n",
    "hintonNeuron's E": "def hintonNeuron(w, X, t):\n    return 0.0, reference.hintonNeuron(w, X, t)[1]\n",
    "hintonNeuron's dEdw": "def hintonNeuron(w, X, t):\n    return reference.hintonNeuron(w, X, t)[0], 0 * w\n",
    "gradientDescent": f"{DESCENT}    return Theta1, Theta2, np.zeros(iterations)\n",
}


@pytest.mark.parametrize("half", HALVES)
def test_half_of_a_function_counts_as_half(student, half):
    path = student(FINISHED + HALVES[half])
    result = run()
    assert result.exit_code == 0
    assert f"Next: fill in {half}, {path}:{line_of(path, 'def ')}" in result.stdout


def test_without_the_descent_all_that_comes_before_it_is_shown(student):
    student(FINISHED + HALVES["gradientDescent"])
    output = run().stdout
    assert output.count(" ok") == 18
    assert "25 apples" not in output


# --- a finished exercise ----------------------------------------------------------------------------------------------


def test_the_solution_runs_through_and_every_number_is_the_expected_one(tmp_path):
    result = run("--solution", "--save", str(tmp_path / "pictures"))
    assert result.exit_code == 0, result.output
    assert result.stdout.count(" ok") == 18
    for word in ("differs", "Skipped", "Next", "\x1b"):
        assert word not in result.output


def test_the_expected_numbers_are_those_of_the_reference():
    net = (walkthrough.X, walkthrough.y, walkthrough.Theta1, walkthrough.Theta2)
    *_, yhat = reference.forward(net[0], *net[2:])
    assert yhat.ravel() == pytest.approx(walkthrough.YHAT, abs=5.1e-7)
    for scaling, J in walkthrough.COSTS.items():
        assert reference.costFunction(*net, scaling) == pytest.approx(J, abs=5.1e-7)
    E, _ = reference.hintonNeuron(walkthrough.w, walkthrough.X, walkthrough.y)
    assert pytest.approx(walkthrough.E, abs=5.1e-7) == E
    for z, slope in walkthrough.SLOPES.items():
        assert reference.sigmoidPrime(z) == pytest.approx(slope, abs=5.1e-7)


def test_pictures_are_png_files_of_the_size_of_a_page(tmp_path):
    from matplotlib.image import imread

    result = run("--solution", "--save", str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cost.png", "surface.png"]
    for name in ("cost", "surface"):
        assert f"Picture: {tmp_path / name}.png" in result.stdout
        height, width, _ = imread(tmp_path / f"{name}.png").shape
        assert width == 1050
        assert 500 < height < 1200


def test_the_surface_goes_through_what_the_net_says():
    from matplotlib.figure import Figure

    figure = Figure()
    X, y = walkthrough.APPLES, walkthrough.RATINGS.ravel()
    walkthrough.draw.surface(figure, X, y, lambda X: X @ [0.5, -0.25])
    (axes,) = figure.axes
    lines = [line.get_data_3d() for line in axes.lines]
    assert len(lines) == len(X)
    for (x1, x2), rating, (along1, along2, heights) in zip(X, y, lines, strict=True):
        assert list(along1) == [x1, x1]
        assert list(along2) == [x2, x2]
        assert list(heights) == [rating, 0.5 * x1 - 0.25 * x2]


# --- the descent ------------------------------------------------------------------------------------------------------


def test_the_descent_converges_to_where_the_walkthrough_says_it_usually_does():
    trained = walkthrough.descended(solved())
    least, most = map(float, walkthrough.USUAL_J.split(" to "))
    assert trained.converged
    assert least <= trained.costs[-1] <= most
    assert trained.costs[-walkthrough.ROUND] - trained.costs[-1] < 0.01 * trained.costs[-walkthrough.ROUND]
    assert np.all(np.diff(trained.costs) < 0)
    cost = reference.costFunction(walkthrough.APPLES, walkthrough.RATINGS, trained.Theta1, trained.Theta2)
    assert trained.costs[-1] == cost


def test_rounds_go_on_where_the_last_one_ended():
    whole = reference.gradientDescent(walkthrough.APPLES, walkthrough.RATINGS, *solved().start(), 1.0, 1100)
    trained = walkthrough.descended(solved(steps=1100))
    assert not trained.converged
    assert np.array_equal(trained.Theta1, whole[0])
    assert np.array_equal(trained.costs[1:], whole[2])


def test_the_costs_begin_with_that_of_the_initial_weights():
    start = solved().start()
    trained = walkthrough.descended(solved(steps=1))
    assert trained.costs[0] == reference.costFunction(walkthrough.APPLES, walkthrough.RATINGS, *start)
    assert trained.steps == 1


@pytest.mark.parametrize("steps", ["1", "510"])
def test_steps_that_are_too_few_are_told_as_such(steps):
    output = CliRunner().invoke(program.main, ["--solution", "--steps", steps]).stdout
    assert f"{steps} steps with alpha = 1" in output
    assert "The cost was still falling" in output
    for word in ("has not fallen", "converged", "usually"):
        assert word not in output


def test_nothing_is_usual_about_a_descent_that_climbs(student):
    student(f"{FINISHED}{DESCENT}    return reference.gradientDescent(X, y, Theta1, Theta2, -alpha, iterations)\n")
    output = CliRunner().invoke(program.main, ["--steps", "5000"]).stdout
    assert "has not fallen" in output
    assert "usually" not in output


LEVEL = [1.0] * walkthrough.ROUND


@pytest.mark.parametrize(
    ("costs", "told"),
    [
        ([3.0, *LEVEL, 1.0], "the descent has converged"),
        ([3.0, 1.0, 1.0], "more --steps"),
        ([3.0, 2.0, *LEVEL], "more --steps"),
        ([3.0, 1.0, 2.0], "a smaller alpha"),
        ([3.0, *LEVEL, 2.0], "a smaller alpha"),
        ([3.0, 4.0, 5.0], "has not fallen"),
        ([3.0, np.nan, np.nan], "has not fallen"),
    ],
)
def test_how_the_descent_ended_is_told(costs, told, capsys):
    walkthrough.tell_end(Trained(np.zeros(1), np.zeros(1), np.array(costs)))
    assert told in capsys.readouterr().out


@pytest.mark.parametrize("end", [np.nan, 1.5])
def test_a_cost_that_rises_has_not_converged(end):
    assert not Trained(np.zeros(1), np.zeros(1), np.array([3.0, *LEVEL, end])).converged


def test_a_descent_that_climbs_ends_after_one_round(student):
    student(f"{FINISHED}{DESCENT}    return reference.gradientDescent(X, y, Theta1, Theta2, -alpha, iterations)\n")
    result = CliRunner().invoke(program.main, ["--steps", "5000"])
    assert result.exit_code == 0
    assert "500 steps with alpha = 1" in result.stdout
    assert "has not fallen" in result.stdout


def test_a_descent_that_changes_its_arguments_may(student):
    student(
        f"{FINISHED}{DESCENT}"
        "    after = reference.gradientDescent(X, y, Theta1, Theta2, alpha, iterations)\n"
        "    Theta1[:], Theta2[:] = after[:2]\n"
        "    return after\n"
    )
    assert run().exit_code == 0


def test_the_seed_decides_the_initial_weights_and_alpha_the_step():
    first, again, other = (solved(seed=seed).start()[0] for seed in (4, 4, 5))
    assert np.array_equal(first, again)
    assert not np.any(first == other)
    assert "20 steps with alpha = 0.25" in run("--solution", "--alpha", "0.25").stdout


# --- mistakes ---------------------------------------------------------------------------------------------------------


def test_a_wrong_gradient_differs_and_its_place_is_named(student):
    student(
        f"{FINISHED}{GRADIENT}"
        "    D1, D2 = reference.costGradient(X, y, Theta1, Theta2, scaling)\n"
        "    D1[1, 2] += 0.01\n"
        "    return D1, D2\n"
    )
    result = run()
    assert result.exit_code == 0
    assert result.stdout.count(" differs") == 2
    assert "Most at [1, 2]: -0.006702, measured -0.016702" in result.stdout


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
def test_a_slope_that_overflows_differs(student):
    student(f"{FINISHED}def sigmoidPrime(z):\n    return np.exp(-z) / (1 + np.exp(-z)) ** 2\n")
    (line,) = (line for line in run().stdout.splitlines() if "differs" in line)
    assert line.split()[:2] == ["sigmoidPrime(-800)", "nan"]


def test_an_error_in_the_code_shows_its_own_line_and_the_other_steps_go_on(student):
    path = student(f"{FINISHED}def forward(X, Theta1, Theta2):\n    return X @ Theta3\n")
    result = run()
    assert result.exit_code == 1
    assert f"{path}:{line_of(path, 'X @ Theta3')}, in forward\n    return X @ Theta3\n" in result.stderr
    assert "Traceback" not in result.output
    assert "Skipped: forward, which is needed here, stopped above" in result.stdout
    assert "dEdw" in result.stdout


def test_an_answer_that_does_not_fit_is_told_in_one_line(student):
    student(f"{FINISHED}{GRADIENT}    return np.ones((3, 2)), np.ones((3, 1))\n")
    result = run()
    assert result.exit_code == 1
    assert "costGradient gives dJdTheta1 of shape (3, 2), expected (2, 3)" in result.stderr


# --- the machine ------------------------------------------------------------------------------------------------------


def test_without_matplotlib_one_line_says_how_to_get_it_and_all_else_runs(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    result = run("--solution")
    assert result.exit_code == 0
    assert result.stdout.count("pip install -e '.[plots]'") == 1
    assert "typical error" in result.stdout


def test_without_a_display_one_line_says_what_writes_the_pictures():
    result = run("--solution")
    assert result.exit_code == 0
    assert result.stdout.count("--save DIR") == 1


@pytest.mark.parametrize("option", [("--alpha", "0"), ("--alpha", "-1"), ("--steps", "0"), ("--seed", "-1")])
def test_options_that_make_no_sense_are_a_usage_error(option):
    assert run(*option).exit_code == 2


def test_the_help_names_every_option():
    found = subprocess.run(
        [sys.executable, "-m", "exercises.regression", "--help"], capture_output=True, text=True, check=True
    )
    for option in ("--solution", "--alpha", "--steps", "--seed", "--save"):
        assert option in found.stdout
    assert found.stdout.startswith("Usage: python -m exercises.regression")
