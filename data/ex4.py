"""Exercise 4: the digits and a trained network, ours or a user's own copies of the original files."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from data.digits import shipped_digits, unrolled
from data.matfile import read_mat, write_mat_file
from grader.errors import UsageError

EXAMPLES = "ex4data1.mat"
WEIGHTS = "ex4weights.mat"
SHIPPED = Path(__file__).parent


def load_ex4data1(directory: str | Path | None = None, rows: ArrayLike | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The digits: X, shape (m, 400), float64, and y, shape (m, 1), int64, labels 1..10.

    A row of X is a 20x20 image unrolled column by column, brightness about 0 (black) to 1 (white).
    There are 500 of each label, in the order 10, 1, 2, ..., 9; label 10 is the digit zero.

    directory : where the user's own ex4data1.mat is; None makes the same X, to rounding, from our images.
    rows : numbers from 0 of the rows wanted, shape (m,); None is all 5000. Only these are computed.

    Raises UsageError where the file is missing or is not what it should be.
    """
    wanted = slice(None) if rows is None else np.asarray(rows, dtype=int)
    if directory is None:
        images, labels = shipped_digits()
        X, y = unrolled(images[wanted]), labels[wanted]
    else:
        X, y = read_examples(Path(directory) / EXAMPLES)
        X, y = X[wanted], y[wanted]
    return X, y.reshape(-1, 1).astype(np.int64)


def load_ex4weights(directory: str | Path | None = None) -> tuple[np.ndarray, np.ndarray]:
    """A trained network: Theta1, shape (25, 401), and Theta2, shape (10, 26), float64, the bias in column 0.

    directory : where the user's own ex4weights.mat is; None takes the weights trained for this project.

    Raises UsageError where the file is missing or is not what it should be.
    """
    path = Path(directory or SHIPPED) / WEIGHTS
    Theta1, Theta2 = read_mat(path, "Theta1", "Theta2")
    shapes = Theta1.shape, Theta2.shape
    require(shapes == ((25, 401), (10, 26)), path, "Theta1 (25, 401) and Theta2 (10, 26)")
    return Theta1, Theta2


def write_mat(directory: str | Path) -> tuple[Path, Path]:
    """Write ex4data1.mat and ex4weights.mat, for Octave to load, into a directory, which is made if need be.

    Returns the paths of the two. Raises UsageError where they cannot be written.
    """
    examples, weights = Path(directory) / EXAMPLES, Path(directory) / WEIGHTS
    X, y = load_ex4data1()
    try:
        examples.parent.mkdir(parents=True, exist_ok=True)
        write_mat_file(examples, {"X": X, "y": y.astype(float)})
        shutil.copyfile(SHIPPED / WEIGHTS, weights)
    except OSError as error:
        raise UsageError(f"cannot write into {directory}: {error.strerror}") from error
    return examples, weights


def read_examples(path: Path) -> tuple[np.ndarray, np.ndarray]:
    X, y = read_mat(path, "X", "y")
    require(X.ndim == 2 and X.shape[1] == 400 and y.size == len(X), path, "X (m, 400) and y (m, 1)")
    require(set(y.flat) <= set(range(1, 11)), path, "labels y of 1 to 10")
    return X, y


def require(condition: bool, path: Path, what: str) -> None:
    if not condition:
        raise UsageError(f"{path} does not hold {what}")
