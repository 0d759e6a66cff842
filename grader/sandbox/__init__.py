"""Isolation: which way of running untrusted code there is here. `session` is the one way to talk to it.

Nothing of this imports numpy: a sandbox is to be starting while everything else is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from grader.errors import SandboxError, UnavailableError, UnsafeError, UsageError
from grader.sandbox.backend import Backend
from grader.sandbox.bwrap import Bubblewrap
from grader.sandbox.landlocked import Landlocked
from grader.sandbox.limits import Limits
from grader.sandbox.process import OwnProcess

__all__ = [
    "BACKENDS",
    "Backend",
    "Limits",
    "choose",
    "run_in",
]

T = TypeVar("T")

BACKENDS: dict[str, Backend] = {"bwrap": Bubblewrap(), "landlock": Landlocked(), "process": OwnProcess()}
NAMES = (*BACKENDS, "none")


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
        raise UsageError(f"there is no sandbox called '{name}': take auto, {', '.join(NAMES[:-1])} or {NAMES[-1]}")
    backend = BACKENDS["process" if name == "none" else name]
    if reason := check(backend):
        raise UnavailableError(reason)
    return backend


def _automatic(own_work: bool, check: Check) -> Backend:
    reason = check(BACKENDS["bwrap"])
    if reason is None:
        return BACKENDS["bwrap"]
    if own_work:
        return BACKENDS["process"]
    if check(BACKENDS["landlock"]) is None:
        return BACKENDS["landlock"]
    raise UnsafeError(
        f"other people's code is not run without isolation, and {reason}; or accept the risk with `--sandbox none`"
    )


def run_in(name: str, own_work: bool, limits: Limits, action: Callable[[Backend], T]) -> T:
    """What `action` gives in the chosen backend, which is already getting ready for workers with these limits.

    Trying a sandbox costs as much as starting it: so it is started at once, and tried only where that failed.
    Raises as `choose` does, and `SandboxError`.
    """
    backend = choose(name, own_work, quick)
    backend.prepare(limits)
    try:
        return action(backend)
    except SandboxError:
        working = choose(name, own_work)
        if working is backend:
            raise
        return action(working)
    finally:
        backend.close()
