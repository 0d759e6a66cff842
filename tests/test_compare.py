from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grader.cases import load_exercise
from grader.compare import Complaint, explain_error, judge, judge_value, select_output
from grader.model import (
    Case,
    CodeError,
    Exercise,
    Function,
    Outcome,
    Output,
    Parameter,
    Part,
    RawResult,
    Status,
    Tolerance,
    Value,
)
from grader.reference import answer_key
from grader.values import IN_OCTAVE, IN_PYTHON, Notation
from grader.worker.wire import Opaque

CASE = Case("a case", "cost", ())
WANT = np.linspace(-1, 2, 6).reshape(2, 3, order="F")
COST = Function(
    "cost", (Parameter("X"),), (Output("J"), Output("grad", blocks=lambda case: {"left": (2, 1), "right": (2, 2)}))
)
PLAIN = Function("g", (Parameter("z"),), (Output("g"),))
EXERCISE = Exercise(
    "ex", "An exercise", (COST, PLAIN), (Part("J", "cost", "J", 1), Part("grad", "cost", "grad", 1)), lambda random: ()
)
ANSWER = (np.asarray(2.5), WANT.ravel("F"))


LIST = Function(
    "f",
    (Parameter("x"),),
    (
        Output("b", blocks=lambda case: {"b[0]": (2, 1), "b[1]": (1, 1)}, listed=True),
        Output("w", blocks=lambda case: {"w[0]": (2, 3), "w[1]": (1, 2)}, listed=True),
    ),
)
LISTS = Exercise("ex", "Lists", (LIST,), (Part("b", "f", "b", 1), Part("w", "f", "w", 1)), lambda random: ())
B, W = (np.ones((2, 1)), np.full((1, 1), 3.0)), (np.arange(6.0).reshape(2, 3), np.array([[7.0, 8.0]]))
UNROLLED = (np.array([1.0, 1.0, 3.0]), np.array([0.0, 3.0, 1.0, 4.0, 2.0, 5.0, 7.0, 8.0]))


def judge_list(part: int, value: Value, notation: Notation = IN_PYTHON) -> tuple[Status, str, tuple[str, ...]]:
    result = RawResult(Outcome.ANSWERED, value)
    verdict = judge(LISTS, LISTS.parts[part], Case("a case", "f", ()), result, UNROLLED, notation)
    return verdict.status, verdict.message, verdict.notes


@pytest.mark.parametrize("output", ["J", "grad"])
def test_outputs_in_the_other_order_are_told_as_that(output: str) -> None:
    part = next(part for part in EXERCISE.parts if part.output == output)
    reversed_ = RawResult(Outcome.ANSWERED, ANSWER[::-1])
    verdict = judge(EXERCISE, part, CASE, reversed_, ANSWER)
    assert (verdict.status, verdict.message) == (
        Status.WRONG,
        "returns both, but in the other order; (J, grad) is expected",
    )
    for value in ((ANSWER[1], ANSWER[1]), (ANSWER[0], ANSWER[0]), (ANSWER[1], Opaque("a dict"))):
        assert "other order" not in judge(EXERCISE, part, CASE, RawResult(Outcome.ANSWERED, value), ANSWER).message


def test_lists_of_the_right_arrays_are_correct() -> None:
    assert [judge_list(part, (B, W)) for part in (0, 1)] == [(Status.CORRECT, "", ())] * 2


def test_a_flat_vector_in_a_list_is_accepted_as_a_column_with_a_note() -> None:
    flat = (np.ones(2), np.asarray(3.0))
    assert judge_list(0, (flat, W)) == (
        Status.CORRECT,
        "",
        ("b[0] comes as an array of shape (n,): accepted as a vector",),
    )


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        (
            1,
            (B, (W[0].T, W[1])),
            "w[0] is an array of shape (3, 2), expected an array of shape (2, 3): is it transposed?",
        ),
        (1, (B, (W[0],)), "w holds 1 value, expected a list of 2 arrays"),
        (1, (B, W[0]), "w is an array of shape (2, 3), expected a list of 2 arrays"),
        (1, (B, (W[0], None)), "w[1] is nothing (None), expected an array of shape (1, 2)"),
        (1, (B, (W[0], W[1] + 1)), "2 of 8 entries of w are wrong"),
        (1, (B, (W[0], 1j * W[1])), "w is complex: has a negative number met a log or a root?"),
        (0, ((), W), "b holds 0 values, expected a list of 2 arrays"),
    ],
)
def test_what_is_wrong_with_a_list_is_told(part: int, value: Value, message: str) -> None:
    status, told, _ = judge_list(part, value)
    assert (status, told) == (Status.WRONG, message)


def test_the_first_of_two_lists_counts_where_it_comes_alone() -> None:
    assert judge_list(0, B) == (Status.CORRECT, "", ())
    assert judge_list(1, B) == (Status.MISSING, "returns b only; (b, w) is expected", ())


def test_a_list_of_one_matrix_as_nested_lists_is_no_tuple_of_one_value() -> None:
    alone = Function("f", (), (Output("w", blocks=lambda case: {"w[0]": (2, 2)}, listed=True),))
    rows = (tuple(map(np.asarray, (1.0, 2.0))), tuple(map(np.asarray, (3.0, 4.0))))
    vector, notes = select_output(alone, 0, (rows,), CASE)
    np.testing.assert_array_equal(vector, [1, 3, 2, 4])
    assert notes == ()
    assert select_output(alone, 0, ((np.eye(2),),), CASE)[1] != ()


def test_behaviour_is_judged_on_the_shape_that_is_expected() -> None:
    part = Part("J", "cost", "J", 1, judge=lambda got, case, want: None)
    for got, status in ((np.asarray(2.0), Status.CORRECT), (np.ones(3), Status.WRONG)):
        assert judge(EXERCISE, part, CASE, RawResult(Outcome.ANSWERED, (got, WANT.ravel())), ANSWER).status is status


def test_a_list_is_a_cell_in_octave() -> None:
    assert judge_list(1, (B, W[0]), IN_OCTAVE)[1].endswith("expected a cell of 2 arrays")


def test_an_entry_of_a_list_is_named_by_its_matrix() -> None:
    result = RawResult(Outcome.ANSWERED, (B, (W[0], np.array([[7.0, 9.0]]))))
    verdict = judge(LISTS, LISTS.parts[1], Case("a case", "f", ()), result, UNROLLED)
    assert verdict.details == ("w[1][0, 1]: got 9, expected 8",)
    verdict = judge(LISTS, LISTS.parts[1], Case("a case", "f", ()), result, UNROLLED, IN_OCTAVE)
    assert verdict.details == ("w{2}(1, 2): got 9, expected 8",)


def test_a_stack_of_matrices_is_a_list_of_them() -> None:
    square = Output("w", blocks=lambda case: {"w[0]": (2, 2), "w[1]": (2, 2)}, listed=True)
    stacked = np.arange(8.0).reshape(2, 2, 2)
    vector, notes = select_output(Function("f", (), (square,)), 0, stacked, CASE)
    np.testing.assert_array_equal(vector, [0, 2, 1, 3, 4, 6, 5, 7])
    assert notes == ()


def status_of(got: Value, want: np.ndarray = WANT) -> Status:
    return judge_value("g", CASE, got, want, Tolerance()).status


def message_of(got: Value, want: np.ndarray = WANT) -> str:
    return judge_value("g", CASE, got, want, Tolerance()).message


def judge_output(name: str, value: Value) -> tuple[Status, str, tuple[str, ...]]:
    part = next(part for part in EXERCISE.parts if part.output == name)
    verdict = judge(EXERCISE, part, CASE, RawResult(Outcome.ANSWERED, value), ANSWER)
    return verdict.status, verdict.message, verdict.notes


@pytest.mark.parametrize(
    "got",
    [WANT, WANT + 1e-10, WANT.astype(complex), tuple(tuple(map(float, row)) for row in WANT)],
    ids=["equal", "within tolerance", "complex without imaginary part", "rows of numbers"],
)
def test_the_same_numbers_are_correct(got: Value) -> None:
    assert status_of(got) is Status.CORRECT


@pytest.mark.parametrize("shape", [(6,), (6, 1), (1, 6)])
def test_a_vector_is_accepted_in_every_orientation(shape: tuple[int, ...]) -> None:
    verdict = judge_value("g", CASE, WANT.ravel().reshape(shape), WANT.ravel(), Tolerance())
    assert verdict.status is Status.CORRECT
    assert bool(verdict.notes) == (shape != (6,))


@pytest.mark.parametrize("number", [np.asarray(2), np.asarray([[2.0]]), np.asarray([2.0]), np.asarray(True) * 2])
def test_a_number_is_accepted_in_every_form(number: np.ndarray) -> None:
    assert status_of(number, np.asarray(2.0)) is Status.CORRECT


def test_an_almost_right_number_is_wrong() -> None:
    assert status_of(WANT * (1 + 2e-6)) is Status.WRONG
    assert "right to 5 digits" in message_of(WANT * (1 + 5e-6))
    assert "digits" not in message_of(WANT + 0.1)


def test_one_wrong_entry_is_counted_and_shown() -> None:
    got = WANT.copy()
    got[1, 2] = 7
    verdict = judge_value("g", CASE, got, WANT, Tolerance())
    assert verdict.message == "1 of 6 entries of g is wrong"
    assert verdict.details == ("g[1, 2]: got 7, expected 2",)
    assert verdict.max_abs_error == pytest.approx(5)
    assert verdict.max_rel_error == pytest.approx(2.5)


def test_of_several_wrong_entries_the_worst_and_the_first_are_shown_with_the_reason() -> None:
    got = np.array([[1.0, 2.5], [3.0, 9.0]])
    want = np.array([[1.0, 2.0], [3.0, 4.0]])
    worst, first = "g[1, 1]: got 9, expected 4 (largest error)", "g[0, 1]: got 2.5, expected 2"
    assert judge_value("g", CASE, got, want, Tolerance()).details == (worst, f"{first} (first wrong)")
    got[0, 1] = 20
    assert judge_value("g", CASE, got, want, Tolerance()).details == ("g[0, 1]: got 20, expected 2 (largest error)",)


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (WANT.T, "g is an array of shape (3, 2), expected an array of shape (2, 3): is it transposed?"),
        (WANT.ravel(), "g is an array of shape (6,), expected an array of shape (2, 3)"),
        (
            np.full((2, 3), np.nan),
            "g is NaN in 6 of 6 entries: is there a log of 0, a division by 0, or an exponential that overflows?",
        ),
        (
            np.where(WANT > 1, np.inf, WANT),
            "g is Inf in 2 of 6 entries: is there a log of 0, a division by 0, or an exponential that overflows?",
        ),
        (WANT + 1j, "g is complex: has a negative number met a log or a root?"),
        ("2.5", "g is text, expected an array of shape (2, 3)"),
        (None, "g is nothing (None), expected an array of shape (2, 3)"),
        (Opaque("a masked array"), "g is a masked array, expected an array of shape (2, 3)"),
    ],
)
def test_each_rung_of_the_ladder_says_what_is_wrong(got: Value, said: str) -> None:
    assert (status_of(got), message_of(got)) == (Status.WRONG, said)


def test_a_vector_in_place_of_a_number_asks_for_the_sum() -> None:
    assert (
        message_of(np.ones(4), np.asarray(4.0)) == "g is an array of shape (4,), expected a number: is a sum missing?"
    )


def test_zeros_are_not_done_yet_but_zeros_may_be_right() -> None:
    assert status_of(np.zeros((2, 3))) is Status.MISSING
    assert status_of(np.zeros((2, 3)), np.zeros((2, 3))) is Status.CORRECT


def test_outputs_are_taken_by_position() -> None:
    assert judge_output("J", (np.asarray(2.5), ANSWER[1]))[0] is Status.CORRECT
    assert judge_output("grad", (np.asarray(2.5), ANSWER[1]))[0] is Status.CORRECT
    assert judge_output("grad", (ANSWER[1], np.asarray(2.5)))[0] is Status.WRONG


def test_the_cost_alone_is_judged_and_the_gradient_is_missing() -> None:
    assert judge_output("J", np.asarray(2.5))[0] is Status.CORRECT
    status, message, _ = judge_output("grad", np.asarray(2.5))
    assert (status, message) == (Status.MISSING, "returns a number only; (J, grad) is expected")


def test_one_value_alone_is_noted_only_where_no_part_is_lost_for_the_others() -> None:
    assert judge_output("J", np.asarray(2.5))[2] == ()
    lenient = replace(EXERCISE, parts=EXERCISE.parts[:1])
    alone = RawResult(Outcome.ANSWERED, np.asarray(2.5))
    notes = judge(lenient, EXERCISE.parts[0], CASE, alone, ANSWER).notes
    assert notes == ("cost returns one value; J, grad are expected",)
    whole = RawResult(Outcome.ANSWERED, (np.asarray(2.5) + 1, ANSWER[1]))
    assert judge(lenient, EXERCISE.parts[0], CASE, whole, ANSWER).notes == ()


def test_returning_nothing_is_named() -> None:
    assert judge_output("J", None)[1] == "returns nothing; (J, grad) is expected: is there a return?"
    alone, _ = select_output(Function("slope", (), (Output("g"),)), 0, None, CASE)
    assert alone == Complaint("returns nothing; g is expected: is there a return?", Status.MISSING)


def test_separate_gradient_matrices_are_unrolled_by_columns_with_a_note() -> None:
    status, _, notes = judge_output("grad", (np.asarray(2.5), WANT[:, :1], WANT[:, 1:]))
    assert status is Status.CORRECT
    assert "unrolled column by column" in notes[0]
    assert judge_output("J", (np.asarray(2.5), WANT[:, :1], WANT[:, 1:]))[0] is Status.CORRECT
    status, message, _ = judge_output("grad", (np.asarray(2.5), WANT[:, 1:], WANT[:, :1]))
    assert status is Status.WRONG
    assert message == "left is an array of shape (2, 2), expected an array of shape (2, 1)"


def test_a_list_of_gradient_matrices_is_unrolled_too() -> None:
    assert judge_output("grad", (np.asarray(2.5), (WANT[:, :1], WANT[:, 1:])))[0] is Status.CORRECT
    assert judge_output("grad", (np.asarray(2.5), (WANT[:, 1:], WANT[:, :1])))[0] is Status.WRONG


def test_a_third_value_that_is_no_matrix_is_too_many() -> None:
    assert (
        judge_output("grad", (np.asarray(2.5), ANSWER[1], np.ones(3)))[1] == "returns 3 values; (J, grad) is expected"
    )


def test_entries_of_an_unrolled_vector_are_named_by_their_matrix() -> None:
    got = ANSWER[1].copy()
    got[3] += 1
    part = EXERCISE.parts[1]
    verdict = judge(EXERCISE, part, CASE, RawResult(Outcome.ANSWERED, (np.asarray(2.5), got)), ANSWER)
    assert verdict.details[0].startswith("right[1, 0]: got ")


def test_enormous_numbers_are_wrong_without_a_warning(recwarn: pytest.WarningsRecorder) -> None:
    assert status_of(np.full((2, 3), 1.7e308)) is Status.WRONG
    assert not recwarn.list


def test_more_values_than_expected_are_wrong() -> None:
    assert judge_output("J", (np.asarray(2.5), ANSWER[1], 1, 2))[1] == "returns 4 values; (J, grad) is expected"


def test_what_stopped_a_call_is_the_verdict() -> None:
    error = CodeError("ValueError", "shapes\x1b[31m do not fit", "ex4.py", 12, 0, "    z2 = X @ Theta1\n")
    verdict = judge(EXERCISE, EXERCISE.parts[0], CASE, RawResult(Outcome.RAISED, error=error), ANSWER)
    assert verdict.status is Status.RAISED
    assert verdict.message == "ValueError: shapes do not fit, in line 12 of ex4.py: `z2 = X @ Theta1`"


def test_a_question_is_not_followed_by_a_comma() -> None:
    asked = CodeError("SyntaxError", "did you mean print(...)?", "ex4.py", 12, 0, "print 1")
    assert explain_error(asked) == "SyntaxError: did you mean print(...)? in line 12 of ex4.py: `print 1`"


def test_an_error_of_a_whole_file_begins_with_its_name() -> None:
    assert explain_error(CodeError("SyntaxError", "no text", "ex4.py")) == "ex4.py: SyntaxError: no text"
    assert explain_error(CodeError("MemoryError", "")) == "MemoryError"


def test_changed_inputs_are_told_and_cost_nothing() -> None:
    result = RawResult(Outcome.ANSWERED, ANSWER, mutated=(0,))
    verdict = judge(EXERCISE, EXERCISE.parts[0], CASE, result, ANSWER)
    assert verdict.status is Status.CORRECT
    assert verdict.notes == ("cost changes its input X: work on a copy",)


@pytest.mark.parametrize("factor", [1.0, 1 + 1e-9, 1 + 9e-7, 1 + 1.1e-6, 2.0, float("nan")])
def test_a_glance_says_what_a_closer_look_does(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    exercise = load_exercise("ex4")
    key = answer_key(exercise)
    asked = [
        (part, case, raw(tuple(factor * np.asarray(value, dtype=float) for value in answer)), answer)
        for part in exercise.parts
        if part.judge is None
        for case, answer in key.of(part.function)
        if case.group == part.group and all(isinstance(value, (np.ndarray, float)) for value in answer)
    ]
    glances = [judge(exercise, *each) for each in asked]
    monkeypatch.setattr("grader.compare.at_a_glance", lambda *_: None)
    looks = [judge(exercise, *each) for each in asked]
    for glance, look in zip(glances, looks, strict=True):
        assert (glance.status, glance.message, glance.notes) == (look.status, look.message, look.notes)
        assert (glance.max_abs_error, glance.max_rel_error) == (look.max_abs_error, look.max_rel_error)
    assert any(verdict.status is Status.CORRECT for verdict in glances) == (factor < 1 + 1e-6)


def raw(values: tuple[np.ndarray, ...]) -> RawResult:
    return RawResult(Outcome.ANSWERED, values if len(values) > 1 else values[0])


def test_an_octave_student_reads_octave() -> None:
    part = EXERCISE.parts[1]
    wrong = RawResult(Outcome.ANSWERED, (np.asarray(2.5), np.append(WANT.ravel("F")[:-1], 9.0)))
    details = [judge(EXERCISE, part, CASE, wrong, ANSWER, notation).details for notation in (IN_PYTHON, IN_OCTAVE)]
    assert [detail[0].partition(":")[0] for detail in details] == ["right[1, 1]", "right(2, 2)"]
    nothing = judge(EXERCISE, part, CASE, RawResult(Outcome.ANSWERED, None), ANSWER, IN_OCTAVE)
    assert nothing.message.startswith("returns nothing; [J, grad] is expected: are the outputs")


def in_octave(output: str, value: Value) -> tuple[Status, str]:
    part = next(part for part in EXERCISE.parts if part.output == output)
    verdict = judge(EXERCISE, part, CASE, RawResult(Outcome.ANSWERED, value), ANSWER, IN_OCTAVE)
    return verdict.status, verdict.message


def test_an_octave_student_reads_which_output_is_not_set() -> None:
    status, message = in_octave("grad", np.asarray(2.5))
    assert status is Status.MISSING
    assert message == "J is given, but not grad: are the outputs in its first line given a value?"


def test_the_imaginary_unit_is_an_output_that_is_never_set_in_octave_alone() -> None:
    unset = (np.asarray(1j), ANSWER[1])
    never = Status.MISSING, "J is never set (J alone is the imaginary unit)"
    assert in_octave("J", unset) == in_octave("J", unset[0]) == never
    assert in_octave("J", (np.asarray(2j), ANSWER[1]))[1].startswith("J is complex")
    assert in_octave("grad", (np.asarray(2.5), np.asarray(1j)))[1].startswith("grad is complex")
    assert judge_output("J", unset)[1].startswith("J is complex")
