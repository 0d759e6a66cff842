"""What a child of the warm process gives up before it touches student code, for good and in this order; the process
runs in bubblewrap. Without that there is `fence`."""

from __future__ import annotations

import os

from . import kernel, landlock, seccomp

OWN_NAMESPACE = "/proc/self/ns/pid"
CLONE_NEWNS, CLONE_NEWPID = 0x20000, 0x20000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND = 1, 2, 4, 8, 32, 4096
MOST_FILES = 2000
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
PROGRAMS = ("/usr", "/lib", "/lib64")
SYSTEM = (*PROGRAMS, "/etc", "/site", "/worker")


class Jail:
    """`home` is the only place that can be written to, up to `home_bytes`; `prefix` is where Python is. What every
    child would do alike is done beforehand, by whether it is to run another program in its place."""

    def __init__(self, home: str, home_bytes: int, prefix: str) -> None:
        self.home, self.home_bytes = home, home_bytes
        places = [*landlock.rules((*SYSTEM, prefix, *DEVICES), writable=["/dev/null"])]
        self.rules = {False: places, True: [*places, *landlock.rules(executable=PROGRAMS)]}
        self.filters = {may_execute: seccomp.program(may_execute=may_execute) for may_execute in (False, True)}
        self.own_namespace = os.open(OWN_NAMESPACE, os.O_RDONLY)
        close_devices()
        kernel.renounce_capabilities()

    def fork(self) -> int:
        """`kernel.fork` into a pid namespace of its own."""
        kernel.call("setns", self.own_namespace, CLONE_NEWPID)
        kernel.call("unshare", CLONE_NEWPID)
        return kernel.fork()

    def enter(self, may_execute: bool) -> None:
        self.mount_own()
        os.chdir(self.home)
        kernel.join_fresh_keyring()
        kernel.drop_capabilities()
        kernel.control(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.control(kernel.PR_SET_DUMPABLE, 0)
        own = landlock.rules(["/proc"], writable=[self.home])
        landlock.restrict(landlock.ruleset([*self.rules[may_execute], *own]))
        seccomp.load(self.filters[may_execute])

    def mount_own(self) -> None:
        """A /proc that shows this process alone, and a folder to write to that is gone with it."""
        kernel.call("unshare", CLONE_NEWNS)
        mount_proc()
        options = f"size={self.home_bytes},nr_inodes={MOST_FILES},mode=700"
        kernel.mount("tmpfs", self.home, MS_NOSUID | MS_NODEV, "tmpfs", options)


def close_devices() -> None:
    """They can be written to, and no marks left on them: they are the machine's own, and all children see the same."""
    for device in filter(os.path.exists, DEVICES):
        kept = os.statvfs(device).f_flag & (MS_NOSUID | MS_NODEV | MS_NOEXEC)
        kernel.mount("none", device, MS_REMOUNT | MS_BIND | MS_RDONLY | kept)


def mount_proc() -> None:
    """Without what it tells of the machine, where the kernel can leave that out (5.8 or newer)."""
    flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC
    try:
        kernel.mount("proc", "/proc", flags, "proc", "subset=pid")
    except OSError:
        kernel.mount("proc", "/proc", flags, "proc")
