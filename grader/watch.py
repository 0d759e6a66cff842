"""A submission scored again at every save."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.cases import load_exercise
from grader.errors import GraderError, UnavailableError
from grader.grade import grade
from grader.model import Report
from grader.sandbox import Limits, choose
from grader.submission import read_submission
from grader.tree import check_readable

SUFFIXES = {".py", ".ipynb", ".m"}


def scores(
    exercise: str, path: Path, own_work: bool, sandbox: str, timeout: float, begin: Callable[[], None]
) -> Iterator[Report | str]:
    """The report on what is at `path` now, and after each save another, or in one line why there is none; `begin` is
    called before each.

    The sandbox stays warm in between. Raises `UsageError` where there is no such exercise or path,
    `UnavailableError` without watchfiles, and as `choose` does.
    """
    known = load_exercise(exercise)
    check_readable(path)
    saves = watched(path)
    backend, limits = choose(sandbox, own_work), Limits(timeout)
    try:
        for _ in itertools.chain([None], saves):
            begin()
            try:
                yield grade(read_submission(path, exercise), known, backend, limits)
            except GraderError as error:
                yield str(error)
    finally:
        backend.close()


def watched(path: Path) -> Iterator[object]:
    """One item for each time that something that can be graded was saved at or beside `path`."""
    try:
        from watchfiles import watch
    except ImportError as error:
        raise UnavailableError("watchfiles is not installed; to get it: pip install -e '.[watch]'") from error

    logging.getLogger("watchfiles").setLevel(logging.ERROR)
    folder = path if path.is_dir() else path.parent
    return iter(watch(folder, watch_filter=lambda _, file: Path(file).suffix in SUFFIXES, raise_interrupt=False))
