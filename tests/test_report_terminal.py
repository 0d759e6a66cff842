from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from grader.cases import EXERCISES_DIR
from grader.compare import OTHER_ORDER
from grader.model import (
    CodeError,
    Diagnosis,
    Function,
    Helper,
    Insight,
    Mistake,
    Output,
    Part,
    PartScore,
    Report,
    Stage,
    Status,
)
from grader.report.html import render as page
from grader.report.json import to_dict
from grader.report.terminal import render
from tests.test_report_html import EXERCISE, INSIGHT, MISTAKE, PARTS, WRONG, Reader, report_of

STOPPED = Stage(("z",), file="ex.py", line=3, source="J = 1 / 0")
SYNTAX = CodeError("SyntaxError", "invalid syntax", "ex.py", 3, 1, "J = (")


def shown(report: Report, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    render(report, console)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())  # type: ignore[attr-defined]


def lost(insight: Insight, *others: Insight) -> Report:
    """A report with a loss for each, of parts in turn."""
    scores = (
        PartScore(PARTS[number], Status.WRONG, 0, f"loss {number}", (WRONG,), "ex.py:1", each)
        for number, each in enumerate((insight, *others))
    )
    return report_of(parts=tuple(scores))


def never_tried(where: str) -> Report:
    scores = (PartScore(part, Status.MISSING, 0, "said of it", (), where, attempted=False) for part in PARTS)
    return report_of(parts=tuple(scores))


def test_a_name_that_only_repeats_the_exercises_is_not_told() -> None:
    named = report_of()
    assert shown(named).startswith("ex: An exercise - alice\n")
    assert "ex · alice" in Reader(page(named)).text
    nameless = replace(named, submission=replace(named.submission, name="ex"))
    assert shown(nameless).startswith("ex: An exercise\n")
    assert "·" not in Reader(page(nameless)).text
    assert "<title>ex: 30 of 100</title>" in page(nameless)


@pytest.mark.parametrize(("where", "word"), [("ex.py:7", "not done yet"), ("", "not defined")])
def test_what_was_never_tried_is_told_by_the_table_alone(where: str, word: str) -> None:
    text = shown(never_tried(where))
    assert text.count(word) == len(PARTS)
    assert "said of it" not in text
    assert "Next: Gradient, cost" in text


def test_what_was_tried_and_is_still_empty_is_told_below_the_table() -> None:
    tried = replace(never_tried("ex.py:7").parts[0], attempted=True)
    assert "  said of it" in shown(report_of(parts=(tried,)))


def test_a_mistake_is_told_in_full_once_and_then_by_its_title() -> None:
    text = shown(lost(INSIGHT, INSIGHT))
    assert text.count("Which weights does the penalty leave out?") == 1
    assert text.count("d3 = y - a3") == 1
    assert "  As above: Bias penalised.\n  Steps: as above.\n" in text


def test_a_mistake_that_comes_in_addition_is_told_in_full() -> None:
    other = Mistake("ex-sign", "cost", "Sign lost", "Which way is down?")
    both = Insight(Diagnosis(((MISTAKE, other),)), Stage((), "z", "z", "ex.py", 2, "z = x"))
    text = shown(lost(INSIGHT, both))
    assert "  As above: Bias penalised.\n  Sign lost. Which way is down?\n  Steps: z (line 2" in text


def test_only_the_first_mistake_of_another_explanation_begins_with_or() -> None:
    one, other, third = (Mistake(f"ex-{name}", "cost", name, "How?") for name in ("A", "B", "C"))
    text = shown(lost(Insight(Diagnosis(((one,), (other, third))))))
    assert "  A. How?\n  Or: B. How?\n  C. How?\n" in text


@pytest.mark.parametrize(
    ("status", "error", "explanations", "told"),
    [
        (Status.WRONG, 0.5, (), True),
        (Status.WRONG, None, (), False),
        (Status.RAISED, None, (), False),
        (Status.RAISED, None, ((MISTAKE,),), True),
    ],
)
def test_an_error_and_a_shape_that_no_mistake_explains_speak_for_themselves(
    status: Status, error: float | None, explanations: tuple[tuple[Mistake, ...], ...], told: bool
) -> None:
    insight = Insight(Diagnosis(explanations, (("J", "J is beyond us"),)), STOPPED)
    score = PartScore(PARTS[0], status, 0, "lost", (replace(WRONG, max_abs_error=error),), "ex.py:1", insight)
    found = report_of(parts=(score,))
    assert ("Not explained: J is beyond us." in shown(found)) == told
    assert to_dict(found)["parts"][0]["explanation"] == [str(STOPPED)] + ["J is beyond us"] * told


UNEXPLAINED = (("J", "J is beyond us"),)
F, G, IDLE = Helper("f"), Helper("g", suspects=frozenset({"f"})), Helper("idle", begun=False)
AT = Stage(("z",), "a", "a", "ex.py", 3, "a = g(z)")
ERROR = "ValueError: shapes, in line 3 of ex.py: `a = f(z)`"
SUSPECTED = {
    "unknown": (Insight(helpers=(F,)), "it calls f, which is not right yet: mend that first"),
    "two": (Insight(helpers=(F, Helper("h"))), "it calls f and h, which are not right yet: mend these first"),
    "one suffers": (Insight(helpers=(F, G)), "it calls f, which is not right yet: mend that first"),
    "it suffers from another": (Insight(helpers=(G, Helper("h"))), "it calls g and h, which are not right yet: mend"),
    "called in that line": (Insight(stage=AT, helpers=(F, G)), "it calls g, which is not right yet: mend that first"),
    "not called in that line": (Insight(stage=AT, helpers=(F,)), ""),
    "known in part": (Insight(Diagnosis(((MISTAKE,),), UNEXPLAINED), helpers=(F,)), "it calls f, which"),
    "known": (Insight(Diagnosis(((MISTAKE,),)), helpers=(F,)), ""),
    "known and idle": (
        Insight(Diagnosis(((MISTAKE,),)), helpers=(F, IDLE)),
        "it calls idle, which is not done yet: do",
    ),
    "a sign": (Insight(Diagnosis(signs=(MISTAKE,)), helpers=(F,)), "it calls f, which"),
    "nothing wrong": (Insight(Diagnosis((), UNEXPLAINED)), ""),
}


@pytest.mark.parametrize("what", SUSPECTED)
def test_helpers_that_wrong_numbers_may_come_from_are_named(what: str) -> None:
    insight, told = SUSPECTED[what]
    score = PartScore(PARTS[0], Status.WRONG, 0, "lost", (WRONG,), "ex.py:1", insight)
    found = report_of(parts=(score,))
    explanation = to_dict(found)["parts"][0]["explanation"]
    assert [text for text in explanation if text.startswith("it calls")] == [score.suspicion] * bool(told)
    assert score.suspicion.startswith(told)
    assert ("It calls" in shown(found)) == bool(score.suspicion) == bool(told)


@pytest.mark.parametrize(
    ("status", "helper", "told"),
    [
        (Status.RAISED, "f", True),
        (Status.RAISED, "g", False),
        (Status.TIMED_OUT, "f", False),
        (Status.MISSING, "f", False),
    ],
)
def test_helpers_that_an_error_may_come_from_are_called_in_its_line(status: Status, helper: str, told: bool) -> None:
    score = PartScore(PARTS[0], status, 0, ERROR, (WRONG,), "ex.py:1", Insight(helpers=(Helper(helper),)))
    assert (score.suspicion != "") is told


def test_what_others_suffer_from_is_to_be_mended_first_and_then_of_errors_what_others_may_call() -> None:
    exercise = replace(EXERCISE, functions=(Function("f", (), (Output("g"),)), *EXERCISE.functions))

    def step(*scores: PartScore) -> str:
        return shown(report_of(parts=scores, exercise=exercise)).rpartition("Next: ")[2].partition(":")[0]

    cost, f = Part("Cost", "cost", "J", 10, hint="mend J"), Part("F", "f", "g", 10, hint="mend g")
    wrong = PartScore(f, Status.WRONG, 0, "g is wrong", (WRONG,))
    error = PartScore(cost, Status.RAISED, 0, ERROR, (WRONG,))
    assert step(error, wrong) == "Cost, cost"
    assert step(replace(error, insight=Insight(helpers=(Helper("f"),))), wrong) == "F, f"
    assert step(error, replace(error, part=f)) == "F, f"


def test_what_to_do_next_begins_where_the_first_wrong_step_is() -> None:
    def step(**changes: object) -> str:
        score = replace(PartScore(PARTS[0], Status.WRONG, 0, "J is wrong", (WRONG,), "ex.py:1"), **changes)
        score = replace(score, part=replace(score.part, hint="sum the cost"))
        return shown(report_of(parts=(score,))).rpartition("Next: ")[2].partition(": ")[2]

    assert step() == "sum the cost"
    assert step(insight=Insight(stage=AT)) == "begin with a, in line 3 of ex.py"
    assert step(insight=Insight(stage=Stage(("z",)))) == "sum the cost"
    assert step(message=f"{OTHER_ORDER}; (J, grad) is expected").startswith("return the same in the order")


def test_a_mistake_of_two_explanations_is_told_in_full_once() -> None:
    one, other = (Mistake(f"ex-{name}", "cost", name, "How?") for name in ("A", "B"))
    text = shown(lost(Insight(Diagnosis(((one, MISTAKE), (other, MISTAKE))))))
    assert text.count(MISTAKE.message) == 1
    assert f"  Or: As above: {MISTAKE.title}.\n  B. How?\n" in text


def test_steps_are_as_above_only_where_no_others_stand_between() -> None:
    def part(name: str, stage: Stage) -> PartScore:
        return PartScore(Part(name, "cost", "J", 1), Status.WRONG, 0, name, (WRONG,), "ex.py:1", Insight(stage=stage))

    other = Stage(("y",))
    text = shown(report_of(parts=(part("A", AT), part("B", AT), part("C", other), part("D", AT))))
    assert [line.strip() for line in text.splitlines() if "Steps: as above" in line] == ["Steps: as above."]
    assert " ".join(text.split()).count("is the first step that is not") == 2


def test_what_an_error_shows_comes_beside_what_the_numbers_say_and_not_instead() -> None:
    sign = Mistake("ex-nan", "cost", "Logarithm of 0", "Which number was it?")
    assert "  Bias penalised. Which weights does the penalty leave out?\n  Logarithm of 0. Which" in shown(
        lost(Insight(Diagnosis(((MISTAKE,),), signs=(sign,))))
    )


def test_the_lines_of_a_list_stay_to_the_right_of_their_dash() -> None:
    text = shown(report_of(notes=("one " * 30, "two")))
    assert "\nNotes\n  - one one" in text
    assert "\n    one one" in text
    assert "\n  - two\n" in text


def test_what_keeps_code_from_running_comes_before_the_table_and_once() -> None:
    message = "SyntaxError: invalid syntax, in line 3 of ex.py: `J = (`"
    scores = tuple(PartScore(part, Status.RAISED, 0, message, attempted=False) for part in PARTS)
    text = shown(report_of(parts=scores, problems=(SYNTAX,)))
    assert text.index("invalid syntax") < text.index("Part")
    assert text.count("invalid syntax") == 1
    assert "Cost, Gradient - cost\n  SyntaxError, in line 3 of ex.py: see above\n" in text


def raised(name: str, function: str, message: str, line: int) -> PartScore:
    part = replace(PARTS[0], name=name, function=function)
    return PartScore(
        part, Status.RAISED, 0, f"{message}, in line {line} of ex.py: `tf.ones(3)`", (), f"ex.py:{line - 1}"
    )


MISSED = (
    "NameError: name 'tf' is not defined: line 3 of ex.py, which defines it, failed with "
    "ModuleNotFoundError: No module named 'tensorflow'"
)


def test_an_import_that_failed_is_told_once_with_the_functions_that_miss_it() -> None:
    other = MISSED.replace("'tf'", "'keras'")
    scores = (raised("Cost", "cost", MISSED, 9), raised("Slope", "slope", MISSED, 14), raised("End", "end", other, 20))
    text = shown(report_of(parts=scores))
    assert "Cost, Slope, End - cost, ex.py:8; slope, ex.py:13; end, ex.py:19\n" in text
    assert text.count("tensorflow") == 1


@pytest.mark.parametrize(
    "other", [MISSED.replace("line 3", "line 4"), MISSED.replace("'tf' is not defined: ", "'tf': ")]
)
def test_what_fails_in_different_lines_is_told_each_time(other: str) -> None:
    text = shown(report_of(parts=(raised("Cost", "cost", MISSED, 9), raised("Slope", "slope", other, 14))))
    assert "Cost - cost, ex.py:8\n" in text
    assert "Slope - slope, ex.py:13\n" in text


def test_one_error_in_two_functions_that_call_each_other_is_told_once() -> None:
    cost, check = raised("Cost", "cost", "ValueError: shapes", 9), raised("Check", "check", "ValueError: shapes", 9)
    text = shown(report_of(parts=(replace(cost, insight=INSIGHT), replace(check, where="ex.py:20"))))
    assert "Cost, Check - cost, ex.py:8; check, ex.py:20\n" in text
    assert text.count("ValueError") == 1


def test_what_keeps_code_from_running_is_to_be_mended_first_even_with_full_marks() -> None:
    right = tuple(PartScore(part, Status.CORRECT, part.points, "") for part in PARTS)
    text = shown(report_of(parts=right, problems=(SYNTAX,)))
    assert text.startswith("ex: An exercise - alice\n\nPython does not run this as it stands\n")
    assert text.endswith(
        "Next: mend the error in line 3 of ex.py, shown above: Python runs a file as a\nwhole or not at all"
    )


@pytest.mark.parametrize(
    ("path", "where", "named"),
    [
        ("exercises/ex", "ex.py:3", True),
        ("exercises/ex/ex.py", "ex.py:3", True),
        ("exercises/ex", "ex (1).py:3", False),
        ("exercises/ex/ex.ipynb", "ex.ipynb cell 2:3", False),
        ("solutions/ex", "ex.py:3", False),
        ("alice", "ex.py:3", False),
    ],
)
def test_the_walk_through_is_named_after_full_marks_for_what_it_uses(path: str, where: str, named: bool) -> None:
    right = tuple(PartScore(part, Status.CORRECT, part.points, "", (), where) for part in PARTS)
    submission = replace(report_of().submission, path=EXERCISES_DIR.parent / path)
    text = shown(report_of(parts=right, submission=submission))
    assert text.endswith("Next: see it at work with  python -m exercises.ex" if named else "Run in: a sandbox")


def test_a_call_that_gave_no_answer_is_to_be_mended_before_the_next_part() -> None:
    parts = tuple(replace(part, hint=f"do the {part.name.lower()}") for part in PARTS)
    scores = (
        PartScore(parts[0], Status.MISSING, 0, ""),
        PartScore(parts[1], Status.RAISED, 0, "NameError", (), "ex.py:9"),
    )
    assert "Next: Gradient, cost (ex.py:9): mend the error that is shown above" in shown(report_of(parts=scores))
    assert "Next: Cost, cost: do the cost" in shown(
        report_of(parts=(scores[0], replace(scores[1], status=Status.WRONG)))
    )


@pytest.mark.parametrize(
    ("isolation", "told"),
    [("bwrap: no network, no home", "bwrap"), ("none: not isolated", "none: not isolated"), ("octave", "octave")],
)
def test_a_sandbox_is_named_and_what_is_none_says_so(isolation: str, told: str) -> None:
    assert f"\nRun in: {told}\n" in shown(report_of(isolation=isolation))


def test_an_error_is_shown_where_no_part_of_the_table_tells_it() -> None:
    message = "SyntaxError: invalid syntax, in line 3 of ex.py: `J = (`"
    optional = PartScore(replace(PARTS[0], points=0), Status.RAISED, 0, message, attempted=False)
    text = shown(report_of(parts=(optional, PartScore(PARTS[1], Status.CORRECT, 70, "")), problems=(SYNTAX,)))
    assert message in text


def test_a_lost_public_case_can_be_tried_and_a_hidden_one_not() -> None:
    report = report_of()
    assert "      to try it: python -m grader case ex cost 1\n" in shown(report)
    hidden = replace(report.parts[1], verdicts=report.parts[1].verdicts[1:])
    assert "to try it" not in shown(replace(report, parts=(hidden,)))


def test_lines_fit_a_terminal_of_80_columns() -> None:
    assert max(map(len, shown(lost(INSIGHT, INSIGHT)).splitlines())) <= 80
