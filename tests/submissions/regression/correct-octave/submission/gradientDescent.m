function [Theta1, Theta2, J_history] = gradientDescent(X, y, Theta1, Theta2, alpha, iterations)
  J_history = zeros(iterations, 1);
  for i = 1:iterations
    [D1, D2] = costGradient(X, y, Theta1, Theta2, "half");
    Theta1 = Theta1 - alpha * D1;
    Theta2 = Theta2 - alpha * D2;
    J_history(i) = costFunction(X, y, Theta1, Theta2, "half");
  end
end
