"""One call of a student's function: from a known state of the process, with what it raised or changed reported."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
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


def answer_call(submission: Submission, request: dict[str, Any], max_bytes: int) -> dict[str, Any]:
    function = submission.found.get(request["function"])
    if function is None:
        return {"outcome": "missing", "value": None, "error": submission.problem(request["function"]), "mutated": []}
    given = request["arguments"]
    arguments = [as_argument(value) for value in given]
    recorder = Recorder(submission.modules.texts) if request.get("trace") else None
    call = partial(recorder.call, function) if recorder else function
    seed = request["seed"]
    restore_state()
    reseed(seed, submission.draws)
    with warnings.catch_warnings():
        outcome = attempt(lambda: plain(call(*arguments), max_bytes), submission)
    mutated = [n for n, pair in enumerate(zip(given, arguments, strict=True)) if differ(*pair)]
    return {**outcome, "mutated": mutated, **({"trace": fitting(recorder.found(), max_bytes)} if recorder else {})}


def attempt(call: Callable[[], Any], submission: Submission) -> dict[str, Any]:
    try:
        return {"outcome": "answered", "value": call(), "error": None}
    except BaseException as error:  # whatever student code raises is a result
        modules = submission.modules
        outcome = "exited" if issubclass(type(error), SystemExit) else "raised"
        return {"outcome": outcome, "value": None, "error": of_exception(error, modules.texts, modules.explain(error))}


def fitting(records: list[dict[str, Any]], max_bytes: int) -> list[dict[str, Any]]:
    """As many of the first records as `max_bytes` hold."""
    sizes = accumulate(record["values"].nbytes for record in records)
    return [record for record, size in zip(records, sizes, strict=True) if size <= max_bytes]


def as_argument(value: Any) -> Any:
    """An argument as it is called with, the student's own copy: ``{"formula": source}`` is a function. A
    text is the same object as in the student's source, as it is where they try it."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list):
        return [as_argument(item) for item in value]
    if isinstance(value, str):
        return sys.intern(value)
    return eval(value["formula"], {"np": np}) if isinstance(value, dict) else value


def differ(given: Any, kept: Any) -> bool:
    """Whether an array, or a list of them, was changed in place; other arguments cannot be."""
    if isinstance(given, list):
        return len(given) != len(kept) or any(map(differ, given, kept))
    if not isinstance(given, np.ndarray):
        return False
    return (
        type(kept) is not np.ndarray
        or (given.shape, given.dtype) != (kept.shape, kept.dtype)
        or given.tobytes() != kept.tobytes()
    )


def restore_state() -> None:
    """The well-known global state as it was at the start."""
    streams.restore()
    sys.setrecursionlimit(RECURSION_LIMIT)
    with suppress(OSError):
        os.chdir(FOLDER)
    if np.geterr() != ERROR_STATE:
        np.seterr(**ERROR_STATE)
    if np.get_printoptions() != PRINT_OPTIONS:
        np.set_printoptions(**PRINT_OPTIONS)


def reseed(seed: int | None, draws: bool) -> None:
    """Seeds the random generators of Python and NumPy; without a seed, where the submission `draws`, each call finds
    them alike. ``np.random.seed([s])`` and ``random.seed(s)`` give one and the same stream, but the first takes long.
    """
    if seed is None and not draws:
        return
    if "random" in sys.modules:
        sys.modules["random"].seed(seed or 0)
    if "numpy.random" in sys.modules:
        np.random.seed([seed] if seed is not None else 0)
