"""The command line. The only place that prints: results on stdout, messages on stderr.

Exit status: 0 full marks or agreement, 1 points lost or a difference, 2 usage or unusable input,
3 the grader's own fault.
"""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.errors import GraderError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from grader.model import Case, Exercise, Part, RawResult, Report
    from grader.octave_diff import DiffReport
    from grader.report.mistakes import Entry
    from grader.sandbox import Backend

PATIENCE_SECONDS = 4.0
ROOT = Path(__file__).resolve().parent.parent
OWN_FOLDERS = ("exercises", "solutions")
SANDBOXES = ("auto", "bwrap", "process", "none")


json_option = click.option(
    "--json", "json_file", metavar="FILE", is_flag=False, flag_value="-", help="Write JSON; - is stdout."
)
seed_option = click.option("--seed", type=click.IntRange(0), help="Add the hidden cases of this seed.")
sandbox_option = click.option(
    "--sandbox",
    type=click.Choice(SANDBOXES),
    default="auto",
    show_default=True,
    help="Isolation; 'none' runs foreign code unprotected.",
)
timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(0.1),
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
    python -m grader               my work in exercises/, all that has been started
    python -m grader ex4           one exercise
    python -m grader ex4 PATH      a folder or a .py file from elsewhere
    python -m grader ex4 --help    the options of scoring
    """


@cli.command()
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
    if seed is None and hidden:
        seed = int.from_bytes(os.urandom(4))
    names = [exercise] if exercise else started_exercises()
    reports = [grade_path(name, path, part_names, seed, sandbox, timeout) for name in names]
    if html_file is not None:
        from grader.report import html

        write("\n".join(map(html.render, reports)), html_file)
    show(reports, json_file, as_list=exercise is None, explain=explain)
    raise SystemExit(exit_status(reports))


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
    wanted = {name.casefold() for name in names}
    known = {key.casefold() for part in exercise.parts for key in (part.name, part.function)}
    if unknown := wanted - known:
        choices = ", ".join(f"'{part.name}'" for part in exercise.parts)
        raise UsageError(f"{exercise.name} has no part '{min(unknown)}': choose from {choices}")
    return [part for part in exercise.parts if not wanted or wanted & {part.name.casefold(), part.function.casefold()}]


def grade_path(
    name: str, path: Path | None, part_names: tuple[str, ...], seed: int | None, sandbox: str, timeout: float
) -> Report:
    from grader.sandbox import Limits, run_in

    path = path or ROOT / "exercises" / name
    limits = Limits(cpu_seconds=timeout)

    def grade_in(backend: Backend) -> Report:
        """Everything is imported here, while the sandbox is starting."""
        from grader.cases import load_exercise
        from grader.grade import grade
        from grader.report import terminal  # noqa: F401
        from grader.submission import read_submission

        exercise = load_exercise(name)
        parts = select_parts(exercise, part_names)
        return grade(read_submission(path, name), exercise, backend, limits, seed, parts)

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

    console = stdout_console()
    for report in reports:
        terminal.render(report, console, explain)


def write_json(content: Any, file: str) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    if file == "-":
        click.echo(text, nl=False)
    else:
        write(text, Path(file))


def write(text: str, file: Path) -> None:
    """Write a report; a file that is there and is none is left alone."""
    if file.exists() and file.suffix not in {".json", ".html"}:
        raise UsageError(f"{file}: exists and is no report; name a .json or .html file")
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}") from error


def stdout_console() -> Console:
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False, soft_wrap=False)


def shorten(path: Path) -> str:
    """`path` as seen from the current folder, where it is below that."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def exit_status(reports: list[Report]) -> int:
    from grader.model import Status

    if any(part.status is Status.NOT_JUDGED for report in reports for part in report.parts):
        return 3
    return 0 if all(report.full_marks for report in reports) else 1


@cli.command()
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
            report.render(each, stdout_console())
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


@cli.command()
@click.argument("exercise", required=False)
@json_option
def mistakes(exercise: str | None, json_file: str | None) -> None:
    """List the mistakes that are recognised, and the cases that catch them."""
    from grader.cases import exercise_names, load_exercise
    from grader.report import mistakes as report

    found = [each for name in ([exercise] if exercise else exercise_names()) for each in entries(load_exercise(name))]
    if json_file is not None:
        write_json(report.to_dict(found), json_file)
    if json_file != "-":
        report.render(found, stdout_console())
    raise SystemExit(1 if report.uncaught(found) else 0)


def entries(exercise: Exercise) -> list[Entry]:
    from grader.explain import live_diagnosticians, mistakes_module
    from grader.report.mistakes import catalogue

    module = mistakes_module(exercise)
    return catalogue(module.MISTAKES, live_diagnosticians(exercise, None), module.TWINS) if module else []


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def release(folder: Path) -> None:
    """Write a student bundle into DIR: everything but the solutions, with what self-scoring needs stored."""
    from grader.release import release as write_bundle

    write_bundle(folder)
    click.echo(f"{folder}: a bundle for students, without solutions")


@cli.command()
@json_option
def doctor(json_file: str | None) -> None:
    """Say what is installed, which isolation this machine gives, what is missing and how to get it."""
    from grader import doctor as checks

    found = checks.examine()
    if json_file is not None:
        write_json(checks.to_dict(found), json_file)
    if json_file != "-":
        checks.render(found, stdout_console())
    raise SystemExit(0 if all(check.found for check in found if check.needed) else 1)


def main() -> None:
    """Run the command line; every failure is one clear line on stderr and an exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
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
        fail(f"internal error: {repr(error)[:300]}; set GRADER_TRACEBACK=1 to see where, and please report it", 3)


def fail(message: str, status: int) -> None:
    click.echo(f"grader: {message}", err=True)
    sys.exit(status)
