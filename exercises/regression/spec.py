"""What is graded in the exercise `regression`, and how its cases are drawn from a seed.

The nets, inputs-hidden-outputs, are chosen so that what could be mixed up shows:

    8-3-2  6 examples: n, h, K, m - 1 and m all differ, and there are more inputs than examples
    2-3-1  7 examples: the document's
    2-4-4  7 examples: Theta2 is square, so that a missing transpose gives numbers and not an error
    3-3-2  5 examples: Theta1 is square
    4-4-4  4 examples: everything is square
    2-3-1  a single example
    2-3-1  two examples so large that e^-z overflows for one and e^z for the other
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from grader.model import Case, Exercise, Function, Output, Parameter, Part

X = Parameter("X", ("x", "data", "inputs"))
Y = Parameter("y", ("Y", "target", "targets"))
THETA1 = Parameter("Theta1", ("W1", "w1", "weights1"))
THETA2 = Parameter("Theta2", ("W2", "w2", "weights2"))
SCALING = Parameter("scaling", ("scale", "mode", "kind"))
NET = (X, Y, THETA1, THETA2)

functions = (
    Function("sigmoid", (Parameter("z"),), (Output("g"),)),
    Function("sigmoidPrime", (Parameter("z"),), (Output("gPrime"),)),
    Function("forward", (X, THETA1, THETA2), (Output("z2"), Output("a2"), Output("z3"), Output("yhat"))),
    Function("costFunction", (*NET, SCALING), (Output("J"),)),
    Function("costGradient", (*NET, SCALING), (Output("dJdTheta1"), Output("dJdTheta2"))),
    Function(
        "hintonNeuron",
        (Parameter("w", ("weights",), column=True), X, Parameter("t", ("target", "targets"), column=True)),
        (Output("E"), Output("dEdw")),
    ),
    Function(
        "gradientDescent",
        (*NET, Parameter("alpha", ("learning_rate", "eta", "lr")), Parameter("iterations", ("num_iters", "steps"))),
        (Output("Theta1"), Output("Theta2"), Output("J_history")),
    ),
)

parts = (
    Part("Sigmoid", "sigmoid", "g", 5, hint="everything below is built on it"),
    Part(
        "Slope of the sigmoid",
        "sigmoidPrime",
        "gPrime",
        10,
        hint="try z = -800: an exponential overflows, although the slope there is next to 0",
    ),
    Part("Hidden sums", "forward", "z2", 3, hint="examples are rows, so the weights stand on the right"),
    Part("Hidden activations", "forward", "a2", 4, hint="what goes on from a hidden unit is not its sum"),
    Part("Output sums", "forward", "z3", 3, hint="what the hidden units pass on, weighted"),
    Part("Prediction", "forward", "yhat", 5, hint="the output unit is like the hidden ones"),
    Part("Cost", "costFunction", "J", 10, group="half", hint="square every error before anything is added up"),
    Part("Cost per example", "costFunction", "J", 5, group="mean", hint="the same sum, divided by one number more"),
    Part(
        "Gradient of Theta2",
        "costGradient",
        "dJdTheta2",
        10,
        group="half",
        hint="how J changes with z3 first, then what each weight has to do with z3",
    ),
    Part(
        "Gradient of Theta1",
        "costGradient",
        "dJdTheta1",
        15,
        group="half",
        hint="take the error of the output back through Theta2, then through the slope of the hidden units",
    ),
    Part(
        "Gradient of Theta2 per example",
        "costGradient",
        "dJdTheta2",
        2,
        group="mean",
        hint="a factor in the cost is the same factor in its gradient",
    ),
    Part(
        "Gradient of Theta1 per example",
        "costGradient",
        "dJdTheta1",
        3,
        group="mean",
        hint="a factor in the cost is the same factor in its gradient",
    ),
    Part("Error of the neuron", "hintonNeuron", "E", 5, hint="half the sum of the squared errors"),
    Part(
        "Gradient of the neuron",
        "hintonNeuron",
        "dEdw",
        10,
        hint="by the chain rule: the error, the slope of the neuron, and the input of each weight",
    ),
    Part("Theta1 after descent", "gradientDescent", "Theta1", 4, hint="both gradients first, then both steps"),
    Part("Theta2 after descent", "gradientDescent", "Theta2", 4, hint="both gradients first, then both steps"),
    Part("Costs on the way", "gradientDescent", "J_history", 2, hint="one cost for each step, taken after it"),
)


def draw(random: np.random.Generator) -> Iterator[Case]:
    yield from draw_sigmoids(random)
    yield from draw_nets(random)
    yield from draw_neurons(random)
    yield from draw_descents(random)


def draw_sigmoids(random: np.random.Generator) -> Iterator[Case]:
    for function in ("sigmoid", "sigmoidPrime"):
        yield Case("a number", function, (random.normal(),))
        yield Case("a vector", function, (3 * random.normal(size=7),))
        yield Case("a matrix", function, (3 * random.normal(size=(4, 3)),))
        yield Case("a square matrix", function, (3 * random.normal(size=(3, 3)),))
        yield Case("large numbers", function, (saturating(random),))
        yield Case("whole numbers", function, (np.append(0, random.integers(-4, 5, 5)),))


def saturating(random: np.random.Generator) -> np.ndarray:
    """Numbers of both signs whose exponential overflows, and one between them that sets the scale of the answer."""
    signs = random.permutation([-1, -1, -1, 1, 1, 1])
    return np.append(random.normal(), signs * random.uniform(720, 1000, 6))


NETS = {
    "6 examples": (8, 3, 2, 6),
    "7 examples": (2, 3, 1, 7),
    "Theta2 square": (2, 4, 4, 7),
    "Theta1 square": (3, 3, 2, 5),
    "all square": (4, 4, 4, 4),
    "one example": (2, 3, 1, 1),
    "two large examples": (2, 3, 1, 6),
}


def draw_nets(random: np.random.Generator) -> Iterator[Case]:
    for kind, sizes in NETS.items():
        X, y, Theta1, Theta2 = draw_net(random, sizes)
        if kind == "two large examples":
            X = with_large_examples(X, Theta1)
        name = net_name(sizes, kind)
        yield Case(name, "forward", (X, Theta1, Theta2))
        for function in ("costFunction", "costGradient"):
            for scaling in ("half", "mean"):
                yield Case(f'{name}, "{scaling}"', function, (X, y, Theta1, Theta2, scaling), scaling)


def net_name(sizes: tuple[int, ...], kind: str) -> str:
    n, h, K, _ = sizes
    return f"{n}-{h}-{K} net, {kind}"


def draw_net(random: np.random.Generator, sizes: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    """X, y, Theta1 and Theta2; inputs and weights of mixed sign, none near zero mean."""
    n, h, K, m = sizes
    return (
        mixed(random, (m, n)),
        random.uniform(0.1, 0.9, (m, K)),
        1.3 * mixed(random, (n, h)),
        1.3 * mixed(random, (h, K)),
    )


def mixed(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return 0.9 * np.sin(random.uniform(0, 2 * np.pi, shape)) + 0.13


def with_large_examples(X: np.ndarray, Theta1: np.ndarray) -> np.ndarray:
    """X with its first two rows so large that one z2 of the first is -800, and one of the second 800."""
    z2 = X[:2] @ Theta1
    largest = z2[[0, 1], np.abs(z2).argmax(axis=1)]
    factors = np.ones((len(X), 1))
    factors[:2, 0] = [-800, 800] / largest
    return factors * X


NEURONS = ((3, 7), (5, 4), (4, 4), (2, 1))


def draw_neurons(random: np.random.Generator) -> Iterator[Case]:
    for n, m in NEURONS:
        name = f"{n} inputs, {m} example{'s' * (m > 1)}"
        w, X = 1.3 * mixed(random, (n, 1)), mixed(random, (m, n))
        yield Case(name, "hintonNeuron", (w, X, random.uniform(0.1, 0.9, (m, 1))))


DESCENTS = (
    ("6 examples", (8, 3, 2, 6), (1, 4)),
    ("7 examples", (2, 3, 1, 7), (5,)),
    ("Theta1 square", (3, 3, 2, 5), (4,)),
    ("all square", (4, 4, 4, 4), (3,)),
    ("one example", (2, 3, 1, 1), (1,)),
    ("4 examples", (2, 3, 1, 4), (12,)),
)
"""The first net takes one step alone as well: what goes wrong there can be followed step by step."""


def draw_descents(random: np.random.Generator) -> Iterator[Case]:
    for kind, sizes, lengths in DESCENTS:
        alpha = round(random.uniform(0.3, 0.8), 2)
        net = draw_net(random, sizes)
        for iterations in lengths:
            name = f"{net_name(sizes, kind)}, {iterations} step{'s' * (iterations > 1)}"
            yield Case(name, "gradientDescent", (*net, alpha, iterations))


SPEC = Exercise("regression", "A regression net and a logistic neuron", functions, parts, draw)
