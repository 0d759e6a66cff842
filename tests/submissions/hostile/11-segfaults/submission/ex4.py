"""Crashes the interpreter, each function in another way."""
import ctypes
import os


def sigmoidGradient(z):
    return ctypes.string_at(0)


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    if lambda_:
        os.abort()
    ctypes.memset(id(None), 0x41, 64)
    return None
