import numpy as np

def sigmoid(z):
    return 1/(1+np.exp(-z))

def sigmoidGradient(z):
    return sigmoid(z)*(1-sigmoid(z))

def nnCostFunction(nn_params,input_layer_size,hidden_layer_size,num_labels,X,y,lambda_):
    Theta1=nn_params[:hidden_layer_size*(input_layer_size+1)].reshape((hidden_layer_size,input_layer_size+1),order='F')
    Theta2=nn_params[hidden_layer_size*(input_layer_size+1):].reshape((num_labels,hidden_layer_size+1),order='F')
    m=X.shape[0]
    X=np.hstack((np.ones((m,1)),X))
    yVec=np.zeros((m,num_labels))
    for i in range(m):
        yVec[i,int(y[i])-1]=1

    hidden=sigmoid(X.dot(Theta1.T))
    hidden=np.hstack((np.ones((m,1)),hidden))
    out=sigmoid(hidden.dot(Theta2.T))
    J=(-1/m)*np.sum(np.sum(yVec*np.log(out)+(1-yVec)*np.log(1-out)))
    J+=(lambda_/(2*m))*(np.sum(np.sum(Theta1[:,1:]**2))+np.sum(np.sum(Theta2[:,1:]**2)))

    accum1=np.zeros_like(Theta1)
    accum2=np.zeros_like(Theta2)
    for t in range(m):
        a1=X[t,:]
        a2=hidden[t,:]
        a3=out[t,:]
        d3=yVec[t,:]-a3
        d2=Theta2.T.dot(d3)[1:]*sigmoidGradient(Theta1.dot(a1))
        accum1+=d2[:,None]*a1[None,:]
        accum2+=d3[:,None]*a2[None,:]
    Theta1_grad=accum1/m
    Theta2_grad=accum2/m
    Theta1_grad[:,1:]=Theta1_grad[:,1:]+(lambda_/m)*Theta1[:,1:]
    Theta2_grad[:,1:]=Theta2_grad[:,1:]+(lambda_/m)*Theta2[:,1:]
    grad=np.concatenate((Theta1_grad.ravel(order='F'),Theta2_grad.ravel(order='F')))
    return J,grad
