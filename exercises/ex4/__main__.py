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
from exercises import console
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
@click.option(
    "--iterations",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    metavar="N",
    help="Iterations of the training at most; for TNC, evaluations of the cost.",
)
@click.option(
    "--lambda",
    "lambda_",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    metavar="X",
    help="Strength of the regularisation in the training.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=21,
    show_default=True,
    metavar="N",
    help="Seed of the initial weights, and of which digits are shown.",
)
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the pictures as PNG files into DIR instead of showing them.",
)
@click.option(
    "--data",
    "data_directory",
    metavar="DIR",
    help="Your own copies of ex4data1.mat and ex4weights.mat; $COURSE_DATA does the same.",
)
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
        walked = console.take_steps(steps_to_take(pictures.shown, full_check), walk, work)
        console.say_what_is_next(walked, work, "ex4")
        pictures.finish()
        if walked.error:
            raise walked.error


if __name__ == "__main__":
    main(prog_name="python -m exercises.ex4")
