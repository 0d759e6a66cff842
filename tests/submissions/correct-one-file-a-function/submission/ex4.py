"""Runs everything; the functions are in files of their own."""
from nnCostFunction import nnCostFunction
from predict import predict
from sigmoidGradient import sigmoidGradient
