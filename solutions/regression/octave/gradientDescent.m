function [Theta1, Theta2, J_history] = gradientDescent(X, y, Theta1, Theta2, alpha, iterations)
%GRADIENTDESCENT  So many steps of both weight matrices at once against the gradient of J = 1/2 sum (y - yhat)^2.
%   X: m x n; y: m x K; Theta1: n x h; Theta2: h x K, where to start; alpha, iterations: numbers
%   Theta1, Theta2: after the last step; J_history: iterations x 1, the cost after each step.
J_history = zeros(iterations, 1);
for i = 1:iterations
  [dJdTheta1, dJdTheta2] = costGradient(X, y, Theta1, Theta2);
  Theta1 -= alpha * dJdTheta1;
  Theta2 -= alpha * dJdTheta2;
  J_history(i) = costFunction(X, y, Theta1, Theta2);
end
end
