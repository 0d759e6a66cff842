"""`python -m exercises.backprop`: backpropagation step by step, with your own functions."""

from __future__ import annotations

import os

# numpy and scipy bring an OpenBLAS each, whose threads wait busily for each other: see exercises/ex4/__main__.py.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from pathlib import Path

import click

from data import course_data
from exercises import console, options
from exercises.backprop.spec import COSTS, CROSS_ENTROPY
from exercises.backprop.walkthrough import INPUTS, LABELS, STEPS, Walk, load_given
from exercises.training import METHODS, Training

STUDENT, SOLUTION = "exercises.backprop.backprop", "solutions.backprop.backprop"


def widths(context: click.Context, option: click.Parameter, value: str) -> tuple[int, ...]:
    """'400-25-10' as numbers."""
    sizes = value.split("-")
    if not all(size.isascii() and size.isdigit() and int(size) > 0 for size in sizes):
        raise click.BadParameter(f"'{value}' is not made of widths, such as {INPUTS}-40-20-{LABELS}.")
    layers = tuple(map(int, sizes))
    if len(layers) < 2 or (layers[0], layers[-1]) != (INPUTS, LABELS):
        raise click.BadParameter(f"a net for the digits begins with {INPUTS} inputs and ends with {LABELS} outputs.")
    return layers


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--solution", is_flag=True, help="Use the reference solution instead of exercises/backprop/backprop.py.")
@click.option(
    "--layers",
    callback=widths,
    default=f"{INPUTS}-25-{LABELS}",
    show_default=True,
    metavar="SIZES",
    help="Widths of the net that is trained, the first 400 and the last 10.",
)
@click.option(
    "--cost",
    type=click.Choice(COSTS),
    default=CROSS_ENTROPY,
    show_default=True,
    help="The cost that is made small, or derived.",
)
@click.option(
    "--method",
    type=click.Choice(list(METHODS), case_sensitive=False),
    default="L-BFGS-B",
    show_default=True,
    help="Method of scipy.optimize.minimize.",
)
@options.ITERATIONS
@options.LAMBDA
@options.seed(Training.seed, "the initial weights, and of which digits are shown")
@options.SAVE
@options.data("copy of ex4data1.mat")
@click.option(
    "--derive",
    "architecture",
    metavar="SIZES",
    help="Derive the gradient of a net of these widths, such as 3-2-2, and do nothing else.",
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --derive: write the derivation as a page.",
)
def main(
    solution: bool,
    layers: tuple[int, ...],
    cost: str,
    method: str,
    iterations: int,
    lambda_: float,
    seed: int,
    save: Path | None,
    data_directory: str | None,
    architecture: str | None,
    html: Path | None,
) -> None:
    """Walk through backpropagation with your functions in exercises/backprop/backprop.py.

    It shows your numbers beside those of the handout and of central differences, trains a net of any depth on the
    digits, and shows what it has learned. What is not filled in yet is named and skipped.
    """
    if html is not None and architecture is None:
        raise click.UsageError("--html goes with --derive.")
    with console.errors_told():
        if architecture is not None:
            from exercises.backprop.derivation import derive

            derive(architecture, cost, html)
            return
        given = load_given(course_data(data_directory))
        work = console.Work(SOLUTION if solution else STUDENT)
        console.say(f"Backpropagation, with {console.shown(work.file)}", "bold")
        pictures = console.pictures_to(save)
        walk = Walk(work, given, Training(method, iterations, lambda_, seed), pictures, layers, cost)
        steps = [step for step in STEPS if pictures.shown or not step.picture]
        console.walk_through(steps, walk, "backprop")


if __name__ == "__main__":
    main(prog_name="python -m exercises.backprop")
