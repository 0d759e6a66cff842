"""The pictures of the exercise `regression`. Each function draws on an empty matplotlib figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from exercises.pictures import CURVE, GREY, INK, canvas, ruled

POINTS, TICKS = 41, (-1, 0, 1)


def cost(figure: Any, costs: np.ndarray, alpha: float) -> None:
    axes = canvas(figure, f"Descent with alpha = {alpha:g}", 7.0, 4.4)
    axes.loglog(np.arange(1, len(costs) + 1), costs, color=CURVE, linewidth=2)
    axes.set(xlabel="step", ylabel="cost J")
    ruled(axes, "both")


def surface(figure: Any, X: np.ndarray, y: np.ndarray, f: Callable[[np.ndarray], np.ndarray]) -> None:
    """f on a grid as a surface, the examples as points, and a line from each point to the surface."""
    axes = canvas(figure, "What the net has learned", 7.0, 6.4, projection="3d")
    line = np.linspace(-1, 1, POINTS)
    sweet, sour = np.meshgrid(line, line)
    z = f(np.column_stack([sweet.ravel(), sour.ravel()])).reshape(sweet.shape)
    axes.plot_surface(sweet, sour, z, cmap="viridis", alpha=0.55, linewidth=0, vmin=0, vmax=1)
    axes.plot_wireframe(sweet, sour, z, color=GREY, linewidth=0.4, rcount=9, ccount=9)
    for (x1, x2), rating, said in zip(X, y, f(X), strict=True):
        axes.plot([x1, x1], [x2, x2], [rating, said], color=INK, linewidth=1.2)
    axes.scatter(*X.T, y, color=INK, s=22, depthshade=False)
    axes.set(xlabel="sweet", ylabel="sour", zlabel="liked", zlim=(0, 1), xticks=TICKS, yticks=TICKS)
    axes.view_init(elev=24, azim=-125)
