function [J grad] = nnCostFunction(nn_params, input_layer_size, ... sizes of the layers
    hidden_layer_size, num_labels, ...
    X, y, lambda)
%NNCOSTFUNCTION Cost and gradient of a net with one hidden layer

split = hidden_layer_size * (input_layer_size + 1);
Theta1 = reshape(nn_params(1:split), hidden_layer_size, []);
Theta2 = reshape(nn_params(split+1:end), num_labels, []);
m = size(X, 1);

% forward propagation
Y = eye(num_labels)(y, :);
a1 = [ones(m, 1) X];
z2 = a1 * Theta1';
a2 = [ones(m, 1) sigmoid(z2)];
a3 = sigmoid(a2 * Theta2');

% cost
J = sum(sum(-Y .* log(a3) - (1 - Y) .* log(1 - a3))) / m;
J = J + lambda / (2 * m) * (sum(sum(Theta1 .^ 2)) + sum(sum(Theta2 .^ 2)));

% backpropagation
delta3 = a3 - Y;
delta2 = (delta3 * Theta2)(:, 2:end) .* sigmoidGradient(z2);
Theta1_grad = delta2' * a1 / m;
Theta2_grad = delta3' * a2 / m;
Theta1_grad = Theta1_grad + lambda / m * Theta1;
Theta2_grad = Theta2_grad + lambda / m * Theta2;

% unroll
grad = [Theta1_grad(:) ; Theta2_grad(:)];

end
