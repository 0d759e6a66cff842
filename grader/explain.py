"""The results of a function that lost points -> why: the mistakes, the first wrong step, and the place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

from grader import fingerprints, place, stages
from grader.cases import draw_cases
from grader.compare import Complaint, blocks_of, judge, real, select_output
from grader.diagnose import Diagnostician
from grader.fingerprints import Fingerprints
from grader.graph import FAILED
from grader.model import (
    Case,
    Diagnosis,
    Exercise,
    Function,
    Insight,
    Mistake,
    Outcome,
    Output,
    Part,
    Place,
    RawResult,
    Stage,
    Status,
    Tolerance,
    Value,
    Verdict,
)
from grader.reference import has_solutions, require_solutions, stored
from grader.run import Runner
from grader.trial import Trial, is_lost
from grader.values import Notation, as_array, canonical

DIAGNOSABLE = {Outcome.ANSWERED, Outcome.RAISED}

Known: TypeAlias = Diagnostician | Fingerprints
"""Who can tell the mistakes of a function: from the catalogue or, in a student bundle, from what is stored of it."""


def mistakes_module(exercise: Exercise) -> ModuleType | None:
    """The catalogue of the exercise, where there is one: MISTAKES, COMPUTATIONS and TWINS."""
    require_solutions(exercise, "the catalogue of mistakes")
    name = f"solutions.{exercise.name}.mistakes"
    return import_module(name) if find_spec(name) else None


@lru_cache(maxsize=8)
def live_diagnosticians(exercise: Exercise, seed: int | None) -> dict[str, Diagnostician]:
    """For each function in the catalogue, who can tell its mistakes on the cases of this seed."""
    module = mistakes_module(exercise)
    if module is None:
        return {}
    cases = draw_cases(exercise, seed)
    return {
        each.function: Diagnostician(each, module.MISTAKES, [case for case in cases if case.function == each.function])
        for each in module.COMPUTATIONS
    }


@lru_cache(maxsize=8)
def diagnosticians(exercise: Exercise, seed: int | None) -> Mapping[str, Known]:
    """For each function whose mistakes are known, who can tell them; without solutions, on the public cases only."""
    return live_diagnosticians(exercise, seed) if has_solutions(exercise) else fingerprints.unpack(stored(exercise))


def explain(runner: Runner, trial: Trial, known: Known | None, found: tuple[Mistake, ...]) -> dict[Part, Insight]:
    """For each lost part why it was lost; `found` are mistakes in functions that this one may call."""
    module = mistakes_module(runner.exercise) if trial.lost and has_solutions(runner.exercise) else None
    signs = [m for m in module.MISTAKES if m.function == trial.function.name and m.sign] if module else []
    diagnosis = diagnose(trial, known, found, signs)
    traces = cache(partial(trace, runner, trial))
    return {
        part: Insight(
            relevant(diagnosis, part, trial, known),
            find_stage(runner, trial, part, known, traces),
            find_place(trial, part, known, runner.exercise.tolerance, runner.language.notation),
        )
        for part in trial.lost
    }


def mistakes_of(insights: Iterable[Insight]) -> tuple[Mistake, ...]:
    """The mistakes of the first explanation of each part."""
    sets = (insight.diagnosis.explanations[:1] for insight in insights)
    return tuple(dict.fromkeys(mistake for explanations in sets for chosen in explanations for mistake in chosen))


# --- mistakes ---------------------------------------------------------------------------------------------------------


def diagnose(trial: Trial, known: Known | None, found: tuple[Mistake, ...], signs: Sequence[Mistake]) -> Diagnosis:
    if not trial.lost or not all(result.outcome in DIAGNOSABLE for result in trial.results):
        return Diagnosis()
    if known is None:
        cases = [case for case, _ in trial.asked]
        return Diagnosis(
            signs=tuple(mistake for mistake in signs if mistake.sign and mistake.sign(cases, trial.results))
        )
    names = known.computation.outputs
    observed = [observe(trial.function, names, case, trial.result_of(case)) for case, _ in trial.asked]
    return known.diagnose(observed, trial.results, found)


def observe(function: Function, names: Sequence[str], case: Case, result: RawResult) -> dict[str, Any]:
    """What a call gave, by the names that the outputs have as steps: arrays, or `FAILED` where there is none."""
    if result.outcome is not Outcome.ANSWERED:
        return dict.fromkeys(names, FAILED)
    return {name: numbers(function, index, result, case) for index, name in enumerate(names)}


def numbers(function: Function, index: int, result: RawResult, case: Case) -> Any:
    value, _ = select_output(function, index, result.value, case)
    array = None if isinstance(value, Complaint) else as_array(value)
    return FAILED if array is None or (array.dtype.kind == "c" and np.any(array.imag)) else real(array)


def relevant(diagnosis: Diagnosis, part: Part, trial: Trial, known: Known | None) -> Diagnosis:
    """The diagnosis as far as it concerns one part. What is blank there may be so for many reasons: no mistake in
    another function is named for it."""
    if known is None:
        return diagnosis
    output = step_of(part, trial, known)
    sets = [once_each(m for m in chosen if known.affects(m, output, part.group)) for chosen in diagnosis.explanations]
    if all(verdict.status is Status.MISSING for verdict in trial.verdicts[part] if is_lost(verdict)):
        sets = [chosen for chosen in sets if all(mistake.function == part.function for mistake in chosen)]
    return replace(
        diagnosis,
        explanations=tuple(dict.fromkeys(filter(None, sets))),
        unexplained=tuple(each for each in diagnosis.unexplained if known.concerns(each[0], output, part.group)),
        signs=tuple(mistake for mistake in diagnosis.signs if mistake.output in ("", part.output)),
    )


def once_each(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """Without the ones that are another way to make a mistake that is there already."""
    found: dict[str, Mistake] = {}
    for mistake in mistakes:
        found.setdefault(mistake.id, mistake)
    return tuple(found.values())


def step_of(part: Part, trial: Trial, known: Known) -> str:
    """The name that the part's output has as a step."""
    return known.computation.outputs[trial.function.index_of(part.output)]


# --- the first wrong step ---------------------------------------------------------------------------------------------


Traces: TypeAlias = Callable[[Case], stages.Trace | None]
"""What a call on a case held on the way: the parts of a function share its cases, and each is traced once."""


def find_stage(runner: Runner, trial: Trial, part: Part, known: Known | None, traces: Traces) -> Stage | None:
    """The first wrong step, or those that are right when an error stops the call. Where the first case of the unit is
    wrong already it may show an earlier line: what another case adds to a wrong step hides where that came from."""
    case = case_to_trace(trial, part, known) if known else None
    if known is None or case is None:
        return None
    found = traces(case)
    if found is None:
        return None
    error = trial.result_of(case).error
    if error is not None:
        definition = runner.loaded.definitions[trial.function.name]
        return stages.reached(known.computation.of_case(case), case, found, definition, error)
    own = locate(runner, trial, part, known, case, traces)
    first = first_of_unit(trial, case, known.computation.unit)
    if first is case or not is_wrong(runner, trial, part, first):
        return own
    return min(locate(runner, trial, part, known, first, traces), own, key=partial(order_in, found))


def order_in(found: stages.Trace, stage: Stage | None) -> int:
    """Where in a trace the line of a stage comes: after all others if it does not."""
    line = stage and (stage.file, stage.line)
    return next((at for at, record in enumerate(found) if (record.file, record.line) == line), len(found))


def locate(runner: Runner, trial: Trial, part: Part, known: Known, case: Case, traces: Traces) -> Stage | None:
    """The first wrong step on a case that the part is wrong on."""
    found = traces(case)
    if found is None:
        return None
    observed = observe(trial.function, known.computation.outputs, case, trial.result_of(case))
    return stages.locate(known.computation.of_case(case), case, found, observed, step_of(part, trial, known))


def is_wrong(runner: Runner, trial: Trial, part: Part, case: Case) -> bool:
    """Whether the part would be lost by wrong numbers on a case, be it of another part."""
    result, answer = trial.result_of(case), trial.answer_of(case)
    return has_wrong_numbers(judge(runner.exercise, part, case, result, answer, runner.language.notation))


def case_to_trace(trial: Trial, part: Part, known: Known) -> Case | None:
    """One of the first net, whose sizes are such that no shape fits two layers, with steps that have names: the first
    that gave wrong numbers, or the last of the function that an error stopped, which asks for most."""
    first = sizes(trial.asked[0][0].arguments)
    wrong = [verdict.case for verdict in wrong_public(trial, part)]
    if any(verdict.status is Status.RAISED for verdict in trial.verdicts[part]):
        asked = [case for case, _ in trial.asked if not case.hidden]
        wrong += [case for case in asked[::-1] if trial.result_of(case).outcome is Outcome.RAISED]
    of_first_net = (case for case in wrong if sizes(case.arguments) == first)
    return next((case for case in of_first_net if known.computation.of_case(case).stages), None)


def sizes(value: Value) -> Any:
    """The shapes of arrays, one by one where there are several; all else has none."""
    if isinstance(value, tuple):
        return tuple(map(sizes, value))
    return value.shape if isinstance(value, np.ndarray) else ()


def trace(runner: Runner, trial: Trial, case: Case) -> stages.Trace | None:
    traced, judged = runner.trace(case, trial.convention), trial.result_of(case)
    if traced is None or ending(traced[1]) != ending(judged):
        return None
    return stages.read_trace(traced[0], traced[1].value, judged.value)


def ending(result: RawResult) -> tuple[Any, ...]:
    """How a call ended and, where an error stopped it, in which line."""
    return result.outcome, result.error and (result.error.kind, result.error.file, result.error.line)


def wrong_public(trial: Trial, part: Part) -> list[Verdict]:
    """The verdicts with wrong numbers, in the right shape."""
    return [verdict for verdict in trial.verdicts[part] if not verdict.case.hidden and has_wrong_numbers(verdict)]


def has_wrong_numbers(verdict: Verdict) -> bool:
    return verdict.status is Status.WRONG and verdict.max_abs_error is not None


# --- the place --------------------------------------------------------------------------------------------------------


FAINT = 1e4
"""An entry is faint where it is smaller than so many times its tolerance: what shows elsewhere need not show there."""


def find_place(trial: Trial, part: Part, known: Known | None, tolerance: Tolerance, notation: Notation) -> Place | None:
    """Where the numbers are wrong, in words that hold on every public case, as its language counts."""
    wrong = wrong_public(trial, part)
    output = trial.function.outputs[trial.function.index_of(part.output)]
    unit = known.computation.unit if known else 1
    differences = [difference(trial, output, verdict.case, unit, tolerance, notation) for verdict in wrong]
    return place.locate(differences, notation.first, output.first_column) if differences else None


def difference(
    trial: Trial, output: Output, case: Case, unit: int, tolerance: Tolerance, notation: Notation
) -> place.Difference:
    """What the case adds to the first one of its unit makes no entry less faint: mistakes in what is common to them
    show in what is common to them."""
    index = trial.function.index_of(output.name)
    want, base = (wanted(trial, each, index) for each in (case, first_of_unit(trial, case, unit)))
    got = canonical(numbers(trial.function, index, trial.result_of(case), case))
    blocks = blocks_of(output, case, notation) or {output.name: want.shape}
    faint = np.abs(base) <= FAINT * tolerance.limit(np.abs(want))
    return place.Difference(case.name, got, want, tolerance.exceeded(got, want), faint, blocks)


def wanted(trial: Trial, case: Case, index: int) -> Any:
    return canonical(np.asarray(as_array(trial.answer_of(case)[index]), dtype=float))


def first_of_unit(trial: Trial, case: Case, unit: int) -> Case:
    at = next(at for at, (asked, _) in enumerate(trial.asked) if asked is case)
    return trial.asked[at - at % unit][0]
