"""Run by root as `python stage.py SOURCE... -- COMMAND...`: become an unprivileged user, then COMMAND.

A user namespace made by root would still own root's files, so bubblewrap is run by a uid that owns nothing. That uid
may be unable to reach an interpreter in root's home: each SOURCE is therefore bound to STAGE/0, STAGE/1, ... first, in
a mount namespace of this process alone. The machine's own mounts are untouched and nothing has to be cleaned up.

It is a program, not a `preexec_fn`: that would run Python between fork and exec, which is unsafe where threads run.
"""

from __future__ import annotations

import ctypes
import os
import sys

STAGE = "/tmp"
UNUSED_UID = 64123
CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 0x1000, 0x4000, 0x40000


def main(arguments: list[str]) -> None:
    end = arguments.index("--")
    stage(arguments[:end])
    os.setgroups([])
    os.setresgid(UNUSED_UID, UNUSED_UID, UNUSED_UID)
    os.setresuid(UNUSED_UID, UNUSED_UID, UNUSED_UID)
    os.execv(arguments[end + 1], arguments[end + 1 :])


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


def mount(source: str, target: str, flags: int, filesystem: str | None = None) -> None:
    kind = filesystem.encode() if filesystem else None
    call("mount", source.encode(), target.encode(), kind, ctypes.c_ulong(flags), None)


def call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        sys.exit(f"{name}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main(sys.argv[1:])
