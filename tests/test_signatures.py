from __future__ import annotations

import numpy as np
import pytest

from grader.cases import load_exercise
from grader.model import Case, CodeError, Definition
from grader.signatures import COLUMNS, FLAT, argument_order, arrange, order_note

COST = load_exercise("ex4").function("nnCostFunction")
OURS = ("nn_params", "input_layer_size", "hidden_layer_size", "num_labels", "X", "y", "lambda_")
IDENTITY = tuple(range(7))


def definition(names: str, required: int | None = None, variadic: bool = False) -> Definition:
    parameters = tuple(names.split())
    return Definition("ex4.py", 3, parameters, len(parameters) if required is None else required, variadic)


@pytest.mark.parametrize(
    "names",
    [
        " ".join(OURS),
        "theta n_in n_hid K x labels Lambda",
        "a b c d e f g",
        "a b c d e f g h=",
        "nn_params input_layer_size hidden_layer_size num_labels X y learningRate",
    ],
)
def test_arguments_go_by_position(names: str) -> None:
    assert argument_order(COST, definition(names, required=7)) == IDENTITY
    assert order_note(COST, definition(names, required=7)) is None


def test_star_arguments_take_what_comes() -> None:
    assert argument_order(COST, definition("args", 0, variadic=True)) == IDENTITY


@pytest.mark.parametrize(
    ("names", "order"),
    [
        ("nn_params X y input_layer_size hidden_layer_size num_labels lambda_", (0, 4, 5, 1, 2, 3, 6)),
        ("X y Theta input_size hidden_size n_labels lam", (4, 5, 0, 1, 2, 3, 6)),
    ],
)
def test_another_order_is_taken_where_the_names_say_so_beyond_doubt(names: str, order: tuple[int, ...]) -> None:
    assert argument_order(COST, definition(names)) == order
    assert "another order" in str(order_note(COST, definition(names)))


def test_doubtful_names_leave_the_order_alone() -> None:
    assert argument_order(COST, definition("nn_params X y a b c d")) == IDENTITY
    assert (
        argument_order(COST, definition("nn_params X X input_layer_size hidden_layer_size num_labels lam")) == IDENTITY
    )


@pytest.mark.parametrize(("names", "count"), [("nn_params X y", 3), (" ".join((*OURS, "more")), 8)])
def test_a_wrong_number_of_parameters_is_told_with_what_is_expected(names: str, count: int) -> None:
    error = argument_order(COST, definition(names))
    assert isinstance(error, CodeError)
    assert error.message == (
        f"nnCostFunction({', '.join(OURS)}) is called with 7 arguments, "
        f"but yours takes {count}: ({', '.join(names.split())})"
    )
    assert (error.file, error.line) == ("ex4.py", 3)


def test_a_wrong_number_of_parameters_is_told_in_octave_without_what_python_alone_has() -> None:
    error = argument_order(COST, Definition("nnCostFunction.m", 3, ("nn_params", "X", "y", "lambda")))
    assert isinstance(error, CodeError)
    assert (error.kind, error.file) == ("error", "nnCostFunction.m")
    assert "X, y, lambda) is called with 7 arguments, but yours takes 4: (nn_params, X, y, lambda)" in error.message


def test_optional_parameters_of_the_student_are_left_alone() -> None:
    assert argument_order(COST, definition(" ".join((*OURS, "verbose")), required=7)) == IDENTITY


def test_columns_become_flat_only_where_asked_and_only_columns() -> None:
    X, y = np.ones((4, 2)), np.ones((4, 1))
    case = Case("a case", COST.name, (np.ones(9), 2, 2, 3, X, y, 0.0))
    assert [np.shape(argument) for argument in arrange(case, COST, IDENTITY, COLUMNS)][4:6] == [(4, 2), (4, 1)]
    assert [np.shape(argument) for argument in arrange(case, COST, IDENTITY, FLAT)][4:6] == [(4, 2), (4,)]
    swapped = (4, 5, 0, 1, 2, 3, 6)
    assert [np.shape(argument) for argument in arrange(case, COST, swapped, FLAT)][:3] == [(4, 2), (4,), (9,)]
