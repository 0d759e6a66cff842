"""Mistakes that people make in exercise 4: each one is a step of the reference done wrong.

`COMPUTATIONS` writes the graded functions as named steps: a step's parameters name the inputs and the steps that it
needs, in the letters of `solutions.ex4.ex4`. `MISTAKES` is the catalogue: what a student reads, and the steps as the
mistake does them. Every sentence points at the idea and leaves the code to the student.
"""

from __future__ import annotations

import numpy as np

from grader.model import Computation, Mistake
from solutions.ex4.ex4 import sigmoid

# --- nnCostFunction, step by step -------------------------------------------------------------------------------------


def with_bias(A):
    return np.hstack([np.ones((len(A), 1)), A])


def without_bias(Theta):
    """Theta with zeros in the bias column."""
    return np.hstack([np.zeros((len(Theta), 1)), Theta[:, 1:]])


def unrolled(*matrices):
    return np.concatenate([matrix.ravel(order="F") for matrix in matrices])


NN_COST = {
    "s": lambda n, h: h * (n + 1),
    "Theta1": lambda nn_params, s, n, h: nn_params[:s].reshape((h, n + 1), order="F"),
    "Theta2": lambda nn_params, s, h, K: nn_params[s:].reshape((K, h + 1), order="F"),
    "m": lambda X: len(X),
    "g": lambda: sigmoid,
    "gprime": lambda g: lambda z: g(z) * (1 - g(z)),
    "a1": lambda X: with_bias(X),
    "z2": lambda a1, Theta1: a1 @ Theta1.T,
    "g_z2": lambda g, z2: g(z2),
    "a2": lambda g_z2: with_bias(g_z2),
    "z3": lambda a2, Theta2: a2 @ Theta2.T,
    "a3": lambda g, z3: g(z3),
    "Y": lambda y, K: np.eye(K)[y.ravel() - 1],
    "log_terms": lambda Y, a3: -Y * np.log(a3) - (1 - Y) * np.log(1 - a3),
    "cost": lambda log_terms, m: log_terms.sum() / m,
    "squares": lambda Theta1, Theta2: (Theta1[:, 1:] ** 2).sum() + (Theta2[:, 1:] ** 2).sum(),
    "penalty": lambda lambda_, m, squares: lambda_ / (2 * m) * squares,
    "J": lambda cost, penalty: cost + penalty,
    "delta3": lambda a3, Y: a3 - Y,
    "back": lambda delta3, Theta2: delta3 @ Theta2[:, 1:],
    "gprime_z2": lambda gprime, z2: gprime(z2),
    "delta2": lambda back, gprime_z2: back * gprime_z2,
    "Delta1": lambda delta2, a1: delta2.T @ a1,
    "Delta2": lambda delta3, a2: delta3.T @ a2,
    "decay1": lambda lambda_, m, Theta1: lambda_ / m * without_bias(Theta1),
    "decay2": lambda lambda_, m, Theta2: lambda_ / m * without_bias(Theta2),
    "D1": lambda Delta1, m, decay1: Delta1 / m + decay1,
    "D2": lambda Delta2, m, decay2: Delta2 / m + decay2,
    "grad": lambda D1, D2: unrolled(D1, D2),
}


def block2(case):
    return case("grad")[case("s") :]


def block1(case):
    return case("grad")[: case("s")]


COST_FACTORS = {
    "J": lambda zero, some: zero("J"),
    "the penalty in J": lambda zero, some: some("J") - zero("J"),
    "Theta2_grad": lambda zero, some: block2(zero),
    "Theta1_grad": lambda zero, some: block1(zero),
    "what lambda adds to Theta2_grad": lambda zero, some: block2(some) - block2(zero),
    "what lambda adds to Theta1_grad": lambda zero, some: block1(some) - block1(zero),
}

COMPUTATIONS = (
    Computation(
        "nnCostFunction",
        ("nn_params", "n", "h", "K", "X", "y", "lambda_"),
        ("J", "grad"),
        NN_COST,
        COST_FACTORS,
        unit=2,
    ),
)


def mistake(id, title, message, **steps):
    return Mistake(id, "nnCostFunction", title, message, steps)


MISTAKES = (
    mistake("ex4-d2-gprime-of-a", "g' taken at the activation", "g' belongs at z2", gprime_z2=lambda gprime, a2: gprime(a2[:, 1:])),
    mistake("ex4-d3-sign", "sign", "...", delta3=lambda a3, Y: Y - a3),
    mistake("ex4-J-no-m", "m", "...", cost=lambda log_terms: log_terms.sum()),
    mistake("ex4-rJ-bias", "bias", "...", squares=lambda Theta1, Theta2: (Theta1**2).sum() + (Theta2**2).sum()),
    mistake("ex4-rG-bias", "bias", "...", decay1=lambda lambda_, m, Theta1: lambda_ / m * Theta1, decay2=lambda lambda_, m, Theta2: lambda_ / m * Theta2),
    mistake("ex4-bias2-last", "bias", "...", a2=lambda g_z2: np.hstack([g_z2, np.ones((len(g_z2), 1))])),
)
