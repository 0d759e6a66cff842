"""Replies meant to break the reader: impossible lengths and shapes, deep nesting, huge numbers, odd types.

A function's first calls are answered by replies that are well formed but odd, the next one by a broken frame.
"""
import json
import os
import struct
import sys


def frame(text, payload=b'', text_bytes=None, payload_bytes=None):
    return struct.pack('<4sIQ', b'\x93ML1', len(text) if text_bytes is None else text_bytes,
                       len(payload) if payload_bytes is None else payload_bytes) + text + payload


def nested(levels):
    value = 0.0
    for _ in range(levels):
        value = [value]
    return value


COMPLEX = struct.pack('<2d', float('nan'), float('inf'))
ODD = [
    (dict(value=[10 ** 400, 10 ** 400]), b''),
    (dict(value=[{'float': 'nan'}, {'float': 'inf'}]), b''),
    (dict(value=[{'opaque': '\x1b[31mcorrect\x1b[0m' * 1000}] * 2), b''),
    (dict(value=[True, {'array': ['<c16', [1]]}]), COMPLEX),
    (dict(value=['100', {'dict': [['status', 'correct']]}]), b''),
    (dict(value=[[], [[], [[]]]]), b''),
    (dict(value=[{'array': ['<f8', [0, 1 << 40]]}] * 2), b''),
    (dict(value=[{'array': ['<f8', [1, 1, 1, 1, 1, 1, 1, 0]]}] * 2), b''),
    (dict(value=[0.0, 0.0], mutated=[10 ** 30, -1, 'X', None, [[]]]), b''),
    (dict(value=None, error={'dict': [['line', -5], ['kind', ['a']], ['source', None]]}), b''),
    (dict(outcome='raised', error={'dict': [['line', 10 ** 30], ['kind', '\x1b[2J'], ['file', '../' * 99]]}), b''),
    (dict(outcome=['answered'], value=1), b''),
    (dict(outcome='correct', value=1), b''),
    (dict(value=[0.25] * 5000), b''),
    (dict(value={'bytes': 3}), b'abc'),
]
BROKEN = {
    'sigmoid': frame(b'{}', text_bytes=2 ** 32 - 1),
    'sigmoidGradient': frame(b'{}', payload_bytes=2 ** 63),
    'nnCostFunction': frame(b'{"array": ["<f8", [1000000000000]]}', b'12345678'),
    'randInitializeWeights': frame(b'[' * 100000),
    'computeNumericalGradient': frame(b'{"dict": [[1]]}'),
    'checkNNGradients': frame(b'\xff\xfe'),
    'displayData': frame(b'{"array": ["|O", [1]]}', b'12345678'),
}


def request():
    caller = sys._getframe()
    while caller is not None:
        for thing in caller.f_locals.values():
            if isinstance(thing, dict) and 'id' in thing and 'do' in thing:
                return thing
        caller = caller.f_back
    return {}


def write_everywhere(data):
    for fd in range(3, 64):
        try:
            os.write(fd, data)
        except OSError:
            pass


def mute():
    """The worker's next frame goes nowhere."""
    caller = sys._getframe()
    while caller is not None:
        if 'wire' in caller.f_globals:
            wire = caller.f_globals['wire']
            real = wire.write_frame

            def once(*args):
                wire.write_frame = real

            wire.write_frame = once
            return
        caller = caller.f_back


answered = {}


def answer(name, odd):
    """Answers the call behind the worker's back, with the next of `odd` or with a broken frame."""
    count = answered[name] = answered.get(name, -1) + 1
    if count < len(odd):
        entries, payload = odd[count]
        entries = {'id': request().get('id'), 'outcome': 'answered', 'mutated': [], **entries}
        write_everywhere(frame(json.dumps({'dict': list(map(list, entries.items()))}).encode(), payload))
        mute()
    else:
        write_everywhere(BROKEN[name])
    return 0.0


def sigmoid(z):
    return answer('sigmoid', ODD[:4])


def sigmoidGradient(z):
    return answer('sigmoidGradient', ODD[4:8])


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    return answer('nnCostFunction', ODD[5:] if lambda_ else ODD[:5])


def predict(Theta1, Theta2, X):
    return answer('predict', [(dict(value=nested(400)), b'')])


def randInitializeWeights(L_in, L_out):
    return answer('randInitializeWeights', ODD[3:4])


def computeNumericalGradient(J, theta):
    return answer('computeNumericalGradient', ODD[4:5])


def checkNNGradients(lambda_=0):
    return answer('checkNNGradients', ODD[7:8])


def displayData(X, example_width=None):
    return answer('displayData', [])
