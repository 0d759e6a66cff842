"""What a submission's function gave -> the mistakes that explain every number of it.

What the function gives is split into factors: each block of its outputs (the cost, the gradient of each layer), and
what the argument that varies adds to it (regularisation). The search goes through the factors in order. Where one does
not come out as observed, it looks up the mistakes that would make it so and leave the factors before it as they are;
so two mistakes that act on different factors cost two look-ups, and not a product. Two mistakes on one factor are
looked for after that, and only then is a factor left unexplained. Whatever is claimed reproduces the submission's
numbers on every case.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, combinations
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.graph import FAILED, Graph, Steps, ancestors
from grader.model import Case, Computation, Diagnosis, Mistake, RawResult
from grader.values import copy_of

Chosen: TypeAlias = tuple[Mistake, ...]
Numbers: TypeAlias = NDArray[Any]
Outputs: TypeAlias = Mapping[str, Any]
"""What was observed on one case: by output an array, or `FAILED` where there is none."""
Table: TypeAlias = tuple[list[Mistake], Numbers]
Pair: TypeAlias = tuple[int, Numbers, Numbers]
"""A factor on a unit: the unit's place, the numbers seen and the numbers made."""

RTOL, ATOL, NOISE = 1e-6, 1e-8, 1e-12
SECONDS = 2.0
MOST_MISTAKES = 4
MOST_TABLES = 4000


class OutOfTime(Exception):
    pass


@dataclass(frozen=True)
class Factor:
    """A block of an output on the first case of every unit or, where it is `added`, what the last case adds to that.
    Without a block: 1 where the function stops with an error on a case of the unit, else 0."""

    block: str
    added: bool
    name: str


class Diagnostician:
    """Knows one function's mistakes on one list of cases. What it has computed serves every submission."""

    def __init__(self, computation: Computation, mistakes: Sequence[Mistake], cases: Sequence[Case]) -> None:
        self.computation = computation
        self.mistakes = applicable(computation, mistakes)
        self.signs = [m for m in mistakes if m.sign is not None and m.function == computation.function]
        self.cases = cases
        self.graphs = [
            Graph(computation.steps, dict(zip(computation.inputs, map(copy_of, case.arguments), strict=True)))
            for case in cases
        ]
        self.units = range(len(cases) // computation.unit)
        self.factors = factors(computation)
        self.number = {mistake: number for number, mistake in enumerate(self.mistakes)}
        self.table = lru_cache(MOST_TABLES)(self._table)
        self.effective = lru_cache(MOST_TABLES)(self._effective)

    def diagnose(
        self,
        observed: Sequence[Outputs],
        results: Sequence[RawResult] = (),
        found: Chosen = (),
        seconds: float = SECONDS,
    ) -> Diagnosis:
        """The smallest sets of mistakes that give what was observed on the cases, found within `seconds`.

        `results` are the raw results on the cases, read for signs where the numbers leave something unexplained;
        `found` are mistakes found in functions that this one may call: they cost nothing.
        """
        given = tuple(mistake for mistake in found if mistake in self.mistakes)
        with np.errstate(all="ignore"):
            searches = [Search(self, observed, start) for start in dict.fromkeys((given, ()))]
            for search in searches:
                search.run(seconds / len(searches))
            diagnosis = min(searches, key=lambda search: search.merit).diagnosis()
        if not diagnosis.unexplained or not results:
            return diagnosis
        signs = tuple(mistake for mistake in self.signs if mistake.sign and mistake.sign(self.cases, results))
        return replace(diagnosis, signs=signs)

    def cases_of(self, unit: int) -> range:
        return range(unit * self.computation.unit, (unit + 1) * self.computation.unit)

    def candidates(self, factor: Factor, chosen: Chosen) -> list[Mistake]:
        """Mistakes on steps that the factor depends on and that nothing chosen has changed."""
        changed = steps_of(chosen)
        relevant = set().union(
            *(ancestors(output, self.computation.steps, changed) for output in self.outputs_of(factor))
        )
        return [
            mistake
            for mistake in self.mistakes
            if relevant & mistake.steps.keys() and not changed.keys() & mistake.steps.keys()
        ]

    def _effective(self, factor: Factor, unit: int) -> frozenset[Mistake]:
        """Mistakes that change the factor on this unit when they are made alone."""
        candidates, prints = self.table(factor, unit, (), None)
        changed = np.any(prints != fingerprint(self.made(factor, unit, ())), axis=1)
        return frozenset(candidates[place] for place in np.flatnonzero(changed))

    def outputs_of(self, factor: Factor) -> Sequence[str]:
        return self.computation.blocks[factor.block][:1] if factor.block else self.computation.outputs

    def made(self, factor: Factor, unit: int, chosen: Chosen) -> Any:
        """A factor on a unit as the chosen mistakes make it, or `FAILED`."""
        changed = steps_of(chosen)
        if not factor.block:
            return np.array([any(self.breaks(case, changed) for case in self.cases_of(unit))], dtype=float)
        return self.measure(factor, unit, lambda case, name: self.graphs[case].value(name, changed))

    def measure(self, factor: Factor, unit: int, value: Any) -> Any:
        """A factor on a unit; `value(case, name)` gives outputs."""
        cases = self.cases_of(unit)
        base = self.block(factor, cases[0], value)
        if not factor.added or base is FAILED:
            return base
        whole = self.block(factor, cases[-1], value)
        if whole is FAILED or whole.shape != base.shape:
            return FAILED
        with np.errstate(all="ignore"):
            return whole - base

    def block(self, factor: Factor, case: int, value: Any) -> Any:
        output, part = self.computation.blocks[factor.block]
        found = value(case, output)
        if found is FAILED:
            return FAILED
        return 1.0 * np.ravel(found)[self.graphs[case].value(part, {}) if part else slice(None)]

    def breaks(self, case: int, changed: Steps) -> bool:
        return any(self.graphs[case].value(output, changed) is FAILED for output in self.computation.outputs)

    def ratios(self, unit: int) -> dict[str, float]:
        """Numbers that a result may be multiplied by, each by what is then said."""
        case = self.cases_of(unit)[-1]
        found = {"has the wrong sign, and is right otherwise": -1.0}
        found |= {"is exactly 2 times too large": 2.0, "is exactly half of what it should be": 0.5}
        for step, words in self.computation.scales.items():
            scale = float(self.graphs[case].value(step, {}))
            for power, squared in ((1, ""), (2, " squared")):
                found[f"is too large by exactly {words}{squared}"] = scale**power
                found[f"is too small by exactly {words}{squared}"] = scale**-power
        return found

    def _table(self, factor: Factor, unit: int, chosen: Chosen, after: Mistake | None) -> Table:
        """The mistakes that may be added to the chosen ones (those after one of them in the catalogue, where a pair
        is completed), and for each the fingerprint of the factor when it is."""
        candidates = self.candidates(factor, chosen)
        if chosen:
            effective = self.effective(factor, unit)
            candidates = [mistake for mistake in candidates if mistake in effective]
        if after is not None:
            candidates = [mistake for mistake in candidates if self.number[mistake] > self.number[after]]
        prints = [fingerprint(self.made(factor, unit, (*chosen, mistake))) for mistake in candidates]
        return candidates, np.array(prints).reshape(-1, 2)

    def outputs(self, chosen: Chosen) -> list[Outputs]:
        """What the function gives on each case when the chosen mistakes are made."""
        changed = steps_of(chosen)
        names = self.computation.outputs
        return [
            {name: FAILED if self.breaks(at, changed) else graph.value(name, changed) for name in names}
            for at, graph in enumerate(self.graphs)
        ]

    def affects(self, mistake: Mistake, output: str, group: str) -> bool:
        """Whether the mistake shows in an output on a case of this group."""
        trios = zip(self.cases, self.outputs(()), self.outputs((mistake,)), strict=True)
        return any(case.group == group and not same(right[output], wrong[output]) for case, right, wrong in trios)

    def concerns(self, factor: str, output: str, group: str) -> bool:
        """Whether a factor, by its name, is part of an output on the cases of this group."""
        named = next(each for each in self.factors if each.name == factor)
        first = 0 if not named.added else self.computation.unit - 1
        groups = {self.cases[at].group for unit in self.units for at in self.cases_of(unit)[first:]}
        return output in self.outputs_of(named) and group in groups

    def caught_by(self, mistake: Mistake) -> list[str]:
        """The names of the cases on which the mistake shows."""
        pairs = zip(self.cases, self.outputs(()), self.outputs((mistake,)), strict=True)
        return [case.name for case, right, wrong in pairs if not alike(right, wrong)]

    def twins(self) -> set[tuple[str, str]]:
        """The ids of different mistakes that give the same numbers on every case."""
        made = [(mistake, self.outputs((mistake,))) for mistake in self.mistakes]
        return {
            tuple(sorted((one.id, other.id)))  # type: ignore[misc]
            for (one, ones), (other, others) in combinations(made, 2)
            if one.id != other.id and all(map(alike, ones, others))
        }

    def build(self) -> None:
        """Compute in advance what many searches ask for: single mistakes and pairs on the first unit."""
        for factor in self.factors:
            for mistake in self.effective(factor, 0) if factor.block else ():
                self.table(factor, 0, (mistake,), mistake)


class Search:
    """One search for what was observed, begun from mistakes that cost nothing."""

    def __init__(self, known: Diagnostician, observed: Sequence[Outputs], start: Chosen) -> None:
        self.known = known
        self.start = start
        self.deadline = 0.0
        self.seen: dict[Factor, list[Any]] = {}
        self.noise: dict[Factor, list[float]] = {}
        self.verdicts: dict[tuple[Factor, frozenset[Mistake]], int | None] = {}
        self.found: list[tuple[Chosen, tuple[Factor, ...]]] = []
        for factor in known.factors:
            self.look(factor, observed)
        self.factors = sorted(self.seen, key=lambda factor: (not factor.block, not self.telling(factor)))

    def look(self, factor: Factor, observed: Sequence[Outputs]) -> None:
        """Take what was observed of a factor, if anything was, and what rounding may have done to it."""
        units = [self.known.cases_of(unit) for unit in self.known.units]
        if not factor.block:
            stops = [any(stopped(observed[case]) for case in cases) for cases in units]
            self.seen[factor] = [np.array([stop], dtype=float) for stop in stops]
            self.noise[factor] = [0.0] * len(units)
            return
        seen = [self.known.measure(factor, unit, lambda case, name: observed[case][name]) for unit in self.known.units]
        if any(values is not FAILED for values in seen):
            first = [self.known.block(factor, cases[0], lambda case, name: observed[case][name]) for cases in units]
            self.seen[factor] = seen
            self.noise[factor] = [noise_of(values) if factor.added else 0.0 for values in first]

    def numbers_agree(self, aside: Sequence[Factor]) -> bool:
        """Whether there are numbers and all of them are explained: errors alone point at no mistake."""
        return not aside and any(factor.block and self.telling(factor) for factor in self.factors)

    def telling(self, factor: Factor) -> bool:
        """Whether there are numbers in it: an error, NaN or Inf alone point at no mistake, but may exclude one."""
        return any(values is not FAILED and np.isfinite(values).any() for values in self.seen[factor])

    @property
    def merit(self) -> tuple[int, ...]:
        """The fewer factors unexplained and the fewer new mistakes, the better; of equals, those already known."""
        if not self.found:
            return (len(self.known.factors) + 1,)
        chosen, aside = self.found[0]
        return len(aside), len(chosen) - len(self.start), -len(self.start)

    def diagnosis(self) -> Diagnosis:
        if not self.found:
            wrong = [factor for factor in self.factors if not self.holds(factor, self.start)]
            return Diagnosis((), self.describe_all(wrong, self.start))
        nearest = min(self.foreign(chosen) for chosen, _ in self.found)
        best = [(chosen, aside) for chosen, aside in self.found if self.foreign(chosen) == nearest]
        sets: dict[frozenset[str], Chosen] = {}
        for chosen, _ in best:
            sets.setdefault(frozenset(mistake.id for mistake in chosen), chosen)
        chosen, aside = best[0]
        return Diagnosis(
            tuple(filter(None, sets.values())), tuple((factor.name, self.describe(factor, chosen)) for factor in aside)
        )

    def foreign(self, chosen: Chosen) -> int:
        """How many are mistakes in a function that this one calls, and were not found there."""
        home = self.known.computation.function
        return sum(mistake.function != home for mistake in chosen if mistake not in self.start)

    def run(self, seconds: float) -> None:
        """Find the smallest explanations that leave the fewest factors aside."""
        end = time.perf_counter() + seconds
        for aside in range(len(self.factors) + 1):
            for together in (1, 2):
                most = len(self.found[0][0]) - len(self.start) - 1 if self.found else MOST_MISTAKES
                if most < together:
                    break
                now = time.perf_counter()
                self.deadline = now + max(end - now, 0) / 2
                self.found = self.attempt(aside, together, most) or self.found
            if self.found:
                return

    def attempt(self, aside: int, together: int, most: int) -> list[tuple[Chosen, tuple[Factor, ...]]]:
        """The smallest explanations with up to `most` mistakes, `together` on one factor, found before the deadline."""
        found = []
        try:
            for each in self.explain(self.start, (), aside, together, most):
                found.append(each)
        except OutOfTime:
            pass
        best, aside_by_best = min(found, key=lambda each: (len(each[1]), len(each[0])), default=((), ()))
        return [(chosen, left) for chosen, left in found if (len(chosen), left) == (len(best), aside_by_best)]

    def explain(
        self, chosen: Chosen, aside: tuple[Factor, ...], may_leave: int, together: int, most: int
    ) -> Iterator[tuple[Chosen, tuple[Factor, ...]]]:
        """Explanations that add up to `most` mistakes to the chosen ones, and the factors that they leave aside."""
        self.check_time()
        kept = [factor for factor in self.factors if factor not in aside]
        at = next((place for place, factor in enumerate(kept) if not self.holds(factor, chosen)), None)
        if at is None:
            yield chosen, tuple(factor for factor in aside if not self.holds(factor, chosen))
            return
        if kept[at].block or self.numbers_agree(aside):
            for more in self.repairs(kept[: at + 1], chosen, min(together, most)):
                yield from self.explain((*chosen, *more), aside, may_leave, together, most - len(more))
        if may_leave and not self.holds(kept[at], self.start):
            yield from self.explain(chosen, (*aside, kept[at]), may_leave - 1, together, most)

    def repairs(self, factors: Sequence[Factor], chosen: Chosen, together: int) -> Iterator[Chosen]:
        """Mistakes that with the chosen ones give the last of the factors as observed, and the others still."""
        seen = set()
        for more in chain(*(self.proposals(factors[-1], chosen, count) for count in range(1, together + 1))):
            names = frozenset(more)
            if names not in seen and all(self.holds(factor, (*chosen, *more)) for factor in reversed(factors)):
                yield more
            seen.add(names)

    def proposals(self, factor: Factor, chosen: Chosen, count: int) -> Iterator[Chosen]:
        """Mistakes, `count` of them, that may give the factor as observed, by the first unit where it differs."""
        at = self.first_failure(factor, chosen)
        if at is None or not self.telling(factor):
            return
        seen = self.seen[factor][at]
        candidates, prints = self.known.table(factor, at, chosen, None)
        if count == 1:
            hits = like(prints, seen, self.noise[factor][at])
            yield from ((candidates[place],) for place in np.flatnonzero(hits))
        if count == 1 or not factor.block:
            return
        for first in self.proposals(factor, chosen, 1):
            yield from ((*first, *second) for second in self.proposals(factor, (*chosen, *first), 1))
        effective = self.known.effective(factor, at)
        for mistake in filter(effective.__contains__, candidates):
            self.check_time()
            others, pairs = self.known.table(factor, at, (*chosen, mistake), mistake)
            hits = like(pairs, seen, self.noise[factor][at])
            yield from ((mistake, others[place]) for place in np.flatnonzero(hits))

    def check_time(self) -> None:
        if time.perf_counter() > self.deadline:
            raise OutOfTime

    def holds(self, factor: Factor, chosen: Chosen) -> bool:
        """Whether the mistakes give this factor as it was observed, on every case."""
        return self.first_failure(factor, chosen) is None

    def first_failure(self, factor: Factor, chosen: Chosen) -> int | None:
        key = factor, frozenset(chosen)
        if key not in self.verdicts:
            places = range(len(self.known.units))
            self.verdicts[key] = next((at for at in places if not self.agrees(factor, at, chosen)), None)
        return self.verdicts[key]

    def agrees(self, factor: Factor, at: int, chosen: Chosen) -> bool:
        """Where an error or nothing was seen, no number can disagree."""
        seen = self.seen[factor][at]
        return seen is FAILED or close(seen, self.known.made(factor, at, chosen), self.noise[factor][at])

    # --- what is unexplained ------------------------------------------------------------------------------------------

    def describe_all(self, factors: Sequence[Factor], chosen: Chosen) -> tuple[tuple[str, str], ...]:
        return tuple((factor.name, self.describe(factor, chosen)) for factor in factors)

    def describe(self, factor: Factor, chosen: Chosen) -> str:
        """How a factor differs from what the chosen mistakes give, in one sentence."""
        made = [self.known.made(factor, unit, chosen) for unit in self.known.units]
        pairs = [
            (at, seen, wanted)
            for at, (seen, wanted) in enumerate(zip(self.seen[factor], made, strict=True))
            if seen is not FAILED and wanted is not FAILED and seen.shape == wanted.shape
        ]
        text = None
        if factor.block and len(pairs) == len(made):
            text = self.tell_ratio(factor, pairs) or self.tell_order(factor, pairs)
        return f"{factor.name} {text or self.tell_where(factor, chosen)}"

    def tell_ratio(self, factor: Factor, pairs: Sequence[Pair]) -> str | None:
        """Where everything is too large or too small by one number, which number that is."""
        found = [ratio(seen, made, self.noise[factor][at]) for at, seen, made in pairs]
        if None in found:
            return None
        named = [self.known.ratios(at) for at, _, _ in pairs]
        for words in named[0]:
            if np.allclose(found, [each[words] for each in named], rtol=RTOL, atol=0):  # type: ignore[arg-type]
                return words
        if np.allclose(found, found[0], rtol=RTOL, atol=0):  # type: ignore[arg-type]
            return f"is {found[0]:.6g} times what it should be, on every case"
        return None

    def tell_order(self, factor: Factor, pairs: Sequence[Pair]) -> str | None:
        if not all(close(np.sort(seen), np.sort(made), self.noise[factor][at]) for at, seen, made in pairs):
            return None
        if all(turned(seen, made, self.noise[factor][at]) for at, seen, made in pairs):
            return "has the right numbers in another order: row by row, or transposed"
        return "has the right numbers in another order"

    def tell_where(self, factor: Factor, chosen: Chosen) -> str:
        if not self.telling(factor):
            return "has no number in it: it is NaN, Inf or an error on every case"
        wrong = [at for at in self.known.units if not self.agrees(factor, at, chosen)]
        right = [at for at in self.known.units if at not in wrong and self.seen[factor][at] is not FAILED]
        if not factor.block:
            return f"stops with an error on {self.names(factor, wrong) if right else 'every case'}"
        if not right:
            return "is wrong on every case"
        if len(right) < len(wrong):
            return f"is right on {self.names(factor, right)}, and wrong on all others"
        return f"is wrong on {self.names(factor, wrong)}, and right on all others"

    def names(self, factor: Factor, units: Sequence[int]) -> str:
        return ", ".join(repr(self.known.cases[self.known.cases_of(at)[-factor.added]].name) for at in units)


def applicable(computation: Computation, mistakes: Sequence[Mistake]) -> list[Mistake]:
    """The mistakes that consist in steps of this computation."""
    return [mistake for mistake in mistakes if mistake.steps and mistake.steps.keys() <= computation.steps.keys()]


def factors(computation: Computation) -> list[Factor]:
    """The factors in the order of diagnosis."""
    found = [Factor(block, False, block) for block in computation.blocks]
    if computation.unit > 1:
        found += [Factor(block, True, f"{computation.addition} {block}") for block in computation.blocks]
    return [*found, Factor("", False, computation.function)]


@lru_cache(4096)
def steps_of(chosen: Chosen) -> Steps:
    return {name: step for mistake in chosen for name, step in mistake.steps.items()}


def alike(one: Outputs, other: Outputs) -> bool:
    """Whether two sets of outputs hold the same numbers."""
    return all(same(one[name], other[name]) for name in one)


def same(one: Any, other: Any) -> bool:
    if one is FAILED or other is FAILED:
        return one is other
    return close(np.ravel(one), np.ravel(other))


def stopped(outputs: Outputs) -> bool:
    return all(output is FAILED for output in outputs.values())


# --- comparing numbers ------------------------------------------------------------------------------------------------


def close(seen: Any, made: Any, noise: float = 0.0) -> bool:
    """Whether the numbers are the same to rounding, with the same NaN and Inf in the same places."""
    if made is FAILED or seen.shape != made.shape:
        return False
    finite = np.isfinite(seen)
    if not finite.all():
        if not np.array_equal(seen[~finite], made[~finite], equal_nan=True):
            return False
        seen, made = seen[finite], made[finite]
    size = np.abs(made)
    return bool(np.all(np.abs(seen - made) <= ATOL * np.max(size, initial=0.0) + RTOL * size + noise))


def noise_of(values: Any) -> float:
    """What rounding may leave of these numbers once they are subtracted."""
    return 0.0 if values is FAILED else NOISE * float(np.max(np.abs(values), initial=0.0, where=np.isfinite(values)))


@lru_cache(256)
def weights(size: int) -> Numbers:
    return 1.5 + np.sin(np.arange(size) ** 2)


def fingerprint(values: Any) -> tuple[float, float]:
    """How many numbers, and a weighted sum of them: equal where the numbers are."""
    if values is FAILED:
        return -1.0, 0.0
    finite = np.isfinite(values)
    numbers = values if finite.all() else np.where(finite, values, 0.0)
    return float(values.size), float(np.real(weights(values.size) @ numbers))


def like(prints: Numbers, seen: Any, noise: float) -> Any:
    """Which fingerprints may be of numbers close to those seen."""
    size, total = fingerprint(seen)
    numbers = np.abs(np.where(np.isfinite(seen), seen, 0.0))
    allowed = weights(seen.size) @ (2 * RTOL * numbers + 2 * ATOL * np.max(numbers, initial=0.0) + noise)
    return (prints[:, 0] == size) & (np.abs(prints[:, 1] - total) <= allowed)


def ratio(seen: Numbers, made: Numbers, noise: float) -> float | None:
    """The one number that all numbers made are multiplied by to give those seen."""
    if not made.size or not np.isfinite(seen).all() or not np.isfinite(made).all() or not np.any(made):
        return None
    number = float(np.real(np.vdot(made, seen)) / np.vdot(made, made).real)
    return number if number and close(seen, number * made, noise) else None


def turned(seen: Numbers, made: Numbers, noise: float) -> bool:
    """Whether a matrix unrolled column by column was unrolled row by row, whatever its shape."""
    rows = [count for count in range(1, made.size + 1) if made.size % count == 0]
    return any(close(seen, made.reshape((count, -1), order="F").ravel(), noise) for count in rows)
