"""The grades of a class as Moodle imports them: as an assignment's offline grading worksheet, or into the gradebook.

Students without a score are left out: an import changes nothing for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.classroom import Label, Student
from grader.gradebook import Grade, Gradebook
from grader.report.csv import inert, lines, number
from grader.report.losses import Loss, losses
from grader.report.words import code

COLUMNS = ("Identifier", "Full name", "ID number", "Email address")
GRADE_COLUMNS = ("Grade", "Maximum Grade", "Feedback comments")
NEEDED = "Moodle needs its own grading worksheet as --roster"


def render(book: Gradebook) -> Iterator[str]:
    """The lines of the file."""
    return lines(rows(book))


def rows(book: Gradebook) -> Iterator[list[str]]:
    yield [*COLUMNS, *GRADE_COLUMNS]
    for grade in book.grades():
        if grade.score is not None:
            student = grade.student
            known = {"Full name": student.name, **student.row, **labels(student)}
            cells = [inert(known.get(column, "")) for column in COLUMNS]
            yield [*cells, number(grade.score), number(grade.max_score), feedback(grade)]


def is_header(cells: Sequence[str]) -> bool:
    """Whether such a file begins with this, and not a worksheet of Moodle's, which has more columns."""
    return tuple(cells) == (*COLUMNS, *GRADE_COLUMNS)


def labels(student: Student) -> dict[str, str]:
    """By what Moodle finds the student: the first in an assignment, the others in the gradebook."""
    kinds = {"Identifier": Label.PARTICIPANT, "ID number": Label.NUMBER, "Email address": Label.EMAIL}
    return {column: student.labels.get(label, "") for column, label in kinds.items()}


def feedback(grade: Grade) -> str:
    """What was lost and why, a paragraph each, as HTML in which nothing that a student wrote is markup."""
    told = [*(text for loss in losses(grade) for text in paragraphs(loss)), *grade.notes]
    return "".join(f"<p>{code(text)}</p>" for text in told)


def paragraphs(loss: Loss) -> Iterator[str]:
    yield f"{', '.join(loss.names)}: {loss.message}"
    yield from map(" ".join, loss.mistakes)
    yield from loss.sentences
