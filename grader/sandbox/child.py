"""A worker as a process of this machine: what it is started with, and how nothing of it is left."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from grader.sandbox.limits import Limits

WORKER = Path(__file__).parents[1] / "worker"
PYTHON_FLAGS = ("-I", "-S", "-B", "-X", "utf8")
INHERITED = ("LD_LIBRARY_PATH", "SYSTEMROOT")
if sys.platform == "win32":
    OWN_GROUP: dict[str, Any] = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
else:
    OWN_GROUP: dict[str, Any] = {"start_new_session": True}


@dataclass(frozen=True)
class Child:
    """`process` leads a group of its own; `folder` is its working directory where that must be removed afterwards."""

    process: subprocess.Popen[bytes]
    folder: TemporaryDirectory[str] | None = None

    def stop(self) -> None:
        """Kill the whole group, reap its leader, remove the folder. To be called once."""
        _kill_group(self.process)
        self.process.wait()
        if self.folder:
            self.folder.cleanup()


def base_python() -> str:
    """The interpreter itself, not a virtual environment's, which would bring its packages along."""
    return getattr(sys, "_base_executable", "") or sys.executable


def worker_arguments(worker: Path, site: Iterable[Path], limits: Limits, processes: int | None) -> list[str]:
    """The arguments of the interpreter that runs the folder `worker` with the packages in `site`.

    `processes` bounds how many may run at once; None where the system would count all of the user's own.
    """
    settings = {
        "site": [str(folder) for folder in site],
        "memory_bytes": limits.memory_bytes,
        "file_bytes": limits.file_bytes,
        "result_bytes": limits.reply_bytes // 2,
        "processes": processes,
    }
    return [*PYTHON_FLAGS, str(worker), json.dumps(settings)]


def launch(command: Sequence[str], home: str, cwd: str, descriptors: Collection[int] = ()) -> subprocess.Popen[bytes]:
    """Start `command` with pipes for requests, replies and printed text, and with next to nothing in its environment.

    It inherits `descriptors` as well. The pipes are unbuffered: a thread blocked in a buffered stream would hold its
    lock when this program ends.
    """
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        bufsize=0,
        cwd=cwd,
        env=environment(home),
        pass_fds=descriptors,
        **OWN_GROUP,
    )


def environment(home: str) -> dict[str, str]:
    own = {
        "PATH": os.defpath,
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }
    return own | {name: os.environ[name] for name in INHERITED if name in os.environ}


def last_line(text: bytes) -> str:
    """The last line that says something, of what a program printed."""
    from grader.values import clean

    lines = text.decode(errors="replace").splitlines()
    return clean(next((line.strip() for line in reversed(lines) if line.strip()), ""))


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
