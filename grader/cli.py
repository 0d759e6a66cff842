"""The command line. The only place that prints: results on stdout, messages on stderr.

Exit status: 0 full marks or agreement, 1 points lost or a difference, 2 usage or unusable input,
3 the grader's own fault.
"""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.errors import GraderError, UsageError

if TYPE_CHECKING:
    from click.decorators import FC
    from rich.console import Console

    from grader.batch.crew import Engine
    from grader.batch.progress import Tally
    from grader.gradebook import Gradebook
    from grader.model import Case, Exercise, Mistake, Part, RawResult, Report
    from grader.octave_diff import DiffReport
    from grader.report.mistakes import Entry
    from grader.sandbox import Backend

PATIENCE_SECONDS = 4.0
ROOT = Path(__file__).resolve().parent.parent
OWN_FOLDERS = ("exercises", "solutions")
SANDBOXES = ("auto", "bwrap", "landlock", "process", "none")
MOST_REMARKS = 10
MOST_ALIKE = 4
UNWRAPPED = 1000
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
REPORT_SUFFIXES = {".json", ".html", ".csv"}
CLASS_TABLES = {"csv": "csv", "canvas": "canvas", "moodle": "moodle", "html": "class_html"}
"""For each option of `batch` that writes a file, the module of `grader.report` that makes it."""
GRADES_ONLY = ("canvas", "moodle")
"""Those of them without the students that have no grade."""
CSV_TABLES = ("csv", *GRADES_ONLY)
MOST_HEADER_LETTERS = 10_000


json_option = click.option(
    "--json", "json_file", metavar="FILE", is_flag=False, flag_value="-", help="Write JSON; - is stdout."
)


class Whole(click.IntRange):
    name = "whole number"


class Seed(click.types.IntParamType):
    """A number that a store can keep."""

    name = "whole number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        seed = int(super().convert(value, param, ctx))
        if not 0 <= seed < 1 << 63:
            self.fail(f"{value!r} is not between 0 and 2^63 - 1.", param, ctx)
        return seed


class Seconds(click.FloatRange):
    name = "number of seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """NaN is within every range."""
        seconds = float(super().convert(value, param, ctx))
        if seconds != seconds:
            self.fail(f"{value!r} is not a valid {self.name}.", param, ctx)
        return seconds


seed_option = click.option("--seed", type=Seed(), metavar="N", help="Add the hidden cases of this seed.")
sandbox_option = click.option(
    "--sandbox",
    type=click.Choice(SANDBOXES),
    default="auto",
    show_default=True,
    help="Isolation; 'none' runs foreign code unprotected.",
)


timeout_option = click.option(
    "--timeout",
    type=Seconds(0.1, 3600),
    default=5.0,
    show_default=True,
    metavar="S",
    help="Seconds of processor time that one call may take.",
)


class ScoreByDefault(click.Group):
    """Whatever is no command is an exercise to be scored: `python -m grader ex4` is `python -m grader score ex4`."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        return super().resolve_command(ctx, args if args[0] in self.commands else ["score", *args])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"-h", "--help", "--version"}
        return super().parse_args(
            ctx, args if args and (args[0] in own or args[0] in self.commands) else ["score", *args]
        )


@click.group(cls=ScoreByDefault, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ml-coursework", prog_name="grader")
def cli() -> None:
    """Score the machine-learning exercises.

    \b
    python -m grader                  my work in exercises/, all that has been started
    python -m grader ex4              one exercise
    python -m grader ex4 PATH         a folder, .zip, .py, notebook or .m file from elsewhere
    python -m grader ex4 --help       the options of scoring
    python -m grader watch ex4        score again at every save
    python -m grader case ex4         the public cases, to call your functions with
    python -m grader batch ex4 DIR    a class of submissions
    """


@cli.command(short_help="Score one exercise; what is done where no command is named.")
@click.argument("exercise", required=False)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--part", "part_names", multiple=True, metavar="NAME", help="Only this part; may be given again.")
@json_option
@click.option("--html", "html_file", type=click.Path(path_type=Path), metavar="FILE", help="Also write an HTML page.")
@click.option("--explain", is_flag=True, help="Show where a gradient is wrong as a picture.")
@click.option("--hidden", is_flag=True, help="Also grade on hidden cases, from a new secret seed.")
@seed_option
@sandbox_option
@timeout_option
def score(
    exercise: str | None,
    path: Path | None,
    part_names: tuple[str, ...],
    json_file: str | None,
    html_file: Path | None,
    explain: bool,
    hidden: bool,
    seed: int | None,
    sandbox: str,
    timeout: float,
) -> None:
    """Score EXERCISE: the work in exercises/EXERCISE, or what is at PATH."""
    if exercise is not None:
        check_exercise(exercise)
    check_reports([html_file, json_file], filter(None, [path]))
    if seed is None and hidden:
        seed = int.from_bytes(os.urandom(4))
    names = [exercise] if exercise else started_exercises()
    reports = [grade_path(name, path, part_names, seed, sandbox, timeout) for name in names]
    remark([*mix_ups(reports)])
    if html_file is not None:
        from grader.report import html

        write("\n".join(map(html.render, reports)), html_file)
    show(reports, json_file, as_list=exercise is None, explain=explain)
    raise SystemExit(exit_status(reports))


def check_exercise(word: str) -> None:
    """Raises `UsageError` where a path stands in place of an exercise, which is easily done."""
    from grader.cases import exercise_names

    path = Path(word)
    if word not in exercise_names() and os.path.exists(path):
        name = next((name for name in exercise_names() if name in {*path.parts, path.stem}), "EXERCISE")
        raise UsageError(f"{word} is a path; the exercise comes before it: python -m grader {name} {word}")


@cli.command(short_help="Score again at every save.")
@click.argument("exercise", required=False)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--explain", is_flag=True, help="Show where a gradient is wrong as a picture.")
@sandbox_option
@timeout_option
def watch(exercise: str | None, path: Path | None, explain: bool, sandbox: str, timeout: float) -> None:
    """Score again at every save, until Ctrl-C: the work in exercises/EXERCISE, or what is at PATH."""
    from grader.report import terminal
    from grader.watch import scores

    name = exercise or started_exercises()[0]
    path = path or ROOT / "exercises" / name

    def begin() -> None:
        click.clear()
        click.echo(f"{time.strftime('%H:%M:%S')} scoring {shorten(path)} ...", err=True)

    for outcome in scores(name, path, is_own(path), sandbox, timeout, begin):
        if isinstance(outcome, str):
            click.echo(f"grader: {outcome}", err=True)
        else:
            remark([*mix_ups([outcome])])
            terminal.render(outcome, console(), explain)
        click.echo(f"\nwaiting for the next save in {shorten(path)}; Ctrl-C ends", err=True)


def started_exercises() -> list[str]:
    """The exercises whose stubs were touched; none at all is a `UsageError` that says where to begin."""
    from grader.cases import exercise_names, is_started, stub_path

    started = [name for name in exercise_names() if is_started(name)]
    if not started:
        first = stub_path(exercise_names()[0])
        raise UsageError(
            f"nothing has been started yet: open {shorten(first)}, fill in the first function, "
            f"and run this again (README.md beside it is the handout)"
        )
    return started


def select_parts(exercise: Exercise, names: tuple[str, ...]) -> list[Part]:
    """The parts that go by these names, or whose function does; all of them where none is named."""
    wanted = {name.casefold(): name for name in names}
    functions = dict.fromkeys(part.function for part in exercise.parts)
    known = {key.casefold() for key in (*functions, *(part.name for part in exercise.parts))}
    if unknown := wanted.keys() - known:
        parts = ", ".join(f"'{part.name}'" for part in exercise.parts)
        raise UsageError(
            f"{exercise.name} has no part or function '{wanted[min(unknown)]}': choose from the parts {parts},"
            f" or from the functions {', '.join(functions)}"
        )
    return [
        part
        for part in exercise.parts
        if not wanted or wanted.keys() & {part.name.casefold(), part.function.casefold()}
    ]


def mix_ups(reports: Iterable[Report]) -> Iterator[str]:
    """A line for each that is the work of another exercise, it seems."""
    from grader.elsewhere import belongs_to

    for report in reports:
        exercise, path = report.exercise.name, shorten(report.submission.path)
        other = None if report.full_marks else belongs_to(report.submission, exercise)
        if other:
            yield f"{path} looks like work for {other}, not for {exercise}: python -m grader {other} {path}"


def grade_path(
    name: str, path: Path | None, part_names: tuple[str, ...], seed: int | None, sandbox: str, timeout: float
) -> Report:
    from grader.sandbox import Limits, run_in

    path = path or ROOT / "exercises" / name
    limits = Limits(cpu_seconds=timeout)

    def grade_in(backend: Backend) -> Report:
        """Everything is imported here, while the sandbox is starting."""
        from dataclasses import replace

        from grader.cases import load_exercise
        from grader.grade import grade
        from grader.report import terminal  # noqa: F401
        from grader.submission import read_submission

        exercise = load_exercise(name)
        parts = select_parts(exercise, part_names)
        others = [part for part in exercise.parts if part not in parts]
        report = grade(read_submission(path, name), exercise, backend, limits, seed, parts, others)
        asked_for = tuple(score for score in report.parts if score.part in parts)
        return replace(report, parts=asked_for, chosen=bool(part_names))

    with patience(f"still at work on {path.name}: one call may take {timeout:g} s of processor time"):
        return run_in(sandbox, is_own(path), limits, grade_in)


@contextmanager
def patience(message: str) -> Iterator[None]:
    """Says once on stderr that it takes longer than usual."""
    timer = threading.Timer(PATIENCE_SECONDS, click.echo, [message], {"err": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def is_own(path: Path) -> bool:
    """Whether the code at `path` is the user's own work, or ours: what lies in this project's folders for it."""
    return any(path.resolve().is_relative_to(ROOT / folder) for folder in OWN_FOLDERS)


def show(reports: list[Report], json_file: str | None, as_list: bool, explain: bool) -> None:
    """The reports in the terminal, and as JSON in a file; or as JSON alone, where that goes to stdout."""
    from grader.report.json import to_dict

    if json_file is not None:
        found = [to_dict(report) for report in reports]
        write_json(found if as_list else found[0], json_file)
    if json_file == "-":
        return
    from grader.report import terminal

    for report in reports:
        terminal.render(report, console(), explain)


def write_json(content: Any, file: str) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    if file == "-":
        click.echo(text, nl=False)
    else:
        write(text, Path(file))


def write(text: str, file: Path) -> None:
    """Write a report; a file that is there and is none is left alone."""
    write_pieces([text], file)


def write_pieces(pieces: Iterable[str], file: Path) -> None:
    """The same piece by piece: the file is there as a whole, or as it was before."""
    check_report_file(file)
    partial = file.with_name(f".{file.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", errors="replace", newline="\n") as stream:
            stream.writelines(pieces)
        partial.replace(file)
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            partial.unlink()


def check_report_file(file: Path) -> None:
    if os.path.exists(file) and not (file.is_file() and file.suffix in REPORT_SUFFIXES):
        raise UsageError(f"{file}: exists and is no report; name a .json, .html or .csv file")
    if file.suffix == ".csv" and file.is_file() and not is_our_table(file):
        raise UsageError(f"{file}: exists and is no table that this program wrote; name another file")
    if not file.parent.is_dir():
        raise UsageError(f"{file}: cannot be written: there is no folder {file.parent}")


def is_our_table(file: Path) -> bool:
    """Whether there is nothing to lose in it: it is empty, or begins as one of the tables that are written here."""
    import csv

    try:
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            line = stream.readline(MOST_HEADER_LETTERS)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    cells = next(csv.reader([line]), [])
    return not line or any(import_module(f"grader.report.{CLASS_TABLES[name]}").is_header(cells) for name in CSV_TABLES)


def console(stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=False)


@contextmanager
def listing() -> Iterator[Console]:
    """For lists that are read on a terminal and searched elsewhere: there each entry is one line, as long as it is."""
    found = console()
    if found.is_terminal:
        yield found
        return
    found.width = UNWRAPPED
    with found.capture() as text:
        yield found
    for line in text.get().splitlines():
        click.echo(line.rstrip())


def shorten(path: Path) -> str:
    """`path` as seen from the current folder, where it is below that."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def exit_status(reports: list[Report]) -> int:
    from grader.model import Status

    if any(part.status is Status.NOT_JUDGED for report in reports for part in report.parts):
        return 3
    return 0 if all(report.full_marks for report in reports) else 1


@cli.command(short_help="Compare Python with .m files, function by function.")
@click.argument("exercise", required=False)
@click.option(
    "--octave",
    "octave_dir",
    type=click.Path(path_type=Path),
    help="Folder of .m files that you trust: they run unprotected.",
)
@click.option("--python", "python_path", type=click.Path(path_type=Path), help="A submission, not the reference.")
@json_option
@seed_option
@sandbox_option
@timeout_option
def diff(
    exercise: str | None,
    octave_dir: Path | None,
    python_path: Path | None,
    json_file: str | None,
    seed: int | None,
    sandbox: str,
    timeout: float,
) -> None:
    """Compare Python with .m files, every function on every case, through Octave and oct2py."""
    from grader.cases import exercise_names, load_exercise
    from grader.report import diff as report

    chosen = [load_exercise(name) for name in ([exercise] if exercise else exercise_names())]
    found = [diff_exercise(each, octave_dir, python_path, seed, sandbox, timeout) for each in chosen]
    if json_file is not None:
        contents = [report.to_dict(each) for each in found]
        write_json(contents[0] if exercise else contents, json_file)
    if json_file != "-":
        for each in found:
            report.render(each, console())
    raise SystemExit(0 if all(each.agree for each in found) else 1)


def diff_exercise(
    exercise: Exercise,
    octave_dir: Path | None,
    python_path: Path | None,
    seed: int | None,
    sandbox: str,
    timeout: float,
) -> DiffReport:
    from grader import octave_diff
    from grader.cases import draw_cases
    from grader.grade import results_of
    from grader.sandbox import Limits, run_in
    from grader.submission import read_submission

    python = None
    if python_path is not None:
        submission, own, limits = read_submission(python_path, exercise.name), is_own(python_path), Limits(timeout)

        def results(cases: Sequence[Case]) -> list[RawResult]:
            return run_in(
                sandbox, own, limits, lambda backend: results_of(submission, exercise, backend, limits, list(cases))
            )

        python = octave_diff.results_side(exercise, str(python_path), results)
    return octave_diff.diff(exercise, draw_cases(exercise, seed), python, octave_dir)


@cli.command(short_help="List the mistakes that are recognised, or explain one.")
@click.argument("words", nargs=-1, metavar="[EXERCISE] [ID]")
@json_option
def mistakes(words: tuple[str, ...], json_file: str | None) -> None:
    """List the mistakes that are recognised, and the cases that catch them; or explain the one with this id."""
    from difflib import get_close_matches

    from grader.cases import exercise_names, load_exercise
    from grader.report import mistakes as report

    names = [word for word in words if word in exercise_names()] or exercise_names()
    ids = [word for word in words if word not in exercise_names()]
    id = ids[0] if ids else None
    found = [each for name in names for each in entries(load_exercise(name), id)]
    if id is not None and not found:
        known = {mistake.id for name in names for mistake in known_mistakes(load_exercise(name), None)}
        longer = sorted(each for each in known if each.casefold().startswith(id.casefold()))
        alike = longer[:MOST_ALIKE] or get_close_matches(id, known, 1)
        hint = f"do you mean {' or '.join(alike)}?" if alike else "`python -m grader mistakes` lists all of them"
        raise UsageError(f"there is no exercise and no mistake '{id}': {hint}")
    if json_file is not None:
        write_json(report.to_dict(found), json_file)
    if json_file != "-":
        with listing() if id is None else nullcontext(console()) as out:
            (report.render if id is None else report.render_one)(found, out)
    raise SystemExit(1 if report.uncaught(found) else 0)


def entries(exercise: Exercise, id: str | None) -> list[Entry]:
    """Those of the whole catalogue, or of one mistake in it."""
    from grader.explain import live_diagnosticians, mistakes_module
    from grader.report.mistakes import catalogue

    module, chosen = mistakes_module(exercise), known_mistakes(exercise, id)
    return catalogue(chosen, live_diagnosticians(exercise, None), module.TWINS) if module and chosen else []


def known_mistakes(exercise: Exercise, id: str | None) -> list[Mistake]:
    """All ways to make every mistake of the catalogue, or one of them."""
    from grader.explain import mistakes_module

    module = mistakes_module(exercise)
    every = module.MISTAKES if module else ()
    return [mistake for mistake in every if id is None or mistake.id.casefold() == id.casefold()]


@cli.command(short_help="Print a public case, to call your functions with.")
@click.argument("exercise")
@click.argument("function", required=False)
@click.argument("number", required=False, type=Whole(1))
@click.option("--octave", is_flag=True, help="For Octave, not for Python.")
def case(exercise: str, function: str | None, number: int | None, octave: bool) -> None:
    """Print a public case, NUMBER of FUNCTION, to call the function with yourself; or list the cases.

    \b
    python -m grader case ex4 sigmoid              the cases of sigmoid, with their numbers
    python -m grader case ex4 sigmoid 2            one of them, to paste where sigmoid is defined
    python -m grader case ex4 sigmoid 2 > try.py   the same in a file
    """
    from grader.cases import load_exercise
    from grader.report import case as report

    known = load_exercise(exercise)
    if function is None or number is None:
        report.render_list(known, function, console())
    else:
        chosen = report.chosen(known, function, number)
        click.echo(report.source(known, chosen, "octave" if octave else "python"), nl=False)


def file_option(name: str, help: str) -> Callable[[FC], FC]:
    return click.option(f"--{name}", f"{name}_file", type=click.Path(path_type=Path), metavar="FILE", help=help)


@cli.command(short_help="Grade a class of submissions.")
@click.argument("exercise")
@click.argument("path", type=click.Path(path_type=Path))
@file_option("store", "Where the grades are kept.  [default: EXERCISE.sqlite]")
@click.option("--jobs", type=Whole(1), metavar="N", help="Processes.  [default: one for each processor]")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on the dask cluster at tcp://HOST:PORT.")
@file_option("csv", "Write a table for a spreadsheet.")
@file_option("canvas", "Write grades as Canvas imports them.")
@file_option("moodle", "Write grades and feedback as Moodle imports them.")
@file_option("html", "Write a page on the class.")
@file_option("roster", "The class list (.csv): names, ids, who is missing.")
@click.option("--regrade", is_flag=True, help="Grade again what is graded already.")
@click.option("--seed", type=Seed(), metavar="N", help="Of the hidden cases, from now on.  [default: a secret one]")
@sandbox_option
@timeout_option
@json_option
def batch(
    exercise: str,
    path: Path,
    store_file: Path | None,
    jobs: int | None,
    scheduler: str | None,
    roster_file: Path | None,
    regrade: bool,
    seed: int | None,
    sandbox: str,
    timeout: float,
    json_file: str | None,
    **table_files: Path | None,
) -> None:
    """Grade a class: PATH is the .zip that the learning platform gives, or a folder with one folder or file a student.

    Grades are kept in the store as they are made. After an interruption the same command goes on; when all is graded,
    it grades what was handed in anew.

    Exit status: 0 everything was graded, 1 something handed in cannot be read, 2 usage, 3 something could not be
    judged by a fault of the grader, which is nobody's loss: the same command tries it again.
    """
    from grader.batch.pipeline import grade_class
    from grader.batch.progress import Tally, follow
    from grader.batch.store import open_store
    from grader.batch.version import version_of
    from grader.batch.work import Order
    from grader.cases import load_exercise
    from grader.classroom import Matching, match, open_class, read_roster
    from grader.gradebook import Basis, Gradebook, enrolled

    known, store_file = load_exercise(exercise), store_file or Path(f"{exercise}.sqlite")
    tables = {name: file for name in CLASS_TABLES if (file := table_files[f"{name}_file"]) is not None}
    if unnamed := [name for name, file in tables.items() if str(file) == "-"]:
        raise UsageError(f"--{unnamed[0]} -: name a file; --json alone goes to stdout")
    check_reports([*tables.values(), json_file], [path, store_file, *filter(None, [roster_file])])
    found = open_class(path, exercise)
    students = [each.student for each in found.handed_in]
    matching = match(read_roster(roster_file), students) if roster_file else Matching({}, (), ())
    remark([f"{path}: {len(students)} handed in; layout: {found.layout}", *found.notes, *matching.notes])
    tally = Tally(len(students))
    going_on = resumable(tally, store_file, regrade)
    with going_on, open_store(store_file, exercise) as store, open_engine(jobs, scheduler) as engine:
        basis = Basis(exercise, version_of(exercise), store.seed(seed), timeout)
        order = Order(basis, sandbox)
        remark([f"{grades_are(count)} made again: {why}" for why, count in store.outdated(basis).items()])
        remark([f"run in: {engine.get_ready(order)}"])
        steps = grade_class(found.handed_in, order, store, engine, regrade)
        follow(steps, tally, console(stderr=True), engine.slots * engine.chunk)
        entries = {**{student.key: student for student in students}, **matching.entries}
        book = Gradebook(known, basis.seed, lambda: enrolled(store.grades(), entries), matching.missing)
        for name, file in tables.items():
            write_pieces(import_module(f"grader.report.{CLASS_TABLES[name]}").render(book), file)
        show_class(book, tally.fresh, store.left_out(), {"store": store_file, **tables}, json_file)
        remark(
            [
                *by_name_only(tables, book),
                *left_out_of(tables, book),
                *mix_up_of_class(tally.others, tally.total, exercise, path),
            ]
        )
    raise SystemExit(class_status(book))


def check_reports(files: Iterable[Path | str | None], inputs: Iterable[Path]) -> None:
    """Whether these can be written, each but stdout to a file of its own, is found out before anything is graded."""
    precious = {file.resolve() for file in inputs}
    for file in (Path(file) for file in files if file not in (None, "-")):
        if file.resolve() in precious:
            raise UsageError(f"{file}: would be overwritten; name another file")
        check_report_file(file)
        precious.add(file.resolve())


def open_engine(jobs: int | None, scheduler: str | None) -> AbstractContextManager[Engine]:
    if scheduler is None:
        from grader.batch.local import LocalPool

        return LocalPool(jobs or os.cpu_count() or 1)
    if jobs is not None:
        raise UsageError("--jobs is for this machine: a cluster has as many processes as it was started with")
    from grader.batch.cluster import Cluster

    return Cluster(scheduler)


@contextmanager
def resumable(tally: Tally, store_file: Path, regrade: bool) -> Iterator[None]:
    """Says of a batch that is interrupted how far it has come."""
    try:
        yield
    except KeyboardInterrupt:
        rest = "grades all of them again" if regrade else "goes on with the rest"
        kept = f"{tally.done} of {tally.total} are done and kept" if tally.done else "what is graded already is kept"
        remark([f"{kept} in {store_file}: the same command {rest}"])
        raise


def remark(lines: Sequence[str]) -> None:
    """A few lines on stderr."""
    more = [f"... and {len(lines) - MOST_REMARKS} more"] if len(lines) > MOST_REMARKS else []
    for line in [*lines[:MOST_REMARKS], *more]:
        click.echo(f"grader: {line}", err=True)


def show_class(book: Gradebook, fresh: int, left_out: int, files: Mapping[str, Path], json_file: str | None) -> None:
    """The class in the terminal, and as JSON in a file; or as JSON alone, where that goes to stdout."""
    from grader.report import summary

    if json_file is not None:
        write_json(summary.to_dict(book), json_file)
    if json_file == "-":
        return
    with listing() as out:
        summary.render(book, out)
    click.echo(f"graded just now: {fresh}")
    if left_out:
        click.echo(f"not in the class any more: {grades_are(left_out)} kept, and left out here")
    for name, file in files.items():
        click.echo(f"{name}: {file}")


def grades_are(count: int) -> str:
    return "1 grade is" if count == 1 else f"{count} grades are"


def left_out_of(tables: Mapping[str, Path], book: Gradebook) -> Iterator[str]:
    """A line on the students whom a gradebook's file does not name, since an import is to change nothing for them."""
    from grader.report.summary import without_grade

    files = [str(tables[name]) for name in GRADES_ONLY if name in tables]
    if files and (found := without_grade(book.summary)):
        where = f"{tables['csv']} has them" if "csv" in tables else "--csv FILE lists them"
        verb = "leaves" if len(files) == 1 else "leave"
        yield f"{' and '.join(files)} {verb} out those who have no grade ({', '.join(found)}): {where}"


def by_name_only(tables: Mapping[str, Path], book: Gradebook) -> Iterator[str]:
    """A line for each gradebook's file that does not tell of everybody by what the gradebook finds them."""
    for name in (name for name in GRADES_ONLY if name in tables):
        table = import_module(f"grader.report.{name}")
        students = [grade.student for grade in book.grades() if grade.score is not None]
        if count := sum(not any(table.labels(student).values()) for student in students):
            yield f"{tables[name]}: has nothing but the name of {count} of {len(students)} students: {table.NEEDED}"


def mix_up_of_class(others: Counter[str], count: int, exercise: str, path: Path) -> list[str]:
    """A line where most submissions are of another exercise, it seems."""
    return [
        f"{number} of {count} submissions look like work for {other}, not for {exercise}:"
        f" python -m grader batch {other} {path}"
        for other, number in others.items()
        if 2 * number > count
    ]


def class_status(book: Gradebook) -> int:
    from grader.gradebook import State

    states = book.summary.states
    return 3 if states[State.NOT_JUDGED] else 1 if states[State.UNREADABLE] else 0


@cli.command(short_help="Write a bundle for students, without solutions.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def release(folder: Path) -> None:
    """Write a student bundle into DIR: everything but the solutions, with what self-scoring needs stored."""
    from grader.release import release as write_bundle

    write_bundle(folder)
    click.echo(f"{folder}: a bundle for students, without solutions")


@cli.command(short_help="Say what is installed, and how to get what is missing.")
@json_option
def doctor(json_file: str | None) -> None:
    """Say what is installed, which isolation this machine gives, what is missing and how to get it."""
    from grader import doctor as checks

    found = checks.examine()
    if json_file is not None:
        write_json(checks.to_dict(found), json_file)
    if json_file != "-":
        with listing() as out:
            checks.render(found, out)
    raise SystemExit(0 if all(check.found for check in found if check.needed) else 1)


def main() -> None:
    """Run the command line; every failure is one clear line on stderr and an exit status. SIGTERM is as Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        status = cli(prog_name="python -m grader", standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        fail("interrupted", 130)
    except GraderError as error:
        fail(str(error), error.exit_status)
    except Exception as error:
        if os.environ.get("GRADER_TRACEBACK"):
            raise
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            fail(f"the output cannot be written: {error.strerror}", 2)
        fail(f"internal error: {repr(error)[:300]}; set GRADER_TRACEBACK=1 to see where, and please report it", 3)


def fail(message: str, status: int) -> None:
    click.echo(f"grader: {message}", err=True)
    sys.exit(status)
