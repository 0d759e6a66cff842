"""`python -m exercises.ex4`: exercise 4 step by step, with your own functions."""

from __future__ import annotations

import os

# numpy and scipy bring an OpenBLAS each, whose threads wait busily for each other: training by L-BFGS-B takes three to
# nine times as long. One thread costs a third on an idle machine, and saves most of the time on a busy one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import importlib
from pathlib import Path

import click

from data import course_data
from exercises import console, options
from exercises.ex4.walkthrough import Walk, load_given, steps_to_take
from exercises.training import METHODS, Training

STUDENT, SOLUTION, FAST = "exercises.ex4.ex4", "solutions.ex4.ex4", "solutions.ex4.fast"


def method_named(context: click.Context, option: click.Parameter, value: str) -> str:
    """The method of this name, in capitals or not."""
    found = next((name for name in METHODS if name.lower() == value.lower()), None)
    if found is None:
        raise click.BadParameter(f"'{value}' is not one of {', '.join(METHODS)}.")
    return found


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--solution",
    is_flag=True,
    help="Use the reference solution instead of exercises/ex4/ex4.py, and its fast form to train.",
)
@click.option(
    "--full-check",
    is_flag=True,
    help="Check the gradient of the net that reads the digits too, not only of a small one.",
)
@click.option(
    "--method",
    callback=method_named,
    default="CG",
    show_default=True,
    metavar="|".join(METHODS),
    help="Method of scipy.optimize.minimize.",
)
@options.ITERATIONS
@options.LAMBDA
@options.seed(Training.seed, "the initial weights, and of which digits are shown")
@options.SAVE
@options.data("copies of ex4data1.mat and ex4weights.mat")
def main(
    solution: bool,
    full_check: bool,
    method: str,
    iterations: int,
    lambda_: float,
    seed: int,
    save: Path | None,
    data_directory: str | None,
) -> None:
    """Walk through exercise 4, neural network learning, with your functions in exercises/ex4/ex4.py.

    It shows the digits, your cost, predictions and gradient beside what they should be, trains the network, and
    shows what it has learned. What is not filled in yet is named and skipped.
    """
    with console.errors_told():
        given = load_given(course_data(data_directory))
        work = console.Work(SOLUTION if solution else STUDENT)
        console.say(f"Exercise 4, neural network learning, with {console.shown(work.file)}", "bold")
        pictures = console.pictures_to(save)
        fast = importlib.import_module(FAST).CostFunction if solution else None
        walk = Walk(work, given, Training(method, iterations, lambda_, seed), pictures, fast)
        console.walk_through(steps_to_take(pictures.shown, full_check), walk, "ex4")


if __name__ == "__main__":
    main(prog_name="python -m exercises.ex4")
