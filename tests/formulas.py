"""Every formula of the five source documents, the function that implements it, and how far that is from the truth.

    python -m tests.formulas

Each derivative is compared with the complex step and with central differences of the function that it is the
derivative of, each cost with a loop over single examples and units; and each function with its Octave twin, on all
public cases of its exercise. Errors are relative to the largest number of the answer.

    S1  the course's reading "Backpropagation Intuition"
    S2  Cross Validated, answer 152159
    S3  notes on M. Nielsen, "Neural Networks and Deep Learning", chapter 2
    S4  the course's forum, a mentor's derivations of week 5
    S5  a blog's 2-3-1 regression net, and G. Hinton's logistic neuron
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.cases import draw_cases, load_exercise
from solutions.backprop import backprop as deep
from solutions.ex4 import ex4
from solutions.quadratic import quadratic
from solutions.regression import regression

Numbers: TypeAlias = NDArray[Any]
Function: TypeAlias = Callable[[Numbers], Any]
Check: TypeAlias = Callable[[np.random.Generator], "Iterable[Derivative | Value]"]

COMPLEX_STEP, CENTRAL_STEP = 1e-30, 1e-5
SEEDS = range(5)
WIDTH = 136
COSTS = ("cross-entropy", "quadratic")
NETS = ((2, 4, 4, 4, 3), (3, 3, 3, 3), (3, 2, 1), (4, 2))


@dataclass(frozen=True)
class Derivative:
    """`got` should be the derivative of the number that `of` gives, at `at`."""

    got: Any
    of: Function
    at: Numbers


@dataclass(frozen=True)
class Value:
    """`got` should be `want`, which was come by in another way."""

    got: Any
    want: Any


@dataclass(frozen=True)
class Formula:
    source: str
    text: str
    function: str
    check: Check


@dataclass(frozen=True)
class Errors:
    """The largest ones, None where there is no such comparison: a number has a loop, a derivative two differences."""

    loop: float | None = None
    complex_step: float | None = None
    central: float | None = None


# --- comparing --------------------------------------------------------------------------------------------------------


def errors_of(formula: Formula, seeds: Iterable[int] = SEEDS) -> Errors:
    checks = [check for seed in seeds for check in formula.check(np.random.default_rng(seed))]
    values = [relative(check.got, check.want) for check in checks if isinstance(check, Value)]
    slopes = [check for check in checks if isinstance(check, Derivative)]
    return Errors(
        largest(values),
        largest([relative(each.got, by_complex_step(each.of, each.at)) for each in slopes]),
        largest([relative(each.got, by_central_differences(each.of, each.at)) for each in slopes]),
    )


def largest(errors: Sequence[float]) -> float | None:
    """NaN where one of them is."""
    return float(np.max(errors)) if errors else None


def relative(got: Any, want: Any) -> float:
    got, want = np.ravel(got, order="F"), np.ravel(want, order="F")
    return float(np.max(np.abs(got - want)) / np.max(np.abs(want)))


def by_complex_step(of: Function, at: Numbers) -> Numbers:
    """df/dx = Im f(x + ih) / h, exact to rounding: nothing is subtracted."""
    slopes = np.zeros(at.shape)
    for place in np.ndindex(at.shape):
        moved = at.astype(complex)
        moved[place] += 1j * COMPLEX_STEP
        slopes[place] = np.imag(of(moved)) / COMPLEX_STEP
    return slopes


def by_central_differences(of: Function, at: Numbers) -> Numbers:
    slopes = np.zeros(at.shape)
    for place in np.ndindex(at.shape):
        ends = []
        for step in (CENTRAL_STEP, -CENTRAL_STEP):
            moved = at.astype(float)
            moved[place] += step
            ends.append(of(moved))
        slopes[place] = (ends[0] - ends[1]) / (2 * CENTRAL_STEP)
    return slopes


def twin_errors(exercise: str) -> dict[str, float]:
    """By function, how far it is from its Octave twin on the public cases; NaN where they do not agree."""
    from grader.octave_diff import diff

    spec = load_exercise(exercise)
    found: dict[str, float] = {}
    for row in diff(spec, draw_cases(spec)).rows:
        error = row.error if row.agree and row.error is not None else math.nan
        found[row.function] = max(found.get(row.function, 0.0), error, key=lambda e: (math.isnan(e), e))
    return found


# --- nets -------------------------------------------------------------------------------------------------------------


def weights(random: np.random.Generator, sizes: Sequence[int]) -> list[Numbers]:
    return [random.normal(size=(after, before + 1)) for before, after in pairwise(sizes)]


def deep_nets(random: np.random.Generator) -> Iterable[tuple[list[Numbers], Numbers, Numbers, str]]:
    """Thetas, X, Y and cost of nets of several depths, of which one has a single output."""
    for sizes in NETS:
        for cost in COSTS:
            X = random.normal(size=(5, sizes[0]))
            Y = 1.0 * (random.random((5, sizes[-1])) < 0.5)
            yield weights(random, sizes), X, Y, cost


def with_one(matrices: Sequence[Numbers], index: int, one: Numbers) -> list[Numbers]:
    return [one if place == index else matrix for place, matrix in enumerate(matrices)]


def examples_cost(cost: str, a: Any, y: Any) -> Any:
    """C of one output of one example."""
    return -y * np.log(a) - (1 - y) * np.log(1 - a) if cost == "cross-entropy" else (y - a) ** 2 / 2


def g(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def cost_from(Thetas: Sequence[Numbers], z: Any, y: Numbers, cost: str) -> Any:
    """The cost of one example, from the z of a layer on, unit by unit; `Thetas` are those after that layer."""
    for Theta in Thetas:
        a = [1.0, *(g(each) for each in z)]
        z = [sum(row[j] * a[j] for j in range(len(a))) for row in Theta]
    return sum(examples_cost(cost, g(z[k]), y[k]) for k in range(len(y)))


def first_z(Theta: Numbers, x: Numbers) -> list[Any]:
    return [row[0] + sum(row[j + 1] * x[j] for j in range(len(x))) for row in Theta]


def cost_by_loops(Thetas: Sequence[Numbers], X: Numbers, Y: Numbers, lambda_: float, cost: str) -> float:
    total = sum(cost_from(Thetas[1:], first_z(Thetas[0], x), y, cost) for x, y in zip(X, Y, strict=True))
    squares = sum(Theta[i, j] ** 2 for Theta in Thetas for i, j in np.ndindex(Theta.shape) if j)
    return float(total / len(X) + lambda_ / (2 * len(X)) * squares)


# --- S1, S2, S4: nets of any depth ------------------------------------------------------------------------------------


def check_cost(random: np.random.Generator) -> Iterable[Value]:
    for Thetas, X, Y, cost in deep_nets(random):
        for lambda_ in (0.0, 2.7):
            want = cost_by_loops(Thetas, X, Y, lambda_, cost)
            yield Value(deep.costFunction(Thetas, X, Y, lambda_, cost), want)


def check_output_delta(random: np.random.Generator) -> Iterable[Derivative]:
    for Thetas, X, Y, cost in deep_nets(random):
        z, a = deep.forwardPropagate(Thetas, X)
        for t, y in enumerate(Y):
            delta = deep.outputDelta(a[-1], Y, cost)[t]
            yield Derivative(delta, lambda z, y=y, cost=cost: cost_from([], z, y, cost), z[-1][t])


def check_hidden_delta(random: np.random.Generator) -> Iterable[Derivative]:
    """Of every hidden layer, the last first."""
    for Thetas, X, Y, cost in deep_nets(random):
        z, a = deep.forwardPropagate(Thetas, X)
        delta = deep.outputDelta(a[-1], Y, cost)
        for layer in range(len(Thetas) - 1, 0, -1):
            delta, after = deep.hiddenDelta(Thetas[layer], delta, a[layer]), Thetas[layer:]
            for t, y in enumerate(Y):
                of = lambda z, y=y, cost=cost, after=after: cost_from(after, z, y, cost)  # noqa: E731
                yield Derivative(delta[t], of, z[layer - 1][t])


def check_weight_gradient(random: np.random.Generator) -> Iterable[Derivative]:
    for Thetas, X, Y, cost in deep_nets(random):
        x, y = X[:1], Y[:1]
        _, a = deep.forwardPropagate(Thetas, x)
        delta = deep.outputDelta(a[-1], y, cost)
        for layer in reversed(range(len(Thetas))):

            def of(Theta: Numbers, layer: int = layer, Thetas: Any = Thetas, x: Any = x, y: Any = y, cost: Any = cost):
                return deep.costFunction(with_one(Thetas, layer, Theta), x, y, 0.0, cost)

            yield Derivative(deep.weightGradient(delta, a[layer]), of, Thetas[layer])
            delta = deep.hiddenDelta(Thetas[layer], delta, a[layer]) if layer else delta


def slopes_of_cost(
    got: Sequence[Numbers], Thetas: Sequence[Numbers], X: Numbers, Y: Numbers, lambda_: float, cost: str
) -> Iterable[Derivative]:
    for layer, Theta in enumerate(Thetas):

        def of(Theta: Numbers, layer: int = layer) -> Any:
            return deep.costFunction(with_one(Thetas, layer, Theta), X, Y, lambda_, cost)

        yield Derivative(got[layer], of, Theta)


def check_accumulate(random: np.random.Generator) -> Iterable[Derivative]:
    for Thetas, X, Y, cost in deep_nets(random):
        means = [Delta / len(X) for Delta in deep.accumulate(Thetas, X, Y, cost)]
        yield from slopes_of_cost(means, Thetas, X, Y, 0.0, cost)


def check_gradients(random: np.random.Generator) -> Iterable[Derivative]:
    for Thetas, X, Y, cost in deep_nets(random):
        for lambda_ in (0.0, 2.7):
            yield from slopes_of_cost(deep.gradients(Thetas, X, Y, lambda_, cost), Thetas, X, Y, lambda_, cost)


def check_step(random: np.random.Generator) -> Iterable[Derivative]:
    for Thetas, X, Y, cost in deep_nets(random):
        moved = deep.gradientDescentStep(Thetas, X, Y, 1.3, cost, 0.5)
        slopes = [(Theta - after) / 0.5 for Theta, after in zip(Thetas, moved, strict=True)]
        yield from slopes_of_cost(slopes, Thetas, X, Y, 1.3, cost)


def check_unroll(random: np.random.Generator) -> Iterable[Value]:
    for sizes in NETS:
        Thetas = weights(random, sizes)
        by_columns = [Theta[i, j] for Theta in Thetas for j in range(Theta.shape[1]) for i in range(Theta.shape[0])]
        yield Value(deep.unrollThetas(Thetas), by_columns)
        for got, want in zip(deep.reshapeThetas(np.array(by_columns), np.array(sizes)), Thetas, strict=True):
            yield Value(got, want)


def slope_of(function: Function, slope: Function) -> Check:
    return lambda random: (
        Derivative(slope(z), lambda z: function(z)[0], z) for z in [3 * random.normal(size=(1,)) for _ in range(9)]
    )


def check_ex4(random: np.random.Generator) -> Iterable[Derivative]:
    n, h, K, m = 4, 3, 5, 6
    nn_params = random.normal(size=h * (n + 1) + K * (h + 1))
    X, y = random.normal(size=(m, n)), random.integers(1, K + 1, (m, 1))
    for lambda_ in (0.0, 2.7):
        of = lambda p, lambda_=lambda_: ex4.nnCostFunction(p, n, h, K, X, y, lambda_)[0]  # noqa: E731
        yield Derivative(ex4.nnCostFunction(nn_params, n, h, K, X, y, lambda_)[1], of, nn_params)


# --- S3: the quadratic cost, separate biases --------------------------------------------------------------------------


def columns_net(random: np.random.Generator, sizes: Sequence[int]) -> tuple[list[Numbers], list[Numbers]]:
    biases = [random.normal(size=(after, 1)) for after in sizes[1:]]
    return biases, [random.normal(size=(after, before)) for before, after in pairwise(sizes)]


def check_quadratic_cost(random: np.random.Generator) -> Iterable[Value]:
    for sizes in NETS:
        biases, w = columns_net(random, sizes)
        x, y = random.normal(size=(sizes[0], 1)), random.random((sizes[-1], 1))
        Thetas = [np.hstack(pair) for pair in zip(biases, w, strict=True)]
        want = cost_from(Thetas[1:], first_z(Thetas[0], x[:, 0]), y[:, 0], "quadratic")
        yield Value(quadratic.quadratic_cost(biases, w, x, y), want)


def check_backprop(which: int) -> Check:
    """Of the biases (0) or of the weights (1)."""

    def check(random: np.random.Generator) -> Iterable[Derivative]:
        for sizes in NETS:
            net = columns_net(random, sizes)
            x, y = random.normal(size=(sizes[0], 1)), random.random((sizes[-1], 1))
            for layer, nabla in enumerate(quadratic.backprop(*net, x, y)[which]):

                def of(moved: Numbers, layer: int = layer, net: Any = net, x: Any = x, y: Any = y) -> Any:
                    changed = with_one(net, which, with_one(net[which], layer, moved))  # type: ignore[arg-type]
                    return quadratic.quadratic_cost(*changed, x, y)

                yield Derivative(nabla, of, net[which][layer])

    return check


def check_mini_batch(random: np.random.Generator) -> Iterable[Derivative]:
    sizes, m, eta = (3, 4, 2), 5, 0.7
    net = columns_net(random, sizes)
    X, Y = random.normal(size=(3, m)), random.random((2, m))
    moved = quadratic.update_mini_batch(*net, X, Y, eta)
    for which in (0, 1):
        for layer, (before, after) in enumerate(zip(net[which], moved[which], strict=True)):

            def of(changed: Numbers, which: int = which, layer: int = layer) -> Any:
                biases, w = with_one(net, which, with_one(net[which], layer, changed))  # type: ignore[arg-type]
                return sum(quadratic.quadratic_cost(biases, w, X[:, [t]], Y[:, [t]]) for t in range(m)) / m

            yield Derivative((before - after) / eta, of, before)


# --- S5: rows, no biases; Hinton's neuron -----------------------------------------------------------------------------


def row_net(random: np.random.Generator) -> tuple[Numbers, ...]:
    """X, y, Theta1 and Theta2 of the 2-3-1 net."""
    return (random.normal(size=(4, 2)), random.random((4, 1)), random.normal(size=(2, 3)), random.normal(size=(3, 1)))


def check_regression_cost(random: np.random.Generator) -> Iterable[Value]:
    X, y, Theta1, Theta2 = row_net(random)
    hidden = [[g(sum(x[i] * Theta1[i, j] for i in range(2))) for j in range(3)] for x in X]
    says = [g(sum(a[j] * Theta2[j, 0] for j in range(3))) for a in hidden]
    total = sum((y[t, 0] - says[t]) ** 2 for t in range(4)) / 2
    yield Value(regression.costFunction(X, y, Theta1, Theta2, "half"), total)
    yield Value(regression.costFunction(X, y, Theta1, Theta2, "mean"), total / 4)


def check_regression_gradient(which: int) -> Check:
    """Of Theta1 (0) or of Theta2 (1)."""

    def check(random: np.random.Generator) -> Iterable[Derivative]:
        X, y, *Thetas = row_net(random)
        for scaling in ("half", "mean"):
            got = regression.costGradient(X, y, *Thetas, scaling)[which]
            of = lambda moved, scaling=scaling: regression.costFunction(  # noqa: E731
                X, y, *with_one(Thetas, which, moved), scaling
            )
            yield Derivative(got, of, Thetas[which])

    return check


def check_hinton(random: np.random.Generator) -> Iterable[Derivative]:
    X, t, w = random.normal(size=(6, 3)), random.random((6, 1)), random.normal(size=(3, 1))
    yield Derivative(regression.hintonNeuron(w, X, t)[1], lambda w: regression.hintonNeuron(w, X, t)[0], w)


# --- the table --------------------------------------------------------------------------------------------------------

G_PRIME, SIGMA_PRIME, G_PRIME_OF_E = (
    slope_of(ex4.sigmoid, ex4.sigmoidGradient),
    slope_of(quadratic.sigmoid, quadratic.sigmoid_prime),
    slope_of(regression.sigmoid, regression.sigmoidPrime),
)
FORMULAS = (
    Formula("S1", "J = -1/m ΣΣ [y log h + (1-y) log(1-h)] + λ/2m ΣΣΣ Θ²", "backprop.costFunction", check_cost),
    Formula("S1", "δ^(L) = a - y = ∂(-cost(t))/∂z^(L)", "backprop.outputDelta", check_output_delta),
    Formula("S1", "δ_j^(l) = g'(z_j) Σ_k Θ_kj δ_k^(l+1)", "backprop.hiddenDelta", check_hidden_delta),
    Formula("S2", "∂C/∂θ_ij = δ_i a_j", "backprop.weightGradient", check_weight_gradient),
    Formula("S2", "δ^(l) = θ' δ^(l+1) .* a(1-a)", "backprop.hiddenDelta", check_hidden_delta),
    Formula("S2", "θ := θ - α ∂C/∂θ", "backprop.gradientDescentStep", check_step),
    Formula("S3", "C = ½ Σ (y - a)²", "quadratic.quadratic_cost", check_quadratic_cost),
    Formula("S3", "σ'(z) = σ(z) (1 - σ(z))", "quadratic.sigmoid_prime", SIGMA_PRIME),
    Formula("S3", "∂C/∂b^l = δ^l", "quadratic.backprop", check_backprop(0)),
    Formula("S3", "∂C/∂w_jk^l = a_k^(l-1) δ_j^l", "quadratic.backprop", check_backprop(1)),
    Formula("S3", "w := w - η/m Σ ∂C_x/∂w", "quadratic.update_mini_batch", check_mini_batch),
    Formula("S4", "g'(z) = a (1 - a)", "ex4.sigmoidGradient", G_PRIME),
    Formula("S4", "δ^(l-1) = δ^(l) Θ^(l-1) .* g'(z^(l-1)), as rows", "backprop.hiddenDelta", check_hidden_delta),
    Formula("S4", "Δ^(l) = Σ δ^(l+1) a^(l)'", "backprop.accumulate", check_accumulate),
    Formula("S4", "D^(l) = Δ^(l)/m + λ/m Θ^(l) = ∂J/∂Θ^(l)", "backprop.gradients", check_gradients),
    Formula("S4", "[Θ^(1)(:); Θ^(2)(:); ...] and back", "backprop.unrollThetas", check_unroll),
    Formula("S4", "D^(l) of the course's net", "ex4.nnCostFunction", check_ex4),
    Formula("S5", "J = ½ Σ (y - ŷ)², and 1/2m", "regression.costFunction", check_regression_cost),
    Formula("S5", "g'(z) = e^-z / (1 + e^-z)²", "regression.sigmoidPrime", G_PRIME_OF_E),
    Formula("S5", "∂J/∂Θ1 = X' [(δ3 Θ2') .* g'(z2)]", "regression.costGradient", check_regression_gradient(0)),
    Formula("S5", "∂J/∂Θ2 = a2' [-(y - ŷ) .* g'(z3)]", "regression.costGradient", check_regression_gradient(1)),
    Formula("S5", "∂E/∂w_i = -Σ x_i y (1-y) (t-y)", "regression.hintonNeuron", check_hinton),
)


def main() -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from grader.errors import UnavailableError

    table = Table("", "formula", "function", "loop", "complex step", "central", "Octave")
    try:
        twins = {name: twin_errors(name) for name in dict.fromkeys(f.function.split(".")[0] for f in FORMULAS)}
    except UnavailableError as error:
        twins = {}
        print(f"not compared with Octave: {error}")
    for formula in FORMULAS:
        exercise, function = formula.function.split(".")
        errors = errors_of(formula)
        shown = (errors.loop, errors.complex_step, errors.central, twins.get(exercise, {}).get(function))
        numbers = ("" if each is None else f"{each:.1e}" for each in shown)
        table.add_row(formula.source, escape(formula.text), formula.function, *numbers)
    Console(width=max(Console().width, WIDTH)).print(table)


if __name__ == "__main__":
    main()
