"""The loop that answers requests, on streams of its own that student code does not print to.

Requests and replies are frames of `wire`; each is a dict, and a reply repeats the request's "id":

    load  {"do", "id", "name", "files", "functions", "wanted", "cpu_seconds"}
          -> {"id", "definitions", "problems", "notes"}
    call  {"do", "id", "function", "arguments", "seed", "cpu_seconds"}
          -> {"id", "outcome", "value", "error", "mutated"}
    become  {"do", "id", "folder", "files", "command", "cpu_seconds"}
          -> whatever that program sends when it is ready
"""

from __future__ import annotations

import builtins
import contextlib
import os
import sys
import types
import warnings
from typing import Any, BinaryIO

import numpy as np

from . import limits, program, standins, streams, wire
from .calls import answer_call
from .load import Submission

MAX_REQUEST_BYTES = 1 << 32
BUILTINS = {
    "input": lambda prompt="": "",
    "exit": sys.exit,
    "quit": sys.exit,
    "display": standins.StandIn("display"),
    "get_ipython": standins.StandIn("get_ipython"),
}


def serve(settings: dict[str, Any]) -> None:
    """Answers requests until their stream ends, and then ends the process at once."""
    requests, replies = streams.take_over()
    python = ".".join(map(str, sys.version_info[:3]))
    wire.write_frame(replies, {"ready": True, "python": python, "numpy": np.__version__})
    submission = Submission("", {}, (), ())
    with contextlib.suppress(EOFError):
        while True:
            submission = answer_next(requests, replies, submission, settings["result_bytes"])
    os._exit(0)


def answer_next(requests: BinaryIO, replies: BinaryIO, submission: Submission, result_bytes: int) -> Submission:
    """The submission from then on. Of what was asked and answered nothing is left."""
    request = wire.read_frame(requests, MAX_REQUEST_BYTES)
    if request["do"] == "become":
        program.become(request, requests.fileno(), replies.fileno())
    limits.allow_cpu(request["cpu_seconds"])
    if request["do"] == "load":
        submission.forget()
        submission = Submission(*(request[name] for name in ("name", "files", "functions", "wanted")))
        reply = submission.load()
    else:
        reply = answer_call(submission, request, result_bytes)
    streams.flush()
    wire.write_frame(replies, {"id": request["id"], **reply})
    return submission


def prepare_interpreter() -> None:
    """What student code finds: no input, `exit` though there is no site module, stand-ins for what notebooks offer, and
    no module of ours as __main__."""
    for name, value in BUILTINS.items():
        setattr(builtins, name, value)
    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.meta_path.insert(0, standins.Finder())
    warnings.simplefilter("ignore", SyntaxWarning)
