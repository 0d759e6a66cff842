"""A class as one HTML page that needs nothing else: figures, the most frequent mistakes, and each student's report.

Whatever comes from a submission or a roster is escaped; the page's policy forbids scripts. `class.html.jinja` beside
this file is the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from grader.gradebook import BINS, Gradebook, Summary
from grader.report.html import environment
from grader.report.losses import losses, shown

TEMPLATE = "class.html.jinja"
MOST_MISTAKES = 20


def render(book: Gradebook) -> Iterator[str]:
    """The page, piece by piece. Raises `UnavailableError` without jinja2."""
    return (
        environment()
        .get_template(TEMPLATE)
        .generate(
            book=book,
            grades=book.grades(),
            handed_in=sum(book.summary.states.values()),
            figures=figures(book.summary),
            bars=bars(book.summary),
            mistakes=book.summary.mistakes[:MOST_MISTAKES],
            shown=shown,
            losses=losses,
        )
    )


def figures(summary: Summary) -> list[tuple[str, str]]:
    """What there is to say in a word and a number; nothing that is 0."""
    averages = [("mean", summary.mean), ("median", summary.median)]
    return [
        *((name, f"{value:.4g}") for name, value in averages if value is not None),
        *((name, str(count)) for name, count in summary.counts if count),
    ]


def bars(summary: Summary) -> list[tuple[str, int, float]]:
    """For each step of the histogram its range of points, how many there are, and the percentage of the highest."""
    highest = max(summary.histogram)
    edges = [summary.max_score * number / BINS for number in range(BINS + 1)]
    return [
        (f"{low:g}–{high:g}", count, 80 * count / highest if highest else 0.0)
        for (low, high), count in zip(pairwise(edges), summary.histogram, strict=True)
    ]
