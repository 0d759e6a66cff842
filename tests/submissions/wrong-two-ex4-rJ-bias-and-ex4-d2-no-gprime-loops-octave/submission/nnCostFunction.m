function [J grad] = nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda)
s = hidden_layer_size * (input_layer_size + 1);
Theta1 = reshape(nn_params(1:s), hidden_layer_size, input_layer_size + 1);
Theta2 = reshape(nn_params(s + 1:end), num_labels, hidden_layer_size + 1);
m = size(X, 1);

J = 0;
D1 = zeros(size(Theta1));
D2 = zeros(size(Theta2));
for i = 1:m
    [a1, z2, a2, a3] = feedForward(X(i, :)', Theta1, Theta2);
    t = (1:num_labels)' == y(i);
    J = J - sum(t .* log(a3) + (1 - t) .* log(1 - a3));
    d3 = a3 - t;
    d2 = Theta2(:, 2:end)' * d3;
    D1 = D1 + d2 * a1';
    D2 = D2 + d3 * a2';
end

J = J / m;
J = J + lambda / (2 * m) * (sum(sum(Theta1 .^ 2)) + sum(sum(Theta2 .^ 2)));
D1 = D1 / m;
D2 = D2 / m;
D1(:, 2:end) = D1(:, 2:end) + lambda / m * Theta1(:, 2:end);
D2(:, 2:end) = D2(:, 2:end) + lambda / m * Theta2(:, 2:end);
grad = [D1(:); D2(:)];
end

function [a1, z2, a2, a3] = feedForward(x, Theta1, Theta2)
a1 = [1; x];
z2 = Theta1 * a1;
a2 = [1; sigmoid(z2)];
a3 = sigmoid(Theta2 * a2);
end
