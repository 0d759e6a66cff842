"""An error whose text never comes to an end, and one that cannot be thrown away."""

class Endless(Exception):
    def __str__(self):
        while True:
            pass


class Undying(Exception):
    def __del__(self):
        while True:
            pass


def sigmoidGradient(z):
    raise Endless


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    if lambda_:
        raise Undying
    raise ValueError(Undying(), 'is kept in the arguments')
