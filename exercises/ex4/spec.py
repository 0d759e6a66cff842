"""What is graded in exercise 4, and how its cases are drawn from a seed.

The nets are chosen so that no two sizes that could be mixed up are equal:

    W  8-2-4, 6 examples: h, h+1, K, m-1, m, n and n+1 all differ
    S  2-4-4, 7 examples: h = K, so a missing transpose gives numbers and not an error
    Q  2-3-4, 5 examples: both weight matrices are square
    1  as W, with a single example
    D  400-25-10: 18 of the 5000 digits, none of one class
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data import load_ex4data1
from grader.model import Case, Exercise, Formula, Function, Output, Parameter, Part, Value

EPSILON_INIT = 0.12
LAMBDA = Parameter(
    "lambda_",
    ("lambda", "lam", "lamda", "lmd", "lmbda", "reg", "l", "lambda_reg", "_lambda", "xlambda", "learning_rate"),
)


def gradient_matrices(case: Case) -> dict[str, tuple[int, int]]:
    """The matrices that nnCostFunction's gradient unrolls, with their shapes."""
    _, n, h, K, *_ = case.arguments
    return {"Theta1_grad": (h, n + 1), "Theta2_grad": (K, h + 1)}


functions = (
    Function("sigmoid", (Parameter("z"),), (Output("g"),)),
    Function("sigmoidGradient", (Parameter("z"),), (Output("g"),)),
    Function("randInitializeWeights", (Parameter("L_in"), Parameter("L_out")), (Output("W"),)),
    Function(
        "nnCostFunction",
        (
            Parameter("nn_params", ("params", "theta", "thetas", "p", "nn_theta", "unrolled")),
            Parameter("input_layer_size", ("input_size", "n_input", "n_in", "input_layer")),
            Parameter("hidden_layer_size", ("hidden_size", "n_hidden", "n_hid", "hidden_layer")),
            Parameter("num_labels", ("n_labels", "K", "num_classes", "output_layer_size", "labels_num")),
            Parameter("X", ("x", "data")),
            Parameter("y", ("Y", "labels"), column=True),
            LAMBDA,
        ),
        (Output("J"), Output("grad", blocks=gradient_matrices, first_column="the bias column")),
    ),
    Function("predict", (Parameter("Theta1"), Parameter("Theta2"), Parameter("X")), (Output("p"),)),
    Function("computeNumericalGradient", (Parameter("J"), Parameter("theta")), (Output("numgrad"),)),
    Function(
        "checkNNGradients",
        (LAMBDA,),
        (Output("numgrad", compared=False), Output("grad"), Output("diff", compared=False)),
    ),
    Function(
        "displayData",
        (Parameter("X"), Parameter("example_width")),
        (Output("h", compared=False), Output("display_array")),
    ),
)


def uniform_in_band(W: Value, case: Case, want: Value) -> str | None:
    """Complaint about random initial weights, of which any draw from U(-0.12, 0.12) is right."""
    W = np.asarray(W, dtype=float)
    if not np.all(np.abs(W) <= EPSILON_INIT):
        return f"some weights lie outside [-{EPSILON_INIT}, {EPSILON_INIT}]"
    if len(set(W.flat)) < W.size:
        return "some weights are equal: units that start alike learn alike"
    if W.min() > -EPSILON_INIT / 2 or W.max() < EPSILON_INIT / 2:
        return f"the weights do not fill [-{EPSILON_INIT}, {EPSILON_INIT}]"
    return None


parts = (
    Part("Sigmoid", "sigmoid", "g", 0, hint="everything below is built on it"),
    Part(
        "Feedforward and cost",
        "nnCostFunction",
        "J",
        30,
        group="lambda = 0",
        hint="take every example forward through both layers, then sum the cost of all K outputs",
    ),
    Part(
        "Regularized cost",
        "nnCostFunction",
        "J",
        15,
        group="lambda > 0",
        hint="add the penalty on the weights; bias weights are not penalised",
    ),
    Part(
        "Sigmoid gradient",
        "sigmoidGradient",
        "g",
        5,
        hint="the slope of the sigmoid, element by element; it is largest at z = 0",
    ),
    Part(
        "Backpropagation",
        "nnCostFunction",
        "grad",
        40,
        group="lambda = 0",
        hint="the error of the output layer first, then back through Theta2 to the hidden layer",
    ),
    Part(
        "Regularized gradient",
        "nnCostFunction",
        "grad",
        10,
        group="lambda > 0",
        hint="add the slope of the penalty to every weight that the penalty contains",
    ),
    Part("Random initial weights", "randInitializeWeights", "W", 0, judge=uniform_in_band),
    Part("Prediction", "predict", "p", 0),
    Part("Numerical gradient", "computeNumericalGradient", "numgrad", 0),
    Part("Gradient check", "checkNNGradients", "numgrad", 0),
    Part("Display of the data", "displayData", "display_array", 0),
)


def draw(random: np.random.Generator) -> Iterator[Case]:
    yield from draw_sigmoids(random)
    yield from draw_nets(random)
    yield from draw_helpers(random)


def draw_sigmoids(random: np.random.Generator) -> Iterator[Case]:
    for function in ("sigmoid", "sigmoidGradient"):
        yield Case("a number", function, (random.normal(),))
        yield Case("a vector", function, (3 * random.normal(size=7),))
        yield Case("a matrix", function, (3 * random.normal(size=(4, 3)),))
        yield Case("a square matrix", function, (3 * random.normal(size=(3, 3)),))
        yield Case("large numbers", function, (saturating(random),))


def saturating(random: np.random.Generator) -> np.ndarray:
    """Numbers whose sigmoid rounds to 0 or 1, and one between them that sets the scale of the answer."""
    return np.append(random.normal(), random.choice([-1, 1], 6) * random.uniform(100, 800, 6))


NETS = {"W": (8, 2, 4, 6), "S": (2, 4, 4, 7), "Q": (2, 3, 4, 5), "1": (8, 2, 4, 1)}
DIGITS = (400, 25, 10, 18)
KINDS = {"1": "one example", "D": "18 of the digits, one label absent"}


def draw_nets(random: np.random.Generator) -> Iterator[Case]:
    for name, sizes in NETS.items():
        nn_params, X, y = draw_net(random, sizes)
        yield from cost_cases(name, sizes, nn_params, X, y, lambda_=random.uniform(2, 3))
    n, h, K, m = DIGITS
    X, y = load_ex4data1(rows=digit_rows(random, m))
    nn_params = random.uniform(-0.3, 0.3, h * (n + 1) + K * (h + 1))
    yield from cost_cases("D", DIGITS, nn_params, X, y, lambda_=random.uniform(0.5, 1.5))


def draw_net(random: np.random.Generator, sizes: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    """Weights and inputs of mixed sign, none near zero mean, and labels of every class.

    A single example is never of the last class: code that counts classes from 0 runs on it, and so shows what else
    it does.
    """
    n, h, K, m = sizes
    nn_params = 0.9 * np.sin(random.uniform(0, 2 * np.pi, h * (n + 1) + K * (h + 1))) + 0.13
    X = 0.8 * np.cos(random.uniform(0, 2 * np.pi, (m, n))) + 0.21
    y = random.permutation(np.resize(random.permutation(np.arange(1, K + 1)), m))
    if m == 1:
        y = np.minimum(y, K - 1)
    return nn_params, X, y[:, None]


def digit_rows(random: np.random.Generator, m: int) -> np.ndarray:
    """Rows of the digits, as many of each class but one, in no order. It is never the last class, which stands first:
    the largest label is still the number of classes."""
    kinds = np.delete(np.arange(10), random.integers(1, 10))
    chosen = random.integers(500, size=(len(kinds), m // len(kinds)))
    return random.permutation((500 * kinds[:, None] + chosen).ravel())


def cost_cases(
    name: str, sizes: tuple[int, ...], nn_params: np.ndarray, X: np.ndarray, y: np.ndarray, lambda_: float
) -> Iterator[Case]:
    n, h, K, m = sizes
    net = f"{n}-{h}-{K} net, {KINDS.get(name, f'{m} examples')}"
    for group, value in (("lambda = 0", 0.0), ("lambda > 0", round(lambda_, 2))):
        yield Case(f"{net}, lambda = {value:g}", "nnCostFunction", (nn_params, n, h, K, X, y, value), group)


def draw_helpers(random: np.random.Generator) -> Iterator[Case]:
    n, h, K, m = NETS["W"]
    seed = int(random.integers(1, 2**31))
    yield Case("3 inputs, 4 units", "randInitializeWeights", (3, 4), seed=seed)
    yield Case("30 inputs, 20 units", "randInitializeWeights", (30, 20), seed=seed + 1)
    Theta1, Theta2, X = random.normal(size=(h, n + 1)), random.normal(size=(K, h + 1)), random.normal(size=(m, n))
    yield Case(f"{n}-{h}-{K} net, {m} examples", "predict", (Theta1, Theta2, X))
    yield Case("a quadratic in 4 variables", "computeNumericalGradient", (QUADRATIC, random.normal(size=4)))
    yield Case("a cubic in 3 variables", "computeNumericalGradient", (CUBIC, random.normal(size=3)))
    yield Case("lambda = 0", "checkNNGradients", (0.0,))
    yield Case("lambda = 3", "checkNNGradients", (3.0,))
    yield Case("12 images of 4 by 5", "displayData", (random.uniform(-1, 1, (12, 20)), 5))
    yield Case("7 square images", "displayData", (random.uniform(-1, 1, (7, 9)), 3))
    Theta1, Theta2, X = 3 * random.normal(size=(6, 4)), 3 * random.normal(size=(4, 7)), random.normal(size=(40, 3))
    yield Case("3-6-4 net, 40 examples", "predict", (Theta1, Theta2, X))
    yield Case("a cost with its gradient", "computeNumericalGradient", (PAIR, random.normal(size=2)))
    for function in ("sigmoid", "sigmoidGradient"):
        yield Case("whole numbers", function, (np.append(0, random.integers(-4, 5, 5)),))


QUADRATIC = Formula(
    "lambda theta: theta[0] ** 2 - 3 * theta[1] * theta[2] + theta[3] ** 2 / 2",
    "@(theta) theta(1) ^ 2 - 3 * theta(2) * theta(3) + theta(4) ^ 2 / 2",
)
PAIR = Formula("lambda theta: (theta[0] ** 2 + 3 * theta[1], None)", "@(theta) theta(1) ^ 2 + 3 * theta(2)")
CUBIC = Formula(
    "lambda theta: theta[0] ** 3 + theta[1] * theta[2] ** 2", "@(theta) theta(1) ^ 3 + theta(2) * theta(3) ^ 2"
)


PROVIDED = (
    "sigmoid",
    "predict",
    "computeNumericalGradient",
    "debugInitializeWeights",
    "checkNNGradients",
    "displayData",
)

SPEC = Exercise("ex4", "Neural network learning", functions, parts, draw, provided=PROVIDED)
