function [z2, a2, z3, yhat] = forward(X, Theta1, Theta2)
%FORWARD  What the net says of each example, and what leads to it.
%   X: m x n; Theta1: n x h; Theta2: h x K; z2, a2: m x h; z3, yhat: m x K.
z2 = X * Theta1;
a2 = sigmoid(z2);
z3 = a2 * Theta2;
yhat = sigmoid(z3);
end
