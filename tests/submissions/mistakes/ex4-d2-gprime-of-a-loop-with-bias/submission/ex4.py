import numpy as np

def sigmoid(z):
    g = np.zeros(np.shape(z))
    g = 1 / (1 + np.exp(-z))
    return g

def sigmoidGradient(z):
    g = np.zeros(np.shape(z))
    g = sigmoid(z) * (1 - sigmoid(z))
    return g

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    # Reshape nn_params back into the parameters Theta1 and Theta2
    Theta1 = np.reshape(nn_params[0:hidden_layer_size * (input_layer_size + 1)],
                        (hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = np.reshape(nn_params[hidden_layer_size * (input_layer_size + 1):],
                        (num_labels, hidden_layer_size + 1), order='F')

    # Setup some useful variables
    m = X.shape[0]
    J = 0
    Theta1_grad = np.zeros(Theta1.shape)
    Theta2_grad = np.zeros(Theta2.shape)

    X = np.column_stack((np.ones(m), X))
    Delta1 = 0
    Delta2 = 0
    for t in range(m):
        # step 1
        a_1 = X[t, :].reshape(-1, 1)
        z_2 = Theta1 @ a_1
        a_2 = np.vstack((np.ones((1, 1)), sigmoid(z_2)))
        z_3 = Theta2 @ a_2
        a_3 = sigmoid(z_3)
        # step 2
        y_t = (np.arange(1, num_labels + 1) == y[t]).reshape(-1, 1)
        J = J - (np.log(a_3[y_t]).sum() + np.log(1 - a_3[~y_t]).sum())
        delta_3 = a_3 - y_t
        # step 3
        delta_2 = (Theta2.T @ delta_3) * sigmoidGradient(a_2)
        delta_2 = delta_2[1:]
        # step 4
        Delta1 = Delta1 + delta_2 @ a_1.T
        Delta2 = Delta2 + delta_3 @ a_2.T

    J = J / m + lambda_ / (2 * m) * (np.sum(np.square(Theta1[:, 1:])) + np.sum(np.square(Theta2[:, 1:])))

    # step 5
    Theta1_grad[:, 0] = Delta1[:, 0] / m
    Theta1_grad[:, 1:] = Delta1[:, 1:] / m + lambda_ / m * Theta1[:, 1:]
    Theta2_grad[:, 0] = Delta2[:, 0] / m
    Theta2_grad[:, 1:] = Delta2[:, 1:] / m + lambda_ / m * Theta2[:, 1:]

    # Unroll gradients
    grad = np.hstack((Theta1_grad.T.ravel(), Theta2_grad.T.ravel()))
    return J, grad
