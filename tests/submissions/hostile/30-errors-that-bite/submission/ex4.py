"""Errors that hang, lie, grow or fail when they are reported: each call raises another one."""
import sys

import numpy as np

LONG = 10 ** 8


class Silent(Exception):
    def __str__(self):
        raise SystemExit(0)


class NoText(Exception):
    def __str__(self):
        return 3

    __repr__ = __str__


class Everything(BaseException):
    def __getattribute__(self, name):
        raise self


class NameMeta(type):
    __name__ = property(lambda kind: 1 / 0)

    def __repr__(kind):
        raise SystemExit(0)


class Nameless(Exception, metaclass=NameMeta):
    pass


class Missing(NameError):
    name = property(lambda self: sys.exit(0))


class Untraceable(Exception):
    __traceback__ = property(lambda self: self)


def own_cause():
    error = ValueError('is its own cause')
    error.__cause__ = error.__context__ = error
    return error


def long_trace(depth=800):
    if depth:
        return long_trace(depth - 1)
    raise ValueError('from far below')


def group():
    errors = [ValueError('one of many')] * 1000
    for _ in range(50):
        errors = [ExceptionGroup('a group', errors)]
    return errors[0]


ERRORS = [
    lambda: Silent(),
    lambda: NoText(),
    lambda: ValueError('x' * LONG),
    lambda: type('E' * 10 ** 6, (Exception,), {})('a long name'),
    own_cause,
    long_trace,
    group,
    lambda: BaseExceptionGroup('a group', [SystemExit(0), KeyboardInterrupt()]),
    lambda: KeyboardInterrupt(),
    lambda: GeneratorExit(),
    lambda: StopIteration(0.25),
    lambda: StopAsyncIteration(),
    lambda: MemoryError('not at all'),
    lambda: RecursionError(),
    lambda: Warning('as an error'),
    lambda: SyntaxError('made up', ('ex4.py', 10 ** 6, -5, '\x1b[2J', 10 ** 9, -1)),
    lambda: UnicodeDecodeError('utf-8', b'\xff' * 1000, 0, 999, '\ud800'),
    lambda: OSError(10 ** 9, 'made up', '/etc/shadow', None, '\0'),
    lambda: Untraceable(),
    lambda: Missing('J'),
    lambda: NameError(name=np.zeros((100, 100))),
    lambda: Exception(*range(10 ** 5)),
]
FATAL = [lambda: Nameless(), lambda: Everything()]
calls = []


def sigmoidGradient(z):
    calls.append(None)
    raise ERRORS[len(calls) % len(ERRORS)]()


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    raise FATAL[bool(lambda_)]()


def predict(*arguments):
    return sigmoidGradient(arguments)


sigmoid = predict
