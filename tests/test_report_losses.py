from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.report.losses import losses, shown
from grader.report.words import cause, sentence
from tests.classes import MISTAKE, grade, part, report, student

SUBMISSIONS = Path(__file__).parent / "submissions"


def told(*parts: dict[str, object]) -> list[list[str]]:
    return [loss.names for loss in losses(grade(student("A"), report(*parts)))]


def test_what_was_lost_for_one_reason_is_told_once() -> None:
    cost, gradient, slope = (part(name, 0.0, 30.0, "wrong", mistakes=[MISTAKE]) for name in "CGS")
    right = part("R", 30.0, 30.0)
    assert told(cost, right, gradient, {**slope, "message": "another"}) == [["C", "G"], ["S"]]
    for difference in ({"where": "ex4.py:1"}, {"mistakes": []}, {"explanation": ["here"]}):
        assert told(cost, {**gradient, **difference}) == [["C"], ["G"]]


def test_what_was_told_of_one_part_is_known_at_the_next() -> None:
    other = {**MISTAKE, "id": "ex4-other"}
    cost = part("C", 0.0, 30.0, "wrong", mistakes=[MISTAKE], explanation=["here"])
    gradient = part("G", 0.0, 30.0, "wrong", mistakes=[MISTAKE, other])
    found = losses(grade(student("A"), report(cost, gradient, {**cost, "name": "S", "where": "b.py:1"})))
    assert [loss.told for loss in found] == [set(), {"ex4-bias", "here"}, {"ex4-bias", "ex4-other", "here"}]


def test_what_was_never_begun_is_told_together_in_the_words_of_the_table() -> None:
    functions = {"C": "cost", "S": "slope"}
    stubs = [
        part(name, 0.0, 5.0, "missing", function=each, message=f"{each} is still the stub", where=f"ex4.py:{name}")
        for name, each in functions.items()
    ]
    absent = part("A", 0.0, 5.0, "missing", function="sum", message="sum is not defined", where="")
    tried = part("T", 0.0, 5.0, "missing", message="J is still zero")
    found = losses(grade(student("A"), report(*stubs, absent, tried)))
    assert [(loss.names, loss.message) for loss in found] == [
        (["C", "S"], "not done yet"),
        (["A"], "not defined"),
        (["T"], "J is still zero"),
    ]
    assert [loss.speaks_for_itself for loss in found] == [True, True, False]


def test_one_error_is_told_once_whatever_stops_at_it() -> None:
    missed = "NameError: name 'tf' is not defined: line 3 of ex4.py, which defines it, failed with ImportError: no"
    cost, slope, check, other = (
        part(name, 0.0, 5.0, "raised", message=message, where=f"ex4.py:{name}", mistakes=[{**MISTAKE, "id": name}])
        for name, message in (
            ("C", f"{missed}, in line 9 of ex4.py: `tf.ones(3)`"),
            ("S", f"{missed}, in line 14 of ex4.py: `tf.exp(z)`"),
            ("K", f"{missed}, in line 9 of ex4.py: `tf.ones(3)`"),
            ("O", f"{missed.replace('line 3', 'line 4')}, in line 20 of ex4.py: `tf.ones(3)`"),
        )
    )
    found = losses(grade(student("A"), report(cost, slope, check, other)))
    assert [(loss.names, loss.part["name"]) for loss in found] == [(["C", "S", "K"], "C"), (["O"], "O")]


ERROR = "IndexError: index 4 is out of bounds, in line 106 of ex4.py: `Y = E[y]` (on 'a net' and 4 others of 6 cases)"


@pytest.mark.parametrize(
    ("old", "new"),
    [("index 4", "index 10"), ("a net", "a small one"), (": `Y = E[y]`", ""), (ERROR[ERROR.index(" (on") :], "")],
)
def test_an_error_of_a_kind_in_a_line_is_one_error_whatever_else_is_said_of_it(old: str, new: str) -> None:
    assert cause(ERROR.replace(old, new)) == cause(ERROR)


@pytest.mark.parametrize(("old", "new"), [("Index", "Value"), ("line 106", "line 10"), ("ex4.py", "ex4b.py")])
def test_an_error_of_another_kind_or_line_is_another_one(old: str, new: str) -> None:
    assert cause(ERROR.replace(old, new)) != cause(ERROR)


def test_of_parts_with_one_error_the_one_with_the_most_mistakes_stands_for_all() -> None:
    cost = part("C", 0.0, 5.0, "raised", message=ERROR)
    gradient = part("G", 0.0, 5.0, "raised", message=ERROR.replace("index 4", "index 5"), mistakes=[MISTAKE])
    (loss,) = losses(grade(student("A"), report(cost, gradient)))
    assert (loss.names, loss.part["name"]) == (["C", "G"], "G")


def test_a_sentence_begins_with_a_capital_unless_a_name_begins_it() -> None:
    kept = {"J is wrong", "z2 is right", "a of layer 1 is right", "nabla_w is wrong", "all_theta is wrong"}
    texts = {"all of a": "All of a.", "what lambda adds to J is wrong": "What lambda adds to J is wrong."}
    found = losses(grade(student("A"), report(part("C", 0.0, 5.0, "wrong", explanation=[*texts, *sorted(kept)]))))
    assert found[0].sentences == [*texts.values(), *(f"{text}." for text in sorted(kept))]


def test_every_sentence_of_the_grader_begins_with_a_capital_or_a_name() -> None:
    told = (
        text
        for file in SUBMISSIONS.rglob("report.json")
        for lost in json.loads(file.read_text(encoding="utf-8"))["parts"]
        for text in lost["explanation"]
    )
    small = {text.split()[0].strip(",") for text in map(sentence, told) if text[0].islower()}
    assert small <= {"a", "z", "z2", "nabla_w"}


def test_an_optional_part_is_told_where_it_was_tried() -> None:
    tried = part("T", 0.0, 0.0, "wrong")
    blank = part("B", 0.0, 0.0, "missing", message="p is still all zeros")
    untouched, absent = (
        part(word, 0.0, 0.0, "missing", message=f"nnCostFunction is {word}")
        for word in ("still the stub", "not defined")
    )
    counting = part("C", 0.0, 5.0, "missing", message="nnCostFunction is not defined")
    parts = (tried, blank, untouched, absent, counting)
    assert told(*parts) == [["T"], ["B"], ["C"]]
    assert [each["name"] for each in shown(grade(student("A"), report(*parts)))] == ["T", "B", "C"]
