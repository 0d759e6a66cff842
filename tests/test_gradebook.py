from __future__ import annotations

import pytest

from grader.gradebook import State, enrolled, histogram, summarise
from tests.classes import MISTAKE, RIGHT, WRONG, book, grade, part, report, student

ALICE, BOB, CAROL = student("Alice"), student("Bob"), student("Carol")


def test_what_was_not_graded_has_no_score_and_not_the_score_0() -> None:
    assert grade(ALICE, WRONG).score == 30
    assert grade(ALICE, None, State.UNREADABLE, "no file").score is None
    assert grade(ALICE, WRONG, State.NOT_JUDGED, "broken").score is None


def test_mistakes_are_those_of_the_first_explanation() -> None:
    other = {**MISTAKE, "id": "ex4-other", "alternative": 1}
    made = report(part("Cost", 0.0, 30.0, "wrong", mistakes=[MISTAKE, other]))
    assert grade(ALICE, made).mistakes == {"ex4-bias": "Bias penalised"}


def test_remarks_are_the_reason_then_what_was_said_of_handing_in_then_the_reports_notes() -> None:
    made = {**RIGHT, "notes": ["y is flat"], "problems": ["a.py: SyntaxError"]}
    remarks = grade(ALICE, made, State.NOT_JUDGED, "broken", ("late",)).remarks
    assert remarks == ["broken", "late", "y is flat", "a.py: SyntaxError"]
    assert grade(ALICE).remarks == []


def test_the_roster_gives_name_and_id_and_the_key_stays() -> None:
    entry = student("Doe, Alice", "17", {"Section": "A"})
    (found, other) = enrolled([grade(ALICE), grade(BOB)], {"Alice": entry})
    assert (found.student.key, found.student.name, found.student.id) == ("Alice", "Doe, Alice", "17")
    assert found.student.row == {"Section": "A"}
    assert other.student == BOB


def test_a_summary_counts_states_scores_and_each_mistake_once_a_student() -> None:
    twice = report(*(part(name, 0.0, 30.0, "wrong", mistakes=[MISTAKE]) for name in ("Cost", "Gradient")))
    grades = [grade(ALICE, twice), grade(BOB, RIGHT), grade(CAROL, WRONG), grade(student("D"), None, State.UNREADABLE)]
    found = summarise(grades, missing=2)
    assert found.states == {State.GRADED: 3, State.UNREADABLE: 1, State.NOT_JUDGED: 0}
    assert (found.missing, found.max_score, found.median) == (2, 100.0, 30.0)
    assert found.mean == pytest.approx(130 / 3)
    assert found.mistakes == (("ex4-bias", "Bias penalised", 2),)


def test_the_most_frequent_mistake_comes_first() -> None:
    rare = report(part("Cost", 0.0, 30.0, "wrong", mistakes=[{**MISTAKE, "id": "a"}]))
    found = summarise([grade(ALICE, rare), grade(BOB, WRONG), grade(CAROL, WRONG)])
    assert [id for id, _, _ in found.mistakes] == ["ex4-bias", "a"]


def test_what_kept_an_answer_from_coming_is_counted_the_most_frequent_first() -> None:
    slow, silent = (
        report(part("Cost", 0.0, 30.0, status, message="returns nothing")) for status in ("timed_out", "missing")
    )
    found = summarise([grade(ALICE, slow), grade(BOB, silent), grade(CAROL, silent), grade(student("D"), WRONG)])
    assert found.failures == (("A function returns nothing", 2), ("A call does not end in time", 1))


def test_an_empty_class_has_no_mean() -> None:
    found = summarise([])
    assert (found.mean, found.median, sum(found.histogram)) == (None, None, 0)


def test_a_histogram_has_ten_steps_and_full_marks_in_the_last() -> None:
    assert histogram([0, 9.9, 10, 95, 100], 100) == (2, 1, 0, 0, 0, 0, 0, 0, 0, 2)
    assert histogram([0, 0], 0) == (2, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def test_a_gradebook_gives_its_grades_as_often_as_it_is_asked() -> None:
    class_of_two = book(grade(ALICE), grade(BOB), missing=(CAROL,))
    assert len(list(class_of_two.grades())) == len(list(class_of_two.grades())) == 2
    assert class_of_two.summary.missing == 1
