"""Values as Octave holds them: plain arrays in one canonical form.

What crosses the wire (`grader.worker.wire`) becomes a `Value`; `as_array` makes of a value the array that a comparison
needs, accepting what Octave would accept: numbers and 1x1 arrays alike, integers and booleans as numbers,
lists and tuples of numbers as arrays.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.model import Formula, Value
from grader.worker.wire import Opaque

CONTROL = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]"
    r"|[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
    r"|(?<=[\u0300-\u036f]{3})[\u0300-\u036f]+"
)
"""What changes how other text is shown: control sequences, marks of direction, and accents that paint over others."""
SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Notation:
    """How a language writes things: `first` is the number of the first row, `entry` and `outputs` the brackets of an
    entry of a matrix and of several outputs, `returning` what to ask where a function gives nothing, `list_of` what
    comes before the number of arrays in one, and `item` the brackets of one of these."""

    first: int
    entry: str
    outputs: str
    returning: str
    list_of: str
    item: str

    def name(self, matrix: str) -> str:
        """A matrix called as in Python, 'W[0]' in a list, in this language: 'W{1}'."""
        return ITEM.sub(lambda place: str(int(place[1]) + self.first).join(self.item), matrix)


ITEM = re.compile(r"\[(\d+)\]$")
IN_PYTHON = Notation(0, "[]", "()", "is there a return?", "a list of", "[]")
IN_OCTAVE = Notation(1, "()", "[]", "are the outputs in its first line given a value?", "a cell of", "{}")


def clean(text: object, limit: int = 500) -> str:
    """Text from untrusted code as one inert line: no control sequences, not longer than `limit`."""
    safe = SPACE.sub(" ", CONTROL.sub("", str(text)[: 8 * limit])).strip()
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def entries(value: Any) -> dict[str, Any]:
    """What an untrusted value holds by name: nothing where it is no such thing."""
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    """An untrusted value that is text, else none: to write out another may take long, and to compare it may fail."""
    return value if isinstance(value, str) else ""


def listed(value: Any, most: int | None = None) -> list[Any]:
    """At most so many of the things in an untrusted list."""
    return value[:most] if isinstance(value, list) else []


def whole(value: Any) -> int:
    """An untrusted count, place or position; 0 where it is none."""
    return value if type(value) is int and 0 <= value < 1 << 31 else 0


def from_wire(value: Any) -> Value:
    """The `Value` of what `wire.decode` gives: numbers become 0-d arrays, lists become tuples."""
    if value is None or isinstance(value, (str, Opaque)):
        return value
    if isinstance(value, list):
        return tuple(from_wire(item) for item in value)
    if isinstance(value, dict):
        return Opaque("a dict")
    if isinstance(value, bytes):
        return Opaque("bytes")
    if isinstance(value, int) and value.bit_length() > 63:
        return Opaque("a whole number of more than 64 bits")
    return np.asarray(value)


def to_wire(value: Value) -> Any:
    """What `wire.encode` takes: 0-d arrays become Python numbers, a `Formula` its Python source."""
    if isinstance(value, Formula):
        return {"formula": value.python}
    if isinstance(value, tuple):
        return [to_wire(item) for item in value]
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return value.item()
    if isinstance(value, np.generic):
        return value.item()
    return value


def as_array(value: Value) -> NDArray[Any] | None:
    """`value` as a numeric array, or None where it is not one: text, nothing, ragged or other things."""
    if isinstance(value, tuple):
        numbers = [item.item() for item in value if isinstance(item, np.ndarray) and item.ndim == 0]
        if value and len(numbers) == len(value):
            return as_array(np.array(numbers))
        items = [as_array(item) for item in value]
        if not items or any(item is None for item in items):
            return None
        shapes = {item.shape for item in items if item is not None}
        return np.stack([item for item in items if item is not None]) if len(shapes) == 1 else None
    if isinstance(value, (np.ndarray, np.generic, int, float, complex)):
        array = np.asarray(value)
        return array if array.dtype.kind in "biufc" else None
    return None


def same(one: Value, other: Value) -> bool:
    """Whether two values are equal, bit by bit."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.shape == other.shape and one.dtype == other.dtype and one.tobytes() == other.tobytes()
    return type(one) is type(other) and one == other


def is_vector(shape: tuple[int, ...]) -> bool:
    """(n,), (n, 1) and (1, n) are the same vector; so are (), (1,) and (1, 1)."""
    return sum(n != 1 for n in shape) <= 1 and len(shape) <= 2


def describe(value: Value) -> str:
    """What a student reads about a value: 'an array of shape (3, 4)', 'a number', 'nothing (None)'."""
    if value is None:
        return "nothing (None)"
    if isinstance(value, str):
        return "text"
    if isinstance(value, Opaque):
        return clean(value.description, 80)
    if isinstance(value, tuple):
        odd = next((describe(item) for item in value if isinstance(item, Opaque)), "")
        return f"{len(value)} value{'s' * (len(value) != 1)}" + f", among them {odd}" * bool(odd)
    if isinstance(value, Formula):
        return "a function"
    array = np.asarray(value)
    if array.ndim == 0:
        return {"b": "a boolean", "c": "a complex number"}.get(array.dtype.kind, "a number")
    return f"an array of shape {array.shape}"


def size_of(value: Any) -> int:
    """How many numbers there are in a value."""
    return sum(map(size_of, value)) if isinstance(value, (tuple, list)) else int(np.size(value))


def callable_of(formula: Formula) -> Callable[..., Any]:
    """The Python function of one of our own formulas, for the reference."""
    function = eval(formula.python, {"np": np})
    assert callable(function)
    return function  # type: ignore[no-any-return]


def copy_of(value: Value) -> Any:
    """A private copy of an argument, ready to be handed to a reference function: of a tuple a list."""
    if isinstance(value, Formula):
        return callable_of(value)
    if isinstance(value, tuple):
        return [copy_of(item) for item in value]
    return np.array(value, copy=True) if isinstance(value, np.ndarray) and value.ndim else value


def unrolled(arrays: Iterable[Any]) -> NDArray[Any]:
    """Matrices as one vector, column by column and one after the other, as (:) does in Octave."""
    return np.concatenate([np.ravel(array, order="F") for array in arrays])


def matrices(vector: Any, shapes: Sequence[tuple[int, ...]]) -> list[NDArray[Any]]:
    """The arrays of these shapes that `unrolled` made the vector of."""
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    pieces = np.split(np.ravel(vector), ends[:-1])
    return [piece.reshape(shape, order="F") for piece, shape in zip(pieces, shapes, strict=True)]


def canonical(array: NDArray[Any]) -> NDArray[Any]:
    """Vectors of every orientation as (n,), anything else as it is."""
    return array.reshape(-1) if is_vector(array.shape) else array
