"""Digests that tell whether a grade would still be the same: of a submission, and of everything that grades it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from grader.cases import EXERCISES_DIR
from grader.model import Submission

ROOT = EXERCISES_DIR.parent
SOURCES = {".py", ".m", ".json", ".npz", ".mat"}
WITHOUT_INFLUENCE = {"__main__.py", "batch", "cli.py", "doctor.py", "octave_diff", "release.py", "report"}
"""Of the grader: what only carries, compares or shows grades."""


def content_of(submission: Submission) -> str:
    """A digest of everything in a submission that its grade depends on."""
    told = [submission.language, submission.entry, *submission.notes]
    return digest([*((text, b"") for text in told), *sorted(submission.files.items())])


@cache
def version_of(exercise: str) -> str:
    """A digest of the exercise, its solution, the data and the grader, as they are on this machine."""
    files = sorted(path.relative_to(ROOT).as_posix() for path in sources(exercise))
    return digest((name, (ROOT / name).read_bytes()) for name in files)


def sources(exercise: str) -> Iterator[Path]:
    """What a student edits in exercises/ is not among them."""
    grader, stated = ROOT / "grader", ROOT / "exercises" / exercise
    rooms = [path for path in grader.iterdir() if path.name not in WITHOUT_INFLUENCE]
    yield from (stated / "spec.py", stated / "stubs.json", grader / "batch" / "work.py", grader / "report" / "json.py")
    for root in (ROOT / "solutions" / exercise, ROOT / "solutions" / "catalogue.py", ROOT / "data", *rooms):
        found = root.rglob("*") if root.is_dir() else [root]
        yield from (path for path in found if path.suffix in SOURCES and path.is_file())


def digest(pieces: Iterable[tuple[str, bytes]]) -> str:
    """Of named bytes; lengths go in as well, so that no two lists of pieces run together to the same."""
    found = hashlib.blake2b(digest_size=16)
    for name, content in pieces:
        text = name.encode("utf-8", "surrogatepass")
        found.update(f"{len(text)} {len(content)} ".encode() + text + content)
    return found.hexdigest()
