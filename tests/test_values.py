from __future__ import annotations

import numpy as np
import pytest

from grader.model import Formula
from grader.values import as_array, callable_of, clean, copy_of, describe, from_wire, to_wire
from grader.worker.wire import Opaque, decode, encode


@pytest.mark.parametrize(
    ("hostile", "inert"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07x", "]0;titlex"),
        ("a\u202eb\ud800c", "abc"),
        (" tab\tand\r\nline\n", "tab and line"),
        ("x" * 600, "x" * 499 + "…"),
    ],
)
def test_text_of_strangers_is_made_inert(hostile: str, inert: str) -> None:
    assert clean(hostile) == inert


def test_numbers_become_arrays_and_lists_become_tuples() -> None:
    value = from_wire([1, [2.5, None], "x", {"a": 1}])
    assert isinstance(value, tuple)
    assert as_array(value[0]) == 1
    assert value[1:] == ((np.asarray(2.5), None), "x", Opaque("a dict"))


@pytest.mark.parametrize("value", [((1.0, 2.0), (3.0,)), (), ("x",), None, "12", Opaque("a set"), np.array(["x"])])
def test_what_is_not_an_array_of_numbers_is_none(value: object) -> None:
    assert as_array(value) is None  # type: ignore[arg-type]


def test_equal_rows_stack() -> None:
    np.testing.assert_array_equal(as_array(((1.0, 2.0), (3.0, 4.0))), [[1, 2], [3, 4]])


def test_arguments_survive_the_wire() -> None:
    sent = [to_wire(value) for value in (np.float64(0.1), 3, np.arange(4.0)[:, None], Formula("lambda t: t", "@(t) t"))]
    number, integer, column, formula = decode(encode(sent))
    assert (number, integer, formula) == (0.1, 3, {"formula": "lambda t: t"})
    np.testing.assert_array_equal(column, np.arange(4.0)[:, None])


def test_a_formula_can_be_called() -> None:
    assert callable_of(Formula("lambda t: t[0] * np.sqrt(t[1])", ""))(np.array([3.0, 4.0])) == 6


def test_a_copy_does_not_touch_the_original() -> None:
    original = np.zeros(3)
    copy_of(original)[0] = 1
    assert original[0] == 0


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "nothing (None)"),
        (np.asarray(1.5), "a number"),
        (np.asarray(True), "a boolean"),
        (np.asarray(1j), "a complex number"),
        (np.ones((2, 3)), "an array of shape (2, 3)"),
        ((np.ones(2), None), "2 values"),
        (Opaque("a masked\x1b[1m array"), "a masked array"),
    ],
)
def test_a_value_is_described_in_words(value: object, said: str) -> None:
    assert describe(value) == said  # type: ignore[arg-type]
