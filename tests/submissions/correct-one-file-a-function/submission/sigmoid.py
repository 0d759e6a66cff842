from numpy import exp


def sigmoid(z):
    """g(z), element by element."""
    return 1.0 / (1.0 + exp(-z))
