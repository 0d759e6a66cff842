import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    return np.multiply(sigmoid(z), 1 - sigmoid(z))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    Theta1 = np.reshape(nn_params[:hidden_layer_size * (input_layer_size + 1)],
                        (hidden_layer_size, input_layer_size + 1))
    Theta2 = np.reshape(nn_params[hidden_layer_size * (input_layer_size + 1):],
                        (num_labels, hidden_layer_size + 1))
    m = X.shape[0]

    a_1 = np.insert(X, 0, 1, axis=1)
    z_2 = np.matmul(a_1, Theta1.T)
    a_2 = np.insert(sigmoid(z_2), 0, 1, axis=1)
    z_3 = np.matmul(a_2, Theta2.T)
    a_3 = sigmoid(z_3)

    y_matrix = np.eye(num_labels)[y.ravel() - 1, :]
    term1 = np.multiply(-y_matrix, np.log(a_3))
    term2 = np.multiply(1 - y_matrix, np.log(1 - a_3))
    J = np.sum(term1 - term2) / m
    J += lambda_ * (np.sum(np.power(Theta1[:, 1:], 2)) + np.sum(np.power(Theta2[:, 1:], 2))) / (2 * m)

    delta_3 = a_3 - y_matrix
    delta_2 = np.multiply(np.matmul(delta_3, Theta2[:, 1:]), sigmoidGradient(z_2))
    Theta1_grad = np.matmul(delta_2.T, a_1) / m
    Theta2_grad = np.matmul(delta_3.T, a_2) / m
    Theta1_grad[:, 1:] += lambda_ * Theta1[:, 1:] / m
    Theta2_grad[:, 1:] += lambda_ * Theta2[:, 1:] / m

    grad = np.concatenate((Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')))
    return J, grad
