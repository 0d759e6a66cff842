"""What a trained net reads, in the walk-throughs: which digits it takes for others."""

from __future__ import annotations

import functools

import numpy as np

from exercises import pictures as draw
from exercises.console import Pictures, say

SHOWN_EACH = 20


def show_readings(
    X: np.ndarray, y: np.ndarray, predicted: np.ndarray, random: np.random.Generator, pictures: Pictures
) -> None:
    """How many digits are misread, and which most often; a picture of some that are read right and some that are not.

    X : ndarray, shape (m, 400)
    y, predicted : ndarrays, shape (m,), labels 1..10
    """
    right, wrong = np.flatnonzero(predicted == y), np.flatnonzero(predicted != y)
    say(f"{len(wrong)} of {len(y)} are misread{mix_ups(y[wrong], predicted[wrong])}.")
    some = np.concatenate([random.permutation(rows)[:SHOWN_EACH] for rows in (right, wrong)])
    paint = functools.partial(draw.predictions, images=X[some], y=y[some], predicted=predicted[some])
    pictures.add("predictions", paint)


def mix_ups(y: np.ndarray, predicted: np.ndarray) -> str:
    """The three most frequent mistakes in words; '' where there is none."""
    pairs, counts = np.unique(np.column_stack([y, predicted]).astype(int) % 10, axis=0, return_counts=True)
    most = np.argsort(-counts, kind="stable")[:3]
    told = [f"{pairs[i, 0]} as {pairs[i, 1]} ({counts[i]})" for i in most]
    return f", most often {', '.join(told)}" if told else ""
