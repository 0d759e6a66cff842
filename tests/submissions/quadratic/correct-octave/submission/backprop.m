function [nabla_b, nabla_w] = backprop(biases, weights, x, y)
L = length(weights) + 1;
a{1} = x;
for l = 2:L
  z{l} = weights{l-1} * a{l-1} + biases{l-1};
  a{l} = sigmoid(z{l});
end
delta{L} = cost_derivative(a{L}, y) .* sigmoid_prime(z{L});
for l = L-1:-1:2
  delta{l} = (weights{l}' * delta{l+1}) .* sigmoid_prime(z{l});
end
for l = 2:L
  nabla_b{l-1} = delta{l};
  nabla_w{l-1} = delta{l} * a{l-1}';
end
end
