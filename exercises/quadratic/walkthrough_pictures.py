"""The picture of the exercise: how the net learns."""

from __future__ import annotations

from typing import Any

from exercises.pictures import CURVE, INK, PAPER, RIGHT, curve


def learning(figure: Any, epochs: list[Any]) -> None:
    """Mean cost and accuracy on the digits that are held out, epoch by epoch."""
    figure.set_size_inches(7.0, 3.8)
    figure.set_facecolor(PAPER)
    figure.suptitle("Stochastic gradient descent, on digits that are held out", color=INK, fontsize=13)
    costs, accuracies = [epoch.cost for epoch in epochs], [epoch.accuracy for epoch in epochs]
    left, right = figure.subplots(1, 2)
    curve(left, costs, f"{costs[-1]:.3f}", CURVE, below=True, marker="o", markersize=4)
    curve(right, accuracies, f"{accuracies[-1]:.1f} %", RIGHT, marker="o", markersize=4)
    for axes, label in ((left, "mean cost C"), (right, "accuracy, per cent")):
        axes.set(xlabel="epoch", ylabel=label)
        axes.xaxis.get_major_locator().set_params(integer=True)
    left.set_ylim(0, None)
    right.set_ylim(None, 100)
