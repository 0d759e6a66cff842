"""The pipeline: a submission becomes raw results, verdicts, part scores and a report."""

from __future__ import annotations

from collections.abc import Sequence

from grader import reference
from grader.cases import draw_cases, stub_digests
from grader.compare import judge
from grader.model import Case, Exercise, Function, Part, RawResult, Report, Status, Submission, Verdict
from grader.reference import Answer
from grader.run import FATAL, Runner, open_runner
from grader.sandbox import Backend, Limits
from grader.score import score_part
from grader.signatures import COLUMNS, FLAT, order_note

Verdicts = dict[str, list[Verdict]]
"""By name of part."""


def grade(
    submission: Submission,
    exercise: Exercise,
    backend: Backend,
    limits: Limits,
    seed: int | None = None,
    parts: Sequence[Part] | None = None,
) -> Report:
    """Grade one submission; `seed` adds the hidden cases drawn from it, `parts` grades those alone."""
    parts = exercise.parts if parts is None else parts
    verdicts: Verdicts = {}
    with open_runner(backend, limits, submission, exercise, stub_digests(exercise.name)) as runner:
        cases = [case for case in draw_cases(exercise, seed) if any(serves(case, part) for part in parts)]
        answers = reference.answers(exercise, cases)
        loaded = runner.load()
        notes = [*submission.notes, *loaded.notes]
        for function in exercise.functions:
            own = [
                (case, answer) for case, answer in zip(cases, answers, strict=True) if case.function == function.name
            ]
            judged, remarks = grade_function(runner, function, own, parts)
            verdicts |= judged
            notes += remarks
    scores = tuple(score_part(part, verdicts[part.name], loaded.definitions.get(part.function)) for part in parts)
    return Report(exercise, submission, seed, backend.isolation, scores, tuple(dict.fromkeys(notes)), loaded.problems)


def results_of(
    submission: Submission, exercise: Exercise, backend: Backend, limits: Limits, cases: list[Case]
) -> list[RawResult]:
    """What a submission's functions give on these cases, without judging it."""
    with open_runner(backend, limits, submission, exercise, stub_digests(exercise.name)) as runner:
        runner.load()
        return runner.run(cases)


def serves(case: Case, part: Part) -> bool:
    return (case.function, case.group) == (part.function, part.group)


def grade_function(
    runner: Runner, function: Function, asked: list[tuple[Case, Answer]], parts: Sequence[Part]
) -> tuple[Verdicts, list[str]]:
    """The verdicts on one function, called as it does best, and notes on what was unusual about it."""
    cases = [case for case, _ in asked]
    notes = order_notes(runner, function)
    results = runner.run(cases, COLUMNS)
    verdicts = judge_parts(runner.exercise, function, asked, results, parts)
    columns = [parameter.name for parameter in function.parameters if parameter.column]
    if columns and lost(verdicts) and not any(result.outcome in FATAL for result in results):
        flat = judge_parts(runner.exercise, function, asked, runner.run(cases, FLAT), parts)
        if merit(flat) > merit(verdicts):
            verdicts = flat
            notes.append(f"{function.name} takes {columns[0]} as a 1-D vector (m,), not as (m, 1): accepted")
    notes += dict.fromkeys(note for judged in verdicts.values() for verdict in judged for note in verdict.notes)
    return verdicts, notes


def order_notes(runner: Runner, function: Function) -> list[str]:
    definition = runner.loaded.definitions.get(function.name)
    note = order_note(function, definition) if definition else None
    return [note] if note else []


def judge_parts(
    exercise: Exercise,
    function: Function,
    asked: list[tuple[Case, Answer]],
    results: list[RawResult],
    parts: Sequence[Part],
) -> Verdicts:
    return {
        part.name: [
            judge(exercise, part, case, result, answer)
            for (case, answer), result in zip(asked, results, strict=True)
            if serves(case, part)
        ]
        for part in parts
        if part.function == function.name
    }


def lost(verdicts: Verdicts) -> bool:
    return merit(verdicts)[0] < sum(map(len, verdicts.values()))


def merit(verdicts: Verdicts) -> tuple[int, int]:
    """How many verdicts are right, and how many at least got an answer."""
    states = [verdict.status for judged in verdicts.values() for verdict in judged]
    return states.count(Status.CORRECT), len(states) - states.count(Status.RAISED)
