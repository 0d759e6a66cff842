import numpy as np
from numpy import einsum

def sigmoid(z): return .5 * (1 + np.tanh(.5 * z))

def sigmoidGradient(z): return .25 * (1 - np.tanh(.5 * z) ** 2)

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    n, h, k, m = input_layer_size, hidden_layer_size, num_labels, len(X)
    T1 = nn_params[:h * (n + 1)].reshape(n + 1, h)        # [input, hidden]: the transpose of Theta1
    T2 = nn_params[h * (n + 1):].reshape(h + 1, k)        # [hidden, label]
    z2 = T1[0] + einsum('mi,ij->mj', X, T1[1:])
    a2 = sigmoid(z2)
    z3 = T2[0] + einsum('mj,jk->mk', a2, T2[1:])
    Y = np.zeros((m, k)); Y[range(m), np.ravel(y) - 1] = 1
    J = einsum('mk->', np.logaddexp(0, z3) - Y * z3) / m
    J += lambda_ / 2 / m * (einsum('ij,ij', T1[1:], T1[1:]) + einsum('jk,jk', T2[1:], T2[1:]))
    d3 = (sigmoid(z3) - Y) / m
    d2 = einsum('mk,jk,mj->mj', d3, T2[1:], sigmoidGradient(z2))
    g1 = np.vstack([einsum('mj->j', d2), einsum('mi,mj->ij', X, d2) + lambda_ / m * T1[1:]])
    g2 = np.vstack([einsum('mk->k', d3), einsum('mj,mk->jk', a2, d3) + lambda_ / m * T2[1:]])
    return J, np.concatenate([g1.ravel(), g2.ravel()])
