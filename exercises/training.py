"""Training with scipy's methods, in the walk-throughs: any cost, from any weights, and what is told of it."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from exercises import console
from exercises import pictures as draw
from exercises.console import Pictures, Row, say

Cost = Callable[[np.ndarray], tuple[float, np.ndarray]]

PATIENCE_SECONDS = 15


@dataclass(frozen=True)
class Method:
    """A method of minimize: what it counts (the option that limits it, the result's field, its name), and how many
    evaluations of the cost each of these takes."""

    limit: str
    counter: str
    unit: str
    evaluations: int


METHODS = {
    "CG": Method("maxiter", "nit", "iteration", 2),
    "L-BFGS-B": Method("maxiter", "nit", "iteration", 1),
    "TNC": Method("maxfun", "nfev", "evaluation", 1),
}
"""Methods of scipy.optimize.minimize that suit ten thousand weights."""


@dataclass(frozen=True)
class Training:
    method: str = "CG"
    iterations: int = 50
    lambda_: float = 1.0
    seed: int = 21


def say_how_long(seconds_a_cost: float, training: Training) -> None:
    """Nothing, where the training takes little time."""
    method = METHODS[training.method]
    seconds = seconds_a_cost * method.evaluations * training.iterations
    if seconds > PATIENCE_SECONDS:
        say(
            f"One evaluation of the cost takes {seconds_a_cost:.2g} s: "
            f"about {seconds:.0f} s for {training.iterations} {method.unit}s.",
            "yellow",
        )


def trained(cost: Cost, weights: np.ndarray, training: Training, pictures: Pictures, usual: str = "") -> np.ndarray:
    """The weights that a training ends with; tells how it went, and what J there is beside what is usual."""
    method = METHODS[training.method]
    start = time.perf_counter()
    result, costs = minimized(cost, weights, training)
    seconds = time.perf_counter() - start
    say(
        f"{training.method} with lambda = {training.lambda_:g}: {result.nit} iterations, "
        f"{result.nfev} evaluations of the cost, {seconds:.1f} s."
    )
    console.show_rows([Row("J", f"{result.fun:.4f}", usual)])
    if result[method.counter] < training.iterations:
        hint = "" if result.success else " A gradient that is not the cost's does that."
        say(f"It stopped early: {result.message}{hint}", "yellow")
    pictures.add("cost", functools.partial(draw.cost, costs=costs, method=training.method, unit=method.unit))
    return result.x


def minimized(evaluate: Cost, weights: np.ndarray, training: Training) -> tuple[Any, list[float]]:
    """scipy's OptimizeResult of minimising the cost from these weights, and the lowest cost after each step."""
    from scipy.optimize import minimize

    method = METHODS[training.method]
    evaluated: list[float] = []
    lowest: list[float] = []
    with console.progress_bar() as bar:
        task = bar.add_task(f"{training.method}, {method.unit}", total=training.iterations, status="")

        def step(*_: Any) -> None:
            lowest.append(min(evaluated))
            bar.update(task, completed=len(lowest), status=f"J = {lowest[-1]:.4f}")

        def cost(nn_params: np.ndarray) -> tuple[float, np.ndarray]:
            J, grad = evaluate(nn_params)
            evaluated.append(J)
            if method.unit == "evaluation":
                step()
            return J, grad

        result = minimize(
            cost,
            weights,
            jac=True,
            method=training.method,
            callback=step if method.unit == "iteration" else None,
            options={method.limit: training.iterations},
        )
    return result, lowest or evaluated
