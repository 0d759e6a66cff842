"""The pipeline: a submission becomes raw results, verdicts, part scores and a report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from grader.cases import stub_digests
from grader.compare import judge
from grader.model import (
    Case,
    Exercise,
    Function,
    Helper,
    Insight,
    Mistake,
    Part,
    PartScore,
    RawResult,
    Report,
    Status,
    Submission,
)
from grader.reference import Answer, AnswerKey, answer_key
from grader.run import FATAL, Runner, open_runner
from grader.sandbox import Backend, Limits
from grader.score import score_part
from grader.signatures import COLUMNS, FLAT, Convention, order_note
from grader.trial import Trial

Tried: TypeAlias = dict[str, tuple[Trial, list[str]]]
"""By the name of a function how it was tried, and notes on what was unusual about it."""


def grade(
    submission: Submission,
    exercise: Exercise,
    backend: Backend,
    limits: Limits,
    seed: int | None = None,
    parts: Sequence[Part] | None = None,
    further: Sequence[Part] = (),
) -> Report:
    """Grade one submission; `seed` adds the hidden cases drawn from it, `parts` grades those alone. The `further` parts
    are graded where points were lost: what is wrong in them may explain what is wrong in those that use them."""
    parts = exercise.parts if parts is None else parts
    with open_runner(backend, limits, submission, exercise, stub_digests(exercise.name), names_of(parts)) as runner:
        runner.begin_load()
        key = answer_key(exercise, seed)
        runner.finish_load()
        tried = try_functions(runner, key, parts, names_of(parts))
        if further and any(trial.explainable for trial, _ in tried.values()):
            parts = [part for part in exercise.parts if part in {*parts, *further}]
            runner.functions = names_of(parts)
            runner.load()
            tried |= try_functions(runner, key, parts, names_of(further))
        return report(runner, parts, tried, seed)


def names_of(parts: Iterable[Part]) -> Sequence[str]:
    """The functions that parts are about."""
    return tuple(dict.fromkeys(part.function for part in parts))


def try_functions(runner: Runner, key: AnswerKey, parts: Sequence[Part], names: Collection[str]) -> Tried:
    """The functions of these names on their cases, judged by those of `parts` that are theirs."""
    return {
        function.name: try_function(
            runner, function, key.of(function.name), [part for part in parts if part.function == function.name]
        )
        for function in runner.exercise.functions
        if function.name in names
    }


def report(runner: Runner, parts: Sequence[Part], tried: Tried, seed: int | None) -> Report:
    """What was tried, with why each lost part was lost."""
    scores: dict[Part, PartScore] = {}
    found: tuple[Mistake, ...] = ()
    lost: list[Helper] = []
    notes = [*runner.submission.notes, *runner.loaded.notes]
    for function in runner.exercise.functions:
        if function.name not in tried:
            continue
        trial, remarks = tried[function.name]
        insights, mistakes = why_lost(runner, trial, seed, found) if trial.lost else ({}, ())
        found += mistakes
        definition = runner.loaded.definitions.get(function.name)
        named = definition.names if definition else ()
        helpers = tuple(helper for helper in lost if helper.name in named)
        notes += remarks
        own = {
            part: score_part(part, verdicts, definition, replace(insights.get(part, Insight()), helpers=helpers))
            for part, verdicts in trial.verdicts.items()
        }
        scores |= own
        if trial.lost:
            begun = definition is not None and not definition.untouched
            suspects = frozenset(helper.name for score in own.values() for helper in score.suspects)
            lost.append(Helper(function.name, begun, suspects))
    return Report(
        runner.exercise,
        runner.submission,
        seed,
        runner.backend.isolation,
        tuple(scores[part] for part in parts),
        tuple(dict.fromkeys(notes)),
        runner.loaded.problems,
    )


def why_lost(
    runner: Runner, trial: Trial, seed: int | None, found: tuple[Mistake, ...]
) -> tuple[dict[Part, Insight], tuple[Mistake, ...]]:
    """Why each lost part was lost, and the mistakes in it. What a finished exercise does not need is imported here."""
    from grader.explain import diagnosticians, explain, mistakes_of

    known = diagnosticians(runner.exercise, seed).get(trial.function.name)
    insights = explain(runner, trial, known, found)
    return insights, mistakes_of(insights.values())


def results_of(
    submission: Submission, exercise: Exercise, backend: Backend, limits: Limits, cases: list[Case]
) -> list[RawResult]:
    """What a submission's functions give on these cases, without judging it."""
    with open_runner(backend, limits, submission, exercise, stub_digests(exercise.name)) as runner:
        runner.load()
        return runner.run(cases)


def try_function(
    runner: Runner, function: Function, asked: list[tuple[Case, Answer]], parts: Sequence[Part]
) -> tuple[Trial, list[str]]:
    """One function on its cases, called as it does best, and notes on what was unusual about it."""
    notes = order_notes(runner, function)
    trial = run_trial(runner, function, asked, parts, COLUMNS)
    columns = [parameter.name for parameter in function.parameters if parameter.column]
    if columns and trial.lost and not any(result.outcome in FATAL for result in trial.results):
        flat = run_trial(runner, function, asked, parts, FLAT)
        if merit(flat) > merit(trial):
            trial = flat
            notes.append(f"{function.name} takes {columns[0]} as a 1-D vector (m,), not as (m, 1): accepted")
    notes += dict.fromkeys(
        note for verdicts in trial.verdicts.values() for verdict in verdicts for note in verdict.notes
    )
    return trial, notes


def run_trial(
    runner: Runner,
    function: Function,
    asked: list[tuple[Case, Answer]],
    parts: Sequence[Part],
    convention: Convention,
) -> Trial:
    results = runner.run([case for case, _ in asked], convention) if parts else []
    verdicts = {
        part: [
            judge(runner.exercise, part, case, result, answer, runner.language.notation)
            for (case, answer), result in zip(asked, results, strict=True)
            if (case.function, case.group) == (part.function, part.group)
        ]
        for part in parts
    }
    return Trial(function, asked, results, verdicts, convention)


def order_notes(runner: Runner, function: Function) -> list[str]:
    definition = runner.loaded.definitions.get(function.name)
    note = order_note(function, definition) if definition else None
    return [note] if note else []


def merit(trial: Trial) -> tuple[int, int]:
    """How many verdicts are right, and how many at least got an answer."""
    states = [verdict.status for verdicts in trial.verdicts.values() for verdict in verdicts]
    return states.count(Status.CORRECT), len(states) - states.count(Status.RAISED)
