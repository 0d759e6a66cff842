"""Isolation: which way of running untrusted code there is here. `session` is the one way to talk to it.

Nothing of this imports numpy: a sandbox is to be starting while everything else is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, TypeVar

from grader.errors import SandboxError, UnavailableError, UnsafeError, UsageError
from grader.sandbox import bwrap, process
from grader.sandbox.backend import Backend
from grader.sandbox.child import WORKER, Child
from grader.sandbox.limits import Limits

__all__ = [
    "BACKENDS",
    "Ahead",
    "Backend",
    "Limits",
    "choose",
    "run_in",
]

T = TypeVar("T")

BACKENDS: dict[str, Backend] = {"bwrap": bwrap, "process": process}
NAMES: dict[str, Backend] = {**BACKENDS, "none": process}


Check: TypeAlias = Callable[[Backend], "str | None"]


def thorough(backend: Backend) -> str | None:
    return backend.reason_unavailable()


def quick(backend: Backend) -> str | None:
    """Leaves it to the first start to find out whether what is installed works."""
    return backend.reason_missing()


def choose(name: str, own_work: bool, check: Check = thorough) -> Backend:
    """The backend that a user asks for by one of NAMES, or by "auto": isolation where this machine gives it.

    Raises `UnavailableError` where the one asked for does not work here, and `UnsafeError` where "auto" would run
    somebody else's code without isolation.
    """
    if name == "auto":
        return _automatic(own_work, check)
    if name not in NAMES:
        raise UsageError(f"there is no sandbox called '{name}': take auto, {' or '.join(NAMES)}")
    if reason := check(NAMES[name]):
        raise UnavailableError(reason)
    return NAMES[name]


def _automatic(own_work: bool, check: Check) -> Backend:
    reason = check(BACKENDS["bwrap"])
    if reason and not own_work:
        raise UnsafeError(
            f"other people's code is not run without isolation, and {reason}; or accept the risk with `--sandbox none`"
        )
    return BACKENDS["process" if reason else "bwrap"]


class Ahead:
    """A backend whose first worker is started at once, while whoever will need it is still getting ready."""

    def __init__(self, backend: Backend, limits: Limits) -> None:
        self.backend, self.isolation = backend, backend.isolation
        self.first: Child | None = backend.start(limits, WORKER)

    def reason_missing(self) -> str | None:
        return self.backend.reason_missing()

    def reason_unavailable(self) -> str | None:
        return self.backend.reason_unavailable()

    def start(self, limits: Limits, worker: Path) -> Child:
        started, self.first = self.first, None
        return started or self.backend.start(limits, worker)

    def discard(self) -> None:
        """Stop the worker that was never asked for."""
        if self.first is not None:
            self.first.stop()


def run_in(name: str, own_work: bool, limits: Limits, action: Callable[[Backend], T]) -> T:
    """What `action` gives in the chosen backend, where a first worker with these limits is already starting.

    Trying a sandbox costs as much as starting it: so it is started at once, and tried only where that failed.
    Raises as `choose` does, and `SandboxError`.
    """
    backend = choose(name, own_work, quick)
    ahead = Ahead(backend, limits)
    try:
        return action(ahead)
    except SandboxError:
        working = choose(name, own_work)
        if working is backend:
            raise
        return action(working)
    finally:
        ahead.discard()
