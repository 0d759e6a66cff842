function [biases, weights] = update_mini_batch(biases, weights, X, Y, eta)
%UPDATE_MINI_BATCH  One step of gradient descent along the mean gradient of a mini-batch.
%   biases, weights: cells, see feedforward; X: n x m and Y: K x m, one example a column; eta: learning rate.
m = columns(X);
add = @(one, other) cellfun(@plus, one, other, "UniformOutput", false);
step = @(from, nabla) cellfun(@(p, slope) p - eta / m * slope, from, nabla, "UniformOutput", false);
[sum_b, sum_w] = backprop(biases, weights, X(:, 1), Y(:, 1));
for t = 2:m
  [nabla_b, nabla_w] = backprop(biases, weights, X(:, t), Y(:, t));
  sum_b = add(sum_b, nabla_b);
  sum_w = add(sum_w, nabla_w);
end
biases = step(biases, sum_b);
weights = step(weights, sum_w);
end
