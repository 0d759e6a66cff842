"""The grades of a class as Canvas imports them: the columns of its own gradebook export, and one for the exercise.

Students without a score are left out: an import changes nothing for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.gradebook import Gradebook
from grader.report.csv import inert, lines, number

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_POSSIBLE = "    Points Possible"
"""What Canvas calls the line below the header, which is no student's."""


def render(book: Gradebook) -> Iterator[str]:
    """The lines of the file."""
    return lines(rows(book))


def rows(book: Gradebook) -> Iterator[list[str]]:
    yield [*COLUMNS, inert(f"{book.exercise.name}: {book.exercise.title}")]
    yield [POINTS_POSSIBLE, *[""] * (len(COLUMNS) - 1), number(sum(part.points for part in book.exercise.parts))]
    for grade in book.grades():
        if grade.score is not None:
            known = {"Student": grade.student.name, "ID": grade.student.id, **grade.student.row}
            yield [*(inert(known.get(column, "")) for column in COLUMNS), number(grade.score)]
