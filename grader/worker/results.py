"""What a function returned as plain values for the wire; of anything else only a short phrase crosses.

Objects of student code are told by `type` alone and read by the methods of the base classes, never by their own.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from .problems import type_name
from .standins import StandIn
from .wire import DTYPES, Opaque, is_possible

MAX_TEXT = 1000
MAX_ITEMS = 20_000
MAX_DEPTH = 8
LONG = 1 << 63

ARRAY_KINDS = {
    "O": "an array of objects (do its rows have different lengths?)",
    "U": "an array of text",
    "S": "an array of text",
    "T": "an array of text",
    "V": "a structured array",
    "M": "an array of dates",
    "m": "an array of time spans",
}
PHRASES: dict[type, str] = {
    StandIn: "part of a drawing or of a package that is not there when work is graded",
    bytes: "bytes",
    dict: "a dict",
    frozenset: "a set",
    set: "a set",
    range: "a range",
    type: "a class",
    types.BuiltinFunctionType: "a function",
    types.FunctionType: "a function",
    types.GeneratorType: "a generator",
    types.MethodType: "a function",
    types.ModuleType: "a module",
    np.ufunc: "a function",
}
ndarray, generic, number, boolean = np.ndarray, np.generic, np.number, np.bool_
PLAIN_NUMBERS = {bool, int, float, *(dtype.type for dtype in DTYPES.values() if dtype.kind != "c")}
DOUBLES: dict[str, type] = {"O": float, "f": float, "c": complex}


def plain(value: Any, max_bytes: int) -> Any:
    """`value` in types that the wire takes, or `Opaque`."""
    return Reader(max_bytes).read(value, MAX_DEPTH)


class Reader:
    """Counts bytes and items, so that neither many nor large parts add up to too much."""

    def __init__(self, max_bytes: int) -> None:
        self.bytes_left = max_bytes
        self.items_left = MAX_ITEMS

    def read(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if value is None or kind is bool:
            return value
        if issubclass(kind, ndarray):
            return self.read_array(value, depth)
        if issubclass(kind, (tuple, list)):
            return self.read_sequence(value, depth)
        if issubclass(kind, str):
            return str.__getitem__(value, slice(MAX_TEXT))
        if issubclass(kind, generic):
            return self.read_scalar(value, depth)
        if issubclass(kind, int):
            return read_int(int.__int__(value))
        if issubclass(kind, float):
            return float.__float__(value)
        if issubclass(kind, complex):
            return np.array(complex.__complex__(value))
        return Opaque(phrase_for(kind))

    def read_array(self, value: Any, depth: int) -> Any:
        """An array of arrays, which is how some keep matrices of different shapes, is read as a list."""
        if any(type_name(base) == "MaskedArray" for base in type.mro(type(value))):
            return Opaque("a masked array")
        array = ndarray.view(value, ndarray)
        if array.dtype.kind == "O" and array.size == max(array.shape, default=0):
            items = array.ravel().tolist()
            if any(issubclass(type(item), ndarray) for item in items):
                return self.read_sequence(items, depth)
        if array.nbytes > self.bytes_left:
            return Opaque(f"a result of {array.nbytes:,} bytes")
        array = as_doubles(array)
        if not crosses(array):
            return Opaque(ARRAY_KINDS.get(array.dtype.kind, f"an array of type {array.dtype.name}"))
        if not is_possible(array.shape):
            return Opaque(f"an array of {array.ndim} dimensions, or of an impossible size")
        self.bytes_left -= array.nbytes
        return array

    def read_sequence(self, value: Any, depth: int) -> Any:
        kind = tuple if issubclass(type(value), tuple) else list
        count = kind.__len__(value)
        if depth == 0:
            return Opaque(f"lists in lists, more than {MAX_DEPTH} deep")
        if count > self.items_left:
            return Opaque(f"a list of {count:,} items")
        self.items_left -= count
        items: Iterator[Any] = kind.__iter__(value)
        return [self.read(item, depth - 1) for item in items]

    def read_scalar(self, value: Any, depth: int) -> Any:
        is_number = issubclass(type(value), (number, boolean))
        item = ndarray.item(as_doubles(generic.reshape(value, (1,)))) if is_number else value
        if issubclass(type(item), generic):
            return Opaque(f"a value of type {type_name(type(item))[:60]}")
        return self.read(item, depth)


def as_doubles(array: Any) -> Any:
    """Objects that are but numbers, and floats longer than doubles, as doubles where these hold them."""
    if crosses(array) or (array.dtype.kind == "O" and not all(type(item) in PLAIN_NUMBERS for item in array.flat)):
        return array
    try:
        with np.errstate(over="raise"):
            return array.astype(DOUBLES[array.dtype.kind])
    except (KeyError, FloatingPointError, OverflowError):
        return array


def crosses(array: Any) -> bool:
    return array.dtype.newbyteorder("<").str in DTYPES


def read_int(value: int) -> Any:
    """Whole numbers beyond 64 bits as floats, as Octave has them."""
    if -LONG <= value < LONG:
        return value
    try:
        return float(value)
    except OverflowError:
        return Opaque(f"a whole number of {value.bit_length():,} bits")


def phrase_for(kind: type) -> str:
    known = (PHRASES[base] for base in type.mro(kind) if base in PHRASES)
    return next(known, f"an object of type {type_name(kind)[:60]}")
