function [nabla_b, nabla_w] = backprop(biases, weights, x, y)
%BACKPROP  The gradient of quadratic_cost, by Nielsen's equations BP1 to BP4.
%   biases, weights: cells, see feedforward; x: n x 1; y: K x 1
%   nabla_b, nabla_w: cells like biases and weights.
%   Cell l of biases, weights and zs belongs to layer l + 1; cell l of activations to layer l.
last = numel(weights);
zs = nabla_b = nabla_w = cell(1, last);
activations = [{x}, cell(1, last)];
for l = 1:last
  zs{l} = weights{l} * activations{l} + biases{l};
  activations{l + 1} = sigmoid(zs{l});
end

delta = cost_derivative(activations{end}, y) .* sigmoid_prime(zs{last});  % BP1
for l = last:-1:1
  if l < last
    delta = (weights{l + 1}' * delta) .* sigmoid_prime(zs{l});  % BP2
  end
  nabla_b{l} = delta;  % BP3
  nabla_w{l} = delta * activations{l}';  % BP4
end
end
