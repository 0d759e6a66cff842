"""`python -m exercises.backprop.derivation 3-2-2`"""

from pathlib import Path

import click

from exercises import console
from exercises.backprop.derivation import derive
from exercises.backprop.derivation.net import COSTS


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("architecture", default="3-2-2")
@click.option("--cost", default="cross-entropy", show_default=True, metavar="|".join(COSTS), help="The cost.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page instead.")
def main(architecture: str, cost: str, html: Path | None) -> None:
    """The chain rule, edge by edge, through a net of this ARCHITECTURE with its own numbers."""
    with console.errors_told():
        derive(architecture, cost, html)


if __name__ == "__main__":
    main(prog_name="python -m exercises.backprop.derivation")
