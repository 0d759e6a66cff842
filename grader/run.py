"""Submission + cases -> raw results: what happened, without judging it.

Cases go to the sandboxed worker one at a time, so that no later input is ever in its process. A call that hangs or
kills the worker costs its own group of cases; a new worker goes on with the rest.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from grader.model import (
    Case,
    CodeError,
    Definition,
    Exercise,
    Function,
    Loaded,
    Outcome,
    RawResult,
    Submission,
)
from grader.sandbox import Backend, Limits
from grader.sandbox.session import Session, SessionOver
from grader.signatures import COLUMNS, Convention, argument_order, arrange
from grader.values import clean, from_wire, to_wire
from grader.worker import wire
from grader.worker.cells import unit_path

MOST_NOTES, MOST_PARAMETERS = 100, 64
MOST_TIMEOUTS = 3
MOST_MESSAGES = 1000
FATAL = {Outcome.EXITED, Outcome.TIMED_OUT, Outcome.DIED, Outcome.GARBLED}


@dataclass
class Runner:
    """One submission in a sandbox: loads it, calls its functions, and replaces workers that are lost."""

    backend: Backend
    limits: Limits
    submission: Submission
    exercise: Exercise
    stubs: Mapping[str, str]
    session: Session | None = None
    loaded: Loaded = field(default_factory=Loaded)
    load_failure: RawResult | None = None
    timeouts: int = 0
    orders: dict[str, tuple[int, ...] | CodeError] = field(default_factory=dict)
    deadline: float = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.limits.total_seconds

    def start(self) -> None:
        """Start a worker; returns at once, while it is still starting."""
        self.session = Session(self.backend, self.limits)

    def begin_load(self) -> None:
        """Have the submission loaded; returns at once."""
        files, functions = dict(self.submission.files), [function.name for function in self.exercise.functions]
        message = {"do": "load", "name": self.submission.entry, "files": files, "functions": functions}
        self.send(wire.pack(message))

    def load(self) -> Loaded:
        self.begin_load()
        return self.finish_load()

    def finish_load(self) -> Loaded:
        reply = self.receive()
        if isinstance(reply, RawResult):
            self.load_failure = replace(reply, detail=f"while the file was loaded: {reply.detail}")
        else:
            self.loaded = read_loaded(reply, self)
        return self.loaded

    def run(self, cases: list[Case], convention: Convention = COLUMNS) -> list[RawResult]:
        lost: dict[tuple[str, str], RawResult] = {}
        results = []
        for case in cases:
            group = case.function, case.group
            result = lost.get(group) or self.run_case(case, convention)
            if result.outcome in FATAL:
                lost[group] = result
            results.append(result)
        return results

    def run_case(self, case: Case, convention: Convention) -> RawResult:
        definition = self.loaded.definitions.get(case.function)
        if self.load_failure is not None:
            return self.load_failure
        if self.timeouts >= MOST_TIMEOUTS or time.monotonic() > self.deadline:
            return RawResult(Outcome.TIMED_OUT, detail="not run: the calls before it have used up the time")
        if definition is None:
            return missing(case.function, self.submission, self.loaded)
        if definition.untouched:
            return RawResult(Outcome.MISSING, detail=f"{case.function} is still the stub")
        order = self.order_of(case.function, definition)
        if isinstance(order, CodeError):
            return RawResult(Outcome.RAISED, error=order)
        if self.session is None:
            self.start()
            self.load()
            return self.run_case(case, convention)
        self.send(call_message(case, self.exercise.function(case.function), order, convention))
        reply = self.receive()
        return reply if isinstance(reply, RawResult) else read_result(reply, order, self.submission.files)

    def trace(self, case: Case, convention: Convention) -> tuple[dict[str, Any], RawResult] | None:
        """One more call, with what the function held on the way: the worker's whole reply, and its result."""
        definition = self.loaded.definitions.get(case.function)
        order = self.order_of(case.function, definition) if definition else None
        if self.session is None or not isinstance(order, tuple):
            return None
        self.send(call_message(case, self.exercise.function(case.function), order, convention), trace=True)
        reply = self.receive()
        return None if isinstance(reply, RawResult) else (reply, read_result(reply, order, self.submission.files))

    def order_of(self, function: str, definition: Definition) -> tuple[int, ...] | CodeError:
        if function not in self.orders:
            self.orders[function] = argument_order(self.exercise.function(function), definition)
        return self.orders[function]

    def send(self, message: wire.Packed, **more: Any) -> None:
        assert self.session is not None
        self.session.send(message, cpu_seconds=self.limits.cpu_seconds, **more)

    def receive(self) -> dict[str, Any] | RawResult:
        """The worker's reply, or what became of the worker, which is then gone."""
        assert self.session is not None
        try:
            return self.session.receive(self.limits.wall_seconds)
        except SessionOver as end:
            self.timeouts += end.outcome is Outcome.TIMED_OUT
            detail = too_long(self.limits) if end.outcome is Outcome.TIMED_OUT else str(end)
            failure = RawResult(end.outcome, detail=detail)
        self.close()
        return failure

    def close(self) -> None:
        if self.session is not None:
            self.session.close()
            self.session = None


def too_long(limits: Limits) -> str:
    """One text for both limits: which of them is met first depends on how busy the machine is."""
    return f"killed: no end within {limits.cpu_seconds:g} s of processor time, or {limits.wall_seconds:g} s in all"


@lru_cache(MOST_MESSAGES)
def call_message(case: Case, function: Function, order: tuple[int, ...], convention: Convention) -> wire.Packed:
    """The same for every submission, but for few."""
    arguments = [to_wire(argument) for argument in arrange(case, function, order, convention)]
    return wire.pack({"do": "call", "function": case.function, "arguments": arguments, "seed": case.seed})


@contextmanager
def open_runner(
    backend: Backend, limits: Limits, submission: Submission, exercise: Exercise, stubs: Mapping[str, str]
) -> Iterator[Runner]:
    runner = Runner(backend, limits, submission, exercise, stubs)
    try:
        runner.start()
        yield runner
    finally:
        runner.close()


def missing(function: str, submission: Submission, loaded: Loaded) -> RawResult:
    """`function` is nowhere defined, unless in a file that could not be read."""
    for problem in loaded.problems:
        if function.encode() in submission.files.get(problem.file, b""):
            return RawResult(Outcome.RAISED, error=problem)
    return RawResult(Outcome.MISSING, detail=f"{function} is not defined")


# --- reading what an untrusted process says ---------------------------------------------------------------------------


def read_loaded(reply: dict[str, Any], runner: Runner) -> Loaded:
    """The worker's findings. Nothing is kept but what is about the functions and the files that were sent, and a note
    has to begin with one of these, so that nothing forged passes for ours."""
    files, found = runner.submission.files, entries(reply.get("definitions"))
    definitions = {
        function.name: read_definition(entries(found[function.name]), runner.stubs.get(function.name), files)
        for function in runner.exercise.functions
        if function.name in found
    }
    subjects = (
        *(f"{unit_path(file)}:" for file in files),
        *(f"{function.name} " for function in runner.exercise.functions),
    )
    notes = [clean(note) for note in listed(reply.get("notes"), MOST_NOTES) if isinstance(note, str)]
    problems = tuple(read_error(problem, files) for problem in listed(reply.get("problems"), MOST_NOTES))
    return Loaded(definitions, problems, tuple(note for note in notes if note.startswith(subjects)))


def read_definition(found: dict[str, Any], stub: str | None, files: Collection[str]) -> Definition:
    return Definition(
        file=known_file(found.get("file"), files),
        line=whole(found.get("line")),
        parameters=tuple(clean(name, 60) for name in listed(found.get("parameters"), MOST_PARAMETERS)),
        required=whole(found.get("required")),
        variadic=found.get("variadic") is True,
        untouched=stub is not None and found.get("digest") == stub,
    )


def read_error(error: Any, files: Collection[str]) -> CodeError:
    found = entries(error)
    kind, message, source = (clean(found.get(key, "")) for key in ("kind", "message", "source"))
    line, column = whole(found.get("line")), whole(found.get("column"))
    return CodeError(kind or "an error", message, known_file(found.get("file"), files), line, column, source)


def known_file(name: Any, files: Collection[str]) -> str:
    return name if isinstance(name, str) and name in files else ""


OUTCOMES = {
    "answered": Outcome.ANSWERED,
    "raised": Outcome.RAISED,
    "exited": Outcome.EXITED,
    "missing": Outcome.MISSING,
}


def read_result(reply: dict[str, Any], order: tuple[int, ...], files: Collection[str]) -> RawResult:
    outcome = OUTCOMES.get(str(reply.get("outcome")), Outcome.GARBLED)
    error = read_error(reply["error"], files) if isinstance(reply.get("error"), dict) else None
    mutated = {order[i] for i in map(whole, listed(reply.get("mutated"), len(order))) if i < len(order)}
    return RawResult(outcome, from_wire(reply.get("value")), error, tuple(sorted(mutated)), DETAILS.get(outcome, ""))


DETAILS = {
    Outcome.GARBLED: "the answer does not follow the protocol",
    Outcome.MISSING: "it is not defined once the file has run",
}


def entries(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def listed(value: Any, most: int) -> list[Any]:
    return value[:most] if isinstance(value, list) else []


def whole(value: Any) -> int:
    return value if type(value) is int and 0 <= value < 1 << 31 else 0
