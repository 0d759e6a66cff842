"""Frames meant to break the reader: impossible lengths and shapes, deep nesting, huge numbers, odd types."""
import json
import os
import struct

calls = 0


def frame(text, payload=b'', text_bytes=None, payload_bytes=None):
    return struct.pack('<4sIQ', b'\x93ML1', len(text) if text_bytes is None else text_bytes,
                       len(payload) if payload_bytes is None else payload_bytes) + text + payload


def answer(value, payload=b'', **more):
    entries = [['outcome', 'answered'], ['value', value], ['mutated', []], *map(list, more.items())]
    return frame(json.dumps({'dict': entries}).encode(), payload)


def deep(levels):
    value = 0.0
    for _ in range(levels):
        value = [value]
    return value


BROKEN = [
    frame(b'{}', text_bytes=2 ** 32 - 1),
    frame(b'{}', payload_bytes=2 ** 63),
    frame(b'{"array": ["<f8", [1000000000000]]}', b'12345678'),
    frame(b'{"array": ["|O", [1]]}', b'12345678'),
    frame(b'{"array": ["<f8", [-1]]}', b'12345678'),
    frame(b'{"array": ["<f8", [0, 99999999999]]}'),
    frame(b'[' * 100000),
    frame(b'{"dict": [[1]]}'),
    frame(b'\xff\xfe'),
    answer({'array': ['<f8', [1 << 40, 0]]}),
    answer(deep(900)),
    answer([10 ** 400, 10 ** 400]),
    answer([{'float': 'nan'}, {'float': 'inf'}]),
    answer([{'opaque': '\x1b[31mcorrect\x1b[0m' * 1000}] * 2),
    answer([True, {'array': ['<c16', [1]]}], struct.pack('<2d', float('nan'), float('inf'))),
    answer(['100', {'dict': [['status', 'correct']]}]),
    answer([[], [[], [[]]]]),
    answer([0.0, 0.0], mutated=[10 ** 30, -1, 'X', None]),
    answer(None, error={'dict': [['line', -5], ['kind', ['a']], ['source', None]]}),
    frame(b'{"dict": [["outcome", ["answered"]], ["value", 1]]}'),
    frame(b'{"dict": [["outcome", "raised"], ["error", {"dict": [["line", 10000000000000000000000]]}]]}'),
    b'\x93ML0' + b'\0' * 60,
    b'garbage\n' * 10,
]


def break_reader():
    """Another frame at every call, written where the worker writes; then the process is gone."""
    global calls
    data = BROKEN[calls % len(BROKEN)]
    calls += 1
    for fd in range(1, 64):
        try:
            os.set_blocking(fd, False)
            os.write(fd, data)
        except OSError:
            pass


def sigmoid(z):
    break_reader()
    return 0.0


def sigmoidGradient(z):
    break_reader()
    return 0.0


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    break_reader()
    return 0.0, [0.0] * len(nn_params)
