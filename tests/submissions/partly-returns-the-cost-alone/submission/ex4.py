import numpy as np

def sigmoid(z):
    return 1/(1+np.exp(-z))

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    theta1 = np.reshape(nn_params[:hidden_layer_size*(input_layer_size+1)], (hidden_layer_size, input_layer_size+1), order='F')
    theta2 = np.reshape(nn_params[hidden_layer_size*(input_layer_size+1):], (num_labels, hidden_layer_size+1), order='F')
    m = len(y)
    X = np.hstack((np.ones((m, 1)), X))
    layer1 = np.hstack((np.ones((m, 1)), sigmoid(np.matmul(X, theta1.T))))
    h = sigmoid(np.matmul(layer1, theta2.T))
    Y = np.zeros((m, num_labels))
    for i in range(1, num_labels + 1):
        Y[:, i-1][:, np.newaxis] = np.where(y == i, 1, 0)
    J = 0
    for j in range(num_labels):
        J = J + sum(-Y[:, j]*np.log(h[:, j]) - (1-Y[:, j])*np.log(1-h[:, j]))
    return J/m + lambda_/(2*m)*(np.sum(theta1[:, 1:]**2) + np.sum(theta2[:, 1:]**2))
