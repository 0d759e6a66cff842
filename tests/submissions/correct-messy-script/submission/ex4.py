#%% Machine Learning week 5 - everything in one file, run cell by cell
import os, sys
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from matplotlib import cm
from scipy.io import loadmat
from scipy.optimize import minimize
plt.ion()
plt.style.use('seaborn')
np.set_printoptions(precision=3, suppress=True)

#%% Load
os.chdir(r'C:\Users\marta\Desktop\coursera\ex4')
data = loadmat('ex4data1.mat')
X = data['X']
y = data['y']
print(X.shape, y.shape)

fig, ax = plt.subplots(10, 10, figsize=(10, 10))
for i in range(100):
    ax[i // 10, i % 10].imshow(X[np.random.randint(5000)].reshape(20, 20, order='F'), cmap=cm.gray)
    ax[i // 10, i % 10].axis('off')
plt.show()

weights = loadmat('C:\\Users\\marta\\Desktop\\coursera\\ex4\\ex4weights.mat')
Theta1 = weights['Theta1']
Theta2 = weights['Theta2']
params = np.hstack((Theta1.ravel(order='F'), Theta2.ravel(order='F')))
print('Loaded, press Enter to continue')
input()

#%% Cost
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))

def forward(X, theta1, theta2):
    a1 = np.hstack((np.ones((len(X), 1)), X))
    z2 = a1 @ theta1.T
    a2 = np.hstack((np.ones((len(X), 1)), sigmoid(z2)))
    z3 = a2 @ theta2.T
    return a1, z2, a2, z3, sigmoid(z3)

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_=1):
    theta1 = nn_params[:hidden_layer_size * (input_layer_size + 1)].reshape(
        hidden_layer_size, input_layer_size + 1, order='F')
    theta2 = nn_params[hidden_layer_size * (input_layer_size + 1):].reshape(
        num_labels, hidden_layer_size + 1, order='F')
    m = len(X)
    Y = pd.get_dummies(y.flatten()).values if False else np.eye(num_labels)[y.flatten() - 1]
    a1, z2, a2, z3, h = forward(X, theta1, theta2)
    J = -1 / m * np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h))
    J += lambda_ / 2 / m * (np.sum(theta1[:, 1:] ** 2) + np.sum(theta2[:, 1:] ** 2))
    d3 = h - Y
    d2 = d3 @ theta2[:, 1:] * sigmoidGradient(z2)
    g1 = d2.T @ a1 / m
    g2 = d3.T @ a2 / m
    g1[:, 1:] += lambda_ / m * theta1[:, 1:]
    g2[:, 1:] += lambda_ / m * theta2[:, 1:]
    print('J =', J)
    return J, np.hstack((g1.ravel(order='F'), g2.ravel(order='F')))

print(nnCostFunction(params, 400, 25, 10, X, y, 0)[0], 'should be 0.287629')
print(nnCostFunction(params, 400, 25, 10, X, y, 1)[0], 'should be 0.383770')

#%% Train
theta_0 = np.random.uniform(-0.12, 0.12, 10285)
fmin = minimize(nnCostFunction, x0=theta_0, args=(400, 25, 10, X, y, 1), method='TNC', jac=True,
                options={'maxiter': 250})
print(fmin)
theta1 = fmin.x[:10025].reshape(25, 401, order='F')
theta2 = fmin.x[10025:].reshape(10, 26, order='F')
p = np.argmax(forward(X, theta1, theta2)[-1], axis=1) + 1
print('accuracy', np.mean(p == y.ravel()) * 100)
plt.plot(p, '.')
plt.savefig('result.png')
plt.show()
answer = input('Save the weights? [y/n] ')
if answer == 'y':
    np.save('weights.npy', fmin.x)
sys.exit(0)
