function a = feedforward(biases, weights, a)
%FEEDFORWARD  What the net says: a = sigma(w a + b), layer by layer.
%   biases, weights: cells of s x 1 columns and s x (units of the layer before) matrices; a: n x 1, then K x 1.
for l = 1:numel(weights)
  a = sigmoid(weights{l} * a + biases{l});
end
end
