"""bubblewrap: workers in namespaces of their own, which see system libraries, Python, its packages and nothing else.

It starts one warm process, which forks the workers; each of them gets a pid namespace, a /proc and a home of its own,
and gives up all rights before it reads a line of anybody's code (`grader.worker.jail`).
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

from grader.errors import SandboxError
from grader.sandbox import octave, packages, stage
from grader.sandbox.backend import KINDS, PROGRAM, PYTHON
from grader.sandbox.cgroup import Group
from grader.sandbox.child import (
    OWN_GROUP,
    PYTHON_FLAGS,
    WORKER,
    base_python,
    environment,
    worker_arguments,
    worker_settings,
)
from grader.sandbox.limits import Limits
from grader.sandbox.zygote import Forked, Zygote
from grader.worker.limits import BOUND_AT_START

PROJECT = Path(__file__).parents[2]
INSIDE = Path("/worker")
SITE = Path("/site")
HOME = "/tmp"
HOME_BYTES = 64 << 20
PROCESSES = 16
LIBRARIES = (Path("/usr/lib"), Path("/usr/lib64"), Path("/etc/ld.so.cache"), Path("/etc/alternatives"))
LINKS = (Path("/lib"), Path("/lib64"))
PACKAGE_FOLDERS = "lib*/python*/*-packages"
NAMESPACES = (
    *("--unshare-all", "--uid", "0", "--gid", "0", "--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"),
    *("--cap-add", "CAP_SETPCAP", "--die-with-parent", "--new-session", "--hostname", "sandbox"),
)
FRESH = (
    *("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--remount-ro", "/dev/pts"),
    *("--size", str(HOME_BYTES), "--tmpfs", HOME),
)


class Bubblewrap:
    """A backend whose warm process is started once, and anew where it has broken down."""

    def __init__(self, worker: Path = WORKER) -> None:
        self.worker = worker
        self._zygotes: dict[tuple[str, ...], Zygote] = {}
        self._starting = threading.Lock()
        atexit.register(self.close)

    @functools.cached_property
    def isolation(self) -> str:
        """Its layers, as far as this machine has them."""
        from grader.worker import landlock, seccomp

        layers = {
            "no network, no home, no project, read-only system libraries": True,
            "fresh process in its own pid namespace": True,
            "Landlock": landlock.version() > 0,
            "dangerous system calls refused": seccomp.program() != b"",
        }
        return "bwrap: " + ", ".join(layer for layer, is_there in layers.items() if is_there)

    def reason_missing(self) -> str | None:
        if sys.platform != "linux":
            return "bubblewrap exists for Linux only: use a Linux machine, a virtual one or WSL"
        if shutil.which("bwrap") is None:
            return "bubblewrap is not installed: get it with `apt install bubblewrap` or its like"
        return None

    def reason_unavailable(self) -> str | None:
        return self.reason_missing() or self._failure

    @functools.cached_property
    def _failure(self) -> str | None:
        """Found out by trying, once."""
        from grader.sandbox.session import Session

        try:
            with Session(self, Limits()) as session:
                session.wait_ready()
        except SandboxError as error:
            return (
                f"bubblewrap does not work here ({error.reason}): it needs the right to make user namespaces, which"
                " many containers and Ubuntu 24.04 withhold until an administrator grants it"
            )
        return None

    def prepare(self, limits: Limits) -> None:
        with self._starting:
            self._warm(KINDS[PYTHON])

    def start(self, limits: Limits, kind: str = PYTHON) -> Forked:
        with self._starting:
            settings = {**worker_settings(limits, PROCESSES), "may_execute": kind == PROGRAM}
            return self._warm(KINDS[kind]).fork(settings)

    def close(self) -> None:
        """End the warm processes, and with them all workers; the next start has another one."""
        with self._starting:
            while self._zygotes:
                self._zygotes.popitem()[1].close()

    def _warm(self, imported: tuple[str, ...]) -> Zygote:
        """The warm process that has imported these packages beside NumPy."""
        zygote = self._zygotes.get(imported)
        if zygote is not None and zygote.broken:
            zygote.close()
            zygote = None
        if zygote is None:
            group = Group()
            self._zygotes[imported] = zygote = Zygote(functools.partial(self._launch, imported, group), group.remove)
        return zygote

    def _launch(self, imported: tuple[str, ...], group: Group, control: int) -> subprocess.Popen[bytes]:
        installed = _packages()
        settings = {
            "site": packages.folders(installed.values()),
            "packages": imported,
            "control": control,
            "jail": {"home": HOME, "home_bytes": HOME_BYTES, "prefix": str(_prefix())},
        }
        command = _command(worker_arguments(INSIDE, settings), {self.worker: INSIDE, **installed}, group.folders)
        nothing = subprocess.DEVNULL
        return subprocess.Popen(
            command,
            stdin=nothing,
            stdout=nothing,
            stderr=subprocess.PIPE,
            cwd="/",
            env={**environment(HOME), **BOUND_AT_START},
            pass_fds=(control,),
            **OWN_GROUP,
        )


def _command(arguments: Iterable[str], extra: Mapping[Path, Path], groups: Iterable[Path] = ()) -> list[str]:
    """Python with `arguments` in a sandbox that also shows each of `extra`, given as source: place; in the cgroups
    `groups`, which only root may join."""
    visible = _visible()
    masks = _masks(visible)
    entry, reached = _reach([*visible, *extra], groups)

    def bind(source: Path, place: Path) -> tuple[str, str, str]:
        return "--ro-bind", reached[source], str(place)

    return [
        *entry,
        *(shutil.which("bwrap") or "bwrap", *NAMESPACES, *FRESH),
        *(option for link in LINKS if link.is_symlink() for option in ("--symlink", os.readlink(link), str(link))),
        *(option for folder in visible for option in bind(folder, folder)),
        *(option for folder in masks for option in ("--tmpfs", str(folder))),
        *(option for source, place in extra.items() for option in bind(source, place)),
        *(option for folder in masks for option in ("--remount-ro", str(folder))),
        *("--remount-ro", "/", "--chdir", HOME, "--", str(_interpreter()), *arguments),
    ]


def _reach(sources: Iterable[Path], groups: Iterable[Path]) -> tuple[list[str], dict[Path, str]]:
    """What bubblewrap is started through, and where it then finds each source: root has to step aside first."""
    if os.geteuid() != 0:
        return [], {source: str(source) for source in sources}
    reached = {source: f"{stage.STAGE}/{index}" for index, source in enumerate(dict.fromkeys(sources))}
    joined = ":".join(map(str, groups))
    return [base_python(), *PYTHON_FLAGS, stage.__file__, joined, *map(str, reached), "--"], reached


def _interpreter() -> Path:
    return Path(base_python()).resolve()


def _prefix() -> Path:
    return Path(sys.base_prefix).resolve()


def _visible() -> list[Path]:
    """The system's libraries and the interpreter's own folders, and Octave; not all of /usr, where a project may lie as
    well."""
    own = (_interpreter().parent, *(_prefix() / name for name in ("lib", "lib64")))
    folders = (*LIBRARIES, *LINKS, *own, *octave.places())
    return [folder for folder in dict.fromkeys(folders) if folder.exists() and not folder.is_symlink()]


def _masks(visible: Iterable[Path]) -> list[Path]:
    """What must not be seen although it lies in a visible folder: installed packages, and this project."""
    hidden = [PROJECT, *(found for root in (Path("/usr"), _prefix()) for found in root.glob(PACKAGE_FOLDERS))]
    return [folder for folder in dict.fromkeys(hidden) if any(folder.is_relative_to(shown) for shown in visible)]


def _packages() -> dict[Path, Path]:
    """Where each package goes: those within the interpreter keep their place, as their libraries may lie around it."""
    prefix = _prefix()
    return {path: path if path.is_relative_to(prefix) else SITE / path.name for path in packages.paths()}
