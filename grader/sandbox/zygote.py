"""The trusted end of a warm process (`grader.worker.zygote`): it is asked for workers, and forks them."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import select
import signal
import socket
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, cast

from grader.errors import SandboxError
from grader.sandbox.child import Streams, cpu_seconds_of, kill_group, last_line

ANSWER_SECONDS = 30.0
END_SECONDS = 10.0
MAX_MESSAGE_BYTES = 64 << 10
PIPE_BYTES = 512 << 10
REOPENABLE = 0o622
"""A program that knows files by name only opens its pipe anew, as a user of the sandbox's."""


class Zygote:
    """A warm process, from its start to `close`; any thread may ask it for a worker.

    `launch(descriptor)` starts it with that end of the socket, `clean_up` follows its end. It gets ready while others
    go on: what is asked of it before that waits in the socket.
    """

    def __init__(self, launch: Callable[[int], subprocess.Popen[bytes]], clean_up: Callable[[], None]) -> None:
        self.lock = threading.RLock()
        self._unanswered: deque[Forked | None] = deque([None])
        self._failure = ""
        self._clean_up = clean_up
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel.settimeout(ANSWER_SECONDS)
        with theirs:
            self._process = start_by_a_lasting_thread(launch, theirs.fileno())

    @property
    def broken(self) -> bool:
        return bool(self._failure) or self._process.poll() is not None

    def fork(self, settings: Mapping[str, Any]) -> Forked:
        """A worker, which may still have to be forked when this returns. Raises `SandboxError`."""
        with self.lock, contextlib.ExitStack() as given:
            (requests, stdin), (stdout, replies), (stderr, prints) = os.pipe(), os.pipe(), os.pipe()
            theirs = [requests, replies, prints]
            os.fchmod(replies, REOPENABLE)
            enlarge(requests)
            for descriptor in theirs:
                given.callback(os.close, descriptor)
            ours = os.fdopen(stdin, "wb", 0), os.fdopen(stdout, "rb", 0), os.fdopen(stderr, "rb", 0)
            child = Forked(self, cast(Streams, ours))
            self._ask({"do": "fork", "settings": dict(settings)}, theirs)
            self._unanswered.append(child)
            return child

    def find(self, child: Forked) -> None:
        """Learn which process `child` is."""
        with self.lock:
            while child.handle < 0:
                answer, handles = self._answer()
                answered = self._unanswered.popleft()
                if answered is not None:
                    answered.pid, answered.handle = answer["pid"], handles[0]

    def reap(self, pid: int) -> int:
        """The exit status of a worker that has ended, or will in no time."""
        with self.lock:
            for child in [child for child in self._unanswered if child is not None]:
                self.find(child)
            self._ask({"do": "reap", "pid": pid})
            return int(self._answer()[0]["status"])

    def close(self) -> None:
        """Once only: afterwards its pid may be another process's."""
        if self._channel.fileno() < 0:
            return
        self._channel.close()
        kill_group(self._process)
        self._process.wait()
        self._clean_up()

    def _ask(self, question: Mapping[str, Any], descriptors: list[int] | None = None) -> None:
        try:
            socket.send_fds(self._channel, [json.dumps(question).encode()], descriptors or [])
        except OSError as error:
            raise self._break_down() from error

    def _answer(self) -> tuple[dict[str, Any], list[int]]:
        try:
            message, handles, _, _ = socket.recv_fds(self._channel, MAX_MESSAGE_BYTES, 1)
        except TimeoutError as error:
            raise self._break_down(f"no answer within {ANSWER_SECONDS:g} s") from error
        except OSError as error:
            raise self._break_down() from error
        if not message:
            raise self._break_down()
        return json.loads(message), handles

    def _break_down(self, reason: str = "") -> SandboxError:
        """It does not answer any more: why, or what it has said last, and the end of it."""
        if not self._failure:
            self.close()
            with self._process.stderr as printed:
                said = last_line(printed.read())
            self._failure = reason or said or f"it ended with status {self._process.returncode}"
        return SandboxError(self._failure)


def enlarge(pipe: int) -> None:
    """Have it take most requests at once, where the system allows that."""
    import fcntl

    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def start_by_a_lasting_thread(launch: Callable[[int], subprocess.Popen[bytes]], descriptor: int) -> Any:
    """What is to die with its parent dies with the THREAD that has started it: that thread has to outlive all work.

    It ends with the process, which it reaps.
    """
    started: queue.SimpleQueue[subprocess.Popen[bytes] | Exception] = queue.SimpleQueue()

    def keep() -> None:
        try:
            process = launch(descriptor)
        except Exception as error:
            started.put(error)
            return
        started.put(process)
        process.wait()

    threading.Thread(target=keep, daemon=True, name="keeper of a sandbox").start()
    process = started.get()
    if isinstance(process, Exception):
        raise SandboxError(str(process)) from process
    return process


def pid_here(handle: int) -> int:
    """The pid that a process has outside of its namespace; -1 where it is gone."""
    with open(f"/proc/self/fdinfo/{handle}", encoding="ascii") as fields:
        return next(int(field.split()[1]) for field in fields if field.startswith("Pid:"))


class Forked:
    """A worker that a zygote has forked, or is about to. Its pipes end when it does: nothing it starts outlives it.

    Student code in there cannot kill it: who does is no student, and what it was at work on has to be done again.
    """

    def __init__(self, zygote: Zygote, streams: Streams) -> None:
        self.streams = streams
        self.pid, self.handle = 0, -1
        self._zygote = zygote
        self._killed = False
        self._status: int | None = None

    def ended(self) -> bool:
        return False

    def cpu_seconds(self) -> float:
        self._zygote.find(self)
        with self._zygote.lock:
            return 0.0 if self._status is not None else cpu_seconds_of(pid_here(self.handle))

    def status(self, seconds: float) -> int:
        self._zygote.find(self)
        with self._zygote.lock:
            if self._status is None:
                if not select.select([self.handle], [], [], seconds)[0]:
                    raise TimeoutError
                self._status = self._zygote.reap(self.pid)
                os.close(self.handle)
            if self._status == -signal.SIGKILL and not self._killed:
                raise SandboxError("a worker was killed from outside: is there enough memory?")
            return self._status

    def stop(self) -> None:
        """Where the zygote has broken down, its workers are gone with it."""
        with self._zygote.lock, contextlib.suppress(SandboxError):
            self._zygote.find(self)
            if self._status is None:
                self._killed = True
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self.handle, signal.SIGKILL)
                self.status(END_SECONDS)
