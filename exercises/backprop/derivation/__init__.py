"""The chain rule, edge by edge, through a net of any architecture with its own numbers."""

from __future__ import annotations

from pathlib import Path

from exercises.backprop.derivation.net import build
from exercises.backprop.derivation.steps import derivation
from exercises.console import say, shown
from grader.errors import UsageError

__all__ = ["derive"]


def derive(architecture: str, cost: str, html: Path | None) -> None:
    """Derive the gradient of the net '3-2-2', say, on the terminal, or as a page in the file `html`.

    Raises `UsageError` for an architecture or cost that is not known, and where the page cannot be written.
    """
    found = derivation(build(architecture, cost))
    if html is None:
        from exercises.backprop.derivation import terminal

        terminal.show(found)
    else:
        from exercises.backprop.derivation import html as page

        write(page.render(found), html)
        say(f"Page: {shown(html)}")


def write(page: str, file: Path) -> None:
    """A file that is there and is no page is left alone."""
    if file.exists() and not (file.is_file() and file.suffix == ".html"):
        raise UsageError(f"{file}: exists and is no page; name a .html file")
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}") from error
