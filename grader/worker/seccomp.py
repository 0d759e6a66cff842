"""A filter of system calls: those that work never needs, and that reach past a sandbox into the kernel or to other
processes, are refused.

The kernel's names and numbers: `Documentation/userspace-api/seccomp_filter.rst` and `unistd.h` of each architecture.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from typing import TypeAlias

from . import kernel

ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
X32_BIT = 0x40000000
LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, JUMP_IF_ANY_BIT, KEEP_BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
ALL_BITS = 0xFFFFFFFF
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
ALLOW, ERROR, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NOT_PERMITTED, NOT_THERE = 1, 38
PR_SET_SECCOMP, FILTER_MODE = 22, 2
CLONE_THREAD, TIOCSTI = 0x10000, 0x5412
NONE = -1
"""The number of a call that an architecture does not have."""

REFUSED = {
    **{"add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219)},
    **{"shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190), "msgget": (68, 186)},
    **{"mq_open": (240, 180), "memfd_create": (319, 279), "memfd_secret": (447, 447), "userfaultfd": (323, 282)},
    **{"ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272)},
    **{"pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424)},
    **{"process_madvise": (440, 440), "process_mrelease": (448, 448)},
    **{"personality": (135, 92), "bpf": (321, 280), "perf_event_open": (298, 241)},
    **{"io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427)},
    **{"mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51)},
    **{"open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431)},
    **{"fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442)},
    **{"unshare": (272, 97), "setns": (308, 268)},
    **{"name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262)},
    **{"quotactl": (179, 60), "quotactl_fd": (443, 443), "kexec_load": (246, 104), "kexec_file_load": (320, 294)},
    **{"init_module": (175, 105), "delete_module": (176, 106), "finit_module": (313, 273)},
    **{"socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200)},
    **{"fork": (57, NONE), "vfork": (58, NONE)},
    **{"kill": (62, 129), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240)},
    **{"setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setscheduler": (144, 119)},
    **{"setrlimit": (160, 164)},
    **{"io_setup": (206, 0), "flock": (73, 32), "syslog": (103, 116), "sync": (162, 81), "syncfs": (306, 267)},
    **{"inotify_init": (253, NONE), "inotify_init1": (294, 26), "modify_ldt": (154, NONE)},
    **{"open_tree_attr": (467, 467), "statmount": (457, 457), "listmount": (458, 458)},
    **{"sched_setparam": (142, 118), "sched_setattr": (314, 274), "sched_setaffinity": (203, 122)},
}
"""Numbers on x86_64 and on aarch64. Refused with EPERM."""

EXECUTE = {"execve": (59, 221), "execveat": (322, 281)}

NARROW = {
    **{"read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67)},
    **{"close": (3, 57), "close_range": (436, 436), "lseek": (8, 62)},
    **{"stat": (4, NONE), "fstat": (5, 80), "lstat": (6, NONE), "newfstatat": (262, 79), "statx": (332, 291)},
    **{"access": (21, NONE), "faccessat": (269, 48), "faccessat2": (439, 439), "getdents64": (217, 61)},
    **{"dup": (32, 23), "dup2": (33, NONE), "dup3": (292, 24), "pipe": (22, NONE), "pipe2": (293, 59)},
    **{"chdir": (80, 49), "fchdir": (81, 50), "getcwd": (79, 17), "umask": (95, 166)},
    **{"poll": (7, NONE), "ppoll": (271, 73), "select": (23, NONE), "pselect6": (270, 72)},
    **{"brk": (12, 214), "mmap": (9, 222), "munmap": (11, 215), "mremap": (25, 216), "mprotect": (10, 226)},
    **{"madvise": (28, 233), "membarrier": (324, 283), "futex": (202, 98), "sched_yield": (24, 124)},
    **{"set_robust_list": (273, 99), "rseq": (334, 293), "set_tid_address": (218, 96), "gettid": (186, 178)},
    **{"rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132)},
    **{"alarm": (37, NONE), "setitimer": (38, 103), "getitimer": (36, 102), "restart_syscall": (219, 128)},
    **{"nanosleep": (35, 101), "clock_nanosleep": (230, 115), "clock_gettime": (228, 113), "clock_getres": (229, 114)},
    **{"gettimeofday": (96, 169), "time": (201, NONE), "times": (100, 153), "getrusage": (98, 165)},
    **{"getpid": (39, 172), "getppid": (110, 173), "getuid": (102, 174), "geteuid": (107, 175)},
    **{"getgid": (104, 176), "getegid": (108, 177), "getrlimit": (97, 163), "sched_getaffinity": (204, 123)},
    **{"uname": (63, 160), "sysinfo": (99, 179), "getrandom": (318, 278), "exit": (60, 93), "exit_group": (231, 94)},
}
"""Those that computing takes. None of them reaches another process, or what is kept of a file beside its contents.
No thread is among them: those of all workers together could take up the processes that their user may have."""

OPEN, OPEN_AT = (2, NONE), (257, 56)
TRUNCATED = 0o1000
HOW_TO_OPEN, WAYS_TO_OPEN = 0o1003, (0, 1, 2, 1 | TRUNCATED, 2 | TRUNCATED)
"""`open` to read or to write, and to empty only what may be written: Landlock does not look at what is opened for
neither, the access mode 3, and lets its first versions empty that, and what may be read."""

CONTROL, CONTROLS = (72, 25), (0, 1, 2, 3, 4, 1030, 1032)
"""`fcntl` to copy descriptors, for their flags and the size of pipes: not for locks, or signals to somebody."""

DEVICE_CONTROL, DEVICE_CONTROLS = (16, 29), (0x5401, 0x5413, 0x5421, 0x5450, 0x5451)
"""`ioctl` to ask whether something is a terminal, and for flags of descriptors."""

CLONE, SIGNAL, LIMIT = (56, 220), (234, 131), (302, 261)

ABSENT = {"clone3": (435, 435)}
"""Said not to exist, so that the C library falls back on `clone`, whose flags a filter can read."""

Instruction: TypeAlias = tuple[int, int, int, int]


def program(machine: str | None = None, pid: int = 1, may_execute: bool = False) -> bytes:
    """The filter as instructions of the kernel's packet filter, for this machine by default; empty where its numbers
    are not known. A call by another architecture's numbers kills the process; `pid` is the process's own."""
    known = ARCHITECTURES.get(machine or kernel.machine())
    if known is None:
        return b""
    architecture, column = known
    refused = {**REFUSED, **({} if may_execute else EXECUTE)}
    return packed(
        *of_architecture(architecture),
        *answer(ERROR | NOT_THERE, [row[column] for row in ABSENT.values()]),
        *answer(ERROR | NOT_PERMITTED, [row[column] for row in refused.values()]),
        *depending(CLONE[column], 0, (JUMP_IF_ANY_BIT, CLONE_THREAD)),
        *depending(SIGNAL[column], 0, (JUMP_IF_EQUAL, pid)),
        *only_asking(LIMIT[column]),
        *depending(DEVICE_CONTROL[column], 1, (JUMP_IF_EQUAL, TIOCSTI), allow=False),
        (RETURN, 0, 0, ALLOW),
    )


def narrow_program(machine: str | None = None) -> bytes:
    """The filter for where nothing else keeps processes apart: what is not known to be harmless is refused."""
    known = ARCHITECTURES.get(machine or kernel.machine())
    if known is None:
        return b""
    architecture, column = known
    return packed(
        *of_architecture(architecture),
        *answer(ALLOW, [row[column] for row in NARROW.values()]),
        *answer(ERROR | NOT_THERE, [row[column] for row in ABSENT.values()]),
        *only_with(OPEN[column], 1, WAYS_TO_OPEN, HOW_TO_OPEN),
        *only_with(OPEN_AT[column], 2, WAYS_TO_OPEN, HOW_TO_OPEN),
        *only_asking(LIMIT[column]),
        *only_with(CONTROL[column], 1, CONTROLS),
        *only_with(DEVICE_CONTROL[column], 1, DEVICE_CONTROLS),
        (RETURN, 0, 0, ERROR | NOT_PERMITTED),
    )


def packed(*instructions: Instruction) -> bytes:
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def of_architecture(architecture: int) -> list[Instruction]:
    """Kill at a call by another architecture's numbers; the number of any other is then at hand."""
    return [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (JUMP_IF_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER_AT),
        (JUMP_IF_AT_LEAST, 0, 1, X32_BIT),
        (RETURN, 0, 0, KILL),
    ]


def answer(action: int, numbers: Sequence[int]) -> list[Instruction]:
    """Return `action` for the calls with these numbers."""
    known = [number for number in numbers if number != NONE]
    last = len(known) - 1
    tests = [(JUMP_IF_EQUAL, last - index, int(index == last), number) for index, number in enumerate(known)]
    return [*tests, (RETURN, 0, 0, action)]


def depending(number: int, argument: int, test: tuple[int, int], allow: bool = True) -> list[Instruction]:
    """Allow the call of this number if, or refuse it if, one of its arguments (its lower half) passes the test."""
    jump, operand = test
    passed, failed = (ALLOW, ERROR | NOT_PERMITTED)[:: 1 if allow else -1]
    return [
        (JUMP_IF_EQUAL, 0, 4, number),
        (LOAD, 0, 0, ARGUMENTS_AT + 8 * argument),
        (jump, 0, 1, operand),
        (RETURN, 0, 0, passed),
        (RETURN, 0, 0, failed),
    ]


def only_with(number: int, argument: int, values: Sequence[int], bits: int = ALL_BITS) -> list[Instruction]:
    """Allow the call of this number if these bits of one of its arguments (of its lower half, which is all that the
    kernel looks at) are among the values, and refuse it otherwise."""
    if number == NONE:
        return []
    place = ARGUMENTS_AT + 8 * argument
    tests = [
        (LOAD, 0, 0, place),
        (KEEP_BITS, 0, 0, bits),
        *answer(ALLOW, values),
        (RETURN, 0, 0, ERROR | NOT_PERMITTED),
    ]
    return [(JUMP_IF_EQUAL, 0, len(tests), number), *tests]


def only_asking(number: int) -> list[Instruction]:
    """Allow the `prlimit64` of this number for the process itself, without new limits: with limits of its own choice a
    process could have itself killed as if from outside."""
    arguments = [ARGUMENTS_AT, ARGUMENTS_AT + 16, ARGUMENTS_AT + 20]
    tests = [
        instruction
        for left, place in zip((4, 2, 0), arguments, strict=True)
        for instruction in ((LOAD, 0, 0, place), (JUMP_IF_EQUAL, 0, left + 1, 0))
    ]
    return [
        (JUMP_IF_EQUAL, 0, len(tests) + 2, number),
        *tests,
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, ERROR | NOT_PERMITTED),
    ]


def load(instructions: bytes) -> None:
    """Filter the calls of this process from now on; it needs to have given up new privileges before."""
    if not instructions:
        return
    count = len(instructions) // 8
    header = struct.pack("@HP", count, ctypes.cast(ctypes.c_char_p(instructions), ctypes.c_void_p).value)
    kernel.call("prctl", PR_SET_SECCOMP, ctypes.c_ulong(FILTER_MODE), header, ctypes.c_ulong(0), ctypes.c_ulong(0))
