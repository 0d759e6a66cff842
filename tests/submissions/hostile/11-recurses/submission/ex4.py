"""Recursion without an end: in Python, in C, in data that contains itself, in errors that have causes."""
import sys


class Endless:
    def __repr__(self):
        return '%r' % self


def sigmoid(z):
    sys.setrecursionlimit(1 << 30)
    return sigmoid(z)


def sigmoidGradient(z):
    sys.setrecursionlimit(1 << 30)
    return repr(Endless())


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    nested = itself = []
    itself.append(itself)
    if lambda_:
        for _ in range(10000):
            nested = [nested]
    return nested, nested


def predict(Theta1, Theta2, X):
    cause = ValueError()
    for _ in range(10000):
        outer = ValueError('the last of many')
        outer.__cause__ = outer.__context__ = cause
        cause = outer
    raise cause
