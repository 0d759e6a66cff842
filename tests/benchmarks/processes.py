"""What /proc tells of the processes below one: their parents, commands and memory. For Linux."""

from __future__ import annotations

import contextlib
import ctypes
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
PR_SET_CHILD_SUBREAPER = 36
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    command: str

    def memory(self) -> Mapping[str, int]:
        """In bytes: "Pss" now, shared pages divided among those who share them, and "VmHWM", its most resident memory
        so far. Empty where it is gone."""
        fields: dict[str, int] = {}
        for file in ("smaps_rollup", "status"):
            with contextlib.suppress(OSError):
                lines = (PROC / str(self.pid) / file).read_text(encoding="utf-8", errors="replace").splitlines()
                found = (line.split() for line in lines if line.startswith(("Pss:", "VmHWM:")))
                fields |= {name.rstrip(":"): int(kibibytes) << 10 for name, kibibytes, _ in found}
        return fields


def adopt_orphans() -> None:
    """From now on this process is the parent of all below it that lose theirs: none of them gets out of sight."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def bury_orphans() -> None:
    """Have those go that have ended; to be called by a process that has no children of its own."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def below(pid: int) -> list[Process]:
    """The processes that `pid` has started, and that these have started; without those that have ended."""
    children: dict[int, list[Process]] = {}
    for process in running():
        children.setdefault(process.parent, []).append(process)
    found = list(children.get(pid, []))
    for process in found:
        found += children.get(process.pid, [])
    return found


def running() -> Iterator[Process]:
    for folder in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent, *_ = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if state != "Z":
                yield Process(int(folder.name), int(parent), command)


def orphans_left(seconds: float) -> list[Process]:
    """Those that are still there when they have had so much time to end."""
    end = time.monotonic() + seconds
    while (left := below(os.getpid())) and time.monotonic() < end:
        time.sleep(POLL_SECONDS)
    bury_orphans()
    return left
