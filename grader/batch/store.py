"""The grades of a class in one SQLite file. A grade that was saved stays, whatever happens to this process.

A store belongs to one exercise and to one batch at a time: who has it open holds the lock on it, which ends with the
process. It is written ahead (WAL): what was committed survives kill -9. Nothing in the table `grades` depends on the
time or on the machine's load; how long each grade took is in `timings`.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.classroom import Student
from grader.errors import UsageError
from grader.gradebook import Basis, Grade, Result, State
from grader.machine import is_isolated

FORM = 1
MARK = 0x6772616D
"""The `application_id` in the header of the file: it tells a store from any other database."""

TABLES = f"""
BEGIN;
PRAGMA application_id = {MARK};
PRAGMA user_version = {FORM};
CREATE TABLE settings (name TEXT PRIMARY KEY, value NOT NULL);
CREATE TABLE grades (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    attempt TEXT NOT NULL,
    notes TEXT NOT NULL,
    handed_in INTEGER NOT NULL,
    content TEXT NOT NULL,
    version TEXT NOT NULL,
    seed INTEGER NOT NULL,
    timeout REAL NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    language TEXT,
    isolation TEXT,
    parts INTEGER NOT NULL,
    score REAL,
    max_score REAL,
    report TEXT NOT NULL
);
CREATE TABLE timings (key TEXT PRIMARY KEY, seconds REAL NOT NULL);
COMMIT;
"""

SAVE = """
INSERT OR REPLACE INTO grades VALUES (:key, :name, :id, :attempt, :notes, 1, :content, :version, :seed, :timeout,
    :state, :reason, :language, :isolation, :parts, :score, :max_score, :report)
"""

NOT_WRITABLE = "cannot be written: see to the rights of the file and its folder"
FAILURES = {
    "SQLITE_BUSY": "another batch is at work on it: wait for its end, or name another store",
    "SQLITE_FULL": "the disk is full: make room and give the same command again",
    "SQLITE_READONLY": NOT_WRITABLE,
    "SQLITE_PERM": NOT_WRITABLE,
    "SQLITE_IOERR_LOCK": NOT_WRITABLE,
    "SQLITE_IOERR": "cannot be read or written: see that the disk is in order",
    "SQLITE_CANTOPEN": "cannot be opened: see that the folder is there and can be written",
    "SQLITE_NOTADB": "is no store of grades: name another file",
    "SQLITE_CORRUPT": "is damaged: put back a copy, or name another file and grade again",
}
"""What to say of an error, by the beginning of its name; the first that fits."""


class Store:
    """The open store of one exercise; made by `open_store`."""

    def __init__(self, connection: sqlite3.Connection, exercise: str) -> None:
        self._connection, self.exercise = connection, exercise

    def seed(self, wanted: int | None) -> int:
        """The seed of the hidden cases: the one wanted, else the one kept here, else a new secret one; it is kept."""
        kept = self._setting("seed")
        seed = next(each for each in (wanted, kept, int.from_bytes(os.urandom(4))) if each is not None)
        self._connection.execute("INSERT OR REPLACE INTO settings VALUES ('seed', ?)", (seed,))
        return int(seed)

    def outdated(self, basis: Basis) -> dict[str, int]:
        """How many grades were made on another basis, by what differs."""
        rows = self._connection.execute(
            "SELECT CASE WHEN version != ? THEN 'the exercise or the grader has changed since'"
            " WHEN seed != ? THEN 'other hidden cases' WHEN timeout != ? THEN 'another --timeout' END AS why, count(*)"
            " FROM grades WHERE state = ? GROUP BY why HAVING why IS NOT NULL",
            (basis.version, basis.seed, basis.timeout, State.GRADED),
        )
        return dict(rows)

    def call_roll(self) -> None:
        """From now on only those whose grades are saved again count as having handed in."""
        self._connection.execute("UPDATE grades SET handed_in = 0")

    def result(self, key: str, content: str, basis: Basis, isolated: bool = False) -> Result | None:
        """The student's result where the same content was graded on the same basis and, if that is asked for, in
        isolation: code that ran without may have given itself any grade."""
        row = self._connection.execute(
            "SELECT isolation, state, reason, report FROM grades WHERE key = ? AND content = ? AND version = ?"
            " AND seed = ? AND timeout = ? AND state = ?",
            (key, content, basis.version, basis.seed, basis.timeout, State.GRADED),
        ).fetchone()
        if row is None or (isolated and not is_isolated(row[0])):
            return None
        return _result(*row[1:])

    def save(self, grade: Grade, seconds: float | None = None) -> None:
        """Keep a grade, and how long it took where it was made just now."""
        with self._connection:
            self._connection.execute("BEGIN")
            self._connection.execute(SAVE, _row(grade))
            if seconds is not None:
                self._connection.execute("INSERT OR REPLACE INTO timings VALUES (?, ?)", (grade.student.key, seconds))

    def grades(self) -> Iterator[Grade]:
        """Of those who have handed in, in the order of their keys, one at a time."""
        rows = self._connection.execute(
            "SELECT key, name, id, attempt, notes, content, version, seed, timeout, state, reason, report FROM grades"
            " WHERE handed_in ORDER BY key"
        )
        for key, name, id, attempt, notes, content, version, seed, timeout, *result in rows:
            basis = Basis(self.exercise, version, seed, timeout)
            yield Grade(Student(key, name, id), attempt, tuple(json.loads(notes)), content, basis, _result(*result))

    def left_out(self) -> int:
        """How many grades there are of students who have not handed in this time; they are kept."""
        (count,) = self._connection.execute("SELECT count(*) FROM grades WHERE NOT handed_in").fetchone()
        return int(count)

    def _setting(self, name: str) -> int | str | None:
        row = self._connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None


def _row(grade: Grade) -> dict[str, object]:
    result, report = grade.result, grade.report
    return {
        "key": grade.student.key,
        "name": grade.student.name,
        "id": grade.student.id,
        "attempt": grade.attempt,
        "notes": json.dumps(grade.notes),
        "content": grade.content,
        "version": grade.basis.version,
        "seed": grade.basis.seed,
        "timeout": grade.basis.timeout,
        "state": result.state,
        "reason": result.reason,
        "language": report.get("language"),
        "isolation": report.get("isolation"),
        "parts": len(report["parts"]),
        "score": grade.score,
        "max_score": grade.max_score,
        "report": json.dumps(result.report),
    }


def _result(state: str, reason: str, report: str) -> Result:
    return Result(State(state), reason, json.loads(report))


@contextmanager
def open_store(path: Path, exercise: str) -> Iterator[Store]:
    """The store at `path`, made where there is none. Raises `UsageError` where that cannot be, now or later."""
    connection = None
    try:
        connection = sqlite3.connect(path, timeout=0, isolation_level=None)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        is_new = _check(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if is_new:
            connection.executescript(TABLES)
        _claim(connection, path, exercise)
        yield Store(connection, exercise)
    except sqlite3.Error as error:
        raise UsageError(f"{path}: {_explain(error)}") from error
    finally:
        if connection is not None:
            connection.close()


def _check(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether there is nothing in it yet. Raises `UsageError` where there is something else; nothing is written."""
    (mark,), (form,), (tables,) = (
        connection.execute(query).fetchone()
        for query in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
    )
    if (mark, form, tables) == (0, 0, 0):
        return True
    if mark != MARK:
        raise UsageError(f"{path}: is a database, but no store of grades: name another file")
    if form != FORM:
        raise UsageError(f"{path}: has form {form}, this grader knows {FORM}: use the grader that made it")
    return False


def _claim(connection: sqlite3.Connection, path: Path, exercise: str) -> None:
    """Make it the exercise's, which it may be already. As the first write, this is what takes the lock."""
    connection.execute("INSERT OR IGNORE INTO settings VALUES ('exercise', ?)", (exercise,))
    (owner,) = connection.execute("SELECT value FROM settings WHERE name = 'exercise'").fetchone()
    if owner != exercise:
        raise UsageError(f"{path}: holds the grades of {owner}: name another store for {exercise}")


def _explain(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "")
    return next((said for start, said in FAILURES.items() if name.startswith(start)), f"cannot be used: {error}")
