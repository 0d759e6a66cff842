"""The files and the command of one throw-away Octave."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path

from grader.cases import EXERCISES_DIR
from grader.octave_source import OctaveSource
from grader.octave_worker.stubs import WHILE_GRADED, stubs

WORKER = Path(__file__).with_name("worker.m")
SUBMISSION, HELPERS, STUBS, OWN = "submission", "helpers", "stubs", "worker"

FLAGS = ("--norc", "--no-init-path", "--no-history", "--no-line-editing", "--no-window-system", "--quiet")

LIBRARY = """
    audio deprecated elfun general geometry gui help image io legacy linear-algebra miscellaneous ode path
    plot/appearance plot/draw plot/util polynomial set signal sparse specfun special-matrix statistics strings testfun
    time
"""
OPTIMIZATION = re.compile(r"\b(?:fmin\w+|fsolve|fzero|glpk|humps|lsqnonneg|optim[gs]et|pqpnonneg|qp|sqp)\b")
"""What is in a folder that costs a quarter of the start, and is searched only where it is mentioned."""


def files(source: OctaveSource, exercise: str, provided: Collection[str] = ()) -> dict[str, bytes]:
    """What has to lie in the folder of the process, by relative path, and to be read-only there or lost afterwards.

    Of the reference's functions those that the course has `provided` are there for submissions that lack them.
    """
    return {
        f"{OWN}/{WORKER.name}": WORKER.read_bytes(),
        **{f"{STUBS}/{name}": text.encode() for name, text in stubs(WHILE_GRADED).items()},
        **{f"{HELPERS}/{path.name}": path.read_bytes() for path in twins(exercise) if path.stem in provided},
        **{f"{SUBMISSION}/{name}": content for name, content in source.contents.items()},
    }


def twins(exercise: str) -> Collection[Path]:
    return sorted((EXERCISES_DIR.parent / "solutions" / exercise / "octave").glob("*.m"))


def command(octave: str, folder: str, replies: str, most_bytes: int, source: OctaveSource) -> list[str]:
    """The program `octave` (octave-cli) with its arguments, for the files of `source` in the absolute path `folder`.

    Requests come on standard input and replies go to the file `replies`, such as /proc/self/fd/3. An answer of more
    than `most_bytes` is not sent.
    """
    settings = {
        "submission": f"{folder}/{SUBMISSION}",
        "path": [f"{folder}/{HELPERS}", f"{folder}/{STUBS}"],
        "library": library(source),
        "replies": replies,
        "most_bytes": most_bytes,
    }
    quoted = json.dumps(settings).replace("'", "''")
    return [octave, *FLAGS, "--path", f"{folder}/{OWN}", "--eval", f"worker ('{quoted}')"]


def library(source: OctaveSource) -> list[str]:
    """The folders, of which Octave adds the last first: the one of optimisation needs others when it is added."""
    mentioned = any(OPTIMIZATION.search(file.text) for file in source.files.values())
    return [*["optimization"] * mentioned, *LIBRARY.split()]
