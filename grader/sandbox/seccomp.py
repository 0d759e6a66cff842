"""A filter of system calls: those that work never needs, and that reach past a sandbox into the kernel, are refused.

The kernel's names and numbers: `Documentation/userspace-api/seccomp_filter.rst` and `unistd.h` of each architecture.
"""

from __future__ import annotations

import os
import platform
import struct
from collections.abc import Iterator
from contextlib import contextmanager

ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
X32_BIT = 0x40000000
LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER_AT, ARCHITECTURE_AT = 0, 4
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000

REFUSED = {
    **{"add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219)},
    **{"shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190), "msgget": (68, 186)},
    **{"mq_open": (240, 180), "memfd_create": (319, 279), "memfd_secret": (447, 447), "userfaultfd": (323, 282)},
    **{"ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272)},
    **{"pidfd_getfd": (438, 438), "personality": (135, 92), "bpf": (321, 280), "perf_event_open": (298, 241)},
    **{"io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427)},
    **{"mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51)},
    **{"open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431)},
    **{"fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442)},
    **{"unshare": (272, 97), "setns": (308, 268)},
    **{"name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262)},
    **{"quotactl": (179, 60), "quotactl_fd": (443, 443), "kexec_load": (246, 104), "kexec_file_load": (320, 294)},
    **{"init_module": (175, 105), "delete_module": (176, 106), "finit_module": (313, 273)},
}
"""Numbers on x86_64 and on aarch64."""


def program(machine: str | None = None) -> bytes:
    """The filter as instructions of the kernel's packet filter, for this machine by default; empty where its numbers
    are not known. A refused call fails with EPERM; a call by another architecture's numbers kills the process."""
    known = ARCHITECTURES.get(machine or this_machine())
    if known is None:
        return b""
    architecture, column = known
    numbers = [row[column] for row in REFUSED.values()]
    instructions = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (JUMP_IF_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER_AT),
        (JUMP_IF_AT_LEAST, 0, 1, X32_BIT),
        (RETURN, 0, 0, KILL),
        *((JUMP_IF_EQUAL, len(numbers) - index, 0, number) for index, number in enumerate(numbers)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def this_machine() -> str:
    """Empty for a 32-bit Python, whose calls are not those of its 64-bit kernel."""
    return platform.machine() if struct.calcsize("P") == 8 else ""


@contextmanager
def handed_over() -> Iterator[tuple[int, ...]]:
    """The descriptors that a program is to inherit: one that it can read the filter from, none without a filter."""
    if not (instructions := program()):
        yield ()
        return
    reader, writer = os.pipe()
    try:
        with open(writer, "wb") as pipe:
            pipe.write(instructions)
        yield (reader,)
    finally:
        os.close(reader)
