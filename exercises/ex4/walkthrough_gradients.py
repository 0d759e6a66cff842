"""A gradient beside differences of its cost in random directions: two costs each, however many weights there are."""

from __future__ import annotations

import numpy as np

from exercises.training import Cost

STEP = 3e-4
"""The length of a step to each side: rounding and curvature then count about the same, 1e-9 of the gradient."""


def direction_difference(
    cost: Cost,
    nn_params: np.ndarray,
    grad: np.ndarray,
    weights: slice = slice(None),
    directions: int = 2,
    seed: int = 0,
) -> float:
    """How far grad is from the slopes of the cost along random directions, as a share of its length.

        slope = (J(theta + step v) - J(theta - step v)) / (2 step),   |v| = 1,   compared with grad' v

    v has +-1 for each of the weights, over the root of their number s. If grad is off by an error vector, the slopes
    are off by about its length over the root of s, whichever entries it is in: so this is |error| / |grad|, roughly.

    cost : function of an array like nn_params, gives J and anything else
    nn_params, grad : ndarrays, shape (N,)
    weights : those that v changes
    Returns the root mean square over the directions : number, below 1e-7 when grad is right
    """
    random = np.random.default_rng(seed)
    signs = np.zeros((directions, nn_params.size))
    signs[:, weights] = random.choice([-1.0, 1.0], signs[:, weights].shape)
    root = np.sqrt(np.count_nonzero(signs[0]))
    errors = []
    for v in signs / root:
        slope = (cost(nn_params + STEP * v)[0] - cost(nn_params - STEP * v)[0]) / (2 * STEP)
        errors.append(slope - grad @ v)
    length = np.linalg.norm(grad[weights])
    return float(root * np.sqrt(np.mean(np.square(errors))) / (length or 1))
