from __future__ import annotations

import csv
import io

import pytest

from grader.gradebook import Gradebook, State
from grader.report.csv import inert, lines, render, rows
from tests.classes import RIGHT, WRONG, book, grade, part, report, student


def table(of: Gradebook) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(lines(rows(of))), newline="")))


def test_a_spreadsheet_is_told_that_names_are_in_utf_8() -> None:
    content = "".join(render(book(grade(student("Zoë"))))).encode()
    assert content.startswith(b"\xef\xbb\xbfname,id,")
    assert "Zoë" in content.decode("utf-8-sig")


def test_a_row_tells_the_score_of_each_part_and_the_mistakes() -> None:
    (row,) = table(book(grade(student("Alice", "17"), WRONG, notes=("handed in late",))))
    assert (row["name"], row["id"], row["state"]) == ("Alice", "17", "graded")
    assert (row["score"], row["max"]) == ("30", "100")
    assert (row["Feedforward and cost"], row["Feedforward and cost: result"]) == ("30", "right")
    assert (row["Backpropagation"], row["Backpropagation: result"]) == ("0", "wrong")
    assert (row["mistakes"], row["notes"]) == ("ex4-bias", "handed in late")


@pytest.mark.parametrize(
    ("status", "where", "word"),
    [("missing", "ex4.py:3", "not done yet"), ("missing", "", "not defined"), ("timed_out", "ex4.py:3", "timed out")],
)
def test_results_are_called_as_on_the_screen(status: str, where: str, word: str) -> None:
    lost = report(part("Backpropagation", 0.0, 40.0, status, where=where))
    (row,) = table(book(grade(student("A"), lost)))
    assert (row["Backpropagation: result"], row["Feedforward and cost: result"]) == (word, "")


def test_what_was_not_graded_has_no_score() -> None:
    unreadable, broken = table(
        book(
            grade(student("A"), None, State.UNREADABLE, "holds no .py file"),
            grade(student("B"), None, State.NOT_JUDGED, "the sandbox broke down"),
        )
    )
    assert (unreadable["score"], unreadable["state"], unreadable["notes"]) == ("", "unreadable", "holds no .py file")
    assert (broken["score"], broken["state"], broken["notes"]) == ("", "not judged", "the sandbox broke down")


def test_who_has_not_handed_in_is_listed_last() -> None:
    rows = table(book(grade(student("Zoe")), missing=(student("Alice", "17"),)))
    assert [(row["name"], row["id"], row["state"], row["score"]) for row in rows] == [
        ("Zoe", "", "graded", "100"),
        ("Alice", "17", "not handed in", ""),
    ]


def test_every_line_has_as_many_cells_as_the_header() -> None:
    of = book(grade(student("A"), RIGHT), grade(student("B"), None, State.UNREADABLE), missing=(student("C"),))
    assert len({len(line) for line in rows(of)}) == 1


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", "\n=1", "＝1+1", '=HYPERLINK("x")']
)
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    assert inert(text) == f"'{text}"
    (row,) = table(book(grade(student(text, text), {**RIGHT, "notes": [text]})))
    assert {row["name"], row["id"], row["notes"]} == {f"'{text}"}


@pytest.mark.parametrize("text", ["", "Alice", "O'Neil", "1+1", "李雷", "a=b", "5 - 3"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


def test_quotes_commas_and_line_ends_do_not_break_the_table() -> None:
    name = 'Doe, "Al"\n; DROP TABLE'
    (row,) = table(book(grade(student(name))))
    assert row["name"] == name
