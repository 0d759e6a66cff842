from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from grader.batch import version
from grader.batch.version import content_of, digest, version_of
from tests.classes import submission

SUBMISSION = submission("alice", b"x = 1\n")


@pytest.mark.parametrize(
    "changes",
    [
        {"files": {"ex4.py": b"x = 2\n"}},
        {"files": {"other.py": b"x = 1\n"}},
        {"files": {**SUBMISSION.files, "other.py": b""}},
        {"language": "octave"},
        {"entry": "main"},
        {"notes": ("only the first 200 files were read",)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_submission_that_may_be_graded_differently_has_another_digest(changes: dict[str, object]) -> None:
    assert content_of(replace(SUBMISSION, **changes)) != content_of(SUBMISSION)  # type: ignore[arg-type]


def test_whose_a_submission_is_and_where_it_lies_does_not_matter() -> None:
    files = {"b.py": b"2", "a.py": b"1"}
    moved = replace(SUBMISSION, name="bob", path=Path("elsewhere"), files=dict(reversed(files.items())))
    assert content_of(moved) == content_of(replace(SUBMISSION, files=files))


def test_pieces_do_not_run_together() -> None:
    assert digest([("a", b"bc")]) != digest([("ab", b"c")]) != digest([("a", b"b"), ("c", b"")])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what grades exercise 4."""
    for room in ("grader", "exercises", "solutions", "data"):
        shutil.copytree(version.ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(version, "ROOT", tmp_path)
    return tmp_path


def current() -> str:
    return version_of.__wrapped__("ex4")


@pytest.mark.parametrize(
    "file",
    [
        "exercises/ex4/spec.py",
        "exercises/ex4/stubs.json",
        "solutions/ex4/ex4.py",
        "solutions/ex4/octave/sigmoid.m",
        "solutions/catalogue.py",
        "data/digits.npz",
        "grader/compare.py",
        "grader/worker/calls.py",
        "grader/sandbox/limits.py",
        "grader/batch/work.py",
        "grader/report/json.py",
    ],
)
def test_what_grades_is_part_of_the_version(project: Path, file: str) -> None:
    before = current()
    with (project / file).open("ab") as changed:
        changed.write(b"#")
    assert current() != before


@pytest.mark.parametrize("file", ["exercises/ex4/ex4.py", "grader/cli.py", "grader/report/csv.py", "data/README.md"])
def test_what_does_not_grade_is_not(project: Path, file: str) -> None:
    before = current()
    with (project / file).open("ab") as changed:
        changed.write(b"#")
    assert current() == before
