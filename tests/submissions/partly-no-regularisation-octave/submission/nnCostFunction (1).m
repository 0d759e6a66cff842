function [J grad] = nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda)
T = cellfun(@(t, n) reshape(t, n, []), ...
            mat2cell(nn_params, [hidden_layer_size*(input_layer_size+1), num_labels*(hidden_layer_size+1)], 1), ...
            {hidden_layer_size; num_labels}, 'UniformOutput', false);
[Theta1, Theta2] = T{:};
m = length(y);
a1 = [ones(m,1), X];
z2 = a1*Theta1';
a2 = [ones(m,1), sigmoid(z2)];
a3 = sigmoid(a2*Theta2');
Y = bsxfun(@eq, y, 1:num_labels);
J = -sum(sum(Y.*log(a3) + (1-Y).*log(1-a3)))/m;
d3 = a3-Y;
d2 = (d3*Theta2)(:,2:end).*sigmoidGradient(z2);
grad = [vec(d2'*a1/m); vec(d3'*a2/m)];
end
