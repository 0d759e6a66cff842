"""Submission + cases -> raw results: what happened, without judging it.

The calls of a function are sent to the sandboxed worker together and answered one by one, so that neither side waits
for the other. A call that hangs or kills the worker costs its own group of cases; a new worker goes on with the rest.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
from grader.values import from_wire, listed, whole
from grader.worker import wire

MOST_TIMEOUTS = 3
FATAL = {Outcome.EXITED, Outcome.TIMED_OUT, Outcome.DIED, Outcome.GARBLED}


@dataclass
class Runner:
    """One submission in a sandbox: loads it, calls its `functions`, and replaces workers that are lost."""

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
        self.send([self.language.load_message(self.functions)])

    def load(self, functions: Sequence[str]) -> Loaded:
        """Have the submission loaded, or loaded anew for more functions."""
        self.functions = functions
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

    def run(self, cases: Sequence[Case], convention: Convention = COLUMNS) -> list[RawResult]:
        results: dict[Case, RawResult] = {}
        while waiting := [case for case in cases if case not in results]:
            results |= self.run_in_one_worker(waiting, convention)
        return [results[case] for case in cases]

    def run_in_one_worker(self, cases: Sequence[Case], convention: Convention) -> dict[Case, RawResult]:
        """The results of these cases or, where there is no worker any more, of some of them."""
        results = {case: result for case in cases if (result := self.foreseen(case))}
        calls = [case for case in cases if case not in results]
        if calls and self.session is None:
            self.load(self.functions)
            return results
        if calls:
            self.send([self.call_message(case, convention) for case in calls])
        for case in calls:
            if self.time_is_up():
                self.close()
            if self.session is None:
                break
            result = self.read_answer(case)
            lost = [other for other in calls if result.outcome in FATAL and group_of(other) == group_of(case)]
            results = {case: result, **dict.fromkeys(lost, result), **results}
        return results

    def foreseen(self, case: Case) -> RawResult | None:
        """What comes of a case without a call, where it is clear that none would be answered."""
        definition = self.loaded.definitions.get(case.function)
        if self.load_failure is not None:
            return self.load_failure
        if self.time_is_up():
            return RawResult(Outcome.TIMED_OUT, detail="not run: the calls before it have used up the time")
        if definition is None:
            return missing(case.function, self.submission, self.loaded)
        if definition.untouched:
            return RawResult(Outcome.MISSING, detail=f"{case.function} is still the stub")
        order = self.order_of(case.function, definition)
        return RawResult(Outcome.RAISED, error=order) if isinstance(order, CodeError) else None

    def time_is_up(self) -> bool:
        return self.timeouts >= MOST_TIMEOUTS or time.monotonic() > self.deadline

    def trace(self, case: Case, convention: Convention) -> tuple[dict[str, Any], RawResult] | None:
        """One more call, with what the function held on the way: the worker's whole reply, and its result."""
        if self.session is None or not self.language.traces or self.foreseen(case):
            return None
        self.send([self.call_message(case, convention)], trace=True)
        reply = self.receive()
        return None if isinstance(reply, RawResult) else (reply, self.result_of(reply, case))

    def call_message(self, case: Case, convention: Convention) -> wire.Packed:
        return self.language.call_message(case, self.exercise.function(case.function), self.order(case), convention)

    def read_answer(self, case: Case) -> RawResult:
        reply = self.receive()
        return reply if isinstance(reply, RawResult) else self.result_of(self.language.plain(reply), case)

    def result_of(self, reply: dict[str, Any], case: Case) -> RawResult:
        return read_result(reply, self.order(case), self.submission.files)

    def order(self, case: Case) -> tuple[int, ...]:
        """Of a function that can be called."""
        order = self.order_of(case.function, self.loaded.definitions[case.function])
        assert isinstance(order, tuple)
        return order

    def order_of(self, function: str, definition: Definition) -> tuple[int, ...] | CodeError:
        if function not in self.orders:
            self.orders[function] = argument_order(self.exercise.function(function), definition)
        return self.orders[function]

    def send(self, messages: Sequence[wire.Packed], **more: Any) -> None:
        assert self.session is not None
        self.session.send(messages, cpu_seconds=self.limits.cpu_seconds, **more)

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
    functions: Iterable[str] | None = None,
) -> Iterator[Runner]:
    """With the `functions` that are to be called; all that the exercise asks for, where none are named."""
    every = (function.name for function in exercise.functions)
    runner = Runner(backend, limits, submission, exercise, stubs, tuple(every if functions is None else functions))
    try:
        runner.start()
        yield runner
    finally:
        runner.close()


def group_of(case: Case) -> tuple[str, str]:
    """The cases that are lost together."""
    return case.function, case.group


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
    outcome = OUTCOMES.get(str(reply.get("outcome")), Outcome.GARBLED)
    error = read_error(reply["error"], files) if isinstance(reply.get("error"), dict) else None
    mutated = {order[i] for i in map(whole, listed(reply.get("mutated"), len(order))) if i < len(order)}
    return RawResult(outcome, from_wire(reply.get("value")), error, tuple(sorted(mutated)), DETAILS.get(outcome, ""))


DETAILS = {
    Outcome.GARBLED: "the answer does not follow the protocol",
    Outcome.MISSING: "it is not defined once the file has run",
}
