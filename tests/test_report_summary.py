from __future__ import annotations

import io
import json
from dataclasses import replace

from rich.console import Console

from grader.gradebook import Gradebook, State
from grader.report.summary import render, to_dict
from tests.classes import RIGHT, WRONG, book, grade, part, report, student


def shown(of: Gradebook) -> str:
    console = Console(file=io.StringIO(), width=90)
    render(of, console)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_a_class_is_told_in_figures_bars_and_mistakes() -> None:
    text = shown(book(grade(student("A"), RIGHT), grade(student("B"), WRONG), missing=(student("C"),)))
    assert "2 graded, 1 not handed in" in text
    assert "mean 65, median 65 of 100" in text
    assert "1  Bias penalised  ex4-bias" in text
    assert [line.split()[-1] for line in text.splitlines() if line.startswith(("90-100", "30-40", "0-10"))] == [
        "1",
        "1",
        "0",
    ]


def test_answers_that_did_not_come_are_counted() -> None:
    silent = grade(student("A"), report(part("Cost", 0.0, 30.0, "missing", message="returns nothing")))
    assert "Why no answer came\n1  A function returns nothing\n" in shown(book(silent))
    assert to_dict(book(silent))["failures"] == [{"title": "A function returns nothing", "students": 1}]
    assert "Why no answer came" not in shown(book(grade(student("B"), WRONG)))


def test_a_class_of_which_nothing_was_graded_has_no_mean() -> None:
    text = shown(book(grade(student("A"), None, State.NOT_JUDGED), grade(student("B"), None, State.UNREADABLE)))
    assert "0 graded, 1 unreadable, 1 not judged" in text
    assert "mean" not in text


def test_who_has_no_score_is_named_with_the_reason() -> None:
    grades = (grade(student(name), None, State.UNREADABLE, "holds no .py file") for name in "ABCDEFGHIJ")
    text = shown(book(*grades, grade(student("Z")), missing=tuple(map(student, "KLMNOPQRST"))))
    assert text.count("holds no .py file") == 8
    assert "unreadable: A: holds no .py file\n" in text
    assert "... and 2 more without a score" in text
    assert "not handed in: K; L; M; N; O; P; Q; R and 2 more" in text
    assert "not handed in:" not in shown(book(grade(student("Z"))))


def test_who_has_no_score_is_called_as_on_the_roster() -> None:
    entry = replace(student("Silva, Elijah", "17"), key="silvaelijah (1014)")
    text = shown(book(grade(entry, None, State.UNREADABLE, "holds no .py file")))
    assert "unreadable: Silva, Elijah (17): holds no .py file\n" in text


def test_json_has_the_same_figures() -> None:
    found = json.loads(json.dumps(to_dict(book(grade(student("A"), WRONG), missing=(student("C"),)))))
    assert found == {
        "version": 1,
        "exercise": "ex4",
        "seed": 7,
        "states": {"graded": 1, "unreadable": 0, "not judged": 0},
        "missing": 1,
        "max_score": 100.0,
        "mean": 30.0,
        "median": 30.0,
        "histogram": [0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
        "failures": [],
        "mistakes": [{"id": "ex4-bias", "title": "Bias penalised", "students": 1}],
    }
