"""The reference of the exercise `regression` on trial: by other means, by its Octave twins, and by known numbers."""

import importlib
import inspect
import math
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from exercises.regression import walkthrough
from exercises.regression.spec import SPEC
from grader.cases import EXERCISES_DIR, draw_cases
from solutions.regression import regression as reference
from tests.conftest import needs
from tests.twins import in_octave

stubs = importlib.import_module("tests.submissions.regression.nothing-untouched-stubs.submission.regression")

TWINS = Path(reference.__file__).parent / "octave"
FUNCTIONS = [function.name for function in SPEC.functions]

NETS = {  # n, h, K, m
    "the document's": (2, 3, 1, 7),
    "all sizes differ": (8, 3, 2, 6),
    "Theta2 is square": (2, 4, 4, 7),
    "all is square": (4, 4, 4, 4),
    "one example": (2, 3, 1, 1),
    "one of everything": (1, 1, 1, 1),
}
everynet = pytest.mark.parametrize("sizes", NETS.values(), ids=NETS)
everyscaling = pytest.mark.parametrize("scaling", ["half", "mean"])
everyseed = pytest.mark.parametrize("seed", range(4))


def make_net(sizes, seed=0, scale=1.0):
    """X, y, Theta1 and Theta2."""
    n, h, K, m = sizes
    draw = np.random.default_rng(seed)
    X, y = draw.normal(size=(m, n)), draw.uniform(0, 1, (m, K))
    return X, y, scale * draw.normal(size=(n, h)), scale * draw.normal(size=(h, K))


def make_neuron(n, m, seed=0):
    """w, X and t."""
    draw = np.random.default_rng(seed)
    return draw.normal(size=(n, 1)), draw.normal(size=(m, n)), draw.uniform(0, 1, (m, 1))


def distance(got, want):
    """|got - want| / |want|, over all entries."""
    return np.linalg.norm(np.subtract(got, want)) / np.linalg.norm(want)


# --- the costs, by another road -------------------------------------------------------------------------------------


def unit(weights, values):
    return 1 / (1 + math.exp(-sum(w * v for w, v in zip(weights, values, strict=True))))


def cost_by_loops(X, y, Theta1, Theta2, scaling):
    """J, one example, one unit and one weight at a time."""
    squares = 0.0
    for x, wanted in zip(X, y, strict=True):
        hidden = [unit(weights, x) for weights in Theta1.T]
        squares += sum((t - unit(weights, hidden)) ** 2 for t, weights in zip(wanted, Theta2.T, strict=True))
    return squares / 2 if scaling == "half" else squares / (2 * len(X))


@everynet
@everyscaling
@everyseed
def test_the_cost_is_that_of_a_loop_over_examples_and_units(sizes, scaling, seed):
    net = make_net(sizes, seed)
    assert reference.costFunction(*net, scaling) == pytest.approx(cost_by_loops(*net, scaling), rel=1e-13)


@everyseed
def test_the_neurons_error_is_that_of_a_loop(seed):
    w, X, t = make_neuron(3, 7, seed)
    E = sum((wanted - unit(w.ravel(), x)) ** 2 for wanted, x in zip(t.ravel(), X, strict=True)) / 2
    assert reference.hintonNeuron(w, X, t)[0] == pytest.approx(E, rel=1e-13)


@everynet
def test_forward_gives_each_layer_of_the_loop(sizes):
    X, _, Theta1, Theta2 = make_net(sizes)
    z2, a2, z3, yhat = reference.forward(X, Theta1, Theta2)
    hidden = [[unit(weights, x) for weights in Theta1.T] for x in X]
    assert a2 == pytest.approx(np.array(hidden), rel=1e-13)
    assert yhat == pytest.approx(np.array([[unit(weights, a) for weights in Theta2.T] for a in hidden]), rel=1e-13)
    assert np.log(a2 / (1 - a2)) == pytest.approx(z2, rel=1e-9)
    assert np.log(yhat / (1 - yhat)) == pytest.approx(z3, rel=1e-9)


# --- the gradients, by two other roads ------------------------------------------------------------------------------


def by_complex_step(cost, weights):
    """The gradient of a cost as Im cost(weights + i step) / step: no difference is taken, so no digit is lost."""
    return each_slope(lambda e: cost(weights + 1e-30j * e).imag / 1e-30, weights)


def by_central_differences(cost, weights):
    return each_slope(lambda e: (cost(weights + 1e-5 * e) - cost(weights - 1e-5 * e)) / 2e-5, weights)


def each_slope(slope, weights):
    found = np.zeros(weights.shape)
    for place in np.ndindex(weights.shape):
        e = np.zeros(weights.shape)
        e[place] = 1
        found[place] = slope(e)
    return found


def gradient_errors(module, net, scaling, slopes):
    """How far each of the two gradients is from the slopes of the module's own cost."""
    X, y, Theta1, Theta2 = net
    want = (
        slopes(lambda Theta: module.costFunction(X, y, Theta, Theta2, scaling), Theta1),
        slopes(lambda Theta: module.costFunction(X, y, Theta1, Theta, scaling), Theta2),
    )
    return list(map(distance, module.costGradient(*net, scaling), want))


@everynet
@everyscaling
@everyseed
def test_the_gradient_is_that_of_a_complex_step(sizes, scaling, seed):
    assert max(gradient_errors(reference, make_net(sizes, seed), scaling, by_complex_step)) < 1e-13


@everynet
@everyscaling
def test_the_gradient_is_that_of_central_differences(sizes, scaling):
    assert max(gradient_errors(reference, make_net(sizes, seed=3), scaling, by_central_differences)) < 1e-7


@pytest.mark.parametrize("scale", [10.0, 300.0])
def test_the_gradient_is_that_of_a_complex_step_where_units_saturate(scale):
    assert max(gradient_errors(reference, make_net((8, 3, 2, 6), 2, scale), "half", by_complex_step)) < 1e-13


@pytest.mark.parametrize(("n", "m"), [(3, 7), (5, 4), (4, 4), (1, 1)])
@everyseed
def test_the_neurons_gradient_is_that_of_a_complex_step_and_of_central_differences(n, m, seed):
    w, X, t = make_neuron(n, m, seed)
    _, dEdw = reference.hintonNeuron(w, X, t)
    assert dEdw.shape == w.shape
    assert distance(dEdw, by_complex_step(lambda w: reference.hintonNeuron(w, X, t)[0], w)) < 1e-13
    assert distance(dEdw, by_central_differences(lambda w: reference.hintonNeuron(w, X, t)[0], w)) < 1e-7


def test_the_slope_is_that_of_a_complex_step():
    z = np.linspace(-30, 30, 61)
    slopes = [reference.sigmoid(t + 1e-30j).imag / 1e-30 for t in z]
    assert reference.sigmoidPrime(z) == pytest.approx(np.array(slopes), rel=1e-13, abs=0)


@everyscaling
@everyseed
def test_the_gradient_is_that_of_the_column_convention_transposed(scaling, seed):
    """One example a column, weights into a unit in a row, and the examples added up one by one."""
    X, y, Theta1, Theta2 = make_net((8, 3, 2, 6), seed)
    into1, into2 = Theta1.T, Theta2.T
    Delta1, Delta2 = np.zeros(into1.shape), np.zeros(into2.shape)
    for x, wanted in zip(X[:, :, None], y[:, :, None], strict=True):
        a2 = reference.sigmoid(into1 @ x)
        a3 = reference.sigmoid(into2 @ a2)
        delta3 = -(wanted - a3) * a3 * (1 - a3)
        delta2 = into2.T @ delta3 * a2 * (1 - a2)
        Delta1 += delta2 @ x.T
        Delta2 += delta3 @ a2.T
    share = 1 if scaling == "half" else len(X)
    got = reference.costGradient(X, y, Theta1, Theta2, scaling)
    assert distance(got[0], Delta1.T / share) < 1e-13
    assert distance(got[1], Delta2.T / share) < 1e-13


SLIPS = {
    "the minus is lost": ("-(y - yhat) * sigmoidPrime(z3)", "(y - yhat) * sigmoidPrime(z3)"),
    "g' is left out of delta3": ("-(y - yhat) * sigmoidPrime(z3)", "-(y - yhat)"),
    "g' is taken of yhat": ("sigmoidPrime(z3)", "sigmoidPrime(yhat)"),
    "g' is left out of delta2": ("Theta2.T * sigmoidPrime(z2)", "Theta2.T"),
    "g' is taken of a2": ("sigmoidPrime(z2)", "sigmoidPrime(a2)"),
    "Theta2 is not transposed": ("delta3 @ Theta2.T", "delta3 @ Theta2"),
    "X and a2 are mixed up": ("X.T @ delta2", "a2.T @ delta2"),
    "m is missing": ("sigmoidPrime(z3) * SHARES[scaling](len(X))", "sigmoidPrime(z3)"),
    "the 1/2 is missing": ("np.sum((y - yhat) ** 2) / 2", "np.sum((y - yhat) ** 2)"),
}


@pytest.mark.parametrize(("right", "wrong"), SLIPS.values(), ids=SLIPS)
def test_an_almost_right_gradient_is_caught(right, wrong):
    module = slipped(right, wrong)
    assert max(gradient_errors(module, make_net((4, 4, 4, 4)), "mean", by_complex_step)) > 1e-3


NEURON_SLIPS = {
    "the minus is lost": ("dEdw = -X.T", "dEdw = X.T"),
    "y(1 - y) is left out": ("(sigmoidPrime(z) * (t - y))", "(t - y)"),
    "t and y are swapped": ("(sigmoidPrime(z) * (t - y))", "(t * (1 - t) * (y - t))"),
}


@pytest.mark.parametrize(("right", "wrong"), NEURON_SLIPS.values(), ids=NEURON_SLIPS)
def test_an_almost_right_neuron_is_caught(right, wrong):
    w, X, t = make_neuron(4, 4)
    hintonNeuron = slipped(right, wrong).hintonNeuron
    assert distance(hintonNeuron(w, X, t)[1], by_complex_step(lambda w: hintonNeuron(w, X, t)[0], w)) > 1e-3


def slipped(right, wrong):
    """The reference with this slip in it."""
    source = inspect.getsource(reference)
    assert source.count(right) == 1
    module = type(reference)("slipped")
    exec(source.replace(right, wrong), module.__dict__)
    return module


def test_the_derivations_of_the_handout_hold():
    """g' = a(1 - a); for the logarithmic cost dJ/da = (a - y)/(a(1 - a)) and dJ/dz = a - y."""
    z, y = np.linspace(-4, 4, 9), np.linspace(0.1, 0.9, 9)
    a = reference.sigmoid(z)

    def J(a):
        return -(y * np.log(a) + (1 - y) * np.log(1 - a))

    assert reference.sigmoidPrime(z) == pytest.approx(a * (1 - a), rel=1e-13)
    assert J(a + 1e-30j).imag / 1e-30 == pytest.approx((a - y) / (a * (1 - a)), rel=1e-13)
    assert J(reference.sigmoid(z + 1e-30j)).imag / 1e-30 == pytest.approx(a - y, rel=1e-12)


# --- the descent ----------------------------------------------------------------------------------------------------


@everynet
@everyseed
def test_the_descent_is_that_by_complex_steps_of_all_weights_at_once(sizes, seed):
    X, y, Theta1, Theta2 = make_net(sizes, seed)
    got = reference.gradientDescent(X, y, Theta1, Theta2, 0.4, 5)
    n, h, *_ = sizes
    theta, costs = np.concatenate([Theta1.ravel(), Theta2.ravel()]), []

    def matrices(theta):
        return theta[: n * h].reshape(n, h), theta[n * h :].reshape(h, -1)

    for _ in range(5):
        theta = theta - 0.4 * by_complex_step(lambda theta: reference.costFunction(X, y, *matrices(theta)), theta)
        costs.append(cost_by_loops(X, y, *matrices(theta), "half"))
    for ours, want in zip(got, (*matrices(theta), costs), strict=True):
        assert distance(ours, want) < 1e-12


def test_a_descent_whose_second_gradient_is_late_is_caught():
    at_once = "Theta1, Theta2 = Theta1 - alpha * dJdTheta1, Theta2 - alpha * dJdTheta2"
    late = "Theta1 = Theta1 - alpha * dJdTheta1; Theta2 = Theta2 - alpha * costGradient(X, y, Theta1, Theta2)[1]"
    net = make_net((2, 3, 1, 7))
    right, wrong = (module.gradientDescent(*net, 0.4, 5)[1] for module in (reference, slipped(at_once, late)))
    assert np.any(SPEC.tolerance.exceeded(wrong, right))


def test_no_step_leaves_the_weights_as_they_are():
    net = make_net((2, 3, 1, 7))
    Theta1, Theta2, J_history = reference.gradientDescent(*net, 0.4, 0)
    assert np.array_equal(Theta1, net[2])
    assert np.array_equal(Theta2, net[3])
    assert J_history.shape == (0,)


def test_the_descent_goes_down_to_a_flat_place():
    X, y, Theta1, Theta2 = walkthrough.APPLES, walkthrough.RATINGS, *make_net((2, 3, 1, 1), seed=6)[2:]
    before = np.linalg.norm(np.hstack([D.ravel() for D in reference.costGradient(X, y, Theta1, Theta2)]))
    Theta1, Theta2, J_history = reference.gradientDescent(X, y, Theta1, Theta2, 1.0, 5000)
    after = np.linalg.norm(np.hstack([D.ravel() for D in reference.costGradient(X, y, Theta1, Theta2)]))
    assert all(later < earlier for earlier, later in pairwise(J_history))
    assert after < 1e-3 * before


# --- the ends of the number range -----------------------------------------------------------------------------------


def test_sigmoid_and_slope_saturate_without_a_warning():
    z = np.array([-1000.0, -800.0, 0.0, 800.0, 1000.0])
    with np.errstate(all="raise"):
        assert np.array_equal(reference.sigmoid(z), [0, 0, 0.5, 1, 1])
        assert np.array_equal(reference.sigmoidPrime(z), [0, 0, 0.25, 0, 0])


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
def test_the_documents_slope_is_nan_there_as_the_handout_says():
    naive = np.exp(800.0) / (1 + np.exp(800.0)) ** 2
    assert np.isnan(naive)
    assert np.isfinite(np.exp(709.7))
    assert np.isinf(np.exp(709.8))


def test_the_slope_keeps_its_digits_and_is_even():
    z = np.array([1.0, 40.0, 100.0, 700.0])
    want = [math.exp(-t) / (1 + math.exp(-t)) ** 2 for t in z]
    assert reference.sigmoidPrime(z) == pytest.approx(want, rel=1e-14, abs=0)
    assert np.array_equal(reference.sigmoidPrime(z), reference.sigmoidPrime(-z))


@pytest.mark.parametrize("function", [reference.sigmoid, reference.sigmoidPrime])
@pytest.mark.parametrize("z", [2, True, np.uint8(3), [1, 2], np.zeros(3), np.eye(2, 3, dtype=int)], ids=repr)
def test_sigmoids_keep_the_shape_of_what_they_get(function, z):
    assert np.shape(function(z)) == np.shape(z)
    assert np.array_equal(function(z), function(np.array(z, dtype=float)))


def test_no_case_makes_the_reference_warn():
    with np.errstate(all="raise"):
        for case in draw_cases(SPEC, seed=1):
            getattr(reference, case.function)(*case.arguments)


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_among_the_cases_are_numbers_whose_exponential_overflows_both_ways(seed):
    cases = [case for case in draw_cases(SPEC, seed) if case.hidden == (seed is not None)]
    large = next(case.arguments[0] for case in cases if case.name == "large numbers")
    nets = [case.arguments for case in cases if case.function == "forward" and "large" in case.name]
    for z in (large, *(X @ Theta1 for X, Theta1, _ in nets)):
        assert z.min() < -710
        assert z.max() > 710
    assert len(nets) == 1


# --- manners --------------------------------------------------------------------------------------------------------


def arguments():
    """A call of each function."""
    net, z = make_net((8, 3, 2, 6), seed=4), np.linspace(-3, 4, 12).reshape(3, 4)
    return {
        "sigmoid": (z,),
        "sigmoidPrime": (z,),
        "forward": (net[0], *net[2:]),
        "costFunction": (*net, "mean"),
        "costGradient": (*net, "mean"),
        "hintonNeuron": make_neuron(3, 7),
        "gradientDescent": (*net, 0.4, 3),
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_input_is_changed(name):
    given = arguments()[name]
    arrays = [value for value in given if isinstance(value, np.ndarray)]
    before = [array.copy() for array in arrays]
    getattr(reference, name)(*given)
    assert all(map(np.array_equal, arrays, before))


def test_the_scaling_is_half_unless_given_and_no_other_word_is_taken():
    net = make_net((8, 3, 2, 6))
    assert reference.costFunction(*net) == reference.costFunction(*net, "half")
    assert all(map(np.array_equal, reference.costGradient(*net), reference.costGradient(*net, "half")))
    for function in (reference.costFunction, reference.costGradient):
        with pytest.raises(KeyError):
            function(*net, "full")


# --- known numbers --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def handout():
    return (EXERCISES_DIR / "regression" / "README.md").read_text(encoding="utf-8")


EXAMPLE = (walkthrough.X, walkthrough.y, walkthrough.Theta1, walkthrough.Theta2)


def listed(values):
    return ", ".join(f"{value:.6f}" for value in np.ravel(values))


def row(name, values):
    return f"| {name} | " + " | ".join(map(listed, values)) + " |"


def test_the_handout_has_the_numbers_of_its_example(handout):
    X, y, Theta1, Theta2 = EXAMPLE
    _, a2, z3, yhat = reference.forward(X, Theta1, Theta2)
    assert row("a2", a2) in handout
    assert row("z3", z3) in handout
    assert row("yhat", yhat) in handout
    assert row("delta3", -(y - yhat) * yhat * (1 - yhat)) in handout
    half, mean = (cost_by_loops(*EXAMPLE, scaling) for scaling in ("half", "mean"))
    assert f'J = {half:.6f} with "half", {mean:.6f} with "mean"' in handout
    for slope in np.concatenate([D.ravel() for D in reference.costGradient(*EXAMPLE)]):
        assert f"{slope:.6f}" in handout


def test_the_handout_has_the_numbers_of_the_descent_and_of_the_neuron(handout):
    _, _, J_history = reference.gradientDescent(*EXAMPLE, 0.5, 3)
    assert f"J is {J_history[0]:.6f} after one step and {J_history[2]:.6f} after three" in handout
    E, dEdw = reference.hintonNeuron(walkthrough.w, walkthrough.X, walkthrough.y)
    assert f"E = {E:.6f}, dE/dw = [{'; '.join(f'{slope:.6f}' for slope in dEdw.ravel())}]" in handout


def test_the_handout_has_the_numbers_of_the_small_functions(handout):
    assert f"g(1) = {reference.sigmoid(1):.6f}" in handout
    assert f"g'(2) = {reference.sigmoidPrime(2):.6f}" in handout


def test_the_handout_gives_every_part_its_points(handout):
    for part in SPEC.parts:
        assert any(
            line.startswith(f"| {part.name} | `{part.function}`") and line.endswith(f" {part.points} |")
            for line in handout.splitlines()
        ), part.name
    assert f"`{SPEC.tolerance}`" in handout


def test_a_net_without_weights_costs_what_the_stubs_say():
    cost = reference.costFunction(np.ones((6, 2)), np.ones((6, 3)), np.zeros((2, 4)), np.zeros((4, 3)))
    assert cost == 6 * 3 / 8


# --- the Octave twins -----------------------------------------------------------------------------------------------


@cache
def twin_calls():
    """Calls for Octave: name and arguments."""
    nets = {name: make_net(sizes, seed=6) for name, sizes in NETS.items()}
    nets["saturated"] = make_net((8, 3, 2, 6), seed=8, scale=300.0)
    z = np.array([[-1000.0, -800.0, -40.0, -1.0], [0.0, 2.0, 800.0, 1000.0]])
    return {
        "sigmoid": ("sigmoid", (z,)),
        "sigmoidPrime": ("sigmoidPrime", (z,)),
        **{f"forward, {name}": ("forward", (X, *Thetas)) for name, (X, _, *Thetas) in nets.items()},
        **{
            f"{function}, {name}, {scaling}": (function, (*net, *scaling.split()))
            for function in ("costFunction", "costGradient")
            for name, net in nets.items()
            for scaling in ("half", "mean", "")
        },
        **{f"hintonNeuron, {n} inputs": ("hintonNeuron", make_neuron(n, m)) for n, m in ((3, 7), (5, 4), (1, 1))},
        **{
            f"gradientDescent, {name}": ("gradientDescent", (*net, 0.4, 6))
            for name, net in nets.items()
            if name != "saturated"
        },
    }


@pytest.fixture(scope="module")
def twins():
    calls = {key: (name, len(SPEC.function(name).outputs), given) for key, (name, given) in twin_calls().items()}
    return in_octave(TWINS, calls)[0]


@needs("octave")
@pytest.mark.parametrize("key", twin_calls())
def test_every_function_agrees_with_its_twin(twins, key):
    name, given = twin_calls()[key]
    answer = getattr(reference, name)(*given)
    answers = answer if isinstance(answer, tuple) else (answer,)
    for got, want in zip(twins[key], answers, strict=True):
        assert got.shape == np.atleast_2d(np.transpose(want)).T.shape
        assert got.ravel() == pytest.approx(np.ravel(want), rel=1e-12, abs=1e-14 * np.max(np.abs(want)))


def test_every_function_has_a_twin():
    assert {path.stem for path in TWINS.glob("*.m")} == set(FUNCTIONS)


# --- the stubs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_stub_has_the_references_signature(name):
    assert inspect.signature(getattr(stubs, name)) == inspect.signature(getattr(reference, name))
    assert inspect.getdoc(getattr(stubs, name))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_stub_returns_the_right_shapes_and_no_answer(name):
    got, want = (numbers(getattr(module, name)(*arguments()[name])) for module in (stubs, reference))
    assert [value.shape for value in got] == [value.shape for value in want]
    assert not any(map(np.allclose, got, want))


def numbers(answer):
    """The outputs of a function as arrays."""
    return [np.asarray(value) for value in (answer if isinstance(answer, tuple) else (answer,))]
