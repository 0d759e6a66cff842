"""Where an answer is wrong: in words that hold on every case, and as signed errors for a picture.

An unrolled vector is looked at as the matrices that it is made of. What is common to the cases is found by structure
(the bias column, all but the bias column, whole rows, ...), since their shapes differ. An entry that should be 0, and
is, counts neither as right nor as wrong: a mistake has nothing to spoil there, and the words say so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[Any]
Mask: TypeAlias = NDArray[np.bool_]

MOST_INDICES = 4


@dataclass(frozen=True, eq=False)
class Difference:
    """An answer beside the reference's on one case: finite arrays of one shape, `wrong` where beyond the tolerance.

    `blocks` names the matrices that they unroll column by column, with their shapes. An array that unrolls nothing is
    one block of its own shape.
    """

    case: str
    got: Numbers
    want: Numbers
    wrong: Mask
    blocks: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Place:
    """`words` hold on every case that was looked at. `errors` are those of one case, by block and in its shape:
    (got - want) / max|want|, 0 where right. Rows and columns are counted from `first`."""

    words: str
    case: str
    errors: Mapping[str, Numbers]
    first: int = 0


@dataclass(frozen=True, eq=False)
class Marks:
    """Of one block on one case: what is wrong, and what is neither wrong nor right."""

    wrong: Mask
    idle: Mask

    @property
    def size(self) -> tuple[int, int]:
        return int(self.wrong.sum()), self.wrong.size


def locate(differences: Sequence[Difference], first: int = 0, first_column: str = "") -> Place | None:
    """The place that is wrong on all of `differences`, of which each has something wrong; the first is pictured.

    first : number of the first row and of the first column: 0 in Python, 1 in Octave
    first_column : what the first column of every block is, such as 'the bias column'
    Returns None where there is no place to speak of: the answer is a single number.
    """
    shown = differences[0]
    if all(difference.want.size == 1 for difference in differences):
        return None
    marks = {name: [marks_of(difference, name) for difference in differences] for name in shown.blocks}
    return Place(describe(marks, first, first_column), shown.case, errors_of(shown), first)


def block_of(array: Numbers, blocks: Mapping[str, tuple[int, ...]], name: str) -> Numbers:
    start = 0
    for other, shape in blocks.items():
        size = int(np.prod(shape))
        if other == name:
            return array.ravel("F")[start : start + size].reshape(shape, order="F")
        start += size
    raise KeyError(name)


def marks_of(difference: Difference, name: str) -> Marks:
    wrong, want = (np.atleast_1d(block_of(a, difference.blocks, name)) for a in (difference.wrong, difference.want))
    return Marks(wrong, ~wrong & (want == 0))


def errors_of(difference: Difference) -> dict[str, Numbers]:
    def errors(name: str) -> Numbers:
        got, want, wrong = (
            block_of(array, difference.blocks, name) for array in (difference.got, difference.want, difference.wrong)
        )
        return np.where(wrong, got - want, 0) / (np.max(np.abs(want), initial=0.0) or 1.0)

    return {name: errors(name) for name in difference.blocks}


# --- words ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Phrase:
    """`text` with the names left open; where `narrow`, what is not named is worth the words 'and nothing else'."""

    text: str
    narrow: bool = False


Region: TypeAlias = Callable[[Mask], Mask]
"""From the wrong entries (of which only the shape may matter) to those that a phrase speaks of."""


def describe(marks: Mapping[str, list[Marks]], first: int, first_column: str) -> str:
    """The words for all blocks, those with the same phrase together."""
    groups: dict[Phrase, list[str]] = {}
    right = []
    for name, cases in marks.items():
        wrong = [case for case in cases if case.wrong.any()]
        if not wrong:
            right.append(name)
            continue
        phrase = phrase_for(wrong, first, first_column)
        if len(wrong) < len(cases):
            phrase = Phrase(f"on some cases {phrase.text}")
        groups.setdefault(phrase, []).append(name)
    words = "; ".join(phrase.text.format(listed(names)) for phrase, names in groups.items())
    if len(groups) == 1 and next(iter(groups)).narrow:
        return f"{words}, and nothing else"
    return words + (f"; {listed(right)} {'are' if len(right) > 1 else 'is'} right" if right else "")


def phrase_for(cases: list[Marks], first: int, first_column: str) -> Phrase:
    """The first phrase that holds on every case."""
    for phrase, region in phrases(cases, first, f" ({first_column})" if first_column else ""):
        regions = [region(case.wrong) for case in cases]
        if all(map(fills, cases, regions)):
            idle = any((area & case.idle).any() for case, area in zip(cases, regions, strict=True))
            return Phrase(phrase.text + " (where it is not 0)" * idle, phrase.narrow)
    return scattered(cases)


def fills(case: Marks, region: Mask) -> bool:
    """Whether the region is wrong throughout, and nothing outside it."""
    return np.array_equal(case.wrong, region & ~case.idle)


def phrases(cases: list[Marks], first: int, called: str) -> Iterator[tuple[Phrase, Region]]:
    """What can be said of these cases, the simplest first; a vector and a matrix have little in common."""
    yield Phrase("all of {}"), np.ones_like
    dimensions = {case.wrong.ndim for case in cases}
    if dimensions == {2}:
        yield Phrase(f"all of column {first} of {{}}{called}", narrow=True), line(1, 0)
        yield Phrase(f"everything in {{}} but column {first}{called}"), all_but(line(1, 0))
        yield from same_lines(cases, 0, "row", first)
        yield from same_lines(cases, 1, "column", first)
        yield from ends("row", 0, first)
        yield from ends("column", 1, first)
        yield Phrase("everything in {} but its first and last entry"), all_but(corners)
        yield Phrase("some whole rows of {}"), whole_lines(0)
        yield Phrase("some whole columns of {}"), whole_lines(1)
    elif dimensions == {1}:
        yield from same_lines(cases, 0, "entry", first)
        yield from ends("entry", 0, first)


def ends(noun: str, axis: int, first: int) -> Iterator[tuple[Phrase, Region]]:
    for name, at in ((f"{noun} {first}", 0), (f"the last {noun}", -1)):
        yield Phrase(f"{name} of {{}}", narrow=True), line(axis, at)
        yield Phrase(f"everything in {{}} but {name}"), all_but(line(axis, at))


def same_lines(cases: list[Marks], axis: int, noun: str, first: int) -> Iterator[tuple[Phrase, Region]]:
    """The same few rows (columns, entries) on every case."""
    numbers = {tuple(np.flatnonzero(whole_lines(axis)(case.wrong).any(axis=tuple({0, case.wrong.ndim - 1} - {axis}))))
               for case in cases}
    