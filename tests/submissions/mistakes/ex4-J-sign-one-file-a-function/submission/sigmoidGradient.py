from sigmoid import sigmoid


def sigmoidGradient(z):
    """Gradient of the sigmoid function evaluated at z."""
    return sigmoid(z) * (1.0 - sigmoid(z))
