"""A class for the terminal and as JSON: how many were graded, how they did, what they got wrong most often."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.gradebook import BINS, Gradebook, State, Summary

VERSION = 1
MOST_MISTAKES = 8
BAR_WIDTH = 40


def to_dict(book: Gradebook) -> dict[str, Any]:
    """JSON, version 1."""
    mistakes = [{"id": id, "title": title, "students": count} for id, title, count in book.summary.mistakes]
    figures = asdict(book.summary) | {"mistakes": mistakes}
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
    if summary.mistakes:
        console.print(Text("The most frequent mistakes", "bold"), mistakes(summary), "", sep="\n")


def counts(summary: Summary) -> list[str]:
    """Graded ones always, of the others what there is."""
    figures = [*((str(state), count) for state, count in summary.states.items()), ("not handed in", summary.missing)]
    return [f"{count} {name}" for name, count in figures if count or name == State.GRADED]


def scores(summary: Summary) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    highest = max(summary.histogram)
    step = summary.max_score / BINS
    for number, count in reversed([*enumerate(summary.histogram)]):
        bar = "█" * round(BAR_WIDTH * count / highest)
        table.add_row(f"{step * number:g}-{step * (number + 1):g}", Text(bar, "green"), str(count))
    return table


def mistakes(summary: Summary) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for id, title, count in summary.mistakes[:MOST_MISTAKES]:
        table.add_row(str(count), Text(title), Text(id, "dim"))
    return table
