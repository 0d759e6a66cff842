"""How long one submission takes: in this project, and in other graders that check the same.

    python -m tests.benchmarks.graders [ROUNDS] [--with PYTHON] [--json FILE]

Every grader gets the same finished exercise 4 and the same checks: for each part that carries points, the project's
public cases and the reference's answers to them, written into plain files of a temporary folder. What takes only
notebooks gets the submission as a notebook's cell. Two submissions are timed: a right one, and one that is almost
right, for which this project also finds the mistake. Before anything is timed, each grader has to give full points to
the one, and to the other the points that this project gives. Then they take turns, so that a machine that slows down
slows all of them; a grader is compared with ours on the same submission. A time ends when the points are known;
starting what a grader starts for each submission is in it, building the assignment is not, nor is the row that our
batch writes to its store. Our command tries the parts without points too.

Of the others, otter-grader (`otter run`, its way without containers) and nbgrader (`nbgrader autograde`, gradebook in
SQLite) are no dependencies of this project. To have them measured, put them where you like and name that interpreter:

    python -m venv others && others/bin/pip install otter-grader nbgrader numpy rfc3987
    python -m tests.benchmarks.graders --with others/bin/python

Without rfc3987 both take much longer, for no fault of theirs: what checks the format of notebooks then loads a package
that builds its parsers at every import.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from grader.cases import load_exercise
from grader.grade import grade
from grader.model import Part
from grader.reference import answer_key
from grader.sandbox import Backend, Limits, choose
from grader.submission import read_submission
from grader.worker.limits import ONE_THREAD
from tests.benchmarks.classes import SUBMISSIONS

ROOT = Path(__file__).parents[2]
EXERCISE = load_exercise("ex4")
PARTS = [part for part in EXERCISE.parts if not part.optional]
RIGHT = SUBMISSIONS / "correct-vectorised" / "submission"
ALMOST_RIGHT = SUBMISSIONS / "wrong-gradient-of-a2" / "submission"
SUBMITTED = {"right": RIGHT, "almost right": ALMOST_RIGHT}
SEED = 7
FINISHED = (0, 1)
"""The exit statuses of a grader that says by them whether all is right."""

Action = Callable[[], float]
"""Grades one submission and gives its points."""


# --- the checks, as files ---------------------------------------------------------------------------------------------

CHECKS = '''
"""Asserts that functions give what is expected of them, part by part."""
import copy
import pickle
from pathlib import Path

import numpy as np

PARTS = pickle.loads(Path(__file__).with_name("parts.pickle").read_bytes())


def check(part, functions):
    function, place, cases = PARTS[part]
    for arguments, want in cases:
        with np.errstate(all="ignore"):  # a printed warning is a failure to nbgrader
            got = functions[function](*copy.deepcopy(arguments))
        got = got[place] if isinstance(got, tuple) else got
        assert np.shape(got) == np.shape(want)
        assert np.all(np.abs(got - want) <= 1e-9 * np.abs(want).max() + 1e-6 * np.abs(want))
'''
COLD = """
import checks
import ex4

for part in checks.PARTS:
    try:
        checks.check(part, vars(ex4))
    except Exception:
        print(f"FAILED [{part}]")
    else:
        print(f"PASSED [{part}]")
"""
PYTEST = """
import checks
import ex4
import pytest


@pytest.mark.parametrize("part", checks.PARTS)
def test_part(part):
    checks.check(part, vars(ex4))
"""
OTTER = """
import checks
from otter.test_files import test_case

OK_FORMAT = False
name = "ex4"
"""
OTTER_CASE = """

@test_case(name="{part.name}", points={part.points})
def test_{number}(env):
    checks.check("{part.name}", env)
"""


@dataclass(frozen=True)
class Desk:
    """A folder for one grader and one submission, with the submission as ex4.py and the checks in it."""

    folder: Path
    submission: Path
    python: str

    def run(self, *arguments: str | Path, statuses: Sequence[int] = (0,)) -> str:
        """What Python prints with these arguments, in this folder."""
        command = [self.python, *arguments]
        done = subprocess.run(command, cwd=self.folder, env=self._environment(), capture_output=True, text=True)
        if done.returncode not in statuses:
            raise RuntimeError(f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def _environment(self) -> Mapping[str, str]:
        """As after activating the environment of this Python, without the user's settings for notebooks."""
        own = {name: str(self.folder / "home") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
        paths = {
            "PATH": os.pathsep.join([str(Path(self.python).parent), os.environ["PATH"]]),
            "PYTHONPATH": os.pathsep.join([str(self.folder), str(ROOT)]),
        }
        return os.environ | own | paths | ONE_THREAD


def lay_out(folder: Path, submission: Path, python: str) -> Desk:
    folder.mkdir(parents=True)
    shutil.copy(submission / "ex4.py", folder)
    (folder / "checks.py").write_text(CHECKS)
    (folder / "parts.pickle").write_bytes(pickle.dumps({part.name: checked(part) for part in PARTS}))
    return Desk(folder, submission, python)


def checked(part: Part) -> tuple[str, int, list[tuple[Any, Any]]]:
    """A part's function, the place of its output among the function's, and arguments with the right answer."""
    place = EXERCISE.function(part.function).index_of(part.output)
    asked = answer_key(EXERCISE).of(part.function)
    return part.function, place, [(case.arguments, answer[place]) for case, answer in asked if case.group == part.group]


def passed_points(printed: str) -> float:
    """The points of the parts in brackets at the end of the lines of those that passed."""
    passed = [line for line in printed.splitlines() if line.startswith("PASSED")]
    return sum(part.points for part in PARTS if any(line.endswith(f"[{part.name}]") for line in passed))


def notebook(source: str) -> str:
    """For nbgrader: the submission in one cell, and a cell with points for each part."""
    tests = [
        cell(f"part-{number}", f'import checks\nchecks.check("{part.name}", globals())', points=part.points)
        for number, part in enumerate(PARTS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    found = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}}
    return json.dumps({**found, "cells": [cell("answer", source), *tests]})


def cell(name: str, source: str, **points: float) -> dict[str, object]:
    """A cell that nbgrader gives points for, or without them the one to be filled in by the student."""
    is_test = bool(points)
    kind = {"grade": is_test, "locked": is_test, "solution": not is_test, "task": False}
    nbgrader = {"schema_version": 3, "grade_id": name, **kind, **points}
    code = {"cell_type": "code", "execution_count": None, "outputs": [], "source": source}
    return {"id": name, "metadata": {"nbgrader": nbgrader}, **code}


# --- the graders ------------------------------------------------------------------------------------------------------


@cache
def sandbox() -> Backend:
    return choose("auto", own_work=False)


def warm(desk: Desk, seed: int | None = None) -> Action:
    def action() -> float:
        submission = read_submission(desk.submission, EXERCISE.name)
        return grade(submission, EXERCISE, sandbox(), Limits(), seed, PARTS).score

    return action


def whole_command(desk: Desk) -> Action:
    def action() -> float:
        desk.run("-m", "grader", "ex4", desk.submission, "--json", "report.json", statuses=FINISHED)
        return float(json.loads((desk.folder / "report.json").read_text())["score"])

    return action


def cold(desk: Desk) -> Action:
    (desk.folder / "cold.py").write_text(COLD)
    return lambda: passed_points(desk.run("cold.py"))


def with_pytest(desk: Desk) -> Action:
    (desk.folder / "test_ex4.py").write_text(PYTEST)
    return lambda: passed_points(desk.run("-m", "pytest", "-rp", "test_ex4.py", statuses=FINISHED))


def with_otter(desk: Desk) -> Action:
    tests = desk.folder / "tests"
    tests.mkdir()
    cases = "".join(OTTER_CASE.format(part=part, number=number) for number, part in enumerate(PARTS))
    (tests / "ex4.py").write_text(OTTER + cases)
    desk.run("-m", "otter", "generate", "--no-environment", "--no-requirements")

    def action() -> float:
        desk.run("-m", "otter", "run", "ex4.py")
        found = json.loads((desk.folder / "results.json").read_text())["tests"]
        return float(sum(test.get("score", 0) for test in found))

    return action


def with_nbgrader(desk: Desk) -> Action:
    for place, source in (("source", ""), ("submitted/student", (desk.folder / "ex4.py").read_text())):
        assignment = desk.folder / place / "ex4"
        assignment.mkdir(parents=True)
        (assignment / "ex4.ipynb").write_text(notebook(source))
    desk.run("-m", "nbgrader", "generate_assignment", "ex4")

    def action() -> float:
        desk.run("-m", "nbgrader", "autograde", "ex4", "--force")
        with closing(sqlite3.connect(desk.folder / "gradebook.db")) as gradebook:
            ((points,),) = gradebook.execute("SELECT sum(auto_score) FROM grade")
        return float(points)

    return action


@dataclass(frozen=True)
class Grader:
    """`lacks` is what it does not do in the time it takes. `package` must be installed for it."""

    name: str
    prepare: Callable[[Desk], Action]
    lacks: tuple[str, ...] = ()
    package: str = ""

    def does_not(self, submitted: str) -> str:
        """What it lacks for a submission of SUBMITTED: in a right one there is no mistake to be named."""
        return ", ".join(lack for lack in self.lacks if submitted != "right" or lack != NAME) or "-"


ISOLATE, HIDE, NAME = "isolate the code", "hide cases", "name the mistake"
OURS = Grader("ours in a warm batch", warm, (f"{HIDE} (next line)",))
OUR_COMMAND = Grader("ours, python -m grader ex4", whole_command, (f"{HIDE} (--hidden does)",))
COLD_PROCESS = Grader("python that asserts", cold, (ISOLATE, HIDE, NAME))
PYTEST_RUN = Grader("pytest", with_pytest, (ISOLATE, HIDE, NAME), "pytest")
GRADERS = (
    OURS,
    Grader("ours in a warm batch, hidden cases too", partial(warm, seed=SEED)),
    OUR_COMMAND,
    COLD_PROCESS,
    PYTEST_RUN,
    Grader("otter run", with_otter, (f"{ISOLATE} (otter grade: Docker)", NAME), "otter-grader"),
    Grader("nbgrader autograde", with_nbgrader, (ISOLATE, NAME), "nbgrader"),
)
Entry = tuple[str, Grader]
"""The name of one of SUBMITTED, and a grader."""

ELSEWHERE = {"otter-grader", "nbgrader"}
"""The packages that may be installed for another interpreter than this one."""


# --- the measurement --------------------------------------------------------------------------------------------------


def version(package: str, python: str) -> str:
    """Of a package as `python` has it; empty where it has not."""
    program = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([python, "-c", program], capture_output=True, text=True).stdout.strip()


def ready(grader: Grader, folder: Path, python: str) -> dict[str, Action]:
    """What grades each of SUBMITTED, once it has been given the points that it is worth."""
    actions = {}
    for submitted, submission in SUBMITTED.items():
        wanted = json.loads(submission.with_name("report.json").read_text(encoding="utf-8"))["score"]
        actions[submitted] = grader.prepare(lay_out(folder / submission.parent.name, submission, python))
        if (found := actions[submitted]()) != wanted:
            raise RuntimeError(f"{grader.name}: {found:g} points for {submission.parent.name}, and not {wanted:g}")
    return actions


def seconds(action: Action) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def measure(actions: Mapping[Entry, Action], rounds: int) -> dict[Entry, list[float]]:
    taken: dict[Entry, list[float]] = {entry: [] for entry in actions}
    for _ in range(rounds):
        for entry, action in actions.items():
            taken[entry].append(seconds(action))
    return taken


def summary(taken: Mapping[Entry, Sequence[float]], versions: Mapping[str, str]) -> list[dict[str, Any]]:
    """A row for each submission and grader; how many times longer it takes than ours on the same submission is the
    median over the rounds.
    """
    return [
        {
            "submission": submitted,
            "grader": f"{grader.name} {versions.get(grader.package, '')}".strip(),
            "median": statistics.median(own),
            "range": [min(own), max(own)],
            "times_batch": times(own, taken[submitted, OURS]),
            "times_command": times(own, taken[submitted, OUR_COMMAND]),
            "does_not": grader.does_not(submitted),
        }
        for (submitted, grader), own in taken.items()
    ]


def times(own: Sequence[float], ours: Sequence[float]) -> float:
    return statistics.median(one / other for one, other in zip(own, ours, strict=True))


def show(submitted: str, rows: Sequence[Mapping[str, Any]]) -> None:
    table = Table(f"one submission, {submitted}")
    for heading in ("median, s", "range, s", "x batch", "x command"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("does not")
    for row in rows:
        low, high = row["range"]
        figures = (f"{row['median']:.3g}", f"{low:.3g}-{high:.3g}")
        ratios = (f"{row['times_batch']:.1f}", f"{row['times_command']:.2f}")
        table.add_row(row["grader"], *figures, *ratios, row["does_not"])
    Console().print(table)


def main(rounds: int, others: str, file: Path | None) -> None:
    pythons = {grader: others if grader.package in ELSEWHERE else sys.executable for grader in GRADERS}
    versions = {grader.package: version(grader.package, pythons[grader]) for grader in GRADERS if grader.package}
    missing = [package for package, found in versions.items() if not found]
    for package in missing:
        print(f"{package} is not installed, and left out: pip install {package}, and --with PYTHON if elsewhere")
    with TemporaryDirectory() as name:
        there = [grader for grader in GRADERS if grader.package not in missing]
        prepared = [ready(grader, Path(name) / str(at), pythons[grader]) for at, grader in enumerate(there)]
        actions = {(each, grader): own[each] for each in SUBMITTED for grader, own in zip(there, prepared, strict=True)}
        rows = summary(measure(actions, rounds), versions)
    for submitted in SUBMITTED:
        show(submitted, [row for row in rows if row["submission"] == submitted])
    print(
        f"{rounds} rounds; x: times as long as our batch and our command on the same. Isolation: {sandbox().isolation}."
    )
    if file:
        found = {"rounds": rounds, "isolation": sandbox().isolation, "missing": missing, "rows": rows}
        file.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def interpreter(name: str) -> str:
    if found := shutil.which(name):
        return str(Path(found).absolute())
    raise argparse.ArgumentTypeError(f"there is no {name}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.graders")
    parser.add_argument("rounds", nargs="?", type=int, default=15)
    parser.add_argument("--with", dest="others", metavar="PYTHON", type=interpreter, default=sys.executable)
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args()
    main(asked.rounds, asked.others, asked.json)
