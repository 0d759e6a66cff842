function [biases, weights] = update_mini_batch(biases, weights, X, Y, eta)
m = size(X, 2);
old_b = biases;
old_w = weights;
for t = 1:m
  [nabla_b, nabla_w] = backprop(old_b, old_w, X(:, t), Y(:, t));
  for l = 1:length(weights)
    biases{l} = biases{l} - eta / m * nabla_b{l};
    weights{l} = weights{l} - eta / m * nabla_w{l};
  end
end
end
