"""bubblewrap: a worker in namespaces of its own, which sees system libraries, Python, its packages and nothing else."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from grader.sandbox import packages, seccomp, stage
from grader.sandbox.child import PYTHON_FLAGS, WORKER, Child, base_python, last_line, launch, worker_arguments
from grader.sandbox.limits import Limits

isolation = "bwrap: no network, no home, no project, read-only system libraries, fresh process" + (
    ", dangerous system calls refused" if seccomp.program() else ""
)

PROJECT = Path(__file__).parents[2]
INSIDE = Path("/worker")
SITE = Path("/site")
HOME = "/tmp"
HOME_BYTES = 64 << 20
PROCESSES = 8
TRY_SECONDS = 20
TRY = """
import os, sys
hidden = [path for path in sys.argv[1:] if not os.access(path, os.R_OK)]
sys.exit(f"an unprivileged user cannot read {', '.join(hidden)}" if hidden else 0)
"""
LIBRARIES = (Path("/usr/lib"), Path("/usr/lib64"), Path("/etc/ld.so.cache"), Path("/etc/alternatives"))
LINKS = (Path("/lib"), Path("/lib64"))
PACKAGE_FOLDERS = "lib*/python*/*-packages"
NAMESPACES = (
    *("--unshare-all", "--unshare-user", "--disable-userns", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL"),
    *("--die-with-parent", "--new-session", "--hostname", "sandbox"),
)
FRESH = ("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--size", str(HOME_BYTES), "--tmpfs", HOME)


def reason_missing() -> str | None:
    if sys.platform != "linux":
        return "bubblewrap exists for Linux only: use a Linux machine, a virtual one or WSL"
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed: get it with `apt install bubblewrap` or its like"
    return None


@functools.cache
def reason_unavailable() -> str | None:
    """Found out by trying, once."""
    if reason := reason_missing():
        return reason
    failure = _try()
    if failure is None:
        return None
    return (
        f"bubblewrap does not work here ({failure}): it needs version 0.8 or newer, and the right to make user"
        " namespaces, which many containers and Ubuntu 24.04 withhold until an administrator grants it"
    )


def start(limits: Limits, worker: Path) -> Child:
    """The kernel kills the worker when the THREAD that started it ends: start it in one that lives long enough."""
    installed = _packages()
    site = dict.fromkeys(place.parent for place in installed.values())
    arguments, places = worker_arguments(INSIDE, site, limits, PROCESSES), {worker: INSIDE, **installed}
    with seccomp.handed_over() as filters:
        return Child(launch(_command(arguments, places, filters), home=HOME, cwd="/", descriptors=filters))


def _try() -> str | None:
    """The last line of what goes wrong when Python looks around in a sandbox; None where nothing does."""
    places = {WORKER: INSIDE, **_packages()}
    arguments, nothing = [*PYTHON_FLAGS, "-c", TRY, *map(str, places.values())], subprocess.DEVNULL
    with seccomp.handed_over() as filters:
        command = _command(arguments, places, filters)
        try:
            tried = subprocess.run(command, stdin=nothing, capture_output=True, timeout=TRY_SECONDS, pass_fds=filters)
        except subprocess.TimeoutExpired:
            return f"no end within {TRY_SECONDS} s"
    return (last_line(tried.stderr) or f"exit status {tried.returncode}") if tried.returncode else None


def _command(arguments: Iterable[str], extra: Mapping[Path, Path], filters: Iterable[int]) -> list[str]:
    """Python with `arguments` in a sandbox that also shows each of `extra`, given as source: place.

    `filters` are the descriptors from which bubblewrap reads what system calls to refuse.
    """
    visible = _visible()
    masks = _masks(visible)
    entry, reached = _reach([*visible, *extra])

    def bind(source: Path, place: Path) -> tuple[str, str, str]:
        return "--ro-bind", reached[source], str(place)

    return [
        *entry,
        *(shutil.which("bwrap") or "bwrap", *NAMESPACES, *FRESH),
        *(option for descriptor in filters for option in ("--seccomp", str(descriptor))),
        *(option for link in LINKS if link.is_symlink() for option in ("--symlink", os.readlink(link), str(link))),
        *(option for folder in visible for option in bind(folder, folder)),
        *(option for folder in masks for option in ("--tmpfs", str(folder))),
        *(option for source, place in extra.items() for option in bind(source, place)),
        *(option for folder in masks for option in ("--remount-ro", str(folder))),
        *("--remount-ro", "/", "--chdir", HOME, "--", str(_interpreter()), *arguments),
    ]


def _reach(sources: Iterable[Path]) -> tuple[list[str], dict[Path, str]]:
    """What bubblewrap is started through, and where it then finds each source: root has to step aside first."""
    if os.geteuid() != 0:
        return [], {source: str(source) for source in sources}
    reached = {source: f"{stage.STAGE}/{index}" for index, source in enumerate(dict.fromkeys(sources))}
    return [base_python(), *PYTHON_FLAGS, stage.__file__, *map(str, reached), "--"], reached


def _interpreter() -> Path:
    return Path(base_python()).resolve()


def _prefix() -> Path:
    return Path(sys.base_prefix).resolve()


def _visible() -> list[Path]:
    """The system's libraries and the interpreter's own folders; not all of /usr, where a project may lie as well."""
    folders = (*LIBRARIES, *LINKS, _interpreter().parent, *(_prefix() / name for name in ("lib", "lib64")))
    return [folder for folder in dict.fromkeys(folders) if folder.exists() and not folder.is_symlink()]


def _masks(visible: Iterable[Path]) -> list[Path]:
    """What must not be seen although it lies in a visible folder: installed packages, and this project."""
    hidden = [PROJECT, *(found for root in (Path("/usr"), _prefix()) for found in root.glob(PACKAGE_FOLDERS))]
    return [folder for folder in dict.fromkeys(hidden) if any(folder.is_relative_to(shown) for shown in visible)]


def _packages() -> dict[Path, Path]:
    """Where each package goes: those within the interpreter keep their place, as their libraries may lie around it."""
    prefix = _prefix()
    return {path: path if path.is_relative_to(prefix) else SITE / path.name for path in packages.paths()}
