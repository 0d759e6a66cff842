from sigmoid import sigmoid


def sigmoidGradient(z):
    """g'(z), element by element."""
    return sigmoid(z) * (1.0 - sigmoid(z))
