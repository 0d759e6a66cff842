"""Landlock: what a process may still do with files and sockets, where the kernel knows it (5.13 or newer).

The kernel's names and numbers: `Documentation/userspace-api/landlock.rst`, which are the same on every architecture.
"""

from __future__ import annotations

import functools
import os
import stat
import struct
from collections.abc import Iterable, Iterator

from . import kernel

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION, PATH_BENEATH = 1, 1
EXECUTE, WRITE, READ, READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
TRUNCATE, DEVICES = 1 << 14, 1 << 15
EVERYTHING = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""All rights to files that each version knows."""
NETWORK, SCOPES = 0b11, 0b11
RULE = struct.Struct("=Qi")
OF_FILES = EXECUTE | WRITE | READ | TRUNCATE | DEVICES


@functools.cache
def version() -> int:
    """0 where the kernel has no Landlock, or does not let us use it."""
    if os.uname().sysname != "Linux":
        return 0
    return max(0, int(kernel.libc().syscall(CREATE_RULESET, None, 0, VERSION)))


def rights() -> int:
    """All that this kernel knows."""
    return EVERYTHING[max(level for level in EVERYTHING if level <= version())]


def rules(
    readable: Iterable[str] = (), writable: Iterable[str] = (), executable: Iterable[str] = ()
) -> Iterator[bytes]:
    """For `ruleset`: what may be done at or below these places, as far as they are there. Each rule holds a descriptor
    that stays open."""
    if not version():
        return
    allowed = (
        (readable, READ | READ_FOLDER),
        (executable, READ | READ_FOLDER | EXECUTE),
        (writable, rights() & ~EXECUTE & ~DEVICES),
    )
    yield from (rule(place, each) for places, each in allowed for place in places if os.path.exists(place))


def rule(place: str, allowed: int) -> bytes:
    handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
    if not stat.S_ISDIR(os.fstat(handle).st_mode):
        allowed &= OF_FILES
    return RULE.pack(allowed, handle)


def ruleset(rules: Iterable[bytes], used_up: bool = False) -> int | None:
    """For `restrict`: the descriptor of a set of rules; None where the kernel has no Landlock. Rules that are `used_up`
    are closed one by one: there may be more of them than a process may have descriptors."""
    known = version()
    if not known:
        return None
    attributes = struct.pack("=QQQ", rights(), NETWORK if known >= 4 else 0, SCOPES if known >= 6 else 0)
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    made = kernel.call("syscall", CREATE_RULESET, attributes, size, 0)
    for each in rules:
        kernel.call("syscall", ADD_RULE, made, PATH_BENEATH, each, 0)
        if used_up:
            os.close(RULE.unpack(each)[1])
    return made


def restrict(ruleset: int | None) -> None:
    """Give up, for good, all files but those of the rules, TCP, and signals and abstract sockets beyond this process.
    It needs to have given up new privileges before."""
    if ruleset is not None:
        kernel.call("syscall", RESTRICT_SELF, ruleset, 0)
