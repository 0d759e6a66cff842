function J = costFunction(X, y, Theta1, Theta2, scaling)
  [~, ~, ~, yhat] = forward(X, Theta1, Theta2);
  J = sum(sum((y - yhat) .^ 2)) / 2;
  if strcmp(scaling, "mean")
    J = J / size(X, 1);
  end
end
