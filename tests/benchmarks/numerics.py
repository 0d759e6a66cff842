"""How fast exercise 4's cost, gradient, training and gradient check are, beside other programs and what is possible.

    python -m tests.benchmarks.numerics [--rounds N] [--fmincg FILE] [--json FILE] [--plot FILE] [SECTION ...]

Sections: evaluation, growth, memory, training, check; all of them unless some are named. What is compared takes turns
in one process, so that a machine that slows down slows all of it; times are medians over the rounds, and so are ratios,
each of times from the same round. Octave, numba, scikit-learn, PyTorch and JAX are measured where they are installed.
Octave works with the BLAS that the system has, which is told: with the plain one of Netlib it takes many times longer.

Training ends at the first cost that is no more than what 50 iterations of the course's minimiser reach from the same
weights. That minimiser, fmincg, is not ours to ship: descend.m does the same by the same method. Whoever has the
course's fmincg.m can have it measured instead, by --fmincg FILE.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from exercises.ex4.walkthrough_gradients import direction_difference
from solutions.ex4.ex4 import nnCostFunction
from solutions.ex4.fast import CostFunction, fullNumericalGradient, minimized, one_blas_thread
from tests.benchmarks.contenders import MAKERS, Action, Octave, Problem, digits, installed, scikit_learn_cost

QUIET_SECONDS = 0.2
"""Between two programs: threads that wait busily for work have given up by then."""

SIZES = {"m": (5_000, 20_000, 60_000, 240_000), "h": (25, 100, 400)}
"""Numbers of examples and of hidden units."""

COMPARED = ("fast", "textbook NumPy")
TARGETS = {21: 0.5084, 22: 0.4763, 23: 0.4563}
"""By the seed of the first weights: the cost that 50 iterations of fmincg's method reach from there, to be trained to.
"""

DESCEND = Path(__file__).with_name("descend.m")
MOST_EVALUATIONS = 2000
LIMITS = {"TNC": "maxfun"}
"""The option of a method that limits how long it goes on, where that is not maxiter."""

OURS = "fast, L-BFGS-B"
SAMPLE = 20
Times = dict[str, list[float]]


def timed(action: Action, calls: int = 1) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        action()
    return (time.perf_counter() - start) / calls


def in_turn(actions: Mapping[str, Action], rounds: int, calls: int = 3) -> Times:
    """The seconds that a call takes, in each round; each is called once before it is timed."""
    times: Times = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            time.sleep(QUIET_SECONDS)
            action()
            times[name].append(timed(action, calls))
    return times


def medians(times: Times) -> dict[str, float]:
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def ratio(times: Times, name: str, *others: str) -> float:
    """The median over the rounds of one time over the sum of others."""
    rounds = zip(times[name], zip(*(times[other] for other in others), strict=True), strict=True)
    return statistics.median(one / sum(rest) for one, rest in rounds)


# --- the sections, each in a process of its own -----------------------------------------------------------------------


def evaluation(rounds: int, threads: int) -> dict:
    times = in_turn(dict(installed(digits(), threads)), rounds)
    ratios = {}
    for ours in times.keys() & {"fast", "fast, compiled"}:
        ratios[f"{ours} / (five products + exp and log)"] = ratio(times, ours, "five products", "exp and log")
        ratios |= {f"{ours} / {name}": ratio(times, ours, name) for name in times if name != ours}
    return {"threads": threads, "seconds": medians(times), "ratios": ratios}


def growth(rounds: int, threads: int) -> dict:
    actions = {
        title(name, letter, size): MAKERS[name](digits(**{letter: size}), threads) for name, letter, size in grown()
    }
    times = in_turn(actions, max(3, rounds // 3), calls=1)
    return {"threads": threads, "seconds": medians(times), "exponents": exponents(times)}


def memory(rounds: int, threads: int) -> dict:
    peaks = {title(*each): child("peak", rounds, threads, *map(str, each)) for each in grown()}
    if None in peaks.values():
        return {"threads": threads, "bytes": "not to be known on this system"}
    exponent = exponents({name: [most] for name, most in peaks.items()})
    return {"threads": threads, "bytes": peaks, "exponents": exponent}


def grown() -> Iterator[tuple[str, str, int]]:
    """What is compared, by which letter the problem grows, and to which size."""
    for letter, sizes in SIZES.items():
        for size in sizes:
            for name in COMPARED:
                yield name, letter, size


def title(name: str, letter: str, size: int) -> str:
    return f"{name}, {letter} = {size}"


def exponents(found: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The median over the rounds of the b in found = a size^b, fitted by least squares."""
    fitted = {}
    for letter, sizes in SIZES.items():
        for name in COMPARED:
            rounds = zip(*(found[title(name, letter, size)] for size in sizes), strict=True)
            slopes = [float(np.polyfit(np.log(sizes), np.log(values), 1)[0]) for values in rounds]
            fitted[f"{name}, {letter}"] = statistics.median(slopes)
    return fitted


def peak(rounds: int, threads: int, name: str, letter: str, size: str) -> int | None:
    """The most memory of this process during a call, less what it had when the examples were there; Linux only."""
    problem = digits(**{letter: int(size)})
    if not Path("/proc/self/clear_refs").exists():
        return None
    before = resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    MAKERS[name](problem, threads)()
    return resident("VmHWM") - before


def resident(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(field))


class Reached(Exception):
    """The cost is as low as it has to be."""


class Counted:
    """A cost function that counts, and ends the training where the cost is reached."""

    def __init__(self, cost: Callable, target: float) -> None:
        self.cost, self.target, self.curvature = cost, target, getattr(cost, "hessp", None)
        self.evaluations = self.products = 0

    def __call__(self, nn_params: np.ndarray) -> tuple[float, np.ndarray]:
        self.evaluations += 1
        J, grad = self.cost(nn_params)
        if self.target >= J or self.evaluations >= MOST_EVALUATIONS:
            self.J = J
            raise Reached
        return J, grad

    def hessp(self, nn_params: np.ndarray, v: np.ndarray) -> np.ndarray:
        self.products += 1
        return self.curvature(nn_params, v)


def trained(cost: Callable, nn_params: np.ndarray, method: str, target: float) -> dict:
    counted = Counted(cost, target)
    start = time.perf_counter()
    with contextlib.suppress(Reached):
        counted.J = minimized(counted, nn_params, method, options={LIMITS.get(method, "maxiter"): MOST_EVALUATIONS}).fun
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "evaluations": counted.evaluations,
        "Hessian-vector products": counted.products,
        "J": counted.J,
    }


def trained_by_octave(problem: Problem, minimiser: Path, target: float) -> dict:
    """By an Octave function that is called as fmincg is; what it prints goes nowhere."""
    session = Octave(problem)
    session.ask(f"addpath('{minimiser.parent.resolve()}'); disp(1)")
    cost = "@(p) nnCostFunction(p, n, h, K, X, y, lambda_)"
    call = f"[J, count] = trained(@{minimiser.stem}, {cost}, nn_params, {target}, {MOST_EVALUATIONS});"
    start = time.perf_counter()
    J, evaluations = session.ask(f"evalc('{call}'); printf('%.9g %d\\n', J, count)")
    return {"seconds": time.perf_counter() - start, "evaluations": int(evaluations), "J": J}


def trainers(problem: Problem, target: float, threads: int, minimiser: Path) -> dict[str, Callable[[], dict]]:
    fast = CostFunction(*problem.examples, threads=threads)

    def textbook(nn_params: np.ndarray) -> tuple[float, np.ndarray]:
        return nnCostFunction(nn_params, *problem.examples)

    def by_fast(method: str) -> Callable[[], dict]:
        return lambda: trained(fast, problem.nn_params, method, target)

    return {
        OURS: by_fast("L-BFGS-B"),
        f"Octave, {octave_method(minimiser)}": lambda: trained_by_octave(problem, minimiser, target),
        "scikit-learn, lbfgs": lambda: trained(*scikit_learn_cost(problem), "L-BFGS-B", target),
        "textbook NumPy, L-BFGS-B": lambda: trained(textbook, problem.nn_params, "L-BFGS-B", target),
        **{f"fast, {method}": by_fast(method) for method in ("CG", "TNC", "trust-ncg", "Newton-CG")},
    }


def octave_method(minimiser: Path) -> str:
    return "fmincg's method" if minimiser == DESCEND else "fmincg"


def training(rounds: int, threads: int, minimiser: str) -> dict:
    found: dict[str, list[dict]] = {}
    for seed, target in max(1, rounds // 5) * list(TARGETS.items()):
        for name, train in trainers(digits(seed=seed), target, threads, Path(minimiser)).items():
            time.sleep(QUIET_SECONDS)
            with contextlib.suppress(ImportError, FileNotFoundError):
                found.setdefault(name, []).append(train())
    found = {name: runs for name, runs in found.items() if runs}
    times = {name: [run["seconds"] for run in runs] for name, runs in found.items()}
    return {
        "threads": threads,
        "targets": TARGETS,
        "median": {
            name: {field: statistics.median(run[field] for run in runs) for field in runs[0]}
            for name, runs in found.items()
        },
        "ratios": {f"{name} / {OURS}": ratio(times, name, OURS) for name in times if name != OURS},
    }


def check(rounds: int, threads: int) -> dict:
    """All derivatives against the plain loop, of which a few weights are measured; and random directions."""
    problem = digits()
    nn_params = 3 * problem.nn_params
    sample = np.random.default_rng(0).choice(nn_params.size, SAMPLE, replace=False)

    def cost(weights: np.ndarray) -> tuple[float, np.ndarray]:
        return nnCostFunction(weights, *problem.examples)

    def naive() -> None:
        for index in sample:
            for step in (1e-4, -1e-4):
                cost(nn_params + step * (np.arange(nn_params.size) == index))

    _, grad = cost(nn_params)
    numgrad = fullNumericalGradient(nn_params, *problem.examples)
    with one_blas_thread():
        times = in_turn(
            {
                "all derivatives": lambda: fullNumericalGradient(nn_params, *problem.examples),
                "a few in a plain loop": naive,
                "random directions": lambda: direction_difference(cost, nn_params, grad),
            },
            max(3, rounds // 5),
            calls=1,
        )
    seconds = medians(times)
    whole = seconds["a few in a plain loop"] * nn_params.size / SAMPLE
    return {
        "seconds": {**seconds, "all in a plain loop, extrapolated": whole},
        "plain loop / all derivatives": nn_params.size
        / SAMPLE
        * ratio(times, "a few in a plain loop", "all derivatives"),
        "largest error": float(np.max(np.abs(numgrad - grad))),
        "relative difference": float(np.linalg.norm(numgrad - grad) / np.linalg.norm(numgrad + grad)),
        "difference in random directions": direction_difference(cost, nn_params, grad),
    }


SECTIONS = {
    "evaluation": (evaluation, (1, 2)),
    "growth": (growth, (1,)),
    "memory": (memory, (1,)),
    "training": (training, (1,)),
    "check": (check, (1,)),
}
"""And the numbers of threads that each is measured with."""


# --- processes --------------------------------------------------------------------------------------------------------


def child(section: str, rounds: int, threads: int, *others: str) -> Any:
    """What a section finds in a process with so many threads for every library, on as many processors."""
    settings = {name: value for name, value in os.environ.items() if name not in UNSET}
    settings |= dict.fromkeys(THREAD_SETTINGS, str(threads))
    if threads == 1:
        settings["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.numerics",
        "--child",
        section,
        str(rounds),
        str(threads),
        *others,
    ]
    return json.loads(subprocess.run(command, env=settings, stdout=subprocess.PIPE, check=True, text=True).stdout)


UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
THREAD_SETTINGS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def in_child(section: str, rounds: str, threads: str, *others: str) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(threads)])
    work: Callable[..., Any] = peak if section == "peak" else SECTIONS[section][0]
    json.dump(work(int(rounds), int(threads), *others), sys.stdout)


def machine() -> dict[str, str]:
    """What it was measured on."""
    described = {"system": platform.platform(), "processors": str(os.cpu_count()), "python": platform.python_version()}
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        described["processor"] = next(
            (line.split(": ")[1] for line in lines if line.startswith("model name")), "unknown"
        )
    for name in ("numpy", "scipy", "threadpoolctl", "numba", "scikit-learn", "torch", "jax"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            described[name] = importlib.metadata.version(name)
    with contextlib.suppress(FileNotFoundError):
        described["Octave's BLAS"] = Octave(digits(m=1)).line("disp(version('-blas'))")
    if hasattr(os, "getloadavg"):
        described["load when it began"] = f"{os.getloadavg()[0]:.2f}"
    return described


# --- what is shown ----------------------------------------------------------------------------------------------------


def heading(name: str, threads: int) -> str:
    return f"{name}, threads: {threads}"


def told(value: Any, indent: str = "") -> None:
    """Nested findings, a line each."""
    for name, inner in value.items():
        if isinstance(inner, dict):
            print(f"{indent}{name}")
            told(inner, indent + "  ")
        else:
            print(f"{indent}{name}: {inner:.4g}" if isinstance(inner, float) else f"{indent}{name}: {inner}")


def draw(found: dict, file: str) -> None:
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, 3, figsize=(20, 10), layout="constrained")
    draw_evaluations(axes[0, 0], [each for name, each in found.items() if name.startswith("evaluation")])
    draw_trainings(axes[1, 0], found.get(heading("training", 1), {}).get("median", {}))
    for row, section in enumerate(GROWN):
        for axis, letter in zip(axes[row, 1:], SIZES, strict=True):
            draw_growth(axis, section, letter, found.get(heading(section, 1), {}))
    for axis in axes.flat:
        axis.set_visible(axis.has_data())
    figure.savefig(file, dpi=120)


GROWN = {
    "growth": ("seconds", 1e3, "ms", "time of cost and gradient"),
    "memory": ("bytes", 2**-20, "MiB", "peak memory beside the examples"),
}
"""By section: what it measures, drawn so many times as large, in which unit, and what that is."""

LETTERS = {"m": "examples", "h": "hidden units"}


def draw_evaluations(axis: Any, sections: Sequence[dict]) -> None:
    for place, section in enumerate(sections):
        values = {name: 1000 * seconds for name, seconds in section["seconds"].items()}
        bars(axis, values, place, f"threads: {section['threads']}")
        axis.legend()
    axis.set(title="cost and gradient, 5000 digits", xlabel="ms")


def draw_trainings(axis: Any, runs: Mapping[str, Mapping[str, float]]) -> None:
    bars(axis, {f"{name} ({work_of(run)})": run["seconds"] for name, run in runs.items()})
    axis.set(title="training to the same cost (evaluations + Hv: Hessian products)", xlabel="seconds")


def draw_growth(axis: Any, section: str, letter: str, measured: Mapping[str, Any]) -> None:
    """Both axes logarithmic, so that a power is a straight line; its exponent is told."""
    field, scale, unit, what = GROWN[section]
    sizes = SIZES[letter]
    for name in COMPARED if "exponents" in measured else ():
        values = [scale * measured[field][title(name, letter, size)] for size in sizes]
        axis.loglog(sizes, values, "o-", label=f"{name}: {letter}^{measured['exponents'][f'{name}, {letter}']:.2f}")
        axis.legend()
    axis.set(title=f"{what}, by {LETTERS[letter]}", xlabel=LETTERS[letter], ylabel=unit)
    axis.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axis.tick_params(axis="x", which="minor", labelbottom=False)


def work_of(run: Mapping[str, float]) -> str:
    """The evaluations of a training and, where it takes them, its products of the Hessian with a vector."""
    products = run.get("Hessian-vector products", 0)
    return f"{run['evaluations']:.0f}" + (f" + {products:.0f} Hv" if products else "")


def bars(axis: Any, values: dict[str, float], place: int = 0, label: str = "") -> None:
    axis.barh([position + 0.4 * place for position in range(len(values))], values.values(), height=0.38, label=label)
    axis.set_yticks(range(len(values)), values)
    axis.invert_yaxis() if place == 0 else None


def existing(name: str) -> Path:
    if (path := Path(name)).is_file():
        return path
    raise argparse.ArgumentTypeError(f"there is no file {name}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.numerics", description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; default: all")
    parser.add_argument("--rounds", metavar="N", type=int, default=15, help="measurements of each; default: 15")
    fmincg = "the course's fmincg.m, to be measured in the place of descend.m, which does the same"
    parser.add_argument("--fmincg", metavar="FILE", type=existing, default=DESCEND, help=fmincg)
    parser.add_argument("--json", metavar="FILE", help="where to write what was found")
    parser.add_argument("--plot", metavar="FILE", help="where to draw it")
    given = parser.parse_args()
    if unknown := set(given.sections) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    found: dict[str, Any] = {"machine": machine()}
    told(found)
    for name in given.sections or SECTIONS:
        others = (str(given.fmincg),) if name == "training" else ()
        for threads in SECTIONS[name][1]:
            section = heading(name, threads)
            found[section] = child(name, given.rounds, threads, *others)
            told({section: found[section]})
    if given.json:
        Path(given.json).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    if given.plot:
        draw(found, given.plot)


if __name__ == "__main__":
    in_child(*sys.argv[2:]) if sys.argv[1:2] == ["--child"] else main()
