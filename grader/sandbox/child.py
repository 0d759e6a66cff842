"""A worker as a process of this machine: what it is started with, and how nothing of it is left."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Protocol, TypeAlias, cast

from grader.sandbox.limits import Limits
from grader.worker.limits import ONE_THREAD

WORKER = Path(__file__).parents[1] / "worker"
PYTHON_FLAGS = ("-I", "-S", "-B", "-X", "utf8")
INHERITED = ("LD_LIBRARY_PATH", "SYSTEMROOT")
if sys.platform == "win32":
    OWN_GROUP: dict[str, Any] = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
else:
    OWN_GROUP: dict[str, Any] = {"start_new_session": True}

Streams: TypeAlias = tuple[BinaryIO, BinaryIO, BinaryIO]


class Child(Protocol):
    """A worker's process."""

    @property
    def streams(self) -> Streams:
        """Unbuffered, for requests, replies and printed text."""

    def ended(self) -> bool:
        """Whether it has ended, where its pipes may not tell."""

    def cpu_seconds(self) -> float:
        """What it has used so far; 0 where the system does not tell."""

    def status(self, seconds: float) -> int:
        """Its exit status, negative where a signal ended it; raises `TimeoutError` where it has not ended by then."""

    def stop(self) -> None:
        """Kill it and all that it has started, and leave nothing behind. To be called once."""


@dataclass(frozen=True)
class Launched:
    """`process` leads a group of its own; `folder` is its working directory, which is removed afterwards."""

    process: subprocess.Popen[bytes]
    folder: TemporaryDirectory[str]

    @property
    def streams(self) -> Streams:
        return cast(Streams, (self.process.stdin, self.process.stdout, self.process.stderr))

    def ended(self) -> bool:
        return self.process.poll() is not None

    def cpu_seconds(self) -> float:
        return cpu_seconds_of(self.process.pid)

    def status(self, seconds: float) -> int:
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise TimeoutError from None

    def stop(self) -> None:
        kill_group(self.process)
        self.process.wait()
        self.folder.cleanup()


def base_python() -> str:
    """The interpreter itself, not a virtual environment's, which would bring its packages along."""
    return getattr(sys, "_base_executable", "") or sys.executable


def worker_arguments(worker: Path, settings: Mapping[str, Any]) -> list[str]:
    """The arguments of the interpreter that runs the folder `worker`."""
    return [*PYTHON_FLAGS, str(worker), json.dumps(settings)]


def worker_settings(limits: Limits, processes: int | None) -> dict[str, Any]:
    """`processes` bounds how many may run at once; None where the system would count all of the user's own."""
    return {
        "memory_bytes": limits.memory_bytes,
        "file_bytes": limits.file_bytes,
        "result_bytes": limits.reply_bytes // 2,
        "processes": processes,
    }


def environment(home: str) -> dict[str, str]:
    """Next to nothing."""
    own = {"PATH": os.defpath, "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8", **ONE_THREAD}
    return own | {name: os.environ[name] for name in INHERITED if name in os.environ}


def start_piped(command: Sequence[str], cwd: str, home: str) -> subprocess.Popen[bytes]:
    """With unbuffered pipes, as a thread blocked in a buffered stream would hold its lock when this program ends."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0, cwd=cwd, env=environment(home), **OWN_GROUP
    )


def last_line(text: bytes) -> str:
    """The last line that says something, of what a program printed."""
    from grader.values import clean

    lines = text.decode(errors="replace").splitlines()
    return clean(next((line.strip() for line in reversed(lines) if line.strip()), ""))


def cpu_seconds_of(pid: int) -> float:
    """User and system time of a process and of its children that it has waited for; 0 where there is no /proc."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            ticks = file.read().rpartition(")")[2].split()[11:15]
    except OSError:
        return 0.0
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def kill_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
