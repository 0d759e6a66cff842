"""Pictures that several walk-throughs show, and what all of their pictures look like.

Each function with a `figure` draws on an empty matplotlib figure; images are rows of 400 pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

Point: TypeAlias = tuple[float, float]

SIDE = 20
GAP = 0.12
INK, PAPER, GREY = "#1b1b1b", "#ffffff", "#6e6e6e"
RIGHT, WRONG = "#00734d", "#c8102e"
CURVE = "#0a64a4"


def canvas(figure: Any, title: str, width: float = 7.0, height: float = 7.4, **kind: Any) -> Any:
    """The only axes of a figure, under a title; `kind` as for add_subplot."""
    figure.set_size_inches(width, height)
    figure.set_facecolor(PAPER)
    axes = figure.add_subplot(**kind)
    axes.set_title(title, color=INK, fontsize=13, loc="left", pad=10)
    return axes


def ruled(axes: Any, axis: str = "y") -> None:
    """Lines behind a curve, across this axis, and no frame at the top and on the right."""
    axes.grid(axis=axis, color="#dddddd", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)


def curve(axes: Any, values: Sequence[float], last: str, colour: str = CURVE, below: bool = False, **line: Any) -> None:
    """A line through the values, numbered from 1, with `last` above or below its end; `line` as for plot."""
    axes.plot(np.arange(1, len(values) + 1), values, color=colour, linewidth=2, **line)
    axes.annotate(
        last,
        (len(values), values[-1]),
        xytext=(0, -16 if below else 8),
        textcoords="offset points",
        ha="right",
        color=colour,
    )
    ruled(axes)


def tiles(axes: Any, images: np.ndarray, columns: int, caption: float = 0.0, **colours: Any) -> list[Point]:
    """Images (m, 400) in rows of `columns`, with room for a caption below each: the middles of the captions."""
    pitch, drop = 1 + GAP, 1 + GAP + caption
    corners = [(k % columns * pitch, -(k // columns) * drop) for k in range(len(images))]
    for image, (left, top) in zip(images, corners, strict=True):
        pixels = image.reshape(SIDE, SIDE, order="F")
        axes.imshow(pixels, extent=(left, left + 1, top - 1, top), interpolation="nearest", **colours)
    rows = -(-len(images) // columns)
    axes.set(xlim=(-GAP, columns * pitch), ylim=(-rows * drop, GAP), aspect="equal")
    axes.axis("off")
    return [(left + 0.5, top - 1 - caption / 2) for left, top in corners]


def digits(figure: Any, images: np.ndarray) -> None:
    axes = canvas(figure, f"{len(images)} of the digits")
    tiles(axes, images, columns=10, cmap="gray_r", vmin=0, vmax=1)


def cost(figure: Any, costs: list[float], method: str, unit: str) -> None:
    axes = canvas(figure, f"Training by {method}", 7.0, 4.4)
    curve(axes, costs, f"{costs[-1]:.3f}")
    axes.set(xlabel=unit, ylabel="lowest cost J so far", xlim=(0, None), ylim=(0, None))


def predictions(figure: Any, images: np.ndarray, y: np.ndarray, predicted: np.ndarray) -> None:
    axes = canvas(figure, "What the network reads, right and wrong", 7.0, 4.4)
    captions = tiles(axes, images, columns=10, caption=0.42, cmap="gray_r", vmin=0, vmax=1)
    for (x, height), truth, guess in zip(captions, y % 10, predicted.astype(int) % 10, strict=True):
        text, colour = (f"✓ {guess}", RIGHT) if truth == guess else (f"✗ {guess}, is {truth}", WRONG)
        axes.text(x, height, text, ha="center", va="center", fontsize=9.5, color=colour)


def hidden(figure: Any, images: np.ndarray) -> None:
    """Each unit's weights on its own scale, white being 0."""
    axes = canvas(figure, "What the hidden units look for: ink there (red) or none (blue)")
    scaled = images / np.abs(images).max(axis=1, keepdims=True)
    tiles(axes, scaled, columns=5, cmap="RdBu_r", vmin=-1, vmax=1)
