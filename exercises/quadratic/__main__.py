"""`python -m exercises.quadratic`: the exercise step by step, with your own functions."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices are small here: a second thread costs more than it does

from pathlib import Path

import click

from data import course_data
from exercises import console, options
from exercises.quadratic.walkthrough import STEPS, Training, Walk, load_given

STUDENT, SOLUTION = "exercises.quadratic.quadratic", "solutions.quadratic.quadratic"


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--solution", is_flag=True, help="Use the reference solution instead of exercises/quadratic/quadratic.py."
)
@click.option(
    "--epochs",
    type=click.IntRange(min=1),
    default=Training.epochs,
    show_default=True,
    metavar="N",
    help="How often the training goes through all digits.",
)
@click.option(
    "--eta",
    type=click.FloatRange(min=0, min_open=True),
    default=Training.eta,
    show_default=True,
    metavar="X",
    help="Learning rate.",
)
@click.option(
    "--hidden",
    type=click.IntRange(min=1),
    multiple=True,
    default=Training.hidden,
    show_default=True,
    metavar="N",
    help="Units of the hidden layer; give it more than once for more layers.",
)
@click.option(
    "--mini-batch",
    type=click.IntRange(min=1),
    default=Training.mini_batch,
    show_default=True,
    metavar="N",
    help="Examples in a mini-batch.",
)
@options.seed(Training.seed, "the initial weights, of the order of the digits, and of which are held out")
@options.SAVE
@options.data("copy of ex4data1.mat")
def main(
    solution: bool,
    epochs: int,
    eta: float,
    hidden: tuple[int, ...],
    mini_batch: int,
    seed: int,
    save: Path | None,
    data_directory: str | None,
) -> None:
    """Walk through backpropagation with the quadratic cost, with your functions in exercises/quadratic/quadratic.py.

    It shows the numbers of a small net beside what they should be, checks your gradient against central differences,
    and trains a net on digits by stochastic gradient descent. What is not filled in yet is named and skipped.
    """
    with console.errors_told():
        given = load_given(course_data(data_directory))
        work = console.Work(SOLUTION if solution else STUDENT)
        console.say(f"Backpropagation with the quadratic cost, with {console.shown(work.file)}", "bold")
        pictures = console.pictures_to(save)
        walk = Walk(work, given, Training(epochs, eta, hidden, mini_batch, seed), pictures)
        console.walk_through(STEPS, walk, "quadratic")


if __name__ == "__main__":
    main(prog_name="python -m exercises.quadratic")
