"""Options that the walk-throughs share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import click

from exercises.training import Training

Option: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]

ITERATIONS = click.option(
    "--iterations",
    type=click.IntRange(min=1),
    default=Training.iterations,
    show_default=True,
    metavar="N",
    help="Iterations of the training at most; for TNC, evaluations of the cost.",
)
LAMBDA = click.option(
    "--lambda",
    "lambda_",
    type=click.FloatRange(min=0),
    default=Training.lambda_,
    show_default=True,
    metavar="X",
    help="Strength of the regularisation in the training.",
)
SAVE = click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the pictures as PNG files into DIR instead of showing them.",
)


def seed(default: int, of: str) -> Option:
    return click.option(
        "--seed",
        type=click.IntRange(0, 2**32 - 1),
        default=default,
        show_default=True,
        metavar="N",
        help=f"Seed of {of}.",
    )


def data(own: str) -> Option:
    return click.option("--data", "data_directory", metavar="DIR", help=f"Your own {own}; $COURSE_DATA does the same.")
