"""How a submission is spoken to in its language: which worker it needs, what is said to that, and what replies mean."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any, Protocol

from grader import octave_worker
from grader.errors import UnavailableError
from grader.machine import how_to_get_octave
from grader.model import Case, CodeError, Definition, Exercise, Function, Loaded, Submission
from grader.octave_source import OctaveSource, read_source
from grader.sandbox import octave
from grader.sandbox.backend import PROGRAM, PYTHON, SCIPY
from grader.sandbox.limits import Limits
from grader.sandbox.session import Session
from grader.signatures import Convention, arrange
from grader.values import IN_OCTAVE, IN_PYTHON, Notation, clean, entries, listed, text, to_wire, whole
from grader.worker import wire
from grader.worker.cells import unit_path

MOST_MESSAGES = 1000
MOST_NOTES, MOST_PARAMETERS = 100, 64
SO_LARGE = "has an outer product, a wrong shape or an endless loop made it so large?"
NO_PROGRAMS = "no other program can be started or reached while work is graded"
NO_CHANGES = "no file can be changed where work is graded"
NO_THREADS = "no thread, or only a few, can be started where work is graded"
NO_FILES = "there are no data files where work is graded: the functions get their data as arguments"
WHY = {
    "PermissionError: [Errno 1] Operation not permitted: ": NO_CHANGES,
    "PermissionError: [Errno 1] ": NO_PROGRAMS,
    "RuntimeError: can't start new thread": NO_THREADS,
    "FileNotFoundError: ": NO_FILES,
    "error: load: unable to find file ": NO_FILES,
}
"""What is the matter, by how an error begins: what comes first holds. A refusal that names something is of a file."""

FOLDER = "/tmp/octave"
REPLIES = "/dev/fd/3"


class Language(Protocol):
    """One submission in its language. `traces` says whether a worker can tell what a function held on the way."""

    @property
    def traces(self) -> bool: ...

    @property
    def notation(self) -> Notation: ...

    @property
    def kind(self) -> str:
        """The kind of worker, of `grader.sandbox.backend.KINDS`."""

    def begin(self, session: Session) -> None:
        """Send what makes the worker ready; returns at once."""

    def load_message(self, functions: Sequence[str]) -> wire.Packed:
        """What has these functions looked for."""

    def read_loaded(self, reply: dict[str, Any]) -> Loaded: ...

    def call_message(
        self, case: Case, function: Function, order: tuple[int, ...], convention: Convention
    ) -> wire.Packed: ...

    def plain(self, reply: dict[str, Any]) -> dict[str, Any]:
        """The reply to a call in the terms of Python."""


class Python:
    """Files and notebooks. `stubs` are the digests of functions that have not been started."""

    traces = True
    notation = IN_PYTHON

    def __init__(self, submission: Submission, exercise: Exercise, stubs: Mapping[str, str], limits: Limits) -> None:
        self.submission, self.exercise, self.stubs = submission, exercise, stubs

    @property
    def kind(self) -> str:
        return SCIPY if any(b"scipy" in content for content in self.submission.files.values()) else PYTHON

    def begin(self, session: Session) -> None:
        pass

    def load_message(self, functions: Sequence[str]) -> wire.Packed:
        return wire.pack(
            {
                "do": "load",
                "name": self.submission.entry,
                "files": dict(self.submission.files),
                "functions": [(function.name, self.stubs.get(function.name)) for function in self.exercise.functions],
                "wanted": list(functions),
            }
        )

    def read_loaded(self, reply: dict[str, Any]) -> Loaded:
        """The worker's findings. Nothing is kept but what is about the functions and the files that were sent, and a
        note has to begin with one of these, so that nothing forged passes for ours."""
        files, found = self.submission.files, entries(reply.get("definitions"))
        names = [function.name for function in self.exercise.functions]
        definitions = {
            name: read_definition(entries(found[name]), self.stubs.get(name), files, names)
            for name in names
            if name in found
        }
        subjects = (*(f"{unit_path(file)}:" for file in files), *(f"{name} " for name in names))
        notes = [clean(note) for note in listed(reply.get("notes"), MOST_NOTES) if isinstance(note, str)]
        problems = tuple(read_error(problem, files) for problem in listed(reply.get("problems"), MOST_NOTES))
        return Loaded(definitions, problems, tuple(note for note in notes if note.startswith(subjects)))

    def call_message(
        self, case: Case, function: Function, order: tuple[int, ...], convention: Convention
    ) -> wire.Packed:
        return python_call(case, function, order, convention)

    def plain(self, reply: dict[str, Any]) -> dict[str, Any]:
        return reply


@lru_cache(MOST_MESSAGES)
def python_call(case: Case, function: Function, order: tuple[int, ...], convention: Convention) -> wire.Packed:
    """The same for every submission, but for few."""
    arguments = [to_wire(argument) for argument in arrange(case, function, order, convention)]
    return wire.pack({"do": "call", "function": case.function, "arguments": arguments, "seed": case.seed})


class Octave:
    """.m files, in a throw-away Octave. Which functions there are is read from their text."""

    traces = False
    notation = IN_OCTAVE
    kind = PROGRAM

    def __init__(self, submission: Submission, exercise: Exercise, stubs: Mapping[str, str], limits: Limits) -> None:
        self.submission, self.exercise, self.limits = submission, exercise, limits

    @cached_property
    def source(self) -> OctaveSource:
        return read_source(self.submission, [function.name for function in self.exercise.functions])

    def begin(self, session: Session) -> None:
        program = octave.program()
        if program is None:
            raise UnavailableError(
                f"Octave submissions need Octave, which is not installed; to get it: {how_to_get_octave()}"
            )
        most_bytes = self.limits.reply_bytes // 2
        session.become(
            wire.pack(
                {
                    "folder": FOLDER,
                    "files": octave_worker.files(self.source, self.exercise.name, self.exercise.provided),
                    "command": octave_worker.command(str(program), FOLDER, REPLIES, most_bytes, self.source),
                }
            )
        )

    def load_message(self, functions: Sequence[str]) -> wire.Packed:
        return wire.pack({"do": "load"})

    def read_loaded(self, reply: dict[str, Any]) -> Loaded:
        return self.source.loaded

    def call_message(
        self, case: Case, function: Function, order: tuple[int, ...], convention: Convention
    ) -> wire.Packed:
        return octave_call(case, function, order)

    def plain(self, reply: dict[str, Any]) -> dict[str, Any]:
        return octave_worker.plain_reply(reply, self.source)


@lru_cache(MOST_MESSAGES)
def octave_call(case: Case, function: Function, order: tuple[int, ...]) -> wire.Packed:
    return wire.pack(octave_worker.call_message(case, function, order))


LANGUAGES: Mapping[str, Callable[[Submission, Exercise, Mapping[str, str], Limits], Language]] = {
    "python": Python,
    "notebook": Python,
    "octave": Octave,
}


# --- reading what an untrusted process says ---------------------------------------------------------------------------


def read_definition(
    found: dict[str, Any], stub: str | None, files: Collection[str], functions: Sequence[str] = ()
) -> Definition:
    named = {text(name) for name in listed(found.get("names"), len(functions))}
    return Definition(
        file=known_file(found.get("file"), files),
        line=whole(found.get("line")),
        parameters=tuple(clean(text(name), 60) for name in listed(found.get("parameters"), MOST_PARAMETERS)),
        required=whole(found.get("required")),
        variadic=found.get("variadic") is True,
        untouched=stub is not None and text(found.get("digest")) == stub,
        names=tuple(name for name in functions if name in named),
    )


def read_error(error: Any, files: Collection[str]) -> CodeError:
    found = entries(error)
    kind, message, source = (clean(text(found.get(key))) for key in ("kind", "message", "source"))
    line, column = whole(found.get("line")), whole(found.get("column"))
    told = CodeError(kind or "an error", message, known_file(found.get("file"), files), line, column, source)
    if told.out_of_memory and line:
        return replace(told, message=f"{message or 'there is no room for a value'}: {SO_LARGE}")
    why = next((why for start, why in WHY.items() if f"{kind}: {message}".startswith(start)), "")
    return replace(told, message=f"{message}: {why}") if why else told


def known_file(name: Any, files: Collection[str]) -> str:
    return name if isinstance(name, str) and name in files else ""
