from __future__ import annotations

import csv

from grader.gradebook import State
from grader.report.canvas import render
from tests.classes import WRONG, book, grade, student

HEADER = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ex4: Neural network learning"]
ROW = {"Student": "Doe, Alice", "ID": "17", "SIS User ID": "s17", "SIS Login ID": "alice", "Section": "A"}


def test_a_line_has_the_columns_of_canvas_as_the_roster_has_them() -> None:
    lines = list(csv.reader(render(book(grade(student("Alice", "17", ROW), WRONG)))))
    assert lines == [
        HEADER,
        ["    Points Possible", "", "", "", "", "100"],
        ["Doe, Alice", "17", "s17", "alice", "A", "30"],
    ]


def test_without_a_roster_the_id_of_the_download_is_what_canvas_goes_by() -> None:
    *_, line = csv.reader(render(book(grade(student("alicedoe", "17")))))
    assert line == ["alicedoe", "17", "", "", "", "100"]


def test_who_has_no_score_is_left_out_so_that_nothing_is_overwritten() -> None:
    grades = (grade(student("A"), None, State.UNREADABLE), grade(student("B"), WRONG, State.NOT_JUDGED))
    assert len(list(render(book(*grades, missing=(student("C"),))))) == 2


def test_formulas_are_inert() -> None:
    *_, line = csv.reader(render(book(grade(student("=1+1", "@x")))))
    assert line[:2] == ["'=1+1", "'@x"]
