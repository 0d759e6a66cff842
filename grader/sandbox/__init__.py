"""Isolation: a worker process that runs untrusted code, and the one way to talk to it."""

from __future__ import annotations

from grader.errors import UnavailableError, UnsafeError, UsageError
from grader.sandbox import bwrap, process
from grader.sandbox.limits import Limits
from grader.sandbox.session import Backend, Died, Exited, Garbled, Session, SessionOver, TimedOut

__all__ = [
    "BACKENDS",
    "Backend",
    "Died",
    "Exited",
    "Garbled",
    "Limits",
    "Session",
    "SessionOver",
    "TimedOut",
    "choose",
]

BACKENDS: dict[str, Backend] = {"bwrap": bwrap, "process": process}
NAMES: dict[str, Backend] = {**BACKENDS, "none": process}


def choose(name: str, own_work: bool) -> Backend:
    """The backend that a user asks for by one of NAMES, or by "auto": isolation where this machine gives it.

    Raises `UnavailableError` where the one asked for does not work here, and `UnsafeError` where "auto" would run
    somebody else's code without isolation.
    """
    if name == "auto":
        return _automatic(own_work)
    if name not in NAMES:
        raise UsageError(f"there is no sandbox called '{name}': take auto, {' or '.join(NAMES)}")
    if reason := NAMES[name].reason_unavailable():
        raise UnavailableError(reason)
    return NAMES[name]


def _automatic(own_work: bool) -> Backend:
    reason = bwrap.reason_unavailable()
    if reason and not own_work:
        raise UnsafeError(
            f"other people's code is not run without isolation, and {reason}; or accept the risk with `--sandbox none`"
        )
    return process if reason else bwrap
