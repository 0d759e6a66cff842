from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from rich.console import Console

from grader.model import Place
from grader.report import heatmap

COLOURED = {"force_terminal": True, "color_system": "truecolor", "_environ": {}}


def place(**errors: np.ndarray) -> Place:
    return Place("somewhere", "a case", errors)


def one_wrong(rows: int, columns: int, row: int, column: int, error: float = 0.5) -> np.ndarray:
    errors = np.zeros((rows, columns))
    errors[row, column] = error
    return errors


def drawn(shown: Place, width: int = 80, **options: object) -> list[str]:
    file = io.StringIO()
    Console(file=file, width=width, **options).print(heatmap.render(shown, width))
    return file.getvalue().splitlines()


def rows_of(lines: list[str]) -> list[str]:
    """The lines that show a row of a matrix, without its number."""
    found = [re.match(r" +\d+ ([-+· ]+)$", line) for line in lines]
    return [match.group(1) for match in found if match]


def background(text: str) -> list[tuple[int, ...]]:
    return [tuple(map(int, colour)) for colour in re.findall(r"48;2;(\d+);(\d+);(\d+)m", text)]


def test_every_entry_of_a_small_matrix_has_its_cell_with_a_sign() -> None:
    errors = np.array([[0.0, 0.5, -0.1], [-0.5, 0.0, 1e-9]])
    assert [row.split() for row in rows_of(drawn(place(Theta=errors)))] == [["·", "+", "-"], ["-", "·", "+"]]


def test_rows_and_columns_are_numbered_from_the_first() -> None:
    shown = Place("somewhere", "a case", {"Theta": one_wrong(2, 3, 1, 0)}, first=1)
    lines = drawn(shown)
    assert lines[3].split() == ["1", "2", "3"]
    assert [line.split()[0] for line in lines[4:6]] == ["1", "2"]


def test_a_matrix_that_is_right_is_said_to_be_and_not_drawn() -> None:
    lines = drawn(place(Theta1=one_wrong(2, 3, 0, 0), Theta2=np.zeros((4, 3))))
    assert len(rows_of(lines)) == 2
    assert "Theta2  4 × 3  right" in lines


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_large_matrix_fits_the_width_and_keeps_every_error_in_sight(width: int) -> None:
    errors = one_wrong(25, 401, 7, 222, -0.25)
    lines = drawn(place(Theta1_grad=errors), width)
    assert max(map(len, lines)) <= width
    rows = rows_of(lines)
    assert len(rows) == 25
    assert ["-" in row for row in rows] == [row == 7 for row in range(25)]


def test_the_first_column_of_a_large_matrix_stays_by_itself() -> None:
    beside = heatmap.picture("Theta", one_wrong(25, 401, 3, 1), 30, 75)
    assert (beside.cells[3, 0], beside.cells[3, 1]) == (0.0, 0.5)
    assert beside.columns[:2] == (0, 1)


def test_a_bin_shows_its_worst_error_with_its_sign() -> None:
    errors = np.array([[0.0, 0.1, -0.4, 0.3, 0.0, 0.2]])
    binned = heatmap.picture("Theta", errors, 30, 4)
    assert (binned.columns, binned.cells.tolist()) == ((0, 1, 3, 5, 6), [[0.0, -0.4, 0.3, 0.2]])


def test_many_rows_are_binned_too() -> None:
    binned = heatmap.picture("Theta", one_wrong(100, 3, 41, 2, -1.0), 30, 75)
    assert binned.cells.shape == (25, 3)
    assert np.argwhere(binned.cells).tolist() == [[10, 2]]
    assert heatmap.bin_note(binned) == "each cell: the worst of 4 rows"


def test_colour_tells_the_sign_and_its_strength_the_size() -> None:
    (large, small, negative) = background("".join(drawn(place(Theta=np.array([[1.0, 0.1, -1.0]])), **COLOURED)))[:3]
    assert large == heatmap.TOO_HIGH
    assert negative == heatmap.TOO_LOW
    assert heatmap.GREY[2] < small[2] < large[2]


def test_without_colour_nothing_but_characters_is_written() -> None:
    assert "\x1b" not in "".join(drawn(place(Theta=one_wrong(2, 3, 0, 0)), no_color=True))


def test_a_vector_is_drawn_as_a_row() -> None:
    assert rows_of(drawn(place(g=np.array([0.0, 1.0, 0.0]))))[0].split() == ["·", "+", "·"]


def elements(text: str, name: str) -> list[ET.Element]:
    return list(ET.fromstring(text).iter(f"{{http://www.w3.org/2000/svg}}{name}"))


LEGEND_BOXES = 2


def test_the_svg_has_a_box_for_every_wrong_entry_and_says_which() -> None:
    errors = np.array([[0.0, 0.5, -0.1], [-0.5, 0.0, 0.25]])
    text = heatmap.svg(place(Theta=errors))
    assert len(elements(text, "rect")) == np.count_nonzero(errors) + LEGEND_BOXES
    titles = [title.text for title in elements(text, "title")]
    assert "Theta[0, 1]: too high by 0.5 of the largest entry" in titles
    assert "Theta[1, 0]: too low by 0.5 of the largest entry" in titles
    assert "Theta[0, 0]: right" in titles


@pytest.mark.parametrize("shape", [(2, 9), (25, 401), (200, 2)])
def test_the_svg_keeps_to_its_frame_and_size(shape: tuple[int, int]) -> None:
    text = heatmap.svg(place(Theta1_grad=np.full(shape, 0.3), Theta2_grad=np.full((10, 26), -0.2)))
    assert len(text) < 500_000
    _, _, width, height = map(float, ET.fromstring(text).attrib["viewBox"].split())
    for group in ET.fromstring(text):
        left, top = map(float, re.findall(r"[\d.]+", group.attrib["transform"]))
        for box in group.iter("{http://www.w3.org/2000/svg}rect"):
            x, y, w, h = (float(box.attrib[key]) for key in ("x", "y", "width", "height"))
            assert left + x + w <= width
            assert top + y + h <= height


def test_names_in_the_svg_are_escaped() -> None:
    text = heatmap.svg(Place("<script>", "a case", {"<b>&": one_wrong(1, 2, 0, 0)}))
    assert "<b>" not in text
    assert "<script>" not in text
    assert "<b>&" in [part.text for part in elements(text, "tspan")]
