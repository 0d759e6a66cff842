"""The formulas of the source documents hold, and their systems are one and the same where they meet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from solutions.backprop import backprop as deep
from solutions.ex4 import ex4
from solutions.quadratic import quadratic
from solutions.regression import regression
from tests.formulas import FORMULAS, NETS, Derivative, Formula, Value, columns_net, errors_of, weights

COMPLEX, CENTRAL, LOOP = 1e-12, 1e-7, 1e-13
SAME = 1e-14

every = pytest.mark.parametrize("formula", FORMULAS, ids=[f"{f.source} {f.text}" for f in FORMULAS])


def worst(formula: Formula) -> float:
    """The largest error, in units of what is allowed."""
    errors = errors_of(formula, seeds=range(1))
    pairs = ((errors.loop, LOOP), (errors.complex_step, COMPLEX), (errors.central, CENTRAL))
    return float(np.max([error / allowed for error, allowed in pairs if error is not None]))


@every
def test_a_formula_is_implemented(formula: Formula) -> None:
    assert worst(formula) <= 1


def test_one_nan_among_good_numbers_is_noticed() -> None:
    formula = Formula("S1", "1 = 1", "f", lambda random: [Value(1, 1), Value(np.nan, 1), Value(1, 1)])
    assert not worst(formula) <= 1


@every
def test_what_is_off_by_a_millionth_is_noticed(formula: Formula) -> None:
    def spoilt(check: Derivative | Value) -> Derivative | Value:
        got = np.array(check.got, dtype=float)
        got.flat[np.argmax(np.abs(got))] *= 1 + 1e-6
        return replace(check, got=got)

    assert worst(replace(formula, check=lambda random: map(spoilt, formula.check(random)))) > 1


# --- one net, written in several ways ---------------------------------------------------------------------------------


def distance(got: np.ndarray, want: np.ndarray) -> float:
    assert got.shape == want.shape
    return float(np.max(np.abs(got - want)) / np.max(np.abs(want)))


@pytest.mark.parametrize("sizes", [(8, 2, 4), (2, 4, 4), (2, 3, 4), (400, 25, 10)])
@pytest.mark.parametrize("lambda_", [0.0, 2.7])
def test_exercise_4_is_a_deep_net_of_three_layers(sizes: tuple[int, int, int], lambda_: float) -> None:
    random = np.random.default_rng(sum(sizes))
    n, h, K = sizes
    Thetas, X, y = weights(random, sizes), random.normal(size=(7, n)), random.integers(1, K + 1, (7, 1))
    Thetas = [Theta / np.sqrt(Theta.shape[1]) for Theta in Thetas]
    Y = np.eye(K)[y.ravel() - 1]
    J, grad = ex4.nnCostFunction(deep.unrollThetas(Thetas), n, h, K, X, y, lambda_)
    assert abs(J - deep.costFunction(Thetas, X, Y, lambda_, "cross-entropy")) <= SAME * J
    assert distance(deep.unrollThetas(deep.gradients(Thetas, X, Y, lambda_, "cross-entropy")), grad) <= SAME


@pytest.mark.parametrize("sizes", NETS)
def test_the_quadratic_net_is_a_deep_net_with_its_biases_in_column_0(sizes: tuple[int, ...]) -> None:
    random = np.random.default_rng(len(sizes))
    biases, w = columns_net(random, sizes)
    X, Y = random.normal(size=(sizes[0], 5)), random.random((sizes[-1], 5))
    Thetas = [np.hstack(pair) for pair in zip(biases, w, strict=True)]
    x, y = X[:, :1], Y[:, :1]
    C = quadratic.quadratic_cost(biases, w, x, y)
    assert abs(C - deep.costFunction(Thetas, x.T, y.T, 0.0, "quadratic")) <= SAME * C
    nablas = [np.hstack(pair) for pair in zip(*quadratic.backprop(biases, w, x, y), strict=True)]
    for nabla, D in zip(nablas, deep.gradients(Thetas, x.T, y.T, 0.0, "quadratic"), strict=True):
        assert distance(nabla, D) <= SAME
    moved = [np.hstack(pair) for pair in zip(*quadratic.update_mini_batch(biases, w, X, Y, 0.7), strict=True)]
    for got, want in zip(moved, deep.gradientDescentStep(Thetas, X.T, Y.T, 0.0, "quadratic", 0.7), strict=True):
        assert distance(got, want) <= SAME


def test_the_regression_net_is_both_transposed_and_without_biases() -> None:
    random = np.random.default_rng(5)
    X, y = random.normal(size=(6, 2)), random.random((6, 1))
    rows = [random.normal(size=(2, 3)), random.normal(size=(3, 1))]
    w, biases = [Theta.T for Theta in rows], [np.zeros((3, 1)), np.zeros((1, 1))]
    Thetas = [np.hstack(pair) for pair in zip(biases, w, strict=True)]

    J = regression.costFunction(X, y, *rows, "mean")
    assert abs(J - deep.costFunction(Thetas, X, y, 0.0, "quadratic")) <= SAME * J
    each = [quadratic.quadratic_cost(biases, w, X[[t]].T, y[[t]].T) for t in range(6)]
    assert abs(regression.costFunction(X, y, *rows, "half") - sum(each)) <= SAME * sum(each)

    D = deep.gradients(Thetas, X, y, 0.0, "quadratic")
    nabla_w = [quadratic.backprop(biases, w, X[[t]].T, y[[t]].T)[1] for t in range(6)]
    for layer, (mean, whole) in enumerate(
        zip(regression.costGradient(X, y, *rows, "mean"), regression.costGradient(X, y, *rows, "half"), strict=True)
    ):
        assert distance(mean.T, D[layer][:, 1:]) <= SAME
        assert distance(whole.T, sum(nabla[layer] for nabla in nabla_w)) <= SAME
