"""The 5000 handwritten digits that ship as 28x28 images, and their reduction to 20x20.

The reduction is bicubic interpolation with antialiasing: a matrix product for the rows, one for the columns.
Its kernel is that of R. G. Keys, 'Cubic convolution interpolation for digital image processing',
IEEE Transactions on Acoustics, Speech, and Signal Processing 29 (1981), with a = -1/2.
"""

from __future__ import annotations

import functools
import math
from pathlib import Path

import numpy as np

DIGITS = Path(__file__).with_name("digits.npz")
SIDE = 20


@functools.cache
def shipped_digits() -> tuple[np.ndarray, np.ndarray]:
    """Images (5000, 28, 28), uint8, 0 black to 255 white, and labels (5000,), uint8, 10 for the digit zero.

    Read once a process, hence not writeable.
    """
    with np.load(DIGITS) as shipped:
        images, labels = shipped["images"], shipped["labels"]
    images.flags.writeable = labels.flags.writeable = False
    return images, labels


def unrolled(images: np.ndarray) -> np.ndarray:
    """Square images (m, 28, 28), uint8, reduced to 20x20 and unrolled column by column: (m, 400), float64.

    0 is black and 1 white; interpolation overshoots both a little.
    """
    resize = resize_matrix(images.shape[-1], SIDE)
    transposed: np.ndarray = resize / 255 @ images.transpose(0, 2, 1) @ resize.T
    return transposed.reshape(-1, SIDE * SIDE)


def resize_matrix(source: int, target: int) -> np.ndarray:
    """Weights, shape (target, source), that reduce a line of `source` pixels to one of `target` pixels.

    The kernel is stretched by source / target, which is the antialiasing; every row of weights sums to 1;
    beyond the ends the end pixels are repeated.
    """
    stretch = source / target
    centres = (np.arange(target) + 0.5) * stretch - 0.5
    reach = math.ceil(2 * stretch)
    taps = np.arange(-reach, source + reach)
    weights = keys_kernel((centres[:, None] - taps) / stretch)
    pixel_of_tap = np.clip(taps, 0, source - 1)[:, None] == np.arange(source)
    matrix: np.ndarray = weights / weights.sum(axis=1, keepdims=True) @ pixel_of_tap
    return matrix


def keys_kernel(x: np.ndarray) -> np.ndarray:
    """The kernel of Keys (1981) at distances x, in pixels: 1 at 0, and 0 at other integers and beyond 2."""
    x = np.abs(x)
    near = (1.5 * x - 2.5) * x**2 + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))
