"""The picture of a net: units in columns, edges between them, and for each step of a section the edges of its sum.

The edges are drawn once on a page, under the id `edges`; the pictures of the sections use them. What lights up for a
step is a group of the class `light`, in the order of the steps; the style sheet of the page shows one at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from exercises.backprop.derivation.net import Edge, Net, Unit
from exercises.backprop.derivation.notation import number, rounded, symbol
from exercises.backprop.derivation.steps import Quantity, Section, Step

WIDTH = 340.0
MARGIN = 32.0
TOP = 30.0
LEAST_GAP = 92.0
MOST_GAP = 150.0
ROW = 43.0
PILL = (48.0, 22.0)
LABEL = 46.0
"""How far the weight of a lit edge stands from the middle of a unit."""


@dataclass(frozen=True)
class Frame:
    """Where everything is."""

    net: Net

    @property
    def gap(self) -> float:
        """From layer to layer."""
        return min(MOST_GAP, max(LEAST_GAP, (WIDTH - 2 * MARGIN) / (self.net.L - 1)))

    @property
    def rows(self) -> int:
        return max(len(self.net.biased(layer)) for layer in range(1, self.net.L + 1))

    @property
    def size(self) -> tuple[float, float]:
        return 2 * MARGIN + self.gap * (self.net.L - 1), TOP + self.rows * ROW

    def x(self, layer: int) -> float:
        return MARGIN + (layer - 1) * self.gap

    def at(self, unit: Unit) -> tuple[float, float]:
        column = self.net.biased(unit.layer)
        row = column.index(unit) + (self.rows - len(column)) / 2
        return self.x(unit.layer), TOP + (row + 0.5) * ROW


def overview(net: Net) -> str:
    """The net alone, with x and y."""
    frame = Frame(net)
    ends = (("x", net.units(1), net.x), ("y", net.units(net.L), net.y))
    held = {
        unit: Quantity(symbol(letter, unit.index), value)
        for letter, layer, values in ends
        for unit, value in zip(layer, values, strict=True)
    }
    edges = "".join(line(frame, edge) for edge in net.Theta)
    return svg(frame, f'<g id="edges">{edges}</g>', *units(frame, held))


def picture(net: Net, section: Section) -> str:
    """The net as it is in a section, and what lights up for each of its steps."""
    frame = Frame(net)
    lights = (light(frame, section, step) for step in section.steps)
    return svg(frame, '<use href="#edges" class="faint"/>', *lights, *units(frame, section.shown))


def svg(frame: Frame, *parts: str) -> str:
    width, height = frame.size
    name = "-".join(map(str, frame.net.sizes))
    heads = "".join(
        f'<text class="head" x="{frame.x(layer):g}" y="14">layer {layer}</text>' for layer in range(1, frame.net.L + 1)
    )
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" style="--width: {width:g}" role="img" aria-label="the net {name}">'
        f"{heads}{''.join(parts)}</svg>"
    )


# --- edges ------------------------------------------------------------------------------------------------------------


def sign(net: Net, edge: Edge) -> str:
    return "positive" if net.Theta[edge] > 0 else "negative"


def line(frame: Frame, edge: Edge, least: float = 0.7, back: bool = False) -> str:
    """An edge, the wider the larger its weight; drawn from its end where values go back."""
    (x1, y1), (x2, y2) = (frame.at(unit) for unit in ((edge.end, edge.start) if back else (edge.start, edge.end)))
    width = least + 1.6 * abs(frame.net.Theta[edge])
    return (
        f'<line class="{sign(frame.net, edge)}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"'
        f' stroke-width="{width:.2f}"/>'
    )


def light(frame: Frame, section: Section, step: Step) -> str:
    lines = "".join(line(frame, edge, 1.6, section.back) for edge in step.edges)
    rings = "".join(ring(frame, unit) for unit in step.units)
    weights = "".join(weight(frame, edge, section.back) for edge in step.edges)
    return f'<g class="light">{lines}{rings}{weights}</g>'


def weight(frame: Frame, edge: Edge, back: bool) -> str:
    """Its number, at the end where the edges of a sum are apart: what it is summed into is at the other."""
    (x1, y1), (x2, y2) = frame.at(edge.start), frame.at(edge.end)
    share = LABEL / (x2 - x1)
    along = 1 - share if back else share
    x, y = x1 + along * (x2 - x1), y1 + along * (y2 - y1) + 3.5
    return (
        f'<text class="weight {sign(frame.net, edge)}" x="{x:.1f}" y="{y:.1f}">{number(frame.net.Theta[edge])}</text>'
    )


# --- units ------------------------------------------------------------------------------------------------------------


def units(frame: Frame, shown: Mapping[Unit, Quantity]) -> Iterator[str]:
    for layer in range(1, frame.net.L + 1):
        for unit in frame.net.biased(layer):
            yield bias(frame, unit) if unit.index == 0 else plain(frame, unit, shown.get(unit))


def bias(frame: Frame, unit: Unit) -> str:
    x, y = frame.at(unit)
    return f'{pill(x, y, "bias")}<text x="{x:g}" y="{y + 4:g}">+1</text>'


def plain(frame: Frame, unit: Unit, held: Quantity | None) -> str:
    """A unit, with the name and the number it holds, if it holds one yet."""
    x, y = frame.at(unit)
    if held is None:
        return pill(x, y, "empty")
    return (
        f'{pill(x, y, "unit")}<text class="name" x="{x:g}" y="{y - 18:g}">{held.symbol.bare}</text>'
        f'<text x="{x:g}" y="{y + 4:g}">{rounded(held.value)}</text>'
    )


def pill(x: float, y: float, kind: str, wider: float = 0.0) -> str:
    width, height = PILL[0] + wider, PILL[1] + wider
    return (
        f'<rect class="{kind}" x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width:g}" height="{height:g}"'
        f' rx="{height / 2:g}"/>'
    )


def ring(frame: Frame, unit: Unit) -> str:
    """Round a unit that a step is about."""
    return pill(*frame.at(unit), "ring", wider=6)
