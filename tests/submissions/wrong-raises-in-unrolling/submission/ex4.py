# ex4, example by example
import math
import numpy as np

def sigmoid(z):
    z = np.asarray(z, dtype=float)
    out = np.zeros(z.shape)
    for index in np.ndindex(*z.shape):
        v = z[index]
        if v >= 0:
            out[index] = 1.0 / (1.0 + math.exp(-v))
        else:
            e = math.exp(v)
            out[index] = e / (1.0 + e)
    return out

def sigmoidGradient(z):
    s = sigmoid(z)
    return s * (1.0 - s)

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_=0.0):
    n = int(input_layer_size)
    h = int(hidden_layer_size)
    K = int(num_labels)
    m = len(X)

    # unpack, column after column
    Theta1 = np.zeros((h, n + 1))
    Theta2 = np.zeros((K, h + 1))
    p = 0
    for c in range(n + 1):
        for r in range(h):
            Theta1[r, c] = nn_params[p]
            p += 1
    for c in range(h + 1):
        for r in range(K):
            Theta2[r, c] = nn_params[p]
            p += 1

    J = 0.0
    D1 = np.zeros(Theta1.shape)
    D2 = np.zeros(Theta2.shape)
    for i in range(m):
        # step 1: feed one example forward
        a1 = np.zeros(n + 1)
        a1[0] = 1
        a1[1:] = X[i]
        z2 = np.dot(Theta1, a1)
        a2 = np.zeros(h + 1)
        a2[0] = 1
        a2[1:] = sigmoid(z2)
        z3 = np.dot(Theta2, a2)
        a3 = sigmoid(z3)

        # step 2: cost of this example, and output error
        label = int(np.ravel(y)[i])
        d3 = np.zeros(K)
        for k in range(K):
            yk = 1 if label == k + 1 else 0
            if yk:
                J -= math.log(a3[k])
            else:
                J -= math.log(1 - a3[k])
            d3[k] = a3[k] - yk

        # step 3: error of the hidden layer (nothing for the bias)
        d2 = np.zeros(h)
        g = sigmoidGradient(z2)
        for j in range(h):
            s = 0.0
            for k in range(K):
                s += Theta2[k, j + 1] * d3[k]
            d2[j] = s * g[j]

        # step 4: accumulate
        for j in range(h):
            D1[j] += d2[j] * a1
        for k in range(K):
            D2[k] += d3[k] * a2

    J = J / m
    D1 = D1 / m
    D2 = D2 / m

    penalty = 0.0
    for T, D in ((Theta1, D1), (Theta2, D2)):
        rows, cols = T.shape
        for r in range(rows):
            for c in range(1, cols):       # not the bias column!
                penalty += T[r, c] ** 2
                D[r, c] += lambda_ * T[r, c] / m
    J += lambda_ * penalty / (2 * m)

    # unroll
    grad = np.concatenate((D1, D2))
    return J, grad
