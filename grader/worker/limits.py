"""Resource limits of this process, where the system has them. The trusted side keeps the wall clock."""

from __future__ import annotations

import contextlib
import math
import os
import time
from functools import lru_cache

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

MAX_OPEN_FILES = 256
USUAL_ADDRESS_SPACE = 1 << 30
ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""The environment in which the libraries below numpy start no threads of their own; they read it when they load."""

BOUND_AT_START = {"LD_BIND_NOW": "1"}
"""The one in which libraries look up at their start what they need of each other, and not in every fork anew."""


def set_for_process(memory_bytes: int | None, file_bytes: int | None, processes: int | None, taken_bytes: int) -> None:
    """`memory_bytes` counts from the address space that is taken already, by numpy for one; `processes` is for all of
    this user's together."""
    if resource is None:
        return
    wanted = {resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: MAX_OPEN_FILES}
    if memory_bytes is not None:
        wanted[resource.RLIMIT_AS] = taken_bytes + memory_bytes
    if processes is not None:
        wanted[resource.RLIMIT_NPROC] = processes
    if file_bytes is not None:
        wanted[resource.RLIMIT_FSIZE] = file_bytes
    for kind, limit in wanted.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (limit, limit))


def allow_cpu(seconds: float) -> None:
    """The process is killed (SIGXCPU) when it has used `seconds` of CPU time from now on, rounded up to whole ones.

    Where it may not choose its limits, or has chosen others, whoever watches it from outside does that.
    """
    set_cpu_limit(math.ceil(time.process_time() + seconds))


@lru_cache(maxsize=1)
def set_cpu_limit(seconds: int) -> None:
    """Remembers what it has set: one and the same for most calls."""
    if resource is None:
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def address_space_bytes() -> int:
    """What this process has mapped, or a usual figure where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return USUAL_ADDRESS_SPACE
