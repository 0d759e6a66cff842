"""The three pipes of a worker: frames go in and come out, and what is printed beside them is kept.

`Pipes` polls them, all in the thread that waits for a reply. Pipes cannot be polled on Windows: there
`ThreadedPipes` has a thread at each, which owns it and closes it when it is done.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from grader.sandbox.child import Streams
from grader.sandbox.limits import Limits
from grader.worker import wire

CHUNK_BYTES = 64 << 10
MOST_PRINTED_BYTES = 16 << 20
POLL_SECONDS = 0.25
END_SECONDS = 0.5


class Connection(Protocol):
    """`receive` raises `EOFError` where nothing more will come, `TimeoutError`, `FloodError` and `wire.GarbledError`.

    One thread at a time sends and receives; any thread may close, once the worker has been killed.
    """

    printed: Printed

    def send(self, frame: bytes) -> None: ...

    def receive(self, seconds: float) -> Any: ...

    def close(self) -> None: ...


class FloodError(Exception):
    """The worker prints without end."""


class Printed:
    """The first bytes of what a worker prints, how many there were, and how many since a request."""

    def __init__(self, kept_bytes: int) -> None:
        self.kept = b""
        self.total = self.lately = 0
        self._kept_bytes = kept_bytes

    @property
    def truncated(self) -> bool:
        return self.total > len(self.kept)

    def add(self, chunk: bytes) -> None:
        self.kept += chunk[: self._kept_bytes - len(self.kept)]
        self.total += len(chunk)
        self.lately += len(chunk)

    def check(self) -> None:
        if self.lately > MOST_PRINTED_BYTES:
            raise FloodError


class Pipes:
    """`watch` is called now and then while nothing comes; what it raises ends the wait."""

    def __init__(self, streams: Streams, limits: Limits, watch: Callable[[], None]) -> None:
        self.printed = Printed(limits.output_bytes)
        self._streams = streams
        self._requests, self._replies, self._prints = (stream.fileno() for stream in streams)
        self._watch, self._reply_bytes = watch, limits.reply_bytes
        self._unsent = memoryview(b"")
        self._writing = False
        self._watch_at = 0.0
        self._received = bytearray()
        self._polled = select.poll()
        self._in_use = threading.Lock()
        for descriptor in (self._requests, self._replies, self._prints):
            os.set_blocking(descriptor, False)
        for descriptor in (self._replies, self._prints):
            self._polled.register(descriptor, select.POLLIN)

    def send(self, frame: bytes) -> None:
        self.printed.lately = 0
        self._unsent = memoryview(bytes(self._unsent) + frame if self._unsent else frame)
        self._write()

    def receive(self, seconds: float) -> Any:
        now = time.monotonic()
        deadline, self._watch_at = now + seconds, now + POLL_SECONDS
        with self._in_use:
            while (size := wire.frame_size(self._received, self._reply_bytes)) is None:
                self._wait(deadline)
            frame, self._received = self._received[:size], self._received[size:]
        return wire.decode(frame)

    def close(self) -> None:
        with self._in_use:
            with contextlib.suppress(OSError, ValueError):
                while not self.printed.truncated and (chunk := os.read(self._prints, CHUNK_BYTES)):
                    self.printed.add(chunk)
            for stream in self._streams:
                stream.close()

    def _wait(self, deadline: float) -> None:
        """Until something has come or gone, or it is time to look after the worker."""
        now = time.monotonic()
        if now >= deadline:
            raise TimeoutError
        if now >= self._watch_at:
            self._watch()
            self._watch_at = now + POLL_SECONDS
        for descriptor, _ in self._polled.poll(1000 * (min(deadline, self._watch_at) - now)):
            self._serve(descriptor)

    def _serve(self, descriptor: int) -> None:
        """Do what a pipe is ready for."""
        if descriptor == self._requests:
            self._write()
            return
        chunk = os.read(descriptor, CHUNK_BYTES)
        if descriptor == self._replies:
            if not chunk:
                raise EOFError
            self._received += chunk
            return
        self.printed.add(chunk)
        self.printed.check()
        if not chunk:
            self._polled.unregister(descriptor)

    def _write(self) -> None:
        """As much as the pipe takes; the rest when it takes more. Who reads no more is waited for, not written to."""
        try:
            self._unsent = self._unsent[os.write(self._requests, self._unsent) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self._unsent = self._unsent[:0]
        if self._unsent:
            self._polled.register(self._requests, select.POLLOUT)
        elif self._writing:
            self._polled.unregister(self._requests)
        self._writing = bool(self._unsent)


class ThreadedPipes:
    """The same with two threads, so that whoever waits for a worker waits on a queue and never on a pipe."""

    def __init__(self, streams: Streams, limits: Limits, watch: Callable[[], None]) -> None:
        self.printed = Printed(limits.output_bytes)
        self._requests, self._replies, self._prints = streams
        self._watch, self._reply_bytes = watch, limits.reply_bytes
        self._received: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._frames: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._exchange, self._drain)]
        for thread in self._threads:
            thread.start()

    def send(self, frame: bytes) -> None:
        self.printed.lately = 0
        self._frames.put(frame)

    def receive(self, seconds: float) -> Any:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                received = self._received.get(timeout=min(left, POLL_SECONDS))
            except queue.Empty:
                self.printed.check()
                self._watch()
                continue
            if isinstance(received, Exception):
                raise received
            return received
        raise TimeoutError

    def close(self) -> None:
        self._frames.put(None)
        for thread in self._threads:
            thread.join(END_SECONDS)

    def _exchange(self) -> None:
        """Reads the first frame by itself; then, for each frame sent, one more."""
        with self._requests, self._replies:
            try:
                self._read()
                while (frame := self._frames.get()) is not None:
                    self._write(frame)
                    self._read()
            except (EOFError, OSError):
                self._received.put(EOFError())
            except wire.GarbledError as error:
                self._received.put(error)

    def _read(self) -> None:
        self._received.put(wire.read_frame(self._replies, self._reply_bytes))

    def _write(self, frame: bytes) -> None:
        rest = memoryview(frame)
        while rest:
            rest = rest[self._requests.write(rest) :]

    def _drain(self) -> None:
        with self._prints:
            while chunk := self._prints.read(CHUNK_BYTES):
                self.printed.add(chunk)


connect: Callable[[Streams, Limits, Callable[[], None]], Connection]
connect = ThreadedPipes if sys.platform == "win32" else Pipes
