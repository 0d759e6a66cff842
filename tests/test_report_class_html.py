from __future__ import annotations

import sys

import pytest

from grader.errors import UnavailableError
from grader.gradebook import State
from grader.report.class_html import bars, render
from tests.classes import MISTAKE, RIGHT, WRONG, book, grade, part, report, student
from tests.test_report_html import Reader, dangerous


def page(*grades: object, **more: object) -> str:
    return "".join(render(book(*grades, **more)))  # type: ignore[arg-type]


def test_a_page_shows_the_figures_of_a_class() -> None:
    text = Reader(
        page(grade(student("Alice", "17"), RIGHT), grade(student("Bob"), WRONG), missing=(student("Zoe"),))
    ).text
    for words in ("Neural network learning", "2 handed in, 1 did not", "mean 65", "median 65", "graded 2", "Zoe"):
        assert words in text


def test_each_student_has_score_parts_and_why_they_were_lost() -> None:
    text = Reader(page(grade(student("Bob", "18"), WRONG, notes=("handed in late",)))).text
    for words in (
        "Bob 18 30 / 100",
        "handed in late",
        "Feedforward and cost ex4.py:12 right 30 / 30",
        "Backpropagation ex4.py:12 wrong 0 / 70",
        "Backpropagation 18 of 30 entries are wrong Bias penalised. Leave it out. All of Theta1_grad.",
        "1 Bias penalised ex4-bias",
    ):
        assert words in text


def test_answers_that_did_not_come_are_counted() -> None:
    silent = report(part("Cost", 0.0, 30.0, "missing", message="returns nothing"))
    counted = "Why no answer came Students What happened 1 A function returns nothing"
    assert counted in Reader(page(grade(student("A"), silent))).text
    assert "no answer" not in Reader(page(grade(student("B"), WRONG))).text


def test_a_mistake_is_told_in_full_once_a_student() -> None:
    parts = [part(name, 0.0, 30.0, "wrong", mistakes=[MISTAKE], explanation=["a row"], message=name) for name in "CG"]
    text = Reader(page(grade(student("A"), report(*parts)), grade(student("B"), report(*parts)))).text
    assert text.count("C C Bias penalised. Leave it out. a row. G G Bias penalised. As above.") == 2
    assert (text.count("Leave it out."), text.count("a row")) == (2, 2)


def test_what_was_never_begun_is_told_by_the_table_alone() -> None:
    stub = part("Cost", 0.0, 30.0, "missing", message="nnCostFunction is still the stub")
    text = Reader(page(grade(student("A"), report(stub)))).text
    assert "Cost ex4.py:12 not done yet 0 / 30" in text
    assert text.count("Cost") == 1
    assert "stub" not in text


@pytest.mark.parametrize(
    ("made", "words"), [(RIGHT, "Python does not run this as it stands"), (WRONG, "This keeps code from running")]
)
def test_an_error_of_a_file_is_told_as_in_every_report(made: dict[str, object], words: str) -> None:
    text = Reader(page(grade(student("A"), {**made, "problems": ["SyntaxError: in line 3"]}))).text
    assert f"{words}: SyntaxError: in line 3" in text
    assert text.count("SyntaxError") == 1


def test_what_was_not_judged_has_no_full_marks() -> None:
    made = {**RIGHT, "problems": ["SyntaxError: in line 3"]}
    text = Reader(page(grade(student("A"), made, State.NOT_JUDGED, "no sandbox"))).text
    assert "This keeps code from running: SyntaxError" in text


def test_a_page_shows_that_students_unfold_and_prints_them_unfolded() -> None:
    found = page(grade(student("A")))
    assert "click a name, or go there with Tab and press Enter" in found
    assert '.student > summary::before { content: "▸";' in found
    printed = found.partition("@media print {\n  .student")[2]
    assert ".student::details-content { display: block; content-visibility: visible; block-size: auto; }" in printed


def test_what_was_not_graded_has_a_reason_in_place_of_a_score() -> None:
    text = Reader(page(grade(student("A"), None, State.UNREADABLE, "holds no .py file"))).text
    assert "unreadable holds no .py file" in text
    assert "/ 100" not in text


def test_bars_are_as_high_as_their_share_of_the_highest() -> None:
    found = bars(book(grade(student("A"), RIGHT), grade(student("B"), RIGHT), grade(student("C"), WRONG)).summary)
    assert [(span, count) for span, count, _ in found if count] == [("30–40", 1), ("90–100", 2)]
    assert {percent for _, _, percent in found} == {0.0, 40.0, 80.0}


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><b onmouseover="f()">', "</details></style><img src=x>", "{{ 7 * 7 }}"]
)
def test_whatever_a_submission_or_a_roster_says_is_inert(text: str) -> None:
    mistake = {**MISTAKE, "id": text, "title": text, "message": text}
    lost = part(text, 0.0, 30.0, "raised", message=text, where=text, mistakes=[mistake], explanation=[text])
    made = report(lost, notes=[text], problems=[text])
    found = page(grade(student(text, text), made, reason=text, notes=(text,)), missing=(student(text, text),))
    assert dangerous(found) == []
    assert Reader(found).text.count(text) >= 14


def test_a_page_needs_nothing_from_elsewhere_and_forbids_scripts() -> None:
    found = page(grade(student("A")))
    assert found.startswith("<!doctype html>")
    assert "default-src 'none'" in found
    assert "url(" not in found


def test_an_empty_class_has_a_page() -> None:
    assert "0 handed in" in Reader(page()).text


def test_without_jinja2_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(UnavailableError, match=r"pip install -e '\.\[html\]'"):
        page()
