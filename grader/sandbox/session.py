"""A conversation with one worker: a request, its reply, and a name for everything else that may happen."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from grader.errors import SandboxError
from grader.model import Outcome
from grader.sandbox.backend import PYTHON, Backend
from grader.sandbox.child import last_line
from grader.sandbox.limits import Limits
from grader.sandbox.streams import END_SECONDS, MOST_PRINTED_BYTES, FloodError, connect
from grader.worker import wire

START_SECONDS = 60.0
NAMES_OF_SIGNALS = {number.value: number.name for number in signal.Signals}


class SessionOver(Exception):
    """The worker is gone. The text says what happened, `outcome` which kind of end it was."""

    outcome: ClassVar[Outcome]


class Exited(SessionOver):
    outcome = Outcome.EXITED


class Died(SessionOver):
    outcome = Outcome.DIED


class TimedOut(SessionOver):
    outcome = Outcome.TIMED_OUT


class Garbled(SessionOver):
    outcome = Outcome.GARBLED


class Session:
    """One worker, from its start to `close`. It starts in the background; a session serves one thread at a time, while
    any thread may close it.

    Requests and replies go in lock-step, each pair under a fresh id that cannot be guessed: a reply made before its
    request, one reply too many, or anything that is no reply ends the session as `Garbled`.
    """

    def __init__(self, backend: Backend, limits: Limits, kind: str = PYTHON) -> None:
        self._child = backend.start(limits, kind)
        self._pipes = connect(self._child.streams, limits, self._watch)
        self._cpu_allowed = limits.cpu_seconds
        self._cpu_until: float | None = None
        self._token = ""
        self._ready: dict[str, Any] = {}
        self._starting = 1
        self._over: Exception | None = None
        self._closed = False
        self._closing = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def wait_ready(self) -> dict[str, Any]:
        """What the worker says of itself once it can serve: its "python" and "numpy" versions.

        Raises `SandboxError` where it does not come so far: no student's code has run yet.
        """
        if self._over:
            raise self._over
        while self._starting:
            try:
                self._ready = self._receive(START_SECONDS, "ready", True)
                self._starting -= 1
            except (SessionOver, SandboxError) as over:
                said = last_line(self._pipes.printed.kept)
                self._over = SandboxError(said or getattr(over, "reason", str(over)))
                raise self._over from over
        return self._ready

    def request(self, message: Mapping[str, Any], wall_seconds: float) -> dict[str, Any]:
        """The reply to `message`. Raises `SessionOver` where there is none, now and ever after, and `SandboxError`."""
        self.send(wire.pack(message))
        return self.receive(wall_seconds)

    def send(self, message: wire.Packed, **more: Any) -> None:
        """The first half of a request, which does not wait; `more` are plain values."""
        if self._over:
            raise self._over
        self._token = os.urandom(16).hex()
        self._cpu_until = None
        self._pipes.send(wire.encode_with({"id": self._token, **more}, message))

    def receive(self, wall_seconds: float) -> dict[str, Any]:
        """The reply to what was sent last."""
        self.wait_ready()
        return self._receive(wall_seconds, "id", self._token)

    def become(self, program: wire.Packed) -> None:
        """Have the worker, one of kind PROGRAM, run a program in its place that also says when it is ready; returns at
        once. `program` has the fields of the request "become" of `grader.worker.serve`."""
        self.send(program, do="become", cpu_seconds=self._cpu_allowed)
        self._starting += 1

    @property
    def output(self) -> str:
        """What the worker has printed, complete once it is gone, with a mark where it was cut off."""
        printed = self._pipes.printed
        text = printed.kept.decode(errors="replace")
        return f"{text}\n[cut off after {len(printed.kept):,} bytes]" if printed.truncated else text

    def close(self) -> None:
        """Kill the worker and everything it has started. May be called again, and from another thread: whoever waits
        for a reply is then told that the worker `Died`."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._over = self._over or Died("closed")
            try:
                self._child.stop()
            finally:
                self._pipes.close()

    def _receive(self, seconds: float, key: str, value: object) -> dict[str, Any]:
        """The next reply, which must hold `value` under `key`."""
        try:
            reply = self._reply(seconds)
            if not isinstance(reply, dict) or type(reply.get(key)) is not type(value) or reply[key] != value:
                raise Garbled("sent a reply that belongs to no request")
        except (SessionOver, SandboxError) as over:
            self._over = over
            self.close()
            raise
        return reply

    def _reply(self, seconds: float) -> Any:
        try:
            return self._pipes.receive(seconds)
        except TimeoutError:
            raise TimedOut(f"killed: no answer within {seconds:g} s") from None
        except FloodError:
            raise Died(f"killed: it printed more than {MOST_PRINTED_BYTES >> 20} MiB") from None
        except wire.GarbledError as error:
            raise Garbled(f"sent what is no reply: {error}") from error
        except EOFError:
            raise self._end() from None

    def _watch(self) -> None:
        """Whether it is worth while to go on waiting. Student code may be deaf to the limit of its own process."""
        if self._child.ended():
            raise EOFError
        spent = self._child.cpu_seconds()
        if self._cpu_until is None:
            self._cpu_until = spent + self._cpu_allowed
        if spent > self._cpu_until:
            raise TimeoutError

    def _end(self) -> SessionOver:
        """How the worker ended, now that nothing more comes from it."""
        try:
            return end_of(self._child.status(END_SECONDS))
        except TimeoutError:
            return Garbled("closed its channel for replies")


def end_of(status: int) -> SessionOver:
    """What an exit status means, negative where it is a signal."""
    if status >= 0:
        return Exited(f"exited with status {status}")
    name = NAMES_OF_SIGNALS.get(-status, "unknown")
    if name == "SIGXCPU":
        return TimedOut("killed: used up its CPU time")
    return Died(f"killed by signal {-status} ({name})")
