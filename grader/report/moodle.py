"""The grades of a class as Moodle imports them: as an assignment's offline grading worksheet, or into the gradebook.

Students without a score are left out: an import changes nothing for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.gradebook import Grade, Gradebook
from grader.report.csv import inert, lines, number
from grader.report.losses import Loss, losses
from grader.report.words import code

COLUMNS = ("Identifier", "Full name", "ID number", "Email address")


def render(book: Gradebook) -> Iterator[str]:
    """The lines of the file."""
    return lines(rows(book))


def rows(book: Gradebook) -> Iterator[list[str]]:
    yield [*COLUMNS, "Grade", "Maximum Grade", "Feedback comments"]
    for grade in book.grades():
        if grade.score is not None:
            known = {**identity(grade), **grade.student.row}
            cells = [inert(known.get(column, "")) for column in COLUMNS]
            yield [*cells, number(grade.score), number(grade.max_score), feedback(grade)]


def identity(grade: Grade) -> dict[str, str]:
    """Who it is where no roster tells: the number in the name of a downloaded folder is the participant's."""
    student = grade.student
    participant = {"Identifier": f"Participant {student.id}"} if student.id.isdigit() and not student.row else {}
    return {"Full name": student.name, **participant}


def feedback(grade: Grade) -> str:
    """What was lost and why, a paragraph each, as HTML in which nothing that a student wrote is markup."""
    told = [*(text for loss in losses(grade) for text in paragraphs(loss)), *grade.notes]
    return "".join(f"<p>{code(text)}</p>" for text in told)


def paragraphs(loss: Loss) -> Iterator[str]:
    yield f"{', '.join(loss.names)}: {loss.message}"
    yield from map(" ".join, loss.mistakes)
    yield from loss.sentences
