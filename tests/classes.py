"""Small made-up classes for tests: grades without grading, and submissions without files on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.cases import load_exercise
from grader.classroom import HandedIn, Label, Student
from grader.gradebook import Basis, Grade, Gradebook, Result, State
from grader.model import Submission
from grader.tree import Folder

EXERCISE = load_exercise("ex4")
BASIS = Basis("ex4", "version 1", 7, 5.0)
MISTAKE = {"id": "ex4-bias", "title": "Bias penalised", "message": "Leave it out.", "alternative": 0}


def student(
    name: str, id: str = "", row: Mapping[str, str] | None = None, labels: Mapping[Label, str] | None = None
) -> Student:
    return Student(f"{name} ({id})" if id else name, name, id, row=row or {}, labels=labels or {})


def part(name: str, score: float, max_score: float, status: str = "correct", **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "function": "nnCostFunction",
        "status": status,
        "score": score,
        "max_score": max_score,
        "message": "" if status == "correct" else "18 of 30 entries are wrong",
        "where": "ex4.py:12",
        "cases": [],
        "mistakes": [],
        "stage": None,
        "explanation": [],
        **changes,
    }


def report(*parts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "exercise": "ex4",
        "submission": "somebody",
        "language": "python",
        "seed": 7,
        "score": sum(part["score"] for part in parts),
        "max_score": 100.0,
        "isolation": "a sandbox",
        "parts": list(parts),
        "notes": [],
        "problems": [],
        **changes,
    }


RIGHT = report(part("Feedforward and cost", 30.0, 30.0), part("Backpropagation", 70.0, 70.0))
WRONG = report(
    part("Feedforward and cost", 30.0, 30.0),
    part("Backpropagation", 0.0, 70.0, "wrong", mistakes=[MISTAKE], explanation=["all of Theta1_grad"]),
)


def grade(
    who: Student,
    made: Mapping[str, Any] | None = RIGHT,
    state: State = State.GRADED,
    reason: str = "",
    notes: tuple[str, ...] = (),
    basis: Basis = BASIS,
) -> Grade:
    return Grade(who, "", notes, "content 1", basis, Result(state, reason, made))


def book(*grades: Grade, missing: tuple[Student, ...] = ()) -> Gradebook:
    return Gradebook(EXERCISE, 7, lambda: iter(grades), missing)


def submission(name: str = "alice", source: bytes = b"x = 1\n") -> Submission:
    return Submission(name, Path(name), "python", "ex4", {"ex4.py": source})


def handed_in(who: Student, folder: Path) -> HandedIn:
    tree = Folder(folder)
    return HandedIn(who, tree, {name: name for name in tree.names})
