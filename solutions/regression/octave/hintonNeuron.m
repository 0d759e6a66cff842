function [E, dEdw] = hintonNeuron(w, X, t)
%HINTONNEURON  The squared error of one logistic neuron, and its gradient.
%   w: n x 1; X: m x n; t: m x 1
%   E = 1/2 sum (t - y)^2, a number; dEdw: n x 1, - sum over the examples of x_i y (1 - y) (t - y).
z = X * w;
y = sigmoid(z);
E = sumsq(t - y) / 2;
dEdw = -X' * (sigmoidPrime(z) .* (t - y));
end
