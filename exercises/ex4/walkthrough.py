"""The steps of exercise 4, in the course's order: from the digits to a network that reads them."""

from __future__ import annotations

import contextlib
import functools
import io
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data import load_ex4data1, load_ex4weights
from exercises import console
from exercises import pictures as draw
from exercises.console import Piece, Row, Step, Work, answered, compared, say
from exercises.ex4.walkthrough_gradients import direction_difference
from exercises.readings import show_readings
from exercises.training import Cost, Training, say_how_long, trained

INPUTS, HIDDEN, LABELS = SIZES = (400, 25, 10)
SPLIT = HIDDEN * (INPUTS + 1)
N = SPLIT + LABELS * (HIDDEN + 1)
CHECK_SIZES = (3, 5, 3)
CHECK_N = 38
CHECK_LIMIT = 1e-9
DIRECTION_LIMIT = 1e-7
BLOCKS = {
    "Theta1's biases": slice(0, HIDDEN),
    "Theta1, the rest": slice(HIDDEN, SPLIT),
    "Theta2's biases": slice(SPLIT, SPLIT + LABELS),
    "Theta2, the rest": slice(SPLIT + LABELS, N),
}
"""Of nn_params."""
GRADIENT_POINTS = np.array([-1, -0.5, 0, 0.5, 1])
GRADIENT_VALUES = np.array([0.196612, 0.235004, 0.25, 0.235004, 0.196612])
MEAN_PIXEL = 0.1313391


@dataclass(frozen=True)
class Usual:
    """What a training of 50 with lambda 1 usually gives: J, and the accuracy in per cent."""

    J: str
    accuracy: str


USUAL = {
    "CG": Usual("0.41 to 0.47", "95.5 to 97.1"),
    "L-BFGS-B": Usual("0.40 to 0.45", "96.4 to 97.6"),
    "TNC": Usual("0.74 to 1.66", "77 to 91"),
}
"""By the method, measured with 40 seeds."""


@dataclass(frozen=True)
class Expected:
    """What given weights give on the 5000 digits: the cost by lambda, and the accuracy in per cent."""

    costs: Mapping[float, float]
    accuracy: float | None


EXPECTED = {
    -0.0158839: Expected({0.0: 0.236535, 1.0: 0.403767, 3.0: 0.738232}, 97.64),
    -0.0088324: Expected({0.0: 0.287629, 1.0: 0.383770, 3.0: 0.576051}, 97.52),
}
"""Of the weights that ship here and of the course's, by their mean."""

UNKNOWN = Expected({}, None)


@dataclass(frozen=True)
class Given:
    """X (m, 400), y (m, 1) labels 1..10, nn_params (N,), none of them writeable, and what they give."""

    X: np.ndarray
    y: np.ndarray
    nn_params: np.ndarray
    expected: Expected


def load_given(directory: Path | None) -> Given:
    """The data that ship here, or a user's own copies of the course's. Raises UsageError."""
    X, y = load_ex4data1(directory)
    nn_params = np.concatenate([Theta.ravel(order="F") for Theta in load_ex4weights(directory)])
    for array in (X, y, nn_params):
        array.flags.writeable = False
    return Given(X, y, nn_params, expected_of(X, nn_params))


def expected_of(X: np.ndarray, nn_params: np.ndarray) -> Expected:
    """What is known of these digits and weights: they are recognised by their means."""
    if X.shape != (5000, INPUTS) or abs(X.mean() - MEAN_PIXEL) > 1e-6:
        return UNKNOWN
    return next((known for mean, known in EXPECTED.items() if abs(nn_params.mean() - mean) < 1e-6), UNKNOWN)


def matrices(nn_params: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Theta1 (25, 401) and Theta2 (10, 26)."""
    Theta1, Theta2 = np.split(nn_params, [SPLIT])
    return Theta1.reshape(HIDDEN, -1, order="F"), Theta2.reshape(LABELS, -1, order="F")


class Walk:
    """The student's functions on the given data, and what has been trained so far.

    `fast` makes what stands in for nnCostFunction in the training, of its arguments but nn_params; None where the
    student's own is to be seen at work.
    """

    def __init__(
        self,
        work: Work,
        given: Given,
        training: Training,
        pictures: console.Pictures,
        fast: Callable[..., Cost] | None = None,
    ) -> None:
        self.work, self.given, self.training, self.pictures, self.fast = work, given, training, pictures, fast
        self.random = np.random.default_rng(training.seed)
        self.trained: np.ndarray | None = None
        self.seconds_a_cost = 0.0
        self.given_cost = functools.cache(lambda lambda_: self.cost(given.nn_params, lambda_))
        self.check = functools.cache(self._check)

    def cost(self, nn_params: np.ndarray, lambda_: float) -> tuple[float, np.ndarray]:
        arguments = (nn_params, *SIZES, self.given.X, self.given.y, lambda_)
        start = time.perf_counter()
        J, grad = self.work.call("nnCostFunction", *arguments, outputs={"J": (), "grad": (N,)})
        self.seconds_a_cost = time.perf_counter() - start
        return float(J), grad

    def cost_to_train(self) -> Cost:
        lambda_ = self.training.lambda_
        if self.fast:
            return self.fast(*SIZES, self.given.X, self.given.y, lambda_)
        return functools.partial(self.cost, lambda_=lambda_)

    def function(self, name: str, output: str, z: np.ndarray) -> np.ndarray:
        (g,) = self.work.call(name, z, outputs={output: z.shape})
        return g

    def initial_weights(self) -> np.ndarray:
        """Random weights, shape (N,), the same for the same seed."""
        random.seed(self.training.seed)
        np.random.seed(self.training.seed)
        sizes = ((INPUTS, HIDDEN), (HIDDEN, LABELS))
        weights = [
            self.work.call("randInitializeWeights", L_in, L_out, outputs={"W": (L_out, 1 + L_in)})[0]
            for L_in, L_out in sizes
        ]
        return np.concatenate([W.ravel(order="F") for W in weights])

    def predictions(self, nn_params: np.ndarray) -> np.ndarray:
        arguments = (*matrices(nn_params), self.given.X)
        (p,) = self.work.call("predict", *arguments, outputs={"p": (len(self.given.X),)})
        return p

    def accuracy(self, predicted: np.ndarray) -> float:
        return 100 * float(np.mean(predicted == self.given.y.ravel()))

    def slope_of_a_sum(self) -> np.ndarray:
        (numgrad,) = self.work.call("computeNumericalGradient", np.sum, np.ones(2), outputs={"numgrad": (2,)})
        return numgrad

    def _check(self, lambda_: float) -> tuple[np.ndarray, np.ndarray, float, str]:
        """numgrad, grad, diff, and what was printed on the way."""
        outputs = {"numgrad": (CHECK_N,), "grad": (CHECK_N,), "diff": ()}
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            numgrad, grad, diff = self.work.call("checkNNGradients", lambda_, outputs=outputs)
        return numgrad, grad, float(diff), printed.getvalue()


# --- what can be missing ----------------------------------------------------------------------------------------------

SIGMOID = Piece("sigmoid", "sigmoid", lambda walk: answered(walk.function("sigmoid", "g", np.zeros(1))))
COST = Piece("nnCostFunction", "nnCostFunction's J", lambda walk: walk.given_cost(0.0)[0] != 0)
LAMBDA_COST = Piece(
    "nnCostFunction",
    "nnCostFunction's J with lambda",
    lambda walk: walk.given_cost(1.0)[0] != walk.given_cost(0.0)[0],
)
SLOPE = Piece(
    "sigmoidGradient",
    "sigmoidGradient",
    lambda walk: answered(walk.function("sigmoidGradient", "g", GRADIENT_POINTS)),
)
WEIGHTS = Piece("randInitializeWeights", "randInitializeWeights", lambda walk: answered(walk.initial_weights()))
GRADIENT = Piece("nnCostFunction", "nnCostFunction's grad", lambda walk: answered(walk.given_cost(0.0)[1]))
LAMBDA_GRADIENT = Piece(
    "nnCostFunction",
    "nnCostFunction's grad with lambda",
    lambda walk: answered(walk.given_cost(1.0)[1] - walk.given_cost(0.0)[1]),
)
NUMERICAL = Piece("computeNumericalGradient", "computeNumericalGradient", lambda walk: answered(walk.slope_of_a_sum()))
CHECK = Piece("checkNNGradients", "checkNNGradients", lambda walk: answered(np.hstack(walk.check(0.0)[:2])))
PREDICT = Piece("predict", "predict", lambda walk: answered(walk.predictions(walk.given.nn_params)))


# --- the steps --------------------------------------------------------------------------------------------------------


def show_digits(walk: Walk) -> None:
    X, y = walk.given.X, walk.given.y
    if walk.given.expected is UNKNOWN:
        say("These are not the course's digits and weights: what they should give is not known.", "yellow")
    say(f"X {X.shape} holds an image of 20 by 20 pixels a row, y {y.shape} its label.")
    rows = walk.random.choice(len(X), min(100, len(X)), replace=False)
    walk.pictures.add("digits", functools.partial(draw_digits, walk, X[rows]))


def draw_digits(walk: Walk, images: np.ndarray, figure: Any) -> None:
    """By the student's displayData; while that is a stub, without it."""
    draw.canvas(figure, "100 of the digits, by displayData")
    _, shown = walk.work.call("displayData", images, outputs={"h": None, "display_array": None})
    if np.unique(shown).size <= 1:
        figure.clear()
        say(f"Shown without displayData, which is not filled in yet, {walk.work.where('displayData')}", "yellow")
        draw.digits(figure, images)


def show_cost(walk: Walk) -> None:
    show_costs(walk, 0.0)


def show_regularised_cost(walk: Walk) -> None:
    show_costs(walk, 1.0, 3.0)


def show_costs(walk: Walk, *lambdas: float) -> None:
    say("The cost of the weights that are given, already trained:")
    known = walk.given.expected.costs
    console.show_rows(
        [
            compared(f"J at lambda = {lambda_:g}", walk.given_cost(lambda_)[0], known.get(lambda_), 6)
            for lambda_ in lambdas
        ]
    )


def show_slope(walk: Walk) -> None:
    got = walk.function("sigmoidGradient", "g", GRADIENT_POINTS)
    console.show_rows(
        [
            compared(f"sigmoidGradient({z:g})", g, expected, 6)
            for z, g, expected in zip(GRADIENT_POINTS, got, GRADIENT_VALUES, strict=True)
        ]
    )


def show_weights(walk: Walk) -> None:
    W = walk.initial_weights()
    say(f"{W.size} weights, seed {walk.training.seed}: Theta1 (25, 401) and Theta2 (10, 26).")
    rows = [("smallest", W.min(), -0.12), ("mean", W.mean(), 0.0), ("largest", W.max(), 0.12)]
    console.show_rows(
        [
            Row(name, f"{got:.4f}", f"expected about {expected:g}", bool(abs(got - expected) < 0.005))
            for name, got, expected in rows
        ]
    )


def check_gradient(walk: Walk) -> None:
    show_check(walk, 0.0)


def check_regularised_gradient(walk: Walk) -> None:
    show_check(walk, 3.0)


def show_check(walk: Walk, lambda_: float) -> None:
    say("The gradient beside central differences, for the 38 weights of a small net:")
    numgrad, grad, diff, printed = walk.check(lambda_)
    right = diff < CHECK_LIMIT
    name = f"difference, lambda = {lambda_:g}"
    console.show_rows([Row(name, f"{diff:.2g}", f"expected < {CHECK_LIMIT:g}", right)])
    if not right:
        console.out.print(printed, end="")
        say(f"The largest difference is in {entry_name(int(np.argmax(np.abs(numgrad - grad))))}.", "yellow")


def entry_name(index: int, sizes: tuple[int, int, int] = CHECK_SIZES) -> str:
    """The place of one of a net's unrolled weights: 'Theta2_grad[0, 3]', counted from 0 as in Python."""
    n, h, K = sizes
    split = h * (n + 1)
    name, rows, start = ("Theta1_grad", h, 0) if index < split else ("Theta2_grad", K, split)
    column, row = divmod(index - start, rows)
    return f"{name}[{row}, {column}]" + (", the column of the bias" if column == 0 else "")


def check_full_gradient(walk: Walk) -> None:
    """With lambda = 1, at weights between those of the start and those of the end of a training."""
    nn_params = np.sin(np.arange(1, N + 1)) / 5
    cost = functools.partial(walk.cost, lambda_=1.0)
    _, grad = cost(nn_params)
    say(f"The gradient beside differences of your cost, for the {N:,} weights of the net that reads the digits:")
    if not show_directions(cost, nn_params, grad, {"all, in random directions": slice(None)}):
        show_directions(cost, nn_params, grad, BLOCKS)
    show_all_derivatives(walk, nn_params, grad)


def show_directions(cost: Cost, nn_params: np.ndarray, grad: np.ndarray, blocks: Mapping[str, slice]) -> bool:
    """A row for each block of weights; gives whether all are right."""
    found = {name: direction_difference(cost, nn_params, grad, weights) for name, weights in blocks.items()}
    rows = [
        Row(name, f"{difference:.2g}", f"expected < {DIRECTION_LIMIT:g}", difference < DIRECTION_LIMIT)
        for name, difference in found.items()
    ]
    console.show_rows(rows)
    return all(row.right for row in rows)


def show_all_derivatives(walk: Walk, nn_params: np.ndarray, grad: np.ndarray) -> None:
    """The gradient beside the differences of the reference's cost by every weight; nothing where it is not there."""
    try:
        from solutions.ex4.fast import fullNumericalGradient
    except ModuleNotFoundError:
        return
    with console.progress_bar() as bar:
        task = bar.add_task("differences by every weight", total=N, status="")
        numgrad = fullNumericalGradient(
            nn_params,
            *SIZES,
            walk.given.X,
            walk.given.y,
            1.0,
            progress=lambda done, _: bar.update(task, completed=done),
        )
    diff = np.linalg.norm(numgrad - grad) / np.linalg.norm(numgrad + grad)
    right = bool(diff < CHECK_LIMIT)
    console.show_rows([Row("all, one by one", f"{diff:.2g}", f"expected < {CHECK_LIMIT:g}", right)])
    if not right:
        say(f"The largest difference is in {entry_name(int(np.argmax(np.abs(numgrad - grad))), SIZES)}.", "yellow")


def train(walk: Walk) -> None:
    training = walk.training
    say_how_long(walk.seconds_a_cost, training)
    usual = usually(walk, USUAL[training.method].J)
    walk.trained = trained(walk.cost_to_train(), walk.initial_weights(), training, walk.pictures, usual)


def usually(walk: Walk, usual: str) -> str:
    """What is usual, where it is known: for known data, and the default number of iterations and lambda."""
    training = walk.training
    known = (training.iterations, training.lambda_) == (Training.iterations, Training.lambda_)
    return f"usually {usual}" if known and walk.given.expected is not UNKNOWN else ""


def show_given_accuracy(walk: Walk) -> None:
    say("How many of the digits the given weights read right:")
    got = walk.accuracy(walk.predictions(walk.given.nn_params))
    console.show_rows([compared("accuracy, per cent", got, walk.given.expected.accuracy, 2)])


def show_accuracy(walk: Walk) -> None:
    predicted = walk.predictions(walk.trained)
    usual = usually(walk, USUAL[walk.training.method].accuracy)
    console.show_rows([Row("accuracy, per cent", f"{walk.accuracy(predicted):.2f}", usual)])
    show_readings(walk.given.X, walk.given.y.ravel(), predicted, walk.random, walk.pictures)


def show_hidden(walk: Walk) -> None:
    say("Each of the 25 hidden units as a picture: the weights of its 400 pixels.")
    Theta1, _ = matrices(walk.trained)
    walk.pictures.add("hidden", functools.partial(draw.hidden, images=Theta1[:, 1:]))


FORWARD = (SIGMOID, COST)
BACKWARD = (*FORWARD, SLOPE, GRADIENT)
TRAINED = (*BACKWARD, LAMBDA_COST, LAMBDA_GRADIENT, WEIGHTS)

FULL_CHECK = Step("Gradient check of the full net", (*BACKWARD, LAMBDA_COST, LAMBDA_GRADIENT), check_full_gradient)
TRAINING = Step("Training", TRAINED, train)
STEPS = (
    Step("The digits", (), show_digits),
    Step("Cost", FORWARD, show_cost),
    Step("Cost with lambda", (*FORWARD, LAMBDA_COST), show_regularised_cost),
    Step("Slope of the sigmoid", (SLOPE,), show_slope),
    Step("Random initial weights", (WEIGHTS,), show_weights),
    Step("Gradient check", (*BACKWARD, NUMERICAL, CHECK), check_gradient),
    Step(
        "Gradient check with lambda",
        (*BACKWARD, LAMBDA_COST, LAMBDA_GRADIENT, NUMERICAL, CHECK),
        check_regularised_gradient,
    ),
    TRAINING,
    Step("Prediction with the given weights", (SIGMOID, PREDICT), show_given_accuracy),
    Step("Prediction with your training", (*TRAINED, PREDICT), show_accuracy),
    Step("What the hidden units look for", TRAINED, show_hidden, picture=True),
)


def steps_to_take(pictures: bool, full_check: bool) -> list[Step]:
    """STEPS without those that only draw, where nothing can be drawn, and with the full check where it is asked for."""
    steps = [step for step in STEPS if pictures or not step.picture]
    if full_check:
        steps.insert(steps.index(TRAINING), FULL_CHECK)
    return steps
