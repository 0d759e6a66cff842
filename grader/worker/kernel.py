"""The calls of the Linux kernel that Python has no function for."""

from __future__ import annotations

import ctypes
import functools
import os
import platform
import struct
import sys
from collections.abc import Iterable
from typing import Any

PR_SET_DUMPABLE, PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 4, 23, 24, 38
JOIN_SESSION_KEYRING = 1
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
MUCH_MEMORY = 32 << 20
CAPABILITY_VERSION_3 = 0x20080522
KEYCTL = {"x86_64": 250, "aarch64": 219}


@functools.cache
def libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


@functools.cache
def libc_alone() -> Any:
    """The same for calls during which Python stands still: no other thread of it may run."""
    return ctypes.PyDLL(None, use_errno=True)


@functools.cache
def machine() -> str:
    """What its calls are numbered by; empty for a 32-bit Python, whose calls are not those of its 64-bit kernel."""
    return platform.machine() if struct.calcsize("P") == 8 else ""


def call(name: str, *arguments: Any) -> int:
    """A function of the C library, of which a negative result is an `OSError`."""
    return checked(name, getattr(libc(), name)(*arguments))


def checked(name: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def fork() -> int:
    """`os.fork` for a process with one thread: what that does in the child for the sake of others, and for random
    numbers, takes longer than all the rest, and a child of ours needs neither."""
    return checked("fork", libc_alone().fork())


def find(names: Iterable[str]) -> None:
    """Look these functions up, so that no child has to."""
    for name in names:
        getattr(libc(), name)


def control(option: int, value: int) -> None:
    call("prctl", option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0))


def mount(source: str, target: str, flags: int, kind: str | None = None, options: str | None = None) -> None:
    texts = [text.encode() if text is not None else None for text in (source, target, kind, options)]
    call("mount", *texts[:3], ctypes.c_ulong(flags), texts[3])


def capabilities() -> list[int]:
    """Those that this process, or a program that it runs, may still have."""
    with open("/proc/sys/kernel/cap_last_cap", encoding="ascii") as file:
        known = range(int(file.read()) + 1)
    return [
        capability for capability in known if libc().prctl(PR_CAPBSET_READ, ctypes.c_ulong(capability), 0, 0, 0) == 1
    ]


def keep_freed_memory() -> None:
    """Have the C library use memory again that it would give back: the kernel takes long to give it out anew."""
    libc().mallopt(M_TRIM_THRESHOLD, MUCH_MEMORY)
    libc().mallopt(M_MMAP_THRESHOLD, MUCH_MEMORY)


def renounce_capabilities() -> None:
    """No program that this process runs can gain any; it keeps those that it has."""
    for capability in capabilities():
        control(PR_CAPBSET_DROP, capability)


def drop_capabilities() -> None:
    """All that this process has."""
    call("capset", struct.pack("=Ii", CAPABILITY_VERSION_3, 0), bytes(24))


def join_fresh_keyring() -> None:
    """Leave the session keyring of whoever started us: keys that the kernel keeps in it are not for the next worker.

    A sandbox that refuses all that has to do with keys refuses this as well, and rightly.
    """
    number = KEYCTL.get(machine()) if sys.platform == "linux" else None
    if number is not None:
        libc().syscall(number, JOIN_SESSION_KEYRING, None)
