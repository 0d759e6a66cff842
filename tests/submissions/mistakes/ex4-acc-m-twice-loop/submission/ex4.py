import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    split = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:split].reshape((hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = nn_params[split:].reshape((num_labels, hidden_layer_size + 1), order='F')
    m = X.shape[0]
    J = 0
    Theta1_grad = np.zeros(Theta1.shape)
    Theta2_grad = np.zeros(Theta2.shape)

    for i in range(m):
        a1 = np.concatenate(([1], X[i]))
        z2 = Theta1.dot(a1)
        a2 = np.concatenate(([1], sigmoid(z2)))
        z3 = Theta2.dot(a2)
        a3 = sigmoid(z3)

        yi = np.zeros(num_labels)
        yi[y[i, 0] - 1] = 1
        J += np.sum(-yi * np.log(a3) - (1 - yi) * np.log(1 - a3)) / m

        delta3 = a3 - yi
        delta2 = Theta2[:, 1:].T.dot(delta3) * sigmoidGradient(z2)
        Theta1_grad += np.outer(delta2, a1) / m
        Theta2_grad += np.outer(delta3, a2) / m

    J += lambda_ / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    Theta1_grad = Theta1_grad / m
    Theta2_grad = Theta2_grad / m
    Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]
    return J, np.concatenate([Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')])
