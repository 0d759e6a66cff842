"""The steps of the exercise `regression`: from one sigmoid to a net that has learned a surface."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from exercises import console
from exercises.console import Piece, Row, Step, Work, answered, compared, say
from exercises.regression import walkthrough_pictures as draw

CHECK_LIMIT = 1e-8
STEP = 1e-5
HIDDEN = 3
ROUND = 500
LEAST_FALL = 0.01
USUAL_J = "0.0047 to 0.0065"
"""Where the descent ends with the default options, measured with 40 seeds."""


def read_only(*rows: tuple[float, ...]) -> np.ndarray:
    array = np.array(rows, dtype=float)
    array.flags.writeable = False
    return array


# The net of the handout's worked example, and what is known of it.
X = read_only((1, 2), (-1, 0.5), (0.5, -1))
y = read_only((0.9,), (0.2,), (0.5,))
Theta1 = read_only((0.5, -1, 0.25), (1, 0.5, -0.75))
Theta2 = read_only((1,), (-2,), (0.5,))
w = read_only((0.5,), (-0.25,))
YHAT = (0.508872, 0.293120, 0.533906)
COSTS = {"half": 0.081401, "mean": 0.027134}
E = 0.098546
SLOPES = {-800.0: 0.0, -1.0: 0.196612, 0.0: 0.25, 2.0: 0.104994}

LEVELS = np.linspace(-1, 1, 5)
APPLES = read_only(*((sweet, sour) for sour in LEVELS for sweet in LEVELS))
"""How sweet and how sour 25 apples are, each from -1 to 1."""
RATINGS = read_only(
    *((rating,) for rating in (0.11, 0.19, 0.32, 0.54, 0.79)),
    *((rating,) for rating in (0.09, 0.12, 0.36, 0.66, 0.79)),
    *((rating,) for rating in (0.08, 0.15, 0.36, 0.69, 0.80)),
    *((rating,) for rating in (0.11, 0.16, 0.40, 0.67, 0.82)),
    *((rating,) for rating in (0.11, 0.20, 0.49, 0.68, 0.69)),
)
"""How they were liked, from 0 to 1. The numbers are made up."""


@dataclass(frozen=True)
class Training:
    alpha: float = 1.0
    steps: int = 20000
    seed: int = 1


@dataclass(frozen=True)
class Trained:
    """Weights, and the costs on the way to them: before the first step, and after each."""

    Theta1: np.ndarray
    Theta2: np.ndarray
    costs: np.ndarray

    @property
    def steps(self) -> int:
        return len(self.costs) - 1

    @property
    def falling(self) -> bool:
        """Whether the last `ROUND` steps, or all where there are fewer, lowered the cost by 1 % at least."""
        first = self.costs[-ROUND - 1 :][0]
        return bool(first - self.costs[-1] >= LEAST_FALL * first)

    @property
    def converged(self) -> bool:
        """Whether the last `ROUND` steps lowered the cost, or kept it, by less than 1 %."""
        return self.steps >= ROUND and not self.falling and bool(self.costs[-1] <= self.costs[-ROUND - 1])


class Walk:
    """The student's functions, and what has been trained so far."""

    def __init__(self, work: Work, training: Training, pictures: console.Pictures) -> None:
        self.work, self.training, self.pictures = work, training, pictures
        self.trained: Trained | None = None

    def function(self, name: str, z: np.ndarray) -> np.ndarray:
        (g,) = self.work.call(name, z, outputs={"g": z.shape})
        return g

    def yhat(self, X: np.ndarray, Theta1: np.ndarray, Theta2: np.ndarray) -> np.ndarray:
        hidden, out = (len(X), Theta1.shape[1]), (len(X), Theta2.shape[1])
        outputs = {"z2": hidden, "a2": hidden, "z3": out, "yhat": out}
        return self.work.call("forward", X, Theta1, Theta2, outputs=outputs)[-1]

    def cost(self, scaling: str, Theta1: np.ndarray = Theta1, Theta2: np.ndarray = Theta2) -> float:
        return self.cost_on(X, y, Theta1, Theta2, scaling)

    def cost_on(self, X: np.ndarray, y: np.ndarray, Theta1: np.ndarray, Theta2: np.ndarray, scaling: str) -> float:
        (J,) = self.work.call("costFunction", X, y, Theta1, Theta2, scaling, outputs={"J": ()})
        return float(J)

    def gradient(self, scaling: str) -> tuple[np.ndarray, ...]:
        outputs = {"dJdTheta1": Theta1.shape, "dJdTheta2": Theta2.shape}
        return self.work.call("costGradient", X, y, Theta1, Theta2, scaling, outputs=outputs)

    def neuron(self, w: np.ndarray = w) -> tuple[float, np.ndarray]:
        E, dEdw = self.work.call("hintonNeuron", w, X, y, outputs={"E": (), "dEdw": w.shape})
        return float(E), dEdw

    def descend(self, Theta1: np.ndarray, Theta2: np.ndarray, steps: int) -> tuple[np.ndarray, ...]:
        """The weights so many steps from these, of which the student gets copies, and the cost after each step."""
        arguments = (APPLES, RATINGS, Theta1.copy(), Theta2.copy(), self.training.alpha, steps)
        outputs = {"Theta1": Theta1.shape, "Theta2": Theta2.shape, "J_history": (steps,)}
        return self.work.call("gradientDescent", *arguments, outputs=outputs)

    def start(self) -> tuple[np.ndarray, np.ndarray]:
        random = np.random.default_rng(self.training.seed)
        return random.uniform(-1, 1, (2, HIDDEN)), random.uniform(-1, 1, (HIDDEN, 1))

    def untrained(self) -> Trained:
        weights = self.start()
        return Trained(*weights, np.array([self.cost_on(APPLES, RATINGS, *weights, "half")]))


def differences(cost: Callable[[np.ndarray], float], weights: np.ndarray) -> np.ndarray:
    """The gradient of a cost by central differences, shaped like the weights."""
    slopes = np.zeros(weights.shape)
    for place in np.ndindex(weights.shape):
        e = np.zeros(weights.shape)
        e[place] = STEP
        slopes[place] = (cost(weights + e) - cost(weights - e)) / (2 * STEP)
    return slopes


# --- what can be missing ----------------------------------------------------------------------------------------------

SIGMOID = Piece("sigmoid", "sigmoid", lambda walk: answered(walk.function("sigmoid", np.zeros(1))))
SLOPE = Piece("sigmoidPrime", "sigmoidPrime", lambda walk: answered(walk.function("sigmoidPrime", np.zeros(1))))
FORWARD = Piece("forward", "forward", lambda walk: answered(walk.yhat(X, Theta1, Theta2)))
COST = Piece("costFunction", "costFunction", lambda walk: walk.cost("half") != 0)
GRADIENT = Piece("costGradient", "costGradient", lambda walk: all(map(answered, walk.gradient("half"))))
ERROR = Piece("hintonNeuron", "hintonNeuron's E", lambda walk: walk.neuron()[0] != 0)
NEURON = Piece("hintonNeuron", "hintonNeuron's dEdw", lambda walk: answered(walk.neuron()[1]))
DESCENT = Piece("gradientDescent", "gradientDescent", lambda walk: answered(walk.descend(*walk.start(), 1)[-1]))


# --- the steps --------------------------------------------------------------------------------------------------------


def show_sigmoid(walk: Walk) -> None:
    points = {-800.0: 0.0, 0.0: 0.5, 1.0: 0.731059}
    show_values("sigmoid", walk.function("sigmoid", np.array([*points])), points)


def show_slope(walk: Walk) -> None:
    show_values("sigmoidPrime", walk.function("sigmoidPrime", np.array([*SLOPES])), SLOPES)


def show_values(name: str, got: np.ndarray, expected: dict[float, float]) -> None:
    pairs = zip(expected.items(), got, strict=True)
    console.show_rows([compared(f"{name}({z:g})", g, value, 6) for (z, value), g in pairs])


def show_forward(walk: Walk) -> None:
    say("What the net of the handout's example says of its three examples:")
    got = walk.yhat(X, Theta1, Theta2).ravel()
    console.show_rows([compared(f"yhat[{i}]", g, want, 6) for i, (g, want) in enumerate(zip(got, YHAT, strict=True))])


def show_cost(walk: Walk) -> None:
    console.show_rows([compared(f'J, "{scaling}"', walk.cost(scaling), J, 6) for scaling, J in COSTS.items()])


def check_gradient(walk: Walk) -> None:
    say("Your gradient beside central differences of your cost:")
    for scaling in COSTS:
        numerical = (
            differences(lambda Theta, scaling=scaling: walk.cost(scaling, Theta, Theta2), Theta1),
            differences(lambda Theta, scaling=scaling: walk.cost(scaling, Theta1, Theta), Theta2),
        )
        for name, want, got in zip(("dJdTheta1", "dJdTheta2"), numerical, walk.gradient(scaling), strict=True):
            show_check(f'{name}, "{scaling}"', got, want)


def show_neuron(walk: Walk) -> None:
    E_got, dEdw = walk.neuron()
    console.show_rows([compared("E", E_got, E, 6)])
    show_check("dEdw", dEdw, differences(lambda weights: walk.neuron(weights)[0], w))


def show_check(name: str, got: np.ndarray, want: np.ndarray) -> None:
    """The relative difference of two gradients and, where it is large, the place where they differ most."""
    difference = np.linalg.norm(got - want) / (np.linalg.norm(got + want) or 1.0)
    right = bool(difference < CHECK_LIMIT)
    console.show_rows([Row(name, f"{difference:.2g}", f"expected < {CHECK_LIMIT:g}", right)])
    if not right:
        row, column = np.unravel_index(int(np.argmax(np.abs(got - want))), got.shape)
        place = f"[{row}, {column}]: {got[row, column]:.6f}, measured {want[row, column]:.6f}"
        say(f"    Most at {place}", "yellow")


def descend(walk: Walk) -> None:
    training = walk.training
    say("25 apples: how sweet and how sour they are, each from -1 to 1, and how they were liked, from 0 to 1.")
    say(f"A 2-{HIDDEN}-1 net learns that, from random weights of seed {training.seed}.")
    start = time.perf_counter()
    walk.trained = trained = descended(walk)
    usual = f"usually {USUAL_J}" if trained.converged and training.alpha == Training.alpha else ""
    console.show_rows([Row("J", f"{trained.costs[-1]:.5f}", usual)])
    say(f"{trained.steps} steps with alpha = {training.alpha:g}, {time.perf_counter() - start:.1f} s.")
    tell_end(trained)
    walk.pictures.add("cost", functools.partial(draw.cost, costs=trained.costs[1:], alpha=training.alpha))


def descended(walk: Walk) -> Trained:
    """Where rounds of steps lead until the cost falls no longer, or there are too many steps."""
    at, most = walk.untrained(), walk.training.steps
    with console.progress_bar() as bar:
        task = bar.add_task("steps", total=most, status="")
        while at.steps < most:
            Theta1, Theta2, costs = walk.descend(at.Theta1, at.Theta2, min(ROUND, most - at.steps))
            at = Trained(Theta1, Theta2, np.append(at.costs, costs))
            bar.update(task, completed=at.steps, status=f"J = {at.costs[-1]:.5f}")
            if not at.falling:
                break
    return at


def tell_end(trained: Trained) -> None:
    if not trained.costs[-1] < trained.costs[0]:
        say("The cost has not fallen: either alpha is too large, or the steps do not go downhill.", "yellow")
    elif np.any(np.diff(trained.costs) > 0):
        say("The cost has risen on the way: a smaller alpha goes down more steadily.", "yellow")
    elif trained.converged:
        say(f"The last {ROUND} steps lowered J by less than {100 * LEAST_FALL:g} %: the descent has converged.")
    else:
        say("The cost was still falling: more --steps bring it further down.", "yellow")


def show_surface(walk: Walk) -> None:
    assert walk.trained is not None, "this step comes after the descent"
    weights = (walk.trained.Theta1, walk.trained.Theta2)
    error = np.sqrt(np.mean((RATINGS - walk.yhat(APPLES, *weights)) ** 2))
    say("What the net says between the apples, and beside it what was said of them.")
    console.show_rows([Row("typical error", f"{error:.3f}", "of ratings from 0 to 1")])
    paint = functools.partial(draw.surface, X=APPLES, y=RATINGS.ravel(), f=lambda X: walk.yhat(X, *weights).ravel())
    walk.pictures.add("surface", paint)


LEARNED = (SIGMOID, SLOPE, FORWARD, COST, GRADIENT, DESCENT)

STEPS = (
    Step("Sigmoid", (SIGMOID,), show_sigmoid),
    Step("Slope of the sigmoid", (SLOPE,), show_slope),
    Step("Forward", (FORWARD,), show_forward),
    Step("Cost", (COST,), show_cost),
    Step("Gradient check", (COST, GRADIENT), check_gradient),
    Step("Hinton's neuron", (ERROR, NEURON), show_neuron),
    Step("Descent", LEARNED, descend),
    Step("What the net has learned", LEARNED, show_surface),
)
