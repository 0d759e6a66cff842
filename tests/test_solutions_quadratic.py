"""The reference of the exercise quadratic on trial: by other means, by its Octave twins, and by known numbers."""

import inspect
import math
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from exercises.quadratic.walkthrough import SLOPE_POINTS, WORKED
from grader.cases import EXERCISES_DIR
from solutions.quadratic import quadratic as reference
from tests.audit import shipped_stubs
from tests.conftest import needs
from tests.twins import in_octave

TWINS = Path(reference.__file__).parent / "octave"
FUNCTIONS = (
    "sigmoid",
    "sigmoid_prime",
    "feedforward",
    "cost_derivative",
    "quadratic_cost",
    "backprop",
    "update_mini_batch",
)

# --- nets to try it on ------------------------------------------------------------------------------------------------

NETS = {
    "all sizes differ": (5, 8, 2, 6),
    "equal hidden layers": (2, 4, 4, 4, 3),
    "square weight matrices": (3, 3, 3, 3),
    "one output": (3, 4, 1),
    "no hidden layer": (4, 3),
    "one of everything": (1, 1, 1),
}
everynet = pytest.mark.parametrize("sizes", NETS.values(), ids=NETS)
everyseed = pytest.mark.parametrize("seed", range(5))


def make_net(sizes, seed, m=1, scale=1.0):
    """biases, weights, X and Y."""
    draw = np.random.default_rng(seed)
    biases = [scale * draw.normal(size=(size, 1)) for size in sizes[1:]]
    weights = [scale * draw.normal(size=shape) for shape in zip(sizes[1:], sizes, strict=False)]
    return biases, weights, draw.normal(size=(sizes[0], m)), draw.uniform(size=(sizes[-1], m))


def unrolled(*lists):
    return np.concatenate([matrix.ravel() for matrices in lists for matrix in matrices])


def rolled(theta, biases, weights):
    """biases and weights with the numbers of a vector."""
    shapes = [matrix.shape for matrix in (*biases, *weights)]
    pieces = np.split(theta, np.cumsum([math.prod(shape) for shape in shapes])[:-1])
    matrices = [piece.reshape(shape) for piece, shape in zip(pieces, shapes, strict=True)]
    return matrices[: len(biases)], matrices[len(biases) :]


def distance(got, want):
    """|got - want| / |want|, of vectors."""
    return np.linalg.norm(np.subtract(got, want)) / np.linalg.norm(want)


# --- the cost, by another road ----------------------------------------------------------------------------------------


def outputs_by_loops(biases, weights, x):
    """What the net says, one unit and one weight at a time."""
    a = [float(number) for number in x.ravel()]
    for b, w in zip(biases, weights, strict=True):
        zs = [float(b[j, 0]) + sum(float(w[j, k]) * a[k] for k in range(len(a))) for j in range(len(b))]
        a = [1 / (1 + math.exp(-z)) for z in zs]
    return a


@everynet
@everyseed
def test_the_net_says_what_a_loop_over_units_and_weights_says(sizes, seed):
    biases, weights, x, _ = make_net(sizes, seed)
    got = reference.feedforward(biases, weights, x)
    assert got.shape == (sizes[-1], 1)
    assert got.ravel() == pytest.approx(outputs_by_loops(biases, weights, x), rel=1e-13)


@everynet
@everyseed
def test_the_cost_is_that_of_a_loop_over_outputs(sizes, seed):
    biases, weights, x, y = make_net(sizes, seed)
    outputs = outputs_by_loops(biases, weights, x)
    want = sum((float(target) - a) ** 2 / 2 for target, a in zip(y.ravel(), outputs, strict=True))
    assert reference.quadratic_cost(biases, weights, x, y) == pytest.approx(want, rel=1e-12)


# --- the derivatives, by two other roads ------------------------------------------------------------------------------


def by_complex_step(function, theta):
    """The slope of a function as Im f(theta + i step) / step: no difference is taken, so no digit is lost."""
    step = 1e-30
    return np.array([function(theta + 1j * step * unit).imag / step for unit in np.eye(theta.size)])


def by_central_differences(function, theta):
    step = 1e-5
    moves = step * np.eye(theta.size)
    return np.array([function(theta + e) - function(theta - e) for e in moves]) / (2 * step)


def test_the_slope_of_the_sigmoid_is_that_of_a_complex_step():
    z = np.linspace(-30, 30, 61)
    slopes = [by_complex_step(lambda t: reference.sigmoid(t)[0], z[[at]])[0] for at in range(z.size)]
    assert reference.sigmoid_prime(z) == pytest.approx(slopes, rel=1e-13, abs=0)


@everyseed
def test_the_slope_of_the_cost_is_that_of_a_complex_step(seed):
    a, y = np.random.default_rng(seed).uniform(size=(2, 6))
    want = by_complex_step(lambda output: np.sum((y - output) ** 2) / 2, a)
    assert reference.cost_derivative(a[:, None], y[:, None]).ravel() == pytest.approx(want, rel=1e-14)


def cost_of(biases, weights, x, y):
    return lambda theta: reference.quadratic_cost(*rolled(theta, biases, weights), x, y)


def gradient_error(backprop, net):
    """How far the function's gradient is from the complex step of the reference's cost."""
    want = by_complex_step(cost_of(*net), unrolled(*net[:2]))
    return distance(unrolled(*backprop(*net)), want)


@everynet
@everyseed
def test_the_gradient_is_that_of_a_complex_step(sizes, seed):
    assert gradient_error(reference.backprop, make_net(sizes, seed)) < 1e-13


@pytest.mark.parametrize("scale", [5.0, 20.0])
def test_the_gradient_is_that_of_a_complex_step_where_units_saturate(scale):
    assert gradient_error(reference.backprop, make_net((5, 8, 2, 6), seed=2, scale=scale)) < 1e-13


@everynet
def test_the_gradient_is_that_of_central_differences(sizes):
    net = make_net(sizes, seed=3)
    want = by_central_differences(cost_of(*net), unrolled(*net[:2]))
    assert distance(unrolled(*reference.backprop(*net)), want) < 1e-8


@everynet
@pytest.mark.parametrize("m", [1, 7])
def test_a_mini_batch_is_a_step_along_the_gradient_of_its_mean_cost(sizes, m):
    biases, weights, X, Y = make_net(sizes, seed=4, m=m)

    def mean_cost(theta):
        net = rolled(theta, biases, weights)
        return sum(reference.quadratic_cost(*net, X[:, [t]], Y[:, [t]]) for t in range(m)) / m

    theta = unrolled(biases, weights)
    moved = unrolled(*reference.update_mini_batch(biases, weights, X, Y, 2.5))
    assert distance(moved, theta - 2.5 * by_complex_step(mean_cost, theta)) < 1e-14
    assert distance((theta - moved) / 2.5, by_central_differences(mean_cost, theta)) < 1e-8


SLIPS = {
    "the delta of the cross-entropy": (
        "cost_derivative(activations[-1], y) * sigmoid_prime(zs[-1])",
        "cost_derivative(activations[-1], y)",
    ),
    "the minus is lost": ("return output_activations - y", "return y - output_activations"),
    "sigma' is missing in the hidden layers": ("w.T @ deltas[0] * sigmoid_prime(z)", "w.T @ deltas[0]"),
    "sigma' is taken of a": ("deltas[0] * sigmoid_prime(z)", "deltas[0] * sigmoid_prime(sigmoid(z))"),
    "the weights are not transposed": ("w.T @ deltas[0]", "w @ deltas[0]"),
    "the neighbouring weights": ("weights[:0:-1]", "weights[-2::-1]"),
    "the activations of the same layer": ("activations[:-1], strict", "activations[1:], strict"),
    "one bias is forgotten": ("w @ activations[-1] + b)", "w @ activations[-1] + b * (len(zs) > 0))"),
}


@pytest.mark.parametrize(("right", "wrong"), SLIPS.values(), ids=SLIPS)
def test_an_almost_right_gradient_is_caught(right, wrong):
    slipped = slip(right, wrong)
    assert gradient_error(slipped["backprop"], make_net((3, 3, 3, 3), seed=0)) > 1e-3


STEP_SLIPS = {
    "eta is not divided by m": ("b - eta / m * nabla", "b - eta * nabla"),
    "uphill": ("w - eta / m * nabla", "w + eta / m * nabla"),
    "an example is missing": ("for t in range(m)]", "for t in range(m - 1)]"),
}


@pytest.mark.parametrize(("right", "wrong"), STEP_SLIPS.values(), ids=STEP_SLIPS)
def test_an_almost_right_step_is_caught(right, wrong):
    net = make_net((5, 8, 2, 6), seed=0, m=4)
    moved = [
        unrolled(*update(*net, 2.5))
        for update in (slip(right, wrong)["update_mini_batch"], reference.update_mini_batch)
    ]
    assert distance(*moved) > 1e-3


def slip(right, wrong):
    """The reference's names, with one line of it changed."""
    source = inspect.getsource(reference)
    assert source.count(right) == 1
    slipped = {}
    exec(source.replace(right, wrong), slipped)
    return slipped


# --- known numbers ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def handout():
    return (EXERCISES_DIR / "quadratic" / "README.md").read_text(encoding="utf-8")


def test_the_handout_has_the_numbers_of_its_net(handout):
    biases, weights, x, y = WORKED.arguments
    (nabla_b, nabla_w), g, slope = reference.backprop(*WORKED.arguments), reference.sigmoid, reference.sigmoid_prime
    z2 = weights[0] @ x + biases[0]
    z3 = weights[1] @ g(z2) + biases[1]
    rows = {
        "z^2": z2,
        "a^2": g(z2),
        "z^3": z3,
        "a^3": g(z3),
        "C": reference.quadratic_cost(*WORKED.arguments),
        "dC/da^3": reference.cost_derivative(g(z3), y),
        "sigma'(z^3)": slope(z3),
        "sigma'(z^2)": slope(z2),
        "(w^3)' delta^3": weights[1].T @ nabla_b[1],
        "delta^2": nabla_b[0],
        "delta^3": nabla_b[1],
    }
    for name, numbers in rows.items():
        assert f"| {name} | {written(numbers, ', ')} |" in handout
    for row in (*nabla_w[0], *nabla_w[1]):
        assert f"[ {written(row, '  ')} ]" in handout


def test_the_handout_has_the_step_on_its_net(handout):
    biases, weights = reference.update_mini_batch(*WORKED.arguments, 3)
    step = f"b^3 {written(biases[1], '')} and w^3 [ {written(weights[1], '  ')} ]"
    assert step in handout


def test_the_handout_has_the_slopes_of_the_sigmoid(handout):
    assert f"| sigma'(z) | {written(reference.sigmoid_prime(SLOPE_POINTS), ' | ')} |" in handout


def written(numbers, between):
    return between.join(f"{number:.6f}" for number in np.ravel(numbers))


# --- the ends of the number range -------------------------------------------------------------------------------------


def test_sigmoid_saturates_without_a_warning():
    with np.errstate(all="raise"):
        assert np.array_equal(reference.sigmoid(np.array([-800.0, 0.0, 800.0])), [0, 0.5, 1])
        assert np.array_equal(reference.sigmoid_prime(np.array([-800.0, 0.0, 800.0])), [0, 0.25, 0])


def test_sigmoids_keep_their_digits_where_they_are_small():
    z = np.array([-700.0, -100.0, -40.0, -1.0])
    values = [math.exp(t) / (1 + math.exp(t)) for t in z]
    slopes = [math.exp(t) / (1 + math.exp(t)) ** 2 for t in z]
    assert reference.sigmoid(z) == pytest.approx(values, rel=1e-14, abs=0)
    for sign in (1, -1):
        assert reference.sigmoid_prime(sign * z) == pytest.approx(slopes, rel=1e-14, abs=0)


@pytest.mark.parametrize("function", [reference.sigmoid, reference.sigmoid_prime])
@pytest.mark.parametrize("z", [2, True, np.uint8(3), [1, 2], np.zeros(3), np.eye(2, 3, dtype=int)], ids=repr)
def test_sigmoids_keep_the_shape_of_what_they_get(function, z):
    assert np.shape(function(z)) == np.shape(z)
    assert np.array_equal(function(z), function(np.array(z, dtype=float)))


# --- manners ----------------------------------------------------------------------------------------------------------


def arguments():
    """A call of each function."""
    biases, weights, X, Y = make_net((5, 8, 2, 6), seed=5, m=4)
    x, y, z = X[:, [0]], Y[:, [0]], np.array([[-800.0, -40.0, -1.0], [0.0, 2.0, 800.0]])
    return {
        "sigmoid": (z,),
        "sigmoid_prime": (z,),
        "feedforward": (biases, weights, x),
        "cost_derivative": (Y[:, [1]], y),
        "quadratic_cost": (biases, weights, x, y),
        "backprop": (biases, weights, x, y),
        "update_mini_batch": (biases, weights, X, Y, 2.5),
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_input_is_changed(name):
    given = arguments()[name]
    matrices = [matrix for value in given for matrix in (value if isinstance(value, list) else [value])]
    before = [np.copy(matrix) for matrix in matrices]
    getattr(reference, name)(*given)
    assert all(map(np.array_equal, matrices, before))


def test_gradients_and_new_parameters_have_the_shapes_of_the_parameters():
    biases, weights, X, Y = make_net((2, 4, 4, 4, 3), seed=6, m=3)
    answers = (
        reference.backprop(biases, weights, X[:, [0]], Y[:, [0]]),
        reference.update_mini_batch(biases, weights, X, Y, 1.0),
    )
    for first, second in answers:
        assert [matrix.shape for matrix in first] == [b.shape for b in biases]
        assert [matrix.shape for matrix in second] == [w.shape for w in weights]


# --- the Octave twins -------------------------------------------------------------------------------------------------


@cache
def twin_calls():
    """Calls for Octave: name, number of outputs, arguments."""
    calls = {name: (name, 1, arguments()[name]) for name in FUNCTIONS[:-2]}
    for kind, sizes in NETS.items():
        biases, weights, X, Y = make_net(sizes, seed=7, m=4)
        single = biases, weights, X[:, [0]], Y[:, [0]]
        calls |= {
            f"feedforward, {kind}": ("feedforward", 1, single[:3]),
            f"quadratic_cost, {kind}": ("quadratic_cost", 1, single),
            f"backprop, {kind}": ("backprop", 2, single),
            f"update_mini_batch, {kind}": ("update_mini_batch", 2, (biases, weights, X, Y, 2.5)),
        }
    return calls


@pytest.fixture(scope="module")
def twins():
    """The answers to `twin_calls`, by the same keys: for each output its matrices."""
    answers, _ = in_octave(TWINS, twin_calls())
    return {name: list(map(listed, answer)) for name, answer in answers.items()}


def listed(output):
    """The matrices of a cell; a matrix as a list of itself."""
    return list(output.ravel()) if output.dtype == object else [output]


@needs("octave")
@pytest.mark.parametrize("name", twin_calls())
def test_the_octave_twin_agrees(name, twins):
    function, count, given = twin_calls()[name]
    answer = getattr(reference, function)(*given)
    outputs = answer if count > 1 else (answer,)
    for output, found in zip(outputs, twins[name], strict=True):
        matrices = output if isinstance(output, list) else [np.reshape(output, np.shape(output) or (1, 1))]
        assert [matrix.shape for matrix in found] == [matrix.shape for matrix in matrices]
        assert distance(unrolled(found), unrolled(matrices)) < 1e-14


# --- the stubs --------------------------------------------------------------------------------------------------------


def test_a_stub_answers_in_the_shape_of_the_reference():
    stubs = {}
    exec(shipped_stubs("quadratic").read_text(encoding="utf-8"), stubs)
    for name, given in arguments().items():
        got, want = (shapes_of(answer) for answer in (stubs[name](*given), getattr(reference, name)(*given)))
        assert got == want, name


def shapes_of(answer):
    return [shapes_of(each) for each in answer] if isinstance(answer, (list, tuple)) else np.shape(answer)


def test_stub_and_reference_are_signed_alike():
    pattern = re.compile(r"^def (\w+\(.*\)):$", re.MULTILINE)
    signatures = pattern.findall(shipped_stubs("quadratic").read_text(encoding="utf-8"))
    assert signatures == pattern.findall(inspect.getsource(reference))
    assert [signature.split("(")[0] for signature in signatures] == list(FUNCTIONS)
