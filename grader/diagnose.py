"""Raw results + the catalogue of mistakes -> the mistakes that explain every number of a submission.

What a function gives is split into factors (the cost, what lambda adds to it, the gradient of each layer, ...). The
search goes through the factors in order. Where one does not come out as observed, a mistake on a step that this
factor depends on is tried, which must leave the factors before it as they are. So two mistakes that act on different
factors cost two look-ups, not a product. Fewer mistakes are tried before more, and a factor that nothing explains is
left aside only after that. Whatever is claimed reproduces the submission's numbers on every case.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, TypeAlias

import numpy as np

from grader.graph import FAILED, Graph, Steps, ancestors
from grader.model import Case, Computation, Diagnosis, Mistake
from grader.values import copy_of

Chosen: TypeAlias = tuple[Mistake, ...]
Outputs: TypeAlias = Mapping[str, Any]
"""What was observed on one case: by output an array, or `FAILED` where the function stopped with an error."""

RTOL, ATOL = 1e-6, 1e-8
MOST_MISTAKES = 4
MOST_PER_FACTOR = 2
MOST_UNEXPLAINED = 3


class OutOfTime(Exception):
    pass


class _Failed(Exception):
    pass


class Diagnostician:
    """Explains results of one function on one list of cases. What it has computed serves every submission."""

    def __init__(self, computation: Computation, mistakes: Sequence[Mistake], cases: Sequence[Case]) -> None:
        self.computation = computation
        self.mistakes = [mistake for mistake in mistakes if mistake.function == computation.function]
        self.graphs = [
            Graph(computation.steps, dict(zip(computation.inputs, map(copy_of, case.arguments), strict=True)))
            for case in cases
        ]
        units = zip(*[iter(range(len(cases)))] * computation.unit, strict=True)
        self.units = sorted(units, key=lambda unit: sum(map(np.size, cases[unit[0]].arguments)))

    def diagnose(self, observed: Sequence[Outputs], seconds: float = 2.0) -> Diagnosis:
        """The smallest sets of mistakes that give what was observed on the cases, found within `seconds`."""
        search = Search(self, observed)
        for unexplained in range(MOST_UNEXPLAINED + 1):
            search.deadline = time.perf_counter() + seconds / 2 ** (unexplained + 1)
            try:
                if found := search.run(unexplained):
                    sets = {frozenset(chosen): chosen for chosen, _ in found}
                    return Diagnosis(tuple(sets.values()), found[0][1])
            except OutOfTime:
                continue
        return Diagnosis((), tuple(name for name in search.factors if not search.holds(name, ())))


class Search:
    """One search: `factors` are those of which something was observed."""

    def __init__(self, known: Diagnostician, observed: Sequence[Outputs]) -> None:
        self.known = known
        self.deadline = 0.0
        self.seen: dict[str, list[Any]] = {}
        self.reads: dict[str, set[str]] = {}
        blank = {name for name in known.computation.outputs if all(is_blank(outputs[name]) for outputs in observed)}
        for name, factor in known.computation.factors.items():
            reads: set[str] = set()
            seen = [self.evaluate(factor, unit, partial(self.observe, observed, reads)) for unit in known.units]
            if not reads & blank:
                self.seen[name], self.reads[name] = seen, reads
        self.factors = list(self.seen)

    def run(self, unexplained: int) -> list[tuple[Chosen, tuple[str, ...]]]:
        """The smallest explanations that leave exactly so many factors aside, and which these are."""
        for count in range(MOST_MISTAKES + 1):
            if found := list(self.explain(0, (), (), count, unexplained)):
                return found
        return []

    def explain(
        self, at: int, chosen: Chosen, aside: tuple[str, ...], left: int, unexplained: int, here: int = 0, first: int = 0
    ) -> Iterator[tuple[Chosen, tuple[str, ...]]]:
        """Explanations from factor number `at` on, with `left` more mistakes; `here` were chosen for this factor,
        from before number `first` in the catalogue."""
        if time.perf_counter() > self.deadline:
            raise OutOfTime
        while at < len(self.factors) and self.holds(self.factors[at], chosen):
            at, here, first = at + 1, 0, 0
        if at == len(self.factors):
            yield chosen, aside
            return
        factor = self.factors[at]
        if left and here < MOST_PER_FACTOR:
            settled = [name for name in self.factors[:at] if name not in aside]
            for number, mistake in self.candidates(factor, chosen, first):
                more = (*chosen, mistake)
                if all(self.holds(name, more) for name in settled):
                    yield from self.explain(at, more, aside, left - 1, unexplained, here + 1, number + 1)
        if len(aside) < unexplained:
            yield from self.explain(at + 1, chosen, (*aside, factor), left, unexplained)

    def candidates(self, factor: str, chosen: Chosen, first: int) -> Iterator[tuple[int, Mistake]]:
        """Mistakes on steps that the factor depends on and that nothing chosen has changed."""
        changed = steps_of(chosen)
        steps = self.known.computation.steps
        relevant = set().union(*(ancestors(name, steps, changed) for name in self.reads[factor]))
        for number, mistake in enumerate(self.known.mistakes):
            if number >= first and relevant & mistake.steps.keys() and not changed.keys() & mistake.steps.keys():
                yield number, mistake

    def holds(self, factor: str, chosen: Chosen) -> bool:
        """Whether the mistakes give this factor as it was observed, on every case."""
        changed = steps_of(chosen)
        function = self.known.computation.factors[factor]
        return all(
            close(seen, self.evaluate(function, unit, lambda case, name: self.known.graphs[case].value(name, changed)))
            for unit, seen in zip(self.known.units, self.seen[factor], strict=True)
        )

    def observe(self, observed: Sequence[Outputs], reads: set[str], case: int, name: str) -> Any:
        """An output as it was observed; any other step as it should be."""
        if name in observed[case]:
            reads.add(name)
            return observed[case][name]
        return self.known.graphs[case].value(name, {})

    @staticmethod
    def evaluate(factor: Callable[..., Any], unit: Sequence[int], value: Callable[[int, str], Any]) -> Any:
        """A factor on one unit of cases, `FAILED` where one of its steps is."""

        def look_up(case: int, name: str) -> Any:
            found = value(case, name)
            if found is FAILED:
                raise _Failed
            return found

        try:
            with np.errstate(all="ignore"):
                return np.ravel(factor(*(partial(look_up, case) for case in unit)))
        except (_Failed, ValueError):
            return FAILED


@cache
def steps_of(chosen: Chosen) -> Steps:
    return {name: step for mistake in chosen for name, step in mistake.steps.items()}


def is_blank(output: Any) -> bool:
    return output is not FAILED and not np.any(output)


def close(seen: Any, made: Any) -> bool:
    """Whether the numbers are the same to rounding, with the same NaN and Inf in the same places."""
    if seen is FAILED or made is FAILED:
        return seen is made
    if seen.shape != made.shape:
        return False
    finite = np.isfinite(seen)
    if not finite.all():
        if not np.array_equal(seen[~finite], made[~finite], equal_nan=True):
            return False
        seen, made = seen[finite], made[finite]
    scale = np.max(np.abs(made), initial=0.0)
    return bool(np.all(np.abs(seen - made) <= ATOL * scale + RTOL * np.abs(made)))
