from __future__ import annotations

import csv

from grader.classroom import Label
from grader.gradebook import State
from grader.report.canvas import render
from tests.classes import WRONG, book, grade, student

HEADER = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ex4: Neural network learning"]
ROW = {"Student": "Doe, Alice", "ID": "17", "SIS User ID": "s17", "SIS Login ID": "alice", "Section": "A"}
LABELS = {Label.CANVAS: "17", Label.NUMBER: "s17", Label.LOGIN: "alice", Label.EMAIL: "alice@example.org"}


def test_a_line_has_the_columns_of_canvas_as_the_roster_has_them() -> None:
    lines = list(csv.reader(render(book(grade(student("Alice", "17", ROW, LABELS), WRONG)))))
    assert lines == [
        HEADER,
        ["    Points Possible", "", "", "", "", "100"],
        ["Doe, Alice", "17", "s17", "alice", "A", "30"],
    ]


def test_only_an_id_of_canvas_is_its_id() -> None:
    """Any other would be somebody else's there, or nobody's."""
    ids = {"ID": "17", "Email": "alice@example.org"}
    numbered = student("Alice", "17", ids, {Label.NUMBER: "17", Label.EMAIL: "alice@example.org"})
    downloaded = student("alicedoe", "18", labels={Label.CANVAS: "18"})
    participant = student("Bob Roe", "19", labels={Label.PARTICIPANT: "Participant 19"})
    _, _, *rows = csv.reader(render(book(*map(grade, (numbered, downloaded, participant)))))
    assert rows == [
        ["Alice", "", "17", "alice@example.org", "", "100"],
        ["alicedoe", "18", "", "", "", "100"],
        ["Bob Roe", "", "", "", "", "100"],
    ]


def test_who_has_no_score_is_left_out_so_that_nothing_is_overwritten() -> None:
    grades = (grade(student("A"), None, State.UNREADABLE), grade(student("B"), WRONG, State.NOT_JUDGED))
    assert len(list(render(book(*grades, missing=(student("C"),))))) == 2


def test_formulas_are_inert() -> None:
    *_, line = csv.reader(render(book(grade(student("=1+1", labels={Label.CANVAS: "@x"})))))
    assert line[:2] == ["'=1+1", "'@x"]
