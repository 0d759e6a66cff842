"""Work that was handed in for one exercise and is that of another, by the functions that it defines."""

from __future__ import annotations

from functools import cache

from grader.cases import exercise_names, load_exercise
from grader.model import Submission
from grader.submission import language_of
from grader.worker.names import plain


def belongs_to(submission: Submission, exercise: str) -> str | None:
    """The other exercise that a submission looks like: it defines several functions of that, and hardly any of
    `exercise`."""
    defined = defined_names(submission)
    counts = {name: len(defined & functions_of(name)) for name in exercise_names()}
    likeliest = max(counts, key=counts.__getitem__)
    return likeliest if counts[likeliest] > max(1, 2 * counts[exercise]) else None


@cache
def functions_of(exercise: str) -> frozenset[str]:
    return frozenset(plain(function.name) for function in load_exercise(exercise).functions)


def defined_names(submission: Submission) -> set[str]:
    """What a search for words finds defined; nothing is parsed."""
    return {
        plain(name.decode())
        for file, source in submission.files.items()
        for name in language_of(file).definition.findall(source)
    }
