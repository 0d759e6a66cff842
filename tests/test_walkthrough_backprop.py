from __future__ import annotations

import re
import subprocess
import sys
import types
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from exercises import console
from exercises.backprop import walkthrough
from exercises.backprop.walkthrough import STEPS, WORKED, Walk
from exercises.training import METHODS, Training, minimized
from solutions.backprop import backprop as reference
from tests.test_solutions_backprop import WORKED as HANDED_OUT
from tests.walks import at_the_stubs, line_of, program_of, stubs_of, student_of

program, STUBS = program_of("backprop"), stubs_of("backprop")
student, home = student_of(program), at_the_stubs(program, STUBS)

FINISHED = "from solutions.backprop.backprop import *\nfrom solutions.backprop import backprop as reference\n"
DRAWS = ("digits", "cost", "predictions", "hidden")


@pytest.fixture(autouse=True)
def few_digits(monkeypatch):
    """One digit in 25, so that the training takes no time."""
    take_digits(monkeypatch, 25)


def take_digits(monkeypatch, step, load=walkthrough.load_ex4data1):
    """One digit in `step`."""
    rows = np.arange(0, 5000, step)
    monkeypatch.setattr(walkthrough, "load_ex4data1", lambda directory: load(directory, rows=rows))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program.main, ["--iterations", "2", *arguments])


def solved(**options: object) -> Walk:
    """A walk with the solution."""
    work, given = console.Work("solutions.backprop.backprop"), walkthrough.load_given(None)
    training = options.pop("training", Training("L-BFGS-B"))
    return Walk(work, given, training, console.NoPictures(), **options)  # type: ignore[arg-type]


# --- what is not filled in --------------------------------------------------------------------------------------------


def test_untouched_stubs_are_named_with_their_lines_and_skipped():
    result = run()
    assert result.exit_code == 0
    for function in ("forwardPropagate", "unrollThetas"):
        line = line_of(STUBS, f"def {function}(")
        assert f"Skipped: {function} is not filled in yet, {STUBS.as_posix()}:{line}\n" in result.stdout
    assert result.stdout.count("Skipped:") == sum(bool(step.needs) and not step.picture for step in STEPS)
    assert f"Next: fill in forwardPropagate, {STUBS.as_posix()}:" in result.stdout


UNFILLED = {
    "forwardPropagate": ("def forwardPropagate(Thetas, X):\n    return None, None\n", 13),
    "forwardPropagate's a": (
        "def forwardPropagate(Thetas, X):\n    z, a = reference.forwardPropagate(Thetas, X)\n"
        "    return z, [0 * layer for layer in a]\n",
        13,
    ),
    "costFunction's quadratic": (
        "def costFunction(Thetas, X, Y, lambda_, cost):\n"
        "    return 0.0 if cost == 'quadratic' else reference.costFunction(Thetas, X, Y, lambda_, cost)\n",
        7,
    ),
    "costFunction's J with lambda": (
        "def costFunction(Thetas, X, Y, lambda_, cost):\n    return reference.costFunction(Thetas, X, Y, 0, cost)\n",
        4,
    ),
    "outputDelta's cross-entropy": (
        "def outputDelta(a, Y, cost):\n"
        "    return 0 * a if cost == 'cross-entropy' else reference.outputDelta(a, Y, cost)\n",
        3,
    ),
    "hiddenDelta": ("def hiddenDelta(Theta, delta, a):\n    return 0 * a\n", 1),
    "weightGradient": ("def weightGradient(delta, a):\n    return np.zeros((delta.size, a.size + 1))\n", 1),
    "accumulate": ("def accumulate(Thetas, X, Y, cost):\n    raise NotImplementedError\n", 1),
    "gradients": (
        "def gradients(Thetas, X, Y, lambda_, cost):\n    return [0 * Theta for Theta in Thetas]\n",
        4,
    ),
    "gradients with lambda": (
        "def gradients(Thetas, X, Y, lambda_, cost):\n    return reference.gradients(Thetas, X, Y, 0, cost)\n",
        3,
    ),
    "unrollThetas": ("def unrollThetas(Thetas):\n    return np.zeros(sum(T.size for T in Thetas))\n", 3),
    "reshapeThetas": ("def reshapeThetas(thetaVec, sizes):\n    raise NotImplementedError\n", 3),
    "gradientDescentStep": (
        "def gradientDescentStep(Thetas, X, Y, lambda_, cost, alpha):\n    return [0 * T for T in Thetas]\n",
        1,
    ),
    "trainNetwork": ("def trainNetwork(Thetas, X, Y, lambda_, cost, iterations):\n    return Thetas, 0.0\n", 1),
}


@pytest.mark.parametrize("piece", UNFILLED)
def test_what_is_missing_is_named_and_only_what_needs_it_is_skipped(student, piece):
    source, skipped = UNFILLED[piece]
    path = student(FINISHED + source)
    result = run()
    line = line_of(path, source.splitlines()[0])
    assert result.exit_code == 0, result.output
    assert f"Next: fill in {piece}, {path}:{line}" in result.stdout
    assert result.stdout.count("Skipped:") == skipped


# --- a finished exercise ----------------------------------------------------------------------------------------------


def test_the_solution_runs_through_and_every_number_is_the_expected_one():
    result = run("--solution")
    assert result.exit_code == 0, result.output
    assert result.stdout.count(" ok") == 30
    for word in ("differs", "Skipped", "Next", "\x1b"):
        assert word not in result.stdout


def test_the_worked_net_is_that_of_the_handout():
    for got, want in zip(WORKED, HANDED_OUT, strict=True):
        pairs = zip(got, want, strict=True) if isinstance(got, list) else [(got, want)]
        assert all(np.array_equal(one, other) for one, other in pairs)


@pytest.mark.parametrize("layers", ["400-10", "400-12-10", "400-12-8-6-10"])
@pytest.mark.parametrize("cost", reference.COSTS)
def test_nets_of_any_depth_are_trained_with_either_cost(layers, cost):
    result = run("--solution", "--layers", layers, "--cost", cost)
    assert result.exit_code == 0, result.output
    assert f"The net: {layers}, cost {cost}." in result.stdout
    assert "accuracy, per cent" in result.stdout
    assert "differs" not in result.stdout


@pytest.mark.parametrize("method", METHODS)
def test_every_method_makes_the_cost_smaller(method):
    walk = solved(layers=(400, 12, 8, 10), training=Training(method))
    before, _ = walk.cost(walk.initial_weights(), 1.0)
    result, costs = minimized(partial(walk.cost, lambda_=1.0), walk.initial_weights(), walk.training)
    assert costs == sorted(costs, reverse=True)
    assert before > result.fun / 0.6
    assert run("--solution", "--method", method.lower()).exit_code == 0


def test_a_net_with_two_hidden_layers_learns_to_read_digits(monkeypatch):
    take_digits(monkeypatch, 5)
    result = run("--solution", "--layers", "400-40-20-10", "--iterations", "50")
    accuracy = next(line for line in result.stdout.splitlines() if "accuracy, per cent" in line)
    assert float(accuracy.split()[-1]) > 95


def test_the_seed_decides_the_initial_weights_which_are_small_and_of_every_layer():
    first, again, other = (
        solved(layers=(400, 9, 10), training=Training(seed=seed)).initial_weights() for seed in (4, 4, 5)
    )
    assert np.array_equal(first, again)
    assert not np.any(first == other)
    assert first.size == 9 * 401 + 10 * 10
    assert np.abs(first[: 9 * 401]).max() <= np.sqrt(6 / 409)


def test_pictures_are_png_files_and_of_many_units_some_are_drawn(tmp_path):
    result = run("--solution", "--layers", "400-60-10", "--save", str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{name}.png" for name in DRAWS)
    for name in DRAWS:
        assert f"Picture: {tmp_path / name}.png" in result.stdout
    assert "Each of 50 units" in result.stdout


# --- mistakes ---------------------------------------------------------------------------------------------------------


def test_central_differences_are_the_slope():
    Thetas = [np.array([[2.0, -1.0]]), np.array([[0.5, 3.0]])]
    slopes = walkthrough.measured(lambda at: at[0][0, 0] ** 2 + 3 * at[0][0, 1] * at[1][0, 1], Thetas)
    assert slopes[0] == pytest.approx(np.array([[4.0, 9.0]]), abs=1e-8)
    assert slopes[1] == pytest.approx(np.array([[0.0, -3.0]]), abs=1e-8)
    assert Thetas[0].tolist() == [[2.0, -1.0]]


def test_a_wrong_gradient_differs_and_its_place_is_named(student):
    student(
        f"{FINISHED}def gradients(Thetas, X, Y, lambda_, cost):\n"
        "    D = reference.gradients(Thetas, X, Y, lambda_, cost)\n"
        "    D[1][0, 2] += 0.01\n"
        "    return D\n"
    )
    result = run("--layers", "400-12-8-10")
    assert result.stdout.count("The largest difference is in D[1][0, 2].") == 4
    checks = [line for line in result.stdout.splitlines() if "expected < 1e-08" in line]
    assert [line.split()[-1] for line in checks] == ["differs"] * 4


def test_the_column_of_the_bias_is_named():
    assert walkthrough.largest([np.zeros((2, 2)), np.array([[0.0, 1.0], [2.0, 0.5]])]) == (
        "D[1][1, 0], the column of the bias"
    )


def test_a_step_uphill_a_transposed_order_and_a_training_that_gives_up_differ(student):
    student(
        f"{FINISHED}def gradientDescentStep(Thetas, X, Y, lambda_, cost, alpha):\n"
        "    return reference.gradientDescentStep(Thetas, X, Y, lambda_, cost, -alpha)\n"
        "def unrollThetas(Thetas):\n    return np.concatenate([Theta.ravel() for Theta in Thetas])\n"
        "def trainNetwork(Thetas, X, Y, lambda_, cost, iterations):\n"
        "    return reference.trainNetwork(Thetas, X, Y, lambda_, cost, 1)\n"
    )
    told = [line.split()[0] for line in run().stdout.splitlines() if line.endswith("differs")]
    assert told == ["unrolled", "J,", "J,", "J", "outputs,"]


ERRORS = {
    "def hiddenDelta(Theta, delta, a):\n    return here\n": ("return here", "name 'here' is not defined"),
    "def forwardPropagate(Thetas, X):\n    X += 1\n": ("X += 1", "read-only"),
    "def costFunction(Thetas, X, Y, lambda_, cost:\n": ("def costFunction", "SyntaxError"),
}


@pytest.mark.parametrize("source", ERRORS)
def test_an_error_in_the_code_shows_its_own_line_and_no_traceback(student, source):
    line, message = ERRORS[source]
    path = student(FINISHED + source)
    result = run()
    assert result.exit_code == 1
    assert f"{path}:{line_of(path, line)}" in result.stderr
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert "walkthrough" not in result.stderr


ANSWERS = {
    "def forwardPropagate(Thetas, X):\n    return np.ones(3)\n": "forwardPropagate must return z, a",
    "def forwardPropagate(Thetas, X):\n    z, a = reference.forwardPropagate(Thetas, X)\n    return z, a[1:]\n": (
        "forwardPropagate gives a that is not a list of 4 matrices"
    ),
    "def accumulate(Thetas, X, Y, cost):\n    return [Theta[:, 1:] for Theta in Thetas]\n": (
        "accumulate gives Delta[0] of shape (2, 2), expected (2, 3)"
    ),
    "def gradients(Thetas, X, Y, lambda_, cost):\n    return ['one', 'two', 'three']\n": (
        "gradients gives D[0] that is not numbers"
    ),
    "def outputDelta(a, Y, cost):\n    return np.ones((3, 3))\n": "delta of shape (3, 3), expected (2, 1)",
    "def unrollThetas(Thetas):\n    pass\n": "unrollThetas returns nothing: is there a return?",
}


@pytest.mark.parametrize("source", ANSWERS)
def test_an_answer_that_does_not_fit_is_told_in_one_line(student, source):
    student(FINISHED + source)
    result = run()
    assert result.exit_code == 1
    assert ANSWERS[source] in result.stderr
    assert "Traceback" not in result.output


def test_a_list_that_a_function_empties_is_a_copy(student):
    student(
        f"{FINISHED}def forwardPropagate(Thetas, X):\n"
        "    answer = reference.forwardPropagate(Thetas, X)\n    Thetas.clear()\n    return answer\n"
    )
    assert len(WORKED[0]) == 3
    run()
    assert len(WORKED[0]) == 3


def test_numbers_of_a_list_may_come_as_lists(student):
    student(
        f"{FINISHED}def accumulate(Thetas, X, Y, cost):\n"
        "    return tuple(Delta.tolist() for Delta in reference.accumulate(Thetas, X, Y, cost))\n"
    )
    assert run().stdout.count(" ok") == 30


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("np.ones((2, 2, 3))", None),
        ("[np.ones((2, 3)), np.ones((2, 3))]", None),
        ("[[[1, 1, 1], [1, 1, 1]], np.ones((2, 3))]", None),
        ("None", "returns nothing"),
        ("np.ones((2, 6))", "gives D that is not a list of 2 matrices"),
        ("3 * [np.ones((2, 3))]", "gives D that is not a list of 2 matrices"),
        ("[np.ones((2, 3)), None]", "gives D[1] of shape (), expected (2, 3)"),
        ("[np.ones((2, 3)), np.ones((3, 2))]", "gives D[1] of shape (3, 2), expected (2, 3)"),
    ],
)
def test_a_list_of_matrices_has_as_many_as_are_expected_each_of_its_shape(student, answer, told):
    student(f"import numpy as np\ndef gradients():\n    return {answer}\n")
    work, outputs = console.Work(program.STUDENT), {"D": [(2, 3), (2, 3)]}
    if told:
        with pytest.raises(console.StudentError, match=re.escape(told)):
            work.call("gradients", outputs=outputs)
    else:
        (D,) = work.call("gradients", outputs=outputs)
        assert [matrix.tolist() for matrix in D] == 2 * [np.ones((2, 3)).tolist()]


def test_a_list_that_is_not_made_yet_reads_as_zeros(student):
    student("def gradients():\n    raise NotImplementedError\ndef both():\n    return 1.0, None\n")
    work, shapes = console.Work(program.STUDENT), [(1, 2), (2, 1)]
    (D,) = work.call("gradients", outputs={"D": shapes})
    _, also = work.call("both", outputs={"J": (), "D": shapes})
    assert [each.tolist() for each in D] == [each.tolist() for each in also] == [[[0, 0]], [[0], [0]]]


def test_files_beside_the_students_own_can_be_imported(student):
    path = student("from beside_it import costFunction\n")
    path.with_name("beside_it.py").write_text("def costFunction():\n    return 2.5\n")
    assert console.Work(program.STUDENT).call("costFunction", outputs={"J": ()}) == (2.5,)


# --- options ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "layers", ["400", "25-10", "400-25", "400-0-10", "400--10", "400-x-10", "400,25,10", "", "400-2.5-10"]
)
def test_an_unusable_architecture_gives_exit_status_2(layers):
    result = run("--layers", layers)
    assert result.exit_code == 2
    assert "Invalid value for '--layers'" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--cost", "hinge"], ["--method", "SGD"], ["--iterations", "0"], ["--lambda", "-1"], ["--html", "page.html"]],
)
def test_an_unusable_option_gives_exit_status_2(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Error" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(("more", "html"), [([], None), (["--html", "page.html"], Path("page.html"))])
def test_a_derivation_is_handed_over_and_nothing_else_is_done(monkeypatch, more, html):
    asked = []
    derivation = types.ModuleType("exercises.backprop.derivation")
    derivation.derive = lambda *arguments: asked.append(arguments)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "exercises.backprop.derivation", derivation)
    result = run("--derive", "3-2-2", "--cost", "quadratic", *more)
    assert result.exit_code == 0, result.output
    assert asked == [("3-2-2", "quadratic", html)]
    assert result.stdout == ""


def test_the_derivation_is_not_imported_until_it_is_asked_for():
    asked = (
        "import sys, exercises.backprop.__main__;"
        "print([name for name in sys.modules if name.startswith(('exercises.backprop.derivation', 'matplotlib'))])"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert answer.stdout == "[]\n"


def test_unusable_data_gives_one_line_and_exit_status_2():
    result = run("--data", "no/such/directory")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")


def test_without_the_solutions_one_line_says_so(monkeypatch):
    monkeypatch.setattr(program, "SOLUTION", "no_solutions.backprop.backprop")
    result = run("--solution")
    assert result.exit_code == 2
    assert result.stderr == "Error: there is no no_solutions/backprop/backprop.py here\n"


def test_a_gradient_that_is_not_the_costs_is_suspected_when_training_stops_early(student):
    student(
        f"{FINISHED}def gradients(Thetas, X, Y, lambda_, cost):\n"
        "    return [-D for D in reference.gradients(Thetas, X, Y, lambda_, cost)]\n"
    )
    result = run()
    assert "It stopped early" in result.stdout
    assert "A gradient that is not the cost's does that." in result.stdout


def test_ctrl_c_ends_with_status_130_and_one_line(student):
    student(f"{FINISHED}def costFunction(Thetas, X, Y, lambda_, cost):\n    raise KeyboardInterrupt\n")
    result = run()
    assert result.exit_code == 130
    assert result.stderr == "interrupted\n"


def test_the_given_arrays_cannot_be_changed():
    given = walkthrough.load_given(None)
    for array in (*vars(given).values(), *WORKED[0], *WORKED[1:]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
