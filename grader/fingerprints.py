"""The catalogue of mistakes without its functions, for a bundle that holds no solutions.

Kept are, for each mistake, what the student reads and digests of the numbers that it makes on the public cases: one
for each factor (see `grader.diagnose`) and unit of cases. Numbers are rounded to six digits before they are digested,
so that round-off does not matter, and neither an answer nor a source can be read from the file. A single mistake is
found by look-up, and so are two that act on different factors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.diagnose import Chosen, Diagnostician, Factor, Outputs, magnitude, stopped
from grader.graph import FAILED
from grader.model import Array, Computation, Diagnosis, Mistake, RawResult

BITS = 20
SMALLEST = 1e-300
OFFSET = 0.137
"""Added before rounding: round numbers, which are frequent, are then never half-way between two neighbours."""


@dataclass(frozen=True)
class Fingerprints:
    """What is kept of one function.

    `digests` : ndarray of uint64, shape (1 + mistakes, factors, units); row 0 is the right result
    `slices` : ndarray of int, shape (factors, units, 2): which entries of the output the factor is
    `texts` : ndarray of str, shape (mistakes, 4): id, function, title, message
    `places` : ndarray of str, shape (factors, 4): block, name, output, 'added' or ''
    `cells` : ndarray of str, shape (cells, 2): each output on each group of cases
    `shows` : ndarray of bool, shape (mistakes, cells): where a mistake shows
    `holds` : ndarray of bool, shape (factors, cells): where a factor is part of the output
    `outputs` : ndarray of str: the outputs, by the names that they have as steps
    `unit` : how many cases a unit has
    """

    function: str
    digests: NDArray[Any]
    slices: NDArray[Any]
    texts: NDArray[Any]
    places: NDArray[Any]
    cells: NDArray[Any]
    shows: NDArray[Any]
    holds: NDArray[Any]
    outputs: NDArray[Any]
    unit: NDArray[Any]

    @cached_property
    def computation(self) -> Computation:
        """The function by its outputs alone: its steps are not kept."""
        return Computation(self.function, (), tuple(map(str, self.outputs)), {}, {}, unit=int(self.unit))

    @cached_property
    def mistakes(self) -> list[Mistake]:
        return [Mistake(*texts) for texts in self.texts.tolist()]

    def diagnose(self, observed: Sequence[Outputs], results: Sequence[RawResult] = (), found: Chosen = ()) -> Diagnosis:
        """The single mistakes or pairs whose digests are those of what was observed; `found` were found elsewhere.

        Signs are not kept: nothing is read from the raw `results`.
        """
        rows = [[self.digest(at, unit, observed) for unit in self.units] for at in range(len(self.places))]
        seen = np.array(rows, np.uint64)
        told = [at for at, place in enumerate(self.places) if not place[0] or any(seen[at] != digest(FAILED))]
        agree = np.all((self.digests[:, told] == seen[told]) | (seen[told] == digest(FAILED)), axis=-1)
        wrong = [at for at, right in zip(told, agree[0], strict=True) if not right]
        if not wrong:
            return Diagnosis()
        chosen = self.explanations(told, agree[1:], found) if has_numbers(observed) else ()
        return Diagnosis(chosen, () if chosen else tuple(map(self.describe, wrong)))

    def explanations(self, told: Sequence[int], fits: NDArray[Any], found: Chosen) -> tuple[Chosen, ...]:
        """The single mistakes or, where there are none, the pairs that fit all that was told."""
        known = {mistake.id for mistake in found}
        idle = np.all(self.digests[1:, told] == self.digests[0, told], axis=-1)
        single = [(int(at),) for at in np.flatnonzero(fits.all(axis=1))]
        return self.nearest(single or pairs(fits, idle), known)

    def describe(self, at: int) -> tuple[str, str]:
        block, name = self.places[at, :2]
        return str(name), f"{name} {'is wrong' if block else 'gives no usable result'}"

    def affects(self, mistake: Mistake, output: str, group: str) -> bool:
        """Whether the mistake shows in an output on a case of this group."""
        return bool(self.shows[self.mistakes.index(mistake), self.cell(output, group)])

    def concerns(self, factor: str, output: str, group: str) -> bool:
        """Whether a factor, by its name, is part of an output on the cases of this group."""
        return bool(self.holds[self.places[:, 1].tolist().index(factor), self.cell(output, group)])

    def cell(self, output: str, group: str) -> int:
        return int(self.cells.tolist().index([output, group]))

    @property
    def units(self) -> range:
        return range(self.digests.shape[2])

    @np.errstate(all="ignore")
    def digest(self, at: int, unit: int, observed: Sequence[Outputs]) -> int:
        block, _, output, added = self.places[at]
        outputs = observed[unit * int(self.unit) : (unit + 1) * int(self.unit)]
        if not block:
            return digest(np.array([any(map(stopped, outputs))], dtype=float))
        values = [each[output] for each in (outputs if added else outputs[:1])]
        if any(value is FAILED for value in values):
            return digest(FAILED)
        blocks = [1.0 * np.ravel(value)[slice(*self.slices[at, unit])] for value in values]
        if not added:
            return digest(blocks[0])
        if blocks[0].shape != blocks[-1].shape:
            return digest(FAILED)
        return digest(blocks[-1] - blocks[0], magnitude(blocks[0]))

    def nearest(self, candidates: Sequence[tuple[int, ...]], known: set[str]) -> tuple[Chosen, ...]:
        """Of these sets those with the fewest mistakes in functions that this one calls, each once."""

        def merit(chosen: tuple[int, ...]) -> tuple[int, int]:
            new = [at for at in chosen if self.texts[at][0] not in known]
            return len(new), sum(self.texts[at][1] != self.function for at in new)

        best = min(map(merit, candidates), default=None)
        sets: dict[frozenset[str], Chosen] = {}
        for chosen in candidates:
            if merit(chosen) == best:
                mistakes = tuple(self.mistakes[at] for at in chosen)
                sets.setdefault(frozenset(mistake.id for mistake in mistakes), mistakes)
        return tuple(sets.values())


ARRAYS = tuple(field.name for field in fields(Fingerprints) if field.name != "function")


def pairs(fits: NDArray[Any], idle: NDArray[Any]) -> list[tuple[int, ...]]:
    """Pairs that act on different factors and together give all: `fits` and `idle` tell, by mistake and factor, where
    a mistake gives what was seen and where it changes nothing."""
    useful = np.flatnonzero(np.any(fits & ~idle, axis=1))
    return [
        (int(one), int(other))
        for one, other in product(useful, useful)
        if one < other and np.all((fits[one] & idle[other]) | (fits[other] & idle[one]))
    ]


def fingerprints(known: Diagnostician) -> Fingerprints:
    """The stored form of what is known of a function's mistakes."""
    outputs = known.computation.outputs
    cells = [(output, group) for output in outputs for group in dict.fromkeys(case.group for case in known.cases)]
    empty = Fingerprints(
        known.computation.function,
        digests=np.zeros((1, len(known.factors), len(known.units)), np.uint64),
        slices=np.array([[entries(known, factor, unit) for unit in known.units] for factor in known.factors]),
        texts=np.array([(m.id, m.function, m.title, m.message) for m in known.mistakes]),
        places=np.array([(f.block, f.name, known.outputs_of(f)[0], "added" * f.added) for f in known.factors]),
        cells=np.array(cells),
        shows=np.array([[known.affects(mistake, *cell) for cell in cells] for mistake in known.mistakes]),
        holds=np.array([[known.concerns(factor.name, *cell) for cell in cells] for factor in known.factors]),
        outputs=np.array(outputs),
        unit=np.array(known.computation.unit),
    )
    rows = [
        [[empty.digest(at, unit, made) for unit in known.units] for at in range(len(known.factors))]
        for made in (known.outputs(chosen) for chosen in ((), *((mistake,) for mistake in known.mistakes)))
    ]
    return replace(empty, digests=np.array(rows, np.uint64))


def entries(known: Diagnostician, factor: Factor, unit: int) -> tuple[int, int]:
    """Start and stop of a factor in its output."""
    if not factor.block:
        return 0, 0
    output, part = known.computation.blocks[factor.block]
    graph = known.graphs[known.cases_of(unit)[0]]
    size = np.size(graph.value(output, {}))
    start, stop, _ = (graph.value(part, {}) if part else slice(None)).indices(size)
    return start, stop if stop < size else np.iinfo(np.int64).max


def has_numbers(observed: Sequence[Outputs]) -> bool:
    """Errors, NaN and Inf alone point at no mistake."""
    values = [value for outputs in observed for value in outputs.values() if value is not FAILED]
    return any(np.isfinite(value).any() for value in values)


@np.errstate(all="ignore")
def digest(values: Any, beside: float = 0.0) -> int:
    """Eight bytes of a hash of the rounded numbers; `beside` is the size of what they are a difference of."""
    if values is FAILED:
        return 0
    scale = max(magnitude(values), 1e-6 * beside)
    step = 2.0 ** (np.floor(np.log2(max(scale, SMALLEST))) - BITS) if scale else 1.0
    finite = np.isfinite(values)
    rounded = np.rint(np.where(finite, np.real(values), 0.0) / step + OFFSET).astype(np.int64)
    kinds = np.where(finite, 0, np.where(np.isnan(values), 1, 2)).astype(np.int8)
    numbers = rounded.tobytes() + kinds.tobytes() + np.float64(step if np.any(rounded) else 1.0).tobytes()
    return int.from_bytes(hashlib.blake2b(numbers, digest_size=8).digest(), "little") or 1


def pack(stored: Sequence[Fingerprints]) -> dict[str, Array]:
    """The arrays that `unpack` reads."""
    return {f"mistakes/{each.function}/{name}": getattr(each, name) for each in stored for name in ARRAYS}


def unpack(arrays: Mapping[str, Array]) -> dict[str, Fingerprints]:
    """The fingerprints among stored arrays, by function."""
    functions = sorted({name.split("/")[1] for name in arrays if name.startswith("mistakes/")})
    return {
        function: Fingerprints(function, *(arrays[f"mistakes/{function}/{name}"] for name in ARRAYS))
        for function in functions
    }
