"""The derivation on the terminal: the same steps, and a small drawing of the net in every section."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import JustifyMethod
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from exercises.backprop.derivation.net import Net, Unit
from exercises.backprop.derivation.notation import Formula, Struck, brief, number, rounded, text
from exercises.backprop.derivation.steps import Derivation, Line, Section, Step
from exercises.console import out, say

SIGNS = {True: "rgb(59,142,234)", False: "rgb(232,135,30)"}
"""The colours of positive and negative weights."""

WIDTHS: tuple[tuple[int, JustifyMethod], ...] = ((37, "left"), (27, "right"), (12, "right"))
"""Of formula, numbers and value: 80 characters hold them."""

ALIKE = ("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖˡ⁰¹²³⁴⁵⁶⁷⁸⁹⁾ᶻ−·", "0123456789ijkl0123456789)z-*")
SPELLED = {
    "δ": "delta", "Θ": "Theta", "Σ": "sum_", "∂": "d", "½": "1/2", "⁽": "^(", "⁻": "^-", "→": "->", "←": "<-",
}  # fmt: skip
PLAIN = str.maketrans(*ALIKE) | str.maketrans(SPELLED)
"""For terminals that do not have these letters."""


def show(derivation: Derivation) -> None:
    net = derivation.net
    say(words(f"Backpropagation through {'-'.join(map(str, net.sizes))}, {net.cost.name} cost"), "bold")
    weights = Text.assemble("Weights: ", ("positive", SIGNS[True]), ", ", ("negative", SIGNS[False]), ". ")
    out.print(weights.append(words("Θ⁽ˡ⁾ leads from layer l to layer l + 1.")))
    say("(Cross Validated answer 152159 counts one higher.)", "dim")
    for place, section in enumerate(derivation.sections, 1):
        out.print()
        out.print(Rule(words(f"{place}. {section.name}  {section.title}"), align="left", characters="-", style="cyan"))
        for renderable in section_shown(net, section):
            out.print(renderable)
    out.print()
    largest = words(brief(derivation.largest_difference))
    say(f"{len(derivation.checks)} derivatives, each measured as well: largest relative difference {largest}", "bold")


def words(written: str) -> str:
    """In letters that the terminal has."""
    try:
        "".join(SPELLED).encode(out.encoding)
    except UnicodeEncodeError:
        return written.replace(")²", ")^2").translate(PLAIN)
    return written


def section_shown(net: Net, section: Section) -> Iterator[Table | Text]:
    yield Text(words("    ".join(map(text, section.formulas))), "bold")
    yield Text(section.note, "dim")
    yield drawing(net, section)
    for step in section.steps:
        yield Text()
        yield step_shown(net, step)


# --- the net ----------------------------------------------------------------------------------------------------------


def drawing(net: Net, section: Section) -> Table:
    """The units in columns, with what they hold, and an arrow where the sums of the section go."""
    table = Table.grid(padding=(0, 1))
    layers = range(1, net.L + 1)
    rows = max(len(net.biased(layer)) for layer in layers)
    between = {edge.layer for step in section.steps for edge in step.edges}
    for _ in layers:
        table.add_column(min_width=9)
        table.add_column(min_width=1)
    arrow = "←" if section.back else "→"
    table.add_row(*(cell for layer in layers for cell in (f"layer {layer}", words(arrow) if layer in between else "")))
    columns = [column(net, section, layer, rows) for layer in layers]
    for cells in zip(*columns, strict=True):
        table.add_row(*(each for cell in cells for each in (cell, "")))
    return table


def column(net: Net, section: Section, layer: int, rows: int) -> list[str]:
    units = [held(section, unit) for unit in net.biased(layer)]
    above = (rows - len(units)) // 2
    return [""] * above + units + [""] * (rows - len(units) - above)


def held(section: Section, unit: Unit) -> str:
    if unit.index == 0:
        return "+1"
    quantity = section.shown.get(unit)
    return words(f"{quantity.symbol.bare} {rounded(quantity.value):>6}" if quantity else "·")


# --- the steps --------------------------------------------------------------------------------------------------------


def step_shown(net: Net, step: Step) -> Table:
    table = Table.grid(padding=(0, 1))
    for width, side in WIDTHS:
        table.add_column(width=width, justify=side)
    table.add_row(written(step.of, "bold"), "", Text(words(number(step.value)), "bold"))
    for line in step.lines:
        table.add_row(*line_shown(net, line))
    if step.check:
        difference = f"relative difference {brief(step.check.difference)}"
        table.add_row(indented(Text("measured")), words(difference), words(number(step.check.measured)), style="green")
    return table


def line_shown(net: Net, line: Line) -> tuple[Padding, str, str]:
    style = SIGNS[net.Theta[line.edge] > 0] if line.edge else ""
    return indented(written(line.formula, style)), words(line.numbers), words(number(line.value))


def indented(shown: Text) -> Padding:
    return Padding(shown, (0, 0, 0, 2))


def written(formula: Formula, style: str = "") -> Text:
    made = Text(style=style)
    for piece in formula:
        struck = isinstance(piece, Struck)
        made.append(words(text((piece,))), "strike" if struck else None)
    return made
