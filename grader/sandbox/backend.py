"""What every way of running a worker offers."""

from __future__ import annotations

from typing import Protocol

from grader.sandbox.child import Child
from grader.sandbox.limits import Limits

PYTHON, SCIPY, PROGRAM = "python", "scipy", "program"
KINDS: dict[str, tuple[str, ...]] = {
    PYTHON: (),
    SCIPY: ("scipy.special", "scipy.optimize", "scipy.linalg", "scipy.io"),
    PROGRAM: (),
}
"""What a worker is for, and what it had better imported before: Python, Python with SciPy, or any other program."""


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

    def start(self, limits: Limits, kind: str = PYTHON) -> Child:
        """A fresh worker of one of KINDS, which may still be starting. Raises `SandboxError`."""

    def close(self) -> None:
        """Stop what was begun and is not needed any more. The backend can be used again."""
