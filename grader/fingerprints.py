"""The catalogue of mistakes without its functions, for a bundle that holds no solutions.

Kept are, for each mistake, what the student reads and digests of the numbers that it makes on the public cases: one
for each factor (see `grader.diagnose`) and unit of cases. Numbers are rounded to six digits before they are digested,
so that round-off does not matter, and neither an answer nor a source can be read from the file. A single mistake is
found by look-up, and so are two that act on different factors.

The file is an .npz of plain arrays, read without pickle.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.diagnose import Chosen, Diagnostician, Factor, Outputs, stopped
from grader.graph import FAILED
from grader.model import Diagnosis, Mistake

BITS = 20
OFFSET = 0.137
"""Added before rounding: round numbers, which are frequent, are then never half-way between two neighbours."""


@dataclass(frozen=True)
class Fingerprints:
    """What is kept of one function.

    `digests` : ndarray of uint64, shape (1 + mistakes, factors, units); row 0 is the right result
    `slices` : ndarray of int, shape (factors, units, 2): which entries of the output the factor is
    `texts` : ndarray of str, shape (mistakes, 4): id, function, title, message
    `places` : ndarray of str, shape (factors, 4): block, name, output, 'added' or ''
    `unit` : how many cases a unit has
    """

    function: str
    digests: NDArray[Any]
    slices: NDArray[Any]
    texts: NDArray[Any]
    places: NDArray[Any]
    unit: int

    def diagnose(self, observed: Sequence[Outputs], found: Chosen = ()) -> Diagnosis:
        """The single mistakes or pairs whose digests are those of what was observed; `found` were found elsewhere."""
        seen = np.array([[self.digest(at, unit, observed) for unit in self.units] for at in range(len(self.places))])
        told = [at for at, place in enumerate(self.places) if not place[0] or any(seen[at] != digest(FAILED))]
        right, made = self.digests[0, told], self.digests[1:, told]
        fits = np.all(made == seen[told], axis=-1)
        idle = np.all(made == right, axis=-1)
        wrong = [at for at in told if np.any(self.digests[0, at] != seen[at])]
        if not wrong:
            return Diagnosis()
        known = {mistake.id for mistake in found}
        chosen = self.nearest([(int(at),) for at in np.flatnonzero(fits.all(axis=1))], known)
        if not chosen:
            chosen = self.nearest(pairs(fits, idle), known)
        names = [str(self.places[at][1]) for at in wrong]
        return Diagnosis(chosen, () if chosen else tuple((name, f"{name} is wrong") for name in names))

    @property
    def units(self) -> range:
        return range(self.digests.shape[2])

    def digest(self, at: int, unit: int, observed: Sequence[Outputs]) -> int:
        block, _, output, added = self.places[at]
        outputs = observed[unit * self.unit : (unit + 1) * self.unit]
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
        with np.errstate(all="ignore"):
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
                mistakes = tuple(self.mistake(at) for at in chosen)
                sets.setdefault(frozenset(mistake.id for mistake in mistakes), mistakes)
        return tuple(sets.values())

    def mistake(self, at: int) -> Mistake:
        id, function, title, message = map(str, self.texts[at])
        return Mistake(id, function, title, message)


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
    shape = (len(known.factors), len(known.units))
    slices = np.array([[entries(known, factor, unit) for unit in known.units] for factor in known.factors])
    texts = np.array([(m.id, m.function, m.title, m.message) for m in known.mistakes])
    places = np.array([(f.block, f.name, known.outputs_of(f)[0], "added" * f.added) for f in known.factors])
    empty = Fingerprints(
        known.computation.function, np.zeros((1, *shape), np.uint64), slices, texts, places, known.computation.unit
    )
    rows = [
        [[empty.digest(at, unit, outputs) for unit in known.units] for at in range(len(known.factors))]
        for outputs in (known.outputs(chosen) for chosen in ((), *((mistake,) for mistake in known.mistakes)))
    ]
    return Fingerprints(empty.function, np.array(rows, np.uint64), slices, texts, places, empty.unit)


def entries(known: Diagnostician, factor: Factor, unit: int) -> tuple[int, int]:
    """Start and stop of a factor in its output."""
    if not factor.block:
        return 0, 0
    output, part = known.computation.blocks[factor.block]
    graph = known.graphs[known.cases_of(unit)[0]]
    size = np.size(graph.value(output, {}))
    start, stop, _ = (graph.value(part, {}) if part else slice(None)).indices(size)
    return start, stop if stop < size else np.iinfo(np.int64).max


def magnitude(values: NDArray[Any]) -> float:
    return float(np.max(np.abs(values), initial=0.0, where=np.isfinite(values)))


def digest(values: Any, beside: float = 0.0) -> int:
    """Eight bytes of a hash of the rounded numbers; `beside` is the size of what they are a difference of."""
    if values is FAILED:
        return 0
    scale = max(magnitude(values), 1e-6 * beside)
    step = 2.0 ** (np.floor(np.log2(scale)) - BITS) if scale else 1.0
    finite = np.isfinite(values)
    rounded = np.rint(np.where(finite, np.real(values), 0.0) / step + OFFSET).astype(np.int64)
    kinds = np.where(finite, 0, np.where(np.isnan(values), 1, 2)).astype(np.int8)
    numbers = rounded.tobytes() + kinds.tobytes() + np.float64(step if np.any(rounded) else 1.0).tobytes()
    return int.from_bytes(hashlib.blake2b(numbers, digest_size=8).digest(), "little") or 1


def write(path: Path, stored: Sequence[Fingerprints]) -> None:
    arrays = {f"{each.function}/{name}": np.asarray(value) for each in stored for name, value in vars(each).items()}
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def read(path: Path) -> Mapping[str, Fingerprints]:
    """The fingerprints in a file, by function."""
    with np.load(path, allow_pickle=False) as arrays:
        functions = sorted({name.split("/")[0] for name in arrays.files})
        return {function: unpack(function, arrays) for function in functions}


def unpack(function: str, arrays: Mapping[str, Any]) -> Fingerprints:
    digests, slices, texts, places, unit = (
        arrays[f"{function}/{name}"] for name in ("digests", "slices", "texts", "places", "unit")
    )
    return Fingerprints(function, digests, slices, texts, places, int(unit))
