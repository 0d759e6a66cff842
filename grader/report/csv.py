"""The grades of a class as CSV: a row a student, for a spreadsheet. What a student wrote stays text there.

The file begins with the mark by which spreadsheets know UTF-8: without it some of them garble names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from grader.gradebook import NOT_HANDED_IN, Grade, Gradebook
from grader.model import Part
from grader.report.words import result

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What a formula may begin with, also in the wide forms that some spreadsheets take for the same."""

BYTE_ORDER_MARK = "\ufeff"

FIRST_COLUMNS = ["name", "id", "state", "score", "max"]
LAST_COLUMNS = ["mistakes", "language", "attempt", "notes"]


def render(book: Gradebook) -> Iterator[str]:
    """The lines of the file."""
    yield BYTE_ORDER_MARK
    yield from lines(rows(book))


def rows(book: Gradebook) -> Iterator[list[str]]:
    """The header, those who handed in, and those who did not."""
    parts = [part for part in book.exercise.parts if not part.optional]
    yield header(parts)
    for grade in book.grades():
        yield row(grade, parts)
    for student in book.missing:
        yield [inert(student.name), inert(student.id), NOT_HANDED_IN, *[""] * (len(header(parts)) - 3)]


def header(parts: Sequence[Part]) -> list[str]:
    columns = [column for part in parts for column in (part.name, f"{part.name}: result")]
    return [*FIRST_COLUMNS, *columns, *LAST_COLUMNS]


def is_header(cells: Sequence[str]) -> bool:
    """Whether this is what such a file begins with, for any exercise."""
    return [*cells[:5], *cells[-4:]] == [*FIRST_COLUMNS, *LAST_COLUMNS]


def row(grade: Grade, parts: Sequence[Part]) -> list[str]:
    found = [grade.parts.get(part.name, {}) for part in parts]
    return [
        inert(grade.student.name),
        inert(grade.student.id),
        grade.result.state,
        number(grade.score),
        number(grade.max_score),
        *(cell for part in found for cell in (number(part.get("score")), told(part))),
        " ".join(grade.mistakes),
        str(grade.report.get("language", "")),
        inert(grade.attempt),
        inert("; ".join(grade.remarks)),
    ]


def told(part: Mapping[str, Any]) -> str:
    return result(part["status"], part["where"]) if part else ""


def number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def inert(text: str) -> str:
    """Text that a spreadsheet does not take for a formula: a quote mark goes before what would look like one."""
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for each in rows:
        line = io.StringIO()
        csv.writer(line).writerow(each)
        yield line.getvalue()
