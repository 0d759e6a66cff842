"""The picture of the exercise: how the net learns."""

from __future__ import annotations

from typing import Any

import numpy as np

from exercises.ex4.walkthrough_pictures import CURVE, INK, PAPER, RIGHT


def learning(figure: Any, epochs: list[Any]) -> None:
    """Mean cost and accuracy on the digits that are held out, epoch by epoch."""
    figure.set_size_inches(7.0, 3.8)
    figure.set_facecolor(PAPER)
    figure.suptitle("Stochastic gradient descent, on digits that are held out", color=INK, fontsize=13)
    left, right = figure.subplots(1, 2)
    curve(left, [epoch.cost for epoch in epochs], "mean cost C", CURVE, "{:.3f}", below=True)
    curve(right, [epoch.accuracy for epoch in epochs], "accuracy, per cent", RIGHT, "{:.1f} %")
    left.set_ylim(0, None)
    right.set_ylim(None, 100)


def curve(axes: Any, values: list[float], label: str, colour: str, last: str, below: bool = False) -> None:
    """A line with a point for each epoch, and the last value above or below it."""
    numbers = np.arange(1, len(values) + 1)
    axes.plot(numbers, values, color=colour, linewidth=2, marker="o", markersize=4)
    axes.set(xlabel="epoch", ylabel=label)
    axes.xaxis.get_major_locator().set_params(integer=True)
    end = (numbers[-1], values[-1])
    axes.annotate(
        last.format(values[-1]),
        end,
        xytext=(0, -16 if below else 8),
        textcoords="offset points",
        ha="right",
        color=colour,
    )
    axes.grid(axis="y", color="#dddddd", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
