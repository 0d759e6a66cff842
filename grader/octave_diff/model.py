"""What flows through a diff, frozen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from grader.model import Case, Tolerance, Value


@dataclass(frozen=True)
class Reply:
    """What one side gives for a case: its outputs, with class and size of each in that side's own words
    ('double 4x5', 'float64 (4, 5)'); or a failure, why there are none."""

    values: tuple[Value, ...] = ()
    sizes: tuple[str, ...] = ()
    failure: str = ""


@dataclass(frozen=True)
class Side:
    """`where` its functions come from, and `replies`: one Reply for each case, in order."""

    where: str
    replies: Callable[[Sequence[Case]], Iterable[Reply]]


Index: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class Place:
    """An element and its value on both sides. `index` counts from 1 as in Octave: (), (element) of a vector,
    or (row, column)."""

    index: Index
    python: float
    octave: float

    def __str__(self) -> str:
        words = {0: "the number", 1: "element {}", 2: "row {}, column {}"}
        return words.get(len(self.index), f"element {self.index}").format(*self.index)


@dataclass(frozen=True)
class Difference:
    """One output of one function on one case, compared.

    `error` is ||python - octave|| / ||octave||, or ||python|| where Octave has zeros only; None where no numbers could
    be compared, and `message` then says why. `worst` is None where all elements are equal.
    """

    function: str
    output: str
    case: str
    agree: bool
    error: float | None = None
    worst: Place | None = None
    python_size: str = ""
    octave_size: str = ""
    message: str = ""


@dataclass(frozen=True)
class DiffReport:
    """`tolerance` holds for every case but seeded ones, which have to be equal bit for bit."""

    exercise: str
    python: str
    octave: str
    tolerance: Tolerance
    rows: tuple[Difference, ...]
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def agree(self) -> bool:
        return all(row.agree for row in self.rows)
