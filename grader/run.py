"""Submission + cases -> raw results: what happened, without judging it.

Cases go to the sandboxed worker one at a time, so that no later input is ever in its process. A call that hangs or
kills the worker costs its own group of cases; a new worker goes on with the rest.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import InitVar, dataclass, field, replace
from typing import Any

from grader.languages import LANGUAGES, Language, read_error
from grader.model import (
    Case,
    CodeError,
    Definition,
    Exercise,
    Loaded,
    Outcome,
    RawResult,
    Submission,
)
from grader.sandbox import Backend, Limits
from grader.sandbox.session import Session, SessionOver
from grader.signatures import COLUMNS, Convention, argument_order
from grader.values import from_wire, listed, text, whole
from grader.worker import wire

MOST_TIMEOUTS = 3
FATAL = {Outcome.EXITED, Outcome.TIMED_OUT, Outcome.DIED, Outcome.GARBLED}


@dataclass
class Runner:
    """One submission in a sandbox: loads it for its `functions`, calls them, and replaces workers that are lost."""

    backend: Backend
    limits: Limits
    submission: Submission
    exercise: Exercise
    stubs: InitVar[Mapping[str, str]]
    functions: Sequence[str]
    session: Session | None = None
    loaded: Loaded = field(default_factory=Loaded)
    load_failure: RawResult | None = None
    timeouts: int = 0
    orders: dict[str, tuple[int, ...] | CodeError] = field(default_factory=dict)
    deadline: float = field(init=False)
    language: Language = field(init=False)

    def __post_init__(self, stubs: Mapping[str, str]) -> None:
        language = LANGUAGES[self.submission.language]
        self.language = language(self.submission, self.exercise, stubs, self.limits)
        self.deadline = time.monotonic() + self.limits.total_seconds

    def start(self) -> None:
        """Start a worker; returns at once, while it is still starting."""
        self.session = Session(self.backend, self.limits, self.language.kind)
        self.language.begin(self.session)

    def begin_load(self) -> None:
        """Have the submission loaded; returns at once."""
        self.send(self.language.load_message(self.functions))

    def load(self) -> Loaded:
        """Have the submission loaded, or loaded anew for other `functions`."""
        if self.session is None:
            self.start()
        self.begin_load()
        return self.finish_load()

    def finish_load(self) -> Loaded:
        reply = self.receive()
        if isinstance(reply, RawResult):
            self.load_failure = replace(reply, detail=f"while the file was loaded: {reply.detail}")
        else:
            self.loaded = self.language.read_loaded(reply)
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
            self.load()
            return self.run_case(case, convention)
        self.send(self.language.call_message(case, self.exercise.function(case.function), order, convention))
        reply = self.receive()
        if isinstance(reply, RawResult):
            return reply
        return read_result(self.language.plain(reply), order, self.submission.files)

    def trace(self, case: Case, convention: Convention) -> tuple[dict[str, Any], RawResult] | None:
        """One more call, with what the function held on the way: the worker's whole reply, and its result."""
        definition = self.loaded.definitions.get(case.function)
        order = self.order_of(case.function, definition) if definition else None
        if self.session is None or not self.language.traces or not isinstance(order, tuple):
            return None
        function = self.exercise.function(case.function)
        self.send(self.language.call_message(case, function, order, convention), trace=True)
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


@contextmanager
def open_runner(
    backend: Backend,
    limits: Limits,
    submission: Submission,
    exercise: Exercise,
    stubs: Mapping[str, str],
    functions: Sequence[str] | None = None,
) -> Iterator[Runner]:
    """With the `functions` that are to be called; all that the exercise asks for, where none are named."""
    every = tuple(function.name for function in exercise.functions)
    runner = Runner(backend, limits, submission, exercise, stubs, every if functions is None else functions)
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

OUTCOMES = {
    "answered": Outcome.ANSWERED,
    "raised": Outcome.RAISED,
    "exited": Outcome.EXITED,
    "missing": Outcome.MISSING,
}


def read_result(reply: dict[str, Any], order: tuple[int, ...], files: Collection[str]) -> RawResult:
    outcome = OUTCOMES.get(text(reply.get("outcome")), Outcome.GARBLED)
    error = read_error(reply["error"], files) if isinstance(reply.get("error"), dict) else None
    mutated = {order[i] for i in map(whole, listed(reply.get("mutated"), len(order))) if i < len(order)}
    return RawResult(outcome, from_wire(reply.get("value")), error, tuple(sorted(mutated)), DETAILS.get(outcome, ""))


DETAILS = {
    Outcome.GARBLED: "the answer does not follow the protocol",
    Outcome.MISSING: "it is not defined once the file has run",
}
