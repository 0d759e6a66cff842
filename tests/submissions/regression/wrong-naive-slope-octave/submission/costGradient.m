function [dJdTheta1, dJdTheta2] = costGradient(X, y, Theta1, Theta2, scaling)
  [z2, a2, z3, yhat] = forward(X, Theta1, Theta2);
  dJdTheta1 = zeros(size(Theta1));
  dJdTheta2 = zeros(size(Theta2));
  for i = 1:size(X, 1)
    delta3 = -(y(i, :) - yhat(i, :)) .* sigmoidPrime(z3(i, :));
    delta2 = delta3 * Theta2' .* sigmoidPrime(z2(i, :));
    dJdTheta2 = dJdTheta2 + a2(i, :)' * delta3;
    dJdTheta1 = dJdTheta1 + X(i, :)' * delta2;
  end
  if strcmp(scaling, "mean")
    dJdTheta1 = dJdTheta1 / size(X, 1);
    dJdTheta2 = dJdTheta2 / size(X, 1);
  end
end
