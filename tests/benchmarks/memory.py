"""How much memory a batch takes at most, for a small class and for one ten times as large.

    python -m tests.benchmarks.memory [COUNT] [JOBS]

Classes of COUNT and of 10 COUNT students are graded. Of all processes together (the batch, its workers, the sandboxes)
the memory is sampled, shared pages counted once (Pss); of the batch's own process the system keeps the highest figure
(VmHWM). For Linux.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.classes import hand_in, usual
from tests.benchmarks.processes import Process, below

ROOT = Path(__file__).parents[2]
SAMPLE_SECONDS = 0.5
MIB = 1 << 20

Peaks = tuple[int, int]
"""In bytes: of all processes together, and of the batch's own."""


def peaks(folder: Path, store: Path, jobs: int) -> Peaks:
    options = ["--store", str(store), "--seed", "7", "--jobs", str(jobs), "--html", str(store.with_suffix(".html"))]
    command = [sys.executable, "-m", "grader", "batch", "ex4", str(folder), *options]
    together = own = 0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as batch:
        client = Process(batch.pid, 0, "")
        while batch.poll() is None:
            found = [process.memory() for process in (client, *below(batch.pid))]
            together = max(together, sum(memory.get("Pss", 0) for memory in found))
            own = max(own, found[0].get("VmHWM", 0))
            time.sleep(SAMPLE_SECONDS)
    assert batch.returncode == 0, batch.returncode
    return together, own


def main(count: int, jobs: int) -> None:
    found: list[Peaks] = []
    with tempfile.TemporaryDirectory() as name:
        for number in (count, 10 * count):
            folder = Path(name) / f"class of {number}"
            hand_in(folder, usual(number))
            start = time.monotonic()
            found.append(peaks(folder, folder.with_suffix(".sqlite"), jobs))
            together, own = found[-1]
            mebibytes = f"{together / MIB:.1f} MiB in all processes, {own / MIB:.1f} MiB in the batch's own"
            print(f"{number} submissions: {mebibytes}; {time.monotonic() - start:.0f} s")
    growth = [(large - small) / (9 * count) for small, large in zip(*found, strict=True)]
    print("more for each submission: {:.0f} bytes in all processes, {:.0f} in the batch's own".format(*growth))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, int(sys.argv[2]) if len(sys.argv) > 2 else 2)
