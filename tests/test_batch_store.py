from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grader.batch import store as stores
from grader.batch.store import Store, open_store
from grader.classroom import Student
from grader.errors import UsageError
from grader.gradebook import State
from tests.classes import BASIS, RIGHT, WRONG, grade, student

ALICE, BOB = student("Alice", "17"), student("Bob")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "class.sqlite"


def rows(path: Path, table: str = "grades") -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
    finally:
        connection.close()


def test_what_was_saved_is_there_again() -> None:
    graded = grade(ALICE, WRONG, notes=("handed in late",))
    broken = grade(BOB, None, State.UNREADABLE, "holds no .py file")
    with open_store(Path(":memory:"), "ex4") as store:
        store.save(broken, 1.5)
        store.save(graded)
        assert list(store.grades()) == [graded, broken]


def test_a_row_tells_everything_in_columns(path: Path) -> None:
    with open_store(path, "ex4") as store:
        store.save(grade(ALICE, WRONG), 1.5)
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    row = dict(connection.execute("SELECT * FROM grades").fetchone())
    assert row.pop("report").startswith('{"version": 1')
    assert row == {
        "key": "Alice (17)",
        "name": "Alice",
        "id": "17",
        "attempt": "",
        "notes": "[]",
        "handed_in": 1,
        "content": "content 1",
        "version": "version 1",
        "seed": 7,
        "timeout": 5.0,
        "state": "graded",
        "reason": "",
        "language": "python",
        "isolation": "a sandbox",
        "parts": 2,
        "score": 30.0,
        "max_score": 100.0,
    }
    connection.close()


def test_how_long_it_took_is_no_part_of_a_grade(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    for file, seconds in ((path, 1.0), (other, 2.0)):
        with open_store(file, "ex4") as store:
            store.save(grade(ALICE), seconds)
    assert rows(path) == rows(other)
    assert rows(path, "timings") == [("Alice (17)", 1.0)]


def test_a_grade_saved_again_keeps_the_time_that_it_took(path: Path) -> None:
    with open_store(path, "ex4") as store:
        store.save(grade(ALICE), 1.0)
        store.save(grade(ALICE))
    assert rows(path, "timings") == [("Alice (17)", 1.0)]


@pytest.mark.parametrize(
    ("content", "basis"),
    [
        ("content 2", BASIS),
        ("content 1", replace(BASIS, version="version 2")),
        ("content 1", replace(BASIS, seed=8)),
        ("content 1", replace(BASIS, timeout=6.0)),
    ],
)
def test_a_result_is_known_on_the_same_content_and_basis_only(content: str, basis: stores.Basis) -> None:
    with open_store(Path(":memory:"), "ex4") as store:
        store.save(grade(ALICE))
        assert store.result(ALICE.key, "content 1", BASIS) == grade(ALICE).result
        assert store.result(ALICE.key, content, basis) is None
        assert store.result(BOB.key, "content 1", BASIS) is None


@pytest.mark.parametrize("isolation", ["none: own process and limits only", "a sandbox"])
def test_what_was_graded_without_isolation_is_not_known_to_a_batch_that_has_it(isolation: str) -> None:
    report = {**grade(ALICE).result.report, "isolation": isolation}  # type: ignore[dict-item]
    with open_store(Path(":memory:"), "ex4") as store:
        store.save(grade(ALICE, report))
        known = [store.result(ALICE.key, "content 1", BASIS, isolated) is not None for isolated in (False, True)]
    assert known == [True, isolation == "a sandbox"]


def test_what_was_not_judged_is_not_known() -> None:
    with open_store(Path(":memory:"), "ex4") as store:
        store.save(grade(ALICE, WRONG, State.NOT_JUDGED, "the sandbox broke down"))
        assert store.result(ALICE.key, "content 1", BASIS) is None


def test_grades_on_another_basis_are_counted_by_what_differs() -> None:
    with open_store(Path(":memory:"), "ex4") as store:
        for number, basis in enumerate([BASIS, replace(BASIS, seed=8), replace(BASIS, seed=9, version="2")]):
            store.save(grade(student(str(number)), basis=basis))
        store.save(grade(ALICE, None, State.UNREADABLE, "no file", basis=replace(BASIS, seed=8)))
        assert store.outdated(BASIS) == {"other hidden cases": 1, "the exercise or the grader has changed since": 1}
        assert store.outdated(replace(BASIS, timeout=9.0))["another --timeout"] == 1


def test_who_is_not_there_any_more_is_kept_and_left_out() -> None:
    with open_store(Path(":memory:"), "ex4") as store:
        store.save(grade(ALICE))
        store.save(grade(BOB))
        store.call_roll()
        store.save(grade(BOB))
        assert [each.student.key for each in store.grades()] == ["Bob"]
        assert store.left_out() == 1
        assert store.result(ALICE.key, "content 1", BASIS) is not None


def test_the_seed_is_drawn_once_and_kept_until_another_is_wanted(path: Path) -> None:
    with open_store(path, "ex4") as store:
        drawn = store.seed(None)
    with open_store(path, "ex4") as store:
        assert store.seed(None) == drawn
        assert store.seed(0) == 0
        assert store.seed(None) == 0


def test_two_stores_draw_different_seeds() -> None:
    with open_store(Path(":memory:"), "ex4") as one, open_store(Path(":memory:"), "ex4") as other:
        assert one.seed(None) != other.seed(None)


def test_names_that_attack_are_names() -> None:
    names = ["'; DROP TABLE grades; --", "a\tb", "李雷", '"', "%s", "Alice", "alice", "é", "e\u0301"]
    with open_store(Path(":memory:"), "ex4") as store:
        for name in names:
            store.save(grade(student(name)))
        assert sorted(each.student.name for each in store.grades()) == sorted(names)


# --- what cannot be used ----------------------------------------------------------------------------------------------


def refusal(path: Path, exercise: str = "ex4") -> str:
    """What is said where a grade cannot be saved; the file is left as it was."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(UsageError) as caught, open_store(path, exercise) as store:
        store.save(grade(ALICE))
    assert before is None or path.read_bytes() == before
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_store_of_another_exercise_is_refused(path: Path) -> None:
    with open_store(path, "ex3"):
        pass
    assert "holds the grades of ex3: name another store for ex4" in refusal(path)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_text("grades,of,somebody\n" * 100, encoding="utf-8")
    assert "is no store of grades: name another file" in refusal(path)


def test_another_database_is_refused(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE precious (thing)")
    connection.close()
    assert "is a database, but no store of grades" in refusal(path)


def test_a_store_of_a_newer_form_is_refused(path: Path) -> None:
    with open_store(path, "ex4"):
        pass
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    assert "has form 9, this grader knows 1" in refusal(path)


def test_a_damaged_store_is_refused(path: Path) -> None:
    with open_store(path, "ex4") as store:
        for number in range(100):
            store.save(grade(student(str(number))))
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))
    assert "is damaged: put back a copy" in refusal(path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "cannot be opened: see that the folder is there" in refusal(tmp_path / "nowhere" / "class.sqlite")


def test_a_store_in_use_is_refused_and_its_lock_ends_with_its_process(path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from grader.batch.store import open_store\n"
        "with open_store(Path(sys.argv[1]), 'ex4') as store: print('open', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"open"
        with pytest.raises(UsageError, match="another batch is at work on it"), open_store(path, "ex4"):
            pass
        other.kill()
    with open_store(path, "ex4") as store:
        store.save(grade(ALICE))
    assert len(rows(path)) == 1


def test_a_full_disk_is_told_and_loses_nothing(path: Path) -> None:
    def fill(store: Store) -> None:
        store._connection.execute("PRAGMA max_page_count = 12")
        for number in range(100):
            store.save(grade(Student(f"{number:03}", "", ""), {**RIGHT, "notes": ["x" * 2000]}))

    with pytest.raises(UsageError, match="the disk is full: make room"), open_store(path, "ex4") as store:
        fill(store)
    saved = [row[0] for row in rows(path)]
    assert saved == [f"{number:03}" for number in range(len(saved))]
    assert saved


def test_a_store_that_cannot_be_written_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(path, "ex4"):
        pass
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda file, **options: connect(f"file:{file}?mode=ro", uri=True, **options)
    )
    assert "cannot be written: see to the rights" in refusal(path)
