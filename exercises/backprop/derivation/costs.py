"""What the derivation writes for each cost: formulas of one output a and the y that is wanted, and their numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from exercises.backprop.derivation.net import slope
from exercises.backprop.derivation.notation import Formula, Struck, Symbol, number

InSymbols: TypeAlias = Callable[[Symbol, Symbol], Formula]
InNumbers: TypeAlias = Callable[[float, float], str]


@dataclass(frozen=True)
class Words:
    """The cost, its slope dC/da, and delta = dC/da da/dz: `product` shows what cancels, `delta` what is left."""

    cost: InSymbols
    cost_numbers: InNumbers
    slope: InSymbols
    slope_numbers: InNumbers
    product: InSymbols
    delta: InSymbols
    delta_numbers: InNumbers
    note: str


WORDS = {
    "cross-entropy": Words(
        cost=lambda a, y: ("−[", y, " ln ", a, " + (1 − ", y, ") ln(1 − ", a, ")]"),
        cost_numbers=lambda a, y: f"−ln {number(a)}" if y else f"−ln(1 − {number(a)})",
        slope=lambda a, y: ("(", a, " − ", y, ") / [", a, "(1 − ", a, ")]"),
        slope_numbers=lambda a, y: f"({number(a)} − {y:g}) / {number(slope(a))}",
        product=lambda a, y: (
            "(",
            a,
            " − ",
            y,
            ") / ",
            Struck(("[", *of_sigmoid(a), "]")),
            " · ",
            Struck(of_sigmoid(a)),
            " = ",
            a,
            " − ",
            y,
        ),
        delta=lambda a, y: (a, " − ", y),
        delta_numbers=lambda a, y: f"{number(a)} − {y:g}",
        note="The slope of the sigmoid cancels: the slope of this cost divides by it.",
    ),
    "quadratic": Words(
        cost=lambda a, y: ("½ (", a, " − ", y, ")²"),
        cost_numbers=lambda a, y: f"½ ({number(a)} − {y:g})²",
        slope=lambda a, y: (a, " − ", y),
        slope_numbers=lambda a, y: f"{number(a)} − {y:g}",
        product=lambda a, y: ("(", a, " − ", y, ") · ", *of_sigmoid(a)),
        delta=lambda a, y: ("(", a, " − ", y, ") ", *of_sigmoid(a)),
        delta_numbers=lambda a, y: f"{number(a - y)} · {number(slope(a))}",
        note="Nothing cancels: the slope of the sigmoid stays.",
    ),
}


def of_sigmoid(a: Symbol) -> Formula:
    """Its slope, told by its value."""
    return (a, "(1 − ", a, ")")
