from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from grader.batch import pipeline
from grader.batch.pipeline import Step, grade_class
from grader.batch.store import open_store
from grader.batch.work import Order, Timed
from grader.classroom import read_class
from grader.gradebook import Result, State
from grader.model import Submission
from tests.classes import BASIS, RIGHT

ORDER = Order(BASIS, "none")
DONE = Step(State.GRADED, True)
AS_BEFORE = Step(State.GRADED, False)


class Immediate:
    """An engine that does at once what it is given, and remembers whose it was. It says the source in the report."""

    chunk, slots = 1, 2
    lost: tuple[type[BaseException], ...] = ()

    def __init__(self) -> None:
        self.graded: list[str] = []

    def get_ready(self, order: Order) -> str:
        return "none"

    def submit(self, order: Order, submissions: Sequence[Submission]) -> Future[list[Timed]]:
        self.graded += [each.name for each in submissions]
        future: Future[list[Timed]] = Future()
        future.set_result([(result_of(each), 0.5) for each in submissions])
        return future


def result_of(submission: Submission) -> Result:
    (source,) = submission.files.values()
    state = State.NOT_JUDGED if b"unlucky" in source else State.GRADED
    score = 0.0 if b"no points" in source else RIGHT["score"]
    return Result(state, "", {**RIGHT, "score": score, "notes": [source.decode()]})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("alice", "bob", "carol"):
        hand_in(tmp_path / "class", name, f"# of {name}")
    return tmp_path / "class"


def hand_in(folder: Path, name: str, source: str) -> None:
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "ex4.py").write_text(source, encoding="utf-8")


def run(
    folder: Path, order: Order = ORDER, regrade: bool = False, store: str = "class.sqlite"
) -> tuple[list[str], list[Step]]:
    """Whose work was graded, and the steps."""
    engine = Immediate()
    with open_store(folder.parent / store, "ex4") as opened:
        steps = list(grade_class(read_class(folder, "ex4"), order, opened, engine, regrade))
    return engine.graded, steps


def rows(folder: Path, store: str = "class.sqlite") -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder.parent / store)) as connection:
        return connection.execute("SELECT * FROM grades ORDER BY key").fetchall()


def test_everybody_is_graded_once(folder: Path) -> None:
    assert run(folder) == (["alice", "bob", "carol"], [DONE] * 3)
    before = rows(folder)
    assert run(folder) == ([], [AS_BEFORE] * 3)
    assert rows(folder) == before


def test_what_was_handed_in_anew_is_graded_anew(folder: Path) -> None:
    run(folder)
    hand_in(folder, "bob", "# better")
    hand_in(folder, "dave", "# late")
    assert run(folder)[0] == ["bob", "dave"]


@pytest.mark.parametrize("changes", [{"seed": 8}, {"version": "2"}, {"timeout": 1.0}], ids=lambda changes: min(changes))
def test_another_basis_grades_everybody_again(folder: Path, changes: dict[str, object]) -> None:
    run(folder)
    assert len(run(folder, replace(ORDER, basis=replace(BASIS, **changes)))[0]) == 3  # type: ignore[arg-type]


def test_regrade_grades_everybody_again(folder: Path) -> None:
    run(folder)
    assert len(run(folder, regrade=True)[0]) == 3


def test_what_was_not_judged_is_tried_again(folder: Path) -> None:
    hand_in(folder, "bob", "# unlucky")
    assert run(folder)[1].count(Step(State.NOT_JUDGED, True)) == 1
    assert run(folder)[0] == ["bob"]


def test_one_broken_submission_is_one_row_that_says_why(folder: Path) -> None:
    (folder / "bob" / "ex4.py").unlink()
    (folder / "bob" / "essay.pdf").write_bytes(b"")
    graded, steps = run(folder)
    assert graded == ["alice", "carol"]
    assert steps.count(Step(State.UNREADABLE, False)) == 1
    (reason,) = (row[11] for row in rows(folder) if row[0] == "bob")
    assert str(reason).startswith("holds no .py file")


def test_work_for_another_exercise_is_noted_and_graded(folder: Path) -> None:
    source = "def feedforward(a):\n    return a\n\n\ndef backprop(x):\n    return x\n"
    hand_in(folder, "alice", source)
    hand_in(folder, "bob", f"{source}\n# no points")
    assert run(folder)[1].count(Step(State.GRADED, True, "quadratic")) == 1
    assert run(folder)[1].count(Step(State.GRADED, False, "quadratic")) == 1
    assert [row[4] for row in rows(folder)] == ["[]", '["looks like work for quadratic, not for ex4"]', "[]"]


def test_a_fault_while_reading_is_not_judged_and_stops_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = pipeline.submission_from

    def broken(tree: object, name: str, exercise: str) -> Submission:
        if name == "alice":
            raise RecursionError("too deep")
        return read(tree, name, exercise)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "submission_from", broken)
    assert run(folder) == (["bob", "carol"], [Step(State.NOT_JUDGED, False), DONE, DONE])


def test_a_batch_that_was_cut_short_goes_on_to_the_same_rows(folder: Path) -> None:
    run(folder, store="undisturbed.sqlite")
    with open_store(folder.parent / "class.sqlite", "ex4") as store:
        steps = grade_class(read_class(folder, "ex4"), ORDER, store, Immediate())
        next(iter(steps))
    assert len(rows(folder)) == 1
    assert len(run(folder)[0]) == 2
    assert rows(folder) == rows(folder, "undisturbed.sqlite")


def test_a_grade_is_in_the_store_before_it_is_told(folder: Path) -> None:
    with open_store(folder.parent / "class.sqlite", "ex4") as store:
        for number, _ in enumerate(grade_class(read_class(folder, "ex4"), ORDER, store, Immediate()), 1):
            assert len(list(store.grades())) == number


def test_who_has_left_the_class_is_kept_and_marked(folder: Path) -> None:
    run(folder)
    (folder / "bob" / "ex4.py").unlink()
    (folder / "bob").rmdir()
    run(folder)
    assert [(row[0], row[5]) for row in rows(folder)] == [("alice", 1), ("bob", 0), ("carol", 1)]
