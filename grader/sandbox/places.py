"""What of this machine a worker gets to see: the system's libraries, the interpreter and Octave; not all of /usr, where
a project may lie as well."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from grader.sandbox import octave
from grader.sandbox.child import base_python

PROJECT = Path(__file__).parents[2]
LIBRARIES = (Path("/usr/lib"), Path("/usr/lib64"), Path("/etc/ld.so.cache"), Path("/etc/alternatives"))
LINKS = (Path("/lib"), Path("/lib64"))
PACKAGE_FOLDERS = "lib*/python*/*-packages"


def interpreter() -> Path:
    return Path(base_python()).resolve()


def prefix() -> Path:
    """Where the interpreter has its libraries."""
    return Path(sys.base_prefix).resolve()


def visible() -> list[Path]:
    own = (interpreter().parent, *(prefix() / name for name in ("lib", "lib64")))
    folders = (*LIBRARIES, *LINKS, *own, *octave.places())
    return [folder for folder in dict.fromkeys(folders) if folder.exists() and not folder.is_symlink()]


def masks(visible: Iterable[Path]) -> list[Path]:
    """What must not be seen although it lies in a visible folder: installed packages, and this project."""
    hidden = [PROJECT, *(found for root in (Path("/usr"), prefix()) for found in root.glob(PACKAGE_FOLDERS))]
    return [folder for folder in dict.fromkeys(hidden) if any(folder.is_relative_to(shown) for shown in visible)]
