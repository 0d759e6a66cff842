"""What backends have in common that fork their workers from a warm process."""

from __future__ import annotations

import atexit
import functools
import subprocess
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from grader.errors import SandboxError
from grader.sandbox.backend import KINDS, PROGRAM, PYTHON, Backend
from grader.sandbox.cgroup import Group
from grader.sandbox.child import OWN_GROUP, WORKER, environment, worker_settings
from grader.sandbox.limits import Limits
from grader.sandbox.zygote import Forked, Zygote
from grader.worker.limits import BOUND_AT_START


class Warm:
    """A warm process is started once for each kind of worker, and anew where it has broken down."""

    home: str
    """Where a worker is, and what its environment calls its home."""

    most_processes: int | None
    """Processes and threads that all workers may have at once; None where the system would count its user's own."""

    def __init__(self, worker: Path = WORKER) -> None:
        self.worker = worker
        self._zygotes: dict[tuple[str, ...], Zygote] = {}
        self._starting = threading.Lock()
        atexit.register(self.close)

    def command(self, settings: Mapping[str, Any], groups: Iterable[Path]) -> list[str]:
        """What starts the warm process, in the cgroups `groups`, which only root may join."""
        raise NotImplementedError

    def settings(self) -> Mapping[str, Any]:
        """Of the warm process: its "site" and "jail", see `grader.worker.__main__`."""
        raise NotImplementedError

    def prepare(self, limits: Limits) -> None:
        with self._starting:
            self._warm(KINDS[PYTHON])

    def start(self, limits: Limits, kind: str = PYTHON) -> Forked:
        with self._starting:
            settings = {**worker_settings(limits, self.most_processes), "may_execute": kind == PROGRAM}
            return self._warm(KINDS[kind]).fork(settings)

    def close(self) -> None:
        """End the warm processes, and with them all workers; the next start has another one."""
        with self._starting:
            while self._zygotes:
                self._zygotes.popitem()[1].close()

    def _warm(self, imported: tuple[str, ...]) -> Zygote:
        """The warm process that has imported these packages beside NumPy."""
        zygote = self._zygotes.get(imported)
        if zygote is not None and zygote.broken:
            zygote.close()
            zygote = None
        if zygote is None:
            group = Group()
            self._zygotes[imported] = zygote = Zygote(functools.partial(self._launch, imported, group), group.remove)
        return zygote

    def _launch(self, imported: tuple[str, ...], group: Group, control: int) -> subprocess.Popen[bytes]:
        settings = {**self.settings(), "packages": imported, "control": control}
        nothing = subprocess.DEVNULL
        return subprocess.Popen(
            self.command(settings, group.folders),
            stdin=nothing,
            stdout=nothing,
            stderr=subprocess.PIPE,
            cwd="/",
            env={**environment(self.home), **BOUND_AT_START},
            pass_fds=(control,),
            **OWN_GROUP,
        )


def failure(backend: Backend) -> str | None:
    """Why no worker starts here, found out by trying."""
    from grader.sandbox.session import Session

    try:
        with Session(backend, Limits()) as session:
            session.wait_ready()
    except SandboxError as error:
        return error.reason
    return None
