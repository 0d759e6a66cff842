#!/usr/bin/env python2
# -*- coding: utf-8 -*-
from __future__ import division
import sys
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    n1 = (input_layer_size + 1) * hidden_layer_size
    theta1 = nn_params[:n1].reshape((hidden_layer_size, input_layer_size + 1), order='F')
    theta2 = nn_params[n1:].reshape((num_labels, hidden_layer_size + 1), order='F')
    m = X.shape[0]
    y = y.ravel()
    cost = 0
    D1 = np.zeros_like(theta1)
    D2 = np.zeros_like(theta2)
    for i in xrange(m):
        a1 = np.concatenate(([1], X[i, :]))
        z2 = theta1.dot(a1)
        a2 = np.concatenate(([1], sigmoid(z2)))
        h = sigmoid(theta2.dot(a2))
        t = np.zeros(num_labels)
        t[y[i] - 1] = 1
        cost += -(t * np.log(h) + (1 - t) * np.log(1 - h)).sum()
        d3 = h - t
        d2 = theta2[:, 1:].T.dot(d3) * sigmoidGradient(z2)
        D1 += np.outer(d2, a1)
        D2 += np.outer(d3, a2)
    reg = {'theta1': theta1, 'theta2': theta2}
    J = cost / m
    for name, t in reg.iteritems():
        J += lambda_ / (2 * m) * (t[:, 1:] ** 2).sum()
    D1[:, 1:] += lambda_ * theta1[:, 1:]
    D2[:, 1:] += lambda_ * theta2[:, 1:]
    grad = np.concatenate((D1.T.ravel(), D2.T.ravel())) / m
    if not np.isfinite(J):
        print >>sys.stderr, 'cost is not finite!'
    return J, grad

if __name__ == '__main__':
    print "sigmoidGradient at [-1 -0.5 0 0.5 1]:"
    print sigmoidGradient(np.array([-1, -0.5, 0, 0.5, 1]))
    raw_input('Press enter to go on')
