"""A net as numbers on its units and edges, and what backpropagation makes of them: sums over edges, nothing else.

sizes    units of the layers 1..L, without the bias units
Theta    weight of an edge; Theta_ij^(l) leads from unit j of layer l to unit i of layer l + 1
z, a     what reaches a unit, and what it passes on: a = g(z); a of layer 1 is x, a of a bias unit is 1
delta    dC/dz of a unit
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from grader.errors import UsageError

STEP = 1e-4
"""How far a central difference goes to either side."""

FIRST_X = 1004
"""Where x begins among the scattered numbers, far from the weights."""

ARCHITECTURE = "[1-8](-[1-8]){1,5}"


@dataclass(frozen=True)
class Unit:
    """Unit `index` of a layer; 0 is the bias unit."""

    layer: int
    index: int


@dataclass(frozen=True)
class Edge:
    """From unit j of layer l to unit i of layer l + 1."""

    layer: int
    i: int
    j: int

    @property
    def start(self) -> Unit:
        return Unit(self.layer, self.j)

    @property
    def end(self) -> Unit:
        return Unit(self.layer + 1, self.i)


@dataclass(frozen=True)
class Cost:
    """What one output a costs where y is wanted, and its slope dC/da."""

    name: str
    value: Callable[[float, float], float]
    slope: Callable[[float, float], float]


COSTS = {
    cost.name: cost
    for cost in (
        Cost(
            "cross-entropy",
            lambda a, y: -(y * math.log(a) + (1 - y) * math.log(1 - a)),
            lambda a, y: (a - y) / (a * (1 - a)),
        ),
        Cost("quadratic", lambda a, y: (a - y) ** 2 / 2, lambda a, y: a - y),
    )
}


@dataclass(frozen=True)
class Net:
    """A net, one example x, and the outputs y that are wanted for it."""

    sizes: tuple[int, ...]
    Theta: Mapping[Edge, float]
    x: tuple[float, ...]
    y: tuple[float, ...]
    cost: Cost

    @property
    def L(self) -> int:
        return len(self.sizes)

    def units(self, layer: int) -> list[Unit]:
        """Those of a layer, without its bias unit."""
        return [Unit(layer, index) for index in range(1, self.sizes[layer - 1] + 1)]

    def biased(self, layer: int) -> list[Unit]:
        """Those of a layer, the bias unit first: the last layer has none."""
        return [Unit(layer, 0)] * (layer < self.L) + self.units(layer)

    def incoming(self, unit: Unit) -> list[Edge]:
        return [Edge(unit.layer - 1, unit.index, start.index) for start in self.biased(unit.layer - 1)]

    def outgoing(self, unit: Unit) -> list[Edge]:
        return [Edge(unit.layer, end.index, unit.index) for end in self.units(unit.layer + 1)]

    def wanted(self, unit: Unit) -> float:
        """y of a unit of the last layer."""
        return self.y[unit.index - 1]


@dataclass(frozen=True)
class Forward:
    z: Mapping[Unit, float]
    a: Mapping[Unit, float]
    C: float


@dataclass(frozen=True)
class Backward:
    delta: Mapping[Unit, float]
    gradient: Mapping[Edge, float]


def forward(net: Net, nudged: Unit | None = None, nudge: float = 0.0) -> Forward:
    """All z and a, and the cost; z of the unit `nudged` is that much larger than its sum."""
    z: dict[Unit, float] = {}
    a = {Unit(layer, 0): 1.0 for layer in range(1, net.L)} | dict(zip(net.units(1), net.x, strict=True))
    for layer in range(2, net.L + 1):
        for unit in net.units(layer):
            z[unit] = sum(net.Theta[edge] * a[edge.start] for edge in net.incoming(unit))
            z[unit] += nudge if unit == nudged else 0.0
            a[unit] = sigmoid(z[unit])
    return Forward(z, a, sum(net.cost.value(a[unit], net.wanted(unit)) for unit in net.units(net.L)))


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def backward(net: Net, a: Mapping[Unit, float]) -> Backward:
    """All delta, from the outputs back, and dC/dTheta of every edge."""
    delta = {unit: net.cost.slope(a[unit], net.wanted(unit)) * slope(a[unit]) for unit in net.units(net.L)}
    for layer in range(net.L - 1, 1, -1):
        for unit in net.units(layer):
            delta[unit] = sum(net.Theta[edge] * delta[edge.end] for edge in net.outgoing(unit)) * slope(a[unit])
    return Backward(delta, {edge: delta[edge.end] * a[edge.start] for edge in net.Theta})


def slope(a: float) -> float:
    """da/dz, told by a alone."""
    return a * (1 - a)


def measured_delta(net: Net, unit: Unit) -> float:
    """dC/dz of a unit as a central difference of the cost."""
    return (forward(net, unit, STEP).C - forward(net, unit, -STEP).C) / (2 * STEP)


def measured_gradient(net: Net, edge: Edge) -> float:
    """dC/dTheta of an edge as a central difference of the cost."""
    higher, lower = (replace(net, Theta={**net.Theta, edge: net.Theta[edge] + nudge}) for nudge in (STEP, -STEP))
    return (forward(higher).C - forward(lower).C) / (2 * STEP)


# --- the net of an architecture ---------------------------------------------------------------------------------------


def build(architecture: str, cost: str) -> Net:
    """The net of this architecture, '3-2-2' for instance: always with the same numbers, which have two decimals.

    Raises UsageError.
    """
    if not re.fullmatch(ARCHITECTURE, architecture):
        raise UsageError(f"no net {architecture!r}: sizes such as 3-2-2, of 2 to 6 layers with 1 to 8 units each")
    if cost not in COSTS:
        raise UsageError(f"there is no cost {cost!r}: choose from {', '.join(COSTS)}")
    sizes = tuple(int(size) for size in architecture.split("-"))
    Theta = {edge: weight(number) for number, edge in enumerate(edges(sizes), 1)}
    x = tuple(weight(FIRST_X + number) for number in range(sizes[0]))
    y = tuple(float(number % 2 == 0) for number in range(sizes[-1]))
    return Net(sizes, Theta, x, y, COSTS[cost])


def edges(sizes: tuple[int, ...]) -> Iterator[Edge]:
    for layer, (inner, outer) in enumerate(pairwise(sizes), 1):
        for i in range(1, outer + 1):
            yield from (Edge(layer, i, j) for j in range(inner + 1))


def weight(number: int) -> float:
    """Of either sign, and never near 0: from 0.2 to 1.3 in size."""
    place = 2.2 * scattered(number) - 1.1
    return round(place + math.copysign(0.2, place), 2)


def scattered(number: int) -> float:
    """From 0 to 1, spread evenly and without a pattern: multiples of the golden section, after the point."""
    return (0.5 + number**2 * (math.sqrt(5) - 1) / 2) % 1
