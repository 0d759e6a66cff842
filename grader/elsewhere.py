"""Work that was handed in for one exercise and is that of another, by the functions that it defines."""

from __future__ import annotations

import re
from functools import cache

from grader.cases import exercise_names, load_exercise
from grader.model import Submission
from grader.worker.names import plain

FUNCTION = re.compile(rb"^[ \t]*(?:def[ \t]+|function\b(?:[^=\n(%]*=)?[ \t]*)(\w+)", re.MULTILINE)
"""The name in the first line of a function, in Python or Octave."""


def belongs_to(submission: Submission, exercise: str) -> str | None:
    """The other exercise that a submission looks like: it defines several functions of that, and hardly any of
    `exercise`."""
    defined = defined_names(submission)
    counts = {name: len(defined & functions_of(name)) for name in exercise_names()}
    likeliest = max(counts, key=counts.__getitem__)
    return likeliest if counts[likeliest] > max(1, 2 * counts[exercise]) else None


@cache
def functions_of(exercise: str) -> frozenset[str]:
    """None of an exercise that cannot be read: whoever writes one does not keep others from work."""
    try:
        return frozenset(plain(function.name) for function in load_exercise(exercise).functions)
    except Exception:
        return frozenset()


def defined_names(submission: Submission) -> set[str]:
    """The functions that a search for words finds; nothing is parsed."""
    return {plain(name.decode()) for source in submission.files.values() for name in FUNCTION.findall(source)}
