function J = costFunction(X, y, Theta1, Theta2, scaling)
%COSTFUNCTION  J = 1/2 sum (y - yhat)^2; with scaling "mean" divided by m.
%   X: m x n; y: m x K; Theta1: n x h; Theta2: h x K; scaling: "half" unless given, or "mean"
%   J: number.
if nargin < 5
  scaling = "half";
end
shares = struct("half", 1, "mean", 1 / rows(X));
[~, ~, ~, yhat] = forward(X, Theta1, Theta2);
J = shares.(scaling) * sumsq((y - yhat)(:)) / 2;
end
