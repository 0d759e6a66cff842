import numpy as np

def sigmoid(z):
    z = np.array(z)
    return (1.0 + np.exp(-z)) ** -1

def sigmoidGradient(z):
    z = np.array(z)
    g = np.zeros(z.shape)
    g = sigmoid(z) * (1 - sigmoid(z))
    return g

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lamda):
    Theta1 = np.reshape(nn_params[0:hidden_layer_size * (input_layer_size + 1)],
                        (hidden_layer_size, (input_layer_size + 1)), order='F')
    Theta2 = np.reshape(nn_params[((hidden_layer_size * (input_layer_size + 1))):],
                        (num_labels, (hidden_layer_size + 1)), order='F')
    m = X.shape[0]
    J = 0
    Theta1_grad = np.zeros(Theta1.shape)
    Theta2_grad = np.zeros(Theta2.shape)

    a1 = np.append(np.ones((m, 1)), X, 1)
    z2 = a1.dot(Theta1.T)
    a2 = np.append(np.ones((m, 1)), sigmoid(z2), 1)
    z3 = a2.dot(Theta2.T)
    a3 = sigmoid(z3)
    for k in range(num_labels):
        yk = (y == k + 1).reshape(m).astype(int)
        J = J + (-yk * np.log(a3[:, k]) - (1 - yk) * np.log(1 - a3[:, k])).sum()
    J = J / m + lamda / (2 * m) * (np.sum(Theta1[:, 1:]**2) + np.sum(Theta2[:, 1:]**2))

    for t in range(m):
        yt = np.zeros(num_labels)
        yt[y[t] - 1] = 1
        d3 = a3[t] - yt
        d2 = Theta2.T.dot(d3)[1:] * sigmoidGradient(z2[t])
        Theta1_grad += np.outer(d2, a1[t])
        Theta2_grad += np.outer(d3, a2[t])
    Theta1_grad = Theta1_grad / m
    Theta2_grad = Theta2_grad / m
    Theta1_grad[:, 1:] = Theta1_grad[:, 1:] + (lamda / m) * Theta1[:, 1:]
    Theta2_grad[:, 1:] = Theta2_grad[:, 1:] + (lamda / m) * Theta2[:, 1:]

    grad = list(Theta1_grad.flatten('F')) + list(Theta2_grad.flatten('F'))
    return [J, grad]
