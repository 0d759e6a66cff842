"""What is installed on this machine, which isolation it gives, what is missing and how to get it."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.machine import how_to_get_octave, is_isolated
from grader.sandbox import BACKENDS, cgroup
from grader.worker import kernel, landlock, seccomp

NEEDED = ("numpy", "scipy", "click", "rich", "fissix")
EXTRAS = {"matplotlib": "plots", "oct2py": "octave", "jinja2": "html", "distributed": "cluster", "watchfiles": "watch"}


@dataclass(frozen=True)
class Check:
    """One thing looked for: what it is there for, what was found (empty: nothing), and how it is got."""

    name: str
    purpose: str
    found: str
    remedy: str = ""
    needed: bool = False


def examine() -> list[Check]:
    python = Check("Python", "everything", platform.python_version(), needed=True)
    return [python, *map(check_needed, NEEDED), *check_extras(), check_octave(), *check_isolation(), *check_layers()]


def version_of(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def check_needed(package: str) -> Check:
    return Check(package, "everything", version_of(package), f"pip install {package}", needed=True)


def check_extras() -> list[Check]:
    purposes = {
        "plots": "pictures of the walk-throughs",
        "octave": "python -m grader diff",
        "html": "pages: --html",
        "cluster": "several machines: batch --scheduler",
        "watch": "python -m grader watch",
    }
    return [
        Check(package, purposes[extra], version_of(package), f"pip install -e '.[{extra}]'")
        for package, extra in EXTRAS.items()
    ]


def check_octave() -> Check:
    return Check("Octave", "Octave submissions, python -m grader diff", octave_version(), how_to_get_octave())


def octave_version() -> str:
    program = shutil.which("octave-cli") or shutil.which("octave")
    if program is None:
        return ""
    try:
        run = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    first = run.stdout.splitlines()[:1]
    return first[0].removeprefix("GNU Octave, version ") if first else ""


def check_isolation() -> list[Check]:
    checks = []
    for name, backend in BACKENDS.items():
        reason = backend.reason_unavailable()
        purpose = "foreign submissions" if is_isolated(backend.isolation) else "your own work"
        checks.append(Check(f"isolation '{name}'", purpose, "" if reason else backend.isolation, reason or ""))
    return checks


def check_layers() -> list[Check]:
    """What isolation is made of, beside bubblewrap's namespaces."""
    if sys.platform != "linux":
        return []
    version, filtered, group = landlock.version(), bool(seccomp.program()), cgroup.Group()
    kinds = sorted({kind for folder in group.folders for kind in cgroup.CONTROLLERS if kind in folder.parts})
    bounded = ", ".join(kinds) or "unified" * bool(group.folders)
    group.remove()
    return [
        Check("Landlock", "isolation: files", f"version {version}" * bool(version), "Linux 5.13 has it, or newer"),
        Check("seccomp filter", "isolation: system calls", kernel.machine() * filtered, "for x86_64 and aarch64"),
        Check("cgroup", "isolation: memory, processes", bounded, "only root may use it, on most machines"),
    ]


def to_dict(checks: list[Check]) -> list[dict[str, Any]]:
    return [asdict(check) for check in checks]


def render(checks: list[Check], console: Console) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("", "What", "For", "Found"):
        table.add_column(column, overflow="fold")
    for check in checks:
        mark = Text("ok", "green") if check.found else Text("missing" if check.needed else "-", "yellow")
        table.add_row(mark, check.name, check.purpose, check.found or f"not here: {check.remedy}")
    console.print(table)
