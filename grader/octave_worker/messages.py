"""A case as a request to worker.m, and its reply in the terms of a Python worker's."""

from __future__ import annotations

import re
from typing import Any, TypeGuard

import numpy as np

from grader.errors import InternalError
from grader.model import Case, Formula, Function, Value
from grader.octave_source import OctaveSource
from grader.signatures import COLUMNS, arrange
from grader.values import as_array, describe

DEFAULT_SEED = 0

# --- requests ---------------------------------------------------------------------------------------------------------


def call_message(case: Case, function: Function, order: tuple[int, ...]) -> dict[str, Any]:
    """The request that calls a student's function with the arguments of `case` in the student's `order`."""
    return {
        "do": "call",
        "function": case.function,
        "arguments": [to_wire(argument) for argument in arrange(case, function, order, COLUMNS)],
        "nout": len(function.outputs),
        "seed": DEFAULT_SEED if case.seed is None else case.seed,
    }


def to_wire(value: Value) -> Any:
    if is_list(value):
        return {"cell": [to_wire(item) for item in value]}
    octave = to_octave(value)
    return {"formula": octave} if isinstance(value, Formula) else octave


def to_octave(value: Value) -> Any:
    """Doubles in two dimensions, whatever the type in Python; a 1-D array becomes a column, a number 1x1; of a formula
    its text. In integer classes, which Octave has as well, 7 / 2 is 4. Of a list a tuple of these."""
    if is_list(value):
        return tuple(map(to_octave, value))
    if isinstance(value, (Formula, str)):
        return value.octave if isinstance(value, Formula) else value
    array = as_array(value)
    if array is None or array.dtype.kind == "c":
        raise InternalError(f"{describe(value)} does not go to Octave")
    return np.array(array.reshape(-1, 1) if array.ndim < 2 else array, dtype=np.float64)


def is_list(value: Value) -> TypeGuard[tuple[Value, ...]]:
    """Whether this is a list of arrays, and no vector of numbers."""
    return isinstance(value, tuple) and any(isinstance(item, tuple) or is_array(item) for item in value)


def is_array(value: Value) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0


# --- replies ----------------------------------------------------------------------------------------------------------


def plain_reply(reply: dict[str, Any], source: OctaveSource) -> dict[str, Any]:
    """A reply of worker.m as a Python worker would give it: one output by itself, none as None, vectors in one
    dimension, numbers in none; an error with its place in the files that were handed in."""
    error = reply.get("error")
    return {
        **reply,
        "value": plain_value(reply.get("value")),
        "error": explain(error, source) if isinstance(error, dict) else None,
    }


def plain_value(value: Any) -> Any:
    outputs = [squeezed(output) for output in value] if isinstance(value, list) else []
    return outputs if len(outputs) > 1 else next(iter(outputs), None)


def squeezed(output: Any) -> Any:
    """Without the second dimension that a column or a number has in Octave only."""
    if not isinstance(output, np.ndarray) or output.ndim != 2 or output.shape[1] != 1:
        return output
    return output.reshape(() if output.size == 1 else -1)


# --- errors -----------------------------------------------------------------------------------------------------------

MAX_MESSAGE = 2000
PARSE_ERROR = "parse error"
PARSED_FILE = re.compile(r"parse error near line (\d{1,9}) of file (?:.*/)?(\w+\.m)$", re.MULTILINE)
FAULTY_CODE = re.compile(r"^>>> .*\n( {4,})\^", re.MULTILINE)
COMPLAINT = re.compile(r"\n\s*([^>\s][^\n]*)")
OWN_PLACE = re.compile(r" near line \d+, column \d+$")


def explain(error: dict[str, Any], source: OctaveSource) -> dict[str, Any]:
    """An error of Octave's: kind, message, and file, line, column and text of the student's own line."""
    message = error.get("message")
    message = message[:MAX_MESSAGE].decode("utf-8", "replace") if isinstance(message, bytes) else ""
    if message.startswith(PARSE_ERROR):
        return explain_parse_error(message, error, source)
    return {
        "kind": "error",
        "message": OWN_PLACE.sub("", message),
        **place(error.get("file"), error.get("line"), source),
    }


def explain_parse_error(message: str, error: dict[str, Any], source: OctaveSource) -> dict[str, Any]:
    """Octave says where in the message, and marks the column below the line; of text in eval it only says what."""
    found, complaint, code = PARSED_FILE.search(message), COMPLAINT.search(message), FAULTY_CODE.search(message)
    where = place(found[2], int(found[1]), source) if found else place(error.get("file"), error.get("line"), source)
    column = len(code[1]) - 3 if found and code else 0
    return {"kind": PARSE_ERROR, "message": complaint[1] if complaint else "", **where, "column": column}


def place(name: Any, line: Any, source: OctaveSource) -> dict[str, Any]:
    file, number, text = source.place(name, line) if isinstance(name, str) and isinstance(line, int) else ("", 0, "")
    return {"file": file, "line": number, "source": text}
