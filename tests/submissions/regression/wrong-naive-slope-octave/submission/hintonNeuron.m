function [E, dEdw] = hintonNeuron(w, X, t)
  y = sigmoid(X * w);
  E = 0.5 * (t - y)' * (t - y);
  dEdw = -(X' * (y .* (1 - y) .* (t - y)));
end
