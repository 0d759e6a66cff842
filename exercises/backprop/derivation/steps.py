"""The derivation as data: sections in order, each with its steps, each step with the lines of its sum.

Notation: the course's, Theta^(l) leads from layer l to layer l + 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from exercises.backprop.derivation.costs import WORDS, of_sigmoid
from exercises.backprop.derivation.net import (
    Backward,
    Edge,
    Forward,
    Net,
    Unit,
    backward,
    forward,
    measured_delta,
    measured_gradient,
    slope,
)
from exercises.backprop.derivation.notation import Formula, Symbol, factor, number, symbol


@dataclass(frozen=True)
class Line:
    """One line of a step: a formula, the same in numbers, what that gives, and the edge it goes along, if any."""

    formula: Formula
    numbers: str
    value: float
    edge: Edge | None = None


@dataclass(frozen=True)
class Check:
    """The same derivative measured, and the relative difference."""

    measured: float
    difference: float


@dataclass(frozen=True)
class Step:
    """How `of` comes to its value, and the units it belongs to."""

    of: Formula
    value: float
    lines: tuple[Line, ...]
    units: tuple[Unit, ...]
    check: Check | None = None

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Those of its sum."""
        return tuple(line.edge for line in self.lines if line.edge)


@dataclass(frozen=True)
class Quantity:
    symbol: Symbol
    value: float


@dataclass(frozen=True)
class Section:
    """Steps of one kind. `shown`: what the units of the picture hold; `back`: what is summed comes back along edges."""

    name: Symbol
    title: str
    formulas: tuple[Formula, ...]
    note: str
    steps: tuple[Step, ...]
    shown: Mapping[Unit, Quantity]
    back: bool = False


@dataclass(frozen=True)
class Derivation:
    net: Net
    sections: tuple[Section, ...]

    @property
    def checks(self) -> list[Check]:
        return [step.check for section in self.sections for step in section.steps if step.check]

    @property
    def largest_difference(self) -> float:
        return max(check.difference for check in self.checks)


@dataclass(frozen=True)
class Walk:
    """A net with all that was computed for it."""

    net: Net
    ahead: Forward
    back: Backward


def derivation(net: Net) -> Derivation:
    ahead = forward(net)
    walk = Walk(net, ahead, backward(net, ahead.a))
    hidden = range(net.L - 1, 1, -1)
    return Derivation(
        net,
        (
            *(forward_section(walk, layer) for layer in range(2, net.L + 1)),
            cost_section(walk),
            output_section(walk),
            *(hidden_section(walk, layer) for layer in hidden),
            *(gradient_section(walk, layer) for layer in (*hidden, 1)),
        ),
    )


# --- symbols ----------------------------------------------------------------------------------------------------------


def of_unit(letter: str, unit: Unit) -> Symbol:
    return symbol(letter, unit.index, unit.layer)


def of_edge(edge: Edge) -> Symbol:
    return symbol("Θ", f"{edge.i}{edge.j}", edge.layer)


def quantities(letter: str, values: Mapping[Unit, float], layers: Iterable[int]) -> dict[Unit, Quantity]:
    return {unit: Quantity(of_unit(letter, unit), value) for unit, value in values.items() if unit.layer in layers}


# --- forward ----------------------------------------------------------------------------------------------------------


SIGMOID: Formula = ("g(z) = 1 / (1 + ", Symbol("e", layer="−z"), ")")


def forward_section(walk: Walk, layer: int) -> Section:
    z, Theta, a = symbol("z", "i", layer), symbol("Θ", "ij", layer - 1), symbol("a", "j", layer - 1)
    return Section(
        symbol("z", layer=layer),
        f"Forward into layer {layer}",
        ((z, " = ", symbol("Σ", "j"), " ", Theta, " ", a), (symbol("a", "i", layer), " = g(", z, ")"), SIGMOID),
        "The sum over the edges that come in, then the sigmoid.",
        tuple(forward_step(walk, unit) for unit in walk.net.units(layer)),
        quantities("a", walk.ahead.a, range(1, layer + 1)),
    )


def forward_step(walk: Walk, unit: Unit) -> Step:
    z, a = of_unit("z", unit), of_unit("a", unit)
    value = walk.ahead.z[unit]
    terms = (term(walk, edge, of_unit("a", edge.start), walk.ahead.a[edge.start]) for edge in walk.net.incoming(unit))
    activation = Line((a, " = g(", z, ")"), f"g({number(value)})", walk.ahead.a[unit])
    return Step((z,), value, (*terms, total((z,), value), activation), (unit,))


def term(walk: Walk, edge: Edge, carried: Symbol, value: float) -> Line:
    """A weight times what its edge carries."""
    Theta = walk.net.Theta[edge]
    return Line((of_edge(edge), " ", carried), f"{number(Theta)} · {factor(value)}", Theta * value, edge)


def total(of: Formula, value: float) -> Line:
    return Line(of, "sum", value)


# --- the cost ---------------------------------------------------------------------------------------------------------


def cost_section(walk: Walk) -> Section:
    L, cost = walk.net.L, walk.net.cost.name
    outputs = walk.net.units(L)
    lines = tuple(cost_line(walk, unit) for unit in outputs)
    return Section(
        symbol("C"),
        "The cost",
        (("C = ", symbol("Σ", "k"), " ", *WORDS[cost].cost(symbol("a", "k", L), symbol("y", "k"))),),
        f"The {cost} cost of this one example.",
        (Step(("C",), walk.ahead.C, (*lines, total(("C",), walk.ahead.C)), tuple(outputs)),),
        quantities("a", walk.ahead.a, range(1, L + 1)),
    )


def cost_line(walk: Walk, unit: Unit) -> Line:
    a, y, cost = walk.ahead.a[unit], walk.net.wanted(unit), walk.net.cost
    words = WORDS[cost.name]
    return Line(words.cost(*of_output(unit)), words.cost_numbers(a, y), cost.value(a, y))


def of_output(unit: Unit) -> tuple[Symbol, Symbol]:
    """a and y of a unit of the last layer."""
    return of_unit("a", unit), symbol("y", unit.index)


# --- delta ------------------------------------------------------------------------------------------------------------


def output_section(walk: Walk) -> Section:
    L, words = walk.net.L, WORDS[walk.net.cost.name]
    delta, z, a = (symbol(letter, "i", L) for letter in "δza")
    return Section(
        symbol("δ", layer=L),
        "Delta of the outputs",
        ((delta, " = ∂C/∂", z, " = ∂C/∂", a, " · ∂", a, "/∂", z), (delta, " = ", *words.delta(a, symbol("y", "i")))),
        words.note,
        tuple(output_step(walk, unit) for unit in walk.net.units(L)),
        quantities("δ", walk.back.delta, [L]),
        back=True,
    )


def output_step(walk: Walk, unit: Unit) -> Step:
    cost, got, wanted = walk.net.cost, walk.ahead.a[unit], walk.net.wanted(unit)
    words, delta, z, (a, y) = WORDS[cost.name], of_unit("δ", unit), of_unit("z", unit), of_output(unit)
    value = walk.back.delta[unit]
    lines = (
        Line(("∂C/∂", a, " = ", *words.slope(a, y)), words.slope_numbers(got, wanted), cost.slope(got, wanted)),
        sigmoid_line(walk, unit),
        Line((delta, " = ", *words.product(a, y)), words.delta_numbers(got, wanted), value),
    )
    return Step((delta, " = ∂C/∂", z), value, lines, (unit,), check(value, measured_delta(walk.net, unit)))


def sigmoid_line(walk: Walk, unit: Unit) -> Line:
    a, z, value = of_unit("a", unit), of_unit("z", unit), walk.ahead.a[unit]
    return Line(("∂", a, "/∂", z, " = ", *of_sigmoid(a)), f"{number(value)} · {number(1 - value)}", slope(value))


def hidden_section(walk: Walk, layer: int) -> Section:
    delta, a, Theta = symbol("δ", "i", layer), symbol("a", "i", layer), symbol("Θ", "ki", layer)
    sum_over_k = (symbol("Σ", "k"), " ", Theta, " ", symbol("δ", "k", layer + 1))
    return Section(
        symbol("δ", layer=layer),
        f"Delta of layer {layer}",
        ((delta, " = ", *sum_over_k, " · ", *of_sigmoid(a)),),
        "The sum over the edges that go out: the cost feels this unit through each of them.",
        tuple(hidden_step(walk, unit) for unit in walk.net.units(layer)),
        quantities("δ", walk.back.delta, range(layer, walk.net.L + 1)),
        back=True,
    )


def hidden_step(walk: Walk, unit: Unit) -> Step:
    delta, z, back = of_unit("δ", unit), of_unit("z", unit), walk.back.delta
    value = back[unit]
    terms = tuple(term(walk, edge, of_unit("δ", edge.end), back[edge.end]) for edge in walk.net.outgoing(unit))
    reached = sum(line.value for line in terms)
    lines = (
        *terms,
        total(("∂C/∂", of_unit("a", unit)), reached),
        sigmoid_line(walk, unit),
        Line((delta,), f"{number(reached)} · {number(slope(walk.ahead.a[unit]))}", value),
    )
    return Step((delta, " = ∂C/∂", z), value, lines, (unit,), check(value, measured_delta(walk.net, unit)))


# --- the gradient -----------------------------------------------------------------------------------------------------


def gradient_section(walk: Walk, layer: int) -> Section:
    Theta, delta, a = symbol("Θ", "ij", layer), symbol("δ", "i", layer + 1), symbol("a", "j", layer)
    return Section(
        symbol("Θ", layer=layer),
        f"Gradient of the weights from layer {layer} to {layer + 1}",
        (("∂C/∂", Theta, " = ", delta, " ", a),),
        "Delta where the edge ends, times a where it starts.",
        tuple(gradient_step(walk, edge) for edge in walk.net.Theta if edge.layer == layer),
        quantities("a", walk.ahead.a, [layer]) | quantities("δ", walk.back.delta, [layer + 1]),
    )


def gradient_step(walk: Walk, edge: Edge) -> Step:
    delta, a, value = walk.back.delta[edge.end], walk.ahead.a[edge.start], walk.back.gradient[edge]
    product = (of_unit("δ", edge.end), " ", of_unit("a", edge.start))
    line = Line(product, f"{number(delta)} · {factor(a)}", value, edge)
    measured = check(value, measured_gradient(walk.net, edge))
    return Step(("∂C/∂", of_edge(edge)), value, (line,), (edge.start, edge.end), measured)


def check(value: float, measured: float) -> Check:
    larger = max(abs(value), abs(measured))
    return Check(measured, abs(value - measured) / larger if larger else 0.0)
