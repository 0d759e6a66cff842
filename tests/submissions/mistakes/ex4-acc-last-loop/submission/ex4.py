import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    cut = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:cut].reshape((hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = nn_params[cut:].reshape((num_labels, hidden_layer_size + 1), order='F')
    m = X.shape[0]

    # cost, all examples at once
    X1 = np.c_[np.ones((m, 1)), X]
    H = sigmoid(np.c_[np.ones((m, 1)), sigmoid(X1 @ Theta1.T)] @ Theta2.T)
    Y = np.eye(num_labels)[y[:, 0] - 1]
    J = np.sum(-Y * np.log(H) - (1 - Y) * np.log(1 - H)) / m
    J += lambda_ / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    # backprop, one example at a time
    Delta1 = np.zeros(Theta1.shape)
    Delta2 = np.zeros(Theta2.shape)
    for t in range(m):
        a1 = X1[t:t + 1].T
        z2 = Theta1 @ a1
        a2 = np.r_[np.ones((1, 1)), sigmoid(z2)]
        a3 = sigmoid(Theta2 @ a2)
        delta3 = a3 - Y[t:t + 1].T
        delta2 = (Theta2.T @ delta3)[1:] * sigmoidGradient(z2)
        Delta1 = delta2 @ a1.T
        Delta2 = delta3 @ a2.T

    Theta1_grad = Delta1 / m
    Theta2_grad = Delta2 / m
    Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]
    return J, np.concatenate([Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')])
