"""Landlock: what a process may still do with files and sockets, where the kernel knows it (5.13 or newer).

The kernel's names and numbers: `Documentation/userspace-api/landlock.rst`, which are the same on every architecture.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable

from . import kernel

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION, PATH_BENEATH = 1, 1
EXECUTE, WRITE, READ, READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
TRUNCATE, DEVICES = 1 << 14, 1 << 15
EVERYTHING = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""All rights to files that each version knows."""
NETWORK, SCOPES = 0b11, 0b11
OF_FILES = EXECUTE | WRITE | READ | TRUNCATE | DEVICES


def version() -> int:
    """0 where the kernel has no Landlock, or does not let us use it."""
    if os.uname().sysname != "Linux":
        return 0
    return max(0, int(kernel.libc().syscall(CREATE_RULESET, None, 0, VERSION)))


def restrict(readable: Iterable[str], writable: Iterable[str], executable: Iterable[str] = ()) -> None:
    """Give up, for good, all files but those at or below these places, TCP, and signals and abstract sockets beyond
    this process. It needs to have given up new privileges before."""
    known = version()
    if not known:
        return
    rights = EVERYTHING[max(level for level in EVERYTHING if level <= known)]
    attributes = struct.pack("=QQQ", rights, NETWORK if known >= 4 else 0, SCOPES if known >= 6 else 0)
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    ruleset = kernel.call("syscall", CREATE_RULESET, attributes, size, 0)
    for places, allowed in (
        (readable, READ | READ_FOLDER),
        (executable, READ | READ_FOLDER | EXECUTE),
        (writable, rights & ~EXECUTE & ~DEVICES),
    ):
        for place in places:
            allow(ruleset, place, allowed)
    kernel.call("syscall", RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def allow(ruleset: int, place: str, rights: int) -> None:
    try:
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(os.fstat(handle).st_mode):
        rights &= OF_FILES
    kernel.call("syscall", ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, handle), 0)
    os.close(handle)
