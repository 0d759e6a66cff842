import numpy as np

g = lambda z: 1 / (1 + np.exp(-z))
sigmoid = g
sigmoidGradient = lambda z: g(z) * (1 - g(z))

def nnCostFunction(thetas, n_in, n_hid, K, data, labels, reg):
    cut = n_hid * (n_in + 1)
    W1, W2 = thetas[:cut].reshape((n_hid, n_in + 1), order='F'), thetas[cut:].reshape((K, n_hid + 1), order='F')
    N = data.shape[0]
    b = np.ones((N, 1))
    x = np.hstack([b, data])
    s = x @ W1.T
    hid = np.hstack([b, g(s)])
    out = g(hid @ W2.T)
    T = np.equal.outer(labels.ravel(), np.arange(K) + 1)
    E = -np.log(np.abs(1 - T - out)).sum() / N + reg / 2 / N * ((W1[:, 1:]**2).sum() + (W2[:, 1:]**2).sum())
    e2 = out - T
    e1 = e2 @ W2[:, 1:] * sigmoidGradient(s)
    mask1, mask2 = np.ones(W1.shape), np.ones(W2.shape)
    mask1[:, 0] = mask2[:, 0] = 0
    dW1 = (e1.T @ x + reg * mask1 * W1) / N
    dW2 = (e2.T @ hid + reg * mask2 * W2) / N
    return E, np.hstack([dW1.T.ravel(), dW2.T.ravel()])
