"""What several reports say of a machine: whether a sandbox isolates there, and how Octave is got. Imports nothing that
may be missing."""

from __future__ import annotations

import sys

GET_OCTAVE = {
    "linux": "apt-get install octave",
    "darwin": "brew install octave",
    "win32": "winget install GNU.Octave",
}


def is_isolated(isolation: str) -> bool:
    """Whether what a sandbox says of itself begins with the name of any but 'none'."""
    return isolation.partition(":")[0] != "none"


def how_to_get_octave() -> str:
    """The command, or the page, by which it is got on this platform."""
    return GET_OCTAVE.get(sys.platform, "https://octave.org/download")
