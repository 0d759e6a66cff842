"""One call of a student's function: from a known state of the process, with what it raised or changed reported."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import accumulate
from typing import Any

import numpy as np

from . import streams
from .load import Submission
from .problems import of_exception
from .results import plain
from .trace import Recorder

FOLDER = os.getcwd()
RECURSION_LIMIT = sys.getrecursionlimit()
ERROR_STATE = np.geterr()
PRINT_OPTIONS = np.get_printoptions()
DEFAULT_SEED = 0


def answer_call(submission: Submission, request: dict[str, Any], max_bytes: int) -> dict[str, Any]:
    function = submission.found.get(request["function"])
    if function is None:
        return {"outcome": "missing", "value": None, "error": submission.problem(request["function"]), "mutated": []}
    arguments = [as_argument(value) for value in request["arguments"]]
    before = [fingerprint(value) for value in arguments]
    recorder = Recorder(submission.modules.texts) if request.get("trace") else None
    call = partial(recorder.call, function) if recorder else function
    with known_state(request["seed"]):
        outcome = attempt(lambda: plain(call(*arguments), max_bytes), submission)
    mutated = [n for n, value in enumerate(arguments) if fingerprint(value) != before[n]]
    return {**outcome, "mutated": mutated, **({"trace": fitting(recorder.found(), max_bytes)} if recorder else {})}


def attempt(call: Callable[[], Any], submission: Submission) -> dict[str, Any]:
    try:
        return {"outcome": "answered", "value": call(), "error": None}
    except BaseException as error:  # whatever student code raises is a result
        modules = submission.modules
        outcome = "exited" if isinstance(error, SystemExit) else "raised"
        return {"outcome": outcome, "value": None, "error": of_exception(error, modules.texts, modules.explain(error))}


def fitting(records: list[dict[str, Any]], max_bytes: int) -> list[dict[str, Any]]:
    """As many of the first records as `max_bytes` hold."""
    sizes = accumulate(record["values"].nbytes for record in records)
    return [record for record, size in zip(records, sizes, strict=True) if size <= max_bytes]


def as_argument(value: Any) -> Any:
    """An argument as it is called with: ``{"formula": source}`` is a function."""
    return eval(value["formula"], {"np": np}) if isinstance(value, dict) else value


def fingerprint(value: Any) -> tuple[Any, ...] | None:
    """What changes when an array argument is changed in place; other arguments cannot be."""
    return (value.shape, value.dtype, value.tobytes()) if isinstance(value, np.ndarray) else None


@contextmanager
def known_state(seed: int | None) -> Iterator[None]:
    """The well-known global state as it was at the start, with random generators seeded alike in Python and NumPy."""
    streams.restore()
    sys.setrecursionlimit(RECURSION_LIMIT)
    with suppress(OSError):
        os.chdir(FOLDER)
    reseed(DEFAULT_SEED if seed is None else seed)
    with warnings.catch_warnings(), np.errstate(**ERROR_STATE), np.printoptions(**PRINT_OPTIONS):
        yield


def reseed(seed: int) -> None:
    """``np.random.seed([s])`` and ``random.seed(s)`` give one and the same stream."""
    if "random" in sys.modules:
        sys.modules["random"].seed(seed)
    if "numpy.random" in sys.modules:
        np.random.seed([seed])
