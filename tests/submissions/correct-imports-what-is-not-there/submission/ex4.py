import numpy as np
from utils import *                       # plotting helpers of the lab session
import submission_helper as helper
from sklearn.preprocessing import OneHotEncoder


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_=0.0):
    t = (input_layer_size + 1) * hidden_layer_size
    Theta1 = nn_params[:t].reshape((hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = nn_params[t:].reshape((num_labels, hidden_layer_size + 1), order='F')
    m = y.size

    a_1 = np.concatenate([np.ones((m, 1)), X], axis=1)
    z_2 = np.dot(a_1, Theta1.T)
    a_2 = np.concatenate([np.ones((m, 1)), sigmoid(z_2)], axis=1)
    a_3 = sigmoid(np.dot(a_2, Theta2.T))
    y_matrix = np.eye(num_labels)[y.reshape(-1) - 1]

    J = (-1 / m) * np.sum(np.log(a_3) * y_matrix + np.log(1 - a_3) * (1 - y_matrix))
    J = J + (lambda_ / (2 * m)) * (np.sum(np.square(Theta1[:, 1:])) + np.sum(np.square(Theta2[:, 1:])))

    delta_3 = a_3 - y_matrix
    delta_2 = delta_3.dot(Theta2)[:, 1:] * sigmoidGradient(z_2)
    Theta1_grad = (1 / m) * delta_2.T.dot(a_1)
    Theta2_grad = (1 / m) * delta_3.T.dot(a_2)
    Theta1_grad[:, 1:] = Theta1_grad[:, 1:] + (lambda_ / m) * Theta1[:, 1:]
    Theta2_grad[:, 1:] = Theta2_grad[:, 1:] + (lambda_ / m) * Theta2[:, 1:]
    return J, np.concatenate([Theta1_grad.ravel('F'), Theta2_grad.ravel('F')])


if __name__ == '__main__':
    data = helper.load('ex4data1.mat')
    plot_digits(data)
    print(OneHotEncoder(sparse=False).fit_transform(data['y']))
