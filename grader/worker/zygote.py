"""A warm process: it has imported everything, and forks a child for each worker that is asked for.

Whoever started it asks over a socket of whole messages (JSON), one at a time, and gets one answer to each:

    {"do": "fork", "settings": ...} and descriptors for requests, replies and printed text
          -> {"pid": ...} and a descriptor of the process
    {"do": "reap", "pid": ...}, once that process has ended or has been killed
          -> {"status": ...}: its exit status, negative where a signal ended it

It serves nobody else, runs no student code itself, and ends when the socket does.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any

from . import kernel, limits, streams
from .fence import Fence
from .jail import Jail

MAX_MESSAGE_BYTES = 64 << 10
FAILED = 1
COLLECTED_AFTER = 20_000
MOST_DESCRIPTORS = 1 << 16

JAILS: dict[str, Callable[..., Jail | Fence]] = {"namespaces": Jail, "landlock": Fence}
CALLED = ("capset", "mount", "prctl", "syscall", "unshare")
"""The functions of the C library that a child calls on its way."""

Serve = Callable[[dict[str, Any]], None]


def serve_forks(settings: dict[str, Any], serve: Serve) -> None:
    """Answers requests until the socket ends; `serve(settings)` is what a child does."""
    if threads := len(os.listdir("/proc/self/task")) - 1:
        sys.exit(f"{threads} threads run beside the one that forks")
    channel = socket.socket(fileno=settings["control"])
    ((kind, given),) = settings["jail"].items()
    jail = JAILS[kind](**given)
    taken_bytes = limits.address_space_bytes()
    do_beforehand()
    kernel.keep_freed_memory()
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)
    answer(channel, {"ready": True})
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, MAX_MESSAGE_BYTES, 3)
        if not message:
            os._exit(0)
        request = json.loads(message)
        if request["do"] == "reap":
            answer(channel, {"status": reap(request["pid"])})
            continue
        pid = jail.fork()
        if pid == 0:
            live(descriptors, jail, request["settings"], taken_bytes, serve)
        for descriptor in descriptors:
            os.close(descriptor)
        handle = os.pidfd_open(pid)
        answer(channel, {"pid": pid}, handle)
        os.close(handle)


def do_beforehand() -> None:
    """What would be the same in every child, of which both outputs are pipes. Who ignores SIGCHLD, as whatever started
    us may, learns no exit status."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for name in limits.BOUND_AT_START:
        os.environ.pop(name, None)
    os.dup2(2, 1)
    streams.text_streams()
    kernel.find(CALLED)


def answer(channel: socket.socket, message: dict[str, Any], *descriptors: int) -> None:
    socket.send_fds(channel, [json.dumps(message).encode()], descriptors)


def reap(pid: int) -> int:
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def live(descriptors: list[int], jail: Jail | Fence, settings: dict[str, Any], taken_bytes: int, serve: Serve) -> None:
    """All of a child's life."""
    try:
        os.setsid()
        make_standard(descriptors)
        limits.set_for_process(settings["memory_bytes"], settings["file_bytes"], settings["processes"], taken_bytes)
        jail.enter(settings.pop("may_execute"))
        os.closerange(3, MOST_DESCRIPTORS)
        serve(settings)
    except BaseException:
        traceback.print_exc()
    os._exit(FAILED)


def make_standard(descriptors: list[int]) -> None:
    for standard, descriptor in enumerate(descriptors):
        os.dup2(descriptor, standard)
