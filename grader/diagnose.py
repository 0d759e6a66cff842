"""What a submission's function gave -> the mistakes that explain every number of it.

What the function gives is split into factors: each block of its outputs (the cost, the gradient of each layer), and
what the argument that varies adds to it (regularisation). Where a factor does not come out as observed, the search
looks up the mistakes that would make it so and leave the factors before it as they are, adds them and goes on from
there; so mistakes that act on different factors cost a look-up each, and not a product. Two mistakes at once on one
factor are looked up after that, and what nothing explains is said to be unexplained. Whatever is claimed reproduces the
submission's numbers on every case.

A search ends by the work that it has asked for, and never by the clock or by what happens to be remembered: the same
numbers are always given the same diagnosis.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from heapq import heappop, heappush
from itertools import combinations
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.graph import FAILED, Graph, Steps, ancestors
from grader.model import Case, Computation, Diagnosis, Mistake, RawResult
from grader.values import copy_of, size_of

Chosen: TypeAlias = tuple[Mistake, ...]
Numbers: TypeAlias = NDArray[Any]
Outputs: TypeAlias = Mapping[str, Any]
"""What was observed on one case: by output an array, or `FAILED` where there is none."""
Pair: TypeAlias = tuple[int, Numbers, Numbers]
"""A factor on a unit: the unit's place, the numbers seen and the numbers made."""

RTOL, ATOL, NOISE = 1e-6, 1e-8, 1e-12
MOST_WEIGHT = 2.5
MOST_MISTAKES = 4
MOST_WORK = 6000
"""In numbers of ways to make a factor on a `SMALL` case. What nearly every search looks up costs a `SHARED`-th."""
SHARED, SMALL = 50, 8000
MOST_TABLES = {1: 2000, 2: 128}
"""How many tables are kept, by how many mistakes each adds."""
MOST_FACTORS = 1000
"""How many factors, as they were made last, are kept."""
MOST_BYTES = 1 << 27
"""How much of what was computed is kept, on all cases together."""


@dataclass(frozen=True)
class Factor:
    """A block of an output on the first case of every unit or, where it is `added`, what the last case adds to that.
    Without a block: 1 where the function gives no usable result on a case of the unit, else 0."""

    block: str
    added: bool
    name: str


@dataclass(frozen=True)
class Explanation:
    """Mistakes, and the factors that they do not give as observed. `paired` where two were added at once."""

    chosen: Chosen
    wrong: tuple[Factor, ...]
    paired: bool


class Task(NamedTuple):
    """To add so many mistakes to an explanation, such that a factor comes out as observed.

    Tasks are done in the order of their fields: by `tier` (0: single mistakes, 1: pairs that are looked up in tables
    that all searches share, and what follows from them, 2: all other pairs), by the `size` of what they lead to.
    """

    tier: int
    size: int
    number: int
    explanation: Explanation
    factor: Factor
    adds: int


class Diagnostician:
    """Knows one function's mistakes on one list of cases. What it has computed serves every submission."""

    def __init__(self, computation: Computation, mistakes: Sequence[Mistake], cases: Sequence[Case]) -> None:
        self.computation = computation
        self.mistakes = applicable(computation, mistakes)
        self.signs = [m for m in mistakes if m.sign is not None and m.function == computation.function]
        self.cases = cases
        self.graphs = [
            Graph(computation.steps, dict(zip(computation.inputs, arguments, strict=True)), MOST_BYTES // len(cases))
            for arguments in (map(copy_of, case.arguments) for case in cases)
        ]
        self.slices = {
            part: [graph.value(part, {}) if part else slice(None) for graph in self.graphs]
            for _, part in computation.blocks.values()
        }
        self.units = range(len(cases) // computation.unit)
        self.factors = factors(computation)
        self.number = {mistake: number for number, mistake in enumerate(self.mistakes)}
        self.tables = {adds: lru_cache(most)(partial(self.table, adds)) for adds, most in MOST_TABLES.items()}
        self.effective = lru_cache(MOST_TABLES[1])(self._effective)
        self.affects = lru_cache(MOST_TABLES[1])(self._affects)
        self.made = lru_cache(MOST_FACTORS)(self._made)
        self.prices = [1 + self.size(unit) // SMALL for unit in self.units]

    def diagnose(
        self, observed: Sequence[Outputs], results: Sequence[RawResult] = (), found: Chosen = (), work: int = MOST_WORK
    ) -> Diagnosis:
        """The smallest sets of mistakes that give what was observed on the cases, found with so much `work`.

        `results` are the raw results on the cases, read for signs where the numbers leave something unexplained; beside
        a sign only what could be compared is called so;
        `found` are mistakes found in functions that this one may call: they cost nothing.
        """
        given = tuple(mistake for mistake in found if mistake in self.mistakes)
        with np.errstate(all="ignore"):
            starts = dict.fromkeys((given, ()))
            searches = [Search(self, observed, start, work // len(starts)) for start in starts]
            for search in searches:
                search.run()
            search = min(searches, key=lambda search: search.merit)
            diagnosis = search.diagnosis()
        if not diagnosis.unexplained or not results:
            return diagnosis
        signs = tuple(mistake for mistake in self.signs if mistake.sign and mistake.sign(self.cases, results))
        if not signs:
            return diagnosis
        numbers = {factor.name for factor in search.factors if factor.block and search.comparable(factor)}
        unexplained = tuple(each for each in diagnosis.unexplained if each[0] in numbers)
        return replace(diagnosis, signs=signs, unexplained=unexplained)

    def cases_of(self, unit: int) -> range:
        return range(unit * self.computation.unit, (unit + 1) * self.computation.unit)

    def size(self, unit: int) -> int:
        """How many numbers the arguments are made of."""
        arguments: tuple[Any, ...] = self.cases[self.cases_of(unit)[-1]].arguments
        return sum(map(size_of, arguments))

    def candidates(self, factor: Factor, chosen: Chosen) -> list[Mistake]:
        """Mistakes on steps that the factor depends on and that nothing chosen has changed."""
        steps = self.depends(factor, chosen)
        changed = steps_of(chosen).keys()
        return [
            mistake
            for mistake in self.mistakes
            if not steps.isdisjoint(mistake.steps) and changed.isdisjoint(mistake.steps)
        ]

    def depends(self, factor: Factor, chosen: Chosen) -> set[str]:
        """The steps that the factor depends on and that the chosen mistakes leave alone."""
        changed = steps_of(chosen)
        ways = (ancestors(output, self.computation.steps, changed) for output in self.outputs_of(factor))
        return set().union(*ways) - changed.keys()

    def _effective(self, factor: Factor, unit: int) -> frozenset[Mistake]:
        """Mistakes that change the factor on this unit when they are made alone."""
        table = self.tables[1](factor, unit, ())
        changed = np.any(table.prints != fingerprint(self.made(factor, unit, ())), axis=1)
        return frozenset(self.mistakes[number] for number in table.numbers[changed, 0])

    def useful(self, factor: Factor, unit: int, chosen: Chosen) -> list[Mistake]:
        """The candidates that change the factor on this unit when they are made alone."""
        effective = self.effective(factor, unit)
        return [mistake for mistake in self.candidates(factor, chosen) if mistake in effective]

    def additions(self, adds: int, factor: Factor, unit: int, chosen: Chosen) -> list[Chosen]:
        """The sets of so many mistakes that may be added to the chosen ones."""
        if adds == 1:
            return [(each,) for each in (self.useful(factor, unit, chosen) if chosen else self.candidates(factor, ()))]
        return [
            (first, second)
            for first in self.useful(factor, unit, chosen)
            for second in self.useful(factor, unit, (*chosen, first))
            if self.number[first] < self.number[second]
        ]

    def table(self, adds: int, factor: Factor, unit: int, chosen: Chosen) -> Table:
        numbers = [[self.number[mistake] for mistake in more] for more in self.additions(adds, factor, unit, chosen)]
        return Table(self, factor, unit, chosen, np.array(numbers, np.int16).reshape(-1, adds))

    def outputs_of(self, factor: Factor) -> Sequence[str]:
        return self.computation.blocks[factor.block][:1] if factor.block else self.computation.outputs

    def _made(self, factor: Factor, unit: int, chosen: Chosen) -> Any:
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
        return 1.0 * np.ravel(found)[self.slices[part][case]]

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

    def outputs(self, chosen: Chosen) -> list[Outputs]:
        """What the function gives on each case when the chosen mistakes are made."""
        changed = steps_of(chosen)
        names = self.computation.outputs
        return [
            {name: FAILED if self.breaks(at, changed) else graph.value(name, changed) for name in names}
            for at, graph in enumerate(self.graphs)
        ]

    def _affects(self, mistake: Mistake, output: str, group: str) -> bool:
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


@dataclass(frozen=True)
class Table:
    """Sets of mistakes that may be added to the chosen ones: a row of `numbers` each, their places in the catalogue."""

    known: Diagnostician
    factor: Factor
    unit: int
    chosen: Chosen
    numbers: Numbers

    @cached_property
    def prints(self) -> Numbers:
        """For each row the fingerprint of the factor on the unit, with these mistakes and the chosen ones."""
        made = (self.known.made(self.factor, self.unit, (*self.chosen, *more)) for more in self.sets(slice(None)))
        return np.array([fingerprint(each) for each in made]).reshape(-1, 3)

    @property
    def price(self) -> int:
        """The work of the look-up, which does not depend on what has been computed already."""
        if not self.chosen and not self.unit:
            return 1 + len(self.numbers) // SHARED
        return len(self.numbers) * self.known.prices[self.unit]

    def sets(self, rows: Any) -> list[Chosen]:
        return [tuple(self.known.mistakes[number] for number in row) for row in self.numbers[rows]]


class Search:
    """One search for what was observed, begun from mistakes that cost nothing."""

    def __init__(self, known: Diagnostician, observed: Sequence[Outputs], start: Chosen, work: int) -> None:
        self.known = known
        self.start = start
        self.work = 0
        self.most_work = work
        self.most = len(start) + MOST_MISTAKES
        self.complete = False
        self.seen: dict[Factor, list[Any]] = {}
        self.noise: dict[Factor, list[float]] = {}
        self.agreements: dict[tuple[Factor, frozenset[Mistake]], int] = {}
        self.reached: dict[frozenset[Mistake], Explanation] = {}
        self.tasks: list[Task] = []
        self.planned = 0
        for factor in known.factors:
            self.look(factor, observed)
        self.factors = sorted(self.seen, key=lambda factor: (not factor.block, not self.telling(factor)))

    def look(self, factor: Factor, observed: Sequence[Outputs]) -> None:
        """Take what was observed of a factor, if anything was, and what rounding may have done to it."""

        def value(case: int, name: str) -> Any:
            return observed[case][name]

        def stops(unit: int) -> Numbers:
            return np.array([any(stopped(observed[case]) for case in self.known.cases_of(unit))], dtype=float)

        known, units = self.known, self.known.units
        noise = [0.0] * len(units)
        seen = [known.measure(factor, unit, value) if factor.block else stops(unit) for unit in units]
        if factor.added:
            noise = [noise_of(known.block(factor, known.cases_of(unit)[0], value)) for unit in units]
            right = [known.made(factor, unit, ()) for unit in units]
            seen = [FAILED if drowned(*each) else each[0] for each in zip(seen, right, noise, strict=True)]
        if any(values is not FAILED for values in seen):
            self.seen[factor], self.noise[factor] = seen, noise

    def telling(self, factor: Factor) -> bool:
        """Whether there are numbers in it: an error, NaN or Inf alone point at no mistake, but may exclude one."""
        return any(values is not FAILED and np.isfinite(values).any() for values in self.seen[factor])

    def comparable(self, factor: Factor) -> bool:
        """Whether there is anything in the shape that it should have."""
        right = (self.known.made(factor, unit, ()) for unit in self.known.units)
        return self.telling(factor) and any(
            seen is not FAILED and made is not FAILED and seen.shape == made.shape
            for seen, made in zip(self.seen[factor], right, strict=True)
        )

    # --- what is found ------------------------------------------------------------------------------------------------

    @property
    def merit(self) -> tuple[int, ...]:
        """The fewer factors unexplained and the fewer new mistakes, the better; of equals, those already known."""
        best = self.best()[0]
        return len(best.wrong), len(best.chosen) - len(self.start), -len(self.start)

    def best(self) -> list[Explanation]:
        """The smallest of the sound explanations that leave the fewest factors wrong, and the same ones."""
        found = [each for each in self.reached.values() if self.sound(each)]
        best = min(found, key=lambda each: (len(each.wrong), len(each.chosen)))
        return [each for each in found if (len(each.chosen), each.wrong) == (len(best.chosen), best.wrong)]

    def sound(self, explanation: Explanation) -> bool:
        """Whether other steps may have made each wrong factor what it is, and none of them was right before."""
        start = self.reached[frozenset(self.start)]
        if explanation is start:
            return True
        depend = (self.known.depends(factor, explanation.chosen) for factor in explanation.wrong)
        denied = (self.denies(explanation.chosen, factor) for factor in explanation.wrong)
        return set(start.wrong).issuperset(explanation.wrong) and all(depend) and not any(denied)

    def denies(self, chosen: Chosen, factor: Factor) -> bool:
        """Whether the mistakes leave nothing of a factor of which there is something."""
        return any(
            seen is not FAILED and np.any(seen) and is_zero(self.known.made(factor, unit, chosen))
            for unit, seen in enumerate(self.seen[factor])
            if not is_zero(self.known.made(factor, unit, ()))
        )

    def diagnosis(self) -> Diagnosis:
        found = self.best()
        nearest = min(map(self.foreign, found))
        best = [each for each in found if self.foreign(each) == nearest]
        sets: dict[frozenset[str], Chosen] = {}
        for chosen in (self.without_idle(each.chosen) for each in best):
            sets.setdefault(frozenset(mistake.id for mistake in chosen), chosen)
        unexplained = tuple((factor.name, self.describe(factor, best[0].chosen)) for factor in best[0].wrong)
        return Diagnosis(tuple(filter(None, sets.values())), unexplained)

    def without_idle(self, chosen: Chosen) -> Chosen:
        """Without mistakes found elsewhere that change nothing here beside the others."""
        for idle in self.start:
            rest = tuple(mistake for mistake in chosen if mistake is not idle)
            if rest and all(map(alike, self.known.outputs(rest), self.known.outputs(chosen))):
                chosen = rest
        return chosen

    def foreign(self, explanation: Explanation) -> int:
        """How many are mistakes in a function that this one calls, and were not found there."""
        home = self.known.computation.function
        return sum(mistake.function != home for mistake in explanation.chosen if mistake not in self.start)

    # --- the search ---------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Reach explanations, the cheap ones first, until there can be no better one or the work is done."""
        self.reach(self.start, paired=False)
        while self.tasks and self.work < self.most_work:
            self.attempt(heappop(self.tasks))

    def reach(self, chosen: Chosen, paired: bool) -> None:
        """Take down an explanation, and plan what may be tried from there."""
        if frozenset(chosen) in self.reached:
            return
        wrong = tuple(factor for factor in self.factors if not self.holds(factor, chosen))
        explanation = self.reached[frozenset(chosen)] = Explanation(chosen, wrong, paired)
        if not wrong:
            self.complete = True
            self.most = min(self.most, len(chosen))
        for factor in self.pointing(wrong)[:1]:
            self.plan(explanation, factor, 1)
        for factor in self.pointing(wrong):
            if factor.block:
                self.plan(explanation, factor, 2)

    def pointing(self, wrong: Sequence[Factor]) -> Sequence[Factor]:
        """The wrong factors that may point at mistakes: errors only where there are numbers and all are explained."""
        numbers = [factor for factor in wrong if factor.block]
        if numbers or not any(factor.block and self.telling(factor) for factor in self.factors):
            return [factor for factor in numbers if self.telling(factor)]
        return wrong

    def plan(self, explanation: Explanation, factor: Factor, adds: int) -> None:
        tier = int(explanation.paired)
        if adds == 2:
            tier = 2 if self.felt(factor, explanation.chosen) else 1
        self.planned += 1
        heappush(self.tasks, Task(tier, len(explanation.chosen) + adds, self.planned, explanation, factor, adds))

    def attempt(self, task: Task) -> None:
        """Follow every repair; where no single mistake is one, the next wrong factor comes to its turn."""
        if not self.worthwhile(task):
            return
        repairs = self.repairs(task)
        for more in repairs:
            self.reach((*task.explanation.chosen, *more), paired=task.tier > 0)
        wrong = self.pointing(task.explanation.wrong)
        others = wrong[wrong.index(task.factor) + 1 :]
        if task.adds == 1 and others and not repairs:
            self.plan(task.explanation, others[0], 1)

    def worthwhile(self, task: Task) -> bool:
        """Beside a complete explanation only those count that are smaller or, of single mistakes, as small. One of them
        repairs every wrong factor: it is enough to look up pairs for the first."""
        if not self.complete or task.tier == 0:
            return task.size <= self.most
        first = self.pointing(task.explanation.wrong)[0]
        return task.size < self.most and (task.adds == 1 or task.factor == first)

    def repairs(self, task: Task) -> list[Chosen]:
        """Mistakes that with the chosen ones give the factor as observed, and spoil none before it."""
        chosen, wrong = task.explanation.chosen, task.explanation.wrong
        kept = [factor for factor in self.factors[: self.factors.index(task.factor)] if factor not in wrong]
        repaired = (task.factor, *kept)
        for proposals in self.proposals(task.factor, chosen, task.adds):
            found = [more for more in proposals if all(self.holds(factor, (*chosen, *more)) for factor in repaired)]
            if found:
                return found
        return []

    def proposals(self, factor: Factor, chosen: Chosen, adds: int) -> Iterator[Iterable[Chosen]]:
        """What may be tried, the cheap first: single mistakes are looked up by those of the chosen that the factor
        feels, as these tables serve more searches, and then by all: one may hide behind another."""
        if adds == 2:
            return iter([self.pairs(factor, chosen)])
        return (self.look_up(factor, chosen, given, 1) for given in dict.fromkeys((self.felt(factor, chosen), chosen)))

    def pairs(self, factor: Factor, chosen: Chosen) -> Iterator[Chosen]:
        """Pairs of mistakes, of which neither is enough, that may give the factor as observed."""
        enough: set[Mistake] = set()
        felt = self.felt(factor, chosen)
        for first in self.look_up(factor, chosen, felt, 1):
            more = (*chosen, *first)
            if self.holds(factor, more):
                enough.update(first)
            else:
                yield from ((*first, *second) for second in self.look_up(factor, more, self.felt(factor, more), 1))
        yield from (pair for pair in self.look_up(factor, chosen, felt, 2) if enough.isdisjoint(pair))

    def look_up(self, factor: Factor, chosen: Chosen, given: Chosen, adds: int) -> list[Chosen]:
        """Mistakes that may be added to the chosen ones to give the factor as observed, by the first unit where it is
        not, and by the table for those given."""
        at = self.agreement(factor, chosen)
        table = self.known.tables[adds](factor, at, given)
        self.work += table.price
        if self.work > self.most_work:
            return []
        changed = steps_of(chosen).keys()
        proposed = table.sets(like(table.prints, self.seen[factor][at], self.noise[factor][at]))
        return [more for more in proposed if all(changed.isdisjoint(mistake.steps) for mistake in more)]

    def felt(self, factor: Factor, chosen: Chosen) -> Chosen:
        """Those of the chosen mistakes that change the factor, made alone, on the unit where it differs first."""
        effective = self.known.effective(factor, self.agreement(factor, chosen)) if chosen else ()
        return tuple(mistake for mistake in chosen if mistake in effective)

    def holds(self, factor: Factor, chosen: Chosen) -> bool:
        """Whether the mistakes give this factor as it was observed, on every case."""
        return self.agreement(factor, chosen) == len(self.known.units)

    def agreement(self, factor: Factor, chosen: Chosen) -> int:
        """On how many units the factor comes out as observed before the first where it does not."""
        key = factor, frozenset(chosen)
        if key not in self.agreements:
            units = self.known.units
            self.agreements[key] = next((at for at in units if not self.agrees(factor, at, chosen)), len(units))
        return self.agreements[key]

    def agrees(self, factor: Factor, at: int, chosen: Chosen) -> bool:
        """Where an error or nothing was seen, no number can disagree."""
        self.work += self.known.prices[at]
        seen = self.seen[factor][at]
        return seen is FAILED or close(seen, self.known.made(factor, at, chosen), self.noise[factor][at])

    # --- what is unexplained ------------------------------------------------------------------------------------------

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
            return f"gives no usable result on {self.names(factor, wrong) if right else 'every case'}"
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


def is_zero(values: Any) -> bool:
    return values is not FAILED and not np.any(values)


def noise_of(values: Any) -> float:
    """What rounding may leave of these numbers once they are subtracted."""
    return 0.0 if values is FAILED else NOISE * magnitude(values)


def drowned(seen: Any, right: Any, noise: float) -> bool:
    """Whether rounding leaves less than six digits of a difference."""
    return seen is FAILED or noise > RTOL * max(magnitude(seen), magnitude(right))


def magnitude(values: Numbers) -> float:
    return float(np.max(np.abs(values), initial=0.0, where=np.isfinite(values)))


@lru_cache(64)
def weights(size: int) -> Numbers:
    return 1.5 + np.sin(np.arange(size) ** 2)


def fingerprint(values: Any) -> tuple[float, float, float]:
    """How many numbers, a weighted sum of them, and by how much it differs at most for numbers that are close."""
    if values is FAILED:
        return -1.0, 0.0, 0.0
    weighted = weights(values.size)
    total = weighted @ values
    if not np.isfinite(total):
        values = np.where(np.isfinite(values), values, 0.0)
        total = weighted @ values
    sizes = np.abs(values)
    allowed = ATOL * MOST_WEIGHT * values.size * np.max(sizes, initial=0.0) + RTOL * (weighted @ sizes)
    return float(values.size), float(np.real(total)), float(allowed)


def like(prints: Numbers, seen: Any, noise: float) -> Any:
    """Which fingerprints may be of numbers close to those seen."""
    sized = prints[:, 0] == seen.size
    if not sized.any():
        return sized
    _, total, _ = fingerprint(seen)
    return sized & (np.abs(prints[:, 1] - total) <= prints[:, 2] + MOST_WEIGHT * seen.size * noise)


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
