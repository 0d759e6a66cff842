"""Where an answer is wrong: in words that hold on every case, and as signed errors for a picture.

An unrolled vector is looked at as the matrices that it is made of. What is common to the cases is found by structure
(the bias column, all but the bias column, whole rows, ...), since their shapes differ. Where an entry is next to 0, as
where an input is 0 in every example, a mistake need not show: what another case shows in full holds there too. A few
more entries of a wrong region may be right: the words then say 'nearly'. What they call right is all right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.model import Place

Numbers: TypeAlias = NDArray[Any]
Mask: TypeAlias = NDArray[np.bool_]

MOST_NUMBERS = 4
NEARLY = 0.8


@dataclass(frozen=True, eq=False)
class Difference:
    """An answer beside the reference's on one case: finite arrays of one shape, `wrong` where beyond the tolerance and
    `faint` where a mistake need not show.

    `blocks` names the matrices that they unroll column by column, with their shapes. An array that unrolls nothing is
    one block of its own shape.
    """

    case: str
    got: Numbers
    want: Numbers
    wrong: Mask
    faint: Mask
    blocks: Mapping[str, tuple[int, ...]]


def locate(differences: Sequence[Difference], first: int = 0, first_column: str = "") -> Place | None:
    """The place that is wrong on all of `differences`, of which each has something wrong; the first is pictured, and
    what is made of other blocks than that one is left out.

    first : number of the first row and of the first column: 0 in Python, 1 in Octave
    first_column : what the first column of every block is, such as 'the bias column'
    Returns None where there is no place to speak of: the answer is a single number.
    """
    shown = differences[0]
    if all(difference.want.size == 1 for difference in differences):
        return None
    alike = [each for each in differences if each.blocks.keys() == shown.blocks.keys()]
    cases = {name: [marks_of(each, name) for each in alike] for name in shown.blocks}
    return Place(describe(cases, first, first_column), shown.case, errors_of(shown), first)


def block_of(array: Numbers, blocks: Mapping[str, tuple[int, ...]], name: str) -> Numbers:
    start = 0
    for other, shape in blocks.items():
        size = int(np.prod(shape))
        if other == name:
            return array.ravel("F")[start : start + size].reshape(shape, order="F")
        start += size
    raise KeyError(name)


def marks_of(difference: Difference, name: str) -> Marks:
    wrong, faint = (block_of(mask, difference.blocks, name) for mask in (difference.wrong, difference.faint))
    return Marks(np.atleast_1d(wrong), np.atleast_1d(faint))


def errors_of(difference: Difference) -> dict[str, Numbers]:
    def errors(name: str) -> Numbers:
        got, want, wrong = (
            block_of(array, difference.blocks, name) for array in (difference.got, difference.want, difference.wrong)
        )
        return np.where(wrong, got - want, 0) / (np.max(np.abs(want), initial=0.0) or 1.0)

    return {name: errors(name) for name in difference.blocks}


# --- words ------------------------------------------------------------------------------------------------------------


class Marks(NamedTuple):
    """Of one block on one case, what is wrong and where a mistake need not show."""

    wrong: Mask
    faint: Mask


@dataclass(frozen=True)
class Phrase:
    """`text` leaves open the names of the blocks, and what their first column is called. Where it is `narrow`, what it
    does not name is worth the words 'and nothing else'."""

    text: str
    narrow: bool = False


Region: TypeAlias = Callable[[Mask], Mask]
"""From the wrong entries, of which only the shape may matter, to those that a phrase speaks of."""

Fits: TypeAlias = Callable[[list[Marks], list[Mask]], bool]


def describe(marks: Mapping[str, list[Marks]], first: int, first_column: str) -> str:
    """The words for all blocks, those with the same phrase together."""
    groups: dict[Phrase, list[str]] = {}
    right = []
    for name, cases in marks.items():
        wrong = [case for case in cases if case.wrong.any()]
        if not wrong:
            right.append(name)
            continue
        phrase = phrase_for(wrong, first)
        if len(wrong) < len(cases):
            phrase = Phrase(f"on some cases {phrase.text}")
        groups.setdefault(phrase, []).append(name)
    words = "; ".join(phrase.text.format(**fields(names, first_column)) for phrase, names in groups.items())
    if len(groups) == 1 and next(iter(groups)).narrow:
        return f"{words}, and nothing else"
    return words + (f"; {listed(right)} {'are' if len(right) > 1 else 'is'} right" if right else "")


def fields(names: list[str], first_column: str) -> dict[str, str]:
    called = f" ({plural(first_column, len(names))})" if first_column else ""
    return {"names": listed(names), "called": called}


def phrase_for(marks: list[Marks], first: int) -> Phrase:
    """What holds on every case: exactly, or nearly (then for the fewest entries), or no more than a count."""
    cases = [case.wrong for case in marks]
    usual = list(phrases(cases, first))
    fitting = fitting_phrases(marks, [*usual, *rarer_phrases(cases, first)])
    if fitting:
        return fitting[0][1]
    nearly = fitting_phrases(marks, usual, filled_to(NEARLY))
    if nearly:
        _, phrase = min(nearly, key=itemgetter(0))
        return Phrase(f"nearly {phrase.text}", phrase.narrow)
    loose = fitting_phrases(marks, loose_phrases(cases), filled_to(1))
    return loose[0][1] if loose else scattered(cases)


def filled(marks: list[Marks], regions: list[Mask]) -> bool:
    """Whether on some case all of the region is wrong, and on the others all of it that is not faint."""
    pairs = list(zip(marks, regions, strict=True))
    in_full = any(np.all(wrong | ~region) for (wrong, _), region in pairs)
    return in_full and all(np.all(wrong | faint | ~region) for (wrong, faint), region in pairs)


def filled_to(share: float) -> Fits:
    """Whether on every case at least this share of the region is wrong, be it faint or not."""

    def fits(marks: list[Marks], regions: list[Mask]) -> bool:
        return all(wrong.sum() >= share * region.sum() for (wrong, _), region in zip(marks, regions, strict=True))

    return fits


def fitting_phrases(
    marks: list[Marks], known: Iterable[tuple[Phrase, Region]], fits: Fits = filled
) -> list[tuple[int, Phrase]]:
    """The phrases whose regions fit, and outside of which nothing is wrong on any case; with the sizes of the
    regions."""
    found = []
    for phrase, region in known:
        regions = [region(case.wrong) for case in marks]
        outside = any(np.any(case.wrong & ~area) for case, area in zip(marks, regions, strict=True))
        if not outside and fits(marks, regions):
            found.append((sum(int(area.sum()) for area in regions), phrase))
    return found


def phrases(cases: list[Mask], first: int) -> Iterator[tuple[Phrase, Region]]:
    """What can be said of the cases, the simplest first; a vector and a matrix have little in common."""
    yield Phrase("all of {names}"), np.ones_like
    dimensions = {case.ndim for case in cases}
    if dimensions == {2}:
        yield Phrase(f"all of column {first} of {{names}}{{called}}", narrow=True), lines(1, [0])
        yield Phrase(f"everything in {{names}} but column {first}{{called}}"), all_but(lines(1, [0]))
        yield from same_lines(cases, 0, "row", first)
        yield from same_lines(cases, 1, "column", first)
    elif dimensions == {1}:
        yield from same_lines(cases, 0, "entry", first)


def rarer_phrases(cases: list[Mask], first: int) -> Iterator[tuple[Phrase, Region]]:
    """What is worth saying only where it holds exactly."""
    dimensions = {case.ndim for case in cases}
    if dimensions == {2}:
        yield from ends("row", 0, first)
        yield from ends("column", 1, first)
        yield Phrase("everything in {names} but the first and last entry"), all_but(corners)
        yield Phrase(f"row {first} and column {first} of {{names}} but not where they meet", narrow=True), cross
    elif dimensions == {1}:
        yield from ends("entry", 0, first)


def loose_phrases(cases: list[Mask]) -> Iterator[tuple[Phrase, Region]]:
    """What leaves open which rows or columns are meant."""
    if all(case.ndim == 2 for case in cases):
        yield Phrase("some whole rows of {names}"), whole_lines(0)
        yield Phrase("some whole columns of {names}"), whole_lines(1)


def ends(noun: str, axis: int, first: int) -> Iterator[tuple[Phrase, Region]]:
    for name, at in ((f"{noun} {first}", 0), (f"the last {noun}", -1)):
        yield Phrase(f"all of {name} of {{names}}", narrow=True), lines(axis, [at])
        yield Phrase(f"everything in {{names}} but {name}"), all_but(lines(axis, [at]))


def same_lines(cases: list[Mask], axis: int, noun: str, first: int) -> Iterator[tuple[Phrase, Region]]:
    """The same few rows, columns or entries on every case."""
    found = {tuple(touched(case, axis)) for case in cases}
    numbers = next(iter(found))
    if len(found) == 1 and len(numbers) <= MOST_NUMBERS:
        which = listed([str(number + first) for number in numbers])
        yield Phrase(f"all of {plural(noun, len(numbers))} {which} of {{names}}", narrow=True), lines(axis, numbers)


def scattered(cases: list[Mask]) -> Phrase:
    """What can be said where nothing is known but how many entries are wrong."""
    counts = {(int(case.sum()), case.size) for case in cases}
    if len(counts) == 1:
        wrong, size = counts.pop()
        return Phrase(f"{wrong} of the {size} entries of {{names}}, in no clear pattern")
    most = all(2 * wrong > size for wrong, size in counts)
    return Phrase("most entries of {names}, but not all" if most else "some entries of {names}, in no clear pattern")


def lines(axis: int, at: Sequence[int]) -> Region:
    """The rows (axis 0) or columns (axis 1) with these numbers."""

    def region(like: Mask) -> Mask:
        area = np.zeros_like(like)
        np.moveaxis(area, axis, 0)[list(at)] = True
        return area

    return region


def whole_lines(axis: int) -> Region:
    return lambda wrong: lines(axis, touched(wrong, axis))(wrong)


def all_but(region: Region) -> Region:
    return lambda like: ~region(like)


def corners(like: Mask) -> Mask:
    return lines(0, [0, -1])(like.ravel()).reshape(like.shape)


def cross(like: Mask) -> Mask:
    return lines(0, [0])(like) ^ lines(1, [0])(like)


def touched(wrong: Mask, axis: int) -> list[int]:
    """The numbers of the rows (axis 0) or columns (axis 1) with something wrong."""
    return [int(number) for number in np.unique(np.nonzero(wrong)[axis])]


def plural(noun: str, count: int) -> str:
    return noun if count == 1 else {"entry": "entries"}.get(noun, f"{noun}s")


def listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
