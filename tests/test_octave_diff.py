"""The diff against Octave: conversion, the rule of comparison, the session that survives anything, the whole."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from grader.cases import EXERCISES_DIR, draw_cases, load_exercise
from grader.errors import InternalError, UnavailableError, UsageError
from grader.model import (
    Case,
    CodeError,
    Exercise,
    Formula,
    Function,
    Outcome,
    Output,
    Parameter,
    RawResult,
    Value,
)
from grader.octave_diff import Difference, DiffReport, Place, Reply, Side, diff, results_side
from grader.octave_diff.compare import TOLERANCE, compare
from grader.octave_diff.session import CallFailed, CallTimedOut, Request, Session, kept_environment, load_oct2py
from grader.octave_diff.sides import borrowed, from_octave, python_size, request, to_octave
from grader.report.diff import render, to_dict
from tests.conftest import needs

EX4 = load_exercise("ex4")
TWINS = EXERCISES_DIR.with_name("solutions") / "ex4" / "octave"
SINGLE = Function("double", (Parameter("z"),), (Output("g"),))
SHOWING = Function("show", (Parameter("z"),), (Output("h", compared=False), Output("g")))
PAIR = Function("pair", (Parameter("z"),), (Output("a"), Output("b")))
CASE = Case("a case", "double", (1.0,))
REAL_ONLY = "only real numbers are compared"


# --- values to Octave and back ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7, [[7.0]]),
        (True, [[1.0]]),
        (np.int8(7), [[7.0]]),
        (np.array(2.5), [[2.5]]),
        (np.arange(3), [[0.0], [1.0], [2.0]]),
        (np.array([[1, 2, 3]]), [[1.0, 2.0, 3.0]]),
        (np.array([[True], [False]]), [[1.0], [0.0]]),
        ((1, 2), [[1.0], [2.0]]),
        (np.zeros((0, 3)), np.zeros((0, 3))),
    ],
)
def test_everything_goes_to_octave_as_doubles_in_two_dimensions(value: Value, expected: Any) -> None:
    sent = to_octave(value)
    assert isinstance(sent, np.ndarray)
    assert sent.dtype == np.float64
    np.testing.assert_array_equal(sent, expected)
    assert sent.shape == np.shape(expected)


def test_a_formula_goes_as_text_and_is_named_as_a_handle() -> None:
    asked = request(SINGLE, Case("c", "double", (np.ones(2), Formula("lambda t: t", "@(t) t"))))
    assert asked.inputs[1] == "@(t) t"
    np.testing.assert_array_equal(asked.for_octave("nonce")["handles"], [[2.0]])


def test_what_is_no_number_is_our_own_fault() -> None:
    with pytest.raises(InternalError, match="nothing"):
        to_octave(None)


@pytest.mark.parametrize(
    ("given", "size", "shape"),
    [
        (3.0, "double 1x1", (1, 1)),
        ([], "double 0x0", (0, 0)),
        ([], "sparse double 0x4", (0, 4)),
        ([[1, 2]], "int8 1x2", (1, 2)),
    ],
)
def test_an_array_comes_back_in_the_size_that_octave_gives_it(given: Any, size: str, shape: tuple[int, ...]) -> None:
    assert np.shape(from_octave(given, size)) == shape


@pytest.mark.parametrize("size", ["char 1x4", "cell 2x2", "struct 1x1", "function_handle 1x1"])
def test_another_class_comes_back_as_its_name(size: str) -> None:
    assert from_octave([], size) == size


def test_a_cell_of_arrays_comes_back_as_these() -> None:
    first, second = from_octave(np.arange(9.0), "cell of double 2x3, double 3x1")  # type: ignore[misc]
    np.testing.assert_array_equal(first, [[0, 2, 4], [1, 3, 5]])
    np.testing.assert_array_equal(second, [[6], [7], [8]])


def test_python_sizes_are_in_pythons_words() -> None:
    assert python_size(np.ones((4, 5))) == "float64 (4, 5)"
    assert python_size(3) == f"{np.dtype(int)} ()"
    assert python_size("text") == "text"


# --- the rule of comparison -------------------------------------------------------------------------------------------


def reply(*values: Any) -> Reply:
    arrays = tuple(np.asarray(value) for value in values)
    return Reply(arrays, tuple(f"size {array.shape}" for array in arrays))


def compared(python: Any, octave: Any, case: Case = CASE) -> Difference:
    (row,) = compare(SINGLE, case, reply(python), reply(octave))
    return row


@pytest.mark.parametrize(
    ("got", "agree"), [(1 + 0.9e-9, True), (1 + 1.1e-9, False), (1 - 1.1e-9, False), (np.nan, False), (np.inf, False)]
)
def test_a_number_may_differ_by_a_billionth_of_itself(got: float, agree: bool) -> None:
    assert compared(got, 1.0).agree is agree


@pytest.mark.parametrize(("got", "agree"), [(0.9e-9, True), (1.1e-9, False)])
def test_a_zero_may_differ_by_a_trillionth_of_the_largest(got: float, agree: bool) -> None:
    assert compared([got, 1000.0], [0.0, 1000.0]).agree is agree


def test_a_seeded_case_has_to_be_equal_bit_for_bit() -> None:
    seeded = replace(CASE, seed=3)
    assert compared(0.1, 0.1, seeded).agree
    assert not compared(np.nextafter(0.1, 1), 0.1, seeded).agree


def test_the_error_is_relative_to_the_norm() -> None:
    assert compared([3.0, 4.0], [0.0, 4.0]).error == pytest.approx(0.75)
    assert compared([3.0, 4.0], [0.0, 0.0]).error == pytest.approx(5.0)
    assert compared([1e300, 2e300], [1e300, 1e300]).error == pytest.approx(2**-0.5)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_the_same_nan_or_infinity_agrees(value: float) -> None:
    row = compared([1.0, value], [1.0, value])
    assert (row.agree, row.error, row.worst) == (True, 0.0, None)


@pytest.mark.parametrize(
    ("got", "want", "place"),
    [
        (5.0, 4.0, Place((), 5.0, 4.0)),
        ([1.0, 5.0], [[1.0], [4.0]], Place((2,), 5.0, 4.0)),
        ([[1.0, 2.0, 9.0], [4.0, 5.0, 6.0]], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], Place((1, 3), 9.0, 3.0)),
    ],
)
def test_the_worst_element_has_octaves_index(got: Any, want: Any, place: Place) -> None:
    assert compared(got, want).worst == place


def test_the_worst_element_is_one_that_breaks_the_rule() -> None:
    row = compared([1e-6, 1e6 + 1e-4], [0.0, 1e6])
    assert row.worst is not None
    assert row.agree
    row = compared([0.0, 1.1e-9, 1e3 + 1e-7], [0.0, 0.0, 1e3])
    assert row.worst is not None
    assert row.worst.index == (2,)


@pytest.mark.parametrize(("index", "words"), [((), "the number"), ((7,), "element 7"), ((3, 5), "row 3, column 5")])
def test_a_place_is_in_words(index: tuple[int, ...], words: str) -> None:
    assert str(Place(index, 0.0, 1.0)) == words


def test_a_row_in_place_of_a_column_is_remarked_on_and_compared() -> None:
    row = compared([1.0, 2.0], [[1.0, 2.0]])
    assert row.agree
    assert row.message == "a column in Python, a row in Octave"
    assert not compared([1.0, 2.5], [[1.0, 2.0]]).agree


@pytest.mark.parametrize(
    ("got", "want"), [(np.ones((2, 3)), np.ones((3, 2))), (np.ones(3), np.ones((4, 1))), (1.0, [[1.0, 1.0]])]
)
def test_another_size_is_a_difference(got: Any, want: Any) -> None:
    row = compared(got, want)
    assert not row.agree
    assert row.message.startswith("other sizes: ")


LISTED = Function(
    "list", (Parameter("x"),), (Output("W", blocks=lambda case: {"W[0]": (1, 2), "W[1]": (2, 2)}, listed=True),)
)


def test_a_list_makes_a_row_for_each_matrix() -> None:
    rows = list(compare(LISTED, CASE, reply(np.arange(6.0)), reply([0.0, 1.0, 2.0, 3.0, 4.5, 5.0])))
    assert [(row.output, row.agree, row.octave_size) for row in rows] == [
        ("W[0]", True, "double 1x2"),
        ("W[1]", False, "double 2x2"),
    ]
    assert rows[1].worst == Place((1, 2), 4.0, 4.5)


@pytest.mark.parametrize(
    ("function", "python", "octave", "agree", "message"),
    [
        (SINGLE, Reply(failure="boom"), reply(1), False, "Python: boom"),
        (SINGLE, reply(1), Reply(failure="boom"), False, "Octave: boom"),
        (SINGLE, reply(1), Reply(), False, "Octave returns nothing: not compared"),
        (SHOWING, reply(1, 2), Reply(), True, "Octave returns nothing: not compared"),
        (SHOWING, Reply(), reply(1, 2), True, "Python returns nothing: not compared"),
        (SINGLE, reply(1), Reply(("char 1x3",), ("char 1x3",)), False, "Octave gives char 1x3: " + REAL_ONLY),
        (SINGLE, Reply((np.array(1j),), ("complex",)), reply(1), False, "Python gives complex: " + REAL_ONLY),
    ],
)
def test_a_side_without_numbers_is_said(
    function: Function, python: Reply, octave: Reply, agree: bool, message: str
) -> None:
    (row,) = compare(function, CASE, python, octave)
    assert (row.agree, row.message, row.error) == (agree, message, None)


def test_outputs_that_are_not_compared_make_no_row() -> None:
    (row,) = compare(SHOWING, CASE, reply(1, 2), reply(100, 2))
    assert (row.output, row.agree) == ("g", True)


def test_a_missing_second_output_is_a_difference_in_that_output() -> None:
    first, second = compare(PAIR, CASE, reply(1, 2), reply(1))
    assert first.agree
    assert not second.agree
    assert second.message == "Octave returns 1 of the outputs, and not this one"


# --- a submission's results as the Python side ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (RawResult(Outcome.ANSWERED, np.array(2.0)), "float64 ()"),
        (RawResult(Outcome.ANSWERED, None), "nothing"),
        (RawResult(Outcome.MISSING, detail="double is still the stub"), "double is still the stub"),
        (RawResult(Outcome.NOT_RUN), "not run"),
        (RawResult(Outcome.DIED, detail="killed by signal 9"), "killed by signal 9"),
        (RawResult(Outcome.RAISED, error=CodeError("E", "no", "a.py", 3)), "E: no, in line 3 of a.py"),
    ],
)
def test_a_result_of_the_sandbox_becomes_a_reply(result: RawResult, expected: str) -> None:
    exercise = tiny((SINGLE,))
    (got,) = results_side(exercise, "a submission", lambda cases: [result for _ in cases]).replies([CASE])
    assert (got.failure or ", ".join(got.sizes) or "nothing") == expected


# --- folders ----------------------------------------------------------------------------------------------------------


def test_helpers_are_borrowed_only_where_a_function_mentions_them_and_the_folder_lacks_them(tmp_path: Path) -> None:
    mine, ours = tmp_path / "mine", tmp_path / "ours"
    write(ours, sigmoid="function g = sigmoid(z)\nend", helper="function helper()\nend", other="function other()\nend")
    write(
        mine,
        cost="% uses other\nfunction J = cost(z)\nJ = sigmoid(z); % helper\nend",
        sigmoid2="function g = sigmoid2(z)\nend",
        ex4="helper(1)",
    )
    assert borrowed(mine, ours) == ["sigmoid"]


def test_a_folder_without_any_function_of_the_exercise_is_refused(tmp_path: Path) -> None:
    write(tmp_path, ex4="disp(1)")
    with pytest.raises(UsageError, match=r"none of sigmoid\.m, .*displayData\.m"):
        diff(EX4, [], octave_dir=tmp_path)
    with pytest.raises(UsageError, match="not a folder"):
        diff(EX4, [], octave_dir=tmp_path / "nowhere")


# --- without Octave, without oct2py -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("platform", "command"), [("linux", "apt-get install"), ("darwin", "brew install"), ("win32", "winget install")]
)
def test_without_octave_one_line_says_how_to_get_it(
    platform: str, command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("OCTAVE_EXECUTABLE", raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(UnavailableError, match=command) as caught:
        diff(EX4, [], octave_dir=TWINS)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 2


def test_without_oct2py_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "oct2py", None)
    with pytest.raises(UnavailableError, match=r"pip install -e '\.\[octave\]'"):
        load_oct2py()


@needs("octave")
def test_an_octave_that_does_not_start_is_unavailable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OCTAVE_EXECUTABLE", str(tmp_path / "octave"))
    with pytest.raises(UnavailableError, match="does not start"):
        diff(EX4, [], octave_dir=TWINS)


def test_the_environment_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with kept_environment(TERM="dumb", SOMETHING_NEW="1"):
        assert os.environ["TERM"] == "dumb"
    assert os.environ["TERM"] == "xterm"
    assert "SOMETHING_NEW" not in os.environ


# --- the report -------------------------------------------------------------------------------------------------------

PLACE = Place((17,), 0.5, 0.5000001)
ROWS = (
    Difference("computeNumericalGradient", "numgrad", "one", True, 0.0, None, "float64 (4,)", "double 4x1"),
    Difference("nnCostFunction", "grad", "W", False, 0.25, PLACE, "float64 (30,)", "double 30x1", "2 wrong"),
    Difference("nnCostFunction", "grad", "S", True, 1e-17, Place((3,), 0.5, 0.5), "float64 (32,)", "double 32x1"),
    Difference("predict", "p", "one", False, message="Octave: there is no predict.m"),
    Difference("predict", "p", "two", False, message="Octave: there is no predict.m"),
    Difference("displayData", "display_array", "one", True, message="Octave returns nothing: not compared"),
    Difference(
        "sigmoid", "g", "nan", False, np.inf, Place((3, 5), np.nan, 1.0), "float64 (9, 9)", "double 9x9", "1 wrong"
    ),
)
REPORT = DiffReport("ex4", "ours", "theirs", TOLERANCE, ROWS, {"octave": "7.3.0"}, ("sigmoid.m: ours is used",))


def rendered(report: DiffReport, width: int) -> str:
    console = Console(width=width, file=io.StringIO(), force_terminal=False)
    with console.capture() as capture:
        render(report, console)
    return capture.get()


def rendered_words(report: DiffReport, width: int = 200) -> str:
    return " ".join(rendered(report, width).split())


@pytest.mark.parametrize("width", [80, 100, 120])
def test_the_table_fits_and_cuts_no_word(width: int) -> None:
    text = rendered(REPORT, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    for word in ("computeNumericalGradient", "numgrad", "element 17", "float64 (30,)", "double 30x1", "2.5e-01"):
        assert word in text


def test_a_wide_table_has_a_line_for_each_output() -> None:
    lines = [" ".join(line.split()) for line in rendered(REPORT, 140).splitlines()]
    assert "= computeNumericalGradient numgrad 1 0 - float64 (4,) / double 4x1" in lines
    assert "!= nnCostFunction grad 2 2.5e-01 element 17 float64 (30,) / double 30x1" in lines
    assert "- displayData display_array 1 - - -" in lines


def test_differences_are_told_without_colour() -> None:
    words = rendered_words(REPORT)
    for line in (
        "nnCostFunction grad, W: 2 wrong, norm-relative error 2.5e-01; element 17: Python 0.5, Octave 0.5000001",
        "predict: Octave: there is no predict.m (2 cases)",
        "sigmoid g, nan: 1 wrong, norm-relative error inf; row 3, column 5: Python nan, Octave 1",
        "displayData display_array: Octave returns nothing: not compared (case one)",
        "sigmoid.m: ours is used",
    ):
        assert f"- {line}" in words
    assert "Python and Octave differ in nnCostFunction, predict, sigmoid (" in words


def test_agreement_is_told() -> None:
    report = replace(REPORT, rows=ROWS[:1], notes=())
    assert report.agree
    words = rendered_words(report)
    assert "Python and Octave agree (|Python - Octave| <= 1e-12 max|Octave| + 1e-09 |Octave|" in words
    assert "Differences" not in words


def test_values_that_look_alike_are_shown_in_full() -> None:
    row = compared(0.1, np.nextafter(0.1, 1), replace(CASE, seed=1))
    assert "Python 0.1, Octave 0.10000000000000002" in rendered_words(replace(REPORT, rows=(row,)))


def test_json_is_strict_and_whole() -> None:
    data = json.loads(json.dumps(to_dict(REPORT), allow_nan=False))
    assert data["agree"] is False
    assert [row["function"] for row in data["rows"]] == [row.function for row in ROWS]
    assert data["rows"][1]["worst"] == {"index": [17], "python": 0.5, "octave": 0.5000001}
    assert data["rows"][-1]["error"] == "inf"
    assert data["rows"][-1]["worst"]["python"] == "nan"
    assert data["rows"][0]["worst"] is None


# --- the reference against its twins ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def twins_report() -> DiffReport:
    return diff(EX4, draw_cases(EX4))


@needs("octave")
def test_the_reference_agrees_with_its_twins_to_a_trillionth(twins_report: DiffReport) -> None:
    assert twins_report.agree
    assert {row.function for row in twins_report.rows} == {function.name for function in EX4.functions}
    assert max(row.error if row.error is not None else np.inf for row in twins_report.rows) <= 1e-12


@needs("octave")
def test_seeded_initial_weights_are_equal_bit_for_bit(twins_report: DiffReport) -> None:
    errors = [row.error for row in twins_report.rows if row.function == "randInitializeWeights"]
    assert errors == [0.0, 0.0]


@needs("octave")
def test_the_report_says_what_was_compared(twins_report: DiffReport) -> None:
    assert set(twins_report.versions) == {"octave", "oct2py", "numpy"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", twins_report.versions["octave"])
    assert twins_report.python == "solutions/ex4/ex4.py"
    assert twins_report.octave == str(TWINS)
    assert twins_report.notes == ()


BUGS = {
    "bias regularised": (
        "Theta1_grad(:, 2:end) += lambda / m * Theta1(:, 2:end)",
        "Theta1_grad += lambda / m * Theta1",
    ),
    "unrolled row by row": ("grad = [Theta1_grad(:);", "grad = [Theta1_grad'(:);"),
    "lambda over 2m": ("Theta2_grad(:, 2:end) += lambda / m", "Theta2_grad(:, 2:end) += lambda / (2 * m)"),
}


@needs("octave")
@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found_and_named(bug: str, tmp_path: Path) -> None:
    right, wrong = BUGS[bug]
    shutil.copytree(TWINS, tmp_path, dirs_exist_ok=True)
    source = (TWINS / "nnCostFunction.m").read_text(encoding="utf-8")
    assert source.count(right) == 1
    (tmp_path / "nnCostFunction.m").write_text(source.replace(right, wrong), encoding="utf-8")
    cases = [case for case in draw_cases(EX4) if case.name.startswith(("W", "predict", "8-2-4"))]

    report = diff(EX4, cases, octave_dir=tmp_path)

    assert {(row.function, row.output) for row in report.rows if not row.agree} == {("nnCostFunction", "grad")}
    assert {row.function for row in report.rows if row.agree} == {"nnCostFunction", "predict"}
    assert "differ in nnCostFunction (" in rendered_words(report)


@needs("octave")
def test_a_folder_with_gaps_and_scripts_is_compared_as_far_as_it_goes(tmp_path: Path) -> None:
    """As the course has it: checkNNGradients returns nothing, the script pauses, some files are not there."""
    for name in ("nnCostFunction", "sigmoidGradient"):
        shutil.copy(TWINS / f"{name}.m", tmp_path)
    write(
        tmp_path,
        ex4="clear; close all; clc\npause; x = input('x');\nerror('the script was run');",
        checkNNGradients="function checkNNGradients(lambda)\ndisp(debugInitializeWeights(3, 2)); pause; plot(1);\nend",
    )
    functions = ("nnCostFunction", "checkNNGradients", "sigmoid")
    cases = [case for case in draw_cases(EX4) if case.function in functions and not case.name.startswith("D")]

    report = diff(EX4, cases, octave_dir=tmp_path)

    messages = {row.function: row.message for row in report.rows}
    assert messages == {
        "nnCostFunction": "",
        "checkNNGradients": "Octave returns nothing: not compared",
        "sigmoid": "Octave: there is no sigmoid.m",
    }
    assert {row.function for row in report.rows if row.agree} == {"nnCostFunction", "checkNNGradients"}
    assert [note.split(":")[0] for note in report.notes] == ["debugInitializeWeights.m", "sigmoid.m"]


# --- whatever a function does -----------------------------------------------------------------------------------------


def tiny(functions: Sequence[Function]) -> Exercise:
    return Exercise("tiny", "Tiny", tuple(functions), (), lambda random: [])


def write(folder: Path, **files: str) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.m").write_text(text + "\n", encoding="utf-8")


ODD = {
    "plain": ("g = 2 * z;", True, ""),
    "prints": (
        "printf('PEXPECT_PROMPT>'); puts('__stdin_prompt>'); fprintf('%d\\n', 1:20000);\n"
        "z, disp(z); warning('w'); g = 2 * z;",
        True,
        "",
    ),
    "draws": (
        "figure; h = imagesc(z, [-1 1]); set(h, 'x', 1); colormap(gray); axis image off; hold on; plot(z);\n"
        "drawnow; pause; pause(100); title('t'); close all; g = 2 * z;",
        True,
        "",
    ),
    "clears": ("g = 2 * z; clear z; clear functions; clear -global; close all; clc; more on;", True, ""),
    "moves": ("cd('/'); addpath(tempdir()); rand('twister', 1); rand(5); g = 2 * z;", True, ""),
    "row": ("g = 2 * z';", True, "a column in Python, a row in Octave"),
    "rounds": ("g = single(2 * z);", True, ""),
    "types": ("g = 2 * z; if (! isa(z, 'double') || columns(z) != 1) g = 0; end", True, ""),
    "off": ("g = 2 * z; g(2) += 1e-6;", False, "1 of 3 elements differ"),
    "longer": ("g = [2 * z; 0];", False, "other sizes: float64 \\(3,\\) in Python, double 4x1 in Octave"),
    "spells": ("g = 'abc';", False, "Octave gives char 1x3: " + REAL_ONLY),
    "unset": ("y = 2 * z;", False, r"Octave: .*(undefined|not defined).*"),
    "raises": ("error('no luck');", False, r"Octave: no luck \(raises, line 2\)"),
    "unparsed": ("g = [1 2;", False, r"Octave: parse error.*"),
    "asks": ("g = input('how much? ');", False, r"Octave: input \(\) waits for somebody to answer.*"),
    "stops": ("keyboard; g = 2 * z;", False, r"Octave: keyboard \(\) waits for somebody to answer.*"),
    "quits": ("exit(3); g = 2 * z;", False, "Octave: ended Octave itself"),
    "shouts": ("system('echo PEXPECT_PROMPT\\>'); g = 2 * z;", False, r"Octave: its answer was lost.*"),
    "endless": ("while true, printf('.'); end", False, r"Octave: did not end within 4 s: stopped"),
}
LAST = "zz_after_all"


@pytest.fixture(scope="module")
def odd_rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Difference]]:
    """Every odd function called, the endless one twice, all in one diff, and a plain one after each."""
    folder = tmp_path_factory.mktemp("odd")
    functions = {name: Function(name, (Parameter("z"),), (Output("g"),)) for name in (*ODD, LAST)}
    for name, (body, _, _) in ODD.items():
        write(folder, **{name: f"function g = {name} (z)\n{body}\nend"})
    write(folder, **{LAST: f"function g = {LAST} (z)\ng = 2 * z;\nend"})
    z = np.array([0.5, -1.0, 3.0])
    calls = [*enumerate(ODD), (len(ODD), "endless")]
    cases = [Case(f"call {k}, {name}", each, (z + k,)) for k, name in calls for each in (name, LAST)]
    python = Side("here", lambda cases: (reply_of(2 * case.arguments[0]) for case in cases))  # type: ignore[operator]

    report = diff(tiny(tuple(functions.values())), cases, python, folder, call_seconds=4)

    rows: dict[str, list[Difference]] = {}
    for row in report.rows:
        rows.setdefault(row.function, []).append(row)
    return rows


def reply_of(*values: Value) -> Reply:
    return Reply(values, tuple(map(python_size, values)))


@needs("octave")
@pytest.mark.parametrize("name", ODD)
def test_an_odd_function_costs_only_itself(name: str, odd_rows: dict[str, list[Difference]]) -> None:
    _, agree, message = ODD[name]
    row = odd_rows[name][0]
    assert row.agree is agree
    assert re.fullmatch(message, row.message)


@needs("octave")
def test_every_answer_belongs_to_its_question(odd_rows: dict[str, list[Difference]]) -> None:
    assert [row.case for row in odd_rows[LAST] if row.error != 0] == []
    assert len(odd_rows[LAST]) == len(ODD) + 1


@needs("octave")
def test_what_did_not_end_is_not_called_again(odd_rows: dict[str, list[Difference]]) -> None:
    assert "not called again" in odd_rows["endless"][1].message


@needs("octave")
def test_classes_and_sizes_are_octaves_own(odd_rows: dict[str, list[Difference]]) -> None:
    assert odd_rows["rounds"][0].octave_size == "single 3x1"
    assert odd_rows["row"][0].octave_size == "double 1x3"


# --- one session ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    folder = tmp_path_factory.mktemp("session")
    write(
        folder,
        apply="function [g, n] = apply (f, z)\ng = f(z); n = 1;\nend",
        draw="function g = draw (n)\ng = rand(n);\nend",
        hang="function g = hang (n)\nwhile true, end\nend",
        many="function varargout = many (n)\nvarargout = num2cell(1:nargout);\nend",
        here="function g = here (n)\ng = [strcmp(pwd(), fileparts(mfilename('fullpath'))), numel(path())];\nend",
        late="function g = late (n)\nsystem(\"(sleep 0.2; echo 'PEXPECT_PROMPT>') &\"); g = n;\nend",
        move="function move (n)\ncd('/'); addpath(tempdir());\nend",
    )
    with Session(folder, None, timeout=20) as session:
        yield session


ONE = np.array([[1.0]])


@needs("octave")
def test_a_handle_is_a_function_in_octave(session: Session) -> None:
    values, sizes = session.call(Request("apply", ("@(t) t + 1", ONE), (0,), nout=2))
    assert [np.ravel(value).tolist() for value in values] == [[2.0], [1.0]]
    assert sizes == ["double 1x1", "double 1x1"]


@needs("octave")
def test_any_number_of_outputs_is_asked_for(session: Session) -> None:
    values, _ = session.call(Request("many", (ONE,), (), nout=3))
    assert [float(np.ravel(value)[0]) for value in values] == [1.0, 2.0, 3.0]
    assert len(session.call(Request("draw", (ONE,), (), nout=2))[0]) == 1


@needs("octave")
def test_a_call_leaves_the_folder_and_the_path_as_they_were(session: Session) -> None:
    where = Request("here", (ONE,), (), nout=1)
    (before,), _ = session.call(where)
    assert session.call(Request("move", (ONE,), (), nout=1)) == ([], [])
    (after,), _ = session.call(where)
    assert before[0, 0] == 1
    np.testing.assert_array_equal(after, before)


@needs("octave")
@pytest.mark.skipif(os.name == "nt", reason="written for a POSIX shell")
def test_an_older_answer_is_not_taken_for_the_new_one(session: Session) -> None:
    """A prompt that arrives between two calls makes oct2py read the reply to the call before."""
    apply = Request("apply", ("@(t) t + 1", ONE), (0,), nout=1)
    session.call(Request("late", (ONE,), (), nout=1))
    time.sleep(0.7)
    with pytest.raises(CallFailed, match="its answer was lost"):
        session.call(apply)
    (value,), _ = session.call(apply)
    assert value.item() == 2.0


@needs("octave")
def test_the_seed_of_octave_is_numpys(session: Session) -> None:
    (drawn,), _ = session.call(Request("draw", (np.array([[3.0]]),), (), nout=1, seed=123456789))
    np.random.seed([123456789])
    np.testing.assert_array_equal(drawn, np.random.rand(3, 3).T)


@needs("octave")
def test_neither_the_terminal_nor_the_logs_are_touched(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    term = os.environ.get("TERM")
    with caplog.at_level(logging.DEBUG):
        session.call(Request("draw", (ONE,), (), nout=1))
    assert caplog.records == []
    assert os.environ.get("TERM") == term


@needs("octave")
@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to oneself alone")
def test_ctrl_c_ends_a_call(session: Session) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            session.call(Request("hang", (ONE,), (), nout=1))
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)
    assert session.call(Request("apply", ("@(t) t", ONE), (0,), nout=1))[1] == ["double 1x1"]


@needs("octave")
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, hang="function g = hang (n)\nwhile true, end\nend")
    with Session(tmp_path, None, timeout=1) as session:
        first = session._child
        with pytest.raises(CallTimedOut):
            session.call(Request("hang", (ONE,), (), nout=1))
        session._start()
        second, folder = session._child, session._temporary
    assert not first.isalive()
    assert not second.isalive()
    assert not folder.exists()
    assert os.listdir(tmp_path) == ["hang.m"]
