"""The labels of the examples, which stand for places in arrays: a wrong one would give numbers without a complaint."""

from __future__ import annotations

import numpy as np


def checked_labels(y, num_labels) -> np.ndarray:
    """y of any shape as a vector (m,). Raises ValueError unless every label is a whole number in 1..num_labels."""
    labels = np.ravel(y)
    allowed = np.isin(labels, np.arange(1, num_labels + 1))
    if not allowed.all():
        raise ValueError(f"every label in y must be a whole number from 1 to {num_labels}, not {labels[~allowed][0]}")
    return labels
