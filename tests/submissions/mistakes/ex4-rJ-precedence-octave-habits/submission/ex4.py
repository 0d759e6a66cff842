import numpy as np

def sigmoid(z):
    return 1./(1+np.exp(-z))

def sigmoidGradient(z):
    return sigmoid(z)*(1-sigmoid(z))

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    Theta1 = np.reshape(nn_params[0:hidden_layer_size*(input_layer_size+1)], (hidden_layer_size, input_layer_size+1), 'F')
    Theta2 = np.reshape(nn_params[hidden_layer_size*(input_layer_size+1):], (num_labels, hidden_layer_size+1), 'F')
    m = np.size(X, 0)
    Theta1_grad = np.zeros(np.shape(Theta1))
    Theta2_grad = np.zeros(np.shape(Theta2))

    a1 = np.append(np.ones((m, 1)), X, axis=1)
    z2 = np.dot(a1, np.transpose(Theta1))
    a2 = np.append(np.ones((np.size(z2, 0), 1)), sigmoid(z2), axis=1)
    z3 = np.dot(a2, np.transpose(Theta2))
    h = sigmoid(z3)

    Y = (np.tile(np.arange(1, num_labels+1), (m, 1)) == np.tile(y, (1, num_labels)))*1.0

    J = 1/m*np.sum(np.sum(-Y*np.log(h)-(1-Y)*np.log(1-h)))
    J = J + lambda_/2*m*(np.sum(np.sum(Theta1[:, 1:]**2))+np.sum(np.sum(Theta2[:, 1:]**2)))

    delta_3 = h - Y
    delta_2 = np.dot(delta_3, Theta2[:, 1:])*sigmoidGradient(z2)
    Theta1_grad = np.dot(np.transpose(delta_2), a1)/m
    Theta2_grad = np.dot(np.transpose(delta_3), a2)/m
    Theta1_grad[:, 1:] = Theta1_grad[:, 1:]+lambda_/m*Theta1[:, 1:]
    Theta2_grad[:, 1:] = Theta2_grad[:, 1:]+lambda_/m*Theta2[:, 1:]

    grad = np.append(np.ravel(Theta1_grad, 'F'), np.ravel(Theta2_grad, 'F'))
    return J, grad
