"""The data sets of the exercises, with the course's names, shapes and order.

    X, y = load_ex4data1()                 the 5000 digits, made from the images that ship here
    Theta1, Theta2 = load_ex4weights()     a trained 400-25-10 network

Both take a directory that holds a user's own copy of the original files; `course_data` finds it.
What every file holds, where it comes from and under what licence: README.md beside this file.
"""

from data.ex4 import load_ex4data1, load_ex4weights, write_mat
from data.matfile import course_data

__all__ = ["course_data", "load_ex4data1", "load_ex4weights", "write_mat"]
