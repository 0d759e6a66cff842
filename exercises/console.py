"""What the walk-throughs share: words on the terminal, pictures, and the student's functions called with care.

Results go to stdout; the progress bar and what went wrong go to stderr.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import math
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.text import Text

from grader.errors import UnavailableError, UsageError
from grader.values import is_vector

out = Console(markup=False, highlight=False)
err = Console(markup=False, highlight=False, stderr=True)

INTERRUPTED = 130

GET_MATPLOTLIB = "no pictures without matplotlib: pip install -e '.[plots]' gets it"
GET_DISPLAY = "no pictures: there is no display here; --save DIR writes them as PNG files"


@contextlib.contextmanager
def errors_told() -> Iterator[None]:
    """Ends the program with one message for the errors that are a user's to mend: status 1 for code, 2 for usage.

    Ctrl-C ends it with status 130. What the terminal cannot show is shown as '?'.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        yield
    except StudentError as error:
        err.print(f"\nYour code stopped here:\n{error}", style="bold red", soft_wrap=True)
        raise SystemExit(1) from error
    except UsageError as error:
        err.print(f"Error: {error}", style="bold red", soft_wrap=True)
        raise SystemExit(error.exit_status) from error
    except KeyboardInterrupt:
        err.print("interrupted")
        raise SystemExit(INTERRUPTED) from None


def say(text: str, style: str | None = None) -> None:
    """One line, which is the terminal's to break: paths and commands in it stay whole."""
    out.print(text, style=style, soft_wrap=True)


# --- numbers with the expected ones beside them -----------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One number, what it should be, and whether it is: None where there is nothing to judge."""

    name: str
    got: str
    expected: str
    right: bool | None = None


def compared(name: str, got: float, expected: float | None, decimals: int) -> Row:
    """A row that is right where `got` rounds to `expected`, give or take one in the last of `decimals` places.

    Where nothing is expected, it is the number alone.
    """
    if expected is None:
        return Row(name, f"{got:.{decimals}f}", "")
    right = abs(got - expected) < 1.01 * 10.0**-decimals
    return Row(name, f"{got:.{decimals}f}", f"expected {expected:.{decimals}f}", bool(right))


MARKS = {True: ("ok", "green"), False: ("differs", "bold red"), None: ("", "")}


def show_rows(rows: Sequence[Row]) -> None:
    for row in rows:
        line = Text.assemble(f"  {row.name:<26}{row.got:>10}   {row.expected:<24} ", MARKS[row.right])
        line.rstrip()
        out.print(line)


def progress_bar() -> Progress:
    """A bar whose tasks have a field `status`, a few words; nothing at all where stderr is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[status]}"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


# --- the student's functions ------------------------------------------------------------------------------------------


Shape: TypeAlias = tuple[int, ...]
Expected: TypeAlias = Shape | list[Shape] | None
"""An array, a list of arrays, or anything."""


class StudentError(Exception):
    """Something in the student's own code went wrong: its text says what, and in which of their lines.

    `function` is the one that was called; '' where none was.
    """

    def __init__(self, told: str, function: str = "") -> None:
        super().__init__(told)
        self.function = function


class Work:
    """The functions of an exercise's module, as the student wrote them. It may import the files beside it by name.

    Raises UsageError where there is no such module, StudentError where it cannot be imported.
    """

    def __init__(self, module: str) -> None:
        try:
            spec = importlib.util.find_spec(module)
        except ModuleNotFoundError:
            spec = None
        if spec is None or spec.origin is None:
            raise UsageError(f"there is no {module.replace('.', '/')}.py here")
        self.file = Path(spec.origin)
        if str(self.file.parent) not in sys.path:
            sys.path.append(str(self.file.parent))
        try:
            self.module = importlib.import_module(module)
        except ModuleNotFoundError as error:
            lines = self._told(error, shown(self.file)).splitlines()
            raise StudentError(f"{lines[0]}: {error}; install it, or leave it out as the grader does") from error
        except (Exception, SystemExit) as error:
            raise StudentError(self._told(error, shown(self.file))) from error

    def call(self, name: str, *arguments: Any, outputs: Mapping[str, Expected]) -> tuple[Any, ...]:
        """The answers of a function as float arrays, or lists of them, of these shapes, one for each named output.

        Vectors of every orientation are taken as they are meant; an output of shape None is taken as it is.
        NotImplementedError reads as the zeros that a stub gives. Raises StudentError for every other exception, and
        for an answer that is missing or does not fit.
        """
        try:
            answer = self._answer(name, arguments)
        except NotImplementedError:
            return tuple(map(zeros, outputs.values()))
        if answer is None:
            raise StudentError(f"{self.where(name)}: {name} returns nothing: is there a return?", name)
        answers = (answer,) if len(outputs) == 1 else answer
        if not isinstance(answers, (tuple, list)) or len(answers) != len(outputs):
            raise StudentError(f"{self.where(name)}: {name} must return {', '.join(outputs)}", name)
        pairs = zip(outputs.items(), answers, strict=True)
        return tuple(self._fitted(name, output, expected, value) for (output, expected), value in pairs)

    def where(self, name: str) -> str:
        """File and line of a function's definition."""
        code = getattr(getattr(self.module, name), "__code__", None)
        return f"{shown(code.co_filename)}:{code.co_firstlineno}" if code else shown(self.file)

    def _answer(self, name: str, arguments: tuple[Any, ...]) -> Any:
        if not hasattr(self.module, name):
            raise StudentError(f"{shown(self.file)} has no function {name}", name)
        try:
            return getattr(self.module, name)(*arguments)
        except NotImplementedError:
            raise
        except (Exception, SystemExit) as error:
            raise StudentError(self._told(error, f"{self.where(name)}, in {name}"), name) from error

    def _fitted(self, name: str, output: str, expected: Expected, answer: Any) -> Any:
        if expected is None:
            return answer
        if answer is None:
            return zeros(expected)
        if isinstance(expected, tuple):
            return self._array(name, output, expected, answer)
        is_list = isinstance(answer, (list, tuple)) or (isinstance(answer, np.ndarray) and answer.ndim == 3)
        if not is_list or len(answer) != len(expected):
            problem = f"{name} gives {output} that is not a list of {len(expected)} matrices"
            raise StudentError(f"{self.where(name)}: {problem}", name)
        pairs = zip(expected, answer, strict=True)
        return [self._array(name, f"{output}[{at}]", shape, matrix) for at, (shape, matrix) in enumerate(pairs)]

    def _array(self, name: str, output: str, shape: Shape, answer: Any) -> np.ndarray:
        try:
            array = np.asarray(answer, dtype=float)
        except (TypeError, ValueError):
            raise StudentError(f"{self.where(name)}: {name} gives {output} that is not numbers", name) from None
        same_vector = array.size == math.prod(shape) and is_vector(array.shape) and is_vector(shape)
        if array.shape != shape and not same_vector:
            problem = f"{name} gives {output} of shape {array.shape}, expected {shape}"
            raise StudentError(f"{self.where(name)}: {problem}", name)
        return array.reshape(shape)

    def _told(self, error: BaseException, place: str) -> str:
        """What an exception says, and the last line of the student's that it went through; `place` if it met none."""
        if isinstance(error, SyntaxError) and error.filename:
            place = f"{shown(error.filename)}:{error.lineno}\n    {(error.text or '').strip()}"
        for frame in traceback.extract_tb(error.__traceback__):
            if Path(frame.filename).is_relative_to(self.file.parent):
                place = f"{shown(frame.filename)}:{frame.lineno}, in {frame.name}\n    {frame.line}"
        return f"{place}\n{named(error)}"


def zeros(expected: Expected) -> Any:
    """What a stub gives."""
    return list(map(np.zeros, expected)) if isinstance(expected, list) else np.zeros(expected or ())


def shapes(matrices: Sequence[np.ndarray]) -> list[Shape]:
    return [matrix.shape for matrix in matrices]


def named(error: BaseException) -> str:
    message = error.msg if isinstance(error, SyntaxError) else error
    return f"{type(error).__name__}: {message}"


def shown(path: str | Path) -> str:
    """A path as short as it can be from here."""
    try:
        return Path(path).resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


# --- steps ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """Something to fill in: `filled` looks at what the function answers, so half a function counts as half."""

    function: str
    what: str
    filled: Callable[[Any], bool]


@dataclass(frozen=True)
class Step:
    """`picture`: all that the step gives is a picture."""

    title: str
    needs: tuple[Piece, ...]
    run: Callable[[Any], None]
    picture: bool = False


@dataclass(frozen=True)
class Walked:
    """The first piece that is still to be filled, and the first error."""

    missing: Piece | None = None
    error: StudentError | None = None


def take_steps(steps: Sequence[Step], state: Any, work: Work) -> Walked:
    """Runs every step that can be run, and says what keeps it from the others."""
    missing: list[Piece] = []
    errors: dict[str, StudentError] = {}
    for number, step in enumerate(steps, 1):
        out.print()
        out.print(Rule(f"{number}. {step.title}", align="left", characters="-", style="cyan"))
        stopped = next((piece.function for piece in step.needs if piece.function in errors), None)
        if stopped:
            say(f"Skipped: {stopped}, which is needed here, stopped above", "yellow")
            continue
        try:
            missing += take_step(step, state, work)
        except StudentError as error:
            err.print(str(error), style="bold red", soft_wrap=True)
            errors[error.function] = error
    return Walked(next(iter(missing), None), next(iter(errors.values()), None))


def take_step(step: Step, state: Any, work: Work) -> list[Piece]:
    """Runs a step, or gives the piece that has to be filled first."""
    missing = next((piece for piece in step.needs if not piece.filled(state)), None)
    if missing:
        say(f"Skipped: {missing.what} is not filled in yet, {work.where(missing.function)}", "yellow")
        return [missing]
    step.run(state)
    return []


def say_what_is_next(walked: Walked, work: Work, exercise: str) -> None:
    out.print()
    if walked.missing and not walked.error:
        say(f"Next: fill in {walked.missing.what}, {work.where(walked.missing.function)}, and run this again.", "bold")
    say(f"python -m grader {exercise} scores your work.")


def walk_through(steps: Sequence[Step], walk: Any, exercise: str) -> None:
    """Takes the steps with the walk's `work` and `pictures`; raises the first StudentError at the end."""
    walked = take_steps(steps, walk, walk.work)
    say_what_is_next(walked, walk.work, exercise)
    walk.pictures.finish()
    if walked.error:
        raise walked.error


def answered(answer: np.ndarray) -> bool:
    """Whether an answer is more than the zeros of a stub."""
    return bool(np.any(answer != 0))


def any_answered(answers: Sequence[np.ndarray]) -> bool:
    return any(map(answered, answers))


# --- pictures ---------------------------------------------------------------------------------------------------------


Draw = Callable[[Any], None]
"""Draws on an empty matplotlib Figure, and sets its size."""


class Pictures(Protocol):
    shown: bool

    def add(self, name: str, draw: Draw) -> None: ...

    def finish(self) -> None: ...


class NoPictures:
    shown = False

    def add(self, name: str, draw: Draw) -> None:
        pass

    def finish(self) -> None:
        pass


@dataclass(frozen=True)
class PicturesInFolder:
    folder: Path
    shown = True

    def add(self, name: str, draw: Draw) -> None:
        import matplotlib.pyplot as plt

        figure = plt.figure(name, layout="constrained")
        draw(figure)
        path = self.folder / f"{name}.png"
        figure.savefig(path, dpi=150)
        plt.close(figure)
        say(f"Picture: {shown(path)}", "dim")

    def finish(self) -> None:
        pass


class PicturesOnScreen:
    """Windows that stay open while the walk goes on."""

    shown = True

    def add(self, name: str, draw: Draw) -> None:
        import matplotlib.pyplot as plt

        draw(plt.figure(name, layout="constrained"))
        plt.show(block=False)
        plt.pause(0.1)

    def finish(self) -> None:
        import matplotlib.pyplot as plt

        say("Close the pictures to finish.")
        plt.show()


def pictures_to(folder: Path | None) -> Pictures:
    """Pictures in a folder, made if need be, or else on the screen; one line says why where they cannot be there.

    Raises UsageError where they cannot be in the folder that was asked for.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        if folder is not None:
            raise UnavailableError(f"--save: {GET_MATPLOTLIB}") from error
        return no_pictures(GET_MATPLOTLIB)
    if folder is not None:
        plt.switch_backend("agg")
        return PicturesInFolder(made(folder))
    return PicturesOnScreen() if on_screen(plt) else no_pictures(GET_DISPLAY)


def no_pictures(reason: str) -> Pictures:
    say(f"{reason[0].upper()}{reason[1:]}.", "yellow")
    return NoPictures()


def on_screen(plt: Any) -> bool:
    """Whether figures open as windows: matplotlib falls back to files where there is no display."""
    figure = plt.figure()
    plt.close(figure)
    return bool(figure.canvas.required_interactive_framework)


def made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--save: {folder} cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise UsageError(f"--save: {folder} cannot be written to")
    return folder
