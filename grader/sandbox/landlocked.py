"""Landlock and a narrow filter of system calls, for machines that let nobody make namespaces, as many containers and
Ubuntu 24.04: workers see system libraries, Python and its packages, and no other file, process or network.

These two hold alone here, where bubblewrap has its namespaces behind them: it is taken where it works. Which files
there are a worker can find out, and there is no place for it to write to.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from grader.errors import UnavailableError
from grader.sandbox import packages, stage
from grader.sandbox.backend import PROGRAM, PYTHON
from grader.sandbox.child import PYTHON_FLAGS, base_python, worker_arguments
from grader.sandbox.limits import Limits
from grader.sandbox.places import interpreter, masks, visible
from grader.sandbox.warm import Warm, failure
from grader.sandbox.zygote import Forked


class Landlocked(Warm):
    home = "/"
    most_processes = None

    @property
    def isolation(self) -> str:
        layers = {
            "no network, no other process, no files but system libraries, none to write to": True,
            "fresh process": True,
            "few system calls": True,
            "a user of its own": self._steps_aside,
        }
        return "landlock: " + ", ".join(layer for layer, is_there in layers.items() if is_there)

    def reason_missing(self) -> str | None:
        from grader.worker import landlock, seccomp

        if landlock.version() == 0:
            return "there is no Landlock: Linux 5.13 has it, or newer"
        if not seccomp.narrow_program():
            return "the system calls of this machine are not known"
        return None

    def reason_unavailable(self) -> str | None:
        return self.reason_missing() or self._refusal

    @functools.cached_property
    def _refusal(self) -> str | None:
        reason = failure(self)
        return f"Landlock does not work here ({reason})" if reason else None

    def start(self, limits: Limits, kind: str = PYTHON) -> Forked:
        if kind == PROGRAM:
            raise UnavailableError("Octave submissions need bubblewrap, which Landlock cannot replace")
        return super().start(limits, kind)

    def settings(self) -> Mapping[str, Any]:
        shown = visible()
        places = {"readable": (self.worker, *packages.paths()), "shown": shown, "hidden": masks(shown)}
        return {
            "site": packages.folders(packages.paths()),
            "jail": {"landlock": {name: [*map(str, paths)] for name, paths in places.items()}},
        }

    def command(self, settings: Mapping[str, Any], groups: Iterable[Path]) -> list[str]:
        python = [str(interpreter()), *worker_arguments(self.worker, settings)]
        return aside(python, groups) if self._steps_aside else python

    @functools.cached_property
    def _steps_aside(self) -> bool:
        """Root becomes a user who owns nothing, if it may, and if that user can read what it takes."""
        needed = [interpreter(), *visible(), self.worker, *packages.paths()]
        return sys.platform == "linux" and os.geteuid() == 0 and all(map(is_for_all, needed)) and can_step_aside()


def aside(command: Iterable[str], groups: Iterable[Path] = ()) -> list[str]:
    return [base_python(), *PYTHON_FLAGS, stage.__file__, ":".join(map(str, groups)), "--", *command]


def can_step_aside() -> bool:
    """Not every container's root may become another user, or has another to become. Found out by trying."""
    tried = subprocess.run(aside([str(interpreter()), *PYTHON_FLAGS, "-c", ""]), capture_output=True, check=False)
    return tried.returncode == 0


def is_for_all(place: Path) -> bool:
    """Whether any user may read it, and get there."""
    wanted = 0o5 if place.is_dir() else 0o4
    return place.stat().st_mode & wanted == wanted and all(each.stat().st_mode & 0o1 for each in place.parents)
