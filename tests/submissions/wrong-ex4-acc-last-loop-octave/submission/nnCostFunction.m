function [J grad] = nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda)
cut = hidden_layer_size * (input_layer_size + 1);
Theta1 = reshape(nn_params(1:cut), hidden_layer_size, input_layer_size + 1);
Theta2 = reshape(nn_params(cut+1:end), num_labels, hidden_layer_size + 1);
m = size(X, 1);

% cost, all examples at once
X = [ones(m, 1) X];
H = sigmoid([ones(m, 1) sigmoid(X * Theta1')] * Theta2');
I = eye(num_labels);
Y = zeros(m, num_labels);
for i = 1:m, Y(i, :) = I(y(i), :); end
J = sum(sum(-Y .* log(H) - (1 - Y) .* log(1 - H))) / m;
J = J + lambda / (2 * m) * (sumsq(Theta1(:, 2:end)(:)) + sumsq(Theta2(:, 2:end)(:)));

% backprop, one example at a time
Delta1 = zeros(size(Theta1));
Delta2 = zeros(size(Theta2));
for t = 1:m
    a1 = X(t, :)';
    z2 = Theta1 * a1;
    a2 = [1; sigmoid(z2)];
    a3 = sigmoid(Theta2 * a2);
    delta3 = a3 - Y(t, :)';
    delta2 = Theta2' * delta3;
    delta2 = delta2(2:end) .* sigmoidGradient(z2);
    Delta1 = delta2 * a1';
    Delta2 = delta3 * a2';
end

Theta1_grad = Delta1 / m;
Theta2_grad = Delta2 / m;
Theta1_grad(:, 2:end) = Theta1_grad(:, 2:end) + lambda / m * Theta1(:, 2:end);
Theta2_grad(:, 2:end) = Theta2_grad(:, 2:end) + lambda / m * Theta2(:, 2:end);
grad = [Theta1_grad(:) ; Theta2_grad(:)];
end
