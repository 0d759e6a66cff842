"""How long `python -m grader ex4` takes on a finished exercise, against `import numpy` and one start of the sandbox.

    python -m tests.benchmarks.startup [RUNS]

The three are run in turn, so that a machine that slows down slows all of them; medians and their ratio are printed.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from grader.sandbox import Limits, choose
from grader.sandbox.session import Session

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def start_sandbox() -> None:
    with Session(choose("auto", own_work=True), Limits()) as session:
        session.wait_ready()


MEASURED: dict[str, Callable[[], None]] = {
    "python -m grader ex4 solutions/ex4": lambda: run("-m", "grader", "ex4", "solutions/ex4"),
    "python -c 'import numpy'": lambda: run("-c", "import numpy"),
    "one start of the sandbox": start_sandbox,
}


def seconds(action: Callable[[], None]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main(runs: int) -> None:
    rounds = [{name: seconds(action) for name, action in MEASURED.items()} for _ in range(runs + 1)][1:]
    medians = {name: statistics.median(each[name] for each in rounds) for name in MEASURED}
    for name, median in medians.items():
        print(f"{median * 1000:7.0f} ms  {name}")
    grader, numpy, sandbox = ([each[name] for each in rounds] for name in MEASURED)
    ratio = statistics.median((g - s) / n for g, n, s in zip(grader, numpy, sandbox, strict=True))
    print(f"(grader - sandbox start) / import numpy = {ratio:.2f}, median of {runs} rounds")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
