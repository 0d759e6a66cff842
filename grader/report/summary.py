"""A class for the terminal and as JSON: how many were graded, how they did, what they got wrong most often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from grader.gradebook import BINS, NOT_HANDED_IN, Gradebook, State, Summary

VERSION = 1
MOST_MISTAKES = 8
MOST_NAMES = 8
BAR_WIDTH = 40


def to_dict(book: Gradebook) -> dict[str, Any]:
    """JSON, version 1."""
    mistakes = [{"id": id, "title": title, "students": count} for id, title, count in book.summary.mistakes]
    failures = [{"title": title, "students": count} for title, count in book.summary.failures]
    figures = asdict(book.summary) | {"failures": failures, "mistakes": mistakes}
    return {"version": VERSION, "exercise": book.exercise.name, "seed": book.seed} | figures


def render(book: Gradebook, console: Console) -> None:
    summary = book.summary
    console.print(Text(f"{book.exercise.name}: {book.exercise.title}", "bold"), "", sep="\n")
    console.print(Text(", ".join(counts(summary))))
    if summary.mean is not None:
        console.print(
            Text(f"mean {summary.mean:.4g}, median {summary.median:.4g} of {summary.max_score:g}"), "", sep="\n"
        )
        console.print(scores(summary), "", sep="\n")
    if summary.failures:
        console.print(Text("Why no answer came", "bold"), failures(summary), "", sep="\n")
    if summary.mistakes:
        console.print(Text("The most frequent mistakes", "bold"), mistakes(summary), "", sep="\n")
    if told := [*without_score(book), *not_handed_in(book)]:
        console.print(*map(Text, told), "", sep="\n", soft_wrap=True)


def counts(summary: Summary) -> list[str]:
    """Graded ones always, of the others what there is."""
    return [f"{summary.states[State.GRADED]} {State.GRADED}", *without_grade(summary)]


def without_grade(summary: Summary) -> list[str]:
    """'2 unreadable', '1 not handed in': what there is."""
    return [f"{count} {name}" for name, count in summary.counts if count and name != State.GRADED]


def without_score(book: Gradebook) -> Iterator[str]:
    """Who, and why: a line each."""
    states = book.summary.states
    count = sum(states.values()) - states[State.GRADED]
    found = (grade for grade in book.grades() if grade.score is None) if count else iter(())
    for grade in islice(found, MOST_NAMES):
        yield f"{grade.result.state}: {grade.student.called}: {grade.result.reason}"
    if count > MOST_NAMES:
        yield f"... and {count - MOST_NAMES} more without a score"


def not_handed_in(book: Gradebook) -> Iterator[str]:
    if book.missing:
        names = "; ".join(student.name for student in book.missing[:MOST_NAMES])
        more = len(book.missing) - MOST_NAMES
        yield f"{NOT_HANDED_IN}: {names}" + (f" and {more} more" if more > 0 else "")


def scores(summary: Summary) -> Table:
    table = Table.grid("", "", number_column(), padding=(0, 2, 0, 0))
    highest = max(summary.histogram)
    step = summary.max_score / BINS
    for number, count in reversed([*enumerate(summary.histogram)]):
        bar = "█" * round(BAR_WIDTH * count / highest)
        table.add_row(f"{step * number:g}-{step * (number + 1):g}", Text(bar, "green"), str(count))
    return table


def number_column() -> Column:
    return Column(justify="right")


def failures(summary: Summary) -> Table:
    table = Table.grid(number_column(), "", padding=(0, 2, 0, 0))
    for title, count in summary.failures:
        table.add_row(str(count), title)
    return table


def mistakes(summary: Summary) -> Table:
    table = Table.grid(number_column(), "", "", padding=(0, 2, 0, 0))
    for id, title, count in summary.mistakes[:MOST_MISTAKES]:
        table.add_row(str(count), Text(title), Text(id, "dim"))
    return table
