"""The threads at a worker's pipes, so that whoever waits for it waits on a queue and never on a pipe.

Pipes cannot be polled on every platform, and one that a stray grandchild keeps open has no end.
Each thread owns its pipes and closes them when it is done.
"""

from __future__ import annotations

import queue
import threading
from typing import Any, BinaryIO

from grader.worker import wire

CHUNK_BYTES = 64 << 10


class Exchange(threading.Thread):
    """Reads the first frame by itself; then, for each frame sent, one more. All arrive in `received`, in order:
    a value, or last of all the `EOFError` or `wire.GarbledError` that ended it."""

    def __init__(self, stdin: BinaryIO, stdout: BinaryIO, reply_bytes: int) -> None:
        super().__init__(daemon=True)
        self.received: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._frames: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._stdin, self._stdout, self._reply_bytes = stdin, stdout, reply_bytes
        self.start()

    def send(self, frame: bytes | None) -> None:
        """Have `frame` written and its reply read; None ends the thread."""
        self._frames.put(frame)

    def run(self) -> None:
        with self._stdin, self._stdout:
            try:
                self._receive()
                while (frame := self._frames.get()) is not None:
                    self._write(frame)
                    self._receive()
            except (EOFError, OSError):
                self.received.put(EOFError())
            except wire.GarbledError as error:
                self.received.put(error)

    def _receive(self) -> None:
        self.received.put(wire.read_frame(self._stdout, self._reply_bytes))

    def _write(self, frame: bytes) -> None:
        rest = memoryview(frame)
        while rest:
            rest = rest[self._stdin.write(rest) :]


class Drain(threading.Thread):
    """Reads what a worker prints to its end and keeps the first `kept_bytes` of it."""

    def __init__(self, stream: BinaryIO, kept_bytes: int) -> None:
        super().__init__(daemon=True)
        self.kept = b""
        self.truncated = False
        self._stream, self._kept_bytes = stream, kept_bytes
        self.start()

    def run(self) -> None:
        with self._stream:
            while chunk := self._stream.read(CHUNK_BYTES):
                room = self._kept_bytes - len(self.kept)
                self.kept += chunk[:room]
                self.truncated = self.truncated or len(chunk) > room
