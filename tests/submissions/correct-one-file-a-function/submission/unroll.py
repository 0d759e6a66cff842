"""Small helpers of my own."""
import numpy as np


def roll(params, sizes):
    matrices = []
    for rows, cols in sizes:
        matrices.append(np.reshape(params[:rows * cols], (rows, cols), order='F'))
        params = params[rows * cols:]
    return matrices


def unroll(*matrices):
    return np.hstack([matrix.flatten('F') for matrix in matrices])
