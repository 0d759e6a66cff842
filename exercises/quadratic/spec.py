"""What is graded in this exercise, and how its cases are drawn from a seed.

The nets are chosen so that sizes that could be mixed up differ, and one so that none does:

    5-8-2-6      all sizes differ, from each other and from the numbers of layers and examples; 10 examples or 1
    2-4-4-4-3    three hidden layers of one width, so the weights of a neighbouring layer fit
    3-3-3-3      every matrix is square, and X and Y are: a missing transpose gives numbers and not an error
    3-4-1        a single output
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from grader.model import Blocks, Case, Exercise, Function, Output, Parameter, Part

BIASES = Parameter("biases", ("b", "bs", "B"))
WEIGHTS = Parameter("weights", ("w", "ws", "W"))


def matrices(name: str, argument: int) -> Blocks:
    """The matrices of a list like one of the arguments, with their shapes: 'nabla_w[0]' is (8, 5), ..."""

    def shapes(case: Case) -> dict[str, tuple[int, int]]:
        return {f"{name}[{at}]": np.shape(matrix) for at, matrix in enumerate(case.arguments[argument])}

    return shapes


def listed(name: str, argument: int) -> Output:
    return Output(name, blocks=matrices(name, argument), listed=True)


functions = (
    Function("sigmoid", (Parameter("z"),), (Output("g"),)),
    Function("sigmoid_prime", (Parameter("z"),), (Output("g"),)),
    Function("feedforward", (BIASES, WEIGHTS, Parameter("a", ("x",))), (Output("a"),)),
    Function(
        "cost_derivative", (Parameter("output_activations", ("a", "activations")), Parameter("y")), (Output("dC_da"),)
    ),
    Function("quadratic_cost", (BIASES, WEIGHTS, Parameter("x", ("a",)), Parameter("y")), (Output("C"),)),
    Function(
        "backprop",
        (BIASES, WEIGHTS, Parameter("x", ("a",)), Parameter("y")),
        (listed("nabla_b", 0), listed("nabla_w", 1)),
    ),
    Function(
        "update_mini_batch",
        (BIASES, WEIGHTS, Parameter("X", ("x",)), Parameter("Y", ("y",)), Parameter("eta", ("lr", "learning_rate"))),
        (listed("biases", 0), listed("weights", 1)),
    ),
)

parts = (
    Part("Sigmoid", "sigmoid", "g", 5, hint="everything below is built on it"),
    Part("Slope of the sigmoid", "sigmoid_prime", "g", 5, hint="it is a function of z and largest at z = 0"),
    Part("Feedforward", "feedforward", "a", 10, hint="take a through one layer after the other"),
    Part("Slope of the cost", "cost_derivative", "dC_da", 5, hint="differentiate C with respect to one output"),
    Part("Quadratic cost", "quadratic_cost", "C", 10, hint="let the net answer, and compare with y"),
    Part(
        "Gradient of the biases",
        "backprop",
        "nabla_b",
        20,
        hint="BP1 at the output, BP2 from there to every layer before it, BP3",
    ),
    Part(
        "Gradient of the weights",
        "backprop",
        "nabla_w",
        25,
        hint="BP4: a weight joins two layers, so its slope takes something of both",
    ),
    Part(
        "Mini-batch, biases",
        "update_mini_batch",
        "biases",
        10,
        hint="sum the gradients of all examples, then take one step",
    ),
    Part("Mini-batch, weights", "update_mini_batch", "weights", 10, hint="the same step as for the biases"),
)

NETS = ((5, 8, 2, 6), (2, 4, 4, 4, 3), (3, 3, 3, 3), (3, 4, 1))
BATCHES = (((5, 8, 2, 6), 10), ((2, 4, 4, 4, 3), 7), ((3, 3, 3, 3), 3), ((3, 4, 1), 6), ((5, 8, 2, 6), 1))


def draw(random: np.random.Generator) -> Iterator[Case]:
    yield from draw_sigmoids(random)
    for sizes in NETS:
        yield from draw_single(random, sizes)
    for sizes, m in BATCHES:
        examples = f"{m} example{'s' * (m > 1)}"
        eta = round(random.uniform(2, 4), 2)
        yield Case(f"{named(sizes)}, {examples}", "update_mini_batch", (*draw_net(random, sizes, m), eta))


def draw_sigmoids(random: np.random.Generator) -> Iterator[Case]:
    for function in ("sigmoid", "sigmoid_prime"):
        yield Case("a number", function, (random.normal(),))
        yield Case("a column", function, (3 * random.normal(size=(7, 1)),))
        yield Case("a matrix", function, (3 * random.normal(size=(4, 3)),))
        yield Case("a square matrix", function, (3 * random.normal(size=(3, 3)),))
        yield Case("large numbers", function, (saturating(random),))
        yield Case("whole numbers", function, (np.append(0, random.integers(-4, 5, 5)),))


def saturating(random: np.random.Generator) -> np.ndarray:
    """Numbers whose sigmoid rounds to 0 or 1, and one between them that sets the scale of the answer."""
    return np.append(random.normal(), random.choice([-1, 1], 6) * random.uniform(100, 800, 6))


def draw_single(random: np.random.Generator, sizes: tuple[int, ...]) -> Iterator[Case]:
    """One case for each of the functions that read a single example."""
    biases, weights, x, y = draw_net(random, sizes, m=1)
    net = named(sizes)
    yield Case(net, "feedforward", (biases, weights, x))
    yield Case(f"{sizes[-1]} output{'s' * (sizes[-1] > 1)}", "cost_derivative", (random.uniform(size=y.shape), y))
    yield Case(net, "quadratic_cost", (biases, weights, x, y))
    yield Case(net, "backprop", (biases, weights, x, y))


def draw_net(random: np.random.Generator, sizes: tuple[int, ...], m: int):
    """Biases and weights, tuples of arrays of mixed sign; inputs X (n, m) that are not 0 in the mean, and Y (K, m)."""
    biases = tuple(mixed(random, (size, 1)) for size in sizes[1:])
    weights = tuple(mixed(random, shape) for shape in zip(sizes[1:], sizes, strict=False))
    X = 0.8 * np.cos(random.uniform(0, 2 * np.pi, (sizes[0], m))) + 0.21
    return biases, weights, X, random.uniform(0.05, 0.95, (sizes[-1], m))


def mixed(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return 1.3 * np.sin(random.uniform(0, 2 * np.pi, shape)) + 0.13


def named(sizes: tuple[int, ...]) -> str:
    return f"{'-'.join(map(str, sizes))} net"


SPEC = Exercise("quadratic", "Backpropagation with the quadratic cost", functions, parts, draw)
