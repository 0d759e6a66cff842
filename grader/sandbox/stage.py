"""Run by root as `python stage.py GROUPS SOURCE... -- COMMAND...`: become an unprivileged user, then COMMAND.

A user namespace made by root would still own root's files, so bubblewrap is run by a uid that owns nothing. It is
another one in each run, with a session keyring of its own: what the kernel keeps for a user does not pass from one run
to the next. That uid may be unable to reach an interpreter in root's home: each SOURCE is therefore bound to STAGE/0,
STAGE/1, ... first, in a mount namespace of this process alone. The machine's own mounts are untouched and nothing has
to be cleaned up. Without a SOURCE nothing is mounted.

GROUPS are folders of cgroups to join, with ":" between them.

It is a program, not a `preexec_fn`: that would run Python between fork and exec, which is unsafe where threads run.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable

STAGE = "/tmp"
MOST_UIDS = 1 << 31
JOIN_SESSION_KEYRING = 1
KEYCTL = {"x86_64": 250, "aarch64": 219}
CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 0x1000, 0x4000, 0x40000


def main(arguments: list[str]) -> None:
    groups, *arguments = arguments
    end = arguments.index("--")
    join(filter(None, groups.split(":")))
    if end > 0:
        stage(arguments[:end])
    join_fresh_keyring()
    become(unused_uid())
    os.execv(arguments[end + 1], arguments[end + 1 :])


def join(groups: Iterable[str]) -> None:
    for group in groups:
        with open(f"{group}/cgroup.procs", "w", encoding="ascii") as processes:
            processes.write(str(os.getpid()))


def stage(sources: list[str]) -> None:
    """Bind every source below STAGE. They are opened before STAGE is covered, as they may lie in it."""
    call("unshare", CLONE_NEWNS)
    mount("none", "/", MS_REC | MS_PRIVATE)
    handles = [os.open(source, os.O_PATH) for source in sources]
    mount("tmpfs", STAGE, 0, filesystem="tmpfs")
    for index, handle in enumerate(handles):
        target = f"{STAGE}/{index}"
        os.mkdir(target) if os.path.isdir(f"/proc/self/fd/{handle}") else open(target, "x").close()
        mount(f"/proc/self/fd/{handle}", target, MS_BIND | MS_REC)


def join_fresh_keyring() -> None:
    """Leave the session keyring of whoever started this; where that fails, there is none or its number is unknown."""
    if number := KEYCTL.get(os.uname().machine):
        ctypes.CDLL(None).syscall(number, JOIN_SESSION_KEYRING, None)


def become(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def unused_uid() -> int:
    """A random one of the last eighth below 2^31, which nobody gives out, or below the last uid of a container that
    has fewer."""
    with open("/proc/self/uid_map", encoding="ascii") as table:
        rows = [[int(field) for field in line.split()] for line in table]
    end = min(MOST_UIDS, max(first + count for first, _, count in rows))
    return end - 1 - int.from_bytes(os.urandom(4), sys.byteorder) % (end // 8)


def mount(source: str, target: str, flags: int, filesystem: str | None = None) -> None:
    kind = filesystem.encode() if filesystem else None
    call("mount", source.encode(), target.encode(), kind, ctypes.c_ulong(flags), None)


def call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        sys.exit(f"{name}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main(sys.argv[1:])
