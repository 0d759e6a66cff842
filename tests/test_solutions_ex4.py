"""The reference of exercise 4 on trial: by other means, by its Octave twins, and by known numbers."""

import importlib
import inspect
import math
import random
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from data import load_ex4data1, load_ex4weights
from exercises.ex4.spec import SPEC
from grader.cases import EXERCISES_DIR
from solutions.ex4 import ex4 as reference
from tests.conftest import needs
from tests.twins import in_octave

stubs = importlib.import_module("tests.submissions.ex4.nothing-untouched-stubs.submission.ex4")

TWINS = Path(reference.__file__).parent / "octave"
FUNCTIONS = (
    "sigmoid",
    "sigmoidGradient",
    "randInitializeWeights",
    "nnCostFunction",
    "predict",
    "computeNumericalGradient",
    "checkNNGradients",
    "displayData",
)


# --- nets to try it on --------------------------------------------------------------------------------------

NETS = {  # n, h, K, m
    "all sizes differ": (8, 2, 4, 6),
    "as many hidden units as labels": (2, 4, 4, 7),
    "square weight matrices": (2, 3, 4, 5),
    "one example": (8, 2, 4, 1),
    "fewer examples than labels": (3, 5, 6, 4),
    "a single label": (3, 2, 1, 5),
    "one of everything": (1, 1, 1, 1),
}
everynet = pytest.mark.parametrize("sizes", NETS.values(), ids=NETS)
everylambda = pytest.mark.parametrize("lambda_", [0.0, 2.7])


def make_net(sizes, seed, scale=1.0):
    """The arguments of nnCostFunction but for lambda_, and Theta1, Theta2 that were unrolled."""
    n, h, K, m = sizes
    draw = np.random.default_rng(seed)
    Theta1, Theta2 = scale * draw.normal(size=(h, n + 1)), scale * draw.normal(size=(K, h + 1))
    X = draw.normal(size=(m, n))
    y = draw.permutation(np.resize(draw.permutation(K) + 1, m))[:, None]
    return (by_columns(Theta1, Theta2), n, h, K, X, y), Theta1, Theta2


def by_columns(*matrices):
    return np.array([A[i, j] for A in matrices for j in range(A.shape[1]) for i in range(A.shape[0])])


def official_net():
    """The course's synthetic case: 2-4-4, 16 examples."""
    nn_params = np.concatenate([np.sin(np.arange(1, 24, 2)), np.cos(np.arange(1, 40, 2))])
    X = np.sin(np.arange(1, 33)).reshape((16, 2), order="F") / 5
    return nn_params, 2, 4, 4, X, (1 + np.arange(1, 17) % 4)[:, None]


def debug_net():
    """The net of the gradient check: 3-5-3, 5 examples."""
    nn_params = np.concatenate([np.sin(np.arange(1, 21)), np.sin(np.arange(1, 19))]) / 10
    X = np.sin(np.arange(1, 16)).reshape((5, 3), order="F") / 10
    return nn_params, 3, 5, 3, X, (1 + np.arange(1, 6) % 3)[:, None]


def distance(got, want):
    """|got - want| / |want|, of vectors."""
    return np.linalg.norm(np.subtract(got, want)) / np.linalg.norm(want)


# --- the cost, by another road ------------------------------------------------------------------------------


def cost_by_loops(Theta1, Theta2, X, y, lambda_):
    """The textbook's cost, one example, one label and one weight at a time."""

    def unit(weights, values):
        return 1 / (1 + math.exp(-sum(w * v for w, v in zip(weights, [1, *values], strict=True))))

    errors = 0.0
    for x, label in zip(X, y.ravel(), strict=True):
        hidden = [unit(weights, x) for weights in Theta1]
        for k, weights in enumerate(Theta2, start=1):
            a = unit(weights, hidden)
            errors -= math.log(a) if k == label else math.log(1 - a)
    squares = sum(w * w for Theta in (Theta1, Theta2) for row in Theta for w in row[1:])
    return errors / len(X) + lambda_ * squares / (2 * len(X))


@everynet
@everylambda
@pytest.mark.parametrize("seed", range(5))
def test_the_cost_is_that_of_a_loop_over_examples_labels_and_weights(sizes, lambda_, seed):
    net, Theta1, Theta2 = make_net(sizes, seed)
    cost, _ = reference.nnCostFunction(*net, lambda_)
    assert cost == pytest.approx(cost_by_loops(Theta1, Theta2, *net[4:], lambda_), rel=1e-12)


def test_the_cost_is_that_of_the_loop_where_a_label_has_no_example():
    net, Theta1, Theta2 = make_net((8, 2, 4, 6), seed=1)
    net[5][:] = [[1], [2], [4], [4], [1], [2]]
    cost, _ = reference.nnCostFunction(*net, 1.0)
    assert cost == pytest.approx(cost_by_loops(Theta1, Theta2, *net[4:], 1.0), rel=1e-12)


# --- the gradient, by two other roads -----------------------------------------------------------------------


def by_complex_step(cost, theta):
    """dJ/dtheta as Im J(theta + i step) / step: no difference is taken, so no digit is lost."""
    step = 1e-30
    return np.array([cost(theta + 1j * step * unit).imag / step for unit in np.eye(theta.size)])


def gradient_error(nnCostFunction, net, lambda_):
    """How far the function's gradient is from the complex step of its own cost."""
    nn_params, *rest = net
    want = by_complex_step(lambda params: nnCostFunction(params, *rest, lambda_)[0], nn_params)
    return distance(nnCostFunction(*net, lambda_)[1], want)


@everynet
@everylambda
@pytest.mark.parametrize("seed", range(5))
def test_the_gradient_is_that_of_a_complex_step(sizes, lambda_, seed):
    net, _, _ = make_net(sizes, seed)
    assert gradient_error(reference.nnCostFunction, net, lambda_) < 1e-13


@pytest.mark.parametrize("scale", [10.0, 300.0])
def test_the_gradient_is_that_of_a_complex_step_where_units_saturate(scale):
    net, _, _ = make_net((8, 2, 4, 6), seed=2, scale=scale)
    assert gradient_error(reference.nnCostFunction, net, 0.5) < 1e-13


@everynet
@everylambda
def test_the_gradient_is_that_of_central_differences(sizes, lambda_):
    (nn_params, *rest), _, _ = make_net(sizes, seed=3)

    def cost(params):
        return reference.nnCostFunction(params, *rest, lambda_)

    assert distance(reference.computeNumericalGradient(cost, nn_params), cost(nn_params)[1]) < 1e-8


REGULARISED_BIAS = "Theta1_grad += lambda_ / m * Theta1"
SLIPS = {
    "g' is taken of a2": ("* sigmoidGradient(z2)", "* sigmoidGradient(sigmoid(z2))"),
    "g' is forgotten": (" * sigmoidGradient(z2)", ""),
    "the bias is regularised": ("Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]", REGULARISED_BIAS),
    "one m is missing": ("delta2.T @ a1 / m", "delta2.T @ a1"),
    "lambda is halved": ("Theta2_grad[:, 1:] += lambda_ / m", "Theta2_grad[:, 1:] += lambda_ / (2 * m)"),
    "labels count from 0": ("delta3 = a3 - Y", "delta3 = a3 - np.roll(Y, 1, axis=1)"),
}


@pytest.mark.parametrize(("right", "wrong"), SLIPS.values(), ids=SLIPS)
def test_an_almost_right_gradient_is_caught(right, wrong):
    source = inspect.getsource(reference)
    assert source.count(right) == 1
    slipped = {}
    exec(source.replace(right, wrong), slipped)
    net, _, _ = make_net((8, 2, 4, 6), seed=0)
    assert gradient_error(slipped["nnCostFunction"], net, 2.7) > 1e-3


# --- known numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lambda_", "J"), [(0.0, 3.087449158), (1.5, 3.647041256)])
def test_the_courses_synthetic_case_has_its_cost(lambda_, J):
    assert reference.nnCostFunction(*official_net(), lambda_)[0] == pytest.approx(J, abs=5e-10)


def test_the_courses_synthetic_case_has_its_gradient():
    _, grad = reference.nnCostFunction(*official_net())
    assert grad.shape == (32,)
    assert grad[:3] == pytest.approx([-0.01210486, -0.12775969, 0.04255296], abs=5e-9)


GRADIENT_CHECK = [(0.0, 2.1009505699, 0.522310080), (3.0, 2.146359815, 0.555328498)]


@pytest.mark.parametrize(("lambda_", "J", "length"), GRADIENT_CHECK)
def test_the_gradient_check_has_the_courses_numbers(lambda_, J, length, capsys):
    numgrad, grad, diff = reference.checkNNGradients(lambda_)
    assert reference.nnCostFunction(*debug_net(), lambda_)[0] == pytest.approx(J, abs=5e-10)
    assert np.linalg.norm(grad) == pytest.approx(length, abs=5e-10)
    assert np.array_equal(grad, reference.nnCostFunction(*debug_net(), lambda_)[1])
    assert diff == np.linalg.norm(numgrad - grad) / np.linalg.norm(numgrad + grad) < 1e-9
    assert len(capsys.readouterr().out.splitlines()) == 1 + 38 + 1


def test_the_sigmoid_gradient_has_the_courses_numbers():
    got = reference.sigmoidGradient(np.array([-1, -0.5, 0, 0.5, 1]))
    assert got == pytest.approx([0.1966119332, 0.2350037122, 0.25, 0.2350037122, 0.1966119332], abs=5e-11)


@pytest.fixture(scope="module")
def handout():
    return (EXERCISES_DIR / "ex4" / "README.md").read_text(encoding="utf-8")


def test_the_handout_has_the_numbers_of_the_shipped_weights(handout):
    X, y = load_ex4data1()
    Theta1, Theta2 = load_ex4weights()
    nn_params = by_columns(Theta1, Theta2)
    answers = [reference.nnCostFunction(nn_params, 400, 25, 10, X, y, lambda_) for lambda_ in (0, 1, 3)]
    assert row("J", [J for J, _ in answers]) in handout
    assert row("length of grad", [np.linalg.norm(grad) for _, grad in answers]) in handout
    assert f"right on {np.mean(reference.predict(Theta1, Theta2, X) == y.ravel()):.2%}".replace("%", " %") in handout


def test_the_handout_has_the_numbers_of_the_small_functions(handout):
    z = np.array([-1, -0.5, 0, 0.5, 1])
    assert row("g'(z)", reference.sigmoidGradient(z)) in handout
    assert f"g(1) = {reference.sigmoid(1):.6f}" in handout
    grad = reference.nnCostFunction(*debug_net())[1]
    assert ", ".join(f"{slope:.6f}" for slope in grad[:3]) in handout
    for lambda_ in (0.0, 3.0):
        assert f"J is {reference.nnCostFunction(*debug_net(), lambda_)[0]:.6f}" in handout


def test_float32_is_not_precise_enough_as_the_handout_says(handout):
    (nn_params, n, h, K, X, y), Theta1, Theta2 = make_net((400, 25, 10, 100), seed=3, scale=0.3)
    want = reference.nnCostFunction(nn_params, n, h, K, X, y, 0.0)[1]
    for precision, enough in ((np.float32, False), (np.float64, True)):
        got = gradient(*(A.astype(precision) for A in (Theta1, Theta2, X)), np.eye(K, dtype=precision)[y.ravel() - 1])
        assert got.dtype == precision
        assert bool(np.any(SPEC.tolerance.exceeded(got.astype(float), want))) is not enough
    assert "`float32` is not precise enough for that" in handout


def gradient(Theta1, Theta2, X, Y):
    """Backpropagation in the precision of its arguments."""
    ones = np.ones((len(X), 1), X.dtype)
    A1 = np.hstack([ones, X])
    A2 = np.hstack([ones, 1 / (1 + np.exp(-A1 @ Theta1.T))])
    delta3 = 1 / (1 + np.exp(-A2 @ Theta2.T)) - Y
    delta2 = (delta3 @ Theta2 * A2 * (1 - A2))[:, 1:]
    return by_columns(delta2.T @ A1 / len(X), delta3.T @ A2 / len(X))


def row(name, values):
    """A row of a table."""
    return f"| {name} | " + " | ".join(f"{value:.6f}" for value in values) + " |"


def test_a_net_without_weights_costs_log_2_a_label():
    (nn_params, *rest), _, _ = make_net((3, 4, 10, 6), seed=0)
    cost, _ = reference.nnCostFunction(0 * nn_params, *rest, 1.0)
    assert cost == pytest.approx(10 * math.log(2), rel=1e-14)


# --- the ends of the number range ---------------------------------------------------------------------------


def test_sigmoid_saturates_without_a_warning():
    with np.errstate(all="raise"):
        assert np.array_equal(reference.sigmoid(np.array([-800.0, 0.0, 800.0])), [0, 0.5, 1])
        assert 0 < reference.sigmoid(-740.0) < 1e-320
        assert np.array_equal(reference.sigmoidGradient(np.array([-800.0, 0.0, 800.0])), [0, 0.25, 0])


def test_sigmoid_keeps_its_digits_where_it_is_small():
    z = np.array([-700.0, -100.0, -40.0, -1.0])
    want = [math.exp(t) / (1 + math.exp(t)) for t in z]
    assert reference.sigmoid(z) == pytest.approx(want, rel=1e-14, abs=0)


def test_sigmoid_gradient_keeps_its_digits_and_is_even():
    z = np.array([1.0, 40.0, 100.0, 700.0])
    want = [math.exp(-t) / (1 + math.exp(-t)) ** 2 for t in z]
    assert reference.sigmoidGradient(z) == pytest.approx(want, rel=1e-14, abs=0)
    assert np.array_equal(reference.sigmoidGradient(z), reference.sigmoidGradient(-z))


@pytest.mark.parametrize("function", [reference.sigmoid, reference.sigmoidGradient])
@pytest.mark.parametrize("z", [2, True, np.uint8(3), [1, 2], np.zeros(3), np.eye(2, 3, dtype=int)], ids=repr)
def test_sigmoids_keep_the_shape_of_what_they_get(function, z):
    assert np.shape(function(z)) == np.shape(z)
    assert np.array_equal(function(z), function(np.array(z, dtype=float)))


def textbook_cost(a3, Y):
    with np.errstate(all="ignore"):
        return np.sum(-Y * np.log(a3) - (1 - Y) * np.log(1 - a3))


@pytest.mark.parametrize(("label", "J", "textbook"), [(1, 0.0, math.nan), (2, 1600.0, math.inf)])
def test_the_cost_is_finite_where_the_output_rounds_to_0_or_1(label, J, textbook):
    nn_params = by_columns(np.zeros((1, 2)), np.array([[800.0, 0.0], [-800.0, 0.0]]))
    with np.errstate(all="raise"):
        got, grad = reference.nnCostFunction(nn_params, 1, 1, 2, np.ones((1, 1)), np.array([[label]]))
    assert got == J
    assert np.isfinite(grad).all()
    assert textbook_cost(np.array([1.0, 0.0]), np.eye(2)[label - 1]) == pytest.approx(textbook, nan_ok=True)


# --- manners ------------------------------------------------------------------------------------------------


def arguments():
    """A call of each function."""
    net, Theta1, Theta2 = make_net((8, 2, 4, 6), seed=4)
    z = np.linspace(-3, 4, 12).reshape(3, 4)
    return {
        "sigmoid": (z,),
        "sigmoidGradient": (z,),
        "randInitializeWeights": (3, 4),
        "nnCostFunction": (*net, 2.7),
        "predict": (Theta1, Theta2, net[4]),
        "computeNumericalGradient": (lambda theta: theta @ theta, z[0]),
        "checkNNGradients": (3.0,),
        "displayData": (np.linspace(-1, 2, 60).reshape(3, 20), 5),
    }


@pytest.fixture
def plt():
    """matplotlib without windows."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    yield plt
    plt.close("all")


@pytest.mark.usefixtures("plt")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_input_is_changed(name):
    given = arguments()[name]
    arrays = [value for value in given if isinstance(value, np.ndarray)]
    before = [array.copy() for array in arrays]
    getattr(reference, name)(*given)
    assert all(map(np.array_equal, arrays, before))


@pytest.mark.parametrize("shape", [(6,), (6, 1), (1, 6)])
def test_labels_may_come_as_a_vector_a_column_or_a_row(shape):
    (*net, y), _, _ = make_net((8, 2, 4, 6), seed=5)
    J, grad = reference.nnCostFunction(*net, y.reshape(shape), 1.0)
    want_J, want_grad = reference.nnCostFunction(*net, y, 1.0)
    assert want_J == J
    assert np.array_equal(grad, want_grad)


def test_the_cost_is_a_number_and_the_gradient_one_dimensional():
    J, grad = reference.nnCostFunction(*official_net())
    assert isinstance(J, float)
    assert (grad.shape, grad.dtype) == ((32,), float)


def test_lambda_is_0_unless_given():
    assert reference.nnCostFunction(*official_net())[0] == reference.nnCostFunction(*official_net(), 0.0)[0]


def test_importing_the_reference_imports_numpy_only():
    heavy = "sorted({'scipy', 'matplotlib', 'oct2py'} & set(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", f"import sys, solutions.ex4.ex4; print({heavy})"],
        cwd=TWINS.parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[]"


# --- the helpers --------------------------------------------------------------------------------------------


def test_predict_gives_the_label_of_the_largest_output():
    Theta1 = np.array([[0.0, 10.0]])
    Theta2 = np.array([[0.0, -1.0], [0.0, 1.0], [0.6, 0.0]])
    p = reference.predict(Theta1, Theta2, np.array([[1.0], [-1.0]]))
    assert p.tolist() == [2, 3]
    assert p.dtype.kind == "i"


def test_predict_gives_the_smallest_of_equally_likely_labels():
    assert reference.predict(np.zeros((2, 3)), np.zeros((4, 3)), np.ones((1, 2))).tolist() == [1]


def test_random_weights_are_the_stream_of_a_seeded_twister_column_by_column():
    np.random.seed([42])
    W = reference.randInitializeWeights(3, 2)
    stream = random.Random(42)
    assert W.shape == (2, 4)
    assert W.ravel(order="F").tolist() == [stream.random() * 2 * 0.12 - 0.12 for _ in range(8)]


def test_random_weights_fill_their_band():
    np.random.seed([1])
    W = reference.randInitializeWeights(30, 20)
    assert -0.12 <= W.min() < -0.115
    assert 0.115 < W.max() <= 0.12
    assert np.unique(W).size == W.size


def test_the_numerical_gradient_of_a_polynomial_is_its_gradient():
    theta = np.array([[2.0, 1.0], [-1.0, 0.5]])

    def cost(t):
        return t[0, 0] ** 2 + 3 * t[0, 1] * t[1, 0] - t[1, 1]

    want = np.array([[4.0, -3.0], [3.0, -1.0]])
    assert reference.computeNumericalGradient(cost, theta) == pytest.approx(want, abs=1e-10)


def test_the_numerical_gradient_takes_the_cost_out_of_a_pair():
    numgrad = reference.computeNumericalGradient(lambda t: (3 * t[0], "the gradient"), np.ones(1))
    assert numgrad == pytest.approx([3.0])


def test_the_mosaic_has_every_image_in_its_place():
    X = np.arange(1.0, 141.0).reshape(7, 20)
    X[6] = 0
    _, mosaic = reference.displayData(X, 5)
    assert mosaic.shape == (1 + 2 * (4 + 1), 1 + 4 * (5 + 1))
    assert np.array_equal(mosaic[1:5, 7:12], X[1].reshape(5, 4).T / 40)
    assert np.array_equal(mosaic[6:10, 1:6], X[4].reshape(5, 4).T / 100)
    assert not mosaic[6:10, 13:18].any(), "a blank image stays 0"
    assert (mosaic[:, 18:][6:10] == -1).all(), "a place without an image is border"
    assert (mosaic[::5] == -1).all()
    assert (mosaic[:, ::6] == -1).all()


def test_images_are_square_unless_a_width_is_given():
    assert reference.displayData(np.ones((12, 9)))[1].shape == (1 + 3 * 4, 1 + 4 * 4)


def test_the_mosaic_is_drawn_in_grey_from_black_to_white(plt):
    h, mosaic = reference.displayData(np.eye(4))
    assert np.array_equal(h.get_array(), mosaic)
    assert (h.get_clim(), h.get_cmap().name) == ((-1, 1), "gray")
    assert h.axes is plt.gca()


def test_the_mosaic_is_made_where_matplotlib_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    h, mosaic = reference.displayData(np.eye(4))
    assert h is None
    assert mosaic.shape == (7, 7)


# --- the Octave twins ---------------------------------------------------------------------------------------

CUBIC = "@(t) t(1) ^ 3 + t(2) * t(3) ^ 2"


@cache
def twin_calls():
    """Calls for Octave: name, number of outputs, arguments."""
    nets = {name: make_net(sizes, seed=6)[0] for name, sizes in NETS.items()}
    absent, Theta1, Theta2 = make_net((8, 2, 4, 6), seed=7)
    absent[5][absent[5] == 3] = 4
    nets |= {"a label without examples": absent, "saturated": make_net((8, 2, 4, 6), seed=8, scale=300.0)[0]}
    z = np.array([[-800.0, -40.0, -1.0], [0.0, 2.0, 800.0]])
    images = np.sin(np.arange(140.0)).reshape(7, 20)
    images[6] = 0
    return {
        "sigmoid": ("sigmoid", 1, (z,)),
        "sigmoidGradient": ("sigmoidGradient", 1, (z,)),
        "randInitializeWeights": ("randInitializeWeights", 1, (30, 20)),
        **{name: ("nnCostFunction", 2, (*net, 0.0)) for name, net in nets.items()},
        **{f"{name}, regularised": ("nnCostFunction", 2, (*net, 2.7)) for name, net in nets.items()},
        "predict": ("predict", 1, (Theta1, Theta2, absent[4])),
        "computeNumericalGradient": ("computeNumericalGradient", 1, (CUBIC, np.array([1.0, -2.0, 0.5]))),
        "checkNNGradients": ("checkNNGradients", 3, (3.0,)),
        "displayData": ("displayData", 2, (images, 5)),
        "displayData, square": ("displayData", 2, (images[:, :16],)),
        "debugInitializeWeights": ("debugInitializeWeights", 1, (3, 4)),
        "(:)": ("@(A) A(:)", 1, (Theta1,)),
    }


@pytest.fixture(scope="module")
def twins():
    """The answers to `twin_calls`, by the same keys, and what was printed."""
    return in_octave(TWINS, twin_calls())


def reference_answer(key):
    name, nout, given = twin_calls()[key]
    np.random.seed([42])
    answer = getattr(reference, name)(*given)
    return answer if nout > 1 else (answer,)


@needs("octave")
@pytest.mark.parametrize("key", ["sigmoid", "sigmoidGradient", "debugInitializeWeights"])
def test_elementwise_functions_agree_with_their_twins(twins, key):
    assert twins[0][key][0] == pytest.approx(reference_answer(key)[0], rel=1e-14, abs=0)


@needs("octave")
@pytest.mark.parametrize("key", [key for key, call in twin_calls().items() if call[0] == "nnCostFunction"])
def test_cost_and_gradient_agree_with_their_twin(twins, key):
    J, grad = reference_answer(key)
    twin_J, twin_grad = twins[0][key]
    assert twin_J.item() == pytest.approx(J, rel=1e-14)
    assert twin_grad.shape == (grad.size, 1)
    assert distance(twin_grad.ravel(), grad) < 1e-13


@needs("octave")
def test_seeded_random_weights_are_octaves_bit_for_bit(twins):
    assert np.array_equal(twins[0]["randInitializeWeights"][0], reference_answer("randInitializeWeights")[0])


@needs("octave")
def test_predicted_labels_are_octaves(twins):
    (p,) = twins[0]["predict"]
    assert p.ravel().tolist() == reference_answer("predict")[0].tolist()


@needs("octave")
def test_the_numerical_gradient_agrees_with_its_twin(twins):
    _, _, (_, theta) = twin_calls()["computeNumericalGradient"]
    want = reference.computeNumericalGradient(lambda t: t[0] ** 3 + t[1] * t[2] ** 2, theta)
    assert twins[0]["computeNumericalGradient"][0] == pytest.approx(want[:, None], abs=1e-10)


@needs("octave")
def test_the_gradient_check_agrees_with_its_twin(twins, capsys):
    answers, printed = twins
    numgrad, grad, _ = reference.checkNNGradients(3.0)
    twin_numgrad, twin_grad, twin_diff = answers["checkNNGradients"]
    assert distance(twin_grad.ravel(), grad) < 1e-13
    assert distance(twin_numgrad.ravel(), numgrad) < 1e-9
    assert twin_diff.item() < 1e-9
    assert frame(printed) == frame(capsys.readouterr().out)


def frame(text):
    """The text with # for each digit and exponent."""
    return re.sub(r"[\d.]+e-\d+|\d", "#", text)


@needs("octave")
@pytest.mark.parametrize("key", ["displayData", "displayData, square"])
def test_the_mosaic_is_octaves(twins, key):
    assert np.array_equal(twins[0][key][1], reference_answer(key)[1])


@needs("octave")
def test_unrolling_is_octaves(twins):
    _, _, (Theta1,) = twin_calls()["(:)"]
    assert np.array_equal(twins[0]["(:)"][0].ravel(), Theta1.ravel(order="F"))
    assert np.array_equal(twins[0]["(:)"][0].ravel(), by_columns(Theta1))


def test_every_function_has_a_twin():
    assert {path.stem for path in TWINS.glob("*.m")} == {*FUNCTIONS, "debugInitializeWeights"}


# --- the stubs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_stub_has_the_references_signature(name):
    assert inspect.signature(getattr(stubs, name)) == graded(inspect.signature(getattr(reference, name)))
    assert inspect.getdoc(getattr(stubs, name))


def graded(signature):
    """The signature without the options that only the reference has."""
    kept = [parameter for parameter in signature.parameters.values() if parameter.kind is not parameter.KEYWORD_ONLY]
    return signature.replace(parameters=kept)


@pytest.mark.usefixtures("plt")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_stub_returns_the_right_shapes_and_no_answer(name):
    got, want = (numbers(getattr(module, name)(*arguments()[name])) for module in (stubs, reference))
    assert [value.shape for value in got] == [value.shape for value in want]
    assert not any(map(np.allclose, got, want))


def numbers(answer):
    """The numeric outputs of a function, as arrays."""
    values = answer if isinstance(answer, tuple) else (answer,)
    return [np.asarray(value) for value in values if isinstance(value, (float, np.ndarray))]


def test_the_debug_weights_are_given():
    assert np.array_equal(stubs.debugInitializeWeights(3, 4), reference.debugInitializeWeights(3, 4))
