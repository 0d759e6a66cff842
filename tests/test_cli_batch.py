from __future__ import annotations

import csv
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader import cli, sandbox
from grader.batch.pipeline import Step, grade_class
from grader.errors import SandboxError
from tests.conftest import needs
from tests.test_batch_local import has_ended
from tests.test_batch_pipeline import Immediate, hand_in
from tests.test_cli import SUBMISSIONS, _Main

ROOT = Path(__file__).parents[1]
ROSTER = (
    "Student,ID,SIS User ID,SIS Login ID,Section\nAlice Doe,17,s17,alice,A\nBob Roe,18,s18,bob,A\nZoe,19,s19,zoe,A\n"
)

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("alice", "bob"):
        hand_in(tmp_path / "class", name, f"# of {name}")
    return tmp_path / "class"


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`python -m grader batch ex4 FOLDER --store STORE`, with more arguments, as it is run by `main`."""
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str) -> Result:
        store = str(folder.parent / "class.sqlite")
        monkeypatch.setattr("sys.argv", ["grader", "batch", "ex4", str(folder), "--store", store, *arguments])
        return CliRunner().invoke(_Main(), [])

    return run


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Immediate:
    """In place of any other."""
    found = Immediate()
    monkeypatch.setattr(cli, "open_engine", lambda jobs, scheduler: nullcontext(found))
    return found


def rows(store: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(store)) as connection:
        return connection.execute("SELECT * FROM grades ORDER BY key").fetchall()


@pytest.mark.usefixtures("engine")
def test_a_class_is_summed_up_on_stdout_and_told_of_on_stderr(run: Run, folder: Path) -> None:
    result = run()
    assert result.exit_code == 0
    assert "2 graded" in result.stdout
    assert "graded just now: 2" in result.stdout
    assert f"store: {folder.parent / 'class.sqlite'}" in result.stdout
    assert "2 handed in; layout: plain" in result.stderr
    assert "graded just now: 0" in run().stdout


@pytest.mark.usefixtures("engine")
def test_json_goes_to_stdout_alone(run: Run) -> None:
    assert json.loads(run("--json", "-").stdout)["states"]["graded"] == 2


@pytest.mark.usefixtures("engine")
def test_files_are_written_with_what_the_roster_says(run: Run, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    files = {name: tmp_path / f"{name}{'.html' if name == 'html' else '.csv'}" for name in cli.CLASS_TABLES}
    options = [text for name, file in files.items() for text in (f"--{name}", str(file))]
    result = run("--roster", str(roster), *options)
    assert result.exit_code == 0
    assert "1 not handed in" in result.stdout
    table = list(csv.DictReader(files["csv"].open(encoding="utf-8-sig", newline="")))
    assert [(row["name"], row["id"], row["state"]) for row in table] == [
        ("Alice Doe", "17", "graded"),
        ("Bob Roe", "18", "graded"),
        ("Zoe", "19", "not handed in"),
    ]
    assert "Alice Doe,17,s17,alice,A,100" in files["canvas"].read_text(encoding="utf-8")
    assert "Bob Roe,s18,,100,100" in files["moodle"].read_text(encoding="utf-8")
    assert "Alice Doe" in files["html"].read_text(encoding="utf-8")
    assert not list(tmp_path.glob(".*.partial"))


@pytest.mark.usefixtures("engine")
def test_who_has_no_grade_and_is_not_in_a_file_of_grades_is_told_of_in_one_line(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    roster, csv, canvas, moodle = (tmp_path / f"{name}.csv" for name in ("roster", "all", "canvas", "moodle"))
    roster.write_text(ROSTER.replace("Zoe", "Carol"), encoding="utf-8")
    assert "leave" not in run("--canvas", str(canvas)).stderr
    (folder / "alice" / "ex4.py").rename(folder / "alice" / "essay.pdf")
    why = "(1 unreadable, 1 not handed in)"
    one = run("--roster", str(roster), "--canvas", str(canvas)).stderr.splitlines()[-1]
    assert one == f"grader: {canvas} leaves out those who have no grade {why}: --csv FILE lists them"
    both = run("--roster", str(roster), "--canvas", str(canvas), "--moodle", str(moodle), "--csv", str(csv)).stderr
    assert (
        both.splitlines()[-1]
        == f"grader: {canvas} and {moodle} leave out those who have no grade {why}: {csv} has them"
    )
    assert "leave" not in run("--roster", str(roster), "--csv", str(csv)).stderr


@pytest.mark.usefixtures("engine")
def test_students_whom_a_gradebook_cannot_find_are_told_of_in_one_line(run: Run, tmp_path: Path) -> None:
    roster, canvas, moodle = (tmp_path / f"{name}.csv" for name in ("roster", "canvas", "moodle"))
    roster.write_text("Name,ID,Email\nAlice,17,alice@example.org\nBob,,\n", encoding="utf-8")
    unknown = run("--canvas", str(canvas), "--moodle", str(moodle)).stderr.splitlines()
    assert unknown[-2:] == [
        f"grader: {canvas}: has nothing but the name of 2 of 2 students:"
        " Canvas needs the gradebook that it exports as --roster",
        f"grader: {moodle}: has nothing but the name of 2 of 2 students:"
        " Moodle needs its own grading worksheet as --roster",
    ]
    assert "name of 1 of 2 students" in run("--canvas", str(canvas), "--roster", str(roster)).stderr
    assert "Alice,,17,alice@example.org,,100" in canvas.read_text(encoding="utf-8")
    assert "nothing but the name" not in run("--csv", str(tmp_path / "all.csv")).stderr
    roster.write_text(ROSTER, encoding="utf-8")
    assert "nothing but the name" not in run("--canvas", str(canvas), "--roster", str(roster)).stderr


@pytest.mark.usefixtures("engine")
def test_a_class_that_handed_in_another_exercise_is_told_so_in_one_line(run: Run, folder: Path) -> None:
    source = "def feedforward(a):\n    return a\n\n\ndef backprop(x):\n    return x\n\n\n# no points\n"
    hand_in(folder, "alice", source)
    assert "look like" not in run().stderr
    hand_in(folder, "bob", f"{source}\n# Bob")
    result = run()
    assert result.exit_code == 0
    assert result.stderr.splitlines()[-1] == (
        "grader: 2 of 2 submissions look like work for quadratic, not for ex4:"
        f" python -m grader batch quadratic {folder}"
    )


@pytest.mark.usefixtures("engine")
def test_what_cannot_be_read_is_status_1_and_what_was_not_judged_status_3(run: Run, folder: Path) -> None:
    (folder / "alice" / "ex4.py").rename(folder / "alice" / "essay.pdf")
    assert run().exit_code == 1
    hand_in(folder, "bob", "# unlucky")
    result = run()
    assert result.exit_code == 3
    assert "0 graded, 1 unreadable, 1 not judged" in result.stdout


def test_the_secret_seed_stays_and_another_grades_again_and_says_so(run: Run, engine: Immediate) -> None:
    first, again = (json.loads(run("--json", "-").stdout)["seed"] for _ in range(2))
    assert first == again
    assert len(engine.graded) == 2
    result = run("--seed", str(first + 1), "--json", "-")
    assert json.loads(result.stdout)["seed"] == first + 1
    assert "2 grades are made again: other hidden cases" in result.stderr
    assert len(engine.graded) == 4


@pytest.mark.usefixtures("engine")
def test_one_grade_is_told_of_as_one(run: Run, folder: Path) -> None:
    run("--seed", "1")
    shutil.rmtree(folder / "alice")
    assert "not in the class any more: 1 grade is kept, and left out here\n" in run().stdout
    hand_in(folder, "carol", "# of carol")
    shutil.rmtree(folder / "bob")
    assert "not in the class any more: 2 grades are kept, and left out here\n" in run().stdout


def test_regrade_grades_what_is_graded(run: Run, engine: Immediate) -> None:
    run()
    run("--regrade")
    assert len(engine.graded) == 4


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("options", "rest"), [([], "goes on with the rest"), (["--regrade"], "grades all of them again")]
)
def test_an_interrupt_keeps_what_is_done_and_says_how_to_go_on(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], rest: str
) -> None:
    def interrupted(*arguments: Any) -> Iterator[Step]:
        yield next(grade_class(*arguments))
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.batch.pipeline.grade_class", interrupted)
    result = run(*options)
    assert result.exit_code == 130
    store = folder.parent / "class.sqlite"
    assert f"grader: 1 of 2 are done and kept in {store}: the same command {rest}\n" in result.stderr
    assert len(rows(store)) == 1
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("engine")
def test_an_interrupt_before_anything_is_counted_tells_no_number(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()

    def interrupted(*arguments: Any) -> Iterator[Step]:
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.batch.pipeline.grade_class", interrupted)
    store = folder.parent / "class.sqlite"
    assert f"grader: what is graded already is kept in {store}: the same command goes on" in run().stderr


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("option", ["--csv", "--html", "--canvas", "--moodle"])
def test_nothing_that_is_no_table_is_overwritten(run: Run, folder: Path, tmp_path: Path, option: str) -> None:
    work = folder / "alice" / "ex4.py"
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    for arguments, said in (
        ((option, str(work)), "is no report"),
        ((option, str(roster), "--roster", str(roster)), "would be overwritten"),
        ((option, str(tmp_path / "nowhere" / "a.csv")), "there is no folder"),
        ((option, str(tmp_path / "a.csv"), "--json", str(tmp_path / "a.csv")), "would be overwritten"),
        ((option, str(folder)), "would be overwritten"),
        ((option, str(tmp_path)), "is no report"),
    ):
        result = run(*arguments)
        assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
        assert said in result.stderr
    assert work.read_text(encoding="utf-8") == "# of alice"
    assert roster.read_text(encoding="utf-8") == ROSTER


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("option", ["--csv", "--html", "--canvas", "--moodle", "--json"])
@pytest.mark.parametrize(
    "theirs",
    [
        "Name,ID\nAlice,17\n",
        ROSTER,
        "Student,ID,SIS User ID,SIS Login ID,Section,ex4 (55)\n",
        "Student,ID,SIS User ID,SIS Login ID,Section,ex4: Neural network learning (55),Final Score\n",
        '\ufeffIdentifier,"Full name","ID number","Email address",Status,Grade,"Maximum Grade","Feedback comments"\n',
        "name,id,state,score,max,mistakes,language,attempt,notes,my remarks\n",
        '"',
        "\n",
        "\0PK",
    ],
)
def test_no_table_of_anybody_else_is_replaced(run: Run, tmp_path: Path, option: str, theirs: str) -> None:
    table = tmp_path / "table.csv"
    table.write_text(theirs, encoding="utf-8")
    result = run(option, str(table))
    assert result.exit_code == 2
    assert result.stderr == f"grader: {table}: exists and is no table that this program wrote; name another file\n"
    assert table.read_text(encoding="utf-8") == theirs
    assert not (tmp_path / "class.sqlite").exists()


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("option", ["--csv", "--canvas", "--moodle"])
def test_a_table_that_was_written_here_or_is_empty_is_replaced(run: Run, tmp_path: Path, option: str) -> None:
    empty, table = tmp_path / "empty.csv", tmp_path / "table.csv"
    empty.touch()
    for file in (empty, table, table):
        assert run(option, str(file)).exit_code == 0
    assert table.read_bytes() == empty.read_bytes()


@pytest.mark.usefixtures("engine")
def test_a_table_that_could_not_be_finished_leaves_the_old_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "grades.csv"
    run("--csv", str(table))
    old = table.read_bytes()

    def broken(book: object) -> object:
        yield "new"
        raise SandboxError("gone")

    monkeypatch.setattr("grader.report.csv.render", broken)
    assert run("--csv", str(table)).exit_code == 3
    assert table.read_bytes() == old
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("option", ["--csv", "--canvas", "--moodle", "--html"])
def test_tables_go_to_files(run: Run, tmp_path: Path, option: str) -> None:
    result = run(option, "-")
    assert result.exit_code == 2
    assert result.stderr == f"grader: {option} -: name a file; --json alone goes to stdout\n"
    assert not (tmp_path / "class.sqlite").exists()


def test_jobs_are_not_for_a_cluster(run: Run) -> None:
    result = run("--jobs", "2", "--scheduler", "tcp://127.0.0.1:8786")
    assert result.exit_code == 2
    assert "--jobs is for this machine" in result.stderr


def test_foreign_code_is_refused_without_isolation(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from grader.batch import local, work

    class Here(Immediate):
        get_ready = staticmethod(work.get_ready)

    monkeypatch.setattr(local, "LocalPool", lambda jobs: nullcontext(Here()))
    for name in ("bwrap", "landlock"):
        monkeypatch.setattr(type(sandbox.BACKENDS[name]), "reason_missing", lambda self: "it is not installed")
    work.sandbox.cache_clear()
    result = run()
    assert result.exit_code == 2
    assert "--sandbox none" in result.stderr


@needs("bwrap")
def test_a_class_is_graded_in_isolation_from_end_to_end(run: Run, folder: Path) -> None:
    shutil.copytree(SUBMISSIONS / "correct-loops" / "submission", folder / "alice", dirs_exist_ok=True)
    shutil.copytree(SUBMISSIONS / "wrong-gradient-of-a2" / "submission", folder / "bob", dirs_exist_ok=True)
    result = run("--seed", "7", "--csv", str(folder.parent / "grades.csv"))
    assert result.exit_code == 0
    table = list(csv.DictReader((folder.parent / "grades.csv").open(encoding="utf-8-sig", newline="")))
    assert [(row["name"], row["score"], row["mistakes"]) for row in table] == [
        ("alice", "100", ""),
        ("bob", "50", "ex4-d2-gprime-of-a"),
    ]


PROGRAM = """
import multiprocessing, sys
from pathlib import Path
from grader.batch.local import LocalPool
from grader.batch.pipeline import grade_class
from grader.batch.store import open_store
from grader.batch.version import version_of
from grader.batch.work import Order
from grader.classroom import read_class
from grader.gradebook import Basis

folder, store = map(Path, sys.argv[1:])
order = Order(Basis("ex4", version_of("ex4"), 7, 5.0), "none")
with open_store(store, "ex4") as opened, LocalPool(2) as engine:
    engine.get_ready(order)
    print(*(process.pid for process in multiprocessing.active_children()), flush=True)
    for step in grade_class(read_class(folder, "ex4"), order, opened, engine):
        print(step, flush=True)
"""


def start(folder: Path, store: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """A batch in a process of its own, and the processes that it works with."""
    command = [sys.executable, "-c", PROGRAM, str(folder), str(store)]
    batch = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert batch.stdout is not None
    return batch, [int(pid) for pid in batch.stdout.readline().split()]


def test_a_batch_that_is_killed_goes_on_to_the_rows_of_an_undisturbed_one(folder: Path, tmp_path: Path) -> None:
    for number in range(6):
        hand_in(folder, f"student {number}", f"# of {number}")
    undisturbed, _ = start(folder, tmp_path / "undisturbed.sqlite")
    assert len(undisturbed.communicate()[0].splitlines()) == 8
    store = tmp_path / "killed.sqlite"
    batch, processes = start(folder, store)
    assert batch.stdout is not None
    told = [batch.stdout.readline() for _ in range(2)]
    batch.send_signal(signal.SIGKILL)
    batch.communicate()
    assert len(told) <= len(rows(store)) < 8
    assert all(map(has_ended, processes))
    assert len(processes) == 2
    again, _ = start(folder, store)
    assert sum("fresh=True" in line for line in again.communicate()[0].splitlines()) < 8
    assert rows(store) == rows(tmp_path / "undisturbed.sqlite")
