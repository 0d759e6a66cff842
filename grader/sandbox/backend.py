"""What every way of running a worker offers."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from grader.sandbox.child import Child
from grader.sandbox.limits import Limits


class Backend(Protocol):
    """A way to run a worker; `isolation` is the sentence that a report says about it."""

    isolation: str

    def reason_missing(self) -> str | None:
        """Why it is not on this machine, at a glance: it may be there and yet not work."""

    def reason_unavailable(self) -> str | None:
        """Why it cannot be used on this machine and how to mend that, in one line; None where it can."""

    def start(self, limits: Limits, worker: Path) -> Child:
        """Run the folder `worker` in it."""
