"""Results too large to be sent: 1e8 elements, some in next to no memory; huge numbers and texts; lists of lists."""
import numpy as np


def billion(levels=9):
    """10 to the `levels` numbers in a few hundred bytes."""
    items = [0.25] * 10
    for _ in range(levels - 1):
        items = [items] * 10
    return items


HUGE = [
    lambda: np.zeros(10 ** 7),
    lambda: np.zeros(10 ** 8),
    lambda: np.broadcast_to(0.25, (10 ** 4, 10 ** 4)),
    lambda: np.broadcast_to(np.float32(0.25), (10 ** 6,) * 3),
    lambda: np.empty((10 ** 9, 0, 10 ** 9)),
    billion,
    lambda: [0.25] * 10 ** 7,
    lambda: tuple(range(10 ** 6)),
    lambda: 1 << 10 ** 6,
    lambda: -10 ** 309,
    lambda: '1' * 10 ** 8,
    lambda: bytes(10 ** 8),
    lambda: {number: number for number in range(10 ** 5)},
    lambda: range(10 ** 18),
    lambda: iter(lambda: 0.25, 1),
]
calls = []


def huge(*_):
    """Another one at each call."""
    calls.append(None)
    return HUGE[len(calls) % len(HUGE)]()


sigmoid = sigmoidGradient = predict = huge


def nnCostFunction(*arguments):
    return huge(), huge()
