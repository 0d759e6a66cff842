"""The standard streams: the protocol takes them for itself, student code then reads nothing and prints to stderr."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import sys
from typing import BinaryIO, TextIO

standard: list[TextIO] = [sys.stdin, sys.stdout, sys.stderr]


def take_over() -> tuple[BinaryIO, BinaryIO]:
    """The request and reply streams, on private descriptors. Of requests none is read before it is asked for."""
    requests, replies = os.fdopen(os.dup(0), "rb", buffering=0), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    standard[:] = text_streams()
    restore()
    return requests, replies


@functools.cache
def text_streams() -> tuple[TextIO, TextIO, TextIO]:
    """The standard descriptors, whatever they may be from here on, as Python prints to them."""
    return text_stream(0, "r"), text_stream(1, "w"), text_stream(2, "w")


def text_stream(descriptor: int, mode: str) -> TextIO:
    stream = open(descriptor, mode, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    assert isinstance(stream, io.TextIOWrapper)
    stream.reconfigure(line_buffering=True)
    return stream


def restore() -> None:
    sys.stdin, sys.stdout, sys.stderr = standard


def flush() -> None:
    for stream in standard[1:]:
        with contextlib.suppress(Exception):
            stream.flush()
