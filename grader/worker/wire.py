"""The wire between the trusted process and a sandboxed worker: frames of plain values, never pickle.

A frame is a fixed header (magic, length of the text, length of the payload), a JSON text and raw array bytes.
In the text an array stands as ``{"array": [dtype, shape]}`` and takes its bytes, in order, from the payload.
The reader trusts nothing: lengths, data types and shapes are checked before anything is allocated.

Values: ``None``, ``bool``, ``int``, ``float``, ``str``, ``list``, ``dict`` with text keys, ``bytes``, ``ndarray``
of a numeric type, and `Opaque` for anything else a function may have returned, of which only a name crosses.
Arrays that are read cannot be written to: they lie in the frame.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

MAGIC = b"\x93ML1"
HEADER = struct.Struct("<4sIQ")
MAX_TEXT_BYTES = 1 << 20
MAX_DIMENSIONS = 8
MAX_DEPTH = 16
MAX_PARTS = 30_000
MAX_ENTRIES = 1 << 40
ALIGNMENT = 8
CHUNK_BYTES = 1 << 20
PLAIN = {type(None), bool, int, float, str}
_NAMES = {None: "null", False: "false", True: "true"}
_quoted = json.encoder.encode_basestring_ascii
DTYPES = {
    np.dtype(code).str: np.dtype(code)
    for code in ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
}


class GarbledError(Exception):
    """The bytes are not a frame that this module writes."""


@dataclass(frozen=True)
class Opaque:
    """Something that is not a plain value: `description` says what it was, in one short phrase."""

    description: str


@dataclass(frozen=True)
class Packed:
    """Entries of a dict, encoded once to be sent in many frames."""

    text: bytes
    payload: bytes


def pack(entries: Mapping[str, Any]) -> Packed:
    payload: list[bytes] = []
    text = _entries(entries, payload)
    return Packed(text.encode("ascii"), b"".join(payload))


def encode_with(entries: Mapping[str, Any], packed: Packed) -> bytes:
    """One frame that holds a dict of both, of which `entries` are plain values without arrays."""
    head = _entries(entries, [])
    return _frame(b'{"dict":[%b,%b]}' % (head.encode("ascii"), packed.text), [packed.payload])


def encode(value: Any) -> bytes:
    """One frame that holds `value`."""
    payload: list[bytes] = []
    text = _text(value, payload)
    return _frame(text.encode("ascii"), payload)


def _frame(text: bytes, payload: list[bytes]) -> bytes:
    """The text is filled up so that arrays can be used where they lie."""
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join((HEADER.pack(MAGIC, len(text), sum(map(len, payload))), text, *payload))


def decode(frame: bytes | bytearray) -> Any:
    """The value of one whole frame; raises `GarbledError`."""
    if len(frame) < HEADER.size:
        raise GarbledError("a frame shorter than its header")
    text_bytes, payload_bytes = _parse_header(frame[: HEADER.size], max_payload=len(frame))
    if len(frame) != HEADER.size + text_bytes + payload_bytes:
        raise GarbledError("a frame of another length than it says")
    return _decode_body(memoryview(frame)[HEADER.size :], text_bytes)


def frame_size(received: bytes | bytearray, max_payload: int) -> int | None:
    """The length of the frame that `received` begins with, None while it has not come whole; raises `GarbledError`."""
    if len(received) < HEADER.size:
        return None
    size = HEADER.size + sum(_parse_header(received[: HEADER.size], max_payload))
    return size if len(received) >= size else None


def read_frame(stream: BinaryIO, max_payload: int) -> Any:
    """The next value from `stream`; raises `EOFError` at its end and `GarbledError` for anything else."""
    header = _read_exactly(stream, HEADER.size)
    text_bytes, payload_bytes = _parse_header(header, max_payload)
    return _decode_body(memoryview(_read_exactly(stream, text_bytes + payload_bytes)), text_bytes)


def write_frame(stream: BinaryIO, value: Any) -> None:
    stream.write(encode(value))
    stream.flush()


def _text(value: Any, payload: list[bytes]) -> str:
    """The JSON text of a value, whose bytes are added to the payload."""
    if isinstance(value, str):
        return _quoted(value)
    if value is None or isinstance(value, bool):
        return _NAMES[value]
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        digits = float.__repr__(value)
        return digits if math.isfinite(value) else f'{{"float":"{digits}"}}'
    if isinstance(value, (list, tuple)):
        return f"[{','.join([_text(item, payload) for item in value])}]"
    if isinstance(value, np.ndarray):
        return _array_text(value, payload)
    if isinstance(value, dict):
        return f'{{"dict":[{_entries(value, payload)}]}}'
    if isinstance(value, bytes):
        payload.append(value)
        return f'{{"bytes":{len(value)}}}'
    if isinstance(value, Opaque):
        return f'{{"opaque":{_quoted(value.description)}}}'
    raise TypeError(f"a {type(value).__name__} does not cross the wire")


def _entries(entries: Mapping[str, Any], payload: list[bytes]) -> str:
    return ",".join([f"[{_quoted(str(key))},{_text(value, payload)}]" for key, value in entries.items()])


def _array_text(value: np.ndarray[Any, Any], payload: list[bytes]) -> str:
    array = value.astype(value.dtype.newbyteorder("<"), copy=False)
    if array.dtype.str not in DTYPES:
        raise TypeError(f"an array of dtype {value.dtype} does not cross the wire")
    payload.append(array.tobytes(order="C"))
    return f'{{"array":["{array.dtype.str}",{list(array.shape)}]}}'


def _parse_header(header: bytes | bytearray, max_payload: int) -> tuple[int, int]:
    magic, text_bytes, payload_bytes = HEADER.unpack(header)
    if magic != MAGIC:
        raise GarbledError("not a frame")
    if text_bytes > MAX_TEXT_BYTES or payload_bytes > max_payload:
        raise GarbledError(f"a frame of {text_bytes + payload_bytes:,} bytes, more than is accepted")
    return text_bytes, payload_bytes


def _read_exactly(stream: BinaryIO, count: int) -> bytearray:
    """Grows with what comes, and not with what was announced, as that may be a lie."""
    received, at = bytearray(min(count, CHUNK_BYTES)), 0
    while at < count:
        if at == len(received):
            received += bytes(min(count - at, len(received)))
        with memoryview(received)[at:] as room:
            taken = stream.readinto(room)  # type: ignore[attr-defined]
        if not taken:
            raise EOFError
        at += taken
    return received


def _decode_body(body: memoryview, text_bytes: int) -> Any:
    try:
        tree = json.loads(str(body[:text_bytes], "ascii"))
        reader = _Payload(body[text_bytes:])
        value = _from_json(tree, reader)
    except (ValueError, TypeError, KeyError, RecursionError, MemoryError) as error:
        raise GarbledError("a frame whose text and bytes do not fit together") from error
    if reader.rest:
        raise GarbledError("bytes that belong to nothing")
    return value


class _Payload:
    """The bytes that are not yet read, and how many parts the value may still have."""

    def __init__(self, view: memoryview) -> None:
        self.rest = view
        self.parts_left = MAX_PARTS

    def count(self, parts: Sequence[Any], depth: int) -> None:
        self.parts_left -= len(parts)
        if depth >= MAX_DEPTH or self.parts_left < 0:
            raise ValueError("a value of too many parts")

    def take(self, count: int) -> memoryview:
        if count > len(self.rest):
            raise ValueError("an array longer than its bytes")
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken


def _from_json(tree: Any, payload: _Payload, depth: int = 0) -> Any:
    if type(tree) in PLAIN:
        return tree
    if type(tree) is list:
        payload.count(tree, depth)
        return [item if type(item) in PLAIN else _from_json(item, payload, depth + 1) for item in tree]
    if len(tree) != 1:
        raise ValueError("an unknown kind of value")
    ((kind, body),) = tree.items()
    if kind == "dict":
        payload.count(body, depth)
        return {str(key): item if type(item) in PLAIN else _from_json(item, payload, depth + 1) for key, item in body}
    return _READERS[kind](body, payload)


def is_possible(shape: Sequence[int]) -> bool:
    """Whether an array of that shape crosses: there are shapes of no entries that no memory could hold."""
    return len(shape) <= MAX_DIMENSIONS and math.prod([n or 1 for n in shape]) <= MAX_ENTRIES


def _read_array(body: Any, payload: _Payload) -> np.ndarray[Any, Any]:
    code, shape = body
    dtype = DTYPES[code]
    if not {int}.issuperset(map(type, shape)) or min(shape, default=0) < 0 or not is_possible(shape):
        raise ValueError("an impossible shape")
    raw = payload.take(math.prod(shape) * dtype.itemsize)
    return np.ndarray(shape, dtype, raw.toreadonly())


def _read_count(count: Any) -> int:
    if type(count) is not int or count < 0:
        raise ValueError("an impossible length")
    return count


_READERS: dict[str, Callable[[Any, _Payload], Any]] = {
    "array": _read_array,
    "bytes": lambda body, payload: bytes(payload.take(_read_count(body))),
    "float": lambda body, payload: {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}[body],
    "opaque": lambda body, payload: Opaque(str(body)),
}
