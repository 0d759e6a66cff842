"""A report as JSON, version 1: `report.schema.json` beside this file describes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grader.compare import explain_error
from grader.model import Diagnosis, PartScore, Report, Verdict

VERSION = 1
SCHEMA = Path(__file__).with_name("report.schema.json")


def to_dict(report: Report) -> dict[str, Any]:
    return {
        "version": VERSION,
        "exercise": report.exercise.name,
        "submission": report.submission.name,
        "language": report.submission.language,
        "seed": report.seed,
        "score": report.score,
        "max_score": report.max_score,
        "isolation": report.isolation,
        "parts": [part_to_dict(part) for part in report.parts],
        "notes": list(report.notes),
        "problems": [explain_error(problem) for problem in report.problems],
    }


def part_to_dict(score: PartScore) -> dict[str, Any]:
    stage = score.insight.stage
    return {
        "name": score.part.name,
        "function": score.part.function,
        "status": str(score.status),
        "score": float(score.score),
        "max_score": float(score.part.points),
        "message": score.message,
        "where": score.where,
        "cases": [verdict_to_dict(verdict) for verdict in score.verdicts],
        "mistakes": mistakes_to_list(score.insight.diagnosis),
        "stage": stage.first_wrong if stage is not None else None,
        "explanation": explanation(score),
    }


def mistakes_to_list(diagnosis: Diagnosis) -> list[dict[str, Any]]:
    """The mistakes of every explanation that fits; `alternative` numbers the explanations from 0."""
    numbered = [*enumerate(diagnosis.explanations), *((0, (mistake,)) for mistake in diagnosis.signs)]
    return [
        {"id": mistake.id, "title": mistake.title, "message": mistake.message, "alternative": alternative}
        for alternative, chosen in numbered
        for mistake in chosen
    ]


def explanation(score: PartScore) -> list[str]:
    """What else is known of the loss, in sentences: the step, the place, what nothing explains, and what
    may be behind it."""
    insight = score.insight
    sentences = [str(insight.stage)] if insight.stage is not None else []
    sentences += [insight.place.words] if insight.place is not None else []
    return [*sentences, *score.unexplained, *filter(None, [score.suspicion])]


def verdict_to_dict(verdict: Verdict) -> dict[str, Any]:
    """One case. The numbers of a hidden case stay hidden."""
    hidden = verdict.case.hidden
    return {
        "name": verdict.case.name,
        "hidden": hidden,
        "status": str(verdict.status),
        "message": verdict.message,
        "details": [] if hidden else list(verdict.details),
        "max_abs_error": None if hidden else verdict.max_abs_error,
        "max_rel_error": None if hidden else verdict.max_rel_error,
    }
