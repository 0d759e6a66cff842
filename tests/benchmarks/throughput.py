"""How many submissions are graded in a second: in warm sandboxes, and in a cold one started for each.

    python -m tests.benchmarks.throughput [SECONDS] [JOBS]

Each job is a process of its own with a sandbox of its own, as in `python -m grader batch`. A submission is exercise 4
as a student hands it in, right or almost right, graded on all parts that carry points, on public and hidden cases; what
is lost is explained. The kinds take turns of SECONDS each, so that a machine that slows down slows all of them; rates,
latencies and ratios are medians over the rounds. They depend on how Python was built: Debian's grades a fifth more
than one that was built without optimisations.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.batch.local import LocalPool
from grader.cases import load_exercise
from grader.grade import grade
from grader.model import Submission
from grader.sandbox import Limits, packages
from grader.sandbox.backend import PYTHON
from grader.sandbox.bwrap import HOME, INSIDE, PROCESSES, Bubblewrap, _command, _packages
from grader.sandbox.child import WORKER, Launched, start_piped, worker_arguments, worker_settings
from grader.submission import read_submission

ROOT = Path(__file__).parents[2]
ROUNDS = 3
SEED = 7
OWN_SIGMOID = b"return 1 / (1 + np.exp(-np.clip(z, -500, 500)))"
SCIPY = {
    "special": (b"from scipy.special import expit", b"return expit(z)"),
    "scipy": (b"from scipy import io, linalg, optimize, special", b"return special.expit(z)"),
}
"""What the files of some students import, the last of them all that the warm process has, and how they use it."""


class Cold:
    """Python in bubblewrap, started for each worker, without anything that a warm process adds."""

    isolation = "bwrap, cold"

    def start(self, limits: Limits, kind: str = PYTHON) -> Launched:
        installed = _packages()
        settings = {"site": packages.folders(installed.values()), **worker_settings(limits, PROCESSES)}
        command = _command(worker_arguments(INSIDE, settings), {WORKER: INSIDE, **installed})
        return Launched(start_piped(command, "/", HOME), TemporaryDirectory())


def handed_in(kind: str) -> Submission:
    if kind == "octave":
        return read_submission(ROOT / "solutions" / "ex4" / "octave", "ex4")
    name = "wrong-gradient-of-a2" if kind == "almost right" else "correct-vectorised"
    found = read_submission(ROOT / "tests" / "submissions" / name / "submission", "ex4")
    text = found.files["ex4.py"]
    if kind in SCIPY:
        imports, use = SCIPY[kind]
        assert OWN_SIGMOID in text
        text = text.replace(OWN_SIGMOID, use).replace(b"import numpy", imports + b"\nimport numpy")
    return Submission(found.name, found.path, "python", found.entry, {"ex4.py": text})


MEASURED = {
    "warm": (Bubblewrap, "python"),
    "cold": (Cold, "python"),
    "warm, almost right": (Bubblewrap, "almost right"),
    "cold, almost right": (Cold, "almost right"),
    "warm, with scipy.special": (Bubblewrap, "special"),
    "cold, with scipy.special": (Cold, "special"),
    "warm, with SciPy": (Bubblewrap, "scipy"),
    "cold, with SciPy": (Cold, "scipy"),
    "Octave": (Bubblewrap, "octave"),
}
RATIOS = (
    ("warm", "cold"),
    ("warm, almost right", "cold, almost right"),
    ("warm, with scipy.special", "cold, with scipy.special"),
    ("warm, with SciPy", "cold, with SciPy"),
)
backends: dict[str, Bubblewrap | Cold] = {}


def work(name: str, seconds: float) -> list[float]:
    """The time that each submission took, of as many as were graded in `seconds`."""
    make, kind = MEASURED[name]
    backend = backends.setdefault(name, make())
    submission, exercise = handed_in(kind), load_exercise("ex4")
    counting = [part for part in exercise.parts if not part.optional]
    optional = [part for part in exercise.parts if part.optional]
    first = grade(submission, exercise, backend, Limits(), SEED, counting, optional)
    assert first.full_marks is (kind != "almost right")
    taken: list[float] = []
    end = time.perf_counter() + seconds
    while (started := time.perf_counter()) < end:
        report = grade(submission, exercise, backend, Limits(), SEED, counting, optional)
        assert report.score == first.score
        taken.append(time.perf_counter() - started)
    return taken


def private_bytes() -> int | None:
    """What a worker has written to itself, when it has answered every case; only root may look."""
    from grader.cases import draw_cases
    from grader.run import open_runner
    from grader.sandbox.zygote import Forked, pid_here

    exercise = load_exercise("ex4")
    parts = {part.function for part in exercise.parts if not part.optional}
    with open_runner(Bubblewrap(), Limits(), handed_in("python"), exercise, {}) as runner:
        runner.load()
        runner.run([case for case in draw_cases(exercise, SEED) if case.function in parts])
        assert runner.session is not None
        child = runner.session._child
        assert isinstance(child, Forked)
        child._zygote.find(child)
        try:
            rollup = Path(f"/proc/{pid_here(child.handle)}/smaps_rollup").read_text()
        except OSError:
            return None
    fields = dict(line.split(":") for line in rollup.splitlines() if ":" in line and "kB" in line)
    return int(fields["Private_Dirty"].split()[0]) << 10


def rates(pool: LocalPool, name: str, seconds: float, jobs: int) -> tuple[float, float, float]:
    """Submissions per second of all jobs together, and the 50th and 99th percentile of the time of one."""
    futures = [pool._submit(work, name, seconds) for _ in range(jobs)]
    taken = [each for future in futures for each in future.result()]
    percentiles = statistics.quantiles(taken, n=100)
    return jobs * len(taken) / sum(taken), percentiles[49], percentiles[98]


def main(seconds: float, jobs: int) -> None:
    with LocalPool(jobs) as pool:
        rounds = [{name: rates(pool, name, seconds, jobs) for name in MEASURED} for _ in range(ROUNDS)]
    print(f"{jobs} jobs, median of {ROUNDS} rounds")
    for name in MEASURED:
        rate, middle, late = (statistics.median(each[name][k] for each in rounds) for k in range(3))
        print(f"{rate:7.1f} submissions/s  p50 {1000 * middle:6.1f} ms  p99 {1000 * late:6.1f} ms  {name}")
    for one, other in RATIOS:
        ratio = statistics.median(each[one][0] / each[other][0] for each in rounds)
        print(f"{one} / {other} = {ratio:.1f}")
    private = private_bytes()
    if private is not None:
        print(f"memory that a worker has for itself when it has answered every case: {private / 1e6:.2f} MB")


if __name__ == "__main__":
    main(
        float(sys.argv[1]) if len(sys.argv) > 1 else 5.0, int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count() or 1
    )
