"""The grades of a class as Canvas imports them: the columns of its own gradebook export, and one for the exercise.

Canvas finds a student by the first of these that is filled: its own ID, the SIS user ID, the SIS login ID. An ID of
another platform would be somebody else's. Students without a score are left out: an import changes nothing for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.cases import exercise_names
from grader.classroom import Label, Student
from grader.gradebook import Gradebook
from grader.report.csv import inert, lines, number

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
NEEDED = "Canvas needs the gradebook that it exports as --roster"
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
            student = grade.student
            known = {"Student": student.name, **student.row, **labels(student)}
            yield [*(inert(known.get(column, "")) for column in COLUMNS), number(grade.score)]


def is_header(cells: Sequence[str]) -> bool:
    """Whether such a file begins with this, and not one that Canvas exports, which has more columns."""
    *known, title = cells or [""]
    return tuple(known) == COLUMNS and title.partition(": ")[0] in exercise_names()


def labels(student: Student) -> dict[str, str]:
    """By what Canvas finds the student."""
    known = student.labels
    return {
        "ID": known.get(Label.CANVAS, ""),
        "SIS User ID": known.get(Label.NUMBER, ""),
        "SIS Login ID": known.get(Label.LOGIN) or known.get(Label.EMAIL, ""),
    }
