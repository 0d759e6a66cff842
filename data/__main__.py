"""Write the data of exercise 4 as .mat files for Octave: `python -m data DIR`."""

from __future__ import annotations

import sys

import click

from data import write_mat
from grader.errors import UsageError


@click.command()
@click.argument("directory", type=click.Path(file_okay=False))
def main(directory: str) -> None:
    """Write ex4data1.mat and ex4weights.mat into DIRECTORY, for Octave to load."""
    try:
        examples, weights = write_mat(directory)
    except UsageError as error:
        click.echo(error, err=True)
        sys.exit(error.exit_status)
    click.echo(f"Wrote {examples} (X, y: 5000 digits) and {weights} (Theta1, Theta2).")


if __name__ == "__main__":
    main(prog_name="python -m data")
