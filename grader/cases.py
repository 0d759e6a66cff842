"""An exercise's specification and a seed -> its cases.

Public cases always come from the same seed. Hidden cases come from the same generator with a secret seed, so they
differ from the public ones in values only, and a report that records the seed can be reproduced.
"""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np

import exercises
from grader.errors import UsageError
from grader.model import Case, Exercise

EXERCISES_DIR = Path(exercises.__file__).parent
PUBLIC, HIDDEN = 0, 1
OURS = re.compile(r"(spec|__main__|mistakes|walkthrough\w*)\.py")
"""Files of an exercise, beside its stubs and its empty __init__.py."""

SUFFIXES = {".py", ".ipynb", ".m"}
SIMILAR = 0.7
"""From here on, names are taken for each other: Ex4 and ex04 for ex4, but not ex9."""


def exercise_names() -> list[str]:
    """The course's own first: the others build on them."""
    names = (spec.parent.name for spec in EXERCISES_DIR.glob("*/spec.py"))
    return sorted(names, key=lambda name: (not name.startswith("ex"), name))


@cache
def load_exercise(name: str) -> Exercise:
    if name not in exercise_names():
        from difflib import get_close_matches

        alike = get_close_matches(name.casefold(), exercise_names(), 1, SIMILAR)
        hint = f"do you mean {alike[0]}?" if alike else f"choose from {', '.join(exercise_names())}"
        raise UsageError(f"there is no exercise '{name}': {hint}")
    exercise = import_module(f"exercises.{name}.spec").SPEC
    assert isinstance(exercise, Exercise)
    return exercise


def stub_path(exercise: str) -> Path:
    """The file of stubs that a student fills in."""
    return EXERCISES_DIR / exercise / f"{exercise}.py"


@cache
def shipped_digests(exercise: str) -> dict[str, str]:
    """Digests of the stubs as they were shipped: of the whole file by its name, and of each function by its own."""
    found = json.loads((EXERCISES_DIR / exercise / "stubs.json").read_text(encoding="utf-8"))
    return {str(name): str(digest) for name, digest in found.items()}


def stub_digests(exercise: str) -> dict[str, str]:
    """Those of the functions: what is equal to them has not been started."""
    return {name: digest for name, digest in shipped_digests(exercise).items() if not name.endswith(".py")}


def is_as_shipped(source: bytes, exercise: str) -> bool:
    """Whether this is the file of stubs, untouched."""
    return file_digest(source) == shipped_digests(exercise).get(f"{exercise}.py")


def file_digest(source: bytes) -> str:
    """The same with all kinds of newlines."""
    text = source.replace(b"\r\n", b"\n")
    return f"{zlib.crc32(text):08x}-{len(text)}"


def is_started(exercise: str) -> bool:
    """Whether the stubs in the student's own file have been touched, or work lies beside it or in its place."""
    stubs = stub_path(exercise)
    beside = (path for path in stubs.parent.iterdir() if path != stubs)
    return (stubs.exists() and is_edited(exercise)) or any(is_work(path, exercise) for path in beside)


def is_edited(exercise: str) -> bool:
    """Whether any function in the student's own file differs from the shipped stub, or is gone."""
    own = digests_in(stub_path(exercise))
    return own is None or any(own.get(function) != digest for function, digest in stub_digests(exercise).items())


def is_work(path: Path, exercise: str) -> bool:
    """Whether a file in the folder of an exercise is a student's, and no copy of the stubs as they were shipped."""
    ours = path.name == "__init__.py" or OURS.fullmatch(path.name)
    if path.suffix not in SUFFIXES or ours or path.name.startswith(".") or not path.is_file():
        return False
    own = digests_in(path) if path.suffix == ".py" else None
    stubs = stub_digests(exercise)
    asked = stubs.keys() & (own or {})
    return own is None or not asked or any(own[function] != stubs[function] for function in asked)


def digests_in(path: Path) -> dict[str, str] | None:
    """Of the functions in a file of Python; None where it cannot be read."""
    from grader.worker.load import digests
    from grader.worker.whole import ERRORS

    try:
        return digests(path.read_text(encoding="utf-8-sig"))
    except (OSError, *ERRORS):
        return None


def draw_cases(exercise: Exercise, seed: int | None = None) -> list[Case]:
    """The public cases, and with a `seed` the hidden ones too."""
    cases = list(exercise.draw(np.random.default_rng([PUBLIC])))
    if seed is not None:
        cases += (replace(case, hidden=True) for case in exercise.draw(np.random.default_rng([HIDDEN, seed])))
    return cases
