function [J grad] = nnCostFunction(nn_params, input_layer_size, hidden_layer_size, ...
                                   num_labels, X, y, lambda)
last = hidden_layer_size * (input_layer_size + 1);
Theta1 = reshape(nn_params(1:last), [], input_layer_size + 1);
Theta2 = reshape(nn_params(last+1:end), [], hidden_layer_size + 1);
Theta1_grad = 0 * Theta1;
Theta2_grad = 0 * Theta2;
m = size(X, 1);

% Part 1
X = [ones(m, 1) X];
a2 = [ones(m, 1) sigmoid(X * Theta1')];
h = sigmoid(a2 * Theta2');
yv = zeros(m, num_labels);
for i = 1:m
    yv(i, y(i)) = 1;
end
J = sum((-yv .* log(h) - (1 - yv) .* log(1 - h))(:)) / m;
J = J + lambda / (2 * m) * (sum(sum(Theta1(:, 2:end) .^ 2)) + sum(sum(Theta2(:, 2:end) .^ 2)));

% Part 2: backpropagation. TODO

grad = [Theta1_grad(:) ; Theta2_grad(:)];
end
