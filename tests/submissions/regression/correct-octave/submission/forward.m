function [z2, a2, z3, yhat] = forward(X, Theta1, Theta2)
  z2 = X * Theta1;
  a2 = sigmoid(z2);
  z3 = a2 * Theta2;
  yhat = sigmoid(z3);
end
