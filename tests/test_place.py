from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

from grader.model import Place
from grader.place import Difference, locate

SMALL = {"Theta1_grad": (2, 9), "Theta2_grad": (4, 3)}
SQUARE = {"Theta1_grad": (3, 3), "Theta2_grad": (4, 4)}
LARGE = {"Theta1_grad": (25, 401), "Theta2_grad": (10, 26)}
BIAS = "the bias column"

Masks = Callable[..., np.ndarray]


def nothing(rows: int, columns: int) -> np.ndarray:
    return np.zeros((rows, columns), dtype=bool)


def everything(rows: int, columns: int) -> np.ndarray:
    return ~nothing(rows, columns)


def first_column(rows: int, columns: int) -> np.ndarray:
    return np.indices((rows, columns))[1] == 0


def all_but_first_column(rows: int, columns: int) -> np.ndarray:
    return ~first_column(rows, columns)


def last_row(rows: int, columns: int) -> np.ndarray:
    return np.indices((rows, columns))[0] == rows - 1


def all_but_last_column(rows: int, columns: int) -> np.ndarray:
    return np.indices((rows, columns))[1] < columns - 1


def rows_0_and_1(rows: int, columns: int) -> np.ndarray:
    return np.indices((rows, columns))[0] < 2


def whole_rows_here_and_there(rows: int, columns: int) -> np.ndarray:
    return np.indices((rows, columns))[0] % 2 == columns % 2


def first_row_for_first_column(rows: int, columns: int) -> np.ndarray:
    row, column = np.indices((rows, columns))
    return (row == 0) ^ (column == 0)


def shuffled_by_unrolling_along_rows(rows: int, columns: int) -> np.ndarray:
    entries = np.arange(rows * columns).reshape(rows, columns)
    return entries.ravel().reshape((rows, columns), order="F") != entries


def all_but_blank_inputs(rows: int, columns: int) -> np.ndarray:
    return np.indices((rows, columns))[1] % 20 != 1 if columns > 100 else everything(rows, columns)


def all_but_the_bias_and_blank_inputs(rows: int, columns: int) -> np.ndarray:
    return all_but_blank_inputs(rows, columns) & all_but_first_column(rows, columns)


def blank_inputs(rows: int, columns: int) -> np.ndarray:
    return ~all_but_blank_inputs(rows, columns)


def scattered(rows: int, columns: int) -> np.ndarray:
    return np.random.default_rng(rows).random((rows, columns)) < 0.4


def difference(blocks: Mapping[str, tuple[int, ...]], *masks: np.ndarray) -> Difference:
    """A case on which these entries are wrong, by 0.5 where the reference says 1, 2, 3, ..."""
    wrong = np.concatenate([mask.ravel("F") for mask in masks])
    want = np.arange(1.0, wrong.size + 1)
    return Difference("a case", want + 0.5 * wrong, want, wrong, np.zeros_like(wrong), blocks)


def net(blocks: Mapping[str, tuple[int, int]], first: Masks, second: Masks) -> Difference:
    return difference(blocks, first(*blocks["Theta1_grad"]), second(*blocks["Theta2_grad"]))


def with_faint(case: Difference, first: Masks, second: Masks = nothing) -> Difference:
    """The case with these entries next to 0."""
    masks = (first(*case.blocks["Theta1_grad"]), second(*case.blocks["Theta2_grad"]))
    return replace(case, faint=np.concatenate([mask.ravel("F") for mask in masks]))


def plain(mask: np.ndarray) -> Difference:
    return Difference("a case", mask + 1.0, np.ones(mask.shape), mask, np.zeros_like(mask), {"g": mask.shape})


def place_of(*differences: Difference, first: int = 0, first_column: str = BIAS) -> Place:
    place = locate(differences, first, first_column)
    assert place is not None
    return place


WORDS = [
    (everything, everything, "all of Theta1_grad and Theta2_grad"),
    (everything, nothing, "all of Theta1_grad; Theta2_grad is right"),
    (first_column, nothing, "all of column 0 of Theta1_grad (the bias column), and nothing else"),
    (first_column, first_column, "all of column 0 of Theta1_grad and Theta2_grad (the bias columns), and nothing else"),
    (all_but_first_column, nothing, "everything in Theta1_grad but column 0 (the bias column); Theta2_grad is right"),
    (first_column, everything, "all of column 0 of Theta1_grad (the bias column); all of Theta2_grad"),
    (nothing, last_row, "all of the last row of Theta2_grad, and nothing else"),
    (nothing, all_but_last_column, "everything in Theta2_grad but the last column; Theta1_grad is right"),
    (nothing, rows_0_and_1, "all of rows 0 and 1 of Theta2_grad, and nothing else"),
    (nothing, whole_rows_here_and_there, "some whole rows of Theta2_grad; Theta1_grad is right"),
    (
        nothing,
        first_row_for_first_column,
        "row 0 and column 0 of Theta2_grad but not where they meet, and nothing else",
    ),
    (all_but_blank_inputs, everything, "nearly all of Theta1_grad; all of Theta2_grad"),
    (
        all_but_the_bias_and_blank_inputs,
        nothing,
        "nearly everything in Theta1_grad but column 0 (the bias column); Theta2_grad is right",
    ),
    (nothing, scattered, "some entries of Theta2_grad, in no clear pattern; Theta1_grad is right"),
    (shuffled_by_unrolling_along_rows, everything, "most entries of Theta1_grad, but not all; all of Theta2_grad"),
]


@pytest.mark.parametrize(("first", "second", "words"), WORDS, ids=[f"{a.__name__}-{b.__name__}" for a, b, _ in WORDS])
def test_the_words_name_what_is_common_to_nets_of_different_shapes(first: Masks, second: Masks, words: str) -> None:
    assert place_of(*(net(blocks, first, second) for blocks in (SMALL, SQUARE, LARGE))).words == words


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (nothing, last_row, "all of row 3 of Theta2_grad, and nothing else"),
        (shuffled_by_unrolling_along_rows, nothing, "everything in Theta1_grad but the first and last entry"),
        (nothing, scattered, "3 of the 12 entries of Theta2_grad, in no clear pattern; Theta1_grad is right"),
    ],
)
def test_one_case_is_described_by_its_own_numbers(first: Masks, second: Masks, words: str) -> None:
    assert place_of(net(SMALL, first, second)).words.startswith(words)


CLAIMS: dict[str, Masks] = {
    "all of Theta1_grad": everything,
    "all of column 0 of Theta1_grad": first_column,
    "everything in Theta1_grad but column 0": all_but_first_column,
    "all of the last row of Theta1_grad": last_row,
    "everything in Theta1_grad but the last column": all_but_last_column,
    "all of rows 0 and 1 of Theta1_grad": rows_0_and_1,
    "row 0 and column 0 of Theta1_grad but not where they meet": first_row_for_first_column,
}


@pytest.mark.parametrize("small", CLAIMS.values(), ids=lambda mask: mask.__name__)
@pytest.mark.parametrize("large", [*CLAIMS.values(), scattered], ids=lambda mask: mask.__name__)
def test_an_exact_claim_is_true_of_every_case(small: Masks, large: Masks) -> None:
    cases = [net(SMALL, small, nothing), net(LARGE, large, nothing)]
    words = place_of(*cases, first_column="").words.removesuffix("; Theta2_grad is right")
    claim = CLAIMS.get(words.removesuffix(", and nothing else"))
    assert (claim is not None) == (small is large or np.array_equal(small(2, 9), large(2, 9)))
    for case in cases:
        if claim is not None:
            shape = case.blocks["Theta1_grad"]
            np.testing.assert_array_equal(claim(*shape).ravel("F"), case.wrong[: np.prod(shape)])


def test_one_case_that_differs_takes_back_what_holds_on_the_others() -> None:
    cases = [net(SMALL, first_column, nothing), net(SQUARE, first_column, nothing)]
    also_elsewhere = first_column(25, 401)
    also_elsewhere[3, 200] = True
    other = difference(LARGE, also_elsewhere, nothing(10, 26))
    assert "nothing else" in place_of(*cases).words
    assert place_of(*cases, other).words == "some entries of Theta1_grad, in no clear pattern; Theta2_grad is right"


def test_a_matrix_is_called_right_only_if_it_is_right_on_every_case() -> None:
    words = place_of(net(SMALL, everything, nothing), net(SQUARE, everything, everything)).words
    assert words == "all of Theta1_grad; on some cases all of Theta2_grad"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (all_but_blank_inputs, "all of Theta1_grad; Theta2_grad is right"),
        (
            all_but_the_bias_and_blank_inputs,
            "everything in Theta1_grad but column 0 (the bias column); Theta2_grad is right",
        ),
    ],
)
def test_where_an_entry_is_next_to_0_the_words_go_by_the_other_cases(wrong: Masks, words: str) -> None:
    cases = [net(blocks, wrong, nothing) for blocks in (SMALL, SQUARE, LARGE)]
    faint = [with_faint(case, blank_inputs) for case in cases]
    assert place_of(*faint).words == words
    assert place_of(*cases).words == f"nearly {words}"


def test_an_entry_that_is_not_next_to_0_on_its_case_speaks_against_the_words() -> None:
    small, large = net(SMALL, everything, nothing), net(LARGE, all_but_blank_inputs, nothing)
    a_few = with_faint(large, lambda rows, columns: blank_inputs(rows, columns) & (np.indices((rows, columns))[0] > 0))
    assert place_of(small, a_few).words.startswith("nearly all of Theta1_grad")
    elsewhere = [with_faint(small, everything), large]
    assert place_of(*elsewhere).words.startswith("nearly all of Theta1_grad")


def test_what_no_case_shows_in_full_is_not_claimed() -> None:
    case = with_faint(net(LARGE, all_but_blank_inputs, nothing), blank_inputs)
    assert place_of(case, case).words == "nearly all of Theta1_grad; Theta2_grad is right"


def test_what_is_next_to_0_and_wrong_is_not_called_right() -> None:
    wrong = first_column(25, 401)
    wrong[3, 21] = True
    other = with_faint(difference(LARGE, wrong, nothing(10, 26)), blank_inputs)
    assert place_of(net(SMALL, first_column, nothing), other).words.startswith("some entries of Theta1_grad")
    other = with_faint(net(LARGE, first_column, last_row), nothing, everything)
    words = place_of(net(SMALL, first_column, nothing), other).words
    assert words.endswith("; on some cases all of row 9 of Theta2_grad")


def test_nearly_all_is_not_said_of_three_quarters() -> None:
    mask = everything(10, 8)
    mask[:, 6:] = False
    assert "nearly" not in place_of(plain(mask | (np.indices(mask.shape).sum(axis=0) == 0))).words
    mask[:, 6] = True
    mask[3, 7] = True
    assert place_of(plain(mask)).words == "nearly all of g"


def test_of_what_is_nearly_true_the_narrower_is_said() -> None:
    cases = [net(blocks, all_but_the_bias_and_blank_inputs, nothing) for blocks in (SMALL, LARGE)]
    assert place_of(*cases).words.startswith("nearly everything in Theta1_grad but column 0")


@pytest.mark.parametrize("sizes", [(3, 8), (8, 3)])
def test_the_last_entry_of_vectors_of_different_lengths_has_no_number(sizes: tuple[int, int]) -> None:
    cases = [plain(np.arange(size) == size - 1) for size in sizes]
    assert place_of(*cases).words == "all of the last entry of g, and nothing else"


def test_rows_and_columns_are_counted_from_1_for_octave() -> None:
    assert place_of(net(SMALL, first_column, nothing), first=1, first_column="").words == (
        "all of column 1 of Theta1_grad, and nothing else"
    )
    assert place_of(net(SMALL, nothing, last_row), first=1).words == "all of row 4 of Theta2_grad, and nothing else"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([0], "all of entry 0 of g, and nothing else"),
        ([2, 5], "all of entries 2 and 5 of g, and nothing else"),
        ([1, 2, 3, 4, 5, 6, 7], "everything in g but entry 0"),
        ([0, 1, 2, 3, 4, 5, 6], "everything in g but the last entry"),
        ([0, 2, 3, 5, 6], "5 of the 8 entries of g, in no clear pattern"),
        (list(range(8)), "all of g"),
    ],
)
def test_a_vector_is_described_by_its_entries(wrong: list[int], words: str) -> None:
    assert place_of(plain(np.isin(np.arange(8), wrong))).words == words


def test_a_vector_and_a_matrix_share_no_rows() -> None:
    place = place_of(plain(np.arange(5) == 0), plain(first_column(3, 3)), first_column="")
    assert place.words == "some entries of g, in no clear pattern"


def test_a_number_has_no_place() -> None:
    assert locate([plain(np.array(True))]) is None


def test_errors_have_sign_and_size_relative_to_their_own_matrix() -> None:
    blocks = {"left": (2, 1), "right": (2, 2)}
    want = np.array([1.0, -4.0, 10.0, 20.0, 30.0, 50.0])
    wrong = np.array([True, False, False, True, True, False])
    got = want + np.array([1.0, 1e-12, 0.0, -5.0, 10.0, 0.0])
    place = place_of(Difference("a case", got, want, wrong, np.zeros_like(wrong), blocks))
    assert (place.case, list(place.errors)) == ("a case", ["left", "right"])
    np.testing.assert_allclose(place.errors["left"], [[0.25], [0.0]], rtol=1e-12)
    np.testing.assert_allclose(place.errors["right"], [[0.0, 0.2], [-0.1, 0.0]], rtol=1e-12)


def test_a_matrix_that_should_be_zero_has_errors_that_can_be_drawn() -> None:
    case = Difference("a case", np.ones((2, 2)), np.zeros((2, 2)), everything(2, 2), everything(2, 2), {"g": (2, 2)})
    place = place_of(case)
    np.testing.assert_array_equal(place.errors["g"], np.ones((2, 2)))


def test_lists_of_another_length_than_the_one_that_is_shown_are_left_out() -> None:
    short = difference({"D[0]": (1, 2), "D[1]": (2, 2)}, everything(1, 2), nothing(2, 2))
    long = difference(
        {"D[0]": (1, 2), "D[1]": (2, 2), "D[2]": (1, 3)}, everything(1, 2), everything(2, 2), everything(1, 3)
    )
    place = locate([short, long])
    assert place is not None
    assert place.words == "all of D[0]; D[1] is right"
    assert list(place.errors) == ["D[0]", "D[1]"]
