"""How well and how fast mistakes are recognised, over many seeds.

    python -m tests.benchmarks.diagnosis [SEEDS] [EXERCISE...]

Every mistake of the catalogue is made on the cases of each seed; so are random sets of two and three, and what nothing
explains: random numbers, results off by a factor, noise upon a mistake, a step of the student's own invention alone and
beside a mistake. Printed are the share that lost points, the share that was diagnosed (as itself or as a listed twin;
for sets, fully explained), what was explained wrongly, and the processor times.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from grader import reference
from grader.cases import draw_cases, exercise_names, load_exercise
from grader.compare import judge
from grader.diagnose import Diagnostician, Outputs, alike, steps_of
from grader.graph import FAILED, needs
from grader.model import Case, Diagnosis, Function, Mistake, Outcome, Output, RawResult, Status, Value
from grader.reference import Answer
from grader.values import matrices

Chosen = tuple[Mistake, ...]


class Laboratory:
    """One exercise with its catalogue of mistakes, to make these and see what is said of them."""

    def __init__(self, name: str) -> None:
        catalogue = import_module(f"solutions.{name}.mistakes")
        self.exercise = load_exercise(name)
        self.mistakes: Sequence[Mistake] = catalogue.MISTAKES
        self.twins = catalogue.TWINS
        self.unfinished: Sequence[Mistake] = getattr(catalogue, "UNFINISHED", ())
        self.computations = {computation.function: computation for computation in catalogue.COMPUTATIONS}
        self.expert = cache(self._expert)
        self.answers = cache(self._answers)

    def cases_of(self, function: str, seed: int | None) -> list[Case]:
        """The public cases of a function, or the hidden ones of a seed."""
        cases = draw_cases(self.exercise, seed)
        return [case for case in cases if case.function == function and case.hidden == (seed is not None)]

    def _expert(self, function: str, seed: int | None) -> Diagnostician:
        return Diagnostician(self.computations[function], self.mistakes, self.cases_of(function, seed))

    def _answers(self, function: str, seed: int | None) -> list[Answer]:
        return reference.answers(self.exercise, self.cases_of(function, seed))

    def own(self, function: str) -> list[Mistake]:
        """The mistakes of the function itself that make numbers."""
        return [mistake for mistake in self.mistakes if mistake.function == function and mistake.steps]

    def loses_points(self, observed: Sequence[Outputs], cases: Sequence[Case], answers: Sequence[Answer]) -> bool:
        """Whether a part of the exercise is lost with these outputs."""
        verdicts = (
            judge(self.exercise, part, case, raw(self.exercise.function(case.function), case, outputs), answer)
            for part in self.exercise.parts
            for case, outputs, answer in zip(cases, observed, answers, strict=True)
            if (part.function, part.group) == (case.function, case.group)
        )
        return any(verdict.status is not Status.CORRECT for verdict in verdicts)

    def is_named(self, mistake: Mistake, diagnosis: Diagnosis) -> bool:
        """Whether the mistake or a listed twin is an explanation by itself."""
        accepted = {mistake.id} | {other for pair in self.twins for other in pair if mistake.id in pair}
        explanations = [names_of(chosen) for chosen in diagnosis.explanations]
        return bool(explanations) and not diagnosis.unexplained and all(ids <= accepted for ids in explanations)

    def try_single(self, function: str, mistake: Mistake, seed: int | None, tally: Tally) -> None:
        known = self.expert(function, seed)
        observed = known.outputs((mistake,))
        start = time.process_time()
        diagnosis = known.diagnose(observed)
        tally.times.append(time.process_time() - start)
        lost = self.loses_points(observed, known.cases, self.answers(function, seed))
        named = self.is_named(mistake, diagnosis)
        tally.made += 1
        tally.lost_points += lost
        tally.explained += named
        tally.wrong += not is_reproduced(known, observed, diagnosis)
        if not (lost and named):
            tally.failures.append(f"{mistake.id}, seed {seed}: lost {lost}, named {named}")

    def random_sets(self, known: Diagnostician, size: int, count: int, seed: int) -> Iterator[Chosen]:
        """Sets of mistakes that can be made together and leave something to be seen."""
        choice = random.Random(seed)
        pool = [mistake for mistake in known.mistakes if mistake not in self.unfinished]
        while count:
            chosen = tuple(choice.sample(pool, size))
            if len(steps_of(chosen)) == sum(len(mistake.steps) for mistake in chosen) and has_numbers(known, chosen):
                yield chosen
                count -= 1


laboratory = cache(Laboratory)


def raw(function: Function, case: Case, outputs: Outputs) -> RawResult:
    """The outputs, which are given as vectors, as the function would return them."""
    if any(value is FAILED for value in outputs.values()):
        return RawResult(Outcome.RAISED)
    values = tuple(
        returned(output, case, value) for output, value in zip(function.outputs, outputs.values(), strict=False)
    )
    return RawResult(Outcome.ANSWERED, values if len(values) > 1 else values[0])


def returned(output: Output, case: Case, value: Any) -> Value:
    if not output.listed or output.blocks is None:
        return np.asarray(value)
    shapes = list(output.blocks(case).values())
    fits = np.size(value) == sum(rows * columns for rows, columns in shapes)
    return tuple(matrices(value, shapes)) if fits else (np.asarray(value),)


def names_of(chosen: Chosen) -> set[str]:
    return {mistake.id for mistake in chosen}


def is_reproduced(known: Diagnostician, observed: Sequence[Outputs], diagnosis: Diagnosis) -> bool:
    """Whether every full explanation gives the numbers that were observed."""
    return bool(diagnosis.unexplained) or all(
        all(map(alike, observed, known.outputs(chosen))) for chosen in diagnosis.explanations
    )


@dataclass
class Tally:
    """`wrong` are explanations that do not reproduce the numbers."""

    made: int = 0
    lost_points: int = 0
    explained: int = 0
    wrong: int = 0
    failures: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        times = "median {:.1f}, 90% {:.1f}, 99% {:.1f}, largest {:.1f} ms".format(
            *1000 * np.percentile(self.times, (50, 90, 99, 100))
        )
        lost = f"{self.lost_points} lost points, " * bool(self.lost_points)
        return f"{self.made} made, {lost}{self.explained} explained, {self.wrong} wrongly; {times}"


def has_numbers(known: Diagnostician, chosen: Chosen) -> bool:
    return any(value is not FAILED for outputs in known.outputs(chosen) for value in outputs.values())


def try_set(known: Diagnostician, chosen: Chosen, tally: Tally) -> None:
    observed = known.outputs(chosen)
    start = time.process_time()
    diagnosis = known.diagnose(observed)
    tally.times.append(time.process_time() - start)
    full = bool(diagnosis.explanations) and not diagnosis.unexplained
    tally.made += 1
    tally.explained += full
    tally.wrong += not is_reproduced(known, observed, diagnosis)
    if not full:
        tally.failures.append(f"{sorted(names_of(chosen))}: {diagnosis.unexplained}")


def random_numbers(known: Diagnostician, right: Sequence[Outputs], draw: np.random.Generator) -> list[Outputs]:
    return [{name: draw.normal(size=np.shape(value)) for name, value in outputs.items()} for outputs in right]


def off_by_a_factor(known: Diagnostician, right: Sequence[Outputs], draw: np.random.Generator) -> list[Outputs]:
    factors = {name: draw.uniform(1, 2) for name in right[0]}
    return [{name: factors[name] * value for name, value in outputs.items()} for outputs in right]


def noise_upon_a_mistake(known: Diagnostician, right: Sequence[Outputs], draw: np.random.Generator) -> list[Outputs]:
    pool = [mistake for mistake in known.mistakes if has_numbers(known, (mistake,))]
    return [
        {
            name: value if value is FAILED else value * (1 + 1e-3 * draw.normal(size=np.shape(value)))
            for name, value in outputs.items()
        }
        for outputs in known.outputs((pool[draw.integers(len(pool))],))
    ]


def invention(known: Diagnostician, draw: np.random.Generator) -> Mistake:
    """A step of numbers done in a way that is in no catalogue."""
    graph, factor = known.graphs[0], draw.uniform(1.1, 1.9)
    numeric = [name for name in known.computation.steps if isinstance(graph.value(name, {}), (float, np.ndarray))]
    name = numeric[draw.integers(len(numeric))]
    step, names = known.computation.steps[name], needs(known.computation.steps[name])
    change = (lambda x: factor * x, lambda x: x + factor, lambda x: np.sin(factor * x))[draw.integers(3)]
    arguments = ", ".join(names)
    wrong = eval(f"lambda {arguments}: change(step({arguments}))", {"change": change, "step": step})
    return Mistake("invention", known.computation.function, name, name, {name: wrong})


def an_invention(known: Diagnostician, right: Sequence[Outputs], draw: np.random.Generator) -> list[Outputs]:
    return known.outputs((invention(known, draw),))


def an_invention_and_a_mistake(
    known: Diagnostician, right: Sequence[Outputs], draw: np.random.Generator
) -> list[Outputs]:
    made = invention(known, draw)
    others = [mistake for mistake in known.mistakes if mistake.steps.keys().isdisjoint(made.steps)]
    return known.outputs((made, others[draw.integers(len(others))]))


HOPELESS = (random_numbers, off_by_a_factor, noise_upon_a_mistake, an_invention, an_invention_and_a_mistake)


def try_hopeless(known: Diagnostician, observed: Sequence[Outputs], tally: Tally) -> None:
    start = time.process_time()
    diagnosis = known.diagnose(observed)
    tally.times.append(time.process_time() - start)
    tally.made += 1
    tally.explained += bool(diagnosis.explanations) and not diagnosis.unexplained
    tally.wrong += not is_reproduced(known, observed, diagnosis)


def main(seeds: int, exercise: str) -> None:
    lab = laboratory(exercise)
    for function in lab.computations:
        tally = Tally()
        for seed in range(seeds):
            assert lab.expert(function, seed).diagnose(lab.expert(function, seed).outputs(())) == Diagnosis()
            for mistake in lab.own(function):
                lab.try_single(function, mistake, seed, tally)
            lab.expert.cache_clear()
        print(f"{function}: {tally}" if tally.made else f"{function}: no mistakes of its own")
        print(*tally.failures[:20], sep="\n")
    try_many(lab, max(lab.computations, key=lambda function: len(lab.own(function))))


def try_many(lab: Laboratory, function: str) -> None:
    """Several mistakes at once, and what nothing explains, in a function that has enough of them."""
    known = lab.expert(function, None)
    print(f"several in {function}:")
    for words, size, count in (("pairs", 2, 200), ("triples", 3, 200)):
        for seed in (1, 2, 3):
            tally = Tally()
            for chosen in lab.random_sets(known, size, count, seed):
                try_set(known, chosen, tally)
            print(f"{words}, seed {seed}: {tally}, {tally.explained / tally.made:.1%}")
            print(*tally.failures[:5], sep="\n")
    right = known.outputs(())
    for make in HOPELESS:
        tally = Tally()
        for seed in range(100):
            try_hopeless(known, make(known, right, np.random.default_rng(seed)), tally)
        print(f"{make.__name__.replace('_', ' ')}: {tally}, mean {1000 * np.mean(tally.times):.0f} ms")


if __name__ == "__main__":
    seeds, *names = sys.argv[1:] or ["50"]
    for name in names or exercise_names():
        print(name)
        main(int(seeds), name)
