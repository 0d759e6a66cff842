import numpy as np
def sigmoid(z):
    return 1/(1+np.exp(-z))
def sigmoid_prime(z):
    return sigmoid(z)*(1-sigmoid(z))
def feedforward(biases, weights, a):
    for b, w in zip(biases, weights):
        a = sigmoid(np.dot(w, a)+b)
    return a
def cost_derivative(output_activations, y):
    return y - output_activations
def quadratic_cost(biases, weights, x, y):
    return np.sum((feedforward(biases, weights, x)-y)**2)
def backprop(biases, weights, x, y):
    nb = [0]*len(biases); nw=[0]*len(weights)
    a = x; acts=[x]; zs=[]
    for b, w in zip(biases, weights):
        z = np.dot(w,a)+b
        zs.append(z)
        a = sigmoid(z)
        acts.append(a)
    delta = cost_derivative(acts[-1], y)
    nb[-1] = delta
    nw[-1] = np.dot(delta, acts[-2].T)
    for l in range(2, len(weights)+1):
        sp = sigmoid_prime(acts[-l])
        delta = np.dot(weights[-l+1].T, delta)*sp
        nb[-l] = delta
        nw[-l] = np.dot(delta, acts[-l-1].T)
    return nb, nw
def update_mini_batch(biases, weights, X, Y, eta):
    b, w = biases, weights
    for t in range(X.shape[1]):
        nb, nw = backprop(b, w, X[:, [t]], Y[:, [t]])
        b = [p - eta*g for p, g in zip(b, nb)]
        w = [p - eta*g for p, g in zip(w, nw)]
    return b, w
