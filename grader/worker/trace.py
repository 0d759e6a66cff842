"""What a student's functions hold while they run: their numbers, by variable and by the line that set them.

After each line of the student's own files, and when a function of theirs returns, every local variable that is new or
has changed is copied: numbers, arrays, lists of numbers, and such things one level deep in a list, a dict or an object
of the student's own. What a function is called with belongs to the line that calls it.

A loop writes the same variable many times: the first values and the last are kept. Recording ends by itself once it
has taken its time or its memory; whatever goes wrong in it ends it too, and never reaches the student's code.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import numpy as np

from .problems import line_of

MAX_LOOKS = 100_000
MAX_BYTES = 4 << 20
MAX_ARRAY_BYTES = 64 << 10
MAX_RECORDS = 400
MAX_VALUES = 48
MAX_ITEMS = 1000
MAX_PARTS = 32
MAX_DEPTH = 3

CONTAINERS = (list, tuple, dict)
NUMBERS = (bool, int, float, complex, np.number, np.bool_)
ONLY_EXPRESSIONS = {"<module>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}

Look = Callable[[FrameType, str, Any], Any]


@dataclass
class Record:
    """The values, all of one shape, that one line gave to one variable: the first ones and the last of `count`."""

    count: int = 0
    values: list[Any] = field(default_factory=list)


class Recorder:
    """Records calls of functions whose files are among `texts` (source by path)."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.records: dict[tuple[str, str, int, tuple[int, ...]], Record] = {}
        self.known: set[int] = set()
        self.looks_left = MAX_LOOKS
        self.bytes_left = MAX_BYTES

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        sys.settrace(self.enter)
        try:
            return function(*arguments)
        finally:
            sys.settrace(None)

    def enter(self, frame: FrameType, event: str, argument: Any) -> Look | None:
        """What is to be called at each line of a function that begins; None where nobody asks for it."""
        code = frame.f_code
        own = code.co_filename in self.texts and code.co_name not in ONLY_EXPRESSIONS
        return self.guarded(Watch(self, frame).look) if own else None

    def guarded(self, look: Look) -> Look:
        def guarded_look(frame: FrameType, event: str, argument: Any) -> Look:
            try:
                look(frame, event, argument)
                self.looks_left -= 1 + len(frame.f_locals)
            except Exception:  # objects of student code may refuse to be looked at
                self.bytes_left = 0
            if min(self.looks_left, self.bytes_left) <= 0:
                sys.settrace(None)
            return guarded_look

        return guarded_look

    def add(self, name: str, place: tuple[str, int], value: Any) -> None:
        key = (name, *place, value.shape)
        if key not in self.records and len(self.records) == MAX_RECORDS:
            return
        record = self.records.setdefault(key, Record())
        record.count += 1
        if len(record.values) == MAX_VALUES:
            record.values[-1] = value
        elif value.nbytes <= self.bytes_left:
            record.values.append(value)
            self.bytes_left -= value.nbytes
        self.note(value)

    def note(self, value: Any) -> None:
        self.known.add(hash(value.tobytes()))

    def knows(self, value: Any) -> bool:
        return hash(value.tobytes()) in self.known

    def found(self) -> list[dict[str, Any]]:
        """The records in the order in which they began, ready for the wire."""
        return [
            {
                "name": name[:MAX_ITEMS],
                "file": file,
                "line": line,
                "source": line_of(self.texts[file], line).strip()[:MAX_ITEMS],
                "count": record.count,
                "values": np.array(record.values),
            }
            for (name, file, line, _), record in self.records.items()
            if record.values
        ]


class Watch:
    """One running function of the student's, and what its variables held at the last look."""

    def __init__(self, recorder: Recorder, frame: FrameType) -> None:
        self.recorder = recorder
        self.held: dict[str, tuple[Any, bytes | None]] = {}
        self.place: tuple[str, int] | None = None
        caller = frame.f_back
        called_by_student = caller is not None and caller.f_code.co_filename in recorder.texts
        self.called_from = place_of(caller) if caller and called_by_student else None

    def look(self, frame: FrameType, event: str, argument: Any) -> None:
        for name, value in frame.f_locals.items():
            if not self.is_as_before(name, value):
                for label, part in self.parts(name, value):
                    self.look_at(label, part)
        if event == "return" and self.called_from:
            returned = numbers(argument)
            if returned is not None and not self.recorder.knows(returned):
                self.recorder.add(f"{frame.f_code.co_name}()", place_of(frame), returned)
        self.place = place_of(frame)

    def is_as_before(self, name: str, value: Any) -> bool:
        before, content = self.held.get(name, (None, None))
        if before is not value or isinstance(value, CONTAINERS) or self.is_of_student(type(value)):
            return False
        return not isinstance(value, np.ndarray) or value.tobytes() == content

    def look_at(self, label: str, part: Any) -> None:
        """Record it where it is another thing than before, or holds other numbers; single numbers are no things."""
        value = numbers(part)
        before, content = self.held.get(label, (None, None))
        if value is None:
            self.held[label] = part, None
            return
        same = content == value.tobytes() and (before is part or not value.ndim)
        self.held[label] = part, part.tobytes() if isinstance(part, np.ndarray) else value.tobytes()
        if not same:
            self.record(label, value)

    def record(self, label: str, value: Any) -> None:
        """A parameter is worth a record where its value is of no variable: of an expression in the call."""
        if self.place is not None:
            self.recorder.add(label, self.place, value)
        elif self.called_from is None:
            self.recorder.note(value)
        elif not self.recorder.knows(value):
            self.recorder.add(label, self.called_from, value)

    def parts(self, name: str, value: Any) -> Iterator[tuple[str, Any]]:
        """The variable itself, or what it holds one level deep, each by the name that the student uses."""
        kind = type(value)
        if kind in (list, tuple) and not is_plain(value, MAX_DEPTH):
            yield from ((f"{name}[{n}]", item) for n, item in enumerate(value[:MAX_PARTS]))
        elif kind is dict:
            yield from ((f"{name}[{key!r}]", value[key]) for key in list(value)[:MAX_PARTS] if type(key) in (str, int))
        elif self.is_of_student(kind):
            attributes = object.__getattribute__(value, "__dict__")
            yield from ((f"{name}.{key}", attributes[key]) for key in list(attributes)[:MAX_PARTS])
        else:
            yield name, value

    def is_of_student(self, kind: type) -> bool:
        if not kind.__dictoffset__ or issubclass(kind, np.ndarray):
            return False
        return getattr(sys.modules.get(kind.__module__), "__file__", None) in self.recorder.texts


def place_of(frame: FrameType) -> tuple[str, int]:
    return frame.f_code.co_filename, frame.f_lineno or 0


def numbers(value: Any) -> Any:
    """A copy of `value` as an array of floats (or complex numbers), or None where it is nothing of the kind."""
    if type(value) in (list, tuple):
        value = rectangle(value)
    elif isinstance(value, NUMBERS):
        value = np.asarray(value)
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biufc":
        return None
    if not 0 < value.nbytes <= MAX_ARRAY_BYTES:
        return None
    return np.array(value, dtype=complex if value.dtype.kind == "c" else float, subok=False)


def rectangle(items: list[Any] | tuple[Any, ...]) -> Any:
    """Lists of numbers, all of one length, as an array."""
    if not items or not is_plain(items, MAX_DEPTH):
        return None
    try:
        return np.array(items)
    except ValueError:
        return None


def is_plain(items: list[Any] | tuple[Any, ...], depth: int) -> bool:
    """Whether there are but numbers in a list, or lists of them in it."""
    return len(items) <= MAX_ITEMS and all(
        isinstance(item, NUMBERS) or (depth > 0 and type(item) in (list, tuple) and is_plain(item, depth - 1))
        for item in items
    )
