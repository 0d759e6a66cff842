from __future__ import annotations

import csv

from grader.classroom import Label
from grader.gradebook import Gradebook, State
from grader.report.moodle import COLUMNS, render
from tests.classes import MISTAKE, WRONG, book, grade, part, report, student

ROW = {"Identifier": "Participant 12", "Full name": "Alice Doe", "Email address": "alice@example.org", "Status": ""}
LABELS = {Label.PARTICIPANT: "Participant 12", Label.EMAIL: "alice@example.org"}


def table(of: Gradebook) -> list[dict[str, str]]:
    return list(csv.DictReader(render(of)))


def test_a_line_has_who_it_is_the_grade_and_why() -> None:
    (row,) = table(book(grade(student("alice", "12", ROW, LABELS), WRONG, notes=("handed in late",))))
    assert row == {
        "Identifier": "Participant 12",
        "Full name": "Alice Doe",
        "ID number": "",
        "Email address": "alice@example.org",
        "Grade": "30",
        "Maximum Grade": "100",
        "Feedback comments": "<p>Backpropagation: 18 of 30 entries are wrong</p><p>Bias penalised. Leave it out.</p>"
        "<p>All of Theta1_grad.</p><p>handed in late</p>",
    }


def test_a_number_is_a_participants_only_if_moodle_gave_it() -> None:
    numbered = student("Alice", "17", {"ID": "17"}, {Label.NUMBER: "17", Label.EMAIL: "alice@example.org"})
    of_canvas = student("Bob", "18", labels={Label.CANVAS: "18"})
    rows = table(book(grade(numbered), grade(of_canvas)))
    assert [[row[column] for column in COLUMNS] for row in rows] == [
        ["", "Alice", "17", "alice@example.org"],
        ["", "Bob", "", ""],
    ]


def test_feedback_holds_no_markup_and_no_formula_of_a_students() -> None:
    made = report(part("Cost", 0.0, 30.0, "raised", message="<script>alert(1)</script>"))
    (row,) = table(book(grade(student("=1+1"), made)))
    assert row["Feedback comments"] == "<p>Cost: &lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert row["Full name"] == "'=1+1"


def test_feedback_tells_mistakes_steps_and_places_once() -> None:
    step = "z2 is right; a2 (line 3 of ex4.py: `a2 = z2 < 1`) is the first step that is not"
    first = part("Cost", 0.0, 30.0, "wrong", mistakes=[MISTAKE], explanation=[step, "J is twice what it should be"])
    other = {**MISTAKE, "id": "ex4-sign", "title": "Sign lost", "message": "Which way is down?", "alternative": 1}
    second = part("Slope", 0.0, 5.0, "wrong", mistakes=[MISTAKE, other], explanation=[step], message="grad is wrong")
    (row,) = table(book(grade(student("Alice"), report(first, second))))
    assert row["Feedback comments"] == (
        "<p>Cost: 18 of 30 entries are wrong</p><p>Bias penalised. Leave it out.</p>"
        "<p>z2 is right; a2 (line 3 of ex4.py: <code>a2 = z2 &lt; 1</code>) is the first step that is not.</p>"
        "<p>J is twice what it should be.</p>"
        "<p>Slope: grad is wrong</p><p>Bias penalised. As above.</p><p>Or: Sign lost. Which way is down?</p>"
    )


def test_who_has_no_score_is_left_out_so_that_nothing_is_overwritten() -> None:
    grades = (grade(student("A"), None, State.UNREADABLE), grade(student("B"), WRONG, State.NOT_JUDGED))
    assert table(book(*grades, missing=(student("C"),))) == []
