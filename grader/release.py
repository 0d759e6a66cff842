"""A student bundle: the project without its solutions, with answers and fingerprints stored in their place."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from grader import fingerprints, reference
from grader.cases import EXERCISES_DIR, exercise_names, load_exercise, stub_digests
from grader.errors import InternalError, UsageError
from grader.explain import live_diagnosticians
from grader.model import Array, Exercise
from grader.worker.load import digests

ROOT = EXERCISES_DIR.parent
STUBS = "tests/submissions/{0}/nothing-untouched-stubs/submission/{0}.py"

CONTENTS = (
    "LICENSE",
    "pyproject.toml",
    "exercises/*.py",
    "exercises/*/README.md",
    "exercises/*/__init__.py",
    "exercises/*/__main__.py",
    "exercises/*/spec.py",
    "exercises/*/stubs.json",
    "exercises/*/walkthrough*.py",
    "exercises/*/derivation/*.py",
    "exercises/*/derivation/*.css",
    "exercises/*/derivation/*.jinja",
    "grader/**/*.py",
    "grader/octave_diff/*.m",
    "grader/octave_worker/*.m",
    "grader/report/*.css",
    "grader/report/*.jinja",
    "grader/report/*.json",
    "data/*.py",
    "data/README.md",
    "data/digits.npz",
    "data/*weights.mat",
)
"""What is copied is named, so that nothing else that lies in these folders gets out."""

LEFT_OUT = "data/train_*.py"
"""Programs that import solutions."""

README = """\
# Machine-learning exercises

Python 3.11 or newer is all you need. This sets up, once, and scores what is there:

    python3 -m venv .venv && .venv/bin/pip install -q -e . && .venv/bin/python -m grader {first}

On Windows, in PowerShell:

    py -m venv .venv; .venv\\Scripts\\pip install -q -e .; .venv\\Scripts\\python -m grader {first}

From here on `python` is the one in `.venv`. After that no network, account or token is needed.

| exercise | read | fill in |
|---|---|---|
{exercises}

Score as often as you like:

    python -m grader                     # what you have started, and what to do next
    python -m grader {first}
    python -m grader {first} --explain       # with a picture of where a gradient is wrong
    python -m grader {first} --part NAME     # one part, or one function
    python -m grader case {first}            # the cases; with a function and a number one to try yourself
    pip install -e '.[watch]'            # once, to score again at every save:
    python -m grader watch {first}
    pip install -e '.[plots]'            # once, for the pictures of the walk-through
    python -m exercises.{first}              # see your functions at work
    python -m grader doctor              # what is installed, and how to get what is missing

The score is for yourself: your teacher grades with other numbers than the ones in here.
"""


def release(folder: Path) -> None:
    """Write the bundle into `folder`, which is made, or is empty.

    Raises `UsageError` where it cannot be written, and where there is no whole project to make it from.
    """
    exercises = [load_exercise(name) for name in exercise_names()]
    try:
        check_empty(folder)
        answers = {exercise: stored(exercise) for exercise in exercises}
        files = {path.relative_to(ROOT): path for path in contents()} | {
            Path("exercises", each.name, f"{each.name}.py"): pristine(each) for each in exercises
        }
        for name, source in files.items():
            copy(source, folder / name)
        for exercise, arrays in answers.items():
            path = reference.stored_path(exercise, folder)
            path.parent.mkdir(exist_ok=True)
            np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
        folder.joinpath("README.md").write_text(readme(exercises), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the bundle cannot be written: {error}") from error


def check_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: exists and is no empty folder; name a new one")


def contents() -> Iterator[Path]:
    """The files that are copied as they are."""
    for pattern in CONTENTS:
        yield from (path for path in ROOT.glob(pattern) if not path.match(LEFT_OUT))


def pristine(exercise: Exercise) -> Path:
    """The stubs as they were shipped: those in exercises/ may have been filled in."""
    path = ROOT / STUBS.format(exercise.name)
    if not path.is_file():
        raise UsageError(f"there is no {path}: a bundle is made from the whole project, tests/ included")
    own = digests(path.read_text(encoding="utf-8"))
    if any(own.get(name) != digest for name, digest in stub_digests(exercise.name).items()):
        raise InternalError(f"{path}: not the stubs of exercises/{exercise.name}/stubs.json")
    return path


def stored(exercise: Exercise) -> dict[str, Array]:
    """What stands in for the solutions of an exercise."""
    reference.require_solutions(exercise, "a release")
    known = [fingerprints.fingerprints(each) for each in live_diagnosticians(exercise, None).values()]
    return reference.pack(reference.answer_key(exercise)) | fingerprints.pack(known)


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def readme(exercises: list[Exercise]) -> str:
    rows = (
        f"| {each.title} | `exercises/{each.name}/README.md` | `exercises/{each.name}/{each.name}.py` |"
        for each in exercises
    )
    return README.format(first=exercises[0].name, exercises="\n".join(rows))
