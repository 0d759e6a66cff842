"""The loop that answers requests, on streams of its own that student code does not print to.

Requests and replies are frames of `wire`; each is a dict, and a reply repeats the request's "id":

    load  {"do", "id", "name", "files", "functions", "cpu_seconds"}  ->  {"id", "definitions", "problems", "notes"}
    call  {"do", "id", "function", "arguments", "seed", "cpu_seconds"}  ->  {"id", "outcome", "value", "error", "mutated"}
"""

from __future__ import annotations

import builtins
import contextlib
import os
import sys
import types
from typing import Any, BinaryIO

import numpy as np

from . import limits, standins, wire
from .calls import answer_call
from .load import Submission

MAX_REQUEST_BYTES = 1 << 32


def serve(settings: dict[str, Any]) -> None:
    """Answers requests until their stream ends, and then ends the process at once."""
    requests, replies = take_streams()
    prepare_interpreter()
    limits.set_for_process(settings["memory_bytes"], settings["file_bytes"])
    python = ".".join(map(str, sys.version_info[:3]))
    wire.write_frame(replies, {"ready": True, "python": python, "numpy": np.__version__})
    submission = Submission("", {}, ())
    with contextlib.suppress(EOFError):
        while True:
            request = wire.read_frame(requests, MAX_REQUEST_BYTES)
            limits.allow_cpu(request["cpu_seconds"])
            if request["do"] == "load":
                submission.forget()
                submission = Submission(request["name"], request["files"], request["functions"])
                reply = submission.load()
            else:
                reply = answer_call(submission, request, settings["result_bytes"])
            flush_output()
            wire.write_frame(replies, {"id": request["id"], **reply})
    os._exit(0)


def take_streams() -> tuple[BinaryIO, BinaryIO]:
    """The request and reply streams, moved away from the standard ones: reading gives nothing, printing goes to stderr."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", errors="replace", closefd=False)
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)
    return requests, replies


def prepare_interpreter() -> None:
    """What student code finds around it: no input, `exit` without the site module, and no module of ours as __main__."""
    for name, value in {"input": lambda prompt="": "", "exit": sys.exit, "quit": sys.exit}.items():
        setattr(builtins, name, value)
    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.meta_path.insert(0, standins.Finder())


def flush_output() -> None:
    for stream in (sys.__stdout__, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()  # type: ignore[union-attr]
