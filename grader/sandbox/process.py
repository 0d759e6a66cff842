"""A process of its own with limits, for one's own work: what runs in it can read, write and connect as its user can."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from grader.sandbox import packages
from grader.sandbox.backend import PYTHON
from grader.sandbox.child import WORKER, Launched, base_python, start_piped, worker_arguments, worker_settings
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
        folder = TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True)
        settings = {"site": packages.folders(packages.paths()), **worker_settings(limits, processes=None)}
        command = [base_python(), *worker_arguments(self.worker, settings)]
        return Launched(start_piped(command, folder.name, folder.name), folder)
