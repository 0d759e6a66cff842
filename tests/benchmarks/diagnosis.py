"""How well and how fast mistakes are recognised, over many seeds.

    python -m tests.benchmarks.diagnosis [SEEDS]

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

import numpy as np

from grader import reference
from grader.cases import draw_cases, load_exercise
from grader.compare import judge
from grader.diagnose import Diagnostician, Outputs, alike, steps_of
from grader.graph import FAILED, needs
from grader.model import Case, Diagnosis, Mistake, Outcome, RawResult, Status
from grader.reference import Answer
from solutions.ex4.mistakes import COMPUTATIONS, MISTAKES, TWINS, UNFINISHED

EXERCISE = load_exercise("ex4")
COMPUTATION = {computation.function: computation for computation in COMPUTATIONS}
Chosen = tuple[Mistake, ...]


def cases_of(function: str, seed: int | None) -> list[Case]:
    """The public cases of a function, or the hidden ones of a seed."""
    cases = draw_cases(EXERCISE, seed)
    return [case for case in cases if case.function == function and case.hidden == (seed is not None)]


@cache
def expert(function: str, seed: int | None) -> Diagnostician:
    return Diagnostician(COMPUTATION[function], MISTAKES, cases_of(function, seed))


def own(function: str) -> list[Mistake]:
    """The mistakes of the function itself that make numbers."""
    return [mistake for mistake in MISTAKES if mistake.function == function and mistake.steps]


def raw(outputs: Outputs) -> RawResult:
    values = tuple(outputs.values())
    if any(value is FAILED for value in values):
        return RawResult(Outcome.RAISED)
    arrays = tuple(np.asarray(value) for value in values)
    return RawResult(Outcome.ANSWERED, arrays if len(arrays) > 1 else arrays[0])


@cache
def answers(function: str, seed: int | None) -> list[Answer]:
    return reference.answers(EXERCISE, cases_of(function, seed))


def loses_points(observed: Sequence[Outputs], cases: Sequence[Case], answers: Sequence[Answer]) -> bool:
    """Whether a part of the exercise is lost with these outputs."""
    verdicts = (
        judge(EXERCISE, part, case, raw(outputs), answer)
        for part in EXERCISE.parts
        for case, outputs, answer in zip(cases, observed, answers, strict=True)
        if (part.function, part.group) == (case.function, case.group)
    )
    return any(verdict.status is not Status.CORRECT for verdict in verdicts)


def names_of(chosen: Chosen) -> set[str]:
    return {mistake.id for mistake in chosen}


def is_named(mistake: Mistake, diagnosis: Diagnosis) -> bool:
    """Whether the mistake or a listed twin is an explanation by itself."""
    accepted = {mistake.id} | {other for pair in TWINS for other in pair if mistake.id in pair}
    explanations = [names_of(chosen) for chosen in diagnosis.explanations]
    return bool(explanations) and not diagnosis.unexplained and all(ids <= accepted for ids in explanations)


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


def try_single(function: str, mistake: Mistake, seed: int | None, tally: Tally) -> None:
    known = expert(function, seed)
    observed = known.outputs((mistake,))
    start = time.process_time()
    diagnosis = known.diagnose(observed)
    tally.times.append(time.process_time() - start)
    lost = loses_points(observed, known.cases, answers(function, seed))
    named = is_named(mistake, diagnosis)
    tally.made += 1
    tally.lost_points += lost
    tally.explained += named
    tally.wrong += not is_reproduced(known, observed, diagnosis)
    if not (lost and named):
        tally.failures.append(f"{mistake.id}, seed {seed}: lost {lost}, named {named}")


def random_sets(known: Diagnostician, size: int, count: int, seed: int) -> Iterator[Chosen]:
    """Sets of mistakes that can be made together and leave something to be seen."""
    choice = random.Random(seed)
    pool = [mistake for mistake in known.mistakes if mistake not in UNFINISHED]
    while count:
        chosen = tuple(choice.sample(pool, size))
        if len(steps_of(chosen)) == sum(len(mistake.steps) for mistake in chosen) and has_numbers(known, chosen):
            yield chosen
            count -= 1


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


def main(seeds: int) -> None:
    for function in COMPUTATION:
        tally = Tally()
        for seed in range(seeds):
            assert expert(function, seed).diagnose(expert(function, seed).outputs(())) == Diagnosis()
            for mistake in own(function):
                try_single(function, mistake, seed, tally)
            expert.cache_clear()
        print(f"{function}: {tally}")
        print(*tally.failures[:20], sep="\n")
    known = expert("nnCostFunction", None)
    for words, size, count in (("pairs", 2, 200), ("triples", 3, 200)):
        for seed in (1, 2, 3):
            tally = Tally()
            for chosen in random_sets(known, size, count, seed):
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
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
