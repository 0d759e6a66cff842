"""A process of its own with limits, for one's own work: what runs in it can read, write and connect as its user can."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from grader.sandbox import packages
from grader.sandbox.child import Child, base_python, launch, worker_arguments
from grader.sandbox.limits import Limits

isolation = "none: own process and limits only, not isolated; what it starts may outlive it"


def reason_missing() -> str | None:
    return None


def reason_unavailable() -> str | None:
    return None


def start(limits: Limits, worker: Path) -> Child:
    site = dict.fromkeys(path.parent for path in packages.paths())
    folder = TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True)
    command = [base_python(), *worker_arguments(worker, site, limits, processes=None)]
    return Child(launch(command, home=folder.name, cwd=folder.name), folder)
