"""What a child of the warm process gives up where there are no namespaces: next to all files and system calls."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable

from . import kernel, landlock, seccomp
from .jail import DEVICES

PR_SET_PDEATHSIG = 1
FOLDER = "/"


class Fence:
    """Of the machine's files a child may read those at or below `readable`, and write to none. Whether other files are
    there it can find out. What every child would do alike is done beforehand."""

    def __init__(self, readable: Iterable[str]) -> None:
        self.parent = os.getpid()
        self.rules = landlock.ruleset(landlock.rules((*readable, *DEVICES), writable=["/dev/null"]))
        self.filter = seccomp.narrow_program()
        if self.rules is None or not self.filter:
            raise OSError("there is no Landlock, or no filter of system calls for this machine")

    def fork(self) -> int:
        return kernel.fork()

    def enter(self, may_execute: bool) -> None:
        """Another program in its place would need more than is left."""
        if may_execute:
            raise OSError("no other program can be run")
        os.chdir(FOLDER)
        kernel.drop_capabilities()
        kernel.control(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != self.parent:
            os._exit(0)
        kernel.control(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.control(kernel.PR_SET_DUMPABLE, 0)
        landlock.restrict(self.rules)
        seccomp.load(self.filter)
