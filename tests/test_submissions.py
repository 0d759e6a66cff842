"""Submissions as students hand them in, each graded like any other and compared with the report.json beside it.

    python -m tests.test_submissions [NAME...]      grades them and writes their reports anew: read the difference!

A folder of submissions/ holds a submission (a folder, or submission.py) and the report expected of it; what depends on
the machine is left out of that. In `hostile/` are those that attack the grader, by the number of the attack. They are
of exercise 4, but for those in a folder that is called like another exercise.
"""

from __future__ import annotations

import copy
import json
import multiprocessing
import os
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from grader.cases import exercise_names, load_exercise
from grader.grade import grade
from grader.report.json import SCHEMA, to_dict
from grader.sandbox import Limits, choose
from grader.submission import read_submission
from tests.conftest import needs

ROOT = Path(__file__).with_name("submissions")
LIMITS = Limits(cpu_seconds=1)
LITTLE_MEMORY = Limits(cpu_seconds=1, memory_bytes=128 << 20)
"""Touching half a GiB takes more than a second where pages are dear."""

PATIENT = Limits(cpu_seconds=5)
"""For those that loop over every entry and end: on a slow machine this takes a second."""

OTHER_LIMITS = {
    "backprop/correct-columns-and-loops": PATIENT,
    "hostile/11-allocates-memory": LITTLE_MEMORY,
    "hostile/11-m-takes-memory": LITTLE_MEMORY,
}
SEED = 7
NEGLIGIBLE_ERROR = 1e-9
FOLDERS = {path.parent.relative_to(ROOT).as_posix(): path.parent for path in sorted(ROOT.glob("**/submission*"))}
HOSTILE = [name for name in FOLDERS if name.startswith("hostile/")]
MISTAKEN = [name for name in FOLDERS if name.startswith("mistakes/")]
EARNED = {
    "hostile/6-honest-beside-an-exit": 5.0,
    "hostile/6-m-honest-beside-an-exit": 5.0,
    "hostile/15-honest-beside-changed-state": 5.0,
}
"""What a hostile submission has earned by honest work; the others nothing."""

Json = dict[str, Any]


def grade_folder(name: str) -> Json:
    """The report on one submission, without what depends on the machine."""
    (path,) = FOLDERS[name].glob("submission*")
    folder = name.split("/")[0]
    exercise = load_exercise(folder if folder in exercise_names() else "ex4")
    submission = read_submission(path, exercise.name)
    backend = choose("auto", own_work=name not in HOSTILE)
    limits = OTHER_LIMITS.get(name, LIMITS)
    seed = SEED if name in HOSTILE else None
    report = without_machine(to_dict(grade(submission, exercise, backend, limits, seed)))
    return without_diagnosis(report) if name in HOSTILE else report


def without_diagnosis(report: Json) -> Json:
    """Numbers that answer no question are explained as far as the search comes in its time: that is left out."""
    parts = [{**part, "mistakes": [], "stage": None, "explanation": []} for part in report["parts"]]
    return {**report, "parts": parts}


def without_machine(report: Json) -> Json:
    """A copy with errors to four digits, round-off as 0, and neither the kind of isolation nor of a time limit."""
    report = copy.deepcopy(report)
    report["isolation"] = "-"
    cases = [case for part in report["parts"] for case in part["cases"]]
    for case in cases:
        case["max_abs_error"] = rounded(case["max_abs_error"])
        case["max_rel_error"] = rounded(case["max_rel_error"])
    for judged in [*report["parts"], *cases]:
        if judged["status"] == "timed_out":
            judged["message"] = "-"
    return report


def rounded(error: float | None) -> float | None:
    if error is None:
        return None
    return float(f"{error:.4g}") if error > NEGLIGIBLE_ERROR else 0.0


def in_other_processes(names: list[str]) -> dict[str, Future[Json]]:
    """The reports on `names`, being made as fast as this machine can."""
    pool = ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn"))
    reports = {name: pool.submit(grade_folder, name) for name in names}
    pool.shutdown(wait=False)
    return reports


@pytest.fixture(scope="module")
def reports(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Json]]]:
    """Of the submissions that the selected tests are about."""
    items = [item for item in request.session.items if item.path == request.path]
    started = in_other_processes([name for name in FOLDERS if any(f"[{name}]" in item.name for item in items)])
    yield started
    for report in started.values():
        report.cancel()


def expected(name: str) -> str:
    return (FOLDERS[name] / "report.json").read_text(encoding="utf-8")


def for_each(names: list[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", [pytest.param(name, marks=[*marks_of(name)]) for name in names])


def marks_of(name: str) -> Iterator[pytest.MarkDecorator]:
    """What attacks is run in isolation only."""
    if name in HOSTILE:
        yield needs("bwrap")
    if any(FOLDERS[name].rglob("*.m")):
        yield needs("octave")


@for_each(list(FOLDERS))
def test_a_submission_gets_the_report_expected(name: str, reports: dict[str, Future[Json]]) -> None:
    assert readable(reports[name].result()) == expected(name)


@for_each(HOSTILE)
def test_an_attack_gains_no_point(name: str, reports: dict[str, Future[Json]]) -> None:
    assert reports[name].result()["score"] == EARNED.get(name, 0.0)


@pytest.fixture(scope="module")
def schema() -> jsonschema.protocols.Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", FOLDERS)
def test_an_expected_report_keeps_to_the_schema_and_to_the_name_of_its_folder(
    name: str, schema: jsonschema.protocols.Validator
) -> None:
    report = json.loads(expected(name))
    schema.validate(report)
    assert (report["score"] == report["max_score"]) == name.split("/")[-1].startswith("correct-")


@pytest.mark.parametrize("name", MISTAKEN)
def test_a_mistake_is_named_as_a_teacher_would(name: str) -> None:
    teacher = json.loads((FOLDERS[name] / "expected.json").read_text(encoding="utf-8"))
    parts = json.loads(expected(name))["parts"]
    explanations: dict[int, set[str]] = {}
    for mistake in (mistake for part in parts for mistake in part["mistakes"]):
        explanations.setdefault(mistake["alternative"], set()).add(mistake["id"])
    assert explanations[0] == set(teacher["mistakes"])
    assert teacher["stage"] in {part["stage"] for part in parts}
    place = f"{teacher['stage']} (line {teacher['line']} of {teacher['file']}: "
    assert any(place in sentence for part in parts for sentence in part["explanation"])


def test_what_is_in_octave_needs_octave() -> None:
    counts = {name: len([*marks_of(name)]) for name in ("correct-loops", "correct-loops-octave", "hostile/10-m-waits")}
    assert counts == {"correct-loops": 0, "correct-loops-octave": 1, "hostile/10-m-waits": 2}


def test_a_comparison_leaves_out_the_machine_and_nothing_else() -> None:
    report = json.loads(expected("wrong-gradient-of-a2"))
    elsewhere, better = copy.deepcopy(report), copy.deepcopy(report)
    elsewhere["isolation"] = "none"
    better["parts"][-1]["cases"][-1]["status"] = "correct"
    assert without_machine(elsewhere) == without_machine(report) != without_machine(better)


def write_reports(names: list[str]) -> None:
    for name, report in in_other_processes(names).items():
        (FOLDERS[name] / "report.json").write_text(readable(report.result()), encoding="utf-8")


def readable(report: Json) -> str:
    """JSON with a line for each case."""
    lines: list[str] = []

    def place_of(case: Json) -> str:
        lines.append(json.dumps(case, ensure_ascii=False))
        return f"\0{len(lines) - 1}"

    parts = [{**part, "cases": [place_of(case) for case in part["cases"]]} for part in report["parts"]]
    text = json.dumps({**report, "parts": parts}, indent=1, ensure_ascii=False)
    for place, line in enumerate(lines):
        text = text.replace(f'"\\u0000{place}"', line)
    return text + "\n"


if __name__ == "__main__":
    write_reports(sys.argv[1:] or list(FOLDERS))
