from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from grader.errors import UnavailableError
from grader.model import (
    Case,
    CodeError,
    Diagnosis,
    Exercise,
    Function,
    Helper,
    Insight,
    Mistake,
    Output,
    Part,
    PartScore,
    Place,
    Report,
    Stage,
    Status,
    Submission,
    Verdict,
)
from grader.report.html import code, render
from grader.report.words import stops

PARTS = (Part("Cost", "cost", "J", 30), Part("Gradient", "cost", "grad", 70, hint="begin at the output"))
CASE = Case("a small net", "cost", ())
EXERCISE = Exercise(
    "ex", "An exercise", (Function("cost", (), (Output("J"), Output("grad"))),), PARTS, lambda random: (CASE,)
)
WRONG = Verdict(CASE, Status.WRONG, "2 of 6 entries of grad are wrong", ("grad[3]: got 1, expected 2",))
HIDDEN = Verdict(
    Case("a secret net", "cost", (), hidden=True), Status.WRONG, "", ("grad[3]: got 8, expected 9",), (), 0.987, 0.987
)
MISTAKE = Mistake("ex-bias", "cost", "Bias penalised", "Which weights does the penalty leave out?", {})
ERRORS = {"Theta1_grad": np.array([[0.5, 0.0], [-0.5, 0.0]]), "Theta2_grad": np.zeros((2, 2))}
PLACE = Place("all of column 0 of Theta1_grad, and nothing else", "a small net", ERRORS)
STAGE = Stage(("a3",), "delta3", "d3", "ex.py", 12, "d3 = y - a3")
UNKNOWN = Insight()
INSIGHT = Insight(Diagnosis(((MISTAKE,),)), STAGE, PLACE)


def report_of(insight: Insight = UNKNOWN, **changes: object) -> Report:
    scores = (
        PartScore(PARTS[0], Status.CORRECT, 30, ""),
        PartScore(PARTS[1], Status.WRONG, 0, WRONG.message, (WRONG, HIDDEN), "ex.py:12", insight),
    )
    submission = Submission("alice", Path("alice"), "python", "ex", {})
    return replace(Report(EXERCISE, submission, None, "a sandbox", scores), **changes)


class Reader(HTMLParser):
    """The elements of a page with their attributes, and its text outside of the style sheet."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] != "style":
            self.pieces.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.pieces).split())

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}


def dangerous(page: str) -> list[str]:
    """What could run or fetch something."""
    return list(find_dangerous(Reader(page)))


def find_dangerous(reader: Reader) -> Iterator[str]:
    for tag, attributes in reader.elements:
        if tag in {"script", "img", "iframe", "object", "embed", "link", "a", "form", "base", "b"}:
            yield tag
        yield from (name for name in attributes if name.startswith("on") or name in {"src", "href", "xlink:href"})


def test_a_page_shows_the_score_of_every_part() -> None:
    text = Reader(render(report_of())).text
    for words in ("An exercise", "alice", "30 of 100", "Cost cost right 30 / 30", "Gradient cost wrong 0 / 70"):
        assert words in text


def test_a_lost_part_says_what_where_and_what_was_obtained() -> None:
    text = Reader(render(report_of())).text
    for words in ("2 of 6 entries of grad are wrong", "ex.py:12", "a small net", "grad[3]: got 1, expected 2"):
        assert words in text


def test_a_lost_part_says_why_as_far_as_that_is_known() -> None:
    known, unknown = (Reader(render(report_of(insight))) for insight in (INSIGHT, UNKNOWN))
    for words in (
        "Bias penalised. Which weights does the penalty leave out?",
        "a3 is right; delta3 (line 12 of ex.py: d3 = y - a3 ) is the first step that is not",
        "All of column 0 of Theta1_grad, and nothing else.",
    ):
        assert words in known.text
        assert words not in unknown.text
    assert "svg" in known.tags() - unknown.tags()


def test_what_was_told_of_one_part_is_only_named_at_another() -> None:
    scores = tuple(PartScore(part, Status.WRONG, 0, f"{part.name} off", (WRONG,), "ex.py:1", INSIGHT) for part in PARTS)
    text = Reader(render(report_of(parts=scores))).text
    assert text.count("Bias penalised.") == 2
    assert text.count("Which weights does the penalty leave out?") == text.count("d3 = y - a3") == 1
    assert "Gradient off What fits every number Bias penalised. As above. The steps on the way As above." in text


def test_what_keeps_code_from_running_comes_first_and_is_told_once() -> None:
    error = CodeError("SyntaxError", "invalid syntax", "ex.py", 3, 1, "J = (")
    message = "SyntaxError: invalid syntax, in line 3 of ex.py: `J = (`"
    scores = tuple(PartScore(part, Status.RAISED, 0, message, (), attempted=False) for part in PARTS)
    text = Reader(render(report_of(parts=scores, problems=(error,)))).text
    assert text.index("invalid syntax") < text.index("Score Part Function")
    assert text.count("invalid syntax") == 1
    assert "SyntaxError, in line 3 of ex.py: see above" in text


@pytest.mark.parametrize(
    ("status", "words"),
    [(Status.CORRECT, "Python does not run this as it stands"), (Status.RAISED, "This keeps code from running")],
)
def test_an_error_keeps_code_from_running_only_where_marks_are_lost(status: Status, words: str) -> None:
    error = CodeError("SyntaxError", "invalid syntax", "ex.py", 3, 1, "J = (")
    report = report_of(parts=(PartScore(PARTS[0], status, 0, ""),), problems=(error,))
    text = Reader(render(report)).text
    assert words in text
    assert ("keeps code" in text) == (status is Status.RAISED)
    assert words == stops(report.full_marks)


def test_a_case_can_be_tried_in_the_language_of_the_submission() -> None:
    octave = Submission("alice", Path("alice"), "octave", "ex", {})
    assert "To try it: python -m grader case ex cost 1 All cases" in Reader(render(report_of())).text
    assert "python -m grader case ex cost 1 --octave" in Reader(render(report_of(submission=octave))).text


def test_parts_without_numbers_share_one_example() -> None:
    verdict = Verdict(CASE, Status.RAISED, "a KeyError")
    scores = tuple(PartScore(part, Status.RAISED, 0, "a KeyError", (verdict,), "ex.py:1") for part in PARTS)
    assert Reader(render(report_of(parts=scores))).text.count("To try it") == 1


def test_explanations_that_fit_equally_well_are_all_shown() -> None:
    other = replace(MISTAKE, title="Another idea")
    diagnosis = Diagnosis(
        ((MISTAKE,), (other,)), (("what lambda adds to J", "what lambda adds to J is wrong on every case"),)
    )
    text = Reader(render(report_of(Insight(diagnosis)))).text
    assert "What fits, as far as it goes Bias penalised." in text
    assert "Or Another idea." in text
    assert "Not explained: what lambda adds to J is wrong on every case." in text


def test_a_helper_that_may_be_behind_a_loss_is_named() -> None:
    insight = Insight(Diagnosis((), (("grad", "grad is wrong on every case"),)), helpers=(Helper("sigmoid"),))
    text = Reader(render(report_of(insight))).text
    assert "Not explained: grad is wrong on every case. It calls sigmoid, which is not right yet: mend that" in text


def test_what_an_error_shows_is_not_among_what_fits_the_numbers() -> None:
    sign = replace(MISTAKE, id="ex-nan", title="Logarithm of 0", message="Which number was it?")
    both, alone = (
        Reader(render(report_of(Insight(Diagnosis(explanations, signs=(sign,)))))).text
        for explanations in (((MISTAKE,),), ())
    )
    assert "leave out? What an error or a shape shows Logarithm of 0. Which number was it?" in both
    assert "are wrong Logarithm of 0. Which number was it?" in alone


def test_numbers_of_hidden_cases_stay_hidden() -> None:
    page = render(report_of(seed=17))
    assert "a secret net (hidden)" in page
    assert "seed 17" in page
    assert "expected 9" not in page
    assert "0.99" not in page


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><b onmouseover="alert(1)">',
        "`<script>alert(1)</script>`",
        "</style></title></pre><script>alert(1)</script>",
        "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    ],
)
def test_whatever_a_submission_says_is_inert(text: str) -> None:
    verdict = replace(WRONG, message=text, details=(text,))
    place = replace(PLACE, words=text, case=text, errors={text: np.ones((2, 2))})
    diagnosis = Diagnosis(((replace(MISTAKE, title=text, message=text),),), ((text, text),))
    insight = Insight(diagnosis, Stage((text,), text, text, text, 3, text), place)
    page = render(
        report_of(
            submission=Submission(text, Path("x"), "python", "ex", {}),
            parts=(PartScore(PARTS[1], Status.WRONG, 0, text, (verdict,), text, insight),),
            notes=(text,),
            problems=(CodeError(text, text, text, 3, 1, text),),
            isolation=text,
        )
    )
    assert dangerous(page) == []
    assert Reader(page).text.count(text.strip("`")) >= 9


def test_a_page_that_could_run_something_is_noticed() -> None:
    assert dangerous("<p onclick=f()><script></script>") == ["onclick", "script"]


def test_a_page_needs_nothing_from_elsewhere_and_forbids_scripts() -> None:
    page = render(report_of(INSIGHT))
    assert page.startswith("<!doctype html>")
    assert "default-src 'none'" in page
    assert "url(" not in page
    assert "@import" not in page
    assert dangerous(page) == []


def test_full_marks_leave_nothing_to_mend() -> None:
    scores = tuple(PartScore(part, Status.CORRECT, part.points, "") for part in PARTS)
    page = render(report_of(parts=scores))
    text = Reader(page).text
    assert "100 of 100" in text
    assert "What was lost" not in text
    assert '<p class="card"></p>' not in page


def test_parts_lost_for_one_reason_share_a_card_that_tells_it_once() -> None:
    scores = tuple(PartScore(part, Status.WRONG, 0, "the same", (WRONG,), "ex.py:1", INSIGHT) for part in PARTS)
    text = Reader(render(report_of(parts=scores))).text
    assert "Cost, Gradient" in text
    assert text.count("Bias penalised") == text.count("All of column 0") == text.count("the same") == 1


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("line 3: `a < b`", "line 3: <code>a &lt; b</code>"),
        ("one ` alone & <", "one ` alone &amp; &lt;"),
    ],
)
def test_what_stands_between_backticks_is_code(text: str, html: str) -> None:
    assert str(code(text)) == html


def test_without_jinja2_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(UnavailableError, match=r"pip install -e '\.\[html\]'"):
        render(report_of())
