"""The steps of the exercise: from a net of three units to one that reads digits, by stochastic gradient descent."""

from __future__ import annotations

import functools
import time
import timeit
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from data import load_ex4data1
from exercises import console
from exercises.console import Piece, Row, Step, Work, answered, any_answered, compared, say, shapes
from exercises.quadratic import walkthrough_pictures as draw
from exercises.training import PATIENCE_SECONDS

Matrices: TypeAlias = list[np.ndarray]

INPUTS, LABELS = 400, 10
HELD_OUT = 1000
CHECK_SIZES = (5, 4, 3, 2)
CHECK_SEED = 7
STEP = 1e-4
CHECK_LIMIT = 1e-7
SLOPE_POINTS = np.array([-2, -0.5, 0, 0.5, 2])
SLOPE_VALUES = np.array([0.104994, 0.235004, 0.25, 0.235004, 0.104994])


@dataclass(frozen=True)
class Net:
    """biases and weights, lists of (s_l, 1) and (s_l, s_(l-1)); x (n, 1) and y (K, 1)."""

    biases: Matrices
    weights: Matrices
    x: np.ndarray
    y: np.ndarray

    @property
    def arguments(self) -> tuple[Any, ...]:
        """Copies, for a function that may change what it is given."""
        return [b.copy() for b in self.biases], [w.copy() for w in self.weights], self.x.copy(), self.y.copy()


WORKED = Net(
    biases=[np.array([[0.1], [-0.4]]), np.array([[0.3]])],
    weights=[np.array([[0.5, -1.0], [1.5, 0.25]]), np.array([[2.0, 0.8]])],
    x=np.array([[1.0], [2.0]]),
    y=np.array([[0.2]]),
)
"""The 2-2-1 net of the handout."""

WORKED_OUTPUT, WORKED_COST, WORKED_DERIVATIVE = 0.795962, 0.177586, 0.595962
WORKED_NABLA_B = ((0.030718, 0.010822), (0.096788,))
WORKED_NABLA_W = ((0.030718, 0.061435, 0.010822, 0.021644), (0.019146, 0.080529))


@dataclass(frozen=True)
class Given:
    """The digits, one a column: X (400, m) and Y (10, m), 1 in the row of the label; the last row is the digit zero.
    None of them writeable. `shipped`, where they are the 5000 that ship here or come with the course."""

    X: np.ndarray
    Y: np.ndarray
    shipped: bool


@dataclass(frozen=True)
class Training:
    epochs: int = 10
    eta: float = 3.0
    hidden: tuple[int, ...] = (30,)
    mini_batch: int = 10
    seed: int = 21


USUAL_ACCURACY = "90 to 95"
"""What the defaults give on the digits that are held out, measured with 20 seeds."""


def load_given(directory: Path | None) -> Given:
    """The digits that ship here, or a user's own copy of the course's. Raises UsageError."""
    rows, labels = load_ex4data1(directory)
    X, Y = rows.T, np.eye(LABELS)[:, labels.ravel() - 1]
    for array in (X, Y):
        array.flags.writeable = False
    return Given(X, Y, shipped=X.shape[1] == 5000)


def random_net(random: np.random.Generator, sizes: Sequence[int]) -> tuple[Matrices, Matrices]:
    """Biases and weights from normal distributions, the narrower the more units a unit reads."""
    biases = [random.normal(size=(size, 1)) for size in sizes[1:]]
    weights = [random.normal(size=shape) / np.sqrt(shape[1]) for shape in zip(sizes[1:], sizes, strict=False)]
    return biases, weights


def small_net() -> Net:
    """The net of the gradient check, with two hidden layers."""
    random = np.random.default_rng(CHECK_SEED)
    biases, weights = random_net(random, CHECK_SIZES)
    n, *_, K = CHECK_SIZES
    return Net(biases, weights, random.normal(size=(n, 1)), random.uniform(size=(K, 1)))


class Walk:
    """The student's functions on the given data."""

    def __init__(self, work: Work, given: Given, training: Training, pictures: console.Pictures) -> None:
        self.work, self.given, self.training, self.pictures = work, given, training, pictures

    def sigmoid(self, name: str, z: np.ndarray) -> np.ndarray:
        (g,) = self.work.call(name, z, outputs={"g": z.shape})
        return g

    def output(self, net: Net) -> np.ndarray:
        return self.feedforward(*net.arguments[:3])

    def feedforward(self, biases: Matrices, weights: Matrices, x: np.ndarray) -> np.ndarray:
        (a,) = self.work.call("feedforward", biases, weights, x, outputs={"a": biases[-1].shape})
        return a

    def derivative(self, net: Net, output: np.ndarray) -> np.ndarray:
        (dC_da,) = self.work.call("cost_derivative", output, net.y.copy(), outputs={"dC_da": net.y.shape})
        return dC_da

    def cost(self, net: Net) -> float:
        (C,) = self.work.call("quadratic_cost", *net.arguments, outputs={"C": ()})
        return float(C)

    def gradient(self, net: Net) -> tuple[Matrices, Matrices]:
        outputs = {"nabla_b": shapes(net.biases), "nabla_w": shapes(net.weights)}
        nabla_b, nabla_w = self.work.call("backprop", *net.arguments, outputs=outputs)
        return nabla_b, nabla_w

    def updated(
        self, biases: Matrices, weights: Matrices, X: np.ndarray, Y: np.ndarray, eta: float
    ) -> tuple[Matrices, Matrices]:
        outputs = {"biases": shapes(biases), "weights": shapes(weights)}
        biases, weights = self.work.call("update_mini_batch", biases, weights, X, Y, eta, outputs=outputs)
        return biases, weights


# --- what can be missing ----------------------------------------------------------------------------------------------


def stepped(walk: Walk) -> tuple[Matrices, Matrices]:
    """The worked net after one step on its one example."""
    return walk.updated(*WORKED.arguments, 1.0)


SIGMOID = Piece("sigmoid", "sigmoid", lambda walk: answered(walk.sigmoid("sigmoid", np.zeros(1))))
SLOPE = Piece("sigmoid_prime", "sigmoid_prime", lambda walk: answered(walk.sigmoid("sigmoid_prime", SLOPE_POINTS)))
FEEDFORWARD = Piece("feedforward", "feedforward", lambda walk: answered(walk.output(WORKED)))
COST = Piece("quadratic_cost", "quadratic_cost", lambda walk: walk.cost(WORKED) != 0)
DERIVATIVE = Piece(
    "cost_derivative", "cost_derivative", lambda walk: answered(walk.derivative(WORKED, np.full((1, 1), 0.25)))
)
NABLA_B = Piece("backprop", "backprop's nabla_b", lambda walk: any_answered(walk.gradient(WORKED)[0]))
NABLA_W = Piece("backprop", "backprop's nabla_w", lambda walk: any_answered(walk.gradient(WORKED)[1]))
BIASES = Piece("update_mini_batch", "update_mini_batch's biases", lambda walk: any_answered(stepped(walk)[0]))
WEIGHTS = Piece("update_mini_batch", "update_mini_batch's weights", lambda walk: any_answered(stepped(walk)[1]))


# --- the steps --------------------------------------------------------------------------------------------------------


def show_output(walk: Walk) -> None:
    say("The 2-2-1 net of the handout reads x = (1, 2):")
    console.show_rows([compared("a of the output", walk.output(WORKED).item(), WORKED_OUTPUT, 6)])


def show_cost(walk: Walk) -> None:
    say("It should have said y = 0.2:")
    derivative = walk.derivative(WORKED, np.full((1, 1), WORKED_OUTPUT)).item()
    console.show_rows(
        [
            compared("quadratic_cost", walk.cost(WORKED), WORKED_COST, 6),
            compared("cost_derivative", derivative, WORKED_DERIVATIVE, 6),
        ]
    )


def show_slope(walk: Walk) -> None:
    got = walk.sigmoid("sigmoid_prime", SLOPE_POINTS)
    console.show_rows(
        [
            compared(f"sigmoid_prime({z:g})", g, expected, 6)
            for z, g, expected in zip(SLOPE_POINTS, got, SLOPE_VALUES, strict=True)
        ]
    )


def show_gradient(walk: Walk) -> None:
    say("backprop on the 2-2-1 net:")
    lists = zip(("nabla_b", "nabla_w"), walk.gradient(WORKED), (WORKED_NABLA_B, WORKED_NABLA_W), strict=True)
    console.show_rows(
        [
            compared(f"{name}[{layer}]{list(at)}", matrix[at], number, 6)
            for name, matrices, expected in lists
            for layer, (matrix, numbers) in enumerate(zip(matrices, expected, strict=True))
            for at, number in zip(np.ndindex(matrix.shape), numbers, strict=True)
        ]
    )


def check_gradient(walk: Walk) -> None:
    sizes = "-".join(map(str, CHECK_SIZES))
    say(f"backprop beside central differences of quadratic_cost, for one example and each weight of a {sizes} net:")
    net = small_net()
    for name, matrices, nablas in zip(
        ("nabla_b", "nabla_w"), (net.biases, net.weights), walk.gradient(net), strict=True
    ):
        console.show_rows(
            [
                checked(f"{name}[{layer}]", nabla, central_differences(walk, net, matrix))
                for layer, (nabla, matrix) in enumerate(zip(nablas, matrices, strict=True))
            ]
        )


def checked(name: str, got: np.ndarray, measured: np.ndarray) -> Row:
    """The largest difference, relative to the largest slope, and where it is."""
    difference = np.abs(got - measured) / np.abs(measured).max()
    at = np.unravel_index(int(np.argmax(difference)), difference.shape)
    largest = float(difference[at])
    right = largest < CHECK_LIMIT
    where = "" if right else f", at {list(map(int, at))}"
    return Row(f"{name}, difference", f"{largest:.2g}", f"expected < {CHECK_LIMIT:g}{where}", right)


def central_differences(walk: Walk, net: Net, matrix: np.ndarray) -> np.ndarray:
    """The slope of the net's cost in each entry of one of its own matrices, measured."""
    slopes = np.empty(matrix.shape)
    for at in np.ndindex(matrix.shape):
        middle = matrix[at]
        costs = []
        for place in (middle + STEP, middle - STEP):
            matrix[at] = place
            costs.append(walk.cost(net))
        matrix[at] = middle
        slopes[at] = (costs[0] - costs[1]) / (2 * STEP)
    return slopes


def check_step(walk: Walk) -> None:
    net, eta = small_net(), 0.5
    X, Y = net.x + np.array([0, 0.5, -1.0]), net.y * np.array([1, 0.5, 0.2])
    say(f"update_mini_batch beside backprop of the same {X.shape[1]} examples, with eta = {eta}:")
    examples = [Net(net.biases, net.weights, X[:, [t]], Y[:, [t]]) for t in range(X.shape[1])]
    gradients = [walk.gradient(example) for example in examples]
    biases, weights, *_ = net.arguments
    moved = walk.updated(biases, weights, X, Y, eta)
    rows = []
    for kind, (name, before) in enumerate({"biases": net.biases, "weights": net.weights}.items()):
        for layer, matrix in enumerate(before):
            step = eta * np.mean([gradient[kind][layer] for gradient in gradients], axis=0)
            rows.append(checked(f"{name}[{layer}]", moved[kind][layer] - matrix, -step))
    console.show_rows(rows)


@dataclass(frozen=True)
class Epoch:
    """The mean cost of the digits that are held out, and how many of these are read right, in per cent."""

    cost: float
    accuracy: float


def train(walk: Walk) -> None:
    training = walk.training
    sizes = (INPUTS, *training.hidden, LABELS)
    trained, held_out = split(walk.given, training.seed)
    say(
        f"A {'-'.join(map(str, sizes))} net learns from {len(trained)} digits, in mini-batches of "
        f"{training.mini_batch} with eta = {training.eta:g}, and is tried on {len(held_out)} others:"
    )
    say_how_long(seconds_a_mini_batch(walk, sizes), training.epochs * -(-len(trained) // training.mini_batch))
    start = time.perf_counter()
    epochs = list(learned(walk, sizes, trained, held_out))
    seconds = time.perf_counter() - start
    console.show_rows(
        [
            Row(f"epoch {number}", f"{epoch.accuracy:.2f} %", f"mean cost {epoch.cost:.4f}")
            for number, epoch in enumerate(epochs, 1)
        ]
    )
    say(f"{len(epochs)} epochs, {seconds:.1f} s.")
    console.show_rows([Row("accuracy, per cent", f"{epochs[-1].accuracy:.2f}", usually(walk))])
    walk.pictures.add("learning", functools.partial(draw.learning, epochs=epochs))


def usually(walk: Walk) -> str:
    """What is usual, where it is known: on known digits, with the defaults."""
    known = walk.given.shipped and Training(seed=walk.training.seed) == walk.training
    return f"usually {USUAL_ACCURACY}" if known else ""


def split(given: Given, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The columns to learn from, and a fifth of all, at most 1000, to be tried on."""
    m = given.X.shape[1]
    columns = np.random.default_rng(seed).permutation(m)
    held_out = min(HELD_OUT, m // 5)
    return columns[held_out:], columns[:held_out]


def learned(walk: Walk, sizes: Sequence[int], trained: np.ndarray, held_out: np.ndarray) -> Iterator[Epoch]:
    """Stochastic gradient descent: in each epoch every digit once, in an order of its own."""
    training, (X, Y) = walk.training, (walk.given.X, walk.given.Y)
    random = np.random.default_rng(training.seed)
    biases, weights = random_net(random, sizes)
    starts = range(0, len(trained), training.mini_batch)
    with console.progress_bar() as bar:
        task = bar.add_task("mini-batches", total=training.epochs * len(starts), status="")
        for number in range(1, training.epochs + 1):
            columns = random.permutation(trained)
            for start in starts:
                batch = columns[start : start + training.mini_batch]
                biases, weights = walk.updated(biases, weights, X[:, batch], Y[:, batch], training.eta)
                bar.advance(task)
            epoch = tried(walk, biases, weights, held_out)
            bar.update(task, status=f"epoch {number}: {epoch.accuracy:.2f} %")
            yield epoch


def seconds_a_mini_batch(walk: Walk, sizes: Sequence[int]) -> float:
    """How long a mini-batch takes, the quickest of five."""
    X, Y = (digits[:, : walk.training.mini_batch] for digits in (walk.given.X, walk.given.Y))
    biases, weights = random_net(np.random.default_rng(walk.training.seed), sizes)
    return min(timeit.repeat(lambda: walk.updated(biases, weights, X, Y, walk.training.eta), number=1))


def say_how_long(seconds: float, mini_batches: int) -> None:
    """Nothing, where the training takes little time."""
    total = seconds * mini_batches
    if total > PATIENCE_SECONDS:
        say(f"One mini-batch takes {seconds:.2g} s: about {total:.0f} s for {mini_batches} of them.", "yellow")


def tried(walk: Walk, biases: Matrices, weights: Matrices, columns: np.ndarray) -> Epoch:
    X, Y = walk.given.X, walk.given.Y
    outputs = np.hstack([walk.feedforward(biases, weights, X[:, [t]]) for t in columns])
    wanted = Y[:, columns]
    right = np.argmax(outputs, axis=0) == np.argmax(wanted, axis=0)
    return Epoch(float(np.sum((outputs - wanted) ** 2) / 2 / len(columns)), 100 * float(np.mean(right)))


FORWARD = (SIGMOID, FEEDFORWARD)
BACKWARD = (*FORWARD, SLOPE, DERIVATIVE, NABLA_B, NABLA_W)
UPDATE = (*BACKWARD, BIASES, WEIGHTS)

STEPS = (
    Step("Feedforward", FORWARD, show_output),
    Step("Slope of the sigmoid", (SLOPE,), show_slope),
    Step("Cost", (*FORWARD, DERIVATIVE, COST), show_cost),
    Step("Backpropagation", BACKWARD, show_gradient),
    Step("Gradient check", (*BACKWARD, COST), check_gradient),
    Step("One mini-batch", UPDATE, check_step),
    Step("Training on the digits", UPDATE, train),
)
