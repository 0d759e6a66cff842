"""Train the weights that ship as ex4weights.mat: `python -m data.train_ex4weights` (needs solutions/).

A 400-25-10 network on all 5000 digits, lambda 1, by L-BFGS-B from weights drawn with a fixed seed. What
machines find differs by about 1e-10; the weights are kept to four decimals, so that all write the same file.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from data.ex4 import SHIPPED, WEIGHTS, load_ex4data1
from data.matfile import write_mat_file
from solutions.ex4.ex4 import nnCostFunction, predict

INPUTS, HIDDEN, LABELS = 400, 25, 10
SIZE1, SIZE2 = HIDDEN * (INPUTS + 1), LABELS * (HIDDEN + 1)
EPSILON_INIT = 0.12
LAMBDA = 1.0
SEED = 2
ITERATIONS = 55
DECIMALS = 4


def train(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Theta1, shape (25, 401), and Theta2, shape (10, 26), from X, shape (m, 400), and y, shape (m, 1)."""
    start = np.random.default_rng(SEED).uniform(-EPSILON_INIT, EPSILON_INIT, SIZE1 + SIZE2)
    trained = minimize(
        nnCostFunction,
        start,
        args=(INPUTS, HIDDEN, LABELS, X, y, LAMBDA),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": ITERATIONS},
    ).x
    Theta1, Theta2 = np.split(trained.round(DECIMALS), [SIZE1])
    return Theta1.reshape(HIDDEN, INPUTS + 1, order="F"), Theta2.reshape(LABELS, HIDDEN + 1, order="F")


def main() -> None:
    X, y = load_ex4data1()
    Theta1, Theta2 = train(X, y)
    write_mat_file(SHIPPED / WEIGHTS, {"Theta1": Theta1, "Theta2": Theta2})
    nn_params = np.concatenate([Theta1.ravel(order="F"), Theta2.ravel(order="F")])
    for lambda_ in (0, 1, 3):
        J, _ = nnCostFunction(nn_params, INPUTS, HIDDEN, LABELS, X, y, lambda_)
        print(f"J at lambda {lambda_}: {J:.12f}")
    print(f"accuracy: {100 * np.mean(predict(Theta1, Theta2, X).ravel() == y.ravel()):.2f} %")


if __name__ == "__main__":
    main()
