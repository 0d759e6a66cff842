"""bubblewrap: workers in namespaces of their own, which see system libraries, Python, its packages and nothing else.

It starts one warm process, which forks the workers; each of them gets a pid namespace, a /proc and a home of its own,
and gives up all rights before it reads a line of anybody's code (`grader.worker.jail`).
"""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from grader.sandbox import packages, stage
from grader.sandbox.child import PYTHON_FLAGS, base_python, worker_arguments
from grader.sandbox.places import LINKS, interpreter, masks, prefix, visible
from grader.sandbox.warm import Warm, failure

INSIDE = Path("/worker")
SITE = Path("/site")
HOME = "/tmp"
HOME_BYTES = 64 << 20
PROCESSES = 16
NAMESPACES = (
    *("--unshare-all", "--uid", "0", "--gid", "0", "--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"),
    *("--cap-add", "CAP_SETPCAP", "--die-with-parent", "--new-session", "--hostname", "sandbox"),
)
FRESH = (
    *("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--remount-ro", "/dev/pts"),
    *("--size", str(HOME_BYTES), "--tmpfs", HOME),
)


class Bubblewrap(Warm):
    home = HOME
    most_processes = PROCESSES

    @functools.cached_property
    def isolation(self) -> str:
        """Its layers, as far as this machine has them."""
        from grader.worker import landlock, seccomp

        layers = {
            "no network, no home, no project, read-only system libraries": True,
            "fresh process in its own pid namespace": True,
            "Landlock": landlock.version() > 0,
            "dangerous system calls refused": seccomp.program() != b"",
        }
        return "bwrap: " + ", ".join(layer for layer, is_there in layers.items() if is_there)

    def reason_missing(self) -> str | None:
        if sys.platform != "linux":
            return "bubblewrap exists for Linux only: use a Linux machine, a virtual one or WSL"
        if shutil.which("bwrap") is None:
            return "bubblewrap is not installed: get it with `apt install bubblewrap` or its like"
        return None

    def reason_unavailable(self) -> str | None:
        return self.reason_missing() or self._refusal

    @functools.cached_property
    def _refusal(self) -> str | None:
        if reason := failure(self):
            return (
                f"bubblewrap does not work here ({reason}): it needs the right to make user namespaces, which"
                " many containers and Ubuntu 24.04 withhold until an administrator grants it"
            )
        return None

    def settings(self) -> Mapping[str, Any]:
        return {
            "site": packages.folders(_packages().values()),
            "jail": {"namespaces": {"home": HOME, "home_bytes": HOME_BYTES, "prefix": str(prefix())}},
        }

    def command(self, settings: Mapping[str, Any], groups: Iterable[Path]) -> list[str]:
        return _command(worker_arguments(INSIDE, settings), {self.worker: INSIDE, **_packages()}, groups)


def _command(arguments: Iterable[str], extra: Mapping[Path, Path], groups: Iterable[Path] = ()) -> list[str]:
    """Python with `arguments` in a sandbox that also shows each of `extra`, given as source: place; in the cgroups
    `groups`, which only root may join."""
    shown = visible()
    masked = masks(shown)
    entry, reached = _reach([*shown, *extra], groups)

    def bind(source: Path, place: Path) -> tuple[str, str, str]:
        return "--ro-bind", reached[source], str(place)

    return [
        *entry,
        *(shutil.which("bwrap") or "bwrap", *NAMESPACES, *FRESH),
        *(option for link in LINKS if link.is_symlink() for option in ("--symlink", os.readlink(link), str(link))),
        *(option for folder in shown for option in bind(folder, folder)),
        *(option for folder in masked for option in ("--tmpfs", str(folder))),
        *(option for source, place in extra.items() for option in bind(source, place)),
        *(option for folder in masked for option in ("--remount-ro", str(folder))),
        *("--remount-ro", "/", "--chdir", HOME, "--", str(interpreter()), *arguments),
    ]


def _reach(sources: Iterable[Path], groups: Iterable[Path]) -> tuple[list[str], dict[Path, str]]:
    """What bubblewrap is started through, and where it then finds each source: root has to step aside first."""
    if os.geteuid() != 0:
        return [], {source: str(source) for source in sources}
    reached = {source: f"{stage.STAGE}/{index}" for index, source in enumerate(dict.fromkeys(sources))}
    joined = ":".join(map(str, groups))
    return [base_python(), *PYTHON_FLAGS, stage.__file__, joined, *map(str, reached), "--"], reached


def _packages() -> dict[Path, Path]:
    """Where each package goes: those within the interpreter keep their place, as their libraries may lie around it."""
    return {path: path if path.is_relative_to(prefix()) else SITE / path.name for path in packages.paths()}
