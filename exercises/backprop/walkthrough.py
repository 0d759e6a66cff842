"""The steps of the exercise on backpropagation: from a net that fits on a page to one that reads digits."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from data import load_ex4data1
from exercises import console
from exercises import pictures as draw
from exercises.backprop.spec import COSTS, CROSS_ENTROPY, QUADRATIC
from exercises.console import Piece, Row, Shape, Step, Work, answered, any_answered, compared, say, shapes
from exercises.readings import show_readings
from exercises.training import Training, say_how_long, trained

INPUTS, LABELS = 400, 10
CHECK_LIMIT, CHECK_STEP = 1e-8, 1e-4
MOST_SHOWN_UNITS = 50

# --- the net of the handout -------------------------------------------------------------------------------------------

WORKED = (
    [
        np.array([[0.1, 0.2, -0.3], [-0.4, 0.5, 0.6]]),
        np.array([[0.2, -0.7, 0.8], [0.3, 0.9, -0.1]]),
        np.array([[-0.5, 1.0, 0.6]]),
    ],
    np.array([[1.0, 2.0], [-1.0, 0.5]]),
    np.array([[1.0], [0.0]]),
)
XOR = (np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([[0.0], [1.0], [1.0], [0.0]]))
for array in (*WORKED[0], *WORKED[1:], *XOR):
    array.flags.writeable = False
WORKED_COSTS = {
    (CROSS_ENTROPY, 0.0): 0.702148,
    (CROSS_ENTROPY, 1.0): 1.714648,
    (QUADRATIC, 0.0): 0.127315,
    (QUADRATIC, 1.0): 1.139815,
}
WORKED_OUTPUTS = {CROSS_ENTROPY: -0.373399, QUADRATIC: -0.087365}


@dataclass(frozen=True)
class Given:
    """X (m, 400), y (m,) labels 1..10 and Y (m, 10), none of them writeable."""

    X: np.ndarray
    y: np.ndarray
    Y: np.ndarray


def load_given(directory: Path | None) -> Given:
    """The digits that ship here, or a user's own copy of the course's. Raises UsageError."""
    X, y = load_ex4data1(directory)
    Y = 1.0 * (y.reshape(-1, 1) == np.arange(1, LABELS + 1))
    for array in (X, y, Y):
        array.flags.writeable = False
    return Given(X, y.ravel(), Y)


def shapes_of(layers: Sequence[int]) -> list[Shape]:
    """Of the weight matrices of a net with these widths."""
    return [(after, before + 1) for before, after in pairwise(layers)]


class Walk:
    """The student's functions on the given data, the net that is trained, and what has been trained so far.

    `layers` are the widths of the net, `cost` the name of its cost.
    """

    def __init__(
        self,
        work: Work,
        given: Given,
        training: Training,
        pictures: console.Pictures,
        layers: Sequence[int] = (INPUTS, 25, LABELS),
        cost: str = CROSS_ENTROPY,
    ) -> None:
        self.work, self.given, self.training, self.pictures = work, given, training, pictures
        self.layers, self.name = tuple(layers), cost
        self.random = np.random.default_rng(training.seed)
        self.trained: list[np.ndarray] = []
        self.seconds_a_cost = 0.0
        self.worked_forward = functools.cache(lambda: self.forward(*WORKED[:2]))
        self.check = functools.cache(self._check)

    # --- the student's functions --------------------------------------------------------------------------------------

    def call(self, name: str, *arguments: Any, outputs: Mapping[str, Any]) -> tuple[Any, ...]:
        """As `Work.call`; lists are handed over as copies."""
        copies = [list(value) if isinstance(value, list) else value for value in arguments]
        return self.work.call(name, *copies, outputs=outputs)

    def number(self, name: str, output: str, *arguments: Any) -> float:
        return float(self.call(name, *arguments, outputs={output: ()})[0])

    def forward(self, Thetas: list[np.ndarray], X: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        sums = [(len(X), len(Theta)) for Theta in Thetas]
        z, a = self.call("forwardPropagate", Thetas, X, outputs={"z": sums, "a": [X.shape, *sums]})
        return z, a

    def J(self, Thetas: list[np.ndarray], X: np.ndarray, Y: np.ndarray, lambda_: float, cost: str) -> float:
        return self.number("costFunction", "J", Thetas, X, Y, lambda_, cost)

    def D(self, Thetas: list[np.ndarray], X: np.ndarray, Y: np.ndarray, lambda_: float, cost: str) -> list[np.ndarray]:
        return self.like(Thetas, "gradients", "D", Thetas, X, Y, lambda_, cost)

    def like(self, Thetas: list[np.ndarray], name: str, output: str, *arguments: Any) -> list[np.ndarray]:
        """The list that a function gives, in the shapes of Thetas."""
        return self.call(name, *arguments, outputs={output: shapes(Thetas)})[0]

    def output_delta(self, cost: str) -> np.ndarray:
        """delta^(4) of the worked net."""
        arguments = self.worked_forward()[1][-1], WORKED[2], cost
        return self.call("outputDelta", *arguments, outputs={"delta": (2, 1)})[0]

    def hidden_delta(self, Theta: np.ndarray, delta: np.ndarray, a: np.ndarray) -> np.ndarray:
        return self.call("hiddenDelta", Theta, delta, a, outputs={"delta": a.shape})[0]

    def hidden_deltas(self) -> tuple[np.ndarray, np.ndarray]:
        """delta^(3) and delta^(2) of the worked net, with cross-entropy."""
        Thetas, a = WORKED[0], self.worked_forward()[1]
        delta3 = self.hidden_delta(Thetas[2], self.output_delta(CROSS_ENTROPY), a[2])
        return delta3, self.hidden_delta(Thetas[1], delta3, a[1])

    def weight_gradient(self) -> np.ndarray:
        """Of the worked net's first example, by Theta^(3)."""
        arguments = self.output_delta(CROSS_ENTROPY)[:1], self.worked_forward()[1][2][:1]
        return self.call("weightGradient", *arguments, outputs={"grad": (1, 3)})[0]

    def unrolled(self, Thetas: list[np.ndarray]) -> np.ndarray:
        size = sum(Theta.size for Theta in Thetas)
        return self.call("unrollThetas", Thetas, outputs={"thetaVec": (size,)})[0]

    def reshaped(self, thetaVec: np.ndarray, layers: Sequence[int]) -> list[np.ndarray]:
        return self.call("reshapeThetas", thetaVec, np.array(layers), outputs={"Thetas": shapes_of(layers)})[0]

    def stepped(self, alpha: float) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """The worked net's weights before and after a step."""
        Thetas = [Theta.copy() for Theta in WORKED[0]]
        arguments = (Thetas, *WORKED[1:], 0.0, self.name, alpha)
        return WORKED[0], self.like(Thetas, "gradientDescentStep", "newThetas", *arguments)

    def train_small(self, iterations: int) -> tuple[list[np.ndarray], float]:
        """By the student's trainNetwork, a 2-4-1 net on XOR."""
        Thetas = [np.random.default_rng(5).uniform(-2, 2, shape) for shape in shapes_of((2, 4, 1))]
        outputs = {"newThetas": shapes(Thetas), "J": ()}
        moved, J = self.call("trainNetwork", Thetas, *XOR, 0.0, CROSS_ENTROPY, iterations, outputs=outputs)
        return moved, float(J)

    # --- the net that is trained --------------------------------------------------------------------------------------

    def cost(self, thetaVec: np.ndarray, lambda_: float) -> tuple[float, np.ndarray]:
        """J and its gradient on the digits, unrolled."""
        start = time.perf_counter()
        Thetas = self.reshaped(thetaVec, self.layers)
        arguments = (Thetas, self.given.X, self.given.Y, lambda_, self.name)
        J, slope = self.J(*arguments), self.unrolled(self.D(*arguments))
        self.seconds_a_cost = time.perf_counter() - start
        return J, slope

    def initial_weights(self) -> np.ndarray:
        """Random weights, shape (N,), the same for the same seed: U(-e, e), with e = sqrt(6 / (s_l + s_(l+1)))."""
        random = np.random.default_rng(self.training.seed)
        weights = [random.uniform(-1, 1, (s, n)) * np.sqrt(6 / (s + n - 1)) for s, n in shapes_of(self.layers)]
        return np.concatenate([W.ravel(order="F") for W in weights])

    def predictions(self) -> np.ndarray:
        """The label of the largest output of the trained net, for every digit."""
        _, a = self.forward(self.trained, self.given.X)
        return np.argmax(a[-1], axis=1) + 1

    def _check(self, lambda_: float, cost: str) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """D beside central differences, on a small net of as many layers."""
        layers = [3, *(5 - number % 2 for number in range(len(self.layers) - 2)), 3]
        Thetas = [waves(shape) for shape in shapes_of(layers)]
        X, Y = waves((5, 3)), 1.0 * (np.arange(1, 6)[:, None] % 3 == np.arange(3))
        D = self.D(Thetas, X, Y, lambda_, cost)

        def J(moved: list[np.ndarray]) -> float:
            return self.J(moved, X, Y, lambda_, cost)

        return D, measured(J, Thetas)


def waves(shape: Shape) -> np.ndarray:
    """Numbers that are the same every time: sin(1), sin(2), ... column by column."""
    return np.sin(np.arange(1, shape[0] * shape[1] + 1)).reshape(shape, order="F")


def measured(J: Callable[[list[np.ndarray]], float], Thetas: list[np.ndarray]) -> list[np.ndarray]:
    """The slope of J by every weight, from its values at a step to either side."""
    slopes = [np.zeros(Theta.shape) for Theta in Thetas]
    for number, Theta in enumerate(Thetas):
        for place in np.ndindex(Theta.shape):
            sides = []
            for step in (CHECK_STEP, -CHECK_STEP):
                moved = [each.copy() for each in Thetas]
                moved[number][place] += step
                sides.append(J(moved))
            slopes[number][place] = (sides[0] - sides[1]) / (2 * CHECK_STEP)
    return slopes


# --- what can be missing ----------------------------------------------------------------------------------------------


FORWARD = Piece("forwardPropagate", "forwardPropagate", lambda walk: any_answered(walk.worked_forward()[0]))
ACTIVATIONS = Piece("forwardPropagate", "forwardPropagate's a", lambda walk: answered(walk.worked_forward()[1][-1]))
COST_OF = {
    cost: Piece("costFunction", f"costFunction's {cost}", lambda walk, cost=cost: walk.J(*WORKED, 0.0, cost) != 0)
    for cost in COSTS
}
LAMBDA_COST = Piece(
    "costFunction",
    "costFunction's J with lambda",
    lambda walk: walk.J(*WORKED, 1.0, CROSS_ENTROPY) != walk.J(*WORKED, 0.0, CROSS_ENTROPY),
)
DELTA_OF = {
    cost: Piece("outputDelta", f"outputDelta's {cost}", lambda walk, cost=cost: answered(walk.output_delta(cost)))
    for cost in COSTS
}
HIDDEN = Piece("hiddenDelta", "hiddenDelta", lambda walk: any_answered(walk.hidden_deltas()))
OUTER = Piece("weightGradient", "weightGradient", lambda walk: answered(walk.weight_gradient()))
ACCUMULATE = Piece(
    "accumulate",
    "accumulate",
    lambda walk: any_answered(walk.like(WORKED[0], "accumulate", "Delta", *WORKED, CROSS_ENTROPY)),
)
GRADIENTS = Piece("gradients", "gradients", lambda walk: any_answered(walk.D(*WORKED, 0.0, CROSS_ENTROPY)))
LAMBDA_GRADIENTS = Piece(
    "gradients",
    "gradients with lambda",
    lambda walk: any_answered(
        [one - other for one, other in zip(*(walk.D(*WORKED, at, CROSS_ENTROPY) for at in (1.0, 0.0)), strict=True)]
    ),
)
UNROLL = Piece("unrollThetas", "unrollThetas", lambda walk: answered(walk.unrolled(WORKED[0])))
RESHAPE = Piece(
    "reshapeThetas", "reshapeThetas", lambda walk: any_answered(walk.reshaped(np.arange(15.0), (2, 2, 2, 1)))
)
DESCEND = Piece("gradientDescentStep", "gradientDescentStep", lambda walk: any_answered(walk.stepped(0.5)[1]))
TRAIN = Piece("trainNetwork", "trainNetwork", lambda walk: walk.train_small(1)[1] != 0)


# --- the steps --------------------------------------------------------------------------------------------------------


def show_digits(walk: Walk) -> None:
    X, Y = walk.given.X, walk.given.Y
    say(f"X {X.shape} holds an image of 20 by 20 pixels a row, Y {Y.shape} a 1 in the column of its label.")
    say(f"The net: {'-'.join(map(str, walk.layers))}, cost {walk.name}.")
    images = X[walk.random.choice(len(X), min(100, len(X)), replace=False)]
    walk.pictures.add("digits", functools.partial(draw.digits, images=images))


def show_forward(walk: Walk) -> None:
    say("The net of the handout, first example:")
    z, a = walk.worked_forward()
    rows = (("z_1^(2)", z[0], 0, -0.3), ("z_2^(3)", z[1], 1, 0.604418), ("z_1^(4)", z[2], 0, 0.517664))
    console.show_rows([compared(name, values[0, unit], expected, 6) for name, values, unit, expected in rows])
    rows = (("a_1^(2)", a[1], 0, 0.425557), ("a_2^(3)", a[2], 1, 0.646666), ("a_1^(4)", a[3], 0, 0.626601))
    console.show_rows([compared(name, values[0, unit], expected, 6) for name, values, unit, expected in rows])


def show_costs(walk: Walk, lambda_: float) -> None:
    say("J of the same net, on both examples:")
    console.show_rows(
        [
            compared(f"{cost}, lambda = {at:g}", walk.J(*WORKED, at, cost), expected, 6)
            for (cost, at), expected in WORKED_COSTS.items()
            if at == lambda_
        ]
    )


def show_output_deltas(walk: Walk) -> None:
    console.show_rows(
        [
            compared(f"delta_1^(4), {cost}", walk.output_delta(cost)[0, 0], expected, 6)
            for cost, expected in WORKED_OUTPUTS.items()
        ]
    )


def show_hidden_deltas(walk: Walk) -> None:
    delta3, delta2 = walk.hidden_deltas()
    rows = (("delta_2^(3)", delta3[0, 1], -0.051190), ("delta_1^(2)", delta2[0, 0], 0.003637))
    console.show_rows([compared(name, got, expected, 6) for name, got, expected in rows])


def show_weight_gradient(walk: Walk) -> None:
    grad = walk.weight_gradient()
    expected = (-0.373399, -0.235116, -0.241464)
    console.show_rows([compared(f"dC/dTheta_1{j}^(3)", grad[0, j], expected[j], 6) for j in range(3)])


def show_sums(walk: Walk) -> None:
    say("Summed over both examples, with cross-entropy:")
    Delta = walk.like(WORKED[0], "accumulate", "Delta", *WORKED, CROSS_ENTROPY)
    rows = ((3, 0, 0.234742), (2, 1, 0.028992), (1, 2, 0.003362))
    console.show_rows([compared(f"Delta_1{j}^({l})", Delta[l - 1][0, j], want, 6) for l, j, want in rows])


def show_gradients(walk: Walk, lambda_: float) -> None:
    """D beside central differences."""
    sizes = "-".join(str(D.shape[1] - 1) for D in walk.check(lambda_, walk.name)[0])
    say(f"D beside central differences, on a {sizes}-3 net:")
    for cost in COSTS:
        D, slopes = walk.check(lambda_, cost)
        errors = [np.abs(one - other) for one, other in zip(D, slopes, strict=True)]
        difference = length(errors) / (length(D) + length(slopes))
        right = bool(difference < CHECK_LIMIT)
        console.show_rows([Row(cost, f"{difference:.2g}", f"expected < {CHECK_LIMIT:g}", right)])
        if not right:
            say(f"The largest difference is in {largest(errors)}.", "yellow")


def length(matrices: Sequence[np.ndarray]) -> float:
    return float(np.sqrt(sum(np.sum(matrix**2) for matrix in matrices)))


def largest(errors: Sequence[np.ndarray]) -> str:
    """The place of the largest of the numbers: 'D[1][0, 3]', counted from 0 as in Python."""
    number = int(np.argmax([np.max(matrix) for matrix in errors]))
    row, column = np.unravel_index(int(np.argmax(errors[number])), errors[number].shape)
    return f"D[{number}][{row}, {column}]" + (", the column of the bias" if column == 0 else "")


def show_unrolling(walk: Walk) -> None:
    Thetas = WORKED[0]
    by_columns = np.concatenate([Theta.ravel(order="F") for Theta in Thetas])
    in_order = bool(np.array_equal(walk.unrolled(Thetas), by_columns))
    back = all(map(np.array_equal, walk.reshaped(by_columns, (2, 2, 2, 1)), Thetas))
    say("The weights of the same net, column by column:")
    console.show_rows(
        [
            Row("unrolled", "in order" if in_order else "disordered", "", in_order),
            Row("and reshaped", "as it was" if back else "changed", "", back),
        ]
    )


def show_step(walk: Walk) -> None:
    say("The cost of the handout's net, before and after a step of gradient descent:")
    rows = []
    before, _ = walk.stepped(0.0)
    start = walk.J(before, *WORKED[1:], 0.0, walk.name)
    for alpha in (0.1, 1.0):
        J = walk.J(walk.stepped(alpha)[1], *WORKED[1:], 0.0, walk.name)
        rows.append(Row(f"J, alpha = {alpha:g}", f"{J:.6f}", f"expected < {start:.6f}", bool(start > J)))
    console.show_rows(rows)


def show_small_training(walk: Walk) -> None:
    say("Your trainNetwork on XOR, a 2-4-1 net:")
    Thetas, J = walk.train_small(100)
    _, a = walk.forward(Thetas, XOR[0])
    outputs = " ".join(f"{output:.0f}" for output in a[-1].ravel())
    console.show_rows(
        [
            Row("J", f"{J:.4f}", "expected < 0.1", bool(J < 0.1)),
            Row("outputs, rounded", outputs, "expected 0 1 1 0", outputs == "0 1 1 0"),
        ]
    )


def train(walk: Walk) -> None:
    training, weights = walk.training, walk.initial_weights()
    J, _ = walk.cost(weights, training.lambda_)
    say(f"{weights.size} random weights, seed {training.seed}: J = {J:.4f}.")
    say_how_long(walk.seconds_a_cost, training)
    cost = functools.partial(walk.cost, lambda_=training.lambda_)
    walk.trained = walk.reshaped(trained(cost, weights, training, walk.pictures), walk.layers)


def show_accuracy(walk: Walk) -> None:
    X, y, predicted = walk.given.X, walk.given.y, walk.predictions()
    console.show_rows([Row("accuracy, per cent", f"{100 * np.mean(predicted == y):.2f}", "")])
    show_readings(X, y, predicted, walk.random, walk.pictures)


def show_units(walk: Walk) -> None:
    images = walk.trained[0][:MOST_SHOWN_UNITS, 1:]
    say(f"Each of {len(images)} units of layer 2 as a picture: the weights of its 400 pixels.")
    walk.pictures.add("hidden", functools.partial(draw.hidden, images=images))


BOTH_COSTS, BOTH_DELTAS = tuple(COST_OF.values()), tuple(DELTA_OF.values())
SENT = (FORWARD, ACTIVATIONS)
CHECKED = (*SENT, *BOTH_COSTS, GRADIENTS)
TRAINED = (*CHECKED, LAMBDA_COST, LAMBDA_GRADIENTS, UNROLL, RESHAPE)

STEPS = (
    Step("The digits", (), show_digits),
    Step("Forward propagation", SENT, show_forward),
    Step("Cost", (*SENT, *BOTH_COSTS), functools.partial(show_costs, lambda_=0.0)),
    Step("Cost with lambda", (*SENT, *BOTH_COSTS, LAMBDA_COST), functools.partial(show_costs, lambda_=1.0)),
    Step("Error of the output", (*SENT, *BOTH_DELTAS), show_output_deltas),
    Step("Error one layer back, and one more", (*SENT, *BOTH_DELTAS, HIDDEN), show_hidden_deltas),
    Step("Gradient of one example", (*SENT, *BOTH_DELTAS, OUTER), show_weight_gradient),
    Step("Sum over the examples", (*SENT, ACCUMULATE), show_sums),
    Step("Gradient check", CHECKED, functools.partial(show_gradients, lambda_=0.0)),
    Step(
        "Gradient check with lambda",
        (*CHECKED, LAMBDA_COST, LAMBDA_GRADIENTS),
        functools.partial(show_gradients, lambda_=3.0),
    ),
    Step("Unrolling, and the way back", (UNROLL, RESHAPE), show_unrolling),
    Step("A step of gradient descent", (*SENT, *BOTH_COSTS, DESCEND), show_step),
    Step("Training by trainNetwork", (*SENT, TRAIN), show_small_training),
    Step("Training on the digits", TRAINED, train),
    Step("What the net reads", TRAINED, show_accuracy),
    Step("What the first units look for", TRAINED, show_units, picture=True),
)
