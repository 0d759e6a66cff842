# Réseaux de neurones, exercice n° 4 (tabulations, encodage d'un vieil éditeur)
import numpy as np

def sigmoid(z):
	return 1/(1+np.exp(-z))

def sigmoidGradient(z):
	return sigmoid(z)*(1-sigmoid(z))

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
	"""Coût régularisé et gradient"""
	limite = hidden_layer_size*(input_layer_size+1)
	Theta1 = np.reshape(nn_params[:limite], (hidden_layer_size, input_layer_size+1), 'F')
	Theta2 = np.reshape(nn_params[limite:], (num_labels, hidden_layer_size+1), 'F')
	m = np.size(X, 0)
	a1 = np.append(np.ones((m, 1)), X, axis=1)
	z2 = np.matmul(a1, Theta1.T)
	a2 = np.append(np.ones((m, 1)), sigmoid(z2), axis=1)
	a3 = sigmoid(np.matmul(a2, Theta2.T))
	Y = np.zeros((m, num_labels))
	for i in range(m):
		Y[i, int(y[i].item())-1] = 1
	J = (-Y*np.log(a3)-(1-Y)*np.log(1-a3)).sum()/m
	# pénalité, sans la colonne de biais
	J = J+lambda_/(2*m)*(np.linalg.norm(Theta1[:, 1:])**2+np.linalg.norm(Theta2[:, 1:])**2)
	delta3 = a3-Y
	delta2 = np.matmul(delta3, Theta2)[:, 1:]*sigmoidGradient(z2)
	Theta1_grad = np.matmul(delta2.T, a1)/m
	Theta2_grad = np.matmul(delta3.T, a2)/m
	Theta1_grad[:, 1:] = Theta1_grad[:, 1:]+lambda_/m*Theta1[:, 1:]
	Theta2_grad[:, 1:] = Theta2_grad[:, 1:]+lambda_/m*Theta2[:, 1:]
	print("coût :", J)
	return J, np.append(Theta1_grad.flatten('F'), Theta2_grad.flatten('F'))
