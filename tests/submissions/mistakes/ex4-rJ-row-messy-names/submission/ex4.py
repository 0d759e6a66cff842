import numpy as np

def sigmoid(x): return 1/(1+np.exp(-x))
def sigmoidGradient(x): return sigmoid(x)*(1-sigmoid(x))

def nnCostFunction(theta, il, hl, nl, X, y, lam):
    q = hl*(il+1)
    t1 = theta[:q].reshape((hl, il+1), order='F'); t2 = theta[q:].reshape((nl, hl+1), order='F')
    m = X.shape[0]
    b = np.ones((m,1))
    aa = np.hstack((b, X))
    bb = aa.dot(t1.T)
    cc = np.hstack((b, sigmoid(bb)))
    dd = sigmoid(cc.dot(t2.T))
    yy = (y.reshape(m,1) == np.array(range(1, nl+1)))*1
    tmp = yy*np.log(dd) + (1-yy)*np.log(1-dd)
    J1 = -tmp.sum()/m
    J2 = lam/(2*m)*((t1[1:]**2).sum() + (t2[1:]**2).sum())
    ee = dd - yy
    ff = ee.dot(t2)[:,1:]*sigmoidGradient(bb)
    g1 = ff.T.dot(aa)/m
    g2 = ee.T.dot(cc)/m
    g1[:,1:] = g1[:,1:] + lam/m*t1[:,1:]
    g2[:,1:] = g2[:,1:] + lam/m*t2[:,1:]
    return J1+J2, np.append(g1.ravel(order='F'), g2.ravel(order='F'))
