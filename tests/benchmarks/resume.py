"""A batch that is killed again and again, and started again, against one that is left in peace.

    python -m tests.benchmarks.resume [COUNT] [SEED]

A class of COUNT students hands in goldens, hostile ones among them. At random moments of SEED, kill -9 hits the batch
itself, which is then started again, one of its workers, or a process of a sandbox. Printed is how many rows of the two
stores differ in any column, and what is left behind: processes, files in the folders for temporary ones, control
groups, mounts. The exit status is 1 unless all of that is 0. To be run as root while no other grader runs.
"""

from __future__ import annotations

import math
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tests.benchmarks.classes import hand_in, mixed
from tests.benchmarks.processes import Process, adopt_orphans, below, orphans_left

ROOT = Path(__file__).parents[2]
FINISHED = {0, 1}
"""The exit statuses after which nothing is left to be graded."""

MOST_RUNS = 50
OPTIONS = ("--seed", "7", "--timeout", "1", "--jobs", "2")
KILLS = {"batch": 5, "worker": 3, "sandbox": 5}
END_SECONDS = 10.0
MOST_SHOWN = 10

Rows = dict[str, dict[str, object]]


# --- who is killed, and when ------------------------------------------------------------------------------------------


def workers(batch: int) -> list[Process]:
    return [process for process in below(batch) if process.parent == batch and "spawn_main" in process.command]


def in_sandboxes(batch: int) -> list[Process]:
    return [process for worker in workers(batch) for process in below(worker.pid)]


VICTIMS: dict[str, Callable[[int], list[Process]]] = {
    "batch": lambda batch: [Process(batch, 0, "")],
    "worker": workers,
    "sandbox": in_sandboxes,
}


def kills(draw: random.Random, seconds: float) -> list[tuple[float, str]]:
    """How long to wait before each, at random moments of so many seconds, and what kind of process it hits."""
    moments = sorted((draw.uniform(0, seconds), kind) for kind, count in KILLS.items() for _ in range(count))
    return [(moment - before, kind) for (before, _), (moment, kind) in pairwise([(0.0, ""), *moments])]


# --- the batch --------------------------------------------------------------------------------------------------------


@dataclass
class Batches:
    """The runs of one command, one after the other, until one of them comes to its end."""

    command: Sequence[str]
    temporary: Path
    process: subprocess.Popen[bytes] | None = None
    finished: bool = False
    runs: int = 0
    seconds: float = 0.0
    killed: Counter[str] = field(default_factory=Counter)
    left: list[Process] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """Let it run for so long, or until all is graded; what ends too early is started again."""
        end = time.monotonic() + seconds
        while not self.finished and time.monotonic() < end:
            self.process = self.process or self._start()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(None if seconds == math.inf else end - time.monotonic())
                self._note_end(self.process)

    def kill(self, kind: str, draw: random.Random) -> None:
        """Kill one of its processes, if there is one of that kind."""
        if self.process and (victims := VICTIMS[kind](self.process.pid)):
            with suppress(ProcessLookupError):
                os.kill(draw.choice(victims).pid, signal.SIGKILL)
                self.killed[kind] += 1

    def _start(self) -> subprocess.Popen[bytes]:
        self.runs += 1
        if self.runs > MOST_RUNS:
            sys.exit(f"{MOST_RUNS} runs came to no end")
        self._started = time.monotonic()
        environment = os.environ | {"TMPDIR": str(self.temporary)}
        return subprocess.Popen(self.command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)

    def _note_end(self, process: subprocess.Popen[bytes]) -> None:
        self.seconds += time.monotonic() - self._started
        self.finished = process.returncode in FINISHED
        self.left += orphans_left(END_SECONDS)
        self.process = None


def batches(folder: Path, store: Path) -> Batches:
    temporary = store.with_suffix(".temporary")
    temporary.mkdir()
    command = [sys.executable, "-m", "grader", "batch", "ex4", str(folder), "--store", str(store), *OPTIONS]
    return Batches(command, temporary)


def undisturbed(folder: Path, store: Path) -> Batches:
    found = batches(folder, store)
    found.run(math.inf)
    return found


def disturbed(folder: Path, store: Path, seed: int, seconds: float) -> Batches:
    """Killed at random moments of about so many seconds, and started again until it comes to its end."""
    draw = random.Random(seed)
    found = batches(folder, store)
    for pause, kind in kills(draw, seconds):
        found.run(pause)
        found.kill(kind, draw)
    found.run(math.inf)
    return found


# --- what came of it --------------------------------------------------------------------------------------------------


def rows(store: Path) -> Rows:
    with closing(sqlite3.connect(store)) as connection:
        connection.row_factory = sqlite3.Row
        return {row["key"]: dict(row) for row in connection.execute("SELECT * FROM grades")}


def differences(one: Rows, other: Rows) -> Iterator[str]:
    """A line for each student whose rows differ."""
    for key in sorted(one.keys() | other.keys()):
        first, second = one.get(key, {}), other.get(key, {})
        columns = [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)]
        if columns:
            seen = ", ".join(f"{name}: {first.get(name)!s:.200} | {second.get(name)!s:.200}" for name in columns)
            yield f"{key}: {seen}"


def traces() -> set[str]:
    """What a batch could leave on this machine beside its own folders: shared memory, control groups, mounts."""
    groups = {str(path) for path in Path("/sys/fs/cgroup").rglob("*") if path.is_dir()}
    return unused_memory() | groups | set(Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines())


def unused_memory() -> set[str]:
    """Shared memory and semaphores that no running process uses."""
    found = {str(path) for path in Path("/dev/shm").glob("*")}
    for maps in Path("/proc").glob("[0-9]*/maps"):
        with suppress(OSError):
            used = maps.read_text(encoding="utf-8", errors="replace")
            found -= {path for path in found if path in used}
    return found


def main(count: int, seed: int) -> int:
    adopt_orphans()
    before = traces()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        hand_in(place / "class", mixed(count, seed))
        handed_in = set((place / "class").rglob("*"))
        stores = [place / "undisturbed.sqlite", place / "disturbed.sqlite"]
        calm = undisturbed(place / "class", stores[0])
        rough = disturbed(place / "class", stores[1], seed, calm.seconds)
        found = [rows(store) for store in stores]
        expected = {*handed_in, place / "class", *stores, calm.temporary, rough.temporary}
        files = [str(path) for path in set(place.rglob("*")) - expected]
    left = [*files, *sorted(traces() - before)]
    processes = [process.command for process in (*calm.left, *rough.left)]
    differing = list(differences(*found))
    print(f"undisturbed: {calm.seconds:.0f} s; disturbed: {rough.runs} runs, {rough.seconds:.0f} s in all")
    print("killed:", ", ".join(f"{number} x {kind}" for kind, number in rough.killed.items()))
    print(f"{len(found[0])} rows and {len(found[1])} rows: {len(differing)} differ")
    print(f"left behind: {len(processes)} processes, {len(left)} files, control groups and mounts")
    print(*[*differing, *processes, *left][:MOST_SHOWN], sep="\n")
    return bool(differing or processes or left or rough.killed["batch"] < KILLS["batch"])


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, int(sys.argv[2]) if len(sys.argv) > 2 else 7))
