"""What every way of running a worker offers."""

from __future__ import annotations

from typing import Protocol

from grader.sandbox.child import Child
from grader.sandbox.limits import Limits


class Backend(Protocol):
    """A way to run workers."""

    @property
    def isolation(self) -> str:
        """The sentence that a report says about it."""

    def reason_missing(self) -> str | None:
        """Why it is not on this machine, at a glance: it may be there and yet not work."""

    def reason_unavailable(self) -> str | None:
        """Why it cannot be used on this machine and how to mend that, in one line; None where it can."""

    def prepare(self, limits: Limits) -> None:
        """Begin with what takes long, while whoever will need a worker is still getting ready."""

    def start(self, limits: Limits) -> Child:
        """A fresh worker, which may still be starting. Raises `SandboxError`."""

    def close(self) -> None:
        """Stop what was begun and is not needed any more. The backend can be used again."""
