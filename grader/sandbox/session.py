"""A conversation with one worker: a request, its reply, and a name for everything else that may happen."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Self, cast

from grader.errors import SandboxError
from grader.model import Outcome
from grader.sandbox.backend import Backend
from grader.sandbox.child import WORKER, last_line
from grader.sandbox.limits import Limits
from grader.sandbox.streams import Drain, Exchange
from grader.worker import wire

START_SECONDS = 60.0
POLL_SECONDS = 0.25
END_SECONDS = 0.5


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

    def __init__(self, backend: Backend, limits: Limits, worker: Path = WORKER) -> None:
        self._child = backend.start(limits, worker)
        process = self._child.process
        pipes = cast(tuple[BinaryIO, BinaryIO, BinaryIO], (process.stdin, process.stdout, process.stderr))
        self._exchange = Exchange(pipes[0], pipes[1], limits.reply_bytes)
        self._drain = Drain(pipes[2], limits.output_bytes)
        self._ready: dict[str, Any] = {}
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
        if not self._ready:
            try:
                self._ready = self._receive(START_SECONDS, "ready", True)
            except SessionOver as over:
                self._over = SandboxError(f"the sandbox did not start: {last_line(self._drain.kept) or over}")
                raise self._over from over
        return self._ready

    def request(self, message: Mapping[str, Any], wall_seconds: float) -> dict[str, Any]:
        """The reply to `message`. Raises `SessionOver` where there is none, now and ever after, and `SandboxError`."""
        self.wait_ready()
        token = os.urandom(16).hex()
        self._exchange.send(wire.encode({**message, "id": token}))
        return self._receive(wall_seconds, "id", token)

    @property
    def output(self) -> str:
        """What the worker has printed, complete once it is gone, with a mark where it was cut off."""
        text = self._drain.kept.decode(errors="replace")
        return f"{text}\n[cut off after {len(self._drain.kept):,} bytes]" if self._drain.truncated else text

    def close(self) -> None:
        """Kill the worker and everything it has started. May be called again, and from another thread: whoever waits
        for a reply is then told that the worker `Died`."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._child.stop()
            self._drain.join(END_SECONDS)
            self._exchange.send(None)
            self._exchange.join(END_SECONDS)

    def _receive(self, seconds: float, key: str, value: object) -> dict[str, Any]:
        """The next reply, which must hold `value` under `key`."""
        try:
            reply = self._wait(seconds)
            if not isinstance(reply, dict) or type(reply.get(key)) is not type(value) or reply[key] != value:
                raise Garbled("sent a reply that belongs to no request")
        except SessionOver as over:
            self._over = over
            self.close()
            raise
        return reply

    def _wait(self, seconds: float) -> Any:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            ended = self._child.process.poll() is not None
            try:
                received = self._exchange.received.get(timeout=min(left, POLL_SECONDS))
            except queue.Empty:
                if ended:
                    raise self._end() from None
                continue
            if isinstance(received, EOFError):
                raise self._end()
            if isinstance(received, wire.GarbledError):
                raise Garbled(f"sent what is no reply: {received}")
            return received
        raise TimedOut(f"killed: no answer within {seconds:g} s")

    def _end(self) -> SessionOver:
        """How the worker ended, now that nothing more comes from it."""
        try:
            return end_of(self._child.process.wait(END_SECONDS))
        except subprocess.TimeoutExpired:
            return Garbled("closed its channel for replies")


def end_of(status: int) -> SessionOver:
    """What an exit status means: a signal where it is negative or, as bubblewrap reports one, 128 and the signal."""
    try:
        number = signal.Signals(-status if status < 0 else status - 128)
    except ValueError:
        return Exited(f"exited with status {status}")
    if number.name == "SIGXCPU":
        return TimedOut("killed: used up its CPU time")
    return Died(f"killed by signal {number.value} ({number.name})")
