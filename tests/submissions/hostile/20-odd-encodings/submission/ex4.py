"""Beside this file lie others in encodings that hide what they say, or that break whoever reads them.

A codec named in a cookie may raise what no reader expects, run for ever, or turn a comment into code.
"""


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    return 0.25, nn_params
