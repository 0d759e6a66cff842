"""The picture of a place: which entries are wrong, too large or too small, and by how much.

The sign of an error is told by colour (blue and orange, which the colour-blind tell apart) and by the characters + and
-, its size by how strong the colour is. A matrix too large to be shown entry by entry is shown in bins, each by its
worst entry; the first column, where the bias weights are, stays by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rich.console import Group
from rich.text import Text

from grader.model import Place

Numbers: TypeAlias = NDArray[Any]
Colour: TypeAlias = tuple[int, int, int]

GREY: Colour = (118, 118, 118)
TOO_HIGH: Colour = (0, 96, 214)
TOO_LOW: Colour = (206, 84, 0)
RIGHT = "·"
MOST_ROWS = 30
MOST_SVG_COLUMNS = 121
SVG_WIDTH = 760
SVG_CELL = 24
SVG_GAP = 32
SVG_MARGIN = 32
SVG_HEAD = 36
SVG_SMALL = 10
SVG_LETTER = 7
SVG_TOO_HIGH: Colour = (59, 142, 234)
SVG_TOO_LOW: Colour = (232, 135, 30)


@dataclass(frozen=True, eq=False)
class Picture:
    """A matrix of errors, in bins. `rows` and `columns` say at which row and column each bin starts, with the end."""

    name: str
    cells: Numbers
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, int]:
        return self.rows[-1], self.columns[-1]

    @property
    def binned(self) -> bool:
        return self.cells.shape != self.shape


def pictures(place: Place, most_rows: int, most_columns: int) -> list[Picture]:
    return [picture(name, np.atleast_2d(errors), most_rows, most_columns) for name, errors in place.errors.items()]


def picture(name: str, errors: Numbers, most_rows: int, most_columns: int) -> Picture:
    """`errors` in as many cells as fit; each takes the worst of its entries."""
    rows = starts(errors.shape[0], most_rows, alone=0)
    columns = starts(errors.shape[1], most_columns, alone=1)
    bands = [worst(errors[top:bottom], axis=0) for top, bottom in pairwise(rows)]
    cells = [worst(np.array(bands)[:, left:right], axis=1) for left, right in pairwise(columns)]
    return Picture(name, np.stack(cells, axis=1), rows, columns)


def starts(size: int, most: int, alone: int) -> tuple[int, ...]:
    """Where the bins of a row or column of this size start, and its end: equal bins, but for the first `alone`."""
    if size <= most:
        return tuple(range(size + 1))
    width = -(-(size - alone) // (most - alone))
    return (*range(alone), *range(alone, size, width), size)


def worst(errors: Numbers, axis: int) -> Numbers:
    """The error of largest size along an axis, with its sign."""
    at = np.expand_dims(np.argmax(np.abs(errors), axis=axis), axis)
    return np.take_along_axis(errors, at, axis=axis).squeeze(axis)


def strength(error: float, largest: float) -> float:
    """0 to 1: how much of its colour an error shows. The square root keeps small errors in sight."""
    return float(np.sqrt(abs(error) / largest)) if largest else 0.0


def largest_error(place: Place) -> float:
    return max(float(np.max(np.abs(errors), initial=0.0)) for errors in place.errors.values())


def scale_note(place: Place) -> str:
    return f"strongest colour: off by {largest_error(place):.2g} of the largest entry of the matrix"


def bin_note(shown: Picture) -> str:
    """'each cell is the worst of 6 columns, column 0 by itself', where cells are bins."""
    tall, wide = (int(np.max(np.diff(starts))) for starts in (shown.rows, shown.columns))
    parts = [f"{count} {noun}" for count, noun in ((tall, "rows"), (wide, "columns")) if count > 1]
    return f"each cell: the worst of {' and '.join(parts)}" + (", the first column by itself" if wide > 1 else "")


# --- in the terminal --------------------------------------------------------------------------------------------------


def render(place: Place, width: int) -> Group:
    """The picture in at most `width` characters a line."""
    largest = largest_error(place)
    lines = [Text(place.case)]
    for shown in pictures(place, MOST_ROWS, width - label_width(place)):
        lines += [Text(), *block(shown, place.first, largest, width, label_width(place))]
    return Group(*lines, Text(), *legend(place))


def label_width(place: Place) -> int:
    rows = max(np.atleast_2d(errors).shape[0] for errors in place.errors.values())
    return len(str(rows)) + 3


def block(shown: Picture, first: int, largest: float, width: int, margin: int) -> Iterator[Text]:
    rows, columns = shown.cells.shape
    cell = min(3, (width - margin) // columns)
    title = Text.assemble((shown.name, "bold"), f"  {shown.shape[0]} × {shown.shape[1]}")
    if not shown.cells.any():
        yield title.append("  right")
        return
    yield title
    if shown.binned:
        yield Text(f"  {bin_note(shown)}", "dim")
    if cell == 3:
        yield Text(" " * margin + "".join(f"{start + first:^3}" for start in shown.columns[:-1]), "dim")
    for row in range(rows):
        line = Text.styled(f"{shown.rows[row] + first:>{margin - 1}} ", "dim")
        for error in shown.cells[row]:
            line.append(*character(float(error), largest, cell))
        yield line


def character(error: float, largest: float, width: int) -> tuple[str, str]:
    """The text and the style of a cell."""
    if not error:
        return f"{RIGHT:^{width}}", "dim"
    colour = blend(GREY, TOO_HIGH if error > 0 else TOO_LOW, strength(error, largest))
    return f"{'+' if error > 0 else '-':^{width}}", f"bold white on rgb({','.join(map(str, colour))})"


def blend(start: Colour, end: Colour, share: float) -> Colour:
    red, green, blue = (round(a + share * (b - a)) for a, b in zip(start, end, strict=True))
    return red, green, blue


def legend(place: Place) -> Iterator[Text]:
    line = Text(" ")
    for error, word in ((1.0, "too high"), (-1.0, "too low"), (0.0, "right")):
        line.append(*character(error, 1.0, 3)).append(f" {word}   ")
    yield line
    yield Text(f"  {scale_note(place)}", "dim")


# --- as SVG -----------------------------------------------------------------------------------------------------------


def svg(place: Place) -> str:
    """The picture as SVG text, in the font and text colour of the page round it."""
    largest = largest_error(place)
    x = y = line_height = 0.0
    parts = []
    for shown in pictures(place, MOST_ROWS, MOST_SVG_COLUMNS):
        width, height = svg_size(shown)
        if x and x + width > SVG_WIDTH:
            x, y, line_height = 0.0, y + line_height, 0.0
        parts.append(moved(x, y, svg_block(shown, place.first, largest)))
        x, line_height = x + width + SVG_GAP, max(line_height, height)
    y += line_height
    parts.append(moved(0, y, svg_legend(place)))
    label = escape(f"Where {' and '.join(place.errors)} are wrong: {place.words}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="heatmap" role="img" aria-label="{label}"'
        f' viewBox="0 0 {SVG_WIDTH} {y + 24:g}" width="{SVG_WIDTH}" font-size="12" fill="currentColor">'
        f"{''.join(parts)}</svg>"
    )


def moved(x: float, y: float, parts: Iterator[str]) -> str:
    return f'<g transform="translate({x:g} {y:g})">{"".join(parts)}</g>'


def svg_side(shown: Picture) -> float:
    return min(float(SVG_CELL), (SVG_WIDTH - 1.5 * SVG_MARGIN) / int(shown.cells.shape[1]))


def svg_size(shown: Picture) -> tuple[float, float]:
    """As wide as its cells, or as the line above them."""
    rows, columns = shown.cells.shape
    heading = SVG_LETTER * len(f"{shown.name} {size_of(shown)}")
    return max(heading, SVG_MARGIN + columns * svg_side(shown)), SVG_HEAD + rows * svg_side(shown) + SVG_GAP / 2


def size_of(shown: Picture) -> str:
    return f"{shown.shape[0]} × {shown.shape[1]}" + (f", {bin_note(shown)}" if shown.binned else "")


def svg_block(shown: Picture, first: int, largest: float) -> Iterator[str]:
    rows, columns = shown.cells.shape
    side = svg_side(shown)
    name = f'<tspan font-weight="600">{escape(shown.name)}</tspan>'
    yield f'<text y="13">{name} <tspan opacity=".7">{size_of(shown)}</tspan></text>'
    yield f'<g font-size="{SVG_SMALL}" opacity=".7">'
    for row in range(0, rows, 1 if side >= SVG_SMALL else 5):
        y = SVG_HEAD + (row + 0.5) * side + SVG_SMALL / 3
        yield f'<text x="{SVG_MARGIN - 6}" y="{y:.1f}" text-anchor="end">{shown.rows[row] + first}</text>'
    for column in range(0, columns, 1 if side >= 2 * SVG_SMALL else 10):
        x = SVG_MARGIN + (column + 0.5) * side
        yield f'<text x="{x:.1f}" y="{SVG_HEAD - 5}" text-anchor="middle">{shown.columns[column] + first}</text>'
    yield "</g>"
    for row in range(rows):
        for column in range(columns):
            error = float(shown.cells[row, column])
            title = f"{shown.name}{span(shown, row, column, first)}: {meaning(error)}"
            x, y = SVG_MARGIN + column * side, SVG_HEAD + row * side
            yield svg_cell(x, y, side, error, largest, title)


def span(shown: Picture, row: int, column: int, first: int) -> str:
    """'[0, 3]', or '[0, 7 to 12]' of a bin."""
    ends = [
        (starts[at] + first, starts[at + 1] - 1 + first) for starts, at in ((shown.rows, row), (shown.columns, column))
    ]
    return f"[{', '.join(f'{a}' if a == b else f'{a} to {b}' for a, b in ends)}]"


def meaning(error: float) -> str:
    return f"{'too high' if error > 0 else 'too low'} by {abs(error):.2g} of the largest entry" if error else "right"


def svg_cell(x: float, y: float, side: float, error: float, largest: float, title: str) -> str:
    """A cell; what it says under the pointer is left out where it is too small to be pointed at."""
    said = f"<title>{escape(title)}</title>" if side >= SVG_SMALL else ""
    if not error:
        radius = min(1.5, side / 6)
        middle = f'cx="{x + side / 2:.1f}" cy="{y + side / 2:.1f}"'
        return f'<circle {middle} r="{radius:.1f}" opacity=".35">{said}</circle>'
    share = strength(error, largest)
    colour = "#{:02x}{:02x}{:02x}".format(*(SVG_TOO_HIGH if error > 0 else SVG_TOO_LOW))
    gap = min(1.0, side / 12)
    box = (
        f'<rect x="{x + gap:.1f}" y="{y + gap:.1f}" width="{side - 2 * gap:.1f}" height="{side - 2 * gap:.1f}"'
        f' rx="{side / 8:.1f}" fill="{colour}" fill-opacity="{0.15 + 0.85 * share:.2f}">{said}</rect>'
    )
    if side < SVG_SMALL:
        return box
    ink = ' fill="#000"' if share > 0.6 else ""
    at = f'x="{x + side / 2:.1f}" y="{y + side / 2 + 4:.1f}" text-anchor="middle" pointer-events="none"'
    return f"{box}<text {at}{ink}>{'+' if error > 0 else '−'}</text>"


def svg_legend(place: Place) -> Iterator[str]:
    x = float(SVG_MARGIN)
    for error, word in ((1.0, "too high"), (-1.0, "too low"), (0.0, "right")):
        yield svg_cell(x, 0, 18, error, 1.0, word)
        yield f'<text x="{x + 24:g}" y="13">{word}</text>'
        x += 100
    yield f'<text x="{x:g}" y="13" opacity=".7">{scale_note(place)}</text>'
