"""The reference of the exercise on backpropagation on trial: by other means, by its Octave twins, by known numbers."""

import importlib
import inspect
import math
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize

from exercises.backprop.spec import MARGIN, NETS, SPEC, TRAINED, draw_training, nearly_as_low
from grader.cases import EXERCISES_DIR, draw_cases
from grader.compare import judge
from grader.model import Outcome, RawResult, Status
from solutions.backprop import backprop as reference
from tests.conftest import needs
from tests.twins import in_octave

stubs = importlib.import_module("tests.submissions.backprop.nothing-untouched-stubs.submission.backprop")

TWINS = Path(reference.__file__).parent / "octave"
FUNCTIONS = tuple(function.name for function in SPEC.functions)
(TRAINING,) = (part for part in SPEC.parts if part.function == "trainNetwork")


# --- nets to try it on ------------------------------------------------------------------------------------------------

SIZES = {  # sizes, m
    "all sizes differ": ((9, 2, 4, 7), 12),
    "layers of equal width": ((2, 4, 4, 4, 3), 7),
    "all layers of equal width": ((3, 3, 3, 3), 8),
    "square weight matrices": ((2, 3, 4), 5),
    "one example": ((6, 3, 2), 1),
    "a single output": ((4, 2, 3, 1), 6),
    "no hidden layer": ((4, 3), 7),
    "one of everything": ((1, 1, 1), 1),
    "many layers": ((3, 2, 4, 2, 5, 3, 2, 3), 6),
}
everynet = pytest.mark.parametrize("net", SIZES.values(), ids=SIZES)
everycost = pytest.mark.parametrize("cost", reference.COSTS)
everylambda = pytest.mark.parametrize("lambda_", [0.0, 2.7])


def make_net(net, seed, scale=1.0):
    """Thetas, X and Y."""
    sizes, m = net
    draw = np.random.default_rng(seed)
    Thetas = [scale * draw.normal(size=(after, before + 1)) for before, after in pairwise(sizes)]
    return Thetas, draw.normal(size=(m, sizes[0])), 1.0 * (draw.random((m, sizes[-1])) < 0.4)


def by_columns(matrices):
    return np.array([A[i, j] for A in matrices for j in range(A.shape[1]) for i in range(A.shape[0])])


def distance(got, want):
    """|got - want| / |want|, of vectors."""
    return np.linalg.norm(np.subtract(got, want)) / np.linalg.norm(want)


def by_complex_step(f, x):
    """df/dx as Im f(x + i step) / step, for every entry of x: no difference is taken, so no digit is lost."""
    step, slopes = 1e-30, np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[place] += 1j * step
        slopes[place] = f(moved).imag / step
    return slopes


def by_central_differences(f, x):
    """With a step at which round-off weighs less than curvature, in the first layers of a deep net too."""
    step, slopes = 1e-4, np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[place] = step
        slopes[place] = (f(x + e) - f(x - e)) / (2 * step)
    return slopes


ROADS = {"complex step": (by_complex_step, 1e-13), "central differences": (by_central_differences, 1e-7)}
everyroad = pytest.mark.parametrize(("slope_of", "most"), ROADS.values(), ids=ROADS)


# --- forward and cost, by another road --------------------------------------------------------------------------------


def layers_by_loops(Thetas, x):
    """z and a of one example, a unit and a weight at a time."""
    z, a = [], [list(x)]
    for Theta in Thetas:
        z.append([sum(w * v for w, v in zip(row, [1, *a[-1]], strict=True)) for row in Theta])
        a.append([1 / (1 + math.exp(-t)) for t in z[-1]])
    return z, a


def cost_by_loops(Thetas, X, Y, lambda_, cost):
    """The textbook's cost, one example, one output and one weight at a time."""
    total = 0.0
    for x, targets in zip(X, Y, strict=True):
        outputs = layers_by_loops(Thetas, x)[1][-1]
        for a, y in zip(outputs, targets, strict=True):
            total += {"cross-entropy": -math.log(a if y else 1 - a), "quadratic": (a - y) ** 2 / 2}[cost]
    squares = sum(w * w for Theta in Thetas for row in Theta for w in row[1:])
    return total / len(X) + lambda_ * squares / (2 * len(X))


@everynet
def test_z_and_a_are_those_of_a_loop_over_examples_and_units(net):
    Thetas, X, _ = make_net(net, seed=1)
    z, a = reference.forwardPropagate(Thetas, X)
    for t, x in enumerate(X):
        want_z, want_a = layers_by_loops(Thetas, x)
        assert [list(layer[t]) for layer in z] == [pytest.approx(layer, rel=1e-12) for layer in want_z]
        assert [list(layer[t]) for layer in a] == [pytest.approx(layer, rel=1e-12) for layer in want_a]


@everynet
@everycost
@everylambda
@pytest.mark.parametrize("seed", range(3))
def test_the_cost_is_that_of_a_loop_over_examples_outputs_and_weights(net, cost, lambda_, seed):
    arguments = (*make_net(net, seed), lambda_, cost)
    assert reference.costFunction(*arguments) == pytest.approx(cost_by_loops(*arguments), rel=1e-12)


# --- the gradient, by two other roads ---------------------------------------------------------------------------------


def gradient_error(module, net, lambda_, cost, slope_of=by_complex_step):
    """How far a module's gradients are from the slope of its own cost."""
    Thetas, X, Y = net
    sizes = [X.shape[1], *(len(Theta) for Theta in Thetas)]

    def J(thetaVec):
        return module.costFunction(reference.reshapeThetas(thetaVec, sizes), X, Y, lambda_, cost)

    return distance(by_columns(module.gradients(*net, lambda_, cost)), slope_of(J, by_columns(Thetas)))


@everyroad
@everynet
@everycost
@everylambda
def test_the_gradients_are_the_slope_of_the_cost(slope_of, most, net, cost, lambda_):
    for seed in range(2):
        assert gradient_error(reference, make_net(net, seed), lambda_, cost, slope_of) < most


def C_of(z, Y, cost):
    """What all examples cost, by z of the output layer."""
    return np.sum(reference.COSTS[cost](z, reference.sigmoid(z), Y))


@everyroad
@everynet
@everycost
def test_the_output_delta_is_the_slope_of_the_cost_by_z(slope_of, most, net, cost):
    Thetas, X, Y = make_net(net, seed=4)
    z, a = reference.forwardPropagate(Thetas, X)
    want = slope_of(lambda moved: C_of(moved, Y, cost), z[-1])
    assert distance(reference.outputDelta(a[-1], Y, cost), want) < most


@everyroad
@everynet
@everycost
def test_the_hidden_deltas_are_the_slopes_of_the_cost_by_z(slope_of, most, net, cost):
    Thetas, X, Y = make_net(net, seed=5)
    z, a = reference.forwardPropagate(Thetas, X)
    delta = reference.outputDelta(a[-1], Y, cost)
    for layer in range(len(Thetas) - 1, 0, -1):

        def C(moved, after=Thetas[layer:]):
            return C_of(reference.forwardPropagate(after, reference.sigmoid(moved))[0][-1], Y, cost)

        delta = reference.hiddenDelta(Thetas[layer], delta, a[layer])
        assert distance(delta, slope_of(C, z[layer - 1])) < most


@everyroad
@everycost
def test_the_weight_gradient_is_the_slope_of_one_examples_cost(slope_of, most, cost):
    (Theta,), X, Y = make_net(((5, 3), 1), seed=6)

    def C(moved):
        return C_of(reference.forwardPropagate([moved], X)[0][-1], Y, cost)

    _, a = reference.forwardPropagate([Theta], X)
    got = reference.weightGradient(reference.outputDelta(a[-1], Y, cost), X)
    assert distance(got, slope_of(C, Theta)) < most


@everyroad
@everynet
@everycost
def test_the_accumulated_gradient_is_m_times_the_slope_without_lambda(slope_of, most, net, cost):
    Thetas, X, Y = make_net(net, seed=7)
    sizes = net[0]

    def J(thetaVec):
        return reference.costFunction(reference.reshapeThetas(thetaVec, sizes), X, Y, 0.0, cost)

    want = len(X) * slope_of(J, by_columns(Thetas))
    assert distance(by_columns(reference.accumulate(Thetas, X, Y, cost)), want) < most


@everyroad
@everynet
@everycost
def test_a_step_goes_alpha_times_the_slope_downhill(slope_of, most, net, cost):
    Thetas, X, Y = make_net(net, seed=8)
    sizes, vector = net[0], by_columns(Thetas)

    def J(thetaVec):
        return reference.costFunction(reference.reshapeThetas(thetaVec, sizes), X, Y, 1.3, cost)

    stepped = reference.gradientDescentStep(Thetas, X, Y, 1.3, cost, 0.7)
    assert distance(by_columns(stepped) - vector, -0.7 * slope_of(J, vector)) < most


def test_the_gradient_holds_where_units_saturate():
    for cost in reference.COSTS:
        assert gradient_error(reference, make_net(((8, 2, 4), 6), seed=2, scale=4.0), 0.5, cost) < 1e-12


SLIPS = {
    "g' is left out": ("delta @ Theta[:, 1:] * a * (1 - a)", "delta @ Theta[:, 1:]"),
    "g' is taken of a": ("delta @ Theta[:, 1:] * a * (1 - a)", "delta @ Theta[:, 1:] * sigmoid(a) * sigmoid(-a)"),
    "the wrong column is left out": ("delta @ Theta[:, 1:] * a", "delta @ Theta[:, :-1] * a"),
    "y - a": ('"cross-entropy": lambda a, Y: a - Y', '"cross-entropy": lambda a, Y: Y - a'),
    "the bias is regularised": ("D_l[:, 1:] += lambda_ / m * Theta[:, 1:]", "D_l += lambda_ / m * Theta"),
    "one m is missing": ("D = [Delta / m for", "D = [Delta for"),
    "lambda is halved": ("D_l[:, 1:] += lambda_ / m", "D_l[:, 1:] += lambda_ / (2 * m)"),
    "the neighbour's weights": ("hiddenDelta(Thetas[layer], delta", "hiddenDelta(Thetas[layer - 1], delta"),
    "the same layer's activation": ("weightGradient(delta, a[layer - 1])", "weightGradient(delta, a[layer])"),
}


@pytest.mark.parametrize(("right", "wrong"), SLIPS.values(), ids=SLIPS)
def test_an_almost_right_gradient_is_caught(right, wrong):
    source = inspect.getsource(reference)
    assert source.count(right) == 1
    slipped = type(sys)("slipped")
    exec(source.replace(right, wrong), slipped.__dict__)
    assert gradient_error(slipped, make_net(((3, 3, 3, 3), 8), seed=0), 2.7, "cross-entropy") > 1e-3


# --- the conventions of the sources -----------------------------------------------------------------------------------


@everynet
@everycost
def test_columns_give_the_same_gradients_with_the_transposes_of_the_other_convention(net, cost):
    """S2, one example at a time: delta^(l) = Theta^(l)' delta^(l+1) .* g', Delta^(l) += delta^(l+1) [1; a^(l)]'."""
    Thetas, X, Y = make_net(net, seed=9)
    Delta = [np.zeros(Theta.shape) for Theta in Thetas]
    for x, y in zip(X, Y, strict=True):
        a = [x[:, None]]
        for Theta in Thetas:
            a.append(reference.sigmoid(Theta @ np.vstack([[[1.0]], a[-1]])))
        delta = reference.outputDelta(a[-1], y[:, None], cost)
        for layer in reversed(range(len(Thetas))):
            Delta[layer] += delta @ np.vstack([[[1.0]], a[layer]]).T
            delta = (Thetas[layer].T @ delta)[1:] * a[layer] * (1 - a[layer])
    assert distance(by_columns(reference.accumulate(Thetas, X, Y, cost)), by_columns(Delta)) < 1e-14


def test_the_worked_edges_of_the_reading_lack_the_slope():
    """S1: delta_2^(2) = Theta_12^(2) delta_1^(3) + Theta_22^(2) delta_2^(3), times g'(z_2^(2))."""
    Thetas, X, Y = make_net(((2, 2, 2, 1), 1), seed=10)
    _, a = reference.forwardPropagate(Thetas, X)
    delta4 = reference.outputDelta(a[3], Y, "cross-entropy")
    delta3 = reference.hiddenDelta(Thetas[2], delta4, a[2])
    delta2 = reference.hiddenDelta(Thetas[1], delta3, a[1])
    slope3, slope2 = a[2] * (1 - a[2]), a[1] * (1 - a[1])
    assert delta3[0, 1] == pytest.approx(Thetas[2][0, 2] * delta4[0, 0] * slope3[0, 1], rel=1e-14)
    edges = Thetas[1][0, 2] * delta3[0, 0] + Thetas[1][1, 2] * delta3[0, 1]
    assert delta2[0, 1] == pytest.approx(edges * slope2[0, 1], rel=1e-14)


def test_the_readings_unsigned_cost_has_the_derivative_y_minus_a():
    z, Y = np.array([[0.3, -1.2]]), np.array([[1.0, 0.0]])

    def unsigned(moved):
        a = 1 / (1 + np.exp(-moved))
        return np.sum(Y * np.log(a) + (1 - Y) * np.log(1 - a))

    a = reference.sigmoid(z)
    assert by_complex_step(unsigned, z) == pytest.approx(Y - a, rel=1e-14)
    assert reference.outputDelta(a, Y, "cross-entropy") == pytest.approx(a - Y, rel=1e-14)


# --- the ends of the number range -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("y", "J"), [(1.0, 0.0), (0.0, 800.0)])
def test_the_cost_is_finite_where_the_output_rounds_to_1(y, J):
    net = [np.array([[800.0, 0.0]])], np.ones((1, 1)), np.array([[y]])
    with np.errstate(all="raise"):
        assert reference.costFunction(*net, 0.0, "cross-entropy") == J
        assert np.isfinite(reference.gradients(*net, 0.0, "cross-entropy")).all()


def test_sigmoid_saturates_without_a_warning_and_so_does_the_one_that_is_given():
    z = np.array([-800.0, -40.0, 0.0, 1.5, 800.0])
    with np.errstate(over="raise", invalid="raise"):
        for sigmoid in (reference.sigmoid, stubs.sigmoid):
            assert sigmoid(z)[[0, 2, 4]].tolist() == [0, 0.5, 1]
            assert sigmoid(z)[1] == pytest.approx(math.exp(-40), rel=1e-12, abs=0)
    assert stubs.sigmoid(z) == pytest.approx(reference.sigmoid(z), rel=1e-15)


def test_an_unknown_cost_is_refused():
    Thetas, X, Y = make_net(((2, 2), 3), seed=0)
    for call in (
        lambda: reference.costFunction(Thetas, X, Y, 0.0, "hinge"),
        lambda: reference.accumulate(Thetas, X, Y, "hinge"),
    ):
        with pytest.raises(KeyError, match="hinge"):
            call()


# --- unrolling --------------------------------------------------------------------------------------------------------


@everynet
def test_unrolled_weights_run_down_the_columns_and_come_back_as_they_were(net):
    Thetas, _, _ = make_net(net, seed=11)
    thetaVec = reference.unrollThetas(Thetas)
    assert np.array_equal(thetaVec, by_columns(Thetas))
    again = reference.reshapeThetas(thetaVec, np.array(net[0]))
    assert all(map(np.array_equal, again, Thetas))
    assert len(again) == len(Thetas)


@pytest.mark.parametrize("shape", [(13,), (13, 1), (1, 13)])
def test_a_vector_of_every_orientation_is_reshaped(shape):
    Thetas = reference.reshapeThetas(np.arange(13.0).reshape(shape), [1, 4, 1])
    assert Thetas[0].tolist() == [[0, 4], [1, 5], [2, 6], [3, 7]]
    assert Thetas[1].tolist() == [[8, 9, 10, 11, 12]]


# --- training ---------------------------------------------------------------------------------------------------------


def test_a_training_ends_lower_than_it_began_and_names_its_own_cost():
    Thetas, X, Y = make_net(((3, 5, 2), 20), seed=12, scale=3.0)
    for cost in reference.COSTS:
        trained, J = reference.trainNetwork(Thetas, X, Y, 0.3, cost, 30)
        assert reference.costFunction(trained, X, Y, 0.3, cost) == pytest.approx(J, rel=1e-12)
        assert reference.costFunction(Thetas, X, Y, 0.3, cost) > J / 0.7


def test_a_training_of_one_iteration_is_shorter_than_one_of_many():
    arguments = make_net(((3, 5, 2), 20), seed=13)
    few, many = (reference.trainNetwork(*arguments, 0.3, "quadratic", n)[1] for n in (1, 100))
    assert many < 0.9 * few < reference.costFunction(*arguments, 0.3, "quadratic")


LIMITS = {"BFGS": "maxiter", "L-BFGS-B": "maxiter", "TNC": "maxfun"}


@cache
def training(seed):
    """The case of this seed, and what the reference makes of it."""
    case = draw_training(np.random.default_rng(seed))
    return case, *reference.trainNetwork(*case.arguments)


def training_by(method, seed):
    """The case of this seed, what another optimiser makes of it, and the reference's cost."""
    case, _, want = training(seed)
    Thetas, X, Y, lambda_, cost, iterations = case.arguments
    sizes = TRAINED[0]

    def J(thetaVec):
        rolled = reference.reshapeThetas(thetaVec, sizes)
        slope = reference.unrollThetas(reference.gradients(rolled, X, Y, lambda_, cost))
        return reference.costFunction(rolled, X, Y, lambda_, cost), slope

    found = minimize(J, by_columns(Thetas), jac=True, method=method, options={LIMITS[method]: iterations})
    return case, found.fun, want


@pytest.mark.parametrize("method", LIMITS)
def test_another_optimiser_is_within_the_margin(method):
    for seed in range(8):
        case, J, want = training_by(method, seed)
        assert nearly_as_low(np.asarray(J), case, np.asarray(want)) is None


def test_a_training_that_was_broken_off_is_not_accepted():
    for seed in range(8):
        case, _, want = training(seed)
        arguments = (*case.arguments[:-1], 3)
        complaint = nearly_as_low(np.asarray(reference.trainNetwork(*arguments)[1]), case, np.asarray(want))
        assert f"{MARGIN:.0%} more is accepted" in str(complaint)


def test_a_cost_without_its_penalty_is_not_accepted():
    for seed in range(8):
        case, newThetas, want = training(seed)
        _, X, Y, _, cost, _ = case.arguments
        J = reference.costFunction(newThetas, X, Y, 0, cost)
        assert "less than can be reached" in str(nearly_as_low(np.asarray(J), case, np.asarray(want)))


@pytest.mark.parametrize("J", [-5.0, np.nan, -np.inf, 0.8, 1.2, [0.9] * 200, [[1.0, 1.0]]])
def test_what_is_no_cost_of_a_training_is_not_accepted(J):
    case = draw_training(np.random.default_rng(0))
    verdict = judge(SPEC, TRAINING, case, RawResult(Outcome.ANSWERED, ((), np.array(J))), ((), np.array(1.0)))
    assert verdict.status is Status.WRONG


def test_costs_of_every_iteration_are_told_from_one():
    case = draw_training(np.random.default_rng(0))
    complaint = nearly_as_low(np.ones(200), case, np.asarray(1.0))
    assert complaint == "J is an array of shape (200,), expected a number"


@pytest.mark.parametrize("J", [0.95, [1.05], [[1.0]]])
def test_a_cost_may_come_as_an_array_of_one(J):
    assert nearly_as_low(np.asarray(J), draw_training(np.random.default_rng(0)), np.asarray(1.0)) is None


# --- manners ----------------------------------------------------------------------------------------------------------


def arguments():
    """A call of each function."""
    Thetas, X, Y = make_net(((9, 2, 4, 7), 12), seed=14)
    draw = np.random.default_rng(15)
    a = draw.uniform(0.1, 0.9, (5, 3))
    net, cost = (Thetas, X, Y), "quadratic"
    return {
        "forwardPropagate": (Thetas, X),
        "costFunction": (*net, 2.7, cost),
        "outputDelta": (a, 1.0 * (a > 0.5), cost),
        "hiddenDelta": (draw.normal(size=(4, 4)), draw.normal(size=(5, 4)), a),
        "weightGradient": (draw.normal(size=(1, 4)), a[:1]),
        "accumulate": (*net, cost),
        "gradients": (*net, 2.7, cost),
        "unrollThetas": (Thetas,),
        "reshapeThetas": (by_columns(Thetas), np.array([9, 2, 4, 7])),
        "gradientDescentStep": (*net, 2.7, cost, 0.3),
        "trainNetwork": (*net, 2.7, cost, 3),
    }


def arrays(values):
    return [A for value in values for A in (value if isinstance(value, list) else [value]) if isinstance(A, np.ndarray)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_input_is_changed(name):
    given = arguments()[name]
    before = [array.copy() for array in arrays(given)]
    lengths = [len(value) for value in given if isinstance(value, list)]
    getattr(reference, name)(*given)
    assert all(map(np.array_equal, arrays(given), before))
    assert lengths == [len(value) for value in given if isinstance(value, list)]


def test_a_step_shares_no_memory_with_the_weights_that_were_given():
    given = arguments()["gradientDescentStep"]
    for new, old in zip(reference.gradientDescentStep(*given), given[0], strict=True):
        assert not np.shares_memory(new, old)


def test_importing_the_reference_imports_numpy_only():
    heavy = "sorted({'scipy', 'matplotlib', 'oct2py'} & set(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", f"import sys, solutions.backprop.backprop; print({heavy})"],
        cwd=TWINS.parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[]"


# --- the Octave twins -------------------------------------------------------------------------------------------------


@cache
def twin_calls():
    """Calls for Octave by a name: function, number of outputs, arguments."""
    calls = {}
    for number, (name, net) in enumerate(SIZES.items()):
        Thetas, X, Y = make_net(net, seed=20 + number)
        calls[f"forwardPropagate, {name}"] = ("forwardPropagate", 2, (Thetas, X))
        calls[f"unrollThetas, {name}"] = ("unrollThetas", 1, (Thetas,))
        calls[f"reshapeThetas, {name}"] = ("reshapeThetas", 1, (by_columns(Thetas), np.array(net[0])))
        for cost in reference.COSTS:
            whole = (Thetas, X, Y, 2.7, cost)
            calls[f"costFunction, {name}, {cost}"] = ("costFunction", 1, whole)
            calls[f"gradients, {name}, {cost}"] = ("gradients", 1, whole)
            calls[f"accumulate, {name}, {cost}"] = ("accumulate", 1, (Thetas, X, Y, cost))
            calls[f"gradientDescentStep, {name}, {cost}"] = ("gradientDescentStep", 1, (*whole, 0.4))
    saturated = make_net(((8, 2, 4), 6), seed=30, scale=300.0)
    calls["costFunction, saturated"] = ("costFunction", 1, (*saturated, 0.0, "cross-entropy"))
    given = arguments()
    for name in ("hiddenDelta", "weightGradient"):
        calls[name] = (name, 1, given[name])
    for cost in reference.COSTS:
        calls[f"outputDelta, {cost}"] = ("outputDelta", 1, (*given["outputDelta"][:2], cost))
    calls["sigmoid"] = ("sigmoid", 1, (np.array([[-800.0, -40.0, -1.0], [0.0, 2.0, 800.0]]),))
    return calls


@pytest.fixture(scope="module")
def twins():
    return in_octave(TWINS, twin_calls())[0]


def from_octave(value):
    """A cell as a list."""
    return list(value.ravel()) if value.dtype == object else value


@needs("octave")
@pytest.mark.parametrize("key", twin_calls())
def test_every_function_agrees_with_its_twin(twins, key):
    name, nout, given = twin_calls()[key]
    answer = getattr(reference, name)(*given)
    for got, want in zip(map(from_octave, twins[key]), answer if nout > 1 else (answer,), strict=True):
        assert isinstance(got, list) == isinstance(want, list)
        got, want = (value if isinstance(value, list) else [value] for value in (got, want))
        if name != "unrollThetas" and name != "costFunction":
            assert [np.shape(A) for A in got] == [np.shape(A) for A in want]
        assert distance(by_columns(map(np.atleast_2d, got)), by_columns(map(np.atleast_2d, want))) < 1e-13


@needs("octave")
def test_the_training_of_the_twin_ends_as_low():
    case = draw_training(np.random.default_rng(3))
    answers, _ = in_octave(TWINS, {"training": ("trainNetwork", 2, case.arguments)})
    _, J = answers["training"]
    _, want = reference.trainNetwork(*case.arguments)
    assert nearly_as_low(J, case, np.asarray(want)) is None


def test_every_function_has_a_twin():
    assert {path.stem for path in TWINS.glob("*.m")} == {*FUNCTIONS, "sigmoid"}


# --- the stubs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*FUNCTIONS, "sigmoid"])
def test_a_stub_has_the_references_signature(name):
    assert inspect.signature(getattr(stubs, name)) == inspect.signature(getattr(reference, name))
    assert inspect.getdoc(getattr(stubs, name))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_stub_returns_the_right_shapes_and_no_answer(name):
    got, want = (matrices(getattr(module, name)(*arguments()[name])) for module in (stubs, reference))
    assert [value.shape for value in got] == [value.shape for value in want]
    assert not any(map(np.allclose, got, want))


def matrices(answer):
    """All arrays in an answer."""
    values = answer if isinstance(answer, (tuple, list)) else [answer]
    return [A for value in values for A in (matrices(value) if isinstance(value, list) else [np.asarray(value)])]


# --- the cases --------------------------------------------------------------------------------------------------------


def test_the_first_net_has_no_two_sizes_that_could_be_mixed_up():
    sizes, m, _ = NETS["W"]
    mixed = [m, m - 1, *sizes, *(size + 1 for size in sizes)]
    assert len(set(mixed)) == len(mixed)


@pytest.mark.parametrize("seed", [None, 0, 1])
def test_both_costs_and_all_kinds_of_nets_are_among_the_cases(seed):
    cases = [case for case in draw_cases(SPEC, seed) if case.hidden == (seed is not None)]
    trained = [case for case in cases if case.function == "gradients"]
    assert {case.arguments[4] for case in trained} == set(reference.COSTS)
    layers = {tuple(len(Theta) for Theta in case.arguments[0]) for case in trained}
    assert {(4, 4, 4, 3), (3, 3, 3)} <= layers
    assert {len(case.arguments[1]) for case in trained} >= {1, 12}
    assert {case.arguments[2].shape[1] for case in trained} >= {1}
    for case in trained:
        assert set(np.unique(case.arguments[2])) <= {0.0, 1.0}


# --- the handout ------------------------------------------------------------------------------------------------------

WORKED = (
    [
        np.array([[0.1, 0.2, -0.3], [-0.4, 0.5, 0.6]]),
        np.array([[0.2, -0.7, 0.8], [0.3, 0.9, -0.1]]),
        np.array([[-0.5, 1.0, 0.6]]),
    ],
    np.array([[1.0, 2.0], [-1.0, 0.5]]),
    np.array([[1.0], [0.0]]),
)


@pytest.fixture(scope="module")
def handout():
    return (EXERCISES_DIR / "backprop" / "README.md").read_text(encoding="utf-8")


def test_the_handout_has_the_numbers_of_the_worked_net(handout):
    Thetas, _, Y = WORKED
    z, a = reference.forwardPropagate(*WORKED[:2])
    rows = {
        **{f"z^({layer})": z[layer - 2] for layer in (2, 3, 4)},
        **{f"a^({layer})": a[layer - 1] for layer in (2, 3, 4)},
    }
    for cost in reference.COSTS:
        delta4 = reference.outputDelta(a[3], Y, cost)
        delta3 = reference.hiddenDelta(Thetas[2], delta4, a[2])
        delta2 = reference.hiddenDelta(Thetas[1], delta3, a[1])
        rows |= {f"delta^(4), {cost}": delta4, f"delta^(3), {cost}": delta3, f"delta^(2), {cost}": delta2}
    for name, values in rows.items():
        assert row(name, values) in handout
    for lambda_ in (0.0, 1.0):
        for cost in reference.COSTS:
            assert f"{reference.costFunction(*WORKED, lambda_, cost):.6f}" in handout


def test_the_handout_has_the_gradients_of_the_worked_net(handout):
    for cost in reference.COSTS:
        Delta, D = reference.accumulate(*WORKED, cost), reference.gradients(*WORKED, 1.0, cost)
        for layer in (1, 2, 3):
            assert row(f"Delta^({layer}), {cost}", Delta[layer - 1]) in handout
            assert row(f"D^({layer}), {cost}", D[layer - 1]) in handout


def test_the_handout_has_the_reading_s_edge_with_and_without_the_slope(handout):
    Thetas, _, Y = WORKED
    _, a = reference.forwardPropagate(*WORKED[:2])
    delta4 = reference.outputDelta(a[3], Y, "cross-entropy")
    delta3 = reference.hiddenDelta(Thetas[2], delta4, a[2])
    assert f"{Thetas[2][0, 2] * delta4[0, 0]:.6f}" in handout
    assert f"{delta3[0, 1]:.6f}" in handout


def row(name, values):
    """A row of a table: the matrix as it is typed."""
    lines = ("[" + ", ".join(f"{value:.6f}" for value in line) + "]" for line in values)
    return f"| {name} | {', '.join(lines)} |"


def test_the_handout_states_the_margin_of_the_training(handout):
    assert f"{MARGIN:.0%}".replace("%", " %") in handout
