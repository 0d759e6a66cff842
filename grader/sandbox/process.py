"""A process of its own with limits, for one's own work: what runs in it can read, write and connect as its user can."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.sandbox import packages
from grader.sandbox.backend import PYTHON
from grader.sandbox.child import (
    OWN_GROUP,
    WORKER,
    Launched,
    base_python,
    environment,
    worker_arguments,
    worker_settings,
)
from grader.sandbox.limits import Limits


class OwnProcess:
    """A backend that starts `worker` anew each time."""

    isolation = "none: own process and limits only, not isolated; what it starts may outlive it"

    def __init__(self, worker: Path = WORKER) -> None:
        self.worker = worker
        self._ahead: tuple[Limits, Launched] | None = None

    def reason_missing(self) -> str | None:
        return None

    def reason_unavailable(self) -> str | None:
        return None

    def prepare(self, limits: Limits) -> None:
        self.close()
        self._ahead = limits, self._launch(limits)

    def start(self, limits: Limits, kind: str = PYTHON) -> Launched:
        ahead, self._ahead = self._ahead, None
        return ahead[1] if ahead is not None and ahead[0] == limits else self._launch(limits)

    def close(self) -> None:
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead[1].stop()
            for stream in ahead[1].streams:
                stream.close()

    def _launch(self, limits: Limits) -> Launched:
        """Unbuffered pipes, as a thread blocked in a buffered stream would hold its lock when this program ends."""
        site = [str(folder) for folder in dict.fromkeys(path.parent for path in packages.paths())]
        folder = TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True)
        settings = {"site": site, **worker_settings(limits, processes=None)}
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [base_python(), *worker_arguments(self.worker, settings)],
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            bufsize=0,
            cwd=folder.name,
            env=environment(folder.name),
            **OWN_GROUP,
        )
        return Launched(process, folder)
