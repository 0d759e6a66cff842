"""The grades of a class: what its store holds about each student, what its tables show, and what they come to."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from grader.classroom import Student
from grader.failures import failures_in
from grader.model import Exercise

BINS = 10
NOT_HANDED_IN = "not handed in"


class State(StrEnum):
    GRADED = "graded"
    UNREADABLE = "unreadable"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True)
class Basis:
    """What a grade depends on, other than the submission: the cases, the rules and the patience.

    `version` is a digest of everything that grades; `timeout` is in seconds of processor time for one call.
    """

    exercise: str
    version: str
    seed: int
    timeout: float


@dataclass(frozen=True)
class Result:
    """What grading came to. `report` is one of version 1, empty where there is none; `reason` says why there is none,
    or why it does not count. The same submission on the same basis gives an equal result: no time is in it."""

    state: State
    reason: str = ""
    report: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Grade:
    """One student's result, which submission it is of (`content` is its digest) and what was said of handing it in."""

    student: Student
    attempt: str
    notes: tuple[str, ...]
    content: str
    basis: Basis
    result: Result

    @property
    def score(self) -> float | None:
        """None where nothing was graded: that is not 0."""
        return self.report["score"] if self.result.state is State.GRADED else None

    @property
    def full_marks(self) -> bool:
        return self.score is not None and self.score == self.max_score

    @property
    def max_score(self) -> float | None:
        return self.report["max_score"] if self.result.state is State.GRADED else None

    @property
    def report(self) -> Mapping[str, Any]:
        return self.result.report or {"parts": [], "notes": [], "problems": []}

    @cached_property
    def parts(self) -> Mapping[str, Mapping[str, Any]]:
        """The parts of the report by name."""
        return {part["name"]: part for part in self.report["parts"]}

    @cached_property
    def mistakes(self) -> Mapping[str, str]:
        """The titles of the mistakes by id: those of the first explanation of each part."""
        told = (mistake for part in self.report["parts"] for mistake in part["mistakes"])
        return {mistake["id"]: mistake["title"] for mistake in told if mistake["alternative"] == 0}

    @property
    def remarks(self) -> list[str]:
        """Everything else that there is to say in a sentence."""
        return [*filter(None, [self.result.reason]), *self.notes, *self.report["notes"], *self.report["problems"]]


def enrolled(grades: Iterable[Grade], entries: Mapping[str, Student]) -> Iterator[Grade]:
    """The grades, with what the roster says of each student; `entries` are its lines by the key of the grade."""
    for grade in grades:
        yield replace(grade, student=replace(entries.get(grade.student.key, grade.student), key=grade.student.key))


@dataclass(frozen=True)
class Summary:
    """A class in figures. `histogram` counts the scores in ten steps of equal width from 0 to full marks;
    `failures` are (what kept an answer from coming, number of students) and `mistakes` (id, title, number of students),
    the most frequent first."""

    states: Mapping[State, int]
    missing: int
    max_score: float
    mean: float | None
    median: float | None
    histogram: tuple[int, ...]
    failures: tuple[tuple[str, int], ...]
    mistakes: tuple[tuple[str, str, int], ...]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many students there are of each kind, by what it is called."""
        return [*((str(state), count) for state, count in self.states.items()), (NOT_HANDED_IN, self.missing)]


def summarise(grades: Iterable[Grade], missing: int = 0) -> Summary:
    """Takes the grades one at a time; `missing` students have handed in nothing."""
    states: Counter[State] = Counter()
    failures: Counter[str] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    scores: list[float] = []
    most = 0.0
    for grade in grades:
        states[grade.result.state] += 1
        failures.update(failures_in(grade.report))
        found.update(grade.mistakes.items())
        if grade.score is not None:
            scores.append(grade.score)
            most = max(most, grade.max_score or 0.0)
    ranked = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    return Summary(
        {state: states[state] for state in State},
        missing,
        most,
        statistics.fmean(scores) if scores else None,
        statistics.median(scores) if scores else None,
        histogram(scores, most),
        tuple(sorted(failures.items(), key=lambda each: (-each[1], each[0]))),
        tuple((*mistake, count) for mistake, count in ranked),
    )


def histogram(scores: Sequence[float], most: float) -> tuple[int, ...]:
    """How many scores lie in each of ten steps; full marks belong to the last."""
    counts = Counter(min(int(BINS * score / most), BINS - 1) if most else 0 for score in scores)
    return tuple(counts[number] for number in range(BINS))


@dataclass(frozen=True)
class Gradebook:
    """All that tables and pages are made of. `grades` gives those of the students who handed in, one at a time, in the
    order of their keys, as often as it is called; `missing` are the others on the roster."""

    exercise: Exercise
    seed: int
    grades: Callable[[], Iterator[Grade]]
    missing: tuple[Student, ...] = ()

    @cached_property
    def summary(self) -> Summary:
        return summarise(self.grades(), len(self.missing))
