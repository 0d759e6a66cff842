"""`python -m exercises.regression`: the exercise step by step, with your own functions."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the matrices are small: threads would only wait for each other

from pathlib import Path

import click

from exercises import console, options
from exercises.regression.walkthrough import STEPS, Training, Walk

STUDENT, SOLUTION = "exercises.regression.regression", "solutions.regression.regression"


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--solution", is_flag=True, help="Use the reference solution instead of your regression.py.")
@click.option(
    "--alpha",
    type=click.FloatRange(min=0, min_open=True),
    default=Training.alpha,
    show_default=True,
    metavar="X",
    help="How far a step of the descent goes.",
)
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    default=Training.steps,
    show_default=True,
    metavar="N",
    help="Steps of the descent at most; it ends once the cost hardly falls.",
)
@options.seed(Training.seed, "the weights that the descent starts from")
@options.SAVE
def main(solution: bool, alpha: float, steps: int, seed: int, save: Path | None) -> None:
    """Walk through a regression net with your functions in exercises/regression/regression.py.

    It shows your numbers beside what they should be, checks your gradients by central differences, lets the net learn
    25 ratings, and shows what it has learned. What is not filled in yet is named and skipped.
    """
    with console.errors_told():
        work = console.Work(SOLUTION if solution else STUDENT)
        console.say(f"A regression net and a logistic neuron, with {console.shown(work.file)}", "bold")
        pictures = console.pictures_to(save)
        console.walk_through(STEPS, Walk(work, Training(alpha, steps, seed), pictures), "regression")


if __name__ == "__main__":
    main(prog_name="python -m exercises.regression")
