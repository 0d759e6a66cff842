"""Where Octave is, for the sandboxes that show it."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path


@functools.cache
def program() -> Path | None:
    """octave-cli itself, behind all links."""
    found = shutil.which("octave-cli")
    return Path(found).resolve() if found else None


def places() -> tuple[Path, ...]:
    """The program and the folder of its library, where it is installed."""
    found = program()
    return () if found is None else (found, found.parents[1] / "share" / "octave")
