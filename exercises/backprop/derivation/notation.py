"""Formulas as data: a tuple of words and symbols, which the page and the terminal each write in their own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

LOW = str.maketrans("0123456789ijk", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖ")
HIGH = str.maketrans("0123456789()−z", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁻ᶻ")


@dataclass(frozen=True)
class Symbol:
    """A letter with an index below and a layer above, each of which may be missing."""

    letter: str
    index: str = ""
    layer: str = ""

    def __str__(self) -> str:
        return self.bare + self.layer.translate(HIGH)

    @property
    def bare(self) -> str:
        """Without its layer."""
        return self.letter + self.index.translate(LOW)


@dataclass(frozen=True)
class Struck:
    """What cancels."""

    formula: Formula


Formula: TypeAlias = tuple[str | Symbol | Struck, ...]


def symbol(letter: str, index: object = "", layer: int | None = None) -> Symbol:
    return Symbol(letter, str(index), "" if layer is None else f"({layer})")


def text(formula: Formula) -> str:
    """In one line, with nothing struck."""
    return "".join(text(piece.formula) if isinstance(piece, Struck) else str(piece) for piece in formula)


def number(value: float) -> str:
    """Six decimals, or none or two where these say all; small numbers with a power of ten. The minus is a real one."""
    if value == round(value, 2):
        shown = f"{value:.0f}" if value == round(value) else f"{value:.2f}"
    else:
        shown = f"{value:.6f}" if abs(value) >= 1e-3 else f"{value:.5e}"
    return shown.replace("-", "−")


def rounded(value: float) -> str:
    """Three decimals at most, for a picture."""
    return f"{value:.3f}".replace("-", "−") if value != round(value, 2) else number(value)


def factor(value: float) -> str:
    """A number as it stands behind a sign: in brackets where it is negative."""
    return f"({number(value)})" if value < 0 else number(value)


def brief(value: float) -> str:
    """The size of a difference: two digits."""
    return f"{value:.1e}".replace("-", "−")
