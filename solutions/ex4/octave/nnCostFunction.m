function [J, grad] = nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda)
%NNCOSTFUNCTION  Regularised cross-entropy cost of a three-layer net, and its gradient.
%   nn_params: [Theta1(:); Theta2(:)], Theta1 h x (n+1), Theta2 K x (h+1), bias in column 1
%   X: m x n; y: m labels 1..K; lambda: number
%   J: number; grad: N x 1, dJ/dnn_params.
%   The logarithms are taken from z3, so that J is finite where a3 rounds to 0 or 1.
m = rows(X);
split = hidden_layer_size * (input_layer_size + 1);
Theta1 = reshape(nn_params(1:split), hidden_layer_size, input_layer_size + 1);
Theta2 = reshape(nn_params(split + 1:end), num_labels, hidden_layer_size + 1);
Y = y(:) == 1:num_labels;

a1 = [ones(m, 1), X];
z2 = a1 * Theta1';
a2 = [ones(m, 1), sigmoid(z2)];
z3 = a2 * Theta2';
a3 = sigmoid(z3);

softplus = @(z) max(z, 0) + log1p(exp(-abs(z)));  % log(1 + e^z): -log(a3) is softplus(-z3), -log(1 - a3) softplus(z3)
J = sum((Y .* softplus(-z3) + (1 - Y) .* softplus(z3))(:)) / m;
J += lambda / (2 * m) * (sumsq(Theta1(:, 2:end)(:)) + sumsq(Theta2(:, 2:end)(:)));

delta3 = a3 - Y;
delta2 = delta3 * Theta2(:, 2:end) .* sigmoidGradient(z2);
Theta1_grad = delta2' * a1 / m;
Theta2_grad = delta3' * a2 / m;
Theta1_grad(:, 2:end) += lambda / m * Theta1(:, 2:end);
Theta2_grad(:, 2:end) += lambda / m * Theta2(:, 2:end);
grad = [Theta1_grad(:); Theta2_grad(:)];
end
