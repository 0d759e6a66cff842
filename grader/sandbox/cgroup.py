"""cgroups: bounds for a warm process and all of its workers together, where they may be set. Usually only root may.

They are one more layer: what counts is that each worker is one process with a limit of its own.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
CONTROLLERS = {"memory", "pids"}
MOST_BYTES = 2 << 30
MOST_PROCESSES = 64
BOUNDS = {"memory.max": MOST_BYTES, "memory.limit_in_bytes": MOST_BYTES, "pids.max": MOST_PROCESSES}
"""By the files of both versions of cgroups."""

PREFIX = "grader-"
PATIENCE_SECONDS, POLL_SECONDS = 0.5, 0.01
numbers = itertools.count()


def places() -> Iterator[Path]:
    """The cgroups that this process is in, of those that could bound something."""
    try:
        lines = OWN.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            yield from (ROOT / path.strip("/"), ROOT / "unified" / path.strip("/"))
        elif CONTROLLERS & set(controllers.split(",")):
            yield ROOT / controllers / path.strip("/")


class Group:
    """One cgroup in each place where some bound can be set: `folders`, none where this user may set none."""

    def __init__(self) -> None:
        self.folders: list[Path] = []
        if sys.platform == "linux" and os.geteuid() == 0:
            name = f"{PREFIX}{os.getpid()}-{next(numbers)}"
            self.folders = [folder for place in places() if (folder := bounded(place, name)) is not None]

    def remove(self) -> None:
        """Once all processes in it have ended, which they may still be about to."""
        for folder in self.folders:
            sweep(folder.parent)
        until = time.monotonic() + PATIENCE_SECONDS
        while self.folders and time.monotonic() < until:
            self.folders = [folder for folder in self.folders if not removed(folder)]
            time.sleep(POLL_SECONDS * bool(self.folders))


def removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return not folder.exists()
    return True


def sweep(place: Path) -> None:
    """Remove what graders that were killed have left."""
    for left in place.glob(f"{PREFIX}*-*"):
        if not Path("/proc", left.name.split("-")[1]).exists():
            removed(left)


def bounded(place: Path, name: str) -> Path | None:
    """A new cgroup of that name with all bounds that it can have."""
    sweep(place)
    folder = place / name
    try:
        folder.mkdir()
    except OSError:
        return None
    bounds = [file for file, bound in BOUNDS.items() if set_bound(folder / file, bound)]
    if bounds:
        return folder
    folder.rmdir()
    return None


def set_bound(file: Path, bound: int) -> bool:
    try:
        if not file.exists():
            return False
        file.write_text(str(bound), encoding="ascii")
    except OSError:
        return False
    return True
