"""What a child of the warm process gives up where there are no namespaces: next to all files and system calls."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import kernel, landlock, seccomp
from .jail import DEVICES

PR_SET_PDEATHSIG = 1
FOLDER = "/"


class Fence:
    """Of the machine's files a child may read those at or below `readable`, and those at or below `shown` but not
    `hidden`, and write to none. Whether other files are there it can find out. What every child would do alike is done
    beforehand."""

    def __init__(self, readable: Iterable[str], shown: Iterable[str], hidden: Iterable[str]) -> None:
        self.parent = os.getpid()
        parts = (str(part) for folder in shown for part in without(Path(folder), [*map(Path, hidden)]))
        rules = landlock.rules((*readable, *parts, *DEVICES), writable=["/dev/null"])
        self.rules = landlock.ruleset(rules, used_up=True)
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


def without(folder: Path, hidden: Iterable[Path]) -> Iterator[Path]:
    """The folder, or what is in it that holds none of those. What links lead to counts where it lies: they may lead out
    of the folder, and back to what is hidden."""
    inside = [each for each in hidden if each.is_relative_to(folder)]
    if not inside:
        yield folder
    elif folder not in inside and folder.is_dir():
        for each in folder.iterdir():
            if not each.is_symlink():
                yield from without(each, inside)
