function [dJdTheta1, dJdTheta2] = costGradient(X, y, Theta1, Theta2, scaling)
%COSTGRADIENT  The gradient of costFunction by each weight matrix.
%   X: m x n; y: m x K; Theta1: n x h; Theta2: h x K; scaling: "half" unless given, or "mean"
%   dJdTheta1, dJdTheta2: like Theta1 and Theta2.
if nargin < 5
  scaling = "half";
end
shares = struct("half", 1, "mean", 1 / rows(X));
[z2, a2, z3, yhat] = forward(X, Theta1, Theta2);
delta3 = -(y - yhat) .* sigmoidPrime(z3) * shares.(scaling);
delta2 = delta3 * Theta2' .* sigmoidPrime(z2);
dJdTheta1 = X' * delta2;
dJdTheta2 = a2' * delta3;
end
