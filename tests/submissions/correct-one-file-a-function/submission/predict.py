import numpy as np

from sigmoid import sigmoid


def predict(Theta1, Theta2, X):
    ones = np.ones((len(X), 1))
    hidden = sigmoid(np.dot(np.hstack((ones, X)), Theta1.T))
    output = sigmoid(np.dot(np.hstack((ones, hidden)), Theta2.T))
    return 1 + np.argmax(output, axis=1).reshape(-1, 1)
