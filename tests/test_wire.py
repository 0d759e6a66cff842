from __future__ import annotations

import io
import json
import math

import numpy as np
import pytest

from grader.worker import wire
from grader.worker.wire import HEADER, MAGIC, GarbledError, Opaque, decode, encode, read_frame


def frame(text: object, payload: bytes = b"") -> bytes:
    body = text if isinstance(text, bytes) else json.dumps(text).encode()
    return HEADER.pack(MAGIC, len(body), len(payload)) + body + payload


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -(2**80),
        0.1,
        "text \u2212 \x00",
        [1, [2.5, "x"]],
        {"a": {"b": [None]}},
        b"\x00\xff",
        Opaque("a set"),
    ],
)
def test_a_plain_value_comes_back_as_it_went(value: object) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize("number", [math.inf, -math.inf, 5e-324, -0.0])
def test_a_float_comes_back_bit_by_bit(number: float) -> None:
    assert math.copysign(1, decode(encode(number))) == math.copysign(1, number)
    assert decode(encode(number)) == number
    assert math.isnan(decode(encode(math.nan)))


@pytest.mark.parametrize("dtype", sorted(wire.DTYPES))
def test_an_array_comes_back_with_type_shape_and_bytes(dtype: str) -> None:
    for shape in ((), (0, 3), (7,), (2, 3, 4)):
        array = np.arange(math.prod(shape)).reshape(shape).astype(dtype)
        back = decode(encode([array, array.T]))
        assert back[0].dtype == array.dtype
        assert back[0].tobytes() == array.tobytes()
        assert back[1].shape == array.T.shape
        np.testing.assert_array_equal(back[1], array.T)


def test_big_endian_and_strided_arrays_cross() -> None:
    array = np.arange(12, dtype=">f8")[::2]
    np.testing.assert_array_equal(decode(encode(array)), array)


@pytest.mark.parametrize("value", [np.array([object()]), np.array(["text"]), {1, 2}, object()])
def test_what_is_not_plain_does_not_cross(value: object) -> None:
    with pytest.raises(TypeError):
        encode(value)


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        b"\x80\x04K\x01.",
        b"XXXX" + encode(1)[4:],
        encode(1) + b"!",
        encode(np.ones(3))[:-1],
        frame({"array": ["<f8", [4]]}, b"\0" * 24),
        frame({"array": ["<f8", [2]]}, b"\0" * 24),
        frame({"array": ["<f8", [-3]]}, b"\0" * 24),
        frame({"array": ["<f8", [1.0]]}, b"\0" * 8),
        frame({"array": ["<f8", [True]]}, b"\0" * 8),
        frame({"array": ["<f8", [1 << 40, 1 << 40]]}, b"\0" * 8),
        frame({"array": ["<f8", [1] * 9]}, b"\0" * 8),
        frame({"array": ["|O", [1]]}, b"\0" * 8),
        frame({"array": "<f8"}),
        frame({"bytes": -1}),
        frame({"bytes": 10}, b"12345"),
        frame({"pickle": "gASVAAAA"}),
        frame({"array": ["<f8", []], "bytes": 0}, b"\0" * 8),
        frame({"float": "1e5"}),
        frame({}),
        frame([0] * 100_001),
        frame({"array": ["<f8", [0, 1 << 47]]}),
        frame([[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]),
        frame({"dict": [["a", {"dict": [["b"]]}]]}),
        frame(b"{nonsense"),
        frame(b"[" * 100_000),
        frame(b"\xff\xfe"),
    ],
)
def test_a_malformed_frame_is_garbled(forged: bytes) -> None:
    with pytest.raises(GarbledError):
        decode(forged)


def test_a_frame_that_claims_too_much_is_refused_before_it_is_read() -> None:
    header = HEADER.pack(MAGIC, 10, 1 << 50)
    with pytest.raises(GarbledError, match="more than is accepted"):
        read_frame(io.BytesIO(header), max_payload=1 << 20)


def test_frames_follow_each_other_in_a_stream_until_its_end() -> None:
    stream = io.BytesIO(encode([1]) + encode("two") + encode(3)[:-1])
    assert read_frame(stream, 100) == [1]
    assert read_frame(stream, 100) == "two"
    with pytest.raises(EOFError):
        read_frame(stream, 100)
